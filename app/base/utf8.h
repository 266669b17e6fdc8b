/* SPDX-License-Identifier: Apache-2.0
 *
 * utf8.h -- code points of UTF-8 text, with nothing taken on trust.
 */
#ifndef SPOOR_APP_UTF8_H
#define SPOOR_APP_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The code point that p[0..n) begins with; returns its bytes (1 to 4), or 0 when they are not
 * well-formed UTF-8 (overlong forms and surrogates are not). n > 0. */
size_t utf8_decode(const char *p, size_t n, uint32_t *ret_code);

/* Columns it takes on a terminal: 0 for combining marks, 2 for wide East Asian and emoji. */
size_t utf8_columns(uint32_t code);

#endif
