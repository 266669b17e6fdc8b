/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_chain.c -- runs an engine of its own over the log, and says each chain in a few lines.
 */
#include "cli/rule_chain.h"

#include "sink/human.h"

enum { NEAR_MAX = 10 }; /* near misses that are said */

static void put_step(strbuf *out, const spoor_chain_step *s)
{
    strbuf_printf(out, "  %s: ", s->name);
    human_time(out, s->time_ns);
    strbuf_printf(out, " %s", s->operation);
    if (*s->actor)
        strbuf_printf(out, " by %s", s->actor);
    for (size_t i = 0; i < s->n_resources; i++)
        strbuf_printf(out, "%s%s", i ? ", " : ": ", s->resources[i].id);
    strbuf_printf(out, "  (%s)\n", s->source);
}

static void put_chain(strbuf *out, const spoor_chain *c)
{
    if (c->is_near)
        strbuf_printf(out, "nearly found, %s\n", c->missing);
    else
        strbuf_printf(out, "found%s\n", c->count > 1 ? ", and more that share an event:" : "");
    for (size_t i = 0; i < c->n_steps; i++)
        put_step(out, &c->steps[i]);
    for (size_t i = 0; i < c->n_links; i++)
        strbuf_printf(out, "  %s: %s %s\n", c->links[i].join, c->links[i].kind, c->links[i].value);
}

static spoor_status feed(const rule_chain_question *q, spoor_engine *engine, spoor_error *err)
{
    spoor_stream *stream;
    spoor_status status = spoor_stream_open(&stream, engine, q->source, NULL, err);
    if (status != SPOOR_OK)
        return status;
    status = spoor_stream_feed(stream, strbuf_text(q->log), q->log->n, err);
    spoor_status end = spoor_stream_close(&stream, NULL, status == SPOOR_OK ? err : NULL);
    return status == SPOOR_OK ? end : status;
}

static spoor_status tell(const rule_chain_question *q, spoor_engine *engine, strbuf *out,
                         bool *ret_found)
{
    const spoor_finding *f;
    spoor_status status;
    size_t n_near = 0;
    *ret_found = false;
    while ((status = spoor_engine_next(engine, &f)) == SPOOR_OK) {
        const spoor_chain *c = &f->as.chain;
        if (f->type != SPOOR_FINDING_CHAIN || c->rule != q->rule)
            continue;
        n_near += c->is_near != 0;
        *ret_found = *ret_found || !c->is_near;
        if (!c->is_near || n_near <= NEAR_MAX)
            put_chain(out, c);
    }
    if (n_near > NEAR_MAX)
        strbuf_printf(out, "and %zu more that lack a step\n", n_near - NEAR_MAX);
    if (!*ret_found && n_near == 0)
        strbuf_puts(out, "no event of this log can be a step of it\n");
    return status == SPOOR_END ? SPOOR_OK : status;
}

spoor_status rule_chain_why(const rule_chain_question *q, strbuf *out, bool *ret_found,
                            spoor_error *err)
{
    spoor_engine *engine = NULL;
    spoor_options options = SPOOR_OPTIONS_INIT;
    options.rules = q->rules;
    options.no_incidents = 1;
    options.near_misses = 1;
    spoor_status status = spoor_engine_open(&engine, &options, err);
    if (status == SPOOR_OK)
        status = feed(q, engine, err);
    if (status == SPOOR_OK)
        status = spoor_engine_finish(engine, err);
    if (status == SPOOR_OK)
        status = tell(q, engine, out, ret_found);
    spoor_engine_close(&engine);
    return status;
}
