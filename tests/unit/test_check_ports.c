/* SPDX-License-Identifier: Apache-2.0
 *
 * test_check_ports.c -- what firewalls open to the world, told in tables of rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "audit/check_ports.h"
#include "fact/protocol.h"
#include "base/text.h"

/* "in allow tcp 22-22 0.0.0.0/0 100 target", fields that are "-" are left out */
static void add_rule(facts *f, str firewall, str line, int number)
{
    char id[128];
    snprintf(id, sizeof id, "%.*s/r%d", (int)firewall.n, firewall.p, number);
    uint32_t at = facts_add(f, FACT_FIREWALL_RULE, PROVIDER_AWS, str_of(id), 0);
    str field[8] = {0}, rest = line;
    for (size_t i = 0; i < ARRAY_LEN(field) && text_next(&rest, ' ', &field[i]); i++)
        field[i] = str_is(field[i], "-") ? STR_NONE : field[i];
    if (field[0].n > 0)
        facts_put_flag(f, at, ATTR_IS_INBOUND, str_is(field[0], "in"));
    if (field[1].n > 0)
        facts_put_flag(f, at, ATTR_IS_ALLOW, str_is(field[1], "allow"));
    facts_put_text(f, at, ATTR_PROTOCOL, field[2]);
    int64_t n;
    if (text_to_int(text_before(field[3], '-'), &n))
        facts_put_number(f, at, ATTR_PORT_FROM, (double)n);
    if (text_to_int(text_after(field[3], '-'), &n))
        facts_put_number(f, at, ATTR_PORT_TO, (double)n);
    facts_put_text(f, at, ATTR_PEER, field[4]);
    if (text_to_int(field[5], &n))
        facts_put_number(f, at, ATTR_PRIORITY, (double)n);
    facts_put_text(f, at, ATTR_TARGET, field[6]);
    facts_put_text(f, at, ATTR_NETWORK, field[7]);
}

static uint32_t add_firewall(facts *f, const char *id, const char *rules)
{
    uint32_t at = facts_add(f, FACT_FIREWALL, PROVIDER_AWS, str_of(id), 0);
    facts_put_flag(f, at, ATTR_READ_WHOLE, true);
    str rest = str_of(rules), line;
    for (int i = 0; text_next(&rest, '\n', &line); i++)
        add_rule(f, str_of(id), line, i);
    return at;
}

typedef struct port_case {
    check_test *test;
    const char *value;
    double number;
    const char *rules;
    spoor_check_status status;
    const char *seen;
} port_case;

#define PASS SPOOR_CHECK_PASS
#define FAIL SPOOR_CHECK_FAIL
#define NO_DATA SPOOR_CHECK_NO_DATA

/* clang-format off */
static const port_case cases[] = {
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0", FAIL, "0.0.0.0/0 on tcp 22"},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 ::/0", FAIL, "::/0 on tcp 22"},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 203.0.113.9/0", FAIL, "203.0.113.9/0 on tcp 22"},
    {check_ports_closed, "22", 0, "in allow TCP 20-25 *", FAIL, "* on tcp 20-25"},
    {check_ports_closed, "22", 0, "in allow all - 0.0.0.0/0", FAIL, "0.0.0.0/0 on every port"},
    {check_ports_closed, "22", 0, "in allow tcp 23-80 0.0.0.0/0", PASS, "none of 1 inbound rule"},
    {check_ports_closed, "22", 0, "in allow tcp 1-21 0.0.0.0/0", PASS, "none of 1"},
    {check_ports_closed, "22", 0, "in allow udp 22-22 0.0.0.0/0", PASS, "none of 1"},
    {check_ports_closed, "22", 0, "in allow icmp - 0.0.0.0/0", PASS, "none of 1"},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 10.0.0.0/8", PASS, "none of 1"},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 sg-2", PASS, "none of 1"},
    {check_ports_closed, "22", 0, "out allow tcp 22-22 0.0.0.0/0", PASS, "none of 0 inbound rules"},
    {check_ports_closed, "22", 0, "", PASS, "none of 0"},
    {check_ports_closed, "21|22", 0, "in allow tcp 22-22 0.0.0.0/0", FAIL, "on tcp 22"},
    {check_ports_closed, "5985-5986", 0, "in allow tcp 5986-5990 0.0.0.0/0", FAIL, "on tcp 5986-5990"},
    {check_ports_closed, "udp:161", 0, "in allow udp 161-161 0.0.0.0/0", FAIL, "on udp 161"},
    {check_ports_closed, "udp:161", 0, "in allow tcp 161-161 0.0.0.0/0", PASS, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0\nin allow tcp 22-22 ::/0\nin allow all - ::/0",
     FAIL, "0.0.0.0/0 on tcp 22, and 2 more rules"},
    /* what is not known */
    {check_ports_closed, "22", 0, "in allow tcp - 0.0.0.0/0", NO_DATA, "not all rules"},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 -", NO_DATA, "not all rules"},
    {check_ports_closed, "22", 0, "in - tcp 22-22 0.0.0.0/0", NO_DATA, "not all rules"},
    {check_ports_closed, "22", 0, "- allow tcp 22-22 0.0.0.0/0", NO_DATA, "not all rules"},
    {check_ports_closed, "22", 0, "in allow tcp - 0.0.0.0/0\nin allow all - ::/0", FAIL, "every port"},
    /* what takes it back */
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 200\nin deny tcp 22-22 0.0.0.0/0 100", PASS, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 100\nin deny tcp 22-22 0.0.0.0/0 100", PASS, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 100\nin deny tcp 22-22 0.0.0.0/0 200", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0\nin deny tcp 22-22 0.0.0.0/0 1", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 2\nin deny tcp 22-22 0.0.0.0/0", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 2\nout deny tcp 22-22 0.0.0.0/0 1", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 2\nin deny udp 22-22 0.0.0.0/0 1", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 0.0.0.0/0 2\nin deny tcp 22-22 198.51.100.0/24 1", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 ::/0 2\nin deny tcp 22-22 0.0.0.0/0 1", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 ::/0 2\nin deny all - * 1", PASS, ""},
    {check_ports_closed, "20-25", 0, "in allow tcp 20-25 * 9\nin deny tcp 20-22 * 1\nin deny tcp 23-30 * 2", PASS, ""},
    {check_ports_closed, "20-25", 0, "in allow tcp 20-25 * 9\nin deny tcp 20-22 * 1\nin deny tcp 24-30 * 2", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 * 9 web\nin deny tcp 22-22 * 1 web", PASS, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 * 9 web\nin deny tcp 22-22 * 1 db", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 * 9 -\nin deny tcp 22-22 * 1 db", FAIL, ""},
    {check_ports_closed, "22", 0, "in allow tcp 22-22 * 9 web\nin deny tcp 22-22 * 1 -", PASS, ""},
    /* all ports, many ports, large networks */
    {check_ports_closed, "all", 0, "in allow tcp 0-65535 0.0.0.0/0", FAIL, "tcp 0-65535"},
    {check_ports_closed, "all", 0, "in allow udp 1-65535 0.0.0.0/0", FAIL, "udp 1-65535"},
    {check_ports_closed, "all", 0, "in allow all - 0.0.0.0/0", FAIL, "every port"},
    {check_ports_closed, "all", 0, "in allow icmp - 0.0.0.0/0", PASS, ""},
    {check_ports_closed, "all", 0, "in allow tcp 1-65534 0.0.0.0/0", PASS, ""},
    {check_ports_closed, "all", 0, "in allow all - * 9\nin deny tcp 1-65535 * 1", FAIL, ""},
    {check_ports_closed, "all", 0, "in allow all - * 9\nin deny all - * 1", PASS, ""},
    {check_ports_closed, "any", 0, "in allow icmp - 0.0.0.0/0", FAIL, "on icmp"},
    {check_ports_closed, "any", 0, "in allow tcp 443-443 0.0.0.0/0", FAIL, "on tcp 443"},
    {check_ports_closed, "any", 0, "in allow tcp 443-443 10.0.0.0/8", PASS, ""},
    {check_rules_none, "", 0, "out allow all - 0.0.0.0/0", FAIL, "1 rule"},
    {check_rules_none, "", 0, "", PASS, "0 rules"},
    {check_ports_few, "", 100, "in allow tcp 1000-1100 0.0.0.0/0", FAIL, "tcp 1000-1100"},
    {check_ports_few, "", 100, "in allow tcp 1000-1099 0.0.0.0/0", PASS, ""},
    {check_ports_few, "", 100, "in allow tcp 0-65535 0.0.0.0/0", PASS, ""},
    {check_ports_few, "", 100, "in allow tcp 1000-1100 10.0.0.0/8", PASS, ""},
    {check_peers_bounded, "", 0, "in allow tcp 22-22 128.0.0.0/1", FAIL, "128.0.0.0/1 on tcp 22"},
    {check_peers_bounded, "", 0, "in allow tcp 22-22 10.0.0.0/8", PASS, ""},
    {check_peers_bounded, "", 0, "in allow tcp 22-22 0.0.0.0/0", PASS, ""},
};
/* clang-format on */

static bool told_right(const port_case *c, spoor_check_status status, str seen)
{
    bool is_right = status == c->status && text_has(seen, c->seen);
    if (!is_right)
        print_error("%s\n  %s: \"%.*s\"\n", c->rules, spoor_check_status_text(status), (int)seen.n,
                    seen.p);
    return is_right;
}

static void test_rules(void **s)
{
    (void)s;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        audit a = {0};
        add_firewall(&a.facts, "sg-1", cases[i].rules);
        add_firewall(&a.facts, "sg", "in allow all - 0.0.0.0/0 1");
        add_firewall(&a.facts, "sg-12", "in deny all - * 0\nin allow all - 0.0.0.0/0 1");
        assert_true(facts_sort(&a.facts));
        uint32_t at = facts_find(&a.facts, FACT_FIREWALL, PROVIDER_AWS, STR("sg-1"));
        check row = {.value = cases[i].value, .number = cases[i].number};
        AUTO(buf) seen = {0};
        spoor_check_status got = cases[i].test(&a, &row, facts_at(&a.facts, at), &seen);
        assert_true(told_right(&cases[i], got, buf_str(&seen)));
        facts_done(&a.facts);
    }
}

/* A firewall of which something was not understood never passes, and fails all the same. */
static void test_not_whole(void **s)
{
    (void)s;
    audit a = {0};
    uint32_t at = facts_add(&a.facts, FACT_FIREWALL, PROVIDER_AWS, STR("sg-1"), 0);
    check row = {.value = "22"};
    AUTO(buf) seen = {0};
    facts_sort(&a.facts);
    assert_int_equal(check_ports_closed(&a, &row, facts_at(&a.facts, at), &seen), NO_DATA);
    add_rule(&a.facts, STR("sg-1"), STR("in allow tcp 22-22 *"), 1);
    facts_sort(&a.facts);
    at = facts_find(&a.facts, FACT_FIREWALL, PROVIDER_AWS, STR("sg-1"));
    assert_int_equal(check_ports_closed(&a, &row, facts_at(&a.facts, at), &seen), FAIL);
    facts_done(&a.facts);
}

/* Where rules have a network, one firewall takes back what another opens there, not elsewhere. */
static void test_network(void **s)
{
    static const struct {
        const char *deny;
        spoor_check_status status;
    } networks[] = {{"in deny tcp 22-22 * 1 - net-1", PASS},
                    {"in deny tcp 22-22 * 1 - net-2", FAIL}};
    (void)s;
    for (size_t i = 0; i < ARRAY_LEN(networks); i++) {
        audit a = {0};
        add_firewall(&a.facts, "opens", "in allow tcp 22-22 * 1000 - net-1");
        add_firewall(&a.facts, "denies", networks[i].deny);
        facts_sort(&a.facts);
        uint32_t at = facts_find(&a.facts, FACT_FIREWALL, PROVIDER_AWS, STR("opens"));
        check row = {.value = "22"};
        AUTO(buf) seen = {0};
        assert_int_equal(check_ports_closed(&a, &row, facts_at(&a.facts, at), &seen),
                         networks[i].status);
        facts_done(&a.facts);
    }
}

/* A firewall's rules are those of its account and region, and none that is switched off. */
static void test_place(void **s)
{
    (void)s;
    audit a = {0};
    uint32_t at = add_firewall(&a.facts, "sg-1", "in allow tcp 22-22 *");
    facts_set_account(&a.facts, at, STR("111122223333"));
    uint32_t rule = facts_find(&a.facts, FACT_FIREWALL_RULE, PROVIDER_AWS, STR("sg-1/r0"));
    facts_set_account(&a.facts, rule, STR("111122223333"));
    facts_set_name(&a.facts, rule, STR("anyone"));
    add_firewall(&a.facts, "sg-2", "in allow tcp 22-22 *");
    facts_sort(&a.facts);
    at = facts_find(&a.facts, FACT_FIREWALL, PROVIDER_AWS, STR("sg-1"));
    check row = {.value = "22"};
    AUTO(buf) seen = {0};
    assert_int_equal(check_ports_closed(&a, &row, facts_at(&a.facts, at), &seen), FAIL);
    assert_true(str_is(buf_str(&seen), "rule anyone: * on tcp 22"));
    rule = facts_find(&a.facts, FACT_FIREWALL_RULE, PROVIDER_AWS, STR("sg-1/r0"));
    facts_put_flag(&a.facts, rule, ATTR_ENABLED, false);
    assert_int_equal(check_ports_closed(&a, &row, facts_at(&a.facts, at), &seen), PASS);
    facts_done(&a.facts);
}

static void test_machines(void **s)
{
    static const struct {
        const char *address, *firewall;
        spoor_check_status status;
        const char *seen;
    } machines[] = {
        {"192.0.2.1", "sg-open", FAIL, "public address 192.0.2.1, sg-open lets in * on tcp 22"},
        {"192.0.2.1", "sg-shut", PASS, "public address 192.0.2.1"},
        {"192.0.2.1", "sg-gone", NO_DATA, "not in the exports"},
        {"192.0.2.1", "", NO_DATA, "not in the exports"},
        {"", "sg-open", PASS, "no public address"},
    };
    (void)s;
    for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
        audit a = {0};
        uint32_t at = facts_add(&a.facts, FACT_INSTANCE, PROVIDER_AWS, STR("i-1"), 0);
        facts_put_flag(&a.facts, at, ATTR_READ_WHOLE, true);
        facts_put_text(&a.facts, at, ATTR_PUBLIC_IP, str_of(machines[i].address));
        facts_put_text(&a.facts, at, ATTR_FIREWALL, str_of(machines[i].firewall));
        add_firewall(&a.facts, "sg-open", "in allow tcp 22-22 *");
        add_firewall(&a.facts, "sg-shut", "");
        facts_sort(&a.facts);
        at = facts_find(&a.facts, FACT_INSTANCE, PROVIDER_AWS, STR("i-1"));
        check row = {.value = "22"};
        AUTO(buf) seen = {0};
        assert_int_equal(check_ports_unreached(&a, &row, facts_at(&a.facts, at), &seen),
                         machines[i].status);
        assert_true(text_has(buf_str(&seen), machines[i].seen));
        facts_done(&a.facts);
    }
}

static void test_protocols(void **s)
{
    (void)s;
    assert_true(str_is(protocol_name(STR("-1")), "all"));
    assert_true(str_is(protocol_name(STR("Tcp")), "tcp"));
    assert_true(str_is(protocol_name(STR("17")), "udp"));
    assert_true(str_is(protocol_name(STR("50")), "50"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_not_whole),
        cmocka_unit_test(test_network),  cmocka_unit_test(test_place),
        cmocka_unit_test(test_machines), cmocka_unit_test(test_protocols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
