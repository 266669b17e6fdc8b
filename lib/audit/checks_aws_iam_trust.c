/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_trust.c -- checks: whom roles of AWS trust, and what access analyzers found.
 *
 *  (1) An account that the operator trusts (trusted_accounts) is not outside.
 *  (2) A role passes when its trust policy was understood whole.
 */
#include "audit/audit.h"
#include "fact/aws_words.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam_rights.h"
#include "base/text.h"
#include "model/settings.h"

/* ---- trust ----------------------------------------------------------------------------------- */

static str kind_of(const audit *a, const fact *grant)
{
    return facts_get_text(&a->facts, grant, ATTR_PRINCIPAL_KIND);
}

/* The account that somebody who is trusted belongs to. */
static str account_of(const audit *a, const fact *grant)
{
    str holder = facts_get_text(&a->facts, grant, ATTR_HOLDER);
    return aws_is_account(holder) ? holder : aws_arn_account(holder);
}

static bool is_stranger(const audit *a, const fact *grant)
{
    return facts_is(&a->facts, grant, ATTR_IS_OUTSIDE) &&
           !settings_find(a->settings, SETTING_trusted_accounts, account_of(a, grant));
}

typedef bool grant_test(const audit *a, const fact *grant);

static bool is_anybody(const audit *a, const fact *grant)
{
    return str_is(kind_of(a, grant), "everybody") &&
           !facts_is(&a->facts, grant, ATTR_DEMANDS_ORIGIN);
}

static bool is_unproven_stranger(const audit *a, const fact *grant)
{
    str kind = kind_of(a, grant);
    return (str_is(kind, "account") || str_is(kind, "principal")) && is_stranger(a, grant) &&
           !facts_is(&a->facts, grant, ATTR_DEMANDS_EXTERNAL_ID) &&
           !facts_is(&a->facts, grant, ATTR_DEMANDS_MFA) &&
           !facts_is(&a->facts, grant, ATTR_DEMANDS_ORIGIN);
}

static bool is_whole_account(const audit *a, const fact *grant)
{
    return str_is(kind_of(a, grant), "account") && is_stranger(a, grant);
}

static bool is_any_subject(const audit *a, const fact *grant)
{
    return str_is(kind_of(a, grant), "federated") &&
           !facts_is(&a->facts, grant, ATTR_DEMANDS_SUBJECT);
}

static bool is_gone(const audit *a, const fact *grant)
{
    return str_is(kind_of(a, grant), "deleted");
}

/* Says whom of those that a role trusts the test finds. */
static bool say_found(const audit *a, const fact *role, grant_test *test, buf *seen)
{
    bool found = false;
    fact_iter it = facts_iter(&a->facts, role, ATTR_TRUST);
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, FACT_GRANT, PROVIDER_AWS, it.value.text);
        if (at == FACT_NONE || !test(a, facts_at(&a->facts, at)))
            continue;
        buf_puts(seen, found ? ", " : "trusts ");
        buf_putstr(seen, facts_get_text(&a->facts, facts_at(&a->facts, at), ATTR_HOLDER));
        found = true;
    }
    return found;
}

static spoor_check_status judge(const audit *a, const fact *role, grant_test *test, buf *seen)
{
    if (say_found(a, role, test, seen))
        return SPOOR_CHECK_FAIL;
    bool is_read = facts_is(&a->facts, role, ATTR_TRUST_READ);
    buf_puts(seen,
             is_read ? "trusts nobody like that" : "the exports do not show all whom it trusts");
    return is_read ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status trusts_somebody(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    (void)row;
    return judge(a, x, is_anybody, seen);
}

static spoor_check_status trusts_proven(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return judge(a, x, is_unproven_stranger, seen);
}

static spoor_check_status trusts_named(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return judge(a, x, is_whole_account, seen);
}

static spoor_check_status trusts_subjects(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    (void)row;
    return judge(a, x, is_any_subject, seen);
}

static spoor_check_status trusts_living(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return judge(a, x, is_gone, seen);
}

/* ---- access analyzers ------------------------------------------------------------------------ */

static spoor_check_status is_analyzed(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_read = facts_is(&a->facts, x, ATTR_ANALYZERS_READ);
    (void)row;
    if (facts_get(&a->facts, x, ATTR_ANALYZER).is_set) {
        check_say(seen, a, x, ATTR_ANALYZER);
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, is_read ? "no active analyzer of external access"
                           : "the exports do not list its analyzers");
    return is_read ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

static bool is_of_unused(const audit *a, const fact *finding)
{
    return text_starts(facts_get_text(&a->facts, finding, ATTR_FINDING_TYPE), "Unused");
}

static bool is_for_external(const audit *a, const check *row, const fact *x)
{
    (void)row;
    str type = facts_get_text(&a->facts, x, ATTR_FINDING_TYPE);
    return text_starts(type, "ExternalAccess") || text_starts(type, "InternalAccess");
}

static bool is_for_unused(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return is_of_unused(a, x);
}

static spoor_check_status is_settled(const audit *a, const check *row, const fact *x, buf *seen)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    fact_value type = facts_get(&a->facts, x, ATTR_FINDING_TYPE);
    (void)row;
    check_say(seen, a, x, ATTR_STATE);
    if (type.is_set) {
        buf_puts(seen, ", ");
        buf_putstr(seen, type.text);
    }
    buf_puts(seen, ": ");
    check_say(seen, a, x, ATTR_ABOUT);
    if (text_eq_nocase(state, STR("ACTIVE")))
        return SPOOR_CHECK_FAIL;
    bool is_over = text_eq_nocase(state, STR("ARCHIVED")) || text_eq_nocase(state, STR("RESOLVED"));
    return is_over ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define TRUST_ROW                                                                                  \
    .cloud = PROVIDER_AWS, .subject = FACT_ROLE,                                                   \
    .needs_any = {EXPORT_aws_authorization, EXPORT_aws_roles}, .applies = aws_is_for_principal,    \
    .fix = "aws iam update-assume-role-policy --role-name {name} --policy-document FILE"

static const check rows[] = {
    {
        .id = "aws-trust-everybody",
        .title = "No role trusts everybody",
        TRUST_ROW,
        .heading = HEADING_PERMISSION,
        .severity = SPOOR_CRITICAL,
        .test = trusts_somebody,
        .wanted = "named principals, or a condition on organization, account or network",
        .why = "Anybody with an AWS account of his own assumes the role and acts in this one.",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-trust-outside",
        .title = "Outsiders prove more than their account",
        TRUST_ROW,
        .heading = HEADING_PERMISSION,
        .severity = SPOOR_HIGH,
        .test = trusts_proven,
        .wanted =
            "sts:ExternalId, aws:MultiFactorAuthPresent or an organization; or the account in "
            "trusted_accounts of the settings",
        .why = "A vendor that serves an intruder, too, is led to assume the role for him.",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-trust-whole-account",
        .title = "No role trusts a whole account outside",
        TRUST_ROW,
        .heading = HEADING_PERMISSION,
        .severity = SPOOR_MEDIUM,
        .test = trusts_named,
        .wanted = "a role or user of it, or the account in trusted_accounts of the settings",
        .why = "Everybody to whom that account grants it acts in this one.",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-trust-subject",
        .title = "Identity providers are trusted for named subjects",
        TRUST_ROW,
        .heading = HEADING_PERMISSION,
        .severity = SPOOR_CRITICAL,
        .test = trusts_subjects,
        .wanted = "a condition on the provider's :sub that no stranger's token meets",
        .why = "Whoever has a repository or account at the same provider assumes the role.",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-trust-deleted",
        .title = "No role trusts somebody who was deleted",
        TRUST_ROW,
        .heading = HEADING_DORMANT,
        .severity = SPOOR_LOW,
        .test = trusts_living,
        .wanted = "no ids of deleted users and roles in the trust policy",
        .why = "What nobody looks after for so long hides worse than a dead entry.",
        .references = "",
    },
    {
        .id = "aws-access-analyzer",
        .title = "An access analyzer watches who is let in from outside",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_aws_analyzers},
        .applies = aws_is_for_account,
        .test = is_analyzed,
        .wanted = "an active analyzer of the account or organization",
        .why = "Shared snapshots, images and roles are found by it within minutes.",
        .fix = "aws accessanalyzer create-analyzer --analyzer-name account --type ACCOUNT",
        .references = "CIS AWS 6.0 2.19; Security Hub IAM.28",
    },
    {
        .id = "aws-access-analyzer-finding",
        .title = "Findings of access analyzers are settled",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_FINDING,
        .needs = {EXPORT_aws_analyzer_findings},
        .applies = is_for_external,
        .test = is_settled,
        .wanted = "resolved, or archived by somebody who knows why",
        .why = "The analyzer has seen that somebody outside can use it.",
        .fix = "aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER --id {id}",
        .references = "",
        .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-access-analyzer-unused",
        .title = "Access that analyzers found unused is taken away",
        .heading = HEADING_DORMANT,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_FINDING,
        .needs = {EXPORT_aws_analyzer_findings},
        .applies = is_for_unused,
        .test = is_settled,
        .wanted = "resolved, or archived by somebody who knows why",
        .why = "Rights, keys and roles that nobody uses are there for an intruder.",
        .fix =
            "aws accessanalyzer generate-finding-recommendation --analyzer-arn ANALYZER --id {id}",
        .references = "",
    },
};

const check_table checks_aws_iam_trust = {rows, ARRAY_LEN(rows)};
