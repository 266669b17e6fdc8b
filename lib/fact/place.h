/* SPDX-License-Identifier: Apache-2.0
 *
 * place.h -- which account and region an export is of, when it does not say.
 *
 * The answer of `aws iam get-account-password-policy` names no account, that of `aws ec2
 * get-ebs-encryption-by-default` neither account nor region. The path of the file may; and when all
 * exports together know of one account, it is that one.
 */
#ifndef SPOOR_FACT_PLACE_H
#define SPOOR_FACT_PLACE_H

#include "fact/facts.h"

/* The last part of a path that is an AWS account (twelve digits), or a region ("eu-west-1");
 * STR_NONE: none. */
str place_account(str path);
str place_region(str path);

/* Gives facts of AWS that have no account the only one there is, those of kinds that stand in a
 * region the only region, and makes sure that each account and region there is has a fact. Before
 * facts_sort. */
void place_settle(facts *f);

#endif
