/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_gcp_network.c -- the network audit of Google Cloud: what the world can reach, and
 * whether it is recorded what it did reach.
 */
#include "audit/audit.h"
#include "audit/check_ports.h"
#include "audit/checks.h"
#include "audit/gcp_tests.h"
#include "base/ip.h"
#include "base/text.h"

enum { PORTS_AT_ONCE = 100, PORT_SSH = 22, PORT_RDP = 3389 };

/* From where Identity-Aware Proxy forwards TCP. */
#define PROXY "35.235.240.0/20"

static bool is_inbound(const audit *a, const check *row, const fact *x)
{
    fact_value direction = facts_get(&a->facts, x, ATTR_IS_INBOUND);
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    (void)row;
    return x->provider == PROVIDER_GCP && (!direction.is_set || direction.flag) &&
           (!enabled.is_set || enabled.flag);
}

static bool lets_in_by(const facts *f, const fact *x, double port)
{
    return facts_get(f, x, ATTR_PORT_FROM).number <= port &&
           port <= facts_get(f, x, ATTR_PORT_TO).number;
}

/* Rules that let in to where people sign in. One whose ports could not be read may be one. */
static bool lets_sign_in(const audit *a, const check *row, const fact *x)
{
    const facts *f = &a->facts;
    str protocol = facts_get_text(f, x, ATTR_PROTOCOL);
    bool is_tcp = str_is(protocol, "tcp") || str_is(protocol, "all");
    bool is_unknown = !facts_get(f, x, ATTR_PORT_FROM).is_set;
    return is_inbound(a, row, x) && is_tcp && facts_is(f, x, ATTR_IS_ALLOW) &&
           (is_unknown || lets_in_by(f, x, PORT_SSH) || lets_in_by(f, x, PORT_RDP));
}

/* The peer is inside, the proxy, or no network at all but a tag or an account. */
static bool is_designated(str peer)
{
    ip_net net, proxy;
    if (!ip_parse(peer, &net))
        return ip_cidr_openness(peer) == IP_OPEN_NONE;
    return ip_is_private(&net) || (ip_parse(STR(PROXY), &proxy) && ip_contains(&proxy, &net));
}

static spoor_check_status peer_is_designated(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    str peer = facts_get_text(&a->facts, x, ATTR_PEER);
    (void)row;
    buf_putstr(seen, peer);
    if (peer.n == 0 || !facts_get(&a->facts, x, ATTR_PORT_FROM).is_set)
        return gcp_no_data(seen, ": its ports or its peer could not be read");
    return gcp_pass_if(is_designated(peer));
}

static spoor_check_status is_not_default(const audit *a, const check *row, const fact *x, buf *seen)
{
    str name = facts_name(&a->facts, x);
    (void)row;
    buf_putstr(seen, name);
    return gcp_pass_if(!str_is(name, "default"));
}

/* Subnets that machines stand in; of proxies and the like there are no flow logs. */
static bool is_for_machines(const audit *a, const check *row, const fact *x)
{
    str purpose = facts_get_text(&a->facts, x, ATTR_GCP_PURPOSE);
    (void)row;
    return purpose.n == 0 || text_starts(purpose, "PRIVATE");
}

#define NETWORK .heading = HEADING_NETWORK, .cloud = PROVIDER_GCP
#define FIREWALLS                                                                                  \
    NETWORK, .subject = FACT_FIREWALL, .needs = {EXPORT_gcp_firewalls}, .applies = is_inbound

#define PORT_ROW(thing, ports, name, level, reason, refs)                                          \
    {                                                                                              \
        .id = "gcp-firewall-" thing, .title = "No firewall rule opens " name " to the world",      \
        FIREWALLS, .severity = level, .test = check_ports_closed, .value = ports,                  \
        .wanted = "not reachable from 0.0.0.0/0 or ::/0", .why = reason,                           \
        .fix = "gcloud compute firewall-rules update {name} --project {account} "                  \
               "--source-ranges NETWORK",                                                          \
        .references = refs, .stops = STOPS(ACCESS) | STOPS(NETLOOSEN)                              \
    }

/* clang-format off */
static const check rows[] = {
    PORT_ROW("ssh",      "22",        "SSH (22)",            SPOOR_HIGH,   "The world tries keys and passwords on the machines of the network, new ones among them.", "CIS GCP 4.0 3.6"),
    PORT_ROW("rdp",      "3389",      "Remote Desktop (3389)", SPOOR_HIGH, "The world tries passwords on the machines of the network, new ones among them.", "CIS GCP 4.0 3.7"),
    PORT_ROW("winrm",    "5985-5986", "WinRM (5985, 5986)",  SPOOR_HIGH,   "Who has a password runs commands on the machines of the network.", ""),
    PORT_ROW("smb",      "445",       "SMB (445)",           SPOOR_HIGH,   "Files of the machines of the network are open to whoever has a password, and to worms.", ""),
    PORT_ROW("mssql",    "1433",      "SQL Server (1433)",   SPOOR_MEDIUM, "A data store on a machine of the network can be read from anywhere.", ""),
    PORT_ROW("mysql",    "3306",      "MySQL (3306)",        SPOOR_MEDIUM, "A data store on a machine of the network can be read from anywhere.", ""),
    PORT_ROW("postgres", "5432",      "PostgreSQL (5432)",   SPOOR_MEDIUM, "A data store on a machine of the network can be read from anywhere.", ""),
    PORT_ROW("redis",    "6379",      "Redis (6379)",        SPOOR_MEDIUM, "A data store on a machine of the network can be read and made to run code from anywhere.", ""),
    PORT_ROW("elastic",  "9200|9300", "Elasticsearch (9200, 9300)", SPOOR_MEDIUM, "A data store on a machine of the network can be read from anywhere.", ""),
    PORT_ROW("mongodb",  "27017-27018", "MongoDB (27017, 27018)", SPOOR_MEDIUM, "A data store on a machine of the network can be read from anywhere.", ""),
    PORT_ROW("all",      "all",       "all ports",           SPOOR_HIGH,   "Whatever an intruder runs on a machine of the network is reachable from anywhere.", ""),
    {
        .id = "gcp-firewall-range", .title = "No firewall rule opens a large range of ports to the world", FIREWALLS,
        .severity = SPOOR_MEDIUM, .test = check_ports_few, .number = PORTS_AT_ONCE,
        .wanted = "at most 100 ports at once from 0.0.0.0/0 or ::/0",
        .why = "An intruder needs no rule of his own for what he runs on a machine.",
        .fix = "gcloud compute firewall-rules update {name} --project {account} --allow PROTOCOL:PORTS",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-firewall-pieces", .title = "No firewall rule lets in the world in pieces", FIREWALLS,
        .severity = SPOOR_MEDIUM, .test = check_peers_bounded,
        .wanted = "networks smaller than /8 (IPv6: /16)",
        .why = "0.0.0.0/1 and 128.0.0.0/1 are the world, and look like less.",
        .fix = "gcloud compute firewall-rules update {name} --project {account} --source-ranges NETWORK",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-firewall-proxy-only", .title = "People sign in through Identity-Aware Proxy or from inside", .cloud = PROVIDER_GCP, .subject = FACT_FIREWALL_RULE, .needs = {EXPORT_gcp_firewalls}, .applies = lets_sign_in,
        .severity = SPOOR_MEDIUM, .heading = HEADING_INTERACTIVE, .test = peer_is_designated,
        .wanted = "SSH and Remote Desktop from " PROXY " or private networks",
        .why = "An intruder signs in from wherever he is, past the second step that the proxy asks for.",
        .fix = "gcloud compute firewall-rules update {name} --project {account} --source-ranges " PROXY,
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-firewall-logged", .title = "Firewall rules that let in log connections", FIREWALLS,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_LOGGED,
        .wanted = "logConfig.enable true",
        .why = "Nobody can say who came in by the rule.",
        .fix = "gcloud compute firewall-rules update {name} --project {account} --enable-logging",
        .references = "", .stops = 0,
    },
    {
        .id = "gcp-network-default", .title = "The default network is gone", NETWORK, .subject = FACT_NETWORK, .needs = {EXPORT_gcp_networks},
        .severity = SPOOR_MEDIUM, .test = is_not_default,
        .wanted = "no network called default",
        .why = "It has subnets in all regions and rules that open SSH: a rogue machine needs nothing else.",
        .fix = "gcloud compute networks delete {name} --project {account}",
        .references = "CIS GCP 4.0 3.1", .stops = STOPS(INSTANCE),
    },
    {
        .id = "gcp-network-legacy", .title = "There are no legacy networks", NETWORK, .subject = FACT_NETWORK, .needs = {EXPORT_gcp_networks},
        .severity = SPOOR_LOW, .test = check_is_false, .attr = ATTR_GCP_LEGACY,
        .wanted = "a network with subnets",
        .why = "A network without subnets cannot be split, and has no flow logs.",
        .fix = "gcloud compute networks delete {name} --project {account}",
        .references = "CIS GCP 4.0 3.2", .stops = 0,
    },
    {
        .id = "gcp-subnet-flow-logs", .title = "Subnets have flow logs", NETWORK, .subject = FACT_SUBNET, .needs = {EXPORT_gcp_subnets}, .applies = is_for_machines,
        .severity = SPOOR_MEDIUM, .test = check_is_true, .attr = ATTR_GCP_FLOW_LOGS,
        .wanted = "logConfig.enable true",
        .why = "What a rogue machine sends out is seen nowhere.",
        .fix = "gcloud compute networks subnets update {name} --region {region} --project {account} --enable-flow-logs",
        .references = "CIS GCP 4.0 3.8", .stops = 0,
    },
    {
        .id = "gcp-instance-public-ip", .title = "Instances have no external address", NETWORK, .subject = FACT_INSTANCE, .needs = {EXPORT_gcp_instances},
        .severity = SPOOR_MEDIUM, .test = check_is_false, .attr = ATTR_GCP_HAS_PUBLIC_IP,
        .wanted = "no accessConfigs",
        .why = "The world reaches the machine as soon as a firewall lets it, and data leaves by it.",
        .fix = "gcloud compute instances delete-access-config {name} --zone {region} --project {account}",
        .references = "CIS GCP 4.0 4.9", .stops = STOPS(ACCESS) | STOPS(EXFIL),
    },
};
/* clang-format on */

const check_table checks_gcp_network = {rows, ARRAY_LEN(rows)};
