/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_role.h -- whom a role trusts, as facts.
 *
 *  (1) Each principal that may assume a role is a fact of kind GRANT, known as "<ARN of the role>
 *      trusts <principal>", with what is demanded of it as flags. All flags are set, or none.
 *  (2) A role's TRUST_READ is set when its trust policy could be read whole.
 */
#ifndef SPOOR_ACCESS_AWS_ROLE_H
#define SPOOR_ACCESS_AWS_ROLE_H

#include "fact/reading.h"

/* Reads the TRUST_DOCUMENT of each role that has one, when all inputs were read: which of several
 * documents is that of the role is known only then. */
void aws_role_read_trusts(reading *r);

#endif
