/* SPDX-License-Identifier: Apache-2.0
 *
 * document.h -- which reader an input is for.
 *
 * JSON is looked at by its rows (reading.h), inside the wrappers that exports come in: arrays, the
 * `value` and `items` of lists, recorded responses. CSV by its header, XML and lines by their
 * beginning.
 *
 *  (1) What no row recognises is counted in reading.unknown; an input of which nothing was
 *      recognised is reported as a whole.
 *  (2) An empty list says nothing of what it lists; there the input's name decides, when it is that
 *      of an export: "azure_vms.json".
 */
#ifndef SPOOR_EXPORT_DOCUMENT_H
#define SPOOR_EXPORT_DOCUMENT_H

#include "fact/reading.h"

/* The reader of an input that begins with head and is read line by line; NULL: it is to be read
 * whole. */
const line_shape *document_lines(str head);

/* Reads an input whole (text has BUF_PADDING readable bytes behind it). Returns why nothing was
 * read;
 * NULL: something was. */
const char *document_read(reading *r, str text);

/* A table inside a document: AWS wraps its credential report in JSON. False: no row knows its
 * header. */
bool document_read_csv(reading *r, str text);

#endif
