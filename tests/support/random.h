/* SPDX-License-Identifier: Apache-2.0
 *
 * random.h -- the chance in tests that try many inputs.
 *
 *  (1) The numbers are a function of the seed: what fails once fails again, on every machine.
 *  (2) It is xorshift64: a seed is not 0, and never becomes 0.
 */
#ifndef SPOOR_TESTS_RANDOM_H
#define SPOOR_TESTS_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

#endif
