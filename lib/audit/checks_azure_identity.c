/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_identity.c -- checks: users, guests, applications and secrets of Entra ID:
 * passwords, use, owners
 * and second factors.
 *
 *  (1) Passwords of federated users are checked elsewhere: checks of passwords are not about them.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "base/text.h"
#include "base/time.h"

static spoor_check_status pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- passwords ------------------------------------------------------------------------------- */

static bool has_password_here(const audit *a, const check *row, const fact *x)
{
    return azure_is_employee(a, row, x) && facts_is(&a->facts, x, ATTR_AZURE_IN_DIRECTORY) &&
           !azure_is_federated(a, x);
}

static spoor_check_status is_recently_changed(const audit *a, const check *row, const fact *x,
                                              buf *seen)
{
    buf_puts(seen, "changed ");
    if (facts_get(&a->facts, x, ATTR_PASSWORD_CHANGED).is_set)
        return check_within(a, row, x, seen);
    buf_reset(seen);
    buf_puts(seen, "the exports do not say when it was changed");
    return SPOOR_CHECK_NO_DATA;
}

static bool is_managed_domain(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_IS_FEDERATED);
}

static spoor_check_status domain_expires(const audit *a, const check *row, const fact *x, buf *seen)
{
    enum { FOR_EVER = 2147483647 };
    fact_value days = facts_get(&a->facts, x, ATTR_ENTRA_PASSWORD_DAYS);
    if (!days.is_set) {
        buf_puts(seen, "the exports do not say for how long passwords are valid");
        return SPOOR_CHECK_NO_DATA;
    }
    if (days.number >= FOR_EVER)
        buf_puts(seen, "passwords never expire");
    else
        buf_printf(seen, "passwords are valid for %.15g days", days.number);
    return pass_if(days.number <= check_threshold(a, row->threshold));
}

/* ---- use ------------------------------------------------------------------------------------- */

static bool has_activity(const audit *a)
{
    const fact *tenant = azure_find_tenant(a);
    return tenant && facts_is(&a->facts, tenant, ATTR_ENTRA_HAS_ACTIVITY);
}

static spoor_check_status is_in_use(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (azure_is_break_glass(a, x)) {
        buf_puts(seen, "kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, "signed in ");
    if (facts_get(&a->facts, x, ATTR_LAST_USED).is_set)
        return check_within(a, row, x, seen);
    buf_reset(seen);
    buf_puts(seen, "the exports do not say when it signed in");
    return SPOOR_CHECK_NO_DATA;
}

/* Where sign-ins are told at all, who has none never signed in; others are judged by their last
 * one. */
static bool may_be_unused(const audit *a, const fact *x)
{
    return has_activity(a) && !facts_get(&a->facts, x, ATTR_LAST_USED).is_set;
}

static bool has_used(const audit *a, const check *row, const fact *x)
{
    return azure_is_employee(a, row, x) && facts_is(&a->facts, x, ATTR_AZURE_IN_DIRECTORY) &&
           !may_be_unused(a, x);
}

static bool has_never_used(const audit *a, const check *row, const fact *x)
{
    return azure_is_employee(a, row, x) && facts_is(&a->facts, x, ATTR_AZURE_IN_DIRECTORY) &&
           may_be_unused(a, x);
}

static spoor_check_status is_new(const audit *a, const check *row, const fact *x, buf *seen)
{
    check probe = *row;
    if (azure_is_break_glass(a, x)) {
        buf_puts(seen, "kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    if (!facts_get(&a->facts, x, ATTR_CREATED).is_set) {
        buf_puts(seen, "never signed in; the exports do not say when it was made");
        return SPOOR_CHECK_NO_DATA;
    }
    probe.attr = ATTR_CREATED;
    buf_puts(seen, "never signed in, made ");
    return check_within(a, &probe, x, seen);
}

static spoor_check_status is_guest_in_use(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    return may_be_unused(a, x) ? is_new(a, row, x, seen) : is_in_use(a, row, x, seen);
}

/* ---- applications ---------------------------------------------------------------------------- */

/* Microsoft's own applications and managed identities have no owners. */
static bool is_own_application(const audit *a, const check *row, const fact *x)
{
    static const str microsoft = STR_INIT("f8cdef31-a31e-4b4a-93e4-5f571e91255a");
    str type = facts_get_text(&a->facts, x, ATTR_AZURE_SERVICE_TYPE);
    (void)row;
    return facts_is(&a->facts, x, ATTR_AZURE_IN_DIRECTORY) &&
           !text_eq_nocase(type, STR("ManagedIdentity")) &&
           !str_eq(facts_get_text(&a->facts, x, ATTR_AZURE_APP_TENANT), microsoft);
}

static spoor_check_status has_owner(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_listed = facts_is(&a->facts, x, ATTR_AZURE_OWNERS_LISTED);
    (void)row;
    if (facts_get(&a->facts, x, ATTR_OWNER).is_set) {
        check_say(seen, a, x, ATTR_OWNER);
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, is_listed ? "no owner" : "the exports do not list owners");
    return is_listed ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

static void say_key(buf *seen, const audit *a, const fact *key)
{
    uint32_t at = facts_find(&a->facts, FACT_SERVICE, PROVIDER_AZURE,
                             facts_get_text(&a->facts, key, ATTR_HOLDER));
    buf_putstr(seen, facts_name(&a->facts, key));
    if (at != FACT_NONE) {
        buf_puts(seen, " of ");
        buf_putstr(seen, facts_name(&a->facts, facts_at(&a->facts, at)));
    }
}

static spoor_check_status is_not_expired(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value end = facts_get(&a->facts, x, ATTR_EXPIRES);
    (void)row;
    say_key(seen, a, x);
    if (!end.is_set) {
        buf_puts(seen, ": the exports do not say when it ends");
        return SPOOR_CHECK_NO_DATA;
    }
    bool is_over = end.time_ns < a->now_ns;
    buf_puts(seen, is_over ? " ended " : " ends ");
    check_say_age(seen, a, end.time_ns);
    return pass_if(!is_over);
}

/* row->number: days between its start and its end, at most. */
static spoor_check_status ends_in_time(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value start = facts_get(&a->facts, x, ATTR_ROTATED);
    fact_value end = facts_get(&a->facts, x, ATTR_EXPIRES);
    say_key(seen, a, x);
    if (!start.is_set || !end.is_set) {
        buf_puts(seen, ": the exports do not say from when to when it is valid");
        return SPOOR_CHECK_NO_DATA;
    }
    int64_t days = (end.time_ns - start.time_ns) / TIME_DAY;
    buf_printf(seen, " is valid for %lld days", (long long)days);
    return pass_if((double)days <= row->number);
}

static bool is_valid_now(const audit *a, const check *row, const fact *x)
{
    fact_value end = facts_get(&a->facts, x, ATTR_EXPIRES);
    (void)row;
    return !end.is_set || end.time_ns >= a->now_ns;
}

static spoor_check_status is_renewed(const audit *a, const check *row, const fact *x, buf *seen)
{
    say_key(seen, a, x);
    if (!facts_get(&a->facts, x, ATTR_ROTATED).is_set) {
        buf_puts(seen, ": the exports do not say when it was made");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, " was made ");
    return check_within(a, row, x, seen);
}

/* ---- second factors -------------------------------------------------------------------------- */

static bool may_make_machines(const audit *a, const check *row, const fact *x)
{
    return azure_is_employee(a, row, x) && azure_right(a, x, POWER_CREATE_INSTANCE) != NULL;
}

static bool is_ordinary(const audit *a, const check *row, const fact *x)
{
    return azure_is_employee(a, row, x) && !azure_is_privileged(a, row, x) &&
           !may_make_machines(a, row, x);
}

static spoor_check_status has_factor(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value mfa = facts_get(&a->facts, x, ATTR_HAS_MFA);
    (void)row;
    if (!mfa.is_set)
        buf_puts(seen, "the exports do not say whether it has a second factor");
    else if (!mfa.flag)
        buf_puts(seen, "no second factor is registered");
    else if (facts_get(&a->facts, x, ATTR_MFA_METHOD).is_set)
        check_say(seen, a, x, ATTR_MFA_METHOD);
    else
        buf_puts(seen, "a second factor, of which the exports do not say more");
    return mfa.is_set ? pass_if(mfa.flag) : SPOOR_CHECK_NO_DATA;
}

/* Factors that a false sign-in page cannot take along. */
static bool is_phishing_resistant(str method)
{
    static const char *const methods[] = {"fido2SecurityKey",
                                          "windowsHelloForBusiness",
                                          "passKeyDeviceBound",
                                          "passKeyDeviceBoundAuthenticator",
                                          "passKeyDeviceBoundWindowsHello",
                                          "macOsSecureEnclaveKey"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (text_eq_nocase(method, str_of(methods[i])))
            return true;
    return false;
}

static spoor_check_status has_strong_factor(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    bool is_strong = false;
    fact_iter it = facts_iter(&a->facts, x, ATTR_MFA_METHOD);
    (void)row;
    while (facts_next(&it)) {
        is_strong = is_strong || is_phishing_resistant(it.value.text);
        azure_say_more(seen, it.value.text);
    }
    if (!facts_get(&a->facts, x, ATTR_HAS_MFA).is_set) {
        buf_reset(seen);
        buf_puts(seen, "the exports do not say which factors are registered");
        return SPOOR_CHECK_NO_DATA;
    }
    if (seen->n == 0)
        buf_puts(seen, "none");
    return pass_if(is_strong);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* clang-format off */
static const check rows[] = {
    {
        .id = "entra-domain-password-expiry",
        .title = "Passwords of the tenant's domains expire",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_DOMAIN,
        .needs = {EXPORT_entra_domains},
        .applies = is_managed_domain,
        .test = domain_expires,
        .threshold = THRESHOLD_password_days,
        .wanted = "at most {threshold} days (asked for by M1018; NIST SP 800-63B no longer does)",
        .why = "A password that leaked years ago still signs in and makes machines.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/domains/{id} --body '{\"passwordValidityPeriodInDays\": 90, \"passwordNotificationWindowInDays\": 14}'",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-user-password-expires",
        .title = "No user is exempt from the expiry of passwords",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = has_password_here,
        .test = check_is_true,
        .attr = ATTR_PASSWORD_EXPIRES,
        .wanted = "passwordPolicies without DisablePasswordExpiration",
        .why = "Accounts that are exempt are mostly those of services, with rights to make machines and passwords nobody renews.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/users/{id} --body '{\"passwordPolicies\": \"None\"}'",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-user-password-strong",
        .title = "No user may have a weak password",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = has_password_here,
        .test = check_is_false,
        .attr = ATTR_AZURE_WEAK_PASSWORDS,
        .wanted = "passwordPolicies without DisableStrongPassword",
        .why = "A weak password is guessed, and the guesser makes machines in the user's name.",
        .fix = "az rest --method patch --url https://graph.microsoft.com/v1.0/users/{id} --body '{\"passwordPolicies\": \"None\"}'",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-user-password-age",
        .title = "Users have changed their passwords lately",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = has_password_here,
        .test = is_recently_changed,
        .attr = ATTR_PASSWORD_CHANGED,
        .threshold = THRESHOLD_password_days,
        .wanted = "changed within {threshold} days (asked for by M1018)",
        .why = "Stolen passwords are sold and used for years, unless they are changed.",
        .fix = "az ad user update --id {id} --force-change-password-next-sign-in true",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-user-dormant",
        .title = "Users who can sign in do",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = has_used,
        .test = is_in_use,
        .attr = ATTR_LAST_USED,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "signed in within {threshold} days, or disabled",
        .why = "Nobody notices an intruder who makes machines as a user whom nobody expects to act.",
        .fix = "az ad user update --id {id} --account-enabled false",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-user-never-used",
        .title = "Users who never signed in are new",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = has_never_used,
        .test = is_new,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "made within {threshold} days, or disabled",
        .why = "An account that waits with its first password is taken by whoever guesses that.",
        .fix = "az ad user update --id {id} --account-enabled false",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-guest-dormant",
        .title = "Guests who can sign in do",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .applies = azure_is_guest,
        .test = is_guest_in_use,
        .attr = ATTR_LAST_USED,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "signed in within {threshold} days, or removed",
        .why = "When the guest leaves the other company, nobody here is told; the account still opens the tenant.",
        .fix = "az ad user delete --id {id}",
        .references = "CIS Azure 4.0 6.3.2",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-service-owner",
        .title = "Applications have owners",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_SERVICE,
        .needs_any = {EXPORT_entra_services, EXPORT_entra_applications},
        .applies = is_own_application,
        .test = has_owner,
        .wanted = "at least one owner",
        .why = "Nobody misses an application without an owner when somebody else uses its secrets.",
        .fix = "az ad app owner add --id {id} --owner-object-id OWNER_ID",
        .references = "",
        .stops = 0,
    },
    {
        .id = "entra-secret-expired",
        .title = "Applications keep no secrets that have ended",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_KEY,
        .needs_any = {EXPORT_entra_services, EXPORT_entra_applications},
        .test = is_not_expired,
        .wanted = "removed when it ends",
        .why = "Among old secrets nobody sees the one that an intruder added.",
        .fix = "az ad app credential delete --id APPLICATION --key-id {id}",
        .references = "",
        .stops = 0,
    },
    {
        .id = "entra-secret-lifetime",
        .title = "Secrets of applications end within a year",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_KEY,
        .needs_any = {EXPORT_entra_services, EXPORT_entra_applications},
        .applies = is_valid_now,
        .test = ends_in_time,
        .number = 366,
        .wanted = "valid for at most 366 days",
        .why = "Whoever finds a secret that practically never ends makes machines with it for as long.",
        .fix = "az ad app credential reset --id APPLICATION --years 1",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-secret-age",
        .title = "Secrets of applications are renewed",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_KEY,
        .needs_any = {EXPORT_entra_services, EXPORT_entra_applications},
        .applies = is_valid_now,
        .test = is_renewed,
        .attr = ATTR_ROTATED,
        .threshold = THRESHOLD_key_days,
        .wanted = "made within {threshold} days",
        .why = "Old secrets lie in old scripts, images and repositories, where intruders look for them.",
        .fix = "az ad app credential reset --id APPLICATION",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-administrator-mfa",
        .title = "Administrators have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_registration},
        .needs_any = {EXPORT_entra_roles, EXPORT_azure_role_assignments},
        .applies = azure_is_privileged,
        .test = has_factor,
        .wanted = "a registered second factor",
        .why = "With one stolen password an intruder rules the tenant and every machine in it; and who registers the second factor first, has it.",
        .fix = "az rest --method get --url https://graph.microsoft.com/v1.0/users/{id}/authentication/methods",
        .references = "CIS Azure 4.0 6.1.2",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-administrator-mfa-strong",
        .title = "Administrators have a second factor that cannot be phished",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_registration},
        .needs_any = {EXPORT_entra_roles, EXPORT_azure_role_assignments},
        .applies = azure_is_privileged,
        .test = has_strong_factor,
        .wanted = "a passkey, security key or Windows Hello",
        .why = "Those who made machines in this way before got past codes and prompts by asking for them on the telephone.",
        .fix = "az rest --method get --url https://graph.microsoft.com/v1.0/users/{id}/authentication/methods",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-creator-mfa",
        .title = "Users who may make machines have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_registration, EXPORT_azure_role_assignments},
        .applies = may_make_machines,
        .test = has_factor,
        .wanted = "a registered second factor",
        .why = "A guessed or stolen password of such a user is all it takes to make machines.",
        .fix = "az rest --method get --url https://graph.microsoft.com/v1.0/users/{id}/authentication/methods",
        .references = "CIS Azure 4.0 6.1.2",
        .stops = STOPS(SESSION) | STOPS(INSTANCE),
    },
    {
        .id = "entra-user-mfa",
        .title = "All other users have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_registration},
        .applies = is_ordinary,
        .test = has_factor,
        .wanted = "a registered second factor",
        .why = "From an ordinary account an intruder finds those that may do more.",
        .fix = "az rest --method get --url https://graph.microsoft.com/v1.0/users/{id}/authentication/methods",
        .references = "CIS Azure 4.0 6.1.2",
        .stops = STOPS(SESSION),
    },
    {
        .id = "entra-administrator-synced",
        .title = "Administrators have accounts of the cloud",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_entra_users},
        .needs_any = {EXPORT_entra_roles, EXPORT_azure_role_assignments},
        .applies = azure_is_privileged,
        .test = check_is_false,
        .attr = ATTR_AZURE_SYNCED,
        .wanted = "onPremisesSyncEnabled null or false",
        .why = "An intruder in the office network changes the password there, and is administrator of the cloud.",
        .fix = "az ad user create --user-principal-name ADMIN@TENANT.onmicrosoft.com --display-name ADMIN --password PASSWORD",
        .references = "",
        .stops = STOPS(SESSION) | STOPS(PRIVESC),
    },
};
/* clang-format on */
const check_table checks_azure_identity = {rows, ARRAY_LEN(rows)};
