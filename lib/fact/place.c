/* SPDX-License-Identifier: Apache-2.0
 *
 * place.c -- which account and region an export is of.
 *
 *  (1) The id of a REGION fact is "ACCOUNT/REGION"; a part that is not known is "?", and so is an
 *      account in an ARN of IAM.
 */
#include "fact/place.h"

#include "base/buf.h"
#include "base/text.h"

static bool is_account(str part)
{
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] < '0' || part.p[i] > '9')
            return false;
    return part.n == 12;
}

static bool is_letters(str part)
{
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] < 'a' || part.p[i] > 'z')
            return false;
    return part.n > 0;
}

/* "eu-west-1", "us-gov-east-1": words, then one digit, '-' between them. */
static bool is_region(str part)
{
    str word;
    size_t words = 0;
    if (part.n < 4 || part.n > 20 || part.p[part.n - 2] != '-' || part.p[part.n - 1] < '1' ||
        part.p[part.n - 1] > '9')
        return false;
    str rest = str_upto(part, part.n - 2);
    while (text_next(&rest, '-', &word)) {
        if (!is_letters(word))
            return false;
        words++;
    }
    return words >= 2 && text_before(part, '-').n == 2;
}

static str last_part(str path, bool (*fits)(str part))
{
    str part, found = STR_NONE;
    while (text_next(&path, '/', &part))
        if (fits(part))
            found = part;
    return found;
}

str place_account(str path)
{
    return last_part(path, is_account);
}

str place_region(str path)
{
    return last_part(path, is_region);
}

/* ---- settling -------------------------------------------------------------------------------- */

typedef struct known {
    uint32_t only; /* interned */
    bool are_many;
} known;

static void note(known *k, uint32_t text)
{
    k->are_many = k->are_many || (k->only && text && k->only != text);
    k->only = k->only ? k->only : text;
}

static uint32_t sole(const known *k)
{
    return k->are_many ? 0 : k->only;
}

static void rename_region(facts *f, fact *x)
{
    char text[64];
    str account = x->account ? facts_account(f, x) : STR("?");
    str region = x->region ? facts_region(f, x) : STR("?");
    str id = {text, 0};
    if (account.n + region.n + 1 > sizeof text)
        return;
    memcpy(text, account.p, account.n);
    text[account.n] = '/';
    memcpy(text + account.n + 1, region.p, region.n);
    id.n = account.n + region.n + 1;
    facts_rename(f, (uint32_t)(x - f->items), id);
}

/* "arn:aws:iam::?:user/alice", and what belongs to her, with the account that there is. */
static void rename_arn(facts *f, uint32_t at, str account)
{
    static const char prefix[] = "arn:aws:iam::?:";
    str id = facts_id(f, facts_at(f, at));
    AUTO(buf) text = {0};
    if (!text_starts(id, prefix))
        return;
    buf_put(&text, prefix, sizeof prefix - 3);
    buf_putstr(&text, account);
    buf_putstr(&text, str_from(id, sizeof prefix - 2));
    f->failed = f->failed || text.failed;
    if (!text.failed)
        facts_rename(f, at, buf_str(&text));
}

/* Kinds of things that stand in a region. */
static bool is_regional(const fact *x)
{
    static const fact_kind kinds[] = {FACT_INSTANCE,      FACT_IMAGE,       FACT_SNAPSHOT,
                                      FACT_VOLUME,        FACT_TEMPLATE,    FACT_NETWORK,
                                      FACT_SUBNET,        FACT_INTERFACE,   FACT_FIREWALL,
                                      FACT_FIREWALL_RULE, FACT_PATCH_STATE, FACT_NETWORK_LOG};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (x->kind == kinds[i])
            return true;
    return x->kind == FACT_REGION;
}

static void settle_one(facts *f, fact *x, uint32_t account, uint32_t region)
{
    uint32_t at = (uint32_t)(x - f->items);
    x->account = x->account ? x->account : account;
    if (is_regional(x))
        x->region = x->region ? x->region : region;
    if (x->kind == FACT_REGION) {
        rename_region(f, x);
    } else if (x->kind == FACT_ACCOUNT && account && str_is(facts_id(f, x), "?")) {
        facts_rename(f, at, intern_text(&f->text, account));
    } else if (account) {
        rename_arn(f, at, intern_text(&f->text, account));
    }
}

void place_settle(facts *f)
{
    known accounts = {0}, regions = {0};
    size_t n = f->n;
    for (size_t i = 0; i < n; i++) {
        if (f->items[i].provider != PROVIDER_AWS)
            continue;
        note(&accounts, f->items[i].account);
        note(&regions, f->items[i].region);
    }
    for (size_t i = 0; i < n; i++)
        if (f->items[i].provider == PROVIDER_AWS)
            settle_one(f, &f->items[i], sole(&accounts), sole(&regions));
    for (size_t i = 0; i < n; i++) {
        if (f->items[i].provider != PROVIDER_AWS || !f->items[i].account)
            continue;
        uint32_t account = f->items[i].account, input = f->items[i].input;
        uint32_t at =
            facts_add(f, FACT_ACCOUNT, PROVIDER_AWS, intern_text(&f->text, account), input);
        facts_set_account(f, at, intern_text(&f->text, account));
    }
}
