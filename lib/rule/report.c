/* SPDX-License-Identifier: Apache-2.0
 *
 * report.c -- diagnostics of one document.
 */
#include "rule/report.h"

#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 1024 }; /* longer names in a message are cut */

static void add(reporter *r, diag_pos pos, diag_severity severity, const char *hint,
                const char *message)
{
    r->has_error |= severity == DIAG_ERROR;
    if (r->diags)
        diag_add(r->diags, r->source, pos, severity, hint ? hint : "", "%s", message);
}

void report_error(reporter *r, diag_pos pos, const char *hint, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    add(r, pos, DIAG_ERROR, hint, message);
}

void report_warning(reporter *r, diag_pos pos, const char *hint, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    add(r, pos, DIAG_WARNING, hint, message);
}

/* What follows pos in the source. */
static str source_from(const reporter *r, diag_pos pos)
{
    str rest = r->source ? r->source->text : STR_NONE;
    for (uint32_t line = 1; line < pos.line && rest.n; line++) {
        const char *end = memchr(rest.p, '\n', rest.n);
        rest = end ? str_from(rest, (size_t)(end - rest.p) + 1) : STR_NONE;
    }
    return pos.line && pos.column ? str_from(rest, pos.column - 1) : STR_NONE;
}

diag_pos report_inside(const reporter *r, diag_pos pos, str text, size_t offset)
{
    str shown = source_from(r, pos);
    uint32_t quote = shown.n && (shown.p[0] == '\'' || shown.p[0] == '"');
    shown = str_from(shown, quote);
    size_t needed = offset < text.n ? offset + 1 : text.n;
    if (!str_eq(str_upto(shown, needed), str_upto(text, needed)))
        return pos;
    if (needed && memchr(text.p, '\n', needed))
        return pos;
    return (diag_pos){pos.line, pos.column + quote + (uint32_t)offset};
}

const char *report_nearest(arena *a, str word, const str *candidates, size_t n)
{
    const char **list = arena_alloc(a, n * sizeof(char *));
    for (size_t i = 0; list && i < n; i++) {
        list[i] = arena_dup(a, candidates[i]).p;
        if (!list[i])
            return "";
    }
    const char *near = list ? diag_nearest(word, list, n) : NULL;
    str hint = near ? arena_printf(a, "did you mean `%s`?", near) : STR_NONE;
    return hint.p ? hint.p : "";
}
