/* SPDX-License-Identifier: Apache-2.0
 *
 * ip.c -- reads addresses the way cloud consoles accept them, and judges networks by their prefix.
 *
 *  (1) Bits behind the prefix are kept as written and never looked at.
 *  (2) An IPv4-mapped network (::ffff:0:0/96 and inside) is the v4 network it stands for, so no
 *      spelling of a v4 address escapes a v4 rule.
 */
#include "base/ip.h"

#include "base/text.h"

enum { V4_BYTES = 4, V6_BYTES = 16, V4_BITS = 32, V6_BITS = 128, MAPPED_BITS = 96 };

static int digit_of(char c)
{
    char lower = text_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* Takes 1 to max_digits digits. */
static bool take_number(str *s, int base, size_t max_digits, uint32_t *ret)
{
    uint32_t value = 0;
    size_t n = 0;
    while (n < s->n && n < max_digits && digit_of(s->p[n]) < base)
        value = value * (uint32_t)base + (uint32_t)digit_of(s->p[n++]);
    if (n == 0)
        return false;
    *ret = value;
    *s = str_from(*s, n);
    return true;
}

/* Takes "0" to "255". "010" is refused: half the world reads it as 8. */
static bool take_octet(str *s, uint8_t *ret)
{
    bool has_leading_zero = s->n >= 2 && s->p[0] == '0' && digit_of(s->p[1]) < 10;
    uint32_t value;
    if (has_leading_zero || !take_number(s, 10, 3, &value) || value > 255)
        return false;
    *ret = (uint8_t)value;
    return true;
}

/* Reads 1 to 4 octets, all of s; how many, or 0. */
static size_t read_v4(str s, uint8_t *bytes)
{
    for (size_t n = 0; n < V4_BYTES; n++) {
        if (!take_octet(&s, &bytes[n]))
            return 0;
        if (s.n == 0)
            return n + 1;
        if (s.p[0] != '.')
            return 0;
        s = str_from(s, 1);
    }
    return 0;
}

/* The groups of a v6 address as far as they are read. */
typedef struct groups {
    uint8_t byte[V6_BYTES];
    size_t n;   /* bytes read */
    size_t gap; /* n when "::" was met, or V6_BYTES */
} groups;

static bool take_gap(str *s, groups *g)
{
    if (!text_starts(*s, "::") || g->gap != V6_BYTES)
        return false;
    g->gap = g->n;
    *s = str_from(*s, 2);
    return true;
}

/* Takes "12ab", or the dotted v4 form that may stand last. */
static bool take_group(str *s, groups *g)
{
    uint32_t value;
    bool is_dotted = !memchr(s->p, ':', s->n) && memchr(s->p, '.', s->n);
    if (is_dotted) {
        if (g->n + V4_BYTES > V6_BYTES || read_v4(*s, g->byte + g->n) != V4_BYTES)
            return false;
        g->n += V4_BYTES;
        *s = STR_NONE;
        return true;
    }
    if (g->n + 2 > V6_BYTES || !take_number(s, 16, 4, &value))
        return false;
    g->byte[g->n++] = (uint8_t)(value >> 8);
    g->byte[g->n++] = (uint8_t)(value & 0xff);
    return true;
}

static bool take_groups(str s, groups *g)
{
    take_gap(&s, g);
    while (s.n) {
        if (!take_group(&s, g))
            return false;
        if (s.n == 0 || take_gap(&s, g))
            continue;
        if (s.p[0] != ':' || s.n == 1)
            return false;
        s = str_from(s, 1);
    }
    return true;
}

/* Reads all of s. A gap must stand for at least one group. */
static bool read_v6(str s, uint8_t *bytes)
{
    groups g = {.gap = V6_BYTES};
    if (!take_groups(s, &g))
        return false;
    bool has_gap = g.gap != V6_BYTES;
    if (has_gap ? g.n == V6_BYTES : g.n != V6_BYTES)
        return false;
    size_t n_tail = has_gap ? g.n - g.gap : 0;
    memcpy(bytes, g.byte, g.n - n_tail);
    memset(bytes + g.n - n_tail, 0, V6_BYTES - g.n);
    memcpy(bytes + V6_BYTES - n_tail, g.byte + g.n - n_tail, n_tail);
    return true;
}

/* A short form ("10/8") is a network or nothing: a bare "22" is a port, not 22.0.0.0. */
static bool read_address(str s, bool has_prefix, ip_net *net)
{
    net->is_v6 = s.n && memchr(s.p, ':', s.n);
    if (net->is_v6)
        return read_v6(s, net->byte);
    size_t n = read_v4(s, net->byte);
    return has_prefix ? n > 0 : n == V4_BYTES;
}

static const uint8_t mapped_head[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void unmap(ip_net *net)
{
    if (!net->is_v6 || net->prefix < MAPPED_BITS ||
        memcmp(net->byte, mapped_head, sizeof mapped_head) != 0)
        return;
    ip_net v4 = {.prefix = (uint8_t)(net->prefix - MAPPED_BITS)};
    memcpy(v4.byte, net->byte + sizeof mapped_head, V4_BYTES);
    *net = v4;
}

bool ip_parse(str s, ip_net *ret)
{
    s = text_trim(s);
    str address = text_before(s, '/');
    bool has_prefix = address.n < s.n;
    ip_net net = {0};
    if (!read_address(address, has_prefix, &net))
        return false;
    uint32_t most = net.is_v6 ? V6_BITS : V4_BITS, prefix = most;
    str rest = str_from(s, address.n + 1);
    if (has_prefix && (!take_number(&rest, 10, 3, &prefix) || rest.n || prefix > most))
        return false;
    net.prefix = (uint8_t)prefix;
    unmap(&net);
    *ret = net;
    return true;
}

void ip_map(ip_net *v4)
{
    ip_net mapped = {.prefix = (uint8_t)(v4->prefix + MAPPED_BITS), .is_v6 = true};
    memcpy(mapped.byte, mapped_head, sizeof mapped_head);
    memcpy(mapped.byte + sizeof mapped_head, v4->byte, V4_BYTES);
    *v4 = mapped;
}

bool ip_contains(const ip_net *net, const ip_net *inner)
{
    if (net->is_v6 != inner->is_v6 || net->prefix > inner->prefix)
        return false;
    size_t n = net->prefix / 8;
    if (memcmp(net->byte, inner->byte, n) != 0)
        return false;
    uint32_t n_bits = net->prefix % 8;
    return n_bits == 0 || (net->byte[n] ^ inner->byte[n]) >> (8 - n_bits) == 0;
}

bool ip_is_private(const ip_net *net)
{
    /* clang-format off */
    static const ip_net ranges[] = {
        {{10},                8, false}, /* RFC 1918 */
        {{172, 16},          12, false}, /* RFC 1918 */
        {{192, 168},         16, false}, /* RFC 1918 */
        {{127},               8, false}, /* loopback */
        {{169, 254},         16, false}, /* link-local */
        {{100, 64},          10, false}, /* carrier-grade NAT */
        {{0xfc},              7, true},  /* RFC 4193 */
        {{0xfe, 0x80},       10, true},  /* link-local */
        {{[15] = 1},        128, true},  /* loopback */
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        if (ip_contains(&ranges[i], net))
            return true;
    }
    return false;
}

ip_openness ip_cidr_openness(str s)
{
    static const str everywhere[] = {STR_INIT("*"), STR_INIT("any"), STR_INIT("internet")};
    s = text_trim(s);
    for (size_t i = 0; i < ARRAY_LEN(everywhere); i++) {
        if (text_eq_nocase(s, everywhere[i]))
            return IP_OPEN_WORLD;
    }
    ip_net net;
    if (!ip_parse(s, &net))
        return IP_OPEN_NONE;
    if (net.prefix == 0)
        return IP_OPEN_WORLD;
    bool is_large = net.prefix <= (net.is_v6 ? 16 : 8);
    return is_large && !ip_is_private(&net) ? IP_OPEN_LARGE : IP_OPEN_NONE;
}
