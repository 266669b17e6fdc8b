/* SPDX-License-Identifier: Apache-2.0
 *
 * usage.h -- who did what: which powers principals used, and how they signed in.
 *
 * What is permitted stands in exports (access.h); what was done stands in logs, and in what clouds
 * say of last uses. Together they tell a right that nobody needs from one that is in use.
 *
 *  (1) Events come in event-time order; uses told by exports come in any order.
 *  (2) A principal is known by an id and by a name, whatever the case of their letters: an ARN
 *      without path, an object id, an e-mail address, a user principal name.
 *  (3) At most LIMIT_USAGE principals; uses of further ones are counted in `lost`.
 */
#ifndef SPOOR_ACCESS_USAGE_H
#define SPOOR_ACCESS_USAGE_H

#include "access/access.h"
#include "base/map.h"
#include "model/event.h"

enum { USAGE_NONE = UINT32_MAX, USAGE_FAILURES = 32 };

typedef struct usage_row {
    uint32_t id, name; /* in usage.text, in lower case; name 0: none */
    uint32_t account;  /* 0: not known */
    uint8_t provider;
    uint64_t count[POWER_COUNT];  /* that had an effect */
    bool is_told[POWER_COUNT];    /* an export tells of a use */
    uint64_t denied[POWER_COUNT]; /* refused for want of permission */
    int64_t last_ns[POWER_COUNT]; /* of what had an effect; TIME_NONE: never */
    int64_t known_days; /* for so long the cloud itself would know of a use; 0: not told */
    uint32_t sign_ins, sign_ins_without_mfa; /* interactive ones that succeeded */
    int64_t last_sign_in_ns;
    /* Failed sign-ins: the newest ones, as a ring, and the most that came within the window. */
    int64_t failed_ns[USAGE_FAILURES];
    uint32_t failed, most_failed;
    int64_t most_failed_ns;  /* when the last of them came */
    uint32_t failed_address; /* from where, or 0 */
    bool is_locked;          /* the directory says that it was locked out (Entra 50053) */
} usage_row;

/* For how long logs of an account are there. */
typedef struct usage_span {
    uint32_t account; /* 0: of the cloud as a whole */
    uint8_t provider;
    int64_t first_ns, last_ns;
} usage_span;

typedef struct usage {
    intern text;
    usage_row *rows;
    uint32_t n;
    size_t cap;
    map by_text; /* (provider, text) -> row */
    usage_span *spans;
    size_t n_spans, cap_spans;
    map span_of;
    int64_t window_ns; /* within which failed sign-ins are counted together; 0: 15 minutes */
    excess lost;
    bool failed; /* out of memory */
} usage;

void usage_done(usage *u);
bool usage_is_use(power p, const char *class_name); /* calls of that class use the power */
/* A call as the engine folded it. */
void usage_see(usage *u, const event *e);
/* A use that an export tells: last-accessed data, insights. TIME_NONE: it was used, nobody says
 * when. */
void usage_saw(usage *u, provider cloud, str id, power p, int64_t time_ns);
/* The cloud itself told all uses of the principal in so many days before the export. */
void usage_knows(usage *u, provider cloud, str id, int64_t days);
bool usage_join(usage *to, const usage *from); /* adds what `from` knows; false: out of memory */

/* What exports tell and no log shows counts as one use. */
void usage_settle(usage *u);

bool usage_has_logs(const usage *u, provider cloud);
/* The row of a principal by one of its names; USAGE_NONE: it did nothing. */
uint32_t usage_find(const usage *u, provider cloud, str id);
/* Of a fact: by its id (an ARN's path left out), else by its name. */
uint32_t usage_of_fact(const usage *u, const facts *f, const fact *x);
/* Days from the first event of the account (or, when nothing is known of it, of the cloud) to
 * now. */
int64_t usage_days(const usage *u, provider cloud, str account, int64_t now_ns);

#endif
