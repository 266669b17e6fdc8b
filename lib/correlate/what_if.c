/* SPDX-License-Identifier: Apache-2.0
 *
 * what_if.c -- the kinds of evidence, and the story without each.
 */
#include "correlate/what_if.h"

#include "correlate/explain.h"
#include "correlate/level.h"

/* clang-format off */
static const struct {
    stage_set without;
    const char *text;
} kinds[] = {
    {STAGE_SET(STAGE_SNAPSHOT) | STAGE_SET(STAGE_VOLUME) | STAGE_SET(STAGE_REVERT), "the copied disk"},
    {STAGE_SET(STAGE_INSTANCE),                            "the new instance"},
    {STAGE_SET(STAGE_IDENTITY),                            "the new identity"},
    {STAGE_SET(STAGE_PRIVESC),                             "the rights that were granted"},
    {STAGE_SET(STAGE_NETLOOSEN),                           "the opened network"},
    {STAGE_SET(STAGE_ACCESS),                              "the way into the instance"},
    {STAGE_SET(STAGE_EVASION),                             "the weakened logging or detection"},
    {STAGE_SET(STAGE_EXFIL),                               "what was shared or exported"},
    {STAGE_SET(STAGE_COLLECT) | STAGE_SET(STAGE_STAGE),    "the data that was read and staged"},
    {STAGE_SET(STAGE_MODIFY),                              "the changes of instances and limits"},
    {STAGE_SET(STAGE_DELETE),                              "what was deleted"},
    {STAGE_SET(STAGE_CREDACC),                             "the secrets that were read"},
};
/* clang-format on */

static bool has_points(const state *s, const story *t, const score_result *scored, stage_set of)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        if (scored->step_cents[i] > 0 &&
            stage_set_has(of, (stage)operation_at(e->operation)->stage))
            return true;
    }
    return false;
}

static void tell(const char *what, const score_result *other, arena *a, text_list *ret)
{
    str text = arena_printf(a, "without %s: %s (%.2f)", what, spoor_level_text(other->level),
                            (double)other->cents / 100);
    text_list_add(a, ret, text.p ? text.p : "");
}

typedef struct asker {
    const state *s;
    const story *t;
    const score_result *scored;
    arena *a;
    text_list *ret;
} asker;

static bool ask(const asker *q, const score_context *other, const char *what)
{
    AUTO(arena) scratch = {0};
    score_result without;
    if (!level_judge(q->s, q->t, other, &scratch, &without))
        return false;
    if (without.level < q->scored->level)
        tell(what, &without, q->a, q->ret);
    return true;
}

bool what_if_tell(const state *s, const story *t, const score_context *context,
                  const score_result *scored, arena *a, text_list *ret)
{
    const asker q = {s, t, scored, a, ret};
    size_t tried = 0;
    if (scored->level <= SPOOR_LOW)
        return true; /* nobody asks why it is not lower still */
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        score_context other = *context;
        if (!has_points(s, t, scored, kinds[i].without))
            continue;
        tried++;
        other.without |= kinds[i].without;
        if (!ask(&q, &other, kinds[i].text))
            return false;
    }
    score_context usual = *context, alone = *context;
    usual.without_habits = alone.without_extra = true;
    if (scored->facts.unusual.n_broken > 0 && !ask(&q, &usual, "the broken habits"))
        return false;
    if (context->n_extra > 0 && !ask(&q, &alone, "what sets it apart from its neighbours"))
        return false;
    if (ret->n == 0 && tried > 1) {
        str text = arena_printf(a,
                                "no single kind of evidence carries the level: without any one "
                                "it stays %s",
                                spoor_level_text(scored->level));
        text_list_add(a, ret, text.p ? text.p : "");
    }
    return !a->failed;
}
