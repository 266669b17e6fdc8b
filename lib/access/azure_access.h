/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_access.h -- the part of access_build that is Azure's.
 */
#ifndef SPOOR_ACCESS_AZURE_ACCESS_H
#define SPOOR_ACCESS_AZURE_ACCESS_H

#include "access/access.h"

/* Adds the rights of all principals of Azure and Entra ID. False: out of memory. */
bool azure_access_build(access *a, facts *f);

#endif
