/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure.h -- whom checks of Azure and Entra ID are about, and what several of them look up.
 *
 *  (1) What is not known of somebody does not exempt him: the test then answers NO_DATA.
 */
#ifndef SPOOR_AUDIT_CHECKS_AZURE_H
#define SPOOR_AUDIT_CHECKS_AZURE_H

#include "access/access.h"
#include "audit/check.h"

typedef bool check_applies(const audit *a, const check *row, const fact *x);

check_applies azure_is_tenant;       /* the account that stands for the directory */
check_applies azure_is_subscription; /* an account that is a subscription */
check_applies azure_is_employee;     /* a user who can sign in and is no guest */
check_applies azure_is_guest;        /* a guest who can sign in */
/* A user with a role of azure_roles.def in the directory, or who can grant rights. */
check_applies azure_is_privileged;

/* The tenant; NULL: no export tells of it. */
const fact *azure_find_tenant(const audit *a);
/* Kept for emergencies, as the operator says. */
bool azure_is_break_glass(const audit *a, const fact *x);
/* Another identity provider checks the user's password. */
bool azure_is_federated(const audit *a, const fact *user);
/* Who holds a grant; NULL: no export describes it. */
const fact *azure_holder(const audit *a, const fact *grant);
/* The strongest right of a fact to a power; NULL: none. */
const access_right *azure_right(const audit *a, const fact *x, power p);
/* Does the role of a grant give this power, or one of its actions? Conditions do not count. */
bool azure_grant_gives(const audit *a, const fact *grant, power p);
/* Does it give any power at all, of resources or of the directory? */
bool azure_grant_matters(const audit *a, const fact *grant);
/* "role Owner at /subscriptions/…", "directory role Global Administrator". */
void azure_say_grant(buf *seen, const audit *a, const fact *grant);
/* FAIL, or NO_DATA (and said so) when items of this export about a subscription could not be
 * read. */
spoor_check_status azure_fail_or_damaged(const audit *a, const fact *subscription, export_id what,
                                         buf *seen);
/* Words between which a comma stands. */
void azure_say_more(buf *seen, str word);

#endif
