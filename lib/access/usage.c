/* SPDX-License-Identifier: Apache-2.0
 *
 * usage.c -- who did what.
 */
#include "access/usage.h"

#include <stdlib.h>
#include <string.h>

#include "fact/principal.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "model/operation.h"

enum { ADDRESS_MAX = 64, WINDOW_MINUTES = 15 };

static const struct {
    power power;
    const char *class_name;
} uses[] = {
#define USE(power, class_name) {POWER_##power, class_name},
#include "access/use.def"
#undef USE
};

void usage_done(usage *u)
{
    intern_done(&u->text);
    free(u->rows);
    free(u->spans);
    map_done(&u->by_text);
    map_done(&u->span_of);
    *u = (usage){0};
}

bool usage_is_use(power p, const char *class_name)
{
    for (size_t i = 0; i < ARRAY_LEN(uses); i++)
        if (uses[i].power == p && strcmp(uses[i].class_name, class_name) == 0)
            return true;
    return false;
}

/* ---- names ----------------------------------------------------------------------------------- */

static uint64_t key_of(provider cloud, str text)
{
    return hash_str(text, (uint64_t)cloud + 1);
}

uint32_t usage_find(const usage *u, provider cloud, str id)
{
    char key[PRINCIPAL_TEXT_MAX];
    str text = principal_key(id, key);
    uint32_t at = text.n > 0 ? map_get(&u->by_text, key_of(cloud, text)) : MAP_NONE;
    return at == MAP_NONE ? USAGE_NONE : at;
}

uint32_t usage_of_fact(const usage *u, const facts *f, const fact *x)
{
    uint32_t at = usage_find(u, (provider)x->provider, facts_id(f, x));
    bool has_name = at == USAGE_NONE && x->name && x->provider != PROVIDER_AWS;
    return has_name ? usage_find(u, (provider)x->provider, facts_name(f, x)) : at;
}

static uint32_t add_row(usage *u, provider cloud, str small)
{
    if (u->n >= LIMIT_USAGE) {
        u->lost.n[EXCESS_usage]++;
        return USAGE_NONE;
    }
    usage_row *rows = array_room(u->rows, u->n, &u->cap, 64, sizeof *rows);
    if (rows)
        u->rows = rows;
    uint32_t id = rows ? intern_id(&u->text, small) : 0;
    if (!id || !map_put(&u->by_text, key_of(cloud, small), u->n)) {
        u->failed = true;
        return USAGE_NONE;
    }
    rows[u->n] = (usage_row){.id = id, .provider = (uint8_t)cloud, .last_sign_in_ns = TIME_NONE};
    for (int p = 0; p < POWER_COUNT; p++)
        rows[u->n].last_ns[p] = TIME_NONE;
    return u->n++;
}

static usage_row *row_of(usage *u, provider cloud, str id)
{
    char key[PRINCIPAL_TEXT_MAX];
    str text = principal_key(id, key);
    if (text.n == 0)
        return NULL;
    uint32_t at = map_get(&u->by_text, key_of(cloud, text));
    if (at == MAP_NONE)
        at = add_row(u, cloud, text);
    return at == USAGE_NONE ? NULL : &u->rows[at];
}

/* From now on the name finds the row, too. AWS names are those of one account only: they do not. */
static void name_row(usage *u, usage_row *row, str name)
{
    char key_text[PRINCIPAL_TEXT_MAX];
    str text = principal_key(name, key_text);
    if (row->name || text.n == 0 || row->provider == PROVIDER_AWS)
        return;
    row->name = intern_id(&u->text, text);
    uint64_t key = key_of((provider)row->provider, text);
    bool is_free = map_get(&u->by_text, key) == MAP_NONE;
    if (!row->name || (is_free && !map_put(&u->by_text, key, (uint32_t)(row - u->rows))))
        u->failed = true;
}

/* ---- spans ----------------------------------------------------------------------------------- */

static usage_span *span_at(usage *u, provider cloud, str account)
{
    uint64_t key = key_of(cloud, account);
    uint32_t at = map_get(&u->span_of, key);
    if (at != MAP_NONE)
        return &u->spans[at];
    if (u->n_spans >= LIMIT_INVENTORY_ACCOUNTS) {
        u->lost.n[EXCESS_inventory_accounts]++;
        return NULL;
    }
    usage_span *spans = array_room(u->spans, u->n_spans, &u->cap_spans, 16, sizeof *spans);
    if (!spans || !map_put(&u->span_of, key, (uint32_t)u->n_spans)) {
        u->failed = true;
        return NULL;
    }
    u->spans = spans;
    spans[u->n_spans] = (usage_span){.provider = (uint8_t)cloud,
                                     .account = account.n ? intern_id(&u->text, account) : 0,
                                     .first_ns = INT64_MAX,
                                     .last_ns = INT64_MIN};
    return &spans[u->n_spans++];
}

static void extend(usage_span *s, int64_t time_ns)
{
    if (!s || time_ns == TIME_NONE)
        return;
    s->first_ns = time_ns < s->first_ns ? time_ns : s->first_ns;
    s->last_ns = time_ns > s->last_ns ? time_ns : s->last_ns;
}

int64_t usage_days(const usage *u, provider cloud, str account, int64_t now_ns)
{
    uint32_t at = account.n > 0 ? map_get(&u->span_of, key_of(cloud, account)) : MAP_NONE;
    if (at == MAP_NONE && cloud != PROVIDER_AWS)
        at = map_get(&u->span_of, key_of(cloud, STR("")));
    if (at == MAP_NONE || u->spans[at].first_ns > now_ns)
        return 0;
    return (now_ns - u->spans[at].first_ns) / TIME_DAY;
}

bool usage_has_logs(const usage *u, provider cloud)
{
    return map_get(&u->span_of, key_of(cloud, STR(""))) != MAP_NONE;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void use_power(usage_row *row, power p, const event *e)
{
    if (e->outcome == OUTCOME_DENIED)
        row->denied[p]++;
    if (e->outcome != OUTCOME_SUCCESS)
        return;
    row->count[p]++;
    row->last_ns[p] = e->time_ns > row->last_ns[p] ? e->time_ns : row->last_ns[p];
}

static void see_powers(usage_row *row, const event *e, const char *class_name)
{
    for (size_t i = 0; i < ARRAY_LEN(uses); i++)
        if (strcmp(uses[i].class_name, class_name) == 0)
            use_power(row, uses[i].power, e);
    bool is_launch = strcmp(class_name, "instance.create") == 0;
    if (is_launch && e->field[FIELD_instance_identity].n > 0)
        use_power(row, POWER_PASS_ROLE, e);
}

/* How many of the remembered failures came within the window that ends with the newest. */
static uint32_t failures_within(const usage_row *row, int64_t window_ns, int64_t now_ns)
{
    uint32_t n = 0;
    uint32_t kept = row->failed < USAGE_FAILURES ? row->failed : USAGE_FAILURES;
    for (uint32_t i = 0; i < kept; i++)
        n += now_ns - row->failed_ns[i] <= window_ns;
    return n;
}

static void see_failure(usage *u, usage_row *row, const event *e)
{
    int64_t window = u->window_ns ? u->window_ns : WINDOW_MINUTES * TIME_MINUTE;
    row->failed_ns[row->failed++ % USAGE_FAILURES] = e->time_ns;
    row->is_locked = row->is_locked || str_is(e->field[FIELD_error_code], "50053");
    uint32_t n = failures_within(row, window, e->time_ns);
    if (n <= row->most_failed)
        return;
    row->most_failed = n;
    row->most_failed_ns = e->time_ns;
    str address = e->field[FIELD_src_ip];
    row->failed_address = address.n > 0 ? intern_id(&u->text, str_upto(address, ADDRESS_MAX)) : 0;
}

static void see_sign_in(usage *u, usage_row *row, const event *e)
{
    if (e->outcome == OUTCOME_DENIED || e->outcome == OUTCOME_FAILED) {
        see_failure(u, row, e);
        return;
    }
    row->sign_ins++;
    row->sign_ins_without_mfa += str_is(e->field[FIELD_mfa], "false");
    row->last_sign_in_ns = e->time_ns;
}

static usage_row *row_of_event(usage *u, const event *e)
{
    str id = e->field[FIELD_actor_arn];
    if (id.n == 0 || e->provider != PROVIDER_AWS)
        id = e->field[FIELD_actor_id];
    if (id.n == 0)
        id = e->field[FIELD_actor_name];
    return row_of(u, (provider)e->provider, id);
}

void usage_see(usage *u, const event *e)
{
    str account = e->field[FIELD_account];
    extend(span_at(u, (provider)e->provider, STR("")), e->time_ns);
    if (account.n > 0)
        extend(span_at(u, (provider)e->provider, account), e->time_ns);
    if (e->operation == OPERATION_NONE)
        return;
    usage_row *row = row_of_event(u, e);
    if (!row)
        return;
    const char *class_name = operation_at(e->operation)->class_name;
    name_row(u, row, e->field[FIELD_actor_name]);
    if (strcmp(class_name, "login") == 0)
        see_sign_in(u, row, e);
    else
        see_powers(row, e, class_name);
}

void usage_saw(usage *u, provider cloud, str id, power p, int64_t time_ns)
{
    usage_row *row = row_of(u, cloud, id);
    if (!row)
        return;
    row->is_told[p] = true;
    row->last_ns[p] = time_ns > row->last_ns[p] ? time_ns : row->last_ns[p];
}

void usage_settle(usage *u)
{
    for (uint32_t i = 0; i < u->n; i++)
        for (int p = 0; p < POWER_COUNT; p++)
            if (u->rows[i].is_told[p] && u->rows[i].count[p] == 0)
                u->rows[i].count[p] = 1;
}

void usage_knows(usage *u, provider cloud, str id, int64_t days)
{
    usage_row *row = row_of(u, cloud, id);
    if (row && days > row->known_days)
        row->known_days = days;
}

/* ---- joining --------------------------------------------------------------------------------- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void take_failures(usage *to, usage_row *copy, const usage *from, const usage_row *row)
{
    copy->is_locked = copy->is_locked || row->is_locked;
    if (row->most_failed <= copy->most_failed)
        return;
    str address = row->failed_address ? intern_text(&from->text, row->failed_address) : STR_NONE;
    copy->most_failed = row->most_failed;
    copy->most_failed_ns = row->most_failed_ns;
    copy->failed_address = address.n > 0 ? intern_id(&to->text, address) : 0;
}

static void copy_row(usage *to, const usage *from, const usage_row *row)
{
    usage_row *copy = row_of(to, (provider)row->provider, intern_text(&from->text, row->id));
    if (!copy)
        return;
    for (int p = 0; p < POWER_COUNT; p++) {
        copy->count[p] += row->count[p];
        copy->denied[p] += row->denied[p];
        copy->last_ns[p] = later(copy->last_ns[p], row->last_ns[p]);
    }
    copy->sign_ins += row->sign_ins;
    copy->sign_ins_without_mfa += row->sign_ins_without_mfa;
    copy->last_sign_in_ns = later(copy->last_sign_in_ns, row->last_sign_in_ns);
    take_failures(to, copy, from, row);
    if (row->name)
        name_row(to, copy, intern_text(&from->text, row->name));
}

bool usage_join(usage *to, const usage *from)
{
    for (uint32_t i = 0; i < from->n; i++)
        copy_row(to, from, &from->rows[i]);
    for (size_t i = 0; i < from->n_spans; i++) {
        const usage_span *s = &from->spans[i];
        str account = s->account ? intern_text(&from->text, s->account) : STR("");
        usage_span *copy = span_at(to, (provider)s->provider, account);
        extend(copy, s->first_ns);
        extend(copy, s->last_ns);
    }
    excess_add(&to->lost, &from->lost);
    return !to->failed;
}
