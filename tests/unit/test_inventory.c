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

#include "base/limits.h"
#include "base/time.h"
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
#define SUBNET_WRITE "microsoft.network/virtualnetworks/subnets/write"
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
    {"what is no rule", {RUN(0, "i"), DO(1, "AuthorizeSecurityGroupIngress", "target security_group sg-1", "public_exposure= from *;;from; tcp/22; tcp/22 from|policy_delta=rule ; rule"), ALLOW(2, "tcp/1,,x from *")}, "? tcp/1 tcp/ tcp/x"},
    {"an address asked for", {DO(0, "RunInstances", "created instance i; uses security_group sg-1", "public_exposure=public address")}, "+ closed"},
    {"an address on the machine", {RUN(0, "i"), ALLOW(1, "tcp/22 from *"), DO(2, "AssociateAddress", "target instance i; attached public_address 3.4.5.6", "")}, "+3.4.5.6 tcp/22"},
    {"an address on its interface", {RUN(0, "i"), DO(2, "AssociateAddress", "target network eni-i; attached public_address eip", "")}, "+eip closed"},
    {"an address on another's interface", {RUN(0, "i"), DO(2, "AssociateAddress", "target network eni-j; attached public_address eip", "")}, "? closed"},
    {"an address given and taken by its association", {RUN(0, "i"), DO(2, "AssociateAddress", "target network eni-i; attached public_address eip", "policy_delta=association eipassoc-1"), DO(3, "DisassociateAddress", "", "policy_delta=association eipassoc-1")}, "- closed"},
    {"another association taken", {RUN(0, "i"), DO(2, "AssociateAddress", "target instance i; attached public_address eip", "policy_delta=association eipassoc-1"), DO(3, "DisassociateAddress", "", "policy_delta=association eipassoc-2")}, "+eip closed"},
    {"ports of a Lightsail machine", {DO(0, "CreateInstances", "created instance i", "image=ubuntu"), DO(1, "OpenInstancePublicPorts", "target instance i", "public_exposure=tcp/22 from 0.0.0.0/0"), DO(2, "OpenInstancePublicPorts", "target instance i", "public_exposure=tcp/80 from 0.0.0.0/0")}, "? tcp/22 tcp/80"},
    {"put anew", {DO(0, "CreateInstances", "created instance i", "image=ubuntu"), DO(1, "OpenInstancePublicPorts", "target instance i", "public_exposure=tcp/22 from 0.0.0.0/0"), DO(2, "PutInstancePublicPorts", "target instance i", "public_exposure=tcp/80 from 0.0.0.0/0")}, "? tcp/80"},
    {"a subnet that gives addresses", {DO(0, "ModifySubnetAttribute", "target network subnet-1", "public_exposure=public addresses by default"), DO(1, "RunInstances", "created instance i; uses network subnet-1", "")}, "+ unknown"},
    {"none asked for", {DO(1, "RunInstances", "created instance i", "policy_delta=no public address")}, "- unknown"},
    {"groups swapped on the interface", {ALLOW(0, "tcp/22 from *"), RUN(1, "i"), DO(2, "ModifyNetworkInterfaceAttribute", "target network eni-i; uses security_group sg-2", "")}, "? closed"},
    {"and on the machine", {ALLOW(0, "tcp/22 from *"), DO(1, "RunInstances", "created instance i; uses security_group sg-2; uses network eni-i", ""), DO(2, "ModifyInstanceAttribute", "target instance i; uses security_group sg-1", "")}, "? tcp/22"},
    {"swapped there and back", {ALLOW(0, "tcp/22 from *"), RUN(1, "i"), DO(2, "ModifyNetworkInterfaceAttribute", "target network eni-i; uses security_group sg-2", ""), DO(3, "ModifyInstanceAttribute", "target instance i; uses security_group sg-1", "")}, "? tcp/22"},
    {"the machine's word holds for its one interface", {ALLOW(0, "tcp/22 from *"), DO(1, "RunInstances", "created instance i; uses security_group sg-2; uses network eni-i", ""), DO(2, "ModifyNetworkInterfaceAttribute", "target network eni-i; uses security_group sg-1", ""), DO(3, "ModifyInstanceAttribute", "target instance i; uses security_group sg-3", "")}, "? closed"},
    {"a template's groups", {ALLOW(0, "tcp/22 from *"), DO(1, "CreateLaunchTemplate", "created template lt; uses security_group sg-1", "public_exposure=public address"), DO(2, "CreateFleet", "created instance i; parent template lt", "")}, "+ tcp/22"},
    {"an NSG with its rules, on an interface", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22,3389 from *|policy_delta=rule ssh: tcp/22,3389 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; attached public_address ip; uses security_group " NSG "; uses network " SUBNET, "public_exposure=public address"), DO(2, "microsoft.compute/virtualmachines/write", "created instance i; uses network " NIC, "image=x")}, "+ip tcp/22 tcp/3389"},
    {"an interface made behind the machine", {DO(1, "microsoft.compute/virtualmachines/write", "created instance i; uses network " NIC, ""), DO(2, "microsoft.network/networkinterfaces/write", "created network " NIC "; uses security_group " NSG, ""), DO(3, RULE_WRITE, "target security_group " NSG, "public_exposure=tcp/22 from *|policy_delta=rule ssh: tcp/22 from *")}, "- tcp/22"},
    {"an NSG rule written anew", {DO(0, RULE_WRITE, "target security_group " NSG, "public_exposure=tcp/22 from *|policy_delta=rule ssh: tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, RULE_WRITE, "target security_group " NSG, "policy_delta=rule ssh")}, "- closed"},
    {"an NSG rule deleted", {DO(0, RULE_WRITE, "target security_group " NSG, "policy_delta=rule ssh: tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, "microsoft.network/networksecuritygroups/securityrules/delete", "target security_group " NSG, "policy_delta=rule ssh")}, "- closed"},
    {"an NSG written anew without the rule", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22 from *"), DO(1, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses security_group " NSG, ""), DO(2, NSG_WRITE, "created security_group " NSG, "")}, "- closed, known"},
    {"a subnet's NSG opens an interface without one", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22 from *"), DO(1, SUBNET_WRITE, "target network " SUBNET "; uses security_group " NSG, ""), DO(2, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses network " SUBNET, "")}, "- tcp/22"},
    {"both must let in", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22 from *; tcp/80 from *"), DO(1, NSG_WRITE, "created security_group " NSG "2", "public_exposure=tcp/80-90 from *"), DO(2, SUBNET_WRITE, "target network " SUBNET "; uses security_group " NSG "2", ""), DO(3, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses network " SUBNET "; uses security_group " NSG, "")}, "- tcp/80"},
    {"as far as the subnet's is known", {DO(0, NSG_WRITE, "created security_group " NSG, "public_exposure=tcp/22 from *; tcp/80 from *"), DO(2, SUBNET_WRITE, "target network " SUBNET "; uses security_group " NSG "2", ""), DO(3, "microsoft.network/networkinterfaces/write", "created network " NIC "; target instance i; uses network " SUBNET "; uses security_group " NSG, "")}, "- tcp/22 tcp/80"},
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

/* ---- machines -------------------------------------------------------------------------------- */

/* clang-format off */
/* Instance "i" after the calls: network, image, size, key pair, role, metadata, who made it. */
static const struct {
    const char *name;
    call calls[CALLS];
    const char *traits;
} machines[] = {
    {"a launch", {DO(0, "RunInstances", "created instance i; uses network vpc-1; uses network subnet-1; uses key_pair k", "image=ami|instance_type=t3.micro|instance_identity=web|policy_delta=IMDSv2 required")}, "vpc-1 ami t3.micro k web v2 by alice"},
    {"what a full record leaves out is not there", {DO(0, "RunInstances", "created instance i; uses network vpc-1", "image=ami")}, "vpc-1 ami - none none - by alice"},
    {"what an empty one leaves out is not known", {DO(0, "RunInstances", "created instance i", "")}, "- - - - - - by alice"},
    {"a template's traits, and what goes over them", {DO(0, "CreateLaunchTemplate", "created template lt; uses key_pair k; uses network subnet-1", "image=ami|instance_type=t3.micro|public_exposure=IMDSv1 allowed"), DO(1, "CreateFleet", "created instance i; parent template lt", "instance_type=m5.large")}, "subnet-1 ami m5.large k none v1 by alice"},
    {"a subnet leads to its network", {DO(0, "RunInstances", "created instance j; uses network vpc-1; uses network subnet-1", ""), DO(1, "CreateFleet", "created instance i; uses network subnet-1", "")}, "vpc-1 - - - - - by alice"},
    {"Azure's subnet has its network in its name", {DO(0, "microsoft.network/networkinterfaces/write", "created network " NIC "; uses network " SUBNET, ""), DO(1, "microsoft.compute/virtualmachines/write", "created instance i; uses network " NIC, "image=x|instance_identity=id")}, "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v x - - id - by alice"},
    {"another role", {DO(0, "RunInstances", "created instance i", "image=ami|instance_identity=web"), DO(1, "AssociateIamInstanceProfile", "target instance i; granted role admin", "")}, "- ami - none admin - by alice"},
    {"another size", {DO(0, "RunInstances", "created instance i", "image=ami|instance_type=a"), DO(1, "ModifyInstanceAttribute", "target instance i", "instance_type=b")}, "- ami b none none - by alice"},
    {"metadata service opened", {DO(0, "RunInstances", "created instance i", "policy_delta=IMDSv2 required"), DO(1, "ModifyInstanceMetadataOptions", "target instance i", "public_exposure=IMDSv1 allowed")}, "- - - - - v1 by alice"},
    {"a name used again is another machine", {DO(0, "compute.instances.insert", "created instance i; uses network n", "image=a"), DO(1, "compute.instances.delete", "target instance i", ""), {2, "compute.instances.insert", "bob", "created instance i; uses network m", "image=b", 0}}, "m b - - none - by bob"},
    {"told twice it is one", {DO(0, "RunInstances", "created instance i", "image=a"), {1, "RunInstances", "bob", "created instance i", "instance_type=t", 0}}, "- a t none none - by alice"},
};
/* clang-format on */

static void put_trait(const inventory *v, uint32_t trait, buf *out)
{
    buf_putstr(out, trait ? inventory_text(v, trait) : STR("-"));
    buf_putc(out, ' ');
}

static void test_machines(void **unused)
{
    static const char *const imds[] = {"- ", "v2 ", "v1 "};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
        CLEANUP(state_done) state s;
        AUTO(buf) text = {0};
        assert_true(state_init(&s));
        events_add(&s, machines[i].calls, events_count(machines[i].calls, CALLS));
        const inventory_machine *m = inventory_instance_at(s.inventory, STR("i"));
        assert_non_null(m);
        const uint32_t traits[] = {m->is.network, m->is.image, m->is.size, m->is.key_pair,
                                   m->is.role};
        for (size_t k = 0; k < ARRAY_LEN(traits); k++)
            put_trait(s.inventory, traits[k], &text);
        buf_printf(&text, "%sby ", imds[m->is.is_imds_v1]);
        buf_putstr(&text, inventory_text(s.inventory, m->maker));
        if (!str_is(buf_str(&text), machines[i].traits))
            fail_msg("%s: %.*s", machines[i].name, (int)text.n, text.p);
    }
}

/* ---- lists and limits, against a walk over everything ---------------------------------------- */

enum { FEW = 24, NAMES = 40, STEPS = 4000 };

static str numbered(const char *word, uint64_t n, char room[32])
{
    int length = snprintf(room, 32, "%s%u", word, (unsigned)n);
    return (str){room, (size_t)length};
}

static uint32_t key_of(const inventory_machine *m, unsigned scope)
{
    const uint32_t keys[] = {m->is.network, m->place, m->account};
    return keys[scope % SCOPE_PAST];
}

static bool is_alive(const inventory_machine *m)
{
    return m->ended_ns == INT64_MAX;
}

/* Those that live, or have ended, in m's network, region or account, counted one by one. */
static size_t count_slowly(const inventory *v, const inventory_machine *m, unsigned scope)
{
    size_t n = 0;
    for (uint32_t i = 0; i < v->store[INVENTORY_MACHINES].n; i++) {
        const inventory_machine *other = inventory_machine_at(v, i);
        n += is_alive(other) == (scope < SCOPE_PAST) && key_of(m, scope) &&
             key_of(other, scope) == key_of(m, scope);
    }
    return n;
}

static size_t count_listed(const inventory *v, const inventory_machine *m, unsigned scope)
{
    size_t n = 0;
    uint32_t slot = inventory_newest(v, m, (inventory_scope)scope);
    for (; slot != INVENTORY_NONE; slot = inventory_older(v, slot, (inventory_scope)scope)) {
        const inventory_machine *other = inventory_machine_at(v, slot);
        assert_int_equal(key_of(other, scope), key_of(m, scope));
        assert_int_equal(is_alive(other), scope < SCOPE_PAST);
        n++;
    }
    return n;
}

static void check_lists(const inventory *v)
{
    for (uint32_t i = 0; i < v->store[INVENTORY_MACHINES].n; i++)
        for (unsigned scope = SCOPE_NETWORK; scope < SCOPE_ALL; scope++) {
            const inventory_machine *m = inventory_machine_at(v, i);
            assert_int_equal(count_listed(v, m, scope), count_slowly(v, m, scope));
        }
}

/* A machine comes, goes, or moves to another network. */
static void change(inventory *v, uint64_t *seed, int64_t now)
{
    char room[32];
    str name = numbered("i-", random_next(seed) % NAMES, room);
    uint32_t slot = inventory_put(v, INVENTORY_MACHINES, inventory_id(v, name));
    inventory_machine *m = inventory_machine_of(v, slot);
    if (!m->account) {
        m->account = inventory_id(v, numbered("account-", random_next(seed) % 2, room));
        m->region = inventory_id(v, numbered("region-", random_next(seed) % 2, room));
    }
    if (random_next(seed) % 3 == 0)
        m->ended_ns = m->ended_ns == INT64_MAX ? now : INT64_MAX;
    else
        m->is.network = inventory_id(v, numbered("vpc-", random_next(seed) % 4, room));
    inventory_file(v, slot);
}

static void test_lists(void **unused)
{
    AUTO(inventory) v;
    uint64_t seed = 7;
    (void)unused;
    assert_true(inventory_init(&v));
    v.limit = FEW;
    for (int64_t i = 0; i < STEPS; i++) {
        change(&v, &seed, i);
        if (i % 16 == 0)
            check_lists(&v);
    }
    assert_int_equal(v.store[INVENTORY_MACHINES].n, FEW);
    assert_true(v.store[INVENTORY_MACHINES].forgotten > 0);
    assert_false(v.failed);
}

static uint32_t put_machine(inventory *v, const char *name)
{
    uint32_t slot = inventory_put(v, INVENTORY_MACHINES, inventory_id(v, str_of(name)));
    inventory_machine_of(v, slot)->account = inventory_id(v, STR("a"));
    inventory_file(v, slot);
    return slot;
}

/* Of machines, those that ended go first, in the order in which they did; then the oldest. */
static void test_forgotten_first(void **unused)
{
    static const char *const names[] = {"i-0", "i-1", "i-2", "i-3"};
    static const char *const gone[] = {"i-2", "i-1", "i-0", "i-3"};
    AUTO(inventory) v;
    char room[32];
    (void)unused;
    assert_true(inventory_init(&v));
    v.limit = ARRAY_LEN(names);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        put_machine(&v, names[i]);
    for (size_t i = 0; i < 2; i++) {
        uint32_t slot = inventory_find(&v, INVENTORY_MACHINES, str_of(gone[i]));
        inventory_machine_of(&v, slot)->ended_ns = (int64_t)i;
        inventory_file(&v, slot);
    }
    for (size_t i = 0; i < ARRAY_LEN(gone); i++) {
        assert_non_null(inventory_instance_at(&v, str_of(gone[i])));
        put_machine(&v, numbered("new-", i, room).p);
        assert_null(inventory_instance_at(&v, str_of(gone[i])));
        assert_int_equal(v.store[INVENTORY_MACHINES].forgotten, i + 1);
    }
}

static void test_rules_are_bounded(void **unused)
{
    AUTO(inventory) v;
    char room[32];
    (void)unused;
    assert_true(inventory_init(&v));
    uint32_t slot = inventory_put(&v, INVENTORY_GROUPS, inventory_id(&v, STR("sg")));
    for (uint32_t i = 0; i < LIMIT_INVENTORY_RULES + 10; i++) {
        inventory_rule rule = {.what = inventory_id(&v, numbered("tcp/", i, room)), .source = 1};
        inventory_open(&v, inventory_group_of(&v, slot), &rule);
    }
    assert_int_equal(inventory_group_at(&v, slot)->n_rules, LIMIT_INVENTORY_RULES);
    assert_int_equal(v.rules_forgotten, 10);
    str oldest = inventory_text(&v, inventory_group_at(&v, slot)->rules[0].what);
    assert_true(str_is(oldest, "tcp/10"));
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* All that the cases tell, in one state. */
static void tell_all(state *s)
{
    assert_true(state_init(s));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        events_add(s, cases[i].calls, events_count(cases[i].calls, CALLS));
    for (size_t i = 0; i < ARRAY_LEN(machines); i++)
        events_add(s, machines[i].calls, events_count(machines[i].calls, CALLS));
    assert_false(state_failed(s));
}

static void test_same_bytes(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) bytes = {0};
    AUTO(buf) again = {0};
    AUTO(buf) before = {0};
    AUTO(buf) after = {0};
    AUTO(inventory) v;
    (void)unused;
    tell_all(&s);
    put_machine(s.inventory, "ended-later");
    uint32_t early = put_machine(s.inventory, "ended-early");
    inventory_machine_of(s.inventory, early)->ended_ns = 5;
    inventory_file(s.inventory, early);
    uint32_t late = inventory_find(s.inventory, INVENTORY_MACHINES, STR("ended-later"));
    inventory_machine_of(s.inventory, late)->ended_ns = 6;
    inventory_file(s.inventory, late);
    inventory_save(s.inventory, &bytes);
    assert_true(inventory_init(&v));
    assert_true(inventory_load(&v, buf_str(&bytes)));
    inventory_save(&v, &again);
    assert_true(str_eq(buf_str(&bytes), buf_str(&again)));
    put_exposure(s.inventory, "i", &before);
    put_exposure(&v, "i", &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    check_lists(&v);
    uint32_t oldest = inventory_oldest(&v, SCOPE_ENDED);
    assert_int_equal(inventory_find(&v, INVENTORY_MACHINES, STR("ended-early")), oldest);
}

/* Damaged bytes are refused or give some inventory; they never break it, and never stay in it. */
static void test_damaged_bytes(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) bytes = {0};
    uint64_t seed = 11;
    size_t n_refused = 0;
    (void)unused;
    tell_all(&s);
    inventory_save(s.inventory, &bytes);
    for (size_t i = 0; i < 3000; i++) {
        AUTO(inventory) v;
        AUTO(buf) bad = {0};
        buf_putstr(&bad, buf_str(&bytes));
        if (i % 2)
            bad.n = random_next(&seed) % bad.n;
        else
            bad.p[random_next(&seed) % bad.n] ^= (char)(1 + random_next(&seed) % 255);
        assert_true(inventory_init(&v));
        if (inventory_load(&v, buf_str(&bad)))
            check_lists(&v);
        else
            n_refused += v.store[INVENTORY_MACHINES].n == 0 && v.text.n == INVENTORY_ABSENT;
        assert_false(v.failed);
    }
    assert_true(n_refused >= 1500); /* whatever was cut off */
}

/* A full inventory takes what it can hold of a larger one's file. */
static void test_load_into_less_room(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) bytes = {0};
    AUTO(inventory) v;
    (void)unused;
    tell_all(&s);
    for (size_t i = 0; i < 10; i++) {
        char room[32];
        put_machine(s.inventory, numbered("many-", i, room).p);
    }
    inventory_save(s.inventory, &bytes);
    assert_true(inventory_init(&v));
    v.limit = 3;
    assert_true(inventory_load(&v, buf_str(&bytes)));
    assert_int_equal(v.store[INVENTORY_MACHINES].n, 3);
    assert_non_null(inventory_instance_at(&v, STR("many-9")));
    check_lists(&v);
}

/* ---- compaction ------------------------------------------------------------------------------ */

/* What is remembered moves over, is not told again, and lets go of text. */
static void test_compaction(void **unused)
{
    CLEANUP(state_done) state s;
    AUTO(buf) before = {0};
    AUTO(buf) after = {0};
    AUTO(buf) trimmed = {0};
    (void)unused;
    tell_all(&s);
    inventory_save(s.inventory, &before);
    assert_true(state_compact(&s, EVENTS_START + 400 * TIME_DAY));
    inventory_save(s.inventory, &after);
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    for (uint32_t i = 0; i < 100000; i++) {
        char room[32];
        inventory_id(s.inventory, numbered("text that nothing names: ", i, room));
    }
    size_t used = s.inventory->text.text.used_bytes;
    inventory_trim(s.inventory);
    assert_true(s.inventory->text.text.used_bytes < used / 10);
    inventory_save(s.inventory, &trimmed);
    assert_true(str_eq(buf_str(&before), buf_str(&trimmed)));
    assert_false(state_failed(&s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exposure),
        cmocka_unit_test(test_machines),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_forgotten_first),
        cmocka_unit_test(test_rules_are_bounded),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_load_into_less_room),
        cmocka_unit_test(test_compaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
