/* SPDX-License-Identifier: Apache-2.0
 *
 * dated.c -- values with the time of the scan they are from.
 */
#include "fact/dated.h"

#include "base/text.h"
#include "base/time.h"

/* In whole seconds; the empty text for TIME_NONE. */
static size_t format(int64_t time_ns, char out[TIME_TEXT_MAX])
{
    return time_format(time_ns == TIME_NONE ? TIME_NONE : time_ns - time_ns % TIME_SECOND, out);
}

void dated_put(reading *r, uint32_t at, attr a, int64_t time_ns, str value)
{
    char time[TIME_TEXT_MAX];
    size_t n = format(time_ns, time);
    CLEANUP(buf_done) buf text = {0};
    buf_put(&text, time, n);
    buf_putc(&text, '|');
    buf_putstr(&text, value);
    if (text.failed)
        r->failed = true;
    else
        facts_put_text(r->facts, at, a, buf_str(&text));
}

void dated_scanned(reading *r, uint32_t at, int64_t time_ns)
{
    facts_put_time(r->facts, at, ATTR_SCANNED, time_ns);
}

int64_t dated_newest(const facts *f, const fact *x)
{
    int64_t newest = TIME_NONE;
    fact_iter it = facts_iter(f, x, ATTR_SCANNED);
    while (facts_next(&it))
        if (it.value.time_ns > newest)
            newest = it.value.time_ns;
    return newest;
}

dated_iter dated_iter_of(const facts *f, const fact *x, attr a)
{
    char time[TIME_TEXT_MAX];
    dated_iter d = {.it = facts_iter(f, x, a)};
    d.n_prefix = format(dated_newest(f, x), time);
    memcpy(d.prefix, time, d.n_prefix < sizeof d.prefix ? d.n_prefix : sizeof d.prefix);
    return d;
}

bool dated_next(dated_iter *d)
{
    while (facts_next(&d->it)) {
        str time = text_before(d->it.value.text, '|');
        if (!str_eq(time, (str){d->prefix, d->n_prefix}))
            continue;
        d->value = str_from(d->it.value.text, time.n + 1);
        return true;
    }
    return false;
}

str dated_get(const facts *f, const fact *x, attr a)
{
    dated_iter d = dated_iter_of(f, x, a);
    return dated_next(&d) ? d.value : STR_NONE;
}
