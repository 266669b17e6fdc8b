/* SPDX-License-Identifier: Apache-2.0
 *
 * inventory_feed.c -- one small function for each kind of call, and the table that finds it.
 */
#include "state/inventory_feed.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "model/operation.h"

typedef struct feed {
    inventory *v;
    const event *e;
    inventory_proof proof;
} feed;

static uint32_t id(const feed *f, str text)
{
    return inventory_id(f->v, text);
}

static bool is_aws(const feed *f)
{
    return f->e->provider == PROVIDER_AWS;
}

/* Id of the first ref of a relation and type, from number *i on; *i is moved behind it. */
static const event_ref *next_ref(const feed *f, relation r, entity_type type, size_t *i)
{
    while (*i < f->e->n_refs) {
        const event_ref *ref = &f->e->refs[(*i)++];
        if (ref->relation == r && ref->type == type)
            return ref;
    }
    return NULL;
}

static str first_ref(const feed *f, relation r, entity_type type)
{
    size_t i = 0;
    const event_ref *ref = next_ref(f, r, type, &i);
    return ref ? ref->id : STR_NONE;
}

/* The next item of a list that is separated by ';'. */
static bool next_item(str *rest, str *ret)
{
    if (!text_next(rest, ';', ret))
        return false;
    *ret = text_trim(*ret);
    return true;
}

static bool has_item(const feed *f, field where, const char *item)
{
    str rest = f->e->field[where], piece = STR_NONE;
    while (next_item(&rest, &piece))
        if (str_is(piece, item))
            return true;
    return false;
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* What stands before and behind the first " from ". */
static bool split_rule(str text, str *ret_what, str *ret_source)
{
    static const char word[] = " from ";
    const char *at = text.n ? memmem(text.p, text.n, word, sizeof word - 1) : NULL;
    if (!at || at == text.p)
        return false;
    *ret_what = str_upto(text, (size_t)(at - text.p));
    *ret_source = str_from(text, ret_what->n + sizeof word - 1);
    return true;
}

static uint8_t protocol_of(str name)
{
    static const struct {
        const char *name;
        uint8_t number;
    } rows[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"esp", 50}, {"ah", 51}, {"icmpv6", 58}};
    int64_t number = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_eq_nocase(name, str_of(rows[i].name)))
            return rows[i].number;
    return text_to_int(name, &number) && number > 0 && number < 256 ? (uint8_t)number : 0;
}

static uint16_t port_of(str text, uint16_t otherwise)
{
    int64_t port = 0;
    bool is_port = text_to_int(text_trim(text), &port) && port >= 0 && port <= UINT16_MAX;
    return is_port ? (uint16_t)port : otherwise;
}

/* "tcp/22", "udp/1000-2000", "icmp", "all traffic"; anything else is taken for all ports. */
static void read_ports(str what, inventory_rule *rule)
{
    str ports = text_after(what, '/');
    rule->protocol = protocol_of(text_before(what, '/'));
    rule->from = port_of(text_before(ports, '-'), 0);
    rule->to = UINT16_MAX;
    str last = text_after(ports, '-');
    if (last.n > 0 || ports.n > 0)
        rule->to = port_of(last.n > 0 ? last : ports, UINT16_MAX);
}

typedef void rule_fn(const feed *f, inventory_group *g, const inventory_rule *rule);

/* One rule for each port of "tcp/22,3389 from *". */
static void each_port(const feed *f, inventory_group *g, str name, str text, rule_fn *fn)
{
    str what = STR_NONE, source = STR_NONE, port = STR_NONE;
    if (!split_rule(text, &what, &source))
        return;
    inventory_rule rule = {.name = id(f, name), .source = id(f, source), .opened = f->proof};
    str protocol = text_before(what, '/');
    str ports = text_after(what, '/');
    if (text_after(ports, ',').n == 0) {
        rule.what = id(f, what);
        read_ports(what, &rule);
        fn(f, g, &rule);
        return;
    }
    while (text_next(&ports, ',', &port)) {
        AUTO(buf) one = {0};
        buf_putstr(&one, protocol);
        buf_putc(&one, '/');
        buf_putstr(&one, text_trim(port));
        f->v->failed = f->v->failed || one.failed;
        rule.what = id(f, buf_str(&one));
        read_ports(buf_str(&one), &rule);
        fn(f, g, &rule);
    }
}

static void open_rule(const feed *f, inventory_group *g, const inventory_rule *rule)
{
    inventory_open(f->v, g, rule);
}

static void close_rule(const feed *f, inventory_group *g, const inventory_rule *rule)
{
    (void)f;
    inventory_close(g, rule);
}

static void each_exposure(const feed *f, inventory_group *g, rule_fn *fn)
{
    str rest = f->e->field[FIELD_public_exposure], piece = STR_NONE;
    while (next_item(&rest, &piece))
        each_port(f, g, STR_NONE, piece, fn);
}

/* "rule NAME: what from where", or "rule NAME" alone. */
static bool next_named(str *rest, str *ret_name, str *ret_text)
{
    static const char word[] = "rule ";
    str piece = STR_NONE;
    while (next_item(rest, &piece)) {
        if (piece.n < sizeof word || !text_starts(piece, word))
            continue;
        piece = str_from(piece, sizeof word - 1);
        const char *colon = memmem(piece.p, piece.n, ": ", 2);
        *ret_name = colon ? str_upto(piece, (size_t)(colon - piece.p)) : piece;
        *ret_text = colon ? str_from(piece, ret_name->n + 2) : STR_NONE;
        return true;
    }
    return false;
}

static void each_named(const feed *f, inventory_group *g, rule_fn *fn)
{
    str rest = f->e->field[FIELD_policy_delta], name = STR_NONE, text = STR_NONE;
    while (next_named(&rest, &name, &text)) {
        const inventory_rule rule = {.name = id(f, name)};
        if (text.n > 0)
            each_port(f, g, name, text, fn);
        else if (fn == close_rule)
            fn(f, g, &rule);
    }
}

/* ---- groups ---------------------------------------------------------------------------------- */

static inventory_group *group_at(const feed *f, relation r)
{
    uint32_t slot =
        inventory_put(f->v, INVENTORY_GROUPS, id(f, first_ref(f, r, ENTITY_SECURITY_GROUP)));
    return slot == INVENTORY_NONE ? NULL : inventory_group_of(f->v, slot);
}

/* The group, whether the call made it or changed it. */
static inventory_group *group_of(const feed *f)
{
    inventory_group *made = group_at(f, RELATION_CREATED);
    if (made)
        made->is_born = true;
    return made ? made : group_at(f, RELATION_TARGET);
}

static bool has_named(const feed *f)
{
    return text_starts(f->e->field[FIELD_policy_delta], "rule ");
}

/* Rules by name where the record has names: it has them for all. */
static void open_all(const feed *f, inventory_group *g)
{
    if (has_named(f))
        each_named(f, g, open_rule);
    else
        each_exposure(f, g, open_rule);
}

static void on_open(const feed *f)
{
    inventory_group *g = group_of(f);
    if (g)
        open_all(f, g);
}

static void on_close(const feed *f)
{
    inventory_group *g = group_of(f);
    if (!g)
        return;
    each_exposure(f, g, close_rule);
    each_named(f, g, close_rule);
}

/* Rules are rewritten: what they opened before is closed. */
static void on_rewrite(const feed *f)
{
    str rest = f->e->field[FIELD_policy_delta], name = STR_NONE, text = STR_NONE;
    inventory_group *g = group_of(f);
    if (!g)
        return;
    while (next_named(&rest, &name, &text)) {
        const inventory_rule rule = {.name = id(f, name)};
        inventory_close(g, &rule);
    }
    open_all(f, g);
}

/* The record has the whole list of rules. */
static void on_whole_group(const feed *f)
{
    inventory_group *g = group_of(f);
    if (!g)
        return;
    inventory_close_all(g);
    g->is_born = true; /* nothing of it is unknown */
    open_all(f, g);
}

static void on_group(const feed *f)
{
    group_of(f);
}

static void on_group_end(const feed *f)
{
    inventory_group *g = group_of(f);
    if (g)
        inventory_close_all(g);
}

static void read_tags(const feed *f, inventory_set *tags)
{
    static const char word[] = "tag ";
    str rest = f->e->field[FIELD_policy_delta], piece = STR_NONE;
    while (next_item(&rest, &piece))
        if (text_starts(piece, word))
            inventory_set_add(tags, id(f, str_from(piece, sizeof word - 1)));
}

/* A firewall rule holds in its network, for machines with its tags. */
static void on_firewall(const feed *f)
{
    inventory_group *g = group_of(f);
    uint32_t network = id(f, first_ref(f, RELATION_USES, ENTITY_NETWORK));
    if (!g)
        return;
    if (network)
        g->network = network;
    read_tags(f, &g->tags);
    /* A patch that says nothing of ports and sources leaves them as they are. */
    if (!has_item(f, FIELD_policy_delta, "rules kept"))
        inventory_close_all(g);
    each_exposure(f, g, open_rule);
    inventory_file_firewall(f->v, (uint32_t)(g - inventory_group_of(f->v, 0)));
}

/* ---- machines -------------------------------------------------------------------------------- */

static bool is_nic(str network)
{
    return text_starts(network, "eni-") || text_has(network, "/networkinterfaces/");
}

static bool is_subnet(str network)
{
    return text_starts(network, "subnet-") || text_has(network, "/subnets/") ||
           text_has(network, "/subnetworks/");
}

/* Azure's names say what a subnet is part of. */
static str network_of_subnet(str subnet)
{
    const char *at = memmem(subnet.p, subnet.n, "/subnets/", 9);
    return at ? str_upto(subnet, (size_t)(at - subnet.p)) : STR_NONE;
}

/* Remembers what a subnet is part of, or remembers it for the traits. */
static void tie_networks(const feed *f, inventory_traits *t)
{
    uint32_t slot = t->subnet ? inventory_put(f->v, INVENTORY_NETS, t->subnet) : INVENTORY_NONE;
    if (slot == INVENTORY_NONE)
        return;
    inventory_net *net = inventory_net_of(f->v, slot);
    if (!t->network)
        t->network = id(f, network_of_subnet(inventory_text(f->v, t->subnet)));
    if (t->network)
        net->network = t->network;
    else
        t->network = net->network ? net->network : t->subnet;
    if (t->has_address == KNOWN_NOT && net->has_address == KNOWN_YES) {
        t->has_address = KNOWN_YES;
        t->shown = f->proof;
    }
}

static void read_networks(const feed *f, inventory_traits *t)
{
    for (size_t i = 0; i < f->e->n_refs; i++) {
        const event_ref *ref = &f->e->refs[i];
        if (ref->relation != RELATION_USES || ref->type != ENTITY_NETWORK || is_nic(ref->id))
            continue;
        uint32_t *place = is_subnet(ref->id) ? &t->subnet : &t->network;
        if (!*place)
            *place = id(f, ref->id);
    }
    tie_networks(f, t);
}

static uint8_t imds_of(const feed *f)
{
    if (has_item(f, FIELD_policy_delta, "IMDSv2 required"))
        return KNOWN_NO;
    return has_item(f, FIELD_public_exposure, "IMDSv1 allowed") ? KNOWN_YES : KNOWN_NOT;
}

static void read_address(const feed *f, inventory_traits *t)
{
    if (has_item(f, FIELD_policy_delta, "no public address"))
        t->has_address = KNOWN_NO;
    if (has_item(f, FIELD_public_exposure, "public address"))
        t->has_address = KNOWN_YES;
    if (t->has_address == KNOWN_NOT)
        return;
    t->shown = f->proof;
    t->address = id(f, first_ref(f, RELATION_ATTACHED, ENTITY_ADDRESS));
}

static void read_groups(const feed *f, inventory_set *groups)
{
    size_t i = 0;
    const event_ref *ref;
    while ((ref = next_ref(f, RELATION_USES, ENTITY_SECURITY_GROUP, &i)))
        inventory_set_add(groups, id(f, ref->id));
}

/* The first of a field's values. */
static uint32_t first_value(const feed *f, field where)
{
    return id(f, text_trim(text_before(f->e->field[where], ';')));
}

static inventory_traits read_traits(const feed *f)
{
    inventory_traits t = {.image = first_value(f, FIELD_image),
                          .image_owner = first_value(f, FIELD_image_owner),
                          .size = first_value(f, FIELD_instance_type),
                          .role = first_value(f, FIELD_instance_identity),
                          .key_pair = id(f, first_ref(f, RELATION_USES, ENTITY_KEY_PAIR)),
                          .is_imds_v1 = imds_of(f)};
    if (!t.role)
        t.role = id(f, first_ref(f, RELATION_USES, ENTITY_ROLE));
    if (!t.image)
        t.image = id(f, first_ref(f, RELATION_PARENT, ENTITY_IMAGE));
    if (f->e->provider == PROVIDER_GCP)
        read_tags(f, &t.groups);
    else
        read_groups(f, &t.groups);
    read_address(f, &t);
    read_networks(f, &t);
    return t;
}

/* What `more` knows goes over what was known. */
static void overlay(inventory_traits *t, const inventory_traits *more)
{
    uint32_t *const to[] = {&t->network, &t->subnet,   &t->image, &t->image_owner,
                            &t->size,    &t->key_pair, &t->role};
    const uint32_t from[] = {more->network, more->subnet,   more->image, more->image_owner,
                             more->size,    more->key_pair, more->role};
    for (size_t i = 0; i < ARRAY_LEN(to); i++)
        if (from[i])
            *to[i] = from[i];
    if (more->groups.n > 0)
        t->groups = more->groups;
    if (more->is_imds_v1)
        t->is_imds_v1 = more->is_imds_v1;
    if (!more->has_address)
        return;
    t->has_address = more->has_address;
    t->shown = more->shown;
    t->address = more->address;
}

static void add_template(const feed *f, inventory_traits *t)
{
    size_t i = 0;
    const event_ref *ref;
    while ((ref = next_ref(f, RELATION_PARENT, ENTITY_TEMPLATE, &i))) {
        uint32_t slot = inventory_find(f->v, INVENTORY_TEMPLATES, ref->id);
        if (slot != INVENTORY_NONE)
            overlay(t, &inventory_template_of(f->v, slot)->is);
    }
}

/* A record that tells the image tells the rest, too: what it leaves out is not there. */
static void mark_absent(const feed *f, inventory_traits *t)
{
    if (!t->image)
        return;
    if (!t->role)
        t->role = INVENTORY_ABSENT;
    if (!t->key_pair && is_aws(f))
        t->key_pair = INVENTORY_ABSENT;
    if (!t->has_address && !is_aws(f))
        t->has_address = KNOWN_NO;
}

static void add_nic(inventory_machine *m, uint32_t nic)
{
    for (size_t i = 0; i < m->n_nics; i++)
        if (m->nic[i] == nic)
            return;
    if (nic && m->n_nics < INVENTORY_NICS_OF)
        m->nic[m->n_nics++] = nic;
}

/* Ties the machine to the interfaces of its place in the list. */
static void tie_nics(const feed *f, inventory_machine *m, const event_ref *machine)
{
    for (size_t i = 0; i < f->e->n_refs; i++) {
        const event_ref *ref = &f->e->refs[i];
        bool is_its = !ref->item || !machine->item || ref->item == machine->item;
        if (ref->relation != RELATION_USES || !is_its || !is_nic(ref->id))
            continue;
        uint32_t slot = inventory_put(f->v, INVENTORY_NICS, id(f, ref->id));
        if (slot == INVENTORY_NONE)
            return;
        inventory_nic *nic = inventory_nic_of(f->v, slot);
        nic->owner = m->id;
        add_nic(m, nic->id);
        if (!m->is.network)
            m->is.network = nic->is.network;
        if (!m->is.subnet)
            m->is.subnet = nic->is.subnet;
    }
}

/* A name that ended may be used again: that is another machine. */
static void forget_life(inventory_machine *m)
{
    if (m->ended_ns == INT64_MAX)
        return;
    m->is = (inventory_traits){0};
    m->n_nics = 0;
    m->is_born = false;
    m->born_ns = 0;
    m->ended_ns = INT64_MAX;
}

static inventory_machine *machine_of(const feed *f, str name)
{
    uint32_t slot = inventory_put(f->v, INVENTORY_MACHINES, id(f, name));
    if (slot == INVENTORY_NONE)
        return NULL;
    inventory_machine *m = inventory_machine_of(f->v, slot);
    m->provider = f->e->provider;
    if (!m->born_ns)
        m->born_ns = f->e->time_ns;
    if (!m->account)
        m->account = id(f, f->e->field[FIELD_account]);
    if (!m->region)
        m->region = id(f, f->e->field[FIELD_region]);
    return m;
}

static void file(const feed *f, const inventory_machine *m)
{
    inventory_file(f->v, (uint32_t)(m - inventory_machine_at(f->v, 0)));
}

static void launch_one(const feed *f, const event_ref *ref, const inventory_traits *t)
{
    inventory_machine *m = machine_of(f, ref->id);
    if (!m)
        return;
    if (m->ended_ns != INT64_MAX) {
        forget_life(m);
        m->born_ns = f->e->time_ns;
    }
    if (!m->is_born) {
        m->maker = f->proof.who;
        m->maker_role = id(f, f->e->field[FIELD_actor_arn]);
        if (!m->maker_role)
            m->maker_role = id(f, f->e->field[FIELD_actor_id]);
    }
    m->is_born = true;
    overlay(&m->is, t);
    tie_nics(f, m, ref);
    file(f, m);
}

static void on_launch(const feed *f)
{
    size_t i = 0;
    const event_ref *ref;
    inventory_traits t = {0};
    add_template(f, &t);
    const inventory_traits own = read_traits(f);
    overlay(&t, &own);
    mark_absent(f, &t);
    while ((ref = next_ref(f, RELATION_CREATED, ENTITY_INSTANCE, &i)))
        launch_one(f, ref, &t);
}

static void on_template(const feed *f)
{
    str name = first_ref(f, RELATION_CREATED, ENTITY_TEMPLATE);
    if (name.n == 0)
        name = first_ref(f, RELATION_TARGET, ENTITY_TEMPLATE);
    uint32_t slot = inventory_put(f->v, INVENTORY_TEMPLATES, id(f, name));
    if (slot == INVENTORY_NONE)
        return;
    const inventory_traits t = read_traits(f);
    overlay(&inventory_template_of(f->v, slot)->is, &t);
}

static void on_end(const feed *f)
{
    size_t i = 0;
    const event_ref *ref;
    while ((ref = next_ref(f, RELATION_TARGET, ENTITY_INSTANCE, &i))) {
        uint32_t slot = inventory_find(f->v, INVENTORY_MACHINES, ref->id);
        if (slot == INVENTORY_NONE)
            continue;
        inventory_machine_of(f->v, slot)->ended_ns = f->e->time_ns;
        inventory_file(f->v, slot);
    }
}

/* ---- what is changed on a machine, or on its interface --------------------------------------- */

/* Traits of the interface that a call is about, else of the machine; NULL: it names neither. */
static inventory_traits *traits_of(const feed *f)
{
    size_t i = 0;
    const event_ref *ref;
    while ((ref = next_ref(f, RELATION_TARGET, ENTITY_NETWORK, &i))) {
        if (!is_nic(ref->id))
            continue;
        uint32_t slot = inventory_put(f->v, INVENTORY_NICS, id(f, ref->id));
        return slot == INVENTORY_NONE ? NULL : &inventory_nic_of(f->v, slot)->is;
    }
    str name = first_ref(f, RELATION_TARGET, ENTITY_INSTANCE);
    inventory_machine *m = name.n > 0 ? machine_of(f, name) : NULL;
    if (!m)
        return NULL;
    file(f, m);
    return &m->is;
}

/* The machine that has no other interface than that of the call. */
static inventory_machine *only_owner(const feed *f)
{
    size_t i = 0;
    const event_ref *ref = next_ref(f, RELATION_TARGET, ENTITY_NETWORK, &i);
    uint32_t nic = ref ? inventory_find(f->v, INVENTORY_NICS, ref->id) : INVENTORY_NONE;
    if (nic == INVENTORY_NONE)
        return NULL;
    str owner = inventory_text(f->v, inventory_nic_of(f->v, nic)->owner);
    uint32_t slot = inventory_find(f->v, INVENTORY_MACHINES, owner);
    inventory_machine *m = slot == INVENTORY_NONE ? NULL : inventory_machine_of(f->v, slot);
    return m && m->n_nics == 1 ? m : NULL;
}

/* Groups stand on the machine as it was launched; an interface that swaps them takes them over. */
static void on_swap(const feed *f)
{
    inventory_set groups = {0};
    read_groups(f, &groups);
    inventory_traits *t = groups.n > 0 ? traits_of(f) : NULL;
    if (!t)
        return;
    t->groups = groups;
    inventory_machine *owner = only_owner(f);
    if (owner)
        owner->is.groups = (inventory_set){0};
}

/* "association NAME" */
static uint32_t lease_name(const feed *f)
{
    static const char word[] = "association ";
    str rest = f->e->field[FIELD_policy_delta], piece = STR_NONE;
    while (next_item(&rest, &piece))
        if (text_starts(piece, word))
            return id(f, str_from(piece, sizeof word - 1));
    return 0;
}

static void remember_lease(const feed *f)
{
    str nic = first_ref(f, RELATION_TARGET, ENTITY_NETWORK);
    uint32_t slot = inventory_put(f->v, INVENTORY_LEASES, lease_name(f));
    if (slot == INVENTORY_NONE)
        return;
    inventory_lease_of(f->v, slot)->holder =
        id(f, nic.n > 0 ? nic : first_ref(f, RELATION_TARGET, ENTITY_INSTANCE));
}

static void on_address(const feed *f)
{
    inventory_traits *t = traits_of(f);
    if (!t)
        return;
    t->has_address = KNOWN_YES;
    t->shown = f->proof;
    t->address = id(f, first_ref(f, RELATION_ATTACHED, ENTITY_ADDRESS));
    remember_lease(f);
}

/* What an address was given to, when the call names only how it was given. */
static inventory_traits *lease_traits(const feed *f)
{
    uint32_t name = lease_name(f);
    uint32_t slot = inventory_find(f->v, INVENTORY_LEASES, inventory_text(f->v, name));
    if (slot == INVENTORY_NONE)
        return NULL;
    str holder = inventory_text(f->v, inventory_lease_of(f->v, slot)->holder);
    uint32_t nic = inventory_find(f->v, INVENTORY_NICS, holder);
    if (nic != INVENTORY_NONE)
        return &inventory_nic_of(f->v, nic)->is;
    uint32_t machine = inventory_find(f->v, INVENTORY_MACHINES, holder);
    return machine == INVENTORY_NONE ? NULL : &inventory_machine_of(f->v, machine)->is;
}

static void on_no_address(const feed *f)
{
    inventory_traits *t = traits_of(f);
    if (!t)
        t = lease_traits(f);
    if (!t)
        return;
    t->has_address = KNOWN_NO;
    t->shown = f->proof;
    t->address = 0;
}

static void on_metadata(const feed *f)
{
    uint8_t imds = imds_of(f);
    inventory_traits *t = imds ? traits_of(f) : NULL;
    if (t)
        t->is_imds_v1 = imds;
}

static void on_role(const feed *f)
{
    uint32_t role = first_value(f, FIELD_instance_identity);
    if (!role)
        role = id(f, first_ref(f, RELATION_GRANTED, ENTITY_ROLE));
    inventory_traits *t = role ? traits_of(f) : NULL;
    if (t)
        t->role = role;
}

/* What is said of the groups of a machine holds for its one interface. */
static void drop_nic_groups(const feed *f, const inventory_machine *m)
{
    uint32_t slot = inventory_find(f->v, INVENTORY_NICS, inventory_text(f->v, m->nic[0]));
    if (slot != INVENTORY_NONE)
        inventory_nic_of(f->v, slot)->is.groups = (inventory_set){0};
}

/* Size, identity, groups, disks: what the record tells goes over what was known. */
static void on_change(const feed *f)
{
    str name = first_ref(f, RELATION_TARGET, ENTITY_INSTANCE);
    inventory_machine *m = name.n > 0 ? machine_of(f, name) : NULL;
    if (!m)
        return;
    const event_ref whole = {.id = name};
    const inventory_traits t = read_traits(f);
    if (t.groups.n > 0 && m->n_nics == 1)
        drop_nic_groups(f, m);
    overlay(&m->is, &t);
    tie_nics(f, m, &whole);
    file(f, m);
}

/* Azure's record of an interface has all of it. */
static void on_nic(const feed *f)
{
    str name = first_ref(f, RELATION_CREATED, ENTITY_NETWORK);
    uint32_t slot = inventory_put(f->v, INVENTORY_NICS, id(f, name));
    if (slot == INVENTORY_NONE)
        return;
    inventory_nic *nic = inventory_nic_of(f->v, slot);
    nic->is = read_traits(f);
    if (!nic->is.has_address)
        nic->is.has_address = KNOWN_NO;
    str owner = first_ref(f, RELATION_TARGET, ENTITY_INSTANCE);
    inventory_machine *m = owner.n > 0 ? machine_of(f, owner) : NULL;
    if (!m)
        return;
    nic->owner = m->id;
    add_nic(m, nic->id);
    if (!m->is.network)
        m->is.network = nic->is.network;
    file(f, m);
}

static inventory_net *subnet_of(const feed *f)
{
    str name = first_ref(f, RELATION_TARGET, ENTITY_NETWORK);
    uint32_t slot =
        is_subnet(name) ? inventory_put(f->v, INVENTORY_NETS, id(f, name)) : INVENTORY_NONE;
    return slot == INVENTORY_NONE ? NULL : inventory_net_of(f->v, slot);
}

static void on_subnet(const feed *f)
{
    bool is_public = has_item(f, FIELD_public_exposure, "public addresses by default");
    inventory_net *net = subnet_of(f);
    if (net)
        net->has_address = is_public ? KNOWN_YES : KNOWN_NO;
}

static void on_subnet_group(const feed *f)
{
    inventory_net *net = subnet_of(f);
    if (!net)
        return;
    net->groups = (inventory_set){0};
    read_groups(f, &net->groups);
}

/* Ports of a machine that has no groups: they are kept as a group of its own. */
static void on_ports(const feed *f)
{
    str name = first_ref(f, RELATION_TARGET, ENTITY_INSTANCE);
    inventory_machine *m = name.n > 0 ? machine_of(f, name) : NULL;
    uint32_t slot = m ? inventory_put(f->v, INVENTORY_GROUPS, m->id) : INVENTORY_NONE;
    if (slot == INVENTORY_NONE)
        return;
    inventory_group *g = inventory_group_of(f->v, slot);
    if (text_starts(str_of(operation_at(f->e->operation)->name), "Put"))
        inventory_close_all(g);
    open_all(f, g);
    inventory_set_add(&m->is.groups, g->id);
    file(f, m);
}

/* ---- which call is read how ------------------------------------------------------------------ */

typedef struct feeder_row {
    const char *class_name; /* or what lies under it */
    const char *name;       /* of the operation; NULL: any */
    void (*read)(const feed *f);
    const char *doc;
} feeder_row;

/* clang-format off */
/* The first row that fits. */
static const feeder_row feeders[] = {
    {"instance.create",  NULL,                           on_launch,      "machines come"},
    {"instance.delete",  NULL,                           on_end,         "and go"},
    {"instance.evict",   NULL,                           on_end,         "the same, by the service"},
    {"instance.modify",  "ModifyInstanceMetadataOptions", on_metadata,   "whether a token is asked for"},
    {"instance.modify",  NULL,                           on_change,      "another size, group, identity, disk"},
    {"instance.role",    NULL,                           on_role,        "another role"},
    {"template",         NULL,                           on_template,    "what machines will be like"},
    {"net.open",         "compute.firewalls.",           on_firewall,    "a rule with its network and tags"},
    {"net.open",         "ModifySecurityGroupRules",     on_rewrite,     "rules by name, with what they are now"},
    {"net.open",         "securityrules/write",          on_rewrite,     "one rule of a group"},
    {"net.open",         "microsoft.network/networksecuritygroups/delete", on_group_end, "the group is gone"},
    {"net.open",         "AuthorizeSecurityGroupIngress", on_open,       "rules are added"},
    {"net.close.address", NULL,                          on_no_address,  "an address is taken away"},
    {"net.close",        NULL,                           on_close,       "rules are taken away"},
    {"net.open",         "InstancePublicPorts",          on_ports,       "ports of a Lightsail machine"},
    {"net.change",       "virtualnetworks/subnets/write", on_subnet_group, "a group for all of a subnet"},
    {"net.sg.create",    "networksecuritygroups/write",  on_whole_group, "a group with its rules"},
    {"net.change",       "networksecuritygroups/write",  on_whole_group, "the same, made anew"},
    {"net.sg.create",    NULL,                           on_group,       "a group without rules"},
    {"net.sg.swap",      NULL,                           on_swap,        "other groups on an interface"},
    {"net.public",       "AssociateAddress",             on_address,     "an address is given"},
    {"net.public",       "addAccessConfig",              on_address,     "an address is given"},
    {"net.nic",          NULL,                           on_nic,         "an interface with all that it joins"},
    {"net.subnet",       NULL,                           on_subnet,      "whether machines get an address unasked"},
};
/* clang-format on */

enum { FEEDER_NONE = UINT8_MAX };

struct inventory_feeders {
    size_t n;
    uint8_t row_of[];
};

static uint8_t row_of(uint16_t operation)
{
    str name = str_of(operation_at(operation)->name);
    for (size_t i = 0; i < ARRAY_LEN(feeders); i++)
        if (operation_is(operation, feeders[i].class_name) &&
            (!feeders[i].name || text_has(name, feeders[i].name)))
            return (uint8_t)i;
    return FEEDER_NONE;
}

inventory_feeders *inventory_feeders_new(void)
{
    size_t n = operation_count();
    inventory_feeders *f = malloc(sizeof *f + n);
    if (!f)
        return NULL;
    f->n = n;
    for (size_t i = 0; i < n; i++)
        f->row_of[i] = row_of((uint16_t)i);
    return f;
}

void inventory_feeders_free(inventory_feeders *f)
{
    free(f);
}

/* Records are written up to so much later than others: what is older than that before the newest
 * of an earlier run was told in that run. */
#define LATE (1 * TIME_HOUR)

static bool is_told(inventory *v, const event *e)
{
    uint32_t account = inventory_id(v, e->field[FIELD_account]);
    uint32_t slot = inventory_put(v, INVENTORY_ACCOUNTS, account);
    if (slot == INVENTORY_NONE)
        return false;
    inventory_account *a = inventory_account_of(v, slot);
    if (e->time_ns > a->newest_ns)
        a->newest_ns = e->time_ns;
    return a->known_ns > INT64_MIN && e->time_ns < a->known_ns - LATE;
}

void inventory_feed(inventory *v, const inventory_feeders *f, const event *e, str who)
{
    uint8_t row = f->row_of[e->operation];
    if (row == FEEDER_NONE || is_told(v, e))
        return;
    feed one = {.v = v, .e = e};
    one.proof = (inventory_proof){.time_ns = e->time_ns,
                                  .who = inventory_id(v, who),
                                  .uid = inventory_id(v, e->field[FIELD_uid])};
    feeders[row].read(&one);
}
