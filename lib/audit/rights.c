/* SPDX-License-Identifier: Apache-2.0
 *
 * rights.c -- what is permitted beside what was done.
 */
#include "audit/rights.h"

#include "audit/audit.h"
#include "audit/check.h"
#include "base/time.h"

static bool is_principal(const fact *x)
{
    return x->kind == FACT_USER || x->kind == FACT_ROLE || x->kind == FACT_SERVICE;
}

static bool is_recent(const audit *a, const usage_row *row, power p)
{
    double days = check_threshold(a, THRESHOLD_unused_right_days);
    if (row->last_ns[p] == TIME_NONE)
        return true; /* used, nobody says when */
    return (double)(a->now_ns - row->last_ns[p]) <= days * (double)TIME_DAY;
}

static char mark_of(const audit *a, const right *r)
{
    bool is_used = r->used && r->used->count[r->power] > 0;
    if (!r->right)
        return '+';
    if (is_used && is_recent(a, r->used, r->power))
        return '=';
    bool is_known = (double)r->known_days >= check_threshold(a, THRESHOLD_unused_right_days);
    return is_known ? '-' : '?';
}

static int64_t known_days(const audit *a, const right *r)
{
    const usage *u = &a->usage;
    str account = facts_account(&a->facts, r->principal);
    int64_t days = usage_days(u, (provider)r->principal->provider, account, a->now_ns);
    /* AWS itself does not remember when a role was passed, only whether instances were made. */
    bool is_passing = r->power == POWER_PASS_ROLE && r->principal->provider == PROVIDER_AWS;
    if (is_passing && r->used && r->used->count[POWER_CREATE_INSTANCE] > 0)
        return days;
    return r->used && r->used->known_days > days ? r->used->known_days : days;
}

bool rights_of(const audit *a, uint32_t principal, power p, right *ret)
{
    const fact *x = facts_at(&a->facts, principal);
    uint32_t row = usage_of_fact(&a->usage, &a->facts, x);
    *ret = (right){.principal = x,
                   .power = p,
                   .right = access_find(&a->access, principal, p),
                   .used = row == USAGE_NONE ? NULL : &a->usage.rows[row]};
    if (!ret->right && !(ret->used && ret->used->count[p] > 0))
        return false;
    ret->known_days = known_days(a, ret);
    ret->mark = mark_of(a, ret);
    return true;
}

bool rights_next(const audit *a, rights_cursor *at, right *ret)
{
    for (; at->fact < a->facts.n; at->fact++, at->power = 0) {
        if (!is_principal(facts_at(&a->facts, at->fact)))
            continue;
        while (at->power < POWER_COUNT)
            if (rights_of(a, at->fact, (power)at->power++, ret))
                return true;
    }
    return false;
}
