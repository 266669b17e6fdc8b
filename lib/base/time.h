/* SPDX-License-Identifier: Apache-2.0
 *
 * time.h -- timestamps as int64 nanoseconds since 1970-01-01T00:00:00Z.
 *
 * Reads every spelling seen in the wild, writes one.
 */
#ifndef SPOOR_BASE_TIME_H
#define SPOOR_BASE_TIME_H

#include "base/base.h"

#define TIME_NONE INT64_MIN
#define TIME_SECOND INT64_C(1000000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR (60 * TIME_MINUTE)
#define TIME_DAY (24 * TIME_HOUR)

/* RFC 3339 (1 to 9 fractional digits, Z or offset, 'T' or ' '), "YYYY-MM-DD HH:MM:SS[.f][ UTC]"
 * (taken as UTC, with 'T' too), "M/D/YYYY, H:MM:SS[.f] AM|PM" (Log Analytics portal export, UTC),
 * and plain numbers: seconds, milliseconds, microseconds or nanoseconds since the epoch, told apart
 * by size. TIME_NONE otherwise, and for dates outside 1970-2261. */
int64_t time_parse(str s);

enum { TIME_TEXT_MAX = 40 };
/* "2026-01-02T03:04:05Z", with as many of 3, 6 or 9 fractional digits as the value needs. Writes a
 * NUL. TIME_NONE is written as the empty text. */
size_t time_format(int64_t ns, char out[TIME_TEXT_MAX]);

#endif
