/* SPDX-License-Identifier: Apache-2.0
 *
 * test_gcp_audit.c -- audit records of Google Cloud, and what they must decode to in every shape.
 *
 * Records are written as log entries. Each is then rewritten as BigQuery, Log Analytics and
 * Sentinel export it, and must decode to the same facts; only the paths that prove them differ.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "decode/gcp_id.h"
#include "support/decoded.h"

extern const decoder decoder_gcp_audit;

typedef struct sample {
    const char *name;
    const char *record;
    const char *facts; /* in every shape */
    const char *paths; /* of the log entry */
} sample;

#define ENTRY(service, method, resource, payload, rest)                                            \
    "{\"insertId\":\"id1\",\"logName\":\"projects/lab/logs/"                                       \
    "cloudaudit.googleapis.com%2Factivity\","                                                      \
    "\"timestamp\":\"2026-01-02T03:04:05.123Z\",\"receiveTimestamp\":\"2026-01-02T03:04:06Z\","    \
    "\"severity\":\"NOTICE\"," rest ",\"protoPayload\":{"                                          \
    "\"@type\":\"type.googleapis.com/google.cloud.audit.AuditLog\",\"serviceName\":\"" service     \
    "\",\"methodName\":\"" method "\",\"resourceName\":\"" resource                                \
    "\",\"authenticationInfo\":{\"principalEmail\":\"mallory@example.com\","                       \
    "\"principalSubject\":\"user:mallory@example.com\"},\"requestMetadata\":{\"callerIp\":"        \
    "\"198.51.100.7\",\"callerSuppliedUserAgent\":\"google-cloud-sdk gcloud/400.0 "                \
    "command/gcloud.x,gzip(gfe),gzip(gfe)\"}" payload "}}"

#define COMPUTE "compute.googleapis.com"
#define LABELS "\"project_id\":\"lab\",\"zone\":\"us-central1-a\""
#define RESOURCE(type, labels) "\"resource\":{\"type\":\"" type "\",\"labels\":{" labels "}}"
#define ZONAL "projects/lab/zones/us-central1-a"
#define URL "https://www.googleapis.com/compute/v1/projects/lab/zones/us-central1-a"
#define FIRST                                                                                      \
    ",\"operation\":{\"id\":\"op-1\",\"producer\":\"compute.googleapis.com\",\"first\":true}"
#define LAST                                                                                       \
    ",\"operation\":{\"id\":\"op-1\",\"producer\":\"compute.googleapis.com\",\"last\":true}"
#define BOTH ",\"operation\":{\"id\":\"op-1\",\"first\":true,\"last\":true}"
#define VM RESOURCE("gce_instance", "\"instance_id\":\"4711\"," LABELS)
#define CHECK(permission, resource)                                                                \
    "{\"granted\":true,\"permissionType\":\"ADMIN_WRITE\",\"permission\":\"" permission            \
    "\",\"resource\":\"" resource "\"}"
#define FIREWALL(method, request)                                                                  \
    ENTRY(COMPUTE, "v1.compute.firewalls." method, "projects/lab/global/firewalls/gate",           \
          ",\"request\":{" request "}",                                                            \
          RESOURCE("gce_firewall_rule", "\"project_id\":\"lab\"") FIRST)
#define INSERT "v1.compute.instances.insert"
#define MACHINE                                                                                    \
    "\"machineType\":\"zones/us-central1-a/machineTypes/n1-highmem-16\","                          \
    "\"networkInterfaces\":[{\"network\":\"global/networks/default\","                             \
    "\"accessConfigs\":[{\"type\":\"ONE_TO_ONE_NAT\"}]}],"                                         \
    "\"labels\":[{\"key\":\"env\",\"value\":\"prod\"},{\"key\":\"env\",\"value\":\"x\"}],"         \
    "\"serviceAccounts\":[{\"email\":\"robot@lab.iam.gserviceaccount.com\","                       \
    "\"scopes\":[\"https://www.googleapis.com/auth/cloud-platform\"]}]"

/* clang-format off */
static const sample samples[] = {
    {"instance, first record: who, when, where, what",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue",
           ",\"request\":{\"@type\":\"x\",\"requestId\":\"r1\",\"name\":\"rogue\"," MACHINE ",\"disks\":[{\"boot\":true,"
           "\"source\":\"" URL "/disks/stolen\"}]},\"response\":{\"targetId\":\"4711\"}", VM FIRST),
     "provider=gcp\noutcome=pending\nphase=start\nclass=instance.create\ntime_ms=1767323045123\ntime_ingest=2026-01-02T03:04:06Z\n"
     "uid=id1\nshared_uid=op-1\nrequest_uid=r1\nservice=" COMPUTE "\noperation=" INSERT "\napi_version=v1\nlog_kind=activity\n"
     "account=lab\nregion=us-central1\nzone=us-central1-a\nactor_type=user\nactor_id=mallory@example.com\n"
     "actor_name=mallory@example.com\nactor_arn=user:mallory@example.com\nsrc_ip=198.51.100.7\nua_tool=gcloud\n"
     "user_agent=google-cloud-sdk gcloud/400.0 command/gcloud.x\ntarget_type=gce_instance\ninstance_type=n1-highmem-16\n"
     "network=projects/lab/global/networks/default\npublic_exposure=public address\ntags=env=prod;env=x\n"
     "instance_identity=robot@lab.iam.gserviceaccount.com cloud-platform\n"
     "created=instance:" ZONAL "/instances/rogue\nparent=volume:" ZONAL "/disks/stolen\n"
     "!created=instance:4711\n!error_code\n!denied\n!benign_class\n!via_console\n!share_to\n!policy_delta\n!image",
     "created@protoPayload.resourceName\nparent@protoPayload.request.disks[].source"},
    {"instance, last record: nothing but the end",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue", ",\"request\":{\"@type\":\"x\"}", VM LAST),
     "outcome=success\nphase=end\nclass=instance.create\ncreated=instance:" ZONAL "/instances/rogue\n!public_exposure\n!instance_type", NULL},
    {"instance, one record, disks from image and snapshot",
     ENTRY(COMPUTE, "beta.compute.instances.insert", "projects/815/zones/us-central1-a/instances/rogue",
           ",\"request\":{\"disks\":[{\"initializeParams\":{\"sourceImage\":\"projects/debian-cloud/global/images/debian-12\"}},"
           "{\"initializeParams\":{\"sourceSnapshot\":\"global/snapshots/stolen\"}}]}", VM BOTH),
     "outcome=success\nphase=complete\napi_version=beta\ncreated=instance:" ZONAL "/instances/rogue\n"
     "parent=image:projects/debian-cloud/global/images/debian-12\nparent=snapshot:projects/lab/global/snapshots/stolen\n"
     "image=projects/debian-cloud/global/images/debian-12\nimage_owner=debian-cloud\n!public_exposure", NULL},
    {"instance, request cut: permission checks name what was used",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue",
           ",\"request\":{\"@type\":\"x\"},\"authorizationInfo\":[" CHECK("compute.instances.create", ZONAL "/instances/rogue") ","
           CHECK("compute.disks.useReadOnly", ZONAL "/disks/stolen") "," CHECK("compute.snapshots.useReadOnly", "projects/lab/global/snapshots/s") ","
           CHECK("compute.images.useReadOnly", "projects/lab/global/images/i") "," CHECK("compute.subnetworks.useExternalIp", "projects/lab/regions/us-central1/subnetworks/default") ","
           CHECK("iam.serviceAccounts.actAs", "projects/-/serviceAccounts/robot@lab.iam.gserviceaccount.com") "]", VM FIRST),
     "parent=volume:" ZONAL "/disks/stolen\nparent=snapshot:projects/lab/global/snapshots/s\nparent=image:projects/lab/global/images/i\n"
     "uses=network:projects/lab/regions/us-central1/subnetworks/default\nuses=principal:robot@lab.iam.gserviceaccount.com\n"
     "public_exposure=public address\nread_only=false", "parent@protoPayload.authorizationInfo[].resource"},
    {"instance of a managed group",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/web-1", ",\"request\":{\"links\":[{\"type\":\"MEMBER_OF\",\"source\":\"" URL "/instanceGroupManagers/web\"}]}", VM FIRST),
     "benign_class=managed instance group\nparent=template:" ZONAL "/instanceGroupManagers/web", NULL},
    {"many instances asked for: no name yet",
     ENTRY(COMPUTE, "v1.compute.instances.bulkInsert", ZONAL "/instances/",
           ",\"request\":{\"count\":\"20\",\"instanceProperties\":{" MACHINE "}}", RESOURCE("audited_resource", LABELS) FIRST),
     "class=instance.create\ncount=20\ninstance_type=n1-highmem-16\npublic_exposure=public address\ntags=env=prod;env=x\n!created", NULL},
    {"many instances, one of them: a number and no name",
     ENTRY(COMPUTE, "v1.compute.instances.bulkInsert", "", ",\"request\":{\"@type\":\"x\"}", VM BOTH),
     "phase=complete\ncreated=instance:4711", "created@resource.labels.instance_id"},
    {"no capacity is told by the text only",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue", ",\"status\":{\"code\":3,\"message\":\"ZONE_RESOURCE_POOL_EXHAUSTED: try later\"}", VM LAST),
     "outcome=capacity\nerror_code=3\nphase=end\n!denied", NULL},
    {"quota", ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue", ",\"status\":{\"code\":8,\"message\":\"x\"}", VM), "outcome=capacity", NULL},
    {"denied, granted not written",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue",
           ",\"status\":{\"code\":7,\"message\":\"no\"},\"authorizationInfo\":[{\"permission\":\"compute.instances.create\",\"resource\":\"" ZONAL "/instances/rogue\"}]", VM),
     "outcome=denied\ndenied=true\nerror_code=7\nerror_message=no", NULL},
    {"refused under another code",
     ENTRY(COMPUTE, INSERT, ZONAL "/instances/rogue",
           ",\"status\":{\"code\":5,\"message\":\"no\"},\"authorizationInfo\":[{\"granted\":false,\"permission\":\"compute.instances.create\"}]", VM),
     "outcome=failed\ndenied=true", NULL},
    {"disk from a snapshot",
     ENTRY(COMPUTE, "v1.compute.disks.insert", ZONAL "/disks/copy", ",\"request\":{\"sourceSnapshot\":\"https://compute.googleapis.com/compute/beta/projects/lab/global/snapshots/stolen\"}",
           RESOURCE("gce_disk", LABELS) FIRST),
     "class=volume.create\ncreated=volume:" ZONAL "/disks/copy\nparent=snapshot:projects/lab/global/snapshots/stolen",
     "parent@protoPayload.request.sourceSnapshot"},
    {"snapshot of a disk: the resource is the disk, the name is bare",
     ENTRY(COMPUTE, "v1.compute.disks.createSnapshot", ZONAL "/disks/prod", ",\"request\":{\"name\":\"stolen\"}", RESOURCE("gce_disk", LABELS) FIRST),
     "class=snapshot.create\ncreated=snapshot:projects/lab/global/snapshots/stolen\nparent=volume:" ZONAL "/disks/prod\n!created=volume:" ZONAL "/disks/prod",
     "created@protoPayload.request.name\nparent@protoPayload.resourceName"},
    {"snapshot made in another project: the owner of the disk sees only the disk",
     ENTRY(COMPUTE, "v1.compute.snapshots.insert", ZONAL "/disks/prod",
           ",\"request\":{\"@type\":\"x\"},\"metadata\":{\"@type\":\"type.googleapis.com/google.cloud.audit.CrossEntityControlAuditMetadata\"}", RESOURCE("gce_disk", LABELS)),
     "class=snapshot.create\nparent=volume:" ZONAL "/disks/prod\n!created\n!target", "parent@protoPayload.resourceName"},
    {"snapshot of a disk by URL",
     ENTRY(COMPUTE, "v1.compute.snapshots.insert", "projects/lab/global/snapshots/s", ",\"request\":{\"sourceDisk\":\"" URL "/disks/prod\"}", RESOURCE("gce_snapshot", LABELS)),
     "created=snapshot:projects/lab/global/snapshots/s\nparent=volume:" ZONAL "/disks/prod\n!target", NULL},
    {"snapshot of a disk, last record",
     ENTRY(COMPUTE, "v1.compute.snapshots.insert", "projects/lab/global/snapshots/s", ",\"request\":{\"@type\":\"x\"}", RESOURCE("gce_snapshot", LABELS) LAST),
     "phase=end\ncreated=snapshot:projects/lab/global/snapshots/s\n!target\n!parent", NULL},
    {"disk attached, request cut",
     ENTRY(COMPUTE, "v1.compute.instances.attachDisk", ZONAL "/instances/rogue", ",\"authorizationInfo\":[" CHECK("compute.disks.use", ZONAL "/disks/copy") "]", VM FIRST),
     "class=volume.attach\ntarget=instance:" ZONAL "/instances/rogue\nattached=volume:" ZONAL "/disks/copy", NULL},
    {"snapshot shared: the whole policy, nothing says what is new",
     ENTRY(COMPUTE, "v1.compute.snapshots.setIamPolicy", "projects/lab/global/snapshots/s",
           ",\"request\":{\"policy\":{\"bindings\":[{\"role\":\"roles/owner\",\"members\":[\"user:eve@example.net\",\"allAuthenticatedUsers\"]}]}}", RESOURCE("gce_snapshot", LABELS)),
     "class=snapshot.share\ntarget=snapshot:projects/lab/global/snapshots/s\nshare_to=user:eve@example.net;allAuthenticatedUsers\n"
     "policy_delta==roles/owner:user:eve@example.net;=roles/owner:allAuthenticatedUsers\nshared_to=principal:eve@example.net", NULL},
    {"grants: what changed",
     ENTRY("cloudresourcemanager.googleapis.com", "SetIamPolicy", "projects/lab",
           ",\"serviceData\":{\"policyDelta\":{\"bindingDeltas\":[{\"action\":\"ADD\",\"role\":\"roles/owner\",\"member\":\"user:eve@example.net\"},"
           "{\"action\":\"REMOVE\",\"role\":\"roles/viewer\",\"member\":\"user:bob@example.com\"}],"
           "\"auditConfigDeltas\":[{\"action\":\"ADD\",\"service\":\"allServices\",\"logType\":\"DATA_READ\",\"exemptedMember\":\"user:eve@example.net\"}]}}",
           RESOURCE("project", "\"project_id\":\"lab\"")),
     "class=priv.grant\nuses=account:projects/lab\ngranted=role:roles/owner\n!granted=role:roles/viewer\nshare_to=user:eve@example.net\n"
     "policy_delta=+roles/owner:user:eve@example.net;-roles/viewer:user:bob@example.com;+audit:allServices:DATA_READ but user:eve@example.net", NULL},
    {"firewall opened", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\",\"3000-4000\"]},{\"IPProtocol\":\"ICMP\"}],\"sourceRanges\":[\"10.0.0.0/8\",\"0.0.0.0/0\"],\"direction\":\"INGRESS\""),
     "class=net.open\ncreated=security_group:projects/lab/global/firewalls/gate\npublic_exposure=tcp/22 from 0.0.0.0/0; tcp/3000-4000 from 0.0.0.0/0; icmp from 0.0.0.0/0", NULL},
    {"firewall opened to a network of prefix 0 with address bits", FIREWALL("patch", "\"allowed\":[{\"IPProtocol\":\"all\"}],\"sourceRanges\":[\"208.236.235.254/0\",\"::0/0\"]"),
     "public_exposure=all from 208.236.235.254/0; all from ::0/0", NULL},
    {"firewall from nowhere in particular is from everywhere", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}]"), "public_exposure=tcp/22 from 0.0.0.0/0", NULL},
    {"firewall for tagged machines", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\"}],\"sourceTags\":[\"web\"]"), "class=net.open\n!public_exposure", NULL},
    {"firewall outwards", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\"}],\"direction\":\"EGRESS\",\"sourceRanges\":[\"0.0.0.0/0\"]"), "class=net.open\n!public_exposure", NULL},
    {"firewall off", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\"}],\"disabled\":true,\"sourceRanges\":[\"0.0.0.0/0\"]"), "class=net.open\n!public_exposure", NULL},
    {"firewall that denies", FIREWALL("insert", "\"denieds\":[{\"IPProtocol\":\"tcp\"}],\"sourceRanges\":[\"0.0.0.0/0\"]"), "class=net.open\n!public_exposure", NULL},
    {"firewall for machines with a tag", FIREWALL("insert", "\"alloweds\":[{\"IPProtocol\":\"tcp\"}],\"sourceRanges\":[\"0.0.0.0/0\"],\"targetTags\":[\"web\",\"db\"]"), "public_exposure=tcp from 0.0.0.0/0\npolicy_delta=tag web; tag db", NULL},
    {"patch of something else", FIREWALL("patch", "\"targetTags\":[\"web\"]"), "!public_exposure\npolicy_delta=rules kept; tag web", NULL},
    {"firewall switched off", FIREWALL("patch", "\"disabled\":true"), "!public_exposure\n!policy_delta", NULL},
    {"tags of a machine", ENTRY(COMPUTE, "v1.compute.instances.setTags", ZONAL "/instances/web", ",\"request\":{\"tags\":[\"web\"]}", VM FIRST),
     "class=instance.modify\ntarget=instance:" ZONAL "/instances/web\npolicy_delta=tag web", NULL},
    {"tags of a new machine", ENTRY(COMPUTE, "v1.compute.instances.insert", ZONAL "/instances/web", ",\"request\":{\"tags\":{\"tags\":[\"web\"]}}", VM FIRST), "policy_delta=tag web", NULL},
    {"tags in the API's spelling", ENTRY(COMPUTE, "v1.compute.instances.insert", ZONAL "/instances/web", ",\"request\":{\"tags\":{\"items\":[\"web\",\"db\"]}}", VM FIRST), "policy_delta=tag web; tag db", NULL},
    {"address taken from a machine", ENTRY(COMPUTE, "v1.compute.instances.deleteAccessConfig", ZONAL "/instances/web", "", VM FIRST),
     "class=net.close.address\n!public_exposure\ntarget=instance:" ZONAL "/instances/web", NULL},
    {"rule of a firewall policy",
     ENTRY(COMPUTE, "v1.compute.networkFirewallPolicies.addRule", "projects/lab/global/firewallPolicies/p",
           ",\"request\":{\"action\":\"allow\",\"match\":{\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[\"22\"]}],\"srcIpRanges\":[\"0.0.0.0/0\"]}}", VM),
     "class=net.open\ntarget=security_group:projects/lab/global/firewallPolicies/p\npublic_exposure=tcp/22 from 0.0.0.0/0", NULL},
    {"rule of a firewall policy that denies",
     ENTRY(COMPUTE, "v1.compute.networkFirewallPolicies.addRule", "projects/lab/global/firewallPolicies/p",
           ",\"request\":{\"action\":\"deny\",\"match\":{\"layer4Configs\":[{\"ipProtocol\":\"tcp\"}],\"srcIpRanges\":[\"0.0.0.0/0\"]}}", VM),
     "class=net.open\n!public_exposure", NULL},
    {"address given to a machine", ENTRY(COMPUTE, "v1.compute.instances.addAccessConfig", ZONAL "/instances/web", "", VM FIRST),
     "class=net.public\npublic_exposure=public address\ntarget=instance:" ZONAL "/instances/web", NULL},
    {"service account of a machine",
     ENTRY(COMPUTE, "v1.compute.instances.setServiceAccount", ZONAL "/instances/web",
           ",\"request\":{\"email\":\"robot@lab.iam.gserviceaccount.com\",\"scopes\":[\"https://www.googleapis.com/auth/cloud-platform\"]}", VM FIRST),
     "class=instance.role\ninstance_identity=robot@lab.iam.gserviceaccount.com cloud-platform\ngranted=principal:robot@lab.iam.gserviceaccount.com", NULL},
    {"key for logging in",
     ENTRY("oslogin.googleapis.com", "google.cloud.oslogin.v1.OsLoginService.ImportSshPublicKey", "users/mallory@example.com", "", RESOURCE("audited_resource", LABELS)),
     "class=access.ssh\ntarget=principal:mallory@example.com", NULL},
    {"bucket shared with everyone",
     ENTRY("storage.googleapis.com", "storage.setIamPermissions", "projects/_/buckets/b",
           ",\"serviceData\":{\"policyDelta\":{\"bindingDeltas\":[{\"action\":\"ADD\",\"role\":\"roles/storage.objectViewer\",\"member\":\"allUsers\"}]}}", RESOURCE("gcs_bucket", LABELS)),
     "class=staging.share\ntarget=bucket:projects/_/buckets/b\nshare_to=allUsers\nshared_to=principal:allUsers\npolicy_delta=+roles/storage.objectViewer:allUsers", NULL},
    {"metadata: keys only",
     ENTRY(COMPUTE, "v1.compute.instances.setMetadata", ZONAL "/instances/web",
           ",\"metadata\":{\"instanceMetadataDelta\":{\"addedMetadataKeys\":[\"ssh-keys\"],\"modifiedMetadataKeys\":[\"serial-port-enable\"]}}", VM FIRST),
     "target=instance:" ZONAL "/instances/web\npolicy_delta=metadata: ssh-keys, serial-port-enable\n!public_exposure", NULL},
    {"service account key: named by number, made for an address",
     ENTRY("iam.googleapis.com", "google.iam.admin.v1.CreateServiceAccountKey", "projects/-/serviceAccounts/1122",
           ",\"request\":{\"name\":\"projects/-/serviceAccounts/1122\"},\"response\":{\"name\":\"projects/-/serviceAccounts/robot@lab.iam.gserviceaccount.com/keys/k1\"}",
           RESOURCE("service_account", "\"project_id\":\"lab\",\"email_id\":\"robot@lab.iam.gserviceaccount.com\",\"unique_id\":\"1122\"")),
     "class=cred.create\napi_version=v1\ncreated=credential:projects/lab/serviceAccounts/robot@lab.iam.gserviceaccount.com/keys/k1\n"
     "!target=principal:1122", "created@protoPayload.response.name"},
    {"token of another account",
     ENTRY("iamcredentials.googleapis.com", "GenerateAccessToken", "projects/-/serviceAccounts/1122",
           ",\"request\":{\"name\":\"projects/-/serviceAccounts/robot@lab.iam.gserviceaccount.com\"},\"metadata\":{\"identityDelegationChain\":[\"projects/-/serviceAccounts/hop@lab.iam.gserviceaccount.com\"]}",
           RESOURCE("service_account", "\"project_id\":\"lab\"")),
     "class=session.assume\nsource_identity=hop@lab.iam.gserviceaccount.com\n!issuer_id", NULL},
    {"sink deleted",
     ENTRY("logging.googleapis.com", "google.logging.v2.ConfigServiceV2.DeleteSink", "projects/lab/sinks/all", ",\"request\":{\"sinkName\":\"projects/lab/sinks/all\"}",
           RESOURCE("logging_sink", "\"project_id\":\"lab\"")),
     "class=log.stop\noutcome=success\nphase=complete\n!region", NULL},
    {"a call that no chain cares about",
     ENTRY(COMPUTE, "v1.compute.routers.list", "projects/lab", "", RESOURCE("gce_router", LABELS) FIRST),
     "provider=gcp\noutcome=pending\nphase=start\ntime_ms=1767323045123\n!class\n!operation\n!actor_id", NULL},
};
/* clang-format on */

/* ---- the other shapes ------------------------------------------------------------------------ */

static void put_value(buf *out, json_node n)
{
    if (json_node_type(n) == JSON_STRING)
        buf_json_string(out, json_node_string(n));
    else
        json_node_text(n, out);
}

static void put_member(buf *out, const char *key, json_node n)
{
    if (out->p[out->n - 1] != '{')
        buf_putc(out, ',');
    buf_json_string(out, str_of(key));
    buf_putc(out, ':');
    put_value(out, n);
}

static void put_text_member(buf *out, const char *key, json_node n)
{
    AUTO(buf) text = {0};
    json_node_text(n, &text);
    if (out->p[out->n - 1] != '{')
        buf_putc(out, ',');
    buf_json_string(out, str_of(key));
    buf_putc(out, ':');
    buf_json_string(out, buf_str(&text));
}

static void put_copy(buf *out, json_node object, const char *but)
{
    json_iter it = json_iter_of(object);
    while (json_iter_next(&it)) {
        AUTO(buf) key = {0};
        buf_putstr(&key, it.key);
        buf_putc(&key, '\0');
        if (!str_is(it.key, but))
            put_member(out, key.p, it.value);
    }
}

static void to_bigquery(json_node entry, buf *out)
{
    static const char *const names[][2] = {
        {"request", "requestJson"},
        {"response", "responseJson"},
        {"metadata", "metadataJson"},
    };
    json_node payload = json_node_get(entry, STR("protoPayload"));
    buf_putc(out, '{');
    put_copy(out, entry, "protoPayload");
    buf_puts(out, ",\"textPayload\":null,\"protopayload_auditlog\":{");
    json_iter it = json_iter_of(payload);
    while (json_iter_next(&it)) {
        AUTO(buf) key = {0};
        buf_putstr(&key, it.key);
        buf_putc(&key, '\0');
        const char *name = key.p;
        bool is_body = false;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (strcmp(name, names[i][0]) == 0) {
                put_text_member(out, names[i][1], it.value);
                is_body = true;
            }
        if (!is_body && strcmp(name, "@type") != 0)
            put_member(out, strcmp(name, "serviceData") == 0 ? "servicedata_v1_iam" : name,
                       it.value);
    }
    buf_puts(out, "}}");
}

/* camelCase -> snake_case, in all keys. */
static void put_snake(buf *out, json_node n)
{
    if (json_node_type(n) != JSON_OBJECT) {
        put_value(out, n);
        return;
    }
    buf_putc(out, '{');
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it)) {
        if (out->p[out->n - 1] != '{')
            buf_putc(out, ',');
        buf_putc(out, '"');
        for (size_t i = 0; i < it.key.n; i++) {
            if (i > 0 && it.key.p[i] >= 'A' && it.key.p[i] <= 'Z')
                buf_putc(out, '_');
            buf_putc(out, text_lower(it.key.p[i]));
        }
        buf_puts(out, "\":");
        put_snake(out, it.value);
    }
    buf_putc(out, '}');
}

static void to_log_analytics(json_node entry, buf *out)
{
    json_iter it = json_iter_of(entry);
    buf_putc(out, '{');
    while (json_iter_next(&it)) {
        bool is_payload = str_is(it.key, "protoPayload");
        if (out->p[out->n - 1] != '{')
            buf_putc(out, ',');
        buf_json_string(out, is_payload ? STR("proto_payload") : it.key);
        buf_puts(out, is_payload ? ":{\"audit_log\":" : ":");
        put_snake(out, it.value);
        buf_puts(out, is_payload ? "}" : "");
    }
    buf_putc(out, '}');
}

static void put_columns(buf *out, const char *prefix, json_node n)
{
    if (json_node_type(n) != JSON_OBJECT) {
        AUTO(buf) key = {0};
        str name = str_of(prefix);
        if (text_has(name, "payload_status_code"))
            buf_printf(&key, "%s_d", prefix);
        else
            buf_printf(&key, "%s_%c", prefix, json_node_type(n) == JSON_BOOL ? 'b' : 's');
        put_text_member(out, key.p, n);
        return;
    }
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it)) {
        AUTO(buf) key = {0};
        str name = str_is(it.key, "protoPayload") ? STR("payload") : it.key;
        name = str_is(name, "@type") ? STR("_type") : name;
        buf_printf(&key, "%s%s%.*s", prefix, *prefix ? "_" : "", (int)name.n, name.p);
        put_columns(out, key.p, it.value);
    }
}

static void to_sentinel(json_node entry, buf *out)
{
    static const str moments[] = {STR_INIT("timestamp"), STR_INIT("receiveTimestamp")};
    buf_puts(out, "{\"TimeGenerated [UTC]\":\"1/2/2026, 3:04:06.000 AM\"");
    buf_puts(out, ",\"timestamp_t [UTC]\":\"1/2/2026, 3:04:05.123 AM\",\"RawData\":\"\"");
    json_iter it = json_iter_of(entry);
    while (json_iter_next(&it)) {
        AUTO(buf) key = {0};
        if (str_eq(it.key, moments[0]) || str_eq(it.key, moments[1]))
            continue;
        buf_putstr(&key, str_is(it.key, "protoPayload") ? STR("payload") : it.key);
        buf_putc(&key, '\0');
        put_columns(out, key.p, it.value);
    }
    buf_putc(out, '}');
}

typedef void shape_fn(json_node entry, buf *out);

static void check(const char *name, const char *record, const char *facts, const char *shape)
{
    AUTO(decoded) d;
    AUTO(buf) what = {0};
    decoded_init(&d, &decoder_gcp_audit, record);
    buf_printf(&what, "%s, %s, of %s", name, shape, record);
    decoded_check(&d, what.p, DECODE_EVENT, facts);
}

static void check_as(const sample *s, shape_fn *rewrite, const char *shape)
{
    AUTO(buf) text = {0};
    AUTO(buf) out = {0};
    json_node entry;
    json_reader *reader = json_reader_new();
    assert_non_null(reader);
    buf_puts(&text, s->record);
    assert_int_equal(json_parse(reader, buf_str(&text), &entry), JSON_OK);
    rewrite(entry, &out);
    buf_putc(&out, '\0');
    check(s->name, out.p, s->facts, shape);
    json_reader_free(reader);
}

static void test_log_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        check(samples[i].name, samples[i].record, samples[i].facts, "log entry");
        check(samples[i].name, samples[i].record, samples[i].paths, "log entry");
    }
}

static void test_bigquery(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        check_as(&samples[i], to_bigquery, "bigquery");
}

static void test_log_analytics(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        check_as(&samples[i], to_log_analytics, "log analytics");
}

static void test_sentinel(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++)
        check_as(&samples[i], to_sentinel, "sentinel");
}

/* ---- what only some shapes have -------------------------------------------------------------- */

#define PAYLOAD(rest)                                                                              \
    "\"protoPayload\":{\"serviceName\":\"" COMPUTE "\",\"methodName\":\"" INSERT                   \
    "\",\"resourceName\":\"" ZONAL "/instances/rogue\"" rest "}"
#define ACTOR(rest) "{" PAYLOAD(",\"authenticationInfo\":{" rest "}") "}"

/* clang-format off */
static const sample odd[] = {
    {"panther: own time, renamed keys, no log name",
     "{" PAYLOAD(",\"at_sign_type\":\"type.googleapis.com/google.cloud.audit.AuditLog\",\"requestMetadata\":{\"callerIP\":\"198.51.100.7\"}")
     ",\"p_event_time\":\"2026-01-02 03:04:05.123\"}", "time_ms=1767323045123\nsrc_ip=198.51.100.7\naccount=lab\nzone=us-central1-a", NULL},
    {"bigquery time", "{" PAYLOAD("") ",\"timestamp\":\"2026-01-02 03:04:05.123000 UTC\"}", "time_ms=1767323045123", NULL},
    {"no time at all", "{" PAYLOAD("") "}", "timeless=true", NULL},
    {"operation flags as text", "{" PAYLOAD("") ",\"operation\":{\"id\":\"o\",\"last\":\"true\"}}", "phase=end", NULL},
    {"part of a record that was split", "{" PAYLOAD("") ",\"insertId\":\"i\",\"split\":{\"uid\":\"s\",\"index\":1,\"totalSplits\":3}}", "phase=part", NULL},
    {"the project by number and by name", "{" PAYLOAD("") ",\"logName\":\"projects/lab/logs/x\",\"resource\":{\"labels\":{\"project_id\":\"815\"}}}", "account=lab\nlog_kind=x", NULL},
    {"an organisation's own log", "{" PAYLOAD("") ",\"logName\":\"organizations/4711/logs/cloudaudit.googleapis.com%2Fpolicy\"}", "org=4711\nlog_kind=policy", NULL},
    {"region only", "{" PAYLOAD("") ",\"resource\":{\"labels\":{\"location\":\"europe-west3\"}}}", "region=us-central1\nzone=us-central1-a", NULL},
    {"address inside Google", "{" PAYLOAD(",\"requestMetadata\":{\"callerIp\":\"gce-internal-ip\",\"callerNetwork\":\"//compute.googleapis.com/projects/lab/global/networks/default\"}") "}",
     "src_service=gce-internal-ip\nsrc_net=projects/lab/global/networks/default\n!src_ip", NULL},
    {"port of a machine", "{\"protoPayload\":{\"serviceName\":\"us-central1-ssh-serialport.googleapis.com\",\"methodName\":\"google.ssh-serialport.v1.connect\",\"resourceName\":\"" ZONAL "/instances/web/SerialPort/1\"}}",
     "class=access.serial\ntarget=instance:" ZONAL "/instances/web\n!target=instance:" ZONAL "/instances/web/SerialPort/1", NULL},
    {"object in a bucket", "{\"protoPayload\":{\"serviceName\":\"storage.googleapis.com\",\"methodName\":\"storage.objects.get\",\"resourceName\":\"projects/_/buckets/b/objects/o\"}}",
     "class=collect.read\ntarget=bucket:projects/_/buckets/b\n!target=resource:projects/_/buckets/b/objects/o", NULL},
    {"new bucket: its project's own members are no strangers, and each is listed once",
     "{\"protoPayload\":{\"serviceName\":\"storage.googleapis.com\",\"methodName\":\"storage.buckets.create\",\"resourceName\":\"projects/_/buckets/b\",\"serviceData\":{\"policyDelta\":{\"bindingDeltas\":["
     "{\"action\":\"ADD\",\"role\":\"a\",\"member\":\"projectOwner:lab\"},{\"action\":\"ADD\",\"role\":\"a\",\"member\":\"user:e\"},{\"action\":\"ADD\",\"role\":\"b\",\"member\":\"user:e\"}]}}}}",
     "created=bucket:projects/_/buckets/b\nshare_to=user:e\npolicy_delta=+a:projectOwner:lab;+a:user:e;+b:user:e", NULL},
    {"console", "{" PAYLOAD(",\"requestMetadata\":{\"callerSuppliedUserAgent\":\"Mozilla/5.0 (X11),gzip(gfe)\"}") "}", "via_console=true\nua_tool=console\nuser_agent=Mozilla/5.0 (X11)", NULL},
    {"terraform wraps a client", "{" PAYLOAD(",\"requestMetadata\":{\"callerSuppliedUserAgent\":\"google-api-go-client/0.5 Terraform/1.5.0\"}") "}", "ua_tool=terraform\n!via_console", NULL},
    {"service account with a key",
     ACTOR("\"principalEmail\":\"robot@lab.iam.gserviceaccount.com\",\"serviceAccountKeyName\":\"//iam.googleapis.com/projects/815/serviceAccounts/robot@lab.iam.gserviceaccount.com/keys/k1\""),
     "actor_type=serviceAccount\nactor_account=lab\ncredential=projects/lab/serviceAccounts/robot@lab.iam.gserviceaccount.com/keys/k1\n!issuer_id", NULL},
    {"service agent", ACTOR("\"principalEmail\":\"service-815@compute-system.iam.gserviceaccount.com\""), "actor_type=serviceAgent", NULL},
    {"default service account", ACTOR("\"principalEmail\":\"815-compute@developer.gserviceaccount.com\""), "actor_type=serviceAccount\nactor_account=815", NULL},
    {"API service agent", ACTOR("\"principalEmail\":\"815@cloudservices.gserviceaccount.com\""), "actor_type=serviceAgent\nactor_account=815", NULL},
    {"workforce", ACTOR("\"principalSubject\":\"principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/eve\""),
     "actor_type=workforce\nidp=corp\nactor_name=eve\nactor_id=principal://iam.googleapis.com/locations/global/workforcePools/corp/subject/eve", NULL},
    {"behind a service account: person, then account",
     ACTOR("\"principalEmail\":\"robot@lab.iam.gserviceaccount.com\",\"serviceAccountDelegationInfo\":[{\"firstPartyPrincipal\":{\"principalEmail\":\"eve@example.net\"}},"
           "{\"principalSubject\":\"serviceAccount:hop@lab.iam.gserviceaccount.com\"}]"),
     "issuer_id=eve@example.net\nsource_identity=eve@example.net;hop@lab.iam.gserviceaccount.com\n!invoked_by", NULL},
    {"behind a service account: a service",
     ACTOR("\"principalEmail\":\"robot@lab.iam.gserviceaccount.com\",\"serviceAccountDelegationInfo\":[{\"firstPartyPrincipal\":{\"principalEmail\":\"service-815@compute-system.iam.gserviceaccount.com\"}}]"),
     "invoked_by=service-815@compute-system.iam.gserviceaccount.com", NULL},
    {"nobody", ACTOR(""), "!actor_id\n!actor_type", NULL},
    {"activity log of old: call",
     "{\"insertId\":\"i\",\"logName\":\"projects/lab/logs/compute.googleapis.com%2Factivity_log\",\"timestamp\":\"2026-01-02T03:04:05.123Z\",\"jsonPayload\":{\"event_type\":\"GCE_API_CALL\","
     "\"event_subtype\":\"compute.instances.insert\",\"actor\":{\"user\":\"mallory@example.com\"},\"ip_address\":\"198.51.100.7\",\"operation\":{\"name\":\"op-1\",\"type\":\"operation\"},"
     "\"resource\":{\"type\":\"instance\",\"name\":\"rogue\",\"zone\":\"us-central1-a\"},\"request\":{\"body\":\"{\\\"name\\\":\\\"rogue\\\",\\\"machineType\\\":\\\"zones/z/machineTypes/f1-micro\\\"}\"}}}",
     "phase=start\noutcome=pending\nclass=instance.create\nactor_id=mallory@example.com\nsrc_ip=198.51.100.7\ninstance_type=f1-micro\ncreated=instance:" ZONAL "/instances/rogue", NULL},
    {"activity log of old: done, badly",
     "{\"insertId\":\"i\",\"logName\":\"projects/lab/logs/compute.googleapis.com%2Factivity_log\",\"jsonPayload\":{\"event_type\":\"GCE_OPERATION_DONE\","
     "\"event_subtype\":\"compute.instances.insert\",\"error\":[{\"code\":\"QUOTA_EXCEEDED\"}]}}", "phase=end\noutcome=capacity", NULL},
};

static const struct {
    const char *name;
    const char *record;
    decode_status status;
} others[] = {
    {"text", "{\"insertId\":\"i\",\"logName\":\"projects/lab/logs/syslog\",\"textPayload\":\"hello\"}", DECODE_SKIP},
    {"flows", "{\"insertId\":\"i\",\"logName\":\"projects/lab/logs/x\",\"resource\":{\"type\":\"gce_subnetwork\"},\"jsonPayload\":{\"bytes_sent\":1}}", DECODE_SKIP},
    {"another payload with a method", "{\"insertId\":\"i\",\"logName\":\"projects/lab/logs/x\",\"protoPayload\":{\"@type\":\"type.googleapis.com/google.appengine.logging.v1.RequestLog\",\"methodName\":\"GET\"}}", DECODE_SKIP},
    {"sentinel row of DNS", "{\"insert_id_s\":\"i\",\"log_name_s\":\"projects/lab/logs/dns\",\"resource_type_s\":\"dns_query\",\"payload_methodName_s\":\"\"}", DECODE_SKIP},
    {"another cloud", "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"resource\":{\"type\":\"x\"}}", DECODE_NOT_MINE},
    {"nothing", "{}", DECODE_NOT_MINE},
    {"method that is no text", "{\"protoPayload\":{\"methodName\":{\"a\":1}}}", DECODE_NOT_MINE},
};
/* clang-format on */

static void test_odd(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        check(odd[i].name, odd[i].record, odd[i].facts, "as it is");
}

static void test_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        decoded d;
        decoded_init(&d, &decoder_gcp_audit, others[i].record);
        if (d.status != others[i].status)
            print_error("%s: status %d\n", others[i].name, (int)d.status);
        assert_int_equal(d.status, others[i].status);
        decoded_done(&d);
    }
}

static void test_folding(void **state)
{
    (void)state;
    decoded first, last, sync, parts[2];
    decoded_init(&first, &decoder_gcp_audit, samples[0].record);
    decoded_init(&last, &decoder_gcp_audit, samples[1].record);
    decoded_init(&sync, &decoder_gcp_audit, samples[2].record);
    assert_true(first.fold_hash != 0 && first.fold_hash == last.fold_hash);
    assert_true(sync.fold_hash == 0);
    decoded_init(&parts[0], &decoder_gcp_audit,
                 "{" PAYLOAD("") ",\"insertId\":\"i\",\"split\":{\"uid\":\"s\",\"index\":0,"
                                 "\"totalSplits\":2}}");
    decoded_init(&parts[1], &decoder_gcp_audit,
                 "{" PAYLOAD("") ",\"insertId\":\"i\",\"split\":{\"uid\":\"s\",\"index\":1,"
                                 "\"totalSplits\":2}}");
    assert_true(parts[0].fold_hash != 0 && parts[0].fold_hash == parts[1].fold_hash);
    assert_true(parts[0].uid_hash != parts[1].uid_hash);
    decoded *all[] = {&first, &last, &sync, &parts[0], &parts[1]};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        decoded_done(all[i]);
}

/* insertId may repeat in another log or at another time; records without it differ by their
 * bytes. */
static void test_duplicates(void **state)
{
    static const char *const records[] = {
        "{" PAYLOAD("") ",\"insertId\":\"i\",\"timestamp\":\"2026-01-02T03:04:05Z\"}",
        "{" PAYLOAD("") ",\"insertId\":\"i\",\"timestamp\":\"2026-01-02T03:04:06Z\"}",
        "{" PAYLOAD(
            "") ",\"insertId\":\"i\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"logName\":\"x\"}",
        "{" PAYLOAD("") ",\"timestamp\":\"2026-01-02T03:04:05Z\"}",
        "{" PAYLOAD(",\"a\":1") ",\"timestamp\":\"2026-01-02T03:04:05Z\"}",
    };
    uint64_t hash[ARRAY_LEN(records)];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        decoded once, again;
        decoded_init(&once, &decoder_gcp_audit, records[i]);
        decoded_init(&again, &decoder_gcp_audit, records[i]);
        assert_true(once.uid_hash != 0 && once.uid_hash == again.uid_hash);
        hash[i] = once.uid_hash;
        for (size_t k = 0; k < i; k++)
            assert_true(hash[k] != hash[i]);
        decoded_done(&once);
        decoded_done(&again);
    }
}

/* ---- ids ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *raw;
    const char *hint;
    entity_type type;
    const char *id;
    entity_type seen;
} ids[] = {
    {"https://www.googleapis.com/compute/v1/projects/p/zones/z-1/disks/d", "", ENTITY_OTHER, "projects/p/zones/z-1/disks/d", ENTITY_VOLUME},
    {"https://compute.googleapis.com/compute/beta/projects/p/global/images/i", "", ENTITY_OTHER, "projects/p/global/images/i", ENTITY_IMAGE},
    {"//compute.googleapis.com/projects/p/global/networks/n", "", ENTITY_OTHER, "projects/p/global/networks/n", ENTITY_NETWORK},
    {"zones/z-1/disks/d", "", ENTITY_VOLUME, "projects/lab/zones/z-1/disks/d", ENTITY_VOLUME},
    {"global/snapshots/s", "", ENTITY_SNAPSHOT, "projects/lab/global/snapshots/s", ENTITY_SNAPSHOT},
    {"projects/815/zones/z-1/instances/i", "", ENTITY_INSTANCE, "projects/lab/zones/z-1/instances/i", ENTITY_INSTANCE},
    {"projects/816/zones/z-1/instances/i", "", ENTITY_INSTANCE, "projects/816/zones/z-1/instances/i", ENTITY_INSTANCE},
    {"d", "", ENTITY_VOLUME, "projects/lab/zones/us-central1-a/disks/d", ENTITY_VOLUME},
    {"s", "request.name", ENTITY_SNAPSHOT, "projects/lab/global/snapshots/s", ENTITY_SNAPSHOT},
    {"m", "request.sourceMachineImage", ENTITY_IMAGE, "projects/lab/global/machineImages/m", ENTITY_IMAGE},
    {"n", "request.subnetwork", ENTITY_NETWORK, "projects/lab/regions/us-central1/subnetworks/n", ENTITY_NETWORK},
    {"n", "request.network", ENTITY_NETWORK, "projects/lab/global/networks/n", ENTITY_NETWORK},
    {"projects/lab/zones/z-1/instances/", "", ENTITY_INSTANCE, "", ENTITY_INSTANCE},
    {"projects/lab/instances/database", "", ENTITY_OTHER, "projects/lab/instances/database", ENTITY_OTHER},
    {"projects/lab/snapshots/subscription", "", ENTITY_OTHER, "projects/lab/snapshots/subscription", ENTITY_OTHER},
    {"projects/lab/global/images/family/debian-12", "", ENTITY_IMAGE, "projects/lab/global/images/family/debian-12", ENTITY_IMAGE},
    {"projects/lab", "", ENTITY_OTHER, "projects/lab", ENTITY_ACCOUNT},
    {"lab", "", ENTITY_ACCOUNT, "projects/lab", ENTITY_ACCOUNT},
    {"projects/lab/topics/t", "", ENTITY_OTHER, "projects/lab/topics/t", ENTITY_OTHER},
    {"projects/_/buckets/b/objects/zones/z/disks/d", "", ENTITY_BUCKET, "projects/_/buckets/b", ENTITY_BUCKET},
    {"projects/_/buckets/b/objects/zones/z/disks/d", "", ENTITY_OTHER, "projects/_/buckets/b/objects/zones/z/disks/d", ENTITY_OTHER},
    {"gs://b/o", "", ENTITY_OTHER, "projects/_/buckets/b", ENTITY_BUCKET},
    {"b", "", ENTITY_BUCKET, "projects/_/buckets/b", ENTITY_BUCKET},
    {"projects/-/serviceAccounts/r@lab.iam.gserviceaccount.com", "", ENTITY_OTHER, "r@lab.iam.gserviceaccount.com", ENTITY_PRINCIPAL},
    {"serviceAccount:r@lab.iam.gserviceaccount.com", "", ENTITY_PRINCIPAL, "r@lab.iam.gserviceaccount.com", ENTITY_PRINCIPAL},
    {"deleted:user:eve@example.net?uid=1", "", ENTITY_PRINCIPAL, "eve@example.net", ENTITY_PRINCIPAL},
    {"group:all@example.net", "", ENTITY_PRINCIPAL, "group:all@example.net", ENTITY_PRINCIPAL},
    {"projects/815/serviceAccounts/r@lab.iam.gserviceaccount.com/keys/k", "", ENTITY_OTHER, "projects/lab/serviceAccounts/r@lab.iam.gserviceaccount.com/keys/k", ENTITY_CREDENTIAL},
    {"roles/owner", "", ENTITY_ROLE, "roles/owner", ENTITY_ROLE},
    {"  ", "", ENTITY_VOLUME, "", ENTITY_VOLUME},
    {"////", "", ENTITY_VOLUME, "", ENTITY_VOLUME},
    {"https://", "", ENTITY_VOLUME, "", ENTITY_VOLUME},
};
/* clang-format on */

static void test_ids(void **state)
{
    gcp_place place = {.project = STR("lab"),
                       .number = STR("815"),
                       .region = STR("us-central1"),
                       .zone = STR("us-central1-a")};
    AUTO(arena) scratch = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        entity_type type = ids[i].type;
        str id = gcp_id_resource(&scratch, &place, &type, str_of(ids[i].raw), ids[i].hint);
        if (!str_is(id, ids[i].id) || type != ids[i].seen)
            print_error("%s: %.*s, type %d\n", ids[i].raw, (int)id.n, id.p, (int)type);
        assert_true(str_is(id, ids[i].id));
        assert_int_equal(type, ids[i].seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_entry),     cmocka_unit_test(test_bigquery),
        cmocka_unit_test(test_log_analytics), cmocka_unit_test(test_sentinel),
        cmocka_unit_test(test_odd),           cmocka_unit_test(test_others),
        cmocka_unit_test(test_folding),       cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
