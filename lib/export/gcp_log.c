/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_log.c -- log sinks and buckets, organization policies, and what Google's own scanners found.
 *
 *  (1) These services leave out switches that are off.
 *  (2) An organization policy is enforced when it forbids or limits: a boolean constraint that is
 *      on, a list that is closed or names what is allowed. What a condition decides does not count.
 */
#include "export/gcp_log.h"

#include "export/gcp_asset.h"

#include "fact/gcp_place.h"
#include "access/gcp_role.h"
#include "export/readers.h"
#include "base/text.h"

/* PLACE/COLLECTION/NAME as an id. */
static uint32_t add_below(reading *r, fact_kind kind, str place, const char *collection, str name)
{
    AUTO(buf) id = {0};
    buf_putstr(&id, place);
    buf_printf(&id, "/%s/", collection);
    buf_putstr(&id, name);
    r->failed |= id.failed;
    return name.n == 0 ? FACT_NONE : gcp_add(r, kind, buf_str(&id));
}

/* ---- sinks and buckets ----------------------------------------------------------------------- */

static void put_exclusions(reading *r, uint32_t at, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        if (!gcp_is_true(r, json_node_get(it.value, STR("disabled"))))
            reading_put(r, at, ATTR_GCP_EXCLUSION, json_node_get(it.value, STR("filter")));
    }
}

static void put_filter(reading *r, uint32_t at, json_node filter)
{
    json_type type = json_node_type(filter);
    str text = text_trim(json_node_string(filter));
    if (type == JSON_STRING || type == JSON_NONE)
        facts_put_flag(r->facts, at, ATTR_GCP_TAKES_ALL, text.n == 0);
    else
        reading_wrong(r, "the filter of a sink is no text");
    facts_put_text(r->facts, at, ATTR_GCP_FILTER, text);
}

/* The place of a sink: of its file, or else of the bucket that it writes to when that is its own.
 * */
static str place_of_sink(reading *r, str destination, str name)
{
    str place = gcp_input_place(r);
    bool is_built_in = str_is(name, "_Default") || str_is(name, "_Required");
    str path = gcp_path(destination);
    if (place.n > 0 || !is_built_in)
        return place;
    size_t container = text_before(path, '/').n + 1;
    return str_upto(path, container + text_before(str_from(path, container), '/').n);
}

static void read_sink_of(reading *r, json_node node, str place, str name)
{
    uint64_t before = r->malformed;
    uint32_t at = add_below(r, FACT_SINK, place.n > 0 ? place : STR("?"), "sinks", name);
    bool is_disabled = gcp_is_true(r, json_node_get(node, STR("disabled")));
    facts_set_name(r->facts, at, name);
    facts_put_text(r->facts, at, ATTR_SCOPE, place);
    reading_put(r, at, ATTR_CREATED, json_node_get(node, STR("createTime")));
    reading_put(r, at, ATTR_GCP_DESTINATION, json_node_get(node, STR("destination")));
    gcp_put_flag(r, at, ATTR_GCP_CHILDREN, json_node_get(node, STR("includeChildren")), false);
    put_filter(r, at, json_node_get(node, STR("filter")));
    put_exclusions(r, at, json_node_get(node, STR("exclusions")));
    if (r->malformed != before)
        return;
    facts_put_flag(r->facts, at, ATTR_ENABLED, !is_disabled);
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, true);
}

static void read_sink(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    str destination = json_node_string(json_node_get(node, STR("destination")));
    str place = place_of_sink(r, destination, name);
    (void)gcp_add_account(r, place);
    r->exports[EXPORT_gcp_organization_sinks] += text_starts(place, "organizations/");
    if (place.n == 0)
        reading_wrong(r, "the sink does not say of what: its file should stand in projects/ID");
    read_sink_of(r, node, place, text_after_last(name, '/'));
}

static void asset_sink(reading *r, json_node data, str id)
{
    str name = text_after_last(id, '/');
    size_t tail = name.n + sizeof("/sinks/") - 1;
    read_sink_of(r, data, str_upto(id, id.n > tail ? id.n - tail : 0), name);
}

static void read_bucket_of(reading *r, json_node node, str id)
{
    uint32_t at = gcp_add(r, FACT_LOG_STORE, id);
    facts_set_name(r->facts, at, text_after_last(id, '/'));
    reading_put(r, at, ATTR_GCP_RETENTION_DAYS, json_node_get(node, STR("retentionDays")));
    gcp_put_flag(r, at, ATTR_GCP_LOCKED, json_node_get(node, STR("locked")), false);
    reading_put(r, at, ATTR_STATE, json_node_get(node, STR("lifecycleState")));
}

static void read_bucket(reading *r, json_node node)
{
    str id = json_node_string(json_node_get(node, STR("name")));
    if (text_has(id, "/buckets/"))
        read_bucket_of(r, node, id);
    else
        r->unknown++;
}

/* A bucket of Cloud Storage: "storage.googleapis.com/NAME", as sinks call it. */
static void read_storage(reading *r, json_node node)
{
    AUTO(buf) id = {0};
    str name = json_node_string(json_node_get(node, STR("name")));
    json_node policy = json_node_get(node, STR("retentionPolicy"));
    buf_puts(&id, "storage.googleapis.com/");
    buf_putstr(&id, name);
    r->failed |= id.failed;
    if (name.n == 0) {
        reading_wrong(r, "a bucket without a name");
        return;
    }
    uint32_t at = gcp_add(r, FACT_LOG_STORE, buf_str(&id));
    facts_set_name(r->facts, at, name);
    if (json_node_type(policy) == JSON_NONE || json_node_type(policy) == JSON_OBJECT)
        gcp_put_flag(r, at, ATTR_GCP_LOCKED, json_node_get(policy, STR("isLocked")), false);
    else
        reading_wrong(r, "the retention of a bucket is not an object");
}

static void asset_storage(reading *r, json_node data, str id)
{
    (void)id;
    read_storage(r, data);
}

/* ---- organization policies ------------------------------------------------------------------- */

static bool has_list(json_node node, const char *path)
{
    return json_node_size(reading_at(node, path)) > 0;
}

/* {"booleanPolicy": {"enforced": true}} or {"listPolicy": {"allValues": "DENY"}} */
static bool is_enforced_v1(reading *r, json_node policy)
{
    json_node list = json_node_get(policy, STR("listPolicy"));
    return gcp_is_true(r, reading_at(policy, "booleanPolicy.enforced")) ||
           str_is(json_node_string(json_node_get(list, STR("allValues"))), "DENY") ||
           has_list(list, "allowedValues");
}

/* {"spec": {"rules": [{"enforce": true}, {"denyAll": true}, {"values": {"allowedValues": […]}}]}}
 * */
static bool is_enforced_v2(reading *r, json_node policy)
{
    bool is_enforced = false;
    json_iter it = json_iter_of(reading_at(policy, "spec.rules"));
    while (json_iter_next(&it)) {
        bool is_limit = gcp_is_true(r, json_node_get(it.value, STR("enforce"))) ||
                        gcp_is_true(r, json_node_get(it.value, STR("denyAll"))) ||
                        has_list(it.value, "values.allowedValues");
        bool has_condition =
            json_node_type(json_node_get(it.value, STR("condition"))) == JSON_OBJECT;
        is_enforced |= is_limit && !has_condition;
    }
    return is_enforced;
}

static bool has_member(json_node node, const char *member)
{
    return json_node_type(json_node_get(node, str_of(member))) != JSON_NONE;
}

/* One that only adds to what stands above says nothing of its own. */
void gcp_read_org_policy(reading *r, json_node policy, str scope)
{
    uint64_t before = r->malformed;
    str name = json_node_string(json_node_get(policy, STR("name")));
    str constraint = json_node_string(json_node_get(policy, STR("constraint")));
    constraint = text_after_last(constraint.n > 0 ? constraint : name, '/');
    bool is_enforced =
        has_member(policy, "spec") ? is_enforced_v2(r, policy) : is_enforced_v1(r, policy);
    bool is_inherited = gcp_is_true(r, reading_at(policy, "spec.inheritFromParent")) ||
                        gcp_is_true(r, reading_at(policy, "listPolicy.inheritFromParent"));
    if (is_inherited && !is_enforced && r->malformed == before)
        return;
    uint32_t at = add_below(r, FACT_POLICY, scope, "policies", constraint);
    facts_set_name(r->facts, at, constraint);
    facts_put_text(r->facts, at, ATTR_SCOPE, scope);
    facts_put_text(r->facts, at, ATTR_GCP_CONSTRAINT, constraint);
    if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_GCP_ENFORCED, is_enforced);
    reading_put(r, at, ATTR_SHARED_WITH, reading_at(policy, "listPolicy.allowedValues"));
}

/* "projects/1/policies/compute.requireOsLogin" */
static void read_policy_v2(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    str constraint = text_after_last(name, '/');
    size_t tail = sizeof("/policies/") - 1 + constraint.n;
    str scope = str_upto(name, name.n > tail ? name.n - tail : 0);
    if (!text_has(name, "/policies/")) {
        r->unknown++;
        return;
    }
    (void)gcp_add_account(r, scope);
    r->exports[EXPORT_gcp_organization_policies] += text_starts(scope, "organizations/");
    gcp_read_org_policy(r, node, scope);
}

static void read_policy_v1(reading *r, json_node node)
{
    str place = gcp_input_place(r);
    if (place.n == 0)
        reading_wrong(r, "the organization policy does not say of what: its file should stand in "
                         "projects/ID");
    (void)gcp_add_account(r, place);
    gcp_read_org_policy(r, node, place.n > 0 ? place : STR("?"));
}

/* Of a list that other clouds have by the same name. */
static void read_policies(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("policies")));
    while (json_iter_next(&it)) {
        if (has_member(it.value, "spec"))
            read_policy_v2(r, it.value);
        else
            read_policy_v1(r, it.value);
    }
}

/* ---- findings -------------------------------------------------------------------------------- */

/* Security Command Center. Older findings have the severity and the project among their
 * properties. */
static void read_finding(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"category", ATTR_GCP_CATEGORY}, {"state", ATTR_STATE},
        {"severity", ATTR_GCP_SEVERITY}, {"sourceProperties.SeverityLevel", ATTR_GCP_SEVERITY},
        {"createTime", ATTR_CREATED},
    };
    json_node finding = json_node_get(node, STR("finding"));
    str name = json_node_string(json_node_get(finding, STR("name")));
    str about = json_node_string(json_node_get(finding, STR("resourceName")));
    json_node resource = json_node_get(finding, STR("resource"));
    if (name.n == 0) {
        reading_wrong(r, "a finding without a name");
        return;
    }
    uint32_t at = gcp_add(r, FACT_FINDING, name);
    about = about.n > 0 ? about : json_node_string(json_node_get(resource, STR("name")));
    facts_put_text(r->facts, at, ATTR_GCP_SOURCE, STR("scc"));
    facts_put_text(r->facts, at, ATTR_GCP_RESOURCE, gcp_path(about));
    facts_set_account(r->facts, at, gcp_project(gcp_path(about)));
    facts_set_account(r->facts, at,
                      json_node_string(reading_at(finding, "sourceProperties.ProjectId")));
    reading_put_rows(r, at, finding, rows, ARRAY_LEN(rows));
}

/* VM Manager: what is wrong with the software of a machine, which is known by its number. */
static void read_vulnerabilities(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    json_node list = json_node_get(node, STR("vulnerabilities"));
    double n = 0;
    if (!text_ends(name, "/vulnerabilityReport") || json_node_type(list) != JSON_ARRAY) {
        reading_wrong(r, "a vulnerability report without its name or list");
        return;
    }
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str severity = json_node_string(reading_at(it.value, "details.severity"));
        n += str_is(severity, "HIGH") || str_is(severity, "CRITICAL");
    }
    str id = str_upto(name, name.n - (sizeof("/vulnerabilityReport") - 1));
    uint32_t at = gcp_add(r, FACT_PATCH_STATE, id);
    facts_put_number(r->facts, at, ATTR_GCP_VULNERABLE, n);
}

/* ---- the tables ------------------------------------------------------------------------------ */

/* clang-format off */
static const gcp_asset_row assets[] = {
    {"logging.googleapis.com/LogSink",   EXPORT_gcp_sinks,       asset_sink},
    {"logging.googleapis.com/LogBucket", EXPORT_gcp_log_buckets, read_bucket_of},
    {"storage.googleapis.com/Bucket",    EXPORT_gcp_storage_buckets, asset_storage},
};

static const export_shape rows[] = {
    {EXPORT_gcp_sinks,           SHAPE_MEMBERS, "destination writerIdentity",   read_sink},
    {EXPORT_gcp_sinks,           SHAPE_MEMBERS, "destination filter name",      read_sink},
    {EXPORT_gcp_storage_buckets, SHAPE_KIND,    "storage#bucket",               read_storage},
    {EXPORT_gcp_storage_buckets, SHAPE_MEMBERS, "storageUrl name",              read_storage},
    {EXPORT_gcp_log_buckets,     SHAPE_MEMBERS, "retentionDays name",           read_bucket},
    {EXPORT_gcp_org_policies,    SHAPE_LIST,    "policies spec",                read_policies},
    {EXPORT_gcp_org_policies,    SHAPE_LIST,    "policies constraint",          read_policies},
    {EXPORT_gcp_org_policies,    SHAPE_MEMBERS, "spec name",                    read_policy_v2},
    {EXPORT_gcp_org_policies,    SHAPE_MEMBERS, "constraint booleanPolicy",     read_policy_v1},
    {EXPORT_gcp_org_policies,    SHAPE_MEMBERS, "constraint listPolicy",        read_policy_v1},
    {EXPORT_gcp_org_policies,    SHAPE_MEMBERS, "constraint restoreDefault",    read_policy_v1},
    {EXPORT_gcp_scc_findings,    SHAPE_MEMBERS, "finding.category finding.name", read_finding},
    {EXPORT_gcp_vulnerabilities, SHAPE_MEMBERS, "vulnerabilities name",         read_vulnerabilities},
};
/* clang-format on */

const gcp_asset_table gcp_log_assets = {assets, ARRAY_LEN(assets)};

const shape_table gcp_log_shapes = {rows, ARRAY_LEN(rows)};
