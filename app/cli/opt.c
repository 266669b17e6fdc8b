/* SPDX-License-Identifier: Apache-2.0
 *
 * opt.c -- parsing by table, and the help from the same table.
 */
#include "cli/opt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/strbuf.h"
#include "base/words.h"
#include "cli/suggest.h"
#include "sink/terminal.h"

/* Where the parser is. */
typedef struct cursor {
    const opt_usage *usage;
    char **argv;
    int argc, at;
} cursor;

int opt_complain(const char *format, ...)
{
    AUTO(strbuf) safe = {0};
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    terminal screen = terminal_probe(STDERR_FILENO, COLOUR_NEVER);
    if (n >= 0)
        terminal_escape(&screen, &safe, text);
    fprintf(stderr, "spoor: %s\n", strbuf_text(&safe));
    if (n >= 0)
        free(text);
    return EXIT_USAGE;
}

/* option: as it was typed. Returns false. */
static bool wrong(const cursor *c, const char *what, const char *option)
{
    opt_complain("%s '%s'; see 'spoor %s --help'", what, option, c->usage->command);
    return false;
}

/* The index of the word among "one|two|three", or -1. */
static int choose(const char *words, const char *word, size_t n)
{
    for (int i = 0;; i++) {
        size_t len = strcspn(words, "|");
        if (len == n && memcmp(words, word, n) == 0)
            return i;
        if (!words[len])
            return -1;
        words += len + 1;
    }
}

static bool parse_choice(const cursor *c, const opt *o, const char *value)
{
    int i = choose(o->argument, value, strlen(value));
    if (i < 0) {
        opt_complain("--%s takes %s, not '%s'; see 'spoor %s --help'", o->name, o->argument, value,
                     c->usage->command);
        return false;
    }
    *(int *)o->into = i;
    return true;
}

/* Digits and nothing else, up to `end`. */
static bool parse_digits(const char *text, uint64_t *ret, const char **ret_end)
{
    char *end;
    errno = 0;
    uint64_t n = strtoull(text, &end, 10);
    if (errno || *text < '0' || *text > '9')
        return false;
    *ret = n;
    *ret_end = end;
    return true;
}

static bool parse_number(const cursor *c, const opt *o, const char *value)
{
    uint64_t n;
    const char *end;
    if (!parse_digits(value, &n, &end) || *end || n < 1 || n > o->max) {
        opt_complain("--%s takes a number from 1 to %u, not '%s'; see 'spoor %s --help'", o->name,
                     o->max, value, c->usage->command);
        return false;
    }
    *(unsigned *)o->into = (unsigned)n;
    return true;
}

static bool parse_size(const cursor *c, const opt *o, const char *value)
{
    static const char *const units[] = {"", "K", "M", "G", "T"};
    uint64_t n;
    const char *end;
    bool good = parse_digits(value, &n, &end);
    for (size_t i = 0; good && i < ARRAY_LEN(units); i++)
        if (strcasecmp(end, units[i]) == 0 && n > 0 && n <= (SIZE_MAX >> (10 * i))) {
            *(size_t *)o->into = (size_t)(n << (10 * i));
            return true;
        }
    opt_complain("--%s takes a size like 64M, not '%s'; see 'spoor %s --help'", o->name, value,
                 c->usage->command);
    return false;
}

bool opt_list_add(opt_list *l, const char *value)
{
    const char **items = list_room(l->items, l->n, &l->cap, 8, sizeof *items);
    if (!items)
        return false;
    l->items = items;
    l->items[l->n++] = value;
    return true;
}

void opt_list_done(opt_list *l)
{
    free(l->items);
    *l = (opt_list){0};
}

static bool store(const cursor *c, const opt *o, const char *value)
{
    switch (o->type) {
    case OPT_FLAG:
        *(bool *)o->into = true;
        return true;
    case OPT_TEXT:
        *(const char **)o->into = value;
        return true;
    case OPT_LIST:
        if (opt_list_add(o->into, value))
            return true;
        opt_complain("out of memory");
        return false;
    case OPT_CHOICE:
        return parse_choice(c, o, value);
    case OPT_NUMBER:
        return parse_number(c, o, value);
    case OPT_SIZE:
        return parse_size(c, o, value);
    }
    return false;
}

/* value: what stands behind "=" or a letter, or NULL: then the next word is taken. */
static bool apply(cursor *c, const opt *o, const char *value)
{
    const char *typed = c->argv[c->at];
    if (o->type == OPT_FLAG && value)
        return wrong(c, "a value is given to an option that takes none:", typed);
    if (o->type != OPT_FLAG && !value) {
        if (c->at + 1 >= c->argc)
            return wrong(c, "a value is missing behind", typed);
        value = c->argv[++c->at];
    }
    return store(c, o, value);
}

static bool no_such_option(const cursor *c, const char *name, const suggest *near)
{
    if (!near->best)
        return wrong(c, "no option is called", c->argv[c->at]);
    opt_complain("no option is called '--%s', did you mean '--%s'?; see 'spoor %s --help'", name,
                 near->best, c->usage->command);
    return false;
}

static bool parse_long(cursor *c, const char *word)
{
    char name[64];
    size_t n = strcspn(word, "=");
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), word);
    suggest near = {.typed = name};
    for (size_t i = 0; i < c->usage->n_options; i++) {
        const opt *o = &c->usage->options[i];
        if (strcmp(o->name, name) == 0)
            return apply(c, o, word[n] ? word + n + 1 : NULL);
        suggest_try(&near, o->name);
    }
    return no_such_option(c, name, &near);
}

/* -q, -oFILE, -o FILE, -qo FILE. */
static bool parse_letters(cursor *c, const char *letters)
{
    for (; *letters; letters++) {
        const opt *o = c->usage->options, *end = o + c->usage->n_options;
        while (o < end && o->letter != *letters)
            o++;
        if (o == end)
            return wrong(c, "no option is called", c->argv[c->at]);
        if (o->type != OPT_FLAG)
            return apply(c, o, letters[1] ? letters + 1 : NULL);
        if (!apply(c, o, NULL))
            return false;
    }
    return true;
}

static void put_option(strbuf *out, const opt *o)
{
    size_t begin = out->n;
    if (o->letter)
        strbuf_printf(out, "  -%c, --%s", o->letter, o->name);
    else
        strbuf_printf(out, "      --%s", o->name);
    if (o->argument)
        strbuf_printf(out, " %s", o->argument);
    size_t used = out->n - begin;
    if (used > 30) /* the explanation gets a line of its own */
        strbuf_printf(out, "\n%*s", 32, "");
    else
        strbuf_printf(out, "%*s", (int)(32 - used), "");
    strbuf_printf(out, "%s\n", o->help);
}

static void print_help(const opt_usage *u)
{
    static const opt help = {'h', OPT_FLAG, "help", NULL, "this text", NULL, 0};
    AUTO(strbuf) out = {0};
    strbuf_printf(&out, "Usage: spoor %s [options]%s%s\n\n%s\n\nOptions:\n", u->command,
                  *u->operands ? " " : "", u->operands, u->summary);
    for (size_t i = 0; i < u->n_options; i++)
        put_option(&out, &u->options[i]);
    put_option(&out, &help);
    if (*u->more)
        strbuf_printf(&out, "\n%s", u->more);
    fputs(strbuf_text(&out), stdout);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

opt_result opt_parse(const opt_usage *u, int argc, char **argv, int *ret_n)
{
    if (asks_for_help(argc, argv)) {
        print_help(u);
        return OPT_HELPED;
    }
    cursor c = {u, argv, argc, 1};
    bool only_operands = false;
    int n = 0;
    for (; c.at < argc; c.at++) {
        char *word = argv[c.at];
        bool is_operand = only_operands || word[0] != '-' || !word[1];
        if (is_operand)
            argv[1 + n++] = word;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (!(word[1] == '-' ? parse_long(&c, word + 2) : parse_letters(&c, word + 1)))
            return OPT_WRONG;
    }
    *ret_n = n;
    return OPT_RUN;
}
