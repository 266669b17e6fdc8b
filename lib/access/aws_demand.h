/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_demand.h -- whether policies demand what they ask about: a second factor, a network.
 *
 *  (1) Found by asking again as somebody who lacks it: BoolIfExists true lets in whoever has no
 *      such key, and a network of 0.0.0.0/0 everybody. Who is let in then, was asked for nothing.
 *  (2) Of other keys nothing is known, and they count as demanded.
 */
#ifndef SPOOR_ACCESS_AWS_DEMAND_H
#define SPOOR_ACCESS_AWS_DEMAND_H

#include "access/aws_book.h"

struct aws_who;

/* False: whoever lacks what the key stands for may do it all the same. `who` is as it was
 * afterwards. */
bool aws_demand_holds(aws_book *b, const aws_holding *h, aws_action_id action, struct aws_who *who,
                      str key);

#endif
