/* SPDX-License-Identifier: Apache-2.0
 *
 * habit.c -- from an event to cells, and from cells to what was known.
 */
#include "state/habit.h"

#include <stdlib.h>

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
            if (e->refs[i].relation == order[k] && state_is_lineage(e->refs[i].type))
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

/* Whose habits, and what: for each kind of cell. */
typedef struct reading {
    uint64_t actor, account; /* 0: not named */
    uint64_t value[HABIT_COUNT];
    bool is_part[TOTAL_COUNT];
} reading;

static uint64_t hash_whom(const event *e, str id)
{
    return id.n ? hash_str(id, 47 + e->provider) | 1 : 0;
}

static void read_parts(const event *e, reading *ret)
{
    bool is_copied = is_copy(e), is_launched = is_launch(e);
    ret->is_part[TOTAL_ACTOR_CALLS] = ret->is_part[TOTAL_ACCOUNT_CALLS] = true;
    ret->is_part[TOTAL_ACTOR_COPIES] = ret->is_part[TOTAL_ACCOUNT_COPIES] = is_copied;
    ret->is_part[TOTAL_ACCOUNT_LAUNCHES] = is_launched;
    if (is_copied)
        ret->value[HABIT_SOURCE] = ret->value[HABIT_ACCOUNT_SOURCE] = hash_text(source_of(e));
    if (!is_launched)
        return;
    ret->value[HABIT_LAUNCH_REGION] = ret->value[HABIT_REGION];
    ret->value[HABIT_LAUNCH_IMAGE] = hash_text(image_of(e));
    ret->value[HABIT_LAUNCH_FAMILY] = hash_text(family_of(e));
}

static reading read_event(const event *e)
{
    reading r = {.actor = hash_whom(e, actor_of(e)),
                 .account = hash_whom(e, e->field[FIELD_account])};
    r.value[HABIT_OPERATION] = r.value[HABIT_ACCOUNT_OPERATION] = hash_operation(e);
    r.value[HABIT_REGION] = r.value[HABIT_ACCOUNT_REGION] = hash_text(e->field[FIELD_region]);
    r.value[HABIT_NETWORK] = r.value[HABIT_ACCOUNT_NETWORK] = hash_network(address_of(e));
    r.value[HABIT_TOOL] = r.value[HABIT_ACCOUNT_TOOL] = hash_text(tool_of(e));
    r.value[HABIT_HOUR] = hour_of(e) + 1;
    r.value[HABIT_ACCOUNT_ACTOR] = r.actor;
    read_parts(e, &r);
    return r;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static uint64_t context_of(const reading *r, bool is_of_account)
{
    return is_of_account ? r->account : r->actor;
}

/* 0: the call has no such habit. */
static uint64_t habit_key(const reading *r, habit h)
{
    uint64_t whom = context_of(r, infos[h].is_of_account);
    if (!whom || !r->value[h] || !r->is_part[infos[h].total])
        return 0;
    return baseline_key(hash_mix(whom, r->value[h]), CELL_HABIT + h);
}

static uint64_t values_key(const reading *r, habit h)
{
    return baseline_key(context_of(r, infos[h].is_of_account), CELL_VALUES + h);
}

static uint64_t total_key(const reading *r, baseline_total t)
{
    uint64_t whom = context_of(r, is_total_of_account[t]);
    return whom ? baseline_key(whom, CELL_TOTAL + t) : 0;
}

static uint32_t tag_of(uint64_t key)
{
    return (uint32_t)(key >> 32) | 1;
}

static uint16_t at_most_16(uint32_t n)
{
    return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
}

static void add_one(baseline_cell *c)
{
    c->count += c->count < UINT32_MAX;
}

/* ---- meeting a call -------------------------------------------------------------------------- */

/* Reads and learns: what was known is told before the call is counted. */
typedef struct meeting {
    baseline *b;
    const reading *r;
    habits *out;
} meeting;

/* The cell, made only where the call is learned; NULL when there is none. */
static baseline_cell *meet_cell(const meeting *m, uint64_t key)
{
    if (m->out->is_learned)
        return baseline_cell_of(m->b, key, m->out->day);
    return baseline_find(m->b, key);
}

static void meet_values(const meeting *m, habit h, bool is_fresh)
{
    baseline_cell *c = meet_cell(m, values_key(m->r, h));
    if (!c)
        return;
    m->out->values[h] = at_most_16(c->count);
    if (is_fresh && m->out->is_learned)
        add_one(c);
}

static void meet_habit(const meeting *m, habit h)
{
    uint64_t key = habit_key(m->r, h);
    if (!key)
        return;
    baseline_cell *c = meet_cell(m, key);
    uint32_t n = c ? c->count : 0;
    m->out->tag[h] = tag_of(key);
    m->out->n[h] = at_most_16(n);
    if (c && m->out->is_learned)
        add_one(c);
    if (n < HABIT_OFTEN)
        meet_values(m, h, n == 0);
}

static void meet_total(const meeting *m, baseline_total t)
{
    uint64_t key = total_key(m->r, t);
    baseline_cell *c = key && m->r->is_part[t] ? meet_cell(m, key) : NULL;
    if (!c)
        return;
    m->out->total[t] = c->count;
    if (t == TOTAL_ACTOR_CALLS)
        m->out->actor_day = c->first_day;
    if (t == TOTAL_ACCOUNT_CALLS)
        m->out->account_day = c->first_day;
    if (m->out->is_learned)
        add_one(c);
}

/* Whether the call is newer than all that earlier runs learned of its account. */
static bool is_news(const baseline *b, const event *e, const reading *r)
{
    const baseline_cell *until = baseline_find(b, baseline_key(r->account, CELL_UNTIL));
    return !until || e->time_ns / TIME_SECOND > until->count;
}

static void note_newest(const meeting *m, const event *e)
{
    int64_t second = e->time_ns / TIME_SECOND;
    baseline_cell *c =
        baseline_cell_of(m->b, baseline_key(m->r->account, CELL_NEWEST), m->out->day);
    if (second > c->count)
        c->count = second < UINT32_MAX ? (uint32_t)second : UINT32_MAX;
}

bool habit_meet(baseline *b, const event *e, habits *ret)
{
    *ret = (habits){.sequence = ++b->sequence};
    if (e->time_ns < 0)
        return true;
    if (!baseline_reserve(b))
        return false;
    reading r = read_event(e);
    meeting m = {b, &r, ret};
    ret->day = (uint16_t)(e->time_ns / TIME_DAY < UINT16_MAX ? e->time_ns / TIME_DAY : UINT16_MAX);
    ret->actor_day = ret->account_day = ret->day;
    ret->is_learned = is_news(b, e, &r);
    b->learned += ret->is_learned;
    b->known_already += !ret->is_learned;
    for (int t = 0; t < TOTAL_COUNT; t++)
        meet_total(&m, (baseline_total)t);
    for (int h = 0; h < HABIT_COUNT; h++)
        meet_habit(&m, (habit)h);
    if (ret->is_learned)
        note_newest(&m, e);
    return true;
}

/* ---- calls of incidents ---------------------------------------------------------------------- */

/* Reads the kept event of an entry again. False: out of memory. */
static bool read_entry(const entry *n, reading *ret)
{
    str packed = {n->packed, n->n_packed};
    size_t n_refs = event_packed_refs(packed);
    event_ref *refs = calloc(n_refs + 1, sizeof *refs);
    event e;
    bool is_read = refs && journal_event(n, &e, refs, n_refs);
    if (is_read)
        *ret = read_event(&e);
    free(refs);
    return is_read;
}

void habit_hold(state *s, uint32_t number)
{
    const entry *n = journal_at(&s->journal, number);
    quarantined cells[BASELINE_ROOM];
    size_t count = 0;
    reading r;
    if (!n || !n->habits || !n->habits->is_learned || n->habits->is_held)
        return;
    if (!read_entry(n, &r)) {
        s->baseline->failed = true;
        return;
    }
    for (int h = 0; h < HABIT_COUNT; h++) {
        uint64_t key = habit_key(&r, (habit)h);
        if (key)
            cells[count++] = (quarantined){key, values_key(&r, (habit)h), n->habits->sequence};
    }
    for (int t = 0; t < TOTAL_COUNT; t++) {
        uint64_t key = r.is_part[t] ? total_key(&r, (baseline_total)t) : 0;
        if (key)
            cells[count++] = (quarantined){key, 0, n->habits->sequence};
    }
    n->habits->is_held = true;
    baseline_hold(s->baseline, cells, count);
}

/* ---- what was known -------------------------------------------------------------------------- */

static uint32_t without(uint32_t n, uint32_t held)
{
    return n > held ? n - held : 0;
}

/* Takes away what calls of incidents had counted. */
static void take_held(const state *s, const entry *n, habit h, habit_known *k)
{
    reading r;
    if (s->baseline->n_held == 0 || !read_entry(n, &r))
        return;
    uint64_t sequence = n->habits->sequence;
    uint64_t total = total_key(&r, (baseline_total)infos[h].total);
    k->n = without(k->n, baseline_held(s->baseline, habit_key(&r, h), sequence));
    k->total = without(k->total, baseline_held(s->baseline, total, sequence));
}

bool habit_before(const state *s, uint32_t number, habit h, habit_known *ret)
{
    const entry *n = journal_at(&s->journal, number);
    if (!n || !n->habits || !n->habits->tag[h])
        return false;
    const habits *x = n->habits;
    uint16_t first = infos[h].is_of_account ? x->account_day : x->actor_day;
    habit_known k = {x->n[h], x->total[infos[h].total], x->values[h], (uint32_t)x->day - first,
                     false};
    if (x->day < first)
        k.days = 0;
    take_held(s, n, h, &k);
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
    return n->habits && n->habits->sequence ? age_since(n, n->habits->actor_day) : -1;
}

int64_t habit_account_age_ns(const state *s, uint32_t number)
{
    const entry *n = journal_at(&s->journal, number);
    return n && n->habits ? age_since(n, n->habits->account_day) : -1;
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
