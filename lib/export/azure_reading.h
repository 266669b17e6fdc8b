/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_reading.h -- the words that readers of Azure's exports share.
 *
 *  (1) The command line flattens what Resource Manager keeps under `properties`; readers see no
 *      difference: azure_body is what holds the facts in both.
 *  (2) Ids of resources, principals and roles are kept in lower case: Azure itself writes one id
 *      in many
 *      ways.
 *  (3) Whatever stands in a subscription makes that subscription known, as the account
 *      "/subscriptions/GUID".
 */
#ifndef SPOOR_EXPORT_AZURE_READING_H
#define SPOOR_EXPORT_AZURE_READING_H

#include "fact/reading.h"

/* The members of a resource: those under `properties`, if there are such. */
json_node azure_body(json_node node);

/* The text in lower case, '/' at its end left out; valid until the next call with r. */
str azure_lower(reading *r, str text);

/* Reads true or false; neither: false is returned. */
bool azure_flag(reading *r, json_node v, bool *ret);

/* Sets a text attribute in lower case: a text, or each element of an array. */
void azure_put_id(reading *r, uint32_t at, attr a, json_node v);
/* The same for many; paths as in reading_put_rows. */
void azure_put_ids(reading *r, uint32_t at, json_node node, const reading_row *rows, size_t n);

/* The resource with this id, its subscription as account. */
uint32_t azure_add_id(reading *r, fact_kind kind, str id);
/* The resource that node is, with its name, location and tags. An id that is no text is
 * malformed. */
uint32_t azure_add(reading *r, fact_kind kind, json_node node);
/* The same, under the name that people gave it, where there is one. */
uint32_t azure_add_named(reading *r, fact_kind kind, json_node node, str name);

/* The subscription that an id stands in; FACT_NONE when it stands in none. */
uint32_t azure_subscription(reading *r, str id);

/* Says of a subscription that items of this export could not be read: what it does not list may
 * be there. */
void azure_note_damage(reading *r, uint32_t subscription, export_id what);

/* The tenant: what holds for the whole directory. */
uint32_t azure_tenant(reading *r);

/* The principal with this id; type as in "User", "#microsoft.graph.servicePrincipal". FACT_NONE:
 * of no type that is known. */
uint32_t azure_principal(reading *r, str type, str id);

/* The last guid in a text, STR_NONE when it holds none. */
str azure_last_guid(str text);

#endif
