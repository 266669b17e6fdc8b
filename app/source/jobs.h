/* SPDX-License-Identifier: Apache-2.0
 *
 * jobs.h -- reads all inputs into an engine, several at once.
 *
 *  (1) An input is read by one thread from its beginning to its end.
 *  (2) An input that cannot be read, or not to its end, becomes a problem of the walk; the others
 *      are read all the same.
 *  (3) A failure of the library (memory, spill file) stops everything: its results would be
 *      incomplete.
 */
#ifndef SPOOR_APP_JOBS_H
#define SPOOR_APP_JOBS_H

#include <spoor/spoor.h>

#include "source/progress.h"
#include "source/walk.h"

enum { JOBS_MAX = 64 };

/* format: as for spoor_stream_open. n_jobs 0: as many as there are processors. With one job
 * everything happens in the calling thread. */
spoor_status jobs_run(spoor_engine *engine, walk *inputs, const char *format, unsigned n_jobs,
                      progress *p, spoor_error *err);

#endif
