/* SPDX-License-Identifier: Apache-2.0
 *
 * test_traffic.c -- network logs to facts: headers of every kind, any cut, any order, and full
 * tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "export/traffic.h"
#include "base/buf.h"
#include "base/text.h"

#define HEADER                                                                                     \
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"   \
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\t"            \
    "orig_ip_bytes\tresp_ip_bytes\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\t"   \
    "count\tcount\n"
#define CONN "1780272000.5\tC1\t203.0.113.9\t40000\t10.0.0.5\t22\ttcp\tSF\t100\t2000000\n"
#define REFUSED "1780272001.5\tC2\t203.0.113.8\t40001\t10.0.0.5\t22\ttcp\tREJ\t40\t40\n"
#define LATER "1780272002.5\tC3\t203.0.113.7\t40001\t10.0.0.5\t22\ttcp\tS1\t40\t40\n"

static void put_value(buf *out, const fact_value *v, attr a)
{
    buf_printf(out, " %s=", attr_describe(a)->name);
    switch (attr_describe(a)->type) {
    case ATTR_TYPE_TEXT:
        buf_putstr(out, v->text);
        break;
    case ATTR_TYPE_BOOL:
        buf_puts(out, v->flag ? "true" : "false");
        break;
    case ATTR_TYPE_NUMBER:
        buf_printf(out, "%.15g", v->number);
        break;
    case ATTR_TYPE_TIME:
        buf_printf(out, "%lld", (long long)v->time_ns);
        break;
    }
}

/* All facts, one a line, in their order. */
static void put_facts(buf *out, const facts *f)
{
    for (uint32_t at = 0; at < f->n; at++) {
        const fact *x = facts_at(f, at);
        buf_puts(out, fact_kind_text((fact_kind)x->kind));
        buf_putc(out, ' ');
        buf_putstr(out, facts_id(f, x));
        buf_printf(out, " (%.*s)", (int)facts_name(f, x).n, facts_name(f, x).p);
        for (int a = 0; a < ATTR_COUNT; a++) {
            fact_iter it = facts_iter(f, x, (attr)a);
            while (facts_next(&it))
                put_value(out, &it.value, (attr)a);
        }
        buf_putc(out, '\n');
    }
}

/* The facts of one input, fed in pieces that end at `cut`; 0: in one piece. */
static void read_cut(const char *text, size_t n, size_t cut, buf *out)
{
    audit a;
    buf_reset(out);
    assert_true(audit_init(&a));
    audit_begin(&a, STR("input"));
    audit_feed(&a, (str){text, cut});
    audit_feed(&a, (str){text + cut, n - cut});
    audit_end(&a);
    assert_true(audit_finish(&a));
    put_facts(out, &a.facts);
    buf_printf(out, "malformed %llu\n", (unsigned long long)a.reading.malformed);
    assert_false(out->failed);
    audit_done(&a);
}

static void assert_same(const buf *a, const buf *b)
{
    if (!str_eq(buf_str(a), buf_str(b)))
        fail_msg("expected\n%.*s\ngot\n%.*s", (int)a->n, a->p, (int)b->n, b->p);
}

static bool says(const buf *b, const char *text)
{
    if (text_has(buf_str(b), text))
        return true;
    print_error("lacks \"%s\":\n%.*s\n", text, (int)b->n, b->p);
    return false;
}

static const char service[] = "traffic 10.0.0.5/in/tcp/22/public";

/* ---- headers --------------------------------------------------------------------------------- */

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text;
    } rows[] = {
        {"as Zeek writes it", HEADER CONN REFUSED},
        {"line ends of Windows",
         "#separator \\x09\r\n#path\tconn\r\n#fields\tts\tid.orig_h\tid.resp_h\t"
         "id.resp_p\tproto\tconn_state\r\n1\t203.0.113.9\t10.0.0.5\t22\ttcp\tSF\r\n"
         "1\t203.0.113.9\t10.0.0.5\t22\ttcp\tREJ\r\n"},
        {"another separator",
         "#separator |\n#path|conn\n#fields|ts|id.orig_h|id.resp_h|id.resp_p|proto|"
         "conn_state\n1|203.0.113.9|10.0.0.5|22|tcp|SF\n"
         "1|203.0.113.9|10.0.0.5|22|tcp|REJ\n"},
        {"columns in another order",
         "#separator \\x09\n#path\tconn\n#fields\tconn_state\tid.resp_p\t"
         "id.resp_h\tx\tid.orig_h\tproto\nSF\t22\t10.0.0.5\t?\t203.0.113.9\ttcp\n"
         "REJ\t22\t10.0.0.5\t?\t203.0.113.9\ttcp\n"},
        {"a map of names",
         "#separator \\x09\n#path\tconn\n#fields\tts\tsrc_ip\tdst_ip\tdst_port\tproto\t"
         "conn_state\n1\t203.0.113.9\t10.0.0.5\t22\ttcp\tSF\n"
         "1\t203.0.113.9\t10.0.0.5\t22\ttcp\tREJ\n"},
        {"no path, known by its columns",
         "#separator "
         "\\x09\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tconn_state\thistory\n"
         "1\t203.0.113.9\t10.0.0.5\t22\ttcp\tSF\t-\n1\t203.0.113.9\t10.0.0.5\t22\ttcp\tREJ\t-\n"},
        {"names alone", "ts\tuid\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tconn_state\thistory\n"
                        "1\tC\t203.0.113.9\t10.0.0.5\t22\ttcp\tSF\t-\n"
                        "1\tC\t203.0.113.9\t10.0.0.5\t22\ttcp\tREJ\t-\n"},
        {"remarks in front",
         "### made by hand\n" HEADER CONN REFUSED "#close\t2026-06-01-00-00-00\n"},
        {"two logs in one input",
         HEADER CONN "#close\t2026\n#separator \\x20\n#path conn\n#fields "
                     "id.resp_p id.resp_h id.orig_h proto conn_state\n22 10.0.0.5 203.0.113.8 "
                     "tcp REJ\n"},
        {"JSON",
         "{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"203.0.113.9\",\"id.resp_h\":\"10.0.0.5\","
         "\"id.resp_p\":22,\"proto\":\"tcp\",\"conn_state\":\"SF\"}\n{\"ts\":1,\"uid\":\"C\","
         "\"id.orig_h\":\"203.0.113.9\",\"id.resp_h\":\"10.0.0.5\",\"id.resp_p\":22,\"proto\":"
         "\"tcp\",\"conn_state\":\"REJ\"}\n"},
        {"JSON in an array",
         "[{\"ts\":1,\"uid\":\"C\",\"id\":{\"orig_h\":\"203.0.113.9\",\"resp_h\":\"10.0.0.5\","
         "\"resp_p\":22},"
         "\"proto\":\"tcp\",\"conn_state\":\"SF\"},\n{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"203.0."
         "113.9\","
         "\"id.resp_h\":\"10.0.0.5\",\"id.resp_p\":22,\"proto\":\"tcp\",\"conn_state\":\"REJ\"}]"},
    };
    AUTO(buf) got = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        read_cut(rows[i].text, strlen(rows[i].text), 0, &got);
        bool is_good = says(&got, service) && says(&got, " ACCEPTED=1") &&
                       says(&got, " REFUSED=1") && says(&got, "malformed 0");
        if (!is_good)
            fail_msg("%s", rows[i].what);
    }
}

/* ---- cuts and order -------------------------------------------------------------------------- */

static const char *const logs[] = {
    (HEADER CONN REFUSED LATER "broken line\n" CONN),
    ("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start "
     "end action log-status\n"
     "2 111122223333 eni-0abc 203.0.113.9 10.0.0.5 40000 22 6 10 1000 1780272000 1780272060 ACCEPT "
     "OK\n"
     "2 111122223333 eni-0abc - - - - - - - 1780272000 1780272060 - NODATA\n"),
    ("#separator \\x09\n#path\tnotice\n#fields\tts\tnote\tmsg\tsrc\n"
     "1\tScan::Port_Scan\tmany\t10.0.0.9\n"),
    ("{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"10.0.0.5\",\"query\":\"x.nanopool.org\","
     "\"trans_id\":1}\n"
     "{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"10.0.0.5\",\"query\":\"example.com\","
     "\"trans_id\":2}\n"),
};

static void test_any_cut(void **state)
{
    (void)state;
    AUTO(buf) whole = {0};
    AUTO(buf) cut = {0};
    for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
        size_t n = strlen(logs[i]);
        read_cut(logs[i], n, 0, &whole);
        assert_true(says(&whole, "network_log input"));
        for (size_t at = 1; at < n; at++) {
            read_cut(logs[i], n, at, &cut);
            assert_same(&whole, &cut);
        }
    }
}

/* A log that is longer than what decides which it is, cut where the lines begin to be read. */
static void test_long_log(void **state)
{
    (void)state;
    AUTO(buf) text = {0};
    AUTO(buf) whole = {0};
    AUTO(buf) cut = {0};
    buf_puts(&text, HEADER);
    for (size_t i = 0; i < 100; i++)
        buf_puts(&text, CONN);
    read_cut(text.p, text.n, 0, &whole);
    assert_true(says(&whole, " ACCEPTED=100"));
    for (size_t at = 4000; at < 4200; at++) {
        read_cut(text.p, text.n, at, &cut);
        assert_same(&whole, &cut);
    }
}

static void test_any_order(void **state)
{
    (void)state;
    static const char *const orders[] = {(HEADER CONN REFUSED LATER), (HEADER LATER CONN REFUSED),
                                         (HEADER REFUSED LATER CONN)};
    AUTO(buf) first = {0};
    AUTO(buf) other = {0};
    read_cut(orders[0], strlen(orders[0]), 0, &first);
    assert_true(says(&first, " PEER=203.0.113.9") && says(&first, " PEERS=2"));
    assert_true(says(&first, " (10.0.0.5:22)"));
    for (size_t i = 1; i < ARRAY_LEN(orders); i++) {
        read_cut(orders[i], strlen(orders[i]), 0, &other);
        assert_same(&first, &other);
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void read_all(const char *const *texts, size_t n, buf *out)
{
    audit a;
    buf_reset(out);
    assert_true(audit_init(&a));
    for (size_t i = 0; i < n; i++) {
        audit_begin(&a, STR("input"));
        audit_feed(&a, str_of(texts[i]));
        audit_end(&a);
    }
    assert_true(audit_finish(&a));
    put_facts(out, &a.facts);
    audit_done(&a);
}

static void test_names_of_machines(void **state)
{
    (void)state;
    static const char one[] = "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{"
                              "\"InstanceId\":\"i-0abc\","
                              "\"PrivateIpAddress\":\"10.0.0.5\"}]}]}";
    static const char other[] = "{\"Reservations\":[{\"OwnerId\":\"444455556666\",\"Instances\":[{"
                                "\"InstanceId\":\"i-0def\","
                                "\"PrivateIpAddress\":\"10.0.0.5\"}]}]}";
    static const char flow[] =
        "2 444455556666 eni-1 203.0.113.9 10.0.0.5 40000 22 6 1 1 1780272000 "
        "1780272060 ACCEPT OK\n";
    AUTO(buf) got = {0};
    read_all((const char *const[]){HEADER CONN, one}, 2, &got);
    assert_true(says(&got, " MACHINE=i-0abc"));
    /* Two machines of that address: only an account tells which. */
    read_all((const char *const[]){HEADER CONN, one, other}, 3, &got);
    assert_false(text_has(buf_str(&got), " MACHINE=i-"));
    read_all((const char *const[]){flow, one, other}, 3, &got);
    assert_true(says(&got, " MACHINE=i-0def"));
}

/* An interface whose record does not say the direction: answers are turned round and not
 * counted. */
static void test_answers(void **state)
{
    (void)state;
    static const char text[] = "2 111122223333 eni-1 10.0.0.5 203.0.113.9 22 40000 6 9 5000000 "
                               "1780272000 1780272060 ACCEPT OK\n"
                               "2 111122223333 eni-1 203.0.113.9 10.0.0.5 40000 22 6 9 1000 "
                               "1780272000 1780272060 ACCEPT OK\n";
    AUTO(buf) got = {0};
    read_cut(text, strlen(text), 0, &got);
    assert_true(says(&got, "traffic 111122223333/10.0.0.5/in/tcp/22/public") &&
                says(&got, " ACCEPTED=1 "));
    assert_true(says(&got, "address 111122223333/10.0.0.5 (10.0.0.5)"));
    assert_true(says(&got, " SENT_TO=203.0.113.9 SENT_MIB=4.7"));
    assert_false(text_has(buf_str(&got), "/out/"));
}

static void test_full_table(void **state)
{
    (void)state;
    audit a;
    assert_true(audit_init(&a));
    audit_begin(&a, STR("input"));
    for (uint32_t i = 0; i < LIMIT_TRAFFIC_ADDRESSES + 10; i++) {
        char source[32];
        int n =
            snprintf(source, sizeof source, "20.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
        traffic_flow flow = {.source = {.address = {source, (size_t)n}, .port = 40000},
                             .target = {.address = STR("10.0.0.5"), .port = 22},
                             .protocol = TRAFFIC_TCP,
                             .outcome = TRAFFIC_ACCEPTED,
                             .count = 1};
        assert_true(traffic_add(&a.reading, &flow));
    }
    audit_end(&a);
    assert_true(audit_finish(&a));
    assert_int_equal(audit_excess(&a).n[EXCESS_traffic_addresses], 11);
    audit_done(&a);
}

static void test_services(void **state)
{
    (void)state;
    assert_int_equal(traffic_service_of(22, TRAFFIC_TCP), TRAFFIC_SERVICE_SSH);
    assert_int_equal(traffic_service_of(22, TRAFFIC_UDP), TRAFFIC_SERVICE_OTHER);
    assert_string_equal(traffic_port_text(11211, TRAFFIC_UDP), "memcached");
    assert_string_equal(traffic_port_text(1, TRAFFIC_UDP), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),           cmocka_unit_test(test_any_cut),
        cmocka_unit_test(test_long_log),          cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_names_of_machines), cmocka_unit_test(test_answers),
        cmocka_unit_test(test_full_table),        cmocka_unit_test(test_services),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
