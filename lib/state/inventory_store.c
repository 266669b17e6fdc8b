/* SPDX-License-Identifier: Apache-2.0
 *
 * inventory_store.c -- the inventory as bytes, and back: for files, and to let go of text.
 *
 * Texts come first, numbered anew in the order in which things name them; then each kind of thing
 * in the order it was made; then which machines ended, in that order.
 *
 *  (1) Only what something names is written.
 *  (2) What is read is checked before it is used: a text that is not there, a set with too many
 *      members, more things than there is room for, bytes left over.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "model/event.h"
#include "state/inventory.h"

static const char magic[] = "spoor inventory 1\n";

/* One pass over everything; writing, it happens twice: once to number the texts. */
typedef struct walk {
    inventory *v;
    buf *out; /* NULL: numbering, or reading */
    str in;   /* reading */
    bool is_reading;
    bool is_bad;
    uint32_t *number; /* writing: text -> its number in the file; reading: the other way */
    uint32_t n_texts;
    uint32_t *order; /* writing: number -> text */
} walk;

/* ---- numbers --------------------------------------------------------------------------------- */

static uint64_t take(walk *w, uint64_t most)
{
    uint64_t x = 0;
    for (unsigned shift = 0; shift < 64 && w->in.n > 0; shift += 7) {
        uint64_t byte = (unsigned char)w->in.p[0];
        w->in = str_from(w->in, 1);
        x |= (byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (x <= most && !w->is_bad)
            return x;
        break;
    }
    w->is_bad = true;
    return 0;
}

static void pass(walk *w, uint64_t *x, uint64_t most)
{
    if (w->is_reading)
        *x = take(w, most);
    else if (w->out)
        buf_varint(w->out, *x);
}

static void pass_byte(walk *w, uint8_t *x, uint8_t most)
{
    uint64_t wide = *x;
    pass(w, &wide, most);
    *x = (uint8_t)wide;
}

static void pass_port(walk *w, uint16_t *x)
{
    uint64_t wide = *x;
    pass(w, &wide, UINT16_MAX);
    *x = (uint16_t)wide;
}

static void pass_flag(walk *w, bool *x)
{
    uint64_t wide = *x;
    pass(w, &wide, 1);
    *x = wide != 0;
}

static void pass_time(walk *w, int64_t *x)
{
    uint64_t wide = (uint64_t)*x;
    pass(w, &wide, UINT64_MAX);
    *x = (int64_t)wide;
}

static void pass_text(walk *w, uint32_t *text)
{
    uint64_t wide = 0;
    if (!w->is_reading && *text && !w->number[*text]) {
        w->order[++w->n_texts] = *text;
        w->number[*text] = w->n_texts;
    }
    if (!w->is_reading)
        wide = *text ? w->number[*text] : 0;
    pass(w, &wide, w->n_texts);
    if (w->is_reading)
        *text = wide ? w->number[wide] : 0;
}

/* ---- things ---------------------------------------------------------------------------------- */

static void pass_proof(walk *w, inventory_proof *p)
{
    pass_time(w, &p->time_ns);
    pass_text(w, &p->who);
    pass_text(w, &p->uid);
}

static void pass_set(walk *w, inventory_set *set)
{
    pass_byte(w, &set->n, INVENTORY_GROUPS_OF);
    for (size_t i = 0; i < set->n; i++)
        pass_text(w, &set->id[i]);
}

static void pass_traits(walk *w, inventory_traits *t)
{
    uint32_t *const texts[] = {&t->network, &t->subnet,   &t->image, &t->image_owner,
                               &t->size,    &t->key_pair, &t->role,  &t->address};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        pass_text(w, texts[i]);
    pass_set(w, &t->groups);
    pass_byte(w, &t->is_imds_v1, KNOWN_YES);
    pass_byte(w, &t->has_address, KNOWN_YES);
    pass_proof(w, &t->shown);
}

static void pass_machine(walk *w, void *thing)
{
    inventory_machine *m = thing;
    pass_byte(w, &m->provider, PROVIDER_COUNT - 1);
    pass_flag(w, &m->is_born);
    pass_time(w, &m->born_ns);
    pass_time(w, &m->ended_ns);
    pass_text(w, &m->maker);
    pass_text(w, &m->maker_role);
    pass_text(w, &m->account);
    pass_text(w, &m->region);
    pass_traits(w, &m->is);
    pass_byte(w, &m->n_nics, INVENTORY_NICS_OF);
    for (size_t i = 0; i < m->n_nics; i++)
        pass_text(w, &m->nic[i]);
}

static void pass_rule(walk *w, inventory_rule *r)
{
    pass_text(w, &r->name);
    pass_text(w, &r->what);
    pass_text(w, &r->source);
    pass_port(w, &r->from);
    pass_port(w, &r->to);
    pass_byte(w, &r->protocol, UINT8_MAX);
    pass_proof(w, &r->opened);
}

static void pass_group(walk *w, void *thing)
{
    inventory_group *g = thing;
    uint64_t n = g->n_rules;
    pass_text(w, &g->network);
    pass_set(w, &g->tags);
    pass_flag(w, &g->is_born);
    pass(w, &n, LIMIT_INVENTORY_RULES);
    for (size_t i = 0; i < n; i++) {
        inventory_rule rule = w->is_reading ? (inventory_rule){0} : g->rules[i];
        pass_rule(w, &rule);
        if (w->is_reading && !w->is_bad)
            inventory_append(w->v, g, &rule);
    }
}

static void pass_nic(walk *w, void *thing)
{
    inventory_nic *nic = thing;
    pass_text(w, &nic->owner);
    pass_traits(w, &nic->is);
}

static void pass_template(walk *w, void *thing)
{
    inventory_template *t = thing;
    pass_traits(w, &t->is);
}

static void pass_net(walk *w, void *thing)
{
    inventory_net *net = thing;
    pass_text(w, &net->network);
    pass_byte(w, &net->has_address, KNOWN_YES);
    pass_set(w, &net->groups);
}

static void pass_lease(walk *w, void *thing)
{
    inventory_lease *lease = thing;
    pass_text(w, &lease->holder);
}

static void pass_account(walk *w, void *thing)
{
    inventory_account *a = thing;
    pass_time(w, &a->newest_ns);
    if (w->is_reading)
        a->known_ns = a->newest_ns;
}

/* clang-format off */
static void (*const passes[INVENTORY_KIND_COUNT])(walk *w, void *thing) = {
    [INVENTORY_MACHINES]  = pass_machine,
    [INVENTORY_GROUPS]    = pass_group,
    [INVENTORY_NICS]      = pass_nic,
    [INVENTORY_TEMPLATES] = pass_template,
    [INVENTORY_NETS]      = pass_net,
    [INVENTORY_ACCOUNTS]  = pass_account,
    [INVENTORY_LEASES]    = pass_lease,
};
/* clang-format on */

/* ---- writing --------------------------------------------------------------------------------- */

/* Slot of the thing made n-th; machines are a list, the others go round. */
static uint32_t slot_after(const inventory *v, inventory_kind kind, uint32_t before, size_t n)
{
    const inventory_store *s = &v->store[kind];
    if (kind != INVENTORY_MACHINES)
        return (uint32_t)((s->oldest + n) % s->n);
    return n == 0 ? inventory_oldest(v, SCOPE_ALL)
                  : inventory_machine_at(v, before)->link[SCOPE_ALL].newer;
}

static void write_kind(walk *w, inventory_kind kind)
{
    uint64_t n = w->v->store[kind].n;
    uint32_t slot = INVENTORY_NONE;
    pass(w, &n, n);
    for (size_t i = 0; i < n; i++) {
        slot = slot_after(w->v, kind, slot, i);
        void *thing = inventory_thing(w->v, kind, slot);
        pass_text(w, thing); /* its id */
        passes[kind](w, thing);
    }
}

static void write_ended(walk *w)
{
    uint32_t slot = inventory_oldest(w->v, SCOPE_ENDED);
    uint64_t n = 0;
    for (uint32_t i = slot; i != INVENTORY_NONE; n++)
        i = inventory_machine_at(w->v, i)->link[SCOPE_ENDED].newer;
    pass(w, &n, n);
    for (; slot != INVENTORY_NONE; slot = inventory_machine_at(w->v, slot)->link[SCOPE_ENDED].newer)
        pass_text(w, &inventory_machine_of(w->v, slot)->id);
}

static void write_all(walk *w)
{
    for (unsigned kind = 0; kind < INVENTORY_KIND_COUNT; kind++)
        write_kind(w, (inventory_kind)kind);
    write_ended(w);
}

static void write_texts(walk *w)
{
    buf_puts(w->out, magic);
    buf_varint(w->out, w->n_texts);
    for (uint32_t i = 1; i <= w->n_texts; i++) {
        str text = intern_text(&w->v->text, w->order[i]);
        buf_varint(w->out, text.n);
        buf_putstr(w->out, text);
    }
}

void inventory_save(const inventory *v, buf *out)
{
    /* Nothing is changed when it is written: the passes only take what they are given. */
    walk w = {.v = (inventory *)(uintptr_t)v};
    w.number = calloc((size_t)v->text.n + 1, sizeof *w.number);
    w.order = calloc((size_t)v->text.n + 1, sizeof *w.order);
    if (w.number && w.order) {
        write_all(&w);
        w.out = out;
        write_texts(&w);
        write_all(&w);
    } else {
        out->failed = true;
    }
    free(w.number);
    free(w.order);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_texts(walk *w)
{
    size_t n_magic = sizeof magic - 1;
    if (!str_eq(str_upto(w->in, n_magic), STR(magic)))
        return false;
    w->in = str_from(w->in, n_magic);
    uint64_t n = take(w, w->in.n);
    w->number = calloc((size_t)n + 1, sizeof *w->number);
    for (uint64_t i = 1; w->number && !w->is_bad && i <= n; i++) {
        uint64_t bytes = take(w, w->in.n);
        w->is_bad = w->is_bad || bytes == 0 || bytes > w->in.n;
        if (w->is_bad)
            break;
        w->number[i] = inventory_id(w->v, str_upto(w->in, (size_t)bytes));
        w->in = str_from(w->in, (size_t)bytes);
    }
    w->n_texts = (uint32_t)n;
    return w->number && !w->is_bad && !w->v->failed && n <= UINT32_MAX;
}

static void read_kind(walk *w, inventory_kind kind)
{
    uint64_t n = take(w, w->in.n);
    for (uint64_t i = 0; i < n && !w->is_bad && !w->v->failed; i++) {
        uint32_t id = 0;
        pass_text(w, &id);
        uint32_t slot = id ? inventory_put(w->v, kind, id) : INVENTORY_NONE;
        w->is_bad = w->is_bad || slot == INVENTORY_NONE;
        if (w->is_bad)
            return;
        void *thing = inventory_thing(w->v, kind, slot);
        passes[kind](w, thing);
        if (!w->is_bad && kind == INVENTORY_GROUPS)
            inventory_file_firewall(w->v, slot);
        if (!w->is_bad && kind == INVENTORY_MACHINES)
            inventory_file(w->v, slot);
    }
}

/* Machines that ended were filed in the order they were born in: file them again. */
static void read_ended(walk *w)
{
    uint64_t n = take(w, w->in.n);
    for (uint64_t i = 0; i < n && !w->is_bad; i++) {
        uint32_t id = 0;
        pass_text(w, &id);
        uint32_t slot = inventory_find(w->v, INVENTORY_MACHINES, inventory_text(w->v, id));
        w->is_bad = w->is_bad || slot == INVENTORY_NONE;
        if (!w->is_bad)
            for (unsigned scope = SCOPE_PAST; scope < SCOPE_COUNT; scope++)
                if (scope != SCOPE_ALL)
                    inventory_file_again(w->v, slot, (inventory_scope)scope);
    }
}

bool inventory_load(inventory *v, str bytes)
{
    walk w = {.v = v, .in = bytes, .is_reading = true};
    size_t limit = v->limit;
    bool is_fine = read_texts(&w);
    for (unsigned kind = 0; is_fine && kind < INVENTORY_KIND_COUNT; kind++)
        read_kind(&w, (inventory_kind)kind);
    if (is_fine)
        read_ended(&w);
    is_fine = is_fine && !w.is_bad && !v->failed && w.in.n == 0;
    free(w.number);
    if (is_fine)
        return true;
    inventory_done(v);
    if (!inventory_init(v))
        v->failed = true;
    v->limit = limit;
    return false;
}

/* ---- letting go of text ---------------------------------------------------------------------- */

/* A file says only up to when accounts were told in all. */
static void keep_known(inventory *v, inventory *fresh)
{
    for (uint32_t i = 0; i < v->store[INVENTORY_ACCOUNTS].n; i++) {
        const inventory_account *a = inventory_account_of(v, i);
        uint32_t slot = inventory_find(fresh, INVENTORY_ACCOUNTS, inventory_text(v, a->id));
        if (slot != INVENTORY_NONE)
            inventory_account_of(fresh, slot)->known_ns = a->known_ns;
    }
}

void inventory_trim(inventory *v)
{
    enum { TRIM_LEAST = 1 << 20 };
    if (v->text.text.used_bytes < TRIM_LEAST || v->text.text.used_bytes / 2 < v->trimmed_bytes)
        return;
    AUTO(buf) bytes = {0};
    inventory fresh;
    inventory_save(v, &bytes);
    bool is_fine = !bytes.failed && inventory_init(&fresh);
    fresh.limit = v->limit;
    if (!is_fine || !inventory_load(&fresh, buf_str(&bytes))) {
        if (is_fine)
            inventory_done(&fresh);
        v->failed = true;
        return;
    }
    for (size_t i = 0; i < INVENTORY_KIND_COUNT; i++)
        fresh.store[i].forgotten = v->store[i].forgotten;
    keep_known(v, &fresh);
    fresh.rules_forgotten = v->rules_forgotten;
    fresh.failed = fresh.failed || v->failed;
    fresh.trimmed_bytes = fresh.text.text.used_bytes;
    inventory_done(v);
    *v = fresh;
}
