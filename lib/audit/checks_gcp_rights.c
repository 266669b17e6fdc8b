/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_gcp_rights.c -- least privilege in Google Cloud: rights that nobody uses, roles that are
 * too wide, and what several rights add up to.
 *
 *  (1) A right counts as unused when logs or Google's own insights cover the threshold's days and
 *      show no use; without either nobody knows, and the check has no data.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/gcp_place.h"
#include "access/gcp_role.h"
#include "audit/gcp_tests.h"
#include "audit/rights.h"
#include "base/text.h"

/* ---- rights that nobody uses ----------------------------------------------------------------- */

/* Whether a scope is this one, by its id or by its project's number. */
static bool is_scope(const facts *f, str scope, str written)
{
    uint32_t at = facts_find(f, FACT_ACCOUNT, PROVIDER_GCP, scope);
    str number = at == FACT_NONE ? STR_NONE : facts_get_text(f, facts_at(f, at), ATTR_GCP_NUMBER);
    return str_eq(written, scope) || (number.n > 0 && text_starts(scope, "projects/") &&
                                      str_eq(gcp_project(written), number));
}

/* The permissions of a list that are for a scope; "PERMISSION on SCOPE" is how they are kept. */
static gcp_permissions listed(const facts *f, const fact *x, attr a, str scope)
{
    gcp_permissions bits = 0;
    fact_iter it = facts_iter(f, x, a);
    while (facts_next(&it)) {
        str permission = text_before(it.value.text, ' ');
        if (is_scope(f, scope, str_from(it.value.text, permission.n + sizeof(" on ") - 1)))
            bits |= gcp_permission_find(permission);
    }
    return bits;
}

/* What insights say of a power on a scope: '=' used, '-' watched long enough and not used, '?' not
 * watched. */
static char insight_of(const audit *a, const fact *x, power p, str scope)
{
    gcp_powers powers;
    const facts *f = &a->facts;
    double days = facts_get(f, x, ATTR_GCP_OBSERVED_DAYS).number;
    gcp_powers_init(&powers);
    if (gcp_powers_give(&powers, listed(f, x, ATTR_GCP_EXERCISED, scope), p) != 0)
        return '=';
    bool is_watched = gcp_powers_give(&powers, listed(f, x, ATTR_GCP_OBSERVED, scope), p) != 0;
    return is_watched && days >= check_threshold(a, THRESHOLD_unused_right_days) ? '-' : '?';
}

/* The right to a power of which insights say the worst: not used before used before not known. */
static char worst_insight(const audit *a, const fact *x, power p, const access_right **ret)
{
    size_t n;
    char worst = '?';
    const access_right *all = access_of(&a->access, gcp_index(a, x), &n);
    for (size_t i = 0; i < n && worst != '-'; i++) {
        if (all[i].power != p)
            continue;
        char one = insight_of(a, x, p, intern_text(&a->facts.text, all[i].scope));
        if (one == '?')
            continue;
        worst = one;
        *ret = &all[i];
    }
    return worst;
}

static void say_right(const audit *a, const access_right *held, buf *seen)
{
    const intern *text = &a->facts.text;
    buf_putstr(seen, intern_text(text, held->via));
    if (held->condition != 0) {
        buf_puts(seen, " if ");
        buf_putstr(seen, intern_text(text, held->condition));
    }
}

static spoor_check_status right_is_used(const audit *a, const check *row, const fact *x, buf *seen)
{
    right r;
    power p = (power)(int)row->number;
    if (!rights_of(a, gcp_index(a, x), p, &r) || r.right == NULL) {
        buf_puts(seen, "has no such right");
        return SPOOR_CHECK_PASS;
    }
    const access_right *told = r.right;
    char insight = worst_insight(a, x, p, &told);
    char mark = insight == '?' ? r.mark : insight;
    say_right(a, told, seen);
    if (mark == '?')
        return gcp_no_data(seen, "; the exports do not say whether it is used");
    buf_puts(seen, mark == '=' ? "; used" : "; not used");
    return gcp_pass_if(mark == '=');
}

/* ---- roles ----------------------------------------------------------------------------------- */

typedef bool role_test(str role, str scope);

static bool is_basic(str role, str scope)
{
    return gcp_role_is_basic(role) && gcp_scope_is_account(scope);
}

static bool is_admin(str role, str scope)
{
    (void)scope;
    return gcp_role_is_admin(role);
}

static bool is_impersonation(str role, str scope)
{
    return gcp_scope_is_account(scope) && (str_is(role, "roles/iam.serviceAccountUser") ||
                                           str_is(role, "roles/iam.serviceAccountTokenCreator"));
}

/* How many roles that it holds are such; they are said. "ROLE on SCOPE" is how they are kept. */
static size_t say_roles(const audit *a, const fact *x, role_test *is_such, buf *seen)
{
    size_t n = 0;
    fact_iter it = facts_iter(&a->facts, x, ATTR_GCP_HELD);
    while (facts_next(&it)) {
        str role = text_before(it.value.text, ' ');
        str scope = str_from(it.value.text, role.n + sizeof(" on ") - 1);
        if (!is_such(role, scope))
            continue;
        buf_puts(seen, n++ > 0 ? ", " : "");
        buf_putstr(seen, it.value.text);
    }
    if (n == 0)
        buf_puts(seen, "none");
    return n;
}

static spoor_check_status holds_no_basic(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return gcp_pass_if(say_roles(a, x, is_basic, seen) == 0);
}

static spoor_check_status holds_no_admin(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return gcp_pass_if(say_roles(a, x, is_admin, seen) == 0);
}

static spoor_check_status holds_no_wide_impersonation(const audit *a, const check *row,
                                                      const fact *x, buf *seen)
{
    (void)row;
    return gcp_pass_if(say_roles(a, x, is_impersonation, seen) == 0);
}

static bool is_account_admin(str role, str scope)
{
    (void)scope;
    return str_is(role, "roles/iam.serviceAccountAdmin");
}

static bool is_account_user(str role, str scope)
{
    (void)scope;
    return str_is(role, "roles/iam.serviceAccountUser");
}

static spoor_check_status duties_are_separate(const audit *a, const check *row, const fact *x,
                                              buf *seen)
{
    AUTO(buf) users = {0};
    (void)row;
    size_t admin = say_roles(a, x, is_account_admin, seen);
    size_t user = say_roles(a, x, is_account_user, &users);
    if (admin > 0 && user > 0) {
        buf_puts(seen, ", ");
        buf_putstr(seen, buf_str(&users));
        seen->failed |= users.failed;
    }
    return gcp_pass_if(admin == 0 || user == 0);
}

static bool is_own_named_account(const audit *a, const check *row, const fact *x)
{
    return gcp_is_own_account(a, row, x) && !gcp_is_default_account(facts_id(&a->facts, x));
}

static bool is_default_account(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return gcp_is_default_account(facts_id(&a->facts, x));
}

static bool is_group(const audit *a, const check *row, const fact *x)
{
    str id = facts_id(&a->facts, x);
    (void)row;
    return !gcp_is_public(id) && !text_starts(id, "project");
}

/* ---- what rights add up to ------------------------------------------------------------------- */

/* Rights of one principal that hold on one project: neither is elsewhere. */
static bool do_meet(const audit *a, const access_right *x, const access_right *y)
{
    str here = intern_text(&a->facts.text, x->scope), there = intern_text(&a->facts.text, y->scope);
    return gcp_is_within(&a->facts, here, there) || gcp_is_within(&a->facts, there, here);
}

static bool is_wide(const audit *a, const access_right *held)
{
    return held->verdict == ACCESS_ALLOWED &&
           gcp_scope_is_account(intern_text(&a->facts.text, held->scope));
}

static bool meets_any(const audit *a, const access_right *create, const access_right *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (all[i].power == POWER_PASS_ROLE && is_wide(a, &all[i]) && do_meet(a, create, &all[i]))
            return true;
    }
    return false;
}

static spoor_check_status cannot_become_all(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    size_t n;
    const access_right *all = access_of(&a->access, gcp_index(a, x), &n);
    (void)row;
    for (size_t i = 0; i < n; i++) {
        bool is_create = all[i].power == POWER_CREATE_INSTANCE && is_wide(a, &all[i]);
        if (!is_create || !meets_any(a, &all[i], all, n))
            continue;
        buf_puts(seen, "creates instances as any account of ");
        buf_putstr(seen, intern_text(&a->facts.text, all[i].scope));
        buf_puts(seen, " by ");
        say_right(a, &all[i], seen);
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, "does not have both rights over a whole project");
    return SPOOR_CHECK_PASS;
}

/* ---- recommendations ------------------------------------------------------------------------- */

static bool is_recommendation(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return str_is(facts_get_text(&a->facts, x, ATTR_GCP_SOURCE), "recommender");
}

static spoor_check_status is_settled(const audit *a, const check *row, const fact *x, buf *seen)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    (void)row;
    if (state.n == 0)
        return gcp_no_data(seen, "the export does not say whether it was applied");
    buf_putstr(seen, state);
    buf_puts(seen, ": ");
    check_say(seen, a, x, ATTR_HOLDER);
    buf_puts(seen, " and ");
    check_say(seen, a, x, ATTR_GRANTED);
    return gcp_pass_if(!str_is(state, "ACTIVE"));
}

/* ---- the table ------------------------------------------------------------------------------- */

#define POLICIES .cloud = PROVIDER_GCP, .needs_any = {EXPORT_gcp_iam_policy, EXPORT_gcp_iam_search}
#define PRIVILEGE .heading = HEADING_LEAST_PRIVILEGE, POLICIES

#define USED_ROW(kind, who, whom, subject_, applies_, thing, what, power_, level, reason, stages)  \
    {                                                                                              \
        .id = "gcp-" kind "-" thing "-used", .title = who " may " what " do so", PRIVILEGE,        \
        .severity = level, .subject = subject_, .applies = applies_, .test = right_is_used,        \
        .number = power_, .threshold = THRESHOLD_unused_right_days,                                \
        .wanted = "no such right, or a use in the last {threshold} days",                          \
        .why = "An intruder who is " whom " can " reason ", and nobody would miss the right.",     \
        .fix = "gcloud asset search-all-iam-policies --scope organizations/ORGANIZATION "          \
               "--query policy:{id} # then: gcloud projects remove-iam-policy-binding PROJECT "    \
               "--member MEMBER --role ROLE",                                                      \
        .references = "", .stops = stages                                                          \
    }

/* Of users and of service accounts. */
#define USED_ROWS(thing, what, power_, level, reason, stages)                                      \
    USED_ROW("user", "Users who", "that user", FACT_USER, gcp_is_person, thing, what, power_,      \
             level, reason, stages),                                                               \
        USED_ROW("sa", "Service accounts that", "that service account", FACT_SERVICE,              \
                 gcp_is_own_account, thing, what, power_, level, reason, stages)

/* clang-format off */
static const check rows[] = {
    USED_ROWS("create-instance", "create instances", POWER_CREATE_INSTANCE, SPOOR_HIGH,   "make a machine that obeys no rule of the others", STOPS(INSTANCE)),
    USED_ROWS("create-snapshot", "create snapshots or images", POWER_CREATE_SNAPSHOT, SPOOR_MEDIUM, "copy the disks of other machines", STOPS(SNAPSHOT)),
    USED_ROWS("share", "share snapshots, images or disks", POWER_SHARE, SPOOR_HIGH,       "hand a disk to a project of his own", STOPS(EXFIL)),
    USED_ROWS("act-as", "give instances an identity", POWER_PASS_ROLE, SPOOR_MEDIUM,      "let a new machine act with the rights of a service account", STOPS(INSTANCE) | STOPS(PRIVESC)),
    USED_ROWS("open-firewall", "open firewalls", POWER_OPEN_FIREWALL, SPOOR_MEDIUM,       "make a new machine reachable", STOPS(NETLOOSEN)),
    USED_ROWS("grant", "grant rights", POWER_GRANT, SPOOR_HIGH,                           "give himself whatever he lacks", STOPS(PRIVESC)),
    USED_ROWS("make-key", "make credentials of service accounts", POWER_NEW_CREDENTIAL, SPOOR_HIGH, "keep a way in that outlives the intrusion", STOPS(IDENTITY)),
    USED_ROWS("stop-logging", "change what is logged", POWER_STOP_LOGGING, SPOOR_MEDIUM,  "hide what he does with a machine", STOPS(EVASION)),
    {
        .id = "gcp-user-basic-role", .title = "Users do not hold Owner or Editor", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_USER, .applies = gcp_is_person, .test = holds_no_basic,
        .wanted = "roles for single services",
        .why = "With the password of one such user an intruder makes machines, opens firewalls and makes keys.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member user:{id} --role ROLE # after a narrower role was granted",
        .references = "", .stops = STOPS(INSTANCE) | STOPS(NETLOOSEN),
    },
    {
        .id = "gcp-group-basic-role", .title = "Groups do not hold Owner or Editor", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_GROUP, .applies = is_group, .test = holds_no_basic,
        .wanted = "roles for single services",
        .why = "Whoever gets into the group makes machines, opens firewalls and makes keys.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member group:{id} --role ROLE # after a narrower role was granted",
        .references = "", .stops = STOPS(INSTANCE) | STOPS(NETLOOSEN),
    },
    {
        .id = "gcp-sa-admin-role", .title = "Service accounts do not hold administrative roles", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_SERVICE, .applies = is_own_named_account, .test = holds_no_admin,
        .wanted = "neither Owner, Editor nor a role of an administrator",
        .why = "A key or a machine of that account is enough to make machines and to grant rights.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member serviceAccount:{id} --role ROLE",
        .references = "CIS GCP 4.0 1.5", .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "gcp-default-sa-editor", .title = "The default service account of Compute Engine does not hold administrative roles", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_SERVICE, .applies = is_default_account, .test = holds_no_admin,
        .wanted = "neither Owner, Editor nor a role of an administrator",
        .why = "Every machine that nobody gave another identity can make further machines.",
        .fix = "gcloud projects remove-iam-policy-binding {account} --member serviceAccount:{id} --role roles/editor",
        .references = "", .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "gcp-user-impersonation", .title = "Users may act as single service accounts, not as all of a project", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_USER, .applies = gcp_is_person, .test = holds_no_wide_impersonation,
        .wanted = "Service Account User and Token Creator on single accounts",
        .why = "An intruder who is that user becomes the strongest service account there is.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member user:{id} --role roles/iam.serviceAccountUser # then: gcloud iam service-accounts add-iam-policy-binding ACCOUNT --member user:{id} --role roles/iam.serviceAccountUser",
        .references = "CIS GCP 4.0 1.6", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-group-impersonation", .title = "Groups may act as single service accounts, not as all of a project", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_GROUP, .applies = is_group, .test = holds_no_wide_impersonation,
        .wanted = "Service Account User and Token Creator on single accounts",
        .why = "Whoever gets into the group becomes the strongest service account there is.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member group:{id} --role roles/iam.serviceAccountUser # then bind it on single accounts",
        .references = "", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-user-account-duties", .title = "Who administers service accounts does not act as them", PRIVILEGE,
        .severity = SPOOR_MEDIUM, .subject = FACT_USER, .applies = gcp_is_person, .test = duties_are_separate,
        .wanted = "Service Account Admin or Service Account User, not both",
        .why = "One stolen user suffices to make an account, to give it rights and to run a machine as it.",
        .fix = "gcloud projects remove-iam-policy-binding PROJECT --member user:{id} --role roles/iam.serviceAccountAdmin",
        .references = "CIS GCP 4.0 1.8", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-user-create-as-any", .title = "Users who create instances may not run them as any service account", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_USER, .applies = gcp_is_person, .test = cannot_become_all,
        .wanted = "the right to act as accounts on single accounts only",
        .why = "A new machine that runs as the strongest account of the project hands its rights to whoever made it.",
        .fix = "gcloud iam service-accounts add-iam-policy-binding ACCOUNT --member user:{id} --role roles/iam.serviceAccountUser # then remove the role from the project",
        .references = "", .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "gcp-sa-create-as-any", .title = "Service accounts that create instances may not run them as any service account", PRIVILEGE,
        .severity = SPOOR_HIGH, .subject = FACT_SERVICE, .applies = gcp_is_own_account, .test = cannot_become_all,
        .wanted = "the right to act as accounts on single accounts only",
        .why = "A new machine that runs as the strongest account of the project hands its rights to whoever made it.",
        .fix = "gcloud iam service-accounts add-iam-policy-binding ACCOUNT --member serviceAccount:{id} --role roles/iam.serviceAccountUser # then remove the role from the project",
        .references = "", .stops = STOPS(INSTANCE) | STOPS(PRIVESC),
    },
    {
        .id = "gcp-recommendation-applied", .title = "Recommendations to narrow roles were applied", .heading = HEADING_PERMISSION, .cloud = PROVIDER_GCP,
        .severity = SPOOR_MEDIUM, .subject = FACT_FINDING, .needs = {EXPORT_gcp_recommendations}, .applies = is_recommendation, .test = is_settled,
        .wanted = "no active recommendation",
        .why = "Google saw that the role is not needed; an intruder may need it.",
        .fix = "gcloud recommender recommendations mark-claimed {id} --etag ETAG --location global --recommender google.iam.policy.Recommender --project {account} # after it was applied",
        .references = "",
    },
};
/* clang-format on */

const check_table checks_gcp_rights = {rows, ARRAY_LEN(rows)};
