/* SPDX-License-Identifier: Apache-2.0
 *
 * lane.c -- making lanes, lending them to streams, and adding up what they counted.
 */
#include "engine/lane.h"

#include <stdlib.h>

#include "decode/inflate.h"
#include "decode/reader.h"
#include "decode/split.h"
#include "engine/rules.h"
#include "match/matcher.h"
#include "order/sequence.h"

/* An eighth of the memory is for counting: a record takes eight bytes, and few hundreds more. */
enum { COUNTED_PART = 8 };

static void lane_free(lane *l)
{
    if (!l)
        return;
    inflate_free(l->inflate);
    split_free(l->split);
    reader_free(l->reader);
    sorter_free(l->sorter);
    repeats_free(l->counted);
    matcher_free(l->matcher);
    buf_done(&l->captured);
    buf_done(&l->packed);
    skips_done(&l->skips);
    free(l);
}

static lane *lane_new(const spoor_engine *e)
{
    lane *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    const spoor_spill *s = &e->options.spill;
    sorter_spill spill = {.user = s->user, .write = s->write, .read = s->read};
    l->inflate = inflate_new();
    l->split = split_new();
    l->reader = reader_new(e->tables);
    l->sorter = sorter_new(e->options.memory_bytes, &spill);
    l->counted = repeats_new(&spill);
    const spoor_ruleset *rules = e->options.rules;
    l->matcher = rules ? matcher_new(rules->compiled) : NULL;
    if (l->matcher)
        matcher_set_clock(l->matcher, e->options.clock_ns, e->options.clock_user);
    if (l->inflate && l->split && l->reader && l->sorter && l->counted && (l->matcher || !rules))
        return l;
    lane_free(l);
    return NULL;
}

/* The lanes there are share the memory for ordering. A lane that is at work keeps its share until
 * it takes up its next input. With the lock held. */
static void share_memory(const spoor_engine *e, lane *l)
{
    size_t bytes = e->options.memory_bytes / e->n_lanes;
    repeats_limit(l->counted, bytes / COUNTED_PART);
    sorter_limit(l->sorter, bytes - bytes / COUNTED_PART);
}

lane *lane_take(spoor_engine *e)
{
    lane *l = e->free_lanes;
    if (l) {
        e->free_lanes = l->next_free;
    } else {
        l = lane_new(e);
        if (!l)
            return NULL;
        l->next = e->lanes;
        e->lanes = l;
        e->n_lanes++;
    }
    share_memory(e, l);
    return l;
}

void lane_return(spoor_engine *e, lane *l)
{
    l->next_free = e->free_lanes;
    e->free_lanes = l;
}

sequence_lane *lanes_given(const spoor_engine *e)
{
    sequence_lane *all = calloc(e->n_lanes + 1, sizeof *all);
    if (!all)
        return NULL;
    size_t n = 0;
    for (const lane *l = e->lanes; l; l = l->next)
        all[n++] = (sequence_lane){l->sorter, l->counted};
    return all;
}

static void add_cost(spoor_rule_cost *sum, matcher_cost c)
{
    sum->tried += c.tried;
    sum->matched += c.matched;
    sum->ns += c.ns;
}

const spoor_rule_cost *lanes_rule_costs(spoor_engine *e)
{
    size_t n = spoor_ruleset_count(e->options.rules);
    spoor_rule_cost *sums = arena_alloc(&e->text, (n + 1) * sizeof *sums);
    for (const lane *l = e->lanes; sums && l; l = l->next)
        for (size_t i = 0; l->matcher && i < n; i++)
            add_cost(&sums[i], matcher_cost_of(l->matcher, (uint32_t)i));
    return sums;
}

uint64_t lanes_regex_limited(const spoor_engine *e)
{
    uint64_t n = 0;
    for (const lane *l = e->lanes; l; l = l->next)
        n += l->matcher ? matcher_regex_limited(l->matcher) : 0;
    return n;
}

void lanes_free(spoor_engine *e)
{
    while (e->lanes) {
        lane *l = e->lanes;
        e->lanes = l->next;
        lane_free(l);
    }
}
