/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic.h -- what network logs of any kind tell, added up in bounded memory.
 *
 * A log has millions of connections; checks ask for few things of them: who reached which admin
 * port of which machine, who tried many, who sent much to whom. Readers hand over one connection
 * at a time; when all inputs are read, sums become facts.
 *
 *  (1) A connection has a source, which opened it, and a target. Where a log does not say which
 *      is which (flow records without flags), the reader takes the lower port for the service.
 *  (2) Sums do not depend on the order of the connections, unless a limit is met.
 *  (3) Services: ports of traffic_port.def, and any other with a weak protocol. Of other ports
 *      only the addresses' sums know.
 *  (4) LIMIT_TRAFFIC_… bound each table. What finds no room is counted and told, once.
 */
#ifndef SPOOR_EXPORT_TRAFFIC_H
#define SPOOR_EXPORT_TRAFFIC_H

#include "fact/facts.h"
#include "fact/reading.h"
#include "base/base.h"

typedef enum traffic_outcome {
    TRAFFIC_ACCEPTED,
    TRAFFIC_REFUSED,
    TRAFFIC_UNANSWERED,
    TRAFFIC_UNDECIDED, /* the log does not say */
    TRAFFIC_OUTCOME_COUNT
} traffic_outcome;

typedef enum traffic_service {
    TRAFFIC_SERVICE_OTHER,
    TRAFFIC_SERVICE_SSH,
    TRAFFIC_SERVICE_RDP,
    TRAFFIC_SERVICE_REMOTE,
    TRAFFIC_SERVICE_WINDOWS,
    TRAFFIC_SERVICE_DATABASE,
    TRAFFIC_SERVICE_STORE,
    TRAFFIC_SERVICE_CONTROL,
    TRAFFIC_SERVICE_LEGACY,
    TRAFFIC_SERVICE_WEB,
} traffic_service;

traffic_service traffic_service_of(uint32_t port, uint32_t protocol);
const char *traffic_port_text(uint32_t port, uint32_t protocol); /* "SSH"; "" */

/* Versions with known weaknesses; bits of traffic_flow.weak. */
typedef enum traffic_weak {
    TRAFFIC_WEAK_SSL2 = 1,
    TRAFFIC_WEAK_SSL3 = 2,
    TRAFFIC_WEAK_TLS10 = 4,
    TRAFFIC_WEAK_TLS11 = 8,
    TRAFFIC_WEAK_SSH1 = 16,
} traffic_weak;

typedef enum traffic_side {
    TRAFFIC_SIDE_UNKNOWN, /* inside when its address is a private one */
    TRAFFIC_SIDE_INSIDE,
    TRAFFIC_SIDE_OUTSIDE,
} traffic_side;

typedef struct traffic_end {
    str address;
    uint32_t port;
    traffic_side side;
    str machine; /* the log's own id of the machine or interface; or empty */
} traffic_end;

enum { TRAFFIC_TCP = 6, TRAFFIC_UDP = 17 };

typedef struct traffic_flow {
    traffic_end source, target;
    uint32_t protocol; /* IANA's number */
    traffic_outcome outcome;
    uint64_t count;                /* connections; 0: only what else it says is added */
    uint64_t sent_bytes, received; /* by the source */
    int64_t first_ns, last_ns;     /* TIME_NONE: not known */
    uint64_t sessions;             /* of a service's own protocol: SSH or RDP was spoken */
    uint64_t failed_sign_ins;
    uint64_t agreed;   /* sessions in which a version of TLS or SSH was agreed on */
    uint64_t versions; /* of them those whose version the log names */
    uint8_t weak;
    str account, region; /* or empty */
} traffic_flow;

typedef struct traffic traffic;

void traffic_free(traffic *t);
excess traffic_lost(const traffic *t); /* of NULL: nothing */

/* Adds a connection. False: an address cannot be read, nothing was added. */
bool traffic_add(reading *r, const traffic_flow *flow);
/* A name was asked for. It is counted; only names of mining pools are kept. */
bool traffic_add_name(reading *r, str source, str name);
void traffic_add_notice(reading *r, str note, str source, str text);
/* Of the log that is read. */
void traffic_add_line(reading *r);
/* The record says whether records are missing. */
void traffic_add_status(reading *r, bool is_skipped);
void traffic_add_loss(reading *r, double percent);

/* When all inputs are read: sums become facts, machines get their names from other exports. */
void traffic_tell(reading *r);

#endif
