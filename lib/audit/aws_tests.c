/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_tests.c -- tests and conditions that checks of machines, networks and recording in AWS share.
 */
#include "audit/aws_tests.h"

#include "audit/audit.h"
#include "base/text.h"
#include "model/settings.h"

/* ---- words ----------------------------------------------------------------------------------- */

spoor_check_status aws_no_data(buf *seen, const char *what)
{
    buf_puts(seen, what);
    return SPOOR_CHECK_NO_DATA;
}

spoor_check_status aws_pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

bool aws_is_trusted(const audit *a, str account)
{
    return account.n > 0 && settings_find(a->settings, SETTING_trusted_accounts, account);
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* Systems Manager also knows machines outside EC2 ("mi-…"). */
bool aws_is_live(const audit *a, const check *row, const fact *x)
{
    (void)row;
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    return text_starts(facts_id(&a->facts, x), "i-") && !text_eq_nocase(state, STR("terminated")) &&
           !text_eq_nocase(state, STR("shutting-down"));
}

bool aws_is_running(const audit *a, const check *row, const fact *x)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    return aws_is_live(a, row, x) && !text_eq_nocase(state, STR("stopped")) &&
           !text_eq_nocase(state, STR("stopping"));
}

bool aws_is_group(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_id(&a->facts, x), "sg-");
}

bool aws_is_acl(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_id(&a->facts, x), "acl-");
}

bool aws_is_current(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_IS_CURRENT);
}

/* ---- tests ----------------------------------------------------------------------------------- */

spoor_check_status aws_check_absent(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (facts_get(&a->facts, x, row->attr).is_set) {
        check_say(seen, a, x, row->attr);
        return SPOOR_CHECK_FAIL;
    }
    bool is_whole = facts_is(&a->facts, x, ATTR_READ_WHOLE);
    buf_puts(seen, is_whole ? "none" : "not in the exports");
    return is_whole ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

spoor_check_status aws_check_not_public(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    (void)row;
    bool is_public =
        facts_is(f, x, ATTR_IS_PUBLIC) || facts_has_text(f, x, ATTR_SHARED_WITH, STR("all"));
    bool is_known = facts_get(f, x, ATTR_IS_PUBLIC).is_set || facts_is(f, x, ATTR_SHARES_READ);
    if (!is_public && !is_known)
        return aws_no_data(seen, "not in the exports with whom it is shared");
    buf_puts(seen, is_public ? "public" : "not public");
    return aws_pass_if(!is_public);
}

spoor_check_status aws_check_shared_with_trusted(const audit *a, const check *row, const fact *x,
                                                 buf *seen)
{
    const facts *f = &a->facts;
    bool is_foreign = false;
    (void)row;
    fact_iter it = facts_iter(f, x, ATTR_SHARED_WITH);
    while (facts_next(&it)) {
        str who = it.value.text;
        if (str_is(who, "all") || str_eq(who, facts_account(f, x)) || aws_is_trusted(a, who))
            continue;
        buf_puts(seen, is_foreign ? ", " : "shared with ");
        buf_putstr(seen, who);
        is_foreign = true;
    }
    if (is_foreign)
        return SPOOR_CHECK_FAIL;
    if (!facts_is(f, x, ATTR_SHARES_READ))
        return aws_no_data(seen, "not in the exports with whom it is shared");
    buf_puts(seen, "with no other account that is not trusted");
    return SPOOR_CHECK_PASS;
}
