/* SPDX-License-Identifier: Apache-2.0
 *
 * inflate.c -- compressed bytes to plain bytes: ISA-L for gzip, libzstd for zstd.
 *
 * Both formats are a row of members (zstd calls them frames). A small machine of stages goes around
 * either library and does what they leave to the caller: telling members from padding from garbage.
 *
 *  (1) The first four bytes are kept until they are told apart, then read again as input.
 *  (2) The gzip header is read here with a state of its own: isal_inflate forgets the header's own
 *      checksum when the header comes in pieces.
 *  (3) gzip's CRC and length are checked for every member (ISAL_GZIP_NO_HDR_VER), zstd's checksum
 *      where there is one.
 *  (4) What a library wrote before it found damage is handed out first; the damage is told after.
 */
#include "decode/inflate.h"

#include <assert.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/limits.h"

enum { MAGIC_BYTES = 4 };

typedef enum inflate_stage {
    IN_MAGIC,
    IN_HEADER, /* gzip only */
    IN_BODY,
    BEHIND_MEMBER,
    IN_PADDING,
    IN_DAMAGE,
} inflate_stage;

struct inflate {
    const uint8_t *in; /* lent by the caller */
    size_t in_n;
    uint8_t magic[MAGIC_BYTES];
    size_t magic_n, magic_at;
    uint64_t taken;
    inflate_kind kind;
    inflate_stage stage;
    bool is_first; /* the first member is not over yet */
    bool is_finished;
    const char *error;
    struct isal_gzip_header header;
    struct inflate_state gzip;
    ZSTD_DStream *zstd;
    size_t zstd_wants; /* bytes up to the end of the next block's header */
};

inflate *inflate_new(void)
{
    inflate *f = calloc(1, sizeof(*f));
    if (f)
        inflate_reset(f);
    return f;
}

void inflate_free(inflate *f)
{
    if (!f)
        return;
    ZSTD_freeDStream(f->zstd);
    free(f);
}

void inflate_reset(inflate *f)
{
    f->in = NULL;
    f->in_n = 0;
    f->magic_n = f->magic_at = 0;
    f->taken = 0;
    f->kind = INFLATE_UNKNOWN;
    f->stage = IN_MAGIC;
    f->is_first = true;
    f->is_finished = false;
    f->error = "";
}

void inflate_input(inflate *f, const void *bytes, size_t n)
{
    assert(f->in_n == 0 && !f->is_finished);
    f->in = bytes;
    f->in_n = n;
}

void inflate_finish(inflate *f)
{
    f->is_finished = true;
}

inflate_kind inflate_which(const inflate *f)
{
    return f->kind;
}

const char *inflate_error(const inflate *f)
{
    return f->error;
}

uint64_t inflate_taken(const inflate *f)
{
    return f->taken;
}

/* ---- the input ------------------------------------------------------------------------------- */

typedef struct piece {
    const uint8_t *p;
    size_t n;
} piece;

/* What can be read next in one piece: the rest of the magic bytes, then what the caller lent. */
static piece input_left(const inflate *f)
{
    if (f->magic_at < f->magic_n)
        return (piece){f->magic + f->magic_at, f->magic_n - f->magic_at};
    return (piece){f->in, f->in_n};
}

static void take(inflate *f, size_t n)
{
    f->taken += n;
    if (f->magic_at < f->magic_n) {
        f->magic_at += n;
    } else if (n > 0) {
        f->in += n;
        f->in_n -= n;
    }
}

/* ISA-L counts in 32 bits. */
static uint32_t clamp(size_t n)
{
    return n < UINT32_MAX / 2 ? (uint32_t)n : UINT32_MAX / 2;
}

/* ---- damage ---------------------------------------------------------------------------------- */

static inflate_status damage(inflate *f, const char *error)
{
    f->stage = IN_DAMAGE;
    f->error = error;
    return INFLATE_DAMAGED;
}

static const char garbage_behind_gzip[] = "gzip: bytes behind the last member begin no other";

static const char *gzip_error(int code)
{
    static const char *const texts[] = {
        [-ISAL_INVALID_BLOCK] = "gzip: compressed data is damaged (block type)",
        [-ISAL_INVALID_SYMBOL] = "gzip: compressed data is damaged (symbol)",
        [-ISAL_INVALID_LOOKBACK] = "gzip: compressed data is damaged (distance)",
        [-ISAL_INVALID_WRAPPER] = "gzip: header is damaged",
        [-ISAL_UNSUPPORTED_METHOD] = "gzip: compression method is not deflate",
        [-ISAL_INCORRECT_CHECKSUM] = "gzip: checksum or length does not match",
    };
    if (code < 0 && (size_t)-code < ARRAY_LEN(texts) && texts[-code])
        return texts[-code];
    return "gzip: compressed data is damaged";
}

static const char *zstd_error(size_t result)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_frameParameter_windowTooLarge:
        return "zstd: window is larger than the limit of 128 MiB";
    case ZSTD_error_checksum_wrong:
        return "zstd: checksum does not match";
    case ZSTD_error_dictionary_wrong:
        return "zstd: needs a dictionary";
    case ZSTD_error_prefix_unknown:
        return "zstd: bytes behind the last frame begin no other";
    case ZSTD_error_frameParameter_unsupported:
    case ZSTD_error_version_unsupported:
        return "zstd: frame header asks for what is not supported";
    default:
        return "zstd: compressed data is damaged";
    }
}

_Static_assert(LIMIT_ZSTD_WINDOW_LOG == 27, "the error text says 128 MiB");

static inflate_status ends_early(inflate *f)
{
    bool is_gzip = f->kind == INFLATE_GZIP;
    if (f->stage == IN_HEADER)
        return damage(f, "gzip: ends inside a header");
    return damage(f, is_gzip ? "gzip: ends inside a member" : "zstd: ends inside a frame");
}

/* ---- stages ---------------------------------------------------------------------------------- */

/* STAGE_ON: go on with the next stage or piece; STAGE_WAIT: nothing more without input or room. */
typedef enum progress {
    STAGE_ON,
    STAGE_WAIT,
    STAGE_DAMAGED,
    STAGE_NO_MEMORY,
} progress;

/* Where output goes. */
typedef struct outlet {
    uint8_t *p;
    size_t room;
    size_t n; /* written */
} outlet;

static inflate_kind kind_of(const uint8_t *magic, size_t n)
{
    if (n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        return INFLATE_GZIP;
    bool is_zstd = n >= 4 && memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0;
    bool is_skippable =
        n >= 4 && (magic[0] & 0xf0) == 0x50 && memcmp(magic + 1, "\x2a\x4d\x18", 3) == 0;
    return is_zstd || is_skippable ? INFLATE_ZSTD : INFLATE_PLAIN;
}

static bool begin_zstd(inflate *f)
{
    if (!f->zstd)
        f->zstd = ZSTD_createDStream();
    if (!f->zstd)
        return false;
    ZSTD_DCtx_reset(f->zstd, ZSTD_reset_session_only);
    f->zstd_wants = MAGIC_BYTES;
    return !ZSTD_isError(
        ZSTD_DCtx_setParameter(f->zstd, ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW_LOG));
}

static void begin_gzip_member(inflate *f)
{
    isal_inflate_init(&f->gzip);
    isal_gzip_header_init(&f->header);
    f->stage = IN_HEADER;
}

static progress read_magic(inflate *f)
{
    while (f->in_n > 0 && f->magic_n < MAGIC_BYTES) {
        f->magic[f->magic_n++] = *f->in++;
        f->in_n--;
    }
    if (f->magic_n < MAGIC_BYTES && (!f->is_finished || f->magic_n == 0))
        return STAGE_WAIT;
    f->kind = kind_of(f->magic, f->magic_n);
    f->stage = IN_BODY;
    if (f->kind == INFLATE_GZIP)
        begin_gzip_member(f);
    return f->kind == INFLATE_ZSTD && !begin_zstd(f) ? STAGE_NO_MEMORY : STAGE_ON;
}

static progress copy_plain(inflate *f, outlet *out)
{
    piece in = input_left(f);
    size_t room = out->room - out->n;
    size_t n = in.n < room ? in.n : room;
    if (n == 0)
        return STAGE_WAIT;
    memcpy(out->p + out->n, in.p, n);
    out->n += n;
    take(f, n);
    return STAGE_ON;
}

static progress read_gzip_header(inflate *f)
{
    piece in = input_left(f);
    if (in.n == 0)
        return STAGE_WAIT;
    f->gzip.next_in = (uint8_t *)(uintptr_t)in.p; /* not written to */
    f->gzip.avail_in = clamp(in.n);
    int result = isal_read_gzip_header(&f->gzip, &f->header);
    take(f, clamp(in.n) - f->gzip.avail_in);
    if (result == ISAL_INVALID_WRAPPER && !f->is_first) {
        damage(f, garbage_behind_gzip);
        return STAGE_DAMAGED;
    }
    if (result < 0) {
        damage(f, gzip_error(result));
        return STAGE_DAMAGED;
    }
    if (result != ISAL_DECOMP_OK)
        return STAGE_ON;
    f->gzip.crc_flag = ISAL_GZIP_NO_HDR_VER;
    f->stage = IN_BODY;
    return STAGE_ON;
}

static progress read_gzip_body(inflate *f, outlet *out)
{
    piece in = input_left(f);
    f->gzip.next_in = (uint8_t *)(uintptr_t)in.p;
    f->gzip.avail_in = clamp(in.n);
    f->gzip.next_out = out->p + out->n;
    f->gzip.avail_out = clamp(out->room - out->n);
    uint32_t room = f->gzip.avail_out;
    int result = isal_inflate(&f->gzip);
    uint32_t used = clamp(in.n) - f->gzip.avail_in;
    uint32_t wrote = room - f->gzip.avail_out;
    take(f, used);
    out->n += wrote;
    if (result < 0 || result == ISAL_NEED_DICT) {
        damage(f, gzip_error(result));
        return STAGE_DAMAGED;
    }
    if (f->gzip.block_state == ISAL_BLOCK_FINISH) {
        f->stage = BEHIND_MEMBER;
        return STAGE_ON;
    }
    return used || wrote ? STAGE_ON : STAGE_WAIT;
}

static progress read_zstd_body(inflate *f, outlet *out)
{
    piece in = input_left(f);
    /* Block by block: on an error the library forgets to say what it wrote in the same call. */
    ZSTD_inBuffer from = {in.p, in.n < f->zstd_wants ? in.n : f->zstd_wants, 0};
    ZSTD_outBuffer to = {out->p, out->room, out->n};
    size_t result = ZSTD_decompressStream(f->zstd, &to, &from);
    bool has_moved = from.pos > 0 || to.pos > out->n;
    take(f, from.pos);
    out->n = to.pos;
    if (ZSTD_isError(result)) {
        if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
            return STAGE_NO_MEMORY;
        damage(f, zstd_error(result));
        return STAGE_DAMAGED;
    }
    f->zstd_wants = result;
    if (result == 0 && has_moved)
        f->stage = BEHIND_MEMBER;
    return has_moved ? STAGE_ON : STAGE_WAIT;
}

static progress read_behind_member(inflate *f)
{
    piece in = input_left(f);
    f->is_first = false;
    if (in.n == 0)
        return STAGE_WAIT;
    if (in.p[0] == 0) {
        f->stage = IN_PADDING;
    } else if (f->kind == INFLATE_ZSTD) {
        f->zstd_wants = MAGIC_BYTES;
        f->stage = IN_BODY;
    } else if (in.p[0] == 0x1f) {
        begin_gzip_member(f);
    } else {
        damage(f, garbage_behind_gzip);
        return STAGE_DAMAGED;
    }
    return STAGE_ON;
}

static progress read_padding(inflate *f)
{
    piece in = input_left(f);
    size_t n = 0;
    while (n < in.n && in.p[n] == 0)
        n++;
    take(f, n);
    if (n == in.n)
        return n > 0 ? STAGE_ON : STAGE_WAIT;
    damage(f, f->kind == INFLATE_GZIP ? "gzip: bytes behind the zero padding"
                                      : "zstd: bytes behind the zero padding");
    return STAGE_DAMAGED;
}

static progress read_body(inflate *f, outlet *out)
{
    switch (f->kind) {
    case INFLATE_GZIP:
        return read_gzip_body(f, out);
    case INFLATE_ZSTD:
        return read_zstd_body(f, out);
    default:
        return copy_plain(f, out);
    }
}

static progress read_stage(inflate *f, outlet *out)
{
    switch (f->stage) {
    case IN_MAGIC:
        return read_magic(f);
    case IN_HEADER:
        return read_gzip_header(f);
    case IN_BODY:
        return read_body(f, out);
    case BEHIND_MEMBER:
        return read_behind_member(f);
    case IN_PADDING:
        return read_padding(f);
    case IN_DAMAGE:
        break;
    }
    return STAGE_DAMAGED;
}

static bool is_inside_member(const inflate *f)
{
    if (f->kind != INFLATE_GZIP && f->kind != INFLATE_ZSTD)
        return false;
    return f->stage == IN_HEADER || f->stage == IN_BODY;
}

inflate_status inflate_output(inflate *f, void *out, size_t room, size_t *ret_n)
{
    outlet to = {.p = out, .room = room};
    progress last = STAGE_ON;
    assert(room > 0);
    while (last == STAGE_ON && to.n < room)
        last = read_stage(f, &to);
    if (last == STAGE_NO_MEMORY)
        return INFLATE_NO_MEMORY;
    *ret_n = to.n;
    if (to.n > 0)
        return INFLATE_OUTPUT;
    if (last == STAGE_DAMAGED)
        return INFLATE_DAMAGED;
    return f->is_finished && is_inside_member(f) ? ends_early(f) : INFLATE_MORE;
}
