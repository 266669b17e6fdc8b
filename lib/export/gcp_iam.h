/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_iam.h -- reads who holds what in Google Cloud: allow and deny policies, roles, service
 * accounts, keys.
 */
#ifndef SPOOR_EXPORT_GCP_IAM_H
#define SPOOR_EXPORT_GCP_IAM_H

#include "fact/reading.h"

/* The bindings of an allow policy of a resource (its path). is_whole: with its audit settings, so
 * that what is not in it is not set. */
void gcp_read_policy(reading *r, json_node policy, str scope, bool is_whole);

/* Notes that a project, folder or organization (`at`) stands below another (its path). */
void gcp_put_ancestor(reading *r, uint32_t at, str ancestor);

#endif
