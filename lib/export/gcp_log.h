/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_log.h -- reads where Google Cloud's logs go, what organization policies forbid, and what
 * was found.
 */
#ifndef SPOOR_EXPORT_GCP_LOG_H
#define SPOOR_EXPORT_GCP_LOG_H

#include "fact/reading.h"

/* An organization policy of a project, folder or organization (its path), in the form of either
 * version. */
void gcp_read_org_policy(reading *r, json_node policy, str scope);

#endif
