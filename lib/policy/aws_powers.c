/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_powers.c -- a policy against a table of actions.
 *
 * Names without wildcards are looked up; those with wildcards are held against the actions of their
 * service. How far resources reach is asked once for each distinct reach.
 */
#include "policy/aws_powers.h"

#include "base/text.h"

static bool add_reach(aws_actions *t, const char *text, uint64_t bit)
{
    uint32_t id = intern_id(&t->reach_texts, str_of(text));
    if (id == 0)
        return false;
    t->of_reach[id - 1] |= bit;
    if (id <= t->n_reaches)
        return true;
    aws_pattern *reach = &t->reaches[t->n_reaches];
    if (!aws_pattern_compile(&t->a, str_of(text), AWS_PATTERN_REACH, false, reach))
        return false;
    t->samples[t->n_reaches++] = aws_pattern_sample(&t->a, reach);
    return !t->a.failed;
}

static bool add_name(intern *names, uint64_t *bits, str name, uint64_t bit)
{
    uint32_t id = intern_id(names, name);
    if (id)
        bits[id - 1] |= bit;
    return id != 0;
}

bool aws_actions_init(aws_actions *t, const aws_action *items, size_t n)
{
    bool is_ok = n <= AWS_ACTIONS_MAX;
    *t = (aws_actions){0};
    for (size_t i = 0; i < n && is_ok; i++) {
        uint64_t bit = UINT64_C(1) << i;
        str name = arena_dup_lower(&t->a, str_of(items[i].action));
        is_ok = !t->a.failed && add_name(&t->names, t->of_name, name, bit) &&
                add_name(&t->services, t->of_service, text_before(name, ':'), bit) &&
                add_reach(t, items[i].reach, bit);
        t->all |= bit;
        t->n++;
    }
    if (!is_ok)
        aws_actions_done(t);
    return is_ok;
}

void aws_actions_done(aws_actions *t)
{
    intern_done(&t->names);
    intern_done(&t->services);
    intern_done(&t->reach_texts);
    arena_done(&t->a);
    *t = (aws_actions){0};
}

/* ---- actions --------------------------------------------------------------------------------- */

/* The actions that a pattern could match, by its service. */
static uint64_t candidates(const aws_actions *t, str pattern)
{
    str service = text_before(pattern, ':');
    bool is_wild = memchr(service.p, '*', service.n) || memchr(service.p, '?', service.n);
    if (is_wild)
        return t->all;
    uint32_t id = intern_find(&t->services, service);
    return id ? t->of_service[id - 1] : 0;
}

static uint64_t matched(const aws_actions *t, const aws_pattern *p)
{
    if (p->is_all)
        return t->all;
    if (!p->has_wildcard) {
        uint32_t id = intern_find(&t->names, p->text);
        return id ? t->of_name[id - 1] : 0;
    }
    uint64_t bits = candidates(t, p->text), found = 0;
    for (uint32_t id = 1; bits && id <= t->names.n; id++) {
        uint64_t same = t->of_name[id - 1];
        if ((bits & same) && aws_pattern_matches(p, intern_text(&t->names, id), false))
            found |= same;
    }
    return found;
}

static uint64_t actions_of(const aws_actions *t, const aws_statement *s)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < s->actions.n && bits != t->all; i++)
        bits |= matched(t, &s->actions.items[i]);
    return s->is_not_action ? t->all & ~bits : bits;
}

/* ---- resources ------------------------------------------------------------------------------- */

typedef enum extent { NONE, PERHAPS, SOME, ALL } extent;

static extent extent_of(const aws_actions *t, size_t reach, const aws_pattern *p, buf *table)
{
    if (p->is_all)
        return ALL;
    if (p->has_variable)
        return PERHAPS;
    if (aws_pattern_matches(p, t->samples[reach], false))
        return ALL;
    aws_tri overlaps = aws_pattern_overlaps(table, p, &t->reaches[reach]);
    return overlaps == AWS_NO ? NONE : overlaps == AWS_PERHAPS ? PERHAPS : SOME;
}

/* Of a reach, what the statement is about. */
static extent reached(const aws_actions *t, size_t reach, const aws_statement *s, buf *table)
{
    extent most = NONE;
    bool has_perhaps = false;
    if (!s->has_resource)
        return ALL;
    for (uint32_t i = 0; i < s->resources.n && most != ALL; i++) {
        extent one = extent_of(t, reach, &s->resources.items[i], table);
        has_perhaps |= one == PERHAPS;
        most = one > most ? one : most;
    }
    if (!s->is_not_resource)
        return most;
    if (most == ALL)
        return NONE;
    return has_perhaps ? PERHAPS : most == NONE ? ALL : SOME;
}

static void add_extent(aws_powers *p, const aws_statement *s, uint64_t bits, extent e)
{
    bool is_if = s->n_conditions > 0 || e == PERHAPS;
    uint64_t *all = s->is_allow ? &p->allow : &p->deny;
    uint64_t *some = s->is_allow ? &p->allow_some : &p->deny_some;
    uint64_t *perhaps = s->is_allow ? &p->allow_if : &p->deny_if;
    if (e != NONE)
        *(is_if ? perhaps : e == ALL ? all : some) |= bits;
}

aws_powers aws_powers_of(const aws_actions *t, const aws_policy *p, buf *table)
{
    aws_powers powers = {0};
    for (uint32_t i = 0; i < p->n; i++) {
        const aws_statement *s = &p->statements[i];
        uint64_t bits = actions_of(t, s);
        for (size_t r = 0; bits && r < t->n_reaches; r++) {
            if (bits & t->of_reach[r])
                add_extent(&powers, s, bits & t->of_reach[r], reached(t, r, s, table));
        }
    }
    return powers;
}

/* ---- together -------------------------------------------------------------------------------- */

void aws_powers_add(aws_powers *sum, const aws_powers *one)
{
    sum->allow |= one->allow;
    sum->allow_some |= one->allow_some;
    sum->allow_if |= one->allow_if;
    sum->deny |= one->deny;
    sum->deny_some |= one->deny_some;
    sum->deny_if |= one->deny_if;
}

/* The bits of all layers: what is denied, what may be, and what only the first allows. */
typedef struct sum {
    uint64_t denied, may_be_denied;
    uint64_t all, any; /* allowed by every layer: for certain and all resources; perhaps, some */
} sum;

static void add_layer(sum *s, const aws_powers *p)
{
    if (!p)
        return;
    s->denied |= p->deny;
    s->may_be_denied |= p->deny_some | p->deny_if;
    s->all &= p->allow;
    s->any &= p->allow | p->allow_some | p->allow_if;
}

aws_power_verdict aws_powers_judge(const aws_actions *t, const aws_power_set *set)
{
    sum s = {.all = t->all, .any = t->all};
    add_layer(&s, set->boundary);
    add_layer(&s, set->session);
    for (size_t i = 0; i < set->n_scps; i++)
        add_layer(&s, &set->scps[i]);
    uint64_t others = s.all;
    add_layer(&s, &set->identity);
    uint64_t own = set->identity.allow | set->identity.allow_some;
    aws_power_verdict v = {.denied = t->all & (s.denied | ~s.any)};
    v.allowed = others & own & ~s.denied & ~s.may_be_denied;
    v.undecided = t->all & ~(v.denied | v.allowed);
    return v;
}
