/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_condition.c -- the operators as a table, and how single comparisons become an answer.
 */
#include "policy/aws_condition.h"

#include "base/ip.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

typedef enum order { LESS = 1, EQUAL = 2, GREATER = 4 } order;

struct aws_operator {
    const char *name;
    /* One value of the request against one of the policy, whose variables are replaced. */
    bool (*matches)(const aws_operator *op, const aws_pattern *wanted, str have);
    bool (*accepts)(str value); /* NULL: any text */
    uint8_t kind;               /* aws_pattern_kind */
    uint8_t orders;             /* that satisfy it */
    bool is_negated, ignores_case;
};

/* ---- one value against one value ------------------------------------------------------------- */

static bool matches_text(const aws_operator *op, const aws_pattern *wanted, str have)
{
    return aws_pattern_matches(wanted, have, op->ignores_case);
}

static bool is_bool(str s)
{
    return text_eq_nocase(s, STR("true")) || text_eq_nocase(s, STR("false"));
}

static bool matches_bool(const aws_operator *op, const aws_pattern *wanted, str have)
{
    (void)op;
    return is_bool(wanted->text) && text_eq_nocase(wanted->text, have);
}

static bool has_order(const aws_operator *op, double a, double b)
{
    order o = a < b ? LESS : a > b ? GREATER : EQUAL;
    return (op->orders & o) != 0;
}

static bool is_number(str s)
{
    double ignored;
    return json_text_number(text_trim(s), &ignored);
}

static bool matches_number(const aws_operator *op, const aws_pattern *wanted, str have)
{
    double a, b;
    return json_text_number(text_trim(have), &a) && json_text_number(text_trim(wanted->text), &b) &&
           has_order(op, a, b);
}

enum { DATE_ALONE = 10 /* "2026-01-31" */ };

static int64_t time_of(str s)
{
    char full[DATE_ALONE + 10];
    s = text_trim(s);
    if (s.n != DATE_ALONE || s.p[4] != '-')
        return time_parse(s);
    memcpy(full, s.p, DATE_ALONE);
    memcpy(full + DATE_ALONE, "T00:00:00Z", 10);
    return time_parse((str){full, sizeof full});
}

static bool is_date(str s)
{
    return time_of(s) != TIME_NONE;
}

static bool matches_date(const aws_operator *op, const aws_pattern *wanted, str have)
{
    int64_t a = time_of(have), b = time_of(wanted->text);
    order o = a < b ? LESS : a > b ? GREATER : EQUAL;
    return a != TIME_NONE && b != TIME_NONE && (op->orders & o) != 0;
}

static bool is_network(str s)
{
    ip_net ignored;
    return ip_parse(s, &ignored);
}

static bool matches_address(const aws_operator *op, const aws_pattern *wanted, str have)
{
    ip_net net, address;
    (void)op;
    return ip_parse(wanted->text, &net) && ip_parse(have, &address) && ip_contains(&net, &address);
}

/* The next digit of base64, in the standard alphabet; 0 at the padding or the end. */
static char next_digit(str *s)
{
    *s = text_trim(*s);
    char c = (char)(s->n && s->p[0] != '=' ? s->p[0] : 0);
    if (c)
        *s = str_from(*s, 1);
    return (char)(c == '-' ? '+' : c == '_' ? '/' : c);
}

static bool is_base64(str s)
{
    static const char others[] = "+/";
    for (char c = next_digit(&s); c; c = next_digit(&s)) {
        char lower = text_lower(c);
        bool is_digit = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
        if (!is_digit && !strchr(others, c))
            return false;
    }
    return s.n <= 2;
}

/* Bytes are equal when their digits are; nothing needs to be decoded. */
static bool matches_binary(const aws_operator *op, const aws_pattern *wanted, str have)
{
    str a = wanted->text, b = have;
    char c, d;
    (void)op;
    do {
        c = next_digit(&a);
        d = next_digit(&b);
    } while (c && c == d);
    return c == d && is_base64(wanted->text);
}

/* ---- operators ------------------------------------------------------------------------------- */

enum {
    EXACT = AWS_PATTERN_EXACT,
    LIKE = AWS_PATTERN_LIKE,
    ARN = AWS_PATTERN_ARN,
    AT_MOST = LESS | EQUAL,
    AT_LEAST = GREATER | EQUAL,
};

/* Negated rows compare as their positive twins do. */
/* clang-format off */
static const aws_operator operators[] = {
    /* name                        matches          accepts     kind   orders    negated  ignores
     * case */
    {"StringEquals",               matches_text,    NULL,       EXACT, 0,        false,   false},
    {"StringNotEquals",            matches_text,    NULL,       EXACT, 0,        true,    false},
    {"StringEqualsIgnoreCase",     matches_text,    NULL,       EXACT, 0,        false,   true},
    {"StringNotEqualsIgnoreCase",  matches_text,    NULL,       EXACT, 0,        true,    true},
    {"StringLike",                 matches_text,    NULL,       LIKE,  0,        false,   false},
    {"StringNotLike",              matches_text,    NULL,       LIKE,  0,        true,    false},
    {"ArnEquals",                  matches_text,    NULL,       ARN,   0,        false,   false},
    {"ArnLike",                    matches_text,    NULL,       ARN,   0,        false,   false},
    {"ArnNotEquals",               matches_text,    NULL,       ARN,   0,        true,    false},
    {"ArnNotLike",                 matches_text,    NULL,       ARN,   0,        true,    false},
    {"Bool",                       matches_bool,    is_bool,    EXACT, 0,        false,   false},
    {"NumericEquals",              matches_number,  is_number,  EXACT, EQUAL,    false,   false},
    {"NumericNotEquals",           matches_number,  is_number,  EXACT, EQUAL,    true,    false},
    {"NumericLessThan",            matches_number,  is_number,  EXACT, LESS,     false,   false},
    {"NumericLessThanEquals",      matches_number,  is_number,  EXACT, AT_MOST,  false,   false},
    {"NumericGreaterThan",         matches_number,  is_number,  EXACT, GREATER,  false,   false},
    {"NumericGreaterThanEquals",   matches_number,  is_number,  EXACT, AT_LEAST, false,   false},
    {"DateEquals",                 matches_date,    is_date,    EXACT, EQUAL,    false,   false},
    {"DateNotEquals",              matches_date,    is_date,    EXACT, EQUAL,    true,    false},
    {"DateLessThan",               matches_date,    is_date,    EXACT, LESS,     false,   false},
    {"DateLessThanEquals",         matches_date,    is_date,    EXACT, AT_MOST,  false,   false},
    {"DateGreaterThan",            matches_date,    is_date,    EXACT, GREATER,  false,   false},
    {"DateGreaterThanEquals",      matches_date,    is_date,    EXACT, AT_LEAST, false,   false},
    {"IpAddress",                  matches_address, is_network, EXACT, 0,        false,   false},
    {"NotIpAddress",               matches_address, is_network, EXACT, 0,        true,    false},
    {"BinaryEquals",               matches_binary,  is_base64,  EXACT, 0,        false,   false},
    {"Null",                       matches_bool,    is_bool,    EXACT, 0,        false,   false},
};
/* clang-format on */

enum { NULL_ROW = ARRAY_LEN(operators) - 1 };

static bool take_word(str *name, const char *word)
{
    if (!text_starts_nocase(*name, word))
        return false;
    *name = str_from(*name, strlen(word));
    return true;
}

static aws_quantifier take_quantifier(str *name)
{
    if (take_word(name, "ForAnyValue:"))
        return AWS_FOR_ANY;
    return take_word(name, "ForAllValues:") ? AWS_FOR_ALL : AWS_FOR_ONE;
}

bool aws_condition_operator(str name, aws_condition *ret)
{
    ret->quantifier = (uint8_t)take_quantifier(&name);
    ret->if_exists = text_ends_nocase(name, "IfExists");
    if (ret->if_exists)
        name.n -= strlen("IfExists");
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (!text_eq_nocase(name, str_of(operators[i].name)))
            continue;
        ret->op = &operators[i];
        return i != NULL_ROW || (!ret->if_exists && ret->quantifier == AWS_FOR_ONE);
    }
    return false;
}

aws_pattern_kind aws_condition_kind(const aws_operator *op)
{
    return op ? (aws_pattern_kind)op->kind : AWS_PATTERN_EXACT;
}

bool aws_condition_accepts(const aws_operator *op, const aws_pattern *value)
{
    return !op || !op->accepts || value->has_variable || op->accepts(value->text);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* A policy's value whose variables are not known may match whatever it does not rule out; of those
 * that are compared as numbers, dates or addresses nothing is ruled out. */
static aws_tri value_matches(const aws_operator *op, const aws_pattern *wanted, str have,
                             const aws_scene *x)
{
    aws_pattern plain;
    if (!wanted->has_variable)
        return aws_tri_of(op->matches(op, wanted, have));
    if (op->matches == matches_text)
        return aws_pattern_test(wanted, have, op->ignores_case, x);
    aws_tri answer = aws_pattern_expand(wanted, x, x->scratch, &plain);
    return answer == AWS_YES ? aws_tri_of(op->matches(op, &plain, have)) : answer;
}

/* Whether one value of the request passes: it matches one of the policy, or for a negated operator
 * under a set operator none. */
static aws_tri passes(const aws_condition *c, str have, bool is_negated, const aws_scene *x)
{
    aws_tri answer = AWS_NO;
    for (uint32_t i = 0; i < c->n_values && answer != AWS_YES; i++)
        answer = aws_or(answer, value_matches(c->op, &c->values[i], have, x));
    return is_negated ? aws_not(answer) : answer;
}

static aws_tri test_one(const aws_condition *c, const aws_context_entry *e, const aws_scene *x)
{
    aws_tri answer = AWS_NO;
    for (size_t i = 0; i < e->n_values && answer != AWS_YES; i++)
        answer = aws_or(answer, passes(c, e->values[i], false, x));
    return c->op->is_negated ? aws_not(answer) : answer;
}

static aws_tri test_set(const aws_condition *c, const aws_context_entry *e, const aws_scene *x)
{
    bool is_any = c->quantifier == AWS_FOR_ANY;
    aws_tri answer = aws_tri_of(!is_any);
    for (size_t i = 0; i < e->n_values; i++) {
        if (e->values[i].n == 0)
            continue;
        aws_tri one = passes(c, e->values[i], c->op->is_negated, x);
        answer = is_any ? aws_or(answer, one) : aws_and(answer, one);
    }
    return answer;
}

static aws_tri test_absent(const aws_condition *c)
{
    if (c->if_exists || c->quantifier == AWS_FOR_ALL)
        return AWS_YES;
    return aws_tri_of(c->op->is_negated && c->quantifier == AWS_FOR_ONE);
}

/* "true": the request does not have the key. */
static aws_tri test_null(const aws_condition *c, bool is_absent, const aws_scene *x)
{
    return passes(c, is_absent ? STR("true") : STR("false"), false, x);
}

static aws_tri perhaps(const aws_condition *c, const aws_scene *x)
{
    if (x->keys)
        aws_keys_add(x->keys, c->key);
    return AWS_PERHAPS;
}

aws_tri aws_condition_test(const aws_condition *c, const aws_scene *x)
{
    const aws_context_entry *entry = NULL;
    aws_tri found = aws_context_find(x->context, c->key, &entry);
    if (!c->op || found == AWS_PERHAPS)
        return perhaps(c, x);
    if (c->op == &operators[NULL_ROW])
        return test_null(c, found == AWS_NO, x);
    if (found == AWS_NO)
        return test_absent(c);
    return c->quantifier == AWS_FOR_ONE ? test_one(c, entry, x) : test_set(c, entry, x);
}
