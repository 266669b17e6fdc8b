/* SPDX-License-Identifier: Apache-2.0
 *
 * state_file.c -- reads and replaces the file.
 */
#include "cli/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "base/writer.h"
#include "cli/rule_files.h"

enum { STATE_BYTES_MAX = 64 * 1024 * 1024 }; /* far more than the library ever saves */

bool state_file_read(const char *path, strbuf *out, bool *ret_is_there, const char **ret_why)
{
    struct stat st;
    *ret_is_there = stat(path, &st) == 0 || errno != ENOENT;
    return !*ret_is_there || rule_files_read(path, STATE_BYTES_MAX, out, ret_why);
}

static int write_all(int fd, const char *bytes, size_t n)
{
    writer w = {.fd = fd};
    strbuf_put(&w.text, bytes, n);
    int error = w.text.failed ? ENOMEM : 0;
    writer_flush(&w);
    error = error ? error : w.error;
    writer_done(&w);
    if (!error && fsync(fd) != 0)
        error = errno;
    return error;
}

/* The file that is there keeps its mode; a new one is its owner's alone. */
static void keep_mode(const char *path, int fd)
{
    struct stat st;
    if (stat(path, &st) == 0)
        (void)!fchmod(fd, st.st_mode & 07777);
}

int state_file_write(const char *path, const char *bytes, size_t n)
{
    AUTO(strbuf) beside = {0};
    strbuf_printf(&beside, "%s.XXXXXX", path);
    if (beside.failed)
        return ENOMEM;
    int fd = mkostemp(beside.p, O_CLOEXEC);
    if (fd < 0)
        return errno;
    keep_mode(path, fd);
    int error = write_all(fd, bytes, n);
    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && rename(beside.p, path) != 0)
        error = errno;
    if (error)
        unlink(beside.p);
    return error;
}
