/* SPDX-License-Identifier: Apache-2.0
 *
 * cmd_rules.h -- the commands below `spoor rules`; each is given its own argv and returns the exit
 * code.
 */
#ifndef SPOOR_APP_CMD_RULES_H
#define SPOOR_APP_CMD_RULES_H

#include "base/strbuf.h"
#include "base/writer.h"
#include "cli/rule_files.h"

#define LEVELS "informational|low|medium|high|critical" /* in the order of spoor_level */

int rules_check(int argc, char **argv);
int rules_list(int argc, char **argv);
int rules_explain(int argc, char **argv);
int rules_why(int argc, char **argv);
int rules_test(int argc, char **argv);
int rules_profile(int argc, char **argv);

/* Writes what is left and says what went wrong. Returns an exit code. */
int rules_flush(writer *w);

/* The operands as paths of rules; none: those that come with the program. False: out of memory. */
bool rules_take_paths(rule_request *q, char **paths, int n);

#endif
