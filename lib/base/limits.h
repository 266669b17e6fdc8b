/* SPDX-License-Identifier: Apache-2.0
 *
 * limits.h -- every size that input controls, in one place.
 *
 * A limit that is hit is reported by name with its value; nothing is cut silently.
 */
#ifndef SPOOR_BASE_LIMITS_H
#define SPOOR_BASE_LIMITS_H

enum {
    LIMIT_RECORD_BYTES = 16 * 1024 * 1024, /* one record; a longer one is skipped and counted */
    LIMIT_DEPTH = 64,                      /* nesting of JSON */
    LIMIT_UNWRAP = 5,                      /* wrappers around a record (SNS in SQS in …) */
    LIMIT_REFS = 4096,                     /* resources named by one event */
    LIMIT_FIELD_BYTES = 64 * 1024,         /* text of one canonical field */
    LIMIT_SKIP_PLACES = 100000,            /* places of skipped input listed one by one */
    LIMIT_CSV_COLUMNS = 1024,
    LIMIT_FOLD_HELD = 65536,  /* operations waiting for their last phase */
    LIMIT_ACTOR_HOPS = 16,    /* credential -> session -> … -> root principal */
    LIMIT_ENTITIES = 1000000, /* things remembered; later ones are counted as evicted */
    LIMIT_JOURNAL = 200000,   /* events remembered; the oldest are forgotten and counted */
    LIMIT_COMPACT = 100000,   /* events remembered, before what is settled is let go */
    LIMIT_SESSIONS = 60000,   /* issued sessions not used yet; the oldest are forgotten */
    LIMIT_HOMES = 60000,      /* sessions of instances whose address is known; none later */
    LIMIT_HUB_DEGREE = 256,   /* a thing with more edges joins nothing any more */
    LIMIT_INVENTORY_INSTANCES = 100000, /* machines, living or ended; those ended first go first */
    LIMIT_INVENTORY_GROUPS = 50000,     /* security groups, NSGs, firewall rules */
    LIMIT_INVENTORY_NICS = 100000,      /* network interfaces */
    LIMIT_INVENTORY_TEMPLATES = 10000,  /* launch templates, instance templates */
    LIMIT_INVENTORY_RULES = 64,         /* rules of one group that are open to the world */
    LIMIT_INVENTORY_ACCOUNTS = 10000,   /* of which is known up to when they were told */
    LIMIT_INVENTORY_LEASES = 50000,     /* public addresses that were given to something */
    LIMIT_INVENTORY_NETS = 50000,       /* subnets */
    LIMIT_FIREWALLS = 256,              /* firewall rules of a network looked at for one machine */
    LIMIT_NEIGHBOURS = 256,             /* machines that a new one is compared with */
    LIMIT_NEIGHBOURS_SEEN = 2048,       /* machines looked at to find them */
    LIMIT_MENTIONS = 4096,              /* operations that name what is traced and have no row */
    LIMIT_TRACE_NODES = 2000,           /* things in one tree of a dossier */
    LIMIT_TRACE_STEPS = 2000,           /* calls in one list of a dossier; the newest stay */
    LIMIT_TRACE_PLACES = 256,           /* addresses in a dossier; the first ones stay */
    LIMIT_TRACE_MATCHES = 64,           /* things listed when an id could mean several */
    LIMIT_STORY_STEPS = 400,            /* steps of one incident; further ones are counted */
    LIMIT_BASELINE_CELLS = 1024 * 1024, /* habits and their sums; those not met for longest go */
    LIMIT_BASELINE_QUARANTINE = 256 * 1024, /* cells of calls of incidents, until the run ends */
    LIMIT_BASELINE_RECENT = 128 * 1024,     /* calls of two days that are not to be learned again */
    LIMIT_CORRELATION_BYTES = 256 * 1024 * 1024, /* windows of Sigma correlations */
    LIMIT_CORRELATION_FANOUT = 4096,     /* groups, or combinations of values, of one event */
    LIMIT_SETTINGS_ENTRIES = 1000,       /* of one list of the operator's settings */
    LIMIT_SETTINGS_TEXT = 512,           /* bytes of one entry */
    LIMIT_POLICY_BYTES = 256 * 1024,     /* one policy document given as text */
    LIMIT_POLICY_STATEMENTS = 4096,      /* of one policy; later ones are told and unused */
    LIMIT_POLICY_PATTERN = 2048,         /* bytes of one action, resource or value of a policy */
    LIMIT_POLICY_MEET = 256 * 1024,      /* steps to find what two patterns have in common */
    LIMIT_POLICY_TRIES = 512,            /* resources tried to answer for any resource */
    LIMIT_POLICY_SEARCH = 4000000,       /* steps of all meetings of one such answer */
    LIMIT_POLICY_NARROWINGS = 12,        /* patterns that one of them must match at a time */
    LIMIT_POLICY_KEYS = 16,              /* condition keys that an answer names */
    LIMIT_RULE_FILE_BYTES = 1024 * 1024, /* one file of rules */
    LIMIT_RULE_DEPTH = 32,               /* nesting of YAML and of conditions */
    LIMIT_RULE_NODES = 1000000,          /* YAML nodes of one file, aliases expanded */
    LIMIT_RULE_VALUES = 100000,          /* predicates of one rule, variants counted */
    LIMIT_REGEX_MATCH = 100000,          /* steps of one regular expression on one value */
    LIMIT_LINEAGE_STEPS = 16,            /* steps of one lineage rule */
    LIMIT_LINEAGE_JOINS = 256,           /* its equations */
    LIMIT_CHAIN_BYTES =
        128 * 1024 * 1024,         /* events that lineage rules wait with; oldest go first */
    LIMIT_CHAIN_TRIES = 4000,      /* events tried in the steps of one rule when an event comes */
    LIMIT_CHAIN_OPEN = 20000,      /* chains that are complete and may still grow */
    LIMIT_CHAIN_NEAR = 20000,      /* chains that lack one step */
    LIMIT_CHAIN_FINDINGS = 100000, /* chains found */
    LIMIT_CHAIN_MARKS = 200000,    /* matches of rules that are steps, waiting for their event */
    LIMIT_CHAIN_HABITS = 1000000,  /* first uses by an actor */
    LIMIT_EXPORT_BYTES =
        1024 * 1024 * 1024,        /* one document of an export; lines have no such limit */
    LIMIT_FACTS = 4000000,         /* things that exports tell of */
    LIMIT_FACT_VALUES = 40000000,  /* their attributes */
    LIMIT_FACT_LIST = 4096,        /* values of one thing */
    LIMIT_ACCESS_RIGHTS = 8000000, /* who may do what */
    LIMIT_CONTROLS = 12,  /* of one incident that are told, of those that would have stopped it */
    LIMIT_KNOWN = 64,     /* lines, and links, that exports add to one incident */
    LIMIT_USAGE = 500000, /* principals of whom it is known what they did */
    LIMIT_LINE_COLUMNS = 64,        /* of network logs in lines */
    LIMIT_AUDIT_RULES = 4096,       /* firewall rules of a network that may outrank one another */
    LIMIT_IMPERSONATED = 4096,      /* service accounts that others may act as */
    LIMIT_IMPERSONATIONS = 1000000, /* pairs of who acts as whom, directly or through others */
    LIMIT_IMPERSONATION_HOPS = 16,  /* service accounts in one such chain */
    LIMIT_GROUPS_HELD = 256,        /* groups that one principal of Google Cloud is in */
    LIMIT_ABOVE = 16,               /* folders and organizations above one project */
    LIMIT_AUDIT_PROBLEMS =
        10000, /* problems with exports that are listed; further ones are counted */
    LIMIT_AWS_STRONG =
        4000000,               /* strong users, groups and roles tried by all who might take them */
    LIMIT_AZURE_PATTERN = 256, /* bytes of one action of an Azure role */
    LIMIT_AZURE_RULE_PARTS = 4096, /* networks and port ranges of one rule of an NSG, multiplied */
    LIMIT_AZURE_DENIALS = 256,     /* deny assignments looked at for one principal */
    LIMIT_AZURE_GRANTS = 4096,     /* Azure role assignments looked at for one principal */
    LIMIT_AZURE_GROUPS = 1024,     /* groups that one principal is in, nested ones counted */
    LIMIT_TRAFFIC_SERVICES = 200000,  /* services of machines in network logs */
    LIMIT_TRAFFIC_ADDRESSES = 300000, /* addresses in network logs */
    LIMIT_TRAFFIC_PAIRS = 500000,     /* who sent how much to whom, or signed in where how often */
    LIMIT_TRAFFIC_DISTINCT = 2000000, /* who reached whom; further ones are not told apart */
    LIMIT_TRAFFIC_NOTICES = 50000,    /* kinds of Zeek notices, by source */
    LIMIT_XML_TEXT_BYTES = 64 * 1024, /* text of one element of XML */
    LIMIT_SCAN_RULES = 200000,        /* rules of one SCAP document */
    LIMIT_ZSTD_WINDOW_LOG = 27,       /* 128 MiB, zstd's own default ceiling */
};

#endif
