/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_pattern.c -- from the text of a policy to the alphabet of patterns, and variables to values.
 *
 * A compiled pattern is never longer than its text: `${key}` takes one byte less.
 */
#include "policy/aws_pattern.h"

#include "policy/aws_alphabet.h"
#include "base/text.h"

enum { ARN_COLONS = 5 };

/* A text on its way into the alphabet. */
typedef struct encoder {
    str raw;
    size_t at;
    aws_pattern_kind kind;
    bool has_variables, is_arn;
    unsigned colons;
    char *out;
    size_t n;
    aws_pattern *p;
} encoder;

static bool is_control(char c)
{
    return (unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\r';
}

static bool is_clean(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (is_control(s.p[i]))
            return false;
    }
    return true;
}

/* True where a `*` may run on over the colon behind it, or has none behind it. Over the partition
 * it does not: what follows must be a service, which no wildcard may stand for. */
static bool ends_part(const encoder *e)
{
    bool is_last = e->at + 1 == e->raw.n, is_partition = e->colons == 1;
    bool has_colon = !is_last && e->raw.p[e->at + 1] == ':';
    return is_last || (e->kind == AWS_PATTERN_RESOURCE && has_colon && !is_partition);
}

static char star_symbol(const encoder *e)
{
    if (e->kind == AWS_PATTERN_EXACT)
        return SYM_STAR;
    if (e->kind == AWS_PATTERN_REACH)
        return SYM_PART_ANY;
    bool is_inside = e->is_arn && e->colons < ARN_COLONS && !ends_part(e);
    return (char)(is_inside ? SYM_PART_ANY : SYM_ANY);
}

static char one_symbol(const encoder *e)
{
    if (e->kind == AWS_PATTERN_EXACT)
        return SYM_QUESTION;
    bool is_inside = e->is_arn && e->colons < ARN_COLONS;
    return (char)(is_inside || e->kind == AWS_PATTERN_REACH ? SYM_PART_ONE : SYM_ONE);
}

static void put(encoder *e, char symbol)
{
    e->out[e->n++] = symbol;
}

static void put_text(encoder *e, str s)
{
    if (s.n)
        memcpy(e->out + e->n, s.p, s.n);
    e->n += s.n;
}

/* The default in "key, 'default'"; false when there is none. */
static bool default_of(str inside, str *ret_key, str *ret_default)
{
    str key = text_before(inside, ',');
    str value = text_trim(str_from(inside, key.n + 1));
    *ret_key = text_trim(key);
    bool is_quoted = value.n >= 2 && value.p[0] == '\'' && value.p[value.n - 1] == '\'';
    if (!is_quoted)
        return false;
    *ret_default = (str){value.p + 1, value.n - 2};
    return true;
}

/* ${…} at the place of the encoder; false when none is there. */
static bool put_variable(encoder *e)
{
    str rest = str_from(e->raw, e->at);
    str inside = text_before(str_from(rest, 2), '}'), key, fallback;
    if (!text_starts(rest, "${") || inside.n + 2 >= rest.n)
        return false;
    e->at += inside.n + 3;
    if (str_is(inside, "*") || str_is(inside, "?") || str_is(inside, "$")) {
        put(e, (char)(inside.p[0] == '*' ? SYM_STAR : inside.p[0] == '?' ? SYM_QUESTION : '$'));
        return true;
    }
    e->p->has_variable = true;
    bool has_default = default_of(inside, &key, &fallback);
    put(e, SYM_VARIABLE);
    put_text(e, key);
    if (has_default) {
        put(e, SYM_DEFAULT);
        put_text(e, fallback);
    }
    put(e, SYM_END);
    return true;
}

static void put_character(encoder *e)
{
    char c = e->raw.p[e->at];
    bool is_wild = (c == '*' || c == '?') && e->kind != AWS_PATTERN_EXACT;
    e->p->has_wildcard |= is_wild;
    e->colons += c == ':';
    if (c == '*')
        put(e, star_symbol(e));
    else if (c == '?')
        put(e, one_symbol(e));
    else
        put(e, e->kind == AWS_PATTERN_ACTION ? text_lower(c) : c);
    e->at++;
}

bool aws_pattern_compile(arena *a, str raw, aws_pattern_kind kind, bool has_variables,
                         aws_pattern *ret)
{
    if (raw.n > LIMIT_POLICY_PATTERN || !is_clean(raw))
        return false;
    aws_pattern p = {.is_all = str_is(raw, "*") && kind != AWS_PATTERN_EXACT};
    if (p.is_all) {
        *ret = (aws_pattern){.text = STR("*"), .has_wildcard = true, .is_all = true};
        return true;
    }
    bool is_arn = kind == AWS_PATTERN_ARN || kind == AWS_PATTERN_RESOURCE;
    encoder e = {.raw = raw, .kind = kind, .is_arn = is_arn, .p = &p};
    bool may_have = has_variables && kind != AWS_PATTERN_ACTION;
    e.has_variables = may_have && raw.n && memchr(raw.p, '$', raw.n);
    e.out = arena_alloc(a, raw.n);
    if (!e.out)
        return false;
    while (e.at < raw.n) {
        if (!e.has_variables || !put_variable(&e))
            put_character(&e);
    }
    p.text = (str){e.out, e.n};
    *ret = p;
    return true;
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Text that stands for itself, whatever it holds. */
static void put_value(buf *out, str value)
{
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        buf_putc(out, (char)(c == '*' ? SYM_STAR : c == '?' ? SYM_QUESTION : c));
    }
}

/* What stands between SYM_VARIABLE and SYM_END. */
static aws_tri put_value_of(str inside, const aws_scene *x, buf *out)
{
    str key = text_before(inside, SYM_DEFAULT);
    bool has_default = key.n < inside.n;
    const aws_context_entry *entry = NULL;
    aws_tri found = aws_context_find(x->context, key, &entry);
    if (found == AWS_PERHAPS) {
        if (x->keys)
            aws_keys_add(x->keys, key);
        buf_putc(out, SYM_ANY);
        return AWS_PERHAPS;
    }
    if (found == AWS_NO && has_default)
        put_value(out, str_from(inside, key.n + 1));
    if (found == AWS_NO)
        return aws_tri_of(has_default);
    put_value(out, entry->values[0]);
    return aws_tri_of(entry->n_values == 1); /* keys with many values are no variables */
}

aws_tri aws_pattern_expand(const aws_pattern *p, const aws_scene *x, buf *out, aws_pattern *ret)
{
    *ret = *p;
    if (!p->has_variable)
        return AWS_YES;
    aws_tri answer = AWS_YES;
    str rest = p->text;
    out->n = 0; /* a failure stays */
    while (rest.n) {
        str plain = text_before(rest, SYM_VARIABLE);
        buf_putstr(out, plain);
        rest = str_from(rest, plain.n + 1);
        if (rest.n == 0)
            break;
        str inside = text_before(rest, SYM_END);
        answer = aws_and(answer, put_value_of(inside, x, out));
        rest = str_from(rest, inside.n + 1);
    }
    ret->text = buf_str(out);
    ret->has_variable = false;
    ret->has_wildcard = p->has_wildcard || answer == AWS_PERHAPS;
    return answer;
}

aws_tri aws_pattern_test(const aws_pattern *p, str text, bool ignores_case, const aws_scene *x)
{
    aws_pattern plain;
    if (!p->has_variable)
        return aws_tri_of(aws_pattern_matches(p, text, ignores_case));
    aws_scene quiet = {x->context, x->scratch, NULL};
    aws_tri answer = aws_pattern_expand(p, &quiet, x->scratch, &plain);
    if (!aws_pattern_matches(&plain, text, ignores_case))
        return AWS_NO;
    if (answer == AWS_PERHAPS && x->keys)
        aws_pattern_expand(p, x, x->scratch, &plain);
    return answer;
}

/* ---- words ----------------------------------------------------------------------------------- */

static const char shown[] = {
    [SYM_STAR] = '*',     [SYM_QUESTION] = '?', [SYM_PART_ANY] = '*',
    [SYM_PART_ONE] = '?', [SYM_END] = '}',
};

void aws_pattern_show(const aws_pattern *p, buf *out)
{
    for (size_t i = 0; i < p->text.n; i++) {
        unsigned char c = (unsigned char)p->text.p[i];
        if (c == SYM_VARIABLE)
            buf_puts(out, "${");
        else if (c == SYM_DEFAULT)
            buf_puts(out, ", ");
        else
            buf_putc(out, (char)(c < ARRAY_LEN(shown) && shown[c] ? shown[c] : (char)c));
    }
}
