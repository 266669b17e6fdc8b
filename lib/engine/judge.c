/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.c -- runs correlation over the state and keeps what it found.
 */
#include "engine/judge.h"

#include <string.h>

#include "correlate/correlate.h"

bool judge_until(spoor_engine *e, chain *chains, int64_t closed_before_ns)
{
    const correlate_options options = {.names = e->names,
                                       .chains = chains,
                                       .min_level = e->options.min_level,
                                       .settings = e->options.settings,
                                       .closed_before_ns = closed_before_ns};
    return e->options.learn || correlate_run(e->state, &options, &e->text, e->found);
}

bool judge_all(spoor_engine *e, chain *chains)
{
    if (!e->options.no_incidents && !judge_until(e, chains, INT64_MAX))
        return false;
    correlate_sort(e->found);
    memcpy(e->summary.incidents, e->found->per_level, sizeof e->found->per_level);
    return true;
}
