/* SPDX-License-Identifier: Apache-2.0
 *
 * plain.c -- compiles plain rows of the operation table to tries.
 */
#include "decode/plain.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

enum { ITEMS_MAX = 16 };

typedef struct plain_item {
    str path;          /* whole: "requestParameters.bucketName" */
    const char *below; /* what follows the part's key */
    uint8_t part;
    uint8_t relation, type;
    uint8_t set; /* field to fill, or FIELD_COUNT */
} plain_item;

typedef struct plain_row {
    plain_item items[ITEMS_MAX];
    size_t n;
    json_trie *trie[PLAIN_PARTS]; /* slot i: item i; NULL: nothing wanted there */
} plain_row;

struct plain_plan {
    plain_row **rows; /* by operation; NULL: not plain */
    size_t n;
    arena text;
};

static const char *const part_keys[PLAIN_PARTS] = {"requestParameters.", "responseElements.",
                                                   "additionalEventData."};

static bool is_talkative(const operation_info *o)
{
    return o->stage == STAGE_COLLECT || o->stage == STAGE_SESSION || o->stage == STAGE_CREDACC ||
           o->stage == STAGE_DISCOVERY || (o->stage == STAGE_STAGE && o->severity <= 3);
}

/* Reads one `relation type path` or `set field path`. False: the row is not plain. */
static bool read_item(arena *text, str item, plain_row *row)
{
    str first = STR_NONE, second = STR_NONE;
    item = text_trim(item);
    if (!text_next(&item, ' ', &first) || !text_next(&item, ' ', &second) || row->n == ITEMS_MAX)
        return false;
    plain_item *x = &row->items[row->n];
    bool is_field = str_is(first, "set");
    *x = (plain_item){.path = arena_dup(text, text_trim(item)),
                      .part = PLAIN_PARTS,
                      .relation = (uint8_t)relation_from_text(first),
                      .type = is_field ? ENTITY_NONE : (uint8_t)entity_from_text(second),
                      .set = is_field ? (uint8_t)field_from_text(second) : FIELD_COUNT};
    for (size_t i = 0; i < PLAIN_PARTS; i++) {
        if (!text_starts(x->path, part_keys[i]))
            continue;
        x->part = (uint8_t)i;
        x->below = x->path.p + strlen(part_keys[i]);
    }
    row->n++;
    return x->part < PLAIN_PARTS && !text_has(x->path, "[");
}

static bool read_spec(arena *text, str spec, plain_row *row)
{
    str item = STR_NONE;
    while (text_next(&spec, ';', &item))
        if (!read_item(text, item, row))
            return false;
    return true;
}

static bool build_trie(plain_row *row, uint8_t part)
{
    json_path paths[ITEMS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < row->n; i++)
        if (row->items[i].part == part)
            paths[n++] = (json_path){row->items[i].below, (uint16_t)i};
    if (n > 0)
        row->trie[part] = json_trie_new(paths, n);
    return n == 0 || row->trie[part];
}

static void row_free(plain_row *row)
{
    if (!row)
        return;
    for (size_t i = 0; i < PLAIN_PARTS; i++)
        json_trie_free(row->trie[i]);
    free(row);
}

void plain_plan_free(plain_plan *p)
{
    if (!p)
        return;
    for (size_t i = 0; p->rows && i < p->n; i++)
        row_free(p->rows[i]);
    free(p->rows);
    arena_done(&p->text);
    free(p);
}

/* False: out of memory. *ret stays NULL for a row that is not plain. */
static bool compile(plain_plan *p, const operation_info *o, plain_row **ret)
{
    if (o->provider != PROVIDER_AWS || !is_talkative(o))
        return true;
    plain_row *row = calloc(1, sizeof *row);
    if (!row)
        return false;
    if (!read_spec(&p->text, str_of(o->refs), row)) {
        row_free(row);
        return !p->text.failed;
    }
    *ret = row;
    bool is_built = true;
    for (size_t i = 0; i < PLAIN_PARTS; i++)
        is_built = build_trie(row, (uint8_t)i) && is_built;
    return is_built;
}

plain_plan *plain_plan_new(void)
{
    plain_plan *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->n = operation_count();
    p->rows = calloc(p->n, sizeof(plain_row *));
    bool is_fine = p->rows != NULL;
    for (size_t i = 1; is_fine && i < p->n; i++)
        is_fine = compile(p, operation_at(i), &p->rows[i]);
    if (is_fine)
        return p;
    plain_plan_free(p);
    return NULL;
}

bool plain_has(const plain_plan *p, uint16_t operation)
{
    return p && p->rows[operation];
}

static void project_part(decode_ctx *ctx, const plain_row *row, uint8_t part, const json_value *v,
                         json_value *slots)
{
    json_value got[ITEMS_MAX];
    if (v->type != JSON_OBJECT || !row->trie[part])
        return;
    json_project(ctx->pick.json, row->trie[part], v->raw, got, row->n);
    for (size_t i = 0; i < row->n; i++)
        if (row->items[i].part == part)
            slots[i] = got[i];
}

static void take(decode_ctx *ctx, const plain_item *x, const json_value *v, refs_canon_fn *canon,
                 event *e)
{
    uint8_t type = x->type;
    str raw = text_trim(decoder_text(ctx, v));
    if (raw.n == 0 || raw.n > LIMIT_FIELD_BYTES)
        return;
    if (x->set < FIELD_COUNT) {
        if (e->field[x->set].n == 0)
            e->field[x->set] = raw;
        return;
    }
    str id = canon(ctx, e, &type, raw, x->path.p);
    refs_add(ctx, e, (relation)x->relation, (entity_type)type, id, x->path);
}

void plain_collect(decode_ctx *ctx, const json_value *const parts[PLAIN_PARTS],
                   refs_canon_fn *canon, event *e)
{
    const plain_row *row = ctx->plain->rows[e->operation];
    json_value slots[ITEMS_MAX] = {{.type = JSON_NONE}};
    for (size_t i = 0; i < PLAIN_PARTS; i++)
        project_part(ctx, row, (uint8_t)i, parts[i], slots);
    for (size_t i = 0; i < row->n; i++)
        take(ctx, &row->items[i], &slots[i], canon, e);
}
