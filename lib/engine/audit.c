/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.c -- the public face of the audit: inflates inputs, and tells verdicts as findings.
 *
 *  (1) Texts of a finding live in `text` until the next one; those of the summary in `kept`.
 */
#include "engine/audit.h"

#include <stdlib.h>

#include "audit/audit.h"
#include "audit/check.h"
#include "audit/earlier.h"
#include "audit/rights.h"
#include "base/text.h"
#include "decode/inflate.h"
#include "engine/engine.h"
#include "engine/fail.h"
#include "model/settings.h"
#include <spoor/spoor.h>

enum { WINDOW_BYTES = 256 * 1024 };

typedef enum told {
    TOLD_CHECKS,
    TOLD_RIGHTS,
    TOLD_INPUTS,
    TOLD_PROBLEMS,
    TOLD_LIMITS,
    TOLD_ALL
} told;

struct spoor_audit {
    audit audit;
    spoor_settings *settings;
    inflate *inflate;
    char *window;
    bool is_open, is_damaged, is_finished;
    double seconds;
    told told;   /* what was delivered so far */
    size_t next; /* input or problem to be told */
    rights_cursor next_right;
    spoor_heading_count headings[HEADING_COUNT];
    spoor_audit_summary sums;
    size_t last_check;
    earlier earlier;
    bool *is_over; /* of the settings' exceptions: one that ended would excuse a failure */
    arena text, kept;
    spoor_finding finding;
};

audit *engine_audit_open(spoor_audit *audit)
{
    return audit && !audit->is_finished && !audit->is_open ? &audit->audit : NULL;
}

const audit *engine_audit_of(const spoor_audit *audit)
{
    return audit && audit->is_finished ? &audit->audit : NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

void spoor_audit_close(spoor_audit **p)
{
    if (!p || !*p)
        return;
    spoor_audit *s = *p;
    audit_done(&s->audit);
    earlier_done(&s->earlier);
    spoor_settings_unref(s->settings);
    inflate_free(s->inflate);
    free(s->window);
    arena_done(&s->text);
    arena_done(&s->kept);
    free(s);
    *p = NULL;
}

static bool make(spoor_audit *s, const spoor_audit_options *options)
{
    bool is_made = audit_init(&s->audit);
    s->inflate = inflate_new();
    s->window = malloc(WINDOW_BYTES);
    s->settings = spoor_settings_ref(options->settings);
    s->audit.settings = s->settings;
    s->audit.now_ns = options->now_ns;
    s->seconds = -1;
    s->last_check = SIZE_MAX;
    if (options->baseline)
        earlier_read(&s->earlier, (str){options->baseline, options->baseline_n});
    if (s->settings)
        s->is_over = arena_alloc(&s->kept, s->settings->n_exceptions + 1);
    return is_made && s->inflate && s->window && !s->earlier.failed && !s->kept.failed;
}

spoor_status spoor_audit_open(spoor_audit **ret, const spoor_audit_options *options,
                              spoor_error *err)
{
    if (!ret || !options || options->now_ns == SPOOR_TIME_NONE)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_audit_open: ret and options.now_ns are needed");
    spoor_audit *s = calloc(1, sizeof *s);
    if (!s || !make(s, options)) {
        spoor_audit_close(&s);
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while opening an audit");
    }
    *ret = s;
    return SPOOR_OK;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static spoor_status settle(const spoor_audit *s, spoor_error *err)
{
    if (s->audit.failed)
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while reading exports");
    return SPOOR_OK;
}

spoor_status spoor_audit_begin(spoor_audit *audit, const char *name, spoor_error *err)
{
    if (!audit || !name || audit->is_open || audit->is_finished)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_audit_begin: a name is needed, and no input may be open");
    inflate_reset(audit->inflate);
    audit->is_open = true;
    audit->is_damaged = false;
    audit_begin(&audit->audit, str_of(name));
    return settle(audit, err);
}

/* Takes what comes out of the inflater for the input it has. */
static void pump(spoor_audit *s)
{
    size_t n = 0;
    inflate_status status;
    while ((status = inflate_output(s->inflate, s->window, WINDOW_BYTES, &n)) == INFLATE_OUTPUT)
        audit_feed(&s->audit, (str){s->window, n});
    if (status == INFLATE_DAMAGED && !s->is_damaged) {
        reading_wrong(&s->audit.reading, "%s", inflate_error(s->inflate));
        s->is_damaged = true;
    }
    s->audit.failed = s->audit.failed || status == INFLATE_NO_MEMORY;
}

spoor_status spoor_audit_feed(spoor_audit *audit, const void *bytes, size_t n, spoor_error *err)
{
    if (!audit || (!bytes && n > 0) || !audit->is_open)
        return engine_fail(err, SPOOR_EINVAL, "spoor_audit_feed: no input is open");
    if (n > 0 && !audit->is_damaged) {
        inflate_input(audit->inflate, bytes, n);
        pump(audit);
    }
    return settle(audit, err);
}

spoor_status spoor_audit_end(spoor_audit *audit, spoor_error *err)
{
    if (!audit || !audit->is_open)
        return engine_fail(err, SPOOR_EINVAL, "spoor_audit_end: no input is open");
    if (!audit->is_damaged) {
        inflate_finish(audit->inflate);
        pump(audit);
    }
    audit->is_open = false;
    audit_end(&audit->audit);
    return settle(audit, err);
}

spoor_status spoor_audit_skip(spoor_audit *audit, const char *name, const char *reason,
                              spoor_error *err)
{
    if (!audit || !name || !reason || audit->is_open || audit->is_finished)
        return engine_fail(err, SPOOR_EINVAL, "spoor_audit_skip: name and reason must be given");
    audit_skip(&audit->audit, str_of(name), str_of(reason));
    return settle(audit, err);
}

spoor_status spoor_audit_finish(spoor_audit *audit, spoor_error *err)
{
    if (!audit || audit->is_open || audit->is_finished)
        return engine_fail(err, SPOOR_EINVAL, "spoor_audit_finish: once, with no input open");
    audit->is_finished = true;
    if (!audit_finish(&audit->audit))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while joining exports");
    return SPOOR_OK;
}

void spoor_audit_elapsed(spoor_audit *audit, double seconds)
{
    if (audit)
        audit->seconds = seconds;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static const char *z(spoor_audit *s, str text)
{
    str copy = text.n > 0 ? arena_dup(&s->text, text) : STR_NONE;
    return copy.p ? copy.p : "";
}

/* Why the operator lives with the failure, and until when; "" when he does not. */
static const char *excuse(spoor_audit *s, const spoor_check *c)
{
    bool is_over;
    const settings_exception *e = settings_exception_find(
        s->settings, str_of(c->id), str_of(c->resource.id), s->audit.now_ns, &is_over);
    if (!e)
        return "";
    if (is_over) {
        s->is_over[e - s->settings->exceptions] = true;
        return "";
    }
    str text = arena_printf(&s->text, "%.*s; until %.*s", (int)e->reason.n, e->reason.p,
                            (int)e->until.n, e->until.p);
    return text.p ? text.p : "";
}

static void count_check(spoor_audit *s, const verdict *v, bool is_excepted)
{
    spoor_heading_count *h = &s->headings[v->check->heading];
    bool is_failure = v->status == SPOOR_CHECK_FAIL;
    h->status[v->status]++;
    h->excepted += is_excepted;
    s->sums.status[v->status]++;
    s->sums.failed[v->check->severity] += is_failure && !is_excepted;
    s->sums.checks += s->audit.next_check != s->last_check;
    s->last_check = s->audit.next_check;
}

static const char *const *references_of(spoor_audit *s, const check *row, size_t *ret_n)
{
    str rest = str_of(row->references ? row->references : ""), one;
    size_t cap = 1, n = 0;
    for (size_t i = 0; i < rest.n; i++)
        cap += rest.p[i] == ';';
    const char **list = arena_alloc(&s->text, cap * sizeof *list);
    while (list && text_next(&rest, ';', &one))
        list[n++] = z(s, text_trim(one));
    *ret_n = n;
    return list;
}

static void place(spoor_audit *s, const fact *x, spoor_check *out)
{
    const facts *f = &s->audit.facts;
    out->resource.kind = fact_kind_text((fact_kind)x->kind);
    out->resource.id = z(s, facts_id(f, x));
    out->name = x->name ? z(s, facts_name(f, x)) : "";
    out->account = z(s, facts_account(f, x));
    out->region = z(s, facts_region(f, x));
    out->source = x->input < s->audit.n_inputs ? s->audit.inputs[x->input].name.p : "";
}

static void tell_check(spoor_audit *s, const verdict *v)
{
    const heading_info *h = heading_describe(v->check->heading);
    s->finding.type = SPOOR_FINDING_CHECK;
    spoor_check *out = &s->finding.as.check;
    *out = (spoor_check){.id = v->check->id,
                         .title = v->check->title,
                         .mitigation = h->mitigation,
                         .heading = h->text,
                         .cloud = provider_text(v->check->cloud),
                         .status = v->status,
                         .severity = v->check->severity,
                         .resource = {"", fact_kind_text(v->check->subject)},
                         .name = "",
                         .account = "",
                         .region = "",
                         .seen = z(s, v->seen),
                         .wanted = z(s, v->wanted),
                         .why = v->check->why,
                         .fix = z(s, v->fix),
                         .source = "",
                         .change = "",
                         .exception = ""};
    out->references = references_of(s, v->check, &out->n_references);
    if (v->fact)
        place(s, v->fact, out);
    if (v->status == SPOOR_CHECK_FAIL)
        out->exception = excuse(s, out);
    out->change =
        earlier_compare(&s->earlier, str_of(out->id), str_of(out->resource.id), v->status);
    count_check(s, v, *out->exception != '\0');
}

/* ---- rights ---------------------------------------------------------------------------------- */

static const char *known(spoor_audit *s, uint32_t text)
{
    return text ? z(s, intern_text(&s->audit.facts.text, text)) : "";
}

static void put_grant(spoor_audit *s, const access_right *a, spoor_right *out)
{
    out->is_conditional = a->verdict == ACCESS_CONDITIONAL;
    out->is_eligible = a->verdict == ACCESS_ELIGIBLE;
    out->is_admin = a->is_admin;
    out->via = known(s, a->via);
    out->scope = known(s, a->scope);
    out->condition = known(s, a->condition);
}

static bool next_right(spoor_audit *s)
{
    right r;
    if (!rights_next(&s->audit, &s->next_right, &r))
        return false;
    const facts *f = &s->audit.facts;
    spoor_right *out = &s->finding.as.right;
    s->finding.type = SPOOR_FINDING_RIGHT;
    *out = (spoor_right){.principal = {z(s, facts_id(f, r.principal)),
                                       z(s, facts_name(f, r.principal)),
                                       fact_kind_text((fact_kind)r.principal->kind)},
                         .cloud = provider_text((provider)r.principal->provider),
                         .account = z(s, facts_account(f, r.principal)),
                         .power = power_describe(r.power)->text,
                         .mark = r.mark,
                         .via = "",
                         .scope = "",
                         .condition = "",
                         .used = r.used ? r.used->count[r.power] : 0,
                         .denied = r.used ? r.used->denied[r.power] : 0,
                         .last_ns = r.used ? r.used->last_ns[r.power] : SPOOR_TIME_NONE,
                         .known_days = r.known_days};
    if (r.right)
        put_grant(s, r.right, out);
    return true;
}

/* ---- what was not read ----------------------------------------------------------------------- */

/* Inputs in the order of their names, whatever the order they came in. */
static void tell_skip(spoor_audit *s, uint32_t input, str reason, uint64_t count, bool is_malformed)
{
    s->finding.type = SPOOR_FINDING_SKIP;
    s->finding.as.skip = (spoor_skip){.reason = z(s, reason),
                                      .source = s->audit.inputs[input].name.p,
                                      .bytes = s->audit.inputs[input].bytes,
                                      .count = count,
                                      .is_malformed = is_malformed};
}

static bool next_input(spoor_audit *s)
{
    while (s->next < s->audit.n_inputs) {
        uint32_t i = s->audit.facts.input_order[s->next++];
        const audit_input *input = &s->audit.inputs[i];
        if (input->skipped.n > 0)
            tell_skip(s, i, input->skipped, 1, false);
        else if (input->unknown > 0)
            tell_skip(s, i, STR("items that are no export that is known"), input->unknown, false);
        else
            continue;
        return true;
    }
    return false;
}

static bool next_problem(spoor_audit *s)
{
    const reading *r = &s->audit.reading;
    if (s->next >= r->n_problems)
        return false;
    const reading_problem *p = &r->problems[s->next++];
    tell_skip(s, p->input, p->text, 1, true);
    return true;
}

/* "more than 4096 service accounts may be acted as (limit impersonated)" */
static bool next_limit(spoor_audit *s)
{
    const excess lost = audit_excess(&s->audit);
    while (s->next < EXCESS_COUNT && lost.n[s->next] == 0)
        s->next++;
    if (s->next >= EXCESS_COUNT)
        return false;
    const excess_info *info = excess_describe((excess_id)s->next);
    str reason = arena_printf(&s->text, "more than %llu %s (limit %s)",
                              (unsigned long long)info->limit, info->text, info->name);
    s->finding.type = SPOOR_FINDING_SKIP;
    s->finding.as.skip =
        (spoor_skip){.reason = reason.p ? reason.p : "", .source = "", .count = lost.n[s->next++]};
    return true;
}

/* ---- the summary ----------------------------------------------------------------------------- */

static const spoor_count *count_exports(spoor_audit *s, size_t *ret_n)
{
    spoor_count *list = arena_alloc(&s->kept, EXPORT_COUNT * sizeof *list);
    for (int e = EXPORT_NONE + 1; list && e < EXPORT_COUNT; e++)
        if (s->audit.exports[e] > 0)
            list[(*ret_n)++] =
                (spoor_count){export_describe((export_id)e)->name, s->audit.exports[e]};
    return list;
}

static const spoor_count *count_resources(spoor_audit *s, size_t *ret_n)
{
    spoor_count *list = arena_alloc(&s->kept, FACT_KIND_COUNT * sizeof *list);
    for (int k = 0; list && k < FACT_KIND_COUNT; k++) {
        uint32_t from, to;
        facts_range(&s->audit.facts, (fact_kind)k, &from, &to);
        if (to > from)
            list[(*ret_n)++] = (spoor_count){fact_kind_text((fact_kind)k), to - from};
    }
    return list;
}

static const char *const *clouds_left_out(spoor_audit *s, size_t *ret_n)
{
    const char **list = arena_alloc(&s->kept, PROVIDER_COUNT * sizeof *list);
    for (int p = PROVIDER_AWS; list && p <= PROVIDER_GCP; p++)
        if (!audit_has_cloud(&s->audit, (provider)p))
            list[(*ret_n)++] = provider_text((provider)p);
    return list;
}

/* "aws-instance-* on i-0abc: rebuilt in March; until 2026-03-31" */
static const char *const *list_expired(spoor_audit *s, size_t *ret_n)
{
    size_t n = s->settings ? s->settings->n_exceptions : 0;
    const char **list = arena_alloc(&s->kept, (n + 1) * sizeof *list);
    for (size_t i = 0; list && i < n; i++) {
        const settings_exception *e = &s->settings->exceptions[i];
        if (!s->is_over[i])
            continue;
        str text = arena_printf(&s->kept, "%.*s on %.*s: %.*s; until %.*s", (int)e->check.n,
                                e->check.p, (int)e->resource.n, e->resource.p, (int)e->reason.n,
                                e->reason.p, (int)e->until.n, e->until.p);
        list[(*ret_n)++] = text.p ? text.p : "";
    }
    return list;
}

static void tell_summary(spoor_audit *s)
{
    spoor_audit_summary *sum = &s->sums;
    for (int h = 0; h < HEADING_COUNT; h++) {
        s->headings[h].mitigation = heading_describe((heading)h)->mitigation;
        s->headings[h].heading = heading_describe((heading)h)->text;
    }
    for (size_t i = 0; i < s->audit.n_inputs; i++)
        sum->files_failed += s->audit.inputs[i].is_unread;
    sum->files = s->audit.n_inputs;
    sum->bytes = s->audit.bytes;
    sum->malformed = s->audit.reading.malformed;
    sum->exports = count_exports(s, &sum->n_exports);
    sum->resources = count_resources(s, &sum->n_resources);
    sum->clouds_left_out = clouds_left_out(s, &sum->n_clouds_left_out);
    sum->expired = list_expired(s, &sum->n_expired);
    earlier_left(&s->earlier, &sum->gone, &sum->unjudged);
    sum->baseline_bad = s->earlier.bad;
    sum->headings = s->headings;
    sum->n_headings = HEADING_COUNT;
    sum->now_ns = s->audit.now_ns;
    sum->seconds = s->seconds;
    s->finding.type = SPOOR_FINDING_AUDIT;
    s->finding.as.audit = *sum;
}

static void go_on(spoor_audit *s, told next)
{
    s->told = next;
    s->next = 0;
}

static bool tell_next(spoor_audit *s)
{
    verdict v;
    if (s->told == TOLD_CHECKS && audit_next(&s->audit, &v)) {
        tell_check(s, &v);
        return true;
    }
    if (s->told == TOLD_CHECKS)
        go_on(s, TOLD_RIGHTS);
    if (s->told == TOLD_RIGHTS && next_right(s))
        return true;
    if (s->told == TOLD_RIGHTS)
        go_on(s, TOLD_INPUTS);
    if (s->told == TOLD_INPUTS && next_input(s))
        return true;
    if (s->told == TOLD_INPUTS)
        go_on(s, TOLD_PROBLEMS);
    if (s->told == TOLD_PROBLEMS && next_problem(s))
        return true;
    if (s->told == TOLD_PROBLEMS)
        go_on(s, TOLD_LIMITS);
    if (s->told == TOLD_LIMITS && next_limit(s))
        return true;
    if (s->told == TOLD_ALL)
        return false;
    go_on(s, TOLD_ALL);
    tell_summary(s);
    return true;
}

spoor_status spoor_audit_next(spoor_audit *audit, const spoor_finding **ret)
{
    if (!audit || !ret || !audit->is_finished)
        return SPOOR_EINVAL;
    if (audit->audit.failed)
        return SPOOR_ENOMEM;
    arena_reset(&audit->text);
    bool is_told = tell_next(audit);
    if (audit->audit.failed || audit->text.failed || audit->kept.failed || audit->earlier.failed)
        return SPOOR_ENOMEM;
    *ret = &audit->finding;
    return is_told ? SPOOR_OK : SPOOR_END;
}
