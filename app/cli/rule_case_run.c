/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_case_run.c -- runs a case and compares what was found with what must be.
 */
#include "cli/rule_case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/words.h"
#include "base/yaml_json.h"

/* What one rule found. */
typedef struct outcome {
    uint32_t *records; /* numbers, in the order of time; then sorted, each once */
    size_t n, cap;
    uint64_t count;
    bool is_expected;
    strbuf near; /* what its near misses lack, a line each */
} outcome;

typedef struct trial {
    rule_case *c;
    rule_load load;
    outcome *outcomes; /* by rule */
    bool failed;
} trial;

static void trial_done(trial *t)
{
    for (size_t i = 0; t->outcomes && i < spoor_ruleset_count(t->load.rules); i++) {
        free(t->outcomes[i].records);
        strbuf_done(&t->outcomes[i].near);
    }
    free(t->outcomes);
    rule_load_done(&t->load);
}

/* ---- running --------------------------------------------------------------------------------- */

static void on_diagnostic(void *user, const spoor_diagnostic *d)
{
    if (d->is_error)
        rule_case_note(user, "%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->message,
                       *d->hint ? "; " : "", d->hint);
}

/* False: out of memory. */
static bool add_record(outcome *o, uint32_t record)
{
    o->count++;
    uint32_t *records = list_room(o->records, o->n, &o->cap, 8, sizeof *records);
    if (!records)
        return false;
    o->records = records;
    o->records[o->n++] = record;
    return true;
}

/* The number behind the last ':' of "file:record". */
static uint32_t record_of(const spoor_match *m)
{
    const char *colon = strrchr(m->source, ':');
    return colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
}

static void take_chain(trial *t, const spoor_chain *c)
{
    outcome *o = &t->outcomes[c->rule];
    if (!c->is_near) {
        o->count++;
        return;
    }
    strbuf_puts(&o->near, c->missing);
    strbuf_puts(&o->near, "\n");
    t->failed = t->failed || o->near.failed;
}

static void take_finding(trial *t, const spoor_finding *f)
{
    const spoor_skip *skip = &f->as.skip;
    if (f->type == SPOOR_FINDING_MATCH)
        t->failed =
            !add_record(&t->outcomes[f->as.match.rule], record_of(&f->as.match)) || t->failed;
    else if (f->type == SPOOR_FINDING_CORRELATION)
        t->outcomes[f->as.correlation.rule].count++;
    else if (f->type == SPOOR_FINDING_CHAIN)
        take_chain(t, &f->as.chain);
    else if (f->type == SPOOR_FINDING_SKIP && !t->c->is_log)
        rule_case_note(t->c, "event %llu gives no event: %s",
                       (unsigned long long)skip->first_record, skip->reason);
}

static spoor_status feed(trial *t, spoor_engine *engine, spoor_error *err)
{
    const rule_case *c = t->c;
    spoor_stream *stream;
    const char *format = c->is_any_json ? "json" : NULL;
    spoor_status status = spoor_stream_open(&stream, engine, c->source, format, err);
    if (status != SPOOR_OK)
        return status;
    status = spoor_stream_feed(stream, strbuf_text(&c->input), c->input.n, err);
    spoor_status end = spoor_stream_close(&stream, NULL, status == SPOOR_OK ? err : NULL);
    return status == SPOOR_OK ? end : status;
}

static void run_engine(trial *t)
{
    spoor_error err = {0};
    spoor_engine *engine = NULL;
    spoor_options options = SPOOR_OPTIONS_INIT;
    const spoor_finding *f;
    options.rules = t->load.rules;
    options.no_incidents = 1;
    options.near_misses = 1;
    if (spoor_engine_open(&engine, &options, &err) != SPOOR_OK ||
        feed(t, engine, &err) != SPOOR_OK || spoor_engine_finish(engine, &err) != SPOOR_OK)
        rule_case_note(t->c, "%s", err.message);
    else
        while (spoor_engine_next(engine, &f) == SPOOR_OK)
            take_finding(t, f);
    spoor_engine_close(&engine);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void settle(outcome *o)
{
    size_t n = 0;
    if (o->n > 1)
        qsort(o->records, o->n, sizeof *o->records, by_number);
    for (size_t i = 0; i < o->n; i++)
        if (n == 0 || o->records[n - 1] != o->records[i])
            o->records[n++] = o->records[i];
    o->n = n;
}

static const char *event_name(const trial *t, uint32_t record)
{
    const yaml_node_t *events = t->c->events;
    if (events->type != YAML_MAPPING_NODE)
        return NULL;
    const yaml_node_pair_t *pair = events->data.mapping.pairs.start + record - 1;
    if (record == 0 || pair >= events->data.mapping.pairs.top)
        return NULL;
    return yaml_json_text(yaml_document_get_node(t->c->doc, pair->key));
}

/* The number of a record that is named, or written as a number; 0: there is none. */
static uint32_t event_number(const trial *t, const char *text)
{
    char *end;
    const char *name;
    for (uint32_t i = 1; (name = event_name(t, i)) != NULL; i++)
        if (strcmp(name, text) == 0)
            return i;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    return errno || *end || *text < '0' || *text > '9' || n > UINT32_MAX ? 0 : (uint32_t)n;
}

static void put_records(const trial *t, strbuf *out, const outcome *o)
{
    for (size_t i = 0; i < o->n; i++) {
        const char *name = event_name(t, o->records[i]);
        strbuf_puts(out, i ? ", " : "");
        if (name)
            strbuf_puts(out, name);
        else
            strbuf_printf(out, "%u", o->records[i]);
    }
    strbuf_puts(out, o->n ? "" : "none");
}

static void compare_list(const trial *t, const spoor_rule *rule, const outcome *found,
                         const yaml_node_t *list)
{
    AUTO(strbuf) is = {0};
    AUTO(strbuf) must = {0};
    outcome wanted = {0};
    const yaml_node_item_t *item = list->data.sequence.items.start;
    for (; item < list->data.sequence.items.top; item++) {
        const char *text = yaml_json_text(yaml_document_get_node(t->c->doc, *item));
        uint32_t number = text ? event_number(t, text) : 0;
        if (number == 0)
            rule_case_note(t->c, "%s: no event is called '%s'", rule->title, text ? text : "");
        else if (!add_record(&wanted, number))
            rule_case_note(t->c, "out of memory");
    }
    settle(&wanted);
    put_records(t, &is, found);
    put_records(t, &must, &wanted);
    if (strcmp(strbuf_text(&is), strbuf_text(&must)) != 0)
        rule_case_note(t->c, "%s: matches %s; expected %s", rule->title, strbuf_text(&is),
                       strbuf_text(&must));
    free(wanted.records);
}

static void compare(const trial *t, const spoor_rule *rule, const outcome *found,
                    const yaml_node_t *want)
{
    const char *text = yaml_json_text(want);
    bool is_rule = strcmp(rule->kind, "rule") == 0;
    char *end = NULL;
    if (rule->is_silent)
        rule_case_note(t->c, "%s: is silent, as a correlation names it; expect that one",
                       rule->title);
    else if (want->type == YAML_SEQUENCE_NODE && is_rule)
        compare_list(t, rule, found, want);
    else if (!text || *text < '0' || *text > '9')
        rule_case_note(t->c, "%s: expect %s", rule->title,
                       is_rule ? "a list of events, or a number" : "a number");
    else if (strtoull(text, &end, 10) != found->count || *end)
        rule_case_note(t->c, "%s: %llu found; expected %s", rule->title,
                       (unsigned long long)found->count, text);
}

static bool is_meant(const spoor_rule *rule, const char *text)
{
    return strcasecmp(rule->title, text) == 0 || (*rule->id && strcasecmp(rule->id, text) == 0);
}

static void compare_pair(trial *t, const char *text, const yaml_node_t *want)
{
    spoor_rule rule;
    bool is_known = false;
    for (size_t i = 0; spoor_ruleset_rule(t->load.rules, i, &rule) == SPOOR_OK; i++) {
        if (!is_meant(&rule, text))
            continue;
        is_known = true;
        t->outcomes[i].is_expected = true;
        compare(t, &rule, &t->outcomes[i], want);
    }
    if (!is_known)
        rule_case_note(t->c, "no rule has the title or id '%s'", text);
}

static void compare_all(trial *t)
{
    const yaml_node_t *map = t->c->expect;
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    spoor_rule rule;
    for (size_t i = 0; i < spoor_ruleset_count(t->load.rules); i++)
        settle(&t->outcomes[i]);
    for (; pair < map->data.mapping.pairs.top; pair++) {
        const char *text = yaml_json_text(yaml_document_get_node(t->c->doc, pair->key));
        compare_pair(t, text ? text : "", yaml_document_get_node(t->c->doc, pair->value));
    }
    for (size_t i = 0; spoor_ruleset_rule(t->load.rules, i, &rule) == SPOOR_OK; i++)
        if (!t->outcomes[i].is_expected && t->outcomes[i].count > 0)
            rule_case_note(t->c, "%s: %llu found; `expect` does not name it", rule.title,
                           (unsigned long long)t->outcomes[i].count);
}

/* A line for what was not nearly found, and what was. */
static void compare_near(trial *t, const char *text, const char *wanted)
{
    spoor_rule rule;
    for (size_t i = 0; spoor_ruleset_rule(t->load.rules, i, &rule) == SPOOR_OK; i++) {
        if (!is_meant(&rule, text))
            continue;
        const char *near = strbuf_text(&t->outcomes[i].near);
        if (!strstr(near, wanted))
            rule_case_note(t->c, "%s: near misses are: %s; expected '%s'", rule.title,
                           *near ? near : "none", wanted);
        return;
    }
    rule_case_note(t->c, "no rule has the title or id '%s'", text);
}

static void compare_all_near(trial *t)
{
    const yaml_node_t *map = t->c->near;
    const yaml_node_pair_t *pair = map ? map->data.mapping.pairs.start : NULL;
    for (; map && pair < map->data.mapping.pairs.top; pair++) {
        const char *text = yaml_json_text(yaml_document_get_node(t->c->doc, pair->key));
        const char *wanted = yaml_json_text(yaml_document_get_node(t->c->doc, pair->value));
        compare_near(t, text ? text : "", wanted ? wanted : "");
    }
}

static bool load(trial *t)
{
    t->load = rule_files_load(&t->c->request, &(rule_listener){t->c, NULL, on_diagnostic});
    t->outcomes = calloc(spoor_ruleset_count(t->load.rules) + 1, sizeof *t->outcomes);
    return t->load.rules && t->outcomes && !t->load.is_partial;
}

static void run_trial(trial *t)
{
    if (!load(t)) {
        rule_case_note(t->c, "the rules could not be loaded");
        return;
    }
    if (t->c->notes.n > 0) /* rules that are broken find nothing */
        return;
    run_engine(t);
    compare_all(t);
    compare_all_near(t);
    if (t->failed)
        rule_case_note(t->c, "out of memory");
}

void rule_case_run(rule_case *c)
{
    trial t = {.c = c};
    run_trial(&t);
    trial_done(&t);
}
