/* SPDX-License-Identifier: Apache-2.0
 *
 * commands.h -- the commands of the program; each is given its own argv and returns the exit code.
 */
#ifndef SPOOR_APP_COMMANDS_H
#define SPOOR_APP_COMMANDS_H

int cmd_scan(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_rules(int argc, char **argv);

#endif
