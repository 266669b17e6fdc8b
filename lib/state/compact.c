/* SPDX-License-Identifier: Apache-2.0
 *
 * compact.c -- chooses what to keep, and replays it.
 */
#include "state/compact.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/limits.h"
#include "base/time.h"
#include "state/away.h"
#include "state/baseline.h"
#include "state/habit.h"
#include "state/inventory.h"

/* How long a call of a stage may still be context of a chain that begins later. */
/* clang-format off */
static const int64_t keep_ns[STAGE_COUNT] = {
    [STAGE_NONE]      = 1 * TIME_DAY,
    [STAGE_DISCOVERY] = 1 * TIME_DAY,
    [STAGE_SESSION]   = 36 * TIME_HOUR, /* as long as the session may act */
    [STAGE_CREDACC]   = 1 * TIME_DAY,
    [STAGE_COLLECT]   = 1 * TIME_DAY,
    [STAGE_STAGE]     = 1 * TIME_DAY,
    [STAGE_IDENTITY]  = 8 * TIME_DAY,   /* new for a week */
    [STAGE_PRIVESC]   = 8 * TIME_DAY,
    [STAGE_SNAPSHOT]  = 30 * TIME_DAY,  /* slow chains: a copy is used weeks later */
    [STAGE_VOLUME]    = 30 * TIME_DAY,
    [STAGE_EXFIL]     = 30 * TIME_DAY,
    [STAGE_EVASION]   = 4 * TIME_DAY,
    [STAGE_INSTANCE]  = 4 * TIME_DAY,
    [STAGE_REVERT]    = 4 * TIME_DAY,
    [STAGE_MODIFY]    = 4 * TIME_DAY,
    [STAGE_NETLOOSEN] = 4 * TIME_DAY,
    [STAGE_ACCESS]    = 4 * TIME_DAY,
    [STAGE_DELETE]    = 4 * TIME_DAY,
};
/* clang-format on */

/* keep[i]: entry journal.first + i is replayed. */
static void keep_issues(const state *s, uint8_t *keep, const entry *n)
{
    uint32_t via = n->via;
    for (int hop = 0; via && hop < LIMIT_ACTOR_HOPS; hop++) {
        uint32_t born = graph_at(&s->graph, via)->born;
        const entry *issue = journal_at(&s->journal, born);
        if (!issue || keep[born - s->journal.first])
            return;
        keep[born - s->journal.first] = true;
        via = issue->via == via ? 0 : issue->via;
    }
}

/* What is kept first when not all can be. Only the first two matter to chains; who traces wants the
 * rest, too, above all what makes and changes things. */
typedef enum rank { RANK_MENTION, RANK_CHAIN, RANK_CHANGE, RANK_REST } rank;

static rank rank_of(const state *s, const entry *n, int64_t now_ns)
{
    int64_t life_ns = keep_ns[operation_at(n->operation)->stage];
    if (s->is_tracing && n->is_mention)
        return RANK_MENTION;
    if (now_ns - n->last_ns <= life_ns || n->is_open)
        return RANK_CHAIN;
    return life_ns >= 4 * TIME_DAY ? RANK_CHANGE : RANK_REST;
}

/* Newest first, so that it is the oldest that are forgotten when more may still matter than half
 * the journal holds: room must be made, or every event would ask for it again. Returns how many
 * were forgotten so. */
static uint64_t choose(const state *s, int64_t now_ns, uint8_t *keep)
{
    const rank last = s->is_tracing ? RANK_REST : RANK_CHAIN;
    uint32_t kept = 0;
    uint64_t forgotten = 0;
    for (rank r = RANK_MENTION; r <= last; r++)
        for (uint32_t i = s->journal.next; i-- > s->journal.first;) {
            const entry *n = journal_at(&s->journal, i);
            if (rank_of(s, n, now_ns) != r)
                continue;
            if (kept >= LIMIT_JOURNAL / 2) {
                forgotten += !keep[i - s->journal.first];
                continue;
            }
            kept += !keep[i - s->journal.first];
            keep[i - s->journal.first] = true;
            keep_issues(s, keep, n);
        }
    return forgotten;
}

/* What was known before the call. False: out of memory. */
static bool keep_habits(journal *j, entry *newest, const entry *old)
{
    if (!old->habits)
        return true;
    newest->habits = journal_room(j, sizeof *newest->habits);
    if (newest->habits)
        *newest->habits = *old->habits;
    return newest->habits != NULL;
}

/* Adds the event of an old entry; what the entry had gathered since goes with it. */
static bool replay(state *fresh, entry *old)
{
    event_packed packed = journal_packed(old);
    size_t n_refs = event_packed_refs(packed);
    event_ref *refs = calloc(n_refs + 1, sizeof *refs);
    event e;
    uint32_t next = fresh->journal.next;
    bool is_read = refs && event_unpack(packed, &e, refs, n_refs);
    if (is_read)
        state_add(fresh, &e);
    entry *added =
        fresh->journal.next > next ? journal_at(&fresh->journal, fresh->journal.next - 1) : NULL;
    if (added && added->operation == old->operation) {
        added->count = old->count;
        added->last_ns = old->last_ns;
        added->is_judged = old->is_judged;
        added->is_open = old->is_open;
        is_read = keep_habits(&fresh->journal, added, old);
    }
    free(refs);
    return is_read;
}

static bool replay_all(state *s, state *fresh, const uint8_t *keep)
{
    bool is_fine = true;
    uint32_t first = s->journal.first;
    while (is_fine && s->journal.first < s->journal.next) {
        uint32_t i = s->journal.first;
        if (keep[i - first])
            is_fine = replay(fresh, journal_at(&s->journal, i));
        journal_drop_first(&s->journal);
    }
    return is_fine && !state_failed(fresh);
}

/* What went lies between what stays, where the C library keeps it. */
static void give_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

bool state_compact(state *s, int64_t now_ns)
{
    uint8_t *keep = calloc((size_t)(s->journal.next - s->journal.first) + 1, 1);
    state fresh;
    bool is_fine = keep && state_init(&fresh);
    if (!is_fine) {
        free(keep);
        s->failed = true;
        return false;
    }
    uint64_t forgotten = choose(s, now_ns, keep);
    fresh.sessions = s->sessions;
    s->sessions = (session_store){0};
    away_free(fresh.away);
    fresh.away = s->away;
    s->away = NULL;
    fresh.is_tracing = s->is_tracing;
    fresh.graph.refused = s->graph.refused;
    fresh.journal.forgotten = s->journal.forgotten + forgotten;
    graph_done(&s->graph); /* events are replayed from the journal: no need to hold two graphs */
    baseline_free(STEAL(fresh.baseline));
    inventory_free(STEAL(fresh.inventory));
    is_fine = replay_all(s, &fresh, keep);
    fresh.baseline = STEAL(s->baseline);
    fresh.inventory = STEAL(s->inventory);
    inventory_trim(fresh.inventory);
    fresh.seen = s->seen; /* replaying counted some again */
    fresh.failed = fresh.failed || s->failed || !is_fine;
    state_done(s);
    *s = fresh;
    free(keep);
    give_back();
    return is_fine;
}
