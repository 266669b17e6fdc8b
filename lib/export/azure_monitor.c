/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_monitor.c -- reads what is recorded, watched and enforced in Azure: diagnostic settings,
 * alerts, Defender,
 * just-in-time access, serial consoles, policies, locks, subscriptions.
 *
 *  (1) What an export says of a whole subscription stands at that subscription.
 *  (2) A setting that is switched off is read and leaves nothing behind but its name: what counts
 *      is
 *      what is sent, watched and enforced.
 */
#include "export/azure_reading.h"

#include "export/readers.h"
#include "base/text.h"

static str text_of(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- subscriptions --------------------------------------------------------------------------- */

/* The command line's id is a bare guid; Resource Manager's a path. */
static void read_subscription(reading *r, json_node node)
{
    str id = text_of(node, "id"), name = text_of(node, "name");
    CLEANUP(buf_done) buf path = {0};
    if (!text_starts_nocase(id, "/subscriptions/"))
        buf_puts(&path, "/subscriptions/");
    buf_putstr(&path, id);
    r->failed = r->failed || path.failed;
    uint32_t at = id.n == 0 ? FACT_NONE : azure_subscription(r, buf_str(&path));
    facts_set_name(r->facts, at, name.n ? name : text_of(node, "displayName"));
    reading_put(r, at, ATTR_STATE, json_node_get(node, STR("state")));
    reading_put_tags(r, at, json_node_get(node, STR("tags")));
    if (at == FACT_NONE)
        reading_wrong(r, "a subscription without an id");
}

/* ---- diagnostic settings --------------------------------------------------------------------- */

static void put_category(reading *r, uint32_t at, json_node log)
{
    bool is_on = false;
    str category = text_of(log, "category"), group = text_of(log, "categoryGroup");
    if (!azure_flag(r, json_node_get(log, STR("enabled")), &is_on)) {
        reading_wrong(r, "enabled of a log category is not true or false");
        return;
    }
    if (is_on)
        facts_put_text(r->facts, at, ATTR_AZURE_CATEGORY, category.n ? category : group);
}

/* What a setting is about stands in front of it in its id: the directory or a subscription. */
static str scope_of(reading *r, uint32_t at)
{
    const fact *x = facts_at(r->facts, at);
    if (text_has(facts_id(r->facts, x), "/microsoft.aadiam/"))
        return STR("tenant");
    uint32_t account = azure_subscription(r, facts_id(r->facts, x));
    return account == FACT_NONE ? STR_NONE : facts_id(r->facts, facts_at(r->facts, account));
}

static void read_diagnostics(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"storageAccountId", ATTR_AZURE_DESTINATION},
        {"workspaceId", ATTR_AZURE_DESTINATION},
        {"eventHubAuthorizationRuleId", ATTR_AZURE_DESTINATION},
        {"marketplacePartnerId", ATTR_AZURE_DESTINATION},
    };
    json_node body = azure_body(node), logs = json_node_get(body, STR("logs"));
    str id = text_of(node, "id");
    CLEANUP(buf_done) buf path = {0};
    buf_puts(&path, text_starts(id, "/") ? "" : "/");
    buf_putstr(&path, id);
    r->failed = r->failed || path.failed;
    uint64_t before = r->malformed;
    uint32_t at = azure_add_id(r, FACT_SINK, buf_str(&path));
    if (at == FACT_NONE)
        return;
    facts_set_name(r->facts, at, text_of(node, "name"));
    facts_put_text(r->facts, at, ATTR_SCOPE, scope_of(r, at));
    azure_put_ids(r, at, body, rows, ARRAY_LEN(rows));
    json_iter it = json_iter_of(logs);
    while (json_iter_next(&it))
        put_category(r, at, it.value);
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, r->malformed == before);
}

static void read_directory_diagnostics(reading *r, json_node node)
{
    azure_tenant(r);
    read_diagnostics(r, node);
}

/* ---- alerts ---------------------------------------------------------------------------------- */

/* The operation that an alert waits for: {"field": "operationName", "equals": …} among its
 * conditions. */
static void put_operations(reading *r, uint32_t at, json_node conditions)
{
    json_iter it = json_iter_of(conditions);
    while (json_iter_next(&it)) {
        json_iter any = json_iter_of(json_node_get(it.value, STR("anyOf")));
        if (text_eq_nocase(text_of(it.value, "field"), STR("operationName")))
            azure_put_id(r, at, ATTR_AZURE_ALERT, json_node_get(it.value, STR("equals")));
        while (json_iter_next(&any))
            if (text_eq_nocase(text_of(any.value, "field"), STR("operationName")))
                azure_put_id(r, at, ATTR_AZURE_ALERT, json_node_get(any.value, STR("equals")));
    }
}

/* An alert that calls nobody is none. */
static void read_alert(reading *r, json_node node)
{
    bool is_on = false;
    json_node body = azure_body(node);
    json_node called = reading_at(body, "actions.actionGroups");
    json_iter it = json_iter_of(json_node_get(body, STR("scopes")));
    uint64_t before = r->malformed;
    uint32_t own = azure_subscription(r, text_of(node, "id"));
    if (!azure_flag(r, json_node_get(body, STR("enabled")), &is_on))
        reading_wrong(r, "enabled of an alert is not true or false");
    while (is_on && json_node_size(called) > 0 && json_iter_next(&it)) {
        str scope = json_node_string(it.value);
        uint32_t at = azure_subscription(r, scope);
        if (at != FACT_NONE &&
            str_eq(facts_id(r->facts, facts_at(r->facts, at)), azure_lower(r, scope)))
            put_operations(r, at, reading_at(body, "condition.allOf"));
    }
    if (r->malformed != before)
        azure_note_damage(r, own, EXPORT_azure_alerts);
}

/* ---- Defender -------------------------------------------------------------------------------- */

static void read_pricing(reading *r, json_node node)
{
    str tier = text_of(azure_body(node), "pricingTier");
    CLEANUP(buf_done) buf plan = {0};
    uint32_t at = azure_subscription(r, text_of(node, "id"));
    if (at == FACT_NONE || tier.n == 0) {
        reading_wrong(r, "a plan of Defender without subscription or tier");
        return;
    }
    buf_putstr(&plan, text_of(node, "name"));
    buf_putc(&plan, '=');
    buf_putstr(&plan, tier);
    r->failed = r->failed || plan.failed;
    facts_put_text(r->facts, at, ATTR_AZURE_DEFENDER, buf_str(&plan));
}

static void read_assessment(reading *r, json_node node)
{
    json_node body = azure_body(node);
    str id = text_of(node, "id"), name = text_of(body, "displayName");
    if (id.n == 0) {
        reading_wrong(r, "an assessment without an id");
        return;
    }
    uint32_t at = azure_add_id(r, FACT_FINDING, id);
    facts_set_name(r->facts, at, name.n ? name : text_of(node, "name"));
    reading_put(r, at, ATTR_STATE, reading_at(body, "status.code"));
    azure_put_id(r, at, ATTR_AZURE_RESOURCE, reading_at(body, "resourceDetails.id"));
    azure_put_id(r, at, ATTR_AZURE_POLICY, json_node_get(node, STR("name")));
}

static void read_jit(reading *r, json_node node)
{
    uint64_t before = r->malformed;
    uint32_t at = azure_subscription(r, text_of(node, "id"));
    azure_put_ids(r, at, azure_body(node),
                  &(reading_row){"virtualMachines[].id", ATTR_AZURE_JIT_MACHINE}, 1);
    if (r->malformed != before)
        azure_note_damage(r, at, EXPORT_azure_jit);
    if (at == FACT_NONE)
        reading_wrong(r, "a just-in-time policy without an id");
}

/* {"id": "/subscriptions/…/consoleServices/default", "properties": {"disabled": false}}. */
static void read_console(reading *r, json_node node)
{
    bool is_off = false;
    uint32_t at = azure_subscription(r, text_of(node, "id"));
    if (at == FACT_NONE ||
        !azure_flag(r, json_node_get(azure_body(node), STR("disabled")), &is_off))
        reading_wrong(r, "a serial console without subscription or state");
    else
        facts_put_flag(r->facts, at, ATTR_AZURE_SERIAL_CONSOLE, !is_off);
}

/* ---- policies and locks ---------------------------------------------------------------------- */

static void read_policy(reading *r, json_node node)
{
    uint64_t before = r->malformed;
    json_node body = azure_body(node);
    str mode = text_of(body, "enforcementMode"), name = text_of(body, "displayName");
    uint32_t at = azure_add_named(r, FACT_POLICY, node, name);
    facts_put_text(r->facts, at, ATTR_STATE, mode.n ? mode : STR("Default"));
    azure_put_id(r, at, ATTR_SCOPE, json_node_get(body, STR("scope")));
    azure_put_id(r, at, ATTR_AZURE_POLICY, json_node_get(body, STR("policyDefinitionId")));
    if (r->malformed != before)
        azure_note_damage(r, azure_subscription(r, text_of(node, "id")), EXPORT_azure_policies);
}

/* A lock stands at the end of the id of what it locks. */
static void read_lock(reading *r, json_node node)
{
    str id = text_of(node, "id");
    size_t n = 0;
    while (n < id.n &&
           !text_starts_nocase(str_from(id, n), "/providers/microsoft.authorization/locks/"))
        n++;
    uint32_t at = azure_subscription(r, id);
    if (at == FACT_NONE || n == id.n) {
        reading_wrong(r, "a lock without an id");
        return;
    }
    facts_put_text(r->facts, at, ATTR_AZURE_LOCK, azure_lower(r, str_upto(id, n)));
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_entra_diagnostics,    SHAPE_ID,      "providers/microsoft.aadiam/providers/microsoft.insights/diagnosticSettings/*", read_directory_diagnostics},
    {EXPORT_entra_diagnostics,    SHAPE_ID,      "providers/microsoft.aadiam/diagnosticSettings/*",  read_directory_diagnostics},
    {EXPORT_azure_diagnostics,    SHAPE_ID,      "subscriptions/*/providers/microsoft.insights/diagnosticSettings/*", read_diagnostics},
    {EXPORT_azure_alerts,         SHAPE_TYPE,    "Microsoft.Insights/activityLogAlerts",             read_alert},
    {EXPORT_azure_defender,       SHAPE_TYPE,    "Microsoft.Security/pricings",                      read_pricing},
    {EXPORT_azure_assessments,    SHAPE_TYPE,    "Microsoft.Security/assessments",                   read_assessment},
    {EXPORT_azure_jit,            SHAPE_TYPE,    "Microsoft.Security/locations/jitNetworkAccessPolicies", read_jit},
    {EXPORT_azure_serial_console, SHAPE_TYPE,    "Microsoft.SerialConsole/consoleServices",          read_console},
    {EXPORT_azure_serial_console, SHAPE_MEMBERS, "properties.disabled",                              read_console},
    {EXPORT_azure_policies,       SHAPE_TYPE,    "Microsoft.Authorization/policyAssignments",        read_policy},
    {EXPORT_azure_locks,          SHAPE_TYPE,    "Microsoft.Authorization/locks",                    read_lock},
    {EXPORT_azure_subscriptions,  SHAPE_MEMBERS, "subscriptionId tenantId state",                    read_subscription},
    {EXPORT_azure_subscriptions,  SHAPE_MEMBERS, "id tenantId isDefault state",                      read_subscription},
};
/* clang-format on */
const shape_table azure_monitor_shapes = {rows, ARRAY_LEN(rows)};
