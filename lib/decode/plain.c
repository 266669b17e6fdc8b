/* SPDX-License-Identifier: Apache-2.0
 *
 * plain.c -- compiles plain rows of the operation table to slots.
 */
#include "decode/plain.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

enum { ITEMS_MAX = 8 };

typedef struct plain_item {
    const char *path; /* the decoder's: "requestParameters.bucketName" */
    str shown;        /* the same, in the row's words */
    uint16_t slot;
    uint8_t relation, type;
    uint8_t set; /* field to fill, or FIELD_COUNT */
} plain_item;

typedef struct plain_row {
    plain_item items[ITEMS_MAX];
    size_t n;
    bool is_plain;
} plain_row;

struct plain_plan {
    plain_row *rows; /* by operation */
};

static bool is_talkative(const operation_info *o)
{
    return o->stage == STAGE_COLLECT || o->stage == STAGE_SESSION || o->stage == STAGE_CREDACC ||
           o->stage == STAGE_DISCOVERY || (o->stage == STAGE_STAGE && o->severity <= 3);
}

static const json_path *path_find(const decoder *d, str path)
{
    for (size_t i = 0; i < d->n_paths; i++)
        if (str_is(path, d->paths[i].path))
            return &d->paths[i];
    return NULL;
}

/* Reads one `relation type path` or `set field path`. False: the row is not plain. */
static bool read_item(const decoder *d, str item, plain_row *row)
{
    str first = STR_NONE, second = STR_NONE;
    item = text_trim(item);
    if (!text_next(&item, ' ', &first) || !text_next(&item, ' ', &second) || row->n == ITEMS_MAX)
        return false;
    str shown = text_trim(item);
    const json_path *path = path_find(d, shown);
    if (!path)
        return false;
    bool is_field = str_is(first, "set");
    row->items[row->n++] =
        (plain_item){.path = path->path,
                     .shown = shown,
                     .slot = path->slot,
                     .relation = (uint8_t)relation_from_text(first),
                     .type = is_field ? ENTITY_NONE : (uint8_t)entity_from_text(second),
                     .set = is_field ? (uint8_t)field_from_text(second) : FIELD_COUNT};
    return true;
}

/* A row without refs is plain only when it looks around: a sign-in says more than its refs. */
static bool compile(const decoder *d, const operation_info *o, plain_row *row)
{
    str spec = str_of(o->refs), item = STR_NONE;
    if (o->provider != PROVIDER_AWS || !is_talkative(o))
        return false;
    while (text_next(&spec, ';', &item))
        if (!read_item(d, item, row))
            return false;
    return row->n > 0 || o->stage == STAGE_DISCOVERY;
}

void plain_plan_free(plain_plan *p)
{
    if (!p)
        return;
    free(p->rows);
    free(p);
}

plain_plan *plain_plan_new(const decoder *d)
{
    plain_plan *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->rows = calloc(operation_count(), sizeof *p->rows);
    if (!p->rows) {
        plain_plan_free(p);
        return NULL;
    }
    for (size_t i = 1; i < operation_count(); i++)
        p->rows[i].is_plain = compile(d, operation_at(i), &p->rows[i]);
    return p;
}

bool plain_has(const plain_plan *p, uint16_t operation)
{
    return p && p->rows[operation].is_plain;
}

static void take(decode_ctx *ctx, const plain_item *x, const json_value *v, refs_canon_fn *canon,
                 event *e, event_ref *ret_next)
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
    str id = canon(ctx, e, &type, raw, x->path);
    *ret_next = (event_ref){.id = id, .path = x->shown, .relation = x->relation, .type = type};
    if (id.n > 0 && !refs_has(e, ret_next))
        e->n_refs++;
}

void plain_collect(decode_ctx *ctx, const json_value *slots, refs_canon_fn *canon, event *e)
{
    const plain_row *row = &ctx->plain->rows[e->operation];
    event_ref *refs = arena_alloc(ctx->pick.scratch, (row->n + 1) * sizeof *refs);
    if (!refs)
        return;
    assert(e->n_refs == 0);
    e->refs = refs;
    for (size_t i = 0; i < row->n; i++) {
        const plain_item *x = &row->items[i];
        if (slots[x->slot].type != JSON_NONE)
            take(ctx, x, &slots[x->slot], canon, e, &refs[e->n_refs]);
    }
}
