/* SPDX-License-Identifier: Apache-2.0
 *
 * xml.h -- XML as a sequence of elements that open and close.
 *
 * The bridge to expat.
 *
 *  (1) A document type is refused, and with it every entity but the five of XML itself; nothing
 *      outside the text is ever read.
 *  (2) Nesting is bounded by LIMIT_DEPTH, text that is wanted of one element by
 *      LIMIT_XML_TEXT_BYTES.
 *  (3) Names come without their prefix; `space` is the namespace that it stands for.
 */
#ifndef SPOOR_EXPORT_XML_H
#define SPOOR_EXPORT_XML_H

#include "base/base.h"

typedef struct xml_element {
    str space, name;
    const char *const *attributes; /* name, value, name, value …, NULL */
    unsigned depth;                /* 1: the root */
} xml_element;

/* The value of an attribute without a namespace; STR_NONE: it has none. */
str xml_attribute(const xml_element *e, const char *name);

typedef struct xml_handler {
    void *user;
    /* Returns whether the text of the element is wanted, that of elements in it too. */
    bool (*open)(void *user, const xml_element *e);
    /* text: what was wanted; STR_NONE else. Without attributes. */
    void (*close)(void *user, const xml_element *e, str text);
} xml_handler;

typedef enum xml_status {
    XML_READ,
    XML_BROKEN,   /* not well-formed */
    XML_DOCTYPE,  /* has a document type */
    XML_TOO_DEEP, /* LIMIT_DEPTH */
    XML_TOO_LONG, /* LIMIT_XML_TEXT_BYTES */
    XML_NO_MEMORY,
} xml_status;

xml_status xml_read(str text, const xml_handler *handler);
const char *xml_status_text(xml_status status);

#endif
