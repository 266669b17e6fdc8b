/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_compute.h -- reads what Compute Engine holds, from its own lists and from assets.
 */
#ifndef SPOOR_EXPORT_GCP_COMPUTE_H
#define SPOOR_EXPORT_GCP_COMPUTE_H

#include "fact/reading.h"

/* Reads a resource by the type that Cloud Asset gives it ("compute.googleapis.com/Instance"); id:
 * its path, for data without a selfLink. False: the type is none of Compute Engine's that are
 * read. */
bool gcp_compute_asset(reading *r, str type, json_node data, str id);

#endif
