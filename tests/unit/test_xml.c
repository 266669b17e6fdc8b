/* SPDX-License-Identifier: Apache-2.0
 *
 * test_xml.c -- XML as elements that open and close, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "export/xml.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

/* Writes down what it is told; text of elements called `t` is wanted. */
static bool on_open(void *user, const xml_element *e)
{
    buf *out = user;
    buf_printf(out, "<%.*s", (int)e->name.n, e->name.p);
    str id = xml_attribute(e, "id");
    if (id.n > 0)
        buf_printf(out, "#%.*s", (int)id.n, id.p);
    if (e->space.n > 0)
        buf_printf(out, "@%.*s", (int)e->space.n, e->space.p);
    buf_printf(out, "%u", e->depth);
    return str_is(e->name, "t");
}

static void on_close(void *user, const xml_element *e, str text)
{
    buf *out = user;
    buf_printf(out, "[%.*s]%.*s>", (int)text.n, text.p, (int)e->name.n, e->name.p);
}

static xml_status read_text(str text, buf *out)
{
    xml_handler handler = {out, on_open, on_close};
    buf_reset(out);
    return xml_read(text, &handler);
}

static void test_elements(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *seen;
    } rows[] = {
        {"<a/>", "<a1[]a>"},
        {"<a>x<b id='1'>y</b></a>", "<a1<b#12[]b>[]a>"},
        {"<a><t>x &amp; &#65;<b>y</b> z</t></a>", "<a1<t2<b3[]b>[x & Ay z]t>[]a>"},
        {"<a><t>1</t><t/><t><t>2</t></t></a>", "<a1<t2[1]t><t2[]t><t2<t3[]t>[2]t>[]a>"},
        {"<p:a xmlns:p='urn:x'><p:b/></p:a>", "<a@urn:x1<b@urn:x2[]b>[]a>"},
        {"<a xmlns='urn:x'><t><![CDATA[<&]]></t></a>", "<a@urn:x1<t@urn:x2[<&]t>[]a>"},
    };
    AUTO(buf) out = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(read_text(str_of(rows[i].xml), &out), XML_READ);
        buf_putc(&out, '\0');
        assert_string_equal(out.p, rows[i].seen);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *xml;
        xml_status status;
    } rows[] = {
        {"", XML_BROKEN},
        {"<a>", XML_BROKEN},
        {"<a></b>", XML_BROKEN},
        {"<a>&b;</a>", XML_BROKEN},
        {"<!DOCTYPE a><a/>", XML_DOCTYPE},
        {"<!DOCTYPE a [<!ENTITY b \"x\">]><a>&b;</a>", XML_DOCTYPE},
        {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", XML_DOCTYPE},
    };
    AUTO(buf) out = {0};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(read_text(str_of(rows[i].xml), &out), rows[i].status);
        assert_true(xml_status_text(rows[i].status)[0] != '\0');
    }
}

static void test_limits(void **state)
{
    (void)state;
    AUTO(buf) text = {0};
    AUTO(buf) out = {0};
    for (size_t i = 0; i < LIMIT_DEPTH; i++)
        buf_puts(&text, "<a>");
    for (size_t i = 0; i < LIMIT_DEPTH; i++)
        buf_puts(&text, "</a>");
    assert_int_equal(read_text(buf_str(&text), &out), XML_READ);
    buf_reset(&text);
    for (size_t i = 0; i <= LIMIT_DEPTH; i++)
        buf_puts(&text, "<a>");
    assert_int_equal(read_text(buf_str(&text), &out), XML_TOO_DEEP);
    buf_reset(&text);
    buf_puts(&text, "<t>");
    for (size_t i = 0; i <= LIMIT_XML_TEXT_BYTES; i++)
        buf_putc(&text, 'x');
    buf_puts(&text, "</t>");
    assert_int_equal(read_text(buf_str(&text), &out), XML_TOO_LONG);
}

/* expat is fed in pieces of a MiB: what spans them is whole. */
static void test_large(void **state)
{
    (void)state;
    AUTO(buf) text = {0};
    AUTO(buf) out = {0};
    buf_puts(&text, "<a>");
    for (size_t i = 0; i < 100000; i++)
        buf_puts(&text, "<b id='0123456789'>text</b>");
    buf_puts(&text, "<t>last</t></a>");
    assert_int_equal(read_text(buf_str(&text), &out), XML_READ);
    assert_true(text_ends(buf_str(&out), "<t2[last]t>[]a>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
