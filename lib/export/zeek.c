/* SPDX-License-Identifier: Apache-2.0
 *
 * zeek.c -- logs of Zeek, as tab separated lines or as JSON lines.
 *
 * Both give the same cells, by the names of Zeek's columns; what is done with them depends on
 * the log.
 *
 *  (1) A header holds until the next: several logs may stand one after another in one input.
 *  (2) Times that cannot be read are no error: Zeek's own test data has none.
 *  (3) Of a log without `#path` the columns say which it is.
 */
#include "export/lines.h"
#include "export/readers.h"
#include "export/traffic.h"
#include "base/text.h"
#include "base/time.h"

typedef enum zeek_column {
    ZEEK_NONE,
    ZEEK_TS,
    ZEEK_UID,
    ZEEK_ORIG_H,
    ZEEK_ORIG_P,
    ZEEK_RESP_H,
    ZEEK_RESP_P,
    ZEEK_PROTO,
    ZEEK_DURATION,
    ZEEK_ORIG_BYTES,
    ZEEK_RESP_BYTES,
    ZEEK_ORIG_IP_BYTES,
    ZEEK_RESP_IP_BYTES,
    ZEEK_CONN_STATE,
    ZEEK_HISTORY,
    ZEEK_LOCAL_ORIG,
    ZEEK_LOCAL_RESP,
    ZEEK_SERVICE,
    ZEEK_AUTH_SUCCESS,
    ZEEK_AUTH_ATTEMPTS,
    ZEEK_SECURITY_PROTOCOL,
    ZEEK_VERSION,
    ZEEK_ESTABLISHED,
    ZEEK_QUERY,
    ZEEK_NOTE,
    ZEEK_MSG,
    ZEEK_SRC,
    ZEEK_DST,
    ZEEK_PERCENT_LOST,
    ZEEK_COLUMN_COUNT
} zeek_column;

_Static_assert((int)ZEEK_COLUMN_COUNT <= (int)LINE_MEANINGS, "columns find room");

/* clang-format off */
static const line_name name_rows[] = {
    {"ts",           ZEEK_TS},
    {"uid",          ZEEK_UID},
    {"idorigh",      ZEEK_ORIG_H},
    {"idorigp",      ZEEK_ORIG_P},
    {"idresph",      ZEEK_RESP_H},
    {"idrespp",      ZEEK_RESP_P},
    {"origh",        ZEEK_ORIG_H},        /* inside a member `id` */
    {"origp",        ZEEK_ORIG_P},
    {"resph",        ZEEK_RESP_H},
    {"respp",        ZEEK_RESP_P},
    {"srcip",        ZEEK_ORIG_H},        /* a field name map of the operator */
    {"srcport",      ZEEK_ORIG_P},
    {"dstip",        ZEEK_RESP_H},
    {"dstport",      ZEEK_RESP_P},
    {"src",          ZEEK_SRC},
    {"dst",          ZEEK_DST},
    {"proto",        ZEEK_PROTO},
    {"duration",     ZEEK_DURATION},
    {"origbytes",    ZEEK_ORIG_BYTES},
    {"respbytes",    ZEEK_RESP_BYTES},
    {"origipbytes",  ZEEK_ORIG_IP_BYTES},
    {"respipbytes",  ZEEK_RESP_IP_BYTES},
    {"connstate",    ZEEK_CONN_STATE},
    {"history",      ZEEK_HISTORY},
    {"localorig",    ZEEK_LOCAL_ORIG},
    {"localresp",    ZEEK_LOCAL_RESP},
    {"service",      ZEEK_SERVICE},
    {"authsuccess",  ZEEK_AUTH_SUCCESS},
    {"authattempts", ZEEK_AUTH_ATTEMPTS},
    {"securityprotocol", ZEEK_SECURITY_PROTOCOL},
    {"version",      ZEEK_VERSION},
    {"established",  ZEEK_ESTABLISHED},
    {"query",        ZEEK_QUERY},
    {"note",         ZEEK_NOTE},
    {"msg",          ZEEK_MSG},
    {"percentlost",  ZEEK_PERCENT_LOST},
};

/* What became of a connection, by Zeek's word for its state. */
static const struct {
    const char *state;
    traffic_outcome outcome;
    const char *doc;
} states[] = {
    {"S0",     TRAFFIC_UNANSWERED, "an attempt, no reply"},
    {"S1",     TRAFFIC_ACCEPTED,   "established, not ended"},
    {"SF",     TRAFFIC_ACCEPTED,   "established and ended; of UDP: there was a reply"},
    {"REJ",    TRAFFIC_REFUSED,    "refused"},
    {"S2",     TRAFFIC_ACCEPTED,   "established, closing was begun by who opened it"},
    {"S3",     TRAFFIC_ACCEPTED,   "established, closing was begun by who answered"},
    {"RSTO",   TRAFFIC_ACCEPTED,   "established, broken off by who opened it"},
    {"RSTR",   TRAFFIC_ACCEPTED,   "established, broken off by who answered"},
    {"RSTOS0", TRAFFIC_UNANSWERED, "an attempt that was broken off, no reply"},
    {"RSTRH",  TRAFFIC_ACCEPTED,   "a reply and its end, the attempt was not seen"},
    {"SH",     TRAFFIC_UNANSWERED, "an attempt and its end, no reply"},
    {"SHR",    TRAFFIC_ACCEPTED,   "a reply and its end, the attempt was not seen"},
    {"OTH",    TRAFFIC_UNDECIDED,  "seen from its middle"},
};

static const struct {
    const char *name;
    uint8_t bit;
} weak_versions[] = {
    {"SSLv2",  TRAFFIC_WEAK_SSL2},
    {"SSLv3",  TRAFFIC_WEAK_SSL3},
    {"TLSv10", TRAFFIC_WEAK_TLS10},
    {"TLSv11", TRAFFIC_WEAK_TLS11},
};
/* clang-format on */

static const line_names names = {name_rows, ARRAY_LEN(name_rows)};

/* ---- records --------------------------------------------------------------------------------- */

static str cell_of(const line_cells *c, zeek_column column)
{
    return c->cell[column];
}

static str first_of(const line_cells *c, zeek_column a, zeek_column b)
{
    return c->cell[a].n > 0 ? c->cell[a] : c->cell[b];
}

static uint64_t count_of(const line_cells *c, zeek_column column)
{
    uint64_t n;
    return line_number(c->cell[column], &n) ? n : 0;
}

static bool is_true(str s)
{
    return str_is(s, "T") || str_is(s, "true");
}

static bool is_false(str s)
{
    return str_is(s, "F") || str_is(s, "false");
}

static uint32_t port_of(const line_cells *c, zeek_column column, uint32_t protocol)
{
    bool has_ports = protocol == TRAFFIC_TCP || protocol == TRAFFIC_UDP;
    uint64_t port = has_ports ? count_of(c, column) : 0;
    return port <= UINT16_MAX ? (uint32_t)port : 0;
}

static uint32_t protocol_of(str proto)
{
    if (text_eq_nocase(proto, STR("udp")))
        return TRAFFIC_UDP;
    /* Logs of one protocol (ssh, rdp, ssl) do not name it. */
    return proto.n == 0 || text_eq_nocase(proto, STR("tcp")) ? TRAFFIC_TCP : 1;
}

static traffic_flow flow_of(const line_cells *c)
{
    uint32_t protocol = protocol_of(cell_of(c, ZEEK_PROTO));
    int64_t time_ns = time_parse(cell_of(c, ZEEK_TS));
    traffic_flow flow = {
        .source = {.address = first_of(c, ZEEK_ORIG_H, ZEEK_SRC),
                   .port = port_of(c, ZEEK_ORIG_P, protocol)},
        .target = {.address = first_of(c, ZEEK_RESP_H, ZEEK_DST),
                   .port = port_of(c, ZEEK_RESP_P, protocol)},
        .protocol = protocol,
        .outcome = TRAFFIC_ACCEPTED,
        .first_ns = time_ns,
        .last_ns = time_ns,
    };
    if (is_true(cell_of(c, ZEEK_LOCAL_ORIG)))
        flow.source.side = TRAFFIC_SIDE_INSIDE;
    if (is_true(cell_of(c, ZEEK_LOCAL_RESP)))
        flow.target.side = TRAFFIC_SIDE_INSIDE;
    return flow;
}

static bool take_outcome(str state, traffic_outcome *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_is(state, states[i].state)) {
            *ret = states[i].outcome;
            return true;
        }
    }
    return false;
}

/* What is wrong with a record; NULL: nothing. */
static const char no_address[] = "a record of Zeek without two addresses";

static const char *add_flow(reading *r, const traffic_flow *flow)
{
    return traffic_add(r, flow) ? NULL : no_address;
}

static bool is_count(const line_cells *c, zeek_column column)
{
    uint64_t n;
    return c->cell[column].n == 0 || line_number(c->cell[column], &n);
}

static const char *read_conn(reading *r, const line_cells *c)
{
    traffic_flow flow = flow_of(c);
    flow.outcome = TRAFFIC_UNDECIDED;
    bool is_known = take_outcome(cell_of(c, ZEEK_CONN_STATE), &flow.outcome);
    flow.count = 1;
    /* Bytes on the wire: Zeek guesses those of the stream from sequence numbers, which scans
     * forge. */
    bool has_wire = cell_of(c, ZEEK_ORIG_IP_BYTES).n > 0;
    flow.sent_bytes = count_of(c, has_wire ? ZEEK_ORIG_IP_BYTES : ZEEK_ORIG_BYTES);
    flow.received = count_of(c, has_wire ? ZEEK_RESP_IP_BYTES : ZEEK_RESP_BYTES);
    const char *wrong = add_flow(r, &flow);
    if (!wrong && !is_known)
        wrong = "a connection whose state is none of Zeek's";
    if (!wrong && !is_count(c, has_wire ? ZEEK_ORIG_IP_BYTES : ZEEK_ORIG_BYTES))
        wrong = "bytes that are no number";
    return wrong;
}

/* A success may have had failures before it; but some of them are first factors, so they do not
 * count. */
static const char *read_ssh(reading *r, const line_cells *c)
{
    traffic_flow flow = flow_of(c);
    uint64_t attempts = count_of(c, ZEEK_AUTH_ATTEMPTS);
    str version = cell_of(c, ZEEK_VERSION);
    flow.sessions = flow.agreed = 1;
    flow.versions = version.n > 0;
    str success = cell_of(c, ZEEK_AUTH_SUCCESS);
    if (is_false(success))
        flow.failed_sign_ins = attempts > 0 ? attempts : 1;
    if (str_is(version, "1"))
        flow.weak = TRAFFIC_WEAK_SSH1;
    const char *wrong = add_flow(r, &flow);
    if (!wrong && success.n > 0 && !is_true(success) && !is_false(success))
        wrong = "auth_success is neither T nor F";
    return wrong;
}

static const char *read_rdp(reading *r, const line_cells *c)
{
    traffic_flow flow = flow_of(c);
    flow.sessions = 1;
    return add_flow(r, &flow);
}

static const char *read_ssl(reading *r, const line_cells *c)
{
    traffic_flow flow = flow_of(c);
    if (!is_true(cell_of(c, ZEEK_ESTABLISHED)))
        return NULL;
    str version = cell_of(c, ZEEK_VERSION);
    flow.agreed = 1;
    flow.versions = version.n > 0;
    for (size_t i = 0; i < ARRAY_LEN(weak_versions); i++)
        if (str_is(version, weak_versions[i].name))
            flow.weak = weak_versions[i].bit;
    const char *wrong = add_flow(r, &flow);
    return wrong || flow.versions > 0 ? wrong : "an established session without a version";
}

static const char *read_dns(reading *r, const line_cells *c)
{
    str query = cell_of(c, ZEEK_QUERY);
    bool is_read = query.n == 0 || traffic_add_name(r, first_of(c, ZEEK_ORIG_H, ZEEK_SRC), query);
    return is_read ? NULL : no_address;
}

static const char *read_notice(reading *r, const line_cells *c)
{
    str note = cell_of(c, ZEEK_NOTE);
    if (note.n == 0)
        return "a notice without a kind";
    traffic_add_notice(r, note, first_of(c, ZEEK_SRC, ZEEK_ORIG_H), cell_of(c, ZEEK_MSG));
    return NULL;
}

static const char *read_loss(reading *r, const line_cells *c)
{
    double percent;
    if (!json_text_number(cell_of(c, ZEEK_PERCENT_LOST), &percent))
        return "percent_lost is no number";
    traffic_add_loss(r, percent);
    return NULL;
}

static const char *read_nothing(reading *r, const line_cells *c)
{
    (void)r;
    (void)c;
    return NULL;
}

/* ---- which log ------------------------------------------------------------------------------- */

typedef enum zeek_log {
    LOG_OTHER,
    LOG_CONN,
    LOG_SSH,
    LOG_RDP,
    LOG_SSL,
    LOG_DNS,
    LOG_NOTICE,
    LOG_LOSS,
    LOG_COUNT,
    LOG_NONE = LOG_COUNT
} zeek_log;

/* clang-format off */
static const struct {
    const char *path;       /* as #path calls it */
    zeek_column mark;       /* the column that no other of these logs has */
    const char *members[2]; /* what a line of JSON holds */
    const char *(*read)(reading *r, const line_cells *c);
} logs[] = {
    [LOG_OTHER]  = {"",             ZEEK_NONE,              {"", ""},                                   read_nothing},
    [LOG_CONN]   = {"conn",         ZEEK_HISTORY,           {"\"uid\":", "\"conn_state\":"},            read_conn},
    [LOG_SSH]    = {"ssh",          ZEEK_AUTH_ATTEMPTS,     {"\"uid\":", "\"auth_attempts\":"},         read_ssh},
    [LOG_RDP]    = {"rdp",          ZEEK_SECURITY_PROTOCOL, {"\"uid\":", "\"security_protocol\":"},     read_rdp},
    [LOG_SSL]    = {"ssl",          ZEEK_ESTABLISHED,       {"\"uid\":", "\"established\":"},           read_ssl},
    [LOG_DNS]    = {"dns",          ZEEK_QUERY,             {"\"uid\":", "\"trans_id\":"},              read_dns},
    [LOG_NOTICE] = {"notice",       ZEEK_NOTE,              {"\"note\":", "\"actions\":"},              read_notice},
    [LOG_LOSS]   = {"capture_loss", ZEEK_PERCENT_LOST,      {"\"ts_delta\":", "\"percent_lost\":"},     read_loss},
};
/* clang-format on */

static zeek_log log_of_path(str path)
{
    for (zeek_log i = LOG_CONN; i < LOG_COUNT; i++)
        if (text_eq_nocase(path, str_of(logs[i].path)))
            return i;
    return LOG_OTHER;
}

static zeek_log log_of_columns(const line_memory *m)
{
    for (zeek_log i = LOG_CONN; i < LOG_COUNT && m->n_columns > 0; i++)
        if (memchr(m->meaning, (int)logs[i].mark, m->n_columns))
            return i;
    return LOG_OTHER;
}

static const char *read_log(reading *r, zeek_log log, const line_cells *c)
{
    traffic_add_line(r);
    return logs[log].read(r, c);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* In line_memory.subject, beside the log: `#path` named it. */
enum { HAS_PATH = 0x100 };

static int hex_of(char c)
{
    char lower = text_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* "#separator \x09" */
static void take_separator(line_memory *m, str value)
{
    if (value.n == 1)
        m->separator = value.p[0];
    if (value.n != 4 || !text_starts(value, "\\x"))
        return;
    int high = hex_of(value.p[2]), low = hex_of(value.p[3]);
    if (high >= 0 && low >= 0 && high * 16 + low > 0)
        m->separator = (char)(high * 16 + low);
}

static void take_fields(line_memory *m, str columns)
{
    line_take_header(m, names, columns);
    if (!(m->subject & HAS_PATH))
        m->subject = log_of_columns(m);
}

static void take_directive(line_memory *m, str line)
{
    str word = text_before(line, m->separator);
    str value = str_from(line, word.n + 1);
    if (text_starts(line, "#separator "))
        take_separator(m, str_from(line, strlen("#separator ")));
    else if (str_is(word, "#unset_field"))
        m->unset = arena_dup(&m->text, value);
    else if (str_is(word, "#path"))
        m->subject = (uint32_t)log_of_path(value) | HAS_PATH;
    else if (str_is(word, "#fields"))
        take_fields(m, value);
}

/* A line of names without `#fields`, as cutting tools leave it. */
static bool is_bare_header(str line)
{
    static const char *const first[] = {"ts\t", "uid\t", "_write_ts\t"};
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        if (text_starts(line, first[i]))
            return true;
    return false;
}

/* Takes a line that is about the others. */
static bool take_heading(line_memory *m, str line)
{
    if (!m->separator) {
        m->separator = '\t';
        m->unset = STR("-");
    }
    bool is_directive = text_starts(line, "#");
    if (is_directive)
        take_directive(m, line);
    else if (is_bare_header(line))
        take_fields(m, line);
    else
        return false;
    return true;
}

static void read_line(reading *r, str line, line_memory *m)
{
    line_cells cells;
    if (line.n == 0 || take_heading(m, line))
        return;
    const char *wrong = "its cells are not as many as the header's columns";
    if (line_take_cells(m, line, &cells))
        wrong = read_log(r, (zeek_log)(m->subject & ~(uint32_t)HAS_PATH), &cells);
    if (wrong)
        line_wrong(r, m, wrong);
    r->failed = r->failed || m->text.failed;
}

/* The log that begins with head; LOG_NONE: it is none of Zeek's. */
static zeek_log log_of_head(str head)
{
    line_memory m = {0};
    str line;
    while (m.n_columns == 0 && text_next(&head, '\n', &line)) {
        line = text_ends(line, "\r") ? str_upto(line, line.n - 1) : line;
        if (line.n > 0 && !take_heading(&m, line))
            break;
    }
    arena_done(&m.text);
    return m.n_columns > 0 ? (zeek_log)(m.subject & ~(uint32_t)HAS_PATH) : LOG_NONE;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static zeek_log log_of_cells(const line_cells *c)
{
    if (c->cell[ZEEK_CONN_STATE].n > 0)
        return LOG_CONN;
    for (zeek_log i = LOG_CONN; i < LOG_COUNT; i++)
        if (c->cell[logs[i].mark].n > 0)
            return i;
    return LOG_OTHER;
}

static const char *read_cells(reading *r, json_node node, line_cells *cells)
{
    line_take_members(r, names, node, cells);
    return read_log(r, log_of_cells(cells), cells);
}

static void read_object(reading *r, json_node node)
{
    line_cells cells;
    const char *wrong = read_cells(r, node, &cells);
    if (wrong)
        reading_wrong(r, "%s", wrong);
}

static void read_json_line(reading *r, str line, line_memory *m)
{
    json_node node;
    line_cells cells;
    line = text_trim(line);
    if (line.n == 0)
        return;
    bool is_object = reading_parse(r, r->json, line, &node) && json_node_type(node) == JSON_OBJECT;
    const char *wrong = is_object ? read_cells(r, node, &cells) : "not a JSON object";
    if (wrong)
        line_wrong(r, m, wrong);
    json_reader_reset(r->json);
}

static bool is_json(str head, zeek_log log)
{
    str line = text_before(head, '\n');
    return text_starts(line, "{") && text_has(line, "\"ts\":") &&
           text_has(line, logs[log].members[0]) && text_has(line, logs[log].members[1]);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* One of each log: what an input is, is known before it is read. */
#define ZEEK_LOG(name, LOG)                                                                        \
    static bool is_##name(str head)                                                                \
    {                                                                                              \
        return log_of_head(head) == LOG;                                                           \
    }                                                                                              \
    static bool is_##name##_json(str head)                                                         \
    {                                                                                              \
        return is_json(head, LOG);                                                                 \
    }

ZEEK_LOG(conn, LOG_CONN)
ZEEK_LOG(ssh, LOG_SSH)
ZEEK_LOG(rdp, LOG_RDP)
ZEEK_LOG(ssl, LOG_SSL)
ZEEK_LOG(dns, LOG_DNS)
ZEEK_LOG(notice, LOG_NOTICE)
ZEEK_LOG(loss, LOG_LOSS)

static bool is_other(str head)
{
    return log_of_head(head) == LOG_OTHER;
}

/* clang-format off */
static const line_shape line_rows[] = {
    {EXPORT_zeek_conn,         is_conn,        read_line},
    {EXPORT_zeek_conn,         is_conn_json,   read_json_line},
    {EXPORT_zeek_ssh,          is_ssh,         read_line},
    {EXPORT_zeek_ssh,          is_ssh_json,    read_json_line},
    {EXPORT_zeek_rdp,          is_rdp,         read_line},
    {EXPORT_zeek_rdp,          is_rdp_json,    read_json_line},
    {EXPORT_zeek_ssl,          is_ssl,         read_line},
    {EXPORT_zeek_ssl,          is_ssl_json,    read_json_line},
    {EXPORT_zeek_dns,          is_dns,         read_line},
    {EXPORT_zeek_dns,          is_dns_json,    read_json_line},
    {EXPORT_zeek_notice,       is_notice,      read_line},
    {EXPORT_zeek_notice,       is_notice_json, read_json_line},
    {EXPORT_zeek_capture_loss, is_loss,        read_line},
    {EXPORT_zeek_capture_loss, is_loss_json,   read_json_line},
    {EXPORT_zeek_other,        is_other,       read_line},
};

/* Records in an array, as tools that convert logs write them. */
static const export_shape rows[] = {
    {EXPORT_zeek_conn,         SHAPE_MEMBERS, "ts uid conn_state",        read_object},
    {EXPORT_zeek_ssh,          SHAPE_MEMBERS, "ts uid auth_attempts",     read_object},
    {EXPORT_zeek_rdp,          SHAPE_MEMBERS, "ts uid security_protocol", read_object},
    {EXPORT_zeek_ssl,          SHAPE_MEMBERS, "ts uid established",       read_object},
    {EXPORT_zeek_dns,          SHAPE_MEMBERS, "ts uid trans_id query",    read_object},
    {EXPORT_zeek_notice,       SHAPE_MEMBERS, "ts note actions",          read_object},
    {EXPORT_zeek_capture_loss, SHAPE_MEMBERS, "ts ts_delta percent_lost", read_object},
};
/* clang-format on */

const line_table zeek_lines = {line_rows, ARRAY_LEN(line_rows)};
const shape_table zeek_shapes = {rows, ARRAY_LEN(rows)};
