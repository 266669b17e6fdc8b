/* SPDX-License-Identifier: Apache-2.0
 *
 * score.c -- points, order bonus, gates.
 *
 * The constants come from incident reports read as ordered steps and were chosen so that those
 * reports reach the level an analyst gave them while restore drills, image builds and scaling do
 * not. They are gathered here so that a calibration can replace them.
 */
#include "correlate/score.h"

#include <math.h>

#include "correlate/facts.h"
#include "base/time.h"

/* How rare an actor's call is, 0..1, while nothing is known of its habits. */
static const double RARITY_UNKNOWN = 0.4;
/* What the lighter steps of a stage add, as a part of their weight; and at most, of the heaviest.
 * */
static const double OTHERS_SHARE = 0.15, OTHERS_MOST = 0.5;
/* Bonus for each further stage in the usual order. */
static const double ORDER_BONUS = 0.1;
/* So many kinds of steps that were only tried are worth a look. */
enum { TRIED_STAGES_LOW = 3 };
/* Two calls within this time are in order either way: provider clocks have whole seconds. */
#define ORDER_TIE (60 * TIME_SECOND)

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

/* Points a story needs for each level. */
static const int64_t level_cents[] = {
    [SPOOR_INFORMATIONAL] = 0,
    [SPOOR_LOW]           = 300,
    [SPOOR_MEDIUM]        = 600,
    [SPOOR_HIGH]          = 850,
    [SPOOR_CRITICAL]      = 1800,
};
/* clang-format on */

typedef struct tally {
    const state *s;
    const story *t;
    arena *a;
    score_result *r;
    size_t cap_reasons;
} tally;

static void give_reason(tally *y, str text, int64_t cents)
{
    score_result *r = y->r;
    if (r->n_reasons == y->cap_reasons) {
        size_t cap = y->cap_reasons ? y->cap_reasons * 2 : 32;
        score_reason *more = arena_alloc(y->a, cap * sizeof *more);
        if (!more)
            return;
        if (r->n_reasons > 0)
            memcpy(more, r->reasons, r->n_reasons * sizeof *more);
        r->reasons = more;
        y->cap_reasons = cap;
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
    if (!is_tried && !facts_is_evidence(y->s, step) && severity > 2)
        severity = of == STAGE_SESSION ? severity : 2;
    if (severity < 1 || weights[of].place == 0)
        return 0;
    return log(severity) * (1 + RARITY_UNKNOWN) * outcome_weights[e->outcome] *
           bond_weight(step->bond) * decay(y->t, e, of, step->bond) * (10 + weights[of].place) / 10;
}

/* "a network opened: AuthorizeSecurityGroupIngress and 1 more (linked by lineage)"; where the call
 * did not do what the stage says, the reason does not say so either. */
static str stage_text(const tally *y, stage of, size_t n, const story_step *heaviest)
{
    const entry *e = journal_at(&y->s->journal, heaviest->entry);
    const char *why = heaviest->is_anchor ? "of the lineage itself" : bond_text(heaviest->bond);
    const char *what = stage_describe(of)->doc;
    bool is_tried = e->outcome != OUTCOME_SUCCESS && e->outcome != OUTCOME_PENDING;
    if (is_tried)
        what = "tried, not done";
    else if (of != STAGE_SESSION && !facts_is_evidence(y->s, heaviest))
        what = "routine by what it did";
    str more = n > 1 ? arena_printf(y->a, " and %zu more", n - 1) : STR("");
    return arena_printf(y->a, "%s: %s%s (%s)", what, operation_at(e->operation)->name,
                        more.p ? more.p : "", why);
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
    give_reason(y, stage_text(y, of, n, &y->t->steps[heaviest]), cents);
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
        if (place == 0 || !facts_is_evidence(y->s, step))
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
    give_reason(y, arena_printf(y->a, "%u stages in the order an intruder goes", n), cents);
}

/* ---- levels ---------------------------------------------------------------------------------- */

static spoor_level band_of(int64_t cents)
{
    spoor_level level = SPOOR_INFORMATIONAL;
    for (int i = SPOOR_LOW; i <= SPOOR_CRITICAL; i++)
        if (cents >= level_cents[i])
            level = (spoor_level)i;
    return level;
}

static bool is_hostile_use(const score_facts *f)
{
    return f->has_network || f->has_access || f->has_exfil || f->has_evasion || f->has_privesc;
}

/* The highest level that this kind of evidence allows. */
static spoor_level gate_of(const score_facts *f)
{
    bool has_lineage = f->has_victim && (f->is_mounted || f->has_exfil);
    if (f->other_stages == 0)
        return f->tried_stages >= TRIED_STAGES_LOW ? SPOOR_LOW : SPOOR_INFORMATIONAL;
    if (f->other_stages < 2 && !f->has_instance && !is_hostile_use(f))
        return SPOOR_INFORMATIONAL; /* a snapshot or volume by itself is daily work, too */
    if (f->other_stages < 2 && !has_lineage)
        return SPOOR_LOW;
    if ((!has_lineage && !f->has_new_identity) || !is_hostile_use(f))
        return SPOOR_MEDIUM;
    return f->has_exfil || f->has_evasion || f->has_staging ? SPOOR_CRITICAL : SPOOR_HIGH;
}

/* clang-format off */
static const char *const gate_texts[] = {
    [SPOOR_INFORMATIONAL] = "such a call by itself is daily work: no other kind of evidence is linked to it",
    [SPOOR_LOW]           = "a single kind of evidence besides the instance, or mere attempts: no chain",
    [SPOOR_MEDIUM]        = "high needs a copied disk on an instance or a new identity, and a way in or out",
    [SPOOR_HIGH]          = "critical needs data staged, shared or exported, or logging stopped",
    [SPOOR_CRITICAL]      = "",
};
/* clang-format on */

static void limit(tally *y, spoor_level most, const char *why)
{
    if (y->r->level <= most)
        return;
    y->r->level = most;
    give_reason(y, arena_printf(y->a, "held at %s: %s", spoor_level_text(most), why), 0);
}

static void decide(tally *y, const char *harmless)
{
    score_result *r = y->r;
    r->level = band_of(r->cents);
    limit(y, gate_of(&r->facts), gate_texts[gate_of(&r->facts)]);
    if (!r->facts.has_success)
        limit(y, SPOOR_MEDIUM, "everything was refused or failed");
    if (harmless && !r->facts.has_foreign_use)
        limit(y, SPOOR_LOW, harmless);
    if (r->facts.has_foreign_use && r->level < SPOOR_CRITICAL) {
        r->level = SPOOR_CRITICAL;
        give_reason(y, STR("raised to critical: another account used a snapshot made here"), 0);
    }
}

bool score_story(const state *s, const story *t, const char *harmless, arena *a, score_result *ret)
{
    *ret = (score_result){.facts = facts_of(s, t)};
    ret->step_cents = arena_alloc(a, (t->n_steps + 1) * sizeof *ret->step_cents);
    if (!ret->step_cents)
        return false;
    tally y = {s, t, a, ret, 0};
    for (int of = 0; of < STAGE_COUNT; of++)
        score_stage(&y, (stage)of);
    score_order(&y);
    decide(&y, harmless);
    return !a->failed;
}
