/* SPDX-License-Identifier: Apache-2.0
 *
 * pattern.c -- reading Sigma's strings, and choosing the cheapest operation that decides them.
 */
#include "rule/pattern.h"

static bool is_mark(char c)
{
    return c == RULE_GLOB_MANY || c == RULE_GLOB_ONE;
}

static bool is_special(char c)
{
    return c == '*' || c == '?' || c == '\\';
}

/* Two stars say no more than one. */
static void put_many(buf *out)
{
    if (out->n == 0 || out->p[out->n - 1] != RULE_GLOB_MANY)
        buf_putc(out, RULE_GLOB_MANY);
}

static bool read_marks(str s, buf *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (is_mark(c))
            return false;
        if (c == '\\' && i + 1 < s.n && is_special(s.p[i + 1]))
            buf_putc(out, s.p[++i]);
        else if (c == '*')
            put_many(out);
        else
            buf_putc(out, c == '?' ? (char)RULE_GLOB_ONE : c);
    }
    return true;
}

bool pattern_parse(arena *a, str s, pattern *ret)
{
    CLEANUP(buf_done) buf marked = {0};
    if (!read_marks(s, &marked))
        return false;
    pattern p = {.text = arena_dup_buf(a, &marked)};
    if (p.text.n && p.text.p[0] == RULE_GLOB_MANY) {
        p.opens_front = true;
        p.opens_back = p.text.n == 1;
        p.text = str_from(p.text, 1);
    }
    if (p.text.n && p.text.p[p.text.n - 1] == RULE_GLOB_MANY) {
        p.opens_back = true;
        p.text.n--;
    }
    *ret = p;
    return true;
}

bool pattern_has_wildcards(const pattern *p)
{
    for (size_t i = 0; i < p->text.n && !p->is_bytes; i++) {
        if (is_mark(p->text.p[i]))
            return true;
    }
    return false;
}

rule_op pattern_op(arena *a, const pattern *p, str *ret_text)
{
    static const uint8_t by_ends[2][2] = {
        {RULE_OP_EQ, RULE_OP_STARTS},
        {RULE_OP_ENDS, RULE_OP_CONTAINS},
    };
    static const char many[] = {RULE_GLOB_MANY};
    str star = {many, 1};
    if (!pattern_has_wildcards(p)) {
        *ret_text = p->text;
        bool is_any = p->text.n == 0 && (p->opens_front || p->opens_back);
        return is_any ? RULE_OP_STARTS : (rule_op)by_ends[p->opens_front][p->opens_back];
    }
    str part[] = {p->opens_front ? star : STR_NONE, p->text, p->opens_back ? star : STR_NONE};
    *ret_text = arena_join(a, part, ARRAY_LEN(part));
    return RULE_OP_GLOB;
}
