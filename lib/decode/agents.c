/* SPDX-License-Identifier: Apache-2.0
 *
 * agents.c -- a table of what user agents contain, and a memo in front of it.
 */
#include "decode/agents.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"

typedef struct tool_row {
    const char *needle; /* lower case: anywhere in the user agent, any case */
    const char *tool;
} tool_row;

/* Tools also name the library they stand on, so tools come first: the first row that fits
 * decides. */
/* clang-format off */
static const tool_row tools[] = {
    {"terraform",                "Terraform"},
    {"pulumi",                   "Pulumi"},
    {"packer",                   "Packer"},
    {"ansible",                  "Ansible"},
    {"karpenter",                "Karpenter"},
    {"cluster-autoscaler",       "cluster-autoscaler"},
    {"ebs-csi-driver",           "aws-ebs-csi-driver"},
    {"cloudformation.amazonaws", "CloudFormation"},
    {"autoscaling.amazonaws",    "AutoScaling"},
    {"exec-env/cloudshell",      "CloudShell"},
    {"aws-cdk",                  "aws-cdk"},
    {"s3 browser",               "S3 Browser"},
    {"cyberduck",                "Cyberduck"},
    {"rclone",                   "rclone"},
    {"scoutsuite",               "ScoutSuite"},
    {"scout suite",              "ScoutSuite"},
    {"prowler",                  "Prowler"},
    {"stratus-red-team",         "Stratus Red Team"},
    {"powershell",               "PowerShell"},
    {"aws-cli",                  "aws-cli"},
    {"boto3",                    "Boto3"},
    {"botocore",                 "Botocore"},
    {"boto/",                    "Boto"},
    {"signin.amazonaws.com",     "console"},
    {"console.amazonaws.com",    "console"},
    {"console.ec2.amazonaws.com", "console"},
    {"aws-internal",             "aws-internal"},
    {"aws internal",             "aws-internal"},
};
/* clang-format on */

/* "aws-sdk-go-v2/1.2" -> "aws-sdk-go-v2", as it stands in the user agent. */
static str sdk_name(str agent)
{
    for (size_t at = 0; at < agent.n; at++) {
        str rest = str_from(agent, at);
        if (!text_starts_nocase(rest, "aws-sdk-"))
            continue;
        size_t n = 0;
        while (n < rest.n && rest.p[n] != '/' && rest.p[n] != ' ' && rest.p[n] != ',')
            n++;
        return str_upto(rest, n);
    }
    return STR_NONE;
}

static str tool_of(arena *a, str agent)
{
    str lower = arena_dup_lower(a, agent);
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        if (text_has(lower, tools[i].needle))
            return str_of(tools[i].tool);
    str sdk = sdk_name(agent);
    if (sdk.n > 0)
        return sdk;
    if (text_has(agent, "Mozilla/"))
        return STR("console"); /* a browser */
    return text_ends(agent, ".amazonaws.com") ? STR("aws-service") : STR_NONE;
}

/* ---- memo ------------------------------------------------------------------------------------ */

typedef struct known_agent {
    char text[AGENT_BYTES_MAX];
    size_t n; /* 0: none */
    str tool; /* static text, or in `text` */
} known_agent;

struct agents {
    known_agent place[AGENTS_MAX];
};

agents *agents_new(void)
{
    return calloc(1, sizeof(agents));
}

void agents_free(agents *m)
{
    free(m);
}

str agents_tool(agents *m, arena *scratch, str agent)
{
    if (!m || agent.n == 0 || agent.n > AGENT_BYTES_MAX)
        return tool_of(scratch, agent);
    known_agent *k = &m->place[hash_str(agent, 0) % AGENTS_MAX];
    if (str_eq((str){k->text, k->n}, agent))
        return k->tool;
    memcpy(k->text, agent.p, agent.n);
    k->n = agent.n;
    k->tool = tool_of(scratch, (str){k->text, k->n});
    return k->tool;
}
