/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_policy.h -- a policy document of AWS, read once, ready to be asked many times.
 *
 *  (1) A document is JSON, a string that holds JSON, or that URL-encoded, as different calls return
 *      it.
 *  (2) A single value may stand for a list everywhere. Names of elements, actions, operators and
 *      condition keys compare whatever their case.
 *  (3) What is malformed is counted, the first of it told with the statement it stands in; the
 *      statement or value is left out and the rest is used. Unknown elements are counted, too.
 *  (4) Variables are replaced in policies of version 2012-10-17; in older ones "${" is just text.
 *  (5) A policy lives in the arena it was compiled into and borrows nothing else but its name.
 */
#ifndef SPOOR_POLICY_AWS_POLICY_H
#define SPOOR_POLICY_AWS_POLICY_H

#include "policy/aws_condition.h"
#include "base/json.h"

typedef struct aws_patterns {
    const aws_pattern *items;
    uint32_t n;
} aws_patterns;

typedef enum aws_principal_kind {
    AWS_PRINCIPAL_EVERYBODY, /* "*" */
    AWS_PRINCIPAL_ACCOUNT,   /* text: twelve digits */
    AWS_PRINCIPAL_ARN,       /* a user, role or session */
    AWS_PRINCIPAL_UNIQUE, /* AROA…, AIDA…: what AWS makes of an ARN when its owner is deleted */
    AWS_PRINCIPAL_SERVICE,   /* "ec2.amazonaws.com" */
    AWS_PRINCIPAL_FEDERATED, /* a SAML or OIDC provider */
    AWS_PRINCIPAL_CANONICAL, /* a canonical user id of S3 */
    AWS_PRINCIPAL_COUNT
} aws_principal_kind;

typedef struct aws_principal {
    aws_principal_kind kind;
    str text;
} aws_principal;

typedef struct aws_statement {
    str sid;        /* may be empty */
    uint32_t index; /* 1, 2 … in the document */
    bool is_allow;
    bool is_not_action, is_not_resource, is_not_principal;
    bool has_resource;  /* else it is about what the policy is attached to */
    bool has_principal; /* else about whoever the policy is attached to */
    aws_patterns actions, resources;
    const aws_principal *principals;
    uint32_t n_principals;
    const aws_condition *conditions;
    uint32_t n_conditions;
} aws_statement;

typedef struct aws_policy {
    str name; /* as it was given */
    const aws_statement *statements;
    uint32_t n;
    uint32_t n_problems;
    str problem; /* the first, in words */
} aws_policy;

/* Compiles many policies, one after another; belongs to one thread. */
typedef struct aws_compiler aws_compiler;

aws_compiler *aws_compiler_new(void); /* NULL: out of memory */
void aws_compiler_free(aws_compiler *c);

/* NULL: out of memory. A document that cannot be read is a policy without statements, with a
 * problem. */
const aws_policy *aws_policy_compile(aws_compiler *c, arena *a, json_node document, str name);
const aws_policy *aws_policy_parse(aws_compiler *c, arena *a, str text, str name);

/* "statement 2", with its Sid when it has one. */
void aws_statement_show(const aws_statement *s, buf *out);

#endif
