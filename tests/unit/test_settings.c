/* SPDX-License-Identifier: Apache-2.0
 *
 * test_settings.c -- spoor.yml is read as it is written, or not at all and with the reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "model/settings.h"
#include "rule/settings.h"

static settings *read_text(const char *yaml, diag_list *diags)
{
    settings *s = NULL;
    assert_true(settings_parse("spoor.yml", str_of(yaml), diags, &s));
    return s;
}

static void test_whole(void **unused)
{
    (void)unused;
    CLEANUP(diag_done) diag_list diags = {0};
    settings *s = read_text("trusted_accounts: ['210987654321', 012345678901]\n"
                            "automation:\n"
                            "- name: ci\n"
                            "  actors: arn:aws:iam::1:role/ci\n"
                            "  networks: [198.51.100.0/24, '2001:db8::/48']\n"
                            "  tools: [Terraform]\n"
                            "  reason: deploys\n"
                            "- {name: backup, actors: ['*-backup', b]}\n"
                            "break_glass: [emergency]\n"
                            "sensitive: ['tag:data=payroll', vol-1]\n"
                            "approved_images: []\n"
                            "regions: [eu-*]\n"
                            "levels: {medium: 7, critical: 20.25}\n"
                            "baseline_days: 30\n"
                            "audit: {key_days: 60, transfer_mib: 0.5}\n"
                            "exceptions:\n"
                            "- check: aws-*\n"
                            "  resource: i-1\n"
                            "  reason: gone soon\n"
                            "  until: 2026-06-30\n"
                            "- {check: '*', resource: x, reason: r, until: '2026-01-31'}\n",
                            &diags);
    assert_non_null(s);
    assert_int_equal(diags.n, 0);
    assert_int_equal(s->list[SETTING_trusted_accounts].n, 2);
    assert_true(str_is(s->list[SETTING_trusted_accounts].items[1], "012345678901"));
    assert_int_equal(s->n_automation, 2);
    assert_true(str_is(s->automation[0].name, "ci"));
    assert_true(str_is(s->automation[0].reason, "deploys"));
    assert_int_equal(s->automation[0].actors.n, 1);
    assert_int_equal(s->automation[0].n_networks, 2);
    assert_int_equal(s->automation[0].networks[0].prefix, 24);
    assert_true(s->automation[0].networks[1].is_v6);
    assert_int_equal(s->automation[0].tools.n, 1);
    assert_int_equal(s->automation[1].actors.n, 2);
    assert_int_equal(s->automation[1].n_networks, 0);
    assert_non_null(settings_find(s, SETTING_regions, STR("EU-west-1")));
    assert_null(settings_find(s, SETTING_regions, STR("us-east-1")));
    assert_true(settings_has(s, SETTING_sensitive));
    assert_false(settings_has(s, SETTING_approved_images));
    assert_int_equal(s->level_cents[SPOOR_LOW], -1);
    assert_int_equal(s->level_cents[SPOOR_MEDIUM], 700);
    assert_int_equal(s->level_cents[SPOOR_CRITICAL], 2025);
    assert_int_equal(s->baseline_days, 30);
    assert_int_equal(s->n_exceptions, 2);
    assert_true(str_is(s->exceptions[0].reason, "gone soon"));
    assert_true(str_is(s->exceptions[0].until, "2026-06-30"));
    settings_free(s);
}

static void test_thresholds(void **unused)
{
    (void)unused;
    CLEANUP(diag_done) diag_list diags = {0};
    double value = -1;
    settings *s = read_text("audit: {key_days: 60, transfer_mib: 0.5}\n", &diags);
    assert_non_null(s);
    assert_true(settings_threshold(s, THRESHOLD_key_days, &value));
    assert_true(value == 60);
    assert_true(settings_threshold(s, THRESHOLD_transfer_mib, &value));
    assert_true(value == 0.5);
    assert_false(settings_threshold(s, THRESHOLD_dormant_days, &value));
    assert_false(settings_threshold(NULL, THRESHOLD_key_days, &value));
    assert_true(value == 0.5);
    settings_free(s);
}

static void test_exceptions(void **unused)
{
    static const char yaml[] = "exceptions:\n"
                               "- {check: aws-a, resource: 'i-*', reason: old, until: 2026-01-31}\n"
                               "- {check: 'aws-*', resource: i-1, reason: new, until: 2026-06-30}\n"
                               "- {check: aws-c, resource: '*', reason: all, until: 2026-06-30}\n";
    /* clang-format off */
    static const struct { const char *check, *resource, *now, *reason; bool is_over; } rows[] = {
        {"aws-a", "i-1",   "2026-01-31T23:59:59Z", "old", false},
        {"aws-a", "i-1",   "2026-02-01T00:00:00Z", "new", false}, /* the next that holds */
        {"aws-a", "i-2",   "2026-02-01T00:00:00Z", "old", true},
        {"AWS-B", "i-1",   "2026-06-30T12:00:00Z", "new", false},
        {"aws-b", "i-1",   "2026-07-01T00:00:00Z", "new", true},
        {"aws-b", "i-2",   "2026-06-01T00:00:00Z", NULL,  false},
        {"azure", "i-1",   "2026-06-01T00:00:00Z", NULL,  false},
        {"aws-c", "",      "2026-06-01T00:00:00Z", "all", false},
        {"aws-b", "",      "2026-06-01T00:00:00Z", NULL,  false},
    };
    /* clang-format on */
    (void)unused;
    CLEANUP(diag_done) diag_list diags = {0};
    settings *s = read_text(yaml, &diags);
    assert_non_null(s);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool is_over = true;
        print_message("# %zu\n", i);
        const settings_exception *e =
            settings_exception_find(s, str_of(rows[i].check), str_of(rows[i].resource),
                                    time_parse(str_of(rows[i].now)), &is_over);
        assert_int_equal(e != NULL, rows[i].reason != NULL);
        assert_int_equal(is_over, rows[i].is_over);
        if (e)
            assert_true(str_is(e->reason, rows[i].reason));
    }
    bool is_over = true;
    assert_null(settings_exception_find(NULL, STR("a"), STR("b"), 0, &is_over));
    assert_false(is_over);
    settings_free(s);
}

static void test_nothing(void **unused)
{
    static const char *const texts[] = {"", "# nothing\n", "{}\n", "sensitive:\n"};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        CLEANUP(diag_done) diag_list diags = {0};
        settings *s = read_text(texts[i], &diags);
        assert_non_null(s);
        assert_false(settings_has(s, SETTING_sensitive));
        settings_free(s);
    }
    assert_null(settings_find(NULL, SETTING_regions, STR("x")));
    assert_false(settings_has(NULL, SETTING_regions));
    settings_free(NULL);
}

/* clang-format off */
static const struct {
    const char *yaml;
    uint32_t line, column;
    const char *message, *hint;
} broken[] = {
    {"trusted_account: ['1']\n",                  1, 1,  "the key `trusted_account` means nothing here", "did you mean `trusted_accounts`?"},
    {"name: x\n",                                 1, 1,  "the key `name` means nothing here", ""},
    {"regions: [a]\nregions: [b]\n",              2, 1,  "", NULL},
    {"- a\n",                                     1, 1,  "settings must be a map", ""},
    {"regions: [a]\n---\nregions: [b]\n",         3, 1,  "settings are one document", ""},
    {"regions: {a: b}\n",                         1, 10, "regions must be a text or a list of texts, not a map", ""},
    {"regions: [a, [b]]\n",                       1, 14, "regions must be a text or a list of texts, not a list", ""},
    {"regions: ['']\n",                           1, 11, "an entry of `regions` is empty", ""},
    {"trusted_accounts: ['12*']\n",               1, 20, "`trusted_accounts` takes no patterns", "write each id"},
    {"automation: x\n",                           1, 13, "`automation` must be a list of at most 1000 maps", ""},
    {"automation: [x]\n",                         1, 14, "an entry of `automation` must be a map, not a text", ""},
    {"automation: [{name: x}]\n",                 1, 14, "an entry of `automation` needs `name` and `actors`", ""},
    {"automation: [{actors: x}]\n",               1, 14, "an entry of `automation` needs `name` and `actors`", ""},
    {"automation: [{name: x, actors: []}]\n",     1, 14, "an entry of `automation` needs `name` and `actors`", ""},
    {"automation: [{name: x, actors: '**'}]\n",   1, 32, "`**` fits everybody", "name whom you mean"},
    {"automation: [{name: x, actors: y, tool: z}]\n", 1, 35, "the key `tool` means nothing here", "did you mean `tools`?"},
    {"automation: [{name: x, actors: y, networks: 10.0.0.0/33}]\n", 1, 45, "`10.0.0.0/33` is no network", "write it like 198.51.100.0/24"},
    {"automation: [{name: x, actors: y, networks: [0.0.0.0/0]}]\n", 1, 46, "`0.0.0.0/0` is a large part of the internet", NULL},
    {"automation: [{name: [x], actors: y}]\n",    1, 21, "name must be a text, not a list", ""},
    {"levels: [3]\n",                             1, 9,  "`levels` must be a map of levels to points, not a list", ""},
    {"levels: {hihg: 3}\n",                       1, 10, "`hihg` is no level that needs points", "did you mean `high`?"},
    {"levels: {high: lots}\n",                    1, 16, "points must be a number above 0, up to 1000", ""},
    {"levels: {high: -1}\n",                      1, 16, "points must be a number above 0, up to 1000", ""},
    {"levels: {low: 9, high: 3}\n",               1, 9,  "a higher level needs fewer points", ""},
    {"baseline_days: 3\n",                        1, 16, "`baseline_days` must be a whole number from 7 to 3650", ""},
    {"baseline_days: 7.5\n",                      1, 16, "`baseline_days` must be a whole number from 7 to 3650", ""},
    {"baseline_days: soon\n",                     1, 16, "`baseline_days` must be a whole number from 7 to 3650", ""},
    {"audit: [3]\n",                              1, 8,  "`audit` must be a map of names to numbers, not a list", ""},
    {"audit: {key_day: 3}\n",                     1, 9,  "no check compares with `key_day`", "did you mean `key_days`?"},
    {"audit: {none: 3}\n",                        1, 9,  "no check compares with `none`", "`spoor list thresholds` has them all"},
    {"audit: {key_days: soon}\n",                 1, 19, "`key_days` must be a number from 0 to 1000000", ""},
    {"audit: {key_days: -1}\n",                   1, 19, "`key_days` must be a number from 0 to 1000000", ""},
    {"exceptions: {check: a}\n",                  1, 13, "`exceptions` must be a list of at most 1000 maps", ""},
    {"exceptions: [x]\n",                         1, 14, "an entry of `exceptions` must be a map, not a text", ""},
    {"exceptions: [{check: a, resource: b, until: 2026-01-01}]\n", 1, 14, "needs `check`, `resource`, `reason` and `until`", ""},
    {"exceptions: [{check: a, resource: b, reason: c}]\n", 1, 14, "needs `check`, `resource`, `reason` and `until`", ""},
    {"exceptions: [{check: a, resource: b, reason: c, until: 2026-02-30}]\n", 1, 56, "`2026-02-30` is no date", "write it like 2026-12-31"},
    {"exceptions: [{check: a, resource: b, reason: c, until: 20260228}]\n", 1, 56, "`20260228` is no date", "write it like 2026-12-31"},
    {"exceptions: [{check: a, resource: b, reason: c, until: never}]\n", 1, 56, "`never` is no date", "write it like 2026-12-31"},
    {"exceptions: [{check: [a], resource: b, reason: c, until: 2026-02-28}]\n", 1, 22, "check must be a text, not a list", ""},
    {"exceptions: [{check: '*', resource: '**', reason: c, until: 2026-02-28}]\n", 1, 14, "an exception for every check and resource excuses everything", "name what you mean"},
    {"exceptions: [{chek: a}]\n",                 1, 15, "the key `chek` means nothing here", "did you mean `check`?"},
    {"exceptions: [{check: a, actors: b}]\n",     1, 25, "the key `actors` means nothing here", ""},
    {"regions: [a\n",                             0, 0,  "", NULL},
};
/* clang-format on */

static void test_errors(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        CLEANUP(diag_done) diag_list diags = {0};
        print_message("# %s", broken[i].yaml);
        assert_null(read_text(broken[i].yaml, &diags));
        assert_true(diags.n_errors > 0 && diags.n > 0);
        const diag *d = &diags.items[0];
        print_message("%u:%u: %s; %s\n", d->pos.line, d->pos.column, d->message, d->hint);
        assert_non_null(strstr(d->message, broken[i].message));
        if (broken[i].hint)
            assert_string_equal(d->hint, broken[i].hint);
        if (broken[i].line == 0)
            continue;
        assert_int_equal(d->pos.line, broken[i].line);
        assert_int_equal(d->pos.column, broken[i].column);
    }
}

static void test_limits(void **unused)
{
    (void)unused;
    for (size_t n = LIMIT_SETTINGS_ENTRIES; n <= LIMIT_SETTINGS_ENTRIES + 1; n++) {
        CLEANUP(diag_done) diag_list diags = {0};
        AUTO(buf) yaml = {0};
        buf_puts(&yaml, "regions: [");
        for (size_t i = 0; i < n; i++)
            buf_printf(&yaml, "r%zu,", i);
        buf_puts(&yaml, "]\n");
        buf_putc(&yaml, '\0');
        settings *s = read_text(yaml.p, &diags);
        assert_int_equal(s != NULL, n == LIMIT_SETTINGS_ENTRIES);
        settings_free(s);
    }
    for (int n = LIMIT_SETTINGS_TEXT; n <= LIMIT_SETTINGS_TEXT + 1; n++) {
        CLEANUP(diag_done) diag_list diags = {0};
        AUTO(buf) yaml = {0};
        buf_printf(&yaml, "regions: [%0*d]\n", n, 0);
        buf_putc(&yaml, '\0');
        settings *s = read_text(yaml.p, &diags);
        assert_int_equal(s != NULL, n == LIMIT_SETTINGS_TEXT);
        settings_free(s);
    }
}

/* The obvious way, which may take for ever. */
static bool fits_slowly(const char *pattern, const char *text)
{
    if (*pattern == '*')
        return fits_slowly(pattern + 1, text) || (*text && fits_slowly(pattern, text + 1));
    if (!*pattern || !*text)
        return !*pattern && !*text;
    return (*pattern == '?' || *pattern == *text) && fits_slowly(pattern + 1, text + 1);
}

/* Writes number n, in digits of an alphabet, as a text of at most six letters. */
static void spell(unsigned n, const char *alphabet, char out[7])
{
    unsigned base = (unsigned)strlen(alphabet), i = 0;
    for (; n > 0 && i < 6; n /= base)
        out[i++] = alphabet[n % base];
    out[i] = '\0';
}

static void test_patterns(void **unused)
{
    char pattern[7], text[7];
    (void)unused;
    for (unsigned p = 0; p < 1024; p++)
        for (unsigned t = 0; t < 243; t++) {
            spell(p, "a*?b", pattern);
            spell(t, "abc", text);
            if (settings_fits(str_of(pattern), str_of(text)) != fits_slowly(pattern, text))
                fail_msg("'%s' and '%s'", pattern, text);
        }
    assert_true(settings_fits(STR("ARN:*"), STR("arn:aws")));
}

/* What does not end is told by the clock of the test run. */
static void test_patterns_end(void **unused)
{
    char text[4001];
    (void)unused;
    memset(text, 'a', sizeof text);
    assert_false(settings_fits(STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), (str){text, sizeof text}));
}

static void test_sample(void **unused)
{
    char text[4096];
    (void)unused;
    CLEANUP(diag_done) diag_list diags = {0};
    FILE *f = fopen("sample/spoor.yml", "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    settings *s = read_text(text, &diags);
    assert_non_null(s);
    assert_int_equal(s->n_automation, 1);
    for (int i = 0; i < SETTING_COUNT; i++)
        assert_non_null(strstr(text, setting_describe((setting)i)->name));
    settings_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),      cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_errors),     cmocka_unit_test(test_limits),
        cmocka_unit_test(test_patterns),   cmocka_unit_test(test_patterns_end),
        cmocka_unit_test(test_sample),     cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_exceptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
