/* SPDX-License-Identifier: Apache-2.0
 *
 * split_scan.c -- quotes, backslashes, brackets and line starts, 64 bytes at a time or one.
 *
 * The vector way follows Langdale and Lemire ("Parsing Gigabytes of JSON per Second", 2019): one
 * bit per byte, escapes by carry of an addition, the inside of strings by carry-less
 * multiplication. It looks at single brackets only in blocks where something can happen:
 *
 *   * as many closers as there are open brackets, so that the object may end here;
 *   * a '[' while the outermost object may be the only open bracket, if the caller wants arrays;
 *   * a '{' near a newline. Records on one line hold no newline, so only pretty-printed or broken
 *     input pays for this.
 *
 * Where tokens begin is read off the same bits: at every bracket, colon and comma outside strings,
 * and at every other byte, quotes included, that is no white space and does not follow a scalar.
 *
 *  (1) scan_place is kept byte by byte in the scalar way and recovered by looking back in the
 *      vector way: it depends on bytes only, not on strings or depth. White space is looked back
 *      over at most twice per '{' and once per call, so the work stays linear.
 */
#include "decode/split_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void scan_begin(scan *s, uint64_t depth, bool wants_arrays)
{
    *s = (scan){.depth = depth, .wants_arrays = wants_arrays, .doubt_columns = UINT64_MAX};
}

void scan_begin_index(scan *s, scan_index *index)
{
    index->n = 0;
    index->is_odd = index->in_scalar = index->has_backslash = false;
    s->index = index;
}

static bool breaks_record(const scan_place *place, bool in_string)
{
    if (!place->is_line_start)
        return false;
    return in_string || (place->last != '[' && place->last != ',' && place->last != ':');
}

/* For a '{' at `at` that does not break the record. */
static bool is_doubtful(const scan *s, const scan_place *place, uint64_t at)
{
    return place->is_line_start && place->last == ',' && at != s->doubted_at &&
           at - place->line_at - 1 < s->doubt_columns;
}

/* What a '{' at `at` says about the record. */
static scan_event judge_brace(const scan *s, const scan_place *place, uint64_t at, bool in_string)
{
    if (breaks_record(place, in_string))
        return SCAN_BREAK;
    return is_doubtful(s, place, at) ? SCAN_DOUBT : SCAN_MORE;
}

/* ---- one byte at a time ---------------------------------------------------------------------- */

static void note_place(scan *s, char c)
{
    if (c == '\n') {
        s->place.is_line_start = true;
        s->place.line_at = s->at;
    } else if (!scan_is_space(c)) {
        s->place.is_line_start = false;
        s->place.last = c;
    }
    s->at++;
}

static scan_event take_bracket(scan *s, char c)
{
    if (c == '{' || c == '[') {
        s->depth++;
        return s->wants_arrays && c == '[' && s->depth == 2 ? SCAN_ARRAY : SCAN_MORE;
    }
    if (c == '}' || c == ']') {
        s->depth--;
        return s->depth == 0 ? SCAN_END : SCAN_MORE;
    }
    return SCAN_MORE;
}

static bool is_sign(char c)
{
    return c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',';
}

/* For a byte at s->at that does not count itself yet. */
static void note_token(scan_index *x, const scan *s, char c, bool is_quote)
{
    bool is_scalar = !is_sign(c) && !scan_is_space(c);
    bool is_first = !is_scalar ? is_sign(c) : !x->in_scalar;
    bool is_foreign = (signed char)c < ' ';
    x->in_scalar = is_scalar && !is_quote;
    x->has_backslash = x->has_backslash || c == '\\';
    if ((is_foreign && (s->in_string || !scan_is_space(c))) || x->n == SCAN_INDEX_MAX)
        x->is_odd = true;
    else if (is_first && !s->in_string)
        x->at[x->n++] = (uint32_t)s->at;
}

static scan_event take_byte(scan *s, char c)
{
    bool was_escaped = s->is_escaped;
    bool is_quote = c == '"' && !was_escaped;
    if (s->index)
        note_token(s->index, s, c, is_quote);
    note_place(s, c);
    s->is_escaped = c == '\\' && !was_escaped;
    if (is_quote)
        s->in_string = !s->in_string;
    return s->in_string ? SCAN_MORE : take_bracket(s, c);
}

scan_event scan_scalar(scan *s, const char *p, size_t n, size_t *ret_used)
{
    scan_event event = SCAN_MORE;
    size_t i = 0;
    while (i < n && event == SCAN_MORE) {
        if (p[i] == '{')
            event = judge_brace(s, &s->place, s->at, s->in_string);
        if (event != SCAN_MORE)
            break;
        event = take_byte(s, p[i]);
        i++;
    }
    if (event == SCAN_DOUBT)
        s->doubted_at = s->at;
    *ret_used = i;
    return event;
}

#if defined(__x86_64__)

/* ---- 64 bytes at a time ---------------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2,pclmul,bmi,popcnt")))
#define AVX512 __attribute__((target("avx2,pclmul,bmi,popcnt,avx512f,avx512bw,avx512vbmi2")))
/* Whatever differs between the two ways is inlined into one body, not called through a pointer. */
#define INLINE __attribute__((always_inline)) inline

enum { BLOCK = SCAN_BLOCK };

/* One bit per byte of the block. */
typedef struct bytes {
    uint64_t backslash, quote;
    uint64_t open, close; /* brackets */
    uint64_t sign;        /* brackets, ':' and ','; maybe some that are foreign */
    uint64_t space;
    uint64_t foreign; /* control characters, white space among them, and what is not ASCII */
} bytes;

/* Open and close are brackets outside strings. */
typedef struct marks {
    uint64_t in_string, open, close;
    uint64_t scalar; /* may go on in the next byte */
    uint64_t token;  /* the first byte of one */
    uint64_t odd;
} marks;

/* What one block hands to the next. */
typedef struct carry {
    uint64_t in_string;     /* all ones or 0 */
    uint64_t is_escaped;    /* 1 or 0 */
    uint64_t in_scalar;     /* 1 or 0 */
    uint64_t is_line_start; /* 1 or 0 */
    uint64_t depth;         /* of the scan; what it says itself is old */
} carry;

/* What differs between the ways. */
typedef bytes (*block_reader)(const char *p);
typedef void (*token_writer)(uint32_t *to, uint32_t base, uint64_t tokens);

/* By the low half of a byte: the white space, and the sign with bit 5 set, that ends in it. What
 * is in the other places equals no byte that ends in theirs. */
static const char SPACES[16] = {' ', 100,  100,  100, 17,  100,  113, 2,
                                100, '\t', '\n', 112, 100, '\r', 100, 100};
static const char SIGNS[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0};

typedef struct halves {
    __m256i low, high;
} halves;

AVX2 static INLINE uint64_t bits_of(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

AVX2 static INLINE uint64_t bits_equal(halves b, char c)
{
    __m256i want = _mm256_set1_epi8(c);
    return bits_of(_mm256_cmpeq_epi8(b.low, want), _mm256_cmpeq_epi8(b.high, want));
}

/* Which bytes are what the table has for them. */
AVX2 static INLINE uint64_t bits_in(halves b, const char *table)
{
    __m256i of = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)table));
    return bits_of(_mm256_cmpeq_epi8(b.low, _mm256_shuffle_epi8(of, b.low)),
                   _mm256_cmpeq_epi8(b.high, _mm256_shuffle_epi8(of, b.high)));
}

AVX2 static INLINE halves halves_at(const char *p)
{
    return (halves){_mm256_loadu_si256((const void *)p),
                    _mm256_loadu_si256((const void *)(p + 32))};
}

/* '[' and '{' differ in bit 5 only, and so do ']' and '}'. As signed numbers, bytes that are not
 * ASCII are below the space too. */
AVX2 static INLINE bytes read_avx2(const char *p)
{
    __m256i bit5 = _mm256_set1_epi8(0x20);
    halves b = halves_at(p);
    halves folded = {_mm256_or_si256(b.low, bit5), _mm256_or_si256(b.high, bit5)};
    return (bytes){
        .backslash = bits_equal(b, '\\'),
        .quote = bits_equal(b, '"'),
        .open = bits_equal(folded, '{'),
        .close = bits_equal(folded, '}'),
        .sign = bits_in(folded, SIGNS),
        .space = bits_in(b, SPACES),
        .foreign = bits_of(_mm256_cmpgt_epi8(bit5, b.low), _mm256_cmpgt_epi8(bit5, b.high)),
    };
}

AVX512 static INLINE uint64_t wide_bits_in(__m512i b, const char *table)
{
    __m512i of = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)table));
    return _mm512_cmpeq_epi8_mask(b, _mm512_shuffle_epi8(of, b));
}

/* Sixty-four of one byte, in a register: made anew in each block, it would cost more than it
 * does. */
AVX512 static INLINE __m512i wide_of(char c)
{
    __m512i all = _mm512_set1_epi8(c);
    __asm__("" : "+v"(all));
    return all;
}

AVX512 static INLINE bytes read_avx512(const char *p)
{
    __m512i bit5 = wide_of(' ');
    __m512i b = _mm512_loadu_si512((const void *)p);
    __m512i folded = _mm512_or_si512(b, bit5);
    uint64_t foreign = _mm512_cmplt_epi8_mask(b, bit5);
    return (bytes){
        .backslash = _mm512_cmpeq_epi8_mask(b, wide_of('\\')),
        .quote = _mm512_cmpeq_epi8_mask(b, wide_of('"')),
        .open = _mm512_cmpeq_epi8_mask(folded, wide_of('{')),
        .close = _mm512_cmpeq_epi8_mask(folded, wide_of('}')),
        .sign = wide_bits_in(folded, SIGNS),
        .space = UNLIKELY(foreign) ? wide_bits_in(b, SPACES) : _mm512_cmpeq_epi8_mask(b, bit5),
        .foreign = foreign,
    };
}

/* What is written too much is overwritten by the next block. */
AVX2 static INLINE void write_avx2(uint32_t *to, uint32_t base, uint64_t tokens)
{
    for (; tokens; to += 8) {
#pragma GCC unroll 8
        for (unsigned k = 0; k < 8; k++) {
            to[k] = base + (uint32_t)_tzcnt_u64(tokens);
            tokens &= tokens - 1;
        }
    }
}

AVX512 static INLINE void write_sixteen(uint32_t *to, __m512i from, __m128i places)
{
    _mm512_storeu_si512((void *)to, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), from));
}

/* Minified JSON has about eight tokens in a block. */
AVX512 static INLINE void write_avx512(uint32_t *to, uint32_t base, uint64_t tokens)
{
    __m512i places = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48,
                                     47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
                                     31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                                     15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i from = _mm512_set1_epi32((int)base);
    __m512i found = _mm512_maskz_compress_epi8(tokens, places);
    write_sixteen(to, from, _mm512_castsi512_si128(found));
    if (LIKELY(__builtin_popcountll(tokens) <= 16))
        return;
    write_sixteen(to + 16, from, _mm512_extracti32x4_epi32(found, 1));
    write_sixteen(to + 32, from, _mm512_extracti32x4_epi32(found, 2));
    write_sixteen(to + 48, from, _mm512_extracti32x4_epi32(found, 3));
}

/* The bytes that a backslash escapes: those behind an odd run of backslashes. A run that starts
 * at an odd place carries, on addition, into the byte behind it in the opposite parity. */
static INLINE uint64_t escaped_bits(uint64_t backslash, uint64_t *carried)
{
    const uint64_t even = 0x5555555555555555ULL;
    if (LIKELY(backslash == 0)) {
        uint64_t escaped = *carried;
        *carried = 0;
        return escaped;
    }
    backslash &= ~*carried;
    uint64_t follows = backslash << 1 | *carried;
    uint64_t odd_starts = backslash & ~even & ~follows;
    uint64_t runs;
    *carried = __builtin_add_overflow(odd_starts, backslash, &runs);
    return (even ^ runs << 1) & follows;
}

/* Bit i is the parity of bits 0..i. */
AVX2 static INLINE uint64_t parity_up_to(uint64_t bits)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8((char)0xff), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* A string's own bytes include its first quote and not its last one. */
AVX2 static INLINE marks mark_block(const bytes *b, carry *c)
{
    uint64_t escaped = escaped_bits(b->backslash, &c->is_escaped);
    uint64_t quote = b->quote & ~escaped;
    uint64_t in_string = parity_up_to(quote) ^ c->in_string;
    uint64_t scalar = ~(b->sign | b->space);
    uint64_t goes_on = scalar & ~quote;
    uint64_t first = b->sign | (scalar & ~(goes_on << 1 | c->in_scalar));
    c->in_string = (uint64_t)((int64_t)in_string >> 63);
    c->in_scalar = goes_on >> 63;
    return (marks){
        .in_string = in_string,
        .open = b->open & ~in_string,
        .close = b->close & ~in_string,
        .scalar = goes_on,
        .token = first & ~(in_string ^ quote),
        .odd = b->foreign & ~(b->space & ~in_string),
    };
}

/* The place before p[i]; s is as it was before p[0]. */
static scan_place look_back(const scan *s, const char *p, size_t i)
{
    scan_place found = {0};
    while (i > 0 && scan_is_space(p[i - 1])) {
        i--;
        if (p[i] == '\n' && !found.is_line_start) {
            found.is_line_start = true;
            found.line_at = s->at + i;
        }
    }
    found.last = i > 0 ? p[i - 1] : s->place.last;
    if (i == 0 && !found.is_line_start) {
        found.is_line_start = s->place.is_line_start;
        found.line_at = s->place.line_at;
    }
    return found;
}

/* The first '{' of the block at p[i] that says something, and where it stands. */
static scan_event first_brace(const scan *s, const char *p, size_t i, uint64_t brace,
                              uint64_t in_string, unsigned *ret_k)
{
    for (; brace; brace &= brace - 1) {
        unsigned k = (unsigned)__builtin_ctzll(brace);
        scan_place place = look_back(s, p, i + k);
        scan_event event = judge_brace(s, &place, s->at + i + k, in_string >> k & 1);
        if (event == SCAN_MORE)
            continue;
        *ret_k = k;
        return event;
    }
    return SCAN_MORE;
}

static bool ends_at_line_start(const char *p, bool before)
{
    for (size_t k = BLOCK; k > 0; k--) {
        if (p[k - 1] == '\n')
            return true;
        if (!scan_is_space(p[k - 1]))
            return false;
    }
    return before;
}

/* Which closer of the block ends the object; BLOCK: none. It is the first that makes as many
 * closers as there are openers before it, the open ones included. */
AVX2 static INLINE unsigned first_end(uint64_t depth, marks m)
{
    uint64_t closers = 1;
    if ((uint64_t)__builtin_popcountll(m.close) < depth)
        return BLOCK;
    for (uint64_t bits = m.close; bits; bits &= bits - 1) {
        uint64_t before = (bits & -bits) - 1;
        if (depth + (uint64_t)__builtin_popcountll(m.open & before) == closers)
            return (unsigned)__builtin_ctzll(bits);
        closers++;
    }
    return BLOCK;
}

/* Which '[' of the block stands directly in the outermost object; BLOCK: none. */
AVX2 static INLINE unsigned first_array(uint64_t depth, marks m, uint64_t square)
{
    for (uint64_t bits = m.open & square; bits; bits &= bits - 1) {
        uint64_t before = (bits & -bits) - 1;
        uint64_t opened = (uint64_t)__builtin_popcountll(m.open & before);
        uint64_t closed = (uint64_t)__builtin_popcountll(m.close & before);
        if (depth + opened - closed == 1)
            return (unsigned)__builtin_ctzll(bits);
    }
    return BLOCK;
}

/* What is noted of the block only as far as it is used. */
static INLINE uint64_t bits_before(unsigned k)
{
    return k < BLOCK ? (UINT64_C(1) << k) - 1 : UINT64_MAX;
}

/* The first event at a bracket; s->depth becomes what it is behind it. */
AVX2 static scan_event count_brackets(scan *s, const char *p, marks m, unsigned *ret_used)
{
    unsigned end = first_end(s->depth, m);
    if (end < BLOCK) {
        m.open &= bits_before(end);
        m.close &= bits_before(end);
    }
    if (s->wants_arrays && m.open) {
        unsigned array = first_array(s->depth, m, bits_equal(halves_at(p), '['));
        if (array < BLOCK) {
            s->depth = 2;
            *ret_used = array + 1;
            return SCAN_ARRAY;
        }
    }
    s->depth += (uint64_t)__builtin_popcountll(m.open) - (uint64_t)__builtin_popcountll(m.close);
    *ret_used = end < BLOCK ? end + 1 : BLOCK;
    return end < BLOCK ? SCAN_END : SCAN_MORE;
}

/* The first event in the block at p[i], which may have one. */
AVX2 __attribute__((noinline)) static scan_event find_event(scan *s, carry *c, const char *p,
                                                            size_t i, marks m, unsigned *ret_used)
{
    scan_event at_brace = SCAN_MORE;
    unsigned brace = BLOCK;
    s->depth = c->depth;
    if (c->is_line_start || bits_equal(halves_at(p + i), '\n')) {
        uint64_t braces = bits_equal(halves_at(p + i), '{');
        at_brace = first_brace(s, p, i, braces, m.in_string, &brace);
        c->is_line_start = ends_at_line_start(p + i, c->is_line_start);
    }
    if (at_brace != SCAN_MORE) {
        m.open &= bits_before(brace);
        m.close &= bits_before(brace);
    }
    scan_event event = count_brackets(s, p + i, m, ret_used);
    c->depth = s->depth;
    if (event != SCAN_MORE)
        return event;
    *ret_used = brace;
    return at_brace;
}

/* Can the block have an event? If not, c->depth moves on. Of the rest, the next block begins at
 * the start of a line only if there is white space at the end of this one. */
AVX2 static INLINE bool has_event(const scan *s, carry *c, const marks *m, uint64_t foreign)
{
    uint64_t n_open = (uint64_t)__builtin_popcountll(m->open);
    uint64_t n_close = (uint64_t)__builtin_popcountll(m->close);
    if (foreign | c->is_line_start || n_close >= c->depth)
        return true;
    if (s->wants_arrays && n_open && n_close + 1 >= c->depth)
        return true;
    c->depth += n_open - n_close;
    return false;
}

static void move_on(scan *s, const char *p, size_t n)
{
    s->place = look_back(s, p, n);
    s->at += n;
}

/* What is noted down during one call. */
typedef struct notes {
    uint32_t *at;
    size_t n;     /* SIZE_MAX: nothing is noted */
    uint64_t odd; /* not 0: nothing of it is good */
    uint64_t backslash;
} notes;

enum { NOTES_FULL = SCAN_INDEX_MAX - BLOCK };

static notes notes_of(const scan *s)
{
    if (!s->index || s->index->is_odd)
        return (notes){.n = SIZE_MAX};
    return (notes){.at = s->index->at, .n = s->index->n};
}

static void keep_notes(scan *s, const notes *n)
{
    if (!s->index)
        return;
    s->index->is_odd = s->index->is_odd || n->odd || n->n > NOTES_FULL;
    s->index->has_backslash = s->index->has_backslash || n->backslash;
    if (!s->index->is_odd)
        s->index->n = n->n;
}

AVX2 static INLINE scan_event scan_blocks(scan *s, const char *p, size_t n, size_t *ret_used,
                                          block_reader read, token_writer write)
{
    notes notes = notes_of(s);
    carry c = {
        .in_string = s->in_string ? UINT64_MAX : 0,
        .is_escaped = s->is_escaped,
        .in_scalar = s->index && s->index->in_scalar,
        .is_line_start = s->place.is_line_start,
        .depth = s->depth,
    };
    scan_event event = SCAN_MORE;
    unsigned used = BLOCK;
    size_t i = 0;
    for (; n - i >= BLOCK && event == SCAN_MORE; i += used) {
        bytes b = read(p + i);
        marks m = mark_block(&b, &c);
        if (UNLIKELY(has_event(s, &c, &m, b.foreign))) {
            carry at_event = c;
            unsigned n_used;
            event = find_event(s, &at_event, p, i, m, &n_used);
            c = at_event;
            used = n_used;
            m.token &= bits_before(used);
            m.odd &= bits_before(used);
            c.in_scalar = used > 0 && (m.scalar >> (used - 1) & 1);
        }
        notes.odd |= m.odd;
        notes.backslash |= b.backslash;
        if (LIKELY(notes.n <= NOTES_FULL)) {
            write(notes.at + notes.n, (uint32_t)(s->at + i), m.token);
            notes.n += (size_t)__builtin_popcountll(m.token);
        }
    }
    keep_notes(s, &notes);
    if (s->index)
        s->index->in_scalar = c.in_scalar;
    s->depth = c.depth;
    /* An event is at a bracket outside strings; after a break the scan is over. */
    s->in_string = event == SCAN_MORE && c.in_string;
    s->is_escaped = event == SCAN_MORE && c.is_escaped;
    move_on(s, p, i);
    if (event == SCAN_DOUBT)
        s->doubted_at = s->at;
    *ret_used = i;
    return event;
}

/* What is left is less than a block. */
static scan_event scan_rest(scan *s, const char *p, size_t n, size_t *used)
{
    size_t rest;
    scan_event event = scan_scalar(s, p + *used, n - *used, &rest);
    *used += rest;
    return event;
}

AVX2 static scan_event scan_avx2(scan *s, const char *p, size_t n, size_t *ret_used)
{
    scan_event event = scan_blocks(s, p, n, ret_used, read_avx2, write_avx2);
    return event == SCAN_MORE ? scan_rest(s, p, n, ret_used) : event;
}

AVX512 static scan_event scan_avx512(scan *s, const char *p, size_t n, size_t *ret_used)
{
    scan_event event = scan_blocks(s, p, n, ret_used, read_avx512, write_avx512);
    _mm256_zeroupper();
    return event == SCAN_MORE ? scan_rest(s, p, n, ret_used) : event;
}

scan_run scan_way(size_t i)
{
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    bool has_avx512 =
        has_avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
    const scan_run ways[] = {scan_avx512, scan_avx2, scan_scalar};
    size_t first = has_avx512 ? 0 : has_avx2 ? 1 : 2;
    return first + i < ARRAY_LEN(ways) ? ways[first + i] : NULL;
}

#else

scan_run scan_way(size_t i)
{
    return i == 0 ? scan_scalar : NULL;
}

#endif
