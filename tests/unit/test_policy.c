/* SPDX-License-Identifier: Apache-2.0
 *
 * test_policy.c -- what the operator said of his clouds is said again where it bears on a story.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "correlate/policy.h"
#include "model/settings.h"
#include "rule/settings.h"
#include "support/chain.h"

static settings *parse(const char *yaml)
{
    CLEANUP(diag_done) diag_list diags = {0};
    settings *s = NULL;
    assert_true(settings_parse("spoor.yml", str_of(yaml), &diags, &s));
    assert_non_null(s);
    return s;
}

/* clang-format off */
#define LAUNCH(fields) CALLED(0, "RunInstances", M, "created instance i-1; parent image ami-7", fields)

static const struct {
    const char *yaml;
    call calls[3];
    const char *text; /* of the only item; NULL: there is none */
    int64_t cents;
} trials[] = {
    {"{}",                                     {SNAPSHOT(0, M)}, NULL, 0},
    {"sensitive: [vol-0]",                     {SNAPSHOT(0, M)}, "vol-0 is part of it, which the settings call sensitive", 150},
    {"sensitive: [vol-0]",                     {SNAPSHOT(0, M), VOLUME(60, M)}, "vol-0 is part of it, which the settings call sensitive", 150},
    {"sensitive: [vol-00]",                    {SNAPSHOT(0, M)}, NULL, 0},
    {"sensitive: ['tag:data=pay*']",           {CALLED(0, "CreateSnapshot", M, "created snapshot s; parent volume v", "tags=a=b;data=payroll")}, "what it makes has the tag:data=pay*, which the settings call sensitive", 150},
    {"sensitive: ['tag:data=pay*']",           {CALLED(0, "CreateSnapshot", M, "created snapshot s; parent volume v", "tags=a=b;metadata=payroll")}, NULL, 0},
    {"approved_images: [ami-7]",               {LAUNCH("image=ami-7")}, NULL, 0},
    {"approved_images: [ami-8]",               {LAUNCH("image=ami-7")}, "made from ami-7, which is no approved image", 100},
    {"approved_images: ['owner:amazon']",      {LAUNCH("image=ami-7|image_owner=amazon")}, NULL, 0},
    {"approved_images: ['owner:amazon']",      {LAUNCH("image=ami-7|image_owner=eve")}, "made from ami-7, which is no approved image", 100},
    {"approved_images: ['owner:*']",           {LAUNCH("image=ami-7")}, "made from ami-7, which is no approved image", 100},
    {"approved_images: [ami-8]",               {SNAPSHOT(0, M)}, NULL, 0},
    {"regions: [eu-*]",                        {SNAPSHOT(0, M)}, NULL, 0},
    {"regions: [us-*]",                        {SNAPSHOT(0, M)}, "in eu-west-1, which is no region in use", 100},
    {"break_glass: [mallory]",                 {SNAPSHOT(0, M)}, "mallory acted, whom the settings keep for emergencies", 100},
    {"break_glass: ['arn:*:user/mallory']",    {SNAPSHOT(0, M)}, "mallory acted, whom the settings keep for emergencies", 100},
    {"break_glass: [mall]",                    {SNAPSHOT(0, M)}, NULL, 0},
    {"trusted_accounts: ['999']",              {SNAPSHOT(0, M), SHARE(60, M)}, "shared with 999, which the settings trust", 0},
    {"trusted_accounts: ['99']",               {SNAPSHOT(0, M), SHARE(60, M)}, NULL, 0},
};
/* clang-format on */

static void test_items(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(state) s = {0};
        AUTO(arena) a = {0};
        story told;
        policy_result r;
        settings *of = parse(trials[i].yaml);
        print_message("# %s\n", trials[i].yaml);
        assert_true(state_init(&s));
        events_story(&s, trials[i].calls, events_count(trials[i].calls, 3), &a, &told);
        assert_true(policy_apply(&s, &told, of, &a, &r));
        assert_int_equal(r.n, trials[i].text != NULL);
        if (trials[i].text) {
            assert_true(str_is(r.items[0].text, trials[i].text));
            assert_int_equal(r.items[0].cents, trials[i].cents);
        }
        settings_free(of);
    }
}

static void test_accounts(void **unused)
{
    (void)unused;
    settings *of = parse("trusted_accounts: ['210987654321', partner-project]");
    assert_true(policy_is_trusted_account(of, STR("210987654321")));
    assert_true(policy_is_trusted_account(of, STR("arn:aws:iam::210987654321:root")));
    assert_true(policy_is_trusted_account(of, STR("projects/partner-project")));
    assert_false(policy_is_trusted_account(of, STR("21098765432")));
    assert_false(policy_is_trusted_account(of, STR("arn:aws:iam::1:user/210987654321")));
    assert_false(policy_is_trusted_account(of, STR("")));
    assert_false(policy_is_trusted_account(of, STR("all")));
    assert_false(policy_is_trusted_account(NULL, STR("210987654321")));
    settings_free(of);
}

static void test_without_settings(void **unused)
{
    AUTO(state) s = {0};
    AUTO(arena) a = {0};
    story told;
    policy_result r;
    const call calls[] = {SNAPSHOT(0, M), SHARE(60, M)};
    (void)unused;
    assert_true(state_init(&s));
    events_story(&s, calls, 2, &a, &told);
    assert_true(policy_apply(&s, &told, NULL, &a, &r));
    assert_int_equal(r.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_without_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
