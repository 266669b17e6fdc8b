/* SPDX-License-Identifier: Apache-2.0
 *
 * test_shape.c -- which record is which wrapper, and which is none.
 */
#include "decode/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"

/* clang-format off */
static const struct {
    const char *record;
    const char *shape; /* NULL: none */
} rows[] = {
    {"{\"digestS3Object\":\"k\",\"logFiles\":[]}",                          "digest"},
    {"{\"digestS3Object\":\"k\",\"logFiles\":1}",                           NULL},
    {"{\"eventSource\":\"aws:s3\",\"s3\":{\"object\":{\"key\":\"k\"}}}",    "s3_notification"},
    {"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}",                        "cloudtrail_notification"},
    {"{\"s3Bucket\":\"b\",\"s3ObjectKey\":null}",                           NULL},
    {"{\"detail-type\":\"x\",\"detail\":{\"eventName\":\"RunInstances\"}}", "eventbridge"},
    {"{\"detail\":{\"eventName\":\"RunInstances\"}}",                       "eventbridge"},
    {"{\"detail-type\":\"x\",\"detail\":{\"state\":\"running\"}}",          "eventbridge_other"},
    {"{\"EventId\":\"x\",\"CloudTrailEvent\":\"{\\\"a\\\":1}\"}",           "lookup_events"},
    {"{\"CloudTrailEvent\":\"none\"}",                                      NULL},
    {"{\"integration\":\"gcp\",\"gcp\":{\"logName\":\"x\"}}",             "wazuh_gcp"},
    {"{\"gcp\":{\"insertId\":\"x\"}}",                                    NULL},
    {"{\"aws\":{\"eventName\":\"x\",\"eventSource\":\"y\"}}",             "wazuh_aws"},
    {"{\"aws\":{\"eventName\":\"x\"}}",                                   NULL},
    {"{\"eventJson\":\"{}\"}",                                              "lake"},
    {"{\"event_json\":{}}",                                                 "lake"},
    {"{\"event\":{\"original\":\"{}\"}}",                                   "beats"},
    {"{\"event.original\":\"{}\"}",                                         "beats"},
    {"{\"event\":{\"original\":\"text\"}}",                                 NULL},
    {"{\"raw_data\":\"{}\",\"class_uid\":6003}",                            "security_lake"},
    {"{\"raw_data\":\"{}\"}",                                               NULL},
    {"{\"_raw\":\"\\n {\"}",                                                "cribl"},
    {"{\"_raw\":\"text\"}",                                                 NULL},
    {"{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[]}",                 "cloudwatch"},
    {"{\"awslogs\":{\"data\":\"H4sI\"}}",                                   "awslogs"},
    {"{\"kinesis\":{\"data\":\"H4sI\"}}",                                   "kinesis"},
    {"{\"recordId\":\"r\",\"data\":\"H4sI\"}",                              "firehose"},
    {"{\"data\":\"H4sI\"}",                                                 NULL},
    {"{\"message\":{\"data\":\"e30=\"}}",                                   "pubsub"},
    {"{\"messageId\":\"1\",\"data\":\"e30=\"}",                             "pubsub_bare"},
    {"{\"message\":\"{\\\"a\\\":1}\"}",                                     "message"},
    {"{\"Type\":\"Notification\",\"Message\":\"[1]\"}",                     "message"},
    {"{\"message\":\"hello\"}",                                             NULL},
    {"{\"Sns\":{\"Message\":\"{}\"}}",                                      "sns"},
    {"{\"hits\":{\"hits\":[]}}",                                            "elastic_hits"},
    {"{\"_id\":\"1\",\"_source\":{}}",                                      "elastic_hit"},
    {"{\"MessageId\":\"1\",\"Body\":\"{}\"}",                               "sqs"},
    {"{\"trigger_rules\":[],\"data\":{}}",                                  "rule_test"},
    {"{\"tables\":[]}",                                                     "log_analytics"},
    {"{\"Records\":[]}",                                                    "records"},
    {"{\"Events\":[]}",                                                     "events"},
    {"{\"AuditData\":\"{}\"}",                                              "office365_wrapped"},
    {"{\"Workload\":\"Exchange\",\"Operation\":\"x\"}",                     "office365"},
    {"{\"OfficeWorkload\":\"Exchange\",\"Operation\":\"x\"}",               "office365_table"},
    {"{\"eventName\":\"RunInstances\",\"eventSource\":\"ec2.amazonaws.com\"}", NULL},
    {"{\"protoPayload\":{}}",                                               NULL},
    {"{}",                                                                  NULL},
};
/* clang-format on */

static const shape *find(json_reader *json, const json_trie *trie, const char *record)
{
    AUTO(buf) text = {0};
    json_value marks[SHAPE_MARKS_MAX];
    buf_puts(&text, record);
    assert_int_equal(json_project(json, trie, buf_str(&text), marks, SHAPE_MARKS_MAX), JSON_OK);
    return shape_find(marks);
}

static void records_have_their_shape(void **state)
{
    (void)state;
    json_reader *json = json_reader_new();
    json_trie *trie = shape_trie_new();
    assert_non_null(json);
    assert_non_null(trie);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const shape *s = find(json, trie, rows[i].record);
        const char *wanted = rows[i].shape ? rows[i].shape : "none";
        if (strcmp(s ? s->name : "none", wanted) != 0)
            print_error("%s\n", rows[i].record);
        assert_string_equal(s ? s->name : "none", wanted);
    }
    json_trie_free(trie);
    json_reader_free(json);
}

static bool is_tested(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].shape && strcmp(rows[i].shape, name) == 0)
            return true;
    return false;
}

static void every_shape_is_sound_and_tested(void **state)
{
    (void)state;
    for (size_t i = 0; i < shape_count(); i++) {
        const shape *s = shape_at(i);
        if (!is_tested(s->name))
            print_error("%s\n", s->name);
        assert_true(is_tested(s->name));
        assert_true(s->doc[0] != '\0');
        assert_non_null(s->need[0].path);
        for (size_t k = i + 1; k < shape_count(); k++)
            assert_string_not_equal(s->name, shape_at(k)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_have_their_shape),
        cmocka_unit_test(every_shape_is_sound_and_tested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
