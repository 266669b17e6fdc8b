/* SPDX-License-Identifier: Apache-2.0
 *
 * inflate.h -- compressed bytes to plain bytes, recognised by content.
 *
 * gzip (any number of members, through ISA-L), zstd (any number of frames, skippable ones too) and
 * plain. What a file is called does not matter.
 *
 *  (1) Pull: the caller lends input, then takes output until there is none.
 *  (2) Bytes after the last member that do not begin another are an error, except zero padding.
 *  (3) How the input is cut changes neither the output of sound input nor the error of damaged
 *      input. How much comes out right before the damage may differ by some bytes.
 */
#ifndef SPOOR_DECODE_INFLATE_H
#define SPOOR_DECODE_INFLATE_H

#include "base/base.h"

typedef enum inflate_kind {
    INFLATE_UNKNOWN, /* fewer than 4 bytes seen */
    INFLATE_PLAIN,
    INFLATE_GZIP,
    INFLATE_ZSTD,
} inflate_kind;

typedef enum inflate_status {
    INFLATE_MORE,    /* wants input, or (after finish) is done */
    INFLATE_OUTPUT,  /* output was written; call again */
    INFLATE_DAMAGED, /* inflate_error says how and where; nothing more will come */
    INFLATE_NO_MEMORY,
} inflate_status;

typedef struct inflate inflate;

inflate *inflate_new(void); /* NULL: out of memory */
void inflate_free(inflate *f);
void inflate_reset(inflate *f);

void inflate_input(inflate *f, const void *bytes, size_t n); /* borrowed until INFLATE_MORE */
void inflate_finish(inflate *f);                             /* no more input will come */
inflate_status inflate_output(inflate *f, void *out, size_t room, size_t *ret_n);

inflate_kind inflate_which(const inflate *f);
const char *inflate_error(const inflate *f); /* e.g. "gzip: checksum does not match"; never NULL */
uint64_t inflate_taken(const inflate *f);    /* compressed bytes consumed so far */

#endif
