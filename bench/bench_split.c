/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_split.c -- how fast bytes become records, vector way against scalar way.
 *
 * Prints GB/s for records of about 1.5 KB, one a line, in one array, and pretty-printed, and
 * beside them what memchr needs only to find the line ends.
 *
 *  (1) Every measurement is the best of ROUNDS, so that a busy machine does not decide it.
 *  (2) Input is fed in pieces of 256 KB; copying it in, which inflate does not need, is not timed.
 */
#include "decode/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"

enum { RECORDS = 12000, ROUNDS = 7, PIECE = 256 * 1024 };

static void put_member(buf *b, const char *space, unsigned i, unsigned k)
{
    buf_printf(b,
               "%s\"member%02u\": {%s\"name\": \"value \\\"%u\\\" of %u\", %s\"list\": [%u, {}]}%s",
               k ? "," : "", k, space, i * 31 + k, k, space, i, space);
}

static void put_record(buf *b, const char *space, unsigned i)
{
    buf_printf(b, "{%s\"eventName\": \"DescribeInstances\",", space);
    for (unsigned k = 0; k < 22 + i % 5; k++)
        put_member(b, space, i, k);
    buf_puts(b, "}");
}

/* space: what stands before members. */
static void put_input(buf *b, const char *head, const char *between, const char *space)
{
    buf_puts(b, head);
    for (unsigned i = 0; i < RECORDS; i++) {
        buf_puts(b, i ? between : "");
        put_record(b, space, i);
    }
    buf_puts(b, *head ? "]}" : "\n");
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds in the splitter; *ret_records: how many came out. */
static double run(split *s, str text, uint64_t *ret_records)
{
    double ns = 0;
    uint64_t records = 0;
    split_item item;
    split_reset(s);
    while (text.n > 0) {
        size_t room;
        str piece = str_upto(text, PIECE);
        double start = now_ns();
        char *p = split_room(s, PIECE, &room);
        ns += now_ns() - start;
        if (!p)
            exit(EXIT_FAILURE);
        memcpy(p, piece.p, piece.n);
        start = now_ns();
        split_commit(s, piece.n);
        while (split_next(s, &item))
            records += item.kind == SPLIT_RECORD;
        ns += now_ns() - start;
        text = str_from(text, piece.n);
    }
    *ret_records = records;
    return ns;
}

static double measure_split(split *s, str text)
{
    double best = 1e300;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t records;
        double ns = run(s, text, &records);
        if (records != RECORDS)
            exit(EXIT_FAILURE);
        best = ns < best ? ns : best;
    }
    return (double)text.n / best;
}

static double measure_memchr(str text)
{
    double best = 1e300;
    volatile size_t lines = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        str rest = text;
        const char *end;
        while (rest.n > 0 && (end = memchr(rest.p, '\n', rest.n))) {
            rest = str_from(rest, (size_t)(end - rest.p) + 1);
            lines = lines + 1;
        }
        double ns = now_ns() - start;
        best = ns < best ? ns : best;
    }
    return (double)text.n / best;
}

int main(void)
{
    static const struct {
        const char *name, *head, *between, *space;
    } shapes[] = {
        {"one a line", "", "\n", ""},
        {"wrapper", "{\"Records\":[", ",", ""},
        {"pretty-printed", "{\"Records\": [\n", ",\n    ", "\n        "},
    };
    split *fast = split_new();
    split *slow = split_new_scalar();
    if (!fast || !slow)
        return EXIT_FAILURE;
    printf("%-15s %8s %8s %8s  GB/s\n", "", "vector", "scalar", "memchr");
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        AUTO(buf) text = {0};
        put_input(&text, shapes[i].head, shapes[i].between, shapes[i].space);
        if (text.failed)
            return EXIT_FAILURE;
        str all = buf_str(&text);
        printf("%-15s %8.2f %8.2f %8.2f\n", shapes[i].name, measure_split(fast, all),
               measure_split(slow, all), measure_memchr(all));
    }
    split_free(fast);
    split_free(slow);
    return EXIT_SUCCESS;
}
