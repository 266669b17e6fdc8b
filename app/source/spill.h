/* SPDX-License-Identifier: Apache-2.0
 *
 * spill.h -- the space outside memory that the library borrows for sorting: a file without a name.
 *
 *  (1) The file is made when it is first written to, in $TMPDIR or /tmp, and nobody else can open
 *      it; it is gone with the process, however that ends.
 *  (2) Writing and reading are safe from any number of threads.
 */
#ifndef SPOOR_APP_SPILL_H
#define SPOOR_APP_SPILL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <spoor/spoor.h>

typedef struct spill_file {
    pthread_mutex_t lock; /* over fd and error */
    int fd;               /* -1: not made yet */
    int error;            /* errno of the first failure, for the message */
    _Atomic uint64_t end;
} spill_file;

void spill_init(spill_file *s);
void spill_done(spill_file *s);
spoor_spill spill_lend(spill_file *s); /* s outlives the engine it is lent to */

#endif
