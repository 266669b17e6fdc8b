/* SPDX-License-Identifier: Apache-2.0
 *
 * report.c -- the summary: sums to lists, lists in order.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "decode/reader.h"
#include "engine/engine.h"
#include "engine/run.h"
#include "state/away.h"
#include "state/state.h"
#include "state/baseline.h"
#include "state/inventory.h"

/* qsort has no context, so rows carry what they are compared by. */
typedef struct placed_row {
    skip_row row;
    const char *source;
} placed_row;

static int compare_placed(const void *a, const void *b)
{
    const placed_row *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);
    if (by_source)
        return by_source;
    if (x->row.offset != y->row.offset)
        return x->row.offset < y->row.offset ? -1 : 1;
    if (x->row.first_record != y->row.first_record)
        return x->row.first_record < y->row.first_record ? -1 : 1;
    return strcmp(x->row.reason, y->row.reason);
}

/* Streams close in any order; what is reported does not depend on it. */
static bool sort_skips(spoor_engine *e)
{
    placed_row *all = calloc(e->skips.n + 1, sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < e->skips.n; i++)
        all[i] = (placed_row){e->skips.rows[i], e->names[e->skips.rows[i].file]};
    qsort(all, e->skips.n, sizeof *all, compare_placed);
    for (size_t i = 0; i < e->skips.n; i++)
        e->skips.rows[i] = all[i].row;
    free(all);
    return true;
}

static int compare_counts(const void *a, const void *b)
{
    const spoor_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool add_count(spoor_count *list, size_t *n, const char *name, uint64_t count)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(list[i].name, name) == 0) {
            list[i].count += count;
            return true;
        }
    }
    list[(*n)++] = (spoor_count){name, count};
    return true;
}

static bool count_skips(spoor_engine *e)
{
    spoor_count *list = arena_alloc(&e->text, (e->skips.n + 1) * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < e->skips.n; i++)
        add_count(list, &e->summary.n_skips, e->skips.rows[i].reason, e->skips.rows[i].count);
    qsort(list, e->summary.n_skips, sizeof *list, compare_counts);
    e->summary.skips = list;
    return true;
}

static bool count_families(spoor_engine *e)
{
    spoor_count *list = arena_alloc(&e->text, ENGINE_FAMILIES_MAX * sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < reader_family_count(); i++)
        if (e->per_family[i] > 0)
            add_count(list, &e->summary.n_families, reader_family_at(i)->name, e->per_family[i]);
    e->summary.families = list;
    return true;
}

/* What limits made the engine forget, one row a limit. */
static bool count_evicted(spoor_engine *e, const run_count *counts)
{
    uint64_t forgotten[INVENTORY_KIND_COUNT];
    for (size_t i = 0; i < INVENTORY_KIND_COUNT; i++)
        forgotten[i] = e->state->inventory->store[i].forgotten;
    const spoor_count all[] = {
        {"resources (limit entities)", e->state->graph.refused},
        {"events (limit journal)", e->state->journal.forgotten},
        {"unused sessions (limit sessions)", e->state->sessions.forgotten},
        {"instances whose address is not known (limit homes)", e->state->away->forgotten},
        {"operations judged before their last phase (limit fold_held)", counts->fold.early},
        {"places of skipped input (limit skip_places)", e->skips.unlisted},
        {"groups of correlations (limit correlation_bytes)", counts->groups_forgotten},
        {"values that a correlation wanted as numbers", counts->values_ignored},
        {"events of lineage rules (limit chain_bytes)", counts->chains.events},
        {"searches for chains that were given up (limit chain_tries)", counts->chains.searches},
        {"chains told before their time was over (limit chain_open)", counts->chains.early},
        {"chains that lack a step (limit chain_near)", counts->chains.near},
        {"matches of steps (limit chain_marks)", counts->chains.marks},
        {"first uses by an actor (limit chain_habits)", counts->chains.habits},
        {"chains (limit chain_findings)", counts->chains.untold},
        {"matches of steps on calls that are not known", counts->chains.nameless},
        {"machines compared with (limit inventory_instances)", forgotten[INVENTORY_MACHINES]},
        {"groups and firewall rules (limit inventory_groups)", forgotten[INVENTORY_GROUPS]},
        {"network interfaces (limit inventory_nics)", forgotten[INVENTORY_NICS]},
        {"launch templates (limit inventory_templates)", forgotten[INVENTORY_TEMPLATES]},
        {"subnets (limit inventory_nets)", forgotten[INVENTORY_NETS]},
        {"given addresses (limit inventory_leases)", forgotten[INVENTORY_LEASES]},
        {"accounts known from earlier runs (limit inventory_accounts)",
         forgotten[INVENTORY_ACCOUNTS]},
        {"rules of groups (limit inventory_rules)", e->state->inventory->rules_forgotten},
        {"habits (limit baseline_cells)", e->state->baseline->forgotten},
        {"habits of incidents, kept apart (limit baseline_quarantine)",
         e->state->baseline->released_early},
    };
    spoor_count *list = arena_alloc(&e->text, sizeof all);
    if (!list)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].count > 0)
            list[e->summary.n_evicted++] = all[i];
    e->summary.evicted = list;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool list_seen(spoor_engine *e, const seen *s, const char *const **ret, size_t *ret_n)
{
    const char **list = arena_alloc(&e->text, (s->texts.n + 1) * sizeof *list);
    if (!list)
        return false;
    for (uint32_t i = 0; i < s->texts.n; i++) {
        str copy = arena_dup(&e->text, intern_text(&s->texts, i + 1));
        list[i] = copy.p ? copy.p : "";
    }
    qsort(list, s->texts.n, sizeof *list, compare_texts);
    *ret = list;
    *ret_n = s->texts.n;
    return !e->text.failed;
}

static spoor_baseline tell_baseline(const baseline *b)
{
    baseline_sums sums = baseline_sum(b);
    return (spoor_baseline){.learned = b->learned,
                            .known_already = b->known_already,
                            .accounts = sums.accounts,
                            .actors = sums.actors,
                            .days = sums.days,
                            .cells = sums.cells};
}

bool report_finish(spoor_engine *e, const run_count *counts)
{
    spoor_summary *s = &e->summary;
    s->total.format = "";
    s->events = counts->fold.events;
    s->known = counts->fold.known;
    s->duplicates = counts->fold.duplicates;
    s->folded = counts->fold.folded;
    s->baseline = tell_baseline(e->state->baseline);
    if (s->first_ns > s->last_ns)
        s->first_ns = s->last_ns = SPOOR_TIME_NONE;
    return sort_skips(e) && count_skips(e) && count_families(e) && count_evicted(e, counts) &&
           list_seen(e, &e->accounts, &s->accounts, &s->n_accounts) &&
           list_seen(e, &e->regions, &s->regions, &s->n_regions);
}
