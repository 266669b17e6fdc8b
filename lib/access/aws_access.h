/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_access.h -- who may do what in AWS: the builder that access.c calls.
 *
 *  (1) Users, groups and roles are evaluated with all policies that bear on them; root is not:
 *      nothing bounds it, and no policy grants it anything.
 *  (2) For each power there is one right for each policy that grants a way to use it; a way that
 *      needs several actions is told by the policy of the first.
 *  (3) Principals with the same policies are evaluated once, unless one of these depends on who
 *      asks.
 *  (4) To make credentials for oneself is no power over others: policies that allow no more than
 *      that grant nothing here.
 *  (5) Linear in policies and memberships.
 */
#ifndef SPOOR_ACCESS_AWS_ACCESS_H
#define SPOOR_ACCESS_AWS_ACCESS_H

#include "access/access.h"

bool aws_access_build(access *a, facts *f);

#endif
