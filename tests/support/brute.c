/* SPDX-License-Identifier: Apache-2.0
 *
 * brute.c -- one correlation after another over all events, each window from scratch.
 *
 *  (1) A step is a record, or the end of a window of a negated condition; place_of orders steps.
 *  (2) A firing is an event of its own in the step that caused it.
 */
#include "support/brute.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 4, ITEMS = 8, VALUES = 64, SEQUENCE_RULES = 16 };

typedef struct place { /* of a step among all steps */
    int64_t position;  /* record r: 2r + 1; a window's end: 2 * records that are not behind it */
    int64_t end_ns;
    int64_t correlation, nth;
} place;

typedef struct items {
    str item[ITEMS];
    size_t n;
} items;

typedef struct source { /* a match or a firing, told to one position of a correlation */
    uint32_t position;
    items key[2 * KEYS];
} source;

typedef struct input { /* one event told to a correlation */
    place at;
    int64_t time_ns;
    str uid;
    int64_t rank; /* in its step: -1 the record, else by correlation and number of the firing */
    source *source;
    size_t n;
} input;

typedef struct entry { /* an input in one group */
    size_t input;
    place at;
    int64_t time_ns;
    str uid;
    char group[BRUTE_TEXT];
    size_t n_group;
    uint32_t mask; /* positions */
    char value[VALUES][64];
    size_t value_n[VALUES];
    double number[VALUES];
    size_t n_values;
} entry;

typedef struct outcome {
    brute_firing public;
    place at;
    str key; /* the group, as items */
    str uid;
    size_t nth;
} outcome;

struct brute {
    const ruleset *set;
    const sigma_match *match;
    size_t n_matches;
    arena memory;
    outcome *out;
    size_t n_out, cap_out;
    brute_firing *firings;
    input *input;
    size_t n_inputs;
    entry *entry;
    size_t n_entries, cap_entries;
};

static void insist(bool ok)
{
    if (ok)
        return;
    fprintf(stderr, "brute: beyond its limits\n");
    abort();
}

static void *take(brute *b, size_t n)
{
    void *p = arena_alloc(&b->memory, n);
    insist(p != NULL);
    return p;
}

static int place_compare(place a, place b)
{
    const int64_t x[] = {a.position, a.end_ns, a.correlation, a.nth};
    const int64_t y[] = {b.position, b.end_ns, b.correlation, b.nth};
    for (size_t i = 0; i < ARRAY_LEN(x); i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* --- reading captured values; lengths below 128, as tests write them ---------------------------
 * */

static str block_at(str s, size_t i)
{
    while (s.n > 0 && i-- > 0)
        s = str_from(s, 1 + (size_t)s.p[0]);
    return s.n > 0 ? (str){s.p + 1, (size_t)s.p[0]} : STR_NONE;
}

static items items_in(str s)
{
    items list = {.n = 0};
    for (; s.n > 0; s = str_from(s, 2 + (size_t)s.p[1])) {
        insist(list.n < ITEMS);
        list.item[list.n++] = (str){s.p, 2 + (size_t)s.p[1]};
    }
    return list;
}

static bool is_number(str item, double *ret)
{
    char z[64] = "", *end;
    if (item.p[0] == 'b' || item.n == 2)
        return false;
    memcpy(z, item.p + 2, item.n - 2);
    *ret = strtod(z, &end);
    return *end == '\0' && strspn(z, "+-.0123456789eE") == item.n - 2 && isfinite(*ret);
}

/* --- inputs of a correlation -------------------------------------------------------------------
 * */

static const rule_key *key_of(const rule_correlation *c, size_t i)
{
    return i < c->n_group_by ? &c->group_by[i] : &c->values[i - c->n_group_by];
}

static source source_of_match(brute *b, const rule_correlation *c, uint32_t k, const sigma_match *m)
{
    source s = {.position = k};
    size_t n;
    const uint32_t *wants = sigma_engine_wants(b->set, m->rule, &b->memory, &n);
    for (size_t i = 0; i < c->n_group_by + c->n_values; i++)
        for (size_t f = 0; f < n; f++)
            if (wants[f] == key_of(c, i)->fields[k])
                s.key[i] = items_in(block_at(m->captured, f));
    return s;
}

static source source_of_firing(brute *b, const rule_correlation *c, uint32_t k, const outcome *o)
{
    source s = {.position = k};
    const rule_correlation *inner = &b->set->correlations[o->public.correlation];
    items group = items_in(o->key);
    for (size_t i = 0; i < c->n_group_by + c->n_values; i++)
        for (size_t g = inner->n_group_by; g-- > 0;)
            if (str_eq(inner->group_by[g].name, key_of(c, i)->name))
                s.key[i] = (items){.item = {group.item[g]}, .n = 1};
    return s;
}

static void add_source(brute *b, input *in, source s)
{
    if (!in->source)
        in->source = take(b, 32 * sizeof(source));
    insist(in->n < 32);
    in->source[in->n++] = s;
}

static bool is_same_record(const sigma_match *a, const sigma_match *b)
{
    return a->time_ns == b->time_ns && str_eq(a->event_uid, b->event_uid);
}

static void add_records(brute *b, const rule_correlation *c)
{
    int64_t record = -1;
    input *in = NULL;
    for (size_t i = 0; i < b->n_matches; i++) {
        const sigma_match *m = &b->match[i];
        if (i == 0 || !is_same_record(m, m - 1)) {
            if (!in || in->n > 0)
                in = &b->input[b->n_inputs++];
            *in = (input){.at = {.position = 2 * ++record + 1},
                          .time_ns = m->time_ns,
                          .uid = m->event_uid,
                          .rank = -1};
        }
        for (uint32_t k = 0; k < c->n_rules; k++)
            if (c->rules[k] == m->rule)
                add_source(b, in, source_of_match(b, c, k, m));
    }
    b->n_inputs -= in && in->n == 0;
}

static void add_firings(brute *b, const rule_correlation *c)
{
    for (size_t i = 0; i < b->n_out; i++) {
        const outcome *o = &b->out[i];
        input *in = &b->input[b->n_inputs];
        *in = (input){.at = o->at,
                      .time_ns = o->public.time_ns,
                      .uid = o->uid,
                      .rank = (int64_t)o->public.correlation * 1000000 + (int64_t)o->nth};
        for (uint32_t k = 0; k < c->n_rules; k++)
            if (c->rules[k] == b->set->correlations[o->public.correlation].info)
                add_source(b, in, source_of_firing(b, c, k, o));
        b->n_inputs += in->n > 0;
    }
}

static int input_compare(const void *x, const void *y)
{
    const input *a = x, *b = y;
    int order = place_compare(a->at, b->at);
    return order ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

/* --- entries: inputs by group ------------------------------------------------------------------
 * */

static entry *entry_for(brute *b, size_t i, str group)
{
    const input *in = &b->input[i];
    for (size_t k = 0; k < b->n_entries; k++)
        if (b->entry[k].input == i && str_eq((str){b->entry[k].group, b->entry[k].n_group}, group))
            return &b->entry[k];
    if (b->n_entries == b->cap_entries) {
        b->cap_entries = b->cap_entries ? 2 * b->cap_entries : 64;
        b->entry = realloc(b->entry, b->cap_entries * sizeof(entry));
        insist(b->entry != NULL);
    }
    entry *e = &b->entry[b->n_entries++];
    *e = (entry){
        .input = i, .at = in->at, .time_ns = in->time_ns, .uid = in->uid, .n_group = group.n};
    insist(group.n < sizeof e->group);
    if (group.n > 0)
        memcpy(e->group, group.p, group.n);
    return e;
}

/* The combinations of n lists, each as its items in a row. */
typedef struct combinations {
    const items *list;
    size_t n;
    size_t text_n[64];
    char all[64][64];
    size_t n_all;
} combinations;

static void combine(combinations *c, size_t i, const char *text, size_t n)
{
    if (i == c->n) {
        insist(c->n_all < 64 && n <= 64);
        if (n > 0)
            memcpy(c->all[c->n_all], text, n);
        c->text_n[c->n_all++] = n;
        return;
    }
    for (size_t k = 0; k < c->list[i].n; k++) {
        char longer[BRUTE_TEXT];
        str item = c->list[i].item[k];
        insist(n + item.n < sizeof longer);
        memcpy(longer, text, n);
        memcpy(longer + n, item.p, item.n);
        combine(c, i + 1, longer, n + item.n);
    }
}

static void add_values(entry *e, const rule_correlation *c, const source *s)
{
    if (e->n_values > 0) /* an event gives its values once */
        return;
    if (c->type == RULE_VALUE_COUNT) {
        combinations all = {.list = s->key + c->n_group_by, .n = c->n_values};
        combine(&all, 0, "", 0);
        for (size_t i = 0; i < all.n_all; i++) {
            memcpy(e->value[i], all.all[i], all.text_n[i]);
            e->value_n[i] = all.text_n[i];
        }
        e->n_values = all.n_all;
        return;
    }
    for (size_t i = 0; i < c->n_values; i++)
        for (size_t k = 0; k < s->key[c->n_group_by + i].n; k++)
            e->n_values += is_number(s->key[c->n_group_by + i].item[k], &e->number[e->n_values]);
}

static void add_entries(brute *b, const rule_correlation *c)
{
    b->n_entries = 0;
    for (size_t i = 0; i < b->n_inputs; i++)
        for (size_t k = 0; k < b->input[i].n; k++) {
            const source *s = &b->input[i].source[k];
            combinations groups = {.list = s->key, .n = c->n_group_by};
            combine(&groups, 0, "", 0);
            for (size_t g = 0; g < groups.n_all; g++) {
                entry *e = entry_for(b, i, (str){groups.all[g], groups.text_n[g]});
                e->mask |= 1u << s->position;
                add_values(e, c, s);
            }
        }
}

/* --- windows -----------------------------------------------------------------------------------
 * */

typedef struct window {
    const rule_correlation *rule;
    const entry *in[4096];
    size_t n;
} window;

static bool has_values(const rule_correlation *c)
{
    return c->type != RULE_EVENT_COUNT && c->type != RULE_TEMPORAL &&
           c->type != RULE_TEMPORAL_ORDERED;
}

static bool is_of(const entry *a, const entry *b)
{
    return str_eq((str){a->group, a->n_group}, (str){b->group, b->n_group});
}

/* The group's entries [0, n_known) from since_ns to until_ns. */
static void collect(const brute *b, window *w, const entry *of, size_t n_known, int64_t since_ns,
                    int64_t until_ns)
{
    w->n = 0;
    for (size_t i = 0; i < n_known; i++) {
        const entry *e = &b->entry[i];
        if (!is_of(e, of) || e->time_ns < since_ns || e->time_ns > until_ns)
            continue;
        if (has_values(w->rule) && e->n_values == 0)
            continue;
        insist(w->n < ARRAY_LEN(w->in));
        w->in[w->n++] = e;
    }
}

static int number_compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double count_values(const window *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < w->in[i]->n_values; k++) {
            bool is_new = true;
            str v = {w->in[i]->value[k], w->in[i]->value_n[k]};
            for (size_t j = 0; j <= i && is_new; j++)
                for (size_t l = 0; l < (j < i ? w->in[j]->n_values : k); l++)
                    is_new &= !str_eq(v, (str){w->in[j]->value[l], w->in[j]->value_n[l]});
            n += is_new;
        }
    return (double)n;
}

static double rank_value(const rule_correlation *c, double *v, size_t n)
{
    qsort(v, n, sizeof *v, number_compare);
    if (c->type == RULE_VALUE_MEDIAN)
        return (v[(n - 1) / 2] + v[n / 2]) / 2;
    size_t rank = (size_t)ceil(c->percentile * (double)n / 100);
    return v[rank > 0 ? rank - 1 : 0];
}

static double number_of(const window *w)
{
    double v[4096], sum = 0;
    size_t n = 0;
    if (w->rule->type == RULE_EVENT_COUNT)
        return (double)w->n;
    if (w->rule->type == RULE_VALUE_COUNT)
        return count_values(w);
    for (size_t i = 0; i < w->n; i++)
        for (size_t k = 0; k < w->in[i]->n_values; k++) {
            insist(n < ARRAY_LEN(v));
            sum += v[n++] = w->in[i]->number[k];
        }
    if (w->rule->type == RULE_VALUE_SUM)
        return sum;
    return w->rule->type == RULE_VALUE_AVG ? sum / (double)n : rank_value(w->rule, v, n);
}

static bool bounds_hold(const rule_correlation *c, double x)
{
    for (size_t i = 0; i < c->n_bounds; i++) {
        double y = c->bounds[i].number;
        const bool holds[RULE_COMPARES] = {[RULE_LT] = x<y, [RULE_LTE] = x <= y, [RULE_GT] = x> y,
                                           [RULE_GTE] = x >= y,
                                           [RULE_EQ] = !(x < y || x > y),
                                           [RULE_NEQ] = x < y || x > y};
        if (!holds[c->bounds[i].compare])
            return false;
    }
    return true;
}

/* Unnegated names hold when they are in `chosen`, negated ones when they are in `seen`. */
static bool expression_holds(const ruleset *set, uint32_t node, bool negate, uint32_t chosen,
                             uint32_t seen)
{
    const rule_node *n = &set->nodes[node];
    if (n->kind == RULE_NODE_PREDICATE)
        return (negate ? seen : chosen) >> n->first & 1;
    if (n->kind == RULE_NODE_NOT)
        return !expression_holds(set, set->children[n->first], !negate, chosen, seen);
    bool all = true, any = false;
    for (uint32_t i = 0; i < n->n; i++) {
        bool holds = expression_holds(set, set->children[n->first + i], negate, chosen, seen);
        all &= holds;
        any |= holds;
    }
    return n->kind == RULE_NODE_OR ? any : all;
}

static void find_signs(const ruleset *set, uint32_t node, bool negate, uint32_t sign[2])
{
    const rule_node *n = &set->nodes[node];
    if (n->kind == RULE_NODE_PREDICATE)
        sign[negate] |= 1u << n->first;
    else
        for (uint32_t i = 0; i < n->n; i++)
            find_signs(set, set->children[n->first + i], negate != (n->kind == RULE_NODE_NOT),
                       sign);
}

static void signs_of(const ruleset *set, const rule_correlation *c, uint32_t sign[2])
{
    sign[0] = sign[1] = 0;
    if (c->expression != 0)
        find_signs(set, c->expression, false, sign);
    else
        sign[0] = (1u << c->n_rules) - 1;
}

static uint32_t seen_in(const window *w)
{
    uint32_t seen = 0;
    for (size_t i = 0; i < w->n; i++)
        seen |= w->in[i]->mask;
    return seen;
}

/* Whether the rules of `chosen` come one behind the other: the first that fits is the best. */
static bool comes_in_order(const window *w, uint32_t chosen)
{
    size_t i = 0;
    const entry *last = NULL;
    for (uint32_t k = 0; k < SEQUENCE_RULES; k++) {
        if (!(chosen >> k & 1))
            continue;
        while (i < w->n &&
               (!(w->in[i]->mask >> k & 1) || (last && place_compare(w->in[i]->at, last->at) == 0)))
            i++;
        if (i == w->n)
            return false;
        last = w->in[i];
    }
    return true;
}

static bool order_holds(const brute *b, const window *w)
{
    uint32_t sign[2], seen = seen_in(w);
    signs_of(b->set, w->rule, sign);
    if (w->rule->expression == 0)
        return comes_in_order(w, sign[0]);
    for (uint32_t chosen = 1; chosen < 1u << w->rule->n_rules; chosen++)
        if (!(chosen & ~(seen & sign[0])) && comes_in_order(w, chosen) &&
            expression_holds(b->set, w->rule->expression, false, chosen, seen))
            return true;
    return false;
}

static bool holds(const brute *b, const window *w)
{
    const rule_correlation *c = w->rule;
    uint32_t sign[2], seen = seen_in(w);
    if (w->n == 0)
        return false;
    if (c->type == RULE_TEMPORAL_ORDERED)
        return order_holds(b, w);
    if (c->type != RULE_TEMPORAL)
        return bounds_hold(c, number_of(w));
    signs_of(b->set, c, sign);
    if (c->expression != 0)
        return expression_holds(b->set, c->expression, false, seen, seen);
    return c->n_bounds > 0 ? bounds_hold(c, (double)__builtin_popcount(seen)) : seen == sign[0];
}

/* --- firings -----------------------------------------------------------------------------------
 * */

static void append(char *to, str s, const char *behind)
{
    size_t n = strlen(to);
    insist(n + s.n + 2 < BRUTE_TEXT);
    snprintf(to + n, BRUTE_TEXT - n, "%.*s%s", (int)s.n, s.p ? s.p : "", behind);
}

/* Temporal: of each rule that is named unnegated, its newest event. */
static void list_newest(const brute *b, const window *w, outcome *o)
{
    uint32_t sign[2], todo;
    const entry *newest[SEQUENCE_RULES];
    size_t n = 0;
    signs_of(b->set, w->rule, sign);
    todo = sign[0] & seen_in(w);
    o->public.count = (double)__builtin_popcount(todo);
    for (size_t i = w->n; i-- > 0 && todo;) {
        if ((w->in[i]->mask & todo) && (n == 0 || place_compare(newest[n - 1]->at, w->in[i]->at)))
            newest[n++] = w->in[i];
        todo &= ~w->in[i]->mask;
    }
    o->public.n_events = n;
    o->uid = n > 0 ? newest[n - 1]->uid : STR_NONE;
    while (n-- > 0)
        append(o->public.uids, newest[n]->uid, " ");
}

static void describe(const brute *b, const window *w, outcome *o)
{
    if (w->rule->type == RULE_TEMPORAL) {
        list_newest(b, w, o);
        return;
    }
    if (w->rule->type == RULE_TEMPORAL_ORDERED)
        return;
    o->public.count = number_of(w);
    o->public.n_events = w->n;
    for (size_t i = 0; i < w->n && i < SIGMA_FIRING_UIDS; i++)
        append(o->public.uids, w->in[i]->uid, " ");
}

static void put_firing(brute *b, const window *w, const entry *of, place at, int64_t time_ns)
{
    if (b->n_out == b->cap_out) {
        b->cap_out = b->cap_out ? 2 * b->cap_out : 64;
        b->out = realloc(b->out, b->cap_out * sizeof(outcome));
        insist(b->out != NULL);
    }
    outcome *o = &b->out[b->n_out];
    uint32_t index = (uint32_t)(w->rule - b->set->correlations);
    *o = (outcome){.public = {.correlation = index, .time_ns = time_ns}, .at = at, .nth = b->n_out};
    o->key = arena_dup(&b->memory, (str){of->group, of->n_group});
    describe(b, w, o);
    if (at.position % 2 == 1)
        o->uid = of->uid;
    items group = items_in(o->key);
    for (size_t i = 0; i < group.n; i++) {
        append(o->public.group, w->rule->group_by[i].name, "=");
        append(o->public.group, str_from(group.item[i], 2), "; ");
    }
    b->n_out++;
}

/* Whether the stretch goes on from entry `from` until just before entry i: the condition holds at
 * every moment at which an event leaves. */
static bool lasts(const brute *b, window *w, size_t from, size_t i)
{
    const entry *of = &b->entry[i];
    for (size_t k = 0; k < i; k++) {
        int64_t at_ns = b->entry[k].time_ns + w->rule->timespan_ns + 1;
        if (!is_of(&b->entry[k], of) || at_ns <= b->entry[from].time_ns || at_ns > of->time_ns)
            continue;
        collect(b, w, of, i, at_ns - w->rule->timespan_ns, at_ns);
        if (!holds(b, w))
            return false;
    }
    return true;
}

/* The group's entry before i that is in the window; n_entries: none. */
static size_t entry_before(const brute *b, const rule_correlation *c, size_t i)
{
    for (size_t k = i; k-- > 0;)
        if (is_of(&b->entry[k], &b->entry[i]) && !(has_values(c) && b->entry[k].n_values == 0))
            return k;
    return b->n_entries;
}

static void run_at_events(brute *b, const rule_correlation *c)
{
    window *w = take(b, sizeof *w);
    bool *held = take(b, b->n_entries + 1);
    w->rule = c;
    for (size_t i = 0; i < b->n_entries; i++) {
        const entry *e = &b->entry[i];
        if (has_values(c) && e->n_values == 0)
            continue;
        size_t before = entry_before(b, c, i);
        bool continues = before < b->n_entries && held[before] && lasts(b, w, before, i);
        collect(b, w, e, i + 1, e->time_ns - c->timespan_ns, e->time_ns);
        held[i] = holds(b, w);
        if (held[i] && !continues)
            put_firing(b, w, e, e->at, e->time_ns);
    }
}

static int64_t count_records(const brute *b, int64_t until_ns)
{
    int64_t n = 0;
    for (size_t i = 0; i < b->n_matches && b->match[i].time_ns <= until_ns; i++)
        n += i == 0 || !is_same_record(&b->match[i], &b->match[i - 1]);
    return n;
}

static void run_at_ends(brute *b, const rule_correlation *c, uint32_t positive)
{
    window *w = take(b, sizeof *w);
    bool *held = take(b, b->n_entries + 1);
    bool *opens = take(b, b->n_entries + 1);
    w->rule = c;
    for (size_t i = 0; i < b->n_entries; i++) {
        const entry *e = &b->entry[i];
        size_t before = b->n_entries;
        opens[i] = e->mask & positive;
        for (size_t k = 0; k < i; k++)
            if (opens[k] && is_of(&b->entry[k], e))
                before = k;
        if (before < b->n_entries && b->entry[before].time_ns == e->time_ns)
            opens[i] = false;
        if (!opens[i])
            continue;
        int64_t end_ns = e->time_ns + c->timespan_ns;
        collect(b, w, e, b->n_entries, e->time_ns, end_ns);
        held[i] = holds(b, w);
        if (held[i] && !(before < b->n_entries && held[before] &&
                         b->entry[before].time_ns + c->timespan_ns >= e->time_ns))
            put_firing(
                b, w, e,
                (place){2 * count_records(b, end_ns), end_ns, c - b->set->correlations, (int64_t)i},
                end_ns);
    }
}

static void run_correlation(brute *b, const rule_correlation *c)
{
    uint32_t sign[2] = {0, 0};
    insist(c->n_group_by <= KEYS && c->n_values <= KEYS && c->n_rules < SEQUENCE_RULES);
    b->input = take(b, (b->n_matches + b->n_out + 2) * sizeof(input));
    b->n_inputs = 0;
    add_records(b, c);
    add_firings(b, c);
    qsort(b->input, b->n_inputs, sizeof(input), input_compare);
    add_entries(b, c);
    if (c->type == RULE_TEMPORAL || c->type == RULE_TEMPORAL_ORDERED)
        signs_of(b->set, c, sign);
    if (sign[1])
        run_at_ends(b, c, sign[0]);
    else
        run_at_events(b, c);
}

static int outcome_compare(const void *x, const void *y)
{
    const outcome *a = x, *b = y;
    int order = place_compare(a->at, b->at);
    if (order == 0 && a->public.correlation != b->public.correlation)
        order = a->public.correlation < b->public.correlation ? -1 : 1;
    return order ? order : (a->nth > b->nth) - (a->nth < b->nth);
}

brute *brute_run(const ruleset *set, const sigma_match *matches, size_t n)
{
    brute *b = calloc(1, sizeof *b);
    insist(b != NULL);
    b->set = set;
    b->match = matches;
    b->n_matches = n;
    for (size_t i = 0; i < set->n_correlations; i++)
        run_correlation(b, &set->correlations[i]);
    if (b->n_out > 0)
        qsort(b->out, b->n_out, sizeof(outcome), outcome_compare);
    b->firings = take(b, (b->n_out + 1) * sizeof(brute_firing));
    for (size_t i = 0; i < b->n_out; i++)
        b->firings[i] = b->out[i].public;
    return b;
}

const brute_firing *brute_firings(const brute *b, size_t *ret_n)
{
    *ret_n = b->n_out;
    return b->firings;
}

void brute_free(brute *b)
{
    if (!b)
        return;
    free(b->out);
    free(b->entry);
    arena_done(&b->memory);
    free(b);
}
