/* SPDX-License-Identifier: Apache-2.0
 *
 * inventory.c -- stores of slots, lists through them, and the union of a machine's groups.
 */
#include "state/inventory.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"
#include "model/event.h"

/* clang-format off */
static const struct {
    size_t size;
    uint32_t limit;
} kinds[INVENTORY_KIND_COUNT] = {
    [INVENTORY_MACHINES]  = {sizeof(inventory_machine),  LIMIT_INVENTORY_INSTANCES},
    [INVENTORY_GROUPS]    = {sizeof(inventory_group),    LIMIT_INVENTORY_GROUPS},
    [INVENTORY_NICS]      = {sizeof(inventory_nic),      LIMIT_INVENTORY_NICS},
    [INVENTORY_TEMPLATES] = {sizeof(inventory_template), LIMIT_INVENTORY_TEMPLATES},
    [INVENTORY_NETS]      = {sizeof(inventory_net),      LIMIT_INVENTORY_NETS},
    [INVENTORY_ACCOUNTS]  = {sizeof(inventory_account),  LIMIT_INVENTORY_ACCOUNTS},
    [INVENTORY_LEASES]    = {sizeof(inventory_lease),    LIMIT_INVENTORY_LEASES},
};
/* clang-format on */

/* Lists of firewall rules are kept beside those of machines. */
enum { LIST_FIREWALLS = SCOPE_COUNT };

bool inventory_init(inventory *v)
{
    *v = (inventory){0};
    return intern_id(&v->text, STR("none")) == INVENTORY_ABSENT;
}

void inventory_done(inventory *v)
{
    inventory_group *groups = v->store[INVENTORY_GROUPS].slots;
    for (size_t i = 0; i < v->store[INVENTORY_GROUPS].n; i++)
        free(groups[i].rules);
    for (size_t k = 0; k < INVENTORY_KIND_COUNT; k++)
        free(v->store[k].slots);
    free(v->lists);
    map_done(&v->slot_of);
    map_done(&v->list_of);
    intern_done(&v->text);
    *v = (inventory){0};
}

void inventory_free(inventory *v)
{
    if (v)
        inventory_done(v);
    free(v);
}

str inventory_text(const inventory *v, uint32_t text)
{
    return text ? intern_text(&v->text, text) : STR_NONE;
}

uint32_t inventory_id(inventory *v, str text)
{
    uint32_t id = text.n > 0 ? intern_id(&v->text, text) : 0;
    v->failed = v->failed || (text.n > 0 && id == 0);
    return id;
}

static uint64_t key_of(unsigned kind, uint32_t text)
{
    return (uint64_t)kind << 32 | text;
}

uint32_t inventory_find(const inventory *v, inventory_kind kind, str id)
{
    uint32_t text = id.n > 0 ? intern_find(&v->text, id) : 0;
    return text ? map_get(&v->slot_of, key_of(kind, text)) : INVENTORY_NONE;
}

/* ---- slots ----------------------------------------------------------------------------------- */

void *inventory_thing(inventory *v, inventory_kind kind, uint32_t slot)
{
    return (char *)v->store[kind].slots + slot * kinds[kind].size;
}

inventory_machine *inventory_machine_of(inventory *v, uint32_t slot)
{
    return (inventory_machine *)v->store[INVENTORY_MACHINES].slots + slot;
}

inventory_group *inventory_group_of(inventory *v, uint32_t slot)
{
    return (inventory_group *)v->store[INVENTORY_GROUPS].slots + slot;
}

inventory_nic *inventory_nic_of(inventory *v, uint32_t slot)
{
    return (inventory_nic *)v->store[INVENTORY_NICS].slots + slot;
}

inventory_template *inventory_template_of(inventory *v, uint32_t slot)
{
    return (inventory_template *)v->store[INVENTORY_TEMPLATES].slots + slot;
}

inventory_net *inventory_net_of(inventory *v, uint32_t slot)
{
    return (inventory_net *)v->store[INVENTORY_NETS].slots + slot;
}

inventory_lease *inventory_lease_of(inventory *v, uint32_t slot)
{
    return (inventory_lease *)v->store[INVENTORY_LEASES].slots + slot;
}

inventory_account *inventory_account_of(inventory *v, uint32_t slot)
{
    return (inventory_account *)v->store[INVENTORY_ACCOUNTS].slots + slot;
}

const inventory_machine *inventory_machine_at(const inventory *v, uint32_t slot)
{
    return (const inventory_machine *)v->store[INVENTORY_MACHINES].slots + slot;
}

const inventory_group *inventory_group_at(const inventory *v, uint32_t slot)
{
    return (const inventory_group *)v->store[INVENTORY_GROUPS].slots + slot;
}

const inventory_nic *inventory_nic_at(const inventory *v, uint32_t slot)
{
    return (const inventory_nic *)v->store[INVENTORY_NICS].slots + slot;
}

const inventory_machine *inventory_instance_at(const inventory *v, str id)
{
    uint32_t slot = inventory_find(v, INVENTORY_MACHINES, id);
    return slot == INVENTORY_NONE ? NULL : inventory_machine_at(v, slot);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* The link of a slot in lists of one scope. */
static inventory_link *link_of(inventory *v, unsigned scope, uint32_t slot)
{
    return scope == LIST_FIREWALLS ? &inventory_group_of(v, slot)->link
                                   : &inventory_machine_of(v, slot)->link[scope];
}

static inventory_list *find_list(const inventory *v, unsigned scope, uint32_t key)
{
    uint32_t number = key ? map_get(&v->list_of, key_of(scope, key)) : MAP_NONE;
    return number == MAP_NONE ? NULL : &v->lists[number];
}

static inventory_list *make_list(inventory *v, unsigned scope, uint32_t key)
{
    inventory_list *room = array_room(v->lists, v->n_lists, &v->cap_lists, 64, sizeof *room);
    if (room)
        v->lists = room;
    if (!room || !map_put(&v->list_of, key_of(scope, key), (uint32_t)v->n_lists)) {
        v->failed = true;
        return NULL;
    }
    v->lists[v->n_lists] = (inventory_list){INVENTORY_NONE, INVENTORY_NONE};
    return &v->lists[v->n_lists++];
}

/* Returns the key, 0 when out of memory: then it stands in no list. */
static uint32_t list_push(inventory *v, unsigned scope, uint32_t key, uint32_t slot)
{
    inventory_list *list = find_list(v, scope, key);
    if (!list)
        list = make_list(v, scope, key);
    if (!list)
        return 0;
    *link_of(v, scope, slot) = (inventory_link){.older = list->newest, .newer = INVENTORY_NONE};
    if (list->newest != INVENTORY_NONE)
        link_of(v, scope, list->newest)->newer = slot;
    else
        list->oldest = slot;
    list->newest = slot;
    return key;
}

static void list_remove(inventory *v, unsigned scope, uint32_t key, uint32_t slot)
{
    inventory_list *list = find_list(v, scope, key);
    if (!list)
        return;
    inventory_link link = *link_of(v, scope, slot);
    if (link.newer == INVENTORY_NONE)
        list->newest = link.older;
    else
        link_of(v, scope, link.newer)->older = link.older;
    if (link.older == INVENTORY_NONE)
        list->oldest = link.newer;
    else
        link_of(v, scope, link.older)->newer = link.newer;
}

static uint32_t lived_in(const inventory_machine *m, unsigned scope)
{
    const uint32_t keys[SCOPE_PAST] = {
        [SCOPE_NETWORK] = m->is.network, [SCOPE_REGION] = m->place, [SCOPE_ACCOUNT] = m->account};
    return keys[scope % SCOPE_PAST];
}

/* The list of a scope that a machine belongs in; 0: in none. */
static uint32_t wanted_list(const inventory_machine *m, unsigned scope)
{
    bool is_alive = m->ended_ns == INT64_MAX;
    if (scope == SCOPE_ALL)
        return INVENTORY_ABSENT;
    if (scope == SCOPE_ENDED)
        return is_alive ? 0 : INVENTORY_ABSENT;
    return is_alive == (scope < SCOPE_PAST) ? lived_in(m, scope) : 0;
}

static void set_place(inventory *v, inventory_machine *m)
{
    if (m->place || !m->account || !m->region)
        return;
    AUTO(buf) place = {0};
    buf_putstr(&place, inventory_text(v, m->account));
    buf_putc(&place, ' ');
    buf_putstr(&place, inventory_text(v, m->region));
    v->failed = v->failed || place.failed;
    m->place = inventory_id(v, buf_str(&place));
}

void inventory_file(inventory *v, uint32_t machine)
{
    inventory_machine *m = inventory_machine_of(v, machine);
    set_place(v, m);
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++) {
        uint32_t wanted = wanted_list(m, scope);
        if (wanted == m->key[scope])
            continue;
        list_remove(v, scope, m->key[scope], machine);
        m->key[scope] = wanted ? list_push(v, scope, wanted, machine) : 0;
    }
}

void inventory_file_again(inventory *v, uint32_t machine, inventory_scope scope)
{
    uint32_t key = inventory_machine_of(v, machine)->key[scope];
    if (!key)
        return;
    list_remove(v, scope, key, machine);
    inventory_machine_of(v, machine)->key[scope] = list_push(v, scope, key, machine);
}

uint32_t inventory_oldest(const inventory *v, inventory_scope scope)
{
    const inventory_list *list = find_list(v, scope, INVENTORY_ABSENT);
    return list ? list->oldest : INVENTORY_NONE;
}

uint32_t inventory_newest(const inventory *v, const inventory_machine *m, inventory_scope scope)
{
    const inventory_list *list = find_list(v, scope, lived_in(m, scope));
    return list ? list->newest : INVENTORY_NONE;
}

uint32_t inventory_older(const inventory *v, uint32_t slot, inventory_scope scope)
{
    return inventory_machine_at(v, slot)->link[scope].older;
}

void inventory_file_firewall(inventory *v, uint32_t group)
{
    inventory_group *g = inventory_group_of(v, group);
    if (g->listed == g->network)
        return;
    list_remove(v, LIST_FIREWALLS, g->listed, group);
    g->listed = g->network ? list_push(v, LIST_FIREWALLS, g->network, group) : 0;
}

/* ---- making room ----------------------------------------------------------------------------- */

static uint32_t id_of(inventory *v, inventory_kind kind, uint32_t slot)
{
    uint32_t id;
    memcpy(&id, inventory_thing(v, kind, slot), sizeof id);
    return id;
}

/* The one that can be spared most. */
static uint32_t find_victim(inventory *v, inventory_kind kind)
{
    if (kind != INVENTORY_MACHINES)
        return v->store[kind].oldest;
    const inventory_list *ended = find_list(v, SCOPE_ENDED, INVENTORY_ABSENT);
    const inventory_list *all = find_list(v, SCOPE_ALL, INVENTORY_ABSENT);
    if (ended && ended->oldest != INVENTORY_NONE)
        return ended->oldest;
    return all ? all->oldest : INVENTORY_NONE;
}

static void leave_lists(inventory *v, inventory_kind kind, uint32_t slot)
{
    if (kind == INVENTORY_MACHINES)
        for (unsigned scope = 0; scope < SCOPE_COUNT; scope++)
            list_remove(v, scope, inventory_machine_of(v, slot)->key[scope], slot);
    if (kind != INVENTORY_GROUPS)
        return;
    list_remove(v, LIST_FIREWALLS, inventory_group_of(v, slot)->listed, slot);
    free(inventory_group_of(v, slot)->rules);
}

/* A slot whose thing was forgotten. */
static uint32_t reuse(inventory *v, inventory_kind kind)
{
    inventory_store *s = &v->store[kind];
    uint32_t slot = find_victim(v, kind);
    if (slot == INVENTORY_NONE)
        return INVENTORY_NONE;
    leave_lists(v, kind, slot);
    map_remove(&v->slot_of, key_of(kind, id_of(v, kind, slot)));
    s->oldest = (uint32_t)((s->oldest + 1) % s->n);
    s->forgotten++;
    return slot;
}

static uint32_t extend(inventory *v, inventory_kind kind)
{
    inventory_store *s = &v->store[kind];
    void *slots = array_room(s->slots, s->n, &s->cap, 64, kinds[kind].size);
    if (!slots)
        return INVENTORY_NONE;
    s->slots = slots;
    return (uint32_t)s->n++;
}

static void begin_life(inventory *v, inventory_kind kind, uint32_t slot, uint32_t id)
{
    void *thing = inventory_thing(v, kind, slot);
    memset(thing, 0, kinds[kind].size);
    memcpy(thing, &id, sizeof id);
    if (kind == INVENTORY_MACHINES)
        inventory_machine_of(v, slot)->ended_ns = INT64_MAX;
    if (kind == INVENTORY_ACCOUNTS)
        *inventory_account_of(v, slot) =
            (inventory_account){.id = id, .known_ns = INT64_MIN, .newest_ns = INT64_MIN};
}

uint32_t inventory_put(inventory *v, inventory_kind kind, uint32_t id)
{
    uint32_t slot = id ? map_get(&v->slot_of, key_of(kind, id)) : INVENTORY_NONE;
    if (slot != INVENTORY_NONE || id == 0)
        return slot;
    size_t limit = v->limit ? v->limit : kinds[kind].limit;
    slot = v->store[kind].n < limit ? extend(v, kind) : reuse(v, kind);
    if (slot == INVENTORY_NONE) {
        v->failed = true;
        return INVENTORY_NONE;
    }
    begin_life(v, kind, slot, id);
    v->failed = v->failed || !map_put(&v->slot_of, key_of(kind, id), slot);
    return slot;
}

/* ---- rules ----------------------------------------------------------------------------------- */

void inventory_set_add(inventory_set *set, uint32_t id)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->id[i] == id)
            return;
    if (id && set->n < INVENTORY_GROUPS_OF)
        set->id[set->n++] = id;
}

static bool is_same(const inventory_rule *a, const inventory_rule *b)
{
    if (a->name && b->name)
        return a->name == b->name && (!a->what || !b->what || a->what == b->what) &&
               (!a->source || !b->source || a->source == b->source);
    return a->what == b->what && a->source == b->source;
}

void inventory_close(inventory_group *g, const inventory_rule *rule)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->n_rules; i++)
        if (!is_same(&g->rules[i], rule))
            g->rules[kept++] = g->rules[i];
    g->n_rules = kept;
}

void inventory_close_all(inventory_group *g)
{
    g->n_rules = 0;
}

void inventory_append(inventory *v, inventory_group *g, const inventory_rule *rule)
{
    if (g->n_rules >= LIMIT_INVENTORY_RULES) {
        memmove(g->rules, g->rules + 1, --g->n_rules * sizeof *g->rules);
        v->rules_forgotten++;
    }
    inventory_rule *rules = array_room(g->rules, g->n_rules, &g->cap_rules, 2, sizeof *rules);
    if (!rules) {
        v->failed = true;
        return;
    }
    g->rules = rules;
    g->rules[g->n_rules++] = *rule;
}

void inventory_open(inventory *v, inventory_group *g, const inventory_rule *rule)
{
    for (uint32_t i = 0; i < g->n_rules; i++) {
        if (!is_same(&g->rules[i], rule))
            continue;
        if (rule->name)
            g->rules[i].name = rule->name;
        return;
    }
    inventory_append(v, g, rule);
}

/* ---- exposure -------------------------------------------------------------------------------- */

static void add_ways(inventory_exposure *x, const inventory_group *g)
{
    for (uint32_t i = 0; i < g->n_rules && x->n_ways < INVENTORY_WAYS; i++)
        x->way[x->n_ways++] = (inventory_way){.rule = &g->rules[i], .group = g->id};
}

static void add_groups(const inventory *v, inventory_exposure *x, const inventory_set *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        uint32_t slot = map_get(&v->slot_of, key_of(INVENTORY_GROUPS, groups->id[i]));
        const inventory_group *g = slot == MAP_NONE ? NULL : inventory_group_at(v, slot);
        x->are_groups_born = x->are_groups_born && g && g->is_born;
        if (x->reach == REACH_UNKNOWN)
            x->reach = REACH_CLOSED;
        if (g)
            add_ways(x, g);
    }
}

static bool sets_meet(const inventory_set *a, const inventory_set *b)
{
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (a->id[i] == b->id[k])
                return true;
    return false;
}

/* Firewall rules of a network hold for the machines with one of their tags, without tags for all.
 * At most LIMIT_FIREWALLS are looked at, newest first. */
static void add_firewalls(const inventory *v, inventory_exposure *x, const inventory_machine *m)
{
    const inventory_list *list = find_list(v, LIST_FIREWALLS, m->is.network);
    uint32_t slot = list ? list->newest : INVENTORY_NONE;
    x->are_groups_born = false; /* a network is made with rules of its own */
    x->reach = m->is.network ? REACH_CLOSED : REACH_UNKNOWN;
    for (size_t n = 0; slot != INVENTORY_NONE && n < LIMIT_FIREWALLS; n++) {
        const inventory_group *g = inventory_group_at(v, slot);
        if (g->tags.n == 0 || sets_meet(&g->tags, &m->is.groups))
            add_ways(x, g);
        slot = g->link.older;
    }
}

bool inventory_covers(const inventory_rule *wide, const inventory_rule *narrow)
{
    return (wide->protocol == 0 || wide->protocol == narrow->protocol) &&
           wide->from <= narrow->from && wide->to >= narrow->to;
}

static bool is_covered(const inventory_exposure *by, const inventory_rule *rule)
{
    for (size_t i = 0; i < by->n_ways; i++)
        if (inventory_covers(by->way[i].rule, rule))
            return true;
    return false;
}

/* An interface without a group is opened by that of its subnet; with one, both must let in. Of the
 * subnet's group that only counts when all its rules are known. */
static void add_nic(const inventory *v, inventory_exposure *x, const inventory_nic *nic)
{
    size_t before = x->n_ways, kept = before;
    uint32_t slot = map_get(&v->slot_of, key_of(INVENTORY_NETS, nic->is.subnet));
    add_groups(v, x, &nic->is.groups);
    if (slot == MAP_NONE)
        return;
    const inventory_net *net = (const inventory_net *)v->store[INVENTORY_NETS].slots + slot;
    inventory_exposure around = {.are_groups_born = true};
    add_groups(v, &around, &net->groups);
    if (nic->is.groups.n == 0)
        add_groups(v, x, &net->groups);
    if (nic->is.groups.n == 0 || net->groups.n == 0 || !around.are_groups_born)
        return;
    for (size_t i = before; i < x->n_ways; i++)
        if (is_covered(&around, x->way[i].rule))
            x->way[kept++] = x->way[i];
    x->n_ways = kept;
}

static void add_address(inventory_exposure *x, const inventory_traits *is)
{
    if (is->has_address <= x->has_address)
        return;
    x->has_address = is->has_address;
    x->shown = is->shown;
    x->address = is->address;
}

inventory_exposure inventory_expose(const inventory *v, const inventory_machine *m)
{
    inventory_exposure x = {.reach = REACH_UNKNOWN, .are_groups_born = true};
    add_address(&x, &m->is);
    if (m->provider == PROVIDER_GCP)
        add_firewalls(v, &x, m);
    else
        add_groups(v, &x, &m->is.groups);
    for (size_t i = 0; i < m->n_nics; i++) {
        uint32_t slot = map_get(&v->slot_of, key_of(INVENTORY_NICS, m->nic[i]));
        if (slot == MAP_NONE)
            continue;
        add_nic(v, &x, inventory_nic_at(v, slot));
        add_address(&x, &inventory_nic_at(v, slot)->is);
    }
    x.are_groups_born = x.are_groups_born && x.reach != REACH_UNKNOWN;
    if (x.n_ways > 0)
        x.reach = x.has_address == KNOWN_YES ? REACH_OPEN : REACH_RULE;
    return x;
}
