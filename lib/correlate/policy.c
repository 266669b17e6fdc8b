/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.c -- settings, one check each.
 */
#include "correlate/policy.h"

#include "base/text.h"
#include "model/settings.h"

enum {
    SENSITIVE_CENTS = 150,
    IMAGE_CENTS = 100,
    REGION_CENTS = 100,
    BREAK_GLASS_CENTS = 100,
};

typedef struct inquiry {
    const state *s;
    const story *t;
    const settings *of;
    arena *a;
    policy_result *r;
} inquiry;

/* ---- whom one shares with -------------------------------------------------------------------- */

/* "arn:aws:iam::A:root" -> A; "projects/p" -> p; anything else as it is. */
static str account_of(str whom)
{
    str rest = whom, piece = STR_NONE;
    if (!text_starts(whom, "arn:"))
        return text_after_last(whom, '/');
    for (int i = 0; i < 5; i++)
        if (!text_next(&rest, ':', &piece))
            return whom;
    return piece;
}

bool policy_is_trusted_account(const settings *of, str account)
{
    if (!of)
        return false;
    str id = account_of(text_trim(account));
    const settings_list *list = &of->list[SETTING_trusted_accounts];
    for (size_t i = 0; i < list->n; i++)
        if (id.n > 0 && text_eq_nocase(list->items[i], id))
            return true;
    return false;
}

str policy_stranger(const settings *of, const event *e)
{
    str rest = e->field[FIELD_share_to], whom = STR_NONE;
    while (text_next(&rest, ';', &whom)) {
        str id = account_of(text_trim(whom));
        if (id.n > 0 && !str_eq(id, e->field[FIELD_account]) && !policy_is_trusted_account(of, id))
            return text_trim(whom);
    }
    return STR_NONE;
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool is_said(const policy_result *r, str text)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->items[i].text, text))
            return true;
    return false;
}

/* Each sentence once. */
static void say(const inquiry *q, str text, int64_t cents)
{
    if (text.n > 0 && q->r->n < POLICY_ITEMS && !is_said(q->r, text))
        q->r->items[q->r->n++] = (policy_item){text, cents};
}

/* What a sentence needs of a text from logs. */
static int shown(str s)
{
    enum { MOST = 200 };
    return (int)str_upto(s, MOST).n;
}

static const str *find_who(const inquiry *q, setting list, const event *e)
{
    static const field who[] = {FIELD_actor_arn, FIELD_actor_name, FIELD_actor_id};
    const str *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(who) && !found; i++)
        found = settings_find(q->of, list, e->field[who[i]]);
    return found;
}

static void check_break_glass(const inquiry *q, const event *e)
{
    str name = e->field[FIELD_actor_name].n ? e->field[FIELD_actor_name] : e->field[FIELD_actor_id];
    if (find_who(q, SETTING_break_glass, e))
        say(q,
            arena_printf(q->a, "%.*s acted, whom the settings keep for emergencies", shown(name),
                         name.p),
            BREAK_GLASS_CENTS);
}

static const str *find_tagged(const inquiry *q, const event *e)
{
    str rest = e->field[FIELD_tags], piece = STR_NONE;
    const settings_list *list = &q->of->list[SETTING_sensitive];
    while (text_next(&rest, ';', &piece))
        for (size_t i = 0; i < list->n; i++)
            if (text_starts_nocase(list->items[i], "tag:") &&
                settings_fits(str_from(list->items[i], 4), text_trim(piece)))
                return &list->items[i];
    return NULL;
}

static void check_sensitive(const inquiry *q, const entry *n, const event *e)
{
    const graph *g = &q->s->graph;
    const str *tag = find_tagged(q, e);
    if (tag)
        say(q,
            arena_printf(q->a, "what it makes has the %.*s, which the settings call sensitive",
                         shown(*tag), tag->p),
            SENSITIVE_CENTS);
    for (size_t i = 0; i < n->n_touches; i++) {
        str id = graph_id(g, n->touches[i].entity);
        uint8_t type = graph_at(g, n->touches[i].entity)->type;
        bool is_thing = entity_is_lineage(type) || type == ENTITY_OTHER || type == ENTITY_BUCKET;
        if (is_thing && (settings_find(q->of, SETTING_sensitive, id) ||
                         settings_find(q->of, SETTING_sensitive, text_after_last(id, '/'))))
            say(q,
                arena_printf(q->a, "%.*s is part of it, which the settings call sensitive",
                             shown(id), id.p),
                SENSITIVE_CENTS);
    }
}

static bool is_approved(const inquiry *q, const event *e, str image)
{
    str owner = e->field[FIELD_image_owner];
    str by_owner = arena_printf(q->a, "owner:%.*s", (int)owner.n, owner.p);
    return settings_find(q->of, SETTING_approved_images, image) ||
           settings_find(q->of, SETTING_approved_images, text_after_last(image, '/')) ||
           (owner.n > 0 && settings_find(q->of, SETTING_approved_images, by_owner));
}

static void check_image(const inquiry *q, const event *e)
{
    str image = e->field[FIELD_image];
    if (!settings_has(q->of, SETTING_approved_images) || image.n == 0 ||
        !operation_is(e->operation, "instance") || is_approved(q, e, image))
        return;
    say(q, arena_printf(q->a, "made from %.*s, which is no approved image", shown(image), image.p),
        IMAGE_CENTS);
}

static void check_region(const inquiry *q, const event *e)
{
    str region = e->field[FIELD_region];
    if (settings_has(q->of, SETTING_regions) && region.n > 0 && !str_is(region, "global") &&
        !settings_find(q->of, SETTING_regions, region))
        say(q, arena_printf(q->a, "in %.*s, which is no region in use", shown(region), region.p),
            REGION_CENTS);
}

/* Only to be seen: what is trusted weighs nothing. */
static void check_trust(const inquiry *q, const event *e)
{
    str rest = e->field[FIELD_share_to], whom = STR_NONE;
    while (text_next(&rest, ';', &whom))
        if (policy_is_trusted_account(q->of, whom))
            say(q,
                arena_printf(q->a, "shared with %.*s, which the settings trust", shown(whom),
                             whom.p),
                0);
}

static void check_step(const inquiry *q, const story_step *step)
{
    const entry *n = journal_at(&q->s->journal, step->entry);
    event e;
    if (!event_unpack_fields(journal_packed(n), &e))
        return;
    check_break_glass(q, &e);
    if (step->bond > BOND_SESSION)
        return;
    check_sensitive(q, n, &e);
    check_trust(q, &e);
    if (!step->is_anchor)
        return;
    check_image(q, &e);
    check_region(q, &e);
}

bool policy_apply(const state *s, const story *t, const settings *of, arena *a, policy_result *ret)
{
    const inquiry q = {s, t, of, a, ret};
    *ret = (policy_result){0};
    if (!of)
        return true;
    ret->items = arena_alloc(a, POLICY_ITEMS * sizeof *ret->items);
    for (size_t i = 0; ret->items && i < t->n_steps; i++)
        check_step(&q, &t->steps[i]);
    return !a->failed;
}
