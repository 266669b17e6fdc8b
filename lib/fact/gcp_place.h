/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_place.h -- the ids of Google Cloud, and to what an export belongs that does not say it.
 *
 * One thing has many names: a URL (selfLink), a full resource name
 * ("//compute.googleapis.com/projects/…"), a path. Facts have the path:
 * "projects/P/zones/Z/instances/NAME", "folders/N", "organizations/N"; principals have their
 * address in lower case, or the member as it stands in the binding when it has none.
 *
 *  (1) Exports that do not name their resource take it from the path of their file: the directory
 *      that begins with the last projects/P, folders/N or organizations/N.
 *  (2) A project's fact has the id that people give, not its number: of a path with a number no
 *      fact is made.
 */
#ifndef SPOOR_FACT_GCP_PLACE_H
#define SPOOR_FACT_GCP_PLACE_H

#include "fact/reading.h"

/* The path in a URL or full resource name; the text itself when there is none in it. */
str gcp_path(str name);
/* "P" of "projects/P/…". */
str gcp_project(str path);
/* The zone or region in a path, or STR_NONE. */
str gcp_location(str path);

/* Where the input stands: "projects/P/global/images/I"; STR_NONE when its path does not say. */
str gcp_input_place(const reading *r);
/* Likewise the group: "ops@example.com" of "…/groups/ops@example.com/members.json". */
str gcp_input_group(const reading *r);

/* A fact with the project and the region that stand in its id. */
uint32_t gcp_add(reading *r, fact_kind kind, str id);
/* The project, folder or organization; FACT_NONE for a project's number and for what is none of
 * them. */
uint32_t gcp_add_account(reading *r, str path);
/* The principal of a binding: "user:a@example.com", "serviceAccount:…", "group:…", "allUsers", … */
uint32_t gcp_add_member(reading *r, str member);

/* In lower case; valid until the next call that builds a text in the reading. */
str gcp_lower(reading *r, str s);
bool gcp_is_number(str s);              /* digits and nothing else */
bool gcp_is_public(str member);         /* allUsers, allAuthenticatedUsers */
bool gcp_is_default_account(str email); /* …-compute@developer.gserviceaccount.com */
/* A service account that Google runs: agents of its services. */
bool gcp_is_google_account(str email);
str gcp_member_domain(str id); /* "example.com" of an address or of "domain:example.com" */

/* What is allowed to be absent in an answer of the service when it is false. */
void gcp_put_flag(reading *r, uint32_t at, attr a, json_node value, bool when_absent);
/* True or "true"; what is no switch at all is malformed. */
bool gcp_is_true(reading *r, json_node value);
/* Texts that are names of resources, as paths. */
void gcp_put_path(reading *r, uint32_t at, attr a, json_node value);

#endif
