/* SPDX-License-Identifier: Apache-2.0
 *
 * trace.c -- the dossier of what a text means, once all findings were delivered.
 */
#include "base/text.h"
#include "correlate/dossier.h"
#include "correlate/resolve.h"
#include "engine/engine.h"
#include "engine/fail.h"

static const char *z(spoor_engine *e, str s)
{
    str copy = s.n ? arena_dup(&e->text, s) : STR_NONE;
    return copy.p ? copy.p : "";
}

static bool list(spoor_engine *e, const resolve_result *r, spoor_trace *ret)
{
    const graph *g = &e->state->graph;
    spoor_candidate *all = arena_alloc(&e->text, (r->n + 1) * sizeof *all);
    for (size_t i = 0; all && i < r->n; i++) {
        const entity *x = graph_at(g, r->thing[i]);
        all[i] =
            (spoor_candidate){.id = z(e, graph_id(g, r->thing[i])),
                              .name = x->name ? z(e, graph_name(g, r->thing[i])) : "",
                              .kind = resolve_kind(e->state, r->thing[i]),
                              .provider = provider_text((provider)x->provider),
                              .account = x->account ? z(e, intern_text(&g->text, x->account)) : ""};
    }
    ret->candidates = all;
    ret->n_candidates = r->n;
    ret->left_out = r->left_out;
    ret->are_near = r->are_near;
    return !e->text.failed;
}

static bool write(spoor_engine *e, uint32_t thing, spoor_trace *ret)
{
    const dossier_source from = {e->state, e->found, &e->mentions,
                                 e->traced.wanted.n ? e->traced.wanted.p : "", e->names};
    spoor_finding *f = arena_alloc(&e->text, sizeof *f);
    if (!f || !dossier_write(&from, thing, &e->text, &f->as.dossier))
        return false;
    f->type = SPOOR_FINDING_DOSSIER;
    ret->dossier = f;
    return true;
}

spoor_status spoor_engine_trace(spoor_engine *engine, const char *text, const char *kind,
                                spoor_trace *ret, spoor_error *err)
{
    resolve_result found;
    str of = str_of(kind ? kind : "");
    if (!engine || !text || !ret || !engine->is_finished || engine->run)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_engine_trace: there are findings that were not fetched yet");
    if (of.n > 0 && !resolve_knows_kind(of))
        return engine_fail(err, SPOOR_EINVAL, "nothing is of kind \"%.40s\"", kind);
    if (!resolve_text(engine->state, str_of(text), of, &found))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory");
    *ret = (spoor_trace){.searched = engine->state->graph.n - 1};
    bool is_one = found.n == 1 && !found.are_near && found.left_out == 0;
    if (is_one ? write(engine, found.thing[0], ret) : list(engine, &found, ret))
        return SPOOR_OK;
    return engine_fail(err, SPOOR_ENOMEM, "out of memory");
}
