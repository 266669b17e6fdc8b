/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_password.c -- checks: passwords of AWS accounts and users, lockout, interactive
 * sign-ins.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam.h"
#include "base/text.h"

/* ---- the password policy --------------------------------------------------------------------- */

static bool says_none(const audit *a, const fact *x, buf *seen)
{
    fact_value v = facts_get(&a->facts, x, ATTR_HAS_PASSWORD_POLICY);
    if (!v.is_set || v.flag)
        return false;
    buf_puts(seen, "there is no password policy");
    return true;
}

static spoor_check_status demands(const audit *a, const check *row, const fact *x, buf *seen)
{
    return says_none(a, x, seen) ? SPOOR_CHECK_FAIL : check_is_true(a, row, x, seen);
}

static spoor_check_status demands_number(const audit *a, const check *row, const fact *x, buf *seen)
{
    return says_none(a, x, seen) ? SPOOR_CHECK_FAIL : check_at_least(a, row, x, seen);
}

static spoor_check_status expires(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value days = facts_get(&a->facts, x, ATTR_PASSWORD_DAYS);
    if (says_none(a, x, seen))
        return SPOOR_CHECK_FAIL;
    if (days.is_set && days.number == 0) {
        buf_puts(seen, "passwords never expire");
        return SPOOR_CHECK_FAIL;
    }
    return check_at_most(a, row, x, seen);
}

/* ---- lockout --------------------------------------------------------------------------------- */

/* Console users of an account, those for emergencies left out; users of whom it is not known. */
static void count_console_users(const audit *a, const fact *account, size_t *ret_n,
                                size_t *ret_unknown)
{
    uint32_t from, to;
    *ret_n = *ret_unknown = 0;
    facts_range(&a->facts, FACT_USER, &from, &to);
    for (uint32_t at = from; at < to; at++) {
        const fact *x = facts_at(&a->facts, at);
        bool is_ours = x->provider == PROVIDER_AWS && x->account == account->account &&
                       !facts_is(&a->facts, x, ATTR_IS_ROOT) && !aws_is_break_glass(a, x);
        fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
        *ret_n += is_ours && password.flag;
        *ret_unknown += is_ours && !password.is_set;
    }
}

static spoor_check_status has_lockout(const audit *a, const check *row, const fact *x, buf *seen)
{
    size_t n, unknown;
    (void)row;
    count_console_users(a, x, &n, &unknown);
    if (n > 0) {
        buf_printf(seen, "%zu user%s with a password that IAM never locks", n, n == 1 ? "" : "s");
        return SPOOR_CHECK_FAIL;
    }
    if (unknown > 0) {
        buf_printf(seen, "the exports do not say of %zu user%s whether there is a password",
                   unknown, unknown == 1 ? "" : "s");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, "no user has a password");
    return SPOOR_CHECK_PASS;
}

/* ---- interactive sign-ins -------------------------------------------------------------------- */

static bool is_for_key_user(const audit *a, const check *row, const fact *x)
{
    fact_value keys = facts_get(&a->facts, x, ATTR_ACTIVE_KEYS);
    return aws_is_for_user(a, row, x) && (!keys.is_set || keys.number > 0);
}

/* A user that works by key and never signed in is no person. */
static spoor_check_status has_one_way_in(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
    fact_value keys = facts_get(&a->facts, x, ATTR_ACTIVE_KEYS);
    (void)row;
    if (!password.is_set || !keys.is_set) {
        buf_puts(seen, "the exports do not say whether there is a password beside keys");
        return SPOOR_CHECK_NO_DATA;
    }
    if (!password.flag) {
        buf_puts(seen, "no password");
        return SPOOR_CHECK_PASS;
    }
    bool is_used = facts_get(&a->facts, x, ATTR_PASSWORD_USED).is_set;
    buf_puts(seen, is_used ? "a person who signs in and has keys, too"
                           : "has keys, and a password that was never used");
    return is_used ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

static spoor_check_status is_federated(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
    if (aws_is_break_glass(a, x)) {
        buf_puts(seen, "kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    if (!password.is_set) {
        buf_puts(seen, "the exports do not say whether there is a password");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen,
             password.flag ? "signs in to the console with a password of IAM" : "has no password");
    return password.flag ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define POLICY_ROW                                                                                 \
    .heading = HEADING_PASSWORDS, .cloud = PROVIDER_AWS, .subject = FACT_ACCOUNT,                  \
    .needs = {EXPORT_aws_password_policy}, .applies = aws_is_for_account, .stops = STOPS(SESSION)

#define STRONG_PASSWORD                                                                            \
    "aws iam update-account-password-policy --minimum-password-length 14 "                         \
    "--require-uppercase-characters --require-lowercase-characters --require-numbers "             \
    "--require-symbols --max-password-age 90 --password-reuse-prevention 24 "                      \
    "--allow-users-to-change-password"

static const check rows[] = {
    {
        .id = "aws-password-length",
        .title = "Passwords are long",
        POLICY_ROW,
        .severity = SPOOR_MEDIUM,
        .test = demands_number,
        .attr = ATTR_PASSWORD_LENGTH,
        .threshold = THRESHOLD_password_length,
        .wanted = "at least {threshold} characters",
        .why = "A short password is guessed, and whoever guesses it makes instances as its owner.",
        .fix = STRONG_PASSWORD,
        .references = "CIS AWS 6.0 2.7; FSBP IAM.7; Security Hub IAM.15",
    },
    {
        .id = "aws-password-upper",
        .title = "Passwords hold a capital letter",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = demands,
        .attr = ATTR_PASSWORD_UPPER,
        .wanted = "RequireUppercaseCharacters true",
        .why = "A password of few kinds of characters is guessed sooner.",
        .fix = STRONG_PASSWORD,
        .references = "FSBP IAM.7; Security Hub IAM.11",
    },
    {
        .id = "aws-password-lower",
        .title = "Passwords hold a small letter",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = demands,
        .attr = ATTR_PASSWORD_LOWER,
        .wanted = "RequireLowercaseCharacters true",
        .why = "A password of few kinds of characters is guessed sooner.",
        .fix = STRONG_PASSWORD,
        .references = "FSBP IAM.7; Security Hub IAM.12",
    },
    {
        .id = "aws-password-digit",
        .title = "Passwords hold a digit",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = demands,
        .attr = ATTR_PASSWORD_DIGIT,
        .wanted = "RequireNumbers true",
        .why = "A password of few kinds of characters is guessed sooner.",
        .fix = STRONG_PASSWORD,
        .references = "FSBP IAM.7; Security Hub IAM.14",
    },
    {
        .id = "aws-password-symbol",
        .title = "Passwords hold a symbol",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = demands,
        .attr = ATTR_PASSWORD_SYMBOL,
        .wanted = "RequireSymbols true",
        .why = "A password of few kinds of characters is guessed sooner.",
        .fix = STRONG_PASSWORD,
        .references = "FSBP IAM.7; Security Hub IAM.13",
    },
    {
        .id = "aws-password-expiry",
        .title = "Passwords must be changed",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = expires,
        .attr = ATTR_PASSWORD_DAYS,
        .threshold = THRESHOLD_password_days,
        .wanted = "at most {threshold} days",
        .why = "A password that was stolen once lets its thief make instances for ever.",
        .fix = STRONG_PASSWORD,
        .references = "FSBP IAM.7; Security Hub IAM.17",
    },
    {
        .id = "aws-password-reuse",
        .title = "Old passwords are not used again",
        POLICY_ROW,
        .severity = SPOOR_LOW,
        .test = demands_number,
        .attr = ATTR_PASSWORD_HISTORY,
        .threshold = THRESHOLD_password_history,
        .wanted = "the last {threshold} passwords",
        .why = "A leaked password comes back to life when its owner goes back to it.",
        .fix = STRONG_PASSWORD,
        .references = "CIS AWS 6.0 2.8; FSBP IAM.7; Security Hub IAM.16",
    },
    {
        .id = "aws-user-password-age",
        .title = "Users changed their password lately",
        .heading = HEADING_PASSWORDS,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_console_user,
        .test = check_within,
        .attr = ATTR_PASSWORD_CHANGED,
        .threshold = THRESHOLD_password_days,
        .wanted = "changed within {threshold} days",
        .why =
            "The longer a password stays, the more places it has leaked to from which an intruder "
            "takes it to make instances.",
        .fix = "aws iam update-login-profile --user-name {name} --password-reset-required",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-account-lockout",
        .title = "Nobody signs in with a password that is never locked",
        .heading = HEADING_LOCKOUT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_account,
        .test = has_lockout,
        .wanted =
            "no passwords in IAM, which cannot lock them: sign-ins through an identity provider "
            "that locks after 5 attempts for 15 minutes",
        .why = "IAM lets an intruder guess passwords as often as he likes; only the log shows it.",
        .fix = "aws sso-admin create-instance --name sign-in; aws iam delete-login-profile "
               "--user-name USER",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-federated",
        .title = "People sign in through an identity provider",
        .heading = HEADING_INTERACTIVE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = aws_is_for_user,
        .test = is_federated,
        .wanted = "no password in IAM, but for those who break_glass of the settings names",
        .why = "A password of IAM works from everywhere and outlives its owner's employment.",
        .fix = "aws iam delete-login-profile --user-name {name}",
        .references = "CIS AWS 6.0 2.20",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-service-user-password",
        .title = "Users of programs have no password",
        .heading = HEADING_INTERACTIVE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_credential_report},
        .applies = is_for_key_user,
        .test = has_one_way_in,
        .wanted = "no password beside keys, unless a person uses it",
        .why = "Nobody misses the first sign-in with a password that only an intruder uses.",
        .fix = "aws iam delete-login-profile --user-name {name}",
        .references = "CIS AWS 6.0 2.10",
        .stops = STOPS(SESSION),
    },
};

const check_table checks_aws_iam_password = {rows, ARRAY_LEN(rows)};
