/* SPDX-License-Identifier: Apache-2.0
 *
 * chain_story.c -- from the calls of a story to the chains that they stand in, by their ids.
 */
#include "correlate/chain_story.h"

#include "correlate/explain.h"
#include "correlate/story.h"
#include "model/event.h"
#include "state/state.h"

enum { PARTS_MAX = 16, NEAR_MAX = 5 }; /* chains of one call; near misses said of a story */

typedef struct gathering {
    chain_part near[NEAR_MAX];
    size_t n;
    uint32_t found[PARTS_MAX]; /* rules that found a chain */
    size_t n_found;
} gathering;

size_t chain_matches(chain *c, const state *s, uint32_t entry, chain_part *ret, size_t cap)
{
    const struct entry *n = journal_at(&s->journal, entry);
    event e;
    if (!n || !event_unpack_fields(journal_packed(n), &e))
        return 0;
    return chain_parts_of(c, e.field[FIELD_uid], ret, cap);
}

static bool is_found(const gathering *g, uint32_t rule)
{
    for (size_t i = 0; i < g->n_found; i++)
        if (g->found[i] == rule)
            return true;
    return false;
}

/* Of each rule the fullest chain. */
static void add_near(gathering *g, const chain_part *p)
{
    for (size_t i = 0; i < g->n; i++) {
        if (g->near[i].rule != p->rule)
            continue;
        if (p->n_steps > g->near[i].n_steps)
            g->near[i] = *p;
        return;
    }
    if (g->n < NEAR_MAX)
        g->near[g->n++] = *p;
}

static void gather(gathering *g, const chain_part *p)
{
    if (p->is_near)
        add_near(g, p);
    else if (!is_found(g, p->rule) && g->n_found < PARTS_MAX)
        g->found[g->n_found++] = p->rule;
}

void chain_near_misses(chain *c, const state *s, const story *t, arena *a, text_list *ret)
{
    gathering g = {.n = 0};
    for (size_t i = 0; i < t->n_steps; i++) {
        chain_part parts[PARTS_MAX];
        size_t n = chain_matches(c, s, t->steps[i].entry, parts, PARTS_MAX);
        for (size_t k = 0; k < n; k++)
            gather(&g, &parts[k]);
    }
    if (chain_failed(c))
        a->failed = true;
    for (size_t i = 0; i < g.n; i++) {
        AUTO(buf) words = {0};
        if (is_found(&g, g.near[i].rule))
            continue;
        chain_part_words(c, &g.near[i], &words);
        if (words.failed)
            a->failed = true;
        text_list_add(a, ret, explain_z(a, buf_str(&words)));
    }
}
