/* SPDX-License-Identifier: Apache-2.0
 *
 * correlate.c -- runs the stages of correlation, story by story, and keeps the incidents.
 */
#include "correlate/correlate.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/text.h"
#include "correlate/benign.h"
#include "correlate/incident.h"
#include "correlate/level.h"
#include "correlate/neighbours.h"
#include "correlate/policy.h"
#include "correlate/score.h"
#include "state/baseline.h"
#include "state/habit.h"

/* ---- all stories ----------------------------------------------------------------------------- */

static int compare_incidents(const void *a, const void *b)
{
    const spoor_incident *x = a, *y = b;
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool add_incident(correlate_result *r, const spoor_incident *in)
{
    uint64_t key = hash_str(str_of(in->id), 0);
    uint32_t at = map_get(&r->index_of, key);
    if (at != MAP_NONE) {
        if (in->level >= r->incidents[at].level)
            r->incidents[at] = *in;
        return true;
    }
    spoor_incident *incidents =
        array_room(r->incidents, r->n_incidents, &r->cap_incidents, 64, sizeof *incidents);
    if (!incidents)
        return false;
    r->incidents = incidents;
    if (!map_put(&r->index_of, key, (uint32_t)r->n_incidents))
        return false;
    r->incidents[r->n_incidents++] = *in;
    return true;
}

enum { ROUTINE_DELETIONS = 2 };

/* Calls that every cloud makes all day, unless they are many: what is old is deleted, and public
 * images are used. */
static bool is_routine_call(const state *s, const story_step *step, size_t *deletions)
{
    const entry *e = journal_at(&s->journal, step->entry);
    uint8_t of = operation_at(e->operation)->stage;
    if (of == STAGE_DELETE)
        return ++*deletions <= ROUTINE_DELETIONS;
    if (of == STAGE_INSTANCE || (step->is_anchor && of != STAGE_EXFIL))
        return false;
    return of != STAGE_EXFIL || operation_is(e->operation, "snapshot.used");
}

/* A story of nothing but such calls is no incident at any level. */
static bool is_routine(const story *t, const state *s)
{
    size_t deletions = 0;
    for (size_t i = 0; i < t->n_steps; i++)
        if (!is_routine_call(s, &t->steps[i], &deletions))
            return false;
    return true;
}

/* Reasons that are not read from steps: what sets the story's machines apart, how the world reaches
 * them, and what the operator's settings say. */
typedef struct extras {
    score_reason list[NEIGHBOUR_KIND_COUNT + NEIGHBOURS_SUBJECTS + POLICY_ITEMS];
    size_t n;
} extras;

static void add_extra(extras *x, str text, int64_t cents)
{
    if (text.n > 0 && x->n < ARRAY_LEN(x->list))
        x->list[x->n++] = (score_reason){text, cents};
}

static bool is_made_in(const state *s, const story *t, uint32_t thing)
{
    const entity *x = graph_at(&s->graph, thing);
    const entry *birth = journal_at(&s->journal, x->born);
    return x->type == ENTITY_INSTANCE && birth && birth->time_ns >= t->first_ns &&
           birth->time_ns <= t->last_ns;
}

static bool find_extras(const state *s, const story *t, const struct spoor_settings *of, arena *a,
                        extras *ret)
{
    neighbour_list near;
    policy_result policy;
    size_t told = 0;
    *ret = (extras){0};
    if (!neighbours_compare(s, t, a, &near) || !policy_apply(s, t, of, a, &policy))
        return false;
    for (size_t i = 0; i < near.n; i++)
        add_extra(ret, near.item[i].text, near.item[i].cents);
    for (size_t i = 0; i < policy.n; i++)
        add_extra(ret, policy.items[i].text, policy.items[i].cents);
    for (size_t i = 0; i < t->n_things && told < NEIGHBOURS_SUBJECTS; i++) {
        if (!is_made_in(s, t, t->things[i]))
            continue;
        str how = exposure_text(s, t->things[i], a), id = graph_id(&s->graph, t->things[i]);
        if (text_starts(how, "open to the world"))
            add_extra(ret, arena_printf(a, "%.*s is %.*s", (int)id.n, id.p, (int)how.n, how.p), 0);
        told++;
    }
    return !a->failed;
}

static bool judge(state *s, const story *t, const correlate_options *options, arena *scratch,
                  arena *out, spoor_incident *ret)
{
    benign_result benign;
    score_result scored;
    extras more;
    if (!benign_test(s, t, options->settings, out, &benign) ||
        !find_extras(s, t, options->settings, scratch, &more))
        return false;
    const score_context context = {.harmless = benign.accepted,
                                   .factor = benign.accepted ? benign.factor : 1,
                                   .extra = more.list,
                                   .n_extra = more.n};
    if (!level_judge(s, t, &context, scratch, &scored))
        return false;
    ret->level = scored.level;
    if (scored.level < options->min_level)
        return true;
    const incident_source from = {
        s, t, &context, &scored, &benign, options->names, options->chains};
    return incident_write(&from, out, ret);
}

/* What names a story in correlate_result.level_of: its first anchor's event. */
static uint64_t story_key(const state *s, const story *t)
{
    event head;
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *n = journal_at(&s->journal, t->steps[i].entry);
        if (t->steps[i].is_anchor && event_peek(journal_packed(n), &head))
            return head.uid_hash;
    }
    return 0;
}

static bool count_level(correlate_result *r, uint64_t key, spoor_level level)
{
    uint32_t before = map_get(&r->level_of, key);
    if (before != MAP_NONE && before > (uint32_t)level)
        return true;
    if (before != MAP_NONE)
        r->per_level[before]--;
    r->per_level[level]++;
    return map_put(&r->level_of, key, (uint32_t)level);
}

typedef struct piece { /* strands order[from..to) of one story */
    size_t from, to;
    int64_t first_ns;
    bool is_closed, is_judged;
} piece;

static piece next_piece(const state *s, const story_plan *p, size_t from, int64_t closed_before_ns)
{
    piece x = {from, from, INT64_MAX, true, true};
    size_t root = p->strands[p->order[from]].joined;
    for (; x.to < p->n_strands && p->strands[p->order[x.to]].joined == root; x.to++) {
        const strand *t = &p->strands[p->order[x.to]];
        x.is_closed = x.is_closed && t->last_ns < closed_before_ns;
        x.first_ns = t->first_ns < x.first_ns ? t->first_ns : x.first_ns;
        for (size_t i = 0; i < t->n; i++)
            x.is_judged = x.is_judged && journal_at(&s->journal, t->entries[i])->is_judged;
    }
    return x;
}

/* The strands of a story may all be known, and its context go on: until it is judged, no call that
 * is part of it is let go. */
static bool keep_open(state *s, const story_plan *p, const piece *x)
{
    story t;
    AUTO(arena) scratch = {0};
    if (!story_build(s, p, x->from, x->to, &scratch, &t))
        return false;
    for (size_t i = 0; i < t.n_steps; i++)
        journal_at(&s->journal, t.steps[i].entry)->is_open = true;
    return true;
}

static void close_all(state *s)
{
    for (uint32_t i = s->journal.first; i < s->journal.next; i++)
        journal_at(&s->journal, i)->is_open = false;
}

static void mark_anchors(const state *s, const story_plan *p, const piece *x)
{
    for (size_t i = x->from; i < x->to; i++) {
        const strand *t = &p->strands[p->order[i]];
        for (size_t k = 0; k < t->n; k++) {
            entry *n = journal_at(&s->journal, t->entries[k]);
            n->is_judged = n->is_judged || x->is_closed;
            n->is_open = n->is_open || !x->is_closed;
        }
    }
}

/* Nobody's habits are learned from an incident of high level. What is no more than medium may be
 * somebody's routine of which nothing was known yet: were it never learned, it would stay so. */
static void unlearn(state *s, const story *t)
{
    for (size_t i = 0; i < t->n_steps; i++)
        habit_hold(s, t->steps[i].entry);
}

static bool judge_piece(state *s, const story_plan *p, const piece *x,
                        const correlate_options *options, arena *out, correlate_result *ret)
{
    story t;
    spoor_incident in = {0};
    AUTO(arena) scratch = {0};
    if (!story_build(s, p, x->from, x->to, &scratch, &t))
        return false;
    t.settings = options->settings;
    if (is_routine(&t, s))
        return true;
    if (!judge(s, &t, options, &scratch, out, &in) || !count_level(ret, story_key(s, &t), in.level))
        return false;
    if (in.level >= SPOOR_HIGH)
        unlearn(s, &t);
    return !in.id || add_incident(ret, &in);
}

void correlate_done(correlate_result *r)
{
    free(r->incidents);
    map_done(&r->index_of);
    map_done(&r->level_of);
    *r = (correlate_result){0};
}

void correlate_sort(correlate_result *r)
{
    if (r->n_incidents > 1)
        qsort(r->incidents, r->n_incidents, sizeof *r->incidents, compare_incidents);
}

static int compare_pieces(const void *a, const void *b)
{
    const piece *x = a, *y = b;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* All stories of a plan, in the order they began: what an incident did is no habit for those that
 * come after it. NULL: out of memory. */
static piece *list_pieces(const state *s, const story_plan *p, int64_t closed_before_ns,
                          size_t *ret_n)
{
    size_t n = 0;
    piece *all = calloc(p->n_strands + 1, sizeof *all);
    for (size_t i = 0; all && i < p->n_strands; i = all[n++].to)
        all[n] = next_piece(s, p, i, closed_before_ns);
    if (n > 1)
        qsort(all, n, sizeof *all, compare_pieces);
    *ret_n = n;
    return all;
}

bool correlate_run(state *s, const correlate_options *options, arena *out, correlate_result *ret)
{
    story_plan plan = {0};
    size_t n = 0;
    if (!story_plan_make(s, &plan))
        return false;
    piece *all = list_pieces(s, &plan, options->closed_before_ns, &n);
    bool is_fine = all != NULL;
    close_all(s);
    for (size_t i = 0; is_fine && i < n; i++) {
        if (!all[i].is_closed)
            is_fine = keep_open(s, &plan, &all[i]);
        else if (!all[i].is_judged)
            is_fine = judge_piece(s, &plan, &all[i], options, out, ret);
        mark_anchors(s, &plan, &all[i]);
    }
    free(all);
    story_plan_done(&plan);
    return is_fine && !s->baseline->failed;
}
