/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_reading.c -- problems of a policy, and values that are lists or stand for one.
 *
 * Lists are counted before they are read, so each is one allocation of its size.
 */
#include "policy/aws_reading.h"

#include <stdarg.h>
#include <stdio.h>

void aws_statement_show(const aws_statement *s, buf *out)
{
    buf_printf(out, "statement %u", s->index);
    if (s->sid.n) {
        buf_puts(out, " (");
        buf_putstr(out, s->sid);
        buf_putc(out, ')');
    }
}

/* ---- problems -------------------------------------------------------------------------------- */

void aws_reading_problem(aws_reading *r, const char *format, ...)
{
    char text[160];
    AUTO(buf) whole = {0};
    va_list args;
    if (r->policy->n_problems++ > 0)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (r->now) {
        aws_statement_show(r->now, &whole);
        buf_puts(&whole, ": ");
    }
    buf_puts(&whole, text);
    r->policy->problem = arena_dup_buf(r->a, &whole); /* no memory: sticky there */
}

enum { SHOWN = 60 /* bytes of a text that a problem quotes */ };

int aws_reading_quoted(str s)
{
    return (int)(s.n < SHOWN ? s.n : SHOWN);
}

void aws_reading_refuse(aws_reading *r, const char *what)
{
    aws_reading_problem(r, "%s; it is not used", what);
    r->is_broken = true;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_scalar(json_node n)
{
    json_type t = json_node_type(n);
    return t == JSON_STRING || t == JSON_NUMBER || t == JSON_BOOL;
}

bool aws_reading_text(aws_reading *r, json_node n, str *ret)
{
    if (!is_scalar(n))
        return false;
    if (json_node_type(n) == JSON_STRING) {
        *ret = json_node_string(n);
        return true;
    }
    buf_reset(r->value);
    json_node_text(n, r->value);
    r->a->failed |= r->value->failed;
    *ret = buf_str(r->value);
    return true;
}

aws_values aws_values_of(json_node n)
{
    aws_values v = {.is_list_ = json_node_type(n) == JSON_ARRAY, .one_ = n, .n = 1};
    if (v.is_list_) {
        v.it_ = json_iter_of(n);
        v.n = json_node_size(n);
    }
    return v;
}

bool aws_values_next(aws_values *v, json_node *ret)
{
    if (!v->is_list_) {
        *ret = v->one_;
        v->is_list_ = true; /* its iterator is empty */
        return true;
    }
    if (!json_iter_next(&v->it_))
        return false;
    *ret = v->it_.value;
    return true;
}

static void add_value(aws_reading *r, const aws_element *e, json_node n, aws_pattern *items,
                      uint32_t *count)
{
    aws_pattern p;
    str text;
    if (!aws_reading_text(r, n, &text)) {
        aws_reading_problem(r, "%s holds something that is no text", e->name);
        return;
    }
    if (!aws_pattern_compile(r->a, text, e->kind, r->has_variables, &p)) {
        aws_reading_problem(r, "%s holds a text that is too long or has control characters",
                            e->name);
        return;
    }
    if (e->accepts && !e->accepts(&p, e->user)) {
        aws_reading_problem(r, "%s: `%.*s` is malformed", e->name, aws_reading_quoted(text),
                            text.p ? text.p : "");
        return;
    }
    items[(*count)++] = p;
}

aws_patterns aws_reading_patterns(aws_reading *r, const aws_element *e, json_node n)
{
    aws_values v = aws_values_of(n);
    json_node one;
    uint32_t count = 0;
    aws_pattern *items = arena_alloc(r->a, v.n * sizeof *items);
    while (items && aws_values_next(&v, &one))
        add_value(r, e, one, items, &count);
    return (aws_patterns){items, count};
}
