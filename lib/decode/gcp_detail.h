/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_detail.h -- what the bodies of a Google Cloud audit record say: machine, rules, grants, refs.
 *
 * gcp_audit.c reads the envelope (who, when, where, how it ended) from the slots; this reads
 * request, response, metadata and permission checks from their trees, for known calls only.
 *
 *  (1) A field that is already set is left alone.
 *  (2) Any of the trees may be absent: the last record of an operation has none.
 */
#ifndef SPOOR_DECODE_GCP_DETAIL_H
#define SPOOR_DECODE_GCP_DETAIL_H

#include "decode/decoder.h"
#include "decode/gcp_id.h"
#include "decode/refs.h"
#include "model/event.h"

/* The documents of a record, each named as the operation table names it. */
typedef enum gcp_root {
    GCP_ROOT_ENTRY,
    GCP_ROOT_RESOURCE, /* resourceName: a string */
    GCP_ROOT_REQUEST,
    GCP_ROOT_RESPONSE,
    GCP_ROOT_METADATA,
    GCP_ROOT_LABELS,  /* resource.labels */
    GCP_ROOT_SERVICE, /* serviceData */
    GCP_ROOT_AUTHORIZATION,
    GCP_ROOT_COUNT
} gcp_root;

typedef struct gcp_record {
    decode_ctx *ctx;
    gcp_place place;
    str method;   /* without its version */
    str resource; /* canonical resourceName, or STR_NONE */
    refs_root root[GCP_ROOT_COUNT];
} gcp_record;

void gcp_detail_fields(const gcp_record *r, event *e);
void gcp_detail_refs(const gcp_record *r, event *e);

#endif
