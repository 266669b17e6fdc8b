/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_common.h -- what the Activity log and Entra ID share: resource ids, token claims, known
 * ids.
 *
 * Every exporter writes the same record in a shape of its own, so fields are asked for by lists
 * of places to look, and the first place that holds text answers.
 *
 *  (1) An id is handed out in lower case, without white space and without trailing '/': Azure
 *      compares ids without case, and each service writes them in a case of its own.
 *  (2) GUIDs compare without case and dashes: Log Analytics drops the dashes.
 *  (3) Text that is handed out lies in the scratch arena or in the record.
 */
#ifndef SPOOR_DECODE_AZURE_COMMON_H
#define SPOOR_DECODE_AZURE_COMMON_H

#include "decode/decoder.h"

/* ---- where to look --------------------------------------------------------------------------- */

/* Text of the first of slots[first..last] that has any, trimmed. */
str azure_slot_text(decode_ctx *ctx, const json_value *slots, size_t first, size_t last);

typedef struct azure_place {
    uint8_t field;
    const char *path;
} azure_place;

/* Fills the fields of the rows that are still empty; of several rows with one field the first that
 * finds text wins. */
void azure_fill(decode_ctx *ctx, json_node root, const azure_place *rows, size_t n_rows, event *e);

/* The first of the paths (up to NULL) that leads to an object or array, also one inside a string;
 * *ret_path, when wanted, is its path. */
json_node azure_object(decode_ctx *ctx, json_node root, const char *const *paths,
                       const char **ret_path);

/* ---- spelling -------------------------------------------------------------------------------- */

bool azure_is_guid(str s); /* with or without dashes */
bool azure_guid_eq(str a, str b);
/* 32 digits get their dashes; anything else is trimmed and put in lower case. */
str azure_guid_text(decode_ctx *ctx, str raw);
/* "1.2.3.4:57485" and "[2001:db8::1]:443" without the port; STR_NONE when that is no address. */
str azure_ip_text(str raw);
/* RFC 3339 of any readable time; STR_NONE otherwise. */
str azure_time_text(decode_ctx *ctx, str raw);
/* A token's id as the Activity log writes it (claim "uti"): the 16 bytes of the request's GUID,
 * first three groups little-endian, in URL base64. Takes the GUID's text, or base64 of that text
 * as older sign-in logs hold it; anything else comes back as it is. */
str azure_token_id(decode_ctx *ctx, str raw);

/* ---- resource ids ---------------------------------------------------------------------------- */

str azure_resource_id(decode_ctx *ctx, str raw);
/* "microsoft.compute/virtualmachines/extensions" of an id in canonical spelling. */
str azure_resource_kind(decode_ctx *ctx, str id);
str azure_subscription_of(str id);
/* A refs_canon_fn: spelling as above, type from the kind of resource. A part of a machine or
 * security group (extension, rule) that a row of the operation table calls by the whole's type is
 * the whole. */
str azure_canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path);

/* ---- known ids ------------------------------------------------------------------------------- */

typedef struct azure_app {
    const char *id;
    const char *name;
    bool is_console;
} azure_app;

const azure_app *azure_app_find(str app_id); /* NULL when unknown */
str azure_role_name(str role_definition_id); /* of a built-in Azure role; STR_NONE when unknown */
/* True when one of the directory role templates in `ids` (any text around them) is
 * administrative. */
bool azure_has_admin_role(str ids);

/* Fills actor, session, credential and tool from a token's claims. */
void azure_read_claims(decode_ctx *ctx, json_node claims, event *e);
/* Fills ua_tool and via_console from issuer_id. */
void azure_name_tool(event *e);

#endif
