/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_list.c -- `spoor list`: the library's tables, for people and for machines.
 */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <spoor/spoor.h>

#include "base/words.h"
#include "base/writer.h"
#include "cli/opt.h"
#include "cli/suggest.h"
#include "sink/grid.h"
#include "sink/jsonl.h"

/* clang-format off */
static const struct { const char *name; spoor_table table; } tables[] = {
    {"fields",     SPOOR_FIELDS},
    {"operations", SPOOR_OPERATIONS},
    {"stages",     SPOOR_STAGES},
    {"entities",   SPOOR_ENTITIES},
    {"formats",    SPOOR_FORMATS},
    {"habits",     SPOOR_HABITS},
    {"benign",     SPOOR_BENIGN},
    {"settings",   SPOOR_SETTINGS},
    {"checks",     SPOOR_CHECKS},
    {"exports",    SPOOR_EXPORTS},
    {"thresholds", SPOOR_THRESHOLDS},
};
/* clang-format on */

enum { AS_TABLE, AS_JSONL, COLUMNS_SHOWN = 6 }; /* for people; machines are given all */

static void list_table(spoor_table which, const terminal *screen, strbuf *out)
{
    static const grid_column columns[COLUMNS_SHOWN] = {{0}};
    AUTO(grid) g = {.terminal = screen, .columns = columns, .n_columns = COLUMNS_SHOWN};
    spoor_row row;
    for (size_t i = 0; spoor_describe(which, i, &row) == SPOOR_OK; i++)
        for (size_t c = 0; c < COLUMNS_SHOWN; c++)
            grid_add(&g, i ? STYLE_PLAIN : STYLE_STRONG, row.cell[c]);
    grid_draw(&g, out, 0);
}

static void list_jsonl(spoor_table which, strbuf *out)
{
    spoor_row titles, row;
    if (spoor_describe(which, 0, &titles) != SPOOR_OK)
        return;
    for (size_t i = 1; spoor_describe(which, i, &row) == SPOOR_OK; i++) {
        for (size_t c = 0; c < SPOOR_COLUMNS && titles.cell[c][0]; c++) {
            strbuf_puts(out, c ? "," : "{");
            jsonl_member(out, titles.cell[c], row.cell[c]);
        }
        strbuf_puts(out, "}\n");
    }
}

static int find_table(const char *name, spoor_table *ret)
{
    suggest near = {.typed = name};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        suggest_try(&near, tables[i].name);
        if (strcmp(tables[i].name, name) == 0) {
            *ret = tables[i].table;
            return EXIT_FINE;
        }
    }
    return opt_complain("no table is called '%s'%s%s%s; see 'spoor list --help'", name,
                        near.best ? ", did you mean '" : "", near.best ? near.best : "",
                        near.best ? "'?" : "");
}

static int print(spoor_table which, int format, terminal_colour colour)
{
    AUTO(writer) w = {.fd = STDOUT_FILENO};
    terminal screen = terminal_probe(w.fd, colour);
    if (format == AS_JSONL)
        list_jsonl(which, &w.text);
    else
        list_table(which, &screen, &w.text);
    writer_flush(&w);
    if (w.error && w.error != EPIPE)
        opt_complain("cannot write the output: %s", strerror(w.error));
    return w.error ? EXIT_UNREAD : EXIT_FINE;
}

int cmd_list(int argc, char **argv)
{
    int format = AS_TABLE, colour = COLOUR_AUTO, n;
    /* clang-format off */
    const opt options[] = {
        {'f', OPT_CHOICE, "format", "table|jsonl",
         "for people (default) or for machines", &format, 0},
        {0, OPT_CHOICE, "color", "auto|always|never",
         "auto: on a terminal, unless NO_COLOR is set (default)", &colour, 0},
    };
    /* clang-format on */
    const opt_usage usage = {
        "list",
        "fields|operations|stages|entities|formats|habits|benign|settings|checks|exports|"
        "thresholds",
        "Prints a table of what spoor knows: the event model, the calls whose meaning is known,\n"
        "the stages of a chain, the kinds of things, the shapes of input, what is learned, which\n"
        "automation is known, the keys of the settings file, and of the audit: what is checked, "
        "what is\n"
        "read and which commands make it, and the numbers that may be changed.",
        "Examples:\n"
        "  spoor list formats\n"
        "  spoor list operations --format jsonl | jq -r .operation\n"
        "  spoor list checks --format jsonl | jq -r 'select(.cloud == \"aws\") | .title'\n",
        options,
        ARRAY_LEN(options)};
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result != OPT_RUN)
        return result == OPT_HELPED ? EXIT_FINE : EXIT_USAGE;
    if (n != 1)
        return opt_complain("list takes the name of one table; see 'spoor list --help'");
    spoor_table which = SPOOR_FIELDS;
    int status = find_table(argv[1], &which);
    return status ? status : print(which, format, (terminal_colour)colour);
}
