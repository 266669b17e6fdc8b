/* SPDX-License-Identifier: Apache-2.0
 *
 * shape.c -- the table of wrappers and look-alikes.
 */
#include "decode/shape.h"

#include "base/text.h"

enum { NEEDS = 3 };

/* clang-format off */
static const shape shapes[] = {
    {"digest", SHAPE_SKIP, {{"digestS3Object", SHAPE_WANT_STRING}, {"logFiles", SHAPE_WANT_ARRAY}},
     "CloudTrail digest file: proves that log files are unchanged, holds no events"},
    {"s3_notification", SHAPE_SKIP, {{"s3.object.key", SHAPE_WANT_STRING}},
     "S3 notification: only points at a log file that lies elsewhere"},
    {"cloudtrail_notification", SHAPE_SKIP, {{"s3ObjectKey", SHAPE_WANT_ANY}, {"s3Bucket", SHAPE_WANT_STRING}},
     "CloudTrail delivery notice: only points at a log file that lies elsewhere"},
    {"eventbridge", SHAPE_INSIDE, {{"detail", SHAPE_WANT_NESTED}, {"detail.eventName", SHAPE_WANT_STRING}},
     "EventBridge envelope around a CloudTrail event"},
    {"eventbridge_other", SHAPE_SKIP, {{"detail", SHAPE_WANT_NESTED}, {"detail-type", SHAPE_WANT_STRING}},
     "EventBridge event that is not an audit record"},
    {"lookup_events", SHAPE_INSIDE, {{"CloudTrailEvent", SHAPE_WANT_NESTED}},
     "an element of `aws cloudtrail lookup-events`"},
    {"lake", SHAPE_INSIDE, {{"eventJson", SHAPE_WANT_NESTED}},
     "CloudTrail Lake row with the event in a column"},
    {"beats", SHAPE_INSIDE, {{"event.original", SHAPE_WANT_NESTED}},
     "Elastic Beats or Agent document that kept the original"},
    {"wazuh_gcp", SHAPE_INSIDE, {{"gcp", SHAPE_WANT_OBJECT}, {"gcp.logName", SHAPE_WANT_STRING}},
     "Wazuh event around a Google Cloud log entry"},
    {"wazuh_aws", SHAPE_INSIDE, {{"aws", SHAPE_WANT_OBJECT}, {"aws.eventName", SHAPE_WANT_STRING}, {"aws.eventSource", SHAPE_WANT_STRING}},
     "Wazuh event around a CloudTrail event"},
    {"security_lake", SHAPE_INSIDE, {{"raw_data", SHAPE_WANT_NESTED}, {"class_uid", SHAPE_WANT_ANY}},
     "OCSF event that kept the original"},
    {"cribl", SHAPE_INSIDE, {{"_raw", SHAPE_WANT_NESTED}},
     "Cribl or Splunk export with the event in _raw"},
    {"cloudwatch", SHAPE_INSIDE, {{"logEvents", SHAPE_WANT_ARRAY}, {"messageType", SHAPE_WANT_STRING}},
     "CloudWatch Logs subscription"},
    {"awslogs", SHAPE_BASE64, {{"awslogs.data", SHAPE_WANT_STRING}},
     "CloudWatch Logs subscription as a function receives it"},
    {"kinesis", SHAPE_BASE64, {{"kinesis.data", SHAPE_WANT_STRING}},
     "Kinesis record"},
    {"firehose", SHAPE_BASE64, {{"data", SHAPE_WANT_STRING}, {"recordId", SHAPE_WANT_STRING}},
     "Firehose record"},
    {"pubsub", SHAPE_BASE64, {{"message.data", SHAPE_WANT_STRING}},
     "Pub/Sub message, pushed or pulled"},
    {"pubsub_bare", SHAPE_BASE64, {{"data", SHAPE_WANT_STRING}, {"messageId", SHAPE_WANT_STRING}},
     "Pub/Sub message without its envelope"},
    {"message", SHAPE_INSIDE, {{"message", SHAPE_WANT_NESTED}},
     "CloudWatch log event, SNS notification or other carrier with the record in `message`"},
    {"sns", SHAPE_INSIDE, {{"Sns.Message", SHAPE_WANT_NESTED}},
     "SNS notification as a function receives it"},
    {"elastic_hits", SHAPE_INSIDE, {{"hits.hits", SHAPE_WANT_ARRAY}},
     "Elasticsearch or OpenSearch answer"},
    {"elastic_hit", SHAPE_INSIDE, {{"_source", SHAPE_WANT_OBJECT}},
     "Elasticsearch or OpenSearch document with its index around it"},
    {"sqs", SHAPE_INSIDE, {{"body", SHAPE_WANT_NESTED}, {"messageId", SHAPE_WANT_STRING}},
     "SQS message"},
    {"rule_test", SHAPE_INSIDE, {{"data", SHAPE_WANT_NESTED}, {"trigger_rules", SHAPE_WANT_ARRAY}},
     "test event of a detection rule"},
    {"log_analytics", SHAPE_TABLES, {{"tables", SHAPE_WANT_ARRAY}},
     "Log Analytics query result"},
    {"records", SHAPE_INSIDE, {{"Records", SHAPE_WANT_ARRAY}},
     "a Records wrapper inside another wrapper"},
    {"events", SHAPE_INSIDE, {{"Events", SHAPE_WANT_ARRAY}},
     "an Events wrapper inside another wrapper"},
    {"office365_wrapped", SHAPE_SKIP, {{"AuditData", SHAPE_WANT_NESTED}},
     "Microsoft 365 unified audit record: about documents and mail, not about machines"},
    {"office365", SHAPE_SKIP, {{"Workload", SHAPE_WANT_STRING}, {"Operation", SHAPE_WANT_STRING}},
     "Microsoft 365 unified audit record: about documents and mail, not about machines"},
    {"office365_table", SHAPE_SKIP, {{"OfficeWorkload", SHAPE_WANT_STRING}, {"Operation", SHAPE_WANT_STRING}},
     "Microsoft 365 unified audit record: about documents and mail, not about machines"},
};
/* clang-format on */

_Static_assert(ARRAY_LEN(shapes) * NEEDS <= SHAPE_MARKS_MAX, "raise SHAPE_MARKS_MAX");

size_t shape_count(void)
{
    return ARRAY_LEN(shapes);
}

const shape *shape_at(size_t i)
{
    return &shapes[i];
}

json_trie *shape_trie_new(void)
{
    json_path paths[SHAPE_MARKS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        for (size_t k = 0; k < NEEDS && shapes[i].need[k].path; k++)
            paths[n++] = (json_path){shapes[i].need[k].path, (uint16_t)(i * NEEDS + k)};
    return json_trie_new(paths, n);
}

static bool holds_json(const json_value *v)
{
    str text = text_trim(v->raw);
    /* Still escaped: a JSON string of JSON begins as the JSON does, after escaped white space. */
    while (text_starts(text, "\\n") || text_starts(text, "\\r") || text_starts(text, "\\t"))
        text = text_trim(str_from(text, 2));
    return text_starts(text, "{") || text_starts(text, "[");
}

static bool meets(const json_value *v, shape_want want)
{
    switch (want) {
    case SHAPE_WANT_ANY:
        return v->type != JSON_NONE && v->type != JSON_NULL;
    case SHAPE_WANT_STRING:
        return v->type == JSON_STRING;
    case SHAPE_WANT_OBJECT:
        return v->type == JSON_OBJECT;
    case SHAPE_WANT_ARRAY:
        return v->type == JSON_ARRAY;
    case SHAPE_WANT_NESTED:
        return v->type == JSON_OBJECT || v->type == JSON_ARRAY ||
               (v->type == JSON_STRING && holds_json(v));
    }
    return false;
}

const shape *shape_find(const json_value marks[SHAPE_MARKS_MAX])
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        size_t k = 0;
        while (k < NEEDS && shapes[i].need[k].path &&
               meets(&marks[i * NEEDS + k], shapes[i].need[k].want))
            k++;
        if (k == NEEDS || !shapes[i].need[k].path)
            return &shapes[i];
    }
    return NULL;
}
