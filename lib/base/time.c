/* SPDX-License-Identifier: Apache-2.0
 *
 * time.c -- one reader per family of spellings, tried in turn; one writer.
 *
 * The calendar is computed, not asked for: the C library's conversions know time zones, locks and
 * the environment, none of which the library may touch.
 *
 *  (1) A reader consumes its whole text or answers TIME_NONE.
 *  (2) Nothing but `instant` decides whether a date exists and is in range.
 */
#include "base/time.h"

#include "base/text.h"

enum { YEAR_MIN = 1970, YEAR_MAX = 2261, DAY_SECONDS = 86400 };

/* 2262-01-01T00:00:00Z; int64 nanoseconds end a hundred days later. */
#define END_SECONDS INT64_C(9214646400)

typedef struct civil {
    uint32_t year, month, day, hour, minute, second;
} civil;

/* ---- calendar -------------------------------------------------------------------------------- */

static uint32_t month_days(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap ? 1U : 0U);
}

/* A leap second may only end an hour: it is inserted at midnight UTC and shows as hh:59:60 in the
 * zones logs are written in. A year more on either side is let in for offsets to bring back. */
static bool exists(const civil *c)
{
    if (c->year < YEAR_MIN - 1 || c->year > YEAR_MAX + 1)
        return false;
    if (c->month < 1 || c->month > 12 || c->day < 1 || c->day > month_days(c->year, c->month))
        return false;
    if (c->hour > 23 || c->minute > 59)
        return false;
    return c->second <= 59 || (c->second == 60 && c->minute == 59);
}

/* Days since 1970-01-01. Years are taken to begin in March, so that the leap day is their last and
 * the days before a month are a straight line, rounded: (153 m + 2) / 5. */
static int64_t days_of(const civil *c)
{
    uint32_t year = c->month > 2 ? c->year : c->year - 1;
    uint32_t month = c->month > 2 ? c->month - 3 : c->month + 9;
    uint32_t before_year = year * 365 + year / 4 - year / 100 + year / 400;
    return (int64_t)before_year + (153 * month + 2) / 5 + c->day - 1 - 719468;
}

/* The inverse, for any day int64 nanoseconds can name. */
static civil date_of(int64_t days)
{
    const uint32_t era_days = 146097; /* 400 years */
    uint32_t since_march_0 = (uint32_t)(days + 719468);
    uint32_t era = since_march_0 / era_days, in_era = since_march_0 % era_days;
    uint32_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (era_days - 1)) / 365;
    uint32_t in_year = in_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * in_year + 2) / 153;
    return (civil){
        .year = era * 400 + year + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - (153 * month + 2) / 5 + 1,
    };
}

static int64_t instant(const civil *c, int64_t fraction_ns, int64_t offset_seconds)
{
    if (!exists(c))
        return TIME_NONE;
    int64_t seconds = days_of(c) * DAY_SECONDS + c->hour * 3600 + c->minute * 60 + c->second;
    seconds -= offset_seconds;
    if (seconds < 0 || seconds >= END_SECONDS)
        return TIME_NONE;
    return seconds * TIME_SECOND + fraction_ns;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take(str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

/* Takes digits, as many as there are; how many there must be is min to max (at most 19). */
static bool take_digits(str *s, size_t min, size_t max, uint64_t *ret)
{
    uint64_t value = 0;
    size_t n = 0;
    for (; n < s->n && is_digit(s->p[n]); n++) {
        if (n == max)
            return false;
        value = value * 10 + (uint64_t)(s->p[n] - '0');
    }
    if (n < min)
        return false;
    *ret = value;
    *s = str_from(*s, n);
    return true;
}

static bool take_field(str *s, size_t min, size_t max, uint32_t *ret)
{
    uint64_t value;
    if (!take_digits(s, min, max, &value))
        return false;
    *ret = (uint32_t)value;
    return true;
}

/* Takes ".123456789" (1 to 9 digits) when a point is there; otherwise the fraction is 0. */
static bool take_fraction(str *s, int64_t *ret_ns)
{
    *ret_ns = 0;
    if (!take(s, '.'))
        return true;
    size_t n_before = s->n;
    uint64_t value;
    if (!take_digits(s, 1, 9, &value))
        return false;
    for (size_t n = n_before - s->n; n < 9; n++)
        value *= 10;
    *ret_ns = (int64_t)value;
    return true;
}

/* Reads what follows the seconds, all of it: nothing, "Z", "UTC", "+hh:mm", "+hhmm" or "+hh". */
static bool read_zone(str s, int64_t *ret_offset_seconds)
{
    while (take(&s, ' '))
        ;
    *ret_offset_seconds = 0;
    if (s.n == 0 || text_eq_nocase(s, STR("Z")) || text_eq_nocase(s, STR("UTC")))
        return true;
    int64_t sign = take(&s, '-') ? -1 : take(&s, '+') ? 1 : 0;
    uint32_t hours, minutes = 0;
    str hh = str_upto(s, 2), mm = str_from(s, 2);
    bool has_colon = take(&mm, ':');
    if (sign == 0 || !take_field(&hh, 2, 2, &hours))
        return false;
    if ((has_colon || mm.n) && !take_field(&mm, 2, 2, &minutes))
        return false;
    if (mm.n || hours > 23 || minutes > 59)
        return false;
    *ret_offset_seconds = sign * (int64_t)(hours * 3600 + minutes * 60);
    return true;
}

/* Two digits at p. What is not two digits is a number so large that no field can hold it. */
static uint32_t two(const char *p)
{
    uint32_t tens = (uint32_t)(p[0] - '0'), ones = (uint32_t)(p[1] - '0');
    return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100000;
}

enum { ISO_BYTES = 19 }; /* YYYY-MM-DDTHH:MM:SS */

static bool has_iso_shape(const char *p)
{
    bool has_t = p[10] == 'T' || p[10] == 't' || p[10] == ' ';
    return p[4] == '-' && p[7] == '-' && has_t && p[13] == ':' && p[16] == ':';
}

static civil read_iso_digits(const char *p)
{
    return (civil){
        .year = two(p) * 100 + two(p + 2),
        .month = two(p + 5),
        .day = two(p + 8),
        .hour = two(p + 11),
        .minute = two(p + 14),
        .second = two(p + 17),
    };
}

static int64_t read_iso(str s)
{
    if (s.n < ISO_BYTES || !has_iso_shape(s.p))
        return TIME_NONE;
    civil c = read_iso_digits(s.p);
    str rest = str_from(s, ISO_BYTES);
    int64_t fraction_ns, offset_seconds;
    if (!take_fraction(&rest, &fraction_ns) || !read_zone(rest, &offset_seconds))
        return TIME_NONE;
    return instant(&c, fraction_ns, offset_seconds);
}

static bool take_us_date(str *s, civil *c)
{
    return take_field(s, 1, 2, &c->month) && take(s, '/') && take_field(s, 1, 2, &c->day) &&
           take(s, '/') && take_field(s, 4, 4, &c->year);
}

static bool take_us_clock(str *s, civil *c)
{
    return take_field(s, 1, 2, &c->hour) && take(s, ':') && take_field(s, 2, 2, &c->minute) &&
           take(s, ':') && take_field(s, 2, 2, &c->second) && c->hour >= 1 && c->hour <= 12;
}

/* Reads " AM" or " PM", all of s. Newer browsers write U+202F for the space. */
static bool read_half_day(str s, uint32_t *ret_hours)
{
    if (text_starts(s, "\xe2\x80\xaf"))
        s = str_from(s, 3);
    s = text_trim(s);
    bool is_pm = text_eq_nocase(s, STR("PM"));
    if (!is_pm && !text_eq_nocase(s, STR("AM")))
        return false;
    *ret_hours = is_pm ? 12 : 0;
    return true;
}

static int64_t read_us(str s)
{
    civil c;
    int64_t fraction_ns;
    uint32_t half_day;
    if (!take_us_date(&s, &c))
        return TIME_NONE;
    take(&s, ',');
    if (!take(&s, ' ') || !take_us_clock(&s, &c) || !take_fraction(&s, &fraction_ns) ||
        !read_half_day(s, &half_day))
        return TIME_NONE;
    c.hour = c.hour % 12 + half_day; /* 12 AM is midnight, 12 PM is noon */
    return instant(&c, fraction_ns, 0);
}

/* A number is in the coarsest unit in which it is not past the end of time. */
static int64_t read_epoch(str s)
{
    uint64_t count;
    int64_t fraction;
    if (!take_digits(&s, 1, 19, &count) || !take_fraction(&s, &fraction) || s.n)
        return TIME_NONE;
    for (int64_t per_second = 1; per_second <= TIME_SECOND; per_second *= 1000) {
        if (count < (uint64_t)(END_SECONDS * per_second))
            return (int64_t)count * (TIME_SECOND / per_second) + fraction / per_second;
    }
    return TIME_NONE;
}

int64_t time_parse(str s)
{
    if (LIKELY(s.n == ISO_BYTES + 1 && s.p[ISO_BYTES] == 'Z' && has_iso_shape(s.p))) {
        civil c = read_iso_digits(s.p);
        return instant(&c, 0, 0);
    }
    static int64_t (*const readers[])(str) = {read_iso, read_us, read_epoch};
    int64_t ns = TIME_NONE;
    s = text_trim(s);
    for (size_t i = 0; i < ARRAY_LEN(readers) && ns == TIME_NONE; i++)
        ns = readers[i](s);
    return ns;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes n digits and the character behind them; returns what is behind both. */
static char *put(char *p, uint32_t value, size_t n, char then)
{
    for (size_t i = n; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    p[n] = then;
    return p + n + 1;
}

/* Writes over the last character, which is the 'Z', when there is a fraction. */
static char *put_fraction(char *p, uint32_t ns)
{
    if (ns == 0)
        return p;
    p[-1] = '.';
    if (ns % 1000000 == 0)
        return put(p, ns / 1000000, 3, 'Z');
    return ns % 1000 == 0 ? put(p, ns / 1000, 6, 'Z') : put(p, ns, 9, 'Z');
}

size_t time_format(int64_t ns, char out[TIME_TEXT_MAX])
{
    char *p = out;
    if (ns != TIME_NONE) {
        bool is_before_1970 = ns % TIME_DAY < 0;
        int64_t days = ns / TIME_DAY - (is_before_1970 ? 1 : 0);
        int64_t in_day = ns % TIME_DAY + (is_before_1970 ? TIME_DAY : 0);
        uint32_t second = (uint32_t)(in_day / TIME_SECOND);
        civil c = date_of(days);
        p = put(p, c.year, 4, '-');
        p = put(p, c.month, 2, '-');
        p = put(p, c.day, 2, 'T');
        p = put(p, second / 3600, 2, ':');
        p = put(p, second / 60 % 60, 2, ':');
        p = put(p, second % 60, 2, 'Z');
        p = put_fraction(p, (uint32_t)(in_day % TIME_SECOND));
    }
    *p = '\0';
    return (size_t)(p - out);
}
