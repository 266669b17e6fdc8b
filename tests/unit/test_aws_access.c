/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_aws_access.c -- the words for ARNs, the table of actions, and who may do what in AWS while
 * memory runs out. What is granted to whom stands in tests/audit/aws_iam_*.case.
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
#include "access/aws_escalate.h"
#include "fact/aws_words.h"
#include "base/text.h"
#include "support/failing_alloc.h"

/* ---- words ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *id, *account, *name, *holder;
} ids[] = {
    {"arn:aws:iam::111122223333:user/alice",           "111122223333", "alice", "arn:aws:iam::111122223333:user/alice"},
    {"arn:aws:iam::111122223333:user/dev/eu/alice",    "111122223333", "alice", "arn:aws:iam::111122223333:user/dev/eu/alice"},
    {"arn:aws-us-gov:iam::111122223333:root",          "111122223333", "root",  "arn:aws-us-gov:iam::111122223333:root"},
    {"arn:aws:iam::aws:policy/ReadOnlyAccess",         "",             "ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    {"arn:aws:iam::?:user/alice",                      "",             "alice", "arn:aws:iam::?:user/alice"},
    {"arn:aws:iam::111122223333:role/ci/inline/run",   "111122223333", "run",   "arn:aws:iam::111122223333:role/ci"},
    {"arn:aws:iam::1:user/a/access-key/2026-01-01T00:00:00Z", "",      "00Z",   "arn:aws:iam::1:user/a"},
    {"arn:aws:iam",                                    "",             "iam",   "arn:aws:iam"},
    {"alice",                                          "",             "alice", "alice"},
    {"",                                               "",             "",      ""},
};
/* clang-format on */

static void ids_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        str id = str_of(ids[i].id);
        assert_true(str_is(aws_arn_account(id), ids[i].account));
        assert_true(str_is(aws_arn_name(id), ids[i].name));
        assert_true(str_is(aws_holder(id), ids[i].holder));
    }
    assert_true(aws_is_account(STR("111122223333")));
    assert_false(aws_is_account(STR("11112222333")));
    assert_false(aws_is_account(STR("11112222333a")));
    assert_true(str_is(aws_arn_part(STR("arn:aws:ec2:eu-west-1:1:instance/i:2"), 3), "eu-west-1"));
    assert_true(
        str_is(aws_arn_part(STR("arn:aws:ec2:eu-west-1:1:instance/i:2"), 5), "instance/i:2"));
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool is_known(str action)
{
    for (int i = 0; i < AWS_ACTION_COUNT; i++)
        if (str_is(action, aws_action_rows[i].action))
            return true;
    return false;
}

static void every_action_of_a_power_is_asked_for(void **state)
{
    (void)state;
    for (int p = 0; p < POWER_COUNT; p++) {
        str rest = str_of(power_describe((power)p)->action[PROVIDER_AWS]), way, one;
        assert_true(rest.n > 0);
        while (text_next(&rest, ' ', &way)) {
            while (text_next(&way, '+', &one)) {
                if (!is_known(one))
                    print_error("%.*s\n", (int)one.n, one.p);
                assert_true(is_known(one));
            }
        }
    }
}

/* ---- memory ---------------------------------------------------------------------------------- */

#define ACCOUNT "111122223333"
#define USER "arn:aws:iam::" ACCOUNT ":user/alice"

static void add_policy(facts *f, const char *id, const char *document, bool is_inline)
{
    uint32_t at = facts_add(f, FACT_POLICY, PROVIDER_AWS, str_of(id), 0);
    facts_set_account(f, at, STR(ACCOUNT));
    facts_set_name(f, at, aws_arn_name(str_of(id)));
    facts_put_flag(f, at, ATTR_IS_INLINE, is_inline);
    facts_put_text(f, at, ATTR_DOCUMENT, str_of(document));
}

static void make_world(facts *f)
{
    uint32_t user = facts_add(f, FACT_USER, PROVIDER_AWS, STR(USER), 0);
    facts_set_account(f, user, STR(ACCOUNT));
    facts_set_name(f, user, STR("alice"));
    facts_put_text(f, user, ATTR_GROUP_NAME, STR("ops"));
    facts_put_text(f, user, ATTR_TAG, STR("team=red"));
    facts_put_text(f, user, ATTR_ATTACHED, STR("arn:aws:iam::aws:policy/AmazonEC2FullAccess"));
    uint32_t group =
        facts_add(f, FACT_GROUP, PROVIDER_AWS, STR("arn:aws:iam::" ACCOUNT ":group/ops"), 0);
    facts_set_account(f, group, STR(ACCOUNT));
    facts_set_name(f, group, STR("ops"));
    facts_put_text(f, group, ATTR_ATTACHED, STR("arn:aws:iam::" ACCOUNT ":policy/Deploy"));
    uint32_t account = facts_add(f, FACT_ACCOUNT, PROVIDER_AWS, STR(ACCOUNT), 0);
    facts_set_account(f, account, STR(ACCOUNT));
    facts_put_text(f, account, ATTR_CONTROL_POLICY, STR("p-1"));
    add_policy(f, "p-1",
               "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}", false);
    add_policy(f, "arn:aws:iam::" ACCOUNT ":policy/Deploy",
               "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"iam:CreatePolicyVersion\","
               "\"ec2:RunInstances\"],\"Resource\":\"*\"}}",
               false);
    add_policy(
        f, USER "/inline/own",
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ec2:CreateSnapshot\",\"Resource\":"
        "\"*\",\"Condition\":{\"StringEquals\":{\"aws:RequestedRegion\":\"eu-west-1\"}}}}",
        true);
}

/* True: the rights are there, and as they should be. */
static bool play(size_t failing)
{
    facts f = {0};
    access a = {0};
    make_world(&f);
    assert_true(facts_sort(&f));
    failing_alloc_at(failing);
    bool is_ok = aws_access_build(&a, &f);
    bool has_failed = failing_alloc_end();
    assert_int_equal(is_ok, !has_failed);
    if (is_ok)
        assert_true(a.n > 0);
    access_done(&a);
    facts_done(&f);
    return !has_failed;
}

static void lack_of_memory_is_told(void **state)
{
    (void)state;
    size_t n = 1;
    while (!play(n)) {
        n++;
        assert_true(n < 5000);
    }
    assert_true(n > 20);
}

/* ---- the strong ------------------------------------------------------------------------------ */

enum { BOSSES = 40 };

/* A user who may pass one of many strong roles, the last one, and make instances. */
static uint32_t make_bosses(facts *f)
{
    char id[100];
    uint32_t user = facts_add(f, FACT_USER, PROVIDER_AWS, STR(USER), 0);
    facts_set_account(f, user, STR(ACCOUNT));
    add_policy(f, USER "/inline/own",
               "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:RunInstances\",\"Resource\":"
               "\"*\"},{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":"
               "\"arn:aws:iam::*:role/boss39\"}]}",
               true);
    for (int i = 0; i < BOSSES; i++) {
        snprintf(id, sizeof id, "arn:aws:iam::" ACCOUNT ":role/boss%02d", i);
        uint32_t at = facts_add(f, FACT_ROLE, PROVIDER_AWS, str_of(id), 0);
        facts_set_account(f, at, STR(ACCOUNT));
        facts_put_text(f, at, ATTR_TRUST, STR("x trusts ec2.amazonaws.com"));
    }
    assert_true(facts_sort(f));
    return facts_find(f, FACT_USER, PROVIDER_AWS, STR(USER));
}

static void grow(facts *f, uint32_t user, uint64_t tries)
{
    aws_book book;
    aws_reach *reach = calloc(f->n, sizeof *reach);
    assert_non_null(reach);
    for (uint32_t i = 0; i < f->n; i++)
        reach[i].is_admin = facts_at(f, i)->kind == FACT_ROLE;
    reach[user].allowed = AWS_BIT(ec2_RunInstances) | AWS_BIT(iam_PassRole);
    assert_true(aws_book_init(&book, f));
    book.strong_left = tries;
    assert_true(aws_escalate(&book, reach));
    aws_book_done(&book);
    free(reach);
}

static void all_of_the_strong_are_tried(void **state)
{
    (void)state;
    for (uint64_t tries = BOSSES - 1; tries <= BOSSES; tries++) {
        facts f = {0};
        uint32_t user = make_bosses(&f);
        grow(&f, user, tries);
        const fact *x = facts_at(&f, user);
        bool is_cut = tries < BOSSES;
        assert_int_equal(facts_is(&f, x, ATTR_ESCALATION_CUT), is_cut);
        assert_int_equal(facts_get(&f, x, ATTR_ESCALATION).is_set, !is_cut);
        facts_done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_taken_apart),
        cmocka_unit_test(every_action_of_a_power_is_asked_for),
        cmocka_unit_test(lack_of_memory_is_told),
        cmocka_unit_test(all_of_the_strong_are_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
