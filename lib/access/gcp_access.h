/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_access.h -- the rights of Google Cloud's principals.
 */
#ifndef SPOOR_ACCESS_GCP_ACCESS_H
#define SPOOR_ACCESS_GCP_ACCESS_H

#include "access/access.h"

/* Adds who may do what, by grants, groups, deny rules, and service accounts that one can act as.
 * False: out of memory. */
bool gcp_access_build(access *a, facts *f);

#endif
