/* SPDX-License-Identifier: Apache-2.0
 *
 * test_pick.c -- one path finds the same things in every spelling of a list.
 */
#include "decode/pick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"

/* Hits as "text@item", with ' ' between them. */
/* clang-format off */
static const struct {
    const char *json, *path, *hits;
} rows[] = {
    /* keys */
    {"{\"a\":{\"b\":1}}",                            "a.b",          "1@0"},
    {"{\"user_name\":\"x\"}",                        "userName",     "x@0"},
    {"{\"USERNAME\":\"x\"}",                         "userName",     "x@0"},
    {"{\"a\":1}",                                    "b",            ""},
    {"{\"a\":1}",                                    "a.b",          ""},
    {"{\"a\":null,\"b\":\"\"}",                      "a",            ""},
    {"{\"b\":\"\"}",                                 "b",            ""},
    {"{\"a\":{\"b\":[1]}}",                          "a",            "{\"b\":[1]}@0"},
    {"{\"a\":true}",                                 "a",            "true@0"},
    /* lists in all spellings */
    {"{\"a\":[{\"id\":1},{\"id\":2}]}",              "a[].id",       "1@1 2@2"},
    {"{\"a\":{\"items\":[{\"id\":1},{\"id\":2}]}}",  "a[].id",       "1@1 2@2"},
    {"{\"a\":{\"item\":[{\"id\":1},{\"id\":2}]}}",   "a[].id",       "1@1 2@2"},
    {"{\"a\":{\"items\":{\"id\":1}}}",               "a[].id",       "1@1"},
    {"{\"a\":{\"item\":{\"id\":1}}}",                "a[].id",       "1@1"},
    {"{\"a\":{\"id\":1}}",                           "a[].id",       "1@1"},
    {"{\"a\":[\"x\",\"y\"]}",                        "a[]",          "x@1 y@2"},
    {"{\"a\":\"x\"}",                                "a[]",          "x@1"},
    {"{\"a\":[{\"content\":\"x\",\"tag\":1},{\"content\":\"y\",\"tag\":2}]}", "a[]", "x@1 y@2"},
    {"{\"a\":{\"content\":\"x\",\"tag\":1}}",        "a[]",          "x@1"},
    {"{\"a\":\"\"}",                                 "a[]",          ""},
    {"{\"a\":null}",                                 "a[]",          ""},
    {"{\"a\":{\"items\":\"\"}}",                     "a[]",          ""},
    {"{\"a\":[]}",                                   "a[]",          ""},
    {"{\"a\":[null,\"\",\"x\"]}",                    "a[]",          "x@3"},
    {"[{\"id\":1},{\"id\":2}]",                      "[].id",        "1@1 2@2"},
    /* the item is that of the outer list */
    {"{\"a\":[{\"b\":[1,2]},{\"b\":[3]}]}",          "a[].b[]",      "1@1 2@1 3@2"},
    {"{\"x\":{\"a\":{\"items\":[{\"b\":{\"items\":[{\"c\":1},{\"c\":2}]}}]}}}", "x.a[].b[].c", "1@1 2@1"},
    /* filters */
    {"{\"a\":[{\"type\":\"User\",\"id\":1},{\"type\":\"Role\",\"id\":2}]}", "a[type=role].id", "2@2"},
    {"{\"a\":[{\"type\":\"User\",\"id\":1}]}",       "a[type=Role].id", ""},
    {"{\"a\":{\"type\":\"Role\",\"id\":1}}",         "a[type=Role].id", "1@1"},
    {"{\"a\":[\"x\"]}",                              "a[type=Role].id", ""},
    /* scalars that are wrapped */
    {"{\"a\":{\"value\":\"t3.micro\"}}",             "a",            "t3.micro@0"},
    {"{\"a\":{\"content\":7}}",                      "a",            "7@0"},
    {"{\"a\":{\"value\":{\"b\":1}}}",                "a",            "{\"value\":{\"b\":1}}@0"},
    {"{\"a\":{\"value\":\"x\"}}",                    "a.value",      "x@0"},
    /* JSON in strings */
    {"{\"a\":\"{\\\"b\\\":1}\"}",                    "a.b",          "1@0"},
    {"{\"a\":\" [{\\\"b\\\":1},{\\\"b\\\":2}]\"}",   "a[].b",        "1@1 2@2"},
    {"{\"a\":\"%7B%22b%22%3A%20%22c%20d%22%7D\"}",   "a.b",          "c d@0"},
    {"{\"a\":\"%5B%7B%22b%22%3A1%7D%5D\"}",          "a[].b",        "1@1"},
    {"{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"c\\\\\\\":3}\\\"}\"}", "a.b.c", "3@0"},
    {"{\"a\":\"{broken\"}",                          "a.b",          ""},
    {"{\"a\":\"{broken\"}",                          "a",            "{broken@0"},
    {"{\"a\":\"plain\"}",                            "a.b",          ""},
    {"\"{\\\"a\\\":1}\"",                            "a",            "1@0"},
    {"7",                                            "a",            ""},
};
/* clang-format on */

typedef struct bench {
    json_reader *json;
    arena scratch;
    pick_ctx ctx;
    buf text; /* of the record */
    json_node root;
} bench;

static void bench_init(bench *b, const char *json)
{
    *b = (bench){.json = json_reader_new()};
    assert_non_null(b->json);
    b->ctx = (pick_ctx){.json = b->json, .scratch = &b->scratch};
    buf_puts(&b->text, json);
    assert_int_equal(json_parse(b->json, buf_str(&b->text), &b->root), JSON_OK);
}

static void bench_done(bench *b)
{
    json_reader_free(b->json);
    arena_done(&b->scratch);
    buf_done(&b->text);
}

typedef struct hits {
    bench *b;
    buf out;
    size_t n;
} hits;

static void on_hit(void *user, json_node n, unsigned item)
{
    hits *h = user;
    buf_puts(&h->out, h->n++ > 0 ? " " : "");
    buf_putstr(&h->out, pick_node_text(&h->b->ctx, n));
    buf_printf(&h->out, "@%u", item);
}

static void paths_hit_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(bench) b;
        bench_init(&b, rows[i].json);
        hits h = {.b = &b};
        pick_each(&b.ctx, b.root, rows[i].path, on_hit, &h);
        buf_putc(&h.out, '\0');
        if (strcmp(h.out.p, rows[i].hits) != 0)
            print_error("%s in %s\n", rows[i].path, rows[i].json);
        assert_string_equal(h.out.p, rows[i].hits);
        buf_done(&h.out);
    }
}

static void the_first_hit_is_taken(void **state)
{
    (void)state;
    AUTO(bench) b;
    bench_init(
        &b, "{\"a\":[null,{\"b\":\"x\"},{\"b\":\"y\"}],\"h\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}");
    assert_true(str_is(pick_text(&b.ctx, b.root, "a[].b"), "x"));
    assert_true(str_is(json_node_string(pick_first(&b.ctx, b.root, "a[].b")), "x"));
    assert_true(str_is(pick_text(&b.ctx, b.root, "a"), "[null,{\"b\":\"x\"},{\"b\":\"y\"}]"));
    assert_int_equal(pick_text(&b.ctx, b.root, "h").n, 0);
    assert_int_equal(pick_text(&b.ctx, b.root, "c").n, 0);
    assert_null(pick_first(&b.ctx, b.root, "c").doc);
    assert_null(pick_first(&b.ctx, JSON_NODE_NONE, "c").doc);
}

static void what_is_inside_a_string(void **state)
{
    (void)state;
    AUTO(bench) b;
    bench_init(&b, "{\"a\":\"[1]\",\"b\":\"x\",\"c\":{}}");
    json_node a = json_node_get(b.root, STR("a"));
    json_node plain = json_node_get(b.root, STR("b"));
    json_node object = json_node_get(b.root, STR("c"));
    assert_int_equal(json_node_type(pick_inside(&b.ctx, a)), JSON_ARRAY);
    assert_int_equal(json_node_type(pick_inside(&b.ctx, plain)), JSON_STRING);
    assert_int_equal(json_node_type(pick_inside(&b.ctx, object)), JSON_OBJECT);
}

static void visits_are_limited(void **state)
{
    (void)state;
    AUTO(buf) json = {0};
    buf_puts(&json, "{\"a\":[0");
    for (int i = 0; i < 2 * LIMIT_REFS; i++)
        buf_puts(&json, ",1");
    buf_puts(&json, "]}");
    buf_putc(&json, '\0');
    AUTO(bench) b;
    bench_init(&b, json.p);
    hits h = {.b = &b};
    pick_each(&b.ctx, b.root, "a[]", on_hit, &h);
    assert_true(h.n > LIMIT_REFS / 2);
    assert_true(h.n <= LIMIT_REFS);
    buf_done(&h.out);
}

/* More objects and keys than the context remembers, asked twice; the slow twin is json_node_get. */
static void what_is_remembered_hides_nothing(void **state)
{
    static const char *const names[] = {"x_a", "XA", "imageId", "IMAGE_ID", "instance_id", "id",
                                        "_",   "d",  "ageId",   "none",     "Key_7",       "key7"};
    enum { OBJECTS = 40 };
    AUTO(buf) json = {0};
    for (int i = 0; i < OBJECTS; i++)
        buf_printf(&json, "%s\"o%d\":{\"x_a\":%d,\"image_Id\":1,\"instanceID\":2,\"key_%d\":3}",
                   i ? "," : "{", i, i, i);
    buf_puts(&json, "}");
    buf_putc(&json, '\0');
    (void)state;
    AUTO(bench) b;
    bench_init(&b, json.p);
    for (int i = 0; i < 2 * OBJECTS; i++) {
        str parent = arena_printf(&b.scratch, "o%d", i % OBJECTS);
        for (size_t k = 0; k < ARRAY_LEN(names); k++) {
            str path = arena_printf(&b.scratch, "%s.%s", parent.p, names[k]);
            json_node slow = json_node_get(json_node_get(b.root, parent), str_of(names[k]));
            json_node fast = pick_first(&b.ctx, b.root, path.p);
            assert_true(fast.doc == slow.doc && fast.at == slow.at);
            assert_true(!slow.doc ||
                        pick_may_lead(&b.ctx, json_node_get(b.root, parent), str_of(names[k])));
        }
    }
    assert_false(pick_may_lead(&b.ctx, JSON_NODE_NONE, STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_hit_what_they_say),
        cmocka_unit_test(the_first_hit_is_taken),
        cmocka_unit_test(what_is_inside_a_string),
        cmocka_unit_test(visits_are_limited),
        cmocka_unit_test(what_is_remembered_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
