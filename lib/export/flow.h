/* SPDX-License-Identifier: Apache-2.0
 *
 * flow.h -- words for readers of clouds' flow logs, which count packets in both directions
 * separately.
 */
#ifndef SPOOR_EXPORT_FLOW_H
#define SPOOR_EXPORT_FLOW_H

#include "export/traffic.h"

/* What is known of who opened a connection. */
typedef enum flow_way {
    FLOW_WAY_UNKNOWN, /* the port of a service, else the lower port, is the target's */
    FLOW_WAY_FORWARD,
    FLOW_WAY_BACK, /* these are answers */
} flow_way;

/* Turns a record of answers round: source and target, and which way the bytes went. Answers
 * count no connection; that is done by the record of the other direction. */
void flow_turn(traffic_flow *flow, flow_way way);

#endif
