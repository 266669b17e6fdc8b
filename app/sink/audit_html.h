/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_html.h -- an audit as one web page that can be mailed, archived and printed.
 *
 * The names in it were chosen by whoever made the resources, and the page is opened by whoever
 * judges them: it must not be able to do anything.
 *
 *  (1) One file: nothing is loaded from anywhere, which the page itself forbids
 *      (Content-Security-Policy).
 *  (2) One script, the search field; the policy names it by its hash, so no other script runs.
 *  (3) All text is escaped; control characters and direction marks are shown as \x1b or \u202e.
 *  (4) At most AUDIT_HTML_SHOWN resources of a check are listed; the rest is counted.
 */
#ifndef SPOOR_APP_AUDIT_HTML_H
#define SPOOR_APP_AUDIT_HTML_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/audit_tally.h"
#include "sink/places.h"

enum { AUDIT_HTML_SHOWN = 200 };

typedef struct audit_html {
    audit_tally tally;
    places skipped;
} audit_html;

void audit_html_init(audit_html *a);
void audit_html_done(audit_html *a);
void audit_html_put(audit_html *a, strbuf *out, const spoor_finding *finding);

#endif
