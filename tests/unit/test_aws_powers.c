/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_powers.c -- bits of policies, and what is known of policies that AWS manages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "policy/aws_managed.h"
#include "policy/aws_powers.h"

/* clang-format off */
static const aws_action table[] = {
    {"ec2:RunInstances",   "arn:*:ec2:*:*:instance/*"},
    {"ec2:CreateSnapshot", "arn:*:ec2:*:*:snapshot/*"},
    {"iam:PassRole",       "arn:*:iam::*:role/*"},
    {"ec2:RunInstances",   "arn:*:ec2:*:*:image/*"}, /* an action may stand for each of its types */
};

#define ONE(effect, action, resource, more)                                                        \
    "{\"Statement\":{\"Effect\":\"" effect "\"," action ",\"Resource\":\"" resource "\"" more "}}"
#define COND ",\"Condition\":{\"Bool\":{\"a:b\":\"true\"}}"

/* Bits of the table, last one first. */
static const struct {
    const char *document;
    aws_powers wanted;
} trials[] = {
    {ONE("Allow", "\"Action\":\"*\"", "*", ""),                 {.allow = 0xf}},
    {ONE("Allow", "\"Action\":\"ec2:*\"", "*", ""),             {.allow = 0xb}},
    {ONE("Allow", "\"Action\":\"EC2:runinstances\"", "*", ""),  {.allow = 0x9}},
    {ONE("Allow", "\"Action\":\"e*:Run*\"", "*", ""),           {.allow = 0x9}},
    {ONE("Allow", "\"Action\":\"s3:*\"", "*", ""),              {0}},
    {ONE("Allow", "\"Action\":\"ec2:Describe*\"", "*", ""),     {0}},
    {ONE("Allow", "\"NotAction\":\"iam:*\"", "*", ""),          {.allow = 0xb}},
    {ONE("Allow", "\"NotAction\":\"s3:GetObject\"", "*", ""),   {.allow = 0xf}},
    {ONE("Allow", "\"Action\":\"*\"", "*", COND),               {.allow_if = 0xf}},
    {ONE("Deny", "\"Action\":\"*\"", "*", COND),                {.deny_if = 0xf}},
    {ONE("Deny", "\"Action\":\"iam:*\"", "*", ""),              {.deny = 0x4}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:aws:ec2:*:*:instance/*", ""),   {.allow_some = 0x1}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:*:ec2:*:*:instance/*", ""),     {.allow = 0x1}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:aws:ec2:*", ""),                {.allow_some = 0xb}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:*:ec2:*", ""),                  {.allow = 0xb}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:aws:s3:::b/*", ""),             {0}},
    {ONE("Deny", "\"Action\":\"*\"", "arn:aws:iam::1:role/x", ""),         {.deny_some = 0x4}},
    {ONE("Allow", "\"Action\":\"*\"", "arn:aws:iam::1:role/x", COND),      {.allow_if = 0x4}},
};
/* clang-format on */

typedef struct bench {
    arena a;
    buf table;
    aws_compiler *compiler;
    aws_actions actions;
} bench;

static void bench_init(bench *b)
{
    *b = (bench){.compiler = aws_compiler_new()};
    assert_non_null(b->compiler);
    assert_true(aws_actions_init(&b->actions, table, ARRAY_LEN(table)));
}

static void bench_done(bench *b)
{
    aws_compiler_free(b->compiler);
    aws_actions_done(&b->actions);
    arena_done(&b->a);
    buf_done(&b->table);
}

static aws_powers powers(bench *b, const char *document)
{
    const aws_policy *p = aws_policy_parse(b->compiler, &b->a, str_of(document), STR("p"));
    assert_non_null(p);
    return aws_powers_of(&b->actions, p, &b->table);
}

static void test_bits(void **unused)
{
    bench b;
    (void)unused;
    bench_init(&b);
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        aws_powers got = powers(&b, trials[i].document);
        if (memcmp(&got, &trials[i].wanted, sizeof got) != 0)
            fail_msg("%s: %llx %llx %llx, deny %llx %llx %llx", trials[i].document,
                     (unsigned long long)got.allow, (unsigned long long)got.allow_some,
                     (unsigned long long)got.allow_if, (unsigned long long)got.deny,
                     (unsigned long long)got.deny_some, (unsigned long long)got.deny_if);
    }
    bench_done(&b);
}

static void test_variables_are_conditions(void **unused)
{
    bench b;
    (void)unused;
    bench_init(&b);
    aws_powers got = powers(&b, "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                                "\"Action\":\"iam:*\",\"Resource\":"
                                "\"arn:aws:iam::1:role/${aws:username}\"}}");
    assert_int_equal(got.allow_if, 0x4);
    assert_int_equal(got.allow | got.allow_some, 0);
    got = powers(&b, "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\","
                     "\"Action\":\"iam:*\",\"NotResource\":"
                     "\"arn:aws:iam::1:role/${aws:username}\"}}");
    assert_int_equal(got.deny_if, 0x4);
    assert_int_equal(got.deny | got.deny_some, 0);
    bench_done(&b);
}

static void test_sets(void **unused)
{
    bench b;
    (void)unused;
    bench_init(&b);
    aws_powers all = powers(&b, ONE("Allow", "\"Action\":\"*\"", "*", ""));
    aws_powers ec2 = powers(&b, ONE("Allow", "\"Action\":\"ec2:*\"", "*", ""));
    aws_powers mfa = powers(&b, ONE("Deny", "\"Action\":\"ec2:CreateSnapshot\"", "*", COND));
    aws_power_verdict v = aws_powers_judge(&b.actions, &(aws_power_set){.identity = all});
    assert_int_equal(v.allowed, 0xf);
    v = aws_powers_judge(&b.actions, &(aws_power_set){.identity = all, .boundary = &ec2});
    assert_int_equal(v.allowed, 0xb);
    assert_int_equal(v.denied, 0x4);
    aws_powers_add(&all, &mfa);
    v = aws_powers_judge(&b.actions, &(aws_power_set){.identity = all, .scps = &ec2, .n_scps = 1});
    assert_int_equal(v.allowed, 0x9);
    assert_int_equal(v.denied, 0x4);
    assert_int_equal(v.undecided, 0x2);
    v = aws_powers_judge(&b.actions, &(aws_power_set){0});
    assert_int_equal(v.denied, 0xf);
    bench_done(&b);
}

static void test_too_many_actions(void **unused)
{
    aws_action many[AWS_ACTIONS_MAX + 1];
    aws_actions t;
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (aws_action){"ec2:RunInstances", "*"};
    assert_false(aws_actions_init(&t, many, ARRAY_LEN(many)));
    assert_true(aws_actions_init(&t, many, AWS_ACTIONS_MAX));
    assert_true(t.all == UINT64_MAX);
    aws_actions_done(&t);
}

/* ---- managed policies ------------------------------------------------------------------------ */

static void test_managed_names(void **unused)
{
    (void)unused;
    assert_true(aws_managed_is(STR("arn:aws:iam::aws:policy/AdministratorAccess")));
    assert_true(aws_managed_is(STR("arn:aws-cn:iam::aws:policy/job-function/SystemAdministrator")));
    assert_false(aws_managed_is(STR("arn:aws:iam::111122223333:policy/AdministratorAccess")));
    assert_false(aws_managed_is(STR("AdministratorAccess")));
    assert_false(aws_managed_is(STR("")));
    const str admin = STR("arn:aws:iam::aws:policy/job-function/SystemAdministrator");
    assert_true(aws_managed_grants(admin, STR("EC2:RunInstances")));
    assert_true(aws_managed_grants(STR("AmazonEC2FullAccess"), STR("ec2:CreateFleet")));
    assert_false(aws_managed_grants(STR("AmazonEC2FullAccess"), STR("iam:PassRole")));
    assert_false(aws_managed_grants(STR("ReadOnlyAccess"), STR("ec2:RunInstances")));
    assert_true(aws_managed_knows_action(STR("iam:passrole")));
    assert_false(aws_managed_knows_action(STR("iam:CreateUser")));
}

/* clang-format off */
static const struct {
    const char *policy, *action;
    aws_verdict wanted;
    const char *key;
} managed[] = {
    {"AdministratorAccess", "iam:CreateUser",           AWS_ALLOWED,         NULL},
    {"PowerUserAccess",     "ec2:RunInstances",         AWS_ALLOWED,         NULL},
    {"PowerUserAccess",     "iam:PassRole",             AWS_DENIED_IMPLICIT, NULL},
    {"PowerUserAccess",     "iam:ListRoles",            AWS_ALLOWED,         NULL},
    {"IAMFullAccess",       "iam:PassRole",             AWS_ALLOWED,         NULL},
    {"IAMFullAccess",       "ec2:RunInstances",         AWS_DENIED_IMPLICIT, NULL},
    {"AmazonEC2FullAccess", "ec2:RunInstances",         AWS_ALLOWED_IF, "document of AmazonEC2FullAccess"},
    {"AmazonEC2FullAccess", "iam:PassRole",             AWS_DENIED_IMPLICIT, NULL},
    {"AmazonEC2FullAccess", "ec2:TerminateInstances",   AWS_ALLOWED_IF, "document of AmazonEC2FullAccess"},
    {"ReadOnlyAccess",      "ec2:RunInstances",         AWS_DENIED_IMPLICIT, NULL},
};
/* clang-format on */

static void check_managed(bench *b, size_t i)
{
    AUTO(aws_judge) judge = {0};
    static const aws_context complete = {.is_complete = true};
    str arn = arena_printf(&b->a, "arn:aws:iam::aws:policy/%s", managed[i].policy);
    const aws_policy *p = aws_managed_policy(b->compiler, &b->a, arn);
    assert_non_null(p);
    assert_int_equal(p->n_problems, 0);
    const aws_policy_set set = {.identity = {&p, 1}};
    const aws_request request = {
        .action = str_of(managed[i].action), .resource = STR("*"), .context = &complete};
    aws_decision d;
    assert_true(aws_ask(&judge, &set, &request, &d));
    assert_int_equal(d.verdict, managed[i].wanted);
    assert_int_equal(d.keys.n, managed[i].key != NULL);
    assert_true(!managed[i].key || str_is(d.keys.items[0], managed[i].key));
}

static void test_managed_policies(void **unused)
{
    bench b;
    (void)unused;
    bench_init(&b);
    for (size_t i = 0; i < ARRAY_LEN(managed); i++)
        check_managed(&b, i);
    assert_null(aws_managed_policy(b.compiler, &b.a, STR("arn:aws:iam::1:policy/PowerUserAccess")));
    assert_false(b.a.failed);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),          cmocka_unit_test(test_variables_are_conditions),
        cmocka_unit_test(test_sets),          cmocka_unit_test(test_too_many_actions),
        cmocka_unit_test(test_managed_names), cmocka_unit_test(test_managed_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
