/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ip.c -- spellings of networks, and how open they are; the v6 reader against the C library's.
 */
#include "base/ip.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_networks(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *in;
        ip_net net;
    } row[] = {
        {"1.2.3.4",             {{1, 2, 3, 4},             32, false}},
        {" 1.2.3.4/24\n",       {{1, 2, 3, 4},             24, false}},
        {"255.255.255.255/32",  {{255, 255, 255, 255},     32, false}},
        {"0.0.0.0/0",           {{0},                       0, false}},
        {"0/0",                 {{0},                       0, false}},
        {"10/8",                {{10},                      8, false}},
        {"172.16/12",           {{172, 16},                12, false}},
        {"192.168.1/24",        {{192, 168, 1},            24, false}},
        {"1.2.3.4/00",          {{1, 2, 3, 4},              0, false}},
        {"::",                  {{0},                     128, true}},
        {"::/0",                {{0},                       0, true}},
        {"0::/0",               {{0},                       0, true}},
        {"::0/0",               {{0},                       0, true}},
        {"0:0:0:0:0:0:0:0/0",   {{0},                       0, true}},
        {"::1",                 {{[15] = 1},              128, true}},
        {"2001:DB8::aF/32",     {{0x20, 1, 0xd, 0xb8, [15] = 0xaf}, 32, true}},
        {"::1.2.3.4",           {{[12] = 1, 2, 3, 4},     128, true}},
        {"::ffff:1.2.3.4",      {{1, 2, 3, 4},             32, false}},
        {"::ffff:102:304/120",  {{1, 2, 3, 4},             24, false}},
        {"::ffff:0:0/96",       {{0},                       0, false}},
        {"::ffff:0:0/95",       {{[10] = 0xff, 0xff},      95, true}},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        ip_net net;
        if (!ip_parse(str_of(row[i].in), &net))
            fail_msg("not read: %s", row[i].in);
        assert_memory_equal(net.byte, row[i].net.byte, sizeof net.byte);
        assert_int_equal(net.prefix, row[i].net.prefix);
        assert_int_equal(net.is_v6, row[i].net.is_v6);
    }
}

static void refuses_everything_else(void **state)
{
    (void)state;
    static const char *const row[] = {
        "",
        " ",
        "/",
        "/0",
        "22",
        "10",
        "1.2.3",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        "256.1.1.1",
        "1.2.3.999",
        "01.2.3.4",
        "1.2.3.00",
        "0x1.2.3.4",
        "1.2.3.4/",
        "1.2.3.4/33",
        "1.2.3.4/a",
        "1.2.3.4/-1",
        "1.2.3.4/8/8",
        "1.2.3.4/0024",
        "1.2.3.4/ 8",
        "::/129",
        "::/999",
        "::/",
        "host.name",
        "AWS Internal",
        "ec2.amazonaws.com",
        "fe80::1%eth0",
        "[::1]",
        "1.2.3.4:80",
        "1.2.3.4 5",
    };
    assert_false(ip_parse(STR_NONE, &(ip_net){0}));
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        ip_net net = {.prefix = 77};
        if (ip_parse(str_of(row[i]), &net))
            fail_msg("read: %s", row[i]);
        assert_int_equal(net.prefix, 77);
        assert_int_equal(ip_cidr_openness(str_of(row[i])), IP_OPEN_NONE);
    }
}

/* All texts of up to eight pieces over an alphabet of what v6 addresses are made of. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    static const char *const piece[] = {
        ":", "::", "0", "f:", "12ab:", "12345", "1.2.3.4", "g", "1:"};
    uint32_t seed = 3, n_read = 0;
    for (int round = 0; round < 100000; round++) {
        char text[80] = "";
        size_t n = 0;
        seed = seed * 1664525 + 1013904223;
        for (uint32_t left = 1 + (seed >> 16) % 9; left; left--) {
            seed = seed * 1664525 + 1013904223;
            const char *p = piece[(seed >> 16) % (round % 3 ? 5 : ARRAY_LEN(piece))];
            memcpy(text + n, p, strlen(p) + 1);
            n += strlen(p);
        }
        uint8_t want[16];
        ip_net net = {0};
        bool is_v6 = inet_pton(AF_INET6, text, want) == 1;
        bool is_read = ip_parse((str){text, n}, &net) && net.is_v6;
        if (is_read != is_v6 || (is_v6 && memcmp(net.byte, want, sizeof want) != 0))
            fail_msg("%s", text);
        n_read += is_read;
    }
    assert_true(n_read > 1000); /* the comparison met enough of both kinds */
    assert_true(n_read < 99000);
}

static ip_net net_of(const char *z)
{
    ip_net net;
    assert_true(ip_parse(str_of(z), &net));
    return net;
}

static void contains(void **state)
{
    (void)state;
    static const struct {
        const char *net, *inner;
        bool is_inside;
    } row[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "10.0.0.0/8", true},
        {"10.0.0.0/8", "10.0.0.0/7", false},
        {"172.16.0.0/12", "172.31.9.9", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"9.9.9.9/0", "1.2.3.4/0", true},
        {"1.2.3.4", "1.2.3.4", true},
        {"1.2.3.4", "1.2.3.5", false},
        {"::/0", "1.2.3.4", false},
        {"0.0.0.0/0", "::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"::1/128", "::1", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        ip_net net = net_of(row[i].net), inner = net_of(row[i].inner);
        if (ip_contains(&net, &inner) != row[i].is_inside)
            fail_msg("%s in %s", row[i].inner, row[i].net);
    }
}

static void knows_private_ranges(void **state)
{
    (void)state;
    static const char *const inside[] = {
        "10.0.0.0/8",      "10.255.255.255",
        "172.16.0.1",      "172.31.255.255",
        "192.168.0.0/16",  "127.0.0.1",
        "169.254.169.254", "100.64.0.0",
        "100.127.255.255", "fc00::1",
        "fdff::/16",       "fe80::1",
        "febf::1",         "::1",
        "::ffff:10.0.0.1",
    };
    static const char *const outside[] = {
        "9.255.255.255",  "11.0.0.0",    "172.15.0.1", "172.32.0.1",
        "192.167.1.1",    "192.169.1.1", "128.0.0.1",  "169.253.1.1",
        "100.63.255.255", "100.128.0.0", "fbff::1",    "fe00::1",
        "fec0::1",        "::2",         "::",         "10.0.0.0/7",
        "0.0.0.0/0",      "::/0",
    };
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        ip_net net = net_of(inside[i]);
        if (!ip_is_private(&net))
            fail_msg("%s", inside[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
        ip_net net = net_of(outside[i]);
        if (ip_is_private(&net))
            fail_msg("%s", outside[i]);
    }
}

static void judges_openness(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *in;
        ip_openness openness;
    } row[] = {
        {"0.0.0.0/0",         IP_OPEN_WORLD}, {"1.2.3.4/0",         IP_OPEN_WORLD},
        {"208.236.235.254/0", IP_OPEN_WORLD}, {"0/0",               IP_OPEN_WORLD},
        {"::/0",              IP_OPEN_WORLD}, {"::0/0",             IP_OPEN_WORLD},
        {"2001:db8::1/0",     IP_OPEN_WORLD}, {"::ffff:0:0/96",     IP_OPEN_WORLD},
        {"::ffff:1.2.3.4/0",  IP_OPEN_WORLD}, {" 0.0.0.0/0 ",       IP_OPEN_WORLD},
        {"*",                 IP_OPEN_WORLD}, {"Any",               IP_OPEN_WORLD},
        {"INTERNET",          IP_OPEN_WORLD}, {" internet ",        IP_OPEN_WORLD},
        {"0.0.0.0/1",         IP_OPEN_LARGE}, {"128.0.0.0/1",       IP_OPEN_LARGE},
        {"::/1",              IP_OPEN_LARGE}, {"8000::/1",          IP_OPEN_LARGE},
        {"10.0.0.0/8",        IP_OPEN_NONE}, {"11.0.0.0/8", IP_OPEN_LARGE}, {"2001::/16",         IP_OPEN_LARGE},
        {"::ffff:0:0/104",    IP_OPEN_LARGE}, {"::ffff:0:0/105",    IP_OPEN_NONE},
        {"1.0.0.0/9",         IP_OPEN_NONE},  {"2001::/17",         IP_OPEN_NONE},
        {"0.0.0.0",           IP_OPEN_NONE},  {"::",                IP_OPEN_NONE},
        {"1.2.3.4/32",        IP_OPEN_NONE},  {"VirtualNetwork",    IP_OPEN_NONE},
        {"**",                IP_OPEN_NONE},  {"anywhere",          IP_OPEN_NONE},
        {"sg-0123",           IP_OPEN_NONE},  {"pl-12345",          IP_OPEN_NONE},
    };
    /* clang-format on */
    assert_int_equal(ip_cidr_openness(STR_NONE), IP_OPEN_NONE);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (ip_cidr_openness(str_of(row[i].in)) != row[i].openness)
            fail_msg("%s", row[i].in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_networks),
        cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(contains),
        cmocka_unit_test(knows_private_ranges),
        cmocka_unit_test(judges_openness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
