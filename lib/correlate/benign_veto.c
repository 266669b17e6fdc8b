/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_veto.c -- vetoes, one function each.
 */
#include "correlate/benign_veto.h"

#include "base/text.h"
#include "correlate/benign_case.h"
#include "correlate/facts.h"
#include "correlate/policy.h"
#include "correlate/rarity.h"

enum { LOOK_BACK = 64 }; /* touches of one thing that are looked at */

#define TEMPLATE_FRESH (1 * TIME_DAY)
#define BUILD_TIME (2 * TIME_HOUR)
#define GROUP_NEAR (1 * TIME_DAY)

/* ---- common ---------------------------------------------------------------------------------- */

static const entry *entry_of(const benign_case *c, uint32_t number)
{
    return journal_at(&c->s->journal, number);
}

static bool has_effect(const entry *n)
{
    return n->outcome == OUTCOME_SUCCESS || n->outcome == OUTCOME_PENDING;
}

static bool is_mine(const benign_case *c, uint32_t root)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->calls[i].is_mine && c->calls[i].n->root == root)
            return true;
    return false;
}

static bool is_by_service(const entry *n)
{
    event e;
    return event_unpack_fields(journal_packed(n), &e) && benign_is_service(&e);
}

static bool is_by_somebody(const benign_case *c, const entry *n)
{
    return !is_mine(c, n->root) && !is_by_service(n);
}

static str name_of(const benign_case *c, uint32_t entity)
{
    enum { MOST = 120 };
    str name = entity ? graph_name(&c->s->graph, entity) : STR("somebody");
    return str_upto(name, MOST);
}

/* "12 min", "3 h", "2 days" */
static str span_text(const benign_case *c, int64_t ns)
{
    int64_t minutes = ns / TIME_MINUTE;
    if (minutes < 120)
        return arena_printf(c->a, "%lld min", (long long)minutes);
    if (minutes < 48 * 60)
        return arena_printf(c->a, "%lld h", (long long)(minutes / 60));
    return arena_printf(c->a, "%lld days", (long long)(minutes / (24 * 60)));
}

/* ---- the template ---------------------------------------------------------------------------- */

static bool is_change(const benign_case *c, uint32_t number, const touch *x)
{
    const entry *n = entry_of(c, number);
    bool is_new = x->relation == RELATION_CREATED || x->relation == RELATION_TARGET;
    return is_new && has_effect(n) && operation_at(n->operation)->severity >= 3 &&
           is_by_somebody(c, n) && !benign_is_habit(c, number);
}

/* Newest change of the template in the day before the call, by somebody for whom it is no habit. */
static const entry *find_change(const benign_case *c, uint32_t thing, const entry *call)
{
    uint32_t number = graph_at(&c->s->graph, thing)->last_touch;
    const touch *x = journal_touch_at(&c->s->journal, number, thing);
    for (int i = 0; x && i < LOOK_BACK; i++, x = journal_touch_at(&c->s->journal, number, thing)) {
        int64_t before = call->time_ns - entry_of(c, number)->time_ns;
        if (before > TEMPLATE_FRESH)
            return NULL;
        if (before >= 0 && entry_of(c, number) != call && is_change(c, number, x))
            return entry_of(c, number);
        number = x->next;
    }
    return NULL;
}

static str template_text(const benign_case *c, uint32_t thing, const entry *call)
{
    const entry *n = find_change(c, thing, call);
    if (!n)
        return STR_NONE;
    str what = name_of(c, thing), who = name_of(c, n->root);
    str span = span_text(c, call->time_ns - n->time_ns);
    const char *how = graph_at(&c->s->graph, thing)->born != GRAPH_NO_ENTRY &&
                              entry_of(c, graph_at(&c->s->graph, thing)->born) == n
                          ? "made"
                          : "changed";
    return arena_printf(c->a, "%.*s, which it makes machines from, was %s %.*s before by %.*s",
                        (int)what.n, what.p, how, (int)span.n, span.p, (int)who.n, who.p);
}

/* The template itself, and those it stands for: a group's launch template. */
static str check_thing(const benign_case *c, uint32_t thing, const entry *call)
{
    const graph *g = &c->s->graph;
    str why = template_text(c, thing, call);
    for (uint32_t x = graph_at(g, thing)->first_edge_out; x && why.n == 0; x = g->edges[x].next_out)
        if (graph_at(g, g->edges[x].to)->type == ENTITY_TEMPLATE)
            why = template_text(c, g->edges[x].to, call);
    return why;
}

/* The group that the service names on what it makes. */
static uint32_t group_of(const benign_case *c, const event *e)
{
    static const char key[] = "aws:autoscaling:groupName=";
    str rest = e->field[FIELD_tags], piece = STR_NONE;
    while (text_next(&rest, ';', &piece)) {
        if (!text_starts(piece, key))
            continue;
        str name = str_from(piece, sizeof key - 1);
        str arn = arena_printf(c->a, "arn:aws:autoscaling:%.*s:%.*s:autoScalingGroupName/%.*s",
                               (int)e->field[FIELD_region].n, e->field[FIELD_region].p,
                               (int)e->field[FIELD_account].n, e->field[FIELD_account].p,
                               (int)name.n, name.p);
        uint32_t found = graph_find(&c->s->graph, PROVIDER_AWS, ENTITY_TEMPLATE, arn);
        return found ? found : graph_find(&c->s->graph, PROVIDER_AWS, ENTITY_TEMPLATE, name);
    }
    return 0;
}

static str check_template(const benign_case *c, const benign_call *call)
{
    uint32_t group = group_of(c, &call->e);
    str why = group ? check_thing(c, group, call->n) : STR_NONE;
    for (size_t i = 0; i < call->n->n_touches && why.n == 0; i++)
        if (graph_at(&c->s->graph, call->n->touches[i].entity)->type == ENTITY_TEMPLATE)
            why = check_thing(c, call->n->touches[i].entity, call->n);
    return why;
}

/* ---- what others did ------------------------------------------------------------------------- */

static str step_text(const benign_case *c, const entry *n, const char *what)
{
    str who = name_of(c, n->root);
    return arena_printf(c->a, "%s: %s by %.*s", what, operation_at(n->operation)->name, (int)who.n,
                        who.p);
}

static str check_shared(const benign_case *c, const story_step *step, const entry *n)
{
    event e;
    if (operation_at(n->operation)->stage != STAGE_EXFIL || !facts_is_evidence(c->s, c->t, step) ||
        !event_unpack_fields(journal_packed(n), &e))
        return STR_NONE;
    str whom = str_upto(policy_stranger(c->settings, &e), 80);
    if (whom.n == 0)
        return STR_NONE;
    return arena_printf(c->a, "it was shared with %.*s, which the settings do not trust",
                        (int)whom.n, whom.p);
}

static str check_opened(const benign_case *c, const story_step *step, const entry *n)
{
    bool is_opened = operation_at(n->operation)->stage == STAGE_NETLOOSEN &&
                     facts_is_evidence(c->s, c->t, step) && is_by_somebody(c, n);
    return is_opened ? step_text(c, n, "somebody else opened a network to the world") : STR_NONE;
}

/* A group that many machines share is no part of a story; whoever opens it shortly before or after
 * the call opens this machine all the same. */
static str check_group(const benign_case *c, uint32_t group, const entry *call)
{
    uint32_t number = graph_at(&c->s->graph, group)->last_touch;
    const touch *x = journal_touch_at(&c->s->journal, number, group);
    for (int i = 0; x && i < LOOK_BACK; i++, x = journal_touch_at(&c->s->journal, number, group)) {
        const story_step step = {number, BOND_LINEAGE, false};
        const entry *n = entry_of(c, number);
        int64_t away = n->time_ns - call->time_ns;
        bool is_near = away < GROUP_NEAR && away > -GROUP_NEAR;
        str why = x->relation == RELATION_TARGET && is_near && !benign_is_habit(c, number)
                      ? check_opened(c, &step, n)
                      : STR_NONE;
        if (why.n > 0)
            return why;
        number = x->next;
    }
    return STR_NONE;
}

static str check_groups(const benign_case *c, const benign_call *call)
{
    str why = STR_NONE;
    for (size_t i = 0; i < call->n->n_touches && why.n == 0; i++)
        if (graph_at(&c->s->graph, call->n->touches[i].entity)->type == ENTITY_SECURITY_GROUP)
            why = check_group(c, call->n->touches[i].entity, call->n);
    return why;
}

static str check_exported(const benign_case *c, const story_step *step, const entry *n)
{
    bool is_export = operation_at(n->operation)->stage == STAGE_EXFIL &&
                     facts_is_evidence(c->s, c->t, step) && is_by_somebody(c, n);
    return is_export ? step_text(c, n, "somebody else exported it") : STR_NONE;
}

/* Automation of one kind never does what these stages are about; and whoever stops logging has
 * something to hide, be he who he may. */
static str check_hand(const benign_case *c, const story_step *step, const entry *n)
{
    static const stage_set foreign = STAGE_SET(STAGE_CREDACC) | STAGE_SET(STAGE_IDENTITY) |
                                     STAGE_SET(STAGE_PRIVESC) | STAGE_SET(STAGE_ACCESS) |
                                     STAGE_SET(STAGE_STAGE) | STAGE_SET(STAGE_EXFIL);
    uint8_t of = operation_at(n->operation)->stage;
    if (step->bond > BOND_IDENTITY || !facts_is_evidence(c->s, c->t, step))
        return STR_NONE;
    if (of == STAGE_EVASION)
        return step_text(c, n, "logging or detection was weakened");
    bool is_foreign = STAGE_SET(of) & foreign && is_by_somebody(c, n);
    return is_foreign ? step_text(c, n, "somebody else took a hand") : STR_NONE;
}

/* ---- the calls themselves -------------------------------------------------------------------- */

static str check_network(const benign_case *c, const benign_call *call)
{
    habit_known k;
    str from = call->e.field[FIELD_src_ip];
    if (!rarity_known(c->s, c->t, call->number, HABIT_NETWORK, &k) || !k.is_deep || k.n > 0)
        return STR_NONE;
    return arena_printf(c->a, "its caller never came from the network of %.*s in %u days",
                        (int)from.n, from.p, k.days);
}

static str check_birth(const benign_case *c, const benign_call *call, uint32_t who)
{
    const entry *birth = who ? entry_of(c, graph_at(&c->s->graph, who)->born) : NULL;
    if (!birth || !has_effect(birth) || operation_at(birth->operation)->stage != STAGE_IDENTITY ||
        call->n->time_ns - birth->time_ns > STORY_IDENTITY)
        return STR_NONE;
    str name = name_of(c, who), by = name_of(c, birth->root);
    str span = span_text(c, call->n->time_ns - birth->time_ns);
    return arena_printf(c->a, "its caller's identity %.*s was made %.*s before by %.*s",
                        (int)name.n, name.p, (int)span.n, span.p, (int)by.n, by.p);
}

static str check_new_identity(const benign_case *c, const benign_call *call)
{
    str why = check_birth(c, call, call->n->actor);
    if (why.n == 0)
        why = check_birth(c, call, call->n->root);
    return why.n ? why : check_birth(c, call, call->n->via);
}

static str check_account(const benign_case *c, const benign_call *call)
{
    str own = call->e.field[FIELD_account];
    for (size_t i = 0; i < c->n; i++) {
        str other = c->calls[i].e.field[FIELD_account];
        if (own.n > 0 && other.n > 0 && !str_eq(own, other) &&
            !policy_is_trusted_account(c->settings, other))
            return arena_printf(c->a, "part of it was made in account %.*s, part in %.*s",
                                (int)own.n, own.p, (int)other.n, other.p);
    }
    return STR_NONE;
}

static const touch *find_touch(const benign_case *c, const entry *n, relation how, entity_type type)
{
    for (size_t i = 0; i < n->n_touches; i++)
        if (n->touches[i].relation == how &&
            graph_at(&c->s->graph, n->touches[i].entity)->type == type)
            return &n->touches[i];
    return NULL;
}

static bool is_of_cluster(const entry *birth)
{
    static const mark pod = {TEST_POD, "oidc.eks."};
    benign_call made = {.n = birth};
    return event_unpack_fields(journal_packed(birth), &made.e) &&
           (benign_is_service(&made.e) || benign_call_has(NULL, &made, &pod));
}

/* Machines that were there before these logs tell nothing. */
static str check_outside(const benign_case *c, const benign_call *call)
{
    const touch *machine = find_touch(c, call->n, RELATION_TARGET, ENTITY_INSTANCE);
    const entry *birth =
        machine ? entry_of(c, graph_at(&c->s->graph, machine->entity)->born) : NULL;
    if (!birth || is_mine(c, birth->root) || is_of_cluster(birth))
        return STR_NONE;
    str what = name_of(c, machine->entity), who = name_of(c, birth->root);
    return arena_printf(c->a, "a disk was attached to %.*s, which %.*s made", (int)what.n, what.p,
                        (int)who.n, who.p);
}

static bool is_made_by_me(const benign_case *c, uint32_t thing)
{
    const entry *birth = entry_of(c, graph_at(&c->s->graph, thing)->born);
    return birth && is_mine(c, birth->root);
}

static str check_foreign_disk(const benign_case *c, const benign_call *call)
{
    const touch *disk = find_touch(c, call->n, RELATION_ATTACHED, ENTITY_VOLUME);
    if (!disk && operation_at(call->n->operation)->stage == STAGE_VOLUME)
        disk = find_touch(c, call->n, RELATION_PARENT, ENTITY_SNAPSHOT);
    if (!disk || is_made_by_me(c, disk->entity))
        return STR_NONE;
    str what = name_of(c, disk->entity);
    return arena_printf(c->a, "it took up %.*s, which the build did not make", (int)what.n, what.p);
}

static bool is_gone(const benign_case *c, uint32_t thing, int64_t until_ns)
{
    uint32_t number = graph_at(&c->s->graph, thing)->last_touch;
    const touch *x = journal_touch_at(&c->s->journal, number, thing);
    for (int i = 0; x && i < LOOK_BACK; i++, x = journal_touch_at(&c->s->journal, number, thing)) {
        const entry *n = entry_of(c, number);
        if (has_effect(n) && (operation_is(n->operation, "instance.delete") ||
                              operation_is(n->operation, "net.sg.delete")))
            return n->time_ns <= until_ns;
        number = x->next;
    }
    return false;
}

/* Nothing is said of what the logs do not cover. */
static str check_survives(const benign_case *c, const benign_call *call)
{
    int64_t until_ns = call->n->time_ns + BUILD_TIME;
    if (!operation_is(call->n->operation, "instance") ||
        c->s->seen.last_ns[call->e.provider] < until_ns)
        return STR_NONE;
    for (size_t i = 0; i < call->n->n_touches; i++) {
        const touch *x = &call->n->touches[i];
        uint8_t type = graph_at(&c->s->graph, x->entity)->type;
        bool is_instance = type == ENTITY_INSTANCE && x->relation == RELATION_CREATED;
        bool is_group = type == ENTITY_SECURITY_GROUP && is_made_by_me(c, x->entity);
        if ((!is_instance && !is_group) || is_gone(c, x->entity, until_ns))
            continue;
        str what = name_of(c, x->entity);
        return arena_printf(c->a, "%.*s of the build is there two hours later", (int)what.n,
                            what.p);
    }
    return STR_NONE;
}

/* ---- all of them ----------------------------------------------------------------------------- */

typedef str step_fn(const benign_case *c, const story_step *step, const entry *n);
typedef str call_fn(const benign_case *c, const benign_call *call);

/* clang-format off */
static const struct {
    step_fn *of_step;
    call_fn *of_call;
} checks[VETO_COUNT] = {
    [VETO_TEMPLATE]     = {NULL, check_template},
    [VETO_SHARED]       = {check_shared, NULL},
    [VETO_OPENED]       = {check_opened, check_groups},
    [VETO_SURVIVES]     = {NULL, check_survives},
    [VETO_FOREIGN_DISK] = {NULL, check_foreign_disk},
    [VETO_NETWORK]      = {NULL, check_network},
    [VETO_NEW_IDENTITY] = {NULL, check_new_identity},
    [VETO_ACCOUNT]      = {NULL, check_account},
    [VETO_HAND]         = {check_hand, NULL},
    [VETO_OUTSIDE]      = {NULL, check_outside},
    [VETO_EXPORTED]     = {check_exported, NULL},
};
/* clang-format on */

static str check_steps(const benign_case *c, step_fn *check)
{
    str why = STR_NONE;
    for (size_t i = 0; check && why.n == 0 && i < c->t->n_steps; i++)
        why = check(c, &c->t->steps[i], entry_of(c, c->t->steps[i].entry));
    return why;
}

static str check_calls(const benign_case *c, call_fn *check)
{
    str why = STR_NONE;
    for (size_t i = 0; check && why.n == 0 && i < c->n; i++)
        if (c->calls[i].is_mine)
            why = check(c, &c->calls[i]);
    return why;
}

str benign_vetoed(const benign_case *c, unsigned vetoes)
{
    str why = STR_NONE;
    for (int i = 0; i < VETO_COUNT && why.n == 0; i++) {
        if (!(vetoes & VETO_BIT(i)))
            continue;
        why = check_steps(c, checks[i].of_step);
        if (why.n == 0)
            why = check_calls(c, checks[i].of_call);
    }
    return why;
}
