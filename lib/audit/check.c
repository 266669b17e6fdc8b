/* SPDX-License-Identifier: Apache-2.0
 *
 * check.c -- tests that many checks share, and the words in which tests say what they saw.
 */
#include "audit/check.h"

#include <assert.h>

#include "audit/audit.h"
#include "base/text.h"
#include "base/time.h"
#include "model/settings.h"

static const heading_info headings[] = {
#define HEADING(name, mitigation, text, doc) {mitigation, text, doc},
#include "audit/heading.def"
#undef HEADING
};

const heading_info *heading_describe(heading h)
{
    assert(h < HEADING_COUNT);
    return &headings[h];
}

/* ---- words ----------------------------------------------------------------------------------- */

int64_t check_age_days(const audit *a, int64_t time_ns)
{
    return (a->now_ns - time_ns) / TIME_DAY;
}

void check_say_age(buf *seen, const audit *a, int64_t time_ns)
{
    long long days = (long long)check_age_days(a, time_ns);
    if (days < 0)
        buf_printf(seen, "in %lld day%s", -days, days == -1 ? "" : "s");
    else
        buf_printf(seen, "%lld day%s ago", days, days == 1 ? "" : "s");
}

double check_threshold(const audit *a, threshold t)
{
    double number;
    return settings_threshold(a->settings, t, &number) ? number : threshold_describe(t)->value;
}

bool check_has_export(const audit *a, export_id e)
{
    return a->exports[e] > 0;
}

static void say_value(buf *seen, const audit *a, attr at, const fact_value *v)
{
    switch (attr_describe(at)->type) {
    case ATTR_TYPE_TEXT:
        buf_putstr(seen, v->text);
        break;
    case ATTR_TYPE_BOOL:
        buf_puts(seen, v->flag ? "true" : "false");
        break;
    case ATTR_TYPE_NUMBER:
        buf_printf(seen, "%.15g", v->number);
        break;
    case ATTR_TYPE_TIME:
        check_say_age(seen, a, v->time_ns);
        break;
    }
}

void check_say(buf *seen, const audit *a, const fact *x, attr at)
{
    bool is_first = true;
    fact_iter it = facts_iter(&a->facts, x, at);
    while (facts_next(&it)) {
        if (!is_first)
            buf_puts(seen, ", ");
        say_value(seen, a, at, &it.value);
        is_first = false;
    }
    if (is_first)
        buf_puts(seen, "not in the exports");
}

/* ---- tests ----------------------------------------------------------------------------------- */

static spoor_check_status pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* The value, said; is_set false: the test has no data. */
static fact_value look(const audit *a, const check *row, const fact *x, buf *seen)
{
    check_say(seen, a, x, row->attr);
    return facts_get(&a->facts, x, row->attr);
}

spoor_check_status check_is_true(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(v.flag) : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_is_false(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(!v.flag) : SPOOR_CHECK_NO_DATA;
}

bool check_is_one_of(const char *list, str text)
{
    str rest = str_of(list), word;
    while (text_next(&rest, '|', &word))
        if (text_eq_nocase(word, text))
            return true;
    return false;
}

spoor_check_status check_is(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(check_is_one_of(row->value, v.text)) : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_is_not(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(!check_is_one_of(row->value, v.text)) : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_is_set(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_set = facts_get(&a->facts, x, row->attr).is_set;
    if (is_set)
        check_say(seen, a, x, row->attr);
    else
        buf_puts(seen, "none");
    return pass_if(is_set);
}

spoor_check_status check_is_unset(const audit *a, const check *row, const fact *x, buf *seen)
{
    return check_is_set(a, row, x, seen) == SPOOR_CHECK_PASS ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* The number a row compares with: its threshold's, or its own. */
static double number_of(const audit *a, const check *row)
{
    return row->threshold ? check_threshold(a, row->threshold) : row->number;
}

spoor_check_status check_at_least(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(v.number >= number_of(a, row)) : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_at_most(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    return v.is_set ? pass_if(v.number <= number_of(a, row)) : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_within(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value v = look(a, row, x, seen);
    if (!v.is_set)
        return SPOOR_CHECK_NO_DATA;
    return pass_if((double)(a->now_ns - v.time_ns) <= number_of(a, row) * (double)TIME_DAY);
}
