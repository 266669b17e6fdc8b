/* SPDX-License-Identifier: Apache-2.0
 *
 * test_routes_identity.c -- from a call back to who is behind it, over sessions, accounts and
 * clouds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "support/route.h"

/* clang-format off */
#define OPS_ARN(account) "arn:aws:sts::" account ":assumed-role/Ops/bob"
#define OPS(account, key) AWS_ROLE(account, "Ops", "bob", key, "")
#define STS(time, who, account, name, request, key, arn, more) \
    AWS_RECORD(time, who, "sts", name, request, "{'credentials':{'accessKeyId':'" key "'},'assumedRoleUser':{'arn':'" arn "'}" more "}", AWS_IN(account))
#define ASSUME(time, who, key) STS(time, who, AWS_ACCOUNT, "AssumeRole", "{'roleArn':'arn:aws:iam::" AWS_ACCOUNT ":role/Ops'}", key, OPS_ARN(AWS_ACCOUNT), "")
#define STOLEN(time, who, account) AWS_RECORD(time, who, "ec2", "CreateSnapshot", "{'volumeId':'vol-1'}", "{'snapshotId':'snap-$N'}", AWS_IN(account))
#define SAML(name) "{'type':'SAMLUser','principalId':'idp=:" name "','userName':'" name "','identityProvider':'idp='}"
#define WEB(subject) "{'type':'WebIdentityUser','principalId':'https://sts.example.com:app:" subject "','userName':'" subject "','identityProvider':'https://sts.example.com'}"
#define SSO(account, key) AWS_ROLE(account, "AWSReservedSSO_Admin_1", "Eve@Example.com", key, "")
#define AZ_DISK(time) AZURE(time, "Compute/disks/write", "Compute/disks/d$N", "{'properties':{'creationData':{'createOption':'Empty'}}}")
#define POOL "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/"
#define WIF(subject) "{'principalSubject':'" POOL subject "'}"
#define GCP_DISK(time, who) GCP_RECORD(time, who, "compute", "v1.compute.disks.insert", "projects/lab/zones/europe-west1-b/disks/d$N", "", "", "")
#define SIGN_IN(time, who, uti) "{'time':'2026-03-01T" time ":00Z','category':'SignInLogs','operationName':'Sign-in activity','resultType':'0','callerIpAddress':'203.0.113.9','correlationId':'s-$N'," \
    "'properties':{'id':'si-$N'," who ",'uniqueTokenIdentifier':'" uti "'}}"
#define AUDIT(time, name, targets) "{'time':'2026-03-01T" time ":00Z','category':'AuditLogs','operationName':'" name "','correlationId':'a-$N','properties':{'id':'au-$N','activityDisplayName':'" name "','result':'success'," \
    "'initiatedBy':{'user':{'id':'" AZ_EVE_ID "','userPrincipalName':'eve@example.com'}},'targetResources':[" targets "]}}"
#define SP "dddddddd-0000-0000-0000-000000000001"
#define APP "dddddddd-0000-0000-0000-000000000002"

#define COPIED(time) AZURE(time, "Compute/snapshots/write", "Compute/snapshots/s", "{'properties':{'creationData':{'createOption':'Copy','sourceResourceId':'" AZ_GROUP "Compute/disks/secret'}}}")

#define TAKEN(time) AZURE(time, "Compute/snapshots/beginGetAccess/action", "Compute/snapshots/s", "{}")
#define GIVEN(time, who) AWS(time, who, "ec2", "ModifySnapshotAttribute", "{'snapshotId':'snap-4','createVolumePermission':{'add':{'items':[{'userId':'999999999999'}]}}}", "{}")

static const route routes[] = {
    {"a chain of roles", {ASSUME("10:00", EVE, "ASIA1"), STS("10:01", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT, "AssumeRole", "{}", "ASIA2", "arn:aws:sts::111111111111:assumed-role/Admin/x", ""),
      STOLEN("10:02", AWS_ROLE(AWS_ACCOUNT, "Admin", "x", "ASIA2", ""), AWS_ACCOUNT)}, "user/eve issued ASIA1; user/eve issued ASIA2", NULL, NULL, "user/eve"},
    {"a role of another account, seen by both: one call by the user who made it",
     {AWS_RECORD("10:00", "{'type':'AWSAccount','principalId':'AIDAeve','accountId':'111111111111'}", "sts", "AssumeRole", "{'roleArn':'arn:aws:iam::222222222222:role/Ops'}",
      "{'credentials':{'accessKeyId':'ASIA1'},'assumedRoleUser':{'arn':'" OPS_ARN(AWS_OTHER) "'}}", ",'sharedEventID':'sh'" AWS_IN(AWS_OTHER)),
      AWS_RECORD("10:00", EVE, "sts", "AssumeRole", "{'roleArn':'arn:aws:iam::222222222222:role/Ops'}", "{'credentials':{'accessKeyId':'ASIA1'},'assumedRoleUser':{'arn':'" OPS_ARN(AWS_OTHER) "'}}", ",'sharedEventID':'sh'" AWS_IN(AWS_ACCOUNT)),
      STOLEN("10:02", OPS(AWS_OTHER, "ASIA1"), AWS_OTHER)}, "user/eve issued ASIA1", NULL, NULL, "user/eve"},
    {"seen by the other account alone: the user is known by his id",
     {STOLEN("09:00", EVE, AWS_ACCOUNT), STS("10:00", "{'type':'AWSAccount','principalId':'AIDAeve','accountId':'111111111111'}", AWS_OTHER, "AssumeRole", "{}", "ASIA1", OPS_ARN(AWS_OTHER), ""), STOLEN("10:02", OPS(AWS_OTHER, "ASIA1"), AWS_OTHER)},
     "user/eve issued ASIA1", NULL, NULL, "user/eve"},
    {"or the session by its: whoever is behind that session",
     {ASSUME("09:00", EVE, "ASIA0"), STOLEN("09:01", OPS(AWS_ACCOUNT, "ASIA0"), AWS_ACCOUNT),
      STS("10:00", "{'type':'AWSAccount','principalId':'AROAOps:bob','accountId':'111111111111'}", AWS_OTHER, "AssumeRole", "{}", "ASIA1", "arn:aws:sts::222222222222:assumed-role/Far/x", ""),
      STOLEN("10:02", AWS_ROLE(AWS_OTHER, "Far", "x", "ASIA1", ""), AWS_OTHER)}, "user/eve issued ASIA1", NULL, NULL, "user/eve"},
    {"a console switch of roles", {STOLEN("09:00", EVE, AWS_ACCOUNT), AWS_RECORD("10:00", AWS_ROLE(AWS_OTHER, "Ops", "eve", "ASIA5", ""), "signin", "SwitchRole", "null", "{'SwitchRole':'Success'}", ",'additionalEventData':{'SwitchFrom':'arn:aws:iam::111111111111:user/eve'}" AWS_IN(AWS_OTHER)),
      STOLEN("10:02", AWS_ROLE(AWS_OTHER, "Ops", "eve", "ASIA6", ""), AWS_OTHER)}, "", NULL, NULL, "user/eve"},
    {"federation: the directory's user came in by SAML",
     {AZ_DISK("09:00"), STS("10:00", SAML("eve@example.com"), AWS_ACCOUNT, "AssumeRoleWithSAML", "{}", "ASIA1", OPS_ARN(AWS_ACCOUNT), ""), STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT)},
     "idp=:eve@example.com same_as " AZ_EVE_ID " userIdentity", NULL, NULL, AZ_EVE_ID},
    {"the same when the directory's records come later, and another spelling",
     {STS("08:00", SAML("Eve@Example.com"), AWS_ACCOUNT, "AssumeRoleWithSAML", "{}", "ASIA1", OPS_ARN(AWS_ACCOUNT), ""), STOLEN("08:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT), AZ_DISK("09:00")},
     AZ_EVE_ID " same_as idp=:Eve@Example.com", NULL, NULL, "idp=:Eve@Example.com"},
    {"by the object id in a web identity", {AZ_DISK("09:00"), STS("10:00", WEB(AZ_EVE_ID), AWS_ACCOUNT, "AssumeRoleWithWebIdentity", "{}", "ASIA1", OPS_ARN(AWS_ACCOUNT), ""), STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT)},
     "app:" AZ_EVE_ID " same_as " AZ_EVE_ID, NULL, NULL, AZ_EVE_ID},
    {"another's subject is nobody's here", {AZ_DISK("09:00"), STS("10:00", SAML("mallory@example.com"), AWS_ACCOUNT, "AssumeRoleWithSAML", "{}", "ASIA1", OPS_ARN(AWS_ACCOUNT), ""), STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT)},
     "!idp=:mallory@example.com same_as " AZ_EVE_ID, NULL, NULL, "idp=:mallory@example.com"},
    {"single sign-on: one person in two accounts", {STOLEN("10:00", SSO(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT), STOLEN("10:01", SSO(AWS_OTHER, "ASIA2"), AWS_OTHER)},
     "222222222222:assumed-role/AWSReservedSSO_Admin_1/Eve@Example.com same_as 111111111111:assumed-role/AWSReservedSSO_Admin_1/Eve@Example.com", NULL, NULL, "111111111111:assumed-role/AWSReservedSSO_Admin_1/Eve@Example.com"},
    {"an ordinary role's session name is whatever its caller typed", {STOLEN("10:00", AWS_ROLE(AWS_ACCOUNT, "Ops", "eve@example.com", "ASIA1", ""), AWS_ACCOUNT), STOLEN("10:01", AWS_ROLE(AWS_OTHER, "Ops", "eve@example.com", "ASIA2", ""), AWS_OTHER)},
     "", NULL, NULL, "222222222222:assumed-role/Ops/eve@example.com"},
    {"a workload of AWS in Google Cloud", {ASSUME("09:00", EVE, "ASIA1"), STOLEN("09:01", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT), GCP_DISK("10:00", WIF(OPS_ARN(AWS_ACCOUNT)))},
     "pool/subject/" OPS_ARN(AWS_ACCOUNT) " same_as user/eve protoPayload.authenticationInfo", NULL, NULL, "iam::111111111111:user/eve"},
    {"the same when AWS's records come later", {GCP_DISK("08:00", WIF(OPS_ARN(AWS_ACCOUNT))), ASSUME("09:00", EVE, "ASIA1"), STOLEN("09:01", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT), GCP_DISK("10:00", WIF(OPS_ARN(AWS_ACCOUNT)))},
     "pool/subject/" OPS_ARN(AWS_ACCOUNT) " same_as " OPS_ARN(AWS_ACCOUNT), NULL, NULL, "pool/subject/" OPS_ARN(AWS_ACCOUNT)},
    {"a user of AWS, through a service account", {STOLEN("09:01", EVE, AWS_ACCOUNT),
      GCP_DISK("10:00", "{'principalEmail':'x@lab.iam.gserviceaccount.com','serviceAccountDelegationInfo':[{'principalSubject':'" POOL "arn:aws:iam::111111111111:user/eve'}]}")},
     "pool/subject/arn:aws:iam::111111111111:user/eve same_as iam::111111111111:user/eve", NULL, NULL, "user/eve"},
    {"a service account of Google in AWS: the subject is its number",
     {GCP_RECORD("09:00", GCP_EVE, "iam", "google.iam.admin.v1.CreateServiceAccount", "projects/lab", "", "", ",'response':{'email':'x@lab.iam.gserviceaccount.com','unique_id':'105700000000000000001'}"),
      STS("10:00", "{'type':'WebIdentityUser','principalId':'accounts.google.com:aud:105700000000000000001','userName':'105700000000000000001','identityProvider':'accounts.google.com'}", AWS_ACCOUNT, "AssumeRoleWithWebIdentity", "{}", "ASIA1", OPS_ARN(AWS_ACCOUNT), ""),
      STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT)},
     "aud:105700000000000000001 same_as x@lab.iam.gserviceaccount.com", NULL, NULL, "x@lab.iam.gserviceaccount.com"},
    {"a directory's user in Google Cloud", {AZ_DISK("09:00"), GCP_DISK("10:00", WIF(AZ_EVE_ID))}, "subject/" AZ_EVE_ID " same_as " AZ_EVE_ID, NULL, NULL, AZ_EVE_ID},
    {"a sign-in, its token, what was done with it", {SIGN_IN("09:00", "'userId':'" AZ_EVE_ID "','userPrincipalName':'eve@example.com'", "uti-eve"), AZ_DISK("09:10")}, "uti-eve created_by " AZ_EVE_ID, NULL, NULL, AZ_EVE_ID},
    {"an application, its service principal, a key, and what it does",
     {AUDIT("09:00", "Add service principal", "{'id':'" SP "','type':'ServicePrincipal','displayName':'x','modifiedProperties':[{'displayName':'AppId','newValue':'\\'" APP "\\''}]}"),
      AUDIT("09:01", "Add service principal credentials", "{'id':'" SP "','type':'ServicePrincipal','displayName':'x','modifiedProperties':[{'displayName':'KeyDescription','oldValue':'[]','newValue':'[\\'[KeyIdentifier=eeeeeeee-0000-0000-0000-000000000001,KeyType=Password]\\']'}]}"),
      AZURE_RECORD("09:05", "{'http://schemas.microsoft.com/identity/claims/objectidentifier':'" SP "','appid':'" APP "','appidacr':'1','uti':'u7'}", "Compute/disks/write", AZ_GROUP "Compute/disks/d", "Accept", "c", "")},
     SP " created_by " AZ_EVE_ID "; " SP " issued eeeeeeee-0000-0000-0000-000000000001; disks/d created_by " SP, NULL, NULL, SP},
    {"a guest", {AUDIT("09:00", "Invite external user", "{'id':'cccccccc-0000-0000-0000-000000000009','type':'User','userPrincipalName':'g'}"),
      AZURE_RECORD("09:05", AZ_USER("g@other.com", "cccccccc-0000-0000-0000-000000000009", "u8"), "Compute/disks/write", AZ_GROUP "Compute/disks/d", "Accept", "c", "")},
     "cccccccc-0000-0000-0000-000000000009 created_by " AZ_EVE_ID, NULL, NULL, "cccccccc-0000-0000-0000-000000000009"},
    {"a new user, his key, his policy, his machine; the machine's role",
     {AWS("09:00", EVE, "iam", "CreateUser", "{'userName':'svc'}", "{'user':{'arn':'arn:aws:iam::111111111111:user/svc','userName':'svc'}}"), AWS("09:01", EVE, "iam", "CreateAccessKey", "{'userName':'svc'}", "{'accessKey':{'accessKeyId':'AKIAsvc','userName':'svc'}}"),
      AWS("09:02", EVE, "iam", "AttachUserPolicy", "{'userName':'svc','policyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}", "null"),
      AWS("09:03", AWS_USER(AWS_ACCOUNT, "svc"), "ec2", "RunInstances", "{'iamInstanceProfile':{'name':'web'}}", "{'instancesSet':{'items':[{'instanceId':'i-00000000000000001'}]}}"),
      STOLEN("09:30", AWS_ROLE(AWS_ACCOUNT, "web", "i-00000000000000001", "ASIA9", ""), AWS_ACCOUNT)},
     "user/svc created_by user/eve; user/svc issued AKIAsvc; user/svc granted policy/AdministratorAccess; i-00000000000000001 uses instance-profile/web; i-00000000000000001 runs_as assumed-role/web/i-00000000000000001", NULL, NULL, "assumed-role/web/i-00000000000000001"},
};
/* clang-format on */

static size_t count_lines(const buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++)
        n += b->p[i] == '\n';
    return n;
}

static void test_routes(void **unused)
{
    (void)unused;
    routes_check(routes, ARRAY_LEN(routes));
}

/* A directory's user copies a disk in Azure, comes into AWS, and shares
 * a copy of a volume there. */
static void test_one_person_makes_one_incident(void **unused)
{
    static const route story = {
        .name = "over two clouds",
        .records = {COPIED("09:00"), TAKEN("09:10"),
                    STS("10:00", SAML("eve@example.com"), AWS_ACCOUNT, "AssumeRoleWithSAML", "{}",
                        "ASIA1", OPS_ARN(AWS_ACCOUNT), ""),
                    STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT),
                    GIVEN("10:03", OPS(AWS_ACCOUNT, "ASIA1"))},
    };
    static const route strangers = {
        .name = "two people",
        .records = {COPIED("09:00"), TAKEN("09:10"),
                    STS("10:00", SAML("bob@example.com"), AWS_ACCOUNT, "AssumeRoleWithSAML", "{}",
                        "ASIA1", OPS_ARN(AWS_ACCOUNT), ""),
                    STOLEN("10:02", OPS(AWS_ACCOUNT, "ASIA1"), AWS_ACCOUNT),
                    GIVEN("10:03", OPS(AWS_ACCOUNT, "ASIA1"))},
    };
    AUTO(buf) one = {0};
    AUTO(buf) two = {0};
    (void)unused;
    route_judge(&story, &one);
    route_judge(&strangers, &two);
    assert_int_equal(count_lines(&one), 1);
    assert_int_equal(count_lines(&two), 2);
    assert_true(text_has(buf_str(&one), "\"kind\":\"same_as\""));
    assert_true(text_has(buf_str(&one), "\"providers\":[\"aws\",\"azure\"]"));
    assert_false(text_has(buf_str(&two), "same_as"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes),
                                       cmocka_unit_test(test_one_person_makes_one_incident)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
