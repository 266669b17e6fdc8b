/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_match.c -- what a record costs when many rules are tried on it.
 *
 * Prints ns per record of matcher_run for records that no rule is anchored at (with the call's name
 * known, and with the record to be parsed for it), that a rule matches, and with one rule that no
 * anchor helps.
 *
 *  (1) Every measurement is the best of ROUNDS, so that a busy machine does not decide it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "match/matcher.h"

enum { RULES = 250, RECORDS = 256, ROUNDS = 15, LAPS = 20, NODES = 3 * RULES + 2 };

/* eventName is CallN and userAgent contains "agent N". */
typedef struct world {
    rule_field fields[2];
    rule_predicate predicates[2 * RULES + 1];
    rule_node nodes[NODES + 1];
    uint32_t children[2 * RULES];
    rule_anchor anchors[RULES];
    rule_info rules[RULES + 1];
    char text[RULES][2][16];
    ruleset set;
    buf record[RECORDS];
} world;

static const char *const name_path[] = {"eventName"};
static const char *const agent_path[] = {"userAgent"};

static str print_text(char room[16], const char *format, unsigned i)
{
    int n = snprintf(room, 16, format, i);
    return (str){room, (size_t)n};
}

static void make_rule(world *w, unsigned i)
{
    str name = print_text(w->text[i][0], "call%u", i);
    str agent = print_text(w->text[i][1], "agent %u", i);
    uint32_t node = 1 + 3 * i;
    w->predicates[2 * i] = (rule_predicate){.op = RULE_OP_EQ, .field = 0, .text = name};
    w->predicates[2 * i + 1] = (rule_predicate){.op = RULE_OP_CONTAINS, .field = 1, .text = agent};
    w->nodes[node] = (rule_node){RULE_NODE_PREDICATE, 2 * i, 0};
    w->nodes[node + 1] = (rule_node){RULE_NODE_PREDICATE, 2 * i + 1, 0};
    w->nodes[node + 2] = (rule_node){RULE_NODE_AND, 2 * i, 2};
    w->children[2 * i] = node;
    w->children[2 * i + 1] = node + 1;
    w->anchors[i] = (rule_anchor){0, name};
    w->rules[i] = (rule_info){
        .families = FAMILY_ALL, .root = node + 2, .anchors = &w->anchors[i], .n_anchors = 1};
}

/* The rule behind the others has no anchor. */
static void make_loose_rule(world *w)
{
    w->predicates[2 * RULES] =
        (rule_predicate){.op = RULE_OP_ENDS, .field = 1, .text = STR("agent nobody has")};
    w->nodes[NODES - 1] = (rule_node){RULE_NODE_PREDICATE, 2 * RULES, 0};
    w->rules[RULES] = (rule_info){.families = FAMILY_ALL, .root = NODES - 1};
}

static void make_record(buf *b, unsigned i)
{
    buf_printf(
        b,
        "{\"eventVersion\":\"1.09\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":"
        "\"AROAEXAMPLE%08u:build\",\"arn\":\"arn:aws:sts::123456789012:assumed-role/deployer/b\","
        "\"accountId\":\"123456789012\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\","
        "\"userName\":\"deployer\"},\"attributes\":{\"mfaAuthenticated\":\"false\"}}},",
        i);
    buf_printf(
        b,
        "\"eventTime\":\"2024-05-14T10:%02u:00Z\",\"eventSource\":\"ec2.amazonaws.com\","
        "\"eventName\":\"Call%u\",\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":"
        "\"198.51.100.%u\",\"userAgent\":\"aws-cli/2.15.30 Python/3.11.8 Agent %u\","
        "\"requestParameters\":{\"maxResults\":%u,\"filterSet\":{\"items\":[{\"name\":\"tag\"}]}},"
        "\"responseElements\":null,\"eventID\":\"e5f6a7b8-0000-4000-8000-%012u\",\"readOnly\":true,"
        "\"recipientAccountId\":\"123456789012\"}",
        i % 60, i % RULES, i % 250, i % RULES, i, i);
}

static bool make_world(world *w)
{
    w->fields[0] = (rule_field){.name = STR("eventName")};
    w->fields[1] = (rule_field){.name = STR("userAgent")};
    w->fields[0].in[FAMILY_cloudtrail] = (rule_paths){name_path, 1};
    w->fields[1].in[FAMILY_cloudtrail] = (rule_paths){agent_path, 1};
    for (unsigned i = 0; i < RULES; i++)
        make_rule(w, i);
    make_loose_rule(w);
    w->set = (ruleset){.rules = w->rules,
                       .n_rules = RULES,
                       .fields = w->fields,
                       .n_fields = 2,
                       .predicates = w->predicates,
                       .n_predicates = ARRAY_LEN(w->predicates),
                       .nodes = w->nodes,
                       .n_nodes = NODES,
                       .children = w->children,
                       .n_children = ARRAY_LEN(w->children)};
    bool ok = true;
    for (unsigned i = 0; i < RECORDS; i++) {
        make_record(&w->record[i], i);
        ok = ok && buf_reserve(&w->record[i], 1);
    }
    return ok;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds per record, best round; *ret_matches is how many records matched. */
static double measure(world *w, matcher *m, const char *operation, size_t *ret_matches)
{
    double best = 1e300;
    const uint32_t *found;
    size_t n;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        *ret_matches = 0;
        for (unsigned i = 0; i < LAPS * RECORDS; i++) {
            matcher_record record = {.text = buf_str(&w->record[i % RECORDS]),
                                     .family = FAMILY_cloudtrail,
                                     .operation = str_of(operation)};
            *ret_matches += matcher_run(m, &record, &found, &n) && n > 0;
        }
        double ns = (now_ns() - start) / (LAPS * RECORDS);
        best = ns < best ? ns : best;
    }
    return best;
}

static bool report(world *w, const char *name, const char *operation)
{
    size_t n_matches;
    matcher *m = matcher_new(&w->set);
    if (!m)
        return false;
    double ns = measure(w, m, operation, &n_matches);
    printf("%-28s %7.0f ns/record, %zu of %d records match\n", name, ns, n_matches / LAPS, RECORDS);
    matcher_free(m);
    return true;
}

int main(void)
{
    static world w;
    if (!make_world(&w))
        return EXIT_FAILURE;
    printf("%d rules, records of %zu bytes\n", RULES, w.record[0].n);
    bool ok = report(&w, "no anchor, name known", "DescribeInstances");
    ok = ok && report(&w, "match, name to be looked for", "");
    w.set.n_rules++;
    ok = ok && report(&w, "no anchor, one loose rule", "DescribeInstances");
    for (unsigned i = 0; i < RECORDS; i++)
        buf_done(&w.record[i]);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
