/* SPDX-License-Identifier: Apache-2.0
 *
 * command.h -- shell commands on the terminal, so that they can be copied from it.
 *
 *  (1) A line that is too long goes on behind " \", and breaks only between words, never inside
 *      quotes.
 *  (2) What is no command of a cloud's own tool is wrapped as prose.
 */
#ifndef SPOOR_APP_COMMAND_H
#define SPOOR_APP_COMMAND_H

#include <stddef.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

/* The label stands before the first line; the others are set in as far. */
void command_draw(const terminal *t, strbuf *out, const char *label, const char *command,
                  size_t indent);

#endif
