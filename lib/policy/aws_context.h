/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_context.h -- what is known of a request beside action and resource: condition keys.
 *
 *  (1) Keys compare whatever the case of their letters, tag keys in them, too.
 *  (2) An entry without values says that the request does not have the key. A key without entry is
 *      not known, unless the context is complete: then the request does not have it.
 *  (3) Everything is borrowed.
 */
#ifndef SPOOR_POLICY_AWS_CONTEXT_H
#define SPOOR_POLICY_AWS_CONTEXT_H

#include "policy/aws_tri.h"
#include "base/buf.h"
#include "base/limits.h"

typedef struct aws_context_entry {
    str key; /* "aws:MultiFactorAuthPresent" */
    const str *values;
    size_t n_values;
} aws_context_entry;

typedef struct aws_context {
    const aws_context_entry *entries;
    size_t n;
    bool is_complete;
} aws_context;

/* Keys whose values would have decided, each once, in the order they were met. */
typedef struct aws_keys {
    str items[LIMIT_POLICY_KEYS];
    size_t n;
    bool has_more;
} aws_keys;

void aws_keys_add(aws_keys *keys, str key);

/* What the request has for a key: YES with an entry, NO when it is known not to have it. */
aws_tri aws_context_find(const aws_context *c, str key, const aws_context_entry **ret);

/* What a test needs to be made in: the context, room for texts with variables, and where the keys
 * go that it depends on (NULL: nowhere). */
typedef struct aws_scene {
    const aws_context *context;
    buf *scratch;
    aws_keys *keys;
} aws_scene;

#endif
