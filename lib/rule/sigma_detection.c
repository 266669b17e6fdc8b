/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_detection.c -- searches and conditions, as they were written.
 *
 *   map            one group: all of its items
 *   list of maps   several groups: any of them
 *   list of texts  keywords: groups of one item without a field
 *
 *  (1) Every search has a group, every group an item, every item a value.
 *  (2) Null is a value of its own, never one of a list.
 */
#include "rule/sigma_parts.h"

#include "base/text.h"

static const str detection_keys[] = {STR_INIT("condition"), STR_INIT("timeframe")};
static const str filter_keys[] = {STR_INIT("condition"), STR_INIT("rules")};

static void *new_array(node_reader *r, size_t n, size_t bytes)
{
    return arena_alloc(r->a, n * bytes);
}

/* ---- items ----------------------------------------------------------------------------------- */

static sigma_value value_of(const yaml_node *n)
{
    static const sigma_value_kind kinds[] = {
        [YAML_NULL] = SIGMA_NULL,
        [YAML_BOOL] = SIGMA_BOOL,
        [YAML_NUMBER] = SIGMA_NUMBER,
        [YAML_TEXT] = SIGMA_TEXT,
    };
    return (sigma_value){.kind = kinds[n->kind], .text = n->text, .pos = n->pos};
}

/* True when n can stand in a list of values. */
static bool check_value(node_reader *r, const yaml_node *n)
{
    if (n->kind == YAML_MAP)
        report_error(&r->report, n->pos, "nested names are joined by dots: `a.b: value`",
                     "a map cannot be a value");
    else if (n->kind == YAML_LIST)
        report_error(&r->report, n->pos, "", "a list cannot stand in a list of values");
    else if (n->kind == YAML_NULL)
        report_error(&r->report, n->pos, "write a search of its own with `field: null`",
                     "null cannot stand in a list");
    else
        return true;
    return false;
}

static void read_values(node_reader *r, const yaml_node *n, sigma_item *item)
{
    bool is_list = n->kind == YAML_LIST;
    size_t count = is_list ? n->n : 1;
    if (count == 0)
        report_error(&r->report, n->pos, "write null for a field that is not there",
                     "the list of values is empty");
    item->is_list = is_list;
    item->values = new_array(r, count, sizeof *item->values);
    for (size_t i = 0; item->values && i < count; i++) {
        const yaml_node *value = is_list ? n->item[i] : n;
        bool is_lone_null = !is_list && value->kind == YAML_NULL;
        if (is_lone_null || check_value(r, value))
            item->values[item->n_values++] = value_of(value);
    }
}

/* 'field|modifier|modifier' */
static void read_key(node_reader *r, const yaml_pair *p, sigma_item *item)
{
    size_t bars = 0;
    for (size_t i = 0; i < p->key.n; i++)
        bars += p->key.p[i] == '|';
    item->pos = p->key_pos;
    item->field = text_before(p->key, '|');
    item->has_field = item->field.n > 0;
    item->modifiers = new_array(r, bars, sizeof *item->modifiers);
    str rest = p->key;
    for (size_t i = 0; item->modifiers && i < bars; i++) {
        rest = text_after(rest, '|');
        str modifier = text_trim(text_before(rest, '|'));
        if (modifier.n == 0)
            report_error(&r->report, p->key_pos, "", "a modifier is missing behind `|`");
        item->modifiers[item->n_modifiers++] = modifier;
    }
}

static void read_map(node_reader *r, const yaml_node *map, sigma_group *group)
{
    if (map->n == 0)
        report_error(&r->report, map->pos, "", "the map of fields is empty");
    group->items = new_array(r, map->n, sizeof *group->items);
    for (size_t i = 0; group->items && i < map->n; i++) {
        sigma_item *item = &group->items[group->n_items++];
        read_key(r, &map->pair[i], item);
        read_values(r, map->pair[i].value, item);
    }
}

static void read_keyword(node_reader *r, const yaml_node *n, sigma_group *group)
{
    group->items = new_array(r, 1, sizeof *group->items);
    if (!group->items)
        return;
    group->n_items = 1;
    group->items[0].pos = n->pos;
    read_values(r, n, &group->items[0]);
}

static void read_group(node_reader *r, const yaml_node *n, sigma_group *group)
{
    if (n->kind == YAML_MAP)
        read_map(r, n, group);
    else if (check_value(r, n))
        read_keyword(r, n, group);
}

/* ---- searches -------------------------------------------------------------------------------- */

static void read_search(node_reader *r, const yaml_pair *p, sigma_search *search)
{
    const yaml_node *n = p->value;
    bool is_list = n->kind == YAML_LIST;
    size_t count = is_list ? n->n : 1;
    *search = (sigma_search){.name = p->key, .pos = p->key_pos};
    if (count == 0 || n->kind == YAML_NULL) {
        report_error(&r->report, p->key_pos, "check the indentation of what follows",
                     "the search `%.*s` is empty", (int)str_upto(p->key, 80).n, p->key.p);
        return;
    }
    search->groups = new_array(r, count, sizeof *search->groups);
    for (size_t i = 0; search->groups && i < count; i++)
        read_group(r, is_list ? n->item[i] : n, &search->groups[search->n_groups++]);
}

static void read_searches(node_reader *r, const yaml_node *n, const str *reserved,
                          size_t n_reserved, sigma_detection *ret)
{
    ret->searches = new_array(r, n->n, sizeof *ret->searches);
    for (size_t i = 0; ret->searches && i < n->n; i++) {
        if (!node_check_spelling(r, n, &n->pair[i], reserved, n_reserved))
            read_search(r, &n->pair[i], &ret->searches[ret->n_searches++]);
    }
    if (ret->n_searches == 0)
        report_error(&r->report, n->pos, "add `selection:` with a map of fields",
                     "there is no search beside the condition");
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void no_condition(node_reader *r, const yaml_node *n, const sigma_detection *d)
{
    static const str wanted[] = {STR_INIT("condition")};
    for (size_t i = 0; i < d->n_searches; i++) {
        const sigma_search *search = &d->searches[i];
        const char *hint = report_nearest(r->a, search->name, wanted, ARRAY_LEN(wanted));
        if (!*hint)
            continue;
        report_error(&r->report, search->pos, hint, "there is no `condition`, only `%.*s`",
                     (int)search->name.n, search->name.p);
        return;
    }
    report_error(&r->report, n->pos, "add `condition: selection`", "there is no `condition`");
}

/* Aggregations are the one thing that a bar begins. */
static void check_condition(node_reader *r, const sigma_text *condition)
{
    const char *bar = condition->text.n ? memchr(condition->text.p, '|', condition->text.n) : NULL;
    if (!bar)
        return;
    diag_pos pos = report_inside(&r->report, condition->pos, condition->text,
                                 (size_t)(bar - condition->text.p));
    report_error(&r->report, pos,
                 "write a second document with `correlation:`, type event_count or value_count",
                 "aggregations in conditions (`| count() > 5`) are Sigma 1 and not supported");
}

static void read_conditions(node_reader *r, const yaml_node *n, sigma_detection *ret)
{
    const yaml_node *condition = node_get(n, "condition");
    if (!condition) {
        no_condition(r, n, ret);
        return;
    }
    bool is_list = condition->kind == YAML_LIST;
    if (condition->kind == YAML_NULL || (is_list && condition->n == 0))
        report_error(&r->report, condition->pos, "write `condition: selection`",
                     "`condition` is empty");
    node_list list = node_texts(r, condition, "`condition`", DIAG_ERROR);
    for (size_t i = 0; i < list.n; i++)
        check_condition(r, &list.items[i]);
    ret->conditions = list.items;
    ret->n_conditions = list.n;
}

/* ---- the public ones ------------------------------------------------------------------------- */

static bool is_map(node_reader *r, const yaml_node *n, const char *what)
{
    if (n->kind == YAML_MAP)
        return true;
    report_error(&r->report, n->pos, "check the indentation of what follows",
                 "`%s` must be a map, not %s", what, yaml_kind_text(n->kind));
    return false;
}

void sigma_read_detection(node_reader *r, const yaml_node *n, sigma_detection *ret)
{
    if (!is_map(r, n, "detection"))
        return;
    read_searches(r, n, detection_keys, ARRAY_LEN(detection_keys), ret);
    read_conditions(r, n, ret);
    const yaml_node *timeframe = node_get(n, "timeframe");
    if (timeframe)
        report_warning(&r->report, timeframe->pos, "a correlation has a `timespan`",
                       "`timeframe` belongs to the aggregations of Sigma 1 and is ignored");
}

/* `any` and `all` stand for every rule of the log source. */
static bool is_any(const node_list *rules)
{
    return rules->n == 1 &&
           (node_is_key(rules->items[0].text, "any") || node_is_key(rules->items[0].text, "all"));
}

void sigma_read_filter(node_reader *r, const yaml_node *n, sigma_filter *ret)
{
    if (!is_map(r, n, "filter"))
        return;
    const yaml_node *rules = node_get(n, "rules");
    read_searches(r, n, filter_keys, ARRAY_LEN(filter_keys), &ret->detection);
    read_conditions(r, n, &ret->detection);
    if (!rules) {
        report_error(&r->report, n->pos, "`rules: any` is every rule of the log source",
                     "the filter names no `rules`");
        return;
    }
    node_list list = node_texts(r, rules, "`rules`", DIAG_ERROR);
    ret->rules = list.items;
    ret->n_rules = is_any(&list) ? 0 : list.n;
}
