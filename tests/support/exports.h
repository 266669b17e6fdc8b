/* SPDX-License-Identifier: Apache-2.0
 *
 * exports.h -- exports to audit, and an audit of them.
 *
 * The files of tests/audit/NAME.case serve as examples: each check has some.
 *
 *  (1) What is read is a function of the cases: every run of a test sees the same bytes.
 *  (2) A failed read of the cases is sticky in `failed`.
 */
#ifndef SPOOR_TESTS_EXPORTS_H
#define SPOOR_TESTS_EXPORTS_H

#include "base/arena.h"
#include "base/buf.h"
#include <spoor/spoor.h>

typedef struct export_file {
    const char *name;
    str text;
} export_file;

/* One case: files that are given together. */
typedef struct export_case {
    const char *check, *kind; /* "fail", "pass" … */
    size_t first, n;          /* its files in exports.files */
} export_case;

typedef struct exports {
    arena text;
    export_file *files;
    export_case *cases;
    size_t n_files, cap_files, n_cases, cap_cases;
    bool failed;
} exports;

bool exports_load(exports *e);
void exports_done(exports *e);

/* How files are read. A zeroed one: whole. */
typedef struct exports_way {
    size_t first_cut; /* the first piece has so many bytes; 0: no cut there */
    size_t most;      /* further pieces have so many bytes; 0: one piece */
    bool is_told;     /* problems and the summary are wanted, too: else checks and rights only */
} exports_way;

/* Audits the files and appends the findings, a JSON line each. The first status that is not
 * SPOOR_OK is returned; whatever it is, nothing is left open. */
spoor_status exports_judge(const export_file *files, size_t n, const exports_way *way,
                           buf *ret_jsonl);

#endif
