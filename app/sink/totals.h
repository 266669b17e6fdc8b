/* SPDX-License-Identifier: Apache-2.0
 *
 * totals.h -- the last screen: what was read, what was found, and what became of every byte.
 */
#ifndef SPOOR_APP_TOTALS_H
#define SPOOR_APP_TOTALS_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/places.h"
#include "sink/terminal.h"

/* has_incidents false: they were not looked for, so there is no number to show. */
void totals_draw(const terminal *t, strbuf *out, const spoor_summary *s, const places *skipped,
                 bool has_incidents);

#endif
