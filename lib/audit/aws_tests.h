/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_tests.h -- tests and conditions that checks of machines, networks and recording in AWS share.
 */
#ifndef SPOOR_AUDIT_AWS_TESTS_H
#define SPOOR_AUDIT_AWS_TESTS_H

#include "audit/check.h"

/* ---- conditions: which facts a row is about -------------------------------------------------- */

bool aws_is_live(const audit *a, const check *row, const fact *x);    /* an EC2 instance not gone */
bool aws_is_running(const audit *a, const check *row, const fact *x); /* and not stopped */
bool aws_is_group(const audit *a, const check *row, const fact *x);   /* a security group */
bool aws_is_current(const audit *a, const check *row, const fact *x); /* a template in use */
bool aws_is_acl(const audit *a, const check *row, const fact *x);     /* a network ACL */

/* ---- tests ----------------------------------------------------------------------------------- */

/* The attribute is absent from a fact that is READ_WHOLE; there, it fails. */
check_test aws_check_absent;
/* SHARED_WITH does not hold everybody, nor is it IS_PUBLIC. */
check_test aws_check_not_public;
/* SHARED_WITH holds only accounts that the operator trusts, and its own. */
check_test aws_check_shared_with_trusted;

/* ---- words ----------------------------------------------------------------------------------- */

/* Says what is lacking and answers NO_DATA. */
spoor_check_status aws_no_data(buf *seen, const char *what);
spoor_check_status aws_pass_if(bool is_good);
bool aws_is_trusted(const audit *a, str account);

#endif
