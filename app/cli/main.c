/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c -- the table of commands.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <spoor/spoor.h>

#include "base/words.h"
#include "cli/commands.h"
#include "cli/opt.h"
#include "cli/suggest.h"

typedef struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} command;

static int run_version(int argc, char **argv)
{
    const opt_usage usage = {"version", "", "Prints the version.", "", NULL, 0};
    int n;
    opt_result result = opt_parse(&usage, argc, argv, &n);
    if (result == OPT_WRONG)
        return EXIT_USAGE;
    if (result == OPT_RUN && n > 0)
        return opt_complain("version takes nothing");
    if (result == OPT_RUN)
        printf("spoor %s\n", spoor_version());
    return EXIT_FINE;
}

static int run_help(int argc, char **argv); /* reads the table that it is in */

/* clang-format off */
static const command commands[] = {
    {"scan",    "read audit logs and report rogue machines", cmd_scan},
    {"trace",   "follow one machine, disk, user or key",  cmd_trace},
    {"audit",   "check exports for what stops rogue machines", cmd_audit},
    {"rules",   "check, list, explain and test Sigma rules", cmd_rules},
    {"list",    "print a table of what spoor knows",         cmd_list},
    {"version", "print the version",                         run_version},
    {"help",    "explain a command",                         run_help},
};
static const struct { const char *option, *command; } aliases[] = {
    {"--version", "version"}, {"-V", "version"}, {"--help", "help"}, {"-h", "help"},
};
/* clang-format on */

static int finish_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_FINE;
    opt_complain("cannot write the output");
    return EXIT_UNREAD;
}

static const command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int complain_unknown(const char *name)
{
    suggest near = {.typed = name};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        suggest_try(&near, commands[i].name);
    return opt_complain("no command is called '%s'%s%s%s; see 'spoor --help'", name,
                        near.best ? ", did you mean '" : "", near.best ? near.best : "",
                        near.best ? "'?" : "");
}

static void print_overview(FILE *to)
{
    fputs(
        "Usage: spoor COMMAND [options] [operands]\n\n"
        "Finds rogue virtual machines in cloud audit logs: who made this machine, by which chain\n"
        "of steps, and should they have?\n\nCommands:\n",
        to);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fputs("\nExamples:\n"
          "  spoor scan logs/\n"
          "  spoor trace i-0abc123def4567890 logs/\n"
          "  spoor scan --help\n\n"
          "Exit code: 0 fine, 1 --fail-on was met, 2 wrong usage, 3 something could not be read.\n",
          to);
}

static int run_help(int argc, char **argv)
{
    bool is_overview = argc < 2 || argv[1][0] == '-';
    const command *c = is_overview ? NULL : find(argv[1]);
    if (is_overview || (c && c->run == run_help)) {
        print_overview(stdout);
        return EXIT_FINE;
    }
    if (!c)
        return complain_unknown(argv[1]);
    return c->run(2, (char *[]){argv[1], (char[]){"--help"}, NULL});
}

static const char *resolve(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (strcmp(aliases[i].option, word) == 0)
            return aliases[i].command;
    return word;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    const command *c = find(resolve(argv[1]));
    if (!c)
        return complain_unknown(argv[1]);
    int code = c->run(argc - 1, argv + 1);
    int end = finish_stdout();
    return code ? code : end;
}
