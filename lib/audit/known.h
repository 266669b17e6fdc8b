/* SPDX-License-Identifier: Apache-2.0
 *
 * known.h -- what exports know of the things of an incident, and logs do not show.
 *
 * Logs name a volume that was copied; that it is the disk of a domain controller, whose it is, and
 * by which groups and roles its machine lives, stands in exports.
 *
 *  (1) Links are added to those of the logs, never instead of them; the proof of one is the export:
 *      its input stands where a record's id stands elsewhere ("export NAME").
 *  (2) At most LIMIT_KNOWN lines and LIMIT_KNOWN links; those of the things named first stay.
 */
#ifndef SPOOR_AUDIT_KNOWN_H
#define SPOOR_AUDIT_KNOWN_H

#include "base/arena.h"
#include <spoor/spoor.h>

struct audit;

/* Adds to in->links and writes in->known; texts live in `out`. False: out of memory. */
bool known_add(const struct audit *a, spoor_incident *in, arena *out);

#endif
