/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_lineage.c -- a lineage rule in words: its steps, what proves that they belong together,
 * their order, how long it may take.
 */
#include "base/text.h"
#include "model/event.h"
#include "model/lineage.h"
#include "rule/explain.h"

/* clang-format off */
static const char *const compares[RULE_COMPARES] = {
    [RULE_LT]  = "below",    [RULE_LTE] = "at most", [RULE_GT]  = "above",
    [RULE_GTE] = "at least", [RULE_EQ]  = "exactly", [RULE_NEQ] = "other than",
};
/* clang-format on */

static void put_names(const lineage *l, uint16_t set, const char *between, buf *out)
{
    bool is_first = true;
    for (unsigned i = 0; i < l->n_steps; i++) {
        if (!lineage_has(set, i))
            continue;
        buf_printf(out, "%s%.*s", is_first ? "" : between, (int)l->steps[i].name.n,
                   l->steps[i].name.p);
        is_first = false;
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

static const char *need_text(const lineage_step *s)
{
    switch ((lineage_need)s->need) {
    case LINEAGE_OPTIONAL:
        return " (optional)";
    case LINEAGE_ABSENT:
        return " (must not be there)";
    case LINEAGE_MANDATORY:
        break;
    }
    return "";
}

static void put_outcomes(const lineage_kind *k, buf *out)
{
    const uint8_t usual = 1u << OUTCOME_SUCCESS | 1u << OUTCOME_PENDING;
    if (k->outcomes == UINT8_MAX || k->outcomes == usual)
        return;
    buf_puts(out, ", with the outcome ");
    bool is_first = true;
    for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
        if (!(k->outcomes >> i & 1))
            continue;
        buf_printf(out, "%s%s", is_first ? "" : " or ", outcome_text((outcome)i));
        is_first = false;
    }
}

static void put_side(const ruleset *r, const lineage *l, const lineage_side *side, buf *out)
{
    const lineage_facet *f = &r->facets[side->facet];
    str name = l->steps[side->step].name;
    size_t i = 0;
    while (lineage_key_at(i)->slots != f->slots)
        i++;
    str doc = str_of(lineage_key_at(i)->doc), before = text_before(doc, '*');
    buf_putstr(out, before);
    buf_putstr(out, name);
    buf_putstr(out, str_from(doc, before.n + 1));
    if (f->type != ENTITY_NONE)
        buf_printf(out, " (%s)", entity_describe((entity_type)f->type)->text);
}

/* "joined when what mount attached is what disk made" */
static void put_join(const ruleset *r, const lineage *l, const lineage_join *j, buf *out)
{
    buf_puts(out, "       joined when ");
    for (size_t i = 0; i < j->n; i++) {
        const lineage_equation *q = &j->equations[i];
        buf_puts(out, i ? "\n         or when " : "");
        put_side(r, l, &q->side[0], out);
        buf_puts(out, " is ");
        put_side(r, l, &q->side[1], out);
    }
    buf_puts(out, "\n");
}

static void put_bounds(const lineage_bounds *b, const char *what, bool is_span, buf *out)
{
    for (size_t i = 0; i < b->n; i++) {
        buf_printf(out, "       %s %s ", what, compares[b->items[i].compare]);
        if (is_span)
            explain_span(out, (int64_t)b->items[i].number);
        else
            buf_printf(out, "%.15g", b->items[i].number);
        buf_puts(out, "\n");
    }
}

static void put_habits(uint8_t bits, buf *out)
{
    for (unsigned i = 0; i < ARRAY_LEN(lineage_habit_texts); i++)
        if (bits >> i & 1)
            buf_printf(out, "       its actor's first call of that %s in these logs\n",
                       lineage_habit_texts[i]);
}

static void put_step(const ruleset *r, const lineage *l, unsigned step, buf *out)
{
    const lineage_step *s = &l->steps[step];
    const lineage_kind *k = &r->kinds[s->kind];
    buf_printf(out, "  %2u %.*s%s: %s %.*s", step + 1, (int)s->name.n, s->name.p, need_text(s),
               k->operations ? "a call of class" : "an event that matches the rule", (int)s->what.n,
               s->what.p);
    put_outcomes(k, out);
    buf_puts(out, "\n");
    for (size_t i = 0; i < l->n_joins; i++)
        if (l->joins[i].owner == step)
            put_join(r, l, &l->joins[i], out);
    if (s->within_ns) {
        buf_puts(out, "       within ");
        explain_span(out, s->within_ns);
        buf_puts(out, " of what it is joined to\n");
    }
    if (s->after) {
        buf_puts(out, "       after ");
        put_names(l, s->after, ", ", out);
        buf_puts(out, "\n");
    }
    put_bounds(&k->age, "its actor is of an age", true, out);
    put_bounds(&s->count, "events like it:", false, out);
    put_bounds(&s->things, "things it made or acted on:", false, out);
    put_habits(k->first_seen, out);
}

/* ---- the whole ------------------------------------------------------------------------------- */

void explain_lineage(const ruleset *r, const lineage *l, buf *out)
{
    buf_puts(out, "\na lineage of these steps:\n");
    for (unsigned i = 0; i < l->n_steps; i++)
        put_step(r, l, i, out);
    buf_puts(out, "fires when ");
    put_names(l, l->mandatory, ", ", out);
    buf_puts(out, " are there");
    if (l->least_chosen) {
        buf_printf(out, ", and %u of ", l->least_chosen);
        put_names(l, l->chosen, ", ", out);
    }
    if (l->absent) {
        buf_puts(out, ", and ");
        put_names(l, l->absent, ", ", out);
        buf_puts(out, " has not come until the time is over");
    }
    buf_puts(out, "\nwithin: ");
    explain_span(out, l->timespan_ns);
    buf_puts(out, " from the first event to the last\n");
}
