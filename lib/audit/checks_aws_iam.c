/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_iam.c -- whom checks of AWS identities are about, and when somebody was last there.
 */
#include "audit/checks_aws_iam.h"

#include "audit/audit.h"
#include "fact/aws_words.h"
#include "base/text.h"
#include "base/time.h"
#include "model/settings.h"

static bool is_false(const audit *a, const fact *x, attr at)
{
    fact_value v = facts_get(&a->facts, x, at);
    return v.is_set && !v.flag;
}

bool aws_is_for_account(const audit *a, const check *row, const fact *x)
{
    (void)row;
    str id = facts_id(&a->facts, x);
    return aws_is_account(id) || str_is(id, "?");
}

bool aws_is_for_root(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_IS_ROOT);
}

bool aws_is_for_user(const audit *a, const check *row, const fact *x)
{
    return !aws_is_for_root(a, row, x);
}

bool aws_is_for_console_user(const audit *a, const check *row, const fact *x)
{
    return aws_is_for_user(a, row, x) && !is_false(a, x, ATTR_HAS_PASSWORD);
}

/* What belongs to somebody is kept when he is. */
bool aws_is_break_glass(const audit *a, const fact *x)
{
    str arn = aws_holder(facts_id(&a->facts, x));
    return settings_find(a->settings, SETTING_break_glass, arn) ||
           settings_find(a->settings, SETTING_break_glass, aws_arn_name(arn));
}

static int64_t newest_use(const audit *a, const fact *x)
{
    fact_value any = facts_get(&a->facts, x, ATTR_LAST_USED);
    fact_value password = facts_get(&a->facts, x, ATTR_PASSWORD_USED);
    int64_t ns = any.is_set ? any.time_ns : TIME_NONE;
    return password.is_set && password.time_ns > ns ? password.time_ns : ns;
}

static bool is_recent(const audit *a, const check *row, int64_t ns)
{
    double days = check_threshold(a, row->threshold);
    return (double)(a->now_ns - ns) <= days * (double)TIME_DAY;
}

static spoor_check_status judge_unused(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value made = facts_get(&a->facts, x, x->kind == FACT_KEY ? ATTR_ROTATED : ATTR_CREATED);
    buf_puts(seen, "never used, made ");
    if (!made.is_set) {
        buf_puts(seen, "at a time that the exports do not say");
        return SPOOR_CHECK_NO_DATA;
    }
    check_say_age(seen, a, made.time_ns);
    return is_recent(a, row, made.time_ns) ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

spoor_check_status aws_test_use(const audit *a, const check *row, const fact *x, buf *seen)
{
    int64_t used = newest_use(a, x);
    if (aws_is_break_glass(a, x)) {
        buf_puts(seen, "kept for emergencies (break_glass)");
        return SPOOR_CHECK_PASS;
    }
    if (used != TIME_NONE) {
        buf_puts(seen, "used ");
        check_say_age(seen, a, used);
        return is_recent(a, row, used) ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
    }
    if (facts_is(&a->facts, x, ATTR_NEVER_USED))
        return judge_unused(a, row, x, seen);
    buf_puts(seen, "the exports do not say when it was used");
    return SPOOR_CHECK_NO_DATA;
}
