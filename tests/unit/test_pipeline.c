/* SPDX-License-Identifier: Apache-2.0
 *
 * test_pipeline.c -- user pipelines: every transformation, their conditions and order, and what is
 * refused. Through the taxonomy where it shows what a rule gets.
 */
#include "rule/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"
#include "rule/taxonomy.h"

static const sigma_logsource aws = {.product = STR_INIT("aws"), .service = STR_INIT("cloudtrail")};
static const sigma_logsource gcp = {.product = STR_INIT("gcp"), .service = STR_INIT("gcp.audit")};

/* A set of one pipeline with these transformations, each "- type: …". */
static void load(pipeline_set *s, const char *transformations)
{
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(buf) yaml = {0};
    buf_puts(&yaml, "name: test\npriority: 10\ntransformations:\n");
    buf_puts(&yaml, transformations);
    assert_true(pipeline_add(s, "p.yml", buf_str(&yaml), &diags));
    if (diags.n > 0)
        fail_msg("%s", diags.items[0].message);
}

/* The names that `name` becomes, ',' between them. */
static void check_names(const pipeline_set *s, sigma_logsource source, const char *name,
                        const char *want)
{
    AUTO(arena) a = {0};
    AUTO(buf) got = {0};
    pipeline_state state = {.source = source, .name = {str_of(name)}, .n = 1};
    assert_true(pipeline_run(s, &a, &state));
    for (size_t i = 0; i < state.n; i++) {
        if (i > 0)
            buf_putc(&got, ',');
        buf_putstr(&got, state.name[i]);
    }
    if (!str_is(buf_str(&got), want))
        fail_msg("%s became %.*s", name, (int)got.n, got.p);
    assert_int_equal(state.is_changed, strcmp(name, want) != 0);
}

typedef struct rename_row {
    const char *transformations, *name, *want;
} rename_row;

static void test_names(void **state)
{
    (void)state;
    /* clang-format off */
    static const rename_row rows[] = {
        {"- type: field_name_mapping\n  mapping:\n    a: b\n", "a", "b"},
        {"- type: field_name_mapping\n  mapping:\n    a: b\n", "A", "A"},
        {"- type: field_name_mapping\n  mapping:\n    a: [b, c.d]\n", "a", "b,c.d"},
        {"- type: field_name_mapping\n  mapping:\n    a: b\n- type: field_name_mapping\n  mapping:\n    b: c\n", "a", "c"},
        {"- type: field_name_mapping\n  mapping:\n    a: [b, c]\n- type: field_name_prefix\n  prefix: x.\n", "a", "x.b,x.c"},
        {"- type: field_name_prefix\n  prefix: x.\n", "a", "x.a"},
        {"- type: field_name_suffix\n  suffix: .keyword\n", "a", "a.keyword"},
        {"- type: field_name_prefix_mapping\n  mapping:\n    win.: [w., v.]\n", "win.x", "w.x,v.x"},
        {"- type: field_name_prefix_mapping\n  mapping:\n    win.: w.\n", "lin.x", "lin.x"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_conditions:\n  - type: include_fields\n    fields: [a, b]\n", "a", "x.a"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_conditions:\n  - type: include_fields\n    fields: [a, b]\n", "c", "c"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_conditions:\n  - type: exclude_fields\n    fields: [a]\n", "a", "a"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_conditions:\n  - type: exclude_fields\n    fields: [a]\n", "b", "x.b"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_cond_not: true\n  field_name_conditions:\n  - type: include_fields\n    fields: [a]\n", "a", "a"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_cond_op: or\n  field_name_conditions:\n  - type: include_fields\n    fields: a\n  - type: include_fields\n    fields: b\n", "b", "x.b"},
        {"- type: field_name_prefix\n  prefix: x.\n  field_name_conditions:\n  - type: include_fields\n    fields: a\n  - type: include_fields\n    fields: b\n", "b", "b"},
        {"- type: field_name_prefix\n  prefix: x.\n  rule_conditions:\n  - type: logsource\n    product: AWS\n", "a", "x.a"},
        {"- type: field_name_prefix\n  prefix: x.\n  rule_conditions:\n  - type: logsource\n    product: gcp\n", "a", "a"},
        {"- type: field_name_prefix\n  prefix: x.\n  rule_conditions:\n  - type: logsource\n    product: aws\n    category: c\n", "a", "a"},
        {"- type: field_name_prefix\n  prefix: x.\n  rule_cond_op: or\n  rule_conditions:\n  - type: logsource\n    product: gcp\n  - type: logsource\n    service: cloudtrail\n", "a", "x.a"},
        {"- type: field_name_prefix\n  prefix: x.\n  rule_cond_not: true\n  rule_conditions:\n  - type: logsource\n    product: aws\n", "a", "a"},
        {"- type: change_logsource\n  product: gcp\n- type: field_name_prefix\n  prefix: x.\n  rule_conditions:\n  - type: logsource\n    product: gcp\n", "a", "x.a"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(pipeline_set) s = {0};
        load(&s, rows[i].transformations);
        check_names(&s, aws, rows[i].name, rows[i].want);
    }
}

static void test_priorities(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(pipeline_set) s = {0};
    static const char *const yaml[] = {
        "priority: 30\ntransformations:\n- {type: field_name_suffix, suffix: '3'}\n",
        "priority: 10\ntransformations:\n- {type: field_name_suffix, suffix: '1'}\n",
        "transformations:\n- {type: field_name_suffix, suffix: '0'}\n",
        "priority: 10\ntransformations:\n- {type: field_name_suffix, suffix: '2'}\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(yaml); i++)
        assert_true(pipeline_add(&s, "p.yml", str_of(yaml[i]), &diags));
    assert_int_equal(diags.n, 0);
    check_names(&s, aws, "a", "a0123");
}

static void test_names_are_bounded(void **state)
{
    (void)state;
    AUTO(pipeline_set) s = {0};
    AUTO(arena) a = {0};
    load(&s, "- type: field_name_mapping\n  mapping:\n    a: [a, a, a, a, a, a, a, a, a, a]\n"
             "- type: field_name_mapping\n  mapping:\n    a: [a, a, a, a, a, a, a, a, a, a]\n");
    pipeline_state item = {.source = aws, .name = {STR_INIT("a")}, .n = 1};
    assert_true(pipeline_run(&s, &a, &item));
    assert_int_equal(item.n, PIPELINE_NAMES_MAX);
}

/* ---- verdicts -------------------------------------------------------------------------------- */

static void test_verdicts(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    taxonomy *t = taxonomy_new();
    str message = STR_NONE;
    str yaml = STR("transformations:\n"
                   "- type: drop_detection_item\n"
                   "  field_name_conditions: [{type: include_fields, fields: [noise]}]\n"
                   "- type: detection_item_failure\n"
                   "  message: no such field here\n"
                   "  field_name_conditions: [{type: include_fields, fields: [gone]}]\n"
                   "- type: rule_failure\n"
                   "  message: not for Google\n"
                   "  rule_conditions: [{type: logsource, product: gcp}]\n");
    assert_true(taxonomy_add_pipeline(t, "p.yml", yaml, &diags));
    assert_int_equal(diags.n, 0);
    assert_int_equal(taxonomy_judge_item(t, &aws, STR("noise"), &message), TAXONOMY_DROP);
    assert_int_equal(taxonomy_judge_item(t, &aws, STR("other"), &message), TAXONOMY_KEEP);
    assert_int_equal(taxonomy_judge_rule(t, &aws, &message), TAXONOMY_KEEP);
    assert_int_equal(message.n, 0);
    assert_int_equal(taxonomy_judge_item(t, &aws, STR("gone"), &message), TAXONOMY_FAIL);
    assert_true(str_is(message, "no such field here"));
    assert_int_equal(taxonomy_judge_rule(t, &gcp, &message), TAXONOMY_FAIL);
    assert_true(str_is(message, "not for Google"));
    taxonomy_free(t);
}

/* ---- what a rule gets ------------------------------------------------------------------------ */

static void test_mapped_names_come_first(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    rule_field f;
    str yaml = STR("transformations:\n- type: field_name_mapping\n  mapping:\n"
                   "    eventName: my.call\n    who: [userIdentity.arn, my.who]\n");
    assert_true(taxonomy_add_pipeline(t, "p.yml", yaml, &diags));
    assert_true(taxonomy_field(t, &a, &aws, STR("eventName"), &f));
    assert_true(str_is(f.name, "eventName"));
    assert_string_equal(f.in[FAMILY_cloudtrail].path[0], "my.call");
    for (size_t i = 0; i < f.in[FAMILY_cloudtrail].n; i++)
        assert_string_not_equal(f.in[FAMILY_cloudtrail].path[i], "eventName");
    assert_false(f.is_union);
    assert_true(taxonomy_field(t, &a, &aws, STR("who"), &f));
    assert_true(f.is_union);
    assert_string_equal(f.in[FAMILY_cloudtrail].path[0], "userIdentity.arn");
    assert_string_equal(f.in[FAMILY_cloudtrail].path[1], "my.who");
    taxonomy_free(t);
}

static void test_logsource_is_changed(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    rule_field f;
    sigma_logsource mine = {.product = STR_INIT("acme")};
    str yaml = STR("transformations:\n- type: change_logsource\n  product: aws\n"
                   "  service: cloudtrail\n"
                   "  rule_conditions: [{type: logsource, product: acme}]\n");
    assert_true(taxonomy_add_pipeline(t, "p.yml", yaml, &diags));
    assert_int_equal(taxonomy_families(t, &mine), taxonomy_families(t, &aws));
    assert_true(taxonomy_field(t, &a, &mine, STR("eventName"), &f));
    assert_string_equal(f.in[FAMILY_cloudtrail].path[0], "eventName");
    taxonomy_free(t);
}

static void test_placeholders(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    taxonomy *t = taxonomy_new();
    size_t n = 0;
    str yaml = STR("vars:\n  admins: [root, 'adm*']\n  hidden: x\n  lookup: [l]\n"
                   "transformations:\n"
                   "- type: value_placeholders\n  include: [admins, nothing]\n"
                   "- type: wildcard_placeholders\n  include: [anyone]\n"
                   "- type: wildcard_placeholders\n  include: [some, few]\n  exclude: [few]\n"
                   "- type: query_expression_placeholders\n  include: [table]\n"
                   "  expression: '{field} in {id}'\n  mapping: {table: lookup}\n");
    assert_true(taxonomy_add_pipeline(t, "p.yml", yaml, &diags));
    assert_int_equal(diags.n, 0);
    const str *values = taxonomy_placeholder(t, STR("admins"), &n);
    assert_int_equal(n, 2);
    assert_true(str_is(values[1], "adm*"));
    assert_true(str_is(*taxonomy_placeholder(t, STR("anyone"), &n), "*"));
    assert_true(str_is(*taxonomy_placeholder(t, STR("table"), &n), "l"));
    assert_non_null(taxonomy_placeholder(t, STR("some"), &n));
    assert_null(taxonomy_placeholder(t, STR("few"), &n));
    assert_null(taxonomy_placeholder(t, STR("hidden"), &n));
    assert_null(taxonomy_placeholder(t, STR("nothing"), &n));
    assert_true(taxonomy_add_placeholders(t, "v.yml", STR("admins: [me]\n"), &diags));
    assert_true(str_is(*taxonomy_placeholder(t, STR("admins"), &n), "me"));
    assert_int_equal(n, 1);
    taxonomy_free(t);
}

/* ---- what is refused ------------------------------------------------------------------------- */

typedef struct bad_row {
    const char *yaml;
    diag_severity severity;
    const char *message; /* part of it */
    unsigned line;
} bad_row;

static void check_bad(const bad_row *row)
{
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(pipeline_set) s = {0};
    bool is_told = false;
    assert_true(pipeline_add(&s, "p.yml", str_of(row->yaml), &diags));
    for (size_t i = 0; i < diags.n; i++)
        is_told = is_told || (diags.items[i].severity == row->severity &&
                              diags.items[i].pos.line == row->line &&
                              text_has(str_of(diags.items[i].message), row->message));
    if (!is_told)
        fail_msg("%s: %zu diagnostics, %s at line %u", row->yaml, diags.n,
                 diags.n ? diags.items[0].message : "", diags.n ? diags.items[0].pos.line : 0);
    assert_int_equal(s.n, row->severity == DIAG_WARNING);
}

static void test_nothing_is_silent(void **state)
{
    (void)state;
    /* clang-format off */
    static const bad_row rows[] = {
        {"- a\n", DIAG_ERROR, "must be a map", 1},
        {"name: x\nfinalizers:\n- type: concat\n", DIAG_WARNING, "`finalizers` is not supported", 3},
        {"name: x\npostprocessing:\n- type: embed\n", DIAG_WARNING, "`postprocessing` is not supported", 3},
        {"name: x\npriority: high\n", DIAG_ERROR, "must be a number", 2},
        {"name: x\ntransformations: y\n", DIAG_ERROR, "must be a list", 2},
        {"transformations:\n- id: x\n", DIAG_ERROR, "there is no `type`", 2},
        {"transformations:\n- type: replace_string\n", DIAG_ERROR, "`replace_string` is not supported", 2},
        {"transformations:\n- type: field_name_maping\n", DIAG_ERROR, "not supported", 2},
        {"transformations:\n- type: add_condition\n  conditions: {index: x}\n", DIAG_WARNING, "`add_condition` is not supported", 2},
        {"transformations:\n- type: field_name_mapping\n", DIAG_ERROR, "no `mapping`", 2},
        {"transformations:\n- type: field_name_mapping\n  mapping: x\n", DIAG_ERROR, "must be a map", 3},
        {"transformations:\n- type: field_name_mapping\n  mapping:\n    a: []\n", DIAG_ERROR, "mapped to nothing", 4},
        {"transformations:\n- type: field_name_mapping\n  mapping:\n    a: ''\n", DIAG_ERROR, "mapped to nothing", 4},
        {"transformations:\n- type: field_name_prefix\n", DIAG_ERROR, "no `prefix`", 2},
        {"transformations:\n- type: field_name_suffix\n", DIAG_ERROR, "no `suffix`", 2},
        {"transformations:\n- type: change_logsource\n", DIAG_ERROR, "names no category", 2},
        {"transformations:\n- type: rule_failure\n  rule_conditions:\n  - type: contains_field\n    field: x\n", DIAG_ERROR, "`contains_field` is not supported", 4},
        {"transformations:\n- type: rule_failure\n  rule_conditions:\n    x: {type: logsource}\n", DIAG_ERROR, "as a list only", 4},
        {"transformations:\n- type: rule_failure\n  rule_cond_op: xor\n", DIAG_ERROR, "`and` or `or`", 3},
        {"transformations:\n- type: rule_failure\n  rule_cond_expr: a and b\n", DIAG_ERROR, "`rule_cond_expr` is not supported", 3},
        {"transformations:\n- type: drop_detection_item\n  detection_item_conditions:\n  - type: match_string\n", DIAG_ERROR, "`detection_item_conditions` is not supported", 4},
        {"transformations:\n- type: drop_detection_item\n  field_name_conditions:\n  - type: state\n", DIAG_ERROR, "`state` is not supported", 4},
        {"transformations:\n- type: drop_detection_item\n  field_name_conditions:\n  - {type: include_fields, mode: re, fields: [a]}\n", DIAG_ERROR, "regular expression", 4},
        {"vars: {a: x}\ntransformations:\n- type: value_placeholders\n  rule_conditions:\n  - {type: logsource, product: x}\n", DIAG_WARNING, "used for all rules", 3},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_bad(&rows[i]);
}

static void test_ignored_items_change_nothing(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    AUTO(pipeline_set) s = {0};
    str yaml = STR("transformations:\n- type: add_condition\n  conditions: {index: x}\n"
                   "- type: field_name_prefix\n  prefix: x.\n");
    assert_true(pipeline_add(&s, "p.yml", yaml, &diags));
    assert_int_equal(diags.n, 1);
    check_names(&s, aws, "a", "x.a");
}

static void test_kinds_are_listed(void **state)
{
    (void)state;
    pipeline_support support;
    const char *doc;
    size_t n = 0, n_supported = 0;
    for (; pipeline_kind_text(n, &support, &doc); n++) {
        assert_true(strlen(doc) > 2);
        n_supported += support == PIPELINE_SUPPORTED;
    }
    assert_true(n_supported >= 11);
    assert_true(n > n_supported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_priorities),
        cmocka_unit_test(test_names_are_bounded),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_mapped_names_come_first),
        cmocka_unit_test(test_logsource_is_changed),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_nothing_is_silent),
        cmocka_unit_test(test_ignored_items_change_nothing),
        cmocka_unit_test(test_kinds_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
