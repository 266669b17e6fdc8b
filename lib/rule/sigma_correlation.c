/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_correlation.c -- `correlation:` as it was written.
 *
 *  (1) A table says what each type takes: bounds, fields, an expression.
 *  (2) Without `rules`, the rules are the names of the expression, in the order of their first use.
 */
#include "rule/sigma_parts.h"

#include <stdio.h>

#include "base/map.h"
#include "base/text.h"
#include "base/time.h"
#include "rule/number.h"

static const str correlation_keys[] = {
    STR_INIT("type"),     STR_INIT("rules"),      STR_INIT("group-by"),
    STR_INIT("timespan"), STR_INIT("condition"),  STR_INIT("aliases"),
    STR_INIT("generate"), STR_INIT("percentile"), STR_INIT("timeframe"),
};

typedef enum field_need { FIELD_NONE, FIELD_ONE, FIELD_SEVERAL } field_need;

/* clang-format off */
static const struct {
    bool is_temporal; /* may have an expression, and no bounds */
    field_need field;
} needs[] = {
    [RULE_EVENT_COUNT]      = {false, FIELD_NONE},
    [RULE_VALUE_COUNT]      = {false, FIELD_SEVERAL},
    [RULE_TEMPORAL]         = {true,  FIELD_NONE},
    [RULE_TEMPORAL_ORDERED] = {true,  FIELD_NONE},
    [RULE_VALUE_SUM]        = {false, FIELD_ONE},
    [RULE_VALUE_AVG]        = {false, FIELD_ONE},
    [RULE_VALUE_PERCENTILE] = {false, FIELD_ONE},
    [RULE_VALUE_MEDIAN]     = {false, FIELD_ONE},
};
_Static_assert(ARRAY_LEN(needs) == RULE_CORRELATION_TYPES, "a row for each type");

static const struct {
    char letter;
    int64_t seconds;
} units[] = {
    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800},
    {'M', 2629746},  /* a twelfth of the mean Gregorian year */
    {'y', 31556952}, /* the mean Gregorian year */
};
/* clang-format on */

static const double default_percentile = 50;

/* The value under `key`; missing is an error. */
static const yaml_node *want(node_reader *r, const yaml_node *n, const char *key, const char *hint)
{
    const yaml_node *value = node_get(n, key);
    if (!value || value->kind == YAML_NULL) {
        report_error(&r->report, value ? value->pos : n->pos, hint, "the correlation has no `%s`",
                     key);
        return NULL;
    }
    return value;
}

/* ---- type ------------------------------------------------------------------------------------ */

static bool read_type(node_reader *r, const yaml_node *n, rule_correlation_type *ret)
{
    str names[RULE_CORRELATION_TYPES + 1], written;
    const yaml_node *type = want(r, n, "type", "write `type: event_count`, or another type");
    if (!type || !node_text(r, type, "`type`", &written))
        return false;
    for (size_t i = 0; i < RULE_CORRELATION_TYPES; i++) {
        names[i] = str_of(rule_correlation_text((rule_correlation_type)i));
        if (!node_is_key(written, names[i].p))
            continue;
        if (!str_eq(written, names[i]))
            report_warning(&r->report, type->pos, "", "`%.*s` is read as `%s`", (int)written.n,
                           written.p, names[i].p);
        *ret = (rule_correlation_type)i;
        return true;
    }
    names[RULE_CORRELATION_TYPES] = STR("lineage");
    const char *hint = report_nearest(r->a, written, names, ARRAY_LEN(names));
    report_error(&r->report, type->pos,
                 *hint ? hint : "event_count, value_count, temporal, temporal_ordered, lineage, …",
                 "unknown correlation type `%.*s`", (int)str_upto(written, 80).n, written.p);
    return false;
}

/* ---- timespan -------------------------------------------------------------------------------- */

static int64_t unit_seconds(char letter)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (units[i].letter == letter)
            return units[i].seconds;
    }
    return 0;
}

static const char *parse_timespan(str text, int64_t *ret_ns)
{
    int64_t count, ns;
    int64_t seconds = text.n ? unit_seconds(text.p[text.n - 1]) : 0;
    str number = str_upto(text, text.n ? text.n - 1 : 0);
    bool is_digits = number.n > 0;
    for (size_t i = 0; i < number.n; i++)
        is_digits &= number.p[i] >= '0' && number.p[i] <= '9';
    if (!seconds || !is_digits)
        return "is not a number and a unit";
    if (!text_to_int(number, &count) || __builtin_mul_overflow(count, seconds * TIME_SECOND, &ns))
        return "is too long";
    if (count == 0)
        return "is no time at all";
    *ret_ns = ns;
    return NULL;
}

bool sigma_read_span(node_reader *r, const yaml_node *n, const char *what, int64_t *ret_ns)
{
    static const char hint[] = "15s, 10m, 1h, 7d, 2w, 3M (months), 1y";
    str text;
    char quoted[64];
    snprintf(quoted, sizeof quoted, "`%s`", what);
    if (!node_text(r, n, quoted, &text))
        return false;
    const char *wrong = parse_timespan(text_trim(text), ret_ns);
    if (wrong)
        report_error(&r->report, n->pos, hint, "the %s `%.*s` %s", what, (int)str_upto(text, 40).n,
                     text.p, wrong);
    return !wrong;
}

static void read_timespan(node_reader *r, const yaml_node *n, int64_t *ret_ns)
{
    const yaml_node *timeframe = node_get(n, "timeframe");
    const yaml_node *span = timeframe && !node_get(n, "timespan") ? timeframe : NULL;
    if (timeframe)
        report_warning(&r->report, timeframe->pos, "write `timespan`",
                       span ? "`timeframe` is read as `timespan`" : "`timeframe` is ignored");
    span = span ? span : want(r, n, "timespan", "15s, 10m, 1h, 7d, 2w, 3M (months), 1y");
    if (span)
        sigma_read_span(r, span, "timespan", ret_ns);
}

/* ---- condition ------------------------------------------------------------------------------- */

static bool read_number(node_reader *r, const yaml_node *n, const char *what, double *ret)
{
    number number;
    bool is_quoted = n->kind == YAML_TEXT;
    if ((is_quoted || n->kind == YAML_NUMBER) && number_parse(n->text, &number)) {
        *ret = number.value;
        if (is_quoted)
            report_warning(&r->report, n->pos, "leave the quotes out",
                           "`%s` is a text that is read as a number", what);
        return true;
    }
    report_error(&r->report, n->pos, "", "`%s` must be a number", what);
    return false;
}

static void read_percentile(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    if (!read_number(r, n, "percentile", &c->percentile))
        return;
    if (c->percentile < 0 || c->percentile > 100)
        report_error(&r->report, n->pos, "", "`percentile` must be between 0 and 100");
    else if (c->type != RULE_VALUE_PERCENTILE)
        report_warning(&r->report, n->pos, "", "`percentile` means nothing for %s",
                       rule_correlation_text(c->type));
}

static void read_fields(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    node_list fields = node_texts(r, n, "`field`", DIAG_ERROR);
    field_need need = needs[c->type].field;
    if (need == FIELD_NONE) {
        report_warning(&r->report, n->pos, "value_count counts the values of a field",
                       "`field` means nothing for %s", rule_correlation_text(c->type));
        return;
    }
    if (need == FIELD_ONE && fields.n > 1)
        report_error(&r->report, n->pos, "only value_count takes several",
                     "%s takes one field, not %zu", rule_correlation_text(c->type), fields.n);
    c->fields = node_strs(r, &fields);
    c->n_fields = fields.n;
}

static bool read_bound(node_reader *r, const yaml_pair *p, sigma_correlation *c)
{
    for (size_t i = 0; i < RULE_COMPARES; i++) {
        if (!node_is_key(p->key, rule_compare_text((rule_compare)i)))
            continue;
        sigma_bound *b = &c->bounds[c->n_bounds];
        b->compare = (rule_compare)i;
        c->n_bounds += read_number(r, p->value, rule_compare_text(b->compare), &b->number);
        return true;
    }
    return false;
}

static void read_criterion(node_reader *r, const yaml_pair *p, sigma_correlation *c)
{
    static const str known[] = {
        STR_INIT("lt"), STR_INIT("lte"), STR_INIT("gt"),    STR_INIT("gte"),
        STR_INIT("eq"), STR_INIT("neq"), STR_INIT("field"), STR_INIT("percentile"),
    };
    if (read_bound(r, p, c))
        return;
    if (node_is_key(p->key, "field"))
        read_fields(r, p->value, c);
    else if (node_is_key(p->key, "percentile"))
        read_percentile(r, p->value, c);
    else
        report_error(&r->report, p->key_pos, report_nearest(r->a, p->key, known, ARRAY_LEN(known)),
                     "`%.*s` is no criterion: lt, lte, gt, gte, eq, neq, field, percentile are",
                     (int)str_upto(p->key, 80).n, p->key.p);
}

static void read_criteria(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    c->bounds = arena_alloc(r->a, n->n * sizeof *c->bounds);
    for (size_t i = 0; c->bounds && i < n->n; i++)
        read_criterion(r, &n->pair[i], c);
}

static void read_condition(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    if (n->kind == YAML_MAP)
        read_criteria(r, n, c);
    else if (n->kind != YAML_TEXT)
        report_error(&r->report, n->pos, "write `condition:` and `gte: 10` below it",
                     "`condition` must be a map%s, not %s",
                     needs[c->type].is_temporal ? " or an expression" : "",
                     yaml_kind_text(n->kind));
    else if (!needs[c->type].is_temporal)
        report_error(&r->report, n->pos, "write `condition:` and `gte: 10` below it",
                     "only temporal and temporal_ordered take an expression as `condition`");
    else if (node_text(r, n, "`condition`", &c->expression.text))
        c->expression.pos = n->pos;
}

/* What the type cannot do without. */
static void check_condition(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    const char *type = rule_correlation_text(c->type);
    if (r->report.has_error)
        return;
    if (!needs[c->type].is_temporal && c->n_bounds == 0)
        report_error(&r->report, n->pos, "write `condition:` and `gte: 10` below it",
                     "%s needs a `condition` with lt, lte, gt, gte, eq or neq", type);
    if (needs[c->type].field != FIELD_NONE && c->n_fields == 0)
        report_error(&r->report, n->pos, "write `field: name` into the condition",
                     "%s needs a `field` in its `condition`", type);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool ends_name(char c)
{
    return c == '(' || c == ')' || c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_operator(str word)
{
    return node_is_key(word, "and") || node_is_key(word, "or") || node_is_key(word, "not");
}

/* seen: the names so far. */
static void add_name(node_reader *r, sigma_correlation *c, intern *seen, size_t begin, size_t n)
{
    str name = {c->expression.text.p + begin, n};
    if (n == 0 || is_operator(name))
        return;
    uint32_t id = intern_id(seen, name);
    r->a->failed |= id == 0;
    if (id <= c->n_rules)
        return;
    diag_pos pos = report_inside(&r->report, c->expression.pos, c->expression.text, begin);
    c->rules[c->n_rules++] = (sigma_text){name, pos};
}

static void rules_of_expression(node_reader *r, sigma_correlation *c)
{
    AUTO(intern) seen = {0};
    str text = c->expression.text;
    c->rules = arena_alloc(r->a, (text.n / 2 + 1) * sizeof *c->rules);
    for (size_t i = 0, begin = 0; c->rules && i <= text.n; i++) {
        if (i < text.n && !ends_name(text.p[i]))
            continue;
        add_name(r, c, &seen, begin, i - begin);
        begin = i + 1;
    }
}

static void read_rules(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    if (c->expression.text.n && !node_has(n, "rules")) {
        rules_of_expression(r, c);
        return;
    }
    const yaml_node *rules = want(r, n, "rules", "list rules by id, name or title");
    if (!rules)
        return;
    node_list list = node_texts(r, rules, "`rules`", DIAG_ERROR);
    if (list.n == 0 && rules->kind == YAML_LIST && rules->n == 0)
        report_error(&r->report, rules->pos, "list rules by id, name or title",
                     "the correlation's list of rules is empty");
    c->rules = list.items;
    c->n_rules = list.n;
}

/* ---- aliases --------------------------------------------------------------------------------- */

static bool wants_map(node_reader *r, const yaml_node *n, const char *what)
{
    if (n->kind == YAML_MAP)
        return true;
    report_error(&r->report, n->pos, "aliases: {alias: {rule: field}}", "%s must be a map, not %s",
                 what, yaml_kind_text(n->kind));
    return false;
}

static void read_alias(node_reader *r, const yaml_pair *alias, sigma_correlation *c)
{
    if (!wants_map(r, alias->value, "an alias"))
        return;
    for (size_t i = 0; i < alias->value->n; i++) {
        const yaml_pair *p = &alias->value->pair[i];
        str field;
        if (node_text(r, p->value, "an alias' field", &field))
            c->aliases[c->n_aliases++] = (sigma_alias_row){alias->key, p->key, field, p->key_pos};
    }
}

static void read_aliases(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    if (n->kind == YAML_NULL || !wants_map(r, n, "`aliases`"))
        return;
    size_t rows = 0;
    for (size_t i = 0; i < n->n; i++)
        rows += n->pair[i].value->n;
    c->aliases = arena_alloc(r->a, rows * sizeof *c->aliases);
    for (size_t i = 0; c->aliases && i < n->n; i++)
        read_alias(r, &n->pair[i], c);
}

/* ---- all ------------------------------------------------------------------------------------- */

static void read_group_by(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    node_list list = node_texts(r, n, "`group-by`", DIAG_ERROR);
    c->group_by = node_strs(r, &list);
    c->n_group_by = list.n;
}

static void read_condition_parts(node_reader *r, const yaml_node *n, sigma_correlation *c)
{
    const yaml_node *percentile = node_get(n, "percentile");
    const yaml_node *condition = node_get(n, "condition");
    bool is_given = percentile || node_has(condition, "percentile");
    c->percentile = default_percentile;
    if (percentile)
        read_percentile(r, percentile, c);
    if (condition && condition->kind != YAML_NULL)
        read_condition(r, condition, c);
    if (c->type == RULE_VALUE_PERCENTILE && !is_given)
        report_warning(&r->report, n->pos, "write `percentile: 95` into the condition",
                       "no `percentile` is given: 50 (the median) is taken");
    check_condition(r, n, c);
}

void sigma_read_correlation(node_reader *r, const yaml_node *n, sigma_correlation *ret)
{
    if (n->kind != YAML_MAP) {
        report_error(&r->report, n->pos, "check the indentation of what follows",
                     "`correlation` must be a map, not %s", yaml_kind_text(n->kind));
        return;
    }
    const yaml_node *group_by = node_get(n, "group-by"), *aliases = node_get(n, "aliases");
    const yaml_node *generate = node_get(n, "generate");
    node_check_keys(r, n, correlation_keys, ARRAY_LEN(correlation_keys), true);
    if (read_type(r, n, &ret->type))
        read_condition_parts(r, n, ret);
    read_rules(r, n, ret);
    read_timespan(r, n, &ret->timespan_ns);
    if (group_by)
        read_group_by(r, group_by, ret);
    if (aliases)
        read_aliases(r, aliases, ret);
    if (generate)
        node_bool(r, generate, "`generate`", &ret->generate);
}
