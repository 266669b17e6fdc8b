/* SPDX-License-Identifier: Apache-2.0
 *
 * map.c -- linear probing in a power-of-two table, and the numbering of texts on top of it.
 *
 * Linear probing reads memory in order, so a lookup costs about one cache miss. Removal moves later
 * entries of the run back instead of leaving tombstones: state that lives for months and forgets as
 * fast as it learns must not slow down.
 *
 *  (1) At most LOAD_NUMERATOR/LOAD_DENOMINATOR of the slots are taken, so every probe ends.
 *  (2) No free slot lies between an entry's home and its place.
 *  (3) A text's id is in the table or in the chain that begins there, never both.
 */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"

enum { CAP_MIN = 16, LOAD_NUMERATOR = 7, LOAD_DENOMINATOR = 10 };

/* Keys are often small numbers or differ in their high bits only: multiplying carries every bit
 * upward, folding brings the high half down to where the mask looks. */
static inline size_t home_of(uint64_t key, size_t mask)
{
    uint64_t h = key * 0x9e3779b97f4a7c15ULL;
    return (size_t)(h ^ (h >> 32)) & mask;
}

/* The slot that holds key, or the free one where it belongs. The table must not be empty. */
static inline map_slot *find_slot(const map *m, uint64_t key)
{
    size_t mask = m->cap - 1;
    size_t i = home_of(key, mask);
    // NOLINTNEXTLINE(clang-analyzer-core.*): all slots are set when the table is made
    while (m->slot[i].value != MAP_NONE && m->slot[i].key != key)
        i = (i + 1) & mask;
    return &m->slot[i];
}

uint32_t map_get(const map *m, uint64_t key)
{
    return LIKELY(m->cap) ? find_slot(m, key)->value : MAP_NONE;
}

static bool resize(map *m, size_t cap)
{
    if (cap > PTRDIFF_MAX / sizeof(map_slot))
        return false;
    map bigger = {.slot = malloc(cap * sizeof(map_slot)), .cap = cap, .n = m->n};
    if (!bigger.slot)
        return false;
    for (size_t i = 0; i < cap; i++)
        bigger.slot[i] = (map_slot){.value = MAP_NONE};
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slot[i].value != MAP_NONE)
            *find_slot(&bigger, m->slot[i].key) = m->slot[i];
    }
    free(m->slot);
    *m = bigger;
    return true;
}

static bool has_room(const map *m)
{
    return (m->n + 1) * LOAD_DENOMINATOR <= m->cap * LOAD_NUMERATOR;
}

bool map_put(map *m, uint64_t key, uint32_t value)
{
    assert(value != MAP_NONE);
    map_slot *slot = m->cap ? find_slot(m, key) : NULL;
    if (slot && slot->value != MAP_NONE) {
        slot->value = value;
        return true;
    }
    if (!slot || !has_room(m)) {
        if (!resize(m, m->cap ? m->cap * 2 : CAP_MIN))
            return false;
        slot = find_slot(m, key);
    }
    *slot = (map_slot){.key = key, .value = value};
    m->n++;
    return true;
}

/* Closes the hole at `hole`: an entry further on in the run may move into it unless its home lies
 * behind the hole, because then a probe for it would not pass there. */
static void close_hole(map *m, size_t hole)
{
    size_t mask = m->cap - 1;
    for (size_t i = (hole + 1) & mask; m->slot[i].value != MAP_NONE; i = (i + 1) & mask) {
        size_t way = (i - home_of(m->slot[i].key, mask)) & mask;
        if (way < ((i - hole) & mask))
            continue;
        m->slot[hole] = m->slot[i];
        hole = i;
    }
    m->slot[hole].value = MAP_NONE;
}

void map_remove(map *m, uint64_t key)
{
    map_slot *slot = m->cap ? find_slot(m, key) : NULL;
    if (!slot || slot->value == MAP_NONE)
        return;
    close_hole(m, (size_t)(slot - m->slot));
    m->n--;
}

void map_done(map *m)
{
    free(m->slot);
    *m = (map){0};
}

/* ---- intern ---------------------------------------------------------------------------------- */

str intern_text(const intern *t, uint32_t id)
{
    return id == 0 || id > t->n ? STR_NONE : t->name[id - 1];
}

/* Walks the chain of texts with this hash. *ret_last is its last id: 0 when there is no chain. */
static uint32_t find_id(const intern *t, str s, uint64_t hash, uint32_t *ret_last)
{
    uint32_t id = map_get(&t->by_hash, hash);
    *ret_last = 0;
    if (id == MAP_NONE)
        return 0;
    while (id != 0 && !str_eq(t->name[id - 1], s)) {
        *ret_last = id;
        id = t->next[id - 1];
    }
    return id;
}

uint32_t intern_find(const intern *t, str s)
{
    uint32_t last;
    return find_id(t, s, hash_str(s, 0), &last);
}

static bool reserve_id(intern *t)
{
    if (t->n < t->cap)
        return true;
    if (t->cap > UINT32_MAX / 2) /* the next id could be MAP_NONE */
        return false;
    uint32_t cap = t->cap ? t->cap * 2 : CAP_MIN;
    str *name = realloc(t->name, cap * sizeof *name);
    if (!name)
        return false;
    t->name = name;
    uint32_t *next = realloc(t->next, cap * sizeof *next);
    if (!next)
        return false;
    t->next = next;
    t->cap = cap;
    return true;
}

/* The text is copied last: nothing that fails leaves a copy behind that nobody knows. */
static uint32_t add(intern *t, str s, uint64_t hash, uint32_t last)
{
    if (!reserve_id(t))
        return 0;
    uint32_t id = t->n + 1;
    if (last == 0 && !map_put(&t->by_hash, hash, id))
        return 0;
    str name = arena_dup(&t->text, s);
    if (!name.p) {
        if (last == 0)
            map_remove(&t->by_hash, hash);
        return 0;
    }
    if (last != 0)
        t->next[last - 1] = id;
    t->name[id - 1] = name;
    t->next[id - 1] = 0;
    t->n = id;
    return id;
}

uint32_t intern_id(intern *t, str s)
{
    uint64_t hash = hash_str(s, 0);
    uint32_t last;
    uint32_t id = find_id(t, s, hash, &last);
    return id ? id : add(t, s, hash, last);
}

void intern_done(intern *t)
{
    arena_done(&t->text);
    map_done(&t->by_hash);
    free(t->name);
    free(t->next);
    *t = (intern){0};
}
