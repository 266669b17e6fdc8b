/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_use.c -- from what an engine read of logs, and of the habits of earlier runs, to what an
 * audit knows of uses.
 *
 *  (1) Habits count calls that were refused, too: what they show as used may have been tried only.
 *      So they never make a right look unused that is not.
 */
#include "audit/audit.h"
#include "fact/principal.h"
#include "base/time.h"
#include "engine/audit.h"
#include "engine/engine.h"
#include "engine/fail.h"
#include "model/operation.h"
#include "state/habit.h"
#include "state/state.h"

static void use_habit(audit *a, const fact *x, str id, power p, uint16_t day)
{
    if (day > 0)
        usage_saw(&a->usage, (provider)x->provider, id, p, (int64_t)day * TIME_DAY);
}

static void use_operations(audit *a, const baseline *b, const fact *x, str id)
{
    uint16_t n = (uint16_t)operation_count();
    for (uint16_t o = 1; o < n; o++) {
        const operation_info *info = operation_at(o);
        if (info->provider != x->provider)
            continue;
        for (int p = 0; p < POWER_COUNT; p++)
            if (usage_is_use((power)p, info->class_name))
                use_habit(a, x, id, (power)p, habit_last_day(b, (provider)x->provider, id, o));
    }
}

static export_id logs_of(provider cloud)
{
    static const export_id logs[PROVIDER_COUNT] = {[PROVIDER_AWS] = EXPORT_aws_logs,
                                                   [PROVIDER_AZURE] = EXPORT_azure_logs,
                                                   [PROVIDER_GCP] = EXPORT_gcp_logs};
    return logs[cloud];
}

static void know_days(audit *a, const baseline *b, const fact *x, str id)
{
    str account = facts_account(&a->facts, x);
    int64_t first = habit_first_day(b, (provider)x->provider, account);
    if (first == 0)
        return;
    a->exports[logs_of((provider)x->provider)]++;
    usage_knows(&a->usage, (provider)x->provider, id, a->now_ns / TIME_DAY - first);
}

static void use_habits(audit *a, const baseline *b)
{
    char text[PRINCIPAL_TEXT_MAX];
    for (size_t i = 0; i < a->facts.n; i++) {
        const fact *x = &a->facts.items[i];
        if (x->kind != FACT_USER && x->kind != FACT_ROLE && x->kind != FACT_SERVICE)
            continue;
        str id = principal_short(facts_id(&a->facts, x), text);
        use_operations(a, b, x, id);
        know_days(a, b, x, id);
    }
}

spoor_status spoor_audit_use(spoor_audit *audit, const spoor_engine *engine, spoor_error *err)
{
    struct audit *a = engine_audit_open(audit);
    if (!a || !engine || !engine->options.usage || engine->run)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_audit_use: before finish, of an engine with options.usage whose "
                           "findings were all fetched");
    if (engine->has_before && engine->state->baseline)
        use_habits(a, engine->state->baseline);
    if (!usage_join(&a->usage, &engine->usage))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    for (int p = PROVIDER_AWS; p <= PROVIDER_GCP; p++)
        a->exports[logs_of((provider)p)] += usage_has_logs(&engine->usage, (provider)p);
    return SPOOR_OK;
}
