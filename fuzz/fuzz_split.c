/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_split.c -- the splitter on arbitrary bytes, and its two ways of looking against each other.
 *
 *  (1) Nothing crashes, whatever the bytes.
 *  (2) The vector way on one piece and the scalar way on pieces of random sizes give the same
 *      items.
 *  (3) An index that comes with a record is the one simdjson finds in it.
 *  (4) The accounts add up, and spans go forward without overlap.
 *
 * The first byte seeds the cuts; the rest is the input.
 */
#include "decode/split.h"

#include <assert.h>

#include "base/buf.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

typedef struct digest {
    uint64_t hash, behind;
} digest;

static void check_index(json_reader *r, const split_item *item)
{
    json_index expected;
    if (item->kind != SPLIT_RECORD || !item->index.at)
        return;
    assert(json_index_of(r, item->text, &expected) == JSON_OK);
    assert(item->index.n == expected.n);
    assert(memcmp(item->index.at, expected.at, (expected.n + 1) * sizeof *expected.at) == 0);
    assert(!item->index.is_unescaped || !memchr(item->text.p, '\\', item->text.n));
}

static void take_items(json_reader *r, split *s, digest *d)
{
    split_item item;
    while (split_next(s, &item)) {
        assert(item.offset >= d->behind);
        assert(item.text.p && item.number == split_counts(s).items);
        check_index(r, &item);
        d->behind = item.offset + item.bytes;
        d->hash = hash_mix(d->hash, item.kind);
        d->hash = hash_mix(d->hash, item.offset);
        d->hash = hash_mix(d->hash, item.bytes);
        d->hash = hash_str(str_of(item.container), d->hash);
        d->hash = hash_str(item.text, d->hash);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

/* most: pieces have 1..most bytes; SIZE_MAX: there is one piece. */
static uint64_t run(json_reader *r, split *s, str text, uint64_t seed, size_t most)
{
    digest d = {0};
    uint64_t n_bytes = text.n;
    while (text.n > 0) {
        str piece = str_upto(text, most == SIZE_MAX ? most : 1 + next_random(&seed) % most);
        size_t room;
        char *p = split_room(s, piece.n, &room);
        if (!p)
            return 0;
        assert(room >= piece.n);
        memcpy(p, piece.p, piece.n);
        split_commit(s, piece.n);
        take_items(r, s, &d);
        text = str_from(text, piece.n);
    }
    split_finish(s);
    take_items(r, s, &d);
    split_count c = split_counts(s);
    assert(c.bytes_in == n_bytes && d.behind <= n_bytes);
    assert(c.bytes_in == c.bytes_records + c.bytes_skipped + c.bytes_framing);
    return d.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return 0;
    str text = {(const char *)bytes + 1, n - 1};
    json_reader *r = json_reader_new();
    split *fast = split_new();
    split *slow = split_new_scalar();
    if (r && fast && slow) {
        uint64_t whole = run(r, fast, text, 0, SIZE_MAX);
        uint64_t pieces = run(r, slow, text, bytes[0], 300);
        assert(whole == pieces);
        split_reset(fast);
        uint64_t again = run(r, fast, text, bytes[0], 1000);
        assert(whole == again);
    }
    split_free(fast);
    split_free(slow);
    json_reader_free(r);
    return 0;
}
