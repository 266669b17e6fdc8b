/* SPDX-License-Identifier: Apache-2.0
 *
 * entra.c -- Entra ID: the directory's audit log, and sign-ins.
 *
 * Both come with their fields at the top level (Graph, Log Analytics) or under `properties`
 * (diagnostic settings), and in Log Analytics with objects turned into strings.
 *
 *  (1) A field is looked for where the record keeps its details, then at the top level.
 *  (2) The tenant is what is acted on: it is the account. In Log Analytics `TenantId` is the
 *      workspace, so it counts only in records that come from diagnostic settings.
 *  (3) A sign-in's session is the token's id as the Activity log writes it, so that the two join.
 *  (4) Nothing but time, hash and outcome is read for a call that the operation table does not
 *      know.
 */
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/azure_common.h"
#include "decode/refs.h"

/* Slots of one meaning stand together, best first; for both families. */
enum {
    SLOT_TIME,
    SLOT_TIME_LAST = SLOT_TIME + 7,
    SLOT_OPERATION,
    SLOT_OPERATION_LAST = SLOT_OPERATION + 2,
    SLOT_DISPLAY_NAME,
    SLOT_DISPLAY_NAME_LAST = SLOT_DISPLAY_NAME + 1,
    SLOT_CATEGORY,
    SLOT_TABLE,
    SLOT_UID,
    SLOT_UID_LAST = SLOT_UID + 1,
    SLOT_CORRELATION,
    SLOT_CORRELATION_LAST = SLOT_CORRELATION + 1,
    SLOT_RESULT,
    SLOT_RESULT_LAST = SLOT_RESULT + 2,
    SLOT_REASON,
    SLOT_REASON_LAST = SLOT_REASON + 2,
    SLOT_ERROR_CODE,
    SLOT_ERROR_CODE_LAST = SLOT_ERROR_CODE + 1,
    SLOT_STATUS,
    SLOT_STATUS_LAST = SLOT_STATUS + 2,
    SLOT_WHO,
    SLOT_WHO_LAST = SLOT_WHO + 7,
    SLOT_CREATED,
    SLOT_CREATED_LAST = SLOT_CREATED + 1,
    SLOT_ACCESS,
    SLOT_ACCESS_LAST = SLOT_ACCESS + 3,
    SLOT_COUNT,
};

_Static_assert((int)SLOT_COUNT <= (int)DECODER_SLOTS_MAX, "the reader has room for all slots");

/* clang-format off */
static const json_path paths[] = {
    {"properties.activityDateTime",    SLOT_TIME + 0},
    {"activityDateTime",               SLOT_TIME + 1},
    {"properties.createdDateTime",     SLOT_TIME + 2},
    {"createdDateTime",                SLOT_TIME + 3},
    {"CreatedDateTime [UTC]",          SLOT_TIME + 4},
    {"time",                           SLOT_TIME + 5},
    {"TimeGenerated",                  SLOT_TIME + 6},
    {"TimeGenerated [UTC]",            SLOT_TIME + 7},
    {"properties.activityDisplayName", SLOT_OPERATION + 0},
    {"activityDisplayName",            SLOT_OPERATION + 1},
    {"operationName",                  SLOT_OPERATION + 2},
    {"properties.activityDisplayName", SLOT_DISPLAY_NAME + 0},
    {"activityDisplayName",            SLOT_DISPLAY_NAME + 1},
    {"category",                       SLOT_CATEGORY},
    {"type",                           SLOT_TABLE},
    {"properties.id",                  SLOT_UID + 0},
    {"id",                             SLOT_UID + 1},
    {"correlationId",                  SLOT_CORRELATION + 0},
    {"properties.correlationId",       SLOT_CORRELATION + 1},
    {"properties.result",              SLOT_RESULT + 0},
    {"result",                         SLOT_RESULT + 1},
    {"resultType",                     SLOT_RESULT + 2},
    {"properties.resultReason",        SLOT_REASON + 0},
    {"resultReason",                   SLOT_REASON + 1},
    {"resultDescription",              SLOT_REASON + 2},
    {"properties.status.errorCode",    SLOT_ERROR_CODE + 0},
    {"status.errorCode",               SLOT_ERROR_CODE + 1},
    {"Status",                         SLOT_STATUS + 0},
    {"Status_dynamic",                 SLOT_STATUS + 1},
    {"Status_string",                  SLOT_STATUS + 2},
    {"properties.userPrincipalName",   SLOT_WHO + 0},
    {"userPrincipalName",              SLOT_WHO + 1},
    {"properties.servicePrincipalId",  SLOT_WHO + 2},
    {"servicePrincipalId",             SLOT_WHO + 3},
    {"properties.userId",              SLOT_WHO + 4},
    {"userId",                         SLOT_WHO + 5},
    {"properties.appId",               SLOT_WHO + 6},
    {"appId",                          SLOT_WHO + 7},
    {"createdDateTime",                SLOT_CREATED + 0},
    {"CreatedDateTime [UTC]",          SLOT_CREATED + 1},
    {"conditionalAccessStatus",        SLOT_ACCESS + 0},
    {"clientAppUsed",                  SLOT_ACCESS + 1},
    {"signInEventTypes",               SLOT_ACCESS + 2},
    {"isInteractive",                  SLOT_ACCESS + 3},
};
/* clang-format on */

enum { GUID_BYTES = 36 }; /* of text, with dashes */

typedef struct record {
    decode_ctx *ctx;
    const json_value *slots;
    str operation;
    /* For known calls only. */
    json_node root;
    json_node inner; /* where the details are: `properties`, or the root */
} record;

static str slot_text(const record *r, size_t first, size_t last)
{
    return azure_slot_text(r->ctx, r->slots, first, last);
}

static void fill(const record *r, const azure_place *rows, size_t n_rows, event *e)
{
    azure_fill(r->ctx, r->inner, rows, n_rows, e);
    azure_fill(r->ctx, r->root, rows, n_rows, e);
}

static str inner_text(const record *r, const char *path)
{
    return text_trim(pick_text(&r->ctx->pick, r->inner, path));
}

/* Both families: the record as a tree, and what it says about itself. */
static void open_record(record *r)
{
    static const char *const places[] = {"properties", NULL};
    r->root = decoder_tree(r->ctx);
    r->inner = azure_object(r->ctx, r->root, places, NULL);
    if (json_node_size(r->inner) == 0)
        r->inner = r->root;
}

/* The tenant that "/tenants/ID/providers/Microsoft.aadiam" names. */
static str tenant_of(str resource)
{
    return text_starts_nocase(resource, "/tenants/")
               ? text_before(str_from(resource, sizeof "/tenants/" - 1), '/')
               : STR_NONE;
}

static void read_tenant(const record *r, event *e)
{
    pick_ctx *pick = &r->ctx->pick;
    str tenant = tenant_of(pick_text(pick, r->root, "resourceId"));
    if (tenant.n == 0)
        tenant = pick_text(pick, r->root, "AADTenantId");
    if (tenant.n == 0 && json_node_type(json_node_get(r->root, STR("time"))) == JSON_STRING)
        tenant = pick_text(pick, r->root, "tenantId");
    if (tenant.n == 0)
        tenant = inner_text(r, "resourceTenantId");
    tenant = azure_guid_text(r->ctx, tenant);
    e->field[FIELD_account] = tenant;
    e->field[FIELD_org] = tenant;
    e->field[FIELD_actor_account] = azure_guid_text(r->ctx, inner_text(r, "homeTenantId"));
    if (e->field[FIELD_actor_account].n == 0)
        e->field[FIELD_actor_account] = tenant;
}

/* A record without an id is known by its whole text: only exact copies are copies. */
static str identify(const record *r)
{
    str id = slot_text(r, SLOT_UID, SLOT_UID_LAST);
    uint64_t whole = id.n > 0 ? 0 : hash_str(r->ctx->record, 1);
    return id.n > 0 ? id : arena_printf(r->ctx->pick.scratch, "%016llx", (unsigned long long)whole);
}

static void read_common(const record *r, event *e)
{
    e->field[FIELD_operation] = r->operation;
    e->field[FIELD_uid] = identify(r);
    e->field[FIELD_shared_uid] = slot_text(r, SLOT_CORRELATION, SLOT_CORRELATION_LAST);
    e->field[FIELD_log_kind] = slot_text(r, SLOT_CATEGORY, SLOT_CATEGORY);
    e->field[FIELD_actor_id] = azure_guid_text(r->ctx, e->field[FIELD_actor_id]);
    e->field[FIELD_src_ip] = azure_ip_text(e->field[FIELD_src_ip]);
    if (e->outcome == OUTCOME_DENIED)
        e->field[FIELD_denied] = STR("true");
    read_tenant(r, e);
    azure_name_tool(e);
}

/* The document inside a modified property's value: values are JSON in strings. */
static str unquote(decode_ctx *ctx, str text)
{
    char *room = arena_alloc(ctx->pick.scratch, text.n + BUF_PADDING);
    json_node n;
    if (!room || text.n == 0)
        return STR_NONE;
    memcpy(room, text.p, text.n);
    if (json_parse(ctx->pick.json, (str){room, text.n}, &n) != JSON_OK)
        return text;
    if (json_node_type(n) == JSON_ARRAY && json_node_size(n) == 1)
        n = pick_first(&ctx->pick, n, "[]");
    return text_trim(pick_node_text(&ctx->pick, n));
}

/* A refs_canon_fn. A list of keys is no credential: add_keys takes the new ones out of it. */
static str canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    if (*type == ENTITY_SESSION)
        return azure_token_id(ctx, raw);
    if (*type == ENTITY_CREDENTIAL && text_starts(raw, "["))
        return STR_NONE;
    if (text_starts(raw, "\"") || text_starts(raw, "["))
        raw = unquote(ctx, raw);
    return azure_canon(ctx, e, type, raw, path);
}

/* Whether the details are under `properties`: evidence shows where they are. */
static bool is_nested(const record *r)
{
    return r->inner.doc != r->root.doc || r->inner.at != r->root.at;
}

static void read_refs(const record *r, event *e)
{
    pick_ctx *pick = &r->ctx->pick;
    json_node targets = pick_inside(pick, pick_first(pick, r->inner, "targetResources"));
    json_node details = pick_inside(pick, pick_first(pick, r->inner, "additionalDetails"));
    const refs_root roots[] = {
        {.name = "", .shown = "", .node = r->root},
        {.name = "target",
         .shown = is_nested(r) ? "properties.targetResources" : "targetResources",
         .node = targets},
        {.name = "additional",
         .shown = is_nested(r) ? "properties.additionalDetails" : "additionalDetails",
         .node = details},
    };
    const refs_source source = {.roots = roots, .n_roots = ARRAY_LEN(roots), .canon = canon};
    refs_collect(r->ctx, &source, e);
}

/* What both families know of every record. `result` is part of its identity: a sign-in that is
 * written before it has ended comes again under the same id. The time is not: exporters cut it
 * differently. */
static void begin(record *r, const char *source, str operation, str result, event *e)
{
    r->operation = operation;
    e->provider = PROVIDER_AZURE;
    e->phase = PHASE_COMPLETE;
    e->time_ns = time_parse(slot_text(r, SLOT_TIME, SLOT_TIME_LAST));
    e->uid_hash = decoder_uid_hash(identify(r), str_of(source), result, 0);
    e->field[FIELD_uid] = identify(r);
    e->operation =
        operation_index_find(r->ctx->operations, PROVIDER_AZURE, str_of(source), operation);
}

/* ---- audit ----------------------------------------------------------------------------------- */

static bool is_sign_in_name(str s)
{
    return text_ends_nocase(s, "SignInLogs");
}

static bool is_audit(const record *r)
{
    str category = slot_text(r, SLOT_CATEGORY, SLOT_CATEGORY);
    str table = slot_text(r, SLOT_TABLE, SLOT_TABLE);
    if (is_sign_in_name(category) || is_sign_in_name(table) ||
        slot_text(r, SLOT_OPERATION, SLOT_OPERATION_LAST).n == 0)
        return false;
    if (text_eq_nocase(category, STR("AuditLogs")) || text_eq_nocase(table, STR("AuditLogs")))
        return true;
    return slot_text(r, SLOT_DISPLAY_NAME, SLOT_DISPLAY_NAME_LAST).n > 0;
}

static void judge_audit(const record *r, event *e)
{
    static const char *const denials[] = {"insufficient privileges", "Authorization_RequestDenied",
                                          "forbidden", "unauthorized", "access denied"};
    str result = slot_text(r, SLOT_RESULT, SLOT_RESULT_LAST);
    str reason = slot_text(r, SLOT_REASON, SLOT_REASON_LAST);
    bool is_failure = text_starts_nocase(result, "fail") || text_eq_nocase(result, STR("timeout"));
    e->outcome = is_failure ? OUTCOME_FAILED : OUTCOME_SUCCESS;
    for (size_t i = 0; is_failure && i < ARRAY_LEN(denials); i++) {
        if (text_has_nocase(reason, denials[i]))
            e->outcome = OUTCOME_DENIED;
    }
}

typedef struct property {
    const record *r;
    const char *name;
    str value; /* new value of the first property with the name */
} property;

static void on_property(void *user, json_node n, unsigned item)
{
    property *p = user;
    (void)item;
    if (p->value.n == 0 && str_is(json_node_string(json_node_get(n, STR("displayName"))), p->name))
        p->value = unquote(p->r->ctx, pick_text(&p->r->ctx->pick, n, "newValue"));
}

/* The names hold dots, so they cannot stand in a path. */
static str property_text(const record *r, const char *name)
{
    property p = {.r = r, .name = name};
    pick_each(&r->ctx->pick, r->inner, "targetResources[].modifiedProperties[]", on_property, &p);
    return p.value;
}

/* The role, permission or scope that was granted; the first place that has it. */
static void read_grant(const record *r, event *e)
{
    static const char *const names[] = {"Role.DisplayName", "AppRole.Value",
                                        "ConsentAction.Permissions"};
    str *grant = &e->field[FIELD_policy_delta];
    for (size_t i = 0; i < ARRAY_LEN(names) && grant->n == 0; i++)
        *grant = property_text(r, names[i]);
    if (grant->n == 0)
        *grant = inner_text(r, "targetResources[type=Role].displayName");
    if (grant->n == 0 &&
        text_has_nocase(r->operation, "elevated their access to User Access Administrator"))
        *grant = STR("User Access Administrator on /");
}

typedef struct key_list {
    const record *r;
    event *e;
} key_list;

/* "[KeyIdentifier=GUID,KeyType=Password,…]" of each key the application has now, and had before. */
static void on_keys(void *user, json_node n, unsigned item)
{
    static const char full[] = "properties.targetResources[].modifiedProperties[].newValue";
    static const char mark[] = "KeyIdentifier=";
    key_list *l = user;
    pick_ctx *pick = &l->r->ctx->pick;
    str before = str_upto(pick_text(pick, n, "oldValue"), LIMIT_FIELD_BYTES);
    str now = str_upto(pick_text(pick, n, "newValue"), LIMIT_FIELD_BYTES);
    str path =
        str_from((str){full, sizeof full - 1}, is_nested(l->r) ? 0 : sizeof "properties." - 1);
    (void)item;
    for (size_t i = 0; i + sizeof mark - 1 + GUID_BYTES <= now.n; i++) {
        str id = str_upto(str_from(now, i + sizeof mark - 1), GUID_BYTES);
        if (!text_starts(str_from(now, i), mark) || !azure_is_guid(id))
            continue;
        str known = azure_guid_text(l->r->ctx, id);
        if (known.n > 0 && !text_has_nocase(before, known.p))
            refs_add(l->r->ctx, l->e, RELATION_CREATED, ENTITY_CREDENTIAL, known, path);
    }
}

static void add_keys(const record *r, event *e)
{
    key_list l = {.r = r, .e = e};
    pick_each(&r->ctx->pick, r->inner,
              "targetResources[].modifiedProperties[displayName=KeyDescription]", on_keys, &l);
}

static void read_audit_actor(const record *r, event *e)
{
    /* clang-format off */
    static const azure_place places[] = {
        {FIELD_actor_id,   "initiatedBy.user.id"},
        {FIELD_actor_id,   "initiatedBy.app.servicePrincipalId"},
        {FIELD_actor_id,   "initiatedBy.app.appId"},
        {FIELD_actor_id,   "initiatedBy.app.displayName"},
        {FIELD_actor_name, "initiatedBy.user.userPrincipalName"},
        {FIELD_actor_name, "initiatedBy.user.displayName"},
        {FIELD_actor_name, "initiatedBy.app.displayName"},
        {FIELD_actor_name, "initiatedBy.app.servicePrincipalName"},
        {FIELD_actor_name, "InitiatingUserOrApp"},
        {FIELD_issuer_id,  "initiatedBy.app.appId"},
        {FIELD_src_ip,     "initiatedBy.user.ipAddress"},
        {FIELD_src_ip,     "initiatedBy.app.ipAddress"},
        {FIELD_src_ip,     "additionalDetails[key=ipaddr].value"},
        {FIELD_src_ip,     "callerIpAddress"},
        {FIELD_src_ip,     "InitiatingIpAddress"},
        {FIELD_user_agent, "additionalDetails[key=User-Agent].value"},
        {FIELD_user_agent, "userAgent"},
    };
    /* clang-format on */
    fill(r, places, ARRAY_LEN(places), e);
    bool is_user =
        inner_text(r, "initiatedBy.user.id").n > 0 || text_has(e->field[FIELD_actor_name], "@");
    bool is_app =
        inner_text(r, "initiatedBy.app.displayName").n > 0 || e->field[FIELD_issuer_id].n > 0;
    if (is_user || is_app)
        e->field[FIELD_actor_type] = is_user ? STR("User") : STR("ServicePrincipal");
    if (azure_has_admin_role(inner_text(r, "additionalDetails[key=wids].value")) ||
        azure_has_admin_role(inner_text(r, "initiatedBy.user.roles")))
        e->field[FIELD_actor_privileged] = STR("true");
}

static void read_audit(const record *r, event *e)
{
    /* clang-format off */
    static const azure_place places[] = {
        {FIELD_service,     "loggedByService"},
        {FIELD_api_version, "operationVersion"},
        {FIELD_target_type, "targetResources[].type"},
        {FIELD_region,      "location"},
    };
    /* clang-format on */
    fill(r, places, ARRAY_LEN(places), e);
    if (e->outcome != OUTCOME_SUCCESS) {
        e->field[FIELD_error_code] = slot_text(r, SLOT_RESULT, SLOT_RESULT_LAST);
        e->field[FIELD_error_message] = slot_text(r, SLOT_REASON, SLOT_REASON_LAST);
    }
    read_audit_actor(r, e);
    read_grant(r, e);
}

static decode_status decode_audit(decode_ctx *ctx, const json_value *slots, event *ret)
{
    record r = {.ctx = ctx, .slots = slots};
    if (!is_audit(&r))
        return DECODE_NOT_MINE;
    begin(&r, "auditlogs", slot_text(&r, SLOT_OPERATION, SLOT_OPERATION_LAST), STR_NONE, ret);
    judge_audit(&r, ret);
    if (ret->operation == OPERATION_NONE)
        return DECODE_EVENT;
    open_record(&r);
    read_audit(&r, ret);
    read_common(&r, ret);
    read_refs(&r, ret);
    add_keys(&r, ret);
    return DECODE_EVENT;
}

/* ---- sign-ins -------------------------------------------------------------------------------- */

/* A summary of many sign-ins, as queries make them, names nobody in particular. */
static bool is_sign_in(const record *r)
{
    if (slot_text(r, SLOT_WHO, SLOT_WHO_LAST).n == 0 ||
        slot_text(r, SLOT_DISPLAY_NAME, SLOT_DISPLAY_NAME_LAST).n > 0)
        return false;
    return is_sign_in_name(slot_text(r, SLOT_CATEGORY, SLOT_CATEGORY)) ||
           is_sign_in_name(slot_text(r, SLOT_TABLE, SLOT_TABLE)) ||
           text_eq_nocase(slot_text(r, SLOT_OPERATION, SLOT_OPERATION_LAST),
                          STR("Sign-in activity")) ||
           (slot_text(r, SLOT_CREATED, SLOT_CREATED_LAST).n > 0 &&
            slot_text(r, SLOT_ACCESS, SLOT_ACCESS_LAST).n > 0);
}

typedef struct error_row {
    const char *code;
    uint8_t outcome;
    const char *words;
} error_row;

/* Refused by policy or because of the account's state: denied. Not proven to be who they say:
 * failed. */
/* clang-format off */
static const error_row errors[] = {
    {"50034",   OUTCOME_FAILED, "no such user in the directory"},
    {"50053",   OUTCOME_DENIED, "account locked or address blocked (smart lockout)"},
    {"50055",   OUTCOME_FAILED, "password expired"},
    {"50056",   OUTCOME_FAILED, "no or invalid password"},
    {"50057",   OUTCOME_DENIED, "account is disabled"},
    {"50058",   OUTCOME_FAILED, "no session for a silent sign-in"},
    {"50072",   OUTCOME_FAILED, "second factor must be registered"},
    {"50074",   OUTCOME_FAILED, "second factor required"},
    {"50076",   OUTCOME_FAILED, "second factor required by policy"},
    {"50079",   OUTCOME_FAILED, "second factor must be registered"},
    {"50105",   OUTCOME_DENIED, "user is not assigned to the application"},
    {"50126",   OUTCOME_FAILED, "wrong user name or password"},
    {"50140",   OUTCOME_FAILED, "interrupted by \"keep me signed in\""},
    {"53000",   OUTCOME_DENIED, "conditional access: device is not compliant"},
    {"53001",   OUTCOME_DENIED, "conditional access: device is not joined"},
    {"53002",   OUTCOME_DENIED, "conditional access: application is not approved"},
    {"53003",   OUTCOME_DENIED, "blocked by conditional access"},
    {"53004",   OUTCOME_DENIED, "second factor cannot be registered: suspicious activity"},
    {"65001",   OUTCOME_DENIED, "application has no consent"},
    {"90094",   OUTCOME_DENIED, "application needs an administrator's consent"},
    {"500121",  OUTCOME_DENIED, "second factor refused or failed"},
    {"530032",  OUTCOME_DENIED, "blocked by the tenant's security policy"},
    {"700016",  OUTCOME_FAILED, "no such application in the tenant"},
    {"7000112", OUTCOME_DENIED, "application is disabled"},
    {"7000215", OUTCOME_FAILED, "wrong client secret"},
    {"7000222", OUTCOME_FAILED, "client secret expired"},
};
/* clang-format on */

/* The error number; "0" for success. Some pipelines write a word for it and keep the number
 * below. */
static str sign_in_code(const record *r)
{
    int64_t number = 0;
    str result = slot_text(r, SLOT_RESULT + 2, SLOT_RESULT + 2);
    if (text_to_int(result, &number))
        return result;
    str code = slot_text(r, SLOT_ERROR_CODE, SLOT_ERROR_CODE_LAST);
    for (size_t i = SLOT_STATUS; code.n == 0 && i <= SLOT_STATUS_LAST; i++) {
        json_node status = decoder_slot_tree(r->ctx, &r->slots[i]);
        code = text_trim(pick_text(&r->ctx->pick, status, "errorCode"));
    }
    if (text_starts_nocase(result, "succe"))
        return STR("0");
    if (code.n > 0 && !(result.n > 0 && str_is(code, "0")))
        return code;
    return result.n > 0 ? result : STR("0");
}

static const error_row *find_error(str code)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (str_is(code, errors[i].code))
            return &errors[i];
    }
    return NULL;
}

static void judge_sign_in(event *e, str code)
{
    const error_row *row = find_error(code);
    e->outcome = OUTCOME_SUCCESS;
    if (!str_is(code, "0"))
        e->outcome = row ? row->outcome : OUTCOME_FAILED;
}

static void read_error(const record *r, event *e, str code)
{
    static const azure_place places[] = {
        {FIELD_error_message, "status.failureReason"},
        {FIELD_error_message, "Status_dynamic.failureReason"},
        {FIELD_error_message, "resultDescription"},
    };
    const error_row *row = find_error(code);
    if (e->outcome == OUTCOME_SUCCESS)
        return;
    e->field[FIELD_error_code] = code;
    if (row)
        e->field[FIELD_error_message] = str_of(row->words);
    fill(r, places, ARRAY_LEN(places), e);
}

static str sign_in_kind(const record *r)
{
    str category = slot_text(r, SLOT_CATEGORY, SLOT_CATEGORY);
    return is_sign_in_name(category) ? category : slot_text(r, SLOT_TABLE, SLOT_TABLE);
}

static void read_sign_in_actor(const record *r, event *e)
{
    /* clang-format off */
    static const azure_place people[] = {
        {FIELD_actor_id,   "userId"},
        {FIELD_actor_name, "userPrincipalName"},
        {FIELD_actor_name, "userDisplayName"},
    };
    static const azure_place services[] = {
        {FIELD_actor_id,   "servicePrincipalId"},
        {FIELD_actor_id,   "appId"},
        {FIELD_actor_name, "servicePrincipalName"},
        {FIELD_actor_name, "appDisplayName"},
    };
    /* clang-format on */
    str kind = sign_in_kind(r);
    fill(r, people, ARRAY_LEN(people), e);
    bool is_person = e->field[FIELD_actor_id].n > 0 || e->field[FIELD_actor_name].n > 0;
    if (!is_person)
        fill(r, services, ARRAY_LEN(services), e);
    if (text_has_nocase(kind, "ManagedIdentity"))
        e->field[FIELD_actor_type] = STR("ManagedIdentity");
    else
        e->field[FIELD_actor_type] = is_person ? STR("User") : STR("ServicePrincipal");
}

/* The key that proved the application to be itself, by the id under which the audit log has it
 * made; else as the Activity log's claims give it. */
static void read_sign_in_credential(const record *r, event *e)
{
    str app = e->field[FIELD_issuer_id];
    str how = inner_text(r, "clientCredentialType");
    str key = azure_guid_text(r->ctx, inner_text(r, "servicePrincipalCredentialKeyId"));
    bool is_secret = text_has_nocase(how, "secret");
    bool is_certificate = text_has_nocase(how, "cert") || text_has_nocase(how, "assertion");
    if (!str_is(e->field[FIELD_actor_type], "ServicePrincipal") || app.n == 0)
        return;
    e->field[FIELD_credential] = key;
    if (key.n == 0 && (is_secret || is_certificate))
        e->field[FIELD_credential] = arena_printf(r->ctx->pick.scratch, "appid:%.*s/%s", (int)app.n,
                                                  app.p, is_secret ? "secret" : "certificate");
}

/* Without a token id the request's id does: the one is made from the other. */
static void read_session(const record *r, event *e)
{
    str token = inner_text(r, "uniqueTokenIdentifier");
    if (token.n == 0)
        token = slot_text(r, SLOT_UID, SLOT_UID_LAST);
    e->field[FIELD_session_id] = azure_token_id(r->ctx, token);
    e->field[FIELD_session_start] =
        azure_time_text(r->ctx, slot_text(r, SLOT_TIME, SLOT_TIME_LAST));
}

static void read_factor(const record *r, event *e)
{
    str wanted = inner_text(r, "authenticationRequirement");
    if (wanted.n == 0)
        return;
    bool is_multi = text_eq_nocase(wanted, STR("multiFactorAuthentication"));
    e->field[FIELD_mfa] = is_multi && e->outcome == OUTCOME_SUCCESS ? STR("true") : STR("false");
}

/* "IE" of an object, or of the plain column. */
static void read_country(const record *r, event *e)
{
    static const azure_place places[] = {
        {FIELD_src_country, "location.countryOrRegion"},
        {FIELD_src_country, "LocationDetails.countryOrRegion"},
        {FIELD_src_country, "LocationDetails_dynamic.countryOrRegion"},
        {FIELD_src_country, "LocationDetails_string.countryOrRegion"},
    };
    fill(r, places, ARRAY_LEN(places), e);
    str plain = json_node_string(json_node_get(r->root, STR("location")));
    if (e->field[FIELD_src_country].n == 0 && plain.n <= 3)
        e->field[FIELD_src_country] = arena_dup(r->ctx->pick.scratch, text_trim(plain));
}

static void read_sign_in(const record *r, event *e)
{
    /* clang-format off */
    static const azure_place places[] = {
        {FIELD_issuer_id,   "appId"},
        {FIELD_issuer_name, "appDisplayName"},
        {FIELD_ua_tool,     "appDisplayName"},
        {FIELD_src_ip,      "ipAddress"},
        {FIELD_src_ip,      "callerIpAddress"},
        {FIELD_src_asn,     "autonomousSystemNumber"},
        {FIELD_user_agent,  "userAgent"},
        {FIELD_target_type, "resourceDisplayName"},
        {FIELD_request_uid, "originalRequestId"},
        {FIELD_idp,         "tokenIssuerName"},
    };
    /* clang-format on */
    fill(r, places, ARRAY_LEN(places), e);
    e->field[FIELD_service] = STR("microsoft.aadiam");
    read_sign_in_actor(r, e);
    read_sign_in_credential(r, e);
    read_session(r, e);
    read_factor(r, e);
    read_country(r, e);
}

static decode_status decode_sign_in(decode_ctx *ctx, const json_value *slots, event *ret)
{
    record r = {.ctx = ctx, .slots = slots};
    if (!is_sign_in(&r))
        return DECODE_NOT_MINE;
    str code = sign_in_code(&r);
    begin(&r, "signin", STR("Sign-in activity"), code, ret);
    judge_sign_in(ret, code);
    if (ret->operation == OPERATION_NONE)
        return DECODE_EVENT;
    open_record(&r);
    read_error(&r, ret, code);
    read_sign_in(&r, ret);
    read_common(&r, ret);
    ret->field[FIELD_log_kind] = sign_in_kind(&r);
    read_refs(&r, ret);
    /* Once more by hand, for records in which the request's id stands in for the token's. */
    refs_add(ctx, ret, RELATION_CREATED, ENTITY_SESSION, ret->field[FIELD_session_id], STR("id"));
    return DECODE_EVENT;
}

/* ---- families -------------------------------------------------------------------------------- */

const decoder decoder_entra_audit = {
    .name = "entra_audit",
    .doc =
        "Entra ID audit log: diagnostic settings, Graph directoryAudits, Log Analytics AuditLogs",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOT_COUNT,
    .decode = decode_audit,
};

const decoder decoder_entra_signin = {
    .name = "entra_signin",
    .doc = "Entra ID sign-ins of users, applications and managed identities, same three shapes",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOT_COUNT,
    .decode = decode_sign_in,
};
