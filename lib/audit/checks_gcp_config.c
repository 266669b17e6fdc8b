/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_gcp_config.c -- the configuration and software audits of Google Cloud: machines, disks
 * and images.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/gcp_place.h"
#include "audit/gcp_tests.h"
#include "base/text.h"

/* ---- identities ------------------------------------------------------------------------------ */

#define FULL_SCOPE "https://www.googleapis.com/auth/cloud-platform"

static spoor_check_status runs_as_own_account(const audit *a, const check *row, const fact *x,
                                              buf *seen)
{
    str identity = facts_get_text(&a->facts, x, ATTR_IDENTITY);
    (void)row;
    if (identity.n == 0 && !facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return gcp_no_data(seen, "the exports do not say as whom it runs");
    buf_puts(seen, identity.n > 0 ? "" : "no service account");
    buf_putstr(seen, identity);
    return gcp_pass_if(!gcp_is_default_account(identity) && !str_is(identity, "default"));
}

static spoor_check_status has_bounded_scopes(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    str identity = facts_get_text(&a->facts, x, ATTR_IDENTITY);
    bool has_any = facts_get(&a->facts, x, ATTR_GCP_SCOPE).is_set;
    bool is_full = facts_has_text(&a->facts, x, ATTR_GCP_SCOPE, STR(FULL_SCOPE)) ||
                   facts_has_text(&a->facts, x, ATTR_GCP_SCOPE, STR("cloud-platform"));
    (void)row;
    if (!facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return gcp_no_data(seen, "the exports do not say as whom it runs");
    buf_putstr(seen, identity.n > 0 ? identity : STR("no service account"));
    buf_puts(seen, is_full ? " with all scopes" : has_any ? " with single scopes" : "");
    return gcp_pass_if(!is_full || !gcp_is_default_account(identity));
}

/* ---- metadata -------------------------------------------------------------------------------- */

static spoor_check_status say_switch(fact_value v, bool wanted, buf *seen)
{
    if (!v.is_set)
        return gcp_no_data(seen, "its metadata and that of its project do not say");
    buf_puts(seen, v.flag ? "on" : "off");
    return gcp_pass_if(v.flag == wanted);
}

static spoor_check_status switch_is_on(const audit *a, const check *row, const fact *x, buf *seen)
{
    return say_switch(gcp_metadata(&a->facts, x, row->attr), true, seen);
}

static spoor_check_status switch_is_off(const audit *a, const check *row, const fact *x, buf *seen)
{
    return say_switch(gcp_metadata(&a->facts, x, row->attr), false, seen);
}

/* With OS Login keys in metadata are not looked at. */
static spoor_check_status keys_are_blocked(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    fact_value login = gcp_metadata(&a->facts, x, ATTR_GCP_OS_LOGIN);
    if (login.is_set && login.flag) {
        buf_puts(seen, "OS Login is on: keys in metadata do not count");
        return SPOOR_CHECK_PASS;
    }
    return switch_is_on(a, row, x, seen);
}

/* ---- images ---------------------------------------------------------------------------------- */

/* The image that a machine was made from: its own word, or that of its boot disk. */
static str image_of(const facts *f, const fact *x)
{
    str image = facts_get_text(f, x, ATTR_IMAGE);
    uint32_t at = facts_find(f, FACT_VOLUME, PROVIDER_GCP, facts_get_text(f, x, ATTR_VOLUME));
    if (image.n > 0 || at == FACT_NONE)
        return image;
    return facts_get_text(f, facts_at(f, at), ATTR_IMAGE);
}

static const fact *image_fact(const audit *a, const fact *x, buf *seen)
{
    str image = image_of(&a->facts, x);
    uint32_t at = facts_find(&a->facts, FACT_IMAGE, PROVIDER_GCP, image);
    if (image.n == 0)
        buf_puts(seen, "its disk's image is not in the exports");
    else
        buf_putstr(seen, image);
    if (image.n > 0 && at == FACT_NONE)
        buf_puts(seen, ", which is not in the exports");
    return at == FACT_NONE ? NULL : facts_at(&a->facts, at);
}

static spoor_check_status image_is_young(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *image = image_fact(a, x, seen);
    if (image == NULL)
        return SPOOR_CHECK_NO_DATA;
    buf_puts(seen, ", made ");
    return check_within(a, row, image, seen);
}

static spoor_check_status image_is_current(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    const fact *image = image_fact(a, x, seen);
    if (image == NULL)
        return SPOOR_CHECK_NO_DATA;
    buf_puts(seen, ": ");
    return check_is(a, row, image, seen);
}

static bool is_known_project(const facts *f, str project)
{
    uint32_t from, to;
    gcp_range(f, FACT_ACCOUNT, project, &from, &to);
    return from < to;
}

/* Of a project that publishes images, the machine's own, or another of the exports. */
static spoor_check_status image_is_trusted(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    str image = image_of(&a->facts, x);
    str project = gcp_project(image);
    (void)row;
    if (project.n == 0)
        return gcp_no_data(seen, "its disk's image is not in the exports");
    buf_putstr(seen, image);
    return gcp_pass_if(gcp_publishes_images(project) ||
                       str_eq(project, facts_account(&a->facts, x)) ||
                       is_known_project(&a->facts, project));
}

/* ---- the table ------------------------------------------------------------------------------- */

#define GCP .cloud = PROVIDER_GCP
#define INSTANCES GCP, .subject = FACT_INSTANCE, .needs = {EXPORT_gcp_instances}
#define TEMPLATES                                                                                  \
    GCP, .subject = FACT_TEMPLATE, .needs = {EXPORT_gcp_templates}, .heading = HEADING_CONFIGURATION
#define PROJECTS                                                                                   \
    GCP, .subject = FACT_ACCOUNT, .needs = {EXPORT_gcp_project_info}, .applies = gcp_is_project
#define SHARED(kind)                                                                               \
    GCP, .subject = kind, .heading = HEADING_PERMISSION,                                           \
         .needs_any = {EXPORT_gcp_resource_policy, EXPORT_gcp_iam_search},                         \
         .applies = gcp_is_own_image, .test = check_is_false, .attr = ATTR_IS_PUBLIC
#define METADATA(key, value)                                                                       \
    "gcloud compute instances add-metadata {name} --zone {region} --project {account} "            \
    "--metadata " key "=" value
#define PROJECT_METADATA(key)                                                                      \
    "gcloud compute project-info add-metadata --project {account} --metadata " key "=TRUE"

/* clang-format off */
static const check rows[] = {
    {
        .id = "gcp-instance-default-account", .title = "Instances do not run as the default service account", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_MEDIUM, .test = runs_as_own_account,
        .wanted = "an account of its own, or none",
        .why = "What the default account may, which is often to make machines, any intruder on the machine may.",
        .fix = "gcloud compute instances set-service-account {name} --zone {region} --project {account} --service-account ACCOUNT",
        .references = "CIS GCP 4.0 4.1", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-instance-full-scope", .title = "Instances do not run as the default service account with all scopes", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_HIGH, .test = has_bounded_scopes,
        .wanted = "an account of its own, or single scopes",
        .why = "An intruder on the machine uses every right of the default account.",
        .fix = "gcloud compute instances set-service-account {name} --zone {region} --project {account} --service-account ACCOUNT --scopes SCOPES",
        .references = "CIS GCP 4.0 4.2", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-project-os-login", .title = "OS Login is on for projects", PROJECTS, .heading = HEADING_INTERACTIVE,
        .severity = SPOOR_MEDIUM, .test = check_is_true, .attr = ATTR_GCP_OS_LOGIN,
        .wanted = "enable-oslogin TRUE",
        .why = "Without it whoever may write metadata signs in with a key of his own.",
        .fix = PROJECT_METADATA("enable-oslogin"), .references = "CIS GCP 4.0 4.4", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-project-os-login-2fa", .title = "OS Login demands a second step", PROJECTS, .heading = HEADING_MFA,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_OS_LOGIN_2FA,
        .wanted = "enable-oslogin-2fa TRUE",
        .why = "A stolen key or session opens machines by itself.",
        .fix = PROJECT_METADATA("enable-oslogin-2fa"), .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-project-ssh-keys", .title = "Projects hold no SSH keys for all machines", PROJECTS, .heading = HEADING_INTERACTIVE,
        .severity = SPOOR_MEDIUM, .test = check_is_false, .attr = ATTR_GCP_SSH_KEYS,
        .wanted = "no ssh-keys in the metadata of the project",
        .why = "One key, or one that an intruder adds, opens every machine there is and will be.",
        .fix = "gcloud compute project-info remove-metadata --project {account} --keys ssh-keys,sshKeys",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-instance-os-login", .title = "Instances sign people in with OS Login", INSTANCES, .heading = HEADING_INTERACTIVE,
        .severity = SPOOR_MEDIUM, .test = switch_is_on, .attr = ATTR_GCP_OS_LOGIN,
        .wanted = "enable-oslogin TRUE, of the machine or its project",
        .why = "Whoever may write metadata signs in with a key of his own, as a user whom nobody knows.",
        .fix = METADATA("enable-oslogin", "TRUE"), .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-instance-project-keys", .title = "Instances ignore the SSH keys of their project", INSTANCES, .heading = HEADING_INTERACTIVE,
        .severity = SPOOR_MEDIUM, .test = keys_are_blocked, .attr = ATTR_GCP_BLOCK_KEYS,
        .wanted = "block-project-ssh-keys TRUE, or OS Login",
        .why = "One key in the project's metadata opens this machine, too.",
        .fix = METADATA("block-project-ssh-keys", "TRUE"), .references = "CIS GCP 4.0 4.3", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-instance-serial-port", .title = "Serial ports of instances are closed", INSTANCES, .heading = HEADING_INTERACTIVE,
        .severity = SPOOR_MEDIUM, .test = switch_is_off, .attr = ATTR_GCP_SERIAL_PORT,
        .wanted = "serial-port-enable FALSE",
        .why = "The serial port lets in from anywhere, whatever the firewall says.",
        .fix = METADATA("serial-port-enable", "FALSE"), .references = "CIS GCP 4.0 4.5", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-instance-ip-forwarding", .title = "Instances do not forward packets", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_MEDIUM, .test = check_is_false, .attr = ATTR_GCP_CAN_FORWARD,
        .wanted = "canIpForward false",
        .why = "A machine that forwards carries an intruder's traffic with the addresses of others.",
        .fix = "gcloud compute instances export {name} --zone {region} --project {account} # set canIpForward: false, then: gcloud compute instances update-from-file",
        .references = "CIS GCP 4.0 4.6", .stops = 0,
    },
    {
        .id = "gcp-instance-secure-boot", .title = "Instances start with secure boot", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_SECURE_BOOT,
        .wanted = "enableSecureBoot true",
        .why = "A changed disk starts what an intruder put on it, before anything can look.",
        .fix = "gcloud compute instances update {name} --zone {region} --project {account} --shielded-secure-boot",
        .references = "", .stops = 0,
    },
    {
        .id = "gcp-instance-vtpm", .title = "Instances have a virtual TPM", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_VTPM,
        .wanted = "enableVtpm true",
        .why = "Without it nothing shows that the machine starts something else.",
        .fix = "gcloud compute instances update {name} --zone {region} --project {account} --shielded-vtpm",
        .references = "CIS GCP 4.0 4.8", .stops = 0,
    },
    {
        .id = "gcp-instance-integrity", .title = "The start of instances is watched", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_INTEGRITY,
        .wanted = "enableIntegrityMonitoring true",
        .why = "Without it nobody hears that the machine starts something else.",
        .fix = "gcloud compute instances update {name} --zone {region} --project {account} --shielded-integrity-monitoring",
        .references = "CIS GCP 4.0 4.8", .stops = 0,
    },
    {
        .id = "gcp-instance-confidential", .title = "The memory of instances is encrypted", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_CONFIDENTIAL,
        .wanted = "Confidential VM, where the machine type can",
        .why = "What is in memory is open to whoever gets below the machine.",
        .fix = "gcloud compute instances create NEW --confidential-compute-type SEV --zone {region} --project {account} # in place of {name}",
        .references = "CIS GCP 4.0 4.11", .stops = 0,
    },
    {
        .id = "gcp-instance-deletion", .title = "Instances are protected from deletion", INSTANCES, .heading = HEADING_CONFIGURATION,
        .severity = SPOOR_LOW, .test = check_is_true, .attr = ATTR_GCP_DELETION_GUARD,
        .wanted = "deletionProtection true",
        .why = "An intruder deletes what shows what he did, or what others need.",
        .fix = "gcloud compute instances update {name} --zone {region} --project {account} --deletion-protection",
        .references = "", .stops = STOPS(DELETE),
    },
    {
        .id = "gcp-disk-own-key", .title = "Disks are encrypted with the customer's key", GCP, .heading = HEADING_CONFIGURATION, .subject = FACT_VOLUME, .needs = {EXPORT_gcp_disks},
        .severity = SPOOR_LOW, .test = check_is_not, .attr = ATTR_GCP_KEY_KIND, .value = "google",
        .wanted = "customer-managed or customer-supplied",
        .why = "A copy of the disk opens to whoever may copy it; with a key of its own he needs that, too.",
        .fix = "gcloud compute disks create NEW --source-snapshot SNAPSHOT --kms-key KEY --zone {region} --project {account} # in place of {name}",
        .references = "", .stops = STOPS(VOLUME),
    },
    {
        .id = "gcp-template-default-account", .title = "Instance templates do not use the default service account", TEMPLATES,
        .severity = SPOOR_MEDIUM, .test = runs_as_own_account,
        .wanted = "an account of its own, or none",
        .why = "Every machine of the template hands its rights to an intruder on it.",
        .fix = "gcloud compute instance-templates create NEW --service-account ACCOUNT --project {account} # in place of {name}",
        .references = "", .stops = STOPS(PRIVESC),
    },
    {
        .id = "gcp-template-public-ip", .title = "Instance templates give no external addresses", TEMPLATES,
        .severity = SPOOR_MEDIUM, .test = check_is_false, .attr = ATTR_GCP_HAS_PUBLIC_IP,
        .wanted = "no accessConfigs",
        .why = "Every machine of the template can be reached from the world as soon as a firewall lets it.",
        .fix = "gcloud compute instance-templates create NEW --no-address --project {account} # in place of {name}",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "gcp-image-public", .title = "Images are not open to everybody", SHARED(FACT_IMAGE),
        .severity = SPOOR_CRITICAL, .wanted = "neither allUsers nor allAuthenticatedUsers",
        .why = "The world makes a disk of it and reads what is on it.",
        .fix = "gcloud compute images remove-iam-policy-binding {name} --project {account} --member allAuthenticatedUsers --role ROLE",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "gcp-snapshot-public", .title = "Snapshots are not open to everybody", SHARED(FACT_SNAPSHOT),
        .severity = SPOOR_CRITICAL, .wanted = "neither allUsers nor allAuthenticatedUsers",
        .why = "The world makes a disk of it and reads what is on it.",
        .fix = "gcloud compute snapshots remove-iam-policy-binding {name} --project {account} --member allAuthenticatedUsers --role ROLE",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "gcp-disk-public", .title = "Disks are not open to everybody", SHARED(FACT_VOLUME),
        .severity = SPOOR_CRITICAL, .wanted = "neither allUsers nor allAuthenticatedUsers",
        .why = "The world copies it and reads what is on it.",
        .fix = "gcloud compute disks remove-iam-policy-binding {name} --zone {region} --project {account} --member allAuthenticatedUsers --role ROLE",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "gcp-instance-image-age", .title = "Instances are made from recent images", INSTANCES, .heading = HEADING_SOFTWARE,
        .severity = SPOOR_MEDIUM, .test = image_is_young, .attr = ATTR_CREATED, .threshold = THRESHOLD_image_days,
        .wanted = "an image not older than {threshold} days",
        .why = "Old software has holes that are known.",
        .fix = "gcloud compute instances create NEW --image-family FAMILY --zone {region} --project {account} # in place of {name}",
        .references = "", .stops = 0,
    },
    {
        .id = "gcp-instance-image-current", .title = "Instances are made from images that are not deprecated", INSTANCES, .heading = HEADING_SOFTWARE,
        .severity = SPOOR_MEDIUM, .test = image_is_current, .attr = ATTR_GCP_DEPRECATION, .value = "ACTIVE",
        .wanted = "an image that its maker still maintains",
        .why = "Nobody closes the holes of what is deprecated.",
        .fix = "gcloud compute instances create NEW --image-family FAMILY --zone {region} --project {account} # in place of {name}",
        .references = "", .stops = 0,
    },
    {
        .id = "gcp-instance-image-trusted", .title = "Instances are made from images of known projects", INSTANCES, .heading = HEADING_SOFTWARE,
        .severity = SPOOR_HIGH, .test = image_is_trusted,
        .wanted = "an image of Google, of its partners or of a project in these exports",
        .why = "An image of somebody else holds what he put in it; rogue machines are made so.",
        .fix = "gcloud org-policies set-policy POLICY.yaml # compute.trustedImageProjects on projects/{account}",
        .references = "", .stops = STOPS(INSTANCE),
    },
    {
        .id = "gcp-instance-vulnerable", .title = "The software of instances has no known hole of high severity", GCP, .heading = HEADING_SOFTWARE, .subject = FACT_PATCH_STATE, .needs = {EXPORT_gcp_vulnerabilities},
        .severity = SPOOR_HIGH, .test = check_at_most, .attr = ATTR_GCP_VULNERABLE, .number = 0,
        .wanted = "no vulnerability that is HIGH or CRITICAL",
        .why = "A known hole is the way onto the machine, and from there to its service account.",
        .fix = "gcloud compute os-config patch-jobs execute --instance-filter-all --project {account} # {id}",
        .references = "CIS GCP 4.0 4.12", .stops = STOPS(ACCESS),
    },
};
/* clang-format on */

const check_table checks_gcp_config = {rows, ARRAY_LEN(rows)};
