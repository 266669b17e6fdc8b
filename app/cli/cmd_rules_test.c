/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules_test.c -- `spoor rules test`: every case of every file; passed or failed, and why.
 */
#include "cli/cmd_rules.h"

#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "base/words.h"
#include "cli/rule_case.h"
#include "sink/terminal.h"

enum { FILE_BYTES_MAX = 16 << 20 };

typedef struct testing {
    int colour;
    bool is_quiet;
    writer out;
    terminal screen;
    size_t n_passed, n_failed;
    bool has_unread;
} testing;

/* Each line of the notes below the case that they are about. */
static void put_notes(testing *t, const char *notes)
{
    AUTO(strbuf) line = {0};
    for (size_t n; *notes; notes += n + (notes[n] == '\n')) {
        n = strcspn(notes, "\n");
        strbuf_reset(&line);
        strbuf_put(&line, notes, n);
        strbuf_puts(&t->out.text, "        ");
        terminal_say(&t->screen, &t->out.text, STYLE_PLAIN, strbuf_text(&line));
        strbuf_puts(&t->out.text, "\n");
    }
}

static void put_verdict(testing *t, const char *file, size_t line, const char *name,
                        const strbuf *notes)
{
    AUTO(strbuf) text = {0};
    bool is_passed = notes->n == 0;
    t->n_passed += is_passed;
    t->n_failed += !is_passed;
    if (is_passed && t->is_quiet)
        return;
    strbuf_printf(&text, "  %s:%zu%s%s", file, line, *name ? ": " : "", name);
    terminal_say(&t->screen, &t->out.text, is_passed ? STYLE_GOOD : STYLE_BAD,
                 is_passed ? "ok    " : "FAILED");
    terminal_say(&t->screen, &t->out.text, STYLE_PLAIN, strbuf_text(&text));
    strbuf_puts(&t->out.text, "\n");
    put_notes(t, strbuf_text(notes));
    writer_settle(&t->out);
}

static bool is_empty(const yaml_node_t *root)
{
    return root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0;
}

static void run_case(testing *t, const char *file, yaml_document_t *doc)
{
    const yaml_node_t *root = yaml_document_get_root_node(doc);
    if (is_empty(root))
        return;
    AUTO(rule_case) c = {.file = file, .doc = doc, .name = ""};
    rule_case_read(&c);
    if (c.notes.n == 0)
        rule_case_run(&c);
    put_verdict(t, file, root->start_mark.line + 1, c.name, &c.notes);
}

static void put_yaml_error(testing *t, const char *file, const yaml_parser_t *parser)
{
    AUTO(strbuf) note = {0};
    strbuf_printf(&note, "not YAML: %s\n", parser->problem ? parser->problem : "out of memory");
    put_verdict(t, file, parser->problem_mark.line + 1, "", &note);
}

static void run_documents(testing *t, const char *file, yaml_parser_t *parser)
{
    for (;;) {
        yaml_document_t doc;
        if (!yaml_parser_load(parser, &doc)) {
            put_yaml_error(t, file, parser);
            return;
        }
        bool is_end = !yaml_document_get_root_node(&doc);
        if (!is_end)
            run_case(t, file, &doc);
        yaml_document_delete(&doc);
        if (is_end)
            return;
    }
}

static void run_file(testing *t, const char *file)
{
    AUTO(strbuf) text = {0};
    const char *why = "out of memory";
    yaml_parser_t parser;
    if (!rule_files_read(file, FILE_BYTES_MAX, &text, &why) || !yaml_parser_initialize(&parser)) {
        opt_complain("%s: %s", file, why);
        t->has_unread = true;
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)strbuf_text(&text), text.n);
    run_documents(t, file, &parser);
    yaml_parser_delete(&parser);
}

static int run(testing *t, char **files, int n)
{
    t->out.fd = STDOUT_FILENO;
    t->screen = terminal_probe(t->out.fd, (terminal_colour)t->colour);
    for (int i = 0; i < n; i++)
        run_file(t, files[i]);
    strbuf_printf(&t->out.text, "%zu passed, %zu failed\n", t->n_passed, t->n_failed);
    int code = rules_flush(&t->out);
    writer_done(&t->out);
    return code ? code : t->has_unread ? EXIT_UNREAD : t->n_failed ? EXIT_FOUND : EXIT_FINE;
}

/* clang-format off */
static const char summary[] =
    "Runs rules over records and compares what they find with what they must find.\n"
    "FILE is YAML; each of its documents is a case:\n\n"
    "  name: creating keys is seen\n"
    "  rules:\n"
    "    - ../create_key.yml      # a file or directory, from where FILE stands;\n"
    "    - title: Written out     # or the rule itself\n"
    "      ...\n"
    "  events:                    # records in YAML or JSON; or the path of a log\n"
    "    - {eventSource: iam.amazonaws.com, eventName: CreateAccessKey, ...}\n"
    "  expect:                    # by title or id of the rule\n"
    "    Creates a key: [1]       # the records on which it matches, counted from 1\n"
    "    Many keys: 2             # or how many findings it makes\n"
    "  near:                      # for lineage rules: what a near miss lacks\n"
    "    Copy mounted: no volume.attach\n\n"
    "`events` may be a map, too: it names each record, and `expect` lists names. `format: json`\n"
    "takes them for any JSON. A rule that `expect` does not name must find nothing.";
/* clang-format on */

int rules_test(int argc, char **argv)
{
    testing t = {0};
    int n;
    /* clang-format off */
    const opt options[] = {
        {'q', OPT_FLAG, "quiet", NULL,
         "only cases that fail", &t.is_quiet, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &t.colour, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "rules test",
        "FILE...",
        summary,
        "Exit code: 0 all passed, 1 a case failed, 2 wrong usage, 3 a file could not be read.\n",
        options,
        ARRAY_LEN(options)};
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (n == 0)
        return opt_complain("rules test takes test files; see 'spoor rules test --help'");
    return run(&t, argv + 1, n);
}
