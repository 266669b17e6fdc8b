/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_trace.c -- `spoor trace`: read everything named, then tell all there is about one thing.
 *
 *  (1) An id that means several things, or none, gives no dossier and EXIT_USAGE: what it might
 *      have meant is said on standard error.
 *  (2) An input that cannot be read ends nothing; it is said, and makes the exit code EXIT_UNREAD.
 */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <spoor/spoor.h>

#include "base/words.h"
#include "base/writer.h"
#include "cli/intake.h"
#include "cli/opt.h"
#include "sink/dot.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/jsonl.h"
#include "sink/table.h"
#include "source/helper.h"
#include "source/jobs.h"
#include "source/spill.h"

enum { AS_TREE, AS_JSONL, AS_DOT, INPUT_AUTO = 0 };

typedef struct tracing {
    int format, input_format, colour;
    unsigned jobs;
    size_t memory_bytes;
    bool is_quiet;
    const char *id, *kind;
    const char *output; /* NULL: standard output */
    walk inputs;
    progress progress;
    writer writer;
    table table;
    spoor_finding summary;
} tracing;

static int complain_output(const tracing *t, int error)
{
    if (error != EPIPE) /* who reads no further wants no message */
        opt_complain("cannot write %s: %s", t->output ? t->output : "the output", strerror(error));
    return EXIT_UNREAD;
}

static int complain_engine(const spoor_error *err)
{
    opt_complain("%s", err->message);
    return err->status == SPOOR_EINVAL ? EXIT_USAGE : EXIT_UNREAD;
}

/* ---- which thing ----------------------------------------------------------------------------- */

static void say_candidates(const spoor_trace *found)
{
    static const grid_column columns[] = {{0}, {.keep = true}, {0}, {0}};
    AUTO(strbuf) out = {0};
    terminal screen = terminal_probe(STDERR_FILENO, COLOUR_NEVER);
    AUTO(grid) g = {.terminal = &screen, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < found->n_candidates; i++) {
        const spoor_candidate *c = &found->candidates[i];
        grid_add(&g, STYLE_PLAIN, c->kind);
        grid_add(&g, STYLE_PLAIN, c->id);
        grid_add(&g, STYLE_PLAIN, strcmp(c->name, c->id) == 0 ? "" : c->name);
        grid_add(&g, STYLE_PLAIN, c->account);
    }
    grid_draw(&g, &out, 2);
    if (found->left_out)
        strbuf_printf(&out, "  and %" PRIu64 " more\n", found->left_out);
    fputs(strbuf_text(&out), stderr);
}

static int say_which(const tracing *t, const spoor_trace *found)
{
    AUTO(strbuf) searched = {0};
    human_count(&searched, found->searched);
    if (!found->are_near)
        opt_complain("'%s' may mean one of these; give more of it, or --kind:", t->id);
    else
        opt_complain("nothing is called '%s'%s%s among the %s things in these logs%s", t->id,
                     t->kind ? " and is of kind " : "", t->kind ? t->kind : "",
                     strbuf_text(&searched), found->n_candidates ? "; near to it are:" : "");
    say_candidates(found);
    return EXIT_USAGE;
}

static int put(tracing *t, const spoor_finding *dossier)
{
    strbuf *out = &t->writer.text;
    if (t->format == AS_DOT)
        dot_put(out, &dossier->as.dossier);
    else if (t->format == AS_JSONL) {
        jsonl_put(out, dossier);
        jsonl_put(out, &t->summary);
    } else
        table_put(&t->table, out, dossier);
    writer_flush(&t->writer);
    return t->writer.error ? complain_output(t, t->writer.error) : EXIT_FINE;
}

/* ---- the run --------------------------------------------------------------------------------- */

/* The findings of the scan itself are not shown; the dossier says which incidents matter. */
static spoor_status pull(tracing *t, spoor_engine *engine, spoor_error *err)
{
    const spoor_finding *f;
    spoor_status status;
    while ((status = spoor_engine_next(engine, &f)) == SPOOR_OK)
        if (f->type == SPOOR_FINDING_SUMMARY)
            t->summary = *f;
    if (status == SPOOR_END)
        return SPOOR_OK;
    *err = (spoor_error){status, "the results are incomplete: out of memory"};
    return status;
}

static spoor_status follow(tracing *t, spoor_engine *engine, spoor_trace *ret, spoor_error *err)
{
    progress_say(&t->progress, "putting events in order, following the track");
    spoor_status status = spoor_engine_finish(engine, err);
    if (status == SPOOR_OK)
        status = pull(t, engine, err);
    if (status == SPOOR_OK)
        status = spoor_engine_trace(engine, t->id, t->kind, ret, err);
    progress_end(&t->progress);
    return status;
}

static int run(tracing *t, spoor_engine *engine)
{
    spoor_error err = {0};
    spoor_trace found;
    const intake how = {.format = t->input_format == INPUT_AUTO ? NULL : "json",
                        .jobs = t->jobs,
                        .is_quiet = t->is_quiet};
    if (intake_read(&how, &t->inputs, &t->progress, engine, &err) != SPOOR_OK)
        return complain_engine(&err);
    bool is_partial = intake_tell_problems(&t->inputs, engine);
    if (follow(t, engine, &found, &err) != SPOOR_OK)
        return complain_engine(&err);
    int code = found.dossier ? put(t, found.dossier) : say_which(t, &found);
    return code == EXIT_FINE && is_partial ? EXIT_UNREAD : code;
}

static int run_with_engine(tracing *t)
{
    spill_file spill;
    helper helper = {0};
    spoor_engine *engine;
    spoor_error err = {0};
    spoor_options options = SPOOR_OPTIONS_INIT;
    spill_init(&spill);
    options.memory_bytes = t->memory_bytes;
    options.spill = spill_lend(&spill);
    options.helper = helper_lend(&helper, t->jobs);
    options.trace = t->id;
    int code = EXIT_UNREAD;
    if (spoor_engine_open(&engine, &options, &err) == SPOOR_OK) {
        code = run(t, engine);
        spoor_engine_close(&engine);
    } else {
        complain_engine(&err);
    }
    if (spill.error)
        opt_complain("temporary file for sorting: %s", strerror(spill.error));
    spill_done(&spill);
    return code;
}

static int run_with_output(tracing *t)
{
    t->writer.fd = STDOUT_FILENO;
    if (t->output)
        t->writer.fd = open(t->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (t->writer.fd < 0)
        return complain_output(t, errno);
    t->table.terminal = terminal_probe(t->writer.fd, (terminal_colour)t->colour);
    int code = run_with_engine(t);
    if (t->output && close(t->writer.fd) != 0 && code == EXIT_FINE)
        return complain_output(t, errno);
    return code;
}

/* clang-format off */
static const char summary[] =
    "Follows the track of one thing through cloud audit logs: where it came from, back to the root\n"
    "and with proof; what came of it; what was done to it and by it, denied calls too; from where;\n"
    "how it ended; and what these logs cannot show.\n\n"
    "ID is an instance, snapshot, volume, image, access key, user, role, session or anything else\n"
    "that calls name: its id, ARN, resource path, e-mail or name in any case, or the end of one.\n"
    "PATH is as for 'spoor scan'.";
static const char more[] =
    "Examples:\n"
    "  spoor trace i-0abc123def4567890 logs/\n"
    "  spoor trace AKIAIOSFODNN7EXAMPLE logs/\n"
    "  spoor trace ci-deploy logs/ --kind role\n"
    "  spoor trace web-7 logs/ --format dot | dot -Tsvg -o web-7.svg\n\n"
    "Exit code: 0 fine, 2 wrong usage or not exactly one thing of that name, 3 something could not\n"
    "be read or written.\n";
/* clang-format on */

static opt_result parse(tracing *t, int argc, char **argv, int *ret_n)
{
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "tree|jsonl|dot",
         "for people (default), for machines, or for Graphviz", &t->format, 0},
        {'k', OPT_TEXT, "kind", "KIND",
         "what ID is: instance, user, role, key …; see 'spoor list entities'", &t->kind, 0},
        {'o', OPT_TEXT, "output", "FILE",
         "write there; - is standard output (default)", &t->output, 0},
        {0, OPT_CHOICE, "input-format", "auto|json",
         "auto: recognise logs by content (default); json: any JSON", &t->input_format, 0},
        {'j', OPT_NUMBER, "jobs", "N",
         "inputs to read at once, up to 64 (default: one a processor)", &t->jobs, JOBS_MAX},
        {0, OPT_SIZE, "memory", "SIZE",
         "for putting events in order, e.g. 256M (default: 96M)", &t->memory_bytes, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &t->colour, 0},
        {'q', OPT_FLAG, "quiet", NULL,
         "no progress", &t->is_quiet, 0},
    };
    /* clang-format on */
    const opt_usage usage = {"trace", "ID PATH...", summary, more, options, ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

static int run_trace(tracing *t, char **operands, int n)
{
    signal(SIGPIPE, SIG_IGN); /* writing says EPIPE instead */
    t->id = operands[0];
    for (int i = 1; i < n; i++)
        walk_add(&t->inputs, operands[i]);
    walk_sort(&t->inputs);
    if (t->output && strcmp(t->output, "-") == 0)
        t->output = NULL;
    if (!t->inputs.failed)
        return run_with_output(t);
    opt_complain("out of memory");
    return EXIT_UNREAD;
}

int cmd_trace(int argc, char **argv)
{
    tracing t = {0};
    int n, code = EXIT_USAGE;
    opt_result result = parse(&t, argc, argv, &n);
    if (result == OPT_HELPED)
        code = EXIT_FINE;
    else if (result == OPT_RUN && (n < 2 || !argv[1][0]))
        opt_complain("trace takes an id and the paths of logs; see 'spoor trace --help'");
    else if (result == OPT_RUN)
        code = run_trace(&t, argv + 1, n);
    walk_done(&t.inputs);
    writer_done(&t.writer);
    table_done(&t.table);
    return code;
}
