/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_parse.h -- the seam between the yardstick's C and its C++.
 */
#ifndef SPOOR_BENCH_PARSE_H
#define SPOOR_BENCH_PARSE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Parses one CloudTrail file of n bytes at the front of `room` readable ones; how many records it
 * holds, 0 when it is not one. */
size_t bench_parse_records(const char *text, size_t n, size_t room);

#ifdef __cplusplus
}
#endif

#endif
