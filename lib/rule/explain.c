/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.c -- the tree of a condition, a line for each node.
 */
#include "rule/explain.h"

#include <inttypes.h>

#include "base/time.h"
#include "base/limits.h"

enum { SHOWN_BYTES = 200, DEPTH_MAX = LIMIT_RULE_DEPTH * 4 };

typedef struct telling {
    const ruleset *r;
    const explain_seen *seen; /* NULL: no record */
    buf *out;
} telling;

/* clang-format off */
static const struct { const char *is, *is_not; } verbs[RULE_OP_COUNT] = {
    [RULE_OP_EQ]       = {"equals",             "is there and does not equal"},
    [RULE_OP_STARTS]   = {"starts with",        "is there and does not start with"},
    [RULE_OP_ENDS]     = {"ends with",          "is there and does not end with"},
    [RULE_OP_CONTAINS] = {"contains",           "is there and does not contain"},
    [RULE_OP_GLOB]     = {"is like",            "is there and is not like"},
    [RULE_OP_REGEX]    = {"matches the regular expression",
                          "is there and does not match the regular expression"},
    [RULE_OP_CIDR]     = {"is an address in",   "is there and is no address in"},
    [RULE_OP_LT]       = {"is a number below",  "is there and is no number below"},
    [RULE_OP_LTE]      = {"is a number up to",  "is there and is no number up to"},
    [RULE_OP_GT]       = {"is a number above",  "is there and is no number above"},
    [RULE_OP_GTE]      = {"is a number from",   "is there and is no number from"},
    [RULE_OP_TIMEPART] = {"is a time of which", "is there and is no time of which"},
    [RULE_OP_EXISTS]   = {"is there",           "is not there"},
    [RULE_OP_NULL]     = {"is absent or null",  "is there"},
    [RULE_OP_REF]      = {"compares with",      "is there and does not compare with"},
};

static const char *const parts[] = {
    [RULE_MINUTE] = "the minute is", [RULE_HOUR] = "the hour is",   [RULE_DAY] = "the day is",
    [RULE_WEEK] = "the week is",     [RULE_MONTH] = "the month is", [RULE_YEAR] = "the year is",
};

static const char *const orders[] = {
    [RULE_OP_EQ] = "",       [RULE_OP_LT] = "below ",     [RULE_OP_LTE] = "at most ",
    [RULE_OP_GT] = "above ", [RULE_OP_GTE] = "at least ",
};
/* clang-format on */

/* Cut between letters. */
static void put_quoted(buf *out, str text)
{
    size_t n = text.n < SHOWN_BYTES ? text.n : SHOWN_BYTES;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    buf_json_string(out, str_upto(text, n));
    if (n < text.n)
        buf_printf(out, " and %zu bytes more", text.n - n);
}

static void put_field(telling *t, uint32_t field)
{
    str name = t->r->fields[field].name;
    if (name.n > 0)
        buf_putstr(t->out, name);
    else
        buf_puts(t->out, "any value of the record");
}

/* The wildcards as the rule writes them. */
static void put_pattern(buf *out, str text)
{
    AUTO(buf) shown = {0};
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        buf_putc(&shown, c == RULE_GLOB_MANY ? '*' : c == RULE_GLOB_ONE ? '?' : c);
    }
    put_quoted(out, buf_str(&shown));
}

static void put_operand(telling *t, const rule_predicate *p)
{
    switch (p->op) {
    case RULE_OP_EXISTS:
    case RULE_OP_NULL:
        return;
    case RULE_OP_GLOB:
        put_pattern(t->out, p->text);
        break;
    case RULE_OP_REF:
        buf_puts(t->out, "the value of ");
        put_field(t, p->other);
        break;
    case RULE_OP_TIMEPART:
        buf_printf(t->out, "%s %s%lld", parts[p->part], orders[p->order], (long long)p->integer);
        break;
    default:
        if (p->is_number)
            buf_putstr(t->out, p->text);
        else
            put_quoted(t->out, p->text);
    }
    if (p->is_cased && p->op != RULE_OP_REGEX)
        buf_puts(t->out, " (letter case counts)");
}

static const char *verb_of(const rule_predicate *p)
{
    uint8_t op = p->op == RULE_OP_REF ? p->part : p->op;
    bool is_not = p->is_negated || (p->op == RULE_OP_EXISTS && !p->wants);
    return is_not ? verbs[op].is_not : verbs[op].is;
}

static void put_predicate(telling *t, const rule_predicate *p)
{
    put_field(t, p->field);
    buf_printf(t->out, " %s", verb_of(p));
    if (p->op != RULE_OP_EXISTS && p->op != RULE_OP_NULL)
        buf_putc(t->out, ' ');
    put_operand(t, p);
}

/* ---- what came of it ------------------------------------------------------------------------- */

static bool node_holds(const telling *t, uint32_t node, size_t depth)
{
    const rule_node *n = &t->r->nodes[node];
    const uint32_t *child = t->r->children + n->first;
    if (n->kind == RULE_NODE_PREDICATE)
        return t->seen[n->first].holds;
    if (n->kind == RULE_NODE_TRUE || depth > DEPTH_MAX)
        return true;
    if (n->kind == RULE_NODE_NOT)
        return !node_holds(t, child[0], depth + 1);
    bool is_and = n->kind == RULE_NODE_AND;
    for (uint32_t i = 0; i < n->n; i++)
        if (node_holds(t, child[i], depth + 1) != is_and)
            return !is_and;
    return is_and;
}

static void begin_line(telling *t, uint32_t node, size_t depth)
{
    buf_printf(t->out, "%*s", (int)(2 * depth + 2), "");
    if (t->seen)
        buf_puts(t->out, node_holds(t, node, depth) ? "yes  " : "no   ");
}

static void end_line(telling *t, uint32_t predicate)
{
    const explain_seen *s = t->seen ? &t->seen[predicate] : NULL;
    if (s && s->is_known && s->text.p) {
        buf_puts(t->out, "  -- it is ");
        put_quoted(t->out, s->text);
    } else if (s && s->is_known) {
        buf_puts(t->out, "  -- it has no value here");
    }
    buf_putc(t->out, '\n');
}

/* ---- alternatives ---------------------------------------------------------------------------- */

static const rule_predicate *predicate_at(const telling *t, uint32_t node)
{
    const rule_node *n = &t->r->nodes[node];
    return n->kind == RULE_NODE_PREDICATE ? &t->r->predicates[n->first] : NULL;
}

static bool is_alike(const rule_predicate *a, const rule_predicate *b)
{
    return a && b && a->field == b->field && a->op == b->op && a->op != RULE_OP_REF &&
           a->op != RULE_OP_TIMEPART && a->is_cased == b->is_cased && !a->is_negated &&
           !b->is_negated;
}

/* All children ask the same of the same field, about different values. */
static bool is_list(const telling *t, const rule_node *n)
{
    const uint32_t *child = t->r->children + n->first;
    if (n->kind != RULE_NODE_OR || n->n < 2)
        return false;
    for (uint32_t i = 1; i < n->n; i++)
        if (!is_alike(predicate_at(t, child[0]), predicate_at(t, child[i])))
            return false;
    return true;
}

/* The alternative that holds, else the first. */
static uint32_t telling_child(const telling *t, const rule_node *n)
{
    const uint32_t *child = t->r->children + n->first;
    for (uint32_t i = 0; t->seen && i < n->n; i++)
        if (t->seen[t->r->nodes[child[i]].first].holds)
            return t->r->nodes[child[i]].first;
    return t->r->nodes[child[0]].first;
}

static void put_list(telling *t, const rule_node *n)
{
    const uint32_t *child = t->r->children + n->first;
    const rule_predicate *first = predicate_at(t, child[0]);
    put_field(t, first->field);
    buf_printf(t->out, " %s one of ", verb_of(first));
    for (uint32_t i = 0; i < n->n && i < EXPLAIN_VALUES; i++) {
        buf_puts(t->out, i ? ", " : "");
        put_operand(t, predicate_at(t, child[i]));
    }
    if (n->n > EXPLAIN_VALUES)
        buf_printf(t->out, " and %u more", n->n - EXPLAIN_VALUES);
    end_line(t, telling_child(t, n));
}

/* ---- the tree -------------------------------------------------------------------------------- */

static void put_node(telling *t, uint32_t node, size_t depth);

static void put_group(telling *t, const rule_node *n, size_t depth)
{
    static const char *const titles[] = {
        [RULE_NODE_AND] = "all of these:\n",
        [RULE_NODE_OR] = "one of these:\n",
        [RULE_NODE_NOT] = "not this:\n",
    };
    buf_puts(t->out, titles[n->kind]);
    for (uint32_t i = 0; i < n->n; i++)
        put_node(t, t->r->children[n->first + i], depth + 1);
}

static void put_node(telling *t, uint32_t node, size_t depth)
{
    const rule_node *n = &t->r->nodes[node];
    begin_line(t, node, depth);
    if (depth > DEPTH_MAX) {
        buf_puts(t->out, "and more below\n");
    } else if (n->kind == RULE_NODE_TRUE) {
        buf_puts(t->out, "always\n");
    } else if (n->kind == RULE_NODE_PREDICATE) {
        put_predicate(t, &t->r->predicates[n->first]);
        end_line(t, n->first);
    } else if (is_list(t, n)) {
        put_list(t, n);
    } else {
        put_group(t, n, depth);
    }
}

void explain_condition(const ruleset *r, uint32_t root, const explain_seen *seen, buf *out)
{
    telling t = {r, seen, out};
    put_node(&t, root, 0);
}

static const struct {
    int64_t seconds;
    const char *word;
} units[] = {
    {86400, "d"},
    {3600, "h"},
    {60, "min"},
    {1, "s"},
};
/* clang-format on */

void explain_span(buf *out, int64_t ns)
{
    int64_t s = ns / TIME_SECOND;
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(units) && (s < units[i].seconds || s % units[i].seconds != 0))
        i++;
    buf_printf(out, "%" PRId64 " %s", s / units[i].seconds, units[i].word);
}
