/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_tell.c -- chains as findings: steps, what ties them, and what a near one lacks.
 */
#include "correlate/chain_tell.h"

#include <assert.h>
#include <spoor/spoor.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/time.h"
#include "model/operation.h"
#include "model/ruleset.h"

enum { RESOURCES_MAX = 12 }; /* shown of a step */

typedef struct telling {
    chain *c;
    const char *const *names;
    const lineage *rule;
    const chain_cast *cast;
} telling;

static const char *z(telling *t, str s)
{
    str copy = arena_dup(&t->c->text, s);
    return copy.p ? copy.p : "";
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* What an analyst looks for first: what was made, acted on, attached, and from what. */
static bool is_shown(const chain_value *v)
{
    return v->slot == RELATION_CREATED || v->slot == RELATION_TARGET ||
           v->slot == RELATION_ATTACHED || v->slot == RELATION_PARENT ||
           v->slot == RELATION_SHARED_TO;
}

static bool is_listed(const spoor_resource *list, size_t n, const chain_value *v)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(v->id, list[i].id))
            return true;
    return false;
}

static const spoor_resource *tell_resources(telling *t, const chain_event *e, size_t *ret_n)
{
    spoor_resource *list = arena_alloc(&t->c->text, RESOURCES_MAX * sizeof *list);
    size_t n = 0;
    for (unsigned slot = 0; list && slot < RELATION_COUNT; slot++) {
        for (size_t i = 0; i < e->n_values && n < RESOURCES_MAX; i++) {
            const chain_value *v = &e->values[i];
            if (v->slot == slot && is_shown(v) && !is_listed(list, n, v))
                list[n++] =
                    (spoor_resource){z(t, v->id), entity_describe((entity_type)v->type)->text};
        }
    }
    *ret_n = n;
    return list;
}

static spoor_chain_step tell_step(telling *t, unsigned step)
{
    const chain_event *e = t->cast->at[step];
    const operation_info *o = operation_at(e->operation);
    spoor_chain_step s = {.name = z(t, t->rule->steps[step].name),
                          .time_ns = e->time_ns,
                          .operation = o->name,
                          .class_name = o->class_name,
                          .outcome = outcome_text((outcome)e->outcome),
                          .actor = z(t, e->actor),
                          .event_uid = z(t, e->uid)};
    str source = arena_printf(&t->c->text, "%s:%u", t->names[e->file], e->record);
    s.source = source.p ? source.p : "";
    s.resources = tell_resources(t, e, &s.n_resources);
    return s;
}

/* Steps that are there, in the order of their events. */
static size_t order_steps(const telling *t, unsigned *order)
{
    size_t n = 0;
    for (unsigned i = 0; i < t->rule->n_steps; i++) {
        if (!lineage_has(t->cast->set, i))
            continue;
        size_t at = n++;
        while (at > 0 && t->cast->at[order[at - 1]]->number > t->cast->at[i]->number) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return n;
}

static void tell_steps(telling *t, spoor_chain *ret)
{
    unsigned order[LIMIT_LINEAGE_STEPS];
    size_t n = order_steps(t, order);
    spoor_chain_step *steps = arena_alloc(&t->c->text, n * sizeof *steps);
    for (size_t i = 0; steps && i < n; i++)
        steps[i] = tell_step(t, order[i]);
    ret->steps = steps;
    ret->n_steps = steps ? n : 0;
    ret->first_ns = n ? t->cast->at[order[0]]->time_ns : 0;
    ret->last_ns = n ? t->cast->at[order[n - 1]]->time_ns : 0;
}

/* ---- links ----------------------------------------------------------------------------------- */

static spoor_chain_link tell_link(telling *t, const lineage_equation *q, const chain_value *v)
{
    const lineage_step *steps = t->rule->steps;
    bool is_thing = v->type != ENTITY_NONE && v->slot < RELATION_COUNT;
    return (spoor_chain_link){
        .from = z(t, steps[q->side[0].step].name),
        .to = z(t, steps[q->side[1].step].name),
        .join = z(t, q->text),
        .value = z(t, v->id),
        .kind = is_thing ? entity_describe((entity_type)v->type)->text : lineage_slot_text(v->slot),
        .path = z(t, v->path),
    };
}

static void tell_links(telling *t, spoor_chain *ret)
{
    const chain_search x = {.store = &t->c->store, .rule = t->rule, .cast = *t->cast};
    spoor_chain_link *links = arena_alloc(&t->c->text, t->rule->n_joins * sizeof *links);
    for (size_t i = 0; links && i < t->rule->n_joins; i++) {
        const lineage_equation *q;
        const chain_value *v;
        if (chain_search_proof(&x, &t->rule->joins[i], &q, &v))
            links[ret->n_links++] = tell_link(t, q, v);
    }
    ret->links = links;
}

/* ---- what is missing ------------------------------------------------------------------------- */

static void put_span(buf *out, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *word;
    } units[] = {{TIME_DAY, "d"}, {TIME_HOUR, "h"}, {TIME_MINUTE, "min"}, {TIME_SECOND, "s"}};
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(units) && (ns < units[i].ns || ns % units[i].ns != 0))
        i++;
    buf_printf(out, "%lld %s", (long long)(ns / units[i].ns), units[i].word);
}

static void put_missing(const lineage *l, uint16_t set, unsigned n, buf *out)
{
    unsigned wanted = (unsigned)__builtin_popcount(l->mandatory);
    bool is_first = true;
    buf_printf(out, "%u of %u steps: ", n, wanted);
    for (unsigned i = 0; i < l->n_steps; i++) {
        if (!lineage_has(l->mandatory, i) || lineage_has(set, i))
            continue;
        buf_puts(out, is_first ? "no " : ", no ");
        buf_printf(out, "%.*s (%.*s)", (int)l->steps[i].what.n, l->steps[i].what.p,
                   (int)l->steps[i].name.n, l->steps[i].name.p);
        is_first = false;
    }
    if (is_first)
        buf_puts(out, "not as many, or not as late, as the rule wants");
    buf_puts(out, " that is joined within ");
    put_span(out, l->timespan_ns);
}

static const char *tell_missing(telling *t, unsigned n)
{
    AUTO(buf) words = {0};
    put_missing(t->rule, t->cast->set, n, &words);
    str copy = arena_dup_buf(&t->c->text, &words);
    return copy.p ? copy.p : "";
}

/* ---- chains ---------------------------------------------------------------------------------- */

static spoor_chain tell(telling *t)
{
    const rule_info *info = &t->c->rules->rules[t->rule->info];
    spoor_chain made = {.rule_id = z(t, info->id),
                        .rule_title = z(t, info->title),
                        .level = info->level,
                        .missing = "",
                        .rule = t->rule->info};
    tell_steps(t, &made);
    tell_links(t, &made);
    made.time_ns = made.last_ns;
    return made;
}

static int compare_found(const void *a, const void *b)
{
    const chain_found *x = *(const chain_found *const *)a, *y = *(const chain_found *const *)b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    return (x->last > y->last) - (x->last < y->last);
}

/* Those that are told, in order. NULL: out of memory. */
static const chain_found **order_found(const chain *c, size_t *ret_n)
{
    const chain_found **order = calloc(c->n_found + 1, sizeof(const chain_found *));
    size_t n = 0;
    for (size_t i = 0; order && i < c->n_found; i++)
        if (c->found[i].is_told)
            order[n++] = &c->found[i];
    if (n > 1)
        qsort(order, n, sizeof(const chain_found *), compare_found);
    *ret_n = n;
    return order;
}

static void tell_found(telling *t, const chain_found *f)
{
    t->rule = &t->c->rules->lineages[f->rule];
    t->cast = &f->cast;
    spoor_chain *told = &t->c->told[t->c->n_told++];
    *told = tell(t);
    told->time_ns = f->time_ns;
    told->count = f->count;
}

static void tell_near(telling *t, const chain_near *n)
{
    t->rule = &t->c->rules->lineages[n->rule];
    t->cast = &n->cast;
    spoor_chain *told = &t->c->told[t->c->n_told++];
    *told = tell(t);
    told->is_near = 1;
    told->missing = tell_missing(t, n->n);
}

bool chain_tell(chain *c, const char *const *names, const spoor_chain **ret, size_t *ret_n)
{
    telling t = {.c = c, .names = names};
    size_t n;
    const chain_found **order = order_found(c, &n);
    free(c->told);
    c->n_told = 0;
    c->told = calloc(c->n_found + c->n_near + 1, sizeof *c->told);
    if (!c->told || !order) {
        free(order);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        tell_found(&t, order[i]);
    for (size_t i = 0; i < c->n_near; i++)
        if (!c->near[i].is_whole)
            tell_near(&t, &c->near[i]);
    free(order);
    *ret = c->told;
    *ret_n = c->n_told;
    return !c->text.failed;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static bool name_events(chain *c, const chain_cast *cast)
{
    for (unsigned i = 0; i < LIMIT_LINEAGE_STEPS; i++) {
        if (!lineage_has(cast->set, i))
            continue;
        chain_event **named =
            array_room(c->named, c->n_named, &c->cap_named, 64, sizeof(chain_event *));
        if (!named)
            return false;
        c->named = named;
        c->named[c->n_named] = cast->at[i];
        if (!map_put(&c->by_uid, hash_str(cast->at[i]->uid, 0), (uint32_t)c->n_named++))
            return false;
    }
    return true;
}

/* Chains that are over and not told have let their events go. */
static bool name_all(chain *c)
{
    size_t state = 2 * c->n_found + c->n_near - c->n_open;
    bool is_fine = true;
    if (state == c->named_of)
        return true;
    map_done(&c->by_uid);
    c->n_named = 0;
    for (size_t i = 0; is_fine && i < c->n_found; i++)
        if (c->found[i].is_open || c->found[i].is_told)
            is_fine = name_events(c, &c->found[i].cast);
    for (size_t i = 0; is_fine && i < c->n_near; i++)
        if (!c->near[i].is_whole)
            is_fine = name_events(c, &c->near[i].cast);
    c->named_of = is_fine ? state : SIZE_MAX;
    return is_fine;
}

static chain_part part_of(const chain *c, const chain_mark *m, const chain_cast *cast)
{
    const lineage *l = &c->rules->lineages[m->lineage];
    return (chain_part){.rule = l->info,
                        .chain = m->chain,
                        .is_near = m->is_near,
                        .n_steps = (unsigned)__builtin_popcount(cast->set & l->mandatory),
                        .of_steps = (unsigned)__builtin_popcount(l->mandatory)};
}

size_t chain_parts_of(chain *c, str event_uid, chain_part *ret, size_t cap)
{
    size_t n = 0;
    if (!name_all(c)) {
        c->failed = true;
        return 0;
    }
    uint32_t at = map_get(&c->by_uid, hash_str(event_uid, 0));
    const chain_event *e = at == MAP_NONE ? NULL : c->named[at];
    if (!e || !str_eq(e->uid, event_uid))
        return 0;
    for (size_t i = 0; i < e->n_marks && n < cap; i++) {
        const chain_mark *m = &e->marks[i];
        const chain_found *f = m->is_near ? NULL : &c->found[m->chain];
        if (f ? !f->is_open && !f->is_told : c->near[m->chain].is_whole)
            continue;
        ret[n++] = part_of(c, m, f ? &f->cast : &c->near[m->chain].cast);
    }
    return n;
}

void chain_part_words(const chain *c, const chain_part *p, buf *out)
{
    assert(p->is_near && p->chain < c->n_near);
    const chain_near *n = &c->near[p->chain];
    buf_putstr(out, c->rules->rules[p->rule].title);
    buf_puts(out, ": ");
    put_missing(&c->rules->lineages[n->rule], n->cast.set, n->n, out);
}
