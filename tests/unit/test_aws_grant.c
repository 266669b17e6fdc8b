/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_grant.c -- lists of pieces: each once, and bounded. What calls grant is tested with
 * whole records in test_cloudtrail.c.
 */
#include "decode/aws_grant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"

static void lists_a_piece_once(void **state)
{
    static const char *const pieces[] = {"ab", "abc", "", "b", "ab", "bc", "abc", "c"};
    (void)state;
    AUTO(buf) list = {0};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        aws_list_add(&list, "; ", str_of(pieces[i]));
    assert_true(str_is(buf_str(&list), "ab; abc; b; bc; c"));
}

static void ends_a_list_at_the_limit(void **state)
{
    (void)state;
    AUTO(buf) list = {0};
    for (unsigned i = 0; i < 2000; i++) {
        char piece[64];
        int n = snprintf(piece, sizeof piece, "%040u", i);
        aws_list_add(&list, ";", (str){piece, (size_t)n});
    }
    assert_false(list.failed);
    assert_true(list.n > LIMIT_FIELD_BYTES - 64 && list.n <= LIMIT_FIELD_BYTES + 4);
    assert_true(text_ends(buf_str(&list), ";..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_a_piece_once),
        cmocka_unit_test(ends_a_list_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
