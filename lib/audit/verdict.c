/* SPDX-License-Identifier: Apache-2.0
 *
 * verdict.c -- facts to verdicts, pulled one by one.
 */
#include <string.h>

#include "audit/audit.h"
#include "audit/check.h"
#include "fact/aws_words.h"
#include "base/text.h"

bool audit_has_cloud(const audit *a, provider cloud)
{
    for (int e = EXPORT_NONE + 1; e < EXPORT_COUNT; e++)
        if (a->exports[e] > 0 && export_describe((export_id)e)->cloud == cloud)
            return true;
    return false;
}

bool audit_judge(const audit *a, const check *row, const fact *x, buf *seen,
                 spoor_check_status *ret)
{
    bool is_meant = x->kind == row->subject && x->provider == row->cloud &&
                    (!row->applies || row->applies(a, row, x));
    buf_reset(seen);
    if (!is_meant)
        return false;
    *ret = row->test(a, row, x, seen);
    if (seen->n == 0)
        buf_puts(seen, "the export does not say");
    return true;
}

/* The first export that the check cannot do without and nobody gave; EXPORT_NONE: it can be
 * judged. */
static export_id lacking(const audit *a, const check *row)
{
    bool has_any = row->needs_any[0] == EXPORT_NONE;
    for (size_t i = 0; i < CHECK_NEEDS && row->needs[i]; i++)
        if (!check_has_export(a, row->needs[i]))
            return row->needs[i];
    for (size_t i = 0; i < CHECK_NEEDS && row->needs_any[i]; i++)
        has_any = has_any || check_has_export(a, row->needs_any[i]);
    return has_any ? EXPORT_NONE : row->needs_any[0];
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_./:@=+,-", c) != NULL);
}

/* Control characters, those behind ASCII (U+0080 to U+009F) included; *ret_n: its bytes. */
static bool is_control(str text, size_t *ret_n)
{
    unsigned char c = (unsigned char)text.p[0];
    unsigned char next = text.n > 1 ? (unsigned char)text.p[1] : 0;
    bool is_c1 = c == 0xc2 && next >= 0x80 && next < 0xa0;
    *ret_n = is_c1 ? 2 : 1;
    return is_c1 || c < ' ' || c == 0x7f;
}

static void put_in_quotes(buf *out, str text)
{
    size_t n;
    buf_putc(out, '\'');
    for (; text.n > 0; text = str_from(text, n)) {
        bool is_left_out = is_control(text, &n);
        if (text.p[0] == '\'')
            buf_puts(out, "'\\''");
        else if (!is_left_out)
            buf_putc(out, text.p[0]);
    }
    buf_putc(out, '\'');
}

/* The text as one word of a shell: it comes from exports, and people paste commands. One that would
 * be an option of the command is left for them to type: no quotes help there. */
static void put_word(buf *out, str text, const char *what)
{
    bool is_bare = text.n > 0 && text.p[0] != '=';
    for (size_t i = 0; i < text.n; i++)
        is_bare = is_bare && is_plain(text.p[i]);
    if (text_starts(text, "-"))
        buf_puts(out, what);
    else if (is_bare)
        buf_putstr(out, text);
    else
        put_in_quotes(out, text);
}

static bool put_placeholder(const audit *a, const check *row, const fact *x, str name, buf *out)
{
    if (str_is(name, "threshold"))
        buf_printf(out, "%.15g", check_threshold(a, row->threshold));
    else if (!x)
        return false;
    else if (str_is(name, "id"))
        put_word(out, facts_id(&a->facts, x), "ID");
    else if (str_is(name, "name"))
        put_word(out, facts_name(&a->facts, x), "NAME");
    else if (str_is(name, "holder"))
        put_word(out, aws_arn_name(aws_holder(facts_id(&a->facts, x))), "NAME");
    else if (str_is(name, "account"))
        put_word(out, facts_account(&a->facts, x), "ACCOUNT");
    else if (str_is(name, "region"))
        put_word(out, facts_region(&a->facts, x), "REGION");
    else
        return false;
    return true;
}

/* The words of a row with what {…} stands for. */
static void fill_in(const audit *a, const check *row, const fact *x, const char *words, buf *out)
{
    str rest = str_of(words ? words : "");
    buf_reset(out);
    while (rest.n > 0) {
        const char *open = memchr(rest.p, '{', rest.n);
        size_t n = open ? (size_t)(open - rest.p) : rest.n;
        buf_put(out, rest.p, n);
        rest = str_from(rest, n);
        const char *close = rest.n > 0 ? memchr(rest.p, '}', rest.n) : NULL;
        size_t length = close ? (size_t)(close - rest.p) : 0;
        if (close && put_placeholder(a, row, x, (str){rest.p + 1, length - 1}, out)) {
            rest = str_from(rest, length + 1);
        } else if (rest.n > 0) {
            buf_putc(out, '{');
            rest = str_from(rest, 1);
        }
    }
}

static void tell(audit *a, const check *row, const fact *x, spoor_check_status status, verdict *ret)
{
    a->has_told = true;
    fill_in(a, row, x, row->wanted, &a->wanted);
    fill_in(a, row, x, row->fix, &a->fix);
    *ret = (verdict){.check = row,
                     .fact = x,
                     .status = status,
                     .seen = buf_str(&a->seen),
                     .wanted = buf_str(&a->wanted),
                     .fix = buf_str(&a->fix)};
}

static void tell_lacking(audit *a, const check *row, export_id e, verdict *ret)
{
    const export_info *info = export_describe(e);
    buf_reset(&a->seen);
    buf_printf(&a->seen, "%s was not given", info->name);
    tell(a, row, NULL, SPOOR_CHECK_NO_DATA, ret);
    buf_reset(&a->fix);
    buf_puts(&a->fix, info->command);
    ret->fix = buf_str(&a->fix);
}

/* The next fact that the check in hand is about. */
static bool next_of_check(audit *a, const check *row, verdict *ret)
{
    uint32_t from, to;
    spoor_check_status status;
    facts_range(&a->facts, row->subject, &from, &to);
    for (uint32_t at = from + a->next_fact; at < to; at++) {
        const fact *x = facts_at(&a->facts, at);
        a->next_fact++;
        if (audit_judge(a, row, x, &a->seen, &status)) {
            tell(a, row, x, status, ret);
            return true;
        }
    }
    return false;
}

/* What the check in hand says next; false: it has said all. */
static bool next_verdict(audit *a, const check *row, verdict *ret)
{
    export_id missing = lacking(a, row);
    if (missing && a->has_told)
        return false;
    if (missing) {
        tell_lacking(a, row, missing, ret);
        return true;
    }
    if (next_of_check(a, row, ret))
        return true;
    if (a->has_told)
        return false;
    buf_reset(&a->seen);
    buf_printf(&a->seen, "there is no such %s", fact_kind_text(row->subject));
    tell(a, row, NULL, SPOOR_CHECK_NOT_APPLICABLE, ret);
    return true;
}

bool audit_next(audit *a, verdict *ret)
{
    const check *row;
    while ((row = check_at(a->next_check))) {
        if (audit_has_cloud(a, row->cloud) && next_verdict(a, row, ret)) {
            a->failed = a->failed || a->seen.failed || a->wanted.failed || a->fix.failed;
            return true;
        }
        a->next_check++;
        a->next_fact = 0;
        a->has_told = false;
    }
    return false;
}
