/* SPDX-License-Identifier: Apache-2.0
 *
 * events.c -- reads the one-line calls of events.h.
 */
#include "support/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/text.h"
#include "model/operation.h"

uint16_t events_operation(const char *name)
{
    for (size_t i = 1; i < operation_count(); i++)
        if (strcmp(operation_at(i)->name, name) == 0)
            return (uint16_t)i;
    fail_msg("no operation is called %s", name);
    return OPERATION_NONE;
}

/* ---- who ------------------------------------------------------------------------------------- */

static void set_user(event *e, str name, arena *a)
{
    e->field[FIELD_actor_type] = STR("IAMUser");
    e->field[FIELD_actor_name] = name;
    e->field[FIELD_actor_arn] =
        arena_printf(a, "arn:aws:iam::" EVENTS_ACCOUNT ":user/%.*s", (int)name.n, name.p);
}

static void set_session(event *e, str name, arena *a)
{
    str role = text_before(name, '/');
    e->field[FIELD_actor_type] = STR("AssumedRole");
    e->field[FIELD_actor_name] = role;
    e->field[FIELD_actor_arn] =
        arena_printf(a, "arn:aws:iam::" EVENTS_ACCOUNT ":role/%.*s", (int)role.n, role.p);
    e->field[FIELD_session_id] =
        arena_printf(a, "arn:aws:sts::" EVENTS_ACCOUNT ":assumed-role/%.*s", (int)name.n, name.p);
}

static void set_aws_caller(event *e, str name, arena *a)
{
    if (text_ends(name, ".amazonaws.com")) {
        e->field[FIELD_actor_type] = STR("AWSService");
        e->field[FIELD_actor_name] = e->field[FIELD_actor_id] = name;
    } else if (text_has(name, "/")) {
        set_session(e, name, a);
    } else if (name.n > 0) {
        set_user(e, name, a);
    }
}

static void set_caller(event *e, const char *who, arena *a)
{
    str name = text_before(str_of(who), '+');
    e->field[FIELD_credential] = text_after(str_of(who), '+');
    if (e->provider == PROVIDER_AWS) {
        set_aws_caller(e, name, a);
        return;
    }
    e->field[FIELD_actor_name] = name;
    e->field[FIELD_actor_id] = arena_printf(a, "id-of-%.*s", (int)name.n, name.p);
    if (e->provider != PROVIDER_AZURE)
        return;
    e->field[FIELD_session_id] = e->field[FIELD_credential];
    e->field[FIELD_credential] = STR_NONE;
}

/* ---- refs and fields ------------------------------------------------------------------------- */

/* "created volume vol-2@path#1" */
static event_ref read_ref(str text)
{
    str whole = text_trim(text), rest = text_after(whole, ' ');
    str type = text_before(rest, ' '), id = text_after(rest, ' ');
    int64_t item = 0;
    text_to_int(text_after(id, '#'), &item);
    id = text_before(id, '#');
    event_ref ref = {.id = text_before(id, '@'),
                     .path = text_after(id, '@'),
                     .relation = (uint8_t)relation_from_text(text_before(whole, ' ')),
                     .type = (uint8_t)entity_from_text(type),
                     .item = (uint16_t)item};
    if (ref.relation == RELATION_NONE || ref.type == ENTITY_NONE || ref.id.n == 0)
        fail_msg("no ref: %.*s", (int)whole.n, whole.p);
    return ref;
}

static void set_refs(event *e, const char *refs, arena *a)
{
    size_t cap = 1;
    for (const char *c = refs; c && *c; c++)
        cap += *c == ';';
    event_ref *list = arena_alloc(a, cap * sizeof *list);
    str rest = str_of(refs), piece = STR_NONE;
    assert_non_null(list);
    while (text_next(&rest, ';', &piece))
        if (text_trim(piece).n > 0)
            list[e->n_refs++] = read_ref(piece);
    e->refs = list;
}

static void set_fields(event *e, const char *fields)
{
    str rest = str_of(fields), piece = STR_NONE;
    while (text_next(&rest, '|', &piece)) {
        field f = field_from_text(text_before(piece, '='));
        if (f == FIELD_COUNT)
            fail_msg("no field: %.*s", (int)piece.n, piece.p);
        else
            e->field[f] = text_after(piece, '=');
    }
}

event events_make(const call *c, uint32_t number, arena *a)
{
    event e = {.time_ns = EVENTS_START + c->at_s * TIME_SECOND,
               .record = number,
               .operation = events_operation(c->name),
               .outcome = c->outcome};
    e.provider = operation_at(e.operation)->provider;
    e.field[FIELD_uid] = arena_printf(a, "uid-%u", number);
    e.uid_hash = hash_str(e.field[FIELD_uid], 1);
    e.field[FIELD_account] = STR(EVENTS_ACCOUNT);
    e.field[FIELD_region] = STR("eu-west-1");
    set_caller(&e, c->who ? c->who : "", a);
    set_refs(&e, c->refs, a);
    set_fields(&e, c->fields);
    return e;
}

size_t events_count(const call *calls, size_t most)
{
    size_t n = 0;
    while (n < most && calls[n].name)
        n++;
    return n;
}

/* ---- state and story ------------------------------------------------------------------------- */

void events_add(state *s, const call *calls, size_t n)
{
    AUTO(arena) scratch = {0};
    for (size_t i = 0; i < n; i++) {
        event e = events_make(&calls[i], (uint32_t)i + 1, &scratch);
        state_add(s, &e);
    }
    assert_false(state_failed(s));
}

correlate_result events_settle(correlate_result *r, arena *a)
{
    correlate_sort(r);
    correlate_result kept = {.n_incidents = r->n_incidents};
    memcpy(kept.per_level, r->per_level, sizeof kept.per_level);
    kept.incidents = arena_alloc(a, (r->n_incidents + 1) * sizeof *kept.incidents);
    assert_non_null(kept.incidents);
    if (r->n_incidents > 0)
        memcpy(kept.incidents, r->incidents, r->n_incidents * sizeof *kept.incidents);
    correlate_done(r);
    return kept;
}

correlate_result events_judge(const call *calls, size_t n, arena *a)
{
    static const char *const names[] = {"test.json"};
    const correlate_options options = {
        .names = names, .min_level = SPOOR_INFORMATIONAL, .closed_before_ns = INT64_MAX};
    correlate_result r = {0};
    AUTO(state) s = {0};
    assert_true(state_init(&s));
    events_add(&s, calls, n);
    assert_true(correlate_run(&s, &options, a, &r));
    return events_settle(&r, a);
}

/* End of the story that begins at strand order[from]. */
static size_t story_end(const story_plan *p, size_t from)
{
    size_t end = from + 1;
    while (end < p->n_strands &&
           p->strands[p->order[end]].joined == p->strands[p->order[from]].joined)
        end++;
    return end;
}

size_t events_story(state *s, const call *calls, size_t n, arena *a, story *ret)
{
    CLEANUP(story_plan_done) story_plan p = {0};
    size_t n_stories = 0;
    *ret = (story){0};
    events_add(s, calls, n);
    assert_true(story_plan_make(s, &p));
    for (size_t i = 0; i < p.n_strands; i = story_end(&p, i))
        if (n_stories++ == 0)
            assert_true(story_build(s, &p, i, story_end(&p, i), a, ret));
    return n_stories;
}

uint32_t events_entity(const state *s, entity_type type, const char *id)
{
    for (int p = 0; p < PROVIDER_COUNT; p++) {
        uint32_t e = graph_find(&s->graph, (uint8_t)p, type, str_of(id));
        if (e)
            return e;
    }
    return 0;
}
