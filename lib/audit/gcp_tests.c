/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_tests.c -- see gcp_tests.h.
 */
#include "audit/gcp_tests.h"

#include "audit/audit.h"
#include "audit/gcp_place.h"
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

/* Up to LIMIT_ACTOR_HOPS levels; exports may claim circles. */
static bool is_within(const facts *f, str scope, str above, unsigned depth)
{
    const fact *x = find(f, FACT_ACCOUNT, scope);
    if (str_eq(scope, above))
        return true;
    if (x == NULL || depth >= LIMIT_ACTOR_HOPS / 4)
        return false;
    fact_iter it = facts_iter(f, x, ATTR_GCP_ANCESTOR);
    while (facts_next(&it)) {
        if (is_within(f, it.value.text, above, depth + 1))
            return true;
    }
    return false;
}

bool gcp_is_within(const facts *f, str scope, str above)
{
    return is_within(f, scope, above, 0);
}

const fact *gcp_project_fact(const facts *f, const fact *x)
{
    str project = facts_account(f, x);
    uint32_t from, to;
    facts_range(f, FACT_ACCOUNT, &from, &to);
    /* Facts of a kind stand in the order of their account: a project's own is its name. */
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const fact *one = facts_at(f, middle);
        int order = (int)one->provider - PROVIDER_GCP;
        order = order ? order : text_compare(facts_account(f, one), project);
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    const fact *found = from < f->n ? facts_at(f, from) : NULL;
    bool is_it = found && found->kind == FACT_ACCOUNT && found->provider == PROVIDER_GCP &&
                 project.n > 0 && str_eq(facts_account(f, found), project);
    return is_it ? found : NULL;
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

static bool any_domain(const facts *f, str domain, bool *ret_is_known)
{
    uint32_t from, to;
    bool is_own = false;
    *ret_is_known = false;
    facts_range(f, FACT_ACCOUNT, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(f, i);
        *ret_is_known |= facts_get(f, x, ATTR_GCP_DOMAIN).is_set;
        is_own |= domain.n > 0 && facts_has_text(f, x, ATTR_GCP_DOMAIN, domain);
    }
    return is_own;
}

bool gcp_knows_domains(const facts *f)
{
    bool is_known;
    (void)any_domain(f, STR_NONE, &is_known);
    return is_known;
}

bool gcp_is_own_domain(const facts *f, str domain)
{
    bool is_known;
    return any_domain(f, domain, &is_known);
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

/* The policy of a constraint on one resource, by its id or its number. */
static const fact *policy_on(const facts *f, str scope, const char *constraint)
{
    AUTO(buf) id = {0};
    buf_putstr(&id, scope);
    buf_printf(&id, "/policies/%s", constraint);
    return id.failed ? NULL : find(f, FACT_POLICY, buf_str(&id));
}

static const fact *policy_of(const facts *f, const fact *account, const char *constraint)
{
    str number = facts_get_text(f, account, ATTR_GCP_NUMBER);
    const fact *found = policy_on(f, facts_id(f, account), constraint);
    if (found != NULL || number.n == 0)
        return found;
    AUTO(buf) scope = {0};
    buf_puts(&scope, "projects/");
    buf_putstr(&scope, number);
    return scope.failed ? NULL : policy_on(f, buf_str(&scope), constraint);
}

/* The nearest policy: the account's own, or one above it. */
static const fact *nearest_policy(const facts *f, const fact *account, const char *constraint,
                                  unsigned depth)
{
    const fact *found = policy_of(f, account, constraint);
    fact_iter it = facts_iter(f, account, ATTR_GCP_ANCESTOR);
    while (found == NULL && depth < LIMIT_ACTOR_HOPS / 4 && facts_next(&it)) {
        const fact *above = find(f, FACT_ACCOUNT, it.value.text);
        found = above ? nearest_policy(f, above, constraint, depth + 1)
                      : policy_on(f, it.value.text, constraint);
    }
    return found;
}

/* Whether the exports say in which organization a project stands. */
static bool reaches_organization(const facts *f, const fact *account, unsigned depth)
{
    fact_iter it = facts_iter(f, account, ATTR_GCP_ANCESTOR);
    while (depth < LIMIT_ACTOR_HOPS / 4 && facts_next(&it)) {
        const fact *above = find(f, FACT_ACCOUNT, it.value.text);
        if (text_starts(it.value.text, "organizations/") ||
            (above && reaches_organization(f, above, depth + 1)))
            return true;
    }
    return false;
}

spoor_check_status gcp_test_constraint(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    const fact *policy = nearest_policy(f, x, row->value, 0);
    fact_value enforced = policy ? facts_get(f, policy, ATTR_GCP_ENFORCED) : (fact_value){0};
    if (policy == NULL && !reaches_organization(f, x, 0))
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
