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

static scan_event take_byte(scan *s, char c)
{
    bool was_escaped = s->is_escaped;
    note_place(s, c);
    s->is_escaped = c == '\\' && !was_escaped;
    if (c == '"' && !was_escaped)
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

#define VECTOR __attribute__((target("avx2,pclmul,bmi,popcnt")))

enum { BLOCK = 64 };

typedef struct block {
    __m256i low, high;
} block;

/* One bit per byte of the block. Open and close are brackets outside strings. */
typedef struct marks {
    uint64_t newline, in_string, open, close;
} marks;

/* What one block hands to the next. */
typedef struct carry {
    uint64_t in_string;  /* all ones or 0 */
    uint64_t is_escaped; /* 1 or 0 */
    bool is_line_start;
} carry;

VECTOR static inline uint64_t bits_equal(block b, char c)
{
    __m256i want = _mm256_set1_epi8(c);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b.low, want));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b.high, want));
    return low | (uint64_t)high << 32;
}

VECTOR static inline block block_at(const char *p)
{
    return (block){_mm256_loadu_si256((const __m256i *)(const void *)p),
                   _mm256_loadu_si256((const __m256i *)(const void *)(p + 32))};
}

/* The bytes that a backslash escapes: those behind an odd run of backslashes. A run that starts
 * at an odd place carries, on addition, into the byte behind it in the opposite parity. */
static inline uint64_t escaped_bits(uint64_t backslash, uint64_t *carried)
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
VECTOR static inline uint64_t parity_up_to(uint64_t bits)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8((char)0xff), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

VECTOR static inline marks mark_block(block b, carry *c)
{
    uint64_t escaped = escaped_bits(bits_equal(b, '\\'), &c->is_escaped);
    uint64_t quote = bits_equal(b, '"') & ~escaped;
    uint64_t in_string = parity_up_to(quote) ^ c->in_string;
    c->in_string = (uint64_t)((int64_t)in_string >> 63);
    /* '[' and '{' differ in bit 5 only, and so do ']' and '}'. */
    __m256i bit5 = _mm256_set1_epi8(0x20);
    block braces = {_mm256_or_si256(b.low, bit5), _mm256_or_si256(b.high, bit5)};
    return (marks){
        .newline = bits_equal(b, '\n'),
        .in_string = in_string,
        .open = bits_equal(braces, '{') & ~in_string,
        .close = bits_equal(braces, '}') & ~in_string,
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
VECTOR static inline unsigned first_end(uint64_t depth, marks m)
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
VECTOR static inline unsigned first_array(uint64_t depth, marks m, uint64_t square)
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

static marks marks_before(marks m, unsigned k)
{
    uint64_t before = k < BLOCK ? (UINT64_C(1) << k) - 1 : UINT64_MAX;
    m.open &= before;
    m.close &= before;
    return m;
}

/* The first event at a bracket; s->depth becomes what it is behind it. */
VECTOR static inline scan_event count_brackets(scan *s, block b, marks m, size_t *ret_used)
{
    unsigned end = first_end(s->depth, m);
    if (UNLIKELY(end < BLOCK))
        m = marks_before(m, end);
    uint64_t n_open = (uint64_t)__builtin_popcountll(m.open);
    uint64_t n_close = (uint64_t)__builtin_popcountll(m.close);
    if (s->wants_arrays && m.open && n_close + 1 >= s->depth) {
        unsigned array = first_array(s->depth, m, bits_equal(b, '['));
        if (array < BLOCK) {
            s->depth = 2;
            *ret_used = array + 1;
            return SCAN_ARRAY;
        }
    }
    s->depth += n_open - n_close;
    *ret_used = end + 1;
    return end < BLOCK ? SCAN_END : SCAN_MORE;
}

/* One block; s->depth and *c move on, s->at and s->place stay. */
VECTOR static inline scan_event scan_block(scan *s, carry *c, const char *p, size_t i,
                                           size_t *ret_used)
{
    block b = block_at(p + i);
    marks m = mark_block(b, c);
    scan_event at_brace = SCAN_MORE;
    unsigned brace = BLOCK;
    if (UNLIKELY(m.newline || c->is_line_start)) {
        at_brace = first_brace(s, p, i, bits_equal(b, '{'), m.in_string, &brace);
        c->is_line_start = ends_at_line_start(p + i, c->is_line_start);
    }
    if (UNLIKELY(at_brace != SCAN_MORE))
        m = marks_before(m, brace);
    scan_event event = count_brackets(s, b, m, ret_used);
    if (event != SCAN_MORE)
        return event;
    *ret_used = brace;
    return at_brace;
}

static void move_on(scan *s, const char *p, size_t n)
{
    s->place = look_back(s, p, n);
    s->at += n;
}

VECTOR static scan_event scan_vector(scan *s, const char *p, size_t n, size_t *ret_used)
{
    carry c = {
        .in_string = s->in_string ? UINT64_MAX : 0,
        .is_escaped = s->is_escaped,
        .is_line_start = s->place.is_line_start,
    };
    size_t i = 0;
    for (; n - i >= BLOCK; i += BLOCK) {
        size_t used;
        scan_event event = scan_block(s, &c, p, i, &used);
        if (event == SCAN_MORE)
            continue;
        /* At a bracket outside strings; after a break the scan is over. */
        s->in_string = s->is_escaped = false;
        move_on(s, p, i + used);
        if (event == SCAN_DOUBT)
            s->doubted_at = s->at;
        *ret_used = i + used;
        return event;
    }
    s->in_string = c.in_string != 0;
    s->is_escaped = c.is_escaped != 0;
    move_on(s, p, i);
    size_t rest;
    scan_event event = scan_scalar(s, p + i, n - i, &rest);
    *ret_used = i + rest;
    return event;
}

scan_run scan_fastest(void)
{
    bool has_vectors = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
                       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    return has_vectors ? scan_vector : scan_scalar;
}

#else

scan_run scan_fastest(void)
{
    return scan_scalar;
}

#endif
