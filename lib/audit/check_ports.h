/* SPDX-License-Identifier: Apache-2.0
 *
 * check_ports.h -- what firewalls open to the world, port by port, for all clouds.
 *
 * The subject of a row is FACT_FIREWALL; its rules are FACT_FIREWALL_RULE facts.
 *
 *  (1) The id of a rule is the id of its firewall, '/', and what tells it from others; both have
 *      the same account and region. So after facts_sort the rules of a firewall stand side by
 *      side.
 *  (2) A rule has IS_INBOUND, IS_ALLOW, PROTOCOL, PEER and, for tcp and udp, PORT_FROM and
 *      PORT_TO. One that lacks any of these may open anything: without another reason to fail the
 *      firewall is NO_DATA. ENABLED false: it does not count. Its name, if it has one, is shown.
 *  (3) A firewall without READ_WHOLE may have rules that were not read: it never passes.
 *  (4) A rule that denies takes back what a rule of the same or a higher PRIORITY number opens,
 *      where it covers its protocol, its peer, its TARGETs and the port. Rules without PRIORITY
 *      take nothing back. Those that are compared belong to one firewall or, where rules have a
 *      NETWORK (GCP), to one network of an account.
 *      Of more than LIMIT_AUDIT_RULES such rules only those of the firewall itself are compared.
 *  (5) The world is a peer of prefix 0, or one of the words for it (base/ip.h).
 */
#ifndef SPOOR_AUDIT_CHECK_PORTS_H
#define SPOOR_AUDIT_CHECK_PORTS_H

#include "audit/check.h"

/* None of the ports of row->value is open to the world. Ports stand with '|' between them: "22",
 * "5985-5986", "udp:161"; tcp where nothing else is said. "all": no rule opens all ports of a
 * protocol; "any": no rule opens anything. */
check_test check_ports_closed;
/* No rule opens more than row->number ports to the world at once; those that open all do not
 * count here. */
check_test check_ports_few;
/* No rule lets in a large public network (/8 or wider, IPv6: /16), the world in pieces. */
check_test check_peers_bounded;
/* It has no rule at all, in either direction. */
check_test check_rules_none;
/* Subject FACT_INSTANCE: it has no PUBLIC_IP, or none of its FIREWALLs opens a port of row->value
 * to the world (for clouds in which the firewalls of a machine add up). The instance must be
 * READ_WHOLE. */
check_test check_ports_unreached;

#endif
