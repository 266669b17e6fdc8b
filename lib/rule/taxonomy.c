/* SPDX-License-Identifier: Apache-2.0
 *
 * taxonomy.c -- names of rules to paths of records: pipelines first, then the tables.
 *
 * A name is looked up, in each family, as: a row, which says all; else a field of the event model
 * and the head of a branch that exporters move. Without a row the name as it stands comes first:
 * nobody can list every key of every service.
 */
#include "rule/taxonomy.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "model/field.h"
#include "rule/node.h"
#include "rule/pipeline.h"
#include "rule/taxonomy_table.h"
#include "rule/yaml.h"

typedef struct placeholder {
    str name;
    str *values;
    size_t n_values;
} placeholder;

struct taxonomy {
    pipeline_set pipelines;
    arena text;
    placeholder *placeholders;
    size_t n_placeholders, cap_placeholders;
};

enum { PATHS_MAX = 256 }; /* of one field in one family */

taxonomy *taxonomy_new(void)
{
    return calloc(1, sizeof(taxonomy));
}

void taxonomy_free(taxonomy *t)
{
    if (!t)
        return;
    pipeline_set_done(&t->pipelines);
    arena_done(&t->text);
    free(t->placeholders);
    free(t);
}

bool taxonomy_add_pipeline(taxonomy *t, const char *file, str yaml, diag_list *diags)
{
    return pipeline_add(&t->pipelines, file, yaml, diags);
}

/* ---- placeholders ---------------------------------------------------------------------------- */

static bool put_placeholder(taxonomy *t, placeholder p)
{
    placeholder *grown =
        array_room(t->placeholders, t->n_placeholders, &t->cap_placeholders, 8, sizeof *grown);
    if (!grown)
        return false;
    t->placeholders = grown;
    t->placeholders[t->n_placeholders++] = p;
    return true;
}

static const placeholder *find_placeholder(const taxonomy *t, str name)
{
    for (size_t i = 0; i < t->n_placeholders; i++)
        if (text_eq_nocase(t->placeholders[i].name, name))
            return &t->placeholders[i];
    return NULL;
}

static bool add_placeholder(taxonomy *t, node_reader *r, const yaml_pair *pair)
{
    node_list list = node_texts(r, pair->value, "a placeholder's value", DIAG_ERROR);
    str *values = node_strs(r, &list);
    if (list.n == 0) {
        report_warning(&r->report, pair->key_pos, "", "placeholder `%.*s` has no value",
                       (int)pair->key.n, pair->key.p);
        return true;
    }
    if (find_placeholder(t, pair->key)) {
        report_warning(&r->report, pair->key_pos, "", "placeholder `%.*s` is given before",
                       (int)pair->key.n, pair->key.p);
        return true;
    }
    return values && put_placeholder(t, (placeholder){pair->key, values, list.n});
}

static bool add_placeholders(taxonomy *t, node_reader *r, const yaml_node *root)
{
    if (root->kind != YAML_MAP) {
        report_error(&r->report, root->pos, "", "placeholders must be a map of lists");
        return true;
    }
    for (size_t i = 0; i < root->n; i++)
        if (!add_placeholder(t, r, &root->pair[i]))
            return false;
    return true;
}

bool taxonomy_add_placeholders(taxonomy *t, const char *file, str yaml, diag_list *diags)
{
    const diag_source source = {file, yaml};
    node_reader r = {&t->text, {diags, &source, false}};
    yaml_docs docs = {0};
    bool is_ok = yaml_load(&t->text, &source, &docs, diags);
    for (size_t i = 0; is_ok && i < docs.n; i++)
        is_ok = add_placeholders(t, &r, docs.root[i]);
    return is_ok && !t->text.failed && !diags->failed;
}

const str *taxonomy_placeholder(const taxonomy *t, str name, size_t *ret_n)
{
    const placeholder *p = find_placeholder(t, name);
    if (!p)
        return pipeline_placeholder(&t->pipelines, name, ret_n);
    *ret_n = p->n_values;
    return p->values;
}

/* ---- logsources ------------------------------------------------------------------------------ */

static bool is_row_of(const taxonomy_source *row, const sigma_logsource *source)
{
    return text_eq_nocase(str_of(row->service), source->service) &&
           (source->product.n == 0 || text_eq_nocase(str_of(row->product), source->product));
}

/* Of the tables alone, without generic. */
static family_set native_families(const sigma_logsource *source)
{
    size_t n;
    const taxonomy_source *rows = taxonomy_sources(&n);
    family_set found = 0;
    if (source->product.n == 0 && source->service.n == 0)
        return FAMILY_ALL & (family_set) ~(1u << FAMILY_generic);
    for (size_t i = 0; i < n; i++)
        if (is_row_of(&rows[i], source))
            found |= rows[i].families;
    return found;
}

family_set taxonomy_families(const taxonomy *t, const sigma_logsource *source)
{
    pipeline_state state = {.source = *source};
    pipeline_run(&t->pipelines, NULL, &state); /* without a name nothing is allocated */
    return native_families(&state.source) | (family_set)(1u << FAMILY_generic);
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* The paths of one field in one family, while they are collected. */
typedef struct collection {
    arena *a;
    const char *path[PATHS_MAX];
    size_t n;
    bool is_union, failed;
} collection;

static void add_path(collection *c, const char *path)
{
    c->failed = c->failed || !path;
    if (c->failed || c->n == PATHS_MAX || !*path)
        return;
    for (size_t i = 0; i < c->n; i++)
        if (text_eq_nocase(str_of(c->path[i]), str_of(path)))
            return;
    c->path[c->n++] = path;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "userIdentity.accountID" as "user_identity.account_id". */
static const char *snake_of(arena *a, str path)
{
    char *out = arena_alloc(a, 2 * path.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < path.n; i++) {
        bool is_hump = i > 0 && is_upper(path.p[i]) && text_lower(path.p[i - 1]) >= 'a' &&
                       !is_upper(path.p[i - 1]);
        if (is_hump)
            out[n++] = '_';
        out[n++] = text_lower(path.p[i]);
    }
    return out;
}

/* A path, and its snake_case twin where there is one. */
static void add_spellings(collection *c, const char *path)
{
    const char *const *head = taxonomy_snake_heads();
    add_path(c, path);
    for (; path && *head; head++)
        if (text_starts_nocase(str_of(path), *head))
            add_path(c, snake_of(c->a, str_of(path)));
}

static void add_name(collection *c, str name)
{
    add_path(c, arena_dup(c->a, name).p);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void add_row(collection *c, const taxonomy_row *row)
{
    for (size_t i = 0; i < row->n_paths; i++)
        add_spellings(c, row->paths[i]);
    c->is_union = c->is_union || row->how == TAXONOMY_ANY;
}

/* What is left of a name behind a prefix, written as the prefix's row says. */
static str rest_text(arena *a, str rest, taxonomy_rest how)
{
    char *out = arena_alloc(a, 2 * rest.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < rest.n; i++) {
        char c = rest.p[i];
        if (how == TAXONOMY_ONE_KEY && c == '.' && (i == 0 || rest.p[i - 1] != '\\'))
            out[n++] = '\\';
        if (how != TAXONOMY_NO_SNAKE || c != '_')
            out[n++] = c;
    }
    return (str){out, out ? n : 0};
}

static void add_moved(collection *c, const taxonomy_prefix *row, str rest)
{
    const str parts[] = {str_of(row->to), rest_text(c->a, rest, row->rest)};
    add_spellings(c, arena_join(c->a, parts, ARRAY_LEN(parts)).p);
}

static void add_branches(collection *c, family f, str name)
{
    size_t n;
    const taxonomy_prefix *rows = taxonomy_prefixes(&n);
    const char *from = NULL;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].family != f || !text_starts_nocase(name, rows[i].from) ||
            (from && strcmp(from, rows[i].from) != 0))
            continue;
        from = rows[i].from;
        add_moved(c, &rows[i], str_from(name, strlen(from)));
    }
}

/* A name in the family's own terms. */
static void add_native(collection *c, family f, str name)
{
    const taxonomy_row *row = taxonomy_find_row(f, name);
    if (row) {
        add_row(c, row);
        return;
    }
    add_name(c, name);
    add_branches(c, f, name);
}

static bool is_called(const field_info *f, str name)
{
    return text_eq_nocase(name, str_of(f->name)) || text_eq_nocase(name, str_of(f->ocsf)) ||
           text_eq_nocase(name, str_of(f->ecs));
}

static const char *same_of(family f, field field)
{
    size_t n;
    const taxonomy_same *rows = taxonomy_sames(&n);
    for (size_t i = 0; i < n; i++)
        if (rows[i].family == f && rows[i].field == field)
            return rows[i].name;
    bool is_ocsf = f == FAMILY_ocsf && strcmp(field_describe(field)->ocsf, "-") != 0;
    return is_ocsf ? field_describe(field)->ocsf : NULL;
}

/* What the name means as a name of the event model, of OCSF or ECS. */
static void add_model(collection *c, family f, str name)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        const char *native =
            is_called(field_describe((field)i), name) ? same_of(f, (field)i) : NULL;
        if (native)
            add_native(c, f, str_of(native));
    }
}

static void add_family(collection *c, family f, str name)
{
    const taxonomy_row *row = taxonomy_find_row(f, name);
    if (row) {
        add_row(c, row);
        return;
    }
    add_name(c, name);
    add_model(c, f, name);
    add_branches(c, f, name);
}

static void add_generic(collection *c, family_set families, str name)
{
    const taxonomy_row *row = taxonomy_find_row(FAMILY_generic, name);
    add_name(c, name);
    if (row)
        add_row(c, row);
    for (int f = 0; f < FAMILY_COUNT; f++)
        if (f != FAMILY_generic && (families & 1u << f))
            add_family(c, (family)f, name);
}

/* ---- one field ------------------------------------------------------------------------------- */

static bool keep(collection *c, rule_paths *ret)
{
    const char **paths = arena_alloc(c->a, (c->n + 1) * sizeof *paths);
    if (c->failed || !paths)
        return false;
    memcpy(paths, c->path, c->n * sizeof *paths);
    *ret = (rule_paths){paths, c->n};
    return true;
}

static bool collect(arena *a, family f, const pipeline_state *state, rule_field *ret)
{
    collection c = {.a = a};
    family_set families = native_families(&state->source);
    /* A name that the user chose is first of all what it says. */
    for (size_t i = 0; state->is_changed && i < state->n; i++)
        add_name(&c, state->name[i]);
    for (size_t i = 0; i < state->n; i++) {
        if (f == FAMILY_generic)
            add_generic(&c, families, state->name[i]);
        else
            add_family(&c, f, state->name[i]);
    }
    ret->is_union = ret->is_union || c.is_union;
    return keep(&c, &ret->in[f]);
}

bool taxonomy_field(const taxonomy *t, arena *a, const sigma_logsource *source, str field,
                    rule_field *ret)
{
    pipeline_state state = {.source = *source, .name = {field}, .n = field.n > 0};
    rule_field found = {.name = arena_dup(a, field)};
    if ((field.n > 0 && !found.name.p) || !pipeline_run(&t->pipelines, a, &state))
        return false;
    family_set families = native_families(&state.source) | (family_set)(1u << FAMILY_generic);
    found.is_union = state.n > 1;
    for (int f = 0; state.n > 0 && f < FAMILY_COUNT; f++)
        if ((families & 1u << f) && !collect(a, (family)f, &state, &found))
            return false;
    *ret = found;
    return true;
}

/* ---- verdicts -------------------------------------------------------------------------------- */

/* Out of memory the item is kept; taxonomy_field, which is asked next, reports it. */
static taxonomy_verdict judge(const taxonomy *t, pipeline_state *state, str *ret_message)
{
    static const taxonomy_verdict verdicts[] = {
        [PIPELINE_KEEP] = TAXONOMY_KEEP,
        [PIPELINE_DROP] = TAXONOMY_DROP,
        [PIPELINE_FAIL] = TAXONOMY_FAIL,
    };
    AUTO(arena) scratch = {0};
    pipeline_run(&t->pipelines, &scratch, state);
    if (state->verdict == PIPELINE_FAIL)
        *ret_message = state->message;
    return verdicts[state->verdict];
}

taxonomy_verdict taxonomy_judge_item(const taxonomy *t, const sigma_logsource *source, str field,
                                     str *ret_message)
{
    pipeline_state state = {.source = *source, .name = {field}, .n = 1};
    return judge(t, &state, ret_message);
}

taxonomy_verdict taxonomy_judge_rule(const taxonomy *t, const sigma_logsource *source,
                                     str *ret_message)
{
    pipeline_state state = {.source = *source};
    return judge(t, &state, ret_message);
}
