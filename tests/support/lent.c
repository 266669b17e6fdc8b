/* SPDX-License-Identifier: Apache-2.0
 *
 * lent.c -- starts the thread, joins it, and counts both.
 */
#include "support/lent.h"

static void *run(void *user)
{
    const lent *l = user;
    l->work(l->arg);
    return NULL;
}

int lent_start(void *user, void (*work)(void *arg), void *arg)
{
    lent *l = user;
    if (l->is_refused)
        return -1;
    l->work = work;
    l->arg = arg;
    l->started++;
    return pthread_create(&l->thread, NULL, run, l);
}

void lent_join(void *user)
{
    lent *l = user;
    pthread_join(l->thread, NULL);
    l->joined++;
}
