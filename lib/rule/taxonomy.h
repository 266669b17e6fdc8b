/* SPDX-License-Identifier: Apache-2.0
 *
 * taxonomy.h -- what a rule's logsource and field names mean in the records of each log family.
 *
 *  (1) Built in: every field that rules for cloud logs use, in Sigma's own spelling, in the native
 *      spellings of each exporter, ECS and OCSF. A name that is not known is tried as it stands, as a
 *      path into the native record.
 *  (2) User pipelines (pySigma's YAML) come first and may replace all of it.
 *  (3) Placeholders (%name%) get their values from here.
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

/* Adds a pySigma pipeline (YAML). Problems are diagnostics. False: out of memory. */
bool taxonomy_add_pipeline(taxonomy *t, const char *file, str yaml, diag_list *diags);
/* Adds values for placeholders: YAML `name: [values]`. */
bool taxonomy_add_placeholders(taxonomy *t, const char *file, str yaml, diag_list *diags);

/* The families that a logsource names. 0: none that spoor reads. */
family_set taxonomy_families(const taxonomy *t, const sigma_logsource *source);

/* Paths of a field, per family of `source`. Text lives in `a`. False: out of memory. */
bool taxonomy_field(const taxonomy *t, arena *a, const sigma_logsource *source, str field,
                    rule_field *ret);

/* Values of a placeholder; NULL when there is none of that name. */
const str *taxonomy_placeholder(const taxonomy *t, str name, size_t *ret_n);

#endif
