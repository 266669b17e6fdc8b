/* SPDX-License-Identifier: Apache-2.0
 *
 * test_gcp_role.c -- what roles, conditions, scopes, groups, deny rules and service accounts give.
 *
 * The larger half are small worlds: lines that say who stands where and holds what, and what rights
 * must come of it, no more and no less.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "access/access.h"
#include "access/gcp_role.h"
#include "base/text.h"
#include "base/time.h"

#define NOW "2026-06-01T00:00:00Z"

/* ---- roles ----------------------------------------------------------------------------------- */

typedef struct role_case {
    const char *role;
    gcp_permissions has, lacks;
} role_case;

/* clang-format off */
static const role_case role_cases[] = {
    {"roles/owner", GCP_BIT(INSTANCES_CREATE) | GCP_BIT(PROJECTS_SET_POLICY) | GCP_BIT(ACT_AS), GCP_BIT(ACCESS_TOKEN)},
    {"roles/editor", GCP_BIT(INSTANCES_CREATE) | GCP_BIT(KEYS_CREATE) | GCP_BIT(ACT_AS), GCP_BIT(PROJECTS_SET_POLICY)},
    {"roles/viewer", 0, UINT32_MAX},
    {"roles/compute.admin", GCP_BIT(INSTANCES_CREATE) | GCP_BIT(FIREWALLS_CREATE), GCP_BIT(ACT_AS)},
    {"roles/compute.instanceAdmin.v1", GCP_BIT(INSTANCES_CREATE) | GCP_BIT(IMAGES_SET_POLICY), GCP_BIT(FIREWALLS_CREATE)},
    {"roles/compute.securityAdmin", GCP_BIT(FIREWALLS_UPDATE), GCP_BIT(INSTANCES_CREATE)},
    {"roles/compute.networkUser", 0, UINT32_MAX},
    {"roles/iam.serviceAccountUser", GCP_BIT(ACT_AS), GCP_BIT(ACCESS_TOKEN)},
    {"roles/iam.serviceAccountTokenCreator", GCP_BIT(ACCESS_TOKEN) | GCP_BIT(SIGN_JWT), GCP_BIT(ACT_AS)},
    {"roles/iam.serviceAccountKeyAdmin", GCP_BIT(KEYS_CREATE), GCP_BIT(ACT_AS)},
    {"roles/iam.serviceAccountAdmin", GCP_BIT(ACCOUNTS_SET_POLICY), GCP_BIT(KEYS_CREATE)},
    {"roles/logging.configWriter", GCP_BIT(SINKS_DELETE) | GCP_BIT(EXCLUSIONS_CREATE), GCP_BIT(INSTANCES_CREATE)},
    {"roles/workstations.serviceAgent", GCP_BIT(INSTANCES_CREATE), GCP_BIT(PROJECTS_SET_POLICY)},
    {"roles/anthosservicemesh.serviceAgent", GCP_BIT(FIREWALLS_CREATE), GCP_BIT(INSTANCES_CREATE)},
    {"roles/nothing.atAll", 0, UINT32_MAX},
    {"projects/p/roles/editor", 0, UINT32_MAX},
    {"", 0, UINT32_MAX},
};
/* clang-format on */

static void test_predefined(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(role_cases); i++) {
        const role_case *c = &role_cases[i];
        gcp_permissions bits = gcp_role_predefined(str_of(c->role));
        print_message("# %s\n", c->role);
        assert_int_equal(bits & c->has, c->has);
        assert_int_equal(bits & c->lacks, 0);
    }
}

/* Every permission that a power names is known; otherwise nobody would ever have that power. */
static void test_powers(void **unused)
{
    gcp_powers powers;
    (void)unused;
    gcp_powers_init(&powers);
    for (int p = 0; p < POWER_COUNT; p++) {
        str rest = str_of(power_describe((power)p)->action[PROVIDER_GCP]), one, piece;
        size_t n = 0;
        while (text_next(&rest, ' ', &one)) {
            n++;
            while (text_next(&one, '+', &piece))
                assert_int_not_equal(gcp_permission_find(piece), 0);
        }
        assert_int_equal(powers.n[p], n);
    }
    assert_int_equal(gcp_powers_give(&powers, GCP_BIT(SNAPSHOTS_CREATE), POWER_CREATE_SNAPSHOT), 0);
    assert_int_not_equal(gcp_powers_give(&powers,
                                         GCP_BIT(SNAPSHOTS_CREATE) | GCP_BIT(DISKS_CREATE_SNAPSHOT),
                                         POWER_CREATE_SNAPSHOT),
                         0);
}

typedef struct name_case {
    const char *role;
    bool is_custom, is_basic, is_admin;
} name_case;

static void test_names(void **unused)
{
    static const name_case cases[] = {
        {"roles/owner", false, true, true},
        {"roles/editor", false, true, true},
        {"roles/viewer", false, false, false},
        {"roles/compute.admin", false, false, true},
        {"roles/iam.serviceAccountKeyAdmin", false, false, true},
        {"roles/compute.networkUser", false, false, false},
        {"projects/p/roles/admin", true, false, false},
        {"organizations/1/roles/x", true, false, false},
    };
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str role = str_of(cases[i].role);
        assert_int_equal(gcp_role_is_custom(role), cases[i].is_custom);
        assert_int_equal(gcp_role_is_basic(role), cases[i].is_basic);
        assert_int_equal(gcp_role_is_admin(role), cases[i].is_admin);
    }
}

typedef struct denied_case {
    const char *text;
    gcp_permissions bits;
} denied_case;

static void test_denied(void **unused)
{
    static const denied_case cases[] = {
        {"compute.googleapis.com/instances.create", GCP_BIT(INSTANCES_CREATE)},
        {"compute.instances.create", GCP_BIT(INSTANCES_CREATE)},
        {"compute.googleapis.com/firewalls.*",
         GCP_BIT(FIREWALLS_CREATE) | GCP_BIT(FIREWALLS_UPDATE)},
        {"compute.googleapis.com/*.setMetadata", GCP_BIT(SET_METADATA)},
        {"cloudresourcemanager.googleapis.com/projects.setIamPolicy", GCP_BIT(PROJECTS_SET_POLICY)},
        {"logging.googleapis.com/*.*",
         GCP_BIT(SINKS_DELETE) | GCP_BIT(SINKS_UPDATE) | GCP_BIT(EXCLUSIONS_CREATE)},
        {"storage.googleapis.com/*.*", 0},
        {"compute.googleapis.com/", 0},
        {"compute.googleapis.com/****************************************x", 0},
        {"compute/instances.create", 0},
        {"", 0},
    };
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(gcp_permission_denied(str_of(cases[i].text)), cases[i].bits);
}

/* ---- places ---------------------------------------------------------------------------------- */

typedef struct scope_case {
    const char *scope;
    bool is_account;
    const char *project;
    gcp_permissions can;
} scope_case;

static void test_scopes(void **unused)
{
    static const scope_case cases[] = {
        {"projects/p", true, "projects/p", UINT32_MAX},
        {"folders/1", true, "", UINT32_MAX},
        {"organizations/1", true, "", UINT32_MAX},
        {"projects/p/zones/z/disks/d", false, "projects/p",
         GCP_BIT(DISKS_CREATE_SNAPSHOT) | GCP_BIT(DISKS_SET_POLICY)},
        {"projects/p/global/images/i", false, "projects/p", GCP_BIT(IMAGES_SET_POLICY)},
        {"projects/p/global/snapshots/s", false, "projects/p", GCP_BIT(SNAPSHOTS_SET_POLICY)},
        {"projects/p/serviceAccounts/a@p.iam.gserviceaccount.com", false, "projects/p",
         GCP_BIT(ACT_AS) | GCP_BIT(KEYS_CREATE) | GCP_BIT(ACCESS_TOKEN) | GCP_BIT(SIGN_JWT) |
             GCP_BIT(ACCOUNTS_SET_POLICY)},
        {"projects/p/topics/t", false, "projects/p", 0},
        {"projects/", true, "", UINT32_MAX},
    };
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str scope = str_of(cases[i].scope);
        print_message("# %s\n", cases[i].scope);
        assert_int_equal(gcp_scope_is_account(scope), cases[i].is_account);
        assert_true(str_is(gcp_scope_project(scope), cases[i].project));
        assert_int_equal(gcp_scope_permissions(scope), cases[i].can);
    }
}

/* ---- conditions ------------------------------------------------------------------------------ */

typedef struct condition_case {
    const char *expression;
    gcp_condition state;
    const char *until; /* "": it does not say */
} condition_case;

/* clang-format off */
static const condition_case condition_cases[] = {
    {"", GCP_CONDITION_HOLDS, ""},
    {"request.time < timestamp(\"2026-07-01T00:00:00Z\")", GCP_CONDITION_HOLDS, "2026-07-01T00:00:00Z"},
    {"request.time < timestamp('2026-07-01T00:00:00.000Z')", GCP_CONDITION_HOLDS, "2026-07-01T00:00:00Z"},
    {"request.time < timestamp(\"2026-05-01T00:00:00Z\")", GCP_CONDITION_PAST, "2026-05-01T00:00:00Z"},
    {"request.time <= timestamp(\"2026-05-01T00:00:00Z\")", GCP_CONDITION_PAST, "2026-05-01T00:00:00Z"},
    {"request.time<timestamp(\"2026-06-01T00:00:00Z\")", GCP_CONDITION_PAST, "2026-06-01T00:00:00Z"},
    {"timestamp(\"2026-05-01T00:00:00Z\") > request.time", GCP_CONDITION_PAST, "2026-05-01T00:00:00Z"},
    {"timestamp(\"2026-05-01T00:00:00Z\") < request.time", GCP_CONDITION_HOLDS, ""},
    {"request.time > timestamp(\"2026-05-01T00:00:00Z\")", GCP_CONDITION_HOLDS, ""},
    {"request.time > timestamp(\"2026-07-01T00:00:00Z\")", GCP_CONDITION_OPEN, ""},
    {"request.time >= timestamp(\"2026-05-01T00:00:00Z\") && request.time < timestamp(\"2026-07-01T00:00:00Z\")", GCP_CONDITION_HOLDS, "2026-07-01T00:00:00Z"},
    {"(request.time > timestamp(\"2020-01-01T00:00:00Z\")) && (request.time < timestamp(\"2021-01-01T00:00:00Z\"))", GCP_CONDITION_PAST, "2021-01-01T00:00:00Z"},
    {"resource.name.startsWith(\"projects/p\")", GCP_CONDITION_OPEN, ""},
    {"resource.name.startsWith(\"projects/p\") && request.time < timestamp(\"2020-01-01T00:00:00Z\")", GCP_CONDITION_PAST, "2020-01-01T00:00:00Z"},
    {"resource.name.startsWith(\"projects/p\") && request.time < timestamp(\"2030-01-01T00:00:00Z\")", GCP_CONDITION_OPEN, "2030-01-01T00:00:00Z"},
    {"resource.name == \"x\" || request.time < timestamp(\"2020-01-01T00:00:00Z\")", GCP_CONDITION_OPEN, ""},
    {"request.time < timestamp(\"2020-01-01T00:00:00Z\") && resource.name == \"x\" || resource.name == \"y\"", GCP_CONDITION_OPEN, ""},
    {"!(request.time < timestamp(\"2020-01-01T00:00:00Z\"))", GCP_CONDITION_OPEN, ""},
    {"true ? true : request.time < timestamp(\"2020-01-01T00:00:00Z\")", GCP_CONDITION_OPEN, ""},
    {"resource.name == \"a && request.time < timestamp('2020-01-01T00:00:00Z')\"", GCP_CONDITION_OPEN, ""},
    {"request.time.getHours(\"Europe/Berlin\") >= 9", GCP_CONDITION_OPEN, ""},
    {"request.time < timestamp(\"soon\")", GCP_CONDITION_OPEN, ""},
    {"request.time < ", GCP_CONDITION_OPEN, ""},
    {"((((", GCP_CONDITION_OPEN, ""},
    {"))) && &&", GCP_CONDITION_OPEN, ""},
    {"\"", GCP_CONDITION_OPEN, ""},
};
/* clang-format on */

static void test_conditions(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(condition_cases); i++) {
        const condition_case *c = &condition_cases[i];
        int64_t until = 0;
        print_message("# %s\n", c->expression);
        assert_int_equal(gcp_condition_at(str_of(c->expression), time_parse(STR(NOW)), &until),
                         c->state);
        assert_int_equal(until, c->until[0] ? time_parse(str_of(c->until)) : TIME_NONE);
    }
}

/* ---- worlds ---------------------------------------------------------------------------------- */

enum { LINES_MAX = 12 };

/* Lines of a world, words with ' ' between them:
 *     under THING ABOVE          a project, folder or organization stands below another
 *     grant SCOPE ROLE MEMBER    what follows is its condition
 *     role NAME PERMISSION…
 *     member PRINCIPAL GROUP
 *     number PROJECT NUMBER
 *     account EMAIL PROJECT
 *     deny SCOPE PERMISSION PRINCIPAL
 *     spare PRINCIPAL            the deny rule before is not for it
 * Rights: "WHO can POWER on SCOPE", with "maybe" for "can" when it is conditional; in the order
 * of who and power. `powers` names those that are looked at. */
typedef struct world {
    const char *name;
    const char *lines[LINES_MAX];
    const char *rights[LINES_MAX];
} world;

/* clang-format off */
static const world worlds[] = {
    {"an editor of a project",
     {"grant projects/p roles/editor user:a@x.com"},
     {"a@x.com can CREATE_INSTANCE on projects/p", "a@x.com can CREATE_SNAPSHOT on projects/p", "a@x.com can PASS_ROLE on projects/p", "a@x.com can NEW_CREDENTIAL on projects/p"}},
    {"a viewer",
     {"grant projects/p roles/viewer user:a@x.com"}, {0}},
    {"what an organization gives is told once",
     {"under projects/p folders/1", "under folders/1 organizations/2", "grant organizations/2 roles/compute.admin user:a@x.com", "grant projects/p roles/compute.admin user:a@x.com"},
     {"a@x.com can CREATE_INSTANCE on organizations/2", "a@x.com can CREATE_SNAPSHOT on organizations/2"}},
    {"permissions of a folder and a project meet in the project",
     {"under projects/p folders/1", "role organizations/2/roles/half compute.snapshots.create", "role projects/p/roles/other compute.disks.createSnapshot", "grant folders/1 organizations/2/roles/half user:a@x.com", "grant projects/p projects/p/roles/other user:a@x.com"},
     {"a@x.com can CREATE_SNAPSHOT on projects/p"}},
    {"permissions of two projects do not meet",
     {"role organizations/2/roles/half compute.snapshots.create", "role projects/q/roles/other compute.disks.createSnapshot", "grant projects/p organizations/2/roles/half user:a@x.com", "grant projects/q projects/q/roles/other user:a@x.com"}, {0}},
    {"a custom role gives what it includes",
     {"role projects/p/roles/vm compute.instances.create storage.objects.get", "grant projects/p projects/p/roles/vm user:a@x.com"},
     {"a@x.com can CREATE_INSTANCE on projects/p"}},
    {"a custom role that was not exported may give anything",
     {"grant projects/p projects/p/roles/vm user:a@x.com"},
     {"a@x.com maybe CREATE_INSTANCE on projects/p", "a@x.com maybe CREATE_SNAPSHOT on projects/p", "a@x.com maybe PASS_ROLE on projects/p", "a@x.com maybe NEW_CREDENTIAL on projects/p"}},
    {"a condition on the request",
     {"grant projects/p roles/iam.serviceAccountUser user:a@x.com resource.name.endsWith('x')"},
     {"a@x.com maybe PASS_ROLE on projects/p"}},
    {"a condition that is over",
     {"grant projects/p roles/iam.serviceAccountUser user:a@x.com request.time < timestamp('2026-05-01T00:00:00Z')"}, {0}},
    {"a condition that ends later",
     {"grant projects/p roles/iam.serviceAccountUser user:a@x.com request.time < timestamp('2026-07-01T00:00:00Z')"},
     {"a@x.com can PASS_ROLE on projects/p"}},
    {"sure in the project, maybe in the folder",
     {"under projects/p folders/1", "grant folders/1 roles/iam.serviceAccountUser user:a@x.com resource.name == 'x'", "grant projects/p roles/iam.serviceAccountUser user:a@x.com"},
     {"a@x.com can PASS_ROLE on projects/p", "a@x.com maybe PASS_ROLE on folders/1"}},
    {"maybe in the folder, maybe in the project",
     {"under projects/p folders/1", "grant folders/1 roles/iam.serviceAccountUser user:a@x.com resource.name == 'x'", "grant projects/p roles/iam.serviceAccountUser user:a@x.com resource.name == 'y'"},
     {"a@x.com maybe PASS_ROLE on folders/1"}},
    {"members of a group, and of a group in it",
     {"member a@x.com ops@x.com", "member ops@x.com all@x.com", "grant projects/p roles/compute.instanceAdmin group:all@x.com"},
     {"a@x.com can CREATE_INSTANCE on projects/p", "a@x.com can CREATE_SNAPSHOT on projects/p", "all@x.com can CREATE_INSTANCE on projects/p", "all@x.com can CREATE_SNAPSHOT on projects/p"}},
    {"groups that hold each other",
     {"member a@x.com g@x.com", "member g@x.com h@x.com", "member h@x.com g@x.com", "grant projects/p roles/iam.serviceAccountUser group:g@x.com"},
     {"a@x.com can PASS_ROLE on projects/p", "g@x.com can PASS_ROLE on projects/p"}},
    {"everybody of a domain",
     {"grant projects/p roles/iam.serviceAccountUser domain:x.com", "grant projects/q roles/viewer user:a@x.com", "grant projects/q roles/viewer user:b@y.com"},
     {"a@x.com can PASS_ROLE on projects/p", "domain:x.com can PASS_ROLE on projects/p"}},
    {"everybody",
     {"grant projects/p roles/iam.serviceAccountUser allUsers"},
     {"allUsers can PASS_ROLE on projects/p"}},
    {"a member that is gone",
     {"grant projects/p roles/editor deleted:user:a@x.com?uid=1"}, {0}},
    {"a pool of another identity provider",
     {"grant projects/p roles/iam.serviceAccountUser principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*"},
     {"principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/* can PASS_ROLE on projects/p"}},
    {"a role of a whole project has little effect on a disk",
     {"grant projects/p/zones/z/disks/d roles/owner user:a@x.com"}, {0}},
    {"a project's number is the project",
     {"number projects/p 123", "under projects/p organizations/2", "grant projects/123 roles/iam.serviceAccountUser user:a@x.com", "grant organizations/2 roles/iam.serviceAccountUser user:a@x.com"},
     {"a@x.com can PASS_ROLE on organizations/2"}},
    {"denied to one, not to another",
     {"grant projects/p roles/compute.instanceAdmin user:a@x.com", "grant projects/p roles/compute.instanceAdmin user:b@x.com", "deny projects/p compute.googleapis.com/instances.create principal://goog/subject/a@x.com"},
     {"a@x.com can CREATE_SNAPSHOT on projects/p", "b@x.com can CREATE_INSTANCE on projects/p", "b@x.com can CREATE_SNAPSHOT on projects/p"}},
    {"denied to all by the organization, but to one",
     {"under projects/p organizations/2", "grant projects/p roles/iam.serviceAccountUser user:a@x.com", "grant projects/p roles/iam.serviceAccountUser user:b@x.com", "deny organizations/2 iam.googleapis.com/serviceAccounts.* principalSet://goog/public:all", "spare principal://goog/subject/b@x.com"},
     {"b@x.com can PASS_ROLE on projects/p"}},
    {"denied to a group",
     {"member a@x.com ops@x.com", "grant projects/p roles/iam.serviceAccountUser group:ops@x.com", "deny projects/p iam.googleapis.com/serviceAccounts.actAs principalSet://goog/group/ops@x.com"}, {0}},
    {"a token of an account",
     {"account s@p.iam.gserviceaccount.com p", "grant projects/p roles/compute.instanceAdmin serviceAccount:s@p.iam.gserviceaccount.com", "grant projects/p/serviceAccounts/s@p.iam.gserviceaccount.com roles/iam.serviceAccountTokenCreator user:a@x.com"},
     {"a@x.com can CREATE_INSTANCE on projects/p", "a@x.com can CREATE_SNAPSHOT on projects/p", "a@x.com can NEW_CREDENTIAL on projects/p/serviceAccounts/s@p.iam.gserviceaccount.com", "s@p.iam.gserviceaccount.com can CREATE_INSTANCE on projects/p", "s@p.iam.gserviceaccount.com can CREATE_SNAPSHOT on projects/p"}},
    {"tokens of all accounts of a project, in a chain",
     {"account s@p.iam.gserviceaccount.com p", "account t@q.iam.gserviceaccount.com q", "grant projects/p roles/iam.serviceAccountTokenCreator user:a@x.com", "grant projects/q roles/iam.serviceAccountKeyAdmin serviceAccount:s@p.iam.gserviceaccount.com", "grant folders/9 roles/iam.serviceAccountUser serviceAccount:t@q.iam.gserviceaccount.com"},
     {"a@x.com can PASS_ROLE on folders/9", "a@x.com can NEW_CREDENTIAL on projects/p", "a@x.com can NEW_CREDENTIAL on projects/q", "s@p.iam.gserviceaccount.com can PASS_ROLE on folders/9", "s@p.iam.gserviceaccount.com can NEW_CREDENTIAL on projects/q", "t@q.iam.gserviceaccount.com can PASS_ROLE on folders/9"}},
    {"a machine that runs as an editor",
     {"account 1-compute@developer.gserviceaccount.com p", "grant projects/p roles/editor serviceAccount:1-compute@developer.gserviceaccount.com", "grant projects/p roles/compute.instanceAdmin user:a@x.com", "grant projects/p roles/iam.serviceAccountUser user:a@x.com"},
     {"a@x.com can CREATE_INSTANCE on projects/p", "a@x.com can CREATE_SNAPSHOT on projects/p", "a@x.com can PASS_ROLE on projects/p", "a@x.com can NEW_CREDENTIAL on projects/p",
      "1-compute@developer.gserviceaccount.com can CREATE_INSTANCE on projects/p", "1-compute@developer.gserviceaccount.com can CREATE_SNAPSHOT on projects/p", "1-compute@developer.gserviceaccount.com can PASS_ROLE on projects/p", "1-compute@developer.gserviceaccount.com can NEW_CREDENTIAL on projects/p"}},
    {"acting as without a machine is no way",
     {"account s@p.iam.gserviceaccount.com p", "grant projects/p roles/compute.instanceAdmin serviceAccount:s@p.iam.gserviceaccount.com", "grant projects/p roles/iam.serviceAccountUser user:a@x.com"},
     {"a@x.com can PASS_ROLE on projects/p", "s@p.iam.gserviceaccount.com can CREATE_INSTANCE on projects/p", "s@p.iam.gserviceaccount.com can CREATE_SNAPSHOT on projects/p"}},
};
/* clang-format on */

/* Of all powers only these are looked at, so that worlds stay readable. */
static const struct {
    power power;
    const char *name;
} looked_at[] = {
    {POWER_CREATE_INSTANCE, "CREATE_INSTANCE"},
    {POWER_CREATE_SNAPSHOT, "CREATE_SNAPSHOT"},
    {POWER_PASS_ROLE, "PASS_ROLE"},
    {POWER_NEW_CREDENTIAL, "NEW_CREDENTIAL"},
};

static fact_kind kind_of(str id)
{
    if (text_ends(id, ".gserviceaccount.com"))
        return FACT_SERVICE;
    bool is_user = text_starts(id, "a@") || text_starts(id, "b@");
    return is_user ? FACT_USER : FACT_GROUP;
}

/* "user:a@x.com" -> "a@x.com", as readers do. */
static str id_of(str member)
{
    static const char *const prefixes[] = {"user:", "serviceAccount:", "group:"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (text_starts(member, prefixes[i]))
            return str_from(member, strlen(prefixes[i]));
    }
    return member;
}

static uint32_t add(facts *f, fact_kind kind, str id)
{
    return facts_add(f, kind, PROVIDER_GCP, id, 0);
}

static void add_grant(facts *f, str line, str scope, str role, str member)
{
    uint32_t at = add(f, FACT_GRANT, line);
    str condition = str_from(line, (size_t)(member.p + member.n - line.p) + 1);
    add(f, kind_of(id_of(member)), id_of(member));
    facts_put_text(f, at, ATTR_SCOPE, scope);
    facts_put_text(f, at, ATTR_GRANTED, role);
    facts_put_text(f, at, ATTR_HOLDER, id_of(member));
    facts_put_flag(f, at, ATTR_IS_DELETED, text_starts(member, "deleted:"));
    facts_put_text(f, at, ATTR_CONDITION, condition);
}

static void add_role(facts *f, str name, str permissions)
{
    uint32_t at = add(f, FACT_ROLE_DEFINITION, name);
    str one;
    facts_put_number(f, at, ATTR_GCP_PERMISSIONS, 2);
    while (text_next(&permissions, ' ', &one)) {
        if (gcp_permission_find(one) != 0)
            facts_put_text(f, at, ATTR_GCP_PERMISSION, one);
    }
}

static void add_line(facts *f, str line)
{
    str rest = line, verb = STR_NONE, word[3] = {STR_NONE, STR_NONE, STR_NONE};
    text_next(&rest, ' ', &verb);
    str tail = str_from(rest, text_before(rest, ' ').n + 1);
    for (size_t i = 0; i < 3 && text_next(&rest, ' ', &word[i]);)
        i++;
    if (str_is(verb, "grant")) {
        add_grant(f, line, word[0], word[1], word[2]);
    } else if (str_is(verb, "role")) {
        add_role(f, word[0], tail);
    } else if (str_is(verb, "under")) {
        facts_put_text(f, add(f, FACT_ACCOUNT, word[0]), ATTR_GCP_ANCESTOR, word[1]);
    } else if (str_is(verb, "number")) {
        facts_put_text(f, add(f, FACT_ACCOUNT, word[0]), ATTR_GCP_NUMBER, word[1]);
    } else if (str_is(verb, "member")) {
        facts_put_text(f, add(f, kind_of(word[0]), word[0]), ATTR_GROUP, word[1]);
    } else if (str_is(verb, "account")) {
        facts_set_account(f, add(f, FACT_SERVICE, word[0]), word[1]);
    } else if (str_is(verb, "deny")) {
        uint32_t at = add(f, FACT_POLICY, STR("deny"));
        facts_put_text(f, at, ATTR_SCOPE, word[0]);
        facts_put_text(f, at, ATTR_GCP_DENIED_PERMISSION, word[1]);
        facts_put_text(f, at, ATTR_GCP_DENIED_PRINCIPAL, word[2]);
    } else if (str_is(verb, "spare")) {
        facts_put_text(f, add(f, FACT_POLICY, STR("deny")), ATTR_GCP_EXCEPT_PRINCIPAL, word[0]);
    } else {
        fail_msg("no such line: %.*s", (int)line.n, line.p);
    }
}

static const char *power_name(uint8_t p)
{
    for (size_t i = 0; i < ARRAY_LEN(looked_at); i++) {
        if (looked_at[i].power == p)
            return looked_at[i].name;
    }
    return NULL;
}

/* All rights that are looked at, a line for each. */
static void tell_rights(const access *a, const facts *f, buf *out)
{
    for (size_t i = 0; i < a->n; i++) {
        const access_right *r = &a->items[i];
        const char *name = power_name(r->power);
        bool is_repeated = i > 0 && a->items[i - 1].principal == r->principal &&
                           a->items[i - 1].power == r->power && a->items[i - 1].scope == r->scope;
        if (!name || is_repeated)
            continue;
        buf_putstr(out, facts_id(f, facts_at(f, r->principal)));
        buf_printf(out, " %s %s on ", r->verdict == ACCESS_ALLOWED ? "can" : "maybe", name);
        buf_putstr(out, intern_text(&f->text, r->scope));
        buf_putc(out, '\n');
    }
}

static void run_world(const world *w)
{
    facts f = {0};
    access a = {.now_ns = time_parse(STR(NOW))};
    AUTO(buf) is = {0};
    AUTO(buf) wanted = {0};
    for (size_t i = 0; i < LINES_MAX && w->lines[i]; i++)
        add_line(&f, str_of(w->lines[i]));
    for (size_t i = 0; i < LINES_MAX && w->rights[i]; i++)
        buf_printf(&wanted, "%s\n", w->rights[i]);
    assert_true(facts_sort(&f));
    assert_true(access_build(&a, &f));
    tell_rights(&a, &f, &is);
    buf_putc(&is, '\0');
    buf_putc(&wanted, '\0');
    assert_string_equal(is.p, wanted.p);
    access_done(&a);
    facts_done(&f);
}

static void test_worlds(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(worlds); i++) {
        print_message("# %s\n", worlds[i].name);
        run_world(&worlds[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predefined), cmocka_unit_test(test_powers),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_denied),
        cmocka_unit_test(test_scopes),     cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_worlds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
