/* SPDX-License-Identifier: Apache-2.0
 *
 * test_routes_gcp.c -- every way from one disk, image or machine of Google Cloud to another leaves
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
#define ZONE    "zones/europe-west1-b/"
#define LAB     "projects/lab/"
#define REQUEST(members) ",'request':{" members "}"
#define SNAPSHOT(time, n, disk) GCE(time, "disks.createSnapshot", ZONE "disks/" disk, REQUEST("'name':'" n "'"))
#define DISK(time, n, source) GCE(time, "disks.insert", ZONE "disks/" n, REQUEST("'name':'" n "'," source))
#define VM(time, n, request) GCE(time, "instances.insert", ZONE "instances/" n, REQUEST(request))
#define AGENT GCP_USER("123456@cloudservices.gserviceaccount.com")
#define AGENT_VM(time, n, request) GCP_RECORD(time, AGENT, "compute", "v1.compute.instances.insert", LAB ZONE "instances/" n, ",'zone':'europe-west1-b'", "", REQUEST(request))
#define NIC "'networkInterfaces':[{'network':'" GCP_URL "lab/global/networks/net'}]"
#define OPEN "'alloweds':[{'IPProtocol':'tcp','ports':['22']}],'sourceRanges':['0.0.0.0/0'],'network':'projects/lab/global/networks/net'"

static const route routes[] = {
    {"a snapshot, a disk of it, a machine that boots from it, each named in another way",
     {SNAPSHOT("10:00", "s", "secret"), DISK("10:01", "loot", "'sourceSnapshot':'" GCP_URL "lab/global/snapshots/s'"), VM("10:02", "vm", "'disks':[{'source':'" LAB ZONE "disks/loot'}]")},
     "snapshots/s derived_from disks/secret; disks/loot derived_from snapshots/s protoPayload.request.sourceSnapshot; instances/vm derived_from disks/loot", "snapshots/s disks/loot instances/vm", "disks/secret snapshots/s", "eve@example.com"},
    {"short names", {SNAPSHOT("10:00", "s", "secret"), DISK("10:01", "loot", "'sourceSnapshot':'global/snapshots/s'"), VM("10:02", "vm", "'disks':[{'source':'" ZONE "disks/loot'}]")},
     "disks/loot derived_from snapshots/s; instances/vm derived_from disks/loot", "snapshots/s disks/loot instances/vm", NULL, NULL},
    {"a snapshot by its own call", {GCE("10:00", "snapshots.insert", "global/snapshots/s", REQUEST("'name':'s','sourceDisk':'" GCP_URL "lab/" ZONE "disks/secret'")), DISK("10:01", "loot", "'sourceSnapshot':'" LAB "global/snapshots/s'")},
     "snapshots/s derived_from disks/secret; disks/loot derived_from snapshots/s", "snapshots/s disks/loot", NULL, NULL},
    {"the request is cut: checks of permissions still name the disk",
     {GCE("10:00", "snapshots.insert", "global/snapshots/s", ",'authorizationInfo':[{'permission':'compute.snapshots.create','granted':true,'resource':'" LAB "global/snapshots/s'},{'permission':'compute.disks.createSnapshot','granted':true,'resource':'" LAB ZONE "disks/secret'}]")},
     "snapshots/s derived_from disks/secret", NULL, NULL, NULL},
    {"a disk cloned", {DISK("10:01", "loot", "'sourceDisk':'" GCP_URL "lab/" ZONE "disks/secret'")}, "disks/loot derived_from disks/secret", NULL, NULL, NULL},
    {"images of a disk, a snapshot, an image; a machine",
     {SNAPSHOT("10:00", "s", "secret"), GCE("10:01", "images.insert", "global/images/i", REQUEST("'sourceSnapshot':'" LAB "global/snapshots/s'")), GCE("10:02", "images.insert", "global/images/i2", REQUEST("'sourceImage':'" GCP_URL "lab/global/images/i'")),
      VM("10:03", "vm", "'disks':[{'initializeParams':{'sourceImage':'" LAB "global/images/i2'}}]"), GCE("10:04", "images.insert", "global/images/i3", REQUEST("'sourceDisk':'" LAB ZONE "disks/d'"))},
     "images/i derived_from snapshots/s; images/i2 derived_from images/i; instances/vm derived_from images/i2; images/i3 derived_from disks/d", "snapshots/s images/i images/i2 instances/vm", NULL, NULL},
    {"a machine's disk made from a snapshot on the way", {SNAPSHOT("10:00", "s", "secret"), VM("10:03", "vm", "'disks':[{'initializeParams':{'sourceSnapshot':'global/snapshots/s'}}]")},
     "instances/vm derived_from snapshots/s", "snapshots/s instances/vm", NULL, NULL},
    {"a machine image and what is made of it",
     {GCE("10:00", "machineImages.insert", "global/machineImages/mi", REQUEST("'name':'mi','sourceInstance':'" GCP_URL "lab/" ZONE "instances/prod'")), VM("10:01", "vm", "'sourceMachineImage':'" LAB "global/machineImages/mi'")},
     "instances/vm derived_from machineImages/mi; machineImages/mi derived_from instances/prod", "machineImages/mi instances/vm", "instances/prod instances/vm", NULL},
    {"a disk attached", {DISK("10:00", "loot", "'sourceSnapshot':'global/snapshots/s'"), VM("10:01", "vm", "'name':'vm'"), GCE("10:02", "instances.attachDisk", ZONE "instances/vm", REQUEST("'source':'" GCP_URL "lab/" ZONE "disks/loot'"))},
     "disks/loot attached_to instances/vm", "disks/loot instances/vm", NULL, NULL},
    {"machines in bulk: asked for in one record, made in others",
     {SNAPSHOT("10:00", "s", "secret"), GCE("10:01", "instances.bulkInsert", ZONE "instances", REQUEST("'count':2,'namePattern':'m-#','instanceProperties':{'disks':[{'initializeParams':{'sourceSnapshot':'" LAB "global/snapshots/s'}}]}")),
      GCE("10:02", "instances.bulkInsert", ZONE "instances/m-1", ""), GCE("10:02", "instances.bulkInsert", ZONE "instances/m-2", "")},
     "~instances/m-1 derived_from snapshots/s; ~instances/m-2 derived_from snapshots/s", "snapshots/s instances/m-1 instances/m-2", NULL, NULL},
    {"machines in bulk, each with its name", {GCE("10:01", "instances.bulkInsert", ZONE "instances", REQUEST("'count':1,'perInstanceProperties':{'web-1':{}},'sourceInstanceTemplate':'" LAB "global/instanceTemplates/t'"))},
     "instances/web-1 derived_from instanceTemplates/t", NULL, NULL, NULL},
    {"template, group, machine: whoever made the group is behind it",
     {GCE("10:00", "instanceTemplates.insert", "global/instanceTemplates/t", REQUEST("'name':'t','properties':{'disks':[{'initializeParams':{'sourceImage':'projects/debian-cloud/global/images/debian-12'}}]}")),
      GCE("10:01", "instanceGroupManagers.insert", ZONE "instanceGroupManagers/g", REQUEST("'instanceTemplate':'" GCP_URL "lab/global/instanceTemplates/t'")),
      AGENT_VM("10:02", "g-x1", "'links':[{'type':'MEMBER_OF','source':'" LAB ZONE "instanceGroupManagers/g','target':'" LAB ZONE "instances/g-x1'}]")},
     "instanceTemplates/t derived_from images/debian-12; instanceGroupManagers/g derived_from instanceTemplates/t; instances/g-x1 derived_from instanceGroupManagers/g", "instanceTemplates/t instanceGroupManagers/g instances/g-x1", NULL, NULL},
    {"a group of another gets a new template",
     {GCE("10:00", "instanceTemplates.insert", "global/instanceTemplates/t", REQUEST("'name':'t','properties':{'disks':[{'source':'" LAB ZONE "disks/d'}]}")),
      GCE("10:01", "instanceGroupManagers.patch", ZONE "instanceGroupManagers/g", REQUEST("'versions':[{'instanceTemplate':'" LAB "global/instanceTemplates/t'}]")),
      AGENT_VM("10:02", "g-x1", "'links':[{'type':'MEMBER_OF','source':'" LAB ZONE "instanceGroupManagers/g'}]")},
     "instanceTemplates/t derived_from disks/d; instanceGroupManagers/g uses instanceTemplates/t; instances/g-x1 derived_from instanceGroupManagers/g", "instanceGroupManagers/g instances/g-x1", NULL, NULL},
    {"a machine of a group by the group's own call", {GCE("10:01", "instanceGroupManagers.createInstances", ZONE "instanceGroupManagers/g", REQUEST("'instances':[{'name':'m'}]"))}, "instances/m derived_from instanceGroupManagers/g", NULL, NULL, NULL},
    {"rules reach machines by network and tag",
     {GCE("10:00", "firewalls.insert", "global/firewalls/all", REQUEST(OPEN)), GCE("10:01", "firewalls.insert", "global/firewalls/web", REQUEST(OPEN ",'targetTags':['web']")),
      VM("10:02", "a", NIC ",'tags':{'tags':['web']}"), VM("10:03", "b", NIC), GCE("10:04", "firewalls.insert", "global/firewalls/late", REQUEST(OPEN ",'targetTags':['web','db']")),
      GCE("10:05", "firewalls.insert", "global/firewalls/other", REQUEST("'network':'" LAB "global/networks/elsewhere'"))},
     "instances/a uses firewalls/all; instances/b uses firewalls/all; instances/a uses firewalls/web protoPayload.request.targetTags; !instances/b uses firewalls/web; instances/a uses firewalls/late; !instances/b uses firewalls/late; !instances/a uses firewalls/other", NULL, NULL, NULL},
    {"rules reach machines by service account",
     {VM("10:02", "a", NIC ",'serviceAccounts':[{'email':'x@lab.iam.gserviceaccount.com'}]"), GCE("10:03", "firewalls.insert", "global/firewalls/sa", REQUEST(OPEN ",'targetServiceAccounts':['x@lab.iam.gserviceaccount.com']"))},
     "instances/a uses firewalls/sa; instances/a uses x@lab.iam.gserviceaccount.com", NULL, NULL, NULL},
    {"a snapshot used from another project",
     {SNAPSHOT("10:00", "s", "secret"), GCP_RECORD("10:01", GCP_EVE, "compute", "v1.compute.disks.insert", "projects/loot/" ZONE "disks/d", "", "", REQUEST("'sourceSnapshot':'" LAB "global/snapshots/s'"))},
     "disks/d derived_from snapshots/s", "snapshots/s disks/d", NULL, NULL},
    {"keys for all machines of the project, and for one", {GCE("10:00", "projects.setCommonInstanceMetadata", "", ",'metadata':{'projectMetadataDelta':{'modifiedMetadataKeys':['ssh-keys']}}"),
      GCE("10:01", "instances.setMetadata", ZONE "instances/vm", ",'metadata':{'instanceMetadataDelta':{'addedMetadataKeys':['ssh-keys']}}")}, "", NULL, NULL, "eve@example.com"},
    {"a service account, its key, and what the key does",
     {GCP_RECORD("10:00", GCP_EVE, "iam", "google.iam.admin.v1.CreateServiceAccount", "projects/lab", "", "", REQUEST("'account_id':'x'") ",'response':{'email':'x@lab.iam.gserviceaccount.com'}"),
      GCP_RECORD("10:01", GCP_EVE, "iam", "google.iam.admin.v1.CreateServiceAccountKey", "projects/-/serviceAccounts/x@lab.iam.gserviceaccount.com", "", "",
       REQUEST("'name':'projects/-/serviceAccounts/x@lab.iam.gserviceaccount.com'") ",'response':{'name':'projects/lab/serviceAccounts/x@lab.iam.gserviceaccount.com/keys/k1'}"),
      GCP_RECORD("10:02", "{'principalEmail':'x@lab.iam.gserviceaccount.com','serviceAccountKeyName':'//iam.googleapis.com/projects/lab/serviceAccounts/x@lab.iam.gserviceaccount.com/keys/k1'}", "compute", "v1.compute.disks.insert", LAB ZONE "disks/d", "", "", "")},
     "x@lab.iam.gserviceaccount.com created_by eve@example.com; x@lab.iam.gserviceaccount.com issued keys/k1; keys/k1 created_by eve@example.com; disks/d created_by x@lab.iam.gserviceaccount.com", NULL, NULL, "x@lab.iam.gserviceaccount.com"},
    {"impersonation: the first of the chain is behind it",
     {GCP_RECORD("10:02", "{'principalEmail':'x@lab.iam.gserviceaccount.com','serviceAccountDelegationInfo':[{'firstPartyPrincipal':{'principalEmail':'eve@example.com'}},{'firstPartyPrincipal':{'principalEmail':'y@lab.iam.gserviceaccount.com'}}]}", "compute", "v1.compute.disks.insert", LAB ZONE "disks/d", "", "", "")},
     "disks/d created_by eve@example.com", NULL, NULL, "eve@example.com"},
    {"a machine's own account: the provider's agent that hands out its tokens is nobody",
     {GCP_RECORD("10:02", "{'principalEmail':'x@lab.iam.gserviceaccount.com','serviceAccountDelegationInfo':[{'firstPartyPrincipal':{'principalEmail':'service-123456@compute-system.iam.gserviceaccount.com'}}]}", "compute", "v1.compute.disks.insert", LAB ZONE "disks/d", "", "", "")},
     "disks/d created_by x@lab.iam.gserviceaccount.com", NULL, NULL, "x@lab.iam.gserviceaccount.com"},
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
