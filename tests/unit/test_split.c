/* SPDX-License-Identifier: Apache-2.0
 *
 * test_split.c -- bytes to records.
 *
 *  (1) Every input is split whole, cut in two at every byte, and byte by byte, by the vector way
 *      and by the scalar way: the items must be the same.
 *  (2) Every run checks the accounts and that spans go forward without overlap.
 *  (3) Every index that comes with a record is the one simdjson finds in it.
 */
#include "decode/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "support/random.h"

static void feed(split *s, str text)
{
    size_t room;
    char *p = split_room(s, text.n, &room);
    assert_non_null(p);
    assert_true(room >= text.n);
    memcpy(p, text.p, text.n);
    split_commit(s, text.n);
}

static char kind_letter(split_kind kind)
{
    return "RSBCLN"[kind];
}

/* The sanitizers tell when the padding is not there. */
static void read_padding(str text)
{
    static volatile char last;
    for (size_t i = 0; i < BUF_PADDING; i++)
        last = text.p[text.n + i];
    (void)last;
}

static json_reader *reader;
static size_t n_indexed;   /* records that came with an index */
static size_t n_unescaped; /* and with the word that nothing in them is escaped */

static void check_index(const split_item *item)
{
    if (item->kind != SPLIT_RECORD || !item->index.at)
        return;
    json_index expected;
    assert_int_equal(json_index_of(reader, item->text, &expected), JSON_OK);
    assert_int_equal(item->index.n, expected.n);
    assert_memory_equal(item->index.at, expected.at, (expected.n + 1) * sizeof *expected.at);
    bool has_backslash = memchr(item->text.p, '\\', item->text.n) != NULL;
    assert_false(item->index.is_unescaped && has_backslash);
    n_unescaped += item->index.is_unescaped;
    n_indexed++;
}

/* One line an item: "R 12+30 Records|text". */
static void drain(split *s, buf *out, uint64_t *behind)
{
    split_item item;
    while (split_next(s, &item)) {
        assert_true(item.offset >= *behind);
        *behind = item.offset + item.bytes;
        check_index(&item);
        buf_printf(out, "%c %llu+%llu %s|", kind_letter(item.kind), (unsigned long long)item.offset,
                   (unsigned long long)item.bytes, item.container ? item.container : "-");
        buf_putstr(out, item.text);
        buf_putc(out, '\n');
        read_padding(item.text);
    }
}

static void check_accounts(const split *s, str text)
{
    split_count c = split_counts(s);
    assert_false(split_failed(s));
    assert_int_equal(c.bytes_in, text.n);
    assert_int_equal(c.bytes_in, c.bytes_records + c.bytes_skipped + c.bytes_framing);
}

/* Splits text cut into `first` bytes and then pieces of `cut`. */
static void run(split *s, str text, size_t first, size_t cut, buf *out)
{
    uint64_t behind = 0;
    split_reset(s);
    buf_reset(out);
    for (size_t at = 0; at < text.n;) {
        str piece = str_upto(str_from(text, at), at == 0 && first > 0 ? first : cut);
        feed(s, piece);
        drain(s, out, &behind);
        at += piece.n;
    }
    split_finish(s);
    drain(s, out, &behind);
    check_accounts(s, text);
}

typedef struct splitters {
    split *fast, *slow;
} splitters;

static splitters splitters_new(void)
{
    splitters s = {split_new(), split_new_scalar()};
    assert_non_null(s.fast);
    assert_non_null(s.slow);
    return s;
}

static void splitters_done(splitters *s)
{
    split_free(s->fast);
    split_free(s->slow);
}

static void expect_same(buf *a, buf *b)
{
    buf_putc(a, '\0');
    buf_putc(b, '\0');
    assert_string_equal(a->p, b->p);
    a->n--;
    b->n--;
}

/* Leaves the items in out; all ways to cut must give them. */
static void run_all_ways(splitters *s, str text, buf *out)
{
    AUTO(buf) other = {0};
    run(s->slow, text, text.n, text.n, out);
    for (size_t cut = 0; cut <= text.n; cut++) {
        run(s->fast, text, cut, text.n ? text.n : 1, &other);
        expect_same(&other, out);
        run(s->slow, text, cut, text.n ? text.n : 1, &other);
        expect_same(&other, out);
    }
    for (size_t cut = 1; cut < 5; cut++) {
        run(s->fast, text, 0, cut, &other);
        expect_same(&other, out);
    }
}

#define REC "{\"a\":1}"
#define PAD "\"pad\":\"0123456789012345678901234567890123456789012345678901234567890123456789\""

/* clang-format off */
static const struct {
    const char *name;
    const char *text;
    const char *items;
} cases[] = {
    {"nothing", "", ""},
    {"white space only", " \r\n\t\n", ""},
    {"one record, no line end", REC, "R 0+7 -|" REC "\n"},
    {"byte order mark", "\xef\xbb\xbf" REC, "R 3+7 -|" REC "\n"},
    {"half a byte order mark", "\xef\xbb", "N 0+2 -|\xef\xbb\n"},
    {"JSONL", REC "\n" REC "\n", "R 0+7 -|" REC "\nR 8+7 -|" REC "\n"},
    {"JSONL with CRLF", REC "\r\n" REC "\r\n", "R 0+7 -|" REC "\nR 9+7 -|" REC "\n"},
    {"nothing between", REC REC, "R 0+7 -|" REC "\nR 7+7 -|" REC "\n"},
    {"commas between", REC ",\n" REC ",", "R 0+7 -|" REC "\nR 9+7 -|" REC "\n"},
    {"pretty-printed", "{\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": 1\n      },\n"
        "      {\n      }\n    ]\n  }\n}\n" REC,
        "R 0+81 -|{\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": 1\n      },\n"
        "      {\n      }\n    ]\n  }\n}\nR 82+7 -|" REC "\n"},
    {"brackets inside strings", "{\"a\":\"}]{[\"}\n" REC,
        "R 0+12 -|{\"a\":\"}]{[\"}\nR 13+7 -|" REC "\n"},
    {"quotes inside strings", "{\"a\":\"\\\"}\\\\\"}\n" REC,
        "R 0+13 -|{\"a\":\"\\\"}\\\\\"}\nR 14+7 -|" REC "\n"},
    {"runs of backslashes", "{\"a\":\"\\\\\\\\\\\"}\\\\\\\\\"}" REC,
        "R 0+19 -|{\"a\":\"\\\\\\\\\\\"}\\\\\\\\\"}\nR 19+7 -|" REC "\n"},
    {"long record", "{" PAD ",\"x\":{\"y\":[1,2,{}]}," PAD "}\n" REC,
        "R 0+178 -|{" PAD ",\"x\":{\"y\":[1,2,{}]}," PAD "}\nR 179+7 -|" REC "\n"},
    {"array", "[" REC ",\n " REC "]", "R 1+7 -|" REC "\nR 11+7 -|" REC "\n"},
    {"empty array", "[]\n[ ]", ""},
    {"arrays in arrays", "[[" REC "],[[" REC "]]]", "R 2+7 -|" REC "\nR 13+7 -|" REC "\n"},
    {"wrapper", "{\"Records\":[" REC "," REC "]}",
        "R 12+7 Records|" REC "\nR 20+7 Records|" REC "\n"},
    {"wrapper with other members",
        "{\"messageType\":\"DATA_MESSAGE\",\"x\":[1],\"logEvents\" : [\n" REC
        "\n], \"y\":{\"z\":\"]}\"}}\n" REC, "R 54+7 logEvents|" REC "\nR 81+7 -|" REC "\n"},
    {"pretty-printed wrapper",
        "{\n  \"Records\": [\n    {\n      \"a\": 1\n    },\n    {\n    }\n  ]\n}\n",
        "R 21+20 Records|{\n      \"a\": 1\n    }\nR 47+7 Records|{\n    }\n"},
    {"wrapper on each line", "{\"records\":[" REC "]}\n{\"records\":[" REC "]}\n",
        "R 12+7 records|" REC "\nR 34+7 records|" REC "\n"},
    {"empty wrapper", "{\"value\":[ ]}\n" REC, "R 14+7 -|" REC "\n"},
    {"wrapper key with scalars is a record", "{\"value\":[1,2]}", "R 0+15 -|{\"value\":[1,2]}\n"},
    {"wrapper key deeper is a record", "{\"x\":{\"Records\":[{}]}}",
        "R 0+22 -|{\"x\":{\"Records\":[{}]}}\n"},
    {"wrapper key in an array is a record", "[{\"Records\":[{}]}]",
        "R 1+16 -|{\"Records\":[{}]}\n"},
    {"other key is a record", "{\"resources\":[{}],\"n\":1}",
        "R 0+24 -|{\"resources\":[{}],\"n\":1}\n"},
    {"end of another key is a record", "{\"x\\\"value\":[{}]}", "R 0+17 -|{\"x\\\"value\":[{}]}\n"},
    {"record keys make it a record", "{\"eventName\":\"x\",\"Records\":[{}]}",
        "R 0+32 -|{\"eventName\":\"x\",\"Records\":[{}]}\n"},
    {"record key as a value does not", "{\"x\":\"eventName\",\"Records\":[" REC "]}",
        "R 28+7 Records|" REC "\n"},
    {"record key deeper does not", "{\"x\":{\"eventName\":1},\"Records\":[" REC "]}",
        "R 32+7 Records|" REC "\n"},
    {"scalars", REC " 1 -2.5e+3 true \"x\\\"y\" null",
        "R 0+7 -|" REC "\nS 8+1 -|1\nS 10+7 -|-2.5e+3\n"
        "S 18+4 -|true\nS 23+6 -|\"x\\\"y\"\nS 30+4 -|null\n"},
    {"scalars in an array", "[1,\"]\"," REC "]", "S 1+1 -|1\nS 3+3 -|\"]\"\nR 7+7 -|" REC "\n"},
    {"words that are none", REC "\ntru e {\n01\n1.\n-\n1e\n" REC,
        "R 0+7 -|" REC "\nB 8+7 -|tru e {\nB 16+2 -|01\nB 19+2 -|1.\n"
        "B 22+1 -|-\nB 24+2 -|1e\nR 27+7 -|" REC "\n"},
    {"junk line", REC "\nNov 24 host x: {}\r\n" REC,
        "R 0+7 -|" REC "\nB 8+17 -|Nov 24 host x: {}\nR 27+7 -|" REC "\n"},
    {"junk behind a record", REC "junk {\n" REC,
        "R 0+7 -|" REC "\nB 7+6 -|junk {\nR 14+7 -|" REC "\n"},
    {"junk in an array", "[x y," REC ",z]" REC,
        "B 1+3 -|x y\nR 5+7 -|" REC "\nB 13+1 -|z\nR 15+7 -|" REC "\n"},
    {"unbalanced closers", REC "}]}\n]" REC,
        "R 0+7 -|" REC "\nB 7+3 -|}]}\nB 11+1 -|]\nR 12+7 -|" REC "\n"},
    {"brace in an array", "[}" REC "]", "B 1+1 -|}\nR 2+7 -|" REC "\n"},
    {"closed by the wrong bracket", "{\"a\":1]\n" REC, "B 0+7 -|{\"a\":1]\nR 8+7 -|" REC "\n"},
    {"string not closed", "{\"a\":\"x\n  " REC "\n", "B 0+7 -|{\"a\":\"x\nR 10+7 -|" REC "\n"},
    {"string not closed, CRLF", "{\"a\":\"x\r\n" REC, "B 0+7 -|{\"a\":\"x\nR 9+7 -|" REC "\n"},
    {"newline in a string, then text", "{\"a\":\"x\ny\"}\n" REC,
        "R 0+11 -|{\"a\":\"x\ny\"}\nR 12+7 -|" REC "\n"},
    {"object not closed", "{\"a\":{\"b\":1}\n" REC,
        "B 0+12 -|{\"a\":{\"b\":1}\nR 13+7 -|" REC "\n"},
    {"long object not closed", "{" PAD ",\"b\":{" PAD "}\n" REC "\n",
        "B 0+164 -|{" PAD ",\"b\":{" PAD "}\nR 165+7 -|" REC "\n"},
    {"brace missing in a pretty-printed array",
        "[\n  {\n    \"a\": {\n      \"b\": 1\n  },\n  " REC "\n]",
        "B 4+30 -|{\n    \"a\": {\n      \"b\": 1\n  },\nR 37+7 -|" REC "\n"},
    {"bracket missing in a pretty-printed array",
        "[\n  {\n    \"a\": [\n      1\n  },\n " REC "\n]",
        "B 4+25 -|{\n    \"a\": [\n      1\n  },\nR 31+7 -|" REC "\n"},
    {"brace missing in a record on one line", "[{\"a\":{\"b\":1},\n" REC "]",
        "B 1+13 -|{\"a\":{\"b\":1},\nR 15+7 -|" REC "\n"},
    {"brace missing, then a longer record", "[{" PAD ",\"b\":{" PAD "},\n{" PAD "},\n" REC "]",
        "B 1+165 -|{" PAD ",\"b\":{" PAD "},\nR 167+80 -|{" PAD "}\nR 249+7 -|" REC "\n"},
    {"elements without indentation", "{\n\"a\":[\n" REC ",\n" REC ",\n" REC "\n]}\n" REC,
        "R 0+36 -|{\n\"a\":[\n" REC ",\n" REC ",\n" REC "\n]}\nR 37+7 -|" REC "\n"},
    {"brackets in strings open nothing", "{\n\"a\":[\"{\\\"[\",\n" REC "\n]}\n" REC,
        "R 0+25 -|{\n\"a\":[\"{\\\"[\",\n" REC "\n]}\nR 26+7 -|" REC "\n"},
    {"stray closers in an array", "[" REC "}},\n" REC "},}]" REC,
        "R 1+7 -|" REC "\nB 8+2 -|}}\nR 12+7 -|" REC "\nB 19+1 -|}\nB 21+1 -|}\nR 23+7 -|" REC "\n"},
    {"stray bracket in a wrapper", "{\"Records\":[" REC "],\n" REC "\n]}",
        "R 12+7 Records|" REC "\nB 22+0 Records|\nR 22+7 -|" REC "\nB 30+2 -|]}\n"},
    {"other array of a wrapper", "{\"Records\":[" REC "],\"x\":[\n" REC ",\n" REC "\n]}\n" REC,
        "R 12+7 Records|" REC "\nR 47+7 -|" REC "\n"},
    {"object not closed in a wrapper", "{\"Records\":[{\"a\":\"x\n" REC "]}",
        "B 12+7 Records|{\"a\":\"x\nR 20+7 Records|" REC "\n"},
    {"string on its own not closed", REC "\"x\n" REC,
        "R 0+7 -|" REC "\nB 7+2 -|\"x\nR 10+7 -|" REC "\n"},
    {"cut in a record", REC "\n{\"a\":", "R 0+7 -|" REC "\nC 8+5 -|{\"a\":\n"},
    {"cut in a string", REC "\n\"x", "R 0+7 -|" REC "\nC 8+2 -|\"x\n"},
    {"cut in an array", "[" REC ",", "R 1+7 -|" REC "\nC 9+0 -|\n"},
    {"cut in a wrapper", "{\"Records\":[" REC, "R 12+7 Records|" REC "\nC 19+0 Records|\n"},
    {"cut behind a wrapper's array", "{\"Records\":[" REC "],",
        "R 12+7 Records|" REC "\nC 21+0 Records|\n"},
    {"cut where a wrapper opens", "{\"Records\":[ ", "C 0+13 -|{\"Records\":[ \n"},
    {"wrapper not closed", "{\"Records\":[" REC "],\"x\n" REC,
        "R 12+7 Records|" REC "\nB 24+0 Records|\nR 24+7 -|" REC "\n"},
    {"text is no log", "Hello {world}\n" REC, "N 0+21 -|Hello {world}\n" REC "\n"},
    {"white space before text", "\n  Hello", "N 3+5 -|Hello\n"},
    {"zero bytes", "[\x01,1]", "B 1+1 -|\x01\nS 3+1 -|1\n"},
};
/* clang-format on */

static void items_do_not_depend_on_cuts(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf) items = {0};
        run_all_ways(&s, str_of(cases[i].text), &items);
        buf_putc(&items, '\0');
        if (strcmp(items.p, cases[i].items) != 0)
            print_error("case: %s\n", cases[i].name);
        assert_string_equal(items.p, cases[i].items);
    }
}

/* Pieces that make trouble: all the bytes that mean something, in any order. */
static void put_hostile(buf *out, uint64_t *seed, size_t n)
{
    static const char *const pieces[] = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        "\\\"",
        ",",
        ":",
        "\n",
        "\r",
        " ",
        "\n{",
        ",\n{",
        ",\n  {\"a\":1}",
        "x",
        "1",
        "true",
        REC,
        PAD,
        "\n{\"b\":2}\n",
        "{\"Records\":[",
        "\"value\":[",
        "\n   ",
        "\\\\\\",
        "]}",
        "{\"a\":\"",
        "\"eventName\":",
        "\xef\xbb\xbf",
    };
    while (out->n < n)
        buf_puts(out, pieces[random_next(seed) % ARRAY_LEN(pieces)]);
}

static void run_random_cuts(split *s, str text, uint64_t *seed, buf *out)
{
    uint64_t behind = 0;
    split_reset(s);
    buf_reset(out);
    for (size_t at = 0; at < text.n;) {
        str piece = str_upto(str_from(text, at), 1 + random_next(seed) % 200);
        feed(s, piece);
        drain(s, out, &behind);
        at += piece.n;
    }
    split_finish(s);
    drain(s, out, &behind);
    check_accounts(s, text);
}

static void vector_and_scalar_agree_on_hostile_text(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    uint64_t seed = 20240117;
    for (size_t round = 0; round < 1500; round++) {
        AUTO(buf) text = {0};
        AUTO(buf) slow = {0};
        AUTO(buf) fast = {0};
        if (round % 4 != 0)
            buf_puts(&text, round % 4 == 1 ? "[" : "{");
        put_hostile(&text, &seed, 40 + random_next(&seed) % 1500);
        run(s.slow, buf_str(&text), text.n, text.n, &slow);
        run(s.fast, buf_str(&text), text.n, text.n, &fast);
        expect_same(&fast, &slow);
        run_random_cuts(s.fast, buf_str(&text), &seed, &fast);
        expect_same(&fast, &slow);
        run_random_cuts(s.slow, buf_str(&text), &seed, &fast);
        expect_same(&fast, &slow);
    }
}

/* White space as printers and people write it: line ends, and any indentation behind them. */
static void put_space(buf *out, uint64_t *seed, bool is_indented)
{
    if (random_next(seed) % 3 == 0)
        return;
    buf_putc(out, '\n');
    for (size_t n = is_indented ? random_next(seed) % 7 : 0; n > 0; n--)
        buf_putc(out, ' ');
}

static void put_sound(buf *out, uint64_t *seed, bool is_indented, unsigned depth)
{
    static const char *const scalars[] = {"1", "null", "\"x\"", "\"{[,\\\"\"", "{}", "[]"};
    bool is_array = depth > 0 && random_next(seed) % 2;
    if (depth > 4 || (depth > 0 && random_next(seed) % 3 == 0)) {
        buf_puts(out, scalars[random_next(seed) % ARRAY_LEN(scalars)]);
        return;
    }
    buf_putc(out, is_array ? '[' : '{');
    for (size_t i = 0, n = random_next(seed) % 5; i < n; i++) {
        buf_puts(out, i > 0 ? "," : "");
        put_space(out, seed, is_indented);
        buf_puts(out, is_array ? "" : "\"k\":");
        put_sound(out, seed, is_indented, depth + 1);
        put_space(out, seed, is_indented);
    }
    buf_putc(out, is_array ? ']' : '}');
}

/* Nothing in sound JSON is taken for the beginning of another record. */
static void sound_records_are_never_broken(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    size_t n_unescaped_ever = 0;
    uint64_t seed = 20260102;
    for (size_t round = 0; round < 800; round++) {
        AUTO(buf) text = {0};
        AUTO(buf) items = {0};
        bool is_indented = round % 2;
        buf_putc(&text, '[');
        for (size_t i = 0; i < 4; i++) {
            buf_puts(&text, i > 0 ? "," : "");
            put_space(&text, &seed, is_indented);
            put_sound(&text, &seed, is_indented, 0);
        }
        buf_putc(&text, ']');
        n_indexed = n_unescaped = 0;
        run(round % 3 ? s.fast : s.slow, buf_str(&text), text.n, text.n, &items);
        split_count c = split_counts(round % 3 ? s.fast : s.slow);
        assert_int_equal(c.items, 4);
        assert_int_equal(c.bytes_skipped, 0);
        assert_int_equal(n_indexed, round % 3 ? 4 : 0);
        n_unescaped_ever += n_unescaped;
    }
    assert_true(n_unescaped_ever > 0);
}

/* Feeds `n` times c, looking for items after each piece. */
static size_t feed_many(split *s, char c, size_t n, split_item *ret)
{
    size_t items = 0;
    while (n > 0) {
        size_t room;
        size_t piece = n < 1000003 ? n : 1000003;
        char *p = split_room(s, piece, &room);
        assert_non_null(p);
        assert_true(room <= 4U * LIMIT_RECORD_BYTES);
        memset(p, c, piece);
        split_commit(s, piece);
        n -= piece;
        while (split_next(s, ret))
            items++;
    }
    return items;
}

static void long_records_are_dropped(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    split_item item = {0};
    const uint64_t huge = 3ULL * LIMIT_RECORD_BYTES;
    feed(s.fast, STR("[{\"a\":\""));
    assert_int_equal(feed_many(s.fast, 'x', huge, &item), 0);
    feed(s.fast, STR("\"}," REC));
    assert_true(split_next(s.fast, &item));
    assert_int_equal(item.kind, SPLIT_TOO_LONG);
    assert_int_equal(item.offset, 1);
    assert_int_equal(item.bytes, huge + 8);
    assert_int_equal(item.text.n, 256);
    assert_memory_equal(item.text.p, "{\"a\":\"xxx", 9);
    assert_true(split_next(s.fast, &item));
    assert_int_equal(item.kind, SPLIT_RECORD);
    assert_int_equal(item.offset, huge + 10);
    feed(s.fast, STR("]"));
    split_finish(s.fast);
    assert_false(split_next(s.fast, &item));
    split_count c = split_counts(s.fast);
    assert_int_equal(c.bytes_in, c.bytes_records + c.bytes_skipped + c.bytes_framing);
}

/* What is dropped ends where a new record begins, like what is kept. */
static void long_broken_records_end_at_their_line(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    split_item item = {0};
    feed(s.fast, STR("{\"a\":\""));
    assert_int_equal(feed_many(s.fast, 'x', LIMIT_RECORD_BYTES, &item), 0);
    feed(s.fast, STR("\n   " REC));
    split_finish(s.fast);
    assert_true(split_next(s.fast, &item));
    assert_int_equal(item.kind, SPLIT_TOO_LONG);
    assert_int_equal(item.bytes, LIMIT_RECORD_BYTES + 6);
    assert_true(split_next(s.fast, &item));
    assert_int_equal(item.kind, SPLIT_RECORD);
    assert_int_equal(item.offset, LIMIT_RECORD_BYTES + 10);
    assert_false(split_next(s.fast, &item));
    split_count c = split_counts(s.fast);
    assert_int_equal(c.bytes_framing, 4);
    assert_int_equal(c.bytes_in, c.bytes_records + c.bytes_skipped + c.bytes_framing);
}

static void a_record_of_exactly_the_limit_is_kept(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        AUTO(splitters) s = splitters_new();
        split_item item = {0};
        feed(s.fast, STR("{\"a\":\""));
        feed_many(s.fast, 'x', LIMIT_RECORD_BYTES - 8 + more, &item);
        feed(s.fast, STR("\"}"));
        split_finish(s.fast);
        assert_true(split_next(s.fast, &item));
        assert_int_equal(item.kind, more ? SPLIT_TOO_LONG : SPLIT_RECORD);
        assert_int_equal(item.bytes, LIMIT_RECORD_BYTES + more);
        assert_false(split_next(s.fast, &item));
    }
}

static void what_is_no_log_takes_no_memory(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    split_item item = {0};
    assert_int_equal(feed_many(s.fast, 'x', 100u * 1000 * 1000, &item), 0);
    split_finish(s.fast);
    assert_true(split_next(s.fast, &item));
    assert_int_equal(item.kind, SPLIT_NOT_A_LOG);
    assert_int_equal(item.bytes, 100u * 1000 * 1000);
    assert_int_equal(item.text.n, 256);
    assert_false(split_next(s.fast, &item));
}

/* A value that opens more arrays than are entered is one scalar, however deep. */
static void deep_arrays_are_not_entered(void **state)
{
    (void)state;
    AUTO(splitters) s = splitters_new();
    AUTO(buf) text = {0};
    AUTO(buf) items = {0};
    for (size_t i = 0; i < LIMIT_DEPTH; i++)
        buf_putc(&text, '[');
    buf_puts(&text, "[" REC "]," REC);
    for (size_t i = 0; i < LIMIT_DEPTH; i++)
        buf_putc(&text, ']');
    run_all_ways(&s, buf_str(&text), &items);
    buf_putc(&items, '\0');
    assert_string_equal(items.p, "S 64+9 -|[" REC "]\nR 74+7 -|" REC "\n");
}

static int set_up(void **state)
{
    (void)state;
    reader = json_reader_new();
    return reader ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    json_reader_free(reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_do_not_depend_on_cuts),
        cmocka_unit_test(vector_and_scalar_agree_on_hostile_text),
        cmocka_unit_test(sound_records_are_never_broken),
        cmocka_unit_test(long_records_are_dropped),
        cmocka_unit_test(long_broken_records_end_at_their_line),
        cmocka_unit_test(a_record_of_exactly_the_limit_is_kept),
        cmocka_unit_test(what_is_no_log_takes_no_memory),
        cmocka_unit_test(deep_arrays_are_not_entered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
