/* SPDX-License-Identifier: Apache-2.0
 *
 * test_gcp_access.c -- the rights of Google Cloud are those that their definition gives.
 *
 * The definition is a slow twin: on every resource it looks at every grant, group and deny rule,
 * and it becomes service accounts until there are no more. In random worlds a principal has a
 * power on a resource by the twin exactly when there is a right to it on the resource or above it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "access/access.h"
#include "access/gcp_role.h"
#include "base/text.h"

enum {
    ROUNDS = 1500,
    FOLDERS = 2,
    PROJECTS = 3,
    USERS = 3,
    ACCOUNTS = 4,
    GROUPS = 3,
    SCOPES = 1 + FOLDERS + PROJECTS + ACCOUNTS, /* the organization first, the accounts last */
    PRINCIPALS = USERS + ACCOUNTS + GROUPS,     /* users, accounts, groups */
    GRANTS = 10,
    DENIALS = 2,
    NOBODY = -1
};

typedef struct grant {
    int scope, role, member;
} grant;

typedef struct denial {
    int scope, permission, member, spared; /* member NOBODY: all; spared NOBODY: none */
} denial;

typedef struct world {
    int above[SCOPES]; /* NOBODY: nothing */
    bool is_in[PRINCIPALS][GROUPS];
    grant grants[GRANTS];
    denial denials[DENIALS];
    int n_denials;
} world;

static const char *const roles[] = {
    "roles/owner",
    "roles/editor",
    "roles/compute.instanceAdmin",
    "roles/compute.storageAdmin",
    "roles/compute.securityAdmin",
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/logging.configWriter",
    "roles/viewer",
};
static const char *const denied[] = {
    "compute.googleapis.com/instances.create",
    "compute.googleapis.com/*.*",
    "iam.googleapis.com/serviceAccounts.*",
    "iam.googleapis.com/serviceAccountKeys.create",
};

static uint32_t seed;

static int roll(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

/* ---- names ----------------------------------------------------------------------------------- */

static int project_of_account(int account)
{
    return 1 + FOLDERS + account % PROJECTS;
}

static str scope_name(int scope, char out[96])
{
    int n = 0, account = scope - 1 - FOLDERS - PROJECTS;
    if (scope == 0)
        n = snprintf(out, 96, "organizations/9");
    else if (scope <= FOLDERS)
        n = snprintf(out, 96, "folders/%d", scope);
    else if (account < 0)
        n = snprintf(out, 96, "projects/p%d", scope - 1 - FOLDERS);
    else
        n = snprintf(out, 96, "projects/p%d/serviceAccounts/s%d@p%d.iam.gserviceaccount.com",
                     account % PROJECTS, account, account % PROJECTS);
    return (str){out, (size_t)n};
}

static str member_name(int member, char out[96])
{
    int n, account = member - USERS;
    if (member < USERS)
        n = snprintf(out, 96, "u%d@x.com", member);
    else if (account < ACCOUNTS)
        n = snprintf(out, 96, "s%d@p%d.iam.gserviceaccount.com", account, account % PROJECTS);
    else
        n = snprintf(out, 96, "g%d@x.com", account - ACCOUNTS);
    return (str){out, (size_t)n};
}

static fact_kind member_kind(int member)
{
    if (member < USERS)
        return FACT_USER;
    return member < USERS + ACCOUNTS ? FACT_SERVICE : FACT_GROUP;
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static world make_world(void)
{
    world w = {.n_denials = roll(DENIALS + 1)};
    w.above[0] = NOBODY;
    for (int i = 1; i <= FOLDERS + PROJECTS; i++)
        w.above[i] = roll(4) == 0 ? NOBODY : roll(i <= FOLDERS ? i : FOLDERS + 1);
    for (int i = 0; i < ACCOUNTS; i++)
        w.above[1 + FOLDERS + PROJECTS + i] = project_of_account(i);
    for (int i = 0; i < PRINCIPALS; i++)
        for (int k = 0; k < GROUPS; k++)
            w.is_in[i][k] = roll(5) == 0 && i != USERS + ACCOUNTS + k;
    for (int i = 0; i < GRANTS; i++)
        w.grants[i] = (grant){roll(SCOPES), roll(ARRAY_LEN(roles)), roll(PRINCIPALS)};
    for (int i = 0; i < DENIALS; i++)
        w.denials[i] = (denial){roll(1 + FOLDERS + PROJECTS), roll(ARRAY_LEN(denied)),
                                roll(PRINCIPALS + 1) - 1, roll(PRINCIPALS * 2) - PRINCIPALS};
    return w;
}

static void add_rule(facts *f, const denial *d, int i)
{
    char name[96], text[160];
    int n = snprintf(text, sizeof text, "deny%d", i);
    uint32_t at = facts_add(f, FACT_POLICY, PROVIDER_GCP, (str){text, (size_t)n}, 0);
    facts_put_text(f, at, ATTR_SCOPE, scope_name(d->scope, name));
    facts_put_text(f, at, ATTR_GCP_DENIED_PERMISSION, str_of(denied[d->permission]));
    if (d->member == NOBODY) {
        facts_put_text(f, at, ATTR_GCP_DENIED_PRINCIPAL, STR("principalSet://goog/public:all"));
    } else {
        str who = member_name(d->member, name);
        n = snprintf(text, sizeof text, "principal://goog/subject/%.*s", (int)who.n, who.p);
        facts_put_text(f, at, ATTR_GCP_DENIED_PRINCIPAL, (str){text, (size_t)n});
    }
    if (d->spared >= 0)
        facts_put_text(f, at, ATTR_GCP_EXCEPT_PRINCIPAL, member_name(d->spared, name));
}

static void add_grant(facts *f, const grant *g, int i)
{
    char name[96];
    int n = snprintf(name, sizeof name, "grant%d", i);
    uint32_t at = facts_add(f, FACT_GRANT, PROVIDER_GCP, (str){name, (size_t)n}, 0);
    facts_put_text(f, at, ATTR_SCOPE, scope_name(g->scope, name));
    facts_put_text(f, at, ATTR_GRANTED, str_of(roles[g->role]));
    facts_put_text(f, at, ATTR_HOLDER, member_name(g->member, name));
}

static void add_principals(facts *f, const world *w)
{
    char name[96];
    for (int i = 0; i < PRINCIPALS; i++) {
        uint32_t at = facts_add(f, member_kind(i), PROVIDER_GCP, member_name(i, name), 0);
        for (int k = 0; k < GROUPS; k++) {
            if (w->is_in[i][k])
                facts_put_text(f, at, ATTR_GROUP, member_name(USERS + ACCOUNTS + k, name));
        }
    }
}

static void add_world(facts *f, const world *w)
{
    char name[96];
    for (int i = 0; i <= FOLDERS + PROJECTS; i++) {
        uint32_t at = facts_add(f, FACT_ACCOUNT, PROVIDER_GCP, scope_name(i, name), 0);
        if (w->above[i] != NOBODY)
            facts_put_text(f, at, ATTR_GCP_ANCESTOR, scope_name(w->above[i], name));
    }
    add_principals(f, w);
    for (int i = 0; i < GRANTS; i++)
        add_grant(f, &w->grants[i], i);
    for (int i = 0; i < w->n_denials; i++)
        add_rule(f, &w->denials[i], i);
}

/* ---- the twin -------------------------------------------------------------------------------- */

static bool is_within(const world *w, int scope, int above)
{
    while (scope != NOBODY && scope != above)
        scope = w->above[scope];
    return scope == above;
}

/* Whether `who` is `member`, or in it through any number of groups. */
static bool is_member(const world *w, int who, int member)
{
    bool is_seen[GROUPS] = {false};
    bool is_more = true;
    if (who == member || member < USERS + ACCOUNTS)
        return who == member;
    for (int k = 0; k < GROUPS; k++)
        is_seen[k] = w->is_in[who][k];
    while (is_more) {
        is_more = false;
        for (int k = 0; k < GROUPS; k++)
            for (int j = 0; j < GROUPS; j++)
                if (is_seen[k] && w->is_in[USERS + ACCOUNTS + k][j] && !is_seen[j])
                    is_more = is_seen[j] = true;
    }
    return is_seen[member - USERS - ACCOUNTS];
}

static gcp_permissions held(const world *w, int who, int scope)
{
    char name[96];
    gcp_permissions bits = 0;
    for (int i = 0; i < GRANTS; i++) {
        const grant *g = &w->grants[i];
        if (is_member(w, who, g->member) && is_within(w, scope, g->scope))
            bits |= gcp_role_predefined(str_of(roles[g->role])) &
                    gcp_scope_permissions(scope_name(g->scope, name));
    }
    for (int i = 0; i < w->n_denials; i++) {
        const denial *d = &w->denials[i];
        bool is_meant = d->member == NOBODY || is_member(w, who, d->member);
        bool is_spared = d->spared >= 0 && is_member(w, who, d->spared);
        if (is_meant && !is_spared && is_within(w, scope, d->scope))
            bits &= ~gcp_permission_denied(str_of(denied[d->permission]));
    }
    return bits;
}

static bool can_become(const world *w, int who, int account)
{
    gcp_permissions own = held(w, who, 1 + FOLDERS + PROJECTS + account);
    gcp_permissions project = held(w, who, project_of_account(account));
    return (own & (GCP_BIT(ACCESS_TOKEN) | GCP_BIT(SIGN_JWT) | GCP_BIT(KEYS_CREATE) |
                   GCP_BIT(ACCOUNTS_SET_POLICY))) != 0 ||
           ((own & GCP_BIT(ACT_AS)) && (project & GCP_BIT(INSTANCES_CREATE)));
}

/* All that one can be, oneself among it. */
static void become(const world *w, int who, bool is[PRINCIPALS])
{
    bool is_more = true;
    is[who] = true;
    while (is_more) {
        is_more = false;
        for (int i = 0; i < PRINCIPALS; i++)
            for (int k = 0; k < ACCOUNTS; k++)
                if (is[i] && !is[USERS + k] && can_become(w, i, k))
                    is_more = is[USERS + k] = true;
    }
}

static bool twin(const world *w, const gcp_powers *powers, int who, int scope, power p)
{
    bool is[PRINCIPALS] = {false};
    become(w, who, is);
    for (int i = 0; i < PRINCIPALS; i++) {
        if (is[i] && gcp_powers_give(powers, held(w, i, scope), p) != 0)
            return true;
    }
    return false;
}

/* ---- the property ---------------------------------------------------------------------------- */

/* The nearest resource, itself or above, on which there is a right; NOBODY: none. */
static int right_at(const world *w, const facts *f, const access *a, int who, int scope, power p)
{
    char name[96];
    size_t n;
    uint32_t at = facts_find(f, member_kind(who), PROVIDER_GCP, member_name(who, name));
    const access_right *all = access_of(a, at, &n);
    for (int s = scope; s != NOBODY; s = w->above[s]) {
        str wanted = scope_name(s, name);
        for (size_t i = 0; i < n; i++) {
            if (all[i].power == p && all[i].verdict == ACCESS_ALLOWED &&
                str_eq(intern_text(&f->text, all[i].scope), wanted))
                return s;
        }
    }
    return NOBODY;
}

/* A deny rule below the scope of a right is not seen in it: the right is that of what is above.
 * So a right may be there where the twin, which looks below, has none. */
static bool is_denied_below(const world *w, int scope, int right)
{
    for (int i = 0; i < w->n_denials; i++) {
        int at = w->denials[i].scope;
        if (is_within(w, scope, at) && !is_within(w, right, at))
            return true;
    }
    return false;
}

static void compare(const world *w, const facts *f, const access *a, const gcp_powers *powers)
{
    for (int who = 0; who < USERS + ACCOUNTS; who++)
        for (int scope = 0; scope < SCOPES; scope++)
            for (int p = 0; p < POWER_COUNT; p++) {
                bool wanted = twin(w, powers, who, scope, (power)p);
                int right = right_at(w, f, a, who, scope, (power)p);
                bool is = right != NOBODY;
                if (is == wanted || (is && is_denied_below(w, scope, right)))
                    continue;
                fail_msg("seed %u: principal %d, scope %d, power %d: %d, and %d by definition",
                         seed, who, scope, p, is, wanted);
            }
}

static void test_twin(void **unused)
{
    gcp_powers powers;
    (void)unused;
    gcp_powers_init(&powers);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        seed = i;
        world w = make_world();
        facts f = {0};
        access a = {0};
        add_world(&f, &w);
        assert_true(facts_sort(&f));
        assert_true(access_build(&a, &f));
        compare(&w, &f, &a, &powers);
        access_done(&a);
        facts_done(&f);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
