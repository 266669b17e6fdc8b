/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_decide.c -- asks every layer, then brings their answers together.
 */
#include "policy/aws_decide.h"

#include "base/text.h"

static const char *const verdict_texts[] = {
    [AWS_DENIED_IMPLICIT] = "not allowed",
    [AWS_DENIED_EXPLICIT] = "denied",
    [AWS_ALLOWED_IF] = "allowed under a condition",
    [AWS_ALLOWED] = "allowed",
};

static const char *const layer_texts[] = {
    [AWS_LAYER_IDENTITY] = "policy",
    [AWS_LAYER_BOUNDARY] = "permissions boundary",
    [AWS_LAYER_SESSION] = "session policy",
    [AWS_LAYER_RESOURCE] = "policy of the resource",
    [AWS_LAYER_SCP] = "service control policy",
};

const char *aws_verdict_text(aws_verdict v)
{
    return verdict_texts[v];
}

const char *aws_layer_text(uint32_t layer)
{
    return layer_texts[layer < AWS_LAYER_SCP ? layer : AWS_LAYER_SCP];
}

bool aws_layer_policies(const aws_policy_set *set, size_t layer, aws_policy_list *ret)
{
    const aws_policy_list own = {&set->resource, set->resource != NULL};
    const aws_policy_list *list = NULL;
    if (layer == AWS_LAYER_IDENTITY)
        list = &set->identity;
    else if (layer == AWS_LAYER_BOUNDARY)
        list = set->boundary;
    else if (layer == AWS_LAYER_SESSION)
        list = set->session;
    else if (layer >= AWS_LAYER_SCP)
        list = &set->scps[layer - AWS_LAYER_SCP];
    else if (set->resource)
        list = &own;
    if (list)
        *ret = *list;
    return list != NULL;
}

/* ---- layers ---------------------------------------------------------------------------------- */

static void merge_keys(aws_keys *to, const aws_keys *from)
{
    for (size_t i = 0; i < from->n; i++)
        aws_keys_add(to, from->items[i]);
    to->has_more |= from->has_more;
}

/* The first statement with the strongest answer stays. */
static void add_answer(aws_tri *strongest, aws_place *by, aws_tri answer, aws_place place)
{
    if (answer > *strongest || (!by->statement && answer != AWS_NO))
        *by = place;
    *strongest = aws_or(*strongest, answer);
}

static void ask_statement(aws_place place, const aws_question *q, aws_answer *a)
{
    const aws_statement *s = place.statement;
    aws_naming named = AWS_NAMED_DIRECTLY;
    if (place.layer == AWS_LAYER_RESOURCE)
        named = aws_apply_principal(s, q->caller);
    aws_tri answer = named == AWS_NAMED_NOT ? AWS_NO : aws_apply(s, q);
    if (!s->is_allow) {
        add_answer(&a->deny, &a->deny_by, answer, place);
        return;
    }
    add_answer(&a->allow, &a->allow_by, answer, place);
    if (named == AWS_NAMED_DIRECTLY)
        a->allow_direct = aws_or(a->allow_direct, answer);
}

static aws_answer ask_layer(const aws_policy_set *set, size_t layer, const aws_question *q)
{
    aws_answer a = {.allow_by.layer = (uint32_t)layer, .deny_by.layer = (uint32_t)layer};
    aws_policy_list list;
    if (!aws_layer_policies(set, layer, &list)) {
        a.allow = a.allow_direct = AWS_YES;
        return a;
    }
    for (size_t i = 0; i < list.n; i++) {
        for (uint32_t k = 0; k < list.items[i]->n; k++) {
            aws_place place = {(uint32_t)layer, list.items[i], &list.items[i]->statements[k]};
            ask_statement(place, q, &a);
        }
    }
    return a;
}

/* ---- all layers together --------------------------------------------------------------------- */

/* From the top down to the account. */
static aws_tri scps_allow(const aws_answer *answers, size_t n)
{
    aws_tri answer = AWS_YES;
    for (size_t i = AWS_LAYER_SCP; i < n; i++)
        answer = aws_and(answer, answers[i].allow);
    return answer;
}

static aws_tri allows(const aws_policy_set *set, const aws_question *q, const aws_answer *a)
{
    aws_tri within = aws_and(a[AWS_LAYER_BOUNDARY].allow, a[AWS_LAYER_SESSION].allow);
    aws_tri identity = aws_and(a[AWS_LAYER_IDENTITY].allow, within);
    aws_tri scps = scps_allow(a, aws_layer_count(set));
    if (!set->resource)
        return aws_and(identity, scps);
    aws_tri allow = a[AWS_LAYER_RESOURCE].allow, direct = a[AWS_LAYER_RESOURCE].allow_direct;
    if (q->caller->account.n == 0)
        return direct;
    if (!str_eq(q->caller->account, set->resource_account))
        return aws_and(aws_and(identity, scps), allow);
    if (set->resource_must_allow)
        identity = aws_and(identity, allow);
    if (!text_has(q->caller->arn, ":user/"))
        direct = aws_and(direct, within);
    return aws_and(aws_or(identity, direct), scps);
}

static aws_place place_of_deny(const aws_answer *answers, size_t n, aws_tri *ret_deny)
{
    aws_place by = {0};
    aws_tri deny = AWS_NO;
    for (size_t i = 0; i < n; i++)
        add_answer(&deny, &by, answers[i].deny, answers[i].deny_by);
    *ret_deny = deny;
    return by;
}

/* The first layer that does not allow; without one it is the resource's, for naming an account
 * only. */
static uint32_t lacking(const aws_answer *answers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (answers[i].allow == AWS_NO)
            return (uint32_t)i;
    }
    return AWS_LAYER_RESOURCE;
}

static void add_keys(aws_place place, const aws_question *q, aws_keys *keys)
{
    aws_keys met = {0};
    aws_question again = *q;
    again.scene.keys = &met;
    if (place.statement && aws_apply(place.statement, &again) == AWS_PERHAPS)
        merge_keys(keys, &met);
}

static void tell_dependence(const aws_answer *answers, size_t n, const aws_question *q,
                            aws_decision *d)
{
    for (size_t i = 0; i < n; i++) {
        if (answers[i].deny == AWS_PERHAPS) {
            add_keys(answers[i].deny_by, q, &d->keys);
            d->depends = d->depends.statement ? d->depends : answers[i].deny_by;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (answers[i].allow == AWS_PERHAPS) {
            add_keys(answers[i].allow_by, q, &d->keys);
            d->depends = d->depends.statement ? d->depends : answers[i].allow_by;
        }
    }
}

/* Which statement to name for an allow: the identity's, unless the resource says more. */
static aws_place place_of_allow(const aws_policy_set *set, const aws_answer *answers)
{
    const aws_answer *own = &answers[AWS_LAYER_IDENTITY], *other = &answers[AWS_LAYER_RESOURCE];
    bool is_other = set->resource && other->allow_direct > own->allow;
    return is_other ? other->allow_by : own->allow_by;
}

void aws_decide(const aws_policy_set *set, const aws_question *q, aws_answer *answers,
                aws_decision *ret)
{
    size_t n = aws_layer_count(set);
    aws_tri deny;
    for (size_t i = 0; i < n; i++)
        answers[i] = ask_layer(set, i, q);
    aws_tri allow = allows(set, q, answers);
    aws_decision d = {.by = place_of_deny(answers, n, &deny)};
    aws_tri answer = aws_and(allow, aws_not(deny));
    if (deny == AWS_YES) {
        d.verdict = AWS_DENIED_EXPLICIT;
    } else if (answer == AWS_NO) {
        d.verdict = AWS_DENIED_IMPLICIT;
        d.by = (aws_place){.layer = lacking(answers, n)};
    } else {
        d.verdict = answer == AWS_YES ? AWS_ALLOWED : AWS_ALLOWED_IF;
        d.by = place_of_allow(set, answers);
    }
    if (d.verdict == AWS_ALLOWED_IF)
        tell_dependence(answers, n, q, &d);
    *ret = d;
}
