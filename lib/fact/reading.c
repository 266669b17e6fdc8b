/* SPDX-License-Identifier: Apache-2.0
 *
 * reading.c -- the words that readers of exports use.
 */
#include "fact/reading.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/text.h"
#include "base/time.h"

static const export_info exports[EXPORT_COUNT] = {
#define EXPORT(name, cloud, command, doc) [EXPORT_##name] = {#name, PROVIDER_##cloud, command, doc},
#include "fact/export.def"
#undef EXPORT
};

/* Tags by which people say whose a thing is; compared without case. */
static const char *const owner_tags[] = {"owner",       "owners",     "contact", "responsible",
                                         "owner-email", "owneremail", "team",    "maintainer"};

const export_info *export_describe(export_id e)
{
    assert(e > EXPORT_NONE && e < EXPORT_COUNT);
    return &exports[e];
}

/* ---- problems -------------------------------------------------------------------------------- */

static void keep_problem(reading *r, const char *text)
{
    reading_problem *all =
        array_room(r->problems, r->n_problems, &r->cap_problems, 16, sizeof *all);
    if (all)
        r->problems = all;
    str copy = all ? arena_dup(&r->facts->documents, str_of(text)) : STR_NONE;
    if (!copy.p) {
        r->failed = true;
        return;
    }
    all[r->n_problems] = (reading_problem){r->input, (uint32_t)r->n_problems, r->is_joining, copy};
    r->n_problems++;
}

void reading_wrong(reading *r, const char *format, ...)
{
    char text[256];
    va_list args;
    r->malformed++;
    if (r->n_problems >= LIMIT_AUDIT_PROBLEMS)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    keep_problem(r, text);
}

static int compare_problems(const void *a, const void *b, void *user)
{
    const reading_problem *x = a, *y = b;
    if (x->input != y->input)
        return facts_is_before(user, x->input, y->input) ? -1 : 1;
    if (x->is_joined != y->is_joined)
        return x->is_joined ? 1 : -1;
    int order = x->is_joined ? text_compare(x->text, y->text) : 0;
    return order ? order : x->number < y->number ? -1 : x->number > y->number;
}

void reading_contested(reading *r, uint32_t at, attr a, const char *why)
{
    uint32_t input = r->input, other = facts_input_of(r->facts, facts_at(r->facts, at), a);
    bool was_joining = r->is_joining;
    r->is_joining = true;
    r->input = facts_is_before(r->facts, input, other) ? other : input;
    reading_wrong(r, "%s %s", attr_describe(a)->name, why);
    r->input = input;
    r->is_joining = was_joining;
}

void reading_sort_problems(reading *r)
{
    if (r->n_problems > 0)
        qsort_r(r->problems, r->n_problems, sizeof *r->problems, compare_problems, r->facts);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

void reading_reset(reading *r)
{
    r->failed = r->failed || r->scratch.failed;
    buf_reset(&r->scratch);
}

bool reading_is(reading *r, json_node v, const char *text)
{
    AUTO(buf) own = {0}; /* what stands in r->scratch may be in use */
    json_node_text(v, &own);
    r->failed = r->failed || own.failed;
    return str_is(buf_str(&own), text);
}

bool reading_parse(reading *r, json_reader *reader, str text, json_node *ret)
{
    json_status status = json_parse(reader, text, ret);
    r->failed = r->failed || status == JSON_NO_MEMORY;
    return status == JSON_OK;
}

json_node reading_at(json_node node, const char *path)
{
    str rest = str_of(path), piece;
    while (text_next(&rest, '.', &piece))
        node = json_node_get(node, piece);
    return node;
}

static str scalar(reading *r, json_node v)
{
    if (json_node_type(v) == JSON_STRING)
        return json_node_string(v);
    if (json_node_type(v) != JSON_NUMBER)
        return STR_NONE;
    reading_reset(r);
    json_node_text(v, &r->scratch);
    return buf_str(&r->scratch);
}

str reading_text_at(reading *r, json_node node, const char *path)
{
    return scalar(r, reading_at(node, path));
}

static int64_t whole(reading *r, json_node node, const char *member)
{
    int64_t n = 0;
    return text_to_int(reading_text_at(r, node, member), &n) ? n : 0;
}

/* How Python's recorders write a datetime: {"__class__": "datetime", "year": 2019, …}, in UTC. */
static int64_t recorded_time(reading *r, json_node v)
{
    char text[64];
    static const char *const part[] = {"month", "day", "hour", "minute", "second"};
    unsigned n[ARRAY_LEN(part)];
    if (!str_is(reading_text_at(r, v, "__class__"), "datetime"))
        return TIME_NONE;
    unsigned year = (unsigned)whole(r, v, "year") % 10000;
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        n[i] = (unsigned)whole(r, v, part[i]) % 100;
    int length = snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, n[0], n[1],
                          n[2], n[3], n[4]);
    return time_parse((str){text, (size_t)length});
}

int64_t reading_time(reading *r, json_node v)
{
    if (json_node_type(v) == JSON_OBJECT)
        return recorded_time(r, v);
    return time_parse(scalar(r, v));
}

/* ---- attributes ------------------------------------------------------------------------------ */

static bool flag_of(json_node v, str text, bool *ret)
{
    if (json_node_type(v) != JSON_BOOL && json_node_type(v) != JSON_STRING)
        return false;
    *ret = text_eq_nocase(text, STR("true"));
    return *ret || text_eq_nocase(text, STR("false"));
}

/* The value as text, whatever scalar it is. */
static str any_scalar(reading *r, json_node v)
{
    if (json_node_type(v) == JSON_STRING)
        return text_trim(json_node_string(v));
    reading_reset(r);
    json_node_text(v, &r->scratch);
    return buf_str(&r->scratch);
}

static bool put_scalar(reading *r, uint32_t at, attr a, json_node v)
{
    bool flag = false, is_text = json_node_type(v) == JSON_STRING;
    double number = 0;
    str text = json_node_type(v) == JSON_OBJECT ? STR_NONE : any_scalar(r, v);
    int64_t ns = TIME_NONE;
    switch (attr_describe(a)->type) {
    case ATTR_TYPE_TEXT:
        if (!is_text && json_node_type(v) != JSON_NUMBER)
            return false;
        facts_put_text(r->facts, at, a, text);
        return true;
    case ATTR_TYPE_BOOL:
        if (!flag_of(v, text, &flag))
            return false;
        facts_put_flag(r->facts, at, a, flag);
        return true;
    case ATTR_TYPE_NUMBER:
        if (json_node_type(v) == JSON_BOOL || !json_text_number(text, &number))
            return false;
        facts_put_number(r->facts, at, a, number);
        return true;
    case ATTR_TYPE_TIME:
        ns = reading_time(r, v);
        facts_put_time(r->facts, at, a, ns);
        return ns != TIME_NONE;
    }
    return false;
}

static bool is_absent(json_node v)
{
    json_type type = json_node_type(v);
    return type == JSON_NONE || type == JSON_NULL ||
           (type == JSON_STRING && json_node_string(v).n == 0);
}

static const char *const type_words[] = {"a text", "true or false", "a number", "a time"};

static void put_one(reading *r, uint32_t at, attr a, json_node v)
{
    if (is_absent(v) || at == FACT_NONE)
        return;
    bool is_array = json_node_type(v) == JSON_ARRAY;
    if (!is_array && put_scalar(r, at, a, v))
        return;
    str id = str_upto(facts_id(r->facts, facts_at(r->facts, at)), 80);
    reading_wrong(r, "%s of %.*s is not %s", attr_describe(a)->name, (int)id.n, id.p,
                  type_words[attr_describe(a)->type]);
}

void reading_put(reading *r, uint32_t at, attr a, json_node v)
{
    bool is_list = json_node_type(v) == JSON_ARRAY && attr_describe(a)->is_many;
    if (!is_list) {
        put_one(r, at, a, v);
        return;
    }
    json_iter it = json_iter_of(v);
    while (json_iter_next(&it))
        put_one(r, at, a, it.value);
}

void reading_put_path(reading *r, uint32_t at, json_node node, str path, const reading_way *way)
{
    str piece;
    while (text_next(&path, '.', &piece)) {
        bool is_each = text_ends(piece, "[]");
        node = json_node_get(node, str_upto(piece, piece.n - (is_each ? 2 : 0)));
        if (!is_each)
            continue;
        json_iter it = json_iter_of(node);
        while (json_iter_next(&it))
            reading_put_path(r, at, way->open ? way->open(it.value) : it.value, path, way);
        return;
    }
    way->put(r, at, way->attr, node);
}

void reading_put_rows(reading *r, uint32_t at, json_node node, const reading_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const reading_way way = {.attr = rows[i].attr, .put = reading_put};
        reading_put_path(r, at, node, str_of(rows[i].path), &way);
    }
}

/* ---- tags ------------------------------------------------------------------------------------ */

static bool names_owner(str key)
{
    for (size_t i = 0; i < ARRAY_LEN(owner_tags); i++)
        if (text_eq_nocase(key, str_of(owner_tags[i])))
            return true;
    return false;
}

static void put_tag(reading *r, uint32_t at, str key, json_node value)
{
    if (key.n == 0 || json_node_type(value) != JSON_STRING)
        return;
    str text = json_node_string(value);
    reading_reset(r);
    buf_putstr(&r->scratch, key);
    buf_putc(&r->scratch, '=');
    buf_putstr(&r->scratch, text);
    facts_put_text(r->facts, at, ATTR_TAG, buf_str(&r->scratch));
    if (names_owner(key))
        facts_put_text(r->facts, at, ATTR_OWNER, text);
}

void reading_put_tags(reading *r, uint32_t at, json_node tags)
{
    json_iter it = json_iter_of(tags);
    while (json_iter_next(&it)) {
        bool is_pair = json_node_type(it.value) == JSON_OBJECT;
        str key = is_pair ? json_node_string(json_node_get(it.value, STR("Key"))) : it.key;
        put_tag(r, at, key, is_pair ? json_node_get(it.value, STR("Value")) : it.value);
    }
}

uint32_t reading_add(reading *r, fact_kind kind, provider cloud, str id)
{
    uint32_t at = facts_add(r->facts, kind, cloud, id, r->input);
    if (at == FACT_NONE || cloud != PROVIDER_AWS)
        return at;
    facts_guess_account(r->facts, at, r->account);
    facts_guess_region(r->facts, at, r->region);
    return at;
}

uint32_t reading_account(reading *r)
{
    return reading_add(r, FACT_ACCOUNT, PROVIDER_AWS, r->account.n > 0 ? r->account : STR("?"));
}

uint32_t reading_region(reading *r)
{
    str account = r->account.n > 0 ? r->account : STR("?");
    str region = r->region.n > 0 ? r->region : STR("?");
    reading_reset(r);
    buf_putstr(&r->scratch, account);
    buf_putc(&r->scratch, '/');
    buf_putstr(&r->scratch, region);
    return reading_add(r, FACT_REGION, PROVIDER_AWS, buf_str(&r->scratch));
}
