/* SPDX-License-Identifier: Apache-2.0
 *
 * writer.h -- where the program's output goes, and the memory of the first failure to write it.
 *
 * stdio would do the buffering too, but it does not say which error came first, and a full disk
 * must not look like success.
 *
 *  (1) Text is put into `text`; it reaches the descriptor in writer_settle (when there is much of
 *      it) and writer_flush (all of it).
 *  (2) `error` is the errno of the first failure, 0 for none; nothing is written after it.
 */
#ifndef SPOOR_APP_WRITER_H
#define SPOOR_APP_WRITER_H

#include "base/strbuf.h"

typedef struct writer {
    int fd;
    int error;
    strbuf text;
} writer;

void writer_done(writer *w); /* releases the memory; the descriptor stays open */
void writer_settle(writer *w);
void writer_flush(writer *w);

#endif
