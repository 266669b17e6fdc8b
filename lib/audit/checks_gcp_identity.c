/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_gcp_identity.c -- members, keys and users of Google Cloud: who is outside, gone or
 * asleep, and how people sign in.
 *
 *  (1) Google keeps passwords, second steps and users in the directory (Cloud Identity,
 *      Workspace): checks of these need its exports.
 *  (2) Google locks no account after failed sign-ins, and has no setting for it. What can be
 *      checked is whether somebody else checks the password.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/gcp_place.h"
#include "access/gcp_role.h"
#include "audit/gcp_tests.h"
#include "base/text.h"

/* ---- members --------------------------------------------------------------------------------- */

static void say_grant(const audit *a, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    buf_putstr(seen, facts_get_text(f, x, ATTR_HOLDER));
    buf_puts(seen, " has ");
    buf_putstr(seen, facts_get_text(f, x, ATTR_GRANTED));
    buf_puts(seen, " on ");
    buf_putstr(seen, facts_get_text(f, x, ATTR_SCOPE));
}

static spoor_check_status member_is_somebody(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    (void)row;
    say_grant(a, x, seen);
    return gcp_pass_if(!gcp_is_public(facts_get_text(&a->facts, x, ATTR_HOLDER)));
}

static spoor_check_status member_exists(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    say_grant(a, x, seen);
    return gcp_pass_if(!facts_is(&a->facts, x, ATTR_IS_DELETED));
}

/* Members with a domain of their own: people, groups, whole domains. */
static bool has_domain(const audit *a, const check *row, const fact *x)
{
    str who = facts_get_text(&a->facts, x, ATTR_HOLDER);
    (void)row;
    return gcp_member_domain(who).n > 0 && !text_ends(who, ".gserviceaccount.com") &&
           !text_starts(who, "deleted:") && !text_has(who, "://");
}

static bool is_consumer(str domain)
{
    return text_eq_nocase(domain, STR("gmail.com")) ||
           text_eq_nocase(domain, STR("googlemail.com"));
}

static spoor_check_status member_is_inside(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    str domain = gcp_member_domain(facts_get_text(&a->facts, x, ATTR_HOLDER));
    (void)row;
    say_grant(a, x, seen);
    if (is_consumer(domain))
        return SPOOR_CHECK_FAIL;
    if (!gcp_knows_domains(&a->facts))
        return gcp_no_data(seen, "; the organization's domain is not in the exports");
    return gcp_pass_if(gcp_is_own_domain(&a->facts, domain));
}

static spoor_check_status grant_holds(const audit *a, const check *row, const fact *x, buf *seen)
{
    int64_t until;
    str condition = facts_get_text(&a->facts, x, ATTR_CONDITION);
    (void)row;
    say_grant(a, x, seen);
    if (condition.n > 0) {
        buf_puts(seen, " if ");
        buf_putstr(seen, condition);
    }
    return gcp_pass_if(gcp_condition_at(condition, a->now_ns, &until) != GCP_CONDITION_PAST);
}

static bool gives_power(const audit *a, const check *row, const fact *x)
{
    str role = facts_get_text(&a->facts, x, ATTR_GRANTED);
    (void)row;
    return gcp_role_predefined(role) != 0 || gcp_role_is_custom(role);
}

static spoor_check_status scope_is_narrow(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    (void)row;
    say_grant(a, x, seen);
    return gcp_pass_if(!text_starts(facts_get_text(&a->facts, x, ATTR_SCOPE), "organizations/"));
}

/* ---- users ----------------------------------------------------------------------------------- */

static bool holds_roles(const audit *a, const check *row, const fact *x)
{
    str domain = gcp_member_domain(facts_id(&a->facts, x));
    return gcp_is_person(a, row, x) && facts_get(&a->facts, x, ATTR_GCP_HELD).is_set &&
           gcp_is_own_domain(&a->facts, domain);
}

static spoor_check_status is_active_user(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    bool is_listed = gcp_is_in_directory(a, row, x) || enabled.is_set;
    if (!is_listed) {
        buf_puts(seen, "not in the directory");
        return SPOOR_CHECK_FAIL;
    }
    if (!enabled.is_set)
        return gcp_no_data(seen, "the directory does not say whether it is suspended");
    buf_puts(seen, enabled.flag ? "active" : "suspended; holds ");
    if (!enabled.flag)
        check_say(seen, a, x, ATTR_GCP_HELD);
    return gcp_pass_if(enabled.flag);
}

/* ---- second steps ---------------------------------------------------------------------------- */

static bool is_admin(const audit *a, const check *row, const fact *x)
{
    bool may_grant = access_find(&a->access, gcp_index(a, x), POWER_GRANT) != NULL;
    return gcp_is_in_directory(a, row, x) &&
           (facts_is(&a->facts, x, ATTR_GCP_IS_ADMIN) || may_grant ||
            access_is_admin(&a->access, gcp_index(a, x)));
}

static bool is_creator(const audit *a, const check *row, const fact *x)
{
    bool may_create = access_find(&a->access, gcp_index(a, x), POWER_CREATE_INSTANCE) != NULL;
    return gcp_is_in_directory(a, row, x) && may_create && !is_admin(a, row, x);
}

static bool is_other_user(const audit *a, const check *row, const fact *x)
{
    return gcp_is_in_directory(a, row, x) && !is_admin(a, row, x) && !is_creator(a, row, x);
}

static bool is_setting(const audit *a, const fact *x, const char *setting)
{
    return str_is(facts_get_text(&a->facts, x, ATTR_GCP_SETTING), setting);
}

static bool is_factor_policy(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return is_setting(a, x, "security.two_step_verification_enforcement_factor");
}

/* ---- passwords ------------------------------------------------------------------------------- */

static bool is_password_policy(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return is_setting(a, x, "security.password");
}

static spoor_check_status passwords_expire(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    fact_value days = facts_get(&a->facts, x, ATTR_GCP_EXPIRY_DAYS);
    if (days.is_set && days.number == 0) {
        buf_puts(seen, "never");
        return SPOOR_CHECK_FAIL;
    }
    return check_at_most(a, row, x, seen);
}

/* ---- lockout --------------------------------------------------------------------------------- */

/* Whether other identity providers check sign-ins: how many assignments say so, and how many say
 * nothing. */
static void count_sso(const audit *a, size_t *ret_on, size_t *ret_unknown, buf *seen)
{
    uint32_t from, to;
    *ret_on = *ret_unknown = 0;
    facts_range(&a->facts, FACT_SIGN_IN_POLICY, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        str mode = facts_get_text(&a->facts, x, ATTR_STATE);
        if (x->provider != PROVIDER_GCP || !is_setting(a, x, "sso"))
            continue;
        *ret_unknown += mode.n == 0;
        bool is_on = text_ends(mode, "_SSO") || str_is(mode, "SAML_SSO");
        if (is_on && (*ret_on)++ == 0)
            buf_putstr(seen, mode);
    }
}

static spoor_check_status others_check_sign_ins(const audit *a, const check *row, const fact *x,
                                                buf *seen)
{
    size_t on, unknown;
    (void)row;
    (void)x;
    count_sso(a, &on, &unknown, seen);
    if (on > 0)
        return SPOOR_CHECK_PASS;
    if (unknown > 0)
        return gcp_no_data(seen, "an assignment does not say how users sign in");
    buf_puts(seen,
             "users sign in with a password that Google checks; Google locks no account after "
             "failed sign-ins");
    return SPOOR_CHECK_FAIL;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define GCP .cloud = PROVIDER_GCP
#define POLICIES GCP, .needs_any = {EXPORT_gcp_iam_policy, EXPORT_gcp_iam_search}
#define GRANTS POLICIES, .subject = FACT_GRANT
#define REMOVE                                                                                     \
    "gcloud projects remove-iam-policy-binding {account} --member MEMBER --role ROLE # {id}"
#define KEYS GCP, .subject = FACT_KEY, .needs = {EXPORT_gcp_keys}
#define KEY_ID "gcloud iam service-accounts keys delete KEY --iam-account ACCOUNT # {id}"
#define USERS GCP, .subject = FACT_USER, .needs = {EXPORT_gcp_users}
#define PASSWORDS                                                                                  \
    GCP, .heading = HEADING_PASSWORDS, .subject = FACT_SIGN_IN_POLICY,                             \
         .needs = {EXPORT_gcp_identity_policies}, .applies = is_password_policy
#define CONSOLE "https://admin.google.com/ac/security/passwordmanagement # {id}"

/* clang-format off */
static const check rows[] = {
    {
        .id = "gcp-grant-public", .title = "Nothing is granted to everybody", .heading = HEADING_PERMISSION, GRANTS,
        .severity = SPOOR_CRITICAL, .test = member_is_somebody,
        .wanted = "neither allUsers nor allAuthenticatedUsers",
        .why = "Anybody with a Google account, or without one, has the role.",
        .fix = REMOVE, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-grant-outsider", .title = "Roles are held by members of the organization's domains", .heading = HEADING_PERMISSION, GRANTS,
        .severity = SPOOR_HIGH, .applies = has_domain, .test = member_is_inside,
        .wanted = "a member of a domain of the organization",
        .why = "An account outside keeps its rights whatever the directory does, and is a usual way back in.",
        .fix = REMOVE, .references = "CIS GCP 4.0 1.1", .stops = STOPS(SESSION) | STOPS(PRIVESC),
    },
    {
        .id = "gcp-grant-member-exists", .title = "Members of bindings exist", .heading = HEADING_DORMANT, GRANTS,
        .severity = SPOOR_LOW, .test = member_exists,
        .wanted = "no member that is deleted",
        .why = "What is granted to nobody is not looked at by anybody; an undeleted account has it again.",
        .fix = REMOVE, .references = "",
    },
    {
        .id = "gcp-grant-over", .title = "Grants whose time is over are removed", .heading = HEADING_DORMANT, GRANTS,
        .severity = SPOOR_LOW, .test = grant_holds,
        .wanted = "no condition that cannot hold any more",
        .why = "What was granted for a while hides among what holds, and one changed date brings it back.",
        .fix = REMOVE, .references = "",
    },
    {
        .id = "gcp-grant-narrow", .title = "Powers over machines are not granted on the whole organization", .heading = HEADING_LEAST_PRIVILEGE, GRANTS,
        .severity = SPOOR_MEDIUM, .applies = gives_power, .test = scope_is_narrow,
        .wanted = "a grant on a folder, a project or less",
        .why = "One stolen account makes machines in every project, in regions and accounts that nobody watches.",
        .fix = "gcloud organizations remove-iam-policy-binding ORGANIZATION --member MEMBER --role ROLE # {id}",
        .references = "", .stops = STOPS(INSTANCE),
    },
    {
        .id = "gcp-sa-used", .title = "Service accounts are in use", .heading = HEADING_DORMANT, GCP, .subject = FACT_SERVICE,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_gcp_activity}, .applies = gcp_is_own_account, .test = gcp_test_used,
        .attr = ATTR_CREATED, .threshold = THRESHOLD_dormant_days, .wanted = "used in the last {threshold} days",
        .why = "Nobody would notice when an intruder uses it.",
        .fix = "gcloud iam service-accounts disable {id}", .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-key-used", .title = "Keys of service accounts are in use", .heading = HEADING_DORMANT, GCP, .subject = FACT_KEY, .needs = {EXPORT_gcp_keys, EXPORT_gcp_key_activity},
        .severity = SPOOR_MEDIUM, .applies = gcp_is_user_key, .test = gcp_test_used,
        .attr = ATTR_ROTATED, .threshold = THRESHOLD_dormant_days, .wanted = "used in the last {threshold} days",
        .why = "A key that lies somewhere unused is found by an intruder before anybody misses it.",
        .fix = KEY_ID, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-user-active", .title = "Users who can sign in do sign in", .heading = HEADING_DORMANT, USERS,
        .severity = SPOOR_MEDIUM, .applies = gcp_is_in_directory, .test = gcp_test_used,
        .attr = ATTR_CREATED, .threshold = THRESHOLD_dormant_days, .wanted = "a sign-in in the last {threshold} days",
        .why = "Nobody would notice when an intruder signs in instead.",
        .fix = "https://admin.google.com/ac/users # suspend {id}", .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-user-in-directory", .title = "Users who hold roles are active in the directory", .heading = HEADING_DORMANT, USERS,
        .severity = SPOOR_MEDIUM, .applies = holds_roles, .test = is_active_user,
        .wanted = "an active user of the directory",
        .why = "Rights of people who left wait for whoever brings their account back.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member user:{id} --role ROLE", .references = "",
    },
    {
        .id = "gcp-key-managed", .title = "Service accounts have no keys that people keep", .heading = HEADING_LEAST_PRIVILEGE, KEYS,
        .severity = SPOOR_MEDIUM, .test = check_is_not, .attr = ATTR_GCP_KEY_TYPE, .value = "USER_MANAGED",
        .wanted = "keys that Google manages",
        .why = "A key in a file works from anywhere, without a password and without a second step.",
        .fix = KEY_ID, .references = "CIS GCP 4.0 1.4", .stops = STOPS(SESSION) | STOPS(IDENTITY),
    },
    {
        .id = "gcp-key-age", .title = "Keys of service accounts are renewed", .heading = HEADING_PASSWORDS, KEYS,
        .severity = SPOOR_MEDIUM, .applies = gcp_is_user_key, .test = check_within,
        .attr = ATTR_ROTATED, .threshold = THRESHOLD_key_days, .wanted = "not older than {threshold} days",
        .why = "The older a key, the more copies of it lie about for an intruder to find.",
        .fix = "gcloud iam service-accounts keys create KEY.json --iam-account ACCOUNT # then: gcloud iam service-accounts keys delete {id}",
        .references = "CIS GCP 4.0 1.7", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-key-ends", .title = "Keys of service accounts end by themselves", .heading = HEADING_PASSWORDS, KEYS,
        .severity = SPOOR_LOW, .applies = gcp_is_user_key, .test = check_is_true, .attr = ATTR_GCP_ENDS,
        .wanted = "a date after which the key does not work",
        .why = "A key without an end outlives whoever made it, and an intrusion, too.",
        .fix = "gcloud resource-manager org-policies allow constraints/iam.serviceAccountKeyExpiryHours 2160h --project {account}",
        .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-admin-2sv", .title = "Administrators have a second step", .heading = HEADING_MFA, USERS,
        .severity = SPOOR_CRITICAL, .applies = is_admin, .test = check_is_true, .attr = ATTR_HAS_MFA,
        .wanted = "enrolled in 2-Step Verification",
        .why = "One guessed or phished password takes the organization.",
        .fix = "https://admin.google.com/ac/security/2sv # enforce for {id}",
        .references = "CIS GCP 4.0 1.2", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-creator-2sv", .title = "Users who may create instances have a second step", .heading = HEADING_MFA, USERS,
        .severity = SPOOR_HIGH, .applies = is_creator, .test = check_is_true, .attr = ATTR_HAS_MFA,
        .wanted = "enrolled in 2-Step Verification",
        .why = "One guessed or phished password makes machines.",
        .fix = "https://admin.google.com/ac/security/2sv # enforce for {id}",
        .references = "CIS GCP 4.0 1.2", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-user-2sv", .title = "All other users have a second step", .heading = HEADING_MFA, USERS,
        .severity = SPOOR_MEDIUM, .applies = is_other_user, .test = check_is_true, .attr = ATTR_HAS_MFA,
        .wanted = "enrolled in 2-Step Verification",
        .why = "One guessed or phished password opens the console, from where an intruder looks around.",
        .fix = "https://admin.google.com/ac/security/2sv # enforce for {id}",
        .references = "CIS GCP 4.0 1.2", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-user-2sv-enforced", .title = "A second step is demanded, not only offered", .heading = HEADING_MFA, USERS,
        .severity = SPOOR_MEDIUM, .applies = gcp_is_in_directory, .test = check_is_true, .attr = ATTR_GCP_2SV_ENFORCED,
        .wanted = "2-Step Verification is enforced",
        .why = "An intruder with the password turns off what nobody demands.",
        .fix = "https://admin.google.com/ac/security/2sv # enforce for {id}",
        .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-2sv-factor", .title = "Second steps by text message or call are not allowed", .heading = HEADING_MFA, GCP, .subject = FACT_SIGN_IN_POLICY,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_gcp_identity_policies}, .applies = is_factor_policy, .test = check_is_not, .attr = ATTR_MFA_METHOD, .value = "ALL",
        .wanted = "NO_TELEPHONY, or passkeys only",
        .why = "Whoever talks a telephone company into a new SIM card signs in.",
        .fix = "https://admin.google.com/ac/security/2sv # {id}",
        .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-password-length", .title = "Passwords must be long", PASSWORDS,
        .severity = SPOOR_MEDIUM, .test = check_at_least, .attr = ATTR_GCP_MIN_LENGTH, .threshold = THRESHOLD_password_length,
        .wanted = "at least {threshold} characters",
        .why = "Short passwords are guessed.", .fix = CONSOLE, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-password-strength", .title = "Passwords must be strong", PASSWORDS,
        .severity = SPOOR_MEDIUM, .test = check_is, .attr = ATTR_GCP_STRENGTH, .value = "STRONG",
        .wanted = "STRONG",
        .why = "Weak passwords are guessed.", .fix = CONSOLE, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-password-reuse", .title = "Old passwords are not used again", PASSWORDS,
        .severity = SPOOR_LOW, .test = check_is_false, .attr = ATTR_GCP_ALLOW_REUSE,
        .wanted = "reuse is not allowed",
        .why = "A password that leaked once opens the account again.", .fix = CONSOLE, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-password-expiry", .title = "Passwords must be changed", PASSWORDS,
        .severity = SPOOR_LOW, .test = passwords_expire, .attr = ATTR_GCP_EXPIRY_DAYS, .threshold = THRESHOLD_password_days,
        .wanted = "after {threshold} days at the latest",
        .why = "A password that leaked works for as long as nobody changes it.", .fix = CONSOLE, .references = "", .stops = STOPS(SESSION),
    },
    {
        .id = "gcp-lockout", .title = "Sign-ins are checked by an identity provider that can lock accounts out", .heading = HEADING_LOCKOUT, GCP, .subject = FACT_ACCOUNT,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_gcp_sso, EXPORT_gcp_organizations}, .applies = gcp_is_organization, .test = others_check_sign_ins,
        .wanted = "single sign-on with lockout after 5 failures for 15 minutes; else an alert on failures in the login audit log",
        .why = "Whoever may guess for ever gets in at last.",
        .fix = "https://admin.google.com/ac/security/sso # and alert on failed sign-ins: spoor audit EXPORTS --logs PATH",
        .references = "", .stops = STOPS(SESSION),
    },
};
/* clang-format on */

const check_table checks_gcp_identity = {rows, ARRAY_LEN(rows)};
