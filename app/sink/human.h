/* SPDX-License-Identifier: Apache-2.0
 *
 * human.h -- numbers and times as people read them.
 *
 *  (1) Times are UTC, always.
 */
#ifndef SPOOR_APP_HUMAN_H
#define SPOOR_APP_HUMAN_H

#include <stdint.h>

#include "base/strbuf.h"

void human_count(strbuf *out, uint64_t n);    /* 1,234,567 */
void human_bytes(strbuf *out, uint64_t n);    /* 1.2 MB */
void human_date(strbuf *out, int64_t ns);     /* 2026-01-02; "unknown" for SPOOR_TIME_NONE */
void human_clock(strbuf *out, int64_t ns);    /* 12:03:15 */
void human_time(strbuf *out, int64_t ns);     /* 2026-01-02 12:03:15 */
void human_duration(strbuf *out, int64_t ns); /* 3 d 4 h, 5 min 6 s, 7 s */

#endif
