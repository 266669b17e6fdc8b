/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_impersonate.c -- who can act as a service account can do what it can.
 *
 * There are two ways: to get a credential of it (a token, a signature, a key, or the right to
 * give itself these), and to start a machine that runs as it. Chains of accounts are followed
 * breadth first, so that the shortest explanation is told.
 */
#include "access/gcp_eval.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "fact/gcp_place.h"

#define CREDENTIAL                                                                                 \
    (GCP_BIT(ACCESS_TOKEN) | GCP_BIT(SIGN_JWT) | GCP_BIT(KEYS_CREATE) |                            \
     GCP_BIT(ACCOUNTS_SET_POLICY))

/* A service account that can do something. */
typedef struct account {
    uint32_t fact, scope, project; /* scopes: of itself, of its project */
} account;

typedef enum step {
    STEP_NONE,
    STEP_OPEN, /* on a condition */
    STEP_SURE,
} step;

typedef struct visit {
    uint32_t account; /* number in accounts */
    uint32_t way;     /* interned: "as a@…, as b@…" */
    uint32_t hops;    /* accounts in it */
    bool is_sure;
} visit;

typedef struct walk {
    gcp_eval *e;
    const size_t *from;
    arena memory; /* of the arrays below */
    account *accounts;
    size_t n_accounts;
    visit *queue; /* as long as accounts */
    size_t n_queue;
    uint64_t n_visits; /* of all principals */
    bool *is_seen, *is_found;
    uint8_t *steps; /* a row for each account that is_found */
    uint32_t start; /* the principal in hand */
} walk;

/* ---- accounts -------------------------------------------------------------------------------- */

/* "p" of "name@p.iam.gserviceaccount.com", "1" of "1-compute@developer.gserviceaccount.com". */
static str project_of(const facts *f, const fact *x)
{
    str id = facts_id(f, x), domain = gcp_member_domain(id);
    if (x->account != 0)
        return facts_account(f, x);
    if (text_ends(domain, ".iam.gserviceaccount.com"))
        return str_upto(domain, domain.n - (sizeof(".iam.gserviceaccount.com") - 1));
    return gcp_is_default_account(id) ? text_before(id, '-') : STR_NONE;
}

static uint32_t scope_of(gcp_eval *e, str project, str address)
{
    AUTO(buf) path = {0};
    buf_puts(&path, "projects/");
    buf_putstr(&path, project);
    if (address.n > 0)
        buf_puts(&path, "/serviceAccounts/");
    buf_putstr(&path, address);
    e->failed |= path.failed;
    return gcp_scope_intern(e, buf_str(&path));
}

static void add_account(walk *w, uint32_t at)
{
    facts *f = w->e->facts;
    const fact *x = facts_at(f, at);
    str project = project_of(f, x);
    if (x->provider != PROVIDER_GCP || project.n == 0 || w->from[at] == w->from[at + 1])
        return;
    if (w->n_accounts == LIMIT_IMPERSONATED) {
        w->e->access->lost.n[EXCESS_impersonated]++;
        return;
    }
    w->accounts[w->n_accounts++] =
        (account){at, scope_of(w->e, project, facts_id(f, x)), scope_of(w->e, project, STR_NONE)};
}

static bool make_room(walk *w)
{
    size_t n = w->n_accounts + 1;
    w->queue = arena_alloc(&w->memory, n * sizeof *w->queue);
    w->is_seen = arena_alloc(&w->memory, n * sizeof *w->is_seen);
    w->is_found = arena_alloc(&w->memory, n * sizeof *w->is_found);
    w->steps = arena_alloc(&w->memory, n * n); /* the last row is for whoever starts */
    return w->queue && w->is_seen && w->is_found && w->steps;
}

static bool find_accounts(walk *w)
{
    uint32_t from, to;
    facts_range(w->e->facts, FACT_SERVICE, &from, &to);
    w->accounts = arena_alloc(&w->memory, ((size_t)(to - from) + 1) * sizeof *w->accounts);
    if (w->accounts == NULL)
        return false;
    for (uint32_t i = from; i < to; i++)
        add_account(w, i);
    return !w->e->failed && make_room(w);
}

/* ---- ways ------------------------------------------------------------------------------------ */

static bool can_become(gcp_permissions on_account, gcp_permissions on_project)
{
    bool is_machine = (on_account & GCP_BIT(ACT_AS)) && (on_project & GCP_BIT(INSTANCES_CREATE));
    return (on_account & CREDENTIAL) != 0 || is_machine;
}

/* Whether it holds anything by which one becomes an account, anywhere. */
static bool can_become_any(const gcp_eval *e, uint32_t principal)
{
    gcp_permissions all = 0;
    for (size_t i = e->first[principal]; i < e->first[principal + 1]; i++)
        all |= e->held[i].open;
    return can_become(all, all);
}

static uint32_t say_way(walk *w, uint32_t before, const account *to)
{
    gcp_eval *e = w->e;
    buf_reset(&e->text);
    if (before != 0) {
        buf_putstr(&e->text, intern_text(&e->facts->text, before));
        buf_puts(&e->text, ", ");
    }
    buf_puts(&e->text, "as ");
    buf_putstr(&e->text, facts_id(e->facts, facts_at(e->facts, to->fact)));
    uint32_t id = e->text.failed ? 0 : intern_id(&e->facts->text, buf_str(&e->text));
    e->failed |= id == 0;
    return id;
}

/* Whether a principal can become an account. `on_project` is what it has on the account's
 * project, which all accounts of a project share. */
static step step_to(walk *w, uint32_t principal, const account *to, gcp_effect on_project)
{
    size_t from, end;
    gcp_effect own = on_project;
    gcp_held_range(w->e, principal, to->scope, &from, &end);
    if (from < end)
        own = gcp_effect_on(w->e, principal, to->scope, false);
    if (can_become(own.sure, on_project.sure))
        return STEP_SURE;
    return can_become(own.open, on_project.open) ? STEP_OPEN : STEP_NONE;
}

/* What stands from a principal to each account, into a row as long as there are accounts. */
static void find_steps(walk *w, uint32_t principal, uint8_t *ret_row)
{
    uint32_t project = 0;
    gcp_effect effect = {0, 0};
    for (uint32_t i = 0; i < w->n_accounts; i++) {
        const account *to = &w->accounts[i];
        if (to->project != project)
            effect = gcp_effect_on(w->e, principal, to->project, false);
        project = to->project;
        ret_row[i] = (uint8_t)step_to(w, principal, to, effect);
    }
}

/* The row of an account: found once, however many lead to it. */
static const uint8_t *steps_of(walk *w, uint32_t number)
{
    uint8_t *row = w->steps + (size_t)number * w->n_accounts;
    uint32_t at = w->accounts[number].fact;
    if (!w->is_found[number] && can_become_any(w->e, at))
        find_steps(w, at, row);
    w->is_found[number] = true;
    return row;
}

/* Queues the accounts that are reached with one step more. */
static void look(walk *w, const uint8_t *row, const visit *from)
{
    excess *lost = &w->e->access->lost;
    for (uint32_t i = 0; i < w->n_accounts && !w->e->failed; i++) {
        const account *to = &w->accounts[i];
        if (row[i] == STEP_NONE || w->is_seen[i] || to->fact == w->start)
            continue;
        if (from->hops >= LIMIT_IMPERSONATION_HOPS) {
            lost->n[EXCESS_impersonation_hops]++;
            return;
        }
        if (++w->n_visits > LIMIT_IMPERSONATIONS) {
            lost->n[EXCESS_impersonations]++;
            return;
        }
        w->is_seen[i] = true;
        w->queue[w->n_queue++] = (visit){i, say_way(w, from->way, to), from->hops + 1,
                                         from->is_sure && row[i] == STEP_SURE};
    }
}

/* ---- rights ---------------------------------------------------------------------------------- */

/* Whether the one who starts can do this by itself. */
static bool is_own(walk *w, const access_right *right)
{
    gcp_effect own = gcp_effect_on(w->e, w->start, right->scope, false);
    gcp_permissions have = right->verdict == ACCESS_ALLOWED ? own.sure : own.open;
    return gcp_powers_give(&w->e->powers, have, (power)right->power) != 0;
}

static void add_right(walk *w, const visit *v, access_right right)
{
    gcp_eval *e = w->e;
    if (is_own(w, &right))
        return;
    buf_reset(&e->text);
    buf_putstr(&e->text, intern_text(&e->facts->text, v->way));
    buf_puts(&e->text, ": ");
    buf_putstr(&e->text, intern_text(&e->facts->text, right.via));
    right.principal = w->start;
    right.via = e->text.failed ? 0 : intern_id(&e->facts->text, buf_str(&e->text));
    if (!v->is_sure && right.verdict == ACCESS_ALLOWED) {
        right.verdict = ACCESS_CONDITIONAL;
        right.condition =
            intern_id(&e->facts->text, STR("a condition on the way to that account holds"));
        e->failed |= right.condition == 0;
    }
    e->failed |= right.via == 0;
    access_add(e->access, right);
}

static void add_rights(walk *w, const visit *v)
{
    uint32_t at = w->accounts[v->account].fact;
    for (size_t i = w->from[at]; i < w->from[at + 1]; i++)
        add_right(w, v, w->e->access->items[i]);
}

static void walk_from(walk *w, uint32_t principal)
{
    const visit begin = {.is_sure = true};
    w->start = principal;
    w->n_queue = 0;
    memset(w->is_seen, 0, w->n_accounts * sizeof *w->is_seen);
    uint8_t *own = w->steps + (size_t)w->n_accounts * w->n_accounts;
    find_steps(w, principal, own);
    look(w, own, &begin);
    for (size_t i = 0; i < w->n_queue && !w->e->failed; i++) {
        visit v = w->queue[i];
        add_rights(w, &v);
        if (w->n_queue < w->n_accounts)
            look(w, steps_of(w, v.account), &v);
    }
}

void gcp_impersonate(gcp_eval *e, const size_t *from)
{
    walk w = {.e = e, .from = from};
    if (!find_accounts(&w))
        e->failed = true;
    for (uint32_t i = 0; i < e->facts->n && !e->failed && w.n_accounts > 0; i++) {
        if (can_become_any(e, i))
            walk_from(&w, i);
    }
    arena_done(&w.memory);
}
