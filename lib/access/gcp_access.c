/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_access.c -- from what is held to rights.
 *
 * A right is told at the highest resource where it begins: what a folder gives is not told again
 * for each of its projects. A power that needs several permissions may get them from different
 * grants; it begins where they meet.
 */
#include "access/gcp_access.h"

#include <stdlib.h>

#include "access/gcp_eval.h"
#include "base/limits.h"
#include "base/text.h"

/* One power of one principal on one resource. */
typedef struct telling {
    gcp_eval *e;
    uint32_t principal, scope;
    gcp_permissions need; /* what makes the power */
    bool is_sure;
    access_right right;
} telling;

/* Grants of this resource that give a part of the power: how, and why they might not hold. */
static void tell_of(telling *t, uint32_t scope)
{
    size_t from, to;
    gcp_eval *e = t->e;
    const intern *text = &e->facts->text;
    gcp_held_range(e, t->principal, scope, &from, &to);
    for (size_t i = from; i < to; i++) {
        const gcp_held *h = &e->held[i];
        if (((t->is_sure ? h->sure : h->open) & t->need) == 0)
            continue;
        buf_puts(&e->text, e->text.n > 0 ? ", " : "");
        buf_putstr(&e->text, intern_text(text, h->role));
        buf_puts(&e->text, " on ");
        buf_putstr(&e->text, intern_text(text, scope));
        if (h->group != 0) {
            buf_puts(&e->text, " of ");
            buf_putstr(&e->text, intern_text(text, h->group));
        }
        t->right.is_admin |= gcp_role_is_owner(intern_text(text, h->role));
        if (t->right.condition == 0)
            t->right.condition = t->is_sure ? 0 : h->condition;
    }
}

static void tell(telling *t)
{
    gcp_eval *e = t->e;
    const gcp_scope_row *row = gcp_scope_find(e, t->scope);
    if (row == NULL)
        return;
    buf_reset(&e->text);
    tell_of(t, t->scope);
    for (uint32_t i = 0; i < row->n; i++)
        tell_of(t, e->above[row->first + i]);
    t->right.via = e->text.failed ? 0 : intern_id(&e->facts->text, buf_str(&e->text));
    t->right.verdict = t->is_sure ? ACCESS_ALLOWED : ACCESS_CONDITIONAL;
    /* A deny rule with a condition makes open what grants make sure. */
    if (!t->is_sure && t->right.condition == 0)
        t->right.condition =
            intern_id(&e->facts->text, STR("no deny rule with a condition applies"));
    bool has_reason = t->is_sure || t->right.condition != 0;
    e->failed |= t->right.via == 0 || !has_reason;
    access_add(e->access, t->right);
}

/* Tells a power unless it is there above the scope already. */
static void weigh(telling t, gcp_effect here, gcp_effect above, power p)
{
    const gcp_powers *powers = &t.e->powers;
    gcp_permissions sure = gcp_powers_give(powers, here.sure, p);
    gcp_permissions open = gcp_powers_give(powers, here.open, p);
    t.is_sure = sure != 0;
    t.need = sure != 0 ? sure : open;
    t.right = (access_right){.principal = t.principal, .power = (uint8_t)p, .scope = t.scope};
    bool is_new = sure != 0 ? gcp_powers_give(powers, above.sure, p) == 0
                            : gcp_powers_give(powers, above.open, p) == 0;
    if (t.need != 0 && is_new)
        tell(&t);
}

static void weigh_scope(gcp_eval *e, uint32_t principal, uint32_t scope)
{
    gcp_effect here = gcp_effect_on(e, principal, scope, false);
    gcp_effect above = gcp_effect_on(e, principal, scope, true);
    telling t = {.e = e, .principal = principal, .scope = scope};
    for (int p = 0; p < POWER_COUNT; p++)
        weigh(t, here, above, (power)p);
}

static void weigh_principal(gcp_eval *e, uint32_t principal)
{
    for (size_t i = e->first[principal]; i < e->first[principal + 1] && !e->failed; i++) {
        bool is_seen = i > e->first[principal] && e->held[i - 1].scope == e->held[i].scope;
        if (!is_seen)
            weigh_scope(e, principal, e->held[i].scope);
    }
}

static bool build(gcp_eval *e)
{
    size_t n = e->facts->n;
    size_t *from = calloc(n + 1, sizeof *from);
    if (from == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        from[i] = e->access->n;
        weigh_principal(e, i);
    }
    from[n] = e->access->n;
    gcp_impersonate(e, from);
    free(from);
    return !e->failed;
}

bool gcp_access_build(access *a, facts *f)
{
    gcp_eval e;
    bool is_built = gcp_eval_init(&e, a, f) && build(&e);
    gcp_eval_done(&e);
    return is_built;
}
