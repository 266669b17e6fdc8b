/* SPDX-License-Identifier: Apache-2.0
 *
 * report.h -- who is told of a document's problems, and where in it they are.
 *
 *  (1) An error marks the document: it is not used. A warning does not.
 *  (2) A muted reporter (diags NULL) still marks: filters are compiled once for each rule that they
 *      apply to, and complain once.
 */
#ifndef SPOOR_RULE_REPORT_H
#define SPOOR_RULE_REPORT_H

#include "base/diag.h"

typedef struct reporter {
    diag_list *diags; /* NULL: muted */
    const diag_source *source;
    bool has_error;
} reporter;

void report_error(reporter *r, diag_pos pos, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void report_warning(reporter *r, diag_pos pos, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The place of text[offset], where the text as YAML gives it stands at pos. pos itself when the
 * source does not show the text as it is (escapes, folded lines). */
diag_pos report_inside(const reporter *r, diag_pos pos, str text, size_t offset);

/* "did you mean `x`?" for the candidate nearest to word, or "". Text lives in `a`. */
const char *report_nearest(arena *a, str word, const str *candidates, size_t n);

#endif
