/* SPDX-License-Identifier: Apache-2.0
 *
 * vpc_flow.c -- VPC flow logs of AWS: text with or without a header, CSV, CloudWatch Logs, and
 * JSON of shippers.
 *
 *  (1) Without a header the columns are those of version 2, in their order.
 *  (2) What CloudWatch writes in front of a record when it exports (a time) is passed over.
 *  (3) Addresses of the packets count before those of the interface: behind a NAT gateway these
 *      are its own.
 *  (4) A record without a connection (NODATA) is read and gives nothing; one that says that records
 *      are missing (SKIPDATA) is counted.
 */
#include "export/flow.h"
#include "export/lines.h"
#include "export/readers.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/time.h"

typedef enum vpc_column {
    VPC_NONE,
    VPC_ACCOUNT,
    VPC_INTERFACE,
    VPC_INSTANCE,
    VPC_SRC,
    VPC_DST,
    VPC_PACKET_SRC,
    VPC_PACKET_DST,
    VPC_SRC_PORT,
    VPC_DST_PORT,
    VPC_PROTOCOL,
    VPC_BYTES,
    VPC_START,
    VPC_END,
    VPC_ACTION,
    VPC_STATUS,
    VPC_FLAGS,
    VPC_DIRECTION,
    VPC_REGION,
    VPC_COLUMN_COUNT
} vpc_column;

_Static_assert((int)VPC_COLUMN_COUNT <= (int)LINE_MEANINGS, "columns find room");

/* clang-format off */
static const line_name name_rows[] = {
    {"accountid",          VPC_ACCOUNT},
    {"account",            VPC_ACCOUNT},    /* Athena's example table */
    {"interfaceid",        VPC_INTERFACE},
    {"instanceid",         VPC_INSTANCE},
    {"srcaddr",            VPC_SRC},
    {"sourceaddress",      VPC_SRC},
    {"dstaddr",            VPC_DST},
    {"destinationaddress", VPC_DST},
    {"pktsrcaddr",         VPC_PACKET_SRC},
    {"pktdstaddr",         VPC_PACKET_DST},
    {"srcport",            VPC_SRC_PORT},
    {"sourceport",         VPC_SRC_PORT},
    {"dstport",            VPC_DST_PORT},
    {"destinationport",    VPC_DST_PORT},
    {"protocol",           VPC_PROTOCOL},
    {"bytes",              VPC_BYTES},
    {"numbytes",           VPC_BYTES},
    {"start",              VPC_START},
    {"starttime",          VPC_START},
    {"end",                VPC_END},
    {"endtime",            VPC_END},
    {"action",             VPC_ACTION},
    {"logstatus",          VPC_STATUS},
    {"tcpflags",           VPC_FLAGS},
    {"flowdirection",      VPC_DIRECTION},
    {"region",             VPC_REGION},
};
/* clang-format on */

static const line_names names = {name_rows, ARRAY_LEN(name_rows)};

static const char default_header[] =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start "
    "end action log-status";

enum { FLAG_SYN = 2, FLAG_SYN_ACK = 18, KNOWN_LEAST = 3, DEFAULT_COLUMNS = 14 };

/* ---- records --------------------------------------------------------------------------------- */

static str first_of(const line_cells *c, vpc_column a, vpc_column b)
{
    return c->cell[a].n > 0 ? c->cell[a] : c->cell[b];
}

static uint64_t count_of(const line_cells *c, vpc_column column)
{
    uint64_t n;
    return line_number(c->cell[column], &n) ? n : 0;
}

static flow_way way_of(const line_cells *c)
{
    uint64_t flags = count_of(c, VPC_FLAGS);
    if ((flags & FLAG_SYN_ACK) == FLAG_SYN_ACK)
        return FLOW_WAY_BACK;
    return flags & FLAG_SYN ? FLOW_WAY_FORWARD : FLOW_WAY_UNKNOWN;
}

static bool is_private(str address)
{
    ip_net net;
    return ip_parse(address, &net) && ip_is_private(&net);
}

/* The end that the interface belongs to. Between two private addresses it takes the direction to
 * know. */
static void place_machine(traffic_flow *flow, const line_cells *c)
{
    bool is_in = text_eq_nocase(c->cell[VPC_DIRECTION], STR("ingress"));
    bool is_out = text_eq_nocase(c->cell[VPC_DIRECTION], STR("egress"));
    bool is_source_private = is_private(flow->source.address);
    bool is_target_private = is_private(flow->target.address);
    if (!is_in && !is_out) {
        is_in = is_target_private && !is_source_private;
        is_out = is_source_private && !is_target_private;
    }
    traffic_end *own = is_in ? &flow->target : &flow->source;
    if (!is_in && !is_out)
        return;
    own->side = TRAFFIC_SIDE_INSIDE;
    own->machine = first_of(c, VPC_INSTANCE, VPC_INTERFACE);
}

static traffic_flow flow_of(const reading *r, const line_cells *c)
{
    str account = c->cell[VPC_ACCOUNT];
    return (traffic_flow){
        .source = {.address = first_of(c, VPC_PACKET_SRC, VPC_SRC),
                   .port = (uint32_t)count_of(c, VPC_SRC_PORT) & UINT16_MAX},
        .target = {.address = first_of(c, VPC_PACKET_DST, VPC_DST),
                   .port = (uint32_t)count_of(c, VPC_DST_PORT) & UINT16_MAX},
        .protocol = (uint32_t)count_of(c, VPC_PROTOCOL) & UINT8_MAX,
        .outcome = TRAFFIC_UNDECIDED,
        .count = 1,
        .sent_bytes = count_of(c, VPC_BYTES),
        .first_ns = time_parse(c->cell[VPC_START]),
        .last_ns = time_parse(first_of(c, VPC_END, VPC_START)),
        .account = account.n > 0 && !str_is(account, "unknown") ? account : r->account,
        .region = c->cell[VPC_REGION].n > 0 ? c->cell[VPC_REGION] : r->region,
    };
}

static bool read_record(reading *r, const line_cells *c)
{
    traffic_add_line(r);
    bool is_skipped = text_eq_nocase(c->cell[VPC_STATUS], STR("SKIPDATA"));
    if (c->cell[VPC_STATUS].n > 0)
        traffic_add_status(r, is_skipped);
    if (is_skipped || text_eq_nocase(c->cell[VPC_STATUS], STR("NODATA")))
        return true;
    traffic_flow flow = flow_of(r, c);
    bool is_rejected = text_eq_nocase(c->cell[VPC_ACTION], STR("REJECT"));
    if (is_rejected || text_eq_nocase(c->cell[VPC_ACTION], STR("ACCEPT")))
        flow.outcome = is_rejected ? TRAFFIC_REFUSED : TRAFFIC_ACCEPTED;
    if (is_rejected)
        flow.sent_bytes = 0; /* nobody got them */
    place_machine(&flow, c);
    flow_turn(&flow, way_of(c));
    return traffic_add(r, &flow);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* "2026-01-02T03:04:05.000Z 2 123456789012 …": what CloudWatch Logs puts in front. */
static str without_time(str line)
{
    str word = text_before(line, ' ');
    bool is_time = word.n >= 20 && word.p[4] == '-' && word.p[10] == 'T' && text_ends(word, "Z");
    return is_time ? str_from(line, word.n + 1) : line;
}

static char separator_of(str line)
{
    bool has_comma = line.n > 0 && memchr(line.p, ',', line.n);
    bool has_space = line.n > 0 && memchr(line.p, ' ', line.n);
    if (has_comma && !has_space)
        return ',';
    return line.n > 0 && memchr(line.p, '\t', line.n) ? '\t' : ' ';
}

static bool is_header(str line)
{
    bool is_word = line.n > 0 && (line.p[0] == '"' || text_lower(line.p[0]) >= 'a');
    if (!is_word || !text_has_nocase(line, "addr"))
        return false;
    line_memory m = {.separator = separator_of(line)};
    return line_take_header(&m, names, line) >= KNOWN_LEAST;
}

/* A record of version 2 as it is written by default. */
static bool is_default(str line)
{
    line_cells c;
    line_memory m = {.separator = separator_of(line), .unset = STR("-")};
    line_memory header = {.separator = ' '};
    line_take_header(&header, names, STR(default_header));
    memcpy(m.meaning, header.meaning, sizeof m.meaning);
    m.n_columns = DEFAULT_COLUMNS;
    if (!line_take_cells(&m, without_time(line), &c))
        return false;
    str status = c.cell[VPC_STATUS];
    return str_is(status, "OK") || str_is(status, "NODATA") || str_is(status, "SKIPDATA");
}

static void take_default(line_memory *m)
{
    m->separator = ' ';
    line_take_header(m, names, STR(default_header));
}

static void read_line(reading *r, str line, line_memory *m)
{
    line_cells cells;
    line = without_time(text_trim(line));
    if (line.n == 0)
        return;
    m->unset = STR("-");
    if (is_header(line)) {
        m->separator = separator_of(line);
        line_take_header(m, names, line);
        return;
    }
    if (m->n_columns == 0) {
        take_default(m);
        m->separator = separator_of(line);
    }
    if (!line_take_cells(m, line, &cells))
        line_wrong(r, m, "its fields are not as many as the header's, or as version 2 has");
    else if (!read_record(r, &cells))
        line_wrong(r, m, "a flow record without two addresses");
}

static bool is_flow_log(str head)
{
    str line;
    do
        if (!text_next(&head, '\n', &line))
            return false;
    while (text_trim(line).n == 0);
    line = text_trim(line);
    return is_header(line) || is_default(line);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void read_object(reading *r, json_node node)
{
    line_cells cells;
    line_take_members(r, names, node, &cells);
    if (!read_record(r, &cells))
        reading_wrong(r, "a flow record without two addresses");
}

static void read_member(reading *r, json_node node)
{
    read_object(r, reading_at(node, "aws.vpc"));
}

/* A message of CloudWatch Logs: a record of version 2, or it is no flow log. */
static void read_message(reading *r, json_node node)
{
    str line = text_trim(json_node_string(json_node_get(node, STR("message"))));
    line_memory m = {0};
    if (is_default(line))
        read_line(r, line, &m);
    else
        r->unknown++;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const line_shape line_rows[] = {
    {EXPORT_aws_flow_records, is_flow_log, read_line},
};

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_flow_records, SHAPE_MEMBERS, "aws.vpc.srcaddr aws.vpc.dstaddr",      read_member},
    {EXPORT_aws_flow_records, SHAPE_MEMBERS, "srcaddr dstaddr dstport",              read_object},
    {EXPORT_aws_flow_records, SHAPE_MEMBERS, "message ingestionTime eventId",        read_message},
    {EXPORT_aws_flow_records, SHAPE_MEMBERS, "message timestamp id",                 read_message},
};
/* clang-format on */

const line_table vpc_flow_lines = {line_rows, ARRAY_LEN(line_rows)};
const shape_table vpc_flow_shapes = {rows, ARRAY_LEN(rows)};
