/* SPDX-License-Identifier: Apache-2.0
 *
 * resolve.c -- tries every id, alias and name there is, and keeps the things that match best.
 */
#include "correlate/resolve.h"

#include <stdlib.h>

#include "base/text.h"
#include "correlate/incident.h"

typedef enum match_way {
    WAY_EXACT,
    WAY_ANY_CASE,
    WAY_LAST_PART,
    WAY_END,
    WAY_INSIDE, /* what was typed is longer: its last part is the id */
    WAY_NEAR,
    WAY_NONE
} match_way;

enum {
    END_LEAST = 6,  /* so long, an end may begin inside a word */
    NEAR_LEAST = 4, /* shorter texts are near to everything */
    NEAR_EDITS = 2,
    NEAR_LONGEST = 128,
};

/* clang-format off */
static const struct { const char *typed; uint8_t type; const char *word; } kinds[] = {
    {"user",            ENTITY_PRINCIPAL,  "user"},
    {"role",            ENTITY_PRINCIPAL,  "role"},
    {"root",            ENTITY_PRINCIPAL,  "root"},
    {"service",         ENTITY_PRINCIPAL,  "service"},
    {"service account", ENTITY_PRINCIPAL,  "service account"},
    {"key",             ENTITY_CREDENTIAL, NULL},
    {"vm",              ENTITY_INSTANCE,   NULL},
    {"disk",            ENTITY_VOLUME,     NULL},
};
/* clang-format on */

const char *resolve_kind(const state *s, uint32_t thing)
{
    uint8_t type = graph_at(&s->graph, thing)->type;
    if (type == ENTITY_PRINCIPAL)
        return incident_actor_kind(s, thing);
    return entity_describe((entity_type)type)->text;
}

bool resolve_knows_kind(str kind)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_is(kind, kinds[i].typed))
            return true;
    return entity_from_text(kind) != ENTITY_NONE;
}

static bool is_of_kind(const state *s, uint32_t thing, str kind)
{
    uint8_t type = graph_at(&s->graph, thing)->type;
    if (kind.n == 0 || str_is(kind, entity_describe((entity_type)type)->text))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_is(kind, kinds[i].typed) && type == kinds[i].type)
            return !kinds[i].word || strcmp(resolve_kind(s, thing), kinds[i].word) == 0;
    return false;
}

/* ---- one text -------------------------------------------------------------------------------- */

static str last_part(str s)
{
    return text_after_last(text_after_last(s, '/'), ':');
}

static bool is_letter(char c)
{
    c = text_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_end_of(str wanted, str text)
{
    if (wanted.n >= text.n || !text_eq_nocase(str_from(text, text.n - wanted.n), wanted))
        return false;
    return wanted.n >= END_LEAST || !is_letter(text.p[text.n - wanted.n - 1]);
}

/* Insertions, deletions and changes that make one of the other: at most NEAR_EDITS. */
static bool is_near(str a, str b)
{
    size_t row[NEAR_LONGEST + 1];
    size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;
    if (apart > NEAR_EDITS || a.n < NEAR_LEAST || b.n > NEAR_LONGEST)
        return false;
    for (size_t k = 0; k <= b.n; k++)
        row[k] = k;
    for (size_t i = 1; i <= a.n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            bool is_same = text_lower(a.p[i - 1]) == text_lower(b.p[k - 1]);
            size_t change = corner + !is_same,
                   edit = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            corner = row[k];
            row[k] = change < edit ? change : edit;
        }
    }
    return row[b.n] <= NEAR_EDITS;
}

static match_way match(str wanted, str text, match_way worst)
{
    if (str_eq(wanted, text))
        return WAY_EXACT;
    if (text_eq_nocase(wanted, text))
        return WAY_ANY_CASE;
    if (worst >= WAY_LAST_PART && text_eq_nocase(wanted, last_part(text)))
        return WAY_LAST_PART;
    if (worst >= WAY_END && is_end_of(wanted, text))
        return WAY_END;
    if (worst >= WAY_INSIDE && text.n >= NEAR_LEAST && is_end_of(text, wanted) &&
        !is_letter(wanted.p[wanted.n - text.n - 1]))
        return WAY_INSIDE;
    bool is_close =
        worst >= WAY_NEAR && (is_near(wanted, text) || is_near(wanted, last_part(text)));
    return is_close ? WAY_NEAR : WAY_NONE;
}

/* ---- all texts ------------------------------------------------------------------------------- */

typedef struct hunt {
    const state *s;
    str wanted, kind;
    match_way best;
    uint8_t *way; /* of each entity */
} hunt;

static void try_text(hunt *h, uint32_t thing, uint32_t text)
{
    match_way way =
        text ? match(h->wanted, intern_text(&h->s->graph.text, text), h->best) : WAY_NONE;
    if (way >= WAY_NONE || way > h->best || !is_of_kind(h->s, thing, h->kind))
        return;
    h->best = way;
    if (way < h->way[thing])
        h->way[thing] = (uint8_t)way;
}

static void try_all(hunt *h)
{
    const graph *g = &h->s->graph;
    for (uint32_t i = 1; i < g->n; i++) {
        h->way[i] = WAY_NONE;
        try_text(h, i, g->entities[i].id);
        try_text(h, i, g->entities[i].name);
    }
    for (size_t i = 0; i < g->by_key.cap; i++)
        if (g->by_key.slot[i].value != MAP_NONE)
            try_text(h, g->by_key.slot[i].value, (uint32_t)g->by_key.slot[i].key);
}

static int compare(const state *s, uint32_t a, uint32_t b)
{
    int by_kind = strcmp(resolve_kind(s, a), resolve_kind(s, b));
    return by_kind ? by_kind : text_compare(graph_id(&s->graph, a), graph_id(&s->graph, b));
}

/* The list stays in order, and holds the first of all. */
static void list(const state *s, uint32_t thing, resolve_result *ret)
{
    size_t at = ret->n;
    while (at > 0 && compare(s, thing, ret->thing[at - 1]) < 0)
        at--;
    bool is_full = ret->n == ARRAY_LEN(ret->thing);
    ret->left_out += is_full;
    if (at == ARRAY_LEN(ret->thing))
        return;
    ret->n += !is_full;
    memmove(&ret->thing[at + 1], &ret->thing[at], (ret->n - 1 - at) * sizeof ret->thing[0]);
    ret->thing[at] = thing;
}

bool resolve_text(const state *s, str wanted, str kind, resolve_result *ret)
{
    hunt h = {.s = s, .wanted = wanted, .kind = kind, .best = WAY_NEAR};
    h.way = calloc(s->graph.n, 1);
    *ret = (resolve_result){0};
    if (!h.way)
        return false;
    if (wanted.n > 0)
        try_all(&h);
    for (uint32_t i = 1; wanted.n > 0 && i < s->graph.n; i++)
        if (h.way[i] == h.best)
            list(s, i, ret);
    ret->are_near = h.best == WAY_NEAR;
    free(h.way);
    return true;
}
