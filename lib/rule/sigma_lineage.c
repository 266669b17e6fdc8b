/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_lineage.c -- `correlation:` of `type: lineage`, but for its joins: steps, order, time,
 * conditions.
 *
 *  (1) Names of steps, classes of calls, outcomes and habits are resolved here, where the message
 *      can point at the word; rules are resolved when all documents are known.
 *  (2) Once a step is wrong, what names steps is not read: one mistake, one message.
 */
#include "rule/sigma_lineage.h"

#include "base/map.h"
#include "base/text.h"
#include "model/operation.h"
#include "rule/number.h"
#include "rule/sigma_parts.h"

static const str lineage_keys[] = {
    STR_INIT("type"),  STR_INIT("steps"),    STR_INIT("join"),
    STR_INIT("order"), STR_INIT("timespan"), STR_INIT("condition"),
};

static const str step_keys[] = {
    STR_INIT("class"),    STR_INIT("rule"),   STR_INIT("outcome"),
    STR_INIT("optional"), STR_INIT("absent"), STR_INIT("within"),
};

bool sigma_is_lineage(const yaml_node *correlation)
{
    const yaml_node *type = node_get(correlation, "type");
    return type && type->kind == YAML_TEXT && node_is_key(text_trim(type->text), "lineage");
}

/* ---- classes --------------------------------------------------------------------------------- */

static const char *nearest_class(node_reader *r, str word)
{
    AUTO(intern) seen = {0};
    str *names = arena_alloc(r->a, operation_count() * sizeof *names);
    size_t n = 0;
    for (size_t i = 1; names && i < operation_count(); i++) {
        str name = str_of(operation_at(i)->class_name);
        uint32_t id = intern_id(&seen, name);
        if (id > n)
            names[n++] = name;
    }
    return names ? report_nearest(r->a, word, names, n) : "";
}

/* Marks the operations of one class. */
static void add_class(node_reader *r, str name, diag_pos pos, uint8_t *operations)
{
    str copy = arena_dup(r->a, name);
    bool is_known = false;
    for (size_t i = 1; copy.p && i < operation_count(); i++) {
        if (!operation_is((uint16_t)i, copy.p))
            continue;
        operations[i / 8] |= (uint8_t)(1u << i % 8);
        is_known = true;
    }
    if (is_known || !copy.p)
        return;
    const char *near = nearest_class(r, name);
    report_error(&r->report, pos, *near ? near : "`spoor list operations` shows the classes",
                 "no call is of the class `%.*s`", (int)str_upto(name, 80).n, name.p);
}

/* A class, several with '|' between them, or a list of such. */
static void read_classes(node_reader *r, const yaml_node *n, sigma_step *s)
{
    node_list list = node_texts(r, n, "`class`", DIAG_ERROR);
    uint8_t *operations = arena_alloc(r->a, operation_count() / 8 + 1);
    AUTO(buf) what = {0};
    for (size_t i = 0; operations && i < list.n; i++) {
        str rest = list.items[i].text, piece;
        while (text_next(&rest, '|', &piece)) {
            size_t offset = (size_t)(piece.p - list.items[i].text.p);
            piece = text_trim(piece);
            add_class(r, piece,
                      report_inside(&r->report, list.items[i].pos, list.items[i].text, offset),
                      operations);
            buf_puts(&what, what.n ? " or " : "");
            buf_putstr(&what, piece);
        }
    }
    s->what = arena_dup_buf(r->a, &what);
    s->operations = operations;
}

static void read_outcomes(node_reader *r, const yaml_node *n, sigma_step *s)
{
    str names[OUTCOME_COUNT + 1];
    node_list list = node_texts(r, n, "`outcome`", DIAG_ERROR);
    names[OUTCOME_COUNT] = STR("any");
    for (size_t i = 0; i < OUTCOME_COUNT; i++)
        names[i] = str_of(outcome_text((outcome)i));
    s->outcomes = 0;
    for (size_t i = 0; i < list.n; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(names) && !text_eq_nocase(list.items[i].text, names[k]))
            k++;
        if (k == ARRAY_LEN(names))
            report_error(&r->report, list.items[i].pos,
                         report_nearest(r->a, list.items[i].text, names, ARRAY_LEN(names)),
                         "no outcome is called `%.*s`", (int)str_upto(list.items[i].text, 80).n,
                         list.items[i].text.p);
        else if (k < OUTCOME_COUNT)
            s->outcomes |= (uint8_t)(1u << k);
        else
            s->outcomes = UINT8_MAX;
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool is_name(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = text_lower(s.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return s.n > 0;
}

static void read_need(node_reader *r, const yaml_node *n, sigma_step *s)
{
    const yaml_node *optional = node_get(n, "optional"), *absent = node_get(n, "absent");
    bool is_optional = false, is_absent = false;
    if (optional)
        node_bool(r, optional, "`optional`", &is_optional);
    if (absent)
        node_bool(r, absent, "`absent`", &is_absent);
    if (is_optional && is_absent)
        report_error(&r->report, n->pos, "keep one of them",
                     "the step `%.*s` is optional and absent", (int)s->name.n, s->name.p);
    s->need = is_absent ? LINEAGE_ABSENT : is_optional ? LINEAGE_OPTIONAL : LINEAGE_MANDATORY;
}

static void read_what(node_reader *r, const yaml_node *n, sigma_step *s)
{
    const yaml_node *class = node_get(n, "class"), *rule = node_get(n, "rule");
    const yaml_node *outcome = node_get(n, "outcome");
    if (!class && !rule)
        report_error(&r->report, s->pos, "write `class: snapshot.create`, or `rule:` and its name",
                     "the step `%.*s` has neither `class` nor `rule`", (int)s->name.n, s->name.p);
    if (class && rule)
        report_error(&r->report, s->pos, "make two steps of it, or name rules only",
                     "the step `%.*s` has `class` and `rule`", (int)s->name.n, s->name.p);
    s->outcomes = UINT8_MAX;
    if (class) {
        s->outcomes = 1u << OUTCOME_SUCCESS | 1u << OUTCOME_PENDING;
        read_classes(r, class, s);
    }
    if (rule) {
        node_list list = node_texts(r, rule, "`rule`", DIAG_ERROR);
        s->rules = list.items;
        s->n_rules = list.n;
        if (list.n == 0)
            report_error(&r->report, rule->pos, "name a rule by id, name or title",
                         "the step `%.*s` names no rule", (int)s->name.n, s->name.p);
    }
    if (outcome)
        read_outcomes(r, outcome, s);
}

static void read_step(node_reader *r, const yaml_pair *p, sigma_step *s)
{
    *s = (sigma_step){.name = p->key, .pos = p->key_pos};
    if (!is_name(p->key))
        report_error(&r->report, p->key_pos, "letters, digits, '_' and '-' make a name",
                     "`%.*s` is no name for a step", (int)str_upto(p->key, 80).n, p->key.p);
    if (p->value->kind != YAML_MAP) {
        report_error(&r->report, p->value->pos, "write {class: snapshot.create}, for instance",
                     "a step must be a map, not %s", yaml_kind_text(p->value->kind));
        return;
    }
    node_check_keys(r, p->value, step_keys, ARRAY_LEN(step_keys), true);
    read_what(r, p->value, s);
    read_need(r, p->value, s);
    const yaml_node *within = node_get(p->value, "within");
    if (within)
        sigma_read_span(r, within, "within", &s->within_ns);
}

static void check_steps(node_reader *r, const yaml_node *n, const sigma_lineage *l)
{
    size_t n_mandatory = 0;
    for (size_t i = 0; i < l->n_steps; i++)
        n_mandatory += l->steps[i].need == LINEAGE_MANDATORY;
    if (l->n_steps < 2)
        report_error(&r->report, n->pos, "a rule alone, or event_count, finds one kind of event",
                     "a lineage has two steps at least");
    else if (n_mandatory == 0)
        report_error(&r->report, n->pos, "one step at least must be there",
                     "all steps are optional or absent");
}

static void read_steps(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    const yaml_node *steps = node_get(n, "steps");
    if (!steps || steps->kind != YAML_MAP) {
        report_error(&r->report, steps ? steps->pos : n->pos,
                     "write `steps:` and `copy: {class: snapshot.create}` below it",
                     steps ? "`steps` must be a map of names" : "the lineage has no `steps`");
        return;
    }
    if (steps->n > LIMIT_LINEAGE_STEPS) {
        report_error(&r->report, steps->pos, "",
                     "a lineage has %d steps at most (limit "
                     "lineage_steps)",
                     LIMIT_LINEAGE_STEPS);
        return;
    }
    l->steps = arena_alloc(r->a, steps->n * sizeof *l->steps);
    for (size_t i = 0; l->steps && i < steps->n; i++)
        read_step(r, &steps->pair[i], &l->steps[l->n_steps++]);
    if (l->steps)
        check_steps(r, steps, l);
}

/* The step called `name`, or n_steps: reported. */
static size_t find_step(node_reader *r, const sigma_lineage *l, str name, diag_pos pos)
{
    str *names = arena_alloc(r->a, l->n_steps * sizeof *names);
    for (size_t i = 0; names && i < l->n_steps; i++) {
        names[i] = l->steps[i].name;
        if (str_eq(names[i], name))
            return i;
    }
    const char *near = names ? report_nearest(r->a, name, names, l->n_steps) : "";
    report_error(&r->report, pos, near, "no step is called `%.*s`", (int)str_upto(name, 80).n,
                 name.p ? name.p : "");
    return l->n_steps;
}

/* ---- order ----------------------------------------------------------------------------------- */

static void read_sequence(node_reader *r, const node_list *names, sigma_lineage *l)
{
    size_t before = l->n_steps;
    for (size_t i = 0; i < names->n; i++) {
        size_t step = find_step(r, l, text_trim(names->items[i].text), names->items[i].pos);
        if (step < l->n_steps && before < l->n_steps)
            l->steps[step].after |= (uint16_t)(1u << before);
        before = step;
    }
    if (names->n == 1)
        report_warning(&r->report, names->items[0].pos, "list the steps in order: [copy, machine]",
                       "an order of one step says nothing");
}

/* What comes before what comes before a step comes before it. */
static void close_order(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    for (size_t k = 0; k < l->n_steps; k++)
        for (size_t i = 0; i < l->n_steps; i++)
            if (lineage_has(l->steps[i].after, (unsigned)k))
                l->steps[i].after |= l->steps[k].after;
    for (size_t i = 0; i < l->n_steps; i++) {
        if (!lineage_has(l->steps[i].after, (unsigned)i))
            continue;
        report_error(&r->report, n->pos, "leave one of the orders out",
                     "by this order `%.*s` comes before itself", (int)l->steps[i].name.n,
                     l->steps[i].name.p);
        return;
    }
}

static void read_order(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    bool has_lists = n->kind == YAML_LIST && n->n > 0 && n->item[0]->kind == YAML_LIST;
    for (size_t i = 0; i < (has_lists ? n->n : 1); i++) {
        node_list names = node_texts(r, has_lists ? n->item[i] : n, "`order`", DIAG_ERROR);
        read_sequence(r, &names, l);
    }
    close_order(r, n, l);
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool find_compare(str key, rule_compare *ret)
{
    for (size_t i = 0; i < RULE_COMPARES; i++) {
        *ret = (rule_compare)i;
        if (node_is_key(key, rule_compare_text(*ret)))
            return true;
    }
    return false;
}

static bool read_amount(node_reader *r, const yaml_node *n, bool is_span, double *ret)
{
    number number;
    int64_t ns;
    if (is_span) {
        bool is_read = sigma_read_span(r, n, "age", &ns);
        *ret = is_read ? (double)ns : 0;
        return is_read;
    }
    if (n->kind == YAML_NUMBER && number_parse(n->text, &number)) {
        *ret = number.value;
        return true;
    }
    report_error(&r->report, n->pos, "{gte: 3}", "a bound must be a number");
    return false;
}

static void read_bounds(node_reader *r, const yaml_node *n, bool is_span, lineage_bounds *ret)
{
    if (n->kind != YAML_MAP || n->n > ARRAY_LEN(ret->items)) {
        report_error(&r->report, n->pos, is_span ? "{lt: 7d}" : "{gte: 3}",
                     "a bound is a map of lt, lte, gt, gte, eq, neq: one or two of them");
        return;
    }
    for (size_t i = 0; i < n->n; i++) {
        rule_compare compare;
        lineage_bound *b = &ret->items[ret->n];
        if (!find_compare(n->pair[i].key, &compare)) {
            report_error(&r->report, n->pair[i].key_pos, "lt, lte, gt, gte, eq, neq",
                         "`%.*s` is no comparison", (int)str_upto(n->pair[i].key, 80).n,
                         n->pair[i].key.p);
            continue;
        }
        b->compare = (uint8_t)compare;
        ret->n += read_amount(r, n->pair[i].value, is_span, &b->number);
    }
}

static void read_habits(node_reader *r, const yaml_node *n, sigma_step *s)
{
    node_list list = node_texts(r, n, "`first_seen`", DIAG_ERROR);
    for (size_t i = 0; i < list.n; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(lineage_habit_texts) &&
               !str_is(list.items[i].text, lineage_habit_texts[k]))
            k++;
        if (k < ARRAY_LEN(lineage_habit_texts))
            s->first_seen |= (uint8_t)(1u << k);
        else
            report_error(&r->report, list.items[i].pos, "operation, region, address",
                         "`%.*s` is nothing that can be seen for the first time",
                         (int)str_upto(list.items[i].text, 80).n, list.items[i].text.p);
    }
}

static void choose(node_reader *r, const yaml_node *n, str name, sigma_lineage *l)
{
    size_t step = find_step(r, l, name, n->pos);
    if (step == l->n_steps)
        return;
    if (l->steps[step].need != LINEAGE_OPTIONAL)
        report_error(&r->report, n->pos, "", "`%.*s` is no optional step", (int)name.n, name.p);
    l->chosen |= (uint16_t)(1u << step);
}

/* "optional", or names with ',' between them. */
static void read_chosen(node_reader *r, const yaml_node *n, str names, sigma_lineage *l)
{
    str name;
    bool is_all = names.n == 0 || str_is(names, "optional");
    for (size_t i = 0; is_all && i < l->n_steps; i++)
        l->chosen |= (uint16_t)((l->steps[i].need == LINEAGE_OPTIONAL) << i);
    while (!is_all && text_next(&names, ',', &name))
        choose(r, n, text_trim(name), l);
}

/* "3 of optional", "1 of open, enter" */
static void read_require(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    str text;
    int64_t least;
    if (!node_text(r, n, "`require`", &text))
        return;
    text = text_trim(text);
    str rest = text_trim(text_after(text, ' '));
    bool has_names = text_starts(rest, "of ");
    if (!text_to_int(text_before(text, ' '), &least) || least < 1 || (rest.n && !has_names)) {
        report_error(&r->report, n->pos, "2 of optional, or 1 of open, enter",
                     "`require` says how many optional steps must be there");
        return;
    }
    read_chosen(r, n, has_names ? text_trim(str_from(rest, 3)) : STR_NONE, l);
    int n_chosen = __builtin_popcount(l->chosen);
    if (least > n_chosen && !r->report.has_error)
        report_error(&r->report, n->pos, "", "%lld steps are required, and there are %d to choose",
                     (long long)least, n_chosen);
    l->least_chosen = (uint8_t)(least > n_chosen ? n_chosen : least);
}

static void read_step_condition(node_reader *r, const yaml_pair *p, sigma_step *s)
{
    static const str known[] = {
        STR_INIT("count"),
        STR_INIT("things"),
        STR_INIT("actor.age"),
        STR_INIT("first_seen"),
    };
    str what = text_after(p->key, '.');
    bool is_told = s->need == LINEAGE_ABSENT && (str_is(what, "count") || str_is(what, "things"));
    if (is_told)
        report_error(&r->report, p->key_pos, "", "an absent step has nothing to count");
    else if (str_is(what, "count"))
        read_bounds(r, p->value, false, &s->count);
    else if (str_is(what, "things"))
        read_bounds(r, p->value, false, &s->things);
    else if (str_is(what, "actor.age"))
        read_bounds(r, p->value, true, &s->age);
    else if (str_is(what, "first_seen"))
        read_habits(r, p->value, s);
    else
        report_error(&r->report, p->key_pos, report_nearest(r->a, what, known, ARRAY_LEN(known)),
                     "`%.*s` is no condition: STEP.count, STEP.things, STEP.actor.age, "
                     "STEP.first_seen and require are",
                     (int)str_upto(p->key, 80).n, p->key.p);
}

static void read_conditions(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    if (n->kind != YAML_MAP) {
        report_error(&r->report, n->pos, "write `condition:` and `vm.count: {gte: 3}` below it",
                     "the `condition` of a lineage must be a map, not %s", yaml_kind_text(n->kind));
        return;
    }
    for (size_t i = 0; i < n->n; i++) {
        const yaml_pair *p = &n->pair[i];
        if (node_is_key(p->key, "require")) {
            read_require(r, p->value, l);
            continue;
        }
        size_t step = find_step(r, l, text_before(p->key, '.'), p->key_pos);
        if (step < l->n_steps)
            read_step_condition(r, p, &l->steps[step]);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

static void read_time(node_reader *r, const yaml_node *n, sigma_lineage *l)
{
    const yaml_node *span = node_get(n, "timespan");
    if (span)
        sigma_read_span(r, span, "timespan", &l->timespan_ns);
    else
        report_error(&r->report, n->pos, "write `timespan: 7d`: from its first event to its last",
                     "the lineage has no `timespan`");
    for (size_t i = 0; i < l->n_steps && l->timespan_ns; i++)
        if (l->steps[i].within_ns > l->timespan_ns && l->steps[i].need != LINEAGE_ABSENT)
            report_warning(&r->report, l->steps[i].pos, "",
                           "`within` is longer than the timespan, and means nothing");
}

sigma_lineage *sigma_read_lineage(node_reader *r, const yaml_node *n)
{
    const yaml_node *order = node_get(n, "order"), *condition = node_get(n, "condition");
    sigma_lineage *l = arena_alloc(r->a, sizeof *l);
    if (!l)
        return NULL;
    node_check_keys(r, n, lineage_keys, ARRAY_LEN(lineage_keys), true);
    read_steps(r, n, l);
    read_time(r, n, l);
    if (r->report.has_error)
        return l;
    if (order)
        read_order(r, order, l);
    if (condition)
        read_conditions(r, condition, l);
    sigma_read_joins(r, n, l);
    return l;
}
