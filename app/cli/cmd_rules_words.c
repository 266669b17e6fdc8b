/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules_words.c -- `spoor rules explain` and `spoor rules why`: what a rule came to, and what
 * came of it on a record.
 *
 *  (1) RULE is an id, a title (letter case does not matter), or a file: then all rules in it.
 */
#include "cli/cmd_rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "cli/rule_chain.h"
#include "cli/suggest.h"
#include "sink/terminal.h"

enum { RECORD_BYTES_MAX = 16 << 20 };

typedef struct words {
    int colour;
    const char *family;
    rule_request request;
    rule_load load;
    strbuf record;
    const char *source; /* of the record */
    writer out;
    terminal screen;
    bool has_match;
} words;

/* Says something of rule i; an exit code. */
typedef int say_fn(words *w, size_t i);

/* The file itself, or its name. */
static bool is_file(const char *file, const char *wanted)
{
    const char *slash = strrchr(file, '/');
    return strcmp(file, wanted) == 0 || (slash && strcmp(slash + 1, wanted) == 0);
}

static bool is_meant(const spoor_rule *rule, const char *wanted)
{
    return (*rule->id && strcasecmp(rule->id, wanted) == 0) ||
           strcasecmp(rule->title, wanted) == 0 || is_file(rule->file, wanted);
}

static int complain_unknown(const words *w, const char *wanted)
{
    suggest near = {.typed = wanted};
    spoor_rule rule;
    for (size_t i = 0; spoor_ruleset_rule(w->load.rules, i, &rule) == SPOOR_OK; i++)
        suggest_try(&near, rule.title);
    return opt_complain("no rule has the id, title or file '%s'%s%s%s", wanted,
                        near.best ? ", did you mean '" : "", near.best ? near.best : "",
                        near.best ? "'?" : "");
}

static int say_each(words *w, const char *wanted, say_fn *say)
{
    spoor_rule rule;
    size_t n = 0;
    for (size_t i = 0; spoor_ruleset_rule(w->load.rules, i, &rule) == SPOOR_OK; i++) {
        if (!is_meant(&rule, wanted))
            continue;
        strbuf_puts(&w->out.text, n++ ? "\n" : "");
        int code = say(w, i);
        if (code)
            return code;
    }
    return n ? EXIT_FINE : complain_unknown(w, wanted);
}

/* Text of many lines: each is escaped, and keeps its indent. */
static void put_lines(words *w, const char *text)
{
    AUTO(strbuf) line = {0};
    for (size_t n; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        strbuf_reset(&line);
        strbuf_put(&line, text, n);
        terminal_say(&w->screen, &w->out.text, STYLE_PLAIN, strbuf_text(&line));
        strbuf_puts(&w->out.text, "\n");
    }
}

static int say_explained(words *w, size_t i)
{
    char *text;
    if (spoor_ruleset_explain(w->load.rules, i, &text) != SPOOR_OK) {
        opt_complain("out of memory");
        return EXIT_UNREAD;
    }
    put_lines(w, text);
    free(text);
    return EXIT_FINE;
}

static int complain(const spoor_error *err, spoor_status status)
{
    opt_complain("%s", *err->message ? err->message : "out of memory");
    return status == SPOOR_EINVAL ? EXIT_USAGE : EXIT_UNREAD;
}

/* A lineage rule is asked about all records of the file together. */
static int say_chains(words *w, const spoor_rule *rule, size_t i)
{
    AUTO(strbuf) text = {0};
    bool is_found;
    spoor_error err = {0};
    const rule_chain_question q = {w->load.rules, i, w->source, &w->record};
    spoor_status status = rule_chain_why(&q, &text, &is_found, &err);
    if (status != SPOOR_OK || text.failed)
        return complain(&err, status);
    terminal_say(&w->screen, &w->out.text, STYLE_STRONG, rule->title);
    strbuf_puts(&w->out.text, "\n");
    put_lines(w, strbuf_text(&text));
    w->has_match = w->has_match || is_found;
    return EXIT_FINE;
}

static int say_why(words *w, size_t i)
{
    char *text;
    int is_match;
    spoor_error err = {0};
    spoor_rule rule;
    if (spoor_ruleset_rule(w->load.rules, i, &rule) == SPOOR_OK &&
        strcmp(rule.kind, "lineage") == 0)
        return say_chains(w, &rule, i);
    spoor_status status = spoor_ruleset_why(w->load.rules, i, w->family, strbuf_text(&w->record),
                                            w->record.n, &text, &is_match, &err);
    if (status != SPOOR_OK)
        return complain(&err, status);
    terminal_say(&w->screen, &w->out.text, STYLE_STRONG, rule.title);
    strbuf_puts(&w->out.text, "\n");
    put_lines(w, text);
    w->has_match = w->has_match || is_match;
    free(text);
    return EXIT_FINE;
}

static int run(words *w, const char *wanted, say_fn *say)
{
    w->load = rule_files_load_telling(&w->request, true);
    if (!w->load.rules)
        return EXIT_UNREAD;
    w->out.fd = STDOUT_FILENO;
    w->screen = terminal_probe(w->out.fd, (terminal_colour)w->colour);
    int code = say_each(w, wanted, say), end = rules_flush(&w->out);
    return code ? code : end ? end : w->load.is_partial ? EXIT_UNREAD : EXIT_FINE;
}

static void words_done(words *w)
{
    writer_done(&w->out);
    strbuf_done(&w->record);
    rule_load_done(&w->load);
    rule_request_done(&w->request);
}

/* clang-format off */
#define COMMON(w)                                                                                  \
    {0, OPT_LIST, "pipeline", "FILE",                                                              \
     "a pySigma processing pipeline; repeatable", &(w)->request.pipelines, 0},                     \
    {0, OPT_TEXT, "placeholders", "FILE",                                                          \
     "values for %placeholders%: YAML, name: [values]", &(w)->request.placeholders, 0},            \
    {0, OPT_CHOICE, "color", "auto|always|never",                                                  \
     "auto: on a terminal, unless NO_COLOR is set (default)", &(w)->colour, 0}
/* clang-format on */

int rules_explain(int argc, char **argv)
{
    AUTO(words) w = {0};
    int n;
    const opt options[] = {COMMON(&w)};
    const opt_usage usage = {
        "rules explain",
        "RULE [PATH...]",
        "Says in words what a rule came to: what must hold, where in the records of each log "
        "family\n"
        "its fields are read, which equality picks it, on which families it can fire.\n"
        "RULE is an id, a title or a file; PATH: where rules are (default: those of spoor).",
        "Exit code: 0 fine, 2 wrong usage or no such rule, 3 something could not be read.\n",
        options,
        ARRAY_LEN(options)};
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (n < 1)
        return opt_complain("rules explain takes a rule and the paths of rules; see 'spoor rules "
                            "explain --help'");
    if (!rules_take_paths(&w.request, argv + 2, n - 1))
        return EXIT_UNREAD;
    return run(&w, argv[1], say_explained);
}

static int ask_why(words *w, const char *wanted, const char *file)
{
    const char *why = "";
    if (!rule_files_read(file, RECORD_BYTES_MAX, &w->record, &why)) {
        opt_complain("%s: %s", file, why);
        return EXIT_UNREAD;
    }
    w->source = file;
    int code = run(w, wanted, say_why);
    return code ? code : w->has_match ? EXIT_FINE : EXIT_FOUND;
}

int rules_why(int argc, char **argv)
{
    AUTO(words) w = {0};
    int n;
    /* clang-format off */
    const opt options[] = {
        {0, OPT_TEXT, "family", "NAME",
         "take the record for one of this log family; generic: any JSON", &w.family, 0},
        COMMON(&w),
    };
    /* clang-format on */
    const opt_usage usage = {
        "rules why",
        "RULE EVENTFILE [PATH...]",
        "Says why a rule does or does not match a record: which parts hold, and on what value the\n"
        "others fail. The record is recognised and unwrapped as in a scan.\n"
        "A lineage rule is run over all records of EVENTFILE: what it finds, what it nearly "
        "finds.\n"
        "RULE is an id, a title or a file; EVENTFILE a record, or - for standard input; PATH: "
        "where\n"
        "rules are (default: those of spoor).",
        "Exit code: 0 it matches, 1 it does not, 2 wrong usage or no such rule, 3 something could\n"
        "not be read.\n",
        options,
        ARRAY_LEN(options)};
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (n < 2)
        return opt_complain("rules why takes a rule, a file with a record and the paths of rules; "
                            "see 'spoor rules why --help'");
    if (!rules_take_paths(&w.request, argv + 3, n - 2))
        return EXIT_UNREAD;
    return ask_why(&w, argv[1], argv[2]);
}
