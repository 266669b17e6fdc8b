/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_case.c -- opening a story's calls, and comparing them with marks.
 */
#include "correlate/benign_case.h"

#include "base/text.h"
#include "correlate/facts.h"
#include "correlate/policy.h"
#include "correlate/rarity.h"
#include "model/settings.h"

enum {
    HABIT_CALLS = 4, /* so often a call was made, and from there, it is expected */
    BURST_KINDS = 3, /* kinds of things that one session made */
    LOOK_BACK = 64,  /* touches of one thing that are looked at */
};

#define BUILD_TIME (2 * TIME_HOUR)
#define BURST_TIME (1 * TIME_HOUR)

/* ---- what only a service can be -------------------------------------------------------------- */

static const char role_path[] = "aws-service-role/";

/* CloudTrail's decoder notes the path of a service-linked role, others keep the ARN as it is. */
static str linked_service(const event *e)
{
    str path = e->field[FIELD_benign_class];
    if (text_starts(path, role_path))
        return str_from(path, sizeof role_path - 1);
    str role = text_after(e->field[FIELD_issuer_name], '/');
    bool is_role = text_has(text_before(e->field[FIELD_issuer_name], '/'), ":role");
    return is_role && text_starts(role, role_path)
               ? text_before(str_from(role, sizeof role_path - 1), '/')
               : STR_NONE;
}

/* An application that acts for itself: in a user's token its id is the client the user chose. */
static bool is_app(const event *e, str id)
{
    str own = e->field[FIELD_credential];
    if (text_starts_nocase(own, "appid:"))
        return text_eq_nocase(text_before(text_after(own, ':'), '/'), id);
    return text_eq_nocase(e->field[FIELD_actor_type], STR("ServicePrincipal")) &&
           text_eq_nocase(e->field[FIELD_issuer_id], id);
}

/* "service-123@DOMAIN", "vault-123-4@DOMAIN", "123@DOMAIN": whoever makes an account of such a name
 * has it in a domain of his own. */
static bool is_agent(str id, str domain)
{
    return str_eq(text_after(id, '@'), domain);
}

static bool is_google(const event *e)
{
    return is_agent(e->field[FIELD_actor_id], STR("cloudservices.gserviceaccount.com")) ||
           is_agent(e->field[FIELD_actor_name], STR("cloudservices.gserviceaccount.com"));
}

static bool is_first_party(const event *e)
{
    for (size_t i = 0; i < benign_row_count(); i++)
        for (const mark *m = benign_row_at(i)->marks; m->test != TEST_NONE; m++)
            if (m->test == TEST_APP && is_app(e, str_of(m->text)))
                return true;
    return false;
}

bool benign_is_service(const event *e)
{
    str type = e->field[FIELD_actor_type];
    return str_is(type, "AWSService") || str_is(type, "serviceAgent") || linked_service(e).n > 0 ||
           is_google(e) || (e->provider == PROVIDER_AZURE && is_first_party(e));
}

/* ---- marks ----------------------------------------------------------------------------------- */

/* Tags stand as "key=value;key=value". A text without '=' is a key. */
static bool has_tag(const event *e, str text)
{
    str rest = e->field[FIELD_tags], piece = STR_NONE;
    bool is_pair = memchr(text.p, '=', text.n) != NULL;
    while (text_next(&rest, ';', &piece)) {
        str own = text_trim(is_pair ? piece : text_before(piece, '='));
        if (text_eq_nocase(own, text))
            return true;
    }
    return false;
}

static str name_of_role(const event *e)
{
    str arn = e->field[FIELD_actor_arn];
    return text_has(arn, ":role/") ? text_after_last(arn, '/') : STR_NONE;
}

static bool is_acted_on(const event_ref *r)
{
    return r->relation == RELATION_CREATED || r->relation == RELATION_TARGET;
}

static bool has_name(const event *e, str text, bool at_end)
{
    for (size_t i = 0; i < e->n_refs; i++) {
        const event_ref *r = &e->refs[i];
        bool is_key = r->relation == RELATION_USES &&
                      (r->type == ENTITY_KEY_PAIR || r->type == ENTITY_SECURITY_GROUP);
        str name = text_after_last(r->id, '/');
        if ((is_acted_on(r) || is_key) &&
            (at_end ? text_ends_nocase(name, text.p) : text_starts_nocase(name, text.p)))
            return true;
    }
    return false;
}

/* "/subscriptions/S/resourcegroups/NAME/…" */
static bool is_in_group(const event *e, const char *text)
{
    static const char key[] = "/resourcegroups/";
    for (size_t i = 0; i < e->n_refs; i++) {
        str id = e->refs[i].id;
        for (size_t at = 0; is_acted_on(&e->refs[i]) && at + sizeof key < id.n; at++)
            if (text_starts(str_from(id, at), key))
                return text_starts(str_from(id, at + sizeof key - 1), text);
    }
    return false;
}

/* "arn:aws:iam::A:oidc-provider/oidc.eks.REGION.amazonaws.com/id/CLUSTER" */
static bool is_pod(const event *e, const char *text)
{
    str idp = e->field[FIELD_idp];
    bool is_provider = text_ends(text_before(idp, '/'), ":oidc-provider");
    return is_provider && text_starts(text_after(idp, '/'), text) &&
           (text_has(idp, ".amazonaws.com/id/") || text_has(idp, ".amazonaws.com.cn/id/"));
}

/* The snapshot behind a public image: the account's own use of something that these logs know
 * nothing of. */
static bool is_own_use(const benign_case *c, const benign_call *call)
{
    const event *e = &call->e;
    return operation_is(e->operation, "snapshot.used") && call->n->subject &&
           graph_at(&c->s->graph, call->n->subject)->born == GRAPH_NO_ENTRY &&
           e->field[FIELD_actor_account].n > 0 &&
           str_eq(e->field[FIELD_actor_account], e->field[FIELD_account]);
}

static bool is_from(const event *e, str service)
{
    return text_eq_nocase(e->field[FIELD_src_service], service) ||
           text_eq_nocase(e->field[FIELD_invoked_by], service);
}

static bool has_agent(const event *e, str domain)
{
    return is_agent(e->field[FIELD_actor_id], domain) ||
           is_agent(e->field[FIELD_actor_name], domain) ||
           is_agent(e->field[FIELD_invoked_by], domain);
}

static bool says_tool(const event *e, const char *text)
{
    return text_has_nocase(e->field[FIELD_ua_tool], text) ||
           text_has_nocase(e->field[FIELD_user_agent], text);
}

bool benign_call_has(const benign_case *c, const benign_call *call, const mark *m)
{
    const event *e = &call->e;
    str text = str_of(m->text);
    switch (m->test) {
    case TEST_LINKED:
        return str_eq(linked_service(e), text);
    case TEST_FROM:
        return is_from(e, text);
    case TEST_RESERVED:
    case TEST_TAG:
        return has_tag(e, text);
    case TEST_POD:
        return is_pod(e, m->text);
    case TEST_APP:
        return is_app(e, text);
    case TEST_MANAGED:
        return text_has_nocase(e->field[FIELD_benign_class], m->text);
    case TEST_AGENT:
        return has_agent(e, text);
    case TEST_GOOGLE:
        return is_google(e);
    case TEST_WRITTEN:
        return str_eq(e->field[FIELD_benign_class], text);
    case TEST_LOG:
        return text_eq_nocase(e->field[FIELD_log_kind], text);
    case TEST_SERVICE_EVENT:
        return operation_is(e->operation, "snapshot.used");
    case TEST_TRUSTED:
        return c->is_shared_in_trust;
    case TEST_OWN_USE:
        return is_own_use(c, call);
    case TEST_BUILD:
        return c->is_build;
    case TEST_BURST:
        return c->is_burst;
    case TEST_ROLE:
        return str_eq(name_of_role(e), text);
    case TEST_GROUP:
        return is_in_group(e, m->text);
    case TEST_NAMED:
        return has_name(e, text, false);
    case TEST_ENDING:
        return has_name(e, text, true);
    case TEST_TOOL:
        return says_tool(e, m->text);
    case TEST_NONE:
    case TEST_COUNT:
        break;
    }
    return false;
}

bool benign_is_habit(const benign_case *c, uint32_t number)
{
    habit_known call, network;
    uint32_t days = c->settings ? c->settings->baseline_days : 0;
    return rarity_known(c->s, c->t, number, HABIT_OPERATION, &call) &&
           rarity_known(c->s, c->t, number, HABIT_NETWORK, &network) && call.is_deep &&
           call.days >= days && call.n >= HABIT_CALLS && network.n >= HABIT_CALLS;
}

/* ---- the course of a session ----------------------------------------------------------------- */

static bool has_effect(const entry *n)
{
    return n->outcome == OUTCOME_SUCCESS || n->outcome == OUTCOME_PENDING;
}

/* The instance was deleted soon after it was made. */
static bool is_gone_soon(const state *s, uint32_t instance, int64_t made_ns)
{
    uint32_t number = graph_at(&s->graph, instance)->last_touch;
    const touch *x = journal_touch_at(&s->journal, number, instance);
    for (int i = 0; x && i < LOOK_BACK; i++, x = journal_touch_at(&s->journal, number, instance)) {
        const entry *n = journal_at(&s->journal, number);
        if (operation_is(n->operation, "instance.delete") && has_effect(n))
            return n->time_ns >= made_ns && n->time_ns - made_ns <= BUILD_TIME;
        number = x->next;
    }
    return false;
}

/* An image was taken of an instance that the same caller had made, and the instance is gone. */
static bool is_image_of_build(const benign_case *c, const benign_call *call)
{
    for (size_t i = 0; i < call->n->n_touches; i++) {
        const touch *x = &call->n->touches[i];
        const entity *of = graph_at(&c->s->graph, x->entity);
        const entry *birth = journal_at(&c->s->journal, of->born);
        if (x->relation == RELATION_PARENT && of->type == ENTITY_INSTANCE && birth &&
            birth->root == call->n->root && is_gone_soon(c->s, x->entity, birth->time_ns))
            return true;
    }
    return false;
}

static bool has_build(const benign_case *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (operation_is(c->calls[i].e.operation, "image.create") && has_effect(c->calls[i].n) &&
            is_image_of_build(c, &c->calls[i]))
            return true;
    return false;
}

static unsigned kinds_made(const state *s, const entry *n)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < n->n_touches; i++)
        if (n->touches[i].relation == RELATION_CREATED)
            kinds |= 1U << graph_at(&s->graph, n->touches[i].entity)->type;
    return kinds;
}

static bool has_burst(const benign_case *c)
{
    unsigned kinds = 0;
    for (size_t i = 0; c->n > 0 && i < c->t->n_steps; i++) {
        const entry *n = journal_at(&c->s->journal, c->t->steps[i].entry);
        int64_t away = n->time_ns - c->calls[0].n->time_ns;
        if (n->root == c->calls[0].n->root && has_effect(n) && away < BURST_TIME &&
            away > -BURST_TIME)
            kinds |= kinds_made(c->s, n);
    }
    return __builtin_popcount(kinds) >= BURST_KINDS;
}

/* ---- the case -------------------------------------------------------------------------------- */

static bool makes_something(const event *e)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED)
            return true;
    return false;
}

static bool open_call(benign_case *c, uint32_t number, benign_call *ret)
{
    const entry *n = journal_at(&c->s->journal, number);
    size_t n_refs = event_packed_refs(journal_packed(n));
    event_ref *refs = arena_alloc(c->a, (n_refs + 1) * sizeof *refs);
    *ret = (benign_call){.number = number, .n = n};
    if (!refs || !journal_event(n, &ret->e, refs, n_refs))
        return false;
    ret->makes = makes_something(&ret->e);
    ret->is_habit = benign_is_habit(c, number);
    return true;
}

/* All that was shared went to accounts that the operator trusts, and something was. */
static bool is_shared_in_trust(const benign_case *c)
{
    bool has_share = false;
    for (size_t i = 0; i < c->t->n_steps; i++) {
        event e;
        const entry *n = journal_at(&c->s->journal, c->t->steps[i].entry);
        if (operation_at(n->operation)->stage != STAGE_EXFIL ||
            !facts_is_evidence(c->s, c->t, &c->t->steps[i]) ||
            !event_unpack_fields(journal_packed(n), &e))
            continue;
        if (e.field[FIELD_share_to].n == 0 || policy_stranger(c->settings, &e).n > 0)
            return false;
        has_share = true;
    }
    return has_share;
}

bool benign_case_make(const state *s, const story *t, const settings *of, arena *a,
                      benign_case *ret)
{
    *ret = (benign_case){.s = s, .t = t, .settings = of, .a = a};
    ret->calls = arena_alloc(a, (t->n_steps + 1) * sizeof *ret->calls);
    if (!ret->calls)
        return false;
    for (size_t i = 0; i < t->n_steps; i++)
        if (t->steps[i].is_anchor && !open_call(ret, t->steps[i].entry, &ret->calls[ret->n++]))
            return false;
    ret->is_shared_in_trust = is_shared_in_trust(ret);
    ret->is_build = has_build(ret);
    ret->is_burst = has_burst(ret);
    return true;
}
