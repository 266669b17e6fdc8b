/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam.h -- whom checks of AWS identities are about.
 *
 *  (1) What is not known about somebody does not exempt him: the test then answers NO_DATA.
 */
#ifndef SPOOR_AUDIT_CHECKS_AWS_IAM_H
#define SPOOR_AUDIT_CHECKS_AWS_IAM_H

#include "audit/check.h"

typedef bool check_applies(const audit *a, const check *row, const fact *x);

/* An account as such; no organizational unit. */
check_applies aws_is_for_account;
check_applies aws_is_for_root;
/* Users of IAM, without root. */
check_applies aws_is_for_user;
/* Those of them who have a password for the console. */
check_applies aws_is_for_console_user;

/* Kept for emergencies, as the operator says. */
bool aws_is_break_glass(const audit *a, const fact *x);

/* The newest use of a user, role or key is no longer ago than the row's threshold. What was never
 * used counts from the day it was made. */
spoor_check_status aws_test_use(const audit *a, const check *row, const fact *x, buf *seen);

#endif
