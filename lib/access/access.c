/* SPDX-License-Identifier: Apache-2.0
 *
 * access.c -- the rights of principals, gathered from the evaluators of all clouds.
 */
#include "access/access.h"

#include <assert.h>
#include <stdlib.h>

#include "access/aws_access.h"
#include "access/azure_access.h"
#include "access/gcp_access.h"
#include "base/array.h"
#include "base/limits.h"
#include "base/text.h"

typedef bool access_builder(access *a, facts *f);

/* clang-format off */
static access_builder *const builders[] = {
    aws_access_build,
    azure_access_build,
    gcp_access_build,
    NULL, /* the end */
};
/* clang-format on */

static const power_info powers[] = {
#define POWER(name, text, aws, azure, gcp, doc) {text, {"", aws, azure, gcp, ""}, doc},
#include "access/power.def"
#undef POWER
};

_Static_assert(PROVIDER_AWS == 1 && PROVIDER_AZURE == 2 && PROVIDER_GCP == 3 && PROVIDER_OTHER == 4,
               "the order of power_info.action");

const power_info *power_describe(power p)
{
    assert(p < POWER_COUNT);
    return &powers[p];
}

void access_done(access *a)
{
    free(a->items);
    free(a->first);
    *a = (access){0};
}

void access_add(access *a, access_right right)
{
    if (a->n >= LIMIT_ACCESS_RIGHTS) {
        a->lost.n[EXCESS_access_rights]++;
        return;
    }
    access_right *items = array_room(a->items, a->n, &a->cap, 64, sizeof *items);
    if (!items) {
        a->failed = true;
        return;
    }
    a->items = items;
    items[a->n++] = right;
}

/* The strongest right to a power comes first. */
static int compare(const void *a, const void *b, void *user)
{
    const facts *f = user;
    const access_right *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    int order = (int)x->power - (int)y->power;
    order = order ? order : (int)y->is_admin - (int)x->is_admin;
    order = order ? order : (int)x->verdict - (int)y->verdict;
    order = order ? order : facts_compare_text(f, x->scope, y->scope);
    order = order ? order : facts_compare_text(f, x->via, y->via);
    return order ? order : facts_compare_text(f, x->condition, y->condition);
}

/* Where the rights of each fact begin. */
static bool index_rights(access *a, const facts *f)
{
    a->first = calloc(f->n + 1, sizeof *a->first);
    if (!a->first)
        return false;
    size_t at = 0;
    for (size_t i = 0; i <= f->n; i++) {
        while (at < a->n && a->items[at].principal < i)
            at++;
        a->first[i] = (uint32_t)at;
    }
    return true;
}

bool access_build(access *a, facts *f)
{
    for (size_t i = 0; builders[i]; i++)
        if (!builders[i](a, f))
            return false;
    if (a->n > 0)
        qsort_r(a->items, a->n, sizeof *a->items, compare, f);
    return !a->failed && index_rights(a, f);
}

const access_right *access_of(const access *a, uint32_t principal, size_t *ret_n)
{
    assert(a->first);
    *ret_n = a->first[principal + 1] - a->first[principal];
    return *ret_n ? a->items + a->first[principal] : NULL;
}

const access_right *access_find(const access *a, uint32_t principal, power p)
{
    size_t n;
    const access_right *all = access_of(a, principal, &n);
    for (size_t i = 0; i < n; i++)
        if (all[i].power == p)
            return &all[i];
    return NULL;
}

bool access_is_admin(const access *a, uint32_t principal)
{
    size_t n;
    const access_right *all = access_of(a, principal, &n);
    for (size_t i = 0; i < n; i++)
        if (all[i].is_admin && all[i].verdict == ACCESS_ALLOWED)
            return true;
    return false;
}
