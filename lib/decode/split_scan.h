/* SPDX-License-Identifier: Apache-2.0
 *
 * split_scan.h -- where a JSON object ends, without parsing it.
 *
 * Only four things matter for that: quotes, backslashes, brackets and line starts. Two ways of
 * looking for them, which always agree: 64 bytes at a time with AVX2, and one byte at a time
 * everywhere else.
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
} scan;

typedef scan_event (*scan_run)(scan *s, const char *p, size_t n, size_t *ret_used);

/* depth: brackets that are open already. Every column is doubted. */
void scan_begin(scan *s, uint64_t depth, bool wants_arrays);

scan_event scan_scalar(scan *s, const char *p, size_t n, size_t *ret_used);

/* The fastest way this machine has. */
scan_run scan_fastest(void);

static inline bool scan_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#endif
