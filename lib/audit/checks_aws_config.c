/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_aws_config.c -- the configuration audit of AWS: machines, disks, and what a region makes
 * them like; with whom disks and images are shared; logins that go past the network.
 */
#include "audit/audit.h"
#include "fact/aws_place.h"
#include "audit/aws_tests.h"
#include "audit/checks.h"
#include "base/text.h"
#include "model/settings.h"

/* ---- metadata service ------------------------------------------------------------------------ */

static bool is_off(const facts *f, const fact *x)
{
    return text_eq_nocase(facts_get_text(f, x, ATTR_IMDS_ENDPOINT), STR("disabled"));
}

static spoor_check_status demands_token(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (is_off(&a->facts, x)) {
        buf_puts(seen, "metadata service disabled");
        return SPOOR_CHECK_PASS;
    }
    return check_is(a, row, x, seen);
}

static spoor_check_status has_short_way(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (is_off(&a->facts, x)) {
        buf_puts(seen, "metadata service disabled");
        return SPOOR_CHECK_PASS;
    }
    return check_at_most(a, row, x, seen);
}

/* A template that says nothing leaves it to its region. */
static spoor_check_status template_demands_token(const audit *a, const check *row, const fact *x,
                                                 buf *seen)
{
    const facts *f = &a->facts;
    if (is_off(f, x) || facts_get(f, x, ATTR_IMDS_TOKENS).is_set)
        return demands_token(a, row, x, seen);
    if (!facts_is(f, x, ATTR_READ_WHOLE))
        return aws_no_data(seen, "not in the exports");
    const fact *region = aws_region_of(f, x);
    str usual = region ? facts_get_text(f, region, ATTR_IMDS_TOKENS) : STR_NONE;
    buf_puts(seen, "not set; the region's default is ");
    buf_putstr(seen, usual.n > 0 ? usual : STR("not in the exports"));
    if (usual.n == 0)
        return SPOOR_CHECK_NO_DATA;
    return aws_pass_if(text_eq_nocase(usual, STR("required")));
}

/* ---- machines that nobody minds -------------------------------------------------------------- */

static bool is_stopped(const audit *a, const check *row, const fact *x)
{
    (void)row;
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    return text_starts(facts_id(&a->facts, x), "i-") && text_eq_nocase(state, STR("stopped"));
}

static spoor_check_status has_owner(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_set = facts_get(&a->facts, x, row->attr).is_set;
    if (!is_set && !facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return aws_no_data(seen, "not in the exports");
    if (is_set)
        check_say(seen, a, x, row->attr);
    else
        buf_puts(seen, "no tag that names one");
    return aws_pass_if(is_set);
}

/* Without the operator's list any region may be in use. */
static bool has_regions(const audit *a, const check *row, const fact *x)
{
    return settings_has(a->settings, SETTING_regions) && aws_is_live(a, row, x);
}

static spoor_check_status is_in_used_region(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    str region = facts_region(&a->facts, x);
    (void)row;
    if (region.n == 0)
        return aws_no_data(seen, "not in the exports");
    buf_putstr(seen, region);
    return aws_pass_if(settings_find(a->settings, SETTING_regions, region) != NULL);
}

/* ---- secrets --------------------------------------------------------------------------------- */

static spoor_check_status holds_no_secret(const audit *a, const check *row, const fact *x,
                                          buf *seen)
{
    fact_value v = facts_get(&a->facts, x, ATTR_HOLDS_SECRET);
    (void)row;
    if (!v.is_set)
        return aws_no_data(seen, "not in the exports");
    if (v.flag)
        check_say(seen, a, x, ATTR_SCRIPT_SECRET);
    else
        buf_puts(seen, "no access key and no private key");
    return aws_pass_if(!v.flag);
}

/* ---- disks ----------------------------------------------------------------------------------- */

static bool is_of_volume(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_OF_DATABASE);
}

static bool is_of_database(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_is(&a->facts, x, ATTR_OF_DATABASE);
}

/* Images of others are listed, too, when instances are made from them. */
static bool is_own_image(const audit *a, const check *row, const fact *x)
{
    const facts *f = &a->facts;
    str owner = facts_get_text(f, x, ATTR_PUBLISHER), account = facts_account(f, x);
    (void)row;
    bool is_alien = owner.n > 0 && account.n > 0 && !str_eq(owner, account);
    return !is_alien && !facts_get(f, x, ATTR_OWNER_ALIAS).is_set;
}

/* Only its owner may ask with whom an image is shared. */
static bool is_surely_own(const facts *f, const fact *x)
{
    str owner = facts_get_text(f, x, ATTR_PUBLISHER), account = facts_account(f, x);
    if (facts_is(f, x, ATTR_SHARES_READ) || (owner.n > 0 && str_eq(owner, account)))
        return true;
    return owner.n > 0 && facts_find(f, FACT_ACCOUNT, PROVIDER_AWS, owner) != FACT_NONE;
}

/* That others make their images public is their trade. */
static spoor_check_status is_private_image(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    spoor_check_status status = aws_check_not_public(a, row, x, seen);
    if (status != SPOOR_CHECK_FAIL || is_surely_own(&a->facts, x))
        return status;
    return aws_no_data(seen, "; whether it is one's own is not in the exports");
}

/* Nobody minds an old snapshot whose volume is gone. */
static spoor_check_status is_minded(const audit *a, const check *row, const fact *x, buf *seen)
{
    const facts *f = &a->facts;
    fact_value made = facts_get(f, x, ATTR_CREATED);
    str volume = facts_get_text(f, x, ATTR_PARENT);
    if (!made.is_set || volume.n == 0)
        return aws_no_data(seen, "its time or volume is not in the exports");
    check_say_age(seen, a, made.time_ns);
    if ((double)check_age_days(a, made.time_ns) <= check_threshold(a, row->threshold))
        return SPOOR_CHECK_PASS;
    const fact *region = aws_region_of(f, x);
    if (facts_find(f, FACT_VOLUME, PROVIDER_AWS, volume) != FACT_NONE) {
        buf_puts(seen, ", of a volume that is there");
        return SPOOR_CHECK_PASS;
    }
    if (!region || !facts_has_text(f, region, ATTR_LISTED, STR("volumes")))
        return aws_no_data(seen, ", its region's volumes are not in the exports");
    buf_puts(seen, ", of a volume that is gone");
    return SPOOR_CHECK_FAIL;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define CONFIG(kind) .heading = HEADING_CONFIGURATION, .cloud = PROVIDER_AWS, .subject = kind
#define SHARES(kind) .heading = HEADING_PERMISSION, .cloud = PROVIDER_AWS, .subject = kind
#define LOGINS(kind) .heading = HEADING_INTERACTIVE, .cloud = PROVIDER_AWS, .subject = kind

/* clang-format off */
static const check rows[] = {
    {
        .id = "aws-instance-imdsv2", .title = "Instances demand IMDSv2", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = demands_token, .attr = ATTR_IMDS_TOKENS, .value = "required", .wanted = "HttpTokens required",
        .why = "A request forged through a web application gets the credentials of the instance's role, and with them instances are made.",
        .fix = "aws ec2 modify-instance-metadata-options --region {region} --instance-id {id} --http-tokens required",
        .references = "CIS AWS 6.0 6.7; FSBP EC2.8", .stops = STOPS(CREDACC),
    },
    {
        .id = "aws-instance-imds-hops", .title = "Answers of the metadata service stay on the instance", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = has_short_way, .attr = ATTR_IMDS_HOPS, .number = 1, .wanted = "HttpPutResponseHopLimit 1",
        .why = "Containers on the instance get the credentials of its role.",
        .fix = "aws ec2 modify-instance-metadata-options --region {region} --instance-id {id} --http-put-response-hop-limit 1",
        .references = "",
    },
    {
        .id = "aws-region-imdsv2", .title = "New instances demand IMDSv2 unless told otherwise", CONFIG(FACT_REGION),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_metadata_defaults},
        .test = check_is, .attr = ATTR_IMDS_TOKENS, .value = "required", .wanted = "HttpTokens required",
        .why = "Whoever makes an instance in a hurry, an intruder or not, leaves its role's credentials open to forged requests.",
        .fix = "aws ec2 modify-instance-metadata-defaults --region {region} --http-tokens required",
        .references = "",
    },
    {
        .id = "aws-template-imdsv2", .title = "Launch templates demand IMDSv2", CONFIG(FACT_TEMPLATE),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_template_versions}, .applies = aws_is_current,
        .test = template_demands_token, .attr = ATTR_IMDS_TOKENS, .value = "required", .wanted = "HttpTokens required, or so by the region's default",
        .why = "Every instance made from it leaves its role's credentials open to forged requests.",
        .fix = "aws ec2 create-launch-template-version --region {region} --launch-template-name {name} --source-version '$Latest' --launch-template-data '{\"MetadataOptions\":{\"HttpTokens\":\"required\"}}'",
        .references = "FSBP EC2.170", .stops = STOPS(CREDACC),
    },
    {
        .id = "aws-instance-user-data", .title = "Start scripts of instances hold no credentials", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_instance_attribute}, .applies = aws_is_live,
        .test = holds_no_secret, .wanted = "no access key, no private key",
        .why = "Whoever may describe instances reads it, and makes instances as its owner.",
        .fix = "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --user-data file://SCRIPT # while it is stopped",
        .references = "", .stops = STOPS(CREDACC),
    },
    {
        .id = "aws-template-user-data", .title = "Start scripts of launch templates hold no credentials", CONFIG(FACT_TEMPLATE),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_template_versions}, .applies = aws_is_current,
        .test = holds_no_secret, .wanted = "no access key, no private key",
        .why = "Whoever may describe launch templates reads it, and makes instances as its owner.",
        .fix = "aws ec2 create-launch-template-version --region {region} --launch-template-name {name} --launch-template-data file://DATA",
        .references = "", .stops = STOPS(CREDACC),
    },
    {
        .id = "aws-instance-termination-lock", .title = "Instances cannot be terminated by one call", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances, EXPORT_aws_instance_attribute}, .applies = aws_is_live,
        .test = check_is_true, .attr = ATTR_TERMINATION_LOCK, .wanted = "DisableApiTermination true",
        .why = "An intruder who puts his own instance in the place of this one needs one call less.",
        .fix = "aws ec2 modify-instance-attribute --region {region} --instance-id {id} --disable-api-termination",
        .references = "",
    },
    {
        .id = "aws-instance-region", .title = "Instances stand in regions that are in use", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_instances}, .applies = has_regions,
        .test = is_in_used_region, .wanted = "a region of `regions` in the operator's settings",
        .why = "Intruders make instances where nobody looks.",
        .fix = "aws ec2 stop-instances --region {region} --instance-ids {id} # and a control policy that denies regions that are not in use",
        .references = "",
    },
    {
        .id = "aws-instance-stopped", .title = "No instance stays stopped for long", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = is_stopped,
        .test = check_within, .attr = ATTR_STOPPED, .number = 30, .wanted = "stopped at most 30 days ago",
        .why = "An intruder starts it with one call that makes nothing, and it has its role and its disks still.",
        .fix = "aws ec2 terminate-instances --region {region} --instance-ids {id} # after a snapshot, if anybody wants it",
        .references = "FSBP EC2.4",
    },
    {
        .id = "aws-instance-owner", .title = "Somebody answers for each instance", CONFIG(FACT_INSTANCE),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = has_owner, .attr = ATTR_OWNER, .wanted = "a tag that names an owner",
        .why = "An instance that nobody knows is no reason to ask among others that nobody knows.",
        .fix = "aws ec2 create-tags --region {region} --resources {id} --tags Key=owner,Value=WHO",
        .references = "",
    },
    {
        .id = "aws-region-ebs-encryption", .title = "New volumes are encrypted", CONFIG(FACT_REGION),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_ebs_encryption},
        .test = check_is_true, .attr = ATTR_EBS_ENCRYPTION, .wanted = "EbsEncryptionByDefault true",
        .why = "Snapshots of volumes that are not encrypted can be shared with any account, and mounted there.",
        .fix = "aws ec2 enable-ebs-encryption-by-default --region {region}",
        .references = "CIS AWS 6.0 6.1.1; FSBP EC2.7",
    },
    {
        .id = "aws-region-ebs-key", .title = "New volumes are encrypted with a key of one's own", CONFIG(FACT_REGION),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_ebs_key},
        .test = check_is_not, .attr = ATTR_EBS_KEY, .value = "alias/aws/ebs", .wanted = "a key of the customer's",
        .why = "Who may use the key of AWS to read a copied disk cannot be limited by a key policy.",
        .fix = "aws ec2 modify-ebs-default-kms-key-id --region {region} --kms-key-id KEY",
        .references = "",
    },
    {
        .id = "aws-region-snapshot-block", .title = "Snapshots cannot be made public", CONFIG(FACT_REGION),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_snapshot_block},
        .test = check_is, .attr = ATTR_SNAPSHOT_BLOCK, .value = "block-all-sharing|block-new-sharing", .wanted = "block-all-sharing or block-new-sharing",
        .why = "One call hands a copied disk to the whole world.",
        .fix = "aws ec2 enable-snapshot-block-public-access --region {region} --state block-all-sharing",
        .references = "FSBP EC2.182", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-region-image-block", .title = "Images cannot be made public", CONFIG(FACT_REGION),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_image_block},
        .test = check_is, .attr = ATTR_IMAGE_BLOCK, .value = "block-new-sharing", .wanted = "block-new-sharing",
        .why = "One call hands the image of a machine, with all its disks, to the whole world.",
        .fix = "aws ec2 enable-image-block-public-access --region {region} --image-block-public-access-state block-new-sharing",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-region-allowed-images", .title = "Instances can be made only from allowed images", CONFIG(FACT_REGION),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_allowed_images},
        .test = check_is, .attr = ATTR_ALLOWED_IMAGES, .value = "enabled", .wanted = "State enabled",
        .why = "An intruder makes instances from an image of his own, with his tools and his keys in it.",
        .fix = "aws ec2 enable-allowed-images-settings --region {region} --allowed-images-settings-state enabled # after replace-image-criteria-in-allowed-images-settings",
        .references = "", .stops = STOPS(INSTANCE),
    },
    {
        .id = "aws-volume-encrypted", .title = "Volumes are encrypted", CONFIG(FACT_VOLUME),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_volumes},
        .test = check_is_true, .attr = ATTR_IS_ENCRYPTED, .wanted = "Encrypted true",
        .why = "Its snapshot can be shared with any account, and mounted there on a rogue instance.",
        .fix = "aws ec2 create-snapshot --region {region} --volume-id {id} # then copy-snapshot --encrypted, and a volume of the copy",
        .references = "FSBP EC2.3",
    },
    {
        .id = "aws-volume-attached", .title = "No volume lies around unattached", CONFIG(FACT_VOLUME),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_volumes},
        .test = check_is_not, .attr = ATTR_STATE, .value = "available", .wanted = "in use",
        .why = "It can be attached to a rogue instance and nothing stops working that would tell.",
        .fix = "aws ec2 delete-volume --region {region} --volume-id {id} # after a look at what is on it",
        .references = "",
    },
    {
        .id = "aws-snapshot-encrypted", .title = "Snapshots are encrypted", CONFIG(FACT_SNAPSHOT),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_snapshots}, .applies = is_of_volume,
        .test = check_is_true, .attr = ATTR_IS_ENCRYPTED, .wanted = "Encrypted true",
        .why = "It can be shared with any account without a key, and mounted there on a rogue instance.",
        .fix = "aws ec2 copy-snapshot --region {region} --source-region {region} --source-snapshot-id {id} --encrypted",
        .references = "",
    },
    {
        .id = "aws-snapshot-orphaned", .title = "No old snapshot outlives its volume", CONFIG(FACT_SNAPSHOT),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_snapshots, EXPORT_aws_volumes}, .applies = is_of_volume,
        .test = is_minded, .threshold = THRESHOLD_snapshot_days, .wanted = "younger than {threshold} days, or its volume there",
        .why = "It is a disk that nobody minds, to be mounted on a rogue instance without a call that copies anything.",
        .fix = "aws ec2 delete-snapshot --region {region} --snapshot-id {id}",
        .references = "", .stops = STOPS(VOLUME),
    },
    {
        .id = "aws-snapshot-public", .title = "No snapshot is public", SHARES(FACT_SNAPSHOT),
        .severity = SPOOR_CRITICAL, .needs = {EXPORT_aws_snapshot_attribute}, .applies = is_of_volume,
        .test = aws_check_not_public, .wanted = "no group \"all\" among its createVolumePermissions",
        .why = "Everybody can make a volume of it, mount it on an instance of his own and read the disk.",
        .fix = "aws ec2 modify-snapshot-attribute --region {region} --snapshot-id {id} --attribute createVolumePermission --operation-type remove --group-names all",
        .references = "FSBP EC2.1", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-snapshot-shared", .title = "Snapshots are shared with trusted accounts only", SHARES(FACT_SNAPSHOT),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_snapshot_attribute}, .applies = is_of_volume,
        .test = aws_check_shared_with_trusted, .wanted = "accounts of trusted_accounts only",
        .why = "That account can make a volume of it and mount it on an instance where nobody here sees it.",
        .fix = "aws ec2 modify-snapshot-attribute --region {region} --snapshot-id {id} --attribute createVolumePermission --operation-type remove --user-ids ACCOUNT",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-image-public", .title = "No own image is public", SHARES(FACT_IMAGE),
        .severity = SPOOR_CRITICAL, .needs_any = {EXPORT_aws_images, EXPORT_aws_image_attribute}, .applies = is_own_image,
        .test = is_private_image, .wanted = "Public false",
        .why = "Everybody can start an instance from it and read what is on its disks.",
        .fix = "aws ec2 modify-image-attribute --region {region} --image-id {id} --launch-permission 'Remove=[{\"Group\":\"all\"}]'",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-image-shared", .title = "Images are shared with trusted accounts only", SHARES(FACT_IMAGE),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_image_attribute}, .applies = is_own_image,
        .test = aws_check_shared_with_trusted, .wanted = "accounts of trusted_accounts only",
        .why = "That account can start an instance from it, where nobody here sees it, and read its disks.",
        .fix = "aws ec2 modify-image-attribute --region {region} --image-id {id} --launch-permission 'Remove=[{\"UserId\":\"ACCOUNT\"}]'",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-db-snapshot-public", .title = "No snapshot of a database is public", SHARES(FACT_SNAPSHOT),
        .severity = SPOOR_CRITICAL, .needs = {EXPORT_aws_db_snapshot_attributes}, .applies = is_of_database,
        .test = aws_check_not_public, .wanted = "not restored by \"all\"",
        .why = "Everybody can restore the database in an account of his own and read it.",
        .fix = "aws rds modify-db-snapshot-attribute --region {region} --db-snapshot-identifier {name} --attribute-name restore --values-to-remove all",
        .references = "FSBP RDS.1", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-db-snapshot-shared", .title = "Snapshots of databases are shared with trusted accounts only", SHARES(FACT_SNAPSHOT),
        .severity = SPOOR_HIGH, .needs = {EXPORT_aws_db_snapshot_attributes}, .applies = is_of_database,
        .test = aws_check_shared_with_trusted, .wanted = "accounts of trusted_accounts only",
        .why = "That account can restore the database where nobody here sees it.",
        .fix = "aws rds modify-db-snapshot-attribute --region {region} --db-snapshot-identifier {name} --attribute-name restore --values-to-remove ACCOUNT",
        .references = "", .stops = STOPS(EXFIL),
    },
    {
        .id = "aws-db-snapshot-encrypted", .title = "Snapshots of databases are encrypted", CONFIG(FACT_SNAPSHOT),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_db_snapshots}, .applies = is_of_database,
        .test = check_is_true, .attr = ATTR_IS_ENCRYPTED, .wanted = "Encrypted true",
        .why = "It can be shared with any account without a key, and restored there.",
        .fix = "aws rds copy-db-snapshot --region {region} --source-db-snapshot-identifier {name} --target-db-snapshot-identifier {name}-encrypted --kms-key-id KEY",
        .references = "FSBP RDS.4",
    },
    {
        .id = "aws-region-serial-console", .title = "Serial consoles cannot be reached", LOGINS(FACT_REGION),
        .severity = SPOOR_MEDIUM, .needs = {EXPORT_aws_serial_console},
        .test = check_is_false, .attr = ATTR_SERIAL_CONSOLE, .wanted = "SerialConsoleAccessEnabled false",
        .why = "With a key pushed by one call an intruder logs in to an instance past all network rules.",
        .fix = "aws ec2 disable-serial-console-access --region {region}",
        .references = "", .stops = STOPS(ACCESS),
    },
    {
        .id = "aws-instance-key-pair", .title = "Nobody logs in to instances with a key pair", LOGINS(FACT_INSTANCE),
        .severity = SPOOR_LOW, .needs = {EXPORT_aws_instances}, .applies = aws_is_live,
        .test = aws_check_absent, .attr = ATTR_KEY_NAME, .wanted = "no key pair: sessions by Systems Manager, which are recorded",
        .why = "Whoever holds the private key logs in without a call that any log shows.",
        .fix = "aws ssm start-session --region {region} --target {id} # instead; the key goes from ~/.ssh/authorized_keys, and with the next image",
        .references = "",
    },
};
/* clang-format on */

const check_table checks_aws_config = {rows, ARRAY_LEN(rows)};
