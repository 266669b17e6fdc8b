/* SPDX-License-Identifier: Apache-2.0
 *
 * fold.h -- text without letter case: Unicode simple case folding of UTF-8.
 *
 * Rules compare without case, and names of people and machines in logs are not ASCII only. Simple
 * folding maps one letter to one letter, so '?' in a pattern stays one letter; it does not make "ß"
 * equal "ss", and leaves the Turkish dotted I alone.
 *
 *  (1) Folding folded text changes nothing.
 *  (2) Bytes that are not UTF-8 stay as they are.
 *  (3) A prefix of a text, cut between letters, folds to a prefix of the folded text.
 */
#ifndef SPOOR_BASE_FOLD_H
#define SPOOR_BASE_FOLD_H

#include "base/base.h"
#include "base/buf.h"

/* True when s is ASCII without capitals: then it is its own folding. */
bool fold_is_ascii_lower(str s);

void fold_text(str s, buf *out); /* appends */

#endif
