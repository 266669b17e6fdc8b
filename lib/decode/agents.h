/* SPDX-License-Identifier: Apache-2.0
 *
 * agents.h -- which tool an AWS user agent is of, remembered for the agents met last.
 *
 *  (1) The tool depends on the agent's text alone, with a memo or without.
 *  (2) A memo holds AGENTS_MAX agents of AGENT_BYTES_MAX at the most.
 */
#ifndef SPOOR_DECODE_AGENTS_H
#define SPOOR_DECODE_AGENTS_H

#include "base/arena.h"

enum { AGENTS_MAX = 64, AGENT_BYTES_MAX = 512 };

typedef struct agents agents;

agents *agents_new(void); /* NULL: out of memory */
void agents_free(agents *m);

/* "Terraform", "Boto3", "console" …, or the name of an SDK as it stands in the agent; STR_NONE:
 * none that is known. m NULL: nothing is remembered. */
str agents_tool(agents *m, arena *scratch, str agent);

#endif
