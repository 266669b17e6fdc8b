/* SPDX-License-Identifier: Apache-2.0
 *
 * regex.h -- runs compiled regular expressions within limits.
 *
 *  (1) One finder a thread; compiled expressions are shared.
 *  (2) An expression that runs into a limit does not match, and is counted.
 */
#ifndef SPOOR_MATCH_REGEX_H
#define SPOOR_MATCH_REGEX_H

#include "base/base.h"

typedef struct regex_finder regex_finder;

regex_finder *regex_finder_new(void); /* NULL: out of memory */
void regex_finder_free(regex_finder *f);

/* True when the expression (a pcre2_code) matches anywhere in the text, which must be UTF-8. */
bool regex_find(regex_finder *f, const void *code, str text);

uint64_t regex_finder_limited(const regex_finder *f); /* times that (2) happened */

#endif
