/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_audit.c -- `spoor audit`: reads exports, says which of the two mitigations hold.
 *
 *  (1) An input that cannot be read ends nothing: it is said on standard error, stands in the
 *      findings, and makes the exit code EXIT_UNREAD.
 *  (2) The output is opened after the inputs were listed, so it is never among them.
 *  (3) Nothing is executed: the commands that are printed are for the reader.
 */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <spoor/spoor.h>

#include "base/words.h"
#include "base/writer.h"
#include "cli/audit_filter.h"
#include "cli/audit_intake.h"
#include "cli/audit_logs.h"
#include "cli/audit_plan.h"
#include "cli/config_file.h"
#include "cli/opt.h"
#include "cli/rule_files.h"
#include "cli/when.h"
#include "sink/audit_sink.h"
#include "sink/terminal.h"
#include "source/jobs.h"
#include "source/progress.h"
#include "source/walk.h"

enum { NEVER_FAIL = -1, NO_PLAN = -1, BASELINE_BYTES_MAX = 1 << 30 };

#define LEVELS "informational|low|medium|high|critical" /* in the order of spoor_level */

typedef struct audit_run {
    int format, fail_on, colour;
    int plan; /* plan_cloud whose exports are to be told; NO_PLAN: it is an audit */
    opt_list regions;
    bool is_quiet;
    const char *output; /* NULL: standard output */
    const char *config, *baseline, *now;
    audit_filter filter;
    audit_logs logs;
    strbuf earlier; /* what the baseline holds */
    walk inputs;
    progress progress;
    writer writer;
    audit_sink sink;
    spoor_audit_options options;
    bool is_partial, has_hit;
} audit_run;

static int complain(const spoor_error *err)
{
    opt_complain("%s", err->message[0] ? err->message : "out of memory");
    return EXIT_UNREAD;
}

static int complain_output(const audit_run *r, int error)
{
    if (error != EPIPE) /* who reads no further wants no message */
        opt_complain("cannot write %s: %s", r->output ? r->output : "the output", strerror(error));
    return EXIT_UNREAD;
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_hit(const audit_run *r, const spoor_check *c)
{
    return r->fail_on != NEVER_FAIL && c->status == SPOOR_CHECK_FAIL && !*c->exception &&
           (int)c->severity >= r->fail_on && audit_filter_judges(&r->filter, c);
}

static void put(audit_run *r, const spoor_finding *f)
{
    bool is_check = f->type == SPOOR_FINDING_CHECK;
    r->has_hit = r->has_hit || (is_check && is_hit(r, &f->as.check));
    if (is_check && !audit_filter_shows(&r->filter, &f->as.check))
        return;
    audit_sink_put(&r->sink, &r->writer.text, f);
    writer_settle(&r->writer);
}

static int deliver(audit_run *r, spoor_audit *audit)
{
    const spoor_finding *f;
    spoor_status status;
    while ((status = spoor_audit_next(audit, &f)) == SPOOR_OK && !r->writer.error)
        put(r, f);
    writer_flush(&r->writer);
    if (r->writer.error)
        return complain_output(r, r->writer.error);
    if (status != SPOOR_END)
        return complain(&(spoor_error){status, "the results are incomplete: out of memory"});
    return r->is_partial ? EXIT_UNREAD : r->has_hit ? EXIT_FOUND : EXIT_FINE;
}

static void put_skip(void *user, const spoor_finding *skip)
{
    put(user, skip);
}

static int run(audit_run *r, spoor_audit *audit)
{
    spoor_error err = {0};
    r->progress.is_shown = !r->is_quiet;
    r->logs.is_quiet = r->is_quiet;
    if (audit_intake_read(&r->inputs, &r->progress, audit, &r->is_partial, &err) != SPOOR_OK)
        return complain(&err);
    if (!audit_logs_use(&r->logs, &r->progress, audit, put_skip, r, &r->is_partial))
        return EXIT_UNREAD;
    if (spoor_audit_finish(audit, &err) != SPOOR_OK)
        return complain(&err);
    spoor_audit_elapsed(audit, (double)(progress_now_ns() - r->progress.began_ns) / 1e9);
    return deliver(r, audit);
}

/* ---- what is needed before ------------------------------------------------------------------- */

/* False: it is said why it cannot be had. */
static bool load_baseline(audit_run *r)
{
    const char *why = "";
    if (!r->baseline)
        return true;
    if (!rule_files_read(r->baseline, BASELINE_BYTES_MAX, &r->earlier, &why)) {
        opt_complain("%s: %s", r->baseline, why);
        return false;
    }
    r->options.baseline = strbuf_text(&r->earlier);
    r->options.baseline_n = r->earlier.n;
    return true;
}

static int run_with_audit(audit_run *r)
{
    spoor_error err = {0};
    spoor_audit *audit;
    int code = EXIT_UNREAD;
    if (!load_baseline(r) || (r->config && !config_file_load(r->config, &r->options.settings)))
        return EXIT_UNREAD;
    if (spoor_audit_open(&audit, &r->options, &err) == SPOOR_OK) {
        code = run(r, audit);
        spoor_audit_close(&audit);
    } else {
        complain(&err);
    }
    spoor_settings_unref(r->options.settings);
    return code;
}

static int run_to_sink(audit_run *r)
{
    terminal screen = terminal_probe(r->writer.fd, (terminal_colour)r->colour);
    audit_sink_init(&r->sink, (audit_format)r->format, screen, r->options.now_ns);
    return run_with_audit(r);
}

/* Opens the output, gives it to `how`, and closes it. */
static int run_with_output(audit_run *r, int (*how)(audit_run *))
{
    r->writer.fd = STDOUT_FILENO;
    if (r->output && strcmp(r->output, "-") == 0)
        r->output = NULL;
    if (r->output)
        r->writer.fd = open(r->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (r->writer.fd < 0)
        return complain_output(r, errno);
    int code = how(r);
    if (r->output && close(r->writer.fd) != 0 && code < EXIT_USAGE)
        return complain_output(r, errno); /* where quotas and network file systems report */
    return code;
}

/* The script instead of an audit. */
static int run_plan(audit_run *r)
{
    if (!audit_plan_write((plan_cloud)r->plan, &r->regions, &r->writer.text))
        return EXIT_USAGE;
    writer_flush(&r->writer);
    return r->writer.error ? complain_output(r, r->writer.error) : EXIT_FINE;
}

static int run_audit(audit_run *r, char **paths, int n)
{
    for (int i = 0; i < n; i++)
        walk_add(&r->inputs, paths[i]);
    walk_sort(&r->inputs);
    if (r->inputs.failed) {
        opt_complain("out of memory");
        return EXIT_UNREAD;
    }
    return run_with_output(r, run_to_sink);
}

/* ---- options --------------------------------------------------------------------------------- */

/* clang-format off */
static const char summary[] =
    "Checks exports of AWS, Azure and Google Cloud for the two mitigations that stop rogue machines:\n"
    "M1018 User Account Management and M1047 Audit. Reports of scanners and network logs, too.\n\n"
    "PATH is a file, a directory (everything in it is read), a quoted pattern, or - for standard\n"
    "input; plain, gzip or zstd. Exports are known by their content, not by their name.";
static const char more[] =
    "Examples:\n"
    "  spoor audit --plan aws --region eu-west-1 >plan.sh && bash plan.sh exports\n"
    "  spoor audit exports/\n"
    "  spoor audit exports/ --format html --output audit.html\n"
    "  spoor audit exports/ --quiet --fail-on high || alert\n"
    "  spoor audit exports/ --format jsonl --output may.jsonl\n"
    "  spoor audit exports/ --baseline april.jsonl --status fail\n"
    "  spoor audit exports/ --logs trail/ --check '*right*'\n\n"
    "A check passes, fails, has no data (never a pass), or there is nothing it is about.\n"
    "'spoor list checks' has all of them, 'spoor list exports' the commands that make the exports.\n\n"
    "Exit code: 0 fine, 1 --fail-on was met, 2 wrong usage, 3 something could not be read or\n"
    "written.\n";
/* clang-format on */

static opt_result parse(audit_run *r, int argc, char **argv, int *ret_n)
{
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", AUDIT_FORMATS,
         "for people (table, the default; html) or for machines", &r->format, 0},
        {'o', OPT_TEXT, "output", "FILE",
         "write there; - is standard output (default)", &r->output, 0},
        {0, OPT_CHOICE, "fail-on", LEVELS,
         "exit with 1 when a check of this severity or above fails", &r->fail_on, 0},
        {0, OPT_LIST, "status", "STATUS,...",
         "show these only: fail, pass, no-data, not-applicable", &r->filter.statuses, 0},
        {0, OPT_LIST, "check", "ID",
         "judge by these checks only: an id or a pattern; repeatable", &r->filter.checks, 0},
        {0, OPT_LIST, "heading", "NAME",
         "judge by the checks under it only: \"mfa\", M1018; repeatable", &r->filter.headings, 0},
        {0, OPT_LIST, "cloud", "aws|azure|gcp|other",
         "judge by the checks of this cloud only; repeatable", &r->filter.clouds, 0},
        {0, OPT_LIST, "logs", "PATH",
         "logs of the same accounts: who used what he may; repeatable", &r->logs.paths, 0},
        {0, OPT_TEXT, "state", "FILE",
         "what scans learned (scan --state): uses before these logs", &r->logs.state, 0},
        {'j', OPT_NUMBER, "jobs", "N",
         "logs to read at once (default: one a processor)", &r->logs.jobs, JOBS_MAX},
        {0, OPT_CHOICE, "plan", PLAN_CLOUDS,
         "print a script of the commands that make the exports, and audit nothing", &r->plan, 0},
        {0, OPT_LIST, "region", "REGION",
         "for --plan: look at this region only; repeatable", &r->regions, 0},
        {0, OPT_TEXT, "config", "FILE",
         "thresholds, exceptions and more; see 'spoor list settings'", &r->config, 0},
        {0, OPT_TEXT, "baseline", "FILE",
         "an earlier audit (--format jsonl): say what is better and worse", &r->baseline, 0},
        {0, OPT_TEXT, "now", "TIME",
         "ages are measured against it: 2026-06-01T00:00:00Z (default: the clock)", &r->now, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &r->colour, 0},
        {'q', OPT_FLAG, "quiet", NULL,
         "no progress", &r->is_quiet, 0},
    };
    /* clang-format on */
    const opt_usage usage = {"audit", "PATH... | --plan CLOUD", summary, more,
                             options, ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

/* Whether the options make sense; else it is said why not. */
static bool is_usable(audit_run *r, int n_paths)
{
    const char *wrong = NULL;
    if (r->plan == NO_PLAN && n_paths == 0)
        wrong = "audit takes the paths of exports, or -";
    else if (r->plan != NO_PLAN && n_paths > 0)
        wrong = "--plan reads nothing: it takes no paths";
    else if (r->plan == NO_PLAN && r->regions.n > 0)
        wrong = "--region has no use without --plan";
    else if (r->now && !when_parse(r->now, &r->options.now_ns))
        wrong = "--now takes a time like 2026-06-01T00:00:00Z";
    if (wrong)
        opt_complain("%s; see 'spoor audit --help'", wrong);
    return !wrong && audit_filter_settle(&r->filter);
}

int cmd_audit(int argc, char **argv)
{
    audit_run r = {.fail_on = NEVER_FAIL, .plan = NO_PLAN, .options = SPOOR_AUDIT_OPTIONS_INIT};
    int n, code = EXIT_USAGE;
    r.options.now_ns = when_now_ns();
    signal(SIGPIPE, SIG_IGN); /* writing says EPIPE instead */
    opt_result result = parse(&r, argc, argv, &n);
    if (result == OPT_HELPED)
        code = EXIT_FINE;
    else if (result == OPT_RUN && is_usable(&r, n))
        code = r.plan == NO_PLAN ? run_audit(&r, argv + 1, n) : run_with_output(&r, run_plan);
    walk_done(&r.inputs);
    writer_done(&r.writer);
    audit_sink_done(&r.sink);
    audit_filter_done(&r.filter);
    opt_list_done(&r.regions);
    strbuf_done(&r.earlier);
    opt_list_done(&r.logs.paths);
    return code;
}
