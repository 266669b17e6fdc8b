/* SPDX-License-Identifier: Apache-2.0
 *
 * decoded.h -- what a decoder makes of one record, as lines of text that a test can compare.
 */
#ifndef SPOOR_TESTS_DECODED_H
#define SPOOR_TESTS_DECODED_H

#include "base/buf.h"
#include "decode/decoder.h"

typedef struct decoded {
    decode_status status;
    uint64_t uid_hash, fold_hash;
    buf text; /* "\nname=value" for each fact; refs as "\ncreated=volume:ID" and "\ncreated@PATH" */
} decoded;

/* Reads the record as the reader does: projected through the decoder's paths, then decoded. The
 * text is empty, and the status DECODE_SKIP, when that is impossible. */
void decoded_init(decoded *d, const decoder *family, const char *record);
void decoded_done(decoded *d);

/* Fails the test unless the status is the wanted one and the facts hold. They are a list, one a
 * line: each must be there; one that begins with '!' must not, and "!name" bars every value. NULL:
 * nothing is asked of the text. */
void decoded_check(const decoded *d, const char *name, decode_status wanted, const char *facts);

#endif
