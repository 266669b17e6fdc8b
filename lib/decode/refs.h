/* SPDX-License-Identifier: Apache-2.0
 *
 * refs.h -- applies a row of the operation table to a record: which resources it made, used,
 * touched.
 *
 * The spec language is described at operation_info.refs. Every ref carries the path that proves
 * it, as the analyst will find it in the record.
 *
 *  (1) Refs come out in spec order, then list order; exact repeats are dropped.
 *  (2) created and parent refs whose paths share their first list carry the element's number in
 *      `item`, so that snapshot 2 is paired with volume 2. Others have item 0.
 *  (3) At most LIMIT_REFS refs.
 */
#ifndef SPOOR_DECODE_REFS_H
#define SPOOR_DECODE_REFS_H

#include "decode/decoder.h"
#include "model/event.h"
#include "model/operation.h"

/* A document that paths can begin in: `body.properties…` starts in the root named "body"; evidence
 * then shows `shown` in its place ("properties.responseBody"). A path whose first key names no
 * root starts in roots[0]. One call is written with and without <Operation>Request around all it
 * says: a path with such a key is also tried without it, and one without it inside. */
typedef struct refs_root {
    const char *name;
    const char *shown;
    json_node node;
    /* What stands in the document's only member, and that member's key: where a path does not lead
     * into the document it is tried there. JSON_NODE_NONE: no such thing. */
    json_node inner;
    str inner_key;
} refs_root;

/* Spelling of ids: returns the canonical id of `raw` (scratch memory), or STR_NONE to drop the
 * ref. May also correct the type through *type. `path` is the spec's path: its last key tells a
 * userName from a roleName. */
typedef str refs_canon_fn(decode_ctx *ctx, const event *e, uint8_t *type, str raw,
                          const char *path);

typedef struct refs_source {
    const refs_root *roots;
    size_t n_roots;
    refs_canon_fn *canon;
} refs_source;

typedef struct refs_plan refs_plan; /* immutable; shared by threads */

/* All rows of the operation table, read once. NULL: out of memory. */
refs_plan *refs_plan_new(void);
void refs_plan_free(refs_plan *p);

/* Fills e->refs and, for `set field path` items, e->field[] (only where still empty; several hits
 * are joined with ';'). */
void refs_collect(decode_ctx *ctx, const refs_source *source, event *e);

bool refs_has(const event *e, const event_ref *ref);
/* Adds one ref by hand, for what a path cannot say. Grows e->refs in scratch. */
void refs_add(decode_ctx *ctx, event *e, relation r, entity_type type, str id, str path);

#endif
