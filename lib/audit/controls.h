/* SPDX-License-Identifier: Apache-2.0
 *
 * controls.h -- which controls would have stopped an incident, read from exports.
 *
 *  (1) Told are failures only: of whoever acted (medium and above) or made who acted, of things of
 *      the incident, of its accounts and regions; of these only checks that say they stop one of
 *      its stages.
 *  (2) What an actor was permitted to do, and did in the incident, is told with what permits it.
 *  (3) Worst first; at most LIMIT_CONTROLS.
 */
#ifndef SPOOR_AUDIT_CONTROLS_H
#define SPOOR_AUDIT_CONTROLS_H

#include "base/arena.h"
#include <spoor/spoor.h>

struct audit;

/* Writes in->controls; texts live in `out`. False: out of memory. */
bool controls_add(const struct audit *a, spoor_incident *in, arena *out);

#endif
