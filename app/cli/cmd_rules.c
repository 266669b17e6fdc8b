/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules.c -- `spoor rules`: the table of the commands that work on Sigma rules.
 */
#include "cli/cmd_rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/commands.h"
#include "cli/suggest.h"

/* clang-format off */
static const struct { const char *name, *summary; int (*run)(int argc, char **argv); }
commands[] = {
    {"check",   "say what is wrong with rules, and where",      rules_check},
    {"list",    "print a table of rules",                       rules_list},
    {"explain", "say in words what a rule came to",             rules_explain},
    {"why",     "say why a rule does or does not match a record", rules_why},
    {"test",    "run rules over the records of test files",     rules_test},
    {"profile", "measure what each rule costs on logs",         rules_profile},
};
/* clang-format on */

int rules_flush(writer *w)
{
    writer_flush(w);
    if (w->error && w->error != EPIPE) /* who reads no further wants no message */
        opt_complain("cannot write the output: %s", strerror(w->error));
    return w->error ? EXIT_UNREAD : EXIT_FINE;
}

bool rules_take_paths(rule_request *q, char **paths, int n)
{
    q->has_builtin = n == 0;
    for (int i = 0; i < n; i++)
        if (!opt_list_add(&q->paths, paths[i]))
            return false;
    return true;
}

static void print_overview(FILE *to)
{
    fputs("Usage: spoor rules COMMAND [options] [operands]\n\n"
          "Works on Sigma rules: rules, correlations, filters, in YAML.\n\nCommands:\n",
          to);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fputs(
        "\nExamples:\n"
        "  spoor rules check rules/\n"
        "  spoor rules why 'Root login' event.json rules/\n"
        "  spoor rules check --help\n\n"
        "Exit code: 0 fine, 1 something was found wrong, 2 wrong usage, 3 something could not be\n"
        "read or written.\n",
        to);
}

int cmd_rules(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_overview(stdout);
        return EXIT_FINE;
    }
    suggest near = {.typed = argv[1]};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        suggest_try(&near, commands[i].name);
        if (strcmp(commands[i].name, argv[1]) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    return opt_complain("no command of rules is called '%s'%s%s%s; see 'spoor rules --help'",
                        argv[1], near.best ? ", did you mean '" : "", near.best ? near.best : "",
                        near.best ? "'?" : "");
}
