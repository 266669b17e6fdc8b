/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_place.h -- words of the readers of machines, networks and recording in AWS.
 *
 *  (1) What holds for a region stands at its FACT_REGION, "ACCOUNT/REGION"; a part that neither the
 *      export nor its path names is "?", until place_settle knows better.
 *  (2) What an export says of account and region goes over what its path says.
 *  (3) A thing is READ_WHOLE when nothing in it was malformed: only then may a check conclude from
 *      what is not listed.
 */
#ifndef SPOOR_FACT_AWS_PLACE_H
#define SPOOR_FACT_AWS_PLACE_H

#include "fact/reading.h"

/* The region that this input is of. Either may be empty: then the path decides. */
uint32_t aws_add_region(reading *r, str account, str region);
/* Says there that the exports list such things: "volumes". */
void aws_put_listed(reading *r, const char *what);

/* A thing of a region. account and region may be empty. FACT_NONE, told as malformed, when it has
 * no id. */
uint32_t aws_add_thing(reading *r, fact_kind kind, str id, str account, str region);

/* "us-west-2" of "us-west-2b" and of "us-west-2-lax-1a"; STR_NONE: it is no zone. */
str aws_zone_region(str zone);

/* The text at a path; of a number or anything else STR_NONE. */
str aws_text(json_node node, const char *path);
/* The elements of a list; anything else that stands there is told as malformed. */
json_iter aws_each(reading *r, json_node node, const char *path);
/* Whether a list stands there; anything else is told as malformed. */
bool aws_has_list(reading *r, json_node node, const char *path);
/* READ_WHOLE, when nothing was malformed since `malformed` was that of r. */
void aws_put_whole(reading *r, uint32_t at, uint64_t malformed);

/* After facts_sort: the region that a thing stands in; NULL: no export tells of it. */
const fact *aws_region_of(const facts *f, const fact *x);

#endif
