/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_report.h -- documents and what is wrong with each of them, for `spoor rules check`.
 *
 * The compiler tells problems by place, and leaves broken documents out. Here the files are looked
 * over once more for where documents begin, so that each problem finds the document that it belongs
 * to, broken or not.
 *
 *  (1) Documents stand in the order of files and lines; so do the problems of one document.
 *  (2) A document that should have become a rule, and did not, is an error even when nothing was
 *      said about it: an error before it in the file hides it from the compiler.
 */
#ifndef SPOOR_APP_RULE_REPORT_H
#define SPOOR_APP_RULE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "cli/rule_files.h"

enum { RULE_REPORT_LOOSE = -1 }; /* problem of a file that holds no rules: a pipeline */

typedef enum rule_status { RULE_OK, RULE_WARNING, RULE_ERROR, RULE_STATUSES } rule_status;

typedef struct rule_problem {
    long doc; /* index, or RULE_REPORT_LOOSE */
    uint32_t line, column;
    bool is_error;
    size_t file, message, hint, excerpt; /* offsets in rule_report.text */
} rule_problem;

typedef struct rule_doc {
    size_t file, title, id; /* offsets in rule_report.text */
    uint32_t line;          /* of its first content */
    bool wants_rule;        /* it looks like one of those that become a rule */
    bool is_compiled;
    spoor_rule rule; /* when it is */
    rule_status status;
    size_t first_problem, n_problems;
} rule_doc;

typedef struct rule_report {
    strbuf text;
    rule_doc *docs;
    size_t n_docs, cap_docs;
    rule_problem *problems;
    size_t n_problems, cap_problems;
    bool failed; /* out of memory */
} rule_report;

void rule_report_done(rule_report *r);
rule_listener rule_report_listen(rule_report *r);
/* After loading: settles the status of every document. `rules` outlives the report. */
void rule_report_settle(rule_report *r, const spoor_ruleset *rules);

static inline const char *rule_report_text(const rule_report *r, size_t offset)
{
    return strbuf_text(&r->text) + offset;
}

#endif
