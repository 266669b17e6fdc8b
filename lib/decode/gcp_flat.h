/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_flat.h -- gives flat tables their documents back: one column for each leaf becomes one tree.
 *
 * Sentinel's custom tables write `request.policy.bindings` as the column
 * "payload_request_policy_bindings_s", empty where a record has no such leaf.
 *
 *  (1) Each column keeps its whole name as a key; columns of a known object stand in that object
 *      too.
 *  (2) Empty columns give no key.
 */
#ifndef SPOOR_DECODE_GCP_FLAT_H
#define SPOOR_DECODE_GCP_FLAT_H

#include "decode/decoder.h"

/* The document whose leaves are the columns that begin with `column` and '_'. */
json_node gcp_flat_root(decode_ctx *ctx, json_node entry, const char *column);

/* Parses text that need not be followed by padding. Absent when it is not JSON. */
json_node gcp_flat_parse(decode_ctx *ctx, str json);

#endif
