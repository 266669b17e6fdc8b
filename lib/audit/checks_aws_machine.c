/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_machine.c -- what machines of AWS may do: the rights of the roles they wear.
 *
 * Whoever gets into a machine has them; whoever may pass such a role to a new one, too.
 */
#include "audit/audit.h"
#include "audit/aws_tests.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam_rights.h"
#include "base/text.h"

/* The role behind an instance's profile; NULL, with why it is not known. */
static const fact *role_of(const facts *f, str profile, buf *seen)
{
    uint32_t at = facts_find(f, FACT_PROFILE, PROVIDER_AWS, profile);
    str holder = at == FACT_NONE ? STR_NONE : facts_get_text(f, facts_at(f, at), ATTR_HOLDER);
    at = holder.n > 0 ? facts_find(f, FACT_ROLE, PROVIDER_AWS, holder) : FACT_NONE;
    if (at == FACT_NONE) {
        buf_puts(seen, "the role of ");
        buf_putstr(seen, profile);
        buf_puts(seen, " is not in the exports");
        return NULL;
    }
    buf_puts(seen, "role ");
    buf_putstr(seen, facts_name(f, facts_at(f, at)));
    return facts_at(f, at);
}

/* Whether a role has what the check is about; seen: how it came by it. */
typedef bool role_test(const audit *a, const fact *role, buf *seen);

static bool is_admin(const audit *a, const fact *role, buf *seen)
{
    bool is = aws_has_admin(a, role);
    buf_puts(seen, is ? ", an administrator" : "");
    return is;
}

static bool makes_instances(const audit *a, const fact *role, buf *seen)
{
    const access_right *right = aws_right(a, role, POWER_CREATE_INSTANCE);
    if (!right)
        return false;
    buf_puts(seen, ": ");
    aws_say_right(a, right, seen);
    return true;
}

static spoor_check_status judge(const audit *a, const fact *x, buf *seen, role_test *test)
{
    const facts *f = &a->facts;
    str profile = facts_get_text(f, x, ATTR_IDENTITY);
    bool is_whole = facts_is(f, x, ATTR_READ_WHOLE);
    if (profile.n == 0) {
        buf_puts(seen, is_whole ? "no role" : "not in the exports");
        return is_whole ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
    }
    const fact *role = role_of(f, profile, seen);
    if (!role)
        return SPOOR_CHECK_NO_DATA;
    if (test(a, role, seen))
        return SPOOR_CHECK_FAIL;
    if (aws_rights_are_known(a, role))
        return SPOOR_CHECK_PASS;
    buf_puts(seen, ": ");
    return aws_say_unknown(a, role, seen);
}

static spoor_check_status is_no_admin(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return judge(a, x, seen, is_admin);
}

static spoor_check_status makes_none(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return judge(a, x, seen, makes_instances);
}

/* clang-format off */
static const check rows[] = {
    {
        .id = "aws-instance-role-admin", .title = "No instance is an administrator",
        .heading = HEADING_LEAST_PRIVILEGE, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_CRITICAL, .needs = {EXPORT_aws_instances, EXPORT_aws_authorization}, .applies = aws_is_live,
        .test = is_no_admin, .wanted = "a role with only what its work takes",
        .why = "Whoever gets into it, or to its metadata service, has the whole account.",
        .fix = "aws ec2 disassociate-iam-instance-profile --region {region} --association-id ASSOCIATION # of describe-iam-instance-profile-associations; then a role with less",
        .references = "", .stops = STOPS(PRIVESC) | STOPS(INSTANCE),
    },
    {
        .id = "aws-instance-role-run", .title = "No instance may make instances",
        .heading = HEADING_LEAST_PRIVILEGE, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_instances, EXPORT_aws_authorization}, .applies = aws_is_live,
        .test = makes_none, .wanted = "a role without ec2:RunInstances and what does the same",
        .why = "One machine that is broken into makes as many rogue ones as the account allows.",
        .fix = "aws iam list-attached-role-policies --role-name ROLE # then without ec2:RunInstances, or with a condition on subnet, image and type",
        .references = "", .stops = STOPS(INSTANCE),
    },
};
/* clang-format on */

const check_table checks_aws_machine = {rows, ARRAY_LEN(rows)};
