/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_json.c -- how fast a record is projected, against building its tree.
 *
 * Prints one line per measurement: MB/s and ns per record of json_project over records shaped like
 * CloudTrail's, and of json_parse over the same.
 *
 *  (1) Every measurement is the best of ROUNDS, so that a busy machine does not decide it.
 *  (2) The records differ in length and in which optional keys they have, so that the key memo is
 *      measured as it works, not in the ideal case.
 */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RECORDS = 256, ROUNDS = 15, LAPS = 40 };

static const json_path PATHS[] = {
    {"eventVersion", 0},
    {"userIdentity.type", 1},
    {"userIdentity.principalId", 2},
    {"userIdentity.arn", 3},
    {"userIdentity.accountId", 4},
    {"userIdentity.accessKeyId", 5},
    {"userIdentity.userName", 6},
    {"userIdentity.invokedBy", 7},
    {"userIdentity.sessionContext.sessionIssuer.arn", 8},
    {"userIdentity.sessionContext.sessionIssuer.userName", 9},
    {"userIdentity.sessionContext.attributes.mfaAuthenticated", 10},
    {"userIdentity.sessionContext.attributes.creationDate", 11},
    {"eventTime", 12},
    {"eventSource", 13},
    {"eventName", 14},
    {"awsRegion", 15},
    {"sourceIPAddress", 16},
    {"userAgent", 17},
    {"errorCode", 18},
    {"errorMessage", 19},
    {"requestParameters", 20},
    {"responseElements", 21},
    {"requestID", 22},
    {"eventID", 23},
    {"readOnly", 24},
    {"eventType", 25},
    {"managementEvent", 26},
    {"recipientAccountId", 27},
    {"sharedEventID", 28},
    {"additionalEventData.MFAUsed", 29},
};
enum { SLOTS = ARRAY_LEN(PATHS) };

static void put_identity(buf *b, unsigned i)
{
    buf_printf(
        b,
        "\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLE%08u:build\","
        "\"arn\":\"arn:aws:sts::123456789012:assumed-role/deployer/build-%u\","
        "\"accountId\":\"123456789012\",\"accessKeyId\":\"ASIAEXAMPLE%09u\","
        "\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":"
        "\"AROAEXAMPLE\",\"arn\":\"arn:aws:iam::123456789012:role/deployer\",\"accountId\":"
        "\"123456789012\",\"userName\":\"deployer\"},\"webIdFederationData\":{},"
        "\"attributes\":{\"creationDate\":\"2024-05-14T09:12:44Z\",\"mfaAuthenticated\":"
        "\"false\"}}%s},",
        i, i % 17, i, i % 5 == 0 ? ",\"invokedBy\":\"autoscaling.amazonaws.com\"" : "");
}

static void put_record(buf *b, unsigned i)
{
    buf_puts(b, "{\"eventVersion\":\"1.09\",");
    put_identity(b, i);
    buf_printf(
        b,
        "\"eventTime\":\"2024-05-14T10:%02u:%02uZ\",\"eventSource\":\"ec2.amazonaws.com\","
        "\"eventName\":\"DescribeInstances\",\"awsRegion\":\"eu-central-1\","
        "\"sourceIPAddress\":\"198.51.100.%u\",\"userAgent\":\"aws-cli/2.15.30 Python/3.11.8 "
        "Linux/6.1 exe/x86_64 prompt/off command/ec2.describe-instances\",",
        i % 60, i % 59, i % 250);
    if (i % 7 == 0)
        buf_puts(b, "\"errorCode\":\"Client.UnauthorizedOperation\",\"errorMessage\":\"You are not "
                    "authorized to perform this operation.\",");
    buf_printf(
        b,
        "\"requestParameters\":{\"maxResults\":%u,\"instancesSet\":{},\"filterSet\":{\"items\":"
        "[{\"name\":\"tag:env\",\"valueSet\":{\"items\":[{\"value\":\"prod\"}]}}]}},"
        "\"responseElements\":null,\"requestID\":\"a1b2c3d4-0000-4000-8000-%012u\","
        "\"eventID\":\"e5f6a7b8-0000-4000-8000-%012u\",\"readOnly\":true,\"eventType\":"
        "\"AwsApiCall\",\"managementEvent\":true,\"recipientAccountId\":\"123456789012\","
        "\"eventCategory\":\"Management\",\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\","
        "\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":"
        "\"ec2.eu-central-1.amazonaws.com\"}}",
        100 + i % 900, i, i);
}

typedef struct records {
    buf text[RECORDS];
    size_t bytes;
} records;

static bool records_make(records *rs)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        put_record(&rs->text[i], i);
        rs->bytes += rs->text[i].n;
        if (rs->text[i].failed)
            return false;
    }
    return true;
}

static void records_done(records *rs)
{
    for (unsigned i = 0; i < RECORDS; i++)
        buf_done(&rs->text[i]);
}

typedef struct bench {
    records *rs;
    json_reader *reader;
    json_trie *trie;
    size_t sum; /* keeps the work from being optimised away */
} bench;

static void run_project(bench *b, const buf *record)
{
    json_value slots[SLOTS];
    b->sum += json_project(b->reader, b->trie, buf_str(record), slots, SLOTS);
    b->sum += slots[14].raw.n;
}

static void run_parse(bench *b, const buf *record)
{
    json_node root = JSON_NODE_NONE;
    b->sum += json_parse(b->reader, buf_str(record), &root);
    b->sum += json_node_size(root);
    json_reader_reset(b->reader);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds per record, best round. */
static double measure(bench *b, void (*run)(bench *, const buf *))
{
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int lap = 0; lap < LAPS; lap++) {
            for (unsigned i = 0; i < RECORDS; i++)
                run(b, &b->rs->text[i]);
        }
        double ns = (now_ns() - start) / (LAPS * RECORDS);
        best = ns < best ? ns : best;
    }
    return best;
}

static void report(const char *name, double ns, double mean_bytes)
{
    printf("%-13s %7.0f ns/record %7.0f MB/s\n", name, ns, mean_bytes * 1e3 / ns);
}

int main(void)
{
    static records rs;
    bench b = {&rs, json_reader_new(), json_trie_new(PATHS, SLOTS), 0};
    if (!b.reader || !b.trie || !records_make(&rs))
        return EXIT_FAILURE;
    double mean = (double)rs.bytes / RECORDS;
    printf("%d records, mean %.0f bytes\n", RECORDS, mean);
    report("json_project", measure(&b, run_project), mean);
    report("json_parse", measure(&b, run_parse), mean);
    records_done(&rs);
    json_trie_free(b.trie);
    json_reader_free(b.reader);
    return b.sum ? EXIT_SUCCESS : EXIT_FAILURE;
}
