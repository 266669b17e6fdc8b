/* SPDX-License-Identifier: Apache-2.0
 *
 * hash.h -- one 64-bit hash for everything that is looked up by text.
 *
 * XXH3 from libxxhash, inlined. Not keyed against an attacker: every table that uses it compares
 * the whole key and bounds its size, so collisions cost time within a limit and never a wrong
 * answer.
 */
#ifndef SPOOR_BASE_HASH_H
#define SPOOR_BASE_HASH_H

#include "base/base.h"

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);

static inline uint64_t hash_str(str s, uint64_t seed)
{
    return hash_bytes(s.p, s.n, seed);
}

/* Mixes a number into a hash. */
static inline uint64_t hash_mix(uint64_t h, uint64_t x)
{
    h ^= x + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdULL;
}

#endif
