/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_dormant.c -- checks: users, keys and roles of AWS that nobody uses or owns, and
 * second factors of those who sign in.
 */
#include "audit/audit.h"
#include "fact/aws_words.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam.h"
#include "base/text.h"

/* ---- dormant --------------------------------------------------------------------------------- */

static bool is_active(const audit *a, const check *row, const fact *x)
{
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    (void)row;
    return !enabled.is_set || enabled.flag;
}

static bool is_not_service_linked(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_IS_SERVICE_LINKED);
}

static spoor_check_status is_in_use(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
    fact_value keys = facts_get(&a->facts, x, ATTR_ACTIVE_KEYS);
    if (password.is_set && !password.flag && keys.is_set && keys.number == 0) {
        buf_puts(seen, "neither password nor active key");
        return SPOOR_CHECK_PASS;
    }
    return aws_test_use(a, row, x, seen);
}

static spoor_check_status is_password_used(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    fact_value used = facts_get(&a->facts, x, ATTR_PASSWORD_USED);
    fact_value changed = facts_get(&a->facts, x, ATTR_PASSWORD_CHANGED);
    if (aws_is_break_glass(a, x)) {
        buf_puts(seen, "kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    if (!used.is_set && !facts_is(&a->facts, x, ATTR_PASSWORD_UNUSED)) {
        buf_puts(seen, "the exports do not say when it was used");
        return SPOOR_CHECK_NO_DATA;
    }
    check probe = *row;
    probe.attr = used.is_set ? ATTR_PASSWORD_USED : ATTR_PASSWORD_CHANGED;
    buf_puts(seen, used.is_set ? "used " : "never used, set ");
    return used.is_set || changed.is_set ? check_within(a, &probe, x, seen) : SPOOR_CHECK_NO_DATA;
}

/* ---- orphaned -------------------------------------------------------------------------------- */

static spoor_check_status has_owner(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_owned = facts_get(&a->facts, x, ATTR_OWNER).is_set;
    (void)row;
    if (is_owned) {
        check_say(seen, a, x, ATTR_OWNER);
        return SPOOR_CHECK_PASS;
    }
    bool is_read = facts_is(&a->facts, x, ATTR_TAGS_READ);
    buf_puts(seen, is_read ? "no tag names an owner" : "the exports do not show its tags");
    return is_read ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

/* ---- root ------------------------------------------------------------------------------------ */

static bool has_no_password(const audit *a, const fact *x, buf *seen)
{
    fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
    if (!password.is_set || password.flag)
        return false;
    buf_puts(seen, "root has no password");
    return true;
}

static spoor_check_status root_has_mfa(const audit *a, const check *row, const fact *x, buf *seen)
{
    return has_no_password(a, x, seen) ? SPOOR_CHECK_PASS : check_is_true(a, row, x, seen);
}

static bool virtual_mfa_is_read(const audit *a, const fact *root)
{
    str account = facts_account(&a->facts, root);
    uint32_t at = facts_find(&a->facts, FACT_ACCOUNT, PROVIDER_AWS, account.n ? account : STR("?"));
    return at != FACT_NONE && facts_is(&a->facts, facts_at(&a->facts, at), ATTR_VIRTUAL_MFA_READ);
}

static spoor_check_status root_has_hardware(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    fact_value mfa = facts_get(&a->facts, x, ATTR_HAS_MFA);
    (void)row;
    if (has_no_password(a, x, seen))
        return SPOOR_CHECK_PASS;
    if (mfa.is_set && !mfa.flag) {
        buf_puts(seen, "no second factor");
        return SPOOR_CHECK_FAIL;
    }
    if (facts_has_text(&a->facts, x, ATTR_MFA_METHOD, STR("virtual"))) {
        buf_puts(seen, "a virtual second factor");
        return SPOOR_CHECK_FAIL;
    }
    bool is_known = mfa.is_set && virtual_mfa_is_read(a, x);
    buf_puts(seen, is_known ? "a second factor that is not virtual"
                            : "the exports do not say what its second factor is");
    return is_known ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* Root was not used for as long as the row's number of days. */
static spoor_check_status root_is_unused(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value used = facts_get(&a->facts, x, ATTR_LAST_USED);
    if (used.is_set) {
        buf_puts(seen, "used ");
        check_say_age(seen, a, used.time_ns);
        return (double)check_age_days(a, used.time_ns) >= row->number ? SPOOR_CHECK_PASS
                                                                      : SPOOR_CHECK_FAIL;
    }
    bool is_never = facts_is(&a->facts, x, ATTR_NEVER_USED);
    buf_puts(seen, is_never ? "never used" : "the exports do not say when it was used");
    return is_never ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* ---- second factors -------------------------------------------------------------------------- */

static bool is_for_mfa_user(const audit *a, const check *row, const fact *x)
{
    fact_value mfa = facts_get(&a->facts, x, ATTR_HAS_MFA);
    (void)row;
    return mfa.is_set && mfa.flag;
}

/* One strong factor does not help when a weak one opens, too. */
static spoor_check_status has_no_sms(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    check_say(seen, a, x, ATTR_MFA_METHOD);
    if (!facts_get(&a->facts, x, ATTR_MFA_METHOD).is_set)
        return SPOOR_CHECK_NO_DATA;
    return facts_has_text(&a->facts, x, ATTR_MFA_METHOD, STR("sms")) ? SPOOR_CHECK_FAIL
                                                                     : SPOOR_CHECK_PASS;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const check rows[] = {
    {
        .id = "aws-user-dormant",
        .title = "Users who can sign in do",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_user,
        .test = is_in_use,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "used within {threshold} days, or no credentials",
        .why = "Nobody notices an intruder who makes instances as a user that nobody uses.",
        .fix =
            "aws iam delete-login-profile --user-name {name}; aws iam list-access-keys --user-name "
            "{name} --query 'AccessKeyMetadata[].AccessKeyId' --output text | xargs -rn1 aws iam "
            "update-access-key --user-name {name} --status Inactive --access-key-id",
        .references = "CIS AWS 6.0 2.11; FSBP IAM.8; Security Hub IAM.22",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-password-dormant",
        .title = "Passwords for the console are used",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_console_user,
        .test = is_password_used,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "used within {threshold} days",
        .why = "A password that its owner forgot is a way in that nobody watches.",
        .fix = "aws iam delete-login-profile --user-name {name}",
        .references = "CIS AWS 6.0 2.11; FSBP IAM.8; Security Hub IAM.22",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-key-dormant",
        .title = "Access keys that work are used",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_KEY,
        .needs = {EXPORT_aws_credential_report},
        .applies = is_active,
        .test = aws_test_use,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "used within {threshold} days, or inactive",
        .why = "A forgotten key in an old script or repository is how intruders come to make "
               "instances.",
        .fix = "aws iam list-access-keys --user-name {holder}; aws iam update-access-key "
               "--user-name {holder} --status Inactive --access-key-id KEY",
        .references = "CIS AWS 6.0 2.11; FSBP IAM.8; Security Hub IAM.22",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-key-age",
        .title = "Access keys are renewed",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_KEY,
        .needs_any = {EXPORT_aws_credential_report, EXPORT_aws_access_keys},
        .applies = is_active,
        .test = check_within,
        .attr = ATTR_ROTATED,
        .threshold = THRESHOLD_key_days,
        .wanted = "made within {threshold} days",
        .why = "A key that leaked years ago still makes instances today.",
        .fix = "aws iam list-access-keys --user-name {holder}; aws iam update-access-key "
               "--user-name {holder} --status Inactive --access-key-id KEY",
        .references = "CIS AWS 6.0 2.13; FSBP IAM.3",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-one-key",
        .title = "Users have one active access key",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_user,
        .test = check_at_most,
        .attr = ATTR_ACTIVE_KEYS,
        .number = 1,
        .wanted = "at most one active key",
        .why = "A second key is where an intruder keeps a way back in: nobody misses it.",
        .fix = "aws iam list-access-keys --user-name {name}",
        .references = "CIS AWS 6.0 2.12",
        .stops = STOPS(IDENTITY),
    },
    {
        .id = "aws-role-dormant",
        .title = "Roles are used",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_ROLE,
        .needs_any = {EXPORT_aws_authorization, EXPORT_aws_roles},
        .applies = is_not_service_linked,
        .test = aws_test_use,
        .threshold = THRESHOLD_dormant_days,
        .wanted = "used within {threshold} days",
        .why =
            "A role that nobody uses is one more that an intruder can take on to make instances.",
        .fix = "aws iam delete-role --role-name {name}",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-owner",
        .title = "Users have an owner",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs_any = {EXPORT_aws_authorization, EXPORT_aws_users},
        .applies = aws_is_for_user,
        .test = has_owner,
        .wanted = "a tag Owner, Contact or Team",
        .why = "Nobody takes away what nobody answers for, and an intruder keeps it.",
        .fix = "aws iam tag-user --user-name {name} --tags Key=Owner,Value=OWNER",
        .references = "",
    },
    {
        .id = "aws-root-key",
        .title = "Root has no access key",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_USER,
        .needs_any = {EXPORT_aws_credential_report, EXPORT_aws_account_summary},
        .applies = aws_is_for_root,
        .test = check_at_most,
        .attr = ATTR_ACTIVE_KEYS,
        .number = 0,
        .wanted = "no key",
        .why = "A key of root takes the whole account, and no policy bounds it.",
        .fix = "aws iam list-access-keys; aws iam delete-access-key --access-key-id KEY # as root",
        .references = "CIS AWS 6.0 2.3; FSBP IAM.4",
        .stops = STOPS(SESSION) | STOPS(PRIVESC),
    },
    {
        .id = "aws-root-unused",
        .title = "Root is not used",
        .heading = HEADING_INTERACTIVE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_root,
        .test = root_is_unused,
        .number = 30,
        .wanted = "not used for 30 days",
        .why = "Where root is used every day, an intruder's use of it does not stand out.",
        .fix = "aws iam enable-organizations-root-credentials-management",
        .references = "CIS AWS 6.0 2.6; Security Hub IAM.20",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-root-mfa",
        .title = "Root has a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_USER,
        .needs_any = {EXPORT_aws_credential_report, EXPORT_aws_account_summary},
        .applies = aws_is_for_root,
        .test = root_has_mfa,
        .attr = ATTR_HAS_MFA,
        .wanted = "a second factor, or no password",
        .why = "Root's password alone takes the whole account.",
        .fix = "aws iam enable-mfa-device --user-name root --serial-number SERIAL "
               "--authentication-code1 CODE --authentication-code2 CODE",
        .references = "CIS AWS 6.0 2.4; Security Hub IAM.9",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-root-hardware-mfa",
        .title = "Root's second factor is hardware",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_virtual_mfa},
        .needs_any = {EXPORT_aws_credential_report, EXPORT_aws_account_summary},
        .applies = aws_is_for_root,
        .test = root_has_hardware,
        .wanted = "a security key or device",
        .why = "What a phone shows is phished together with the password.",
        .fix = "aws iam enable-mfa-device --user-name root --serial-number SERIAL "
               "--authentication-code1 CODE --authentication-code2 CODE",
        .references = "CIS AWS 6.0 2.5; FSBP IAM.6",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-mfa",
        .title = "Users who sign in to the console have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_console_user,
        .test = check_is_true,
        .attr = ATTR_HAS_MFA,
        .wanted = "a second factor",
        .why = "A password that was guessed, bought or phished is enough to make instances.",
        .fix = "aws iam enable-mfa-device --user-name {name} --serial-number SERIAL "
               "--authentication-code1 CODE --authentication-code2 CODE",
        .references = "CIS AWS 6.0 2.9; FSBP IAM.5",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-mfa-sms",
        .title = "No second factor comes by text message",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs_any = {EXPORT_aws_mfa_devices},
        .applies = is_for_mfa_user,
        .test = has_no_sms,
        .wanted = "an authenticator, a security key or a device",
        .why = "Text messages are read by whoever takes over the telephone number.",
        .fix = "aws iam deactivate-mfa-device --user-name {name} --serial-number SERIAL",
        .references = "",
        .stops = STOPS(SESSION),
    },
};

const check_table checks_aws_iam_dormant = {rows, ARRAY_LEN(rows)};
