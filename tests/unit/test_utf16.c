/* SPDX-License-Identifier: Apache-2.0
 *
 * test_utf16.c -- UTF-16 of both orders, pairs and halves of them, into UTF-8.
 */
#include "base/utf16.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static void only_a_mark_makes_it(void **state)
{
    (void)state;
    assert_true(utf16_is(STR("\xff\xfe")));
    assert_true(utf16_is(STR("\xfe\xff{")));
    assert_false(utf16_is(STR("\xff")));
    assert_false(utf16_is(STR("{\0}\0")));
    assert_false(utf16_is(STR("\xef\xbb\xbf")));
    assert_false(utf16_is(STR_NONE));
}

static void becomes_utf8(void **state)
{
    (void)state;
    static const struct {
        str in;
        const char *out;
    } row[] = {
        {BYTES("\xff\xfe"), ""},
        {BYTES("\xff\xfe{\0}\0"), "{}"},
        {BYTES("\xfe\xff\0{\0}"), "{}"},
        {BYTES("\xff\xfe\x7f\0\x80\0\xff\x07\0\x08"), "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80"},
        {BYTES("\xff\xfe\xac\x20"), "\xe2\x82\xac"},             /* the euro sign */
        {BYTES("\xff\xfe\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80"}, /* a pair */
        {BYTES("\xfe\xff\xdb\xff\xdf\xff"), "\xf4\x8f\xbf\xbf"}, /* the last character */
        {BYTES("\xff\xfe\x3d\xd8"), "\xef\xbf\xbd"},             /* half a pair at the end */
        {BYTES("\xff\xfe\x3d\xd8\x61\0"), "\xef\xbf\xbd\x61"},   /* and before another */
        {BYTES("\xff\xfe\x00\xde\x61\0"), "\xef\xbf\xbd\x61"},   /* the other half */
        {BYTES("\xff\xfe\x3d\xd8\x3d\xd8\x00\xde"), "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {BYTES("\xff\xfe\x61\0\x62"), "\x61\xef\xbf\xbd"}, /* half a unit */
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(buf_done) buf out = {0};
        utf16_put(row[i].in, &out);
        if (!str_is(buf_str(&out), row[i].out))
            fail_msg("row %zu: %.*s", i, (int)out.n, out.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_mark_makes_it),
        cmocka_unit_test(becomes_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
