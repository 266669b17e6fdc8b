/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_access.c -- who may do what in AWS.
 *
 * First what each policy says of each action, as bits, is put together; only what the bits leave
 * open is asked in full. Then rights are written, and those who may make themselves stronger are
 * looked for.
 */
#include "access/aws_access.h"

#include <stdlib.h>

#include "access/aws_book.h"
#include "access/aws_demand.h"
#include "access/aws_escalate.h"
#include "access/aws_who.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/text.h"

enum { WAYS_MAX = 16 };

/* The ways to use a power: each needs all of its actions. */
typedef struct ways {
    uint64_t mask[WAYS_MAX];
    aws_action_id first[WAYS_MAX];
    size_t n;
} ways;

/* The answer about one action: bit by bit in allowed and depends, in words when it was asked. */
typedef struct answers {
    uint64_t allowed, depends;
    uint32_t via[AWS_ACTION_COUNT], scope[AWS_ACTION_COUNT], condition[AWS_ACTION_COUNT];
} answers;

/* What one policy that many have says of one action, when nothing else has a say. */
typedef struct known_answer {
    aws_verdict verdict;
    uint32_t via, scope, condition;
} known_answer;

typedef struct builder {
    access *access;
    facts *facts;
    aws_book book;
    ways ways[POWER_COUNT];
    map seen;     /* what bears on a principal, hashed -> an earlier one with the same rights */
    map known_of; /* policy, group and action, hashed -> an answer */
    known_answer *known;
    size_t n_known, cap_known;
    aws_reach *reach; /* by fact, from `first` on: what each principal may do */
    answers answers;
    buf words;
    bool failed;
} builder;

/* ---- the table of powers --------------------------------------------------------------------- */

static bool find_action(str name, aws_action_id *ret)
{
    for (int i = 0; i < AWS_ACTION_COUNT; i++)
        if (text_eq_nocase(name, str_of(aws_action_rows[i].action))) {
            *ret = (aws_action_id)i;
            return true;
        }
    return false;
}

static void read_way(ways *w, str way)
{
    str one;
    aws_action_id id;
    bool is_first = true;
    if (w->n == WAYS_MAX)
        return;
    while (text_next(&way, '+', &one)) {
        if (!find_action(one, &id))
            continue;
        w->mask[w->n] |= UINT64_C(1) << id;
        w->first[w->n] = is_first ? id : w->first[w->n];
        is_first = false;
    }
    w->n += !is_first;
}

static void read_ways(builder *b)
{
    for (int p = 0; p < POWER_COUNT; p++) {
        str rest = str_of(power_describe((power)p)->action[PROVIDER_AWS]), way;
        while (text_next(&rest, ' ', &way))
            read_way(&b->ways[p], way);
        for (size_t i = 0; i < b->ways[p].n; i++)
            b->book.power_bits |= b->ways[p].mask[i];
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

static uint32_t keep_words(builder *b, str words)
{
    uint32_t id = words.n > 0 ? intern_id(&b->facts->text, words) : 0;
    b->failed = b->failed || (words.n > 0 && !id);
    return id;
}

/* The keys that a right depends on; those of which it does not demand anything are marked. */
static uint32_t keep_keys(builder *b, const aws_holding *h, aws_action_id id, aws_who *who,
                          const aws_keys *keys)
{
    buf_reset(&b->words);
    for (size_t i = 0; i < keys->n; i++) {
        if (i > 0)
            buf_puts(&b->words, ", ");
        buf_putstr(&b->words, keys->items[i]);
        if (!aws_demand_holds(&b->book, h, id, who, keys->items[i]))
            buf_puts(&b->words, " (not demanded)");
    }
    if (keys->has_more)
        buf_puts(&b->words, ", …");
    b->failed = b->failed || b->words.failed;
    return keep_words(b, buf_str(&b->words));
}

/* The decision is gone afterwards: about what it depends on more is asked. */
static known_answer in_words(builder *b, const aws_holding *h, aws_action_id id, aws_who *who,
                             const aws_decision *d)
{
    known_answer one = {.verdict = d->verdict};
    if (d->verdict < AWS_ALLOWED_IF)
        return one;
    const aws_place *place = d->by.policy ? &d->by : &d->depends;
    bool is_all = str_is(d->resource, aws_action_rows[id].reach);
    one.scope = keep_words(b, is_all ? STR("*") : d->resource);
    one.via = keep_words(b, aws_book_say(&b->book, h, place));
    const aws_keys keys = d->keys;
    one.condition = d->verdict == AWS_ALLOWED ? 0 : keep_keys(b, h, id, who, &keys);
    return one;
}

static void keep_answer(answers *all, aws_action_id id, const known_answer *one)
{
    uint64_t bit = UINT64_C(1) << id;
    all->allowed |= one->verdict == AWS_ALLOWED ? bit : 0;
    all->depends |= one->verdict == AWS_ALLOWED_IF ? bit : 0;
    all->scope[id] = one->scope;
    all->condition[id] = one->condition;
    all->via[id] = one->via;
}

/* The one item that decides an action alone and for everybody alike; NULL: there is no such. */
static const aws_item *lone_item(const aws_holding *h, aws_action_id id)
{
    const aws_item *found = NULL;
    if (h->has_boundary || (h->levels && h->levels->n > 0))
        return NULL;
    for (size_t i = 0; i < h->n; i++) {
        if (!(aws_book_touched(h->items[i].sheet) >> id & 1))
            continue;
        if (found)
            return NULL;
        found = &h->items[i];
    }
    bool is_shared = found && !found->sheet->is_personal &&
                     (!found->sheet->is_inline || found->group != FACT_NONE);
    return is_shared ? found : NULL;
}

static bool remember(builder *b, uint64_t key, const known_answer *one)
{
    known_answer *all =
        array_room(b->known, b->n_known, &b->cap_known, AWS_ACTION_COUNT, sizeof *all);
    b->known = all ? all : b->known;
    if (!all || !map_put(&b->known_of, key, (uint32_t)b->n_known))
        return false;
    all[b->n_known++] = *one;
    return true;
}

static const uint64_t credential_bits = AWS_BIT(iam_CreateAccessKey) |
                                        AWS_BIT(iam_CreateLoginProfile) |
                                        AWS_BIT(iam_UpdateLoginProfile);

static uint64_t hash_item(const aws_item *item, uint64_t seed)
{
    const uint64_t words[] = {(uintptr_t)item->sheet, item->group};
    return hash_bytes(words, sizeof words, seed);
}

static void ask_one(builder *b, const aws_holding *h, aws_action_id id, aws_who *who)
{
    aws_decision d;
    const aws_item *lone = lone_item(h, id);
    uint64_t key = lone ? hash_item(lone, id) : 0;
    uint32_t at = lone ? map_get(&b->known_of, key) : MAP_NONE;
    if (at != MAP_NONE) {
        keep_answer(&b->answers, id, &b->known[at]);
        return;
    }
    str reach = str_of(aws_action_rows[id].reach);
    if (!aws_book_ask(&b->book, h, id, reach, &who->context, &d)) {
        b->failed = true;
        return;
    }
    known_answer one = in_words(b, h, id, who, &d);
    keep_answer(&b->answers, id, &one);
    if (lone)
        b->failed = !remember(b, key, &one) || b->failed;
}

/* Asks about the actions in `bits`, one by one. */
static void ask_each(builder *b, const aws_holding *h, uint64_t bits)
{
    AUTO(aws_who) self = {0}, others = {0};
    const fact *x = facts_at(b->facts, h->principal);
    aws_who_know(&self, b->facts, x, true);
    aws_who_know(&others, b->facts, x, false);
    for (int i = 0; i < AWS_ACTION_COUNT && !b->failed; i++) {
        uint64_t bit = UINT64_C(1) << i;
        aws_who *who = bit & credential_bits ? &others : &self;
        if (bits & bit)
            ask_one(b, h, (aws_action_id)i, who);
    }
    b->failed = b->failed || self.keys.failed || others.keys.failed;
}

/* ---- writing rights -------------------------------------------------------------------------- */

static bool holds_everything(const aws_holding *h, bool is_if)
{
    for (size_t i = 0; i < h->n; i++)
        if (is_if ? h->items[i].sheet->has_all_if : h->items[i].sheet->has_all)
            return true;
    return false;
}

/* An administrator has a policy of everything, and nothing takes the rights to IAM out of it. */
static bool is_admin(const builder *b, const aws_holding *h, uint64_t bits)
{
    bool is_if = !(b->answers.allowed & AWS_GROWTH_BITS);
    return (bits & AWS_GROWTH_BITS) &&
           (holds_everything(h, false) || (is_if && holds_everything(h, true)));
}

static void write_right(builder *b, const aws_holding *h, power p, aws_action_id id,
                        bool is_allowed)
{
    const answers *all = &b->answers;
    access_right right = {
        .principal = h->principal,
        .power = (uint8_t)p,
        .verdict = is_allowed ? ACCESS_ALLOWED : ACCESS_CONDITIONAL,
        .is_admin = is_admin(b, h, all->allowed | all->depends),
        .via = all->via[id],
        .scope = all->scope[id],
        .condition = is_allowed ? 0 : all->condition[id],
    };
    access_add(b->access, right);
}

/* The action of a way whose condition is to be told: the first that depends on one. */
static aws_action_id told(const builder *b, const ways *w, size_t way)
{
    for (int i = 0; i < AWS_ACTION_COUNT; i++)
        if (w->mask[way] & b->answers.depends & UINT64_C(1) << i)
            return (aws_action_id)i;
    return w->first[way];
}

/* The ways of a power that are open; those that are open for certain hide those that depend. */
static void write_power(builder *b, const aws_holding *h, power p)
{
    const ways *w = &b->ways[p];
    uint64_t may = b->answers.allowed | b->answers.depends;
    bool has_one = false;
    uint32_t last = 0;
    for (size_t i = 0; i < w->n; i++) {
        uint32_t via = b->answers.via[w->first[i]];
        if ((w->mask[i] & b->answers.allowed) != w->mask[i] || (has_one && via == last))
            continue;
        write_right(b, h, p, w->first[i], true);
        has_one = true;
        last = via;
    }
    for (size_t i = 0; i < w->n && !has_one; i++) {
        if ((w->mask[i] & may) != w->mask[i])
            continue;
        write_right(b, h, p, told(b, w, i), false);
        has_one = true;
    }
}

/* ---- one principal --------------------------------------------------------------------------- */

static uint64_t hash_holding(const aws_holding *h, uint32_t account)
{
    const uint64_t head[] = {account, h->has_boundary, (uintptr_t)h->boundary};
    uint64_t hash = hash_bytes(head, sizeof head, 0);
    for (size_t i = 0; i < h->n; i++)
        hash = hash_item(&h->items[i], hash);
    return hash;
}

/* What is compiled for one principal alone can bear on no other. */
static bool can_share(const aws_holding *h)
{
    bool is_shared = !h->is_personal;
    for (size_t i = 0; i < h->n && is_shared; i++)
        is_shared = !h->items[i].sheet->is_inline || h->items[i].group != FACT_NONE;
    return is_shared;
}

static void copy_rights(builder *b, const aws_reach *from, aws_reach *to, uint32_t principal)
{
    *to = *from;
    for (size_t i = 0; i < from->n_rights; i++) {
        access_right right = b->access->items[from->first_right + i];
        right.principal = principal;
        access_add(b->access, right);
    }
}

static void evaluate(builder *b, const aws_holding *h, aws_reach *reach)
{
    aws_power_verdict v = aws_book_judge(&b->book, h);
    b->answers.allowed = b->answers.depends = 0;
    ask_each(b, h, v.allowed | v.undecided);
    reach->first_right = b->access->n;
    for (int p = 0; p < POWER_COUNT; p++)
        write_power(b, h, (power)p);
    reach->n_rights = b->access->n - reach->first_right;
    reach->allowed = b->answers.allowed;
    reach->depends = b->answers.depends;
    reach->is_admin = is_admin(b, h, b->answers.allowed) && holds_everything(h, false);
}

static void read_principal(builder *b, uint32_t at)
{
    const fact *x = facts_at(b->facts, at);
    if (x->provider != PROVIDER_AWS || facts_is(b->facts, x, ATTR_IS_ROOT))
        return;
    const aws_holding *h = aws_book_open(&b->book, at);
    if (!h || h->n == 0) {
        b->failed = b->failed || !h;
        return;
    }
    uint64_t key = hash_holding(h, x->account);
    uint32_t same = can_share(h) ? map_get(&b->seen, key) : MAP_NONE;
    if (same != MAP_NONE) {
        copy_rights(b, &b->reach[same], &b->reach[at], at);
        return;
    }
    evaluate(b, h, &b->reach[at]);
    if (can_share(h))
        b->failed = !map_put(&b->seen, key, at) || b->failed;
}

static const fact_kind principals[] = {FACT_USER, FACT_GROUP, FACT_ROLE};

static void read_all(builder *b)
{
    for (size_t k = 0; k < ARRAY_LEN(principals); k++) {
        uint32_t from, to;
        facts_range(b->facts, principals[k], &from, &to);
        for (uint32_t at = from; at < to && !b->failed; at++)
            read_principal(b, at);
    }
}

static void done(builder *b)
{
    aws_book_done(&b->book);
    map_done(&b->seen);
    map_done(&b->known_of);
    free(b->known);
    free(b->reach);
    buf_done(&b->words);
}

bool aws_access_build(access *a, facts *f)
{
    CLEANUP(done) builder b = {.access = a, .facts = f};
    b.reach = calloc(f->n + 1, sizeof *b.reach);
    if (!b.reach || !aws_book_init(&b.book, f))
        return false;
    b.book.reading = a->reading;
    read_ways(&b);
    read_all(&b);
    aws_book_finish(&b.book);
    bool is_ok = !b.failed && !b.book.failed && !a->failed && aws_escalate(&b.book, b.reach);
    return is_ok && !f->failed;
}
