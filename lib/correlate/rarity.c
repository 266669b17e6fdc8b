/* SPDX-License-Identifier: Apache-2.0
 *
 * rarity.c -- the numbers, the choice among habits, the sentences.
 */
#include "correlate/rarity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "correlate/story.h"
#include "state/state.h"

/* clang-format off */
/* weight: how much this habit can prove by itself. parent: the account's habit that stands in for
 * the actor's while that is not known; HABIT_COUNT: none. what: stands before habit_text. */
static const struct {
    double weight;
    habit parent;
    const char *what;
} rows[HABIT_COUNT] = {
    [HABIT_OPERATION]         = {1.0, HABIT_ACCOUNT_OPERATION, ""},
    [HABIT_REGION]            = {0.7, HABIT_ACCOUNT_REGION,    "call in "},
    [HABIT_NETWORK]           = {0.7, HABIT_ACCOUNT_NETWORK,   "call from "},
    [HABIT_TOOL]              = {0.4, HABIT_ACCOUNT_TOOL,      "call with "},
    [HABIT_HOUR]              = {0.2, HABIT_COUNT,             "call on "},
    [HABIT_SOURCE]            = {0.7, HABIT_ACCOUNT_SOURCE,    "copy of "},
    [HABIT_ACCOUNT_ACTOR]     = {0.7, HABIT_COUNT,             "call"},
    [HABIT_ACCOUNT_OPERATION] = {0.0, HABIT_COUNT,             ""},
    [HABIT_ACCOUNT_REGION]    = {0.0, HABIT_COUNT,             "call in "},
    [HABIT_ACCOUNT_NETWORK]   = {0.0, HABIT_COUNT,             "call from "},
    [HABIT_ACCOUNT_TOOL]      = {0.0, HABIT_COUNT,             "call with "},
    [HABIT_ACCOUNT_SOURCE]    = {0.0, HABIT_COUNT,             "copy of "},
    [HABIT_LAUNCH_REGION]     = {1.0, HABIT_COUNT,             "launch in "},
    [HABIT_LAUNCH_IMAGE]      = {0.4, HABIT_COUNT,             "launch from "},
    [HABIT_LAUNCH_FAMILY]     = {0.7, HABIT_COUNT,             "launch of "},
};

static const char *const units[TOTAL_COUNT] = {
    [TOTAL_ACTOR_CALLS]      = "known calls",
    [TOTAL_ACTOR_COPIES]     = "copies",
    [TOTAL_ACCOUNT_CALLS]    = "known calls",
    [TOTAL_ACCOUNT_COPIES]   = "copies",
    [TOTAL_ACCOUNT_LAUNCHES] = "launches",
};
/* clang-format on */

/* ---- numbers --------------------------------------------------------------------------------- */

/* One in 2^6 is as rare as can be told from two weeks of one person's calls. */
enum { FULL_BITS = 6 };

static double clamp(double r)
{
    return r < 0 ? 0 : r > 1 ? 1 : r;
}

double rarity_value(const habit_known *k)
{
    if (k->n >= HABIT_OFTEN)
        return 0;
    double total = k->total, n = k->n, values = k->values;
    double fresh = log2((total + 1) / (values + 1)) / FULL_BITS;
    if (k->n == 0)
        return clamp(fresh);
    double share = log2((total + values + 1) / (n + 1)) / FULL_BITS;
    return clamp(fmin(share, fresh / (1 + log2(n + 1))));
}

/* The first call of the story that has the same habit. */
static uint32_t first_like(const state *s, const story *t, uint32_t number, habit h)
{
    const entry *n = journal_at(&s->journal, number);
    for (size_t i = 0; n && n->habits && i < t->n_steps; i++) {
        const entry *other = journal_at(&s->journal, t->steps[i].entry);
        if (other && other->habits && other->habits->key[h] == n->habits->key[h])
            return t->steps[i].entry;
    }
    return number;
}

bool rarity_known(const state *s, const story *t, uint32_t entry, habit h, habit_known *ret)
{
    return h != HABIT_COUNT && habit_before(s, first_like(s, t, entry, h), h, ret);
}

static void weigh(const state *s, const story *t, uint32_t entry, habit h, rarity *best)
{
    habit_known k;
    habit told_by = h;
    if (rows[h].weight <= 0 || !rarity_known(s, t, entry, h, &k))
        return;
    double value = rarity_value(&k);
    if (!k.is_deep) {
        told_by = rows[h].parent;
        if (!rarity_known(s, t, entry, told_by, &k) || !k.is_deep)
            return;
        value = (RARITY_UNKNOWN + rarity_value(&k)) / 2;
    }
    value *= rows[h].weight;
    if (best->is_known && value <= best->value)
        return;
    *best = (rarity){.value = value, .is_known = true, .habit = told_by, .known = k};
}

rarity rarity_of(const state *s, const story *t, uint32_t entry)
{
    rarity best = {.value = 0, .habit = HABIT_COUNT};
    for (int h = 0; h < HABIT_COUNT; h++)
        weigh(s, t, entry, (habit)h, &best);
    if (best.is_known)
        return best;
    best.value = RARITY_UNKNOWN;
    rarity_known(s, t, entry, HABIT_ACCOUNT_ACTOR, &best.known);
    return best;
}

/* ---- words ----------------------------------------------------------------------------------- */

enum { DIGITS_MAX = 16 };

/* "12,331" */
static const char *grouped(uint32_t n, char out[DIGITS_MAX])
{
    if (n >= 1000000)
        snprintf(out, DIGITS_MAX, "%u,%03u,%03u", n / 1000000, n / 1000 % 1000, n % 1000);
    else if (n >= 1000)
        snprintf(out, DIGITS_MAX, "%u,%03u", n / 1000, n % 1000);
    else
        snprintf(out, DIGITS_MAX, "%u", n);
    return out;
}

/* One call, and the texts that a sentence about it needs. */
typedef struct telling {
    const state *s;
    const entry *n;
    event e;
    arena *a;
} telling;

static bool open_entry(telling *w, uint32_t number)
{
    w->n = journal_at(&w->s->journal, number);
    if (!w->n)
        return false;
    size_t n_refs = event_packed_refs(journal_packed(w->n));
    event_ref *refs = arena_alloc(w->a, (n_refs + 1) * sizeof *refs);
    return refs && journal_event(w->n, &w->e, refs, n_refs);
}

static str actor_text(const telling *w)
{
    str name = w->n->actor ? graph_name(&w->s->graph, w->n->actor) : STR_NONE;
    return name.n ? name : STR("nobody named");
}

/* "by ci-role", "in account 111122223333" */
static str whose(const telling *w, habit h)
{
    str account = w->e.field[FIELD_account], actor = actor_text(w);
    if (h == HABIT_ACCOUNT_ACTOR)
        return arena_printf(w->a, "of %.*s in account %.*s", (int)actor.n, actor.p, (int)account.n,
                            account.p);
    if (habit_describe(h)->is_of_account)
        return arena_printf(w->a, "in account %.*s", (int)account.n, account.p);
    return arena_printf(w->a, "by %.*s", (int)actor.n, actor.p);
}

static str what_of(const telling *w, habit h)
{
    str value = h == HABIT_ACCOUNT_ACTOR ? STR_NONE : habit_text(&w->e, h, w->a);
    return arena_printf(w->a, "%s%.*s", rows[h].what, (int)value.n, value.p);
}

static str unknown_text(const telling *w, const habit_known *k)
{
    str account = w->e.field[FIELD_account];
    bool is_short = k->days < HABIT_DAYS;
    uint32_t n = is_short ? k->days : k->total;
    const char *unit = is_short ? "day" : "call";
    if (n == 0)
        return arena_printf(w->a,
                            "account %.*s was not seen before that day: what is usual there cannot "
                            "be told",
                            (int)account.n, account.p);
    return arena_printf(
        w->a, "account %.*s is known %s %u %s%s only: what is usual there cannot be told",
        (int)account.n, account.p, is_short ? "for" : "by", n, unit, n == 1 ? "" : "s");
}

static str habit_sentence(const telling *w, const rarity *r)
{
    char n[DIGITS_MAX], total[DIGITS_MAX];
    const habit_known *k = &r->known;
    str what = what_of(w, r->habit), who = whose(w, r->habit);
    const char *unit = units[habit_describe(r->habit)->total];
    grouped(k->total, total);
    if (k->n == 0 && r->habit == HABIT_ACCOUNT_ACTOR)
        what = STR("day");
    if (k->n == 0)
        return arena_printf(w->a, "first %.*s %.*s in %u days, %s %s", (int)what.n, what.p,
                            (int)who.n, who.p, k->days, total, unit);
    if (k->n < HABIT_OFTEN)
        return arena_printf(w->a, "%.*s %.*s: %s of %s %s in %u days", (int)what.n, what.p,
                            (int)who.n, who.p, grouped(k->n, n), total, unit, k->days);
    str actor = actor_text(w);
    return arena_printf(w->a, "little is known of %.*s; %.*s is usual %.*s", (int)actor.n, actor.p,
                        (int)what.n, what.p, (int)who.n, who.p);
}

str rarity_text(const state *s, const rarity *r, uint32_t entry, arena *a)
{
    telling w = {.s = s, .a = a};
    if (!open_entry(&w, entry))
        return STR_NONE;
    if (!r->is_known)
        return unknown_text(&w, &r->known);
    if (r->value <= 0 || r->habit == HABIT_COUNT)
        return STR("as always");
    return habit_sentence(&w, r);
}
