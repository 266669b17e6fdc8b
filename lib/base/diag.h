/* SPDX-License-Identifier: Apache-2.0
 *
 * diag.h -- a problem and its place: file:line:column, what is wrong, and a hint.
 *
 *  (1) Lines and columns count from 1; columns count bytes; lines end at LF. Line 0: the file as a
 *      whole.
 *  (2) Diagnostics are data: whoever compiles goes on after one.
 *  (3) Texts are one line without control characters, so they can be printed as they are; a column
 *      of the source is the same column of its excerpt.
 *  (4) A run of diagnostics for one file holds at most DIAG_MAX_OF_FILE and then says that it is
 *      cut. What is not kept is counted all the same: whether something failed is told by
 *      n_errors.
 */
#ifndef SPOOR_BASE_DIAG_H
#define SPOOR_BASE_DIAG_H

#include "base/arena.h"
#include "base/base.h"

enum { DIAG_MAX_OF_FILE = 1000 };

typedef enum diag_severity {
    DIAG_WARNING, /* accepted, but probably not what was meant */
    DIAG_ERROR,   /* this document is not used */
} diag_severity;

typedef struct diag_pos {
    uint32_t line, column;
} diag_pos;

typedef struct diag {
    const char *file; /* lives as long as the list */
    diag_pos pos;
    diag_severity severity;
    const char *message; /* one sentence, no newline */
    const char *hint;    /* "did you mean `contains`?", or "" */
    const char *excerpt; /* the source line at pos, or "" */
} diag;

typedef struct diag_list {
    arena text;
    diag *items;
    size_t n, cap;
    size_t n_errors, n_warnings; /* all that were added, those not kept too */
    size_t run;                  /* latest diagnostics that are of one file */
    bool failed;
} diag_list;

void diag_done(diag_list *l);

/* Where texts come from: the document being compiled, for excerpts. */
typedef struct diag_source {
    const char *file;
    str text;
} diag_source;

void diag_add(diag_list *l, const diag_source *source, diag_pos pos, diag_severity severity,
              const char *hint, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The candidate nearest to `word` by edit distance (case ignored), when it is near enough to be
 * what was meant; NULL otherwise. */
const char *diag_nearest(str word, const char *const *candidates, size_t n);

#endif
