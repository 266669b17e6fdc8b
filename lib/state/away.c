/* SPDX-License-Identifier: Apache-2.0
 *
 * away.c -- remembers where sessions are at home.
 */
#include "state/away.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"

away *away_new(void)
{
    return calloc(1, sizeof(away));
}

void away_free(away *a)
{
    if (!a)
        return;
    map_done(&a->home);
    map_done(&a->homes);
    free(a);
}

/* The public address that the call came from, straight from its caller. */
static bool read_address(const event *e, ip_net *ret)
{
    const str *f = e->field;
    if (f[FIELD_src_ip].n == 0 || f[FIELD_src_service].n > 0 || f[FIELD_src_net].n > 0)
        return false;
    if (f[FIELD_invoked_by].n > 0 && text_ends(f[FIELD_invoked_by], ".amazonaws.com"))
        return false;
    return ip_parse(f[FIELD_src_ip], ret) && !ip_is_private(ret);
}

static bool settle(away *a, uint64_t session, uint64_t address)
{
    if (a->home.n >= LIMIT_HOMES) {
        a->forgotten++;
        return false;
    }
    if (!map_put(&a->home, session, (uint32_t)(address >> 33)) || !map_put(&a->homes, address, 1))
        a->failed = true;
    return false;
}

bool away_is(away *a, const event *e)
{
    ip_net from = {0};
    if (!read_address(e, &from))
        return false;
    uint64_t address =
        hash_str((str){(const char *)from.byte, sizeof from.byte}, from.is_v6 ? 6 : 4);
    uint64_t session = hash_str(e->field[FIELD_session_id], from.is_v6 ? 6 : 4);
    uint32_t home = map_get(&a->home, session);
    if (home == MAP_NONE)
        return settle(a, session, address);
    return home != (uint32_t)(address >> 33) && map_get(&a->homes, address) == MAP_NONE;
}
