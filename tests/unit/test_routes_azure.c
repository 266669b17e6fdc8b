/* SPDX-License-Identifier: Apache-2.0
 *
 * test_routes_azure.c -- every way from one disk, image or machine of Azure to another leaves
 * edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"
#include "support/route.h"

/* clang-format off */
#define DISK(n) "Compute/disks/" n
#define SNAP(n) "Compute/snapshots/" n
#define VM(n)   "Compute/virtualMachines/" n
#define NIC(n)  "Network/networkInterfaces/" n
#define RPC     "Compute/restorePointCollections/rpc"

#define FROM(id) "{'properties':{'creationData':{'createOption':'Copy','sourceResourceId':'" AZ_GROUP id "'}}}"
#define SNAPSHOT(time, n, of) AZURE(time, "Compute/snapshots/write", SNAP(n), FROM(of))
#define COPY(time, n, of) AZURE(time, "Compute/disks/write", DISK(n), FROM(of))
#define BOOT(id) "'osDisk':{'createOption':'Attach','managedDisk':{'id':'" AZ_GROUP id "'}}"
#define MACHINE(time, n, storage) AZURE(time, "Compute/virtualMachines/write", VM(n), "{'properties':{'storageProfile':{" storage "}}}")
#define SAME(time, operation, resource, status, correlation, more) AZURE_RECORD(time, AZ_EVE, operation, AZ_GROUP resource, status, correlation, more)

static const route routes[] = {
    {"a snapshot, a disk of it, a machine that boots from it",
     {SNAPSHOT("10:00", "s", DISK("secret")), COPY("10:01", "loot", SNAP("s")), MACHINE("10:02", "vm", BOOT(DISK("loot")))},
     "snapshots/s derived_from disks/secret properties.responseBody.properties.creationData.sourceResourceId; disks/loot derived_from snapshots/s; virtualmachines/vm derived_from disks/loot",
     "snapshots/s disks/loot virtualmachines/vm", "disks/secret snapshots/s", AZ_EVE_ID},
    {"bodies that are text, and ids in capitals",
     {SAME("10:00", "Compute/snapshots/write", "COMPUTE/SNAPSHOTS/S", "Accept", "c1", ",'responseBody':'{\\'properties\\':{\\'creationData\\':{\\'sourceResourceId\\':\\'" AZ_GROUP DISK("SECRET") "\\'}}}'"),
      COPY("10:01", "loot", SNAP("s"))},
     "snapshots/s derived_from disks/secret; disks/loot derived_from snapshots/s", "snapshots/s disks/loot", NULL, NULL},
    {"the request alone",
     {SAME("10:00", "Compute/snapshots/write", SNAP("s"), "Accept", "c1", ",'requestbody':'{\\'properties\\':{\\'creationData\\':{\\'sourceResourceId\\':\\'" AZ_GROUP DISK("secret") "\\'}}}'"),
      SAME("10:01", "Compute/virtualMachines/write", VM("vm"), "Accept", "c2", ",'requestbody':{'properties':{'storageProfile':{" BOOT(DISK("d")) "},'networkProfile':{'networkInterfaces':[{'id':'" AZ_GROUP NIC("n") "'}]}}}")},
     "snapshots/s derived_from disks/secret properties.requestbody.properties.creationData.sourceResourceId; virtualmachines/vm derived_from disks/d; virtualmachines/vm uses networkinterfaces/n", NULL, NULL, NULL},
    {"the source in the second of three records",
     {SAME("10:00", "Compute/snapshots/write", SNAP("s"), "Start", "c1", ""), SAME("10:01", "Compute/snapshots/write", SNAP("s"), "Accept", "c1", ",'responseBody':" FROM(DISK("secret"))),
      SAME("10:02", "Compute/snapshots/write", SNAP("s"), "Success", "c1", "")},
     "snapshots/s derived_from disks/secret", NULL, NULL, NULL},
    {"a snapshot copied, a disk copied",
     {SNAPSHOT("10:00", "s", DISK("secret")), AZURE("10:01", "Compute/snapshots/write", SNAP("s2"), FROM(SNAP("s"))), COPY("10:02", "d2", DISK("secret"))},
     "snapshots/s2 derived_from snapshots/s; disks/d2 derived_from disks/secret", "snapshots/s snapshots/s2", NULL, NULL},
    {"a download address of a snapshot", {SNAPSHOT("10:00", "s", DISK("secret")), AZURE("10:01", "Compute/snapshots/beginGetAccess/action", SNAP("s"), "{}")}, "snapshots/s derived_from disks/secret", NULL, NULL, AZ_EVE_ID},
    {"an image of a machine, a machine of the image",
     {AZURE("10:00", "Compute/images/write", "Compute/images/img", "{'properties':{'sourceVirtualMachine':{'id':'" AZ_GROUP VM("prod") "'}}}"),
      MACHINE("10:01", "vm", "'imageReference':{'id':'" AZ_GROUP "Compute/images/img'}")},
     "images/img derived_from virtualmachines/prod; virtualmachines/vm derived_from images/img", "images/img virtualmachines/vm", "virtualmachines/prod images/img", NULL},
    {"an image of a snapshot and of data disks",
     {AZURE("10:00", "Compute/images/write", "Compute/images/img", "{'properties':{'storageProfile':{'osDisk':{'snapshot':{'id':'" AZ_GROUP SNAP("s") "'}},'dataDisks':[{'managedDisk':{'id':'" AZ_GROUP DISK("d") "'}},{'snapshot':{'id':'" AZ_GROUP SNAP("s2") "'}}]}}}")},
     "images/img derived_from snapshots/s; images/img derived_from disks/d; images/img derived_from snapshots/s2", NULL, NULL, NULL},
    {"a gallery's version from an image, and a machine of it",
     {AZURE("10:00", "Compute/galleries/images/versions/write", "Compute/galleries/g/images/i/versions/1.0.0", "{'properties':{'storageProfile':{'source':{'id':'" AZ_GROUP VM("prod") "'}}}}"),
      MACHINE("10:01", "vm", "'imageReference':{'id':'" AZ_GROUP "Compute/galleries/g/images/i/versions/1.0.0'}"), COPY("10:02", "d", "Compute/galleries/g/images/i/versions/1.0.0")},
     "versions/1.0.0 derived_from virtualmachines/prod; virtualmachines/vm derived_from versions/1.0.0; disks/d derived_from versions/1.0.0", "versions/1.0.0 virtualmachines/vm disks/d", NULL, NULL},
    {"a gallery's version from disks",
     {AZURE("10:00", "Compute/galleries/images/versions/write", "Compute/galleries/g/images/i/versions/1.0.0",
      "{'properties':{'storageProfile':{'osDiskImage':{'source':{'id':'" AZ_GROUP SNAP("s") "'}},'dataDiskImages':[{'lun':0,'source':{'id':'" AZ_GROUP DISK("d") "'}}]}}}")},
     "versions/1.0.0 derived_from snapshots/s; versions/1.0.0 derived_from disks/d", NULL, NULL, NULL},
    {"a restore point, and a disk restored from it",
     {AZURE("10:00", "Compute/restorePointCollections/write", RPC, "{'properties':{'source':{'id':'" AZ_GROUP VM("prod") "'}}}"),
      AZURE("10:01", "Compute/restorePointCollections/restorePoints/write", RPC "/restorePoints/rp", "{'properties':{'sourceMetadata':{'storageProfile':{'osDisk':{'managedDisk':{'id':'" AZ_GROUP DISK("secret") "'}}}}}}"),
      AZURE("10:02", "Compute/disks/write", DISK("loot"), "{'properties':{'creationData':{'createOption':'Restore','sourceResourceId':'" AZ_GROUP RPC "/restorePoints/rp/diskRestorePoints/x'}}}")},
     "restorepointcollections/rpc derived_from virtualmachines/prod; restorepoints/rp derived_from disks/secret; disks/loot derived_from restorepoints/rp", "restorepointcollections/rpc restorepoints/rp disks/loot", NULL, NULL},
    {"a disk swap on an old machine",
     {COPY("10:00", "d2", SNAP("s")),
      SAME("10:01", "Compute/virtualMachines/write", VM("old"), "Accept", "c1", ",'statusCode':'OK','responseBody':{'properties':{'timeCreated':'2026-01-01T00:00:00Z','provisioningState':'Updating','storageProfile':{" BOOT(DISK("d2")) "}}}")},
     "virtualmachines/old derived_from disks/d2", NULL, NULL, NULL},
    {"a disk swap that only the request shows",
     {SAME("10:01", "Compute/virtualMachines/write", VM("old"), "Accept", "c1", ",'responseBody':{'properties':{'timeCreated':'2026-01-01T00:00:00Z'}},'requestbody':{'properties':{'storageProfile':{" BOOT(DISK("d2")) ",'dataDisks':[{'managedDisk':{'id':'" AZ_GROUP DISK("d3") "'}}]}}}")},
     "virtualmachines/old derived_from disks/d2; disks/d3 attached_to virtualmachines/old", NULL, NULL, NULL},
    {"data disks attached by a call of its own",
     {COPY("10:00", "d", SNAP("s")), AZURE_RECORD("10:01", AZ_EVE, "Compute/virtualMachines/attachDetachDataDisks/action", AZ_GROUP VM("vm"), "Accept", "c1", ",'requestbody':{'dataDisksToAttach':[{'diskId':'" AZ_GROUP DISK("d") "'}]}")},
     "disks/d attached_to virtualmachines/vm", NULL, NULL, NULL},
    {"a machine's interface, its group, address and subnet",
     {AZURE("10:00", "Network/networkSecurityGroups/write", "Network/networkSecurityGroups/nsg", "{'properties':{'securityRules':[{'properties':{'access':'Allow','direction':'Inbound','protocol':'Tcp','destinationPortRange':'22','sourceAddressPrefix':'*'}}]}}"),
      AZURE("10:01", "Network/networkInterfaces/write", NIC("n"), "{'properties':{'networkSecurityGroup':{'id':'" AZ_GROUP "Network/networkSecurityGroups/nsg'},'ipConfigurations':[{'properties':{'publicIPAddress':{'id':'" AZ_GROUP "Network/publicIPAddresses/ip'},'subnet':{'id':'" AZ_GROUP "Network/virtualNetworks/v/subnets/sn'}}}]}}"),
      AZURE("10:02", "Compute/virtualMachines/write", VM("vm"), "{'properties':{'networkProfile':{'networkInterfaces':[{'id':'" AZ_GROUP NIC("n") "'}]}}}")},
     "networkinterfaces/n uses networksecuritygroups/nsg; publicipaddresses/ip attached_to networkinterfaces/n; networkinterfaces/n uses subnets/sn; virtualmachines/vm uses networkinterfaces/n", NULL, NULL, NULL},
    {"an address given to an interface, a group to a subnet",
     {AZURE("10:00", "Network/publicIPAddresses/write", "Network/publicIPAddresses/ip", "{'properties':{'ipConfiguration':{'id':'" AZ_GROUP NIC("n") "/ipConfigurations/c'}}}"),
      AZURE("10:01", "Network/virtualNetworks/subnets/write", "Network/virtualNetworks/v/subnets/sn", "{'properties':{'networkSecurityGroup':{'id':'" AZ_GROUP "Network/networkSecurityGroups/nsg'}}}")},
     "publicipaddresses/ip attached_to networkinterfaces/n; subnets/sn uses networksecuritygroups/nsg", NULL, NULL, NULL},
    {"a scale set and its machines",
     {AZURE("10:00", "Compute/virtualMachineScaleSets/write", "Compute/virtualMachineScaleSets/set",
      "{'properties':{'virtualMachineProfile':{'storageProfile':{'imageReference':{'id':'" AZ_GROUP "Compute/images/img'}},'networkProfile':{'networkInterfaceConfigurations':[{'properties':{'networkSecurityGroup':{'id':'" AZ_GROUP "Network/networkSecurityGroups/nsg'}}}]}}}}"),
      AZURE("10:01", "Compute/virtualMachineScaleSets/virtualMachines/write", "Compute/virtualMachineScaleSets/set/virtualMachines/0", "{}"),
      AZURE("10:02", "Compute/virtualMachineScaleSets/virtualMachines/runCommand/action", "Compute/virtualMachineScaleSets/set/virtualMachines/0", "{}")},
     "virtualmachinescalesets/set derived_from images/img; virtualmachines/0 derived_from virtualmachinescalesets/set; virtualmachinescalesets/set uses networksecuritygroups/nsg", "virtualmachinescalesets/set virtualmachines/0", NULL, NULL},
    {"a machine of a set of the flexible kind",
     {AZURE("10:00", "Compute/virtualMachineScaleSets/write", "Compute/virtualMachineScaleSets/set", "{}"),
      AZURE("10:01", "Compute/virtualMachines/write", VM("vm"), "{'properties':{'virtualMachineScaleSet':{'id':'" AZ_GROUP "Compute/virtualMachineScaleSets/set'}}}")},
     "virtualmachines/vm derived_from virtualmachinescalesets/set", "virtualmachinescalesets/set virtualmachines/vm", NULL, NULL},
    {"a deployment's children",
     {SAME("10:00", "Resources/deployments/write", "Resources/deployments/dep", "Start", "c9", ""), SAME("10:01", "Compute/disks/write", DISK("d"), "Accept", "c9", ",'responseBody':" FROM(SNAP("s"))),
      SAME("10:02", "Compute/virtualMachines/write", VM("vm"), "Accept", "c9", ",'responseBody':{'properties':{'storageProfile':{}}}")},
     "~disks/d derived_from deployments/dep correlationId; ~virtualmachines/vm derived_from deployments/dep correlationId", "deployments/dep disks/d virtualmachines/vm", NULL, NULL},
    {"commands and extensions are done to the machine",
     {MACHINE("10:00", "vm", BOOT(DISK("d"))), AZURE("10:01", "Compute/virtualMachines/runCommand/action", VM("vm"), "{}"), AZURE("10:02", "Compute/virtualMachines/extensions/write", VM("vm") "/extensions/run", "{}"),
      AZURE("10:03", "Compute/virtualMachines/runCommands/write", VM("vm") "/runCommands/r", "{}")},
     "virtualmachines/vm derived_from disks/d", NULL, NULL, AZ_EVE_ID},
    {"a role on a subscription",
     {SAME("10:00", "Authorization/roleAssignments/write", "Authorization/roleAssignments/ra", "Success", "c1",
      ",'requestbody':'{\\'Properties\\':{\\'PrincipalId\\':\\'BBBBBBBB-0000-0000-0000-000000000001\\',\\'RoleDefinitionId\\':\\'" AZ_SUB "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635\\',\\'Scope\\':\\'" AZ_SUB "\\'}}'")},
     "bbbbbbbb-0000-0000-0000-000000000001 granted roledefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635; bbbbbbbb-0000-0000-0000-000000000001 uses subscriptions/11111111-2222-3333-4444-555555555555", NULL, NULL, NULL},
    {"an identity, who may be it, and what it does",
     {AZURE("10:00", "ManagedIdentity/userAssignedIdentities/write", "ManagedIdentity/userAssignedIdentities/mi", "{'properties':{'principalId':'CCCCCCCC-0000-0000-0000-000000000001','clientId':'cccccccc-0000-0000-0000-000000000002'}}"),
      AZURE("10:01", "ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write", "ManagedIdentity/userAssignedIdentities/mi/federatedIdentityCredentials/f", "{'properties':{'issuer':'https://token.example.com','subject':'repo:x'}}"),
      AZURE_RECORD("10:02", "{'http://schemas.microsoft.com/identity/claims/objectidentifier':'cccccccc-0000-0000-0000-000000000001','appid':'cccccccc-0000-0000-0000-000000000002','uti':'u2'}", "Compute/disks/write", AZ_GROUP DISK("d"), "Accept", "c5", ",'responseBody':" FROM(SNAP("s")))},
     "userassignedidentities/mi created_by " AZ_EVE_ID "; disks/d created_by userassignedidentities/mi; userassignedidentities/mi issued federatedidentitycredentials/f", NULL, NULL, "userassignedidentities/mi"},
};
/* clang-format on */

static void test_routes(void **unused)
{
    (void)unused;
    routes_check(routes, ARRAY_LEN(routes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_routes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
