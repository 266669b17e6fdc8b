/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.c -- recognises records, opens wrappers, runs the decoders.
 *
 * One `level` per depth of wrapping: a splitter for what is inside, and which decoder took the last
 * record there. Level 0 is the input itself; its splitter belongs to the caller.
 */
#include "decode/reader.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/agents.h"
#include "decode/callers.h"
#include "decode/inflate.h"
#include "decode/plain.h"
#include "decode/shape.h"
#include "model/family.h"

#define FAMILY(name) extern const decoder decoder_##name;
#include "model/family.def"
#undef FAMILY

static const decoder *const families[] = {
#define FAMILY(name) &decoder_##name,
#include "model/family.def"
#undef FAMILY
};

enum { LEVELS = LIMIT_UNWRAP + 1 };

struct reader_tables {
    json_trie *family[FAMILY_COUNT];
    json_trie *shapes;
    operation_index *operations;
    plain_plan *plain;
    refs_plan *refs;
};

typedef struct level {
    split *inside;      /* NULL until something was unwrapped to this depth */
    size_t last_family; /* FAMILY_COUNT: ask the shapes first */
} level;

struct reader {
    const reader_tables *tables;
    json_reader *json;
    arena scratch;
    inflate *inflate;
    callers *callers;
    agents *agents;
    bool is_any_json;
    level level[LEVELS];
    event event; /* blank between records, see make_blank */
};

/* One call of reader_item. */
typedef struct job {
    reader *r;
    const reader_sink *sink;
    const split_item *top; /* the piece of the input that everything belongs to */
    reader_skip skip; /* the newest, held back: the last one answers for the bytes of the piece */
    bool has_skip;
    bool gave_event;
    bool is_stopped;
} job;

size_t reader_family_count(void)
{
    return FAMILY_COUNT;
}

const decoder *reader_family_at(size_t i)
{
    return families[i];
}

void reader_tables_free(reader_tables *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        json_trie_free(t->family[i]);
    json_trie_free(t->shapes);
    operation_index_free(t->operations);
    plain_plan_free(t->plain);
    refs_plan_free(t->refs);
    free(t);
}

reader_tables *reader_tables_new(void)
{
    reader_tables *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    bool is_complete = true;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        t->family[i] = json_trie_new(families[i]->paths, families[i]->n_paths);
        is_complete = is_complete && t->family[i];
    }
    t->shapes = shape_trie_new();
    t->operations = operation_index_new();
    t->plain = plain_plan_new(families[FAMILY_cloudtrail]);
    t->refs = refs_plan_new();
    if (is_complete && t->shapes && t->operations && t->plain && t->refs)
        return t;
    reader_tables_free(t);
    return NULL;
}

void reader_free(reader *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < LEVELS; i++)
        split_free(r->level[i].inside);
    json_reader_free(r->json);
    inflate_free(r->inflate);
    callers_free(r->callers);
    agents_free(r->agents);
    arena_done(&r->scratch);
    free(r);
}

reader *reader_new(const reader_tables *t)
{
    reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->tables = t;
    r->event.time_ns = TIME_NONE;
    r->json = json_reader_new();
    r->inflate = inflate_new();
    r->callers = callers_new();
    r->agents = agents_new();
    if (r->json && r->inflate && r->callers && r->agents)
        return r;
    reader_free(r);
    return NULL;
}

void reader_begin(reader *r, bool is_any_json)
{
    r->is_any_json = is_any_json;
    for (size_t i = 0; i < LEVELS; i++)
        r->level[i].last_family = FAMILY_COUNT;
}

static void hand_skip_on(job *j, uint64_t bytes)
{
    if (!j->has_skip)
        return;
    j->has_skip = false;
    j->skip.bytes = bytes;
    if (!j->sink->skip(j->sink->user, &j->skip))
        j->is_stopped = true;
}

static void skip_piece(job *j, const char *reason, bool is_malformed)
{
    hand_skip_on(j, 0);
    j->has_skip = true;
    j->skip = (reader_skip){.reason = reason,
                            .record = j->top->number,
                            .offset = j->top->offset,
                            .is_malformed = is_malformed};
}

/* For a record that the JSON bridge refused. */
static void skip_unread(job *j, json_status status)
{
    if (status == JSON_NO_MEMORY)
        j->is_stopped = true;
    else if (status == JSON_TOO_DEEP)
        skip_piece(j, "nested deeper than 64 (limit depth)", false);
    else
        skip_piece(j, "not JSON", true);
}

static void read_record(job *j, size_t depth, const split_item *item);

static void read_piece(job *j, size_t depth, const split_item *item)
{
    switch (item->kind) {
    case SPLIT_RECORD:
        read_record(j, depth, item);
        return;
    case SPLIT_SCALAR:
        skip_piece(j, "JSON, but not an object", false);
        return;
    case SPLIT_BROKEN:
        skip_piece(j, "not JSON", true);
        return;
    case SPLIT_CUT:
        skip_piece(j, "record is cut off at the end of the input", true);
        return;
    case SPLIT_TOO_LONG:
        skip_piece(j, "record is longer than 16 MiB (limit record_bytes)", false);
        return;
    case SPLIT_NOT_A_LOG:
        skip_piece(j, "not a log: neither JSON nor CSV", false);
        return;
    }
}

/* ---- wrappers -------------------------------------------------------------------------------- */

/* The splitter of a depth, empty. */
static split *inside_of(job *j, size_t depth)
{
    level *l = &j->r->level[depth];
    if (!l->inside)
        l->inside = split_new();
    else
        split_reset(l->inside);
    return l->inside;
}

static bool pour(split *inside, str text)
{
    while (text.n > 0) {
        size_t room;
        char *to = split_room(inside, text.n, &room);
        if (!to)
            return false;
        size_t n = room < text.n ? room : text.n;
        memcpy(to, text.p, n);
        split_commit(inside, n);
        text = str_from(text, n);
    }
    return true;
}

/* Reads a whole document one level down. */
static void read_inside(job *j, size_t depth, str text)
{
    if (depth >= LEVELS) {
        skip_piece(j, "wrapped more than 5 times (limit unwrap)", false);
        return;
    }
    split *inside = inside_of(j, depth);
    if (!inside || !pour(inside, text)) {
        j->is_stopped = true;
        return;
    }
    split_finish(inside);
    split_item item;
    while (!j->is_stopped && split_next(inside, &item))
        read_piece(j, depth, &item);
    if (split_failed(inside))
        j->is_stopped = true;
}

/* Appends the plain text of `packed`. INFLATE_MORE: all of it; INFLATE_OUTPUT: it grows past the
 * limit on a record. */
static inflate_status inflate_whole(inflate *f, str packed, buf *out)
{
    inflate_reset(f);
    inflate_input(f, packed.p, packed.n);
    inflate_finish(f);
    for (;;) {
        size_t n = 0;
        if (out->n > LIMIT_RECORD_BYTES)
            return INFLATE_OUTPUT;
        if (!buf_reserve(out, 64 * 1024))
            return INFLATE_NO_MEMORY;
        inflate_status s = inflate_output(f, out->p + out->n, 64 * 1024, &n);
        out->n += n;
        if (s != INFLATE_OUTPUT)
            return s;
    }
}

static void read_packed(job *j, size_t depth, str packed)
{
    AUTO(buf) plain = {0};
    switch (inflate_whole(j->r->inflate, packed, &plain)) {
    case INFLATE_MORE:
        read_inside(j, depth + 1, buf_str(&plain));
        return;
    case INFLATE_OUTPUT:
        skip_piece(j, "wrapper whose content is longer than 16 MiB (limit record_bytes)", false);
        return;
    case INFLATE_DAMAGED:
        skip_piece(j, "wrapper whose compressed content is damaged", true);
        return;
    case INFLATE_NO_MEMORY:
        j->is_stopped = true;
        return;
    }
}

static void read_base64(job *j, size_t depth, const json_value *v)
{
    AUTO(buf) text = {0};
    AUTO(buf) bytes = {0};
    json_value_text(v, &text);
    bool is_base64 = text_base64_decode(buf_str(&text), &bytes);
    if (text.failed || bytes.failed)
        j->is_stopped = true;
    else if (is_base64)
        read_packed(j, depth, buf_str(&bytes));
    else
        skip_piece(j, "wrapper whose content is not base64", false);
}

static void read_value(job *j, size_t depth, const json_value *v)
{
    AUTO(buf) text = {0};
    json_value_text(v, &text);
    if (text.failed) {
        j->is_stopped = true;
        return;
    }
    read_inside(j, depth + 1, buf_str(&text));
}

static void put_cell(buf *out, json_node cell)
{
    json_type t = json_node_type(cell);
    if (t == JSON_STRING)
        buf_json_string(out, json_node_string(cell));
    else
        json_node_text(cell, out);
}

/* {"column": cell, …} for the cells that hold something. */
static void put_row(buf *out, json_node columns, json_node row)
{
    char comma = '{';
    json_iter column = json_iter_of(columns), cell = json_iter_of(row);
    while (json_iter_next(&column) && json_iter_next(&cell)) {
        json_type t = json_node_type(cell.value);
        if (t == JSON_NULL || (t == JSON_STRING && json_node_string(cell.value).n == 0))
            continue;
        buf_putc(out, comma);
        buf_json_string(out, json_node_string(json_node_get(column.value, STR("name"))));
        buf_putc(out, ':');
        put_cell(out, cell.value);
        comma = ',';
    }
    if (comma == '{')
        buf_putc(out, '{');
    buf_puts(out, "}\n");
}

static void put_tables(buf *out, json_node root)
{
    json_iter table = json_iter_of(json_node_get(root, STR("tables")));
    while (json_iter_next(&table)) {
        json_node columns = json_node_get(table.value, STR("columns"));
        json_iter row = json_iter_of(json_node_get(table.value, STR("rows")));
        while (json_iter_next(&row))
            put_row(out, columns, row.value);
    }
}

static void read_tables(job *j, size_t depth, str record)
{
    AUTO(buf) rows = {0};
    json_node root;
    json_status status = json_parse(j->r->json, record, &root);
    if (status != JSON_OK) {
        skip_unread(j, status);
        return;
    }
    put_tables(&rows, root);
    json_reader_reset(j->r->json);
    if (rows.failed)
        j->is_stopped = true;
    else if (rows.n == 0)
        skip_piece(j, "query result without rows", false);
    else
        read_inside(j, depth + 1, buf_str(&rows));
}

static void read_wrapper(job *j, size_t depth, const shape *s, const json_value *marks, str record)
{
    size_t row = 0;
    while (shape_at(row) != s)
        row++;
    const json_value *v = &marks[row * ARRAY_LEN(s->need)];
    switch (s->kind) {
    case SHAPE_INSIDE:
        read_value(j, depth, v);
        return;
    case SHAPE_BASE64:
        read_base64(j, depth, v);
        return;
    case SHAPE_TABLES:
        read_tables(j, depth, record);
        return;
    case SHAPE_SKIP:
        skip_piece(j, s->doc, false);
        return;
    }
}

/* ---- records --------------------------------------------------------------------------------- */

static void hand_on(job *j, event *e, size_t family)
{
    if (e->time_ns == TIME_NONE && family != FAMILY_generic) {
        skip_piece(j, "audit record without a readable time", false);
        return;
    }
    e->record = j->top->number > UINT32_MAX ? UINT32_MAX : (uint32_t)j->top->number;
    if (e->uid_hash == 0)
        e->uid_hash = 1;
    j->gave_event = true;
    if (!j->sink->event(j->sink->user, e, family))
        j->is_stopped = true;
}

/* Of most events, those without a row in the table, all but three fields are blank already. */
static void make_blank(event *e, decode_status verdict)
{
    static const event blank = {.time_ns = TIME_NONE};
    const size_t tail = offsetof(event, refs);
    if (verdict != DECODE_EVENT || e->operation != OPERATION_NONE) {
        *e = blank;
        return;
    }
    memcpy(e, &blank, offsetof(event, field));
    e->field[FIELD_uid] = e->field[FIELD_service] = e->field[FIELD_operation] = STR_NONE;
    memcpy((char *)e + tail, (const char *)&blank + tail, sizeof blank - tail);
}

/* Offers the record to one decoder. True: it was dealt with. */
static bool try_family(job *j, const split_item *item, size_t family)
{
    reader *r = j->r;
    json_value slots[DECODER_SLOTS_MAX];
    json_status status = json_project_indexed(r->json, r->tables->family[family], item->text,
                                              item->index, slots, families[family]->n_slots);
    if (status != JSON_OK) {
        skip_unread(j, status);
        return true;
    }
    event *e = &r->event;
    decode_ctx ctx = {.pick = {.json = r->json, .scratch = &r->scratch},
                      .record = item->text,
                      .operations = r->tables->operations,
                      .plain = r->tables->plain,
                      .refs = r->tables->refs,
                      .callers = r->callers,
                      .agents = r->agents};
    decode_status verdict = families[family]->decode(&ctx, slots, e);
    e->text = item->text;
    if (verdict == DECODE_EVENT)
        hand_on(j, e, family);
    else if (verdict == DECODE_SKIP)
        skip_piece(j, ctx.reason, false);
    if (r->scratch.failed)
        j->is_stopped = true;
    make_blank(e, verdict);
    json_reader_reset(r->json);
    arena_reset(&r->scratch);
    return verdict != DECODE_NOT_MINE;
}

/* Looks the record over for marks of a wrapper. True: it was one, or is not JSON. */
static bool try_shapes(job *j, size_t depth, const split_item *item)
{
    json_value marks[SHAPE_MARKS_MAX];
    json_status status = json_project_indexed(j->r->json, j->r->tables->shapes, item->text,
                                              item->index, marks, SHAPE_MARKS_MAX);
    if (status != JSON_OK) {
        skip_unread(j, status);
        return true;
    }
    const shape *s = shape_find(marks);
    if (!s)
        return false;
    read_wrapper(j, depth, s, marks, item->text);
    return true;
}

static void read_record(job *j, size_t depth, const split_item *item)
{
    level *l = &j->r->level[depth];
    if (j->r->is_any_json) {
        try_family(j, item, FAMILY_generic);
        return;
    }
    if (l->last_family < FAMILY_COUNT && try_family(j, item, l->last_family))
        return;
    if (try_shapes(j, depth, item))
        return;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        if (i == FAMILY_generic || i == l->last_family || !try_family(j, item, i))
            continue;
        l->last_family = i;
        return;
    }
    skip_piece(j, "JSON, but of no log family that is known", false);
}

bool reader_item(reader *r, const split_item *item, const reader_sink *sink, bool *ret_gave_event)
{
    job j = {.r = r, .sink = sink, .top = item};
    read_piece(&j, 0, item);
    if (!j.gave_event && !j.has_skip && !j.is_stopped)
        skip_piece(&j, "wrapper with nothing in it", false);
    hand_skip_on(&j, j.gave_event ? 0 : item->bytes);
    *ret_gave_event = j.gave_event;
    return !j.is_stopped;
}
