/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_software.c -- the software audit of AWS: images that machines are made from,
 * patches, and whether anybody would know.
 */
#include "audit/audit.h"
#include "fact/aws_place.h"
#include "audit/aws_tests.h"
#include "audit/checks.h"
#include "base/text.h"
#include "model/settings.h"

/* ---- images ---------------------------------------------------------------------------------- */

/* The image of an instance; NULL, with why it is not known. */
static const fact *image_of(const facts *f, const fact *instance, buf *seen)
{
    str id = facts_get_text(f, instance, ATTR_IMAGE);
    uint32_t at = id.n > 0 ? facts_find(f, FACT_IMAGE, PROVIDER_AWS, id) : FACT_NONE;
    buf_putstr(seen, id.n > 0 ? id : STR("its image"));
    if (at == FACT_NONE || !facts_get(f, facts_at(f, at), ATTR_PUBLISHER).is_set) {
        buf_puts(seen, " is not in the exports");
        return NULL;
    }
    return facts_at(f, at);
}

static spoor_check_status is_young(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *image = image_of(&a->facts, x, seen);
    fact_value made = {0};
    if (image)
        made = facts_get(&a->facts, image, ATTR_CREATED);
    if (!made.is_set)
        return SPOOR_CHECK_NO_DATA;
    buf_puts(seen, " made ");
    check_say_age(seen, a, made.time_ns);
    return aws_pass_if((double)check_age_days(a, made.time_ns) <=
                       check_threshold(a, row->threshold));
}

static spoor_check_status is_supported(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *image = image_of(&a->facts, x, seen);
    (void)row;
    if (!image)
        return SPOOR_CHECK_NO_DATA;
    fact_value end = facts_get(&a->facts, image, ATTR_DEPRECATED);
    if (!end.is_set)
        return facts_is(&a->facts, image, ATTR_READ_WHOLE) ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
    buf_puts(seen, " deprecated ");
    check_say_age(seen, a, end.time_ns);
    return aws_pass_if(end.time_ns > a->now_ns);
}

/* As approved_images names owners: "owner:amazon". */
static bool is_approved_owner(const audit *a, str owner)
{
    AUTO(buf) text = {0};
    if (owner.n == 0)
        return false;
    buf_puts(&text, "owner:");
    buf_putstr(&text, owner);
    return !text.failed && settings_find(a->settings, SETTING_approved_images, buf_str(&text));
}

static bool is_approved(const audit *a, const fact *image)
{
    const facts *f = &a->facts;
    str owner = facts_get_text(f, image, ATTR_PUBLISHER);
    str alias = facts_get_text(f, image, ATTR_OWNER_ALIAS);
    if (settings_has(a->settings, SETTING_approved_images))
        return settings_find(a->settings, SETTING_approved_images, facts_id(f, image)) ||
               is_approved_owner(a, owner) || is_approved_owner(a, alias);
    return text_eq_nocase(alias, STR("amazon")) || str_eq(owner, facts_account(f, image)) ||
           aws_is_trusted(a, owner);
}

/* Without a list of the operator's: one's own images, those of Amazon and of trusted accounts. */
static spoor_check_status is_from_known(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    const fact *image = image_of(f, x, seen);
    (void)row;
    if (!image)
        return SPOOR_CHECK_NO_DATA;
    str alias = facts_get_text(f, image, ATTR_OWNER_ALIAS);
    buf_puts(seen, " of ");
    buf_putstr(seen, alias.n > 0 ? alias : facts_get_text(f, image, ATTR_PUBLISHER));
    if (is_approved(a, image))
        return SPOOR_CHECK_PASS;
    if (image->account || settings_has(a->settings, SETTING_approved_images) || alias.n > 0)
        return SPOOR_CHECK_FAIL;
    return aws_no_data(seen, ", whose account this is not being known");
}

/* ---- Systems Manager ------------------------------------------------------------------------- */

static spoor_check_status is_managed(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    const fact *region = aws_region_of(f, x);
    (void)row;
    if (facts_get(f, x, ATTR_SSM_PING).is_set) {
        buf_puts(seen, "managed");
        return SPOOR_CHECK_PASS;
    }
    if (!region || !facts_has_text(f, region, ATTR_LISTED, STR("ssm")))
        return aws_no_data(seen, "its region's managed machines are not in the exports");
    buf_puts(seen, "not managed");
    return SPOOR_CHECK_FAIL;
}

static bool has_agent(const audit *a, const check *row, const fact *x)
{
    return aws_is_running(a, row, x) && (facts_get(&a->facts, x, ATTR_SSM_PING).is_set ||
                                         facts_get(&a->facts, x, ATTR_SSM_SEEN).is_set);
}

static spoor_check_status answers(const audit *a, const check *row, const fact *x, buf *seen)
{
    fact_value heard = facts_get(&a->facts, x, ATTR_SSM_SEEN);
    spoor_check_status status = check_is(a, row, x, seen);
    if (heard.is_set) {
        buf_puts(seen, ", heard ");
        check_say_age(seen, a, heard.time_ns);
    }
    return status;
}

/* A patch state that only compliance items tell of counts no patches. */
static bool has_patch_counts(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !check_has_export(a, EXPORT_aws_compliance) ||
           !facts_is(&a->facts, x, ATTR_COMPLIANCE_LISTED) ||
           facts_get(&a->facts, x, ATTR_PATCHES_SCANNED).is_set;
}

static bool has_compliance(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_COMPLIANCE_LISTED);
}

static spoor_check_status complies(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    if (facts_get(&a->facts, x, ATTR_NON_COMPLIANT).is_set) {
        check_say(seen, a, x, ATTR_NON_COMPLIANT);
        return SPOOR_CHECK_FAIL;
    }
    if (!facts_is(&a->facts, x, ATTR_COMPLIANCE_READ))
        return aws_no_data(seen, "not in the exports");
    buf_puts(seen, "complies");
    return SPOOR_CHECK_PASS;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define IMAGES                                                                                     \
    .heading = HEADING_SOFTWARE, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,                  \
    .needs = {EXPORT_aws_instances, EXPORT_aws_images}, .applies = aws_is_live
#define AGENTS                                                                                     \
    .heading = HEADING_SOFTWARE, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,                  \
    .needs = {EXPORT_aws_ssm_instances}, .applies = has_agent
#define PATCHES                                                                                    \
    .heading = HEADING_SOFTWARE, .cloud = PROVIDER_AWS, .subject = FACT_PATCH_STATE,               \
    .needs = {EXPORT_aws_patch_states}, .applies = has_patch_counts
#define PATCH_FIX                                                                                  \
    "aws ssm send-command --region {region} --instance-ids {id} --document-name "                  \
    "AWS-RunPatchBaseline --parameters Operation=Install"

/* clang-format off */
static const check rows[] = {
    {
        .id = "aws-instance-image-age", .title = "Instances are made from recent images", IMAGES,
        .severity = SPOOR_LOW, .test = is_young, .threshold = THRESHOLD_image_days, .wanted = "an image younger than {threshold} days",
        .why = "Its weaknesses are known, and through one of them an intruder gets its role, which may make instances.",
        .fix = "aws ec2 describe-images --region {region} --owners self amazon --filters Name=state,Values=available # for a newer one",
        .references = "",
    },
    {
        .id = "aws-instance-image-deprecated", .title = "Instances are made from images that are not deprecated", IMAGES,
        .severity = SPOOR_LOW, .test = is_supported, .wanted = "no DeprecationTime that is past",
        .why = "Nobody mends its weaknesses any more, and its role may make instances.",
        .fix = "aws ec2 describe-images --region {region} --owners self amazon --filters Name=state,Values=available # for a newer one",
        .references = "",
    },
    {
        .id = "aws-instance-image-owner", .title = "Instances are made from images of owners that are known", IMAGES,
        .severity = SPOOR_MEDIUM, .test = is_from_known, .wanted = "an image of approved_images; without any: one's own, Amazon's, or of trusted_accounts",
        .why = "A rogue instance is often made from an image of the intruder's own.",
        .fix = "aws ec2 describe-images --region {region} --image-ids IMAGE # then stop-instances --instance-ids {id}, if nobody knows it",
        .references = "", .stops = STOPS(INSTANCE),
    },
    {
        .id = "aws-instance-ssm-managed", .title = "Running instances are managed by Systems Manager",
        .heading = HEADING_SOFTWARE, .cloud = PROVIDER_AWS, .subject = FACT_INSTANCE,
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_instances, EXPORT_aws_ssm_instances}, .applies = aws_is_running,
        .test = is_managed, .wanted = "listed by ssm describe-instance-information",
        .why = "What runs on it is not known: a rogue instance looks the same.",
        .fix = "aws ec2 associate-iam-instance-profile --region {region} --instance-id {id} --iam-instance-profile Name=PROFILE # one with AmazonSSMManagedInstanceCore",
        .references = "FSBP SSM.1",
    },
    {
        .id = "aws-instance-ssm-online", .title = "Agents of Systems Manager answer", AGENTS,
        .severity = SPOOR_LOW, .test = answers, .attr = ATTR_SSM_PING, .value = "Online", .wanted = "PingStatus Online",
        .why = "An intruder who took over the machine silences its agent first.",
        .fix = "aws ssm get-connection-status --region {region} --target {id}",
        .references = "",
    },
    {
        .id = "aws-instance-ssm-latest", .title = "Agents of Systems Manager are up to date", AGENTS,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_SSM_LATEST, .wanted = "IsLatestVersion true",
        .why = "It runs as root: a weakness of it gives the machine and its role away.",
        .fix = "aws ssm send-command --region {region} --instance-ids {id} --document-name AWS-UpdateSSMAgent",
        .references = "",
    },
    {
        .id = "aws-patch-critical", .title = "No critical patch is missing", PATCHES,
        .severity = SPOOR_HIGH, .test = check_at_most, .attr = ATTR_PATCHES_CRITICAL, .number = 0, .wanted = "CriticalNonCompliantCount 0",
        .why = "A critical weakness gives an intruder the machine, and its role, with which instances are made.",
        .fix = PATCH_FIX, .references = "FSBP SSM.2",
    },
    {
        .id = "aws-patch-security", .title = "No security patch is missing", PATCHES,
        .severity = SPOOR_MEDIUM, .test = check_at_most, .attr = ATTR_PATCHES_SECURITY, .number = 0, .wanted = "SecurityNonCompliantCount 0",
        .why = "A known weakness gives an intruder the machine, and its role, with which instances are made.",
        .fix = PATCH_FIX, .references = "FSBP SSM.2",
    },
    {
        .id = "aws-patch-missing", .title = "No patch of the baseline is missing", PATCHES,
        .severity = SPOOR_LOW, .test = check_at_most, .attr = ATTR_PATCHES_MISSING, .number = 0, .wanted = "MissingCount 0",
        .why = "The machine is behind what its owners decided, and so is what they know of its weaknesses.",
        .fix = PATCH_FIX, .references = "FSBP SSM.2",
    },
    {
        .id = "aws-patch-failed", .title = "No patch failed to install", PATCHES,
        .severity = SPOOR_LOW, .test = check_at_most, .attr = ATTR_PATCHES_FAILED, .number = 0, .wanted = "FailedCount 0",
        .why = "A weakness stays that everybody believes to be mended.",
        .fix = PATCH_FIX, .references = "FSBP SSM.2",
    },
    {
        .id = "aws-patch-pending", .title = "No patch waits for a restart", PATCHES,
        .severity = SPOOR_LOW, .test = check_at_most, .attr = ATTR_PATCHES_PENDING, .number = 0, .wanted = "InstalledPendingRebootCount 0",
        .why = "The weakness is open until the machine starts again.",
        .fix = "aws ec2 reboot-instances --region {region} --instance-ids {id}", .references = "",
    },
    {
        .id = "aws-patch-scanned", .title = "Machines are looked through for patches every month", PATCHES,
        .severity = SPOOR_LOW, .test = check_within, .attr = ATTR_PATCHES_SCANNED, .number = 30, .wanted = "OperationEndTime at most 30 days ago",
        .why = "That no patch is missing says nothing of the weaknesses found since.",
        .fix = "aws ssm send-command --region {region} --instance-ids {id} --document-name AWS-RunPatchBaseline --parameters Operation=Scan",
        .references = "",
    },
    {
        .id = "aws-machine-compliance", .title = "Machines comply with what Systems Manager checks",
        .heading = HEADING_SOFTWARE, .cloud = PROVIDER_AWS, .subject = FACT_PATCH_STATE,
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_compliance}, .applies = has_compliance,
        .test = complies, .wanted = "no item NON_COMPLIANT",
        .why = "The machine is not as its owners want it, and what an intruder changes on it hides among the rest.",
        .fix = "aws ssm list-compliance-items --region {region} --resource-ids {id} --resource-types ManagedInstance --filters Key=Status,Values=NON_COMPLIANT,Type=EQUAL",
        .references = "FSBP SSM.3",
    },
};
/* clang-format on */

const check_table checks_aws_software = {rows, ARRAY_LEN(rows)};
