/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_who.c -- what conditions and variables of policies may know of a principal.
 */
#include "access/aws_who.h"

#include "base/text.h"

void aws_who_done(aws_who *w)
{
    arena_done(&w->keys);
}

void aws_who_add(aws_who *w, str key, str value)
{
    size_t i = w->context.n;
    if (i == AWS_WHO_MAX)
        return;
    w->values[i] = value;
    w->entries[i] = (aws_context_entry){key, &w->values[i], value.n > 0};
    w->context.n++;
}

static void add_tags(aws_who *w, const facts *f, const fact *x)
{
    fact_iter it = facts_iter(f, x, ATTR_TAG);
    while (facts_next(&it)) {
        str name = text_before(it.value.text, '=');
        const str key[] = {STR("aws:PrincipalTag/"), name};
        str joined = arena_join(&w->keys, key, ARRAY_LEN(key));
        aws_who_add(w, joined, str_from(it.value.text, name.n + 1));
    }
}

void aws_who_know(aws_who *w, const facts *f, const fact *x, bool is_self)
{
    w->context = (aws_context){.entries = w->entries};
    aws_who_add(w, STR("aws:PrincipalAccount"), facts_account(f, x));
    aws_who_add(w, STR("aws:PrincipalIsAWSService"), STR("false"));
    if (x->kind == FACT_GROUP)
        return;
    if (is_self)
        aws_who_add(w, STR("aws:PrincipalArn"), facts_id(f, x));
    bool has_name = x->kind == FACT_USER && is_self;
    aws_who_add(w, STR("aws:username"), has_name ? facts_name(f, x) : STR_NONE);
    add_tags(w, f, x);
}
