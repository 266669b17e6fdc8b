/* SPDX-License-Identifier: Apache-2.0
 *
 * test_generic.c -- any JSON object is an event with a time and an identity.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/decoded.h"

extern const decoder decoder_generic;

/* clang-format off */
static const struct {
    const char *name;
    const char *record;
    const char *facts;
} samples[] = {
    {"id and time",         "{\"id\":\"a\",\"time\":\"2026-01-02T03:04:05Z\"}",           "provider=other\nuid=a\ntime_ms=1767323045000\noutcome=success\nphase=complete\n!class"},
    {"uid and @timestamp",  "{\"uid\":\"b\",\"@timestamp\":\"2026-01-02T03:04:05.5Z\"}",  "uid=b\ntime_ms=1767323045500"},
    {"event_id, eventTime", "{\"event_id\":7,\"eventTime\":\"2026-01-02 03:04:05\"}",     "uid=7\ntime_ms=1767323045000"},
    {"numbers as time",     "{\"timestamp\":1767323045}",                                 "time_ms=1767323045000\n!uid"},
    {"the more exact id",   "{\"id\":\"a\",\"event_id\":\"b\"}",                          "uid=b\ntimeless=true"},
    {"null is no id",       "{\"event_id\":null,\"id\":\"a\"}",                           "uid=a"},
    {"unreadable time",     "{\"id\":\"a\",\"time\":\"yesterday\"}",                      "uid=a\ntimeless=true"},
    {"nothing",             "{}",                                                         "provider=other\ntimeless=true\n!uid"},
};
/* clang-format on */

static void test_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        AUTO(decoded) d;
        decoded_init(&d, &decoder_generic, samples[i].record);
        decoded_check(&d, samples[i].name, DECODE_EVENT, samples[i].facts);
        assert_true(d.uid_hash != 0);
    }
}

static uint64_t hash_of(const char *record)
{
    decoded d;
    decoded_init(&d, &decoder_generic, record);
    uint64_t h = d.uid_hash;
    decoded_done(&d);
    return h;
}

static void test_duplicates(void **state)
{
    (void)state;
    assert_true(hash_of("{\"id\":\"a\",\"x\":1}") == hash_of("{\"id\":\"a\",\"x\":2}"));
    assert_true(hash_of("{\"id\":\"a\"}") != hash_of("{\"id\":\"b\"}"));
    assert_true(hash_of("{\"x\":1}") != hash_of("{\"x\":2}"));
    assert_true(hash_of("{\"x\":1}") == hash_of("{\"x\":1}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_duplicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
