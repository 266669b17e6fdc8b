/* SPDX-License-Identifier: Apache-2.0
 *
 * csv.h -- rows of comma-separated values to JSON objects.
 *
 * Portals and `bq`, `az` and Athena users export logs this way, AWS its credential report.
 * RFC 4180: commas, cells in double quotes with "" for a quote, line ends inside quotes. Semicolons
 * and tabs do not separate.
 *
 *  (1) Where a row ends does not depend on how it is cut into pieces.
 *  (2) Every cell is a JSON string, whatever it looks like; empty cells are left out. JSON inside a
 *      cell stays text: the decoders know which columns hold some.
 *  (3) A header is only taken when it names a column that the caller knows, so that any odd text
 *      with a comma in it is not mistaken for one.
 */
#ifndef SPOOR_BASE_CSV_H
#define SPOOR_BASE_CSV_H

#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"

typedef enum csv_place {
    CSV_CELL_START,
    CSV_IN_PLAIN,
    CSV_IN_QUOTES,
    CSV_BEHIND_QUOTE, /* a quote inside quotes: the end of them, or the first half of "" */
} csv_place;

typedef struct csv {
    buf names;                          /* the columns as JSON strings, one behind the other */
    buf cell;                           /* the cell in hand, when its quotes had to be undone */
    size_t name_end[LIMIT_CSV_COLUMNS]; /* in names */
    size_t n_columns;
} csv;

typedef enum csv_status {
    CSV_OK,
    CSV_TOO_MANY_CELLS, /* more than the header has columns */
    CSV_NO_MEMORY,
} csv_status;

void csv_done(csv *c);

/* Follows a row. Returns the offset of the '\n' that ends it, or n when it goes on. */
size_t csv_row_end(csv_place *place, const char *p, size_t n);

typedef bool csv_knows(str column);

/* Takes `line` (no line end) as the header. knows NULL: any will do. False: it is none, or
 * (c->names.failed) out of memory. */
bool csv_take_header(csv *c, str line, csv_knows *knows);

/* Replaces out by the row (no line end) as a JSON object. */
csv_status csv_row_json(csv *c, str row, buf *out);

#endif
