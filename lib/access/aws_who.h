/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_who.h -- what conditions and variables of policies may know of a principal.
 *
 *  (1) Only what the exports say is known. Of a tag that they do not show it stays open.
 */
#ifndef SPOOR_ACCESS_AWS_WHO_H
#define SPOOR_ACCESS_AWS_WHO_H

#include "policy/aws_context.h"
#include "fact/facts.h"
#include "base/arena.h"

enum { AWS_WHO_MAX = 64 };

typedef struct aws_who {
    aws_context_entry entries[AWS_WHO_MAX];
    str values[AWS_WHO_MAX];
    aws_context context;
    arena keys;
} aws_who;

void aws_who_done(aws_who *w);
/* is_self false: as somebody without a name, to whom what a policy allows to oneself is nothing.
 * The struct must not move afterwards. */
void aws_who_know(aws_who *w, const facts *f, const fact *x, bool is_self);
/* A further key of the request; an empty value says that the request does not have it. */
void aws_who_add(aws_who *w, str key, str value);

#endif
