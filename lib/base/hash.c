/* SPDX-License-Identifier: Apache-2.0
 *
 * hash.c -- the only file that sees xxhash.h.
 *
 * Inlining XXH3 keeps the library free of a dependency at run time, and keeping it in one file
 * compiles its many kilobytes once.
 */
#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(p, n, seed);
}
