/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_trail.c -- reads CloudTrail's trails: what they record, whether they do, and the buckets
 * they write to.
 *
 *  (1) An account's fact lists its trails: a trail of the organization stands in the management
 *      account and records for every other.
 *  (2) The status of a trail names none. `spoor audit --plan` asks for it so that it does; one
 *      that does not is kept under "ACCOUNT/?", and is that of the account's trail when it has
 *      only one.
 */
#include "fact/aws_place.h"
#include "export/readers.h"
#include "base/text.h"

/* ---- trails ---------------------------------------------------------------------------------- */

/* clang-format off */
static const reading_row trail_rows[] = {
    {"IsMultiRegionTrail",         ATTR_MULTI_REGION},
    {"IncludeGlobalServiceEvents", ATTR_GLOBAL_EVENTS},
    {"LogFileValidationEnabled",   ATTR_LOG_VALIDATION},
    {"IsOrganizationTrail",        ATTR_ORG_TRAIL},
    {"KmsKeyId",                   ATTR_KMS_KEY},
    {"S3BucketName",               ATTR_BUCKET},
    {"CloudWatchLogsLogGroupArn",  ATTR_LOG_GROUP},
};
/* clang-format on */

static str arn_account(str arn)
{
    for (int i = 0; i < 4; i++)
        arn = text_after(arn, ':');
    return text_before(arn, ':');
}

static uint32_t add_account(reading *r, str trail)
{
    str account = r->account.n > 0 ? r->account : arn_account(trail);
    uint32_t at = reading_add(r, FACT_ACCOUNT, PROVIDER_AWS, account.n > 0 ? account : STR("?"));
    facts_set_account(r->facts, at, account);
    return at;
}

static uint32_t add_trail(reading *r, str arn)
{
    if (arn_account(arn).n == 0) {
        reading_wrong(r, "a trail without an ARN");
        return FACT_NONE;
    }
    uint32_t at = aws_add_thing(r, FACT_TRAIL, arn, arn_account(arn), STR_NONE);
    facts_set_name(r->facts, at, text_after(arn, '/'));
    return at;
}

static void read_trail(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    str arn = aws_text(node, "TrailARN"), bucket = aws_text(node, "S3BucketName");
    uint32_t at = add_trail(r, arn);
    if (at == FACT_NONE)
        return;
    facts_set_region(r->facts, at, aws_text(node, "HomeRegion"));
    facts_put_text(r->facts, add_account(r, arn), ATTR_TRAIL, arn);
    reading_put_rows(r, at, node, trail_rows, ARRAY_LEN(trail_rows));
    if (bucket.n == 0)
        return;
    uint32_t written = aws_add_thing(r, FACT_BUCKET, bucket, STR_NONE, STR_NONE);
    facts_put_flag(r->facts, written, ATTR_IN_USE, true);
    aws_put_whole(r, at, malformed);
}

static void read_trails(reading *r, json_node node)
{
    bool is_full = json_node_type(json_node_get(node, STR("trailList"))) != JSON_NONE;
    const char *list = is_full ? "trailList" : "Trails";
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, list);
    while (json_iter_next(&it))
        read_trail(r, it.value);
    if (r->malformed != malformed)
        return;
    it = aws_each(r, node, list);
    str first = json_iter_next(&it) ? aws_text(it.value, "TrailARN") : STR_NONE;
    facts_put_flag(r->facts, add_account(r, first), ATTR_TRAILS_READ, true);
}

static void read_one_trail(reading *r, json_node node)
{
    read_trail(r, json_node_get(node, STR("Trail")));
}

/* ---- status ---------------------------------------------------------------------------------- */

static uint32_t trail_of_status(reading *r, json_node node)
{
    str arn = aws_text(node, "TrailARN");
    if (arn.n > 0)
        return add_trail(r, arn);
    reading_reset(r);
    buf_putstr(&r->scratch, r->account.n > 0 ? r->account : STR("?"));
    buf_puts(&r->scratch, "/?");
    return reading_add(r, FACT_TRAIL, PROVIDER_AWS, buf_str(&r->scratch));
}

static void read_status(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    uint32_t at = trail_of_status(r, node);
    reading_put(r, at, ATTR_ENABLED, json_node_get(node, STR("IsLogging")));
    reading_put(r, at, ATTR_DELIVERY, json_node_get(node, STR("LatestDeliveryError")));
    reading_put(r, at, ATTR_DELIVERY, json_node_get(node, STR("LatestDigestDeliveryError")));
    if (r->malformed == malformed)
        facts_put_text(r->facts, at, ATTR_DELIVERY, STR("no error"));
}

/* ---- what is recorded ------------------------------------------------------------------------ */

/* What one selector selects. */
typedef struct selection {
    bool is_read, is_write;
    bool is_part; /* only some resources, callers or calls: it proves nothing of all */
} selection;

static void put_record(reading *r, uint32_t at, str what, const selection *s)
{
    static const char *const ends[] = {":read", ":write"};
    for (size_t i = 0; i < ARRAY_LEN(ends) && !s->is_part; i++) {
        if (!(i == 0 ? s->is_read : s->is_write))
            continue;
        reading_reset(r);
        buf_putstr(&r->scratch, what);
        buf_puts(&r->scratch, ends[i]);
        facts_put_text(r->facts, at, ATTR_RECORDS, buf_str(&r->scratch));
    }
}

/* "arn:aws:s3", "arn:aws:s3:::": of all buckets; "arn:aws:s3:::b/": of one. */
static bool is_of_all(json_node values)
{
    json_iter it = json_iter_of(values);
    while (json_iter_next(&it)) {
        str arn = json_node_string(it.value);
        if (text_starts(arn, "arn:") &&
            (text_ends(arn, ":s3") || text_ends(arn, ":::") || text_ends(arn, ":lambda")))
            return true;
    }
    return false;
}

static void read_selector(reading *r, uint32_t at, json_node node)
{
    str type = aws_text(node, "ReadWriteType");
    json_node management = json_node_get(node, STR("IncludeManagementEvents"));
    selection s = {.is_read = !str_is(type, "WriteOnly"), .is_write = !str_is(type, "ReadOnly")};
    if (type.n == 0 || json_node_type(management) != JSON_BOOL)
        reading_wrong(r, "an event selector without ReadWriteType or IncludeManagementEvents");
    else if (reading_is(r, management, "true"))
        put_record(r, at, STR("management"), &s);
    reading_put(r, at, ATTR_LEFT_OUT, json_node_get(node, STR("ExcludeManagementEventSources")));
    json_iter it = aws_each(r, node, "DataResources");
    while (json_iter_next(&it)) {
        s.is_part = !is_of_all(json_node_get(it.value, STR("Values")));
        put_record(r, at, aws_text(it.value, "Type"), &s);
    }
}

/* One field of an advanced selector: {"Field": "readOnly", "Equals": ["true"]}. */
static void read_field(reading *r, uint32_t at, json_node node, selection *s, str *what)
{
    str field = aws_text(node, "Field");
    json_iter it = aws_each(r, node, "Equals");
    str first = json_iter_next(&it) ? json_node_string(it.value) : STR_NONE;
    json_node others = json_node_get(node, STR("NotEquals"));
    if (str_is(field, "eventCategory")) {
        *what = str_is(first, "Management") ? STR("management") : *what;
    } else if (str_is(field, "resources.type")) {
        *what = first;
    } else if (str_is(field, "readOnly")) {
        s->is_read = str_is(first, "true");
        s->is_write = str_is(first, "false");
    } else if (str_is(field, "eventSource") && json_node_size(others) > 0 && first.n == 0) {
        reading_put(r, at, ATTR_LEFT_OUT, others);
    } else {
        s->is_part = true;
    }
}

static void read_advanced(reading *r, uint32_t at, json_node node)
{
    str what = STR_NONE;
    selection s = {.is_read = true, .is_write = true};
    json_iter it = aws_each(r, node, "FieldSelectors");
    while (json_iter_next(&it))
        read_field(r, at, it.value, &s, &what);
    if (what.n == 0)
        reading_wrong(r, "an advanced event selector without category or type");
    else
        put_record(r, at, what, &s);
}

static void read_selectors(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    uint32_t at = add_trail(r, aws_text(node, "TrailARN"));
    json_iter it = aws_each(r, node, "EventSelectors");
    while (json_iter_next(&it))
        read_selector(r, at, it.value);
    it = aws_each(r, node, "AdvancedEventSelectors");
    while (json_iter_next(&it))
        read_advanced(r, at, it.value);
    if (r->malformed == malformed)
        facts_put_flag(r->facts, at, ATTR_SELECTORS_READ, true);
}

static void read_insights(reading *r, json_node node)
{
    uint32_t at = add_trail(r, aws_text(node, "TrailARN"));
    json_iter it = aws_each(r, node, "InsightSelectors");
    while (json_iter_next(&it))
        reading_put(r, at, ATTR_INSIGHT, json_node_get(it.value, STR("InsightType")));
    if (aws_has_list(r, node, "InsightSelectors"))
        facts_put_flag(r->facts, at, ATTR_INSIGHTS_READ, true);
}

/* ---- buckets --------------------------------------------------------------------------------- */

/* The answers of S3 name no bucket; the commands of `spoor audit --plan` add a member that does. */
static uint32_t add_bucket(reading *r, json_node node)
{
    str name = aws_text(node, "Bucket");
    if (name.n > 0)
        return aws_add_thing(r, FACT_BUCKET, name, STR_NONE, STR_NONE);
    reading_wrong(r, "no member Bucket says whose it is; `spoor audit --plan aws` has the command");
    return FACT_NONE;
}

static void read_policy_status(reading *r, json_node node)
{
    reading_put(r, add_bucket(r, node), ATTR_BUCKET_PUBLIC,
                reading_at(node, "PolicyStatus.IsPublic"));
}

static void read_block(reading *r, json_node node)
{
    static const char *const settings[] = {"BlockPublicAcls", "IgnorePublicAcls",
                                           "BlockPublicPolicy", "RestrictPublicBuckets"};
    uint32_t at = add_bucket(r, node);
    json_node block = json_node_get(node, STR("PublicAccessBlockConfiguration"));
    bool are_all = true, is_known = true;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        json_node v = json_node_get(block, str_of(settings[i]));
        are_all = are_all && reading_is(r, v, "true");
        is_known = is_known && json_node_type(v) == JSON_BOOL;
    }
    if (is_known)
        facts_put_flag(r->facts, at, ATTR_BUCKET_BLOCKED, are_all);
    else
        reading_wrong(r, "PublicAccessBlockConfiguration lacks one of its four settings");
}

static void read_bucket_logging(reading *r, json_node node)
{
    json_type type = json_node_type(json_node_get(node, STR("LoggingEnabled")));
    uint32_t at = add_bucket(r, node);
    if (type == JSON_OBJECT || type == JSON_NULL)
        facts_put_flag(r->facts, at, ATTR_BUCKET_LOGGING, type == JSON_OBJECT);
    else
        reading_wrong(r, "LoggingEnabled is no object");
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_trails,               SHAPE_MEMBERS, "trailList",                      read_trails},
    {EXPORT_aws_trails,               SHAPE_ONLY,    "Trails",                         read_trails},
    {EXPORT_aws_trails,               SHAPE_ONLY,    "Trail",                          read_one_trail},
    {EXPORT_aws_trail_status,         SHAPE_MEMBERS, "IsLogging",                      read_status},
    {EXPORT_aws_trail_selectors,      SHAPE_MEMBERS, "TrailARN EventSelectors",        read_selectors},
    {EXPORT_aws_trail_selectors,      SHAPE_MEMBERS, "TrailARN AdvancedEventSelectors", read_selectors},
    {EXPORT_aws_trail_insights,       SHAPE_MEMBERS, "TrailARN InsightSelectors",      read_insights},
    {EXPORT_aws_bucket_policy_status, SHAPE_MEMBERS, "PolicyStatus",                   read_policy_status},
    {EXPORT_aws_bucket_block,         SHAPE_MEMBERS, "PublicAccessBlockConfiguration", read_block},
    {EXPORT_aws_bucket_logging,       SHAPE_MEMBERS, "Bucket LoggingEnabled",          read_bucket_logging},
    {EXPORT_aws_bucket_logging,       SHAPE_ONLY,    "LoggingEnabled",                 read_bucket_logging},
};
/* clang-format on */

const shape_table aws_trail_shapes = {rows, ARRAY_LEN(rows)};
