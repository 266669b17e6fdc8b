/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_trust.c -- a trust policy is asked on behalf of each principal that it names.
 *
 * Identity policies are left out of it: they are taken to allow everything.
 */
#include "policy/aws_trust.h"

#include "base/text.h"

enum { ABSENT_MAX = 5 };

/* Nobody who lacks these keys is let in: then the policy asks for what they say. */
typedef struct asked {
    aws_asks what;
    const char *absent[ABSENT_MAX];
    const char *is_false; /* the same holds when this key is there and false */
} asked;

/* clang-format off */
static const asked asked_rows[] = {
    {AWS_ASKS_MFA,          {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"}, NULL},
    {AWS_ASKS_MFA,          {"aws:MultiFactorAuthAge"}, "aws:MultiFactorAuthPresent"},
    {AWS_ASKS_EXTERNAL_ID,  {"sts:ExternalId"}, NULL},
    {AWS_ASKS_ORGANIZATION, {"aws:PrincipalOrgID", "aws:PrincipalOrgPaths"}, NULL},
    {AWS_ASKS_SOURCE,       {"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID",
                             "aws:SourceOrgPaths"}, NULL},
    {AWS_ASKS_ADDRESS,      {"aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpc",
                             "aws:SourceVpce"}, NULL},
};

static const char *const assume_actions[] = {
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity",
};
/* clang-format on */

/* ---- asking ---------------------------------------------------------------------------------- */

static const aws_pattern anything = {STR_INIT("*"), false, true, true};
static const aws_statement allow_all = {
    .is_allow = true, .has_resource = true, .actions = {&anything, 1}, .resources = {&anything, 1}};
static const aws_policy allow_all_policy = {.statements = &allow_all, .n = 1};

typedef struct asking {
    aws_judge *judge;
    const aws_policy *policy;
    str own_account;
    const char *action;
    aws_caller caller;
    bool has_failed;
} asking;

static aws_verdict ask(asking *x, const aws_context_entry *entries, size_t n)
{
    const aws_policy *identity = &allow_all_policy;
    const aws_context context = {entries, n, false};
    const aws_policy_set set = {
        .identity = {&identity, 1},
        .resource = x->policy,
        .resource_account = x->own_account,
        .resource_must_allow = true,
    };
    const aws_request request = {
        .action = str_of(x->action),
        .resource = STR("*"),
        .context = &context,
        .caller = &x->caller,
    };
    aws_decision d = {.verdict = AWS_DENIED_IMPLICIT};
    x->has_failed |= !aws_ask(x->judge, &set, &request, &d);
    return d.verdict;
}

static bool lets_in_without(asking *x, const asked *row)
{
    const str no = STR("false");
    aws_context_entry entries[ABSENT_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < ABSENT_MAX && row->absent[i]; i++)
        entries[n++] = (aws_context_entry){.key = str_of(row->absent[i])};
    if (row->is_false)
        entries[n++] = (aws_context_entry){str_of(row->is_false), &no, 1};
    return ask(x, entries, n) >= AWS_ALLOWED_IF;
}

/* The key that names who of an identity provider it is: "token.actions.…com:sub". */
static bool lets_in_any_subject(asking *x)
{
    AUTO(buf) key = {0};
    str provider = text_after(x->caller.federated, '/');
    bool is_saml = text_has(x->caller.federated, ":saml-provider/");
    buf_putstr(&key, is_saml ? STR("saml") : provider.n ? provider : x->caller.federated);
    buf_puts(&key, ":sub");
    x->has_failed |= key.failed;
    const aws_context_entry entry = {.key = buf_str(&key)};
    return ask(x, &entry, 1) >= AWS_ALLOWED_IF;
}

static uint32_t asks_of(asking *x)
{
    uint32_t asks = 0, lets_in = 0;
    for (size_t i = 0; i < ARRAY_LEN(asked_rows); i++) {
        asks |= asked_rows[i].what;
        lets_in |= lets_in_without(x, &asked_rows[i]) ? asked_rows[i].what : 0;
    }
    if (x->caller.federated.n && !lets_in_any_subject(x))
        asks |= AWS_ASKS_SUBJECT;
    return asks & ~lets_in;
}

/* ---- who ------------------------------------------------------------------------------------- */

/* The account in an ARN. */
static str account_in(str arn)
{
    str rest = arn;
    for (int i = 0; i < 4; i++)
        rest = text_after(rest, ':');
    return text_starts(arn, "arn:") ? text_before(rest, ':') : STR_NONE;
}

static aws_caller caller_of(const aws_principal *p)
{
    switch (p->kind) {
    case AWS_PRINCIPAL_ACCOUNT:
        return (aws_caller){.account = p->text};
    case AWS_PRINCIPAL_ARN:
        return (aws_caller){.arn = p->text, .account = account_in(p->text)};
    case AWS_PRINCIPAL_UNIQUE:
        return (aws_caller){.unique_id = p->text};
    case AWS_PRINCIPAL_SERVICE:
        return (aws_caller){.service = p->text};
    case AWS_PRINCIPAL_FEDERATED:
        return (aws_caller){.federated = p->text};
    case AWS_PRINCIPAL_CANONICAL:
        return (aws_caller){.canonical = p->text};
    case AWS_PRINCIPAL_EVERYBODY:
    case AWS_PRINCIPAL_COUNT:
        break;
    }
    return (aws_caller){0}; /* somebody of whom nothing is known */
}

static const char *assume_action(const aws_statement *s)
{
    for (size_t i = 0; i < ARRAY_LEN(assume_actions); i++) {
        if (aws_apply_action(s, str_of(assume_actions[i])))
            return assume_actions[i];
    }
    return NULL;
}

static str account_of(const aws_principal *p)
{
    return p->kind == AWS_PRINCIPAL_ACCOUNT ? p->text : account_in(p->text);
}

static bool is_external(const aws_trusted *t, str own_account)
{
    if (t->who.kind == AWS_PRINCIPAL_SERVICE && !t->is_all_but)
        return false;
    if (t->is_all_but || t->account.n == 0)
        return true;
    return own_account.n && !str_eq(t->account, own_account);
}

/* False: not let in, or no memory. */
static bool read_one(asking *x, const aws_statement *s, const aws_principal *p, aws_trusted *ret)
{
    x->caller = s->is_not_principal ? (aws_caller){0} : caller_of(p);
    aws_verdict verdict = ask(x, NULL, 0);
    if (verdict < AWS_ALLOWED_IF)
        return false;
    *ret = (aws_trusted){
        .who = *p,
        .is_all_but = s->is_not_principal,
        .account = account_of(p),
        .is_conditional = verdict == AWS_ALLOWED_IF,
        .statement = s,
    };
    ret->is_external = is_external(ret, x->own_account);
    ret->asks = ret->is_conditional ? asks_of(x) : 0;
    return true;
}

static size_t count_principals(const aws_policy *p)
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->n; i++)
        n += p->statements[i].n_principals;
    return n;
}

bool aws_trust_read(aws_judge *j, arena *a, const aws_policy *p, str own_account, aws_trust *ret)
{
    asking x = {.judge = j, .policy = p, .own_account = own_account};
    aws_trusted *items = arena_alloc(a, count_principals(p) * sizeof *items);
    size_t n = 0;
    if (!items)
        return false;
    for (uint32_t i = 0; i < p->n; i++) {
        const aws_statement *s = &p->statements[i];
        x.action = assume_action(s);
        for (uint32_t k = 0; s->is_allow && x.action && k < s->n_principals; k++)
            n += read_one(&x, s, &s->principals[k], &items[n]);
    }
    *ret = (aws_trust){items, n};
    return !x.has_failed;
}
