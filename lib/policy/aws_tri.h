/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_tri.h -- yes, no, and what depends on a value that is not known.
 *
 *  (1) The order is that of truth: `and` is the least, `or` the greatest, `not` the mirror.
 */
#ifndef SPOOR_POLICY_AWS_TRI_H
#define SPOOR_POLICY_AWS_TRI_H

#include "base/base.h"

typedef enum aws_tri { AWS_NO, AWS_PERHAPS, AWS_YES } aws_tri;

static inline aws_tri aws_and(aws_tri a, aws_tri b)
{
    return a < b ? a : b;
}

static inline aws_tri aws_or(aws_tri a, aws_tri b)
{
    return a > b ? a : b;
}

static inline aws_tri aws_not(aws_tri a)
{
    return (aws_tri)(AWS_YES - a);
}

static inline aws_tri aws_tri_of(bool is_true)
{
    return is_true ? AWS_YES : AWS_NO;
}

#endif
