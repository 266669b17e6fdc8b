/* SPDX-License-Identifier: Apache-2.0 */
/* link: --wrap=malloc --wrap=calloc --wrap=realloc */
/*
 * test_audit_oom.c -- one allocation of a whole audit fails: the audit says so, or its output is
 * complete.
 *
 *  (1) Of every so many cases of the audit the allocations fail one by one, later ones by leaps
 *      that grow, so that the test is quick and still reaches every reader and check.
 *  (2) A scan to which the exports are lent tells controls, and what exports know, or says that it
 *      cannot.
 *  (3) Leaks are found by LeakSanitizer at exit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/exports.h"
#include "support/failing_alloc.h"
#include "support/story.h"

enum { SPREAD = 3, ROOM = 4 << 20 };

typedef spoor_status run(const void *what, buf *out);

/* Grows enough beforehand that the test's own writing never needs memory. Returns whether an
 * allocation failed. */
static bool play(run *how, const void *what, size_t fail_at, spoor_status *ret_status, buf *out)
{
    buf_reset(out);
    assert_true(buf_reserve(out, ROOM));
    failing_alloc_at(fail_at);
    *ret_status = how(what, out);
    bool has_failed = failing_alloc_end();
    assert_true(out->n < ROOM);
    buf_putc(out, '\0');
    assert_false(out->failed);
    return has_failed;
}

/* Allocation by allocation, as many one by one. */
static void try_all(run *how, const void *what, const char *name, size_t singly)
{
    AUTO(buf) wanted = {0};
    AUTO(buf) got = {0};
    spoor_status status;
    play(how, what, 0, &status, &wanted);
    assert_int_equal(status, SPOOR_OK);
    bool has_failed = true;
    for (size_t i = 1; has_failed; i += 1 + i / singly) {
        has_failed = play(how, what, i, &status, &got);
        if (has_failed && status == SPOOR_ENOMEM)
            continue;
        if (status != SPOOR_OK || strcmp(got.p, wanted.p) != 0)
            print_error("%s: allocation %zu failed\n", name, i);
        assert_int_equal(status, SPOOR_OK);
        assert_string_equal(got.p, wanted.p);
    }
}

/* ---- audits ---------------------------------------------------------------------------------- */

typedef struct sample {
    const export_file *files;
    size_t n;
} sample;

static spoor_status audit_sample(const void *what, buf *out)
{
    const sample *s = what;
    return exports_judge(s->files, s->n, &(exports_way){.is_told = true}, out);
}

static void cases_survive(void **state)
{
    (void)state;
    AUTO(exports) e = {0};
    assert_true(exports_load(&e));
    for (size_t i = 0; i < e.n_cases; i += SPREAD) {
        const sample s = {e.files + e.cases[i].first, e.cases[i].n};
        try_all(audit_sample, &s, e.cases[i].check, 40);
    }
}

static void an_account_survives(void **state)
{
    (void)state;
    export_file files[64];
    size_t n = 0;
    AUTO(exports) e = {0};
    assert_true(exports_load(&e));
    for (size_t i = 0; i < e.n_cases && n < 48; i += 1 + e.n_cases / 48)
        if (e.cases[i].n > 0)
            files[n++] = e.files[e.cases[i].first];
    const sample s = {files, n};
    try_all(audit_sample, &s, "an account", 60);
}

/* ---- scans ----------------------------------------------------------------------------------- */

typedef struct scan {
    const sample exports;
    const story *story;
} scan;

static spoor_status lend(const sample *s, spoor_audit *audit)
{
    spoor_status status = SPOOR_OK;
    for (size_t i = 0; i < s->n && status == SPOOR_OK; i++) {
        const export_file *f = &s->files[i];
        status = spoor_audit_begin(audit, f->name, NULL);
        if (status == SPOOR_OK)
            status = spoor_audit_feed(audit, f->text.p, f->text.n, NULL);
        if (status == SPOOR_OK)
            status = spoor_audit_end(audit, NULL);
    }
    return status == SPOOR_OK ? spoor_audit_finish(audit, NULL) : status;
}

static spoor_status scan_with(const void *what, buf *out)
{
    const scan *s = what;
    spoor_audit *audit = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    options.now_ns = INT64_C(1780272000) * 1000000000;
    spoor_status status = spoor_audit_open(&audit, &options, NULL);
    if (status == SPOOR_OK)
        status = lend(&s->exports, audit);
    if (status == SPOOR_OK)
        status = story_read(s->story, &(story_way){.exports = audit}, out);
    spoor_audit_close(&audit);
    return status;
}

static const char who_may[] =
    "{\"UserDetailList\":[{\"UserName\":\"mallory\",\"UserId\":\"AIDAEXAMPLE\",\"Arn\":"
    "\"arn:aws:iam::111122223333:user/mallory\",\"UserPolicyList\":[{\"PolicyName\":\"all\","
    "\"PolicyDocument\":{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]"
    "}}"
    "],\"GroupList\":[],\"AttachedManagedPolicies\":[]}],\"GroupDetailList\":[],"
    "\"RoleDetailList\":[],\"Policies\":[]}";
static const char machines[] =
    "{\"Reservations\":[{\"OwnerId\":\"111122223333\",\"Instances\":[{\"InstanceId\":\"i-0abc\","
    "\"MetadataOptions\":{\"HttpTokens\":\"optional\"},\"SecurityGroups\":[],"
    "\"NetworkInterfaces\":[]}]}]}";

static void a_scan_with_exports_survives(void **state)
{
    (void)state;
    const export_file files[] = {
        {"111122223333/authorization.json", {who_may, sizeof who_may - 1}},
        {"111122223333/eu-west-1/instances.json", {machines, sizeof machines - 1}},
    };
    AUTO(story) s = {0};
    story_add_attack(&s);
    assert_false(s.failed);
    const scan with = {{files, ARRAY_LEN(files)}, &s};
    try_all(scan_with, &with, "a scan with exports", 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_survive),
        cmocka_unit_test(an_account_survives),
        cmocka_unit_test(a_scan_with_exports_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
