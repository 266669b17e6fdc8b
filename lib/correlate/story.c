/* SPDX-License-Identifier: Apache-2.0
 *
 * story.c -- strands by component, stories by actor, context around them.
 */
#include "correlate/story.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "state/habit.h"

/* How grave a change of an instance must be, for a story to be about it. */
enum { MODIFY_LEAST = 5 };
/* In the number of a strand: of one actor's changes. There are fewer entities than this. */
#define STRAND_OF_ACTOR (UINT32_C(1) << 31)

/* clang-format off */
static const struct {
    double weight;
    const char *text;
} bonds[BOND_COUNT] = {
    [BOND_LINEAGE]  = {1.00, "linked by lineage"},
    [BOND_SESSION]  = {0.95, "same session or key"},
    [BOND_IDENTITY] = {0.90, "made the identity that acts"},
    [BOND_ACTOR]    = {0.80, "same actor"},
    [BOND_ROLE]     = {0.40, "by an instance's own role"},
};
/* clang-format on */

double bond_weight(story_bond b)
{
    return bonds[b].weight;
}

const char *bond_text(story_bond b)
{
    return bonds[b].text;
}

/* A change of what was there before: what others did to the same thing is another matter. That a
 * thing of a story is deleted in the end, by its lifetime perhaps, makes no new story of it. */
static bool is_change(const state *s, const entry *e)
{
    const operation_info *o = operation_at(e->operation);
    bool is_born = graph_at(&s->graph, e->subject)->born != GRAPH_NO_ENTRY;
    if (o->stage == STAGE_MODIFY)
        return o->severity >= MODIFY_LEAST && operation_is(e->operation, "instance.modify");
    if (o->stage == STAGE_PRIVESC)
        return operation_is(e->operation, "instance.role");
    return o->stage == STAGE_DELETE && !is_born && !operation_is(e->operation, "instance.delete");
}

uint32_t story_mounted(const state *s, const entry *e)
{
    if (operation_at(e->operation)->stage != STAGE_MODIFY)
        return 0;
    for (size_t i = 0; i < e->n_touches; i++) {
        const touch *x = &e->touches[i];
        const entity *disk = graph_at(&s->graph, x->entity);
        bool is_put = x->relation == RELATION_ATTACHED || x->relation == RELATION_PARENT;
        if (is_put && disk->type == ENTITY_VOLUME && disk->born != GRAPH_NO_ENTRY)
            return x->entity;
    }
    return 0;
}

bool story_is_anchor(const state *s, const entry *e)
{
    uint8_t of = operation_at(e->operation)->stage;
    if (!e->subject)
        return false;
    return of == STAGE_SNAPSHOT || of == STAGE_VOLUME || of == STAGE_INSTANCE ||
           of == STAGE_REVERT || of == STAGE_EXFIL || is_change(s, e) || story_mounted(s, e);
}

/* ---- strands --------------------------------------------------------------------------------- */

typedef struct anchor {
    uint32_t component, entry;
    int64_t time_ns;
} anchor;

static int compare_anchors(const void *a, const void *b)
{
    const anchor *x = a, *y = b;
    if (x->component != y->component)
        return x->component < y->component ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* A lineage is a strand; so are the changes that one actor makes to what was there before, as long
 * as there is no more than STORY_JOIN between them. */
static uint32_t strand_of(state *s, const entry *e)
{
    bool is_born = graph_at(&s->graph, e->subject)->born != GRAPH_NO_ENTRY;
    uint32_t disk = story_mounted(s, e);
    if (disk)
        return graph_component(&s->graph, disk);
    return is_change(s, e) && !is_born ? STRAND_OF_ACTOR | e->root
                                       : graph_component(&s->graph, e->subject);
}

static size_t collect_anchors(state *s, anchor *all)
{
    size_t n = 0;
    for (uint32_t i = s->journal.first; i < s->journal.next; i++) {
        const entry *e = journal_at(&s->journal, i);
        if (!story_is_anchor(s, e))
            continue;
        all[n++] = (anchor){strand_of(s, e), i, e->time_ns};
    }
    return n;
}

static void cut_strands(const anchor *all, size_t n, story_plan *p)
{
    for (size_t i = 0; i < n; i++) {
        p->entries[i] = all[i].entry;
        strand *last = p->n_strands ? &p->strands[p->n_strands - 1] : NULL;
        bool is_near = !(all[i].component & STRAND_OF_ACTOR) ||
                       (last && all[i].time_ns - last->last_ns <= STORY_JOIN);
        if (last && last->component == all[i].component && is_near) {
            last->n++;
            last->last_ns = all[i].time_ns;
            continue;
        }
        p->strands[p->n_strands] = (strand){.component = all[i].component,
                                            .entries = &p->entries[i],
                                            .n = 1,
                                            .first_ns = all[i].time_ns,
                                            .last_ns = all[i].time_ns,
                                            .joined = p->n_strands};
        p->n_strands++;
    }
}

/* ---- joining strands ------------------------------------------------------------------------- */

static size_t find(story_plan *p, size_t i)
{
    while (p->strands[i].joined != i) {
        p->strands[i].joined = p->strands[p->strands[i].joined].joined;
        i = p->strands[i].joined;
    }
    return i;
}

static void join(story_plan *p, size_t a, size_t b)
{
    a = find(p, a);
    b = find(p, b);
    if (a < b)
        p->strands[b].joined = a;
    else
        p->strands[a].joined = b;
}

/* A strand under one of the keys (root, session) that its calls were made with. */
typedef struct owned {
    uint32_t key;
    size_t strand;
    int64_t first_ns, last_ns;
} owned;

static int compare_owned(const void *a, const void *b)
{
    const owned *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return x->strand < y->strand ? -1 : x->strand > y->strand;
}

/* A session has one purpose and an end. A key that is used for months has neither, unless it was
 * made just now. */
static uint32_t session_of(const state *s, const entry *e)
{
    const entity *via = graph_at(&s->graph, e->via);
    const entry *birth = journal_at(&s->journal, via->born);
    bool is_new = birth && e->time_ns - birth->time_ns <= STORY_IDENTITY;
    bool is_issued = via->type == ENTITY_SESSION || via->issuer ||
                     graph_at(&s->graph, e->root)->type == ENTITY_SESSION ||
                     text_starts(graph_id(&s->graph, e->via), "ASIA");
    return is_new || is_issued ? e->via : 0;
}

/* One row for each different key of each strand, sorted by key and time. */
static size_t list_owned(const state *s, const story_plan *p, bool by_session, owned *all)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_strands; i++) {
        const strand *t = &p->strands[i];
        size_t before = n;
        for (size_t k = 0; k < t->n; k++) {
            const entry *e = journal_at(&s->journal, t->entries[k]);
            uint32_t key = by_session ? session_of(s, e) : e->root;
            size_t seen = before;
            while (seen < n && all[seen].key != key)
                seen++;
            if (key && seen == n)
                all[n++] = (owned){key, i, t->first_ns, t->last_ns};
        }
    }
    qsort(all, n, sizeof *all, compare_owned);
    return n;
}

/* True when more than `most` strands of the key lie within STORY_GAP somewhere. */
static bool is_crowded(const owned *of_key, size_t n, size_t most)
{
    for (size_t i = most; i < n; i++)
        if (of_key[i].first_ns - of_key[i - most].first_ns <= STORY_GAP)
            return true;
    return false;
}

/* True for someone or something that these logs saw being made as a new identity, shortly
 * before. */
static bool is_newcomer(const state *s, const owned *of_key)
{
    const entry *birth = journal_at(&s->journal, graph_at(&s->graph, of_key->key)->born);
    return birth && operation_at(birth->operation)->stage == STAGE_IDENTITY &&
           of_key->first_ns - birth->time_ns <= STORY_IDENTITY;
}

/* Making instances, and nothing else of the technique's family. */
static bool is_launching(const state *s, const strand *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (operation_at(journal_at(&s->journal, t->entries[i])->operation)->stage !=
            STAGE_INSTANCE)
            return false;
    return true;
}

/* True when all that the strand's caller did in it he had done several times before. Who restores a
 * disk every other day tells a new story each time. */
static bool is_habitual(const state *s, const strand *t)
{
    for (size_t i = 0; i < t->n; i++) {
        habit_known k;
        if (!habit_before(s, t->entries[i], HABIT_OPERATION, &k) || !k.is_deep ||
            k.n < STORY_HABITUAL)
            return false;
    }
    return true;
}

/* True when its caller was hardly ever seen to come from there. */
static bool is_strange(const state *s, const strand *t)
{
    habit_known k;
    return habit_before(s, t->entries[0], HABIT_NETWORK, &k) && k.is_deep && k.n < HABIT_OFTEN;
}

/* Each of the two is daily work by itself, and no part of a story with the other. */
static bool are_daily_work(const state *s, const strand *a, const strand *b)
{
    if (is_strange(s, a) || is_strange(s, b))
        return false;
    return (is_launching(s, a) && is_launching(s, b)) || is_habitual(s, a) || is_habitual(s, b);
}

static void join_key(const state *s, story_plan *p, const owned *of_key, size_t n, bool by_session)
{
    bool is_new = is_newcomer(s, of_key);
    if (!is_new && is_crowded(of_key, n, by_session ? STORY_BUSY_SESSION : STORY_BUSY)) {
        for (size_t i = 0; i < n; i++) {
            strand *t = &p->strands[of_key[i].strand];
            *(by_session ? &t->is_session_busy : &t->is_busy) = true;
        }
        return;
    }
    int64_t reached = of_key[0].last_ns;
    for (size_t i = 1; i < n; i++) {
        size_t a = of_key[i - 1].strand, b = of_key[i].strand;
        bool is_apart = !by_session && !is_new && are_daily_work(s, &p->strands[a], &p->strands[b]);
        int64_t gap = by_session || is_new ? STORY_GAP : STORY_JOIN;
        if (of_key[i].first_ns - reached <= gap && !is_apart)
            join(p, a, b);
        if (of_key[i].last_ns > reached)
            reached = of_key[i].last_ns;
    }
}

static void join_by(const state *s, story_plan *p, bool by_session, owned *all)
{
    size_t n = list_owned(s, p, by_session, all);
    for (size_t i = 0, end; i < n; i = end) {
        end = i;
        while (end < n && all[end].key == all[i].key)
            end++;
        join_key(s, p, &all[i], end - i, by_session);
    }
}

static void sort_into_stories(story_plan *p, owned *rows)
{
    for (size_t i = 0; i < p->n_strands; i++)
        rows[i] = (owned){(uint32_t)find(p, i), i, p->strands[i].first_ns, 0};
    qsort(rows, p->n_strands, sizeof *rows, compare_owned);
    for (size_t i = 0; i < p->n_strands; i++)
        p->order[i] = rows[i].strand;
    for (size_t i = 0; i < p->n_strands; i++)
        p->strands[i].joined = find(p, i);
}

void story_plan_done(story_plan *p)
{
    free(p->strands);
    free(p->entries);
    free(p->order);
    *p = (story_plan){0};
}

bool story_plan_make(state *s, story_plan *ret)
{
    size_t most = s->journal.next - s->journal.first + 1;
    story_plan p = {0};
    anchor *anchors = calloc(most, sizeof *anchors);
    owned *rows = calloc(most, sizeof *rows);
    p.strands = calloc(most, sizeof *p.strands);
    p.entries = calloc(most, sizeof *p.entries);
    p.order = calloc(most, sizeof *p.order);
    bool is_fine = anchors && rows && p.strands && p.entries && p.order;
    if (is_fine) {
        size_t n = collect_anchors(s, anchors);
        qsort(anchors, n, sizeof *anchors, compare_anchors);
        cut_strands(anchors, n, &p);
        join_by(s, &p, false, rows);
        join_by(s, &p, true, rows);
        sort_into_stories(&p, rows);
        *ret = p;
    } else {
        story_plan_done(&p);
    }
    free(anchors);
    free(rows);
    return is_fine;
}

/* ---- building one story ---------------------------------------------------------------------- */

typedef struct builder {
    state *s;
    arena *scratch;
    story *story;
    /* For story_keep: thing -> second down to which calls about it are open already. NULL: the
     * story is built to be judged. */
    map *kept;
} builder;

/* Room for one more element of an arena-backed array. */
static bool grow(arena *a, void **array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t want = *cap ? *cap * 2 : 16;
    void *more = arena_alloc(a, want * size);
    if (!more)
        return false;
    if (n > 0)
        memcpy(more, *array, n * size);
    *array = more;
    *cap = want;
    return true;
}

static bool has_number(const uint32_t *list, size_t n, uint32_t x)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == x)
            return true;
    return false;
}

static void add_number(builder *b, uint32_t **list, size_t *n, size_t *cap, uint32_t x)
{
    if (x && !has_number(*list, *n, x) && grow(b->scratch, (void **)list, *n, cap, sizeof **list))
        (*list)[(*n)++] = x;
}

static void add_root(builder *b, uint32_t root)
{
    add_number(b, &b->story->roots, &b->story->n_roots, &b->story->cap_roots, root);
}

static void add_thing(builder *b, uint32_t thing)
{
    if (b->story->n_things < LIMIT_STORY_STEPS)
        add_number(b, &b->story->things, &b->story->n_things, &b->story->cap_things, thing);
}

/* Adds the entry, or strengthens its bond when it is there already. */
static void add_step(builder *b, uint32_t number, story_bond bond, bool is_anchor)
{
    story *t = b->story;
    for (size_t i = 0; i < t->n_steps; i++) {
        if (t->steps[i].entry != number)
            continue;
        if (bond < t->steps[i].bond)
            t->steps[i].bond = bond;
        return;
    }
    if (t->n_steps >= LIMIT_STORY_STEPS) {
        t->left_out++;
        return;
    }
    if (grow(b->scratch, (void **)&t->steps, t->n_steps, &t->cap_steps, sizeof *t->steps))
        t->steps[t->n_steps++] = (story_step){number, bond, is_anchor};
}

static bool is_context_stage(uint8_t s)
{
    return s != STAGE_NONE && s != STAGE_DISCOVERY && s != STAGE_SESSION;
}

/* Near one of the anchors, not merely between the first and the last: a lineage may be months long.
 * */
static bool is_near(const builder *b, const entry *e)
{
    const story *t = b->story;
    uint8_t s = operation_at(e->operation)->stage;
    int64_t before = s == STAGE_IDENTITY || s == STAGE_PRIVESC ? STORY_IDENTITY : STORY_GAP;
    if (e->time_ns < t->first_ns - before || e->time_ns > t->last_ns + STORY_GAP)
        return false;
    for (size_t i = 0; i < t->n_steps; i++) {
        int64_t anchor_ns = journal_at(&b->s->journal, t->steps[i].entry)->time_ns;
        if (t->steps[i].is_anchor && e->time_ns >= anchor_ns - before &&
            e->time_ns <= anchor_ns + STORY_GAP)
            return true;
    }
    return false;
}

/* True when what is older cannot be near either. Lists are in the order of events, but for issued
 * sessions, which come when they first act. */
static bool is_long_before(const story *t, const entry *e)
{
    return e->time_ns < t->first_ns - STORY_IDENTITY - SESSION_LIFE;
}

static void add_anchors(builder *b, const strand *t)
{
    story *y = b->story;
    for (size_t i = 0; i < t->n; i++) {
        const entry *e = journal_at(&b->s->journal, t->entries[i]);
        if (y->n_steps == 0 || e->time_ns < y->first_ns)
            y->first_ns = e->time_ns;
        if (y->n_steps == 0 || e->time_ns > y->last_ns)
            y->last_ns = e->time_ns;
        add_root(b, e->root);
        add_step(b, t->entries[i], BOND_LINEAGE, true);
        for (size_t k = 0; k < e->n_touches; k++)
            if (e->touches[k].relation != RELATION_PARENT ||
                entity_is_lineage(graph_at(&b->s->graph, e->touches[k].entity)->type))
                add_thing(b, e->touches[k].entity);
    }
}

static void add_used_by(builder *b, uint32_t thing)
{
    const graph *g = &b->s->graph;
    for (uint32_t e = graph_at(g, thing)->first_edge_out; e; e = g->edges[e].next_out)
        if (g->edges[e].kind == EDGE_USES)
            add_thing(b, g->edges[e].to);
}

/* An interface stands between a machine and its groups and addresses. */
static void add_behind(builder *b, uint32_t network)
{
    const graph *g = &b->s->graph;
    if (graph_at(g, network)->type != ENTITY_NETWORK ||
        graph_at(g, network)->degree > LIMIT_HUB_DEGREE)
        return;
    for (uint32_t e = graph_at(g, network)->first_edge_out; e; e = g->edges[e].next_out)
        if (g->edges[e].kind == EDGE_USES &&
            graph_at(g, g->edges[e].to)->type == ENTITY_SECURITY_GROUP)
            add_thing(b, g->edges[e].to);
    for (uint32_t e = graph_at(g, network)->first_edge_in; e; e = g->edges[e].next_in)
        if (g->edges[e].kind == EDGE_ATTACHED_TO)
            add_thing(b, g->edges[e].from);
}

/* An instance whose own session acts in the story is part of it. */
static void add_homes(builder *b)
{
    const graph *g = &b->s->graph;
    for (size_t i = 0; i < b->story->n_roots; i++) {
        const entity *root = graph_at(g, b->story->roots[i]);
        uint32_t e = root->is_run ? root->first_edge_in : 0; /* busy actors have many edges */
        for (; e; e = g->edges[e].next_in)
            if (g->edges[e].kind == EDGE_RUNS_AS)
                add_thing(b, g->edges[e].from);
    }
}

/* What the instances of the story use belongs to it as well: groups, keys, roles. */
static void add_used(builder *b)
{
    size_t n = b->story->n_things;
    for (size_t i = 0; i < n; i++)
        add_used_by(b, b->story->things[i]);
    size_t n_used = b->story->n_things;
    for (size_t i = 0; i < n_used; i++)
        add_behind(b, b->story->things[i]);
}

static bool is_root(const story *t, uint32_t root)
{
    return has_number(t->roots, t->n_roots, root);
}

/* Groups, keys and addresses are shared by many: what someone else did to one that was there before
 * says nothing of this story. */
static bool is_of_story(const builder *b, const entity *thing, const entry *e)
{
    if (entity_is_lineage(thing->type) || is_root(b->story, e->root))
        return true;
    const entry *birth = journal_at(&b->s->journal, thing->born);
    return birth && is_root(b->story, birth->root);
}

/* About a thing of many stories calls are gone through once for all of them: each call that may
 * belong to one of them is left open, which is more than one story needs. */
static void keep_calls_about(builder *b, uint32_t thing)
{
    int64_t since_ns = b->story->first_ns - STORY_IDENTITY - SESSION_LIFE;
    uint32_t since = since_ns > 0 ? (uint32_t)(since_ns / TIME_SECOND) : 0;
    uint32_t until = map_get(b->kept, thing); /* MAP_NONE is later than any */
    uint32_t number = graph_at(&b->s->graph, thing)->last_touch;
    if (until <= since)
        return;
    b->scratch->failed = b->scratch->failed || !map_put(b->kept, thing, since);
    for (const touch *t; (t = journal_touch_at(&b->s->journal, number, thing)); number = t->next) {
        entry *e = journal_at(&b->s->journal, number);
        if (is_long_before(b->story, e))
            return;
        bool is_subject = t->relation != RELATION_PARENT && t->relation != RELATION_USES;
        e->is_open =
            e->is_open || (is_subject && is_context_stage(operation_at(e->operation)->stage));
    }
}

/* Calls by anyone about a thing of the story. Public images and shared groups are hubs: no
 * context. */
static void add_calls_about(builder *b, uint32_t thing)
{
    const entity *x = graph_at(&b->s->graph, thing);
    bool is_own = entity_is_lineage(x->type) || x->type == ENTITY_SECURITY_GROUP ||
                  x->type == ENTITY_KEY_PAIR || x->type == ENTITY_ADDRESS;
    uint32_t number = x->last_touch;
    if (!is_own || x->degree > LIMIT_HUB_DEGREE)
        return;
    if (b->kept) {
        keep_calls_about(b, thing);
        return;
    }
    for (const touch *t; (t = journal_touch_at(&b->s->journal, number, thing)); number = t->next) {
        const entry *e = journal_at(&b->s->journal, number);
        uint8_t s = operation_at(e->operation)->stage;
        if (is_long_before(b->story, e))
            return;
        bool is_subject = t->relation != RELATION_PARENT && t->relation != RELATION_USES;
        /* An anchor of another strand is that strand's business. */
        if (is_subject && is_context_stage(s) && is_near(b, e) && is_of_story(b, x, e) &&
            !story_is_anchor(b->s, e))
            add_step(b, number, BOND_LINEAGE, false);
    }
}

/* Calls that made, or gave rights to, someone or something that acts in the story. */
static void add_birth(builder *b, uint32_t who)
{
    uint32_t number = graph_at(&b->s->graph, who)->last_touch;
    for (const touch *t; (t = journal_touch_at(&b->s->journal, number, who)); number = t->next) {
        const entry *e = journal_at(&b->s->journal, number);
        uint8_t s = operation_at(e->operation)->stage;
        if (is_long_before(b->story, e))
            return;
        bool is_about = t->relation == RELATION_CREATED || t->relation == RELATION_TARGET;
        bool is_identity = s == STAGE_IDENTITY || s == STAGE_PRIVESC;
        if (is_about && is_identity && is_near(b, e))
            add_step(b, number, BOND_IDENTITY, false);
    }
}

/* The calls that issued the session, hop by hop. */
static void add_issue(builder *b, uint32_t via)
{
    for (int hop = 0; via && hop < LIMIT_ACTOR_HOPS; hop++) {
        const entity *x = graph_at(&b->s->graph, via);
        const entry *e = journal_at(&b->s->journal, x->born);
        if (!e)
            return;
        uint8_t s = operation_at(e->operation)->stage;
        add_step(b, x->born, s == STAGE_SESSION ? BOND_SESSION : BOND_IDENTITY, false);
        via = e->via == via ? 0 : e->via;
    }
}

/* Everyone who acts in the story, each once. */
typedef struct actors {
    uint32_t *of;
    size_t n, cap;
} actors;

static void add_births(builder *b)
{
    actors known = {0};
    size_t n = b->story->n_steps;
    for (size_t i = 0; i < n; i++) {
        if (!b->story->steps[i].is_anchor)
            continue;
        const entry *e = journal_at(&b->s->journal, b->story->steps[i].entry);
        const uint32_t who[] = {e->root, e->actor, e->via};
        for (size_t k = 0; k < ARRAY_LEN(who); k++) {
            size_t before = known.n;
            add_number(b, &known.of, &known.n, &known.cap, who[k]);
            if (known.n > before)
                add_birth(b, who[k]);
        }
        add_issue(b, e->via);
    }
}

static bool is_session_of_story(const builder *b, uint32_t via)
{
    for (size_t i = 0; via && i < b->story->n_steps; i++)
        if (b->story->steps[i].is_anchor &&
            journal_at(&b->s->journal, b->story->steps[i].entry)->via == via)
            return true;
    return false;
}

/* Of a busy actor only what was done in the story's own sessions counts: nothing older than those.
 * */
static bool is_out_of_reach(const story *t, const entry *e)
{
    if (!t->is_busy)
        return is_long_before(t, e) || e->time_ns > t->last_ns + STORY_GAP;
    return e->time_ns < t->first_ns - SESSION_LIFE || e->time_ns > t->last_ns + SESSION_LIFE;
}

static void add_call_by(builder *b, uint32_t number, const entry *e)
{
    uint8_t s = operation_at(e->operation)->stage;
    if (!is_context_stage(s) || !is_near(b, e) || story_is_anchor(b->s, e))
        return;
    if (is_session_of_story(b, e->via))
        add_step(b, number, BOND_SESSION, false);
    else if (!b->story->is_busy)
        add_step(b, number, BOND_ACTOR, false);
}

static uint32_t last_anchor_by(const builder *b, uint32_t root)
{
    uint32_t last = GRAPH_NO_ENTRY;
    for (size_t i = 0; i < b->story->n_steps; i++) {
        uint32_t number = b->story->steps[i].entry;
        if (b->story->steps[i].is_anchor && journal_at(&b->s->journal, number)->root == root &&
            (last == GRAPH_NO_ENTRY || number > last))
            last = number;
    }
    return last;
}

/* What the same root actor did around the story. The walk begins in the story and ends where
 * nothing can be near any more: automation has a hundred thousand calls, and as many stories. */
static void add_calls_by(builder *b, uint32_t root)
{
    if (b->story->is_busy && b->story->is_session_busy)
        return;
    uint32_t last = last_anchor_by(b, root), number = last;
    for (const entry *e; (e = journal_at(&b->s->journal, number)); number = e->next_act) {
        if (e->time_ns <= b->story->last_ns && is_out_of_reach(b->story, e))
            break;
        add_call_by(b, number, e);
    }
    const entry *from = journal_at(&b->s->journal, last);
    number = from ? from->newer_act : GRAPH_NO_ENTRY;
    for (const entry *e; (e = journal_at(&b->s->journal, number)); number = e->newer_act) {
        if (is_out_of_reach(b->story, e))
            break;
        add_call_by(b, number, e);
    }
}

/* Reading secrets and data, and writing data, is what applications are for. */
static bool is_application_work(uint8_t s)
{
    return s == STAGE_CREDACC || s == STAGE_COLLECT || s == STAGE_STAGE;
}

static void add_role_call(builder *b, uint32_t number, const entry *e)
{
    uint8_t s = operation_at(e->operation)->stage;
    if (is_context_stage(s) && is_near(b, e))
        add_step(b, number, is_application_work(s) ? BOND_ROLE : BOND_LINEAGE, false);
}

/* What the new instances' own roles did. */
static void add_calls_from(builder *b, uint32_t thing)
{
    const graph *g = &b->s->graph;
    if (graph_at(g, thing)->type != ENTITY_INSTANCE)
        return;
    for (uint32_t i = graph_at(g, thing)->first_edge_out; i; i = g->edges[i].next_out) {
        if (g->edges[i].kind != EDGE_RUNS_AS)
            continue;
        uint32_t number = graph_at(g, g->edges[i].to)->last_act;
        for (const entry *e; (e = journal_at(&b->s->journal, number)); number = e->next_act) {
            if (is_long_before(b->story, e))
                break;
            add_role_call(b, number, e);
        }
    }
}

/* qsort has no context: sort by a copy of the times. */
typedef struct timed_step {
    story_step step;
    int64_t time_ns;
} timed_step;

static int compare_steps(const void *a, const void *b)
{
    const timed_step *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->step.entry < y->step.entry ? -1 : x->step.entry > y->step.entry;
}

static void sort_steps(builder *b)
{
    story *t = b->story;
    timed_step *all = arena_alloc(b->scratch, (t->n_steps + 1) * sizeof *all);
    if (!all)
        return;
    for (size_t i = 0; i < t->n_steps; i++)
        all[i] = (timed_step){t->steps[i], journal_at(&b->s->journal, t->steps[i].entry)->time_ns};
    qsort(all, t->n_steps, sizeof *all, compare_steps);
    for (size_t i = 0; i < t->n_steps; i++)
        t->steps[i] = all[i].step;
}

/* All steps, in no order. */
static void add_steps(builder *b, const story_plan *p, size_t from, size_t to)
{
    story *t = b->story;
    for (size_t i = from; i < to; i++) {
        const strand *part = &p->strands[p->order[i]];
        t->is_busy = t->is_busy || part->is_busy;
        t->is_session_busy = t->is_session_busy || part->is_session_busy;
        add_anchors(b, part);
    }
    add_homes(b);
    add_used(b);
    add_births(b);
    for (size_t i = 0; i < t->n_things; i++) {
        add_calls_about(b, t->things[i]);
        add_calls_from(b, t->things[i]);
    }
    for (size_t i = 0; i < t->n_roots; i++)
        add_calls_by(b, t->roots[i]);
}

bool story_build(state *s, const story_plan *p, size_t from, size_t to, arena *scratch, story *ret)
{
    *ret = (story){0};
    builder b = {.s = s, .scratch = scratch, .story = ret};
    add_steps(&b, p, from, to);
    sort_steps(&b);
    return !scratch->failed;
}

bool story_keep(state *s, const story_plan *p, size_t from, size_t to, map *kept, arena *scratch)
{
    story t = {0};
    builder b = {.s = s, .scratch = scratch, .story = &t, .kept = kept};
    add_steps(&b, p, from, to);
    for (size_t i = 0; i < t.n_steps; i++)
        journal_at(&s->journal, t.steps[i].entry)->is_open = true;
    return !scratch->failed;
}
