/* SPDX-License-Identifier: Apache-2.0
 *
 * pattern.h -- Sigma's strings: backslashes and wildcards.
 *
 *   \*  \?      the character itself          *   any number of characters, also none
 *   \\          one backslash                 ?   exactly one
 *   \x          both characters
 *
 *  (1) Wildcards become the bytes RULE_GLOB_MANY and RULE_GLOB_ONE. A text that holds one of these
 *      bytes itself is refused, so they are never ambiguous.
 *  (2) '*' at either end is taken off and remembered as an open end: modifiers open ends in the
 *      same way, and encodings see only text.
 *  (3) Runs of '*' are one.
 */
#ifndef SPOOR_RULE_PATTERN_H
#define SPOOR_RULE_PATTERN_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "model/ruleset.h"

typedef struct pattern {
    str text;
    bool is_bytes; /* encoded: bytes 1 and 2 in text are no wildcards */
    bool opens_front, opens_back;
} pattern;

/* False: s holds byte 1 or 2. Text lives in `a`, whose `failed` tells of missing memory. */
bool pattern_parse(arena *a, str s, pattern *ret);

/* Wildcards inside: at the ends they are not counted. */
bool pattern_has_wildcards(const pattern *p);

/* The operation that decides p, and its text. '*' alone is STARTS with nothing: any value will
 * do. */
rule_op pattern_op(arena *a, const pattern *p, str *ret_text);

#endif
