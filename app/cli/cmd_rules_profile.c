/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules_profile.c -- `spoor rules profile`: what each rule costs, measured on logs.
 *
 *  (1) Time is that of evaluating conditions, by the clock, summed over the threads. A predicate
 *      that several rules share is paid for by the first that needs it.
 */
#include "cli/cmd_rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/jsonl.h"
#include "source/jobs.h"
#include "source/progress.h"
#include "source/walk.h"

enum { AS_TABLE, AS_JSONL, INPUT_AUTO = 0, COLUMNS = 6 };

typedef struct row {
    spoor_rule rule;
    spoor_rule_cost cost;
} row;

typedef struct profile {
    int format, input_format, colour;
    unsigned jobs;
    opt_list logs;
    rule_request request;
    rule_load load;
    walk inputs;
    progress progress;
    row *rows; /* dearest first */
    size_t n;
    uint64_t all_ns;
    int64_t took_ns;
} profile;

static int64_t now_ns(void *user)
{
    (void)user;
    return progress_now_ns();
}

/* ---- measuring ------------------------------------------------------------------------------- */

static int by_cost(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->cost.ns != y->cost.ns)
        return x->cost.ns > y->cost.ns ? -1 : 1;
    if (x->cost.tried != y->cost.tried)
        return x->cost.tried > y->cost.tried ? -1 : 1;
    return strcmp(x->rule.title, y->rule.title);
}

static bool gather(profile *p, const spoor_engine *engine)
{
    p->rows = calloc(spoor_ruleset_count(p->load.rules) + 1, sizeof *p->rows);
    if (!p->rows)
        return false;
    row r;
    for (size_t i = 0; spoor_ruleset_rule(p->load.rules, i, &r.rule) == SPOOR_OK; i++) {
        bool is_rule = strcmp(r.rule.kind, "rule") == 0; /* correlations read no records */
        if (!is_rule || spoor_engine_rule_cost(engine, i, &r.cost) != SPOOR_OK)
            continue;
        p->all_ns += r.cost.ns;
        p->rows[p->n++] = r;
    }
    if (p->n > 1)
        qsort(p->rows, p->n, sizeof *p->rows, by_cost);
    return true;
}

static spoor_status measure(profile *p, spoor_engine *engine, spoor_error *err)
{
    const char *format = p->input_format == INPUT_AUTO ? NULL : "json";
    uint64_t total = 0;
    for (size_t i = 0; i < p->inputs.n_inputs; i++)
        total += p->inputs.inputs[i].bytes;
    progress_begin(&p->progress, true, total);
    spoor_status status = jobs_run(engine, &p->inputs, format, p->jobs, &p->progress, err);
    p->took_ns = progress_now_ns() - p->progress.began_ns;
    progress_end(&p->progress);
    if (status == SPOOR_OK)
        status = spoor_engine_finish(engine, err);
    if (status == SPOOR_OK && !gather(p, engine)) {
        *err = (spoor_error){SPOOR_ENOMEM, "out of memory"};
        return SPOOR_ENOMEM;
    }
    return status;
}

static bool report_problems(profile *p)
{
    bool has_failure = false;
    walk_sort_problems(&p->inputs);
    for (size_t i = 0; i < p->inputs.n_problems; i++) {
        opt_complain("%s: %s", p->inputs.problems[i].path, p->inputs.problems[i].reason);
        has_failure = has_failure || p->inputs.problems[i].is_failure;
    }
    return has_failure;
}

/* ---- printing -------------------------------------------------------------------------------- */

static double share_of(const profile *p, const row *r)
{
    return p->all_ns ? 100.0 * (double)r->cost.ns / (double)p->all_ns : 0;
}

static void add_number(grid *g, double value, const char *unit)
{
    AUTO(strbuf) text = {0};
    strbuf_printf(&text, "%.2f%s", value, unit);
    grid_add(g, STYLE_PLAIN, strbuf_text(&text));
}

static void add_count(grid *g, uint64_t n)
{
    AUTO(strbuf) text = {0};
    human_count(&text, n);
    grid_add(g, STYLE_PLAIN, strbuf_text(&text));
}

static void put_table(const profile *p, const terminal *screen, strbuf *out)
{
    static const grid_column columns[COLUMNS] = {{.is_right = true}, {.is_right = true},
                                                 {.is_right = true}, {.is_right = true},
                                                 {.is_right = true}, {0}};
    static const char *const titles[COLUMNS] = {"share",   "ms",      "tried",
                                                "matched", "ns each", "rule"};
    AUTO(grid) g = {.terminal = screen, .columns = columns, .n_columns = COLUMNS};
    for (size_t i = 0; i < COLUMNS; i++)
        grid_add(&g, STYLE_STRONG, titles[i]);
    for (size_t i = 0; i < p->n; i++) {
        const row *r = &p->rows[i];
        uint64_t each = r->cost.tried ? r->cost.ns / r->cost.tried : 0;
        add_number(&g, share_of(p, r), "%");
        add_number(&g, (double)r->cost.ns / 1e6, "");
        add_count(&g, r->cost.tried);
        add_count(&g, r->cost.matched);
        add_count(&g, each);
        grid_add(&g, STYLE_PLAIN, r->rule.title);
    }
    grid_draw(&g, out, 0);
    strbuf_printf(out, "\n%zu rules; %.3f s of evaluating in %.3f s of reading and matching\n",
                  p->n, (double)p->all_ns / 1e9, (double)p->took_ns / 1e9);
}

static void put_jsonl(const profile *p, strbuf *out)
{
    for (size_t i = 0; i < p->n; i++) {
        const row *r = &p->rows[i];
        strbuf_puts(out, "{");
        jsonl_member(out, "type", "rule_cost");
        strbuf_puts(out, ",");
        jsonl_member(out, "id", r->rule.id);
        strbuf_puts(out, ",");
        jsonl_member(out, "title", r->rule.title);
        strbuf_puts(out, ",");
        jsonl_member(out, "anchor", r->rule.anchor);
        strbuf_printf(out,
                      ",\"tried\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"ns\":%" PRIu64
                      ",\"share\":%.4f}\n",
                      r->cost.tried, r->cost.matched, r->cost.ns, share_of(p, r) / 100);
    }
}

static int print(const profile *p)
{
    AUTO(writer) w = {.fd = STDOUT_FILENO};
    terminal screen = terminal_probe(w.fd, (terminal_colour)p->colour);
    if (p->format == AS_JSONL)
        put_jsonl(p, &w.text);
    else
        put_table(p, &screen, &w.text);
    return rules_flush(&w);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int run(profile *p)
{
    spoor_error err = {0};
    spoor_engine *engine = NULL;
    spoor_options options = SPOOR_OPTIONS_INIT;
    for (size_t i = 0; i < p->logs.n; i++)
        walk_add(&p->inputs, p->logs.items[i]);
    walk_sort(&p->inputs);
    p->load = rule_files_load_telling(&p->request, true);
    if (!p->load.rules)
        return EXIT_UNREAD;
    options.rules = p->load.rules;
    options.no_incidents = 1;
    options.clock_ns = now_ns;
    if (spoor_engine_open(&engine, &options, &err) != SPOOR_OK ||
        measure(p, engine, &err) != SPOOR_OK) {
        opt_complain("%s", err.message);
        spoor_engine_close(&engine);
        return EXIT_UNREAD;
    }
    bool is_partial = report_problems(p) || p->load.is_partial;
    int code = print(p);
    spoor_engine_close(&engine);
    return code ? code : is_partial ? EXIT_UNREAD : EXIT_FINE;
}

static void profile_done(profile *p)
{
    free(p->rows);
    walk_done(&p->inputs);
    opt_list_done(&p->logs);
    rule_load_done(&p->load);
    rule_request_done(&p->request);
}

static opt_result parse(profile *p, int argc, char **argv, int *ret_n)
{
    /* clang-format off */
    const opt options[] = {
        {0, OPT_LIST, "logs", "PATH",
         "logs to measure on: a file, a directory, a pattern; repeatable", &p->logs, 0},
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &p->format, 0},
        {0, OPT_CHOICE, "input-format", "auto|json",
         "auto: recognise logs by content (default); json: any JSON", &p->input_format, 0},
        {'j', OPT_NUMBER, "jobs", "N",
         "inputs to read at once, up to 64 (default: one a processor)", &p->jobs, JOBS_MAX},
        {0, OPT_LIST, "pipeline", "FILE",
         "a pySigma processing pipeline; repeatable", &p->request.pipelines, 0},
        {0, OPT_TEXT, "placeholders", "FILE",
         "values for %placeholders%: YAML, name: [values]", &p->request.placeholders, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &p->colour, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "rules profile",
        "[PATH...] --logs PATH",
        "Runs rules over logs and says what each costs: on how many records it was tried, on how\n"
        "many it matched, and its share of the time. PATH: where rules are (default: those of\n"
        "spoor).",
        "A part that several rules share is paid for by the first that needs it.\n\n"
        "Exit code: 0 fine, 2 wrong usage, 3 something could not be read.\n",
        options,
        ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

int rules_profile(int argc, char **argv)
{
    AUTO(profile) p = {0};
    int n;
    opt_result result = parse(&p, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (p.logs.n == 0)
        return opt_complain("rules profile takes --logs PATH; see 'spoor rules profile --help'");
    return rules_take_paths(&p.request, argv + 1, n) ? run(&p) : EXIT_UNREAD;
}
