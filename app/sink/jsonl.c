/* SPDX-License-Identifier: Apache-2.0
 *
 * jsonl.c -- the library writes findings as JSON; here they become lines.
 */
#include "sink/jsonl.h"

#include <stdlib.h>

void jsonl_put(strbuf *out, const spoor_finding *finding)
{
    char *json;
    size_t n;
    if (spoor_finding_json(finding, &json, &n) != SPOOR_OK) {
        out->failed = true;
        return;
    }
    strbuf_put(out, json, n);
    strbuf_puts(out, "\n");
    free(json);
}

static void put_text(strbuf *out, const char *text)
{
    strbuf_puts(out, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20)
            strbuf_printf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            strbuf_printf(out, "\\%c", c);
        else
            strbuf_put(out, text, 1);
    }
    strbuf_puts(out, "\"");
}

void jsonl_member(strbuf *out, const char *name, const char *value)
{
    put_text(out, name);
    strbuf_puts(out, ":");
    put_text(out, value);
}
