/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_access.c -- checks: who may make machines, copy and export disks, open networks
 * and grant rights
 * in Azure, and to whom roles are granted.
 *
 *  (1) A standing right is one that holds now, without activation and without condition.
 */
#include "audit/audit.h"
#include "access/azure_role.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "audit/rights.h"
#include "base/text.h"

/* ---- standing rights ------------------------------------------------------------------------- */

/* A role of resources that nobody describes may give it, where roles of resources give it at all.
 * */
static bool is_unclear(const audit *a, const check *row, const fact *x)
{
    return power_describe((power)row->number)->action[PROVIDER_AZURE][0] != '\0' &&
           facts_get(&a->facts, x, ATTR_AZURE_UNKNOWN_ROLE).is_set;
}

static bool may_have_power(const audit *a, const check *row, const fact *x)
{
    return azure_right(a, x, (power)row->number) != NULL || is_unclear(a, row, x);
}

static spoor_check_status say_unclear(const audit *a, const fact *x, buf *seen)
{
    buf_reset(seen);
    buf_puts(seen, "the exports do not say what the role ");
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_AZURE_UNKNOWN_ROLE));
    buf_puts(seen, " allows");
    return SPOOR_CHECK_NO_DATA;
}

static void say_right(buf *seen, const audit *a, const access_right *way)
{
    static const char *const how[] = {[ACCESS_ALLOWED] = "always",
                                      [ACCESS_CONDITIONAL] = "under a condition",
                                      [ACCESS_ELIGIBLE] = "after activation"};
    buf_printf(seen, "%s: ", how[way->verdict]);
    buf_putstr(seen, intern_text(&a->facts.text, way->via));
    buf_puts(seen, " at ");
    buf_putstr(seen, intern_text(&a->facts.text, way->scope));
}

/* How many rights to the power the principal has besides the strongest. */
static void say_others(buf *seen, const audit *a, const fact *x, power p)
{
    size_t n, others = 0;
    const access_right *all = access_of(&a->access, (uint32_t)(x - a->facts.items), &n);
    for (size_t i = 0; i < n; i++)
        others += all[i].power == p;
    if (others > 1)
        buf_printf(seen, ", and %zu more", others - 1);
}

static spoor_check_status is_not_standing(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    const access_right *way = azure_right(a, x, (power)row->number);
    if (way) {
        say_right(seen, a, way);
        say_others(seen, a, x, (power)row->number);
    }
    if (way && way->verdict == ACCESS_ALLOWED)
        return azure_is_break_glass(a, x) ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
    return is_unclear(a, row, x) ? say_unclear(a, x, seen) : SPOOR_CHECK_PASS;
}

/* ---- rights that nobody uses ----------------------------------------------------------------- */

static bool has_power(const audit *a, const check *row, const fact *x)
{
    return azure_right(a, x, (power)row->number) != NULL;
}

static spoor_check_status is_used(const audit *a, const check *row, const fact *x, buf *seen)
{
    right found;
    if (!rights_of(a, (uint32_t)(x - a->facts.items), (power)row->number, &found)) {
        buf_puts(seen, "nothing is known of its rights");
        return SPOOR_CHECK_NO_DATA;
    }
    if (found.mark == '=') {
        buf_puts(seen, "used ");
        check_say_age(seen, a, found.used->last_ns[found.power]);
        return SPOOR_CHECK_PASS;
    }
    buf_printf(seen, "not used in %lld days of logs", (long long)found.known_days);
    return found.mark == '-' ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

/* ---- grants ---------------------------------------------------------------------------------- */

static bool is_grant_of_grants(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_AZURE_IS_DIRECTORY) && azure_grant_gives(a, x, POWER_GRANT);
}

static spoor_check_status is_below_root(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_root = str_is(facts_get_text(&a->facts, x, ATTR_SCOPE), "/");
    (void)row;
    azure_say_grant(seen, a, x);
    return is_root && !facts_is(&a->facts, x, ATTR_IS_ELIGIBLE) ? SPOOR_CHECK_FAIL
                                                                : SPOOR_CHECK_PASS;
}

static bool is_for_user(const audit *a, const check *row, const fact *x)
{
    const fact *holder = azure_holder(a, x);
    (void)row;
    return holder && holder->kind == FACT_USER && azure_grant_matters(a, x);
}

static spoor_check_status is_no_guest(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value guest = facts_get(&a->facts, azure_holder(a, x), ATTR_IS_GUEST);
    (void)row;
    buf_putstr(seen, facts_name(&a->facts, azure_holder(a, x)));
    buf_puts(seen, " has ");
    azure_say_grant(seen, a, x);
    if (!guest.is_set)
        buf_puts(seen, "; the exports do not say whether it is a guest");
    if (!guest.is_set)
        return SPOOR_CHECK_NO_DATA;
    return guest.flag ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* The whole directory was exported, so what is not in it is gone. */
static bool has_directory(const audit *a)
{
    return a->reading.pages == 0 && check_has_export(a, EXPORT_entra_users) &&
           check_has_export(a, EXPORT_entra_groups) && check_has_export(a, EXPORT_entra_services);
}

static spoor_check_status has_holder(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value gone = facts_get(&a->facts, x, ATTR_IS_DELETED);
    const fact *holder = azure_holder(a, x);
    bool is_there = holder && facts_is(&a->facts, holder, ATTR_AZURE_IN_DIRECTORY);
    (void)row;
    azure_say_grant(seen, a, x);
    if (is_there || (gone.is_set && !gone.flag)) {
        buf_puts(seen, ", to ");
        buf_putstr(seen, holder ? facts_name(&a->facts, holder)
                                : facts_get_text(&a->facts, x, ATTR_HOLDER));
        return SPOOR_CHECK_PASS;
    }
    bool is_known = gone.is_set || has_directory(a);
    buf_puts(seen, is_known ? ", to a principal that the directory does not have: "
                            : ", and the exports do not say whether there still is ");
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_HOLDER));
    return is_known ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status has_enabled_holder(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    const fact *holder = azure_holder(a, x);
    fact_value enabled = facts_get(&a->facts, holder, ATTR_ENABLED);
    (void)row;
    buf_putstr(seen, facts_name(&a->facts, holder));
    if (!enabled.is_set) {
        buf_puts(seen, ": the exports do not say whether the account is enabled");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, enabled.flag ? " is enabled and has " : " is disabled and still has ");
    azure_say_grant(seen, a, x);
    return enabled.flag ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- custom roles ---------------------------------------------------------------------------- */

static bool is_custom(const audit *a, const check *row, const fact *x)
{
    fact_value builtin = facts_get(&a->facts, x, ATTR_IS_BUILTIN);
    (void)row;
    return !facts_is(&a->facts, x, ATTR_AZURE_IS_DIRECTORY) && builtin.is_set && !builtin.flag;
}

/* True when a block of the role has one of the lines of row->value, or allows the action that it
 * names. */
static bool block_fails(const check *row, str block)
{
    str condition;
    azure_actions wanted = (azure_actions)1 << azure_action_find(str_of(row->value));
    if (strcmp(row->value, "*") == 0)
        return text_starts(block, "+*\n") || text_has(block, "\n+*\n");
    return (azure_block_actions(block, &condition) & wanted) && condition.n == 0;
}

static spoor_check_status role_is_narrow(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool fails = false;
    fact_iter it = facts_iter(&a->facts, x, ATTR_AZURE_PERMISSION);
    while (facts_next(&it))
        fails = fails || block_fails(row, it.value.text);
    if (!fails && !facts_is(&a->facts, x, ATTR_READ_WHOLE)) {
        buf_puts(seen, "its permissions could not be read whole");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_printf(seen, fails ? "allows %s" : "does not allow %s", row->value);
    return fails ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* What a count is worth when lists were cut into pages: others may stand on the next one. */
static spoor_check_status say_cut(buf *seen)
{
    buf_puts(seen, "; there are lists of which one page was given");
    return SPOOR_CHECK_NO_DATA;
}

/* ---- subscriptions --------------------------------------------------------------------------- */

static bool is_owner_of(const audit *a, uint32_t principal, str scope)
{
    size_t n;
    const access_right *all = access_of(&a->access, principal, &n);
    for (size_t i = 0; i < n; i++)
        if (all[i].is_admin && all[i].verdict == ACCESS_ALLOWED &&
            all[i].power == POWER_CREATE_INSTANCE &&
            str_eq(intern_text(&a->facts.text, all[i].scope), scope))
            return true;
    return false;
}

/* Owners of one kind; groups whose members are not in the exports make the count uncertain. */
static size_t count_owners(const audit *a, fact_kind kind, str scope, bool *ret_is_open, buf *seen)
{
    uint32_t from, to;
    size_t n = 0;
    facts_range(&a->facts, kind, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (x->provider != PROVIDER_AZURE || !is_owner_of(a, i, scope))
            continue;
        if (kind == FACT_GROUP && facts_is(&a->facts, x, ATTR_AZURE_MEMBERS_LISTED))
            continue;
        *ret_is_open = *ret_is_open || kind == FACT_GROUP;
        if (n++ < 5)
            azure_say_more(seen, facts_name(&a->facts, x));
    }
    return kind == FACT_GROUP ? 0 : n;
}

static spoor_check_status has_few_owners(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_open = false;
    str scope = facts_id(&a->facts, x);
    size_t n = count_owners(a, FACT_USER, scope, &is_open, seen) +
               count_owners(a, FACT_SERVICE, scope, &is_open, seen) +
               count_owners(a, FACT_GRANT, scope, &is_open, seen);
    count_owners(a, FACT_GROUP, scope, &is_open, seen);
    buf_printf(seen, "%s%zu owner%s", seen->n ? ": " : "", n, n == 1 ? "" : "s");
    if ((double)n > row->number)
        return SPOOR_CHECK_FAIL;
    if (is_open)
        buf_puts(seen, ", and a group whose members the exports do not list");
    if (a->reading.pages > 0)
        return say_cut(seen);
    return is_open ? SPOOR_CHECK_NO_DATA : SPOOR_CHECK_PASS;
}

/* ---- services -------------------------------------------------------------------------------- */

/* A subscription or something above it. */
static bool is_wide(str scope)
{
    if (text_starts(scope, "/subscriptions/"))
        return !memchr(scope.p + 15, '/', scope.n - 15);
    return true;
}

static const access_right *wide_right(const audit *a, const fact *x, power p)
{
    size_t n;
    const access_right *all = access_of(&a->access, (uint32_t)(x - a->facts.items), &n);
    for (size_t i = 0; i < n; i++)
        if (all[i].power == p && all[i].verdict == ACCESS_ALLOWED &&
            is_wide(intern_text(&a->facts.text, all[i].scope)))
            return &all[i];
    return NULL;
}

static spoor_check_status is_narrow_service(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    const access_right *wide = wide_right(a, x, (power)row->number);
    const access_right *any = azure_right(a, x, (power)row->number);
    if (wide || any)
        say_right(seen, a, wide ? wide : any);
    if (wide)
        return SPOOR_CHECK_FAIL;
    return is_unclear(a, row, x) ? say_unclear(a, x, seen) : SPOOR_CHECK_PASS;
}

/* ---- the tenant ------------------------------------------------------------------------------ */

static size_t count_administrators(const audit *a, buf *seen)
{
    uint32_t from, to;
    size_t n = 0;
    const entra_role *admin = entra_role_at(0);
    facts_range(&a->facts, FACT_USER, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (!facts_has_text(&a->facts, x, ATTR_AZURE_DIRECTORY_ROLE, str_of(admin->id)))
            continue;
        if (n++ < 5)
            azure_say_more(seen, facts_name(&a->facts, x));
    }
    return n;
}

/* Grants to groups whose members are not listed, or to what nobody describes. */
static bool is_count_open(const audit *a)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_GRANT, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i), *holder = azure_holder(a, x);
        if (!facts_has_text(&a->facts, x, ATTR_GRANTED, str_of(entra_role_at(0)->id)))
            continue;
        if (!holder ||
            (holder->kind == FACT_GROUP && !facts_is(&a->facts, holder, ATTR_AZURE_MEMBERS_LISTED)))
            return true;
    }
    return false;
}

static spoor_check_status has_few_administrators(const audit *a, const check *row, const fact *x,
                                                 buf *seen)
{
    size_t n = count_administrators(a, seen);
    bool is_open = is_count_open(a);
    (void)x;
    buf_printf(seen, "%s%zu Global Administrator%s", seen->n ? ": " : "", n, n == 1 ? "" : "s");
    if ((double)n > check_threshold(a, row->threshold))
        return SPOOR_CHECK_FAIL;
    if (is_open)
        buf_puts(seen, ", and holders of the role whom the exports do not name");
    if (a->reading.pages > 0)
        return say_cut(seen);
    if (is_open)
        return SPOOR_CHECK_NO_DATA;
    return n >= 2 ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define STANDING(id_, title_, power_, level, why_, stops_)                                         \
    {                                                                                              \
        .id = id_, .title = title_, .heading = HEADING_LEAST_PRIVILEGE, .cloud = PROVIDER_AZURE,   \
        .severity = level, .subject = FACT_USER,                                                   \
        .needs_any = {EXPORT_azure_role_assignments, EXPORT_entra_roles},                          \
        .applies = may_have_power, .test = is_not_standing, .number = power_,                      \
        .wanted = "only after activation (PIM) or under a condition", .why = why_,                 \
        .fix = "az role assignment list --all --include-groups --assignee {id} --output table; "   \
               "az role assignment delete --assignee {id} --role ROLE --scope SCOPE",              \
        .references = "", .stops = stops_,                                                         \
    }

/* clang-format off */
static const check rows[] = {
    STANDING("azure-user-standing-create", "Users make machines only with roles that they activate first", POWER_CREATE_INSTANCE, SPOOR_HIGH,
             "Whoever takes over such a user makes machines at once, and nobody is asked.", STOPS(INSTANCE)),
    STANDING("azure-user-standing-snapshot", "Users take snapshots only with roles that they activate first", POWER_CREATE_SNAPSHOT, SPOOR_MEDIUM,
             "A snapshot is how an intruder copies a disk that he then mounts on a machine of his own.", STOPS(SNAPSHOT)),
    STANDING("azure-user-standing-export", "Users export disks and share images only with roles that they activate first", POWER_SHARE, SPOOR_HIGH,
             "An address that opens a disk or snapshot takes the data out of the tenant without any machine.", STOPS(EXFIL)),
    STANDING("azure-user-standing-attach", "Users attach disks only with roles that they activate first", POWER_ATTACH, SPOOR_MEDIUM,
             "Data of a copied disk is read by attaching it to a machine that the intruder made.", STOPS(VOLUME)),
    STANDING("azure-user-standing-identity", "Users give identities to machines only with roles that they activate first", POWER_PASS_ROLE, SPOOR_HIGH,
             "A machine that is given an identity acts with its rights, for the intruder who made the machine.", STOPS(PRIVESC) | STOPS(INSTANCE)),
    STANDING("azure-user-standing-firewall", "Users open networks only with roles that they activate first", POWER_OPEN_FIREWALL, SPOOR_MEDIUM,
             "A new machine becomes reachable for the intruder by a rule that lets him in.", STOPS(NETLOOSEN)),
    STANDING("azure-user-standing-grant", "Users grant rights only with roles that they activate first", POWER_GRANT, SPOOR_CRITICAL,
             "Whoever grants rights gives himself those to make machines, in every subscription below.", STOPS(PRIVESC)),
    STANDING("azure-user-standing-credential", "Users make credentials for others only with roles that they activate first", POWER_NEW_CREDENTIAL, SPOOR_HIGH,
             "A secret added to an application, or a new password, lets an intruder come back as somebody else.", STOPS(IDENTITY)),
    STANDING("azure-user-standing-run", "Users run commands on machines only with roles that they activate first", POWER_RUN_ON_INSTANCE, SPOOR_HIGH,
             "Commands and extensions run as administrator on every machine that is there already.", STOPS(ACCESS)),
    STANDING("azure-user-standing-logging", "Users switch recording off only with roles that they activate first", POWER_STOP_LOGGING, SPOOR_HIGH,
             "Without diagnostic settings nobody sees the machines that are made next.", STOPS(EVASION)),
    {
        .id = "azure-user-unused-create",
        .title = "Users who may make machines do",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_azure_role_assignments, EXPORT_azure_logs},
        .applies = has_power,
        .test = is_used,
        .number = POWER_CREATE_INSTANCE,
        .threshold = THRESHOLD_unused_right_days,
        .wanted = "used within {threshold} days, or taken away",
        .why = "A right that its owner does not need serves only whoever takes over the account.",
        .fix = "az role assignment delete --assignee {id} --role ROLE --scope SCOPE",
        .references = "",
        .stops = STOPS(INSTANCE),
    },
    {
        .id = "azure-service-unused-create",
        .title = "Applications that may make machines do",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_SERVICE,
        .needs = {EXPORT_azure_role_assignments, EXPORT_azure_logs},
        .applies = has_power,
        .test = is_used,
        .number = POWER_CREATE_INSTANCE,
        .threshold = THRESHOLD_unused_right_days,
        .wanted = "used within {threshold} days, or taken away",
        .why = "A leaked secret of an application that never needed the right makes machines all the same.",
        .fix = "az role assignment delete --assignee {id} --role ROLE --scope SCOPE",
        .references = "",
        .stops = STOPS(INSTANCE),
    },
    {
        .id = "azure-service-grant",
        .title = "Applications and identities cannot grant rights in whole subscriptions",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_SERVICE,
        .needs_any = {EXPORT_azure_role_assignments, EXPORT_entra_roles},
        .applies = may_have_power,
        .test = is_narrow_service,
        .number = POWER_GRANT,
        .wanted = "no role such as Owner or User Access Administrator at a subscription or above",
        .why = "A secret in a pipeline then suffices to take the subscription and make machines in it.",
        .fix = "az role assignment list --all --assignee {id} --output table; az role assignment delete --assignee {id} --role ROLE --scope SCOPE",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "azure-service-create",
        .title = "Applications and identities make machines only in resource groups of their own",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_SERVICE,
        .needs = {EXPORT_azure_role_assignments},
        .applies = may_have_power,
        .test = is_narrow_service,
        .number = POWER_CREATE_INSTANCE,
        .wanted = "a role at a resource group, not at a subscription or above",
        .why = "Whoever finds the application's secret makes machines anywhere in the subscription.",
        .fix = "az role assignment create --assignee {id} --role Contributor --scope RESOURCE_GROUP_ID; az role assignment delete --assignee {id} --role Contributor --scope SUBSCRIPTION_ID",
        .references = "",
        .stops = STOPS(INSTANCE),
    },
    {
        .id = "azure-subscription-owners",
        .title = "Subscriptions have at most three owners",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_role_assignments},
        .applies = azure_is_subscription,
        .test = has_few_owners,
        .number = 3,
        .wanted = "at most 3 who own the subscription permanently",
        .why = "Every owner is an account with which an intruder can make machines and hide them.",
        .fix = "az role assignment delete --role Owner --scope {id} --assignee PRINCIPAL",
        .references = "",
        .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "azure-grant-root",
        .title = "Roles that grant rights stand below the root scope",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_GRANT,
        .needs = {EXPORT_azure_role_assignments},
        .applies = is_grant_of_grants,
        .test = is_below_root,
        .wanted = "no permanent assignment at /",
        .why = "At the root scope one account rules all subscriptions of the tenant; a Global Administrator gets there with one call (elevateAccess).",
        .fix = "az role assignment delete --scope / --role 'User Access Administrator' --assignee PRINCIPAL",
        .references = "CIS Azure 4.0 6.3.3",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "azure-grant-guest",
        .title = "Guests have no roles that make machines or grant rights",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_GRANT,
        .needs = {EXPORT_entra_users},
        .needs_any = {EXPORT_azure_role_assignments, EXPORT_entra_roles},
        .applies = is_for_user,
        .test = is_no_guest,
        .wanted = "held by members of the tenant",
        .why = "How a guest signs in, and when the account ends, is decided in another company's directory.",
        .fix = "az role assignment delete --assignee PRINCIPAL --role ROLE --scope SCOPE",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "azure-grant-orphaned",
        .title = "Roles are held by principals that exist",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_GRANT,
        .needs_any = {EXPORT_azure_role_assignments, EXPORT_entra_roles},
        .test = has_holder,
        .wanted = "a principal of the directory",
        .why = "What nobody holds nobody watches, and a deleted account that is restored has its roles again.",
        .fix = "az role assignment list --all --query \"[?principalName=='']\" --output table; az role assignment delete --ids ASSIGNMENT_ID",
        .references = "",
        .stops = 0,
    },
    {
        .id = "azure-grant-disabled",
        .title = "Roles are held by accounts that are enabled",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_GRANT,
        .needs = {EXPORT_entra_users},
        .needs_any = {EXPORT_azure_role_assignments, EXPORT_entra_roles},
        .applies = is_for_user,
        .test = has_enabled_holder,
        .wanted = "an enabled account, or no role",
        .why = "Enabling an old account again is a quieter way to its roles than granting them.",
        .fix = "az role assignment list --all --assignee PRINCIPAL --output table; az role assignment delete --ids ASSIGNMENT_ID",
        .references = "",
        .stops = STOPS(IDENTITY),
    },
    {
        .id = "azure-role-custom-star",
        .title = "Custom roles name what they allow",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ROLE_DEFINITION,
        .needs = {EXPORT_azure_role_definitions},
        .applies = is_custom,
        .test = role_is_narrow,
        .value = "*",
        .wanted = "no action *",
        .why = "A role of one's own that allows everything is Owner under a name that nobody looks for.",
        .fix = "az role definition update --role-definition ROLE.json",
        .references = "CIS Azure 4.0 6.23",
        .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "azure-role-custom-grant",
        .title = "Custom roles do not grant roles",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ROLE_DEFINITION,
        .needs = {EXPORT_azure_role_definitions},
        .applies = is_custom,
        .test = role_is_narrow,
        .value = "Microsoft.Authorization/roleAssignments/write",
        .wanted = "no Microsoft.Authorization/roleAssignments/write without a condition",
        .why = "Its holders give themselves every other role, and with it the right to make machines.",
        .fix = "az role definition update --role-definition ROLE.json",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "entra-global-administrators",
        .title = "The tenant has a few Global Administrators",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_entra_roles},
        .applies = azure_is_tenant,
        .test = has_few_administrators,
        .threshold = THRESHOLD_administrators,
        .wanted = "2 to {threshold} users",
        .why = "Each of them can make himself administrator of every subscription; with only one, nobody is left when that account is taken.",
        .fix = "az rest --method delete --url 'https://graph.microsoft.com/v1.0/roleManagement/directory/roleAssignments/ASSIGNMENT_ID'",
        .references = "CIS Azure 4.0 6.26",
        .stops = STOPS(PRIVESC),
    },
};
/* clang-format on */
const check_table checks_azure_access = {rows, ARRAY_LEN(rows)};
