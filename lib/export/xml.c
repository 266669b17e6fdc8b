/* SPDX-License-Identifier: Apache-2.0
 *
 * xml.c -- the bridge to expat.
 *
 *  (1) expat counts with int: it is fed in pieces.
 *  (2) Its hashes are salted by the document, so that equal documents are read alike; a salt
 *      that an attacker can compute costs him time within the limits of one input.
 *  (3) Once something is refused nothing more is called back.
 */
#include "export/xml.h"

#include <expat.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"

enum { PIECE_BYTES = 1024 * 1024 };

static const char space_mark = ' '; /* between a namespace and a name; neither can hold one */

typedef struct xml_reader {
    XML_Parser parser;
    const xml_handler *handler;
    unsigned depth;
    unsigned wanted_depth; /* where the text that is wanted began; 0: none is */
    buf text;
    xml_status status;
} xml_reader;

str xml_attribute(const xml_element *e, const char *name)
{
    for (const char *const *a = e->attributes; a && a[0]; a += 2)
        if (strcmp(a[0], name) == 0)
            return str_of(a[1]);
    return STR_NONE;
}

static void refuse(xml_reader *x, xml_status status)
{
    if (x->status == XML_READ)
        x->status = status;
    XML_StopParser(x->parser, XML_FALSE);
}

static xml_element element_of(const char *name, unsigned depth)
{
    const char *mark = strrchr(name, space_mark);
    if (!mark)
        return (xml_element){.name = str_of(name), .depth = depth};
    return (xml_element){
        .space = {name, (size_t)(mark - name)}, .name = str_of(mark + 1), .depth = depth};
}

static void on_open(void *user, const char *name, const char **attributes)
{
    xml_reader *x = user;
    if (x->status != XML_READ)
        return;
    if (++x->depth > LIMIT_DEPTH) {
        refuse(x, XML_TOO_DEEP);
        return;
    }
    xml_element e = element_of(name, x->depth);
    e.attributes = (const char *const *)attributes;
    bool is_wanted = x->handler->open(x->handler->user, &e);
    if (!is_wanted || x->wanted_depth)
        return;
    x->wanted_depth = x->depth;
    buf_reset(&x->text);
}

static void on_close(void *user, const char *name)
{
    xml_reader *x = user;
    if (x->status != XML_READ)
        return;
    xml_element e = element_of(name, x->depth);
    bool is_wanted = x->wanted_depth == x->depth;
    x->handler->close(x->handler->user, &e, is_wanted ? buf_str(&x->text) : STR_NONE);
    if (is_wanted)
        x->wanted_depth = 0;
    x->depth--;
}

static void on_text(void *user, const char *text, int n)
{
    xml_reader *x = user;
    if (x->status != XML_READ || !x->wanted_depth)
        return;
    buf_put(&x->text, text, (size_t)n);
    if (x->text.n > LIMIT_XML_TEXT_BYTES)
        refuse(x, XML_TOO_LONG);
    else if (x->text.failed)
        refuse(x, XML_NO_MEMORY);
}

static void on_doctype(void *user, const char *name, const char *system, const char *public,
                       int has)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has;
    refuse(user, XML_DOCTYPE);
}

static void feed(xml_reader *x, str text)
{
    bool is_last = false;
    while (!is_last && x->status == XML_READ) {
        str piece = str_upto(text, PIECE_BYTES);
        text = str_from(text, piece.n);
        is_last = text.n == 0;
        if (XML_Parse(x->parser, piece.p, (int)piece.n, is_last) == XML_STATUS_OK)
            continue;
        bool is_memory = XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY;
        refuse(x, is_memory ? XML_NO_MEMORY : XML_BROKEN);
    }
}

xml_status xml_read(str text, const xml_handler *handler)
{
    xml_reader x = {.parser = XML_ParserCreateNS(NULL, space_mark), .handler = handler};
    if (!x.parser)
        return XML_NO_MEMORY;
    XML_SetHashSalt(x.parser, (unsigned long)hash_str(text, 1) | 1);
    XML_SetUserData(x.parser, &x);
    XML_SetElementHandler(x.parser, on_open, on_close);
    XML_SetCharacterDataHandler(x.parser, on_text);
    XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
    feed(&x, text);
    XML_ParserFree(x.parser);
    buf_done(&x.text);
    return x.status;
}

const char *xml_status_text(xml_status status)
{
    static const char *const texts[] = {
        [XML_READ] = "",
        [XML_BROKEN] = "not well-formed XML, or cut off",
        [XML_DOCTYPE] = "XML with a document type, which is refused",
        [XML_TOO_DEEP] = "elements nested deeper than 64 (limit depth)",
        [XML_TOO_LONG] = "a text longer than 64 KiB (limit xml_text_bytes)",
        [XML_NO_MEMORY] = "out of memory",
    };
    return texts[status];
}
