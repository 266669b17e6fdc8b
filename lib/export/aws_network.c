/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_network.c -- reads networks, and what opens them: security groups, network ACLs, interfaces,
 * addresses, subnets, routes, flow logs.
 *
 * Two exports tell of the rules of security groups; a rule is known by what it says, so that both
 * tell of one fact: "sg-1/in/tcp/22-22/0.0.0.0/0".
 */
#include <stdio.h>

#include "fact/aws_place.h"
#include "fact/protocol.h"
#include "export/readers.h"
#include "base/text.h"

enum { PORT_LAST = 65535 };

/* "eu-west-1" of an ARN. */
static str arn_region(str arn)
{
    if (!text_starts(arn, "arn:"))
        return STR_NONE;
    for (int i = 0; i < 3; i++)
        arn = text_after(arn, ':');
    return text_before(arn, ':');
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* A rule of a firewall for one peer, with its ports as they stand in the export. */
typedef struct rule_words {
    uint32_t firewall;
    const char *direction; /* "in", "out" */
    str peer;
    str protocol; /* as told; empty: not told */
    json_node from, to;
} rule_words;

static bool has_ports(str protocol)
{
    return str_is(protocol, "tcp") || str_is(protocol, "udp");
}

static void put_rule_id(reading *r, const rule_words *w, buf *out)
{
    buf_putstr(out, facts_id(r->facts, facts_at(r->facts, w->firewall)));
    buf_printf(out, "/%s/", w->direction);
    buf_putstr(out, protocol_name(w->protocol));
    buf_putc(out, '/');
    json_node_text(w->from, out);
    buf_putc(out, '-');
    json_node_text(w->to, out);
    buf_putc(out, '/');
    buf_putstr(out, w->peer);
}

/* -1 is how EC2 says "all ports". */
static void put_port(reading *r, uint32_t at, attr a, json_node v, double all)
{
    if (reading_is(r, v, "-1"))
        facts_put_number(r->facts, at, a, all);
    else
        reading_put(r, at, a, v);
}

static uint32_t add_rule_fact(reading *r, uint32_t firewall, str id)
{
    uint32_t at = reading_add(r, FACT_FIREWALL_RULE, PROVIDER_AWS, id);
    if (at == FACT_NONE)
        return at;
    const fact *x = facts_at(r->facts, firewall);
    str account = facts_account(r->facts, x), region = facts_region(r->facts, x);
    str of = facts_id(r->facts, x);
    facts_set_account(r->facts, at, account);
    facts_set_region(r->facts, at, region);
    facts_put_text(r->facts, at, ATTR_FIREWALL, of);
    return at;
}

static uint32_t add_rule(reading *r, const rule_words *w)
{
    AUTO(buf) id = {0};
    if (w->firewall == FACT_NONE)
        return FACT_NONE;
    put_rule_id(r, w, &id);
    r->failed = r->failed || id.failed;
    uint32_t at = add_rule_fact(r, w->firewall, buf_str(&id));
    str protocol = protocol_name(w->protocol);
    facts_put_flag(r->facts, at, ATTR_IS_INBOUND, str_is(str_of(w->direction), "in"));
    facts_put_flag(r->facts, at, ATTR_IS_ALLOW, true);
    facts_put_text(r->facts, at, ATTR_PROTOCOL, protocol);
    facts_put_text(r->facts, at, ATTR_PEER, w->peer);
    if (has_ports(protocol)) {
        put_port(r, at, ATTR_PORT_FROM, w->from, 0);
        put_port(r, at, ATTR_PORT_TO, w->to, PORT_LAST);
    }
    return at;
}

/* ---- security groups ------------------------------------------------------------------------- */

/* clang-format off */
/* Where the peers of a permission stand. */
static const struct { const char *list, *member; } peers[] = {
    {"IpRanges",         "CidrIp"},
    {"Ipv6Ranges",       "CidrIpv6"},
    {"PrefixListIds",    "PrefixListId"},
    {"UserIdGroupPairs", "GroupId"},
};
/* clang-format on */

static void read_permission(reading *r, uint32_t group, const char *direction, json_node node)
{
    rule_words w = {.firewall = group,
                    .direction = direction,
                    .protocol = reading_text_at(r, node, "IpProtocol"),
                    .from = json_node_get(node, STR("FromPort")),
                    .to = json_node_get(node, STR("ToPort"))};
    if (json_node_type(json_node_get(node, STR("IpProtocol"))) != JSON_STRING)
        reading_wrong(r, "a rule of a security group without a protocol");
    for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
        json_iter it = aws_each(r, node, peers[i].list);
        while (json_iter_next(&it)) {
            w.peer = aws_text(it.value, peers[i].member);
            if (w.peer.n == 0)
                reading_wrong(r, "%s without %s", peers[i].list, peers[i].member);
            add_rule(r, &w);
        }
    }
}

static void read_permissions(reading *r, uint32_t group, json_node node, const char *member)
{
    bool is_in = strcmp(member, "IpPermissions") == 0;
    json_iter it = aws_each(r, node, member);
    while (json_iter_next(&it))
        read_permission(r, group, is_in ? "in" : "out", it.value);
}

static uint32_t add_group(reading *r, json_node node, const char *owner, const char *arn)
{
    str region = arn_region(aws_text(node, arn));
    uint32_t at =
        aws_add_thing(r, FACT_FIREWALL, aws_text(node, "GroupId"), aws_text(node, owner), region);
    return at;
}

static void read_group(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    uint32_t at = add_group(r, node, "OwnerId", "SecurityGroupArn");
    str name = aws_text(node, "GroupName");
    facts_set_name(r->facts, at, name);
    reading_put(r, at, ATTR_NETWORK, json_node_get(node, STR("VpcId")));
    reading_put_tags(r, at, json_node_get(node, STR("Tags")));
    if (name.n > 0)
        facts_put_flag(r->facts, at, ATTR_IS_DEFAULT, str_is(name, "default"));
    read_permissions(r, at, node, "IpPermissions");
    read_permissions(r, at, node, "IpPermissionsEgress");
    if (aws_has_list(r, node, "IpPermissions"))
        aws_put_whole(r, at, malformed);
}

static void read_groups(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "SecurityGroups");
    while (json_iter_next(&it))
        read_group(r, it.value);
}

static str rule_peer(json_node node)
{
    static const char *const members[] = {"CidrIpv4", "CidrIpv6", "PrefixListId",
                                          "ReferencedGroupInfo.GroupId"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        str peer = aws_text(node, members[i]);
        if (peer.n > 0)
            return peer;
    }
    return STR_NONE;
}

static void read_group_rule(reading *r, json_node node)
{
    uint32_t group = add_group(r, node, "GroupOwnerId", "SecurityGroupRuleArn");
    json_node egress = json_node_get(node, STR("IsEgress"));
    rule_words w = {.firewall = group,
                    .direction = reading_is(r, egress, "true") ? "out" : "in",
                    .peer = rule_peer(node),
                    .protocol = reading_text_at(r, node, "IpProtocol"),
                    .from = json_node_get(node, STR("FromPort")),
                    .to = json_node_get(node, STR("ToPort"))};
    if (json_node_type(egress) != JSON_BOOL || w.peer.n == 0)
        reading_wrong(r, "a rule of a security group without direction or peer");
    facts_set_name(r->facts, add_rule(r, &w), aws_text(node, "SecurityGroupRuleId"));
}

/* Of a group without rules this export says nothing. */
static void read_group_rules(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "SecurityGroupRules");
    while (json_iter_next(&it))
        read_group_rule(r, it.value);
    it = aws_each(r, node, "SecurityGroupRules");
    while (json_iter_next(&it))
        aws_put_whole(r, add_group(r, it.value, "GroupOwnerId", "SecurityGroupRuleArn"), malformed);
}

/* ---- network ACLs ---------------------------------------------------------------------------- */

static bool is_text(reading *r, json_node node, const char *member, const char *text)
{
    return reading_is(r, json_node_get(node, str_of(member)), text);
}

static void put_entry(reading *r, uint32_t at, json_node node)
{
    str action = aws_text(node, "RuleAction");
    str protocol = protocol_name(reading_text_at(r, node, "Protocol"));
    facts_put_text(r->facts, at, ATTR_PROTOCOL, protocol);
    facts_put_flag(r->facts, at, ATTR_IS_INBOUND, is_text(r, node, "Egress", "false"));
    reading_put(r, at, ATTR_PRIORITY, json_node_get(node, STR("RuleNumber")));
    reading_put(r, at, ATTR_PEER, json_node_get(node, STR("CidrBlock")));
    reading_put(r, at, ATTR_PEER, json_node_get(node, STR("Ipv6CidrBlock")));
    reading_put(r, at, ATTR_PORT_FROM, reading_at(node, "PortRange.From"));
    reading_put(r, at, ATTR_PORT_TO, reading_at(node, "PortRange.To"));
    if (str_is(action, "allow") || str_is(action, "deny"))
        facts_put_flag(r->facts, at, ATTR_IS_ALLOW, str_is(action, "allow"));
    else
        reading_wrong(r, "an entry of a network ACL neither allows nor denies");
}

static void read_entry(reading *r, uint32_t acl, json_node node)
{
    char id[96];
    if (acl == FACT_NONE)
        return;
    str of = facts_id(r->facts, facts_at(r->facts, acl));
    if (json_node_type(json_node_get(node, STR("Egress"))) != JSON_BOOL || of.n > 48) {
        reading_wrong(r, "an entry of a network ACL without direction");
        return;
    }
    str number = str_upto(reading_text_at(r, node, "RuleNumber"), 20);
    bool is_out = is_text(r, node, "Egress", "true");
    snprintf(id, sizeof id, "%.*s/%s/%.*s", (int)of.n, of.p, is_out ? "out" : "in", (int)number.n,
             number.p ? number.p : "");
    uint32_t at = add_rule_fact(r, acl, str_of(id));
    facts_set_name(r->facts, at, number);
    put_entry(r, at, node);
}

static void read_acls(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "NetworkAcls");
    while (json_iter_next(&it)) {
        uint64_t malformed = r->malformed;
        uint32_t at = aws_add_thing(r, FACT_FIREWALL, aws_text(it.value, "NetworkAclId"),
                                    aws_text(it.value, "OwnerId"), STR_NONE);
        reading_put(r, at, ATTR_NETWORK, json_node_get(it.value, STR("VpcId")));
        reading_put(r, at, ATTR_IS_DEFAULT, json_node_get(it.value, STR("IsDefault")));
        reading_put_tags(r, at, json_node_get(it.value, STR("Tags")));
        json_iter entry = aws_each(r, it.value, "Entries");
        while (json_iter_next(&entry))
            read_entry(r, at, entry.value);
        if (aws_has_list(r, it.value, "Entries"))
            aws_put_whole(r, at, malformed);
    }
}

/* ---- interfaces and addresses ---------------------------------------------------------------- */

/* clang-format off */
static const reading_row interface_rows[] = {
    {"Status",                ATTR_STATE},
    {"VpcId",                 ATTR_NETWORK},
    {"SubnetId",              ATTR_SUBNET},
    {"Groups[].GroupId",      ATTR_FIREWALL},
    {"Attachment.InstanceId", ATTR_ATTACHED_TO},
    {"Association.PublicIp",  ATTR_PUBLIC_IP},
    {"PrivateIpAddress",      ATTR_PRIVATE_IP},
};
/* clang-format on */

static void read_interface(reading *r, json_node node)
{
    str account = aws_text(node, "OwnerId");
    str region = aws_zone_region(aws_text(node, "AvailabilityZone"));
    uint32_t at =
        aws_add_thing(r, FACT_INTERFACE, aws_text(node, "NetworkInterfaceId"), account, region);
    reading_put_rows(r, at, node, interface_rows, ARRAY_LEN(interface_rows));
    json_iter it = aws_each(r, node, "Groups");
    while (json_iter_next(&it)) {
        uint32_t group =
            aws_add_thing(r, FACT_FIREWALL, aws_text(it.value, "GroupId"), account, region);
        facts_put_flag(r->facts, group, ATTR_IN_USE, true);
    }
}

static void read_interfaces(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "NetworkInterfaces");
    while (json_iter_next(&it))
        read_interface(r, it.value);
    if (r->malformed == malformed)
        aws_put_listed(r, "interfaces");
}

static void read_addresses(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Addresses");
    while (json_iter_next(&it)) {
        str machine = aws_text(it.value, "InstanceId");
        if (machine.n == 0)
            continue;
        uint32_t at = aws_add_thing(r, FACT_INSTANCE, machine, STR_NONE, STR_NONE);
        reading_put(r, at, ATTR_PUBLIC_IP, json_node_get(it.value, STR("PublicIp")));
    }
}

/* ---- networks -------------------------------------------------------------------------------- */

static void put_name(reading *r, uint32_t at, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("Tags")));
    reading_put_tags(r, at, json_node_get(node, STR("Tags")));
    while (json_iter_next(&it)) {
        if (str_is(aws_text(it.value, "Key"), "Name"))
            facts_set_name(r->facts, at, aws_text(it.value, "Value"));
    }
}

static void read_vpcs(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Vpcs");
    while (json_iter_next(&it)) {
        uint32_t at = aws_add_thing(r, FACT_NETWORK, aws_text(it.value, "VpcId"),
                                    aws_text(it.value, "OwnerId"), STR_NONE);
        put_name(r, at, it.value);
        reading_put(r, at, ATTR_STATE, json_node_get(it.value, STR("State")));
        reading_put(r, at, ATTR_IS_DEFAULT, json_node_get(it.value, STR("IsDefault")));
    }
}

static void read_subnets(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Subnets");
    while (json_iter_next(&it)) {
        str region = aws_zone_region(aws_text(it.value, "AvailabilityZone"));
        uint32_t at = aws_add_thing(r, FACT_SUBNET, aws_text(it.value, "SubnetId"),
                                    aws_text(it.value, "OwnerId"), region);
        put_name(r, at, it.value);
        reading_put(r, at, ATTR_NETWORK, json_node_get(it.value, STR("VpcId")));
        reading_put(r, at, ATTR_GIVES_PUBLIC_IP,
                    json_node_get(it.value, STR("MapPublicIpOnLaunch")));
    }
}

/* ---- routes ---------------------------------------------------------------------------------- */

static bool leads_out(reading *r, json_node table)
{
    bool leads = false;
    json_iter it = aws_each(r, table, "Routes");
    while (json_iter_next(&it)) {
        str state = aws_text(it.value, "State");
        leads = leads || (text_starts(aws_text(it.value, "GatewayId"), "igw-") &&
                          !text_eq_nocase(state, STR("blackhole")));
    }
    return leads;
}

/* The main table is that of all subnets of its VPC that have none of their own. */
static void read_route_table(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    str account = aws_text(node, "OwnerId");
    bool leads = leads_out(r, node);
    json_iter it = aws_each(r, node, "Associations");
    while (json_iter_next(&it) && (leads || r->malformed == malformed)) {
        str subnet = aws_text(it.value, "SubnetId");
        uint32_t at = FACT_NONE;
        if (subnet.n > 0)
            at = aws_add_thing(r, FACT_SUBNET, subnet, account, STR_NONE);
        else if (is_text(r, it.value, "Main", "true"))
            at = aws_add_thing(r, FACT_NETWORK, aws_text(node, "VpcId"), account, STR_NONE);
        facts_put_flag(r->facts, at, ATTR_INTERNET_ROUTE, leads);
    }
}

static void read_route_tables(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "RouteTables");
    while (json_iter_next(&it))
        read_route_table(r, it.value);
}

/* ---- flow logs ------------------------------------------------------------------------------- */

/* clang-format off */
static const reading_row flow_log_rows[] = {
    {"FlowLogStatus",     ATTR_STATE},
    {"TrafficType",       ATTR_FLOW_LOG},
    {"ResourceId",        ATTR_PARENT},
    {"DeliverLogsStatus", ATTR_DELIVERY},
    {"CreationTime",      ATTR_CREATED},
};
/* clang-format on */

static void read_flow_log(reading *r, json_node node)
{
    str of = aws_text(node, "ResourceId"), traffic = aws_text(node, "TrafficType");
    uint32_t at =
        aws_add_thing(r, FACT_NETWORK_LOG, aws_text(node, "FlowLogId"), STR_NONE, STR_NONE);
    reading_put_rows(r, at, node, flow_log_rows, ARRAY_LEN(flow_log_rows));
    if (!text_starts(of, "vpc-") || !text_eq_nocase(aws_text(node, "FlowLogStatus"), STR("ACTIVE")))
        return;
    uint32_t network = aws_add_thing(r, FACT_NETWORK, of, STR_NONE, STR_NONE);
    facts_put_text(r->facts, network, ATTR_FLOW_LOG, traffic);
}

static void read_flow_logs(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "FlowLogs");
    while (json_iter_next(&it))
        read_flow_log(r, it.value);
    if (r->malformed == malformed)
        aws_put_listed(r, "flow_logs");
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_security_groups,      SHAPE_ONLY,    "SecurityGroups",     read_groups},
    {EXPORT_aws_security_group_rules, SHAPE_MEMBERS, "SecurityGroupRules", read_group_rules},
    {EXPORT_aws_network_acls,         SHAPE_MEMBERS, "NetworkAcls",        read_acls},
    {EXPORT_aws_interfaces,           SHAPE_ONLY,    "NetworkInterfaces",  read_interfaces},
    {EXPORT_aws_addresses,            SHAPE_ONLY,    "Addresses",          read_addresses},
    {EXPORT_aws_vpcs,                 SHAPE_MEMBERS, "Vpcs",               read_vpcs},
    {EXPORT_aws_subnets,              SHAPE_ONLY,    "Subnets",            read_subnets},
    {EXPORT_aws_route_tables,         SHAPE_MEMBERS, "RouteTables",        read_route_tables},
    {EXPORT_aws_flow_logs,            SHAPE_MEMBERS, "FlowLogs",           read_flow_logs},
};
/* clang-format on */

const shape_table aws_network_shapes = {rows, ARRAY_LEN(rows)};
