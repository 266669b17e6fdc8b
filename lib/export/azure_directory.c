/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_directory.c -- reads principals of Entra ID: users, groups and their members, service
 * principals,
 * applications and their secrets, registered second factors.
 *
 *  (1) When a user last signed in is the newest of what Graph tells: by hand, by a program in the
 *      user's name, or
 *      successfully.
 *  (2) The year 1 is how Graph writes "never".
 *  (3) The members of one group do not say whose they are: its id stands in the input's name.
 */
#include "export/azure_reading.h"

#include "export/readers.h"
#include "base/text.h"
#include "base/time.h"

/* Graph expands so many members of a group and leaves out the rest: so many are not known to be
 * all. */
enum { EXPANDED_MAX = 20 };

static str text_of(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* "#microsoft.graph.user"; the dot in the member's name is no path. */
static str type_of(json_node node)
{
    return json_node_string(json_node_get(node, STR("@odata.type")));
}

/* ---- users ----------------------------------------------------------------------------------- */

/* Sets *newest when the member tells a later time. */
static void take_newer(reading *r, json_node activity, const char *member, int64_t *newest)
{
    json_node v = json_node_get(activity, str_of(member));
    str text = json_node_string(v);
    if (json_node_type(v) == JSON_NONE || json_node_type(v) == JSON_NULL ||
        text_starts(text, "0001-"))
        return;
    int64_t at = reading_time(r, v);
    if (at == TIME_NONE)
        reading_wrong(r, "%s is not a time", member);
    if (at > *newest)
        *newest = at;
}

static void put_activity(reading *r, uint32_t at, json_node activity)
{
    static const char *const members[] = {"lastSignInDateTime", "lastNonInteractiveSignInDateTime",
                                          "lastSuccessfulSignInDateTime"};
    int64_t newest = TIME_NONE;
    uint64_t before = r->malformed;
    if (json_node_type(activity) != JSON_OBJECT)
        return;
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        take_newer(r, activity, members[i], &newest);
    facts_put_flag(r->facts, azure_tenant(r), ATTR_ENTRA_HAS_ACTIVITY, true);
    if (newest != TIME_NONE)
        facts_put_time(r->facts, at, ATTR_LAST_USED, newest);
    else if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_NEVER_USED, true);
}

/* "DisablePasswordExpiration, DisableStrongPassword", "None" or null; absent says nothing. */
static void put_password_policies(reading *r, uint32_t at, json_node v)
{
    str text = json_node_string(v);
    if (json_node_type(v) == JSON_NONE)
        return;
    if (json_node_type(v) != JSON_NULL && json_node_type(v) != JSON_STRING) {
        reading_wrong(r, "passwordPolicies is not a text");
        return;
    }
    bool is_endless = text_has_nocase(text, "DisablePasswordExpiration");
    facts_put_flag(r->facts, at, ATTR_PASSWORD_EXPIRES, !is_endless);
    facts_put_flag(r->facts, at, ATTR_AZURE_WEAK_PASSWORDS,
                   text_has_nocase(text, "DisableStrongPassword"));
}

/* Guests sign in where they come from: "anna_contoso.com#EXT#@…". */
static void put_name(reading *r, uint32_t at, str upn)
{
    facts_set_name(r->facts, at, upn);
    str domain = text_after_last(upn, '@');
    if (domain.n < upn.n)
        facts_put_text(r->facts, at, ATTR_AZURE_DOMAIN, azure_lower(r, domain));
}

static uint32_t add_principal(reading *r, fact_kind kind, json_node node)
{
    str id = text_of(node, "id");
    if (id.n == 0) {
        reading_wrong(r, "a %s without an id", fact_kind_text(kind));
        return FACT_NONE;
    }
    return facts_add(r->facts, kind, PROVIDER_AZURE, azure_lower(r, id), r->input);
}

static void put_group_of(reading *r, uint32_t at, json_node groups)
{
    json_iter it = json_iter_of(groups);
    while (json_iter_next(&it)) {
        uint32_t group = azure_principal(r, type_of(it.value), text_of(it.value, "id"));
        if (group == FACT_NONE || facts_at(r->facts, group)->kind != FACT_GROUP)
            continue;
        facts_set_name(r->facts, group, text_of(it.value, "displayName"));
        facts_put_text(r->facts, at, ATTR_GROUP, azure_lower(r, text_of(it.value, "id")));
    }
}

/* Null is how Graph says that an account was made in the cloud. */
static void put_synced(reading *r, uint32_t at, json_node v)
{
    if (json_node_type(v) == JSON_NULL)
        facts_put_flag(r->facts, at, ATTR_AZURE_SYNCED, false);
    else
        reading_put(r, at, ATTR_AZURE_SYNCED, v);
}

static void read_user(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"accountEnabled", ATTR_ENABLED},
        {"createdDateTime", ATTR_CREATED},
        {"lastPasswordChangeDateTime", ATTR_PASSWORD_CHANGED},
    };
    uint32_t at = add_principal(r, FACT_USER, node);
    put_name(r, at, text_of(node, "userPrincipalName"));
    facts_put_flag(r->facts, at, ATTR_AZURE_IN_DIRECTORY, true);
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
    if (json_node_type(json_node_get(node, STR("userType"))) == JSON_STRING)
        facts_put_flag(r->facts, at, ATTR_IS_GUEST, str_is(text_of(node, "userType"), "Guest"));
    put_synced(r, at, json_node_get(node, STR("onPremisesSyncEnabled")));
    put_password_policies(r, at, json_node_get(node, STR("passwordPolicies")));
    put_activity(r, at, json_node_get(node, STR("signInActivity")));
    put_group_of(r, at, json_node_get(node, STR("memberOf")));
    put_group_of(r, at, json_node_get(node, STR("transitiveMemberOf")));
}

static void read_registration(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"isMfaCapable", ATTR_HAS_MFA},
        {"methodsRegistered", ATTR_MFA_METHOD},
    };
    uint32_t at = add_principal(r, FACT_USER, node);
    put_name(r, at, text_of(node, "userPrincipalName"));
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void put_member(reading *r, str group, json_node member)
{
    uint32_t at = azure_principal(r, type_of(member), text_of(member, "id"));
    str upn = text_of(member, "userPrincipalName"), name = text_of(member, "displayName");
    facts_set_name(r->facts, at, upn.n ? upn : name);
    facts_put_text(r->facts, at, ATTR_GROUP, azure_lower(r, group));
}

static void read_group(reading *r, json_node node)
{
    json_node members = json_node_get(node, STR("members"));
    uint32_t at = add_principal(r, FACT_GROUP, node);
    facts_set_name(r->facts, at, text_of(node, "displayName"));
    facts_put_flag(r->facts, at, ATTR_AZURE_IN_DIRECTORY, true);
    reading_put(r, at, ATTR_CREATED, json_node_get(node, STR("createdDateTime")));
    azure_put_ids(r, at, node, &(reading_row){"owners[].id", ATTR_OWNER}, 1);
    if (json_node_type(members) != JSON_ARRAY)
        return;
    if (json_node_size(members) < EXPANDED_MAX)
        facts_put_flag(r->facts, at, ATTR_AZURE_MEMBERS_LISTED, true);
    json_iter it = json_iter_of(members);
    while (json_iter_next(&it))
        put_member(r, text_of(node, "id"), it.value);
}

static void read_member(reading *r, json_node node)
{
    str group = azure_last_guid(r->input_name);
    if (group.n == 0) {
        reading_wrong(r, "members of a group, but no group's id in the input's name");
        return;
    }
    uint32_t at = facts_add(r->facts, FACT_GROUP, PROVIDER_AZURE, azure_lower(r, group), r->input);
    facts_put_flag(r->facts, at, ATTR_AZURE_MEMBERS_LISTED, true);
    put_member(r, group, node);
}

/* ---- applications ---------------------------------------------------------------------------- */

static void read_secret(reading *r, uint32_t holder, json_node secret, const char *kind)
{
    static const reading_row rows[] = {
        {"startDateTime", ATTR_ROTATED},
        {"endDateTime", ATTR_EXPIRES},
    };
    str id = text_of(secret, "keyId"), name = text_of(secret, "displayName");
    if (id.n == 0 || holder == FACT_NONE) {
        reading_wrong(r, "a secret without a keyId");
        return;
    }
    uint32_t at = facts_add(r->facts, FACT_KEY, PROVIDER_AZURE, azure_lower(r, id), r->input);
    facts_set_name(r->facts, at, name.n ? name : str_of(kind));
    facts_put_text(r->facts, at, ATTR_HOLDER, facts_id(r->facts, facts_at(r->facts, holder)));
    reading_put_rows(r, at, secret, rows, ARRAY_LEN(rows));
}

static void read_secrets(reading *r, uint32_t holder, json_node list, const char *kind)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it))
        read_secret(r, holder, it.value, kind);
}

static void put_owners(reading *r, uint32_t at, json_node node)
{
    json_type type = json_node_type(json_node_get(node, STR("owners")));
    if (type == JSON_NONE || type == JSON_NULL)
        return;
    if (type != JSON_ARRAY) {
        reading_wrong(r, "owners are not a list");
        return;
    }
    azure_put_ids(r, at, node, &(reading_row){"owners[].id", ATTR_OWNER}, 1);
    facts_put_flag(r->facts, at, ATTR_AZURE_OWNERS_LISTED, true);
}

static uint32_t read_software(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"createdDateTime", ATTR_CREATED},
        {"accountEnabled", ATTR_ENABLED},
        {"servicePrincipalType", ATTR_AZURE_SERVICE_TYPE},
    };
    uint32_t at = add_principal(r, FACT_SERVICE, node);
    facts_set_name(r->facts, at, text_of(node, "displayName"));
    facts_put_flag(r->facts, at, ATTR_AZURE_IN_DIRECTORY, true);
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
    azure_put_id(r, at, ATTR_AZURE_APP_TENANT, json_node_get(node, STR("appOwnerOrganizationId")));
    put_owners(r, at, node);
    read_secrets(r, at, json_node_get(node, STR("passwordCredentials")), "password");
    read_secrets(r, at, json_node_get(node, STR("keyCredentials")), "certificate");
    return at;
}

static void read_service(reading *r, json_node node)
{
    put_group_of(r, read_software(r, node), json_node_get(node, STR("memberOf")));
}

static void read_application(reading *r, json_node node)
{
    read_software(r, node);
}

/* A managed identity is a resource, too; as a principal it has another id. */
static void read_identity(reading *r, json_node node)
{
    json_node body = azure_body(node);
    uint32_t at = azure_principal(r, STR("servicePrincipal"), text_of(body, "principalId"));
    azure_subscription(r, text_of(node, "id"));
    facts_set_name(r->facts, at, text_of(node, "name"));
    facts_put_text(r->facts, at, ATTR_AZURE_SERVICE_TYPE, STR("ManagedIdentity"));
    azure_put_id(r, at, ATTR_AZURE_RESOURCE, json_node_get(node, STR("id")));
    facts_put_flag(r->facts, at, ATTR_AZURE_IN_DIRECTORY, true);
    if (at == FACT_NONE)
        reading_wrong(r, "a managed identity without a principalId");
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_azure_identities,   SHAPE_TYPE,    "Microsoft.ManagedIdentity/userAssignedIdentities", read_identity},
    {EXPORT_entra_registration, SHAPE_MEMBERS, "isMfaCapable userPrincipalName",                   read_registration},
    {EXPORT_entra_services,     SHAPE_MEMBERS, "appId servicePrincipalType",                       read_service},
    {EXPORT_entra_applications, SHAPE_MEMBERS, "appId signInAudience",                             read_application},
    {EXPORT_entra_members,      SHAPE_CONTEXT, "$metadata#directoryObjects",                       read_member},
    {EXPORT_entra_users,        SHAPE_CONTEXT, "$metadata#users",                                  read_user},
    {EXPORT_entra_users,        SHAPE_MEMBERS, "id userPrincipalName",                             read_user},
    {EXPORT_entra_groups,       SHAPE_MEMBERS, "id securityEnabled mailEnabled",                   read_group},
};
/* clang-format on */
const shape_table azure_directory_shapes = {rows, ARRAY_LEN(rows)};
