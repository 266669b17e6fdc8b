/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_role.h -- what a role of Google Cloud gives, where, and whether its condition holds.
 *
 * Pure functions on texts: gcp_access.c asks them for every binding, and readers and checks for
 * single ones.
 *
 *  (1) A set of permissions has a bit for each row of gcp_permission.def; what has no row is no
 *      concern of powers.
 *  (2) Permissions know no wildcards in roles; only deny rules have them.
 *  (3) A condition is decided only when nothing but time decides it, or when time alone rules it
 *      out.
 */
#ifndef SPOOR_ACCESS_GCP_ROLE_H
#define SPOOR_ACCESS_GCP_ROLE_H

#include "access/access.h"

typedef enum gcp_permission {
#define GCP_PERMISSION(name, text, on, doc) GCP_PERMISSION_##name,
#include "access/gcp_permission.def"
#undef GCP_PERMISSION
    GCP_PERMISSION_COUNT
} gcp_permission;

typedef uint32_t gcp_permissions; /* bits 1 << gcp_permission */

#define GCP_BIT(name) (UINT32_C(1) << GCP_PERMISSION_##name)

const char *gcp_permission_text(gcp_permission p); /* "compute.instances.create" */
gcp_permissions gcp_permission_find(str text);     /* its bit, or none */
/* What a deny rule's permission stands for: "compute.googleapis.com/instances.create", and
 * "…/instances.*", and the short spelling of roles. */
gcp_permissions gcp_permission_denied(str text);

/* ---- roles ----------------------------------------------------------------------------------- */

bool gcp_role_is_custom(str role); /* "projects/p/roles/x", "organizations/1/roles/x" */
bool gcp_role_is_basic(str role);  /* owner and editor: every service at once */
bool gcp_role_is_owner(str role);
/* Whether its name says that it administers: owner, editor, and those named …Admin or admin. */
bool gcp_role_is_admin(str role);
gcp_permissions gcp_role_predefined(str role);

/* ---- places ---------------------------------------------------------------------------------- */

/* Of a role granted on this resource, what can have effect: all on projects, folders and
 * organizations, little on a disk. */
gcp_permissions gcp_scope_permissions(str scope);
bool gcp_scope_is_account(str scope); /* a project, folder or organization */
str gcp_scope_project(str scope); /* "projects/p" of "projects/p/…"; STR_NONE when it has none */

/* ---- powers ---------------------------------------------------------------------------------- */

enum { GCP_ALTERNATIVES = 8 };

/* power.def's column for Google Cloud, as bits. */
typedef struct gcp_powers {
    gcp_permissions any_of[POWER_COUNT][GCP_ALTERNATIVES]; /* each needs all of its bits */
    uint8_t n[POWER_COUNT];
} gcp_powers;

void gcp_powers_init(gcp_powers *ret);
/* The bits of the first alternative that `have` holds; 0: it has not that power. */
gcp_permissions gcp_powers_give(const gcp_powers *p, gcp_permissions have, power which);

/* ---- conditions ------------------------------------------------------------------------------ */

typedef enum gcp_condition {
    GCP_CONDITION_HOLDS, /* there is none, or time alone decides and it is now */
    GCP_CONDITION_OPEN,  /* only a request decides, or a later time */
    GCP_CONDITION_PAST,  /* its time is over */
} gcp_condition;

/* expression: Common Expression Language, as in a binding. *ret_until: when it ends by itself;
 * TIME_NONE: it does not say. */
gcp_condition gcp_condition_at(str expression, int64_t now_ns, int64_t *ret_until);

#endif
