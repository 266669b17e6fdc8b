/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_filter.h -- which verdicts of an audit are wanted.
 *
 *  (1) What is left out is left out of every format, and --fail-on does not see it; only --status
 *      is about what is shown and nothing else.
 *  (2) A word that chooses nothing is a mistake and is told: nobody wants an audit that passes
 *      because a check's name was mistyped.
 */
#ifndef SPOOR_APP_AUDIT_FILTER_H
#define SPOOR_APP_AUDIT_FILTER_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "cli/opt.h"

typedef struct audit_filter {
    opt_list checks;   /* ids or patterns */
    opt_list headings; /* their beginnings, or a mitigation */
    opt_list clouds;
    opt_list statuses; /* each may hold several, ',' between them */
    unsigned shown;    /* bits of spoor_check_status; set by audit_filter_settle */
} audit_filter;

void audit_filter_done(audit_filter *f);
/* False: a word means nothing, which was said. */
bool audit_filter_settle(audit_filter *f);
bool audit_filter_judges(const audit_filter *f, const spoor_check *c);
bool audit_filter_shows(const audit_filter *f, const spoor_check *c);

#endif
