/* SPDX-License-Identifier: Apache-2.0
 *
 * engine.c -- the life of an engine: open, finish (order, fold, remember, judge), deliver, close.
 */
#include "engine/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "correlate/correlate.h"
#include "decode/reader.h"
#include "engine/lanes.h"
#include "model/finding_json.h"
#include "order/fold.h"
#include "state/state.h"

enum { MEMORY_DEFAULT = 64 * 1024 * 1024, MEMORY_LEAST = 1024 * 1024 };

spoor_status engine_fail(spoor_error *err, spoor_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    err->status = status;
    return status;
}

const char *spoor_version(void)
{
    return SPOOR_VERSION;
}

/* ---- open and close -------------------------------------------------------------------------- */

void spoor_engine_close(spoor_engine **engine)
{
    if (!engine || !*engine)
        return;
    spoor_engine *e = *engine;
    lanes_free(e);
    reader_tables_free(e->tables);
    if (e->state)
        state_done(e->state);
    free(e->state);
    intern_done(&e->accounts.texts);
    intern_done(&e->regions.texts);
    skips_done(&e->skips);
    free(e->names);
    arena_done(&e->text);
    pthread_mutex_destroy(&e->lock);
    free(e);
    *engine = NULL;
}

static spoor_options read_options(const spoor_options *given)
{
    spoor_options o = SPOOR_OPTIONS_INIT;
    /* An older caller's struct is shorter: take what it has. */
    if (given)
        memcpy(&o, given, given->size < sizeof o ? given->size : sizeof o);
    if (o.memory_bytes == 0)
        o.memory_bytes = MEMORY_DEFAULT;
    if (o.memory_bytes < MEMORY_LEAST)
        o.memory_bytes = MEMORY_LEAST;
    return o;
}

spoor_status spoor_engine_open(spoor_engine **ret, const spoor_options *options, spoor_error *err)
{
    if (!ret)
        return engine_fail(err, SPOOR_EINVAL, "spoor_engine_open: ret must be given");
    spoor_options o = read_options(options);
    if (o.spill.write && !o.spill.read)
        return engine_fail(err, SPOOR_EINVAL, "spill.read must be given with spill.write");
    spoor_engine *e = calloc(1, sizeof *e);
    if (!e || pthread_mutex_init(&e->lock, NULL) != 0) {
        free(e);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    }
    e->options = o;
    e->summary.first_ns = INT64_MAX;
    e->summary.last_ns = INT64_MIN;
    e->summary.seconds = -1;
    e->tables = reader_tables_new();
    e->state = calloc(1, sizeof *e->state);
    if (!e->tables || !e->state || !state_init(e->state)) {
        spoor_engine_close(&e);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    }
    *ret = e;
    return SPOOR_OK;
}

/* ---- finish ---------------------------------------------------------------------------------- */

static void see(seen *s, str text)
{
    if (text.n > 0 && s->texts.n < ENGINE_SEEN_MAX)
        intern_id(&s->texts, text);
}

static void take_events(spoor_engine *e, fold *f)
{
    const event *event;
    while (fold_next(f, &event)) {
        see(&e->accounts, event->field[FIELD_account]);
        see(&e->regions, event->field[FIELD_region]);
        state_add(e->state, event);
    }
}

static sorter_status run_order(spoor_engine *e, merger *m, fold *f)
{
    sorter_item item;
    sorter_status status;
    while ((status = merger_next(m, &item)) == SORTER_OK) {
        if (!fold_push(f, &item))
            return SORTER_NO_MEMORY;
        take_events(e, f);
    }
    if (status != SORTER_END)
        return status;
    if (!fold_finish(f))
        return SORTER_NO_MEMORY;
    take_events(e, f);
    return fold_failed(f) ? SORTER_NO_MEMORY : SORTER_OK;
}

/* All lanes' runs, in order, through fold into the state. */
static sorter_status order_all(spoor_engine *e, fold_count *ret)
{
    size_t n;
    sorter **sorters = lanes_sorters(e, &n);
    fold *f = fold_new(e->names);
    merger *m = NULL;
    sorter_status status = sorters && f ? merger_new(sorters, n, &m) : SORTER_NO_MEMORY;
    if (status == SORTER_OK)
        status = run_order(e, m, f);
    if (f)
        *ret = fold_counts(f);
    merger_free(m);
    fold_free(f);
    free(sorters);
    return status;
}

static bool judge(spoor_engine *e)
{
    correlate_result found = {0};
    correlate_options options = {.names = e->names, .min_level = e->options.min_level};
    if (!correlate_run(e->state, &options, &e->text, &found))
        return false;
    e->incidents = found.incidents;
    e->n_incidents = found.n_incidents;
    memcpy(e->summary.incidents, found.per_level, sizeof found.per_level);
    return true;
}

spoor_status spoor_engine_finish(spoor_engine *engine, spoor_error *err)
{
    if (!engine)
        return engine_fail(err, SPOOR_EINVAL, "spoor_engine_finish: engine must be given");
    if (engine->is_finished || engine->open_streams > 0)
        return engine_fail(err, SPOOR_EINVAL,
                           engine->is_finished ? "the engine is finished already"
                                               : "%zu streams are still open",
                           engine->open_streams);
    fold_count folded = {0};
    engine->is_finished = true;
    sorter_status status = order_all(engine, &folded);
    if (engine->spill_failed)
        return engine_fail(err, SPOOR_EIO, "the space lent for sorting could not be written");
    if (status == SORTER_SPILL_FAILED)
        return engine_fail(err, SPOOR_EIO, "the space lent for sorting could not be read back");
    bool is_fine = status == SORTER_OK && !engine->failed && !state_failed(engine->state);
    if (!is_fine || !judge(engine) || !report_finish(engine, &folded))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while joining events");
    lanes_free(engine);
    return SPOOR_OK;
}

/* ---- deliver --------------------------------------------------------------------------------- */

void spoor_engine_elapsed(spoor_engine *engine, double seconds)
{
    if (engine)
        engine->summary.seconds = seconds;
}

static spoor_finding skip_finding(const spoor_engine *e, const skip_row *row)
{
    spoor_finding f = {.type = SPOOR_FINDING_SKIP};
    f.as.skip = (spoor_skip){.reason = row->reason,
                             .source = e->names[row->file],
                             .first_record = row->first_record,
                             .last_record = row->last_record,
                             .offset = row->offset,
                             .bytes = row->bytes,
                             .count = row->count,
                             .is_malformed = row->is_malformed};
    return f;
}

spoor_status spoor_engine_next(spoor_engine *engine, const spoor_finding **ret)
{
    if (!engine || !ret || !engine->is_finished)
        return SPOOR_EINVAL;
    size_t i = engine->next_finding;
    if (i < engine->n_incidents) {
        engine->finding.type = SPOOR_FINDING_INCIDENT;
        engine->finding.as.incident = engine->incidents[i];
    } else if (i - engine->n_incidents < engine->skips.n) {
        engine->finding = skip_finding(engine, &engine->skips.rows[i - engine->n_incidents]);
    } else if (i == engine->n_incidents + engine->skips.n) {
        engine->finding.type = SPOOR_FINDING_SUMMARY;
        engine->finding.as.summary = engine->summary;
    } else {
        return SPOOR_END;
    }
    engine->next_finding++;
    *ret = &engine->finding;
    return SPOOR_OK;
}

spoor_status spoor_finding_json(const spoor_finding *finding, char **ret, size_t *ret_n)
{
    if (!finding || !ret)
        return SPOOR_EINVAL;
    AUTO(buf) out = {0};
    finding_json(finding, &out);
    buf_putc(&out, '\0');
    if (out.failed)
        return SPOOR_ENOMEM;
    if (ret_n)
        *ret_n = out.n - 1;
    *ret = STEAL(out.p);
    return SPOOR_OK;
}
