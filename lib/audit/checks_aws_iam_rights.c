/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam_rights.c -- what checks ask of the rights of AWS users and roles.
 */
#include "audit/checks_aws_iam_rights.h"

#include "audit/audit.h"
#include "base/text.h"

static uint32_t number_of(const audit *a, const fact *x)
{
    return (uint32_t)(x - a->facts.items);
}

const access_right *aws_right(const audit *a, const fact *x, power p)
{
    return access_find(&a->access, number_of(a, x), p);
}

bool aws_has_admin(const audit *a, const fact *x)
{
    const access_right *r = aws_right(a, x, POWER_GRANT);
    return access_is_admin(&a->access, number_of(a, x)) || (r && r->is_admin);
}

bool aws_rights_are_known(const audit *a, const fact *x)
{
    return facts_is(&a->facts, x, ATTR_RIGHTS_READ) &&
           !facts_get(&a->facts, x, ATTR_UNREAD_POLICY).is_set;
}

spoor_check_status aws_say_unknown(const audit *a, const fact *x, buf *seen)
{
    if (facts_get(&a->facts, x, ATTR_UNREAD_POLICY).is_set) {
        buf_puts(seen, "cannot be read: ");
        check_say(seen, a, x, ATTR_UNREAD_POLICY);
    } else {
        buf_puts(seen, "the exports do not show all its policies");
    }
    return SPOOR_CHECK_NO_DATA;
}

void aws_say_right(const audit *a, const access_right *r, buf *seen)
{
    if (r->via)
        buf_putstr(seen, intern_text(&a->facts.text, r->via));
    if (!r->condition)
        return;
    buf_puts(seen, ", only with ");
    buf_putstr(seen, intern_text(&a->facts.text, r->condition));
}

bool aws_right_demands(const audit *a, const access_right *r, const char *keys)
{
    str rest = str_of(keys), key;
    if (!r->condition || r->verdict != ACCESS_CONDITIONAL)
        return false;
    while (text_next(&rest, '|', &key)) {
        str named = intern_text(&a->facts.text, r->condition), one;
        while (text_next(&named, ',', &one))
            if (text_eq_nocase(text_trim(one), key))
                return true;
    }
    return false;
}

bool aws_is_for_principal(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_user(a, row, x) && !facts_is(&a->facts, x, ATTR_IS_SERVICE_LINKED);
}

bool aws_is_for_admin(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_principal(a, row, x) && (aws_has_admin(a, x) || !aws_rights_are_known(a, x));
}
