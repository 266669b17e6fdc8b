/* SPDX-License-Identifier: Apache-2.0
 *
 * path.c -- paths are cut once; records are walked along them.
 *
 * The walk is recursive over the path's steps and the record's arrays, so its depth is bounded by
 * LIMIT_DEPTH for each document that a step enters.
 *
 *  (1) Items of all fields of a record stand in one array, each field's together.
 *  (2) The members of an object are listed when a path first enters it: rules ask for many fields,
 *      and most of those are absent. How much is listed is bounded; then listing begins anew.
 *  (3) Texts are made when asked for: most fields are tested for one literal, many objects for
 *      nothing but their presence.
 */
#include "match/path.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/fold.h"
#include "base/text.h"

typedef enum path_step_kind {
    PATH_STEP_KEY,
    PATH_STEP_INDEX,
    PATH_STEP_ANY,
    PATH_STEP_ALL,
} path_step_kind;

enum { ITEMS_MIN = 64, MEMBERS_MIN = 256, MEMBERS_MAX = 1 << 16, INDEX_DIGITS_MAX = 9 };

/* ---- cutting --------------------------------------------------------------------------------- */

typedef struct cutter {
    str rest;
    char *keys;
    uint32_t n_keys; /* bytes */
    path_step *step;
    size_t n;
} cutter;

/* "[any]", "[all]", "[17]" at the start of s: how many bytes, or 0. */
static size_t bracket_at(str s, path_step *ret)
{
    if (s.n < 3 || s.p[0] != '[')
        return 0;
    str word = text_before(str_from(s, 1), ']');
    size_t n = word.n + 2;
    int64_t index = 0;
    bool is_whole = n == s.n || (n < s.n && (s.p[n] == '.' || s.p[n] == '['));
    if (!is_whole)
        return 0;
    if (text_eq_nocase(word, STR("any")))
        *ret = (path_step){.kind = PATH_STEP_ANY};
    else if (text_eq_nocase(word, STR("all")))
        *ret = (path_step){.kind = PATH_STEP_ALL};
    else if (word.n <= INDEX_DIGITS_MAX && word.p[0] != '-' && word.p[0] != '+' &&
             text_to_int(word, &index))
        *ret = (path_step){.kind = PATH_STEP_INDEX, .index = (uint32_t)index};
    else
        return 0;
    return n;
}

static void cut_key(cutter *c)
{
    path_step ignored;
    if (c->n_keys > 0)
        c->keys[c->n_keys++] = '.';
    uint32_t start = c->n_keys;
    while (c->rest.n > 0 && c->rest.p[0] != '.' && bracket_at(c->rest, &ignored) == 0) {
        bool is_escaped = c->rest.n > 1 && c->rest.p[0] == '\\' && c->rest.p[1] == '.';
        c->keys[c->n_keys++] = is_escaped ? '.' : c->rest.p[0];
        c->rest = str_from(c->rest, is_escaped ? 2 : 1);
    }
    c->step[c->n++] = (path_step){.kind = PATH_STEP_KEY, .start = start, .end = c->n_keys};
}

static void cut_brackets(cutter *c)
{
    path_step step;
    for (size_t n; (n = bracket_at(c->rest, &step)) > 0; c->rest = str_from(c->rest, n))
        c->step[c->n++] = step;
}

/* How many keys follow each other, counted from behind. */
static void count_keys(cutter *c)
{
    uint32_t n_keys = 0;
    for (size_t i = c->n; i-- > 0;) {
        n_keys = c->step[i].kind == PATH_STEP_KEY ? n_keys + 1 : 0;
        c->step[i].n_keys = n_keys;
    }
}

static bool cut_path(arena *a, const char *text, path *ret)
{
    str whole = str_of(text);
    /* Each step takes at least one byte of the text, or the dot before it. */
    cutter c = {.rest = whole,
                .keys = arena_alloc(a, 2 * whole.n + 2),
                .step = arena_alloc(a, (whole.n + 1) * sizeof *c.step)};
    if (!c.keys || !c.step)
        return false;
    cut_brackets(&c);
    while (c.rest.n > 0) {
        if (c.rest.p[0] == '.')
            c.rest = str_from(c.rest, 1);
        cut_key(&c);
        cut_brackets(&c);
    }
    count_keys(&c);
    *ret = (path){c.keys, c.step, c.n};
    return true;
}

static bool holds_all(const path *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->step[i].kind == PATH_STEP_ALL)
            return true;
    }
    return false;
}

bool path_parse(arena *a, const rule_field *field, family f, path_list *ret)
{
    const rule_paths *paths = &field->in[f];
    path_list list = {
        .n = paths->n,
        .is_keywords = field->name.n == 0,
        .is_union = field->is_union,
    };
    path *cut = arena_alloc(a, (paths->n + 1) * sizeof *cut);
    if (!cut)
        return false;
    for (size_t i = 0; i < paths->n; i++) {
        if (!cut_path(a, paths->path[i], &cut[i]))
            return false;
        list.has_all = list.has_all || holds_all(&cut[i]);
    }
    list.path = cut;
    *ret = list;
    return true;
}

/* ---- the record ------------------------------------------------------------------------------ */

bool path_record_init(path_record *r)
{
    memset(r, 0, sizeof *r);
    r->json = json_reader_new();
    return r->json != NULL;
}

void path_record_done(path_record *r)
{
    json_reader_free(r->json);
    arena_done(&r->scratch);
    buf_done(&r->room);
    free(r->item);
    free(r->member);
    r->json = NULL;
    r->item = NULL;
    r->member = NULL;
}

static void forget_members(path_record *r)
{
    r->n_members = 0;
    if (++r->epoch != 0)
        return;
    r->epoch = 1;
    memset(r->object, 0, sizeof r->object);
}

bool path_record_begin(path_record *r, str text)
{
    json_reader_reset(r->json);
    arena_reset(&r->scratch);
    r->n = 0;
    r->n_documents = 0;
    forget_members(r);
    r->root = JSON_NODE_NONE;
    json_status status = json_parse(r->json, text, &r->root);
    r->failed = status == JSON_NO_MEMORY;
    return status == JSON_OK;
}

/* Spans count in 32 bits. */
static bool reserve_item(path_record *r)
{
    path_item *item = NULL;
    if (r->n <= UINT32_MAX / 2)
        item = array_room(r->item, r->n, &r->cap, ITEMS_MIN, sizeof *item);
    if (item)
        r->item = item;
    else
        r->failed = true;
    return item != NULL;
}

static path_item *push(path_record *r, path_item item)
{
    if (r->n == r->cap && !reserve_item(r)) /* asked here: most items find room */
        return NULL;
    r->item[r->n] = item;
    return &r->item[r->n++];
}

static void push_value(path_record *r, json_node n, json_type type)
{
    if (push(r, (path_item){.kind = PATH_VALUE, .type = (uint8_t)type, .node = n}))
        r->n_values++;
}

/* Pushes a set; close_set tells where it ends. */
static size_t open_set(path_record *r, path_item_kind kind)
{
    push(r, (path_item){.kind = (uint8_t)kind});
    return r->n;
}

static void close_set(path_record *r, size_t behind_set)
{
    if (!r->failed)
        r->item[behind_set - 1].end = (uint32_t)(r->n - behind_set + 1);
}

/* ---- documents in strings -------------------------------------------------------------------- */

static bool unwrap_text(str text, buf *out)
{
    text = text_trim(text);
    buf_reset(out);
    if (text_starts_nocase(text, "%7B") || text_starts_nocase(text, "%5B"))
        text_percent_decode(text, out);
    else if (text_starts(text, "{") || text_starts(text, "["))
        buf_putstr(out, text);
    return !out->failed;
}

/* The document in a string, or the string when there is none. */
static json_node open_document(path_record *r, json_node n)
{
    if (!unwrap_text(json_node_string(n), &r->room)) {
        r->failed = true;
        return n;
    }
    if (r->room.n == 0)
        return n;
    char *copy = arena_alloc(&r->scratch, r->room.n + BUF_PADDING); /* the parser reads past it */
    if (!copy) {
        r->failed = true;
        return n;
    }
    memcpy(copy, r->room.p, r->room.n);
    json_node root;
    json_status status = json_parse(r->json, (str){copy, r->room.n}, &root);
    r->failed = r->failed || status == JSON_NO_MEMORY;
    return status == JSON_OK ? root : n;
}

/* The node, or the document inside it when it is a string of JSON. A string is opened once, also
 * one that only looks like JSON: the fields of a rule often lie in one. */
static json_node inside(path_record *r, json_node n)
{
    if (json_node_type(n) != JSON_STRING)
        return n;
    for (size_t i = 0; i < r->n_documents; i++) {
        if (r->document[i].from.doc == n.doc && r->document[i].from.at == n.at)
            return r->document[i].inside;
    }
    if (r->n_documents == PATH_DOCUMENTS_MAX)
        return n;
    json_node opened = open_document(r, n);
    if (r->room.n > 0)
        r->document[r->n_documents++] = (path_document){n, opened};
    return opened;
}

/* ---- members --------------------------------------------------------------------------------- */

static void push_member(path_record *r, const json_iter *it)
{
    path_member *grown =
        array_room(r->member, r->n_members, &r->members_cap, MEMBERS_MIN, sizeof *grown);
    if (!grown) {
        r->failed = true;
        return;
    }
    r->member = grown;
    bool is_null = json_node_type(it->value) == JSON_NULL;
    r->member[r->n_members++] = (path_member){it->key, it->value, is_null};
}

static const path_object *list_members(path_record *r, json_node n)
{
    path_object *o = &r->object[(n.at ^ (uintptr_t)n.doc >> 6) % PATH_OBJECTS];
    if (o->epoch == r->epoch && o->node.at == n.at && o->node.doc == n.doc)
        return o;
    if (r->n_members > MEMBERS_MAX)
        forget_members(r);
    *o = (path_object){.node = n, .epoch = r->epoch, .first = (uint32_t)r->n_members};
    json_iter it = json_iter_of(n);
    while (!r->failed && json_iter_next(&it))
        push_member(r, &it);
    o->n = (uint32_t)r->n_members - o->first;
    return o;
}

/* ---- walking --------------------------------------------------------------------------------- */

typedef struct member {
    json_node node;
    size_t n_keys; /* of the path that its key spells */
    bool is_null, is_exact;
} member;

/* How many keys of the path, from `at` on, the key spells; 0: it is another. */
static size_t keys_spelt(const path *p, size_t at, str key)
{
    const path_step *step = &p->step[at];
    for (size_t n = 1; n <= step->n_keys; n++) {
        size_t length = step[n - 1].end - step->start;
        if (length < key.n)
            continue;
        bool is_it = length == key.n && text_eq_nocase(key, (str){p->keys + step->start, length});
        return is_it ? n : 0;
    }
    return 0;
}

static bool is_better(const member *a, const member *b)
{
    if (a->is_null != b->is_null)
        return b->is_null;
    if (a->n_keys != b->n_keys)
        return a->n_keys > b->n_keys;
    return a->is_exact && !b->is_exact;
}

/* The member that the path goes on in; n_keys is 0 when there is none. */
static member find_member(path_record *r, const path *p, size_t at, json_node object)
{
    member best = {.is_null = true};
    const char *start = p->keys + p->step[at].start;
    const path_object *o = list_members(r, object);
    for (size_t i = 0; i < o->n; i++) {
        const path_member *of = &r->member[o->first + i];
        if (of->key.n == 0 || text_lower(of->key.p[0]) != text_lower(*start))
            continue;
        member m = {.node = of->node, .n_keys = keys_spelt(p, at, of->key), .is_null = of->is_null};
        m.is_exact = m.n_keys > 0 && memcmp(of->key.p, start, of->key.n) == 0;
        if (m.n_keys > 0 && (best.n_keys == 0 || is_better(&m, &best)))
            best = m;
    }
    return best;
}

/* The values at which a path ends. */
static void take_values(path_record *r, json_node n)
{
    json_type type = json_node_type(n);
    r->is_there = r->is_there || type != JSON_NONE;
    if (type == JSON_NONE || type == JSON_NULL)
        return;
    if (type != JSON_ARRAY) {
        push_value(r, n, type);
        return;
    }
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it))
        take_values(r, it.value);
}

static void follow(path_record *r, const path *p, size_t at, json_node n);

static void follow_each(path_record *r, const path *p, size_t at, json_node array)
{
    json_iter it = json_iter_of(array);
    while (json_iter_next(&it))
        follow(r, p, at, it.value);
}

static void follow_one(path_record *r, const path *p, size_t at, json_node array)
{
    uint32_t i = 0, wanted = p->step[at].index;
    json_iter it = json_iter_of(array);
    while (json_iter_next(&it)) {
        if (i++ == wanted)
            follow(r, p, at + 1, it.value);
    }
}

static void follow_all(path_record *r, const path *p, size_t at, json_node array)
{
    size_t all = open_set(r, PATH_ALL);
    json_iter it = json_iter_of(array);
    while (json_iter_next(&it)) {
        size_t any = open_set(r, PATH_ANY);
        follow(r, p, at + 1, it.value);
        close_set(r, any);
    }
    close_set(r, all);
}

static void follow_bracket(path_record *r, const path *p, size_t at, json_node n)
{
    const path_step *step = &p->step[at];
    json_type type = json_node_type(n);
    if (type != JSON_ARRAY) { /* one value is an array of one, null is none */
        if (type != JSON_NULL && (step->kind != PATH_STEP_INDEX || step->index == 0))
            follow(r, p, at + 1, n);
        return;
    }
    if (step->kind == PATH_STEP_ALL)
        follow_all(r, p, at, n);
    else if (step->kind == PATH_STEP_INDEX)
        follow_one(r, p, at, n);
    else
        follow_each(r, p, at + 1, n);
}

static void follow(path_record *r, const path *p, size_t at, json_node n)
{
    if (at == p->n) {
        take_values(r, n);
        return;
    }
    n = inside(r, n);
    if (p->step[at].kind != PATH_STEP_KEY) {
        follow_bracket(r, p, at, n);
        return;
    }
    if (json_node_type(n) == JSON_ARRAY) {
        follow_each(r, p, at, n);
        return;
    }
    if (json_node_type(n) != JSON_OBJECT)
        return;
    member m = find_member(r, p, at, n);
    if (m.n_keys > 0)
        follow(r, p, at + m.n_keys, m.node);
}

/* Every scalar of the tree. */
static void take_scalars(path_record *r, json_node n)
{
    json_type type = json_node_type(n);
    if (type != JSON_OBJECT && type != JSON_ARRAY) {
        take_values(r, n);
        return;
    }
    json_iter it = json_iter_of(n);
    while (json_iter_next(&it))
        take_scalars(r, it.value);
}

path_span path_resolve(path_record *r, const path_list *list)
{
    size_t first = r->n;
    r->n_values = 0;
    r->is_there = false;
    if (list->is_keywords)
        take_scalars(r, r->root);
    for (size_t i = 0; i < list->n && (list->is_union || r->n_values == 0); i++) {
        if (r->n_values == 0)
            r->n = first;
        follow(r, &list->path[i], 0, r->root);
    }
    if (r->failed) { /* sets may lack their end */
        r->n = first;
        return (path_span){0};
    }
    return (path_span){(uint32_t)first, (uint32_t)(r->n - first), (uint32_t)r->n_values,
                       r->is_there};
}

path_items path_items_at(const path_record *r, path_span span)
{
    return (path_items){span.n ? r->item + span.first : NULL, span.n, span.n_values, span.is_there};
}

/* ---- texts ----------------------------------------------------------------------------------- */

static str keep_room(path_record *r)
{
    str text = arena_dup_buf(&r->scratch, &r->room);
    r->failed = r->failed || r->scratch.failed;
    return text;
}

str path_text(path_record *r, path_item *value)
{
    if (value->has_text)
        return value->text;
    value->has_text = true;
    if (value->type == JSON_STRING) {
        value->text = json_node_string(value->node);
        return value->text;
    }
    buf_reset(&r->room);
    json_node_text(value->node, &r->room);
    value->text = keep_room(r);
    return value->text;
}

str path_folded(path_record *r, path_item *value)
{
    if (value->has_folded)
        return value->folded;
    value->has_folded = true;
    value->folded = path_text(r, value);
    if (fold_is_ascii_lower(value->folded))
        return value->folded;
    buf_reset(&r->room);
    fold_text(value->text, &r->room);
    value->folded = keep_room(r);
    return value->folded;
}
