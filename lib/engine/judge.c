/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.c -- runs correlation over the state and keeps what it found.
 */
#include "engine/judge.h"

#include <string.h>

#include "correlate/correlate.h"
#include "engine/helper.h"

static bool judge(spoor_engine *e, chain *chains, int64_t closed_before_ns,
                  const relay_helper *helper)
{
    const correlate_options options = {.names = e->names,
                                       .chains = chains,
                                       .min_level = e->options.min_level,
                                       .settings = e->options.settings,
                                       .helper = helper,
                                       .closed_before_ns = closed_before_ns};
    return e->options.learn || correlate_run(e->state, &options, &e->text, e->found);
}

/* The helper is at work: there are more events to come. */
bool judge_until(spoor_engine *e, chain *chains, int64_t closed_before_ns)
{
    return judge(e, chains, closed_before_ns, NULL);
}

bool judge_all(spoor_engine *e, chain *chains)
{
    const relay_helper helper = helper_of(&e->options);
    if (!e->options.no_incidents && !judge(e, chains, INT64_MAX, &helper))
        return false;
    correlate_sort(e->found);
    memcpy(e->summary.incidents, e->found->per_level, sizeof e->found->per_level);
    return true;
}
