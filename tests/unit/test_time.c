/* SPDX-License-Identifier: Apache-2.0
 *
 * test_time.c -- every spelling by its canonical one, and the calendar against plain counting.
 */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* clang-format off */
static const struct {
    const char *in, *out; /* out: as time_format writes it */
} readable[] = {
    {"2021-03-04T05:06:07Z",                "2021-03-04T05:06:07Z"},
    {"2021-03-04t05:06:07z",                "2021-03-04T05:06:07Z"},
    {"  2021-03-04T05:06:07Z\n",            "2021-03-04T05:06:07Z"},
    {"2021-03-04T05:06:07.1Z",              "2021-03-04T05:06:07.100Z"},
    {"2021-03-04T05:06:07.12Z",             "2021-03-04T05:06:07.120Z"},
    {"2021-03-04T05:06:07.123Z",            "2021-03-04T05:06:07.123Z"},
    {"2021-03-04T05:06:07.1234Z",           "2021-03-04T05:06:07.123400Z"},
    {"2021-03-04T05:06:07.123456Z",         "2021-03-04T05:06:07.123456Z"},
    {"2021-03-04T05:06:07.1234567Z",        "2021-03-04T05:06:07.123456700Z"},
    {"2021-03-04T05:06:07.123456789Z",      "2021-03-04T05:06:07.123456789Z"},
    {"2021-03-04T05:06:07.000000001Z",      "2021-03-04T05:06:07.000000001Z"},
    {"2021-03-04T05:06:07.000Z",            "2021-03-04T05:06:07Z"},
    {"2021-03-04T05:06:07+00:00",           "2021-03-04T05:06:07Z"},
    {"2021-03-04T05:06:07.5+11:00",         "2021-03-03T18:06:07.500Z"},
    {"2021-03-04T05:06:07-0330",            "2021-03-04T08:36:07Z"},
    {"2021-03-04 05:06:07+00",              "2021-03-04T05:06:07Z"},
    {"2021-12-31T23:00:00-01:00",           "2022-01-01T00:00:00Z"},
    {"2021-03-04T05:06:07",                 "2021-03-04T05:06:07Z"},
    {"2024-01-02 03:04:05",                 "2024-01-02T03:04:05Z"},
    {"2024-01-02 03:04:05Z",                "2024-01-02T03:04:05Z"},
    {"2024-01-02 03:04:05.678",             "2024-01-02T03:04:05.678Z"},
    {"2024-01-02 03:04:05.678 UTC",         "2024-01-02T03:04:05.678Z"},
    {"2024-01-02 03:04:05 UTC",             "2024-01-02T03:04:05Z"},
    {"2024-01-02 03:04:05 +0100",           "2024-01-02T02:04:05Z"},
    {"6/3/2021, 4:11:48.323 PM",            "2021-06-03T16:11:48.323Z"},
    {"6/3/2021, 4:11:48 AM",                "2021-06-03T04:11:48Z"},
    {"12/31/2021, 12:00:00.000 AM",         "2021-12-31T00:00:00Z"},
    {"12/31/2021, 12:00:01 PM",             "2021-12-31T12:00:01Z"},
    {"06/03/2021 04:11:48 pm",              "2021-06-03T16:11:48Z"},
    {"6/3/2021, 4:11:48\xe2\x80\xafPM",     "2021-06-03T16:11:48Z"},
    {"0",                                   "1970-01-01T00:00:00Z"},
    {"1614834367",                          "2021-03-04T05:06:07Z"},
    {"1614834367.25",                       "2021-03-04T05:06:07.250Z"},
    {"1614834367123",                       "2021-03-04T05:06:07.123Z"},
    {"1614834367123.5",                     "2021-03-04T05:06:07.123500Z"},
    {"1614834367123456",                    "2021-03-04T05:06:07.123456Z"},
    {"1614834367123456789",                 "2021-03-04T05:06:07.123456789Z"},
    {"9214646399",                          "2261-12-31T23:59:59Z"},
    {"9214646400",                          "1970-04-17T15:37:26.400Z"}, /* ms by now */
    {"9214646399999999999",                 "2261-12-31T23:59:59.999999999Z"},
    {"2016-12-31T23:59:60Z",                "2017-01-01T00:00:00Z"}, /* leap second */
    {"2020-02-29T00:00:00Z",                "2020-02-29T00:00:00Z"},
    {"2000-02-29T00:00:00Z",                "2000-02-29T00:00:00Z"},
    {"1970-01-01T00:00:00Z",                "1970-01-01T00:00:00Z"},
    {"1969-12-31T23:00:00-05:00",           "1970-01-01T04:00:00Z"},
    {"2261-12-31T23:59:59.999999999Z",      "2261-12-31T23:59:59.999999999Z"},
    {"2262-01-01T00:30:00+01:00",           "2261-12-31T23:30:00Z"},
};
/* clang-format on */

static void reads_every_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(readable); i++) {
        char text[TIME_TEXT_MAX];
        size_t n = time_format(time_parse(str_of(readable[i].in)), text);
        assert_int_equal(n, strlen(text));
        if (strcmp(text, readable[i].out) != 0)
            fail_msg("%s: %s", readable[i].in, text);
    }
}

static const char *const refused[] = {
    "",
    " ",
    "-",
    "null",
    "2021-03-04",
    "2021-03-04T05:06Z",
    "2021-03-04T05:06:7Z",
    "2021-00-04T05:06:07Z",
    "2021-13-04T05:06:07Z",
    "2021-03-00T05:06:07Z",
    "2021-03-32T05:06:07Z",
    "2021-04-31T05:06:07Z",
    "2021-02-29T05:06:07Z",
    "2100-02-29T05:06:07Z",
    "2021-03-04T24:00:00Z",
    "2021-03-04T05:60:07Z",
    "2021-03-04T05:06:60Z",
    "2021-03-04T05:59:61Z",
    "2o21-03-04T05:06:07Z",
    "20x1-03-04T05:06:07Z",
    "2021-0x-04T05:06:07Z",
    "2021-03-04T05:06:0/Z",
    "2021-03-04T05:06:0:Z",
    "\xff\xff\xff\xff-03-04T05:06:07Z",
    "2021/03/04T05:06:07Z",
    "2021-03-04_05:06:07Z",
    "2021-03-04T05-06:07Z",
    "2021-03-04T05:06:07X",
    "2021-03-04T05:06:07ZZ",
    "2021-03-04T05:06:07.Z",
    "2021-03-04T05:06:07.1234567890Z",
    "2021-03-04T05:06:07,5Z",
    "2021-03-04T05:06:07+",
    "2021-03-04T05:06:07+1",
    "2021-03-04T05:06:07+1:00",
    "2021-03-04T05:06:07+11:",
    "2021-03-04T05:06:07+11:0",
    "2021-03-04T05:06:07+11:000",
    "2021-03-04T05:06:07+24:00",
    "2021-03-04T05:06:07+11:60",
    "2021-03-04 05:06:07 CET",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+00:01",
    "2262-01-01T00:00:00Z",
    "2261-12-31T23:59:59-00:01",
    "2300-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "6/3/2021",
    "6/3/2021, 4:11:48",
    "6/3/2021, 0:11:48 PM",
    "6/3/2021, 13:11:48 PM",
    "6/3/2021, 4:11:48 XM",
    "6/3/21, 4:11:48 PM",
    "13/3/2021, 4:11:48 PM",
    "2/30/2021, 4:11:48 PM",
    "6/3/2021,4:11:48 PM",
    "-1",
    "+1",
    "1e9",
    "1.",
    ".5",
    "1.5.5",
    "12 34",
    "9214646400000000000",
    "99999999999999999999",
    "18446744073709551617",
};

static void refuses_everything_else(void **state)
{
    (void)state;
    assert_true(time_parse(STR_NONE) == TIME_NONE);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        if (time_parse(str_of(refused[i])) != TIME_NONE)
            fail_msg("read: %s", refused[i]);
    }
}

/* Reading stops at the end of the view, not at what lies behind it. */
static void minds_the_length(void **state)
{
    (void)state;
    const char *z = "2021-03-04T05:06:07.123456Z";
    for (size_t n = 0; n < strlen(z); n++) {
        bool is_number = n >= 1 && n <= 4; /* "2021": seconds */
        bool is_time = is_number || n == 19 || n >= 21;
        assert_int_equal(time_parse((str){z, n}) != TIME_NONE, is_time);
    }
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static void check_day(int year, int month, int day, int64_t at)
{
    char want[TIME_TEXT_MAX], text[TIME_TEXT_MAX];
    int n = snprintf(want, sizeof want, "%04d-%02d-%02dT23:59:58Z", year, month, day);
    time_format(at, text);
    if (strcmp(text, want) != 0 || time_parse((str){want, (size_t)n}) != at)
        fail_msg("%s: %s", want, text);
}

/* The slow twin of the calendar: one day after the other. */
static void counts_every_day(void **state)
{
    (void)state;
    int64_t ns = 0;
    for (int year = 1970; year <= 2261; year++) {
        const int days[] = {31, is_leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= days[month - 1]; day++, ns += TIME_DAY)
                check_day(year, month, day, ns + TIME_DAY - 2 * TIME_SECOND);
        }
    }
}

static void writes_any_value(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *out;
    } row[] = {
        {TIME_NONE, ""},
        {0, "1970-01-01T00:00:00Z"},
        {1, "1970-01-01T00:00:00.000000001Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {-TIME_DAY, "1969-12-31T00:00:00Z"},
        {TIME_NONE + 1, "1677-09-21T00:12:43.145224193Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char text[TIME_TEXT_MAX];
        assert_int_equal(time_format(row[i].ns, text), strlen(row[i].out));
        assert_string_equal(text, row[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_spelling), cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(minds_the_length),     cmocka_unit_test(counts_every_day),
        cmocka_unit_test(writes_any_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
