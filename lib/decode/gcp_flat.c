/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_flat.c -- see gcp_flat.h. The tree is made by writing JSON and parsing it.
 */
#include "decode/gcp_flat.h"

#include "base/buf.h"
#include "base/text.h"

/* Columns do not tell "policy.bindings" from "policy_bindings". These heads are objects in the APIs
 * whose calls matter. */
static const char *const heads[] = {
    "policy",
    "policyDelta",
    "sink",
    "role",
    "service_account",
    "exclusion",
    "match",
    "properties",
    "tags",
    "instanceProperties",
    "instanceMetadataDelta",
    "projectMetadataDelta",
};

json_node gcp_flat_parse(decode_ctx *ctx, str json)
{
    json_node root;
    char *room = arena_alloc(ctx->pick.scratch, json.n + BUF_PADDING);
    if (!room || json.n == 0)
        return JSON_NODE_NONE;
    memcpy(room, json.p, json.n);
    bool ok = json_parse(ctx->pick.json, (str){room, json.n}, &root) == JSON_OK;
    return ok ? root : JSON_NODE_NONE;
}

/* The column's name without prefix and without its type: "payload_request_name_s" -> "name". */
static str column_key(str column, str prefix)
{
    if (!text_eq_nocase(str_upto(column, prefix.n), prefix))
        return STR_NONE;
    column = str_from(column, prefix.n);
    if (column.n < 3)
        return STR_NONE;
    str key = str_upto(column, column.n - 1);
    return text_ends(key, "_") ? str_upto(key, key.n - 1) : STR_NONE;
}

static void put_comma(buf *out)
{
    if (out->n > 0 && out->p[out->n - 1] != '{')
        buf_putc(out, ',');
}

static void put_column(str key, json_node value, buf *out)
{
    put_comma(out);
    buf_json_string(out, key);
    buf_putc(out, ':');
    if (json_node_type(value) == JSON_STRING)
        buf_json_string(out, json_node_string(value));
    else
        json_node_text(value, out);
}

static void put_columns(json_node entry, str prefix, buf *out)
{
    json_iter it = json_iter_of(entry);
    while (json_iter_next(&it)) {
        json_type type = json_node_type(it.value);
        bool is_empty =
            type == JSON_NULL || (type == JSON_STRING && json_node_string(it.value).n == 0);
        str key = is_empty ? STR_NONE : column_key(it.key, prefix);
        if (key.n > 0)
            put_column(key, it.value, out);
    }
}

/* "head": {…}; nothing when no column begins so. */
static void put_head(json_node entry, str prefix, const char *head, buf *out)
{
    AUTO(buf) members = {0};
    put_columns(entry, prefix, &members);
    out->failed = out->failed || members.failed;
    if (members.n == 0)
        return;
    put_comma(out);
    buf_printf(out, "\"%s\":{", head);
    buf_putstr(out, buf_str(&members));
    buf_putc(out, '}');
}

json_node gcp_flat_root(decode_ctx *ctx, json_node entry, const char *column)
{
    AUTO(buf) json = {0};
    arena *scratch = ctx->pick.scratch;
    buf_putc(&json, '{');
    put_columns(entry, arena_printf(scratch, "%s_", column), &json);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        put_head(entry, arena_printf(scratch, "%s_%s_", column, heads[i]), heads[i], &json);
    buf_putc(&json, '}');
    if (!json.failed)
        return gcp_flat_parse(ctx, buf_str(&json));
    scratch->failed = true;
    return JSON_NODE_NONE;
}
