/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_struct.c -- `{k=v}` text to JSON.
 */
#include "decode/aws_struct.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text, *wanted; /* NULL: refused */
} cases[] = {
    {"{a=1}", "{\"a\":\"1\"}"},
    {" { a=1, b=x y } ", "{\"a\":\"1\",\"b\":\"x y\"}"},
    {"{}", "{}"},
    {"[]", "[]"},
    {"{a=, b=null}", "{\"a\":\"\",\"b\":null}"},
    {"{a={b={c=d}}, e=f}", "{\"a\":{\"b\":{\"c\":\"d\"}},\"e\":\"f\"}"},
    {"{a=[x, y], b=[{c=1}, {c=2}]}", "{\"a\":[\"x\",\"y\"],\"b\":[{\"c\":\"1\"},{\"c\":\"2\"}]}"},
    /* A comma that no key follows belongs to the value. */
    {"{agent=Mozilla/5.0 (X11, Linux), b=1}",
     "{\"agent\":\"Mozilla/5.0 (X11, Linux)\",\"b\":\"1\"}"},
    {"{q=a=b, r=1}", "{\"q\":\"a=b\",\"r\":\"1\"}"},
    {"{arn=arn:aws:iam::1:user/u, t=2024-01-02T03:04:05Z}",
     "{\"arn\":\"arn:aws:iam::1:user/u\",\"t\":\"2024-01-02T03:04:05Z\"}"},
    /* JSON inside stays one string. */
    {"{p={\"S\":[{\"E\":\"a, b=c}\"}]}, n=x}",
     "{\"p\":\"{\\\"S\\\":[{\\\"E\\\":\\\"a, b=c}\\\"}]}\",\"n\":\"x\"}"},
    {"{p=[\"a\"]}", "{\"p\":\"[\\\"a\\\"]\"}"},
    {"", NULL},
    {"a=1", NULL},
    {"{a=1", NULL},
    {"{a}", NULL},
    {"{a=1} x", NULL},
    {"{a={b=1}", NULL},
    {"{a={\"b\":1}", NULL},
    {"[a, b", NULL},
};

static void reads_structs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf) out = {0};
        bool is_read = aws_struct_to_json(str_of(cases[i].text), &out);
        if (is_read != (cases[i].wanted != NULL) ||
            (is_read && !str_is(buf_str(&out), cases[i].wanted)))
            fail_msg("%s -> %d %.*s", cases[i].text, is_read, (int)out.n, out.p);
    }
}

static void refuses_depth(void **state)
{
    char deep[400];
    AUTO(buf) out = {0};
    (void)state;
    memset(deep, '[', sizeof deep);
    assert_false(aws_struct_to_json((str){deep, sizeof deep}, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_structs),
                                       cmocka_unit_test(refuses_depth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
