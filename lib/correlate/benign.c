/* SPDX-License-Identifier: Apache-2.0
 *
 * benign.c -- tries each explanation on a story, and says what came of it.
 */
#include "correlate/benign.h"

#include "base/text.h"
#include "correlate/benign_case.h"
#include "correlate/benign_veto.h"
#include "model/settings.h"

enum { KINDS_NEEDED = 2, KINDS_CERTAIN = 3, TEXT_MOST = 120 };

/* One explanation being tried. */
typedef struct trial {
    const benign_row *row;
    const settings_automation *own; /* the operator's, or NULL: by the row's marks */
    str name, doc;
    mark_set *kinds; /* of each call */
    size_t n_mine;
    str veto; /* or empty */
} trial;

/* What is known when all were tried. */
typedef struct verdict {
    benign_case of;
    trial *trials; /* that found anything */
    size_t n;
    mark_set *best;       /* of each call: what the strongest explanation of it found */
    const trial **chosen; /* of each call: the explanation that it has the most marks of, or NULL */
    arena *a;
} verdict;

static unsigned count_kinds(mark_set kinds)
{
    return (unsigned)__builtin_popcount(kinds & ~MARK_BIT(MARK_TOOL));
}

/* Which of two explanations fits better: a tool counts between equals. */
static unsigned fitness(mark_set kinds)
{
    return 2 * count_kinds(kinds) + (kinds & MARK_BIT(MARK_TOOL) ? 1 : 0);
}

/* ---- marks of one call ----------------------------------------------------------------------- */

static bool is_listed(const settings_list *list, str text)
{
    for (size_t i = 0; i < list->n && text.n > 0; i++)
        if (settings_fits(list->items[i], text))
            return true;
    return false;
}

static bool is_actor(const settings_automation *own, const event *e)
{
    static const field who[] = {FIELD_actor_arn, FIELD_actor_name, FIELD_actor_id, FIELD_issuer_id,
                                FIELD_issuer_name};
    for (size_t i = 0; i < ARRAY_LEN(who); i++)
        if (is_listed(&own->actors, e->field[who[i]]))
            return true;
    return false;
}

static bool is_in_networks(const settings_automation *own, const event *e)
{
    ip_net from;
    if (!ip_parse(e->field[FIELD_src_ip], &from))
        return false;
    for (size_t i = 0; i < own->n_networks; i++)
        if (own->networks[i].is_v6 == from.is_v6 && ip_contains(&own->networks[i], &from))
            return true;
    return false;
}

/* From elsewhere, or with another tool, the caller is no more than somebody of that name. */
static mark_set marks_of_own(const settings_automation *own, const event *e)
{
    bool has_tool = own->tools.n > 0 && is_listed(&own->tools, e->field[FIELD_ua_tool]);
    bool is_from = is_in_networks(own, e);
    if (!is_actor(own, e))
        return 0;
    if ((own->n_networks > 0 && !is_from) || (own->tools.n > 0 && !has_tool))
        return MARK_BIT(MARK_NAME);
    return MARK_BIT(MARK_TRUST) | (is_from ? MARK_BIT(MARK_SERVICE) : 0) |
           (has_tool ? MARK_BIT(MARK_TOOL) : 0);
}

static mark_set marks_of_row(const benign_case *c, const benign_call *call, const benign_row *row)
{
    mark_set kinds = 0;
    if (row->provider != call->e.provider)
        return 0;
    for (const mark *m = row->marks; m->test != TEST_NONE; m++)
        if (!(kinds & MARK_BIT(mark_kind_of(m->test))) && benign_call_has(c, call, m))
            kinds |= MARK_BIT(mark_kind_of(m->test));
    return kinds;
}

static mark_set marks_of(const benign_case *c, const benign_call *call, const trial *t)
{
    return t->own ? marks_of_own(t->own, &call->e) : marks_of_row(c, call, t->row);
}

/* ---- one explanation ------------------------------------------------------------------------- */

static bool is_full(const trial *t, size_t i)
{
    mark_set kinds = t->kinds[i];
    return count_kinds(kinds) >= KINDS_NEEDED && kinds & MARKS_STRONG &&
           (kinds & t->row->must) == t->row->must;
}

static bool has_full_of(const benign_case *c, const trial *t, uint32_t root, bool must_make)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->calls[i].n->root == root && is_full(t, i) && (c->calls[i].makes || !must_make))
            return true;
    return false;
}

static bool has_any_full(const benign_case *c, const trial *t)
{
    for (size_t i = 0; i < c->n; i++)
        if (is_full(t, i))
            return true;
    return false;
}

static bool is_mine(const benign_case *c, const trial *t, size_t i)
{
    const benign_call *call = &c->calls[i];
    bool is_strong = t->kinds[i] & MARKS_STRONG;
    if (is_full(t, i))
        return true;
    if (call->makes)
        return is_strong && has_full_of(c, t, call->n->root, true);
    return is_strong ? has_any_full(c, t) : has_full_of(c, t, call->n->root, true);
}

/* True when the marks make the row worth trying: one whose tool must be named, only when it is. */
static bool is_hint(const trial *t, mark_set kinds)
{
    mark_set tool = MARK_BIT(MARK_TOOL);
    return t->row->must & tool ? (kinds & tool) != 0 : kinds != 0;
}

/* Finds the marks. Habits are nobody's in particular: they alone do not make a row worth trying. */
static bool find_marks(const benign_case *c, trial *t)
{
    bool has_any = false;
    t->kinds = arena_alloc(c->a, (c->n + 1) * sizeof *t->kinds);
    for (size_t i = 0; t->kinds && i < c->n; i++) {
        t->kinds[i] = marks_of(c, &c->calls[i], t);
        has_any = has_any || is_hint(t, t->kinds[i]);
        if (c->calls[i].is_habit)
            t->kinds[i] |= MARK_BIT(MARK_HABIT);
    }
    return has_any;
}

static void note_best(verdict *v, const trial *t)
{
    for (size_t i = 0; i < v->of.n; i++) {
        bool is_better = count_kinds(t->kinds[i]) > count_kinds(v->best[i]);
        if (is_better && t->veto.n == 0 && t->kinds[i] & MARKS_STRONG)
            v->best[i] = t->kinds[i];
        if (!v->of.calls[i].is_mine || t->veto.n > 0)
            continue;
        v->of.calls[i].is_explained = true;
        if (!v->chosen[i] || fitness(t->kinds[i]) > fitness(v->chosen[i]->kinds[i]))
            v->chosen[i] = t;
    }
}

static void try_one(verdict *v, trial t)
{
    benign_case *c = &v->of;
    if (!find_marks(c, &t))
        return;
    for (size_t i = 0; i < c->n; i++) {
        c->calls[i].is_mine = is_mine(c, &t, i);
        t.n_mine += c->calls[i].is_mine;
    }
    if (t.n_mine > 0)
        t.veto = benign_vetoed(c, t.row->vetoes);
    v->trials[v->n] = t;
    note_best(v, &v->trials[v->n++]);
}

static void try_all(verdict *v, const settings *of)
{
    static const benign_row own = {.id = "OWN",
                                   .must = MARK_BIT(MARK_TRUST),
                                   .vetoes = VETO_BIT(VETO_SHARED) | VETO_BIT(VETO_HAND) |
                                             VETO_BIT(VETO_NEW_IDENTITY)};
    for (size_t i = 0; i < benign_row_count(); i++) {
        const benign_row *row = benign_row_at(i);
        try_one(v, (trial){.row = row, .name = str_of(row->name), .doc = str_of(row->doc)});
    }
    for (size_t i = 0; of && i < of->n_automation; i++) {
        const settings_automation *x = &of->automation[i];
        try_one(v,
                (trial){.row = &own,
                        .own = x,
                        .name = x->name,
                        .doc = x->reason.n ? x->reason : STR("the settings call it automation")});
    }
}

/* ---- in words -------------------------------------------------------------------------------- */

static str own_words(const settings_automation *own, mark_kind k)
{
    switch (k) {
    case MARK_TRUST:
        return STR("called by whom the settings call automation");
    case MARK_SERVICE:
        return STR("called from a network that the settings name");
    case MARK_NAME:
        return own->n_networks > 0
                   ? STR("called by one of that name, but from elsewhere or with another tool")
                   : STR("called by one of that name, but with another tool");
    case MARK_TOOL:
        return STR("says it is a tool that the settings name");
    default:
        return STR_NONE;
    }
}

/* The first mark of that kind which the call carries. */
static str kind_words(const verdict *v, const trial *t, const benign_call *call, mark_kind k)
{
    if (k == MARK_HABIT)
        return STR("its caller does so from there as a rule");
    if (t->own)
        return own_words(t->own, k);
    for (const mark *m = t->row->marks; m->test != TEST_NONE; m++)
        if (mark_kind_of(m->test) == k && benign_call_has(&v->of, call, m))
            return arena_printf(v->of.a, "%s%s", mark_words(m->test), m->text);
    return STR_NONE;
}

static str found_words(const verdict *v, const trial *t, size_t i)
{
    AUTO(buf) out = {0};
    for (int k = 0; k < MARK_KIND_COUNT; k++) {
        if (!(t->kinds[i] & MARK_BIT(k)))
            continue;
        str words = kind_words(v, t, &v->of.calls[i], (mark_kind)k);
        buf_printf(&out, "%s%.*s", out.n ? ", " : "", (int)words.n, words.p);
    }
    return arena_dup_buf(v->of.a, &out);
}

/* "RunInstances by mallory" */
static str call_text(const verdict *v, size_t i)
{
    const entry *n = v->of.calls[i].n;
    str who = n->root ? graph_name(&v->of.s->graph, n->root) : STR("nobody named");
    who = str_upto(who, TEXT_MOST);
    return arena_printf(v->of.a, "%s by %.*s", operation_at(n->operation)->name, (int)who.n, who.p);
}

static const char *lack_of(const trial *t, size_t i)
{
    mark_set kinds = t->kinds[i];
    if (count_kinds(kinds) == 0)
        return "the caller chooses that himself";
    if (!(kinds & MARKS_STRONG))
        return "anyone may choose that";
    if (t->own && !(kinds & MARK_BIT(MARK_TRUST)))
        return "the settings excuse it only from the networks and with the tools they name";
    if ((kinds & t->row->must) != t->row->must)
        return "it is not known for a habit of its caller, and whoever may call that service gets "
               "the rest";
    return "one kind of mark is not enough";
}

/* The call that is nearest to being explained. */
static size_t nearest_call(const verdict *v, const trial *t)
{
    size_t nearest = 0;
    for (size_t i = 1; i < v->of.n; i++)
        if (count_kinds(t->kinds[i]) > count_kinds(t->kinds[nearest]))
            nearest = i;
    return nearest;
}

static size_t first_unexplained(const verdict *v)
{
    size_t i = 0;
    while (i < v->of.n && v->of.calls[i].is_explained)
        i++;
    return i;
}

static str why_text(const verdict *v, const trial *t)
{
    size_t at = nearest_call(v, t), open = first_unexplained(v);
    str found = found_words(v, t, at), call = call_text(v, at);
    arena *a = v->of.a;
    if (t->n_mine == 0)
        return arena_printf(a, "%.*s; but of %.*s is known only: %.*s; %s", (int)t->doc.n, t->doc.p,
                            (int)call.n, call.p, (int)found.n, found.p, lack_of(t, at));
    if (t->veto.n > 0)
        return arena_printf(a, "%.*s; but %.*s", (int)t->doc.n, t->doc.p, (int)t->veto.n,
                            t->veto.p);
    if (open == v->of.n)
        return arena_printf(a, "%.*s; %zu of %zu calls: %.*s", (int)t->doc.n, t->doc.p, t->n_mine,
                            v->of.n, (int)found.n, found.p);
    str other = call_text(v, open);
    return arena_printf(a, "%.*s; but nothing explains %.*s", (int)t->doc.n, t->doc.p, (int)other.n,
                        other.p);
}

/* ---- the result ------------------------------------------------------------------------------ */

static const char *keep(const verdict *v, str text)
{
    str copy = arena_dup(v->a, text);
    return copy.p ? copy.p : "";
}

/* Two rows that explain a call by the same marks say one thing: the one with more of them does. */
static bool is_chosen(const verdict *v, const trial *t)
{
    for (size_t i = 0; i < v->of.n; i++)
        if (v->chosen[i] == t)
            return true;
    return false;
}

static void write_list(const verdict *v, benign_result *ret)
{
    AUTO(buf) names = {0};
    bool is_explained = v->of.n > 0 && first_unexplained(v) == v->of.n;
    for (size_t i = 0; i < v->n; i++) {
        const trial *t = &v->trials[i];
        bool is_fine = is_explained && is_chosen(v, t);
        if (is_explained && !is_fine && t->veto.n == 0) /* it shares marks with what explains */
            continue;
        if (is_fine)
            buf_printf(&names, "%s%.*s", names.n ? " and " : "", (int)t->name.n, t->name.p);
        ret->list[ret->n++] = (spoor_benign){keep(v, t->name), is_fine, keep(v, why_text(v, t))};
    }
    if (names.n == 0 && !names.failed)
        return;
    str all = arena_dup_buf(v->of.a, &names);
    ret->accepted = keep(v, arena_printf(v->of.a, "it has the marks of %.*s", (int)all.n, all.p));
}

static double factor_of(const verdict *v, bool is_explained)
{
    unsigned least = KINDS_CERTAIN;
    for (size_t i = 0; i < v->of.n; i++)
        if (count_kinds(v->best[i]) < least)
            least = count_kinds(v->best[i]);
    if (v->of.n == 0 || least == 0)
        return 1;
    if (!is_explained)
        return 0.5;
    return least >= KINDS_CERTAIN ? 0.05 : 0.2;
}

bool benign_test(const state *s, const story *t, const settings *of, arena *a, benign_result *ret)
{
    AUTO(arena) scratch = {0};
    verdict v = {.a = a};
    size_t most = benign_row_count() + (of ? of->n_automation : 0);
    *ret = (benign_result){.factor = 1};
    if (!benign_case_make(s, t, of, &scratch, &v.of))
        return false;
    v.trials = arena_alloc(&scratch, most * sizeof *v.trials);
    v.best = arena_alloc(&scratch, (v.of.n + 1) * sizeof *v.best);
    v.chosen = arena_alloc(&scratch, (v.of.n + 1) * sizeof *v.chosen);
    if (!v.trials || !v.best || !v.chosen)
        return false;
    try_all(&v, of);
    if (v.n == 0)
        return !scratch.failed;
    ret->list = arena_alloc(a, v.n * sizeof *ret->list);
    if (!ret->list)
        return false;
    write_list(&v, ret);
    ret->factor = factor_of(&v, ret->accepted != NULL);
    return !a->failed && !scratch.failed;
}
