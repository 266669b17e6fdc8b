/* SPDX-License-Identifier: Apache-2.0
 *
 * split_check.c -- the containers that are open, one bit each.
 */
#include "decode/split_check.h"

#include "decode/split_scan.h"

void split_check_begin(split_check *c)
{
    *c = (split_check){0};
}

static void open_container(split_check *c, bool is_array)
{
    if (c->depth == SPLIT_CHECK_DEPTH) {
        c->is_too_deep = true;
        return;
    }
    uint64_t bit = UINT64_C(1) << c->depth % 64;
    uint64_t *word = &c->is_array[c->depth / 64];
    *word = is_array ? *word | bit : *word & ~bit;
    c->depth++;
}

static bool is_in_array(const split_check *c)
{
    return c->depth > 0 && (c->is_array[(c->depth - 1) / 64] >> (c->depth - 1) % 64 & 1) != 0;
}

static void close_container(split_check *c, bool is_array)
{
    if (c->depth == 0 || is_in_array(c) != is_array)
        c->is_mismatched = true;
    if (c->depth > 0)
        c->depth--;
}

static void take_plain(split_check *c, char byte)
{
    if (byte == '{' || byte == '[')
        open_container(c, byte == '[');
    else if (byte == '}' || byte == ']')
        close_container(c, byte == ']');
    if (!scan_is_space(byte))
        c->last = byte;
}

/* Strings and escapes as the scan sees them, see split_scan.h (4). */
static void take_byte(split_check *c, char byte)
{
    bool was_escaped = c->is_escaped;
    c->is_escaped = byte == '\\' && !was_escaped;
    if (byte == '"' && !was_escaped)
        c->in_string = !c->in_string;
    if (!c->in_string)
        take_plain(c, byte);
}

bool split_check_object(split_check *c, str text)
{
    for (; c->at < text.n && !c->is_too_deep; c->at++)
        take_byte(c, text.p[c->at]);
    if (c->is_too_deep)
        return true;
    return !c->is_mismatched && (c->last != ',' || is_in_array(c));
}

uint64_t split_check_column(str text)
{
    const char *newline = text.n ? memchr(text.p, '\n', text.n) : NULL;
    if (!newline)
        return 0;
    size_t line = (size_t)(newline - text.p) + 1;
    size_t at = line;
    for (; at < text.n && scan_is_space(text.p[at]); at++)
        if (text.p[at] == '\n')
            line = at + 1;
    return at - line;
}
