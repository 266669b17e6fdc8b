/* SPDX-License-Identifier: Apache-2.0
 *
 * jsonl.h -- findings for machines: one JSON object a line.
 */
#ifndef SPOOR_APP_JSONL_H
#define SPOOR_APP_JSONL_H

#include <spoor/spoor.h>

#include "base/strbuf.h"

void jsonl_put(strbuf *out, const spoor_finding *finding);

/* "name":"value" with the value escaped as JSON wants it. value is UTF-8. */
void jsonl_member(strbuf *out, const char *name, const char *value);

#endif
