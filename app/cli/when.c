/* SPDX-License-Identifier: Apache-2.0
 *
 * when.c -- RFC 3339 by hand: strptime(3) would take much else.
 */
#include "cli/when.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum { NS_PER_S = 1000000000, YEAR_LEAST = 1970, YEAR_MOST = 2261 };

int64_t when_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* `n` digits as a number from `least` to `most`, then the character `end` if it is not NUL. */
static bool take(const char **at, int n, int least, int most, char end, int *ret)
{
    int value = 0;
    for (int i = 0; i < n; i++, ++*at) {
        if (!isdigit((unsigned char)**at))
            return false;
        value = value * 10 + (**at - '0');
    }
    if (value < least || value > most || (end && *(*at)++ != end))
        return false;
    *ret = value;
    return true;
}

static bool take_date(const char **at, struct tm *day)
{
    int year, month, date;
    if (!take(at, 4, YEAR_LEAST, YEAR_MOST, '-', &year) || !take(at, 2, 1, 12, '-', &month) ||
        !take(at, 2, 1, 31, '\0', &date))
        return false;
    *day = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = date};
    struct tm same = *day;
    timegm(&same); /* the 30th of February becomes another day */
    return same.tm_mday == date;
}

static bool take_clock(const char **at, struct tm *day)
{
    return take(at, 2, 0, 23, ':', &day->tm_hour) && take(at, 2, 0, 59, ':', &day->tm_min) &&
           take(at, 2, 0, 59, '\0', &day->tm_sec);
}

static int64_t take_fraction(const char **at)
{
    int64_t ns = 0, unit = NS_PER_S / 10;
    if (**at != '.' || !isdigit((unsigned char)(*at)[1]))
        return 0;
    for (++*at; isdigit((unsigned char)**at); ++*at, unit /= 10)
        ns += unit * (**at - '0');
    return ns;
}

/* Seconds to be taken off; false: there is no zone. */
static bool take_zone(const char **at, int64_t *ret)
{
    int hours, minutes;
    char sign = *(*at)++;
    *ret = 0;
    if (sign == 'Z' || sign == 'z')
        return true;
    if ((sign != '+' && sign != '-') || !take(at, 2, 0, 23, ':', &hours) ||
        !take(at, 2, 0, 59, '\0', &minutes))
        return false;
    *ret = (sign == '+' ? 1 : -1) * (hours * 3600 + minutes * 60);
    return true;
}

bool when_parse(const char *text, int64_t *ret_ns)
{
    struct tm day;
    int64_t fraction_ns = 0, offset_s = 0;
    const char *at = text;
    if (!take_date(&at, &day))
        return false;
    if (*at) {
        if (!strchr("Tt ", *at++) || !take_clock(&at, &day))
            return false;
        fraction_ns = take_fraction(&at);
        if (!take_zone(&at, &offset_s) || *at)
            return false;
    }
    *ret_ns = ((int64_t)timegm(&day) - offset_s) * NS_PER_S + fraction_ns;
    return true;
}
