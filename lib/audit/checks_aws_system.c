/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_system.c -- the system audit of AWS: whether what is done is recorded, whole, and out
 * of reach of those recorded.
 */
#include "audit/audit.h"
#include "audit/aws_tests.h"
#include "audit/checks.h"
#include "base/text.h"

/* ---- trails ---------------------------------------------------------------------------------- */

/* A status that names no trail is kept under "?". */
static bool is_named(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !text_ends(facts_id(&a->facts, x), "/?");
}

/* Whether an account has one trail and no other. */
static bool is_only_trail(const facts *f, const fact *account, str trail)
{
    size_t n = 0;
    bool is_there = false;
    fact_iter it = facts_iter(f, account, ATTR_TRAIL);
    for (; facts_next(&it); n++)
        is_there = is_there || str_eq(it.value.text, trail);
    return n == 1 && is_there;
}

static const fact *unnamed_status(const facts *f, str account)
{
    AUTO(buf) id = {0};
    buf_putstr(&id, account);
    buf_puts(&id, "/?");
    uint32_t at = facts_find(f, FACT_TRAIL, PROVIDER_AWS, buf_str(&id));
    at = at == FACT_NONE ? facts_find(f, FACT_TRAIL, PROVIDER_AWS, STR("?/?")) : at;
    return at == FACT_NONE || id.failed ? NULL : facts_at(f, at);
}

/* A value of a trail's status: its own, or that of its account's only trail. */
static fact_value status_of(const facts *f, const fact *trail, attr what)
{
    fact_value own = facts_get(f, trail, what);
    str account = facts_account(f, trail);
    uint32_t at = facts_find(f, FACT_ACCOUNT, PROVIDER_AWS, account);
    if (own.is_set || at == FACT_NONE || !is_only_trail(f, facts_at(f, at), facts_id(f, trail)))
        return own;
    const fact *status = unnamed_status(f, account);
    return status ? facts_get(f, status, what) : own;
}

static spoor_check_status is_logging(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = status_of(&a->facts, x, ATTR_ENABLED);
    (void)row;
    if (!v.is_set)
        return aws_no_data(seen, "its status is not in the exports");
    buf_puts(seen, v.flag ? "logging" : "not logging");
    return aws_pass_if(v.flag);
}

static spoor_check_status is_delivered(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = status_of(&a->facts, x, ATTR_DELIVERY);
    (void)row;
    if (!v.is_set)
        return aws_no_data(seen, "its status is not in the exports");
    buf_putstr(seen, v.text);
    return aws_pass_if(str_is(v.text, "no error"));
}

/* What describe-trails leaves out is not there; list-trails says nothing of it. */
static spoor_check_status trail_has(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_set = facts_get(&a->facts, x, row->attr).is_set;
    if (!is_set && !facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return aws_no_data(seen, "not in the exports");
    return check_is_set(a, row, x, seen);
}

static spoor_check_status leaves_nothing_out(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    (void)row;
    if (facts_get(&a->facts, x, ATTR_LEFT_OUT).is_set) {
        buf_puts(seen, "leaves out ");
        check_say(seen, a, x, ATTR_LEFT_OUT);
        return SPOOR_CHECK_FAIL;
    }
    bool is_known = facts_is(&a->facts, x, ATTR_SELECTORS_READ);
    buf_puts(seen, is_known ? "nothing left out" : "its event selectors are not in the exports");
    return is_known ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status looks_for_insights(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    if (!facts_is(&a->facts, x, ATTR_INSIGHTS_READ))
        return aws_no_data(seen, "its insight selectors are not in the exports");
    bool has_any = facts_has_text(&a->facts, x, ATTR_INSIGHT, str_of(row->value));
    buf_puts(seen, has_any ? row->value : "no ApiCallRateInsight");
    return aws_pass_if(has_any);
}

/* ---- accounts -------------------------------------------------------------------------------- */

static bool has_trails_read(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_TRAILS_READ) || facts_get(&a->facts, x, ATTR_TRAIL).is_set;
}

typedef enum known { KNOWN_NO, KNOWN_YES, KNOWN_NOT } known;

/* What holds of one trail. */
typedef known trail_test(const facts *f, const check *row, const fact *trail);

static known flag_known(fact_value v)
{
    return !v.is_set ? KNOWN_NOT : v.flag ? KNOWN_YES : KNOWN_NO;
}

/* A trail that records: no is no, whatever else is not known. */
static known all_of(const known *k, size_t n)
{
    known all = KNOWN_YES;
    for (size_t i = 0; i < n; i++) {
        if (k[i] == KNOWN_NO)
            return KNOWN_NO;
        all = k[i] == KNOWN_NOT ? KNOWN_NOT : all;
    }
    return all;
}

static known records(const facts *f, const fact *trail, const char *what)
{
    if (facts_has_text(f, trail, ATTR_RECORDS, str_of(what)))
        return KNOWN_YES;
    return facts_is(f, trail, ATTR_SELECTORS_READ) ? KNOWN_NO : KNOWN_NOT;
}

/* All regions, all management events, and it is on. */
static known records_everything(const facts *f, const check *row, const fact *trail)
{
    (void)row;
    known k[] = {flag_known(facts_get(f, trail, ATTR_MULTI_REGION)),
                 flag_known(status_of(f, trail, ATTR_ENABLED)),
                 records(f, trail, "management:read"), records(f, trail, "management:write")};
    return all_of(k, ARRAY_LEN(k));
}

static known records_value(const facts *f, const check *row, const fact *trail)
{
    known k[] = {records(f, trail, row->value), flag_known(status_of(f, trail, ATTR_ENABLED))};
    return all_of(k, ARRAY_LEN(k));
}

static known is_of_organization(const facts *f, const check *row, const fact *trail)
{
    (void)row;
    return flag_known(facts_get(f, trail, ATTR_ORG_TRAIL));
}

/* One trail of the account does it. */
static spoor_check_status one_trail(const audit *a, const check *row, const fact *account,
                                    buf *seen, trail_test *test)
{
    const facts *f = &a->facts;
    bool is_unsure = !facts_is(f, account, ATTR_TRAILS_READ);
    uint32_t n = 0;
    fact_iter it = facts_iter(f, account, ATTR_TRAIL);
    for (; facts_next(&it); n++) {
        uint32_t at = facts_find(f, FACT_TRAIL, PROVIDER_AWS, it.value.text);
        known k = at == FACT_NONE ? KNOWN_NOT : test(f, row, facts_at(f, at));
        is_unsure = is_unsure || k == KNOWN_NOT;
        if (k != KNOWN_YES)
            continue;
        buf_puts(seen, "trail ");
        buf_putstr(seen, facts_name(f, facts_at(f, at)));
        return SPOOR_CHECK_PASS;
    }
    if (n == 0)
        buf_puts(seen, "there is no trail");
    else
        buf_printf(seen, n == 1 ? "its only trail does not" : "none of %u trails does", n);
    if (!is_unsure)
        return SPOOR_CHECK_FAIL;
    buf_reset(seen);
    return aws_no_data(seen, "status or selectors of a trail are not in the exports");
}

static spoor_check_status has_full_trail(const audit *a, const check *row, const fact *x, buf *seen)
{
    return one_trail(a, row, x, seen, records_everything);
}

static spoor_check_status has_recording(const audit *a, const check *row, const fact *x, buf *seen)
{
    return one_trail(a, row, x, seen, records_value);
}

static spoor_check_status has_organization(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    return one_trail(a, row, x, seen, is_of_organization);
}

/* ---- buckets --------------------------------------------------------------------------------- */

static bool is_written_to(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_IN_USE);
}

/* ---- regions --------------------------------------------------------------------------------- */

static bool has_instances(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_HAS_INSTANCES);
}

static spoor_check_status is_guarded(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    fact_value state = facts_get(f, x, ATTR_DETECTOR);
    (void)row;
    if (state.is_set) {
        buf_puts(seen, "detector ");
        buf_putstr(seen, state.text);
        return aws_pass_if(text_eq_nocase(state.text, STR("ENABLED")));
    }
    if (facts_has_text(f, x, ATTR_LISTED, STR("detector")))
        return aws_no_data(seen, "there is a detector, whether it is on is not in the exports");
    if (!facts_has_text(f, x, ATTR_LISTED, STR("no_detector")))
        return aws_no_data(seen, "its detectors are not in the exports");
    buf_puts(seen, "no detector");
    return SPOOR_CHECK_FAIL;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define TRAILS                                                                                     \
    .heading = HEADING_SYSTEM, .cloud = PROVIDER_AWS, .subject = FACT_TRAIL, .applies = is_named
#define ACCOUNTS                                                                                   \
    .heading = HEADING_SYSTEM, .cloud = PROVIDER_AWS, .subject = FACT_ACCOUNT,                     \
    .applies = has_trails_read
#define BUCKETS                                                                                    \
    .heading = HEADING_SYSTEM, .cloud = PROVIDER_AWS, .subject = FACT_BUCKET,                      \
    .applies = is_written_to
#define REGIONS                                                                                    \
    .heading = HEADING_SYSTEM, .cloud = PROVIDER_AWS, .subject = FACT_REGION,                      \
    .applies = has_instances

/* clang-format off */
static const check rows[] = {
    {
        .id = "aws-account-trail", .title = "A trail records all management events of all regions", ACCOUNTS,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status, EXPORT_aws_trail_selectors},
        .test = has_full_trail, .wanted = "a trail of all regions that is logging, with all management events, read and write",
        .why = "An instance made in a region that no trail records leaves no trace.",
        .fix = "aws cloudtrail create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail --enable-log-file-validation && aws cloudtrail start-logging --name NAME",
        .references = "CIS AWS 6.0 4.1; FSBP CloudTrail.1",
    },
    {
        .id = "aws-account-trail-ebs", .title = "A trail records direct reads of snapshots", ACCOUNTS,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status, EXPORT_aws_trail_selectors},
        .test = has_recording, .value = "AWS::EC2::Snapshot:read", .wanted = "data events of AWS::EC2::Snapshot, read",
        .why = "GetSnapshotBlock reads a disk without any instance, and is a data event: no other record shows it.",
        .fix = "aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors '[{\"Name\":\"snapshots\",\"FieldSelectors\":[{\"Field\":\"eventCategory\",\"Equals\":[\"Data\"]},{\"Field\":\"resources.type\",\"Equals\":[\"AWS::EC2::Snapshot\"]}]}]' # with the selectors there are",
        .references = "",
    },
    {
        .id = "aws-account-trail-s3-write", .title = "A trail records writes to objects in all buckets", ACCOUNTS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status, EXPORT_aws_trail_selectors},
        .test = has_recording, .value = "AWS::S3::Object:write", .wanted = "data events of AWS::S3::Object in all buckets, write",
        .why = "Data that a rogue instance stages in a bucket arrives there unseen.",
        .fix = "aws cloudtrail put-event-selectors --trail-name TRAIL --event-selectors '[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true,\"DataResources\":[{\"Type\":\"AWS::S3::Object\",\"Values\":[\"arn:aws:s3\"]}]}]'",
        .references = "CIS AWS 6.0 4.8",
    },
    {
        .id = "aws-account-trail-s3-read", .title = "A trail records reads of objects in all buckets", ACCOUNTS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status, EXPORT_aws_trail_selectors},
        .test = has_recording, .value = "AWS::S3::Object:read", .wanted = "data events of AWS::S3::Object in all buckets, read",
        .why = "What is fetched with the stolen credentials of an instance's role is not known afterwards.",
        .fix = "aws cloudtrail put-event-selectors --trail-name TRAIL --event-selectors '[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true,\"DataResources\":[{\"Type\":\"AWS::S3::Object\",\"Values\":[\"arn:aws:s3\"]}]}]'",
        .references = "CIS AWS 6.0 4.9",
    },
    {
        .id = "aws-account-trail-organization", .title = "A trail of the organization records the account", ACCOUNTS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails},
        .test = has_organization, .wanted = "a trail with IsOrganizationTrail",
        .why = "Administrators of the account can stop its own trails, not one of the organization.",
        .fix = "aws cloudtrail update-trail --name TRAIL --is-organization-trail # in the management account",
        .references = "", .stops = STOPS(EVASION),
    },
    {
        .id = "aws-trail-logging", .title = "Trails are logging", TRAILS,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status},
        .test = is_logging, .wanted = "IsLogging true",
        .why = "Nothing that is done is recorded until somebody starts it again.",
        .fix = "aws cloudtrail start-logging --region {region} --name {id}",
        .references = "",
    },
    {
        .id = "aws-trail-delivered", .title = "Trails deliver what they record", TRAILS,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_status},
        .test = is_delivered, .wanted = "no LatestDeliveryError",
        .why = "A trail whose bucket refuses it is on, and yet no record arrives.",
        .fix = "aws cloudtrail get-trail-status --region {region} --name {id} # then the policy of its bucket",
        .references = "",
    },
    {
        .id = "aws-trail-validation", .title = "Trails sign what they record", TRAILS,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_trails},
        .test = check_is_true, .attr = ATTR_LOG_VALIDATION, .wanted = "LogFileValidationEnabled true",
        .why = "Records of a rogue instance can be changed or taken out of the bucket, and nobody can tell.",
        .fix = "aws cloudtrail update-trail --region {region} --name {id} --enable-log-file-validation",
        .references = "CIS AWS 6.0 4.2; FSBP CloudTrail.4",
    },
    {
        .id = "aws-trail-key", .title = "Trails encrypt with a key of one's own", TRAILS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails},
        .test = trail_has, .attr = ATTR_KMS_KEY, .wanted = "a KmsKeyId",
        .why = "Whoever may read the bucket reads in the records what is noticed and what is not.",
        .fix = "aws cloudtrail update-trail --region {region} --name {id} --kms-key-id KEY",
        .references = "CIS AWS 6.0 4.5; FSBP CloudTrail.2",
    },
    {
        .id = "aws-trail-log-group", .title = "Trails write to CloudWatch Logs, too", TRAILS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails},
        .test = trail_has, .attr = ATTR_LOG_GROUP, .wanted = "a CloudWatchLogsLogGroupArn",
        .why = "Nothing raises an alarm while an instance is made; the bucket is read afterwards.",
        .fix = "aws cloudtrail update-trail --region {region} --name {id} --cloud-watch-logs-log-group-arn ARN --cloud-watch-logs-role-arn ARN",
        .references = "FSBP CloudTrail.5",
    },
    {
        .id = "aws-trail-global", .title = "Trails record services that belong to no region", TRAILS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails},
        .test = check_is_true, .attr = ATTR_GLOBAL_EVENTS, .wanted = "IncludeGlobalServiceEvents true",
        .why = "New users, keys and rights with which instances are made do not stand in it.",
        .fix = "aws cloudtrail update-trail --region {region} --name {id} --include-global-service-events",
        .references = "",
    },
    {
        .id = "aws-trail-left-out", .title = "Trails leave out no service", TRAILS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_selectors},
        .test = leaves_nothing_out, .wanted = "no ExcludeManagementEventSources",
        .why = "With KMS left out, nobody sees that a snapshot was copied to another key to be shared.",
        .fix = "aws cloudtrail put-event-selectors --region {region} --trail-name {id} --event-selectors '[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true}]'",
        .references = "",
    },
    {
        .id = "aws-trail-insights", .title = "Trails look for unusual rates of calls", TRAILS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails, EXPORT_aws_trail_insights},
        .test = looks_for_insights, .value = "ApiCallRateInsight", .wanted = "ApiCallRateInsight",
        .why = "A burst of RunInstances is nothing that anybody is told of.",
        .fix = "aws cloudtrail put-insight-selectors --region {region} --trail-name {id} --insight-selectors '[{\"InsightType\":\"ApiCallRateInsight\"}]'",
        .references = "",
    },
    {
        .id = "aws-trail-bucket-private", .title = "No policy makes a trail's bucket public", BUCKETS,
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_trails, EXPORT_aws_bucket_policy_status},
        .test = check_is_false, .attr = ATTR_BUCKET_PUBLIC, .wanted = "IsPublic false",
        .why = "Everybody reads who may make instances, and what was noticed.",
        .fix = "aws s3api put-public-access-block --bucket {id} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        .references = "FSBP CloudTrail.6",
    },
    {
        .id = "aws-trail-bucket-blocked", .title = "Buckets of trails refuse all public access", BUCKETS,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_trails, EXPORT_aws_bucket_block},
        .test = check_is_true, .attr = ATTR_BUCKET_BLOCKED, .wanted = "all four settings on",
        .why = "One careless policy or ACL makes public who may make instances, and what was noticed.",
        .fix = "aws s3api put-public-access-block --bucket {id} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
        .references = "FSBP S3.8",
    },
    {
        .id = "aws-trail-bucket-logging", .title = "Accesses to buckets of trails are logged", BUCKETS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_trails, EXPORT_aws_bucket_logging},
        .test = check_is_true, .attr = ATTR_BUCKET_LOGGING, .wanted = "LoggingEnabled",
        .why = "Nobody can tell who took records of a rogue instance out of the bucket.",
        .fix = "aws s3api put-bucket-logging --bucket {id} --bucket-logging-status '{\"LoggingEnabled\":{\"TargetBucket\":\"BUCKET\",\"TargetPrefix\":\"trail/\"}}'",
        .references = "CIS AWS 6.0 4.4; FSBP CloudTrail.7",
    },
    {
        .id = "aws-region-guardduty", .title = "GuardDuty watches every region with instances", REGIONS,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_instances}, .needs_any = {EXPORT_aws_detectors, EXPORT_aws_detector},
        .test = is_guarded, .wanted = "a detector that is ENABLED",
        .why = "Credentials of an instance used elsewhere, and an instance that mines or scans, raise no alarm.",
        .fix = "aws guardduty create-detector --region {region} --enable",
        .references = "FSBP GuardDuty.1",
    },
    {
        .id = "aws-region-config", .title = "AWS Config records every region with instances", REGIONS,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_instances, EXPORT_aws_recorder_status},
        .test = check_is, .attr = ATTR_RECORDER, .value = "recording", .wanted = "a recorder that is recording",
        .why = "What an instance looked like before an intruder deleted it cannot be said afterwards.",
        .fix = "aws configservice start-configuration-recorder --region {region} --configuration-recorder-name default",
        .references = "CIS AWS 6.0 4.3; FSBP Config.1",
    },
    {
        .id = "aws-region-config-whole", .title = "AWS Config records all kinds of resources", REGIONS,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances, EXPORT_aws_recorders},
        .test = check_is_true, .attr = ATTR_RECORDS_ALL, .wanted = "recordingGroup.allSupported true",
        .why = "Snapshots, volumes and rules that came and went with a rogue instance are missing.",
        .fix = "aws configservice put-configuration-recorder --region {region} --configuration-recorder name=default,roleARN=ROLE --recording-group allSupported=true,includeGlobalResourceTypes=true",
        .references = "",
    },
};
/* clang-format on */

const check_table checks_aws_system = {rows, ARRAY_LEN(rows)};
