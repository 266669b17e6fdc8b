/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml_json.h -- a part of a YAML document as JSON text, so that people may write records in YAML.
 *
 *  (1) Plain words mean what YAML 1.2's core schema says, as far as JSON can say it: null, true,
 *      false, numbers in JSON's spelling. Everything else is a string.
 *  (2) Aliases are written out, so depth and length are limited: YAML_JSON_DEPTH, YAML_JSON_BYTES.
 */
#ifndef SPOOR_APP_YAML_JSON_H
#define SPOOR_APP_YAML_JSON_H

#include <stdbool.h>
#include <yaml.h>

#include "base/strbuf.h"

enum { YAML_JSON_DEPTH = 64, YAML_JSON_BYTES = 16 << 20 };

/* False: it is too deep or too long, or there is no memory. */
bool yaml_json_put(strbuf *out, yaml_document_t *doc, const yaml_node_t *node);

/* The text of a scalar; NULL for other nodes and for NULL. */
const char *yaml_json_text(const yaml_node_t *node);

/* The value of a key of a map; NULL when there is none, or no map. */
const yaml_node_t *yaml_json_get(yaml_document_t *doc, const yaml_node_t *map, const char *key);

#endif
