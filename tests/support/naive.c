/* SPDX-License-Identifier: Apache-2.0
 *
 * naive.c -- a predicate is asked of every value that a path leads to, by walking there.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "support/naive.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <pcre2.h>

#include "base/fold.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

enum { PIECES_MAX = 32 };

typedef struct asking {
    const ruleset *rules;
    const rule_predicate *p; /* NULL: only whether there is a value */
    family family;
    json_reader *json;
    json_node root;
    arena texts;
    str other; /* the text compared with, while a REF is answered */
    const rule_predicate *ref;
    bool null_counts; /* whether the field is there, if only as null or as an empty list */
} asking;

/* ---- one value ------------------------------------------------------------------------------- */

static str as_text(asking *a, json_node n)
{
    AUTO(buf) out = {0};
    json_node_text(n, &out);
    return arena_dup_buf(&a->texts, &out);
}

static str as_compared(asking *a, const rule_predicate *p, str text)
{
    AUTO(buf) out = {0};
    if (p->is_cased)
        return text;
    fold_text(text, &out);
    return arena_dup_buf(&a->texts, &out);
}

static bool related(rule_op op, str text, str with)
{
    for (size_t at = 0; at + with.n <= text.n; at++) {
        bool is_here = memcmp(text.p + at, with.p, with.n) == 0;
        bool is_start = at == 0, is_end = at + with.n == text.n;
        if (is_here && (op == RULE_OP_CONTAINS || (op == RULE_OP_STARTS && is_start) ||
                        (op == RULE_OP_ENDS && is_end) || (op == RULE_OP_EQ && is_start && is_end)))
            return true;
    }
    return false;
}

static bool glob(const char *p, size_t n_p, const char *s, size_t n_s)
{
    if (n_p == 0)
        return n_s == 0;
    if (*p == RULE_GLOB_MANY)
        return glob(p + 1, n_p - 1, s, n_s) || (n_s > 0 && glob(p, n_p, s + 1, n_s - 1));
    if (n_s == 0)
        return false;
    size_t letter = 1;
    while (*p == RULE_GLOB_ONE && letter < n_s && ((unsigned char)s[letter] & 0xC0) == 0x80)
        letter++;
    return (*p == RULE_GLOB_ONE || *p == *s) && glob(p + 1, n_p - 1, s + letter, n_s - letter);
}

static bool is_number(str text, double *ret, int64_t *ret_integer, bool *ret_is_integer)
{
    char *end;
    if (text.n == 0 || strspn(text.p, "+-.0123456789eE") != text.n || !json_text_number(text, ret))
        return false;
    errno = 0;
    *ret_integer = strtoll(text.p, &end, 10);
    *ret_is_integer = *end == 0;
    return true;
}

static bool compares(const rule_predicate *p, str text, rule_op op)
{
    double d;
    int64_t i;
    bool is_integer;
    if (!is_number(text, &d, &i, &is_integer))
        return false;
    long double left = is_integer ? (long double)i : (long double)d;
    long double right = p->is_integer ? (long double)p->integer : (long double)p->number;
    if (is_integer && errno == ERANGE)
        left *= 2;
    return op == RULE_OP_LT    ? left < right
           : op == RULE_OP_LTE ? left <= right
           : op == RULE_OP_GT  ? left > right
           : op == RULE_OP_GTE ? left >= right
                               : left == right;
}

static bool equals(asking *a, const rule_predicate *p, json_node n, str text)
{
    double mine, rules;
    if (str_eq(as_compared(a, p, text), p->text))
        return true;
    if (json_node_type(n) != JSON_NUMBER)
        return false;
    if (p->is_number)
        return compares(p, text, RULE_OP_EQ);
    return p->text.n > 0 && strpbrk(p->text.p, ".eE") && json_text_number(p->text, &rules) &&
           json_text_number(text, &mine) && mine == rules;
}

static bool in_net(const rule_predicate *p, str text)
{
    ip_net net;
    if (!ip_parse(text, &net))
        return false;
    if (!net.is_v6 && strchr(text.p, ':')) { /* mapped */
        memmove(net.byte + 12, net.byte, 4);
        memcpy(net.byte, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
        net.is_v6 = true;
        net.prefix = (uint8_t)(net.prefix + 96);
    }
    if (net.is_v6 != p->net.is_v6 || p->net.prefix > net.prefix)
        return false;
    for (unsigned bit = 0; bit < p->net.prefix; bit++) {
        if ((net.byte[bit / 8] ^ p->net.byte[bit / 8]) >> (7 - bit % 8) & 1)
            return false;
    }
    return true;
}

static bool has_part(const rule_predicate *p, str text)
{
    static const char *const formats[] = {"%M", "%H", "%d", "%V", "%m", "%Y"};
    int64_t ns = time_parse(text);
    if (ns == TIME_NONE)
        return false;
    time_t seconds = ns / TIME_SECOND;
    struct tm tm;
    char part[16];
    gmtime_r(&seconds, &tm);
    strftime(part, sizeof part, formats[p->part], &tm);
    long long got = strtoll(part, NULL, 10);
    return p->order == RULE_OP_LT    ? got < p->integer
           : p->order == RULE_OP_LTE ? got <= p->integer
           : p->order == RULE_OP_GT  ? got > p->integer
           : p->order == RULE_OP_GTE ? got >= p->integer
                                     : got == p->integer;
}

static bool finds(const rule_predicate *p, str text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int found = pcre2_match(p->regex, (PCRE2_SPTR)text.p, text.n, 0, 0, data, NULL);
    pcre2_match_data_free(data);
    return found >= 0;
}

static bool any_value(asking *a, const rule_predicate *p, uint32_t field, bool is_flat);

/* For each value of the field that is referred to, with `text` as what it is compared with. */
static bool refers(asking *a, const rule_predicate *p, str text)
{
    a->other = text;
    a->ref = p;
    bool is_any = any_value(a, p, p->other, true);
    a->ref = NULL;
    return is_any;
}

static bool answers(asking *a, const rule_predicate *p, json_node n)
{
    str text = as_text(a, n);
    json_type type = json_node_type(n);
    bool may_spell = type == JSON_NUMBER || type == JSON_STRING;
    if (a->ref)
        return related((rule_op)p->part, as_compared(a, p, a->other), as_compared(a, p, text));
    switch (p->op) {
    case RULE_OP_EQ:
        return equals(a, p, n, text);
    case RULE_OP_STARTS:
    case RULE_OP_ENDS:
    case RULE_OP_CONTAINS:
        return related((rule_op)p->op, as_compared(a, p, text), p->text);
    case RULE_OP_GLOB:
        text = as_compared(a, p, text);
        return glob(p->text.p, p->text.n, text.p, text.n);
    case RULE_OP_REGEX:
        return finds(p, text);
    case RULE_OP_CIDR:
        return type == JSON_STRING && in_net(p, text);
    case RULE_OP_TIMEPART:
        return may_spell && has_part(p, text);
    case RULE_OP_REF:
        return refers(a, p, text);
    default:
        return may_spell && compares(p, text, (rule_op)p->op);
    }
}

/* ---- the way there --------------------------------------------------------------------------- */

typedef struct way {
    char piece[PIECES_MAX][64]; /* a key, or "[…]" */
    bool is_bracket[PIECES_MAX];
    size_t n;
    bool is_flat; /* [all] is [any] */
} way;

static void cut(const char *path, way *ret)
{
    size_t n = 0;
    ret->n = 0;
    for (const char *p = path;; p++) {
        bool is_end = *p == 0 || *p == '.' || *p == '[' || *p == ']';
        if (!is_end || (*p == ']' && n == 0)) {
            p += p[0] == '\\' && p[1] == '.';
            ret->piece[ret->n][n++] = *p;
            continue;
        }
        if (n > 0) {
            ret->piece[ret->n][n] = 0;
            ret->is_bracket[ret->n++] = *p == ']';
            n = 0;
        }
        if (*p == 0)
            return;
    }
}

static json_node opened(asking *a, json_node n)
{
    str text = text_trim(json_node_string(n));
    AUTO(buf) copy = {0};
    if (text_starts_nocase(text, "%7b") || text_starts_nocase(text, "%5b"))
        text_percent_decode(text, &copy);
    else if (text.n > 0 && (text.p[0] == '{' || text.p[0] == '['))
        buf_putstr(&copy, text);
    if (copy.n == 0)
        return n;
    char *room = arena_alloc(&a->texts, copy.n + BUF_PADDING);
    memcpy(room, copy.p, copy.n);
    json_node root;
    return json_parse(a->json, (str){room, copy.n}, &root) == JSON_OK ? root : n;
}

/* The first member whose key spells exactly the pieces from `at` to before `to`, in the given case
 * or any, null or not. */
static bool member_of(json_node n, const way *w, size_t at, size_t to, unsigned how, json_node *ret)
{
    char key[512] = "";
    size_t length = 0;
    for (size_t i = at; i < to; i++)
        length += (size_t)snprintf(key + length, sizeof key - length, "%s%s", i > at ? "." : "",
                                   w->piece[i]);
    bool may_be_null = how & 1, any_case = how & 2;
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it)) {
        bool is_it = str_is(it.key, key) || (any_case && text_eq_nocase(it.key, str_of(key)));
        if (is_it && (may_be_null || json_node_type(it.value) != JSON_NULL)) {
            *ret = it.value;
            return true;
        }
    }
    return false;
}

static bool ask(asking *a, const way *w, size_t at, json_node n);

static bool ask_member(asking *a, const way *w, size_t at, json_node n)
{
    size_t most = at;
    json_node member;
    while (most < w->n && !w->is_bracket[most])
        most++;
    for (size_t to = most; to > at; to--) {
        if (member_of(n, w, at, to, 0, &member) || member_of(n, w, at, to, 2, &member))
            return ask(a, w, to, member);
    }
    for (size_t to = most; a->null_counts && to > at; to--) {
        if (member_of(n, w, at, to, 3, &member))
            return ask(a, w, to, member);
    }
    return false;
}

static bool ask_elements(asking *a, const way *w, size_t at, json_node n, const char *which)
{
    bool is_all = !w->is_flat && strcmp(which, "all") == 0,
         is_index = *which >= '0' && *which <= '9';
    size_t i = 0, yes = 0;
    json_iter it = json_iter_of(n);
    for (; json_iter_next(&it); i++) {
        if (!is_index || i == strtoul(which, NULL, 10))
            yes += ask(a, w, at, it.value);
    }
    return is_all ? i > 0 && yes == i : yes > 0;
}

static bool ask(asking *a, const way *w, size_t at, json_node n)
{
    json_type type = json_node_type(n);
    if (a->null_counts && at == w->n)
        return type != JSON_NONE;
    if (type == JSON_NULL || type == JSON_NONE)
        return false;
    if (at == w->n && type == JSON_ARRAY)
        return ask_elements(a, w, at, n, "any");
    if (at == w->n)
        return !a->p || answers(a, a->p, n);
    n = opened(a, n);
    bool is_array = json_node_type(n) == JSON_ARRAY;
    if (!w->is_bracket[at])
        return is_array ? ask_elements(a, w, at, n, "any") : ask_member(a, w, at, n);
    if (is_array)
        return ask_elements(a, w, at + 1, n, w->piece[at]);
    bool is_first = strtoul(w->piece[at], NULL, 10) == 0; /* of [any] and [all], too */
    return is_first && ask(a, w, at + 1, n);
}

static bool ask_everywhere(asking *a, json_node n)
{
    json_type type = json_node_type(n);
    if (type == JSON_NULL || type == JSON_NONE)
        return a->null_counts && type == JSON_NULL;
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return !a->p || answers(a, a->p, n);
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it)) {
        if (ask_everywhere(a, it.value))
            return true;
    }
    return false;
}

/* True when any value of the field answers p; NULL asks whether there is one. */
static bool any_value(asking *a, const rule_predicate *p, uint32_t field, bool is_flat)
{
    const rule_field *f = &a->rules->fields[field];
    const rule_predicate *before = a->p;
    bool is_any = false, is_there = false;
    way w;
    a->p = p;
    if (f->name.n == 0)
        is_any = ask_everywhere(a, a->root);
    for (size_t i = 0; f->name.n > 0 && i < f->in[a->family].n; i++) {
        if (is_there && !f->is_union)
            break;
        cut(f->in[a->family].path[i], &w);
        a->p = NULL;
        w.is_flat = true;
        is_there = ask(a, &w, 0, a->root) || is_there;
        a->p = p;
        w.is_flat = is_flat;
        is_any = (is_there && ask(a, &w, 0, a->root)) || is_any;
    }
    a->p = before;
    return is_any;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool holds(const asking *in, const rule_predicate *p, str text)
{
    asking a = *in;
    a.json = json_reader_new();
    assert(a.json);
    bool is_true = false, is_json = json_parse(a.json, text, &a.root) == JSON_OK;
    a.null_counts = p->op == RULE_OP_EXISTS;
    bool is_there = is_json && any_value(&a, NULL, p->field, true);
    if (p->op == RULE_OP_EXISTS)
        is_true = (is_there == p->wants) != p->is_negated;
    else if (p->op == RULE_OP_NULL)
        is_true = is_there == p->is_negated;
    else if (p->is_negated)
        is_true = is_there && !any_value(&a, p, p->field, true);
    else
        is_true = any_value(&a, p, p->field, false);
    json_reader_free(a.json);
    arena_done(&a.texts);
    return is_true;
}

static bool is_true(const asking *in, uint32_t node, str text)
{
    const rule_node *n = &in->rules->nodes[node];
    const uint32_t *child = in->rules->children + n->first;
    size_t yes = 0;
    if (n->kind == RULE_NODE_TRUE)
        return true;
    if (n->kind == RULE_NODE_PREDICATE)
        return holds(in, &in->rules->predicates[n->first], text);
    for (uint32_t i = 0; i < n->n; i++)
        yes += is_true(in, child[i], text);
    return n->kind == RULE_NODE_AND ? yes == n->n : n->kind == RULE_NODE_OR ? yes > 0 : yes == 0;
}

bool naive_matches(const ruleset *r, uint32_t rule, family f, str text)
{
    asking a = {.rules = r, .family = f};
    const rule_info *info = &r->rules[rule];
    return (info->families >> f & 1) && is_true(&a, info->root, text);
}
