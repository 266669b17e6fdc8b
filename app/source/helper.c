/* SPDX-License-Identifier: Apache-2.0
 *
 * helper.c -- starts a thread for one piece of work, and waits for it.
 */
#include "source/helper.h"

#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

static void *run(void *user)
{
    const helper *h = user;
    h->work(h->arg);
    return NULL;
}

static int start(void *user, void (*work)(void *arg), void *arg)
{
    helper *h = user;
    sigset_t all, before;
    h->work = work;
    h->arg = arg;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int error = pthread_create(&h->thread, NULL, run, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void join(void *user)
{
    const helper *h = user;
    pthread_join(h->thread, NULL);
}

spoor_helper helper_lend(helper *h, unsigned n_jobs)
{
    bool is_alone = n_jobs == 1 || (n_jobs == 0 && sysconf(_SC_NPROCESSORS_ONLN) < 2);
    return is_alone ? (spoor_helper){0} : (spoor_helper){h, start, join};
}
