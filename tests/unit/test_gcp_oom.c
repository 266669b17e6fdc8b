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
#include "support/starved.h"

/* clang-format off */
static const starved_file inputs[] = {
    {.name = "search.json", .text =
     "[{\"resource\":\"//cloudresourcemanager.googleapis.com/projects/p\",\"project\":\"projects/1\",\"folders\":[\"folders/7\"],"
     "\"organization\":\"organizations/9\",\"policy\":{\"bindings\":["
     "{\"role\":\"roles/compute.instanceAdmin\",\"members\":[\"group:ops@x.com\",\"domain:x.com\"]},"
     "{\"role\":\"roles/editor\",\"members\":[\"serviceAccount:s@p.iam.gserviceaccount.com\"]},"
     "{\"role\":\"projects/p/roles/own\",\"members\":[\"user:b@x.com\"],\"condition\":{\"expression\":\"resource.name == 'x'\"}}]}},"
     "{\"resource\":\"//iam.googleapis.com/projects/1/serviceAccounts/5\",\"policy\":{\"bindings\":["
     "{\"role\":\"roles/iam.serviceAccountTokenCreator\",\"members\":[\"user:a@x.com\"]}]}}]"},
    {.name = "groups/ops@x.com/members.json", .text = "[{\"name\":\"groups/0/memberships/1\",\"preferredMemberKey\":{\"id\":\"a@x.com\"}}]"},
    {.name = "accounts.json", .text = "[{\"name\":\"projects/p/serviceAccounts/s@p.iam.gserviceaccount.com\",\"projectId\":\"p\",\"uniqueId\":\"5\",\"email\":\"s@p.iam.gserviceaccount.com\"}]"},
    {.name = "deny.json", .text =
     "{\"kind\":\"DenyPolicy\",\"name\":\"policies/cloudresourcemanager.googleapis.com%2Ffolders%2F7/denypolicies/d\",\"rules\":[{\"denyRule\":{"
     "\"deniedPrincipals\":[\"principalSet://goog/group/ops@x.com\"],\"deniedPermissions\":[\"compute.googleapis.com/instances.create\"],"
     "\"denialCondition\":{\"expression\":\"x\"}}}]}"},
    {.name = "policies.json", .text = "[{\"name\":\"organizations/9/policies/compute.requireOsLogin\",\"spec\":{\"rules\":[{\"enforce\":true}]}}]"},
    {.name = "projects/p/iam-policy.json", .text = "{\"etag\":\"x\",\"bindings\":[],\"auditConfigs\":[{\"service\":\"allServices\",\"auditLogConfigs\":[{\"logType\":\"DATA_READ\"}]}]}"},
    {.name = "firewalls.json", .text =
     "[{\"kind\":\"compute#firewall\",\"name\":\"f\",\"selfLink\":\"https://compute/v1/projects/p/global/firewalls/f\",\"sourceRanges\":[\"0.0.0.0/0\"],"
     "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}]}]"},
};
/* clang-format on */

static void test_each_allocation(void **unused)
{
    (void)unused;
    starved_audit(inputs, ARRAY_LEN(inputs), (starved_least){.rights = 21});
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
