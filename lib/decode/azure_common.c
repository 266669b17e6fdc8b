/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_common.c -- resource ids, token claims and well-known ids of Azure.
 */
#include "decode/azure_common.h"

#include "base/ip.h"
#include "base/text.h"
#include "base/time.h"

/* ---- where to look --------------------------------------------------------------------------- */

str azure_slot_text(decode_ctx *ctx, const json_value *slots, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++) {
        str text = text_trim(decoder_text(ctx, &slots[i]));
        if (text.n > 0)
            return text;
    }
    return STR_NONE;
}

void azure_fill(decode_ctx *ctx, json_node root, const azure_place *rows, size_t n_rows, event *e)
{
    for (size_t i = 0; i < n_rows; i++) {
        str *slot = &e->field[rows[i].field];
        if (slot->n == 0)
            *slot = text_trim(pick_text(&ctx->pick, root, rows[i].path));
    }
}

json_node azure_object(decode_ctx *ctx, json_node root, const char *const *paths,
                       const char **ret_path)
{
    for (; *paths; paths++) {
        json_node n = pick_inside(&ctx->pick, pick_first(&ctx->pick, root, *paths));
        json_type t = json_node_type(n);
        if (t != JSON_OBJECT && t != JSON_ARRAY)
            continue;
        if (ret_path)
            *ret_path = *paths;
        return n;
    }
    return JSON_NODE_NONE;
}

/* ---- spelling -------------------------------------------------------------------------------- */

/* The next character of *s that is not a dash, in lower case; NUL at the end. */
static char next_digit(str *s)
{
    while (s->n > 0) {
        char c = s->p[0];
        *s = str_from(*s, 1);
        if (c != '-')
            return text_lower(c);
    }
    return 0;
}

bool azure_guid_eq(str a, str b)
{
    for (;;) {
        char x = next_digit(&a);
        if (x != next_digit(&b))
            return false;
        if (x == 0)
            return true;
    }
}

static int hex_value(char c)
{
    c = text_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of a GUID as its text has them; false when it is none. */
static bool guid_bytes(str s, uint8_t ret[16])
{
    uint8_t byte[16];
    if (s.n != 36 && s.n != 32)
        return false;
    for (size_t i = 0; i < 16; i++) {
        int high = hex_value(next_digit(&s));
        int low = hex_value(next_digit(&s));
        if (high < 0 || low < 0)
            return false;
        byte[i] = (uint8_t)(high * 16 + low);
    }
    if (next_digit(&s) != 0)
        return false;
    memcpy(ret, byte, sizeof byte);
    return true;
}

bool azure_is_guid(str s)
{
    uint8_t unused[16];
    return guid_bytes(s, unused);
}

str azure_guid_text(decode_ctx *ctx, str raw)
{
    raw = text_trim(raw);
    if (raw.n != 32 || !azure_is_guid(raw))
        return arena_dup_lower(ctx->pick.scratch, raw);
    str s = arena_dup_lower(ctx->pick.scratch, raw);
    return s.n < 32 ? STR_NONE
                    : arena_printf(ctx->pick.scratch, "%.8s-%.4s-%.4s-%.4s-%.12s", s.p, s.p + 8,
                                   s.p + 12, s.p + 16, s.p + 20);
}

str azure_ip_text(str raw)
{
    ip_net unused;
    raw = text_trim(raw);
    if (raw.n > 0 && raw.p[0] == '[')
        raw = text_before(str_from(raw, 1), ']');
    if (ip_parse(raw, &unused))
        return raw;
    str host = text_before(raw, ':');
    return ip_parse(host, &unused) ? host : STR_NONE;
}

str azure_time_text(decode_ctx *ctx, str raw)
{
    char out[TIME_TEXT_MAX];
    int64_t ns = time_parse(raw);
    if (ns == TIME_NONE)
        return STR_NONE;
    size_t n = time_format(ns, out);
    return arena_dup(ctx->pick.scratch, (str){out, n});
}

/* .NET writes the first three groups of a GUID as little-endian numbers. */
static void swap_groups(uint8_t byte[16])
{
    static const uint8_t from[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t old[16];
    memcpy(old, byte, sizeof old);
    for (size_t i = 0; i < 16; i++)
        byte[i] = old[from[i]];
}

static str base64_of_guid(decode_ctx *ctx, const uint8_t byte[16])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char out[22];
    for (size_t i = 0; i < sizeof out; i++) {
        size_t bit = i * 6;
        unsigned pair = (unsigned)byte[bit / 8] << 8 | (bit / 8 < 15 ? byte[bit / 8 + 1] : 0);
        out[i] = digits[pair >> (10 - bit % 8) & 63];
    }
    return arena_dup(ctx->pick.scratch, (str){out, sizeof out});
}

str azure_token_id(decode_ctx *ctx, str raw)
{
    uint8_t byte[16];
    AUTO(buf) text = {0};
    str guid = text_trim(raw);
    if (guid.n > 40 && text_base64_decode(guid, &text))
        guid = text_trim(buf_str(&text));
    if (text.failed)
        ctx->pick.scratch->failed = true;
    if (guid.n != 36 || !guid_bytes(guid, byte))
        return text_trim(raw);
    swap_groups(byte);
    return base64_of_guid(ctx, byte);
}

/* ---- resource ids ---------------------------------------------------------------------------- */

str azure_resource_id(decode_ctx *ctx, str raw)
{
    raw = text_trim(raw);
    while (raw.n > 1 && raw.p[raw.n - 1] == '/')
        raw.n--;
    return arena_dup_lower(ctx->pick.scratch, raw);
}

/* Behind the last occurrence of `mark` in s, STR_NONE without one. */
static str behind_last(str s, str mark)
{
    for (size_t i = s.n; i >= mark.n; i--) {
        if (memcmp(s.p + i - mark.n, mark.p, mark.n) == 0)
            return str_from(s, i);
    }
    return STR_NONE;
}

str azure_resource_kind(decode_ctx *ctx, str id)
{
    str rest = behind_last(id, STR("/providers/"));
    str piece = STR_NONE;
    AUTO(buf) kind = {0};
    if (rest.n == 0 && text_has(id, "/resourcegroups/"))
        return STR("microsoft.resources/resourcegroups");
    if (rest.n == 0)
        return text_starts(id, "/subscriptions/") ? STR("microsoft.resources/subscriptions")
                                                  : STR_NONE;
    /* namespace/type/name/type/name: the namespace, then every other piece. */
    for (size_t i = 0; text_next(&rest, '/', &piece); i++) {
        if (i > 0 && i % 2 == 0)
            continue;
        if (i > 0)
            buf_putc(&kind, '/');
        buf_putstr(&kind, piece);
    }
    return arena_dup_buf(ctx->pick.scratch, &kind);
}

str azure_subscription_of(str id)
{
    return text_starts_nocase(id, "/subscriptions/")
               ? text_before(str_from(id, sizeof "/subscriptions/" - 1), '/')
               : STR_NONE;
}

typedef struct kind_row {
    const char *kind;
    uint8_t type;
    bool takes_parts; /* an id below it may stand for it, see azure_canon */
    const char *doc;
} kind_row;

/* clang-format off */
static const kind_row kinds[] = {
    {"microsoft.compute/virtualmachines",       ENTITY_INSTANCE,       true,  "extensions and run commands are its parts"},
    {"microsoft.classiccompute/virtualmachines", ENTITY_INSTANCE,      true,  "of the old deployment model"},
    {"microsoft.compute/virtualmachinescalesets/virtualmachines", ENTITY_INSTANCE, false, "a machine of a set"},
    {"microsoft.compute/virtualmachinescalesets", ENTITY_TEMPLATE,     false, "makes machines"},
    {"microsoft.resources/deployments",         ENTITY_TEMPLATE,       false, "makes anything"},
    {"microsoft.compute/disks",                 ENTITY_VOLUME,         false, "managed disk"},
    {"microsoft.compute/snapshots",             ENTITY_SNAPSHOT,       false, "of a managed disk"},
    {"microsoft.compute/restorepointcollections", ENTITY_SNAPSHOT,     false, "snapshots of all disks of a machine"},
    {"microsoft.compute/restorepointcollections/restorepoints", ENTITY_SNAPSHOT, false, "one of them"},
    {"microsoft.compute/images",                ENTITY_IMAGE,          false, "managed image"},
    {"microsoft.compute/galleries",             ENTITY_IMAGE,          false, "shared as a whole"},
    {"microsoft.compute/galleries/images",      ENTITY_IMAGE,          false, "its definition"},
    {"microsoft.compute/galleries/images/versions", ENTITY_IMAGE,      false, "what machines are made from"},
    {"microsoft.compute/sshpublickeys",         ENTITY_KEY_PAIR,       false, "logs into new machines"},
    {"microsoft.network/networksecuritygroups", ENTITY_SECURITY_GROUP, true,  "rules are its parts"},
    {"microsoft.network/networksecuritygroups/securityrules", ENTITY_SECURITY_GROUP, false, "one rule"},
    {"microsoft.network/publicipaddresses",     ENTITY_ADDRESS,        false, "may be joined to an interface"},
    {"microsoft.network/publicipprefixes",      ENTITY_ADDRESS,        false, "several addresses"},
    {"microsoft.network/networkinterfaces",     ENTITY_NETWORK,        true,  "joins machine, group and address; configurations are its parts"},
    {"microsoft.network/virtualnetworks",       ENTITY_NETWORK,        false, "VNet"},
    {"microsoft.network/virtualnetworks/subnets", ENTITY_NETWORK,      false, "part of a VNet, kept apart"},
    {"microsoft.storage/storageaccounts",       ENTITY_BUCKET,         false, "holds containers"},
    {"microsoft.storage/storageaccounts/blobservices/containers", ENTITY_BUCKET, false, "holds blobs"},
    {"microsoft.authorization/roledefinitions", ENTITY_ROLE,           false, "named by role assignments"},
    {"microsoft.managedidentity/userassignedidentities", ENTITY_PRINCIPAL, false, "identity of machines"},
    {"microsoft.resources/subscriptions",       ENTITY_ACCOUNT,        false, "an id without provider"},
};
/* clang-format on */

static const kind_row *find_kind(str kind)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(kind, kinds[i].kind))
            return &kinds[i];
    }
    return NULL;
}

/* The id up to the name of the resource of this kind that it lies in; STR_NONE when it lies in
 * none. */
static str whole_of(str id, const char *kind)
{
    str want = str_of(kind);
    for (size_t i = 0; i + want.n < id.n; i++) {
        if (id.p[i] != '/' || !text_starts(str_from(id, i + 1), kind))
            continue;
        size_t name = i + 1 + want.n + 1;
        if (id.p[name - 1] == '/' && name < id.n)
            return str_upto(id, name + text_before(str_from(id, name), '/').n);
    }
    return STR_NONE;
}

/* A disk is restored from one disk of a restore point: …/restorepoints/RP/diskrestorepoints/D. */
static str restore_point_of(str id)
{
    static const char part[] = "/diskrestorepoints/";
    for (size_t i = 0; i + sizeof part - 1 < id.n; i++)
        if (text_starts(str_from(id, i), part))
            return str_upto(id, i);
    return id;
}

str azure_canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    (void)e;
    (void)path;
    if (raw.n == 0 || raw.p[0] != '/')
        return azure_is_guid(raw) ? azure_guid_text(ctx, raw) : raw;
    str id = azure_resource_id(ctx, raw);
    if (*type == ENTITY_SNAPSHOT)
        id = restore_point_of(id);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        str whole =
            kinds[i].takes_parts && kinds[i].type == *type ? whole_of(id, kinds[i].kind) : STR_NONE;
        if (whole.n > 0)
            return whole;
    }
    const kind_row *kind = find_kind(azure_resource_kind(ctx, id));
    if (kind)
        *type = kind->type;
    return id;
}

/* ---- known ids ------------------------------------------------------------------------------- */

const azure_app *azure_app_find(str app_id)
{
    /* clang-format off */
    static const azure_app apps[] = {
        {"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal",               true},
        {"74658136-14ec-4630-ad9b-26e160ff0fc6", "Azure AD Portal",            true},
        {"0c1307d4-29d6-4389-a11c-5cbe7f65d7fa", "Azure Mobile App",           true},
        {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI",                  false},
        {"1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell",           false},
        {"1b730954-1685-4b74-9bfd-dac224a7b894", "Azure AD PowerShell",        false},
        {"14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph PowerShell", false},
        {"de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer",             false},
        {"872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "Visual Studio",              false},
        {"aebc6443-996d-45c2-90f0-388ff96faa56", "Visual Studio Code",         false},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(apps); i++) {
        if (azure_guid_eq(app_id, str_of(apps[i].id)))
            return &apps[i];
    }
    return NULL;
}

typedef struct known_id {
    const char *id;
    const char *name;
} known_id;

str azure_role_name(str role_definition_id)
{
    /* clang-format off */
    static const known_id roles[] = {
        {"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"},
        {"b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"},
        {"acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"},
        {"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"},
        {"f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"},
        {"9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor"},
        {"1c0163c0-47e6-4577-8991-ea5c82e286e4", "Virtual Machine Administrator Login"},
        {"fb879df8-f326-4884-b1cf-06f3ad86be52", "Virtual Machine User Login"},
        {"7efff54f-a5b4-42b5-a1c5-5411624893ce", "Disk Snapshot Contributor"},
        {"3e5e47e6-65f7-47ef-90b5-e5dd4d455f24", "Disk Backup Reader"},
        {"b50d9833-a0cb-478e-945f-707fcc997c13", "Disk Restore Operator"},
        {"17d1049b-9a84-46fb-8f53-869881c3d3ab", "Storage Account Contributor"},
        {"b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner"},
        {"ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"},
        {"2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader"},
        {"4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor"},
        {"00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator"},
        {"f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator"},
        {"e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", "Managed Identity Contributor"},
    };
    /* clang-format on */
    str id = text_after_last(role_definition_id, '/');
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (azure_guid_eq(id, str_of(roles[i].id)))
            return str_of(roles[i].name);
    }
    return STR_NONE;
}

bool azure_has_admin_role(str ids)
{
    /* Directory role templates whose holder can take over the tenant, directly or in one step. */
    /* clang-format off */
    static const known_id roles[] = {
        {"62e90394-69f5-4237-9190-012177145e10", "Global Administrator"},
        {"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"},
        {"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator"},
        {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"},
        {"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator"},
        {"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2", "Hybrid Identity Administrator"},
        {"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"},
        {"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator"},
        {"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (text_has_nocase(ids, roles[i].id))
            return true;
    }
    return false;
}

/* ---- claims ---------------------------------------------------------------------------------- */

#define MS "http://schemas.microsoft.com/"
#define SOAP "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

typedef struct claim_row {
    uint8_t field;
    const char *claim;
} claim_row;

/* Keys hold dots, so they are members to ask for, not paths. */
static str claim_text(decode_ctx *ctx, json_node claims, const char *claim)
{
    return text_trim(pick_node_text(&ctx->pick, json_node_get(claims, str_of(claim))));
}

static void copy_claims(decode_ctx *ctx, json_node claims, event *e)
{
    /* clang-format off */
    static const claim_row rows[] = {
        {FIELD_actor_id,      MS "identity/claims/objectidentifier"},
        {FIELD_actor_id,      "oid"},
        {FIELD_actor_name,    SOAP "upn"},
        {FIELD_actor_name,    SOAP "name"},
        {FIELD_actor_name,    "upn"},
        {FIELD_actor_account, MS "identity/claims/tenantid"},
        {FIELD_actor_account, "tid"},
        {FIELD_idp,           MS "identity/claims/identityprovider"},
        {FIELD_idp,           "idp"},
        {FIELD_issuer_id,     "appid"},
        {FIELD_issuer_id,     "azp"},
        {FIELD_session_id,    "uti"},
        {FIELD_token_ip,      "ipaddr"},
        {FIELD_benign_class,  "xms_mirid"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str *slot = &e->field[rows[i].field];
        if (slot->n == 0)
            *slot = claim_text(ctx, claims, rows[i].claim);
    }
}

static void read_methods(decode_ctx *ctx, json_node claims, event *e)
{
    str methods = claim_text(ctx, claims, MS "claims/authnmethodsreferences");
    if (methods.n == 0)
        methods = claim_text(ctx, claims, "amr");
    if (methods.n > 0)
        e->field[FIELD_mfa] = text_has_nocase(methods, "mfa") ? STR("true") : STR("false");
}

/* The application proves itself only in a token of its own; in a user's token its credential says
 * how the user's client is registered, and is the same for everybody who uses that client. */
static void read_credential(decode_ctx *ctx, json_node claims, event *e)
{
    str app = e->field[FIELD_issuer_id];
    str how = claim_text(ctx, claims, "appidacr");
    if (how.n == 0)
        how = claim_text(ctx, claims, "azpacr");
    if (e->field[FIELD_actor_type].n == 0 && str_is(claim_text(ctx, claims, "idtyp"), "app"))
        e->field[FIELD_actor_type] = STR("ServicePrincipal");
    bool is_user = e->field[FIELD_actor_name].n > 0;
    if (app.n == 0 || is_user || !(str_is(how, "1") || str_is(how, "2")))
        return;
    if (e->field[FIELD_actor_type].n == 0)
        e->field[FIELD_actor_type] = STR("ServicePrincipal");
    e->field[FIELD_credential] = arena_printf(ctx->pick.scratch, "appid:%.*s/%s", (int)app.n, app.p,
                                              str_is(how, "1") ? "secret" : "certificate");
}

void azure_name_tool(event *e)
{
    const azure_app *app = azure_app_find(e->field[FIELD_issuer_id]);
    if (e->field[FIELD_issuer_id].n == 0)
        return;
    if (app && e->field[FIELD_ua_tool].n == 0)
        e->field[FIELD_ua_tool] = str_of(app->name);
    if (app && e->field[FIELD_issuer_name].n == 0)
        e->field[FIELD_issuer_name] = str_of(app->name);
    e->field[FIELD_via_console] = app && app->is_console ? STR("true") : STR("false");
}

void azure_read_claims(decode_ctx *ctx, json_node claims, event *e)
{
    copy_claims(ctx, claims, e);
    read_methods(ctx, claims, e);
    read_credential(ctx, claims, e);
    e->field[FIELD_token_ip] = azure_ip_text(e->field[FIELD_token_ip]);
    e->field[FIELD_session_start] = azure_time_text(ctx, claim_text(ctx, claims, "iat"));
    if (azure_has_admin_role(claim_text(ctx, claims, "wids")))
        e->field[FIELD_actor_privileged] = STR("true");
    if (e->field[FIELD_actor_name].n == 0)
        e->field[FIELD_actor_name] = claim_text(ctx, claims, "name");
    azure_name_tool(e);
}
