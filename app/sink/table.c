/* SPDX-License-Identifier: Apache-2.0
 *
 * table.c -- incidents are drawn as they come; matches and skips are kept for the summary.
 */
#include "sink/table.h"

#include "sink/dossier.h"
#include "sink/incident.h"
#include "sink/totals.h"

void table_done(table *t)
{
    places_done(&t->skipped);
    rule_tally_done(&t->rules);
}

static void say_none(strbuf *out, const spoor_summary *s)
{
    uint64_t below = 0;
    for (int level = SPOOR_INFORMATIONAL; level <= SPOOR_CRITICAL; level++)
        below += s->incidents[level];
    if (s->total.events == 0)
        strbuf_puts(out, "No audit events were found in this input.\n");
    else if (below)
        strbuf_puts(out, "No incident is of the level asked for; --min-level informational shows "
                         "all that are counted below.\n");
    else if (s->matches + s->correlations + s->chains == 0)
        strbuf_puts(out, "No machine in these logs looks out of place.\n");
}

static void say_no_match(strbuf *out, const spoor_summary *s)
{
    if (s->rules == 0 && s->baseline.cells > 0)
        return; /* it was for learning, which the totals tell of */
    strbuf_puts(out, s->rules ? "No rule matches in these logs.\n"
                              : "Neither incidents nor rules were asked for.\n");
}

static void put_summary(const table *t, strbuf *out, const spoor_summary *s)
{
    if (t->n_incidents == 0 && !t->has_no_incidents)
        say_none(out, s);
    if (t->has_no_incidents && s->matches + s->correlations + s->chains == 0)
        say_no_match(out, s);
    rule_tally_draw(&t->rules, &t->terminal, out);
    totals_draw(&t->terminal, out, s, &t->skipped, !t->has_no_incidents);
}

void table_put(table *t, strbuf *out, const spoor_finding *finding)
{
    switch (finding->type) {
    case SPOOR_FINDING_MATCH:
        rule_tally_match(&t->rules, &finding->as.match);
        break;
    case SPOOR_FINDING_CORRELATION:
        rule_tally_correlation(&t->rules, &finding->as.correlation);
        break;
    case SPOOR_FINDING_CHAIN:
        rule_tally_chain(&t->rules, &finding->as.chain);
        break;
    case SPOOR_FINDING_DOSSIER:
        dossier_draw(&t->terminal, out, &finding->as.dossier);
        break;
    case SPOOR_FINDING_INCIDENT:
        t->n_incidents++;
        incident_draw(&t->terminal, out, &finding->as.incident);
        break;
    case SPOOR_FINDING_SKIP:
        places_add(&t->skipped, &finding->as.skip);
        break;
    case SPOOR_FINDING_SUMMARY:
        put_summary(t, out, &finding->as.summary);
        break;
    case SPOOR_FINDING_CHECK: /* an audit has a report of its own */
    case SPOOR_FINDING_RIGHT:
    case SPOOR_FINDING_AUDIT:
        break;
    }
}
