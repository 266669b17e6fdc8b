/* SPDX-License-Identifier: Apache-2.0
 *
 * check_ports.c -- what firewalls open to the world.
 */
#include "audit/check_ports.h"

#include "audit/audit.h"
#include "fact/protocol.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"

enum { PORT_LAST = 65535 };

typedef struct port_range {
    str protocol; /* empty: any */
    uint32_t from, to;
    bool is_whole; /* only rules that open all of it count */
} port_range;

typedef struct port_rule {
    const fact *fact;
    str protocol, peer;
    uint32_t from, to;
    double priority; /* negative: none */
    ip_openness openness;
    bool is_inbound, is_allow;
    bool is_known; /* nothing it needs is absent */
} port_rule;

/* Rules that may outrank one another: a range of facts. */
typedef struct port_scope {
    const facts *f;
    const fact *firewall;
    uint32_t from, to;
} port_scope;

/* What a rule does that it should not. */
typedef bool rule_test(const port_scope *s, const check *row, const port_rule *r);

static bool is_every(str protocol)
{
    return str_is(protocol, "all");
}

static bool has_ports(str protocol)
{
    return str_is(protocol, "tcp") || str_is(protocol, "udp");
}

static bool covers_protocol(str outer, str inner)
{
    return is_every(outer) || str_eq(outer, inner);
}

static bool is_word(str peer)
{
    ip_net net;
    return !ip_parse(peer, &net);
}

/* Whether a peer that is the world holds another that is. */
static bool covers_world(str outer, str inner)
{
    ip_net o, i;
    if (is_word(outer))
        return true;
    return ip_parse(outer, &o) && ip_parse(inner, &i) && o.is_v6 == i.is_v6;
}

/* "22", "5985-5986", "udp:161", "all", "any" */
static bool next_range(str *rest, port_range *ret)
{
    str piece;
    int64_t from, to;
    if (!text_next(rest, '|', &piece))
        return false;
    *ret = (port_range){STR("all"), 1, PORT_LAST, true};
    if (str_is(piece, "all"))
        return true;
    *ret = (port_range){STR_NONE, 0, PORT_LAST, false};
    if (str_is(piece, "any"))
        return true;
    str protocol = text_before(piece, ':');
    bool is_told = protocol.n < piece.n;
    str ports = is_told ? str_from(piece, protocol.n + 1) : piece;
    str first = text_before(ports, '-');
    str last = first.n < ports.n ? str_from(ports, first.n + 1) : first;
    if (!text_to_int(first, &from) || !text_to_int(last, &to))
        return false;
    *ret = (port_range){is_told ? protocol : STR("tcp"), (uint32_t)from, (uint32_t)to, false};
    return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool read_port(const facts *f, const fact *x, attr at, uint32_t *ret)
{
    fact_value v = facts_get(f, x, at);
    if (!v.is_set || !(v.number >= 0 && v.number <= PORT_LAST))
        return false;
    *ret = (uint32_t)v.number;
    return true;
}

static bool read_ports(const facts *f, const fact *x, port_rule *r)
{
    if (!has_ports(r->protocol)) {
        r->to = PORT_LAST;
        return true;
    }
    return read_port(f, x, ATTR_PORT_FROM, &r->from) && read_port(f, x, ATTR_PORT_TO, &r->to);
}

static port_rule load(const facts *f, const fact *x)
{
    fact_value inbound = facts_get(f, x, ATTR_IS_INBOUND);
    fact_value allow = facts_get(f, x, ATTR_IS_ALLOW);
    fact_value priority = facts_get(f, x, ATTR_PRIORITY);
    port_rule r = {.fact = x,
                   .protocol = protocol_name(facts_get_text(f, x, ATTR_PROTOCOL)),
                   .peer = facts_get_text(f, x, ATTR_PEER),
                   .priority = priority.is_set ? priority.number : -1,
                   .is_inbound = inbound.flag || !inbound.is_set,
                   .is_allow = allow.flag || !allow.is_set};
    r.openness = ip_cidr_openness(r.peer);
    r.is_known = inbound.is_set && allow.is_set && r.protocol.n > 0 && r.peer.n > 0;
    r.is_known = read_ports(f, x, &r) && r.is_known;
    return r;
}

static bool is_off(const facts *f, const fact *x)
{
    fact_value enabled = facts_get(f, x, ATTR_ENABLED);
    return enabled.is_set && !enabled.flag;
}

/* ---- where the rules of a firewall stand ----------------------------------------------------- */

static int compare_place(const facts *f, const fact *x, const fact *firewall)
{
    int order = (int)x->provider - (int)firewall->provider;
    order = order ? order : text_compare(facts_account(f, x), facts_account(f, firewall));
    return order ? order : text_compare(facts_region(f, x), facts_region(f, firewall));
}

/* How a rule's id stands to the ids that begin with `id/`: 0 when it is one of them. */
static int compare_prefix(str rule, str id)
{
    int order = text_compare(str_upto(rule, id.n), id);
    if (order != 0 || rule.n == id.n)
        return order ? order : -1;
    return (unsigned char)rule.p[id.n] - '/';
}

static int compare_rule(const facts *f, const fact *rule, const fact *firewall, bool by_id)
{
    int order = compare_place(f, rule, firewall);
    if (order != 0 || !by_id)
        return order;
    return compare_prefix(facts_id(f, rule), facts_id(f, firewall));
}

/* The first rule at which compare_rule is at least `least`. */
static uint32_t bound(const facts *f, const fact *firewall, bool by_id, int least)
{
    uint32_t from, to;
    facts_range(f, FACT_FIREWALL_RULE, &from, &to);
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (compare_rule(f, facts_at(f, middle), firewall, by_id) < least)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* by_id: the rules of the firewall; else all rules of its account and region. */
static port_scope scope_of(const facts *f, const fact *firewall, bool by_id)
{
    return (port_scope){f, firewall, bound(f, firewall, by_id, 0), bound(f, firewall, by_id, 1)};
}

/* ---- what denying rules take back ------------------------------------------------------------ */

static bool covers_targets(const facts *f, const fact *deny, const fact *allow)
{
    if (!facts_get(f, deny, ATTR_TARGET).is_set)
        return true;
    fact_iter it = facts_iter(f, allow, ATTR_TARGET);
    bool has_any = false;
    while (facts_next(&it)) {
        has_any = true;
        if (!facts_has_text(f, deny, ATTR_TARGET, it.value.text))
            return false;
    }
    return has_any;
}

static bool is_counter(const facts *f, const port_rule *deny, const port_rule *allow, str protocol)
{
    return deny->is_known && deny->is_inbound && !deny->is_allow && deny->priority >= 0 &&
           deny->priority <= allow->priority && deny->openness == IP_OPEN_WORLD &&
           covers_protocol(deny->protocol, protocol) && covers_world(deny->peer, allow->peer) &&
           str_eq(facts_get_text(f, deny->fact, ATTR_NETWORK),
                  facts_get_text(f, allow->fact, ATTR_NETWORK)) &&
           covers_targets(f, deny->fact, allow->fact);
}

/* The furthest port up to which one denying rule covers every port from `from` on; from - 1:
 * none. */
static int64_t denied_up_to(const port_scope *s, const port_rule *allow, str protocol,
                            uint32_t from)
{
    int64_t last = (int64_t)from - 1;
    for (uint32_t i = s->from; i < s->to; i++) {
        const fact *x = facts_at(s->f, i);
        if (facts_get(s->f, x, ATTR_IS_ALLOW).flag || is_off(s->f, x))
            continue;
        port_rule deny = load(s->f, x);
        if (deny.from <= from && deny.to > last && is_counter(s->f, &deny, allow, protocol))
            last = deny.to;
    }
    return last;
}

/* Whether a rule of the world opens a port in a range: what denying rules leave of it. */
static bool is_open(const port_scope *s, const port_rule *r, str protocol, uint32_t from,
                    uint32_t to)
{
    if (r->priority < 0)
        return true;
    bool is_wide = facts_get(s->f, r->fact, ATTR_NETWORK).is_set;
    port_scope all = is_wide ? scope_of(s->f, s->firewall, false) : *s;
    if (all.to - all.from > LIMIT_AUDIT_RULES)
        all = *s;
    for (int64_t at = from; at <= to;) {
        int64_t last = denied_up_to(&all, r, protocol, (uint32_t)at);
        if (last < at)
            return true;
        at = last + 1;
    }
    return false;
}

/* ---- what a rule should not do --------------------------------------------------------------- */

static bool opens_range(const port_scope *s, const port_rule *r, const port_range *p)
{
    if (p->is_whole) {
        bool is_all = r->from <= p->from && r->to >= p->to;
        bool counts = is_every(r->protocol) || has_ports(r->protocol);
        return is_all && counts && is_open(s, r, r->protocol, p->from, p->to);
    }
    uint32_t from = r->from > p->from ? r->from : p->from;
    uint32_t to = r->to < p->to ? r->to : p->to;
    str protocol = p->protocol.n > 0 ? p->protocol : r->protocol;
    return covers_protocol(r->protocol, protocol) && from <= to &&
           is_open(s, r, protocol, from, to);
}

static bool opens_port(const port_scope *s, const check *row, const port_rule *r)
{
    str rest = str_of(row->value);
    port_range p;
    while (r->openness == IP_OPEN_WORLD && next_range(&rest, &p)) {
        if (opens_range(s, r, &p))
            return true;
    }
    return false;
}

static bool opens_many(const port_scope *s, const check *row, const port_rule *r)
{
    bool is_all = is_every(r->protocol) || (r->from <= 1 && r->to == PORT_LAST);
    return r->openness == IP_OPEN_WORLD && has_ports(r->protocol) && !is_all && r->from <= r->to &&
           (double)(r->to - r->from) + 1 > row->number &&
           is_open(s, r, r->protocol, r->from, r->to);
}

static bool opens_large(const port_scope *s, const check *row, const port_rule *r)
{
    (void)s, (void)row;
    return r->openness == IP_OPEN_LARGE;
}

/* ---- telling --------------------------------------------------------------------------------- */

static void say_ports(buf *seen, const port_rule *r)
{
    if (is_every(r->protocol)) {
        buf_puts(seen, "every port");
        return;
    }
    buf_putstr(seen, r->protocol);
    if (!has_ports(r->protocol))
        return;
    buf_printf(seen, r->from == r->to ? " %u" : " %u-%u", r->from, r->to);
}

static void say_rule(const facts *f, const port_rule *r, buf *seen)
{
    if (r->fact->name) {
        buf_puts(seen, "rule ");
        buf_putstr(seen, facts_name(f, r->fact));
        buf_puts(seen, ": ");
    }
    buf_putstr(seen, r->peer);
    buf_puts(seen, " on ");
    say_ports(seen, r);
}

static void say_more(buf *seen, uint32_t n)
{
    if (n > 1)
        buf_printf(seen, ", and %u more rule%s", n - 1, n > 2 ? "s" : "");
}

static spoor_check_status judge(const audit *a, const check *row, const fact *firewall, buf *seen,
                                rule_test *test)
{
    const facts *f = &a->facts;
    port_scope s = scope_of(f, firewall, true);
    bool is_known = facts_is(f, firewall, ATTR_READ_WHOLE);
    uint32_t n_bad = 0, n_inbound = 0;
    for (uint32_t i = s.from; i < s.to; i++) {
        const fact *x = facts_at(f, i);
        port_rule r = load(f, x);
        if (!r.is_inbound || !r.is_allow || is_off(f, x))
            continue;
        n_inbound++;
        is_known = is_known && r.is_known;
        if (!r.is_known || !test(&s, row, &r))
            continue;
        if (n_bad++ == 0)
            say_rule(f, &r, seen);
    }
    say_more(seen, n_bad);
    if (n_bad > 0)
        return SPOOR_CHECK_FAIL;
    buf_puts(seen, is_known ? "" : "not all rules could be read; ");
    buf_printf(seen, "none of %u inbound rule%s", n_inbound, n_inbound == 1 ? "" : "s");
    return is_known ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_ports_closed(const audit *a, const check *row, const fact *x, buf *seen)
{
    return judge(a, row, x, seen, opens_port);
}

spoor_check_status check_ports_few(const audit *a, const check *row, const fact *x, buf *seen)
{
    return judge(a, row, x, seen, opens_many);
}

spoor_check_status check_peers_bounded(const audit *a, const check *row, const fact *x, buf *seen)
{
    return judge(a, row, x, seen, opens_large);
}

spoor_check_status check_rules_none(const audit *a, const check *row, const fact *x, buf *seen)
{
    port_scope s = scope_of(&a->facts, x, true);
    uint32_t n = s.to - s.from;
    (void)row;
    buf_printf(seen, "%u rule%s", n, n == 1 ? "" : "s");
    if (n > 0)
        return SPOOR_CHECK_FAIL;
    return facts_is(&a->facts, x, ATTR_READ_WHOLE) ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

/* ---- machines -------------------------------------------------------------------------------- */

/* The worst of its firewalls: FAIL, else NO_DATA when one is not known, else PASS. */
static spoor_check_status judge_firewalls(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    const facts *f = &a->facts;
    spoor_check_status status = SPOOR_CHECK_PASS;
    bool has_any = false;
    fact_iter it = facts_iter(f, x, ATTR_FIREWALL);
    while (facts_next(&it)) {
        has_any = true;
        uint32_t at = facts_find(f, FACT_FIREWALL, (provider)x->provider, it.value.text);
        AUTO(buf) told = {0};
        spoor_check_status one = at == FACT_NONE
                                     ? SPOOR_CHECK_NO_DATA
                                     : check_ports_closed(a, row, facts_at(f, at), &told);
        status = one == SPOOR_CHECK_PASS ? status : one;
        if (one != SPOOR_CHECK_FAIL)
            continue;
        buf_puts(seen, ", ");
        buf_putstr(seen, it.value.text);
        buf_puts(seen, " lets in ");
        buf_putstr(seen, buf_str(&told));
        seen->failed = seen->failed || told.failed;
        return SPOOR_CHECK_FAIL;
    }
    return has_any ? status : SPOOR_CHECK_NO_DATA;
}

spoor_check_status check_ports_unreached(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    fact_value address = facts_get(f, x, ATTR_PUBLIC_IP);
    if (!address.is_set) {
        bool is_whole = facts_is(f, x, ATTR_READ_WHOLE);
        buf_puts(seen, is_whole ? "no public address" : "not in the exports");
        return is_whole ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, "public address ");
    buf_putstr(seen, address.text);
    spoor_check_status status = judge_firewalls(a, row, x, seen);
    if (status == SPOOR_CHECK_NO_DATA)
        buf_puts(seen, ", its firewalls are not in the exports");
    return status;
}
