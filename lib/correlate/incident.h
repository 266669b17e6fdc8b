/* SPDX-License-Identifier: Apache-2.0
 *
 * incident.h -- writes a judged story down as an incident.
 *
 *  (1) Everything the incident points to lives in the arena it was written into.
 *  (2) Like calls by one actor that follow each other closely are one step with a count: forty-two
 *      launches are one line. Their things all stand in the incident's list of resources.
 */
#ifndef SPOOR_CORRELATE_INCIDENT_H
#define SPOOR_CORRELATE_INCIDENT_H

#include "correlate/score.h"

typedef struct benign_result benign_result;

typedef struct incident_source {
    const state *s;
    const story *t;
    const score_context *context;
    const score_result *scored;
    const benign_result *benign;
    const char *const *names; /* of inputs */
    struct chain *chains;     /* lineage rules at work, or NULL */
} incident_source;

/* The story's entries as steps, without points. False: out of memory. */
bool incident_steps(const state *s, const story *t, const char *const *names, arena *out,
                    const spoor_step **ret, size_t *ret_n);

/* What kind of principal or session it is, in a word: "user", "role", "service" … */
const char *incident_actor_kind(const state *s, uint32_t entity);

/* False: out of memory. */
bool incident_write(const incident_source *from, arena *out, spoor_incident *ret);

#endif
