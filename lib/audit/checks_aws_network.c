/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_network.c -- the network audit of AWS: what the world can reach, and whether it is
 * recorded what it did reach.
 */
#include "audit/audit.h"
#include "fact/aws_place.h"
#include "audit/aws_tests.h"
#include "audit/check_ports.h"
#include "audit/checks.h"
#include "base/text.h"

enum { PORTS_AT_ONCE = 100 };

#define GROUPS                                                                                     \
    .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_FIREWALL,                   \
    .needs_any = {EXPORT_aws_security_groups, EXPORT_aws_security_group_rules},                    \
    .applies = aws_is_group

/* A port that no security group opens to the world. */
#define PORT_ROW(thing, ports, name, level, reason, refs)                                          \
    {                                                                                              \
        .id = "aws-sg-" thing, .title = "No security group opens " name " to the world", GROUPS,   \
        .severity = level, .test = check_ports_closed, .value = ports,                             \
        .wanted = "not reachable from 0.0.0.0/0 or ::/0", .why = reason,                           \
        .fix = "aws ec2 describe-security-group-rules --region {region} --filters "                \
               "Name=group-id,Values={id} # then: aws ec2 revoke-security-group-ingress "          \
               "--region {region} --group-id {id} --security-group-rule-ids RULE",                 \
        .references = refs, .stops = STOPS(ACCESS)                                                 \
    }

static bool is_default_group(const audit *a, const check *row, const fact *x)
{
    return aws_is_group(a, row, x) && str_is(facts_name(&a->facts, x), "default");
}

static bool is_listed(const audit *a, const fact *x, const char *what)
{
    const fact *region = aws_region_of(&a->facts, x);
    return region && facts_has_text(&a->facts, region, ATTR_LISTED, str_of(what));
}

/* What is open and guards nothing is there for the next machine that is put into it. */
static spoor_check_status is_open_and_used(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    spoor_check_status open = check_ports_closed(a, row, x, seen);
    if (open != SPOOR_CHECK_FAIL)
        return open;
    bool is_used = facts_is(&a->facts, x, ATTR_IN_USE);
    if (!is_used && !is_listed(a, x, "interfaces"))
        return aws_no_data(seen, "; its region's interfaces are not in the exports");
    buf_puts(seen, is_used ? "; in use" : "; guards nothing");
    return aws_pass_if(is_used);
}

/* Whether the exports say that nothing leads from the internet to where an instance stands: of a
 * subnet that has no table of its own its VPC's main one decides, when all tables are there. */
static bool is_cut_off(const facts *f, const fact *x)
{
    str subnet = facts_get_text(f, x, ATTR_SUBNET), network = facts_get_text(f, x, ATTR_NETWORK);
    uint32_t at = subnet.n > 0 ? facts_find(f, FACT_SUBNET, PROVIDER_AWS, subnet) : FACT_NONE;
    fact_value route = {0};
    if (at != FACT_NONE)
        route = facts_get(f, facts_at(f, at), ATTR_INTERNET_ROUTE);
    at = network.n > 0 ? facts_find(f, FACT_NETWORK, PROVIDER_AWS, network) : FACT_NONE;
    if (!route.is_set && at != FACT_NONE)
        route = facts_get(f, facts_at(f, at), ATTR_INTERNET_ROUTE);
    return route.is_set && !route.flag;
}

static spoor_check_status is_unreached(const audit *a, const check *row, const fact *x, buf *seen)
{
    spoor_check_status status = check_ports_unreached(a, row, x, seen);
    if (status == SPOOR_CHECK_PASS || !is_cut_off(&a->facts, x))
        return status;
    if (!facts_get(&a->facts, x, ATTR_PUBLIC_IP).is_set)
        return status;
    buf_puts(seen, "; no route of its subnet leads to the internet");
    return SPOOR_CHECK_PASS;
}

static spoor_check_status has_flow_log(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    bool has_any = facts_get(f, x, ATTR_FLOW_LOG).is_set;
    (void)row;
    if (!has_any && !is_listed(a, x, "flow_logs"))
        return aws_no_data(seen, "its region's flow logs are not in the exports");
    if (!has_any)
        buf_puts(seen, "no active flow log");
    else
        check_say(seen, a, x, ATTR_FLOW_LOG);
    return aws_pass_if(facts_has_text(f, x, ATTR_FLOW_LOG, STR("ALL")) ||
                       facts_has_text(f, x, ATTR_FLOW_LOG, STR("REJECT")));
}

/* Flow logs of other exports do not make a VPC of which nothing else is known worth a verdict. */
static bool is_vpc(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_IS_DEFAULT).is_set ||
           facts_get(&a->facts, x, ATTR_STATE).is_set;
}

static spoor_check_status is_elsewhere(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    str id = facts_get_text(f, x, ATTR_NETWORK);
    uint32_t at = id.n > 0 ? facts_find(f, FACT_NETWORK, PROVIDER_AWS, id) : FACT_NONE;
    fact_value v = {0};
    (void)row;
    if (at != FACT_NONE)
        v = facts_get(f, facts_at(f, at), ATTR_IS_DEFAULT);
    buf_putstr(seen, id);
    if (!v.is_set)
        return aws_no_data(seen, id.n > 0 ? " is not in the exports" : "not in the exports");
    buf_puts(seen, v.flag ? ", the default VPC" : "");
    return aws_pass_if(!v.flag);
}

/* clang-format off */
static const check rows[] = {
    PORT_ROW("ssh",        "22",        "SSH (22)",               SPOOR_MEDIUM, "An instance that an intruder makes in this group takes SSH from anywhere.", "CIS AWS 6.0 6.3; CIS AWS 6.0 6.4; FSBP EC2.13; FSBP EC2.19"),
    PORT_ROW("rdp",        "3389",      "RDP (3389)",             SPOOR_MEDIUM, "An instance that an intruder makes in this group takes RDP from anywhere.", "CIS AWS 6.0 6.3; CIS AWS 6.0 6.4; FSBP EC2.14; FSBP EC2.19"),
    PORT_ROW("winrm",      "5985-5986", "WinRM (5985, 5986)",     SPOOR_MEDIUM, "An instance that an intruder makes in this group takes remote commands from anywhere.", ""),
    PORT_ROW("telnet-ftp", "20-21|23",  "FTP or Telnet (20, 21, 23)", SPOOR_MEDIUM, "Files leave an instance that an intruder makes in this group unencrypted and to anywhere.", "FSBP EC2.19"),
    PORT_ROW("smb",        "445",       "SMB (445)",              SPOOR_MEDIUM, "Disks that are mounted on an instance in this group can be read from anywhere.", "FSBP EC2.19"),
    PORT_ROW("mssql",      "1433-1434", "SQL Server (1433, 1434)", SPOOR_MEDIUM, "A database restored on an instance in this group can be read from anywhere.", "FSBP EC2.19"),
    PORT_ROW("mysql",      "3306",      "MySQL (3306)",           SPOOR_MEDIUM, "A database restored on an instance in this group can be read from anywhere.", "FSBP EC2.19"),
    PORT_ROW("postgresql", "5432",      "PostgreSQL (5432)",      SPOOR_MEDIUM, "A database restored on an instance in this group can be read from anywhere.", "FSBP EC2.19"),
    PORT_ROW("redis",      "6379",      "Redis (6379)",           SPOOR_MEDIUM, "A data store on an instance in this group can be read and made to run code from anywhere.", ""),
    PORT_ROW("elastic",    "9200|9300", "Elasticsearch (9200, 9300)", SPOOR_MEDIUM, "A data store on an instance in this group can be read from anywhere.", "FSBP EC2.19"),
    PORT_ROW("mongodb",    "27017-27018", "MongoDB (27017, 27018)", SPOOR_MEDIUM, "A data store on an instance in this group can be read from anywhere.", ""),
    PORT_ROW("all",        "all",       "all ports",              SPOOR_HIGH,   "Whatever an intruder runs on an instance in this group is reachable from anywhere.", "FSBP EC2.18"),
    {
        .id = "aws-sg-range", .title = "No security group opens a large range of ports to the world", GROUPS,
        .severity = SPOOR_MEDIUM, .test = check_ports_few, .number = PORTS_AT_ONCE,
        .wanted = "at most 100 ports at once from 0.0.0.0/0 or ::/0",
        .why = "An intruder needs no rule of his own for what he runs on an instance in this group.",
        .fix = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={id} # then: aws ec2 modify-security-group-rules",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-sg-large-network", .title = "No security group lets in a large public network", GROUPS,
        .severity = SPOOR_MEDIUM, .test = check_peers_bounded,
        .wanted = "no peer of /8 or wider, IPv6 /16 or wider",
        .why = "A few such rules are the whole world, and checks for 0.0.0.0/0 do not see them.",
        .fix = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={id} # then: aws ec2 modify-security-group-rules",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-sg-default-empty", .title = "Default security groups have no rules",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_FIREWALL,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_security_groups}, .applies = is_default_group,
        .test = check_rules_none, .wanted = "no rule, in or out",
        .why = "An instance made without naming a group gets this one, and what it lets in.",
        .fix = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={id} # then revoke each of them",
        .references = "CIS AWS 6.0 6.5; FSBP EC2.2",
    },
    {
        .id = "aws-sg-open-unused", .title = "No security group waits open to the world",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_FIREWALL,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_security_groups, EXPORT_aws_interfaces}, .applies = aws_is_group,
        .test = is_open_and_used, .value = "any", .wanted = "in use, or closed to the world",
        .why = "An intruder puts his instance into a group that is open already and changes no rule, which nobody notices.",
        .fix = "aws ec2 delete-security-group --region {region} --group-id {id}",
        .references = "", .stops = STOPS(NETLOOSEN),
    },
    {
        .id = "aws-nacl-admin-ports", .title = "No network ACL lets the world in on SSH or RDP",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_FIREWALL,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_network_acls}, .applies = aws_is_acl,
        .test = check_ports_closed, .value = "22|3389", .wanted = "22 and 3389 not from 0.0.0.0/0 or ::/0",
        .why = "The subnet does not stop a way in that a security group opens to a rogue instance.",
        .fix = "aws ec2 create-network-acl-entry --region {region} --network-acl-id {id} --ingress --rule-number 1 --protocol 6 --port-range From=22,To=22 --cidr-block 0.0.0.0/0 --rule-action deny",
        .references = "CIS AWS 6.0 6.2; FSBP EC2.21",
    },
    {
        .id = "aws-instance-exposed-admin", .title = "No instance takes SSH, RDP or WinRM from the world",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_instances, EXPORT_aws_security_groups}, .applies = aws_is_live,
        .test = is_unreached, .value = "22|3389|5985-5986", .wanted = "no public address, or no such port open to the world",
        .why = "It can be logged in to from anywhere: a way to the credentials of its role, with which instances are made.",
        .fix = "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --groups GROUP",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-instance-exposed-data", .title = "No instance serves files or databases to the world",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_instances, EXPORT_aws_security_groups}, .applies = aws_is_live,
        .test = is_unreached, .value = "20-21|445|1433-1434|3306|5432|6379|9200|9300|27017-27018",
        .wanted = "no public address, or no such port open to the world",
        .why = "What is on its disks, copied there or not, can be fetched from anywhere.",
        .fix = "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --groups GROUP",
        .references = "", .stops = STOPS(STAGE) | STOPS(EXFIL),
    },
    {
        .id = "aws-instance-public-ip", .title = "Instances have no public address",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = aws_check_absent, .attr = ATTR_PUBLIC_IP, .wanted = "no public address",
        .why = "A rogue instance does not stand out where all instances talk to the internet directly.",
        .fix = "aws ec2 modify-network-interface-attribute --region {region} --network-interface-id INTERFACE --no-associate-public-ip-address",
        .references = "FSBP EC2.9",
    },
    {
        .id = "aws-instance-default-group", .title = "Instances do not stand in default security groups",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = check_is_false, .attr = ATTR_IN_DEFAULT_GROUP, .wanted = "a group of its own",
        .why = "Members of the default group reach each other, a rogue instance made without a group among them.",
        .fix = "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --groups GROUP",
        .references = "",
    },
    {
        .id = "aws-instance-default-vpc", .title = "Instances do not stand in default VPCs",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances, EXPORT_aws_vpcs}, .applies = aws_is_live,
        .test = is_elsewhere, .wanted = "a VPC of its own",
        .why = "A call that names no subnet makes its instance there, with a public address and beside this one.",
        .fix = "aws ec2 create-image --region {region} --instance-id {id} --name {id}-moved # then run it in another VPC",
        .references = "",
    },
    {
        .id = "aws-subnet-public-ip", .title = "Subnets give no public addresses by themselves",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_SUBNET,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_subnets}, .test = check_is_false, .attr = ATTR_GIVES_PUBLIC_IP,
        .wanted = "MapPublicIpOnLaunch false",
        .why = "An instance made there is on the internet though nobody asked for that.",
        .fix = "aws ec2 modify-subnet-attribute --region {region} --subnet-id {id} --no-map-public-ip-on-launch",
        .references = "FSBP EC2.15", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-template-public-ip", .title = "Launch templates give no public addresses",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_TEMPLATE,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_template_versions}, .applies = aws_is_current,
        .test = check_is_false, .attr = ATTR_GIVES_PUBLIC_IP, .wanted = "AssociatePublicIpAddress false",
        .why = "Every instance made from it is on the internet.",
        .fix = "aws ec2 create-launch-template-version --region {region} --launch-template-name {name} --source-version '$Latest' --launch-template-data '{\"NetworkInterfaces\":[{\"DeviceIndex\":0,\"AssociatePublicIpAddress\":false}]}'",
        .references = "FSBP EC2.25", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-vpc-flow-logs", .title = "VPCs have flow logs",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_NETWORK,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_vpcs, EXPORT_aws_flow_logs}, .applies = is_vpc,
        .test = has_flow_log, .wanted = "an active flow log of ALL or REJECT",
        .why = "Whom a rogue instance talks to, and how much it sends, is nowhere written down.",
        .fix = "aws ec2 create-flow-logs --region {region} --resource-type VPC --resource-ids {id} --traffic-type ALL --log-destination BUCKET-ARN --log-destination-type s3",
        .references = "CIS AWS 6.0 4.7; FSBP EC2.6",
    },
    {
        .id = "aws-flow-log-delivered", .title = "Flow logs arrive where they should",
        .heading = HEADING_NETWORK, .cloud = PROVIDER_AWS, .subject = FACT_NETWORK_LOG,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_flow_logs}, .test = check_is, .attr = ATTR_DELIVERY, .value = "SUCCESS",
        .wanted = "DeliverLogsStatus SUCCESS",
        .why = "A flow log that cannot be delivered records nothing of a rogue instance.",
        .fix = "aws ec2 describe-flow-logs --region {region} --flow-log-ids {id} --query 'FlowLogs[].DeliverLogsErrorMessage'",
        .references = "",
    },
};
/* clang-format on */

const check_table checks_aws_network = {rows, ARRAY_LEN(rows)};
