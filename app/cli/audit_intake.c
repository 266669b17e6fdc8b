/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_intake.c -- opening, reading, feeding.
 */
#include "cli/audit_intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/opt.h"

enum { READ_BYTES = 1 << 20 };

typedef struct intake {
    walk *inputs;
    progress *progress;
    spoor_audit *audit;
    char *bytes;
    spoor_error *err;
} intake;

/* Feeds one open input. Returns the errno of the first failure, 0 for none. */
static int feed(const intake *x, int fd)
{
    ssize_t n;
    while ((n = read(fd, x->bytes, READ_BYTES)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        progress_add(x->progress, (uint64_t)n);
        if (spoor_audit_feed(x->audit, x->bytes, (size_t)n, x->err) != SPOOR_OK)
            return 0;
    }
    return 0;
}

static void read_one(const intake *x, const walk_input *in)
{
    int fd = in->is_stdin ? STDIN_FILENO : open(in->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        walk_problem_add(x->inputs, in->path, strerror(errno), true);
        return;
    }
    if (spoor_audit_begin(x->audit, in->path, x->err) == SPOOR_OK) {
        int error = feed(x, fd);
        if (error)
            walk_problem_add(x->inputs, in->path, strerror(error), true);
        if (x->err->status == SPOOR_OK)
            spoor_audit_end(x->audit, x->err);
    }
    if (!in->is_stdin)
        close(fd);
}

static bool tell_problems(walk *inputs, spoor_audit *audit)
{
    bool has_failure = false;
    walk_sort_problems(inputs);
    for (size_t i = 0; i < inputs->n_problems; i++) {
        const walk_problem *p = &inputs->problems[i];
        opt_complain("%s: %s", p->path, p->reason);
        spoor_audit_skip(audit, p->path, p->reason, NULL);
        has_failure = has_failure || p->is_failure;
    }
    return has_failure;
}

spoor_status audit_intake_read(walk *inputs, progress *p, spoor_audit *audit, bool *ret_is_partial,
                               spoor_error *err)
{
    spoor_error own = {0};
    const intake x = {inputs, p, audit, malloc(READ_BYTES), &own};
    progress_begin(p, p->is_shown, walk_bytes(inputs));
    if (!x.bytes)
        own.status = SPOOR_ENOMEM;
    for (size_t i = 0; i < inputs->n_inputs && own.status == SPOOR_OK; i++)
        read_one(&x, &inputs->inputs[i]);
    progress_end(p);
    free(x.bytes);
    if (own.status == SPOOR_OK)
        *ret_is_partial = tell_problems(inputs, audit);
    else
        *err = own;
    return own.status;
}
