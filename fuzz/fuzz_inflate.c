/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_inflate.c -- the inflater on arbitrary bytes, cut in two ways.
 *
 *  (1) Nothing crashes, and every run ends, whatever the bytes.
 *  (2) Both ways end alike: the same kind, the same error, and for sound input the same output.
 *
 * The first byte seeds the cuts; the rest is the input. Output is followed up to OUTPUT_MOST
 * bytes, so that a small bomb does not take the time of many inputs.
 */
#include "decode/inflate.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { OUTPUT_MOST = 1 << 22, ROOM = 4096 };

typedef struct ending {
    uint64_t sum, n; /* of the output */
    inflate_status status;
    bool is_bomb;
} ending;

/* A sum that does not depend on how the output is cut. */
static void add(ending *e, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        e->sum = e->sum * 1099511628211U + p[i];
    e->n += n;
}

static void pull(inflate *f, size_t room, ending *e)
{
    uint8_t out[ROOM];
    size_t n;
    while ((e->status = inflate_output(f, out, room, &n)) == INFLATE_OUTPUT) {
        assert(n > 0 && n <= room);
        add(e, out, n);
        e->is_bomb = e->n > OUTPUT_MOST;
        if (e->is_bomb)
            return;
    }
}

static ending run(inflate *f, const uint8_t *bytes, size_t n, size_t cut, size_t room)
{
    ending e = {.status = INFLATE_MORE};
    inflate_reset(f);
    for (size_t at = 0; at < n && e.status == INFLATE_MORE; at += cut) {
        inflate_input(f, bytes + at, n - at < cut ? n - at : cut);
        pull(f, room, &e);
    }
    if (e.status == INFLATE_MORE) {
        inflate_finish(f);
        pull(f, room, &e);
    }
    assert(e.status != INFLATE_MORE || inflate_taken(f) == n);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    inflate *whole = inflate_new();
    inflate *pieces = inflate_new();
    if (n > 1 && whole && pieces) {
        ending a = run(whole, bytes + 1, n - 1, n, ROOM);
        ending b = run(pieces, bytes + 1, n - 1, 1 + bytes[0] % 64, 1 + bytes[0] * 7U);
        bool is_comparable = !a.is_bomb && !b.is_bomb && a.status != INFLATE_NO_MEMORY &&
                             b.status != INFLATE_NO_MEMORY;
        if (is_comparable) {
            assert(a.status == b.status && inflate_which(whole) == inflate_which(pieces));
            assert(strcmp(inflate_error(whole), inflate_error(pieces)) == 0);
            assert(a.status == INFLATE_DAMAGED || (a.n == b.n && a.sum == b.sum));
        }
    }
    inflate_free(whole);
    inflate_free(pieces);
    return 0;
}
