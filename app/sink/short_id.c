/* SPDX-License-Identifier: Apache-2.0
 *
 * short_id.c -- cutting ids, alone and inside sentences.
 */
#include "sink/short_id.h"

#include <string.h>

#include "base/words.h"

enum { SHORT_ID = 36 };

const char *short_id(const char *id)
{
    if (strlen(id) <= SHORT_ID)
        return id;
    const char *at = id;
    if (strncmp(id, "arn:", 4) == 0) {
        for (int colons = 0; colons < 5 && *at; at++)
            colons += *at == ':';
        return *at ? at : id;
    }
    size_t slashes = 0;
    for (at = id + strlen(id); at > id && slashes < 2; at--)
        slashes += at[-1] == '/';
    return slashes == 2 ? at + 1 : id;
}

static bool is_id(const char *word)
{
    static const char *const begins[] = {"/subscriptions/", "projects/", "arn:"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (strncmp(word, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

void short_ids(const terminal *t, strbuf *out, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " ");
        AUTO(strbuf) word = {0};
        strbuf_printf(&word, "%.*s", (int)n, text);
        const char *whole = strbuf_text(&word), *part = is_id(whole) ? short_id(whole) : whole;
        if (part != whole)
            strbuf_puts(out, t->has_utf8 ? "…" : "...");
        strbuf_puts(out, part);
        text += n;
        if (*text)
            strbuf_puts(out, " ");
        text += *text != 0;
    }
}
