/* SPDX-License-Identifier: Apache-2.0
 *
 * unusual.c -- rarity, added up over the calls of the lineage.
 */
#include "correlate/unusual.h"

#include "base/buf.h"
#include "correlate/rarity.h"

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

static bool is_done_often(const state *s, const story *t, uint32_t number, habit h)
{
    habit_known k;
    return rarity_known(s, t, number, h, &k) && k.is_deep && k.n >= STORY_HABITUAL;
}

/* Whom a snapshot or image is shared with was named by a call before this story. */
static bool are_receivers_known(const state *s, const story *t, const entry *e)
{
    for (size_t i = 0; i < e->n_touches; i++) {
        const touch *x = &e->touches[i];
        uint32_t number = x->next;
        if (x->relation != RELATION_SHARED_TO)
            continue;
        const entry *older = journal_at(&s->journal, number);
        for (const touch *y; older && older->time_ns >= t->first_ns; number = y->next) {
            y = journal_touch_at(&s->journal, number, x->entity);
            if (!y)
                return false;
            older = journal_at(&s->journal, y->next);
        }
        if (!older)
            return false;
    }
    return true;
}

/* The caller made such calls several times before, from there. */
static bool is_usual_call(const state *s, const story *t, uint32_t number)
{
    return is_done_often(s, t, number, HABIT_OPERATION) &&
           is_done_often(s, t, number, HABIT_NETWORK) &&
           are_receivers_known(s, t, journal_at(&s->journal, number));
}

/* Such calls are usual in the account, and that is where their caller always comes from. */
static bool is_familiar_call(const state *s, const story *t, uint32_t number)
{
    return is_done_often(s, t, number, HABIT_ACCOUNT_OPERATION) &&
           is_done_often(s, t, number, HABIT_NETWORK);
}

typedef bool call_test(const state *s, const story *t, uint32_t number);

/* True of every call of the lineage that had an effect, and of one at least. */
static bool are_all(const state *s, const story *t, call_test *test)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_steps; i++) {
        uint32_t number = t->steps[i].entry;
        if (!t->steps[i].is_anchor || !has_effect(journal_at(&s->journal, number)))
            continue;
        if (!test(s, t, number))
            return false;
        n++;
    }
    return n > 0;
}

unusual unusual_of(const state *s, const story *t)
{
    unusual u = {.is_familiar = are_all(s, t, is_familiar_call)};
    for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
        if (!is_broken(s, t, counted[i].habit))
            continue;
        u.broken |= UINT32_C(1) << i;
        u.n_broken++;
    }
    u.is_stranger = u.n_broken > 1 && is_broken(s, t, HABIT_NETWORK);
    u.is_usual = u.n_broken == 0 && are_all(s, t, is_usual_call);
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
