/* SPDX-License-Identifier: Apache-2.0
 *
 * json_out.c -- what was written last tells whether a comma is due.
 */
#include "sink/json_out.h"

#include <inttypes.h>
#include <string.h>

#include "sink/jsonl.h"

static void begin(strbuf *out, const char *key)
{
    char last = out->n ? strbuf_text(out)[out->n - 1] : '\n';
    if (!strchr("{[,\n", last))
        strbuf_puts(out, ",");
    if (!key)
        return;
    jsonl_text(out, key);
    strbuf_puts(out, ":");
}

void json_open(strbuf *out, const char *key, char bracket)
{
    begin(out, key);
    strbuf_put(out, &bracket, 1);
}

void json_close(strbuf *out, char bracket)
{
    strbuf_put(out, &bracket, 1);
}

void json_text(strbuf *out, const char *key, const char *value)
{
    begin(out, key);
    jsonl_text(out, value);
}

void json_number(strbuf *out, const char *key, int64_t value)
{
    begin(out, key);
    strbuf_printf(out, "%" PRId64, value);
}

void json_true(strbuf *out, const char *key)
{
    begin(out, key);
    strbuf_puts(out, "true");
}
