/* SPDX-License-Identifier: Apache-2.0
 *
 * rights.h -- what is permitted beside what was done, for each principal and power.
 *
 *  (1) A right counts as unused only when a use would be known for as long as
 *      `unused_right_days` says; before that its mark is '?'.
 *  (2) Groups do nothing themselves: their rights are told of their members.
 */
#ifndef SPOOR_AUDIT_RIGHTS_H
#define SPOOR_AUDIT_RIGHTS_H

#include "access/access.h"
#include "access/usage.h"

struct audit;

typedef struct right {
    const fact *principal;
    power power;
    char mark;                 /* '=' '-' '+' '?', see spoor_right */
    const access_right *right; /* the strongest; NULL: these exports grant none */
    const usage_row *used;     /* NULL: nothing is known of what the principal did */
    int64_t known_days;
} right;

typedef struct rights_cursor {
    uint32_t fact;
    int power;
} rights_cursor;

/* What there is to say of a principal and a power; false: neither permitted nor used. */
bool rights_of(const struct audit *a, uint32_t principal, power p, right *ret);
/* The next one of all; false: there are no more. A cursor begins zeroed. */
bool rights_next(const struct audit *a, rights_cursor *at, right *ret);

#endif
