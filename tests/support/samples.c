/* SPDX-License-Identifier: Apache-2.0
 *
 * samples.c -- the table of shapes, and the layers that make them.
 */
#include "support/samples.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

/* ---- records --------------------------------------------------------------------------------- */

#define RUN_AT(time, uid)                                                                          \
    "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\",\"principalId\":"           \
    "\"AIDAEXAMPLEEXAMPLE00\",\"arn\":\"arn:aws:iam::111111111111:user/mallory\",\"accountId\":"   \
    "\"111111111111\",\"accessKeyId\":\"AKIAEXAMPLEEXAMPLE00\",\"userName\":\"mallory\"},"         \
    "\"eventTime\":\"" time "\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":"              \
    "\"RunInstances\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"198.51.100.7\","           \
    "\"userAgent\":\"aws-cli/2\",\"requestParameters\":{\"instanceType\":\"t3.micro\"},"           \
    "\"responseElements\":{\"instancesSet\":{\"items\":[{\"instanceId\":"                          \
    "\"i-0a1b2c3d4e5f60718\",\"imageId\":\"ami-0a1b2c3d4e5f60718\"}]}},\"eventID\":\"" uid         \
    "\",\"eventType\":\"AwsApiCall\",\"recipientAccountId\":\"111111111111\"}"
#define RUN(uid) RUN_AT("2026-01-02T03:04:05Z", uid)
#define RUN_PRETTY                                                                                 \
    "{\n      \"eventTime\": \"2026-01-02T03:04:05Z\",\n      \"eventSource\": "                   \
    "\"ec2.amazonaws.com\",\n      \"eventName\": \"RunInstances\",\n      \"resources\": [\n"     \
    "        {\n          \"a\": 1\n        },\n        {\n          \"a\": 2\n        }\n      "  \
    "],\n      \"eventID\": \"p1\"\n    }"
#define INSIGHT                                                                                    \
    "{\"eventVersion\":\"1.09\",\"eventTime\":\"2026-01-02T03:04:05Z\",\"eventType\":"             \
    "\"AwsCloudTrailInsight\",\"eventID\":\"in1\",\"eventCategory\":\"Insight\","                  \
    "\"insightDetails\":{\"state\":\"Start\",\"eventSource\":\"ec2.amazonaws.com\","               \
    "\"eventName\":\"RunInstances\",\"insightType\":\"ApiCallRateInsight\"}}"

#define VM_ID                                                                                      \
    "/subscriptions/5a0e0000-0000-4000-8000-000000000001/resourceGroups/lab/providers/"            \
    "Microsoft.Compute/virtualMachines/rogue"
#define VM_OP "Microsoft.Compute/virtualMachines/write"
#define VM_DIAG(uid)                                                                               \
    "{\"time\":\"2026-01-02T03:04:05.1234567Z\",\"resourceId\":\"" VM_ID "\",\"operationName\":"   \
    "\"" VM_OP "\",\"category\":\"Administrative\",\"resultType\":\"Success\","                    \
    "\"resultSignature\":\"Succeeded.Created\",\"correlationId\":\"c1\",\"callerIpAddress\":"      \
    "\"198.51.100.9\",\"properties\":{\"eventDataId\":\"" uid "\"}}"
#define VM_REST(uid)                                                                               \
    "{\"eventTimestamp\":\"2026-01-02T03:04:05.1234567Z\",\"resourceId\":\"" VM_ID                 \
    "\",\"operationName\":{\"value\":\"" VM_OP "\",\"localizedValue\":\"Create or Update "         \
    "Virtual Machine\"},\"category\":{\"value\":\"Administrative\"},\"status\":{\"value\":"        \
    "\"Succeeded\"},\"subStatus\":{\"value\":\"Created\"},\"eventDataId\":\"" uid                  \
    "\",\"correlationId\":\"c1\",\"operationId\":\"o1\",\"caller\":\"mallory@example.com\"}"
#define ROLE_DETAILS                                                                               \
    "\"activityDisplayName\":\"Add member to role\",\"activityDateTime\":"                         \
    "\"2026-01-02T03:04:05Z\",\"id\":\"Directory_1\",\"correlationId\":\"c1\",\"result\":"         \
    "\"success\",\"initiatedBy\":{\"user\":{\"id\":\"0b0e0000-0000-4000-8000-00000000000a\","      \
    "\"userPrincipalName\":\"mallory@example.com\"}},\"targetResources\":[{\"type\":\"User\","     \
    "\"id\":\"0b0e0000-0000-4000-8000-00000000000b\"}]"
#define SIGN_IN(category)                                                                          \
    "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"/tenants/7e000000-0000-4000-8000-"        \
    "000000000009/providers/Microsoft.aadiam\",\"operationName\":\"Sign-in activity\","            \
    "\"category\":\"" category "\",\"resultType\":\"0\",\"callerIpAddress\":\"198.51.100.9\","     \
    "\"correlationId\":\"c1\",\"properties\":{\"id\":\"signin-1\",\"createdDateTime\":"            \
    "\"2026-01-02T03:04:05Z\",\"userPrincipalName\":\"mallory@example.com\",\"appId\":\"a1\","     \
    "\"ipAddress\":\"198.51.100.9\"}}"

#define INSERT(uid)                                                                                \
    "{\"insertId\":\"" uid "\",\"logName\":\"projects/lab/logs/cloudaudit.googleapis.com%2F"       \
    "activity\",\"timestamp\":\"2026-01-02T03:04:05.123Z\",\"severity\":\"NOTICE\",\"resource\":"  \
    "{\"type\":\"gce_instance\",\"labels\":{\"project_id\":\"lab\",\"zone\":\"us-central1-a\","    \
    "\"instance_id\":\"4711\"}},\"protoPayload\":{\"@type\":\"type.googleapis.com/google.cloud."   \
    "audit.AuditLog\",\"serviceName\":\"compute.googleapis.com\",\"methodName\":"                  \
    "\"v1.compute.instances.insert\",\"resourceName\":\"projects/lab/zones/us-central1-a/"         \
    "instances/rogue\",\"authenticationInfo\":{\"principalEmail\":\"mallory@example.com\"},"       \
    "\"requestMetadata\":{\"callerIp\":\"198.51.100.7\"}}}"
#define INSERT_SNAKE                                                                               \
    "{\"insert_id\":\"id1\",\"log_name\":\"projects/lab/logs/cloudaudit.googleapis.com%2F"         \
    "activity\",\"timestamp\":\"2026-01-02 03:04:05\",\"resource\":{\"type\":\"gce_instance\","    \
    "\"labels\":{\"project_id\":\"lab\"}},\"proto_payload\":{\"service_name\":"                    \
    "\"compute.googleapis.com\",\"method_name\":\"v1.compute.instances.insert\","                  \
    "\"resource_name\":\"projects/lab/zones/z/instances/rogue\",\"authentication_info\":"          \
    "{\"principal_email\":\"mallory@example.com\"}}}"
#define INSERT_BIGQUERY                                                                            \
    "{\"insertId\":\"id1\",\"logName\":\"projects/lab/logs/cloudaudit.googleapis.com%2F"           \
    "activity\",\"timestamp\":\"2026-01-02 03:04:05.123 UTC\",\"resource\":{\"type\":"             \
    "\"gce_instance\",\"labels\":{\"project_id\":\"lab\"}},\"protopayload_auditlog\":"             \
    "{\"serviceName\":\"compute.googleapis.com\",\"methodName\":\"v1.compute.instances.insert\","  \
    "\"resourceName\":\"projects/lab/zones/z/instances/rogue\",\"authenticationInfo\":"            \
    "{\"principalEmail\":\"mallory@example.com\"},\"requestJson\":\"{\\\"name\\\":"                \
    "\\\"rogue\\\"}\"}}"

#define OCSF_HEAD                                                                                  \
    "{\"class_uid\":6003,\"category_uid\":6,\"time\":1767323045123,\"metadata\":{\"version\":"     \
    "\"1.1.0\",\"uid\":\"o1\"},\"cloud\":{\"provider\":\"AWS\",\"region\":\"us-east-1\"},"         \
    "\"api\":{\"operation\":\"RunInstances\",\"service\":{\"name\":\"ec2.amazonaws.com\"}}"

/* ---- layers ---------------------------------------------------------------------------------- */

/* clang-format off */
#define RECORDS      {LAYER_COPY,   "{\"Records\":[", "]}"}
#define EVENTBRIDGE  {LAYER_COPY,   "{\"version\":\"0\",\"id\":\"b1\",\"detail-type\":\"AWS API Call via CloudTrail\",\"source\":\"aws.ec2\"," \
                                    "\"account\":\"111111111111\",\"time\":\"2026-01-02T03:04:05Z\",\"resources\":[],\"detail\":", "}"}
#define CLOUDWATCH   {LAYER_QUOTE,  "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111111111111\",\"logGroup\":\"trail\",\"logStream\":\"s\"," \
                                    "\"subscriptionFilters\":[\"f\"],\"logEvents\":[{\"id\":\"1\",\"timestamp\":1767323045000,\"message\":", "}]}"}
#define AWSLOGS      {LAYER_BASE64, "{\"awslogs\":{\"data\":\"", "\"}}"}
#define FIREHOSE     {LAYER_BASE64, "{\"invocationId\":\"v1\",\"deliveryStreamArn\":\"arn:aws:firehose:us-east-1:111111111111:deliverystream/x\",\"region\":\"us-east-1\"," \
                                    "\"records\":[{\"recordId\":\"r1\",\"approximateArrivalTimestamp\":1767323045000,\"data\":\"", "\"}]}"}
#define KINESIS      {LAYER_BASE64, "{\"Records\":[{\"kinesis\":{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\"p\",\"sequenceNumber\":\"1\",\"data\":\"", \
                                    "\"},\"eventSource\":\"aws:kinesis\",\"eventName\":\"aws:kinesis:record\",\"awsRegion\":\"us-east-1\"}]}"}
#define SNS          {LAYER_QUOTE,  "{\"Type\":\"Notification\",\"MessageId\":\"m1\",\"TopicArn\":\"arn:aws:sns:us-east-1:111111111111:t\"," \
                                    "\"Timestamp\":\"2026-01-02T03:04:05.000Z\",\"Message\":", "}"}
#define SNS_LAMBDA   {LAYER_QUOTE,  "{\"Records\":[{\"EventSource\":\"aws:sns\",\"EventVersion\":\"1.0\",\"Sns\":{\"Type\":\"Notification\",\"MessageId\":\"m1\",\"Message\":", "}}]}"}
#define SQS_CLI      {LAYER_QUOTE,  "{\"Messages\":[{\"MessageId\":\"q1\",\"ReceiptHandle\":\"h\",\"MD5OfBody\":\"x\",\"Body\":", "}]}"}
#define SQS_LAMBDA   {LAYER_QUOTE,  "{\"Records\":[{\"messageId\":\"q1\",\"receiptHandle\":\"h\",\"eventSource\":\"aws:sqs\",\"awsRegion\":\"us-east-1\",\"body\":", "}]}"}
#define LOOKUP       {LAYER_QUOTE,  "{\"Events\":[{\"EventId\":\"e1\",\"EventName\":\"RunInstances\",\"ReadOnly\":\"false\",\"EventTime\":1767323045.0,\"EventSource\":\"ec2.amazonaws.com\"," \
                                    "\"Username\":\"mallory\",\"Resources\":[{\"ResourceType\":\"AWS::EC2::Instance\",\"ResourceName\":\"i-1\"}],\"CloudTrailEvent\":", "}]}"}
#define LAKE_JSON    {LAYER_QUOTE,  "{\"QueryResultRows\":1}\n{\"eventJson\":", "}"}
#define LAKE_CSV     {LAYER_CELL,   "eventTime,eventJson\n2026-01-02 03:04:05.000,", "\n"}
#define BEATS        {LAYER_QUOTE,  "{\"@timestamp\":\"2026-01-02T03:04:05.000Z\",\"event\":{\"action\":\"RunInstances\",\"provider\":\"ec2.amazonaws.com\",\"original\":", "},\"aws\":{\"cloudtrail\":{\"event_version\":\"1.08\"}}}"}
#define BEATS_DOTTED {LAYER_QUOTE,  "{\"@timestamp\":\"2026-01-02T03:04:05.000Z\",\"event.action\":\"RunInstances\",\"event.original\":", "}"}
#define ELASTIC_HIT  {LAYER_COPY,   "{\"_index\":\"logs\",\"_id\":\"1\",\"_source\":", "}"}
#define ELASTIC_HITS {LAYER_COPY,   "{\"took\":1,\"hits\":{\"total\":1,\"hits\":[", "]}}"}
#define OCSF_RAW     {LAYER_QUOTE,  OCSF_HEAD ",\"raw_data\":", "}"}
#define CRIBL        {LAYER_QUOTE,  "{\"_time\":1767323045,\"host\":\"h\",\"source\":\"s3\",\"_raw\":", "}"}
#define PUBSUB_PUSH  {LAYER_BASE64, "{\"message\":{\"data\":\"", "\",\"messageId\":\"1\",\"publishTime\":\"2026-01-02T03:04:06Z\",\"attributes\":{\"a\":\"b\"}},\"subscription\":\"projects/lab/subscriptions/s\"}"}
#define PUBSUB_PULL  {LAYER_BASE64, "{\"receivedMessages\":[{\"ackId\":\"k\",\"message\":{\"data\":\"", "\",\"messageId\":\"1\",\"publishTime\":\"2026-01-02T03:04:06Z\"}}]}"}
#define PUBSUB_CLI   {LAYER_BASE64, "[{\"ackId\":\"k\",\"message\":{\"data\":\"", "\",\"messageId\":\"1\"}}]"}
#define PUBSUB_BARE  {LAYER_BASE64, "{\"data\":\"", "\",\"messageId\":\"1\"}"}
#define GZIP         {LAYER_GZIP,         "", ""}
#define GZIP_MEMBERS {LAYER_GZIP_MEMBERS, "", ""}
#define ZSTD         {LAYER_ZSTD,         "", ""}

#define RUN_IS(n) NULL, "cloudtrail",     n, "RunInstances", "e1", NULL
#define VM_IS(n)  NULL, "azure_activity", n, VM_OP,          "e1", NULL
#define ROLE_IS   NULL, "entra_audit",    1, "Add member to role", "Directory_1", NULL
#define SIGN_IN_IS NULL, "entra_signin",  1, "Sign-in activity",   "signin-1",    NULL
#define INSERT_IS(n) NULL, "gcp_audit",   n, "v1.compute.instances.insert", "id1", NULL
#define SKIPPED(reason) NULL, NULL, 0, NULL, NULL, reason
#define NO_LAYERS {{0}}

static const sample samples[] = {
    /* AWS */
    {"cloudtrail file",        RUN("e1") "," RUN("e2"), {RECORDS}, RUN_IS(2)},
    {"cloudtrail JSONL",       RUN("e1") "\n" RUN("e2") "\n", NO_LAYERS, RUN_IS(2)},
    {"cloudtrail array",       "[" RUN("e1") "," RUN("e2") "]", NO_LAYERS, RUN_IS(2)},
    {"cloudtrail pretty-printed", "{\n  \"Records\": [\n    " RUN_PRETTY ",\n    " RUN("e2") "\n  ]\n}\n", NO_LAYERS,
     NULL, "cloudtrail", 2, "RunInstances", "p1", NULL},
    {"cloudtrail files, one a line", "{\"Records\":[" RUN("e1") "]}\n{\"Records\":[" RUN("e2") "]}\n", NO_LAYERS, RUN_IS(2)},
    {"empty cloudtrail file",  "{\"Records\":[]}", NO_LAYERS, NULL, NULL, 0, NULL, NULL, NULL},
    {"eventbridge",            RUN("e1"), {EVENTBRIDGE}, RUN_IS(1)},
    {"eventbridge, not an audit record", "{\"version\":\"0\",\"detail-type\":\"EC2 Instance State-change Notification\",\"detail\":{\"state\":\"running\"}}", NO_LAYERS,
     SKIPPED("EventBridge event")},
    {"cloudwatch subscription", RUN("e1"), {CLOUDWATCH}, RUN_IS(1)},
    {"cloudwatch subscription inside an array", "[{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"id\":\"1\",\"message\":{}},{\"id\":\"2\",\"message\":" RUN("e1") "}]}]", NO_LAYERS,
     NULL, "cloudtrail", 1, "RunInstances", "e1", "no log family"},
    {"cloudwatch subscription, gzip in base64", RUN("e1"), {CLOUDWATCH, GZIP, AWSLOGS}, RUN_IS(1)},
    {"firehose",               RUN("e1"), {CLOUDWATCH, GZIP, FIREHOSE}, RUN_IS(1)},
    {"firehose, plain record", RUN("e1"), {FIREHOSE}, RUN_IS(1)},
    {"kinesis",                RUN("e1"), {CLOUDWATCH, GZIP, KINESIS}, RUN_IS(1)},
    {"sns",                    RUN("e1"), {EVENTBRIDGE, SNS}, RUN_IS(1)},
    {"sns to a function",      RUN("e1"), {EVENTBRIDGE, SNS_LAMBDA}, RUN_IS(1)},
    {"sqs, command line",      RUN("e1"), {EVENTBRIDGE, SQS_CLI}, RUN_IS(1)},
    {"sqs to a function",      RUN("e1"), {EVENTBRIDGE, SQS_LAMBDA}, RUN_IS(1)},
    {"sns in sqs",             RUN("e1"), {EVENTBRIDGE, SNS, SQS_LAMBDA}, RUN_IS(1)},
    {"cloudtrail file in sns", RUN("e1") "," RUN("e2"), {RECORDS, SNS}, RUN_IS(2)},
    {"s3 notification", "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\",\"eventTime\":\"2026-01-02T03:04:05.000Z\","
     "\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"AWSLogs/x.json.gz\",\"size\":1}}}]}", NO_LAYERS, SKIPPED("S3 notification")},
    {"s3 notification in sns", "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\",\"eventTime\":\"2026-01-02T03:04:05.000Z\",\"s3\":{\"object\":{\"key\":\"k\"}}}]}",
     {SNS}, SKIPPED("S3 notification")},
    {"cloudtrail delivery notice", "{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"AWSLogs/x.json.gz\"]}", NO_LAYERS, SKIPPED("delivery notice")},
    {"cloudtrail delivery notice in sns", "{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"AWSLogs/x.json.gz\"]}", {SNS}, SKIPPED("delivery notice")},
    {"digest", "{\"awsAccountId\":\"111111111111\",\"digestStartTime\":\"2026-01-02T03:04:05Z\",\"digestEndTime\":\"2026-01-02T04:04:05Z\",\"digestS3Bucket\":\"b\","
     "\"digestS3Object\":\"AWSLogs/d.json.gz\",\"previousDigestSignature\":null,\"logFiles\":[{\"s3Bucket\":\"b\",\"s3Object\":\"k\",\"hashValue\":\"00\"}]}", NO_LAYERS,
     SKIPPED("digest")},
    {"insights",               INSIGHT, {RECORDS}, SKIPPED("nsight")},
    {"lookup-events",          RUN("e1"), {LOOKUP}, RUN_IS(1)},
    {"lake, JSON column",      RUN("e1"), {LAKE_JSON}, NULL, "cloudtrail", 1, "RunInstances", "e1", "no log family"},
    {"lake, CSV column",       RUN("e1"), {LAKE_CSV}, RUN_IS(1)},
    {"lake, columns",
     "eventversion,useridentity,eventtime,eventsource,eventname,awsregion,requestparameters,responseelements,eventid,recipientaccountid\n"
     "1.08,\"{type=IAMUser, principalid=AIDAEXAMPLEEXAMPLE00, arn=arn:aws:iam::111111111111:user/mallory, accountid=111111111111, username=mallory}\","
     "2026-01-02 03:04:05.000,ec2.amazonaws.com,RunInstances,us-east-1,\"{\"\"instanceType\"\":\"\"t3.micro\"\"}\","
     "\"{\"\"instancesSet\"\":{\"\"items\"\":[{\"\"instanceId\"\":\"\"i-1\"\"}]}}\",e1,111111111111\n", NO_LAYERS, RUN_IS(1)},
    {"beats",                  RUN("e1"), {BEATS}, RUN_IS(1)},
    {"beats, dotted",          RUN("e1"), {BEATS_DOTTED}, RUN_IS(1)},
    {"beats without the original",
     "{\"@timestamp\":\"2026-01-02T03:04:05.000Z\",\"event\":{\"id\":\"e1\",\"action\":\"RunInstances\",\"provider\":\"ec2.amazonaws.com\",\"outcome\":\"success\"},"
     "\"aws\":{\"cloudtrail\":{\"event_version\":\"1.08\",\"user_identity\":{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111111111111:user/mallory\"},"
     "\"response_elements\":\"{instancesSet={items=[{instanceId=i-1}]}}\"}},\"cloud\":{\"region\":\"us-east-1\",\"account\":{\"id\":\"111111111111\"}}}", NO_LAYERS, RUN_IS(1)},
    {"elastic hit",            RUN("e1"), {BEATS, ELASTIC_HIT}, RUN_IS(1)},
    {"elastic answer",         RUN("e1"), {BEATS, ELASTIC_HIT, ELASTIC_HITS}, RUN_IS(1)},
    {"ocsf with the original", RUN("e1"), {OCSF_RAW}, RUN_IS(1)},
    {"ocsf",                   OCSF_HEAD "}", NO_LAYERS, NULL, "ocsf", 1, "RunInstances", "o1", NULL},
    {"cribl",                  RUN("e1"), {CRIBL}, RUN_IS(1)},
    {"wazuh of AWS",           RUN("e1"), {{LAYER_COPY, "{\"integration\":\"aws\",\"aws\":", "}"}}, RUN_IS(1)},
    {"panther",
     "{\"eventTime\":\"2026-01-02 03:04:05\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"eventID\":\"e1\",\"p_log_type\":\"AWS.CloudTrail\","
     "\"p_event_time\":\"2026-01-02 03:04:05.000\",\"p_any_ip_addresses\":[\"198.51.100.7\"]}", NO_LAYERS, RUN_IS(1)},
    {"panther without the event's own time",
     "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"eventID\":\"e1\",\"p_log_type\":\"AWS.CloudTrail\","
     "\"p_event_time\":\"2026-01-02 03:04:05.000\"}", NO_LAYERS, RUN_IS(1)},
    {"cloudtrail, gzip",       RUN("e1"), {RECORDS, GZIP}, RUN_IS(1)},
    {"cloudtrail, gzip in two members", RUN("e1") "\n" RUN("e2"), {GZIP_MEMBERS}, RUN_IS(2)},
    {"cloudtrail, zstd",       RUN("e1"), {RECORDS, ZSTD}, RUN_IS(1)},
    {"wrapped five times",     RUN("e1"), {EVENTBRIDGE, SNS, SNS, SNS, SNS}, RUN_IS(1)},
    {"wrapped six times",      RUN("e1"), {EVENTBRIDGE, SNS, SNS, SNS, SNS, SNS}, SKIPPED("limit unwrap")},
    {"wrapped in all ways",    RUN("e1"), {EVENTBRIDGE, SNS, SQS_LAMBDA, GZIP}, RUN_IS(1)},

    /* Azure */
    {"event hub",              "{\"records\":[" VM_DIAG("e1") "," VM_DIAG("e2") "]}", NO_LAYERS, VM_IS(2)},
    {"PT1H.json",              "\xef\xbb\xbf" VM_DIAG("e1") "\r\n" VM_DIAG("e2") "\r\n", NO_LAYERS, VM_IS(2)},
    {"REST",                   "{\"value\":[" VM_REST("e1") "," VM_REST("e2") "],\"nextLink\":\"https://management.azure.com/x\"}", NO_LAYERS, VM_IS(2)},
    {"az command line",        "[\n  " VM_REST("e1") ",\n  " VM_REST("e2") "\n]\n", NO_LAYERS, VM_IS(2)},
    {"log analytics",
     "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"TimeGenerated\",\"type\":\"datetime\"},{\"name\":\"OperationNameValue\",\"type\":\"string\"},"
     "{\"name\":\"ActivityStatusValue\",\"type\":\"string\"},{\"name\":\"EventDataId\",\"type\":\"string\"},{\"name\":\"_ResourceId\",\"type\":\"string\"},{\"name\":\"Caller\",\"type\":\"string\"},"
     "{\"name\":\"CorrelationId\",\"type\":\"string\"},{\"name\":\"Type\",\"type\":\"string\"}],\"rows\":["
     "[\"2026-01-02T03:04:05Z\",\"" VM_OP "\",\"Success\",\"e1\",\"" VM_ID "\",\"mallory@example.com\",\"c1\",\"AzureActivity\"],"
     "[\"2026-01-02T03:04:06Z\",\"" VM_OP "\",\"Success\",\"e2\",\"" VM_ID "\",\"mallory@example.com\",\"c2\",\"AzureActivity\"]]}]}", NO_LAYERS, VM_IS(2)},
    {"log analytics without rows", "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"TimeGenerated\"}],\"rows\":[]}]}", NO_LAYERS, SKIPPED("without rows")},
    {"log analytics, CSV",
     "\"TimeGenerated [UTC]\",OperationNameValue,ActivityStatusValue,EventDataId,\"_ResourceId\",Caller,CorrelationId,Type\n"
     "\"1/2/2026, 3:04:05.000 AM\",\"" VM_OP "\",Success,e1,\"" VM_ID "\",\"mallory@example.com\",c1,AzureActivity\r\n", NO_LAYERS, VM_IS(1)},
    {"entra audit, diagnostic",
     "{\"time\":\"2026-01-02T03:04:05Z\",\"resourceId\":\"/tenants/7e000000-0000-4000-8000-000000000009/providers/Microsoft.aadiam\",\"operationName\":\"Add member to role\","
     "\"category\":\"AuditLogs\",\"properties\":{" ROLE_DETAILS "}}", NO_LAYERS, ROLE_IS},
    {"entra audit, Graph",     "{\"@odata.context\":\"x\",\"value\":[{" ROLE_DETAILS ",\"category\":\"RoleManagement\"}]}", NO_LAYERS, ROLE_IS},
    {"entra audit, table",
     "{\"TimeGenerated\":\"2026-01-02T03:04:05Z\",\"OperationName\":\"Add member to role\",\"Category\":\"RoleManagement\",\"Type\":\"AuditLogs\",\"Id\":\"Directory_1\","
     "\"CorrelationId\":\"c1\",\"Result\":\"success\",\"TargetResources\":\"[{\\\"type\\\":\\\"User\\\",\\\"id\\\":\\\"0b0e0000-0000-4000-8000-00000000000b\\\"}]\"}", NO_LAYERS, ROLE_IS},
    {"sign-in, a person",      SIGN_IN("SignInLogs"), NO_LAYERS, SIGN_IN_IS},
    {"sign-in, a token renewed", SIGN_IN("NonInteractiveUserSignInLogs"), NO_LAYERS, SIGN_IN_IS},
    {"sign-in, an application", SIGN_IN("ServicePrincipalSignInLogs"), NO_LAYERS, SIGN_IN_IS},
    {"sign-in, a machine",     SIGN_IN("ManagedIdentitySignInLogs"), NO_LAYERS, SIGN_IN_IS},
    {"office 365",             "{\"CreationTime\":\"2026-01-02T03:04:05\",\"Id\":\"x\",\"Operation\":\"MailItemsAccessed\",\"Workload\":\"Exchange\",\"UserId\":\"u\"}", NO_LAYERS,
     SKIPPED("Microsoft 365")},

    /* GCP */
    {"sink JSONL",             INSERT("id1") "\n" INSERT("id2") "\n", NO_LAYERS, INSERT_IS(2)},
    {"gcloud array",           "[\n  " INSERT("id1") ",\n  " INSERT("id2") "\n]\n", NO_LAYERS, INSERT_IS(2)},
    {"entries.list",           "{\"entries\":[" INSERT("id1") "],\"nextPageToken\":\"t\"}", NO_LAYERS, INSERT_IS(1)},
    {"pubsub push",            INSERT("id1"), {PUBSUB_PUSH}, INSERT_IS(1)},
    {"wazuh of Google Cloud",  INSERT("id1"), {{LAYER_COPY, "{\"integration\":\"gcp\",\"gcp\":", "}"}}, INSERT_IS(1)},
    {"pubsub pull",            INSERT("id1"), {PUBSUB_PULL}, INSERT_IS(1)},
    {"pubsub, command line",   INSERT("id1"), {PUBSUB_CLI}, INSERT_IS(1)},
    {"pubsub without envelope", INSERT("id1"), {PUBSUB_BARE}, INSERT_IS(1)},
    {"bigquery",               INSERT_BIGQUERY "\n", NO_LAYERS, INSERT_IS(1)},
    {"snake case",             INSERT_SNAKE "\n", NO_LAYERS, INSERT_IS(1)},
    {"log entry that is no audit record",
     "{\"insertId\":\"x\",\"logName\":\"projects/lab/logs/syslog\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"resource\":{\"type\":\"gce_instance\"},\"textPayload\":\"hello\"}", NO_LAYERS,
     SKIPPED("without an audit record")},

    /* Anything else */
    {"any JSON",               "{\"id\":\"g1\",\"time\":\"2026-01-02T03:04:05Z\",\"x\":1}\n{\"y\":[]}\n", NO_LAYERS, "json", "generic", 2, "", "g1", NULL},
    {"any JSON, not looked into", RUN("e1"), {SNS}, "json", "generic", 1, "", "", NULL},
    {"unknown JSON",           "{\"hello\":\"world\"}\n", NO_LAYERS, SKIPPED("no log family")},
    {"not JSON between records", RUN("e1") "\nNov 24 host x\n" RUN("e2") "\n", NO_LAYERS, NULL, "cloudtrail", 2, "RunInstances", "e1", "not JSON"},
    {"broken inside",          RUN("e1") "\n{\"b\" 1}\n", NO_LAYERS, NULL, "cloudtrail", 1, "RunInstances", "e1", "not JSON"},
    {"scalars",                "[1,\"x\",null," RUN("e1") "]", NO_LAYERS, NULL, "cloudtrail", 1, "RunInstances", "e1", "not an object"},
    {"cut off",                RUN("e1") "\n{\"eventVersion\":\"1.0", NO_LAYERS, NULL, "cloudtrail", 1, "RunInstances", "e1", "cut off"},
    {"no time",                RUN_AT("yesterday", "e1"), NO_LAYERS, SKIPPED("without a readable time")},
    {"wrapper that is not base64", "{\"awslogs\":{\"data\":\"!!!\"}}", NO_LAYERS, SKIPPED("not base64")},
    {"wrapper that is damaged", "{\"awslogs\":{\"data\":\"H4sIAAAAAAAA\"}}", NO_LAYERS, SKIPPED("damaged")},
    {"wrapper of nothing",     "", {AWSLOGS}, SKIPPED("nothing in it")},
    {"wrapper of an empty file", "{\"Records\":[]}", {SNS}, SKIPPED("nothing in it")},
    {"text",                   "hello, world\n", NO_LAYERS, SKIPPED("neither JSON nor CSV")},
    {"three clouds",           RUN("e1") "\n" VM_DIAG("e2") "\n" INSERT("id3") "\n" RUN("e4") "\n", NO_LAYERS, RUN_IS(4)},
};
/* clang-format on */

size_t sample_count(void)
{
    return ARRAY_LEN(samples);
}

const sample *sample_at(size_t i)
{
    return &samples[i];
}

/* ---- making them ----------------------------------------------------------------------------- */

static void put_cell(buf *out, str s)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        buf_put(out, "\"", s.p[i] == '"');
        buf_putc(out, s.p[i]);
    }
    buf_putc(out, '"');
}

static void put_base64(buf *out, str s)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_putc(out, i + k > s.n ? '=' : letters[bits >> (18 - 6 * k) & 63]);
    }
}

static void put_gzip(buf *out, str s)
{
    struct isal_zstream z;
    isal_deflate_stateless_init(&z);
    z.gzip_flag = IGZIP_GZIP;
    z.end_of_stream = 1;
    z.next_in = (uint8_t *)(uintptr_t)s.p;
    z.avail_in = (uint32_t)s.n;
    size_t room = s.n + s.n / 8 + 1024;
    if (!buf_reserve(out, room))
        return;
    z.next_out = (uint8_t *)out->p + out->n;
    z.avail_out = (uint32_t)room;
    if (isal_deflate_stateless(&z) == COMP_OK)
        out->n += z.total_out;
    else
        out->failed = true;
}

static void put_zstd(buf *out, str s)
{
    size_t room = ZSTD_compressBound(s.n);
    if (!buf_reserve(out, room))
        return;
    size_t n = ZSTD_compress(out->p + out->n, room, s.p, s.n, 3);
    if (ZSTD_isError(n))
        out->failed = true;
    else
        out->n += n;
}

static void put_layer(buf *out, layer_kind kind, str inside)
{
    switch (kind) {
    case LAYER_NONE:
    case LAYER_COPY:
        buf_putstr(out, inside);
        return;
    case LAYER_QUOTE:
        buf_json_string(out, inside);
        return;
    case LAYER_CELL:
        put_cell(out, inside);
        return;
    case LAYER_BASE64:
        put_base64(out, inside);
        return;
    case LAYER_GZIP:
        put_gzip(out, inside);
        return;
    case LAYER_GZIP_MEMBERS:
        put_gzip(out, str_upto(inside, inside.n / 3));
        put_gzip(out, str_from(inside, inside.n / 3));
        return;
    case LAYER_ZSTD:
        put_zstd(out, inside);
        return;
    }
}

bool sample_make(const sample *s, buf *out)
{
    buf_puts(out, s->text);
    for (size_t i = 0; i < SAMPLE_LAYERS && s->layers[i].kind != LAYER_NONE; i++) {
        buf whole = {0};
        buf_puts(&whole, s->layers[i].before);
        put_layer(&whole, s->layers[i].kind, buf_str(out));
        buf_puts(&whole, s->layers[i].after);
        buf_done(out);
        *out = whole;
    }
    return !out->failed;
}
