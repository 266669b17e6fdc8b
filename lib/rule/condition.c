/* SPDX-License-Identifier: Apache-2.0
 *
 * condition.c -- precedence climbing over words and parentheses.
 *
 *  (1) `at` is the place of `word` in the text; `rest` begins behind it. An empty word is the end.
 *  (2) A NULL expression means that the problem has been reported, or that memory is out; either
 *      way parsing stops.
 */
#include "rule/condition.h"

#include "base/limits.h"
#include "base/text.h"

typedef struct parser {
    arena *a;
    const sigma_text *text;
    const condition_names *names;
    reporter *r;
    str word, rest;
    size_t depth;
    size_t size; /* of the expression so far: children that joins may have copied */
} parser;

enum { WANT_ALL = -1 };

/* clang-format off */
static const struct {
    const char *word;
    uint8_t power; /* the higher binds tighter */
    rule_node_kind kind;
} BINARY[] = {
    {"or",  1, RULE_NODE_OR},
    {"and", 2, RULE_NODE_AND},
};
/* clang-format on */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_paren(char c)
{
    return c == '(' || c == ')';
}

static void advance(parser *p)
{
    while (p->rest.n && is_space(p->rest.p[0]))
        p->rest = str_from(p->rest, 1);
    size_t n = 0;
    while (n < p->rest.n && !is_space(p->rest.p[n]) && !is_paren(p->rest.p[n]))
        n++;
    if (n == 0 && p->rest.n)
        n = 1; /* a parenthesis */
    p->word = (str){p->rest.p, n};
    p->rest = (str){p->rest.p + n, p->rest.n - n};
}

static bool word_is(const parser *p, const char *word)
{
    return text_eq_nocase(p->word, str_of(word));
}

static diag_pos here(const parser *p)
{
    size_t offset = p->word.p ? (size_t)(p->word.p - p->text->text.p) : 0;
    return report_inside(p->r, p->text->pos, p->text->text, offset);
}

static expr *refuse(parser *p, const char *hint, const char *message)
{
    report_error(p->r, here(p), hint, "%s", message);
    return NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* The star last passed takes one character more whenever what follows it does not fit. */
bool condition_name_matches(str pattern, str name)
{
    size_t p = 0, i = 0, star = SIZE_MAX, retry = 0;
    while (i < name.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            retry = i;
        } else if (p < pattern.n && pattern.p[p] == name.p[i]) {
            p++;
            i++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            i = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static bool is_hidden(str name, str pattern)
{
    return name.n && name.p[0] == '_' && !(pattern.n && pattern.p[0] == '_');
}

static size_t find_name(const parser *p, size_t *ret_other_case)
{
    const condition_names *names = p->names;
    size_t other = SIZE_MAX, others = 0;
    for (size_t i = 0; i < names->n; i++) {
        if (str_eq(names->names[i], p->word))
            return i;
        if (text_eq_nocase(names->names[i], p->word)) {
            other = i;
            others++;
        }
    }
    *ret_other_case = others == 1 ? other : SIZE_MAX;
    return SIZE_MAX;
}

static const char *hint_for_name(const parser *p)
{
    if (!memchr(p->word.p, '*', p->word.n))
        return report_nearest(p->a, p->word, p->names->names, p->names->n);
    str hint = arena_printf(p->a, "write `1 of %.*s` or `all of %.*s`", (int)p->word.n, p->word.p,
                            (int)p->word.n, p->word.p);
    return hint.p ? hint.p : "";
}

static expr *parse_name(parser *p)
{
    size_t other_case = SIZE_MAX;
    size_t i = find_name(p, &other_case);
    if (i == SIZE_MAX && other_case == SIZE_MAX) {
        report_error(p->r, here(p), hint_for_name(p), "no %s is called `%.*s`", p->names->what,
                     (int)p->word.n, p->word.p);
        return NULL;
    }
    if (i == SIZE_MAX) {
        i = other_case;
        str name = p->names->names[i];
        report_warning(p->r, here(p), "letter case counts in names",
                       "`%.*s` is taken for the %s `%.*s`", (int)p->word.n, p->word.p,
                       p->names->what, (int)name.n, name.p);
    }
    p->names->used[i] = true;
    p->size += p->names->meanings[i]->n + 1;
    advance(p);
    return p->names->meanings[i];
}

/* ---- quantifiers ----------------------------------------------------------------------------- */

/* `N of`, `any of`, `all of`. */
static bool is_quantifier(const parser *p, int64_t *ret_want)
{
    parser behind = *p;
    advance(&behind);
    if (!word_is(&behind, "of"))
        return false;
    *ret_want = WANT_ALL;
    if (word_is(p, "all"))
        return true;
    *ret_want = 1;
    return word_is(p, "any") || (p->word.p[0] != '-' && text_to_int(p->word, ret_want));
}

/* What a pattern names. */
static expr **pick_names(parser *p, str pattern, size_t *ret_n)
{
    const condition_names *names = p->names;
    expr **kids = arena_alloc(p->a, names->n * sizeof(expr *));
    size_t n = 0;
    for (size_t i = 0; kids && i < names->n; i++) {
        str name = names->names[i];
        if (is_hidden(name, pattern) || !condition_name_matches(pattern, name))
            continue;
        names->used[i] = true;
        kids[n++] = names->meanings[i];
    }
    *ret_n = n;
    return kids;
}

static expr *refuse_target(parser *p)
{
    report_error(p->r, here(p), report_nearest(p->a, p->word, p->names->names, p->names->n),
                 "no %s has a name like `%.*s`", p->names->what, (int)p->word.n, p->word.p);
    return NULL;
}

static expr *refuse_count(parser *p, diag_pos pos, int64_t want, size_t n)
{
    report_error(p->r, pos, "", "%lld of them cannot match: the condition names %zu",
                 (long long)want, n);
    return NULL;
}

/* `2 of` many: every choice of two is written out, as far as they share nothing. */
static bool is_too_large(int64_t want, expr *const *kids, size_t n, size_t *ret_size)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += kids[i]->n + 1;
    *ret_size = size;
    return want > 1 && (size_t)want < n &&
           (want > LIMIT_RULE_DEPTH || size > LIMIT_RULE_VALUES / (size_t)want / n);
}

static expr *parse_quantified(parser *p, int64_t want)
{
    diag_pos pos = here(p);
    advance(p); /* the count */
    advance(p); /* of */
    if (p->word.n == 0 || is_paren(p->word.p[0]))
        return refuse(p, "", "`of` wants `them` or a name such as `selection_*` behind it");
    str pattern = word_is(p, "them") ? STR("*") : p->word;
    size_t n, size;
    expr **kids = pick_names(p, pattern, &n);
    if (!kids)
        return NULL;
    if (n == 0)
        return refuse_target(p);
    if (want == WANT_ALL)
        want = (int64_t)n;
    if ((size_t)want > n)
        return refuse_count(p, pos, want, n);
    if (is_too_large(want, kids, n, &size)) {
        report_error(p->r, pos, "", "`%lld of` %zu names is too large to be compiled",
                     (long long)want, n);
        return NULL;
    }
    p->size += size;
    advance(p);
    return expr_at_least(p->a, kids, n, (size_t)want);
}

/* ---- expressions ----------------------------------------------------------------------------- */

static expr *parse_binary(parser *p, uint8_t power);

static expr *parse_parentheses(parser *p)
{
    diag_pos open = here(p);
    advance(p);
    expr *e = parse_binary(p, 0);
    if (!e)
        return NULL;
    if (!word_is(p, ")")) {
        report_error(p->r, open, "", "this parenthesis is not closed");
        return NULL;
    }
    advance(p);
    return e;
}

static bool is_operator(const parser *p)
{
    return word_is(p, "and") || word_is(p, "or") || word_is(p, "of");
}

static expr *parse_operand(parser *p)
{
    int64_t want;
    if (p->word.n == 0)
        return refuse(p, "", "the condition ends where a name is expected");
    if (word_is(p, "("))
        return parse_parentheses(p);
    if (word_is(p, ")"))
        return refuse(p, "", "`)` where a name is expected");
    if (p->word.p[0] == '|')
        return refuse(p, "write a correlation rule", "aggregations are not conditions any more");
    if (is_quantifier(p, &want))
        return want ? parse_quantified(p, want)
                    : refuse(p, "write `not 1 of`", "`0 of` is always true");
    if (is_operator(p))
        return refuse(p, "", "an operator where a name is expected");
    return parse_name(p);
}

static expr *parse_unary(parser *p)
{
    bool negates = false;
    for (; word_is(p, "not"); advance(p))
        negates = !negates;
    if (p->depth >= LIMIT_RULE_DEPTH) {
        report_error(p->r, here(p), "", "conditions nest at most %d deep", LIMIT_RULE_DEPTH);
        return NULL;
    }
    if (p->size > LIMIT_RULE_VALUES) {
        report_error(p->r, here(p), "", "the condition is too large: at most %d values",
                     LIMIT_RULE_VALUES);
        return NULL;
    }
    p->depth++;
    expr *e = parse_operand(p);
    p->depth--;
    return e && negates ? expr_not(p->a, e) : e;
}

/* Row of BINARY that the word names, when it binds tighter than `power`; its length otherwise. */
static size_t binary_row(const parser *p, uint8_t power)
{
    size_t i = 0;
    while (i < ARRAY_LEN(BINARY) && !(word_is(p, BINARY[i].word) && BINARY[i].power > power))
        i++;
    return i;
}

typedef struct operands {
    expr **items;
    size_t n, cap;
} operands;

static bool push(arena *a, operands *list, expr *e)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 8;
        expr **items = arena_alloc(a, cap * sizeof(expr *));
        if (!items)
            return false;
        if (list->n)
            memcpy(items, list->items, list->n * sizeof(expr *));
        list->items = items;
        list->cap = cap;
    }
    list->items[list->n++] = e;
    return true;
}

/* first OP x OP y …: joined at once, so long chains cost no more than their length. */
static expr *parse_chain(parser *p, expr *first, size_t row)
{
    operands list = {0};
    if (!push(p->a, &list, first))
        return NULL;
    while (word_is(p, BINARY[row].word)) {
        advance(p);
        expr *next = parse_binary(p, BINARY[row].power);
        if (!next || !push(p->a, &list, next))
            return NULL;
    }
    return expr_join(p->a, BINARY[row].kind, list.items, list.n);
}

static expr *parse_binary(parser *p, uint8_t power)
{
    expr *left = parse_unary(p);
    size_t row;
    while (left && (row = binary_row(p, power)) < ARRAY_LEN(BINARY))
        left = parse_chain(p, left, row);
    return left;
}

static bool is_listed(const sigma_text *list, size_t n, str word)
{
    while (n > 0 && !str_eq(list[n - 1].text, word))
        n--;
    return n > 0;
}

static bool is_plain_name(const parser *p)
{
    int64_t want;
    bool is_target = word_is(p, "them") || memchr(p->word.p, '*', p->word.n);
    return !is_paren(p->word.p[0]) && !is_operator(p) && !word_is(p, "not") && !is_target &&
           !is_quantifier(p, &want);
}

sigma_text *condition_words(arena *a, const sigma_text *text, const diag_source *source,
                            size_t *ret_n)
{
    reporter muted = {.source = source};
    parser p = {.a = a, .text = text, .r = &muted, .rest = text->text};
    sigma_text *list = arena_alloc(a, (text->text.n / 2 + 1) * sizeof *list);
    size_t n = 0;
    for (advance(&p); list && p.word.n; advance(&p)) {
        if (is_plain_name(&p) && !is_listed(list, n, p.word))
            list[n++] = (sigma_text){p.word, here(&p)};
    }
    *ret_n = n;
    return list;
}

expr *condition_parse(arena *a, const sigma_text *text, const condition_names *names, reporter *r)
{
    parser p = {.a = a, .text = text, .names = names, .r = r, .rest = text->text};
    advance(&p);
    expr *e = parse_binary(&p, 0);
    if (!e || p.word.n == 0)
        return e;
    if (p.word.p[0] == '|')
        return refuse(&p, "write a correlation rule", "aggregations are not conditions any more");
    report_error(r, here(&p), "", "`%.*s` where `and`, `or` or the end is expected", (int)p.word.n,
                 p.word.p);
    return NULL;
}
