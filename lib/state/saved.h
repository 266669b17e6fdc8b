/* SPDX-License-Identifier: Apache-2.0
 *
 * saved.h -- what goes from one run to the next: baseline and inventory as one piece of bytes.
 *
 *  (1) Bytes that hold a baseline alone are read, too: there were no machines.
 *  (2) What follows the baseline is checked as the baseline is: damage is told, never taken over.
 */
#ifndef SPOOR_STATE_SAVED_H
#define SPOOR_STATE_SAVED_H

#include "base/buf.h"
#include "state/state.h"

/* False: out of memory. */
bool saved_write(const state *s, buf *out);
/* Into a state that has seen nothing. NULL: done; else what is wrong, as baseline_load says it. */
const char *saved_read(state *s, str bytes);

#endif
