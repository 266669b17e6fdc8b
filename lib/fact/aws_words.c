/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_words.c -- words that readers and checks of AWS identities share.
 */
#include "fact/aws_words.h"

#include "base/text.h"

/* ---- ARNs ------------------------------------------------------------------------------------ */

bool aws_is_account(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == 12;
}

str aws_arn_part(str arn, unsigned part)
{
    if (!text_starts(arn, "arn:"))
        return STR_NONE;
    for (unsigned i = 0; i < part; i++)
        arn = text_after(arn, ':');
    return part < 5 ? text_before(arn, ':') : arn;
}

str aws_arn_account(str arn)
{
    str account = aws_arn_part(arn, 4);
    return aws_is_account(account) ? account : STR_NONE;
}

str aws_arn_name(str arn)
{
    return text_after_last(text_after_last(arn, ':'), '/');
}

/* ---- facts ----------------------------------------------------------------------------------- */

static str known_account(const reading *r, str account)
{
    str known = aws_is_account(account) ? account : r->account;
    return aws_is_account(known) ? known : STR("?");
}

uint32_t aws_add_account(reading *r, str account)
{
    if (!aws_is_account(account))
        return reading_account(r);
    uint32_t at = facts_add(r->facts, FACT_ACCOUNT, PROVIDER_AWS, account, r->input);
    facts_set_account(r->facts, at, account);
    return at;
}

static const struct {
    const char *in_arn, *in_path;
    fact_kind kind;
} subjects[] = {
    {"user/", "/user/", FACT_USER},
    {"role/", "/role/", FACT_ROLE},
    {"group/", "/group/", FACT_GROUP},
    {"policy/", "/policy/", FACT_POLICY},
};

static const char *arn_word(fact_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
        if (subjects[i].kind == kind)
            return subjects[i].in_arn;
    return "";
}

/* Valid until the next. */
static str iam_arn(reading *r, str account, const char *kind, str name)
{
    reading_reset(r);
    buf_printf(&r->scratch, "arn:aws:iam::%.*s:%s", (int)account.n, account.p, kind);
    buf_putstr(&r->scratch, name);
    return buf_str(&r->scratch);
}

/* A user of IAM is in no region, whatever the path says. */
static uint32_t add(reading *r, fact_kind kind, str arn, str name)
{
    uint32_t at = facts_add(r->facts, kind, PROVIDER_AWS, arn, r->input);
    facts_set_account(r->facts, at, aws_arn_account(arn));
    facts_set_name(r->facts, at, name);
    return at;
}

uint32_t aws_add_arn(reading *r, fact_kind kind, str arn)
{
    if (text_starts(arn, "arn:"))
        return add(r, kind, arn, aws_arn_name(arn));
    reading_wrong(r, "a %s without an ARN", fact_kind_text(kind));
    return FACT_NONE;
}

uint32_t aws_add_root(reading *r, str account)
{
    str arn = iam_arn(r, known_account(r, account), "", STR("root"));
    uint32_t at = add(r, FACT_USER, arn, STR("root"));
    if (at != FACT_NONE)
        facts_put_flag(r->facts, at, ATTR_IS_ROOT, true);
    return at;
}

uint32_t aws_add_named(reading *r, fact_kind kind, str name)
{
    if (name.n == 0) {
        reading_wrong(r, "a %s without a name", fact_kind_text(kind));
        return FACT_NONE;
    }
    str account = known_account(r, STR_NONE);
    return add(r, kind, iam_arn(r, account, arn_word(kind), name), name);
}

/* ---- whom an export is about ----------------------------------------------------------------- */

static uint32_t subject_of_arn(reading *r, str arn)
{
    str rest = aws_arn_part(arn, 5);
    for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
        if (text_starts(rest, subjects[i].in_arn))
            return aws_add_arn(r, subjects[i].kind, arn);
    if (str_is(rest, "root"))
        return aws_add_root(r, aws_arn_account(arn));
    reading_wrong(r, "an export about an ARN that is no user, group, role or policy");
    return FACT_NONE;
}

/* What stands behind the last `part` of a path. */
static str behind(str path, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = path.n; i >= n; i--)
        if (memcmp(path.p + i - n, part, n) == 0)
            return str_from(path, i);
    return STR_NONE;
}

static uint32_t subject_of_path(reading *r)
{
    for (size_t i = 0; i < ARRAY_LEN(subjects) && aws_is_account(r->account); i++) {
        str name = behind(r->input_name, subjects[i].in_path);
        name = text_ends_nocase(name, ".json") ? str_upto(name, name.n - 5) : name;
        if (name.n == 0)
            continue;
        return aws_add_arn(r, subjects[i].kind, iam_arn(r, r->account, subjects[i].in_arn, name));
    }
    reading_wrong(r, "whom it is about stands neither in a member Arn nor in the file's name");
    return FACT_NONE;
}

uint32_t aws_add_subject(reading *r, json_node node)
{
    str arn = json_node_string(json_node_get(node, STR("Arn")));
    return arn.n > 0 ? subject_of_arn(r, arn) : subject_of_path(r);
}

/* ---- what belongs to somebody ---------------------------------------------------------------- */

str aws_holder(str id)
{
    static const char *const tails[] = {"/inline/", "/access-key/"};
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        size_t n = strlen(tails[i]);
        for (size_t at = 0; at + n <= id.n; at++)
            if (memcmp(id.p + at, tails[i], n) == 0)
                return str_upto(id, at);
    }
    return id;
}
