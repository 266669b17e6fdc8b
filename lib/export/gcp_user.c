/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_user.c -- the directory behind Google Cloud: users, groups, and the policies of Cloud
 * Identity.
 *
 *  (1) Passwords, second steps and lockout are matters of the directory (Cloud Identity,
 *      Workspace) or of another identity provider; nothing in Google Cloud itself tells of them.
 *  (2) A time of 1970, and "Never", stand for no sign-in.
 */
#include "fact/gcp_place.h"
#include "export/readers.h"
#include "base/text.h"

/* An address as members have it. */
static uint32_t add_principal(reading *r, const char *prefix, str address)
{
    AUTO(buf) member = {0};
    buf_puts(&member, prefix);
    buf_putstr(&member, address);
    r->failed |= member.failed;
    return address.n == 0 ? FACT_NONE : gcp_add_member(r, buf_str(&member));
}

/* ---- users ----------------------------------------------------------------------------------- */

static void put_sign_in(reading *r, uint32_t at, json_node last)
{
    str text = json_node_string(last);
    bool is_never = text_starts(text, "1970-") || text_eq_nocase(text, STR("never"));
    if (is_never)
        facts_put_flag(r->facts, at, ATTR_NEVER_USED, true);
    else
        reading_put(r, at, ATTR_LAST_USED, last);
}

/* Two switches of which one suffices; absent when either is no switch. */
static void put_admin(reading *r, uint32_t at, json_node node)
{
    uint64_t before = r->malformed;
    json_node own = json_node_get(node, STR("isAdmin"));
    json_node delegated = json_node_get(node, STR("isDelegatedAdmin"));
    bool is_admin = gcp_is_true(r, own);
    is_admin |= gcp_is_true(r, delegated);
    if (r->malformed == before && json_node_type(own) != JSON_NONE)
        facts_put_flag(r->facts, at, ATTR_GCP_IS_ADMIN, is_admin);
}

static void read_user(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"creationTime", ATTR_CREATED},
        {"isEnrolledIn2Sv", ATTR_HAS_MFA},
        {"isEnforcedIn2Sv", ATTR_GCP_2SV_ENFORCED},
    };
    uint32_t at =
        add_principal(r, "user:", json_node_string(json_node_get(node, STR("primaryEmail"))));
    json_node suspended = json_node_get(node, STR("suspended"));
    if (at == FACT_NONE) {
        reading_wrong(r, "a user without an address");
        return;
    }
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
    /* The directory holds the users of its own domains only. */
    str address = json_node_string(json_node_get(node, STR("primaryEmail")));
    (void)gcp_add(r, FACT_DOMAIN, gcp_lower(r, gcp_member_domain(address)));
    put_admin(r, at, node);
    put_sign_in(r, at, json_node_get(node, STR("lastLoginTime")));
    uint64_t before = r->malformed;
    bool is_suspended = gcp_is_true(r, suspended);
    if (r->malformed == before && json_node_type(suspended) != JSON_NONE)
        facts_put_flag(r->facts, at, ATTR_ENABLED, !is_suspended);
    facts_set_name(r->facts, at, json_node_string(reading_at(node, "name.fullName")));
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void read_group(reading *r, json_node node)
{
    uint32_t at = add_principal(r, "group:", json_node_string(reading_at(node, "groupKey.id")));
    facts_set_name(r->facts, at, json_node_string(json_node_get(node, STR("displayName"))));
    if (at != FACT_NONE)
        reading_put(r, at, ATTR_GCP_NUMBER, json_node_get(node, STR("name")));
}

static const char *prefix_of(str type, str address)
{
    if (text_ends(address, ".gserviceaccount.com"))
        return "serviceAccount:";
    return text_eq_nocase(type, STR("GROUP")) ? "group:" : "user:";
}

/* "groups/x" of "groups/x/memberships/y" */
static str group_in(str name)
{
    str id = text_before(text_after(name, '/'), '/');
    return text_starts(name, "groups/") ? str_upto(name, sizeof("groups/") - 1 + id.n) : STR_NONE;
}

static void put_membership(reading *r, json_node node, str address, str group)
{
    str type = json_node_string(json_node_get(node, STR("type")));
    if (address.n == 0 || group.n == 0) {
        reading_wrong(r, "a membership without a member or a group: its file should stand in "
                         "groups/ADDRESS");
        return;
    }
    uint32_t at = add_principal(r, prefix_of(type, address), address);
    facts_put_text(r->facts, at, ATTR_GROUP, group);
}

static void read_membership(reading *r, json_node node)
{
    str address = json_node_string(reading_at(node, "preferredMemberKey.id"));
    str group = gcp_input_group(r);
    str name = json_node_string(json_node_get(node, STR("name")));
    put_membership(r, node, address, group.n > 0 ? group : group_in(name));
}

static void read_directory_member(reading *r, json_node node)
{
    str address = json_node_string(json_node_get(node, STR("email")));
    put_membership(r, node, address, gcp_input_group(r));
}

/* ---- policies -------------------------------------------------------------------------------- */

/* "7776000s"; "0s": never. */
static void put_days(reading *r, uint32_t at, json_node duration)
{
    int64_t seconds = 0;
    if (json_node_type(duration) == JSON_NONE)
        return;
    if (text_to_int(text_before(json_node_string(duration), 's'), &seconds))
        facts_put_number(r->facts, at, ATTR_GCP_EXPIRY_DAYS, (double)seconds / 86400);
    else
        reading_wrong(r, "a policy has a duration that is none");
}

static void read_identity_policy(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"minimumLength", ATTR_GCP_MIN_LENGTH}, {"allowedStrength", ATTR_GCP_STRENGTH},
        {"allowReuse", ATTR_GCP_ALLOW_REUSE},   {"allowedSignInFactorSet", ATTR_MFA_METHOD},
        {"enforcedFrom", ATTR_CREATED},
    };
    str type = json_node_string(reading_at(node, "setting.type"));
    json_node value = reading_at(node, "setting.value");
    str name = json_node_string(json_node_get(node, STR("name")));
    uint32_t at = gcp_add(r, FACT_SIGN_IN_POLICY, name);
    type = text_starts(type, "settings/") ? text_after(type, '/') : type;
    facts_set_name(r->facts, at, json_node_string(reading_at(node, "policyQuery.orgUnit")));
    facts_put_text(r->facts, at, ATTR_GCP_SETTING, type);
    reading_put_rows(r, at, value, rows, ARRAY_LEN(rows));
    put_days(r, at, json_node_get(value, STR("expirationDuration")));
}

static void read_sso(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    uint32_t at = gcp_add(r, FACT_SIGN_IN_POLICY, name);
    facts_put_text(r->facts, at, ATTR_GCP_SETTING, STR("sso"));
    reading_put(r, at, ATTR_STATE, json_node_get(node, STR("ssoMode")));
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Lists with names that those of other clouds have, too. */
static void each(reading *r, json_node node, const char *member,
                 void (*read)(reading *r, json_node node))
{
    json_iter it = json_iter_of(json_node_get(node, str_of(member)));
    while (json_iter_next(&it))
        read(r, it.value);
}

static void read_users(reading *r, json_node node)
{
    each(r, node, "users", read_user);
}

static void read_groups(reading *r, json_node node)
{
    each(r, node, "groups", read_group);
}

static void read_identity_policies(reading *r, json_node node)
{
    each(r, node, "policies", read_identity_policy);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_gcp_users,             SHAPE_LIST,    "users primaryEmail",           read_users},
    {EXPORT_gcp_groups,            SHAPE_LIST,    "groups groupKey",              read_groups},
    {EXPORT_gcp_identity_policies, SHAPE_LIST,    "policies setting.type",        read_identity_policies},
    {EXPORT_gcp_users,             SHAPE_KIND,    "admin#directory#user",         read_user},
    {EXPORT_gcp_group_members,     SHAPE_KIND,    "admin#directory#member",       read_directory_member},
    {EXPORT_gcp_users,             SHAPE_MEMBERS, "primaryEmail suspended",       read_user},
    {EXPORT_gcp_users,             SHAPE_COLUMNS, "primaryEmail suspended",       read_user},
    {EXPORT_gcp_group_members,     SHAPE_MEMBERS, "preferredMemberKey name",      read_membership},
    {EXPORT_gcp_groups,            SHAPE_MEMBERS, "groupKey name",                read_group},
    {EXPORT_gcp_identity_policies, SHAPE_MEMBERS, "setting.type setting.value name", read_identity_policy},
    {EXPORT_gcp_sso,               SHAPE_MEMBERS, "ssoMode name",                 read_sso},
};
/* clang-format on */

const shape_table gcp_user_shapes = {rows, ARRAY_LEN(rows)};
