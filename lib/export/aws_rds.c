/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_rds.c -- reads snapshots of databases, and with whom they are shared.
 *
 * A database's snapshot is a copy of its disk, too; it is restored in the account that it is
 * shared with.
 */
#include "fact/aws_place.h"
#include "export/aws_share.h"
#include "export/readers.h"
#include "base/text.h"

/* clang-format off */
static const reading_row snapshot_rows[] = {
    {"Status",               ATTR_STATE},
    {"SnapshotCreateTime",   ATTR_CREATED},
    {"Encrypted",            ATTR_IS_ENCRYPTED},
    {"KmsKeyId",             ATTR_KMS_KEY},
    {"DBInstanceIdentifier", ATTR_PARENT},
};
/* clang-format on */

/* By its ARN. Where the export gives only the name, the path makes it one; else the name stands
 * for it. */
static void put_id(const reading *r, json_node node, buf *out)
{
    str arn = aws_text(node, "DBSnapshotArn"), name = aws_text(node, "DBSnapshotIdentifier");
    bool is_placed = arn.n == 0 && name.n > 0 && r->account.n > 0 && r->region.n > 0;
    if (is_placed)
        buf_printf(out, "arn:aws:rds:%.*s:%.*s:snapshot:", (int)r->region.n, r->region.p,
                   (int)r->account.n, r->account.p);
    buf_putstr(out, arn.n > 0 ? arn : name);
}

static uint32_t add_snapshot(reading *r, json_node node)
{
    AUTO(buf) id = {0};
    put_id(r, node, &id);
    uint32_t at = aws_add_thing(r, FACT_SNAPSHOT, buf_str(&id), STR_NONE, STR_NONE);
    facts_set_name(r->facts, at, aws_text(node, "DBSnapshotIdentifier"));
    facts_put_flag(r->facts, at, ATTR_OF_DATABASE, true);
    r->failed = r->failed || id.failed;
    return at;
}

static void read_snapshots(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "DBSnapshots");
    while (json_iter_next(&it))
        reading_put_rows(r, add_snapshot(r, it.value), it.value, snapshot_rows,
                         ARRAY_LEN(snapshot_rows));
}

static void read_attributes(reading *r, json_node node)
{
    json_node result = json_node_get(node, STR("DBSnapshotAttributesResult"));
    uint32_t at = add_snapshot(r, result);
    json_iter it = aws_each(r, result, "DBSnapshotAttributes");
    while (json_iter_next(&it)) {
        if (str_is(aws_text(it.value, "AttributeName"), "restore"))
            aws_put_shares(r, at, it.value, "AttributeValues");
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_db_snapshots,           SHAPE_MEMBERS, "DBSnapshots",                read_snapshots},
    {EXPORT_aws_db_snapshot_attributes, SHAPE_MEMBERS, "DBSnapshotAttributesResult", read_attributes},
};
/* clang-format on */

const shape_table aws_rds_shapes = {rows, ARRAY_LEN(rows)};
