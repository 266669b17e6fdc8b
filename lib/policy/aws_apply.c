/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_apply.c -- a statement against a request: cheap tests first.
 */
#include "policy/aws_apply.h"

bool aws_apply_action(const aws_statement *s, str action)
{
    uint32_t i = 0;
    while (i < s->actions.n && !aws_pattern_matches(&s->actions.items[i], action, false))
        i++;
    return (i < s->actions.n) != s->is_not_action;
}

static aws_tri test_resource(const aws_statement *s, const aws_question *q)
{
    aws_tri answer = AWS_NO;
    if (!s->has_resource)
        return AWS_YES;
    for (uint32_t i = 0; i < s->resources.n && answer != AWS_YES; i++) {
        aws_tri one = aws_pattern_test(&s->resources.items[i], q->resource, false, &q->scene);
        answer = aws_or(answer, one);
    }
    return s->is_not_resource ? aws_not(answer) : answer;
}

aws_tri aws_apply(const aws_statement *s, const aws_question *q)
{
    if (!aws_apply_action(s, q->action))
        return AWS_NO;
    aws_tri answer = test_resource(s, q);
    for (uint32_t i = 0; i < s->n_conditions && answer != AWS_NO; i++)
        answer = aws_and(answer, aws_condition_test(&s->conditions[i], &q->scene));
    return answer;
}

/* ---- principals ------------------------------------------------------------------------------ */

static bool is_one(str text, str wanted)
{
    return wanted.n && str_eq(text, wanted);
}

static aws_naming naming_of(const aws_principal *p, const aws_caller *c)
{
    bool is_direct = false;
    switch (p->kind) {
    case AWS_PRINCIPAL_EVERYBODY:
        return AWS_NAMED_DIRECTLY;
    case AWS_PRINCIPAL_ACCOUNT:
        return is_one(p->text, c->account) ? AWS_NAMED_BY_ACCOUNT : AWS_NAMED_NOT;
    case AWS_PRINCIPAL_ARN:
        is_direct = is_one(p->text, c->arn) || is_one(p->text, c->session_arn);
        break;
    case AWS_PRINCIPAL_UNIQUE:
        is_direct = is_one(p->text, c->unique_id);
        break;
    case AWS_PRINCIPAL_SERVICE:
        is_direct = is_one(p->text, c->service);
        break;
    case AWS_PRINCIPAL_FEDERATED:
        is_direct = is_one(p->text, c->federated);
        break;
    case AWS_PRINCIPAL_CANONICAL:
    case AWS_PRINCIPAL_COUNT:
        is_direct = is_one(p->text, c->canonical);
        break;
    }
    return is_direct ? AWS_NAMED_DIRECTLY : AWS_NAMED_NOT;
}

aws_naming aws_apply_principal(const aws_statement *s, const aws_caller *caller)
{
    aws_naming named = AWS_NAMED_NOT;
    if (!s->has_principal)
        return AWS_NAMED_NOT;
    for (uint32_t i = 0; i < s->n_principals; i++) {
        aws_naming one = naming_of(&s->principals[i], caller);
        named = one > named ? one : named;
    }
    if (!s->is_not_principal)
        return named;
    bool is_account = named == AWS_NAMED_BY_ACCOUNT && caller->arn.n == 0;
    return named == AWS_NAMED_DIRECTLY || is_account ? AWS_NAMED_NOT : AWS_NAMED_DIRECTLY;
}
