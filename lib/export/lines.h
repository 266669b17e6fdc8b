/* SPDX-License-Identifier: Apache-2.0
 *
 * lines.h -- words for readers of network logs in lines: headers, cells, numbers.
 *
 * A header says which column is what; a reader gives its names as a table, and gets the cells of
 * a line by meaning, whatever their order.
 *
 *  (1) Names of columns compare without case, '_', '-', '.' and ' ': "id.orig_h" is "id_orig_h".
 *  (2) A cell that is empty or holds the log's sign for "not set" is STR_NONE.
 *  (3) Of lines that cannot be read the first three of an input are told, the others counted.
 */
#ifndef SPOOR_EXPORT_LINES_H
#define SPOOR_EXPORT_LINES_H

#include "fact/reading.h"
#include "base/base.h"
#include "base/json.h"

enum { LINE_MEANINGS = 32 }; /* at most, of one reader; 0 is "nothing" */

typedef struct line_name {
    const char *name; /* lower case, without '_', '-', '.', ' ' */
    uint8_t meaning;
} line_name;

typedef struct line_names {
    const line_name *rows;
    size_t n;
} line_names;

/* What the cells of a record mean. */
typedef struct line_cells {
    str cell[LINE_MEANINGS];
} line_cells;

uint8_t line_meaning(line_names names, str column); /* 0: none */

/* Takes a header: its columns' meanings. How many columns mean something. */
size_t line_take_header(line_memory *m, line_names names, str header);
/* The cells of a line. Where two columns mean the same the first that is set counts. False: it
 * has fewer or more cells than the header has columns. */
bool line_take_cells(const line_memory *m, str line, line_cells *ret);
/* The members of a JSON object by the same names; objects in it are entered. Numbers stand in
 * r->scratch until the next call. */
void line_take_members(reading *r, line_names names, json_node node, line_cells *ret);

/* A whole number in a cell, as CSV writers spell it ("443.0"). False: it is none. */
bool line_number(str cell, uint64_t *ret);
/* Counts a line that cannot be read, and tells of it when it is one of the first. */
void line_wrong(reading *r, line_memory *m, const char *what);

#endif
