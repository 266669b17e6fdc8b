/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_aws_oom.c -- policies of AWS while memory runs out: allocation 1, 2, 3 … fails in turn.
 *
 * Each time the failure is told, and never becomes a verdict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/aws_powers.h"
#include "policy/aws_trust.h"
#include "support/starved.h"

/* clang-format off */
static const char identity[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\","
    "\"Resource\":[\"arn:aws:s3:::*-${aws:username}\",\"arn:aws:s3:::b\"],\"Condition\":"
    "{\"StringLike\":{\"a:b\":\"x${aws:username}*\"},\"BinaryEquals\":{\"a:c\":\"QQ==\"}}},"
    "{\"Sid\":\"X\",\"Effect\":\"Maybe\"}]}";
static const char boundary[] =
    "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::x*\"}}";
static const char trust[] =
    "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Principal\":"
    "{\"Federated\":\"accounts.google.com\"},\"Condition\":{\"Bool\":{\"a:b\":\"true\"}}}}";
/* clang-format on */

static bool ask(aws_judge *judge, const aws_policy *p, const aws_policy *b)
{
    const str eve = STR("eve"), value = STR("xeve1"), binary = STR("QQ");
    const aws_context_entry entries[] = {
        {STR("aws:username"), &eve, 1}, {STR("a:b"), &value, 1}, {STR("a:c"), &binary, 1}};
    const aws_context context = {entries, ARRAY_LEN(entries), true};
    const aws_policy_list list = {&b, 1};
    const aws_policy_set set = {.identity = {&p, 1}, .boundary = &list};
    const aws_request r = {STR("s3:GetObject"), STR("*"), true, &context, NULL};
    aws_decision d = {0};
    bool is_ok = aws_ask(judge, &set, &r, &d);
    assert_true(!is_ok || d.verdict == AWS_ALLOWED);
    return is_ok;
}

static bool evaluate(void)
{
    AUTO(arena) a = {0};
    AUTO(aws_judge) judge = {0};
    aws_compiler *c = aws_compiler_new();
    const aws_policy *p = c ? aws_policy_parse(c, &a, str_of(identity), STR("p")) : NULL;
    const aws_policy *b = p ? aws_policy_parse(c, &a, str_of(boundary), STR("b")) : NULL;
    bool is_ok = b && ask(&judge, p, b);
    assert_true(!p || p->n == 1);
    aws_compiler_free(c);
    return is_ok;
}

static bool trust_somebody(void)
{
    AUTO(arena) a = {0};
    AUTO(aws_judge) judge = {0};
    aws_compiler *c = aws_compiler_new();
    aws_trust t = {0};
    const aws_policy *p = c ? aws_policy_parse(c, &a, str_of(trust), STR("p")) : NULL;
    bool is_ok = p && aws_trust_read(&judge, &a, p, STR("1"), &t);
    assert_true(!is_ok || t.n == 1);
    aws_compiler_free(c);
    return is_ok;
}

static bool make_actions(void)
{
    static const aws_action items[] = {{"ec2:RunInstances", "*"}, {"iam:PassRole", "arn:*"}};
    aws_actions t;
    bool is_ok = aws_actions_init(&t, items, ARRAY_LEN(items));
    aws_actions_done(&t);
    return is_ok;
}

static void evaluation_survives(void **state)
{
    (void)state;
    starved_run(evaluate, 3);
}

static void trust_survives(void **state)
{
    (void)state;
    starved_run(trust_somebody, 3);
}

static void actions_survive(void **state)
{
    (void)state;
    starved_run(make_actions, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation_survives),
        cmocka_unit_test(trust_survives),
        cmocka_unit_test(actions_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
