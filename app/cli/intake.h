/* SPDX-License-Identifier: Apache-2.0
 *
 * intake.h -- what every command does that reads logs: read all of them, say what could not be.
 */
#ifndef SPOOR_APP_INTAKE_H
#define SPOOR_APP_INTAKE_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "source/progress.h"
#include "source/walk.h"

typedef struct intake {
    const char *format; /* as for spoor_stream_open */
    unsigned jobs;
    bool is_quiet; /* no progress */
} intake;

spoor_status intake_read(const intake *how, walk *inputs, progress *p, spoor_engine *engine,
                         spoor_error *err);

/* Tells the problems in the order of their paths; whether one of them is a failure. */
bool intake_tell_problems(walk *inputs, spoor_engine *engine);

#endif
