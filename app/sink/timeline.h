/* SPDX-License-Identifier: Apache-2.0
 *
 * timeline.h -- the steps of an incident, one a row, in order of event time.
 */
#ifndef SPOOR_APP_TIMELINE_H
#define SPOOR_APP_TIMELINE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

/* Without a title. */
void timeline_rows(const terminal *t, strbuf *out, const spoor_step *steps, size_t n);
void timeline_draw(const terminal *t, strbuf *out, const spoor_incident *in);

#endif
