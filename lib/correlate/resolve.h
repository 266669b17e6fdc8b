/* SPDX-License-Identifier: Apache-2.0
 *
 * resolve.h -- from what a person types to the thing that is meant.
 *
 *  (1) The best way of matching decides: the id, an alias or the name as it is; then in any case of
 *      letters; then its last part; then its end. What is typed may also be longer than the id, as
 *      an ARN or URL is: its last part is then the id.
 *  (2) Matches are in order of kind and id; at most LIMIT_TRACE_MATCHES are listed.
 */
#ifndef SPOOR_CORRELATE_RESOLVE_H
#define SPOOR_CORRELATE_RESOLVE_H

#include "base/limits.h"
#include "state/state.h"

typedef struct resolve_result {
    uint32_t thing[LIMIT_TRACE_MATCHES];
    size_t n;
    uint64_t left_out;
    bool are_near; /* nothing matches: these are spelled nearly so */
} resolve_result;

/* kind: as in spoor_engine_trace; empty: any. False: out of memory. */
bool resolve_text(const state *s, str wanted, str kind, resolve_result *ret);

/* False: no thing is ever of that kind. */
bool resolve_knows_kind(str kind);

/* The kind of a thing in a word: of principals "user", "role" …, else as entity.def has it. */
const char *resolve_kind(const state *s, uint32_t thing);

#endif
