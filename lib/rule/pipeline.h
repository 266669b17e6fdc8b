/* SPDX-License-Identifier: Apache-2.0
 *
 * pipeline.h -- the user's own taxonomy: processing pipelines in pySigma's YAML.
 *
 * A pipeline is a list of transformations, each with conditions. Those that change names,
 * logsources and placeholders, and those that drop or refuse, mean here what they mean there.
 *
 *  (1) Pipelines are applied by priority, lowest first, in the order added when it is the same; the
 *      transformations of one in the order written. Each sees what those before it made.
 *  (2) A transformation that would change what rules match, and is not supported, is an error: then
 *      the whole pipeline is not used. One that only shapes query text is a warning.
 *  (3) A name that is mapped to a list means all of the list: values of each count.
 */
#ifndef SPOOR_RULE_PIPELINE_H
#define SPOOR_RULE_PIPELINE_H

#include "base/arena.h"
#include "base/diag.h"
#include "rule/sigma.h"

typedef struct pipeline pipeline;

/* Zeroed is valid and empty. */
typedef struct pipeline_set {
    arena text;
    pipeline **items; /* in order of application */
    size_t n, cap;
} pipeline_set;

void pipeline_set_done(pipeline_set *s);

/* False: out of memory. `file` outlives s. */
bool pipeline_add(pipeline_set *s, const char *file, str yaml, diag_list *diags);

typedef enum pipeline_verdict { PIPELINE_KEEP, PIPELINE_DROP, PIPELINE_FAIL } pipeline_verdict;

enum { PIPELINE_NAMES_MAX = 64 }; /* that one field may be mapped to; further ones are ignored */

/* One detection item on its way. */
typedef struct pipeline_state {
    sigma_logsource source;
    str name[PIPELINE_NAMES_MAX]; /* n 0: not an item, but the rule as a whole */
    size_t n;
    bool is_changed;          /* the names are not the one it came with */
    pipeline_verdict verdict; /* the first that is not PIPELINE_KEEP ends the way */
    str message;              /* of PIPELINE_FAIL */
} pipeline_state;

/* Text of new names lives in `a`. False: out of memory. */
bool pipeline_run(const pipeline_set *s, arena *a, pipeline_state *state);

/* The values that a placeholder transformation gives to a name; NULL: none does. */
const str *pipeline_placeholder(const pipeline_set *s, str name, size_t *ret_n);

/* Every kind of transformation that is known, for help texts: NULL behind the last. */
typedef enum pipeline_support { PIPELINE_SUPPORTED, PIPELINE_IGNORED } pipeline_support;
const char *pipeline_kind_text(size_t i, pipeline_support *ret_support, const char **ret_doc);

#endif
