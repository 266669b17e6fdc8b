/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_trust.c -- whom trust policies let in, and what they ask of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "policy/aws_trust.h"

#define OWN "111122223333"
#define OTHER "444455556666"

/* clang-format off */
#define ALLOW(principal, more)                                                                     \
    "{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":" principal more "}"
#define DENY(principal, more)                                                                      \
    "{\"Effect\":\"Deny\",\"Action\":\"*\",\"Principal\":" principal more "}"
#define DOC(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define IF(text) ",\"Condition\":{" text "}"
#define AWS(who) "{\"AWS\":\"" who "\"}"
#define GITHUB "arn:aws:iam::" OWN ":oidc-provider/token.actions.githubusercontent.com"
#define WEB(principal, more)                                                                       \
    "{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Principal\":" principal more "}"

/* Each entry: kind, text, account, then marks: ! external, ? conditional, ~ all but; then what it
 * asks for: m(fa) e(xternal id) o(rganization) s(ource) a(ddress) u(ser: subject). */
static const struct {
    const char *document, *wanted;
} trials[] = {
    {DOC(ALLOW("{\"Service\":\"ec2.amazonaws.com\"}", "")), "service ec2.amazonaws.com  "},
    {DOC(ALLOW("{\"Service\":[\"ec2.amazonaws.com\",\"ssm.amazonaws.com\"]}", "")),
     "service ec2.amazonaws.com  ;service ssm.amazonaws.com  "},
    {DOC(ALLOW(AWS("arn:aws:iam::" OWN ":root"), "")), "account " OWN " " OWN " "},
    {DOC(ALLOW(AWS(OTHER), "")), "account " OTHER " " OTHER " !"},
    {DOC(ALLOW(AWS("arn:aws:iam::" OTHER ":user/eve"), "")),
     "arn arn:aws:iam::" OTHER ":user/eve " OTHER " !"},
    {DOC(ALLOW("\"*\"", "")), "everybody *  !"},
    {DOC(ALLOW(AWS("AIDAEXAMPLE"), "")), "unique AIDAEXAMPLE  !"},
    {DOC(ALLOW(AWS(OTHER), IF("\"StringEquals\":{\"sts:ExternalId\":\"x\"}"))),
     "account " OTHER " " OTHER " !?e"},
    {DOC(ALLOW(AWS(OTHER), IF("\"StringEqualsIfExists\":{\"sts:ExternalId\":\"x\"}"))),
     "account " OTHER " " OTHER " !?"},
    {DOC(ALLOW(AWS(OWN), IF("\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}"))),
     "account " OWN " " OWN " ?m"},
    /* That the key is there says nothing of its value. */
    {DOC(ALLOW(AWS(OWN), IF("\"Null\":{\"aws:MultiFactorAuthPresent\":\"false\"}"))),
     "account " OWN " " OWN " ?"},
    /* Keys have no such thing as MFA, and this lets them in. */
    {DOC(ALLOW(AWS(OWN), IF("\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"true\"}"))),
     "account " OWN " " OWN " ?"},
    {DOC(ALLOW(AWS(OWN), IF("\"NumericLessThan\":{\"aws:MultiFactorAuthAge\":\"3600\"}"))),
     "account " OWN " " OWN " ?m"},
    {DOC(ALLOW(AWS(OWN), "") ","
         DENY("\"*\"", IF("\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"}"))),
     "account " OWN " " OWN " ?m"},
    {DOC(ALLOW(AWS(OWN), "") ","
         DENY("\"*\"", IF("\"Bool\":{\"aws:MultiFactorAuthPresent\":\"false\"}"))),
     "account " OWN " " OWN " ?"},
    {DOC(ALLOW("\"*\"", IF("\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-1\"}"))),
     "everybody *  !?o"},
    {DOC(ALLOW("\"*\"", "") ","
         DENY("\"*\"", IF("\"StringNotEquals\":{\"aws:PrincipalOrgID\":\"o-1\"}"))),
     "everybody *  !?o"},
    {DOC(ALLOW("{\"Service\":\"s3.amazonaws.com\"}",
               IF("\"StringEquals\":{\"aws:SourceAccount\":\"" OWN "\"}"))),
     "service s3.amazonaws.com  ?s"},
    {DOC(ALLOW(AWS(OTHER), IF("\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}"))),
     "account " OTHER " " OTHER " !?a"},
    {DOC(ALLOW(AWS(OTHER), IF("\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"},"
                              "\"StringEquals\":{\"sts:ExternalId\":\"x\"}"))),
     "account " OTHER " " OTHER " !?ea"},
    /* Two ways in: one of them asks for nothing. */
    {DOC(ALLOW(AWS(OTHER), IF("\"StringEquals\":{\"sts:ExternalId\":\"x\"}")) ","
         ALLOW(AWS("arn:aws:iam::" OTHER ":root"), "")),
     "account " OTHER " " OTHER " !;account " OTHER " " OTHER " !"},
    {DOC(WEB("{\"Federated\":\"" GITHUB "\"}",
             IF("\"StringEquals\":{\"token.actions.githubusercontent.com:aud\":\"sts\"}"))),
     "federated " GITHUB " " OWN " ?"},
    {DOC(WEB("{\"Federated\":\"" GITHUB "\"}",
             IF("\"StringLike\":{\"token.actions.githubusercontent.com:sub\":\"repo:acme/*\"}"))),
     "federated " GITHUB " " OWN " ?u"},
    {DOC(WEB("{\"Federated\":\"accounts.google.com\"}", "")), "federated accounts.google.com  !"},
    {DOC("{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"NotPrincipal\":" AWS(OWN) "}"),
     "account " OWN " " OWN " ~!"},
    {DOC(ALLOW(AWS(OTHER), "") "," DENY(AWS(OTHER), "")), ""},
    {DOC(ALLOW(AWS(OTHER), "") "," DENY(AWS(OWN), "")), "account " OTHER " " OTHER " !"},
    {DOC("{\"Effect\":\"Allow\",\"Action\":\"sts:TagSession\",\"Principal\":\"*\"}"), ""},
    {DOC("{\"Effect\":\"Allow\",\"Action\":\"sts:*\",\"Principal\":\"*\"}"), "everybody *  !"},
    {DOC(""), ""},
};
/* clang-format on */

static const char *const kinds[AWS_PRINCIPAL_COUNT] = {
    "everybody", "account", "arn", "unique", "service", "federated", "canonical",
};

static void put_trusted(const aws_trusted *t, buf *out)
{
    static const char letters[] = "meosau";
    buf_printf(out, "%s ", kinds[t->who.kind]);
    buf_putstr(out, t->who.text);
    buf_putc(out, ' ');
    buf_putstr(out, t->account);
    buf_puts(out, t->is_all_but ? " ~" : " ");
    buf_puts(out, t->is_external ? "!" : "");
    buf_puts(out, t->is_conditional ? "?" : "");
    for (size_t i = 0; letters[i]; i++) {
        if (t->asks >> i & 1)
            buf_putc(out, letters[i]);
    }
}

static void read_trust(const char *document, str own, buf *out)
{
    AUTO(arena) a = {0};
    AUTO(aws_judge) judge = {0};
    aws_compiler *c = aws_compiler_new();
    aws_trust trust;
    assert_non_null(c);
    const aws_policy *p = aws_policy_parse(c, &a, str_of(document), STR("trust"));
    assert_non_null(p);
    assert_int_equal(p->n_problems, 0);
    assert_true(aws_trust_read(&judge, &a, p, own, &trust));
    for (size_t i = 0; i < trust.n; i++) {
        if (i)
            buf_putc(out, ';');
        put_trusted(&trust.items[i], out);
    }
    aws_compiler_free(c);
}

static void test_trust(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(buf) got = {0};
        read_trust(trials[i].document, STR(OWN), &got);
        if (!str_is(buf_str(&got), trials[i].wanted))
            fail_msg("%s: wanted `%s`, got `%.*s`", trials[i].document, trials[i].wanted,
                     (int)got.n, got.p ? got.p : "");
    }
}

static void test_own_account_not_known(void **unused)
{
    (void)unused;
    AUTO(buf) got = {0};
    read_trust(DOC(ALLOW(AWS(OTHER), "") "," ALLOW("\"*\"", "")), STR_NONE, &got);
    assert_true(str_is(buf_str(&got), "account " OTHER " " OTHER " ;everybody *  !"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trust),
        cmocka_unit_test(test_own_account_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
