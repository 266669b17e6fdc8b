/* SPDX-License-Identifier: Apache-2.0
 *
 * ip.h -- addresses and networks, and whether a network is "the whole world".
 */
#ifndef SPOOR_BASE_IP_H
#define SPOOR_BASE_IP_H

#include "base/base.h"

typedef struct ip_net {
    uint8_t byte[16]; /* network order; v4 in the first four */
    uint8_t prefix;   /* bits */
    bool is_v6;
} ip_net;

/* "1.2.3.4", "1.2.3.4/24", "::/0", "0/0" (short v4 forms), surrounding space allowed. */
bool ip_parse(str s, ip_net *ret);
bool ip_contains(const ip_net *net, const ip_net *inner);
void ip_map(ip_net *v4);               /* into the IPv6 network that maps it: ::ffff:… */
bool ip_is_private(const ip_net *net); /* RFC 1918/4193, loopback, link-local, CGNAT */

typedef enum ip_openness {
    IP_OPEN_NONE,  /* a bounded network, or no address at all */
    IP_OPEN_LARGE, /* /8 or wider (v4), /16 or wider (v6), not private: the world in pieces */
    IP_OPEN_WORLD, /* prefix 0, whatever the address bits say: 208.236.235.254/0 counts */
} ip_openness;

/* Also knows the words clouds use for everywhere: "*", "any", "internet" (any case). */
ip_openness ip_cidr_openness(str s);

#endif
