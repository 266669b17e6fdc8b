/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_network.c -- checks: what networks of Azure let in, and what is recorded of them.
 */
#include "audit/audit.h"
#include "audit/check_ports.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "base/text.h"

enum { SEEN_BYTES = 200 };

/* ---- subnets and interfaces ------------------------------------------------------------------ */

/* Subnets of Azure's own services, which take no group or need none. */
static bool is_for_machines(const audit *a, const check *row, const fact *x)
{
    static const char *const own[] = {"GatewaySubnet", "AzureBastionSubnet", "AzureFirewallSubnet",
                                      "AzureFirewallManagementSubnet", "RouteServerSubnet"};
    (void)row;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (text_eq_nocase(facts_name(&a->facts, x), str_of(own[i])))
            return false;
    return true;
}

static spoor_check_status has_group(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_read = facts_is(&a->facts, x, ATTR_READ_WHOLE);
    (void)row;
    if (facts_get(&a->facts, x, ATTR_FIREWALL).is_set) {
        check_say(seen, a, x, ATTR_FIREWALL);
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, is_read ? "no network security group" : "its group could not be read");
    return is_read ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

static bool has_address(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_PUBLIC_IP).is_set &&
           facts_get(&a->facts, x, ATTR_SUBNET).is_set;
}

/* A group of its own or of its subnet. */
static spoor_check_status is_guarded(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_iter it = facts_iter(&a->facts, x, ATTR_SUBNET);
    bool is_known = true;
    (void)row;
    if (facts_get(&a->facts, x, ATTR_FIREWALL).is_set) {
        check_say(seen, a, x, ATTR_FIREWALL);
        return SPOOR_CHECK_PASS;
    }
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, FACT_SUBNET, PROVIDER_AZURE, it.value.text);
        const fact *subnet = at == FACT_NONE ? NULL : facts_at(&a->facts, at);
        is_known = is_known && subnet && facts_is(&a->facts, subnet, ATTR_READ_WHOLE);
        if (!subnet || !facts_get(&a->facts, subnet, ATTR_FIREWALL).is_set)
            continue;
        buf_puts(seen, "the group of its subnet");
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, is_known
                       ? "neither it nor its subnet has a group"
                       : "no group of its own, and the exports do not tell that of its subnet");
    return is_known ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

/* ---- flow logs ------------------------------------------------------------------------------- */

/* The flow log of a network or group that is enabled; else any that there is; NULL: none. */
static const fact *flow_log_of(const audit *a, str target)
{
    uint32_t from, to;
    const fact *found = NULL;
    facts_range(&a->facts, FACT_NETWORK_LOG, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (!facts_has_text(&a->facts, x, ATTR_AZURE_RESOURCE, target))
            continue;
        if (facts_is(&a->facts, x, ATTR_ENABLED))
            return x;
        found = x;
    }
    return found;
}

/* Recording a network records its groups, and a group records what it guards. */
static spoor_check_status has_flow_log(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *log = flow_log_of(a, facts_id(&a->facts, x));
    (void)row;
    if (!log) {
        buf_puts(seen, "no flow log");
        return SPOOR_CHECK_FAIL;
    }
    fact_value enabled = facts_get(&a->facts, log, ATTR_ENABLED);
    buf_puts(seen, "flow log ");
    buf_putstr(seen, facts_name(&a->facts, log));
    if (!enabled.is_set) {
        buf_puts(seen, "; the exports do not say whether it is enabled");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, enabled.flag ? "" : " is off");
    return enabled.flag ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

static bool is_recording(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_ENABLED);
}

static spoor_check_status is_kept(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value days = facts_get(&a->facts, x, ATTR_AZURE_KEPT_DAYS);
    if (!days.is_set) {
        buf_puts(seen, "the exports do not say for how long it is kept");
        return SPOOR_CHECK_NO_DATA;
    }
    if (days.number == 0)
        buf_puts(seen, "kept for ever");
    else
        buf_printf(seen, "kept for %.15g days", days.number);
    bool is_long = days.number == 0 || days.number >= check_threshold(a, row->threshold);
    return is_long ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* Regions in which the subscription has machines and no network watcher. */
static spoor_check_status is_watched(const audit *a, const check *row, const fact *x, buf *seen)
{
    uint32_t from, to;
    (void)row;
    facts_range(&a->facts, FACT_NETWORK, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *network = facts_at(&a->facts, i);
        str region = facts_region(&a->facts, network);
        if (network->provider != PROVIDER_AZURE || network->account != x->account || region.n == 0)
            continue;
        if (!facts_has_text(&a->facts, x, ATTR_AZURE_WATCHER, region) && seen->n < SEEN_BYTES)
            azure_say_more(seen, region);
    }
    if (seen->n == 0) {
        buf_puts(seen, "watched in all regions with networks");
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, " without a network watcher");
    return azure_fail_or_damaged(a, x, EXPORT_azure_watchers, seen);
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define CLOSED(id_, title_, level, ports_, why_, references_)                                      \
    {                                                                                              \
        .id = id_, .title = title_, .heading = HEADING_NETWORK, .cloud = PROVIDER_AZURE,           \
        .severity = SPOOR_##level, .subject = FACT_FIREWALL, .needs = {EXPORT_azure_nsgs},         \
        .test = check_ports_closed, .value = ports_, .wanted = "closed to the world", .why = why_, \
        .fix = "az network nsg rule list --ids {id} --output table; az network nsg rule update "   \
               "--resource-group GROUP --nsg-name {name} --name RULE --source-address-prefixes "   \
               "NETWORK",                                                                          \
        .references = references_, .stops = STOPS(NETLOOSEN) | STOPS(ACCESS),                      \
    }

/* clang-format off */
static const check rows[] = {
    CLOSED("azure-nsg-ssh", "Security groups do not open SSH to the world", HIGH, "22",
           "An intruder gets on to the machine that he made, or on to yours, with a key or a guessed password.", "CIS Azure 4.0 8.2"),
    CLOSED("azure-nsg-rdp", "Security groups do not open Remote Desktop to the world", HIGH, "3389",
           "Passwords for Remote Desktop are guessed from everywhere, and the screen is the intruder's.", "CIS Azure 4.0 8.1"),
    CLOSED("azure-nsg-winrm", "Security groups do not open remote management of Windows to the world", HIGH, "5985-5986",
           "Commands run on the machine from anywhere, with one stolen password.", ""),
    CLOSED("azure-nsg-smb", "Security groups do not open file sharing to the world", HIGH, "445|139",
           "File sharing carries programs in and data out, and its weaknesses are worms' favourite.", ""),
    CLOSED("azure-nsg-databases", "Security groups do not open databases to the world", HIGH, "1433|1521|3306|5432|6379|9200|27017",
           "Data is read without making a machine at all.", ""),
    CLOSED("azure-nsg-udp", "Security groups do not open management and amplifying services over UDP to the world", MEDIUM, "udp:53|udp:123|udp:161|udp:389|udp:1900",
           "The machine attacks others for the intruder, who only has to ask it.", "CIS Azure 4.0 8.3"),
    CLOSED("azure-nsg-everything", "Security groups do not open everything to the world", CRITICAL, "all",
           "A rule for all ports is what intruders put on the machines that they make.", ""),
    {
        .id = "azure-nsg-ranges",
        .title = "Security groups open no long ranges of ports to the world",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_FIREWALL,
        .needs = {EXPORT_azure_nsgs},
        .test = check_ports_few,
        .number = 100,
        .wanted = "at most 100 ports at once",
        .why = "In a long range there is a port for whatever the intruder starts.",
        .fix = "az network nsg rule update --resource-group GROUP --nsg-name {name} --name RULE --destination-port-ranges PORTS",
        .references = "",
        .stops = STOPS(NETLOOSEN),
    },
    {
        .id = "azure-subnet-nsg",
        .title = "Subnets have a network security group",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_SUBNET,
        .needs = {EXPORT_azure_vnets},
        .applies = is_for_machines,
        .test = has_group,
        .wanted = "a network security group",
        .why = "A machine made in such a subnet obeys no rule that was there before.",
        .fix = "az network vnet subnet update --ids {id} --network-security-group NSG_ID",
        .references = "",
        .stops = STOPS(NETLOOSEN),
    },
    {
        .id = "azure-interface-nsg",
        .title = "Interfaces with a public address are guarded",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_HIGH,
        .subject = FACT_INTERFACE,
        .needs = {EXPORT_azure_nics},
        .applies = has_address,
        .test = is_guarded,
        .wanted = "a network security group of its own or of its subnet",
        .why = "With an address and no group every port of the machine is open to the world.",
        .fix = "az network nic update --ids {id} --network-security-group NSG_ID",
        .references = "",
        .stops = STOPS(NETLOOSEN) | STOPS(ACCESS),
    },
    {
        .id = "azure-network-flow-logs",
        .title = "Connections of networks are recorded",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_MEDIUM,
        .subject = FACT_NETWORK,
        .needs = {EXPORT_azure_vnets, EXPORT_azure_flow_logs},
        .test = has_flow_log,
        .wanted = "an enabled flow log",
        .why = "What a rogue machine sent, and where, stands nowhere else.",
        .fix = "az network watcher flow-log create --name flow --location {region} --resource-group GROUP --vnet {id} --storage-account ACCOUNT_ID --retention 90",
        .references = "CIS Azure 4.0 7.1.1.7",
        .stops = STOPS(EXFIL),
    },
    {
        .id = "azure-nsg-flow-logs",
        .title = "Connections that security groups see are recorded",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_FIREWALL,
        .needs = {EXPORT_azure_nsgs, EXPORT_azure_flow_logs},
        .test = has_flow_log,
        .wanted = "an enabled flow log (for groups whose network has none)",
        .why = "What a rogue machine sent, and where, stands nowhere else.",
        .fix = "az network watcher flow-log create --name flow --location {region} --resource-group GROUP --nsg {id} --storage-account ACCOUNT_ID --retention 90",
        .references = "CIS Azure 4.0 7.1.1.5",
        .stops = STOPS(EXFIL),
    },
    {
        .id = "azure-flow-log-retention",
        .title = "Flow logs are kept for long enough",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_NETWORK_LOG,
        .needs = {EXPORT_azure_flow_logs},
        .applies = is_recording,
        .test = is_kept,
        .threshold = THRESHOLD_log_days,
        .wanted = "for at least {threshold} days",
        .why = "Rogue machines are mostly found weeks later.",
        .fix = "az network watcher flow-log update --name {name} --location {region} --retention 90",
        .references = "CIS Azure 4.0 8.5; CIS Azure 4.0 8.8",
        .stops = STOPS(EXFIL),
    },
    {
        .id = "azure-network-watcher",
        .title = "Regions with networks have a network watcher",
        .heading = HEADING_NETWORK,
        .cloud = PROVIDER_AZURE,
        .severity = SPOOR_LOW,
        .subject = FACT_ACCOUNT,
        .needs = {EXPORT_azure_watchers, EXPORT_azure_vnets},
        .applies = azure_is_subscription,
        .test = is_watched,
        .wanted = "a network watcher in each region",
        .why = "Without one no connection of the region can be recorded.",
        .fix = "az network watcher configure --locations REGION --enabled true --resource-group NetworkWatcherRG --subscription {account}",
        .references = "CIS Azure 4.0 8.6",
        .stops = STOPS(EXFIL),
    },
};
/* clang-format on */
const check_table checks_azure_network = {rows, ARRAY_LEN(rows)};
