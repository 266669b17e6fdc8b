/* SPDX-License-Identifier: Apache-2.0
 *
 * test_csv.c -- rows of comma-separated values to JSON, alone and through the splitter.
 */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "decode/log_column.h"
#include "decode/split.h"

/* clang-format off */
static const struct {
    const char *line;
    bool is_header;
    const char *doc;
} headers[] = {
    {"Event name,Event time,User name",              true,  "CloudTrail event history"},
    {"eventID,awsRegion",                            true,  "CloudTrail Lake"},
    {"\"TimeGenerated [UTC]\",\"OperationNameValue\"", true,  "Log Analytics"},
    {"Date (UTC),Correlation ID,Service",            true,  "Entra"},
    {"CreationDate,UserIds,Operations,AuditData",    true,  "unified audit log"},
    {"timestamp,logName,protoPayload.methodName",    true,  "BigQuery"},
    {"@timestamp,@message",                          true,  "CloudWatch Logs Insights"},
    {"EVENT_NAME,x",                                 true,  "case and '_' do not count"},
    {"eventName",                                    false, "one column"},
    {"name,colour",                                  false, "no column of a log"},
    {"eventName,",                                   false, "a column without a name"},
    {"eventName,\"\"",                               false, "the same, in quotes"},
    {"eventName,a=b",                                false, "no name"},
    {"eventName;eventTime",                          false, "semicolons do not separate"},
    {"",                                             false, "nothing"},
};

static const struct {
    const char *row;
    const char *json;
    const char *doc;
} rows[] = {
    {"1,2,3",             "{\"time\":\"1\",\"name\":\"2\",\"x y\":\"3\"}", "numbers are text too"},
    {"1,2",               "{\"time\":\"1\",\"name\":\"2\"}",               "fewer cells"},
    {",,3",               "{\"x y\":\"3\"}",                               "empty cells go"},
    {"1,\"\",3",          "{\"time\":\"1\",\"x y\":\"3\"}",                "empty quotes too"},
    {",,",                "{}",                                            "nothing but commas"},
    {"\"a,b\",\"c\"",     "{\"time\":\"a,b\",\"name\":\"c\"}",             "commas in quotes"},
    {"\"a\"\"b\"\"\",c",  "{\"time\":\"a\\\"b\\\"\",\"name\":\"c\"}",      "quotes in quotes"},
    {"\"\"\"\",c",        "{\"time\":\"\\\"\",\"name\":\"c\"}",            "a quote alone"},
    {"\"a\nb\",c",        "{\"time\":\"a\\nb\",\"name\":\"c\"}",           "a line end in quotes"},
    {"a\"b\",c",          "{\"time\":\"a\\\"b\\\"\",\"name\":\"c\"}",      "quotes, plain cell"},
    {"\"a\"b\"c,d",       "{\"time\":\"ab\\\"c\",\"name\":\"d\"}",         "text behind quotes"},
    {"\"a,b",             "{\"time\":\"a,b\"}",                            "quotes not closed"},
    {"\"{\"\"k\"\":[1]}\"", "{\"time\":\"{\\\"k\\\":[1]}\"}",              "JSON stays text"},
    {"1,2,3,4",           NULL,                                            "more cells"},
    {"1,2,3,",            NULL,                                            "one empty cell more"},
};
/* clang-format on */

static void headers_are_told_from_text(void **state)
{
    (void)state;
    AUTO(csv) c = {0};
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        bool is_header = csv_take_header(&c, str_of(headers[i].line), log_column_is_known);
        if (is_header != headers[i].is_header)
            print_error("header: %s\n", headers[i].doc);
        assert_int_equal(is_header, headers[i].is_header);
    }
}

static void too_many_columns_are_no_header(void **state)
{
    (void)state;
    AUTO(csv) c = {0};
    AUTO(buf) line = {0};
    buf_puts(&line, "time");
    for (size_t i = 1; i < LIMIT_CSV_COLUMNS; i++)
        buf_puts(&line, ",x");
    assert_true(csv_take_header(&c, buf_str(&line), log_column_is_known));
    buf_puts(&line, ",x");
    assert_false(csv_take_header(&c, buf_str(&line), log_column_is_known));
}

static void rows_become_objects(void **state)
{
    (void)state;
    AUTO(csv) c = {0};
    AUTO(buf) out = {0};
    assert_true(csv_take_header(&c, STR("time,name,x y"), log_column_is_known));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        csv_status status = csv_row_json(&c, str_of(rows[i].row), &out);
        assert_int_equal(status, rows[i].json ? CSV_OK : CSV_TOO_MANY_CELLS);
        if (!rows[i].json)
            continue;
        if (!str_eq(buf_str(&out), str_of(rows[i].json)))
            print_error("row: %s\n", rows[i].doc);
        buf_putc(&out, '\0');
        assert_string_equal(out.p, rows[i].json);
    }
}

/* Wherever a row is cut, it ends at the same place, and take_cell's reading of quotes agrees: the
 * rows of the table end at their ends, but the one with quotes left open. */
static void row_ends_do_not_depend_on_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf) text = {0};
        buf_puts(&text, rows[i].row);
        size_t n = text.n;
        bool is_open = strcmp(rows[i].doc, "quotes not closed") == 0;
        buf_puts(&text, "\n1,2");
        for (size_t cut = 0; cut <= n; cut++) {
            csv_place place = CSV_CELL_START;
            assert_int_equal(csv_row_end(&place, text.p, cut), cut);
            size_t end = cut + csv_row_end(&place, text.p + cut, text.n - cut);
            assert_int_equal(end, is_open ? text.n : n);
        }
    }
}

static void split_text(split *s, str text, size_t cut, buf *out)
{
    split_item item;
    split_reset(s);
    buf_reset(out);
    for (size_t at = 0; at <= text.n; at += cut) {
        size_t room;
        str piece = str_upto(str_from(text, at), cut);
        char *p = split_room(s, cut, &room);
        assert_non_null(p);
        if (piece.n > 0)
            memcpy(p, piece.p, piece.n);
        split_commit(s, piece.n);
        if (at + cut > text.n)
            split_finish(s);
        while (split_next(s, &item)) {
            buf_printf(out, "%c %d+%d ", "RSBCLN"[item.kind], (int)item.offset, (int)item.bytes);
            buf_putstr(out, item.text);
            buf_putc(out, '\n');
        }
    }
    split_count c = split_counts(s);
    assert_int_equal(c.bytes_in, text.n);
    assert_int_equal(c.bytes_in, c.bytes_records + c.bytes_skipped + c.bytes_framing);
}

static void expect_split(str text, const char *items)
{
    AUTO(buf) out = {0};
    split *s = split_new();
    assert_non_null(s);
    for (size_t cut = 1; cut <= text.n; cut++) {
        split_text(s, text, cut, &out);
        buf_putc(&out, '\0');
        assert_string_equal(out.p, items);
    }
    split_free(s);
}

static void splitter_reads_csv(void **state)
{
    (void)state;
    expect_split(STR("\xef\xbb\xbf"
                     "eventTime,x\r\n1,\"a\r\nb\"\r\n\r\n1,2,3\r\n,z"),
                 "R 16+8 {\"eventTime\":\"1\",\"x\":\"a\\r\\nb\"}\n"
                 "B 28+5 1,2,3\n"
                 "R 35+2 {\"x\":\"z\"}\n");
    expect_split(STR("\"eventTime\",x\n1,\"open\n2,3\n"), "C 14+12 1,\"open\n2,3\n\n");
    expect_split(STR("eventTime,x"), "");
    expect_split(STR("name,x\n1,2\n"), "N 0+11 name,x\n1,2\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_told_from_text),
        cmocka_unit_test(too_many_columns_are_no_header),
        cmocka_unit_test(rows_become_objects),
        cmocka_unit_test(row_ends_do_not_depend_on_cuts),
        cmocka_unit_test(splitter_reads_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
