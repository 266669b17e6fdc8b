/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_id.h -- one spelling for each Google Cloud resource, key and principal.
 *
 * The same disk is a URL in a request, a path without project in another, a full resource name in a
 * permission check and a bare name in a third. Chains are joined by comparing ids, so all of them
 * become one.
 *
 *  (1) A resource is "projects/P/…/COLLECTION/NAME", a bucket "projects/_/buckets/NAME".
 *  (2) A service account is its e-mail address, whoever its project is said to be; its key is
 *      "projects/P/serviceAccounts/SA/keys/K", P taken from the e-mail address where that tells it.
 *  (3) Returned text is a view of the input or lies in the given arena.
 */
#ifndef SPOOR_DECODE_GCP_ID_H
#define SPOOR_DECODE_GCP_ID_H

#include "base/arena.h"
#include "base/base.h"
#include "model/entity.h"

/* Where a call was made: what a name without a path is taken to be in. */
typedef struct gcp_place {
    str project;
    str number; /* the same project's number, when the record shows both */
    str region;
    str zone;
} gcp_place;

/* Canonical id of a resource of (supposed) type *type, which is corrected from the path where that
 * tells it. `hint` is the path of the field it stood in: it tells a subnet from a network. STR_NONE
 * when `raw` only says where something is. */
str gcp_id_resource(arena *scratch, const gcp_place *place, entity_type *type, str raw,
                    const char *hint);

/* A member or subject without "user:", "serviceAccount:", "deleted:" and what follows '?'. */
str gcp_id_principal(str raw);
/* Canonical name of a service account's key. */
str gcp_id_key(arena *scratch, str raw);

/* "user", "serviceAccount", "serviceAgent", "workforce", "workload" or "unknown". */
str gcp_id_actor_type(str email, str subject);
/* Project that a service account belongs to; STR_NONE for others. */
str gcp_id_actor_project(str email);
/* Pool of a federated subject; STR_NONE for others. */
str gcp_id_pool(str subject);

/* What follows `name` in a path: "z" in "projects/p/zones/z/disks/d" for "zones". */
str gcp_id_segment(str path, const char *name);
bool gcp_id_is_number(str s);

/* What a canonical id says it is; ENTITY_NONE when it does not say. */
entity_type gcp_id_type(str id);

#endif
