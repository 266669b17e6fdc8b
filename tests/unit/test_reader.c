/* SPDX-License-Identifier: Apache-2.0
 *
 * test_reader.c -- every shape of input gives its events, or a skip that says why it gives none.
 *
 *  (1) Each sample is read from bytes to events, and then again through the whole engine, whose
 *      accounts must come out even.
 */
#include "decode/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "decode/inflate.h"
#include <spoor/spoor.h>
#include "support/samples.h"

/* What came out of one input. */
typedef struct seen {
    size_t n_events, n_skips;
    size_t family; /* of the first event */
    buf operation, uid;
    buf reasons; /* a line each */
    uint64_t bytes_skipped;
} seen;

static void seen_done(seen *s)
{
    buf_done(&s->operation);
    buf_done(&s->uid);
    buf_done(&s->reasons);
}

static bool on_event(void *user, event *e, size_t family)
{
    seen *s = user;
    assert_true(e->uid_hash != 0);
    if (s->n_events++ > 0)
        return true;
    s->family = family;
    buf_putstr(&s->operation, e->field[FIELD_operation]);
    buf_putstr(&s->uid, e->field[FIELD_uid]);
    return true;
}

static bool on_skip(void *user, const reader_skip *skip)
{
    seen *s = user;
    s->n_skips++;
    s->bytes_skipped += skip->bytes;
    buf_puts(&s->reasons, skip->reason);
    buf_putc(&s->reasons, '\n');
    return true;
}

static void inflate_all(str packed, buf *out)
{
    inflate *f = inflate_new();
    size_t n = 0;
    assert_non_null(f);
    inflate_input(f, packed.p, packed.n);
    inflate_finish(f);
    do {
        out->n += n;
        assert_true(buf_reserve(out, 4096));
    } while (inflate_output(f, out->p + out->n, 4096, &n) == INFLATE_OUTPUT);
    inflate_free(f);
}

static void read_all(const reader_tables *tables, const char *format, str text, seen *s)
{
    const reader_sink sink = {.user = s, .event = on_event, .skip = on_skip};
    reader *r = reader_new(tables);
    split *pieces = split_new();
    size_t room;
    assert_non_null(r);
    assert_non_null(pieces);
    char *to = split_room(pieces, text.n, &room);
    assert_non_null(to);
    if (text.n > 0)
        memcpy(to, text.p, text.n);
    split_commit(pieces, text.n);
    split_finish(pieces);
    reader_begin(r, format != NULL);
    split_item item;
    while (split_next(pieces, &item)) {
        bool gave_event;
        size_t before = s->n_events + s->n_skips, events_before = s->n_events;
        assert_true(reader_item(r, &item, &sink, &gave_event));
        assert_true(s->n_events + s->n_skips > before);
        assert_int_equal(gave_event, s->n_events > events_before);
    }
    split_free(pieces);
    reader_free(r);
}

static bool is_text(const char *what, str got, const char *wanted)
{
    if (str_is(got, wanted ? wanted : ""))
        return true;
    print_error("    %s is \"%.*s\", not \"%s\"\n", what, (int)got.n, got.p ? got.p : "",
                wanted ? wanted : "");
    return false;
}

static bool is_count(const char *what, uint64_t got, uint64_t wanted)
{
    if (got != wanted)
        print_error("    %s: %llu, not %llu\n", what, (unsigned long long)got,
                    (unsigned long long)wanted);
    return got == wanted;
}

/* Every skip's reason holds the text; no text: there are no skips. */
static bool are_reasons(const seen *s, const char *wanted)
{
    str rest = buf_str(&s->reasons), line = STR_NONE;
    bool is_right = (s->n_skips > 0) == (wanted != NULL);
    while (is_right && wanted && text_next(&rest, '\n', &line))
        is_right = text_has(line, wanted);
    if (!is_right)
        print_error("    skips:\n%.*s", (int)s->reasons.n, s->reasons.p ? s->reasons.p : "none\n");
    return is_right;
}

static bool gives_events(const reader_tables *tables, const sample *wanted)
{
    AUTO(buf) packed = {0};
    AUTO(buf) text = {0};
    AUTO(seen) s = {.family = SIZE_MAX};
    assert_true(sample_make(wanted, &packed));
    inflate_all(buf_str(&packed), &text);
    read_all(tables, wanted->format, buf_str(&text), &s);
    str family = s.family == SIZE_MAX ? STR_NONE : str_of(reader_family_at(s.family)->name);
    bool is_right = is_count("events", s.n_events, wanted->n_events);
    is_right = is_text("family", family, wanted->family) && is_right;
    is_right = is_text("operation", buf_str(&s.operation), wanted->operation) && is_right;
    is_right = is_text("uid", buf_str(&s.uid), wanted->uid) && is_right;
    return are_reasons(&s, wanted->skips) && is_right;
}

static void every_shape_gives_its_events(void **state)
{
    (void)state;
    size_t n_wrong = 0;
    reader_tables *tables = reader_tables_new();
    assert_non_null(tables);
    for (size_t i = 0; i < sample_count(); i++) {
        if (gives_events(tables, sample_at(i)))
            continue;
        print_error("  in sample: %s\n", sample_at(i)->name);
        n_wrong++;
    }
    reader_tables_free(tables);
    assert_int_equal(n_wrong, 0);
}

/* Bytes that the findings say were skipped. */
static uint64_t listed_skips(spoor_engine *engine, uint64_t *ret_pieces)
{
    const spoor_finding *f;
    uint64_t bytes = 0;
    *ret_pieces = 0;
    while (spoor_engine_next(engine, &f) == SPOOR_OK) {
        if (f->type != SPOOR_FINDING_SKIP)
            continue;
        bytes += f->as.skip.bytes;
        *ret_pieces += f->as.skip.count;
    }
    return bytes;
}

static bool is_even(const sample *wanted)
{
    AUTO(buf) packed = {0};
    AUTO(buf) text = {0};
    spoor_engine *engine = NULL;
    spoor_stream *stream = NULL;
    spoor_input in;
    uint64_t pieces;
    assert_true(sample_make(wanted, &packed));
    inflate_all(buf_str(&packed), &text);
    assert_int_equal(spoor_engine_open(&engine, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_open(&stream, engine, wanted->name, wanted->format, NULL),
                     SPOOR_OK);
    assert_int_equal(spoor_stream_feed(stream, packed.p, packed.n, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&stream, &in, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_finish(engine, NULL), SPOOR_OK);
    uint64_t skipped = listed_skips(engine, &pieces);
    spoor_engine_close(&engine);
    uint64_t sum = in.bytes_records + in.bytes_skipped + in.bytes_framing;
    return is_count("bytes", in.bytes, packed.n) &&
           is_count("bytes inflated", in.bytes_inflated, text.n) &&
           is_count("sum of bytes", sum, in.bytes_inflated) &&
           is_count("events", in.events, wanted->n_events) &&
           is_count("bytes of skips", skipped, in.bytes_skipped) &&
           is_count("skips", pieces, in.skipped);
}

static void every_byte_is_accounted_for(void **state)
{
    (void)state;
    size_t n_wrong = 0;
    for (size_t i = 0; i < sample_count(); i++) {
        if (is_even(sample_at(i)))
            continue;
        print_error("  in sample: %s\n", sample_at(i)->name);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_gives_its_events),
        cmocka_unit_test(every_byte_is_accounted_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
