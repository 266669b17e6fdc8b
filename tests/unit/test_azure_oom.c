/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_azure_oom.c -- exports of Azure and Entra ID while memory runs out: allocation 1, 2, 3 …
 * fails in turn.
 *
 * Each time the failure is told: no right is lost, and no check passes, because memory was short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "base/base.h"
#include "support/starved.h"

/* clang-format off */
static const starved_file inputs[] = {
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/roleAssignmen"
    "ts/f0000000-0000-0000-0000-000000000001\",\"principalId\":\"a0000000-0000-0000-0000-000000000001\",\"principal"
    "Type\":\"User\",\"roleDefinitionId\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft"
    ".Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635\",\"scope\":\"/subscriptions/11111111-1111"
    "-1111-1111-111111111111\",\"type\":\"Microsoft.Authorization/roleAssignments\",\"principalName\":\"ann@contoso"
    ".com\",\"condition\":\"@x\"},{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft"
    ".Authorization/roleAssignments/f0000000-0000-0000-0000-000000000001\",\"principalId\":\"b0000000-0000-0000-000"
    "0-000000000001\",\"principalType\":\"Group\",\"roleDefinitionId\":\"/subscriptions/11111111-1111-1111-1111-111"
    "111111111/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c\",\"scope\":"
    "\"/subscriptions/11111111-1111-1111-1111-111111111111\",\"type\":\"Microsoft.Authorization/roleAssignments\","
    "\"principalName\":\"ops\"},{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/pro"
    "viders/Microsoft.Authorization/roleAssignments/f0000000-0000-0000-0000-000000000001\",\"principalId\":\"d00000"
    "00-0000-0000-0000-000000000001\",\"principalType\":\"ServicePrincipal\",\"roleDefinitionId\":\"/subscriptions/"
    "11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/roleDefinitions/c0000000-0000-0000-0000"
    "-00000000000c\",\"scope\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg\",\"type\":"
    "\"Microsoft.Authorization/roleAssignments\",\"principalName\":\"\"}]"},
    {.text = "{\"value\":[{\"properties\":{\"principalId\":\"a0000000-0000-0000-0000-000000000002\",\"principalType\":\"User"
    "\",\"roleDefinitionId\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorizatio"
    "n/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9\",\"scope\":\"/\",\"memberType\":\"Direct\",\"status\":"
    "\"Provisioned\"},\"type\":\"Microsoft.Authorization/roleEligibilityScheduleInstances\",\"id\":\"//providers/Mi"
    "crosoft.Authorization/roleEligibilityScheduleInstances/x\"}]}"},
    {.text = "[{\"assignableScopes\":[\"/subscriptions/11111111-1111-1111-1111-111111111111\"],\"id\":\"/subscriptions/11111"
    "111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/roleDefinitions/c0000000-0000-0000-0000-0000"
    "0000000c\",\"name\":\"c0000000-0000-0000-0000-00000000000c\",\"permissions\":[{\"actions\":[\"Microsoft.Comput"
    "e/*\",\"*/assign/action\"],\"notActions\":[\"*/delete\"],\"dataActions\":[],\"notDataActions\":[]},{\"actions"
    "\":[\"*\"],\"notActions\":[],\"dataActions\":[],\"notDataActions\":[],\"condition\":\"c\"}],\"roleName\":\"Mac"
    "hine Maker\",\"roleType\":\"CustomRole\",\"type\":\"Microsoft.Authorization/roleDefinitions\"}]"},
    {.text = "{\"value\":[{\"properties\":{\"denyAssignmentName\":\"managed\",\"scope\":\"/subscriptions/11111111-1111-1111-"
    "1111-111111111111\",\"permissions\":[{\"actions\":[\"*\"],\"notActions\":[\"*/read\"],\"dataActions\":[],\"not"
    "DataActions\":[]}],\"principals\":[{\"id\":\"d0000000-0000-0000-0000-000000000001\",\"type\":\"SystemDefined\""
    "}],\"excludePrincipals\":[{\"id\":\"b0000000-0000-0000-0000-000000000001\",\"type\":\"User\"}],\"doNotApplyToC"
    "hildScopes\":false},\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authoriza"
    "tion/denyAssignments/x\",\"type\":\"Microsoft.Authorization/denyAssignments\",\"name\":\"x\"}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#x\",\"value\":[{\"id\":\"x\",\"principalId\":"
    "\"a0000000-0000-0000-0000-000000000001\",\"roleDefinitionId\":\"62e90394-69f5-4237-9190-012177145e10\",\"direc"
    "toryScopeId\":\"/\",\"principal\":{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"a0000000-0000-0000-0000-"
    "000000000001\",\"displayName\":\"ann@contoso.com\",\"userPrincipalName\":\"ann@contoso.com\"}},{\"id\":\"x\","
    "\"principalId\":\"b0000000-0000-0000-0000-000000000001\",\"roleDefinitionId\":\"9b895d92-2cd3-44c7-9d02-a6ac2d"
    "5ea5c3\",\"directoryScopeId\":\"/\",\"principal\":{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"b000000"
    "0-0000-0000-0000-000000000001\",\"displayName\":\"ops\"},\"memberType\":\"Direct\"}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\",\"value\":[{\"id\":\"a0000000-0000-00"
    "00-0000-000000000001\",\"userPrincipalName\":\"ann@contoso.com\",\"userType\":\"Member\",\"accountEnabled\":tr"
    "ue,\"createdDateTime\":\"2025-01-01T00:00:00Z\",\"passwordPolicies\":\"DisablePasswordExpiration\",\"signInAct"
    "ivity\":{\"lastSignInDateTime\":\"2026-05-01T00:00:00Z\"}},{\"id\":\"a0000000-0000-0000-0000-000000000002\",\""
    "userPrincipalName\":\"g@x.com\",\"userType\":\"Guest\",\"accountEnabled\":true,\"createdDateTime\":\"2025-01-0"
    "1T00:00:00Z\",\"signInActivity\":{\"lastSignInDateTime\":null,\"lastNonInteractiveSignInDateTime\":\"0001-01-0"
    "1T00:00:00Z\"}}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#groups\",\"value\":[{\"id\":\"b0000000-0000-0"
    "000-0000-000000000001\",\"displayName\":\"ops\",\"securityEnabled\":true,\"mailEnabled\":false,\"members\":[{"
    "\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"a0000000-0000-0000-0000-000000000001\",\"userPrincipalName"
    "\":\"ann@contoso.com\"}]}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#applications(owners())\",\"value\":[{\"id\":"
    "\"d0000000-0000-0000-0000-000000000001\",\"appId\":\"c1000000-0000-0000-0000-000000000001\",\"displayName\":\""
    "deployer\",\"signInAudience\":\"AzureADMyOrg\",\"owners\":[],\"passwordCredentials\":[{\"keyId\":\"aa000000-00"
    "00-0000-0000-00000000000a\",\"displayName\":\"ci\",\"startDateTime\":\"2026-05-01T00:00:00Z\",\"endDateTime\":"
    "\"2026-11-01T00:00:00Z\"}],\"keyCredentials\":[]}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#reports/authenticationMethods/userRegistratio"
    "nDetails\",\"value\":[{\"id\":\"a0000000-0000-0000-0000-000000000001\",\"userPrincipalName\":\"ann@contoso.com"
    "\",\"isMfaCapable\":true,\"methodsRegistered\":[\"microsoftAuthenticatorPush\"]}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#domains\",\"value\":[{\"id\":\"contoso.com\","
    "\"authenticationType\":\"Managed\",\"isVerified\":true,\"passwordValidityPeriodInDays\":2147483647}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies\",\"value"
    "\":[{\"id\":\"e0000000-0000-0000-0000-000000000001\",\"displayName\":\"P\",\"state\":\"enabled\",\"conditions"
    "\":{\"users\":{\"includeUsers\":[],\"includeRoles\":[\"62e90394-69f5-4237-9190-012177145e10\",\"e8611ab8-c189-"
    "46e8-94e1-60213ab1f814\",\"7be44c8a-adaf-4e2a-84d6-ab2649e08a13\",\"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3\",\"1"
    "58c047a-c907-4556-b7ef-446551a6b5f7\",\"c4e39bd9-1100-46d3-8c65-fb160da0071f\",\"fe930be7-5e62-47db-91af-98c3a"
    "49a38b1\",\"966707d0-3269-4727-9be2-8c3a10f19b9d\",\"729827e3-9c14-49f7-bb1b-9608f156bbb8\",\"194ae4cb-b126-40"
    "b2-bd5b-6091b380977d\",\"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9\",\"29232cdf-9323-42fd-ade2-1d097af3e4de\",\"f28"
    "a1f50-f6e7-4571-818b-6a12f2af6b6c\",\"b0f54661-2d74-4c50-afa3-1ec803f12efe\"]},\"applications\":{\"includeAppl"
    "ications\":[\"All\"]},\"clientAppTypes\":[\"all\"]},\"grantControls\":{\"operator\":\"OR\",\"builtInControls\""
    ":[],\"authenticationStrength\":{\"id\":\"x\",\"displayName\":\"Phishing-resistant MFA\",\"allowedCombinations"
    "\":[\"windowsHelloForBusiness\",\"fido2\",\"x509CertificateMultiFactor\"]}},\"sessionControls\":null},{\"id\":"
    "\"e0000000-0000-0000-0000-000000000001\",\"displayName\":\"P\",\"state\":\"enabled\",\"conditions\":{\"users\""
    ":{\"includeUsers\":[\"All\"],\"excludeUsers\":[\"a0000000-0000-0000-0000-000000000001\"],\"excludeGroups\":[\""
    "b0000000-0000-0000-0000-000000000001\"]},\"applications\":{\"includeApplications\":[\"All\"]},\"clientAppTypes"
    "\":[\"all\"],\"authenticationFlows\":{\"transferMethods\":\"deviceCodeFlow\"}},\"grantControls\":{\"operator\""
    ":\"OR\",\"builtInControls\":[\"block\"]},\"sessionControls\":null}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/namedLocations\","
    "\"value\":[{\"@odata.type\":\"#microsoft.graph.ipNamedLocation\",\"id\":\"e0000000-0000-0000-0000-000000000001"
    "\",\"displayName\":\"office\",\"isTrusted\":true,\"ipRanges\":[{\"cidrAddress\":\"198.51.100.0/24\"}]}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#settings\",\"value\":[{\"id\":\"x\",\"display"
    "Name\":\"Password Rule Settings\",\"templateId\":\"5cf42378-d67d-4f36-ba46-e8b86229381d\",\"values\":[{\"name"
    "\":\"LockoutThreshold\",\"value\":\"5\"},{\"name\":\"LockoutDurationInSeconds\",\"value\":\"900\"},{\"name\":"
    "\"EnableBannedPasswordCheck\",\"value\":\"True\"},{\"name\":\"BannedPasswordList\",\"value\":\"contoso\\tfabri"
    "kam\"}]}]}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#authenticationMethodsPolicy\",\"id\":\"authen"
    "ticationMethodsPolicy\",\"authenticationMethodConfigurations\":[{\"id\":\"Sms\",\"state\":\"enabled\"}]}"},
    {.text = "{\"id\":\"authorizationPolicy\",\"allowInvitesFrom\":\"adminsAndGuestInviters\",\"guestUserRoleId\":\"2af84b1e"
    "-32c8-42b7-82bc-daa82404023b\",\"defaultUserRolePermissions\":{\"allowedToCreateApps\":false,\"allowedToCreate"
    "Tenants\":false,\"permissionGrantPoliciesAssigned\":[\"ManagePermissionGrantsForSelf.microsoft-user-default-lo"
    "w\"]}}"},
    {.text = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#policies/identitySecurityDefaultsEnforcementP"
    "olicy/$entity\",\"id\":\"00000000-0000-0000-0000-000000000005\",\"isEnabled\":false}"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/v"
    "irtualMachines/vm1\",\"name\":\"vm1\",\"type\":\"Microsoft.Compute/virtualMachines\",\"location\":\"westeurope"
    "\",\"hardwareProfile\":{\"vmSize\":\"Standard_D2s_v5\"},\"storageProfile\":{\"imageReference\":{\"publisher\":"
    "\"Canonical\",\"offer\":\"ubuntu-24_04-lts\",\"sku\":\"server\",\"version\":\"latest\"},\"osDisk\":{\"osType\""
    ":\"Linux\",\"managedDisk\":{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/pro"
    "viders/Microsoft.Compute/disks/d1\"}},\"dataDisks\":[]},\"osProfile\":{\"linuxConfiguration\":{\"disablePasswo"
    "rdAuthentication\":true,\"patchSettings\":{\"patchMode\":\"AutomaticByPlatform\"}}},\"securityProfile\":{\"sec"
    "urityType\":\"TrustedLaunch\",\"encryptionAtHost\":true,\"uefiSettings\":{\"secureBootEnabled\":true,\"vTpmEna"
    "bled\":true}},\"diagnosticsProfile\":{\"bootDiagnostics\":{\"enabled\":true}},\"networkProfile\":{\"networkInt"
    "erfaces\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft"
    ".Network/networkInterfaces/nic1\"}]},\"publicIps\":\"\",\"privateIps\":\"10.0.0.4\",\"powerState\":\"VM runnin"
    "g\",\"identity\":{\"type\":\"SystemAssigned\",\"principalId\":\"d0000000-0000-0000-0000-000000000001\"}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/d"
    "isks/d1\",\"name\":\"d1\",\"type\":\"Microsoft.Compute/disks\",\"location\":\"westeurope\",\"diskState\":\"Act"
    "iveSAS\",\"timeCreated\":\"2026-05-01T00:00:00Z\",\"networkAccessPolicy\":\"DenyAll\",\"publicNetworkAccess\":"
    "\"Disabled\",\"encryption\":{\"type\":\"EncryptionAtRestWithCustomerKey\",\"diskEncryptionSetId\":\"/subscript"
    "ions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/k\""
    "}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/s"
    "napshots/d1\",\"name\":\"d1\",\"type\":\"Microsoft.Compute/snapshots\",\"location\":\"westeurope\",\"diskState"
    "\":\"Unattached\",\"timeCreated\":\"2026-05-01T00:00:00Z\",\"networkAccessPolicy\":\"DenyAll\",\"publicNetwork"
    "Access\":\"Disabled\",\"encryption\":{\"type\":\"EncryptionAtRestWithCustomerKey\",\"diskEncryptionSetId\":\"/"
    "subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptio"
    "nSets/k\"}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/g"
    "alleries/g\",\"name\":\"g\",\"type\":\"Microsoft.Compute/galleries\",\"location\":\"westeurope\",\"sharingProf"
    "ile\":{\"permissions\":\"Community\"}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Security/"
    "locations/westeurope/jitNetworkAccessPolicies/default\",\"name\":\"default\",\"type\":\"Microsoft.Security/loc"
    "ations/jitNetworkAccessPolicies\",\"virtualMachines\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111"
    "111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1\",\"ports\":[{\"number\":22}]}]}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/v"
    "irtualMachines/vm1/providers/Microsoft.Security/assessments/4ab6e3c5-74dd-8b35-9ab9-f61b30875b27\",\"name\":\""
    "4ab6e3c5-74dd-8b35-9ab9-f61b30875b27\",\"type\":\"Microsoft.Security/assessments\",\"displayName\":\"System up"
    "dates should be installed\",\"status\":{\"code\":\"Unhealthy\"},\"resourceDetails\":{\"source\":\"Azure\",\"id"
    "\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtual"
    "Machines/vm1\"}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/n"
    "etworkSecurityGroups/g\",\"name\":\"g\",\"type\":\"Microsoft.Network/networkSecurityGroups\",\"location\":\"we"
    "steurope\",\"securityRules\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/"
    "providers/Microsoft.Network/networkSecurityGroups/g/securityRules/a\",\"name\":\"a\",\"type\":\"Microsoft.Netw"
    "ork/networkSecurityGroups/securityRules\",\"access\":\"Allow\",\"direction\":\"Inbound\",\"priority\":300,\"pr"
    "otocol\":\"Tcp\",\"sourceAddressPrefix\":\"*\",\"sourceAddressPrefixes\":[],\"destinationPortRange\":\"22\",\""
    "destinationPortRanges\":[],\"destinationAddressPrefix\":\"*\"},{\"id\":\"/subscriptions/11111111-1111-1111-111"
    "1-111111111111/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/g/securityRules/b\",\"name"
    "\":\"b\",\"type\":\"Microsoft.Network/networkSecurityGroups/securityRules\",\"access\":\"Allow\",\"direction\""
    ":\"Inbound\",\"priority\":300,\"protocol\":\"*\",\"sourceAddressPrefix\":null,\"sourceAddressPrefixes\":[\"Int"
    "ernet\",\"10.0.0.0/8\"],\"destinationPortRange\":null,\"destinationPortRanges\":[\"1-9\",\"80\"],\"destination"
    "AddressPrefix\":\"*\"}],\"defaultSecurityRules\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-11111111111"
    "1/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/g/securityRules/DenyAllInBound\",\"name"
    "\":\"DenyAllInBound\",\"type\":\"Microsoft.Network/networkSecurityGroups/securityRules\",\"access\":\"Deny\","
    "\"direction\":\"Inbound\",\"priority\":65500,\"protocol\":\"*\",\"sourceAddressPrefix\":\"*\",\"sourceAddressP"
    "refixes\":[],\"destinationPortRange\":\"*\",\"destinationPortRanges\":[],\"destinationAddressPrefix\":\"*\"}]}"
    "]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/v"
    "irtualNetworks/v\",\"name\":\"v\",\"type\":\"Microsoft.Network/virtualNetworks\",\"location\":\"westeurope\","
    "\"subnets\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microso"
    "ft.Network/virtualNetworks/v/subnets/s\",\"name\":\"s\",\"type\":\"Microsoft.Network/virtualNetworks/subnets\""
    ",\"addressPrefix\":\"10.0.0.0/24\",\"networkSecurityGroup\":{\"id\":\"/subscriptions/11111111-1111-1111-1111-1"
    "11111111111/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/g\"}}]}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/n"
    "etworkInterfaces/nic1\",\"name\":\"nic1\",\"type\":\"Microsoft.Network/networkInterfaces\",\"location\":\"west"
    "europe\",\"networkSecurityGroup\":null,\"ipConfigurations\":[{\"publicIPAddress\":{\"id\":\"/subscriptions/111"
    "11111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/ip\"},\"subn"
    "et\":{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Netwo"
    "rk/virtualNetworks/v/subnets/s\"}}]}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/n"
    "etworkWatchers/nw/flowLogs/f\",\"name\":\"f\",\"type\":\"Microsoft.Network/networkWatchers/flowLogs\",\"locati"
    "on\":\"westeurope\",\"enabled\":true,\"targetResourceId\":\"/subscriptions/11111111-1111-1111-1111-11111111111"
    "1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v\",\"storageId\":\"/subscriptions/11111111-11"
    "11-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/s\",\"retentionPolicy"
    "\":{\"days\":90,\"enabled\":true}}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/n"
    "etworkWatchers/nw\",\"name\":\"nw\",\"type\":\"Microsoft.Network/networkWatchers\",\"location\":\"westeurope\""
    "}]"},
    {.text = "{\"value\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/microsoft.insights/diagnos"
    "ticSettings/logs\",\"name\":\"logs\",\"type\":\"Microsoft.Insights/diagnosticSettings\",\"workspaceId\":\"/sub"
    "scriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.OperationalInsights/work"
    "spaces/w\",\"logs\":[{\"category\":\"Administrative\",\"enabled\":true},{\"category\":\"Security\",\"enabled\""
    ":true},{\"category\":\"Alert\",\"enabled\":false},{\"category\":\"Policy\",\"enabled\":true}]}]}"},
    {.text = "{\"value\":[{\"id\":\"/providers/microsoft.aadiam/providers/microsoft.insights/diagnosticSettings/e\",\"name\""
    ":\"e\",\"type\":null,\"properties\":{\"workspaceId\":\"/subscriptions/11111111-1111-1111-1111-111111111111/res"
    "ourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w\",\"logs\":[{\"category\":\"AuditLogs\",\""
    "enabled\":true},{\"category\":\"SignInLogs\",\"enabled\":true},{\"category\":\"NonInteractiveUserSignInLogs\","
    "\"enabled\":true},{\"category\":\"ServicePrincipalSignInLogs\",\"enabled\":true},{\"category\":\"ManagedIdenti"
    "tySignInLogs\",\"enabled\":true}]}}]}"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Authoriza"
    "tion/locks/keep\",\"level\":\"CanNotDelete\",\"name\":\"keep\",\"type\":\"Microsoft.Authorization/locks\"}]"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Insights/"
    "activityLogAlerts/a\",\"name\":\"a\",\"type\":\"Microsoft.Insights/ActivityLogAlerts\",\"enabled\":true,\"scop"
    "es\":[\"/subscriptions/11111111-1111-1111-1111-111111111111\"],\"actions\":{\"actionGroups\":[{\"actionGroupId"
    "\":\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/microsoft.insights/action"
    "Groups/g\"}]},\"condition\":{\"allOf\":[{\"field\":\"category\",\"equals\":\"Administrative\"},{\"field\":\"op"
    "erationName\",\"equals\":\"Microsoft.Network/networkSecurityGroups/write\"}]}}]"},
    {.text = "{\"value\":[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricing"
    "s/Arm\",\"name\":\"Arm\",\"type\":\"Microsoft.Security/pricings\",\"pricingTier\":\"Standard\"}]}"},
    {.text = "[{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/policyAssignm"
    "ents/p\",\"name\":\"p\",\"type\":\"Microsoft.Authorization/policyAssignments\",\"displayName\":\"allowed\",\"e"
    "nforcementMode\":\"Default\",\"policyDefinitionId\":\"/providers/Microsoft.Authorization/policyDefinitions/e56"
    "962a6-4747-49cd-b67b-bf8b01975c4c\",\"scope\":\"/subscriptions/11111111-1111-1111-1111-111111111111\"}]"},
    {.text = "{\"id\":\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.SerialConsole/consoleService"
    "s/default\",\"name\":\"default\",\"type\":\"Microsoft.SerialConsole/consoleServices\",\"properties\":{\"disabl"
    "ed\":false}}"},
};
/* clang-format on */

static void test_each_allocation(void **unused)
{
    (void)unused;
    starved_audit(inputs, ARRAY_LEN(inputs), (starved_least){.rights = 11});
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
