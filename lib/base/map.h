/* SPDX-License-Identifier: Apache-2.0
 *
 * map.h -- open-addressing hash tables: 64-bit number -> 32-bit number, and text -> small number.
 *
 *  (1) Zeroed structs are valid and empty; no entry until the first put allocates.
 *  (2) Keys of a `map` are any 64-bit number; values are any 32-bit number but MAP_NONE.
 *  (3) An `intern` numbers texts 1, 2, 3 … in the order first seen; 0 means "none" (also: no
 *      memory). Interned text never moves and lives as long as the intern.
 */
#ifndef SPOOR_BASE_MAP_H
#define SPOOR_BASE_MAP_H

#include "base/arena.h"
#include "base/base.h"

#define MAP_NONE UINT32_MAX

typedef struct map_slot {
    uint64_t key;
    uint32_t value; /* MAP_NONE: free */
} map_slot;

typedef struct map {
    map_slot *slot;
    size_t cap; /* a power of two, or 0 */
    size_t n;
} map;

uint32_t map_get(const map *m, uint64_t key); /* MAP_NONE when absent */
bool map_put(map *m, uint64_t key, uint32_t value);
void map_remove(map *m, uint64_t key);
void map_done(map *m);

typedef struct intern {
    arena text;
    map by_hash;    /* hash -> first id with that hash */
    str *name;      /* name[id - 1] */
    uint32_t *next; /* next id with the same hash, or 0 */
    uint32_t n, cap;
} intern;

uint32_t intern_id(intern *t, str s);         /* 0 when out of memory */
uint32_t intern_find(const intern *t, str s); /* 0 when absent */
str intern_text(const intern *t, uint32_t id);
void intern_done(intern *t);

#endif
