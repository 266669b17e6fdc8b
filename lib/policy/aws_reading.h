/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_reading.h -- a policy document on its way into statements: what its readers share.
 *
 *  (1) A problem is counted; the first is put into words, with the statement it stands in.
 *  (2) Out of memory is sticky in the arena.
 */
#ifndef SPOOR_POLICY_AWS_READING_H
#define SPOOR_POLICY_AWS_READING_H

#include "policy/aws_policy.h"

typedef struct aws_reading {
    arena *a;
    buf *value; /* text of a number or truth value */
    aws_policy *policy;
    aws_statement *now; /* the statement being read; NULL: the document around them */
    bool has_variables;
    bool has_effect;
    bool is_broken; /* the statement is not to be used */
} aws_reading;

void aws_reading_problem(aws_reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A problem for which the statement is left out. */
void aws_reading_refuse(aws_reading *r, const char *what);

/* How many bytes of a text a problem quotes, for "%.*s". */
int aws_reading_quoted(str s);

/* A list, or one value that stands for it:
 *     aws_values v = aws_values_of(node);
 *     while (aws_values_next(&v, &one)) use(one); */
typedef struct aws_values {
    json_iter it_;
    json_node one_;
    size_t n;
    bool is_list_;
} aws_values;

aws_values aws_values_of(json_node n);
bool aws_values_next(aws_values *v, json_node *ret);

/* The text of a scalar, valid until the next; false for anything else. */
bool aws_reading_text(aws_reading *r, json_node n, str *ret);

/* How the values of an element are read. */
typedef struct aws_element {
    const char *name; /* for problems */
    aws_pattern_kind kind;
    bool (*accepts)(const aws_pattern *p, const void *user); /* NULL: everything */
    const void *user;
} aws_element;

/* Those that can be used. */
aws_patterns aws_reading_patterns(aws_reading *r, const aws_element *e, json_node n);

/* Principal and NotPrincipal, into the statement. */
void aws_reading_principal(aws_reading *r, json_node n, bool is_not);
/* One statement into *now; false when it is not to be used. */
bool aws_reading_statement(aws_reading *r, json_node n);

#endif
