/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_demand.c -- whether policies demand what they ask about.
 */
#include "access/aws_demand.h"

#include "access/aws_who.h"
#include "base/text.h"

enum { LACKS_MAX = 4 };

/* Somebody who lacks what `key` stands for: what his requests have instead; "" is nothing. */
typedef struct lack {
    const char *key;
    struct {
        const char *key, *value;
    } has[LACKS_MAX];
} lack;

/* No network of anybody's has an address of 240.0.0.0/4. */
#define NOWHERE                                                                                    \
    {"aws:SourceIp", "240.0.0.1"}, {"aws:VpcSourceIp", ""}, {"aws:SourceVpc", ""},                 \
    {                                                                                              \
        "aws:SourceVpce", ""                                                                       \
    }

/* clang-format off */
static const lack lacks[] = {
    {"aws:MultiFactorAuthPresent", {{"aws:MultiFactorAuthPresent", ""},      {"aws:MultiFactorAuthAge", ""}}},
    {"aws:MultiFactorAuthPresent", {{"aws:MultiFactorAuthPresent", "false"}, {"aws:MultiFactorAuthAge", ""}}},
    {"aws:MultiFactorAuthAge",     {{"aws:MultiFactorAuthPresent", ""},      {"aws:MultiFactorAuthAge", ""}}},
    {"aws:MultiFactorAuthAge",     {{"aws:MultiFactorAuthPresent", "false"}, {"aws:MultiFactorAuthAge", ""}}},
    {"aws:SourceIp",               {NOWHERE}},
    {"aws:VpcSourceIp",            {NOWHERE}},
    {"aws:SourceVpc",              {NOWHERE}},
    {"aws:SourceVpce",             {NOWHERE}},
};
/* clang-format on */

static bool is_let_in(aws_book *b, const aws_holding *h, aws_action_id action, aws_who *who,
                      const lack *l)
{
    aws_decision d = {.verdict = AWS_DENIED_IMPLICIT};
    size_t n = who->context.n;
    for (size_t i = 0; i < LACKS_MAX && l->has[i].key; i++)
        aws_who_add(who, str_of(l->has[i].key), str_of(l->has[i].value));
    str reach = str_of(aws_action_rows[action].reach);
    bool is_asked = aws_book_ask(b, h, action, reach, &who->context, &d);
    who->context.n = n;
    return !is_asked || d.verdict >= AWS_ALLOWED_IF;
}

bool aws_demand_holds(aws_book *b, const aws_holding *h, aws_action_id action, aws_who *who,
                      str key)
{
    for (size_t i = 0; i < ARRAY_LEN(lacks); i++)
        if (text_eq_nocase(key, str_of(lacks[i].key)) && is_let_in(b, h, action, who, &lacks[i]))
            return false;
    return true;
}
