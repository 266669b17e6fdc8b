/* SPDX-License-Identifier: Apache-2.0
 *
 * checks.h -- the tables of all checks, for checks.c.
 */
#ifndef SPOOR_AUDIT_CHECKS_H
#define SPOOR_AUDIT_CHECKS_H

#include "audit/check.h"
#include "model/stage.h" /* for STOPS */

extern const check_table checks_aws_iam_dormant, checks_aws_iam_password, checks_aws_iam_policy;
extern const check_table checks_aws_iam_power, checks_aws_iam_trust;
extern const check_table checks_aws_system, checks_aws_config, checks_aws_software;
extern const check_table checks_aws_network, checks_aws_machine;
extern const check_table checks_file_network, checks_file_scan, checks_file_software;
extern const check_table checks_gcp_rights, checks_gcp_identity, checks_gcp_system;
extern const check_table checks_gcp_config, checks_gcp_network;
extern const check_table checks_logs;
extern const check_table checks_aws_network;
extern const check_table checks_file_network, checks_file_scan;
extern const check_table checks_azure_access, checks_azure_identity, checks_azure_sign_in;
extern const check_table checks_azure_system, checks_azure_compute, checks_azure_network;

#endif
