/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_network.c -- reads networks of Azure: security groups and their rules, interfaces,
 * addresses, subnets,
 * bastion hosts, flow logs.
 *
 *  (1) A rule names many networks and many ranges of ports: each pair is a fact of its own, so
 *      that each
 *      is judged on its own. Of more than LIMIT_AZURE_RULE_PARTS pairs the rest is told and left
 *      out, and
 *      the group is not whole.
 *  (2) A damaged rule makes its group not whole.
 *  (3) Service tags ("VirtualNetwork", "AzureLoadBalancer") are bounded; "Internet" and "*" are
 *      the world.
 */
#include "export/azure_reading.h"

#include "fact/protocol.h"
#include "export/readers.h"
#include "base/text.h"

enum { LAST_PORT = 65535 };

static str text_of(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* A rule while it is taken apart. */
typedef struct rule {
    str group, region, id, name, protocol;
    json_node body;
    bool is_inbound, is_allow;
    size_t parts;
} rule;

/* "22", "8080-8084", "*". */
static bool parse_ports(str text, int64_t *ret_from, int64_t *ret_to)
{
    text = text_trim(text);
    if (str_is(text, "*")) {
        *ret_from = 0;
        *ret_to = LAST_PORT;
        return true;
    }
    str to = text_after(text, '-');
    if (!text_to_int(text_trim(text_before(text, '-')), ret_from))
        return false;
    *ret_to = *ret_from;
    if (to.n > 0 && !text_to_int(text_trim(to), ret_to))
        return false;
    return *ret_from >= 0 && *ret_from <= *ret_to && *ret_to <= LAST_PORT;
}

static uint32_t add_part(reading *r, rule *one, const char *protocol)
{
    CLEANUP(buf_done) buf id = {0};
    buf_putstr(&id, azure_lower(r, one->id));
    if (one->parts++ > 0)
        buf_printf(&id, "#%zu", one->parts);
    if (id.failed)
        r->failed = true;
    uint32_t at = azure_add_id(r, FACT_FIREWALL_RULE, buf_str(&id));
    facts_set_name(r->facts, at, one->name);
    facts_set_region(r->facts, at, one->region);
    facts_put_text(r->facts, at, ATTR_FIREWALL, azure_lower(r, one->group));
    facts_put_flag(r->facts, at, ATTR_IS_INBOUND, one->is_inbound);
    facts_put_flag(r->facts, at, ATTR_IS_ALLOW, one->is_allow);
    facts_put_text(r->facts, at, ATTR_PROTOCOL, protocol ? str_of(protocol) : one->protocol);
    reading_put(r, at, ATTR_PRIORITY, json_node_get(one->body, STR("priority")));
    return at;
}

static void put_part(reading *r, rule *one, str peer, str ports)
{
    static const char *const with_ports[] = {"tcp", "udp"};
    int64_t from = 0, to = 0;
    if (!parse_ports(ports, &from, &to)) {
        reading_wrong(r, "the ports of a rule are not such");
        return;
    }
    /* "any protocol" on some ports: those of the protocols that have ports */
    bool is_split = str_is(one->protocol, "all") && to - from < LAST_PORT - 1;
    for (size_t i = 0; i < (is_split ? ARRAY_LEN(with_ports) : 1); i++) {
        if (one->parts == LIMIT_AZURE_RULE_PARTS)
            reading_wrong(r, "a rule with more than %d networks and ports", LIMIT_AZURE_RULE_PARTS);
        if (one->parts > LIMIT_AZURE_RULE_PARTS)
            return;
        uint32_t at = add_part(r, one, is_split ? with_ports[i] : NULL);
        facts_put_text(r->facts, at, ATTR_PEER, peer);
        facts_put_number(r->facts, at, ATTR_PORT_FROM, (double)from);
        facts_put_number(r->facts, at, ATTR_PORT_TO, (double)to);
    }
}

/* Lists and single values have members of their own: destinationPortRange, destinationPortRanges.
 * */
static json_node list_of(json_node body, const char *many, const char *one)
{
    json_node list = json_node_get(body, str_of(many));
    bool has_list = json_node_type(list) == JSON_ARRAY && json_node_size(list) > 0;
    return has_list ? list : json_node_get(body, str_of(one));
}

static void put_ports(reading *r, rule *one, str peer)
{
    json_node ports = list_of(one->body, "destinationPortRanges", "destinationPortRange");
    if (json_node_type(ports) != JSON_ARRAY) {
        put_part(r, one, peer, json_node_string(ports));
        return;
    }
    json_iter it = json_iter_of(ports);
    while (json_iter_next(&it))
        put_part(r, one, peer, json_node_string(it.value));
}

/* Groups of applications stand for the addresses of their machines. */
static bool put_applications(reading *r, rule *one)
{
    const char *name = one->is_inbound ? "sourceApplicationSecurityGroups"
                                       : "destinationApplicationSecurityGroups";
    json_node groups = json_node_get(one->body, str_of(name));
    json_iter it = json_iter_of(groups);
    while (json_iter_next(&it))
        put_ports(r, one, text_of(it.value, "id"));
    return json_node_type(groups) == JSON_ARRAY && json_node_size(groups) > 0;
}

static void put_peers(reading *r, rule *one)
{
    bool is_in = one->is_inbound;
    json_node peers =
        list_of(one->body, is_in ? "sourceAddressPrefixes" : "destinationAddressPrefixes",
                is_in ? "sourceAddressPrefix" : "destinationAddressPrefix");
    if (json_node_type(peers) == JSON_ARRAY) {
        json_iter it = json_iter_of(peers);
        while (json_iter_next(&it))
            put_ports(r, one, json_node_string(it.value));
        return;
    }
    if (!put_applications(r, one))
        put_ports(r, one, json_node_string(peers));
}

static void read_rule(reading *r, json_node group, json_node node)
{
    json_node body = azure_body(node);
    str direction = text_of(body, "direction"), access = text_of(body, "access");
    rule one = {
        .group = text_of(group, "id"),
        .region = text_of(group, "location"),
        .id = text_of(node, "id"),
        .name = text_of(node, "name"),
        .protocol = protocol_name(text_of(body, "protocol")),
        .body = body,
        .is_inbound = text_eq_nocase(direction, STR("Inbound")),
        .is_allow = text_eq_nocase(access, STR("Allow")),
    };
    if (one.id.n == 0 || direction.n == 0 || access.n == 0 || one.protocol.n == 0) {
        reading_wrong(r, "a rule without id, direction, access or protocol");
        return;
    }
    put_peers(r, &one);
}

static void read_group(reading *r, json_node node)
{
    static const reading_row ids[] = {
        {"subnets[].id", ATTR_AZURE_RESOURCE},
        {"networkInterfaces[].id", ATTR_AZURE_RESOURCE},
    };
    static const char *const lists[] = {"securityRules", "defaultSecurityRules"};
    uint64_t before = r->malformed;
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, FACT_FIREWALL, node);
    azure_put_ids(r, at, body, ids, ARRAY_LEN(ids));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json_node list = json_node_get(body, str_of(lists[i]));
        json_iter it = json_iter_of(list);
        if (json_node_type(list) != JSON_ARRAY)
            reading_wrong(r, "%s is not a list", lists[i]);
        while (json_iter_next(&it))
            read_rule(r, node, it.value);
    }
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, r->malformed == before);
}

/* ---- interfaces, addresses, subnets ---------------------------------------------------------- */

static void read_interface(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"networkSecurityGroup.id", ATTR_FIREWALL},
        {"ipConfigurations[].subnet.id", ATTR_SUBNET},
        {"ipConfigurations[].publicIPAddress.id", ATTR_PUBLIC_IP},
        {"ipConfigurations[].privateIPAddress", ATTR_PRIVATE_IP},
    };
    uint32_t at = azure_add(r, FACT_INTERFACE, node);
    azure_put_ids(r, at, azure_body(node), rows, ARRAY_LEN(rows));
}

static void read_address(reading *r, json_node node)
{
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, FACT_INTERFACE, node);
    reading_put(r, at, ATTR_PUBLIC_IP, json_node_get(body, STR("ipAddress")));
    azure_put_id(r, at, ATTR_AZURE_RESOURCE, reading_at(body, "ipConfiguration.id"));
}

static void read_subnet(reading *r, str network, json_node node)
{
    json_node body = azure_body(node);
    json_node group = json_node_get(body, STR("networkSecurityGroup"));
    json_type type = json_node_type(group);
    uint32_t at = azure_add(r, FACT_SUBNET, node);
    facts_put_text(r->facts, at, ATTR_NETWORK, azure_lower(r, network));
    azure_put_id(r, at, ATTR_FIREWALL, json_node_get(group, STR("id")));
    bool is_known = type == JSON_NONE || type == JSON_NULL || text_of(group, "id").n > 0;
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, is_known);
    if (!is_known)
        reading_wrong(r, "networkSecurityGroup of a subnet has no id");
}

static void read_network(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(azure_body(node), STR("subnets")));
    azure_add(r, FACT_NETWORK, node);
    while (json_iter_next(&it))
        read_subnet(r, text_of(node, "id"), it.value);
}

static void read_bastion(reading *r, json_node node)
{
    str id = text_of(node, "id");
    uint32_t at = azure_subscription(r, id);
    facts_put_text(r->facts, at, ATTR_AZURE_BASTION, azure_lower(r, id));
    if (at == FACT_NONE)
        reading_wrong(r, "a bastion host without an id");
}

/* ---- flow logs ------------------------------------------------------------------------------- */

static void read_flow_log(reading *r, json_node node)
{
    json_node body = azure_body(node);
    json_node kept = json_node_get(body, STR("retentionPolicy"));
    uint32_t at = azure_add(r, FACT_NETWORK_LOG, node);
    reading_put(r, at, ATTR_ENABLED, json_node_get(body, STR("enabled")));
    azure_put_id(r, at, ATTR_AZURE_RESOURCE, json_node_get(body, STR("targetResourceId")));
    azure_put_id(r, at, ATTR_AZURE_DESTINATION, json_node_get(body, STR("storageId")));
    bool has_end = true;
    if (azure_flag(r, json_node_get(kept, STR("enabled")), &has_end) && !has_end)
        facts_put_number(r->facts, at, ATTR_AZURE_KEPT_DAYS, 0);
    else
        reading_put(r, at, ATTR_AZURE_KEPT_DAYS, json_node_get(kept, STR("days")));
}

static void read_watcher(reading *r, json_node node)
{
    uint64_t before = r->malformed;
    uint32_t at = azure_subscription(r, text_of(node, "id"));
    azure_put_id(r, at, ATTR_AZURE_WATCHER, json_node_get(node, STR("location")));
    if (r->malformed != before)
        azure_note_damage(r, at, EXPORT_azure_watchers);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_azure_nsgs,       SHAPE_TYPE, "Microsoft.Network/networkSecurityGroups",    read_group},
    {EXPORT_azure_nics,       SHAPE_TYPE, "Microsoft.Network/networkInterfaces",        read_interface},
    {EXPORT_azure_public_ips, SHAPE_TYPE, "Microsoft.Network/publicIPAddresses",        read_address},
    {EXPORT_azure_vnets,      SHAPE_TYPE, "Microsoft.Network/virtualNetworks",          read_network},
    {EXPORT_azure_bastions,   SHAPE_TYPE, "Microsoft.Network/bastionHosts",             read_bastion},
    {EXPORT_azure_flow_logs,  SHAPE_TYPE, "Microsoft.Network/networkWatchers/flowLogs", read_flow_log},
    {EXPORT_azure_watchers,   SHAPE_TYPE, "Microsoft.Network/networkWatchers",          read_watcher},
};
/* clang-format on */
const shape_table azure_network_shapes = {rows, ARRAY_LEN(rows)};
