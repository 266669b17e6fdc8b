/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_policy.c -- policies of AWS from arbitrary bytes.
 *
 * The first line is the action, the second the resource or a pattern of resources, each further
 * line a policy: of the identity, its boundary, a level of service control policies, the resource.
 *
 *  (1) Nothing crashes, whatever the bytes, and time stays bounded.
 *  (2) A verdict has what it is made of: an allow that allows, a deny that denies, keys it depends
 *      on.
 *  (3) With a complete context nothing depends on a key that could be known.
 *  (4) Any resource, asked with a pattern that matches just one, is that one.
 *  (5) What bits decide the full evaluation says, too.
 */
#include "policy/aws_powers.h"
#include "policy/aws_trust.h"

#include <assert.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { POLICIES = 4, IDENTITY = 0, BOUNDARY, CONTROL, RESOURCE };

typedef struct input {
    str action, resource;
    const aws_policy *policies[POLICIES];
    aws_policy_list lists[POLICIES];
    aws_policy_set set;
    aws_judge judge;
    aws_caller caller;
} input;

static str take_line(str *rest)
{
    str line = text_before(*rest, '\n');
    *rest = str_from(*rest, line.n + 1);
    return line;
}

static bool read_input(input *x, str text, aws_compiler *c, arena *a)
{
    x->action = take_line(&text);
    x->resource = take_line(&text);
    for (size_t i = 0; i < POLICIES; i++) {
        x->policies[i] = aws_policy_parse(c, a, take_line(&text), STR("fuzz"));
        if (!x->policies[i])
            return false;
        assert((x->policies[i]->n_problems > 0) == (x->policies[i]->problem.n > 0));
        x->lists[i] = (aws_policy_list){&x->policies[i], 1};
    }
    x->caller = (aws_caller){.arn = STR("arn:aws:iam::1:user/eve"), .account = STR("1")};
    x->set = (aws_policy_set){
        .identity = x->lists[IDENTITY],
        .boundary = x->policies[BOUNDARY]->n ? &x->lists[BOUNDARY] : NULL,
        .scps = &x->lists[CONTROL],
        .n_scps = x->policies[CONTROL]->n > 0,
        .resource = x->policies[RESOURCE]->n ? x->policies[RESOURCE] : NULL,
        .resource_account = STR("1"),
    };
    return true;
}

static aws_decision ask(input *x, bool is_any, const aws_context *c)
{
    const aws_request r = {x->action, x->resource, is_any, c, &x->caller};
    aws_decision d = {.verdict = AWS_ALLOWED_IF, .is_cut = true};
    aws_ask(&x->judge, &x->set, &r, &d);
    return d;
}

static void check_decision(const aws_decision *d)
{
    const aws_statement *by = d->by.statement;
    if (d->is_cut)
        return;
    if (d->verdict == AWS_DENIED_IMPLICIT)
        assert(!by);
    else
        assert(by && by->is_allow == (d->verdict != AWS_DENIED_EXPLICIT));
    assert((d->verdict == AWS_ALLOWED_IF) == (d->keys.n > 0));
    assert((d->verdict == AWS_ALLOWED_IF) == (d->depends.statement != NULL));
}

static bool has_unknown_operator(const aws_statement *s)
{
    for (uint32_t i = 0; i < s->n_conditions; i++) {
        if (!s->conditions[i].op)
            return true;
    }
    return false;
}

static void check_complete(input *x)
{
    const aws_context complete = {.is_complete = true};
    aws_decision d = ask(x, false, &complete);
    check_decision(&d);
    assert(d.verdict != AWS_ALLOWED_IF || d.is_cut || has_unknown_operator(d.depends.statement));
}

static void check_any(input *x)
{
    const aws_context nothing = {0};
    aws_decision one = ask(x, false, &nothing), any = ask(x, true, &nothing);
    bool is_pattern = x->resource.n && (memchr(x->resource.p, '*', x->resource.n) ||
                                        memchr(x->resource.p, '?', x->resource.n));
    check_decision(&one);
    check_decision(&any);
    if (!is_pattern && !any.is_cut)
        assert(one.verdict == any.verdict);
}

static void check_bits(input *x, const aws_actions *t, buf *table)
{
    const aws_context nothing = {0};
    aws_powers bits[RESOURCE];
    for (size_t i = 0; i < RESOURCE; i++)
        bits[i] = aws_powers_of(t, x->policies[i], table);
    const aws_power_set set = {
        .identity = bits[IDENTITY],
        .boundary = x->set.boundary ? &bits[BOUNDARY] : NULL,
        .scps = &bits[CONTROL],
        .n_scps = x->set.n_scps,
    };
    aws_power_verdict v = aws_powers_judge(t, &set);
    x->set.resource = NULL;
    x->action = STR("ec2:RunInstances");
    x->resource = STR("arn:*:ec2:*:*:instance/*");
    aws_decision d = ask(x, true, &nothing);
    assert(!(v.allowed & 1) || d.verdict == AWS_ALLOWED);
    assert(!(v.denied & 1) || d.verdict < AWS_ALLOWED_IF || d.is_cut);
}

static void check(input *x)
{
    static const aws_action action = {"ec2:RunInstances", "arn:*:ec2:*:*:instance/*"};
    AUTO(arena) a = {0};
    AUTO(buf) table = {0};
    aws_actions t;
    aws_trust trust;
    check_complete(x);
    check_any(x);
    aws_trust_read(&x->judge, &a, x->policies[RESOURCE], STR("1"), &trust);
    if (!aws_actions_init(&t, &action, 1))
        return;
    check_bits(x, &t, &table);
    aws_actions_done(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    AUTO(arena) a = {0};
    input x = {0};
    aws_compiler *c = aws_compiler_new();
    if (c && read_input(&x, (str){(const char *)bytes, n}, c, &a))
        check(&x);
    aws_judge_done(&x.judge);
    aws_compiler_free(c);
    return 0;
}
