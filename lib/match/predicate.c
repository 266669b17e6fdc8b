/* SPDX-License-Identifier: Apache-2.0
 *
 * predicate.c -- one function for each row of op.def, and the rule of "any value".
 */
#include "match/predicate.h"

#include "base/text.h"
#include "base/time.h"

typedef bool test_fn(const predicate_ctx *ctx, const rule_predicate *p, path_item *value);

/* ---- text ------------------------------------------------------------------------------------ */

/* The value as the predicate compares it. */
static str text_for(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    return p->is_cased ? path_text(ctx->record, value) : path_folded(ctx->record, value);
}

static bool starts(str text, str with)
{
    return str_eq(str_upto(text, with.n), with);
}

static bool ends(str text, str with)
{
    return with.n <= text.n && (with.n == 0 || str_eq(str_from(text, text.n - with.n), with));
}

static bool contains(str text, str part)
{
    return part.n == 0 || (part.n <= text.n && memmem(text.p, text.n, part.p, part.n) != NULL);
}

/* EQ, STARTS, ENDS, CONTAINS. */
static bool relates(rule_op op, str text, str with)
{
    switch (op) {
    case RULE_OP_STARTS:
        return starts(text, with);
    case RULE_OP_ENDS:
        return ends(text, with);
    case RULE_OP_CONTAINS:
        return contains(text, with);
    default:
        return str_eq(text, with);
    }
}

static bool test_text(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    return relates((rule_op)p->op, text_for(ctx, p, value), p->text);
}

/* Bytes of the letter that begins at i. */
static size_t letter_at(str s, size_t i)
{
    size_t n = 1;
    while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* A '*' first stands for nothing; where the rest fails the last one takes one letter more. Those
 * before it need no second look: the part behind them was found as early as possible. */
static bool glob(str pattern, str s)
{
    size_t p = 0, i = 0, star_p = SIZE_MAX, star_i = 0;
    for (;;) {
        if (p < pattern.n && pattern.p[p] == RULE_GLOB_MANY) {
            star_p = ++p;
            star_i = i;
        } else if (p < pattern.n && i < s.n && pattern.p[p] == RULE_GLOB_ONE) {
            i += letter_at(s, i);
            p++;
        } else if (p < pattern.n && i < s.n && pattern.p[p] == s.p[i]) {
            i++;
            p++;
        } else if (p == pattern.n && i == s.n) {
            return true;
        } else if (star_p == SIZE_MAX || star_i >= s.n) {
            return false;
        } else {
            star_i += letter_at(s, star_i);
            i = star_i;
            p = star_p;
        }
    }
}

static bool test_glob(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    return glob(p->text, text_for(ctx, p, value));
}

static bool test_regex(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    return regex_find(ctx->regex, p->regex, path_text(ctx->record, value));
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool is_integer_text(str s)
{
    for (size_t i = s.p[0] == '-'; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return true;
}

/* -1, 0, 1: the number that the text spells is below, equal to, above the predicate's. False: it
 * spells none. */
static bool compare_number(str text, const rule_predicate *p, int *ret_order)
{
    double number;
    int64_t integer;
    if (!json_text_number(text, &number))
        return false;
    if (p->is_integer && text_to_int(text, &integer))
        *ret_order = (integer > p->integer) - (integer < p->integer);
    else if (p->is_integer && is_integer_text(text)) /* beyond 64 bits */
        *ret_order = text.p[0] == '-' ? -1 : 1;
    else
        *ret_order = (number > p->number) - (number < p->number);
    return true;
}

/* A number of the record equals a text of the rule that spells it otherwise: 5 and "5.0". Integers
 * have one spelling. */
static bool equals_spelling(str number_text, str rule_text)
{
    double a, b;
    return rule_text.n > 0 && !is_integer_text(rule_text) && json_text_number(rule_text, &a) &&
           json_text_number(number_text, &b) && a == b;
}

static bool test_equal(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    int order;
    if (test_text(ctx, p, value))
        return true;
    if (value->type != JSON_NUMBER)
        return false;
    str text = path_text(ctx->record, value);
    if (p->is_number)
        return compare_number(text, p, &order) && order == 0;
    return equals_spelling(text, p->text);
}

/* order: -1, 0, 1. */
static bool is_ordered(rule_op op, int order)
{
    switch (op) {
    case RULE_OP_LT:
        return order < 0;
    case RULE_OP_LTE:
        return order <= 0;
    case RULE_OP_GT:
        return order > 0;
    case RULE_OP_GTE:
        return order >= 0;
    default:
        return order == 0;
    }
}

static bool test_order(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    int order;
    bool may_spell = value->type == JSON_NUMBER || value->type == JSON_STRING;
    return may_spell && compare_number(path_text(ctx->record, value), p, &order) &&
           is_ordered((rule_op)p->op, order);
}

/* ---- addresses and times --------------------------------------------------------------------- */

static bool holds_colon(str s)
{
    return s.n > 0 && memchr(s.p, ':', s.n) != NULL;
}

/* ip_parse makes a mapped address the IPv4 address it stands for; the colon tells. To rules it is
 * an IPv6 address. */
static bool test_cidr(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    str text = path_text(ctx->record, value);
    ip_net net;
    if (value->type != JSON_STRING || !ip_parse(text, &net))
        return false;
    if (!net.is_v6 && holds_colon(text))
        ip_map(&net);
    return ip_contains(&p->net, &net);
}

typedef struct part_place {
    uint8_t at, n; /* in "2026-01-02T03:04" */
} part_place;

static const part_place places[] = {
    [RULE_MINUTE] = {14, 2}, [RULE_HOUR] = {11, 2}, [RULE_DAY] = {8, 2},
    [RULE_MONTH] = {5, 2},   [RULE_YEAR] = {0, 4},
};

static int64_t written_part(int64_t ns, rule_timepart part)
{
    char text[TIME_TEXT_MAX];
    int64_t value = -1;
    time_format(ns, text);
    text_to_int((str){text + places[part].at, places[part].n}, &value);
    return value;
}

/* The week is that of its Thursday, counted from the first Thursday of the Thursday's year. Day 0
 * was a Thursday. */
static int64_t iso_week(int64_t ns)
{
    int64_t day = ns / TIME_DAY, weekday = (day + 3) % 7; /* Monday: 0 */
    int64_t thursday = (day - weekday + 3) * TIME_DAY;
    char text[TIME_TEXT_MAX];
    time_format(thursday, text);
    memcpy(text + 4, "-01-01T00:00:00Z", sizeof "-01-01T00:00:00Z");
    return (thursday - time_parse(str_of(text))) / (7 * TIME_DAY) + 1;
}

static bool test_timepart(const predicate_ctx *ctx, const rule_predicate *p, path_item *value)
{
    bool may_spell = value->type == JSON_NUMBER || value->type == JSON_STRING;
    int64_t ns = may_spell ? time_parse(path_text(ctx->record, value)) : TIME_NONE;
    if (ns == TIME_NONE)
        return false;
    int64_t part = p->part == RULE_WEEK ? iso_week(ns) : written_part(ns, (rule_timepart)p->part);
    return is_ordered((rule_op)p->order, (part > p->integer) - (part < p->integer));
}

/* ---- all ops --------------------------------------------------------------------------------- */

static test_fn *const tests[RULE_OP_COUNT] = {
    [RULE_OP_EQ] = test_equal,  [RULE_OP_STARTS] = test_text,
    [RULE_OP_ENDS] = test_text, [RULE_OP_CONTAINS] = test_text,
    [RULE_OP_GLOB] = test_glob, [RULE_OP_REGEX] = test_regex,
    [RULE_OP_CIDR] = test_cidr, [RULE_OP_LT] = test_order,
    [RULE_OP_LTE] = test_order, [RULE_OP_GT] = test_order,
    [RULE_OP_GTE] = test_order, [RULE_OP_TIMEPART] = test_timepart,
};

static bool test_ref(const predicate_ctx *ctx, const rule_predicate *p, path_item *value,
                     path_items other)
{
    str text = text_for(ctx, p, value);
    for (size_t i = 0; i < other.n; i++) {
        path_item *with = &other.item[i];
        if (with->kind == PATH_VALUE && relates((rule_op)p->part, text, text_for(ctx, p, with)))
            return true;
    }
    return false;
}

bool predicate_value(const predicate_ctx *ctx, const rule_predicate *p, path_item *value,
                     path_items other)
{
    if (p->op == RULE_OP_REF)
        return test_ref(ctx, p, value, other);
    return tests[p->op](ctx, p, value);
}

/* One test of one field. */
typedef struct question {
    const predicate_ctx *ctx;
    const rule_predicate *p;
    path_items other;
    bool is_flat; /* [all] does not count: a negated predicate bars every value */
} question;

static bool is_any_match(const question *q, path_item *item, size_t n);

/* The elements of an [all] are sets one behind the other. */
static bool is_each_match(const question *q, path_item *item, size_t n)
{
    for (size_t i = 0; i < n; i += item[i].end) {
        if (!is_any_match(q, &item[i + 1], item[i].end - 1))
            return false;
    }
    return n > 0;
}

static bool is_any_match(const question *q, path_item *item, size_t n)
{
    size_t step;
    for (size_t i = 0; i < n; i += step) {
        bool is_set = item[i].kind != PATH_VALUE;
        step = is_set && !q->is_flat ? item[i].end : 1;
        if (is_set && q->is_flat)
            continue;
        bool matches = is_set ? is_each_match(q, &item[i + 1], item[i].end - 1)
                              : predicate_value(q->ctx, q->p, &item[i], q->other);
        if (matches)
            return true;
    }
    return false;
}

bool predicate_holds(const predicate_ctx *ctx, const rule_predicate *p, path_items field,
                     path_items other)
{
    if (p->op == RULE_OP_EXISTS)
        return (field.is_there == p->wants) != p->is_negated;
    if (p->op == RULE_OP_NULL)
        return (field.n_values == 0) != p->is_negated;
    question q = {ctx, p, other, p->is_negated};
    return predicate_result(p, is_any_match(&q, field.item, field.n), field.n_values);
}
