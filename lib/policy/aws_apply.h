/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_apply.h -- whether a statement is about a request.
 *
 *  (1) A principal of a resource's policy names a caller directly, or only the account it belongs
 *      to: the account then decides itself who of its own may.
 *  (2) NotPrincipal excepts whom it names directly; an account there means its root user.
 */
#ifndef SPOOR_POLICY_AWS_APPLY_H
#define SPOOR_POLICY_AWS_APPLY_H

#include "policy/aws_policy.h"

/* Who asks; what is not known or does not apply is empty. */
typedef struct aws_caller {
    str arn;         /* of the user or role */
    str session_arn; /* of the role's session */
    str account;
    str unique_id;
    str service;   /* "ec2.amazonaws.com" */
    str federated; /* ARN or name of the identity provider */
    str canonical;
} aws_caller;

/* One action on one resource. */
typedef struct aws_question {
    str action;   /* lower case */
    str resource; /* an ARN, "*", or the sample of a pattern */
    const aws_caller *caller;
    aws_scene scene;
} aws_question;

typedef enum aws_naming { AWS_NAMED_NOT, AWS_NAMED_BY_ACCOUNT, AWS_NAMED_DIRECTLY } aws_naming;

bool aws_apply_action(const aws_statement *s, str action);
aws_naming aws_apply_principal(const aws_statement *s, const aws_caller *caller);
/* Action, resource and conditions; the principal is not looked at. */
aws_tri aws_apply(const aws_statement *s, const aws_question *q);

#endif
