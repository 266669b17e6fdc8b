/* SPDX-License-Identifier: Apache-2.0
 *
 * missing.c -- what these logs could not show of a story, however it went.
 */
#include "base/text.h"
#include "base/time.h"
#include "correlate/explain.h"

/* Logs that begin, or end, this near to a story may have cut it. */
#define EDGE (24 * TIME_HOUR)

/* clang-format off */
/* Said of a story in the provider's logs when these hold no call of `needs`; where nothing is
 * needed, when the story has an instance. */
static const struct {
    uint8_t provider;
    stage_set needs;
    const char *text;
} blind[] = {
    {PROVIDER_AWS,   STAGE_SET(STAGE_COLLECT) | STAGE_SET(STAGE_STAGE),
                     "no S3 data events in these logs: reading and staging of data could not be seen"},
    {PROVIDER_AWS,   STAGE_SET(STAGE_SESSION),
                     "no log-ins and no assumed roles in these logs: how the actor came in could not be seen"},
    {PROVIDER_AZURE, STAGE_SET(STAGE_COLLECT),
                     "no storage data-plane logs: what was read from or put into storage could not be seen"},
    {PROVIDER_AZURE, STAGE_SET(STAGE_SESSION),
                     "no Entra sign-in logs: how the actor came in could not be seen"},
    {PROVIDER_GCP,   STAGE_SET(STAGE_COLLECT),
                     "no Data Access logs: reading of data and issued tokens could not be seen"},
    {PROVIDER_AWS,   0, "what ran on the instance is not in CloudTrail"},
    {PROVIDER_AZURE, 0, "what ran on the instance is not in the Activity log"},
    {PROVIDER_GCP,   0, "what ran on the instance is not in Cloud Audit logs"},
};

static const char *const log_names[PROVIDER_COUNT] = {
    [PROVIDER_NONE] = "these logs", [PROVIDER_AWS] = "the AWS logs", [PROVIDER_AZURE] = "the Azure logs",
    [PROVIDER_GCP] = "the Google Cloud logs", [PROVIDER_OTHER] = "these logs",
};
/* clang-format on */

static bool has_any(const state_seen *seen, uint8_t provider, stage_set of)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        if (stage_set_has(of, (stage)i) && seen->calls[provider][i] > 0)
            return true;
    return false;
}

static bool has_instance(const state *s, const story *t, uint8_t provider)
{
    for (size_t i = 0; i < t->n_things; i++) {
        const entity *x = graph_at(&s->graph, t->things[i]);
        if (x->type == ENTITY_INSTANCE && x->provider == provider)
            return true;
    }
    return false;
}

static void add(arena *a, text_list *ret, str text)
{
    text_list_add(a, ret, text.p ? text.p : "");
}

/* First and last step of the story in the provider's logs; false: none. */
static bool find_span(const state *s, const story *t, uint8_t provider, int64_t *ret_first,
                      int64_t *ret_last)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        if (e->provider != provider)
            continue;
        first = e->time_ns < first ? e->time_ns : first;
        last = e->last_ns > last ? e->last_ns : last;
    }
    if (first > last)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

static void add_edges(const state *s, const story *t, uint8_t provider, arena *a, text_list *ret)
{
    int64_t first = 0, last = 0;
    if (!find_span(s, t, provider, &first, &last))
        return;
    int64_t before = first - s->seen.first_ns[provider], after = s->seen.last_ns[provider] - last;
    if (before < EDGE)
        add(a, ret,
            arena_printf(a, "%s begin %s before the first step: what led to it may lie before them",
                         log_names[provider], explain_duration(before, a)));
    if (after < EDGE)
        add(a, ret,
            arena_printf(a, "%s end %s after the last step: what followed may lie behind them",
                         log_names[provider], explain_duration(after, a)));
}

/* A session whose issuing call is not there hides who is behind it. */
static void add_origins(const state *s, const story *t, arena *a, text_list *ret)
{
    for (size_t i = 0; i < t->n_roots; i++) {
        const entity *x = graph_at(&s->graph, t->roots[i]);
        if (x->type != ENTITY_SESSION)
            continue;
        add(a, ret,
            arena_printf(a,
                         "the call that issued session %s is not in these logs: who is behind it "
                         "could not be seen",
                         explain_z(a, graph_name(&s->graph, t->roots[i]))));
    }
}

void explain_missing(const state *s, const story *t, arena *a, text_list *ret)
{
    bool has[PROVIDER_COUNT] = {false};
    for (size_t i = 0; i < t->n_steps; i++)
        has[journal_at(&s->journal, t->steps[i].entry)->provider] = true;
    add_origins(s, t, a, ret);
    for (int p = 0; p < PROVIDER_COUNT; p++)
        add_edges(s, t, (uint8_t)p, a, ret);
    for (size_t i = 0; i < ARRAY_LEN(blind); i++) {
        uint8_t p = blind[i].provider;
        bool is_blind =
            blind[i].needs ? !has_any(&s->seen, p, blind[i].needs) : has_instance(s, t, p);
        if (has[p] && is_blind)
            text_list_add(a, ret, blind[i].text);
    }
    if (t->left_out > 0)
        add(a, ret,
            arena_printf(a, "%llu further steps (limit story_steps)",
                         (unsigned long long)t->left_out));
}
