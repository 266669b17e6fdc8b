/* SPDX-License-Identifier: Apache-2.0
 *
 * refs.c -- interprets the refs column of the operation table against one record.
 *
 * A plan has the items of all rows read beforehand; without one they are read anew for each call,
 * by the same function. Where an item's path leads is asked first: most items of a row find
 * nothing. A unit test has checked every row's words.
 */
#include "decode/refs.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

/* One item of a row: `relation type path`, or `set field path`. */
typedef struct refs_item {
    str path;         /* in the row's words */
    const char *text; /* the same with a NUL behind it; NULL: not in a plan */
    str root;         /* its first key */
    uint8_t relation, type;
    uint8_t set;    /* field to fill, or FIELD_COUNT: a ref */
    bool is_paired; /* hits keep their item number */
} refs_item;

typedef struct refs_row {
    const refs_item *items;
    size_t n;
} refs_row;

struct refs_plan {
    refs_row *rows; /* by operation */
    arena text;     /* items */
};

typedef struct collect {
    decode_ctx *ctx;
    const refs_source *source;
    event *e;
    event_ref *refs; /* e->refs, still growing */
    size_t cap;
    const refs_item *item;
    const char *path; /* the item's, NUL-terminated */
    str shown;        /* the path as evidence shows it */
} collect;

static bool grow(decode_ctx *ctx, event *e, event_ref **refs, size_t *cap)
{
    size_t want = *cap ? *cap * 2 : 16;
    event_ref *more = arena_alloc(ctx->pick.scratch, want * sizeof *more);
    if (!more)
        return false;
    if (e->n_refs > 0)
        memcpy(more, *refs, e->n_refs * sizeof *more);
    *refs = more;
    *cap = want;
    e->refs = more;
    return true;
}

bool refs_has(const event *e, const event_ref *ref)
{
    for (size_t i = 0; i < e->n_refs; i++) {
        const event_ref *seen = &e->refs[i];
        if (seen->relation == ref->relation && seen->type == ref->type && str_eq(seen->id, ref->id))
            return true;
    }
    return false;
}

static void append(collect *c, event_ref ref)
{
    if (ref.id.n == 0 || c->e->n_refs >= LIMIT_REFS || refs_has(c->e, &ref))
        return;
    if (c->e->n_refs == c->cap && !grow(c->ctx, c->e, &c->refs, &c->cap))
        return;
    c->refs[c->e->n_refs++] = ref;
}

static void on_ref(void *user, json_node n, unsigned item)
{
    collect *c = user;
    uint8_t type = c->item->type;
    json_type kind = json_node_type(n);
    if (kind == JSON_OBJECT || kind == JSON_ARRAY)
        return;
    str raw = text_trim(pick_node_text(&c->ctx->pick, n));
    if (raw.n == 0 || raw.n > LIMIT_FIELD_BYTES)
        return;
    str id = c->source->canon ? c->source->canon(c->ctx, c->e, &type, raw, c->path) : raw;
    append(c, (event_ref){.id = id,
                          .path = c->shown,
                          .relation = c->item->relation,
                          .type = type,
                          .item = c->item->is_paired && item <= UINT16_MAX ? (uint16_t)item : 0});
}

static void on_field(void *user, json_node n, unsigned item)
{
    collect *c = user;
    str *slot = &c->e->field[c->item->set];
    (void)item;
    str text = pick_node_text(&c->ctx->pick, n);
    if (text.n == 0 || slot->n + text.n > LIMIT_FIELD_BYTES)
        return;
    *slot = slot->n == 0 ? text
                         : arena_printf(c->ctx->pick.scratch, "%.*s;%.*s", (int)slot->n, slot->p,
                                        (int)text.n, text.p);
}

/* The part of a path up to its first list: paths that share it have elements that belong
 * together. */
static str list_prefix(str path)
{
    const char *bracket = path.n ? memchr(path.p, '[', path.n) : NULL;
    return bracket ? str_upto(path, (size_t)(bracket - path.p)) : STR_NONE;
}

static str first_key(str path)
{
    return text_before(text_before(path, '.'), '[');
}

/* The root that an item's path begins in, and what is left of the path below there. */
static const refs_root *root_of(const refs_source *source, const refs_item *item, str *ret_below)
{
    for (size_t i = 1; i < source->n_roots; i++) {
        const refs_root *root = &source->roots[i];
        if (!str_is(item->root, root->name))
            continue;
        str below = str_from(item->path, item->root.n);
        *ret_below = below.n > 0 && below.p[0] == '.' ? str_from(below, 1) : below;
        return root;
    }
    *ret_below = item->path;
    return &source->roots[0];
}

/* Where an item's path begins in a document, and what is left of it there. */
typedef struct way {
    const refs_root *root;
    json_node node;
    str below;
    str key; /* between the root's name and `below`, as the record has it */
} way;

static bool leads(pick_ctx *pick, json_node n, str path)
{
    str key = first_key(path);
    if (!pick_may_lead(pick, n, path))
        return false;
    return key.n == 0 || json_node_type(n) != JSON_OBJECT || json_node_get(n, key).doc != NULL;
}

/* False: the path leads nowhere, with what is around a call or without it. */
static bool find_way(pick_ctx *pick, way *w)
{
    str key = first_key(w->below);
    if (leads(pick, w->node, w->below))
        return true;
    if (w->root->inner.doc && leads(pick, w->root->inner, w->below)) {
        w->node = w->root->inner;
        w->key = w->root->inner_key;
        return true;
    }
    if (!text_ends(key, "Request") && !text_ends(key, "Response"))
        return false;
    w->below = text_after(w->below, '.');
    return leads(pick, w->node, w->below);
}

/* The path as the record has it: mostly the row's own words, which need no copy. */
static str shown_path(arena *a, const refs_source *source, const way *w, str path)
{
    if (w->root == source->roots)
        return w->below;
    str dot = w->below.n > 0 && w->below.p[0] != '[' ? STR(".") : STR_NONE;
    str name = str_of(w->root->name);
    bool is_whole = w->key.n == 0 && path.n == name.n + dot.n + w->below.n;
    if (is_whole && str_is(name, w->root->shown))
        return path;
    const str parts[] = {str_of(w->root->shown), w->key.n > 0 ? STR(".") : STR_NONE, w->key, dot,
                         w->below};
    return arena_join(a, parts, ARRAY_LEN(parts));
}

static void run_item(collect *c, const refs_item *item)
{
    way w = {0};
    pick_ctx *pick = &c->ctx->pick;
    w.root = root_of(c->source, item, &w.below);
    w.node = w.root->node;
    if (!find_way(pick, &w))
        return;
    bool is_field = item->set < FIELD_COUNT;
    if (is_field && c->e->field[item->set].n > 0)
        return; /* the decoder knew better */
    c->item = item;
    c->path = item->text ? item->text : arena_dup(pick->scratch, item->path).p;
    c->shown = shown_path(pick->scratch, c->source, &w, item->path);
    if (c->path)
        pick_along(pick, w.node, w.below, is_field ? on_field : on_ref, c);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* List prefix of the first `created` item of a spec. */
static str find_created_prefix(str spec)
{
    str item = STR_NONE;
    while (text_next(&spec, ';', &item)) {
        item = text_trim(item);
        if (text_starts(item, "created "))
            return list_prefix(text_after(text_after(item, ' '), ' '));
    }
    return STR_NONE;
}

static bool read_item(str text, str created_prefix, refs_item *ret)
{
    str first = STR_NONE, second = STR_NONE;
    text = text_trim(text);
    if (!text_next(&text, ' ', &first) || !text_next(&text, ' ', &second))
        return false;
    str path = text_trim(text), prefix = list_prefix(path);
    relation r = relation_from_text(first);
    bool is_field = str_is(first, "set");
    *ret = (refs_item){.path = path,
                       .root = first_key(path),
                       .relation = (uint8_t)r,
                       .type = is_field ? ENTITY_NONE : (uint8_t)entity_from_text(second),
                       .set = is_field ? (uint8_t)field_from_text(second) : FIELD_COUNT,
                       .is_paired = prefix.n > 0 &&
                                    (r == RELATION_CREATED || str_eq(prefix, created_prefix))};
    return true;
}

void refs_plan_free(refs_plan *p)
{
    if (!p)
        return;
    free(p->rows);
    arena_done(&p->text);
    free(p);
}

static size_t count_items(str spec)
{
    size_t n = 1; /* a separator stands between two */
    for (size_t i = 0; i < spec.n; i++)
        n += spec.p[i] == ';';
    return n;
}

static bool plan_row(refs_plan *p, const operation_info *o, refs_row *row)
{
    str spec = {o->refs, o->refs_n}, text = STR_NONE, created_prefix = find_created_prefix(spec);
    refs_item *items = arena_alloc(&p->text, count_items(spec) * sizeof *items);
    row->items = items;
    while (items && text_next(&spec, ';', &text)) {
        refs_item *item = &items[row->n];
        if (!read_item(text, created_prefix, item))
            continue;
        item->text = arena_dup(&p->text, item->path).p;
        row->n++;
    }
    return !p->text.failed;
}

refs_plan *refs_plan_new(void)
{
    refs_plan *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->rows = calloc(operation_count(), sizeof *p->rows);
    bool is_complete = p->rows != NULL;
    for (size_t i = 0; is_complete && i < operation_count(); i++)
        is_complete = plan_row(p, operation_at(i), &p->rows[i]);
    if (is_complete)
        return p;
    refs_plan_free(p);
    return NULL;
}

static void read_row(collect *c)
{
    str spec = str_of(operation_at(c->e->operation)->refs), text = STR_NONE;
    str created_prefix = find_created_prefix(spec);
    refs_item item;
    while (text_next(&spec, ';', &text))
        if (read_item(text, created_prefix, &item))
            run_item(c, &item);
    c->item = NULL;
}

void refs_collect(decode_ctx *ctx, const refs_source *source, event *e)
{
    assert(source->n_roots > 0);
    collect c = {.ctx = ctx,
                 .source = source,
                 .e = e,
                 .refs =
                     (event_ref *)(uintptr_t)e->refs, /* full, so it is copied before it grows */
                 .cap = e->n_refs};
    if (!ctx->refs) {
        read_row(&c);
        return;
    }
    const refs_row *row = &ctx->refs->rows[e->operation];
    for (size_t i = 0; i < row->n; i++)
        run_item(&c, &row->items[i]);
}

void refs_add(decode_ctx *ctx, event *e, relation r, entity_type type, str id, str path)
{
    event_ref ref = {.id = id, .path = path, .relation = (uint8_t)r, .type = (uint8_t)type};
    if (id.n == 0 || e->n_refs >= LIMIT_REFS || refs_has(e, &ref))
        return;
    event_ref *copy = arena_alloc(ctx->pick.scratch, (e->n_refs + 1) * sizeof *copy);
    if (!copy)
        return;
    if (e->n_refs > 0)
        memcpy(copy, e->refs, e->n_refs * sizeof *copy);
    copy[e->n_refs++] = ref;
    e->refs = copy;
}
