/* SPDX-License-Identifier: Apache-2.0
 *
 * inventory_feed.h -- what a call changes in the inventory.
 *
 * Read from an event are its refs, its fields, and two lists that decoders write for network and
 * machine calls:
 *     public_exposure  what is open to the world: "tcp/22 from 0.0.0.0/0", "public address"
 *     policy_delta     what else was set: "rule NAME: tcp/22 from 10.0.0.0/8", "rule NAME",
 *                      "tag NAME", "association NAME", "IMDSv2 required", "no public address";
 *                      "rules kept": a patch that leaves the rules as they were
 */
#ifndef SPOOR_STATE_INVENTORY_FEED_H
#define SPOOR_STATE_INVENTORY_FEED_H

#include "model/event.h"
#include "state/inventory.h"

/* operation -> how it is read. Immutable. */
typedef struct inventory_feeders inventory_feeders;

inventory_feeders *inventory_feeders_new(void); /* NULL: out of memory */
void inventory_feeders_free(inventory_feeders *f);

/* e had effect; `who` is its root actor. */
void inventory_feed(inventory *v, const inventory_feeders *f, const event *e, str who);

#endif
