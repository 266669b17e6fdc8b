/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_scan.c -- `spoor scan`: read everything named, then say what was found.
 *
 *  (1) An input that cannot be read ends nothing: it is said on standard error, stands in the
 *      findings, and makes the exit code EXIT_UNREAD.
 *  (2) The output is opened after the inputs were listed, so it is never among them.
 *  (3) A rule that is broken stops no other: it is said on standard error, and that is all.
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
#include "cli/calibrate.h"
#include "cli/config_file.h"
#include "cli/exports.h"
#include "cli/intake.h"
#include "cli/opt.h"
#include "cli/rule_files.h"
#include "cli/state_file.h"
#include "cli/when.h"
#include "sink/jsonl.h"
#include "sink/table.h"
#include "source/helper.h"
#include "source/jobs.h"
#include "source/progress.h"
#include "source/spill.h"
#include "source/walk.h"

enum { AS_TABLE, AS_JSONL, INPUT_AUTO = 0, NEVER_FAIL = -1 };

#define LEVELS "informational|low|medium|high|critical" /* in the order of spoor_level */

typedef struct scan {
    int format, input_format, min_level, fail_on, colour;
    unsigned jobs;
    size_t memory_bytes;
    bool is_quiet, no_chains, no_builtin, is_learning, is_calibrating;
    calibration calibration;
    rule_request rule_request;
    rule_load rules;
    const char *output; /* NULL: standard output */
    const char *state;  /* NULL: what is usual is not kept */
    const char *config; /* NULL: no settings */
    opt_list exports;
    const char *now;
    int64_t now_ns;  /* against which ages in exports are measured */
    bool is_partial; /* an export could not be read */
    walk inputs;
    progress progress;
    writer writer;
    table table;
    bool has_hit;
} scan;

static int complain_output(const scan *s, int error)
{
    if (error != EPIPE) /* who reads no further wants no message */
        opt_complain("cannot write %s: %s", s->output ? s->output : "the output", strerror(error));
    return EXIT_UNREAD;
}

static int complain_engine(const spoor_error *err)
{
    opt_complain("%s", err->message);
    return EXIT_UNREAD;
}

/* Incidents are taken from the summary, which counts those below --min-level, too. */
static bool is_hit(const spoor_finding *f, int fail_on)
{
    const spoor_summary *sum = &f->as.summary;
    bool has_incident = false;
    switch (f->type) {
    case SPOOR_FINDING_MATCH:
        return (int)f->as.match.level >= fail_on;
    case SPOOR_FINDING_CORRELATION:
        return (int)f->as.correlation.level >= fail_on;
    case SPOOR_FINDING_CHAIN:
        return (int)f->as.chain.level >= fail_on;
    case SPOOR_FINDING_SUMMARY:
        for (int level = fail_on; level <= SPOOR_CRITICAL; level++)
            has_incident = has_incident || sum->incidents[level] > 0;
        return has_incident;
    default:
        return false;
    }
}

static void note_hit(scan *s, const spoor_finding *f)
{
    s->has_hit = s->has_hit || (s->fail_on != NEVER_FAIL && is_hit(f, s->fail_on));
}

static void put(scan *s, const spoor_finding *f)
{
    calibration_add(&s->calibration, f);
    if (s->is_calibrating)
        return;
    if (s->format == AS_JSONL)
        jsonl_put(&s->writer.text, f);
    else
        table_put(&s->table, &s->writer.text, f);
    writer_settle(&s->writer);
    note_hit(s, f);
}

static int deliver(scan *s, spoor_engine *engine)
{
    const spoor_finding *f;
    spoor_status status;
    while ((status = spoor_engine_next(engine, &f)) == SPOOR_OK && !s->writer.error)
        put(s, f);
    if (s->is_calibrating && s->format == AS_JSONL)
        calibration_json(&s->calibration, &s->writer.text);
    else if (s->is_calibrating)
        calibration_table(&s->calibration, &s->table.terminal, &s->writer.text);
    writer_flush(&s->writer);
    if (s->writer.error)
        return complain_output(s, s->writer.error);
    if (status != SPOOR_END)
        return complain_engine(&(spoor_error){status, "the results are incomplete: out of memory"});
    return EXIT_FINE;
}

static spoor_status judge(scan *s, spoor_engine *engine, spoor_error *err)
{
    progress_say(&s->progress, "putting events in order, joining them");
    spoor_status status = spoor_engine_finish(engine, err);
    progress_end(&s->progress);
    spoor_engine_elapsed(engine, (double)(progress_now_ns() - s->progress.began_ns) / 1e9);
    return status;
}

/* Keeps what was learned, now that all findings were told. */
static int save_state(const scan *s, const spoor_engine *engine)
{
    spoor_error err = {0};
    char *bytes;
    size_t n;
    if (!s->state)
        return EXIT_FINE;
    if (spoor_engine_state(engine, &bytes, &n, &err) != SPOOR_OK)
        return complain_engine(&err);
    int error = state_file_write(s->state, bytes, n);
    free(bytes);
    if (error)
        opt_complain("cannot write %s: %s", s->state, strerror(error));
    return error ? EXIT_UNREAD : EXIT_FINE;
}

static int run(scan *s, spoor_engine *engine)
{
    spoor_error err = {0};
    const intake how = {.format = s->input_format == INPUT_AUTO ? NULL : "json",
                        .jobs = s->jobs,
                        .is_quiet = s->is_quiet};
    if (intake_read(&how, &s->inputs, &s->progress, engine, &err) != SPOOR_OK)
        return complain_engine(&err);
    bool is_partial =
        intake_tell_problems(&s->inputs, engine) || s->rules.is_partial || s->is_partial;
    if (judge(s, engine, &err) != SPOOR_OK)
        return complain_engine(&err);
    int code = deliver(s, engine);
    code = code ? code : save_state(s, engine);
    return code ? code : is_partial ? EXIT_UNREAD : s->has_hit ? EXIT_FOUND : EXIT_FINE;
}

/* What earlier scans learned. False: it is said why it cannot be had. */
static bool load_state(const scan *s, strbuf *out, spoor_options *options)
{
    bool is_there = false;
    const char *why = "";
    if (!s->state)
        return true;
    if (!state_file_read(s->state, out, &is_there, &why)) {
        opt_complain("%s: %s", s->state, why);
        return false;
    }
    if (is_there) {
        options->state = strbuf_text(out);
        options->state_n = out->n;
    } else if (!s->is_quiet) {
        opt_complain("%s is not there yet: nothing is known before these logs", s->state);
    }
    return true;
}

/* False: it is said why there is none. */
static bool open_engine(const scan *s, const spoor_options *options, spoor_engine **ret)
{
    spoor_error err = {0};
    if (spoor_engine_open(ret, options, &err) == SPOOR_OK)
        return true;
    if (options->state && err.status == SPOOR_EINVAL)
        opt_complain("%s: %s", s->state, err.message);
    else
        complain_engine(&err);
    return false;
}

static int run_with_engine(scan *s)
{
    AUTO(strbuf) state = {0};
    spoor_settings *settings = NULL;
    spill_file spill;
    helper helper = {0};
    spoor_engine *engine;
    spoor_audit *exports = NULL;
    spoor_audit_options audit = SPOOR_AUDIT_OPTIONS_INIT;
    spoor_options options = SPOOR_OPTIONS_INIT;
    spill_init(&spill);
    options.memory_bytes = s->memory_bytes;
    options.min_level = s->is_calibrating ? SPOOR_LOW : (spoor_level)s->min_level;
    options.spill = spill_lend(&spill);
    options.helper = helper_lend(&helper, s->jobs);
    options.rules = spoor_ruleset_count(s->rules.rules) ? s->rules.rules : NULL;
    options.no_incidents = s->no_chains;
    options.no_lineages = s->no_chains;
    options.learn = s->is_learning;
    int code = EXIT_UNREAD;
    bool is_ready = !s->config || config_file_load(s->config, &settings);
    options.settings = settings;
    audit.settings = settings;
    audit.now_ns = s->now_ns;
    is_ready =
        is_ready && exports_load(&s->exports, &audit, &s->progress, &exports, &s->is_partial);
    options.exports = exports;
    if (is_ready && load_state(s, &state, &options) && open_engine(s, &options, &engine)) {
        code = run(s, engine);
        spoor_engine_close(&engine);
        if (spill.error)
            opt_complain("temporary file for sorting: %s", strerror(spill.error));
    }
    spoor_audit_close(&exports);
    spoor_settings_unref(settings);
    spill_done(&spill);
    return code;
}

static int run_with_output(scan *s)
{
    s->writer.fd = STDOUT_FILENO;
    if (s->output)
        s->writer.fd = open(s->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (s->writer.fd < 0)
        return complain_output(s, errno);
    s->table.terminal = terminal_probe(s->writer.fd, (terminal_colour)s->colour);
    s->table.has_no_incidents = s->no_chains || s->is_learning;
    int code = run_with_engine(s);
    if (s->output && close(s->writer.fd) != 0 && code < EXIT_USAGE)
        return complain_output(s, errno); /* where quotas and network file systems report */
    return code;
}

/* clang-format off */
static const char summary[] =
    "Reads cloud audit logs (AWS CloudTrail, Azure, GCP; plain, gzip or zstd) and reports\n"
    "machines that should not be there, with the chain of steps that made them.\n\n"
    "PATH is a file, a directory (everything in it is read), a quoted pattern, or - for standard\n"
    "input. Events that do not fit into --memory wait in a temporary file in $TMPDIR.\n\n"
    "Sigma rules are run over the same records: those that come with spoor, and those of --rules.";
static const char more[] =
    "Examples:\n"
    "  spoor scan logs/\n"
    "  spoor scan 'logs/2026-*/*.json.gz' --min-level high\n"
    "  aws s3 cp s3://trail/day.json.gz - | spoor scan -\n"
    "  spoor scan logs/ --format jsonl | jq 'select(.type == \"incident\")'\n"
    "  spoor scan logs/ --quiet --fail-on high || alert\n"
    "  spoor scan last-quarter/ --state usual.spoor --learn && spoor scan today/ --state usual.spoor\n"
    "  spoor scan logs/ --rules sigma/rules/cloud --rule-level high --tags attack.t1578\n\n"
    "Exit code: 0 fine, 1 --fail-on was met, 2 wrong usage, 3 something could not be read or\n"
    "written.\n";
/* clang-format on */

static opt_result parse(scan *s, int argc, char **argv, int *ret_n)
{
    rule_request *q = &s->rule_request;
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &s->format, 0},
        {'o', OPT_TEXT, "output", "FILE",
         "write there; - is standard output (default)", &s->output, 0},
        {0, OPT_CHOICE, "min-level", LEVELS,
         "show incidents from this level on (default: low)", &s->min_level, 0},
        {0, OPT_CHOICE, "fail-on", LEVELS,
         "exit with 1 when an incident or a match is of this level or above", &s->fail_on, 0},
        {0, OPT_LIST, "rules", "PATH",
         "Sigma rules: a file or a directory; repeatable", &q->paths, 0},
        {0, OPT_LIST, "pipeline", "FILE",
         "a pySigma processing pipeline for them; repeatable", &q->pipelines, 0},
        {0, OPT_TEXT, "placeholders", "FILE",
         "values for %placeholders%: YAML, name: [values]", &q->placeholders, 0},
        {0, OPT_CHOICE, "rule-level", LEVELS,
         "use rules from this level on (default: all)", &q->min_level, 0},
        {0, OPT_LIST, "tags", "TAG,...",
         "use rules that have one of these tags; repeatable", &q->tags, 0},
        {0, OPT_FLAG, "no-builtin", NULL,
         "without the rules that come with spoor", &s->no_builtin, 0},
        {0, OPT_FLAG, "no-chains", NULL,
         "Sigma rules only: no incidents, no lineage rules", &s->no_chains, 0},
        {0, OPT_TEXT, "config", "FILE",
         "trusted accounts, automation and more; see 'spoor list settings'", &s->config, 0},
        {0, OPT_TEXT, "state", "FILE",
         "what is usual: read before the scan, kept up to date after it", &s->state, 0},
        {0, OPT_LIST, "exports", "PATH",
         "exports of the same accounts: which controls are missing; repeatable", &s->exports, 0},
        {0, OPT_TEXT, "now", "TIME",
         "for ages in exports: 2026-06-01T00:00:00Z (default: the clock)", &s->now, 0},
        {0, OPT_FLAG, "learn", NULL,
         "these logs are known to be good: learn what is usual, judge nothing", &s->is_learning, 0},
        {0, OPT_FLAG, "calibrate", NULL,
         "these logs are known to be good: propose the points that levels need", &s->is_calibrating, 0},
        {0, OPT_CHOICE, "input-format", "auto|json",
         "auto: recognise logs by content (default); json: any JSON", &s->input_format, 0},
        {'j', OPT_NUMBER, "jobs", "N",
         "inputs to read at once, up to 64 (default: one a processor)", &s->jobs, JOBS_MAX},
        {0, OPT_SIZE, "memory", "SIZE",
         "for putting events in order, e.g. 256M (default: 96M)", &s->memory_bytes, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &s->colour, 0},
        {'q', OPT_FLAG, "quiet", NULL,
         "no progress", &s->is_quiet, 0},
    };
    /* clang-format on */
    const opt_usage usage = {"scan", "PATH...", summary, more, options, ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

static int run_scan(scan *s, char **paths, int n)
{
    signal(SIGPIPE, SIG_IGN); /* writing says EPIPE instead */
    for (int i = 0; i < n; i++)
        walk_add(&s->inputs, paths[i]);
    walk_sort(&s->inputs);
    if (s->output && strcmp(s->output, "-") == 0)
        s->output = NULL;
    if (s->inputs.failed) {
        opt_complain("out of memory");
        return EXIT_UNREAD;
    }
    s->rule_request.has_builtin = !s->no_builtin && !s->is_learning && !s->is_calibrating;
    s->rules = rule_files_load_telling(&s->rule_request, s->is_quiet);
    return s->rules.rules ? run_with_output(s) : EXIT_UNREAD;
}

/* Whether the options make sense, each and together; else it is said why not. */
static bool is_usable(scan *s)
{
    const char *wrong = NULL;
    s->now_ns = when_now_ns();
    if (s->now && !when_parse(s->now, &s->now_ns))
        wrong = "--now takes a time like 2026-06-01T00:00:00Z";
    else if (s->is_learning && !s->state)
        wrong = "--learn needs --state FILE to learn into";
    else if (s->is_calibrating && (s->is_learning || s->no_chains))
        wrong = "--calibrate judges: it has no use with --learn or --no-chains";
    else if (s->state && s->no_chains)
        wrong = "--state has no use with --no-chains, which remembers nothing";
    if (wrong)
        opt_complain("%s; see 'spoor scan --help'", wrong);
    return !wrong;
}

int cmd_scan(int argc, char **argv)
{
    scan s = {.min_level = SPOOR_LOW, .fail_on = NEVER_FAIL};
    int n, code = EXIT_USAGE;
    opt_result result = parse(&s, argc, argv, &n);
    if (result == OPT_HELPED)
        code = EXIT_FINE;
    else if (result == OPT_RUN && n == 0)
        opt_complain("scan takes the paths of logs, or - ; see 'spoor scan --help'");
    else if (result == OPT_RUN && is_usable(&s))
        code = run_scan(&s, argv + 1, n);
    walk_done(&s.inputs);
    writer_done(&s.writer);
    table_done(&s.table);
    rule_load_done(&s.rules);
    rule_request_done(&s.rule_request);
    opt_list_done(&s.exports);
    return code;
}
