/* SPDX-License-Identifier: Apache-2.0
 *
 * pick.h -- one tolerant accessor for every way in which clouds write the same thing.
 *
 * A path is keys joined by '.'. A key may carry "[]" (every element of a list) or "[key=value]"
 * (the elements whose member equals value, case ignored). Lists are accepted in all spellings seen
 * in real records:
 *     [a, b]            {"items": [a, b]}      {"item": [a, b]}
 *     a  (list of one)  {"items": a}           {"item": a}          {"content": a, "tag": 1}
 *     ""  and null: an empty list
 *  (1) A scalar may be wrapped as {"value": x} or {"content": x}: the path that ends there gives x.
 *  (2) A path that goes on below a string goes on inside it when the string is JSON, also when it
 *      is URL-encoded JSON (IAM policies).
 *  (3) Keys compare normalised, see base/json.h.
 *  (4) At most LIMIT_REFS nodes are visited by one call.
 *  (5) A pick_ctx remembers objects, so it lives no longer than their documents: begin anew after
 *      json_reader_reset.
 */
#ifndef SPOOR_DECODE_PICK_H
#define SPOOR_DECODE_PICK_H

#include "base/arena.h"
#include "base/json.h"

/* An object that was asked for a key before. */
typedef struct pick_seen {
    json_node object;
    uint64_t keys; /* a bit for each key that it may have */
} pick_seen;

typedef struct pick_ctx {
    json_reader *json; /* for JSON inside strings */
    arena *scratch;    /* for the texts handed out */
    pick_seen seen[8];
} pick_ctx;

/* One hit. item counts 1, 2, … over the elements of the path's first list; 0: the path has none. */
typedef void pick_fn(void *user, json_node n, unsigned item);

void pick_each(pick_ctx *ctx, json_node root, const char *path, pick_fn *fn, void *user);
/* The same for a path that is part of a text. */
void pick_along(pick_ctx *ctx, json_node root, str path, pick_fn *fn, void *user);
json_node pick_first(pick_ctx *ctx, json_node root, const char *path);

/* False: the path leads nowhere. Answered from the keys of the root alone. */
bool pick_may_lead(pick_ctx *ctx, json_node root, str path);

/* Text of the first hit, copied to the scratch arena; STR_NONE when there is none, or it is empty,
 * null or hidden. Objects and arrays come as JSON text. */
str pick_text(pick_ctx *ctx, json_node root, const char *path);

/* Text of a node, as pick_text. */
str pick_node_text(pick_ctx *ctx, json_node n);

/* What AWS writes where it hides a value: it says nothing, and is the same everywhere. */
static inline bool pick_is_hidden(str text)
{
    return str_eq(text, STR("HIDDEN_DUE_TO_SECURITY_REASONS"));
}

/* The node itself, or the document inside it when it is a string of (URL-encoded) JSON. */
json_node pick_inside(pick_ctx *ctx, json_node n);

#endif
