/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_ssm.c -- reads what Systems Manager knows of machines: whether its agent answers, which
 * patches they lack, what they do not comply with.
 */
#include "fact/aws_place.h"
#include "export/readers.h"
#include "base/text.h"

/* clang-format off */
static const reading_row agent_rows[] = {
    {"PingStatus",       ATTR_SSM_PING},
    {"LastPingDateTime", ATTR_SSM_SEEN},
    {"IsLatestVersion",  ATTR_SSM_LATEST},
    {"PlatformName",     ATTR_OS},
};

static const reading_row patch_rows[] = {
    {"MissingCount",                ATTR_PATCHES_MISSING},
    {"FailedCount",                 ATTR_PATCHES_FAILED},
    {"InstalledPendingRebootCount", ATTR_PATCHES_PENDING},
    {"CriticalNonCompliantCount",   ATTR_PATCHES_CRITICAL},
    {"SecurityNonCompliantCount",   ATTR_PATCHES_SECURITY},
    {"OperationEndTime",            ATTR_PATCHES_SCANNED},
};
/* clang-format on */

static uint32_t add_machine(reading *r, fact_kind kind, json_node node, const char *id)
{
    return aws_add_thing(r, kind, aws_text(node, id), STR_NONE, STR_NONE);
}

static void read_agents(reading *r, json_node node)
{
    uint64_t malformed = r->malformed;
    json_iter it = aws_each(r, node, "InstanceInformationList");
    while (json_iter_next(&it)) {
        uint32_t at = add_machine(r, FACT_INSTANCE, it.value, "InstanceId");
        reading_put_rows(r, at, it.value, agent_rows, ARRAY_LEN(agent_rows));
    }
    if (r->malformed == malformed)
        aws_put_listed(r, "ssm");
}

static void read_patch_states(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "InstancePatchStates");
    while (json_iter_next(&it)) {
        uint32_t at = add_machine(r, FACT_PATCH_STATE, it.value, "InstanceId");
        reading_put_rows(r, at, it.value, patch_rows, ARRAY_LEN(patch_rows));
    }
}

/* "Association: AWS-GatherSoftwareInventory (HIGH)" */
static void put_item(reading *r, uint32_t at, json_node item)
{
    str title = aws_text(item, "Title"), severity = aws_text(item, "Severity");
    reading_reset(r);
    buf_putstr(&r->scratch, aws_text(item, "ComplianceType"));
    buf_puts(&r->scratch, ": ");
    buf_putstr(&r->scratch, title.n > 0 ? title : aws_text(item, "Id"));
    if (severity.n > 0) {
        buf_puts(&r->scratch, " (");
        buf_putstr(&r->scratch, severity);
        buf_putc(&r->scratch, ')');
    }
    facts_put_text(r->facts, at, ATTR_NON_COMPLIANT, buf_str(&r->scratch));
}

static void read_item(reading *r, json_node item)
{
    str status = aws_text(item, "Status");
    uint32_t at = add_machine(r, FACT_PATCH_STATE, item, "ResourceId");
    facts_put_flag(r->facts, at, ATTR_COMPLIANCE_LISTED, true);
    if (str_is(status, "NON_COMPLIANT"))
        put_item(r, at, item);
    else if (str_is(status, "COMPLIANT"))
        facts_put_flag(r->facts, at, ATTR_COMPLIANCE_READ, true);
    else
        reading_wrong(r, "a compliance item that is neither COMPLIANT nor NON_COMPLIANT");
}

static void read_compliance(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "ComplianceItems");
    while (json_iter_next(&it))
        read_item(r, it.value);
}

static void read_inventory(reading *r, json_node node)
{
    json_iter it = aws_each(r, node, "Entities");
    while (json_iter_next(&it)) {
        json_node data = json_node_get(it.value, STR("Data"));
        json_node info = json_node_get(data, STR("AWS:InstanceInformation"));
        uint32_t at = add_machine(r, FACT_INSTANCE, it.value, "Id");
        json_iter content = aws_each(r, info, "Content");
        while (json_iter_next(&content))
            reading_put(r, at, ATTR_OS, json_node_get(content.value, STR("PlatformName")));
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_ssm_instances, SHAPE_MEMBERS, "InstanceInformationList", read_agents},
    {EXPORT_aws_patch_states,  SHAPE_MEMBERS, "InstancePatchStates",     read_patch_states},
    {EXPORT_aws_compliance,    SHAPE_MEMBERS, "ComplianceItems",         read_compliance},
    {EXPORT_aws_ssm_inventory, SHAPE_ONLY,    "Entities",                read_inventory},
};
/* clang-format on */

const shape_table aws_ssm_shapes = {rows, ARRAY_LEN(rows)};
