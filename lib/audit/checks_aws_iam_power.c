/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_power.c -- checks: who has what powers in AWS, and whether they are used.
 *
 *  (1) Administrators have every power; they are told once, by the checks of administrators.
 *  (2) A right is judged by its use: it passes while it is used, fails when a use would be known
 *      and there was none, and has no data when nobody would know.
 *  (3) A right that comes from a policy whose document is not known has no data, either.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "audit/checks_aws_iam_rights.h"
#include "audit/rights.h"
#include "base/text.h"
#include "base/time.h"

/* The power that a row is about stands in its number. */
static power power_of(const check *row)
{
    return (power)(int)row->number;
}

static bool is_for_holder(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_principal(a, row, x) && !aws_has_admin(a, x) &&
           (aws_right(a, x, power_of(row)) || !aws_rights_are_known(a, x));
}

static bool is_open_question(const audit *a, const access_right *r)
{
    return r->condition && text_has(intern_text(&a->facts.text, r->condition), "document of ");
}

static spoor_check_status judge_use(const audit *a, const right *r, buf *seen)
{
    if (r->mark == '=') {
        buf_puts(seen, "; used ");
        if (r->used->last_ns[r->power] != TIME_NONE)
            check_say_age(seen, a, r->used->last_ns[r->power]);
        return SPOOR_CHECK_PASS;
    }
    if (r->mark == '-') {
        buf_printf(seen, "; not used in %lld days", (long long)r->known_days);
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, "; nobody knows whether it is used");
    return SPOOR_CHECK_NO_DATA;
}

static spoor_check_status is_used(const audit *a, const check *row, const fact *x, buf *seen)
{
    right r;
    const access_right *strongest = aws_right(a, x, power_of(row));
    if (!strongest)
        return aws_say_unknown(a, x, seen);
    aws_say_right(a, strongest, seen);
    if (is_open_question(a, strongest))
        return SPOOR_CHECK_NO_DATA;
    if (!rights_of(a, (uint32_t)(x - a->facts.items), power_of(row), &r))
        return SPOOR_CHECK_NO_DATA;
    return judge_use(a, &r, seen);
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define DENY(actions)                                                                              \
    " --policy-name deny-unused --policy-document "                                                \
    "'{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[" actions        \
    "],\"Resource\":\"*\"}]}'"

/* A user's row and a role's. */
#define POWER_ROWS(word, power, says, level, because, actions, stage)                              \
    {                                                                                              \
        .id = "aws-user-" word,                                                                    \
        .title = "Users who may " says " do so",                                                   \
        .heading = HEADING_LEAST_PRIVILEGE,                                                        \
        .cloud = PROVIDER_AWS,                                                                     \
        .severity = level,                                                                         \
        .subject = FACT_USER,                                                                      \
        .needs = {EXPORT_aws_authorization},                                                       \
        .applies = is_for_holder,                                                                  \
        .test = is_used,                                                                           \
        .number = power,                                                                           \
        .threshold = THRESHOLD_unused_right_days,                                                  \
        .wanted = "used within {threshold} days, or not permitted",                                \
        .why = because,                                                                            \
        .fix = "aws iam put-user-policy --user-name {name}" DENY(actions),                         \
        .references = "",                                                                          \
        .stops = STOPS(stage),                                                                     \
    },                                                                                             \
    {                                                                                              \
        .id = "aws-role-" word, .title = "Roles that may " says " do so",                          \
        .heading = HEADING_LEAST_PRIVILEGE, .cloud = PROVIDER_AWS, .severity = level,              \
        .subject = FACT_ROLE, .needs = {EXPORT_aws_authorization}, .applies = is_for_holder,       \
        .test = is_used, .number = power, .threshold = THRESHOLD_unused_right_days,                \
        .wanted = "used within {threshold} days, or not permitted", .why = because,                \
        .fix = "aws iam put-role-policy --role-name {name}" DENY(actions), .references = "",       \
        .stops = STOPS(stage),                                                                     \
    }

static const check rows[] = {
    POWER_ROWS("create-instance", POWER_CREATE_INSTANCE, "create instances", SPOOR_HIGH,
               "Whoever takes over one who never makes instances makes them all the same.",
               "\"ec2:RunInstances\",\"ec2:CreateFleet\",\"ec2:RequestSpotFleet\","
               "\"ec2:RequestSpotInstances\"",
               INSTANCE),
    POWER_ROWS("create-snapshot", POWER_CREATE_SNAPSHOT, "create snapshots", SPOOR_MEDIUM,
               "A snapshot is how a disk gets into an instance that an intruder makes.",
               "\"ec2:CreateSnapshot\",\"ec2:CreateSnapshots\",\"ec2:CopySnapshot\","
               "\"ec2:CreateImage\",\"rds:CreateDBSnapshot\"",
               SNAPSHOT),
    POWER_ROWS("share-snapshot", POWER_SHARE, "share snapshots and images", SPOOR_HIGH,
               "What is shared is copied to an account where an intruder makes instances of it "
               "undisturbed.",
               "\"ec2:ModifySnapshotAttribute\",\"ec2:ModifyImageAttribute\","
               "\"rds:ModifyDBSnapshotAttribute\"",
               EXFIL),
    POWER_ROWS("attach-volume", POWER_ATTACH, "attach disks", SPOOR_MEDIUM,
               "A copied disk is read by attaching it to an instance.",
               "\"ec2:CreateVolume\",\"ec2:AttachVolume\"", VOLUME),
    POWER_ROWS("pass-role", POWER_PASS_ROLE, "give instances a role", SPOOR_HIGH,
               "An instance acts with the role that it is given, and whoever made it acts through "
               "it.",
               "\"iam:PassRole\"", PRIVESC),
    POWER_ROWS("open-firewall", POWER_OPEN_FIREWALL, "open firewalls", SPOOR_MEDIUM,
               "An instance is of use to an intruder once he reaches it.",
               "\"ec2:AuthorizeSecurityGroupIngress\",\"ec2:ModifySecurityGroupRules\","
               "\"ec2:CreateNetworkAclEntry\",\"ec2:ReplaceNetworkAclEntry\"",
               NETLOOSEN),
    POWER_ROWS("grant", POWER_GRANT, "grant rights", SPOOR_CRITICAL,
               "Who grants rights grants himself those to make instances.",
               "\"iam:Attach*\",\"iam:Put*Policy\",\"iam:CreatePolicyVersion\","
               "\"iam:SetDefaultPolicyVersion\",\"iam:AddUserToGroup\","
               "\"iam:UpdateAssumeRolePolicy\",\"iam:Delete*PermissionsBoundary\"",
               PRIVESC),
    POWER_ROWS("new-credential", POWER_NEW_CREDENTIAL, "make credentials for others", SPOOR_HIGH,
               "A key made for somebody else is a way back in that outlives the intrusion.",
               "\"iam:CreateUser\",\"iam:CreateAccessKey\",\"iam:CreateLoginProfile\","
               "\"iam:UpdateLoginProfile\"",
               IDENTITY),
    POWER_ROWS("run-command", POWER_RUN_ON_INSTANCE, "run commands on instances", SPOOR_MEDIUM,
               "Who runs commands on instances needs no network and no key to use them.",
               "\"ssm:SendCommand\",\"ssm:StartSession\",\"ec2-instance-connect:*\","
               "\"ec2:ModifyInstanceAttribute\"",
               ACCESS),
    POWER_ROWS("stop-logging", POWER_STOP_LOGGING, "switch recording off", SPOOR_HIGH,
               "Where recording stops nobody sees the instances that are made.",
               "\"cloudtrail:StopLogging\",\"cloudtrail:DeleteTrail\",\"cloudtrail:UpdateTrail\","
               "\"cloudtrail:PutEventSelectors\",\"ec2:DeleteFlowLogs\","
               "\"guardduty:DeleteDetector\",\"guardduty:UpdateDetector\","
               "\"config:StopConfigurationRecorder\"",
               EVASION),
};

const check_table checks_aws_iam_power = {rows, ARRAY_LEN(rows)};
