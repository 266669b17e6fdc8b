/* SPDX-License-Identifier: Apache-2.0
 *
 * terminal.h -- making text from logs safe to look at, and ours good to look at.
 *
 * Whoever wrote the log chose the text in it: user names, tags and user agents can hold escape
 * sequences that retitle a window or hide a line, and direction marks that turn an id around.
 *
 *  (1) Escaped text holds no control character, no direction or zero-width mark, and is valid UTF-8
 *      (plain ASCII where the terminal is): such characters are shown as \n, \x1b or \u202e.
 *  (2) Only text that was escaped is measured, wrapped, cut and painted.
 *  (3) Colour is only ever added around text, last, so that widths never count it.
 */
#ifndef SPOOR_APP_TERMINAL_H
#define SPOOR_APP_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"

typedef enum terminal_colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } terminal_colour;

typedef struct terminal {
    bool has_colour;
    bool has_utf8;
    size_t columns;
} terminal;

typedef enum style {
    STYLE_PLAIN,
    STYLE_STRONG, /* titles */
    STYLE_FAINT,  /* what one reads last */
    STYLE_GOOD,
    STYLE_WARN,
    STYLE_BAD,
    STYLE_LEVEL, /* + spoor_level: badges; five of them, the last in the list */
    STYLE_COUNT = STYLE_LEVEL + SPOOR_CRITICAL + 1
} style;

/* What the descriptor can show. Reads the environment: NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG. */
terminal terminal_probe(int fd, terminal_colour when);

void terminal_escape(const terminal *t, strbuf *out, const char *text);

/* Columns that the first n bytes of escaped text take. */
size_t terminal_measure(const char *text, size_t n);

/* Bytes of the first line when escaped text is wrapped to `columns` (at least one character);
 * *ret_next: bytes to where the next line begins. Breaks at spaces, else behind / : , ; -, else
 * anywhere. */
size_t terminal_wrap(const char *text, size_t columns, size_t *ret_next);

/* Escaped text, its middle replaced by an ellipsis when it takes more than `columns`. */
void terminal_shorten(const terminal *t, strbuf *out, const char *text, size_t columns);

void terminal_paint(const terminal *t, strbuf *out, style s, const char *text, size_t n);

/* Escapes, wraps and paints a paragraph, every line indented. */
void terminal_paragraph(const terminal *t, strbuf *out, style s, const char *text, size_t indent);

/* An empty line, then a title of ours. */
void terminal_heading(const terminal *t, strbuf *out, const char *title);

/* The level as a word that one sees first. */
void terminal_badge(const terminal *t, strbuf *out, spoor_level level);

/* Escapes and paints. */
void terminal_say(const terminal *t, strbuf *out, style s, const char *text);

#endif
