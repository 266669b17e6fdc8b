/* SPDX-License-Identifier: Apache-2.0
 *
 * search.h -- finds one id or name in the text of records, whatever the case of its letters.
 *
 * Horspool's search: most bytes of a record are never looked at.
 *
 *  (1) ASCII letters match in either case; all other bytes match themselves.
 *  (2) An occurrence counts only where no letter, digit, '-' or '_' stands on either side: i-0a1 is
 *      not found in i-0a1b.
 *  (3) The text searched for is borrowed.
 */
#ifndef SPOOR_BASE_SEARCH_H
#define SPOOR_BASE_SEARCH_H

#include "base/base.h"

typedef struct search {
    str wanted;
    uint32_t step[256]; /* how far to go on when the last byte looked at is this one */
} search;

void search_init(search *s, str wanted);
/* False also when nothing is searched for. */
bool search_finds(const search *s, str text);

#endif
