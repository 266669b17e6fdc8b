/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_region.c -- reads what holds for all machines of a region, and what watches over it:
 * defaults of EC2, GuardDuty, AWS Config.
 *
 * None of these exports says of which region it is: the path does.
 */
#include "fact/aws_place.h"
#include "export/readers.h"
#include "base/text.h"

/* The region, to say something of it. What two exports say of a region that neither path nor
 * content names may be of two regions: one stays, the other is told. */
static uint32_t here(reading *r, attr a)
{
    uint32_t at = aws_add_region(r, STR_NONE, STR_NONE);
    if (at == FACT_NONE || r->region.n > 0)
        return at;
    if (!facts_get(r->facts, facts_at(r->facts, at), a).is_set)
        return at;
    reading_contested(r, at, a, "was told before, and no path says of which region");
    return at;
}

static void put(reading *r, attr a, json_node v)
{
    reading_put(r, here(r, a), a, v);
}

static bool is_true(reading *r, json_node v)
{
    return json_node_type(v) == JSON_BOOL && reading_is(r, v, "true");
}

/* ---- defaults of EC2 ------------------------------------------------------------------------- */

static void read_ebs_encryption(reading *r, json_node node)
{
    put(r, ATTR_EBS_ENCRYPTION, json_node_get(node, STR("EbsEncryptionByDefault")));
}

static void read_ebs_key(reading *r, json_node node)
{
    put(r, ATTR_EBS_KEY, json_node_get(node, STR("KmsKeyId")));
}

static void read_snapshot_block(reading *r, json_node node)
{
    put(r, ATTR_SNAPSHOT_BLOCK, json_node_get(node, STR("State")));
}

static void read_image_block(reading *r, json_node node)
{
    put(r, ATTR_IMAGE_BLOCK, json_node_get(node, STR("ImageBlockPublicAccessState")));
}

static void read_serial_console(reading *r, json_node node)
{
    put(r, ATTR_SERIAL_CONSOLE, json_node_get(node, STR("SerialConsoleAccessEnabled")));
}

/* Nothing stands there when nobody chose anything. */
static void read_metadata_defaults(reading *r, json_node node)
{
    json_node level = json_node_get(node, STR("AccountLevel"));
    json_node tokens = json_node_get(level, STR("HttpTokens"));
    if (json_node_type(level) != JSON_OBJECT)
        reading_wrong(r, "AccountLevel is no object");
    else if (json_node_type(tokens) == JSON_NONE)
        facts_put_text(r->facts, here(r, ATTR_IMDS_TOKENS), ATTR_IMDS_TOKENS, STR("no-preference"));
    else
        put(r, ATTR_IMDS_TOKENS, tokens);
    put(r, ATTR_IMDS_HOPS, json_node_get(level, STR("HttpPutResponseHopLimit")));
}

static void read_allowed_images(reading *r, json_node node)
{
    put(r, ATTR_ALLOWED_IMAGES, json_node_get(node, STR("State")));
}

/* ---- GuardDuty ------------------------------------------------------------------------------- */

static void read_detectors(reading *r, json_node node)
{
    json_node ids = json_node_get(node, STR("DetectorIds"));
    if (!aws_has_list(r, node, "DetectorIds"))
        return;
    aws_put_listed(r, json_node_size(ids) > 0 ? "detector" : "no_detector");
}

static void read_detector(reading *r, json_node node)
{
    put(r, ATTR_DETECTOR, json_node_get(node, STR("Status")));
}

/* ---- AWS Config ------------------------------------------------------------------------------ */

static void read_recorders(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "ConfigurationRecorders");
    while (json_iter_next(&it)) {
        json_node all = reading_at(it.value, "recordingGroup.allSupported");
        reading_put(r, aws_add_region(r, STR_NONE, STR_NONE), ATTR_RECORDS_ALL, all);
    }
}

/* Services may have recorders of their own: one that records suffices. */
static void read_recorder_status(reading *r, json_node node)
{
    bool is_recording = false;
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "ConfigurationRecordersStatus");
    size_t n = json_node_size(json_node_get(node, STR("ConfigurationRecordersStatus")));
    while (json_iter_next(&it)) {
        json_node recording = json_node_get(it.value, STR("recording"));
        is_recording = is_recording || is_true(r, recording);
        if (json_node_type(recording) != JSON_BOOL)
            reading_wrong(r, "recording is not true or false");
    }
    if (!is_recording && r->malformed != malformed)
        return;
    str state = is_recording ? STR("recording") : n > 0 ? STR("stopped") : STR("none");
    facts_put_text(r->facts, here(r, ATTR_RECORDER), ATTR_RECORDER, state);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_ebs_encryption,    SHAPE_MEMBERS, "EbsEncryptionByDefault",                   read_ebs_encryption},
    {EXPORT_aws_ebs_key,           SHAPE_ONLY,    "KmsKeyId",                                 read_ebs_key},
    {EXPORT_aws_image_block,       SHAPE_MEMBERS, "ImageBlockPublicAccessState",              read_image_block},
    {EXPORT_aws_serial_console,    SHAPE_MEMBERS, "SerialConsoleAccessEnabled",               read_serial_console},
    {EXPORT_aws_metadata_defaults, SHAPE_MEMBERS, "AccountLevel",                             read_metadata_defaults},
    {EXPORT_aws_allowed_images,    SHAPE_MEMBERS, "State ImageCriteria",                      read_allowed_images},
    {EXPORT_aws_snapshot_block,    SHAPE_ONLY,    "State ManagedBy",                          read_snapshot_block},
    {EXPORT_aws_snapshot_block,    SHAPE_ONLY,    "State=unblocked",                          read_snapshot_block},
    {EXPORT_aws_snapshot_block,    SHAPE_ONLY,    "State=block-new-sharing",                  read_snapshot_block},
    {EXPORT_aws_snapshot_block,    SHAPE_ONLY,    "State=block-all-sharing",                  read_snapshot_block},
    {EXPORT_aws_detectors,         SHAPE_ONLY,    "DetectorIds",                              read_detectors},
    {EXPORT_aws_detector,          SHAPE_MEMBERS, "FindingPublishingFrequency ServiceRole",   read_detector},
    {EXPORT_aws_recorders,         SHAPE_MEMBERS, "ConfigurationRecorders",                   read_recorders},
    {EXPORT_aws_recorder_status,   SHAPE_MEMBERS, "ConfigurationRecordersStatus",             read_recorder_status},
};
/* clang-format on */

const shape_table aws_region_shapes = {rows, ARRAY_LEN(rows)};
