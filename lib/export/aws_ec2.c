/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_ec2.c -- reads what EC2 says of machines and of what they are made from: instances, images,
 * snapshots, volumes, launch templates, and with whom these are shared.
 */
#include <stdio.h>

#include "fact/aws_place.h"
#include "export/aws_share.h"
#include "export/aws_user_data.h"
#include "export/readers.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/time.h"

/* The tag Name is what the console shows. */
static void put_tags(reading *r, uint32_t at, json_node node)
{
    json_node tags = json_node_get(node, STR("Tags"));
    json_iter it = json_iter_of(tags);
    reading_put_tags(r, at, tags);
    while (json_iter_next(&it)) {
        if (str_is(aws_text(it.value, "Key"), "Name"))
            facts_set_name(r->facts, at, aws_text(it.value, "Value"));
    }
}

/* ---- instances ------------------------------------------------------------------------------- */

/* clang-format off */
static const reading_row instance_rows[] = {
    {"State.Name",                                ATTR_STATE},
    {"LaunchTime",                                ATTR_CREATED},
    {"ImageId",                                   ATTR_IMAGE},
    {"InstanceType",                              ATTR_INSTANCE_TYPE},
    {"PlatformDetails",                           ATTR_OS},
    {"KeyName",                                   ATTR_KEY_NAME},
    {"VpcId",                                     ATTR_NETWORK},
    {"SubnetId",                                  ATTR_SUBNET},
    {"IamInstanceProfile.Arn",                    ATTR_IDENTITY},
    {"SecurityGroups[].GroupId",                  ATTR_FIREWALL},
    {"NetworkInterfaces[].Groups[].GroupId",      ATTR_FIREWALL},
    {"NetworkInterfaces[].NetworkInterfaceId",    ATTR_INTERFACE},
    {"PublicIpAddress",                           ATTR_PUBLIC_IP},
    {"NetworkInterfaces[].Association.PublicIp",  ATTR_PUBLIC_IP},
    {"NetworkInterfaces[].PrivateIpAddresses[].Association.PublicIp", ATTR_PUBLIC_IP},
    {"PrivateIpAddress",                          ATTR_PRIVATE_IP},
    {"BlockDeviceMappings[].Ebs.VolumeId",        ATTR_VOLUME},
    {"MetadataOptions.HttpTokens",                ATTR_IMDS_TOKENS},
    {"MetadataOptions.HttpEndpoint",              ATTR_IMDS_ENDPOINT},
    {"MetadataOptions.HttpPutResponseHopLimit",   ATTR_IMDS_HOPS},
};
/* clang-format on */

/* IPv6 addresses are public unless they are from the private range. */
static void put_ipv6(reading *r, uint32_t at, json_node node)
{
    json_iter interface = aws_each(r, node, "NetworkInterfaces");
    while (json_iter_next(&interface)) {
        json_iter address = aws_each(r, interface.value, "Ipv6Addresses");
        while (json_iter_next(&address)) {
            ip_net net;
            str text = aws_text(address.value, "Ipv6Address");
            if (!ip_parse(text, &net))
                reading_wrong(r, "an IPv6 address that is none");
            else if (!ip_is_private(&net))
                facts_put_text(r->facts, at, ATTR_PUBLIC_IP, text);
        }
    }
}

/* Whether one of its groups is the one that AWS made with the VPC: its name is reserved. */
static void put_default_group(reading *r, uint32_t at, json_node node)
{
    bool is_in = false;
    uint64_t malformed = r->malformed;
    json_iter group = aws_each(r, node, "SecurityGroups");
    while (json_iter_next(&group)) {
        str name = aws_text(group.value, "GroupName");
        is_in = is_in || str_is(name, "default");
        if (name.n == 0)
            reading_wrong(r, "a security group without a name");
    }
    if (is_in || (aws_has_list(r, node, "SecurityGroups") && r->malformed == malformed))
        facts_put_flag(r->facts, at, ATTR_IN_DEFAULT_GROUP, is_in);
}

/* "User initiated (2026-04-01 12:00:00 GMT)": the reason of its state says since when it holds. */
static void put_stopped(reading *r, uint32_t at, json_node node)
{
    str reason = text_after(aws_text(node, "StateTransitionReason"), '(');
    str when = text_before(reason, ')');
    if (!text_eq_nocase(aws_text(node, "State.Name"), STR("stopped")) || when.n == 0)
        return;
    int64_t ns = time_parse(text_ends(when, " GMT") ? str_upto(when, when.n - 4) : when);
    if (ns == TIME_NONE)
        reading_wrong(r, "StateTransitionReason holds no time");
    facts_put_time(r->facts, at, ATTR_STOPPED, ns);
}

static bool is_gone(const facts *f, uint32_t at)
{
    str state = at == FACT_NONE ? STR_NONE : facts_get_text(f, facts_at(f, at), ATTR_STATE);
    return text_eq_nocase(state, STR("terminated")) || text_eq_nocase(state, STR("shutting-down"));
}

static void read_instance(reading *r, json_node node, str account)
{
    uint64_t malformed = r->malformed;
    str region = aws_zone_region(aws_text(node, "Placement.AvailabilityZone"));
    uint32_t at = aws_add_thing(r, FACT_INSTANCE, aws_text(node, "InstanceId"), account, region);
    bool is_whole =
        aws_has_list(r, node, "SecurityGroups") && aws_has_list(r, node, "NetworkInterfaces");
    put_tags(r, at, node);
    reading_put_rows(r, at, node, instance_rows, ARRAY_LEN(instance_rows));
    put_ipv6(r, at, node);
    put_default_group(r, at, node);
    put_stopped(r, at, node);
    aws_has_list(r, node, "Tags");
    if (is_whole)
        aws_put_whole(r, at, malformed);
    if (at != FACT_NONE && !is_gone(r->facts, at))
        facts_put_flag(r->facts, aws_add_region(r, account, region), ATTR_HAS_INSTANCES, true);
}

static void read_reservation(reading *r, json_node node)
{
    json_iter instance = aws_each(r, node, "Instances");
    while (json_iter_next(&instance))
        read_instance(r, instance.value, aws_text(node, "OwnerId"));
}

static void read_reservations(reading *r, json_node node)
{
    json_iter reservation = aws_each(r, node, "Reservations");
    aws_add_region(r, STR_NONE, STR_NONE);
    while (json_iter_next(&reservation))
        read_reservation(r, reservation.value);
}

static void read_bare_instance(reading *r, json_node node)
{
    read_instance(r, node, aws_text(node, "OwnerId"));
}

/* "Value": null or absent where a machine has no such script. */
static void read_user_data(reading *r, json_node node)
{
    uint32_t at = aws_add_thing(r, FACT_INSTANCE, aws_text(node, "InstanceId"), STR_NONE, STR_NONE);
    aws_put_user_data(r, at, reading_at(node, "UserData.Value"));
}

static void read_termination(reading *r, json_node node)
{
    uint32_t at = aws_add_thing(r, FACT_INSTANCE, aws_text(node, "InstanceId"), STR_NONE, STR_NONE);
    reading_put(r, at, ATTR_TERMINATION_LOCK, reading_at(node, "DisableApiTermination.Value"));
}

static void read_associations(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "IamInstanceProfileAssociations");
    while (json_iter_next(&it)) {
        str state = aws_text(it.value, "State");
        if (!str_is(state, "associated") && !str_is(state, "associating"))
            continue;
        uint32_t at =
            aws_add_thing(r, FACT_INSTANCE, aws_text(it.value, "InstanceId"), STR_NONE, STR_NONE);
        reading_put(r, at, ATTR_IDENTITY, reading_at(it.value, "IamInstanceProfile.Arn"));
    }
}

/* ---- images ---------------------------------------------------------------------------------- */

/* clang-format off */
static const reading_row image_rows[] = {
    {"State",           ATTR_STATE},
    {"CreationDate",    ATTR_CREATED},
    {"Public",          ATTR_IS_PUBLIC},
    {"OwnerId",         ATTR_PUBLISHER},
    {"ImageOwnerAlias", ATTR_OWNER_ALIAS},
    {"DeprecationTime", ATTR_DEPRECATED},
    {"PlatformDetails", ATTR_OS},
    {"BlockDeviceMappings[].Ebs.SnapshotId", ATTR_PARENT},
};
/* clang-format on */

/* Others' images are listed, too: an owner says nothing of the account that the export is of. */
static void read_images(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Images");
    while (json_iter_next(&it)) {
        uint64_t malformed = r->malformed;
        uint32_t at =
            aws_add_thing(r, FACT_IMAGE, aws_text(it.value, "ImageId"), STR_NONE, STR_NONE);
        facts_set_name(r->facts, at, aws_text(it.value, "Name"));
        put_tags(r, at, it.value);
        reading_put_rows(r, at, it.value, image_rows, ARRAY_LEN(image_rows));
        aws_put_whole(r, at, malformed);
    }
}

static void read_image_permissions(reading *r, json_node node)
{
    uint32_t at = aws_add_thing(r, FACT_IMAGE, aws_text(node, "ImageId"), STR_NONE, STR_NONE);
    aws_put_shares(r, at, node, "LaunchPermissions");
}

/* ---- snapshots and volumes ------------------------------------------------------------------- */

/* clang-format off */
static const reading_row snapshot_rows[] = {
    {"State",     ATTR_STATE},
    {"StartTime", ATTR_CREATED},
    {"VolumeId",  ATTR_PARENT},
    {"Encrypted", ATTR_IS_ENCRYPTED},
    {"KmsKeyId",  ATTR_KMS_KEY},
};

static const reading_row volume_rows[] = {
    {"State",                    ATTR_STATE},
    {"CreateTime",               ATTR_CREATED},
    {"SnapshotId",               ATTR_PARENT},
    {"Encrypted",                ATTR_IS_ENCRYPTED},
    {"KmsKeyId",                 ATTR_KMS_KEY},
    {"Attachments[].InstanceId", ATTR_ATTACHED_TO},
};
/* clang-format on */

static void read_snapshots(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Snapshots");
    while (json_iter_next(&it)) {
        uint32_t at = aws_add_thing(r, FACT_SNAPSHOT, aws_text(it.value, "SnapshotId"),
                                    aws_text(it.value, "OwnerId"), STR_NONE);
        put_tags(r, at, it.value);
        reading_put_rows(r, at, it.value, snapshot_rows, ARRAY_LEN(snapshot_rows));
    }
}

static void read_snapshot_permissions(reading *r, json_node node)
{
    uint32_t at = aws_add_thing(r, FACT_SNAPSHOT, aws_text(node, "SnapshotId"), STR_NONE, STR_NONE);
    aws_put_shares(r, at, node, "CreateVolumePermissions");
}

static void read_volumes(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "Volumes");
    while (json_iter_next(&it)) {
        str region = aws_zone_region(aws_text(it.value, "AvailabilityZone"));
        uint32_t at =
            aws_add_thing(r, FACT_VOLUME, aws_text(it.value, "VolumeId"), STR_NONE, region);
        put_tags(r, at, it.value);
        reading_put_rows(r, at, it.value, volume_rows, ARRAY_LEN(volume_rows));
    }
    if (r->malformed == malformed)
        aws_put_listed(r, "volumes");
}

/* ---- launch templates ------------------------------------------------------------------------ */

/* clang-format off */
static const reading_row template_rows[] = {
    {"CreateTime",                                      ATTR_CREATED},
    {"CreatedBy",                                       ATTR_OWNER},
    {"LaunchTemplateData.ImageId",                      ATTR_IMAGE},
    {"LaunchTemplateData.InstanceType",                 ATTR_INSTANCE_TYPE},
    {"LaunchTemplateData.IamInstanceProfile.Arn",       ATTR_IDENTITY},
    {"LaunchTemplateData.SecurityGroupIds",             ATTR_FIREWALL},
    {"LaunchTemplateData.NetworkInterfaces[].Groups",   ATTR_FIREWALL},
    {"LaunchTemplateData.MetadataOptions.HttpTokens",   ATTR_IMDS_TOKENS},
    {"LaunchTemplateData.MetadataOptions.HttpEndpoint", ATTR_IMDS_ENDPOINT},
};
/* clang-format on */

static uint32_t add_template(reading *r, json_node node, const char *number)
{
    char id[64];
    str template = aws_text(node, "LaunchTemplateId");
    str version = reading_text_at(r, node, number);
    if (template.n == 0 || template.n > 32 || version.n == 0 || version.n > 20) {
        reading_wrong(r, "a launch template without id or version");
        return FACT_NONE;
    }
    snprintf(id, sizeof id, "%.*s:%.*s", (int)template.n, template.p, (int)version.n, version.p);
    uint32_t at = aws_add_thing(r, FACT_TEMPLATE, str_of(id), STR_NONE, STR_NONE);
    facts_set_name(r->facts, at, aws_text(node, "LaunchTemplateName"));
    return at;
}

static void read_templates(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "LaunchTemplates");
    while (json_iter_next(&it)) {
        facts_put_flag(r->facts, add_template(r, it.value, "DefaultVersionNumber"), ATTR_IS_CURRENT,
                       true);
        facts_put_flag(r->facts, add_template(r, it.value, "LatestVersionNumber"), ATTR_IS_CURRENT,
                       true);
    }
}

/* A machine gets a public address when one of the template's interfaces says so. */
static void put_public_address(reading *r, uint32_t at, json_node data)
{
    bool gives = false;
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, data, "NetworkInterfaces");
    while (json_iter_next(&it)) {
        json_node v = json_node_get(it.value, STR("AssociatePublicIpAddress"));
        json_type type = json_node_type(v);
        gives = gives || (type == JSON_BOOL && reading_is(r, v, "true"));
        if (type != JSON_BOOL && type != JSON_NONE && type != JSON_NULL)
            reading_wrong(r, "AssociatePublicIpAddress is not true or false");
    }
    if (gives || r->malformed == malformed)
        facts_put_flag(r->facts, at, ATTR_GIVES_PUBLIC_IP, gives);
}

static void read_template_versions(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "LaunchTemplateVersions");
    while (json_iter_next(&it)) {
        uint64_t malformed = r->malformed;
        uint32_t at = add_template(r, it.value, "VersionNumber");
        json_node data = json_node_get(it.value, STR("LaunchTemplateData"));
        if (reading_is(r, json_node_get(it.value, STR("DefaultVersion")), "true"))
            facts_put_flag(r->facts, at, ATTR_IS_CURRENT, true);
        if (json_node_type(data) != JSON_OBJECT)
            reading_wrong(r, "a launch template without data");
        reading_put_rows(r, at, it.value, template_rows, ARRAY_LEN(template_rows));
        put_public_address(r, at, data);
        aws_put_user_data(r, at, json_node_get(data, STR("UserData")));
        aws_put_whole(r, at, malformed);
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_instances,            SHAPE_MEMBERS, "Reservations",                        read_reservations},
    {EXPORT_aws_instances,            SHAPE_MEMBERS, "Instances OwnerId",                   read_reservation},
    {EXPORT_aws_instances,            SHAPE_MEMBERS, "InstanceId ImageId Placement",        read_bare_instance},
    {EXPORT_aws_instance_attribute,   SHAPE_MEMBERS, "InstanceId UserData",                 read_user_data},
    {EXPORT_aws_instance_attribute,   SHAPE_MEMBERS, "InstanceId DisableApiTermination",    read_termination},
    {EXPORT_aws_profile_associations, SHAPE_MEMBERS, "IamInstanceProfileAssociations",      read_associations},
    {EXPORT_aws_images,               SHAPE_ONLY,    "Images",                              read_images},
    {EXPORT_aws_image_attribute,      SHAPE_MEMBERS, "ImageId LaunchPermissions",           read_image_permissions},
    {EXPORT_aws_snapshots,            SHAPE_ONLY,    "Snapshots",                           read_snapshots},
    {EXPORT_aws_snapshot_attribute,   SHAPE_MEMBERS, "SnapshotId CreateVolumePermissions",  read_snapshot_permissions},
    {EXPORT_aws_volumes,              SHAPE_ONLY,    "Volumes",                             read_volumes},
    {EXPORT_aws_templates,            SHAPE_MEMBERS, "LaunchTemplates",                     read_templates},
    {EXPORT_aws_template_versions,    SHAPE_MEMBERS, "LaunchTemplateVersions",              read_template_versions},
};
/* clang-format on */

const shape_table aws_ec2_shapes = {rows, ARRAY_LEN(rows)};
