/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_system.c -- checks: what is recorded, watched and enforced in subscriptions and in
 * the tenant.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "base/text.h"

static spoor_check_status pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- diagnostic settings --------------------------------------------------------------------- */

static bool is_about(const audit *a, const fact *sink, str scope)
{
    return sink->provider == PROVIDER_AZURE &&
           str_eq(facts_get_text(&a->facts, sink, ATTR_SCOPE), scope);
}

/* Is the category sent on by some setting of this scope? */
static bool is_sent(const audit *a, str scope, str category)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_SINK, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (is_about(a, x, scope) && facts_get(&a->facts, x, ATTR_AZURE_DESTINATION).is_set &&
            (facts_has_text(&a->facts, x, ATTR_AZURE_CATEGORY, category) ||
             facts_has_text(&a->facts, x, ATTR_AZURE_CATEGORY, STR("allLogs"))))
            return true;
    }
    return false;
}

static bool has_damaged_sink(const audit *a, str scope)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_SINK, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (is_about(a, x, scope) && !facts_is(&a->facts, x, ATTR_READ_WHOLE))
            return true;
    }
    return false;
}

/* All categories of row->value, '|' between them. */
static spoor_check_status sends_logs(const audit *a, const check *row, const fact *x, buf *seen)
{
    str rest = str_of(row->value), category, scope = facts_id(&a->facts, x);
    while (text_next(&rest, '|', &category))
        if (!is_sent(a, scope, category))
            azure_say_more(seen, category);
    if (seen->n == 0) {
        buf_puts(seen, "all of them are sent");
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, " not sent");
    if (!has_damaged_sink(a, scope))
        return SPOOR_CHECK_FAIL;
    buf_puts(seen, " by settings that could be read");
    return SPOOR_CHECK_NO_DATA;
}

static bool is_locked(const audit *a, const fact *subscription, str id)
{
    fact_iter it = facts_iter(&a->facts, subscription, ATTR_AZURE_LOCK);
    while (facts_next(&it)) {
        str lock = it.value.text;
        bool is_start = lock.n <= id.n && memcmp(lock.p, id.p, lock.n) == 0;
        if (is_start && (lock.n == id.n || id.p[lock.n] == '/'))
            return true;
    }
    return false;
}

static const fact *subscription_of(const audit *a, str id)
{
    static const char start[] = "/subscriptions/";
    if (!text_starts(id, start))
        return NULL;
    size_t n = sizeof start - 1 + text_before(str_from(id, sizeof start - 1), '/').n;
    uint32_t at = facts_find(&a->facts, FACT_ACCOUNT, PROVIDER_AZURE, str_upto(id, n));
    return at == FACT_NONE ? NULL : facts_at(&a->facts, at);
}

static bool has_destination(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_AZURE_DESTINATION).is_set &&
           facts_get(&a->facts, x, ATTR_SCOPE).is_set;
}

static spoor_check_status is_store_locked(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    bool is_good = true;
    fact_iter it = facts_iter(&a->facts, x, ATTR_AZURE_DESTINATION);
    (void)row;
    while (facts_next(&it)) {
        const fact *subscription = subscription_of(a, it.value.text);
        bool is_safe = subscription && is_locked(a, subscription, it.value.text);
        if (!is_safe)
            azure_say_more(seen, it.value.text);
        is_good = is_good && is_safe;
    }
    buf_puts(seen, is_good ? "locked" : " not locked");
    return pass_if(is_good);
}

/* ---- alerts, plans, policies ----------------------------------------------------------------- */

static spoor_check_status has_alert(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_there = facts_has_text(&a->facts, x, ATTR_AZURE_ALERT, str_of(row->value));
    buf_puts(seen, is_there ? "an alert calls somebody for " : "nobody is called for ");
    buf_puts(seen, row->value);
    return is_there ? SPOOR_CHECK_PASS : azure_fail_or_damaged(a, x, EXPORT_azure_alerts, seen);
}

/* row->value: "VirtualMachines", a plan of Defender. */
static spoor_check_status has_plan(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_iter it = facts_iter(&a->facts, x, ATTR_AZURE_DEFENDER);
    while (facts_next(&it)) {
        str plan = text_before(it.value.text, '='), tier = text_after(it.value.text, '=');
        if (!text_eq_nocase(plan, str_of(row->value)))
            continue;
        buf_putstr(seen, it.value.text);
        return pass_if(text_eq_nocase(tier, STR("Standard")));
    }
    buf_printf(seen, "the exports do not tell the plan %s", row->value);
    return SPOOR_CHECK_NO_DATA;
}

/* A policy of this definition that is enforced in the subscription or above it. */
static spoor_check_status has_policy(const audit *a, const check *row, const fact *x, buf *seen)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_POLICY, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *policy = facts_at(&a->facts, i);
        str scope = facts_get_text(&a->facts, policy, ATTR_SCOPE);
        str definition = facts_get_text(&a->facts, policy, ATTR_AZURE_POLICY);
        bool is_here =
            str_eq(scope, facts_id(&a->facts, x)) || text_has(scope, "/managementgroups/");
        bool is_enforced =
            text_eq_nocase(facts_get_text(&a->facts, policy, ATTR_STATE), STR("Default"));
        if (!is_here || !is_enforced || !str_is(text_after_last(definition, '/'), row->value))
            continue;
        buf_puts(seen, "policy ");
        buf_putstr(seen, facts_name(&a->facts, policy));
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, "no such policy is enforced");
    return azure_fail_or_damaged(a, x, EXPORT_azure_policies, seen);
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define ALERT(id_, title_, operation, level, why_, references_)                                    \
    {                                                                                              \
        .id = id_, .title = title_, .heading = HEADING_SYSTEM, .cloud = PROVIDER_AZURE,            \
        .severity = level, .subject = FACT_ACCOUNT, .needs = {EXPORT_azure_alerts},                \
        .applies = azure_is_subscription, .test = has_alert, .value = operation,                   \
        .wanted = "an enabled alert on the subscription that calls an action group", .why = why_,  \
        .fix = "az monitor activity-log alert create --name ALERT --resource-group GROUP --scope " \
               "{id} --condition category=Administrative and operationName=" operation             \
               " --action-group ACTION_GROUP_ID",                                                  \
        .references = references_, .stops = STOPS(EVASION),                                        \
    }

#define POLICY(id_, title_, definition, why_, fix_, stops_)                                        \
    {                                                                                              \
        .id = id_, .title = title_, .heading = HEADING_CONFIGURATION, .cloud = PROVIDER_AZURE,     \
        .severity = SPOOR_MEDIUM, .subject = FACT_ACCOUNT, .needs = {EXPORT_azure_policies},       \
        .applies = azure_is_subscription, .test = has_policy, .value = definition,                 \
        .wanted = "the built-in policy is assigned to the subscription or above, and enforced",    \
        .why = why_, .fix = fix_, .references = "", .stops = stops_,                               \
    }

/* clang-format off */
static const check rows[] = {
    {
        .id = "azure-activity-logs",
        .title = "Activity logs of subscriptions are sent where they are kept",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_diagnostics},
        .applies = azure_is_subscription,
        .test = sends_logs,
        .value = "Administrative|Security|Alert|Policy",
        .wanted = "Administrative, Security, Alert and Policy, to a workspace, account or hub",
        .why = "Azure itself forgets after 90 days who made a machine, and nobody is told while it happens.",
        .fix = "az monitor diagnostic-settings subscription create --name logs --subscription {account} --location global --workspace WORKSPACE_ID --logs '[{\"category\":\"Administrative\",\"enabled\":true},{\"category\":\"Security\",\"enabled\":true},{\"category\":\"Alert\",\"enabled\":true},{\"category\":\"Policy\",\"enabled\":true}]'",
        .references = "CIS Azure 4.0 7.1.1.1; CIS Azure 4.0 7.1.1.2",
        .stops = STOPS(EVASION),
    },
    {
        .id = "entra-logs",
        .title = "Sign-in and audit logs of the directory are sent where they are kept",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_entra_diagnostics},
        .applies = azure_is_tenant,
        .test = sends_logs,
        .value = "AuditLogs|SignInLogs|NonInteractiveUserSignInLogs|ServicePrincipalSignInLogs|ManagedIdentitySignInLogs",
        .wanted = "all five categories, to a workspace, account or hub",
        .why = "How an intruder came in shows here only, and for thirty days at most.",
        .fix = "az rest --method put --url '/providers/microsoft.aadiam/diagnosticSettings/logs?api-version=2017-04-01' --body @SETTING.json",
        .references = "CIS Azure 4.0 7.1.1.9",
        .stops = STOPS(EVASION),
    },
    {
        .id = "azure-log-lock",
        .title = "What keeps the logs cannot be deleted at once",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_SINK,
        .needs = {EXPORT_azure_locks},
        .needs_any = {EXPORT_azure_diagnostics, EXPORT_entra_diagnostics},
        .applies = has_destination,
        .test = is_store_locked,
        .wanted = "a lock on each destination, its resource group or subscription",
        .why = "Before he makes machines an intruder deletes what would tell of them.",
        .fix = "az lock create --name keep-logs --lock-type CanNotDelete --resource RESOURCE_ID",
        .references = "",
        .stops = STOPS(EVASION),
    },
    ALERT("azure-alert-policy", "Somebody is called when policies are assigned", "Microsoft.Authorization/policyAssignments/write", SPOOR_LOW,
          "Changing a policy is how forbidden sizes and regions become possible.", "CIS Azure 4.0 7.1.2.1"),
    ALERT("azure-alert-nsg", "Somebody is called when security groups change", "Microsoft.Network/networkSecurityGroups/write", SPOOR_LOW,
          "A group that changes may let an intruder in to the machine that he made.", "CIS Azure 4.0 7.1.2.3"),
    ALERT("azure-alert-nsg-delete", "Somebody is called when security groups are deleted", "Microsoft.Network/networkSecurityGroups/delete", SPOOR_LOW,
          "Without its group a machine is open as far as its address reaches.", "CIS Azure 4.0 7.1.2.4"),
    ALERT("azure-alert-public-ip", "Somebody is called when public addresses are made", "Microsoft.Network/publicIPAddresses/write", SPOOR_LOW,
          "A rogue machine needs an address to be reached by, or to send data to.", "CIS Azure 4.0 7.1.2.9"),
    ALERT("azure-alert-role", "Somebody is called when roles are granted", "Microsoft.Authorization/roleAssignments/write", SPOOR_MEDIUM,
          "Before an intruder makes machines he grants himself the right.", ""),
    {
        .id = "azure-defender-servers",
        .title = "Defender for Servers is on",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_defender},
        .applies = azure_is_subscription,
        .test = has_plan,
        .value = "VirtualMachines",
        .wanted = "the tier Standard",
        .why = "It tells of machines that mine, and of suspicious extensions and run commands.",
        .fix = "az security pricing create --name VirtualMachines --tier standard --subscription {account}",
        .references = "",
        .stops = STOPS(ACCESS),
    },
    {
        .id = "azure-defender-manager",
        .title = "Defender for Resource Manager is on",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_defender},
        .applies = azure_is_subscription,
        .test = has_plan,
        .value = "Arm",
        .wanted = "the tier Standard",
        .why = "It tells of unusual calls that make machines, copy disks and grant rights.",
        .fix = "az security pricing create --name Arm --tier standard --subscription {account}",
        .references = "",
        .stops = STOPS(INSTANCE),
    },
    POLICY("azure-policy-locations", "Machines can be made only in regions that are in use", "e56962a6-4747-49cd-b67b-bf8b01975c4c",
           "Rogue machines are made where nobody looks.",
           "az policy assignment create --name allowed-locations --policy e56962a6-4747-49cd-b67b-bf8b01975c4c --scope {id} --params '{\"listOfAllowedLocations\": {\"value\": [\"westeurope\"]}}'",
           STOPS(INSTANCE)),
    POLICY("azure-policy-sizes", "Machines can be made only in sizes that are in use", "cccc23c7-8427-4f53-ad12-b6a63eb452b3",
           "Those who mine make the largest machines that they can, with many GPUs.",
           "az policy assignment create --name allowed-sizes --policy cccc23c7-8427-4f53-ad12-b6a63eb452b3 --scope {id} --params '{\"listOfAllowedSKUs\": {\"value\": [\"Standard_D2s_v5\"]}}'",
           STOPS(INSTANCE)),
    {
        .id = "azure-serial-console",
        .title = "Serial consoles of machines cannot be used",
        .heading = HEADING_INTERACTIVE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_serial_console},
        .applies = azure_is_subscription,
        .test = check_is_false,
        .attr = ATTR_AZURE_SERIAL_CONSOLE,
        .wanted = "disabled for the subscription",
        .why = "Through the serial console an intruder gets into a machine past every network rule.",
        .fix = "az serial-console disable --subscription {account}",
        .references = "",
        .stops = STOPS(ACCESS),
    },
};
/* clang-format on */
const check_table checks_azure_system = {rows, ARRAY_LEN(rows)};
