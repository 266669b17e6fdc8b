/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_access.c -- random accounts of AWS: who may do what is what a question for every action
 * about all policies at once says, without masks, choice of policies, or memory of earlier answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "access/aws_access.h"
#include "access/aws_book.h"
#include "access/aws_who.h"
#include "fact/aws_words.h"
#include "base/text.h"
#include "support/random.h"

#define ACCOUNT "111122223333"
#define IAM "arn:aws:iam::" ACCOUNT ":"

enum { ROUNDS = 200, USERS = 8, GROUPS = 3, POLICIES = 6, POLICIES_MAX = 32 };

/* clang-format off */
static const char *const actions[] = {
    "*", "ec2:*", "ec2:RunInstances", "ec2:Create*", "ec2:AttachVolume", "iam:*", "iam:PassRole", "iam:Create*",
    "iam:AttachUserPolicy", "iam:PutRolePolicy", "s3:*", "cloudtrail:*", "ssm:StartSession", "autoscaling:*",
};
static const char *const resources[] = {
    "*", "*", "*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/v-1", "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:iam::*:role/app-*", "arn:aws:iam::*:policy/*", "arn:aws:s3:::*",
};
static const char *const conditions[] = {
    "", "", "", "", ",\"Condition\":{\"StringEquals\":{\"aws:RequestedRegion\":\"eu-west-1\"}}",
    ",\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}",
    ",\"Condition\":{\"StringEquals\":{\"aws:PrincipalTag/team\":\"red\"}}",
    ",\"Condition\":{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/user1\"}}",
};
/* clang-format on */

#define PICK(seed, from) ((from)[random_next(seed) % ARRAY_LEN(from)])

static bool one_in(uint64_t *seed, unsigned n)
{
    return random_next(seed) % n == 0;
}

/* ---- accounts by chance ---------------------------------------------------------------------- */

static void put_document(uint64_t *seed, buf *out)
{
    size_t n = 1 + random_next(seed) % 3;
    buf_reset(out);
    buf_puts(out, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s{\"Effect\":\"%s\",\"%sAction\":\"%s\",\"Resource\":\"%s\"%s}",
                   i ? "," : "", one_in(seed, 6) ? "Deny" : "Allow", one_in(seed, 8) ? "Not" : "",
                   PICK(seed, actions), PICK(seed, resources), PICK(seed, conditions));
    buf_puts(out, "]}");
}

static void add_policy(facts *f, uint64_t *seed, const char *id, bool is_inline)
{
    AUTO(buf) document = {0};
    put_document(seed, &document);
    uint32_t at = facts_add(f, FACT_POLICY, PROVIDER_AWS, str_of(id), 0);
    facts_set_name(f, at, aws_arn_name(str_of(id)));
    facts_put_flag(f, at, ATTR_IS_INLINE, is_inline);
    facts_put_text(f, at, ATTR_DOCUMENT, buf_str(&document));
}

static uint32_t add_principal(facts *f, uint64_t *seed, fact_kind kind, const char *arn)
{
    char id[200];
    uint32_t at = facts_add(f, kind, PROVIDER_AWS, str_of(arn), 0);
    facts_set_account(f, at, STR(ACCOUNT));
    facts_set_name(f, at, aws_arn_name(str_of(arn)));
    for (int i = 0; i < POLICIES; i++) {
        snprintf(id, sizeof id, IAM "policy/p%d", i);
        if (one_in(seed, 4))
            facts_put_text(f, at, ATTR_ATTACHED, str_of(id));
    }
    if (one_in(seed, 6))
        facts_put_text(f, at, ATTR_ATTACHED, STR("arn:aws:iam::aws:policy/PowerUserAccess"));
    snprintf(id, sizeof id, "%s/inline/own", arn);
    if (one_in(seed, 3))
        add_policy(f, seed, id, true);
    if (kind != FACT_GROUP && one_in(seed, 5))
        facts_put_text(f, at, ATTR_BOUNDARY, STR(IAM "policy/p0"));
    if (one_in(seed, 3))
        facts_put_text(f, at, ATTR_TAG, STR("team=red"));
    return at;
}

static void make_world(facts *f, uint64_t *seed)
{
    char text[100];
    uint32_t account = facts_add(f, FACT_ACCOUNT, PROVIDER_AWS, STR(ACCOUNT), 0);
    facts_set_account(f, account, STR(ACCOUNT));
    if (one_in(seed, 2))
        facts_put_text(f, account, ATTR_CONTROL_POLICY, STR(IAM "policy/p1"));
    for (int i = 0; i < POLICIES; i++) {
        snprintf(text, sizeof text, IAM "policy/p%d", i);
        add_policy(f, seed, text, false);
    }
    for (int i = 0; i < GROUPS; i++) {
        snprintf(text, sizeof text, IAM "group/g%d", i);
        add_principal(f, seed, FACT_GROUP, text);
    }
    for (int i = 0; i < USERS; i++) {
        snprintf(text, sizeof text, IAM "%s/user%d", i % 4 == 3 ? "role" : "user", i);
        uint32_t at = add_principal(f, seed, i % 4 == 3 ? FACT_ROLE : FACT_USER, text);
        snprintf(text, sizeof text, "g%d", (int)(random_next(seed) % GROUPS));
        if (i % 4 != 3 && one_in(seed, 2))
            facts_put_text(f, at, ATTR_GROUP_NAME, str_of(text));
    }
    assert_true(facts_sort(f));
}

/* ---- the slow way ---------------------------------------------------------------------------- */

typedef struct slow {
    const facts *facts;
    aws_compiler *compiler;
    arena a;
    aws_judge judge;
    const aws_policy *identity[POLICIES_MAX];
    size_t n;
} slow;

static const aws_policy *compile(slow *s, str id)
{
    uint32_t at = facts_find(s->facts, FACT_POLICY, PROVIDER_AWS, id);
    str document =
        at == FACT_NONE
            ? STR("{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\",\"NotAction\":["
                  "\"iam:*\",\"organizations:*\",\"account:*\"]},{\"Effect\":\"Allow\","
                  "\"Resource\":\"*\",\"Action\":[\"iam:CreateServiceLinkedRole\"]}]}")
            : facts_get_text(s->facts, facts_at(s->facts, at), ATTR_DOCUMENT);
    const aws_policy *p = aws_policy_parse(s->compiler, &s->a, document, id);
    assert_non_null(p);
    return p;
}

static void gather(slow *s, const fact *x)
{
    AUTO(buf) id = {0};
    fact_iter it = facts_iter(s->facts, x, ATTR_ATTACHED);
    while (facts_next(&it))
        s->identity[s->n++] = compile(s, it.value.text);
    buf_putstr(&id, facts_id(s->facts, x));
    buf_puts(&id, "/inline/own");
    if (facts_find(s->facts, FACT_POLICY, PROVIDER_AWS, buf_str(&id)) != FACT_NONE)
        s->identity[s->n++] = compile(s, buf_str(&id));
    it = facts_iter(s->facts, x, ATTR_GROUP_NAME);
    while (facts_next(&it)) {
        buf_reset(&id);
        buf_puts(&id, IAM "group/");
        buf_putstr(&id, it.value.text);
        gather(s, facts_at(s->facts, facts_find(s->facts, FACT_GROUP, PROVIDER_AWS, buf_str(&id))));
    }
}

static aws_verdict ask(slow *s, const fact *x, int action, const aws_context *context)
{
    str bound = facts_get_text(s->facts, x, ATTR_BOUNDARY);
    const fact *account =
        facts_at(s->facts, facts_find(s->facts, FACT_ACCOUNT, PROVIDER_AWS, STR(ACCOUNT)));
    str control = facts_get_text(s->facts, account, ATTR_CONTROL_POLICY);
    const aws_policy *outer[2] = {bound.n ? compile(s, bound) : NULL,
                                  control.n ? compile(s, control) : NULL};
    const aws_policy_list boundary = {&outer[0], 1}, level = {&outer[1], 1};
    aws_policy_set set = {.identity = {s->identity, s->n},
                          .boundary = bound.n ? &boundary : NULL,
                          .scps = &level,
                          .n_scps = control.n > 0};
    aws_request r = {str_of(aws_action_rows[action].action), str_of(aws_action_rows[action].reach),
                     true, context, NULL};
    aws_decision d = {0};
    assert_true(aws_ask(&s->judge, &set, &r, &d));
    return d.verdict;
}

/* -1: none; else an access_verdict. */
static int verdict_of_way(const aws_verdict *verdicts, str way)
{
    int least = ACCESS_ALLOWED;
    str one;
    while (text_next(&way, '+', &one)) {
        for (int i = 0; i < AWS_ACTION_COUNT; i++) {
            if (!str_is(one, aws_action_rows[i].action))
                continue;
            if (verdicts[i] < AWS_ALLOWED_IF)
                return -1;
            least = verdicts[i] == AWS_ALLOWED ? least : ACCESS_CONDITIONAL;
        }
    }
    return least;
}

static int verdict_of_power(const aws_verdict *verdicts, power p)
{
    int best = -1;
    str rest = str_of(power_describe(p)->action[PROVIDER_AWS]), way;
    while (text_next(&rest, ' ', &way)) {
        int one = verdict_of_way(verdicts, way);
        if (one == ACCESS_ALLOWED || best < 0)
            best = one;
    }
    return best;
}

static bool is_credential(int action)
{
    return action == AWS_iam_CreateAccessKey || action == AWS_iam_CreateLoginProfile ||
           action == AWS_iam_UpdateLoginProfile;
}

static void compare(const facts *f, const access *a, uint32_t at, aws_compiler *compiler)
{
    slow s = {.facts = f, .compiler = compiler};
    AUTO(aws_who) self = {0}, others = {0};
    aws_verdict verdicts[AWS_ACTION_COUNT];
    const fact *x = facts_at(f, at);
    gather(&s, x);
    aws_who_know(&self, f, x, true);
    aws_who_know(&others, f, x, false);
    for (int i = 0; i < AWS_ACTION_COUNT; i++)
        verdicts[i] = ask(&s, x, i, is_credential(i) ? &others.context : &self.context);
    for (int p = 0; p < POWER_COUNT; p++) {
        const access_right *r = access_find(a, at, (power)p);
        int expected = verdict_of_power(verdicts, (power)p);
        if ((r ? (int)r->verdict : -1) != expected)
            print_error("%s may %s: %d, not %d\n", facts_name(f, x).p,
                        power_describe((power)p)->text, r ? (int)r->verdict : -1, expected);
        assert_int_equal(r ? (int)r->verdict : -1, expected);
    }
    arena_done(&s.a);
    aws_judge_done(&s.judge);
}

static void rights_are_those_of_the_slow_way(void **state)
{
    (void)state;
    uint64_t seed = 20261124;
    size_t granted = 0;
    aws_compiler *compiler = aws_compiler_new();
    assert_non_null(compiler);
    for (int round = 0; round < ROUNDS; round++) {
        facts f = {0};
        access a = {0};
        make_world(&f, &seed);
        assert_true(access_build(&a, &f));
        for (uint32_t at = 0; at < f.n; at++) {
            uint8_t kind = facts_at(&f, at)->kind;
            if (kind == FACT_USER || kind == FACT_ROLE || kind == FACT_GROUP)
                compare(&f, &a, at, compiler);
        }
        granted += a.n;
        access_done(&a);
        facts_done(&f);
    }
    assert_true(granted > 1000);
    aws_compiler_free(compiler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_those_of_the_slow_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
