/* SPDX-License-Identifier: Apache-2.0
 *
 * test_session.c -- credentials that wait for their first use: taken once, forgotten by age and
 * limit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "state/session.h"
#include "support/events.h"

static void put(session_store *s, const char *credential, int64_t at_ns, uint32_t record)
{
    const event e = {.time_ns = at_ns,
                     .record = record,
                     .provider = PROVIDER_AWS,
                     .operation = events_operation("AssumeRole")};
    session_put(s, str_of(credential), &e);
    assert_false(s->failed);
}

/* Record number of the call that issued the credential, 0 when it is not there. */
static uint32_t take(session_store *s, const char *credential)
{
    event e = {0};
    str packed = session_take(s, str_of(credential));
    if (packed.p)
        assert_true(event_unpack(event_packed_parts(packed), &e, NULL, 0));
    return e.record;
}

static void test_taken_once(void **unused)
{
    CLEANUP(session_done) session_store s = {0};
    (void)unused;
    put(&s, "ASIA1", 10, 1);
    put(&s, "ASIA2", 20, 2);
    assert_int_equal(take(&s, "ASIA3"), 0);
    assert_int_equal(take(&s, "ASIA1"), 1);
    assert_int_equal(take(&s, "ASIA1"), 0);
    assert_int_equal(take(&s, "ASIA2"), 2);
}

static void test_newest_issue_of_a_credential_wins(void **unused)
{
    CLEANUP(session_done) session_store s = {0};
    (void)unused;
    put(&s, "ASIA1", 10, 1);
    put(&s, "ASIA1", 20, 2);
    put(&s, "ASIA9", 10 + SESSION_ROLE_LIFE + 1, 9); /* the first of the two is dropped */
    assert_int_equal(take(&s, "ASIA1"), 2);
}

static void test_forgotten_by_age_without_being_counted(void **unused)
{
    CLEANUP(session_done) session_store s = {0};
    (void)unused;
    put(&s, "old", 0, 1);
    put(&s, "edge", 1, 2);
    put(&s, "new", SESSION_ROLE_LIFE + 1, 3);
    assert_int_equal(take(&s, "old"), 0);
    assert_int_equal(take(&s, "edge"), 2);
    assert_int_equal(take(&s, "new"), 3);
    assert_int_equal(s.forgotten, 0);
}

static void test_forgotten_by_limit_and_counted(void **unused)
{
    enum { EXTRA = 3 };
    CLEANUP(session_done) session_store s = {0};
    char name[32];
    (void)unused;
    for (uint32_t i = 1; i <= LIMIT_SESSIONS + EXTRA; i++) {
        snprintf(name, sizeof name, "ASIA%u", i);
        put(&s, name, i, i);
    }
    assert_int_equal(s.forgotten, EXTRA);
    assert_int_equal(take(&s, "ASIA3"), 0);
    assert_int_equal(take(&s, "ASIA4"), 4);
    snprintf(name, sizeof name, "ASIA%u", LIMIT_SESSIONS + EXTRA);
    assert_int_equal(take(&s, name), LIMIT_SESSIONS + EXTRA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken_once),
        cmocka_unit_test(test_newest_issue_of_a_credential_wins),
        cmocka_unit_test(test_forgotten_by_age_without_being_counted),
        cmocka_unit_test(test_forgotten_by_limit_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
