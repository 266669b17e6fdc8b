/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_compute.c -- machines, disks, snapshots, images and networks of Google Cloud.
 *
 *  (1) Compute Engine leaves out what was never set. In an answer of the service, which has a
 *      selfLink, a switch that is absent is off; in what was written by others it is not known.
 *  (2) A machine's metadata is what decides over SSH and the serial port; a key that is absent
 *      there is decided by the project's, and off when it is absent there too.
 */
#include "export/gcp_compute.h"

#include "fact/protocol.h"
#include "fact/gcp_place.h"
#include "export/readers.h"
#include "base/text.h"

/* What is read, and whether the service itself wrote it. */
typedef struct thing {
    json_node node;
    str id;
    bool is_answer;
} thing;

static void put_text(reading *r, uint32_t at, attr a, const thing *t, const char *path)
{
    reading_put(r, at, a, reading_at(t->node, path));
}

/* A switch that the service leaves out when it is off. */
static void put_switch(reading *r, uint32_t at, attr a, const thing *t, const char *path)
{
    json_node value = reading_at(t->node, path);
    if (json_node_type(value) != JSON_NONE || t->is_answer)
        gcp_put_flag(r, at, a, value, false);
}

static void put_common(reading *r, uint32_t at, const thing *t)
{
    static const reading_row rows[] = {
        {"creationTimestamp", ATTR_CREATED},
        {"status", ATTR_STATE},
    };
    reading_put_rows(r, at, t->node, rows, ARRAY_LEN(rows));
    facts_set_name(r->facts, at, reading_text_at(r, t->node, "name"));
    reading_put_tags(r, at, json_node_get(t->node, STR("labels")));
}

/* Whose key encrypts it. */
static void put_key(reading *r, uint32_t at, const thing *t, const char *member)
{
    json_node key = json_node_get(t->node, str_of(member));
    json_type type = json_node_type(key);
    str kms = reading_text_at(r, key, "kmsKeyName");
    if (type == JSON_OBJECT)
        facts_put_text(r->facts, at, ATTR_GCP_KEY_KIND,
                       kms.n > 0 ? STR("customer-managed") : STR("customer-supplied"));
    else if (type != JSON_NONE)
        reading_wrong(r, "%s is not an object", member);
    else if (t->is_answer)
        facts_put_text(r->facts, at, ATTR_GCP_KEY_KIND, STR("google"));
    facts_put_text(r->facts, at, ATTR_KMS_KEY, gcp_path(kms));
}

/* ---- machines -------------------------------------------------------------------------------- */

typedef struct switch_key {
    const char *key;
    attr attr;
} switch_key;

static const switch_key switch_keys[] = {
    {"enable-oslogin", ATTR_GCP_OS_LOGIN},
    {"enable-oslogin-2fa", ATTR_GCP_OS_LOGIN_2FA},
    {"block-project-ssh-keys", ATTR_GCP_BLOCK_KEYS},
    {"serial-port-enable", ATTR_GCP_SERIAL_PORT},
};

/* What guests take for on and off. */
static bool read_switch(str text, bool *ret)
{
    static const char *const on[] = {"true", "1", "yes", "y"};
    static const char *const off[] = {"false", "0", "no", "n"};
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        bool is_on = text_eq_nocase(text, str_of(on[i]));
        if (is_on || text_eq_nocase(text, str_of(off[i]))) {
            *ret = is_on;
            return true;
        }
    }
    return false;
}

static void put_item(reading *r, uint32_t at, str key, json_node value)
{
    bool is_on = false;
    if (text_eq_nocase(key, STR("ssh-keys")) || text_eq_nocase(key, STR("sshKeys")))
        facts_put_flag(r->facts, at, ATTR_GCP_SSH_KEYS, json_node_string(value).n > 0);
    for (size_t i = 0; i < ARRAY_LEN(switch_keys); i++) {
        if (!text_eq_nocase(key, str_of(switch_keys[i].key)))
            continue;
        if (read_switch(text_trim(json_node_string(value)), &is_on))
            facts_put_flag(r->facts, at, switch_keys[i].attr, is_on);
        else
            reading_wrong(r, "metadata %s is neither true nor false", switch_keys[i].key);
        return;
    }
}

/* {"items": [{"key": k, "value": v}…]}; without items there are none. */
static bool put_metadata(reading *r, uint32_t at, json_node metadata)
{
    uint64_t before = r->malformed;
    json_node items = json_node_get(metadata, STR("items"));
    json_type type = json_node_type(items);
    if (json_node_type(metadata) == JSON_NONE)
        return false;
    if (json_node_type(metadata) != JSON_OBJECT)
        reading_wrong(r, "metadata is not an object");
    if (type != JSON_NONE && type != JSON_ARRAY)
        reading_wrong(r, "the items of metadata are not a list");
    json_iter it = json_iter_of(items);
    while (json_iter_next(&it)) {
        str key = json_node_string(json_node_get(it.value, STR("key")));
        put_item(r, at, key, json_node_get(it.value, STR("value")));
    }
    if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_GCP_METADATA_READ, true);
    return r->malformed == before;
}

static bool has_elements(json_node node, const char *member)
{
    return json_node_size(json_node_get(node, str_of(member))) > 0;
}

static void put_interfaces(reading *r, uint32_t at, json_node machine)
{
    json_node list = json_node_get(machine, STR("networkInterfaces"));
    bool is_public = false;
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        gcp_put_path(r, at, ATTR_NETWORK, json_node_get(it.value, STR("network")));
        gcp_put_path(r, at, ATTR_SUBNET, json_node_get(it.value, STR("subnetwork")));
        is_public |= has_elements(it.value, "accessConfigs");
        is_public |= has_elements(it.value, "ipv6AccessConfigs");
    }
    if (json_node_type(list) == JSON_ARRAY)
        facts_put_flag(r->facts, at, ATTR_GCP_HAS_PUBLIC_IP, is_public);
    else if (json_node_type(list) != JSON_NONE)
        reading_wrong(r, "networkInterfaces is not a list");
}

static void put_disk(reading *r, uint32_t at, json_node disk, bool is_boot)
{
    gcp_put_path(r, at, ATTR_VOLUME, json_node_get(disk, STR("source")));
    if (is_boot)
        gcp_put_path(r, at, ATTR_IMAGE, reading_at(disk, "initializeParams.sourceImage"));
}

/* The boot disk first: it is the one whose image the machine was made from. */
static void put_disks(reading *r, uint32_t at, json_node machine)
{
    json_node list = json_node_get(machine, STR("disks"));
    for (int pass = 0; pass < 2; pass++) {
        json_iter it = json_iter_of(list);
        while (json_iter_next(&it)) {
            bool is_boot = gcp_is_true(r, json_node_get(it.value, STR("boot")));
            if (is_boot == (pass == 0))
                put_disk(r, at, it.value, is_boot);
        }
    }
}

/* What instances, and the properties of templates, have in common. */
static void put_machine(reading *r, uint32_t at, const thing *t)
{
    static const reading_row rows[] = {
        {"canIpForward", ATTR_GCP_CAN_FORWARD},
        {"tags.items[]", ATTR_GCP_TAG},
        {"serviceAccounts[].email", ATTR_IDENTITY},
        {"serviceAccounts[].scopes[]", ATTR_GCP_SCOPE},
        {"networkInterfaces[].networkIP", ATTR_PRIVATE_IP},
        {"networkInterfaces[].accessConfigs[].natIP", ATTR_PUBLIC_IP},
    };
    uint64_t before = r->malformed;
    reading_put_rows(r, at, t->node, rows, ARRAY_LEN(rows));
    put_switch(r, at, ATTR_GCP_SECURE_BOOT, t, "shieldedInstanceConfig.enableSecureBoot");
    put_switch(r, at, ATTR_GCP_VTPM, t, "shieldedInstanceConfig.enableVtpm");
    put_switch(r, at, ATTR_GCP_INTEGRITY, t, "shieldedInstanceConfig.enableIntegrityMonitoring");
    put_switch(r, at, ATTR_GCP_CONFIDENTIAL, t,
               "confidentialInstanceConfig.enableConfidentialCompute");
    put_interfaces(r, at, t->node);
    put_disks(r, at, t->node);
    facts_put_text(r->facts, at, ATTR_INSTANCE_TYPE,
                   text_after_last(reading_text_at(r, t->node, "machineType"), '/'));
    (void)put_metadata(r, at, json_node_get(t->node, STR("metadata")));
    bool is_listed = json_node_type(json_node_get(t->node, STR("networkInterfaces"))) == JSON_ARRAY;
    if (is_listed && r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_READ_WHOLE, true);
}

static void read_instance(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_INSTANCE, t->id);
    put_common(r, at, t);
    put_machine(r, at, t);
    put_switch(r, at, ATTR_GCP_DELETION_GUARD, t, "deletionProtection");
}

static void read_template(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_TEMPLATE, t->id);
    thing machine = {json_node_get(t->node, STR("properties")), t->id, t->is_answer};
    put_common(r, at, t);
    put_machine(r, at, &machine);
}

static void read_project(reading *r, const thing *t)
{
    uint32_t at = gcp_add_account(r, t->id);
    facts_set_name(r->facts, at, reading_text_at(r, t->node, "name"));
    put_text(r, at, ATTR_IDENTITY, t, "defaultServiceAccount");
    if (at == FACT_NONE ||
        !put_metadata(r, at, json_node_get(t->node, STR("commonInstanceMetadata"))))
        return;
    for (size_t i = 0; i < ARRAY_LEN(switch_keys); i++)
        facts_put_flag(r->facts, at, switch_keys[i].attr, false); /* unless it is set */
    facts_put_flag(r->facts, at, ATTR_GCP_SSH_KEYS, false);
}

/* ---- disks ----------------------------------------------------------------------------------- */

static void put_parents(reading *r, uint32_t at, const thing *t)
{
    static const char *const sources[] = {"sourceSnapshot", "sourceDisk", "sourceInstance"};
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        gcp_put_path(r, at, ATTR_PARENT, json_node_get(t->node, str_of(sources[i])));
    gcp_put_path(r, at, ATTR_IMAGE, json_node_get(t->node, STR("sourceImage")));
}

static void read_disk(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_VOLUME, t->id);
    put_common(r, at, t);
    put_parents(r, at, t);
    put_key(r, at, t, "diskEncryptionKey");
}

static void read_snapshot(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_SNAPSHOT, t->id);
    put_common(r, at, t);
    put_parents(r, at, t);
    put_key(r, at, t, "snapshotEncryptionKey");
}

static void read_image(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_IMAGE, t->id);
    json_node deprecated = json_node_get(t->node, STR("deprecated"));
    put_common(r, at, t);
    put_parents(r, at, t);
    put_key(r, at, t, "imageEncryptionKey");
    put_text(r, at, ATTR_OS, t, "family");
    facts_put_text(r->facts, at, ATTR_PUBLISHER, gcp_project(t->id));
    put_text(r, at, ATTR_GCP_DEPRECATION, t, "deprecated.state");
    if (json_node_type(deprecated) == JSON_NONE && t->is_answer)
        facts_put_text(r->facts, at, ATTR_GCP_DEPRECATION, STR("ACTIVE"));
}

static void read_machine_image(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_IMAGE, t->id);
    put_common(r, at, t);
    put_parents(r, at, t);
    facts_put_text(r->facts, at, ATTR_PUBLISHER, gcp_project(t->id));
}

/* ---- networks -------------------------------------------------------------------------------- */

static void read_network(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_NETWORK, t->id);
    bool is_legacy = json_node_type(json_node_get(t->node, STR("IPv4Range"))) != JSON_NONE;
    put_common(r, at, t);
    if (is_legacy || t->is_answer)
        facts_put_flag(r->facts, at, ATTR_GCP_LEGACY, is_legacy);
}

static void read_subnet(reading *r, const thing *t)
{
    uint32_t at = gcp_add(r, FACT_SUBNET, t->id);
    put_common(r, at, t);
    put_text(r, at, ATTR_GCP_PURPOSE, t, "purpose");
    gcp_put_path(r, at, ATTR_NETWORK, json_node_get(t->node, STR("network")));
    put_text(r, at, ATTR_GCP_FLOW_LOGS, t, "enableFlowLogs");
    put_switch(r, at, ATTR_GCP_FLOW_LOGS, t, "logConfig.enable");
}

/* ---- firewall rules -------------------------------------------------------------------------- */

/* One firewall rule of the service is a firewall here, with a rule for each network and port. */
typedef struct firewall {
    reading *r;
    const thing *thing;
    bool is_inbound, is_allow, is_enabled;
} firewall;

static void put_targets(reading *r, uint32_t at, const thing *t)
{
    static const reading_row rows[] = {
        {"targetTags[]", ATTR_TARGET},
        {"targetServiceAccounts[]", ATTR_TARGET},
        {"priority", ATTR_PRIORITY},
    };
    reading_put_rows(r, at, t->node, rows, ARRAY_LEN(rows));
    gcp_put_path(r, at, ATTR_NETWORK, json_node_get(t->node, STR("network")));
}

/* "22", "1000-2000"; nothing: all. */
static bool read_ports(str text, double *ret_from, double *ret_to)
{
    int64_t from = 0, to = 65535;
    str last = memchr(text.n ? text.p : "", '-', text.n) ? text_after(text, '-') : text;
    if (text.n > 0 && (!text_to_int(text_before(text, '-'), &from) || !text_to_int(last, &to)))
        return false;
    *ret_from = (double)from;
    *ret_to = (double)to;
    return from >= 0 && from <= to && to <= 65535;
}

static uint32_t add_rule(const firewall *w, str protocol, str ports, str peer)
{
    reading *r = w->r;
    reading_reset(r);
    buf_putstr(&r->scratch, w->thing->id);
    buf_putc(&r->scratch, '/');
    buf_putstr(&r->scratch, protocol);
    buf_putc(&r->scratch, ':');
    buf_putstr(&r->scratch, ports);
    buf_putc(&r->scratch, '/');
    buf_putstr(&r->scratch, peer);
    return gcp_add(r, FACT_FIREWALL_RULE, buf_str(&r->scratch));
}

static void put_rule(const firewall *w, str protocol, str ports, str peer)
{
    double from = 0, to = 0;
    reading *r = w->r;
    uint32_t at = add_rule(w, protocol, ports, peer);
    facts_set_name(r->facts, at, reading_text_at(r, w->thing->node, "name"));
    facts_put_text(r->facts, at, ATTR_FIREWALL, w->thing->id);
    facts_put_text(r->facts, at, ATTR_PROTOCOL, protocol_name(protocol));
    facts_put_text(r->facts, at, ATTR_PEER, peer);
    facts_put_flag(r->facts, at, ATTR_IS_INBOUND, w->is_inbound);
    facts_put_flag(r->facts, at, ATTR_IS_ALLOW, w->is_allow);
    facts_put_flag(r->facts, at, ATTR_ENABLED, w->is_enabled);
    put_targets(r, at, w->thing);
    if (!read_ports(ports, &from, &to)) {
        reading_wrong(r, "a firewall rule has ports that are none");
        return;
    }
    facts_put_number(r->facts, at, ATTR_PORT_FROM, from);
    facts_put_number(r->facts, at, ATTR_PORT_TO, to);
}

static void put_peers_of(const firewall *w, str protocol, str ports, const char *member)
{
    json_iter it = json_iter_of(json_node_get(w->thing->node, str_of(member)));
    while (json_iter_next(&it)) {
        if (json_node_type(it.value) == JSON_STRING)
            put_rule(w, protocol, ports, json_node_string(it.value));
        else
            reading_wrong(w->r, "%s of a firewall rule holds what is no text", member);
    }
}

/* A rule that names nobody on the other end is for everybody. */
static void put_peers(const firewall *w, str protocol, str ports)
{
    static const char *const inbound[] = {"sourceRanges", "sourceTags", "sourceServiceAccounts"};
    static const char *const outbound[] = {"destinationRanges"};
    const char *const *members = w->is_inbound ? inbound : outbound;
    size_t n = w->is_inbound ? ARRAY_LEN(inbound) : ARRAY_LEN(outbound);
    bool is_bounded = false;
    for (size_t i = 0; i < n; i++) {
        put_peers_of(w, protocol, ports, members[i]);
        is_bounded |=
            json_node_type(json_node_get(w->thing->node, str_of(members[i]))) != JSON_NONE;
    }
    if (!is_bounded)
        put_rule(w, protocol, ports, STR("0.0.0.0/0"));
}

static void put_protocol(const firewall *w, json_node one)
{
    str protocol = reading_text_at(w->r, one, "IPProtocol");
    json_node ports = json_node_get(one, STR("ports"));
    json_iter it = json_iter_of(ports);
    if (json_node_type(json_node_get(one, STR("IPProtocol"))) != JSON_STRING)
        reading_wrong(w->r, "a firewall rule has no protocol");
    else if (json_node_type(ports) == JSON_NONE)
        put_peers(w, protocol, STR_NONE);
    else if (json_node_type(ports) != JSON_ARRAY)
        reading_wrong(w->r, "the ports of a firewall rule are not a list");
    while (json_node_type(ports) == JSON_ARRAY && json_iter_next(&it)) {
        if (json_node_type(it.value) == JSON_STRING)
            put_peers(w, protocol, json_node_string(it.value));
        else
            reading_wrong(w->r, "a firewall rule has a port that is no text");
    }
}

static void put_protocols(firewall *w, const char *member, bool is_allow)
{
    json_node list = json_node_get(w->thing->node, str_of(member));
    json_iter it = json_iter_of(list);
    if (json_node_type(list) != JSON_NONE && json_node_type(list) != JSON_ARRAY)
        reading_wrong(w->r, "%s of a firewall rule is not a list", member);
    w->is_allow = is_allow;
    while (json_iter_next(&it))
        put_protocol(w, it.value);
}

static void read_firewall(reading *r, const thing *t)
{
    uint64_t before = r->malformed;
    uint32_t at = gcp_add(r, FACT_FIREWALL, t->id);
    str direction = reading_text_at(r, t->node, "direction");
    bool is_outbound = str_is(direction, "EGRESS");
    bool is_disabled = gcp_is_true(r, json_node_get(t->node, STR("disabled")));
    firewall w = {r, t, !is_outbound, true, !is_disabled};
    put_common(r, at, t);
    put_targets(r, at, t);
    facts_put_flag(r->facts, at, ATTR_IS_INBOUND, !is_outbound);
    facts_put_flag(r->facts, at, ATTR_ENABLED, !is_disabled);
    put_switch(r, at, ATTR_GCP_LOGGED, t, "logConfig.enable");
    put_protocols(&w, "allowed", true);
    put_protocols(&w, "denied", false);
    if (r->malformed == before)
        facts_put_flag(r->facts, at, ATTR_READ_WHOLE, true);
}

/* ---- the table ------------------------------------------------------------------------------- */

typedef struct compute_kind {
    const char *kind;  /* as the service says */
    const char *asset; /* as Cloud Asset says */
    export_id export_;
    void (*read)(reading *r, const thing *t);
} compute_kind;

/* clang-format off */
static const compute_kind kinds[] = {
    {"compute#instance",         "compute.googleapis.com/Instance",         EXPORT_gcp_instances,      read_instance},
    {"compute#instanceTemplate", "compute.googleapis.com/InstanceTemplate", EXPORT_gcp_templates,      read_template},
    {"compute#disk",             "compute.googleapis.com/Disk",             EXPORT_gcp_disks,          read_disk},
    {"compute#snapshot",         "compute.googleapis.com/Snapshot",         EXPORT_gcp_snapshots,      read_snapshot},
    {"compute#image",            "compute.googleapis.com/Image",            EXPORT_gcp_images,         read_image},
    {"compute#machineImage",     "compute.googleapis.com/MachineImage",     EXPORT_gcp_machine_images, read_machine_image},
    {"compute#network",          "compute.googleapis.com/Network",          EXPORT_gcp_networks,       read_network},
    {"compute#subnetwork",       "compute.googleapis.com/Subnetwork",       EXPORT_gcp_subnets,        read_subnet},
    {"compute#firewall",         "compute.googleapis.com/Firewall",         EXPORT_gcp_firewalls,      read_firewall},
    {"compute#project",          "compute.googleapis.com/Project",          EXPORT_gcp_project_info,   read_project},
};
/* clang-format on */

static void read_thing(reading *r, const compute_kind *kind, json_node node, str id)
{
    str link = json_node_string(json_node_get(node, STR("selfLink")));
    if (link.n == 0 && json_node_type(json_node_get(node, STR("selfLink"))) != JSON_NONE)
        reading_wrong(r, "the selfLink of a %s is no text", kind->kind);
    thing t = {node, link.n > 0 ? gcp_path(link) : id, link.n > 0};
    if (t.id.n == 0)
        reading_wrong(r, "a %s without a selfLink", kind->kind);
    else
        kind->read(r, &t);
}

static void read_any(reading *r, json_node node)
{
    str kind = json_node_string(json_node_get(node, STR("kind")));
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (text_eq_nocase(kind, str_of(kinds[i].kind)))
            read_thing(r, &kinds[i], node, STR_NONE);
    }
}

bool gcp_compute_asset(reading *r, str type, json_node data, str id)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!str_is(type, kinds[i].asset))
            continue;
        r->exports[kinds[i].export_]++;
        read_thing(r, &kinds[i], data, id);
        return true;
    }
    return false;
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_gcp_instances,      SHAPE_KIND, "compute#instance",         read_any},
    {EXPORT_gcp_templates,      SHAPE_KIND, "compute#instanceTemplate", read_any},
    {EXPORT_gcp_disks,          SHAPE_KIND, "compute#disk",             read_any},
    {EXPORT_gcp_snapshots,      SHAPE_KIND, "compute#snapshot",         read_any},
    {EXPORT_gcp_images,         SHAPE_KIND, "compute#image",            read_any},
    {EXPORT_gcp_machine_images, SHAPE_KIND, "compute#machineImage",     read_any},
    {EXPORT_gcp_networks,       SHAPE_KIND, "compute#network",          read_any},
    {EXPORT_gcp_subnets,        SHAPE_KIND, "compute#subnetwork",       read_any},
    {EXPORT_gcp_firewalls,      SHAPE_KIND, "compute#firewall",         read_any},
    {EXPORT_gcp_project_info,   SHAPE_KIND, "compute#project",          read_any},
};
/* clang-format on */

const shape_table gcp_compute_shapes = {rows, ARRAY_LEN(rows)};
