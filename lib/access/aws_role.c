/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_role.c -- whom a role trusts, as facts.
 *
 *  (1) Identity providers that many share name, beside the subject, another key by which their
 *      tokens are bound to one customer. A subject pattern that lets in a subject of somebody else
 *      demands nothing.
 */
#include "access/aws_role.h"

#include "policy/aws_trust.h"
#include "fact/aws_words.h"
#include "base/text.h"

static const char *const kind_words[] = {
    [AWS_PRINCIPAL_EVERYBODY] = "everybody", [AWS_PRINCIPAL_ACCOUNT] = "account",
    [AWS_PRINCIPAL_ARN] = "principal",       [AWS_PRINCIPAL_UNIQUE] = "deleted",
    [AWS_PRINCIPAL_SERVICE] = "service",     [AWS_PRINCIPAL_FEDERATED] = "federated",
    [AWS_PRINCIPAL_CANONICAL] = "canonical",
};

_Static_assert(ARRAY_LEN(kind_words) == AWS_PRINCIPAL_COUNT, "a word for each kind");

typedef struct reader {
    reading *r;
    uint32_t role;
    str arn, account;
    aws_compiler *compiler;
    aws_judge judge;
    arena a;
    buf words;
} reader;

/* ---- subjects of others ---------------------------------------------------------------------- */

/* Subjects as tokens of strangers have them, for providers whose issuer everybody shares. */
static const char *const strangers[] = {
    "repo:stranger/anything:ref:refs/heads/main",
    "project_path:stranger/anything:ref_type:branch:ref:main",
    "organization:stranger:project:anything:workspace:anything:run_phase:apply",
    "system:serviceaccount:stranger:anything",
    "stranger",
};

/* True when a condition of the statement on `key` holds for none of the strangers. */
static bool keeps_out(reader *x, const aws_statement *s, str key)
{
    for (uint32_t i = 0; i < s->n_conditions; i++) {
        if (!text_eq_nocase(s->conditions[i].key, key))
            continue;
        bool lets_in = false;
        for (size_t k = 0; k < ARRAY_LEN(strangers) && !lets_in; k++) {
            const str value = str_of(strangers[k]);
            const aws_context_entry entry = {key, &value, 1};
            const aws_context context = {&entry, 1, false};
            const aws_scene scene = {&context, &x->words, NULL};
            lets_in = aws_condition_test(&s->conditions[i], &scene) != AWS_NO;
        }
        if (!lets_in)
            return true;
    }
    return false;
}

/* What binds a token to one customer, behind the provider's name. */
static const char *const binding_keys[] = {
    ":sub", ":aud", ":app_id", ":repository", ":repository_owner", ":job_workflow_ref"};

/* The audience says nothing where all who use the provider with AWS share it. */
static bool is_shared_audience(str host)
{
    return text_has(host, "token.actions.githubusercontent.com") || text_has(host, "gitlab.com") ||
           text_has(host, "oidc.eks.") || text_has(host, "app.terraform.io");
}

static bool demands_subject(reader *x, const aws_trusted *t)
{
    bool is_saml = text_has(t->who.text, ":saml-provider/");
    str behind = text_after(t->who.text, '/');
    str host = behind.n > 0 ? behind : t->who.text;
    if (is_saml)
        return true; /* its users are those of the one directory that it was made for */
    for (size_t i = 0; i < ARRAY_LEN(binding_keys); i++) {
        const str key[] = {host, str_of(binding_keys[i])};
        bool is_shared = strcmp(binding_keys[i], ":aud") == 0 && is_shared_audience(host);
        if (!is_shared && keeps_out(x, t->statement, arena_join(&x->a, key, ARRAY_LEN(key))))
            return true;
    }
    return false;
}

/* ---- facts ----------------------------------------------------------------------------------- */

static str shown(const aws_trusted *t)
{
    return t->who.kind == AWS_PRINCIPAL_EVERYBODY || t->is_all_but ? STR("*") : t->who.text;
}

static void add_trusted(reader *x, const aws_trusted *t)
{
    facts *f = x->r->facts;
    str who = shown(t);
    buf_reset(&x->words);
    buf_putstr(&x->words, x->arn);
    buf_puts(&x->words, " trusts ");
    buf_putstr(&x->words, who);
    str id = arena_dup_buf(&x->a, &x->words);
    uint32_t at = facts_add(f, FACT_GRANT, PROVIDER_AWS, id, x->r->input);
    facts_put_text(f, x->role, ATTR_TRUST, id);
    if (at == FACT_NONE)
        return;
    facts_set_account(f, at, x->account);
    facts_set_name(f, at, aws_arn_name(x->arn));
    facts_put_text(f, at, ATTR_GRANTED, x->arn);
    facts_put_text(f, at, ATTR_HOLDER, who);
    aws_principal_kind kind = t->is_all_but ? AWS_PRINCIPAL_EVERYBODY : t->who.kind;
    facts_put_text(f, at, ATTR_PRINCIPAL_KIND, str_of(kind_words[kind]));
    facts_put_flag(f, at, ATTR_IS_OUTSIDE, t->is_external);
    facts_put_flag(f, at, ATTR_DEMANDS_MFA, t->asks & AWS_ASKS_MFA);
    facts_put_flag(f, at, ATTR_DEMANDS_EXTERNAL_ID, t->asks & AWS_ASKS_EXTERNAL_ID);
    facts_put_flag(f, at, ATTR_DEMANDS_ORIGIN,
                   t->asks & (AWS_ASKS_ORGANIZATION | AWS_ASKS_SOURCE | AWS_ASKS_ADDRESS));
    if (kind == AWS_PRINCIPAL_FEDERATED)
        facts_put_flag(f, at, ATTR_DEMANDS_SUBJECT, demands_subject(x, t));
}

static void read_document(reader *x, str document)
{
    aws_trust trust = {0};
    const aws_policy *p = aws_policy_parse(x->compiler, &x->a, document, STR("trust"));
    bool is_ok = p && aws_trust_read(&x->judge, &x->a, p, x->account, &trust);
    for (size_t i = 0; i < trust.n && is_ok; i++)
        add_trusted(x, &trust.items[i]);
    x->r->failed = x->r->failed || !is_ok || x->a.failed || x->words.failed;
    if (!is_ok)
        return;
    if (p->n_problems == 0)
        facts_put_flag(x->r->facts, x->role, ATTR_TRUST_READ, true);
    else
        reading_wrong(x->r, "trust policy of %.*s: %.*s", (int)str_upto(x->arn, 100).n, x->arn.p,
                      (int)p->problem.n, p->problem.p);
}

static void done(reader *x)
{
    aws_compiler_free(x->compiler);
    aws_judge_done(&x->judge);
    arena_done(&x->a);
    buf_done(&x->words);
}

static void read_trust(reading *r, uint32_t role)
{
    const fact *x = facts_at(r->facts, role);
    str document = facts_get_text(r->facts, x, ATTR_TRUST_DOCUMENT);
    if (document.n == 0)
        return;
    CLEANUP(done)
    reader self = {
        .r = r, .role = role, .arn = facts_id(r->facts, x), .account = facts_account(r->facts, x)};
    self.compiler = aws_compiler_new();
    r->input = x->input;
    if (self.compiler)
        read_document(&self, document);
    else
        r->failed = true;
}

void aws_role_read_trusts(reading *r)
{
    size_t n = r->facts->n; /* without those that are added */
    for (uint32_t at = 0; at < n; at++) {
        const fact *x = facts_at(r->facts, at);
        if (x->kind == FACT_ROLE && x->provider == PROVIDER_AWS && !x->is_merged)
            read_trust(r, at);
    }
}
