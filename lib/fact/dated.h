/* SPDX-License-Identifier: Apache-2.0
 *
 * dated.h -- what scanners say of a thing, each time they look.
 *
 * Reports of several scans may be given together; only the newest says how things are. Therefore
 * such values are kept with the scan's time in front, as a list: "2026-06-01T00:00:00Z|fail".
 *
 *  (1) Times are written in RFC 3339, in UTC, in whole seconds: as text they order as in time. A
 *      scan without a time is older than all others.
 *  (2) When the newest scan was stands in ATTR_SCANNED.
 */
#ifndef SPOOR_FACT_DATED_H
#define SPOOR_FACT_DATED_H

#include "fact/facts.h"
#include "fact/reading.h"

/* Adds a value of the scan at time_ns (TIME_NONE: not known). */
void dated_put(reading *r, uint32_t at, attr a, int64_t time_ns, str value);
/* Says that there was a scan. */
void dated_scanned(reading *r, uint32_t at, int64_t time_ns);

/* The time of the newest scan; TIME_NONE: none has one. */
int64_t dated_newest(const facts *f, const fact *x);

/* The values of the newest scan, one after another; it begins with {0}. */
typedef struct dated_iter {
    fact_iter it;
    char prefix[32];
    size_t n_prefix;
    str value;
} dated_iter;

dated_iter dated_iter_of(const facts *f, const fact *x, attr a);
bool dated_next(dated_iter *it);
/* The first value of the newest scan; STR_NONE: it gave none. */
str dated_get(const facts *f, const fact *x, attr a);

#endif
