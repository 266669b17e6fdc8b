/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_logs.c -- checks that hold exports against what logs show.
 */
#include "audit/audit.h"
#include "audit/rights.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam_rights.h"
#include "base/time.h"

/* ---- rights ---------------------------------------------------------------------------------- */

static void list(buf *seen, const right *r)
{
    buf_puts(seen, seen->n > 0 ? ", " : "did, and may not: ");
    buf_puts(seen, power_describe(r->power)->text);
}

static bool is_seen(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return usage_of_fact(&a->usage, &a->facts, x) != USAGE_NONE;
}

static spoor_check_status test_unexplained(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    right r;
    (void)row;
    if (x->provider == PROVIDER_AWS && !aws_rights_are_known(a, x))
        return aws_say_unknown(a, x, seen);
    for (int p = 0; p < POWER_COUNT; p++)
        if (rights_of(a, (uint32_t)(x - a->facts.items), (power)p, &r) && r.mark == '+')
            list(seen, &r);
    if (seen->n > 0)
        return SPOOR_CHECK_FAIL;
    buf_puts(seen, "did nothing that it may not do");
    return SPOOR_CHECK_PASS;
}

/* ---- sign-ins -------------------------------------------------------------------------------- */

static spoor_check_status test_guessed(const audit *a, const check *row, const fact *x, buf *seen)
{
    uint32_t at = usage_of_fact(&a->usage, &a->facts, x);
    const usage_row *u = &a->usage.rows[at];
    char when[TIME_TEXT_MAX];
    if (u->most_failed == 0) {
        buf_puts(seen, "no failed sign-in");
        return SPOOR_CHECK_PASS;
    }
    time_format(u->most_failed_ns, when);
    buf_printf(seen, "%u failed sign-ins within 15 minutes, until %s", u->most_failed, when);
    if (u->failed_address) {
        buf_puts(seen, " from ");
        buf_putstr(seen, intern_text(&a->usage.text, u->failed_address));
    }
    if (u->is_locked)
        buf_puts(seen, "; then locked");
    return u->most_failed >= check_threshold(a, row->threshold) ? SPOOR_CHECK_FAIL
                                                                : SPOOR_CHECK_PASS;
}

static spoor_check_status test_second_factor(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    const usage_row *u = &a->usage.rows[usage_of_fact(&a->usage, &a->facts, x)];
    (void)row;
    buf_printf(seen, "%u of %u sign-ins without a second factor", u->sign_ins_without_mfa,
               u->sign_ins);
    return u->sign_ins_without_mfa > 0 ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static bool has_signed_in(const audit *a, const check *row, const fact *x)
{
    uint32_t at = usage_of_fact(&a->usage, &a->facts, x);
    (void)row;
    return at != USAGE_NONE && a->usage.rows[at].sign_ins > 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define UNEXPLAINED(prefix, what, CLOUD, kind, export, grants, command)                            \
    {                                                                                              \
        .id = prefix "-right-unexplained", .title = what " did only what these exports permit",    \
        .heading = HEADING_PERMISSION, .cloud = PROVIDER_##CLOUD, .severity = SPOOR_MEDIUM,        \
        .subject = FACT_##kind, .needs = {EXPORT_##export, EXPORT_##grants}, .applies = is_seen,   \
        .test = test_unexplained, .wanted = "nothing done that no export grants",                  \
        .why = "A right that came and went, or came by a way that nobody exports, is how an "      \
               "intruder makes machines unseen.",                                                  \
        .fix = command, .references = "",                                                          \
    }

#define GUESSED(prefix, CLOUD, export, command)                                                    \
    {                                                                                              \
        .id = prefix "-user-guessed-at", .title = "No user's password was guessed at",             \
        .heading = HEADING_LOCKOUT, .cloud = PROVIDER_##CLOUD, .severity = SPOOR_HIGH,             \
        .subject = FACT_USER, .needs = {EXPORT_##export}, .applies = is_seen,                      \
        .test = test_guessed, .threshold = THRESHOLD_lockout_attempts,                             \
        .wanted = "fewer than {threshold} failed sign-ins within 15 minutes",                      \
        .why = "Whoever guesses an account that makes instances needs no exploit.",                \
        .fix = command, .references = "", .stops = STOPS(SESSION),                                 \
    }

#define ONE_FACTOR(prefix, CLOUD, export, command)                                                 \
    {                                                                                              \
        .id = prefix "-user-signed-in-without-mfa",                                                \
        .title = "Users signed in with a second factor", .heading = HEADING_MFA,                   \
        .cloud = PROVIDER_##CLOUD, .severity = SPOOR_MEDIUM, .subject = FACT_USER,                 \
        .needs = {EXPORT_##export}, .applies = has_signed_in, .test = test_second_factor,          \
        .wanted = "a second factor at each sign-in",                                               \
        .why = "A password alone, stolen or guessed, was enough to act as this user.",             \
        .fix = command, .references = "", .stops = STOPS(SESSION),                                 \
    }

/* clang-format off */
static const check rows[] = {
    UNEXPLAINED("aws-user", "Users", AWS, USER, aws_logs, aws_authorization,
                "aws iam list-attached-user-policies --user-name {name}"),
    UNEXPLAINED("aws-role", "Roles", AWS, ROLE, aws_logs, aws_authorization,
                "aws iam list-attached-role-policies --role-name {name}"),
    UNEXPLAINED("azure-user", "Users", AZURE, USER, azure_logs, azure_role_assignments,
                "az role assignment list --all --assignee {id} --include-inherited --include-groups"),
    UNEXPLAINED("azure-service", "Service principals", AZURE, SERVICE, azure_logs, azure_role_assignments,
                "az role assignment list --all --assignee {id} --include-inherited"),
    UNEXPLAINED("gcp-user", "Users", GCP, USER, gcp_logs, gcp_iam_policy,
                "gcloud asset search-all-iam-policies --query policy:{id}"),
    UNEXPLAINED("gcp-service", "Service accounts", GCP, SERVICE, gcp_logs, gcp_iam_policy,
                "gcloud asset search-all-iam-policies --query policy:{id}"),
    GUESSED("aws", AWS, aws_logs, "aws iam delete-login-profile --user-name {name}"),
    GUESSED("azure", AZURE, azure_logs, "az rest --method POST --url https://graph.microsoft.com/v1.0/users/{id}/revokeSignInSessions"),
    ONE_FACTOR("aws", AWS, aws_logs, "aws iam list-mfa-devices --user-name {name}"),
    ONE_FACTOR("azure", AZURE, azure_logs, "az rest --method GET --url https://graph.microsoft.com/v1.0/users/{id}/authentication/methods"),
};
/* clang-format on */

const check_table checks_logs = {rows, ARRAY_LEN(rows)};
