/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_scap.c -- results of SCAP scans, and all XML, on arbitrary bytes.
 *
 *  (1) Nothing crashes, whatever the bytes.
 *  (2) Reading the same bytes twice gives the same facts as reading them once: results of one
 *      scan are one scan's.
 *
 * Input that does not begin like a report is put inside a test result, so that mutations reach
 * the reader.
 */
#include "audit/audit.h"

#include <assert.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char before[] = "<TestResult xmlns='http://checklists.nist.gov/xccdf/1.2' "
                             "end-time='2026-06-01T00:00:00'><target>m</target>";
static const char behind[] = "</TestResult>";

static void read_once(audit *a, str text)
{
    bool is_report = text_starts(text, "<");
    audit_begin(a, STR("input"));
    audit_feed(a, is_report ? STR_NONE : str_of(before));
    audit_feed(a, text);
    audit_feed(a, is_report ? STR_NONE : str_of(behind));
    audit_end(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    audit a;
    str text = {(const char *)bytes, n};
    if (audit_init(&a)) {
        read_once(&a, text);
        size_t n_facts = a.facts.n;
        read_once(&a, text);
        assert(a.failed || a.facts.n == n_facts);
        assert(audit_finish(&a) || a.failed);
    }
    audit_done(&a);
    return 0;
}
