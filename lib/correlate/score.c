/* SPDX-License-Identifier: Apache-2.0
 *
 * score.c -- points of steps and stages, and the bonus for their order.
 *
 * The constants come from incident reports read as ordered steps and were chosen so that those
 * reports reach the level an analyst gave them while restore drills, image builds and scaling do
 * not. They are gathered here so that a calibration can replace them.
 */
#include "correlate/score.h"

#include <math.h>

#include "correlate/facts.h"
#include "correlate/rarity.h"
#include "correlate/unusual.h"
#include "base/time.h"

/* A call that its caller makes every day weighs this much of what one weighs that is new in nothing
 * and known for nothing; a call without precedent twice as much. Between them it rises with rarity,
 * and passes 1 + RARITY_UNKNOWN where nothing is known. */
static const double NOVELTY_LEAST = 0.4;
/* Of a call that did not do what its stage is about, whatever the table says of such calls. */
static const double ROUTINE_SEVERITY = 1.4;
/* What the lighter steps of a stage add, as a part of their weight; and at most, of the heaviest.
 * */
static const double OTHERS_SHARE = 0.15, OTHERS_MOST = 0.5;
/* For each habit that the lineage's calls break, and for all of them at most. */
enum { HABIT_CENTS = 100, HABITS_MOST_CENTS = 300 };
/* Credentials that left their instance: nobody takes them along by accident. */
enum { AWAY_CENTS = 200 };
/* Bonus for each further stage in the usual order. */
static const double ORDER_BONUS = 0.1;

/* clang-format off */
/* place: in the usual order of an intrusion, 0 = no place; decay half-life in hours. */
static const struct {
    double place;
    double half_life_hours;
} weights[STAGE_COUNT] = {
    [STAGE_SESSION]   = {0, 12},
    [STAGE_DISCOVERY] = {0, 12},
    [STAGE_CREDACC]   = {1, 24},
    [STAGE_IDENTITY]  = {1, 168},
    [STAGE_PRIVESC]   = {2, 168},
    [STAGE_EVASION]   = {2, 72},
    [STAGE_SNAPSHOT]  = {3, 72},
    [STAGE_VOLUME]    = {4, 72},
    [STAGE_INSTANCE]  = {5, 24},
    [STAGE_REVERT]    = {5, 24},
    [STAGE_MODIFY]    = {5, 24},
    [STAGE_NETLOOSEN] = {6, 24},
    [STAGE_ACCESS]    = {6, 24},
    [STAGE_COLLECT]   = {7, 24},
    [STAGE_STAGE]     = {8, 24},
    [STAGE_EXFIL]     = {9, 72},
    [STAGE_DELETE]    = {9, 72},
};

static const double outcome_weights[OUTCOME_COUNT] = {
    [OUTCOME_SUCCESS]  = 1.0,
    [OUTCOME_DENIED]   = 0.5,
    [OUTCOME_DRY_RUN]  = 0.7,
    [OUTCOME_CAPACITY] = 0.7,
    [OUTCOME_FAILED]   = 0.3,
    [OUTCOME_PENDING]  = 0.9,
};
/* clang-format on */

typedef struct tally {
    const state *s;
    const story *t;
    const score_context *context;
    arena *a;
    score_result *r;
    str said[STAGE_COUNT]; /* on how rare the calls of a stage are */
} tally;

void score_give(score_result *r, str text, int64_t cents, arena *a)
{
    if (r->n_reasons == r->cap_reasons) {
        size_t cap = r->cap_reasons ? r->cap_reasons * 2 : 32;
        score_reason *more = arena_alloc(a, cap * sizeof *more);
        if (!more)
            return;
        if (r->n_reasons > 0)
            memcpy(more, r->reasons, r->n_reasons * sizeof *more);
        r->reasons = more;
        r->cap_reasons = cap;
    }
    r->reasons[r->n_reasons++] = (score_reason){text, cents};
    r->cents += cents;
}

/* ---- points ---------------------------------------------------------------------------------- */

static double decay(const story *t, const entry *e, stage of, story_bond bond)
{
    int64_t away = 0;
    if (e->time_ns < t->first_ns)
        away = t->first_ns - e->time_ns;
    else if (e->time_ns > t->last_ns)
        away = e->time_ns - t->last_ns;
    double d = exp2(-(double)away / (double)TIME_HOUR / weights[of].half_life_hours);
    return bond == BOND_LINEAGE && d < 0.5 ? 0.5 : d;
}

static double novelty(const tally *y, uint32_t entry)
{
    if (y->context->without_habits)
        return NOVELTY_LEAST;
    double r = rarity_of(y->s, y->t, entry).value;
    if (r > RARITY_UNKNOWN)
        return 1 + r;
    return NOVELTY_LEAST + r * (1 + RARITY_UNKNOWN - NOVELTY_LEAST) / RARITY_UNKNOWN;
}

/* What one step weighs by itself, in points. */
static double weigh(const tally *y, const story_step *step)
{
    const entry *e = journal_at(&y->s->journal, step->entry);
    const operation_info *o = operation_at(e->operation);
    stage of = (stage)o->stage;
    double severity = o->severity;
    /* A call of the stage that did not do what the stage is about (a rule for one office) is
     * routine. */
    bool is_tried = e->outcome != OUTCOME_SUCCESS && e->outcome != OUTCOME_PENDING;
    if (!is_tried && !facts_is_evidence(y->s, y->t, step) && severity > ROUTINE_SEVERITY)
        severity = of == STAGE_SESSION ? severity : ROUTINE_SEVERITY;
    if (severity < 1 || weights[of].place == 0)
        return 0;
    return log(severity) * novelty(y, step->entry) * outcome_weights[e->outcome] *
           bond_weight(step->bond) * decay(y->t, e, of, step->bond) * (10 + weights[of].place) / 10;
}

/* How rare the call is, in words; each sentence is said once. */
static str rare_text(tally *y, stage of, uint32_t entry)
{
    rarity r = rarity_of(y->s, y->t, entry);
    str text = r.is_known ? rarity_text(y->s, &r, entry, y->a) : STR_NONE;
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (text.n > 0 && str_eq(y->said[i], text))
            return STR_NONE;
    y->said[of] = text;
    return text;
}

/* "a network opened: AuthorizeSecurityGroupIngress and 1 more (linked by lineage)"; where the call
 * did not do what the stage says, the reason does not say so either. */
static str stage_text(tally *y, stage of, size_t n, const story_step *heaviest)
{
    const entry *e = journal_at(&y->s->journal, heaviest->entry);
    const char *why = heaviest->is_anchor ? "of the lineage itself" : bond_text(heaviest->bond);
    const char *what = stage_describe(of)->doc;
    bool is_tried = e->outcome != OUTCOME_SUCCESS && e->outcome != OUTCOME_PENDING;
    if (is_tried)
        what = "tried, not done";
    else if (of != STAGE_SESSION && !facts_is_evidence(y->s, y->t, heaviest))
        what = "routine by what it did";
    str more = n > 1 ? arena_printf(y->a, " and %zu more", n - 1) : STR("");
    str rare = rare_text(y, of, heaviest->entry);
    return arena_printf(y->a, "%s: %s%s (%s%s%.*s)", what, operation_at(e->operation)->name,
                        more.p ? more.p : "", why, rare.n ? "; " : "", (int)rare.n,
                        rare.n ? rare.p : "");
}

/* The heaviest step counts whole, the others a little. */
static void score_stage(tally *y, stage of)
{
    double most = 0, sum = 0;
    size_t n = 0, heaviest = 0;
    for (size_t i = 0; i < y->t->n_steps; i++) {
        const entry *e = journal_at(&y->s->journal, y->t->steps[i].entry);
        if (operation_at(e->operation)->stage != of)
            continue;
        double w = weigh(y, &y->t->steps[i]);
        n += w > 0;
        sum += w;
        if (w > most) {
            most = w;
            heaviest = i;
        }
    }
    if (most <= 0)
        return;
    double others = OTHERS_SHARE * (sum - most);
    if (others > OTHERS_MOST * most)
        others = OTHERS_MOST * most;
    int64_t cents = llround(100 * (most + others));
    y->r->step_cents[heaviest] = cents;
    score_give(y->r, stage_text(y, of, n, &y->t->steps[heaviest]), cents, y->a);
}

/* Length of the longest run of stages in the usual order, each stage counted once. */
static unsigned order_length(const tally *y)
{
    unsigned best[STAGE_COUNT] = {0}, longest = 0;
    for (size_t i = 0; i < y->t->n_steps; i++) {
        const story_step *step = &y->t->steps[i];
        const entry *e = journal_at(&y->s->journal, step->entry);
        stage of = (stage)operation_at(e->operation)->stage;
        double place = weights[of].place;
        if (place == 0 || stage_set_has(y->context->without, of) ||
            !facts_is_evidence(y->s, y->t, step))
            continue;
        unsigned before = 0;
        for (size_t k = 0; k < STAGE_COUNT; k++)
            if (weights[k].place < place && best[k] > before)
                before = best[k];
        if (before + 1 > best[of])
            best[of] = before + 1;
        if (best[of] > longest)
            longest = best[of];
    }
    return longest;
}

static void score_order(tally *y)
{
    unsigned n = order_length(y);
    if (n < 2)
        return;
    int64_t cents = llround((double)y->r->cents * ORDER_BONUS * (n - 1));
    score_give(y->r, arena_printf(y->a, "%u stages in the order an intruder goes", n), cents, y->a);
}

static void score_habits(tally *y)
{
    const unusual *u = &y->r->facts.unusual;
    int64_t cents = (int64_t)u->n_broken * HABIT_CENTS;
    if (u->n_broken == 0 || !y->r->facts.has_success)
        return;
    str what = unusual_text(u, y->a);
    score_give(y->r, arena_printf(y->a, "out of habit: %.*s", (int)what.n, what.p ? what.p : ""),
               cents < HABITS_MOST_CENTS ? cents : HABITS_MOST_CENTS, y->a);
}

bool score_story(const state *s, const story *t, const score_context *context, arena *a,
                 score_result *ret)
{
    *ret = (score_result){.facts = facts_of(s, t, context->without)};
    if (context->without_habits)
        ret->facts.unusual = (unusual){0};
    ret->step_cents = arena_alloc(a, (t->n_steps + 1) * sizeof *ret->step_cents);
    if (!ret->step_cents)
        return false;
    tally y = {.s = s, .t = t, .context = context, .a = a, .r = ret};
    for (int of = 0; of < STAGE_COUNT; of++)
        if (!stage_set_has(context->without, (stage)of))
            score_stage(&y, (stage)of);
    score_order(&y);
    score_habits(&y);
    if (ret->facts.is_away)
        score_give(ret, STR("an instance's own credentials were used away from it"), AWAY_CENTS, a);
    for (size_t i = 0; i < context->n_extra && !context->without_extra; i++)
        score_give(ret, context->extra[i].text, context->extra[i].cents, a);
    if (context->harmless)
        score_give(ret, arena_printf(a, "%s", context->harmless),
                   -llround((double)ret->cents * (1 - context->factor)), a);
    return !a->failed;
}
