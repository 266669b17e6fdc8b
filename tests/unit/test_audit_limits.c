/* SPDX-License-Identifier: Apache-2.0
 *
 * test_audit_limits.c -- limits that exports hit are told by name, and the audit goes on; commands
 * of checks take names from exports as single words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "audit/check.h"
#include "base/buf.h"
#include "base/text.h"
#include "support/exports.h"

typedef void make(buf *out);

static void many_tags(buf *out)
{
    buf_puts(out, "{\"Reservations\":[{\"Instances\":[{\"InstanceId\":\"i-1\",\"Tags\":[");
    for (int i = 0; i < LIMIT_FACT_LIST + 10; i++)
        buf_printf(out, "%s{\"Key\":\"k%d\",\"Value\":\"v\"}", i ? "," : "", i);
    buf_puts(out, "],\"SecurityGroups\":[],\"NetworkInterfaces\":[]}]}]}");
}

static void many_problems(buf *out)
{
    buf_puts(out, "{\"Reservations\":[{\"Instances\":[");
    for (int i = 0; i < LIMIT_AUDIT_PROBLEMS + 10; i++)
        buf_printf(out, "%s{\"InstanceId\":\"i-%d\",\"MetadataOptions\":{\"HttpTokens\":[]}}",
                   i ? "," : "", i);
    buf_puts(out, "]}]}");
}

/* Each may act as the next; the last one makes machines. */
static void long_chain(buf *out)
{
    for (int i = 0; i < 2 * LIMIT_IMPERSONATION_HOPS; i++)
        buf_printf(out,
                   "{\"assetType\":\"iam.googleapis.com/ServiceAccount\",\"name\":"
                   "\"//iam.googleapis.com/projects/p/serviceAccounts/"
                   "s%d@p.iam.gserviceaccount.com\",\"iamPolicy\":{\"bindings\":[{\"role\":"
                   "\"roles/iam.serviceAccountTokenCreator\",\"members\":[\"serviceAccount:"
                   "s%d@p.iam.gserviceaccount.com\"]}]}}\n",
                   i, i + 1);
}

static void long_table(buf *out)
{
    buf_puts(out, "user,arn,user_creation_time,password_enabled,password_last_used,"
                  "password_last_changed,mfa_active,access_key_1_active");
    for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
        buf_printf(out, ",c%d", i);
    buf_putc(out, '\n');
}

static void deep(buf *out)
{
    for (int i = 0; i < LIMIT_DEPTH + 1; i++)
        buf_puts(out, "{\"value\":");
    buf_puts(out, "[]");
    for (int i = 0; i < LIMIT_DEPTH + 1; i++)
        buf_putc(out, '}');
}

static void deep_xml(buf *out)
{
    buf_puts(out, "<?xml version=\"1.0\"?>"
                  "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\">");
    for (int i = 0; i < LIMIT_DEPTH; i++)
        buf_puts(out, "<Group>");
}

static void long_policy(buf *out)
{
    buf_puts(out, "{\"UserDetailList\":[{\"UserName\":\"a\",\"Arn\":"
                  "\"arn:aws:iam::111122223333:user/a\",\"GroupList\":[],"
                  "\"AttachedManagedPolicies\":[],\"UserPolicyList\":[{\"PolicyName\":\"p\","
                  "\"PolicyDocument\":{\"Statement\":[");
    for (int i = 0; i < LIMIT_POLICY_BYTES / 50; i++)
        buf_printf(out,
                   "%s{\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Resource\":\"*\",\"Sid\":\"s\"}",
                   i ? "," : "");
    buf_puts(out, "]}}]}],\"GroupDetailList\":[],\"RoleDetailList\":[],\"Policies\":[]}");
}

static const struct {
    make *make;
    const char *told;
} trials[] = {
    {many_tags, "more than 4096 values stand in the lists of one thing (limit fact_list)"},
    {many_problems, "more than 10000 values are malformed"},
    {long_chain, "(limit impersonation_hops)"},
    {long_table, "a table with more than 1024 columns (limit csv_columns)"},
    {deep, "nested deeper than 64 (limit depth)"},
    {deep_xml, "(limit depth)"},
    {long_policy, "longer than 256 KiB (limit policy_bytes)"},
};

static void test_limits_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
        AUTO(buf) text = {0};
        AUTO(buf) told = {0};
        trials[i].make(&text);
        const export_file file = {"111122223333/eu-west-1/export", buf_str(&text)};
        assert_int_equal(exports_judge(&file, 1, &(exports_way){.is_told = true}, &told), SPOOR_OK);
        if (!text_has(buf_str(&told), trials[i].told))
            print_error("is not told: %s\n", trials[i].told);
        assert_true(text_has(buf_str(&told), trials[i].told));
        assert_true(text_has(buf_str(&told), "\"type\":\"summary\""));
    }
}

static bool is_thing(str rest)
{
    static const char *const things[] = {"{id}", "{name}", "{account}", "{region}", "{holder}"};
    for (size_t i = 0; i < ARRAY_LEN(things); i++)
        if (text_starts(rest, things[i]))
            return true;
    return false;
}

/* What stands for a name is quoted when it is put in: quotes around it would end there. */
static void test_no_name_stands_inside_quotes(void **state)
{
    (void)state;
    for (size_t i = 0; i < check_count(); i++) {
        char quote = '\0';
        for (str rest = str_of(check_at(i)->fix); rest.n > 0; rest = str_from(rest, 1)) {
            char c = rest.p[0];
            if ((c == '\'' || c == '"') && (!quote || quote == c))
                quote = quote ? '\0' : c;
            if (quote && is_thing(rest))
                fail_msg("%s: %s", check_at(i)->id, check_at(i)->fix);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits_are_told),
        cmocka_unit_test(test_no_name_stands_inside_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
