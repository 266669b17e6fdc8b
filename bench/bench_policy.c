/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_policy.c -- what it costs to know what 200 000 policies of AWS allow to 50 000 users.
 *
 * Four ways over the same documents, each of which contains the one before: parse them as JSON;
 * compile them; know the bits of their powers; judge every user by four of them, with a boundary
 * and two levels of service control policies, in full where bits do not decide. Prints seconds, and
 * the ratio to parsing alone.
 *
 *  (1) Best of ROUNDS, so that a busy machine does not decide it.
 *  (2) The documents are those of a real account in kind: most name services that nobody asks
 *      about, some grant a few actions on some resources, few grant everything; a third have
 *      conditions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/aws_powers.h"

enum { POLICIES = 200000, USERS = 50000, EACH = POLICIES / USERS, ROUNDS = 3, TEXTS = 20000 };

/* clang-format off */
static const aws_action actions[] = {
    {"ec2:RunInstances",              "arn:*:ec2:*:*:instance/*"},
    {"ec2:CreateFleet",               "*"},
    {"ec2:RequestSpotFleet",          "*"},
    {"ec2:RequestSpotInstances",      "*"},
    {"autoscaling:CreateAutoScalingGroup", "*"},
    {"ec2:CreateSnapshot",            "arn:*:ec2:*:*:snapshot/*"},
    {"ec2:CreateSnapshots",           "arn:*:ec2:*:*:snapshot/*"},
    {"ec2:CopySnapshot",              "arn:*:ec2:*:*:snapshot/*"},
    {"ec2:CreateImage",               "arn:*:ec2:*:*:image/*"},
    {"ec2:ModifySnapshotAttribute",   "arn:*:ec2:*:*:snapshot/*"},
    {"ec2:ModifyImageAttribute",      "arn:*:ec2:*:*:image/*"},
    {"ec2:CreateVolume",              "arn:*:ec2:*:*:volume/*"},
    {"ec2:AttachVolume",              "arn:*:ec2:*:*:volume/*"},
    {"iam:PassRole",                  "arn:*:iam::*:role/*"},
    {"ec2:AuthorizeSecurityGroupIngress", "arn:*:ec2:*:*:security-group/*"},
    {"iam:AttachUserPolicy",          "arn:*:iam::*:user/*"},
    {"iam:PutUserPolicy",             "arn:*:iam::*:user/*"},
    {"iam:CreatePolicyVersion",       "arn:*:iam::*:policy/*"},
    {"iam:CreateAccessKey",           "arn:*:iam::*:user/*"},
    {"ssm:SendCommand",               "arn:*:ec2:*:*:instance/*"},
    {"cloudtrail:StopLogging",        "arn:*:cloudtrail:*:*:trail/*"},
};

#define HEAD "{\"Version\":\"2012-10-17\",\"Statement\":["

static const char *const kinds[] = {
    HEAD "{\"Sid\":\"Objects\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\","
    "\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::team-%u\",\"arn:aws:s3:::team-%u/*\"]}]}",
    HEAD "{\"Effect\":\"Allow\",\"Action\":[\"logs:CreateLogGroup\",\"logs:CreateLogStream\","
    "\"logs:PutLogEvents\"],\"Resource\":\"arn:aws:logs:*:*:log-group:/app/%u:*\"},{\"Effect\":\"Allow\","
    "\"Action\":[\"dynamodb:Query\",\"dynamodb:PutItem\"],\"Resource\":\"arn:aws:dynamodb:*:*:table/t%u\"}]}",
    HEAD "{\"Sid\":\"Deploy\",\"Effect\":\"Allow\",\"Action\":[\"ec2:RunInstances\",\"ec2:Describe*\","
    "\"ec2:CreateTags\"],\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:RequestedRegion\":"
    "[\"eu-west-1\",\"eu-central-1\"]}}},{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":"
    "\"arn:aws:iam::111122223333:role/app-%u-%u\"}]}",
    HEAD "{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":[\"ec2:Describe*\",\"s3:List*\",\"iam:Get*\","
    "\"iam:List*\",\"cloudwatch:*\",\"rds:Describe*\"],\"Resource\":\"*\"},{\"Sid\":\"t%u-%u\","
    "\"Effect\":\"Deny\",\"NotAction\":[\"iam:*MFA*\",\"sts:GetSessionToken\"],\"Resource\":\"*\","
    "\"Condition\":{\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"}}}]}",
    HEAD "{\"Effect\":\"Allow\",\"Action\":[\"ec2:StartInstances\",\"ec2:StopInstances\","
    "\"ec2:AttachVolume\",\"ec2:CreateSnapshot\"],\"Resource\":[\"arn:aws:ec2:eu-west-1:*:instance/*\","
    "\"arn:aws:ec2:eu-west-1:*:volume/vol-%u\",\"arn:aws:ec2:eu-west-1:*:snapshot/*\"]},{\"Effect\":"
    "\"Deny\",\"Action\":\"ec2:*\",\"NotResource\":\"arn:aws:ec2:eu-*:*:%u\"}]}",
    HEAD "{\"Effect\":\"Allow\",\"Action\":[\"iam:ChangePassword\",\"iam:*AccessKey*\"],\"Resource\":"
    "\"arn:aws:iam::*:user/${aws:username}\"},{\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":"
    "\"arn:aws:sqs:*:*:q-%u-%u\"}]}",
    HEAD "{\"Sid\":\"a%u-%u\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
};
static const char boundary_text[] =
    HEAD "{\"Effect\":\"Allow\",\"NotAction\":[\"organizations:*\",\"account:*\"],\"Resource\":\"*\"}]}";
static const char control_text[] =
    HEAD "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Action\":"
    "\"cloudtrail:StopLogging\",\"Resource\":\"*\"}]}";
/* clang-format on */

/* How often each kind stands among 32. */
static const unsigned shares[] = {9, 8, 5, 3, 3, 3, 1};

typedef struct bench {
    str texts[TEXTS];
    arena text_memory, policy_memory;
    size_t bytes;
    json_reader *reader;
    aws_compiler *compiler;
    aws_actions actions;
    buf table;
    aws_judge judge;
    const aws_policy *policies[POLICIES], *boundary, *control;
    aws_powers powers[POLICIES], boundary_powers, control_powers;
    size_t n_decided, n_asked, sum; /* sum keeps the work from being optimised away */
} bench;

static const char *kind_of(unsigned i)
{
    unsigned at = (i * 2654435761u >> 16) % 32, k = 0;
    while (at >= shares[k])
        at -= shares[k++];
    return kinds[k];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the kinds are literals, in a table */
static bool make_texts(bench *b)
{
    AUTO(buf) text = {0};
    for (unsigned i = 0; i < TEXTS; i++) {
        char room[1024];
        int n = snprintf(room, sizeof room, kind_of(i), i, i * 7 % 1000);
        buf_reset(&text);
        buf_put(&text, room, (size_t)n);
        buf_reserve(&text, BUF_PADDING);
        /* With padding behind it, as parsers want it. */
        char *copy = arena_alloc(&b->text_memory, text.n + BUF_PADDING);
        if (!copy)
            return false;
        memcpy(copy, text.p, text.n);
        b->texts[i] = (str){copy, text.n};
        b->bytes += text.n;
    }
    return !text.failed;
}
#pragma GCC diagnostic pop

static bool run_parse(bench *b)
{
    for (size_t i = 0; i < POLICIES; i++) {
        json_node root = JSON_NODE_NONE;
        if (json_parse(b->reader, b->texts[i % TEXTS], &root) != JSON_OK)
            return false;
        b->sum += json_node_size(root);
        json_reader_reset(b->reader);
    }
    return true;
}

static bool run_compile(bench *b)
{
    arena_reset(&b->policy_memory);
    for (size_t i = 0; i < POLICIES; i++) {
        json_node root = JSON_NODE_NONE;
        if (json_parse(b->reader, b->texts[i % TEXTS], &root) != JSON_OK)
            return false;
        b->policies[i] = aws_policy_compile(b->compiler, &b->policy_memory, root, STR_NONE);
        json_reader_reset(b->reader);
        if (!b->policies[i] || b->policies[i]->n_problems > 0)
            return false;
    }
    b->boundary = aws_policy_parse(b->compiler, &b->policy_memory, str_of(boundary_text), STR_NONE);
    b->control = aws_policy_parse(b->compiler, &b->policy_memory, str_of(control_text), STR_NONE);
    return b->boundary && b->control;
}

static bool run_powers(bench *b)
{
    if (!run_compile(b))
        return false;
    for (size_t i = 0; i < POLICIES; i++)
        b->powers[i] = aws_powers_of(&b->actions, b->policies[i], &b->table);
    b->boundary_powers = aws_powers_of(&b->actions, b->boundary, &b->table);
    b->control_powers = aws_powers_of(&b->actions, b->control, &b->table);
    return true;
}

/* Every fifth user has a boundary. */
static bool has_boundary(size_t user)
{
    return user % 5 == 0;
}

static bool ask_in_full(bench *b, size_t user, size_t action)
{
    static const aws_context nothing;
    const aws_policy_list one_boundary = {&b->boundary, 1}, control = {&b->control, 1};
    const aws_policy_list levels[] = {control, control};
    const aws_policy_set set = {
        .identity = {&b->policies[user * EACH], EACH},
        .boundary = has_boundary(user) ? &one_boundary : NULL,
        .scps = levels,
        .n_scps = ARRAY_LEN(levels),
    };
    const aws_request r = {
        .action = str_of(actions[action].action),
        .resource = str_of(actions[action].reach),
        .is_any = true,
        .context = &nothing,
    };
    aws_decision d;
    bool is_ok = aws_ask(&b->judge, &set, &r, &d);
    b->n_asked++;
    b->sum += is_ok ? d.verdict : 0;
    return is_ok;
}

static bool judge_user(bench *b, size_t user)
{
    const aws_powers levels[] = {b->control_powers, b->control_powers};
    aws_power_set set = {
        .boundary = has_boundary(user) ? &b->boundary_powers : NULL,
        .scps = levels,
        .n_scps = ARRAY_LEN(levels),
    };
    for (size_t i = 0; i < EACH; i++)
        aws_powers_add(&set.identity, &b->powers[user * EACH + i]);
    aws_power_verdict v = aws_powers_judge(&b->actions, &set);
    b->n_decided += (size_t)__builtin_popcountll(v.allowed | v.denied);
    for (uint64_t rest = v.undecided; rest; rest &= rest - 1) {
        if (!ask_in_full(b, user, (size_t)__builtin_ctzll(rest)))
            return false;
    }
    return true;
}

static bool run_users(bench *b)
{
    b->n_decided = b->n_asked = 0;
    if (!run_powers(b))
        return false;
    for (size_t user = 0; user < USERS; user++) {
        if (!judge_user(b, user))
            return false;
    }
    return true;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds of the best round; negative when it fails. */
static double measure(bench *b, bool (*run)(bench *))
{
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_s();
        if (!run(b))
            return -1;
        double s = now_s() - start;
        best = s < best ? s : best;
    }
    return best;
}

static bool bench_init(bench *b)
{
    b->reader = json_reader_new();
    b->compiler = aws_compiler_new();
    return b->reader && b->compiler && aws_actions_init(&b->actions, actions, ARRAY_LEN(actions)) &&
           make_texts(b);
}

static void bench_done(bench *b)
{
    json_reader_free(b->reader);
    aws_compiler_free(b->compiler);
    aws_actions_done(&b->actions);
    aws_judge_done(&b->judge);
    arena_done(&b->text_memory);
    arena_done(&b->policy_memory);
    buf_done(&b->table);
}

int main(void)
{
    static bench b;
    static const struct {
        const char *name;
        bool (*run)(bench *);
    } ways[] = {
        {"parse", run_parse},
        {"compile", run_compile},
        {"powers", run_powers},
        {"users", run_users},
    };
    double parse = 0;
    bool is_ok = bench_init(&b);
    printf("%d policies, mean %.0f bytes; %d users, %zu actions\n", POLICIES,
           (double)b.bytes / TEXTS, USERS, ARRAY_LEN(actions));
    for (size_t i = 0; is_ok && i < ARRAY_LEN(ways); i++) {
        double s = measure(&b, ways[i].run);
        is_ok = s >= 0;
        parse = i == 0 ? s : parse;
        printf("%-8s %6.2f s %6.2f x parsing\n", ways[i].name, s, s / parse);
    }
    printf("%zu answers by bits, %zu in full\n", b.n_decided, b.n_asked);
    printf("compiled: %.0f bytes a policy\n", (double)b.policy_memory.used_bytes / POLICIES);
    bench_done(&b);
    return is_ok && b.sum ? EXIT_SUCCESS : EXIT_FAILURE;
}
