/* SPDX-License-Identifier: Apache-2.0
 *
 * short_id.h -- long ids by the part that tells them apart.
 *
 *  (1) Only where the whole id stands elsewhere on the same screen.
 */
#ifndef SPOOR_APP_SHORT_ID_H
#define SPOOR_APP_SHORT_ID_H

#include "sink/terminal.h"

/* Where the part of a long id begins that tells things apart: the resource of an ARN, the last two
 * segments of a path. The id itself when it is short, or of no such form. */
const char *short_id(const char *id);

/* The text with each id in it shortened that is a word of its own; not escaped. */
void short_ids(const terminal *t, strbuf *out, const char *text);

#endif
