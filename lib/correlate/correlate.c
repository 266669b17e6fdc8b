/* SPDX-License-Identifier: Apache-2.0
 *
 * correlate.c -- runs the stages of correlation, story by story, and keeps the incidents.
 */
#include "correlate/correlate.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/relay.h"
#include "base/text.h"
#include "correlate/benign.h"
#include "correlate/incident.h"
#include "correlate/level.h"
#include "correlate/prepare.h"
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

static bool judge(state *s, prepared *p, const correlate_options *options, arena *out,
                  spoor_incident *ret)
{
    const story *t = &p->story;
    benign_result benign;
    score_result scored;
    if (!benign_test(s, t, options->settings, out, &benign))
        return false;
    const score_context context = {.harmless = benign.accepted,
                                   .factor = benign.accepted ? benign.factor : 1,
                                   .extra = p->more.list,
                                   .n_extra = p->more.n};
    if (!level_judge(s, t, &context, &p->scratch, &scored))
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

static bool judge_story(state *s, prepared *p, const correlate_options *options, arena *out,
                        correlate_result *ret)
{
    spoor_incident in = {0};
    if (p->failed || p->is_routine)
        return !p->failed;
    if (!judge(s, p, options, out, &in) || !count_level(ret, story_key(s, &p->story), in.level))
        return false;
    if (in.level >= SPOOR_HIGH)
        unlearn(s, &p->story);
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

/* ---- preparing ahead ------------------------------------------------------------------------- */

enum {
    DOCKET_SLOTS = 8,
    DOCKET_STORIES = 8, /* in a slot: handing over costs as much as a small story */
    DOCKET_LEAST = 64,  /* fewer stories are not worth a thread */
};

/* The stories to be judged, in their order; with a helper made ready ahead. */
typedef struct docket {
    state *s;
    const story_plan *plan;
    const struct spoor_settings *settings;
    const piece *pieces;
    size_t n_pieces, next; /* whoever prepares goes on from `next` */
    size_t n_left;         /* stories that are not prepared yet */
    relay *relay;          /* NULL: the judge prepares */
    prepared slots[DOCKET_SLOTS][DOCKET_STORIES];
    /* The judge's own. */
    prepared *stories; /* of the slot that was taken; NULL: none is */
    size_t at;
} docket;

static bool is_due(const piece *x)
{
    return x->is_closed && !x->is_judged;
}

static void prepare_next(docket *d, prepared *ret)
{
    while (d->next < d->n_pieces && !is_due(&d->pieces[d->next]))
        d->next++;
    const piece *x = &d->pieces[d->next++];
    prepare_story(d->s, d->plan, x->from, x->to, d->settings, ret);
    d->n_left--;
}

static bool prepare_slot(void *user, size_t slot)
{
    docket *d = user;
    for (size_t i = 0; i < DOCKET_STORIES && d->n_left > 0; i++)
        prepare_next(d, &d->slots[slot][i]);
    return d->n_left > 0;
}

static void docket_begin(docket *d, const relay_helper *helper)
{
    for (size_t i = 0; i < d->n_pieces; i++)
        d->n_left += is_due(&d->pieces[i]);
    if (helper && d->n_left >= DOCKET_LEAST)
        d->relay = relay_new(DOCKET_SLOTS, prepare_slot, d, helper);
}

static void docket_free(docket *d)
{
    relay_free(d->relay);
    for (size_t i = 0; i < DOCKET_SLOTS; i++)
        for (size_t k = 0; k < DOCKET_STORIES; k++)
            prepared_done(&d->slots[i][k]);
    free(d);
}

/* The next story, prepared; valid until the next call. */
static prepared *docket_next(docket *d)
{
    if (!d->relay) {
        prepare_next(d, &d->slots[0][0]);
        return &d->slots[0][0];
    }
    if (d->stories && d->at == DOCKET_STORIES) {
        relay_give_back(d->relay);
        d->stories = NULL;
    }
    if (!d->stories) {
        d->stories = d->slots[relay_take(d->relay)];
        d->at = 0;
    }
    return &d->stories[d->at++];
}

/* The strands of a story may all be known, and its context go on: until it is judged, no call that
 * is part of it is let go. */
static bool keep_open(const docket *d, const piece *x, map *kept)
{
    AUTO(arena) scratch = {0};
    return story_keep(d->s, d->plan, x->from, x->to, kept, &scratch);
}

static bool judge_pieces(docket *d, const correlate_options *options, arena *out,
                         correlate_result *ret)
{
    AUTO(map) kept = {0};
    bool is_fine = true;
    close_all(d->s);
    docket_begin(d, options->helper);
    for (size_t i = 0; is_fine && i < d->n_pieces; i++) {
        const piece *x = &d->pieces[i];
        if (!x->is_closed)
            is_fine = keep_open(d, x, &kept);
        else if (is_due(x))
            is_fine = judge_story(d->s, docket_next(d), options, out, ret);
        mark_anchors(d->s, d->plan, x);
    }
    return is_fine && !d->s->baseline->failed;
}

bool correlate_run(state *s, const correlate_options *options, arena *out, correlate_result *ret)
{
    story_plan plan = {0};
    if (!story_plan_make(s, &plan))
        return false;
    size_t n = 0;
    piece *all = list_pieces(s, &plan, options->closed_before_ns, &n);
    docket *d = calloc(1, sizeof *d);
    bool is_fine = false;
    if (all && d) {
        d->s = s;
        d->plan = &plan;
        d->settings = options->settings;
        d->pieces = all;
        d->n_pieces = n;
        is_fine = judge_pieces(d, options, out, ret);
    }
    if (d)
        docket_free(d);
    free(all);
    story_plan_done(&plan);
    return is_fine;
}
