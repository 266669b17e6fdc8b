/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_audit.c -- `spoor audit`: reads exports, says which of the two mitigations hold.
 *
 *  (1) An input that cannot be read ends nothing: it is said on standard error, stands in the
 *      findings, and makes the exit code EXIT_UNREAD.
 */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <spoor/spoor.h>

#include "base/words.h"
#include "base/writer.h"
#include "cli/config_file.h"
#include "cli/opt.h"
#include "sink/jsonl.h"
#include "source/walk.h"

enum { AS_TABLE, AS_JSONL, READ_BYTES = 1 << 20 };

typedef struct audit_run {
    int format;
    const char *config;
    walk inputs;
    writer writer;
    bool is_partial;
} audit_run;

static int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Feeds one open input. Returns the errno of the first failure, 0 for none. */
static int feed(spoor_audit *audit, int fd, char *bytes, spoor_error *err)
{
    ssize_t n;
    while ((n = read(fd, bytes, READ_BYTES)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        if (spoor_audit_feed(audit, bytes, (size_t)n, err) != SPOOR_OK)
            return 0;
    }
    return 0;
}

static void read_one(audit_run *r, spoor_audit *audit, const walk_input *in, char *bytes,
                     spoor_error *err)
{
    int fd = in->is_stdin ? STDIN_FILENO : open(in->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        walk_problem_add(&r->inputs, in->path, strerror(errno), true);
        return;
    }
    if (spoor_audit_begin(audit, in->path, err) == SPOOR_OK) {
        int error = feed(audit, fd, bytes, err);
        if (error)
            walk_problem_add(&r->inputs, in->path, strerror(error), true);
        spoor_audit_end(audit, err);
    }
    if (!in->is_stdin)
        close(fd);
}

static void read_all(audit_run *r, spoor_audit *audit, spoor_error *err)
{
    char *bytes = malloc(READ_BYTES);
    for (size_t i = 0; bytes && i < r->inputs.n_inputs && err->status == SPOOR_OK; i++)
        read_one(r, audit, &r->inputs.inputs[i], bytes, err);
    if (!bytes)
        err->status = SPOOR_ENOMEM;
    free(bytes);
    walk_sort_problems(&r->inputs);
    for (size_t i = 0; i < r->inputs.n_problems; i++) {
        const walk_problem *p = &r->inputs.problems[i];
        opt_complain("%s: %s", p->path, p->reason);
        spoor_audit_skip(audit, p->path, p->reason, NULL);
        r->is_partial = r->is_partial || p->is_failure;
    }
}

static void put(audit_run *r, const spoor_finding *f)
{
    const spoor_check *c = &f->as.check;
    if (r->format == AS_JSONL) {
        jsonl_put(&r->writer.text, f);
    } else if (f->type == SPOOR_FINDING_CHECK && c->status == SPOOR_CHECK_FAIL) {
        strbuf_puts(&r->writer.text, spoor_level_text(c->severity));
        strbuf_puts(&r->writer.text, "  ");
        strbuf_puts(&r->writer.text, c->title);
        strbuf_puts(&r->writer.text, "\n");
    }
    writer_settle(&r->writer);
}

static int complain(const spoor_error *err)
{
    opt_complain("%s", err->message[0] ? err->message : "out of memory");
    return EXIT_UNREAD;
}

static int run(audit_run *r, spoor_audit *audit)
{
    spoor_error err = {0};
    const spoor_finding *f;
    spoor_status status;
    read_all(r, audit, &err);
    if (err.status != SPOOR_OK || spoor_audit_finish(audit, &err) != SPOOR_OK)
        return complain(&err);
    while ((status = spoor_audit_next(audit, &f)) == SPOOR_OK && !r->writer.error)
        put(r, f);
    writer_flush(&r->writer);
    if (status != SPOOR_END && !r->writer.error)
        return complain(&err);
    return r->is_partial ? EXIT_UNREAD : EXIT_FINE;
}

static int run_with_audit(audit_run *r)
{
    spoor_error err = {0};
    spoor_audit *audit;
    spoor_settings *settings = NULL;
    spoor_audit_options options = SPOOR_AUDIT_OPTIONS_INIT;
    int code = EXIT_UNREAD;
    r->writer.fd = STDOUT_FILENO;
    options.now_ns = clock_ns();
    if (r->config && !config_file_load(r->config, &settings))
        return EXIT_UNREAD;
    options.settings = settings;
    if (spoor_audit_open(&audit, &options, &err) == SPOOR_OK)
        code = run(r, audit);
    else
        complain(&err);
    spoor_audit_close(&audit);
    spoor_settings_unref(settings);
    return code;
}

int cmd_audit(int argc, char **argv)
{
    audit_run r = {0};
    int n, code = EXIT_USAGE;
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &r.format, 0},
        {0, OPT_TEXT, "config", "FILE",
         "thresholds, exceptions and more; see 'spoor list settings'", &r.config, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "audit",
        "PATH...",
        "Checks exports of AWS, Azure and Google Cloud for the two mitigations\n"
        "that stop rogue machines: User Account Management and Audit.",
        "Examples:\n  spoor audit exports/\n",
        options,
        ARRAY_LEN(options)};
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (n == 0)
        return opt_complain("audit takes the paths of exports; see 'spoor audit --help'");
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i <= n; i++)
        walk_add(&r.inputs, argv[i]);
    walk_sort(&r.inputs);
    code = run_with_audit(&r);
    walk_done(&r.inputs);
    writer_done(&r.writer);
    return code;
}
