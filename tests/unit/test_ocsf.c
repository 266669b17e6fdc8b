/* SPDX-License-Identifier: Apache-2.0
 *
 * test_ocsf.c -- events in the Open Cybersecurity Schema, and the calls they stand for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/decoded.h"

extern const decoder decoder_ocsf;

typedef struct sample {
    const char *name;
    const char *record;
    decode_status status;
    const char *facts;
} sample;

#define HEAD(class, cloud)                                                                         \
    "\"class_uid\":" class ",\"category_uid\":6,\"time\":1767323045123,\"metadata\":{\"version\":" \
                           "\"1.1.0\",\"uid\":\"e1\",\"logged_time\":1767323046000},\"cloud\":{"   \
                           "\"provider\":\"" cloud                                                 \
                           "\",\"region\":\"us-east-1\",\"account\":{\"uid\":\"111111111111\"}}"
#define ROLE "arn:aws:iam::111111111111:role/Admin"
#define SESSION "arn:aws:sts::111111111111:assumed-role/Admin/eve"

/* clang-format off */
static const sample samples[] = {
    {"aws: bodies as strings",
     "{" HEAD("6003", "AWS") ",\"api\":{\"operation\":\"CreateSnapshot\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"request\":{\"uid\":\"r1\","
     "\"data\":\"{\\\"volumeId\\\":\\\"vol-0a1b2c3d4e5f60718\\\"}\"},\"response\":{\"data\":\"{\\\"snapshotId\\\":\\\"snap-0a1b2c3d4e5f60718\\\"}\"}},"
     "\"actor\":{\"user\":{\"type\":\"AssumedRole\",\"uid\":\"AROAEXAMPLEEXAMPLE00:eve\",\"uid_alt\":\"" SESSION "\",\"credential_uid\":\"ASIAEXAMPLEEXAMPLE00\",\"account\":{\"uid\":\"111111111111\"}},"
     "\"session\":{\"issuer\":\"" ROLE "\",\"created_time\":1767322000000,\"is_mfa\":false}},\"src_endpoint\":{\"ip\":\"198.51.100.7\"},\"http_request\":{\"user_agent\":\"aws-cli/2\"},\"status_id\":1}",
     DECODE_EVENT,
     "provider=aws\noutcome=success\nphase=complete\nclass=snapshot.create\ntime_ms=1767323045123\ntime_ingest=2026-01-02T03:04:06Z\nuid=e1\nrequest_uid=r1\n"
     "service=ec2.amazonaws.com\noperation=CreateSnapshot\naccount=111111111111\nregion=us-east-1\nactor_type=AssumedRole\nactor_id=AROAEXAMPLEEXAMPLE00\n"
     "actor_name=Admin\nactor_arn=" ROLE "\nissuer_id=AROAEXAMPLEEXAMPLE00\nissuer_name=" ROLE "\nsession_id=" SESSION "\ncredential=ASIAEXAMPLEEXAMPLE00\nmfa=false\n"
     "session_start=2026-01-02T02:46:40Z\nsrc_ip=198.51.100.7\nuser_agent=aws-cli/2\ncreated=snapshot:snap-0a1b2c3d4e5f60718\nparent=volume:vol-0a1b2c3d4e5f60718\n"
     "created@api.response.data.snapshotId\nparent@api.request.data.volumeId\n!error_code"},
    {"aws: short service, bodies as objects, several resources",
     "{" HEAD("6003", "AWS") ",\"api\":{\"operation\":\"TerminateInstances\",\"service\":{\"name\":\"ec2\"},\"request\":{\"data\":{\"instancesSet\":{\"items\":[{\"instanceId\":\"i-0a1b2c3d4e5f60718\"}]}}}},"
     "\"resources\":[{\"uid\":\"arn:aws:s3:::tools\",\"type\":\"AWS::S3::Bucket\"},{\"uid\":\"i-0a1b2c3d4e5f60718\",\"type\":\"AWS::EC2::Instance\"}]}",
     DECODE_EVENT, "class=instance.delete\nservice=ec2.amazonaws.com\ntarget=instance:i-0a1b2c3d4e5f60718\ntarget@resources[].uid\ntarget_type=AWS::S3::Bucket"},
    {"aws: before version 1.0",
     "{\"class_uid\":5001,\"category_uid\":5,\"class_name\":\"Cloud API\",\"time\":1767323045123,\"metadata\":{\"version\":\"0.26.1\"},\"ref_event_uid\":\"e2\",\"cloud\":{\"provider\":\"AWS\",\"region\":\"us-east-1\"},"
     "\"api\":{\"operation\":\"CreateSnapshot\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"response\":{\"error\":null}},\"identity\":{\"user\":{\"type\":\"IAMUser\",\"name\":\"eve\",\"uid\":\"AIDAEXAMPLEEXAMPLE00\","
     "\"uuid\":\"arn:aws:iam::111111111111:user/eve\",\"account_uid\":\"111111111111\"},\"session\":{\"mfa\":true}},\"src_endpoint\":{\"ip\":null,\"domain\":\"dlm.amazonaws.com\"},"
     "\"unmapped\":[[\"readOnly\",\"false\"],[\"requestParameters\",\"{\\\"volumeId\\\":\\\"vol-0a1b2c3d4e5f60718\\\"}\"],[\"recipientAccountId\",\"222222222222\"],[\"eventCategory\",\"Management\"]]}",
     DECODE_EVENT,
     "class=snapshot.create\nuid=e2\naccount=222222222222\nactor_account=111111111111\nactor_id=AIDAEXAMPLEEXAMPLE00\nactor_name=eve\nactor_arn=arn:aws:iam::111111111111:user/eve\nmfa=true\n"
     "src_service=dlm.amazonaws.com\nread_only=false\nlog_kind=Management\nparent=volume:vol-0a1b2c3d4e5f60718\nparent@unmapped.requestParameters.volumeId\n!src_ip\n!session_id"},
    {"aws: rule opened",
     "{" HEAD("6003", "AWS") ",\"api\":{\"operation\":\"AuthorizeSecurityGroupIngress\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"request\":{\"data\":{\"groupId\":\"sg-0a1b2c3d4e5f60718\","
     "\"ipPermissions\":{\"items\":[{\"ipProtocol\":\"tcp\",\"fromPort\":22,\"toPort\":22,\"ipRanges\":{\"items\":[{\"cidrIp\":\"0.0.0.0/0\"}]}}]}}}}}",
     DECODE_EVENT, "class=net.open\npublic_exposure=tcp/22 from 0.0.0.0/0\ntarget=security_group:sg-0a1b2c3d4e5f60718"},
    {"denied",
     "{" HEAD("6003", "AWS") ",\"status_id\":2,\"api\":{\"operation\":\"RunInstances\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"response\":{\"error\":\"Client.UnauthorizedOperation\",\"message\":\"no\"}}}",
     DECODE_EVENT, "outcome=denied\ndenied=true\nerror_code=Client.UnauthorizedOperation\nerror_message=no"},
    {"tried out", "{" HEAD("6003", "AWS") ",\"status_id\":2,\"api\":{\"operation\":\"RunInstances\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"response\":{\"error\":\"Client.DryRunOperation\"}}}",
     DECODE_EVENT, "outcome=dry_run\n!denied"},
    {"no room", "{" HEAD("6003", "AWS") ",\"api\":{\"operation\":\"RunInstances\",\"service\":{\"name\":\"ec2.amazonaws.com\"},\"response\":{\"error\":\"Client.VcpuLimitExceeded\"}}}", DECODE_EVENT, "outcome=capacity"},
    {"failed without a code", "{" HEAD("3002", "AWS") ",\"status_id\":2,\"api\":{\"operation\":\"ConsoleLogin\",\"service\":{\"name\":\"signin.amazonaws.com\"}}}", DECODE_EVENT, "outcome=failed"},
    {"azure", "{" HEAD("6003", "Azure") ",\"api\":{\"operation\":\"MICROSOFT.COMPUTE/SNAPSHOTS/WRITE\"},\"resources\":[{\"uid\":\"/SUBSCRIPTIONS/5A/resourceGroups/RG/providers/Microsoft.Compute/snapshots/S\"}]}",
     DECODE_EVENT, "provider=azure\nclass=snapshot.create\ncreated=snapshot:/subscriptions/5a/resourcegroups/rg/providers/microsoft.compute/snapshots/s"},
    {"gcp", "{" HEAD("6003", "GCP") ",\"api\":{\"operation\":\"v1.compute.instances.insert\",\"service\":{\"name\":\"compute.googleapis.com\"}},\"actor\":{\"user\":{\"name\":\"robot@lab.iam.gserviceaccount.com\"}},"
     "\"resources\":[{\"uid\":\"//compute.googleapis.com/projects/lab/zones/us-central1-a/instances/rogue\"}]}",
     DECODE_EVENT, "provider=gcp\nclass=instance.create\nactor_type=serviceAccount\nactor_id=robot@lab.iam.gserviceaccount.com\ncreated=instance:projects/lab/zones/us-central1-a/instances/rogue"},
    {"a call that no chain cares about", "{" HEAD("6003", "AWS") ",\"api\":{\"operation\":\"ListTables\",\"service\":{\"name\":\"dynamodb.amazonaws.com\"}}}", DECODE_EVENT, "provider=aws\noutcome=success\ntime_ms=1767323045123\n!class\n!operation"},
    {"finding", "{" HEAD("2004", "AWS") ",\"api\":{\"operation\":\"RunInstances\"}}", DECODE_SKIP, NULL},
    {"flow", "{" HEAD("4001", "AWS") "}", DECODE_SKIP, NULL},
    {"a record that has a class but not the schema", "{\"class_uid\":6003}", DECODE_NOT_MINE, NULL},
    {"a record of something else", "{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\"}", DECODE_NOT_MINE, NULL},
};
/* clang-format on */

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const sample *s = &samples[i];
        AUTO(decoded) d;
        decoded_init(&d, &decoder_ocsf, s->record);
        decoded_check(&d, s->name, s->status, s->facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
