/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_pattern.h -- the texts of policies: wildcards, policy variables, and how ARNs are compared.
 *
 * A pattern is kept as bytes in an alphabet of its own: what stands for itself, four wildcards (any
 * text or one character, which may be a colon or not), and variables. Which wildcard a `*` becomes
 * depends on where it stands, so that matching need not know of ARNs.
 *
 *  (1) In a Resource, wildcards of the first five parts of an ARN match no colon; but a `*` that
 *      ends its part may run on over colons, unless it is the partition. In ArnLike each part is
 *      matched by itself. Behind the fifth colon wildcards match anything.
 *  (2) ${*}, ${?} and ${$} stand for themselves, and what a variable's value holds does, too.
 *  (3) A variable that the request does not have makes the pattern match nothing, unless it has a
 *      default.
 *  (4) Matching takes at most |pattern| x |text| steps (colons: x parts), whatever the wildcards.
 *  (5) A *sample* of a pattern is a text that matches it, in which each wildcard is a letter found
 *      nowhere else, that only an equal or wider wildcard matches. So another pattern matches the
 *      sample exactly when it matches all that the first one matches (where `?` stands next to `*`
 *      it may not see that).
 */
#ifndef SPOOR_POLICY_AWS_PATTERN_H
#define SPOOR_POLICY_AWS_PATTERN_H

#include "policy/aws_context.h"
#include "base/arena.h"

typedef enum aws_pattern_kind {
    AWS_PATTERN_ACTION,   /* wildcards, letters in lower case */
    AWS_PATTERN_LIKE,     /* wildcards that match anything: StringLike */
    AWS_PATTERN_EXACT,    /* no wildcards: StringEquals */
    AWS_PATTERN_RESOURCE, /* the Resource element */
    AWS_PATTERN_ARN,      /* ArnLike */
    AWS_PATTERN_REACH,    /* a set of resources that is asked for: no wildcard matches a colon */
} aws_pattern_kind;

typedef struct aws_pattern {
    str text; /* in the alphabet of patterns */
    bool has_variable;
    bool has_wildcard;
    bool is_all; /* matches everything */
} aws_pattern;

/* Actions have no variables. False: it holds control characters or is too long, or (a->failed)
 * there is no memory. */
bool aws_pattern_compile(arena *a, str raw, aws_pattern_kind kind, bool has_variables,
                         aws_pattern *ret);

/* The pattern with its variables replaced by what the context has for them, in `out`; it lives as
 * long as that. NO: it matches nothing. PERHAPS: a value is not known, and `*` stands for it. */
aws_tri aws_pattern_expand(const aws_pattern *p, const aws_scene *x, buf *out, aws_pattern *ret);

/* p has no variables. */
bool aws_pattern_matches(const aws_pattern *p, str text, bool ignores_case);
aws_tri aws_pattern_test(const aws_pattern *p, str text, bool ignores_case, const aws_scene *x);

/* ---- patterns against patterns --------------------------------------------------------------- */

/* A sample of p, which has no variables. STR_NONE: out of memory. */
str aws_pattern_sample(arena *a, const aws_pattern *p);
/* Something that both match, as a pattern; p and q have no variables. When several shapes are
 * possible, the one that keeps most wildcards on its way from left to right. NO: they have nothing
 * in common. PERHAPS: they are too long to tell, or there is no memory. `table` is room to work in.
 * */
aws_tri aws_pattern_meet(arena *a, buf *table, const aws_pattern *p, const aws_pattern *q,
                         aws_pattern *ret);
/* Whether they have anything in common; PERHAPS as above. */
aws_tri aws_pattern_overlaps(buf *table, const aws_pattern *p, const aws_pattern *q);
/* The pattern as people write it. */
void aws_pattern_show(const aws_pattern *p, buf *out);

#endif
