/* SPDX-License-Identifier: Apache-2.0
 *
 * walk.h -- from what the user named to the list of inputs to read.
 *
 *  (1) Inputs are sorted by path, byte by byte, and each path stands in the list once.
 *  (2) A directory is read whole, hidden files too. Symbolic links to files are followed, links to
 *      directories below a named one are not: so there are no circles.
 *  (3) What cannot be read becomes a problem, and the walk goes on.
 *  (4) Inside a directory only regular files are read: opening a fifo would wait for ever. A fifo
 *      that is named itself is meant: `spoor scan <(zcat ...)`.
 */
#ifndef SPOOR_APP_WALK_H
#define SPOOR_APP_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct walk_input {
    char *path;
    uint64_t bytes; /* 0 when unknown */
    bool is_stdin;
} walk_input;

typedef struct walk_problem {
    char *path;
    char *reason;
    bool is_failure; /* false: nothing that one would expect to be read */
} walk_problem;

typedef struct walk {
    walk_input *inputs;
    size_t n_inputs, cap_inputs;
    walk_problem *problems;
    size_t n_problems, cap_problems;
    bool failed; /* out of memory */
} walk;

void walk_done(walk *w);
/* A file, a directory, a pattern of glob(7), or "-" for standard input. */
void walk_add(walk *w, const char *path);
/* Input i of `from` goes over to `to`, as it was found. */
void walk_move_input(walk *to, walk *from, size_t i);
void walk_problem_add(walk *w, const char *path, const char *reason, bool is_failure);
void walk_sort(walk *w); /* after the last walk_add: establishes (1) */
void walk_sort_problems(walk *w);
uint64_t walk_bytes(const walk *w); /* of all inputs, as far as known */

#endif
