/* SPDX-License-Identifier: Apache-2.0
 *
 * split_wrapper.c -- which objects are only the packaging of records.
 *
 *  (1) The tables are short on purpose: a key that records use for their own arrays must not be
 *      one of the wrapper keys, or those records would be torn apart.
 */
#include "decode/split_wrapper.h"

#include "decode/split_scan.h"

/* Keys whose arrays hold the records of a file, with the service that writes such files. */
/* clang-format off */
static const struct {
    const char *key;
    const char *doc;
} wrapper_keys[] = {
    {"Records",          "CloudTrail files in S3; S3 notifications"},
    {"records",          "Azure diagnostic settings through an Event Hub, or old PT1H.json"},
    {"Events",           "aws cloudtrail lookup-events"},
    {"events",           "aws logs filter-log-events"},
    {"value",            "Azure Resource Manager and Microsoft Graph answers"},
    {"logEvents",        "CloudWatch Logs subscriptions"},
    {"receivedMessages", "gcloud pubsub subscriptions pull"},
    {"Messages",         "aws sqs receive-message"},
    {"entries",          "Google Cloud Logging entries.list"},
};

/* An object that showed one of these before is itself a record, whatever arrays it holds. */
static const struct {
    const char *key;
    const char *doc;
} record_keys[] = {
    {"eventName",     "CloudTrail"},
    {"eventSource",   "CloudTrail"},
    {"eventID",       "CloudTrail"},
    {"detail-type",   "EventBridge"},
    {"operationName", "Azure activity log, Entra"},
    {"protoPayload",  "Google Cloud audit log"},
    {"insertId",      "Google Cloud logs"},
    {"class_uid",     "OCSF"},
};
/* clang-format on */

const char *split_wrapper_key(str text)
{
    size_t n = text.n - 1;
    while (n > 0 && scan_is_space(text.p[n - 1]))
        n--;
    if (n == 0 || text.p[n - 1] != ':')
        return NULL;
    n--;
    while (n > 0 && scan_is_space(text.p[n - 1]))
        n--;
    for (size_t i = 0; i < ARRAY_LEN(wrapper_keys); i++) {
        str key = str_of(wrapper_keys[i].key);
        if (n < key.n + 3 || text.p[n - 1] != '"')
            continue;
        const char *start = text.p + n - 1 - key.n;
        /* A quote that is not escaped, so it opens the string that the last one closes. */
        if (memcmp(start, key.p, key.n) == 0 && start[-1] == '"' && start[-2] != '\\')
            return key.p;
    }
    return NULL;
}

static bool is_record_key(str key)
{
    for (size_t i = 0; i < ARRAY_LEN(record_keys); i++)
        if (str_is(key, record_keys[i].key))
            return true;
    return false;
}

/* The offset of the quote that closes the string opened at text.p[at], or text.n. */
static size_t string_end(str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        if (text.p[at] == '\\')
            at++;
    return at < text.n ? at : text.n;
}

bool split_shows_record_key(str text)
{
    size_t depth = 0;
    char last = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"') {
            size_t end = string_end(text, i);
            bool is_key = depth == 1 && (last == '{' || last == ',');
            if (is_key && is_record_key((str){text.p + i + 1, end - i - 1}))
                return true;
            i = end;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (!scan_is_space(c))
            last = c;
    }
    return false;
}
