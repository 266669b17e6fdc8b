/* SPDX-License-Identifier: Apache-2.0
 *
 * json_out.h -- JSON written piece by piece; the commas come by themselves.
 *
 *  (1) Texts are escaped, and bytes that are no UTF-8 become U+FFFD.
 */
#ifndef SPOOR_APP_JSON_OUT_H
#define SPOOR_APP_JSON_OUT_H

#include <stdint.h>

#include "base/strbuf.h"

/* key NULL: an element of a list, or the outermost value. bracket: '{' or '['. */
void json_open(strbuf *out, const char *key, char bracket);
void json_close(strbuf *out, char bracket); /* '}' or ']' */
void json_text(strbuf *out, const char *key, const char *value);
void json_number(strbuf *out, const char *key, int64_t value);
void json_true(strbuf *out, const char *key);

#endif
