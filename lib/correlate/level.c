/* SPDX-License-Identifier: Apache-2.0
 *
 * level.c -- bands, gates, caps.
 */
#include "correlate/level.h"

#include "model/settings.h"

/* So many broken habits tell as much as an opened network: a caller who does what he never did,
 * from where he never did it. */
enum { BROKEN_HABITS_HOSTILE = 2 };
/* So many kinds of evidence, weakened logging among them, are a chain without a copied disk. */
enum { TAKEOVER_STAGES = 4 };
/* So many kinds of steps that were only tried are worth a look. */
enum { TRIED_STAGES_LOW = 3 };

/* clang-format off */
/* Points a story needs for each level. */
static const int64_t level_cents[] = {
    [SPOOR_INFORMATIONAL] = 0,
    [SPOOR_LOW]           = 300,
    [SPOOR_MEDIUM]        = 600,
    [SPOOR_HIGH]          = 850,
    [SPOOR_CRITICAL]      = 1800,
};

/* Why the evidence allows no more than this. */
static const char *const gate_texts[] = {
    [SPOOR_INFORMATIONAL] = "such a call by itself is daily work: no other kind of evidence is linked to it",
    [SPOOR_LOW]           = "a single kind of evidence besides the instance, or mere attempts: no chain",
    [SPOOR_MEDIUM]        = "high needs a copied disk on an instance or a new identity, and a way in or out, or a caller out of habit",
    [SPOOR_HIGH]          = "critical needs data staged, shared or exported, backups deleted, or logging stopped",
    [SPOOR_CRITICAL]      = "",
};
/* clang-format on */

int64_t level_cents_of(spoor_level level)
{
    return (size_t)level < ARRAY_LEN(level_cents) ? level_cents[level] : 0;
}

static spoor_level band_of(int64_t cents, const settings *of)
{
    spoor_level level = SPOOR_INFORMATIONAL;
    for (int i = SPOOR_LOW; i <= SPOOR_CRITICAL; i++) {
        bool is_set = of && of->level_cents[i] >= 0;
        if (cents >= (is_set ? of->level_cents[i] : level_cents[i]))
            level = (spoor_level)i;
    }
    return level;
}

static bool is_hostile_use(const score_facts *f)
{
    return f->has_network || f->has_access || f->has_exfil || f->has_evasion || f->has_privesc ||
           f->is_away;
}

/* The highest level that this kind of evidence allows. */
static spoor_level gate_of(const score_facts *f)
{
    bool has_lineage = f->has_victim && (f->is_mounted || f->has_exfil);
    if (f->other_stages == 0 && f->has_instance && f->unusual.is_stranger)
        return SPOOR_MEDIUM;
    if (f->other_stages == 0)
        return f->tried_stages >= TRIED_STAGES_LOW ? SPOOR_LOW : SPOOR_INFORMATIONAL;
    if (f->other_stages < 2 && !f->has_instance && !is_hostile_use(f))
        return SPOOR_INFORMATIONAL; /* a snapshot or volume by itself is daily work, too */
    if (f->other_stages < 2 && !has_lineage)
        return SPOOR_LOW;
    bool is_hostile = is_hostile_use(f) || f->unusual.n_broken >= BROKEN_HABITS_HOSTILE;
    bool is_takeover = f->has_evasion && f->other_stages >= TAKEOVER_STAGES;
    bool is_chain = has_lineage || f->has_new_identity || f->has_new_factor || is_takeover;
    if (!is_chain || !is_hostile)
        return SPOOR_MEDIUM;
    if (is_takeover && !has_lineage && !f->has_new_identity && !f->has_exfil && !f->has_staging)
        return SPOOR_HIGH;
    return f->has_exfil || f->has_evasion || f->has_staging || f->has_destruction ? SPOOR_CRITICAL
                                                                                  : SPOOR_HIGH;
}

/* Nothing but copying and mounting by a caller long known. */
static bool is_harmless(const score_facts *f)
{
    return !is_hostile_use(f) && !f->has_new_identity && !f->has_new_factor && !f->has_staging &&
           !f->has_foreign_use && !f->has_destruction;
}

/* Somebody who was made, and given rights, days ago and now makes his first instance. */
static bool is_settling_in(const score_facts *f)
{
    return f->has_new_identity && !f->is_fresh && !f->has_victim && !f->has_network &&
           !f->has_access && !f->has_exfil && !f->has_evasion && !f->has_staging &&
           !f->has_destruction && !f->has_new_factor;
}

static void limit(score_result *r, spoor_level most, const char *why, arena *a)
{
    if (r->level <= most)
        return;
    r->level = most;
    score_give(r, arena_printf(a, "held at %s: %s", spoor_level_text(most), why), 0, a);
}

static void decide(score_result *r, const score_context *context, const settings *of, arena *a)
{
    spoor_level gate = gate_of(&r->facts);
    r->level = band_of(r->cents, of);
    limit(r, gate, gate_texts[gate], a);
    if (!r->facts.has_success)
        limit(r, SPOOR_MEDIUM, "everything was refused or failed", a);
    if (context->harmless && !r->facts.has_foreign_use)
        limit(r, SPOOR_LOW, context->harmless, a);
    if (is_settling_in(&r->facts))
        limit(r, SPOOR_LOW,
              "its identity is more than a day old, and only its rights speak against it", a);
    if (r->facts.unusual.is_familiar && is_harmless(&r->facts))
        limit(r, SPOOR_LOW, "such calls are usual in the account, and so is where they came from",
              a);
    if (r->facts.unusual.is_usual && !r->facts.has_new_identity && !r->facts.has_evasion &&
        !r->facts.has_foreign_use)
        limit(r, SPOOR_LOW, "all of it is what its caller does as a rule", a);
    if (r->facts.has_foreign_use && r->level < SPOOR_CRITICAL) {
        r->level = SPOOR_CRITICAL;
        score_give(r, STR("raised to critical: another account used a snapshot made here"), 0, a);
    }
}

bool level_judge(const state *s, const story *t, const score_context *context, arena *a,
                 score_result *ret)
{
    if (!score_story(s, t, context, a, ret))
        return false;
    decide(ret, context, t->settings, a);
    return !a->failed;
}
