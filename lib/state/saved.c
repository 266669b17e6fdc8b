/* SPDX-License-Identifier: Apache-2.0
 *
 * saved.c -- the baseline, the inventory behind it, and at the end the inventory's length and hash.
 */
#include "state/saved.h"

#include "base/hash.h"
#include "state/baseline.h"
#include "state/inventory.h"

enum { NUMBER_BYTES = 8, TRAILER_BYTES = 2 * NUMBER_BYTES, SEED = 7 };

static void put_number(buf *out, uint64_t n)
{
    for (unsigned i = 0; i < NUMBER_BYTES; i++)
        buf_putc(out, (char)(n >> (8 * i) & 0xff));
}

static uint64_t number_at(str bytes, size_t at)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < NUMBER_BYTES; i++)
        n |= (uint64_t)(unsigned char)bytes.p[at + i] << (8 * i);
    return n;
}

bool saved_write(const state *s, buf *out)
{
    if (!baseline_save(s->baseline, out))
        return false;
    size_t from = out->n;
    inventory_save(s->inventory, out);
    if (out->failed)
        return false;
    str inventory = str_from(buf_str(out), from);
    uint64_t hash = hash_str(inventory, SEED);
    put_number(out, inventory.n);
    put_number(out, hash);
    return !out->failed;
}

/* The part that is the inventory; false: there is none, or it is damaged. */
static bool find_inventory(str bytes, str *ret)
{
    if (bytes.n < TRAILER_BYTES)
        return false;
    size_t room = bytes.n - TRAILER_BYTES;
    uint64_t n = number_at(bytes, room);
    if (n > room)
        return false;
    *ret = (str){bytes.p + (room - (size_t)n), (size_t)n};
    return hash_str(*ret, SEED) == number_at(bytes, room + NUMBER_BYTES);
}

const char *saved_read(state *s, str bytes)
{
    str inventory = STR_NONE;
    if (!find_inventory(bytes, &inventory))
        return baseline_load(s->baseline, bytes);
    str baseline = str_upto(bytes, bytes.n - TRAILER_BYTES - inventory.n);
    const char *problem = baseline_load(s->baseline, baseline);
    if (problem)
        return problem;
    if (inventory_load(s->inventory, inventory))
        return NULL;
    return s->inventory->failed ? "does not fit into memory" : "is damaged";
}
