/* SPDX-License-Identifier: Apache-2.0
 *
 * finding_json.c -- the writer. Member order is fixed, so equal findings are equal bytes.
 */
#include "model/finding_json.h"

#include <string.h>

#include "base/time.h"

/* Writes the comma between members, then the member's name. */
static void name(buf *out, const char *key)
{
    if (out->n > 0 && out->p[out->n - 1] != '{' && out->p[out->n - 1] != '[')
        buf_putc(out, ',');
    buf_json_string(out, str_of(key));
    buf_putc(out, ':');
}

static void text(buf *out, const char *key, const char *value)
{
    name(out, key);
    buf_json_string(out, str_of(value));
}

static void number(buf *out, const char *key, uint64_t value)
{
    name(out, key);
    buf_printf(out, "%llu", (unsigned long long)value);
}

static void points(buf *out, const char *key, double value)
{
    name(out, key);
    buf_printf(out, "%.2f", value);
}

static void boolean(buf *out, const char *key, int value)
{
    name(out, key);
    buf_puts(out, value ? "true" : "false");
}

static void when(buf *out, const char *key, int64_t ns)
{
    char t[TIME_TEXT_MAX];
    name(out, key);
    if (ns == SPOOR_TIME_NONE) {
        buf_puts(out, "null");
        return;
    }
    time_format(ns, t);
    buf_json_string(out, str_of(t));
}

static void element(buf *out)
{
    if (out->p && out->p[out->n - 1] != '[')
        buf_putc(out, ',');
}

static void open_list(buf *out, const char *key)
{
    name(out, key);
    buf_putc(out, '[');
}

static void texts(buf *out, const char *key, const char *const *list, size_t n)
{
    open_list(out, key);
    for (size_t i = 0; i < n; i++) {
        element(out);
        buf_json_string(out, str_of(list[i]));
    }
    buf_putc(out, ']');
}

static void resources(buf *out, const spoor_resource *list, size_t n)
{
    open_list(out, "resources");
    for (size_t i = 0; i < n; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "id", list[i].id);
        text(out, "kind", list[i].kind);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void actors(buf *out, const spoor_incident *in)
{
    open_list(out, "actors");
    for (size_t i = 0; i < in->n_actors; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "id", in->actors[i].id);
        text(out, "name", in->actors[i].name);
        text(out, "kind", in->actors[i].kind);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void step(buf *out, const spoor_step *s)
{
    buf_putc(out, '{');
    when(out, "time", s->time_ns);
    text(out, "stage", s->stage);
    text(out, "operation", s->operation);
    text(out, "class", s->class_name);
    text(out, "actor", s->actor);
    text(out, "via", s->via);
    text(out, "address", s->address);
    text(out, "region", s->region);
    text(out, "outcome", s->outcome);
    text(out, "detail", s->detail);
    text(out, "event_uid", s->event_uid);
    text(out, "source", s->source);
    resources(out, s->resources, s->n_resources);
    number(out, "count", s->count);
    points(out, "points", s->points);
    buf_putc(out, '}');
}

static void steps(buf *out, const char *key, const spoor_step *list, size_t n)
{
    open_list(out, key);
    for (size_t i = 0; i < n; i++) {
        element(out);
        step(out, &list[i]);
    }
    buf_putc(out, ']');
}

static void links(buf *out, const spoor_incident *in)
{
    open_list(out, "links");
    for (size_t i = 0; i < in->n_links; i++) {
        const spoor_link *l = &in->links[i];
        element(out);
        buf_putc(out, '{');
        text(out, "from", l->from);
        text(out, "to", l->to);
        text(out, "kind", l->kind);
        text(out, "from_kind", l->from_kind);
        text(out, "to_kind", l->to_kind);
        text(out, "event_uid", l->event_uid);
        text(out, "field", l->field);
        if (l->is_inferred)
            boolean(out, "inferred", true);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void reasons(buf *out, const spoor_incident *in)
{
    open_list(out, "reasons");
    for (size_t i = 0; i < in->n_reasons; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "text", in->reasons[i].text);
        points(out, "points", in->reasons[i].points);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void benign(buf *out, const spoor_incident *in)
{
    open_list(out, "benign");
    for (size_t i = 0; i < in->n_benign; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "reason", in->benign[i].reason);
        boolean(out, "accepted", in->benign[i].accepted);
        text(out, "why", in->benign[i].why);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void controls(buf *out, const spoor_incident *in)
{
    if (in->n_controls == 0)
        return;
    open_list(out, "controls");
    for (size_t i = 0; i < in->n_controls; i++) {
        const spoor_control *c = &in->controls[i];
        element(out);
        buf_putc(out, '{');
        text(out, "check", c->check);
        text(out, "title", c->title);
        text(out, "severity", spoor_level_text(c->severity));
        text(out, "resource", c->resource);
        text(out, "name", c->name);
        text(out, "seen", c->seen);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
    number(out, "controls_left_out", in->controls_left_out);
}

static void incident(const spoor_incident *in, buf *out)
{
    text(out, "type", "incident");
    text(out, "id", in->id);
    text(out, "level", spoor_level_text(in->level));
    points(out, "score", in->score);
    text(out, "title", in->title);
    text(out, "verdict", in->verdict);
    texts(out, "techniques", in->techniques, in->n_techniques);
    texts(out, "providers", in->providers, in->n_providers);
    texts(out, "accounts", in->accounts, in->n_accounts);
    when(out, "first_time", in->first_ns);
    when(out, "last_time", in->last_ns);
    actors(out, in);
    resources(out, in->resources, in->n_resources);
    steps(out, "steps", in->steps, in->n_steps);
    links(out, in);
    reasons(out, in);
    benign(out, in);
    texts(out, "missing", in->missing, in->n_missing);
    texts(out, "near_misses", in->near_misses, in->n_near_misses);
    texts(out, "counterfactuals", in->counterfactuals, in->n_counterfactuals);
    texts(out, "next", in->next, in->n_next);
    if (in->n_known > 0)
        texts(out, "known", in->known, in->n_known);
    controls(out, in);
}

static void rule(buf *out, const char *id, const char *title, spoor_level level)
{
    name(out, "rule");
    buf_putc(out, '{');
    text(out, "id", id);
    text(out, "title", title);
    text(out, "level", spoor_level_text(level));
    buf_putc(out, '}');
}

static void match(const spoor_match *m, buf *out)
{
    text(out, "type", "match");
    rule(out, m->rule_id, m->rule_title, m->level);
    when(out, "time", m->time_ns);
    text(out, "event_uid", m->event_uid);
    text(out, "family", m->family);
    text(out, "source", m->source);
    if (m->event[0]) {
        name(out, "event");
        buf_puts(out, m->event);
    }
}

static void correlation(const spoor_correlation *c, buf *out)
{
    text(out, "type", "correlation");
    rule(out, c->rule_id, c->rule_title, c->level);
    name(out, "group");
    buf_putc(out, '{');
    for (size_t i = 0; i < c->n_group; i++)
        text(out, c->group_names[i], c->group_values[i]);
    buf_putc(out, '}');
    when(out, "time", c->time_ns);
    name(out, "count");
    buf_printf(out, "%.10g", c->count);
    number(out, "events", c->events);
    texts(out, "event_uids", c->event_uids, c->n_event_uids);
}

static void chain_step(const spoor_chain_step *s, buf *out)
{
    buf_putc(out, '{');
    text(out, "step", s->name);
    when(out, "time", s->time_ns);
    text(out, "operation", s->operation);
    text(out, "class", s->class_name);
    text(out, "outcome", s->outcome);
    text(out, "actor", s->actor);
    open_list(out, "resources");
    for (size_t i = 0; i < s->n_resources; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "id", s->resources[i].id);
        text(out, "kind", s->resources[i].kind);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
    text(out, "event_uid", s->event_uid);
    text(out, "source", s->source);
    buf_putc(out, '}');
}

static void chain_link(const spoor_chain_link *l, buf *out)
{
    buf_putc(out, '{');
    text(out, "from", l->from);
    text(out, "to", l->to);
    text(out, "join", l->join);
    text(out, "value", l->value);
    text(out, "kind", l->kind);
    text(out, "field", l->path);
    buf_putc(out, '}');
}

static void chain(const spoor_chain *c, buf *out)
{
    text(out, "type", c->is_near ? "near_miss" : "chain");
    rule(out, c->rule_id, c->rule_title, c->level);
    when(out, "time", c->time_ns);
    when(out, "first_time", c->first_ns);
    when(out, "last_time", c->last_ns);
    if (c->is_near)
        text(out, "missing", c->missing);
    else
        number(out, "count", c->count);
    open_list(out, "steps");
    for (size_t i = 0; i < c->n_steps; i++) {
        element(out);
        chain_step(&c->steps[i], out);
    }
    buf_putc(out, ']');
    open_list(out, "links");
    for (size_t i = 0; i < c->n_links; i++) {
        element(out);
        chain_link(&c->links[i], out);
    }
    buf_putc(out, ']');
}

static void skip(const spoor_skip *s, buf *out)
{
    text(out, "type", "skip");
    text(out, "reason", s->reason);
    text(out, "source", s->source);
    number(out, "first_record", s->first_record);
    number(out, "last_record", s->last_record);
    number(out, "offset", s->offset);
    number(out, "bytes", s->bytes);
    number(out, "count", s->count);
    boolean(out, "malformed", s->is_malformed);
}

static void counts(buf *out, const char *key, const char *label, const spoor_count *list, size_t n)
{
    open_list(out, key);
    for (size_t i = 0; i < n; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, label, list[i].name);
        number(out, "count", list[i].count);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void coverage(buf *out, const spoor_summary *s)
{
    name(out, "coverage");
    buf_putc(out, '{');
    when(out, "first_time", s->first_ns);
    when(out, "last_time", s->last_ns);
    texts(out, "accounts", s->accounts, s->n_accounts);
    texts(out, "regions", s->regions, s->n_regions);
    counts(out, "families", "family", s->families, s->n_families);
    buf_putc(out, '}');
}

static void baseline(buf *out, const spoor_baseline *b)
{
    name(out, "baseline");
    buf_putc(out, '{');
    number(out, "learned", b->learned);
    number(out, "known_already", b->known_already);
    number(out, "accounts", b->accounts);
    number(out, "actors", b->actors);
    number(out, "days", b->days);
    number(out, "cells", b->cells);
    buf_putc(out, '}');
}

static void incident_counts(buf *out, const spoor_summary *s)
{
    name(out, "incidents");
    buf_putc(out, '{');
    for (int i = SPOOR_CRITICAL; i >= SPOOR_INFORMATIONAL; i--)
        number(out, spoor_level_text((spoor_level)i), s->incidents[i]);
    buf_putc(out, '}');
}

static void summary(const spoor_summary *s, buf *out)
{
    text(out, "type", "summary");
    number(out, "files", s->files);
    number(out, "files_failed", s->files_failed);
    number(out, "bytes", s->total.bytes);
    number(out, "bytes_inflated", s->total.bytes_inflated);
    number(out, "bytes_records", s->total.bytes_records);
    number(out, "bytes_skipped", s->total.bytes_skipped);
    number(out, "bytes_framing", s->total.bytes_framing);
    number(out, "records", s->total.events);
    number(out, "events", s->events);
    number(out, "known", s->known);
    number(out, "malformed", s->total.malformed);
    number(out, "duplicates", s->duplicates);
    number(out, "folded", s->folded);
    counts(out, "skipped", "reason", s->skips, s->n_skips);
    counts(out, "evicted", "what", s->evicted, s->n_evicted);
    number(out, "rules", s->rules);
    number(out, "matches", s->matches);
    number(out, "correlations", s->correlations);
    number(out, "chains", s->chains);
    number(out, "regex_limited", s->regex_limited);
    incident_counts(out, s);
    coverage(out, s);
    baseline(out, &s->baseline);
    if (s->seconds >= 0) {
        name(out, "seconds");
        buf_printf(out, "%.3f", s->seconds);
    }
}

static void node(buf *out, const spoor_node *x)
{
    buf_putc(out, '{');
    text(out, "id", x->id);
    text(out, "name", x->name);
    text(out, "kind", x->kind);
    text(out, "relation", x->relation);
    number(out, "parent", x->parent);
    number(out, "depth", x->depth);
    boolean(out, "before", x->is_before);
    boolean(out, "again", x->is_again);
    boolean(out, "inferred", x->is_inferred);
    when(out, "time", x->time_ns);
    text(out, "operation", x->operation);
    text(out, "actor", x->actor);
    text(out, "event_uid", x->event_uid);
    text(out, "source", x->source);
    text(out, "field", x->field);
    buf_putc(out, '}');
}

static void nodes(buf *out, const char *key, const spoor_node *list, size_t n)
{
    open_list(out, key);
    for (size_t i = 0; i < n; i++) {
        element(out);
        node(out, &list[i]);
    }
    buf_putc(out, ']');
}

static void places(buf *out, const spoor_dossier *d)
{
    open_list(out, "places");
    for (size_t i = 0; i < d->n_places; i++) {
        const spoor_place *p = &d->places[i];
        element(out);
        buf_putc(out, '{');
        text(out, "address", p->address);
        number(out, "calls", p->calls);
        when(out, "first_time", p->first_ns);
        when(out, "last_time", p->last_ns);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void mentions(buf *out, const spoor_dossier *d)
{
    open_list(out, "mentions");
    for (size_t i = 0; i < d->n_mentions; i++) {
        const spoor_mention *m = &d->mentions[i];
        element(out);
        buf_putc(out, '{');
        text(out, "service", m->service);
        text(out, "operation", m->operation);
        number(out, "count", m->count);
        when(out, "first_time", m->first_ns);
        when(out, "last_time", m->last_ns);
        text(out, "source", m->source);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void involvements(buf *out, const spoor_dossier *d)
{
    open_list(out, "incidents");
    for (size_t i = 0; i < d->n_incidents; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "id", d->incidents[i].incident);
        text(out, "level", spoor_level_text(d->incidents[i].level));
        text(out, "title", d->incidents[i].title);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void step_or_null(buf *out, const char *key, const spoor_step *s)
{
    name(out, key);
    if (s)
        step(out, s);
    else
        buf_puts(out, "null");
}

static void dossier(const spoor_dossier *d, buf *out)
{
    text(out, "type", "dossier");
    text(out, "id", d->id);
    text(out, "name", d->name);
    text(out, "kind", d->kind);
    text(out, "provider", d->provider);
    text(out, "account", d->account);
    texts(out, "aliases", d->aliases, d->n_aliases);
    when(out, "first_time", d->first_ns);
    when(out, "last_time", d->last_ns);
    step_or_null(out, "born", d->born);
    step_or_null(out, "ended", d->ended);
    text(out, "exposure", d->exposure);
    nodes(out, "origin", d->origin, d->n_origin);
    nodes(out, "offspring", d->offspring, d->n_offspring);
    steps(out, "touched", d->touched, d->n_touched);
    steps(out, "acts", d->acts, d->n_acts);
    places(out, d);
    text(out, "searched", d->searched);
    number(out, "named", d->named);
    mentions(out, d);
    involvements(out, d);
    texts(out, "notes", d->notes, d->n_notes);
    texts(out, "missing", d->missing, d->n_missing);
}

static void check(const spoor_check *c, buf *out)
{
    text(out, "type", "check");
    text(out, "id", c->id);
    text(out, "title", c->title);
    text(out, "mitigation", c->mitigation);
    text(out, strcmp(c->mitigation, "M1018") == 0 ? "practice" : "audit", c->heading);
    text(out, "cloud", c->cloud);
    text(out, "status", spoor_check_status_text(c->status));
    text(out, "severity", spoor_level_text(c->severity));
    name(out, "resource");
    buf_putc(out, '{');
    text(out, "id", c->resource.id);
    text(out, "kind", c->resource.kind);
    text(out, "name", c->name);
    text(out, "account", c->account);
    text(out, "region", c->region);
    buf_putc(out, '}');
    text(out, "seen", c->seen);
    text(out, "wanted", c->wanted);
    text(out, "why", c->why);
    text(out, "fix", c->fix);
    texts(out, "references", c->references, c->n_references);
    text(out, "source", c->source);
    text(out, "change", c->change);
    text(out, "exception", c->exception);
}

static void right(const spoor_right *r, buf *out)
{
    text(out, "type", "right");
    name(out, "principal");
    buf_putc(out, '{');
    text(out, "id", r->principal.id);
    text(out, "name", r->principal.name);
    text(out, "kind", r->principal.kind);
    buf_putc(out, '}');
    text(out, "cloud", r->cloud);
    text(out, "account", r->account);
    text(out, "power", r->power);
    text(out, "mark", (const char[]){r->mark, '\0'});
    boolean(out, "conditional", r->is_conditional);
    boolean(out, "eligible", r->is_eligible);
    boolean(out, "admin", r->is_admin);
    text(out, "via", r->via);
    text(out, "scope", r->scope);
    text(out, "condition", r->condition);
    number(out, "used", r->used);
    number(out, "denied", r->denied);
    when(out, "last_used", r->last_ns);
    number(out, "known_days", (uint64_t)r->known_days);
}

static void statuses(buf *out, const uint64_t *count)
{
    for (int s = 0; s <= SPOOR_CHECK_NO_DATA; s++)
        number(out, spoor_check_status_text((spoor_check_status)s), count[s]);
}

static void headings(buf *out, const spoor_audit_summary *s)
{
    open_list(out, "headings");
    for (size_t i = 0; i < s->n_headings; i++) {
        element(out);
        buf_putc(out, '{');
        text(out, "mitigation", s->headings[i].mitigation);
        text(out, "heading", s->headings[i].heading);
        statuses(out, s->headings[i].status);
        number(out, "excepted", s->headings[i].excepted);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void audit(const spoor_audit_summary *s, buf *out)
{
    text(out, "type", "summary");
    number(out, "files", s->files);
    number(out, "files_failed", s->files_failed);
    number(out, "bytes", s->bytes);
    number(out, "malformed", s->malformed);
    number(out, "checks", s->checks);
    name(out, "status");
    buf_putc(out, '{');
    statuses(out, s->status);
    buf_putc(out, '}');
    name(out, "failed");
    buf_putc(out, '{');
    for (int level = SPOOR_CRITICAL; level >= SPOOR_INFORMATIONAL; level--)
        number(out, spoor_level_text((spoor_level)level), s->failed[level]);
    buf_putc(out, '}');
    headings(out, s);
    counts(out, "exports", "export", s->exports, s->n_exports);
    counts(out, "resources", "kind", s->resources, s->n_resources);
    texts(out, "clouds_left_out", s->clouds_left_out, s->n_clouds_left_out);
    number(out, "gone", s->gone);
    number(out, "unjudged", s->unjudged);
    number(out, "baseline_bad", s->baseline_bad);
    texts(out, "expired_exceptions", s->expired, s->n_expired);
    when(out, "now", s->now_ns);
    if (s->seconds >= 0)
        points(out, "seconds", s->seconds);
}

void finding_json(const spoor_finding *f, buf *out)
{
    buf_putc(out, '{');
    switch (f->type) {
    case SPOOR_FINDING_MATCH:
        match(&f->as.match, out);
        break;
    case SPOOR_FINDING_CORRELATION:
        correlation(&f->as.correlation, out);
        break;
    case SPOOR_FINDING_CHAIN:
        chain(&f->as.chain, out);
        break;
    case SPOOR_FINDING_INCIDENT:
        incident(&f->as.incident, out);
        break;
    case SPOOR_FINDING_SKIP:
        skip(&f->as.skip, out);
        break;
    case SPOOR_FINDING_SUMMARY:
        summary(&f->as.summary, out);
        break;
    case SPOOR_FINDING_DOSSIER:
        dossier(&f->as.dossier, out);
        break;
    case SPOOR_FINDING_CHECK:
        check(&f->as.check, out);
        break;
    case SPOOR_FINDING_RIGHT:
        right(&f->as.right, out);
        break;
    case SPOOR_FINDING_AUDIT:
        audit(&f->as.audit, out);
        break;
    }
    buf_putc(out, '}');
}
