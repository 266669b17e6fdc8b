/* SPDX-License-Identifier: Apache-2.0
 *
 * number.h -- numbers as rules write them.
 *
 *  (1) Whole numbers that fit 64 bits are kept exactly; 1e3 and 2.0 are whole, too.
 */
#ifndef SPOOR_RULE_NUMBER_H
#define SPOOR_RULE_NUMBER_H

#include "base/base.h"

typedef struct number {
    double value;
    int64_t integer;
    bool is_integer;
} number;

/* Decimal with an optional fraction and exponent; 0x1f and 0o17 (YAML 1.2). False for others,
 * infinities among them. */
bool number_parse(str s, number *ret);

#endif
