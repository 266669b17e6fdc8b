/* SPDX-License-Identifier: Apache-2.0
 *
 * samples.h -- one small input of every shape that is recognised, and what must come out of it.
 *
 *  (1) A shape that wraps others is written as a layer, so that layers can be put in each other
 *      without anybody escaping quotes by hand.
 */
#ifndef SPOOR_TESTS_SAMPLES_H
#define SPOOR_TESTS_SAMPLES_H

#include "base/buf.h"

typedef enum layer_kind {
    LAYER_NONE, /* fills the row */
    LAYER_COPY,
    LAYER_QUOTE, /* the inside as a JSON string */
    LAYER_CELL,  /* the inside as a quoted CSV cell */
    LAYER_BASE64,
    LAYER_GZIP,
    LAYER_GZIP_MEMBERS, /* two, cut anywhere */
    LAYER_ZSTD,
} layer_kind;

typedef struct layer {
    layer_kind kind;
    const char *before, *after;
} layer;

enum { SAMPLE_LAYERS = 10 };

typedef struct sample {
    const char *name;
    const char *text;
    layer layers[SAMPLE_LAYERS]; /* innermost first */
    const char *format;          /* as given to spoor_stream_open */
    const char *family;          /* of the first event; NULL: no events */
    size_t n_events;
    const char *operation, *uid; /* of the first event */
    const char *skips;           /* text that is part of every skip's reason; NULL: no skips */
} sample;

size_t sample_count(void);
const sample *sample_at(size_t i);
/* Writes the input into out. False: out of memory. */
bool sample_make(const sample *s, buf *out);

#endif
