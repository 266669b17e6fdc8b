/* SPDX-License-Identifier: Apache-2.0
 *
 * principal.h -- by which names logs and exports know one principal.
 *
 * Exports give a user's ARN with its path, CloudTrail without; Azure gives object ids here and user
 * principal names there; letters differ in case.
 */
#ifndef SPOOR_FACT_PRINCIPAL_H
#define SPOOR_FACT_PRINCIPAL_H

#include "fact/facts.h"

enum { PRINCIPAL_TEXT_MAX = 512 };

/* An ARN without its path, as CloudTrail has it; any other id as it is. Written into `out` and cut
 * there. */
str principal_short(str id, char out[PRINCIPAL_TEXT_MAX]);
/* The same in lower case. */
str principal_key(str id, char out[PRINCIPAL_TEXT_MAX]);

/* Users, roles and service accounts by their ids and names. */
typedef struct principal_index {
    map by_key;
} principal_index;

void principal_index_done(principal_index *x);
bool principal_index_build(principal_index *x,
                           const facts *f); /* after facts_sort; false: no memory */
uint32_t principal_find(const principal_index *x, provider cloud, str id); /* FACT_NONE: none */

#endif
