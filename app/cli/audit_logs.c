/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_logs.c -- logs beside exports: who used what he may.
 */
#include "cli/audit_logs.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/words.h"
#include "cli/intake.h"
#include "cli/state_file.h"
#include "source/helper.h"
#include "source/spill.h"
#include "source/walk.h"

typedef struct logs_run {
    const audit_logs *logs;
    progress *progress;
    spoor_audit *audit;
    audit_logs_fn *tell;
    void *user;
    bool *is_partial;
    walk inputs;
} logs_run;

static bool complain(const spoor_error *err)
{
    opt_complain("%s", err->message[0] ? err->message : "out of memory");
    return false;
}

static bool read_logs(logs_run *r, spoor_engine *engine)
{
    spoor_error err = {0};
    const spoor_finding *f;
    const intake how = {.jobs = r->logs->jobs, .is_quiet = r->logs->is_quiet};
    if (intake_read(&how, &r->inputs, r->progress, engine, &err) != SPOOR_OK)
        return complain(&err);
    *r->is_partial = intake_tell_problems(&r->inputs, engine) || *r->is_partial;
    if (spoor_engine_finish(engine, &err) != SPOOR_OK)
        return complain(&err);
    spoor_status status;
    while ((status = spoor_engine_next(engine, &f)) == SPOOR_OK)
        if (f->type == SPOOR_FINDING_SKIP)
            r->tell(r->user, f);
    if (status != SPOOR_END || spoor_audit_use(r->audit, engine, &err) != SPOOR_OK)
        return complain(&err);
    return true;
}

static bool run(logs_run *r, const strbuf *state)
{
    spoor_error err = {0};
    spill_file spill;
    helper helper = {0};
    spoor_engine *engine;
    spoor_options options = SPOOR_OPTIONS_INIT;
    spill_init(&spill);
    options.spill = spill_lend(&spill);
    options.helper = helper_lend(&helper, r->logs->jobs);
    options.usage = 1;
    options.no_incidents = 1;
    options.no_lineages = 1;
    options.state = state->n > 0 ? strbuf_text(state) : NULL;
    options.state_n = state->n;
    bool is_used = spoor_engine_open(&engine, &options, &err) == SPOOR_OK;
    if (is_used) {
        is_used = read_logs(r, engine);
        spoor_engine_close(&engine);
    } else {
        complain(&err);
    }
    if (spill.error)
        opt_complain("temporary file for sorting: %s", strerror(spill.error));
    spill_done(&spill);
    return is_used;
}

/* False: it is said why it cannot be had. */
static bool load_state(const audit_logs *logs, strbuf *out)
{
    bool is_there = false;
    const char *why = "";
    if (!logs->state)
        return true;
    if (state_file_read(logs->state, out, &is_there, &why) && is_there)
        return true;
    opt_complain("%s: %s", logs->state, *why ? why : "there is no such file");
    return false;
}

bool audit_logs_use(const audit_logs *logs, progress *p, spoor_audit *audit, audit_logs_fn *tell,
                    void *user, bool *is_partial)
{
    AUTO(strbuf) state = {0};
    logs_run r = {logs, p, audit, tell, user, is_partial, {0}};
    if (logs->paths.n == 0 && !logs->state)
        return true;
    for (size_t i = 0; i < logs->paths.n; i++)
        walk_add(&r.inputs, logs->paths.items[i]);
    walk_sort(&r.inputs);
    bool is_used = load_state(logs, &state) && run(&r, &state);
    walk_done(&r.inputs);
    return is_used;
}
