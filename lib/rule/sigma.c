/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma.c -- a file of Sigma documents: what they have in common, and which kind each is.
 *
 *  (1) What a rule detects with (title, logsource, detection, correlation, filter) must be right;
 *      what only describes it (level, tags, dates …) is read as far as it makes sense, with a
 *      warning.
 *  (2) Keys of one's own are allowed at the top; one that is nearly a known key gets a warning.
 */
#include "rule/sigma.h"

#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "rule/sigma_parts.h"

static const str top_keys[] = {
    STR_INIT("title"),          STR_INIT("id"),
    STR_INIT("name"),           STR_INIT("related"),
    STR_INIT("status"),         STR_INIT("license"),
    STR_INIT("author"),         STR_INIT("description"),
    STR_INIT("references"),     STR_INIT("date"),
    STR_INIT("modified"),       STR_INIT("tags"),
    STR_INIT("level"),          STR_INIT("logsource"),
    STR_INIT("fields"),         STR_INIT("detection"),
    STR_INIT("scope"),          STR_INIT("taxonomy"),
    STR_INIT("filter"),         STR_INIT("correlation"),
    STR_INIT("action"),         STR_INIT("generate"),
    STR_INIT("falsepositives"),
};

static const str logsource_keys[] = {
    STR_INIT("category"),
    STR_INIT("product"),
    STR_INIT("service"),
    STR_INIT("definition"),
};

static const str statuses[] = {
    STR_INIT("stable"),     STR_INIT("test"),        STR_INIT("experimental"),
    STR_INIT("deprecated"), STR_INIT("unsupported"),
};

/* What describes a rule: any scalar, or a list of them. */
static const struct {
    const char *key;
    size_t at; /* of a str in sigma_doc */
} descriptions[] = {
    {"id", offsetof(sigma_doc, id)},         {"name", offsetof(sigma_doc, name)},
    {"status", offsetof(sigma_doc, status)}, {"description", offsetof(sigma_doc, description)},
    {"author", offsetof(sigma_doc, author)}, {"date", offsetof(sigma_doc, date)},
};

/* ---- what describes -------------------------------------------------------------------------- */

static str join(arena *a, const node_list *list)
{
    str *parts = arena_alloc(a, 2 * list->n * sizeof *parts);
    for (size_t i = 0; parts && i < list->n; i++) {
        parts[2 * i] = i ? STR(", ") : STR_NONE;
        parts[2 * i + 1] = list->items[i].text;
    }
    return parts ? arena_join(a, parts, 2 * list->n) : STR_NONE;
}

static void read_description(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    for (size_t i = 0; i < ARRAY_LEN(descriptions); i++) {
        const yaml_node *n = node_get(root, descriptions[i].key);
        if (!n)
            continue;
        char what[32];
        snprintf(what, sizeof what, "`%s`", descriptions[i].key);
        node_list list = node_texts(r, n, what, DIAG_WARNING);
        str *text = (str *)((char *)doc + descriptions[i].at);
        *text = list.n == 1 ? list.items[0].text : list.n ? join(r->a, &list) : STR_NONE;
    }
}

/* 8-4-4-4-12 hexadecimal digits */
static bool is_uuid(str s)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (s.n != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = text_lower(s.p[i]);
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (shape[i] == '-' ? c != '-' : !is_hex)
            return false;
    }
    return true;
}

static void check_description(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    if (doc->id.n && !is_uuid(doc->id))
        report_warning(&r->report, node_get(root, "id")->pos,
                       "12345678-90ab-4cde-8f01-23456789abcd", "the id `%.*s` is not a UUID",
                       (int)str_upto(doc->id, 80).n, doc->id.p);
    doc->status = arena_dup_lower(r->a, doc->status);
    bool is_known = doc->status.n == 0;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        is_known |= str_eq(doc->status, statuses[i]);
    if (!is_known)
        report_warning(&r->report, node_get(root, "status")->pos,
                       report_nearest(r->a, doc->status, statuses, ARRAY_LEN(statuses)),
                       "unknown status `%.*s`", (int)str_upto(doc->status, 80).n, doc->status.p);
}

static void read_level(node_reader *r, const yaml_node *n, sigma_doc *doc)
{
    str names[SPOOR_CRITICAL + 1];
    node_list list = node_texts(r, n, "`level`", DIAG_WARNING);
    if (list.n == 0)
        return;
    str written = list.items[0].text;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        names[i] = str_of(spoor_level_text((spoor_level)i));
        if (!text_eq_nocase(written, names[i]))
            continue;
        doc->level = (spoor_level)i;
        doc->has_level = true;
        return;
    }
    report_warning(&r->report, n->pos, report_nearest(r->a, written, names, ARRAY_LEN(names)),
                   "unknown level `%.*s`: medium is taken", (int)str_upto(written, 80).n,
                   written.p);
}

static void read_lists(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    const yaml_node *tags = node_get(root, "tags");
    const yaml_node *falsepositives = node_get(root, "falsepositives");
    if (tags) {
        node_list list = node_texts(r, tags, "`tags`", DIAG_WARNING);
        doc->tags = node_strs(r, &list);
        doc->n_tags = list.n;
    }
    if (falsepositives) {
        node_list list = node_texts(r, falsepositives, "`falsepositives`", DIAG_WARNING);
        doc->falsepositives = node_strs(r, &list);
        doc->n_falsepositives = list.n;
    }
}

static void read_head(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    const yaml_node *title = node_get(root, "title"), *level = node_get(root, "level");
    if (title)
        node_text(r, title, "`title`", &doc->title);
    else
        report_error(&r->report, root->pos, "add `title: what it finds`", "there is no `title`");
    doc->level = SPOOR_MEDIUM;
    if (level)
        read_level(r, level, doc);
    read_description(r, root, doc);
    check_description(r, root, doc);
    read_lists(r, root, doc);
}

/* ---- logsource ------------------------------------------------------------------------------- */

static str logsource_text(node_reader *r, const yaml_node *n, const char *key)
{
    const yaml_node *value = node_get(n, key);
    str text;
    if (!value || value->kind == YAML_NULL || !node_text(r, value, key, &text))
        return STR_NONE;
    return arena_dup_lower(r->a, text_trim(text));
}

static void read_logsource(node_reader *r, const yaml_node *root, sigma_logsource *ret)
{
    const yaml_node *n = node_get(root, "logsource");
    if (!n) {
        report_error(&r->report, root->pos, "add `logsource:` with `product: aws`, for instance",
                     "there is no `logsource`");
        return;
    }
    ret->pos = n->pos;
    if (n->kind != YAML_MAP) {
        report_error(&r->report, n->pos, "write `product: aws` below it, for instance",
                     "`logsource` must be a map, not %s", yaml_kind_text(n->kind));
        return;
    }
    node_check_keys(r, n, logsource_keys, ARRAY_LEN(logsource_keys), false);
    ret->category = logsource_text(r, n, "category");
    ret->product = logsource_text(r, n, "product");
    ret->service = logsource_text(r, n, "service");
    if (!ret->category.n && !ret->product.n && !ret->service.n && !r->report.has_error)
        report_error(&r->report, n->pos, "write `product: aws` below it, for instance",
                     "`logsource` names no category, product or service");
}

/* ---- kinds ----------------------------------------------------------------------------------- */

static const char *const kind_keys[] = {
    [SIGMA_RULE] = "detection",
    [SIGMA_CORRELATION] = "correlation",
    [SIGMA_FILTER] = "filter",
};

static void read_rule(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    const yaml_node *detection = node_get(root, "detection");
    if (detection)
        sigma_read_detection(r, detection, &doc->detection);
    else
        report_error(&r->report, root->pos,
                     "a Sigma document has `detection`, `correlation` or `filter`",
                     "there is no `detection`");
    read_logsource(r, root, &doc->logsource);
}

static void read_correlation(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    const yaml_node *generate = node_get(root, "generate");
    const yaml_node *correlation = node_get(root, "correlation");
    if (sigma_is_lineage(correlation)) {
        doc->kind = SIGMA_LINEAGE;
        doc->lineage = sigma_read_lineage(r, correlation);
        return;
    }
    if (generate)
        node_bool(r, generate, "`generate`", &doc->correlation.generate);
    sigma_read_correlation(r, correlation, &doc->correlation);
}

static void read_filter(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    sigma_read_filter(r, node_get(root, "filter"), &doc->filter);
    read_logsource(r, root, &doc->logsource);
}

/* A document without any of the three keys is a rule that lacks its detection. */
static bool read_kind(node_reader *r, const yaml_node *root, sigma_kind *ret)
{
    sigma_kind kind = SIGMA_RULE;
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(kind_keys); i++) {
        if (!node_get(root, kind_keys[i]))
            continue;
        if (n++)
            report_error(&r->report, root->pos, "separate the two documents by a line ---",
                         "`%s` and `%s` stand in one document", kind_keys[kind], kind_keys[i]);
        kind = (sigma_kind)i;
    }
    *ret = kind;
    return n <= 1;
}

static bool read_document(node_reader *r, const yaml_node *root, sigma_doc *doc)
{
    static void (*const read_as[])(node_reader *, const yaml_node *, sigma_doc *) = {
        [SIGMA_RULE] = read_rule,
        [SIGMA_CORRELATION] = read_correlation,
        [SIGMA_FILTER] = read_filter,
    };
    *doc = (sigma_doc){.source = r->report.source, .pos = root->pos};
    node_check_keys(r, root, top_keys, ARRAY_LEN(top_keys), false);
    if (!read_kind(r, root, &doc->kind))
        return false;
    read_head(r, root, doc);
    read_as[doc->kind](r, root, doc);
    return !r->report.has_error;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void add_doc(arena *a, sigma_docs *docs, const sigma_doc *doc)
{
    if (docs->n == docs->cap) {
        size_t cap = docs->cap ? docs->cap * 2 : 8;
        sigma_doc *items = arena_alloc(a, cap * sizeof *items);
        if (!items)
            return;
        if (docs->n)
            memcpy(items, docs->items, docs->n * sizeof *items);
        docs->items = items;
        docs->cap = cap;
    }
    docs->items[docs->n++] = *doc;
}

static void read_root(node_reader *r, sigma_actions *actions, const yaml_node *root,
                      sigma_docs *docs)
{
    sigma_doc doc;
    if (root->kind != YAML_MAP) {
        report_error(&r->report, root->pos, "it begins with `title:`",
                     "a Sigma document must be a map, not %s", yaml_kind_text(root->kind));
        return;
    }
    const yaml_node *acted = sigma_act(r, actions, root);
    if (acted && read_document(r, acted, &doc) && !r->a->failed)
        add_doc(r->a, docs, &doc);
}

static const diag_source *keep_source(arena *a, const char *file, str text)
{
    diag_source *source = arena_alloc(a, sizeof *source);
    if (!source)
        return NULL;
    source->file = arena_dup(a, str_of(file)).p;
    source->text = arena_dup(a, text);
    return a->failed ? NULL : source;
}

bool sigma_parse(arena *a, const char *file, str text, sigma_docs *docs, diag_list *diags)
{
    assert(file);
    const diag_source *source = keep_source(a, file, text);
    sigma_actions actions = {0};
    yaml_docs yaml = {0};
    if (!source || !yaml_load(a, source, &yaml, diags))
        return false;
    for (size_t i = 0; i < yaml.n; i++) {
        node_reader r = {.a = a, .report = {.diags = diags, .source = source}};
        read_root(&r, &actions, yaml.root[i], docs);
    }
    return !a->failed && !diags->failed;
}
