/* SPDX-License-Identifier: Apache-2.0
 *
 * prepare.c -- builds a story, and what is said of its machines.
 */
#include "correlate/prepare.h"

#include "base/text.h"
#include "correlate/neighbours.h"
#include "correlate/policy.h"

_Static_assert(NEIGHBOUR_KIND_COUNT + NEIGHBOURS_SUBJECTS + POLICY_ITEMS <= EXTRAS_MAX,
               "none is left out");

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

void prepared_done(prepared *p)
{
    arena_done(&p->scratch);
}

void prepare_story(state *s, const story_plan *plan, size_t from, size_t to,
                   const struct spoor_settings *settings, prepared *ret)
{
    arena_reset(&ret->scratch);
    ret->more.n = 0;
    ret->is_routine = false;
    ret->failed = !story_build(s, plan, from, to, &ret->scratch, &ret->story);
    if (ret->failed)
        return;
    ret->story.settings = settings;
    ret->is_routine = is_routine(&ret->story, s);
    if (!ret->is_routine)
        ret->failed = !find_extras(s, &ret->story, settings, &ret->scratch, &ret->more);
}
