/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_rights.h -- what checks ask of the rights of AWS users and roles.
 *
 *  (1) Whose policies are not all known, of him nothing good is said.
 */
#ifndef SPOOR_AUDIT_CHECKS_AWS_IAM_RIGHTS_H
#define SPOOR_AUDIT_CHECKS_AWS_IAM_RIGHTS_H

#include "access/access.h"
#include "audit/checks_aws_iam.h"

/* An administrator, be it only under a condition. */
bool aws_has_admin(const audit *a, const fact *x);
const access_right *aws_right(const audit *a, const fact *x, power p); /* NULL: none */
/* The exports show all policies that bear on it. */
bool aws_rights_are_known(const audit *a, const fact *x);
/* Says why the rights are not known. */
spoor_check_status aws_say_unknown(const audit *a, const fact *x, buf *seen);
/* "policy Deploy, statement 1 (AllowRun), only with aws:SourceIp". */
void aws_say_right(const audit *a, const access_right *r, buf *seen);
/* A condition of the right names one of the keys, "|" between them. */
bool aws_right_demands(const audit *a, const access_right *r, const char *keys);

/* Users and roles of people and programs: neither root nor service-linked. */
check_applies aws_is_for_principal;
/* Those of them who are administrators, or may be. */
check_applies aws_is_for_admin;

#endif
