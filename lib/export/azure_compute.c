/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_compute.c -- reads machines, scale sets, disks, snapshots, images and galleries of Azure.
 *
 *  (1) Absent settings mean what Azure's reference says they mean only where the export would
 *      show them
 *      otherwise: a machine without securityProfile has no trusted launch; a disk without
 *      networkAccessPolicy was told by an older version of the interface and says nothing.
 */
#include "export/azure_reading.h"

#include "export/readers.h"
#include "base/text.h"

static str text_of(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

static bool is_object(json_node node, const char *path)
{
    return json_node_type(reading_at(node, path)) == JSON_OBJECT;
}

/* ---- machines -------------------------------------------------------------------------------- */

/* "Canonical:UbuntuServer:16.04.0-LTS:latest", or the id of an image. */
static void put_image(reading *r, uint32_t at, json_node image)
{
    static const char *const parts[] = {"publisher", "offer", "sku", "version"};
    CLEANUP(buf_done) buf name = {0};
    azure_put_id(r, at, ATTR_IMAGE, json_node_get(image, STR("id")));
    azure_put_id(r, at, ATTR_IMAGE, json_node_get(image, STR("communityGalleryImageId")));
    azure_put_id(r, at, ATTR_IMAGE, json_node_get(image, STR("sharedGalleryImageId")));
    reading_put(r, at, ATTR_PUBLISHER, json_node_get(image, STR("publisher")));
    if (text_of(image, "publisher").n == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_puts(&name, i ? ":" : "");
        buf_putstr(&name, text_of(image, parts[i]));
    }
    r->failed = r->failed || name.failed;
    facts_put_text(r->facts, at, ATTR_IMAGE, buf_str(&name));
}

/* A machine that lists no such setting does not have it. */
static void put_switch(reading *r, uint32_t at, attr a, json_node v)
{
    json_type type = json_node_type(v);
    if (type == JSON_NONE || type == JSON_NULL)
        facts_put_flag(r->facts, at, a, false);
    else
        reading_put(r, at, a, v);
}

static void put_security(reading *r, uint32_t at, json_node profile)
{
    put_switch(r, at, ATTR_AZURE_SECURE_BOOT,
               reading_at(profile, "uefiSettings.secureBootEnabled"));
    put_switch(r, at, ATTR_AZURE_VTPM, reading_at(profile, "uefiSettings.vTpmEnabled"));
    put_switch(r, at, ATTR_AZURE_HOST_ENCRYPTION, json_node_get(profile, STR("encryptionAtHost")));
}

/* Linux says that it refuses passwords; only then does it. */
static void put_login(reading *r, uint32_t at, json_node os)
{
    json_node linux_settings = json_node_get(os, STR("linuxConfiguration"));
    json_node v = json_node_get(linux_settings, STR("disablePasswordAuthentication"));
    json_type type = json_node_type(v);
    bool refuses = false;
    if (json_node_type(linux_settings) != JSON_OBJECT)
        return;
    if (azure_flag(r, v, &refuses))
        facts_put_flag(r->facts, at, ATTR_AZURE_PASSWORD_LOGIN, !refuses);
    else if (type != JSON_NONE && type != JSON_NULL)
        reading_wrong(r, "disablePasswordAuthentication is not true or false");
}

static void put_disks(reading *r, uint32_t at, json_node storage)
{
    static const reading_row rows[] = {
        {"osDisk.managedDisk.id", ATTR_VOLUME},
        {"dataDisks[].managedDisk.id", ATTR_VOLUME},
    };
    azure_put_ids(r, at, storage, rows, ARRAY_LEN(rows));
    json_type disk = json_node_type(reading_at(storage, "osDisk.managedDisk"));
    bool has_blob = is_object(storage, "osDisk.vhd");
    if (disk != JSON_OBJECT && disk != JSON_NULL && disk != JSON_NONE)
        reading_wrong(r, "managedDisk is not an object");
    if (has_blob || is_object(storage, "osDisk.managedDisk"))
        facts_put_flag(r->facts, at, ATTR_AZURE_MANAGED_DISKS, !has_blob);
}

/* {"type": "SystemAssigned, UserAssigned", "principalId": …, "userAssignedIdentities": {ID:
 * {"principalId": …}}}. */
static void put_identities(reading *r, uint32_t at, json_node identity)
{
    azure_put_id(r, at, ATTR_AZURE_PRINCIPAL, json_node_get(identity, STR("principalId")));
    json_iter it = json_iter_of(json_node_get(identity, STR("userAssignedIdentities")));
    while (json_iter_next(&it)) {
        facts_put_text(r->facts, at, ATTR_IDENTITY, azure_lower(r, it.key));
        azure_put_id(r, at, ATTR_AZURE_PRINCIPAL, json_node_get(it.value, STR("principalId")));
    }
}

/* "10.0.0.4,10.0.0.5", as --show-details tells them. */
static void put_addresses(reading *r, uint32_t at, attr a, str list)
{
    str address;
    while (text_next(&list, ',', &address))
        facts_put_text(r->facts, at, a, text_trim(address));
}

/* What machines and the pattern of a scale set have in common. */
static void put_profiles(reading *r, uint32_t at, json_node body)
{
    static const reading_row rows[] = {
        {"storageProfile.osDisk.osType", ATTR_OS},
        {"osProfile.linuxConfiguration.patchSettings.patchMode", ATTR_AZURE_PATCH_MODE},
        {"osProfile.windowsConfiguration.patchSettings.patchMode", ATTR_AZURE_PATCH_MODE},
    };
    reading_put_rows(r, at, body, rows, ARRAY_LEN(rows));
    put_security(r, at, json_node_get(body, STR("securityProfile")));
    put_image(r, at, reading_at(body, "storageProfile.imageReference"));
    put_disks(r, at, json_node_get(body, STR("storageProfile")));
    put_login(r, at, json_node_get(body, STR("osProfile")));
    put_switch(r, at, ATTR_AZURE_BOOT_RECORD,
               reading_at(body, "diagnosticsProfile.bootDiagnostics.enabled"));
}

static void read_machine(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"hardwareProfile.vmSize", ATTR_INSTANCE_TYPE},
        {"timeCreated", ATTR_CREATED},
        {"powerState", ATTR_STATE},
    };
    uint64_t before = r->malformed;
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, FACT_INSTANCE, node);
    reading_put_rows(r, at, body, rows, ARRAY_LEN(rows));
    put_profiles(r, at, body);
    put_identities(r, at, json_node_get(node, STR("identity")));
    azure_put_ids(r, at, body,
                  &(reading_row){"networkProfile.networkInterfaces[].id", ATTR_INTERFACE}, 1);
    put_addresses(r, at, ATTR_PUBLIC_IP, text_of(node, "publicIps"));
    put_addresses(r, at, ATTR_PRIVATE_IP, text_of(node, "privateIps"));
    /* Only --show-details tells of addresses; without it none is no answer. */
    bool is_detailed = json_node_type(json_node_get(node, STR("publicIps"))) == JSON_STRING;
    facts_put_flag(r->facts, at, ATTR_AZURE_DETAILED, is_detailed);
    facts_put_flag(r->facts, at, ATTR_READ_WHOLE, r->malformed == before);
}

static void read_scale_set(reading *r, json_node node)
{
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, FACT_INSTANCE, node);
    facts_put_flag(r->facts, at, ATTR_AZURE_IS_SCALE_SET, true);
    reading_put(r, at, ATTR_INSTANCE_TYPE, reading_at(node, "sku.name"));
    reading_put(r, at, ATTR_CREATED, json_node_get(body, STR("timeCreated")));
    put_profiles(r, at, json_node_get(body, STR("virtualMachineProfile")));
    put_identities(r, at, json_node_get(node, STR("identity")));
}

/* ---- disks and snapshots --------------------------------------------------------------------- */

static void read_block(reading *r, fact_kind kind, json_node node)
{
    static const reading_row rows[] = {
        {"timeCreated", ATTR_CREATED},
        {"diskState", ATTR_STATE},
        {"osType", ATTR_OS},
        {"networkAccessPolicy", ATTR_AZURE_NETWORK_ACCESS},
        {"publicNetworkAccess", ATTR_AZURE_PUBLIC_ACCESS},
        {"encryption.type", ATTR_AZURE_ENCRYPTION},
    };
    static const reading_row ids[] = {
        {"creationData.sourceResourceId", ATTR_PARENT},
        {"encryption.diskEncryptionSetId", ATTR_KMS_KEY},
    };
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, kind, node);
    reading_put_rows(r, at, body, rows, ARRAY_LEN(rows));
    azure_put_ids(r, at, body, ids, ARRAY_LEN(ids));
}

static void read_disk(reading *r, json_node node)
{
    read_block(r, FACT_VOLUME, node);
}

static void read_snapshot(reading *r, json_node node)
{
    read_block(r, FACT_SNAPSHOT, node);
}

/* ---- images ---------------------------------------------------------------------------------- */

static void read_image(reading *r, json_node node)
{
    json_node body = azure_body(node);
    uint32_t at = azure_add(r, FACT_IMAGE, node);
    azure_put_id(r, at, ATTR_PARENT, reading_at(body, "sourceVirtualMachine.id"));
    reading_put(r, at, ATTR_OS, reading_at(body, "storageProfile.osDisk.osType"));
}

static void read_gallery(reading *r, json_node node)
{
    json_node sharing = json_node_get(azure_body(node), STR("sharingProfile"));
    str how = text_of(sharing, "permissions");
    uint32_t at = azure_add(r, FACT_IMAGE, node);
    json_type type = json_node_type(json_node_get(sharing, STR("permissions")));
    if (type != JSON_NONE && type != JSON_NULL && type != JSON_STRING)
        reading_wrong(r, "permissions of a gallery are not a text");
    else
        facts_put_text(r->facts, at, ATTR_AZURE_SHARING, how.n ? how : STR("Private"));
    json_iter it = json_iter_of(json_node_get(sharing, STR("groups")));
    while (json_iter_next(&it))
        azure_put_id(r, at, ATTR_SHARED_WITH, json_node_get(it.value, STR("ids")));
}

static void read_image_version(reading *r, json_node node)
{
    static const reading_row rows[] = {
        {"publishingProfile.publishedDate", ATTR_CREATED},
        {"publishingProfile.endOfLifeDate", ATTR_EXPIRES},
    };
    uint32_t at = azure_add(r, FACT_IMAGE, node);
    reading_put_rows(r, at, azure_body(node), rows, ARRAY_LEN(rows));
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_azure_vms,            SHAPE_TYPE, "Microsoft.Compute/virtualMachines",           read_machine},
    {EXPORT_azure_scale_sets,     SHAPE_TYPE, "Microsoft.Compute/virtualMachineScaleSets",   read_scale_set},
    {EXPORT_azure_disks,          SHAPE_TYPE, "Microsoft.Compute/disks",                     read_disk},
    {EXPORT_azure_snapshots,      SHAPE_TYPE, "Microsoft.Compute/snapshots",                 read_snapshot},
    {EXPORT_azure_images,         SHAPE_TYPE, "Microsoft.Compute/images",                    read_image},
    {EXPORT_azure_galleries,      SHAPE_TYPE, "Microsoft.Compute/galleries",                 read_gallery},
    {EXPORT_azure_image_versions, SHAPE_TYPE, "Microsoft.Compute/galleries/images/versions", read_image_version},
};
/* clang-format on */
const shape_table azure_compute_shapes = {rows, ARRAY_LEN(rows)};
