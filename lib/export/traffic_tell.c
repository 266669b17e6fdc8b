/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic_tell.c -- sums of connections become facts, under the names that other exports give
 * machines.
 *
 *  (1) An address that two machines of the exports have names neither, unless the log says in whose
 *      account it saw it.
 *  (2) Of addresses only what stands out is told: those that tried several services, were sent a
 *      MiB, failed to sign in, or asked the DNS for a name.
 *  (3) Facts do not depend on the order in which sums were begun: of equals the lower address is
 *      told.
 */
#include "export/traffic_tables.h"

#include "base/hash.h"
#include "base/text.h"

enum { TARGETS_LEAST = 3, GUESSES_LEAST = 3, AMBIGUOUS = UINT32_MAX - 1 };

#define MIB (1024.0 * 1024.0)

/* ---- machines of the exports ----------------------------------------------------------------- */

/* By (account, address), and by address alone. */
typedef struct machines {
    map by_address;
    bool failed;
} machines;

static void machines_done(machines *m)
{
    map_done(&m->by_address);
}

static uint64_t machine_hash(str account, str address)
{
    return hash_str(address, hash_str(account, account.n));
}

static void know(machines *m, str account, str address, uint32_t at)
{
    uint64_t hash = machine_hash(account, address);
    uint32_t old = map_get(&m->by_address, hash);
    if (old == at)
        return;
    m->failed = !map_put(&m->by_address, hash, old == MAP_NONE ? at : AMBIGUOUS) || m->failed;
}

static void know_addresses(machines *m, const facts *f, uint32_t at, attr where)
{
    const fact *x = facts_at(f, at);
    fact_iter it = facts_iter(f, x, where);
    while (facts_next(&it)) {
        know(m, STR_NONE, it.value.text, at);
        if (x->account)
            know(m, facts_account(f, x), it.value.text, at);
    }
}

/* Interfaces name what no instance does. */
static void know_machines(machines *m, const facts *f, fact_kind kind)
{
    for (uint32_t at = 0; at < f->n; at++) {
        if (f->items[at].kind != kind)
            continue;
        know_addresses(m, f, at, ATTR_PRIVATE_IP);
        know_addresses(m, f, at, ATTR_PUBLIC_IP);
    }
}

typedef struct telling {
    reading *r;
    traffic *t;
    machines instances, interfaces;
    buf id;      /* text in the making */
    bool failed; /* it ran out of memory */
} telling;

static void telling_done(telling *w)
{
    machines_done(&w->instances);
    machines_done(&w->interfaces);
    buf_done(&w->id);
}

static uint32_t find_in(const machines *m, str account, str address)
{
    uint32_t at =
        account.n > 0 ? map_get(&m->by_address, machine_hash(account, address)) : MAP_NONE;
    if (at == MAP_NONE)
        at = map_get(&m->by_address, machine_hash(STR_NONE, address));
    return at == AMBIGUOUS ? MAP_NONE : at;
}

/* The fact of the machine that has the address; MAP_NONE: no export says. */
static uint32_t find_machine(const telling *w, const traffic_address *x)
{
    str account = intern_text(&w->t->text, x->account);
    str address = intern_text(&w->t->text, x->address);
    uint32_t at = find_in(&w->instances, account, address);
    return at != MAP_NONE ? at : find_in(&w->interfaces, account, address);
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void forget_text(telling *w)
{
    w->failed = w->failed || w->id.failed;
    buf_reset(&w->id);
}

static str text_of(const telling *w, uint32_t id)
{
    return id ? intern_text(&w->t->text, id) : STR_NONE;
}

static str address_of(const telling *w, uint32_t at)
{
    return at == MAP_NONE ? STR_NONE : text_of(w, w->t->addresses[at].address);
}

/* How an address is called in ids of facts: private ones with their account, where it is known. */
static void put_address_id(telling *w, const traffic_address *x)
{
    if (x->account) {
        buf_putstr(&w->id, text_of(w, x->account));
        buf_putc(&w->id, '/');
    }
    buf_putstr(&w->id, text_of(w, x->address));
}

static void put_count(telling *w, uint32_t at, attr a, uint64_t n)
{
    facts_put_number(w->r->facts, at, a, (double)n);
}

static void put_times(telling *w, uint32_t at, int64_t first_ns, int64_t last_ns)
{
    if (first_ns != INT64_MAX)
        facts_put_time(w->r->facts, at, ATTR_FIRST_SEEN, first_ns);
    if (last_ns != TIME_NONE)
        facts_put_time(w->r->facts, at, ATTR_LAST_SEEN, last_ns);
}

static void put_outcomes(telling *w, uint32_t at, const uint64_t n[TRAFFIC_OUTCOME_COUNT])
{
    put_count(w, at, ATTR_ACCEPTED, n[TRAFFIC_ACCEPTED]);
    put_count(w, at, ATTR_REFUSED, n[TRAFFIC_REFUSED]);
    put_count(w, at, ATTR_UNANSWERED, n[TRAFFIC_UNANSWERED]);
    put_count(w, at, ATTR_UNDECIDED, n[TRAFFIC_UNDECIDED]);
}

/* Whose the address is: the export's machine, else what the log calls it. */
static void put_machine(telling *w, uint32_t at, const traffic_address *x, uint32_t machine)
{
    facts *f = w->r->facts;
    if (machine == MAP_NONE) {
        facts_put_text(f, at, ATTR_MACHINE, text_of(w, x->machine));
        facts_set_account(f, at, text_of(w, x->account));
        facts_set_region(f, at, text_of(w, x->region));
        return;
    }
    const fact *m = facts_at(f, machine);
    facts_put_text(f, at, ATTR_MACHINE, facts_id(f, m));
    facts_set_account(f, at, facts_account(f, m));
    facts_set_region(f, at, facts_region(f, m));
}

static uint32_t add(telling *w, fact_kind kind, uint32_t input)
{
    uint32_t at = facts_add(w->r->facts, kind, PROVIDER_OTHER, buf_str(&w->id), input);
    forget_text(w);
    return at;
}

static void put_weak(telling *w, uint32_t at, uint8_t weak)
{
    static const struct {
        traffic_weak bit;
        str text;
    } versions[] = {
        {TRAFFIC_WEAK_SSL2, STR_INIT("SSLv2")},    {TRAFFIC_WEAK_SSL3, STR_INIT("SSLv3")},
        {TRAFFIC_WEAK_TLS10, STR_INIT("TLS 1.0")}, {TRAFFIC_WEAK_TLS11, STR_INIT("TLS 1.1")},
        {TRAFFIC_WEAK_SSH1, STR_INIT("SSH 1")},
    };
    for (size_t i = 0; i < ARRAY_LEN(versions); i++)
        if (weak & versions[i].bit)
            facts_put_text(w->r->facts, at, ATTR_OLD_PROTOCOL, versions[i].text);
}

static void put_service_id(telling *w, const traffic_sum *s)
{
    put_address_id(w, &w->t->addresses[s->at]);
    buf_printf(&w->id, "/%s/%s/%u/%s", s->is_inbound ? "in" : "out",
               s->protocol == TRAFFIC_TCP ? "tcp" : "udp", s->port,
               s->is_public ? "public" : "private");
}

/* As commands take it: "10.0.0.5:22", "[fd00::1]:22". */
static void put_service_name(telling *w, uint32_t at, str address, unsigned port)
{
    bool is_v6 = address.n > 0 && memchr(address.p, ':', address.n);
    buf_puts(&w->id, is_v6 ? "[" : "");
    buf_putstr(&w->id, address);
    buf_printf(&w->id, "%s:%u", is_v6 ? "]" : "", port);
    facts_set_name(w->r->facts, at, buf_str(&w->id));
    forget_text(w);
}

static void tell_service(telling *w, const traffic_sum *s)
{
    const traffic_address *x = &w->t->addresses[s->at];
    uint32_t machine = find_machine(w, x);
    if (s->is_foreign && machine == MAP_NONE)
        return;
    put_service_id(w, s);
    uint32_t at = add(w, FACT_TRAFFIC, s->input);
    facts *f = w->r->facts;
    put_machine(w, at, x, machine);
    put_service_name(w, at, text_of(w, x->address), s->port);
    facts_put_text(f, at, ATTR_ADDRESS, text_of(w, x->address));
    facts_put_number(f, at, ATTR_PORT_FROM, s->port);
    facts_put_text(f, at, ATTR_PROTOCOL, s->protocol == TRAFFIC_TCP ? STR("tcp") : STR("udp"));
    facts_put_flag(f, at, ATTR_IS_INBOUND, s->is_inbound);
    facts_put_flag(f, at, ATTR_PEER_IS_PUBLIC, s->is_public);
    facts_put_text(f, at, ATTR_PEER, address_of(w, s->peer));
    uint64_t n[TRAFFIC_OUTCOME_COUNT];
    memcpy(n, s->n, sizeof n);
    if (s->sessions > n[TRAFFIC_ACCEPTED])
        n[TRAFFIC_ACCEPTED] = s->sessions;
    put_outcomes(w, at, n);
    put_count(w, at, ATTR_PEERS, s->peers);
    put_count(w, at, ATTR_FAILED_SIGN_INS, s->failed_sign_ins);
    if (s->agreed > 0) {
        put_count(w, at, ATTR_SESSIONS, s->agreed);
        put_count(w, at, ATTR_VERSIONS, s->versions);
    }
    put_weak(w, at, s->weak);
    put_times(w, at, s->first_ns, s->last_ns);
}

/* ---- addresses ------------------------------------------------------------------------------- */

static bool is_lower(const telling *w, uint32_t a, uint32_t b)
{
    return text_compare(address_of(w, a), address_of(w, b)) < 0;
}

static void fold_sent(telling *w, const traffic_pair *p)
{
    traffic_address *x = &w->t->addresses[p->from];
    bool is_more = p->sum > x->sent_bytes;
    bool is_equal = p->sum == x->sent_bytes && x->sent_bytes > 0;
    if (!is_more && !(is_equal && is_lower(w, p->to, x->sent_to)))
        return;
    x->sent_bytes = p->sum;
    x->sent_to = p->to;
}

static void fold_guesses(telling *w, const traffic_pair *p)
{
    traffic_address *x = &w->t->addresses[p->from];
    uint64_t n = p->sum > p->sessions ? p->sum : p->sessions;
    bool is_more = n > x->guesses;
    bool is_equal = n == x->guesses && n > 0;
    if (!is_more && !(is_equal && is_lower(w, p->to, x->guessed_at)))
        return;
    x->guesses = n;
    x->guessed_at = p->to;
    x->guessed_port = p->port;
}

static void fold_pairs(telling *w)
{
    for (size_t i = 0; i < w->t->n_pairs; i++) {
        const traffic_pair *p = &w->t->pairs[i];
        if (p->port)
            fold_guesses(w, p);
        else
            fold_sent(w, p);
    }
}

static void put_guesses(telling *w, uint32_t at, const traffic_address *x)
{
    if (x->guesses == 0)
        return;
    put_address_id(w, &w->t->addresses[x->guessed_at]);
    buf_printf(&w->id, " port %u", x->guessed_port);
    facts_put_text(w->r->facts, at, ATTR_GUESSED_AT, buf_str(&w->id));
    forget_text(w);
    put_count(w, at, ATTR_GUESSES, x->guesses);
}

static bool stands_out(const traffic_address *x)
{
    return x->targets >= TARGETS_LEAST || x->guesses >= GUESSES_LEAST || x->failed_sign_ins > 0 ||
           x->asked > 0 || (double)x->sent_bytes >= MIB;
}

static void tell_address(telling *w, const traffic_address *x)
{
    if (!stands_out(x))
        return;
    put_address_id(w, x);
    uint32_t at = add(w, FACT_ADDRESS, x->input);
    facts *f = w->r->facts;
    put_machine(w, at, x, find_machine(w, x));
    facts_set_name(f, at, text_of(w, x->address));
    facts_put_text(f, at, ATTR_ADDRESS, text_of(w, x->address));
    facts_put_flag(f, at, ATTR_IS_PUBLIC, x->is_public);
    put_outcomes(w, at, x->n);
    put_count(w, at, ATTR_TARGETS, x->targets);
    put_count(w, at, ATTR_TARGET_HOSTS, x->hosts);
    put_count(w, at, ATTR_FAILED_SIGN_INS, x->failed_sign_ins);
    put_guesses(w, at, x);
    if (x->sent_bytes > 0) {
        facts_put_text(f, at, ATTR_SENT_TO, address_of(w, x->sent_to));
        facts_put_number(f, at, ATTR_SENT_MIB, (double)x->sent_bytes / MIB);
    }
    if (x->asked > 0)
        put_count(w, at, ATTR_NAMES_ASKED, x->asked);
    for (size_t i = 0; traffic_pool(i); i++)
        if (x->pools >> i & 1)
            facts_put_text(f, at, ATTR_POOL_NAME, str_of(traffic_pool(i)));
    put_times(w, at, x->first_ns, x->last_ns);
}

/* ---- notices and logs ------------------------------------------------------------------------ */

static void tell_notice(telling *w, const traffic_notice *x)
{
    buf_putstr(&w->id, text_of(w, x->note));
    if (x->source) {
        buf_putc(&w->id, '/');
        buf_putstr(&w->id, text_of(w, x->source));
    }
    uint32_t at = add(w, FACT_FINDING, x->input);
    facts_put_text(w->r->facts, at, ATTR_NOTICE, text_of(w, x->note));
    facts_put_text(w->r->facts, at, ATTR_NOTICE_TEXT, text_of(w, x->text));
    facts_put_text(w->r->facts, at, ATTR_ADDRESS, text_of(w, x->source));
    put_count(w, at, ATTR_NOTICES, x->n);
}

static void tell_log(telling *w, const traffic_log *x)
{
    buf_putstr(&w->id, text_of(w, x->name));
    uint32_t at = add(w, FACT_NETWORK_LOG, x->input);
    put_count(w, at, ATTR_LINES, x->lines);
    if (x->has_status)
        put_count(w, at, ATTR_SKIPPED_RECORDS, x->skipped);
    if (x->has_loss)
        facts_put_number(w->r->facts, at, ATTR_LOST_SHARE, x->lost_percent);
}

static void tell_all(telling *w)
{
    traffic *t = w->t;
    fold_pairs(w);
    for (size_t i = 0; i < t->n_services; i++)
        tell_service(w, &t->services[i]);
    for (size_t i = 0; i < t->n_addresses; i++)
        tell_address(w, &t->addresses[i]);
    for (size_t i = 0; i < t->n_notices; i++)
        tell_notice(w, &t->notices[i]);
    for (size_t i = 0; i < t->n_logs; i++)
        tell_log(w, &t->logs[i]);
}

void traffic_tell(reading *r)
{
    CLEANUP(telling_done) telling w = {.r = r, .t = r->traffic};
    if (!w.t)
        return;
    know_machines(&w.instances, r->facts, FACT_INSTANCE);
    know_machines(&w.interfaces, r->facts, FACT_INTERFACE);
    tell_all(&w);
    r->failed = r->failed || w.t->failed || w.instances.failed || w.interfaces.failed || w.failed;
}
