/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_correlate.c -- how many matching events a second each type of correlation takes, on one
 * core.
 *
 *     bench_correlate [EVENTS]      2000000 when not given
 *
 * Each type runs over the same events twice: with windows of about a thousand and of about a
 * hundred thousand events. The ratio of the two says whether the cost depends on the length of the
 * window. What is left above 1 is the processor's cache: the longer window does not fit.
 *
 *  (1) One match a millisecond, spread over ten groups, each with a value out of a thousand.
 *  (2) Bounds are out of reach and one rule of the temporal types never matches, so that nothing
 *      fires and windows stay full; for the negated type windows end all the time.
 *  (3) Making the events is not timed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "correlate/sigma_engine.h"

enum { RULES = 4, GROUPS = 10, VALUES = 1000, CAPTURED = 32, UID = 40, PREPARED = 1 << 16 };

#define MILLISECOND INT64_C(1000000)

typedef struct event_row {
    char captured[CAPTURED], uid[UID];
    size_t n_captured, n_uid;
} event_row;

typedef struct type_row {
    rule_correlation_type type;
    uint32_t expression;
    const char *name;
} type_row;

/* clang-format off */
static const type_row types[] = {
    {RULE_EVENT_COUNT,      0, "event_count"},
    {RULE_VALUE_COUNT,      0, "value_count"},
    {RULE_TEMPORAL,         0, "temporal"},
    {RULE_TEMPORAL,         4, "temporal, not"},
    {RULE_TEMPORAL_ORDERED, 0, "temporal_ordered"},
    {RULE_VALUE_SUM,        0, "value_sum"},
    {RULE_VALUE_AVG,        0, "value_avg"},
    {RULE_VALUE_PERCENTILE, 0, "value_percentile"},
    {RULE_VALUE_MEDIAN,     0, "value_median"},
};
/* clang-format on */

static event_row *rows;

static size_t put_item(char *to, char type, const char *text)
{
    size_t n = strlen(text);
    to[0] = (char)(n + 2);
    to[1] = type;
    to[2] = (char)n;
    memcpy(to + 3, text, n);
    return n + 3;
}

static void make_rows(void)
{
    uint64_t seed = 88172645463325252ULL;
    rows = calloc(PREPARED, sizeof *rows);
    if (!rows)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < PREPARED; i++) {
        char text[16];
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        snprintf(text, sizeof text, "user%d", (int)(seed % GROUPS));
        rows[i].n_captured = put_item(rows[i].captured, 's', text);
        snprintf(text, sizeof text, "%d", (int)((seed >> 32) % VALUES));
        rows[i].n_captured += put_item(rows[i].captured + rows[i].n_captured, 'n', text);
        rows[i].n_uid = (size_t)snprintf(rows[i].uid, UID, "00000000-0000-4000-8000-%012zu", i);
    }
}

static bool count_firing(void *user, const sigma_firing *f)
{
    (void)f;
    ++*(uint64_t *)user;
    return true;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Two of three rules match in turn; the third never does. */
static double run(const ruleset *set, size_t n_events, uint64_t *ret_fired)
{
    uint64_t fired = 0;
    sigma_engine *e = sigma_engine_new(set, count_firing, &fired);
    double begin_s = now_s();
    for (size_t i = 0; e && i < n_events; i++) {
        const event_row *row = &rows[i % PREPARED];
        const sigma_match m = {.time_ns = (int64_t)i * MILLISECOND,
                               .rule = (uint32_t)(i & 1),
                               .event_uid = {row->uid, row->n_uid},
                               .captured = {row->captured, row->n_captured}};
        if (!sigma_engine_add(e, &m))
            exit(EXIT_FAILURE);
    }
    if (!e || !sigma_engine_finish(e))
        exit(EXIT_FAILURE);
    double spent_s = now_s() - begin_s;
    sigma_engine_free(e);
    *ret_fired = fired;
    return (double)n_events / spent_s;
}

static double measure(const type_row *t, int64_t timespan_ns, size_t n_events, uint64_t *ret_fired)
{
    const uint32_t names[] = {0, 1, 2};
    const uint32_t users[] = {0, 0, 0}, amounts[] = {1, 1, 1};
    const rule_key keys[] = {{STR_INIT("user"), users}, {STR_INIT("amount"), amounts}};
    const struct rule_bound bounds[] = {{RULE_GTE, 1e15}};
    rule_info infos[RULES] = {{.line = 0}};
    rule_node nodes[] = {{.kind = RULE_NODE_TRUE},
                         {.kind = RULE_NODE_PREDICATE, .first = 0},
                         {.kind = RULE_NODE_PREDICATE, .first = 1},
                         {.kind = RULE_NODE_NOT, .first = 0, .n = 1},
                         {.kind = RULE_NODE_AND, .first = 1, .n = 2}};
    uint32_t children[] = {2, 1, 3};
    bool has_values =
        t->type != RULE_EVENT_COUNT && t->type != RULE_TEMPORAL && t->type != RULE_TEMPORAL_ORDERED;
    bool is_temporal = t->type == RULE_TEMPORAL || t->type == RULE_TEMPORAL_ORDERED;
    rule_correlation c = {.info = RULES - 1,
                          .type = (uint8_t)t->type,
                          .rules = names,
                          .n_rules = 3,
                          .group_by = keys,
                          .n_group_by = 1,
                          .values = keys + 1,
                          .n_values = has_values,
                          .timespan_ns = timespan_ns,
                          .bounds = bounds,
                          .n_bounds = !is_temporal,
                          .percentile = 95,
                          .expression = t->expression};
    ruleset set = {.rules = infos,
                   .n_rules = RULES,
                   .nodes = nodes,
                   .n_nodes = ARRAY_LEN(nodes),
                   .children = children,
                   .n_children = ARRAY_LEN(children),
                   .correlations = &c,
                   .n_correlations = 1};
    return run(&set, n_events, ret_fired);
}

int main(int argc, char **argv)
{
    size_t n_events = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : 2000000;
    make_rows();
    printf("%-18s %14s %14s %7s\n", "type", "1 s window", "100 s window", "ratio");
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        uint64_t fired;
        double brief = measure(&types[i], 1000 * MILLISECOND, n_events, &fired);
        double lengthy = measure(&types[i], 100000 * MILLISECOND, n_events, &fired);
        printf("%-18s %10.0f ev/s %9.0f ev/s %7.2f  fired %" PRIu64 "\n", types[i].name, brief,
               lengthy, brief / lengthy, fired);
    }
    free(rows);
    return EXIT_SUCCESS;
}
