/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_json.c -- the JSON bridge on arbitrary bytes, and its two readers against each other.
 *
 *  (1) Nothing crashes, whatever the bytes.
 *  (2) What json_parse takes as an object, json_project does not call bad.
 *  (3) A scalar that json_project found is what the tree has at that path.
 */
#include "base/json.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const json_path PATHS[] = {
    {"a", 0}, {"a.b", 1}, {"a.b.c", 2}, {"userIdentity.type", 3}, {"x", 4}, {"eventName", 5},
};
enum { SLOTS = ARRAY_LEN(PATHS) };

typedef struct fixture {
    buf text;
    buf projected, treed;
    json_reader *reader;
    json_trie *trie;
} fixture;

/* The only member with this key. False when there are several, or keys with dots, which the
 * projection may follow elsewhere: such objects are left to the unit test's slow twin. */
static bool only_member(json_node object, str key, json_node *ret_member)
{
    json_node found = JSON_NODE_NONE;
    json_iter it = json_iter_of(object);
    while (json_iter_next(&it)) {
        if (it.key.n && memchr(it.key.p, '.', it.key.n))
            return false;
        if (!json_key_eq(it.key, key))
            continue;
        if (found.doc)
            return false;
        found = it.value;
    }
    *ret_member = found;
    return true;
}

static bool member_at(json_node node, const char *path, json_node *ret_node)
{
    while (*path) {
        size_t n = strcspn(path, ".");
        if (json_node_type(node) != JSON_OBJECT)
            node = JSON_NODE_NONE;
        if (!only_member(node, (str){path, n}, &node))
            return false;
        path += n + (path[n] == '.');
    }
    *ret_node = node;
    return true;
}

static bool is_same_number(const char *a, const char *b)
{
    return strtod(a, NULL) == strtod(b, NULL);
}

static void compare(fixture *f, const json_value *v, json_node node)
{
    json_type type = json_node_type(node);
    if (v->type == JSON_NUMBER && type == JSON_STRING)
        type = JSON_NUMBER; /* one that fits no 64-bit type: compared as text */
    assert(v->type == type);
    if (type == JSON_OBJECT || type == JSON_ARRAY)
        return;
    buf_reset(&f->projected);
    buf_reset(&f->treed);
    json_value_text(v, &f->projected);
    json_node_text(node, &f->treed);
    if (str_eq(buf_str(&f->projected), buf_str(&f->treed)))
        return;
    buf_putc(&f->projected, 0);
    buf_putc(&f->treed, 0);
    assert(json_node_type(node) == JSON_NUMBER);
    assert(is_same_number(f->projected.p, f->treed.p));
}

/* Touches every node through every function. */
static size_t visit(json_node node)
{
    size_t sum = json_node_string(node).n + json_node_size(node);
    json_iter it = json_iter_of(node);
    while (json_iter_next(&it))
        sum += it.key.n + visit(it.value);
    return sum;
}

static void run(fixture *f)
{
    json_value slots[SLOTS];
    json_node root = JSON_NODE_NONE;
    json_status projected = json_project(f->reader, f->trie, buf_str(&f->text), slots, SLOTS);
    for (size_t i = 0; i < SLOTS; i++)
        json_value_text(&slots[i], &f->projected);
    if (json_parse(f->reader, buf_str(&f->text), &root) != JSON_OK)
        return;
    visit(root);
    json_node_text(root, &f->treed);
    if (json_node_type(root) != JSON_OBJECT)
        return;
    assert(projected == JSON_OK);
    for (size_t i = 0; i < SLOTS; i++) {
        json_node node;
        if (member_at(root, PATHS[i].path, &node))
            compare(f, &slots[PATHS[i].slot], node);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fixture f = {.reader = json_reader_new(), .trie = json_trie_new(PATHS, SLOTS)};
    buf_reserve(&f.text, n);
    buf_put(&f.text, bytes, n);
    if (f.reader && f.trie && f.text.p && !f.text.failed) {
        run(&f);
        json_reader_reset(f.reader);
        run(&f); /* the second time with what the reader remembers */
    }
    buf_done(&f.text);
    buf_done(&f.projected);
    buf_done(&f.treed);
    json_trie_free(f.trie);
    json_reader_free(f.reader);
    return 0;
}
