/* SPDX-License-Identifier: Apache-2.0
 *
 * rules.c -- the public compiler and ruleset: thin around lib/rule, plus each rule in words.
 */
#include "engine/rules.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "correlate/sigma_engine.h"
#include "engine/fail.h"
#include "model/lineage.h"
#include "rule/lower.h"
#include "rule/sigma.h"
#include "rule/taxonomy.h"

struct spoor_compiler {
    arena text; /* the documents, and copies of their texts */
    sigma_docs docs;
    diag_list diags;
    taxonomy *taxonomy;
    spoor_diagnostic_fn *fn;
    void *user;
    bool failed;
};

/* ---- compiler -------------------------------------------------------------------------------- */

void spoor_compiler_free(spoor_compiler **compiler)
{
    if (!compiler || !*compiler)
        return;
    spoor_compiler *c = *compiler;
    taxonomy_free(c->taxonomy);
    diag_done(&c->diags);
    arena_done(&c->text);
    free(c);
    *compiler = NULL;
}

spoor_status spoor_compiler_new(spoor_compiler **ret)
{
    if (!ret)
        return SPOOR_EINVAL;
    spoor_compiler *c = calloc(1, sizeof *c);
    if (!c)
        return SPOOR_ENOMEM;
    c->taxonomy = taxonomy_new();
    if (!c->taxonomy) {
        spoor_compiler_free(&c);
        return SPOOR_ENOMEM;
    }
    *ret = c;
    return SPOOR_OK;
}

void spoor_compiler_on_diagnostic(spoor_compiler *compiler, spoor_diagnostic_fn *fn, void *user)
{
    compiler->fn = fn;
    compiler->user = user;
}

typedef enum addition { ADD_RULES, ADD_PIPELINE, ADD_PLACEHOLDERS } addition;

static bool add_text(spoor_compiler *c, addition what, const char *file, str text)
{
    switch (what) {
    case ADD_RULES:
        return sigma_parse(&c->text, file, text, &c->docs, &c->diags);
    case ADD_PIPELINE:
        return taxonomy_add_pipeline(c->taxonomy, file, text, &c->diags);
    case ADD_PLACEHOLDERS:
        return taxonomy_add_placeholders(c->taxonomy, file, text, &c->diags);
    }
    return false;
}

/* What is parsed points into the text, so both are copied first. */
static spoor_status add(spoor_compiler *c, addition what, const char *file, str yaml,
                        spoor_error *err)
{
    if (!c || !file || (!yaml.p && yaml.n > 0))
        return engine_fail(err, SPOOR_EINVAL, "compiler, file and yaml must be given");
    if (yaml.n > LIMIT_RULE_FILE_BYTES)
        return engine_fail(err, SPOOR_ELIMIT,
                           "%.120s is longer than %d bytes (limit rule_file_bytes)", file,
                           LIMIT_RULE_FILE_BYTES);
    str name = arena_dup(&c->text, str_of(file));
    str text = arena_dup(&c->text, yaml);
    if (!name.p || !text.p || !add_text(c, what, name.p, text)) {
        c->failed = true;
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while reading rules");
    }
    return SPOOR_OK;
}

spoor_status spoor_compiler_add(spoor_compiler *compiler, const char *file, const char *yaml,
                                size_t n, spoor_error *err)
{
    return add(compiler, ADD_RULES, file, (str){yaml, n}, err);
}

spoor_status spoor_compiler_add_pipeline(spoor_compiler *compiler, const char *file,
                                         const char *yaml, size_t n, spoor_error *err)
{
    return add(compiler, ADD_PIPELINE, file, (str){yaml, n}, err);
}

spoor_status spoor_compiler_add_placeholders(spoor_compiler *compiler, const char *file,
                                             const char *yaml, size_t n, spoor_error *err)
{
    return add(compiler, ADD_PLACEHOLDERS, file, (str){yaml, n}, err);
}

static int compare_diags(const void *a, const void *b)
{
    const diag *x = a, *y = b;
    int by_file = strcmp(x->file, y->file);
    if (by_file)
        return by_file;
    if (x->pos.line != y->pos.line)
        return x->pos.line < y->pos.line ? -1 : 1;
    if (x->pos.column != y->pos.column)
        return x->pos.column < y->pos.column ? -1 : 1;
    return strcmp(x->message, y->message);
}

static void deliver_diags(spoor_compiler *c)
{
    if (c->diags.n > 1)
        qsort(c->diags.items, c->diags.n, sizeof *c->diags.items, compare_diags);
    for (size_t i = 0; c->fn && i < c->diags.n; i++) {
        const diag *d = &c->diags.items[i];
        spoor_diagnostic out = {.file = d->file,
                                .line = d->pos.line,
                                .column = d->pos.column,
                                .is_error = d->severity == DIAG_ERROR,
                                .message = d->message,
                                .hint = d->hint,
                                .excerpt = d->excerpt};
        c->fn(c->user, &out);
    }
}

static bool lower(spoor_compiler *c, const spoor_rule_options *given, ruleset **ret)
{
    spoor_rule_options o = {0};
    if (given)
        memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    str *tags = arena_alloc(&c->text, (o.n_tags + 1) * sizeof *tags);
    for (size_t i = 0; tags && i < o.n_tags; i++)
        tags[i] = str_of(o.tags[i]);
    lower_options options = {
        .taxonomy = c->taxonomy, .min_level = o.min_level, .tags = tags, .n_tags = o.n_tags};
    return tags && lower_docs(&c->docs, &options, &c->diags, ret);
}

spoor_status spoor_compiler_finish(spoor_compiler *compiler, const spoor_rule_options *options,
                                   spoor_ruleset **ret, spoor_error *err)
{
    if (!compiler || !ret)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_compiler_finish: compiler and ret must be given");
    spoor_ruleset *r = calloc(1, sizeof *r);
    if (r)
        r->owners = 1;
    bool is_fine = r && !compiler->failed && lower(compiler, options, &r->compiled) &&
                   !compiler->diags.failed && rules_describe(r);
    if (!is_fine) {
        spoor_ruleset_unref(r);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while compiling rules");
    }
    deliver_diags(compiler);
    *ret = r;
    return SPOOR_OK;
}

/* ---- ruleset --------------------------------------------------------------------------------- */

spoor_ruleset *spoor_ruleset_ref(spoor_ruleset *rules)
{
    if (rules)
        __atomic_add_fetch(&rules->owners, 1, __ATOMIC_RELAXED);
    return rules;
}

void spoor_ruleset_unref(spoor_ruleset *rules)
{
    if (!rules || __atomic_sub_fetch(&rules->owners, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    ruleset_free(rules->compiled);
    arena_done(&rules->text);
    free(rules);
}

size_t spoor_ruleset_count(const spoor_ruleset *rules)
{
    return rules ? rules->compiled->n_rules : 0;
}

spoor_status spoor_ruleset_rule(const spoor_ruleset *rules, size_t i, spoor_rule *ret)
{
    if (!rules || !ret)
        return SPOOR_EINVAL;
    if (i >= rules->compiled->n_rules)
        return SPOOR_END;
    *ret = rules->described[i];
    return SPOOR_OK;
}

/* ---- each rule in words ---------------------------------------------------------------------- */

static const char *z(arena *a, str s)
{
    str copy = arena_dup(a, s);
    return copy.p ? copy.p : "";
}

/* "eventName = runinstances or createfleet" */
static const char *anchor_text(spoor_ruleset *r, const rule_info *info)
{
    enum { SHOWN = 3 };
    AUTO(buf) out = {0};
    for (size_t i = 0; i < info->n_anchors && i < SHOWN; i++) {
        const rule_anchor *x = &info->anchors[i];
        str field = r->compiled->fields[x->field].name;
        bool is_same = i > 0 && info->anchors[i - 1].field == x->field;
        if (i > 0)
            buf_puts(&out, " or ");
        if (!is_same)
            buf_printf(&out, "%.*s = ", (int)field.n, field.p);
        buf_putstr(&out, x->text);
    }
    if (info->n_anchors > SHOWN)
        buf_printf(&out, " or %zu more", info->n_anchors - SHOWN);
    return z(&r->text, buf_str(&out));
}

static const char *families_text(spoor_ruleset *r, family_set families)
{
    AUTO(buf) out = {0};
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        if (!(families >> i & 1))
            continue;
        if (out.n > 0)
            buf_puts(&out, ", ");
        buf_puts(&out, family_text((family)i));
    }
    return z(&r->text, buf_str(&out));
}

static const char *kind_text(const ruleset *r, size_t i)
{
    for (size_t k = 0; k < r->n_correlations; k++)
        if (r->correlations[k].info == i)
            return rule_correlation_text((rule_correlation_type)r->correlations[k].type);
    for (size_t k = 0; k < r->n_lineages; k++)
        if (r->lineages[k].info == i)
            return "lineage";
    return "rule";
}

static bool describe(spoor_ruleset *r, size_t i)
{
    const rule_info *info = &r->compiled->rules[i];
    const char **tags = arena_alloc(&r->text, (info->n_tags + 1) * sizeof *tags);
    for (size_t k = 0; tags && k < info->n_tags; k++)
        tags[k] = z(&r->text, info->tags[k]);
    r->described[i] = (spoor_rule){.file = info->file ? info->file : "",
                                   .line = info->line,
                                   .id = z(&r->text, info->id),
                                   .title = z(&r->text, info->title),
                                   .status = z(&r->text, info->status),
                                   .description = z(&r->text, info->description),
                                   .level = info->level,
                                   .tags = tags,
                                   .n_tags = info->n_tags,
                                   .kind = kind_text(r->compiled, i),
                                   .anchor = anchor_text(r, info),
                                   .families = families_text(r, info->families),
                                   .is_silent = info->is_silent};
    return !r->text.failed;
}

bool rules_describe(spoor_ruleset *r)
{
    size_t n = r->compiled->n_rules;
    r->described = arena_alloc(&r->text, (n + 1) * sizeof *r->described);
    r->wants = arena_alloc(&r->text, (n + 1) * sizeof *r->wants);
    if (!r->described || !r->wants)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!describe(r, i))
            return false;
        if (r->compiled->rules[i].is_correlated)
            r->wants[i].fields =
                sigma_engine_wants(r->compiled, (uint32_t)i, &r->text, &r->wants[i].n);
    }
    return !r->text.failed;
}
