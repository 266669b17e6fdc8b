/* SPDX-License-Identifier: Apache-2.0
 *
 * incident.h -- one incident as an analyst reads it: what happened, by which chain, who, when, why
 * it counts, what speaks against it, what could not be seen, and what to do next.
 */
#ifndef SPOOR_APP_INCIDENT_H
#define SPOOR_APP_INCIDENT_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

void incident_draw(const terminal *t, strbuf *out, const spoor_incident *in);

#endif
