/* SPDX-License-Identifier: Apache-2.0
 *
 * starved.c -- runs in which one allocation after another fails.
 */
#include "support/starved.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <spoor/spoor.h>

#include "support/failing_alloc.h"

void starved_run(bool (*play)(void), uint32_t least)
{
    uint32_t i = 0;
    bool has_failed;
    do {
        failing_alloc_at(++i);
        bool is_ok = play();
        has_failed = failing_alloc_end();
        assert_int_equal(is_ok, !has_failed);
        assert_true(i < 1000);
    } while (has_failed);
    assert_true(i > least);
}

typedef struct tally {
    uint64_t rights, status[SPOOR_CHECK_NO_DATA + 1];
} tally;

static bool feed_all(spoor_audit *audit, const starved_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (spoor_audit_begin(audit, files[i].name ? files[i].name : "export.json", NULL) !=
                SPOOR_OK ||
            spoor_audit_feed(audit, files[i].text, strlen(files[i].text), NULL) != SPOOR_OK ||
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

static bool judge(const starved_file *files, size_t n, tally *ret)
{
    spoor_audit *audit = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    options.now_ns = INT64_C(1780272000) * 1000000000;
    *ret = (tally){0};
    bool is_ok = spoor_audit_open(&audit, &options, NULL) == SPOOR_OK &&
                 feed_all(audit, files, n) && pull_all(audit, ret);
    spoor_audit_close(&audit);
    return is_ok;
}

void starved_audit(const starved_file *files, size_t n, starved_least least)
{
    tally whole, one;
    uint32_t i = 0;
    bool has_failed;
    assert_true(judge(files, n, &whole));
    assert_true(whole.rights >= least.rights);
    assert_true(whole.status[SPOOR_CHECK_FAIL] >= least.failures);
    do {
        failing_alloc_at(++i);
        bool is_ok = judge(files, n, &one);
        has_failed = failing_alloc_end();
        assert_true(!is_ok || memcmp(&whole, &one, sizeof one) == 0);
        assert_true(is_ok || has_failed);
        assert_true(i < 20000);
    } while (has_failed);
    assert_true(i > 100);
}
