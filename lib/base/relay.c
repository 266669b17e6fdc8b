/* SPDX-License-Identifier: Apache-2.0
 *
 * relay.c -- a ring of slots; two numbers say whose which is.
 *
 * Filling number n is in slot n % n_slots. The helper owns [filled, taken + n_slots), the reader
 * [taken, filled); the two change under the lock, what is in a slot without it.
 *
 * To wake a thread costs more than to fill a slot may: a helper who finds all slots filled waits
 * until half of them are given back.
 */
#include "base/relay.h"

#include <pthread.h>
#include <stdlib.h>

struct relay {
    size_t n_slots;
    relay_fill *fill;
    void *user;
    relay_helper helper;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Under the lock. */
    size_t filled, taken;
    bool is_full;    /* the helper waits, or will */
    bool is_stopped; /* nobody reads any further */
};

/* False: nobody reads any further. */
static bool wait_for_room(relay *r, size_t *ret_slot)
{
    pthread_mutex_lock(&r->lock);
    r->is_full = r->filled - r->taken == r->n_slots;
    while (r->is_full && !r->is_stopped)
        pthread_cond_wait(&r->changed, &r->lock);
    bool is_wanted = !r->is_stopped;
    *ret_slot = r->filled % r->n_slots;
    pthread_mutex_unlock(&r->lock);
    return is_wanted;
}

static void help(void *arg)
{
    relay *r = arg;
    size_t slot;
    bool has_more = true;
    while (has_more && wait_for_room(r, &slot)) {
        has_more = r->fill(r->user, slot);
        pthread_mutex_lock(&r->lock);
        if (r->filled++ == r->taken)
            pthread_cond_signal(&r->changed);
        pthread_mutex_unlock(&r->lock);
    }
}

size_t relay_take(relay *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->filled == r->taken)
        pthread_cond_wait(&r->changed, &r->lock);
    size_t slot = r->taken % r->n_slots;
    pthread_mutex_unlock(&r->lock);
    return slot;
}

void relay_give_back(relay *r)
{
    pthread_mutex_lock(&r->lock);
    r->taken++;
    if (r->is_full && r->filled - r->taken <= r->n_slots / 2) {
        r->is_full = false;
        pthread_cond_signal(&r->changed);
    }
    pthread_mutex_unlock(&r->lock);
}

static void release(relay *r)
{
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

relay *relay_new(size_t n_slots, relay_fill *fill, void *user, const relay_helper *helper)
{
    relay *r = helper->start ? calloc(1, sizeof *r) : NULL;
    if (!r)
        return NULL;
    r->n_slots = n_slots;
    r->fill = fill;
    r->user = user;
    r->helper = *helper;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    if (helper->start(helper->user, help, r) == 0)
        return r;
    release(r);
    return NULL;
}

void relay_free(relay *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->is_stopped = true;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    r->helper.join(r->helper.user);
    release(r);
}
