/* SPDX-License-Identifier: Apache-2.0
 *
 * lowering.h -- what the parts of lower.h share.
 *
 *   lower_detection.c    searches and conditions to an expression over predicates
 *   lower_rule.c         a rule and the filters that apply to it
 *   lower_reference.c    rules named by id, name or title; which filters apply to what
 *   lower_correlation.c  correlations, in the order in which they need each other
 *   lower_lineage.c      lineage rules, and the kinds of events that they share
 *   lower.c              all of it, in order
 *
 *  (1) A draft is thrown away when its rule has an error; only whole rules reach the build.
 *  (2) False means out of memory. Errors of documents are told to the reporter.
 */
#ifndef SPOOR_RULE_LOWERING_H
#define SPOOR_RULE_LOWERING_H

#include "rule/build.h"
#include "rule/lower.h"
#include "rule/modifier.h"
#include "rule/report.h"

#define LOWER_NO_RULE UINT32_MAX

typedef enum lower_visit {
    LOWER_NEW,
    LOWER_OPEN, /* met again while open: a circle */
    LOWER_DONE,
} lower_visit;

typedef struct lower_state {
    bool is_selected;                 /* by level and tags */
    bool is_needed;                   /* named by a correlation that is selected or needed itself */
    bool is_bad;                      /* an error was reported */
    bool is_correlated, is_generated; /* named by a correlation that was compiled */
    uint32_t rule;                    /* index in ruleset.rules, or LOWER_NO_RULE */
    uint32_t correlation;             /* index in ruleset.correlations */
    uint8_t visit;                    /* lower_visit, of correlations */
    bool is_step;                     /* named by a lineage rule that was compiled */
    sigma_text *refs;                 /* correlations: the rules as written */
    uint32_t *targets;                /* all but rules: documents that they name */
    size_t n_targets;
} lower_state;

typedef struct lowering {
    const sigma_docs *docs;
    const lower_options *options;
    diag_list *diags;
    lower_state *states; /* one a document */
    uint32_t *order;     /* correlations, inner ones first */
    size_t n_order;
    uint32_t *filters; /* documents */
    size_t n_filters;
    build b;
    arena keep;    /* as long as the lowering */
    arena scratch; /* one document */
} lowering;

/* One rule while it is compiled. Predicates carry an index of `fields` as field. */
typedef struct draft {
    const taxonomy *taxonomy;
    const sigma_logsource *source;
    arena *a;
    reporter *r;
    modifier_predicates predicates;
    str *fields;
    size_t n_fields, cap_fields;
    size_t n_left; /* predicates that may still be added */
} draft;

void draft_done(draft *d); /* releases regular expressions */

/* NULL: reported, or d->a is out of memory. */
expr *lower_detection(draft *d, const sigma_detection *detection, diag_pos pos);

/* The document that is meant, or LOWER_NO_RULE: reported. `what` holds the filter or
 * correlation. */
uint32_t lower_reference(lowering *l, reporter *r, const sigma_text *ref);

/* Fills targets of a filter. False: out of memory. */
bool lower_filter_targets(lowering *l, uint32_t filter);
bool lower_filter_applies(const lowering *l, uint32_t filter, uint32_t rule);
/* Whether the filter compiles: it complains here, not once for each rule. */
bool lower_check_filter(lowering *l, uint32_t filter);

bool lower_rule(lowering *l, uint32_t doc);

/* Resolves what correlations name, marks what they need, and puts them in order. */
bool lower_order_correlations(lowering *l);
bool lower_correlation(lowering *l, uint32_t doc);

/* The same for lineage rules: what they name, before rules are compiled; and themselves, after. */
bool lower_lineage_targets(lowering *l, uint32_t doc);
bool lower_lineages(lowering *l);

/* What rules and correlations have in common. */
rule_info lower_info(lowering *l, const sigma_doc *doc);

#endif
