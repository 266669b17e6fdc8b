/* SPDX-License-Identifier: Apache-2.0
 *
 * test_audit_table.c -- an audit on the terminal: everything that fails or was not judged is there,
 * nothing drives the terminal, and no line is too long.
 */
#include "sink/audit_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/words.h"
#include "sink/command.h"
#include "support/verdicts.h"

enum { COLUMNS = 100 };

static void draw(terminal screen, strbuf *out)
{
    AUTO(audit_table) t;
    audit_table_init(&t, screen);
    for (size_t i = 0; i < verdicts_count(); i++)
        audit_table_put(&t, out, verdicts_at(i));
    assert_false(out->failed);
}

static void says_what_matters(void **state)
{
    /* clang-format off */
    static const char *const wanted[] = {
        "Audit of 3 exports of 2 kinds (aws), as of 2026-06-01 12:00:00 UTC\n",
        "M1018  User Account Management\n", "M1047  Audit\n",
        "  Least privilege                 ▒▒▒▒▒▒▒▒▒▒▒▒  1 failed\n",
        "  Lockout                         ░░░░░░░░░░░░  1 no data\n",
        "  System audit                    ████████████  1 passed\n",
        "  iam:AttachUserPolicy on *\n",
        "    [HIGH]  Instances demand IMDSv2  6 of 9 resources, 1 no data\n",
        "        i-1 (web)  optional  111122223333  eu-west-1  [new]\n",
        "        i-5        optional",
        "        and 1 more\n",
        "        why   A server-side request forgery",
        "        fix   aws ec2 modify-instance-metadata-options --instance-id i-1 --http-tokens required \\\n",
        "                --region eu-west-1\n",
        "        aws-instance-imdsv2 · wanted: HttpTokens required · CIS AWS 6.0 5.7 · FSBP EC2.8\n",
        "    excepted: Instances demand IMDSv2, 1 failure\n",
        "        i-8  rebuilt in July; until 2026-07-31",
        "    not judged for want of data: Accounts lock after five failures\n",
        "        run   aws iam get-account-summary\n",
        "                      rights  conditional  = used  - unused  + not given  ? not known\n",
        "  create an instance       2            0       0         1            1            0\n",
        "    arn:aws:iam::111122223333:user/ci may create an instance by policy Deploy; not used for 120 days\n",
        "    AIDA1 (=cmd|' /C calc'!A0<script>", "did create an instance, 3 times\n",
        "  no export that is known: 1 piece, 12 B\n",
        "4 run, 1 passed, 2 failed, 1 no data\n",
        "2 pass, 8 fail, 0 not applicable, 2 no data\n",
        "1 critical, 6 high; 1 excepted\n",
        "1 verdict better, 0 worse, 1 new; 0 failures are gone",
        "3 inputs, 4.3 kB; 2 values are not what it should be\n",
        "aws_instances 2, aws_users 1\n",
        "--fail-on critical exits with 1",
    };
    /* clang-format on */
    (void)state;
    AUTO(strbuf) out = {0};
    draw((terminal){.has_utf8 = true, .columns = COLUMNS}, &out);
    printf("%s", strbuf_text(&out));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (!strstr(strbuf_text(&out), wanted[i]))
            fail_msg("missing: %s", wanted[i]);
    assert_null(strstr(strbuf_text(&out), "i-6"));
    assert_null(strstr(strbuf_text(&out), "trail/all"));
}

static void is_safe_and_narrow(void **state)
{
    (void)state;
    for (int has_utf8 = 0; has_utf8 <= 1; has_utf8++) {
        AUTO(strbuf) out = {0};
        draw((terminal){.has_utf8 = has_utf8, .columns = 2 * COLUMNS}, &out);
        const char *line = strbuf_text(&out);
        for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            assert_true(terminal_measure(line, (size_t)(end - line)) <= COLUMNS);
            for (const char *c = line; c < end; c++)
                assert_true((unsigned char)*c >= 0x20 && (has_utf8 || (unsigned char)*c < 0x80));
        }
        assert_null(strstr(strbuf_text(&out), "\xe2\x80\xae"));
    }
}

static void paints_when_asked(void **state)
{
    (void)state;
    AUTO(strbuf) out = {0};
    draw((terminal){.has_colour = true, .has_utf8 = true, .columns = COLUMNS}, &out);
    assert_non_null(strstr(strbuf_text(&out), "\033[1;37;45m CRITICAL \033[0m"));
    assert_null(strstr(strbuf_text(&out), "\033]0;t"));
}

/* However many resources there are, the sink keeps a few of each check. */
static void keeps_little(void **state)
{
    enum { MANY = 100000 };
    (void)state;
    AUTO(audit_table) t;
    AUTO(strbuf) out = {0};
    audit_table_init(&t, (terminal){.columns = COLUMNS});
    spoor_finding f = *verdicts_at(3);
    for (int i = 0; i < MANY; i++)
        audit_table_put(&t, &out, &f);
    assert_int_equal(t.tally.rows[0].status[SPOOR_CHECK_FAIL], MANY);
    assert_int_equal(t.tally.rows[0].failures.n, AUDIT_TABLE_SHOWN);
    assert_true(t.tally.pool.n < 4096);
}

static void breaks_commands_between_words(void **state)
{
    /* clang-format off */
    static const struct { const char *command, *drawn; } rows[] = {
        {"aws a --x 1",                "run aws a --x 1\n"},
        {"aws aaaa bbbb cccc dddd",    "run aws aaaa bbbb \\\n      cccc dddd\n"},
        {"aws 'a b c d e f g h i' j",  "run aws \\\n      'a b c d e f g h i' \\\n      j\n"},
        {"aws \"it\\\" s\" bbbb cccc", "run aws \"it\\\" s\" \\\n      bbbb cccc\n"},
        {"aws 'x\ny'",                 "run aws 'x\\ny'\n"},
        {"Zeek's conn.log, TSV or JSON", "run Zeek's conn.log,\nTSV or JSON\n"},
    };
    /* clang-format on */
    const terminal narrow = {.columns = 22};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(strbuf) out = {0};
        command_draw(&narrow, &out, "run ", rows[i].command, 0);
        assert_string_equal(strbuf_text(&out), rows[i].drawn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_matters),
        cmocka_unit_test(is_safe_and_narrow),
        cmocka_unit_test(paints_when_asked),
        cmocka_unit_test(keeps_little),
        cmocka_unit_test(breaks_commands_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
