/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_struct.h -- the text that SQL engines and Java print for a structure, made into JSON again.
 *
 * CloudTrail Lake, Athena and Beats export nested columns as `{type=IAMUser, sessioncontext={…}}`
 * and `[a, b]`: no quotes, no escapes. The text is ambiguous where a value holds ", x=" or a brace;
 * it is read the way that is right for what CloudTrail puts there.
 *
 *  (1) A value ends at ", " before a further `key=`, or at the brace or bracket that closes it.
 *  (2) A value that is JSON itself ({"…) is kept as one string.
 *  (3) All scalars become strings, but `null` becomes null.
 */
#ifndef SPOOR_DECODE_AWS_STRUCT_H
#define SPOOR_DECODE_AWS_STRUCT_H

#include "base/base.h"
#include "base/buf.h"

/* Appends the JSON of text to out. False, with rubbish appended, when text is no such structure. */
bool aws_struct_to_json(str text, buf *out);

#endif
