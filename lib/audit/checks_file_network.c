/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_file_network.c -- what network logs show: who did reach what.
 *
 * Firewalls say what could happen, these checks what did. They speak of connections that were
 * answered, or that the firewall let through; of refused ones only as a sign that somebody
 * tries.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "export/traffic.h"
#include "base/text.h"

/* clang-format off */
/* Zeek's own notices, by name or by what stands in front of "::". */
static const struct {
    const char *note;
    bool is_attack;
} known_notices[] = {
    {"MaliciousFlow",                 true},  /* Azure's traffic analytics: an address known to be bad */
    {"FTP::Bruteforcing",             true},
    {"FTP::Site_Exec_Success",        true},
    {"HTTP::SQL_Injection_Attacker",  true},
    {"HTTP::SQL_Injection_Victim",    true},
    {"Heartbleed",                    true},
    {"Intel::Notice",                 true},
    {"SSH::Interesting_Hostname_Login", true},
    {"SSH::Login_By_Password_Guesser", true},
    {"SSH::Password_Guessing",        true},
    {"SSH::Watched_Country_Login",    true},
    {"Scan",                          true},
    {"Signatures",                    true},
    {"TeamCymruMalwareHashRegistry::Match", true},
    {"Traceroute::Detected",          true},
    {"CaptureLoss",                   false},
    {"Notice::Tally",                 false},
    {"PacketFilter",                  false},
    {"ProtocolDetector",              false},
    {"SSL",                           false},
    {"Software::Software_Version_Change", false},
    {"Weird::Activity",               false},
};
/* clang-format on */

/* ---- words ----------------------------------------------------------------------------------- */

static double number_of(const audit *a, const fact *x, attr at)
{
    return facts_get(&a->facts, x, at).number;
}

static void say_count(buf *seen, double n, const char *one, const char *many)
{
    buf_printf(seen, "%.0f %s", n, n == 1 ? one : many);
}

/* "i-0abc (10.0.0.5): " */
static void say_machine(buf *seen, const audit *a, const fact *x)
{
    str machine = facts_get_text(&a->facts, x, ATTR_MACHINE);
    str address = facts_get_text(&a->facts, x, ATTR_ADDRESS);
    if (machine.n == 0)
        return;
    buf_putstr(seen, machine);
    if (!str_eq(machine, address)) {
        buf_puts(seen, " (");
        buf_putstr(seen, address);
        buf_puts(seen, ")");
    }
    buf_puts(seen, ": ");
}

static void say_peers(buf *seen, const audit *a, const fact *x)
{
    double peers = number_of(a, x, ATTR_PEERS);
    bool is_inbound = facts_is(&a->facts, x, ATTR_IS_INBOUND);
    buf_puts(seen, is_inbound ? " from " : " to ");
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_PEER));
    if (peers > 1) {
        buf_puts(seen, " and ");
        say_count(seen, peers - 1, "other", "others");
    }
}

static void say_last(buf *seen, const audit *a, const fact *x)
{
    fact_value last = facts_get(&a->facts, x, ATTR_LAST_SEEN);
    if (!last.is_set)
        return;
    buf_puts(seen, ", the last ");
    check_say_age(seen, a, last.time_ns);
}

/* ---- services -------------------------------------------------------------------------------- */

static traffic_service service_of(const audit *a, const fact *x)
{
    bool is_tcp = str_is(facts_get_text(&a->facts, x, ATTR_PROTOCOL), "tcp");
    return traffic_service_of((uint32_t)number_of(a, x, ATTR_PORT_FROM),
                              is_tcp ? TRAFFIC_TCP : TRAFFIC_UDP);
}

static bool is_from_public(const audit *a, const check *row, const fact *x)
{
    return facts_is(&a->facts, x, ATTR_IS_INBOUND) && facts_is(&a->facts, x, ATTR_PEER_IS_PUBLIC) &&
           service_of(a, x) == (traffic_service)row->number;
}

static bool is_legacy(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return service_of(a, x) == TRAFFIC_SERVICE_LEGACY;
}

static bool is_to_public(const audit *a, const check *row, const fact *x)
{
    (void)row;
    traffic_service service = service_of(a, x);
    bool is_remote = service == TRAFFIC_SERVICE_SSH || service == TRAFFIC_SERVICE_RDP ||
                     service == TRAFFIC_SERVICE_REMOTE;
    return is_remote && !facts_is(&a->facts, x, ATTR_IS_INBOUND);
}

static bool is_metadata(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return str_is(facts_get_text(&a->facts, x, ATTR_ADDRESS), "169.254.169.254") &&
           service_of(a, x) == TRAFFIC_SERVICE_WEB;
}

static void say_service(buf *seen, const audit *a, const fact *x)
{
    bool is_tcp = str_is(facts_get_text(&a->facts, x, ATTR_PROTOCOL), "tcp");
    uint32_t port = (uint32_t)number_of(a, x, ATTR_PORT_FROM);
    const char *text = traffic_port_text(port, is_tcp ? TRAFFIC_TCP : TRAFFIC_UDP);
    buf_printf(seen, "%s%sport %u", text, text[0] ? ", " : "", port);
}

static void say_not_accepted(buf *seen, const audit *a, const fact *x)
{
    say_count(seen, number_of(a, x, ATTR_REFUSED), "connection", "connections");
    buf_printf(seen, " refused, %.0f not answered", number_of(a, x, ATTR_UNANSWERED));
}

static spoor_check_status none_accepted(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    double accepted = number_of(a, x, ATTR_ACCEPTED);
    double undecided = number_of(a, x, ATTR_UNDECIDED);
    say_machine(seen, a, x);
    if (accepted > 0) {
        say_count(seen, accepted, "connection", "connections");
        buf_puts(seen, " accepted");
        say_peers(seen, a, x);
        buf_puts(seen, " (");
        say_service(seen, a, x);
        buf_puts(seen, ")");
        say_last(seen, a, x);
        return SPOOR_CHECK_FAIL;
    }
    if (undecided > 0) {
        say_count(seen, undecided, "connection", "connections");
        buf_puts(seen, " of which the log does not say what became of them");
        return SPOOR_CHECK_NO_DATA;
    }
    say_not_accepted(seen, a, x);
    return SPOOR_CHECK_PASS;
}

static bool has_sessions(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_SESSIONS).is_set;
}

static spoor_check_status versions_new(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    double sessions = number_of(a, x, ATTR_SESSIONS);
    say_machine(seen, a, x);
    if (facts_get(&a->facts, x, ATTR_OLD_PROTOCOL).is_set) {
        check_say(seen, a, x, ATTR_OLD_PROTOCOL);
        say_peers(seen, a, x);
        return SPOOR_CHECK_FAIL;
    }
    say_count(seen, sessions, "session", "sessions");
    if (number_of(a, x, ATTR_VERSIONS) > 0)
        return SPOOR_CHECK_PASS;
    buf_puts(seen, " of unknown version");
    return SPOOR_CHECK_NO_DATA;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static bool tries_many(const audit *a, const fact *x, bool is_public)
{
    return number_of(a, x, ATTR_TARGETS) > 2 && facts_is(&a->facts, x, ATTR_IS_PUBLIC) == is_public;
}

static bool is_inside_source(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return tries_many(a, x, false);
}

static bool is_outside_source(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return tries_many(a, x, true);
}

static void say_reach(buf *seen, const audit *a, const fact *x)
{
    say_machine(seen, a, x);
    say_count(seen, number_of(a, x, ATTR_TARGETS), "service", "services");
    buf_puts(seen, " of ");
    say_count(seen, number_of(a, x, ATTR_TARGET_HOSTS), "address", "addresses");
    buf_printf(seen, " tried, %.0f connections refused or not answered",
               number_of(a, x, ATTR_REFUSED) + number_of(a, x, ATTR_UNANSWERED));
}

static spoor_check_status reaches_few(const audit *a, const check *row, const fact *x, buf *seen)
{
    say_reach(seen, a, x);
    bool is_scan = number_of(a, x, ATTR_TARGETS) > check_threshold(a, row->threshold);
    return is_scan ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* The internet is scanned all day; what counts is whether something answered. */
static spoor_check_status scan_in_vain(const audit *a, const check *row, const fact *x, buf *seen)
{
    double accepted = number_of(a, x, ATTR_ACCEPTED);
    spoor_check_status status = reaches_few(a, row, x, seen);
    buf_printf(seen, ", %.0f accepted", accepted);
    return status == SPOOR_CHECK_FAIL && accepted > 0 ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static bool has_sent(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return number_of(a, x, ATTR_SENT_MIB) >= 1;
}

static spoor_check_status sends_little(const audit *a, const check *row, const fact *x, buf *seen)
{
    double mib = number_of(a, x, ATTR_SENT_MIB);
    say_machine(seen, a, x);
    buf_printf(seen, "%.0f MiB sent to ", mib);
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_SENT_TO));
    return mib > check_threshold(a, row->threshold) ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static bool has_guesses(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return number_of(a, x, ATTR_GUESSES) > 2;
}

static spoor_check_status few_guesses(const audit *a, const check *row, const fact *x, buf *seen)
{
    double guesses = number_of(a, x, ATTR_GUESSES);
    say_machine(seen, a, x);
    say_count(seen, guesses, "connection", "connections");
    buf_puts(seen, " to ");
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_GUESSED_AT));
    return guesses > check_threshold(a, row->threshold) ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static bool has_failed(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return number_of(a, x, ATTR_FAILED_SIGN_INS) > 0;
}

static spoor_check_status few_failures(const audit *a, const check *row, const fact *x, buf *seen)
{
    double failed = number_of(a, x, ATTR_FAILED_SIGN_INS);
    say_machine(seen, a, x);
    say_count(seen, failed, "sign-in", "sign-ins");
    buf_puts(seen, " failed");
    say_last(seen, a, x);
    return failed > check_threshold(a, row->threshold) ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static bool has_asked(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_NAMES_ASKED).is_set;
}

static spoor_check_status no_pool(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    say_machine(seen, a, x);
    if (facts_get(&a->facts, x, ATTR_POOL_NAME).is_set) {
        buf_puts(seen, "asked for ");
        check_say(seen, a, x, ATTR_POOL_NAME);
        return SPOOR_CHECK_FAIL;
    }
    say_count(seen, number_of(a, x, ATTR_NAMES_ASKED), "name", "names");
    buf_puts(seen, " asked for, none of a mining pool");
    return SPOOR_CHECK_PASS;
}

/* ---- notices and logs ------------------------------------------------------------------------ */

static spoor_check_status notice_status(str note)
{
    for (size_t i = 0; i < ARRAY_LEN(known_notices); i++) {
        str name = str_of(known_notices[i].note);
        bool is_space =
            text_starts(note, known_notices[i].note) && text_starts(str_from(note, name.n), "::");
        if (is_space || str_eq(note, name))
            return known_notices[i].is_attack ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
    }
    return SPOOR_CHECK_NO_DATA;
}

static spoor_check_status no_attack(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    spoor_check_status status = notice_status(facts_get_text(&a->facts, x, ATTR_NOTICE));
    say_count(seen, number_of(a, x, ATTR_NOTICES), "time", "times");
    buf_puts(seen, ": ");
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_NOTICE_TEXT));
    if (status == SPOOR_CHECK_NO_DATA)
        buf_puts(seen, " (a notice that is not Zeek's own)");
    return status;
}

static bool tells_losses(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_LOST_SHARE).is_set ||
           facts_get(&a->facts, x, ATTR_SKIPPED_RECORDS).is_set;
}

static spoor_check_status log_whole(const audit *a, const check *row, const fact *x, buf *seen)
{
    double lost = number_of(a, x, ATTR_LOST_SHARE);
    double skipped = number_of(a, x, ATTR_SKIPPED_RECORDS);
    bool is_loss = facts_get(&a->facts, x, ATTR_LOST_SHARE).is_set;
    if (is_loss)
        buf_printf(seen, "%.2f%% of the traffic missed", lost);
    else
        buf_printf(seen, "%.0f of %.0f records say that others are missing", skipped,
                   number_of(a, x, ATTR_LINES));
    bool is_bad = is_loss ? lost > check_threshold(a, row->threshold) : skipped > 0;
    return is_bad ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define CONNECTIONS                                                                                \
    .needs_any = {EXPORT_zeek_conn, EXPORT_aws_flow_records, EXPORT_azure_flow_records,            \
                  EXPORT_gcp_flow_records}

/* A group of ports that public addresses must not reach. */
#define FROM_PUBLIC(ID, TITLE, LEVEL, SERVICE, PORTS, WHY)                                         \
    {                                                                                              \
        .id = ID, .title = TITLE, .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER,             \
        .severity = LEVEL, .subject = FACT_TRAFFIC, CONNECTIONS, .applies = is_from_public,        \
        .test = none_accepted, .number = TRAFFIC_SERVICE_##SERVICE,                                \
        .wanted = "no accepted connections from public addresses", .why = WHY,                     \
        .fix = "nft insert rule inet filter input tcp dport { " PORTS " } counter drop",           \
        .references = "", .stops = STOPS(ACCESS)                                                   \
    }

/* clang-format off */
static const check rows[] = {
    FROM_PUBLIC("traffic-ssh-public", "No public address reached SSH", SPOOR_HIGH, SSH, "22",
                "An intruder signs in to machines he made, or guesses passwords of others, over SSH from outside."),
    FROM_PUBLIC("traffic-rdp-public", "No public address reached RDP", SPOOR_HIGH, RDP, "3389",
                "Who makes a Windows machine from a copied disk looks at it over RDP from outside."),
    FROM_PUBLIC("traffic-remote-public", "No public address reached VNC or WinRM", SPOOR_HIGH, REMOTE, "5900, 5901, 5985, 5986",
                "VNC and WinRM give a screen or a shell of a rogue machine to whoever reaches them."),
    FROM_PUBLIC("traffic-windows-public", "No public address reached Windows file sharing or RPC", SPOOR_HIGH, WINDOWS, "135, 139, 445",
                "Disks of a rogue machine leave over SMB, and worms come in over it."),
    FROM_PUBLIC("traffic-database-public", "No public address reached a database", SPOOR_HIGH, DATABASE, "1433, 1521, 3306, 5432",
                "A database restored from a copied disk is read from outside through its own port."),
    FROM_PUBLIC("traffic-store-public", "No public address reached a cache, search or document store", SPOOR_HIGH, STORE, "6379, 9042, 9200, 9300, 11211, 27017",
                "Redis, Elasticsearch, MongoDB and memcached often ask for no password; their data is read as it is."),
    FROM_PUBLIC("traffic-control-public", "No public address reached a container or cluster API", SPOOR_CRITICAL, CONTROL, "2375, 2376, 2379, 6443, 10250",
                "The Docker, etcd and kubelet APIs hand over the machine and its credentials, with which others are made."),
    {.id = "traffic-legacy-protocols", .title = "Telnet, FTP, TFTP and the r-commands are not used",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_TRAFFIC,
     CONNECTIONS, .applies = is_legacy, .test = none_accepted,
     .wanted = "no accepted connections",
     .why = "They send passwords in clear; who sees the traffic of one machine signs in to others.",
     .fix = "systemctl disable --now telnet.socket vsftpd tftp.socket rsh.socket rlogin.socket", .references = "",
     .stops = STOPS(ACCESS)},
    {.id = "traffic-remote-out", .title = "Machines open no remote sessions to public addresses",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_TRAFFIC,
     CONNECTIONS, .applies = is_to_public, .test = none_accepted,
     .wanted = "no accepted connections to SSH, RDP, VNC or WinRM outside",
     .why = "A rogue machine calls home over SSH: a tunnel that no rule for incoming traffic stops.",
     .fix = "iptables -A OUTPUT -p tcp -m multiport --dports 22,3389,5900,5985,5986 -j REJECT", .references = "",
     .stops = STOPS(EXFIL)},
    {.id = "traffic-metadata-service", .title = "The instance metadata service is not asked across the network",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_HIGH, .subject = FACT_TRAFFIC,
     CONNECTIONS, .applies = is_metadata, .test = none_accepted,
     .wanted = "no connections to 169.254.169.254 that a sensor can see",
     .why = "Whoever relays requests to the metadata service gets the machine's role, and makes instances with it.",
     .fix = "aws ec2 modify-instance-metadata-options --instance-id INSTANCE --http-tokens required --http-put-response-hop-limit 1",
     .references = "", .stops = STOPS(CREDACC)},
    {.id = "traffic-old-protocols", .title = "Sessions use TLS 1.2 or newer, and SSH 2",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_TRAFFIC,
     .needs_any = {EXPORT_zeek_ssl, EXPORT_zeek_ssh}, .applies = has_sessions, .test = versions_new,
     .wanted = "no SSL, TLS 1.0, TLS 1.1 or SSH 1",
     .why = "Old versions can be read or taken over on the way; so are the keys that go through them.",
     .fix = "openssl s_client -connect {name} -tls1_1  # must fail once the server's lowest version is TLS 1.2",
     .references = ""},
    {.id = "traffic-scan-inside", .title = "No machine inside scans others",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_HIGH, .subject = FACT_ADDRESS,
     CONNECTIONS, .applies = is_inside_source, .test = reaches_few, .threshold = THRESHOLD_reached_services,
     .wanted = "at most {threshold} services tried by one address",
     .why = "The first thing done with a rogue machine is to look what else is near it.",
     .fix = "nft add rule inet filter forward ip saddr {name} counter drop", .references = "",
     .stops = STOPS(DISCOVERY)},
    {.id = "traffic-scan-outside", .title = "Scans from outside find nothing open",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_ADDRESS,
     CONNECTIONS, .applies = is_outside_source, .test = scan_in_vain, .threshold = THRESHOLD_reached_services,
     .wanted = "of an address that tries more than {threshold} services no connection is accepted",
     .why = "A machine that answers a scan is found within minutes after it was made.",
     .fix = "nft add rule inet filter input ip saddr {name} counter drop", .references = "",
     .stops = STOPS(ACCESS)},
    {.id = "traffic-large-transfer", .title = "No machine sends large amounts to one address outside",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_HIGH, .subject = FACT_ADDRESS,
     CONNECTIONS, .applies = has_sent, .test = sends_little, .threshold = THRESHOLD_transfer_mib,
     .wanted = "at most {threshold} MiB to one address",
     .why = "The contents of a copied disk leave from the machine it is attached to.",
     .fix = "nft add rule inet filter forward ip saddr {name} counter drop", .references = "",
     .stops = STOPS(EXFIL)},
    {.id = "traffic-sign-in-storm", .title = "No address connects to SSH or RDP over and over",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_ADDRESS,
     CONNECTIONS, .applies = has_guesses, .test = few_guesses, .threshold = THRESHOLD_sign_in_connections,
     .wanted = "at most {threshold} connections of one address to one service",
     .why = "Passwords are guessed one connection each; a machine that gives in becomes the intruder's.",
     .fix = "fail2ban-client set sshd banip {name}", .references = "", .stops = STOPS(ACCESS)},
    {.id = "traffic-failed-sign-ins", .title = "Failed SSH sign-ins end before the limit for lockout",
     .heading = HEADING_LOCKOUT, .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_ADDRESS,
     .needs = {EXPORT_zeek_ssh}, .applies = has_failed, .test = few_failures, .threshold = THRESHOLD_lockout_attempts,
     .wanted = "at most {threshold} failed sign-ins from one address",
     .why = "Who may go on guessing after five failures gets in some day, and works from that machine.",
     .fix = "authselect enable-feature with-faillock  # and deny=5, unlock_time=900 in /etc/security/faillock.conf",
     .references = "", .stops = STOPS(ACCESS)},
    {.id = "traffic-mining-pools", .title = "No machine asks for a mining pool",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_HIGH, .subject = FACT_ADDRESS,
     .needs = {EXPORT_zeek_dns}, .applies = has_asked, .test = no_pool,
     .wanted = "no names of mining pools",
     .why = "Mining is what most instances that intruders make are made for.",
     .fix = "nft add rule inet filter forward ip saddr {name} counter drop", .references = "",
     .stops = STOPS(INSTANCE)},
    {.id = "traffic-notices", .title = "Sensors saw no attack",
     .heading = HEADING_NETWORK, .cloud = PROVIDER_OTHER, .severity = SPOOR_HIGH, .subject = FACT_FINDING,
     .needs_any = {EXPORT_zeek_notice, EXPORT_azure_flow_records}, .test = no_attack,
     .wanted = "no notice of scans, guessed passwords, known bad addresses or exploits",
     .why = "Somebody who tries many machines, or talks to a known bad address, may be in one already.",
     .fix = "zeek-cut ts uid src dst note msg < notice.log", .references = "", .stops = STOPS(ACCESS)},
    {.id = "traffic-log-whole", .title = "Network logs miss nothing",
     .heading = HEADING_SYSTEM, .cloud = PROVIDER_OTHER, .severity = SPOOR_LOW, .subject = FACT_NETWORK_LOG,
     .needs_any = {EXPORT_zeek_capture_loss, EXPORT_aws_flow_records}, .applies = tells_losses, .test = log_whole,
     .threshold = THRESHOLD_capture_loss,
     .wanted = "at most {threshold}% missed by a sensor, no SKIPDATA in flow logs",
     .why = "What the log does not hold cannot be found in it.",
     .fix = "zeekctl top  # a sensor that misses packets needs more workers", .references = ""},
};
/* clang-format on */

const check_table checks_file_network = {rows, ARRAY_LEN(rows)};
