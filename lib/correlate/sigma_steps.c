/* SPDX-License-Identifier: Apache-2.0
 *
 * sigma_steps.c -- newest events, latest beginnings, and conditions over them.
 *
 *  (1) slot[k].now begins at or after slot[k + 1].now of the same sequence: whoever has come
 *      further has come this far, too.
 *  (2) Links are shared between the slots of one group and never change once made.
 */
#include "correlate/sigma_steps.h"

#include <stdlib.h>

#include "correlate/sigma_window.h"

/* A conjunction: rules that must come and rules that must not, one bit each. */
typedef struct term {
    uint64_t present, absent;
} term;

typedef struct term_list {
    term *item; /* SIGMA_SEQUENCES of them; NULL: out of memory */
    size_t n;
} term_list;

enum { TERM_RULES = 64 };

static term_list terms_new(arena *a)
{
    return (term_list){.item = arena_alloc(a, SIGMA_SEQUENCES * sizeof(term))};
}

static void put_term(term_list *to, term t)
{
    if (to->item && to->n < SIGMA_SEQUENCES && !(t.present & t.absent))
        to->item[to->n++] = t;
}

static term_list join_any(term_list x, term_list y)
{
    for (size_t i = 0; y.item && i < y.n; i++)
        put_term(&x, y.item[i]);
    return x;
}

static term_list join_all(term_list x, term_list y, arena *a)
{
    term_list both = terms_new(a);
    for (size_t i = 0; x.item && i < x.n; i++)
        for (size_t j = 0; y.item && j < y.n; j++)
            put_term(&both, (term){x.item[i].present | y.item[j].present,
                                   x.item[i].absent | y.item[j].absent});
    return both;
}

/* The condition as a choice of conjunctions. */
static term_list choices_of(const ruleset *set, uint32_t node, bool negate, arena *a)
{
    const rule_node *n = &set->nodes[node];
    if (n->kind == RULE_NODE_NOT)
        return choices_of(set, set->children[n->first], !negate, a);
    term_list all = terms_new(a);
    if (n->kind == RULE_NODE_PREDICATE && n->first < TERM_RULES) {
        uint64_t bit = UINT64_C(1) << n->first;
        put_term(&all, negate ? (term){0, bit} : (term){bit, 0});
    }
    if (n->kind == RULE_NODE_TRUE && !negate)
        put_term(&all, (term){0, 0});
    for (uint32_t i = 0; (n->kind == RULE_NODE_AND || n->kind == RULE_NODE_OR) && i < n->n; i++) {
        term_list one = choices_of(set, set->children[n->first + i], negate, a);
        if (i == 0)
            all = one;
        else if ((n->kind == RULE_NODE_OR) != negate)
            all = join_any(all, one);
        else
            all = join_all(all, one, a);
    }
    return all;
}

static void list_bits(uint64_t bits, uint32_t *to, size_t *n)
{
    for (uint32_t k = 0; k < TERM_RULES; k++)
        if (bits >> k & 1)
            to[(*n)++] = k;
}

static bool plan_choice(sigma_steps_plan *p, term t, sigma_sequence *s, arena *a)
{
    uint32_t *rules = arena_alloc(a, (size_t)2 * TERM_RULES * sizeof *rules);
    if (!rules)
        return false;
    s->rules = rules;
    s->absent = rules + TERM_RULES;
    list_bits(t.present, rules, &s->n_rules);
    list_bits(t.absent, rules + TERM_RULES, &s->n_absent);
    p->n_sequences++;
    p->n_slots += s->n_rules;
    return true;
}

/* A choice in which nothing comes holds from whatever event opened the window. */
static term_list add_openers(const sigma_steps_plan *p, term_list choices, arena *a)
{
    term_list all = terms_new(a);
    for (size_t i = 0; choices.item && i < choices.n; i++) {
        term t = choices.item[i];
        if (t.present != 0)
            put_term(&all, t);
        for (uint32_t k = 0; t.present == 0 && k < p->rule->n_rules && k < TERM_RULES; k++)
            if (p->is_positive[k])
                put_term(&all, (term){UINT64_C(1) << k, t.absent});
    }
    return all;
}

static bool plan_choices(sigma_steps_plan *p, arena *a)
{
    term_list choices = choices_of(p->set, p->rule->expression, false, a);
    choices = add_openers(p, choices, a);
    sigma_sequence *s = arena_alloc(a, (choices.n + 1) * sizeof *s);
    if (a->failed)
        return false;
    p->sequences = s;
    for (size_t i = 0; i < choices.n; i++)
        if (!plan_choice(p, choices.item[i], &s[i], a))
            return false;
    return true;
}

static bool plan_all_in_order(sigma_steps_plan *p, arena *a)
{
    size_t n = p->rule->n_rules;
    sigma_sequence *s = arena_alloc(a, sizeof *s);
    uint32_t *rules = arena_alloc(a, (n + 1) * sizeof *rules);
    if (!s || !rules)
        return false;
    for (uint32_t k = 0; k < n; k++)
        rules[k] = k;
    *s = (sigma_sequence){.rules = rules, .n_rules = n};
    p->sequences = s;
    p->n_sequences = n > 0;
    p->n_slots = n;
    return true;
}

static void mark_signs(sigma_steps_plan *p, uint32_t node, bool negate, bool *is_positive)
{
    const rule_node *n = &p->set->nodes[node];
    if (n->kind == RULE_NODE_PREDICATE && !negate && n->first < p->rule->n_rules)
        is_positive[n->first] = true;
    if (n->kind == RULE_NODE_PREDICATE)
        p->is_negated |= negate;
    if (n->kind != RULE_NODE_AND && n->kind != RULE_NODE_OR && n->kind != RULE_NODE_NOT)
        return;
    for (uint32_t i = 0; i < n->n; i++)
        mark_signs(p, p->set->children[n->first + i], negate != (n->kind == RULE_NODE_NOT),
                   is_positive);
}

bool sigma_steps_plan_init(sigma_steps_plan *p, const ruleset *set, const rule_correlation *rule,
                           arena *a)
{
    *p = (sigma_steps_plan){
        .set = set, .rule = rule, .is_ordered = rule->type == RULE_TEMPORAL_ORDERED};
    bool *is_positive = arena_alloc(a, rule->n_rules + 1);
    if (!is_positive)
        return false;
    p->is_positive = is_positive;
    if (rule->expression != 0)
        mark_signs(p, rule->expression, false, is_positive);
    else
        memset(is_positive, true, rule->n_rules);
    if (!p->is_ordered)
        return true;
    return rule->expression != 0 ? plan_choices(p, a) : plan_all_in_order(p, a);
}

static size_t size_of(const sigma_steps_plan *p)
{
    return p->rule->n_rules * sizeof(sigma_seen) + p->n_slots * sizeof(sigma_slot);
}

bool sigma_steps_init(sigma_steps *s, const sigma_steps_plan *plan, size_t *bytes)
{
    *s = (sigma_steps){.plan = plan, .opened_ns = SIGMA_NEVER, .closed_ns = SIGMA_NEVER};
    s->seen = calloc(1, size_of(plan) + 1);
    if (!s->seen)
        return false;
    for (size_t k = 0; k < plan->rule->n_rules; k++)
        s->seen[k].time_ns = SIGMA_NEVER;
    s->slot = (sigma_slot *)(void *)(s->seen + plan->rule->n_rules);
    *bytes += size_of(plan);
    return true;
}

static void unref_link(sigma_link *l, size_t *bytes)
{
    while (l && --l->refs == 0) {
        sigma_link *back = l->back;
        sigma_uid_unref(l->uid, bytes);
        free(l);
        *bytes -= sizeof *l;
        l = back;
    }
}

void sigma_steps_done(sigma_steps *s, size_t *bytes)
{
    if (!s->seen)
        return;
    for (size_t k = 0; k < s->plan->rule->n_rules; k++)
        sigma_uid_unref(s->seen[k].uid, bytes);
    for (size_t i = 0; i < s->plan->n_slots; i++) {
        unref_link(s->slot[i].now, bytes);
        unref_link(s->slot[i].before, bytes);
    }
    *bytes -= size_of(s->plan);
    free(s->seen);
    s->seen = NULL;
}

static bool came(const sigma_steps *s, uint32_t rule, int64_t since_ns)
{
    return rule < s->plan->rule->n_rules && s->seen[rule].time_ns != SIGMA_NEVER &&
           s->seen[rule].time_ns >= since_ns;
}

static bool node_holds(const sigma_steps *s, uint32_t node, int64_t since_ns)
{
    const rule_node *n = &s->plan->set->nodes[node];
    const uint32_t *child = s->plan->set->children + n->first;
    switch (n->kind) {
    case RULE_NODE_PREDICATE:
        return came(s, n->first, since_ns);
    case RULE_NODE_NOT:
        return !node_holds(s, child[0], since_ns);
    case RULE_NODE_AND:
    case RULE_NODE_OR:
        for (uint32_t i = 0; i < n->n; i++)
            if (node_holds(s, child[i], since_ns) == (n->kind == RULE_NODE_OR))
                return n->kind == RULE_NODE_OR;
        return n->kind == RULE_NODE_AND;
    default:
        return true;
    }
}

static size_t count_seen(const sigma_steps *s, int64_t since_ns)
{
    size_t n = 0;
    for (uint32_t k = 0; k < s->plan->rule->n_rules; k++)
        n += s->plan->is_positive[k] && came(s, k, since_ns);
    return n;
}

static bool any_came(const sigma_steps *s, const sigma_sequence *q, int64_t since_ns)
{
    for (size_t i = 0; i < q->n_absent; i++)
        if (came(s, q->absent[i], since_ns))
            return true;
    return false;
}

/* The last event of the sequence that is complete; NULL: none is. */
static const sigma_link *find_complete(const sigma_steps *s, int64_t since_ns)
{
    const sigma_slot *slot = s->slot;
    for (size_t i = 0; i < s->plan->n_sequences; i++) {
        const sigma_sequence *q = &s->plan->sequences[i];
        slot += q->n_rules;
        const sigma_link *last = slot[-1].now;
        if (last && last->start_ns >= since_ns && !any_came(s, q, since_ns))
            return last;
    }
    return NULL;
}

bool sigma_steps_hold(const sigma_steps *s, int64_t since_ns)
{
    const rule_correlation *rule = s->plan->rule;
    if (s->plan->is_ordered)
        return find_complete(s, since_ns) != NULL;
    if (rule->expression != 0)
        return node_holds(s, rule->expression, since_ns);
    size_t n = count_seen(s, since_ns);
    return n > 0 && (rule->n_bounds > 0 ? sigma_bounds_hold(rule, (double)n) : n == rule->n_rules);
}

/* The time of the oldest event still known; SIGMA_NEVER: there is none. */
static int64_t oldest_of(const sigma_steps *s)
{
    int64_t oldest_ns = SIGMA_NEVER;
    for (size_t k = 0; k < s->plan->rule->n_rules; k++) {
        int64_t t = s->seen[k].time_ns;
        if (t != SIGMA_NEVER && (oldest_ns == SIGMA_NEVER || t < oldest_ns))
            oldest_ns = t;
    }
    return oldest_ns;
}

static void forget_time(sigma_steps *s, int64_t time_ns, size_t *bytes)
{
    for (size_t k = 0; k < s->plan->rule->n_rules; k++) {
        if (s->seen[k].time_ns != time_ns)
            continue;
        sigma_uid_unref(s->seen[k].uid, bytes);
        s->seen[k] = (sigma_seen){.time_ns = SIGMA_NEVER};
    }
}

void sigma_steps_expire(sigma_steps *s, int64_t since_ns, size_t *bytes)
{
    /* Sequences only become fewer as time passes: asking at the end is asking all the way. */
    if (s->plan->is_ordered) {
        s->has_fired = s->has_fired && sigma_steps_hold(s, since_ns);
        return;
    }
    int64_t oldest_ns;
    while ((oldest_ns = oldest_of(s)) != SIGMA_NEVER && oldest_ns < since_ns) {
        forget_time(s, oldest_ns, bytes);
        s->has_fired = s->has_fired && sigma_steps_hold(s, SIGMA_NEVER);
    }
}

static sigma_link *link_new(const sigma_step_event *e, sigma_link *back, size_t *bytes)
{
    sigma_link *l = malloc(sizeof *l);
    if (!l)
        return NULL;
    *l = (sigma_link){.refs = 1,
                      .length = back ? back->length + 1 : 1,
                      .start_ns = back ? back->start_ns : e->time_ns,
                      .uid = sigma_uid_ref(e->uid),
                      .back = back};
    if (back)
        back->refs++;
    *bytes += sizeof *l;
    return l;
}

static sigma_link *before_record(const sigma_slot *slot, uint64_t record)
{
    return slot->record == record ? slot->before : slot->now;
}

static void set_slot(sigma_slot *slot, sigma_link *l, uint64_t record, size_t *bytes)
{
    if (slot->record == record) {
        unref_link(slot->now, bytes);
    } else {
        unref_link(slot->before, bytes);
        slot->before = slot->now;
        slot->record = record;
    }
    slot->now = l;
}

/* The event as the i-th step of a sequence whose steps begin at `slot`. */
static bool advance(sigma_slot *slot, size_t i, const sigma_step_event *e, size_t *bytes)
{
    sigma_link *back = i > 0 ? before_record(&slot[i - 1], e->record) : NULL;
    if (i > 0 && !back)
        return true;
    int64_t start_ns = back ? back->start_ns : e->time_ns;
    if (slot[i].now && slot[i].now->start_ns >= start_ns)
        return true;
    sigma_link *l = link_new(e, back, bytes);
    if (!l)
        return false;
    set_slot(&slot[i], l, e->record, bytes);
    return true;
}

static bool advance_all(sigma_steps *s, const sigma_step_event *e, size_t *bytes)
{
    sigma_slot *slot = s->slot;
    for (size_t i = 0; i < s->plan->n_sequences; i++) {
        const sigma_sequence *q = &s->plan->sequences[i];
        for (size_t k = 0; k < q->n_rules; k++)
            if (q->rules[k] == e->rule && !advance(slot, k, e, bytes))
                return false;
        slot += q->n_rules;
    }
    return true;
}

bool sigma_steps_add(sigma_steps *s, const sigma_step_event *e, size_t *bytes)
{
    sigma_seen *seen = &s->seen[e->rule];
    sigma_uid *old = seen->uid;
    *seen = (sigma_seen){e->time_ns, e->record, sigma_uid_ref(e->uid)};
    sigma_uid_unref(old, bytes);
    return advance_all(s, e, bytes);
}

size_t sigma_steps_count(const sigma_steps *s, int64_t since_ns)
{
    const sigma_link *last = s->plan->is_ordered ? find_complete(s, since_ns) : NULL;
    return last ? last->length : count_seen(s, since_ns);
}

static size_t list_sequence(const sigma_link *last, str *ret_uids, size_t max)
{
    size_t n = last->length;
    for (size_t i = n; last; last = last->back)
        if (--i < max)
            ret_uids[i] = sigma_uid_text(last->uid);
    return n;
}

/* The rule whose newest event comes next behind `record`; UINT32_MAX: there is none. */
static uint32_t next_seen(const sigma_steps *s, int64_t since_ns, uint64_t record)
{
    uint32_t next = UINT32_MAX;
    for (uint32_t k = 0; k < s->plan->rule->n_rules; k++)
        if (s->plan->is_positive[k] && came(s, k, since_ns) && s->seen[k].record > record &&
            (next == UINT32_MAX || s->seen[k].record < s->seen[next].record))
            next = k;
    return next;
}

size_t sigma_steps_uids(const sigma_steps *s, int64_t since_ns, str *ret_uids, size_t max)
{
    if (s->plan->is_ordered) {
        const sigma_link *last = find_complete(s, since_ns);
        return last ? list_sequence(last, ret_uids, max) : 0;
    }
    size_t n = 0;
    uint64_t record = 0;
    for (uint32_t k; (k = next_seen(s, since_ns, record)) != UINT32_MAX; n++) {
        if (n < max)
            ret_uids[n] = sigma_uid_text(s->seen[k].uid);
        record = s->seen[k].record;
    }
    return n;
}
