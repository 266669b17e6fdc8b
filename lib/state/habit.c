/* SPDX-License-Identifier: Apache-2.0
 *
 * habit.c -- from an event to cells, and from cells to what was known.
 */
#include "state/habit.h"

#include "base/hash.h"
#include "base/ip.h"
#include "base/text.h"
#include "model/operation.h"
#include "state/state.h"

/* clang-format off */
static const habit_info infos[HABIT_COUNT] = {
#define IS_OF_ACTOR false
#define IS_OF_ACCOUNT true
#define HABIT(name, context, total, doc) \
    [HABIT_##name] = {IS_OF_##context, TOTAL_##total, #name, doc},
#include "state/habit.def"
#undef HABIT
};

static const bool is_total_of_account[TOTAL_COUNT] = {
    [TOTAL_ACCOUNT_CALLS]    = true,
    [TOTAL_ACCOUNT_COPIES]   = true,
    [TOTAL_ACCOUNT_LAUNCHES] = true,
};
/* clang-format on */

const habit_info *habit_describe(habit h)
{
    return &infos[h];
}

/* ---- what a call says ------------------------------------------------------------------------ */

/* The stable name of who calls. AWS: the ARN without session; others: the id. */
static str actor_of(const event *e)
{
    const str *f = e->field;
    str first = e->provider == PROVIDER_AWS ? f[FIELD_actor_arn] : f[FIELD_actor_id];
    str other = e->provider == PROVIDER_AWS ? f[FIELD_actor_id] : f[FIELD_actor_arn];
    return first.n ? first : other.n ? other : f[FIELD_actor_name];
}

static bool is_effective(const event *e)
{
    return e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
}

static bool is_copy(const event *e)
{
    return operation_at(e->operation)->stage == STAGE_SNAPSHOT && is_effective(e);
}

static bool is_launch(const event *e)
{
    return operation_at(e->operation)->stage == STAGE_INSTANCE && is_effective(e) &&
           (operation_is(e->operation, "instance.create") ||
            operation_is(e->operation, "instance.request"));
}

/* "aws-cli/2.9 Python/3" -> "aws-cli" */
static str tool_of(const event *e)
{
    if (e->field[FIELD_ua_tool].n > 0)
        return e->field[FIELD_ua_tool];
    str agent = e->field[FIELD_user_agent];
    if (agent.n > 0 && agent.p[0] == '[')
        agent = str_from(agent, 1);
    size_t n = 0;
    while (n < agent.n && agent.p[n] != '/' && agent.p[n] != ' ' && agent.p[n] != ']')
        n++;
    return str_upto(agent, n);
}

/* What was copied. */
static str source_of(const event *e)
{
    static const uint8_t order[] = {RELATION_PARENT, RELATION_TARGET};
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < e->n_refs; i++)
            if (e->refs[i].relation == order[k] && entity_is_lineage(e->refs[i].type))
                return e->refs[i].id;
    return STR_NONE;
}

/* "m5.large" -> "m5", "db.m5.large" -> "db.m5", "n1-standard-4" -> "n1", "Standard_D4s_v3" ->
 * "Standard_D" */
static str family_of(const event *e)
{
    str type = e->field[FIELD_instance_type];
    if (text_starts_nocase(type, "standard_") || text_starts_nocase(type, "basic_")) {
        size_t n = text_before(type, '_').n + 1;
        while (n < type.n && (type.p[n] < '0' || type.p[n] > '9'))
            n++;
        return str_upto(type, n);
    }
    for (size_t i = type.n; i > 0; i--)
        if (type.p[i - 1] == '.')
            return str_upto(type, i - 1);
    return text_before(type, '-');
}

static str image_of(const event *e)
{
    str owner = e->field[FIELD_image_owner];
    return owner.n ? owner : e->field[FIELD_image];
}

static str address_of(const event *e)
{
    str service = e->field[FIELD_src_service];
    return e->field[FIELD_src_ip].n ? e->field[FIELD_src_ip] : service;
}

/* The time of the week, 0..41: Monday 00-04 UTC is 0. */
static unsigned hour_of(const event *e)
{
    int64_t hours = e->time_ns / TIME_HOUR;
    return (unsigned)((hours / 24 + 3) % 7 * 6 + hours % 24 / 4);
}

/* ---- hashes of it: 0 for what is not there --------------------------------------------------- */

static uint64_t hash_text(str s)
{
    return s.n ? hash_str(s, 41) | 1 : 0;
}

static uint64_t hash_network(str address)
{
    ip_net net;
    if (address.n == 0 || !ip_parse(address, &net))
        return hash_text(address);
    return hash_bytes(net.byte, net.is_v6 ? 6 : 3, 43) | 1;
}

static uint64_t hash_operation(const event *e)
{
    const operation_info *o = operation_at(e->operation);
    return hash_str(str_of(o->name), hash_str(str_of(o->source), o->provider)) | 1;
}

static uint64_t hash_whom(const event *e, str id)
{
    return id.n ? hash_str(id, 47 + e->provider) | 1 : 0;
}

/* What the call says, for each habit. */
static void read_values(const event *e, const habits *x, uint64_t value[HABIT_COUNT])
{
    value[HABIT_OPERATION] = value[HABIT_ACCOUNT_OPERATION] = hash_operation(e);
    value[HABIT_REGION] = value[HABIT_ACCOUNT_REGION] = hash_text(e->field[FIELD_region]);
    value[HABIT_NETWORK] = value[HABIT_ACCOUNT_NETWORK] = hash_network(address_of(e));
    value[HABIT_TOOL] = value[HABIT_ACCOUNT_TOOL] = hash_text(tool_of(e));
    value[HABIT_HOUR] = hour_of(e) + 1;
    value[HABIT_ACCOUNT_ACTOR] = x->actor;
    if (x->is_part[TOTAL_ACTOR_COPIES])
        value[HABIT_SOURCE] = value[HABIT_ACCOUNT_SOURCE] = hash_text(source_of(e));
    if (!x->is_part[TOTAL_ACCOUNT_LAUNCHES])
        return;
    value[HABIT_LAUNCH_REGION] = value[HABIT_REGION];
    value[HABIT_LAUNCH_IMAGE] = hash_text(image_of(e));
    value[HABIT_LAUNCH_FAMILY] = hash_text(family_of(e));
}

/* ---- keys ------------------------------------------------------------------------------------ */

static uint64_t whom_of(const habits *x, bool is_of_account)
{
    return is_of_account ? x->account : x->actor;
}

static uint64_t values_key(const habits *x, habit h)
{
    return baseline_key(whom_of(x, infos[h].is_of_account), CELL_VALUES + h);
}

/* 0: the call is no part of it, or names nobody. */
static uint64_t total_key(const habits *x, baseline_total t)
{
    uint64_t whom = whom_of(x, is_total_of_account[t]);
    return whom && x->is_part[t] ? baseline_key(whom, CELL_TOTAL + t) : 0;
}

static void read_event(const event *e, habits *ret)
{
    uint64_t value[HABIT_COUNT] = {0};
    bool is_copied = is_copy(e);
    ret->actor = hash_whom(e, actor_of(e));
    ret->account = hash_whom(e, e->field[FIELD_account]);
    ret->is_part[TOTAL_ACTOR_CALLS] = ret->is_part[TOTAL_ACCOUNT_CALLS] = true;
    ret->is_part[TOTAL_ACTOR_COPIES] = ret->is_part[TOTAL_ACCOUNT_COPIES] = is_copied;
    ret->is_part[TOTAL_ACCOUNT_LAUNCHES] = is_launch(e);
    read_values(e, ret, value);
    for (unsigned h = 0; h < HABIT_COUNT; h++) {
        uint64_t whom = whom_of(ret, infos[h].is_of_account);
        if (whom && value[h])
            ret->key[h] = baseline_key(hash_mix(whom, value[h]), CELL_HABIT + h);
    }
}

static uint16_t at_most_16(int64_t n)
{
    return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
}

static void add_one(baseline_cell *c)
{
    c->count += c->count < UINT32_MAX;
}

/* ---- meeting a call -------------------------------------------------------------------------- */

/* The cell, made only where the call is learned; NULL when there is none. */
static baseline_cell *meet_cell(baseline *b, const habits *x, uint64_t key)
{
    return x->is_learned ? baseline_cell_of(b, key, x->day) : baseline_find(b, key);
}

static void meet_values(baseline *b, habits *x, habit h, bool is_fresh)
{
    baseline_cell *c = meet_cell(b, x, values_key(x, h));
    if (!c)
        return;
    x->values[h] = at_most_16(c->count);
    if (is_fresh && x->is_learned)
        add_one(c);
}

static void meet_habit(baseline *b, habits *x, habit h)
{
    if (!x->key[h])
        return;
    baseline_cell *c = meet_cell(b, x, x->key[h]);
    uint32_t n = c ? c->count : 0;
    x->n[h] = at_most_16(n);
    if (c && x->is_learned)
        add_one(c);
    if (n < HABIT_OFTEN)
        meet_values(b, x, h, n == 0);
}

static void meet_total(baseline *b, habits *x, baseline_total t)
{
    uint64_t key = total_key(x, t);
    baseline_cell *c = key ? meet_cell(b, x, key) : NULL;
    if (!c)
        return;
    x->total[t] = c->count;
    if (t == TOTAL_ACTOR_CALLS)
        x->actor_day = c->first_day;
    if (t == TOTAL_ACCOUNT_CALLS)
        x->account_day = c->first_day;
    if (x->is_learned)
        add_one(c);
}

bool habit_meet(baseline *b, const event *e, habits *ret)
{
    int64_t second = e->time_ns / TIME_SECOND;
    *ret = (habits){.sequence = ++b->sequence};
    if (e->time_ns < 0)
        return true;
    if (!baseline_reserve(b))
        return false;
    read_event(e, ret);
    ret->day = ret->actor_day = ret->account_day = at_most_16(e->time_ns / TIME_DAY);
    ret->is_learned = baseline_is_news(b, ret->account, second, e->uid_hash);
    b->learned += ret->is_learned;
    b->known_already += !ret->is_learned;
    for (int t = 0; t < TOTAL_COUNT; t++)
        meet_total(b, ret, (baseline_total)t);
    for (int h = 0; h < HABIT_COUNT; h++)
        meet_habit(b, ret, (habit)h);
    if (ret->is_learned)
        baseline_note(b, ret->account, second, e->uid_hash);
    return true;
}

/* ---- questions of others --------------------------------------------------------------------- */

uint16_t habit_last_day(const baseline *b, provider cloud, str actor, uint16_t operation)
{
    const event e = {.provider = (uint8_t)cloud, .operation = operation};
    uint64_t key = baseline_key(hash_mix(hash_whom(&e, actor), hash_operation(&e)),
                                CELL_HABIT + HABIT_OPERATION);
    const baseline_cell *c = actor.n > 0 ? baseline_find(b, key) : NULL;
    return c && c->count > 0 ? c->last_day : 0;
}

uint16_t habit_first_day(const baseline *b, provider cloud, str account)
{
    const event e = {.provider = (uint8_t)cloud};
    uint64_t key = baseline_key(hash_whom(&e, account), CELL_TOTAL + TOTAL_ACCOUNT_CALLS);
    const baseline_cell *c = account.n > 0 ? baseline_find(b, key) : NULL;
    return c ? c->first_day : 0;
}

/* ---- calls of incidents ---------------------------------------------------------------------- */

void habit_hold(state *s, uint32_t number)
{
    const entry *n = journal_at(&s->journal, number);
    quarantined cells[BASELINE_ROOM];
    size_t count = 0;
    habits *x = n ? n->habits : NULL;
    if (!x || !x->is_learned || x->is_held)
        return;
    for (int h = 0; h < HABIT_COUNT; h++)
        if (x->key[h])
            cells[count++] = (quarantined){x->key[h], values_key(x, (habit)h), x->sequence};
    for (int t = 0; t < TOTAL_COUNT; t++) {
        uint64_t key = total_key(x, (baseline_total)t);
        if (key)
            cells[count++] = (quarantined){key, 0, x->sequence};
    }
    x->is_held = true;
    s->baseline->learned--;
    baseline_hold(s->baseline, cells, count);
}

/* ---- what was known -------------------------------------------------------------------------- */

/* n without what calls of incidents had counted. */
static uint32_t without_held(const state *s, uint32_t n, uint64_t key, uint64_t sequence)
{
    uint32_t held = baseline_held(s->baseline, key, sequence);
    return n > held ? n - held : 0;
}

bool habit_before(const state *s, uint32_t number, habit h, habit_known *ret)
{
    const entry *n = journal_at(&s->journal, number);
    const habits *x = n ? n->habits : NULL;
    if (!x || !x->key[h])
        return false;
    baseline_total t = (baseline_total)infos[h].total;
    uint16_t first = infos[h].is_of_account ? x->account_day : x->actor_day;
    habit_known k = {.n = without_held(s, x->n[h], x->key[h], x->sequence),
                     .total = without_held(s, x->total[t], total_key(x, t), x->sequence),
                     .values = x->values[h],
                     .days = x->day > first ? (uint32_t)x->day - first : 0};
    if (h == HABIT_ACCOUNT_ACTOR && x->actor_day == x->day)
        k.n = 0; /* on their first day, everyone is new, whatever they did before on that day */
    k.is_deep = k.total >= HABIT_ENOUGH && k.days >= HABIT_DAYS;
    *ret = k;
    return true;
}

bool habit_is_first(const state *s, uint32_t entry, habit h)
{
    habit_known k;
    return habit_before(s, entry, h, &k) && k.is_deep && k.n == 0;
}

static int64_t age_since(const entry *n, uint16_t day)
{
    int64_t age_ns = n->time_ns - day * TIME_DAY;
    return age_ns > 0 ? age_ns : 0;
}

int64_t habit_actor_age_ns(const state *s, uint32_t number, bool *ret_is_made)
{
    const entry *n = journal_at(&s->journal, number);
    if (!n || !n->actor)
        return -1;
    const entry *birth = journal_at(&s->journal, graph_at(&s->graph, n->actor)->born);
    *ret_is_made = birth != NULL;
    if (birth)
        return n->time_ns > birth->time_ns ? n->time_ns - birth->time_ns : 0;
    return n->habits && n->habits->actor ? age_since(n, n->habits->actor_day) : -1;
}

int64_t habit_account_age_ns(const state *s, uint32_t number)
{
    const entry *n = journal_at(&s->journal, number);
    return n && n->habits && n->habits->account ? age_since(n, n->habits->account_day) : -1;
}

/* ---- for people ------------------------------------------------------------------------------ */

static str network_text(str address, arena *a)
{
    ip_net net;
    if (!ip_parse(address, &net))
        return address.n ? arena_printf(a, "service %.*s", (int)address.n, address.p) : STR_NONE;
    const uint8_t *b = net.byte;
    if (net.is_v6)
        return arena_printf(a, "network %x:%x:%x::/48", b[0] << 8 | b[1], b[2] << 8 | b[3],
                            b[4] << 8 | b[5]);
    return arena_printf(a, "network %u.%u.%u.0/24", b[0], b[1], b[2]);
}

static str hour_text(const event *e, arena *a)
{
    static const char *const days[] = {"Mondays", "Tuesdays",  "Wednesdays", "Thursdays",
                                       "Fridays", "Saturdays", "Sundays"};
    unsigned hour = hour_of(e), from = hour % 6 * 4;
    return arena_printf(a, "%s %02u-%02u UTC", days[hour / 6], from, from + 4);
}

static str named(const char *what, str value, arena *a)
{
    return value.n ? arena_printf(a, "%s %.*s", what, (int)value.n, value.p) : STR_NONE;
}

str habit_text(const event *e, habit h, arena *a)
{
    switch (h) {
    case HABIT_OPERATION:
    case HABIT_ACCOUNT_OPERATION:
        return str_of(operation_at(e->operation)->name);
    case HABIT_REGION:
    case HABIT_ACCOUNT_REGION:
    case HABIT_LAUNCH_REGION:
        return named("region", e->field[FIELD_region], a);
    case HABIT_NETWORK:
    case HABIT_ACCOUNT_NETWORK:
        return network_text(address_of(e), a);
    case HABIT_TOOL:
    case HABIT_ACCOUNT_TOOL:
        return tool_of(e);
    case HABIT_HOUR:
        return hour_text(e, a);
    case HABIT_SOURCE:
    case HABIT_ACCOUNT_SOURCE:
        return source_of(e);
    case HABIT_LAUNCH_IMAGE:
        return named(e->field[FIELD_image_owner].n ? "images of" : "image", image_of(e), a);
    case HABIT_LAUNCH_FAMILY:
        return named("machines of type", family_of(e), a);
    case HABIT_ACCOUNT_ACTOR:
        return actor_of(e);
    case HABIT_COUNT:
        break;
    }
    return STR_NONE;
}
