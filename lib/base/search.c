/* SPDX-License-Identifier: Apache-2.0
 *
 * search.c -- compares from the end, and steps on by what the last byte allows.
 */
#include "base/search.h"

#include "base/text.h"

static size_t slot_of(char c)
{
    return (unsigned char)text_lower(c);
}

void search_init(search *s, str wanted)
{
    s->wanted = wanted.n > UINT32_MAX ? STR_NONE : wanted;
    for (size_t i = 0; i < ARRAY_LEN(s->step); i++)
        s->step[i] = (uint32_t)s->wanted.n;
    for (size_t i = 0; i + 1 < s->wanted.n; i++)
        s->step[slot_of(wanted.p[i])] = (uint32_t)(s->wanted.n - 1 - i);
}

static bool is_word(char c)
{
    c = text_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_alone(const search *s, str text, size_t at)
{
    size_t end = at + s->wanted.n;
    return (at == 0 || !is_word(text.p[at - 1])) && (end == text.n || !is_word(text.p[end]));
}

bool search_finds(const search *s, str text)
{
    size_t n = s->wanted.n;
    if (n == 0)
        return false;
    for (size_t end = n; end <= text.n; end += s->step[slot_of(text.p[end - 1])]) {
        str window = {text.p + end - n, n};
        if (text_eq_nocase(window, s->wanted) && is_alone(s, text, end - n))
            return true;
    }
    return false;
}
