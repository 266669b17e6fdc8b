/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.c -- which kinds an event is of, what it completes, and when a chain is over.
 */
#include "correlate/chain.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/time.h"
#include "correlate/chain_tell.h"
#include "model/operation.h"
#include "model/ruleset.h"
#include "state/state.h"

#define MARK_LIFE (40 * TIME_MINUTE) /* longer than any event is held back to be folded */

/* ---- begin and end --------------------------------------------------------------------------- */

void chain_free(chain *c)
{
    if (!c)
        return;
    chain_store_done(&c->store);
    free(c->of_operation);
    free(c->of_operation_at);
    free(c->keep_ns);
    free(c->last_ns);
    free(c->kinds);
    free(c->found);
    free(c->near);
    free(c->marks);
    map_done(&c->mark_by_key);
    map_done(&c->habits);
    map_done(&c->by_uid);
    free(c->named);
    free(c->told);
    arena_done(&c->text);
    free(c);
}

static bool is_of_operation(const lineage_kind *k, size_t operation)
{
    return k->operations && (k->operations[operation / 8] >> operation % 8 & 1);
}

/* The kinds of each operation, in one list. */
static bool index_operations(chain *c)
{
    const ruleset *r = c->rules;
    size_t n = operation_count(), cap = 0, n_listed = 0;
    c->of_operation_at = calloc(n + 1, sizeof *c->of_operation_at);
    for (size_t i = 0; c->of_operation_at && i < n; i++) {
        c->of_operation_at[i] = (uint32_t)n_listed;
        for (size_t k = 0; k < r->n_kinds; k++) {
            if (!is_of_operation(&r->kinds[k], i))
                continue;
            uint32_t *list = array_room(c->of_operation, n_listed, &cap, 64, sizeof *list);
            if (!list)
                return false;
            c->of_operation = list;
            c->of_operation[n_listed++] = (uint32_t)k;
        }
    }
    if (c->of_operation_at)
        c->of_operation_at[n] = (uint32_t)n_listed;
    return c->of_operation_at;
}

/* How long the rules may need an event of a kind. */
static int64_t keep_of(const ruleset *r, const lineage_kind *k)
{
    int64_t longest = 0;
    for (size_t i = 0; i < k->n_uses; i++) {
        const lineage *l = &r->lineages[k->uses[i].lineage];
        int64_t within = l->steps[k->uses[i].step].within_ns;
        int64_t ns = within > l->timespan_ns ? within : l->timespan_ns;
        longest = ns > longest ? ns : longest;
    }
    return longest;
}

chain *chain_new(const ruleset *r)
{
    chain *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->rules = r;
    chain_store_init(&c->store, r);
    c->keep_ns = calloc(r->n_kinds + 1, sizeof *c->keep_ns);
    c->last_ns = calloc(r->n_kinds + 1, sizeof *c->last_ns);
    c->kinds = calloc(r->n_kinds + 1, sizeof *c->kinds);
    c->next_close_ns = INT64_MAX;
    if (!c->keep_ns || !c->last_ns || !c->kinds || !index_operations(c)) {
        chain_free(c);
        return NULL;
    }
    for (size_t i = 0; i < r->n_kinds; i++) {
        c->keep_ns[i] = keep_of(r, &r->kinds[i]);
        c->last_ns[i] = INT64_MIN;
        c->asked_habits |= r->kinds[i].first_seen;
        c->rule_kinds += r->kinds[i].n_rules > 0;
    }
    return c;
}

void chain_keep_all_near(chain *c)
{
    c->keeps_all_near = true;
}

void chain_limit(chain *c, size_t limit_bytes)
{
    c->store.limit_bytes = limit_bytes;
}

bool chain_failed(const chain *c)
{
    return c->failed;
}

chain_losses chain_lost(const chain *c)
{
    chain_losses lost = c->lost;
    lost.events = c->store.forgotten;
    return lost;
}

/* ---- marks of rules -------------------------------------------------------------------------- */

static void drop_first_mark(chain *c)
{
    chain_rule_mark *m = &c->marks[c->first_mark & (c->cap_marks - 1)];
    if (map_get(&c->mark_by_key, m->key) == c->first_mark)
        map_remove(&c->mark_by_key, m->key);
    c->first_mark++;
}

static void expire_marks(chain *c, int64_t now_ns)
{
    while (c->first_mark < c->next_mark &&
           now_ns - c->marks[c->first_mark & (c->cap_marks - 1)].time_ns > MARK_LIFE)
        drop_first_mark(c);
}

static bool grow_marks(chain *c)
{
    uint32_t cap = c->cap_marks ? c->cap_marks * 2 : 256;
    chain_rule_mark *marks = calloc(cap, sizeof *marks);
    if (!marks)
        return false;
    for (uint32_t i = c->first_mark; i < c->next_mark; i++)
        marks[i & (cap - 1)] = c->marks[i & (c->cap_marks - 1)];
    free(c->marks);
    c->marks = marks;
    c->cap_marks = cap;
    return true;
}

static bool add_mark(chain *c, const chain_match *m, uint64_t key)
{
    if (key == 0)
        return true;
    if (c->next_mark - c->first_mark >= LIMIT_CHAIN_MARKS) {
        drop_first_mark(c);
        c->lost.marks++;
    }
    if (c->next_mark - c->first_mark == c->cap_marks && !grow_marks(c))
        return false;
    uint32_t older = map_get(&c->mark_by_key, key);
    c->marks[c->next_mark & (c->cap_marks - 1)] =
        (chain_rule_mark){m->time_ns, key, m->rule, older};
    return map_put(&c->mark_by_key, key, c->next_mark++);
}

bool chain_mark_event(chain *c, const chain_match *m)
{
    expire_marks(c, m->time_ns);
    return add_mark(c, m, m->uid_hash) && add_mark(c, m, m->fold_hash);
}

static bool has_mark(const chain *c, uint64_t key, uint32_t rule)
{
    uint32_t i = key ? map_get(&c->mark_by_key, key) : MAP_NONE;
    while (i != MAP_NONE && i >= c->first_mark) {
        const chain_rule_mark *m = &c->marks[i & (c->cap_marks - 1)];
        if (m->rule == rule)
            return true;
        i = m->older;
    }
    return false;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

/* Whether this is the first such call of its actor; remembers it. */
static bool is_first(chain *c, const chain_caller *x, const entry *n, unsigned habit, str value)
{
    str who = graph_id(&x->s->graph, n->root);
    uint64_t key = hash_mix(hash_str(value, habit), hash_str(who, n->provider));
    if (value.n == 0 || map_get(&c->habits, key) != MAP_NONE)
        return false;
    if (c->habits.n >= LIMIT_CHAIN_HABITS)
        c->lost.habits++;
    else
        c->failed = !map_put(&c->habits, key, 1) || c->failed;
    return true;
}

/* Bits of what the actor did for the first time. Only what rules ask for is remembered. */
static uint8_t first_seen(chain *c, const chain_caller *x, const entry *n)
{
    const event *e = x->e;
    bool has_effect = e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
    uint8_t bits = 0;
    if (!c->asked_habits || !n || !has_effect)
        return 0;
    const str values[] = {str_of(operation_at(n->operation)->name), e->field[FIELD_region],
                          e->field[FIELD_src_ip]};
    for (unsigned i = 0; i < ARRAY_LEN(values); i++)
        if ((c->asked_habits >> i & 1) && is_first(c, x, n, i, values[i]))
            bits |= (uint8_t)(1u << i);
    return bits;
}

static double age_of(const chain_caller *x, uint32_t thing)
{
    const entry *birth = journal_at(&x->s->journal, graph_at(&x->s->graph, thing)->born);
    return birth ? (double)(x->e->time_ns - birth->time_ns) : HUGE_VAL;
}

/* Of whoever is younger: who is behind the call, or whom it names. What was there before is not
 * young. */
static double caller_age(const chain_caller *x, const entry *n)
{
    double root = n ? age_of(x, n->root) : HUGE_VAL, named = n ? age_of(x, n->actor) : HUGE_VAL;
    return root < named ? root : named;
}

static bool is_marked(const chain *c, const lineage_kind *k, const event *e)
{
    for (size_t i = 0; i < k->n_rules; i++)
        if (has_mark(c, e->uid_hash, k->rules[i]) || has_mark(c, e->fold_hash, k->rules[i]))
            return true;
    return false;
}

static bool is_of(const lineage_kind *k, const chain_caller *x, const entry *n, uint8_t habits)
{
    if (!(k->outcomes >> x->e->outcome & 1) || (habits & k->first_seen) != k->first_seen)
        return false;
    return k->age.n == 0 || lineage_bounds_hold(&k->age, caller_age(x, n));
}

/* A kind is worth keeping the event for when one of its steps may follow from what there is. */
static bool may_matter(const chain *c, const lineage_kind *k, const chain_event *e)
{
    for (size_t i = 0; i < k->n_uses; i++)
        if (chain_search_may_follow(&c->store, &c->rules->lineages[k->uses[i].lineage],
                                    k->uses[i].step, e))
            return true;
    return false;
}

/* Fills c->kinds; how many. */
static size_t list_kinds(chain *c, const chain_caller *x, uint8_t habits)
{
    const ruleset *r = c->rules;
    const entry *n = journal_at(&x->s->journal, x->entry);
    uint16_t operation = n ? n->operation : x->e->operation;
    size_t n_kinds = 0;
    for (uint32_t i = c->of_operation_at[operation]; i < c->of_operation_at[operation + 1]; i++) {
        const lineage_kind *k = &r->kinds[c->of_operation[i]];
        if (is_of(k, x, n, habits))
            c->kinds[n_kinds++] = c->of_operation[i];
    }
    bool has_marks = c->rule_kinds > 0 && c->first_mark < c->next_mark;
    for (uint32_t i = 0; has_marks && i < r->n_kinds; i++)
        if (r->kinds[i].n_rules > 0 && is_marked(c, &r->kinds[i], x->e) &&
            is_of(&r->kinds[i], x, n, habits))
            c->kinds[n_kinds++] = i;
    return n_kinds;
}

/* ---- chains ---------------------------------------------------------------------------------- */

static chain_search search_of(chain *c, uint32_t rule, const chain_cast *cast)
{
    chain_search x = {
        .store = &c->store, .rule = &c->rules->lineages[rule], .tries = LIMIT_CHAIN_TRIES};
    if (cast)
        x.cast = *cast;
    return x;
}

static void note_end(chain *c, const chain_search *x)
{
    c->lost.searches += x->is_cut;
    c->failed = c->failed || x->failed;
}

static void pin(chain *c, const chain_cast *cast, bool is_pinned)
{
    for (unsigned i = 0; i < LIMIT_LINEAGE_STEPS; i++) {
        if (!lineage_has(cast->set, i))
            continue;
        if (is_pinned)
            chain_store_pin(&c->store, cast->at[i]);
        else
            chain_store_unpin(&c->store, cast->at[i]);
    }
}

static void set_marks(chain *c, const chain_cast *cast, chain_mark mark)
{
    for (unsigned i = 0; i < LIMIT_LINEAGE_STEPS; i++)
        if (lineage_has(cast->set, i) && !chain_event_mark(cast->at[i], mark.lineage, mark.is_near))
            c->failed = !chain_event_add_mark(cast->at[i], mark) || c->failed;
}

/* The mark of a chain of the rule on one of the cast. */
static chain_mark *marked(const chain_cast *cast, uint32_t rule, bool is_near)
{
    chain_mark *mark = NULL;
    for (unsigned i = 0; i < LIMIT_LINEAGE_STEPS && !mark; i++)
        if (lineage_has(cast->set, i))
            mark = chain_event_mark(cast->at[i], rule, is_near);
    return mark;
}

static int64_t first_time(const chain_cast *cast)
{
    int64_t first = INT64_MAX;
    for (unsigned i = 0; i < LIMIT_LINEAGE_STEPS; i++)
        if (lineage_has(cast->set, i) && cast->at[i]->time_ns < first)
            first = cast->at[i]->time_ns;
    return first;
}

/* When no event can add to a chain any more, nor take it back. */
static int64_t close_time(const lineage *l, int64_t first_ns, int64_t last_ns)
{
    int64_t close = INT64_MAX;
    if (__builtin_add_overflow(first_ns, l->timespan_ns, &close))
        return INT64_MAX;
    for (unsigned i = 0; i < l->n_steps; i++) {
        int64_t until;
        if (!lineage_has(l->absent, i) || !l->steps[i].within_ns)
            continue;
        if (__builtin_add_overflow(last_ns, l->steps[i].within_ns, &until))
            return INT64_MAX;
        close = until > close ? until : close;
    }
    return close;
}

static void count_steps(chain_search *x, chain_found *f, uint64_t after)
{
    for (unsigned i = 0; i < x->rule->n_steps; i++) {
        const lineage_step *s = &x->rule->steps[i];
        if ((!s->count.n && !s->things.n) || !lineage_has(x->cast.set, i))
            continue;
        chain_count n = chain_search_count(x, i, after);
        /* The step's own event was counted when the chain was found. */
        f->events[i] += (uint32_t)n.events;
        f->things[i] += (uint32_t)n.things;
    }
}

static void unmark_near(chain *c, const chain_cast *cast, uint32_t rule)
{
    chain_mark *mark = marked(cast, rule, true);
    if (mark)
        c->near[mark->chain].is_whole = true;
}

static void close_found(chain *c, chain_found *f);

/* Room for one more open chain: the oldest is told early. */
static void make_room(chain *c)
{
    bool is_full =
        c->n_open >= LIMIT_CHAIN_OPEN || c->store.pinned_bytes > c->store.limit_bytes / 4;
    for (size_t i = c->first_open; is_full && i < c->n_found; i++) {
        if (!c->found[i].is_open)
            continue;
        close_found(c, &c->found[i]);
        c->lost.early++;
        return;
    }
}

static void add_found(chain *c, uint32_t rule, chain_search *x, const chain_event *last)
{
    if (c->n_found >= LIMIT_CHAIN_FINDINGS) {
        c->lost.untold++;
        return;
    }
    make_room(c);
    chain_found *found = array_room(c->found, c->n_found, &c->cap_found, 64, sizeof *found);
    if (!found) {
        c->failed = true;
        return;
    }
    c->found = found;
    chain_found *f = &c->found[c->n_found];
    *f = (chain_found){.rule = rule, .count = 1, .time_ns = last->time_ns, .is_open = true};
    f->last = last->number;
    count_steps(x, f, 0);
    chain_search_enrich(x, 0);
    f->cast = x->cast;
    f->close_ns = close_time(x->rule, first_time(&f->cast), last->time_ns);
    pin(c, &f->cast, true);
    set_marks(c, &f->cast, (chain_mark){rule, (uint32_t)c->n_found, false});
    c->next_close_ns = f->close_ns < c->next_close_ns ? f->close_ns : c->next_close_ns;
    c->n_found++;
    c->n_open++;
}

/* An optional step adds to a chain that is whole without it; it does not make another one. */
static void complete(chain *c, const lineage_use *use, chain_search *x, const chain_event *last)
{
    uint32_t rule = use->lineage;
    unmark_near(c, &x->cast, rule);
    const chain_mark *mark = marked(&x->cast, rule, false);
    if (!mark) {
        add_found(c, rule, x, last);
        return;
    }
    chain_mark same = *mark;
    c->found[same.chain].count += lineage_has(x->rule->mandatory, use->step);
    set_marks(c, &x->cast, same);
}

/* ---- near ones ------------------------------------------------------------------------------- */

static void add_near(chain *c, uint32_t rule, const chain_search *x)
{
    bool is_full =
        c->n_near >= LIMIT_CHAIN_NEAR || c->store.pinned_bytes > c->store.limit_bytes / 8;
    chain_near *near =
        is_full ? NULL : array_room(c->near, c->n_near, &c->cap_near, 64, sizeof *near);
    if (!near) {
        c->lost.near += is_full;
        c->failed = c->failed || !is_full;
        return;
    }
    c->near = near;
    c->near[c->n_near] = (chain_near){.rule = rule, .cast = x->best, .n = x->best_n};
    pin(c, &x->best, true);
    set_marks(c, &x->best, (chain_mark){rule, (uint32_t)c->n_near, true});
    c->n_near++;
}

/* The fullest cast is kept of those that have an event in common. */
static void note_near(chain *c, uint32_t rule, const chain_search *x)
{
    unsigned wanted = (unsigned)__builtin_popcount(x->rule->mandatory);
    bool is_near = c->keeps_all_near || (wanted > 2 && x->best_n + 1 >= wanted);
    if (!is_near || marked(&x->best, rule, false))
        return;
    const chain_mark *mark = marked(&x->best, rule, true);
    if (!mark) {
        add_near(c, rule, x);
        return;
    }
    chain_near *n = &c->near[mark->chain];
    if (n->is_whole || n->n >= x->best_n)
        return;
    chain_mark same = *mark;
    pin(c, &x->best, true);
    pin(c, &n->cast, false);
    n->cast = x->best;
    n->n = x->best_n;
    set_marks(c, &n->cast, same);
}

/* ---- closing --------------------------------------------------------------------------------- */

static bool bounds_hold(const chain_search *x, const chain_found *f)
{
    for (unsigned i = 0; i < x->rule->n_steps; i++) {
        const lineage_step *s = &x->rule->steps[i];
        if (lineage_has(x->cast.set, i) && (!lineage_bounds_hold(&s->count, f->events[i]) ||
                                            !lineage_bounds_hold(&s->things, f->things[i])))
            return false;
    }
    unsigned n_chosen = (unsigned)__builtin_popcount(x->cast.set & x->rule->chosen);
    return n_chosen >= x->rule->least_chosen;
}

/* Events that came since are looked at once: now all that can come have come. */
static void close_found(chain *c, chain_found *f)
{
    chain_search x = search_of(c, f->rule, &f->cast);
    chain_cast before = f->cast;
    f->is_open = false;
    c->n_open--;
    chain_search_enrich(&x, f->last);
    bool is_refuted = chain_search_has_absent(&x, f->last);
    count_steps(&x, f, f->last);
    note_end(c, &x);
    f->is_told = !is_refuted && bounds_hold(&x, f);
    f->cast = x.cast;
    pin(c, &f->cast, true);
    pin(c, &before, false);
    if (!f->is_told)
        pin(c, &f->cast, false);
}

static void close_until(chain *c, int64_t now_ns)
{
    if (now_ns <= c->next_close_ns)
        return;
    c->next_close_ns = INT64_MAX;
    for (size_t i = c->first_open; i < c->n_found; i++) {
        chain_found *f = &c->found[i];
        if (f->is_open && f->close_ns < now_ns)
            close_found(c, f);
        if (f->is_open && f->close_ns < c->next_close_ns)
            c->next_close_ns = f->close_ns;
    }
    while (c->first_open < c->n_found && !c->found[c->first_open].is_open)
        c->first_open++;
}

/* ---- an event -------------------------------------------------------------------------------- */

/* Mandatory steps that can be there once e is in `step`: those that must come later cannot, nor
 * can those of which there was no event for as long as the chain may take. */
static unsigned count_possible(const chain *c, const lineage *l, unsigned step,
                               const chain_event *e)
{
    unsigned n = 0;
    for (unsigned i = 0; i < l->n_steps; i++) {
        const int64_t last_ns = c->last_ns[l->steps[i].kind];
        bool is_there =
            i == step || (last_ns != INT64_MIN && !lineage_has(l->steps[i].after, step) &&
                          e->time_ns - last_ns <= l->timespan_ns);
        n += lineage_has(l->mandatory, i) && is_there;
    }
    return n;
}

/* With all steps possible a chain may be complete; with one less it can only be near. */
static void play(chain *c, const lineage_use *use, chain_event *e)
{
    const lineage *l = &c->rules->lineages[use->lineage];
    unsigned possible = count_possible(c, l, use->step, e);
    unsigned wanted = (unsigned)__builtin_popcount(l->mandatory);
    bool may_be_near = c->keeps_all_near || (wanted > 2 && possible + 1 == wanted);
    if ((possible < wanted && !may_be_near) || lineage_has(l->absent, use->step) ||
        !chain_search_may_follow(&c->store, l, use->step, e))
        return;
    chain_search x = search_of(c, use->lineage, NULL);
    x.enough = possible < wanted ? possible : 0;
    bool is_found = chain_search_from(&x, use->step, e);
    if (is_found && possible == wanted)
        complete(c, use, &x, e);
    else
        note_near(c, use->lineage, &x);
    note_end(c, &x);
}

static void play_all(chain *c, chain_event *e)
{
    for (size_t k = 0; k < e->n_kinds && !c->failed; k++) {
        const lineage_kind *kind = &c->rules->kinds[e->kinds[k]];
        for (size_t i = 0; i < kind->n_uses; i++)
            play(c, &kind->uses[i], e);
    }
}

/* Kinds that no rule can need the event for are taken off it. */
static size_t keep_kinds(const chain *c, chain_event *e, uint32_t *kinds, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (!may_matter(c, &c->rules->kinds[kinds[i]], e))
            continue;
        int64_t until;
        if (__builtin_add_overflow(e->time_ns, c->keep_ns[kinds[i]], &until))
            until = INT64_MAX;
        e->keep_until_ns = until > e->keep_until_ns ? until : e->keep_until_ns;
        c->last_ns[kinds[i]] = e->time_ns;
        kinds[kept++] = kinds[i];
    }
    return kept;
}

bool chain_take(chain *c, const state *s, const event *e, uint32_t entry)
{
    const chain_caller x = {s, e, entry};
    if (e->operation == OPERATION_NONE) {
        c->lost.nameless += map_get(&c->mark_by_key, e->uid_hash) != MAP_NONE;
        return true;
    }
    close_until(c, e->time_ns);
    if (c->failed)
        return false;
    uint8_t habits = first_seen(c, &x, journal_at(&s->journal, entry));
    size_t n = list_kinds(c, &x, habits);
    if (n == 0)
        return !c->failed;
    chain_event *made = chain_event_new(&x, c->kinds, n);
    if (!made) {
        c->failed = true;
        return false;
    }
    made->n_kinds = keep_kinds(c, made, (uint32_t *)(uintptr_t)made->kinds, n);
    if (made->n_kinds == 0) {
        chain_event_free(made);
        return !c->failed;
    }
    c->failed = !chain_store_add(&c->store, made) || c->failed;
    if (!c->failed)
        play_all(c, made);
    return !c->failed;
}

bool chain_finish(chain *c)
{
    for (size_t i = c->first_open; i < c->n_found; i++)
        if (c->found[i].is_open)
            close_found(c, &c->found[i]);
    return !c->failed;
}
