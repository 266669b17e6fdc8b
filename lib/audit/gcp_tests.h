/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_tests.h -- words and tests that checks of Google Cloud share.
 */
#ifndef SPOOR_AUDIT_GCP_TESTS_H
#define SPOOR_AUDIT_GCP_TESTS_H

#include "audit/check.h"

/* The fact's number, for access.h. */
uint32_t gcp_index(const audit *a, const fact *x);
spoor_check_status gcp_pass_if(bool is_good);
spoor_check_status gcp_no_data(buf *seen, const char *why);

/* A project, folder or organization and all that the exports say stands above it, the nearest
 * first. Exports may claim circles, or more than there can be: LIMIT_ABOVE of them. Returns
 * how many. */
size_t gcp_above(const facts *f, str scope, str ret_scopes[LIMIT_ABOVE]);
/* Whether it is another one, or stands below it. */
bool gcp_is_within(const facts *f, str scope, str above);
/* After facts_sort: the facts of a kind in one project ("p"); "": in none. */
void gcp_range(const facts *f, fact_kind kind, str account, uint32_t *ret_from, uint32_t *ret_to);
/* The fact whose id is these parts one after another. scratch is as it was afterwards, but for
 * its failure when memory is out: that of `seen` makes the audit fail. */
const fact *gcp_find_joined(const facts *f, fact_kind kind, const str parts[4], buf *scratch);
/* The project that a resource stands in; NULL: the exports do not tell of it. */
const fact *gcp_project_fact(const facts *f, const fact *x);
/* A switch in a machine's metadata, or else in its project's; is_set false: not known. */
fact_value gcp_metadata(const facts *f, const fact *machine, attr a);
/* Whether organizations' domains are known, and this is one of them. */
bool gcp_knows_domains(const facts *f);
bool gcp_is_own_domain(const facts *f, str domain);
/* Projects by which Google and its partners publish images. */
bool gcp_publishes_images(str project);

/* ---- what checks are about ------------------------------------------------------------------- */

typedef bool gcp_applies(const audit *a, const check *row, const fact *x);

gcp_applies gcp_is_project, gcp_is_organization;
gcp_applies gcp_is_person;       /* a user that is not gone */
gcp_applies gcp_is_own_account;  /* a service account that Google does not run, and is not gone */
gcp_applies gcp_is_in_directory; /* a user that the directory told of, not suspended */
gcp_applies gcp_is_user_key;     /* a key that the customer manages, and that works */
gcp_applies gcp_is_own_image;    /* an image that is not public by its maker's will */

/* ---- tests ----------------------------------------------------------------------------------- */

/* LAST_USED is within the threshold's days; of what was never used row->attr, when it was made,
 * is. Never used and made nobody knows when FAILS. */
check_test gcp_test_used;
/* The organization policy of row->value is enforced on the project or above it. */
check_test gcp_test_constraint;

#endif
