/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules_list.c -- `spoor rules list`: rules as a table.
 */
#include "cli/cmd_rules.h"

#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/jsonl.h"

enum { AS_TABLE, AS_JSONL, COLUMNS = 7 };

typedef struct list {
    int format, colour;
    rule_request request;
    rule_load load;
} list;

static const char *const titles[COLUMNS] = {"level",    "title",  "id",  "kind",
                                            "families", "anchor", "file"};

static void put_table(const spoor_ruleset *rules, const terminal *screen, strbuf *out)
{
    static const grid_column columns[COLUMNS] = {
        {.keep = true}, {0}, {0}, {.keep = true}, {0}, {0}, {0}};
    AUTO(grid) g = {.terminal = screen, .columns = columns, .n_columns = COLUMNS};
    spoor_rule rule;
    for (size_t c = 0; c < COLUMNS; c++)
        grid_add(&g, STYLE_STRONG, titles[c]);
    for (size_t i = 0; spoor_ruleset_rule(rules, i, &rule) == SPOOR_OK; i++) {
        AUTO(strbuf) place = {0};
        bool is_tried = !*rule.anchor && strcmp(rule.kind, "rule") == 0;
        strbuf_printf(&place, "%s:%u", rule.file, rule.line);
        grid_add(&g, (style)(STYLE_LEVEL + rule.level), spoor_level_text(rule.level));
        grid_add(&g, STYLE_PLAIN, rule.title);
        grid_add(&g, STYLE_FAINT, rule.id);
        grid_add(&g, STYLE_PLAIN, rule.kind);
        grid_add(&g, STYLE_PLAIN, rule.families);
        grid_add(&g, STYLE_PLAIN, is_tried ? "(every record)" : rule.anchor);
        grid_add(&g, STYLE_FAINT, strbuf_text(&place));
    }
    grid_draw(&g, out, 0);
}

static void put_tags(strbuf *out, const spoor_rule *rule)
{
    strbuf_puts(out, ",\"tags\":[");
    for (size_t i = 0; i < rule->n_tags; i++) {
        strbuf_puts(out, i ? "," : "");
        jsonl_text(out, rule->tags[i]);
    }
    strbuf_puts(out, "]}\n");
}

static void put_jsonl(const spoor_ruleset *rules, strbuf *out)
{
    spoor_rule rule;
    for (size_t i = 0; spoor_ruleset_rule(rules, i, &rule) == SPOOR_OK; i++) {
        const char *const values[COLUMNS] = {spoor_level_text(rule.level),
                                             rule.title,
                                             rule.id,
                                             rule.kind,
                                             rule.families,
                                             rule.anchor,
                                             rule.file};
        for (size_t c = 0; c < COLUMNS; c++) {
            strbuf_puts(out, c ? "," : "{");
            jsonl_member(out, titles[c], values[c]);
        }
        strbuf_printf(out, ",\"line\":%u", rule.line);
        put_tags(out, &rule);
    }
}

static int run(list *l)
{
    l->load = rule_files_load_telling(&l->request, false);
    if (!l->load.rules)
        return EXIT_UNREAD;
    AUTO(writer) w = {.fd = STDOUT_FILENO};
    terminal screen = terminal_probe(w.fd, (terminal_colour)l->colour);
    if (l->format == AS_JSONL)
        put_jsonl(l->load.rules, &w.text);
    else
        put_table(l->load.rules, &screen, &w.text);
    int code = rules_flush(&w);
    return code ? code : l->load.is_partial ? EXIT_UNREAD : EXIT_FINE;
}

static opt_result parse(list *l, int argc, char **argv, int *ret_n)
{
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &l->format, 0},
        {0, OPT_CHOICE, "rule-level", LEVELS,
         "rules from this level on (default: all)", &l->request.min_level, 0},
        {0, OPT_LIST, "tags", "TAG,...",
         "rules that have one of these tags; repeatable", &l->request.tags, 0},
        {0, OPT_LIST, "pipeline", "FILE",
         "a pySigma processing pipeline; repeatable", &l->request.pipelines, 0},
        {0, OPT_TEXT, "placeholders", "FILE",
         "values for %placeholders%: YAML, name: [values]", &l->request.placeholders, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &l->colour, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "rules list",
        "[PATH...]",
        "Prints a table of rules: of PATH, or without it those that come with spoor.\n"
        "The anchor is the equality that picks a rule; a rule without is tried on every record.",
        "Exit code: 0 fine, 2 wrong usage, 3 something could not be read.\n",
        options,
        ARRAY_LEN(options)};
    return opt_parse(&usage, argc, argv, ret_n);
}

int rules_list(int argc, char **argv)
{
    list l = {0};
    int n, code = EXIT_USAGE;
    opt_result result = parse(&l, argc, argv, &n);
    if (result == OPT_HELPED)
        code = EXIT_FINE;
    else if (result == OPT_RUN)
        code = rules_take_paths(&l.request, argv + 1, n) ? run(&l) : EXIT_UNREAD;
    rule_load_done(&l.load);
    rule_request_done(&l.request);
    return code;
}
