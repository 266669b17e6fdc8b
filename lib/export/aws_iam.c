/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_iam.c -- readers: users, groups, roles and policies of AWS, and what they used.
 *
 *  (1) RIGHTS_READ is only set by get-account-authorization-details, where all lists are of the
 *      right type: elsewhere nothing says that the policies shown are all there are.
 *  (2) The document of a managed policy is that of its default version.
 *  (3) An inline policy is known as "<ARN of its holder>/inline/<name>".
 */
#include "export/aws_account.h"
#include "fact/aws_words.h"
#include "export/readers.h"
#include "access/usage.h"
#include "base/text.h"
#include "base/time.h"

static str text(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- policies -------------------------------------------------------------------------------- */

/* A document stands as an object, as a string, or as a string that is URL-encoded. */
static void put_document(reading *r, uint32_t at, attr a, json_node document)
{
    json_type type = json_node_type(document);
    if (type == JSON_NONE || type == JSON_NULL || at == FACT_NONE)
        return;
    if (type != JSON_OBJECT && type != JSON_STRING) {
        str id = str_upto(facts_id(r->facts, facts_at(r->facts, at)), 100);
        reading_wrong(r, "%s of %.*s is no policy", attr_describe(a)->name, (int)id.n, id.p);
        return;
    }
    reading_reset(r);
    if (type == JSON_OBJECT)
        json_node_text(document, &r->scratch);
    else if (text_starts(text_trim(json_node_string(document)), "{"))
        buf_putstr(&r->scratch, json_node_string(document));
    else
        text_percent_decode(json_node_string(document), &r->scratch);
    facts_put_text(r->facts, at, a, buf_str(&r->scratch));
}

static void add_inline(reading *r, uint32_t holder, str name, json_node document)
{
    if (holder == FACT_NONE)
        return;
    if (name.n == 0) {
        reading_wrong(r, "an inline policy without a name");
        return;
    }
    str arn = facts_id(r->facts, facts_at(r->facts, holder));
    reading_reset(r);
    buf_printf(&r->scratch, "%.*s/inline/", (int)arn.n, arn.p);
    buf_putstr(&r->scratch, name);
    str id = buf_str(&r->scratch);
    uint32_t at = reading_add(r, FACT_POLICY, PROVIDER_AWS, id);
    facts_set_account(r->facts, at, aws_arn_account(arn));
    facts_set_name(r->facts, at, name);
    facts_put_flag(r->facts, at, ATTR_IS_INLINE, true);
    facts_put_flag(r->facts, holder, ATTR_HAS_INLINE, true);
    put_document(r, at, ATTR_DOCUMENT, document);
}

static void add_inline_list(reading *r, uint32_t holder, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it))
        add_inline(r, holder, text(it.value, "PolicyName"),
                   json_node_get(it.value, STR("PolicyDocument")));
}

static const reading_row policy_rows[] = {
    {"CreateDate", ATTR_CREATED},
    {"AttachmentCount", ATTR_ATTACHMENTS},
};

static uint32_t add_policy(reading *r, json_node node)
{
    str arn = text(node, "Arn");
    uint32_t at = aws_add_arn(r, FACT_POLICY, arn);
    facts_put_flag(r->facts, at, ATTR_IS_BUILTIN, str_is(aws_arn_part(arn, 4), "aws"));
    facts_put_flag(r->facts, at, ATTR_IS_INLINE, false);
    reading_put_rows(r, at, node, policy_rows, ARRAY_LEN(policy_rows));
    return at;
}

static void add_policy_versions(reading *r, json_node node)
{
    uint32_t at = add_policy(r, node);
    json_iter it = json_iter_of(json_node_get(node, STR("PolicyVersionList")));
    while (json_iter_next(&it)) {
        reading_reset(r);
        json_node_text(json_node_get(it.value, STR("IsDefaultVersion")), &r->scratch);
        if (text_eq_nocase(buf_str(&r->scratch), STR("true")))
            put_document(r, at, ATTR_DOCUMENT, json_node_get(it.value, STR("Document")));
    }
}

/* ---- principals ------------------------------------------------------------------------------ */

static const reading_row principal_rows[] = {
    {"CreateDate", ATTR_CREATED},
    {"PasswordLastUsed", ATTR_PASSWORD_USED},
    {"AttachedManagedPolicies[].PolicyArn", ATTR_ATTACHED},
    {"PermissionsBoundary.PermissionsBoundaryArn", ATTR_BOUNDARY},
    {"GroupList", ATTR_GROUP_NAME},
    {"RoleLastUsed.LastUsedDate", ATTR_LAST_USED},
};

static uint32_t add_principal(reading *r, fact_kind kind, json_node node)
{
    uint32_t at = aws_add_arn(r, kind, text(node, "Arn"));
    reading_put_rows(r, at, node, principal_rows, ARRAY_LEN(principal_rows));
    return at;
}

/* Absent is an empty list. */
static bool is_list(json_node node, const char *member)
{
    json_type type = json_node_type(json_node_get(node, str_of(member)));
    return type == JSON_ARRAY || type == JSON_NONE || type == JSON_NULL;
}

/* Only some calls show tags at all; the details and get-… do. */
static void put_tags(reading *r, uint32_t at, json_node node)
{
    if (at == FACT_NONE)
        return;
    reading_put_tags(r, at, json_node_get(node, STR("Tags")));
    if (is_list(node, "Tags"))
        facts_put_flag(r->facts, at, ATTR_TAGS_READ, true);
    else
        reading_wrong(r, "Tags of a %s are no list",
                      fact_kind_text((fact_kind)facts_at(r->facts, at)->kind));
}

/* A user, group or role of the authorization details, with all its policies. */
static uint32_t add_detail(reading *r, fact_kind kind, json_node node, const char *inline_list)
{
    uint32_t at = add_principal(r, kind, node);
    put_tags(r, at, node);
    add_inline_list(r, at, json_node_get(node, str_of(inline_list)));
    bool is_whole = is_list(node, inline_list) && is_list(node, "AttachedManagedPolicies") &&
                    is_list(node, "GroupList");
    if (is_whole && at != FACT_NONE)
        facts_put_flag(r->facts, at, ATTR_RIGHTS_READ, true);
    else if (at != FACT_NONE)
        reading_wrong(r, "policies or groups of a %s are no list", fact_kind_text(kind));
    return at;
}

static void put_role(reading *r, uint32_t at, json_node node)
{
    if (at == FACT_NONE)
        return;
    str arn = facts_id(r->facts, facts_at(r->facts, at));
    json_node used = json_node_get(node, STR("RoleLastUsed"));
    bool is_unused = json_node_type(used) == JSON_OBJECT &&
                     json_node_type(json_node_get(used, STR("LastUsedDate"))) == JSON_NONE;
    if (is_unused)
        facts_put_flag(r->facts, at, ATTR_NEVER_USED, true);
    facts_put_flag(r->facts, at, ATTR_IS_SERVICE_LINKED,
                   text_starts(aws_arn_part(arn, 5), "role/aws-service-role/"));
    put_document(r, at, ATTR_TRUST_DOCUMENT, json_node_get(node, STR("AssumeRolePolicyDocument")));
}

/* An instance names its profile; the profile leads to the role. */
static void put_profile(reading *r, uint32_t role, str arn)
{
    facts_put_text(r->facts, role, ATTR_INSTANCE_PROFILE, arn);
    uint32_t at = role == FACT_NONE ? FACT_NONE : aws_add_arn(r, FACT_PROFILE, arn);
    if (at != FACT_NONE)
        facts_put_text(r->facts, at, ATTR_HOLDER, facts_id(r->facts, facts_at(r->facts, role)));
}

static void add_role(reading *r, json_node node)
{
    uint32_t at = add_detail(r, FACT_ROLE, node, "RolePolicyList");
    json_iter it = json_iter_of(json_node_get(node, STR("InstanceProfileList")));
    put_role(r, at, node);
    while (json_iter_next(&it))
        put_profile(r, at, text(it.value, "Arn"));
}

static void read_authorization(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("UserDetailList")));
    while (json_iter_next(&it))
        add_detail(r, FACT_USER, it.value, "UserPolicyList");
    it = json_iter_of(json_node_get(node, STR("GroupDetailList")));
    while (json_iter_next(&it))
        add_detail(r, FACT_GROUP, it.value, "GroupPolicyList");
    it = json_iter_of(json_node_get(node, STR("RoleDetailList")));
    while (json_iter_next(&it))
        add_role(r, it.value);
    it = json_iter_of(json_node_get(node, STR("Policies")));
    while (json_iter_next(&it))
        add_policy_versions(r, it.value);
}

/* ---- calls for one thing or one kind of things ----------------------------------------------- */

/* Other services have lists of the same names. */
static bool is_of_iam(reading *r, json_node node)
{
    bool is_known = json_node_type(json_node_get(node, STR("Arn"))) != JSON_NONE;
    r->unknown += is_known ? 0 : 1;
    return is_known;
}

static void read_users(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("Users")));
    while (json_iter_next(&it))
        if (is_of_iam(r, it.value))
            add_principal(r, FACT_USER, it.value);
}

static void read_user(reading *r, json_node node)
{
    json_node user = json_node_get(node, STR("User"));
    put_tags(r, add_principal(r, FACT_USER, user), user);
}

static void read_roles(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("Roles")));
    while (json_iter_next(&it))
        if (is_of_iam(r, it.value))
            put_role(r, add_principal(r, FACT_ROLE, it.value), it.value);
}

static void read_role(reading *r, json_node node)
{
    json_node role = json_node_get(node, STR("Role"));
    uint32_t at = add_principal(r, FACT_ROLE, role);
    put_tags(r, at, role);
    put_role(r, at, role);
}

/* get-group: a group with its members. */
static void read_group(reading *r, json_node node)
{
    json_node group = json_node_get(node, STR("Group"));
    add_principal(r, FACT_GROUP, group);
    json_iter it = json_iter_of(json_node_get(node, STR("Users")));
    while (json_iter_next(&it)) {
        uint32_t user = add_principal(r, FACT_USER, it.value);
        facts_put_text(r->facts, user, ATTR_GROUP_NAME, text(group, "GroupName"));
    }
}

/* list-groups, and list-groups-for-user when it says for whom. */
static void read_groups(reading *r, json_node node)
{
    bool is_of_user = json_node_type(json_node_get(node, STR("Arn"))) == JSON_STRING;
    uint32_t user = is_of_user ? aws_add_subject(r, node) : FACT_NONE;
    json_iter it = json_iter_of(json_node_get(node, STR("Groups")));
    while (json_iter_next(&it)) {
        if (!is_of_iam(r, it.value))
            continue;
        add_principal(r, FACT_GROUP, it.value);
        facts_put_text(r->facts, user, ATTR_GROUP_NAME, text(it.value, "GroupName"));
    }
}

static void read_attached(reading *r, json_node node)
{
    static const reading_row rows[] = {{"AttachedPolicies[].PolicyArn", ATTR_ATTACHED}};
    reading_put_rows(r, aws_add_subject(r, node), node, rows, ARRAY_LEN(rows));
}

/* get-user-policy, get-group-policy, get-role-policy name their holder without its ARN. */
static void read_inline(reading *r, json_node node)
{
    static const struct {
        const char *member;
        fact_kind kind;
    } holders[] = {{"UserName", FACT_USER}, {"RoleName", FACT_ROLE}, {"GroupName", FACT_GROUP}};
    for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
        str name = text(node, holders[i].member);
        if (name.n == 0)
            continue;
        add_inline(r, aws_add_named(r, holders[i].kind, name), text(node, "PolicyName"),
                   json_node_get(node, STR("PolicyDocument")));
        return;
    }
    reading_wrong(r, "an inline policy of nobody");
}

/* list-policies of IAM, or of an organization: what has an AttachmentCount is IAM's. */
static void read_policies(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("Policies")));
    while (json_iter_next(&it)) {
        if (text(it.value, "Type").n > 0)
            aws_add_control_policy(r, it.value);
        else if (is_of_iam(r, it.value))
            add_policy(r, it.value);
    }
}

static void read_policy(reading *r, json_node node)
{
    add_policy(r, json_node_get(node, STR("Policy")));
}

/* A policy that says of itself neither ARN nor name is called as its file. */
static uint32_t add_nameless(reading *r)
{
    uint32_t at = reading_add(r, FACT_POLICY, PROVIDER_AWS, r->input_name);
    if (at == FACT_NONE)
        return at;
    facts_put_flag(r->facts, at, ATTR_IS_BUILTIN, false);
    facts_put_flag(r->facts, at, ATTR_IS_INLINE, false);
    return at;
}

/* A bare document. What has a Principal belongs to a resource or role and grants nobody else
 * anything. */
static void read_document(reading *r, json_node node)
{
    json_node statement = json_node_get(node, STR("Statement"));
    json_iter it = json_iter_of(statement);
    bool is_list = json_node_type(statement) == JSON_ARRAY;
    json_node first = is_list && json_iter_next(&it) ? it.value : statement;
    bool has_principal = json_node_type(json_node_get(first, STR("Principal"))) != JSON_NONE ||
                         json_node_type(json_node_get(first, STR("NotPrincipal"))) != JSON_NONE;
    if (has_principal)
        r->unknown++;
    else
        put_document(r, add_nameless(r), ATTR_DOCUMENT, node);
}

/* Versions that are not the default one grant nothing. */
static void read_policy_version(reading *r, json_node node)
{
    json_node version = json_node_get(node, STR("PolicyVersion"));
    bool has_arn = json_node_type(json_node_get(node, STR("Arn"))) == JSON_STRING;
    uint32_t at = has_arn ? aws_add_subject(r, node) : add_nameless(r);
    reading_reset(r);
    json_node_text(json_node_get(version, STR("IsDefaultVersion")), &r->scratch);
    if (text_eq_nocase(buf_str(&r->scratch), STR("false")))
        return;
    put_document(r, at, ATTR_DOCUMENT, json_node_get(version, STR("Document")));
}

static void read_instance_profiles(reading *r, json_node node)
{
    json_iter profile = json_iter_of(json_node_get(node, STR("InstanceProfiles")));
    while (json_iter_next(&profile)) {
        json_iter role = json_iter_of(json_node_get(profile.value, STR("Roles")));
        while (json_iter_next(&role)) {
            uint32_t at = add_principal(r, FACT_ROLE, role.value);
            put_role(r, at, role.value);
            put_profile(r, at, text(profile.value, "Arn"));
        }
    }
}

/* ---- what was used --------------------------------------------------------------------------- */

/* For so long AWS remembers what was used last. */
enum { TRACKED_DAYS = 400 };

/* True when the action is one of those that make a power, alone or with others. */
static bool is_of_power(power p, str service, str action)
{
    str rest = str_of(power_describe(p)->action[PROVIDER_AWS]), way, one;
    while (text_next(&rest, ' ', &way))
        while (text_next(&way, '+', &one))
            if (text_eq_nocase(text_before(one, ':'), service) &&
                (action.n == 0 || text_eq_nocase(text_after(one, ':'), action)))
                return true;
    return false;
}

/* Calls that give a machine a role; AWS does not track iam:PassRole itself. */
static bool gives_role(str service, str action)
{
    return text_eq_nocase(service, STR("ec2")) &&
           (text_eq_nocase(action, STR("AssociateIamInstanceProfile")) ||
            text_eq_nocase(action, STR("ReplaceIamInstanceProfileAssociation")));
}

static bool is_of_any_power(str service)
{
    for (int p = 0; p < POWER_COUNT; p++)
        if (is_of_power((power)p, service, STR_NONE))
            return true;
    return false;
}

static void see_action(reading *r, str arn, str service, json_node action)
{
    json_node when = json_node_get(action, STR("LastAccessedTime"));
    str name = text(action, "ActionName");
    int64_t ns = reading_time(r, when);
    if (json_node_type(when) == JSON_NONE || json_node_type(when) == JSON_NULL)
        return;
    if (ns == TIME_NONE || name.n == 0) {
        reading_wrong(r, "an action was used last at no time");
        return;
    }
    for (int p = 0; p < POWER_COUNT; p++)
        if (is_of_power((power)p, service, name))
            usage_saw(r->usage, PROVIDER_AWS, arn, (power)p, ns);
    if (gives_role(service, name))
        usage_saw(r->usage, PROVIDER_AWS, arn, POWER_PASS_ROLE, ns);
}

/* True when the report would know of each use of the service's actions: it lists them, or says that
 * the service was never used. */
static bool see_service(reading *r, str arn, json_node node)
{
    json_node actions = json_node_get(node, STR("TrackedActionsLastAccessed"));
    str service = text(node, "ServiceNamespace");
    json_iter it = json_iter_of(actions);
    while (json_iter_next(&it))
        see_action(r, arn, service, it.value);
    bool is_unused = json_node_type(json_node_get(node, STR("LastAuthenticated"))) == JSON_NONE;
    return is_unused || json_node_type(actions) == JSON_ARRAY || !is_of_any_power(service);
}

static void read_last_accessed(reading *r, json_node node)
{
    json_node services = json_node_get(node, STR("ServicesLastAccessed"));
    if (!text_eq_nocase(text(node, "JobStatus"), STR("COMPLETED"))) {
        reading_wrong(r, "the report of last use was not ready when it was fetched");
        return;
    }
    uint32_t at = aws_add_subject(r, node);
    if (at == FACT_NONE)
        return;
    str arn = facts_id(r->facts, facts_at(r->facts, at));
    bool is_whole = json_node_type(services) == JSON_ARRAY;
    json_iter it = json_iter_of(services);
    while (json_iter_next(&it))
        is_whole = see_service(r, arn, it.value) && is_whole;
    if (is_whole)
        usage_knows(r->usage, PROVIDER_AWS, arn, TRACKED_DAYS);
}

/* ---- table ----------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_authorization,     SHAPE_MEMBERS, "UserDetailList",               read_authorization},
    {EXPORT_aws_authorization,     SHAPE_MEMBERS, "RoleDetailList",               read_authorization},
    {EXPORT_aws_authorization,     SHAPE_MEMBERS, "GroupDetailList",              read_authorization},
    {EXPORT_aws_groups,            SHAPE_MEMBERS, "Group.GroupId Users",          read_group},
    {EXPORT_aws_attached_policies, SHAPE_MEMBERS, "AttachedPolicies",             read_attached},
    {EXPORT_aws_inline_policy,     SHAPE_MEMBERS, "PolicyName PolicyDocument",    read_inline},
    {EXPORT_aws_policy_version,    SHAPE_MEMBERS, "PolicyVersion.VersionId",      read_policy_version},
    {EXPORT_aws_policies,          SHAPE_MEMBERS, "Policy.DefaultVersionId",      read_policy},
    {EXPORT_aws_policy_version,    SHAPE_MEMBERS, "Version Statement",            read_document},
    {EXPORT_aws_instance_profiles, SHAPE_MEMBERS, "InstanceProfiles",             read_instance_profiles},
    {EXPORT_aws_last_accessed,     SHAPE_MEMBERS, "JobStatus JobCreationDate",    read_last_accessed},
    {EXPORT_aws_last_accessed,     SHAPE_MEMBERS, "JobStatus ServicesLastAccessed", read_last_accessed},
    {EXPORT_aws_users,             SHAPE_MEMBERS, "User.UserName User.Arn",       read_user},
    {EXPORT_aws_roles,             SHAPE_MEMBERS, "Role.RoleName Role.Arn",       read_role},
    {EXPORT_aws_policies,          SHAPE_MEMBERS, "Policies",                     read_policies},
    {EXPORT_aws_users,             SHAPE_MEMBERS, "Users",                        read_users},
    {EXPORT_aws_roles,             SHAPE_MEMBERS, "Roles",                        read_roles},
    {EXPORT_aws_groups,            SHAPE_MEMBERS, "Groups",                       read_groups},
};
/* clang-format on */

const shape_table aws_iam_shapes = {rows, ARRAY_LEN(rows)};
