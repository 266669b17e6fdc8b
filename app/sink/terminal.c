/* SPDX-License-Identifier: Apache-2.0
 *
 * terminal.c -- escaping, measuring, wrapping, painting.
 */
#include "sink/terminal.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/words.h"

enum { COLUMNS_DEFAULT = 100, COLUMNS_MIN = 60, COLUMNS_MAX = 240, LINE_BYTES = 2048 };

/* clang-format off */
static const char *const paint[STYLE_COUNT] = {
    [STYLE_PLAIN]                       = "",
    [STYLE_STRONG]                      = "\033[1m",
    [STYLE_FAINT]                       = "\033[2m",
    [STYLE_GOOD]                        = "\033[32m",
    [STYLE_WARN]                        = "\033[33m",
    [STYLE_BAD]                         = "\033[31m",
    [STYLE_LEVEL + SPOOR_INFORMATIONAL] = "\033[7;2m",
    [STYLE_LEVEL + SPOOR_LOW]           = "\033[30;46m",
    [STYLE_LEVEL + SPOOR_MEDIUM]        = "\033[30;43m",
    [STYLE_LEVEL + SPOOR_HIGH]          = "\033[1;37;41m",
    [STYLE_LEVEL + SPOOR_CRITICAL]      = "\033[1;37;45m",
};

/* Code points that are invisible or move others about. */
static const struct { uint32_t first, last; } hidden[] = {
    {0x0000, 0x001f},   /* C0 */
    {0x007f, 0x009f},   /* DEL, C1 */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x034f, 0x034f},   /* grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x180b, 0x180f},   /* Mongolian selectors */
    {0x200b, 0x200f},   /* zero width, direction marks */
    {0x2028, 0x202e},   /* line separators, direction embeddings and overrides */
    {0x2060, 0x206f},   /* joiners, direction isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff0, 0xfffb},   /* annotations */
    {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

/* How our own typography looks where there is only ASCII. */
static const struct { uint32_t code; const char *text; } plain[] = {
    {0x2026, "..."}, {0x2192, "->"}, {0x2013, "-"}, {0x2014, "-"}, {0x2019, "'"}, {0x00d7, "x"},
    {0x00b7, "|"},
};
/* clang-format on */

static bool is_hidden(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return true;
    return false;
}

static void put_code(strbuf *out, uint32_t code)
{
    if (code == '\n' || code == '\t' || code == '\r')
        strbuf_puts(out, code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\r");
    else if (code < 0x80)
        strbuf_printf(out, "\\x%02x", code);
    else if (code < 0x10000)
        strbuf_printf(out, "\\u%04x", code);
    else
        strbuf_printf(out, "\\U%08x", code);
}

static void put_plain(strbuf *out, uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (plain[i].code == code) {
            strbuf_puts(out, plain[i].text);
            return;
        }
    put_code(out, code);
}

void terminal_escape(const terminal *t, strbuf *out, const char *text)
{
    for (size_t left = strlen(text), n; left; text += n, left -= n) {
        uint32_t code;
        n = utf8_decode(text, left, &code);
        if (n == 0) {
            strbuf_printf(out, "\\x%02x", (unsigned char)*text);
            n = 1;
        } else if (is_hidden(code)) {
            put_code(out, code);
        } else if (code >= 0x80 && !t->has_utf8) {
            put_plain(out, code);
        } else {
            strbuf_put(out, text, n);
        }
    }
}

/* Bytes and columns of the character that escaped text begins with. */
static size_t step(const char *text, size_t n, size_t *ret_columns)
{
    uint32_t code = 0;
    size_t bytes = utf8_decode(text, n, &code);
    *ret_columns = bytes ? utf8_columns(code) : 1;
    return bytes ? bytes : 1;
}

size_t terminal_measure(const char *text, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0, wide; i < n; columns += wide)
        i += step(text + i, n - i, &wide);
    return columns;
}

/* Bytes of as many characters as fit into `columns`. */
static size_t fit(const char *text, size_t n, size_t columns)
{
    size_t at = 0;
    for (size_t used = 0, wide; at < n; used += wide) {
        size_t bytes = step(text + at, n - at, &wide);
        if (used + wide > columns)
            break;
        at += bytes;
    }
    return at;
}

/* As much of the text as can matter to one line: long text costs no more for each of its lines. */
static size_t line_length(const char *text)
{
    size_t n = strnlen(text, LINE_BYTES);
    while (n > LINE_BYTES - 4 &&
           ((unsigned char)text[n] & 0xc0) == 0x80) /* not inside a character */
        n--;
    return n;
}

size_t terminal_wrap(const char *text, size_t columns, size_t *ret_next)
{
    size_t n = line_length(text), fits = fit(text, n, columns), wide;
    if (fits == n) {
        *ret_next = n;
        return n;
    }
    if (fits == 0)
        fits = step(text, n, &wide);
    size_t space = fits;
    while (space > 0 && text[space] != ' ')
        space--;
    size_t mark = fits;
    while (mark > 0 && !strchr("/:,;-", text[mark - 1]))
        mark--;
    /* A break inside a word is worth it only when the line would stay half empty otherwise. */
    size_t end = space > fits / 2 ? space : mark > fits / 2 ? mark : space ? space : fits;
    *ret_next = end;
    while (text[*ret_next] == ' ')
        ++*ret_next;
    return end;
}

void terminal_shorten(const terminal *t, strbuf *out, const char *text, size_t columns)
{
    size_t n = strlen(text), wide;
    const char *dots = t->has_utf8 ? "…" : "...";
    size_t dots_columns = t->has_utf8 ? 1 : 3;
    size_t total = terminal_measure(text, n);
    if (total <= columns || columns < dots_columns + 2) {
        strbuf_put(out, text, n);
        return;
    }
    size_t head = (columns - dots_columns) / 2, tail = columns - dots_columns - head;
    size_t at = fit(text, n, head);
    strbuf_put(out, text, at);
    strbuf_puts(out, dots);
    for (size_t left = total - terminal_measure(text, at); at < n && left > tail; left -= wide)
        at += step(text + at, n - at, &wide);
    strbuf_put(out, text + at, n - at);
}

void terminal_paint(const terminal *t, strbuf *out, style s, const char *text, size_t n)
{
    bool painted = t->has_colour && paint[s][0] && n > 0;
    if (painted)
        strbuf_puts(out, paint[s]);
    strbuf_put(out, text, n);
    if (painted)
        strbuf_puts(out, "\033[0m");
}

void terminal_say(const terminal *t, strbuf *out, style s, const char *text)
{
    AUTO(strbuf) safe = {0};
    terminal_escape(t, &safe, text);
    terminal_paint(t, out, s, strbuf_text(&safe), safe.n);
}

void terminal_paragraph(const terminal *t, strbuf *out, style s, const char *text, size_t indent)
{
    AUTO(strbuf) safe = {0};
    terminal_escape(t, &safe, text);
    size_t columns = t->columns > indent + 20 ? t->columns - indent : 20;
    const char *line = strbuf_text(&safe);
    for (size_t next; *line; line += next) {
        size_t n = terminal_wrap(line, columns, &next);
        strbuf_repeat(out, " ", indent);
        terminal_paint(t, out, s, line, n);
        strbuf_puts(out, "\n");
    }
}

void terminal_heading(const terminal *t, strbuf *out, const char *title)
{
    strbuf_puts(out, "\n");
    terminal_paint(t, out, STYLE_STRONG, title, strlen(title));
    strbuf_puts(out, "\n");
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static bool wants_colour(int fd, terminal_colour when)
{
    if (when != COLOUR_AUTO)
        return when == COLOUR_ALWAYS;
    const char *kind = setting("TERM");
    return isatty(fd) && !*setting("NO_COLOR") && *kind && strcmp(kind, "dumb") != 0;
}

/* The name tells, even where that locale is not installed. */
static bool speaks_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = "";
    for (size_t i = 0; i < ARRAY_LEN(names) && !*locale; i++)
        locale = setting(names[i]);
    return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
}

terminal terminal_probe(int fd, terminal_colour when)
{
    terminal t = {wants_colour(fd, when), speaks_utf8(), COLUMNS_DEFAULT};
    struct winsize size;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        t.columns = size.ws_col;
    t.columns = t.columns < COLUMNS_MIN ? COLUMNS_MIN : t.columns;
    t.columns = t.columns > COLUMNS_MAX ? COLUMNS_MAX : t.columns;
    return t;
}

void terminal_badge(const terminal *t, strbuf *out, spoor_level level)
{
    AUTO(strbuf) badge = {0};
    strbuf_puts(&badge, t->has_colour ? " " : "[");
    for (const char *c = spoor_level_text(level); *c; c++)
        strbuf_printf(&badge, "%c", toupper((unsigned char)*c));
    strbuf_puts(&badge, t->has_colour ? " " : "]");
    terminal_paint(t, out, (style)(STYLE_LEVEL + level), strbuf_text(&badge), badge.n);
}
