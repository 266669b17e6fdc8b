/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_id.c -- all spellings of one AWS thing come out equal.
 */
#include "decode/aws_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "model/entity.h"

#define HOME "111111111111"

typedef struct canon_case {
    const char *service, *region;
    uint8_t type;
    const char *raw, *path;
    const char *wanted; /* NULL: dropped */
    uint8_t wanted_type;
} canon_case;

/* clang-format off */
static const canon_case cases[] = {
    {"ec2", "eu-west-1", ENTITY_INSTANCE, "i-0aaaaaaaaaaaaaaa1", "responseElements.instancesSet[].instanceId", "i-0aaaaaaaaaaaaaaa1", ENTITY_INSTANCE},
    {"ec2", "eu-west-1", ENTITY_OTHER, "vol-0aaaaaaaaaaaaaaa1", "requestParameters.resource", "vol-0aaaaaaaaaaaaaaa1", ENTITY_VOLUME},
    {"ssm", "eu-west-1", ENTITY_OTHER, "mi-0aaaaaaaaaaaaaaa1", "requestParameters.target", "mi-0aaaaaaaaaaaaaaa1", ENTITY_INSTANCE},
    {"ec2", "eu-west-1", ENTITY_INSTANCE, "arn:aws:ec2:eu-west-1:111111111111:instance/i-0aaaaaaaaaaaaaaa1", "x", "i-0aaaaaaaaaaaaaaa1", ENTITY_INSTANCE},
    {"ec2", "eu-west-1", ENTITY_IMAGE, "arn:aws:ec2:us-east-1::image/ami-0aaaaaaaaaaaaaaa1", "x", "ami-0aaaaaaaaaaaaaaa1", ENTITY_IMAGE},
    {"ec2", "eu-west-1", ENTITY_OTHER, "arn:aws:ec2:us-east-1:111111111111:elastic-ip/eipalloc-0aaaaaaaaaaaaaaa1", "x", "eipalloc-0aaaaaaaaaaaaaaa1", ENTITY_ADDRESS},
    {"ec2", "eu-west-1", ENTITY_SNAPSHOT, " snap-12345678 ", "x", "snap-12345678", ENTITY_SNAPSHOT},
    /* A name that looks like a short id keeps its type where names are free. */
    {"s3", "eu-west-1", ENTITY_BUCKET, "i-0aaaaaaaaaaaaaaa1", "requestParameters.bucketName", "i-0aaaaaaaaaaaaaaa1", ENTITY_BUCKET},
    {"ec2", "eu-west-1", ENTITY_OTHER, "i-team", "requestParameters.name", "i-team", ENTITY_OTHER},

    {"iam", "us-east-1", ENTITY_PRINCIPAL, "bob", "requestParameters.userName", "arn:aws:iam::" HOME ":user/bob", ENTITY_PRINCIPAL},
    {"iam", "us-east-1", ENTITY_PRINCIPAL, "arn:aws:iam::" HOME ":user/eng/eu/bob", "responseElements.user.arn", "arn:aws:iam::" HOME ":user/bob", ENTITY_PRINCIPAL},
    {"iam", "us-east-1", ENTITY_PRINCIPAL, "arn:aws:iam::" HOME ":user/bob", "responseElements.user.arn", "arn:aws:iam::" HOME ":user/bob", ENTITY_PRINCIPAL},
    {"iam", "us-east-1", ENTITY_PRINCIPAL, "AIDAEXAMPLE", "responseElements.user.userId", "AIDAEXAMPLE", ENTITY_PRINCIPAL},
    {"iam", "us-gov-west-1", ENTITY_PRINCIPAL, "deploy", "requestParameters.roleName", "arn:aws-us-gov:iam::" HOME ":role/deploy", ENTITY_PRINCIPAL},
    {"iam", "cn-north-1", ENTITY_ROLE, "deploy", "requestParameters.roleName", "arn:aws-cn:iam::" HOME ":role/deploy", ENTITY_ROLE},
    {"iam", "us-east-1", ENTITY_PRINCIPAL, "admins", "requestParameters.groupName", "arn:aws:iam::" HOME ":group/admins", ENTITY_PRINCIPAL},
    {"iam", "us-east-1", ENTITY_ROLE, "arn:aws:iam::aws:policy/job-function/Billing", "requestParameters.policyArn", "arn:aws:iam::aws:policy/job-function/Billing", ENTITY_ROLE},
    {"sts", "us-east-1", ENTITY_PRINCIPAL, "arn:aws:iam::222222222222:role/ops/deploy", "requestParameters.roleArn", "arn:aws:iam::222222222222:role/deploy", ENTITY_PRINCIPAL},
    {"sts", "us-east-1", ENTITY_PRINCIPAL, "arn:aws:sts::222222222222:assumed-role/deploy/i-0aaaaaaaaaaaaaaa1", "x", "arn:aws:iam::222222222222:role/deploy", ENTITY_PRINCIPAL},
    {"sts", "us-east-1", ENTITY_SESSION, "arn:aws:sts::222222222222:assumed-role/deploy/i-0aaaaaaaaaaaaaaa1", "x", "arn:aws:sts::222222222222:assumed-role/deploy/i-0aaaaaaaaaaaaaaa1", ENTITY_SESSION},
    {"transfer", "us-east-1", ENTITY_PRINCIPAL, "bob", "requestParameters.userName", "bob", ENTITY_PRINCIPAL},
    {"ec2", "eu-west-1", ENTITY_ROLE, "web", "requestParameters.iamInstanceProfile.name", "arn:aws:iam::" HOME ":instance-profile/web", ENTITY_ROLE},
    {"ec2", "eu-west-1", ENTITY_ROLE, "arn:aws:iam::" HOME ":instance-profile/app/web", "responseElements.iamInstanceProfile.arn", "arn:aws:iam::" HOME ":instance-profile/web", ENTITY_ROLE},

    {"ec2", "eu-west-1", ENTITY_KEY_PAIR, "laptop", "requestParameters.keyName", "arn:aws:ec2:eu-west-1:" HOME ":key-pair/laptop", ENTITY_KEY_PAIR},
    {"ec2", "eu-west-1", ENTITY_KEY_PAIR, "key-0aaaaaaaaaaaaaaa1", "responseElements.keyPairId", "key-0aaaaaaaaaaaaaaa1", ENTITY_KEY_PAIR},
    {"ec2", "eu-west-1", ENTITY_TEMPLATE, "web", "requestParameters.CreateFleetRequest.LaunchTemplateConfigs[].LaunchTemplateSpecification.LaunchTemplateName", "arn:aws:ec2:eu-west-1:" HOME ":launch-template/web", ENTITY_TEMPLATE},
    {"autoscaling", "eu-west-1", ENTITY_TEMPLATE, "web asg", "requestParameters.autoScalingGroupName", "arn:aws:autoscaling:eu-west-1:" HOME ":autoScalingGroupName/web asg", ENTITY_TEMPLATE},
    {"autoscaling", "eu-west-1", ENTITY_TEMPLATE, "arn:aws:autoscaling:eu-west-1:" HOME ":autoScalingGroup:aa-bb:autoScalingGroupName/web asg", "x", "arn:aws:autoscaling:eu-west-1:" HOME ":autoScalingGroupName/web asg", ENTITY_TEMPLATE},
    {"autoscaling", "eu-west-1", ENTITY_TEMPLATE, "web", "requestParameters.launchConfigurationName", "arn:aws:autoscaling:eu-west-1:" HOME ":launchConfigurationName/web", ENTITY_TEMPLATE},

    {"rds", "eu-west-1", ENTITY_SNAPSHOT, "MySnap", "requestParameters.dBSnapshotIdentifier", "arn:aws:rds:eu-west-1:" HOME ":snapshot:mysnap", ENTITY_SNAPSHOT},
    {"rds", "eu-west-1", ENTITY_SNAPSHOT, "rds:db-2024", "requestParameters.dBClusterSnapshotIdentifier", "arn:aws:rds:eu-west-1:" HOME ":cluster-snapshot:rds:db-2024", ENTITY_SNAPSHOT},
    {"rds", "eu-west-1", ENTITY_INSTANCE, "prod", "requestParameters.dBInstanceIdentifier", "arn:aws:rds:eu-west-1:" HOME ":db:prod", ENTITY_INSTANCE},
    {"rds", "eu-west-1", ENTITY_INSTANCE, "prod", "requestParameters.dBClusterIdentifier", "arn:aws:rds:eu-west-1:" HOME ":cluster:prod", ENTITY_INSTANCE},
    {"rds", "eu-west-1", ENTITY_SNAPSHOT, "arn:aws:rds:eu-west-1:" HOME ":snapshot:mysnap", "responseElements.dBSnapshotArn", "arn:aws:rds:eu-west-1:" HOME ":snapshot:mysnap", ENTITY_SNAPSHOT},
    {"lightsail", "eu-west-1", ENTITY_INSTANCE, "vm", "requestParameters.instanceNames[]", "arn:aws:lightsail:eu-west-1:" HOME ":instance/vm", ENTITY_INSTANCE},
    {"lightsail", "eu-west-1", ENTITY_SNAPSHOT, "vm", "requestParameters.instanceSnapshotName", "arn:aws:lightsail:eu-west-1:" HOME ":instance-snapshot/vm", ENTITY_SNAPSHOT},

    {"cloudtrail", "eu-west-1", ENTITY_OTHER, "main", "requestParameters.name", "arn:aws:cloudtrail:eu-west-1:" HOME ":trail/main", ENTITY_OTHER},
    {"cloudtrail", "eu-west-1", ENTITY_OTHER, "logs", "requestParameters.s3BucketName", "logs", ENTITY_OTHER},
    {"ec2", "us-east-1", ENTITY_OTHER, "...", "x", NULL, ENTITY_OTHER},
    {"s3", "eu-west-1", ENTITY_BUCKET, "arn:aws:s3:::loot/a/b", "x", "loot", ENTITY_BUCKET},
    {"s3", "eu-west-1", ENTITY_BUCKET, "/loot/a/b", "requestParameters.x-amz-copy-source", "loot", ENTITY_BUCKET},
    {"s3", "eu-west-1", ENTITY_BUCKET, "s3://loot/a", "x", "loot", ENTITY_BUCKET},
    {"iam", "us-east-1", ENTITY_CREDENTIAL, "AKIAIOSFODNN7EXAMPLE", "responseElements.accessKey.accessKeyId", "AKIAIOSFODNN7EXAMPLE", ENTITY_CREDENTIAL},
    {"iam", "us-east-1", ENTITY_CREDENTIAL, "AKIA****************", "responseElements.accessKey.accessKeyId", NULL, ENTITY_CREDENTIAL},
    {"ec2", "us-east-1", ENTITY_ACCOUNT, "222222222222", "x", "222222222222", ENTITY_ACCOUNT},
    {"ec2", "us-east-1", ENTITY_ACCOUNT, "arn:aws:iam::222222222222:root", "x", "222222222222", ENTITY_ACCOUNT},
    {"ec2", "us-east-1", ENTITY_ACCOUNT, "all", "x", "all", ENTITY_ACCOUNT},
    {"ec2", "us-east-1", ENTITY_OTHER, "  ", "x", NULL, ENTITY_OTHER},
    {"ec2", "us-east-1", ENTITY_OTHER, "arn:aws", "x", "arn:aws", ENTITY_OTHER},
};
/* clang-format on */

static void spells_things_one_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const canon_case *c = &cases[i];
        AUTO(arena) a = {0};
        char service[64];
        snprintf(service, sizeof service, "%s.amazonaws.com", c->service);
        aws_place where = {str_of(service), str_of(c->region), STR(HOME)};
        uint8_t type = c->type;
        str id = aws_id_canon(&a, &where, &type, str_of(c->raw), c->path);
        if (!str_is(id, c->wanted ? c->wanted : "") || type != c->wanted_type)
            fail_msg("%s at %s: %.*s (type %u)", c->raw, c->path, (int)id.n, id.p, type);
    }
}

static void finds_the_principal(void **state)
{
    static const struct {
        const char *raw, *wanted;
    } rows[] = {
        {"arn:aws:sts::1:assumed-role/R/S", "arn:aws:iam::1:role/R"},
        {"arn:aws-cn:sts::1:assumed-role/R/S", "arn:aws-cn:iam::1:role/R"},
        {"arn:aws:iam::1:role/aws-service-role/a.amazonaws.com/R", "arn:aws:iam::1:role/R"},
        {"arn:aws:iam::1:user/U", "arn:aws:iam::1:user/U"},
        {"arn:aws:iam::1:root", "arn:aws:iam::1:root"},
        {"arn:aws:sts::1:federated-user/F", "arn:aws:sts::1:federated-user/F"},
        {"arn:aws:sts::1:assumed-role", "arn:aws:sts::1:assumed-role"},
        {"no arn", "no arn"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(arena) a = {0};
        str id = aws_id_principal(&a, str_of(rows[i].raw));
        assert_true(str_is(id, rows[i].wanted));
    }
}

static void reads_accounts(void **state)
{
    (void)state;
    assert_true(str_is(aws_id_account(STR("arn:aws:iam::222222222222:root")), "222222222222"));
    assert_int_equal(aws_id_account(STR("arn:aws:s3:::bucket")).n, 0);
    assert_int_equal(aws_id_account(STR("222222222222")).n, 0);
    assert_true(aws_id_is_account(STR("222222222222")));
    assert_false(aws_id_is_account(STR("22222222222")));
    assert_false(aws_id_is_account(STR("22222222222x")));
    assert_true(aws_id_is_masked(STR("ASIA...")));
    assert_false(aws_id_is_masked(STR("ASIAIOSFODNN7EXAMPLE")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_things_one_way),
        cmocka_unit_test(finds_the_principal),
        cmocka_unit_test(reads_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
