/* SPDX-License-Identifier: Apache-2.0
 *
 * nsg_flow.c -- flow logs of Azure (NSG, VNet, traffic analytics) and of Google Cloud.
 *
 *  (1) Azure's records are of connections: which end opened it stands in the tuple, the bytes of
 *      both directions beside it. State B begins one; C and E only add bytes.
 *  (2) Google Cloud's are of one direction each. Where both ends are machines of the log, the
 *      target's record counts.
 */
#include "export/flow.h"
#include "export/lines.h"
#include "export/readers.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/time.h"

/* ---- tuples of Azure ------------------------------------------------------------------------- */

enum { TUPLE_CELLS = 13, TUPLE_LEAST = 8 };

/* The two layouts of a tuple; both have bytes sent and received at 10 and 12. */
typedef enum tuple_kind {
    TUPLE_NSG,  /* time, from, to, ports, T|U, I|O, A|D[, B|C|E, packets, bytes, packets, bytes] */
    TUPLE_VNET, /* time, from, to, ports, protocol, I|O, B|C|E|D, encryption, packets, bytes, … */
} tuple_kind;

/* Whose records are read. */
typedef struct tuple_place {
    tuple_kind kind;
    str account;
} tuple_place;

static size_t split_tuple(str tuple, str cell[TUPLE_CELLS])
{
    size_t n = 0;
    memset(cell, 0, TUPLE_CELLS * sizeof *cell);
    while (n < TUPLE_CELLS && text_next(&tuple, ',', &cell[n]))
        n++;
    return n;
}

static uint64_t count_of(str cell)
{
    uint64_t n;
    return line_number(cell, &n) ? n : 0;
}

static uint32_t protocol_of(str cell)
{
    if (str_is(cell, "T"))
        return TRAFFIC_TCP;
    return str_is(cell, "U") ? TRAFFIC_UDP : (uint32_t)count_of(cell) & UINT8_MAX;
}

static bool read_tuple(reading *r, const tuple_place *place, str tuple)
{
    str cell[TUPLE_CELLS];
    if (split_tuple(tuple, cell) < TUPLE_LEAST)
        return false;
    bool is_in = str_is(cell[6], "I");
    str state = place->kind == TUPLE_NSG ? cell[8] : cell[7];
    bool is_denied = str_is(cell[7], "D");
    int64_t time_ns = time_parse(cell[0]);
    traffic_flow flow = {
        .source = {.address = cell[1], .port = (uint32_t)count_of(cell[3]) & UINT16_MAX},
        .target = {.address = cell[2], .port = (uint32_t)count_of(cell[4]) & UINT16_MAX},
        .protocol = protocol_of(cell[5]),
        .outcome = is_denied ? TRAFFIC_REFUSED : TRAFFIC_ACCEPTED,
        .count = !str_is(state, "C") && !str_is(state, "E"),
        .first_ns = time_ns,
        .last_ns = time_ns,
        .account = place->account,
    };
    (is_in ? &flow.target : &flow.source)->side = TRAFFIC_SIDE_INSIDE;
    flow.sent_bytes = count_of(cell[10]);
    flow.received = count_of(cell[12]);
    traffic_add_line(r);
    return traffic_add(r, &flow);
}

static void read_tuples(reading *r, const tuple_place *place, json_node tuples)
{
    json_iter it = json_iter_of(tuples);
    while (json_iter_next(&it))
        if (!read_tuple(r, place, json_node_string(it.value)))
            reading_wrong(r, "a flow tuple without two addresses, a direction and a decision");
}

/* Each object of a list may hold a list: "flows" of "flows", "flows" of "flowGroups". */
static void read_groups(reading *r, const tuple_place *place, json_node flows, const char *inner)
{
    json_iter outer = json_iter_of(flows);
    while (json_iter_next(&outer)) {
        json_iter group = json_iter_of(json_node_get(outer.value, str_of(inner)));
        while (json_iter_next(&group))
            read_tuples(r, place, json_node_get(group.value, STR("flowTuples")));
    }
}

/* "/SUBSCRIPTIONS/B1C2…/RESOURCEGROUPS/…": the subscription, in lower case. */
static str subscription_of(reading *r, str resource)
{
    str rest = resource, part;
    while (text_next(&rest, '/', &part))
        if (text_eq_nocase(part, STR("subscriptions")))
            break;
    r->failed = r->failed || r->scratch.failed;
    reading_reset(r);
    str id = text_before(rest, '/');
    for (size_t i = 0; i < id.n; i++)
        buf_putc(&r->scratch, text_lower(id.p[i]));
    r->failed = r->failed || r->scratch.failed;
    return buf_str(&r->scratch);
}

static void read_nsg(reading *r, json_node node)
{
    str resource = json_node_string(json_node_get(node, STR("resourceId")));
    tuple_place place = {TUPLE_NSG, subscription_of(r, resource)};
    read_groups(r, &place, reading_at(node, "properties.flows"), "flows");
}

static void read_vnet(reading *r, json_node node)
{
    str resource = json_node_string(json_node_get(node, STR("targetResourceID")));
    tuple_place place = {TUPLE_VNET, subscription_of(r, resource)};
    read_groups(r, &place, reading_at(node, "flowRecords.flows"), "flowGroups");
}

/* ---- traffic analytics ----------------------------------------------------------------------- */

typedef enum analytics_column {
    ANALYTICS_NONE,
    ANALYTICS_START,
    ANALYTICS_END,
    ANALYTICS_TYPE,
    ANALYTICS_SRC,
    ANALYTICS_DST,
    ANALYTICS_VM_IP,
    ANALYTICS_PUBLIC,
    ANALYTICS_PORT,
    ANALYTICS_PROTOCOL,
    ANALYTICS_DIRECTION,
    ANALYTICS_ALLOWED_IN,
    ANALYTICS_ALLOWED_OUT,
    ANALYTICS_DENIED_IN,
    ANALYTICS_DENIED_OUT,
} analytics_column;

/* Log Analytics writes the type behind a name: SrcIP_s, DestPort_d. */
/* clang-format off */
static const line_name analytics_rows[] = {
    {"flowstarttime",    ANALYTICS_START},       {"flowstarttimet",   ANALYTICS_START},
    {"flowendtime",      ANALYTICS_END},         {"flowendtimet",     ANALYTICS_END},
    {"flowtype",         ANALYTICS_TYPE},        {"flowtypes",        ANALYTICS_TYPE},
    {"srcip",            ANALYTICS_SRC},         {"srcips",           ANALYTICS_SRC},
    {"destip",           ANALYTICS_DST},         {"destips",          ANALYTICS_DST},
    {"vmipaddress",      ANALYTICS_VM_IP},       {"vmips",            ANALYTICS_VM_IP},
    {"allextips",        ANALYTICS_PUBLIC},      {"publicips",        ANALYTICS_PUBLIC},
    {"publicipss",       ANALYTICS_PUBLIC},      {"srcpublicipss",    ANALYTICS_PUBLIC},
    {"destpublicipss",   ANALYTICS_PUBLIC},
    {"destport",         ANALYTICS_PORT},        {"destportd",        ANALYTICS_PORT},
    {"l4protocol",       ANALYTICS_PROTOCOL},    {"l4protocols",      ANALYTICS_PROTOCOL},
    {"flowdirection",    ANALYTICS_DIRECTION},   {"flowdirections",   ANALYTICS_DIRECTION},
    {"allowedinflows",   ANALYTICS_ALLOWED_IN},  {"allowedinflowsd",  ANALYTICS_ALLOWED_IN},
    {"allowedoutflows",  ANALYTICS_ALLOWED_OUT}, {"allowedoutflowsd", ANALYTICS_ALLOWED_OUT},
    {"deniedinflows",    ANALYTICS_DENIED_IN},   {"deniedinflowsd",   ANALYTICS_DENIED_IN},
    {"deniedoutflows",   ANALYTICS_DENIED_OUT},  {"deniedoutflowsd",  ANALYTICS_DENIED_OUT},
};
/* clang-format on */

static const line_names analytics_names = {analytics_rows, ARRAY_LEN(analytics_rows)};

static bool is_address_byte(char c)
{
    char lower = text_lower(c);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f') || c == '.' || c == ':';
}

/* The first address in "['65.55.44.109', '65.55.44.108']" or "65.55.44.109|4|0|0". */
static str first_address(str text)
{
    ip_net net;
    while (text.n > 0) {
        size_t n = 0;
        while (n < text.n && is_address_byte(text.p[n]))
            n++;
        if (ip_parse(str_upto(text, n), &net))
            return str_upto(text, n);
        text = str_from(text, n + 1);
    }
    return STR_NONE;
}

static uint64_t flows_of(const line_cells *c, bool is_in, bool is_denied)
{
    if (is_denied)
        return count_of(c->cell[is_in ? ANALYTICS_DENIED_IN : ANALYTICS_DENIED_OUT]);
    return count_of(c->cell[is_in ? ANALYTICS_ALLOWED_IN : ANALYTICS_ALLOWED_OUT]);
}

static traffic_flow analytics_flow(const line_cells *c, bool is_in)
{
    str own = c->cell[ANALYTICS_VM_IP], peer = first_address(c->cell[ANALYTICS_PUBLIC]);
    str source = c->cell[ANALYTICS_SRC], target = c->cell[ANALYTICS_DST];
    traffic_flow flow = {
        .source = {.address = source.n > 0 ? source : (is_in ? peer : own)},
        .target = {.address = target.n > 0 ? target : (is_in ? own : peer),
                   .port = (uint32_t)count_of(c->cell[ANALYTICS_PORT]) & UINT16_MAX},
        .protocol = protocol_of(c->cell[ANALYTICS_PROTOCOL]),
        .first_ns = time_parse(c->cell[ANALYTICS_START]),
        .last_ns = time_parse(c->cell[ANALYTICS_END]),
    };
    (is_in ? &flow.target : &flow.source)->side = TRAFFIC_SIDE_INSIDE;
    return flow;
}

static void read_analytics(reading *r, json_node node)
{
    line_cells c;
    line_take_members(r, analytics_names, node, &c);
    bool is_in = str_is(c.cell[ANALYTICS_DIRECTION], "I");
    traffic_flow flow = analytics_flow(&c, is_in);
    traffic_add_line(r);
    flow.count = flows_of(&c, is_in, false);
    flow.outcome = TRAFFIC_ACCEPTED;
    bool is_read = traffic_add(r, &flow);
    flow.count = flows_of(&c, is_in, true);
    flow.outcome = TRAFFIC_REFUSED;
    if (!is_read || (flow.count > 0 && !traffic_add(r, &flow)))
        reading_wrong(r, "a flow of traffic analytics without two addresses");
    if (text_eq_nocase(c.cell[ANALYTICS_TYPE], STR("MaliciousFlow")))
        traffic_add_notice(r, STR("MaliciousFlow"), c.cell[ANALYTICS_VM_IP],
                           is_in ? flow.source.address : flow.target.address);
}

/* ---- Google Cloud ---------------------------------------------------------------------------- */

/* "projects/P/zones/Z/instances/N" of a member that names a machine. */
static str instance_of(reading *r, buf *out, json_node v)
{
    str project = json_node_string(json_node_get(v, STR("project_id")));
    str zone = json_node_string(json_node_get(v, STR("zone")));
    str name = json_node_string(json_node_get(v, STR("vm_name")));
    if (project.n == 0 || zone.n == 0 || name.n == 0)
        return STR_NONE;
    buf_printf(out, "projects/%.*s/zones/%.*s/instances/%.*s", (int)project.n, project.p,
               (int)zone.n, zone.p, (int)name.n, name.p);
    r->failed = r->failed || out->failed;
    return buf_str(out);
}

static uint64_t number_at(reading *r, json_node node, const char *path)
{
    return count_of(reading_text_at(r, node, path));
}

static traffic_flow gcp_flow(reading *r, json_node body)
{
    json_node c = json_node_get(body, STR("connection"));
    str disposition = json_node_string(json_node_get(body, STR("disposition")));
    return (traffic_flow){
        .source = {.address = json_node_string(json_node_get(c, STR("src_ip"))),
                   .port = (uint32_t)number_at(r, c, "src_port") & UINT16_MAX},
        .target = {.address = json_node_string(json_node_get(c, STR("dest_ip"))),
                   .port = (uint32_t)number_at(r, c, "dest_port") & UINT16_MAX},
        .protocol = (uint32_t)number_at(r, c, "protocol") & UINT8_MAX,
        .outcome = str_is(disposition, "DENIED") ? TRAFFIC_REFUSED : TRAFFIC_ACCEPTED,
        .count = 1,
        .sent_bytes = number_at(r, body, "bytes_sent"),
    };
}

static int64_t time_at(reading *r, json_node body, json_node node, const char *path)
{
    int64_t time_ns = reading_time(r, json_node_get(body, str_of(path)));
    return time_ns != TIME_NONE ? time_ns : reading_time(r, json_node_get(node, STR("timestamp")));
}

static void read_gcp(reading *r, json_node node)
{
    CLEANUP(buf_done) buf source = {0}, target = {0};
    json_node body = json_node_get(node, STR("jsonPayload"));
    traffic_flow flow = gcp_flow(r, body);
    json_node own = json_node_get(body, STR("instance")); /* of firewall rule logs */
    bool is_out = str_is(json_node_string(reading_at(body, "rule_details.direction")), "EGRESS");
    json_node src = json_node_get(body, STR("src_instance"));
    json_node dst = json_node_get(body, STR("dest_instance"));
    flow.source.machine = instance_of(r, &source, is_out ? own : src);
    flow.target.machine =
        instance_of(r, &target, json_node_type(own) == JSON_OBJECT && !is_out ? own : dst);
    flow.account = json_node_string(reading_at(node, "resource.labels.project_id"));
    flow.first_ns = time_at(r, body, node, "start_time");
    flow.last_ns = time_at(r, body, node, "end_time");
    bool is_source_report = str_is(json_node_string(json_node_get(body, STR("reporter"))), "SRC");
    if (is_source_report && flow.target.machine.n > 0)
        flow.count = flow.sent_bytes = 0;
    flow_turn(&flow, FLOW_WAY_UNKNOWN);
    traffic_add_line(r);
    if (!traffic_add(r, &flow))
        reading_wrong(r, "a flow record without two addresses");
}

static void read_gcp_line(reading *r, str line, line_memory *m)
{
    json_node node;
    line = text_trim(line);
    if (line.n == 0)
        return;
    if (reading_parse(r, r->json, line, &node) && json_node_type(node) == JSON_OBJECT)
        read_gcp(r, node);
    else
        line_wrong(r, m, "not a JSON object");
    json_reader_reset(r->json);
}

/* One entry a line, as sinks to buckets write them. */
static bool is_gcp_lines(str head)
{
    str line = text_trim(text_before(head, '\n'));
    return text_starts(line, "{") && text_ends(line, "}") && text_has(line, "\"jsonPayload\"") &&
           text_has(line, "\"connection\"") && text_has(line, "\"dest_ip\"");
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const line_shape line_rows[] = {
    {EXPORT_gcp_flow_records, is_gcp_lines, read_gcp_line},
};

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_azure_flow_records, SHAPE_MEMBERS, "macAddress flowRecords.flows",                       read_vnet},
    {EXPORT_azure_flow_records, SHAPE_MEMBERS, "resourceId properties.flows",                        read_nsg},
    {EXPORT_azure_flow_records, SHAPE_COLUMNS, "FlowStartTime FlowDirection DestPort L4Protocol",    read_analytics},
    {EXPORT_azure_flow_records, SHAPE_COLUMNS, "FlowStartTime_t FlowDirection_s DestPort_d",         read_analytics},
    {EXPORT_azure_flow_records, SHAPE_MEMBERS, "FlowStartTime_t FlowDirection_s DestPort_d",         read_analytics},
    {EXPORT_gcp_flow_records,   SHAPE_MEMBERS, "jsonPayload.connection.src_ip jsonPayload.connection.dest_ip", read_gcp},
};
/* clang-format on */

const line_table flow_lines = {line_rows, ARRAY_LEN(line_rows)};
const shape_table flow_shapes = {rows, ARRAY_LEN(rows)};
