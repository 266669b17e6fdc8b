/* SPDX-License-Identifier: Apache-2.0
 *
 * principal.c -- by which names logs and exports know one principal.
 *
 *  (1) Where a name is that of several, the first in the order of facts has it; ids go first.
 */
#include "fact/principal.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"

str principal_short(str id, char out[PRINCIPAL_TEXT_MAX])
{
    const char *slash = id.n > 0 ? memchr(id.p, '/', id.n) : NULL;
    size_t head = slash && text_starts(id, "arn:") ? (size_t)(slash - id.p) + 1 : 0;
    str first = str_upto(str_upto(id, head), PRINCIPAL_TEXT_MAX);
    str last = str_upto(head ? text_after_last(id, '/') : id, PRINCIPAL_TEXT_MAX - first.n);
    if (first.n > 0)
        memcpy(out, first.p, first.n);
    if (last.n > 0)
        memcpy(out + first.n, last.p, last.n);
    return (str){out, first.n + last.n};
}

str principal_key(str id, char out[PRINCIPAL_TEXT_MAX])
{
    str s = principal_short(id, out);
    for (size_t i = 0; i < s.n; i++)
        out[i] = text_lower(out[i]);
    return s;
}

static uint64_t hash_of(provider cloud, str id)
{
    char key[PRINCIPAL_TEXT_MAX];
    return hash_str(principal_key(id, key), (uint64_t)cloud + 1);
}

void principal_index_done(principal_index *x)
{
    map_done(&x->by_key);
}

static bool enter(principal_index *x, const facts *f, uint32_t at, str text)
{
    uint64_t key = hash_of((provider)facts_at(f, at)->provider, text);
    return text.n == 0 || map_get(&x->by_key, key) != MAP_NONE || map_put(&x->by_key, key, at);
}

static bool is_principal(const fact *x)
{
    return x->kind == FACT_USER || x->kind == FACT_ROLE || x->kind == FACT_SERVICE;
}

bool principal_index_build(principal_index *x, const facts *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (is_principal(&f->items[i]) && !enter(x, f, i, facts_id(f, &f->items[i])))
            return false;
    for (uint32_t i = 0; i < f->n; i++) {
        const fact *y = &f->items[i];
        bool has_name = is_principal(y) && y->name && y->provider != PROVIDER_AWS;
        if (has_name && !enter(x, f, i, facts_name(f, y)))
            return false;
    }
    return true;
}

uint32_t principal_find(const principal_index *x, provider cloud, str id)
{
    uint32_t at = id.n > 0 ? map_get(&x->by_key, hash_of(cloud, id)) : MAP_NONE;
    return at == MAP_NONE ? FACT_NONE : at;
}
