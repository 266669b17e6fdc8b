/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_engine.c -- one record after another: into its groups, through their conditions, out as
 * firings.
 *
 *     matches of a record -> hits, by correlation -> groups -> condition -> firing -> hits of those
 *                            ^------------------------------------------------------- that name it
 *
 *  (1) A step is one record with all it causes, or one window that ends with all that causes.
 *  (2) Hits are worked off in the order (correlation, event). A firing adds hits of later
 *      correlations only, so one pass is enough.
 *  (3) Windows that end before a record's time end before the record, by their end, then by
 *      correlation, then by their begin. All windows of a correlation are equally long, so a queue
 *      holds them in that order.
 *  (4) Groups are dropped at a step's begin and forgotten at its end, never within an event.
 */
#include "correlate/sigma_engine.h"

#include <assert.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/limits.h"
#include "correlate/sigma_group.h"
#include "correlate/sigma_plan.h"
#include "correlate/sigma_values.h"

typedef struct match {
    uint32_t rule;
    size_t at, n;      /* its captured values in engine.captured */
    size_t first_slot; /* of them, taken apart */
    size_t n_slots;
} match;

enum { EVENT_RECORD = 0 }; /* hit.event: the record; else 1 + index of a firing of this step */

typedef struct hit {
    uint32_t correlation, position;
    size_t event;
    size_t source; /* index of a match, or of a firing */
} hit;

typedef struct open_window {
    int64_t start_ns;
    sigma_group *group;
} open_window;

/* Growable arrays, all alike, so that one function grows them. */
typedef struct list {
    char *p;
    size_t n, cap; /* items */
} list;

struct sigma_engine {
    sigma_plan plan;
    sigma_groups groups;
    sigma_fire_fn *fire;
    void *user;
    size_t limit_bytes;
    uint64_t n_cut, n_ignored;
    bool failed;

    int64_t now_ns; /* of the record whose matches are gathered */
    buf uid, captured;
    list matches; /* of match */

    uint64_t n_steps, n_events;
    int64_t step_ns;
    sigma_uid *step_uid;
    list slots;      /* of str: captured fields of all matches of the step */
    list hits;       /* of hit */
    list firings;    /* of str: the group's key */
    list touched;    /* of sigma_group *: by the event at work */
    list values;     /* of sigma_value: of the match at work */
    arena step_text; /* what firings and values point to */
    buf key;
    sigma_cursor *cursor; /* plan.most_keys of them */
    sigma_ring *open;     /* for each correlation: of open_window, oldest first */
    str *names, *group_values;
    str uids[SIGMA_FIRING_UIDS];
};

#define AT(list_, type, i) (((type *)(void *)(list_).p)[i])

/* Room for one more item, zeroed; NULL: out of memory. */
static void *list_push(list *l, size_t item)
{
    char *p = array_room(l->p, l->n, &l->cap, 8, item);
    if (!p)
        return NULL;
    l->p = p;
    return memset(l->p + l->n++ * item, 0, item);
}

static const sigma_correlation_plan *plan_at(const sigma_engine *e, uint32_t correlation)
{
    return &e->plan.correlation[correlation];
}

/* --- firing ----------------------------------------------------------------------------------- */

static bool add_hits(sigma_engine *e, uint32_t rule, size_t event, size_t source)
{
    for (size_t i = e->plan.first[rule]; i < e->plan.first[rule + 1]; i++) {
        sigma_listener l = e->plan.listener[i];
        if (!list_push(&e->hits, sizeof(hit)))
            return false;
        size_t at = e->hits.n - 1;
        for (; at > 0 && AT(e->hits, hit, at - 1).correlation > l.correlation; at--)
            AT(e->hits, hit, at) = AT(e->hits, hit, at - 1);
        AT(e->hits, hit, at) = (hit){l.correlation, l.position, event, source};
    }
    return true;
}

/* Those who name the correlation see the firing as an event of this step. */
static bool tell_listeners(sigma_engine *e, const sigma_group *g)
{
    uint32_t rule = plan_at(e, g->correlation)->rule->info;
    if (e->plan.first[rule] == e->plan.first[rule + 1])
        return true;
    str *firing = list_push(&e->firings, sizeof *firing);
    if (!firing)
        return false;
    *firing = arena_dup(&e->step_text, (str){g->key, g->n_key});
    return !e->step_text.failed && add_hits(e, rule, e->firings.n, e->firings.n - 1);
}

static void describe_group(sigma_engine *e, const sigma_group *g, sigma_firing *f)
{
    const rule_correlation *c = plan_at(e, g->correlation)->rule;
    str rest = {g->key, g->n_key}, item;
    for (size_t i = 0; i < c->n_group_by && sigma_item_next(&rest, &item); i++) {
        e->names[i] = c->group_by[i].name;
        e->group_values[i] = sigma_item_text(item);
    }
    f->group_names = e->names;
    f->group_values = e->group_values;
    f->n_group = c->n_group_by;
}

static void describe_events(sigma_engine *e, const sigma_group *g, int64_t since_ns,
                            sigma_firing *f)
{
    f->event_uids = e->uids;
    if (plan_at(e, g->correlation)->is_temporal) {
        f->count = (double)sigma_steps_count(&g->of.steps, since_ns);
        f->n_events = sigma_steps_uids(&g->of.steps, since_ns, e->uids, SIGMA_FIRING_UIDS);
    } else {
        const sigma_ring *events = &g->of.window.events;
        f->count = sigma_window_number(&g->of.window);
        f->n_events = events->n;
        for (size_t i = 0; i < events->n && i < SIGMA_FIRING_UIDS; i++)
            e->uids[i] = sigma_uid_text(((sigma_window_event *)sigma_ring_at(events, i))->uid);
    }
    f->n_uids = f->n_events < SIGMA_FIRING_UIDS ? (size_t)f->n_events : SIGMA_FIRING_UIDS;
}

static bool fire(sigma_engine *e, const sigma_group *g, int64_t since_ns)
{
    sigma_firing f = {.correlation = g->correlation, .time_ns = e->step_ns};
    describe_group(e, g, &f);
    describe_events(e, g, since_ns, &f);
    return e->fire(e->user, &f) && tell_listeners(e, g);
}

/* --- one event of one correlation --------------------------------------------------------------
 * */

/* The items of a key that a hit carries; empty: none. */
static str items_of(const sigma_engine *e, const hit *h, size_t key)
{
    uint32_t place = sigma_plan_place(plan_at(e, h->correlation), key, h->position);
    if (place == SIGMA_PLACE_NONE)
        return STR_NONE;
    if (h->event == EVENT_RECORD) {
        const match *m = &AT(e->matches, match, h->source);
        return place < m->n_slots ? AT(e->slots, str, m->first_slot + place) : STR_NONE;
    }
    str rest = AT(e->firings, str, h->source), item = STR_NONE;
    for (uint32_t i = 0; i <= place; i++)
        if (!sigma_item_next(&rest, &item))
            return STR_NONE;
    return item;
}

static bool add_number(sigma_engine *e, str item)
{
    double number;
    if (!sigma_item_number(item, &number)) {
        e->n_ignored++;
        return true;
    }
    sigma_value *v = list_push(&e->values, sizeof *v);
    if (v)
        v->number = number;
    return v != NULL;
}

static bool add_texts(sigma_engine *e, sigma_cursor *c, size_t n)
{
    if (!sigma_combine_first(c, n))
        return true;
    do {
        if (e->values.n == LIMIT_CORRELATION_FANOUT) {
            e->n_cut++;
            return true;
        }
        sigma_value *v = list_push(&e->values, sizeof *v);
        buf_reset(&e->key);
        sigma_combine_text(c, n, &e->key);
        if (!v || e->key.failed)
            return false;
        v->text = n == 1 ? c->item : arena_dup_buf(&e->step_text, &e->key);
    } while (sigma_combine_next(c, n));
    return !e->step_text.failed;
}

static bool gather_values(sigma_engine *e, const hit *h)
{
    const rule_correlation *c = plan_at(e, h->correlation)->rule;
    e->values.n = 0;
    if (c->type == RULE_VALUE_COUNT) {
        for (size_t i = 0; i < c->n_values; i++)
            e->cursor[i].list = items_of(e, h, c->n_group_by + i);
        return c->n_values == 0 || add_texts(e, e->cursor, c->n_values);
    }
    for (size_t i = 0; i < c->n_values; i++) {
        str rest = items_of(e, h, c->n_group_by + i), item;
        while (sigma_item_next(&rest, &item))
            if (!add_number(e, item))
                return false;
    }
    return true;
}

static bool enter_window(sigma_engine *e, sigma_group *g)
{
    bool has_values = plan_at(e, g->correlation)->rule->type != RULE_EVENT_COUNT;
    if (g->has_entered || (has_values && e->values.n == 0))
        return true;
    g->has_entered = true;
    if (!sigma_window_add(&g->of.window, e->step_ns, e->step_uid, &e->groups.bytes))
        return false;
    for (size_t i = 0; has_values && i < e->values.n; i++)
        if (!sigma_window_add_value(&g->of.window, AT(e->values, sigma_value, i), &e->groups.bytes))
            return false;
    return true;
}

static bool enter_steps(sigma_engine *e, sigma_group *g, uint32_t position)
{
    const sigma_correlation_plan *p = plan_at(e, g->correlation);
    g->has_entered |= !p->is_negated || p->steps.is_positive[position];
    return sigma_steps_add(&g->of.steps,
                           &(sigma_step_event){position, e->step_ns, e->n_steps, e->step_uid},
                           &e->groups.bytes);
}

/* The first that an event does to a group: what is too old by now leaves. */
static bool touch(sigma_engine *e, sigma_group *g)
{
    const sigma_correlation_plan *p = plan_at(e, g->correlation);
    int64_t since_ns = sigma_since(p->rule, e->step_ns);
    if (g->touched == e->n_events)
        return true;
    sigma_group **item = list_push(&e->touched, sizeof(sigma_group *));
    if (!item)
        return false;
    *item = g;
    g->touched = e->n_events;
    g->has_entered = false;
    if (!p->is_temporal)
        return sigma_window_expire(&g->of.window, since_ns, &e->groups.bytes);
    if (!p->is_negated)
        sigma_steps_expire(&g->of.steps, since_ns, &e->groups.bytes);
    return true;
}

static bool enter_group(sigma_engine *e, const hit *h)
{
    buf_reset(&e->key);
    sigma_combine_text(e->cursor, plan_at(e, h->correlation)->rule->n_group_by, &e->key);
    if (e->key.failed)
        return false;
    sigma_group *g = sigma_groups_get(&e->groups, h->correlation, buf_str(&e->key), e->step_ns);
    if (!g || !touch(e, g))
        return false;
    return plan_at(e, h->correlation)->is_temporal ? enter_steps(e, g, h->position)
                                                   : enter_window(e, g);
}

static bool enter_groups(sigma_engine *e, const hit *h)
{
    const rule_correlation *c = plan_at(e, h->correlation)->rule;
    if (c->type >= RULE_CORRELATION_TYPES || !gather_values(e, h))
        return false;
    for (size_t i = 0; i < c->n_group_by; i++)
        e->cursor[i].list = items_of(e, h, i);
    if (!sigma_combine_first(e->cursor, c->n_group_by))
        return true;
    size_t n = 0;
    do {
        if (n++ == LIMIT_CORRELATION_FANOUT) {
            e->n_cut++;
            return true;
        }
        if (!enter_group(e, h))
            return false;
    } while (sigma_combine_next(e->cursor, c->n_group_by));
    return true;
}

static bool open_one(sigma_engine *e, sigma_group *g)
{
    if (g->of.steps.opened_ns == e->step_ns)
        return true;
    open_window *w = sigma_ring_push(&e->open[g->correlation], &e->groups.bytes);
    if (!w)
        return false;
    *w = (open_window){e->step_ns, g};
    g->of.steps.opened_ns = e->step_ns;
    g->n_open++;
    return true;
}

static bool judge(sigma_engine *e, sigma_group *g)
{
    const sigma_correlation_plan *p = plan_at(e, g->correlation);
    int64_t since_ns = sigma_since(p->rule, e->step_ns);
    if (!g->has_entered)
        return true;
    if (p->is_negated)
        return open_one(e, g);
    bool *has_fired = p->is_temporal ? &g->of.steps.has_fired : &g->of.window.has_fired;
    bool holds = p->is_temporal ? sigma_steps_hold(&g->of.steps, since_ns)
                                : sigma_window_holds(&g->of.window);
    bool fires = holds && !*has_fired;
    *has_fired = holds;
    return !fires || fire(e, g, since_ns);
}

/* --- one step --------------------------------------------------------------------------------- */

/* Works off the hits of one event of one correlation, which begin at `from`; returns where the next
 * begin, 0 when out of memory. */
static size_t work_event(sigma_engine *e, size_t from)
{
    const hit first = AT(e->hits, hit, from);
    e->n_events++;
    e->touched.n = 0;
    sigma_groups_expire(&e->groups, first.correlation, e->step_ns);
    size_t i = from;
    for (; i < e->hits.n; i++) {
        hit h = AT(e->hits, hit, i);
        if (h.correlation != first.correlation || h.event != first.event)
            break;
        if (!enter_groups(e, &h))
            return 0;
    }
    for (size_t k = 0; k < e->touched.n; k++)
        if (!judge(e, AT(e->touched, sigma_group *, k)))
            return 0;
    return i;
}

static bool work_hits(sigma_engine *e)
{
    for (size_t i = 0; i < e->hits.n;)
        if ((i = work_event(e, i)) == 0)
            return false;
    return true;
}

static bool begin_step(sigma_engine *e, int64_t time_ns, str uid)
{
    e->n_steps++;
    e->step_ns = time_ns;
    e->hits.n = e->firings.n = e->slots.n = 0;
    arena_reset(&e->step_text);
    e->step_uid = sigma_uid_new(uid, &e->groups.bytes);
    return e->step_uid != NULL;
}

static void end_step(sigma_engine *e)
{
    sigma_uid_unref(STEAL(e->step_uid), &e->groups.bytes);
    sigma_groups_limit(&e->groups, e->limit_bytes, e->step_ns);
}

static bool take_apart(sigma_engine *e, match *m)
{
    str rest = str_upto(str_from(buf_str(&e->captured), m->at), m->n), block;
    m->first_slot = e->slots.n;
    while (sigma_block_next(&rest, &block)) {
        str *slot = list_push(&e->slots, sizeof *slot);
        if (!slot)
            return false;
        *slot = block;
        m->n_slots++;
    }
    return true;
}

static bool work_record(sigma_engine *e)
{
    for (size_t i = 0; i < e->matches.n; i++) {
        match *m = &AT(e->matches, match, i);
        if (!take_apart(e, m) || !add_hits(e, m->rule, EVENT_RECORD, i))
            return false;
    }
    return work_hits(e);
}

/* --- windows that end --------------------------------------------------------------------------
 * */

static int64_t end_of(const rule_correlation *c, int64_t start_ns)
{
    int64_t end_ns;
    return __builtin_add_overflow(start_ns, c->timespan_ns, &end_ns) ? INT64_MAX : end_ns;
}

/* The correlation whose oldest open window ends first. False: none is open. */
static bool find_ending(const sigma_engine *e, uint32_t *ret_correlation, int64_t *ret_end_ns)
{
    bool found = false;
    for (size_t i = 0; i < e->plan.n_negated; i++) {
        uint32_t c = e->plan.negated[i];
        if (e->open[c].n == 0)
            continue;
        const open_window *w = sigma_ring_at(&e->open[c], 0);
        int64_t end_ns = end_of(plan_at(e, c)->rule, w->start_ns);
        if (found && end_ns >= *ret_end_ns)
            continue;
        found = true;
        *ret_correlation = c;
        *ret_end_ns = end_ns;
    }
    return found;
}

/* Windows that overlap, or touch, without a failing one between them are one stretch. */
static bool judge_window(sigma_engine *e, sigma_group *g, int64_t start_ns)
{
    sigma_steps *s = &g->of.steps;
    const rule_correlation *c = plan_at(e, g->correlation)->rule;
    bool continues = s->has_fired && end_of(c, s->closed_ns) >= start_ns;
    s->closed_ns = start_ns;
    s->has_fired = sigma_steps_hold(s, start_ns);
    return continues || !s->has_fired || (fire(e, g, start_ns) && work_hits(e));
}

static bool end_window(sigma_engine *e, uint32_t correlation, int64_t end_ns)
{
    open_window w = *(open_window *)sigma_ring_at(&e->open[correlation], 0);
    sigma_ring_pop(&e->open[correlation], &e->groups.bytes);
    str uid = STR_NONE;
    if (!w.group->is_dropped)
        sigma_steps_uids(&w.group->of.steps, w.start_ns, &uid, 1);
    bool ok = begin_step(e, end_ns, uid);
    if (ok && !w.group->is_dropped)
        ok = judge_window(e, w.group, w.start_ns);
    sigma_group_closed(&e->groups, w.group);
    end_step(e);
    return ok;
}

static bool end_windows(sigma_engine *e, int64_t before_ns, bool all)
{
    uint32_t correlation = 0;
    int64_t end_ns = 0;
    while (find_ending(e, &correlation, &end_ns) && (all || end_ns < before_ns))
        if (!end_window(e, correlation, end_ns))
            return false;
    return true;
}

/* --- the engine ------------------------------------------------------------------------------- */

static bool flush(sigma_engine *e)
{
    if (e->matches.n == 0)
        return true;
    if (!end_windows(e, e->now_ns, false))
        return false;
    bool ok = begin_step(e, e->now_ns, buf_str(&e->uid)) && work_record(e);
    end_step(e);
    e->matches.n = 0;
    return ok;
}

static bool keep(sigma_engine *e, const sigma_match *m)
{
    match *kept = list_push(&e->matches, sizeof *kept);
    if (!kept)
        return false;
    *kept = (match){.rule = m->rule, .at = e->captured.n, .n = m->captured.n};
    buf_putstr(&e->captured, m->captured);
    return !e->captured.failed;
}

static bool begin_record(sigma_engine *e, int64_t time_ns, str uid)
{
    if (!flush(e))
        return false;
    e->now_ns = time_ns;
    buf_reset(&e->captured);
    buf_reset(&e->uid);
    buf_putstr(&e->uid, uid);
    return !e->uid.failed;
}

bool sigma_engine_add(sigma_engine *e, const sigma_match *m)
{
    assert(m->rule < e->plan.set->n_rules);
    if (e->failed || e->plan.first[m->rule] == e->plan.first[m->rule + 1])
        return !e->failed;
    int64_t time_ns = m->time_ns < e->now_ns ? e->now_ns : m->time_ns;
    bool is_same =
        e->matches.n > 0 && time_ns == e->now_ns && str_eq(buf_str(&e->uid), m->event_uid);
    e->failed = !(is_same || begin_record(e, time_ns, m->event_uid)) || !keep(e, m);
    return !e->failed;
}

bool sigma_engine_advance(sigma_engine *e, int64_t before_ns)
{
    if (e->failed || (e->matches.n > 0 && e->now_ns >= before_ns))
        return !e->failed;
    e->failed = !flush(e) || !end_windows(e, before_ns, false);
    return !e->failed;
}

bool sigma_engine_finish(sigma_engine *e)
{
    e->failed = e->failed || !flush(e) || !end_windows(e, 0, true);
    return !e->failed;
}

void sigma_engine_limit(sigma_engine *e, size_t limit_bytes)
{
    e->limit_bytes = limit_bytes;
}

uint64_t sigma_engine_forgotten(const sigma_engine *e)
{
    return e->groups.n_forgotten;
}

uint64_t sigma_engine_cut(const sigma_engine *e)
{
    return e->n_cut;
}

uint64_t sigma_engine_ignored(const sigma_engine *e)
{
    return e->n_ignored;
}

const uint32_t *sigma_engine_wants(const ruleset *r, uint32_t rule, arena *a, size_t *ret_n)
{
    return sigma_plan_wants(r, rule, a, ret_n);
}

static void release_open(sigma_engine *e)
{
    for (size_t c = 0; e->open && c < e->plan.set->n_correlations; c++) {
        while (e->open[c].n > 0) {
            open_window w = *(open_window *)sigma_ring_at(&e->open[c], 0);
            sigma_ring_pop(&e->open[c], &e->groups.bytes);
            sigma_group_closed(&e->groups, w.group);
        }
        sigma_ring_done(&e->open[c], &e->groups.bytes);
    }
    free(e->open);
}

void sigma_engine_free(sigma_engine *e)
{
    if (!e)
        return;
    sigma_uid_unref(e->step_uid, &e->groups.bytes);
    release_open(e);
    sigma_groups_done(&e->groups);
    list *lists[] = {&e->matches, &e->slots, &e->hits, &e->firings, &e->touched, &e->values};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        free(lists[i]->p);
    buf_done(&e->uid);
    buf_done(&e->captured);
    buf_done(&e->key);
    arena_done(&e->step_text);
    sigma_plan_done(&e->plan);
    free(e->cursor);
    free(e->names);
    free(e->group_values);
    free(e);
}

static bool init(sigma_engine *e, const ruleset *r)
{
    if (!sigma_plan_init(&e->plan, r) || !sigma_groups_init(&e->groups, &e->plan))
        return false;
    size_t n = e->plan.most_keys + 1;
    e->cursor = calloc(n, sizeof *e->cursor);
    e->names = calloc(n, sizeof *e->names);
    e->group_values = calloc(n, sizeof *e->group_values);
    e->open = calloc(r->n_correlations + 1, sizeof *e->open);
    if (!e->cursor || !e->names || !e->group_values || !e->open)
        return false;
    for (size_t c = 0; c < r->n_correlations; c++)
        e->open[c].item = sizeof(open_window);
    return true;
}

sigma_engine *sigma_engine_new(const ruleset *r, sigma_fire_fn *fn, void *user)
{
    sigma_engine *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->fire = fn;
    e->user = user;
    e->limit_bytes = LIMIT_CORRELATION_BYTES;
    e->now_ns = INT64_MIN;
    if (!init(e, r)) {
        sigma_engine_free(e);
        return NULL;
    }
    return e;
}
