/* SPDX-License-Identifier: Apache-2.0
 *
 * lent.h -- a thread to lend to what takes a helper.
 */
#ifndef SPOOR_TESTS_LENT_H
#define SPOOR_TESTS_LENT_H

#include <pthread.h>
#include <stdbool.h>

/* A zeroed one is ready. */
typedef struct lent {
    pthread_t thread;
    void (*work)(void *arg);
    void *arg;
    bool is_refused; /* it does not come */
    int started, joined;
} lent;

/* `user` is the lent one: see relay_helper. */
int lent_start(void *user, void (*work)(void *arg), void *arg);
void lent_join(void *user);

#endif
