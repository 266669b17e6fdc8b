/* SPDX-License-Identifier: Apache-2.0
 *
 * walk.c -- directories wait on a stack instead of in nested calls, so depth costs no stack memory
 * and no descriptor.
 */
#include "source/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/strbuf.h"
#include "base/words.h"

/* Paths of directories still to be read. */
typedef struct stack {
    char **paths;
    size_t n, cap;
} stack;

void walk_done(walk *w)
{
    for (size_t i = 0; i < w->n_inputs; i++)
        free(w->inputs[i].path);
    for (size_t i = 0; i < w->n_problems; i++) {
        free(w->problems[i].path);
        free(w->problems[i].reason);
    }
    free(w->inputs);
    free(w->problems);
    *w = (walk){0};
}

void walk_problem_add(walk *w, const char *path, const char *reason, bool is_failure)
{
    walk_problem p = {strdup(path), strdup(reason), is_failure};
    walk_problem *all = list_room(w->problems, w->n_problems, &w->cap_problems, 32, sizeof p);
    if (all)
        w->problems = all;
    if (!all || !p.path || !p.reason) {
        free(p.path);
        free(p.reason);
        w->failed = true;
        return;
    }
    w->problems[w->n_problems++] = p;
}

static void problem_errno(walk *w, const char *path, int error)
{
    walk_problem_add(w, path, strerror(error), true);
}

static void add_input(walk *w, const char *path, uint64_t bytes, bool is_stdin)
{
    walk_input input = {strdup(path), bytes, is_stdin};
    walk_input *all = list_room(w->inputs, w->n_inputs, &w->cap_inputs, 32, sizeof input);
    if (all)
        w->inputs = all;
    if (!all || !input.path) {
        free(input.path);
        w->failed = true;
        return;
    }
    w->inputs[w->n_inputs++] = input;
}

void walk_move_input(walk *to, walk *from, size_t i)
{
    walk_input *all = list_room(to->inputs, to->n_inputs, &to->cap_inputs, 32, sizeof *all);
    if (!all) {
        to->failed = true;
        return;
    }
    to->inputs = all;
    to->inputs[to->n_inputs++] = from->inputs[i];
    from->inputs[i].path = NULL;
}

static void push(walk *w, stack *s, const char *path)
{
    char *copy = strdup(path);
    char **paths = list_room(s->paths, s->n, &s->cap, 32, sizeof *paths);
    if (paths)
        s->paths = paths;
    if (!paths || !copy) {
        free(copy);
        w->failed = true;
        return;
    }
    s->paths[s->n++] = copy;
}

static const char *kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFIFO:
        return "a fifo, not a file";
    case S_IFSOCK:
        return "a socket, not a file";
    case S_IFDIR:
        return "a symbolic link to a directory: not followed";
    default:
        return "a device, not a file";
    }
}

/* One name in a directory. A link counts as the file it leads to, but not as a directory. */
static void visit(walk *w, stack *s, int dir, const char *path, const char *name)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        problem_errno(w, path, errno);
        return;
    }
    if (S_ISDIR(st.st_mode))
        push(w, s, path);
    else if (S_ISLNK(st.st_mode) && fstatat(dir, name, &st, 0) != 0)
        problem_errno(w, path, errno);
    else if (S_ISREG(st.st_mode))
        add_input(w, path, (uint64_t)st.st_size, false);
    else
        walk_problem_add(w, path, kind_of(st.st_mode), false);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void join(strbuf *out, const char *dir, const char *name)
{
    strbuf_reset(out);
    if (strcmp(dir, ".") != 0 || strcmp(name, "-") == 0) {
        strbuf_puts(out, dir);
        strbuf_puts(out, strcmp(dir, "/") == 0 ? "" : "/");
    }
    strbuf_puts(out, name);
}

static void read_names(walk *w, stack *s, DIR *dir, const char *path)
{
    AUTO(strbuf) child = {0};
    struct dirent *entry;
    for (errno = 0; (entry = readdir(dir)) && !w->failed; errno = 0) {
        if (is_dots(entry->d_name))
            continue;
        join(&child, path, entry->d_name);
        w->failed = w->failed || child.failed;
        visit(w, s, dirfd(dir), strbuf_text(&child), entry->d_name);
    }
    if (errno)
        problem_errno(w, path, errno);
}

static void read_directory(walk *w, stack *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        problem_errno(w, path, errno);
        if (fd >= 0)
            close(fd);
        return;
    }
    read_names(w, s, dir, path);
    closedir(dir);
}

static void add_tree(walk *w, const char *path)
{
    stack s = {0};
    push(w, &s, path);
    while (s.n > 0) {
        char *dir = s.paths[--s.n];
        if (!w->failed)
            read_directory(w, &s, dir);
        free(dir);
    }
    free(s.paths);
}

/* The path without "//", "/./", a leading "./" and a trailing "/". "./-" stays: "-" is another. */
static void normalise(strbuf *out, const char *path)
{
    strbuf_puts(out, *path == '/' ? "/" : "");
    for (size_t n; *path; path += n) {
        path += strspn(path, "/");
        n = strcspn(path, "/");
        if (n == 0 || (n == 1 && *path == '.'))
            continue;
        if (out->n > 0 && out->p[out->n - 1] != '/')
            strbuf_puts(out, "/");
        strbuf_put(out, path, n);
    }
    if (out->n == 0)
        strbuf_puts(out, ".");
    if (strcmp(strbuf_text(out), "-") == 0) {
        strbuf_reset(out);
        strbuf_puts(out, "./-");
    }
}

static void add_named(walk *w, const char *path)
{
    AUTO(strbuf) name = {0};
    struct stat st;
    normalise(&name, path);
    if (name.failed)
        w->failed = true;
    else if (stat(path, &st) != 0)
        problem_errno(w, strbuf_text(&name), errno);
    else if (S_ISDIR(st.st_mode))
        add_tree(w, strbuf_text(&name));
    else if (S_ISREG(st.st_mode))
        add_input(w, strbuf_text(&name), (uint64_t)st.st_size, false);
    else if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
        add_input(w, strbuf_text(&name), 0, false);
    else
        walk_problem_add(w, strbuf_text(&name), kind_of(st.st_mode), true);
}

static void add_pattern(walk *w, const char *pattern)
{
    glob_t found = {0};
    int status = glob(pattern, GLOB_NOSORT, NULL, &found);
    if (status == GLOB_NOSPACE)
        w->failed = true;
    else if (status == GLOB_ABORTED)
        walk_problem_add(w, pattern, "a directory of this pattern cannot be read", true);
    else if (status != 0)
        walk_problem_add(w, pattern, "no file matches this pattern", true);
    for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
        add_named(w, found.gl_pathv[i]);
    globfree(&found);
}

void walk_add(walk *w, const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        add_input(w, "-", 0, true);
    else if (lstat(path, &st) != 0 && errno == ENOENT && strpbrk(path, "*?["))
        add_pattern(w, path);
    else
        add_named(w, path);
}

static int by_path(const void *a, const void *b)
{
    const walk_input *x = a, *y = b;
    return strcmp(x->path, y->path);
}

static int by_problem(const void *a, const void *b)
{
    const walk_problem *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : strcmp(x->reason, y->reason);
}

void walk_sort(walk *w)
{
    size_t kept = 0;
    if (w->n_inputs > 1)
        qsort(w->inputs, w->n_inputs, sizeof *w->inputs, by_path);
    for (size_t i = 0; i < w->n_inputs; i++) {
        if (kept > 0 && strcmp(w->inputs[i].path, w->inputs[kept - 1].path) == 0)
            free(w->inputs[i].path);
        else
            w->inputs[kept++] = w->inputs[i];
    }
    w->n_inputs = kept;
}

void walk_sort_problems(walk *w)
{
    if (w->n_problems > 1)
        qsort(w->problems, w->n_problems, sizeof *w->problems, by_problem);
}

uint64_t walk_bytes(const walk *w)
{
    uint64_t total = 0;
    for (size_t i = 0; i < w->n_inputs; i++)
        total += w->inputs[i].bytes;
    return total;
}
