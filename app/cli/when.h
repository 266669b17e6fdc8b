/* SPDX-License-Identifier: Apache-2.0
 *
 * when.h -- points in time as people type them.
 */
#ifndef SPOOR_APP_WHEN_H
#define SPOOR_APP_WHEN_H

#include <stdbool.h>
#include <stdint.h>

int64_t when_now_ns(void); /* the clock */

/* "2026-06-01T12:00:00Z", with a fraction or an offset ("+02:00") if wanted; "2026-06-01" is its
 * midnight, UTC. False: it is neither, or not from 1970 to 2261. */
bool when_parse(const char *text, int64_t *ret_ns);

#endif
