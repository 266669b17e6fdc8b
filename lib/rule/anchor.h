/* SPDX-License-Identifier: Apache-2.0
 *
 * anchor.h -- the equalities of which one must hold when a rule matches.
 *
 *   AND   those of the child with the best ones: any child's will do
 *   OR    those of all children together; none when one child has none
 *   leaf  field == text, when the field can be there at all
 *
 *  (1) Sound: whenever the expression is true, at least one of its anchors holds. NOT, and every
 *      other kind of predicate, has none.
 *  (2) Fields that name the call are preferred, because a decoder has read them already; then
 *      fields that name the service.
 */
#ifndef SPOOR_RULE_ANCHOR_H
#define SPOOR_RULE_ANCHOR_H

#include "model/ruleset.h"
#include "rule/expr.h"

enum { ANCHORS_MOST = 4096 }; /* a rule with more is evaluated on every record instead */

/* ids[leaf]: the predicate in `r` that a leaf has become. Anchors live in r->text, everything
 * between in `scratch`; `failed` of either tells of missing memory. Writes the notes of the
 * expressions. */
size_t anchor_choose(ruleset *r, expr *root, const uint32_t *ids, arena *scratch,
                     const rule_anchor **ret);

#endif
