/* SPDX-License-Identifier: Apache-2.0
 *
 * known.c -- what exports know of the things of an incident.
 */
#include "audit/known.h"

#include <string.h>

#include "audit/audit.h"
#include "base/limits.h"
#include "base/text.h"

typedef struct known {
    const audit *a;
    spoor_incident *in;
    arena *out;
    spoor_link *links;
    size_t n_links;
    const char **lines;
    size_t n_lines;
} known;

/* How a thing is tied to another, by an attribute of the first. */
/* clang-format off */
static const struct {
    fact_kind of;
    attr attr;
    const char *kind;
    bool is_turned; /* the link leads from the other to the first */
    const char *from_word, *to_word;
    const char *field;
} ties[] = {
    {FACT_INSTANCE, ATTR_VOLUME,   "attached_to",  true,  "volume",   "instance", "volumes of the instance"},
    {FACT_INSTANCE, ATTR_IMAGE,    "derived_from", false, "instance", "image",    "image of the instance"},
    {FACT_INSTANCE, ATTR_FIREWALL, "uses",         false, "instance", "security_group", "groups of the instance"},
    {FACT_INSTANCE, ATTR_IDENTITY, "uses",         false, "instance", "principal", "identity of the instance"},
    {FACT_VOLUME,   ATTR_PARENT,   "derived_from", false, "volume",   "snapshot", "source of the volume"},
    {FACT_SNAPSHOT, ATTR_PARENT,   "derived_from", false, "snapshot", "volume",   "source of the snapshot"},
    {FACT_IMAGE,    ATTR_PARENT,   "derived_from", false, "image",    "snapshot", "source of the image"},
};
/* clang-format on */

static const char *z(known *k, str s)
{
    str copy = s.n > 0 ? arena_dup(k->out, s) : STR_NONE;
    return copy.p ? copy.p : "";
}

static bool is_linked(const known *k, str from, str to)
{
    for (size_t i = 0; i < k->n_links; i++)
        if (str_is(from, k->links[i].from) && str_is(to, k->links[i].to))
            return true;
    return false;
}

static void add_link(known *k, size_t tie, const fact *x, str other)
{
    str own = facts_id(&k->a->facts, x);
    str from = ties[tie].is_turned ? other : own, to = ties[tie].is_turned ? own : other;
    const char *input = x->input < k->a->n_inputs ? k->a->inputs[x->input].name.p : "";
    if (is_linked(k, from, to) || k->n_links >= k->in->n_links + LIMIT_KNOWN)
        return;
    k->links[k->n_links++] =
        (spoor_link){.from = z(k, from),
                     .to = z(k, to),
                     .kind = ties[tie].kind,
                     .from_kind = ties[tie].from_word,
                     .to_kind = ties[tie].to_word,
                     .event_uid = z(k, arena_printf(k->out, "export %s", input)),
                     .field = ties[tie].field};
}

/* What the fact itself says of its ties. */
static void tie_own(known *k, const fact *x)
{
    for (size_t i = 0; i < ARRAY_LEN(ties); i++) {
        if (x->kind != ties[i].of)
            continue;
        fact_iter it = facts_iter(&k->a->facts, x, ties[i].attr);
        while (facts_next(&it))
            add_link(k, i, x, it.value.text);
    }
}

static bool is_named(const known *k, str id)
{
    for (size_t i = 0; i < k->in->n_resources; i++)
        if (str_is(id, k->in->resources[i].id))
            return true;
    return false;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void put(buf *line, const char *word, str value)
{
    if (value.n == 0)
        return;
    buf_puts(line, word);
    buf_putstr(line, value);
}

static void put_list(known *k, buf *line, const char *word, const fact *x, attr a)
{
    fact_iter it = facts_iter(&k->a->facts, x, a);
    for (bool is_first = true; facts_next(&it); is_first = false)
        put(line, is_first ? word : ", ", it.value.text);
}

static void say(known *k, const fact *x)
{
    AUTO(buf) line = {0};
    const facts *f = &k->a->facts;
    if (k->n_lines >= LIMIT_KNOWN)
        return;
    buf_printf(&line, "%s ", fact_kind_text((fact_kind)x->kind));
    buf_putstr(&line, facts_id(f, x));
    size_t bare = line.n;
    put(&line, ": ", x->name && x->name != x->id ? facts_name(f, x) : STR_NONE);
    put(&line, ", ", facts_get_text(f, x, ATTR_INSTANCE_TYPE));
    put_list(k, &line, ", owner ", x, ATTR_OWNER);
    put_list(k, &line, ", acts as ", x, ATTR_IDENTITY);
    put_list(k, &line, ", public address ", x, ATTR_PUBLIC_IP);
    put_list(k, &line, ", shared with ", x, ATTR_SHARED_WITH);
    if (facts_is(f, x, ATTR_IS_PUBLIC))
        buf_puts(&line, ", open to everybody");
    if (line.n > bare && !line.failed)
        k->lines[k->n_lines++] = z(k, buf_str(&line));
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Machines that hold a volume of the incident, and are not named in it themselves. */
static void look_at_holders(known *k)
{
    uint32_t from, to;
    facts_range(&k->a->facts, FACT_INSTANCE, &from, &to);
    for (uint32_t i = from; i < to; i++) {
        const fact *x = facts_at(&k->a->facts, i);
        fact_iter it = facts_iter(&k->a->facts, x, ATTR_VOLUME);
        while (!is_named(k, facts_id(&k->a->facts, x)) && facts_next(&it)) {
            if (!is_named(k, it.value.text))
                continue;
            add_link(k, 0, x, it.value.text);
            say(k, x);
        }
    }
}

static void look_at_things(known *k, provider cloud)
{
    static const fact_kind kinds[] = {FACT_INSTANCE, FACT_VOLUME, FACT_SNAPSHOT, FACT_IMAGE};
    for (size_t i = 0; i < k->in->n_resources; i++)
        for (size_t n = 0; n < ARRAY_LEN(kinds); n++) {
            str id = str_of(k->in->resources[i].id);
            uint32_t at = facts_find(&k->a->facts, kinds[n], cloud, id);
            if (at == FACT_NONE)
                continue;
            tie_own(k, facts_at(&k->a->facts, at));
            say(k, facts_at(&k->a->facts, at));
        }
}

static bool make_room(known *k)
{
    k->links = arena_alloc(k->out, (k->in->n_links + LIMIT_KNOWN) * sizeof *k->links);
    k->lines = arena_alloc(k->out, LIMIT_KNOWN * sizeof *k->lines);
    if (!k->links || !k->lines)
        return false;
    if (k->in->n_links > 0)
        memcpy(k->links, k->in->links, k->in->n_links * sizeof *k->links);
    k->n_links = k->in->n_links;
    return true;
}

bool known_add(const audit *a, spoor_incident *in, arena *out)
{
    known k = {.a = a, .in = in, .out = out};
    if (!make_room(&k))
        return false;
    for (int cloud = PROVIDER_AWS; cloud <= PROVIDER_GCP; cloud++)
        look_at_things(&k, (provider)cloud);
    look_at_holders(&k);
    in->links = k.links;
    in->n_links = k.n_links;
    in->known = k.lines;
    in->n_known = k.n_lines;
    return !out->failed;
}
