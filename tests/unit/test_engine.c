/* SPDX-License-Identifier: Apache-2.0
 *
 * test_engine.c -- the life of an engine: wrong calls are told, right ones add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/buf.h"
#include <spoor/spoor.h>

/* ---- wrong calls ----------------------------------------------------------------------------- */

static void expect_error(spoor_status status, const spoor_error *err, const char *part)
{
    assert_int_equal(status, SPOOR_EINVAL);
    assert_int_equal(err->status, SPOOR_EINVAL);
    if (!strstr(err->message, part))
        fail_msg("\"%s\" holds no \"%s\"", err->message, part);
}

/* The call writes into `err`. */
#define check_error(call, part)                                                                    \
    do {                                                                                           \
        spoor_error err = {0};                                                                     \
        expect_error(call, &err, part);                                                            \
    } while (0)

static spoor_engine *open_engine(const spoor_options *options)
{
    spoor_engine *e = NULL;
    assert_int_equal(spoor_engine_open(&e, options, NULL), SPOOR_OK);
    assert_non_null(e);
    return e;
}

static spoor_stream *open_stream(spoor_engine *e, const char *name)
{
    spoor_stream *s = NULL;
    assert_int_equal(spoor_stream_open(&s, e, name, NULL, NULL), SPOOR_OK);
    return s;
}

static int write_nothing(void *user, const void *bytes, size_t n, uint64_t *ret_offset)
{
    (void)user;
    (void)bytes;
    (void)n;
    *ret_offset = 0;
    return -1;
}

static int read_nothing(void *user, uint64_t offset, void *bytes, size_t n)
{
    (void)user;
    (void)offset;
    (void)bytes;
    (void)n;
    return -1;
}

static void test_wrong_arguments_are_told(void **unused)
{
    const spoor_options no_read = {.size = sizeof no_read, .spill = {NULL, write_nothing, NULL}};
    spoor_engine *e = open_engine(NULL), *none = NULL;
    spoor_stream *s = NULL;
    (void)unused;
    check_error(spoor_engine_open(NULL, NULL, &err), "ret must be given");
    check_error(spoor_engine_open(&none, &no_read, &err), "spill.read");
    assert_null(none);
    check_error(spoor_stream_open(NULL, e, "a", NULL, &err), "ret, engine and name");
    check_error(spoor_stream_open(&s, NULL, "a", NULL, &err), "ret, engine and name");
    check_error(spoor_stream_open(&s, e, NULL, NULL, &err), "ret, engine and name");
    check_error(spoor_stream_open(&s, e, "a", "xml", &err), "unknown input format \"xml\"");
    assert_null(s);
    check_error(spoor_stream_feed(NULL, "x", 1, &err), "stream and bytes");
    check_error(spoor_engine_skip(e, NULL, "r", &err), "name and reason");
    check_error(spoor_engine_skip(e, "n", NULL, &err), "name and reason");
    check_error(spoor_engine_skip(NULL, "n", "r", &err), "name and reason");
    check_error(spoor_engine_finish(NULL, &err), "engine must be given");
    spoor_engine_close(&e);
    assert_null(e);
}

static void test_wrong_order_is_told(void **unused)
{
    spoor_engine *e = open_engine(NULL);
    spoor_stream *s = open_stream(e, "a");
    const spoor_finding *f = NULL;
    (void)unused;
    assert_int_equal(spoor_engine_next(e, &f), SPOOR_EINVAL);
    check_error(spoor_stream_feed(s, NULL, 1, &err), "stream and bytes");
    assert_int_equal(spoor_stream_feed(s, NULL, 0, NULL), SPOOR_OK);
    check_error(spoor_engine_finish(e, &err), "1 streams are still open");
    assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_OK);
    assert_null(s);
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    check_error(spoor_engine_finish(e, &err), "finished already");
    check_error(spoor_stream_open(&s, e, "b", NULL, &err), "is finished");
    check_error(spoor_engine_skip(e, "n", "r", &err), "is finished");
    assert_int_equal(spoor_engine_next(e, NULL), SPOOR_EINVAL);
    assert_int_equal(spoor_engine_next(NULL, &f), SPOOR_EINVAL);
    spoor_engine_close(&e);
}

static void test_closing_nothing_is_fine(void **unused)
{
    spoor_engine *e = NULL;
    spoor_stream *s = NULL;
    (void)unused;
    spoor_engine_close(NULL);
    spoor_engine_close(&e);
    spoor_engine_elapsed(NULL, 1);
    assert_int_equal(spoor_stream_close(NULL, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_OK);
}

/* An older program's struct ends before the members that came later. */
static void test_shorter_options_leave_the_rest_at_its_default(void **unused)
{
    struct {
        size_t size, memory_bytes;
        unsigned char garbage[sizeof(spoor_options) - 2 * sizeof(size_t)];
    } old = {.size = 2 * sizeof(size_t), .memory_bytes = 1 << 22};
    spoor_engine *e = NULL;
    (void)unused;
    memset(old.garbage, 0xa5, sizeof old.garbage);
    memset(old.garbage + 2 * sizeof(void *), 0, sizeof(void *)); /* where spill.read stands */
    assert_int_equal(spoor_engine_open(&e, (const spoor_options *)(const void *)&old, NULL),
                     SPOOR_OK);
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    spoor_engine_close(&e);
}

/* ---- right calls ----------------------------------------------------------------------------- */

#define RECORD(id, time, name, rest)                                                               \
    "{\"eventVersion\":\"1.08\",\"eventID\":\"" id "\",\"eventTime\":\"2026-01-02T03:" time        \
    "Z\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"" name                              \
    "\",\"awsRegion\":\"eu-west-1\",\"recipientAccountId\":\"111122223333\",\"userIdentity\":{"    \
    "\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/eve\",\"userName\":\"eve\","    \
    "\"principalId\":\"AIDAEVE\",\"accountId\":\"111122223333\"},\"sourceIPAddress\":"             \
    "\"198.51.100.9\",\"userAgent\":\"cli\"," rest "}\n"

#define SNAPSHOT                                                                                   \
    RECORD("e1", "04:05", "CreateSnapshot",                                                        \
           "\"requestParameters\":{\"volumeId\":\"vol-0aaaaaaaaaaaaaaa1\"},\"responseElements\":{" \
           "\"snapshotId\":"                                                                       \
           "\"snap-0aaaaaaaaaaaaaa1\",\"volumeId\":\"vol-0aaaaaaaaaaaaaaa1\"}")
#define VOLUME                                                                                     \
    RECORD("e2", "05:05", "CreateVolume",                                                          \
           "\"requestParameters\":{\"snapshotId\":\"snap-0aaaaaaaaaaaaaa1\"},"                     \
           "\"responseElements\":{\"volumeId\":"                                                   \
           "\"vol-0aaaaaaaaaaaaaaa2\",\"snapshotId\":\"snap-0aaaaaaaaaaaaaa1\"}")
#define ATTACH                                                                                     \
    RECORD("e3", "06:05", "AttachVolume",                                                          \
           "\"requestParameters\":{\"volumeId\":\"vol-0aaaaaaaaaaaaaaa2\",\"instanceId\":\"i-"     \
           "0aaaaaaaaaaaaaaaa1\"},"                                                                \
           "\"responseElements\":null")
#define NOTHING RECORD("e4", "07:05", "DescribeNothing", "\"requestParameters\":null")

static void feed(spoor_engine *e, const char *name, const char *text, spoor_input *ret)
{
    spoor_stream *s = open_stream(e, name);
    assert_int_equal(spoor_stream_feed(s, text, strlen(text), NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&s, ret, NULL), SPOOR_OK);
}

/* All findings as lines. */
static void drain(spoor_engine *e, buf *out, spoor_summary *ret_summary)
{
    const spoor_finding *f;
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    while (spoor_engine_next(e, &f) == SPOOR_OK) {
        char *line = NULL;
        size_t n;
        assert_int_equal(spoor_finding_json(f, &line, &n), SPOOR_OK);
        buf_put(out, line, n);
        buf_putc(out, '\n');
        free(line);
        if (f->type == SPOOR_FINDING_SUMMARY && ret_summary)
            *ret_summary = f->as.summary;
    }
    assert_int_equal(spoor_engine_next(e, &f), SPOOR_END);
    buf_putc(out, '\0');
}

static void check_books(const spoor_input *in)
{
    assert_int_equal(in->bytes_inflated, in->bytes_records + in->bytes_skipped + in->bytes_framing);
}

static void test_sums_add_up(void **unused)
{
    spoor_engine *e = open_engine(NULL);
    spoor_input a, b;
    spoor_summary s = {0};
    AUTO(buf) out = {0};
    (void)unused;
    feed(e, "a.json", SNAPSHOT VOLUME NOTHING, &a);
    feed(e, "b.json", "{]\n" ATTACH SNAPSHOT, &b);
    assert_int_equal(spoor_engine_skip(e, "c.json", "permission denied", NULL), SPOOR_OK);
    spoor_engine_elapsed(e, 2.5);
    drain(e, &out, &s);
    check_books(&a);
    check_books(&b);
    check_books(&s.total);
    assert_string_equal(a.format, "cloudtrail");
    assert_int_equal(a.events, 3);
    assert_int_equal(b.events, 2);
    assert_int_equal(b.malformed, 1);
    assert_int_equal(s.total.events, 5);
    assert_int_equal(s.total.bytes, a.bytes + b.bytes);
    assert_int_equal(s.events, 4);
    assert_int_equal(s.duplicates, 1);
    assert_int_equal(s.known, 3);
    assert_int_equal(s.files, 3);
    assert_int_equal(s.files_failed, 1);
    assert_int_equal(s.n_families, 1);
    assert_int_equal(s.families[0].count, 5);
    assert_int_equal(s.n_skips, 2);
    assert_int_equal(s.incidents[SPOOR_MEDIUM] + s.incidents[SPOOR_LOW], 1);
    assert_int_equal(s.n_accounts, 1);
    assert_string_equal(s.regions[0], "eu-west-1");
    assert_true(s.seconds == 2.5);
    spoor_engine_close(&e);
}

static void test_findings_come_in_their_order(void **unused)
{
    spoor_engine *e = open_engine(NULL);
    AUTO(buf) out = {0};
    (void)unused;
    assert_int_equal(spoor_engine_skip(e, "z.json", "gone", NULL), SPOOR_OK);
    feed(e, "m.json", "{]\n" SNAPSHOT "{]\n" VOLUME ATTACH, NULL);
    assert_int_equal(spoor_engine_skip(e, "a.json", "gone", NULL), SPOOR_OK);
    drain(e, &out, NULL);
    const char *incident = strstr(out.p, "\"type\":\"incident\"");
    const char *first = strstr(out.p, "\"source\":\"a.json\",\"first_record\"");
    const char *second = strstr(out.p, "\"source\":\"m.json\",\"first_record\"");
    const char *third = strstr(out.p, "\"source\":\"z.json\",\"first_record\"");
    const char *summary = strstr(out.p, "\"type\":\"summary\"");
    assert_true(incident && first && second && third && summary);
    assert_true(incident < first && first < second && second < third && third < summary);
    spoor_engine_close(&e);
}

/* The same records, in whatever order and cut, give the same incident, byte for byte. */
static void test_order_of_records_does_not_matter(void **unused)
{
    static const char *const orders[] = {SNAPSHOT VOLUME ATTACH, ATTACH VOLUME SNAPSHOT,
                                         VOLUME ATTACH SNAPSHOT};
    AUTO(buf) first = {0};
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        AUTO(buf) out = {0};
        spoor_engine *e = open_engine(NULL);
        spoor_stream *s = open_stream(e, "x");
        for (const char *c = orders[i]; *c; c++)
            assert_int_equal(spoor_stream_feed(s, c, 1, NULL), SPOOR_OK);
        assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_OK);
        drain(e, &out, NULL);
        spoor_engine_close(&e);
        char *title = strstr(out.p, "\"title\"");
        assert_non_null(title);
        *strstr(title, "\"steps\"") = '\0'; /* steps name the record's place, which does differ */
        if (i == 0)
            buf_puts(&first, title);
        else
            assert_string_equal(title, (buf_putc(&first, '\0'), first.p));
    }
}

static void test_incidents_below_the_level_are_only_counted(void **unused)
{
    const spoor_options high = {.size = sizeof high, .min_level = SPOOR_HIGH};
    spoor_engine *e = open_engine(&high);
    spoor_summary s = {0};
    AUTO(buf) out = {0};
    (void)unused;
    feed(e, "a.json", SNAPSHOT VOLUME ATTACH, NULL);
    drain(e, &out, &s);
    assert_null(strstr(out.p, "\"type\":\"incident\""));
    assert_int_equal(s.incidents[SPOOR_MEDIUM] + s.incidents[SPOOR_LOW], 1);
    spoor_engine_close(&e);
}

/* More than the least memory of events, and nowhere to put them. */
static void test_failing_spill_is_an_error_of_its_own(void **unused)
{
    const spoor_options o = {
        .size = sizeof o, .memory_bytes = 1, .spill = {NULL, write_nothing, read_nothing}};
    spoor_engine *e = open_engine(&o);
    spoor_stream *s = open_stream(e, "a.json");
    spoor_error err = {0};
    spoor_status status = SPOOR_OK;
    (void)unused;
    for (int i = 0; i < 20000 && status == SPOOR_OK; i++)
        status = spoor_stream_feed(s, SNAPSHOT, sizeof SNAPSHOT - 1, &err);
    assert_int_equal(status, SPOOR_EIO);
    assert_non_null(strstr(err.message, "could not be written"));
    assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_EIO);
    assert_int_equal(spoor_engine_finish(e, &err), SPOOR_EIO);
    spoor_engine_close(&e);
}

static void test_nothing_fed_gives_a_summary(void **unused)
{
    spoor_engine *e = open_engine(NULL);
    spoor_summary s = {0};
    AUTO(buf) out = {0};
    (void)unused;
    feed(e, "empty", "", NULL);
    drain(e, &out, &s);
    assert_int_equal(s.files, 1);
    assert_int_equal(s.events, 0);
    assert_int_equal(s.first_ns, SPOOR_TIME_NONE);
    assert_int_equal(s.last_ns, SPOOR_TIME_NONE);
    spoor_engine_close(&e);
}

static spoor_ruleset *compile(const char *yaml)
{
    spoor_compiler *c = NULL;
    spoor_ruleset *rules = NULL;
    assert_int_equal(spoor_compiler_new(&c), SPOOR_OK);
    assert_int_equal(spoor_compiler_add(c, "r.yml", yaml, strlen(yaml), NULL), SPOOR_OK);
    assert_int_equal(spoor_compiler_finish(c, NULL, &rules, NULL), SPOOR_OK);
    spoor_compiler_free(&c);
    assert_int_equal(spoor_ruleset_count(rules), 1);
    return rules;
}

/* One stream reaches the limit twice, the next one once; a rule that gave up did not match. */
static void test_limited_regexes_are_summed(void **unused)
{
    spoor_options options = SPOOR_OPTIONS_INIT;
    spoor_summary s = {0};
    AUTO(buf) out = {0};
    AUTO(buf) text = {0};
    (void)unused;
    spoor_ruleset *rules = compile("title: t\nlogsource:\n    product: any\ndetection:\n    s:\n"
                                   "        f|re: '^(a|a?)+$'\n    condition: s\nlevel: low\n");
    for (size_t i = 0; i < 2; i++) {
        buf_puts(&text, "{\"f\":\"");
        for (size_t k = 0; k < 200; k++)
            buf_putc(&text, 'a');
        buf_puts(&text, "b\"}\n");
    }
    options.rules = rules;
    spoor_engine *e = open_engine(&options);
    spoor_stream *stream;
    assert_int_equal(spoor_stream_open(&stream, e, "a", "json", NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_feed(stream, text.p, text.n, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_open(&stream, e, "b", "json", NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_feed(stream, text.p, text.n / 2, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
    drain(e, &out, &s);
    assert_int_equal(s.regex_limited, 3);
    assert_int_equal(s.matches, 0);
    spoor_engine_close(&e);
    spoor_ruleset_unref(rules);
}

/* What one engine learned is what the next one knows; bytes that are no state are refused. */
static void test_state_goes_from_run_to_run(void **unused)
{
    char *bytes = NULL;
    size_t n = 0;
    const spoor_finding *f;
    spoor_engine *e = open_engine(NULL), *none = NULL;
    (void)unused;
    check_error(spoor_engine_state(NULL, &bytes, &n, &err), "not fetched yet");
    check_error(spoor_engine_state(e, &bytes, &n, &err), "not fetched yet");
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    while (spoor_engine_next(e, &f) == SPOOR_OK)
        continue;
    assert_int_equal(spoor_engine_state(e, &bytes, &n, NULL), SPOOR_OK);
    spoor_engine_close(&e);
    spoor_options options = SPOOR_OPTIONS_INIT;
    options.state = bytes;
    options.state_n = n;
    e = open_engine(&options);
    spoor_engine_close(&e);
    options.state_n = n - 1;
    check_error(spoor_engine_open(&none, &options, &err), "the state is damaged");
    options.state = "something else";
    options.state_n = strlen("something else");
    check_error(spoor_engine_open(&none, &options, &err), "is not a baseline");
    assert_null(none);
    free(bytes);
}

/* ---- tracing --------------------------------------------------------------------------------- */

static const char machine[] =
    "{\"Records\":[{\"eventTime\":\"2026-01-02T03:00:00Z\",\"eventSource\":\"ec2.amazonaws.com\","
    "\"eventName\":\"RunInstances\",\"eventID\":\"e-1\",\"recipientAccountId\":\"111122223333\","
    "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"eve\","
    "\"arn\":\"arn:aws:iam::111122223333:user/eve\"},"
    "\"responseElements\":{\"instancesSet\":{\"items\":[{\"instanceId\":\"i-1\"}]}}}]}";

static void test_a_trace_comes_after_all_findings(void **unused)
{
    spoor_options options = SPOOR_OPTIONS_INIT;
    const spoor_finding *f;
    spoor_trace t;
    (void)unused;
    char wanted[] = "i-1";
    options.trace = wanted;
    spoor_engine *e = open_engine(&options);
    wanted[0] = 'x'; /* it was copied */
    spoor_stream *s = open_stream(e, "a.json");
    check_error(spoor_engine_trace(e, "i-1", NULL, &t, &err), "were not fetched yet");
    assert_int_equal(spoor_stream_feed(s, machine, sizeof machine - 1, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&s, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_finish(e, NULL), SPOOR_OK);
    while (spoor_engine_next(e, &f) == SPOOR_OK)
        assert_int_not_equal(f->type, SPOOR_FINDING_DOSSIER);
    check_error(spoor_engine_trace(e, NULL, NULL, &t, &err), "spoor_engine_trace");
    check_error(spoor_engine_trace(e, "i-1", "gadget", &t, &err), "nothing is of kind \"gadget\"");
    assert_int_equal(spoor_engine_trace(e, "i-1", "instance", &t, NULL), SPOOR_OK);
    assert_non_null(t.dossier);
    assert_int_equal(t.dossier->type, SPOOR_FINDING_DOSSIER);
    assert_string_equal(t.dossier->as.dossier.id, "i-1");
    assert_string_equal(t.dossier->as.dossier.born->actor, "eve");
    assert_int_equal(t.dossier->as.dossier.named, 1);
    assert_int_equal(spoor_engine_trace(e, "i-2", NULL, &t, NULL), SPOOR_OK);
    assert_null(t.dossier);
    assert_int_equal(t.n_candidates, 0);
    spoor_engine_close(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_arguments_are_told),
        cmocka_unit_test(test_wrong_order_is_told),
        cmocka_unit_test(test_closing_nothing_is_fine),
        cmocka_unit_test(test_shorter_options_leave_the_rest_at_its_default),
        cmocka_unit_test(test_sums_add_up),
        cmocka_unit_test(test_findings_come_in_their_order),
        cmocka_unit_test(test_order_of_records_does_not_matter),
        cmocka_unit_test(test_incidents_below_the_level_are_only_counted),
        cmocka_unit_test(test_failing_spill_is_an_error_of_its_own),
        cmocka_unit_test(test_nothing_fed_gives_a_summary),
        cmocka_unit_test(test_limited_regexes_are_summed),
        cmocka_unit_test(test_state_goes_from_run_to_run),
        cmocka_unit_test(test_a_trace_comes_after_all_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
