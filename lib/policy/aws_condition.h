/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_condition.h -- one line of a Condition: an operator, a key, and the values it is held
 * against.
 *
 *  (1) Without a set operator the condition holds when one value of the request matches one of the
 *      policy; a negated operator (StringNotEquals) is the opposite of that.
 *  (2) ForAnyValue asks for one value of the request that passes, ForAllValues that all do; empty
 *      values are none. Without values the first is false and the second true.
 *  (3) A key that the request does not have makes positive operators false, negated ones and all
 *      with IfExists true. Null asks just that.
 *  (4) A key that is not known makes the answer PERHAPS, and so does an operator that is not known.
 *  (5) A value that is none of its kind (a word for NumericEquals) matches nothing.
 */
#ifndef SPOOR_POLICY_AWS_CONDITION_H
#define SPOOR_POLICY_AWS_CONDITION_H

#include "policy/aws_pattern.h"

typedef enum aws_quantifier { AWS_FOR_ONE, AWS_FOR_ANY, AWS_FOR_ALL } aws_quantifier;

typedef struct aws_operator aws_operator;

typedef struct aws_condition {
    const aws_operator *op; /* NULL: not known */
    str key;                /* as it is written */
    const aws_pattern *values;
    uint32_t n_values;
    uint8_t quantifier;
    bool if_exists;
} aws_condition;

/* "ForAnyValue:StringLikeIfExists"; what it names goes into op, quantifier and if_exists. False: it
 * is no operator. */
bool aws_condition_operator(str name, aws_condition *ret);
/* How values of the operator are to be compiled. */
aws_pattern_kind aws_condition_kind(const aws_operator *op);
/* True when the value (without variables) is one that the operator can compare with. */
bool aws_condition_accepts(const aws_operator *op, const aws_pattern *value);

aws_tri aws_condition_test(const aws_condition *c, const aws_scene *x);

#endif
