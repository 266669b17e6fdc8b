/* SPDX-License-Identifier: Apache-2.0
 *
 * test_agents.c -- tools read from user agents, with a memo and without.
 */
#include "decode/agents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/random.h"

/* clang-format off */
static const struct {
    const char *agent, *tool;
} rows[] = {
    {"APN/1.0 HashiCorp/1.0 Terraform/1.5.7 aws-sdk-go/1.44.1", "Terraform"},
    {"Boto3/1.34.64 md/Botocore#1.34.81 ua/2.0 os/linux",       "Boto3"},
    {"aws-cli/2.9.1 Python/3.9.11 Linux/5.10 botocore/2.4.5",   "aws-cli"},
    {"S3 Browser/10.8.1 (https://s3browser.com)",               "S3 Browser"},
    {"aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21",              "aws-sdk-go-v2"},
    {"aws-sdk-java/2.20",                                       "aws-sdk-java"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64)",               "console"},
    {"lambda.amazonaws.com",                                    "aws-service"},
    {"curl/8.1",                                                ""},
    {"",                                                        ""},
};
/* clang-format on */

static void test_tools(void **state)
{
    AUTO(arena) a = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_true(str_is(agents_tool(NULL, &a, str_of(rows[i].agent)), rows[i].tool));
}

/* Agents by the thousand, so that places are taken again and again. */
static void test_a_memo_changes_no_answer(void **state)
{
    enum { ROUNDS = 5000 };
    agents *m = agents_new();
    uint64_t seed = 9;
    (void)state;
    assert_non_null(m);
    for (int i = 0; i < ROUNDS; i++) {
        AUTO(arena) a = {0};
        AUTO(buf) text = {0};
        uint64_t r = random_next(&seed) >> 20;
        buf_puts(&text, rows[r % ARRAY_LEN(rows)].agent);
        if (r % 7 == 0)
            buf_printf(&text, " %u", (unsigned)(r >> 8) % 100);
        str agent = buf_str(&text);
        assert_true(str_eq(agents_tool(m, &a, agent), agents_tool(NULL, &a, agent)));
    }
    agents_free(m);
}

static void test_long_agents_are_read_each_time(void **state)
{
    AUTO(arena) a = {0};
    AUTO(buf) text = {0};
    agents *m = agents_new();
    (void)state;
    assert_non_null(m);
    while (text.n <= AGENT_BYTES_MAX)
        buf_puts(&text, "x");
    buf_puts(&text, " boto3");
    assert_true(str_is(agents_tool(m, &a, buf_str(&text)), "Boto3"));
    assert_true(str_is(agents_tool(m, &a, buf_str(&text)), "Boto3"));
    agents_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tools),
        cmocka_unit_test(test_a_memo_changes_no_answer),
        cmocka_unit_test(test_long_agents_are_read_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
