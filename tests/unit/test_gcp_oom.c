/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_gcp_oom.c -- exports of Google Cloud while memory runs out: allocation 1, 2, 3 … fails in
 * turn.
 *
 * Each time the failure is told: no right is lost, and no check passes, because memory was short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "base/base.h"
#include "support/failing_alloc.h"

typedef struct input {
    const char *name, *text;
} input;

/* clang-format off */
static const input inputs[] = {
    {"search.json",
     "[{\"resource\":\"//cloudresourcemanager.googleapis.com/projects/p\",\"project\":\"projects/1\",\"folders\":[\"folders/7\"],"
     "\"organization\":\"organizations/9\",\"policy\":{\"bindings\":["
     "{\"role\":\"roles/compute.instanceAdmin\",\"members\":[\"group:ops@x.com\",\"domain:x.com\"]},"
     "{\"role\":\"roles/editor\",\"members\":[\"serviceAccount:s@p.iam.gserviceaccount.com\"]},"
     "{\"role\":\"projects/p/roles/own\",\"members\":[\"user:b@x.com\"],\"condition\":{\"expression\":\"resource.name == 'x'\"}}]}},"
     "{\"resource\":\"//iam.googleapis.com/projects/1/serviceAccounts/5\",\"policy\":{\"bindings\":["
     "{\"role\":\"roles/iam.serviceAccountTokenCreator\",\"members\":[\"user:a@x.com\"]}]}}]"},
    {"groups/ops@x.com/members.json", "[{\"name\":\"groups/0/memberships/1\",\"preferredMemberKey\":{\"id\":\"a@x.com\"}}]"},
    {"accounts.json", "[{\"name\":\"projects/p/serviceAccounts/s@p.iam.gserviceaccount.com\",\"projectId\":\"p\",\"uniqueId\":\"5\",\"email\":\"s@p.iam.gserviceaccount.com\"}]"},
    {"deny.json",
     "{\"kind\":\"DenyPolicy\",\"name\":\"policies/cloudresourcemanager.googleapis.com%2Ffolders%2F7/denypolicies/d\",\"rules\":[{\"denyRule\":{"
     "\"deniedPrincipals\":[\"principalSet://goog/group/ops@x.com\"],\"deniedPermissions\":[\"compute.googleapis.com/instances.create\"],"
     "\"denialCondition\":{\"expression\":\"x\"}}}]}"},
    {"policies.json", "[{\"name\":\"organizations/9/policies/compute.requireOsLogin\",\"spec\":{\"rules\":[{\"enforce\":true}]}}]"},
    {"projects/p/iam-policy.json", "{\"etag\":\"x\",\"bindings\":[],\"auditConfigs\":[{\"service\":\"allServices\",\"auditLogConfigs\":[{\"logType\":\"DATA_READ\"}]}]}"},
    {"firewalls.json",
     "[{\"kind\":\"compute#firewall\",\"name\":\"f\",\"selfLink\":\"https://compute/v1/projects/p/global/firewalls/f\",\"sourceRanges\":[\"0.0.0.0/0\"],"
     "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}]}]"},
};
/* clang-format on */

typedef struct tally {
    uint64_t rights, status[SPOOR_CHECK_NO_DATA + 1];
} tally;

static bool feed_all(spoor_audit *audit)
{
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        const char *text = inputs[i].text;
        if (spoor_audit_begin(audit, inputs[i].name, NULL) != SPOOR_OK ||
            spoor_audit_feed(audit, text, strlen(text), NULL) != SPOOR_OK ||
            spoor_audit_end(audit, NULL) != SPOOR_OK)
            return false;
    }
    return spoor_audit_finish(audit, NULL) == SPOOR_OK;
}

static bool pull_all(spoor_audit *audit, tally *ret)
{
    const spoor_finding *f;
    spoor_status status;
    while ((status = spoor_audit_next(audit, &f)) == SPOOR_OK) {
        ret->rights += f->type == SPOOR_FINDING_RIGHT;
        if (f->type == SPOOR_FINDING_CHECK)
            ret->status[f->as.check.status]++;
    }
    return status == SPOOR_END;
}

static bool play(tally *ret)
{
    spoor_audit *audit = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    options.now_ns = INT64_C(1780272000) * 1000000000;
    *ret = (tally){0};
    bool is_ok = spoor_audit_open(&audit, &options, NULL) == SPOOR_OK && feed_all(audit) &&
                 pull_all(audit, ret);
    spoor_audit_close(&audit);
    return is_ok;
}

static void test_each_allocation(void **unused)
{
    tally whole, one;
    uint32_t i = 0;
    bool has_failed;
    (void)unused;
    assert_true(play(&whole));
    assert_true(whole.rights > 20);
    do {
        failing_alloc_at(++i);
        bool is_ok = play(&one);
        has_failed = failing_alloc_end();
        assert_true(!is_ok || memcmp(&whole, &one, sizeof one) == 0);
        assert_true(is_ok || has_failed);
        assert_true(i < 20000);
    } while (has_failed);
    assert_true(i > 100);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
