/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_policy.c -- from a policy document, in whatever form it comes, to statements.
 */
#include "policy/aws_policy.h"

#include <stdlib.h>

#include "policy/aws_reading.h"
#include "base/limits.h"
#include "base/text.h"

struct aws_compiler {
    json_reader *reader; /* of documents that come as text */
    buf text, value;
};

aws_compiler *aws_compiler_new(void)
{
    aws_compiler *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->reader = json_reader_new();
    if (!c->reader) {
        free(c);
        return NULL;
    }
    return c;
}

void aws_compiler_free(aws_compiler *c)
{
    if (!c)
        return;
    json_reader_free(c->reader);
    buf_done(&c->text);
    buf_done(&c->value);
    free(c);
}

/* ---- the document ---------------------------------------------------------------------------- */

static void read_statements(aws_reading *r, json_node n)
{
    aws_values v = aws_values_of(n);
    json_node one;
    aws_policy *p = r->policy;
    size_t room = v.n < LIMIT_POLICY_STATEMENTS ? v.n : LIMIT_POLICY_STATEMENTS;
    aws_statement *items = arena_alloc(r->a, room * sizeof *items);
    p->statements = items;
    for (uint32_t index = 1; items && index <= room && aws_values_next(&v, &one); index++) {
        items[p->n] = (aws_statement){.index = index};
        r->now = &items[p->n];
        p->n += aws_reading_statement(r, one);
    }
    r->now = NULL;
    if (v.n > room)
        aws_reading_problem(r, "statements beyond the first %d are not used",
                            LIMIT_POLICY_STATEMENTS);
}

static void read_version(aws_reading *r, json_node n)
{
    str version = json_node_string(n);
    r->has_variables = !str_is(version, "2008-10-17");
    if (r->has_variables && !str_is(version, "2012-10-17"))
        aws_reading_problem(r, "unknown version `%.*s`", aws_reading_quoted(version),
                            version.p ? version.p : "");
}

/* The member with this name, whatever its case; an exact one is no better. */
static json_node member(json_node n, str name)
{
    for (json_iter it = json_iter_of(n); json_iter_next(&it);) {
        if (text_eq_nocase(it.key, name))
            return it.value;
    }
    return JSON_NODE_NONE;
}

static void check_elements(aws_reading *r, json_node n)
{
    for (json_iter it = json_iter_of(n); json_iter_next(&it);) {
        bool is_known = text_eq_nocase(it.key, STR("Version")) ||
                        text_eq_nocase(it.key, STR("Id")) ||
                        text_eq_nocase(it.key, STR("Statement"));
        if (!is_known)
            aws_reading_problem(r, "unknown element `%.*s`", aws_reading_quoted(it.key), it.key.p);
    }
}

static void read_document(aws_reading *r, json_node n)
{
    if (json_node_type(n) != JSON_OBJECT) {
        aws_reading_problem(r, "the document is no JSON object");
        return;
    }
    json_node version = member(n, STR("Version")), statements = member(n, STR("Statement"));
    if (json_node_type(version) != JSON_NONE)
        read_version(r, version);
    check_elements(r, n);
    if (json_node_type(statements) == JSON_NONE)
        aws_reading_problem(r, "there is no Statement");
    else
        read_statements(r, statements);
}

/* ---- documents in strings -------------------------------------------------------------------- */

static json_status parse_text(aws_compiler *c, str text, json_node *ret)
{
    text = text_trim(text);
    if (text.n > LIMIT_POLICY_BYTES)
        return JSON_BAD;
    buf_reset(&c->text);
    if (text.n && text.p[0] == '%')
        text_percent_decode(text, &c->text);
    else
        buf_putstr(&c->text, text);
    return c->text.failed ? JSON_NO_MEMORY : json_parse(c->reader, buf_str(&c->text), ret);
}

static json_status unwrap(aws_compiler *c, json_node *n)
{
    json_status status = JSON_OK;
    for (int i = 0; i < LIMIT_UNWRAP && json_node_type(*n) == JSON_STRING; i++) {
        status = parse_text(c, json_node_string(*n), n);
        if (status != JSON_OK)
            break;
    }
    return status;
}

static const aws_policy *compile(aws_compiler *c, arena *a, json_node document, json_status status,
                                 str name)
{
    aws_policy *p = status == JSON_NO_MEMORY ? NULL : arena_alloc(a, sizeof *p);
    if (!p)
        return NULL;
    p->name = name;
    aws_reading r = {.a = a, .value = &c->value, .policy = p};
    if (status == JSON_OK)
        read_document(&r, document);
    else
        aws_reading_problem(&r,
                            "the document is no JSON, or longer than 256 KiB (limit policy_bytes)");
    return a->failed ? NULL : p;
}

const aws_policy *aws_policy_compile(aws_compiler *c, arena *a, json_node document, str name)
{
    json_status status = unwrap(c, &document);
    const aws_policy *p = compile(c, a, document, status, name);
    json_reader_reset(c->reader);
    return p;
}

const aws_policy *aws_policy_parse(aws_compiler *c, arena *a, str text, str name)
{
    json_node document = JSON_NODE_NONE;
    json_status status = parse_text(c, text, &document);
    if (status == JSON_OK)
        status = unwrap(c, &document);
    const aws_policy *p = compile(c, a, document, status, name);
    json_reader_reset(c->reader);
    return p;
}
