/* SPDX-License-Identifier: Apache-2.0
 *
 * near.c -- how far a story went along the chain that the technique describes, and what is lacking.
 */
#include "base/text.h"
#include "correlate/explain.h"

enum { NEAR_LEAST = 2 }; /* steps of the chain that make what is lacking worth telling */

static bool is_copied(const score_facts *f)
{
    return f->has_victim;
}

static bool is_made(const score_facts *f)
{
    return f->has_instance;
}

static bool is_mounted(const score_facts *f)
{
    return f->has_victim && f->is_mounted;
}

static bool is_entered(const score_facts *f)
{
    return f->has_network || f->has_access;
}

static bool is_taken_out(const score_facts *f)
{
    return f->has_staging || f->has_exfil || f->has_foreign_use;
}

/* clang-format off */
/* The chain, in its order; `within`: how long after the story's calls such a call is still its. */
static const struct {
    bool (*is_seen)(const score_facts *f);
    const char *lack;
    const char *within;
} chain[] = {
    {is_copied,    "no copy of a disk",                                 ""},
    {is_made,      "no new instance",                                   ""},
    {is_mounted,   "no instance got the copy",                          " within 30 days"},
    {is_entered,   "no network was opened and nobody was seen entering", " within 72 h"},
    {is_taken_out, "nothing was staged, shared or exported",            " within 72 h"},
};
/* clang-format on */

void explain_near(const state *s, const score_facts *f, arena *a, text_list *ret)
{
    AUTO(buf) out = {0};
    size_t seen = 0;
    (void)s;
    for (size_t i = 0; i < ARRAY_LEN(chain); i++)
        seen += chain[i].is_seen(f);
    if (seen < NEAR_LEAST || seen == ARRAY_LEN(chain))
        return;
    buf_printf(&out, "%zu of %zu steps of the chain (copy, instance, mount, way in, data out)",
               seen, ARRAY_LEN(chain));
    const char *before = ": ";
    for (size_t i = 0; i < ARRAY_LEN(chain); i++) {
        if (chain[i].is_seen(f))
            continue;
        buf_printf(&out, "%s%s%s", before, chain[i].lack, chain[i].within);
        before = "; ";
    }
    if (out.failed)
        a->failed = true;
    text_list_add(a, ret, explain_z(a, buf_str(&out)));
}
