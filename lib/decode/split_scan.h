/* SPDX-License-Identifier: Apache-2.0
 *
 * split_scan.h -- where a JSON object ends, without parsing it.
 *
 * Only four things matter for that: quotes, backslashes, brackets and line starts. Two ways of
 * looking for them, which always agree: 64 bytes at a time with AVX-512 or AVX2, and one byte at a
 * time everywhere else. As every byte is looked at, the scan can note down on the way where the
 * tokens begin, which the parser would look for next.
 *
 *  (1) A scan may be fed in any pieces; the events and their places are the same.
 *  (2) Brackets are counted, not matched: `{]` ends where `{}` would. The caller looks at the
 *      last byte.
 *  (3) A '{' that is the first thing on its line, inside a string or behind a byte that no value
 *      may follow, cannot belong to sound JSON: it begins the next record. That is a SCAN_BREAK.
 *  (4) A backslash escapes the byte behind it wherever it stands. Outside strings it is an error
 *      that the parser reports; here it need only mean the same to both ways of looking.
 *  (5) A '{' that is the first thing on its line and follows a ',' is an element of an array, or
 *      else begins the next record. Which it is the scan cannot tell: that is a SCAN_DOUBT, once
 *      for each such '{' in the first doubt_columns columns of its line.
 *  (6) An index that is not odd is the one that json_index_of finds. Odd are bytes that are not
 *      ASCII, control characters where JSON has none, and more than SCAN_INDEX_MAX tokens.
 */
#ifndef SPOOR_DECODE_SPLIT_SCAN_H
#define SPOOR_DECODE_SPLIT_SCAN_H

#include "base/base.h"

typedef enum scan_event {
    SCAN_MORE,  /* all was used, nothing happened */
    SCAN_END,   /* depth came down to 0; the closer is used */
    SCAN_BREAK, /* see (3); used up to the '{'. place.line_at is where its line began */
    SCAN_ARRAY, /* '[' directly in the outermost object; it is used. Only if wants_arrays */
    SCAN_DOUBT, /* see (5); used up to the '{'. The scan may go on from there */
} scan_event;

enum { SCAN_INDEX_MAX = 16 * 1024, SCAN_BLOCK = 64 };

/* Where the tokens begin in what was used, as json_index has them, see (6). */
typedef struct scan_index {
    size_t n;
    bool is_odd; /* the text needs more than this, so the index is not good */
    /* the newest byte may go on: it is no bracket, quote or white space, ':', ',' */
    bool in_scalar;
    bool has_backslash;                       /* maybe only behind what was used */
    uint32_t at[SCAN_INDEX_MAX + SCAN_BLOCK]; /* offsets since scan_begin */
} scan_index;

/* What a '{' must know of the bytes before it. */
typedef struct scan_place {
    uint64_t line_at;   /* offset of the newest newline; only while is_line_start */
    char last;          /* newest byte that is not white space; 0: none */
    bool is_line_start; /* only white space since a newline */
} scan_place;

typedef struct scan {
    uint64_t depth; /* open brackets */
    uint64_t at;    /* bytes used since scan_begin */
    scan_place place;
    uint64_t doubt_columns; /* 0: no doubts */
    uint64_t doubted_at;    /* where the newest doubt was; 0: there was none */
    bool in_string, is_escaped;
    bool wants_arrays;
    scan_index *index; /* NULL: not wanted */
} scan;

typedef scan_event (*scan_run)(scan *s, const char *p, size_t n, size_t *ret_used);

/* depth: brackets that are open already. Every column is doubted. */
void scan_begin(scan *s, uint64_t depth, bool wants_arrays);

/* Directly behind scan_begin: the scan notes down where tokens begin, too. */
void scan_begin_index(scan *s, scan_index *index);

scan_event scan_scalar(scan *s, const char *p, size_t n, size_t *ret_used);

/* The ways this machine has, the fastest first; behind the last, scan_scalar, comes NULL. */
scan_run scan_way(size_t i);

static inline bool scan_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#endif
