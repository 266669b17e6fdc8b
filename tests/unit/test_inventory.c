/* SPDX-License-Identifier: Apache-2.0
 *
 * test_inventory.c -- what calls of three clouds make of machines, groups, interfaces and
 * addresses; lists, limits, and the way through bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "state/compact.h"
#include "state/inventory.h"
#include "support/events.h"
#include "support/random.h"

enum { CALLS = 8 };

/* clang-format off */
#define DO(at, name, refs, fields) {at, name, "alice", refs, fields, OUTCOME_SUCCESS}
#define GROUP "created security_group sg-1; uses network vpc-1"
#define RUN(at, id) DO(at, "RunInstances", "created instance " id "#1; uses security_group sg-1; uses network vpc-1; uses network eni-" id "#1", "image=ami-1|region=r")
#define ALLOW(at, text) DO(at, "AuthorizeSecurityGroupIngress", "target security_group sg-1", "public_exposure=" text)
#define NSG "/subscriptions/s/resourcegroups/g/providers/microsoft.network/networksecuritygroups/n"
#define NIC "/subscriptions/s/resourcegroups/g/providers/microsoft.network/networkinterfaces/c"
#define SUBNET "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/d"
#define NSG_WRITE "microsoft.network/networksecuritygroups/write"
#define RULE_WRITE "microsoft.network/networksecuritygroups/securityrules/write"
#define NET "projects/p/global/networks/default"
#define FIREWALL(at, name, more) DO(at, "compute.firewalls." name, "created security_group fw; uses network " NET, more)
#define VM(at, more) DO(at, "compute.instances.insert", "created instance i; uses network " NET, "image=debian" more)

/* How the world reaches instance "i" after the calls: '+' with a public address, '-' without, '?'
 * not known; then what is open. */
static const struct {
    const char *name;
    call calls[CALLS];
    const char *exposure;
} cases[] = {
    {"nothing is known of groups that are not named", {DO(0, "RunInstances", "created instance i", "")}, "? unknown"},
    {"a group without rules", {DO(0, "CreateSecurityGroup", GROUP, ""), RUN(1, "i")}, "? closed, known"},
    {"a group that was there before may have rules", {RUN(1, "i")}, "? closed"},
    {"a rule before the launch", {ALLOW(0, "tcp/22 from 0.0.0.0/0"), RUN(1, "i")}, "? tcp/22"},
    {"and behind it", {RUN(0, "i"), ALLOW(1, "tcp/22 from 0.0.0.0/0")}, "? tcp/22"},
    {"told twice", {RUN(0, "i"), ALLOW(1, "tcp/22 from 0.0.0.0/0"), ALLOW(2, "tcp/22 from 0.0.0.0/0")}, "? tcp/22"},
    {"two rules", {RUN(0, "i"), ALLOW(1, "tcp/22 from 0.0.0.0/0; all traffic from ::/0")}, "? tcp/22 all traffic"},
    {"what is refused opens nothing", {RUN(0, "i"), {1, "AuthorizeSecurityGroupIngress", "a", "target security_group sg-1", "public_exposure=tcp/22 from *", OUTCOME_DENIED}}, "? closed"},
    {"revoked", {RUN(0, "i"), ALLOW(1, "tcp/22 from 0.0.0.0/0; tcp/80 from 0.0.0.0/0"), DO(2, "RevokeSecurityGroupIngress", "target security_group sg-1", "public_exposure=tcp/22 from 0.0.0.0/0")}, "? tcp/80"},
    {"revoked from another network", {RUN(0, "i"), ALLOW(1, "tcp/22 from 0.0.0.0/0"), DO(2, "RevokeSecurityGroupIngress", "target security_group sg-1", "public_exposure=tcp/22 from ::/0")}, "? tcp/22"},
    {"revoked by name", {RUN(0, "i"), DO(1, "AuthorizeSecurityGroupIngress", "target security_group sg-1", "public_exposure=tcp/22 from 0.0.0.0/0|policy_delta=rule sgr-1: tcp/22 from 0.0.0.0/0"), DO(2, "RevokeSecurityGroupIngress", "target security_group sg-1", "policy_delta=rule sgr-1")}, "? closed"},
    {"modified to a bounded network", {RUN(0, "i"), DO(1, "AuthorizeSecurityGroupIngress", "target security_group sg-1", "policy_delta=rule sgr-1: tcp/22 from 0.0.0.0/0"), DO(2, "ModifySecurityGroupRules", "target security_group sg-1", "policy_delta=rule sgr-1")}, "? closed"},
    {"modified to be open", {RUN(0, "i"), DO(2, "ModifySecurityGroupRules", "target security_group sg-1", "public_exposure=udp/53 from ::/0|policy_delta=rule sgr-1: udp/53 from ::/0")}, "? udp/53"},
    {"an address asked for", {DO(0, "RunInstances", "created instance i; uses security_group sg-1", "public_exposure=public address")}, "+ closed"},
    {"an address on the machine", {RUN(0, "i"), ALLOW(1, "tcp/22 from *"), DO(2, "AssociateAddress", "target instance i; attached public_address 3.4.5.6", "")}, "+3.4.5.6 tcp/22"},
    {"an address on its interface", {RUN(0, "i"), DO(2, "AssociateAddress", "target network eni-i; attached public_address eip", "")}, "+eip closed"},
    {"an address on another's interface", {RUN(0, "i"), DO(2, "AssociateAddress", "target network eni-j; attached public_address eip", "")}, "? closed"},
    {"a subnet that gives addresses", {DO(0, "ModifySubnetAttribute", "target network subnet-1", "public_exposure=public addresses by default"), DO(1, "RunInstances", "created instance i; uses network subnet-1", "")}, "+ unknown"},
    {"none asked for", {DO(1, "RunInstances", "created instance i", "policy_delta=no public address")}, "- unknown"},
    {"groups swapped on the interface", {ALLOW(0, "tcp/22 from *"), RUN(1, "i"), DO(2, "ModifyNetworkInterfaceAttribute", "target network eni-i; uses security_group sg-2", "")}, "? closed"},
    {"and on the machine", {ALLOW(0, "tcp/22 from *"), DO(1, "RunInstances", "created instance i; uses security_group sg-2; uses network eni-i", ""), DO(2, "ModifyInstanceAttribute", "target instance i; uses security_group sg-1", "")}, "? tcp/22"},
    {"swapped there and back", {ALLOW(0, "tcp/22 from *"), RUN(1, "i"), DO(2, "ModifyNetworkInterfaceAttribute", "target network eni-i; uses security_group sg-2", ""), DO(3, "ModifyInstanceAttribute", "target instance i; uses security_group sg-1", "")}, "? tcp/22"},
    {"a template's groups", {ALLOW(0, "tcp/22 from *"), DO(1, "CreateLaunchTemplate", "created template lt; uses security_group sg-1", "public_exposure=public address"), DO(2, "CreateFleet", "created instance i; parent template lt", "")}, "+ tcp/22"},
    {"an NSG with its rules, on an interface", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22,3389 from *|policy_delta=rule ssh: tcp/22,3389 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; attached public_address ip; uses security_group " NSG "; uses network " SUBNET, "public_exposure=public address"), DO(2, "microsoft.compute/virtualmachines/write", "created instance i; uses network " NIC, "image=x")}, "+ip tcp/22 tcp/3389"},
    {"an interface made behind the machine", {DO(1, "microsoft.compute/virtualmachines/write", "created instance i; uses network " NIC, ""), DO(2, "microsoft.network/networkinterfaces/write", "created network " NIC "; uses security_group " NSG, ""), DO(3, RULE_WRITE, "target security_group " NSG, "public_exposure=tcp/22 from *|policy_delta=rule ssh: tcp/22 from *")}, "- tcp/22"},
    {"an NSG rule written anew", {DO(0, RULE_WRITE, "target security_group " NSG, "public_exposure=tcp/22 from *|policy_delta=rule ssh: tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, RULE_WRITE, "target security_group " NSG, "policy_delta=rule ssh")}, "- closed"},
    {"an NSG rule deleted", {DO(0, RULE_WRITE, "target security_group " NSG, "policy_delta=rule ssh: tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, "microsoft.network/networksecuritygroups/securityrules/delete", "target security_group " NSG, "policy_delta=rule ssh")}, "- closed"},
    {"an NSG written anew without the rule", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, NSG_WRITE, "created security_group " NSG, "")}, "- closed, known"},
    {"a firewall rule for all", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0"), VM(1, "|public_exposure=public address")}, "+ tcp/22"},
    {"one for a tag", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0|policy_delta=tag web"), VM(1, "|policy_delta=tag web")}, "- tcp/22"},
    {"one for another tag", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0|policy_delta=tag web"), VM(1, "|policy_delta=tag db")}, "- closed"},
    {"a tag set later", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0|policy_delta=tag web"), VM(1, ""), DO(2, "compute.instances.setTags", "target instance i", "policy_delta=tag web")}, "- tcp/22"},
    {"a firewall rule narrowed", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0"), VM(1, ""), DO(2, "compute.firewalls.patch", "target security_group fw", "")}, "- closed"},
    {"patched elsewhere", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0"), VM(1, ""), DO(2, "compute.firewalls.patch", "target security_group fw", "policy_delta=rules kept")}, "- tcp/22"},
    {"a firewall rule deleted", {FIREWALL(0, "insert", "public_exposure=tcp/22 from 0.0.0.0/0"), VM(1, ""), DO(2, "compute.firewalls.delete", "target security_group fw", "")}, "- closed"},
    {"an address given and taken", {VM(1, ""), DO(2, "compute.instances.addAccessConfig", "target instance i; attached public_address 3.4.5.6", "public_exposure=public address"), DO(3, "compute.instances.deleteAccessConfig", "target instance i", "")}, "- closed"},
};
/* clang-format on */

static void put_exposure(const inventory *v, const char *id, buf *out)
{
    const inventory_machine *m = inventory_instance_at(v, str_of(id));
    assert_non_null(m);
    inventory_exposure x = inventory_expose(v, m);
    buf_putc(out, "?-+"[x.has_address]);
    buf_putstr(out, inventory_text(v, x.address));
    for (size_t i = 0; i < x.n_ways; i++) {
        buf_putc(out, ' ');
        buf_putstr(out, inventory_text(v, x.way[i].rule->what));
    }
    if (x.n_ways == 0)
        buf_puts(out, x.reach == REACH_UNKNOWN ? " unknown" : " closed");
    if (x.n_ways == 0 && x.are_groups_born)
        buf_puts(out, ", known");
}

static void test_exposure(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(state_done) state s;
        AUTO(buf) text = {0};
        assert_true(state_init(&s));
        events_add(&s, cases[i].calls, events_count(cases[i].calls, CALLS));
        put_exposure(s.inventory, "i", &text);
        if (!str_is(buf_str(&text), cases[i].exposure))
            fail_msg("%s: %.*s", cases[i].name, (int)text.n, text.p);
        assert_false(state_failed(&s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exposure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
