/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_iam.c -- who holds what in Google Cloud.
 *
 *  (1) Each member of a binding is a grant of its own, known by where, what, to whom and on what
 *      condition; the same binding in two exports is one grant.
 *  (2) A role that gives none of the powers is kept on projects, folders and organizations, where
 *      it shows who has to do with them; on other resources grants are kept where they can give a
 *      power.
 *  (3) Of a custom role only permissions that powers are made of are kept, and how many it has in
 *      all.
 */
#include "export/gcp_iam.h"

#include "export/gcp_asset.h"

#include "fact/gcp_place.h"
#include "access/gcp_role.h"
#include "export/readers.h"
#include "access/usage.h"
#include "base/text.h"
#include "base/time.h"

/* ---- allow policies -------------------------------------------------------------------------- */

typedef struct binding {
    str scope, role, condition;
} binding;

/* "a#b#c" as an id; empty parts at the end are left out. */
static str joined(reading *r, const str *parts, size_t n)
{
    reading_reset(r);
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n == 0)
            continue;
        if (i > 0)
            buf_putc(&r->scratch, '#');
        buf_putstr(&r->scratch, parts[i]);
    }
    r->failed |= r->scratch.failed;
    return buf_str(&r->scratch);
}

/* "roles/editor on projects/p" */
static void put_held(reading *r, uint32_t holder, const binding *b)
{
    reading_reset(r);
    buf_putstr(&r->scratch, b->role);
    buf_puts(&r->scratch, " on ");
    buf_putstr(&r->scratch, b->scope);
    facts_put_text(r->facts, holder, ATTR_GCP_HELD, buf_str(&r->scratch));
}

static void put_expiry(reading *r, uint32_t at, str condition)
{
    int64_t until = TIME_NONE;
    (void)gcp_condition_at(condition, 0, &until);
    if (until != TIME_NONE)
        facts_put_time(r->facts, at, ATTR_EXPIRES, until);
}

static void read_member(reading *r, const binding *b, str member)
{
    uint32_t holder = gcp_add_member(r, member);
    if (holder == FACT_NONE)
        return;
    str parts[] = {b->scope, b->role, member, b->condition};
    uint32_t at = facts_add(r->facts, FACT_GRANT, PROVIDER_GCP, joined(r, parts, 4), r->input);
    const fact *who = facts_at(r->facts, holder);
    facts_set_account(r->facts, at, gcp_project(b->scope));
    facts_set_name(r->facts, at, facts_id(r->facts, who));
    facts_put_text(r->facts, at, ATTR_HOLDER, facts_id(r->facts, who));
    facts_put_text(r->facts, at, ATTR_GRANTED, b->role);
    facts_put_text(r->facts, at, ATTR_SCOPE, b->scope);
    facts_put_text(r->facts, at, ATTR_CONDITION, b->condition);
    facts_put_flag(r->facts, at, ATTR_IS_DELETED, text_starts(member, "deleted:"));
    put_expiry(r, at, b->condition);
    put_held(r, holder, b);
}

static void read_binding(reading *r, str scope, json_node node)
{
    binding b = {scope, json_node_string(json_node_get(node, STR("role"))),
                 json_node_string(reading_at(node, "condition.expression"))};
    json_node members = json_node_get(node, STR("members"));
    json_type type = json_node_type(members);
    json_iter it = json_iter_of(members);
    if (b.role.n == 0 || (type != JSON_ARRAY && type != JSON_NONE)) {
        reading_wrong(r, "a binding without a role or with members that are no list");
        return;
    }
    while (json_iter_next(&it)) {
        if (json_node_type(it.value) == JSON_STRING)
            read_member(r, &b, json_node_string(it.value));
        else
            reading_wrong(r, "a member of %.*s is no text", (int)str_upto(b.role, 80).n, b.role.p);
    }
}

/* The resources whose own policies open them to others. */
static uint32_t add_resource(reading *r, str scope)
{
    static const struct {
        const char *collection;
        fact_kind kind;
    } known[] = {
        {"/images/", FACT_IMAGE},
        {"/machineImages/", FACT_IMAGE},
        {"/snapshots/", FACT_SNAPSHOT},
        {"/disks/", FACT_VOLUME},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (text_has(scope, known[i].collection))
            return gcp_add(r, known[i].kind, scope);
    }
    return FACT_NONE;
}

static void put_shares(reading *r, uint32_t at, json_node bindings, bool is_whole)
{
    bool is_public = false;
    json_iter it = json_iter_of(bindings);
    while (json_iter_next(&it)) {
        json_iter member = json_iter_of(json_node_get(it.value, STR("members")));
        while (json_iter_next(&member)) {
            str who = json_node_string(member.value);
            is_public |= gcp_is_public(who);
            facts_put_text(r->facts, at, ATTR_SHARED_WITH, who);
        }
    }
    if (is_public || is_whole)
        facts_put_flag(r->facts, at, ATTR_IS_PUBLIC, is_public);
}

static void read_audit_log(reading *r, str scope, str service, json_node node)
{
    str type = json_node_string(json_node_get(node, STR("logType")));
    str parts[] = {scope, service, type};
    if (service.n == 0 || type.n == 0) {
        reading_wrong(r, "an audit setting without a service or a type of logs");
        return;
    }
    uint32_t at =
        facts_add(r->facts, FACT_AUDIT_CONFIG, PROVIDER_GCP, joined(r, parts, 3), r->input);
    facts_set_account(r->facts, at, gcp_project(scope));
    facts_put_text(r->facts, at, ATTR_SCOPE, scope);
    facts_put_text(r->facts, at, ATTR_GCP_SERVICE, service);
    facts_put_text(r->facts, at, ATTR_GCP_LOG_TYPE, type);
    uint64_t before = r->malformed;
    reading_put(r, at, ATTR_GCP_EXEMPTED, json_node_get(node, STR("exemptedMembers")));
    if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_READ_WHOLE, true);
}

static void read_audit_configs(reading *r, str scope, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str service = json_node_string(json_node_get(it.value, STR("service")));
        json_iter log = json_iter_of(json_node_get(it.value, STR("auditLogConfigs")));
        while (json_iter_next(&log))
            read_audit_log(r, scope, service, log.value);
    }
}

void gcp_read_policy(reading *r, json_node policy, str scope, bool is_whole)
{
    uint64_t before = r->malformed;
    json_node bindings = json_node_get(policy, STR("bindings"));
    uint32_t at = gcp_scope_is_account(scope) ? gcp_add_account(r, scope) : add_resource(r, scope);
    json_type type = json_node_type(bindings);
    if (type != JSON_ARRAY && type != JSON_NONE && type != JSON_NULL)
        reading_wrong(r, "the bindings of a policy are not a list");
    json_iter it = json_iter_of(bindings);
    while (gcp_scope_permissions(scope) != 0 && json_iter_next(&it))
        read_binding(r, scope, it.value);
    read_audit_configs(r, scope, json_node_get(policy, STR("auditConfigs")));
    if (r->malformed != before)
        return;
    if (!gcp_scope_is_account(scope))
        put_shares(r, at, bindings, is_whole);
    else if (is_whole)
        facts_put_flag(r->facts, at, ATTR_GCP_WHOLE_POLICY, true);
}

/* The row that reads policies counts each for a project's; what it is one of, its place says. */
static void count_policy(reading *r, str place)
{
    bool is_account = gcp_scope_is_account(place);
    r->exports[EXPORT_gcp_iam_organization] += text_starts(place, "organizations/") && is_account;
    r->exports[EXPORT_gcp_snapshot_policy] += text_has(place, "/snapshots/");
    r->exports[EXPORT_gcp_disk_policy] += text_has(place, "/disks/");
    r->exports[EXPORT_gcp_resource_policy] += !is_account;
    r->exports[EXPORT_gcp_iam_policy] -= !is_account;
}

/* get-iam-policy: the path says of what. Without one, the file itself is the place that is
 * granted on. */
static void read_policy(reading *r, json_node node)
{
    str place = gcp_input_place(r);
    if (place.n == 0) {
        reading_wrong(r, "the policy does not say of what: its file should stand in projects/ID");
        place = text_after_last(r->input_name, '/');
    }
    count_policy(r, place);
    gcp_read_policy(r, node, place, true);
}

void gcp_put_ancestor(reading *r, uint32_t at, str ancestor)
{
    bool is_one = text_starts(ancestor, "folders/") || text_starts(ancestor, "organizations/");
    if (is_one && gcp_scope_is_account(ancestor))
        facts_put_text(r->facts, at, ATTR_GCP_ANCESTOR, ancestor);
}

/* One result of search-all-iam-policies. */
static void read_found_policy(reading *r, json_node node)
{
    str scope = gcp_path(json_node_string(json_node_get(node, STR("resource"))));
    uint32_t at = gcp_scope_is_account(scope) ? gcp_add_account(r, scope) : FACT_NONE;
    str project = json_node_string(json_node_get(node, STR("project")));
    if (text_starts(scope, "projects/"))
        facts_put_text(r->facts, at, ATTR_GCP_NUMBER, gcp_project(project));
    json_iter it = json_iter_of(json_node_get(node, STR("folders")));
    while (json_iter_next(&it))
        gcp_put_ancestor(r, at, json_node_string(it.value));
    gcp_put_ancestor(r, at, json_node_string(json_node_get(node, STR("organization"))));
    gcp_read_policy(r, json_node_get(node, STR("policy")), scope, false);
}

/* ---- deny policies --------------------------------------------------------------------------- */

static void read_deny_rule(reading *r, str policy, str scope, size_t i, json_node rule)
{
    static const reading_row rows[] = {
        {"deniedPrincipals", ATTR_GCP_DENIED_PRINCIPAL},
        {"exceptionPrincipals", ATTR_GCP_EXCEPT_PRINCIPAL},
        {"deniedPermissions", ATTR_GCP_DENIED_PERMISSION},
        {"exceptionPermissions", ATTR_GCP_EXCEPT_PERMISSION},
        {"denialCondition.expression", ATTR_CONDITION},
    };
    reading_reset(r);
    buf_putstr(&r->scratch, policy);
    buf_printf(&r->scratch, "#%zu", i);
    uint32_t at = facts_add(r->facts, FACT_POLICY, PROVIDER_GCP, buf_str(&r->scratch), r->input);
    facts_put_text(r->facts, at, ATTR_SCOPE, scope);
    reading_put_rows(r, at, rule, rows, ARRAY_LEN(rows));
}

/* "policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fp/denypolicies/x" */
static void read_deny_policy(reading *r, json_node node)
{
    AUTO(buf) plain = {0};
    size_t i = 0;
    str name = json_node_string(json_node_get(node, STR("name")));
    text_percent_decode(name, &plain);
    r->failed |= plain.failed;
    str scope = gcp_path(buf_str(&plain));
    size_t parts = text_before(scope, '/').n + 1;
    scope = str_upto(scope, parts + text_before(str_from(scope, parts), '/').n);
    json_iter it = json_iter_of(json_node_get(node, STR("rules")));
    while (json_iter_next(&it))
        read_deny_rule(r, name, scope, i++, json_node_get(it.value, STR("denyRule")));
}

/* ---- roles ----------------------------------------------------------------------------------- */

static void read_role_of(reading *r, json_node node, str name)
{
    json_node list = json_node_get(node, STR("includedPermissions"));
    uint64_t before = r->malformed;
    uint32_t at = gcp_add(r, FACT_ROLE_DEFINITION, name);
    facts_set_name(r->facts, at, json_node_string(json_node_get(node, STR("title"))));
    facts_put_flag(r->facts, at, ATTR_IS_BUILTIN, !gcp_role_is_custom(name));
    facts_put_flag(r->facts, at, ATTR_ENABLED,
                   !str_is(json_node_string(json_node_get(node, STR("stage"))), "DISABLED"));
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str permission = json_node_string(it.value);
        if (json_node_type(it.value) != JSON_STRING)
            reading_wrong(r, "a permission of a role is no text");
        else if (gcp_permission_find(permission) != 0)
            facts_put_text(r->facts, at, ATTR_GCP_PERMISSION, permission);
    }
    if (json_node_type(list) == JSON_ARRAY && r->malformed == before)
        facts_put_number(r->facts, at, ATTR_GCP_PERMISSIONS, (double)json_node_size(list));
}

static void read_role(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    if (text_starts(name, "roles/") || text_has(name, "/roles/"))
        read_role_of(r, node, name);
    else
        reading_wrong(r, "a role without its name");
}

/* Of a list that other clouds have by the same name. */
static void read_roles(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("roles")));
    while (json_iter_next(&it))
        read_role(r, it.value);
}

/* ---- service accounts ------------------------------------------------------------------------ */

static uint32_t add_service_account(reading *r, str email)
{
    reading_reset(r);
    buf_puts(&r->scratch, "serviceAccount:");
    buf_putstr(&r->scratch, email);
    AUTO(buf) member = {0};
    buf_putstr(&member, buf_str(&r->scratch));
    r->failed |= member.failed;
    return gcp_add_member(r, buf_str(&member));
}

/* The address of the account in "projects/p/serviceAccounts/ADDRESS/keys/k". */
static str account_in(str path)
{
    str rest = path;
    while (rest.n > 0 && !text_starts(rest, "serviceAccounts/"))
        rest = text_after(rest, '/');
    return text_before(text_after(rest, '/'), '/');
}

static void read_service_account(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"uniqueId", ATTR_GCP_NUMBER},
    };
    str email = json_node_string(json_node_get(node, STR("email")));
    if (email.n == 0) {
        reading_wrong(r, "a service account without an address");
        return;
    }
    uint32_t at = add_service_account(r, email);
    bool is_disabled = gcp_is_true(r, json_node_get(node, STR("disabled")));
    facts_set_account(r->facts, at, json_node_string(json_node_get(node, STR("projectId"))));
    facts_set_name(r->facts, at, json_node_string(json_node_get(node, STR("displayName"))));
    facts_put_flag(r->facts, at, ATTR_ENABLED, !is_disabled);
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
}

/* A year that stands for no end. */
static void put_end(reading *r, uint32_t at, json_node end)
{
    bool is_never = text_starts(json_node_string(end), "9999");
    if (json_node_type(end) == JSON_STRING)
        facts_put_flag(r->facts, at, ATTR_GCP_ENDS, !is_never);
    if (!is_never)
        reading_put(r, at, ATTR_EXPIRES, end);
}

/* Assets have the account's unique id in their name, and its address in the key's own. */
static void read_key_of(reading *r, json_node node, str id)
{
    str own = gcp_path(json_node_string(json_node_get(node, STR("name"))));
    id = account_in(own).n > 0 ? own : id;
    str email = account_in(id);
    bool is_disabled = gcp_is_true(r, json_node_get(node, STR("disabled")));
    if (email.n == 0) {
        reading_wrong(r, "a key that does not say whose it is");
        return;
    }
    uint32_t at = gcp_add(r, FACT_KEY, id);
    facts_put_text(r->facts, at, ATTR_HOLDER, email);
    facts_put_flag(r->facts, at, ATTR_ENABLED, !is_disabled);
    reading_put(r, at, ATTR_GCP_KEY_TYPE, json_node_get(node, STR("keyType")));
    reading_put(r, at, ATTR_ROTATED, json_node_get(node, STR("validAfterTime")));
    put_end(r, at, json_node_get(node, STR("validBeforeTime")));
}

static void read_key(reading *r, json_node node)
{
    read_key_of(r, node, STR_NONE);
}

/* ---- use ------------------------------------------------------------------------------------- */

/* When it was used last; without a time: not once while it was watched. */
static void put_last_use(reading *r, uint32_t at, json_node time)
{
    if (json_node_type(time) == JSON_NONE)
        facts_put_flag(r->facts, at, ATTR_NEVER_USED, true);
    else
        reading_put(r, at, ATTR_LAST_USED, time);
}

static void read_activity(reading *r, json_node node)
{
    str type = json_node_string(json_node_get(node, STR("activityType")));
    str path = gcp_path(json_node_string(json_node_get(node, STR("fullResourceName"))));
    bool is_of_key = str_is(type, "serviceAccountKeyLastAuthentication");
    json_node last = reading_at(node, "activity.lastAuthenticatedTime");
    r->exports[EXPORT_gcp_key_activity] += is_of_key;
    if (account_in(path).n == 0)
        reading_wrong(r, "an activity that does not say whose it is");
    else if (is_of_key)
        put_last_use(r, gcp_add(r, FACT_KEY, path), last);
    else if (str_is(type, "serviceAccountLastAuthentication"))
        put_last_use(r, add_service_account(r, account_in(path)), last);
    else
        r->unknown++;
}

/* Where an insight is about: the resource that it names, by number, and the place of its file. */
typedef struct watched {
    uint32_t principal;
    str target, place;
} watched;

/* "compute.instances.create on projects/1" */
static void put_watched(reading *r, const watched *w, attr a, const char *permission)
{
    const str scopes[] = {w->target, w->place};
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
        if (scopes[i].n == 0)
            continue;
        reading_reset(r);
        buf_puts(&r->scratch, permission);
        buf_puts(&r->scratch, " on ");
        buf_putstr(&r->scratch, scopes[i]);
        facts_put_text(r->facts, w->principal, a, buf_str(&r->scratch));
    }
}

static void put_observed(reading *r, const watched *w, gcp_permissions bits)
{
    for (int p = 0; p < GCP_PERMISSION_COUNT; p++) {
        if (bits & (UINT32_C(1) << p))
            put_watched(r, w, ATTR_GCP_OBSERVED, gcp_permission_text((gcp_permission)p));
    }
}

static gcp_permissions put_exercised(reading *r, const watched *w, json_node list)
{
    gcp_permissions all = 0;
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str text = json_node_string(json_node_get(it.value, STR("permission")));
        all |= gcp_permission_find(text);
    }
    for (int p = 0; p < GCP_PERMISSION_COUNT; p++) {
        if (all & (UINT32_C(1) << p))
            put_watched(r, w, ATTR_GCP_EXERCISED, gcp_permission_text((gcp_permission)p));
    }
    return all;
}

/* What was used, for the comparison of rights with uses. */
static void tell_use(reading *r, uint32_t principal, gcp_permissions exercised)
{
    gcp_powers powers;
    gcp_powers_init(&powers);
    for (int p = 0; r->usage != NULL && p < POWER_COUNT; p++) {
        if (gcp_powers_give(&powers, exercised, (power)p) != 0)
            usage_saw(r->usage, PROVIDER_GCP, facts_id(r->facts, facts_at(r->facts, principal)),
                      (power)p, TIME_NONE);
    }
}

static str first_target(json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("targetResources")));
    return json_iter_next(&it) ? gcp_path(json_node_string(it.value)) : STR_NONE;
}

/* "7776000s" */
static void put_observed_days(reading *r, uint32_t at, json_node period)
{
    int64_t seconds = 0;
    bool is_read = text_to_int(text_before(json_node_string(period), 's'), &seconds);
    int64_t days = seconds / 86400;
    if (is_read)
        facts_put_number(r->facts, at, ATTR_GCP_OBSERVED_DAYS, (double)days);
    else
        reading_wrong(r, "an insight without the time that it is about");
}

/* Which permissions of one role a member used. */
static void read_insight(reading *r, json_node node)
{
    json_node content = json_node_get(node, STR("content"));
    str name = json_node_string(json_node_get(node, STR("name")));
    str member = json_node_string(json_node_get(content, STR("member")));
    json_node exercised = json_node_get(content, STR("exercisedPermissions"));
    str role = json_node_string(json_node_get(content, STR("role")));
    if (!text_has(name, "/google.iam.policy.Insight/")) {
        r->unknown++;
        return;
    }
    if (member.n == 0 || json_node_type(exercised) != JSON_ARRAY) {
        reading_wrong(r, "an insight without a member or what it used");
        return;
    }
    watched w = {gcp_add_member(r, member), first_target(node), gcp_input_place(r)};
    if (w.principal == FACT_NONE)
        return;
    if (!gcp_is_number(gcp_project(w.target)) || !gcp_scope_is_account(w.place))
        w.place = STR_NONE;
    put_observed_days(r, w.principal, json_node_get(node, STR("observationPeriod")));
    put_observed(r, &w, gcp_role_predefined(role));
    tell_use(r, w.principal, put_exercised(r, &w, exercised));
}

static void read_recommendation(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"stateInfo.state", ATTR_STATE},          {"content.overview.removedRole", ATTR_GRANTED},
        {"content.overview.member", ATTR_HOLDER}, {"recommenderSubtype", ATTR_GCP_CATEGORY},
        {"priority", ATTR_GCP_SEVERITY},
    };
    str name = json_node_string(json_node_get(node, STR("name")));
    if (!text_has(name, "/google.iam.policy.Recommender/")) {
        r->unknown++;
        return;
    }
    uint32_t at = gcp_add(r, FACT_FINDING, name);
    facts_put_text(r->facts, at, ATTR_GCP_SOURCE, STR("recommender"));
    reading_put_rows(r, at, node, rows, ARRAY_LEN(rows));
}

/* ---- where things stand ---------------------------------------------------------------------- */

/* {"type": "organization", "id": "1"}, or "organizations/1" */
static void put_parent(reading *r, uint32_t at, json_node parent)
{
    if (json_node_type(parent) == JSON_STRING) {
        gcp_put_ancestor(r, at, gcp_path(json_node_string(parent)));
        return;
    }
    str type = json_node_string(json_node_get(parent, STR("type")));
    str id = json_node_string(json_node_get(parent, STR("id")));
    AUTO(buf) path = {0};
    buf_putstr(&path, type);
    buf_puts(&path, "s/");
    buf_putstr(&path, id);
    r->failed |= path.failed;
    if (type.n > 0 && id.n > 0)
        gcp_put_ancestor(r, at, buf_str(&path));
}

static void read_project(reading *r, json_node node)
{
    AUTO(buf) path = {0};
    buf_puts(&path, "projects/");
    buf_putstr(&path, json_node_string(json_node_get(node, STR("projectId"))));
    r->failed |= path.failed;
    uint32_t at = gcp_add_account(r, buf_str(&path));
    str name = reading_text_at(r, node, "name");
    facts_set_name(r->facts, at, text_starts(name, "projects/") ? STR_NONE : name);
    if (at != FACT_NONE)
        reading_put(r, at, ATTR_GCP_NUMBER, json_node_get(node, STR("projectNumber")));
    put_parent(r, at, json_node_get(node, STR("parent")));
}

static void read_folder(reading *r, json_node node)
{
    uint32_t at = gcp_add_account(r, json_node_string(json_node_get(node, STR("name"))));
    facts_set_name(r->facts, at, json_node_string(json_node_get(node, STR("displayName"))));
    put_parent(r, at, json_node_get(node, STR("parent")));
}

static void read_organization(reading *r, json_node node)
{
    str domain = json_node_string(json_node_get(node, STR("displayName")));
    uint32_t at = gcp_add_account(r, json_node_string(json_node_get(node, STR("name"))));
    facts_set_name(r->facts, at, domain);
    if (memchr(domain.n ? domain.p : "", '.', domain.n) != NULL)
        (void)gcp_add(r, FACT_DOMAIN, gcp_lower(r, domain));
}

/* One of these by itself, which tells what it is by its name. */
static void read_container(reading *r, json_node node)
{
    str name = json_node_string(json_node_get(node, STR("name")));
    if (text_starts(name, "folders/"))
        read_folder(r, node);
    else if (text_starts(name, "organizations/"))
        read_organization(r, node);
    else
        r->unknown++;
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void asset_role(reading *r, json_node data, str id)
{
    read_role_of(r, data, id);
}

static void asset_account(reading *r, json_node data, str id)
{
    (void)id;
    read_service_account(r, data);
}

static void asset_project(reading *r, json_node data, str id)
{
    (void)id;
    read_project(r, data);
}

static void asset_folder(reading *r, json_node data, str id)
{
    (void)id;
    read_folder(r, data);
}

static void asset_organization(reading *r, json_node data, str id)
{
    (void)id;
    read_organization(r, data);
}

/* clang-format off */
static const gcp_asset_row assets[] = {
    {"iam.googleapis.com/Role",                           EXPORT_gcp_roles,            asset_role},
    {"iam.googleapis.com/ServiceAccount",                 EXPORT_gcp_service_accounts, asset_account},
    {"iam.googleapis.com/ServiceAccountKey",              EXPORT_gcp_keys,             read_key_of},
    {"cloudresourcemanager.googleapis.com/Project",       EXPORT_gcp_projects,         asset_project},
    {"cloudresourcemanager.googleapis.com/Folder",        EXPORT_gcp_folders,          asset_folder},
    {"cloudresourcemanager.googleapis.com/Organization",  EXPORT_gcp_organizations,    asset_organization},
};

static const export_shape rows[] = {
    {EXPORT_gcp_iam_search,       SHAPE_MEMBERS, "policy.bindings resource",        read_found_policy},
    {EXPORT_gcp_iam_policy,       SHAPE_MEMBERS, "bindings etag",                   read_policy},
    {EXPORT_gcp_iam_policy,       SHAPE_MEMBERS, "auditConfigs etag",               read_policy},
    {EXPORT_gcp_iam_policy,       SHAPE_ONLY,    "etag version",                    read_policy},
    {EXPORT_gcp_iam_policy,       SHAPE_ONLY,    "etag",                            read_policy},
    {EXPORT_gcp_deny_policy,      SHAPE_KIND,    "DenyPolicy",                      read_deny_policy},
    {EXPORT_gcp_roles,            SHAPE_LIST,    "roles title name etag",           read_roles},
    {EXPORT_gcp_roles,            SHAPE_MEMBERS, "includedPermissions name",        read_role},
    {EXPORT_gcp_roles,            SHAPE_MEMBERS, "title etag name description",     read_role},
    {EXPORT_gcp_keys,             SHAPE_MEMBERS, "keyType name validAfterTime",     read_key},
    {EXPORT_gcp_service_accounts, SHAPE_MEMBERS, "email projectId",                 read_service_account},
    {EXPORT_gcp_activity,         SHAPE_MEMBERS, "activityType fullResourceName",   read_activity},
    {EXPORT_gcp_insights,         SHAPE_MEMBERS, "insightSubtype content name",     read_insight},
    {EXPORT_gcp_recommendations,  SHAPE_MEMBERS, "recommenderSubtype content name", read_recommendation},
    {EXPORT_gcp_projects,         SHAPE_MEMBERS, "projectId lifecycleState",        read_project},
    {EXPORT_gcp_projects,         SHAPE_MEMBERS, "projectId projectNumber",         read_project},
    {EXPORT_gcp_folders,          SHAPE_MEMBERS, "displayName name parent lifecycleState", read_folder},
    {EXPORT_gcp_organizations,    SHAPE_MEMBERS, "owner.directoryCustomerId name",  read_organization},
    {EXPORT_gcp_organizations,    SHAPE_MEMBERS, "directoryCustomerId name displayName", read_organization},
    {EXPORT_gcp_organizations,    SHAPE_MEMBERS, "displayName lifecycleState name", read_container},
};
/* clang-format on */

const gcp_asset_table gcp_iam_assets = {assets, ARRAY_LEN(assets)};

const shape_table gcp_iam_shapes = {rows, ARRAY_LEN(rows)};
