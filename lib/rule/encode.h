/* SPDX-License-Identifier: Apache-2.0
 *
 * encode.h -- the encodings that modifiers apply to a rule's text: base64, UTF-16, dash forms.
 *
 *  (1) Everything is appended to `out`, whose sticky `failed` tells of missing memory.
 *  (2) Nothing here knows of wildcards: who encodes has made sure that there are none.
 */
#ifndef SPOOR_RULE_ENCODE_H
#define SPOOR_RULE_ENCODE_H

#include "base/base.h"
#include "base/buf.h"

typedef enum encode_utf16_form {
    ENCODE_UTF16LE,
    ENCODE_UTF16BE,
    ENCODE_UTF16BOM, /* little endian behind a byte order mark, as Windows writes files */
} encode_utf16_form;

enum {
    ENCODE_OFFSETS = 3,    /* a text starts at byte 0, 1 or 2 of a base64 group */
    ENCODE_DASH_FORMS = 5, /* - / en dash, em dash, horizontal bar */
};

void encode_base64(str s, buf *out);

/* The part of the base64 text that does not depend on what stands around `s`, when `offset` bytes
 * of a group stand before it. May be empty for texts of one or two bytes. */
void encode_base64_offset(str s, unsigned offset, buf *out);

/* False when s is no valid UTF-8. */
bool encode_utf16(str s, encode_utf16_form form, buf *out);

/* How many dashes of any form s has. */
size_t encode_count_dashes(str s);

/* s with its dashes in other forms. `variant` counts in base ENCODE_DASH_FORMS, first dash
 * lowest. */
void encode_dashes(str s, size_t variant, buf *out);

#endif
