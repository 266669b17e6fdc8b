/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_policy.c -- checks: administrators of AWS, what policies allow too much, and how
 * who is not one becomes one.
 */
#include "audit/audit.h"
#include "fact/aws_words.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam_rights.h"
#include "base/text.h"

/* ---- policies -------------------------------------------------------------------------------- */

static bool is_for_policy(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_IS_BUILTIN) && !facts_is(&a->facts, x, ATTR_IS_CONTROL);
}

static bool is_for_inline(const audit *a, const check *row, const fact *x)
{
    return is_for_policy(a, row, x) && facts_is(&a->facts, x, ATTR_IS_INLINE);
}

/* What was found in a policy says that it allows too much; nothing is good only in one read
 * whole. */
static spoor_check_status has_none(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (facts_get(&a->facts, x, row->attr).is_set) {
        if (attr_describe(row->attr)->type == ATTR_TYPE_TEXT)
            check_say(seen, a, x, row->attr);
        else
            buf_puts(seen, row->value);
        return SPOOR_CHECK_FAIL;
    }
    bool is_read = facts_is(&a->facts, x, ATTR_POLICY_READ);
    buf_puts(seen, is_read ? "nothing of the kind" : "the exports do not show all of it");
    return is_read ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status has_no_direct(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool has_inline = facts_is(&a->facts, x, ATTR_HAS_INLINE);
    bool has_attached = facts_get(&a->facts, x, ATTR_ATTACHED).is_set;
    (void)row;
    if (has_attached)
        check_say(seen, a, x, ATTR_ATTACHED);
    if (has_inline)
        buf_puts(seen, has_attached ? ", and inline policies" : "inline policies");
    if (has_inline || has_attached)
        return SPOOR_CHECK_FAIL;
    if (!facts_is(&a->facts, x, ATTR_RIGHTS_READ))
        return aws_say_unknown(a, x, seen);
    buf_puts(seen, "no policies of its own");
    return SPOOR_CHECK_PASS;
}

/* ---- administrators -------------------------------------------------------------------------- */

static spoor_check_status say_admin(const audit *a, const fact *x, buf *seen)
{
    const access_right *r = aws_right(a, x, POWER_GRANT);
    buf_puts(seen, "administrator");
    if (r) {
        buf_puts(seen, " by ");
        aws_say_right(a, r, seen);
    }
    return SPOOR_CHECK_FAIL;
}

static spoor_check_status is_no_admin(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    if (aws_has_admin(a, x)) {
        spoor_check_status status = say_admin(a, x, seen);
        if (!aws_is_break_glass(a, x))
            return status;
        buf_puts(seen, "; kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    if (!aws_rights_are_known(a, x))
        return aws_say_unknown(a, x, seen);
    buf_puts(seen, "no administrator");
    return SPOOR_CHECK_PASS;
}

static bool trusts_kind(const audit *a, const fact *role, const char *kinds)
{
    fact_iter it = facts_iter(&a->facts, role, ATTR_TRUST);
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, FACT_GRANT, PROVIDER_AWS, it.value.text);
        str kind = at == FACT_NONE
                       ? STR_NONE
                       : facts_get_text(&a->facts, facts_at(&a->facts, at), ATTR_PRINCIPAL_KIND);
        str rest = str_of(kinds), one;
        while (text_next(&rest, '|', &one))
            if (str_eq(one, kind))
                return true;
    }
    return false;
}

static bool is_for_service_role(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_principal(a, row, x) &&
           (!facts_is(&a->facts, x, ATTR_TRUST_READ) || trusts_kind(a, x, "service"));
}

static spoor_check_status service_is_no_admin(const audit *a, const check *row, const fact *x,
                                              buf *seen)
{
    if (!facts_is(&a->facts, x, ATTR_TRUST_READ) && !trusts_kind(a, x, "service")) {
        buf_puts(seen, "the exports do not say whom it trusts");
        return SPOOR_CHECK_NO_DATA;
    }
    return is_no_admin(a, row, x, seen);
}

/* ---- second factors and networks of administrators ------------------------------------------- */

static spoor_check_status admin_has_mfa(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value mfa = facts_get(&a->facts, x, ATTR_HAS_MFA);
    (void)row;
    if (!aws_has_admin(a, x))
        return aws_say_unknown(a, x, seen);
    say_admin(a, x, seen);
    buf_puts(seen, !mfa.is_set ? "; a second factor is not told of"
                   : mfa.flag  ? "; second factor"
                               : "; no second factor");
    if (!mfa.is_set)
        return SPOOR_CHECK_NO_DATA;
    return mfa.flag ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

#define MFA_KEYS "aws:MultiFactorAuthPresent|aws:MultiFactorAuthAge"
#define PLACE_KEYS "aws:SourceIp|aws:VpcSourceIp|aws:SourceVpc|aws:SourceVpce"

static bool is_for_creator(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_user(a, row, x) && !aws_has_admin(a, x) &&
           (aws_right(a, x, POWER_CREATE_INSTANCE) || !aws_rights_are_known(a, x));
}

static spoor_check_status creator_has_mfa(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    const access_right *r = aws_right(a, x, POWER_CREATE_INSTANCE);
    fact_value mfa = facts_get(&a->facts, x, ATTR_HAS_MFA);
    (void)row;
    if (!r)
        return aws_say_unknown(a, x, seen);
    aws_say_right(a, r, seen);
    if (aws_right_demands(a, r, MFA_KEYS))
        return SPOOR_CHECK_PASS;
    buf_puts(seen, !mfa.is_set ? "; a second factor is not told of"
                   : mfa.flag  ? "; second factor"
                               : "; no second factor");
    if (!mfa.is_set)
        return SPOOR_CHECK_NO_DATA;
    return mfa.flag ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

static bool is_for_console_admin(const audit *a, const check *row, const fact *x)
{
    const access_right *r = aws_right(a, x, POWER_GRANT);
    return aws_is_for_console_user(a, row, x) &&
           ((r && r->is_admin) || !aws_rights_are_known(a, x));
}

static spoor_check_status admin_has_place(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    const access_right *r = aws_right(a, x, POWER_GRANT);
    fact_value password = facts_get(&a->facts, x, ATTR_HAS_PASSWORD);
    (void)row;
    if (!r || !r->is_admin)
        return aws_say_unknown(a, x, seen);
    say_admin(a, x, seen);
    if (aws_right_demands(a, r, PLACE_KEYS))
        return SPOOR_CHECK_PASS;
    buf_puts(seen,
             password.is_set ? ", with a password, from anywhere" : "; a password is not told of");
    return password.is_set ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

static bool is_for_admin_role(const audit *a, const check *row, const fact *x)
{
    bool has_people = trusts_kind(a, x, "everybody|account|principal");
    return aws_is_for_admin(a, row, x) && (has_people || !facts_is(&a->facts, x, ATTR_TRUST_READ));
}

/* Says who may assume the role without a second factor. */
static bool lets_in_without_mfa(const audit *a, const fact *role, buf *seen)
{
    bool found = false;
    fact_iter it = facts_iter(&a->facts, role, ATTR_TRUST);
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, FACT_GRANT, PROVIDER_AWS, it.value.text);
        const fact *grant = at == FACT_NONE ? NULL : facts_at(&a->facts, at);
        str kind = grant ? facts_get_text(&a->facts, grant, ATTR_PRINCIPAL_KIND) : STR_NONE;
        bool is_person =
            str_is(kind, "everybody") || str_is(kind, "account") || str_is(kind, "principal");
        if (!is_person || facts_is(&a->facts, grant, ATTR_DEMANDS_MFA))
            continue;
        buf_puts(seen, found ? ", " : "");
        buf_putstr(seen, facts_get_text(&a->facts, grant, ATTR_HOLDER));
        found = true;
    }
    return found;
}

static spoor_check_status admin_role_needs_mfa(const audit *a, const check *row, const fact *x,
                                               buf *seen)
{
    (void)row;
    if (!aws_has_admin(a, x))
        return aws_say_unknown(a, x, seen);
    if (lets_in_without_mfa(a, x, seen)) {
        buf_puts(seen, " without a second factor");
        return SPOOR_CHECK_FAIL;
    }
    bool is_read = facts_is(&a->facts, x, ATTR_TRUST_READ);
    buf_puts(seen,
             is_read ? "only with a second factor" : "the exports do not show all whom it trusts");
    return is_read ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* ---- growing --------------------------------------------------------------------------------- */

static bool is_for_climber(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_principal(a, row, x) && !aws_has_admin(a, x);
}

static spoor_check_status cannot_grow(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    if (facts_get(&a->facts, x, ATTR_ESCALATION).is_set) {
        check_say(seen, a, x, ATTR_ESCALATION);
        return SPOOR_CHECK_FAIL;
    }
    if (!aws_rights_are_known(a, x))
        return aws_say_unknown(a, x, seen);
    if (facts_is(&a->facts, x, ATTR_ESCALATION_CUT)) {
        buf_puts(seen, "there are more administrators than could be tried (limit aws_strong)");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, "no way found");
    return SPOOR_CHECK_PASS;
}

static bool is_for_granter(const audit *a, const check *row, const fact *x)
{
    bool grants = aws_right(a, x, POWER_GRANT) || aws_right(a, x, POWER_NEW_CREDENTIAL);
    return is_for_climber(a, row, x) && (grants || !aws_rights_are_known(a, x));
}

static spoor_check_status is_bounded(const audit *a, const check *row, const fact *x, buf *seen)
{
    const access_right *r = aws_right(a, x, POWER_GRANT);
    (void)row;
    if (facts_get(&a->facts, x, ATTR_BOUNDARY).is_set) {
        buf_puts(seen, "bounded by ");
        check_say(seen, a, x, ATTR_BOUNDARY);
        return SPOOR_CHECK_PASS;
    }
    r = r ? r : aws_right(a, x, POWER_NEW_CREDENTIAL);
    if (!r)
        return aws_say_unknown(a, x, seen);
    buf_puts(seen, "no boundary; ");
    aws_say_right(a, r, seen);
    return SPOOR_CHECK_FAIL;
}

/* ---- control policies ------------------------------------------------------------------------ */

static bool is_for_member(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_account(a, row, x) && !facts_is(&a->facts, x, ATTR_IS_MANAGEMENT);
}

static spoor_check_status is_guarded(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = facts_get(&a->facts, x, row->attr);
    buf_puts(seen, !v.is_set ? "no control policy of it is in the exports"
                   : v.flag  ? "a control policy denies it"
                             : "no control policy denies it");
    if (!v.is_set)
        return SPOOR_CHECK_NO_DATA;
    return v.flag ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define POLICY_ROW                                                                                 \
    .cloud = PROVIDER_AWS, .subject = FACT_POLICY,                                                 \
    .needs_any = {EXPORT_aws_authorization, EXPORT_aws_policy_version, EXPORT_aws_inline_policy},  \
    .applies = is_for_policy, .test = has_none

#define EDIT_POLICY                                                                                \
    "aws iam create-policy-version --policy-arn {id} --policy-document FILE --set-as-default "     \
    "# inside a user: aws iam put-user-policy --user-name {holder} --policy-name {name} "          \
    "--policy-document FILE"

static const check rows[] = {
    {
        .id = "aws-policy-full-admin",
        .title = "No policy allows everything",
        POLICY_ROW,
        .heading = HEADING_LEAST_PRIVILEGE,
        .severity = SPOOR_HIGH,
        .attr = ATTR_ALLOWS_ALL,
        .value = "Allow * on *",
        .wanted = "no statement that allows * on *",
        .why = "Whoever has it makes instances, hides them, and grants others the same.",
        .fix = EDIT_POLICY,
        .references = "CIS AWS 6.0 2.15; FSBP IAM.1",
        .stops = STOPS(PRIVESC) | STOPS(INSTANCE),
    },
    {
        .id = "aws-policy-whole-service",
        .title = "No policy allows all of a service",
        POLICY_ROW,
        .heading = HEADING_LEAST_PRIVILEGE,
        .severity = SPOOR_MEDIUM,
        .attr = ATTR_ALLOWS_SERVICE,
        .wanted = "named actions instead of SERVICE:* on *",
        .why =
            "All of EC2 includes to make instances, share disks and open firewalls; all of IAM is "
            "everything.",
        .fix = EDIT_POLICY,
        .references = "FSBP IAM.21",
        .stops = STOPS(INSTANCE),
    },
    {
        .id = "aws-policy-not-action",
        .title = "No policy allows all but a few actions",
        POLICY_ROW,
        .heading = HEADING_LEAST_PRIVILEGE,
        .severity = SPOOR_MEDIUM,
        .attr = ATTR_ALLOWS_ALL_BUT,
        .wanted = "Action instead of NotAction where something is allowed on *",
        .why = "What is not named is allowed, and each new action of AWS with it.",
        .fix = EDIT_POLICY,
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-policy-pass-role",
        .title = "No policy hands every role to every service",
        POLICY_ROW,
        .heading = HEADING_LEAST_PRIVILEGE,
        .severity = SPOOR_HIGH,
        .attr = ATTR_PASSES_ALL_ROLES,
        .wanted = "iam:PassRole for named roles, or with iam:PassedToService",
        .why = "An intruder gives the instance that he makes the strongest role there is.",
        .fix = EDIT_POLICY,
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-policy-inline-power",
        .title = "Powers are granted by managed policies",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_POLICY,
        .needs_any = {EXPORT_aws_authorization, EXPORT_aws_inline_policy},
        .applies = is_for_inline,
        .test = has_none,
        .attr = ATTR_IS_POWERFUL,
        .value = "allows what a rogue instance takes",
        .wanted = "no inline policy that allows instances, snapshots, grants and the like",
        .why = "A right inside one user or role escapes whoever looks through the policies.",
        .fix = "aws iam create-policy --policy-name {name} --policy-document FILE; aws iam "
               "attach-user-policy --user-name {holder} --policy-arn ARN; aws iam "
               "delete-user-policy --user-name {holder} --policy-name {name}",
        .references = "",
    },
    {
        .id = "aws-user-direct-policy",
        .title = "Users have rights by groups",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization},
        .applies = aws_is_for_user,
        .test = has_no_direct,
        .wanted = "neither attached nor inline policies",
        .why = "Rights of single users pile up, and nobody sees that one may make instances.",
        .fix = "aws iam add-user-to-group --user-name {name} --group-name GROUP",
        .references = "CIS AWS 6.0 2.14; FSBP IAM.2",
    },
    {
        .id = "aws-user-admin",
        .title = "No user is an administrator all the time",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization},
        .applies = aws_is_for_user,
        .test = is_no_admin,
        .wanted = "a role that administrators assume, or break_glass in the settings",
        .why = "One password or key of an administrator is all that it takes to make instances and "
               "hide them.",
        .fix = "aws iam detach-user-policy --user-name {name} --policy-arn "
               "arn:aws:iam::aws:policy/AdministratorAccess",
        .references = "",
        .stops = STOPS(PRIVESC) | STOPS(INSTANCE),
    },
    {
        .id = "aws-role-service-admin",
        .title = "Roles of services are no administrators",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_ROLE,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_service_role,
        .test = service_is_no_admin,
        .wanted = "no policy of everything on a role that a service assumes",
        .why = "Whoever gets into a machine or function with such a role has the account.",
        .fix = "aws iam detach-role-policy --role-name {name} --policy-arn "
               "arn:aws:iam::aws:policy/AdministratorAccess",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-admin-mfa",
        .title = "Administrators have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization, EXPORT_aws_credential_report},
        .applies = aws_is_for_admin,
        .test = admin_has_mfa,
        .wanted = "a second factor",
        .why = "The password of an administrator alone takes the account.",
        .fix = "aws iam enable-mfa-device --user-name {name} --serial-number SERIAL "
               "--authentication-code1 CODE --authentication-code2 CODE",
        .references = "Security Hub IAM.19",
        .stops = STOPS(SESSION) | STOPS(PRIVESC),
    },
    {
        .id = "aws-creator-mfa",
        .title = "Users who may create instances have a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization, EXPORT_aws_credential_report},
        .applies = is_for_creator,
        .test = creator_has_mfa,
        .wanted = "a second factor, or a policy that demands one",
        .why = "A stolen password or key is enough to make instances.",
        .fix = "aws iam enable-mfa-device --user-name {name} --serial-number SERIAL "
               "--authentication-code1 CODE --authentication-code2 CODE",
        .references = "Security Hub IAM.19",
        .stops = STOPS(SESSION) | STOPS(INSTANCE),
    },
    {
        .id = "aws-admin-role-mfa",
        .title = "Roles of administrators demand a second factor",
        .heading = HEADING_MFA,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_HIGH,
        .subject = FACT_ROLE,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_admin_role,
        .test = admin_role_needs_mfa,
        .wanted = "aws:MultiFactorAuthPresent true in the trust policy, for users and accounts",
        .why = "With a stolen key one assumes the role and is an administrator.",
        .fix = "aws iam update-assume-role-policy --role-name {name} --policy-document FILE",
        .references = "",
        .stops = STOPS(SESSION) | STOPS(PRIVESC),
    },
    {
        .id = "aws-admin-console-network",
        .title = "Administrators with a password are bound to networks",
        .heading = HEADING_INTERACTIVE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization, EXPORT_aws_credential_report},
        .applies = is_for_console_admin,
        .test = admin_has_place,
        .wanted = "a condition on aws:SourceIp, aws:SourceVpc or aws:SourceVpce",
        .why = "A phished administrator's session works from the intruder's own machine.",
        .fix = "aws iam put-user-policy --user-name {name} --policy-name only-from-office "
               "--policy-document '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\","
               "\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"NotIpAddress\":"
               "{\"aws:SourceIp\":[\"NETWORK\"]},\"Bool\":{\"aws:ViaAWSService\":\"false\"}}}]}'",
        .references = "",
        .stops = STOPS(SESSION),
    },
    {
        .id = "aws-user-escalation",
        .title = "Users cannot make themselves administrators",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_climber,
        .test = cannot_grow,
        .wanted = "no way to rights that it does not have",
        .why = "Whoever takes over a small user takes the account.",
        .fix =
            "aws iam put-user-permissions-boundary --user-name {name} --permissions-boundary ARN",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-role-escalation",
        .title = "Roles cannot make themselves administrators",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_CRITICAL,
        .subject = FACT_ROLE,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_climber,
        .test = cannot_grow,
        .wanted = "no way to rights that it does not have",
        .why = "Whoever gets at the credentials of a small role takes the account.",
        .fix =
            "aws iam put-role-permissions-boundary --role-name {name} --permissions-boundary ARN",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-user-boundary",
        .title = "Users who may grant rights are bounded",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_USER,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_granter,
        .test = is_bounded,
        .wanted = "a permissions boundary",
        .why = "Without a boundary who grants rights grants more than he was meant to.",
        .fix =
            "aws iam put-user-permissions-boundary --user-name {name} --permissions-boundary ARN",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-role-boundary",
        .title = "Roles that may grant rights are bounded",
        .heading = HEADING_PERMISSION,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ROLE,
        .needs = {EXPORT_aws_authorization},
        .applies = is_for_granter,
        .test = is_bounded,
        .wanted = "a permissions boundary",
        .why = "Without a boundary a pipeline that grants rights grants more than it was meant to.",
        .fix =
            "aws iam put-role-permissions-boundary --role-name {name} --permissions-boundary ARN",
        .references = "",
        .stops = STOPS(PRIVESC),
    },
    {
        .id = "aws-account-guard-logging",
        .title = "Control policies keep trails running",
        .heading = HEADING_SYSTEM,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_aws_control_policy},
        .applies = is_for_member,
        .test = is_guarded,
        .attr = ATTR_GUARDS_LOGGING,
        .wanted = "a control policy that denies cloudtrail:StopLogging and cloudtrail:DeleteTrail",
        .why = "An administrator's stolen key cannot switch off what a control policy guards.",
        .fix = "aws organizations attach-policy --policy-id POLICY --target-id {id}",
        .references = "",
        .stops = STOPS(EVASION),
    },
    {
        .id = "aws-account-guard-regions",
        .title = "Control policies keep instances to the regions in use",
        .heading = HEADING_LEAST_PRIVILEGE,
        .cloud = PROVIDER_AWS,
        .severity = SPOOR_LOW,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_aws_control_policy},
        .applies = is_for_member,
        .test = is_guarded,
        .attr = ATTR_GUARDS_REGIONS,
        .wanted = "a control policy that denies ec2:RunInstances by aws:RequestedRegion",
        .why = "Rogue instances are made in regions that nobody looks at.",
        .fix = "aws organizations attach-policy --policy-id POLICY --target-id {id}",
        .references = "",
        .stops = STOPS(INSTANCE),
    },
};

const check_table checks_aws_iam_policy = {rows, ARRAY_LEN(rows)};
