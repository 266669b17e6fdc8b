/* SPDX-License-Identifier: Apache-2.0
 *
 * policy_twin.h -- AWS policies evaluated slowly and obviously, from the JSON as it stands.
 *
 * It shares nothing with the evaluator but the JSON tree and how a context is written down: no
 * compiled patterns, no samples, no masks. It knows the operators that the property tests write,
 * and one resource at a time.
 */
#ifndef SPOOR_TESTS_POLICY_TWIN_H
#define SPOOR_TESTS_POLICY_TWIN_H

#include "policy/aws_context.h"
#include "base/json.h"

enum { TWIN_LAYERS = 4, TWIN_POLICIES = 4 };

/* layers[0] are the identity's policies; each of the others must allow, too. */
typedef struct twin_set {
    json_node policies[TWIN_LAYERS][TWIN_POLICIES];
    size_t n[TWIN_LAYERS];
    size_t n_layers;
} twin_set;

typedef enum twin_verdict { TWIN_IMPLICIT, TWIN_EXPLICIT, TWIN_IF, TWIN_ALLOWED } twin_verdict;

twin_verdict policy_twin(const twin_set *set, str action, str resource, const aws_context *c);

#endif
