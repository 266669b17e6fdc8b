/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_file_oom.c -- network logs and reports of scanners while memory runs out: allocation 1, 2,
 * 3 … fails in turn.
 *
 * Each time the failure is told: no connection and no finding is lost because memory was short.
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
    {.name = "conn.log", .text =
     "#separator \\x09\n#unset_field\t-\n#path\tconn\n#fields\tts\tid.orig_h\tid.resp_h\tid.resp_p\tproto\tconn_state\torig_ip_bytes\n"
     "1\t203.0.113.9\t10.0.0.5\t22\ttcp\tSF\t10\n1\t203.0.113.8\t10.0.0.5\t3389\ttcp\tREJ\t10\n1\t10.0.0.5\t203.0.113.8\t443\ttcp\tSF\t99999999\n"},
    {.name = "ssh.json", .text = "{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"10.0.0.9\",\"id.resp_h\":\"10.0.0.5\",\"id.resp_p\":22,\"version\":2,\"auth_success\":false,\"auth_attempts\":9}\n"},
    {.name = "dns.json", .text = "{\"ts\":1,\"uid\":\"C\",\"id.orig_h\":\"10.0.0.9\",\"trans_id\":1,\"query\":\"a.nanopool.org\"}\n"},
    {.name = "notice.log", .text = "#separator \\x09\n#path\tnotice\n#fields\tnote\tmsg\tsrc\nScan::Port_Scan\tmany\t10.0.0.9\n"},
    {.name = "flow.log", .text = "2 111122223333 eni-1 203.0.113.9 10.0.0.5 40000 22 6 1 1 1780272000 1780272060 ACCEPT OK\n2 1 e - - - - - - - 1 1 - SKIPDATA\n"},
    {.name = "flow.json", .text = "[{\"jsonPayload\":{\"connection\":{\"src_ip\":\"203.0.113.9\",\"dest_ip\":\"10.0.0.7\",\"src_port\":40000,\"dest_port\":22,\"protocol\":6},"
     "\"dest_instance\":{\"project_id\":\"p\",\"zone\":\"z\",\"vm_name\":\"v\"}}}]"},
    {.name = "nsg.json", .text = "{\"records\":[{\"resourceId\":\"/SUBSCRIPTIONS/AAAA/X\",\"properties\":{\"flows\":[{\"flows\":[{\"flowTuples\":[\"1,203.0.113.9,10.0.0.8,1,22,T,I,A\"]}]}]}}]}"},
    {.name = "scap.xml", .text =
     "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='B'><Rule id='r1' severity='high'><title>One</title></Rule><TestResult end-time='2026-06-01T00:00:00'>"
     "<target>m</target><target-address>10.0.0.5</target-address><rule-result idref='r1'><result>fail</result><instance>i</instance></rule-result></TestResult></Benchmark>"},
    {.name = "trivy.json", .text =
     "{\"SchemaVersion\":2,\"CreatedAt\":\"2026-05-31T00:00:00Z\",\"ArtifactName\":\"a:1\",\"Metadata\":{\"OS\":{\"Family\":\"alpine\",\"Name\":\"3.10\"}},\"Results\":["
     "{\"Target\":\"t\",\"Class\":\"os-pkgs\",\"Vulnerabilities\":[{\"VulnerabilityID\":\"C1\",\"PkgName\":\"p\",\"InstalledVersion\":\"1\",\"FixedVersion\":\"2\",\"Severity\":\"CRITICAL\"}]},"
     "{\"Target\":\"s\",\"Class\":\"secret\",\"Secrets\":[{\"RuleID\":\"key\"}]}]}"},
    {.name = "bom.json", .text =
     "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{\"component\":{\"name\":\"b:1\"}},\"components\":[{\"bom-ref\":\"r1\",\"type\":\"library\",\"name\":\"n\"}],"
     "\"vulnerabilities\":[{\"id\":\"C2\",\"ratings\":[{\"severity\":\"high\"}],\"affects\":[{\"ref\":\"r1\"}]}]}"},
    {.name = "grype.json", .text =
     "{\"matches\":[{\"vulnerability\":{\"id\":\"C3\",\"severity\":\"High\",\"fix\":{\"versions\":[\"2\"],\"state\":\"fixed\"}},\"artifact\":{\"name\":\"p\",\"version\":\"1\"}}],"
     "\"source\":{\"target\":\"dir\"},\"distro\":{\"name\":\"debian\",\"version\":\"12\"},\"descriptor\":{\"timestamp\":\"2026-05-31T00:00:00Z\"}}"},
};
/* clang-format on */

static void test_each_allocation(void **unused)
{
    (void)unused;
    starved_audit(inputs, ARRAY_LEN(inputs), (starved_least){.failures = 13});
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
