/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_sign_in.c -- checks: what the tenant demands at sign-in, and what it lets users
 * and guests do.
 *
 *  (1) A policy counts when it is enabled (reporting is not enforcing), was read whole, and holds
 *      without
 *      further conditions. Whom it excludes is another check's matter, but a role that it
 *      excludes is not
 *      covered.
 *  (2) Security defaults demand a second factor of administrators and for Azure's management, and
 *      block
 *      legacy authentication: where they are on, policies for these are not needed.
 */
#include "audit/audit.h"
#include "access/azure_role.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "base/text.h"

#define MANAGEMENT "797f4846-ba00-4fd7-ba43-dac1f8f63013" /* Windows Azure Service Management API */

static spoor_check_status pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- policies -------------------------------------------------------------------------------- */

typedef struct policy {
    const facts *f;
    const fact *x;
} policy;

static bool has(policy p, attr a, const char *value)
{
    return facts_has_text(p.f, p.x, a, str_of(value));
}

static bool has_any(policy p, attr a)
{
    return facts_get(p.f, p.x, a).is_set;
}

static bool is_in_force(policy p)
{
    return !facts_is(p.f, p.x, ATTR_CA_IS_LOCATION) && has(p, ATTR_STATE, "enabled") &&
           facts_is(p.f, p.x, ATTR_READ_WHOLE);
}

/* Every value of a list is one of these, '|' between them, and there is one. */
static bool has_only(policy p, attr a, const char *values)
{
    fact_iter it = facts_iter(p.f, p.x, a);
    size_t n = 0;
    while (facts_next(&it)) {
        bool is_one = false;
        str rest = str_of(values), word;
        while (text_next(&rest, '|', &word))
            is_one = is_one || text_eq_nocase(word, it.value.text);
        if (!is_one)
            return false;
        n++;
    }
    return n > 0;
}

static bool is_for_all_users(policy p)
{
    return has(p, ATTR_CA_USER, "all");
}

static bool is_for_role(policy p, const char *role)
{
    return !has(p, ATTR_CA_NOT_ROLE, role) && (is_for_all_users(p) || has(p, ATTR_CA_ROLE, role));
}

static bool is_for_app(policy p, const char *app)
{
    return !has(p, ATTR_CA_NOT_APP, app) &&
           (has(p, ATTR_CA_APP, "all") || has(p, ATTR_CA_APP, app));
}

static bool is_for_modern_clients(policy p)
{
    bool has_both =
        has(p, ATTR_CA_CLIENT, "browser") && has(p, ATTR_CA_CLIENT, "mobileAppsAndDesktopClients");
    return !has_any(p, ATTR_CA_CLIENT) || has(p, ATTR_CA_CLIENT, "all") || has_both;
}

/* One of the demands suffices when all of them are to be met, else each must be such. */
static bool demands(policy p, const char *acceptable)
{
    str rest = str_of(acceptable), word;
    if (!facts_is(p.f, p.x, ATTR_CA_DEMANDS_ALL))
        return has_only(p, ATTR_CA_DEMAND, acceptable);
    while (text_next(&rest, '|', &word))
        if (facts_has_text(p.f, p.x, ATTR_CA_DEMAND, word))
            return true;
    return false;
}

static bool is_strong(policy p)
{
    return demands(p, "strength|block") &&
           (has(p, ATTR_CA_DEMAND, "block") ||
            has_only(p, ATTR_CA_STRENGTH,
                     "fido2|windowsHelloForBusiness|x509CertificateMultiFactor"));
}

/* ---- wishes ---------------------------------------------------------------------------------- */

typedef enum wish {
    WISH_MFA_ADMINS,
    WISH_STRONG_ADMINS,
    WISH_PLACE_ADMINS,
    WISH_MFA_MANAGEMENT,
    WISH_MFA_PORTALS,
    WISH_MFA_ALL,
    WISH_MFA_RISK,
    WISH_NO_LEGACY,
    WISH_NO_DEVICE_CODE,
} wish;

static bool asks_mfa(policy p)
{
    return demands(p, "mfa|strength|block") && is_for_modern_clients(p);
}

/* From devices that are managed, or blocked from everywhere but named locations. */
static bool asks_place(policy p)
{
    bool is_device =
        !has_any(p, ATTR_CA_NARROWED) && demands(p, "compliantDevice|domainJoinedDevice|block");
    bool is_fence = has_only(p, ATTR_CA_NARROWED, "locations") && demands(p, "block") &&
                    has(p, ATTR_CA_LOCATION, "all") && has_any(p, ATTR_CA_NOT_LOCATION);
    return is_device || is_fence;
}

static bool blocks_legacy(policy p)
{
    return demands(p, "block") && has(p, ATTR_CA_CLIENT, "exchangeActiveSync") &&
           has(p, ATTR_CA_CLIENT, "other");
}

static bool blocks_device_code(policy p)
{
    return has_only(p, ATTR_CA_NARROWED, "ways of signing in") &&
           has(p, ATTR_CA_FLOW, "deviceCodeFlow") && demands(p, "block");
}

/* All applications; some may be spared, but not those by which machines are made. */
static bool is_for_all_apps(policy p)
{
    return is_for_app(p, "all") && is_for_app(p, MANAGEMENT) &&
           is_for_app(p, "MicrosoftAdminPortals") && !has_any(p, ATTR_CA_ACTION);
}

/* Does the policy grant the wish, whomever it is for? */
static bool grants(policy p, wish w)
{
    bool is_plain = !has_any(p, ATTR_CA_NARROWED), is_all = is_for_all_apps(p);
    switch (w) {
    case WISH_MFA_ADMINS:
    case WISH_MFA_ALL:
        return is_plain && is_all && asks_mfa(p);
    case WISH_STRONG_ADMINS:
        return is_plain && is_all && is_strong(p);
    case WISH_PLACE_ADMINS:
        return is_all && asks_place(p);
    case WISH_MFA_MANAGEMENT:
        return is_plain && is_for_app(p, MANAGEMENT) && asks_mfa(p);
    case WISH_MFA_PORTALS:
        return is_plain && is_for_app(p, "MicrosoftAdminPortals") && asks_mfa(p);
    case WISH_MFA_RISK:
        return has_only(p, ATTR_CA_NARROWED, "sign-in risk") && is_all && asks_mfa(p);
    case WISH_NO_LEGACY:
        return is_plain && is_all && blocks_legacy(p);
    case WISH_NO_DEVICE_CODE:
        return is_all && blocks_device_code(p);
    }
    return false;
}

static bool defaults_grant(wish w)
{
    return w == WISH_MFA_ADMINS || w == WISH_MFA_MANAGEMENT || w == WISH_MFA_PORTALS ||
           w == WISH_NO_LEGACY;
}

/* The first policy in force that grants the wish to this role, or to all users (role NULL). */
static const fact *find_policy(const audit *a, wish w, const char *role)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_SIGN_IN_POLICY, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        policy p = {&a->facts, facts_at(&a->facts, i)};
        bool is_meant = role ? is_for_role(p, role) : is_for_all_users(p);
        if (p.x->provider == PROVIDER_AZURE && is_in_force(p) && is_meant && grants(p, w))
            return p.x;
    }
    return NULL;
}

/* A policy that could not be read whole, or whose state is not told, may be the one. */
static bool has_doubt(const audit *a)
{
    uint32_t from, to;
    facts_range(&a->facts, FACT_SIGN_IN_POLICY, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        policy p = {&a->facts, facts_at(&a->facts, i)};
        bool is_whole = facts_is(p.f, p.x, ATTR_READ_WHOLE) && has_any(p, ATTR_STATE);
        if (!facts_is(p.f, p.x, ATTR_CA_IS_LOCATION) && !is_whole)
            return true;
    }
    return !check_has_export(a, EXPORT_entra_sign_in_policies);
}

static spoor_check_status fail_or_doubt(const audit *a, const fact *tenant, wish w, buf *seen)
{
    fact_value defaults = facts_get(&a->facts, tenant, ATTR_ENTRA_DEFAULTS);
    if (has_doubt(a)) {
        buf_puts(seen, "; not all policies are in the exports, or could be read");
        return SPOOR_CHECK_NO_DATA;
    }
    if (defaults_grant(w) && !defaults.is_set) {
        buf_puts(seen, "; the exports do not say whether security defaults are on");
        return SPOOR_CHECK_NO_DATA;
    }
    return SPOOR_CHECK_FAIL;
}

static bool defaults_suffice(const audit *a, const fact *tenant, wish w, buf *seen)
{
    if (!defaults_grant(w) || !facts_is(&a->facts, tenant, ATTR_ENTRA_DEFAULTS))
        return false;
    buf_puts(seen, "security defaults are on");
    return true;
}

static spoor_check_status holds_for_all(const audit *a, const check *row, const fact *x, buf *seen)
{
    wish w = (wish)row->number;
    const fact *found = find_policy(a, w, NULL);
    if (defaults_suffice(a, x, w, seen))
        return SPOOR_CHECK_PASS;
    if (found) {
        buf_puts(seen, "policy ");
        buf_putstr(seen, facts_name(&a->facts, found));
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, "no policy in force for all users");
    return fail_or_doubt(a, x, w, seen);
}

/* Each administrative role by some policy. */
static spoor_check_status holds_for_admins(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    wish w = (wish)row->number;
    size_t n = 0;
    if (defaults_suffice(a, x, w, seen))
        return SPOOR_CHECK_PASS;
    for (size_t i = 0; i < entra_role_count(); i++) {
        const entra_role *role = entra_role_at(i);
        if (!find_policy(a, w, role->id) && n++ < 3)
            azure_say_more(seen, str_of(role->name));
    }
    if (n == 0) {
        buf_puts(seen, "policies in force for all administrative roles");
        return SPOOR_CHECK_PASS;
    }
    buf_printf(seen, n > 3 ? " and %zu more roles are not covered" : " not covered", n - 3);
    return fail_or_doubt(a, x, w, seen);
}

/* ---- single policies ------------------------------------------------------------------------- */

static bool is_policy(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_CA_IS_LOCATION);
}

static bool is_guarding_policy(const audit *a, const check *row, const fact *x)
{
    policy p = {&a->facts, x};
    return is_policy(a, row, x) && has(p, ATTR_STATE, "enabled") &&
           (has(p, ATTR_CA_DEMAND, "mfa") || has(p, ATTR_CA_DEMAND, "strength") ||
            has(p, ATTR_CA_DEMAND, "block"));
}

/* Members of a group, nested ones left out; false: the exports do not list them. */
static bool count_members(const audit *a, str group, size_t *n)
{
    uint32_t from, to, at = facts_find(&a->facts, FACT_GROUP, PROVIDER_AZURE, group);
    if (at == FACT_NONE || !facts_is(&a->facts, facts_at(&a->facts, at), ATTR_AZURE_MEMBERS_LISTED))
        return false;
    facts_range(&a->facts, FACT_USER, &from, &to);
    for (uint32_t i = from; i < to; i++)
        *n += facts_has_text(&a->facts, facts_at(&a->facts, i), ATTR_GROUP, group);
    return true;
}

enum { NAMES_SHOWN = 3 };

/* The first of those that a list names, by name where the exports have one. */
static size_t say_spared(const audit *a, const fact *x, attr list, fact_kind kind, buf *names)
{
    size_t n = 0;
    fact_iter it = facts_iter(&a->facts, x, list);
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, kind, PROVIDER_AZURE, it.value.text);
        if (n++ < NAMES_SHOWN)
            azure_say_more(names, at == FACT_NONE ? it.value.text
                                                  : facts_name(&a->facts, facts_at(&a->facts, at)));
    }
    return n;
}

/* Members of the groups that a policy spares; ret_unknown: groups whose members are not known. */
static size_t count_spared_members(const audit *a, const fact *x, size_t *ret_unknown)
{
    size_t n = 0, unknown = 0;
    fact_iter it = facts_iter(&a->facts, x, ATTR_CA_NOT_GROUP);
    while (facts_next(&it))
        unknown += !count_members(a, it.value.text, &n);
    *ret_unknown = unknown;
    return n;
}

/* Users, and members of groups, that a policy spares; row->number: how many it may. */
static spoor_check_status spares_few(const audit *a, const check *row, const fact *x, buf *seen)
{
    size_t unknown;
    CLEANUP(buf_done) buf names = {0};
    size_t n = say_spared(a, x, ATTR_CA_NOT_USER, FACT_USER, &names) +
               count_spared_members(a, x, &unknown);
    say_spared(a, x, ATTR_CA_NOT_GROUP, FACT_GROUP, &names);
    bool has_role = say_spared(a, x, ATTR_CA_NOT_ROLE, FACT_ROLE_DEFINITION, &names) > 0;
    bool has_guests = facts_has_text(&a->facts, x, ATTR_CA_NOT_USER, STR("GuestsOrExternalUsers"));
    buf_printf(seen, "spares %zu user%s", n, n == 1 ? "" : "s");
    if (unknown > 0)
        buf_printf(seen, " and %zu group%s whose members the exports do not list", unknown,
                   unknown == 1 ? "" : "s");
    buf_puts(seen, has_role ? " and all who have a role" : "");
    buf_puts(seen, names.n ? ": " : "");
    buf_putstr(seen, buf_str(&names));
    seen->failed = seen->failed || names.failed;
    if ((double)n > row->number || has_role || has_guests)
        return SPOOR_CHECK_FAIL;
    return unknown > 0 ? SPOOR_CHECK_NO_DATA : SPOOR_CHECK_PASS;
}

static spoor_check_status is_not_report_only(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    bool is_report = text_eq_nocase(state, STR("enabledForReportingButNotEnforced"));
    (void)row;
    check_say(seen, a, x, ATTR_STATE);
    return state.n > 0 ? pass_if(!is_report) : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status has_trusted_location(const audit *a, const check *row, const fact *x,
                                               buf *seen)
{
    uint32_t from, to;
    bool is_unclear = false;
    (void)row;
    (void)x;
    facts_range(&a->facts, FACT_SIGN_IN_POLICY, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *place = facts_at(&a->facts, i);
        if (facts_is(&a->facts, place, ATTR_CA_IS_TRUSTED))
            azure_say_more(seen, facts_name(&a->facts, place));
        bool is_place = facts_is(&a->facts, place, ATTR_CA_IS_LOCATION);
        is_unclear = is_unclear || (is_place && facts_get(&a->facts, place, ATTR_CA_IS_BAD).is_set);
    }
    if (seen->n > 0)
        return SPOOR_CHECK_PASS;
    buf_puts(seen, is_unclear ? "a location could not be read" : "no trusted location");
    return is_unclear ? SPOOR_CHECK_NO_DATA : SPOOR_CHECK_FAIL;
}

/* ---- the tenant's settings ------------------------------------------------------------------- */

/* What Entra ID does when nothing is set. */
static spoor_check_status judge_lockout(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_duration = row->attr == ATTR_ENTRA_LOCKOUT_SECONDS;
    fact_value v = facts_get(&a->facts, x, row->attr);
    double wanted = check_threshold(a, row->threshold) * (is_duration ? 60 : 1);
    bool is_default = !v.is_set && !facts_is(&a->facts, x, ATTR_ENTRA_PASSWORD_RULES);
    double number = v.is_set ? v.number : is_duration ? 60 : 10;
    if (!v.is_set && !is_default) {
        buf_puts(seen, "the password rules do not say it, or could not be read");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_printf(seen, is_duration ? "%.15g seconds" : "after %.15g failed sign-ins", number);
    buf_puts(seen, is_default ? " (nothing is set: the default)" : "");
    return pass_if(is_duration ? number >= wanted : number <= wanted && number > 0);
}

static spoor_check_status bans_words(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value on = facts_get(&a->facts, x, ATTR_ENTRA_BANS_WORDS);
    fact_value words = facts_get(&a->facts, x, ATTR_ENTRA_BANNED_WORDS);
    (void)row;
    if (!facts_is(&a->facts, x, ATTR_ENTRA_PASSWORD_RULES)) {
        buf_puts(seen, "no list of the tenant's own (nothing is set: the default)");
        return SPOOR_CHECK_FAIL;
    }
    if (!on.is_set || !words.is_set) {
        buf_puts(seen, "the password rules do not say it, or could not be read");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_printf(seen, "%s, %.15g words", on.flag ? "on" : "off", words.number);
    return pass_if(on.flag && words.number > 0);
}

static spoor_check_status has_no_weak_method(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    static const char *const weak[] = {"Sms", "Voice"};
    bool is_read = facts_is(&a->facts, x, ATTR_ENTRA_METHODS_READ);
    (void)row;
    for (size_t i = 0; i < ARRAY_LEN(weak); i++)
        if (facts_has_text(&a->facts, x, ATTR_ENTRA_METHOD, str_of(weak[i])))
            azure_say_more(seen, str_of(weak[i]));
    if (seen->n > 0) {
        buf_puts(seen, " enabled");
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, is_read ? "neither SMS nor calls" : "the methods could not be read");
    return is_read ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* The policies that say what users may let applications do; the one for low risks is Microsoft's
 * advice. */
static spoor_check_status users_consent_little(const audit *a, const check *row, const fact *x,
                                               buf *seen)
{
    fact_iter it = facts_iter(&a->facts, x, ATTR_ENTRA_CONSENT);
    bool is_read = facts_is(&a->facts, x, ATTR_ENTRA_CONSENT_READ);
    (void)row;
    while (facts_next(&it)) {
        bool is_for_self = text_starts_nocase(it.value.text, "managePermissionGrantsForSelf.");
        if (is_for_self && !text_ends_nocase(it.value.text, ".microsoft-user-default-low"))
            azure_say_more(seen, it.value.text);
    }
    if (seen->n > 0)
        return SPOOR_CHECK_FAIL;
    buf_puts(seen, is_read ? "none, or for low risks only" : "the policies could not be read");
    return is_read ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define CA_FIX                                                                                     \
    "az rest --method post --url "                                                                 \
    "https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies --body @POLICY.json"

#define WISH(id_, title_, heading_, level, wish_, test_, wanted_, why_, references_)               \
    {                                                                                              \
        .id = id_, .title = title_, .heading = heading_, .cloud = PROVIDER_AZURE,                  \
        .severity = level, .subject = FACT_ACCOUNT,                                                \
        .needs_any = {EXPORT_entra_sign_in_policies, EXPORT_entra_defaults},                       \
        .applies = azure_is_tenant, .test = test_, .number = wish_, .wanted = wanted_,             \
        .why = why_, .fix = CA_FIX, .references = references_, .stops = STOPS(SESSION),            \
    }

#define TENANT(id_, title_, heading_, level, export_, test_, attr_, value_, wanted_, why_, fix_,   \
               references_, stops_)                                                                \
    {                                                                                              \
        .id = id_, .title = title_, .heading = heading_, .cloud = PROVIDER_AZURE,                  \
        .severity = level, .subject = FACT_ACCOUNT, .needs = {export_},                            \
        .applies = azure_is_tenant, .test = test_, .attr = attr_, .value = value_,                 \
        .wanted = wanted_, .why = why_, .fix = fix_, .references = references_, .stops = stops_,   \
    }

#define AUTHORIZATION_FIX(what)                                                                    \
    "az rest --method patch --url https://graph.microsoft.com/v1.0/policies/authorizationPolicy "  \
    "--body '" what "'"

/* clang-format off */
static const check rows[] = {
    WISH("entra-policy-mfa-administrators", "A policy demands a second factor of administrators", HEADING_MFA, SPOOR_CRITICAL, WISH_MFA_ADMINS, holds_for_admins,
         "an enabled policy for all administrative roles and applications, or security defaults",
         "A registered factor that nobody asks for stops nobody.", ""),
    WISH("entra-policy-mfa-management", "A policy demands a second factor for the management of Azure", HEADING_MFA, SPOOR_CRITICAL, WISH_MFA_MANAGEMENT, holds_for_all,
         "an enabled policy for all users and the Windows Azure Service Management API, or security defaults",
         "Machines are made through this interface: without a second factor a password suffices.", "CIS Azure 4.0 6.2.6"),
    WISH("entra-policy-mfa-portals", "A policy demands a second factor for the administrative portals", HEADING_MFA, SPOOR_HIGH, WISH_MFA_PORTALS, holds_for_all,
         "an enabled policy for all users and Microsoft Admin Portals, or security defaults",
         "The portals show an intruder whom to take over next.", "CIS Azure 4.0 6.2.7"),
    WISH("entra-policy-mfa-users", "A policy demands a second factor of all users", HEADING_MFA, SPOOR_HIGH, WISH_MFA_ALL, holds_for_all,
         "an enabled policy for all users and applications",
         "Any account without one is a way in.", "CIS Azure 4.0 6.2.4"),
    WISH("entra-policy-mfa-risk", "A policy demands a second factor when a sign-in is risky", HEADING_MFA, SPOOR_MEDIUM, WISH_MFA_RISK, holds_for_all,
         "an enabled policy for all users, all applications and risky sign-ins",
         "Sign-ins from places where nobody of the company is are how stolen sessions show.", "CIS Azure 4.0 6.2.5"),
    WISH("entra-policy-mfa-strong", "A policy demands of administrators a factor that cannot be phished", HEADING_MFA, SPOOR_HIGH, WISH_STRONG_ADMINS, holds_for_admins,
         "an enabled policy with a phishing-resistant strength of authentication for all administrative roles",
         "Codes and prompts are asked for on the telephone, by those who then make machines.", ""),
    WISH("entra-policy-legacy", "A policy blocks legacy authentication", HEADING_MFA, SPOOR_HIGH, WISH_NO_LEGACY, holds_for_all,
         "an enabled policy that blocks Exchange ActiveSync and other clients for all users, or security defaults",
         "Old protocols know no second factor: passwords are guessed there.", ""),
    WISH("entra-policy-device-code", "A policy blocks signing in by device code", HEADING_INTERACTIVE, SPOOR_MEDIUM, WISH_NO_DEVICE_CODE, holds_for_all,
         "an enabled policy that blocks the device code flow for all users",
         "The victim types the intruder's code, and the intruder has a session with second factor.", "CIS Azure 4.0 6.2.3"),
    WISH("entra-policy-administrator-place", "Administrators sign in only from managed devices or named places", HEADING_INTERACTIVE, SPOOR_HIGH, WISH_PLACE_ADMINS, holds_for_admins,
         "an enabled policy for all administrative roles that demands a managed device, or blocks all but named locations",
         "A stolen session or password is of no use on the intruder's own computer.", ""),
    {
        .id = "entra-policy-exclusions",
        .title = "Policies spare at most two accounts",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_SIGN_IN_POLICY,
        .needs = {EXPORT_entra_sign_in_policies},
        .applies = is_guarding_policy,
        .test = spares_few,
        .number = 2,
        .wanted = "at most two accounts for emergencies, and no role",
        .why = "An intruder looks for the accounts that a policy spares, or puts his own among them.",
        .fix = "az rest --method get --url https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies/{id} --query conditions.users",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-policy-report-only",
        .title = "Policies are enforced, not only reported",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_SIGN_IN_POLICY,
        .needs = {EXPORT_entra_sign_in_policies},
        .applies = is_policy,
        .test = is_not_report_only,
        .attr = ATTR_STATE,
        .wanted = "enabled, or disabled",
        .why = "A policy that only reports lets everybody in, and its list looks as if it did not.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies/{id} --body '{\"state\": \"enabled\"}'",
        .references = "",
        .stops = STOPS(SESSION),
    },
    TENANT("entra-trusted-location", "Trusted locations are named", HEADING_INTERACTIVE, SPOOR_LOW, EXPORT_entra_locations, has_trusted_location, ATTR_CA_IS_TRUSTED, NULL,
           "at least one trusted named location", "Without named places no policy can say from where administrators may come.",
           "az rest --method post --url https://graph.microsoft.com/v1.0/identity/conditionalAccess/namedLocations --body @LOCATION.json", "CIS Azure 4.0 6.2.1", STOPS(SESSION)),
    {
        .id = "entra-lockout-threshold",
        .title = "Accounts are locked after a few failed sign-ins",
        .heading = HEADING_LOCKOUT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_entra_password_rules},
        .applies = azure_is_tenant,
        .test = judge_lockout,
        .attr = ATTR_ENTRA_LOCKOUT_AFTER,
        .threshold = THRESHOLD_lockout_attempts,
        .wanted = "after at most {threshold} (M1018; CIS asks for 10)",
        .why = "The more guesses a password allows, the sooner somebody else signs in with it.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/groupSettings/SETTING_ID --body '{\"values\": [{\"name\": \"LockoutThreshold\", \"value\": \"5\"}]}'",
        .references = "CIS Azure 4.0 6.6",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-lockout-duration",
        .title = "Locked accounts stay locked for a while",
        .heading = HEADING_LOCKOUT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_entra_password_rules},
        .applies = azure_is_tenant,
        .test = judge_lockout,
        .attr = ATTR_ENTRA_LOCKOUT_SECONDS,
        .threshold = THRESHOLD_lockout_minutes,
        .wanted = "for at least {threshold} minutes (M1018; CIS asks for 60 seconds)",
        .why = "After a minute the guessing goes on; after a quarter of an hour it is not worth while.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/groupSettings/SETTING_ID --body '{\"values\": [{\"name\": \"LockoutDurationInSeconds\", \"value\": \"900\"}]}'",
        .references = "CIS Azure 4.0 6.7",
        .stops = STOPS(SESSION),
    },
    TENANT("entra-banned-passwords", "Words of the company are refused in passwords", HEADING_PASSWORDS, SPOOR_LOW, EXPORT_entra_password_rules, bans_words, ATTR_ENTRA_BANS_WORDS, NULL,
           "a list of the tenant's own, enforced", "The company's name with a year is what is guessed first.",
           "az rest --method patch --url https://graph.microsoft.com/v1.0/groupSettings/SETTING_ID --body '{\"values\": [{\"name\": \"EnableBannedPasswordCheck\", \"value\": \"true\"}]}'", "CIS Azure 4.0 6.8", STOPS(SESSION)),
    TENANT("entra-methods-telephone", "Second factors do not come by telephone", HEADING_MFA, SPOOR_MEDIUM, EXPORT_entra_methods, has_no_weak_method, ATTR_ENTRA_METHOD, NULL,
           "Sms and Voice disabled", "Telephone numbers are moved to another card by a call to the provider: it is how some of those who make such machines got in.",
           "az rest --method patch --url https://graph.microsoft.com/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Sms --body '{\"@odata.type\": \"#microsoft.graph.smsAuthenticationMethodConfiguration\", \"state\": \"disabled\"}'", "", STOPS(SESSION)),
    TENANT("entra-users-create-applications", "Users cannot register applications", HEADING_PERMISSION, SPOOR_MEDIUM, EXPORT_entra_authorization, check_is_false, ATTR_ENTRA_CREATE_APPS, NULL,
           "allowedToCreateApps false", "An application of his own is the credential that stays with an intruder when the user's is changed.",
           AUTHORIZATION_FIX("{\"defaultUserRolePermissions\": {\"allowedToCreateApps\": false}}"), "CIS Azure 4.0 6.14", STOPS(IDENTITY)),
    TENANT("entra-users-consent", "Users cannot let any application act for them", HEADING_PERMISSION, SPOOR_MEDIUM, EXPORT_entra_authorization, users_consent_little, ATTR_ENTRA_CONSENT, NULL,
           "no consent by users, or only for permissions of low risk", "An intruder's application that a user said yes to keeps its access when the user's password is changed.",
           AUTHORIZATION_FIX("{\"defaultUserRolePermissions\": {\"permissionGrantPoliciesAssigned\": [\"ManagePermissionGrantsForSelf.microsoft-user-default-low\"]}}"), "CIS Azure 4.0 6.13", STOPS(IDENTITY)),
    TENANT("entra-users-create-tenants", "Users cannot create tenants", HEADING_PERMISSION, SPOOR_LOW, EXPORT_entra_authorization, check_is_false, ATTR_ENTRA_CREATE_TENANTS, NULL,
           "allowedToCreateTenants false", "Whoever makes a tenant rules it, and moves subscriptions and machines where nobody looks.",
           AUTHORIZATION_FIX("{\"defaultUserRolePermissions\": {\"allowedToCreateTenants\": false}}"), "CIS Azure 4.0 6.4", STOPS(EVASION)),
    TENANT("entra-guest-role", "Guests see only themselves in the directory", HEADING_PERMISSION, SPOOR_MEDIUM, EXPORT_entra_authorization, check_is, ATTR_ENTRA_GUEST_ROLE, "restricted",
           "restricted", "A guest who reads the directory knows whom to attack.",
           AUTHORIZATION_FIX("{\"guestUserRoleId\": \"2af84b1e-32c8-42b7-82bc-daa82404023b\"}"), "CIS Azure 4.0 6.15", STOPS(DISCOVERY)),
    TENANT("entra-guest-invites", "Only administrators invite guests", HEADING_PERMISSION, SPOOR_MEDIUM, EXPORT_entra_authorization, check_is, ATTR_ENTRA_INVITES, "adminsAndGuestInviters|none",
           "adminsAndGuestInviters or none", "By an invitation an intruder makes himself an account that outlives the one he stole.",
           AUTHORIZATION_FIX("{\"allowInvitesFrom\": \"adminsAndGuestInviters\"}"), "CIS Azure 4.0 6.16", STOPS(IDENTITY)),
};
/* clang-format on */
const check_table checks_azure_sign_in = {rows, ARRAY_LEN(rows)};
