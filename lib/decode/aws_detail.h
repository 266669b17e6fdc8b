/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_detail.h -- what an AWS call asked for: machine size, image, network, number, tags, bytes,
 * and what it opened and granted (aws_grant.h).
 */
#ifndef SPOOR_DECODE_AWS_DETAIL_H
#define SPOOR_DECODE_AWS_DETAIL_H

#include "base/base.h"
#include "decode/aws_grant.h"
#include "model/event.h"

/* Sets a field that is still empty. */
void aws_detail_set(event *e, field f, str value);

/* Fills what is still empty of e->field[]; service and region are set already. */
void aws_detail_fill(const aws_call *c, event *e);

#endif
