/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_ask.c -- one resource is decided; any resource is searched for.
 *
 * The search narrows a pattern of resources, depth first. What stands in the way of a sample says
 * how: a layer that does not allow it names the resources that it does allow, a deny those that it
 * excepts. A deny of just these resources ends it.
 */
#include "policy/aws_ask.h"

#include <assert.h>

#include "base/text.h"

typedef struct search {
    aws_judge *judge;
    const aws_policy_set *set;
    const aws_question *question;
    aws_decision best;
    bool has_best;
    unsigned n_tries;
    size_t n_steps;
    bool is_cut;
} search;

/* The resources being looked at, and what the policies say of them. */
typedef struct state {
    aws_pattern reach;
    aws_question question;
    aws_answer *answers;
    unsigned depth;
} state;

static bool is_over(const search *s)
{
    return s->best.verdict == AWS_ALLOWED || s->is_cut || s->judge->a.failed;
}

/* Of what is not allowed, the resources that came through most layers tell most. */
static bool is_better(const aws_decision *d, const aws_decision *than)
{
    if (d->verdict != than->verdict)
        return d->verdict > than->verdict;
    return d->verdict == AWS_DENIED_IMPLICIT && d->by.layer > than->by.layer;
}

static void keep_best(search *s, const aws_decision *d, const aws_pattern *reach)
{
    if (s->has_best && !is_better(d, &s->best))
        return;
    buf *shown = &s->judge->scratch;
    s->best = *d;
    s->has_best = true;
    shown->n = 0; /* a failure stays */
    aws_pattern_show(reach, shown);
    s->best.resource = arena_dup_buf(&s->judge->a, shown);
}

static void look(search *s, const aws_pattern *reach, unsigned depth);

/* Tries what the resources have in common with one pattern of a policy, unless it covers them all.
 * */
static void narrow(search *s, const state *now, const aws_pattern *pattern)
{
    AUTO(buf) text = {0};
    aws_pattern plain, met;
    aws_scene quiet = {now->question.scene.context, &text, NULL};
    aws_tri has_value = aws_pattern_expand(pattern, &quiet, &text, &plain);
    s->judge->a.failed |= text.failed;
    if (has_value == AWS_NO || aws_pattern_matches(&plain, now->question.resource, false))
        return;
    s->n_steps += now->reach.text.n * plain.text.n;
    if (s->n_steps > LIMIT_POLICY_SEARCH) {
        s->is_cut = true;
        return;
    }
    aws_tri meets = aws_pattern_meet(&s->judge->a, &s->judge->table, &now->reach, &plain, &met);
    if (meets == AWS_YES)
        look(s, &met, now->depth + 1);
    s->is_cut |= meets == AWS_PERHAPS;
}

static void narrow_to(search *s, const state *now, const aws_statement *st)
{
    for (uint32_t i = 0; i < st->resources.n && !is_over(s); i++)
        narrow(s, now, &st->resources.items[i]);
}

/* Statements of a layer that could allow less of the resources, or deny all but some of them. */
static void narrow_by_layer(search *s, const state *now, size_t layer, bool is_allow)
{
    aws_policy_list list;
    if (!aws_layer_policies(s->set, layer, &list))
        return;
    for (size_t i = 0; i < list.n; i++) {
        for (uint32_t k = 0; k < list.items[i]->n && !is_over(s); k++) {
            const aws_statement *st = &list.items[i]->statements[k];
            bool is_way = st->is_allow == is_allow && st->is_not_resource != is_allow;
            if (is_way && aws_apply_action(st, now->question.action))
                narrow_to(s, now, st);
        }
    }
}

static void narrow_by_denies(search *s, const state *now)
{
    for (size_t i = 0; i < aws_layer_count(s->set) && !is_over(s); i++) {
        if (now->answers[i].deny != AWS_NO)
            narrow_by_layer(s, now, i, false);
    }
}

/* Layers that do not allow must be satisfied one after another, so the first is enough; only a
 * resource's policy may stand in for another one. */
static bool narrow_by_lack(search *s, const state *now, aws_tri lack)
{
    bool is_lacking = false;
    for (size_t i = 0; i < aws_layer_count(s->set) && !is_over(s); i++) {
        if (now->answers[i].allow != lack)
            continue;
        is_lacking = true;
        narrow_by_layer(s, now, i, true);
        if (!s->set->resource && lack == AWS_NO)
            break;
    }
    return is_lacking;
}

static void look(search *s, const aws_pattern *reach, unsigned depth)
{
    state now = {.reach = *reach, .question = *s->question, .depth = depth};
    aws_decision d;
    if (++s->n_tries > LIMIT_POLICY_TRIES || depth > LIMIT_POLICY_NARROWINGS) {
        s->is_cut = true;
        return;
    }
    now.question.resource = aws_pattern_sample(&s->judge->a, reach);
    now.answers = arena_alloc(&s->judge->a, aws_layer_count(s->set) * sizeof *now.answers);
    if (s->judge->a.failed)
        return;
    aws_decide(s->set, &now.question, now.answers, &d);
    keep_best(s, &d, reach);
    if (d.verdict == AWS_ALLOWED)
        return;
    narrow_by_denies(s, &now);
    if (!is_over(s) && d.verdict != AWS_DENIED_EXPLICIT && !narrow_by_lack(s, &now, AWS_NO))
        narrow_by_lack(s, &now, AWS_PERHAPS);
}

static void ask_any(aws_judge *j, const aws_policy_set *set, const aws_question *q,
                    aws_decision *ret)
{
    search s = {.judge = j, .set = set, .question = q};
    aws_pattern reach;
    if (!aws_pattern_compile(&j->a, q->resource, AWS_PATTERN_REACH, false, &reach)) {
        *ret = (aws_decision){.verdict = AWS_ALLOWED_IF, .is_cut = true};
        return;
    }
    look(&s, &reach, 0);
    s.best.is_cut = s.is_cut && s.best.verdict < AWS_ALLOWED_IF;
    if (s.best.is_cut)
        s.best.verdict = AWS_ALLOWED_IF;
    *ret = s.best;
}

static void ask_one(aws_judge *j, const aws_policy_set *set, const aws_question *q,
                    aws_decision *ret)
{
    aws_answer *answers = arena_alloc(&j->a, aws_layer_count(set) * sizeof *answers);
    if (answers)
        aws_decide(set, q, answers, ret);
}

void aws_judge_done(aws_judge *j)
{
    arena_done(&j->a);
    buf_done(&j->action);
    buf_done(&j->scratch);
    buf_done(&j->table);
}

static void put_lower(buf *out, str s)
{
    buf_reset(out);
    for (size_t i = 0; i < s.n; i++)
        buf_putc(out, text_lower(s.p[i]));
}

bool aws_ask(aws_judge *j, const aws_policy_set *set, const aws_request *r, aws_decision *ret)
{
    static const aws_caller nobody;
    assert(r->caller || !set->resource);
    aws_decision d = {0};
    arena_reset(&j->a);
    buf_reset(&j->scratch);
    buf_reset(&j->table);
    put_lower(&j->action, r->action);
    const aws_question q = {
        .action = buf_str(&j->action),
        .resource = r->resource,
        .caller = r->caller ? r->caller : &nobody,
        .scene = {r->context, &j->scratch, NULL},
    };
    (r->is_any ? ask_any : ask_one)(j, set, &q, &d);
    if (j->a.failed || j->action.failed || j->scratch.failed || j->table.failed)
        return false;
    *ret = d;
    return true;
}
