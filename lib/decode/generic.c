/* SPDX-License-Identifier: Apache-2.0
 *
 * generic.c -- any JSON object as an event, for rules about logs that spoor has no decoder for.
 *
 * Asked only when the user says that the input is plain JSON: it would take everything.
 *
 *  (1) The event has a time and a duplicate's hash. Rules read the rest from the record itself.
 *  (2) A record without an id is a duplicate only of the same bytes.
 */
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/decoder.h"
#include "model/event.h"
#include "model/operation.h"

extern const decoder decoder_generic;

enum slot { UID, TIME, SLOTS };

/* clang-format off */
static const json_path paths[] = {
    {"event_id",   UID},
    {"uid",        UID},
    {"id",         UID},
    {"@timestamp", TIME},
    {"timestamp",  TIME},
    {"eventTime",  TIME},
    {"time",       TIME},
};
/* clang-format on */

static uint64_t uid_hash_of(decode_ctx *ctx, str uid, int64_t time_ns)
{
    if (uid.n > 0)
        return decoder_uid_hash(uid, STR_NONE, STR_NONE, time_ns);
    uint64_t h = hash_str(ctx->record, 4);
    return h ? h : 1;
}

static decode_status decode(decode_ctx *ctx, const json_value *slots, event *ret)
{
    str uid = text_trim(decoder_text(ctx, &slots[UID]));
    ret->provider = PROVIDER_OTHER;
    ret->time_ns = time_parse(text_trim(decoder_text(ctx, &slots[TIME])));
    ret->uid_hash = uid_hash_of(ctx, uid, ret->time_ns);
    ret->operation = OPERATION_NONE;
    ret->outcome = OUTCOME_SUCCESS;
    ret->phase = PHASE_COMPLETE;
    ret->field[FIELD_uid] = uid;
    return DECODE_EVENT;
}

const decoder decoder_generic = {
    .name = "generic",
    .doc = "any JSON object; only when asked for",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOTS,
    .decode = decode,
};
