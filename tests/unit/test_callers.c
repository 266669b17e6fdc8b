/* SPDX-License-Identifier: Apache-2.0
 *
 * test_callers.c -- who is remembered, and that remembering changes no event.
 *
 * The slow twin reads every record without a memo. Records are written with ' for ".
 */
#include "decode/callers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/decoder.h"
#include "decode/plain.h"
#include "support/random.h"

extern const decoder decoder_cloudtrail;

/* ---- the memo by itself ---------------------------------------------------------------------- */

static void test_the_same_words_are_the_same_caller(void **state)
{
    callers *m = callers_new();
    event ann = {0}, again = {0}, other = {0};
    (void)state;
    assert_non_null(m);
    ann.field[FIELD_actor_arn] = STR("arn:ann");
    ann.field[FIELD_mfa] = STR("true");
    ann.field[FIELD_region] = STR("eu-west-1"); /* not said by the caller's text */
    callers_learn(m, STR("{ann}"), false, &ann);
    assert_int_not_equal(ann.caller_number, 0);
    again.field[FIELD_mfa] = STR("false");
    assert_true(callers_recall(m, STR("{ann}"), false, &again));
    assert_true(str_is(again.field[FIELD_actor_arn], "arn:ann"));
    assert_true(str_is(again.field[FIELD_mfa], "false"));
    assert_int_equal(again.field[FIELD_region].n, 0);
    assert_true(again.caller_number == ann.caller_number);
    assert_false(callers_recall(m, STR("{ann}"), true, &other));
    assert_false(callers_recall(m, STR("{bob}"), false, &other));
    assert_false(callers_recall(m, STR_NONE, false, &other));
    callers_free(m);
}

static void test_numbers_are_never_given_twice(void **state)
{
    callers *m = callers_new();
    uint64_t last = 0;
    (void)state;
    for (int i = 0; i < 4 * CALLERS_MAX; i++) {
        AUTO(buf) text = {0};
        event e = {0};
        e.field[FIELD_actor_id] = STR("x");
        buf_printf(&text, "{%d}", i);
        callers_learn(m, buf_str(&text), false, &e);
        assert_true(e.caller_number > last);
        last = e.caller_number;
    }
    callers_free(m);
}

static void test_long_texts_are_not_remembered(void **state)
{
    static char text[CALLER_BYTES_MAX + 1];
    callers *m = callers_new();
    event e = {0};
    (void)state;
    callers_learn(m, (str){text, sizeof text}, false, &e);
    assert_false(callers_recall(m, (str){text, sizeof text}, false, &e));
    assert_int_equal(e.caller_number, 0);
    callers_free(m);
}

/* ---- records with a memo and without --------------------------------------------------------- */

/* clang-format off */
static const char *const identities[] = {
    ("'userIdentity':{'type':'AssumedRole','principalId':'AROAAAAAAAAAAAAAAAAAA:s1','arn':'arn:aws:sts::111111111111:assumed-role/web/s1','accountId':'111111111111','accessKeyId':'ASIAAAAAAAAAAAAAAAA1',"
    "'sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROAAAAAAAAAAAAAAAAAA','arn':'arn:aws:iam::111111111111:role/path/web','accountId':'111111111111','userName':'web'},"
    "'attributes':{'creationDate':'2024-05-01T09:00:00Z','mfaAuthenticated':'true'}}},"),
    ("'userIdentity':{'type':'AssumedRole','principalId':'AROAAAAAAAAAAAAAAAAAA:s1','arn':'arn:aws:sts::111111111111:assumed-role/web/s1','accountId':'111111111111','accessKeyId':'ASIAAAAAAAAAAAAAAAA2',"
    "'sessionContext':{'creationDate':'2024-05-01T09:30:00Z','webIdFederationData':{'federatedProvider':'arn:aws:iam::111111111111:oidc-provider/x'}}},"),
    "'userIdentity':{'type':'IAMUser','principalId':'AIDAAAAAAAAAAAAAAAAAA','arn':'arn:aws:iam::111111111111:user/ann','accountId':'111111111111','accesKeyId':'AKIAAAAAAAAAAAAAAAA1','userName':'ann'},",
    "'userIdentity':{'type':'IAMUser','accountId':'111111111111','userName':'ann'},", /* named by the region */
    "'userIdentity':{'type':'AWSService','invokedBy':'autoscaling.amazonaws.com'},",
    "'userIdentity':{'type':'AWSAccount','principalId':'AROAAAAAAAAAAAAAAAAAA:s1','accountId':'222222222222'},'user_id':'x','user':{'id':'AIDAXXXXXXXXXXXXXXXXX','name':'carl'},",
    "'userIdentity':{'type':'AWSAccount','principalId':'AROAAAAAAAAAAAAAAAAAA:s1','accountId':'222222222222'},",
    "'userIdentity':'{\\\"type\\\":\\\"Root\\\",\\\"accountId\\\":\\\"111111111111\\\"}',",
    "'userIdentity':null,",
    "'userIdentity':{'type':'AssumedRole','principalId':'AROAAAAAAAAAAAAAAAAAA:s\\u0031','arn':'arn:aws:sts::111111111111:assumed-role\\/web\\/s1','accountId':'111111111111'},",
};

static const char *const calls[] = {
    "'eventSource':'s3.amazonaws.com','eventName':'GetObject','requestParameters':{'bucketName':'b'},",
    "'eventSource':'sts.amazonaws.com','eventName':'GetCallerIdentity',",
    "'eventSource':'ec2.amazonaws.com','eventName':'RunInstances','requestParameters':{'instanceType':'t3.micro'},",
    "'eventSource':'signin.amazonaws.com','eventName':'ConsoleLogin','additionalEventData':{'MFAUsed':'Yes','SamlProviderArn':'arn:saml'},",
};

static const char *const places[] = {
    "'awsRegion':'eu-west-1','recipientAccountId':'333333333333'",
    "'awsRegion':'cn-north-1'",
};
/* clang-format on */

static void put_record(uint64_t *seed, buf *out)
{
    const char *parts[] = {"{'eventTime':'2024-05-01T10:00:00Z','eventID':'e',",
                           identities[(random_next(seed) >> 33) % ARRAY_LEN(identities)],
                           calls[(random_next(seed) >> 33) % ARRAY_LEN(calls)],
                           places[(random_next(seed) >> 33) % ARRAY_LEN(places)], "}"};
    buf_reset(out);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (const char *p = parts[i]; *p; p++)
            buf_putc(out, (char)(*p == '\'' ? '"' : *p));
    buf_reserve(out, BUF_PADDING);
}

typedef struct tables {
    json_reader *json;
    json_trie *trie;
    operation_index *operations;
    plain_plan *plain;
    callers *memo;
} tables;

/* Reads the record into packed form. Returns the caller's number. */
static uint64_t read_packed(const tables *t, str record, callers *memo, buf *ret)
{
    json_value slots[DECODER_SLOTS_MAX];
    AUTO(arena) scratch = {0};
    decode_ctx ctx = {.pick = {.json = t->json, .scratch = &scratch},
                      .record = record,
                      .operations = t->operations,
                      .plain = t->plain,
                      .callers = memo};
    event e = {0};
    assert_int_equal(json_project(t->json, t->trie, record, slots, decoder_cloudtrail.n_slots),
                     JSON_OK);
    assert_int_equal(decoder_cloudtrail.decode(&ctx, slots, &e), DECODE_EVENT);
    event_pack(&e, ret);
    json_reader_reset(t->json);
    return e.caller_number;
}

/* Events with one number have one caller, part for part. */
static void note_number(uint64_t number, str packed, buf known[], size_t n_known)
{
    str caller = event_packed_parts(packed).caller;
    assert_true(number < n_known);
    if (number && known[number].n == 0)
        buf_putstr(&known[number], caller);
    assert_true(number == 0 || str_eq(buf_str(&known[number]), caller));
}

static void test_a_memo_changes_no_event(void **state)
{
    enum { ROUNDS = 2000, NUMBERS = 100 };
    buf known[NUMBERS] = {{0}};
    uint64_t seed = 3;
    size_t n_recalled = 0;
    tables t = {json_reader_new(),
                json_trie_new(decoder_cloudtrail.paths, decoder_cloudtrail.n_paths),
                operation_index_new(), plain_plan_new(&decoder_cloudtrail), callers_new()};
    (void)state;
    assert_true(t.json && t.trie && t.operations && t.plain && t.memo);
    for (int i = 0; i < ROUNDS; i++) {
        AUTO(buf) record = {0};
        AUTO(buf) fast = {0};
        AUTO(buf) slow = {0};
        put_record(&seed, &record);
        uint64_t number = read_packed(&t, buf_str(&record), t.memo, &fast);
        assert_int_equal(read_packed(&t, buf_str(&record), NULL, &slow), 0);
        assert_true(str_eq(buf_str(&fast), buf_str(&slow)));
        note_number(number, buf_str(&fast), known, NUMBERS);
        n_recalled += number != 0;
    }
    assert_true(n_recalled > ROUNDS / 3); /* the memo had its part */
    for (size_t i = 0; i < NUMBERS; i++)
        buf_done(&known[i]);
    json_reader_free(t.json);
    json_trie_free(t.trie);
    operation_index_free(t.operations);
    plain_plan_free(t.plain);
    callers_free(t.memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_words_are_the_same_caller),
        cmocka_unit_test(test_numbers_are_never_given_twice),
        cmocka_unit_test(test_long_texts_are_not_remembered),
        cmocka_unit_test(test_a_memo_changes_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
