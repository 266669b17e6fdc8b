/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_account.h -- what one list shows of two services: policies of IAM and of organizations.
 */
#ifndef SPOOR_EXPORT_AWS_ACCOUNT_H
#define SPOOR_EXPORT_AWS_ACCOUNT_H

#include "fact/reading.h"

/* A policy of an organization, from its summary. FACT_NONE: it is no service control policy. */
uint32_t aws_add_control_policy(reading *r, json_node summary);

#endif
