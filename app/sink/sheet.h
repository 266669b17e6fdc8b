/* SPDX-License-Identifier: Apache-2.0
 *
 * sheet.h -- named values in two columns: how the totals of every command look.
 *
 *  (1) A value is written into `value`, then sheet_row gives it its name.
 */
#ifndef SPOOR_APP_SHEET_H
#define SPOOR_APP_SHEET_H

#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/grid.h"
#include "sink/terminal.h"

typedef struct sheet {
    grid grid;
    strbuf value;
} sheet;

sheet sheet_on(const terminal *t);
void sheet_done(sheet *s);
void sheet_row(sheet *s, const char *name);
/* Rows of lists; none where a list is empty. */
void sheet_counts(sheet *s, const char *name, const spoor_count *counts, size_t n);
void sheet_texts(sheet *s, const char *name, const char *const *texts, size_t n);
void sheet_draw(sheet *s, strbuf *out);

/* "1,234 inputs" */
void sheet_counted(strbuf *out, uint64_t n, const char *one, const char *many);

#endif
