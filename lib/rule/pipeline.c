/* SPDX-License-Identifier: Apache-2.0
 *
 * pipeline.c -- see pipeline.h. Everything that is read lives in the set's arena, also what turns
 * out not to be used: pipelines are few and small.
 */
#include "rule/pipeline.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "rule/node.h"
#include "rule/number.h"
#include "rule/yaml.h"

typedef struct item item;
typedef bool apply_fn(const item *i, arena *a, pipeline_state *state);
typedef void read_fn(node_reader *r, const yaml_node *n, item *ret);

typedef struct kind {
    const char *type;
    read_fn *read;
    apply_fn *apply; /* NULL: it acts on placeholders, or not at all */
    pipeline_support support;
    const char *doc;
} kind;

typedef struct mapping {
    str from;
    str *to;
    size_t n_to;
} mapping;

typedef struct names {
    str *items;
    size_t n;
} names;

/* Conditions of one sort: all must hold, or one of them; or not. */
typedef struct junction {
    bool is_any, is_not;
} junction;

typedef struct field_condition {
    bool is_exclude;
    names fields;
} field_condition;

struct item {
    const kind *kind;
    sigma_logsource *rule; /* conditions on the logsource */
    size_t n_rule;
    junction rule_junction;
    field_condition *field;
    size_t n_field;
    junction field_junction;
    mapping *mappings;
    size_t n_mappings;
    str text; /* prefix, suffix, message */
    sigma_logsource source;
    names include, exclude; /* placeholders */
};

struct pipeline {
    double priority;
    item *items;
    size_t n_items;
    mapping *vars;
    size_t n_vars;
};

/* ---- conditions ------------------------------------------------------------------------------ */

static bool holds(bool wants_one, size_t n, size_t n_true, bool is_not)
{
    bool is_true = n == 0 || (wants_one ? n_true > 0 : n_true == n);
    return n == 0 || is_true != is_not;
}

/* What the condition leaves open fits everything. */
static bool word_fits(str wanted, str is)
{
    return wanted.n == 0 || text_eq_nocase(wanted, is);
}

static bool source_fits(const sigma_logsource *wanted, const sigma_logsource *is)
{
    return word_fits(wanted->category, is->category) && word_fits(wanted->product, is->product) &&
           word_fits(wanted->service, is->service);
}

static bool fits_rule(const item *i, const sigma_logsource *source)
{
    size_t n_true = 0;
    for (size_t k = 0; k < i->n_rule; k++)
        n_true += source_fits(&i->rule[k], source);
    return holds(i->rule_junction.is_any, i->n_rule, n_true, i->rule_junction.is_not);
}

static bool has_name(const names *list, str name)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i], name))
            return true;
    return false;
}

static bool fits_field(const item *i, str name)
{
    size_t n_true = 0;
    for (size_t k = 0; k < i->n_field; k++)
        n_true += has_name(&i->field[k].fields, name) != i->field[k].is_exclude;
    return holds(i->field_junction.is_any, i->n_field, n_true, i->field_junction.is_not);
}

/* ---- transformations ------------------------------------------------------------------------- */

static bool push_name(pipeline_state *s, str name)
{
    if (s->n < PIPELINE_NAMES_MAX)
        s->name[s->n++] = name;
    return name.p != NULL;
}

static const mapping *find_mapping(const mapping *list, size_t n, str from)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].from, from))
            return &list[i];
    return NULL;
}

/* A transformation of single names: what `name` becomes is pushed. */
typedef bool rename_fn(const item *i, arena *a, str name, pipeline_state *state);

static bool is_same(const pipeline_state *a, const pipeline_state *b)
{
    for (size_t k = 0; a->n == b->n && k < a->n; k++)
        if (!str_eq(a->name[k], b->name[k]))
            return false;
    return a->n == b->n;
}

static bool rename_all(const item *i, arena *a, pipeline_state *state, rename_fn *rename)
{
    pipeline_state old = *state;
    bool is_ok = true;
    state->n = 0;
    for (size_t k = 0; k < old.n; k++)
        is_ok &= fits_field(i, old.name[k]) ? rename(i, a, old.name[k], state)
                                            : push_name(state, old.name[k]);
    state->is_changed = old.is_changed || !is_same(&old, state);
    return is_ok;
}

static bool rename_mapped(const item *i, arena *a, str name, pipeline_state *state)
{
    const mapping *m = find_mapping(i->mappings, i->n_mappings, name);
    bool is_ok = true;
    (void)a;
    if (!m)
        return push_name(state, name);
    for (size_t k = 0; k < m->n_to; k++)
        is_ok &= push_name(state, m->to[k]);
    return is_ok;
}

static bool rename_head(const item *i, arena *a, str name, pipeline_state *state)
{
    for (size_t k = 0; k < i->n_mappings; k++) {
        const mapping *m = &i->mappings[k];
        bool is_ok = true;
        if (!str_eq(str_upto(name, m->from.n), m->from))
            continue;
        for (size_t t = 0; t < m->n_to; t++) {
            const str parts[] = {m->to[t], str_from(name, m->from.n)};
            is_ok &= push_name(state, arena_join(a, parts, ARRAY_LEN(parts)));
        }
        return is_ok;
    }
    return push_name(state, name);
}

static bool rename_before(const item *i, arena *a, str name, pipeline_state *state)
{
    const str parts[] = {i->text, name};
    return push_name(state, arena_join(a, parts, ARRAY_LEN(parts)));
}

static bool rename_behind(const item *i, arena *a, str name, pipeline_state *state)
{
    const str parts[] = {name, i->text};
    return push_name(state, arena_join(a, parts, ARRAY_LEN(parts)));
}

static bool apply_mapping(const item *i, arena *a, pipeline_state *state)
{
    return rename_all(i, a, state, rename_mapped);
}

static bool apply_head_mapping(const item *i, arena *a, pipeline_state *state)
{
    return rename_all(i, a, state, rename_head);
}

static bool apply_prefix(const item *i, arena *a, pipeline_state *state)
{
    return rename_all(i, a, state, rename_before);
}

static bool apply_suffix(const item *i, arena *a, pipeline_state *state)
{
    return rename_all(i, a, state, rename_behind);
}

static bool apply_source(const item *i, arena *a, pipeline_state *state)
{
    (void)a;
    state->source.category = i->source.category;
    state->source.product = i->source.product;
    state->source.service = i->source.service;
    return true;
}

static bool fits_any_name(const item *i, const pipeline_state *state)
{
    for (size_t k = 0; k < state->n; k++)
        if (fits_field(i, state->name[k]))
            return true;
    return false;
}

static bool apply_drop(const item *i, arena *a, pipeline_state *state)
{
    (void)a;
    if (fits_any_name(i, state))
        state->verdict = PIPELINE_DROP;
    return true;
}

static bool apply_item_failure(const item *i, arena *a, pipeline_state *state)
{
    (void)a;
    if (fits_any_name(i, state)) {
        state->verdict = PIPELINE_FAIL;
        state->message = i->text;
    }
    return true;
}

static bool apply_rule_failure(const item *i, arena *a, pipeline_state *state)
{
    (void)a;
    state->verdict = PIPELINE_FAIL;
    state->message = i->text;
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void *room(node_reader *r, size_t n, size_t size)
{
    return arena_alloc(r->a, (n + 1) * size);
}

static names read_names(node_reader *r, const yaml_node *n, const char *what)
{
    node_list list = node_texts(r, n, what, DIAG_ERROR);
    str *items = node_strs(r, &list);
    return (names){items, items ? list.n : 0};
}

/* `name: value` and `name: [values]`; names map to at least one thing when `must_have` says so. */
static mapping *read_map(node_reader *r, const yaml_node *n, const char *what, size_t *ret_n)
{
    *ret_n = 0;
    if (!n || n->kind != YAML_MAP) {
        report_error(&r->report, n ? n->pos : (diag_pos){0}, "", "%s must be a map", what);
        return NULL;
    }
    mapping *list = room(r, n->n, sizeof *list);
    for (size_t i = 0; list && i < n->n; i++) {
        names to = read_names(r, n->pair[i].value, what);
        list[i] = (mapping){n->pair[i].key, to.items, to.n};
    }
    *ret_n = list ? n->n : 0;
    return list;
}

static bool maps_to_something(const mapping *m)
{
    for (size_t i = 0; i < m->n_to; i++)
        if (m->to[i].n == 0)
            return false;
    return m->n_to > 0;
}

static void read_mapping(node_reader *r, const yaml_node *n, item *ret)
{
    const yaml_node *map = node_get(n, "mapping");
    if (!map) {
        report_error(&r->report, n->pos, "", "the transformation has no `mapping`");
        return;
    }
    ret->mappings = read_map(r, map, "`mapping`", &ret->n_mappings);
    for (size_t i = 0; i < ret->n_mappings; i++)
        if (!maps_to_something(&ret->mappings[i]))
            report_error(&r->report, map->pair[i].key_pos, "", "`%.*s` is mapped to nothing",
                         (int)ret->mappings[i].from.n, ret->mappings[i].from.p);
}

static void read_word(node_reader *r, const yaml_node *n, const char *key, item *ret)
{
    if (!node_has(n, key))
        report_error(&r->report, n->pos, "", "the transformation has no `%s`", key);
    else
        node_text(r, node_get(n, key), key, &ret->text);
}

static void read_prefix(node_reader *r, const yaml_node *n, item *ret)
{
    read_word(r, n, "prefix", ret);
}

static void read_suffix(node_reader *r, const yaml_node *n, item *ret)
{
    read_word(r, n, "suffix", ret);
}

static void read_message(node_reader *r, const yaml_node *n, item *ret)
{
    ret->text = STR("refused by a pipeline");
    if (node_has(n, "message"))
        node_text(r, node_get(n, "message"), "`message`", &ret->text);
}

static void read_source_word(node_reader *r, const yaml_node *n, const char *key, str *ret)
{
    if (node_has(n, key))
        node_text(r, node_get(n, key), key, ret);
}

static sigma_logsource read_source_words(node_reader *r, const yaml_node *n)
{
    sigma_logsource s = {.pos = n->pos};
    read_source_word(r, n, "category", &s.category);
    read_source_word(r, n, "product", &s.product);
    read_source_word(r, n, "service", &s.service);
    return s;
}

static void read_source(node_reader *r, const yaml_node *n, item *ret)
{
    ret->source = read_source_words(r, n);
    if (ret->source.category.n + ret->source.product.n + ret->source.service.n == 0)
        report_error(&r->report, n->pos, "",
                     "change_logsource names no category, product or service");
}

/* Which rule asks for a placeholder is not known where values are handed out. */
static void read_placeholders(node_reader *r, const yaml_node *n, item *ret)
{
    if (node_has(n, "include"))
        ret->include = read_names(r, node_get(n, "include"), "`include`");
    if (node_has(n, "exclude"))
        ret->exclude = read_names(r, node_get(n, "exclude"), "`exclude`");
    if (node_has(n, "mapping"))
        ret->mappings = read_map(r, node_get(n, "mapping"), "`mapping`", &ret->n_mappings);
    if (node_has(n, "rule_conditions") || node_has(n, "field_name_conditions"))
        report_warning(&r->report, n->pos, "",
                       "conditions of a placeholder transformation are not supported: "
                       "it is used for all rules");
}

static void read_nothing(node_reader *r, const yaml_node *n, item *ret)
{
    (void)r;
    (void)n;
    (void)ret;
}

/* clang-format off */
static const kind kinds[] = {
    {"field_name_mapping",             read_mapping,      apply_mapping,      PIPELINE_SUPPORTED, "a name becomes another, or any of a list"},
    {"field_name_prefix_mapping",      read_mapping,      apply_head_mapping, PIPELINE_SUPPORTED, "the head of a name becomes another"},
    {"field_name_prefix",              read_prefix,       apply_prefix,       PIPELINE_SUPPORTED, "text before names"},
    {"field_name_suffix",              read_suffix,       apply_suffix,       PIPELINE_SUPPORTED, "text behind names"},
    {"change_logsource",               read_source,       apply_source,       PIPELINE_SUPPORTED, "rules of one logsource become rules of another"},
    {"drop_detection_item",            read_nothing,      apply_drop,         PIPELINE_SUPPORTED, "items are left out"},
    {"detection_item_failure",         read_message,      apply_item_failure, PIPELINE_SUPPORTED, "rules with such an item are refused"},
    {"rule_failure",                   read_message,      apply_rule_failure, PIPELINE_SUPPORTED, "rules are refused"},
    {"value_placeholders",             read_placeholders, NULL,               PIPELINE_SUPPORTED, "placeholders get their values from vars"},
    {"wildcard_placeholders",          read_placeholders, NULL,               PIPELINE_SUPPORTED, "placeholders match anything"},
    {"query_expression_placeholders",  read_placeholders, NULL,               PIPELINE_SUPPORTED, "there is no query to look values up with: they come from vars, by mapped name"},
    {"add_condition",                  read_nothing,      NULL,               PIPELINE_IGNORED,   "narrows a query to where the data is kept"},
    {"set_state",                      read_nothing,      NULL,               PIPELINE_IGNORED,   "for query text"},
    {"set_custom_attribute",           read_nothing,      NULL,               PIPELINE_IGNORED,   "for query text"},
    {"convert_type",                   read_nothing,      NULL,               PIPELINE_IGNORED,   "numbers and their text match each other anyway"},
    {"set_field",                      read_nothing,      NULL,               PIPELINE_IGNORED,   "for query text"},
    {"add_field",                      read_nothing,      NULL,               PIPELINE_IGNORED,   "for query text"},
    {"remove_field",                   read_nothing,      NULL,               PIPELINE_IGNORED,   "for query text"},
};
/* clang-format on */

static const kind *find_kind(str type)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_is(type, kinds[i].type))
            return &kinds[i];
    return NULL;
}

static const char *nearest_kind(arena *a, str type)
{
    str types[ARRAY_LEN(kinds)];
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        types[i] = str_of(kinds[i].type);
    return report_nearest(a, type, types, ARRAY_LEN(kinds));
}

/* "rule_cond_op: or", "rule_cond_not: true". */
static junction read_junction(node_reader *r, const yaml_node *n, const char *op, const char * not )
{
    junction j = {0};
    str word = STR_NONE;
    if (node_has(n, op) && node_text(r, node_get(n, op), op, &word))
        j.is_any = text_eq_nocase(word, STR("or"));
    if (word.n > 0 && !j.is_any && !text_eq_nocase(word, STR("and")))
        report_error(&r->report, node_get(n, op)->pos, "", "`%s` is `and` or `or`", op);
    if (node_has(n, not ))
        node_bool(r, node_get(n, not ), not, &j.is_not);
    return j;
}

/* The list under `key`, empty when there is none. */
static const yaml_node *read_conditions(node_reader *r, const yaml_node *n, const char *key)
{
    const yaml_node *list = node_get(n, key);
    if (!list || list->kind == YAML_NULL)
        return NULL;
    if (list->kind == YAML_LIST)
        return list;
    report_error(&r->report, list->pos, "", "`%s` is supported as a list only", key);
    return NULL;
}

static str type_of(node_reader *r, const yaml_node *n)
{
    str type = STR_NONE;
    if (node_has(n, "type"))
        node_text(r, node_get(n, "type"), "`type`", &type);
    else
        report_error(&r->report, n->pos, "", "there is no `type`");
    return type;
}

static void read_rule_conditions(node_reader *r, const yaml_node *n, item *ret)
{
    const yaml_node *list = read_conditions(r, n, "rule_conditions");
    ret->rule_junction = read_junction(r, n, "rule_cond_op", "rule_cond_not");
    ret->rule = list ? room(r, list->n, sizeof *ret->rule) : NULL;
    for (size_t i = 0; ret->rule && i < list->n; i++) {
        const yaml_node *c = list->item[i];
        str type = type_of(r, c);
        if (str_is(type, "logsource"))
            ret->rule[ret->n_rule++] = read_source_words(r, c);
        else if (type.n > 0)
            report_error(&r->report, c->pos, "", "rule condition `%.*s` is not supported",
                         (int)type.n, type.p);
    }
}

static void read_field_condition(node_reader *r, const yaml_node *c, item *ret)
{
    str type = type_of(r, c), mode = STR_NONE;
    bool is_exclude = str_is(type, "exclude_fields");
    if (type.n == 0)
        return;
    if (!is_exclude && !str_is(type, "include_fields")) {
        report_error(&r->report, c->pos, "", "field name condition `%.*s` is not supported",
                     (int)type.n, type.p);
        return;
    }
    if (node_has(c, "mode") && node_text(r, node_get(c, "mode"), "`mode`", &mode) &&
        !str_is(mode, "plain"))
        report_error(&r->report, c->pos, "", "fields by regular expression are not supported");
    ret->field[ret->n_field++] =
        (field_condition){is_exclude, read_names(r, node_get(c, "fields"), "`fields`")};
}

static void read_field_conditions(node_reader *r, const yaml_node *n, item *ret)
{
    const yaml_node *list = read_conditions(r, n, "field_name_conditions");
    ret->field_junction = read_junction(r, n, "field_name_cond_op", "field_name_cond_not");
    ret->field = list ? room(r, list->n, sizeof *ret->field) : NULL;
    for (size_t i = 0; ret->field && i < list->n; i++)
        read_field_condition(r, list->item[i], ret);
}

/* Keys that would narrow the transformation in a way that is not known here. */
static void refuse_others(node_reader *r, const yaml_node *n)
{
    static const char *const others[] = {
        "detection_item_conditions", "detection_item_cond_op", "detection_item_cond_not",
        "detection_item_cond_expr",  "rule_cond_expr",         "field_name_cond_expr",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (node_has(n, others[i]))
            report_error(&r->report, node_get(n, others[i])->pos, "", "`%s` is not supported",
                         others[i]);
}

static void read_item(node_reader *r, const yaml_node *n, item *ret)
{
    str type = type_of(r, n);
    ret->kind = find_kind(type);
    if (type.n == 0)
        return;
    if (!ret->kind) {
        report_error(&r->report, n->pos, nearest_kind(r->a, type),
                     "transformation `%.*s` is not supported", (int)type.n, type.p);
        return;
    }
    if (ret->kind->support == PIPELINE_IGNORED) {
        report_warning(&r->report, n->pos, ret->kind->doc,
                       "transformation `%.*s` is not supported and has no effect", (int)type.n,
                       type.p);
        return;
    }
    refuse_others(r, n);
    ret->kind->read(r, n, ret);
    read_rule_conditions(r, n, ret);
    read_field_conditions(r, n, ret);
}

static void read_items(node_reader *r, const yaml_node *n, pipeline *ret)
{
    const yaml_node *list = node_get(n, "transformations");
    if (!list || list->kind == YAML_NULL)
        return;
    if (list->kind != YAML_LIST) {
        report_error(&r->report, list->pos, "", "`transformations` must be a list");
        return;
    }
    ret->items = room(r, list->n, sizeof *ret->items);
    for (size_t i = 0; ret->items && i < list->n; i++) {
        item *it = &ret->items[ret->n_items];
        read_item(r, list->item[i], it);
        ret->n_items += it->kind != NULL && it->kind->support == PIPELINE_SUPPORTED;
        if (it->kind && it->kind->support == PIPELINE_IGNORED)
            *it = (item){0};
    }
}

static void read_priority(node_reader *r, const yaml_node *n, pipeline *ret)
{
    const yaml_node *priority = node_get(n, "priority");
    number value = {0};
    if (!priority)
        return;
    if (priority->kind != YAML_NUMBER || !number_parse(priority->text, &value))
        report_error(&r->report, priority->pos, "", "`priority` must be a number");
    ret->priority = value.value;
}

/* What would be done to queries once they are made. */
static void warn_of_queries(node_reader *r, const yaml_node *n)
{
    static const char *const keys[] = {"postprocessing", "finalizers"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (node_has(n, keys[i]))
            report_warning(&r->report, node_get(n, keys[i])->pos,
                           "there is no query text to change",
                           "`%s` is not supported and has no effect", keys[i]);
}

static void check_keys(node_reader *r, const yaml_node *n)
{
    static const str known[] = {
        STR_INIT("name"),           STR_INIT("priority"),
        STR_INIT("vars"),           STR_INIT("transformations"),
        STR_INIT("finalizers"),     STR_INIT("allowed_backends"),
        STR_INIT("postprocessing"),
    };
    node_check_keys(r, n, known, ARRAY_LEN(known), true);
}

static void read_pipeline(node_reader *r, const yaml_node *n, pipeline *ret)
{
    if (n->kind != YAML_MAP) {
        report_error(&r->report, n->pos, "", "a pipeline must be a map");
        return;
    }
    check_keys(r, n);
    read_priority(r, n, ret);
    if (node_has(n, "vars"))
        ret->vars = read_map(r, node_get(n, "vars"), "`vars`", &ret->n_vars);
    read_items(r, n, ret);
    warn_of_queries(r, n);
}

/* ---- the set --------------------------------------------------------------------------------- */

static bool insert(pipeline_set *s, pipeline *p)
{
    pipeline **grown = array_room(s->items, s->n, &s->cap, 4, sizeof *grown);
    if (!grown)
        return false;
    s->items = grown;
    size_t at = s->n++;
    for (; at > 0 && s->items[at - 1]->priority > p->priority; at--)
        s->items[at] = s->items[at - 1];
    s->items[at] = p;
    return true;
}

static bool add_document(pipeline_set *s, const diag_source *source, const yaml_node *root,
                         diag_list *diags)
{
    node_reader r = {&s->text, {diags, source, false}};
    pipeline *p = arena_alloc(&s->text, sizeof *p);
    if (!p)
        return false;
    read_pipeline(&r, root, p);
    if (s->text.failed || diags->failed)
        return false;
    return r.report.has_error || insert(s, p);
}

bool pipeline_add(pipeline_set *s, const char *file, str yaml, diag_list *diags)
{
    const diag_source source = {file, yaml};
    yaml_docs docs = {0};
    bool is_ok = yaml_load(&s->text, &source, &docs, diags);
    for (size_t i = 0; is_ok && i < docs.n; i++)
        is_ok = add_document(s, &source, docs.root[i], diags);
    return is_ok;
}

void pipeline_set_done(pipeline_set *s)
{
    arena_done(&s->text);
    free(s->items);
    *s = (pipeline_set){0};
}

/* ---- use ------------------------------------------------------------------------------------- */

static bool run_one(const pipeline *p, arena *a, pipeline_state *state)
{
    for (size_t i = 0; i < p->n_items && state->verdict == PIPELINE_KEEP; i++) {
        const item *it = &p->items[i];
        if (it->kind->apply && fits_rule(it, &state->source) && !it->kind->apply(it, a, state))
            return false;
    }
    return true;
}

bool pipeline_run(const pipeline_set *s, arena *a, pipeline_state *state)
{
    for (size_t i = 0; i < s->n; i++)
        if (!run_one(s->items[i], a, state))
            return false;
    return true;
}

static const str *values_of(const pipeline *p, const item *i, str name, size_t *ret_n)
{
    static const str anything = STR_INIT("*");
    if (str_is(str_of(i->kind->type), "wildcard_placeholders")) {
        *ret_n = 1;
        return &anything;
    }
    const mapping *renamed = find_mapping(i->mappings, i->n_mappings, name);
    const mapping *found =
        find_mapping(p->vars, p->n_vars, renamed && renamed->n_to > 0 ? renamed->to[0] : name);
    if (!found || found->n_to == 0)
        return NULL;
    *ret_n = found->n_to;
    return found->to;
}

static bool gives(const item *i, str name)
{
    return i->kind->read == read_placeholders &&
           (i->include.n == 0 || has_name(&i->include, name)) && !has_name(&i->exclude, name);
}

const str *pipeline_placeholder(const pipeline_set *s, str name, size_t *ret_n)
{
    for (size_t i = 0; i < s->n; i++) {
        const pipeline *p = s->items[i];
        for (size_t k = 0; k < p->n_items; k++) {
            const str *found =
                gives(&p->items[k], name) ? values_of(p, &p->items[k], name, ret_n) : NULL;
            if (found)
                return found;
        }
    }
    return NULL;
}

const char *pipeline_kind_text(size_t i, pipeline_support *ret_support, const char **ret_doc)
{
    if (i >= ARRAY_LEN(kinds))
        return NULL;
    *ret_support = kinds[i].support;
    *ret_doc = kinds[i].doc;
    return kinds[i].type;
}
