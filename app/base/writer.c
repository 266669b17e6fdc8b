/* SPDX-License-Identifier: Apache-2.0
 *
 * writer.c -- buffered writing to a descriptor that notices every error.
 */
#include "base/writer.h"

#include <errno.h>
#include <unistd.h>

enum { SETTLE_BYTES = 64 << 10 };

void writer_done(writer *w)
{
    strbuf_done(&w->text);
}

void writer_flush(writer *w)
{
    if (w->text.failed && !w->error)
        w->error = ENOMEM;
    for (size_t at = 0; at < w->text.n && !w->error;) {
        ssize_t n = write(w->fd, w->text.p + at, w->text.n - at);
        if (n > 0)
            at += (size_t)n;
        else if (errno != EINTR)
            w->error = n == 0 ? EIO : errno;
    }
    strbuf_reset(&w->text);
}

void writer_settle(writer *w)
{
    if (w->text.n >= SETTLE_BYTES || w->text.failed)
        writer_flush(w);
}
