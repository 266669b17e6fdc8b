/* SPDX-License-Identifier: Apache-2.0
 *
 * baseline.c -- cells in an open-addressing table; the quarantine in a sorted array.
 */
#include "state/baseline.h"

#include <assert.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"

_Static_assert(CELL_KIND_COUNT <= CELL_KIND_MASK, "a kind fits into the low bits of a key");

enum { CAP_LEAST = 1024 };

void baseline_done(baseline *b)
{
    free(b->cells);
    free(b->held);
    free(b->spare);
    free(b->recent);
    *b = (baseline){0};
}

void baseline_free(baseline *b)
{
    if (b)
        baseline_done(b);
    free(b);
}

/* ---- cells ----------------------------------------------------------------------------------- */

static size_t limit_of(const baseline *b)
{
    return b->limit ? b->limit : LIMIT_BASELINE_CELLS;
}

/* Where the key's cell is, or the free place where it belongs. */
static size_t place_of(const baseline_cell *cells, size_t cap, uint64_t key)
{
    size_t i = (key >> 6) & (cap - 1);
    while (cells[i].key && cells[i].key != key)
        i = (i + 1) & (cap - 1);
    return i;
}

baseline_cell *baseline_find(const baseline *b, uint64_t key)
{
    if (b->cap == 0)
        return NULL;
    baseline_cell *c = &b->cells[place_of(b->cells, b->cap, key)];
    return c->key && c->count > 0 ? c : NULL;
}

baseline_cell *baseline_cell_of(baseline *b, uint64_t key, uint16_t day)
{
    baseline_cell *c = &b->cells[place_of(b->cells, b->cap, key)];
    b->n += !c->key;
    if (c->count == 0)
        *c = (baseline_cell){key, 0, day, day};
    if (day > c->last_day)
        c->last_day = day;
    if (day < c->first_day)
        c->first_day = day;
    return c;
}

static bool resize(baseline *b, size_t cap)
{
    baseline_cell *cells = calloc(cap, sizeof *cells);
    if (!cells)
        return false;
    for (size_t i = 0; i < b->cap; i++)
        if (b->cells[i].key)
            cells[place_of(cells, cap, b->cells[i].key)] = b->cells[i];
    free(b->cells);
    b->cells = cells;
    b->cap = cap;
    return true;
}

static bool is_total(const baseline_cell *c)
{
    return baseline_kind(c->key) >= CELL_VALUES;
}

/* Those that go first come first. */
static int compare_age(const void *a, const void *b)
{
    const baseline_cell *x = a, *y = b;
    bool has_count = x->count > 0;
    if (has_count != (y->count > 0))
        return has_count ? 1 : -1;
    if (x->last_day != y->last_day)
        return x->last_day < y->last_day ? -1 : 1;
    if (is_total(x) != is_total(y))
        return is_total(x) ? 1 : -1;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static int compare_key(const void *a, const void *b)
{
    const baseline_cell *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* All cells that hold a key, in no order. NULL: out of memory. */
static baseline_cell *list_cells(const baseline *b)
{
    size_t n = 0;
    baseline_cell *all = calloc(b->n + 1, sizeof *all);
    for (size_t i = 0; all && i < b->cap; i++)
        if (b->cells[i].key)
            all[n++] = b->cells[i];
    return all;
}

static baseline_cell *list_by_key(const baseline *b)
{
    baseline_cell *all = list_cells(b);
    if (all)
        qsort(all, b->n, sizeof *all, compare_key);
    return all;
}

/* One of the few cells that say what was learned already. */
static bool is_mark(const baseline_cell *c)
{
    return c->key && baseline_kind(c->key) >= CELL_UNTIL;
}

/* All marks, in the order of their keys. NULL: out of memory. */
static baseline_cell *list_marks(const baseline *b, size_t *ret_n)
{
    size_t n = 0;
    for (size_t i = 0; i < b->cap; i++)
        n += is_mark(&b->cells[i]);
    baseline_cell *all = calloc(n + 1, sizeof *all);
    *ret_n = 0;
    for (size_t i = 0; all && i < b->cap; i++)
        if (is_mark(&b->cells[i]))
            all[(*ret_n)++] = b->cells[i];
    if (*ret_n > 1)
        qsort(all, *ret_n, sizeof *all, compare_key);
    return all;
}

/* Moves the cells that go before `pivot` to the front of all[from..to); returns how far they
 * reach. */
static size_t split_at(baseline_cell *all, size_t from, size_t to, baseline_cell pivot)
{
    size_t at = from;
    for (size_t i = from; i < to; i++) {
        if (compare_age(&all[i], &pivot) >= 0)
            continue;
        baseline_cell other = all[at];
        all[at++] = all[i];
        all[i] = other;
    }
    return at;
}

/* Moves the `go` cells that go first to the front. No two are equal, and they come in the order of
 * their hashes, so that halving by any of them does well. */
static void select_oldest(baseline_cell *all, size_t n, size_t go)
{
    size_t from = 0, to = n;
    while (to - from > 1 && from < go && go < to) {
        baseline_cell pivot = all[from + (to - from) / 2];
        size_t at = split_at(all, from, to, pivot);
        if (at >= go) {
            to = at;
            continue;
        }
        size_t i = at;
        while (all[i].key != pivot.key)
            i++;
        all[i] = all[at]; /* the pivot is the first of the rest */
        all[at] = pivot;
        from = at + 1;
    }
}

/* Forgets an eighth, and at least so many cells that there is room. */
static bool evict(baseline *b)
{
    size_t n = b->n, go = n / 8;
    baseline_cell *all = list_cells(b);
    if (!all)
        return false;
    if (n - go + BASELINE_ROOM > limit_of(b))
        go = n + BASELINE_ROOM > limit_of(b) ? n + BASELINE_ROOM - limit_of(b) : 0;
    if (go > n)
        go = n;
    select_oldest(all, n, go);
    memset(b->cells, 0, b->cap * sizeof *b->cells);
    for (size_t i = 0; i < go; i++)
        b->forgotten += all[i].count > 0;
    for (size_t i = go; i < n; i++)
        b->cells[place_of(b->cells, b->cap, all[i].key)] = all[i];
    b->n = n - go;
    free(all);
    return true;
}

bool baseline_reserve(baseline *b)
{
    if (LIKELY((b->n + BASELINE_ROOM) * 4 <= b->cap * 3 && b->n + BASELINE_ROOM <= limit_of(b)))
        return true;
    bool is_fine = b->n + BASELINE_ROOM <= limit_of(b) || evict(b);
    if (is_fine && (b->n + BASELINE_ROOM) * 4 > b->cap * 3)
        is_fine = resize(b, b->cap ? b->cap * 2 : CAP_LEAST);
    b->failed = b->failed || !is_fine;
    return is_fine;
}

/* ---- quarantine ------------------------------------------------------------------------------ */

enum { NEWEST_HELD = 4096 };

static bool is_before(const quarantined *x, uint64_t key, uint64_t sequence)
{
    return x->key != key ? x->key < key : x->sequence < sequence;
}

static int compare_held(const void *a, const void *b)
{
    const quarantined *x = a, *y = b;
    return is_before(x, y->key, y->sequence) ? -1 : is_before(y, x->key, x->sequence);
}

/* The word of may_hold, and the bit in it, that are a key's. */
static size_t held_word(uint64_t key)
{
    return key >> 12 & (BASELINE_FILTER - 1);
}

static uint64_t held_bit(uint64_t key)
{
    return UINT64_C(1) << (key >> 6 & 63);
}

static void unlearn(baseline *b, const quarantined *q)
{
    baseline_cell *c = baseline_find(b, q->key);
    if (!c)
        return;
    c->count--;
    baseline_cell *values = c->count == 0 && q->values_key ? baseline_find(b, q->values_key) : NULL;
    if (values)
        values->count--;
}

static void release(baseline *b)
{
    for (size_t i = 0; i < b->n_held; i++)
        unlearn(b, &b->held[i]);
    b->n_held = b->n_merged = 0;
    memset(b->may_hold, 0, sizeof b->may_hold);
}

/* Room for n more, and in `spare` for the newest ones while they are merged. */
static bool grow_held(baseline *b, size_t n)
{
    while (b->n_held + n > b->cap_held) {
        quarantined *held = array_grow(b->held, &b->cap_held, 1024, sizeof *held);
        if (!held)
            return false;
        b->held = held;
    }
    if (!b->spare)
        b->spare = calloc(NEWEST_HELD + BASELINE_ROOM, sizeof *b->spare);
    return b->spare != NULL;
}

/* Puts n sorted cells, which stand elsewhere, in order among the n_old sorted ones at `at`; behind
 * those is room. */
static void merge(quarantined *at, size_t n_old, const quarantined *fresh, size_t n)
{
    for (size_t to = n_old + n; n > 0;) {
        const quarantined *last = &fresh[n - 1];
        bool is_old = n_old > 0 && !is_before(&at[n_old - 1], last->key, last->sequence);
        at[--to] = is_old ? at[--n_old] : fresh[--n];
    }
}

/* The newest cells become part of the others. */
static void merge_newest(baseline *b)
{
    size_t n = b->n_held - b->n_merged;
    memcpy(b->spare, &b->held[b->n_merged], n * sizeof *b->spare);
    merge(b->held, b->n_merged, b->spare, n);
    b->n_merged = b->n_held;
}

void baseline_hold(baseline *b, const quarantined *cells, size_t n)
{
    quarantined sorted[BASELINE_ROOM];
    assert(n <= BASELINE_ROOM);
    if (b->n_held + n > LIMIT_BASELINE_QUARANTINE) {
        b->released_early += b->n_held;
        release(b);
    }
    if (n == 0 || !grow_held(b, n)) {
        b->failed = b->failed || n > 0;
        return;
    }
    memcpy(sorted, cells, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_held);
    merge(&b->held[b->n_merged], b->n_held - b->n_merged, sorted, n);
    for (size_t i = 0; i < n; i++)
        b->may_hold[held_word(sorted[i].key)] |= held_bit(sorted[i].key);
    b->n_held += n;
    if (b->n_held - b->n_merged > NEWEST_HELD)
        merge_newest(b);
}

/* How many of n sorted cells come before (key, sequence). */
static size_t rank_of(const quarantined *sorted, size_t n, uint64_t key, uint64_t sequence)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (is_before(&sorted[mid], key, sequence))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static size_t count_held(const quarantined *sorted, size_t n, uint64_t key, uint64_t sequence)
{
    return n ? rank_of(sorted, n, key, sequence) - rank_of(sorted, n, key, 0) : 0;
}

uint32_t baseline_held(const baseline *b, uint64_t key, uint64_t sequence)
{
    size_t newest = b->n_held - b->n_merged;
    if (!(b->may_hold[held_word(key)] & held_bit(key)))
        return 0;
    return (uint32_t)(count_held(b->held, b->n_merged, key, sequence) +
                      (newest ? count_held(&b->held[b->n_merged], newest, key, sequence) : 0));
}

/* ---- what was learned already ---------------------------------------------------------------- */

enum { DAY_SECONDS = 24 * 60 * 60 };

static uint64_t floor_key(void)
{
    return baseline_key(1, CELL_FLOOR);
}

bool baseline_is_news(const baseline *b, uint64_t account, int64_t second, uint64_t uid_hash)
{
    const baseline_cell *until = baseline_find(b, baseline_key(account, CELL_UNTIL));
    if (!until || second > until->count)
        return true;
    return second > b->floor && !baseline_find(b, baseline_key(uid_hash, CELL_SEEN));
}

static void keep_recent(baseline *b, recent_call call)
{
    if (b->n_recent < LIMIT_BASELINE_RECENT) {
        recent_call *recent =
            array_room(b->recent, b->n_recent, &b->cap_recent, 1024, sizeof *recent);
        b->failed = b->failed || !recent;
        if (!recent)
            return;
        b->recent = recent;
        b->recent[b->n_recent++] = call;
        return;
    }
    recent_call *oldest = &b->recent[b->recent_at];
    if (oldest->second > b->floor)
        b->floor = oldest->second;
    *oldest = call;
    b->recent_at = (b->recent_at + 1) % LIMIT_BASELINE_RECENT;
}

void baseline_note(baseline *b, uint64_t account, int64_t second, uint64_t uid_hash)
{
    uint32_t at = second < UINT32_MAX ? (uint32_t)second : UINT32_MAX;
    baseline_cell *newest =
        baseline_cell_of(b, baseline_key(account, CELL_NEWEST), (uint16_t)(at / DAY_SECONDS));
    if (at > newest->count)
        newest->count = at;
    keep_recent(b, (recent_call){uid_hash, at});
}

/* ---- the end of a run ------------------------------------------------------------------------ */

/* Where this run went further than earlier ones did, that is now how far the account is known. */
static void move_until(baseline *b, baseline_cell *newest)
{
    uint64_t key = (newest->key & ~(uint64_t)CELL_KIND_MASK) | CELL_UNTIL;
    uint16_t day = newest->last_day;
    uint32_t count = newest->count;
    newest->count = 0;
    baseline_cell *until = baseline_reserve(b) ? baseline_cell_of(b, key, day) : NULL;
    if (until && count > until->count)
        *until = (baseline_cell){key, count, day, day};
}

/* The day before the newest: older calls are not learned any more where UNTIL covers them. */
static void raise_floor(baseline *b, const baseline_cell *all, size_t n)
{
    uint32_t day = 0;
    for (size_t i = 0; i < n; i++)
        if (baseline_kind(all[i].key) == CELL_UNTIL && all[i].last_day > day)
            day = all[i].last_day;
    uint32_t floor = day > 1 ? (day - 1) * DAY_SECONDS - 1 : 0;
    if (floor > b->floor)
        b->floor = floor;
    uint16_t floor_day = (uint16_t)(b->floor / DAY_SECONDS);
    if (b->floor > 0 && baseline_reserve(b))
        *baseline_cell_of(b, floor_key(), floor_day) =
            (baseline_cell){floor_key(), b->floor, floor_day, floor_day};
}

/* The calls above the floor are remembered one by one; those below no longer. */
static void keep_seen(baseline *b, const baseline_cell *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        baseline_cell *c =
            baseline_kind(all[i].key) == CELL_SEEN ? baseline_find(b, all[i].key) : NULL;
        if (c && c->last_day <= b->floor / DAY_SECONDS && c->count <= b->floor)
            c->count = 0;
    }
    for (size_t i = 0; i < b->n_recent; i++) {
        const recent_call *r = &b->recent[i];
        if (r->second <= b->floor || !baseline_reserve(b))
            continue;
        uint16_t day = (uint16_t)(r->second / DAY_SECONDS);
        baseline_cell_of(b, baseline_key(r->uid_hash, CELL_SEEN), day)->count = r->second;
    }
    b->n_recent = b->recent_at = 0;
}

void baseline_settle(baseline *b)
{
    size_t n;
    release(b);
    baseline_cell *before = list_marks(b, &n);
    for (size_t i = 0; before && i < n; i++) {
        baseline_cell *c =
            baseline_kind(before[i].key) == CELL_NEWEST ? baseline_find(b, before[i].key) : NULL;
        if (c)
            move_until(b, c);
    }
    baseline_cell *now = list_marks(b, &n);
    if (now) {
        raise_floor(b, now, n);
        keep_seen(b, now, n);
    }
    b->failed = b->failed || !before || !now;
    free(before);
    free(now);
}

baseline_sums baseline_sum(const baseline *b)
{
    baseline_sums sums = {0};
    for (size_t i = 0; i < b->cap; i++) {
        const baseline_cell *c = &b->cells[i];
        unsigned kind = baseline_kind(c->key);
        if (c->count == 0)
            continue;
        sums.cells += kind < CELL_UNTIL;
        sums.actors += kind == CELL_TOTAL + TOTAL_ACTOR_CALLS;
        uint64_t days = (uint64_t)c->last_day - c->first_day + 1;
        if (kind != CELL_TOTAL + TOTAL_ACCOUNT_CALLS)
            continue;
        sums.accounts++;
        sums.days = days > sums.days ? days : sums.days;
    }
    return sums;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* magic, version, number of cells; for each cell: distance of its key to the one before, count,
 * first day, days to the last; a hash of all that. */
static const char magic[8] = "SPOORBL\n";
enum { CHECK_BYTES = 8, CHECK_SEED = 31 };

static void put_check(buf *out, size_t from)
{
    uint64_t check = hash_bytes(out->p + from, out->n - from, CHECK_SEED);
    for (int i = 0; i < CHECK_BYTES; i++)
        buf_putc(out, (char)(check >> (8 * i)));
}

static uint64_t count_cells(const baseline *b)
{
    uint64_t n = 0;
    for (size_t i = 0; i < b->cap; i++)
        n += b->cells[i].count > 0;
    return n;
}

bool baseline_save(const baseline *b, buf *out)
{
    size_t from = out->n;
    uint64_t before = 0;
    baseline_cell *all = list_by_key(b);
    buf_put(out, magic, sizeof magic);
    buf_varint(out, BASELINE_VERSION);
    buf_varint(out, count_cells(b));
    for (size_t i = 0; all && i < b->n; i++) {
        if (all[i].count == 0)
            continue;
        buf_varint(out, all[i].key - before);
        buf_varint(out, all[i].count);
        buf_varint(out, all[i].first_day);
        buf_varint(out, (uint64_t)all[i].last_day - all[i].first_day);
        before = all[i].key;
    }
    if (!out->failed)
        put_check(out, from);
    free(all);
    return all && !out->failed;
}

/* Takes a number of at most `most` off the front. */
static bool take(str *rest, uint64_t most, uint64_t *ret)
{
    uint64_t n = 0;
    for (unsigned shift = 0; shift < 64 && rest->n > 0; shift += 7) {
        uint8_t byte = (uint8_t)rest->p[0];
        *rest = (str){rest->p + 1, rest->n - 1};
        if (shift == 63 && byte > 1)
            return false;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        *ret = n;
        return n <= most;
    }
    return false;
}

static bool take_cell(str *rest, uint64_t before, baseline_cell *ret)
{
    uint64_t step, count, first, days;
    if (!take(rest, UINT64_MAX - before, &step) || !take(rest, UINT32_MAX, &count) ||
        !take(rest, UINT16_MAX, &first) || !take(rest, UINT16_MAX - first, &days))
        return false;
    *ret =
        (baseline_cell){before + step, (uint32_t)count, (uint16_t)first, (uint16_t)(first + days)};
    return step > 0 && count > 0 && baseline_kind(ret->key) < CELL_NEWEST;
}

static bool is_checked(str bytes)
{
    uint64_t check = 0;
    if (bytes.n < CHECK_BYTES)
        return false;
    size_t n = bytes.n - CHECK_BYTES;
    for (int i = 0; i < CHECK_BYTES; i++)
        check |= (uint64_t)(uint8_t)bytes.p[n + (size_t)i] << (8 * i);
    return check == hash_bytes(bytes.p, n, CHECK_SEED);
}

static const char damaged[] = "is damaged";
static const char no_memory[] = "does not fit into memory";

/* rest: what comes behind the version, without the check. */
static const char *load_cells(baseline *b, str rest)
{
    uint64_t n;
    baseline_cell cell = {0};
    if (!take(&rest, limit_of(b), &n))
        return damaged;
    for (uint64_t i = 0; i < n; i++) {
        if (!take_cell(&rest, cell.key, &cell))
            return damaged;
        /* Only so far: a full baseline is loaded whole, and makes room when it meets more. */
        if ((b->n + 1) * 4 > b->cap * 3 && !resize(b, b->cap ? b->cap * 2 : CAP_LEAST))
            return no_memory;
        *baseline_cell_of(b, cell.key, cell.first_day) = cell;
    }
    return rest.n == 0 ? NULL : damaged;
}

const char *baseline_load(baseline *b, str bytes)
{
    uint64_t version;
    if (bytes.n < sizeof magic || memcmp(bytes.p, magic, sizeof magic) != 0)
        return "is not a baseline that spoor saved";
    str rest = str_from(bytes, sizeof magic);
    if (!take(&rest, UINT32_MAX, &version))
        return damaged;
    if (version != BASELINE_VERSION)
        return "was saved by another version of spoor, whose baselines are not read";
    if (!is_checked(bytes) || rest.n < CHECK_BYTES)
        return damaged;
    const char *problem = load_cells(b, str_upto(rest, rest.n - CHECK_BYTES));
    const baseline_cell *floor = problem ? NULL : baseline_find(b, floor_key());
    b->floor = floor ? floor->count : 0;
    if (problem)
        baseline_done(b);
    return problem;
}
