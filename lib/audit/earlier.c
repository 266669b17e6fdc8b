/* SPDX-License-Identifier: Apache-2.0
 *
 * earlier.c -- JSON lines to a map of verdicts.
 */
#include "audit/earlier.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

enum { MET = 8 }; /* beside the status */

typedef enum change { CHANGE_SAME, CHANGE_BETTER, CHANGE_WORSE } change;

/* clang-format off */
static const change changes[4][4] = { /* [before][now] */
    [SPOOR_CHECK_PASS]           = {[SPOOR_CHECK_FAIL] = CHANGE_WORSE, [SPOOR_CHECK_NO_DATA] = CHANGE_WORSE},
    [SPOOR_CHECK_NOT_APPLICABLE] = {[SPOOR_CHECK_FAIL] = CHANGE_WORSE, [SPOOR_CHECK_NO_DATA] = CHANGE_WORSE},
    [SPOOR_CHECK_FAIL]           = {[SPOOR_CHECK_PASS] = CHANGE_BETTER, [SPOOR_CHECK_NOT_APPLICABLE] = CHANGE_BETTER},
    [SPOOR_CHECK_NO_DATA]        = {[SPOOR_CHECK_PASS] = CHANGE_BETTER, [SPOOR_CHECK_NOT_APPLICABLE] = CHANGE_BETTER,
                                    [SPOOR_CHECK_FAIL] = CHANGE_WORSE},
};
static const char *const words[] = {
    [CHANGE_SAME] = "same", [CHANGE_BETTER] = "better", [CHANGE_WORSE] = "worse",
};
/* clang-format on */

void earlier_done(earlier *e)
{
    intern_done(&e->checks);
    intern_done(&e->resources);
    map_done(&e->verdicts);
    free(e->is_judged);
    *e = (earlier){0};
}

static uint64_t key_of(uint32_t check, uint32_t resource)
{
    return (uint64_t)check << 32 | resource;
}

static uint32_t check_of(uint64_t key)
{
    return (uint32_t)(key >> 32);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool status_called(str text, spoor_check_status *ret)
{
    for (int s = 0; s <= SPOOR_CHECK_NO_DATA; s++)
        if (str_is(text, spoor_check_status_text((spoor_check_status)s))) {
            *ret = (spoor_check_status)s;
            return true;
        }
    return false;
}

/* Keeps a verdict; false: it is none. */
static bool keep(earlier *e, json_node finding)
{
    spoor_check_status status;
    str check = json_node_string(json_node_get(finding, STR("id")));
    json_node id = json_node_get(json_node_get(finding, STR("resource")), STR("id"));
    if (check.n == 0 || json_node_type(id) != JSON_STRING ||
        !status_called(json_node_string(json_node_get(finding, STR("status"))), &status))
        return false;
    uint32_t c = intern_id(&e->checks, check), r = intern_id(&e->resources, json_node_string(id));
    e->failed = e->failed || !c || !r || !map_put(&e->verdicts, key_of(c, r), (uint32_t)status);
    return true;
}

static void read_line(earlier *e, json_reader *json, str line)
{
    json_node finding;
    json_status status = json_parse(json, line, &finding);
    str type = status == JSON_OK ? json_node_string(json_node_get(finding, STR("type"))) : STR_NONE;
    e->failed = e->failed || status == JSON_NO_MEMORY;
    if (str_is(type, "check"))
        e->bad += !keep(e, finding);
    else if (!str_is(type, "skip") && !str_is(type, "summary"))
        e->bad++;
    json_reader_reset(json);
}

void earlier_read(earlier *e, str lines)
{
    AUTO(buf) copy = {0}; /* JSON is read beyond its end */
    json_reader *json = json_reader_new();
    str line;
    e->is_given = true;
    e->failed = e->failed || !json;
    while (!e->failed && text_next(&lines, '\n', &line)) {
        buf_reset(&copy);
        buf_putstr(&copy, text_trim(line));
        e->failed = copy.failed;
        if (copy.n > 0)
            read_line(e, json, buf_str(&copy));
    }
    json_reader_free(json);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void note_judged(earlier *e, uint32_t check)
{
    if (!e->is_judged)
        e->is_judged = calloc(e->checks.n + 1, sizeof *e->is_judged);
    if (e->is_judged)
        e->is_judged[check] = true;
    e->failed = e->failed || !e->is_judged;
}

const char *earlier_compare(earlier *e, str check, str resource, spoor_check_status now)
{
    if (!e->is_given)
        return "";
    uint32_t c = intern_find(&e->checks, check), r = intern_find(&e->resources, resource);
    if (c && (now != SPOOR_CHECK_NO_DATA || resource.n > 0))
        note_judged(e, c);
    uint32_t before = c && r ? map_get(&e->verdicts, key_of(c, r)) : MAP_NONE;
    if (before == MAP_NONE)
        return "new";
    map_put(&e->verdicts, key_of(c, r), before | MET); /* it is there: no memory is needed */
    return words[changes[before & ~(uint32_t)MET][now]];
}

void earlier_left(const earlier *e, uint64_t *ret_gone, uint64_t *ret_unjudged)
{
    *ret_gone = 0;
    *ret_unjudged = 0;
    for (size_t i = 0; i < e->verdicts.cap; i++) {
        const map_slot *slot = &e->verdicts.slot[i];
        if (slot->value != SPOOR_CHECK_FAIL)
            continue; /* free, met, or no failure */
        if (e->is_judged && e->is_judged[check_of(slot->key)])
            ++*ret_gone;
        else
            ++*ret_unjudged;
    }
}
