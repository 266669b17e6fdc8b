/* SPDX-License-Identifier: Apache-2.0
 *
 * inventory.h -- the machines that live in each account, and how the world reaches them.
 *
 * The graph says where a thing came from; the inventory says what a machine is like: network,
 * image, size, key pair, role, metadata service, public address, groups. A new machine is compared
 * with those that were there, and "open to the world" is read from groups and addresses together.
 *
 *  (1) What is not known is 0, and is never taken for "none": ABSENT says that a record shows it
 *      to have none.
 *  (2) It is fed once with each call that had effect, in event-time order, and moves over when the
 *      state is compacted: it remembers machines for longer than the journal does.
 *  (3) Machines of one network, of one region of an account, and of one account are lists, newest
 *      first; those that ended are in lists of their own, the one that ended last first.
 *  (4) Machines, groups, interfaces and templates each have a limit. Of machines the one that
 *      ended first is forgotten first, then the oldest; of the others the oldest. All are counted.
 *  (5) Text is interned here, and anew when most of it has been forgotten; slots stay as they are.
 */
#ifndef SPOOR_STATE_INVENTORY_H
#define SPOOR_STATE_INVENTORY_H

#include "base/base.h"
#include "base/buf.h"
#include "base/map.h"

enum {
    INVENTORY_NONE = UINT32_MAX, /* no machine, no group … */
    INVENTORY_ABSENT = 1,        /* as a text: known to have none */
    INVENTORY_GROUPS_OF = 8,     /* groups, or tags, of one machine or interface */
    INVENTORY_NICS_OF = 4,       /* interfaces of one machine */
};

/* What lists of machines there are. */
typedef enum inventory_scope {
    SCOPE_NETWORK, /* VPC, virtual network, network of a project; else the subnet */
    SCOPE_REGION,  /* of one account */
    SCOPE_ACCOUNT,
    SCOPE_PAST, /* + one of the above: those that ended */
    SCOPE_ALL = SCOPE_PAST + SCOPE_PAST,
    SCOPE_ENDED, /* all that ended, in the order in which they did */
    SCOPE_COUNT
} inventory_scope;

typedef enum inventory_known {
    KNOWN_NOT, /* the logs do not say */
    KNOWN_NO,
    KNOWN_YES
} inventory_known;

/* The call that shows something. */
typedef struct inventory_proof {
    int64_t time_ns;
    uint32_t who, uid;
} inventory_proof;

/* One thing after another, by slot. */
typedef struct inventory_link {
    uint32_t older, newer;
} inventory_link;

typedef struct inventory_set {
    uint32_t id[INVENTORY_GROUPS_OF];
    uint8_t n;
} inventory_set;

/* What a launch, or a template, says of a machine. Texts are in inventory.text. */
typedef struct inventory_traits {
    uint32_t network, subnet;
    uint32_t image, image_owner;
    uint32_t size;
    uint32_t key_pair;
    uint32_t role;
    inventory_set groups;  /* security groups; of a GCP machine its network tags */
    uint8_t is_imds_v1;    /* inventory_known: the metadata service answers without a token */
    uint8_t has_address;   /* inventory_known: a public address */
    inventory_proof shown; /* by whom the address was given, or taken */
    uint32_t address;      /* its text or id, or 0 */
} inventory_traits;

typedef struct inventory_machine {
    uint32_t id;
    uint8_t provider;
    bool is_born;        /* these logs saw it being made */
    int64_t born_ns;     /* or when it was first named */
    int64_t ended_ns;    /* INT64_MAX: it lives */
    uint32_t maker;      /* who is behind it, as people are shown it */
    uint32_t maker_role; /* user or role without its session */
    uint32_t account, region;
    uint32_t place; /* account and region as one text */
    inventory_traits is;
    uint32_t nic[INVENTORY_NICS_OF]; /* texts */
    uint8_t n_nics;
    inventory_link link[SCOPE_COUNT];
    uint32_t key[SCOPE_COUNT]; /* of the list it stands in; 0: in none */
} inventory_machine;

/* A way in that is open to the world. */
typedef struct inventory_rule {
    uint32_t name;   /* the rule's own id, or 0 */
    uint32_t what;   /* "tcp/22" */
    uint32_t source; /* "0.0.0.0/0" */
    uint16_t from, to;
    uint8_t protocol; /* 6, 17 …; 0: any */
    inventory_proof opened;
} inventory_rule;

/* Security group, NSG or firewall rule. */
typedef struct inventory_group {
    uint32_t id;
    uint32_t network;   /* of a GCP firewall rule: where it holds */
    inventory_set tags; /* of a GCP firewall rule: for which machines; none: for all */
    bool is_born;       /* these logs saw it being made: rules not seen are not there */
    inventory_rule *rules;
    uint32_t n_rules;
    size_t cap_rules;
    inventory_link link; /* firewall rules of one network */
    uint32_t listed;     /* the network whose list it stands in, or 0 */
} inventory_group;

typedef struct inventory_nic {
    uint32_t id;
    uint32_t owner; /* text of the machine's id, or 0 */
    inventory_traits is;
} inventory_nic;

typedef struct inventory_template {
    uint32_t id;
    inventory_traits is;
} inventory_template;

/* A subnet, and what it is part of. */
typedef struct inventory_net {
    uint32_t id;
    uint32_t network;     /* 0: not known */
    uint8_t has_address;  /* inventory_known: it gives machines a public address */
    inventory_set groups; /* Azure: groups that hold for all of it, beside those of interfaces */
} inventory_net;

/* An address as it was given to something. */
typedef struct inventory_lease {
    uint32_t id;
    uint32_t holder; /* text of a machine or interface */
} inventory_lease;

/* Up to when an account is known: what is older was told in an earlier run. */
typedef struct inventory_account {
    uint32_t id;
    int64_t known_ns; /* as loaded */
    int64_t newest_ns;
} inventory_account;

/* Slots of things of one size that begin with their id. A full store reuses its oldest slot. */
typedef struct inventory_store {
    void *slots;
    size_t n, cap;
    uint32_t oldest;
    uint64_t forgotten;
} inventory_store;

typedef enum inventory_kind {
    INVENTORY_MACHINES,
    INVENTORY_GROUPS,
    INVENTORY_NICS,
    INVENTORY_TEMPLATES,
    INVENTORY_NETS,
    INVENTORY_ACCOUNTS,
    INVENTORY_LEASES,
    INVENTORY_KIND_COUNT
} inventory_kind;

typedef struct inventory_list {
    uint32_t newest, oldest; /* slots, or INVENTORY_NONE */
} inventory_list;

typedef struct inventory {
    intern text;
    map slot_of; /* kind and id -> slot */
    map list_of; /* scope and text -> number of a list */
    inventory_list *lists;
    size_t n_lists, cap_lists;
    inventory_store store[INVENTORY_KIND_COUNT];
    uint64_t rules_forgotten; /* of groups with more than LIMIT_INVENTORY_RULES */
    size_t limit;             /* of each kind; 0: as limits.h says */
    size_t trimmed_bytes;     /* of text, when it was interned anew */
    bool failed;              /* out of memory */
} inventory;

bool inventory_init(inventory *v);
void inventory_done(inventory *v);
void inventory_free(inventory *v); /* of one that was malloc'ed, or NULL */

/* ---- what is remembered ---------------------------------------------------------------------- */

str inventory_text(const inventory *v, uint32_t text); /* of INVENTORY_ABSENT: "none" */
uint32_t inventory_find(const inventory *v, inventory_kind kind, str id); /* slot */

const inventory_machine *inventory_machine_at(const inventory *v, uint32_t slot);
const inventory_group *inventory_group_at(const inventory *v, uint32_t slot);
const inventory_nic *inventory_nic_at(const inventory *v, uint32_t slot);

/* The machine of an id, or NULL. */
const inventory_machine *inventory_instance_at(const inventory *v, str id);

/* Newest machine of the list that `m` stands in, or stood in while it lived; then older ones. */
uint32_t inventory_newest(const inventory *v, const inventory_machine *m, inventory_scope scope);
uint32_t inventory_older(const inventory *v, uint32_t slot, inventory_scope scope);

/* ---- exposure -------------------------------------------------------------------------------- */

typedef enum inventory_reach {
    REACH_UNKNOWN, /* its groups are not known */
    REACH_CLOSED,  /* no rule that is open to the world was seen */
    REACH_RULE,    /* such a rule, but no public address was seen */
    REACH_OPEN     /* both */
} inventory_reach;

enum { INVENTORY_WAYS = 16 };

typedef struct inventory_way {
    const inventory_rule *rule;
    uint32_t group; /* text */
} inventory_way;

typedef struct inventory_exposure {
    inventory_reach reach;
    inventory_way way[INVENTORY_WAYS]; /* further ones are left out */
    size_t n_ways;
    bool are_groups_born;  /* all its groups were made in these logs, so nothing is missing */
    uint8_t has_address;   /* inventory_known */
    inventory_proof shown; /* of the address */
    uint32_t address;
} inventory_exposure;

/* True when all that `narrow` lets in gets in by `wide`, too. */
bool inventory_covers(const inventory_rule *wide, const inventory_rule *narrow);
inventory_exposure inventory_expose(const inventory *v, const inventory_machine *m);

/* ---- changes, for inventory_feed.c, compaction and files ------------------------------------- */

uint32_t inventory_id(inventory *v, str text); /* 0 for an empty text, or when out of memory */
/* Slot of the thing, made when there is none; INVENTORY_NONE when out of memory. */
uint32_t inventory_put(inventory *v, inventory_kind kind, uint32_t id);
inventory_machine *inventory_machine_of(inventory *v, uint32_t slot);
inventory_group *inventory_group_of(inventory *v, uint32_t slot);
inventory_nic *inventory_nic_of(inventory *v, uint32_t slot);
inventory_template *inventory_template_of(inventory *v, uint32_t slot);
inventory_net *inventory_net_of(inventory *v, uint32_t slot);
inventory_account *inventory_account_of(inventory *v, uint32_t slot);
inventory_lease *inventory_lease_of(inventory *v, uint32_t slot);
/* Puts a machine into the lists that fit it, as the newest; after its network, region, account or
 * end have changed, too. */
void inventory_file(inventory *v, uint32_t machine);
/* The same for a firewall rule and the list of its network. */
void inventory_file_firewall(inventory *v, uint32_t group);
void inventory_set_add(inventory_set *set, uint32_t id);
void inventory_open(inventory *v, inventory_group *g, const inventory_rule *rule);
/* Takes away the rule of that name, or when it has none the one that opens the same. */
void inventory_close(inventory_group *g, const inventory_rule *rule);
void inventory_close_all(inventory_group *g);
/* As inventory_open, when the rule is known to be a new one. */
void inventory_append(inventory *v, inventory_group *g, const inventory_rule *rule);
/* Makes a machine the newest of the list it stands in. */
void inventory_file_again(inventory *v, uint32_t machine, inventory_scope scope);
/* Oldest of all machines, or of those that ended. */
uint32_t inventory_oldest(const inventory *v, inventory_scope scope);
/* A thing of any kind; it begins with its id. */
void *inventory_thing(inventory *v, inventory_kind kind, uint32_t slot);
/* Lets go of text that nothing names any more, when it has become more than what is named. */
void inventory_trim(inventory *v);

/* A file format: the same inventory gives the same bytes. */
void inventory_save(const inventory *v, buf *out);
/* Into an initialised, empty inventory. False (and it is empty again): these bytes are not what
 * inventory_save writes, or out of memory. */
bool inventory_load(inventory *v, str bytes);

#endif
