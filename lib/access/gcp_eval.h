/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_eval.h -- what the parts of Google Cloud's evaluation share: who holds which permissions
 * where.
 *
 *      grants ──gcp_held──▶ held permissions, by principal and scope ──gcp_access──▶ rights
 *
 *  (1) What is granted on an organization or folder holds for all below it; exports say what is
 *      below what. Of what they do not say nothing is inherited.
 *  (2) Permissions that only a condition gives are `open`; the others are `sure`.
 *  (3) A principal holds what its groups hold. Of these, groups in groups included,
 *      LIMIT_GROUPS_HELD count.
 *  (4) Deny rules take away what is held, wherever it was granted, for their scope and all below.
 */
#ifndef SPOOR_ACCESS_GCP_EVAL_H
#define SPOOR_ACCESS_GCP_EVAL_H

#include "access/access.h"
#include "access/gcp_role.h"
#include "base/map.h"

/* One grant as one principal has it. */
typedef struct gcp_held {
    uint32_t principal; /* fact */
    uint32_t scope;     /* interned in facts.text, as all that follow */
    uint32_t order;     /* of the grant among all: what tells of several goes by it */
    uint32_t role;
    uint32_t group;     /* through which it has it; 0: itself */
    uint32_t condition; /* why `open` is not sure; 0: it is */
    gcp_permissions sure, open;
} gcp_held;

/* A resource and all that stands above it, in gcp_eval.above. */
typedef struct gcp_scope_row {
    uint32_t scope;
    uint32_t first, n;
} gcp_scope_row;

/* A group that a principal is in, through other groups perhaps. */
typedef struct gcp_membership {
    uint32_t principal, group; /* facts */
} gcp_membership;

typedef struct gcp_denial {
    const fact *rule;
    uint32_t scope;
    gcp_permissions bits;
    bool is_open; /* it has a condition */
} gcp_denial;

typedef struct gcp_eval {
    access *access;
    facts *facts;
    gcp_powers powers;
    map by_number; /* (kind, interned number) -> fact */
    map scope_at;  /* interned scope -> row */
    gcp_scope_row *scopes;
    size_t n_scopes, cap_scopes;
    uint32_t *above; /* interned scopes */
    size_t n_above, cap_above;
    gcp_held *held; /* by principal, scope, order, group */
    size_t n_held, cap_held;
    uint32_t *first;         /* of each fact's, and one more */
    gcp_membership *members; /* by principal */
    size_t n_members, cap_members;
    uint32_t *first_member; /* of each fact's, and one more */
    gcp_denial *denials;
    size_t n_denials, cap_denials;
    buf text;
    bool failed;
} gcp_eval;

/* ---- gcp_held.c ------------------------------------------------------------------------------ */

bool gcp_eval_init(gcp_eval *e, access *a, facts *f); /* false: out of memory */
void gcp_eval_done(gcp_eval *e);

/* A resource's one name: project numbers and unique ids of service accounts replaced by what people
 * call them. Interned; 0: out of memory. */
uint32_t gcp_scope_intern(gcp_eval *e, str scope);
const gcp_scope_row *gcp_scope_find(gcp_eval *e, uint32_t scope); /* NULL: out of memory */

/* What is held at exactly this scope: [*ret_from, *ret_to) of e->held. */
void gcp_held_range(const gcp_eval *e, uint32_t principal, uint32_t scope, size_t *ret_from,
                    size_t *ret_to);

typedef struct gcp_effect {
    gcp_permissions sure, open; /* open holds what is sure, too */
} gcp_effect;

/* What a principal has on a resource by grants on it (unless only_above) and above it, and what
 * deny rules leave of that. */
gcp_effect gcp_effect_on(gcp_eval *e, uint32_t principal, uint32_t scope, bool only_above);

/* ---- gcp_impersonate.c ----------------------------------------------------------------------- */

/* Adds the rights of service accounts to those who can act as them; after all principals' own
 * rights are there. from: where the rights of each fact begin, and one more. */
void gcp_impersonate(gcp_eval *e, const size_t *from);

#endif
