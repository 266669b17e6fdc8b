/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_asset.c -- what Cloud Asset Inventory says of a resource: what it is, where it stands, who
 * holds what on it.
 *
 * One asset may have all of these, or one: the service exports each of them by itself. Keys are
 * written in camel or snake case, which the JSON bridge takes for the same.
 */
#include "export/gcp_asset.h"

#include "export/gcp_compute.h"
#include "export/gcp_iam.h"
#include "export/gcp_log.h"
#include "fact/gcp_place.h"
#include "access/gcp_role.h"
#include "export/readers.h"
#include "base/text.h"

/* The project, folder or organization that an asset stands in, itself when it is one. */
static str account_of(str id)
{
    str project = gcp_scope_project(id);
    return project.n > 0 ? project : id;
}

/* ["projects/1", "folders/2", "organizations/3"]: the nearest first. */
static void put_ancestors(reading *r, uint32_t at, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str one = json_node_string(it.value);
        const fact *self = at == FACT_NONE ? NULL : facts_at(r->facts, at);
        bool is_self = self && str_eq(facts_id(r->facts, self), one);
        if (text_starts(one, "projects/"))
            facts_put_text(r->facts, at, ATTR_GCP_NUMBER, gcp_project(one));
        else if (!is_self)
            gcp_put_ancestor(r, at, one);
    }
}

/* "organization/1/folder/2/project/p" */
static void put_ancestry_path(reading *r, uint32_t at, str path)
{
    str kind, name;
    while (text_next(&path, '/', &kind) && text_next(&path, '/', &name)) {
        AUTO(buf) one = {0};
        bool is_above = str_is(kind, "folder") || str_is(kind, "organization");
        buf_putstr(&one, kind);
        buf_puts(&one, "s/");
        buf_putstr(&one, name);
        r->failed |= one.failed;
        const fact *self = at == FACT_NONE ? NULL : facts_at(r->facts, at);
        if (is_above && self && !str_eq(facts_id(r->facts, self), buf_str(&one)))
            gcp_put_ancestor(r, at, buf_str(&one));
    }
}

static bool read_by(const gcp_asset_table *table, reading *r, str type, json_node data, str id)
{
    for (size_t i = 0; i < table->n; i++) {
        if (!str_is(type, table->rows[i].type))
            continue;
        r->exports[table->rows[i].export_]++;
        table->rows[i].read(r, data, id);
        return true;
    }
    return false;
}

static void read_resource(reading *r, json_node node, str type, str id)
{
    json_node data = reading_at(node, "resource.data");
    if (json_node_type(data) == JSON_NONE)
        return;
    if (json_node_type(data) != JSON_OBJECT)
        reading_wrong(r, "the data of an asset is not an object");
    else if (!gcp_compute_asset(r, type, data, id) && !read_by(&gcp_iam_assets, r, type, data, id))
        (void)read_by(&gcp_log_assets, r, type, data, id);
}

static void read_org_policies(reading *r, json_node list, str id)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        r->exports[EXPORT_gcp_org_policies]++;
        r->exports[EXPORT_gcp_asset_org_policies]++;
        gcp_read_org_policy(r, it.value, id);
    }
}

static void read_asset(reading *r, json_node node)
{
    str id = gcp_path(json_node_string(json_node_get(node, STR("name"))));
    str type = json_node_string(json_node_get(node, STR("assetType")));
    json_node policy = json_node_get(node, STR("iamPolicy"));
    if (id.n == 0 || type.n == 0) {
        reading_wrong(r, "an asset without a name or a type");
        return;
    }
    uint32_t at = gcp_add_account(r, account_of(id));
    put_ancestors(r, at, json_node_get(node, STR("ancestors")));
    put_ancestry_path(r, at, json_node_string(json_node_get(node, STR("ancestryPath"))));
    read_resource(r, node, type, id);
    read_org_policies(r, json_node_get(node, STR("orgPolicy")), id);
    if (json_node_type(policy) != JSON_OBJECT)
        return;
    r->exports[EXPORT_gcp_asset_policies]++;
    r->exports[gcp_scope_is_account(id) ? EXPORT_gcp_iam_policy : EXPORT_gcp_resource_policy]++;
    gcp_read_policy(r, policy, id, true);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_gcp_assets, SHAPE_MEMBERS, "assetType name", read_asset},
};
/* clang-format on */

const shape_table gcp_asset_shapes = {rows, ARRAY_LEN(rows)};
