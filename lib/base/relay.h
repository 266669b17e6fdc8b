/* SPDX-License-Identifier: Apache-2.0
 *
 * relay.h -- slots that a helper's thread fills, in order, and the reader's thread empties.
 *
 *  (1) A slot belongs to the helper from when it is given back (at first: from the beginning) until
 *      it is taken, else to the reader. What is in it, the user of the relay knows.
 *  (2) The helper is never further ahead than there are slots.
 */
#ifndef SPOOR_BASE_RELAY_H
#define SPOOR_BASE_RELAY_H

#include "base/base.h"

/* Same meaning as spoor_helper. start == NULL: there is none. */
typedef struct relay_helper {
    void *user;
    int (*start)(void *user, void (*work)(void *arg), void *arg);
    void (*join)(void *user);
} relay_helper;

/* On the helper's thread: fills a slot, 0 <= slot < n_slots. False: it is the last to be filled. */
typedef bool relay_fill(void *user, size_t slot);

typedef struct relay relay;

/* Starts the helper. NULL: there is none, it does not come, or memory is short: the reader works
 * alone. */
relay *relay_new(size_t n_slots, relay_fill *fill, void *user, const relay_helper *helper);
/* The next slot, once it is filled. Not called any more after the slot that was the last. */
size_t relay_take(relay *r);
/* Gives the slot that was taken back. */
void relay_give_back(relay *r);
/* Stops the helper, wherever it is, and waits for it. */
void relay_free(relay *r);

#endif
