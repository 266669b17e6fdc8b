/* SPDX-License-Identifier: Apache-2.0
 *
 * utf16.h -- texts in UTF-16, as Windows PowerShell writes them, into UTF-8.
 *
 *  (1) Only a byte order mark makes a text one of UTF-16: without it nothing is guessed.
 *  (2) Whatever the bytes are, what comes out is valid UTF-8: half a pair, or half a unit at the
 *      end, becomes
 *      U+FFFD.
 */
#ifndef SPOOR_BASE_UTF16_H
#define SPOOR_BASE_UTF16_H

#include "base/base.h"
#include "base/buf.h"

/* True when the bytes begin with a byte order mark of UTF-16, of either order. */
bool utf16_is(str bytes);

/* Appends the text behind the mark as UTF-8. Only when utf16_is. */
void utf16_put(str bytes, buf *out);

#endif
