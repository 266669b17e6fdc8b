/* SPDX-License-Identifier: Apache-2.0
 *
 * verdicts.c -- the findings, written out.
 */
#include "support/verdicts.h"

#include "base/base.h"

const char verdicts_hostile[] =
    "=cmd|' /C "
    "calc'!A0<script>alert(1)</script>\"\033[31mred\033]0;t\a\r\nsecond,'line'\xe2\x80\xae"
    "txt\xff";

static const char *const imds_references[] = {"CIS AWS 6.0 5.7", "FSBP EC2.8"};
static const char *const left_out[] = {"azure"};

#define IMDS                                                                                       \
    .id = "aws-instance-imdsv2", .title = "Instances demand IMDSv2", .mitigation = "M1047",        \
    .heading = "configuration audit", .cloud = "aws", .severity = SPOOR_HIGH,                      \
    .wanted = "HttpTokens required",                                                               \
    .why = "A server-side request forgery on the machine gives an intruder its role.",             \
    .fix = "aws ec2 modify-instance-metadata-options --instance-id i-1 --http-tokens required "    \
           "--region eu-west-1",                                                                   \
    .references = imds_references, .n_references = 2, .region = "eu-west-1",                       \
    .account = "111122223333", .source = "111122223333/eu-west-1/instances.json"
#define GRANT                                                                                      \
    .id = "aws-grant-self", .title = "Only administrators grant rights", .mitigation = "M1018",    \
    .heading = "least privilege", .cloud = "aws", .severity = SPOOR_CRITICAL,                      \
    .wanted = "no such right", .why = "Who grants rights takes the account.",                      \
    .fix = "aws iam detach-user-policy --user-name 'ci'", .references = NULL, .region = "",        \
    .account = "111122223333", .source = "auth details.json"
#define LOCK                                                                                       \
    .id = "aws-lockout", .title = "Accounts lock after five failures", .mitigation = "M1018",      \
    .heading = "lockout", .cloud = "aws", .severity = SPOOR_MEDIUM, .wanted = "",                  \
    .why = "Guessing.", .fix = "aws iam get-account-summary", .region = "", .account = "",         \
    .source = "", .name = ""
#define PLAIN .change = "", .exception = "", .name = ""

#define CHECK(...)                                                                                 \
    {                                                                                              \
        .type = SPOOR_FINDING_CHECK, .as.check = { __VA_ARGS__ }                                   \
    }

static const spoor_count exports[] = {{"aws_instances", 2}, {"aws_users", 1}};
static const spoor_count resources[] = {{"instance", 9}, {"user", 1}};
static const spoor_heading_count headings[] = {
    {"M1018", "least privilege", {0, 1, 0, 0}, 0},
    {"M1018", "lockout", {0, 0, 0, 1}, 0},
    {"M1047", "system audit", {1, 0, 0, 0}, 0},
    {"M1047", "configuration audit", {1, 7, 0, 1}, 1},
};

/* clang-format off */
static const spoor_finding findings[] = {
    {.type = SPOOR_FINDING_SKIP, .as.skip = {.reason = "cut off", .source = "trail.json", .count = 1}}, /* of the logs */
    CHECK(GRANT, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {verdicts_hostile, "user"}, .seen = "iam:AttachUserPolicy on *"),
    CHECK(LOCK, .change = "", .exception = "", .status = SPOOR_CHECK_NO_DATA, .resource = {"", ""}, .seen = "no export of it was given"),
    CHECK(IMDS, .name = "web", .change = "new", .exception = "", .status = SPOOR_CHECK_FAIL, .resource = {"i-1", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {"i-2", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {"i-3", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {"i-4", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {"i-5", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_FAIL, .resource = {"i-6", "instance"}, .seen = "optional"),
    CHECK(IMDS, .name = "", .change = "better", .exception = "", .status = SPOOR_CHECK_PASS, .resource = {"i-7", "instance"}, .seen = "required"),
    CHECK(IMDS, .name = "", .change = "", .exception = "rebuilt in July; until 2026-07-31", .status = SPOOR_CHECK_FAIL, .resource = {"i-8", "instance"}, .seen = "optional"),
    CHECK(IMDS, PLAIN, .status = SPOOR_CHECK_NO_DATA, .resource = {"i-9", "instance"}, .seen = "not in the exports"),
    CHECK(.id = "aws-trail-on", .title = "A trail records all regions", .mitigation = "M1047", .heading = "system audit", .cloud = "aws",
          .severity = SPOOR_HIGH, .wanted = "", .why = "", .fix = "", .region = "", .account = "", .source = "", PLAIN,
          .status = SPOOR_CHECK_PASS, .resource = {"arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "trail"}, .seen = "on"),
    {.type = SPOOR_FINDING_RIGHT, .as.right = {.principal = {"arn:aws:iam::111122223333:user/ci", "ci", "user"}, .cloud = "aws", .account = "111122223333",
          .power = "create an instance", .mark = '-', .via = "policy Deploy", .scope = "*", .condition = "", .last_ns = SPOOR_TIME_NONE, .known_days = 120}},
    {.type = SPOOR_FINDING_RIGHT, .as.right = {.principal = {"AIDA1", verdicts_hostile, "user"}, .cloud = "aws", .account = "", .power = "create an instance",
          .mark = '+', .via = "", .scope = "", .condition = "", .used = 3, .last_ns = 0}},
    {.type = SPOOR_FINDING_SKIP, .as.skip = {.reason = "no export that is known", .source = "notes\033[2J.txt", .bytes = 12, .count = 1}},
    {.type = SPOOR_FINDING_AUDIT, .as.audit = {.files = 4, .files_failed = 1, .bytes = 4321, .malformed = 2, .exports = exports, .n_exports = 2,
          .resources = resources, .n_resources = 2, .headings = headings, .n_headings = 4, .checks = 4, .status = {2, 8, 0, 2},
          .failed = {0, 0, 0, 6, 1}, .clouds_left_out = left_out, .n_clouds_left_out = 1, .now_ns = INT64_C(1780315200000000000), .seconds = -1}},
};
/* clang-format on */

size_t verdicts_count(void)
{
    return ARRAY_LEN(findings);
}

const spoor_finding *verdicts_at(size_t i)
{
    return &findings[i];
}
