/* SPDX-License-Identifier: Apache-2.0
 *
 * route.c -- runs a route through the engine and looks at the graph that is left.
 */
#include "support/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/engine.h"
#include "state/state.h"
#include <spoor/spoor.h>

static void put_record(buf *out, const char *text, size_t number)
{
    for (const char *p = text; *p; p++) {
        if (p[0] == '$' && p[1] == 'N') {
            buf_printf(out, "%zu", number);
            p++;
        } else {
            buf_putc(out, *p == '\'' ? '"' : *p);
        }
    }
    buf_putc(out, '\n');
}

static size_t count_records(const route *r)
{
    size_t n = 0;
    while (n < ROUTE_RECORDS && r->records[n])
        n++;
    return n;
}

static void put_incident(const spoor_finding *f, buf *out)
{
    char *json = NULL;
    if (!out || f->type != SPOOR_FINDING_INCIDENT)
        return;
    assert_int_equal(spoor_finding_json(f, &json, NULL), SPOOR_OK);
    buf_puts(out, json);
    buf_putc(out, '\n');
    free(json);
}

/* incidents: where they go, or NULL. */
static void read_route(const route *r, spoor_engine *engine, bool is_backwards, buf *incidents)
{
    size_t n = count_records(r);
    spoor_stream *stream = NULL;
    const spoor_finding *finding;
    spoor_status status;
    AUTO(buf) text = {0};
    for (size_t i = 0; i < n; i++)
        put_record(&text, r->records[is_backwards ? n - 1 - i : i], is_backwards ? n - i : i + 1);
    assert_false(text.failed);
    assert_int_equal(spoor_stream_open(&stream, engine, "route", NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_feed(stream, text.p, text.n, NULL), SPOOR_OK);
    assert_int_equal(spoor_stream_close(&stream, NULL, NULL), SPOOR_OK);
    assert_int_equal(spoor_engine_finish(engine, NULL), SPOOR_OK);
    while ((status = spoor_engine_next(engine, &finding)) == SPOOR_OK) {
        if (finding->type == SPOOR_FINDING_SKIP)
            fail_msg("%s: a record was skipped", r->name);
        put_incident(finding, incidents);
    }
    assert_int_equal(status, SPOOR_END);
}

/* ---- questions ------------------------------------------------------------------------------- */

static bool is_called(str id, str name)
{
    if (name.n == 0 || id.n < name.n)
        return false;
    size_t at = id.n - name.n;
    bool is_start = at == 0 || id.p[at - 1] == '/' || id.p[at - 1] == ':';
    return is_start && str_eq(str_from(id, at), name);
}

static bool is_entity(const graph *g, uint32_t e, str name)
{
    return is_called(graph_id(g, e), name);
}

static bool is_edge(const graph *g, const edge *x, str from, str kind, str to, str field)
{
    return str_is(kind, edge_kind_text((edge_kind)x->kind)) && is_entity(g, x->from, from) &&
           is_entity(g, x->to, to) &&
           (field.n == 0 || str_eq(intern_text(&g->text, x->path), field));
}

static const edge *find_edge(const graph *g, str fact)
{
    str from = text_before(fact, ' '), rest = text_after(fact, ' ');
    str kind = text_before(rest, ' '), to = text_after(rest, ' ');
    str field = text_after(to, ' ');
    to = text_before(to, ' ');
    for (uint32_t i = 1; i < g->n_edges; i++)
        if (is_edge(g, &g->edges[i], from, kind, to, field))
            return &g->edges[i];
    return NULL;
}

/* A route that was run, and the mistakes found so far. */
typedef struct asked {
    const route *r;
    graph *g;
    size_t wrong;
} asked;

static void tell_edges(const graph *g)
{
    for (uint32_t i = 1; i < g->n_edges; i++) {
        const edge *x = &g->edges[i];
        str from = graph_id(g, x->from), to = graph_id(g, x->to);
        str path = intern_text(&g->text, x->path);
        print_message("#   %.*s %s %.*s@%.*s\n", (int)from.n, from.p,
                      edge_kind_text((edge_kind)x->kind), (int)to.n, to.p, (int)path.n, path.p);
    }
}

/* Says what is wrong, and what there is instead. */
static void complain(asked *a, str what)
{
    if (a->wrong++ == 0)
        tell_edges(a->g);
    print_message("# %s: WRONG: %.*s\n", a->r->name, (int)what.n, what.p);
}

static void check_edges(asked *a)
{
    str rest = str_of(a->r->edges ? a->r->edges : ""), fact = STR_NONE;
    while (text_next(&rest, ';', &fact)) {
        fact = text_trim(fact);
        if (fact.n == 0)
            continue;
        bool is_barred = fact.p[0] == '!', is_inferred = fact.p[0] == '~';
        const edge *x = find_edge(a->g, str_from(fact, is_barred || is_inferred ? 1 : 0));
        if (is_barred ? x != NULL : !x || x->is_inferred != is_inferred)
            complain(a, fact);
    }
}

static uint32_t find_thing(asked *a, str name)
{
    for (uint32_t i = 1; i < a->g->n; i++)
        if (is_entity(a->g, i, name) && entity_is_lineage(a->g->entities[i].type))
            return i;
    complain(a, name);
    return 0;
}

static void check_group(asked *a, str group, bool is_together)
{
    str name = STR_NONE;
    uint32_t first = 0;
    while (text_next(&group, ' ', &name)) {
        uint32_t thing = find_thing(a, name);
        if (!first)
            first = thing;
        else if ((graph_component(a->g, first) == graph_component(a->g, thing)) != is_together)
            complain(a, name);
    }
}

static void check_groups(asked *a, const char *groups, bool is_together)
{
    str rest = str_of(groups ? groups : ""), group = STR_NONE;
    while (text_next(&rest, ';', &group))
        check_group(a, text_trim(group), is_together);
}

static void check_root(asked *a, const state *s)
{
    const entry *last = journal_at(&s->journal, s->journal.next - 1);
    str root = last ? graph_id(&s->graph, last->root) : STR_NONE;
    if (a->r->root && !is_called(root, str_of(a->r->root)))
        complain(a, root);
}

static size_t count_wrong(const route *r, bool is_backwards)
{
    spoor_engine *engine = NULL;
    assert_int_equal(spoor_engine_open(&engine, NULL, NULL), SPOOR_OK);
    read_route(r, engine, is_backwards, NULL);
    asked a = {.r = r, .g = &engine->state->graph};
    check_edges(&a);
    check_groups(&a, r->together, true);
    check_groups(&a, r->apart, false);
    check_root(&a, engine->state);
    spoor_engine_close(&engine);
    return a.wrong;
}

void routes_check(const route *routes, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += count_wrong(&routes[i], false) + count_wrong(&routes[i], true);
    assert_int_equal(wrong, 0);
}

void route_judge(const route *r, buf *ret_jsonl)
{
    const spoor_options options = {.min_level = SPOOR_INFORMATIONAL};
    spoor_engine *engine = NULL;
    assert_int_equal(spoor_engine_open(&engine, &options, NULL), SPOOR_OK);
    read_route(r, engine, false, ret_jsonl);
    spoor_engine_close(&engine);
}
