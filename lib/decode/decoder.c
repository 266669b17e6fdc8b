/* SPDX-License-Identifier: Apache-2.0
 *
 * decoder.c -- what all decoders share: slots to text, slots to trees, the duplicate's hash.
 */
#include "decode/decoder.h"

#include "base/hash.h"

/* Apart from decoder_text, which nearly always does without. */
static __attribute__((noinline)) str unescaped(decode_ctx *ctx, const json_value *v)
{
    AUTO(buf) out = {0};
    json_value_text(v, &out);
    return arena_dup_buf(ctx->pick.scratch, &out);
}

str decoder_text(decode_ctx *ctx, const json_value *v)
{
    if (v->type != JSON_STRING && v->type != JSON_NUMBER && v->type != JSON_BOOL)
        return STR_NONE;
    if (pick_is_hidden(v->raw))
        return STR_NONE;
    return v->has_escape ? unescaped(ctx, v) : v->raw;
}

static json_node parse(decode_ctx *ctx, str text)
{
    json_node root;
    json_status status = json_parse(ctx->pick.json, text, &root);
    if (status == JSON_NO_MEMORY)
        ctx->pick.scratch->failed = true;
    return status == JSON_OK ? root : JSON_NODE_NONE;
}

json_node decoder_tree(decode_ctx *ctx)
{
    return parse(ctx, ctx->record);
}

json_node decoder_slot_tree(decode_ctx *ctx, const json_value *v)
{
    AUTO(buf) text = {0};
    if (v->type == JSON_OBJECT || v->type == JSON_ARRAY)
        return parse(ctx, v->raw); /* in the record, so there is padding behind it */
    if (v->type != JSON_STRING)
        return JSON_NODE_NONE;
    json_value_text(v, &text);
    if (text.failed)
        ctx->pick.scratch->failed = true;
    if (text.failed || text.n == 0)
        return JSON_NODE_NONE;
    /* A copy: the parser reads BUF_PADDING bytes past the end, and nodes outlive the slot. */
    char *room = arena_alloc(ctx->pick.scratch, text.n + BUF_PADDING);
    if (!room)
        return JSON_NODE_NONE;
    memcpy(room, text.p, text.n);
    json_node root = parse(ctx, (str){room, text.n});
    json_type t = json_node_type(root);
    return t == JSON_OBJECT || t == JSON_ARRAY ? root : JSON_NODE_NONE;
}

uint64_t decoder_uid_hash_of(str uid, uint64_t name_hash, str account, int64_t time_ns)
{
    uint64_t h = hash_mix(hash_str(uid, 1), name_hash);
    h = hash_mix(h, hash_str(account, 3));
    h = hash_mix(h, (uint64_t)time_ns);
    return h ? h : 1;
}

uint64_t decoder_uid_hash(str uid, str operation, str account, int64_t time_ns)
{
    return decoder_uid_hash_of(uid, operation_name_hash(operation), account, time_ns);
}
