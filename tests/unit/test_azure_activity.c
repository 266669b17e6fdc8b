/* SPDX-License-Identifier: Apache-2.0
 *
 * test_azure_activity.c -- records of the Activity log in every shape, and what they must decode
 * to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "decode/azure_common.h"
#include "support/decoded.h"

extern const decoder decoder_azure_activity;

typedef struct sample {
    const char *name;
    const char *record;
    const char *facts; /* see decoded_check; NULL: the record belongs to another family */
} sample;

#define SUB "/subscriptions/5A0e0000-0000-4000-8000-000000000001"
#define SUB_LOWER "/subscriptions/5a0e0000-0000-4000-8000-000000000001"
#define RG SUB "/resourceGroups/Lab-RG"
#define RG_LOWER SUB_LOWER "/resourcegroups/lab-rg"
#define COMPUTE RG "/providers/Microsoft.Compute"
#define COMPUTE_LOWER RG_LOWER "/providers/microsoft.compute"
#define NETWORK RG "/providers/Microsoft.Network"
#define NETWORK_LOWER RG_LOWER "/providers/microsoft.network"

#define CLAIMS                                                                                     \
    "{\"appid\":\"04b07795-8ddb-461a-bbee-02f9e1bf7b46\",\"appidacr\":\"0\","                      \
    "\"iat\":\"1700000000\",\"uti\":\"tokenAtokenBtokenCtoke\",\"ipaddr\":\"198.51.100.7\","       \
    "\"name\":\"Mallory M\",\"wids\":\"62e90394-69f5-4237-9190-012177145e10\","                    \
    "\"http://schemas.microsoft.com/identity/claims/objectidentifier\":"                           \
    "\"0B0E0000-0000-4000-8000-00000000000A\","                                                    \
    "\"http://schemas.microsoft.com/identity/claims/tenantid\":"                                   \
    "\"7e000000-0000-4000-8000-000000000009\","                                                    \
    "\"http://schemas.microsoft.com/claims/authnmethodsreferences\":\"pwd,mfa\","                  \
    "\"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn\":\"mallory@example.com\"}"

/* A record as diagnostic settings write it, and one as the REST API does. */
#define DIAG(op, id, result, signature, rest)                                                      \
    "{\"time\":\"2026-01-02T03:04:05.1234567Z\",\"resourceId\":\"" id "\",\"operationName\":\"" op \
    "\",\"category\":\"Administrative\",\"resultType\":\"" result                                  \
    "\",\"resultSignature\":\"" signature "\",\"correlationId\":\"c1\",\"callerIpAddress\":"       \
    "\"198.51.100.9\",\"tenantId\":\"7e000000-0000-4000-8000-000000000009\"" rest "}"
#define REST(op, id, result, sub, rest)                                                            \
    "{\"eventTimestamp\":\"2026-01-02T03:04:05.1234567Z\",\"submissionTimestamp\":"                \
    "\"2026-01-02T03:05:00Z\",\"resourceId\":\"" id "\",\"operationName\":{\"value\":\"" op        \
    "\",\"localizedValue\":\"A name for people\"},\"category\":{\"value\":\"Administrative\"},"    \
    "\"status\":{\"value\":\"" result "\"},\"subStatus\":{\"value\":\"" sub                        \
    "\"},\"eventDataId\":\"e-1\",\"correlationId\":\"c1\",\"operationId\":\"o1\",\"caller\":"      \
    "\"mallory@example.com\"" rest "}"

#define VM_ID COMPUTE "/virtualMachines/Rogue"
#define VM_OP "Microsoft.Compute/virtualMachines/write"
#define SNAPSHOT_OP "Microsoft.Compute/snapshots/write"
#define RULE_OP "Microsoft.Network/networkSecurityGroups/securityRules/write"
#define RULE_ID NETWORK "/networkSecurityGroups/Gate/securityRules/All"

/* clang-format off */
static const sample samples[] = {
    {"rest: who, when and where",
     REST(VM_OP, VM_ID, "Started", "", ",\"claims\":" CLAIMS
          ",\"httpRequest\":{\"clientIpAddress\":\"198.51.100.9\"},\"authorization\":{\"action\":\"" VM_OP
          "\",\"evidence\":{\"principalType\":\"User\",\"role\":\"Contributor\"}}"),
     "provider=azure\nphase=start\noutcome=pending\noperation=" VM_OP "\nservice=microsoft.compute\n"
     "class=instance.create\ntime_ms=1767323045123\ntime_ingest=2026-01-02T03:05:00Z\nuid=e-1\n"
     "shared_uid=c1\nrequest_uid=o1\nlog_kind=Administrative\nread_only=false\n"
     "account=5a0e0000-0000-4000-8000-000000000001\norg=7e000000-0000-4000-8000-000000000009\n"
     "actor_account=7e000000-0000-4000-8000-000000000009\n"
     "actor_id=0b0e0000-0000-4000-8000-00000000000a\nactor_name=mallory@example.com\nactor_type=User\n"
     "actor_privileged=true\nissuer_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46\nua_tool=Azure CLI\n"
     "via_console=false\nsession_id=tokenAtokenBtokenCtoke\nsession_start=2023-11-14T22:13:20Z\nmfa=true\n"
     "src_ip=198.51.100.9\ntoken_ip=198.51.100.7\ntarget_type=microsoft.compute/virtualmachines\n"
     "!credential\n!is_new\n!is_existing\n!error_code"},
    {"diagnostic: claims under identity, keys and operation in another case",
     "{\"TIME\":\"2026-01-02T03:04:05Z\",\"ResourceID\":\"" VM_ID "/\",\"OPERATIONNAME\":\"MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE\","
     "\"Category\":\"Administrative\",\"resulttype\":\"Success\",\"correlationid\":\"c1\",\"Identity\":{\"Claims\":" CLAIMS
     ",\"authorization\":{\"evidence\":{\"role\":\"Owner\",\"principalType\":\"User\"}}}}",
     "phase=end\noutcome=success\nclass=instance.create\nactor_name=mallory@example.com\nservice=microsoft.compute\n"
     "actor_privileged=true\ncreated=instance:" COMPUTE_LOWER "/virtualmachines/rogue"},
    {"log analytics: everything is text",
     "{\"TenantId\":\"workspace\",\"TimeGenerated [UTC]\":\"1/2/2026, 3:04:05.123 AM\",\"OperationName\":\"\","
     "\"OperationNameValue\":\"MICROSOFT.COMPUTE/SNAPSHOTS/WRITE\",\"ActivityStatusValue\":\"Accept\","
     "\"ActivitySubstatusValue\":\"Created\",\"CategoryValue\":\"Administrative\",\"Category\":\"\",\"ResourceId\":\"\","
     "\"_ResourceId\":\"" COMPUTE_LOWER "/snapshots/s1\",\"EventDataId\":\"e-2\",\"CorrelationId\":\"c2\","
     "\"CallerIpAddress\":\"198.51.100.9\",\"HTTPRequest\":\"{\\\"clientIpAddress\\\":\\\"198.51.100.8\\\"}\","
     "\"Claims\":\"{\\\"uti\\\":\\\"u1\\\",\\\"appid\\\":\\\"c44b4083-3bb0-49c1-b47d-974e53cbdf3c\\\",\\\"iss\\\":\","
     "\"Claims_d\":{\"uti\":\"u2\",\"appid\":\"c44b4083-3bb0-49c1-b47d-974e53cbdf3c\",\"tid\":\"7e000000-0000-4000-8000-000000000009\"},"
     "\"Authorization\":\"{\\\"evidence\\\":{\\\"principalType\\\":\\\"ServicePrincipal\\\",\\\"principalId\\\":\\\"0b0e0000000040008000000000000abc\\\"}}\","
     "\"Properties\":\"{\\\"responseBody\\\":\\\"{\\\\\\\"properties\\\\\\\":{\\\\\\\"creationData\\\\\\\":{\\\\\\\"sourceResourceId\\\\\\\":"
     "\\\\\\\"" COMPUTE "/disks/Prod/\\\\\\\"}}}\\\"}\",\"Type\":\"AzureActivity\"}",
     "time_ms=1767323045123\nphase=accept\noutcome=pending\nis_new=true\nclass=snapshot.create\nuid=e-2\n"
     "org=7e000000-0000-4000-8000-000000000009\nactor_id=0b0e0000-0000-4000-8000-000000000abc\nactor_type=ServicePrincipal\n"
     "session_id=u2\nvia_console=true\nua_tool=Azure Portal\nsrc_ip=198.51.100.9\n"
     "account=5a0e0000-0000-4000-8000-000000000001\ncreated=snapshot:" COMPUTE_LOWER "/snapshots/s1\n"
     "parent=volume:" COMPUTE_LOWER "/disks/prod\nparent@properties.responseBody.properties.creationData.sourceResourceId"},
    {"log analytics: display name, the machine name in Authorization",
     "{\"OperationName\":\"Create or Update Something\",\"ActivityStatus\":\"Succeeded\",\"ActivitySubstatus\":\"OK (HTTP Status Code: 200)\","
     "\"Authorization\":\"{\\\"action\\\": \\\"" SNAPSHOT_OP "\\\"}\",\"ResourceId\":\"" COMPUTE "/snapshots/S1\",\"TimeGenerated\":\"2026-01-02T03:04:05Z\"}",
     "class=snapshot.create\noperation=" SNAPSHOT_OP "\nphase=end\noutcome=success\n!is_new\n!is_existing"},
    {"portal csv: display name and the resource in columns",
     "{\"Correlation id\":\"c3\",\"Operation name\":\"Create or Update Virtual Machine\",\"Status\":\"Accepted\",\"Event category\":\"Administrative\","
     "\"Level\":\"Informational\",\"Time\":\"2026-01-02T03:04:05.000Z\",\"Subscription\":\"5a0e0000-0000-4000-8000-000000000001\","
     "\"Event initiated by\":\"mallory@example.com\",\"Resource type\":\"Microsoft.Compute/virtualMachines\",\"Resource group\":\"lab-rg\",\"Resource\":\"Rogue\"}",
     "class=instance.create\noperation=" VM_OP "\nphase=accept\nshared_uid=c3\nactor_name=mallory@example.com\nactor_type=User\n"
     "time_ms=1767323045000\nlog_kind=Administrative\naccount=5a0e0000-0000-4000-8000-000000000001\n"
     "created=instance:" COMPUTE_LOWER "/virtualmachines/rogue"},

    {"create: sub-status Created", DIAG(VM_OP, VM_ID, "Accept", "Accepted.Created", ""), "is_new=true\n!is_existing\nphase=accept"},
    {"create: 201", DIAG(VM_OP, VM_ID, "Success", "201", ""), "is_new=true\nphase=end"},
    {"create: provisioningState Creating, lineage in the accepted record",
     DIAG(VM_OP, VM_ID, "Accept", "Accepted.", ",\"properties\":{\"responseBody\":\"{\\\"location\\\":\\\"westeurope\\\",\\\"tags\\\":{\\\"a\\\":\\\"1\\\",\\\"b\\\":\\\"2\\\"},"
          "\\\"properties\\\":{\\\"provisioningState\\\":\\\"Creating\\\",\\\"hardwareProfile\\\":{\\\"vmSize\\\":\\\"Standard_B1s\\\"},"
          "\\\"networkProfile\\\":{\\\"networkInterfaces\\\":[{\\\"id\\\":\\\"" NETWORK "/networkInterfaces/Nic\\\"}]},"
          "\\\"storageProfile\\\":{\\\"osDisk\\\":{\\\"createOption\\\":\\\"Attach\\\",\\\"managedDisk\\\":{\\\"id\\\":\\\"" COMPUTE "/disks/Copy\\\"}}}}}\"}"),
     "is_new=true\n!is_existing\nregion=westeurope\ntags=a=1;b=2\ninstance_type=Standard_B1s\ncreated=instance:" COMPUTE_LOWER "/virtualmachines/rogue\n"
     "parent=volume:" COMPUTE_LOWER "/disks/copy\nuses=network:" NETWORK_LOWER "/networkinterfaces/nic"},
    {"create: made within two minutes of the event",
     DIAG(VM_OP, VM_ID, "Accept", "Accepted.OK", ",\"properties\":{\"responseBody\":{\"properties\":{\"timeCreated\":\"2026-01-02T03:03:00Z\",\"provisioningState\":\"Updating\"}}}"),
     "is_new=true\n!is_existing"},
    {"update: made long before the event",
     DIAG(VM_OP, VM_ID, "Accept", "", ",\"properties\":{\"responseBody\":{\"properties\":{\"timeCreated\":\"2026-01-02T03:01:00Z\"}}}"),
     "is_existing=true\n!is_new"},
    {"update: OK and Updating",
     DIAG(VM_OP, VM_ID, "Accept", "OK", ",\"properties\":{\"responseBody\":{\"properties\":{\"provisioningState\":\"Updating\"}}}"), "is_existing=true\n!is_new"},
    {"update: OK and another system disk",
     DIAG(VM_OP, VM_ID, "Accept", "OK", ",\"properties\":{\"responseBody\":{\"properties\":{\"storageProfile\":{\"osDisk\":{\"createOption\":\"Attach\"}}}}}"),
     "is_existing=true\n!is_new"},
    {"neither: OK alone", DIAG(VM_OP, VM_ID, "Success", "OK", ",\"properties\":{\"responseBody\":\"\"}"), "!is_new\n!is_existing"},
    {"marketplace image",
     DIAG(VM_OP, VM_ID, "Accept", "Created", ",\"properties\":{\"requestbody\":\"{\\\"properties\\\":{\\\"storageProfile\\\":{\\\"imageReference\\\":"
          "{\\\"publisher\\\":\\\"Canonical\\\",\\\"offer\\\":\\\"ubuntu\\\",\\\"sku\\\":\\\"22_04\\\"}}}}\"}"),
     "image=Canonical:ubuntu:22_04\nimage_owner=Canonical"},

    {"body under eventProperties",
     DIAG(SNAPSHOT_OP, COMPUTE "/snapshots/S1", "Accept", "Created", ",\"properties\":{\"eventProperties\":{\"responseBody\":{\"properties\":{\"creationData\":"
          "{\"sourceResourceId\":\"" COMPUTE "/disks/Prod\"}}}}}"),
     "parent=volume:" COMPUTE_LOWER "/disks/prod\nparent@properties.eventProperties.responseBody.properties.creationData.sourceResourceId"},
    {"a disk made from a snapshot",
     DIAG("Microsoft.Compute/disks/write", COMPUTE "/disks/Copy", "Accept", "Created", ",\"properties\":{\"responseBody\":{\"properties\":{\"creationData\":"
          "{\"createOption\":\"Copy\",\"sourceResourceId\":\"" COMPUTE "/snapshots/S1\"}}}}"),
     "class=volume.create\ncreated=volume:" COMPUTE_LOWER "/disks/copy\nparent=snapshot:" COMPUTE_LOWER "/snapshots/s1"},
    {"a disk made from a disk: the type comes from the id",
     DIAG("Microsoft.Compute/disks/write", COMPUTE "/disks/Copy", "Accept", "Created", ",\"properties\":{\"responseBody\":{\"properties\":{\"creationData\":"
          "{\"createOption\":\"Copy\",\"sourceResourceId\":\"" COMPUTE "/disks/Prod\"}}}}"),
     "parent=volume:" COMPUTE_LOWER "/disks/prod"},
    {"run command", DIAG("Microsoft.Compute/virtualMachines/runCommand/action", VM_ID, "Accept", "Accepted", ""),
     "class=access.exec\ntarget=instance:" COMPUTE_LOWER "/virtualmachines/rogue"},
    {"an extension is part of its machine", DIAG("Microsoft.Compute/virtualMachines/extensions/write", VM_ID "/extensions/Run", "Success", "OK", ""),
     "class=access.exec\ntarget=instance:" COMPUTE_LOWER "/virtualmachines/rogue\ntarget_type=microsoft.compute/virtualmachines/extensions"},
    {"disk export", DIAG("Microsoft.Compute/disks/beginGetAccess/action", COMPUTE "/disks/Prod", "Success", "200", ""),
     "class=disk.export\ntarget=volume:" COMPUTE_LOWER "/disks/prod"},
    {"diagnostic settings deleted", DIAG("microsoft.insights/diagnosticSettings/delete", VM_ID "/providers/microsoft.insights/diagnosticSettings/All", "Success", "OK", ""),
     "class=log.stop\nservice=microsoft.insights\ntarget_type=microsoft.insights/diagnosticsettings"},

    {"rule: one port from the internet",
     DIAG(RULE_OP, RULE_ID, "Accept", "Created", ",\"properties\":{\"responseBody\":\"{\\\"properties\\\":{\\\"protocol\\\":\\\"Tcp\\\",\\\"access\\\":\\\"Allow\\\","
          "\\\"direction\\\":\\\"Inbound\\\",\\\"sourceAddressPrefix\\\":\\\"Internet\\\",\\\"destinationPortRange\\\":\\\"22\\\"}}\"}"),
     "class=net.open\npublic_exposure=tcp/22 from Internet\npolicy_delta=rule all: tcp/22 from Internet"},
    {"rule deleted", DIAG("Microsoft.Network/networkSecurityGroups/securityRules/delete", RULE_ID, "Success", "OK", ""),
     "class=net.close\ntarget=security_group:" NETWORK_LOWER "/networksecuritygroups/gate\npolicy_delta=rule all"},
    {"rule: in the request only, lists, one prefix open",
     DIAG(RULE_OP, RULE_ID, "Start", "", ",\"properties\":{\"requestbody\":\"{\\\"properties\\\":{\\\"protocol\\\":\\\"*\\\",\\\"access\\\":\\\"allow\\\",\\\"direction\\\":\\\"inbound\\\","
          "\\\"sourceAddressPrefixes\\\":[\\\"10.0.0.0/8\\\",\\\"208.0.2.4/0\\\"],\\\"destinationPortRanges\\\":[\\\"22\\\",\\\"3389\\\"]}}\",\"responseBody\":\"\"}"),
     "public_exposure=any/22,3389 from 208.0.2.4/0"},
    {"rule: a private network is not the world",
     DIAG(RULE_OP, RULE_ID, "Accept", "", ",\"properties\":{\"responseBody\":{\"properties\":{\"protocol\":\"Tcp\",\"access\":\"Allow\",\"direction\":\"Inbound\",\"sourceAddressPrefix\":\"10.0.0.0/8\"}}}"),
     "!public_exposure\npolicy_delta=rule all"},
    {"rule: Deny and Outbound open nothing",
     DIAG("Microsoft.Network/networkSecurityGroups/write", NETWORK "/networkSecurityGroups/Gate", "Accept", "", ",\"properties\":{\"responseBody\":{\"properties\":{\"securityRules\":["
          "{\"properties\":{\"access\":\"Deny\",\"direction\":\"Inbound\",\"sourceAddressPrefix\":\"*\"}},{\"properties\":{\"access\":\"Allow\",\"direction\":\"Outbound\",\"sourceAddressPrefix\":\"*\"}}],"
          "\"defaultSecurityRules\":[{\"properties\":{\"access\":\"Allow\",\"direction\":\"Inbound\",\"sourceAddressPrefix\":\"*\"}}]}}}"),
     "!public_exposure"},
    {"group: each rule that opens",
     DIAG("Microsoft.Network/networkSecurityGroups/write", NETWORK "/networkSecurityGroups/Gate", "Accept", "", ",\"properties\":{\"responseBody\":{\"properties\":{\"securityRules\":["
          "{\"name\":\"Ssh\",\"properties\":{\"protocol\":\"TCP\",\"access\":\"Allow\",\"direction\":\"Inbound\",\"sourceAddressPrefix\":\"*\",\"destinationPortRange\":\"22\"}},"
          "{\"properties\":{\"protocol\":\"UDP\",\"access\":\"Allow\",\"direction\":\"Inbound\",\"sourceAddressPrefix\":\"::/0\",\"destinationPortRange\":\"*\"}}]}}}"),
     "public_exposure=tcp/22 from *; udp/any from ::/0\npolicy_delta=rule ssh: tcp/22 from *"},
    {"public address", DIAG("Microsoft.Network/publicIPAddresses/write", NETWORK "/publicIPAddresses/Ip", "Accept", "Created", ""), "public_exposure=public address"},
    {"interface with a public address",
     DIAG("Microsoft.Network/networkInterfaces/write", NETWORK "/networkInterfaces/Nic", "Success", "Created", ",\"properties\":{\"responseBody\":{\"properties\":{\"ipConfigurations\":"
          "[{\"properties\":{\"publicIPAddress\":{\"id\":\"" NETWORK "/publicIPAddresses/Ip\"}}}],\"networkSecurityGroup\":{\"id\":\"" NETWORK "/networkSecurityGroups/Gate\"},"
          "\"virtualMachine\":{\"id\":\"" VM_ID "\"}}}}"),
     "public_exposure=public address\nuses=security_group:" NETWORK_LOWER "/networksecuritygroups/gate"},
    {"interface without", DIAG("Microsoft.Network/networkInterfaces/write", NETWORK "/networkInterfaces/Nic", "Success", "Created", ""), "!public_exposure"},
    {"storage account opened",
     DIAG("Microsoft.Storage/storageAccounts/write", RG "/providers/Microsoft.Storage/storageAccounts/Acc", "Success", "200", ",\"properties\":{\"requestbody\":"
          "\"{\\\"properties\\\":{\\\"allowBlobPublicAccess\\\":true,\\\"networkAcls\\\":{\\\"defaultAction\\\":\\\"Allow\\\"}}}\"}"),
     "public_exposure=public blob access; storage from any network"},
    {"container opened",
     DIAG("Microsoft.Storage/storageAccounts/blobServices/containers/write", RG "/providers/Microsoft.Storage/storageAccounts/Acc/blobServices/default/containers/C", "Success", "200",
          ",\"properties\":{\"requestbody\":\"{\\\"properties\\\":{\\\"publicAccess\\\":\\\"Container\\\"}}\"}"),
     "public_exposure=public blob access"},
    {"role assignment",
     DIAG("Microsoft.Authorization/roleAssignments/write", SUB "/providers/Microsoft.Authorization/roleAssignments/x", "Success", "201", ",\"properties\":{\"requestbody\":"
          "\"{\\\"Id\\\":\\\"x\\\",\\\"Properties\\\":{\\\"PrincipalId\\\":\\\"770797C4-0000-4000-8000-0000000000AE\\\",\\\"RoleDefinitionId\\\":"
          "\\\"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635\\\",\\\"Scope\\\":\\\"" SUB "\\\"}}\"}"),
     "class=priv.grant\npolicy_delta=Owner on " SUB_LOWER},
    {"role assignment: unknown role",
     DIAG("Microsoft.Authorization/roleAssignments/write", SUB "/providers/Microsoft.Authorization/roleAssignments/x", "Success", "201", ",\"properties\":{\"responseBody\":"
          "{\"properties\":{\"roleDefinitionId\":\"/x/roleDefinitions/11111111-0000-4000-8000-000000000000\"}}}"),
     "policy_delta=11111111-0000-4000-8000-000000000000"},
    {"elevation: the operation as an object in a diagnostic record",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"operationName\":{\"value\":\"Microsoft.Authorization/elevateAccess/action\",\"localizedValue\":\"Assigns\"},\"resourceId\":\"/providers/Microsoft.Authorization\",\"category\":\"Administrative\",\"resultType\":\"Success\"}",
     "class=priv.grant\npolicy_delta=User Access Administrator on /"},

    {"denied: sub-status", REST(VM_OP, VM_ID, "Failed", "Forbidden (HTTP Status Code: 403)", ""), "outcome=denied\nphase=end\ndenied=true\nerror_code=Forbidden"},
    {"denied: number", DIAG(VM_OP, VM_ID, "Failed", "403", ""), "outcome=denied\nerror_code=403"},
    {"denied: error code in statusMessage",
     REST(VM_OP, VM_ID, "Failed", "", ",\"properties\":{\"statusMessage\":\"{\\\"error\\\":{\\\"code\\\":\\\"LinkedAuthorizationFailed\\\",\\\"message\\\":\\\"no\\\"}}\"}"),
     "outcome=denied\nerror_code=LinkedAuthorizationFailed\nerror_message=no"},
    {"capacity", REST(VM_OP, VM_ID, "Failed", "Conflict", ",\"properties\":{\"statusMessage\":\"{\\\"error\\\":{\\\"code\\\":\\\"SkuNotAvailable\\\"}}\"}"),
     "outcome=capacity\nerror_code=SkuNotAvailable\n!denied"},
    {"capacity: inside a deployment",
     REST("Microsoft.Resources/deployments/write", RG "/providers/Microsoft.Resources/deployments/d", "Failed", "Conflict",
          ",\"properties\":{\"statusMessage\":\"{\\\"error\\\":{\\\"code\\\":\\\"DeploymentFailed\\\",\\\"details\\\":[{\\\"code\\\":\\\"ZonalAllocationFailed\\\"}]}}\"}"),
     "outcome=capacity\nerror_code=ZonalAllocationFailed"},
    {"capacity: quota", REST(VM_OP, VM_ID, "Failed", "Conflict", ",\"properties\":{\"statusMessage\":\"{\\\"error\\\":{\\\"code\\\":\\\"OperationNotAllowed\\\",\\\"message\\\":\\\"exceeds approved Quota\\\"}}\"}"),
     "outcome=capacity"},
    {"failed: properties as text", "{\"OperationNameValue\":\"" VM_OP "\",\"ActivityStatusValue\":\"Failure\",\"ActivitySubstatusValue\":\"Conflict\",\"_ResourceId\":\"" VM_ID "\",\"Properties\":\"{\\\"statusMessage\\\":\\\"busy\\\"}\"}",
     "outcome=failed\nerror_code=Conflict\nerror_message=busy\ntimeless=true"},
    {"an application proves itself with a secret",
     REST(VM_OP, VM_ID, "Succeeded", "OK", ",\"claims\":{\"appid\":\"a1\",\"appidacr\":\"1\",\"idtyp\":\"app\",\"oid\":\"o1\"}"),
     "credential=appid:a1/secret\nactor_type=ServicePrincipal\nactor_id=o1"},
    {"a user's token says nothing of the user's secret",
     REST(VM_OP, VM_ID, "Succeeded", "OK", ",\"claims\":{\"appid\":\"a1\",\"appidacr\":\"1\",\"oid\":\"o1\",\"upn\":\"u@example.com\"}"),
     "actor_name=u@example.com\nactor_type=User\n!credential"},
    {"a caller that is a GUID is an application",
     "{\"OperationNameValue\":\"" VM_OP "\",\"_ResourceId\":\"" VM_ID "\",\"Caller\":\"0B0E0000-0000-4000-8000-00000000000A\"}",
     "actor_type=ServicePrincipal\nactor_id=0b0e0000-0000-4000-8000-00000000000a\nphase=complete"},
    {"a display name with a slash",
     "{\"Operation name\":\"Create/Update Storage Account\",\"Status\":\"Succeeded\",\"Event initiated by\":\"mallory@example.com\"}",
     "class=staging.create\noperation=Microsoft.Storage/storageAccounts/write"},
    {"the address comes without its port", REST(VM_OP, VM_ID, "Succeeded", "OK", ",\"callerIpAddress\":\"198.51.100.9:57485\""), "src_ip=198.51.100.9"},

    {"unknown: the hot path",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"" RG "\",\"operationName\":\"Microsoft.Example/things/read\",\"category\":\"Administrative\",\"resultType\":\"Start\",\"correlationId\":\"c\"}",
     "provider=azure\noutcome=pending\nphase=start\ntime_ms=1767323045000\n!operation\n!account"},
    {"data plane: a number for the status",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"category\":\"StorageRead\",\"operationName\":\"GetBlob\",\"statusCode\":409,\"statusText\":\"Bad\",\"uri\":\"https://x\"}", "outcome=failed\nphase=complete"},

    {"not mine: sign-in", "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"/tenants/t\",\"operationName\":\"Sign-in activity\",\"category\":\"NonInteractiveUserSignInLogs\"}", NULL},
    {"not mine: directory audit", "{\"resourceId\":\"/tenants/t\",\"operationName\":\"Add user\",\"category\":\"AuditLogs\"}", NULL},
    {"not mine: directory audit by name", "{\"resourceId\":\"/tenants/t\",\"operationName\":\"Add user\",\"category\":\"Policy\",\"properties\":{\"activityDisplayName\":\"Add user\"}}", NULL},
    {"not mine: office", "{\"Workload\":\"Exchange\",\"Operation\":\"New-InboxRule\",\"UserId\":\"a@b\"}", NULL},
    {"not mine: another cloud", "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\"}", NULL},
    {"not mine: an operation alone", "{\"operationName\":\"compute.instances.insert\",\"resourceId\":\"i-1\"}", NULL},
};
/* clang-format on */

static void decodes_each_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const sample *s = &samples[i];
        AUTO(decoded) d;
        decoded_init(&d, &decoder_azure_activity, s->record);
        decoded_check(&d, s->name, s->facts ? DECODE_EVENT : DECODE_NOT_MINE, s->facts);
    }
}

static void phases_fold_and_are_no_duplicates(void **state)
{
    static const char *const records[] = {
        DIAG(VM_OP, VM_ID, "Start", "Started.", ""),
        DIAG("MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE", COMPUTE "/VIRTUALMACHINES/ROGUE", "Accept",
             "Accepted.Created", ""),
        DIAG(VM_OP, VM_ID, "Success", "Succeeded.", ""),
        DIAG(VM_OP, VM_ID, "Start", "Succeeded.", ""),
        DIAG(SNAPSHOT_OP, COMPUTE "/snapshots/S1", "Success", "Succeeded.", ""),
        DIAG(SNAPSHOT_OP, COMPUTE "/snapshots/S2", "Success", "Succeeded.", ""),
    };
    decoded d[ARRAY_LEN(records)];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        decoded_init(&d[i], &decoder_azure_activity, records[i]);
        assert_int_not_equal(d[i].uid_hash, 0);
        assert_int_not_equal(d[i].fold_hash, 0);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(d[i].uid_hash, d[k].uid_hash);
        assert_int_equal(d[i].fold_hash == d[0].fold_hash, i < 4);
    }
    assert_int_not_equal(d[4].fold_hash, d[5].fold_hash);
    decoded copy;
    decoded_init(&copy, &decoder_azure_activity, records[0]);
    assert_int_equal(copy.uid_hash, d[0].uid_hash);
    decoded_done(&copy);
    for (size_t i = 0; i < ARRAY_LEN(records); i++)
        decoded_done(&d[i]);
}

static void one_record_in_two_exports_is_a_copy(void **state)
{
    (void)state;
    AUTO(decoded) rest, table;
    decoded_init(&rest, &decoder_azure_activity, REST(VM_OP, VM_ID, "Started", "", ""));
    decoded_init(&table, &decoder_azure_activity,
                 "{\"OperationNameValue\":\"MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE\","
                 "\"TimeGenerated\":\"2026-01-02T03:04:05.123Z\",\"EventDataId\":\"e-1\","
                 "\"ActivityStatusValue\":\"Start\",\"_ResourceId\":\"" VM_ID "\"}");
    assert_int_equal(rest.status, DECODE_EVENT);
    assert_int_equal(rest.uid_hash, table.uid_hash);
}

static void no_correlation_no_fold(void **state)
{
    (void)state;
    AUTO(decoded) d;
    decoded_init(&d, &decoder_azure_activity,
                 "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"" VM_ID
                 "\",\"operationName\":\"" VM_OP "\",\"resultType\":\"Start\"}");
    assert_int_equal(d.status, DECODE_EVENT);
    assert_int_equal(d.fold_hash, 0);
}

static void token_ids_of_guids(void **state)
{
    /* Bytes 00 01 … 0f, once the first three groups are swapped, in URL base64. */
    static const char want[] = "AAECAwQFBgcICQoLDA0ODw";
    AUTO(arena) scratch = {0};
    decode_ctx ctx = {.pick = {.scratch = &scratch}};
    (void)state;
    assert_true(str_is(azure_token_id(&ctx, STR("03020100-0504-0706-0809-0a0b0c0d0e0f")), want));
    assert_true(str_is(
        azure_token_id(&ctx, STR("MDMwMjAxMDAtMDUwNC0wNzA2LTA4MDktMGEwYjBjMGQwZTBm")), want));
    assert_true(str_is(azure_token_id(&ctx, STR(" AAECAwQFBgcICQoLDA0ODw ")), want));
    assert_true(azure_token_id(&ctx, STR_NONE).n == 0);
}

static void addresses_lose_their_port(void **state)
{
    static const char *const cases[][2] = {
        {"198.51.100.9", "198.51.100.9"},
        {"198.51.100.9:443", "198.51.100.9"},
        {"2001:db8::1", "2001:db8::1"},
        {"[2001:db8::1]:443", "2001:db8::1"},
        {"a name", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_is(azure_ip_text(str_of(cases[i][0])), cases[i][1]));
}

static void guids_compare_without_dashes(void **state)
{
    (void)state;
    assert_true(azure_guid_eq(STR("B24988AC618042A0AB8820F7382DD24C"),
                              STR("b24988ac-6180-42a0-ab88-20f7382dd24c")));
    assert_false(azure_guid_eq(STR("b24988ac"), STR("b24988ac-61")));
    assert_true(str_is(azure_role_name(STR("/x/B24988AC618042A0AB8820F7382DD24C")), "Contributor"));
    assert_true(azure_role_name(STR("")).n == 0);
    assert_null(azure_app_find(STR("")));
}

static void types_come_from_ids(void **state)
{
    /* clang-format off */
    static const struct {
        const char *raw;
        uint8_t asked, got;
        const char *id;
    } cases[] = {
        {COMPUTE "/disks/D/",                  ENTITY_OTHER,    ENTITY_VOLUME,   COMPUTE_LOWER "/disks/d"},
        {COMPUTE "/snapshots/S",               ENTITY_VOLUME,   ENTITY_SNAPSHOT, COMPUTE_LOWER "/snapshots/s"},
        {COMPUTE "/images/I",                  ENTITY_OTHER,    ENTITY_IMAGE,    COMPUTE_LOWER "/images/i"},
        {COMPUTE "/galleries/G/images/I/versions/1", ENTITY_OTHER, ENTITY_IMAGE, COMPUTE_LOWER "/galleries/g/images/i/versions/1"},
        {COMPUTE "/virtualMachineScaleSets/S/virtualMachines/0", ENTITY_OTHER, ENTITY_INSTANCE, COMPUTE_LOWER "/virtualmachinescalesets/s/virtualmachines/0"},
        {VM_ID "/runCommands/x",               ENTITY_INSTANCE, ENTITY_INSTANCE, COMPUTE_LOWER "/virtualmachines/rogue"},
        {VM_ID "/runCommands/x",               ENTITY_OTHER,    ENTITY_OTHER,    COMPUTE_LOWER "/virtualmachines/rogue/runcommands/x"},
        {VM_ID "/providers/Microsoft.SerialConsole/serialPorts/0", ENTITY_INSTANCE, ENTITY_INSTANCE, COMPUTE_LOWER "/virtualmachines/rogue"},
        {RULE_ID,                              ENTITY_SECURITY_GROUP, ENTITY_SECURITY_GROUP, NETWORK_LOWER "/networksecuritygroups/gate"},
        {NETWORK "/virtualNetworks/V/subnets/S", ENTITY_OTHER,  ENTITY_NETWORK,  NETWORK_LOWER "/virtualnetworks/v/subnets/s"},
        {NETWORK "/virtualNetworks/V/subnets/S", ENTITY_NETWORK, ENTITY_NETWORK, NETWORK_LOWER "/virtualnetworks/v/subnets/s"},
        {SUB,                                  ENTITY_OTHER,    ENTITY_ACCOUNT,  SUB_LOWER},
        {"770797C4-0000-4000-8000-0000000000AE", ENTITY_PRINCIPAL, ENTITY_PRINCIPAL, "770797c4-0000-4000-8000-0000000000ae"},
        {"https://acc.blob.core.windows.net/C/Disk.vhd", ENTITY_OTHER, ENTITY_OTHER, "https://acc.blob.core.windows.net/C/Disk.vhd"},
    };
    /* clang-format on */
    AUTO(arena) scratch = {0};
    decode_ctx ctx = {.pick = {.scratch = &scratch}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t type = cases[i].asked;
        str id = azure_canon(&ctx, NULL, &type, str_of(cases[i].raw), "");
        if (!str_is(id, cases[i].id) || type != cases[i].got)
            fail_msg("%s: %.*s, type %d", cases[i].raw, (int)id.n, id.p, type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_each_shape),
        cmocka_unit_test(phases_fold_and_are_no_duplicates),
        cmocka_unit_test(one_record_in_two_exports_is_a_copy),
        cmocka_unit_test(no_correlation_no_fold),
        cmocka_unit_test(token_ids_of_guids),
        cmocka_unit_test(addresses_lose_their_port),
        cmocka_unit_test(guids_compare_without_dashes),
        cmocka_unit_test(types_come_from_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
