/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_struct.c -- a recursive-descent reader of `{k=v, k={…}, k=[a, b]}`.
 */
#include "decode/aws_struct.h"

#include "base/limits.h"
#include "base/text.h"

typedef struct scan {
    str rest;
    buf *out;
    unsigned depth;
} scan;

static char peek(const scan *s)
{
    return s->rest.n ? s->rest.p[0] : '\0';
}

static void skip(scan *s, size_t n)
{
    s->rest = str_from(s->rest, n);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(scan *s)
{
    while (s->rest.n && is_space(peek(s)))
        skip(s, 1);
}

/* The first byte at or after `at` that is no white space. */
static char next_solid(str s, size_t at)
{
    while (at < s.n && is_space(s.p[at]))
        at++;
    return at < s.n ? s.p[at] : '\0';
}

static bool is_key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':' || c == '/';
}

/* True when s, which begins behind a comma, goes on with `key=`. */
static bool is_member(str s)
{
    size_t i = 0;
    while (i < s.n && is_space(s.p[i]))
        i++;
    size_t begin = i;
    while (i < s.n && is_key_char(s.p[i]))
        i++;
    return i > begin && i < s.n && s.p[i] == '=';
}

/* Bytes of the JSON value that s begins with, up to the bracket that balances the first; 0: none
 * does. */
static size_t json_span(str s)
{
    size_t depth = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (is_quoted && c == '\\')
            i++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && (c == '{' || c == '['))
            depth++;
        else if (!is_quoted && (c == '}' || c == ']') && --depth == 0)
            return i + 1;
    }
    return 0;
}

static bool is_json(const scan *s)
{
    char next = next_solid(s->rest, 1);
    if (peek(s) == '{')
        return next == '"';
    return next == '"' || (next == '{' && text_has(str_upto(s->rest, 16), "\""));
}

static bool read_json(scan *s)
{
    size_t n = json_span(s->rest);
    if (n == 0)
        return false;
    buf_json_string(s->out, str_upto(s->rest, n));
    skip(s, n);
    return true;
}

static size_t scalar_span(str s, char closer)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == closer)
            return i;
        if (s.p[i] == ',' && (closer == ']' || is_member(str_from(s, i + 1))))
            return i;
    }
    return s.n;
}

static bool read_scalar(scan *s, char closer)
{
    size_t n = scalar_span(s->rest, closer);
    if (n == s->rest.n)
        return false; /* nothing closes it */
    str text = text_trim(str_upto(s->rest, n));
    if (str_is(text, "null"))
        buf_puts(s->out, "null");
    else
        buf_json_string(s->out, text);
    skip(s, n);
    return true;
}

static bool read_group(scan *s, char closer);

/* A value inside a group that `closer` closes. */
static bool read_value(scan *s, char closer)
{
    skip_space(s);
    char c = peek(s);
    if (c != '{' && c != '[')
        return read_scalar(s, closer);
    if (is_json(s))
        return read_json(s);
    skip(s, 1);
    return read_group(s, c == '{' ? '}' : ']');
}

static bool read_key(scan *s)
{
    str key = text_before(s->rest, '=');
    if (key.n == s->rest.n)
        return false;
    buf_json_string(s->out, text_trim(key));
    buf_putc(s->out, ':');
    skip(s, key.n + 1);
    return true;
}

static bool read_members(scan *s, char closer)
{
    for (bool is_first = true; peek(s) != closer; is_first = false) {
        if (!is_first && peek(s) != ',')
            return false;
        if (!is_first) {
            skip(s, 1);
            buf_putc(s->out, ',');
        }
        if (closer == '}' && !read_key(s))
            return false;
        if (!read_value(s, closer))
            return false;
        skip_space(s);
    }
    return true;
}

/* What follows an opening brace or bracket, with the closing one. */
static bool read_group(scan *s, char closer)
{
    if (++s->depth > LIMIT_DEPTH)
        return false;
    buf_putc(s->out, closer == '}' ? '{' : '[');
    skip_space(s);
    if (!read_members(s, closer))
        return false;
    buf_putc(s->out, closer);
    skip(s, 1);
    s->depth--;
    return true;
}

bool aws_struct_to_json(str text, buf *out)
{
    scan s = {.rest = text_trim(text), .out = out};
    char c = peek(&s);
    if (c != '{' && c != '[')
        return false;
    skip(&s, 1);
    return read_group(&s, c == '{' ? '}' : ']') && s.rest.n == 0 && !out->failed;
}
