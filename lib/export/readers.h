/* SPDX-License-Identifier: Apache-2.0
 *
 * readers.h -- the tables of all readers, for document.c.
 */
#ifndef SPOOR_EXPORT_READERS_H
#define SPOOR_EXPORT_READERS_H

#include "fact/reading.h"

extern const shape_table aws_account_shapes, aws_iam_shapes;
extern const shape_table azure_grant_shapes, azure_directory_shapes, azure_sign_in_shapes;
extern const shape_table azure_compute_shapes, azure_network_shapes, azure_monitor_shapes;
extern const shape_table zeek_shapes;
extern const line_table zeek_lines;
extern const shape_table vpc_flow_shapes;
extern const line_table vpc_flow_lines;
extern const shape_table flow_shapes; /* Azure, Google Cloud */
extern const line_table flow_lines;
extern const shape_table aws_ec2_shapes, aws_network_shapes, aws_region_shapes;
extern const shape_table aws_trail_shapes, aws_ssm_shapes, aws_rds_shapes;
extern const xml_table scap_xml;
extern const shape_table gcp_asset_shapes, gcp_compute_shapes, gcp_iam_shapes, gcp_log_shapes;
extern const shape_table gcp_user_shapes;
extern const shape_table trivy_shapes, grype_shapes, cyclonedx_shapes;

#endif
