/* SPDX-License-Identifier: Apache-2.0
 *
 * naive.h -- the matcher's slow twin: what a rule means, written down as directly as possible.
 *
 * It knows no anchors and remembers nothing: each predicate parses the record and cuts its path
 * anew.
 */
#ifndef SPOOR_TESTS_NAIVE_H
#define SPOOR_TESTS_NAIVE_H

#include "model/ruleset.h"

/* text must have BUF_PADDING readable bytes behind it. */
bool naive_matches(const ruleset *r, uint32_t rule, family f, str text);

#endif
