/* SPDX-License-Identifier: Apache-2.0
 *
 * stream.c -- one input: inflate, split, read, hand to the lane's sorter, keep the books.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/hash.h"
#include "decode/inflate.h"
#include "decode/reader.h"
#include "decode/split.h"
#include "engine/fail.h"
#include "engine/lane.h"
#include "engine/packed_match.h"
#include "engine/rules.h"
#include "match/matcher.h"
#include "order/repeats.h"
#include "order/sorter.h"

enum {
    WINDOW_BYTES = 256 * 1024, /* inflated at a time: stays in a core's cache */
};

struct spoor_stream {
    spoor_engine *engine;
    lane *lane;
    uint32_t file;
    bool is_damaged; /* the compressed data ended early; what follows is not looked at */
    bool failed;     /* out of memory */
    bool spill_failed;
    spoor_input input;
    uint64_t per_family[ENGINE_FAMILIES_MAX];
    int64_t first_ns, last_ns;
};

/* ---- open ------------------------------------------------------------------------------------ */

/* With the lock held: keeps a copy of the name and returns its index. */
static bool add_name(spoor_engine *e, const char *name, uint32_t *ret)
{
    const char **names = array_room(e->names, e->n_names, &e->cap_names, 64, sizeof *names);
    if (!names)
        return false;
    e->names = names;
    str copy = arena_dup(&e->text, str_of(name));
    if (!copy.p)
        return false;
    e->names[e->n_names] = copy.p;
    *ret = e->n_names++;
    return true;
}

static bool open_locked(spoor_stream *s, spoor_engine *e, const char *name)
{
    pthread_mutex_lock(&e->lock);
    s->lane = lane_take(e);
    bool is_open = s->lane && add_name(e, name, &s->file);
    if (is_open)
        e->open_streams++;
    else if (s->lane)
        lane_return(e, s->lane);
    pthread_mutex_unlock(&e->lock);
    return is_open;
}

spoor_status spoor_stream_open(spoor_stream **ret, spoor_engine *engine, const char *name,
                               const char *format, spoor_error *err)
{
    if (!ret || !engine || !name)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_stream_open: ret, engine and name must be given");
    if (engine->is_finished)
        return engine_fail(err, SPOOR_EINVAL, "spoor_stream_open: the engine is finished");
    if (format && strcmp(format, "json") != 0)
        return engine_fail(err, SPOOR_EINVAL, "unknown input format \"%.40s\"; known is \"json\"",
                           format);
    spoor_stream *s = calloc(1, sizeof *s);
    if (!s || !open_locked(s, engine, name)) {
        free(s);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while opening an input");
    }
    s->engine = engine;
    s->input.format = "";
    s->first_ns = INT64_MAX;
    s->last_ns = INT64_MIN;
    inflate_reset(s->lane->inflate);
    split_reset(s->lane->split);
    skips_reset(&s->lane->skips);
    reader_begin(s->lane->reader, format != NULL);
    *ret = s;
    return SPOOR_OK;
}

/* ---- records --------------------------------------------------------------------------------- */

static bool on_skip(void *user, const reader_skip *skip)
{
    spoor_stream *s = user;
    s->input.skipped++;
    s->input.malformed += skip->is_malformed;
    skips_add(&s->lane->skips, &(skip_row){.reason = skip->reason,
                                           .file = s->file,
                                           .first_record = skip->record,
                                           .last_record = skip->record,
                                           .offset = skip->offset,
                                           .bytes = skip->bytes,
                                           .count = 1,
                                           .is_malformed = skip->is_malformed});
    return !s->lane->skips.failed;
}

/* Values of the fields that correlations want of this rule's matches. */
static void capture(lane *l, const struct rule_wants *wants)
{
    AUTO(buf) values = {0};
    buf_reset(&l->captured);
    for (size_t i = 0; i < wants->n; i++) {
        buf_reset(&values);
        matcher_values(l->matcher, wants->fields[i], &values);
        buf_varint(&l->captured, values.n);
        buf_put(&l->captured, values.p, values.n);
    }
    l->captured.failed = l->captured.failed || values.failed;
}

static sorter_status add_match(spoor_stream *s, const event *e, int64_t time_ns, size_t family,
                               uint32_t rule)
{
    lane *l = s->lane;
    capture(l, &s->engine->options.rules->wants[rule]);
    const packed_match m = {.file = s->file,
                            .record = e->record,
                            .rule = rule,
                            .family = (uint8_t)family,
                            .uid_hash = e->uid_hash,
                            .fold_hash = e->fold_hash,
                            .event_uid = e->field[FIELD_uid],
                            .captured = buf_str(&l->captured),
                            .event = family == FAMILY_generic ? e->text : STR_NONE};
    buf_reset(&l->packed);
    packed_match_put(&m, &l->packed);
    if (l->captured.failed || l->packed.failed)
        return SORTER_NO_MEMORY;
    uint64_t key = hash_mix(e->uid_hash, rule + 1);
    return sorter_add_match(l->sorter, time_ns, key, buf_str(&l->packed));
}

/* Runs the rules on the record that the event was read from. */
static sorter_status match(spoor_stream *s, const event *e, int64_t time_ns, size_t family)
{
    const uint32_t *rules;
    size_t n;
    const matcher_record record = {.text = e->text,
                                   .family = (enum family)family,
                                   .operation = e->field[FIELD_operation],
                                   .service = e->field[FIELD_service]};
    if (!matcher_run(s->lane->matcher, &record, &rules, &n))
        return SORTER_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        sorter_status status = add_match(s, e, time_ns, family, rules[i]);
        if (status != SORTER_OK)
            return status;
    }
    return SORTER_OK;
}

/* All events are counted; most are not kept. */
static sorter_status order_event(spoor_stream *s, event *e, int64_t time_ns)
{
    e->is_mention = search_finds(&s->engine->traced, e->text);
    sorter_status status = repeats_add(s->lane->counted, time_ns, e->uid_hash);
    if (status != SORTER_OK || (e->operation == OPERATION_NONE && !e->is_mention))
        return status;
    e->time_ns = time_ns;
    e->file = s->file;
    return sorter_add(s->lane->sorter, e);
}

static bool on_event(void *user, event *e, size_t family)
{
    spoor_stream *s = user;
    int64_t time_ns = e->time_ns;
    if (time_ns == SPOOR_TIME_NONE)
        time_ns = 0; /* only any-JSON records may lack a time: see reader.c */
    else if (time_ns < s->first_ns)
        s->first_ns = time_ns;
    if (time_ns > s->last_ns)
        s->last_ns = time_ns;
    s->input.events++;
    s->per_family[family]++;
    sorter_status status = order_event(s, e, time_ns);
    if (status == SORTER_OK && s->lane->matcher)
        status = match(s, e, time_ns, family);
    s->spill_failed = s->spill_failed || status == SORTER_SPILL_FAILED;
    return status == SORTER_OK;
}

static bool drain_split(spoor_stream *s)
{
    const reader_sink sink = {.user = s, .event = on_event, .skip = on_skip};
    split_item item;
    while (split_next(s->lane->split, &item)) {
        bool gave_event;
        if (!reader_item(s->lane->reader, &item, &sink, &gave_event))
            return false;
        if (gave_event)
            s->input.bytes_records += item.bytes;
        else
            s->input.bytes_skipped += item.bytes;
    }
    return !split_failed(s->lane->split);
}

/* ---- feed ------------------------------------------------------------------------------------ */

static void note_damage(spoor_stream *s)
{
    reader_skip skip = {.reason = inflate_error(s->lane->inflate),
                        .offset = split_counts(s->lane->split).bytes_in,
                        .is_malformed = true};
    s->is_damaged = true;
    on_skip(s, &skip);
}

/* Moves what the inflater has to the splitter, window by window. */
static bool pump(spoor_stream *s)
{
    for (;;) {
        size_t room, n = 0;
        char *to = split_room(s->lane->split, WINDOW_BYTES, &room);
        if (!to)
            return false;
        if (room > WINDOW_BYTES)
            room = WINDOW_BYTES;
        inflate_status status = inflate_output(s->lane->inflate, to, room, &n);
        split_commit(s->lane->split, n);
        s->input.bytes_inflated += n;
        if (!drain_split(s) || status == INFLATE_NO_MEMORY)
            return false;
        if (status == INFLATE_DAMAGED)
            note_damage(s);
        if (status != INFLATE_OUTPUT)
            return true;
    }
}

static spoor_status stream_status(spoor_stream *s, bool is_fine, spoor_error *err)
{
    s->failed = s->failed || !is_fine;
    if (s->spill_failed)
        return engine_fail(err, SPOOR_EIO, "the space lent for sorting could not be written");
    if (s->failed)
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while reading an input");
    return SPOOR_OK;
}

spoor_status spoor_stream_feed(spoor_stream *stream, const void *bytes, size_t n, spoor_error *err)
{
    if (!stream || (!bytes && n > 0))
        return engine_fail(err, SPOOR_EINVAL, "spoor_stream_feed: stream and bytes must be given");
    stream->input.bytes += n;
    if (stream->is_damaged || stream->failed || n == 0)
        return stream_status(stream, true, err);
    inflate_input(stream->lane->inflate, bytes, n);
    return stream_status(stream, pump(stream), err);
}

/* ---- close ----------------------------------------------------------------------------------- */

static void name_format(spoor_stream *s)
{
    uint64_t most = 0;
    for (size_t i = 0; i < reader_family_count(); i++) {
        if (s->per_family[i] <= most)
            continue;
        most = s->per_family[i];
        s->input.format = reader_family_at(i)->name;
    }
}

static void add_input(spoor_input *sum, const spoor_input *in)
{
    sum->bytes += in->bytes;
    sum->bytes_inflated += in->bytes_inflated;
    sum->bytes_records += in->bytes_records;
    sum->bytes_skipped += in->bytes_skipped;
    sum->bytes_framing += in->bytes_framing;
    sum->events += in->events;
    sum->malformed += in->malformed;
    sum->skipped += in->skipped;
}

static void hand_in(spoor_stream *s)
{
    spoor_engine *e = s->engine;
    pthread_mutex_lock(&e->lock);
    e->summary.files++;
    add_input(&e->summary.total, &s->input);
    for (size_t i = 0; i < reader_family_count(); i++)
        e->per_family[i] += s->per_family[i];
    if (s->first_ns < e->summary.first_ns)
        e->summary.first_ns = s->first_ns;
    if (s->last_ns > e->summary.last_ns)
        e->summary.last_ns = s->last_ns;
    skips_append(&e->skips, &s->lane->skips);
    lane_return(e, s->lane);
    e->open_streams--;
    e->spill_failed = e->spill_failed || s->spill_failed;
    e->failed = e->failed || s->failed || e->skips.failed;
    pthread_mutex_unlock(&e->lock);
}

spoor_status spoor_stream_close(spoor_stream **stream, spoor_input *ret_input, spoor_error *err)
{
    if (!stream || !*stream)
        return SPOOR_OK;
    spoor_stream *s = *stream;
    bool is_fine = !s->failed;
    if (is_fine && !s->is_damaged) {
        inflate_finish(s->lane->inflate);
        is_fine = pump(s);
    }
    split_finish(s->lane->split);
    is_fine = is_fine && drain_split(s);
    s->input.bytes_framing = split_counts(s->lane->split).bytes_framing;
    name_format(s);
    if (ret_input)
        *ret_input = s->input;
    spoor_status status = stream_status(s, is_fine, err);
    hand_in(s);
    free(s);
    *stream = NULL;
    return status;
}

spoor_status spoor_engine_skip(spoor_engine *engine, const char *name, const char *reason,
                               spoor_error *err)
{
    if (!engine || !name || !reason)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_engine_skip: engine, name and reason must be given");
    if (engine->is_finished)
        return engine_fail(err, SPOOR_EINVAL, "spoor_engine_skip: the engine is finished");
    pthread_mutex_lock(&engine->lock);
    uint32_t file;
    str why = arena_dup(&engine->text, str_of(reason));
    bool is_kept = why.p && add_name(engine, name, &file);
    if (is_kept) {
        engine->summary.files++;
        engine->summary.files_failed++;
        skips_add(&engine->skips, &(skip_row){.reason = why.p, .file = file, .count = 1});
        is_kept = !engine->skips.failed;
    }
    pthread_mutex_unlock(&engine->lock);
    return is_kept ? SPOOR_OK : engine_fail(err, SPOOR_ENOMEM, "out of memory");
}
