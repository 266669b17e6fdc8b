/* SPDX-License-Identifier: Apache-2.0
 *
 * opt.h -- the options of a command as one table: parsed by it, explained by it.
 *
 *  (1) What --help says is printed from the rows that the parser obeys, so the two cannot differ.
 *  (2) Options and operands mix freely; "--" ends the options; "-" is an operand.
 *  (3) -h and --help are understood by every command.
 */
#ifndef SPOOR_APP_OPT_H
#define SPOOR_APP_OPT_H

#include <stdbool.h>
#include <stddef.h>

/* Exit codes of the program. */
enum { EXIT_FINE = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_UNREAD = 3 };

typedef enum opt_type {
    OPT_FLAG,   /* bool: set to true */
    OPT_TEXT,   /* const char * */
    OPT_LIST,   /* opt_list: may be given again and again */
    OPT_CHOICE, /* int: index among the words of `argument` */
    OPT_NUMBER, /* unsigned, 1 to `max` */
    OPT_SIZE    /* size_t: bytes, with K, M, G or T as powers of 1024 */
} opt_type;

/* Values in the order in which they were given; they live as long as argv. */
typedef struct opt_list {
    const char **items;
    size_t n, cap;
} opt_list;

bool opt_list_add(opt_list *l, const char *value); /* false: out of memory */
void opt_list_done(opt_list *l);

typedef struct opt {
    char letter; /* 0: none */
    opt_type type;
    const char *name;
    const char *argument; /* shown in the help; of a choice its words: "table|jsonl"; NULL: none */
    const char *help;
    void *into; /* written when the option is given */
    unsigned max;
} opt;

typedef struct opt_usage {
    const char *command;
    const char *operands; /* "PATH..." */
    const char *summary;
    const char *more; /* examples and notes; "" for none */
    const opt *options;
    size_t n_options;
} opt_usage;

typedef enum opt_result { OPT_RUN, OPT_HELPED, OPT_WRONG } opt_result;

/* argv[0] is the command. Moves the operands to argv[1]…, *ret_n of them. OPT_HELPED: the help was
 * printed; OPT_WRONG: what is wrong was said on standard error. */
opt_result opt_parse(const opt_usage *u, int argc, char **argv, int *ret_n);

/* "spoor: " and the message, escaped, on standard error. Returns EXIT_USAGE. */
int opt_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
