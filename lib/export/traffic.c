/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic.c -- sums of connections: by service, by address, by pair of addresses.
 *
 *  (1) Both ends of a connection are in the table of addresses before anything else is added; so
 *      text is kept of addresses that found room only.
 *  (2) Private addresses of different accounts are different addresses.
 *  (3) Who reached whom is a set of 64-bit hashes. Two that collide count as one; with two
 *      million of them the chance that any do is one in ten million.
 */
#include "export/traffic.h"

#include <assert.h>
#include <stdlib.h>

#include "export/traffic_tables.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"

/* clang-format off */
static const struct {
    uint32_t port, protocol;
    traffic_service service;
    const char *text;
} ports[] = {
#define TRAFFIC_PORT(port, protocol, service, text) {port, protocol, TRAFFIC_SERVICE_##service, text},
#include "export/traffic_port.def"
#undef TRAFFIC_PORT
};

/* Names that a machine asks for when it mines; what stands in front of them does not matter. */
static const char *const pools[] = {
    "2miners.com", "antpool.com", "c3pool.com", "ethermine.org", "f2pool.com", "flexpool.io",
    "hashvault.pro", "herominers.com", "hiveon.net", "minergate.com", "minexmr.com", "mining-dutch.nl",
    "moneroocean.stream", "nanopool.org", "nicehash.com", "prohashing.com", "rplant.xyz",
    "supportxmr.com", "unmineable.com", "viabtc.com", "woolypooly.com", "xmrpool.eu", "zpool.ca",
};
/* clang-format on */

enum { METADATA_PORT = 80, EMPTY = 1 };

static const ip_net metadata_address = {{169, 254, 169, 254}, 32, false};

traffic_service traffic_service_of(uint32_t port, uint32_t protocol)
{
    for (size_t i = 0; i < ARRAY_LEN(ports); i++)
        if (ports[i].port == port && ports[i].protocol == protocol)
            return ports[i].service;
    return TRAFFIC_SERVICE_OTHER;
}

const char *traffic_port_text(uint32_t port, uint32_t protocol)
{
    for (size_t i = 0; i < ARRAY_LEN(ports); i++)
        if (ports[i].port == port && ports[i].protocol == protocol)
            return ports[i].text;
    return "";
}

const char *traffic_pool(size_t i)
{
    return i < ARRAY_LEN(pools) ? pools[i] : NULL;
}

void traffic_free(traffic *t)
{
    if (!t)
        return;
    free(t->services);
    free(t->addresses);
    free(t->pairs);
    free(t->notices);
    free(t->logs);
    map_done(&t->by_service);
    map_done(&t->by_address);
    map_done(&t->by_pair);
    map_done(&t->by_notice);
    map_done(&t->by_log);
    map_done(&t->distinct);
    intern_done(&t->text);
    free(t);
}

excess traffic_lost(const traffic *t)
{
    return t ? t->lost : (excess){0};
}

static traffic *traffic_of(reading *r)
{
    if (!r->traffic)
        r->traffic = calloc(1, sizeof *r->traffic);
    r->failed = r->failed || !r->traffic;
    return r->traffic;
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* One end as it was read. */
typedef struct end_seen {
    ip_net net;
    bool is_inside;
    uint32_t at; /* in the table of addresses */
} end_seen;

/* Broadcast, multicast and "no address yet" are nobody. */
static bool is_nobody(const ip_net *net)
{
    if (net->is_v6) {
        static const ip_net none = {{0}, 128, true};
        return net->byte[0] == 0xff || ip_contains(&none, net);
    }
    return net->byte[0] >= 224 || net->byte[0] == 0;
}

static uint64_t address_hash(str account, str address, uint64_t more)
{
    return hash_str(address, hash_str(account, more));
}

static bool is_same_address(const traffic *t, uint32_t at, str account, str address)
{
    assert(t->addresses); /* what the map holds is in the table */
    const traffic_address *x = &t->addresses[at];
    return str_eq(intern_text(&t->text, x->address), address) &&
           str_eq(intern_text(&t->text, x->account), account);
}

static uint32_t add_address(reading *r, uint64_t hash, str account, str address)
{
    traffic *t = r->traffic;
    if (t->n_addresses == LIMIT_TRAFFIC_ADDRESSES) {
        t->lost.n[EXCESS_traffic_addresses]++;
        return MAP_NONE;
    }
    traffic_address *grown =
        array_room(t->addresses, t->n_addresses, &t->cap_addresses, 64, sizeof *grown);
    if (grown)
        t->addresses = grown;
    uint32_t name = intern_id(&t->text, address);
    uint32_t owner = account.n > 0 ? intern_id(&t->text, account) : 0;
    bool is_known = grown && name && (owner || account.n == 0);
    if (!is_known || !map_put(&t->by_address, hash, (uint32_t)t->n_addresses)) {
        t->failed = true;
        return MAP_NONE;
    }
    t->addresses[t->n_addresses] = (traffic_address){.address = name,
                                                     .account = owner,
                                                     .input = r->input,
                                                     .first_ns = INT64_MAX,
                                                     .last_ns = TIME_NONE};
    return (uint32_t)t->n_addresses++;
}

static uint32_t find_address(reading *r, str account, str address)
{
    traffic *t = r->traffic;
    uint64_t hash = address_hash(account, address, 0);
    for (;; hash++) {
        uint32_t at = map_get(&t->by_address, hash);
        if (at == MAP_NONE)
            return add_address(r, hash, account, address);
        if (is_same_address(t, at, account, address))
            return at;
    }
}

static bool read_end(const traffic_end *end, end_seen *ret)
{
    if (!ip_parse(end->address, &ret->net) || memchr(end->address.p, '/', end->address.n))
        return false;
    ret->is_inside = end->side == TRAFFIC_SIDE_INSIDE ||
                     (end->side == TRAFFIC_SIDE_UNKNOWN && ip_is_private(&ret->net));
    return true;
}

static uint32_t keep_text(traffic *t, str text)
{
    uint32_t id = intern_id(&t->text, text);
    t->failed = t->failed || !id;
    return id;
}

/* Of what records call it, whatever their order. */
static void keep_lowest(traffic *t, uint32_t *at, str text)
{
    if (text.n == 0 || (*at && text_compare(intern_text(&t->text, *at), text) <= 0))
        return;
    *at = keep_text(t, text);
}

static bool place_end(reading *r, const traffic_flow *flow, const traffic_end *end, end_seen *seen)
{
    traffic *t = r->traffic;
    bool is_private = ip_is_private(&seen->net);
    seen->at = find_address(r, is_private ? flow->account : STR_NONE, text_trim(end->address));
    if (seen->at == MAP_NONE)
        return false;
    traffic_address *x = &t->addresses[seen->at];
    if (facts_is_before(r->facts, r->input, x->input))
        x->input = r->input;
    x->is_public = !is_private;
    x->is_inside = x->is_inside || seen->is_inside;
    keep_lowest(t, &x->machine, end->machine);
    keep_lowest(t, &x->region, seen->is_inside ? flow->region : STR_NONE);
    return true;
}

static void widen(int64_t *first_ns, int64_t *last_ns, const traffic_flow *flow)
{
    if (flow->first_ns != TIME_NONE && flow->first_ns < *first_ns)
        *first_ns = flow->first_ns;
    if (flow->last_ns > *last_ns)
        *last_ns = flow->last_ns;
}

/* ---- who reached whom ------------------------------------------------------------------------ */

/* True when it was not known before. */
static bool is_first(traffic *t, uint64_t hash)
{
    if (map_get(&t->distinct, hash) != MAP_NONE)
        return false;
    if (t->distinct.n >= LIMIT_TRAFFIC_DISTINCT) {
        t->lost.n[EXCESS_traffic_distinct]++;
        return false;
    }
    t->failed = !map_put(&t->distinct, hash, EMPTY) || t->failed;
    return true;
}

static uint64_t mix_all(uint64_t what, uint64_t a, uint64_t b, uint64_t c)
{
    return hash_mix(hash_mix(hash_mix(hash_mix(0, what), a), b), c);
}

static void add_source(traffic *t, const traffic_flow *flow, uint32_t source, uint32_t target)
{
    traffic_address *x = &t->addresses[source];
    x->n[flow->outcome] += flow->count;
    x->failed_sign_ins += flow->failed_sign_ins;
    widen(&x->first_ns, &x->last_ns, flow);
    if (flow->count == 0)
        return;
    uint64_t service = (uint64_t)flow->target.port << 8 | (flow->protocol & 0xff);
    x->targets += is_first(t, mix_all('T', source, target, service));
    x->hosts += is_first(t, mix_all('H', source, target, 0));
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static traffic_pair *add_pair(traffic *t, uint64_t hash, traffic_pair first)
{
    if (t->n_pairs == LIMIT_TRAFFIC_PAIRS) {
        t->lost.n[EXCESS_traffic_pairs]++;
        return NULL;
    }
    traffic_pair *grown = array_room(t->pairs, t->n_pairs, &t->cap_pairs, 64, sizeof *grown);
    if (!grown || !map_put(&t->by_pair, hash, (uint32_t)t->n_pairs)) {
        t->pairs = grown ? grown : t->pairs;
        t->failed = true;
        return NULL;
    }
    t->pairs = grown;
    t->pairs[t->n_pairs] = first;
    return &t->pairs[t->n_pairs++];
}

static traffic_pair *find_pair(traffic *t, uint32_t from, uint32_t to, uint32_t port)
{
    uint64_t hash = mix_all('P', from, to, port);
    for (;; hash++) {
        uint32_t at = map_get(&t->by_pair, hash);
        if (at == MAP_NONE)
            return add_pair(t, hash, (traffic_pair){.from = from, .to = to, .port = port});
        traffic_pair *p = &t->pairs[at];
        if (p->from == from && p->to == to && p->port == port)
            return p;
    }
}

static void add_bytes(traffic *t, uint32_t from, uint32_t to, uint64_t bytes)
{
    traffic_pair *p = bytes > 0 ? find_pair(t, from, to, 0) : NULL;
    if (p)
        p->sum += bytes;
}

static void add_transfer(traffic *t, const traffic_flow *flow, const end_seen *source,
                         const end_seen *target)
{
    bool is_out = source->is_inside && !target->is_inside;
    bool is_in = target->is_inside && !source->is_inside;
    if (is_out)
        add_bytes(t, source->at, target->at, flow->sent_bytes);
    if (is_in)
        add_bytes(t, target->at, source->at, flow->received);
}

static void add_sign_in(traffic *t, const traffic_flow *flow, uint32_t source, uint32_t target)
{
    traffic_service service = traffic_service_of(flow->target.port, flow->protocol);
    bool is_sign_in = service == TRAFFIC_SERVICE_SSH || service == TRAFFIC_SERVICE_RDP;
    bool is_spoken = flow->sessions > 0 || (flow->outcome == TRAFFIC_ACCEPTED && flow->count > 0);
    traffic_pair *p = is_spoken && (is_sign_in || flow->sessions > 0)
                          ? find_pair(t, source, target, flow->target.port)
                          : NULL;
    if (!p)
        return;
    p->sum += flow->outcome == TRAFFIC_ACCEPTED ? flow->count : 0;
    p->sessions += flow->sessions;
}

/* ---- services -------------------------------------------------------------------------------- */

static bool is_same_service(const traffic_sum *a, const traffic_sum *b)
{
    return a->at == b->at && a->port == b->port && a->protocol == b->protocol &&
           a->is_inbound == b->is_inbound && a->is_public == b->is_public;
}

static traffic_sum *add_service(traffic *t, uint64_t hash, const traffic_sum *first)
{
    if (t->n_services == LIMIT_TRAFFIC_SERVICES) {
        t->lost.n[EXCESS_traffic_services]++;
        return NULL;
    }
    traffic_sum *grown =
        array_room(t->services, t->n_services, &t->cap_services, 64, sizeof *grown);
    if (!grown || !map_put(&t->by_service, hash, (uint32_t)t->n_services)) {
        t->services = grown ? grown : t->services;
        t->failed = true;
        return NULL;
    }
    t->services = grown;
    t->services[t->n_services] = *first;
    return &t->services[t->n_services++];
}

static traffic_sum *find_service(traffic *t, const traffic_sum *like)
{
    uint64_t side = (uint64_t)like->is_inbound << 1 | like->is_public;
    uint64_t hash = mix_all('S', like->at, (uint64_t)like->port << 8 | like->protocol, side);
    for (;; hash++) {
        uint32_t at = map_get(&t->by_service, hash);
        if (at == MAP_NONE)
            return add_service(t, hash, like);
        if (is_same_service(&t->services[at], like))
            return &t->services[at];
    }
}

/* The peer told as an example is the first in time of those that were let in. */
static void keep_peer(const traffic *t, traffic_sum *s, uint32_t peer, int64_t time_ns)
{
    int64_t when = time_ns == TIME_NONE ? INT64_MAX : time_ns;
    bool is_earlier = s->peer == MAP_NONE || when < s->peer_ns;
    if (!is_earlier && when == s->peer_ns && peer != s->peer)
        is_earlier = text_compare(intern_text(&t->text, t->addresses[peer].address),
                                  intern_text(&t->text, t->addresses[s->peer].address)) < 0;
    if (!is_earlier)
        return;
    s->peer = peer;
    s->peer_ns = when;
}

static bool is_told(const traffic_flow *flow, const end_seen *target)
{
    if (flow->agreed > 0)
        return true;
    traffic_service service = traffic_service_of(flow->target.port, flow->protocol);
    if (service == TRAFFIC_SERVICE_WEB)
        return ip_contains(&metadata_address, &target->net);
    return service != TRAFFIC_SERVICE_OTHER || flow->sessions > 0;
}

static void add_to_service(reading *r, const traffic_flow *flow, const end_seen *machine,
                           const end_seen *peer, bool is_inbound)
{
    traffic *t = r->traffic;
    traffic_sum like = {.at = machine->at,
                        .port = (uint16_t)flow->target.port,
                        .protocol = (uint8_t)flow->protocol,
                        .is_inbound = is_inbound,
                        .is_public = !peer->is_inside,
                        .is_foreign = !machine->is_inside,
                        .input = r->input,
                        .peer = MAP_NONE,
                        .first_ns = INT64_MAX,
                        .last_ns = TIME_NONE};
    traffic_sum *s = find_service(t, &like);
    if (!s)
        return;
    if (facts_is_before(r->facts, r->input, s->input))
        s->input = r->input;
    s->n[flow->outcome] += flow->count;
    s->sessions += flow->sessions;
    s->failed_sign_ins += flow->failed_sign_ins;
    s->agreed += flow->agreed;
    s->versions += flow->versions;
    s->weak |= flow->weak;
    s->is_foreign = s->is_foreign && like.is_foreign;
    widen(&s->first_ns, &s->last_ns, flow);
    bool is_let_in = flow->sessions > 0 || flow->agreed > 0 ||
                     (flow->count > 0 && flow->outcome == TRAFFIC_ACCEPTED);
    if (!is_let_in)
        return;
    uint64_t service = (uint64_t)(s - t->services);
    s->peers += is_first(t, mix_all('E', service, peer->at, 0));
    keep_peer(t, s, peer->at, flow->first_ns);
}

bool traffic_add(reading *r, const traffic_flow *flow)
{
    traffic *t = traffic_of(r);
    end_seen source, target;
    if (!t || !read_end(&flow->source, &source) || !read_end(&flow->target, &target))
        return !t;
    if (is_nobody(&source.net) || is_nobody(&target.net))
        return true;
    if (!place_end(r, flow, &flow->source, &source) || !place_end(r, flow, &flow->target, &target))
        return true;
    add_source(t, flow, source.at, target.at);
    add_transfer(t, flow, &source, &target);
    add_sign_in(t, flow, source.at, target.at);
    if (!is_told(flow, &target))
        return true;
    bool is_outbound = source.is_inside && !target.is_inside;
    if (is_outbound)
        add_to_service(r, flow, &source, &target, false);
    else
        add_to_service(r, flow, &target, &source, true);
    return true;
}

/* ---- names, notices, logs -------------------------------------------------------------------- */

static size_t find_pool(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(pools); i++) {
        size_t n = strlen(pools[i]);
        if (text_ends_nocase(name, pools[i]) && (name.n == n || name.p[name.n - n - 1] == '.'))
            return i;
    }
    return ARRAY_LEN(pools);
}

bool traffic_add_name(reading *r, str source, str name)
{
    traffic *t = traffic_of(r);
    traffic_end end = {.address = source};
    traffic_flow flow = {.first_ns = TIME_NONE, .last_ns = TIME_NONE};
    end_seen seen;
    if (!t || !read_end(&end, &seen))
        return !t;
    if (!place_end(r, &flow, &end, &seen))
        return true;
    size_t pool = find_pool(name);
    t->addresses[seen.at].asked++;
    if (pool < ARRAY_LEN(pools))
        t->addresses[seen.at].pools |= UINT64_C(1) << pool;
    return true;
}

static traffic_notice *add_notice(traffic *t, uint64_t hash, str note, str source)
{
    if (t->n_notices == LIMIT_TRAFFIC_NOTICES) {
        t->lost.n[EXCESS_traffic_notices]++;
        return NULL;
    }
    traffic_notice *grown =
        array_room(t->notices, t->n_notices, &t->cap_notices, 16, sizeof *grown);
    if (grown)
        t->notices = grown;
    traffic_notice new = {.note = intern_id(&t->text, note),
                          .source = source.n > 0 ? intern_id(&t->text, source) : 0};
    if (!grown || !new.note || !map_put(&t->by_notice, hash, (uint32_t)t->n_notices)) {
        t->failed = true;
        return NULL;
    }
    t->notices[t->n_notices] = new;
    return &t->notices[t->n_notices++];
}

static traffic_notice *find_notice(traffic *t, str note, str source)
{
    uint64_t hash = address_hash(note, source, 'N');
    for (;; hash++) {
        uint32_t at = map_get(&t->by_notice, hash);
        if (at == MAP_NONE)
            return add_notice(t, hash, note, source);
        assert(t->notices);
        traffic_notice *x = &t->notices[at];
        if (str_eq(intern_text(&t->text, x->note), note) &&
            str_eq(intern_text(&t->text, x->source), source))
            return x;
    }
}

void traffic_add_notice(reading *r, str note, str source, str text)
{
    traffic *t = traffic_of(r);
    traffic_notice *x = t ? find_notice(t, note, source) : NULL;
    if (!x)
        return;
    bool is_first = x->n == 0 || facts_is_before(r->facts, r->input, x->input);
    x->n++;
    if (!is_first)
        return;
    x->input = r->input;
    x->text = text.n > 0 ? intern_id(&t->text, str_upto(text, LIMIT_SETTINGS_TEXT)) : 0;
    t->failed = t->failed || (text.n > 0 && !x->text);
}

static traffic_log *find_log(reading *r)
{
    traffic *t = traffic_of(r);
    if (!t)
        return NULL;
    uint32_t at = map_get(&t->by_log, r->input);
    if (at != MAP_NONE)
        return &t->logs[at];
    traffic_log *grown = array_room(t->logs, t->n_logs, &t->cap_logs, 16, sizeof *grown);
    if (grown)
        t->logs = grown;
    uint32_t name = intern_id(&t->text, r->input_name.n > 0 ? r->input_name : STR("-"));
    if (!grown || !name || !map_put(&t->by_log, r->input, (uint32_t)t->n_logs)) {
        t->failed = true;
        return NULL;
    }
    t->logs[t->n_logs] = (traffic_log){.name = name, .input = r->input};
    return &t->logs[t->n_logs++];
}

void traffic_add_line(reading *r)
{
    traffic_log *log = find_log(r);
    if (log)
        log->lines++;
}

void traffic_add_status(reading *r, bool is_skipped)
{
    traffic_log *log = find_log(r);
    if (!log)
        return;
    log->has_status = true;
    log->skipped += is_skipped;
}

void traffic_add_loss(reading *r, double percent)
{
    traffic_log *log = find_log(r);
    if (!log)
        return;
    log->lost_percent = log->has_loss && log->lost_percent > percent ? log->lost_percent : percent;
    log->has_loss = true;
}
