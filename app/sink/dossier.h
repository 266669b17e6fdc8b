/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier.h -- what is known of one thing, as an analyst reads it: what it is, where it came from,
 * what came from it, what was done to it and by it, from where, and what could not be seen.
 */
#ifndef SPOOR_APP_DOSSIER_H
#define SPOOR_APP_DOSSIER_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

void dossier_draw(const terminal *t, strbuf *out, const spoor_dossier *d);

#endif
