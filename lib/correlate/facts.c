/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.c -- evidence, one predicate a stage.
 *
 * "Victim" is decided by birth: what these logs saw being made by the one who copies it is their
 * own
 * (Packer's image of its own instance); what was there before, or was made by others, is not.
 */
#include "correlate/facts.h"

#include "base/text.h"
#include "correlate/policy.h"
#include "correlate/unusual.h"

enum { DESTRUCTION_LEAST = 3 }; /* so many deletions are no tidying up */

/* ---- reading entries ------------------------------------------------------------------------- */

static const entry *entry_of(const state *s, uint32_t number)
{
    return journal_at(&s->journal, number);
}

static bool succeeded(const entry *e)
{
    return e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
}

/* True when the kept event's field holds one of the words; `if_empty` when it has no such field. */
static bool field_has(const entry *e, field f, const char *const *words, size_t n, bool if_empty)
{
    event ev;
    if (!event_unpack_fields(journal_packed(e), &ev))
        return false;
    bool has = ev.field[f].n == 0 && if_empty;
    for (size_t i = 0; i < n && !has; i++)
        has = text_has_nocase(ev.field[f], words[i]);
    return has;
}

static bool has_field(const entry *e, field f)
{
    static const char *const nothing[] = {""};
    return field_has(e, f, nothing, 0, true) == false;
}

static bool is_class(const entry *e, const char *class_name)
{
    return operation_is(e->operation, class_name);
}

/* Made in these logs by the caller of e: by the same root actor, or in the same role. */
static bool is_own(const state *s, const entry *e, uint32_t thing)
{
    const entry *birth = entry_of(s, graph_at(&s->graph, thing)->born);
    return birth && (birth->root == e->root || (birth->actor && birth->actor == e->actor));
}

/* ---- evidence of a stage --------------------------------------------------------------------- */

/* Whoever gets into another instance than the story's gets nowhere in the story. A call that names
 * none may have been for any. */
static bool is_access_evidence(const state *s, const story *t, const entry *e)
{
    bool names_one = false;
    for (size_t i = 0; i < e->n_touches; i++) {
        uint32_t thing = e->touches[i].entity;
        if (graph_at(&s->graph, thing)->type != ENTITY_INSTANCE)
            continue;
        names_one = true;
        for (size_t k = 0; k < t->n_things; k++)
            if (t->things[k] == thing)
                return true;
    }
    return !names_one;
}

/* A public address by itself lets nobody in. */
static bool is_network_evidence(const entry *e)
{
    if (is_class(e, "net.sg.swap"))
        return true;
    if (is_class(e, "net.public") || is_class(e, "net.nic"))
        return false;
    return has_field(e, FIELD_public_exposure);
}

/* Taking a share back, or changing another attribute, is the same call as sharing. To share with
 * the account itself, or one that the operator trusts, takes nothing out. */
static bool is_exfil_evidence(const story *t, const entry *e)
{
    event ev;
    bool is_share = is_class(e, "snapshot.share") || is_class(e, "image.share");
    if (!is_share || !event_unpack_fields(journal_packed(e), &ev))
        return true;
    if (ev.field[FIELD_share_to].n == 0)
        return e->provider != PROVIDER_AWS;
    return policy_stranger(t->settings, &ev).n > 0;
}

static bool is_privilege_evidence(const entry *e)
{
    static const char *const strong[] = {
        "admin",   "poweruser", "fullaccess",    "owner", "contributor",  "editor",
        "allow *", "iam:*",     "ec2:*",         "sts:*", "tokencreator", "serviceaccountuser",
        "=*",      "notaction", "passrole on *",
    };
    return field_has(e, FIELD_policy_delta, strong, ARRAY_LEN(strong), true);
}

/* Instances come and go, and whoever cleans up is seldom who made them. Snapshots and backups are
 * there to stay. */
static bool is_delete_evidence(const state *s, const entry *e)
{
    return e->subject && !is_class(e, "instance.delete") && !is_own(s, e, e->subject);
}

/* True when the caller belongs to the account that the record is of. */
static bool is_by_own_account(const entry *e)
{
    event ev;
    return event_unpack_fields(journal_packed(e), &ev) && ev.field[FIELD_actor_account].n > 0 &&
           str_eq(ev.field[FIELD_actor_account], ev.field[FIELD_account]);
}

/* A consumer's own use of a public image's snapshot says nothing; use of a snapshot that these logs
 * know as ours, by another account, does. */
static bool is_foreign_use(const state *s, const entry *e)
{
    if (!is_class(e, "snapshot.used") || !e->subject || is_by_own_account(e))
        return false;
    const entity *snapshot = graph_at(&s->graph, e->subject);
    return snapshot->born != GRAPH_NO_ENTRY;
}

bool facts_is_evidence(const state *s, const story *t, const story_step *step)
{
    const entry *e = entry_of(s, step->entry);
    const operation_info *o = operation_at(e->operation);
    if (!succeeded(e))
        return false;
    if (is_class(e, "snapshot.used"))
        return is_foreign_use(s, e);
    if (story_mounted(s, e))
        return true;
    switch ((stage)o->stage) {
    case STAGE_NONE:
    case STAGE_DISCOVERY:
    case STAGE_SESSION:
        return false;
    case STAGE_NETLOOSEN:
        return is_network_evidence(e);
    case STAGE_ACCESS:
        return is_access_evidence(s, t, e);
    case STAGE_PRIVESC:
        return is_privilege_evidence(e);
    case STAGE_EXFIL:
        return is_exfil_evidence(t, e);
    case STAGE_DELETE:
        return is_delete_evidence(s, e);
    case STAGE_MODIFY:
    case STAGE_EVASION:
        return o->severity >= 5;
    case STAGE_COLLECT:
    case STAGE_STAGE:
        return step->bond <= BOND_SESSION || step->bond == BOND_ROLE || e->count >= 100;
    default:
        return true;
    }
}

/* ---- what a story proves --------------------------------------------------------------------- */

static bool has_image(const state *s, const entry *e)
{
    for (size_t i = 0; i < e->n_touches; i++)
        if (e->touches[i].relation == RELATION_PARENT &&
            graph_at(&s->graph, e->touches[i].entity)->type == ENTITY_IMAGE)
            return true;
    return false;
}

/* True when x names what was copied. An instance is no copy of the disk it boots from; and the
 * console names an image's own snapshot next to the image: one that these logs never saw is no
 * victim's. */
static bool is_copied(const state *s, const entry *e, const touch *x)
{
    const entity *source = graph_at(&s->graph, x->entity);
    if (x->relation != RELATION_PARENT)
        return false;
    if (operation_at(e->operation)->stage != STAGE_INSTANCE)
        return source->type == ENTITY_VOLUME || source->type == ENTITY_SNAPSHOT ||
               source->type == ENTITY_INSTANCE;
    bool is_part_of_image = source->born == GRAPH_NO_ENTRY && has_image(s, e);
    return source->type == ENTITY_INSTANCE ||
           (source->type == ENTITY_SNAPSHOT && !is_part_of_image);
}

/* Looks for a copy of something that is not the actors' own. */
static void find_victim(const state *s, const entry *e, score_facts *f)
{
    for (size_t i = 0; i < e->n_touches && !f->victim; i++) {
        const touch *x = &e->touches[i];
        if (!is_copied(s, e, x) || is_own(s, e, x->entity))
            continue;
        f->has_victim = true;
        f->victim = x->entity;
        f->copy = e->subject;
    }
}

/* True when the instance was made from a snapshot, or from a disk or image that these logs saw
 * being made. */
static bool comes_from_copy(const state *s, const entry *e)
{
    for (size_t i = 0; i < e->n_touches; i++) {
        const touch *x = &e->touches[i];
        const entity *parent = graph_at(&s->graph, x->entity);
        bool is_made_here = parent->born != GRAPH_NO_ENTRY && parent->type != ENTITY_TEMPLATE;
        if (is_copied(s, e, x) || (x->relation == RELATION_PARENT && is_made_here))
            return true;
    }
    return false;
}

static void note_anchor(const state *s, const entry *e, score_facts *f)
{
    uint8_t stage_of = operation_at(e->operation)->stage;
    f->has_success = true;
    f->is_away = f->is_away || e->is_away;
    if (stage_of == STAGE_SNAPSHOT || stage_of == STAGE_VOLUME || stage_of == STAGE_REVERT ||
        stage_of == STAGE_INSTANCE)
        find_victim(s, e, f);
    if (stage_of == STAGE_REVERT)
        f->is_mounted = true;
    if (stage_of != STAGE_INSTANCE)
        return;
    if (comes_from_copy(s, e))
        f->is_mounted = true;
    if (!is_class(e, "instance"))
        return;
    f->has_instance = true;
    for (size_t i = 0; i < e->n_touches; i++) {
        const touch *x = &e->touches[i];
        if (x->relation != RELATION_CREATED ||
            graph_at(&s->graph, x->entity)->type != ENTITY_INSTANCE)
            continue;
        f->instances++;
        if (!f->instance || (comes_from_copy(s, e) && !f->is_attached))
            f->instance = x->entity;
    }
}

/* A disk made in these logs was attached to an instance, be it by a call of its own or by a write
 * of the whole machine. That instance matters more than one that was merely made. */
static void find_mount(const state *s, const entry *e, score_facts *f)
{
    uint32_t machine = 0;
    bool has_disk = false;
    for (size_t i = 0; i < e->n_touches; i++) {
        const touch *x = &e->touches[i];
        const entity *thing = graph_at(&s->graph, x->entity);
        bool is_acted_on = x->relation == RELATION_TARGET || x->relation == RELATION_CREATED;
        if (is_acted_on && thing->type == ENTITY_INSTANCE)
            machine = x->entity;
        if (x->relation == RELATION_ATTACHED && thing->type == ENTITY_VOLUME &&
            thing->born != GRAPH_NO_ENTRY)
            has_disk = true;
    }
    has_disk = has_disk || story_mounted(s, e);
    if (!machine || !has_disk || !succeeded(e))
        return;
    f->is_mounted = f->is_attached = true;
    f->instance = machine;
}

static void note_evidence(const state *s, const entry *e, score_facts *f)
{
    if (is_foreign_use(s, e)) {
        f->has_foreign_use = true;
        f->foreign = e->subject;
    }
    switch ((stage)operation_at(e->operation)->stage) {
    case STAGE_NETLOOSEN:
        f->has_network = true;
        return;
    case STAGE_ACCESS:
        f->has_access = f->has_access || is_class(e, "access");
        return;
    case STAGE_EXFIL:
        f->has_exfil = true;
        if (!f->exfil && e->subject) {
            f->exfil = e->subject;
            f->is_export = !is_class(e, "snapshot.share") && !is_class(e, "image.share") &&
                           !is_class(e, "disk.share");
        }
        return;
    case STAGE_EVASION:
        f->has_evasion = true;
        return;
    case STAGE_PRIVESC:
        f->has_privesc = true;
        return;
    case STAGE_STAGE:
        f->has_staging = true;
        return;
    case STAGE_DELETE:
        f->deleted++;
        f->has_destruction = f->deleted >= DESTRUCTION_LEAST;
        return;
    default:
        return;
    }
}

/* An identity counts as new when it was made in these logs, shortly before, and acts in the story.
 * */
static void find_identity(const state *s, const story *t, uint32_t who, score_facts *f)
{
    const entity *x = graph_at(&s->graph, who);
    const entry *birth = entry_of(s, x->born);
    if (!who || !birth || f->has_new_identity || t->first_ns - birth->time_ns > STORY_IDENTITY)
        return;
    if (operation_at(birth->operation)->stage != STAGE_IDENTITY || !succeeded(birth))
        return;
    f->has_new_identity = true;
    f->is_fresh = t->first_ns - birth->time_ns <= STORY_FRESH;
    f->identity = who;
    f->identity_entry = x->born;
}

static void find_identities(const state *s, const story *t, const entry *e, score_facts *f)
{
    find_identity(s, t, e->actor, f);
    find_identity(s, t, e->root, f);
    find_identity(s, t, e->via, f);
}

/* Stages with evidence, and stages that were only tried. */
static void count_stages(const state *s, const story *t, stage_set without, score_facts *f)
{
    bool seen[STAGE_COUNT] = {false}, tried[STAGE_COUNT] = {false};
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = entry_of(s, t->steps[i].entry);
        uint8_t of = operation_at(e->operation)->stage;
        bool is_firm = bond_weight(t->steps[i].bond) >= 0.8;
        if (of == STAGE_INSTANCE || of == STAGE_NONE || !is_firm ||
            stage_set_has(without, (stage)of))
            continue;
        seen[of] = seen[of] || facts_is_evidence(s, t, &t->steps[i]);
        tried[of] = tried[of] || !succeeded(e);
    }
    for (size_t i = 0; i < STAGE_COUNT; i++) {
        f->other_stages += seen[i];
        f->tried_stages += tried[i];
    }
}

/* On an instance that holds a stolen disk an application's work is the intruder's. */
static void note_role_calls(const state *s, const story *t, stage_set without, score_facts *f)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = entry_of(s, t->steps[i].entry);
        if (t->steps[i].bond == BOND_ROLE && facts_is_evidence(s, t, &t->steps[i]) &&
            !stage_set_has(without, (stage)operation_at(e->operation)->stage))
            note_evidence(s, e, f);
    }
}

/* What other stages' calls show of a copied disk and of a new identity is gone with these. */
static void take_away(stage_set without, score_facts *f)
{
    if (stage_set_has(without, STAGE_SNAPSHOT))
        f->has_victim = f->is_mounted = f->is_attached = false;
    if (stage_set_has(without, STAGE_IDENTITY))
        f->has_new_identity = f->has_new_factor = false;
}

score_facts facts_of(const state *s, const story *t, stage_set without)
{
    score_facts f = {.identity_entry = GRAPH_NO_ENTRY};
    for (size_t i = 0; i < t->n_steps; i++) {
        const story_step *step = &t->steps[i];
        const entry *e = entry_of(s, step->entry);
        if (stage_set_has(without, (stage)operation_at(e->operation)->stage))
            continue;
        if (step->is_anchor && succeeded(e)) {
            note_anchor(s, e, &f);
            find_identities(s, t, e, &f);
        }
        if (step->bond != BOND_ROLE && facts_is_evidence(s, t, step))
            note_evidence(s, e, &f);
        if (is_class(e, "mfa") && succeeded(e) && step->bond <= BOND_IDENTITY &&
            t->first_ns - e->time_ns <= STORY_FACTOR)
            f.has_new_factor = true;
        find_mount(s, e, &f);
    }
    take_away(without, &f);
    if (f.has_victim && f.is_mounted)
        note_role_calls(s, t, without, &f);
    count_stages(s, t, without, &f);
    f.unusual = unusual_of(s, t);
    return f;
}
