/* SPDX-License-Identifier: Apache-2.0
 *
 * test_audit_formats.c -- an audit for machines: valid in each format, and harmless with hostile
 * names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "sink/audit_sink.h"
#include "sink/audit_html_text.h"
#include "support/verdicts.h"

/* Writes the findings; every piece into an `out` of its own, as when the output was flushed
 * between. */
static void write_all(audit_format format, strbuf *all)
{
    audit_sink s;
    audit_sink_init(&s, format, (terminal){.has_utf8 = true, .columns = 100}, 0);
    for (size_t i = 0; i < verdicts_count(); i++) {
        strbuf piece = {0};
        audit_sink_put(&s, &piece, verdicts_at(i));
        assert_false(piece.failed);
        strbuf_put(all, strbuf_text(&piece), piece.n);
        strbuf_done(&piece);
    }
    audit_sink_done(&s);
}

/* The text is readable beyond its end, as the JSON reader wants it. */
static json_node parse(json_reader *r, str text, buf *copy)
{
    json_node root = JSON_NODE_NONE;
    buf_reset(copy);
    buf_putstr(copy, text);
    assert_int_equal(json_parse(r, buf_str(copy), &root), JSON_OK);
    return root;
}

static json_node at(json_node n, const char *path)
{
    str rest = str_of(path), key;
    while (text_next(&rest, '.', &key)) {
        json_iter it = json_iter_of(n);
        int64_t i;
        if (!text_to_int(key, &i)) {
            n = json_node_get(n, key);
            continue;
        }
        for (; i >= 0 && json_iter_next(&it); i--)
            n = it.value;
        assert_true(i < 0);
    }
    return n;
}

static void is_text(json_node n, const char *path, const char *wanted)
{
    buf text = {0};
    json_node_text(at(n, path), &text);
    buf_putc(&text, '\0');
    assert_string_equal(text.p, wanted);
    buf_done(&text);
}

static size_t count_of(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p++)
        n++;
    return n;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static void csv_is_quoted_and_no_formula(void **state)
{
    (void)state;
    CLEANUP(strbuf_done) strbuf out = {0};
    write_all(AUDIT_AS_CSV, &out);
    const char *text = strbuf_text(&out);
    assert_ptr_equal(strstr(text, "status,severity,check,title,"), text);
    assert_int_equal(count_of(text, "status,severity"), 1);
    assert_non_null(strstr(text,
                           "\r\nFAIL,critical,aws-grant-self,Only administrators grant rights,"
                           "M1018,least privilege,aws,111122223333,,\"'=cmd|' /C calc'!A0"
                           "<script>alert(1)</script>\"\"\\x1b[31mred\\x1b]0;t\\x07\r\n"
                           "second,'line'\xe2\x80\xaetxt\xef\xbf\xbd\",user,,"));
    assert_non_null(strstr(text, "CIS AWS 6.0 5.7; FSBP EC2.8,"));
    assert_null(strchr(text, '\033'));
    assert_int_equal(count_of(text, "\r\nFAIL,"), 8);
    assert_int_equal(count_of(text, "\r\nNO_DATA,"), 2);
}

/* ---- OCSF ------------------------------------------------------------------------------------ */

static void ocsf_is_a_compliance_finding(void **state)
{
    /* clang-format off */
    static const struct { size_t line; const char *path, *value; } rows[] = {
        {0, "class_uid", "2003"}, {0, "category_uid", "2"}, {0, "type_uid", "200301"}, {0, "severity_id", "5"},
        {0, "metadata.version", "1.3.0"}, {0, "metadata.product.name", "Spoor"}, {0, "status", "New"},
        {0, "compliance.status_id", "3"}, {0, "compliance.standards.0", "MITRE ATT&CK M1018 User Account Management"},
        {0, "cloud.provider", "AWS"}, {0, "cloud.account.uid", "111122223333"}, {0, "resources.0.type", "user"},
        {1, "compliance.status_id", "2"}, {1, "compliance.status_code", "NO_DATA"}, {1, "resources", ""},
        {2, "compliance.standards.1", "CIS AWS 6.0 5.7"}, {2, "finding_info.uid", "aws-instance-imdsv2/i-1"},
        {8, "activity_name", "Close"}, {8, "type_uid", "200303"}, {8, "status", "Resolved"}, {8, "compliance.status_id", "1"},
        {9, "status", "Suppressed"}, {9, "unmapped.exception", "rebuilt in July; until 2026-07-31"},
    };
    /* clang-format on */
    (void)state;
    CLEANUP(strbuf_done) strbuf out = {0};
    CLEANUP(buf_done) buf copy = {0};
    json_reader *r = json_reader_new();
    write_all(AUDIT_AS_OCSF, &out);
    str rest = {out.p, out.n}, line;
    for (size_t i = 0; text_next(&rest, '\n', &line); i++) {
        json_node root = parse(r, line, &copy);
        for (size_t k = 0; k < ARRAY_LEN(rows); k++)
            if (rows[k].line == i)
                is_text(root, rows[k].path, rows[k].value);
        json_reader_reset(r);
    }
    assert_int_equal(count_of(strbuf_text(&out), "\n"), 12);
    json_reader_free(r);
}

/* ---- SARIF ----------------------------------------------------------------------------------- */

static void sarif_has_what_readers_want(void **state)
{
    /* clang-format off */
    static const struct { const char *path, *value; } rows[] = {
        {"version", "2.1.0"}, {"runs.0.tool.driver.name", "spoor"}, {"runs.0.invocations.0.executionSuccessful", "false"},
        {"runs.0.results.0.level", "error"}, {"runs.0.results.0.kind", "fail"}, {"runs.0.results.0.ruleIndex", "0"},
        {"runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri", "auth%20details.json"},
        {"runs.0.results.1.kind", "open"}, {"runs.0.results.1.level", "none"},
        {"runs.0.results.2.message.text", "i-1: optional; wanted: HttpTokens required"},
        {"runs.0.results.2.baselineState", "new"}, {"runs.0.results.2.ruleIndex", "2"},
        {"runs.0.results.2.partialFingerprints.checkAndResource/v1", "aws-instance-imdsv2/i-1"},
        {"runs.0.results.2.locations.0.logicalLocations.0.fullyQualifiedName", "i-1"},
        {"runs.0.results.8.kind", "pass"}, {"runs.0.results.8.level", "none"}, {"runs.0.results.8.baselineState", "updated"},
        {"runs.0.results.9.suppressions.0.justification", "rebuilt in July; until 2026-07-31"},
        {"runs.0.invocations.0.toolExecutionNotifications.1.message.text", "no export that is known"},
        {"runs.0.tool.driver.rules.2.id", "aws-instance-imdsv2"}, {"runs.0.tool.driver.rules.2.defaultConfiguration.level", "error"},
        {"runs.0.tool.driver.rules.2.properties.security-severity", "8.0"}, {"runs.0.tool.driver.rules.1.defaultConfiguration.level", "warning"},
    };
    /* clang-format on */
    (void)state;
    CLEANUP(strbuf_done) strbuf out = {0};
    CLEANUP(buf_done) buf copy = {0};
    json_reader *r = json_reader_new();
    write_all(AUDIT_AS_SARIF, &out);
    json_node root = parse(r, (str){out.p, out.n}, &copy);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        print_message("# %s\n", rows[i].path);
        is_text(root, rows[i].path, rows[i].value);
    }
    assert_int_equal(json_node_size(at(root, "runs.0.results")), 12);
    assert_int_equal(json_node_size(at(root, "runs.0.tool.driver.rules")), 4);
    json_iter it = json_iter_of(at(root, "runs.0.results"));
    while (json_iter_next(&it)) { /* a result's rule is the one that its index says */
        char path[64];
        buf id = {0}, index = {0};
        json_node_text(at(it.value, "ruleId"), &id);
        json_node_text(at(it.value, "ruleIndex"), &index);
        buf_putc(&id, '\0');
        snprintf(path, sizeof path, "runs.0.tool.driver.rules.%.*s.id", (int)index.n, index.p);
        is_text(root, path, id.p);
        buf_done(&id);
        buf_done(&index);
    }
    json_reader_free(r);
}

static void sarif_of_nothing_is_whole(void **state)
{
    (void)state;
    CLEANUP(strbuf_done) strbuf out = {0};
    CLEANUP(buf_done) buf copy = {0};
    audit_sarif a = {0};
    json_reader *r = json_reader_new();
    audit_sarif_put(&a, &out, verdicts_at(verdicts_count() - 1));
    json_node root = parse(r, (str){out.p, out.n}, &copy);
    assert_int_equal(json_node_type(at(root, "runs.0.results")), JSON_ARRAY);
    assert_int_equal(json_node_size(at(root, "runs.0.results")), 0);
    audit_sarif_done(&a);
    json_reader_free(r);
}

/* ---- HTML ------------------------------------------------------------------------------------ */

static void html_is_closed_to_the_world(void **state)
{
    static const char *const elsewhere[] = {
        "http://", "https://", "//",      "src=",    "url(",     "@import",
        "<link",   "<img",     "<iframe", "<object", " onclick", "\033"};
    (void)state;
    CLEANUP(strbuf_done) strbuf out = {0};
    write_all(AUDIT_AS_HTML, &out);
    const char *text = strbuf_text(&out);
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
        if (strstr(text, elsewhere[i]))
            fail_msg("%s", elsewhere[i]);
    assert_int_equal(count_of(text, "<script"), 1);
    assert_non_null(strstr(text, "<script>" AUDIT_HTML_SCRIPT "</script>"));
    assert_non_null(strstr(
        text, "=cmd|&#39; /C calc&#39;!A0&lt;script&gt;alert(1)&lt;/script&gt;&quot;\\x1b[31mred"));
    assert_non_null(strstr(text, "Content-Security-Policy\" content=\"default-src 'none';"));
    assert_int_equal(count_of(text, "<details"), 4);
    assert_int_equal(count_of(text, "<details open>"), 2);
    assert_non_null(strstr(text, "rebuilt in July; until 2026-07-31"));
    assert_non_null(strstr(text, "notes\\x1b[2J.txt"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_quoted_and_no_formula),
        cmocka_unit_test(ocsf_is_a_compliance_finding),
        cmocka_unit_test(sarif_has_what_readers_want),
        cmocka_unit_test(sarif_of_nothing_is_whole),
        cmocka_unit_test(html_is_closed_to_the_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
