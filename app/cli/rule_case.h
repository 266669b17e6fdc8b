/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_case.h -- one case of a test file: rules, records, and what must be found.
 *
 *     name: creating keys is seen
 *     rules:
 *       - ../create_key.yml           # a file or directory, from where the test file stands
 *       - title: Written out          # or the rule itself
 *         ...
 *     events:                         # records, written out in YAML or JSON
 *       - {eventSource: iam.amazonaws.com, eventName: CreateAccessKey, ...}
 *     expect:                         # by title or id of the rule
 *       Creates a key: [1]            # the numbers of the records on which it matches
 *       Many keys: 2                  # or how many findings it makes
 *     near:                           # of lineage rules: what they nearly found
 *       Copy mounted: no volume.attach
 *
 *  (1) `events` may also be a map, which names each record (`expect` then lists names), or the
 *      path of a log. `format: json` reads them as any JSON.
 *  (2) A rule that `expect` does not name must find nothing. A record that gives no event fails the
 *      case: it would prove nothing.
 *  (3) `near` names text that must stand in what one of the rule's near misses lacks.
 *  (4) The case is run by an engine of its own, so records are put in order, and repeated ones
 *      dropped, as in a scan.
 */
#ifndef SPOOR_APP_RULE_CASE_H
#define SPOOR_APP_RULE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/strbuf.h"
#include "cli/rule_files.h"

/* A text that lives as long as the case. */
typedef struct rule_case_text {
    struct rule_case_text *next;
    char text[];
} rule_case_text;

typedef struct rule_case {
    const char *file;
    yaml_document_t *doc;
    const char *name; /* or "" */
    strbuf notes;     /* what is not as it must be, a line each; empty: the case passes */

    struct rule_case_text *owned; /* texts that request and input point to */
    rule_request request;
    bool is_any_json;
    const yaml_node_t *events, *expect, *near;
    strbuf input;       /* records as JSON, or a log */
    const char *source; /* what the input is called */
    bool is_log;        /* it was read from a file */
} rule_case;

void rule_case_done(rule_case *c);
void rule_case_note(rule_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads the case out of the document. What is wrong with it is noted. */
void rule_case_read(rule_case *c);
/* Compiles, runs, compares. */
void rule_case_run(rule_case *c);

#endif
