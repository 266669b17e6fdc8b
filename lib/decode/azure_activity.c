/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_activity.c -- the Azure Activity log: calls to Azure Resource Manager.
 *
 * One table of paths covers what the REST API, Event Hubs and storage accounts, Log Analytics and
 * the portal's CSV make of the same record. What Azure calls a write creates or updates; bodies
 * are JSON in strings; one call is two or three records.
 *
 *  (1) The machine name of the operation ("Microsoft.Compute/disks/write") is used wherever the
 *      record has it, also when the column that should hold it holds the display name.
 *  (2) Records of one call share fold_hash; no two records share uid_hash unless they are copies.
 *  (3) Nothing but time, hash, outcome and phase is read for a call that the operation table does
 *      not know.
 */
#include "base/hash.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/azure_common.h"
#include "decode/refs.h"

/* Slots of one meaning stand together, best first. */
enum {
    SLOT_TIME,
    SLOT_TIME_LAST = SLOT_TIME + 6,
    SLOT_OPERATION,
    SLOT_OPERATION_LAST = SLOT_OPERATION + 3,
    SLOT_ACTION,
    SLOT_ACTION_LAST = SLOT_ACTION + 1,
    SLOT_RESOURCE,
    SLOT_CATEGORY,
    SLOT_CATEGORY_LAST = SLOT_CATEGORY + 3,
    SLOT_STATUS,
    SLOT_STATUS_LAST = SLOT_STATUS + 6,
    SLOT_SUBSTATUS,
    SLOT_SUBSTATUS_LAST = SLOT_SUBSTATUS + 5,
    SLOT_UID,
    SLOT_UID_LAST = SLOT_UID + 1,
    SLOT_CORRELATION,
    SLOT_CORRELATION_LAST = SLOT_CORRELATION + 1,
    SLOT_CALLER,
    SLOT_CALLER_LAST = SLOT_CALLER + 1,
    SLOT_SUBSCRIPTION,
    SLOT_SUBSCRIPTION_LAST = SLOT_SUBSCRIPTION + 1,
    SLOT_INGEST,
    SLOT_INGEST_LAST = SLOT_INGEST + 2,
    SLOT_TABLE,
    SLOT_ENTRA,
    SLOT_ENTRA_LAST = SLOT_ENTRA + 1,
    SLOT_AUTHORIZATION,
    SLOT_PROPERTIES,
    SLOT_EVENT_TIME,
    SLOT_COUNT,
};

_Static_assert((int)SLOT_COUNT <= (int)DECODER_SLOTS_MAX, "the reader has room for all slots");

/* clang-format off */
static const json_path paths[] = {
    {"eventTimestamp",                SLOT_TIME + 0},
    {"time",                          SLOT_TIME + 1}, /* also the portal's column */
    {"TimeGenerated",                 SLOT_TIME + 2},
    {"TimeGenerated [UTC]",           SLOT_TIME + 3},
    {"eventTimestamp [UTC]",          SLOT_TIME + 4},
    {"EventSubmissionTimestamp",      SLOT_TIME + 5},
    {"EventSubmissionTimestamp [UTC]", SLOT_TIME + 6},
    {"OperationNameValue",            SLOT_OPERATION + 0},
    {"operationName.value",           SLOT_OPERATION + 1},
    {"operationName",                 SLOT_OPERATION + 2},
    {"operation name",                SLOT_OPERATION + 3},
    {"authorization.action",          SLOT_ACTION + 0},
    {"identity.authorization.action", SLOT_ACTION + 1},
    {"resourceId",                    SLOT_RESOURCE},
    {"category.value",                SLOT_CATEGORY + 0},
    {"category",                      SLOT_CATEGORY + 1},
    {"CategoryValue",                 SLOT_CATEGORY + 2},
    {"event category",                SLOT_CATEGORY + 3},
    {"status.value",                  SLOT_STATUS + 0},
    {"resultType",                    SLOT_STATUS + 1},
    {"ActivityStatusValue",           SLOT_STATUS + 2},
    {"ActivityStatus",                SLOT_STATUS + 3},
    {"status",                        SLOT_STATUS + 4},
    {"eventName.value",               SLOT_STATUS + 5},
    {"statusCode",                    SLOT_STATUS + 6},
    {"subStatus.value",               SLOT_SUBSTATUS + 0},
    {"ActivitySubstatusValue",        SLOT_SUBSTATUS + 1},
    {"ActivitySubstatus",             SLOT_SUBSTATUS + 2},
    {"resultSignature",               SLOT_SUBSTATUS + 3},
    {"properties.statusCode",         SLOT_SUBSTATUS + 4},
    {"statusCode",                    SLOT_SUBSTATUS + 5},
    {"eventDataId",                   SLOT_UID + 0},
    {"properties.eventDataId",        SLOT_UID + 1},
    {"correlationId",                 SLOT_CORRELATION + 0},
    {"correlation id",                SLOT_CORRELATION + 1},
    {"caller",                        SLOT_CALLER + 0},
    {"event initiated by",            SLOT_CALLER + 1},
    {"subscriptionId",                SLOT_SUBSCRIPTION + 0},
    {"subscription",                  SLOT_SUBSCRIPTION + 1},
    {"submissionTimestamp",           SLOT_INGEST + 0},
    {"EventSubmissionTimestamp",      SLOT_INGEST + 1},
    {"EventSubmissionTimestamp [UTC]", SLOT_INGEST + 2},
    {"type",                          SLOT_TABLE},
    {"activityDisplayName",           SLOT_ENTRA + 0},
    {"properties.activityDisplayName", SLOT_ENTRA + 1},
    {"authorization",                 SLOT_AUTHORIZATION},
    {"properties",                    SLOT_PROPERTIES},
    {"eventTimestamp",                SLOT_EVENT_TIME},
};
/* clang-format on */

typedef struct call {
    decode_ctx *ctx;
    const json_value *slots;
    str operation;   /* machine name, when the record has one */
    str status, sub; /* "Succeeded", "Created" */
    str resource;    /* id in canonical spelling */
    str correlation;
    /* For known calls only. */
    json_node root, body, request;
    const char *body_path, *request_path;
} call;

static str slot_text(const call *c, size_t first, size_t last)
{
    return azure_slot_text(c->ctx, c->slots, first, last);
}

/* ---- recognition ----------------------------------------------------------------------------- */

static bool is_one_of(str s, const char *const *words, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++) {
        if (text_eq_nocase(s, str_of(words[i])))
            return true;
    }
    return false;
}

static bool is_entra(const call *c, str category)
{
    str table = slot_text(c, SLOT_TABLE, SLOT_TABLE);
    str operation = slot_text(c, SLOT_OPERATION, SLOT_OPERATION_LAST);
    return slot_text(c, SLOT_ENTRA, SLOT_ENTRA_LAST).n > 0 ||
           text_eq_nocase(operation, STR("Sign-in activity")) ||
           text_eq_nocase(category, STR("AuditLogs")) || text_eq_nocase(table, STR("AuditLogs")) ||
           text_ends_nocase(category, "SignInLogs") || text_ends_nocase(table, "SigninLogs");
}

static bool is_mine(const call *c)
{
    static const char *const categories[] = {
        "Administrative", "Policy",       "Security",      "ServiceHealth",
        "ResourceHealth", "Autoscale",    "Alert",         "Recommendation",
        "StorageRead",    "StorageWrite", "StorageDelete",
    };
    str category = slot_text(c, SLOT_CATEGORY, SLOT_CATEGORY_LAST);
    if (slot_text(c, SLOT_OPERATION, SLOT_OPERATION_LAST).n == 0 || is_entra(c, category))
        return false;
    if (text_starts(slot_text(c, SLOT_RESOURCE, SLOT_RESOURCE), "/") ||
        slot_text(c, SLOT_EVENT_TIME, SLOT_EVENT_TIME).n > 0 ||
        is_one_of(category, categories, ARRAY_LEN(categories)))
        return true;
    return slot_text(c, SLOT_STATUS, SLOT_STATUS_LAST).n > 0 &&
           slot_text(c, SLOT_CALLER, SLOT_CALLER_LAST).n > 0;
}

/* ---- the operation's name -------------------------------------------------------------------- */

typedef struct display_row {
    const char *display;
    const char *machine;
} display_row;

/* The portal's CSV has display names only. Those of calls that a chain cares about: */
/* clang-format off */
static const display_row displays[] = {
    {"Create or Update Virtual Machine",         "Microsoft.Compute/virtualMachines/write"},
    {"Delete Virtual Machine",                   "Microsoft.Compute/virtualMachines/delete"},
    {"Deallocate Virtual Machine",               "Microsoft.Compute/virtualMachines/deallocate/action"},
    {"Power Off Virtual Machine",                "Microsoft.Compute/virtualMachines/powerOff/action"},
    {"Start Virtual Machine",                    "Microsoft.Compute/virtualMachines/start/action"},
    {"Reimage Virtual Machine",                  "Microsoft.Compute/virtualMachines/reimage/action"},
    {"Redeploy Virtual Machine",                 "Microsoft.Compute/virtualMachines/redeploy/action"},
    {"Capture Virtual Machine",                  "Microsoft.Compute/virtualMachines/capture/action"},
    {"Run Command on Virtual Machine",           "Microsoft.Compute/virtualMachines/runCommand/action"},
    {"Create or Update Virtual Machine Extension", "Microsoft.Compute/virtualMachines/extensions/write"},
    {"Create or Update Virtual Machine Scale Set", "Microsoft.Compute/virtualMachineScaleSets/write"},
    {"Create or Update Snapshot",                "Microsoft.Compute/snapshots/write"},
    {"Delete Snapshot",                          "Microsoft.Compute/snapshots/delete"},
    {"Get Snapshot SAS URI",                     "Microsoft.Compute/snapshots/beginGetAccess/action"},
    {"Create or Update Disk",                    "Microsoft.Compute/disks/write"},
    {"Delete Disk",                              "Microsoft.Compute/disks/delete"},
    {"Get Disk SAS URI",                         "Microsoft.Compute/disks/beginGetAccess/action"},
    {"Create or Update Image",                   "Microsoft.Compute/images/write"},
    {"Create Deployment",                        "Microsoft.Resources/deployments/write"},
    {"Create or Update Network Security Group",  "Microsoft.Network/networkSecurityGroups/write"},
    {"Delete Network Security Group",            "Microsoft.Network/networkSecurityGroups/delete"},
    {"Create or Update Security Rule",           "Microsoft.Network/networkSecurityGroups/securityRules/write"},
    {"Create or Update Public Ip Address",       "Microsoft.Network/publicIPAddresses/write"},
    {"Create or Update Network Interface",       "Microsoft.Network/networkInterfaces/write"},
    {"Create role assignment",                   "Microsoft.Authorization/roleAssignments/write"},
    {"Create/Update Storage Account",            "Microsoft.Storage/storageAccounts/write"},
    {"List Storage Account Keys",                "Microsoft.Storage/storageAccounts/listKeys/action"},
    {"Delete diagnostic setting",                "Microsoft.Insights/diagnosticSettings/delete"},
    {"Delete Workspace",                         "Microsoft.OperationalInsights/workspaces/delete"},
};
/* clang-format on */

static str machine_of_display(str display)
{
    for (size_t i = 0; i < ARRAY_LEN(displays); i++) {
        if (text_eq_nocase(display, str_of(displays[i].display)))
            return str_of(displays[i].machine);
    }
    return STR_NONE;
}

/* Text at `path` below a slot that holds JSON in a string; an object has slots of its own. */
static str slot_inside(const call *c, size_t slot, const char *path)
{
    if (c->slots[slot].type != JSON_STRING)
        return STR_NONE;
    json_node n = decoder_slot_tree(c->ctx, &c->slots[slot]);
    return text_trim(pick_text(&c->ctx->pick, n, path));
}

/* One display name has a slash, too: "Create/Update Storage Account". */
static bool is_machine_name(str s)
{
    return text_has(s, "/") && !text_has(s, " ");
}

static str find_operation(const call *c)
{
    str name = slot_text(c, SLOT_OPERATION, SLOT_OPERATION_LAST);
    if (is_machine_name(name))
        return name;
    str machine = slot_text(c, SLOT_ACTION, SLOT_ACTION_LAST);
    if (!is_machine_name(machine))
        machine = slot_inside(c, SLOT_AUTHORIZATION, "action");
    if (!is_machine_name(machine))
        machine = slot_inside(c, SLOT_PROPERTIES, "message");
    if (!is_machine_name(machine))
        machine = machine_of_display(name);
    return is_machine_name(machine) ? machine : name;
}

/* ---- phase and outcome ----------------------------------------------------------------------- */

typedef struct status_row {
    str status;
    uint8_t phase;
    uint8_t outcome;
} status_row;

typedef struct refusal_row {
    const char *word;
    uint8_t outcome;
} refusal_row;

/* clang-format off */
static const status_row statuses[] = {
    {STR_INIT("Start"),        PHASE_START,  OUTCOME_PENDING},
    {STR_INIT("Started"),      PHASE_START,  OUTCOME_PENDING},
    {STR_INIT("BeginRequest"), PHASE_START,  OUTCOME_PENDING},
    {STR_INIT("Accept"),       PHASE_ACCEPT, OUTCOME_PENDING},
    {STR_INIT("Accepted"),     PHASE_ACCEPT, OUTCOME_PENDING},
    {STR_INIT("Success"),      PHASE_END,    OUTCOME_SUCCESS},
    {STR_INIT("Succeeded"),    PHASE_END,    OUTCOME_SUCCESS},
    {STR_INIT("EndRequest"),   PHASE_END,    OUTCOME_SUCCESS},
    {STR_INIT("Failure"),      PHASE_END,    OUTCOME_FAILED},
    {STR_INIT("Failed"),       PHASE_END,    OUTCOME_FAILED},
    {STR_INIT("Canceled"),     PHASE_END,    OUTCOME_FAILED},
};

/* Words of error codes and HTTP sub-statuses. */
static const refusal_row refusals[] = {
    {"SkuNotAvailable",             OUTCOME_CAPACITY},
    {"QuotaExceeded",               OUTCOME_CAPACITY},
    {"Overconstrained",             OUTCOME_CAPACITY},
    {"AllocationFailed",            OUTCOME_CAPACITY},
    {"AuthorizationFailed",         OUTCOME_DENIED}, /* LinkedAuthorizationFailed, too */
    {"RequestDisallowedByPolicy",   OUTCOME_DENIED},
    {"Forbidden",                   OUTCOME_DENIED},
    {"Unauthorized",                OUTCOME_DENIED},
    {"403",                         OUTCOME_DENIED},
    {"401",                         OUTCOME_DENIED},
};
/* clang-format on */

static outcome classify(str code, str message, str sub)
{
    /* Azure says "OperationNotAllowed" for several things; the text tells which. */
    if (text_eq_nocase(code, STR("OperationNotAllowed")) && text_has_nocase(message, "quota"))
        return OUTCOME_CAPACITY;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (text_has_nocase(code, refusals[i].word) || text_has_nocase(sub, refusals[i].word))
            return (outcome)refusals[i].outcome;
    }
    return OUTCOME_FAILED;
}

static str first_of(const call *c, json_node root, const char *const *places)
{
    for (; *places; places++) {
        str text = text_trim(pick_text(&c->ctx->pick, root, *places));
        if (text.n > 0)
            return text;
    }
    return STR_NONE;
}

/* The word of an HTTP sub-status: of "Forbidden (HTTP Status Code: 403)" and "Failed.Forbidden". */
static str sub_word(str sub)
{
    return text_trim(text_after_last(text_before(sub, '('), '.'));
}

static void read_failure(const call *c, event *e)
{
    /* A deployment's own code says that something in it failed; the details say what. */
    static const char *const codes[] = {
        "statusMessage.error.details[].code",
        "statusMessage.error.code",
        "statusMessage.code",
        "properties.statusMessage.error.code",
        NULL,
    };
    static const char *const messages[] = {
        "statusMessage.error.details[].message",
        "statusMessage.error.message",
        "statusMessage.message",
        "statusMessage",
        NULL,
    };
    json_node properties = decoder_slot_tree(c->ctx, &c->slots[SLOT_PROPERTIES]);
    str code = first_of(c, properties, codes);
    str message = first_of(c, properties, messages);
    e->outcome = (uint8_t)classify(code, message, c->sub);
    e->field[FIELD_error_code] = code.n > 0 ? code : sub_word(c->sub);
    e->field[FIELD_error_message] = message;
    if (e->outcome == OUTCOME_DENIED)
        e->field[FIELD_denied] = STR("true");
}

static void read_outcome(const call *c, event *e)
{
    int64_t http = 0;
    e->phase = PHASE_COMPLETE;
    e->outcome = OUTCOME_SUCCESS;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (!text_eq_nocase(c->status, statuses[i].status))
            continue;
        e->phase = statuses[i].phase;
        e->outcome = statuses[i].outcome;
        break;
    }
    if (text_to_int(c->status, &http) && http >= 400)
        e->outcome = OUTCOME_FAILED;
    if (e->outcome == OUTCOME_FAILED)
        read_failure(c, e);
}

/* ---- create or update ------------------------------------------------------------------------ */

static str body_text(const call *c, const char *path)
{
    str text = text_trim(pick_text(&c->ctx->pick, c->body, path));
    return text.n > 0 ? text : text_trim(pick_text(&c->ctx->pick, c->request, path));
}

/* How far from the event the resource says it was created; INT64_MAX when it does not say. */
static int64_t age_of(const call *c, const event *e)
{
    int64_t created =
        time_parse(text_trim(pick_text(&c->ctx->pick, c->body, "properties.timeCreated")));
    if (created == TIME_NONE || e->time_ns == TIME_NONE)
        return INT64_MAX;
    return created > e->time_ns ? created - e->time_ns : e->time_ns - created;
}

/* A write that says nothing of the kind stays neither: an end record has OK for both. */
static void judge_write(const call *c, event *e)
{
    if (!text_ends_nocase(c->operation, "/write"))
        return;
    int64_t age = age_of(c, e);
    str state = text_trim(pick_text(&c->ctx->pick, c->body, "properties.provisioningState"));
    bool is_ok = text_eq_nocase(sub_word(c->sub), STR("OK")) || str_is(sub_word(c->sub), "200");
    str disk = text_trim(
        pick_text(&c->ctx->pick, c->body, "properties.storageProfile.osDisk.createOption"));
    e->is_new = text_has_nocase(c->sub, "Created") || text_has(c->sub, "201") ||
                text_eq_nocase(state, STR("Creating")) || age <= 120 * TIME_SECOND;
    if (e->is_new)
        return;
    e->is_existing = age != INT64_MAX || (is_ok && text_eq_nocase(state, STR("Updating"))) ||
                     (is_ok && text_eq_nocase(disk, STR("Attach")));
}

/* ---- what single operations mean ------------------------------------------------------------- */

static void append_text(const call *c, event *e, field f, str text)
{
    str *slot = &e->field[f];
    if (text.n == 0)
        return;
    *slot = slot->n == 0 ? text
                         : arena_printf(c->ctx->pick.scratch, "%.*s; %.*s", (int)slot->n, slot->p,
                                        (int)text.n, text.p);
}

/* Collects values into "a,b,c"; keeps only open networks when asked to. */
typedef struct gather {
    buf *out;
    pick_ctx *ctx;
    bool only_open;
} gather;

static void on_value(void *user, json_node n, unsigned item)
{
    gather *g = user;
    str text = text_trim(pick_node_text(g->ctx, n));
    (void)item;
    if (text.n == 0 || (g->only_open && ip_cidr_openness(text) == IP_OPEN_NONE))
        return;
    if (g->out->n > 0)
        buf_putc(g->out, ',');
    buf_putstr(g->out, text);
}

static str gather_text(const call *c, json_node rule, const char *one, const char *many,
                       bool only_open)
{
    AUTO(buf) out = {0};
    gather g = {.out = &out, .ctx = &c->ctx->pick, .only_open = only_open};
    pick_each(g.ctx, rule, one, on_value, &g);
    pick_each(g.ctx, rule, many, on_value, &g);
    return arena_dup_buf(c->ctx->pick.scratch, &out);
}

static str any_if_star(str s)
{
    return s.n == 0 || str_is(s, "*") ? STR("any") : s;
}

/* "tcp/22 from Internet" of a rule's properties, when it lets the world in. */
static str describe_rule(const call *c, json_node rule)
{
    pick_ctx *pick = &c->ctx->pick;
    str source = gather_text(c, rule, "sourceAddressPrefix", "sourceAddressPrefixes[]", true);
    if (!text_eq_nocase(pick_text(pick, rule, "access"), STR("Allow")) ||
        !text_eq_nocase(pick_text(pick, rule, "direction"), STR("Inbound")) || source.n == 0)
        return STR_NONE;
    str protocol = any_if_star(arena_dup_lower(pick->scratch, pick_text(pick, rule, "protocol")));
    str ports =
        any_if_star(gather_text(c, rule, "destinationPortRange", "destinationPortRanges[]", false));
    return arena_printf(pick->scratch, "%.*s/%.*s from %.*s", (int)protocol.n, protocol.p,
                        (int)ports.n, ports.p, (int)source.n, source.p);
}

static json_node body_or_request(const call *c)
{
    return json_node_size(c->body) > 0 ? c->body : c->request;
}

/* "rule NAME: tcp/22 from Internet", or "rule NAME" when it lets nobody in. */
static str name_rule(const call *c, str name, str opens)
{
    if (name.n == 0)
        return STR_NONE;
    return arena_printf(c->ctx->pick.scratch, "rule %.*s%s%.*s", (int)name.n, name.p,
                        opens.n > 0 ? ": " : "", (int)opens.n, opens.n > 0 ? opens.p : "");
}

static void on_rule_write(const call *c, event *e)
{
    json_node rule = pick_first(&c->ctx->pick, body_or_request(c), "properties");
    str opens = describe_rule(c, rule);
    append_text(c, e, FIELD_public_exposure, opens);
    append_text(c, e, FIELD_policy_delta, name_rule(c, text_after_last(c->resource, '/'), opens));
}

static void on_rule_delete(const call *c, event *e)
{
    append_text(c, e, FIELD_policy_delta,
                name_rule(c, text_after_last(c->resource, '/'), STR_NONE));
}

typedef struct rule_list {
    const call *c;
    buf out;
    buf names;
} rule_list;

static void put_rule(buf *out, str text)
{
    if (text.n == 0 || out->n + text.n > LIMIT_FIELD_BYTES)
        return;
    if (out->n > 0)
        buf_puts(out, "; ");
    buf_putstr(out, text);
}

static void on_rule(void *user, json_node n, unsigned item)
{
    rule_list *l = user;
    pick_ctx *pick = &l->c->ctx->pick;
    str text = describe_rule(l->c, json_node_get(n, STR("properties")));
    (void)item;
    put_rule(&l->out, text);
    if (text.n > 0)
        put_rule(&l->names,
                 name_rule(l->c, arena_dup_lower(pick->scratch, pick_text(pick, n, "name")), text));
}

/* Default rules are in another list; they never let the world in. */
static void on_group_write(const call *c, event *e)
{
    rule_list l = {.c = c};
    bool is_in_body = pick_first(&c->ctx->pick, c->body, "properties.securityRules[]").doc;
    pick_each(&c->ctx->pick, is_in_body ? c->body : c->request, "properties.securityRules[]",
              on_rule, &l);
    append_text(c, e, FIELD_public_exposure, arena_dup_buf(c->ctx->pick.scratch, &l.out));
    append_text(c, e, FIELD_policy_delta, arena_dup_buf(c->ctx->pick.scratch, &l.names));
    buf_done(&l.out);
    buf_done(&l.names);
}

static void on_address_write(const call *c, event *e)
{
    append_text(c, e, FIELD_public_exposure, STR("public address"));
}

static void on_interface_write(const call *c, event *e)
{
    static const char path[] = "properties.ipConfigurations[].properties.publicIPAddress.id";
    if (body_text(c, path).n > 0)
        append_text(c, e, FIELD_public_exposure, STR("public address"));
}

static void on_account_write(const call *c, event *e)
{
    if (text_eq_nocase(body_text(c, "properties.allowBlobPublicAccess"), STR("true")))
        append_text(c, e, FIELD_public_exposure, STR("public blob access"));
    /* Allow is what accounts have when nobody asks: only a caller who wrote it counts. */
    str action = pick_text(&c->ctx->pick, c->request, "properties.networkAcls.defaultAction");
    if (text_eq_nocase(text_trim(action), STR("Allow")))
        append_text(c, e, FIELD_public_exposure, STR("storage from any network"));
}

static void on_container_write(const call *c, event *e)
{
    str access = body_text(c, "properties.publicAccess");
    if (text_eq_nocase(access, STR("Blob")) || text_eq_nocase(access, STR("Container")))
        append_text(c, e, FIELD_public_exposure, STR("public blob access"));
}

static void on_role_assignment(const call *c, event *e)
{
    str id = azure_resource_id(c->ctx, body_text(c, "properties.roleDefinitionId"));
    str scope = azure_resource_id(c->ctx, body_text(c, "properties.scope"));
    str name = azure_role_name(id);
    if (name.n == 0)
        name = text_after_last(id, '/');
    if (name.n > 0 && scope.n > 0)
        name = arena_printf(c->ctx->pick.scratch, "%.*s on %.*s", (int)name.n, name.p, (int)scope.n,
                            scope.p);
    e->field[FIELD_policy_delta] = name;
}

static void on_elevation(const call *c, event *e)
{
    (void)c;
    e->field[FIELD_policy_delta] = STR("User Access Administrator on /");
}

/* A marketplace image has no id, but four words that name it. */
static void on_machine_write(const call *c, event *e)
{
    str publisher = body_text(c, "properties.storageProfile.imageReference.publisher");
    str offer = body_text(c, "properties.storageProfile.imageReference.offer");
    str sku = body_text(c, "properties.storageProfile.imageReference.sku");
    str id = body_text(c, "properties.storageProfile.imageReference.id");
    e->field[FIELD_image_owner] = publisher;
    if (id.n > 0)
        e->field[FIELD_image] = azure_resource_id(c->ctx, id);
    else if (publisher.n > 0)
        e->field[FIELD_image] =
            arena_printf(c->ctx->pick.scratch, "%.*s:%.*s:%.*s", (int)publisher.n, publisher.p,
                         (int)offer.n, offer.p, (int)sku.n, sku.p);
}

typedef struct meaning_row {
    const char *operation;
    void (*read)(const call *c, event *e);
} meaning_row;

/* clang-format off */
static const meaning_row meanings[] = {
    {"Microsoft.Compute/virtualMachines/write",                     on_machine_write},
    {"Microsoft.Network/networkSecurityGroups/securityRules/write", on_rule_write},
    {"Microsoft.Network/networkSecurityGroups/securityRules/delete", on_rule_delete},
    {"Microsoft.Network/networkSecurityGroups/write",               on_group_write},
    {"Microsoft.Network/publicIPAddresses/write",                   on_address_write},
    {"Microsoft.Network/networkInterfaces/write",                   on_interface_write},
    {"Microsoft.Storage/storageAccounts/write",                     on_account_write},
    {"Microsoft.Storage/storageAccounts/blobServices/containers/write", on_container_write},
    {"Microsoft.Authorization/roleAssignments/write",               on_role_assignment},
    {"Microsoft.Authorization/elevateAccess/action",                on_elevation},
};
/* clang-format on */

static void read_meaning(const call *c, event *e)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
        if (text_eq_nocase(c->operation, str_of(meanings[i].operation)))
            meanings[i].read(c, e);
    }
}

/* ---- who ------------------------------------------------------------------------------------- */

static void read_authorization(const call *c, event *e)
{
    static const char *const places[] = {"identity.authorization", "authorization",
                                         "Authorization_d", NULL};
    static const char *const admins[] = {"Owner", "User Access Administrator",
                                         "Role Based Access Control Administrator"};
    json_node evidence =
        pick_first(&c->ctx->pick, azure_object(c->ctx, c->root, places, NULL), "evidence");
    str role = text_trim(pick_text(&c->ctx->pick, evidence, "role"));
    e->field[FIELD_actor_type] = text_trim(pick_text(&c->ctx->pick, evidence, "principalType"));
    if (is_one_of(role, admins, ARRAY_LEN(admins)))
        e->field[FIELD_actor_privileged] = STR("true");
    if (e->field[FIELD_actor_id].n == 0)
        e->field[FIELD_actor_id] = text_trim(pick_text(&c->ctx->pick, evidence, "principalId"));
}

static void read_caller(const call *c, event *e)
{
    str caller = slot_text(c, SLOT_CALLER, SLOT_CALLER_LAST);
    str *name = &e->field[FIELD_actor_name];
    if (name->n == 0)
        *name = caller;
    if (e->field[FIELD_actor_id].n == 0)
        e->field[FIELD_actor_id] = caller.n > 0 ? caller : *name;
    e->field[FIELD_actor_id] = azure_guid_text(c->ctx, e->field[FIELD_actor_id]);
    if (e->field[FIELD_actor_type].n > 0)
        return;
    if (text_has(caller, "@") || text_has(*name, "@"))
        e->field[FIELD_actor_type] = STR("User");
    else if (azure_is_guid(caller))
        e->field[FIELD_actor_type] = STR("ServicePrincipal");
}

/* In Log Analytics `TenantId` is the workspace. */
static void read_tenant(const call *c, event *e)
{
    str table = slot_text(c, SLOT_TABLE, SLOT_TABLE);
    str *org = &e->field[FIELD_org];
    str *home = &e->field[FIELD_actor_account];
    bool is_table =
        text_eq_nocase(table, STR("AzureActivity")) || c->slots[SLOT_OPERATION].type != JSON_NONE ||
        c->slots[SLOT_TIME + 2].type != JSON_NONE || c->slots[SLOT_TIME + 3].type != JSON_NONE;
    if (!is_table)
        *org = azure_guid_text(c->ctx, pick_text(&c->ctx->pick, c->root, "tenantId"));
    if (org->n == 0)
        *org = *home;
    if (home->n == 0)
        *home = *org;
}

static void read_actor(const call *c, event *e)
{
    static const char *const places[] = {"identity.claims", "claims", "Claims_d", NULL};
    read_authorization(c, e);
    str proven = e->field[FIELD_actor_id]; /* the token's own id is better */
    e->field[FIELD_actor_id] = STR_NONE;
    azure_read_claims(c->ctx, azure_object(c->ctx, c->root, places, NULL), e);
    if (e->field[FIELD_actor_id].n == 0)
        e->field[FIELD_actor_id] = proven;
    read_caller(c, e);
    read_tenant(c, e);
}

/* ---- what and where -------------------------------------------------------------------------- */

/* Two columns may hold the id ("ResourceId" and "_ResourceId"), one of them empty. */
static str member_text(json_node root, str key)
{
    json_iter it = json_iter_of(root);
    while (json_iter_next(&it)) {
        str text = text_trim(json_node_string(it.value));
        if (text.n > 0 && json_key_eq(it.key, key))
            return text;
    }
    return STR_NONE;
}

/* The portal's CSV has the resource's parts in columns. */
static str resource_of_columns(const call *c)
{
    pick_ctx *pick = &c->ctx->pick;
    str name = text_trim(pick_text(pick, c->root, "resource"));
    str kind = text_trim(pick_text(pick, c->root, "resource type"));
    str group = text_trim(pick_text(pick, c->root, "resource group"));
    str account = slot_text(c, SLOT_SUBSCRIPTION, SLOT_SUBSCRIPTION_LAST);
    if (text_starts(name, "/"))
        return name;
    if (name.n == 0 || kind.n == 0 || group.n == 0 || account.n == 0)
        return STR_NONE;
    return arena_printf(
        pick->scratch, "/subscriptions/%.*s/resourcegroups/%.*s/providers/%.*s/%.*s",
        (int)account.n, account.p, (int)group.n, group.p, (int)kind.n, kind.p, (int)name.n, name.p);
}

static str find_resource(const call *c)
{
    static const char *const places[] = {
        "resourceUri",
        "properties.entity",
        "properties_d.entity",
        "authorization.scope",
        "identity.authorization.scope",
        "Authorization_d.scope",
        NULL,
    };
    str id = member_text(c->root, STR("resourceId"));
    if (id.n == 0)
        id = resource_of_columns(c);
    if (id.n == 0)
        id = first_of(c, c->root, places);
    return azure_resource_id(c->ctx, id);
}

static void read_place(const call *c, event *e)
{
    str account = azure_subscription_of(c->resource);
    if (account.n == 0)
        account = azure_guid_text(c->ctx, slot_text(c, SLOT_SUBSCRIPTION, SLOT_SUBSCRIPTION_LAST));
    e->field[FIELD_account] = account;
    e->field[FIELD_target_type] = azure_resource_kind(c->ctx, c->resource);
    e->field[FIELD_region] = body_text(c, "location");
}

static void read_suffix(const call *c, event *e)
{
    if (text_ends_nocase(c->operation, "/read"))
        e->field[FIELD_read_only] = STR("true");
    else if (is_machine_name(c->operation))
        e->field[FIELD_read_only] = STR("false");
}

/* "k=v;k=v" of the body's tags. */
static void read_tags(const call *c, event *e)
{
    AUTO(buf) out = {0};
    json_iter it = json_iter_of(pick_first(&c->ctx->pick, body_or_request(c), "tags"));
    while (json_iter_next(&it)) {
        str value = json_node_string(it.value);
        if (it.key.n == 0)
            continue;
        buf_printf(&out, "%s%.*s=%.*s", out.n ? ";" : "", (int)it.key.n, it.key.p, (int)value.n,
                   value.p);
    }
    e->field[FIELD_tags] = arena_dup_buf(c->ctx->pick.scratch, &out);
}

static void read_fields(const call *c, event *e)
{
    /* clang-format off */
    static const azure_place places[] = {
        {FIELD_request_uid,   "operationId"},
        {FIELD_api_version,   "operationVersion"},
        {FIELD_src_ip,        "callerIpAddress"},
        {FIELD_src_ip,        "httpRequest.clientIpAddress"},
        {FIELD_src_ip,        "properties.httpRequest.clientIpAddress"},
        {FIELD_region,        "location"},
        {FIELD_region,        "resourceLocation"},
        {FIELD_user_agent,    "properties.userAgentHeader"},
        {FIELD_error_message, "resultDescription"},
    };
    /* clang-format on */
    str service = text_before(c->operation, '/');
    e->field[FIELD_operation] = c->operation;
    e->field[FIELD_shared_uid] = c->correlation;
    e->field[FIELD_log_kind] = slot_text(c, SLOT_CATEGORY, SLOT_CATEGORY_LAST);
    e->field[FIELD_service] = arena_dup_lower(c->ctx->pick.scratch, service);
    e->field[FIELD_time_ingest] =
        azure_time_text(c->ctx, slot_text(c, SLOT_INGEST, SLOT_INGEST_LAST));
    read_place(c, e);
    azure_fill(c->ctx, c->root, places, ARRAY_LEN(places), e);
    e->field[FIELD_src_ip] = azure_ip_text(e->field[FIELD_src_ip]);
    read_suffix(c, e);
    read_tags(c, e);
}

/* ---- bodies and refs ------------------------------------------------------------------------- */

static void open_record(call *c)
{
    static const char *const bodies[] = {"properties.responseBody",
                                         "properties.eventProperties.responseBody",
                                         "Properties_d.responseBody", "responseBody", NULL};
    static const char *const requests[] = {"properties.requestbody",
                                           "properties.eventProperties.requestbody",
                                           "Properties_d.requestbody", "requestbody", NULL};
    c->body_path = bodies[0];
    c->request_path = requests[0];
    c->root = decoder_tree(c->ctx);
    c->body = azure_object(c->ctx, c->root, bodies, &c->body_path);
    c->request = azure_object(c->ctx, c->root, requests, &c->request_path);
    c->resource = find_resource(c);
}

/* The id as a document of its own, so that a row of the operation table can name it like a body. */
static json_node resource_node(const call *c)
{
    AUTO(buf) text = {0};
    json_node n;
    buf_json_string(&text, c->resource);
    if (text.failed)
        c->ctx->pick.scratch->failed = true;
    char *room = text.failed ? NULL : arena_alloc(c->ctx->pick.scratch, text.n + BUF_PADDING);
    if (!room || c->resource.n == 0)
        return JSON_NODE_NONE;
    memcpy(room, text.p, text.n);
    return json_parse(c->ctx->pick.json, (str){room, text.n}, &n) == JSON_OK ? n : JSON_NODE_NONE;
}

/* What a resource is part of says something, too, and stands in no field of its own. */
typedef struct whole_row {
    const char *kind; /* of the part */
    uint8_t relation, type;
    const char *doc;
} whole_row;

/* clang-format off */
static const whole_row wholes[] = {
    {"microsoft.compute/virtualmachinescalesets/virtualmachines",      RELATION_PARENT, ENTITY_TEMPLATE,  "a machine and the set that makes it"},
    {"microsoft.compute/restorepointcollections/restorepoints",        RELATION_PARENT, ENTITY_SNAPSHOT,  "a restore point and the collection of its machine"},
    {"microsoft.managedidentity/userassignedidentities/federatedidentitycredentials", RELATION_TARGET, ENTITY_PRINCIPAL, "a credential and whose it is"},
};
/* clang-format on */

static void add_whole(const call *c, event *e)
{
    str kind = e->field[FIELD_target_type];
    for (size_t i = 0; i < ARRAY_LEN(wholes); i++) {
        if (!text_ends_nocase(c->operation, "/write") || !str_is(kind, wholes[i].kind))
            continue;
        /* The id without the last type and name. */
        str whole = c->resource;
        for (int cut = 0; cut < 2; cut++)
            whole = str_upto(whole, whole.n - text_after_last(whole, '/').n - 1);
        refs_add(c->ctx, e, (relation)wholes[i].relation, (entity_type)wholes[i].type, whole,
                 STR("resourceId"));
    }
}

static void read_refs(const call *c, event *e)
{
    const refs_root roots[] = {
        {.name = "", .shown = "", .node = c->root},
        {.name = "resource", .shown = "resourceId", .node = resource_node(c)},
        {.name = "body", .shown = c->body_path, .node = c->body},
        {.name = "request", .shown = c->request_path, .node = c->request},
    };
    const refs_source source = {.roots = roots, .n_roots = ARRAY_LEN(roots), .canon = azure_canon};
    refs_collect(c->ctx, &source, e);
    add_whole(c, e);
}

/* ---- identity of records --------------------------------------------------------------------- */

static uint64_t hash_lower(const call *c, str s, uint64_t seed)
{
    return hash_str(arena_dup_lower(c->ctx->pick.scratch, s), seed);
}

/* Records without an id of their own are told apart by all that can differ between the phases of
 * one call and between the calls of one request. An id's own hash leaves out the time, which
 * exporters cut to milliseconds. */
static uint64_t identify(const call *c, const event *e, str *ret_id)
{
    str id = slot_text(c, SLOT_UID, SLOT_UID_LAST);
    if (id.n == 0)
        id = slot_inside(c, SLOT_PROPERTIES, "eventDataId");
    *ret_id = id;
    if (id.n > 0)
        return decoder_uid_hash(id, STR_NONE, STR_NONE, 0);
    str who = slot_text(c, SLOT_CALLER, SLOT_CALLER_LAST);
    str what = slot_text(c, SLOT_RESOURCE, SLOT_RESOURCE);
    uint64_t h = hash_mix(hash_str(c->status, 2), hash_str(c->sub, 3));
    h = hash_mix(h, hash_mix(hash_str(who, 4), hash_str(what, 5)));
    return hash_mix(h, decoder_uid_hash(c->correlation, c->operation, STR_NONE, e->time_ns)) | 1;
}

static str hash_text(const call *c, uint64_t hash)
{
    return arena_printf(c->ctx->pick.scratch, "%016llx", (unsigned long long)hash);
}

static void fold(const call *c, event *e)
{
    if (c->correlation.n == 0)
        return;
    uint64_t h = hash_lower(c, c->correlation, 1);
    h = hash_mix(h, hash_lower(c, c->operation, 2));
    h = hash_mix(h, hash_str(c->resource, 3));
    e->fold_hash = h ? h : 1;
}

static decode_status decode(decode_ctx *ctx, const json_value *slots, event *ret)
{
    call c = {.ctx = ctx, .slots = slots};
    if (!is_mine(&c))
        return DECODE_NOT_MINE;
    c.operation = find_operation(&c);
    c.status = slot_text(&c, SLOT_STATUS, SLOT_STATUS_LAST);
    c.sub = slot_text(&c, SLOT_SUBSTATUS, SLOT_SUBSTATUS_LAST);
    c.correlation = slot_text(&c, SLOT_CORRELATION, SLOT_CORRELATION_LAST);
    ret->provider = PROVIDER_AZURE;
    ret->time_ns = time_parse(slot_text(&c, SLOT_TIME, SLOT_TIME_LAST));
    str uid = STR_NONE;
    ret->uid_hash = identify(&c, ret, &uid);
    read_outcome(&c, ret);
    ret->operation =
        operation_index_find(ctx->operations, PROVIDER_AZURE, STR("activity"), c.operation);
    ret->field[FIELD_uid] = uid;
    if (ret->operation == OPERATION_NONE)
        return DECODE_EVENT;
    if (uid.n == 0)
        ret->field[FIELD_uid] = hash_text(&c, ret->uid_hash);
    open_record(&c);
    fold(&c, ret);
    judge_write(&c, ret);
    read_actor(&c, ret);
    read_fields(&c, ret);
    read_meaning(&c, ret);
    read_refs(&c, ret);
    return DECODE_EVENT;
}

const decoder decoder_azure_activity = {
    .name = "azure_activity",
    .doc = "Azure Activity log: REST, Event Hubs, storage account, Log Analytics, portal CSV",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOT_COUNT,
    .decode = decode,
};
