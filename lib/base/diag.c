/* SPDX-License-Identifier: Apache-2.0
 *
 * diag.c -- diagnostics with their excerpts, and the nearest word to a misspelt one.
 *
 *  (1) Nothing that input controls makes a diagnostic large: messages are cut at MESSAGE_BYTES,
 *      longer source lines give no excerpt.
 *  (2) Files are compared by text; a run of diagnostics shares one copy of the name.
 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"

enum { MESSAGE_BYTES = 512, EXCERPT_BYTES = 512, WORD_BYTES = 64 };

void diag_done(diag_list *l)
{
    arena_done(&l->text);
    free(l->items);
    *l = (diag_list){0};
}

/* A copy in the list without control characters; a tab becomes one space, so columns stay. */
static const char *keep(diag_list *l, str s)
{
    char *copy = arena_alloc(&l->text, s.n + 1);
    for (size_t i = 0; copy && i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        copy[i] = c < ' ' || c == 0x7f ? ' ' : s.p[i];
    }
    return copy;
}

/* The source line, without its end. */
static str line_of(str text, uint32_t line)
{
    for (uint32_t i = 1; i < line && text.n; i++) {
        const char *end = memchr(text.p, '\n', text.n);
        text = end ? str_from(text, (size_t)(end - text.p) + 1) : STR_NONE;
    }
    str found = line && text.n ? text_before(text, '\n') : STR_NONE;
    if (found.n && found.p[found.n - 1] == '\r')
        found.n--;
    return found;
}

static const char *excerpt(diag_list *l, const diag_source *source, diag_pos pos)
{
    str line = line_of(source->text, pos.line);
    return keep(l, line.n > EXCERPT_BYTES ? STR_NONE : line);
}

/* Cuts what did not fit, at a whole character, and marks it. */
static str cut(char *text, size_t cap, size_t wanted)
{
    static const char mark[] = "\xe2\x80\xa6";
    if (wanted < cap)
        return (str){text, wanted};
    size_t n = cap - sizeof mark;
    while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    memcpy(text + n, mark, sizeof mark);
    return (str){text, n + sizeof mark - 1};
}

static bool reserve(diag_list *l)
{
    diag *items = array_room(l->items, l->n, &l->cap, 16, sizeof *items);
    if (items)
        l->items = items;
    return items != NULL;
}

static const char *file_name(diag_list *l, const char *file)
{
    if (l->n && str_is(str_of(l->items[l->n - 1].file), file))
        return l->items[l->n - 1].file;
    l->run = 0;
    return arena_dup(&l->text, str_of(file)).p;
}

static void append(diag_list *l, const diag *d)
{
    if (l->text.failed || !reserve(l)) {
        l->failed = true;
        return;
    }
    l->items[l->n++] = *d;
}

/* True when the run of this file is full; its last place says so. */
static bool is_cut(diag_list *l, const char *file)
{
    if (l->run++ < DIAG_MAX_OF_FILE - 1)
        return false;
    if (l->run == DIAG_MAX_OF_FILE) {
        diag d = {.file = file,
                  .severity = DIAG_WARNING,
                  .message = "further problems of this file are not shown",
                  .hint = "",
                  .excerpt = ""};
        append(l, &d);
    }
    return true;
}

void diag_add(diag_list *l, const diag_source *source, diag_pos pos, diag_severity severity,
              const char *hint, const char *format, ...)
{
    *(severity == DIAG_ERROR ? &l->n_errors : &l->n_warnings) += 1;
    const char *file = file_name(l, source->file ? source->file : "");
    if (is_cut(l, file))
        return;
    char message[MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diag d = {
        .file = file,
        .pos = pos,
        .severity = severity,
        .message = keep(l, cut(message, sizeof message, wanted > 0 ? (size_t)wanted : 0)),
        .hint = keep(l, str_of(hint)),
        .excerpt = excerpt(l, source, pos),
    };
    append(l, &d);
}

/* ---- spelling -------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
    return text_lower(a) == text_lower(b);
}

/* Insertions, deletions, replacements and swaps of neighbours that make a of b. row[0] is the row
 * for the current letter of a, row[1] and row[2] those before. Both words fit in WORD_BYTES. */
static size_t distance(str a, str b)
{
    size_t row[3][WORD_BYTES + 1] = {{0}};
    for (size_t j = 0; j <= b.n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        memcpy(row[2], row[1], sizeof row[1]);
        memcpy(row[1], row[0], sizeof row[0]);
        row[0][0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t replaced = row[1][j - 1] + !same_letter(a.p[i - 1], b.p[j - 1]);
            size_t best = least(replaced, least(row[1][j], row[0][j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a.p[i - 1], b.p[j - 2]) &&
                same_letter(a.p[i - 2], b.p[j - 1]))
                best = least(best, row[2][j - 2] + 1);
            row[0][j] = best;
        }
    }
    return row[0][b.n];
}

/* A third of the letters may be wrong; one of a short word. */
static size_t tolerance(str word)
{
    return word.n < 2 ? 0 : word.n < 6 ? 1 : least(word.n / 3, 3);
}

const char *diag_nearest(str word, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t best = tolerance(word) + 1;
    for (size_t i = 0; i < n && word.n <= WORD_BYTES; i++) {
        str candidate = str_of(candidates[i]);
        size_t d = candidate.n <= WORD_BYTES ? distance(word, candidate) : best;
        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
