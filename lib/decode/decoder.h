/* SPDX-License-Identifier: Apache-2.0
 *
 * decoder.h -- what a log family is: one file, one `const decoder`, one line in model/family.def.
 *
 * A decoder says which paths it wants (they become the trie that the reader projects every record
 * through) and turns the filled slots into the one event.
 *
 *  (1) decode() is called with slots filled from `paths`, absent ones JSON_NONE.
 *  (2) It answers DECODE_NOT_MINE without side effects when the record is not of its family.
 *  (3) For a call that the operation table does not know it fills time_ns, uid_hash, provider and
 *      uid, and service and operation where the record has them as rules name them: that is the
 *      hot path, most records end here.
 *  (4) For a call that the table knows it fills all fields it can, and the refs.
 *  (5) Nothing of an event outlives the record, except what points into ctx->scratch (reset by the
 *      reader after the event was handed on).
 */
#ifndef SPOOR_DECODE_DECODER_H
#define SPOOR_DECODE_DECODER_H

#include "base/arena.h"
#include "base/json.h"
#include "decode/pick.h"
#include "model/event.h"
#include "model/operation.h"

typedef enum decode_status {
    DECODE_EVENT,
    DECODE_NOT_MINE,
    DECODE_SKIP, /* of the family, but no event: ret_reason says why (static text) */
} decode_status;

typedef struct decode_ctx {
    pick_ctx pick;      /* the reader and the scratch arena */
    str record;         /* the record's text, BUF_PADDING readable bytes behind it */
    const char *reason; /* set with DECODE_SKIP */
    const operation_index *operations;
    const struct plain_plan *plain; /* see plain.h; NULL: every known call is read as a tree */
    const struct refs_plan *refs;   /* see refs.h; NULL: rows are read anew for each call */
    struct callers *callers;        /* see callers.h; NULL: nobody is remembered */
    struct agents *agents;          /* see agents.h; NULL: none is */
} decode_ctx;

typedef struct decoder {
    const char *name; /* "cloudtrail" */
    const char *doc;
    const json_path *paths;
    size_t n_paths;
    size_t n_slots; /* <= DECODER_SLOTS_MAX */
    decode_status (*decode)(decode_ctx *ctx, const json_value *slots, event *ret);
} decoder;

enum { DECODER_SLOTS_MAX = 128 };

/* Text of a slot in the scratch arena (no copy when nothing is escaped); STR_NONE when absent,
 * null, empty, hidden, or an object or array. */
str decoder_text(decode_ctx *ctx, const json_value *v);
/* The whole record as a tree (parsed on first use per call; cheap enough for known calls only). */
json_node decoder_tree(decode_ctx *ctx);
/* A slot that holds an object, an array, or a string of JSON: parsed. JSON_NODE_NONE otherwise. */
json_node decoder_slot_tree(decode_ctx *ctx, const json_value *v);

/* What makes an event a duplicate of another. Never 0. */
uint64_t decoder_uid_hash(str uid, str operation, str account, int64_t time_ns);
/* The same for an operation whose operation_name_hash is known. */
uint64_t decoder_uid_hash_of(str uid, uint64_t name_hash, str account, int64_t time_ns);

#endif
