/* SPDX-License-Identifier: Apache-2.0
 *
 * engine.c -- the life of an engine: open, finish (order, fold, remember, judge), deliver, close.
 */
#include "engine/engine.h"

#include <stdlib.h>

#include "audit/controls.h"
#include "audit/known.h"
#include "correlate/correlate.h"
#include "decode/reader.h"
#include "engine/audit.h"
#include "engine/fail.h"
#include "engine/judge.h"
#include "engine/lane.h"
#include "engine/run.h"
#include "model/finding_json.h"
#include "order/fold.h"
#include "state/baseline.h"
#include "state/saved.h"
#include "state/state.h"

enum { MEMORY_DEFAULT = 96 * 1024 * 1024, MEMORY_LEAST = 256 * 1024 };

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
    run_free(e->run);
    lanes_free(e);
    spoor_ruleset_unref(e->options.rules);
    spoor_settings_unref(e->options.settings);
    reader_tables_free(e->tables);
    if (e->state)
        state_done(e->state);
    free(e->state);
    if (e->found)
        correlate_done(e->found);
    free(e->found);
    intern_done(&e->accounts.texts);
    intern_done(&e->regions.texts);
    mentions_done(&e->mentions);
    usage_done(&e->usage);
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

/* From here on records are searched for what is traced, and more is remembered. */
static bool start_tracing(spoor_engine *e)
{
    str wanted = arena_dup(&e->text, str_of(e->options.trace ? e->options.trace : ""));
    e->options.trace = NULL; /* borrowed for this call only */
    search_init(&e->traced, wanted);
    e->state->is_tracing = wanted.n > 0;
    return !e->text.failed;
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
    spoor_ruleset_ref(o.rules);
    spoor_settings_ref(o.settings);
    e->summary.rules = spoor_ruleset_count(o.rules);
    e->summary.first_ns = INT64_MAX;
    e->summary.last_ns = INT64_MIN;
    e->summary.seconds = -1;
    e->tables = reader_tables_new();
    e->state = calloc(1, sizeof *e->state);
    e->found = calloc(1, sizeof *e->found);
    if (!e->tables || !e->state || !e->found || !state_init(e->state) || !start_tracing(e)) {
        spoor_engine_close(&e);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    }
    const char *problem = o.state ? saved_read(e->state, (str){o.state, o.state_n}) : NULL;
    e->has_before = o.state != NULL;
    e->options.state = NULL; /* borrowed for this call only */
    if (problem) {
        spoor_engine_close(&e);
        return engine_fail(err, SPOOR_EINVAL, "the state %s", problem);
    }
    *ret = e;
    return SPOOR_OK;
}

/* ---- finish ---------------------------------------------------------------------------------- */

/* All events are in the state: judges them and lets go of what brought them there. */
static spoor_status conclude(spoor_engine *e)
{
    run_count counts = run_counts(e->run);
    bool is_fine = !e->failed && !e->mentions.failed && !state_failed(e->state) &&
                   judge_all(e, e->run ? run_chains(e->run) : NULL);
    baseline_settle(e->state->baseline);
    is_fine = is_fine && !state_failed(e->state) && report_finish(e, &counts);
    run_free(STEAL(e->run));
    lanes_free(e);
    return is_fine ? SPOOR_OK : SPOOR_ENOMEM;
}

/* Pulls the next match or correlation into e->finding. SPOOR_END: there is none, incidents are
 * ready. */
static spoor_status pull(spoor_engine *e)
{
    switch (run_next(e->run, &e->finding)) {
    case RUN_FINDING:
        return SPOOR_OK;
    case RUN_END:
        return conclude(e) == SPOOR_OK ? SPOOR_END : SPOOR_ENOMEM;
    case RUN_SPILL_FAILED:
        return SPOOR_EIO;
    case RUN_NO_MEMORY:
        return SPOOR_ENOMEM;
    }
    return SPOOR_ENOMEM;
}

static spoor_status start(spoor_engine *e)
{
    if (e->spill_failed)
        return SPOOR_EIO;
    run_status status = run_new(e, lanes_given(e), e->n_lanes, &e->run);
    if (status != RUN_END)
        return status == RUN_SPILL_FAILED ? SPOOR_EIO : SPOOR_ENOMEM;
    e->rule_costs = lanes_rule_costs(e);
    e->summary.regex_limited = lanes_regex_limited(e);
    if (!e->rule_costs)
        return SPOOR_ENOMEM;
    spoor_status first = pull(e); /* without rules, that is all there is to do */
    e->has_finding = first == SPOOR_OK;
    return first == SPOOR_END ? SPOOR_OK : first;
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
    engine->is_finished = true;
    spoor_status status = start(engine);
    if (status == SPOOR_EIO)
        return engine_fail(err, SPOOR_EIO, "the space lent for sorting could not be %s",
                           engine->spill_failed ? "written" : "written or read back");
    if (status != SPOOR_OK)
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while joining events");
    return SPOOR_OK;
}

/* ---- deliver --------------------------------------------------------------------------------- */

spoor_status spoor_engine_rule_cost(const spoor_engine *engine, size_t i, spoor_rule_cost *ret)
{
    if (!engine || !ret || !engine->rule_costs)
        return SPOOR_EINVAL;
    if (i >= spoor_ruleset_count(engine->options.rules))
        return SPOOR_END;
    *ret = engine->rule_costs[i];
    return SPOOR_OK;
}

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

/* Incidents, skips, summary: finding i of those. */
static void tell_controls(spoor_engine *e, spoor_incident *in)
{
    const struct audit *exports = engine_audit_of(e->options.exports);
    e->failed =
        e->failed ||
        (exports && (!known_add(exports, in, &e->text) || !controls_add(exports, in, &e->text)));
}

static bool later_finding(spoor_engine *e, size_t i)
{
    if (i < e->found->n_incidents) {
        e->finding.type = SPOOR_FINDING_INCIDENT;
        e->finding.as.incident = e->found->incidents[i];
        tell_controls(e, &e->finding.as.incident);
        return true;
    }
    i -= e->found->n_incidents;
    if (i < e->skips.n)
        e->finding = skip_finding(e, &e->skips.rows[i]);
    if (i == e->skips.n) {
        e->finding.type = SPOOR_FINDING_SUMMARY;
        e->finding.as.summary = e->summary;
    }
    return i <= e->skips.n;
}

spoor_status spoor_engine_next(spoor_engine *engine, const spoor_finding **ret)
{
    if (!engine || !ret || !engine->is_finished)
        return SPOOR_EINVAL;
    spoor_status status = SPOOR_END;
    if (engine->has_finding)
        status = SPOOR_OK;
    else if (engine->run)
        status = pull(engine);
    engine->has_finding = false;
    if (status == SPOOR_END) {
        if (!later_finding(engine, engine->next_finding))
            return SPOOR_END;
        engine->next_finding++;
        status = engine->failed ? SPOOR_ENOMEM : SPOOR_OK;
    }
    if (status == SPOOR_OK)
        *ret = &engine->finding;
    return status;
}

spoor_status spoor_engine_state(const spoor_engine *engine, char **ret, size_t *ret_n,
                                spoor_error *err)
{
    if (!engine || !ret || !ret_n || !engine->is_finished || engine->run)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_engine_state: there are findings that were not fetched yet");
    AUTO(buf) out = {0};
    if (!saved_write(engine->state, &out))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    *ret_n = out.n;
    *ret = STEAL(out.p);
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
