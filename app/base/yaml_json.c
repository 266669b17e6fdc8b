/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml_json.c -- nodes of libyaml to JSON.
 */
#include "base/yaml_json.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "base/words.h"

const char *yaml_json_text(const yaml_node_t *node)
{
    return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

const yaml_node_t *yaml_json_get(yaml_document_t *doc, const yaml_node_t *map, const char *key)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top; pair++) {
        const char *text = yaml_json_text(yaml_document_get_node(doc, pair->key));
        if (text && strcmp(text, key) == 0)
            return yaml_document_get_node(doc, pair->value);
    }
    return NULL;
}

/* ---- scalars --------------------------------------------------------------------------------- */

static void put_string(strbuf *out, const char *text, size_t n)
{
    strbuf_puts(out, "\"");
    for (size_t at = 0; at < n;) {
        uint32_t code = 0xFFFD;
        size_t used = utf8_decode(text + at, n - at, &code);
        if (used == 0 || code < 0x20)
            strbuf_printf(out, "\\u%04x", used ? (unsigned)code : 0xFFFDu);
        else if (code == '"' || code == '\\')
            strbuf_printf(out, "\\%c", (char)code);
        else
            strbuf_put(out, text + at, used);
        at += used ? used : 1;
    }
    strbuf_puts(out, "\"");
}

static const char *digits(const char *p)
{
    while (isdigit((unsigned char)*p))
        p++;
    return p;
}

/* As JSON spells numbers: -0.5e+3, no leading zero. */
static bool is_number(const char *p)
{
    p += *p == '-';
    const char *end = digits(p);
    if (end == p || (*p == '0' && end > p + 1))
        return false;
    p = end;
    if (*p == '.') {
        end = digits(p + 1);
        if (end == p + 1)
            return false;
        p = end;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        end = digits(p);
        if (end == p)
            return false;
        p = end;
    }
    return *p == '\0';
}

/* The JSON word that a plain scalar stands for; NULL: it is a string. */
static const char *word_of(const char *text)
{
    /* clang-format off */
    static const struct { const char *yaml, *json; } words[] = {
        {"", "null"}, {"~", "null"}, {"null", "null"}, {"Null", "null"}, {"NULL", "null"},
        {"true", "true"}, {"True", "true"}, {"TRUE", "true"},
        {"false", "false"}, {"False", "false"}, {"FALSE", "false"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i].yaml, text) == 0)
            return words[i].json;
    return is_number(text) ? text : NULL;
}

static void put_scalar(strbuf *out, const yaml_node_t *node)
{
    const char *text = yaml_json_text(node);
    size_t n = node->data.scalar.length;
    bool is_plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strlen(text) == n;
    const char *word = is_plain ? word_of(text) : NULL;
    if (word)
        strbuf_puts(out, word);
    else
        put_string(out, text, n);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool put_node(strbuf *out, yaml_document_t *doc, const yaml_node_t *node, size_t depth);

static bool put_list(strbuf *out, yaml_document_t *doc, const yaml_node_t *node, size_t depth)
{
    const yaml_node_item_t *item = node->data.sequence.items.start;
    strbuf_puts(out, "[");
    for (; item < node->data.sequence.items.top; item++) {
        strbuf_puts(out, item > node->data.sequence.items.start ? "," : "");
        if (!put_node(out, doc, yaml_document_get_node(doc, *item), depth + 1))
            return false;
    }
    strbuf_puts(out, "]");
    return true;
}

static bool put_map(strbuf *out, yaml_document_t *doc, const yaml_node_t *node, size_t depth)
{
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    strbuf_puts(out, "{");
    for (; pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(doc, pair->key);
        strbuf_puts(out, pair > node->data.mapping.pairs.start ? "," : "");
        if (!yaml_json_text(key))
            return false;
        put_string(out, yaml_json_text(key), key->data.scalar.length);
        strbuf_puts(out, ":");
        if (!put_node(out, doc, yaml_document_get_node(doc, pair->value), depth + 1))
            return false;
    }
    strbuf_puts(out, "}");
    return true;
}

static bool put_node(strbuf *out, yaml_document_t *doc, const yaml_node_t *node, size_t depth)
{
    if (!node || depth > YAML_JSON_DEPTH || out->n > YAML_JSON_BYTES || out->failed)
        return false;
    switch (node->type) {
    case YAML_SEQUENCE_NODE:
        return put_list(out, doc, node, depth);
    case YAML_MAPPING_NODE:
        return put_map(out, doc, node, depth);
    default:
        put_scalar(out, node);
        return true;
    }
}

bool yaml_json_put(strbuf *out, yaml_document_t *doc, const yaml_node_t *node)
{
    return put_node(out, doc, node, 0) && !out->failed;
}
