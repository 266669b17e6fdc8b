/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_book.c -- all policies of the exports, compiled, and which of them bear on whom.
 */
#include "access/aws_book.h"

#include <stdlib.h>

#include "access/access.h"
#include "policy/aws_managed.h"
#include "fact/aws_words.h"
#include "fact/reading.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/text.h"

#define BY_NAME (UINT64_C(1) << 32)

const aws_action aws_action_rows[AWS_ACTION_COUNT] = {
#define AWS_ACTION(id, name, reach) [AWS_##id] = {name, reach},
#include "access/aws_action.def"
#undef AWS_ACTION
};

_Static_assert((int)AWS_ACTION_COUNT <= (int)AWS_ACTIONS_MAX, "actions are bits of one word");

/* ---- what a policy is like ------------------------------------------------------------------- */

static bool is_every_action(const aws_statement *s)
{
    const str odd = STR("any-service:anyaction");
    for (uint32_t i = 0; i < s->actions.n && !s->is_not_action; i++)
        if (s->actions.items[i].is_all || aws_pattern_matches(&s->actions.items[i], odd, false))
            return true;
    return false;
}

static bool is_every_resource(const aws_statement *s)
{
    for (uint32_t i = 0; i < s->resources.n && !s->is_not_resource; i++)
        if (s->resources.items[i].is_all)
            return true;
    return false;
}

static bool names_caller(str key)
{
    return text_starts_nocase(key, "aws:Principal") || text_eq_nocase(key, STR("aws:username")) ||
           text_eq_nocase(key, STR("aws:userid"));
}

static bool has_variable(aws_patterns list)
{
    for (uint32_t i = 0; i < list.n; i++)
        if (list.items[i].has_variable)
            return true;
    return false;
}

static bool is_personal(const aws_statement *s)
{
    bool found = has_variable(s->resources);
    for (uint32_t i = 0; i < s->n_conditions && !found; i++) {
        const aws_condition *c = &s->conditions[i];
        found = names_caller(c->key) || has_variable((aws_patterns){c->values, c->n_values});
    }
    return found;
}

static void describe(aws_sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->policy->n; i++) {
        const aws_statement *s = &sheet->policy->statements[i];
        bool is_all = s->is_allow && is_every_action(s) && is_every_resource(s);
        sheet->is_personal = sheet->is_personal || is_personal(s);
        sheet->has_all = sheet->has_all || (is_all && s->n_conditions == 0);
        sheet->has_all_if = sheet->has_all_if || (is_all && s->n_conditions > 0);
    }
}

/* ---- what is told of a policy ---------------------------------------------------------------- */

/* The service of which a statement allows all actions: "ec2:*". */
static str whole_service(const aws_pattern *action)
{
    str service = text_before(action->text, ':');
    bool is_named = service.n + 2 == action->text.n && !memchr(service.p, '*', service.n);
    char any[80] = {0};
    if (!is_named || service.n + 10 > sizeof any)
        return STR_NONE;
    memcpy(any, service.p, service.n);
    memcpy(any + service.n, ":anything", 9);
    return aws_pattern_matches(action, (str){any, service.n + 9}, false) ? service : STR_NONE;
}

/* A condition on the role or on the service that is given it. */
static bool bounds_passing(const aws_statement *s)
{
    for (uint32_t i = 0; i < s->n_conditions; i++)
        if (text_starts_nocase(s->conditions[i].key, "iam:") ||
            text_starts_nocase(s->conditions[i].key, "aws:ResourceTag/"))
            return true;
    return false;
}

static void note_statement(aws_book *b, uint32_t policy, const aws_statement *s)
{
    facts *f = b->facts;
    if (!s->is_allow || !is_every_resource(s))
        return;
    buf_reset(&b->words);
    aws_statement_show(s, &b->words);
    b->failed = b->failed || b->words.failed;
    if (s->is_not_action)
        facts_put_text(f, policy, ATTR_ALLOWS_ALL_BUT, buf_str(&b->words));
    if (!bounds_passing(s) && aws_apply_action(s, STR("iam:passrole")))
        facts_put_text(f, policy, ATTR_PASSES_ALL_ROLES, buf_str(&b->words));
    for (uint32_t i = 0; i < s->actions.n && !s->is_not_action; i++)
        facts_put_text(f, policy, ATTR_ALLOWS_SERVICE, whole_service(&s->actions.items[i]));
}

/* A damaged statement grants and denies nothing: people must know. */
static void tell_problem(aws_book *b, const fact *x, const aws_policy *p)
{
    if (p->n_problems == 0 || !b->reading || facts_get(b->facts, x, ATTR_POLICY_READ).is_set)
        return;
    str id = str_upto(facts_id(b->facts, x), 100);
    b->reading->input = x->input;
    reading_wrong(b->reading, "policy %.*s: %.*s", (int)id.n, id.p, (int)p->problem.n,
                  p->problem.p);
}

static void note(aws_book *b, const aws_sheet *sheet)
{
    const aws_policy *p = sheet->policy;
    tell_problem(b, facts_at(b->facts, sheet->fact), p);
    const aws_powers *powers = &sheet->powers;
    for (uint32_t i = 0; i < p->n; i++)
        note_statement(b, sheet->fact, &p->statements[i]);
    if (sheet->has_all)
        facts_put_flag(b->facts, sheet->fact, ATTR_ALLOWS_ALL, true);
    if ((powers->allow | powers->allow_some | powers->allow_if) & b->power_bits)
        facts_put_flag(b->facts, sheet->fact, ATTR_IS_POWERFUL, true);
    facts_put_flag(b->facts, sheet->fact, ATTR_POLICY_READ, p->n_problems == 0);
}

static const aws_sheet *make_sheet(aws_book *b, arena *a, const aws_policy *p, uint32_t fact)
{
    aws_sheet *sheet = p ? arena_alloc(a, sizeof *sheet) : NULL;
    if (!sheet) {
        b->failed = true;
        return NULL;
    }
    *sheet = (aws_sheet){.policy = p, .fact = fact};
    sheet->powers = aws_powers_of(&b->actions, p, &b->table);
    b->failed = b->failed || b->table.failed;
    sheet->is_inline =
        fact != FACT_NONE && facts_is(b->facts, facts_at(b->facts, fact), ATTR_IS_INLINE);
    describe(sheet);
    if (fact != FACT_NONE)
        note(b, sheet);
    return sheet;
}

/* ---- compiling ------------------------------------------------------------------------------- */

/* NULL without failure: there is no document. */
static const aws_sheet *compile_fact(aws_book *b, arena *a, uint32_t policy)
{
    const fact *x = facts_at(b->facts, policy);
    str document = facts_get_text(b->facts, x, ATTR_DOCUMENT);
    if (document.n == 0)
        return NULL;
    return make_sheet(b, a, aws_policy_parse(b->compiler, a, document, facts_name(b->facts, x)),
                      policy);
}

static const aws_sheet *keep(aws_book *b, uint64_t key, const aws_sheet *sheet)
{
    const aws_sheet **all = array_room(b->sheets, b->n_sheets, &b->cap_sheets, 64, sizeof *all);
    if (all)
        b->sheets = all;
    if (!all || !map_put(&b->sheet_of, key, (uint32_t)b->n_sheets)) {
        b->failed = true;
        return NULL;
    }
    all[b->n_sheets++] = sheet;
    return sheet;
}

static const aws_sheet *kept_sheet(aws_book *b, uint32_t policy)
{
    uint32_t at = map_get(&b->sheet_of, policy);
    if (at != MAP_NONE)
        return b->sheets[at];
    return keep(b, policy, compile_fact(b, &b->kept, policy));
}

/* A policy of AWS that the exports name without its document. */
static const aws_sheet *managed_sheet(aws_book *b, str arn)
{
    uint32_t name = intern_id(&b->facts->text, arn);
    uint32_t at = map_get(&b->sheet_of, BY_NAME + name);
    if (!name || at != MAP_NONE)
        return name ? b->sheets[at] : NULL;
    if (!aws_managed_is(arn))
        return keep(b, BY_NAME + name, NULL);
    str text = intern_text(&b->facts->text, name);
    const aws_policy *p = aws_managed_policy(b->compiler, &b->kept, text);
    return keep(b, BY_NAME + name, make_sheet(b, &b->kept, p, FACT_NONE));
}

static const aws_sheet *sheet_of_arn(aws_book *b, str arn)
{
    uint32_t at = facts_find(b->facts, FACT_POLICY, PROVIDER_AWS, arn);
    const aws_sheet *sheet = at == FACT_NONE ? NULL : kept_sheet(b, at);
    return sheet ? sheet : managed_sheet(b, arn);
}

/* ---- who has what ---------------------------------------------------------------------------- */

static uint32_t principal_of_arn(const facts *f, str arn)
{
    str rest = aws_arn_part(arn, 5);
    fact_kind kind = text_starts(rest, "user/")   ? FACT_USER
                     : text_starts(rest, "role/") ? FACT_ROLE
                                                  : FACT_GROUP;
    return facts_find(f, kind, PROVIDER_AWS, arn);
}

static int compare_inline(const void *a, const void *b)
{
    const aws_inline *x = a, *y = b;
    if (x->holder != y->holder)
        return x->holder < y->holder ? -1 : 1;
    return x->policy < y->policy ? -1 : x->policy > y->policy;
}

static void index_inline(aws_book *b)
{
    uint32_t from, to;
    facts_range(b->facts, FACT_POLICY, &from, &to);
    for (uint32_t at = from; at < to && !b->failed; at++) {
        const fact *x = facts_at(b->facts, at);
        if (x->provider != PROVIDER_AWS || !facts_is(b->facts, x, ATTR_IS_INLINE))
            continue;
        aws_inline *all = array_room(b->inlines, b->n_inlines, &b->cap_inlines, 64, sizeof *all);
        b->failed = b->failed || !all;
        if (!all)
            return;
        b->inlines = all;
        uint32_t holder = principal_of_arn(b->facts, aws_holder(facts_id(b->facts, x)));
        all[b->n_inlines++] = (aws_inline){holder, at};
    }
    if (b->n_inlines > 0)
        qsort(b->inlines, b->n_inlines, sizeof *b->inlines, compare_inline);
}

static size_t first_inline(const aws_book *b, uint32_t holder)
{
    size_t low = 0, high = b->n_inlines;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->inlines[middle].holder < holder)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint64_t group_key(uint32_t account, str name)
{
    return hash_str(name, account);
}

static void index_groups(aws_book *b)
{
    uint32_t from, to;
    facts_range(b->facts, FACT_GROUP, &from, &to);
    for (uint32_t at = from; at < to; at++) {
        const fact *x = facts_at(b->facts, at);
        if (x->provider == PROVIDER_AWS &&
            !map_put(&b->group_of, group_key(x->account, facts_name(b->facts, x)), at))
            b->failed = true;
    }
}

/* The root of the organization, when the exports show just one. */
static void find_root(aws_book *b)
{
    uint32_t from, to;
    b->root = FACT_NONE;
    facts_range(b->facts, FACT_ACCOUNT, &from, &to);
    for (uint32_t at = from; at < to; at++) {
        const fact *x = facts_at(b->facts, at);
        if (x->provider != PROVIDER_AWS || !text_starts(facts_id(b->facts, x), "r-"))
            continue;
        if (b->root != FACT_NONE) {
            b->root = FACT_NONE;
            return;
        }
        b->root = at;
    }
}

/* ---- control policies ------------------------------------------------------------------------ */

enum { LEVELS_MAX = 8 }; /* of an organization: a root, five units, an account */

/* The account and all that it stands in, from below. */
static size_t climb(const aws_book *b, uint32_t account, uint32_t chain[LEVELS_MAX])
{
    size_t n = 0;
    for (uint32_t at = account; at != FACT_NONE && n < LEVELS_MAX;) {
        chain[n++] = at;
        str parent = facts_get_text(b->facts, facts_at(b->facts, at), ATTR_ORG_PARENT);
        at = facts_find(b->facts, FACT_ACCOUNT, PROVIDER_AWS, parent);
    }
    if (b->root != FACT_NONE && n > 0 && n < LEVELS_MAX && chain[n - 1] != b->root)
        chain[n++] = b->root;
    return n;
}

/* A control policy of which no document is known bounds nothing. */
static const aws_sheet *control_sheet(aws_book *b, str id)
{
    uint32_t at = facts_find(b->facts, FACT_POLICY, PROVIDER_AWS, id);
    const aws_sheet *sheet = at == FACT_NONE ? NULL : kept_sheet(b, at);
    return sheet ? sheet : managed_sheet(b, STR("arn:aws:iam::aws:policy/AdministratorAccess"));
}

static void add_to_level(aws_levels *levels, const aws_sheet *sheet, const aws_policy **room,
                         aws_level *level)
{
    if (!sheet)
        return;
    room[level->list.n++] = sheet->policy;
    level->list.items = room;
    aws_powers_add(&level->powers, &sheet->powers);
    levels->is_personal = levels->is_personal || sheet->is_personal;
}

static aws_level read_level(aws_book *b, aws_levels *levels, uint32_t unit)
{
    aws_level level = {0};
    const fact *x = facts_at(b->facts, unit);
    const aws_policy **room = arena_alloc(&b->kept, (x->n_listed + 1) * sizeof *room);
    fact_iter it = facts_iter(b->facts, x, ATTR_CONTROL_POLICY);
    while (room && facts_next(&it))
        add_to_level(levels, control_sheet(b, it.value.text), room, &level);
    b->failed = b->failed || !room;
    return level;
}

static bool bounds_regions(const aws_policy *p)
{
    for (uint32_t i = 0; i < p->n; i++) {
        const aws_statement *s = &p->statements[i];
        if (s->is_allow || !aws_apply_action(s, STR("ec2:runinstances")))
            continue;
        for (uint32_t k = 0; k < s->n_conditions; k++)
            if (text_eq_nocase(s->conditions[k].key, STR("aws:RequestedRegion")))
                return true;
    }
    return false;
}

static void note_guards(aws_book *b, const aws_levels *levels)
{
    uint64_t denied = 0, wanted = AWS_BIT(cloudtrail_StopLogging) | AWS_BIT(cloudtrail_DeleteTrail);
    bool has_regions = false;
    for (size_t i = 0; i < levels->n; i++) {
        denied |= levels->powers[i].deny | levels->powers[i].deny_if;
        for (size_t k = 0; k < levels->lists[i].n; k++)
            has_regions = has_regions || bounds_regions(levels->lists[i].items[k]);
    }
    if (levels->n == 0)
        return;
    facts_put_flag(b->facts, levels->account, ATTR_GUARDS_LOGGING, (denied & wanted) == wanted);
    facts_put_flag(b->facts, levels->account, ATTR_GUARDS_REGIONS, has_regions);
}

static void fill_levels(aws_book *b, aws_levels *levels, const uint32_t *chain, size_t n)
{
    aws_policy_list *lists = arena_alloc(&b->kept, (n + 1) * sizeof *lists);
    aws_powers *powers = arena_alloc(&b->kept, (n + 1) * sizeof *powers);
    if (!lists || !powers) {
        b->failed = true;
        return;
    }
    for (size_t i = n; i > 0; i--) {
        aws_level level = read_level(b, levels, chain[i - 1]);
        if (level.list.n == 0)
            continue;
        lists[levels->n] = level.list;
        powers[levels->n++] = level.powers;
    }
    levels->lists = lists;
    levels->powers = powers;
    note_guards(b, levels);
}

/* Places of levels move when there are more accounts: callers keep no pointer over two
 * principals. */
static const aws_levels *levels_of(aws_book *b, uint32_t account)
{
    uint32_t chain[LEVELS_MAX];
    uint32_t at = map_get(&b->levels_of, account);
    if (at != MAP_NONE)
        return &b->levels[at];
    aws_levels *all = array_room(b->levels, b->n_levels, &b->cap_levels, 16, sizeof *all);
    if (all)
        b->levels = all;
    if (!all || !map_put(&b->levels_of, account, (uint32_t)b->n_levels)) {
        b->failed = true;
        return NULL;
    }
    aws_levels levels = {.account = account};
    if (!facts_is(b->facts, facts_at(b->facts, account), ATTR_IS_MANAGEMENT))
        fill_levels(b, &levels, chain, climb(b, account, chain));
    b->levels[b->n_levels] = levels;
    return &b->levels[b->n_levels++];
}

/* ---- one principal --------------------------------------------------------------------------- */

static void note_unread(aws_book *b, str policy)
{
    facts_put_text(b->facts, b->now.principal, ATTR_UNREAD_POLICY, policy);
}

static void add_item(aws_book *b, const aws_sheet *sheet, str name, uint32_t group)
{
    aws_holding *h = &b->now;
    if (!sheet || sheet->policy->n_problems > 0)
        note_unread(b, name);
    if (!sheet)
        return;
    aws_item *items = array_room(h->items, h->n, &h->cap, 64, sizeof *items);
    h->items = items ? items : h->items;
    const aws_policy **chosen = array_room(h->chosen, h->n, &h->cap_chosen, 64, sizeof *chosen);
    h->chosen = chosen ? chosen : h->chosen;
    b->failed = b->failed || !items || !chosen;
    if (!items || !chosen)
        return;
    h->items[h->n++] = (aws_item){sheet, group};
    aws_powers_add(&h->powers, &sheet->powers);
    h->is_personal = h->is_personal || sheet->is_personal;
}

/* What a user, group or role has itself, or a user by a group. */
static void add_own(aws_book *b, uint32_t holder, uint32_t group)
{
    const fact *x = facts_at(b->facts, holder);
    fact_iter it = facts_iter(b->facts, x, ATTR_ATTACHED);
    while (facts_next(&it))
        add_item(b, sheet_of_arn(b, it.value.text), it.value.text, group);
    bool is_shared = x->kind == FACT_GROUP;
    for (size_t i = first_inline(b, holder); i < b->n_inlines; i++) {
        uint32_t policy = b->inlines[i].policy;
        if (b->inlines[i].holder != holder)
            break;
        const aws_sheet *sheet =
            is_shared ? kept_sheet(b, policy) : compile_fact(b, &b->passing, policy);
        add_item(b, sheet, facts_name(b->facts, facts_at(b->facts, policy)), group);
    }
}

uint32_t aws_book_group(const aws_book *b, uint32_t account, str name)
{
    uint32_t at = map_get(&b->group_of, group_key(account, name));
    bool is_it = at != MAP_NONE && str_eq(facts_name(b->facts, facts_at(b->facts, at)), name);
    return is_it ? at : FACT_NONE;
}

static void add_groups(aws_book *b, const fact *user)
{
    fact_iter it = facts_iter(b->facts, user, ATTR_GROUP_NAME);
    while (facts_next(&it)) {
        uint32_t at = aws_book_group(b, user->account, it.value.text);
        if (at != FACT_NONE)
            add_own(b, at, at);
        else
            note_unread(b, it.value.text);
    }
}

static void add_bounds(aws_book *b, const fact *x)
{
    aws_holding *h = &b->now;
    str boundary = facts_get_text(b->facts, x, ATTR_BOUNDARY);
    h->has_boundary = boundary.n > 0;
    h->boundary = boundary.n > 0 ? sheet_of_arn(b, boundary) : NULL;
    if (h->has_boundary && !h->boundary)
        note_unread(b, boundary);
    h->is_personal = h->is_personal || (h->boundary && h->boundary->is_personal);
    uint32_t account = facts_find(b->facts, FACT_ACCOUNT, PROVIDER_AWS, facts_account(b->facts, x));
    h->levels = account == FACT_NONE ? NULL : levels_of(b, account);
    h->is_personal = h->is_personal || (h->levels && h->levels->is_personal);
}

const aws_holding *aws_book_open(aws_book *b, uint32_t principal)
{
    aws_holding *h = &b->now;
    const fact *x = facts_at(b->facts, principal);
    arena_reset(&b->passing);
    *h = (aws_holding){.principal = principal,
                       .items = h->items,
                       .chosen = h->chosen,
                       .cap = h->cap,
                       .cap_chosen = h->cap_chosen};
    add_own(b, principal, FACT_NONE);
    if (x->kind == FACT_USER)
        add_groups(b, x);
    add_bounds(b, x);
    return b->failed || b->facts->failed ? NULL : h;
}

/* ---- asking ---------------------------------------------------------------------------------- */

aws_power_verdict aws_book_judge(const aws_book *b, const aws_holding *h)
{
    aws_power_set set = {.identity = h->powers,
                         .boundary = h->boundary ? &h->boundary->powers : NULL,
                         .scps = h->levels ? h->levels->powers : NULL,
                         .n_scps = h->levels ? h->levels->n : 0};
    return aws_powers_judge(&b->actions, &set);
}

uint64_t aws_book_touched(const aws_sheet *sheet)
{
    const aws_powers *p = &sheet->powers;
    return p->allow | p->allow_some | p->allow_if | p->deny | p->deny_some | p->deny_if;
}

/* The policies that say anything of an action: all others neither allow nor deny it. */
static aws_policy_list choose(const aws_holding *h, aws_action_id action)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (aws_book_touched(h->items[i].sheet) >> action & 1)
            h->chosen[n++] = h->items[i].sheet->policy;
    return (aws_policy_list){h->chosen, n};
}

bool aws_book_ask(aws_book *b, const aws_holding *h, aws_action_id action, str reach,
                  const aws_context *context, aws_decision *ret)
{
    aws_policy_list boundary = {.n = 0};
    if (h->boundary)
        boundary = (aws_policy_list){&h->boundary->policy, 1};
    aws_policy_set set = {.identity = choose(h, action),
                          .boundary = h->boundary ? &boundary : NULL,
                          .scps = h->levels ? h->levels->lists : NULL,
                          .n_scps = h->levels ? h->levels->n : 0};
    aws_request request = {.action = str_of(aws_action_rows[action].action),
                           .resource = reach,
                           .is_any = true,
                           .context = context};
    b->failed = b->failed || !aws_ask(&b->judge, &set, &request, ret);
    if (h->has_boundary && !h->boundary && ret->verdict == AWS_ALLOWED) {
        ret->verdict = AWS_ALLOWED_IF;
        aws_keys_add(&ret->keys, STR("document of the boundary"));
    }
    return !b->failed;
}

static const aws_item *item_of(const aws_holding *h, const aws_policy *p)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->items[i].sheet->policy == p)
            return &h->items[i];
    return NULL;
}

str aws_book_say(aws_book *b, const aws_holding *h, const aws_place *place)
{
    buf *out = &b->words;
    const aws_item *item = place->policy ? item_of(h, place->policy) : NULL;
    buf_reset(out);
    if (!place->policy)
        return STR_NONE;
    buf_puts(out, item && item->sheet->is_inline ? "inline policy " : "policy ");
    buf_putstr(out, aws_arn_name(place->policy->name));
    if (place->statement) {
        buf_puts(out, ", ");
        aws_statement_show(place->statement, out);
    }
    if (item && item->group != FACT_NONE && item->group != h->principal) {
        buf_puts(out, ", of group ");
        buf_putstr(out, facts_name(b->facts, facts_at(b->facts, item->group)));
    }
    b->failed = b->failed || out->failed;
    return buf_str(out);
}

void aws_book_finish(aws_book *b)
{
    uint32_t from, to;
    facts_range(b->facts, FACT_POLICY, &from, &to);
    for (uint32_t at = from; at < to && !b->failed; at++) {
        const fact *x = facts_at(b->facts, at);
        if (x->provider == PROVIDER_AWS && !facts_get(b->facts, x, ATTR_POLICY_READ).is_set) {
            arena_reset(&b->passing);
            compile_fact(b, &b->passing, at);
        }
    }
    facts_range(b->facts, FACT_ACCOUNT, &from, &to);
    for (uint32_t at = from; at < to && !b->failed; at++)
        if (facts_at(b->facts, at)->provider == PROVIDER_AWS)
            levels_of(b, at);
}

/* ---- life ------------------------------------------------------------------------------------ */

bool aws_book_init(aws_book *b, facts *f)
{
    *b = (aws_book){.facts = f, .strong_left = LIMIT_AWS_STRONG};
    b->compiler = aws_compiler_new();
    b->failed = !b->compiler || !aws_actions_init(&b->actions, aws_action_rows, AWS_ACTION_COUNT);
    if (b->failed)
        return false;
    index_inline(b);
    index_groups(b);
    find_root(b);
    return !b->failed;
}

void aws_book_done(aws_book *b)
{
    aws_compiler_free(b->compiler);
    aws_actions_done(&b->actions);
    aws_judge_done(&b->judge);
    buf_done(&b->table);
    buf_done(&b->words);
    arena_done(&b->kept);
    arena_done(&b->passing);
    map_done(&b->sheet_of);
    free(b->sheets);
    free(b->inlines);
    map_done(&b->group_of);
    free(b->levels);
    map_done(&b->levels_of);
    free(b->now.items);
    free(b->now.chosen);
}
