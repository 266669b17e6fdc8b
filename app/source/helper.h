/* SPDX-License-Identifier: Apache-2.0
 *
 * helper.h -- the thread that the library borrows while it judges.
 *
 *  (1) Signals are left to the program's other threads.
 */
#ifndef SPOOR_APP_HELPER_H
#define SPOOR_APP_HELPER_H

#include <pthread.h>
#include <spoor/spoor.h>

typedef struct helper {
    pthread_t thread;
    void (*work)(void *arg);
    void *arg;
} helper;

/* h outlives the engine it is lent to. n_jobs: threads the user wants at work, 0: one a processor;
 * with one there is none to lend. */
spoor_helper helper_lend(helper *h, unsigned n_jobs);

#endif
