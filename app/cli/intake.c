/* SPDX-License-Identifier: Apache-2.0
 *
 * intake.c -- from the list of inputs into the engine.
 */
#include "cli/intake.h"

#include <stdint.h>

#include "cli/opt.h"
#include "source/jobs.h"

spoor_status intake_read(const intake *how, walk *inputs, progress *p, spoor_engine *engine,
                         spoor_error *err)
{
    progress_begin(p, !how->is_quiet, walk_bytes(inputs));
    spoor_status status = jobs_run(engine, inputs, how->format, how->jobs, p, err);
    progress_end(p);
    return status;
}

bool intake_tell_problems(walk *inputs, spoor_engine *engine)
{
    bool has_failure = false;
    walk_sort_problems(inputs);
    for (size_t i = 0; i < inputs->n_problems; i++) {
        const walk_problem *p = &inputs->problems[i];
        opt_complain("%s: %s", p->path, p->reason);
        spoor_engine_skip(engine, p->path, p->reason, NULL);
        has_failure = has_failure || p->is_failure;
    }
    return has_failure;
}
