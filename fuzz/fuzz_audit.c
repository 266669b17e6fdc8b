/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_audit.c -- exports from arbitrary bytes, several in one input with NUL bytes between them.
 *
 *  (1) Nothing crashes, whatever the bytes, and time and memory stay bounded.
 *  (2) Verdicts do not depend on how an export is cut.
 *  (3) A verdict says what it saw; a failure says what to do.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <spoor/spoor.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { STATUSES = SPOOR_CHECK_NO_DATA + 1, FILES_MAX = 8 };

typedef struct tally {
    uint64_t status[STATUSES];
} tally;

static void feed(spoor_audit *audit, const uint8_t *bytes, size_t n, bool in_pieces)
{
    size_t cut = in_pieces ? n / 3 : n;
    assert(spoor_audit_feed(audit, bytes, cut, NULL) == SPOOR_OK);
    if (cut < n)
        assert(spoor_audit_feed(audit, bytes + cut, n - cut, NULL) == SPOOR_OK);
}

static void feed_files(spoor_audit *audit, const uint8_t *bytes, size_t n, bool in_pieces)
{
    for (int i = 0; i < FILES_MAX && n > 0; i++) {
        char name[64];
        const uint8_t *end = memchr(bytes, 0, n);
        size_t length = end ? (size_t)(end - bytes) : n;
        snprintf(name, sizeof name, "111122223333/eu-west-1/%d.json", i);
        assert(spoor_audit_begin(audit, name, NULL) == SPOOR_OK);
        feed(audit, bytes, length, in_pieces);
        assert(spoor_audit_end(audit, NULL) == SPOOR_OK);
        bytes += length + (end != NULL);
        n -= length + (end != NULL);
    }
}

static void check_verdict(const spoor_check *c)
{
    assert(c->id[0] && c->title[0] && c->why[0] && c->seen[0]);
    assert(c->status != SPOOR_CHECK_FAIL || c->fix[0]);
}

static tally judge(const uint8_t *bytes, size_t n, bool in_pieces)
{
    tally t = {0};
    spoor_audit *audit = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    const spoor_finding *f;
    options.now_ns = INT64_C(1780272000) * 1000000000;
    assert(spoor_audit_open(&audit, &options, NULL) == SPOOR_OK);
    feed_files(audit, bytes, n, in_pieces);
    assert(spoor_audit_finish(audit, NULL) == SPOOR_OK);
    while (spoor_audit_next(audit, &f) == SPOOR_OK) {
        if (f->type != SPOOR_FINDING_CHECK)
            continue;
        check_verdict(&f->as.check);
        t.status[f->as.check.status]++;
    }
    spoor_audit_close(&audit);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    tally whole = judge(bytes, n, false);
    tally cut = judge(bytes, n, true);
    assert(memcmp(&whole, &cut, sizeof whole) == 0);
    return 0;
}
