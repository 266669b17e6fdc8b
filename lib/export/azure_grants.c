/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_grants.c -- reads who has which role: role assignments, definitions, eligibilities and
 * denials of
 * Resource Manager, roles of the directory.
 *
 *  (1) A grant is one fact for a holder, a role, a scope and whether it must be activated:
 *      schedules of
 *      PIM tell once more of what assignments tell.
 *  (2) A role definition is known by the guid at the end of its id: the same custom role has an
 *      id for
 *      each scope in which it can be granted.
 */
#include "export/azure_reading.h"

#include "access/azure_role.h"
#include "export/readers.h"
#include "base/text.h"

/* ---- role assignments ------------------------------------------------------------------------ */

/* What an assignment says, in whichever dialect. Texts live as long as the document. */
typedef struct told {
    str holder, type, role, scope;
    bool is_eligible, is_directory;
} told;

/* "directory/eligible|role|holder|scope": one grant however often it is told. */
static uint32_t add_grant(reading *r, const told *t)
{
    CLEANUP(buf_done) buf key = {0};
    buf_puts(&key, t->is_directory ? "directory|" : "resources|");
    buf_puts(&key, t->is_eligible ? "eligible|" : "assigned|");
    buf_putstr(&key, azure_lower(r, azure_role_guid(t->role)));
    buf_putc(&key, '|');
    buf_putstr(&key, azure_lower(r, t->holder));
    buf_putc(&key, '|');
    buf_putstr(&key, azure_lower(r, t->scope));
    if (key.failed)
        r->failed = true;
    uint32_t account = azure_subscription(r, t->scope);
    uint32_t at = facts_add(r->facts, FACT_GRANT, PROVIDER_AZURE, buf_str(&key), r->input);
    if (account != FACT_NONE)
        facts_set_account(r->facts, at, facts_account(r->facts, facts_at(r->facts, account)));
    facts_put_text(r->facts, at, ATTR_HOLDER, azure_lower(r, t->holder));
    facts_put_text(r->facts, at, ATTR_GRANTED, azure_lower(r, azure_role_guid(t->role)));
    facts_put_text(r->facts, at, ATTR_SCOPE, azure_lower(r, t->scope));
    facts_put_flag(r->facts, at, ATTR_IS_ELIGIBLE, t->is_eligible);
    facts_put_flag(r->facts, at, ATTR_AZURE_IS_DIRECTORY, t->is_directory);
    return at;
}

static bool read_told(reading *r, json_node body, told *t)
{
    t->holder = json_node_string(json_node_get(body, STR("principalId")));
    t->type = json_node_string(json_node_get(body, STR("principalType")));
    t->role = json_node_string(json_node_get(body, STR("roleDefinitionId")));
    t->scope = json_node_string(
        json_node_get(body, t->is_directory ? STR("directoryScopeId") : STR("scope")));
    if (t->holder.n > 0 && t->role.n > 0 && t->scope.n > 0)
        return true;
    reading_wrong(r, "a grant without principal, role or scope");
    return false;
}

/* The command line looks up the names of holders; the empty name says that the directory has
 * none. */
static void note_name(reading *r, uint32_t grant, uint32_t holder, json_node name, str type)
{
    bool is_text = json_node_type(name) == JSON_STRING;
    bool is_gone =
        (is_text && json_node_string(name).n == 0) || text_eq_nocase(type, STR("Unknown"));
    if (is_gone)
        facts_put_flag(r->facts, grant, ATTR_IS_DELETED, true);
    else if (is_text)
        facts_put_flag(r->facts, grant, ATTR_IS_DELETED, false);
    if (is_text && json_node_string(name).n > 0 && holder != FACT_NONE)
        facts_set_name(r->facts, holder, json_node_string(name));
}

static void name_role(reading *r, str role, json_node name)
{
    if (json_node_type(name) != JSON_STRING || json_node_string(name).n == 0)
        return;
    str guid = azure_lower(r, azure_role_guid(role));
    uint32_t at = facts_add(r->facts, FACT_ROLE_DEFINITION, PROVIDER_AZURE, guid, r->input);
    facts_set_name(r->facts, at, json_node_string(name));
}

static uint32_t read_resource_grant(reading *r, json_node node, bool is_eligible)
{
    json_node body = azure_body(node);
    json_node more = json_node_get(body, STR("expandedProperties"));
    told t = {.is_eligible = is_eligible};
    if (!read_told(r, body, &t))
        return FACT_NONE;
    uint32_t at = add_grant(r, &t);
    uint32_t holder = azure_principal(r, t.type, t.holder);
    json_node name = json_node_get(body, STR("principalName"));
    if (json_node_type(name) == JSON_NONE)
        name = reading_at(more, "principal.displayName");
    note_name(r, at, holder, name, t.type);
    json_node role = json_node_get(body, STR("roleDefinitionName"));
    if (json_node_type(role) == JSON_NONE)
        role = reading_at(more, "roleDefinition.displayName");
    name_role(r, t.role, role);
    reading_put(r, at, ATTR_CONDITION, json_node_get(body, STR("condition")));
    reading_put(r, at, ATTR_CREATED, json_node_get(body, STR("createdOn")));
    reading_put(r, at, ATTR_EXPIRES, json_node_get(body, STR("endDateTime")));
    return at;
}

static void read_assignment(reading *r, json_node node)
{
    read_resource_grant(r, node, false);
}

static void read_eligibility(reading *r, json_node node)
{
    read_resource_grant(r, node, true);
}

/* Of an eligibility that is in use now assignments tell, too; schedules tell which these are. */
static void note_activated(reading *r, uint32_t grant, json_node body)
{
    str type = json_node_string(json_node_get(body, STR("assignmentType")));
    if (text_eq_nocase(type, STR("Activated")))
        facts_put_flag(r->facts, grant, ATTR_AZURE_ACTIVATED, true);
}

static void read_schedule(reading *r, json_node node)
{
    note_activated(r, read_resource_grant(r, node, false), azure_body(node));
}

/* ---- role definitions ------------------------------------------------------------------------ */

static void put_lines(reading *r, buf *block, char mark, json_node patterns)
{
    json_iter it = json_iter_of(patterns);
    while (json_iter_next(&it)) {
        str text = json_node_string(it.value);
        if (text.n == 0 || text.n > LIMIT_AZURE_PATTERN || memchr(text.p, '\n', text.n)) {
            reading_wrong(r, "an action of a role is not a text of at most %d bytes",
                          LIMIT_AZURE_PATTERN);
            continue;
        }
        buf_putc(block, mark);
        buf_putstr(block, text);
        buf_putc(block, '\n');
    }
}

static void put_condition(buf *block, str condition)
{
    if (condition.n == 0)
        return;
    buf_putc(block, '?');
    for (size_t i = 0; i < condition.n; i++)
        buf_putc(block, (char)(condition.p[i] == '\n' ? ' ' : condition.p[i]));
    buf_putc(block, '\n');
}

static void put_block(reading *r, uint32_t at, json_node permission)
{
    static const struct {
        const char *member;
        char mark;
    } row[] = {
        {"actions", '+'}, {"notActions", '-'}, {"dataActions", '>'}, {"notDataActions", '<'}};
    CLEANUP(buf_done) buf block = {0};
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        put_lines(r, &block, row[i].mark, json_node_get(permission, str_of(row[i].member)));
    put_condition(&block, json_node_string(json_node_get(permission, STR("condition"))));
    if (block.failed)
        r->failed = true;
    facts_put_text(r->facts, at, ATTR_AZURE_PERMISSION, buf_str(&block));
}

/* What is damaged is not whole: it may allow more than is read. */
static void put_permissions(reading *r, uint32_t at, json_node permissions)
{
    uint64_t before = r->malformed;
    json_iter it = json_iter_of(permissions);
    if (json_node_type(permissions) != JSON_ARRAY)
        reading_wrong(r, "permissions of a role are not a list");
    while (json_iter_next(&it))
        put_block(r, at, it.value);
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, r->malformed == before);
}

static void read_definition(reading *r, json_node node)
{
    json_node body = azure_body(node);
    str id = json_node_string(json_node_get(node, STR("id")));
    str type = json_node_string(json_node_get(body, STR("roleType")));
    if (type.n == 0 && json_node_type(json_node_get(node, STR("properties"))) == JSON_OBJECT)
        type = json_node_string(json_node_get(body, STR("type")));
    if (id.n == 0) {
        reading_wrong(r, "a role definition without an id");
        return;
    }
    str guid = azure_lower(r, azure_role_guid(id));
    uint32_t at = facts_add(r->facts, FACT_ROLE_DEFINITION, PROVIDER_AZURE, guid, r->input);
    facts_set_name(r->facts, at, json_node_string(json_node_get(body, STR("roleName"))));
    if (type.n > 0)
        facts_put_flag(r->facts, at, ATTR_IS_BUILTIN, text_eq_nocase(type, STR("BuiltInRole")));
    put_permissions(r, at, json_node_get(body, STR("permissions")));
}

/* ---- denials --------------------------------------------------------------------------------- */

static void read_denial(reading *r, json_node node)
{
    json_node body = azure_body(node);
    str name = json_node_string(json_node_get(body, STR("denyAssignmentName")));
    uint32_t at = azure_add_named(r, FACT_POLICY, node, name);
    facts_put_flag(r->facts, at, ATTR_AZURE_IS_DENY, true);
    azure_put_id(r, at, ATTR_SCOPE, json_node_get(body, STR("scope")));
    reading_put(r, at, ATTR_AZURE_HERE_ONLY, json_node_get(body, STR("doNotApplyToChildScopes")));
    reading_put(r, at, ATTR_CONDITION, json_node_get(body, STR("condition")));
    put_permissions(r, at, json_node_get(body, STR("permissions")));
    static const reading_row rows[] = {{"principals[].id", ATTR_AZURE_DENIED},
                                       {"excludePrincipals[].id", ATTR_AZURE_SPARED}};
    azure_put_ids(r, at, body, rows, ARRAY_LEN(rows));
}

/* ---- roles of the directory ------------------------------------------------------------------ */

static str kind_of_object(json_node principal)
{
    return json_node_string(json_node_get(principal, STR("@odata.type")));
}

/* What an expanded principal says of itself. */
static void note_principal(reading *r, json_node principal)
{
    str id = json_node_string(json_node_get(principal, STR("id")));
    uint32_t at = azure_principal(r, kind_of_object(principal), id);
    str upn = json_node_string(json_node_get(principal, STR("userPrincipalName")));
    str name = json_node_string(json_node_get(principal, STR("displayName")));
    facts_set_name(r->facts, at, upn.n ? upn : name);
}

/* Eligibilities and schedules say how the holder came by them (memberType); only schedules of
 * assignments
 * say of which kind these are (assignmentType). */
static bool is_directory_eligible(json_node node)
{
    bool has_assignment = json_node_type(json_node_get(node, STR("assignmentType"))) == JSON_STRING;
    bool has_member = json_node_type(json_node_get(node, STR("memberType"))) == JSON_STRING;
    return has_member && !has_assignment;
}

static void read_directory_grant(reading *r, json_node node)
{
    json_node principal = json_node_get(node, STR("principal"));
    told t = {.is_directory = true, .is_eligible = is_directory_eligible(node)};
    azure_tenant(r);
    if (!read_told(r, node, &t))
        return;
    uint32_t at = add_grant(r, &t);
    note_principal(r, principal);
    note_activated(r, at, node);
    reading_put(r, at, ATTR_EXPIRES, json_node_get(node, STR("endDateTime")));
}

/* An activated role of the directory with its members. */
static void read_directory_role(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("members")));
    str role = json_node_string(json_node_get(node, STR("roleTemplateId")));
    azure_tenant(r);
    while (json_iter_next(&it)) {
        told t = {.is_directory = true, .role = role, .scope = STR("/")};
        t.holder = json_node_string(json_node_get(it.value, STR("id")));
        if (t.holder.n == 0 || role.n == 0) {
            reading_wrong(r, "a member of a directory role without an id");
            continue;
        }
        add_grant(r, &t);
        note_principal(r, it.value);
    }
}

static void read_directory_definition(reading *r, json_node node)
{
    str id = json_node_string(json_node_get(node, STR("id")));
    uint32_t at = id.n == 0 ? FACT_NONE
                            : facts_add(r->facts, FACT_ROLE_DEFINITION, PROVIDER_AZURE,
                                        azure_lower(r, id), r->input);
    facts_set_name(r->facts, at, json_node_string(json_node_get(node, STR("displayName"))));
    reading_put(r, at, ATTR_IS_BUILTIN, json_node_get(node, STR("isBuiltIn")));
    facts_put_flag(r->facts, at, ATTR_AZURE_IS_DIRECTORY, true);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_azure_role_assignments, SHAPE_TYPE,    "Microsoft.Authorization/roleAssignments",                  read_assignment},
    {EXPORT_azure_role_definitions, SHAPE_TYPE,    "Microsoft.Authorization/roleDefinitions",                  read_definition},
    {EXPORT_azure_role_eligibility, SHAPE_TYPE,    "Microsoft.Authorization/roleEligibilityScheduleInstances", read_eligibility},
    {EXPORT_azure_role_eligibility, SHAPE_TYPE,    "Microsoft.Authorization/roleEligibilitySchedules",         read_eligibility},
    {EXPORT_azure_role_schedules,   SHAPE_TYPE,    "Microsoft.Authorization/roleAssignmentScheduleInstances",  read_schedule},
    {EXPORT_azure_role_schedules,   SHAPE_TYPE,    "Microsoft.Authorization/roleAssignmentSchedules",          read_schedule},
    {EXPORT_azure_deny_assignments, SHAPE_TYPE,    "Microsoft.Authorization/denyAssignments",                  read_denial},
    {EXPORT_azure_role_definitions, SHAPE_MEMBERS, "roleName permissions assignableScopes",                    read_definition},
    {EXPORT_entra_role_eligibility, SHAPE_MEMBERS, "principalId roleDefinitionId directoryScopeId memberType", read_directory_grant},
    {EXPORT_entra_roles,            SHAPE_MEMBERS, "principalId roleDefinitionId directoryScopeId",            read_directory_grant},
    {EXPORT_entra_roles,            SHAPE_MEMBERS, "roleTemplateId members",                                   read_directory_role},
    {EXPORT_entra_role_definitions, SHAPE_MEMBERS, "rolePermissions isBuiltIn",                                read_directory_definition},
};
/* clang-format on */
const shape_table azure_grant_shapes = {rows, ARRAY_LEN(rows)};
