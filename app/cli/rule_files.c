/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_files.c -- finding and reading files of rules, and handing them to the compiler.
 */
#include "cli/rule_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "source/walk.h"

#ifndef SPOOR_DATADIR /* the build says where programs keep their data */
#define SPOOR_DATADIR "/usr/local/share/spoor"
#endif

enum { BLOCK_BYTES = 64 << 10, FILE_BYTES_MAX = 1 << 20 };

typedef spoor_status add_fn(spoor_compiler *c, const char *file, const char *yaml, size_t n,
                            spoor_error *err);

typedef struct loading {
    const rule_request *request;
    const rule_listener *listener;
    spoor_compiler *compiler;
    opt_list tags; /* one tag an item */
    strbuf tag_text;
    rule_load result;
} loading;

void rule_request_done(rule_request *q)
{
    opt_list_done(&q->paths);
    opt_list_done(&q->texts);
    opt_list_done(&q->pipelines);
    opt_list_done(&q->tags);
}

void rule_load_done(rule_load *l)
{
    spoor_ruleset_unref(l->rules);
    l->rules = NULL;
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool read_to_end(int fd, size_t max_bytes, strbuf *out, const char **ret_why)
{
    char block[BLOCK_BYTES];
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            *ret_why = strerror(errno);
        if (n <= 0)
            return n == 0;
        strbuf_put(out, block, (size_t)n);
        if (out->n > max_bytes || out->failed) {
            *ret_why = out->failed ? "out of memory" : "it is too long";
            return false;
        }
    }
}

bool rule_files_read(const char *path, size_t max_bytes, strbuf *out, const char **ret_why)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        *ret_why = strerror(errno);
        return false;
    }
    bool is_read = read_to_end(fd, max_bytes, out, ret_why);
    if (!is_stdin)
        close(fd);
    return is_read;
}

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Below a directory that was named. */
static bool is_rule_file(const char *below)
{
    bool is_hidden = *below == '.' || strstr(below, "/.");
    return !is_hidden && (ends_with(below, ".yml") || ends_with(below, ".yaml"));
}

/* The path below `top`, whatever slashes `top` was written with. */
static const char *below(const char *path, const char *top)
{
    bool is_here = strcmp(top, ".") == 0 || strcmp(top, "./") == 0;
    size_t n = strlen(top);
    while (n > 1 && top[n - 1] == '/')
        n--;
    if (strncmp(top, "./", 2) == 0 && strncmp(path, "./", 2) != 0)
        n = n > 2 ? n - 2 : 0;
    if (is_here || n >= strlen(path))
        return path;
    return path + n + strspn(path + n, "/");
}

static void take_problems(walk *to, const walk *from)
{
    for (size_t i = 0; i < from->n_problems; i++)
        if (from->problems[i].is_failure)
            walk_problem_add(to, from->problems[i].path, from->problems[i].reason, true);
    to->failed = to->failed || from->failed;
}

static void add_path(walk *all, const char *path)
{
    if (!is_directory(path)) {
        walk_add(all, path);
        return;
    }
    walk tree = {0};
    walk_add(&tree, path);
    for (size_t i = 0; i < tree.n_inputs; i++)
        if (is_rule_file(below(tree.inputs[i].path, path)))
            walk_move_input(all, &tree, i);
    take_problems(all, &tree);
    walk_done(&tree);
}

/* ---- the rules that come with the program ---------------------------------------------------- */

static bool find_builtin(strbuf *ret)
{
    static const char *const near[] = {"/../share/spoor/rules", "/../rules", NULL};
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && near[i]; i++) {
        strbuf_reset(ret);
        strbuf_printf(ret, "%s%s", program, near[i]);
        if (is_directory(strbuf_text(ret)))
            return true;
    }
    strbuf_reset(ret);
    strbuf_puts(ret, SPOOR_DATADIR "/rules");
    return is_directory(strbuf_text(ret));
}

static void add_builtin(walk *all)
{
    AUTO(strbuf) found = {0};
    char real[PATH_MAX];
    if (find_builtin(&found) && realpath(strbuf_text(&found), real))
        add_path(all, real);
}

/* ---- compiling ------------------------------------------------------------------------------- */

static void say_unread(loading *l, const char *path, const char *why)
{
    opt_complain("%s: %s", path, why);
    l->result.is_partial = true;
}

static void add_file(loading *l, add_fn *add, const char *path, bool is_rules)
{
    AUTO(strbuf) text = {0};
    const char *why = "";
    spoor_error err = {0};
    /* A byte more than the compiler takes: it knows best how to say what its limit is. */
    if (!rule_files_read(path, FILE_BYTES_MAX + BLOCK_BYTES, &text, &why)) {
        say_unread(l, path, why);
        return;
    }
    if (is_rules && l->listener->file)
        l->listener->file(l->listener->user, path, strbuf_text(&text), text.n);
    if (add(l->compiler, path, strbuf_text(&text), text.n, &err) != SPOOR_OK) {
        opt_complain("%s", err.message);
        l->result.is_partial = true;
    }
}

static void add_rules(loading *l)
{
    walk all = {0};
    for (size_t i = 0; i < l->request->paths.n; i++)
        add_path(&all, l->request->paths.items[i]);
    if (l->request->has_builtin)
        add_builtin(&all);
    walk_sort(&all);
    walk_sort_problems(&all);
    for (size_t i = 0; i < all.n_problems; i++)
        say_unread(l, all.problems[i].path, all.problems[i].reason);
    if (all.failed)
        say_unread(l, "rules", "out of memory");
    for (size_t i = 0; i < all.n_inputs; i++)
        add_file(l, spoor_compiler_add, all.inputs[i].path, true);
    walk_done(&all);
}

static void add_texts(loading *l)
{
    const rule_request *q = l->request;
    spoor_error err = {0};
    for (size_t i = 0; i < q->texts.n; i++)
        if (spoor_compiler_add(l->compiler, q->text_name, q->texts.items[i],
                               strlen(q->texts.items[i]), &err) != SPOOR_OK)
            say_unread(l, q->text_name, err.message);
}

/* "a,b" and "c" become three; `tag_text` holds them, a NUL behind each. */
static bool split_tags(loading *l)
{
    const opt_list *given = &l->request->tags;
    for (size_t i = 0; i < given->n; i++)
        strbuf_put(&l->tag_text, given->items[i], strlen(given->items[i]) + 1);
    for (size_t i = 0; i < l->tag_text.n; i++)
        if (l->tag_text.p[i] == ',')
            l->tag_text.p[i] = '\0';
    for (size_t at = 0; at < l->tag_text.n; at += strlen(l->tag_text.p + at) + 1)
        if (l->tag_text.p[at] && !opt_list_add(&l->tags, l->tag_text.p + at))
            return false;
    return !l->tag_text.failed;
}

static void compile(loading *l)
{
    const rule_request *q = l->request;
    spoor_error err = {SPOOR_ENOMEM, "out of memory"};
    for (size_t i = 0; i < q->pipelines.n; i++)
        add_file(l, spoor_compiler_add_pipeline, q->pipelines.items[i], false);
    if (q->placeholders)
        add_file(l, spoor_compiler_add_placeholders, q->placeholders, false);
    add_texts(l);
    add_rules(l);
    bool has_tags = split_tags(l);
    spoor_rule_options options = {.size = sizeof options,
                                  .min_level = (spoor_level)q->min_level,
                                  .tags = l->tags.items,
                                  .n_tags = l->tags.n};
    spoor_compiler_on_diagnostic(l->compiler, l->listener->diagnostic, l->listener->user);
    if (!has_tags ||
        spoor_compiler_finish(l->compiler, &options, &l->result.rules, &err) != SPOOR_OK)
        opt_complain("%s", err.message);
}

rule_load rule_files_load(const rule_request *q, const rule_listener *listener)
{
    static const rule_listener deaf = {0};
    loading l = {.request = q, .listener = listener ? listener : &deaf};
    if (spoor_compiler_new(&l.compiler) == SPOOR_OK)
        compile(&l);
    else
        opt_complain("out of memory");
    spoor_compiler_free(&l.compiler);
    opt_list_done(&l.tags);
    strbuf_done(&l.tag_text);
    return l.result;
}

static void on_diagnostic(void *user, const spoor_diagnostic *d)
{
    rule_load *counts = user;
    counts->n_errors += d->is_error != 0;
    counts->n_warnings += !d->is_error;
    if (d->is_error)
        opt_complain("%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->message,
                     *d->hint ? "; " : "", d->hint);
}

rule_load rule_files_load_telling(const rule_request *q, bool is_quiet)
{
    rule_load counts = {0};
    rule_load l = rule_files_load(q, &(rule_listener){&counts, NULL, on_diagnostic});
    l.n_errors = counts.n_errors;
    l.n_warnings = counts.n_warnings;
    if (l.n_warnings > 0 && !is_quiet)
        opt_complain("%zu %s in the rules; see 'spoor rules check'", l.n_warnings,
                     l.n_warnings == 1 ? "warning" : "warnings");
    return l;
}
