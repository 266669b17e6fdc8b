/* SPDX-License-Identifier: Apache-2.0
 *
 * lineage.h -- an incident's links as two trees: what was made from what, and who made whom.
 */
#ifndef SPOOR_APP_LINEAGE_H
#define SPOOR_APP_LINEAGE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

/* "Chain", then the resources that hang on none under "Also touched". */
void lineage_draw_chain(const terminal *t, strbuf *out, const spoor_incident *in);
void lineage_draw_actors(const terminal *t, strbuf *out, const spoor_incident *in);

#endif
