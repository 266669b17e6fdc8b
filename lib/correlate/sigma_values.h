/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_values.h -- captured values: taking lists apart, numbers, and combinations of several
 * lists.
 *
 *     list    item item …              the values of one field of one event, as matcher.h writes
 *     them item    type byte, varint length, text
 *
 *  (1) An item names its own length, so items in a row are equal byte by byte only when each is
 *      equal: a row of items is a key that keeps letter case, type and the borders between fields.
 *  (2) A varint has seven bits a byte, the lowest first; the last byte has its high bit clear.
 *  (3) What is cut short ends the list: nothing is read beyond it.
 */
#ifndef SPOOR_CORRELATE_SIGMA_VALUES_H
#define SPOOR_CORRELATE_SIGMA_VALUES_H

#include "base/base.h"
#include "base/buf.h"

/* Takes a varint length and that many bytes off the front of *rest. False at the end. */
bool sigma_block_next(str *rest, str *ret_block);

/* Takes the next item, whole, off the front of *rest. False at the end. */
bool sigma_item_next(str *rest, str *ret_item);

str sigma_item_text(str item);

/* The number that an item is or that its text spells. False: neither, or not finite. */
bool sigma_item_number(str item, double *ret);

/* One of several lists, and the item at which the combination stands. */
typedef struct sigma_cursor {
    str list, rest, item;
} sigma_cursor;

/* Sets each cursor, whose list is set, to its first item. False: a list is empty, so there is no
 * combination. n 0: there is one, the empty one. */
bool sigma_combine_first(sigma_cursor *c, size_t n);
bool sigma_combine_next(sigma_cursor *c, size_t n); /* false: that was the last one */
void sigma_combine_text(const sigma_cursor *c, size_t n, buf *out);

#endif
