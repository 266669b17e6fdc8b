/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_rule.c -- a rule as a whole: what it wants, where its fields are read, what picks it; and
 * what a correlation counts.
 */

#include "model/lineage.h"
#include "rule/explain.h"

static void put_line(buf *out, const char *name, str value)
{
    if (value.n > 0)
        buf_printf(out, "%s: %.*s\n", name, (int)value.n, value.p);
}

static void put_head(const rule_info *info, buf *out)
{
    put_line(out, "title", info->title);
    put_line(out, "id", info->id);
    put_line(out, "file", str_of(info->file));
    buf_printf(out, "level: %s\n", spoor_level_text(info->level));
    if (info->is_silent)
        buf_puts(out, "silent: a correlation names it; it makes no finding of its own\n");
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void put_paths(const rule_field *field, family f, buf *out)
{
    const rule_paths *in = &field->in[f];
    buf_printf(out, "    %s: ", family_text(f));
    for (size_t i = 0; i < in->n; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : field->is_union ? " and " : ", else ", in->path[i]);
    buf_puts(out, in->n ? "\n" : "it cannot be there\n");
}

static void put_field(const ruleset *r, const rule_info *info, uint32_t index, buf *out)
{
    const rule_field *field = &r->fields[index];
    if (field->name.n == 0) {
        buf_puts(out, "  any value of the record, wherever it stands\n");
        return;
    }
    buf_printf(out, "  %.*s\n", (int)field->name.n, field->name.p);
    for (unsigned f = 0; f < FAMILY_COUNT; f++)
        if (info->families >> f & 1)
            put_paths(field, (family)f, out);
}

static void mark_fields(const ruleset *r, uint32_t node, uint8_t *is_used)
{
    const rule_node *n = &r->nodes[node];
    if (n->kind == RULE_NODE_PREDICATE) {
        const rule_predicate *p = &r->predicates[n->first];
        is_used[p->field] = 1;
        if (p->op == RULE_OP_REF)
            is_used[p->other] = 1;
    }
    if (n->kind == RULE_NODE_AND || n->kind == RULE_NODE_OR || n->kind == RULE_NODE_NOT)
        for (uint32_t i = 0; i < n->n; i++)
            mark_fields(r, r->children[n->first + i], is_used);
}

static void put_fields(const ruleset *r, const rule_info *info, buf *out)
{
    AUTO(buf) used = {0};
    if (!buf_reserve(&used, r->n_fields + 1)) {
        out->failed = true;
        return;
    }
    memset(used.p, 0, r->n_fields + 1);
    mark_fields(r, info->root, (uint8_t *)used.p);
    buf_puts(out, "\nfields are read from:\n");
    for (uint32_t i = 0; i < r->n_fields; i++)
        if (used.p[i])
            put_field(r, info, i, out);
}

/* ---- where it can fire ----------------------------------------------------------------------- */

static void put_anchor(const ruleset *r, const rule_info *info, buf *out)
{
    buf_puts(out, "\nanchor: ");
    if (info->n_anchors == 0)
        buf_puts(out, "none; it is tried on every record of its families\n");
    for (size_t i = 0; i < info->n_anchors; i++) {
        const rule_anchor *a = &info->anchors[i];
        str field = r->fields[a->field].name;
        if (i == EXPLAIN_VALUES) {
            buf_printf(out, " or %zu more", info->n_anchors - i);
            break;
        }
        buf_printf(out, "%s%.*s = ", i ? " or " : "", (int)field.n, field.p);
        buf_json_string(out, a->text);
    }
    if (info->n_anchors > 0)
        buf_puts(out, "; other records are passed over unread\n");
}

static void put_families(const rule_info *info, buf *out)
{
    bool has_one = false;
    buf_puts(out, "can fire on: ");
    for (unsigned f = 0; f < FAMILY_COUNT; f++) {
        if (!(info->families >> f & 1))
            continue;
        buf_printf(out, "%s%s", has_one ? ", " : "", family_text((family)f));
        has_one = true;
    }
    buf_puts(out, has_one ? "\n" : "nothing\n");
}

static void put_detection(const ruleset *r, const rule_info *info, buf *out)
{
    buf_puts(out, "\nmatches a record when:\n");
    explain_condition(r, info->root, NULL, out);
    put_fields(r, info, out);
    put_anchor(r, info, out);
    put_families(info, out);
}

/* ---- correlations ---------------------------------------------------------------------------- */

/* clang-format off */
static const char *const counted[] = {
    [RULE_EVENT_COUNT]      = "the number of matches of these rules",
    [RULE_VALUE_COUNT]      = "the number of different values",
    [RULE_TEMPORAL]         = "the number of these rules that match",
    [RULE_TEMPORAL_ORDERED] = "the number of these rules that match, in this order",
    [RULE_VALUE_SUM]        = "the sum of the values",
    [RULE_VALUE_AVG]        = "the mean of the values",
    [RULE_VALUE_PERCENTILE] = "the percentile of the values",
    [RULE_VALUE_MEDIAN]     = "the median of the values",
};
_Static_assert(ARRAY_LEN(counted) == RULE_CORRELATION_TYPES, "a row for each type");

static const char *const compares[RULE_COMPARES] = {
    [RULE_LT]  = "is below",    [RULE_LTE] = "is at most", [RULE_GT]  = "is above",
    [RULE_GTE] = "is at least", [RULE_EQ]  = "is exactly", [RULE_NEQ] = "is not",
};

static void put_keys(const ruleset *r, const char *title, const rule_key *keys, size_t n,
                     size_t n_rules, buf *out)
{
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s%.*s", i ? ", " : title, (int)keys[i].name.n, keys[i].name.p);
        for (size_t k = 0; k < n_rules; k++) {
            bool is_group = keys[i].fields[k] == UINT32_MAX;
            str field = is_group ? keys[i].name : r->fields[keys[i].fields[k]].name;
            if (!str_eq(field, keys[i].name))
                buf_printf(out, " (%.*s of rule %zu)", (int)field.n, field.p, k + 1);
        }
    }
    buf_puts(out, n ? "\n" : "");
}

static void put_expression(const ruleset *r, const rule_correlation *c, uint32_t node, buf *out)
{
    const rule_node *n = &r->nodes[node];
    if (n->kind == RULE_NODE_PREDICATE) {
        buf_printf(out, "rule %u", n->first + 1);
        return;
    }
    const char *word = n->kind == RULE_NODE_AND ? " and " : " or ";
    buf_puts(out, n->kind == RULE_NODE_NOT ? "not (" : "(");
    for (uint32_t i = 0; i < n->n; i++) {
        buf_puts(out, i ? word : "");
        put_expression(r, c, r->children[n->first + i], out);
    }
    buf_puts(out, ")");
}

static void put_criteria(const ruleset *r, const rule_correlation *c, buf *out)
{
    if (c->expression) {
        buf_puts(out, "fires when this holds of what matched: ");
        put_expression(r, c, c->expression, out);
        buf_puts(out, "\n");
    }
    for (size_t i = 0; i < c->n_bounds; i++)
        buf_printf(out, "%s%s %s %.15g", i ? " and " : "fires when ", i ? "it" : counted[c->type],
                   compares[c->bounds[i].compare], c->bounds[i].number);
    buf_puts(out, c->n_bounds ? "\n" : "");
    if (c->type == RULE_VALUE_PERCENTILE)
        buf_printf(out, "percentile: %.15g\n", c->percentile);
}

static void put_correlation(const ruleset *r, const rule_correlation *c, buf *out)
{
    buf_printf(out, "\n%s over the matches of:\n",
               rule_correlation_text((rule_correlation_type)c->type));
    for (size_t i = 0; i < c->n_rules; i++) {
        str title = r->rules[c->rules[i]].title;
        buf_printf(out, "  rule %zu: %.*s\n", i + 1, (int)title.n, title.p);
    }
    buf_puts(out, "within: ");
    explain_span(out, c->timespan_ns);
    buf_puts(out, "\n");
    put_keys(r, "for each: ", c->group_by, c->n_group_by, c->n_rules, out);
    put_keys(r, "values of: ", c->values, c->n_values, c->n_rules, out);
    put_criteria(r, c, out);
}

void explain_rule(const ruleset *r, size_t i, buf *out)
{
    const rule_info *info = &r->rules[i];
    put_head(info, out);
    for (size_t k = 0; k < r->n_correlations; k++) {
        if (r->correlations[k].info != i)
            continue;
        put_correlation(r, &r->correlations[k], out);
        return;
    }
    for (size_t k = 0; k < r->n_lineages; k++) {
        if (r->lineages[k].info != i)
            continue;
        explain_lineage(r, &r->lineages[k], out);
        return;
    }
    put_detection(r, info, out);
}
