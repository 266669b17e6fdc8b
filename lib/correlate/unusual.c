/* SPDX-License-Identifier: Apache-2.0
 *
 * unusual.c -- rarity, added up over the calls of the lineage.
 */
#include "correlate/unusual.h"

#include "base/buf.h"
#include "correlate/rarity.h"

/* At most so rare is what somebody does as a rule. */
static const double USUAL_MOST = 0.12;

/* clang-format off */
static const struct {
    habit habit;
    const char *text;
} counted[] = {
    {HABIT_OPERATION,     "a call that its caller never made"},
    {HABIT_REGION,        "a region where he never was"},
    {HABIT_NETWORK,       "a network that he never came from"},
    {HABIT_SOURCE,        "a copy of what he never copied"},
    {HABIT_ACCOUNT_ACTOR, "a caller new to the account"},
    {HABIT_LAUNCH_REGION, "a region where the account never launched"},
    {HABIT_LAUNCH_FAMILY, "a machine family that the account never used"},
};
/* clang-format on */

static bool has_effect(const entry *e)
{
    return e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
}

/* By rule (1) of a story's own first call with that habit. */
static bool is_broken(const state *s, const story *t, habit h)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        habit_known k;
        uint32_t number = t->steps[i].entry;
        if (t->steps[i].is_anchor && has_effect(journal_at(&s->journal, number)) &&
            rarity_known(s, t, number, h, &k) && k.is_deep && k.n == 0)
            return true;
    }
    return false;
}

static bool is_usual(const state *s, const story *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_steps; i++) {
        uint32_t number = t->steps[i].entry;
        if (!t->steps[i].is_anchor || !has_effect(journal_at(&s->journal, number)))
            continue;
        rarity r = rarity_of(s, t, number);
        if (!r.is_known || r.value > USUAL_MOST)
            return false;
        n++;
    }
    return n > 0;
}

unusual unusual_of(const state *s, const story *t)
{
    unusual u = {.is_usual = is_usual(s, t)};
    for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
        if (!is_broken(s, t, counted[i].habit))
            continue;
        u.broken |= UINT32_C(1) << i;
        u.n_broken++;
    }
    return u;
}

str unusual_text(const unusual *u, arena *a)
{
    AUTO(buf) out = {0};
    for (size_t i = 0; i < ARRAY_LEN(counted); i++)
        if (u->broken >> i & 1)
            buf_printf(&out, "%s%s", out.n ? ", " : "", counted[i].text);
    return arena_dup_buf(a, &out);
}
