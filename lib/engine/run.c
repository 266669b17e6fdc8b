/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c -- the single-threaded half of the engine.
 */
#include "engine/run.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/limits.h"
#include "correlate/chain.h"
#include "correlate/sigma_engine.h"
#include "correlate/story.h"
#include "engine/engine.h"
#include "engine/helper.h"
#include "engine/judge.h"
#include "engine/packed_match.h"
#include "engine/rules.h"
#include "order/ahead.h"
#include "state/compact.h"
#include "state/state.h"

/* A gathered match; its texts are in batch_text. */
typedef struct gathered {
    packed_match m;
    int64_t time_ns;
    uint64_t key;
    const char *source; /* name of the input, for the order */
} gathered;

struct run {
    spoor_engine *engine;
    sequence_lane *lanes;
    ahead *ahead;
    sigma_engine *sigma; /* NULL: no correlations */
    chain *chains;       /* NULL: no lineage rules */
    const spoor_chain *told;
    size_t n_told, at_told;
    bool is_drained;    /* there is no further item */
    uint32_t settle_at; /* events remembered that make it worth letting some go */
    /* Matches of one time, and findings made of them. */
    arena batch_text, text;
    gathered *batch;
    size_t n_batch, cap_batch;
    spoor_finding *queue;
    size_t n_queue, cap_queue, at_queue;
    bool failed;
};

/* ---- findings -------------------------------------------------------------------------------- */

static spoor_finding *enqueue(run *r)
{
    spoor_finding *queue = array_room(r->queue, r->n_queue, &r->cap_queue, 64, sizeof *queue);
    if (!queue) {
        r->failed = true;
        return NULL;
    }
    r->queue = queue;
    r->queue[r->n_queue] = (spoor_finding){0};
    return &r->queue[r->n_queue++];
}

static const char *z(run *r, str s)
{
    str copy = arena_dup(&r->text, s);
    return copy.p ? copy.p : "";
}

static void report_match(run *r, const gathered *g)
{
    const spoor_rule *rule = &r->engine->options.rules->described[g->m.rule];
    spoor_finding *f = rule->is_silent ? NULL : enqueue(r);
    if (!f)
        return;
    f->type = SPOOR_FINDING_MATCH;
    f->as.match = (spoor_match){
        .rule_id = rule->id,
        .rule_title = rule->title,
        .level = rule->level,
        .time_ns = g->time_ns,
        .event_uid = z(r, g->m.event_uid),
        .family = family_text((family)g->m.family),
        .source = z(r, arena_printf(&r->text, "%s:%u", g->source, g->m.record)),
        .event = z(r, g->m.event),
        .rule = g->m.rule,
    };
    r->engine->summary.matches++;
}

static const char **texts(run *r, const str *list, size_t n)
{
    const char **out = arena_alloc(&r->text, (n + 1) * sizeof *out);
    for (size_t i = 0; out && i < n; i++)
        out[i] = z(r, list[i]);
    return out;
}

static bool on_firing(void *user, const sigma_firing *x)
{
    run *r = user;
    const spoor_ruleset *rules = r->engine->options.rules;
    uint32_t info = rules->compiled->correlations[x->correlation].info;
    const spoor_rule *rule = &rules->described[info];
    if (rule->is_silent)
        return true;
    spoor_finding *f = enqueue(r);
    if (!f)
        return false;
    f->type = SPOOR_FINDING_CORRELATION;
    f->as.correlation = (spoor_correlation){
        .rule_id = rule->id,
        .rule_title = rule->title,
        .level = rule->level,
        .time_ns = x->time_ns,
        .count = x->count,
        .group_names = texts(r, x->group_names, x->n_group),
        .group_values = texts(r, x->group_values, x->n_group),
        .n_group = x->n_group,
        .event_uids = texts(r, x->event_uids, x->n_uids),
        .n_event_uids = x->n_uids,
        .events = x->n_events,
        .rule = info,
    };
    r->engine->summary.correlations++;
    return !r->text.failed;
}

/* ---- matches of one time --------------------------------------------------------------------- */

/* The same record read twice: the first source in name order is kept. */
static bool is_repeat(const run *r, const sequence_item *item)
{
    const gathered *last = r->n_batch ? &r->batch[r->n_batch - 1] : NULL;
    return last && last->time_ns == item->time_ns && last->key == item->key;
}

static bool is_earlier(const gathered *a, const gathered *b)
{
    int by_name = strcmp(a->source, b->source);
    return by_name ? by_name < 0 : a->m.record < b->m.record;
}

static bool mark_step(run *r, const gathered *g)
{
    if (!r->chains || !r->engine->options.rules->compiled->rules[g->m.rule].is_step)
        return true;
    const chain_match m = {.time_ns = g->time_ns,
                           .uid_hash = g->m.uid_hash,
                           .fold_hash = g->m.fold_hash,
                           .rule = g->m.rule};
    return chain_mark_event(r->chains, &m);
}

static bool gather(run *r, const sequence_item *item)
{
    gathered g = {.time_ns = item->time_ns, .key = item->key};
    str copy = arena_dup(&r->batch_text, item->match);
    if (!copy.p || !packed_match_take(copy, &g.m) || !mark_step(r, &g))
        return false;
    g.source = r->engine->names[g.m.file];
    if (is_repeat(r, item)) {
        gathered *last = &r->batch[r->n_batch - 1];
        if (is_earlier(&g, last))
            *last = g;
        return true;
    }
    gathered *batch = array_room(r->batch, r->n_batch, &r->cap_batch, 64, sizeof *batch);
    if (!batch)
        return false;
    r->batch = batch;
    r->batch[r->n_batch++] = g;
    return true;
}

static int compare_gathered(const void *a, const void *b)
{
    const gathered *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);
    if (by_source)
        return by_source;
    if (x->m.record != y->m.record)
        return x->m.record < y->m.record ? -1 : 1;
    if (x->key != y->key && x->m.rule == y->m.rule)
        return x->key < y->key ? -1 : 1;
    return x->m.rule < y->m.rule ? -1 : x->m.rule > y->m.rule;
}

static bool correlate(run *r, const gathered *g)
{
    if (!r->sigma || !r->engine->options.rules->compiled->rules[g->m.rule].is_correlated)
        return true;
    sigma_match m = {.time_ns = g->time_ns,
                     .rule = g->m.rule,
                     .event_uid = g->m.event_uid,
                     .captured = g->m.captured};
    return sigma_engine_add(r->sigma, &m);
}

static bool close_batch(run *r)
{
    if (r->n_batch > 1)
        qsort(r->batch, r->n_batch, sizeof *r->batch, compare_gathered);
    for (size_t i = 0; i < r->n_batch; i++) {
        report_match(r, &r->batch[i]);
        if (!correlate(r, &r->batch[i]))
            return false;
    }
    r->n_batch = 0;
    arena_reset(&r->batch_text);
    return !r->failed && !r->text.failed;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void see(seen *s, str text)
{
    if (text.n == 0 || s->texts.n >= ENGINE_SEEN_MAX ||
        str_eq(intern_text(&s->texts, s->last), text))
        return;
    s->last = intern_id(&s->texts, text);
}

/* Stories that are over are judged before what they were made of is let go. */
static void settle(run *r, int64_t now_ns)
{
    spoor_engine *e = r->engine;
    bool is_judged = e->options.no_incidents || judge_until(e, r->chains, now_ns - STORY_CLOSED);
    if (!is_judged || !state_compact(e->state, now_ns)) {
        r->failed = true;
        return;
    }
    uint32_t kept = e->state->journal.next - e->state->journal.first;
    /* So much later that what is kept is not gone through again and again. */
    uint32_t next = kept + LIMIT_COMPACT / 4 * 3;
    r->settle_at = next > LIMIT_COMPACT ? next : LIMIT_COMPACT;
    if (r->settle_at > LIMIT_JOURNAL || e->state->is_tracing)
        r->settle_at = LIMIT_JOURNAL;
}

static void remember(run *r, const event *event)
{
    const journal *j = &r->engine->state->journal;
    uint32_t entry = state_add(r->engine->state, event);
    if (r->chains && !chain_take(r->chains, r->engine->state, event, entry))
        r->failed = true;
    if (j->next - j->first >= r->settle_at)
        settle(r, event->time_ns);
}

static void take_event(run *r, const event *event)
{
    spoor_engine *e = r->engine;
    see(&e->accounts, event->field[FIELD_account]);
    see(&e->regions, event->field[FIELD_region]);
    mentions_add(&e->mentions, event);
    if (e->options.usage)
        usage_see(&e->usage, event);
    if (!e->options.no_incidents || r->chains)
        remember(r, event);
}

static bool take_item(run *r, const sequence_item *item)
{
    if (!item->is_match) {
        take_event(r, item->event);
        return !r->failed;
    }
    if (r->n_batch > 0 && item->time_ns != r->batch[0].time_ns && !close_batch(r))
        return false;
    return gather(r, item);
}

static bool tell_chains(run *r)
{
    return chain_finish(r->chains) && chain_tell(r->chains, r->engine->names, &r->told, &r->n_told);
}

static bool drain(run *r)
{
    r->is_drained = true;
    if (!close_batch(r) || (r->sigma && !sigma_engine_finish(r->sigma)))
        return false;
    if (r->failed || state_failed(r->engine->state) || r->engine->usage.failed)
        return false;
    return !r->chains || tell_chains(r);
}

/* ---- the run --------------------------------------------------------------------------------- */

void run_free(run *r)
{
    if (!r)
        return;
    sigma_engine_free(r->sigma);
    chain_free(r->chains);
    ahead_free(r->ahead);
    free(r->lanes);
    free(r->batch);
    free(r->queue);
    arena_done(&r->batch_text);
    arena_done(&r->text);
    free(r);
}

static run_status status_of(sorter_status s)
{
    return s == SORTER_SPILL_FAILED ? RUN_SPILL_FAILED : RUN_NO_MEMORY;
}

static bool has_steps(const ruleset *rules)
{
    for (size_t i = 0; i < rules->n_rules; i++)
        if (rules->rules[i].is_step)
            return true;
    return false;
}

static bool begin_chains(run *r)
{
    const spoor_options *o = &r->engine->options;
    if (!o->rules || o->rules->compiled->n_lineages == 0 || o->no_lineages)
        return true;
    r->chains = chain_new(o->rules->compiled);
    if (r->chains && o->near_misses)
        chain_keep_all_near(r->chains);
    return r->chains;
}

static sorter_status begin_sequence(run *r, size_t n_lanes)
{
    const spoor_engine *e = r->engine;
    const relay_helper helper = helper_of(&e->options);
    const sequence_options options = {.lanes = r->lanes,
                                      .n_lanes = n_lanes,
                                      .names = e->names,
                                      .has_steps =
                                          r->chains && has_steps(e->options.rules->compiled)};
    return ahead_new(&options, &helper, &r->ahead);
}

run_status run_new(spoor_engine *e, sequence_lane *lanes, size_t n_lanes, run **ret)
{
    run *r = calloc(1, sizeof *r);
    if (!r) {
        free(lanes);
        return RUN_NO_MEMORY;
    }
    const spoor_ruleset *rules = e->options.rules;
    bool has_correlations = rules && rules->compiled->n_correlations > 0;
    r->engine = e;
    r->settle_at = e->state->is_tracing ? LIMIT_JOURNAL : LIMIT_COMPACT;
    r->lanes = lanes;
    if (has_correlations)
        r->sigma = sigma_engine_new(rules->compiled, on_firing, r);
    sorter_status s = SORTER_NO_MEMORY;
    if (lanes && (r->sigma || !has_correlations) && begin_chains(r))
        s = begin_sequence(r, n_lanes);
    if (s != SORTER_OK) {
        run_free(r);
        return status_of(s);
    }
    *ret = r;
    return RUN_END;
}

/* The next chain; near ones where they are asked for. */
static bool pop_told(run *r, spoor_finding *ret)
{
    while (r->at_told < r->n_told) {
        const spoor_chain *c = &r->told[r->at_told++];
        if (c->is_near && !r->engine->options.near_misses)
            continue;
        *ret = (spoor_finding){.type = SPOOR_FINDING_CHAIN, .as.chain = *c};
        r->engine->summary.chains += !c->is_near;
        return true;
    }
    return false;
}

static bool pop(run *r, spoor_finding *ret)
{
    if (r->at_queue < r->n_queue) {
        *ret = r->queue[r->at_queue++];
        return true;
    }
    if (pop_told(r, ret))
        return true;
    r->at_queue = r->n_queue = 0;
    arena_reset(&r->text);
    return false;
}

run_status run_next(run *r, spoor_finding *ret)
{
    while (!pop(r, ret)) {
        sequence_item item;
        if (r->is_drained)
            return RUN_END;
        sorter_status s = ahead_next(r->ahead, &item);
        if (s != SORTER_OK && s != SORTER_END)
            return status_of(s);
        if (s == SORTER_OK ? !take_item(r, &item) : !drain(r))
            return RUN_NO_MEMORY;
    }
    return RUN_FINDING;
}

chain *run_chains(const run *r)
{
    return r->chains;
}

run_count run_counts(const run *r)
{
    run_count n = {.fold = ahead_counts(r->ahead)};
    if (r->sigma) {
        n.groups_forgotten = sigma_engine_forgotten(r->sigma);
        n.values_ignored = sigma_engine_ignored(r->sigma);
    }
    if (r->chains)
        n.chains = chain_lost(r->chains);
    return n;
}
