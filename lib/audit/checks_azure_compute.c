/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure_compute.c -- checks: machines, disks, snapshots and images of Azure.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "audit/checks_azure.h"
#include "base/text.h"
#include "model/settings.h"

static spoor_check_status pass_if(bool is_good)
{
    return is_good ? SPOOR_CHECK_PASS : SPOOR_CHECK_FAIL;
}

/* ---- machines -------------------------------------------------------------------------------- */

static bool is_machine(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !facts_is(&a->facts, x, ATTR_AZURE_IS_SCALE_SET);
}

static bool is_linux(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !text_eq_nocase(facts_get_text(&a->facts, x, ATTR_OS), STR("Windows"));
}

/* The strongest right to make machines or grant rights of an identity that the machine acts as. */
static const access_right *right_of_identity(const audit *a, str principal)
{
    static const power powers[] = {POWER_GRANT, POWER_CREATE_INSTANCE, POWER_PASS_ROLE};
    uint32_t at = facts_find(&a->facts, FACT_SERVICE, PROVIDER_AZURE, principal);
    for (size_t i = 0; at != FACT_NONE && i < ARRAY_LEN(powers); i++) {
        const access_right *right = access_find(&a->access, at, powers[i]);
        if (right && right->verdict != ACCESS_ELIGIBLE)
            return right;
    }
    return NULL;
}

static bool acts_as_something(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_AZURE_PRINCIPAL).is_set;
}

static bool has_unknown_role(const audit *a, str principal)
{
    uint32_t at = facts_find(&a->facts, FACT_SERVICE, PROVIDER_AZURE, principal);
    return at != FACT_NONE &&
           facts_get(&a->facts, facts_at(&a->facts, at), ATTR_AZURE_UNKNOWN_ROLE).is_set;
}

static spoor_check_status has_weak_identity(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    bool is_unclear = false;
    fact_iter it = facts_iter(&a->facts, x, ATTR_AZURE_PRINCIPAL);
    (void)row;
    while (facts_next(&it)) {
        const access_right *right = right_of_identity(a, it.value.text);
        is_unclear = is_unclear || has_unknown_role(a, it.value.text);
        if (!right)
            continue;
        buf_puts(seen, "can ");
        buf_puts(seen, power_describe((power)right->power)->text);
        buf_puts(seen, " by ");
        buf_putstr(seen, intern_text(&a->facts.text, right->via));
        buf_puts(seen, " at ");
        buf_putstr(seen, intern_text(&a->facts.text, right->scope));
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, is_unclear ? "it has a role that the exports do not describe"
                              : "it can neither make machines nor grant rights");
    return is_unclear ? SPOOR_CHECK_NO_DATA : SPOOR_CHECK_PASS;
}

/* Addresses that its interfaces have, when the export of machines does not tell them. */
static bool has_address_by_interface(const audit *a, const fact *x, bool *ret_is_known)
{
    fact_iter it = facts_iter(&a->facts, x, ATTR_INTERFACE);
    *ret_is_known = true;
    while (facts_next(&it)) {
        uint32_t at = facts_find(&a->facts, FACT_INTERFACE, PROVIDER_AZURE, it.value.text);
        if (at == FACT_NONE)
            *ret_is_known = false;
        else if (facts_get(&a->facts, facts_at(&a->facts, at), ATTR_PUBLIC_IP).is_set)
            return true;
    }
    return false;
}

static spoor_check_status has_no_address(const audit *a, const check *row, const fact *x, buf *seen)
{
    bool is_known = facts_is(&a->facts, x, ATTR_AZURE_DETAILED);
    (void)row;
    if (facts_get(&a->facts, x, ATTR_PUBLIC_IP).is_set) {
        check_say(seen, a, x, ATTR_PUBLIC_IP);
        return SPOOR_CHECK_FAIL;
    }
    if (!is_known && has_address_by_interface(a, x, &is_known)) {
        buf_puts(seen, "an interface with a public address");
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, is_known ? "no public address" : "the exports do not tell its addresses");
    return is_known ? SPOOR_CHECK_PASS : SPOOR_CHECK_NO_DATA;
}

static const fact *subscription_of(const audit *a, const fact *x)
{
    str id = facts_id(&a->facts, x);
    static const char start[] = "/subscriptions/";
    size_t n = sizeof start - 1 + text_before(str_from(id, sizeof start - 1), '/').n;
    uint32_t at = facts_find(&a->facts, FACT_ACCOUNT, PROVIDER_AZURE, str_upto(id, n));
    return at == FACT_NONE ? NULL : facts_at(&a->facts, at);
}

static spoor_check_status has_jit(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *subscription = subscription_of(a, x);
    bool is_there = subscription && facts_has_text(&a->facts, subscription, ATTR_AZURE_JIT_MACHINE,
                                                   facts_id(&a->facts, x));
    (void)row;
    buf_puts(seen, is_there ? "its ports open on request" : "no just-in-time policy names it");
    return is_there ? SPOOR_CHECK_PASS
                    : azure_fail_or_damaged(a, subscription, EXPORT_azure_jit, seen);
}

static bool has_machines(const audit *a, const check *row, const fact *x)
{
    uint32_t from, to;
    if (!azure_is_subscription(a, row, x))
        return false;
    facts_range(&a->facts, FACT_INSTANCE, &from, &to);
    for (uint32_t i = from; i < to; i++)
        if (facts_at(&a->facts, i)->provider == PROVIDER_AZURE &&
            facts_at(&a->facts, i)->account == x->account)
            return true;
    return false;
}

/* ---- images ---------------------------------------------------------------------------------- */

static bool is_from_image(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return facts_get(&a->facts, x, ATTR_IMAGE).is_set;
}

static bool is_approved(const audit *a, str image, str publisher, buf *seen)
{
    CLEANUP(buf_done) buf owner = {0};
    buf_puts(&owner, "owner:");
    buf_putstr(&owner, publisher);
    seen->failed = seen->failed || owner.failed;
    return settings_find(a->settings, SETTING_approved_images, image) ||
           (publisher.n > 0 &&
            settings_find(a->settings, SETTING_approved_images, buf_str(&owner)));
}

static spoor_check_status has_approved_image(const audit *a, const check *row, const fact *x,
                                             buf *seen)
{
    str image = facts_get_text(&a->facts, x, ATTR_IMAGE);
    str publisher = facts_get_text(&a->facts, x, ATTR_PUBLISHER);
    (void)row;
    buf_putstr(seen, image);
    if (!settings_has(a->settings, SETTING_approved_images)) {
        buf_puts(seen, "; no approved_images are set in spoor.yml");
        return SPOOR_CHECK_NO_DATA;
    }
    return pass_if(is_approved(a, image, publisher, seen));
}

/* The image itself, when it is one of ours; images of the marketplace tell no date. */
static const fact *image_of(const audit *a, const fact *x)
{
    uint32_t at =
        facts_find(&a->facts, FACT_IMAGE, PROVIDER_AZURE, facts_get_text(&a->facts, x, ATTR_IMAGE));
    return at == FACT_NONE ? NULL : facts_at(&a->facts, at);
}

static bool is_from_own_image(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_get_text(&a->facts, x, ATTR_IMAGE), "/subscriptions/");
}

static spoor_check_status has_new_image(const audit *a, const check *row, const fact *x, buf *seen)
{
    const fact *image = image_of(a, x);
    if (!image || !facts_get(&a->facts, image, ATTR_CREATED).is_set) {
        buf_puts(seen, "the exports do not say when its image was published");
        return SPOOR_CHECK_NO_DATA;
    }
    fact_value end = facts_get(&a->facts, image, ATTR_EXPIRES);
    buf_puts(seen, "image published ");
    spoor_check_status status = check_within(a, row, image, seen);
    if (!end.is_set || end.time_ns >= a->now_ns)
        return status;
    buf_puts(seen, ", its support ended ");
    check_say_age(seen, a, end.time_ns);
    return SPOOR_CHECK_FAIL;
}

/* ---- disks ----------------------------------------------------------------------------------- */

static spoor_check_status has_own_key(const audit *a, const check *row, const fact *x, buf *seen)
{
    str type = facts_get_text(&a->facts, x, ATTR_AZURE_ENCRYPTION);
    (void)row;
    check_say(seen, a, x, ATTR_AZURE_ENCRYPTION);
    return type.n > 0 ? pass_if(text_has_nocase(type, "CustomerKey")) : SPOOR_CHECK_NO_DATA;
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_about_machine(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_has(facts_get_text(&a->facts, x, ATTR_AZURE_RESOURCE),
                    "/providers/microsoft.compute/virtualmachine");
}

static spoor_check_status is_healthy(const audit *a, const check *row, const fact *x, buf *seen)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    (void)row;
    buf_putstr(seen, facts_name(&a->facts, x));
    buf_puts(seen, ": ");
    check_say(seen, a, x, ATTR_STATE);
    if (text_eq_nocase(state, STR("NotApplicable")))
        return SPOOR_CHECK_NOT_APPLICABLE;
    return state.n > 0 ? pass_if(!text_eq_nocase(state, STR("Unhealthy"))) : SPOOR_CHECK_NO_DATA;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define ROW(id_, title_, heading_, level, subject_, export_, applies_, test_, attr_, value_)       \
    .id = id_, .title = title_, .heading = HEADING_##heading_, .cloud = PROVIDER_AZURE,            \
    .severity = SPOOR_##level, .subject = FACT_##subject_, .needs = {EXPORT_##export_},            \
    .applies = applies_, .test = test_, .attr = attr_, .value = value_

#define TOLD(wanted_, why_, fix_, references_, stops_)                                             \
    .wanted = wanted_, .why = why_, .fix = fix_, .references = references_, .stops = stops_

/* clang-format off */
static const check rows[] = {
    {ROW("azure-machine-secure-boot", "Machines start signed code only", CONFIGURATION, MEDIUM, INSTANCE, azure_vms, NULL, check_is_true, ATTR_AZURE_SECURE_BOOT, NULL),
     TOLD("secureBootEnabled true", "What an intruder puts before the system starts outlives every repair.",
          "az vm deallocate --ids {id}; az vm update --ids {id} --security-type TrustedLaunch --enable-secure-boot true --enable-vtpm true; az vm start --ids {id}", "", STOPS(ACCESS))},
    {ROW("azure-machine-vtpm", "Machines measure what they start", CONFIGURATION, LOW, INSTANCE, azure_vms, NULL, check_is_true, ATTR_AZURE_VTPM, NULL),
     TOLD("vTpmEnabled true", "Without measurements nobody can tell a machine that was tampered with.",
          "az vm deallocate --ids {id}; az vm update --ids {id} --security-type TrustedLaunch --enable-vtpm true; az vm start --ids {id}", "", STOPS(ACCESS))},
    {ROW("azure-machine-host-encryption", "Temporary disks and caches are encrypted on the host", CONFIGURATION, LOW, INSTANCE, azure_vms, NULL, check_is_true, ATTR_AZURE_HOST_ENCRYPTION, NULL),
     TOLD("encryptionAtHost true", "What is staged on a temporary disk lies there in the clear.",
          "az vm deallocate --ids {id}; az vm update --ids {id} --set securityProfile.encryptionAtHost=true; az vm start --ids {id}", "", 0)},
    {ROW("azure-machine-managed-disks", "Disks of machines are managed", CONFIGURATION, MEDIUM, INSTANCE, azure_vms, NULL, check_is_true, ATTR_AZURE_MANAGED_DISKS, NULL),
     TOLD("managed disks", "A disk that is a blob is copied by whoever has a key of the storage account, and no role is asked.",
          "az vm deallocate --ids {id}; az vm convert --ids {id}", "", STOPS(SNAPSHOT))},
    {ROW("azure-machine-password", "Linux machines refuse passwords", CONFIGURATION, MEDIUM, INSTANCE, azure_vms, is_linux, check_is_false, ATTR_AZURE_PASSWORD_LOGIN, NULL),
     TOLD("disablePasswordAuthentication true", "Passwords of machines are guessed all day long, and from a machine its identity is reached.",
          "az vm create --name NAME --resource-group GROUP --image IMAGE --authentication-type ssh", "", STOPS(ACCESS))},
    {ROW("azure-machine-boot-record", "What machines write while they start is kept", SYSTEM, LOW, INSTANCE, azure_vms, NULL, check_is_true, ATTR_AZURE_BOOT_RECORD, NULL),
     TOLD("boot diagnostics enabled", "Without it nobody sees what ran on a machine that was gone an hour later.",
          "az vm boot-diagnostics enable --ids {id}", "", 0)},
    {ROW("azure-machine-patches", "Machines are patched by the platform", SOFTWARE, LOW, INSTANCE, azure_vms, is_machine, check_is, ATTR_AZURE_PATCH_MODE, "AutomaticByPlatform|AutomaticByOS"),
     TOLD("patchMode AutomaticByPlatform", "Through a weakness that is known an intruder needs no credentials to get in.",
          "az vm update --ids {id} --set osProfile.linuxConfiguration.patchSettings.patchMode=AutomaticByPlatform", "", STOPS(ACCESS))},
    {ROW("azure-machine-address", "Machines have no public address", NETWORK, MEDIUM, INSTANCE, azure_vms, is_machine, has_no_address, ATTR_PUBLIC_IP, NULL),
     TOLD("reached through a bastion host, gateway or balancer", "A machine with an address of its own is found and tried within minutes, and sends data out directly.",
          "az network nic ip-config update --resource-group GROUP --nic-name NIC --name IPCONFIG --remove publicIpAddress", "CIS Azure 4.0 8.7", STOPS(ACCESS) | STOPS(EXFIL))},
    {ROW("azure-machine-jit", "Ports of machines open on request only", INTERACTIVE, MEDIUM, INSTANCE, azure_vms, is_machine, has_jit, ATTR_AZURE_JIT_MACHINE, NULL), .needs_any = {EXPORT_azure_jit},
     TOLD("named by a just-in-time policy", "Administrators' ports that are always open wait for whoever has stolen a key.",
          "az rest --method put --url /subscriptions/{account}/resourceGroups/GROUP/providers/Microsoft.Security/locations/{region}/jitNetworkAccessPolicies/default'?api-version=2020-01-01' --body @JIT.json", "", STOPS(ACCESS))},
    {ROW("azure-machine-identity", "Identities of machines can neither make machines nor grant rights", PERMISSION, CRITICAL, INSTANCE, azure_vms, acts_as_something, has_weak_identity, ATTR_AZURE_PRINCIPAL, NULL), .needs_any = {EXPORT_azure_role_assignments},
     TOLD("no role such as Owner or Contributor", "Whoever gets on to the machine asks it for a token, and makes machines in its name.",
          "az role assignment list --all --assignee PRINCIPAL --output table; az role assignment delete --ids ASSIGNMENT_ID", "", STOPS(CREDACC) | STOPS(INSTANCE))},
    {ROW("azure-machine-image-approved", "Machines are made from approved images", SOFTWARE, MEDIUM, INSTANCE, azure_vms, is_from_image, has_approved_image, ATTR_IMAGE, NULL),
     TOLD("an image or publisher of approved_images in spoor.yml", "An intruder makes his machine from an image that has his tools in it.",
          "az policy assignment create --name approved-images --policy POLICY --scope SUBSCRIPTION_ID", "", STOPS(INSTANCE))},
    {ROW("azure-machine-image-age", "Machines are made from recent images of one's own", SOFTWARE, LOW, INSTANCE, azure_vms, is_from_own_image, has_new_image, ATTR_CREATED, NULL), .needs_any = {EXPORT_azure_image_versions}, .threshold = THRESHOLD_image_days,
     TOLD("published within {threshold} days, and supported", "Old images bring old weaknesses with every machine that is made from them.",
          "az sig image-version create --gallery-name GALLERY --gallery-image-definition IMAGE --gallery-image-version VERSION --resource-group GROUP --virtual-machine VM_ID", "", STOPS(ACCESS))},
    {ROW("azure-bastion", "Subscriptions with machines have a bastion host", INTERACTIVE, LOW, ACCOUNT, azure_bastions, has_machines, check_is_set, ATTR_AZURE_BASTION, NULL), .needs_any = {EXPORT_azure_vms, EXPORT_azure_scale_sets},
     TOLD("a bastion host", "Without one administrators' ports are opened to the world, or to a network from which intruders come.",
          "az network bastion create --name bastion --resource-group GROUP --vnet-name VNET --public-ip-address ADDRESS --location REGION", "", STOPS(ACCESS))},
    {ROW("azure-disk-network-access", "Disks cannot be exported from everywhere", CONFIGURATION, HIGH, VOLUME, azure_disks, NULL, check_is, ATTR_AZURE_NETWORK_ACCESS, "DenyAll|AllowPrivate"),
     TOLD("networkAccessPolicy DenyAll or AllowPrivate", "Whoever may ask for its address downloads the disk from anywhere, without making a machine.",
          "az disk update --ids {id} --network-access-policy DenyAll", "", STOPS(EXFIL))},
    {ROW("azure-disk-public-access", "Disks cannot be exported over the internet", CONFIGURATION, MEDIUM, VOLUME, azure_disks, NULL, check_is, ATTR_AZURE_PUBLIC_ACCESS, "Disabled"),
     TOLD("publicNetworkAccess Disabled", "An address that opens the disk works from every network.",
          "az disk update --ids {id} --public-network-access Disabled", "", STOPS(EXFIL))},
    {ROW("azure-disk-key", "Disks are encrypted with a key of one's own", CONFIGURATION, LOW, VOLUME, azure_disks, NULL, has_own_key, ATTR_AZURE_ENCRYPTION, NULL),
     TOLD("a customer's key", "Taking away the key is the one way to close copies that are gone already.",
          "az disk update --ids {id} --encryption-type EncryptionAtRestWithCustomerKey --disk-encryption-set SET_ID", "", STOPS(EXFIL))},
    {ROW("azure-disk-exported", "No disk is open for download", CONFIGURATION, CRITICAL, VOLUME, azure_disks, NULL, check_is_not, ATTR_STATE, "ActiveSAS|ActiveSASFrozen|ActiveUpload|ReadyToUpload"),
     TOLD("no ActiveSAS", "Everybody who has the address downloads the disk as it is now.",
          "az disk revoke-access --ids {id}", "", STOPS(EXFIL))},
    {ROW("azure-disk-unattached", "Disks are attached", CONFIGURATION, LOW, VOLUME, azure_disks, NULL, check_is_not, ATTR_STATE, "Unattached"),
     TOLD("attached, or deleted", "A disk that nobody uses is mounted on a rogue machine, and nobody misses it.",
          "az disk delete --ids {id}", "", STOPS(VOLUME))},
    {ROW("azure-snapshot-network-access", "Snapshots cannot be exported from everywhere", CONFIGURATION, HIGH, SNAPSHOT, azure_snapshots, NULL, check_is, ATTR_AZURE_NETWORK_ACCESS, "DenyAll|AllowPrivate"),
     TOLD("networkAccessPolicy DenyAll or AllowPrivate", "Taking a snapshot and asking for its address is all it takes to carry a disk away.",
          "az snapshot update --ids {id} --network-access-policy DenyAll", "", STOPS(EXFIL))},
    {ROW("azure-snapshot-public-access", "Snapshots cannot be exported over the internet", CONFIGURATION, MEDIUM, SNAPSHOT, azure_snapshots, NULL, check_is, ATTR_AZURE_PUBLIC_ACCESS, "Disabled"),
     TOLD("publicNetworkAccess Disabled", "An address that opens the snapshot works from every network.",
          "az snapshot update --ids {id} --public-network-access Disabled", "", STOPS(EXFIL))},
    {ROW("azure-snapshot-key", "Snapshots are encrypted with a key of one's own", CONFIGURATION, LOW, SNAPSHOT, azure_snapshots, NULL, has_own_key, ATTR_AZURE_ENCRYPTION, NULL),
     TOLD("a customer's key", "Taking away the key is the one way to close copies that are gone already.",
          "az snapshot update --ids {id} --encryption-type EncryptionAtRestWithCustomerKey --disk-encryption-set SET_ID", "", STOPS(EXFIL))},
    {ROW("azure-snapshot-exported", "No snapshot is open for download", CONFIGURATION, CRITICAL, SNAPSHOT, azure_snapshots, NULL, check_is_not, ATTR_STATE, "ActiveSAS|ActiveSASFrozen|ActiveUpload|ReadyToUpload"),
     TOLD("no ActiveSAS", "Everybody who has the address downloads the snapshot.",
          "az snapshot revoke-access --ids {id}", "", STOPS(EXFIL))},
    {ROW("azure-snapshot-age", "Snapshots are deleted when they are old", CONFIGURATION, LOW, SNAPSHOT, azure_snapshots, NULL, check_within, ATTR_CREATED, NULL), .threshold = THRESHOLD_snapshot_days,
     TOLD("taken within {threshold} days", "Old copies of disks hold old secrets that still work, and nobody watches them.",
          "az snapshot delete --ids {id}", "", STOPS(SNAPSHOT))},
    {ROW("azure-gallery-community", "Galleries are not shared with everybody", PERMISSION, HIGH, IMAGE, azure_galleries, NULL, check_is, ATTR_AZURE_SHARING, "Private|Groups"),
     TOLD("sharingProfile.permissions Private or Groups", "Everybody makes machines from the image, and reads what was left in it.",
          "az sig share reset --gallery-name {name} --resource-group GROUP", "", STOPS(EXFIL))},
    {ROW("azure-machine-findings", "Defender for Cloud finds nothing wrong with machines", SOFTWARE, MEDIUM, FINDING, azure_assessments, is_about_machine, is_healthy, ATTR_STATE, NULL),
     TOLD("not Unhealthy", "What a scanner finds, an intruder finds as well.",
          "az security assessment show --name ASSESSMENT --assessed-resource-id RESOURCE_ID", "", STOPS(ACCESS))},
};
/* clang-format on */
const check_table checks_azure_compute = {rows, ARRAY_LEN(rows)};
