/* SPDX-License-Identifier: Apache-2.0
 *
 * jsonl.h -- findings for machines: one JSON object a line.
 */
#ifndef SPOOR_APP_JSONL_H
#define SPOOR_APP_JSONL_H

#include <spoor/spoor.h>

#include "base/strbuf.h"

void jsonl_put(strbuf *out, const spoor_finding *finding);

/* The text in quotes, escaped as JSON wants it; bytes that are no UTF-8 become U+FFFD. */
void jsonl_text(strbuf *out, const char *text);

/* "name":"value" with the value as jsonl_text writes it. */
void jsonl_member(strbuf *out, const char *name, const char *value);

#endif
