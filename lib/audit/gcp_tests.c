/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_tests.c -- see gcp_tests.h.
 */
#include "audit/gcp_tests.h"

#include "audit/audit.h"
#include "fact/gcp_place.h"
#include "base/limits.h"
#include "base/text.h"

uint32_t gcp_index(const audit *a, const fact *x)
{
    return (uint32_t)(x - a->facts.items);
}

spoor_check_status gcp_pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

spoor_check_status gcp_no_data(buf *seen, const char *why)
{
    buf_puts(seen, why);
    return SPOOR_CHECK_NO_DATA;
}

/* ---- where things stand ---------------------------------------------------------------------- */

static const fact *find(const facts *f, fact_kind kind, str id)
{
    uint32_t at = facts_find(f, kind, PROVIDER_GCP, id);
    return at == FACT_NONE ? NULL : facts_at(f, at);
}

static size_t add_scope(str *all, size_t n, str scope)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i], scope))
            return n;
    }
    if (n < LIMIT_ABOVE)
        all[n++] = scope;
    return n;
}

size_t gcp_above(const facts *f, str scope, str ret_scopes[LIMIT_ABOVE])
{
    size_t n = add_scope(ret_scopes, 0, scope);
    for (size_t i = 0; i < n; i++) {
        const fact *x = find(f, FACT_ACCOUNT, ret_scopes[i]);
        if (x == NULL)
            continue;
        fact_iter it = facts_iter(f, x, ATTR_GCP_ANCESTOR);
        while (facts_next(&it))
            n = add_scope(ret_scopes, n, it.value.text);
    }
    return n;
}

bool gcp_is_within(const facts *f, str scope, str above)
{
    str all[LIMIT_ABOVE];
    size_t n = gcp_above(f, scope, all);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i], above))
            return true;
    }
    return false;
}

/* Facts of a kind stand in the order of cloud and account. */
static uint32_t first_of(const facts *f, fact_kind kind, str account, bool is_after)
{
    uint32_t from, to;
    facts_range(f, kind, &from, &to);
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const fact *one = facts_at(f, middle);
        int order = (int)one->provider - PROVIDER_GCP;
        order = order ? order : text_compare(facts_account(f, one), account);
        if (order < 0 || (is_after && order == 0))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void gcp_range(const facts *f, fact_kind kind, str account, uint32_t *ret_from, uint32_t *ret_to)
{
    *ret_from = first_of(f, kind, account, false);
    *ret_to = first_of(f, kind, account, true);
}

const fact *gcp_project_fact(const facts *f, const fact *x)
{
    uint32_t from, to;
    str project = facts_account(f, x);
    gcp_range(f, FACT_ACCOUNT, project, &from, &to);
    return project.n > 0 && from < to ? facts_at(f, from) : NULL;
}

fact_value gcp_metadata(const facts *f, const fact *machine, attr a)
{
    fact_value own = facts_get(f, machine, a);
    const fact *project = gcp_project_fact(f, machine);
    bool is_read = facts_is(f, machine, ATTR_GCP_METADATA_READ);
    if (own.is_set || !is_read || project == NULL)
        return own;
    return facts_get(f, project, a);
}

bool gcp_knows_domains(const facts *f)
{
    uint32_t from, to;
    gcp_range(f, FACT_DOMAIN, STR_NONE, &from, &to);
    return from < to;
}

bool gcp_is_own_domain(const facts *f, str domain)
{
    return find(f, FACT_DOMAIN, domain) != NULL;
}

bool gcp_publishes_images(str project)
{
    static const char *const publishers[] = {
        "almalinux-cloud",
        "bitnami-launchpad",
        "centos-cloud",
        "cos-cloud",
        "debian-cloud",
        "deeplearning-platform-release",
        "fedora-cloud",
        "fedora-coreos-cloud",
        "freebsd-org-cloud-dev",
        "gke-node-images",
        "google-containers",
        "opensuse-cloud",
        "oracle-linux-cloud",
        "rhel-cloud",
        "rhel-sap-cloud",
        "rocky-linux-cloud",
        "suse-cloud",
        "suse-sap-cloud",
        "ubuntu-os-cloud",
        "ubuntu-os-accelerator-images",
        "ubuntu-os-pro-cloud",
        "windows-cloud",
        "windows-sql-cloud",
        "ubuntu-os-gke-cloud",
    };
    for (size_t i = 0; i < ARRAY_LEN(publishers); i++) {
        if (str_is(project, publishers[i]))
            return true;
    }
    return false;
}

/* ---- what checks are about ------------------------------------------------------------------- */

bool gcp_is_project(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_id(&a->facts, x), "projects/");
}

bool gcp_is_organization(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_id(&a->facts, x), "organizations/");
}

bool gcp_is_person(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_IS_DELETED);
}

bool gcp_is_own_account(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_IS_DELETED) &&
           !gcp_is_google_account(facts_id(&a->facts, x));
}

/* What only the directory tells. */
static bool is_listed(const facts *f, const fact *x)
{
    static const attr told[] = {ATTR_ENABLED,   ATTR_HAS_MFA,    ATTR_GCP_2SV_ENFORCED,
                                ATTR_LAST_USED, ATTR_NEVER_USED, ATTR_GCP_IS_ADMIN};
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        if (facts_get(f, x, told[i]).is_set)
            return true;
    }
    return false;
}

bool gcp_is_in_directory(const audit *a, const check *row, const fact *x)
{
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    (void)row;
    return is_listed(&a->facts, x) && (!enabled.is_set || enabled.flag);
}

bool gcp_is_user_key(const audit *a, const check *row, const fact *x)
{
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    str type = facts_get_text(&a->facts, x, ATTR_GCP_KEY_TYPE);
    (void)row;
    return !str_is(type, "SYSTEM_MANAGED") && (!enabled.is_set || enabled.flag);
}

bool gcp_is_own_image(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !gcp_publishes_images(facts_account(&a->facts, x));
}

/* ---- tests ----------------------------------------------------------------------------------- */

spoor_check_status gcp_test_used(const audit *a, const check *row, const fact *x, buf *seen)
{
    check probe = *row;
    bool is_never = facts_is(&a->facts, x, ATTR_NEVER_USED);
    if (!is_never && !facts_get(&a->facts, x, ATTR_LAST_USED).is_set)
        return gcp_no_data(seen, "the exports do not say when it was used");
    if (is_never && !facts_get(&a->facts, x, row->attr).is_set) {
        buf_puts(seen, "not used while it was watched");
        return SPOOR_CHECK_FAIL;
    }
    probe.attr = is_never ? row->attr : ATTR_LAST_USED;
    buf_puts(seen, is_never ? "never used; made " : "used ");
    return check_within(a, &probe, x, seen);
}

const fact *gcp_find_joined(const facts *f, fact_kind kind, const str parts[4], buf *scratch)
{
    size_t before = scratch->n;
    for (size_t i = 0; i < 4; i++)
        buf_putstr(scratch, parts[i]);
    if (scratch->failed)
        return NULL;
    const fact *found = find(f, kind, str_from(buf_str(scratch), before));
    scratch->n = before;
    return found;
}

/* The policy of a constraint on one resource. */
static const fact *policy_on(const facts *f, str scope, const char *constraint, buf *scratch)
{
    const str parts[] = {scope, STR("/policies/"), str_of(constraint), STR_NONE};
    return gcp_find_joined(f, FACT_POLICY, parts, scratch);
}

/* A project's own policy may stand under its number. */
static const fact *own_policy(const facts *f, const fact *project, const char *constraint,
                              buf *scratch)
{
    str number = facts_get_text(f, project, ATTR_GCP_NUMBER);
    const str parts[] = {STR("projects/"), number, STR("/policies/"), str_of(constraint)};
    return gcp_find_joined(f, FACT_POLICY, parts, scratch);
}

/* The nearest policy: the project's own, or one above it. *ret_is_rooted: the exports say in which
 * organization it stands. */
static const fact *nearest_policy(const facts *f, const fact *project, const char *constraint,
                                  bool *ret_is_rooted, buf *scratch)
{
    str all[LIMIT_ABOVE];
    size_t n = gcp_above(f, facts_id(f, project), all);
    const fact *found = own_policy(f, project, constraint, scratch);
    *ret_is_rooted = false;
    for (size_t i = 0; i < n; i++) {
        *ret_is_rooted |= text_starts(all[i], "organizations/");
        if (found == NULL)
            found = policy_on(f, all[i], constraint, scratch);
    }
    return found;
}

spoor_check_status gcp_test_constraint(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    bool is_rooted;
    const fact *policy = nearest_policy(f, x, row->value, &is_rooted, seen);
    fact_value enforced = policy ? facts_get(f, policy, ATTR_GCP_ENFORCED) : (fact_value){0};
    if (policy == NULL && !is_rooted)
        return gcp_no_data(seen, "not set here; the exports do not say what stands above");
    if (policy == NULL) {
        buf_puts(seen, "not set here or above");
        return SPOOR_CHECK_FAIL;
    }
    if (!enforced.is_set)
        return gcp_no_data(seen, "the policy could not be read");
    buf_puts(seen, enforced.flag ? "enforced on " : "not enforced on ");
    buf_putstr(seen, facts_get_text(f, policy, ATTR_SCOPE));
    return gcp_pass_if(enforced.flag);
}
