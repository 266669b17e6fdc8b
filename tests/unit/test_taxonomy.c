/* SPDX-License-Identifier: Apache-2.0
 *
 * test_taxonomy.c -- logsources to families, names to paths, placeholders; and the tables.
 */
#include "rule/taxonomy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "rule/taxonomy_table.h"

#define BIT(name) (1u << FAMILY_##name)

static sigma_logsource source_of(const char *product, const char *service)
{
    return (sigma_logsource){.product = str_of(product), .service = str_of(service)};
}

/* ---- the tables ------------------------------------------------------------------------------ */

/* Keys joined by single dots; "\\." inside a key; brackets as in ruleset.h. */
static bool is_path(const char *p)
{
    bool is_key = false; /* the key at hand has a byte */
    for (; *p; p++) {
        if (*p == '.' && !is_key)
            return false;
        if (*p == '\\' && p[1] != '.')
            return false;
        if (*p == '[' || *p == ']' || *p == '*' || (unsigned char)*p < ' ')
            return false;
        is_key = *p != '.';
        p += *p == '\\';
    }
    return is_key;
}

static void test_path_check_refuses(void **state)
{
    (void)state;
    const char *const bad[] = {"", ".", "a.", ".a", "a..b", "a\\b", "a[0", "a\\"};
    const char *const good[] = {"a", "a.b", "a b.c", "http://x\\.y/z", "TimeGenerated (UTC)"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(is_path(bad[i]));
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(is_path(good[i]));
}

static bool is_prefix_path(const char *p)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%sx", p);
    return is_path(whole);
}

/* Columns of CSV exports carry "[UTC]": brackets that no path syntax knows are part of the key. */
static bool is_row_path(const char *p)
{
    const char *unit = strstr(p, " [UTC]");
    return unit ? strlen(unit) == strlen(" [UTC]") : is_path(p);
}

static void test_every_row_is_well_formed(void **state)
{
    (void)state;
    size_t n;
    const taxonomy_row *rows = taxonomy_rows(&n);
    assert_true(n > 150);
    for (size_t i = 0; i < n; i++) {
        assert_true(rows[i].family < FAMILY_COUNT);
        assert_true(strlen(rows[i].doc) > 2);
        assert_true(strlen(rows[i].name) > 0);
        assert_true(rows[i].n_paths > 0);
        assert_non_null(taxonomy_how_text(rows[i].how));
        for (size_t k = 0; k < rows[i].n_paths; k++)
            if (!is_row_path(rows[i].paths[k]))
                fail_msg("%s: %s", rows[i].name, rows[i].paths[k]);
    }
}

static void test_no_name_has_two_rows(void **state)
{
    (void)state;
    size_t n;
    const taxonomy_row *rows = taxonomy_rows(&n);
    for (size_t i = 0; i < n; i++)
        if (taxonomy_find_row(rows[i].family, str_of(rows[i].name)) != &rows[i])
            fail_msg("%s has two rows in %s", rows[i].name, family_text(rows[i].family));
}

static void test_prefixes_stand_together(void **state)
{
    (void)state;
    size_t n;
    const taxonomy_prefix *rows = taxonomy_prefixes(&n);
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(rows[i].doc) > 2);
        assert_true(is_prefix_path(rows[i].to));
        assert_string_not_equal(rows[i].from, rows[i].to);
        for (size_t k = i + 1; k < n; k++) { /* a longer head behind a shorter one would be dead */
            bool is_same = strcmp(rows[i].from, rows[k].from) == 0;
            if (rows[i].family == rows[k].family && !is_same &&
                text_starts_nocase(str_of(rows[k].from), rows[i].from))
                fail_msg("prefix %s hides %s", rows[i].from, rows[k].from);
        }
    }
}

static void test_model_fields_have_one_meaning(void **state)
{
    (void)state;
    size_t n;
    const taxonomy_same *rows = taxonomy_sames(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(rows[i].family == rows[k].family && rows[i].field == rows[k].field);
}

static void test_logsources_are_listed_once(void **state)
{
    (void)state;
    size_t n;
    const taxonomy_source *rows = taxonomy_sources(&n);
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(rows[i].doc) > 2);
        assert_true(rows[i].families != 0 && !(rows[i].families & BIT(generic)));
        for (size_t k = 0; k < i; k++)
            assert_false(strcmp(rows[i].product, rows[k].product) == 0 &&
                         strcmp(rows[i].service, rows[k].service) == 0);
    }
}

/* ---- families -------------------------------------------------------------------------------- */

static void test_families(void **state)
{
    (void)state;
    const struct {
        const char *product, *service;
        unsigned want;
    } rows[] = {
        {"aws", "cloudtrail", BIT(cloudtrail) | BIT(ocsf)},
        {"AWS", "CloudTrail", BIT(cloudtrail) | BIT(ocsf)},
        {"aws", NULL, BIT(cloudtrail) | BIT(ocsf)},
        {"aws", "vpcflow", 0},
        {"azure", "activitylogs", BIT(azure_activity) | BIT(ocsf)},
        {"azure", "auditlogs", BIT(entra_audit)},
        {"azure", "signinlogs", BIT(entra_signin)},
        {"azure", "riskdetection", BIT(entra_signin) | BIT(entra_audit) | BIT(azure_activity)},
        {"azure", "pim", BIT(entra_signin) | BIT(entra_audit)},
        {"gcp", "gcp.audit", BIT(gcp_audit) | BIT(ocsf)},
        {"gcp", "google_workspace.admin", BIT(gcp_audit)},
        {"okta", "okta", 0},
        {"windows", NULL, 0},
        {NULL, "signinlogs", BIT(entra_signin)},
        {NULL, NULL, FAMILY_ALL},
    };
    taxonomy *t = taxonomy_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        sigma_logsource source = source_of(rows[i].product, rows[i].service);
        assert_int_equal(taxonomy_families(t, &source), rows[i].want | BIT(generic));
    }
    taxonomy_free(t);
}

/* ---- names ----------------------------------------------------------------------------------- */

static int place_of(const rule_field *f, family where, const char *path)
{
    for (size_t i = 0; i < f->in[where].n; i++)
        if (text_eq_nocase(str_of(f->in[where].path[i]), str_of(path)))
            return (int)i;
    return -1;
}

typedef struct lookup {
    const char *product, *service, *name;
    family family;
    const char *first, *also; /* the first path, and one of the others */
} lookup;

static void check_lookup(const taxonomy *t, const lookup *row)
{
    AUTO(arena) a = {0};
    rule_field f;
    sigma_logsource source = source_of(row->product, row->service);
    assert_true(taxonomy_field(t, &a, &source, str_of(row->name), &f));
    assert_true(str_is(f.name, row->name));
    if (place_of(&f, row->family, row->first) != 0)
        fail_msg("%s: first path is %s", row->name,
                 f.in[row->family].n ? f.in[row->family].path[0] : "none");
    if (row->also && place_of(&f, row->family, row->also) < 1)
        fail_msg("%s: no path %s", row->name, row->also);
}

static void test_names(void **state)
{
    (void)state;
    /* clang-format off */
    static const lookup rows[] = {
        {"aws", "cloudtrail", "eventName", FAMILY_cloudtrail, "eventName", "event.action"},
        {"aws", "cloudtrail", "eventName", FAMILY_ocsf, "api.operation", NULL},
        {"aws", "cloudtrail", "eventName", FAMILY_generic, "eventName", "api.operation"},
        {"aws", "cloudtrail", "userIdentity.type", FAMILY_cloudtrail, "userIdentity.type", "aws.cloudtrail.user_identity.type"},
        {"aws", "cloudtrail", "requestParameters.x.y", FAMILY_cloudtrail, "requestParameters.x.y", "aws.cloudtrail.flattened.request_parameters.x.y"},
        {"aws", "cloudtrail", "requestParameters.x.y", FAMILY_ocsf, "requestParameters.x.y", "unmapped.requestParameters\\.x\\.y"},
        {"aws", "cloudtrail", "somethingNew", FAMILY_cloudtrail, "somethingNew", "aws.cloudtrail.something_new"},
        {"aws", "cloudtrail", "aws.cloudtrail.user_identity.arn", FAMILY_cloudtrail, "aws.cloudtrail.user_identity.arn", "useridentity.arn"},
        {"aws", "cloudtrail", "event.action", FAMILY_cloudtrail, "event.action", "eventName"},
        {"aws", "cloudtrail", "api.operation", FAMILY_cloudtrail, "api.operation", "eventName"},
        {"aws", "cloudtrail", "source.ip", FAMILY_cloudtrail, "source.ip", "sourceIPAddress"},
        {"aws", "cloudtrail", "source.ip", FAMILY_ocsf, "source.ip", "src_endpoint.ip"},
        {"azure", "activitylogs", "operationName", FAMILY_azure_activity, "OperationNameValue", "authorization.action"},
        {"azure", "activitylogs", "user.name", FAMILY_azure_activity, "user.name", "caller"},
        {"azure", "activitylogs", "properties.foo", FAMILY_azure_activity, "properties.foo", "Properties_d.foo"},
        {"azure", "auditlogs", "properties.message", FAMILY_entra_audit, "properties.activityDisplayName", "operationName"},
        {"azure", "auditlogs", "Initiatedby", FAMILY_entra_audit, "properties.initiatedBy.user.userPrincipalName", "InitiatingUserOrApp"},
        {"azure", "signinlogs", "ResultType", FAMILY_entra_signin, "resultType", "properties.status.errorCode"},
        {"azure", "signinlogs", "DeviceDetail.trusttype", FAMILY_entra_signin, "properties.deviceDetail.trustType", "deviceDetail.trustType"},
        {"azure", "signinlogs", "deviceDetail.browser", FAMILY_entra_signin, "deviceDetail.browser", "properties.deviceDetail.browser"},
        {"azure", "signinlogs", "flaggedForReview", FAMILY_entra_signin, "flaggedForReview", "properties.flaggedForReview"},
        {"azure", "riskdetection", "riskEventType", FAMILY_entra_signin, "properties.riskEventTypes_v2", "riskEventTypes"},
        {"azure", "riskdetection", "riskEventType", FAMILY_azure_activity, "properties.riskEventType", "riskEventType"},
        {"gcp", "gcp.audit", "gcp.audit.method_name", FAMILY_gcp_audit, "protoPayload.methodName", "proto_payload.audit_log.method_name"},
        {"gcp", "gcp.audit", "gcp.audit.method_name", FAMILY_gcp_audit, "protoPayload.methodName", "payload_methodName_s"},
        {"gcp", "gcp.audit", "gcp.audit.request_metadata.caller_network", FAMILY_gcp_audit, "gcp.audit.request_metadata.caller_network", "protoPayload.requestMetadata.callerNetwork"},
        {"gcp", "gcp.audit", "data.protoPayload.request.name", FAMILY_gcp_audit, "data.protoPayload.request.name", "protopayload_auditlog.requestJson.name"},
        {"okta", "okta", "target.displayName", FAMILY_generic, "target.displayName", NULL},
        {"m365", "audit", "status", FAMILY_generic, "status", "ResultStatus"},
    };
    /* clang-format on */
    taxonomy *t = taxonomy_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_lookup(t, &rows[i]);
    taxonomy_free(t);
}

static void test_other_families_have_no_path(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    sigma_logsource aws = source_of("aws", "cloudtrail"), okta = source_of("okta", "okta");
    rule_field f;
    assert_true(taxonomy_field(t, &a, &aws, STR("eventName"), &f));
    assert_int_equal(f.in[FAMILY_gcp_audit].n, 0);
    assert_int_equal(f.in[FAMILY_entra_audit].n, 0);
    assert_true(taxonomy_field(t, &a, &okta, STR("eventType"), &f));
    assert_int_equal(f.in[FAMILY_cloudtrail].n, 0);
    assert_int_equal(f.in[FAMILY_generic].n, 1);
    assert_true(taxonomy_field(t, &a, &aws, STR_NONE, &f)); /* keywords */
    assert_int_equal(f.name.n, 0);
    assert_int_equal(f.in[FAMILY_cloudtrail].n, 0);
    taxonomy_free(t);
}

/* The matcher takes the call's name from the decoder when decoders read all of the paths. */
static void test_calls_have_decoders_paths_only(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    sigma_logsource aws = source_of("aws", "cloudtrail"), gcp = source_of("gcp", "gcp.audit");
    rule_field f;
    assert_true(taxonomy_field(t, &a, &aws, STR("eventName"), &f));
    assert_int_equal(f.in[FAMILY_cloudtrail].n, 4);
    assert_int_equal(f.in[FAMILY_ocsf].n, 1);
    assert_true(taxonomy_field(t, &a, &gcp, STR("gcp.audit.method_name"), &f));
    assert_int_equal(place_of(&f, FAMILY_gcp_audit, "gcp.audit.method_name"), -1);
    taxonomy_free(t);
}

static void test_only_the_first_head_counts(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    sigma_logsource aws = source_of("aws", "cloudtrail");
    rule_field f;
    assert_true(taxonomy_field(t, &a, &aws, STR("aws.cloudtrail.some_thing"), &f));
    assert_int_equal(f.in[FAMILY_cloudtrail].n, 2);
    assert_string_equal(f.in[FAMILY_cloudtrail].path[1], "something");
    taxonomy_free(t);
}

static void test_unions(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    sigma_logsource aws = source_of("aws", "cloudtrail");
    rule_field f;
    assert_true(taxonomy_field(t, &a, &aws, STR("eventName"), &f));
    assert_false(f.is_union);
    assert_true(taxonomy_field(t, &a, &aws, STR("requestParameters"), &f));
    assert_true(f.is_union);
    taxonomy_free(t);
}

/* Paths of all families are well-formed and different; generic ones begin with the name itself. */
static void test_names_never_get_lost(void **state)
{
    (void)state;
    AUTO(arena) a = {0};
    taxonomy *t = taxonomy_new();
    sigma_logsource any = source_of(NULL, NULL);
    size_t n;
    const taxonomy_row *rows = taxonomy_rows(&n);
    for (size_t i = 0; i < n; i++) {
        rule_field f;
        assert_true(taxonomy_field(t, &a, &any, str_of(rows[i].name), &f));
        assert_int_equal(place_of(&f, FAMILY_generic, rows[i].name), 0);
        for (int k = 0; k < FAMILY_COUNT; k++) {
            assert_true(f.in[k].n > 0);
            for (size_t j = 0; j < f.in[k].n; j++) {
                assert_true(is_row_path(f.in[k].path[j]));
                assert_int_equal(place_of(&f, (family)k, f.in[k].path[j]), j);
            }
        }
    }
    taxonomy_free(t);
}

/* ---- placeholders ---------------------------------------------------------------------------- */

static void test_placeholders(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    taxonomy *t = taxonomy_new();
    size_t n = 0;
    str yaml = STR("Admins: [alice, 'b*b']\nOne: 5\nEmpty: []\n");
    assert_true(taxonomy_add_placeholders(t, "p.yml", yaml, &diags));
    assert_int_equal(diags.n, 1); /* Empty */
    const str *values = taxonomy_placeholder(t, STR("admins"), &n);
    assert_int_equal(n, 2);
    assert_true(str_is(values[0], "alice"));
    assert_true(str_is(values[1], "b*b"));
    values = taxonomy_placeholder(t, STR("One"), &n);
    assert_int_equal(n, 1);
    assert_true(str_is(values[0], "5"));
    assert_null(taxonomy_placeholder(t, STR("Empty"), &n));
    assert_null(taxonomy_placeholder(t, STR("Other"), &n));
    taxonomy_free(t);
}

static void test_placeholders_that_are_wrong(void **state)
{
    (void)state;
    CLEANUP(diag_done) diag_list diags = {0};
    taxonomy *t = taxonomy_new();
    size_t n = 0;
    assert_true(taxonomy_add_placeholders(t, "p.yml", STR("A: [x]\n"), &diags));
    assert_int_equal(diags.n, 0);
    assert_true(taxonomy_add_placeholders(t, "q.yml", STR("a: [y]\n"), &diags));
    assert_int_equal(diags.n, 1); /* given before */
    assert_true(str_is(*taxonomy_placeholder(t, STR("A"), &n), "x"));
    assert_true(taxonomy_add_placeholders(t, "r.yml", STR("- x\n"), &diags));
    assert_int_equal(diags.items[1].severity, DIAG_ERROR);
    assert_true(taxonomy_add_placeholders(t, "s.yml", STR("B: {x: y}\n"), &diags));
    assert_true(diags.n >= 3);
    assert_null(taxonomy_placeholder(t, STR("B"), &n));
    taxonomy_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_check_refuses),
        cmocka_unit_test(test_every_row_is_well_formed),
        cmocka_unit_test(test_no_name_has_two_rows),
        cmocka_unit_test(test_prefixes_stand_together),
        cmocka_unit_test(test_model_fields_have_one_meaning),
        cmocka_unit_test(test_logsources_are_listed_once),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_other_families_have_no_path),
        cmocka_unit_test(test_calls_have_decoders_paths_only),
        cmocka_unit_test(test_only_the_first_head_counts),
        cmocka_unit_test(test_unions),
        cmocka_unit_test(test_names_never_get_lost),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_placeholders_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
