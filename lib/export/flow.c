/* SPDX-License-Identifier: Apache-2.0
 *
 * flow.c -- which direction of a connection a flow record counts.
 */
#include "export/flow.h"

static flow_way guess(const traffic_flow *flow)
{
    if (flow->protocol != TRAFFIC_TCP && flow->protocol != TRAFFIC_UDP)
        return FLOW_WAY_FORWARD;
    if (traffic_service_of(flow->target.port, flow->protocol) != TRAFFIC_SERVICE_OTHER)
        return FLOW_WAY_FORWARD;
    if (traffic_service_of(flow->source.port, flow->protocol) != TRAFFIC_SERVICE_OTHER)
        return FLOW_WAY_BACK;
    return flow->source.port < flow->target.port ? FLOW_WAY_BACK : FLOW_WAY_FORWARD;
}

void flow_turn(traffic_flow *flow, flow_way way)
{
    if (way == FLOW_WAY_UNKNOWN)
        way = guess(flow);
    if (way != FLOW_WAY_BACK)
        return;
    traffic_end source = flow->source;
    uint64_t sent = flow->sent_bytes;
    flow->source = flow->target;
    flow->target = source;
    flow->sent_bytes = flow->received;
    flow->received = sent;
    flow->count = 0;
}
