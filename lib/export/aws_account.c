/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_account.c -- readers: passwords, keys and second factors of AWS users, what an account
 * demands of them, its place in an organization, and its access analyzers.
 *
 *  (1) An access key is known as "<ARN of its holder>/access-key/<when it was made>", so that the
 *      credential report, which has no key ids, and list-access-keys speak of one key. Its id of
 *      AWS is its name.
 *  (2) What the report calls N/A or no_information sets nothing; only what it says of the use of
 *      credentials that are there makes NEVER_USED.
 */
#include "export/aws_account.h"

#include "fact/aws_words.h"
#include "export/document.h"
#include "export/readers.h"
#include "base/text.h"
#include "base/time.h"

static str text(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- access keys ----------------------------------------------------------------------------- */

static uint32_t add_key(reading *r, uint32_t holder, str made, str number)
{
    if (holder == FACT_NONE)
        return FACT_NONE;
    const fact *user = facts_at(r->facts, holder);
    str arn = facts_id(r->facts, user), account = facts_account(r->facts, user);
    int64_t ns = time_parse(made);
    char when[TIME_TEXT_MAX];
    reading_reset(r);
    buf_putstr(&r->scratch, arn);
    buf_puts(&r->scratch, "/access-key/");
    buf_putstr(&r->scratch, ns == TIME_NONE ? number : (str){when, time_format(ns, when)});
    uint32_t at = reading_add(r, FACT_KEY, PROVIDER_AWS, buf_str(&r->scratch));
    facts_set_account(r->facts, at, account);
    facts_put_time(r->facts, at, ATTR_ROTATED, ns);
    return at;
}

static void read_access_keys(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("AccessKeyMetadata")));
    while (json_iter_next(&it)) {
        uint32_t user = aws_add_named(r, FACT_USER, text(it.value, "UserName"));
        char made[TIME_TEXT_MAX];
        int64_t ns = reading_time(r, json_node_get(it.value, STR("CreateDate")));
        size_t n = ns == TIME_NONE ? 0 : time_format(ns, made);
        if (ns == TIME_NONE)
            reading_wrong(r, "an access key was made at no time");
        str id = text(it.value, "AccessKeyId"), status = text(it.value, "Status");
        uint32_t at = add_key(r, user, (str){made, n}, id);
        facts_set_name(r->facts, at, id);
        if (text_eq_nocase(status, STR("Active")) || text_eq_nocase(status, STR("Inactive")))
            facts_put_flag(r->facts, at, ATTR_ENABLED, text_eq_nocase(status, STR("Active")));
        else
            reading_wrong(r, "an access key is neither Active nor Inactive");
    }
}

/* ---- credential report ----------------------------------------------------------------------- */

/* Cells that say that there is nothing to say. */
static bool is_void(str cell)
{
    return cell.n == 0 || text_eq_nocase(cell, STR("N/A")) ||
           text_eq_nocase(cell, STR("no_information")) ||
           text_eq_nocase(cell, STR("not_supported"));
}

static void put_cell(reading *r, uint32_t at, attr a, json_node row, const char *column)
{
    if (!is_void(text(row, column)))
        reading_put(r, at, a, json_node_get(row, str_of(column)));
}

static int64_t cell_time(json_node row, const char *column)
{
    str cell = text(row, column);
    return is_void(cell) ? TIME_NONE : time_parse(cell);
}

typedef struct key_columns {
    const char *active, *rotated, *used, *service, *number;
} key_columns;

static const key_columns keys[] = {
    {"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date",
     "access_key_1_last_used_service", "1"},
    {"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
     "access_key_2_last_used_service", "2"},
};

static bool is_true(json_node row, const char *column)
{
    return text_eq_nocase(text(row, column), STR("true"));
}

/* A key that was deleted leaves an inactive one that was never made. */
static void put_key(reading *r, uint32_t user, json_node row, const key_columns *k)
{
    if (is_void(text(row, k->rotated)) && !is_true(row, k->active))
        return;
    uint32_t at = add_key(r, user, text(row, k->rotated), str_of(k->number));
    put_cell(r, at, ATTR_ENABLED, row, k->active);
    put_cell(r, at, ATTR_ROTATED, row, k->rotated);
    put_cell(r, at, ATTR_LAST_USED, row, k->used);
    put_cell(r, at, ATTR_USED_SERVICE, row, k->service);
    if (at != FACT_NONE && text_eq_nocase(text(row, k->used), STR("N/A")))
        facts_put_flag(r->facts, at, ATTR_NEVER_USED, true);
}

static void put_keys(reading *r, uint32_t user, json_node row)
{
    double active = 0;
    bool are_known = true;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        bool is_off = text_eq_nocase(text(row, keys[i].active), STR("false"));
        put_key(r, user, row, &keys[i]);
        active += is_true(row, keys[i].active);
        are_known = are_known && (is_off || is_true(row, keys[i].active));
    }
    if (are_known)
        facts_put_number(r->facts, user, ATTR_ACTIVE_KEYS, active);
    else
        reading_wrong(r, "whether an access key is active is neither true nor false");
}

/* The newest use of any credential; NEVER_USED when the report knows of none. A date that is
 * damaged says nothing of either. */
static void put_use(reading *r, uint32_t user, json_node row)
{
    static const char *const columns[] = {"password_last_used", "access_key_1_last_used_date",
                                          "access_key_2_last_used_date"};
    int64_t newest = TIME_NONE;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        int64_t ns = cell_time(row, columns[i]);
        bool is_known = json_node_type(json_node_get(row, str_of(columns[i]))) != JSON_NONE;
        if (ns == TIME_NONE && !(is_known && is_void(text(row, columns[i]))))
            return;
        newest = ns > newest ? ns : newest;
    }
    facts_put_time(r->facts, user, ATTR_LAST_USED, newest);
    facts_put_flag(r->facts, user, ATTR_NEVER_USED, newest == TIME_NONE);
}

static void put_password(reading *r, uint32_t user, json_node row, bool is_root)
{
    if (is_root && text_eq_nocase(text(row, "password_enabled"), STR("not_supported")))
        facts_put_flag(r->facts, user, ATTR_HAS_PASSWORD, true);
    put_cell(r, user, ATTR_HAS_PASSWORD, row, "password_enabled");
    put_cell(r, user, ATTR_PASSWORD_USED, row, "password_last_used");
    put_cell(r, user, ATTR_PASSWORD_CHANGED, row, "password_last_changed");
    put_cell(r, user, ATTR_HAS_MFA, row, "mfa_active");
    if (text_eq_nocase(text(row, "password_last_used"), STR("no_information")))
        facts_put_flag(r->facts, user, ATTR_PASSWORD_UNUSED, true);
    if (is_true(row, "password_enabled"))
        facts_put_flag(r->facts, user, ATTR_PASSWORD_EXPIRES,
                       cell_time(row, "password_next_rotation") != TIME_NONE);
}

static uint32_t report_user(reading *r, json_node row)
{
    str arn = text(row, "arn");
    bool is_root = text_ends(arn, ":root") && text_starts(arn, "arn:");
    return is_root ? aws_add_root(r, aws_arn_account(arn)) : aws_add_arn(r, FACT_USER, arn);
}

static void read_report_row(reading *r, json_node row)
{
    uint32_t user = report_user(r, row);
    if (user == FACT_NONE)
        return;
    put_cell(r, user, ATTR_CREATED, row, "user_creation_time");
    put_password(r, user, row, facts_is(r->facts, facts_at(r->facts, user), ATTR_IS_ROOT));
    put_use(r, user, row);
    put_keys(r, user, row);
}

/* get-credential-report: the CSV as text, or in base64. */
static void read_report(reading *r, json_node node)
{
    str content = text(node, "Content");
    buf csv = {0};
    if (text_starts(text_trim(content), "user,"))
        buf_putstr(&csv, content);
    else
        text_base64_decode(content, &csv);
    if (csv.n == 0 || !document_read_csv(r, buf_str(&csv)))
        reading_wrong(r, "the content of a credential report is no table");
    r->failed = r->failed || csv.failed;
    buf_done(&csv);
}

/* ---- second factors -------------------------------------------------------------------------- */

/* A serial number is the ARN of what a virtual device, a security key or a phone is called; of a
 * device with a display it is what stands on its back. */
static const char *mfa_method(str serial)
{
    static const struct {
        const char *part, *method;
    } methods[] = {{":mfa/", "virtual"}, {":u2f/", "fido2"}, {":sms-mfa/", "sms"}};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (text_has(serial, methods[i].part))
            return methods[i].method;
    return "hardware";
}

static void put_mfa(reading *r, uint32_t user, json_node device)
{
    str serial = text(device, "SerialNumber");
    if (user == FACT_NONE)
        return;
    if (serial.n == 0) {
        reading_wrong(r, "a second factor without a serial number");
        return;
    }
    facts_put_flag(r->facts, user, ATTR_HAS_MFA, true);
    facts_put_text(r->facts, user, ATTR_MFA_METHOD, str_of(mfa_method(serial)));
}

/* The device's ARN names the account that its user is in. */
static void read_mfa_devices(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("MFADevices")));
    while (json_iter_next(&it))
        put_mfa(r, aws_add_named(r, FACT_USER, text(it.value, "UserName")), it.value);
}

static uint32_t user_of_arn(reading *r, str arn)
{
    return text_ends(arn, ":root") ? aws_add_root(r, aws_arn_account(arn))
                                   : aws_add_arn(r, FACT_USER, arn);
}

static void read_virtual_mfa(reading *r, json_node node)
{
    str account = STR_NONE;
    json_node list = json_node_get(node, STR("VirtualMFADevices"));
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        account = aws_arn_account(text(it.value, "SerialNumber"));
        str arn = text(it.value, "User.Arn");
        if (arn.n > 0)
            put_mfa(r, user_of_arn(r, arn), it.value);
    }
    reading_reset(r);
    json_node_text(json_node_get(node, STR("IsTruncated")), &r->scratch);
    if (json_node_type(list) != JSON_ARRAY)
        reading_wrong(r, "VirtualMFADevices is no list");
    else if (text_eq_nocase(buf_str(&r->scratch), STR("true")))
        reading_wrong(r, "the list of virtual second factors is cut off");
    else
        facts_put_flag(r->facts, aws_add_account(r, account), ATTR_VIRTUAL_MFA_READ, true);
}

static void read_login_profile(reading *r, json_node node)
{
    uint32_t at = aws_add_named(r, FACT_USER, text(node, "LoginProfile.UserName"));
    facts_put_flag(r->facts, at, ATTR_HAS_PASSWORD, true);
}

/* ---- what an account demands ----------------------------------------------------------------- */

/* What AWS asks of passwords where an account has no policy: eight characters, and nothing more
 * that could be said in the terms of a policy. */
static void put_no_policy(reading *r)
{
    static const attr demands[] = {ATTR_HAS_PASSWORD_POLICY, ATTR_PASSWORD_UPPER,
                                   ATTR_PASSWORD_LOWER, ATTR_PASSWORD_DIGIT, ATTR_PASSWORD_SYMBOL};
    uint32_t at = aws_add_account(r, STR_NONE);
    for (size_t i = 0; i < ARRAY_LEN(demands); i++)
        facts_put_flag(r->facts, at, demands[i], false);
    facts_put_number(r->facts, at, ATTR_PASSWORD_LENGTH, 8);
    facts_put_number(r->facts, at, ATTR_PASSWORD_DAYS, 0);
    facts_put_number(r->facts, at, ATTR_PASSWORD_HISTORY, 0);
}

static const reading_row password_rows[] = {
    {"MinimumPasswordLength", ATTR_PASSWORD_LENGTH},
    {"RequireUppercaseCharacters", ATTR_PASSWORD_UPPER},
    {"RequireLowercaseCharacters", ATTR_PASSWORD_LOWER},
    {"RequireNumbers", ATTR_PASSWORD_DIGIT},
    {"RequireSymbols", ATTR_PASSWORD_SYMBOL},
    {"MaxPasswordAge", ATTR_PASSWORD_DAYS},
    {"PasswordReusePrevention", ATTR_PASSWORD_HISTORY},
};

static void read_password_policy(reading *r, json_node node)
{
    json_node policy = json_node_get(node, STR("PasswordPolicy"));
    if (json_node_type(policy) == JSON_NULL) {
        put_no_policy(r);
        return;
    }
    if (json_node_type(policy) != JSON_OBJECT) {
        reading_wrong(r, "PasswordPolicy is no object");
        return;
    }
    uint32_t at = aws_add_account(r, STR_NONE);
    facts_put_flag(r->facts, at, ATTR_HAS_PASSWORD_POLICY, true);
    reading_put_rows(r, at, policy, password_rows, ARRAY_LEN(password_rows));
    /* These two are left out when nothing is demanded. */
    if (json_node_type(json_node_get(policy, STR("MaxPasswordAge"))) == JSON_NONE)
        facts_put_number(r->facts, at, ATTR_PASSWORD_DAYS, 0);
    if (json_node_type(json_node_get(policy, STR("PasswordReusePrevention"))) == JSON_NONE)
        facts_put_number(r->facts, at, ATTR_PASSWORD_HISTORY, 0);
}

/* A recorded refusal: "The Password Policy with domain name … cannot be found." */
static void read_refusal(reading *r, json_node node)
{
    bool is_password = text_has(text(node, "Error.Message"), "Password Policy") &&
                       str_is(text(node, "Error.Code"), "NoSuchEntity");
    if (is_password) {
        put_no_policy(r);
        return;
    }
    /* Another refusal, of another cloud perhaps: no such export was given. */
    r->exports[EXPORT_aws_password_policy]--;
    r->n_read--;
    r->unknown++;
}

/* Flags stand as 0 and 1. */
static void read_summary(reading *r, json_node node)
{
    uint32_t root = aws_add_root(r, STR_NONE);
    json_node mfa = reading_at(node, "SummaryMap.AccountMFAEnabled");
    str value = reading_text_at(r, node, "SummaryMap.AccountMFAEnabled");
    if (str_is(value, "0") || str_is(value, "1"))
        facts_put_flag(r->facts, root, ATTR_HAS_MFA, str_is(value, "1"));
    else if (json_node_type(mfa) != JSON_NONE)
        reading_wrong(r, "AccountMFAEnabled is neither 0 nor 1");
    reading_put(r, root, ATTR_ACTIVE_KEYS, reading_at(node, "SummaryMap.AccountAccessKeysPresent"));
    value = reading_text_at(r, node, "SummaryMap.AccountPasswordPresent");
    if (str_is(value, "0") || str_is(value, "1"))
        facts_put_flag(r->facts, root, ATTR_HAS_PASSWORD, str_is(value, "1"));
}

/* ---- organizations --------------------------------------------------------------------------- */

static void read_organization(reading *r, json_node node)
{
    str management = text(node, "Organization.MasterAccountId");
    if (!aws_is_account(management)) {
        reading_wrong(r, "an organization without a management account");
        return;
    }
    facts_put_flag(r->facts, aws_add_account(r, management), ATTR_IS_MANAGEMENT, true);
}

uint32_t aws_add_control_policy(reading *r, json_node summary)
{
    if (!str_is(text(summary, "Type"), "SERVICE_CONTROL_POLICY"))
        return FACT_NONE;
    uint32_t at = reading_add(r, FACT_POLICY, PROVIDER_AWS, text(summary, "Id"));
    facts_set_name(r->facts, at, text(summary, "Name"));
    facts_put_flag(r->facts, at, ATTR_IS_CONTROL, true);
    return at;
}

static void read_control_policy(reading *r, json_node node)
{
    uint32_t at = aws_add_control_policy(r, reading_at(node, "Policy.PolicySummary"));
    reading_put(r, at, ATTR_DOCUMENT, reading_at(node, "Policy.Content"));
}

/* An account, an organizational unit or a root. */
static uint32_t add_unit(reading *r, str id)
{
    if (aws_is_account(id))
        return aws_add_account(r, id);
    if (!text_starts(id, "ou-") && !text_starts(id, "r-")) {
        reading_wrong(r, "what is no account, unit or root has a control policy");
        return FACT_NONE;
    }
    return reading_add(r, FACT_ACCOUNT, PROVIDER_AWS, id);
}

static void read_control_targets(reading *r, json_node node)
{
    str policy = text(node, "PolicyId");
    json_iter it = json_iter_of(json_node_get(node, STR("Targets")));
    while (json_iter_next(&it))
        facts_put_text(r->facts, add_unit(r, text(it.value, "TargetId")), ATTR_CONTROL_POLICY,
                       policy);
}

/* list-policies-for-target, with the target that its command adds. */
static void read_target_policies(reading *r, json_node node)
{
    uint32_t unit = add_unit(r, text(node, "TargetId"));
    json_iter it = json_iter_of(json_node_get(node, STR("Policies")));
    while (json_iter_next(&it))
        if (aws_add_control_policy(r, it.value) != FACT_NONE)
            facts_put_text(r->facts, unit, ATTR_CONTROL_POLICY, text(it.value, "Id"));
}

static void read_parents(reading *r, json_node node)
{
    uint32_t child = add_unit(r, text(node, "ChildId"));
    json_iter it = json_iter_of(json_node_get(node, STR("Parents")));
    while (json_iter_next(&it)) {
        str parent = text(it.value, "Id");
        if (add_unit(r, parent) != FACT_NONE)
            facts_put_text(r->facts, child, ATTR_ORG_PARENT, parent);
    }
}

/* ---- access analyzers ------------------------------------------------------------------------ */

static void read_analyzers(reading *r, json_node node)
{
    json_node list = json_node_get(node, STR("analyzers"));
    uint32_t account = aws_add_account(r, STR_NONE);
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str arn = text(it.value, "arn"), status = text(it.value, "status");
        account = aws_add_account(r, aws_arn_account(arn));
        bool is_external = text_starts(text(it.value, "type"), "ACCOUNT") ||
                           text_starts(text(it.value, "type"), "ORGANIZATION");
        if (status.n == 0 || arn.n == 0)
            reading_wrong(r, "an access analyzer without ARN or status");
        else if (is_external && str_is(status, "ACTIVE"))
            facts_put_text(r->facts, account, ATTR_ANALYZER, arn);
        facts_put_flag(r->facts, account, ATTR_ANALYZERS_READ, status.n > 0 && arn.n > 0);
    }
    if (json_node_type(list) == JSON_ARRAY && json_node_size(list) == 0)
        facts_put_flag(r->facts, account, ATTR_ANALYZERS_READ, true);
}

static const reading_row finding_rows[] = {
    {"status", ATTR_STATE},
    {"resource", ATTR_ABOUT},
    {"findingType", ATTR_FINDING_TYPE},
    {"isPublic", ATTR_IS_PUBLIC},
    {"createdAt", ATTR_CREATED},
    {"principal.AWS", ATTR_SHARED_WITH},
    {"principal.Federated", ATTR_SHARED_WITH},
};

static void read_findings(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("findings")));
    while (json_iter_next(&it)) {
        str id = text(it.value, "id");
        if (id.n == 0 ||
            json_node_type(json_node_get(it.value, STR("resourceType"))) == JSON_NONE) {
            r->unknown++;
            continue;
        }
        uint32_t at = reading_add(r, FACT_FINDING, PROVIDER_AWS, id);
        facts_set_account(r->facts, at, text(it.value, "resourceOwnerAccount"));
        facts_set_name(r->facts, at, aws_arn_name(text(it.value, "resource")));
        reading_put_rows(r, at, it.value, finding_rows, ARRAY_LEN(finding_rows));
        /* The first form of the call knows no other. */
        if (json_node_type(json_node_get(it.value, STR("findingType"))) == JSON_NONE)
            facts_put_text(r->facts, at, ATTR_FINDING_TYPE, STR("ExternalAccess"));
    }
}

/* ---- table ----------------------------------------------------------------------------------- */

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_aws_credential_report, SHAPE_COLUMNS, "user arn user_creation_time mfa_active", read_report_row},
    {EXPORT_aws_credential_report, SHAPE_MEMBERS, "Content ReportFormat",         read_report},
    {EXPORT_aws_credential_report, SHAPE_MEMBERS, "Content GeneratedTime",        read_report},
    {EXPORT_aws_password_policy,   SHAPE_MEMBERS, "PasswordPolicy",               read_password_policy},
    {EXPORT_aws_password_policy,   SHAPE_MEMBERS, "Error.Code Error.Message",     read_refusal},
    {EXPORT_aws_account_summary,   SHAPE_MEMBERS, "SummaryMap",                   read_summary},
    {EXPORT_aws_virtual_mfa,       SHAPE_MEMBERS, "VirtualMFADevices",            read_virtual_mfa},
    {EXPORT_aws_mfa_devices,       SHAPE_MEMBERS, "MFADevices",                   read_mfa_devices},
    {EXPORT_aws_access_keys,       SHAPE_MEMBERS, "AccessKeyMetadata",            read_access_keys},
    {EXPORT_aws_login_profile,     SHAPE_MEMBERS, "LoginProfile",                 read_login_profile},
    {EXPORT_aws_organization,      SHAPE_MEMBERS, "Organization.Arn",             read_organization},
    {EXPORT_aws_control_policy,    SHAPE_MEMBERS, "Policy.PolicySummary",         read_control_policy},
    {EXPORT_aws_control_policy,    SHAPE_MEMBERS, "TargetId Policies",            read_target_policies},
    {EXPORT_aws_control_targets,   SHAPE_MEMBERS, "PolicyId Targets",             read_control_targets},
    {EXPORT_aws_org_parents,       SHAPE_MEMBERS, "ChildId Parents",              read_parents},
    {EXPORT_aws_analyzers,         SHAPE_MEMBERS, "analyzers",                    read_analyzers},
    {EXPORT_aws_analyzer_findings, SHAPE_MEMBERS, "findings",                     read_findings},
};
/* clang-format on */

const shape_table aws_account_shapes = {rows, ARRAY_LEN(rows)};
