/* SPDX-License-Identifier: Apache-2.0
 *
 * test_json.c -- the JSON bridge: its rules as tables, then both readers against a slow twin.
 *
 *  (1) Every text is given at its exact size plus BUF_PADDING, so that a read past it is seen.
 *  (2) The twin walks json_parse's tree path by path with plain string comparison and no memo. It
 *      must agree with json_project on generated records; a fixed seed makes a failure repeatable.
 */
#include "base/json.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/random.h"

enum { SLOTS_MAX = 16 };

/* ---- help ------------------------------------------------------------------------------------ */

/* A copy with exactly the padding that rule (3) of the header asks for; freed by the caller. */
static char *padded(str s)
{
    char *p = calloc(1, s.n + BUF_PADDING);
    assert_non_null(p);
    if (s.n)
        memcpy(p, s.p, s.n);
    return p;
}

static json_status project(json_reader *r, const json_trie *t, str record, json_value *slots,
                           char **ret_copy)
{
    *ret_copy = padded(record);
    return json_project(r, t, (str){*ret_copy, record.n}, slots, SLOTS_MAX);
}

static void assert_text(const buf *b, str expected)
{
    assert_false(b->failed);
    if (!str_eq(buf_str(b), expected))
        fail_msg("got '%.*s', expected '%.*s'", (int)b->n, b->n ? b->p : "", (int)expected.n,
                 expected.p);
}

static void assert_value(const json_value *v, json_type type, const char *text)
{
    AUTO(buf) out = {0};
    assert_int_equal(v->type, type);
    json_value_text(v, &out);
    assert_text(&out, str_of(text));
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void test_key_eq(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"userIdentity", "user_identity", true},
        {"userIdentity", "USERIDENTITY", true},
        {"__a_", "A", true},
        {"", "__", true},
        {"", "", true},
        {"a", "", false},
        {"ab", "a", false},
        {"a", "ab", false},
        {"a-b", "ab", false},
        {"a.b", "ab", false},
        {"@", "`", false}, /* 0x40 and 0x60 are no letters */
        {"[", "{", false},
        {"\xC3\x84", "\xC3\xA4", false}, /* letters outside ASCII keep their case */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(json_key_eq(str_of(rows[i].a), str_of(rows[i].b)), rows[i].equal);
        assert_int_equal(json_key_eq(str_of(rows[i].b), str_of(rows[i].a)), rows[i].equal);
    }
    assert_true(json_key_eq(STR_NONE, STR("_")));
}

/* ---- one path -------------------------------------------------------------------------------- */

typedef struct one_row {
    const char *path, *record;
    json_type type;
    const char *text;
    const char *doc;
} one_row;

static const one_row ONE[] = {
    {"a", "{\"a\":\"x\"}", JSON_STRING, "x", "a string"},
    {"a", " \t\r\n{ \"a\" : \"x\" } \n", JSON_STRING, "x", "white space anywhere"},
    {"a", "{\"a\":  \"x y \"  }", JSON_STRING, "x y ", "spaces inside a string stay"},
    {"a", "{\"a\":\"\"}", JSON_STRING, "", "the empty string"},
    {"a", "{\"a\":\"{\\\"b\\\":[1]}\"}", JSON_STRING, "{\"b\":[1]}", "JSON in a string"},
    {"a", "{\"a\":\"\\\\\"}", JSON_STRING, "\\", "an escaped backslash at the end"},
    {"a", "{\"a\":\"\\u0041\\n\\/\\t\"}", JSON_STRING, "A\n/\t", "escapes"},
    {"a", "{\"a\":\"\\u00e4\\u20AC\\ud83d\\ude00\"}", JSON_STRING,
     "\xC3\xA4\xE2\x82\xAC"
     "\xF0\x9F\x98\x80",
     "UTF-16 pairs"},
    {"a", "{\"a\":\"\\ud83dx\"}", JSON_STRING, "\xEF\xBF\xBDx", "a lone high surrogate"},
    {"a", "{\"a\":\"\\ude00\"}", JSON_STRING, "\xEF\xBF\xBD", "a lone low surrogate"},
    {"a", "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", JSON_STRING, "\xEF\xBF\xBD\xF0\x9F\x98\x80",
     "lone, then a pair"},
    {"a", "{\"a\":\"\\ud83d\\n\"}", JSON_STRING, "\xEF\xBF\xBD\n", "lone, then another escape"},
    {"a", "{\"a\":0}", JSON_NUMBER, "0", "zero"},
    {"a", "{\"a\":-12.50E+3 }", JSON_NUMBER, "-12.50E+3", "a number as it stands"},
    {"a", "{\"a\":123456789012345678901234567890}", JSON_NUMBER, "123456789012345678901234567890",
     "any size"},
    {"a", "{\"a\":true}", JSON_BOOL, "true", "true"},
    {"a", "{\"a\":false\n}", JSON_BOOL, "false", "false, trimmed"},
    {"a", "{\"a\":null}", JSON_NULL, "", "null has no text"},
    {"a", "{\"b\":1}", JSON_NONE, "", "absent"},
    {"a", "{}", JSON_NONE, "", "nothing there"},
    {"a", "{\"a\":{\"b\": [1, 2]} }", JSON_OBJECT, "{\"b\": [1, 2]}", "an object, raw"},
    {"a", "{\"a\":[ ] , \"b\":1}", JSON_ARRAY, "[ ]", "an array, raw"},
    {"a.b", "{\"a\":{\"x\":{},\"b\":1}}", JSON_NUMBER, "1", "nested"},
    {"a.b", "{\"a\":1}", JSON_NONE, "", "a scalar has no members"},
    {"a.b", "{\"a\":[{\"b\":1}]}", JSON_NONE, "", "arrays are not entered"},
    {"a.b.c", "{\"a\":{\"b\":{\"c\":\"x\"}}}", JSON_STRING, "x", "deeper"},
    /* rule 1 */
    {"userIdentity", "{\"user_identity\":1}", JSON_NUMBER, "1", "case and '_' do not count"},
    {"user_name", "{\"USERNAME\":1}", JSON_NUMBER, "1", "in the path neither"},
    {"ab", "{\"\\u0061\\u0042\":1}", JSON_NUMBER, "1", "escaped key"},
    {"ab", "{\"a-b\":1}", JSON_NONE, "", "'-' counts"},
    /* rule 2 */
    {"a.b.c", "{\"a.b.c\":1}", JSON_NUMBER, "1", "flattened"},
    {"a.b.c", "{\"a\":{\"b.c\":1}}", JSON_NUMBER, "1", "half flattened"},
    {"a.b.c", "{\"a.b\":{\"c\":1}}", JSON_NUMBER, "1", "flattened, then nested"},
    {"aws.event_name", "{\"AWS.eventName\":1}", JSON_NUMBER, "1", "flattened and normalised"},
    {"a.b", "{\"a\\u002eb\":1}", JSON_NUMBER, "1", "an escaped dot"},
    {"a.b", "{\"a.\":1,\".b\":2,\".\":3,\"a.b.c\":4}", JSON_NONE, "", "pieces that lead nowhere"},
    {"http://x\\.y/z", "{\"http://x.y/z\":1}", JSON_NUMBER, "1", "a dot of the key"},
    {"c.x\\.y", "{\"c\":{\"x.y\":1}}", JSON_NUMBER, "1", "… nested"},
    {"c.x\\.y", "{\"c\":{\"x\":{\"y\":1}}}", JSON_NONE, "", "… is not a path"},
    /* rule 6 */
    {"a", "{\"a\":1,\"a\":2}", JSON_NUMBER, "1", "the first counts"},
    {"a", "{\"a\":null,\"A\":2,\"a\":3}", JSON_NUMBER, "2", "the first that is not null"},
    {"a", "{\"a\":1,\"a\":null}", JSON_NUMBER, "1", "null does not take back"},
    {"a", "{\"a\":null,\"a\":null}", JSON_NULL, "", "only nulls"},
    {"a.b", "{\"a\":{\"c\":1},\"a.b\":2}", JSON_NUMBER, "2", "spelled in two ways"},
};

static void check_one(json_reader *r, const one_row *row)
{
    char *copy;
    json_value slots[SLOTS_MAX];
    json_trie *t = json_trie_new(&(json_path){row->path, 3}, 1);
    assert_int_equal(project(r, t, str_of(row->record), slots, &copy), JSON_OK);
    if (slots[3].type != row->type)
        print_error("%s: %s in %s\n", row->doc, row->path, row->record);
    assert_value(&slots[3], row->type, row->text);
    for (size_t i = 0; i < SLOTS_MAX; i++)
        assert_true(i == 3 || slots[i].type == JSON_NONE);
    if (row->type != JSON_NONE && slots[3].raw.n)
        assert_true(slots[3].raw.p > copy && slots[3].raw.p < copy + strlen(row->record));
    free(copy);
    json_trie_free(t);
}

static void test_one_path(void **state)
{
    (void)state;
    json_reader *r = json_reader_new();
    for (size_t i = 0; i < ARRAY_LEN(ONE); i++) {
        check_one(r, &ONE[i]); /* a new trie each time, often at the address of the last */
        check_one(r, &ONE[i]);
    }
    json_reader_free(r);
}

static void test_escape_flag(void **state)
{
    static const json_path paths[] = {{"a", 0}, {"b", 1}, {"c", 2}, {"d.e", 3}};
    static const char record[] = "{\"a\":\"p\\n\",\"b\":\"q\",\"c\":\"\\\\r\",\"d\":{\"e\":\"s\"}}";
    char *copy;
    json_value slots[SLOTS_MAX];
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    assert_int_equal(project(r, t, STR(record), slots, &copy), JSON_OK);
    assert_true(slots[0].has_escape && !slots[1].has_escape);
    assert_true(slots[2].has_escape && !slots[3].has_escape);
    assert_true(str_is(slots[0].raw, "p\\n"));
    free(copy);
    json_trie_free(t);
    json_reader_free(r);
}

/* ---- several paths, one slot ----------------------------------------------------------------- */

static void test_shared_slot(void **state)
{
    static const json_path paths[] = {{"a", 0}, {"b", 0}, {"c.d", 0}, {"c", 1}, {"a", 2}};
    static const struct {
        const char *record;
        json_type type;
        const char *text;
        int row;
    } rows[] = {
        {"{\"a\":1,\"b\":2,\"c\":{\"d\":3}}", JSON_NUMBER, "1", 0},
        {"{\"c\":{\"d\":3},\"b\":2,\"a\":1}", JSON_NUMBER, "1", 0},
        {"{\"c\":{\"d\":3},\"b\":2}", JSON_NUMBER, "2", 1},
        {"{\"a\":null,\"b\":2}", JSON_NUMBER, "2", 1},
        {"{\"b\":2,\"a\":null}", JSON_NUMBER, "2", 1},
        {"{\"b\":null,\"a\":null}", JSON_NULL, "", 0},
        {"{\"b\":null}", JSON_NULL, "", 1},
        {"{\"c\":{\"d\":3}}", JSON_NUMBER, "3", 2},
    };
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *copy;
        json_value slots[SLOTS_MAX];
        assert_int_equal(project(r, t, str_of(rows[i].record), slots, &copy), JSON_OK);
        assert_value(&slots[0], rows[i].type, rows[i].text);
        assert_int_equal(slots[0].row, rows[i].row);
        free(copy);
    }
    json_trie_free(t);
    json_reader_free(r);
}

/* A path may be a prefix of another; several slots may want one value; slots may be too few. */
static void test_prefix_path(void **state)
{
    static const json_path paths[] = {{"a.b", 0}, {"a", 1}, {"a.b", 2}, {"a", 9}};
    json_value slots[3];
    char *copy = padded(STR("{\"a\": {\"b\" :7, \"c\":[]} }"));
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    assert_int_equal(json_project(r, t, str_of(copy), slots, 3), JSON_OK);
    assert_value(&slots[0], JSON_NUMBER, "7");
    assert_value(&slots[1], JSON_OBJECT, "{\"b\" :7, \"c\":[]}");
    assert_value(&slots[2], JSON_NUMBER, "7");
    free(copy);
    json_trie_free(t);
    json_reader_free(r);
}

/* An exact key wins over following its dots. */
static void test_exact_key_wins(void **state)
{
    static const json_path paths[] = {{"a.b", 0}, {"a\\.b", 1}, {"a\\.b.c", 2}, {"a.b.c", 3}};
    char *copy;
    json_value slots[SLOTS_MAX];
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    assert_int_equal(project(r, t, STR("{\"a.b\":{\"c\":5}}"), slots, &copy), JSON_OK);
    assert_value(&slots[0], JSON_NONE, "");
    assert_value(&slots[1], JSON_OBJECT, "{\"c\":5}");
    assert_value(&slots[2], JSON_NUMBER, "5");
    assert_value(&slots[3], JSON_NONE, "");
    free(copy);
    json_trie_free(t);
    json_reader_free(r);
}

/* ---- refusals -------------------------------------------------------------------------------- */

typedef struct bad_row {
    const char *text;
    json_status projected, parsed;
    const char *doc;
} bad_row;

/* clang-format off */
static const bad_row BAD[] = {
    {"",                          JSON_BAD, JSON_BAD, "nothing"},
    {"  ",                        JSON_BAD, JSON_BAD, "only white space"},
    {"{",                         JSON_BAD, JSON_BAD, "open object"},
    {"{\"a\"",                    JSON_BAD, JSON_BAD, "open after a key"},
    {"{\"a\":",                   JSON_BAD, JSON_BAD, "open after a colon"},
    {"{\"a\":1",                  JSON_BAD, JSON_BAD, "open after a value"},
    {"{\"a\":1,",                 JSON_BAD, JSON_BAD, "open after a comma"},
    {"{\"a\":1,}",                JSON_BAD, JSON_BAD, "comma before the end"},
    {"{,\"a\":1}",                JSON_BAD, JSON_BAD, "comma at the start"},
    {"{\"a\":1 \"b\":2}",         JSON_BAD, JSON_BAD, "no comma"},
    {"{\"a\" 1}",                 JSON_BAD, JSON_BAD, "no colon"},
    {"{\"a\"::1}",                JSON_BAD, JSON_BAD, "two colons"},
    {"{a:1}",                     JSON_BAD, JSON_BAD, "key without quotes"},
    {"{1:1}",                     JSON_BAD, JSON_BAD, "key that is a number"},
    {"{\"a\":}",                  JSON_BAD, JSON_BAD, "no value"},
    {"{\"a\":1]",                 JSON_BAD, JSON_BAD, "closed by the wrong bracket"},
    {"{\"a\":1}}",                JSON_BAD, JSON_BAD, "closed twice"},
    {"{\"a\":1} {\"a\":2}",       JSON_BAD, JSON_BAD, "two records"},
    {"{\"a\":1} x",               JSON_BAD, JSON_BAD, "something behind"},
    {"{\"a\":\"x}",               JSON_BAD, JSON_BAD, "open string"},
    {"{\"a\":\"\x01\"}",          JSON_BAD, JSON_BAD, "control character"},
    {"{\"z\":\"\xFF\"}",          JSON_BAD, JSON_BAD, "not UTF-8, even where it is skipped"},
    {"{\"a\":01}",                JSON_BAD, JSON_BAD, "leading zero"},
    {"{\"a\":1.}",                JSON_BAD, JSON_BAD, "no fraction"},
    {"{\"a\":-}",                 JSON_BAD, JSON_BAD, "no digits"},
    {"{\"a\":1e}",                JSON_BAD, JSON_BAD, "no exponent"},
    {"{\"a\":+1}",                JSON_BAD, JSON_BAD, "plus sign"},
    {"{\"a\":1x}",                JSON_BAD, JSON_BAD, "junk in a number"},
    {"{\"a\":tru}",               JSON_BAD, JSON_BAD, "a word cut off"},
    {"{\"a\":trueish}",           JSON_BAD, JSON_BAD, "a word too long"},
    {"{\"a\":nul}",               JSON_BAD, JSON_BAD, "half of null"},
    {"{\"a\":\"\\x\"}",           JSON_BAD, JSON_BAD, "no such escape"},
    {"{\"a\":\"\\u12G4\"}",       JSON_BAD, JSON_BAD, "not hexadecimal"},
    {"{\"a\":\"\\u12\"}",         JSON_BAD, JSON_BAD, "too few digits"},
    {"{\"\\q\":1}",               JSON_BAD, JSON_BAD, "no such escape in a key"},
    {"{\"a\":\"x\"\"y\"}",        JSON_BAD, JSON_BAD, "two strings"},
    {"{\"a\":\"x\"y}",            JSON_BAD, JSON_BAD, "junk behind a string"},
    /* the structure of what no path wants */
    {"{\"z\":{\"b\":1]}",         JSON_BAD, JSON_BAD, "skipped: wrong bracket"},
    {"{\"z\":[1,2}}",             JSON_BAD, JSON_BAD, "skipped: wrong bracket"},
    {"{\"z\":[1 2]}",             JSON_BAD, JSON_BAD, "skipped: no comma"},
    {"{\"z\":[1,]}",              JSON_BAD, JSON_BAD, "skipped: comma before the end"},
    {"{\"z\":[,]}",               JSON_BAD, JSON_BAD, "skipped: only a comma"},
    {"{\"z\":{\"b\":{\"c\"}}}",   JSON_BAD, JSON_BAD, "skipped: no colon"},
    {"{\"z\":{1:2}}",             JSON_BAD, JSON_BAD, "skipped: key that is a number"},
    {"{\"z\":[1:2]}",             JSON_BAD, JSON_BAD, "skipped: colon in an array"},
    {"{\"z\":[[],{}",             JSON_BAD, JSON_BAD, "skipped: open at the end"},
    {"{\"z\":[x]}",               JSON_BAD, JSON_BAD, "skipped: a word that is none"},
    /* any value is fine for the tree, only objects are records */
    {"[]",                        JSON_BAD, JSON_OK,  "array at the top"},
    {"\"a\"",                     JSON_BAD, JSON_OK,  "string at the top"},
    {" 12 ",                      JSON_BAD, JSON_OK,  "number at the top"},
    {"null",                      JSON_BAD, JSON_OK,  "null at the top"},
    {"nullx",                     JSON_BAD, JSON_BAD, "junk at the top"},
    /* what is not read may be odd */
    {"{\"z\":[01,\"\\x\",tru]}",  JSON_OK,  JSON_BAD, "skipped: inside of scalars"},
    {"{\"z\":[{},[],{\"\":[{}]}]}", JSON_OK, JSON_OK, "skipped: empty ones"},
    /* the tree keeps what simdjson refuses */
    {"{\"a\":1e999,\"z\":[-9223372036854775809,{\"b\":18446744073709551616}]}", JSON_OK, JSON_OK,
     "big numbers"},
    {"{\"a\":1e999,\"z\":01}",    JSON_OK,  JSON_BAD, "a big number and a bad one"},
    {"{\"a\":1e999,\"z\":\"\\x\"}", JSON_OK, JSON_BAD, "a big number and a bad string"},
};
/* clang-format on */

static void test_refusals(void **state)
{
    static const json_path path = {"a", 0};
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(&path, 1);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char *copy;
        json_node root;
        json_value slots[SLOTS_MAX];
        str text = str_of(BAD[i].text);
        json_status projected = project(r, t, text, slots, &copy);
        json_status parsed = json_parse(r, (str){copy, text.n}, &root);
        if (projected != BAD[i].projected || parsed != BAD[i].parsed)
            fail_msg("%s: %s: %d %d", BAD[i].doc, BAD[i].text, projected, parsed);
        json_reader_reset(r);
        free(copy);
    }
    json_trie_free(t);
    json_reader_free(r);
}

static void test_partial(void **state)
{
    static const json_path path = {"a", 0};
    char *copy;
    json_value slots[SLOTS_MAX];
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(&path, 1);
    assert_int_equal(project(r, t, STR("{\"a\":1,\"b\"}"), slots, &copy), JSON_BAD);
    assert_value(&slots[0], JSON_NUMBER, "1");
    free(copy);
    json_trie_free(t);
    json_reader_free(r);
}

/* `depth` containers around a 1, by repeating open and close. */
static void put_nested(buf *b, const char *open, const char *close, int depth, const char *inside)
{
    buf_puts(b, "{\"a\":");
    for (int i = 1; i < depth; i++)
        buf_puts(b, open);
    buf_puts(b, inside);
    for (int i = 1; i < depth; i++)
        buf_puts(b, close);
    buf_puts(b, "}");
}

static void check_depth(const char *path, const char *open, const char *close, int depth,
                        const char *inside, json_status expected)
{
    AUTO(buf) text = {0};
    char *copy;
    json_node root;
    json_value slots[SLOTS_MAX];
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(&(json_path){path, 0}, 1);
    put_nested(&text, open, close, depth, inside);
    assert_int_equal(project(r, t, buf_str(&text), slots, &copy), expected);
    assert_int_equal(json_parse(r, (str){copy, text.n}, &root), expected);
    free(copy);
    json_trie_free(t);
    json_reader_free(r);
}

static void test_depth(void **state)
{
    static const struct {
        const char *path, *open, *close;
    } rows[] = {
        {
            "x",
            "[",
            "]",
        },
        {"a", "[", "]"},
        {"x", "{\"a\":", "}"},
        {"a.a.a", "{\"a\":", "}"},
        {"a.a", "{\"a\":[0,", "]}"}, /* two levels each */
    };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        check_depth(rows[i].path, rows[i].open, rows[i].close, LIMIT_DEPTH, "1", JSON_OK);
        check_depth(rows[i].path, rows[i].open, rows[i].close, LIMIT_DEPTH, "{}", JSON_OK);
        check_depth(rows[i].path, rows[i].open, rows[i].close, LIMIT_DEPTH + 1, "1", JSON_TOO_DEEP);
        check_depth(rows[i].path, rows[i].open, rows[i].close, 10000, "1", JSON_TOO_DEEP);
    }
    check_depth(rows[4].path, rows[4].open, rows[4].close, 32, "1", JSON_OK);
    check_depth(rows[4].path, rows[4].open, rows[4].close, 33, "1", JSON_TOO_DEEP);
}

/* A path as deep as the limit and one below it. */
static void test_depth_of_path(void **state)
{
    AUTO(buf) path = {0};
    (void)state;
    for (int i = 0; i <= LIMIT_DEPTH; i++)
        buf_puts(&path, i ? ".a" : "a");
    buf_putc(&path, 0);
    check_depth(path.p, "{\"a\":", "}", LIMIT_DEPTH, "1", JSON_OK);
    check_depth(path.p, "{\"a\":", "}", LIMIT_DEPTH, "{}", JSON_OK);
    check_depth(path.p, "{\"a\":", "}", LIMIT_DEPTH + 1, "1", JSON_TOO_DEEP);
}

/* ---- memo ------------------------------------------------------------------------------------ */

/* More spellings than are remembered, keys that collide, long keys: the answer stays the same. */
static void put_memo_record(buf *b, unsigned i)
{
    buf_reset(b);
    buf_puts(b, "{");
    for (unsigned k = 0; k < 40; k++)
        buf_printf(b, "\"%s%08u%s\":%u,", i % 2 ? "abcdefgh" : "k", i * 40 + k,
                   i % 3 ? "" : "tail_of_8_or_more", k);
    for (unsigned k = 0; k < 100; k++)
        buf_puts(b, k == 0 ? "\"" : k == 99 ? "\":0," : "long");
    if (i % 5)
        buf_puts(b, "\"other\":[],");
    buf_printf(b, "\"%s\":%u}", i % 4 ? "want" : "W_ant", i);
}

static void test_memo(void **state)
{
    static const json_path paths[] = {{"want", 0}, {"abcdefgh00000041", 1}};
    AUTO(buf) record = {0};
    AUTO(buf) expected = {0};
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    for (unsigned lap = 0; lap < 3; lap++) {
        for (unsigned i = 0; i < 40; i++) {
            char *copy;
            json_value slots[SLOTS_MAX];
            put_memo_record(&record, i);
            assert_int_equal(project(r, t, buf_str(&record), slots, &copy), JSON_OK);
            buf_reset(&expected);
            buf_printf(&expected, "%u", i);
            assert_true(str_eq(slots[0].raw, buf_str(&expected)));
            assert_int_equal(slots[1].type, i == 1 ? JSON_NUMBER : JSON_NONE);
            free(copy);
        }
    }
    json_trie_free(t);
    json_reader_free(r);
}

/* A key of n letters, in which the one at `odd`, if there is one, is another. */
static void put_long_key(buf *b, size_t n, size_t odd, const char *value)
{
    buf_reset(b);
    buf_puts(b, "{\"");
    for (size_t i = 0; i < n; i++)
        buf_putc(b, i == odd ? '#' : (char)('a' + i % 26));
    buf_printf(b, "\":%s,\"z\":0}", value);
}

/* Every byte of a remembered key counts, whatever its length and the value behind it. */
static void test_memo_bytes(void **state)
{
    static const char *const values[] = {"\"v\"", "7", "null", "{}", "[1]", "true"};
    AUTO(buf) record = {0};
    AUTO(buf) path = {0};
    (void)state;
    for (size_t n = 1; n < 90; n++) {
        json_reader *r = json_reader_new();
        buf_reset(&path);
        for (size_t i = 0; i < n; i++)
            buf_putc(&path, (char)('a' + i % 26));
        buf_putc(&path, 0);
        json_trie *t = json_trie_new(&(json_path){path.p, 0}, 1);
        for (size_t odd = 0; odd <= n; odd++) {
            for (size_t k = 0; k < 2 * ARRAY_LEN(values); k++) {
                char *copy;
                json_value slots[SLOTS_MAX];
                const char *value = values[k / 2];
                put_long_key(&record, n, k % 2 ? odd : n, value);
                assert_int_equal(project(r, t, buf_str(&record), slots, &copy), JSON_OK);
                assert_int_equal(slots[0].type != JSON_NONE, k % 2 == 0 || odd == n);
                if (slots[0].type == JSON_STRING)
                    assert_true(str_is(slots[0].raw, "v"));
                else if (slots[0].type != JSON_NONE)
                    assert_true(str_is(slots[0].raw, value));
                free(copy);
            }
        }
        json_trie_free(t);
        json_reader_free(r);
    }
}

#define LONG_KEY                                                                                   \
    "\"a key longer than any that is remembered, so that what follows it comes behind none\""

/* What is remembered of good records makes no bad one good, and none longer than it is. */
static void test_memo_refusals(void **state)
{
    static const json_path paths[] = {{"a", 0}, {"b.c", 1}};
    static const char good[] = "{\"a\":\"x\",\"b\":{\"c\":1,\"d\":{}},\"e\":\"y\"}";
    static const char *const others[] = {"{\"b\":2}", "{\"b\":\"x\",\"a\":null}",
                                         ("{" LONG_KEY ":1,\"b\":2}")};
    static const char *const bad[] = {
        "{\"a\":\"x\"{\"b\":{}}",
        ("{" LONG_KEY ":1{\"b\":2}"),
        ("{" LONG_KEY ":1{\"b\":\"x\"}"),
        "{,\"b\":2}",
        "{\"a\":\"x\",,\"b\":2}",
        "{\"a\":\"x\",\"b\":{\"c\":1,}}",
        "{\"a\":\"x\",\"b\":{,\"c\":1}}",
        "{\"a\":\"x\",\"b\":{{\"c\":1}}",
        "{\"a\":\"x\"\"b\":2}",
        "{\"a\":\"x\",\"b\":}",
        "{\"a\":\"x\"]",
        "{\"a\":\"x\"}}",
    };
    (void)state;
    char *copy;
    json_value slots[SLOTS_MAX];
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(paths, ARRAY_LEN(paths));
    for (size_t lap = 0; lap < 3; lap++) {
        for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
            const char *other = others[(lap + i) % ARRAY_LEN(others)];
            assert_int_equal(project(r, t, str_of(other), slots, &copy), JSON_OK);
            free(copy);
            if (project(r, t, str_of(bad[i]), slots, &copy) != JSON_BAD)
                fail_msg("taken: %s", bad[i]);
            free(copy);
        }
        copy = padded(STR(good));
        assert_int_equal(json_project(r, t, (str){copy, sizeof good - 1}, slots, SLOTS_MAX),
                         JSON_OK);
        for (size_t n = 0; n < sizeof good - 1; n++) /* the rest stays behind it in memory */
            assert_int_equal(json_project(r, t, (str){copy, n}, slots, SLOTS_MAX), JSON_BAD);
        free(copy);
    }
    json_trie_free(t);
    json_reader_free(r);
}

/* One reader with more tries than it remembers. */
static void test_many_tries(void **state)
{
    enum { TRIES = 40 };
    json_trie *t[TRIES];
    (void)state;
    json_reader *r = json_reader_new();
    for (size_t i = 0; i < TRIES; i++)
        t[i] = json_trie_new(&(json_path){i % 2 ? "a" : "b", (uint16_t)(i % SLOTS_MAX)}, 1);
    for (size_t i = 0; i < 3 * TRIES; i++) {
        char *copy;
        json_value slots[SLOTS_MAX];
        size_t k = i % TRIES;
        assert_int_equal(project(r, t[k], STR("{\"a\":1,\"b\":2}"), slots, &copy), JSON_OK);
        assert_value(&slots[k % SLOTS_MAX], JSON_NUMBER, k % 2 ? "1" : "2");
        free(copy);
    }
    for (size_t i = 0; i < TRIES; i++)
        json_trie_free(t[i]);
    json_reader_free(r);
}

static void test_empty_trie(void **state)
{
    char *copy;
    json_value slots[SLOTS_MAX];
    (void)state;
    json_reader *r = json_reader_new();
    json_trie *t = json_trie_new(NULL, 0);
    assert_int_equal(project(r, t, STR("{\"a\":{\"b\":[1,{}]}}"), slots, &copy), JSON_OK);
    free(copy);
    json_trie_free(t);
    json_trie_free(NULL);
    json_reader_free(r);
    json_reader_free(NULL);
}

/* ---- tree ------------------------------------------------------------------------------------ */

static void test_tree_text(void **state)
{
    static const struct {
        const char *json, *text;
        json_type type;
        size_t size;
    } rows[] = {
        {"null", "", JSON_NULL, 0},
        {"true", "true", JSON_BOOL, 0},
        {"false", "false", JSON_BOOL, 0},
        {"-9223372036854775808", "-9223372036854775808", JSON_NUMBER, 0},
        {"18446744073709551615", "18446744073709551615", JSON_NUMBER, 0},
        {"0.1", "0.1", JSON_NUMBER, 0},
        {"1.5e300", "1.5e+300", JSON_NUMBER, 0},
        {"5e-324", "5e-324", JSON_NUMBER, 0},
        {"2.2250738585072014e-308", "2.2250738585072014e-308", JSON_NUMBER, 0},
        {"18446744073709551616", "18446744073709551616", JSON_STRING, 0},
        {"\"a\\u0062\\n\"", "ab\n", JSON_STRING, 0},
        {"\"\\ud800\\ud83d\\ude00\"", "\xEF\xBF\xBD\xF0\x9F\x98\x80", JSON_STRING, 0},
        {" [ 1 , \"x\\\"\" , [ ] , { \"k\" : null } ] ", "[1,\"x\\\"\",[],{\"k\":null}]",
         JSON_ARRAY, 4},
        {"{\"b\":1,\"a\":{\"c\":[true,false]},\"b\":-2}",
         "{\"b\":1,\"a\":{\"c\":[true,false]},\"b\":-2}", JSON_OBJECT, 3},
        {"[1e400, -1E400, 12345678901234567890123 ]",
         "[\"1e400\",\"-1E400\",\"12345678901234567890123\"]", JSON_ARRAY, 3},
    };
    (void)state;
    json_reader *r = json_reader_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf) out = {0};
        json_node root;
        char *copy = padded(str_of(rows[i].json));
        assert_int_equal(json_parse(r, str_of(copy), &root), JSON_OK);
        free(copy); /* the tree keeps no view into the text */
        assert_int_equal(json_node_type(root), rows[i].type);
        assert_int_equal(json_node_size(root), rows[i].size);
        json_node_text(root, &out);
        assert_text(&out, str_of(rows[i].text));
        assert_int_equal(json_node_string(root).p != NULL, rows[i].type == JSON_STRING);
    }
    json_reader_free(r);
}

static void test_tree_get(void **state)
{
    static const char json[] = "{\"n\":null,\"N\":2,\"user_name\":\"u\",\"x\":null,\"X\":null,"
                               "\"o\":{\"a.b\":1}}";
    json_node root;
    char *copy = padded(STR(json));
    (void)state;
    json_reader *r = json_reader_new();
    assert_int_equal(json_parse(r, STR(json), &root), JSON_OK);
    assert_true(str_is(json_node_string(json_node_get(root, STR("userName"))), "u"));
    assert_int_equal(json_node_type(json_node_get(root, STR("n"))), JSON_NUMBER);
    assert_int_equal(json_node_type(json_node_get(root, STR("x"))), JSON_NULL);
    assert_int_equal(json_node_type(json_node_get(root, STR("y"))), JSON_NONE);
    json_node o = json_node_get(root, STR("o"));
    assert_int_equal(json_node_type(json_node_get(o, STR("a.b"))), JSON_NUMBER);
    assert_int_equal(json_node_type(json_node_get(o, STR("a"))), JSON_NONE);
    json_node n = json_node_get(root, STR("n"));
    assert_int_equal(json_node_type(json_node_get(n, STR("n"))), JSON_NONE);
    free(copy);
    json_reader_free(r);
}

static void test_tree_iter(void **state)
{
    static const char json[] = "{\"a\":[1,[2],{\"x\":3},\"s\"],\"b\":-1.5,\"c\":{}}";
    static const char *const keys[] = {"a", "b", "c"};
    static const json_type types[] = {JSON_NUMBER, JSON_ARRAY, JSON_OBJECT, JSON_STRING};
    json_node root;
    size_t n = 0;
    char *copy = padded(STR(json));
    (void)state;
    json_reader *r = json_reader_new();
    assert_int_equal(json_parse(r, str_of(copy), &root), JSON_OK);
    for (json_iter it = json_iter_of(root); json_iter_next(&it); n++)
        assert_true(str_is(it.key, keys[n]));
    assert_int_equal(n, 3);
    n = 0;
    for (json_iter it = json_iter_of(json_node_get(root, STR("a"))); json_iter_next(&it); n++) {
        assert_null(it.key.p);
        assert_int_equal(json_node_type(it.value), types[n]);
    }
    assert_int_equal(n, 4);
    json_iter none = json_iter_of(json_node_get(root, STR("b")));
    assert_false(json_iter_next(&none));
    none = json_iter_of(json_node_get(root, STR("c")));
    assert_false(json_iter_next(&none));
    free(copy);
    json_reader_free(r);
}

static void test_tree_absent(void **state)
{
    AUTO(buf) out = {0};
    json_node none = JSON_NODE_NONE;
    json_iter it = json_iter_of(none);
    (void)state;
    assert_int_equal(json_node_type(none), JSON_NONE);
    assert_null(json_node_string(none).p);
    assert_null(json_node_get(none, STR("a")).doc);
    assert_int_equal(json_node_size(none), 0);
    assert_false(json_iter_next(&it));
    json_node_text(none, &out);
    assert_int_equal(out.n, 0);
}

/* JSON in JSON: the outer document lives on while the inner one is read; a refused text between. */
static void test_tree_several(void **state)
{
    char *outer = padded(STR("{\"m\":\"{\\\"k\\\":[7]}\",\"z\":\"end\"}"));
    char *bad = padded(STR("{\"m\":"));
    json_node root, inner, refused;
    (void)state;
    json_reader *r = json_reader_new();
    for (int lap = 0; lap < 3; lap++) {
        assert_int_equal(json_parse(r, str_of(outer), &root), JSON_OK);
        assert_int_equal(json_parse(r, str_of(bad), &refused), JSON_BAD);
        str text = json_node_string(json_node_get(root, STR("m")));
        char *copy = padded(text);
        assert_int_equal(json_parse(r, (str){copy, text.n}, &inner), JSON_OK);
        assert_int_equal(json_node_size(json_node_get(inner, STR("k"))), 1);
        assert_true(str_is(json_node_string(json_node_get(root, STR("z"))), "end"));
        free(copy);
        json_reader_reset(r);
    }
    free(outer);
    free(bad);
    json_reader_free(r);
}

/* ---- the slow twin --------------------------------------------------------------------------- */

enum { PIECES_MAX = 4, PIECE_BYTES = 24 };

static const json_path TWIN_PATHS[] = {
    {"alpha", 0}, {"alpha.beta", 1},  {"alpha.beta.gamma", 2},
    {"beta", 3},  {"beta.gamma", 3},  {"gamma", 3},
    {"x\\.y", 4}, {"x.y", 5},         {"x.y.z", 6},
    {"delta", 7}, {"delta.alpha", 8}, {"alpha", 9},
};

/* A place in the trie, as the normalised keys that lead there. */
typedef struct twin_at {
    char piece[PIECES_MAX][PIECE_BYTES];
    size_t n;
} twin_at;

static twin_at twin_paths[ARRAY_LEN(TWIN_PATHS)];

static void twin_push(twin_at *at, str key)
{
    size_t n = 0;
    char *piece = at->piece[at->n++];
    for (size_t i = 0; i < key.n && n + 1 < PIECE_BYTES; i++) {
        char c = key.p[i];
        if (c != '_')
            piece[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    piece[n] = 0;
}

static void twin_init(void)
{
    memset(twin_paths, 0, sizeof twin_paths);
    for (size_t i = 0; i < ARRAY_LEN(TWIN_PATHS); i++) {
        const char *p = TWIN_PATHS[i].path;
        if (strcmp(p, "x\\.y") == 0) {
            twin_push(&twin_paths[i], STR("x.y"));
            continue;
        }
        for (;; p++) {
            size_t n = strcspn(p, ".");
            twin_push(&twin_paths[i], (str){p, n});
            p += n;
            if (!*p)
                break;
        }
    }
}

static bool twin_begins(const twin_at *path, const twin_at *at)
{
    for (size_t k = 0; k < at->n; k++) {
        if (k >= path->n || strcmp(path->piece[k], at->piece[k]) != 0)
            return false;
    }
    return true;
}

static bool twin_exists(const twin_at *at)
{
    for (size_t i = 0; i < ARRAY_LEN(twin_paths); i++) {
        if (twin_begins(&twin_paths[i], at))
            return true;
    }
    return false;
}

static bool twin_step(twin_at *at, str key)
{
    twin_at next = *at;
    if (at->n == PIECES_MAX || key.n >= PIECE_BYTES)
        return false;
    twin_push(&next, key);
    if (!twin_exists(&next))
        return false;
    *at = next;
    return true;
}

static bool twin_follow(twin_at *at, str key)
{
    while (!twin_step(at, key)) {
        const char *dot = key.n ? memchr(key.p, '.', key.n) : NULL;
        if (!dot || !twin_step(at, (str){key.p, (size_t)(dot - key.p)}))
            return false;
        key = str_from(key, (size_t)(dot - key.p) + 1);
    }
    return true;
}

typedef struct twin_value {
    json_node node;
    size_t row;
} twin_value;

static void twin_fill(twin_value *now, json_node node, size_t row)
{
    json_type old = json_node_type(now->node), new = json_node_type(node);
    bool takes = row < now->row;
    if (old == JSON_NONE)
        takes = true;
    else if (old == JSON_NULL && new != JSON_NULL)
        takes = true;
    else if (old != JSON_NULL && new == JSON_NULL)
        takes = false;
    if (takes)
        *now = (twin_value){node, row};
}

static void twin_walk(json_node object, const twin_at *at, twin_value *values)
{
    json_iter it = json_iter_of(object);
    while (json_iter_next(&it)) {
        twin_at next = *at;
        if (!twin_follow(&next, it.key))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(twin_paths); i++) {
            if (twin_paths[i].n == next.n && twin_begins(&twin_paths[i], &next))
                twin_fill(&values[TWIN_PATHS[i].slot], it.value, i);
        }
        if (json_node_type(it.value) == JSON_OBJECT)
            twin_walk(it.value, &next, values);
    }
}

/* ---- generated records ----------------------------------------------------------------------- */

static size_t pick(uint64_t *rng, size_t n)
{
    return (size_t)((random_next(rng) >> 11) % n);
}

static void put_space(uint64_t *rng, buf *b)
{
    static const char *const spaces[] = {"", "", "", "", " ", "\t ", "\r\n"};
    buf_puts(b, spaces[pick(rng, ARRAY_LEN(spaces))]);
}

static void put_key_char(uint64_t *rng, buf *b, char c)
{
    switch (pick(rng, 12)) {
    case 0:
        buf_printf(b, "\\u%04x", (unsigned)(unsigned char)c);
        break;
    case 1:
        buf_printf(b, "_%c", c);
        break;
    case 2:
        buf_putc(b, (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
        break;
    default:
        buf_putc(b, c);
        break;
    }
}

static void put_key(uint64_t *rng, buf *b)
{
    static const char *const words[] = {
        "alpha",
        "beta",
        "gamma",
        "delta",
        "x",
        "y",
        "z",
        "x.y",
        "alpha.beta",
        "x.y.z",
        "beta.gamma",
        "delta.alpha",
        "other",
        "a.b",
        "",
        ".",
        "alph",
        "alphas",
        "beta.",
        "alpha.beta.gamma",
        "a key that is longer than the memo of the reader holds: looked up each time it comes",
    };
    const char *word = words[pick(rng, ARRAY_LEN(words))];
    bool is_plain = pick(rng, 3) != 0;
    put_space(rng, b);
    buf_putc(b, '"');
    for (; *word; word++) {
        if (is_plain)
            buf_putc(b, *word);
        else
            put_key_char(rng, b, *word);
    }
    buf_putc(b, '"');
    put_space(rng, b);
}

static void put_scalar(uint64_t *rng, buf *b)
{
    static const char *const scalars[] = {
        "null",
        "null",
        "true",
        "false",
        "0",
        "-17",
        "2.5",
        "\"text\"",
        "\"\"",
        "9007199254740993",
        "\"a\\\"b\\\\\"",
        "\"\\u00e9\\ud83d\\ude00\"",
        "\"\\ud800 lone\"",
        "\"{[,:]}\"",
        "123456789012345678901234567890",
        "\"caf\xC3\xA9\"",
    };
    buf_puts(b, scalars[pick(rng, ARRAY_LEN(scalars))]);
}

static void put_value(uint64_t *rng, buf *b, int depth);

static void put_members(uint64_t *rng, buf *b, int depth, bool is_object)
{
    size_t n = pick(rng, 8);
    buf_putc(b, is_object ? '{' : '[');
    put_space(rng, b);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_putc(b, ',');
        if (is_object) {
            put_key(rng, b);
            buf_putc(b, ':');
        }
        put_space(rng, b);
        put_value(rng, b, depth + 1);
        put_space(rng, b);
    }
    buf_putc(b, is_object ? '}' : ']');
}

static void put_value(uint64_t *rng, buf *b, int depth)
{
    size_t kind = depth > 4 ? 9 : pick(rng, 10);
    if (kind < 4)
        put_members(rng, b, depth, true);
    else if (kind < 5)
        put_members(rng, b, depth, false);
    else
        put_scalar(rng, b);
}

/* ---- twin against projection ----------------------------------------------------------------- */

typedef struct pair {
    json_reader *reader; /* keeps its memo from record to record */
    json_trie *trie;
    buf a, b;
} pair;

static bool is_container(json_type type)
{
    return type == JSON_OBJECT || type == JSON_ARRAY;
}

/* Text of the projected value; containers go through the tree to be minified. */
static void put_projected(pair *p, const json_value *v)
{
    json_node node;
    buf_reset(&p->a);
    if (!is_container(v->type)) {
        json_value_text(v, &p->a);
        return;
    }
    char *copy = padded(v->raw);
    assert_int_equal(json_parse(p->reader, (str){copy, v->raw.n}, &node), JSON_OK);
    json_node_text(node, &p->a);
    free(copy);
}

/* The record may spell a number in other ways than the tree does. */
static void assert_same_number(buf *a, buf *b)
{
    buf_putc(a, 0);
    buf_putc(b, 0);
    assert_true(strtod(a->p, NULL) == strtod(b->p, NULL));
}

static void compare_value(pair *p, const json_value *v, const twin_value *twin)
{
    json_type type = json_node_type(twin->node);
    if (v->type == JSON_NUMBER && type == JSON_STRING)
        type = JSON_NUMBER; /* beyond 64 bits: rule (7) */
    assert_int_equal(v->type, type);
    if (type == JSON_NONE)
        return;
    assert_int_equal(v->row, twin->row);
    put_projected(p, v);
    buf_reset(&p->b);
    json_node_text(twin->node, &p->b);
    if (json_node_type(twin->node) == JSON_NUMBER)
        assert_same_number(&p->a, &p->b);
    else
        assert_text(&p->a, buf_str(&p->b));
}

static void check_twin(pair *p, str record)
{
    char *copy;
    json_node root;
    json_value slots[SLOTS_MAX];
    twin_value values[SLOTS_MAX] = {0};
    twin_at top = {0};
    assert_int_equal(project(p->reader, p->trie, record, slots, &copy), JSON_OK);
    assert_int_equal(json_parse(p->reader, (str){copy, record.n}, &root), JSON_OK);
    twin_walk(root, &top, values);
    for (size_t i = 0; i < SLOTS_MAX; i++)
        compare_value(p, &slots[i], &values[i]);
    json_reader_reset(p->reader);
    free(copy);
}

/* Every proper prefix of an object is broken, wherever it is cut. */
static void check_cut(pair *p, str record, size_t at)
{
    char *copy;
    json_node root;
    json_value slots[SLOTS_MAX];
    str cut = str_upto(record, at);
    assert_int_equal(project(p->reader, p->trie, cut, slots, &copy), JSON_BAD);
    assert_int_equal(json_parse(p->reader, (str){copy, cut.n}, &root), JSON_BAD);
    free(copy);
}

/* After a change of one byte: what the tree takes, the projection takes, with the same values. */
static void check_changed(pair *p, buf *record, uint64_t *rng)
{
    static const char bytes[] = "{}[]:,\"\\ 0ax_.";
    json_node root;
    char *byte = &record->p[pick(rng, record->n)], was = *byte;
    *byte = bytes[pick(rng, sizeof bytes - 1)];
    bool is_record = json_parse(p->reader, buf_str(record), &root) == JSON_OK &&
                     json_node_type(root) == JSON_OBJECT;
    json_reader_reset(p->reader);
    if (is_record)
        check_twin(p, buf_str(record));
    *byte = was;
}

static void test_twin(void **state)
{
    AUTO(buf) record = {0};
    pair p = {.reader = json_reader_new(),
              .trie = json_trie_new(TWIN_PATHS, ARRAY_LEN(TWIN_PATHS))};
    uint64_t rng = 0x5eed5eed5eedULL;
    (void)state;
    twin_init();
    for (int i = 0; i < 3000; i++) {
        buf_reset(&record);
        put_members(&rng, &record, 0, true);
        check_twin(&p, buf_str(&record));
        check_twin(&p, buf_str(&record)); /* once more with everything remembered */
        check_cut(&p, buf_str(&record), pick(&rng, record.n));
        for (int k = 0; k < 4; k++)
            check_changed(&p, &record, &rng);
    }
    buf_done(&p.a);
    buf_done(&p.b);
    json_trie_free(p.trie);
    json_reader_free(p.reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_eq),        cmocka_unit_test(test_one_path),
        cmocka_unit_test(test_escape_flag),   cmocka_unit_test(test_shared_slot),
        cmocka_unit_test(test_prefix_path),   cmocka_unit_test(test_exact_key_wins),
        cmocka_unit_test(test_refusals),      cmocka_unit_test(test_partial),
        cmocka_unit_test(test_depth),         cmocka_unit_test(test_depth_of_path),
        cmocka_unit_test(test_memo),          cmocka_unit_test(test_memo_bytes),
        cmocka_unit_test(test_memo_refusals), cmocka_unit_test(test_many_tries),
        cmocka_unit_test(test_empty_trie),    cmocka_unit_test(test_tree_text),
        cmocka_unit_test(test_tree_get),      cmocka_unit_test(test_tree_iter),
        cmocka_unit_test(test_tree_absent),   cmocka_unit_test(test_tree_several),
        cmocka_unit_test(test_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
