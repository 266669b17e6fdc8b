/* SPDX-License-Identifier: Apache-2.0
 *
 * test_inflate.c -- gzip, zstd and plain come out as they went in, however they are cut.
 *
 *  (1) Every input here is run in one piece, byte by byte, and with little room for output; all
 *      three must agree on output and error. Of damaged input only the beginning of the output
 *      must agree.
 */
#include "decode/inflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include "base/buf.h"

typedef struct outcome {
    buf out;
    inflate_status status;
    inflate_kind kind;
    const char *error;
    uint64_t taken;
} outcome;

static void outcome_done(outcome *o)
{
    buf_done(&o->out);
}

static inflate_status pull(inflate *f, size_t room, buf *out)
{
    char piece[4096];
    size_t n;
    inflate_status status;
    while ((status = inflate_output(f, piece, room, &n)) == INFLATE_OUTPUT)
        buf_put(out, piece, n);
    return status;
}

static outcome run(inflate *f, str in, size_t cut, size_t room)
{
    outcome o = {.status = INFLATE_MORE};
    inflate_reset(f);
    for (size_t at = 0; at < in.n && o.status == INFLATE_MORE; at += cut) {
        str piece = str_upto(str_from(in, at), cut);
        inflate_input(f, piece.p, piece.n);
        o.status = pull(f, room, &o.out);
    }
    if (o.status == INFLATE_MORE) {
        inflate_finish(f);
        o.status = pull(f, room, &o.out);
    }
    o.kind = inflate_which(f);
    o.error = inflate_error(f);
    o.taken = inflate_taken(f);
    return o;
}

/* Runs `in` in several ways and returns one outcome; all must be equal. */
static outcome run_all_ways(str in)
{
    static const struct {
        size_t cut, room;
    } ways[] = {{1, 4096}, {1, 1}, {7, 100}, {SIZE_MAX / 2, 1}, {5, 4096}};
    inflate *f = inflate_new();
    assert_non_null(f);
    outcome whole = run(f, in, SIZE_MAX / 2, 4096);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        AUTO(outcome) other = run(f, in, ways[i].cut, ways[i].room);
        assert_int_equal(other.status, whole.status);
        assert_int_equal(other.kind, whole.kind);
        assert_string_equal(other.error, whole.error);
        size_t common = other.out.n < whole.out.n ? other.out.n : whole.out.n;
        assert_true(
            str_eq(str_upto(buf_str(&other.out), common), str_upto(buf_str(&whole.out), common)));
        if (whole.status != INFLATE_MORE)
            continue;
        assert_int_equal(other.out.n, whole.out.n);
        assert_int_equal(other.taken, whole.taken);
    }
    inflate_free(f);
    return whole;
}

static void put_gzip_named(buf *out, str plain, const char *name)
{
    struct isal_zstream z;
    struct isal_gzip_header header;
    uint8_t piece[4096];
    isal_deflate_init(&z);
    isal_gzip_header_init(&header);
    header.name = (char *)(uintptr_t)name;
    header.name_buf_len = name ? (uint32_t)strlen(name) + 1 : 0;
    header.hcrc = 1;
    z.next_out = piece;
    z.avail_out = sizeof(piece);
    assert_int_equal(isal_write_gzip_header(&z, &header), 0);
    z.gzip_flag = IGZIP_GZIP_NO_HDR;
    z.next_in = (uint8_t *)(uintptr_t)plain.p;
    z.avail_in = (uint32_t)plain.n;
    z.end_of_stream = 1;
    do {
        assert_int_equal(isal_deflate(&z), COMP_OK);
        buf_put(out, piece, sizeof(piece) - z.avail_out);
        z.next_out = piece;
        z.avail_out = sizeof(piece);
    } while (z.internal_state.state != ZSTATE_END);
}

static void put_gzip(buf *out, str plain)
{
    put_gzip_named(out, plain, NULL);
}

static void put_zstd(buf *out, str plain)
{
    size_t bound = ZSTD_compressBound(plain.n);
    void *mem = malloc(bound);
    assert_non_null(mem);
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(z, mem, bound, plain.p, plain.n);
    assert_false(ZSTD_isError(n));
    buf_put(out, mem, n);
    ZSTD_freeCCtx(z);
    free(mem);
}

/* Records that differ, so that the compressor has something to do. */
static void put_records(buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "{\"eventName\":\"RunInstances\",\"n\":%zu,\"id\":\"i-%08zx\"}\n", i,
                   i * 2654435761U % 0xffffffffU);
}

static void expect_plain(str in, inflate_kind kind, str plain)
{
    AUTO(outcome) o = run_all_ways(in);
    assert_string_equal(o.error, "");
    assert_int_equal(o.status, INFLATE_MORE);
    assert_int_equal(o.kind, kind);
    assert_int_equal(o.taken, in.n);
    assert_true(str_eq(buf_str(&o.out), plain));
}

static void expect_damage(str in, const char *error)
{
    AUTO(outcome) o = run_all_ways(in);
    assert_int_equal(o.status, INFLATE_DAMAGED);
    assert_string_equal(o.error, error);
}

static void plain_is_copied(void **state)
{
    (void)state;
    expect_plain(STR("{\"a\":1}\n"), INFLATE_PLAIN, STR("{\"a\":1}\n"));
    expect_plain(STR("abc"), INFLATE_PLAIN, STR("abc"));
    expect_plain(STR("\x28\xb5\x2f"), INFLATE_PLAIN, STR("\x28\xb5\x2f"));
    expect_plain(STR(""), INFLATE_UNKNOWN, STR(""));
}

static void members_follow_each_other(void **state)
{
    (void)state;
    static const struct {
        void (*put)(buf *, str);
        inflate_kind kind;
    } formats[] = {{put_gzip, INFLATE_GZIP}, {put_zstd, INFLATE_ZSTD}};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        AUTO(buf) plain = {0};
        AUTO(buf) in = {0};
        put_records(&plain, 300);
        formats[i].put(&in, buf_str(&plain));
        expect_plain(buf_str(&in), formats[i].kind, buf_str(&plain));
        formats[i].put(&in, STR(""));
        formats[i].put(&in, STR("tail"));
        buf_puts(&plain, "tail");
        expect_plain(buf_str(&in), formats[i].kind, buf_str(&plain));
        buf_put(&in, "\0\0\0\0\0\0\0\0\0", 9);
        expect_plain(buf_str(&in), formats[i].kind, buf_str(&plain));
    }
}

static void gzip_header_fields_are_read_over(void **state)
{
    (void)state;
    AUTO(buf) in = {0};
    put_gzip_named(&in, STR("one"), "first.json");
    put_gzip_named(&in, STR("two"), "second.json");
    expect_plain(buf_str(&in), INFLATE_GZIP, STR("onetwo"));
}

static void skippable_frames_are_skipped(void **state)
{
    (void)state;
    AUTO(buf) in = {0};
    buf_put(&in, "\x53\x2a\x4d\x18\x03\0\0\0xyz", 11);
    put_zstd(&in, STR("body"));
    expect_plain(buf_str(&in), INFLATE_ZSTD, STR("body"));
}

static void garbage_behind_the_end_is_damage(void **state)
{
    (void)state;
    AUTO(buf) gzip = {0};
    AUTO(buf) zstd = {0};
    put_gzip(&gzip, STR("plain text"));
    put_zstd(&zstd, STR("plain text"));
    size_t gzip_n = gzip.n;
    size_t zstd_n = zstd.n;
    buf_puts(&gzip, "garbage");
    expect_damage(buf_str(&gzip), "gzip: bytes behind the last member begin no other");
    gzip.n = gzip_n;
    buf_puts(&gzip, "\x1f"
                    "garbage behind it");
    expect_damage(buf_str(&gzip), "gzip: bytes behind the last member begin no other");
    gzip.n = gzip_n;
    buf_put(&gzip, "\0\0x", 3);
    expect_damage(buf_str(&gzip), "gzip: bytes behind the zero padding");
    buf_puts(&zstd, "garbage");
    expect_damage(buf_str(&zstd), "zstd: bytes behind the last frame begin no other");
    zstd.n = zstd_n;
    buf_put(&zstd, "\0\0x", 3);
    expect_damage(buf_str(&zstd), "zstd: bytes behind the zero padding");
}

/* Cut anywhere inside, the output is a beginning of the plain text and the error says where. */
static void truncation_is_damage(void **state)
{
    (void)state;
    AUTO(buf) plain = {0};
    AUTO(buf) gzip = {0};
    AUTO(buf) zstd = {0};
    put_records(&plain, 40);
    put_gzip(&gzip, buf_str(&plain));
    put_zstd(&zstd, buf_str(&plain));
    for (size_t n = 2; n < gzip.n; n += n < 40 || gzip.n - n < 20 ? 1 : 13)
        expect_damage((str){gzip.p, n},
                      n < 12 ? "gzip: ends inside a header" : "gzip: ends inside a member");
    for (size_t n = 4; n < zstd.n; n += n < 40 || zstd.n - n < 20 ? 1 : 13)
        expect_damage((str){zstd.p, n}, "zstd: ends inside a frame");
}

static void checksums_are_checked(void **state)
{
    (void)state;
    AUTO(buf) gzip = {0};
    AUTO(buf) zstd = {0};
    put_gzip(&gzip, STR("plain text, checked"));
    put_zstd(&zstd, STR("plain text, checked"));
    for (size_t back = 1; back <= 8; back++) {
        gzip.p[gzip.n - back] ^= 0x10;
        expect_damage(buf_str(&gzip), "gzip: checksum or length does not match");
        gzip.p[gzip.n - back] ^= 0x10;
    }
    zstd.p[zstd.n - 1] ^= 0x10;
    expect_damage(buf_str(&zstd), "zstd: checksum does not match");
}

static void headers_are_checked(void **state)
{
    (void)state;
    expect_damage(STR("\x1f\x8b\x07\0\0\0\0\0\0\x03\x01\x02"),
                  "gzip: compression method is not deflate");
    /* Window descriptor 0xf8: 2^41 bytes. */
    expect_damage(STR("\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00"),
                  "zstd: window is larger than the limit of 128 MiB");
}

/* Whatever a flipped bit does, it crashes nothing and does not go unnoticed where a checksum is. */
static void flipped_bits_are_noticed(void **state)
{
    (void)state;
    AUTO(buf) plain = {0};
    AUTO(buf) in = {0};
    put_records(&plain, 20);
    put_gzip(&in, buf_str(&plain));
    inflate *f = inflate_new();
    assert_non_null(f);
    for (size_t bit = 12 * 8; bit < in.n * 8; bit++) {
        in.p[bit / 8] ^= (char)(1 << bit % 8);
        AUTO(outcome) whole = run(f, buf_str(&in), SIZE_MAX / 2, 4096);
        AUTO(outcome) bytes = run(f, buf_str(&in), 1, 4096);
        assert_int_equal(whole.status, INFLATE_DAMAGED);
        assert_int_equal(bytes.status, INFLATE_DAMAGED);
        assert_string_equal(whole.error, bytes.error);
        in.p[bit / 8] ^= (char)(1 << bit % 8);
    }
    inflate_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_is_copied),
        cmocka_unit_test(members_follow_each_other),
        cmocka_unit_test(gzip_header_fields_are_read_over),
        cmocka_unit_test(skippable_frames_are_skipped),
        cmocka_unit_test(garbage_behind_the_end_is_damage),
        cmocka_unit_test(truncation_is_damage),
        cmocka_unit_test(checksums_are_checked),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(flipped_bits_are_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
