/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_sign_in.c -- reads what Entra ID demands at sign-in: conditional access, named locations,
 * security defaults,
 * domains, password rules, methods, and what users and guests may do.
 *
 *  (1) What holds for the whole tenant stands at the account "tenant": one tenant for each audit.
 */
#include "export/azure_reading.h"

#include "export/readers.h"
#include "base/text.h"

static str text_of(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- conditional access ---------------------------------------------------------------------- */

/* Conditions that make a policy hold for a part of all sign-ins only: {member, how it is told}. */
static const struct {
    const char *path, *name;
} narrowing[] = {
    {"locations", "locations"},
    {"platforms", "platforms"},
    {"devices", "devices"},
    {"deviceStates", "devices"},
    {"times", "times"},
    {"signInRiskLevels", "sign-in risk"},
    {"userRiskLevels", "user risk"},
    {"servicePrincipalRiskLevels", "risk of a service"},
    {"agentIdRiskLevels", "risk of an agent"},
    {"insiderRiskLevels", "insider risk"},
    {"clientApplications", "service principals"},
    {"agents", "agents"},
    {"authenticationFlows", "ways of signing in"},
    {"applications.applicationFilter", "a filter of applications"},
};

static bool says_something(json_node v)
{
    json_type type = json_node_type(v);
    return (type == JSON_OBJECT || type == JSON_ARRAY) ? json_node_size(v) > 0
                                                       : type == JSON_STRING;
}

static void put_narrowing(reading *r, uint32_t at, json_node conditions)
{
    for (size_t i = 0; i < ARRAY_LEN(narrowing); i++)
        if (says_something(reading_at(conditions, narrowing[i].path)))
            facts_put_text(r->facts, at, ATTR_CA_NARROWED, str_of(narrowing[i].name));
}

/* "deviceCodeFlow,authenticationTransfer" is one text. */
static void put_flows(reading *r, uint32_t at, str flows)
{
    str flow;
    while (text_next(&flows, ',', &flow))
        facts_put_text(r->facts, at, ATTR_CA_FLOW, text_trim(flow));
}

static void put_demands(reading *r, uint32_t at, json_node grant)
{
    json_node strength = json_node_get(grant, STR("authenticationStrength"));
    reading_put(r, at, ATTR_CA_DEMAND, json_node_get(grant, STR("builtInControls")));
    if (json_node_type(grant) == JSON_OBJECT)
        facts_put_flag(r->facts, at, ATTR_CA_DEMANDS_ALL,
                       text_eq_nocase(text_of(grant, "operator"), STR("AND")));
    if (json_node_type(strength) != JSON_OBJECT)
        return;
    facts_put_text(r->facts, at, ATTR_CA_DEMAND, STR("strength"));
    reading_put(r, at, ATTR_CA_STRENGTH, json_node_get(strength, STR("allowedCombinations")));
}

static void read_policy(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"users.includeUsers", ATTR_CA_USER},
        {"users.includeRoles", ATTR_CA_ROLE},
        {"users.excludeUsers", ATTR_CA_NOT_USER},
        {"users.excludeGroups", ATTR_CA_NOT_GROUP},
        {"users.excludeRoles", ATTR_CA_NOT_ROLE},
        {"applications.includeApplications", ATTR_CA_APP},
        {"applications.excludeApplications", ATTR_CA_NOT_APP},
        {"applications.includeUserActions", ATTR_CA_ACTION},
        {"clientAppTypes", ATTR_CA_CLIENT},
        {"locations.includeLocations", ATTR_CA_LOCATION},
        {"locations.excludeLocations", ATTR_CA_NOT_LOCATION},
    };
    uint64_t before = r->malformed;
    json_node conditions = json_node_get(node, STR("conditions"));
    str id = text_of(node, "id"), name = text_of(node, "displayName");
    if (id.n == 0 && name.n == 0) {
        reading_wrong(r, "a conditional access policy without an id and a name");
        return;
    }
    uint32_t at = facts_add(r->facts, FACT_SIGN_IN_POLICY, PROVIDER_AZURE,
                            id.n ? azure_lower(r, id) : name, r->input);
    azure_tenant(r);
    facts_set_name(r->facts, at, name);
    reading_put(r, at, ATTR_STATE, json_node_get(node, STR("state")));
    azure_put_ids(r, at, conditions, rows, ARRAY_LEN(rows));
    put_flows(r, at, text_of(conditions, "authenticationFlows.transferMethods"));
    put_narrowing(r, at, conditions);
    put_demands(r, at, json_node_get(node, STR("grantControls")));
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, r->malformed == before);
}

static void read_location(reading *r, json_node node)
{
    str id = text_of(node, "id");
    if (id.n == 0) {
        reading_wrong(r, "a named location without an id");
        return;
    }
    uint32_t at =
        facts_add(r->facts, FACT_SIGN_IN_POLICY, PROVIDER_AZURE, azure_lower(r, id), r->input);
    azure_tenant(r);
    facts_set_name(r->facts, at, text_of(node, "displayName"));
    uint64_t before = r->malformed;
    facts_put_flag(r->facts, at, ATTR_CA_IS_LOCATION, true);
    reading_put(r, at, ATTR_CA_IS_TRUSTED, json_node_get(node, STR("isTrusted")));
    if (r->malformed != before)
        facts_put_flag(r->facts, at, ATTR_CA_IS_BAD, true);
}

static void read_defaults(reading *r, json_node node)
{
    reading_put(r, azure_tenant(r), ATTR_ENTRA_DEFAULTS, json_node_get(node, STR("isEnabled")));
}

/* ---- methods --------------------------------------------------------------------------------- */

/* {"authenticationMethodConfigurations": [{"id": "Sms", "state": "enabled", …}…]}. */
static void read_methods(reading *r, json_node node)
{
    uint32_t at = azure_tenant(r);
    uint64_t before = r->malformed;
    json_iter it = json_iter_of(json_node_get(node, STR("authenticationMethodConfigurations")));
    while (json_iter_next(&it)) {
        str id = text_of(it.value, "id"), state = text_of(it.value, "state");
        if (id.n == 0 || state.n == 0)
            reading_wrong(r, "an authentication method without id and state");
        if (text_eq_nocase(state, STR("enabled")))
            facts_put_text(r->facts, at, ATTR_ENTRA_METHOD, id);
    }
    if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_ENTRA_METHODS_READ, true);
}

/* ---- passwords ------------------------------------------------------------------------------- */

static void read_domain(reading *r, json_node node)
{
    str id = text_of(node, "id"), type = text_of(node, "authenticationType");
    if (id.n == 0) {
        reading_wrong(r, "a domain without a name");
        return;
    }
    uint32_t at = facts_add(r->facts, FACT_DOMAIN, PROVIDER_AZURE, azure_lower(r, id), r->input);
    if (type.n > 0)
        facts_put_flag(r->facts, at, ATTR_IS_FEDERATED, text_eq_nocase(type, STR("Federated")));
    reading_put(r, at, ATTR_ENTRA_PASSWORD_DAYS,
                json_node_get(node, STR("passwordValidityPeriodInDays")));
}

static double count_words(str list)
{
    str word;
    double n = 0;
    while (text_next(&list, '\t', &word))
        n += text_trim(word).n > 0;
    return n;
}

static void put_password_rule(reading *r, uint32_t at, str name, json_node value)
{
    static const struct {
        const char *name;
        attr attr;
    } row[] = {
        {"LockoutThreshold", ATTR_ENTRA_LOCKOUT_AFTER},
        {"LockoutDurationInSeconds", ATTR_ENTRA_LOCKOUT_SECONDS},
        {"EnableBannedPasswordCheck", ATTR_ENTRA_BANS_WORDS},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (text_eq_nocase(name, str_of(row[i].name)))
            reading_put(r, at, row[i].attr, value);
    if (text_eq_nocase(name, STR("BannedPasswordList")))
        facts_put_number(r->facts, at, ATTR_ENTRA_BANNED_WORDS,
                         count_words(json_node_string(value)));
}

/* Settings of a group or of the tenant; those with password rules have a template of their own. */
static void read_setting(reading *r, json_node node)
{
    static const char template[] = "5cf42378-d67d-4f36-ba46-e8b86229381d";
    uint32_t at = azure_tenant(r);
    if (!text_eq_nocase(text_of(node, "templateId"), STR(template)))
        return;
    facts_put_flag(r->facts, at, ATTR_ENTRA_PASSWORD_RULES, true);
    json_iter it = json_iter_of(json_node_get(node, STR("values")));
    while (json_iter_next(&it))
        put_password_rule(r, at, text_of(it.value, "name"), json_node_get(it.value, STR("value")));
}

/* ---- what users may do ----------------------------------------------------------------------- */

/* Roles of guests have ids of their own. */
static str guest_role(str id)
{
    static const struct {
        const char *id, *name;
    } row[] = {
        {"a0b1b346-4d3e-4e8b-98f8-753987be4970", "member"},
        {"10dae51f-b6af-4016-8d66-8c2a99b929b3", "limited"},
        {"2af84b1e-32c8-42b7-82bc-daa82404023b", "restricted"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (text_eq_nocase(id, str_of(row[i].id)))
            return str_of(row[i].name);
    return id;
}

/* An empty list is the answer "none"; absent it is no answer. */
static void put_consent(reading *r, uint32_t at, json_node list)
{
    uint64_t before = r->malformed;
    json_type type = json_node_type(list);
    azure_put_id(r, at, ATTR_ENTRA_CONSENT, list);
    if (type != JSON_NONE && type != JSON_NULL && type != JSON_ARRAY)
        reading_wrong(r, "permissionGrantPoliciesAssigned is not a list");
    if (type == JSON_ARRAY && r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_ENTRA_CONSENT_READ, true);
}

static void read_authorization(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"allowInvitesFrom", ATTR_ENTRA_INVITES},
        {"defaultUserRolePermissions.allowedToCreateApps", ATTR_ENTRA_CREATE_APPS},
        {"defaultUserRolePermissions.allowedToCreateTenants", ATTR_ENTRA_CREATE_TENANTS},
    };
    uint32_t at = azure_tenant(r);
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
    put_consent(r, at,
                reading_at(node, "defaultUserRolePermissions.permissionGrantPoliciesAssigned"));
    if (text_of(node, "guestUserRoleId").n > 0)
        facts_put_text(r->facts, at, ATTR_ENTRA_GUEST_ROLE,
                       guest_role(text_of(node, "guestUserRoleId")));
    else
        azure_put_id(r, at, ATTR_ENTRA_GUEST_ROLE, json_node_get(node, STR("guestUserRoleId")));
}

static void read_organization(reading *r, json_node node)
{
    uint32_t at = azure_tenant(r);
    facts_set_name(r->facts, at, text_of(node, "displayName"));
    facts_set_account(r->facts, at, azure_lower(r, text_of(node, "id")));
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_entra_sign_in_policies, SHAPE_MEMBERS, "conditions.applications state grantControls",   read_policy},
    {EXPORT_entra_locations,        SHAPE_CONTEXT, "conditionalAccess/namedLocations",              read_location},
    {EXPORT_entra_locations,        SHAPE_MEMBERS, "displayName isTrusted ipRanges",                read_location},
    {EXPORT_entra_locations,        SHAPE_MEMBERS, "displayName countriesAndRegions",               read_location},
    {EXPORT_entra_defaults,         SHAPE_CONTEXT, "identitySecurityDefaultsEnforcementPolicy",     read_defaults},
    {EXPORT_entra_methods,          SHAPE_MEMBERS, "authenticationMethodConfigurations",            read_methods},
    {EXPORT_entra_domains,          SHAPE_MEMBERS, "id authenticationType isVerified",              read_domain},
    {EXPORT_entra_password_rules,   SHAPE_MEMBERS, "templateId values",                             read_setting},
    {EXPORT_entra_authorization,    SHAPE_MEMBERS, "defaultUserRolePermissions guestUserRoleId",    read_authorization},
    {EXPORT_entra_organization,     SHAPE_MEMBERS, "id verifiedDomains tenantType",                 read_organization},
};
/* clang-format on */
const shape_table azure_sign_in_shapes = {rows, ARRAY_LEN(rows)};
