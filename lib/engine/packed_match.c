/* SPDX-License-Identifier: Apache-2.0
 *
 * packed_match.c -- numbers as they stand in memory, texts with their length before them.
 */
#include "engine/packed_match.h"

#include <string.h>

static void put_text(buf *out, str s)
{
    uint32_t n = (uint32_t)s.n;
    buf_put(out, &n, sizeof n);
    buf_putstr(out, s);
}

void packed_match_put(const packed_match *m, buf *out)
{
    buf_put(out, &m->file, sizeof m->file);
    buf_put(out, &m->record, sizeof m->record);
    buf_put(out, &m->rule, sizeof m->rule);
    buf_putc(out, (char)m->family);
    buf_put(out, &m->uid_hash, sizeof m->uid_hash);
    buf_put(out, &m->fold_hash, sizeof m->fold_hash);
    put_text(out, m->event_uid);
    put_text(out, m->captured);
    put_text(out, m->event);
}

static bool take(str *from, void *to, size_t n)
{
    if (from->n < n)
        return false;
    memcpy(to, from->p, n);
    *from = str_from(*from, n);
    return true;
}

static bool take_text(str *from, str *ret)
{
    uint32_t n;
    if (!take(from, &n, sizeof n) || n > from->n)
        return false;
    *ret = str_upto(*from, n);
    *from = str_from(*from, n);
    return true;
}

bool packed_match_take(str bytes, packed_match *ret)
{
    return take(&bytes, &ret->file, sizeof ret->file) &&
           take(&bytes, &ret->record, sizeof ret->record) &&
           take(&bytes, &ret->rule, sizeof ret->rule) && take(&bytes, &ret->family, 1) &&
           take(&bytes, &ret->uid_hash, sizeof ret->uid_hash) &&
           take(&bytes, &ret->fold_hash, sizeof ret->fold_hash) &&
           take_text(&bytes, &ret->event_uid) && take_text(&bytes, &ret->captured) &&
           take_text(&bytes, &ret->event);
}
