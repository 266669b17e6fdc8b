/* SPDX-License-Identifier: Apache-2.0
 *
 * state_file.h -- what is usual, kept in a file from one scan to the next.
 *
 *  (1) The file is replaced as a whole or not at all: it is written beside its place, made durable,
 *      and renamed.
 */
#ifndef SPOOR_APP_STATE_FILE_H
#define SPOOR_APP_STATE_FILE_H

#include <stdbool.h>

#include "base/strbuf.h"

/* Reads the file; *ret_is_there false: there is none yet. False, with *ret_why: it cannot be
 * read. */
bool state_file_read(const char *path, strbuf *out, bool *ret_is_there, const char **ret_why);
/* Returns 0, or errno of what failed. */
int state_file_write(const char *path, const char *bytes, size_t n);

#endif
