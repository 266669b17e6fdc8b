/* SPDX-License-Identifier: Apache-2.0
 *
 * jsonl.c -- the library writes findings as JSON; here they become lines.
 */
#include "sink/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

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

void jsonl_text(strbuf *out, const char *text)
{
    size_t left = strlen(text);
    strbuf_puts(out, "\"");
    while (left > 0) {
        uint32_t code = 0;
        size_t n = utf8_decode(text, left, &code);
        if (n == 0)
            strbuf_puts(out, "\\ufffd");
        else if (code < 0x20)
            strbuf_printf(out, "\\u%04x", (unsigned)code);
        else if (code == '"' || code == '\\')
            strbuf_printf(out, "\\%c", (char)code);
        else
            strbuf_put(out, text, n);
        text += n ? n : 1;
        left -= n ? n : 1;
    }
    strbuf_puts(out, "\"");
}

void jsonl_member(strbuf *out, const char *name, const char *value)
{
    jsonl_text(out, name);
    strbuf_puts(out, ":");
    jsonl_text(out, value);
}
