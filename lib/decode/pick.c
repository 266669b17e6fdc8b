/* SPDX-License-Identifier: Apache-2.0
 *
 * pick.c -- walks a path through a record, whatever dialect its lists are written in.
 *
 * The walk is recursive over the path's keys; a list multiplies it. Two counters bound it: keys of
 * a path (they are ours) and nodes visited (they are the attacker's).
 *
 * Most paths that a record is asked for are not in it. So each object that is asked remembers, one
 * bit for a key, which keys it may have: an absent one costs a hash, not a walk over the members.
 */
#include "decode/pick.h"

#include <assert.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

typedef struct walk {
    pick_ctx *ctx;
    pick_fn *fn;
    void *user;
    unsigned visited;
    bool in_list; /* the path's first list was entered: item is its element's number */
    unsigned item;
} walk;

typedef struct key {
    str name;
    bool is_list;
    str filter_name, filter_value; /* [name=value]; name.n == 0: every element */
} key;

/* The end of the first key. A '.' between brackets belongs to the filter's value. */
static size_t key_end(str path)
{
    size_t end = 0;
    bool is_inside = false;
    for (; end < path.n && (is_inside || path.p[end] != '.'); end++)
        if (path.p[end] == '[' || path.p[end] == ']')
            is_inside = path.p[end] == '[';
    return end;
}

/* Takes the next key off *path. */
static key next_key(str *path)
{
    str piece = text_before(*path, '.');
    if (!piece.n || !memchr(piece.p, '[', piece.n)) {
        *path = str_from(*path, piece.n + 1);
        return (key){.name = piece};
    }
    piece = str_upto(*path, key_end(*path));
    *path = str_from(*path, piece.n + 1);
    key k = {.name = text_before(piece, '['), .is_list = true};
    str inside = text_before(text_after(piece, '['), ']');
    if (inside.n > 0) {
        k.filter_name = text_before(inside, '=');
        k.filter_value = text_after(inside, '=');
    }
    return k;
}

/* The bit of a key; equal keys have the same one, however they are spelled. The last letters tell
 * most keys of an object apart; where they do not, json_node_get does. */
static uint64_t key_bit(str key)
{
    enum { LETTERS = 5 };
    uint64_t h = 0;
    for (size_t i = key.n, taken = 0; i > 0 && taken < LETTERS; i--) {
        if (key.p[i - 1] == '_')
            continue;
        h = h << 8 | (unsigned char)(key.p[i - 1] | ' '); /* lower case, if it is a letter */
        taken++;
    }
    return UINT64_C(1) << (h * 0x9e3779b97f4a7c15ULL >> 58);
}

static bool may_have(pick_ctx *ctx, json_node object, str key)
{
    uint64_t place = hash_mix((uintptr_t)object.doc, object.at) >> 32;
    pick_seen *seen = &ctx->seen[place % ARRAY_LEN(ctx->seen)];
    if (seen->object.doc != object.doc || seen->object.at != object.at) {
        *seen = (pick_seen){.object = object};
        json_iter it = json_iter_of(object);
        while (json_iter_next(&it))
            seen->keys |= key_bit(it.key);
    }
    return seen->keys & key_bit(key);
}

static json_node member(pick_ctx *ctx, json_node n, str key)
{
    if (json_node_type(n) != JSON_OBJECT || !may_have(ctx, n, key))
        return JSON_NODE_NONE;
    return json_node_get(n, key);
}

json_node pick_inside(pick_ctx *ctx, json_node n)
{
    if (json_node_type(n) != JSON_STRING)
        return n;
    str text = text_trim(json_node_string(n));
    AUTO(buf) copy = {0};
    if (text_starts(text, "%7B") || text_starts(text, "%5B"))
        text_percent_decode(text, &copy);
    else if (text_starts(text, "{") || text_starts(text, "["))
        buf_putstr(&copy, text);
    if (copy.failed)
        ctx->scratch->failed = true;
    if (copy.failed || copy.n == 0)
        return n;
    /* The parser reads past the end, and the nodes live as long as the scratch arena. */
    char *room = arena_alloc(ctx->scratch, copy.n + BUF_PADDING);
    json_node root;
    if (!room)
        return n;
    memcpy(room, copy.p, copy.n);
    json_status status = json_parse(ctx->json, (str){room, copy.n}, &root);
    if (status == JSON_NO_MEMORY)
        ctx->scratch->failed = true;
    return status == JSON_OK ? root : n;
}

static bool is_empty(json_node n)
{
    json_type t = json_node_type(n);
    return t == JSON_NONE || t == JSON_NULL || (t == JSON_STRING && json_node_string(n).n == 0);
}

/* {"items": x}, {"item": x}: what the list really is; n itself otherwise. */
static json_node unwrap_list(json_node n)
{
    static const str names[] = {STR_INIT("items"), STR_INIT("item")};
    if (json_node_type(n) != JSON_OBJECT)
        return n;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_node inner = json_node_get(n, names[i]);
        if (json_node_type(inner) != JSON_NONE)
            return inner;
    }
    return n;
}

/* {"value": x}, {"content": x}: the scalar inside; n itself otherwise. */
static json_node unwrap_scalar(json_node n)
{
    static const str names[] = {STR_INIT("content"), STR_INIT("value")};
    if (json_node_type(n) != JSON_OBJECT)
        return n;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        json_node inner = json_node_get(n, names[i]);
        json_type t = json_node_type(inner);
        if (t == JSON_STRING || t == JSON_NUMBER || t == JSON_BOOL)
            return inner;
    }
    return n;
}

static bool passes(const key *k, json_node element)
{
    if (k->filter_name.n == 0)
        return true;
    json_node member = json_node_get(element, k->filter_name);
    return text_eq_nocase(json_node_string(member), k->filter_value);
}

static void follow(walk *w, json_node n, str path);

static void follow_element(walk *w, const key *k, json_node element, unsigned number, str path)
{
    bool is_outer = !w->in_list;
    if (is_outer) {
        w->in_list = true;
        w->item = number;
    }
    if (passes(k, element))
        follow(w, element, path);
    if (is_outer)
        w->in_list = false;
}

/* A list nested in a list ("tagSet": {"items": [{"items": …}]}) is flattened one level by the
 * caller's next "[]"; here only the spelling of this list is undone. */
static void follow_list(walk *w, const key *k, json_node n, str path)
{
    json_node list = unwrap_list(n);
    if (is_empty(list))
        return;
    if (json_node_type(list) != JSON_ARRAY) {
        follow_element(w, k, list, 1, path);
        return;
    }
    unsigned number = 0;
    json_iter it = json_iter_of(list);
    while (w->visited < LIMIT_REFS && json_iter_next(&it))
        follow_element(w, k, it.value, ++number, path);
}

static void follow(walk *w, json_node n, str path)
{
    if (w->visited++ >= LIMIT_REFS || is_empty(n))
        return;
    if (path.n == 0) {
        w->fn(w->user, unwrap_scalar(n), w->in_list ? w->item : 0);
        return;
    }
    key k = next_key(&path);
    json_node child = k.name.n > 0 ? member(w->ctx, pick_inside(w->ctx, n), k.name) : n;
    if (k.is_list)
        follow_list(w, &k, pick_inside(w->ctx, child), path);
    else
        follow(w, child, path);
}

bool pick_may_lead(pick_ctx *ctx, json_node root, str path)
{
    if (json_node_type(root) != JSON_OBJECT)
        return root.doc != NULL;
    key first = next_key(&path);
    return first.name.n == 0 || may_have(ctx, root, first.name);
}

void pick_along(pick_ctx *ctx, json_node root, str path, pick_fn *fn, void *user)
{
    walk w = {.ctx = ctx, .fn = fn, .user = user};
    follow(&w, root, path);
}

void pick_each(pick_ctx *ctx, json_node root, const char *path, pick_fn *fn, void *user)
{
    assert(path);
    pick_along(ctx, root, str_of(path), fn, user);
}

static void keep_first(void *user, json_node n, unsigned item)
{
    json_node *first = user;
    (void)item;
    if (!first->doc)
        *first = n;
}

json_node pick_first(pick_ctx *ctx, json_node root, const char *path)
{
    json_node first = JSON_NODE_NONE;
    pick_each(ctx, root, path, keep_first, &first);
    return first;
}

str pick_node_text(pick_ctx *ctx, json_node n)
{
    n = unwrap_scalar(n);
    str text = json_node_string(n);
    if (json_node_type(n) == JSON_STRING)
        return pick_is_hidden(text) || text.n == 0 ? STR_NONE : arena_dup(ctx->scratch, text);
    if (is_empty(n))
        return STR_NONE;
    AUTO(buf) out = {0};
    json_node_text(n, &out);
    return arena_dup_buf(ctx->scratch, &out);
}

str pick_text(pick_ctx *ctx, json_node root, const char *path)
{
    return pick_node_text(ctx, pick_first(ctx, root, path));
}
