/* SPDX-License-Identifier: Apache-2.0
 *
 * human.c -- numbers and times as people read them.
 */
#include "sink/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <spoor/spoor.h>

#include "base/words.h"

enum { NS_PER_S = 1000000000 };

void human_count(strbuf *out, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            strbuf_puts(out, ",");
        strbuf_put(out, digits + i, 1);
    }
}

void human_bytes(strbuf *out, uint64_t n)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = (double)n;
    size_t unit = 0;
    while (value >= 999.95 && unit + 1 < ARRAY_LEN(units)) {
        value /= 1000;
        unit++;
    }
    strbuf_printf(out, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void print(strbuf *out, int64_t ns, const char *format)
{
    time_t seconds = (time_t)(ns / NS_PER_S - (ns % NS_PER_S < 0));
    struct tm parts;
    char text[48];
    if (ns == SPOOR_TIME_NONE || !gmtime_r(&seconds, &parts) ||
        strftime(text, sizeof text, format, &parts) == 0)
        strbuf_puts(out, "unknown");
    else
        strbuf_puts(out, text);
}

void human_date(strbuf *out, int64_t ns)
{
    print(out, ns, "%Y-%m-%d");
}

void human_clock(strbuf *out, int64_t ns)
{
    print(out, ns, "%H:%M:%S");
}

void human_time(strbuf *out, int64_t ns)
{
    print(out, ns, "%Y-%m-%d %H:%M:%S");
}

void human_duration(strbuf *out, int64_t ns)
{
    /* clang-format off */
    static const struct { int64_t seconds; const char *big, *small; int64_t per_small; } rows[] = {
        {86400, "d",   "h",   3600},
        {3600,  "h",   "min", 60},
        {60,    "min", "s",   1},
    };
    /* clang-format on */
    int64_t s = ns / NS_PER_S;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (s < rows[i].seconds)
            continue;
        int64_t rest = s % rows[i].seconds / rows[i].per_small;
        strbuf_printf(out, "%" PRId64 " %s", s / rows[i].seconds, rows[i].big);
        if (rest)
            strbuf_printf(out, " %" PRId64 " %s", rest, rows[i].small);
        return;
    }
    strbuf_printf(out, "%" PRId64 " s", s);
}
