/* SPDX-License-Identifier: Apache-2.0
 *
 * test_when.c -- times as people type them.
 */
#include "cli/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/words.h"

#define S INT64_C(1000000000)

static void reads(void **state)
{
    /* clang-format off */
    static const struct { const char *text; int64_t ns; } rows[] = {
        {"1970-01-01T00:00:00Z",        0},
        {"2026-06-01",                  1780272000 * S},
        {"2026-06-01T00:00:00Z",        1780272000 * S},
        {"2026-06-01t12:34:56z",        1780317296 * S},
        {"2026-06-01 02:00:00+02:00",   1780272000 * S},
        {"2026-05-31T22:30:00-01:30",   1780272000 * S},
        {"2026-06-01T00:00:00.5Z",      1780272000 * S + S / 2},
        {"2026-06-01T00:00:00.0000000019Z", 1780272000 * S + 1},
        {"2024-02-29",                  1709164800 * S},
    };
    static const char *const wrong[] = {
        "", "now", "2026", "2026-6-1", "2026-02-29", "2026-13-01", "1969-12-31", "2262-01-01", "2026-06-01T",
        "2026-06-01T00:00:00", "2026-06-01T24:00:00Z", "2026-06-01T00:00Z", "2026-06-01T00:00:00.Z", "2026-06-01T00:00:00Zx",
        "2026-06-01T00:00:00+0200", "2026-06-01X00:00:00Z", "-026-06-01",
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ns = -1;
        print_message("# %s\n", rows[i].text);
        assert_true(when_parse(rows[i].text, &ns));
        assert_int_equal(ns, rows[i].ns);
    }
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        int64_t ns = -1;
        print_message("# %s\n", wrong[i]);
        assert_false(when_parse(wrong[i], &ns));
        assert_int_equal(ns, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
