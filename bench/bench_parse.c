/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_parse.c -- the yardstick: inflate a file, parse it whole, forget it.
 *
 *     bench_parse < LIST      LIST holds the names of gzipped CloudTrail files, one a line
 *
 * Prints how many files, bytes of JSON and records there were. It is the least that any program
 * must do which looks at every record through a parser: nothing is kept, ordered or judged.
 *
 *  (1) Inflating and parsing are those of the libraries alone; no file of lib/ runs but base/buf.
 *  (2) What does not inflate or parse ends the run: a yardstick that skips measures nothing.
 */
#include "bench_parse.h"

#include <errno.h>
#include <inttypes.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { PIECE = 1024 * 1024 };

typedef struct totals {
    uint64_t files, bytes, records;
} totals;

static void die(const char *what, const char *name)
{
    fprintf(stderr, "bench_parse: %s %s\n", what, name);
    exit(EXIT_FAILURE);
}

static void read_file(const char *name, buf *b)
{
    FILE *f = fopen(name, "rb");
    if (!f)
        die(strerror(errno), name);
    buf_reset(b);
    size_t n;
    do {
        if (!buf_reserve(b, PIECE))
            die("no memory for", name);
        n = fread(b->p + b->n, 1, PIECE, f);
        b->n += n;
    } while (n > 0);
    if (ferror(f))
        die("cannot read", name);
    fclose(f);
}

static void inflate_all(const char *name, const buf *in, buf *out)
{
    static struct inflate_state state;
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    state.next_in = (uint8_t *)in->p;
    state.avail_in = (uint32_t)in->n;
    buf_reset(out);
    do {
        if (!buf_reserve(out, PIECE))
            die("no memory for", name);
        state.next_out = (uint8_t *)out->p + out->n;
        state.avail_out = PIECE;
        if (isal_inflate(&state) != ISAL_DECOMP_OK)
            die("cannot inflate", name);
        out->n += PIECE - state.avail_out;
    } while (state.avail_out == 0);
    if (state.block_state != ISAL_BLOCK_FINISH)
        die("cut short:", name);
}

static void measure_file(const char *name, totals *t)
{
    static buf packed, text; /* kept from file to file */
    read_file(name, &packed);
    inflate_all(name, &packed, &text);
    size_t records = bench_parse_records(text.p, text.n, text.cap);
    if (records == 0)
        die("no CloudTrail file:", name);
    t->files++;
    t->bytes += text.n;
    t->records += records;
}

int main(void)
{
    totals t = {0};
    char name[4096];
    while (fgets(name, sizeof(name), stdin)) {
        name[strcspn(name, "\n")] = '\0';
        measure_file(name, &t);
    }
    printf("files %" PRIu64 " bytes %" PRIu64 " records %" PRIu64 "\n", t.files, t.bytes,
           t.records);
    return t.files ? EXIT_SUCCESS : EXIT_FAILURE;
}
