/* SPDX-License-Identifier: Apache-2.0
 *
 * taxonomy.h -- what a rule's logsource and field names mean in the records of each log family.
 *
 *  (1) Built in: every field that rules for cloud logs use, in Sigma's own spelling, in the native
 *      spellings of each exporter, ECS and OCSF. A name that is not known is tried as it stands, as
 *      a path into the native record.
 *  (2) User pipelines (pySigma's YAML) come first and may replace all of it.
 *  (3) Placeholders (%name%) get their values from here.
 *  (4) A rule's names are known whatever their letter case and '_'. Paths are followed whatever the
 *      letter case, but '_' counts: snake_case spellings are paths of their own.
 *  (5) Generic records are tried with the name as it stands first, then as every family of the
 *      logsource has it: the same log may come as plain JSON.
 */
#ifndef SPOOR_RULE_TAXONOMY_H
#define SPOOR_RULE_TAXONOMY_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/ruleset.h"
#include "rule/sigma.h"

typedef struct taxonomy taxonomy;

taxonomy *taxonomy_new(void); /* NULL: out of memory */
void taxonomy_free(taxonomy *t);

/* Adds a pySigma pipeline (YAML). Problems are diagnostics; one with an error is not used. False:
 * out of memory. `file` outlives t. */
bool taxonomy_add_pipeline(taxonomy *t, const char *file, str yaml, diag_list *diags);
/* Adds values for placeholders: YAML `name: [values]`. They come before those of pipelines. */
bool taxonomy_add_placeholders(taxonomy *t, const char *file, str yaml, diag_list *diags);

/* The families that a logsource names. Generic is always one of them. */
family_set taxonomy_families(const taxonomy *t, const sigma_logsource *source);

/* Paths of a field, per family of `source`. Text lives in `a`. False: out of memory. */
bool taxonomy_field(const taxonomy *t, arena *a, const sigma_logsource *source, str field,
                    rule_field *ret);

/* What pipelines want of a detection item, or of a rule. */
typedef enum taxonomy_verdict {
    TAXONOMY_KEEP,
    TAXONOMY_DROP, /* leave the item out (drop_detection_item) */
    TAXONOMY_FAIL, /* refuse the rule (rule_failure, detection_item_failure) */
} taxonomy_verdict;

/* For items that have a field; *ret_message is set for TAXONOMY_FAIL. */
taxonomy_verdict taxonomy_judge_item(const taxonomy *t, const sigma_logsource *source, str field,
                                     str *ret_message);
/* For the rule as a whole: TAXONOMY_KEEP or TAXONOMY_FAIL. */
taxonomy_verdict taxonomy_judge_rule(const taxonomy *t, const sigma_logsource *source,
                                     str *ret_message);

/* Values of a placeholder, as Sigma writes values ('*' and '?' are wildcards); NULL when there is
 * none of that name. */
const str *taxonomy_placeholder(const taxonomy *t, str name, size_t *ret_n);

#endif
