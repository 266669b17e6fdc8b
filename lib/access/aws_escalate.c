/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_escalate.c -- who may make himself stronger, and how.
 */
#include "access/aws_escalate.h"

#include <stdlib.h>

#include "access/aws_who.h"
#include "fact/aws_words.h"
#include "base/array.h"
#include "base/text.h"

enum { WAYS_TOLD = 8 };

typedef enum target {
    TARGET_SELF,
    TARGET_BOUNDED_SELF, /* itself, where a boundary bounds it */
    TARGET_OWN_GROUP,
    TARGET_OWN_POLICY,
    TARGET_STRONG,
} target;

typedef struct way {
    aws_action_id action;
    target target;
    fact_kind kind; /* of what it is used on */
    const char *doc;
} way;

/* clang-format off */
static const way way_rows[] = {
    {AWS_iam_AttachUserPolicy,        TARGET_SELF,         FACT_USER,   "attaches AdministratorAccess to itself"},
    {AWS_iam_PutUserPolicy,           TARGET_SELF,         FACT_USER,   "writes itself a policy"},
    {AWS_iam_AttachRolePolicy,        TARGET_SELF,         FACT_ROLE,   "attaches AdministratorAccess to itself"},
    {AWS_iam_PutRolePolicy,           TARGET_SELF,         FACT_ROLE,   "writes itself a policy"},
    {AWS_iam_DeleteUserBoundary,      TARGET_BOUNDED_SELF, FACT_USER,   "takes off what bounds it"},
    {AWS_iam_DeleteRoleBoundary,      TARGET_BOUNDED_SELF, FACT_ROLE,   "takes off what bounds it"},
    {AWS_iam_AttachGroupPolicy,       TARGET_OWN_GROUP,    FACT_GROUP,  "attaches AdministratorAccess to its group"},
    {AWS_iam_PutGroupPolicy,          TARGET_OWN_GROUP,    FACT_GROUP,  "writes its group a policy"},
    {AWS_iam_CreatePolicyVersion,     TARGET_OWN_POLICY,   FACT_POLICY, "rewrites a policy that it has"},
    {AWS_iam_SetDefaultPolicyVersion, TARGET_OWN_POLICY,   FACT_POLICY, "goes back to an older, wider version"},
    {AWS_iam_AddUserToGroup,          TARGET_STRONG,       FACT_GROUP,  "joins a group of administrators"},
    {AWS_iam_CreateAccessKey,         TARGET_STRONG,       FACT_USER,   "makes a key of an administrator"},
    {AWS_iam_CreateLoginProfile,      TARGET_STRONG,       FACT_USER,   "gives an administrator a password that it knows"},
    {AWS_iam_UpdateLoginProfile,      TARGET_STRONG,       FACT_USER,   "changes an administrator's password"},
    {AWS_iam_UpdateAssumeRolePolicy,  TARGET_STRONG,       FACT_ROLE,   "makes a strong role trust it"},
};

/* Services that run what one gives them, as a role that trusts them. */
static const struct {
    const char *service;
    uint64_t needs;
    const char *words;
} service_rows[] = {
    {"ec2.amazonaws.com",            AWS_BIT(ec2_RunInstances),          "ec2:RunInstances"},
    {"lambda.amazonaws.com",         AWS_BIT(lambda_CreateFunction) | AWS_BIT(lambda_InvokeFunction), "lambda:CreateFunction, lambda:InvokeFunction"},
    {"cloudformation.amazonaws.com", AWS_BIT(cloudformation_CreateStack), "cloudformation:CreateStack"},
    {"ecs-tasks.amazonaws.com",      AWS_BIT(ecs_RegisterTaskDefinition) | AWS_BIT(ecs_RunTask), "ecs:RegisterTaskDefinition, ecs:RunTask"},
    {"glue.amazonaws.com",           AWS_BIT(glue_CreateJob) | AWS_BIT(glue_StartJobRun), "glue:CreateJob, glue:StartJobRun"},
    {"sagemaker.amazonaws.com",      AWS_BIT(sagemaker_CreateNotebook),  "sagemaker:CreateNotebookInstance"},
    {"codebuild.amazonaws.com",      AWS_BIT(codebuild_CreateProject) | AWS_BIT(codebuild_StartBuild), "codebuild:CreateProject, codebuild:StartBuild"},
};
/* clang-format on */

typedef struct strong {
    uint32_t fact;
    uint32_t services; /* bits: rows of service_rows that a role trusts */
} strong;

/* Strong ones of one kind and account stand side by side. */
typedef struct span {
    bool is_set;
    uint32_t account;
    size_t from, to;
} span;

typedef struct climber {
    aws_book *book;
    const aws_reach *reach;
    strong *strong; /* by fact */
    size_t n_strong, cap_strong;
    span spans[FACT_KIND_COUNT];
    /* of the principal in hand */
    const aws_holding *h;
    const fact *who;
    uint64_t allowed, sure; /* what it may do perhaps, and for certain */
    aws_who known;
    unsigned n_told;
    buf words;
    bool failed;
} climber;

/* ---- the strong ------------------------------------------------------------------------------ */

static bool is_strong(const aws_reach *r)
{
    return r->is_admin || (r->allowed & AWS_GROWTH_BITS) == AWS_GROWTH_BITS;
}

static uint32_t trusted_services(const facts *f, const fact *role)
{
    uint32_t found = 0;
    for (size_t i = 0; i < ARRAY_LEN(service_rows); i++) {
        fact_iter it = facts_iter(f, role, ATTR_TRUST);
        while (facts_next(&it))
            if (text_ends(it.value.text, service_rows[i].service))
                found |= UINT32_C(1) << i;
    }
    return found;
}

static void gather_strong(climber *c, fact_kind kind)
{
    uint32_t from, to;
    facts_range(c->book->facts, kind, &from, &to);
    for (uint32_t at = from; at < to && !c->failed; at++) {
        if (!is_strong(&c->reach[at]))
            continue;
        strong *all = array_room(c->strong, c->n_strong, &c->cap_strong, 16, sizeof *all);
        c->failed = !all;
        if (!all)
            return;
        c->strong = all;
        const fact *x = facts_at(c->book->facts, at);
        uint32_t services = kind == FACT_ROLE ? trusted_services(c->book->facts, x) : 0;
        all[c->n_strong++] = (strong){at, services};
    }
}

/* ---- trying ---------------------------------------------------------------------------------- */

static bool may(climber *c, aws_action_id action, str resource)
{
    aws_decision d;
    if (c->failed || !(c->allowed & UINT64_C(1) << action))
        return false;
    c->failed = !aws_book_ask(c->book, c->h, action, resource, &c->known.context, &d);
    return !c->failed && d.verdict == AWS_ALLOWED;
}

static void tell(climber *c, const char *what, const char *on, str whom)
{
    buf_reset(&c->words);
    buf_puts(&c->words, what);
    buf_puts(&c->words, on);
    buf_putstr(&c->words, whom);
    c->failed = c->failed || c->words.failed;
    facts_put_text(c->book->facts, c->h->principal, ATTR_ESCALATION, buf_str(&c->words));
    c->n_told++;
}

static const char *action_text(aws_action_id id)
{
    return aws_action_rows[id].action;
}

static void try_self(climber *c, const way *w)
{
    bool is_meant = c->who->kind == w->kind && (w->target == TARGET_SELF || c->h->has_boundary);
    if (is_meant && may(c, w->action, facts_id(c->book->facts, c->who)))
        tell(c, action_text(w->action), " on itself", STR_NONE);
}

static void try_groups(climber *c, const way *w)
{
    const facts *f = c->book->facts;
    fact_iter it = facts_iter(f, c->who, ATTR_GROUP_NAME);
    while (c->n_told < WAYS_TOLD && facts_next(&it)) {
        uint32_t at = aws_book_group(c->book, c->who->account, it.value.text);
        if (at != FACT_NONE && may(c, w->action, facts_id(f, facts_at(f, at))))
            tell(c, action_text(w->action), " on its group ", it.value.text);
    }
}

/* Managed policies that bear on it, but for those of AWS, which nobody changes. */
static void try_policies(climber *c, const way *w)
{
    const facts *f = c->book->facts;
    for (size_t i = 0; i < c->h->n && c->n_told < WAYS_TOLD; i++) {
        const aws_sheet *sheet = c->h->items[i].sheet;
        if (sheet->fact == FACT_NONE || sheet->is_inline)
            continue;
        const fact *x = facts_at(f, sheet->fact);
        bool is_builtin = facts_is(f, x, ATTR_IS_BUILTIN);
        if (!is_builtin && may(c, w->action, facts_id(f, x)))
            tell(c, action_text(w->action), " on its policy ", facts_name(f, x));
    }
}

/* Where the strong ones of a kind stand in the account of the principal in hand. */
static const span *find_span(climber *c, fact_kind kind)
{
    span *s = &c->spans[kind];
    if (s->is_set && s->account == c->who->account)
        return s;
    *s = (span){.is_set = true, .account = c->who->account};
    for (size_t i = 0; i < c->n_strong; i++) {
        const fact *x = facts_at(c->book->facts, c->strong[i].fact);
        if (x->kind != kind || x->account != c->who->account)
            continue;
        s->from = s->to ? s->from : i;
        s->to = i + 1;
    }
    return s;
}

/* The next strong one, from *at on; *at begins as 0. */
static const strong *next_strong(climber *c, fact_kind kind, size_t *at)
{
    const span *where = find_span(c, kind);
    size_t i = *at > where->from ? *at : where->from;
    if (i < where->to && c->strong[i].fact == c->h->principal)
        i++;
    if (i >= where->to)
        return NULL;
    if (c->book->strong_left == 0) {
        facts_put_flag(c->book->facts, c->h->principal, ATTR_ESCALATION_CUT, true);
        return NULL;
    }
    c->book->strong_left--;
    *at = i + 1;
    return &c->strong[i];
}

static void try_strong(climber *c, const way *w)
{
    const facts *f = c->book->facts;
    size_t at = 0;
    const strong *s;
    while (c->n_told < WAYS_TOLD && (s = next_strong(c, w->kind, &at))) {
        const fact *x = facts_at(f, s->fact);
        if (!may(c, w->action, facts_id(f, x)))
            continue;
        buf on = {0};
        buf_printf(&on, " on %s ", fact_kind_text(w->kind));
        buf_putc(&on, '\0');
        c->failed = c->failed || on.failed;
        if (!on.failed)
            tell(c, action_text(w->action), on.p, facts_name(f, x));
        buf_done(&on);
        return;
    }
}

static void try_way(climber *c, const way *w)
{
    if (!(c->allowed & UINT64_C(1) << w->action) || c->n_told >= WAYS_TOLD)
        return;
    switch (w->target) {
    case TARGET_SELF:
    case TARGET_BOUNDED_SELF:
        try_self(c, w);
        break;
    case TARGET_OWN_GROUP:
        try_groups(c, w);
        break;
    case TARGET_OWN_POLICY:
        try_policies(c, w);
        break;
    case TARGET_STRONG:
        try_strong(c, w);
        break;
    }
}

/* A strong role is handed to a service, which then does what one wants. */
static void try_service(climber *c, size_t row)
{
    const facts *f = c->book->facts;
    uint64_t needs = service_rows[row].needs;
    size_t at = 0, n = c->known.context.n;
    const strong *s;
    if ((c->sure & needs) != needs || c->n_told >= WAYS_TOLD)
        return;
    aws_who_add(&c->known, STR("iam:PassedToService"), str_of(service_rows[row].service));
    while ((s = next_strong(c, FACT_ROLE, &at))) {
        const fact *x = facts_at(f, s->fact);
        bool is_trusting = s->services >> row & 1;
        if (!is_trusting || !may(c, AWS_iam_PassRole, facts_id(f, x)))
            continue;
        tell(c, service_rows[row].words, " with iam:PassRole of role ", facts_name(f, x));
        break;
    }
    c->known.context.n = n;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Without one of these there is no way. */
static uint64_t trigger_bits(void)
{
    uint64_t bits = AWS_BIT(iam_PassRole);
    for (size_t i = 0; i < ARRAY_LEN(way_rows); i++)
        bits |= UINT64_C(1) << way_rows[i].action;
    return bits;
}

static void climb(climber *c, uint32_t at)
{
    c->h = aws_book_open(c->book, at);
    c->who = facts_at(c->book->facts, at);
    c->n_told = 0;
    c->failed = c->failed || !c->h;
    if (!c->h)
        return;
    aws_who_know(&c->known, c->book->facts, c->who, true);
    /* What depends on a condition may be decided for one resource. */
    c->sure = c->reach[at].allowed;
    c->allowed = c->sure | c->reach[at].depends;
    for (size_t i = 0; i < ARRAY_LEN(way_rows) && !c->failed; i++)
        try_way(c, &way_rows[i]);
    for (size_t i = 0; i < ARRAY_LEN(service_rows) && !c->failed; i++)
        try_service(c, i);
    c->failed = c->failed || c->known.keys.failed;
    arena_reset(&c->known.keys);
}

static void done(climber *c)
{
    free(c->strong);
    aws_who_done(&c->known);
    buf_done(&c->words);
}

bool aws_escalate(aws_book *b, const aws_reach *reach)
{
    static const fact_kind climbing[] = {FACT_USER, FACT_ROLE};
    CLEANUP(done) climber c = {.book = b, .reach = reach};
    uint64_t triggers = trigger_bits();
    gather_strong(&c, FACT_USER);
    gather_strong(&c, FACT_GROUP);
    gather_strong(&c, FACT_ROLE);
    for (size_t k = 0; k < ARRAY_LEN(climbing); k++) {
        uint32_t from, to;
        facts_range(b->facts, climbing[k], &from, &to);
        for (uint32_t at = from; at < to && !c.failed; at++) {
            uint64_t may_do = reach[at].allowed | reach[at].depends;
            if ((may_do & triggers) && !is_strong(&reach[at]))
                climb(&c, at);
        }
    }
    return !c.failed;
}
