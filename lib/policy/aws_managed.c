/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_managed.c -- the table, and policies made of its rows.
 */
#include "policy/aws_managed.h"

#include <stdlib.h>

#include "base/text.h"

static const char *const actions[] = {
#define AWS_MANAGED_ACTION(name) name,
#define AWS_MANAGED_POLICY(name, bits)
#include "policy/aws_managed.def"
#undef AWS_MANAGED_ACTION
#undef AWS_MANAGED_POLICY
};

typedef struct row {
    const char *name;
    uint32_t grants;
} row;

static const row rows[] = {
#define AWS_MANAGED_ACTION(name)
#define AWS_MANAGED_POLICY(name, bits) {name, bits},
#include "policy/aws_managed.def"
#undef AWS_MANAGED_ACTION
#undef AWS_MANAGED_POLICY
};

/* clang-format off */
#define ALLOW "{\"Effect\":\"Allow\",\"Resource\":\"*\","

static const struct {
    const char *name, *document;
} whole[] = {
    {"AdministratorAccess",
     "{\"Statement\":" ALLOW "\"Action\":\"*\"}}"},
    {"PowerUserAccess",
     "{\"Statement\":[" ALLOW "\"NotAction\":[\"iam:*\",\"organizations:*\",\"account:*\"]},"
     ALLOW "\"Action\":[\"account:GetAccountInformation\","
     "\"account:GetGovCloudAccountInformation\",\"account:GetPrimaryEmail\","
     "\"account:ListRegions\",\"iam:CreateServiceLinkedRole\",\"iam:DeleteServiceLinkedRole\","
     "\"iam:ListRoles\",\"organizations:DescribeEffectivePolicy\","
     "\"organizations:DescribeOrganization\"]}]}"},
    {"IAMFullAccess",
     "{\"Statement\":" ALLOW "\"Action\":[\"iam:*\",\"organizations:DescribeAccount\","
     "\"organizations:DescribeOrganization\",\"organizations:DescribeOrganizationalUnit\","
     "\"organizations:DescribePolicy\",\"organizations:ListChildren\","
     "\"organizations:ListParents\",\"organizations:ListPoliciesForTarget\","
     "\"organizations:ListRoots\",\"organizations:ListPolicies\","
     "\"organizations:ListTargetsForPolicy\"]}}"},
};
/* clang-format on */

static str name_of(str policy)
{
    return text_after_last(policy, '/');
}

bool aws_managed_is(str arn)
{
    str partition = text_before(text_after(arn, ':'), ':');
    str rest = str_from(arn, sizeof "arn:" + partition.n);
    return text_starts(arn, "arn:aws") && text_starts(rest, "iam::aws:policy/");
}

static int compare_name(const void *key, const void *element)
{
    return text_compare(*(const str *)key, str_of(((const row *)element)->name));
}

static uint32_t grants_of(str policy)
{
    str name = name_of(policy);
    const row *r = bsearch(&name, rows, ARRAY_LEN(rows), sizeof rows[0], compare_name);
    return r ? r->grants : 0;
}

static uint32_t bit_of(str action)
{
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (text_eq_nocase(action, str_of(actions[i])))
            return UINT32_C(1) << i;
    }
    return 0;
}

bool aws_managed_grants(str policy, str action)
{
    return (grants_of(policy) & bit_of(action)) != 0;
}

bool aws_managed_knows_action(str action)
{
    return bit_of(action) != 0;
}

/* ---- policies made of a row ------------------------------------------------------------------ */

static aws_patterns patterns_of(arena *a, uint32_t bits)
{
    aws_pattern *items = arena_alloc(a, ARRAY_LEN(actions) * sizeof *items);
    uint32_t n = 0;
    for (size_t i = 0; items && i < ARRAY_LEN(actions); i++) {
        if (bits >> i & 1)
            n += aws_pattern_compile(a, str_of(actions[i]), AWS_PATTERN_ACTION, false, &items[n]);
    }
    return (aws_patterns){items, n};
}

static aws_patterns everything(arena *a)
{
    aws_pattern *item = arena_alloc(a, sizeof *item);
    if (item)
        aws_pattern_compile(a, STR("*"), AWS_PATTERN_RESOURCE, false, item);
    return (aws_patterns){item, item != NULL};
}

/* One statement for what the table says, one for all it does not speak of; both under a condition
 * that no request decides. */
static const aws_policy *conditional_policy(arena *a, str arn)
{
    const uint32_t all = (UINT32_C(1) << ARRAY_LEN(actions)) - 1;
    aws_policy *p = arena_alloc(a, sizeof *p);
    aws_statement *s = arena_alloc(a, 2 * sizeof *s);
    aws_condition *missing = arena_alloc(a, sizeof *missing);
    const str words[] = {STR("document of "), name_of(arn)};
    if (!p || !s || !missing)
        return NULL;
    missing->key = arena_join(a, words, ARRAY_LEN(words));
    s[0] = (aws_statement){
        .index = 1,
        .is_allow = true,
        .has_resource = true,
        .resources = everything(a),
        .conditions = missing,
        .n_conditions = 1,
    };
    s[1] = s[0];
    s[0].actions = patterns_of(a, grants_of(arn));
    s[1].index = 2;
    s[1].actions = patterns_of(a, all);
    s[1].is_not_action = true;
    *p = (aws_policy){.name = arn, .statements = s, .n = 2};
    return a->failed ? NULL : p;
}

const aws_policy *aws_managed_policy(aws_compiler *c, arena *a, str arn)
{
    if (!aws_managed_is(arn))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
        if (str_is(name_of(arn), whole[i].name))
            return aws_policy_parse(c, a, str_of(whole[i].document), arn);
    }
    return conditional_policy(a, arn);
}
