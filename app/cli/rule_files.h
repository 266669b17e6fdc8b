/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_files.h -- from the files that the user names to a ruleset.
 *
 *  (1) A directory stands for all *.yml and *.yaml in it, at any depth, but for hidden ones; a file
 *      that is named is read whatever it is called. Files are compiled in the order of their paths.
 *  (2) A file that cannot be read, or is too large, is said on standard error; the others are used.
 *  (3) The rules that come with the program stand in `share/spoor/rules` beside its `bin`, or in
 *      `rules` beside the directory of the program in a source tree, or where it was installed to.
 */
#ifndef SPOOR_APP_RULE_FILES_H
#define SPOOR_APP_RULE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "cli/opt.h"

/* Filled by options; see RULE_OPTIONS of those who have them. */
typedef struct rule_request {
    opt_list paths; /* of rules: files and directories, or "-" */
    opt_list texts; /* rules themselves, in YAML; messages call them text_name */
    const char *text_name;
    opt_list pipelines; /* files */
    opt_list tags;      /* each may hold several, ',' between them */
    const char *placeholders;
    int min_level;
    bool has_builtin; /* the rules that come with the program, too */
} rule_request;

void rule_request_done(rule_request *q);

typedef struct rule_load {
    spoor_ruleset *rules;        /* NULL: loading failed, which was said */
    bool is_partial;             /* something could not be read */
    size_t n_errors, n_warnings; /* counted by rule_files_load_telling */
} rule_load;

void rule_load_done(rule_load *l);

/* What happens while loading; members may be NULL. */
typedef struct rule_listener {
    void *user;
    void (*file)(void *user, const char *path, const char *text, size_t n); /* each file of rules */
    spoor_diagnostic_fn *diagnostic;
} rule_listener;

rule_load rule_files_load(const rule_request *q, const rule_listener *listener);

/* Tells errors on standard error, a line each, and, unless is_quiet, how many warnings there
 * are. */
rule_load rule_files_load_telling(const rule_request *q, bool is_quiet);

/* The whole of a file of at most max_bytes ("-": standard input). False: *ret_why says why not. */
bool rule_files_read(const char *path, size_t max_bytes, strbuf *out, const char **ret_why);

#endif
