/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_netlog.c -- network logs in lines: Zeek's, and flow logs as text, CSV and JSON lines.
 *
 *  (1) Nothing crashes, whatever the bytes.
 *  (2) A log in one piece and the same log in two give the same facts and problems.
 *
 * The first byte says where the cut is, and begins which header stands in front; the rest is the
 * input.
 */
#include "audit/audit.h"

#include <assert.h>

#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *const headers[] = {
    "",
    ("#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
     "proto\tconn_state\torig_ip_bytes\n"),
    ("#separator \\x09\n#path\tssh\n#fields\tid.orig_h\tid.resp_h\tversion\tauth_success\t"
     "auth_attempts\n"),
    "srcaddr dstaddr srcport dstport protocol action log-status tcp-flags\n",
};

static uint64_t facts_hash(const facts *f)
{
    uint64_t hash = f->n;
    for (uint32_t at = 0; at < f->n; at++) {
        const fact *x = facts_at(f, at);
        hash = hash_str(facts_id(f, x), hash_mix(hash, x->kind));
        for (int a = 0; a < ATTR_COUNT; a++) {
            fact_value v = facts_get(f, x, (attr)a);
            hash = hash_str(v.text, hash_mix(hash, (uint64_t)v.flag << 1 | v.is_set));
            hash = hash_bytes(&v.number, sizeof v.number, hash_mix(hash, (uint64_t)v.time_ns));
        }
    }
    return hash;
}

static uint64_t run(str header, str text, size_t cut)
{
    audit a;
    uint64_t hash = 0;
    if (audit_init(&a)) {
        audit_begin(&a, STR("input"));
        audit_feed(&a, header);
        audit_feed(&a, str_upto(text, cut));
        audit_feed(&a, str_from(text, cut));
        audit_end(&a);
        hash = audit_finish(&a) ? facts_hash(&a.facts) : 0;
        hash = hash_mix(hash, a.reading.malformed);
    }
    audit_done(&a);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return 0;
    str text = {(const char *)bytes + 1, n - 1};
    str header = str_of(headers[bytes[0] % ARRAY_LEN(headers)]);
    uint64_t whole = run(header, text, text.n);
    assert(run(header, text, text.n * bytes[0] / 256) == whole);
    return 0;
}
