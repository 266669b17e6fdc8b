/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_asset.h -- which types of assets a reader knows: rows that gcp_asset.c looks through.
 */
#ifndef SPOOR_EXPORT_GCP_ASSET_H
#define SPOOR_EXPORT_GCP_ASSET_H

#include "fact/reading.h"

typedef struct gcp_asset_row {
    const char *type; /* "compute.googleapis.com/Instance" */
    export_id export_;
    void (*read)(reading *r, json_node data, str id); /* id: the resource's path */
} gcp_asset_row;

typedef struct gcp_asset_table {
    const gcp_asset_row *rows;
    size_t n;
} gcp_asset_table;

extern const gcp_asset_table gcp_iam_assets, gcp_log_assets;

#endif
