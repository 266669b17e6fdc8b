/* SPDX-License-Identifier: Apache-2.0
 *
 * test_entra.c -- directory audits and sign-ins in every shape, and what they must decode to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/decoded.h"

extern const decoder decoder_azure_activity, decoder_entra_audit, decoder_entra_signin;

typedef struct sample {
    const char *name;
    const char *record;
    const char *facts; /* see decoded_check; NULL: the record belongs to another family */
} sample;

#define ROLE_DETAILS                                                                               \
    "\"activityDisplayName\":\"Add member to "                                                     \
    "role\",\"activityDateTime\":\"2026-01-02T03:04:05Z\","                                        \
    "\"id\":\"Directory_1\",\"correlationId\":\"c1\",\"result\":\"success\",\"loggedByService\":"  \
    "\"Core "                                                                                      \
    "Directory\",\"initiatedBy\":{\"user\":{\"id\":\"0B0E0000-0000-4000-8000-00000000000A\","      \
    "\"userPrincipalName\":\"mallory@example.com\",\"ipAddress\":\"198.51.100.9\"},\"app\":null}," \
    "\"targetResources\":[{\"type\":\"User\",\"id\":\"0B0E0000-0000-4000-8000-00000000000B\","     \
    "\"modifiedProperties\":[{\"displayName\":\"Role.TemplateId\",\"newValue\":\"\\\"x\\\"\"},"    \
    "{\"displayName\":\"Role.DisplayName\",\"oldValue\":null,\"newValue\":"                        \
    "\"\\\"Global Administrator\\\"\"}]}],\"additionalDetails\":[{\"key\":\"User-Agent\","         \
    "\"value\":\"curl/8\"},{\"key\":\"wids\",\"value\":\"62e90394-69f5-4237-9190-012177145e10\"}]"

#define ROLE_FACTS                                                                                 \
    "provider=azure\noutcome=success\nphase=complete\nclass=priv.grant\ntime_ms=1767323045000\n"   \
    "operation=Add member to role\nuid=Directory_1\nshared_uid=c1\nservice=Core Directory\n"       \
    "actor_id=0b0e0000-0000-4000-8000-00000000000a\nactor_name=mallory@example.com\n"              \
    "actor_type=User\nsrc_ip=198.51.100.9\nuser_agent=curl/8\nactor_privileged=true\n"             \
    "policy_delta=Global Administrator\ntarget_type=User\n!denied\n!error_code\n"                  \
    "target=principal:0b0e0000-0000-4000-8000-00000000000b\n"

/* clang-format off */
static const sample audits[] = {
    {"diagnostic",
     "{\"time\":\"2026-01-02T03:09:00Z\",\"resourceId\":\"/tenants/7E000000-0000-4000-8000-000000000009/providers/Microsoft.aadiam\","
     "\"operationName\":\"Add member to role\",\"category\":\"AuditLogs\",\"resultSignature\":\"None\",\"tenantId\":\"ignored\",\"properties\":{" ROLE_DETAILS "}}",
     ROLE_FACTS "log_kind=AuditLogs\norg=7e000000-0000-4000-8000-000000000009\naccount=7e000000-0000-4000-8000-000000000009\n"
     "actor_account=7e000000-0000-4000-8000-000000000009\ntarget@properties.targetResources[type=User].id"},
    {"graph", "{" ROLE_DETAILS ",\"category\":\"RoleManagement\",\"operationType\":\"Assign\"}", ROLE_FACTS "log_kind=RoleManagement\ntarget@targetResources[type=User].id"},
    {"log analytics: objects as text",
     "{\"TenantId\":\"workspace\",\"AADTenantId\":\"7e000000-0000-4000-8000-000000000009\",\"TimeGenerated [UTC]\":\"1/2/2026, 3:04:05.000 AM\",\"OperationName\":\"Add member to role\",\"Category\":\"RoleManagement\","
     "\"Type\":\"AuditLogs\",\"Id\":\"Directory_1\",\"CorrelationId\":\"c1\",\"Result\":\"success\",\"LoggedByService\":\"Core Directory\",\"ResultType\":\"\","
     "\"InitiatedBy\":\"{\\\"user\\\":{\\\"id\\\":\\\"0b0e0000-0000-4000-8000-00000000000a\\\",\\\"userPrincipalName\\\":\\\"mallory@example.com\\\",\\\"ipAddress\\\":\\\"198.51.100.9\\\",\\\"roles\\\":[]}}\","
     "\"TargetResources\":\"[{\\\"type\\\":\\\"User\\\",\\\"id\\\":\\\"0B0E0000-0000-4000-8000-00000000000B\\\",\\\"modifiedProperties\\\":[{\\\"displayName\\\":\\\"Role.DisplayName\\\",\\\"newValue\\\":\\\"\\\\\\\"Global Administrator\\\\\\\"\\\"}]}]\","
     "\"AdditionalDetails\":\"[{\\\"key\\\":\\\"User-Agent\\\",\\\"value\\\":\\\"curl/8\\\"},{\\\"key\\\":\\\"wids\\\",\\\"value\\\":\\\"62e90394-69f5-4237-9190-012177145e10\\\"}]\"}",
     ROLE_FACTS "org=7e000000-0000-4000-8000-000000000009"},
    {"the outer category is the inner one; keys in another case; an application acts",
     "{\"TIME\":\"2026-01-02T03:04:05Z\",\"Category\":\"DirectoryManagement\",\"tenantid\":\"7e000000-0000-4000-8000-000000000009\",\"OPERATIONNAME\":\"Set domain authentication\",\"Properties\":{\"ActivityDisplayName\":\"Set domain authentication\","
     "\"initiatedby\":{\"app\":{\"appId\":\"1950A258-227B-4E31-A9CF-717495945FC2\",\"displayName\":\"Tool\",\"servicePrincipalId\":\"0b0e0000-0000-4000-8000-00000000000c\"}}}}",
     "class=idp.add\nactor_id=0b0e0000-0000-4000-8000-00000000000c\nactor_name=Tool\nactor_type=ServicePrincipal\nua_tool=Azure PowerShell\noutcome=success\n"
     "org=7e000000-0000-4000-8000-000000000009\n!policy_delta"},
    {"en dash and trailing space",
     "{\"category\":\"AuditLogs\",\"operationName\":\"Update application \xe2\x80\x93 Certificates and secrets management \",\"time\":\"2026-01-02T03:04:05Z\"}", "class=cred.create"},
    {"new keys are told from old ones",
     "{\"category\":\"AuditLogs\",\"operationName\":\"Add service principal credentials\",\"properties\":{\"targetResources\":[{\"type\":\"ServicePrincipal\",\"id\":\"s1\",\"modifiedProperties\":[{\"displayName\":\"KeyDescription\","
     "\"oldValue\":\"[\\\"[KeyIdentifier=0a0e0000-0000-4000-8000-000000000001,KeyType=Password]\\\"]\","
     "\"newValue\":\"[\\\"[KeyIdentifier=0a0e0000-0000-4000-8000-000000000001,KeyType=Password]\\\",\\\"[KeyIdentifier=0A0E0000-0000-4000-8000-000000000002,KeyType=Password]\\\"]\"}]}]}}",
     "class=cred.create\ntarget=principal:s1\ncreated=credential:0a0e0000-0000-4000-8000-000000000002\ncreated@properties.targetResources[].modifiedProperties[].newValue\n!created=credential:0a0e0000-0000-4000-8000-000000000001"},
    {"a list of one value; the application role",
     "{\"category\":\"AuditLogs\",\"operationName\":\"Add app role assignment to service principal\",\"properties\":{\"targetResources\":[{\"modifiedProperties\":[{\"displayName\":\"AppRole.Value\",\"newValue\":\"[\\\"Directory.ReadWrite.All\\\"]\"}]}]}}",
     "policy_delta=Directory.ReadWrite.All\ntimeless=true"},
    {"role as a target of its own",
     "{\"category\":\"AuditLogs\",\"operationName\":\"Add eligible member to role\",\"properties\":{\"targetResources\":[{\"type\":\"User\",\"displayName\":\"U\"},{\"type\":\"Role\",\"displayName\":\"Application Administrator\"}]}}",
     "policy_delta=Application Administrator"},
    {"elevation",
     "{\"category\":\"AuditLogs\",\"operationName\":\"User has elevated their access to User Access Administrator for their Azure Resources\",\"properties\":{}}",
     "policy_delta=User Access Administrator on /"},
    {"log analytics: TenantId is the workspace",
     "{\"TenantId\":\"workspace\",\"TimeGenerated\":\"2026-01-02T03:04:05Z\",\"OperationName\":\"Add user\",\"Type\":\"AuditLogs\"}", "class=identity.create\n!org\n!account"},
    {"failure",
     "{\"activityDisplayName\":\"Add user\",\"activityDateTime\":\"2026-01-02T03:04:05Z\",\"result\":\"failure\",\"resultReason\":\"broken\"}",
     "outcome=failed\nerror_code=failure\nerror_message=broken\n!denied"},
    {"refused",
     "{\"activityDisplayName\":\"Add user\",\"result\":\"failure\",\"resultReason\":\"Insufficient privileges to complete the operation.\"}", "outcome=denied\ndenied=true"},
    {"unknown: the hot path",
     "{\"activityDisplayName\":\"Something else\",\"activityDateTime\":\"2026-01-02T03:04:05Z\",\"id\":\"d\",\"result\":\"failure\"}",
     "provider=azure\noutcome=failed\ntime_ms=1767323045000\n!operation"},
    {"not mine: sign-in", "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"properties\":{\"userId\":\"u\"}}", NULL},
    {"not mine: activity", "{\"category\":\"Administrative\",\"operationName\":\"Microsoft.Compute/disks/write\",\"resourceId\":\"/subscriptions/s\"}", NULL},
    {"not mine: no operation", "{\"category\":\"AuditLogs\"}", NULL},
};

#define PERSON                                                                                     \
    "\"id\":\"03020100-0504-0706-0809-0a0b0c0d0e0f\",\"createdDateTime\":\"2026-01-02T03:04:05Z\"," \
    "\"userId\":\"0B0E0000-0000-4000-8000-00000000000A\",\"userPrincipalName\":\"mallory@example.com\"," \
    "\"appId\":\"c44b4083-3bb0-49c1-b47d-974e53cbdf3c\",\"appDisplayName\":\"Azure Portal\","      \
    "\"ipAddress\":\"198.51.100.9\",\"userAgent\":\"Mozilla/5.0\",\"clientAppUsed\":\"Browser\","  \
    "\"autonomousSystemNumber\":64500,\"conditionalAccessStatus\":\"success\","                    \
    "\"resourceDisplayName\":\"Windows Azure Service Management API\","                            \
    "\"location\":{\"city\":\"Dublin\",\"countryOrRegion\":\"IE\"},\"correlationId\":\"c1\""

#define PERSON_FACTS                                                                               \
    "provider=azure\nphase=complete\nclass=login\noperation=Sign-in activity\n"                    \
    "time_ms=1767323045000\nuid=03020100-0504-0706-0809-0a0b0c0d0e0f\nshared_uid=c1\n"             \
    "actor_id=0b0e0000-0000-4000-8000-00000000000a\nactor_name=mallory@example.com\n"              \
    "actor_type=User\nsrc_ip=198.51.100.9\nsrc_asn=64500\nsrc_country=IE\nuser_agent=Mozilla/5.0\n" \
    "ua_tool=Azure Portal\nvia_console=true\nissuer_id=c44b4083-3bb0-49c1-b47d-974e53cbdf3c\n"     \
    "issuer_name=Azure Portal\nsession_start=2026-01-02T03:04:05Z\n!credential\n"

static const sample sign_ins[] = {
    {"diagnostic: a person with two factors",
     "{\"time\":\"2026-01-02T03:09:00Z\",\"resourceId\":\"/tenants/7e000000-0000-4000-8000-000000000009/providers/Microsoft.aadiam\",\"operationName\":\"Sign-in activity\","
     "\"category\":\"SignInLogs\",\"resultType\":\"0\",\"callerIpAddress\":\"192.0.2.1\",\"location\":\"DE\",\"properties\":{" PERSON
     ",\"authenticationRequirement\":\"multiFactorAuthentication\",\"uniqueTokenIdentifier\":\"tokenAtokenBtokenCtoke\"}}",
     PERSON_FACTS "outcome=success\nmfa=true\nsession_id=tokenAtokenBtokenCtoke\nlog_kind=SignInLogs\norg=7e000000-0000-4000-8000-000000000009\n!denied\n!error_code"},
    {"graph: the session comes from the request's id", "{" PERSON ",\"isInteractive\":true,\"status\":{\"errorCode\":0},\"authenticationRequirement\":\"singleFactorAuthentication\"}",
     PERSON_FACTS "outcome=success\nmfa=false\nsession_id=AAECAwQFBgcICQoLDA0ODw\ncreated=session:AAECAwQFBgcICQoLDA0ODw"},
    {"log analytics: wrong password, objects as text",
     "{\"TenantId\":\"workspace\",\"AADTenantId\":\"7e000000-0000-4000-8000-000000000009\",\"OperationName\":\"Sign-in activity\",\"Category\":\"SignInLogs\",\"ResultType\":\"50126\","
     "\"CreatedDateTime [UTC]\":\"1/2/2026, 3:04:05.000 AM\",\"Id\":\"x\",\"UserId\":\"u\",\"UserPrincipalName\":\"mallory@example.com\",\"AppId\":\"04b07795-8ddb-461a-bbee-02f9e1bf7b46\",\"AppDisplayName\":\"Microsoft Azure CLI\","
     "\"IPAddress\":\"198.51.100.9\",\"Location\":\"IL\",\"LocationDetails_dynamic\":\"{\\\"countryOrRegion\\\":\\\"IL\\\"}\",\"AuthenticationRequirement\":\"multiFactorAuthentication\",\"Type\":\"SigninLogs\"}",
     "outcome=failed\nerror_code=50126\nerror_message=wrong user name or password\nmfa=false\nsrc_country=IL\norg=7e000000-0000-4000-8000-000000000009\nvia_console=false\n"
     "ua_tool=Microsoft Azure CLI\ntime_ms=1767323045000\nactor_type=User\n!denied"},
    {"status as text only, without category",
     "{\"TimeGenerated\":\"2026-01-02T03:04:05Z\",\"OperationName\":\"Sign-in activity\",\"UserId\":\"u\",\"Status\":\"{\\\"errorCode\\\":50053,\\\"failureReason\\\":\\\"x\\\"}\",\"Type\":\"AADNonInteractiveUserSignInLogs\",\"LocationDetails\":\"{\\\"countryOrRegion\\\":\\\"KP\\\"}\"}",
     "outcome=denied\nerror_code=50053\ndenied=true\nerror_message=account locked or address blocked (smart lockout)\nsrc_country=KP\nlog_kind=AADNonInteractiveUserSignInLogs"},
    {"non-interactive, blocked by policy",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"operationName\":\"Sign-in activity\",\"category\":\"NonInteractiveUserSignInLogs\",\"resultType\":53003,\"tenantId\":\"7E000000-0000-4000-8000-000000000009\",\"properties\":{" PERSON "}}",
     PERSON_FACTS "outcome=denied\nerror_code=53003\nerror_message=blocked by conditional access\norg=7e000000-0000-4000-8000-000000000009"},
    {"service principal with a secret",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"operationname\":\"Sign-in activity\",\"category\":\"ServicePrincipalSignInLogs\",\"resulttype\":7000215,\"location\":\"IE\",\"properties\":"
     "{\"id\":\"x\",\"appId\":\"a1\",\"servicePrincipalId\":\"s1\",\"servicePrincipalName\":\"robot\",\"clientCredentialType\":\"clientSecret\",\"ipAddress\":\"198.51.100.9\"}}",
     "outcome=failed\nerror_code=7000215\nactor_id=s1\nactor_name=robot\nactor_type=ServicePrincipal\ncredential=appid:a1/secret\nsrc_country=IE\nvia_console=false\n!mfa"},
    {"service principal with a key of known id",
     "{\"category\":\"ServicePrincipalSignInLogs\",\"operationName\":\"Sign-in activity\",\"properties\":{\"appId\":\"a1\",\"servicePrincipalId\":\"s1\",\"clientCredentialType\":\"clientSecret\",\"servicePrincipalCredentialKeyId\":\"11CA0000-0000-4000-8000-00000000000A\"}}",
     "credential=11ca0000-0000-4000-8000-00000000000a"},
    {"managed identity",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"operationName\":\"Sign-in activity\",\"category\":\"ManagedIdentitySignInLogs\",\"resultType\":\"0\",\"properties\":{\"appId\":\"a1\",\"servicePrincipalId\":\"s1\",\"servicePrincipalName\":\"vm\"}}",
     "outcome=success\nactor_type=ManagedIdentity\nactor_id=s1\nactor_name=vm\n!credential"},
    {"an application of which the id alone is known, in no category", "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"/tenants/t/x\",\"operationName\":\"Sign-in activity\",\"properties\":{\"appId\":\"a1\"}}",
     "actor_id=a1\nactor_type=ServicePrincipal\noutcome=success"},
    {"a word for the result, the number below",
     "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"resultType\":\"Failure\",\"properties\":{\"userId\":\"u\",\"status\":{\"errorCode\":50074}}}", "outcome=failed\nerror_code=50074"},
    {"a word alone", "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"resultType\":\"Failure\",\"properties\":{\"userId\":\"u\"}}", "outcome=failed\nerror_code=Failure"},
    {"a good word", "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"resultType\":\"Success\",\"properties\":{\"userId\":\"u\"}}", "outcome=success\n!error_code"},
    {"no result", "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"properties\":{\"userId\":\"u\"}}", "outcome=success"},
    {"unknown number, the record's own words",
     "{\"category\":\"SignInLogs\",\"operationName\":\"Sign-in activity\",\"resultType\":\"99999\",\"properties\":{\"userId\":\"u\",\"status\":{\"failureReason\":\"because\"}}}", "outcome=failed\nerror_message=because"},
    {"not mine: a summary of sign-ins", "{\"StartTime [UTC]\":\"4/19/2026, 12:13:19.483 PM\",\"IPAddress\":\"198.51.100.9\",\"Type\":\"SigninLogs\"}", NULL},
    {"not mine: directory audit", "{\"category\":\"AuditLogs\",\"operationName\":\"Add user\",\"properties\":{\"activityDisplayName\":\"Add user\",\"userId\":\"u\"}}", NULL},
    {"not mine: a made user", "{\"createdDateTime\":\"2026-01-02T03:04:05Z\",\"userPrincipalName\":\"a@example.com\"}", NULL},
};
/* clang-format on */

static void check(const decoder *family, const sample *samples, size_t n_samples)
{
    for (size_t i = 0; i < n_samples; i++) {
        const sample *s = &samples[i];
        AUTO(decoded) d;
        decoded_init(&d, family, s->record);
        decoded_check(&d, s->name, s->facts ? DECODE_EVENT : DECODE_NOT_MINE, s->facts);
    }
}

static void decodes_audits(void **state)
{
    (void)state;
    check(&decoder_entra_audit, audits, ARRAY_LEN(audits));
}

static void decodes_sign_ins(void **state)
{
    (void)state;
    check(&decoder_entra_signin, sign_ins, ARRAY_LEN(sign_ins));
}

/* Recognition must not depend on who is asked first. */
static void one_family_takes_a_record(void **state)
{
    static const decoder *const families[] = {&decoder_entra_audit, &decoder_entra_signin,
                                              &decoder_azure_activity};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(audits) + ARRAY_LEN(sign_ins); i++) {
        const sample *s = i < ARRAY_LEN(audits) ? &audits[i] : &sign_ins[i - ARRAY_LEN(audits)];
        size_t n_takers = 0;
        for (size_t k = 0; k < ARRAY_LEN(families); k++) {
            AUTO(decoded) d;
            decoded_init(&d, families[k], s->record);
            n_takers += d.status == DECODE_EVENT;
        }
        if (s->facts ? n_takers != 1 : n_takers > 1)
            fail_msg("%s: taken by %zu families", s->name, n_takers);
    }
}

static void copies_share_their_hash(void **state)
{
    static const char one[] = "{\"activityDisplayName\":\"Add user\",\"targetResources\":[]}";
    static const char two[] = "{\"activityDisplayName\":\"Add user\",\"targetResources\":[{}]}";
    AUTO(decoded) a, b, c;
    (void)state;
    decoded_init(&a, &decoder_entra_audit, one);
    decoded_init(&b, &decoder_entra_audit, one);
    decoded_init(&c, &decoder_entra_audit, two);
    assert_int_equal(a.uid_hash, b.uid_hash);
    assert_int_not_equal(a.uid_hash, c.uid_hash);
}

/* A sign-in is written when it is interrupted and again when it is over, under one id. */
static void results_tell_sign_ins_apart(void **state)
{
    AUTO(decoded) a, b;
    (void)state;
    decoded_init(&a, &decoder_entra_signin, "{" PERSON ",\"status\":{\"errorCode\":50074}}");
    decoded_init(&b, &decoder_entra_signin, "{" PERSON ",\"status\":{\"errorCode\":0}}");
    assert_int_not_equal(a.uid_hash, b.uid_hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_audits),
        cmocka_unit_test(decodes_sign_ins),
        cmocka_unit_test(one_family_takes_a_record),
        cmocka_unit_test(copies_share_their_hash),
        cmocka_unit_test(results_tell_sign_ins_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
