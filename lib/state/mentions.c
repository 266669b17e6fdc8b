/* SPDX-License-Identifier: Apache-2.0
 *
 * mentions.c -- rows in an array, found by service and operation.
 */
#include "state/mentions.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/limits.h"

void mentions_done(mentions *m)
{
    intern_done(&m->text);
    map_done(&m->row_of);
    free(m->rows);
    *m = (mentions){0};
}

/* The row of the event's service and operation; NULL: there is no room for one more. */
static mention *row_for(mentions *m, const event *e)
{
    str service = e->field[FIELD_service], operation = e->field[FIELD_operation];
    uint32_t s = service.n ? intern_id(&m->text, service) : 0;
    uint32_t o = operation.n ? intern_id(&m->text, operation) : 0;
    uint64_t key = (uint64_t)s << 32 | o;
    uint32_t at = map_get(&m->row_of, key);
    if (at != MAP_NONE)
        return &m->rows[at];
    if (m->n >= LIMIT_MENTIONS) {
        m->left_out++;
        return NULL;
    }
    mention *rows = array_room(m->rows, m->n, &m->cap, 16, sizeof *rows);
    bool is_named = (s || !service.n) && (o || !operation.n);
    m->rows = rows ? rows : m->rows;
    if (!rows || !is_named || !map_put(&m->row_of, key, (uint32_t)m->n)) {
        m->failed = true;
        return NULL;
    }
    rows[m->n] = (mention){.service = s,
                           .operation = o,
                           .file = e->file,
                           .record = e->record,
                           .first_ns = e->time_ns,
                           .provider = e->provider};
    return &rows[m->n++];
}

void mentions_add(mentions *m, const event *e)
{
    if (!e->is_mention)
        return;
    m->calls++;
    mention *row = e->operation == OPERATION_NONE ? row_for(m, e) : NULL;
    if (!row)
        return;
    row->last_ns = e->time_ns;
    row->count++;
}
