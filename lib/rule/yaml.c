/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml.c -- libyaml's events to nodes.
 *
 * libyaml keeps marks in characters; messages want bytes. A cursor follows the marks through the
 * text, which costs one pass over it, since marks hardly ever step back.
 *
 *  (1) frame[0..depth) are the open containers. Their finished children wait on one shared stack,
 *      from frame.first on; a container takes its own off when it ends.
 *  (2) `nodes` counts what the file's documents expand to; a node's weight is what it added.
 *  (3) Once a document is bad its events are only read over, up to its end.
 */
#include "rule/yaml.h"

#include <assert.h>
#include <stdlib.h>

#include <yaml.h>

#include "base/array.h"
#include "base/limits.h"
#include "base/map.h"
#include "rule/report.h"

typedef struct cursor {
    size_t characters; /* before `at` */
    size_t at;         /* byte */
    size_t line_start; /* byte */
    uint32_t line;     /* from 0 */
} cursor;

typedef struct frame {
    yaml_node *node;
    size_t first;  /* of its children in loader.child */
    size_t before; /* loader.nodes when it began */
    size_t height; /* levels below it */
    uint32_t anchor;
    bool has_key; /* child[n] holds a key that waits for its value */
} frame;

typedef struct anchor {
    const yaml_node *node; /* NULL: still open */
    size_t height;
} anchor;

typedef struct loader {
    arena *a;
    str text;
    reporter report; /* has_error: of this document */
    yaml_docs *docs;
    cursor cursor;
    frame frame[LIMIT_RULE_DEPTH];
    size_t depth;
    yaml_pair *child;
    size_t n_children, cap_children;
    intern anchor_names;
    anchor *anchor;
    size_t cap_anchors;
    size_t nodes;
    bool is_over; /* a limit ended the file */
    bool failed;  /* out of memory */
} loader;

static void loader_done(loader *l)
{
    free(l->child);
    free(l->anchor);
    intern_done(&l->anchor_names);
}

/* ---- places ---------------------------------------------------------------------------------- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void step_forward(cursor *c, str text)
{
    // NOLINTNEXTLINE(clang-analyzer-core.*): called while at < n
    bool ends_line = text.p[c->at] == '\n';
    c->at++;
    while (c->at < text.n && is_continuation(text.p[c->at]))
        c->at++;
    c->characters++;
    c->line += ends_line;
    if (ends_line)
        c->line_start = c->at;
}

static void step_back(cursor *c, str text)
{
    do
        c->at--;
    while (c->at && is_continuation(text.p[c->at]));
    c->characters--;
    if (text.p[c->at] != '\n')
        return;
    const char *before = memrchr(text.p, '\n', c->at);
    c->line--;
    c->line_start = before ? (size_t)(before - text.p) + 1 : 0;
}

static diag_pos cursor_pos(const cursor *c)
{
    return (diag_pos){c->line + 1, (uint32_t)(c->at - c->line_start) + 1};
}

static diag_pos place(loader *l, yaml_mark_t mark)
{
    cursor *c = &l->cursor;
    while (c->characters < mark.index && c->at < l->text.n)
        step_forward(c, l->text);
    while (c->characters > mark.index && c->at)
        step_back(c, l->text);
    return cursor_pos(c);
}

/* For what the reader refuses there is no mark, only a byte. */
static diag_pos place_of_byte(loader *l, size_t byte)
{
    cursor c = {0};
    while (c.at < byte && c.at < l->text.n)
        step_forward(&c, l->text);
    return cursor_pos(&c);
}

/* ---- problems -------------------------------------------------------------------------------- */

/* A tab can also be "a character that cannot start any token". */
static const char tab_problem[] = "found a tab character that violates indentation";

/* What libyaml says, what is meant, and what helps. What is not closed is shown where it begins. */
/* clang-format off */
static const struct {
    const char *says;
    bool is_at_begin;
    const char *means, *hint;
} scan_problems[] = {
    {"mapping values are not allowed in this context", false,
     "a `:` makes a key where none can be",
     "quote a text that holds `: `, and check the indentation"},
    {"found character that cannot start any token", false,
     "a value cannot begin with this character",
     "quote texts that begin with %, @ or `"},
    {"found a tab character that violates indentation", false,
     "a tab is used for indentation",
     "YAML indents with spaces"},
    {"found a tab character where an indentation space is expected", false,
     "a tab is used for indentation",
     "YAML indents with spaces"},
    {"could not find expected ':'", true,
     "a key has no `:` behind it",
     "a text of several lines is quoted or begins with |"},
    {"did not find expected key", false,
     "this line fits neither the map before it nor another",
     "check the indentation, and the quotes above"},
    {"did not find expected '-' indicator", false,
     "this line fits neither the list before it nor another",
     "check the indentation, and that each entry begins with `- `"},
    {"did not find expected <document start>", false,
     "something stands behind the end of the document",
     "separate documents with ---"},
    {"found unexpected end of stream", true,
     "a quoted text has no end",
     "the closing quote is missing"},
    {"found unexpected document indicator", true,
     "a quoted text has no end",
     "the closing quote is missing"},
    {"did not find expected ',' or ']'", true,
     "a list in brackets is not closed",
     "write [a, b]"},
    {"did not find expected ',' or '}'", true,
     "a map in braces is not closed",
     "write {a: b, c: d}"},
    {"found unknown escape character", false,
     "no such escape in a text in double quotes",
     "single quotes leave backslashes alone"},
    {"did not find expected hexdecimal number", false,
     "an escape in double quotes lacks its digits",
     "single quotes leave backslashes alone"},
    {"block sequence entries are not allowed in this context", false,
     "a list cannot begin here",
     "put the first `- ` on a line of its own"},
    {"did not find expected alphabetic or numeric character", false,
     "`*` or `&` begins an alias or an anchor, and no name follows",
     "quote a text that begins with * or &"},
    {"found undefined tag handle", false,
     "`!` begins a tag that is not defined",
     "quote a text that begins with !"},
    {"mapping keys are not allowed in this context", false,
     "a `? ` key cannot begin here",
     "quote a text that begins with `? `"},
    {"did not find expected node content", false,
     "a value is missing",
     "check the brackets and commas"},
    {"control characters are not allowed", false,
     "a control character",
     "write it as an escape in double quotes"},
    {"invalid leading UTF-8 octet", false,
     "the file is not UTF-8",
     "save it as UTF-8"},
    {"invalid trailing UTF-8 octet", false,
     "the file is not UTF-8",
     "save it as UTF-8"},
    {"invalid length of a UTF-8 sequence", false,
     "the file is not UTF-8",
     "save it as UTF-8"},
    {"invalid Unicode character", false,
     "the file is not UTF-8",
     "save it as UTF-8"},
    {"incomplete UTF-8 octet sequence", false,
     "the file is not UTF-8",
     "save it as UTF-8"},
};
/* clang-format on */

static void explain_scan(loader *l, const yaml_parser_t *parser)
{
    const char *says = parser->problem ? parser->problem : "it cannot be read";
    bool is_byte = parser->error == YAML_READER_ERROR;
    diag_pos pos =
        is_byte ? place_of_byte(l, parser->problem_offset) : place(l, parser->problem_mark);
    // NOLINTNEXTLINE(clang-analyzer-core.*): at < n
    if (!is_byte && l->cursor.at < l->text.n && l->text.p[l->cursor.at] == '\t')
        says = tab_problem;
    for (size_t i = 0; i < ARRAY_LEN(scan_problems); i++) {
        if (!str_is(str_of(says), scan_problems[i].says))
            continue;
        if (scan_problems[i].is_at_begin && parser->context)
            pos = place(l, parser->context_mark);
        report_error(&l->report, pos, scan_problems[i].hint, "not valid YAML: %s",
                     scan_problems[i].means);
        return;
    }
    report_error(&l->report, pos, "", "not valid YAML: %s", says);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool is_word(str s, const char *lower)
{
    static const char *const spellings[][3] = {
        {"null", "Null", "NULL"}, {"true", "True", "TRUE"}, {"false", "False", "FALSE"}};
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        if (!str_is(str_of(lower), spellings[i][0]))
            continue;
        return str_is(s, spellings[i][0]) || str_is(s, spellings[i][1]) ||
               str_is(s, spellings[i][2]);
    }
    return false;
}

/* Takes the characters of `set` off the front; how many there were. */
static size_t skip_set(str *s, const char *set)
{
    size_t n = 0;
    while (n < s->n && s->p[n] && strchr(set, s->p[n]))
        n++;
    *s = str_from(*s, n);
    return n;
}

static bool skip_one(str *s, const char *set)
{
    if (!s->n || !*s->p || !strchr(set, *s->p))
        return false;
    *s = str_from(*s, 1);
    return true;
}

static bool is_based_number(str s)
{
    bool is_hex = s.n > 2 && memcmp(s.p, "0x", 2) == 0;
    if (!is_hex && !(s.n > 2 && memcmp(s.p, "0o", 2) == 0))
        return false;
    s = str_from(s, 2);
    skip_set(&s, is_hex ? "0123456789abcdefABCDEF" : "01234567");
    return s.n == 0;
}

static bool is_number(str s)
{
    static const char decimal[] = "0123456789";
    if (is_based_number(s))
        return true;
    skip_one(&s, "+-");
    size_t digits = skip_set(&s, decimal);
    if (skip_one(&s, "."))
        digits += skip_set(&s, decimal);
    if (digits && skip_one(&s, "eE")) {
        skip_one(&s, "+-");
        digits = skip_set(&s, decimal);
    }
    return digits && s.n == 0;
}

static yaml_kind plain_kind(str s)
{
    if (s.n == 0 || str_is(s, "~") || is_word(s, "null"))
        return YAML_NULL;
    if (is_word(s, "true") || is_word(s, "false"))
        return YAML_BOOL;
    return is_number(s) ? YAML_NUMBER : YAML_TEXT;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool count_nodes(loader *l, diag_pos pos, size_t n)
{
    l->nodes += n;
    if (l->nodes <= LIMIT_RULE_NODES)
        return true;
    report_error(&l->report, pos, "an alias counts as all that it stands for",
                 "the file holds more than %d YAML nodes", LIMIT_RULE_NODES);
    l->is_over = true;
    return false;
}

static yaml_pair *push_child(loader *l)
{
    yaml_pair *child = array_room(l->child, l->n_children, &l->cap_children, 64, sizeof *child);
    if (!child) {
        l->failed = true;
        return NULL;
    }
    l->child = child;
    yaml_pair *p = &l->child[l->n_children++];
    *p = (yaml_pair){0};
    return p;
}

static void add_root(loader *l, const yaml_node *root)
{
    yaml_docs *d = l->docs;
    if (root->kind == YAML_NULL)
        return;
    if (d->n == d->cap) {
        size_t cap = d->cap ? d->cap * 2 : 4;
        const yaml_node **bigger = arena_alloc(l->a, cap * sizeof *bigger);
        if (!bigger)
            return;
        if (d->n)
            memcpy(bigger, d->root, d->n * sizeof *bigger);
        d->root = bigger;
        d->cap = cap;
    }
    d->root[d->n++] = root;
}

static void take_key(loader *l, frame *f, const yaml_node *key)
{
    if (!yaml_is_scalar(key)) {
        report_error(&l->report, key->pos, "quote it when it is a text", "a key cannot be %s",
                     yaml_kind_text(key->kind));
        return;
    }
    if (key->text.n == 0 && key->kind == YAML_NULL) {
        report_error(&l->report, key->pos, "", "a key is missing before `:`");
        return;
    }
    if (!key->is_quoted && str_is(key->text, "<<")) {
        report_error(&l->report, key->pos, "write the keys out",
                     "merge keys (`<<`) are not supported");
        return;
    }
    yaml_pair *p = push_child(l);
    if (p)
        *p = (yaml_pair){.key = key->text, .key_pos = key->pos};
    f->has_key = true;
}

/* A finished node goes to the innermost open container, or is the document. */
static void add_node(loader *l, const yaml_node *node, size_t height)
{
    if (l->depth == 0) {
        add_root(l, node);
        return;
    }
    frame *f = &l->frame[l->depth - 1];
    if (f->height < height)
        f->height = height;
    // NOLINTNEXTLINE(clang-analyzer-core.*): an open frame has its node
    if (f->node->kind == YAML_MAP && !f->has_key) {
        take_key(l, f, node);
        return;
    }
    yaml_pair *p = f->has_key ? &l->child[l->n_children - 1] : push_child(l);
    if (p)
        p->value = node;
    f->has_key = false;
}

static yaml_node *new_node(loader *l, yaml_kind kind, diag_pos pos)
{
    yaml_node *node = arena_alloc(l->a, sizeof *node);
    if (node)
        *node = (yaml_node){.kind = kind, .pos = pos, .weight = 1};
    return node;
}

/* ---- anchors --------------------------------------------------------------------------------- */

/* 0: no name. */
static uint32_t open_anchor(loader *l, const yaml_char_t *name)
{
    if (!name)
        return 0;
    uint32_t id = intern_id(&l->anchor_names, str_of((const char *)name));
    if (id > l->cap_anchors) {
        size_t cap = id * (size_t)2;
        anchor *bigger = realloc(l->anchor, cap * sizeof *bigger);
        if (!bigger)
            id = 0;
        else
            l->anchor = bigger, l->cap_anchors = cap;
    }
    if (id)
        l->anchor[id - 1] = (anchor){0};
    else
        l->failed = true;
    return id;
}

static void close_anchor(loader *l, uint32_t id, const yaml_node *node, size_t height)
{
    if (id)
        l->anchor[id - 1] = (anchor){.node = node, .height = height};
}

static bool has_room(loader *l, diag_pos pos, size_t levels)
{
    if (l->depth + levels <= LIMIT_RULE_DEPTH)
        return true;
    report_error(&l->report, pos, "", "the document is nested more than %d levels deep",
                 LIMIT_RULE_DEPTH);
    l->is_over = true;
    return false;
}

static void on_alias(loader *l, const yaml_event_t *e, diag_pos pos)
{
    const char *name = (const char *)e->data.alias.anchor;
    uint32_t id = intern_find(&l->anchor_names, str_of(name));
    if (!id) {
        report_error(&l->report, pos, "quote a text that begins with *",
                     "no anchor `&%.60s` before this alias", name);
        return;
    }
    // NOLINTNEXTLINE(clang-analyzer-core.*): every id has an anchor
    anchor of = l->anchor[id - 1];
    if (!of.node)
        report_error(&l->report, pos, "", "the alias `*%.60s` stands inside what it names", name);
    else if (has_room(l, pos, of.height) && count_nodes(l, pos, of.node->weight))
        add_node(l, of.node, of.height);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void warn_of_tag(loader *l, const yaml_char_t *tag, diag_pos pos)
{
    if (tag)
        report_warning(&l->report, pos, "quotes make a text", "the YAML tag `%.60s` is ignored",
                       (const char *)tag);
}

static void on_scalar(loader *l, const yaml_event_t *e, diag_pos pos)
{
    yaml_scalar_style_t style = e->data.scalar.style;
    str text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    warn_of_tag(l, e->data.scalar.tag, pos);
    yaml_node *node = new_node(l, YAML_TEXT, pos);
    if (!node || !count_nodes(l, pos, 1))
        return;
    if (style == YAML_PLAIN_SCALAR_STYLE)
        node->kind = plain_kind(text);
    node->is_quoted =
        style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    if (node->kind == YAML_BOOL)
        node->text = is_word(text, "true") ? STR("true") : STR("false");
    else
        node->text = arena_dup(l->a, text);
    close_anchor(l, open_anchor(l, e->data.scalar.anchor), node, 0);
    add_node(l, node, 0);
}

static void on_start(loader *l, const yaml_event_t *e, diag_pos pos)
{
    bool is_map = e->type == YAML_MAPPING_START_EVENT;
    warn_of_tag(l, is_map ? e->data.mapping_start.tag : e->data.sequence_start.tag, pos);
    yaml_node *node = new_node(l, is_map ? YAML_MAP : YAML_LIST, pos);
    if (!node || !has_room(l, pos, 1))
        return;
    l->frame[l->depth++] = (frame){
        .node = node,
        .first = l->n_children,
        .before = l->nodes,
        .anchor =
            open_anchor(l, is_map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor),
    };
    count_nodes(l, pos, 1);
}

static int by_key_then_place(const void *a, const void *b)
{
    const yaml_pair *x = *(const yaml_pair *const *)a, *y = *(const yaml_pair *const *)b;
    size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
    int order = n ? memcmp(x->key.p, y->key.p, n) : 0;
    if (order == 0)
        order = (x->key.n > y->key.n) - (x->key.n < y->key.n);
    return order ? order : (x > y) - (x < y);
}

static void check_keys(loader *l, const yaml_pair *pair, size_t n)
{
    const yaml_pair **sorted = arena_alloc(l->a, n * sizeof *sorted);
    if (!sorted)
        return;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &pair[i];
    qsort(sorted, n, sizeof *sorted, by_key_then_place);
    for (size_t i = 1; i < n; i++) {
        diag_pos first = sorted[i - 1]->key_pos;
        if (str_eq(sorted[i]->key, sorted[i - 1]->key))
            report_error(&l->report, sorted[i]->key_pos, "merge the two, or rename one",
                         "the key `%.*s` stands here and in line %u, column %u",
                         (int)str_upto(sorted[i]->key, 80).n, sorted[i]->key.p, first.line,
                         first.column);
    }
}

static void take_items(loader *l, yaml_node *node, const yaml_pair *child)
{
    const yaml_node **item = arena_alloc(l->a, node->n * sizeof *item);
    for (size_t i = 0; item && i < node->n; i++)
        item[i] = child[i].value;
    node->item = item;
}

static void take_pairs(loader *l, yaml_node *node, const yaml_pair *child)
{
    yaml_pair *pair = arena_alloc(l->a, node->n * sizeof *pair);
    if (!pair)
        return;
    if (node->n)
        memcpy(pair, child, node->n * sizeof *pair);
    node->pair = pair;
    if (node->n > 1)
        check_keys(l, pair, node->n);
}

static void on_end(loader *l)
{
    frame f = l->frame[--l->depth];
    f.node->n = l->n_children - f.first;
    f.node->weight = l->nodes - f.before;
    if (f.node->kind == YAML_MAP)
        take_pairs(l, f.node, l->child + f.first);
    else
        take_items(l, f.node, l->child + f.first);
    l->n_children = f.first;
    if (l->report.has_error || l->a->failed)
        return;
    close_anchor(l, f.anchor, f.node, f.height + 1);
    add_node(l, f.node, f.height + 1);
}

static void begin_document(loader *l)
{
    l->depth = l->n_children = 0;
    l->report.has_error = false;
    intern_done(&l->anchor_names);
    l->anchor_names = (intern){0};
}

static void on_event(loader *l, const yaml_event_t *e)
{
    if (e->type == YAML_DOCUMENT_START_EVENT)
        begin_document(l);
    if (l->report.has_error)
        return;
    diag_pos pos = place(l, e->start_mark);
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        on_alias(l, e, pos);
        return;
    case YAML_SCALAR_EVENT:
        on_scalar(l, e, pos);
        return;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        on_start(l, e, pos);
        return;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        on_end(l);
        return;
    default:
        return;
    }
}

static bool has_memory(const loader *l)
{
    return !l->failed && !l->a->failed && !l->report.diags->failed;
}

/* Reads one event. False: nothing follows. */
static bool next_event(loader *l, yaml_parser_t *parser)
{
    yaml_event_t e;
    if (!yaml_parser_parse(parser, &e)) {
        if (parser->error == YAML_MEMORY_ERROR)
            l->failed = true;
        else
            explain_scan(l, parser);
        return false;
    }
    bool is_last = e.type == YAML_STREAM_END_EVENT;
    on_event(l, &e);
    yaml_event_delete(&e);
    return !is_last && !l->is_over && has_memory(l);
}

bool yaml_load(arena *a, const diag_source *source, yaml_docs *docs, diag_list *diags)
{
    CLEANUP(loader_done)
    loader l = {
        .a = a, .text = source->text, .docs = docs, .report = {.diags = diags, .source = source}};
    if (source->text.n > LIMIT_RULE_FILE_BYTES) {
        report_error(&l.report, (diag_pos){0}, "split it", "the file is longer than %d bytes",
                     LIMIT_RULE_FILE_BYTES);
        return has_memory(&l);
    }
    CLEANUP(yaml_parser_delete) yaml_parser_t parser = {0};
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)(source->text.p ? source->text.p : ""), source->text.n);
    while (next_event(&l, &parser))
        ;
    return has_memory(&l);
}

/* ---- reading nodes --------------------------------------------------------------------------- */

const yaml_node *yaml_get(const yaml_node *n, const char *key)
{
    if (!n || n->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < n->n; i++) {
        if (str_is(n->pair[i].key, key))
            return n->pair[i].value;
    }
    return NULL;
}

bool yaml_is_scalar(const yaml_node *n)
{
    return n->kind < YAML_LIST;
}

const char *yaml_kind_text(yaml_kind k)
{
    static const char *const texts[] = {
        [YAML_NULL] = "null",   [YAML_BOOL] = "a boolean", [YAML_NUMBER] = "a number",
        [YAML_TEXT] = "a text", [YAML_LIST] = "a list",    [YAML_MAP] = "a map",
    };
    assert((unsigned)k < ARRAY_LEN(texts));
    return texts[k];
}
