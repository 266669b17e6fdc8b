/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic_tables.h -- the sums that traffic.c keeps and traffic_tell.c makes facts of; for these
 * two.
 */
#ifndef SPOOR_EXPORT_TRAFFIC_TABLES_H
#define SPOOR_EXPORT_TRAFFIC_TABLES_H

#include "export/traffic.h"
#include "base/map.h"
#include "base/time.h"

/* A service of one machine, or of those outside that it connects to. */
typedef struct traffic_sum {
    uint32_t at; /* the machine's address */
    uint16_t port;
    uint8_t protocol;
    bool is_inbound, is_public; /* public: the other end is outside */
    bool is_foreign;            /* the machine is ours only if an export says so */
    uint8_t weak;               /* bits of traffic_weak */
    uint64_t n[TRAFFIC_OUTCOME_COUNT];
    uint64_t sessions, failed_sign_ins, agreed, versions;
    uint32_t peers, peer; /* peer: an address */
    int64_t peer_ns, first_ns, last_ns;
    uint32_t input;
} traffic_sum;

typedef struct traffic_address {
    uint32_t address, account, region, machine; /* interned */
    uint32_t input;
    bool is_public, is_inside;
    uint32_t targets, hosts;
    uint64_t n[TRAFFIC_OUTCOME_COUNT];
    uint64_t failed_sign_ins;
    uint64_t asked; /* names */
    uint64_t pools; /* bits of the table of pools */
    int64_t first_ns, last_ns;
    /* The largest of its pairs, found when facts are made. */
    uint32_t sent_to, guessed_at, guessed_port;
    uint64_t sent_bytes, guesses;
} traffic_address;

/* port 0: bytes that from sent to to. Else: connections to a sign-in service of to. */
typedef struct traffic_pair {
    uint32_t from, to, port;
    uint64_t sum, sessions;
} traffic_pair;

typedef struct traffic_notice {
    uint32_t note, source, text, input;
    uint64_t n;
} traffic_notice;

typedef struct traffic_log {
    uint32_t name, input;
    uint64_t lines, skipped;
    bool has_status;
    double lost_percent;
    bool has_loss;
} traffic_log;

struct traffic {
    intern text;
    traffic_sum *services;
    traffic_address *addresses;
    traffic_pair *pairs;
    traffic_notice *notices;
    traffic_log *logs;
    size_t n_services, n_addresses, n_pairs, n_notices, n_logs;
    size_t cap_services, cap_addresses, cap_pairs, cap_notices, cap_logs;
    map by_service, by_address, by_pair, by_notice, by_log;
    map distinct;
    excess lost;
    bool failed;
};

const char *traffic_pool(size_t i); /* NULL behind the last */

#endif
