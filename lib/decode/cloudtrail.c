/* SPDX-License-Identifier: Apache-2.0
 *
 * cloudtrail.c -- AWS CloudTrail records, as delivered and as exporters reshape them.
 *
 *   * the native record, also with lower-case column names (CloudTrail Lake, Athena) and with p_*
 *     columns (Panther): keys compare normalised, so these are one;
 *   * "aws.cloudtrail.*" around the native names (OpenSearch);
 *   * "aws.cloudtrail.*" with Elastic's names beside ECS fields (event.action, source.ip).
 * Nested parts may be objects, JSON in a string, or `{k=v}` text (aws_struct.h).
 *
 *  (1) A record is of this family when it has eventSource and eventName; or event.provider and
 *      event.action beside a mark of Beats; or when it is an Insights event, which is skipped.
 *  (2) A call that the operation table does not know costs the projection, one look-up and four
 *      hashes; a known one of the talkative kinds has its refs in slots (plain.h).
 *  (3) Actor fields name the principal behind a session, not the session: a role's sessions share
 *      one actor_arn, and differ in session_id and credential.
 */
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/agents.h"
#include "decode/aws_detail.h"
#include "decode/aws_id.h"
#include "decode/aws_struct.h"
#include "decode/callers.h"
#include "decode/decoder.h"
#include "decode/plain.h"
#include "decode/refs.h"
#include "model/operation.h"

extern const decoder decoder_cloudtrail;

/* ---- paths ----------------------------------------------------------------------------------- */

/* Attributes of the caller: members of userIdentity. */
typedef enum who {
    WHO_TYPE,
    WHO_PRINCIPAL,
    WHO_ARN,
    WHO_ACCOUNT,
    WHO_KEY,
    WHO_NAME,
    WHO_INVOKED_BY,
    WHO_CREATED,
    WHO_MFA,
    WHO_ISSUER_TYPE,
    WHO_ISSUER_PRINCIPAL,
    WHO_ISSUER_ARN,
    WHO_ISSUER_NAME,
    WHO_SOURCE_IDENTITY,
    WHO_PROVIDER,
    WHO_BEHALF,
    WHO_COUNT
} who;

enum {
    SLOT_TYPE,
    SLOT_SOURCE,
    SLOT_NAME,
    SLOT_ECS_SOURCE,
    SLOT_ECS_NAME,
    SLOT_ECS_DATASET,
    SLOT_ECS_OUTCOME,
    SLOT_BEATS,
    SLOT_TIME,
    SLOT_ID,
    SLOT_ORIGINAL_ID,
    SLOT_REASON,
    SLOT_SHARED_ID,
    SLOT_REQUEST_ID,
    SLOT_API_VERSION,
    SLOT_ERROR,
    SLOT_ERROR_MESSAGE,
    SLOT_LOGIN,
    SLOT_READ_ONLY,
    SLOT_CATEGORY,
    SLOT_MANAGEMENT,
    SLOT_ACCOUNT,
    SLOT_ORG,
    SLOT_REGION,
    SLOT_ADDRESS,
    SLOT_USER_AGENT,
    SLOT_ENDPOINT,
    SLOT_CONSOLE,
    SLOT_IDENTITY,
    SLOT_REQUEST,
    SLOT_RESPONSE,
    SLOT_EXTRA,
    SLOT_SERVICE,
    SLOT_RESOURCES,
    SLOT_PLAIN_BUCKET, /* what plain.h reads */
    SLOT_PLAIN_SOURCE,
    SLOT_PLAIN_ROLE,
    SLOT_PLAIN_SECRET,
    SLOT_PLAIN_KEY,
    SLOT_PLAIN_SESSION,
    SLOT_PLAIN_IN,
    SLOT_PLAIN_OUT,
    SLOT_WHO, /* + who: for flattened records, which have no userIdentity to walk */
    SLOT_COUNT = SLOT_WHO + WHO_COUNT
};

_Static_assert((int)SLOT_COUNT <= (int)DECODER_SLOTS_MAX, "slots fit the reader's array");

#define BEATS "aws.cloudtrail."
#define BOTH(key, slot)                                                                            \
    {key, slot},                                                                                   \
    {                                                                                              \
        BEATS key, slot                                                                            \
    }

/* For paths that share a slot the first one that is there wins. */
/* clang-format off */
static const json_path paths[] = {
    BOTH("eventType",                          SLOT_TYPE),
    BOTH("eventSource",                        SLOT_SOURCE),
    BOTH("eventName",                          SLOT_NAME),
    {"event.provider",                         SLOT_ECS_SOURCE},
    {"event.action",                           SLOT_ECS_NAME},
    {"event.dataset",                          SLOT_ECS_DATASET},
    {"data_stream.dataset",                    SLOT_ECS_DATASET},
    {"event.outcome",                          SLOT_ECS_OUTCOME},
    {"aws.cloudtrail",                         SLOT_BEATS},
    {BEATS "event_version",                    SLOT_BEATS},
    BOTH("eventTime",                          SLOT_TIME),
    {"@timestamp",                             SLOT_TIME},
    {"p_event_time",                           SLOT_TIME},
    BOTH("eventID",                            SLOT_ID),
    {"event.id",                               SLOT_ID},
    BOTH("addendum.originalEventID",           SLOT_ORIGINAL_ID),
    BOTH("addendum.reason",                    SLOT_REASON),
    BOTH("sharedEventID",                      SLOT_SHARED_ID),
    BOTH("requestID",                          SLOT_REQUEST_ID),
    BOTH("apiVersion",                         SLOT_API_VERSION),
    BOTH("errorCode",                          SLOT_ERROR),
    BOTH("errorMessage",                       SLOT_ERROR_MESSAGE),
    BOTH("responseElements.ConsoleLogin",      SLOT_LOGIN),
    BOTH("responseElements.SwitchRole",        SLOT_LOGIN),
    BOTH("responseElements.CheckMfa",          SLOT_LOGIN),
    BOTH("readOnly",                           SLOT_READ_ONLY),
    BOTH("eventCategory",                      SLOT_CATEGORY),
    BOTH("managementEvent",                    SLOT_MANAGEMENT),
    BOTH("recipientAccountId",                 SLOT_ACCOUNT),
    {"cloud.account.id",                       SLOT_ACCOUNT},
    {"organization.id",                        SLOT_ORG},
    BOTH("awsRegion",                          SLOT_REGION),
    {"cloud.region",                           SLOT_REGION},
    BOTH("sourceIPAddress",                    SLOT_ADDRESS),
    {"source.ip",                              SLOT_ADDRESS},
    {"source.address",                         SLOT_ADDRESS},
    {"user_agent.original",                    SLOT_USER_AGENT}, /* first: ECS's object is named alike */
    BOTH("userAgent",                          SLOT_USER_AGENT),
    BOTH("vpcEndpointId",                      SLOT_ENDPOINT),
    BOTH("sessionCredentialFromConsole",       SLOT_CONSOLE),
    BOTH("userIdentity",                       SLOT_IDENTITY),
    BOTH("requestParameters",                  SLOT_REQUEST),
    {BEATS "flattened.request_parameters",     SLOT_REQUEST},
    BOTH("responseElements",                   SLOT_RESPONSE),
    {BEATS "flattened.response_elements",      SLOT_RESPONSE},
    BOTH("additionalEventData",                SLOT_EXTRA),
    {BEATS "flattened.additional_eventdata",   SLOT_EXTRA},
    BOTH("serviceEventDetails",                SLOT_SERVICE),
    {BEATS "flattened.service_event_details",  SLOT_SERVICE},
    {"resources",                              SLOT_RESOURCES},
    {"requestParameters.bucketName",           SLOT_PLAIN_BUCKET},
    {"requestParameters.x-amz-copy-source",    SLOT_PLAIN_SOURCE},
    {"requestParameters.roleArn",              SLOT_PLAIN_ROLE},
    {"requestParameters.secretId",             SLOT_PLAIN_SECRET},
    {"responseElements.credentials.accessKeyId", SLOT_PLAIN_KEY},
    {"responseElements.assumedRoleUser.arn",   SLOT_PLAIN_SESSION},
    {"additionalEventData.bytesTransferredIn", SLOT_PLAIN_IN},
    {"additionalEventData.bytesTransferredOut", SLOT_PLAIN_OUT},
    {"userIdentity.type",                      SLOT_WHO + WHO_TYPE},
    {"userIdentity.principalId",               SLOT_WHO + WHO_PRINCIPAL},
    {"userIdentity.arn",                       SLOT_WHO + WHO_ARN},
    {"userIdentity.accountId",                 SLOT_WHO + WHO_ACCOUNT},
    {"userIdentity.accessKeyId",               SLOT_WHO + WHO_KEY},
    {"userIdentity.userName",                  SLOT_WHO + WHO_NAME},
    {"userIdentity.invokedBy",                 SLOT_WHO + WHO_INVOKED_BY},
    {"userIdentity.sessionContext.attributes.creationDate",     SLOT_WHO + WHO_CREATED},
    {"userIdentity.sessionContext.attributes.mfaAuthenticated", SLOT_WHO + WHO_MFA},
    {"userIdentity.sessionContext.sessionIssuer.type",          SLOT_WHO + WHO_ISSUER_TYPE},
    {"userIdentity.sessionContext.sessionIssuer.principalId",   SLOT_WHO + WHO_ISSUER_PRINCIPAL},
    {"userIdentity.sessionContext.sessionIssuer.arn",           SLOT_WHO + WHO_ISSUER_ARN},
    {"userIdentity.sessionContext.sessionIssuer.userName",      SLOT_WHO + WHO_ISSUER_NAME},
    {"userIdentity.sessionContext.sourceIdentity",              SLOT_WHO + WHO_SOURCE_IDENTITY},
    {"userIdentity.sessionContext.webIdFederationData.federatedProvider", SLOT_WHO + WHO_PROVIDER},
    {"userIdentity.identityProvider",          SLOT_WHO + WHO_PROVIDER},
    {"userIdentity.onBehalfOf.userId",         SLOT_WHO + WHO_BEHALF},
    {BEATS "user_identity.type",               SLOT_WHO + WHO_TYPE},
    {"user.id",                                SLOT_WHO + WHO_PRINCIPAL},
    {BEATS "user_identity.arn",                SLOT_WHO + WHO_ARN},
    {BEATS "user_identity.account_id",         SLOT_WHO + WHO_ACCOUNT},
    {BEATS "user_identity.access_key_id",      SLOT_WHO + WHO_KEY},
    {"user.name",                              SLOT_WHO + WHO_NAME},
    {BEATS "user_identity.invoked_by",         SLOT_WHO + WHO_INVOKED_BY},
    {BEATS "user_identity.session_context.creation_date",               SLOT_WHO + WHO_CREATED},
    {BEATS "user_identity.session_context.mfa_authenticated",           SLOT_WHO + WHO_MFA},
    {BEATS "user_identity.session_context.session_issuer.type",         SLOT_WHO + WHO_ISSUER_TYPE},
    {BEATS "user_identity.session_context.session_issuer.principal_id", SLOT_WHO + WHO_ISSUER_PRINCIPAL},
    {BEATS "user_identity.session_context.session_issuer.arn",          SLOT_WHO + WHO_ISSUER_ARN},
};

/* Where a userIdentity that is text keeps each attribute; the first path with a text wins. */
static const char *const who_paths[WHO_COUNT][2] = {
    [WHO_TYPE]             = {"type"},
    [WHO_PRINCIPAL]        = {"principalId"},
    [WHO_ARN]              = {"arn"},
    [WHO_ACCOUNT]          = {"accountId"},
    [WHO_KEY]              = {"accessKeyId", "accesKeyId"}, /* the second is how one exporter spells it */
    [WHO_NAME]             = {"userName"},
    [WHO_INVOKED_BY]       = {"invokedBy"},
    [WHO_CREATED]          = {"sessionContext.attributes.creationDate", "sessionContext.creationDate"},
    [WHO_MFA]              = {"sessionContext.attributes.mfaAuthenticated", "sessionContext.mfaAuthenticated"},
    [WHO_ISSUER_TYPE]      = {"sessionContext.sessionIssuer.type"},
    [WHO_ISSUER_PRINCIPAL] = {"sessionContext.sessionIssuer.principalId"},
    [WHO_ISSUER_ARN]       = {"sessionContext.sessionIssuer.arn"},
    [WHO_ISSUER_NAME]      = {"sessionContext.sessionIssuer.userName"},
    [WHO_SOURCE_IDENTITY]  = {"sessionContext.sourceIdentity"},
    [WHO_PROVIDER]         = {"sessionContext.webIdFederationData.federatedProvider", "identityProvider"},
    [WHO_BEHALF]           = {"onBehalfOf.userId"},
};
/* clang-format on */

/* One call that the operation table knows, while its fields are filled. */
typedef struct call {
    decode_ctx *ctx;
    const json_value *slots;
    event *e;
    json_node identity, request, response, extra, service;
    json_node asked, answered; /* request and response without <Operation>Request/Response around */
    str asked_key, answered_key; /* what was around them */
    str who[WHO_COUNT];
} call;

/* ---- every record ---------------------------------------------------------------------------- */

static str text_at(decode_ctx *ctx, const json_value *slots, size_t slot)
{
    if (slots[slot].type == JSON_NONE)
        return STR_NONE;
    return text_trim(decoder_text(ctx, &slots[slot]));
}

typedef struct error_row {
    const char *needle; /* anywhere in the code */
    uint8_t outcome;
} error_row;

/* The first row that fits decides. */
/* clang-format off */
static const error_row errors[] = {
    {"DryRunOperation",              OUTCOME_DRY_RUN},
    {"AccessDenied",                 OUTCOME_DENIED},
    {"Unauthorized",                 OUTCOME_DENIED}, /* UnauthorizedOperation, …Exception */
    {"NotAuthorized",                OUTCOME_DENIED},
    {"AuthorizationError",           OUTCOME_DENIED},
    {"RequestLimitExceeded",         OUTCOME_FAILED}, /* throttled: no quota of machines */
    {"LimitExceeded",                OUTCOME_CAPACITY},
    {"CountExceeded",                OUTCOME_CAPACITY},
    {"QuotaExceeded",                OUTCOME_CAPACITY},
    {"InsufficientInstanceCapacity", OUTCOME_CAPACITY},
    {"InsufficientHostCapacity",     OUTCOME_CAPACITY},
    {"InsufficientCapacity",         OUTCOME_CAPACITY},
};
/* clang-format on */

static uint8_t outcome_of_error(str code)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (text_has_nocase(code, errors[i].needle))
            return errors[i].outcome;
    return OUTCOME_FAILED;
}

/* An empty errorCode occurs in records of calls that succeeded. Sign-ins have a word, no code. */
static uint8_t outcome_of(decode_ctx *ctx, const json_value *slots)
{
    str code = text_at(ctx, slots, SLOT_ERROR);
    if (code.n > 0)
        return outcome_of_error(code);
    bool has_failed = text_eq_nocase(text_at(ctx, slots, SLOT_LOGIN), STR("Failure")) ||
                      text_eq_nocase(text_at(ctx, slots, SLOT_ECS_OUTCOME), STR("failure"));
    return has_failed ? OUTCOME_FAILED : OUTCOME_SUCCESS;
}

/* Which call a record is about. */
typedef struct call_name {
    str source, name;
    uint64_t source_hash, name_hash;
} call_name;

/* A record without an id (they are rare and old) is the duplicate of its own bytes only. */
static uint64_t uid_hash(decode_ctx *ctx, str uid, const call_name *n, str account, int64_t time_ns)
{
    str id = uid.n ? uid : ctx->record;
    uint64_t h = decoder_uid_hash_of(id, n->name_hash, account, time_ns);
    h = hash_mix(h, n->source_hash);
    return h ? h : 1;
}

static bool is_beats(decode_ctx *ctx, const json_value *slots)
{
    return slots[SLOT_BEATS].type != JSON_NONE || slots[SLOT_WHO + WHO_TYPE].type != JSON_NONE ||
           str_is(text_at(ctx, slots, SLOT_ECS_DATASET), "aws.cloudtrail");
}

/* The call's service and name. False: the record shows no CloudTrail call. */
static bool read_call(decode_ctx *ctx, const json_value *slots, call_name *ret)
{
    str source = text_at(ctx, slots, SLOT_SOURCE);
    str name = text_at(ctx, slots, SLOT_NAME);
    if ((source.n == 0 || name.n == 0) && is_beats(ctx, slots)) {
        source = text_at(ctx, slots, SLOT_ECS_SOURCE);
        name = text_at(ctx, slots, SLOT_ECS_NAME);
    }
    if (source.n == 0 || name.n == 0)
        return false;
    *ret = (call_name){source, name, operation_source_hash(source), operation_name_hash(name)};
    return true;
}

static void fill_head(decode_ctx *ctx, const json_value *slots, const call_name *n, event *e)
{
    str original = text_at(ctx, slots, SLOT_ORIGINAL_ID);
    str uid = original.n ? original : text_at(ctx, slots, SLOT_ID);
    str shared = text_at(ctx, slots, SLOT_SHARED_ID);
    e->time_ns = time_parse(text_at(ctx, slots, SLOT_TIME));
    e->provider = PROVIDER_AWS;
    e->phase = PHASE_COMPLETE;
    e->uid_hash = uid_hash(ctx, uid, n, text_at(ctx, slots, SLOT_ACCOUNT), e->time_ns);
    /* Delivery that was merely late also has an addendum; it re-issues nothing. */
    e->is_update = original.n > 0 || str_is(text_at(ctx, slots, SLOT_REASON), "UPDATED_DATA");
    e->is_shared_view = shared.n > 0;
    e->fold_hash = shared.n > 0 ? hash_str(shared, PROVIDER_AWS) | 1 : 0;
}

/* ---- nested documents ------------------------------------------------------------------------ */

static json_node parse_kept(decode_ctx *ctx, str text)
{
    char *room = arena_alloc(ctx->pick.scratch, text.n + BUF_PADDING);
    json_node root;
    if (!room)
        return JSON_NODE_NONE;
    memcpy(room, text.p, text.n);
    return json_parse(ctx->pick.json, (str){room, text.n}, &root) == JSON_OK ? root
                                                                             : JSON_NODE_NONE;
}

static json_node struct_tree(decode_ctx *ctx, const json_value *v)
{
    AUTO(buf) json = {0};
    str text = decoder_text(ctx, v);
    bool is_struct = text.n > 0 && aws_struct_to_json(text, &json);
    if (json.failed)
        ctx->pick.scratch->failed = true;
    if (!is_struct || json.failed)
        return JSON_NODE_NONE;
    return parse_kept(ctx, buf_str(&json));
}

/* A nested part as a tree, however it is written. */
static json_node document(const call *c, size_t slot)
{
    json_node parsed = decoder_slot_tree(c->ctx, &c->slots[slot]);
    if (parsed.doc || c->slots[slot].type != JSON_STRING)
        return parsed;
    return struct_tree(c->ctx, &c->slots[slot]);
}

/* Newer EC2 calls wrap all they say in one member: {"CreateFleetRequest": {…}}. */
static json_node unwrapped(json_node n, const char *suffix, str *ret_key)
{
    json_iter it = json_iter_of(n);
    if (json_node_type(n) != JSON_OBJECT || json_node_size(n) != 1 || !json_iter_next(&it))
        return n;
    if (!text_ends(it.key, suffix) || json_node_type(it.value) != JSON_OBJECT)
        return n;
    *ret_key = it.key;
    return it.value;
}

static void open_documents(call *c)
{
    c->identity = document(c, SLOT_IDENTITY);
    c->request = document(c, SLOT_REQUEST);
    c->response = document(c, SLOT_RESPONSE);
    c->extra = document(c, SLOT_EXTRA);
    c->service = document(c, SLOT_SERVICE);
    c->asked = unwrapped(c->request, "Request", &c->asked_key);
    c->answered = unwrapped(c->response, "Response", &c->answered_key);
}

/* ---- plain fields ---------------------------------------------------------------------------- */

static str slot_text(const call *c, size_t slot)
{
    return text_at(c->ctx, c->slots, slot);
}

static bool is_true(str s)
{
    return text_eq_nocase(s, STR("true")) || text_eq_nocase(s, STR("yes"));
}

static str bool_text(str s)
{
    if (s.n == 0)
        return STR_NONE;
    return is_true(s) ? STR("true") : STR("false");
}

static void set(call *c, field f, str value)
{
    aws_detail_set(c->e, f, value);
}

static void set_plain(call *c)
{
    static const struct {
        uint8_t slot, field;
    } rows[] = {
        {SLOT_ID, FIELD_uid},
        {SLOT_SHARED_ID, FIELD_shared_uid},
        {SLOT_REQUEST_ID, FIELD_request_uid},
        {SLOT_API_VERSION, FIELD_api_version},
        {SLOT_ERROR, FIELD_error_code},
        {SLOT_ERROR_MESSAGE, FIELD_error_message},
        {SLOT_ACCOUNT, FIELD_account},
        {SLOT_ORG, FIELD_org},
        {SLOT_REGION, FIELD_region},
        {SLOT_ENDPOINT, FIELD_src_net},
        {SLOT_USER_AGENT, FIELD_user_agent},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        set(c, (field)rows[i].field, slot_text(c, rows[i].slot));
}

static void set_kind(call *c)
{
    str category = slot_text(c, SLOT_CATEGORY);
    str management = slot_text(c, SLOT_MANAGEMENT);
    set(c, FIELD_read_only, bool_text(slot_text(c, SLOT_READ_ONLY)));
    if (category.n > 0)
        set(c, FIELD_log_kind, arena_dup_lower(c->ctx->pick.scratch, category));
    else if (management.n > 0)
        set(c, FIELD_log_kind, is_true(management) ? STR("management") : STR("data"));
    set(c, FIELD_denied, c->e->outcome == OUTCOME_DENIED ? STR("true") : STR("false"));
}

/* Digits and dots, or something with a colon. Data made anonymous holds addresses that are none
 * (075.1.2.3), but no service is called that. */
static bool is_numeric(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ':')
            return true;
        if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.')
            return memchr(s.p, ':', s.n) != NULL;
    }
    return true;
}

/* A service that calls puts its name where the address would be. */
static void set_source(call *c)
{
    str address = slot_text(c, SLOT_ADDRESS);
    set(c, is_numeric(address) ? FIELD_src_ip : FIELD_src_service, address);
}

/* ---- the caller ------------------------------------------------------------------------------ */

static str who_text(const call *c, size_t attribute)
{
    str plain = slot_text(c, SLOT_WHO + attribute);
    if (plain.n > 0)
        return plain;
    for (size_t i = 0; c->identity.doc && i < ARRAY_LEN(who_paths[0]); i++) {
        const char *path = who_paths[attribute][i];
        str text = path ? text_trim(pick_text(&c->ctx->pick, c->identity, path)) : STR_NONE;
        if (text.n > 0)
            return text;
    }
    return STR_NONE;
}

static void read_who(call *c)
{
    for (size_t i = 0; i < WHO_COUNT; i++)
        c->who[i] = who_text(c, i);
    if (c->who[WHO_TYPE].n == 0 && c->who[WHO_INVOKED_BY].n > 0)
        c->who[WHO_TYPE] = STR("AWSService");
    if (c->who[WHO_ACCOUNT].n == 0)
        c->who[WHO_ACCOUNT] = aws_id_account(c->who[WHO_ARN]);
}

static bool is_who(const call *c, const char *type)
{
    str own = c->who[WHO_TYPE];
    size_t n = strlen(type);
    /* Exact but for exporters that change the case. */
    return own.n == n && (memcmp(own.p, type, n) == 0 || text_eq_nocase(own, (str){type, n}));
}

/* AROA…:session -> AROA…. Other types put a colon inside the id itself
 * (accounts.google.com:client:sub). */
static str stable_id(const call *c)
{
    str id = c->who[WHO_PRINCIPAL];
    if (is_who(c, "AWSService") && id.n == 0)
        return c->who[WHO_INVOKED_BY];
    if (id.n == 0)
        return c->who[WHO_BEHALF];
    bool has_session =
        is_who(c, "AssumedRole") || text_starts(id, "AROA") || text_starts(id, "AIDA");
    return has_session ? text_before(id, ':') : id;
}

static str role_name(const call *c)
{
    str issuer = c->who[WHO_ISSUER_NAME];
    if (issuer.n > 0)
        return issuer;
    str arn = c->who[WHO_ISSUER_ARN];
    if (arn.n > 0)
        return text_after_last(arn, '/');
    return text_before(text_after(c->who[WHO_ARN], '/'), '/');
}

static str federated_name(const call *c)
{
    str id = c->who[WHO_PRINCIPAL];
    return memchr(id.p ? id.p : "", ':', id.n) ? text_after(id, ':')
                                               : text_after_last(c->who[WHO_ARN], '/');
}

static str shown_name(const call *c)
{
    str name = c->who[WHO_NAME];
    if (is_who(c, "AssumedRole"))
        return role_name(c);
    if (is_who(c, "Root"))
        return STR("root");
    if (name.n > 0)
        return name;
    if (is_who(c, "FederatedUser"))
        return federated_name(c);
    if (is_who(c, "AWSService"))
        return c->who[WHO_INVOKED_BY];
    if (c->who[WHO_ARN].n > 0)
        return text_after_last(c->who[WHO_ARN], '/');
    return is_who(c, "AWSAccount") ? c->who[WHO_ACCOUNT] : c->who[WHO_BEHALF];
}

static aws_place place_of(const event *e, str account)
{
    return (aws_place){e->field[FIELD_service], e->field[FIELD_region], account};
}

/* No ARN says which principal it is: the record's region has part in it. */
static bool is_named_by_place(const call *c)
{
    return c->who[WHO_ARN].n == 0 && c->who[WHO_ISSUER_ARN].n == 0 && is_who(c, "IAMUser") &&
           c->who[WHO_NAME].n > 0;
}

static str principal_arn(const call *c)
{
    arena *a = c->ctx->pick.scratch;
    aws_place home = place_of(c->e, c->who[WHO_ACCOUNT]);
    if (c->who[WHO_ARN].n > 0)
        return aws_id_principal(a, c->who[WHO_ARN]);
    if (c->who[WHO_ISSUER_ARN].n > 0)
        return aws_id_principal(a, c->who[WHO_ISSUER_ARN]);
    if (home.account.n == 0)
        return STR_NONE;
    if (is_named_by_place(c))
        return aws_id_iam(a, &home, "user", c->who[WHO_NAME]); /* a failed login shows no ARN */
    return STR_NONE;
}

/* A key id that was masked for sharing still leaves its session to be told from others. */
static str credential_of(const call *c)
{
    str key = c->who[WHO_KEY];
    if (!aws_id_is_masked(key))
        return key;
    str arn = c->who[WHO_ARN], created = c->who[WHO_CREATED];
    if (arn.n == 0 || created.n == 0)
        return arn;
    return arena_printf(c->ctx->pick.scratch, "%.*s@%.*s", (int)arn.n, arn.p, (int)created.n,
                        created.p);
}

static str session_of(const call *c)
{
    str arn = c->who[WHO_ARN];
    /* A session of another account, as the account that was called knows it. */
    if (is_who(c, "AWSAccount") && text_starts(c->who[WHO_PRINCIPAL], "AROA") &&
        text_has(c->who[WHO_PRINCIPAL], ":"))
        return c->who[WHO_PRINCIPAL];
    bool is_session = is_who(c, "AssumedRole") || is_who(c, "FederatedUser") ||
                      text_has(arn, ":assumed-role/") || text_has(arn, ":federated-user/");
    return is_session && !is_who(c, "IAMUser") ? arn : STR_NONE;
}

static str time_text(const call *c, str s)
{
    char text[TIME_TEXT_MAX];
    int64_t t = time_parse(s);
    if (t == TIME_NONE)
        return STR_NONE;
    size_t n = time_format(t, text);
    return arena_dup(c->ctx->pick.scratch, (str){text, n});
}

/* "aws-service-role/x.amazonaws.com" of a service-linked role's ARN: nobody else can make a role
 * with such a path. */
static str service_role(str issuer)
{
    str path = text_after(issuer, '/');
    if (!text_starts(path, "aws-service-role/") || !text_ends(text_before(issuer, '/'), ":role"))
        return STR_NONE;
    return str_upto(path, path.n - text_after_last(path, '/').n - 1);
}

static void set_actor(call *c)
{
    str principal = principal_arn(c), issuer = c->who[WHO_ISSUER_ARN];
    if (!str_eq(principal, issuer)) { /* a role's sessions mostly name the role as it is */
        set(c, FIELD_benign_class, service_role(issuer));
        issuer = aws_id_principal(c->ctx->pick.scratch, issuer);
    }
    set(c, FIELD_actor_type, c->who[WHO_TYPE]);
    set(c, FIELD_actor_id, stable_id(c));
    set(c, FIELD_actor_name, shown_name(c));
    set(c, FIELD_actor_arn, principal);
    set(c, FIELD_actor_account, c->who[WHO_ACCOUNT]);
    set(c, FIELD_issuer_id, c->who[WHO_ISSUER_PRINCIPAL]);
    set(c, FIELD_issuer_name, issuer);
    set(c, FIELD_source_identity, c->who[WHO_SOURCE_IDENTITY]);
    set(c, FIELD_invoked_by, c->who[WHO_INVOKED_BY]);
}

/* True when it is userIdentity alone that says who called: exporters add columns that do, too. */
static bool is_said_by_identity(const call *c)
{
    const json_value *identity = &c->slots[SLOT_IDENTITY];
    if (identity->type != JSON_OBJECT)
        return false;
    for (size_t i = 0; i < WHO_COUNT; i++) {
        const json_value *v = &c->slots[SLOT_WHO + i];
        bool is_inside =
            v->raw.p >= identity->raw.p && v->raw.p < identity->raw.p + identity->raw.n;
        if (v->type != JSON_NONE && !is_inside)
            return false;
    }
    return true;
}

/* Of the session's start and second factor only where all is wanted. */
static void read_caller(call *c, bool is_whole)
{
    read_who(c);
    set_actor(c);
    set(c, FIELD_credential, credential_of(c));
    set(c, FIELD_session_id, session_of(c));
    set(c, FIELD_idp, c->who[WHO_PROVIDER]);
    if (!is_whole)
        return;
    set(c, FIELD_session_start, time_text(c, c->who[WHO_CREATED]));
    set(c, FIELD_mfa, bool_text(c->who[WHO_MFA]));
}

static void set_caller(call *c, bool is_whole)
{
    str identity = c->slots[SLOT_IDENTITY].raw;
    callers *memo = is_said_by_identity(c) ? c->ctx->callers : NULL;
    if (!memo || !callers_recall(memo, identity, is_whole, c->e)) {
        read_caller(c, is_whole);
        if (memo && !is_named_by_place(c))
            callers_learn(memo, identity, is_whole, c->e);
    }
    /* When the record names no recipient. */
    set(c, FIELD_account, c->e->field[FIELD_actor_account]);
}

static void set_session(call *c)
{
    pick_ctx *pick = &c->ctx->pick;
    str type = slot_text(c, SLOT_TYPE);
    if (c->extra.doc) {
        set(c, FIELD_mfa, bool_text(pick_text(pick, c->extra, "MFAUsed")));
        set(c, FIELD_idp, pick_text(pick, c->extra, "SamlProviderArn"));
    }
    if (is_true(slot_text(c, SLOT_CONSOLE)) || text_starts(type, "AwsConsole"))
        set(c, FIELD_via_console, STR("true"));
}

/* ---- refs ------------------------------------------------------------------------------------ */

static str canon_plain(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    aws_place here = place_of(e, e->field[FIELD_account]);
    return aws_id_canon(ctx->pick.scratch, &here, type, raw, path);
}

/* What is around a document, where there is something. */
static json_node inner_of(json_node inside, str key)
{
    return key.n > 0 ? inside : JSON_NODE_NONE;
}

/* A path into a policy cannot tell Allow from Deny; aws_grant.h does, see add_policy_shares. */
static str canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    if (text_has(str_of(path), ".Statement["))
        return STR_NONE;
    return canon_plain(ctx, e, type, raw, path);
}

/* Evidence shows the path that the record really has, whoever exported it. */
static const char *shown_as(const call *c, const char *key, size_t slot)
{
    const json_value *v = &c->slots[slot];
    return v->type != JSON_NONE && v->row < ARRAY_LEN(paths) ? paths[v->row].path : key;
}

/* The policy that the call sets, or NULL. */
static const char *policy_path(const call *c)
{
    static const char *const keys[] = {"bucketPolicy", "policy", "policyDocument",
                                       "assumeRolePolicyDocument"};
    static const char *const classes[] = {"staging", "identity", "priv", "policy", "cred"};
    bool may_set = false;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        may_set = may_set || operation_is(c->e->operation, classes[i]);
    if (!may_set)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (pick_first(&c->ctx->pick, c->asked, keys[i]).doc)
            return keys[i];
    return NULL;
}

static void add_policy_shares(call *c, const char *key, str share)
{
    str path = arena_printf(c->ctx->pick.scratch, "%s.%s",
                            shown_as(c, "requestParameters", SLOT_REQUEST), key);
    str whom = STR_NONE;
    c->e->field[FIELD_share_to] = share;
    while (text_next(&share, ';', &whom))
        refs_add(c->ctx, c->e, RELATION_SHARED_TO, ENTITY_ACCOUNT, whom, path);
}

static void collect_refs(call *c)
{
    str share = c->e->field[FIELD_share_to];
    const refs_root roots[] = {
        {.name = "", .shown = ""}, /* no path begins elsewhere */
        {.name = "requestParameters",
         .shown = shown_as(c, "requestParameters", SLOT_REQUEST),
         .node = c->request,
         .inner = inner_of(c->asked, c->asked_key),
         .inner_key = c->asked_key},
        {.name = "responseElements",
         .shown = shown_as(c, "responseElements", SLOT_RESPONSE),
         .node = c->response,
         .inner = inner_of(c->answered, c->answered_key),
         .inner_key = c->answered_key},
        {.name = "additionalEventData",
         .shown = shown_as(c, "additionalEventData", SLOT_EXTRA),
         .node = c->extra},
        {.name = "serviceEventDetails",
         .shown = shown_as(c, "serviceEventDetails", SLOT_SERVICE),
         .node = c->service},
        {.name = "userIdentity",
         .shown = shown_as(c, "userIdentity", SLOT_IDENTITY),
         .node = c->identity},
    };
    const refs_source source = {roots, ARRAY_LEN(roots), canon};
    refs_collect(c->ctx, &source, c->e);
    const char *key = policy_path(c);
    if (key)
        add_policy_shares(c, key, share);
}

/* ---- the decoder ----------------------------------------------------------------------------- */

static void fill_details(call *c)
{
    const aws_call asked = {.pick = &c->ctx->pick,
                            .operation = c->e->field[FIELD_operation],
                            .account = c->e->field[FIELD_account],
                            .request = c->asked,
                            .response = c->answered,
                            .extra = c->extra};
    aws_detail_fill(&asked, c->e);
}

static void fill_caller(call *c)
{
    set_plain(c);
    set_kind(c);
    set_source(c);
    set_caller(c, true);
    set_session(c);
}

/* The bulk of a log: what joins a call to others and shows where it came from, without a tree. */
static void fill_plain(call *c)
{
    set(c, FIELD_uid, slot_text(c, SLOT_ID));
    set(c, FIELD_error_code, slot_text(c, SLOT_ERROR));
    set(c, FIELD_account, slot_text(c, SLOT_ACCOUNT));
    set(c, FIELD_region, slot_text(c, SLOT_REGION));
    set_source(c);
    set_caller(c, false);
    plain_collect(c->ctx, c->slots, canon_plain, c->e);
}

static void fill_whole(call *c)
{
    decode_ctx *ctx = c->ctx;
    event *e = c->e;
    open_documents(c);
    /* Sign-ins exported as text show their failure only once that text is read. */
    if (e->outcome == OUTCOME_SUCCESS &&
        str_is(pick_text(&ctx->pick, c->response, "ConsoleLogin"), "Failure"))
        e->outcome = OUTCOME_FAILED;
    fill_caller(c);
    set(c, FIELD_ua_tool, agents_tool(ctx->agents, ctx->pick.scratch, e->field[FIELD_user_agent]));
    fill_details(c);
    set(c, FIELD_target_type, pick_text(&ctx->pick, document(c, SLOT_RESOURCES), "[].type"));
    collect_refs(c);
}

static bool is_object_or_nothing(const json_value *v)
{
    return v->type == JSON_OBJECT || v->type == JSON_NULL || v->type == JSON_NONE;
}

static bool is_plain(const decode_ctx *ctx, const json_value *slots, const event *e)
{
    return plain_has(ctx->plain, e->operation) && slots[SLOT_IDENTITY].type == JSON_OBJECT &&
           is_object_or_nothing(&slots[SLOT_REQUEST]) &&
           is_object_or_nothing(&slots[SLOT_RESPONSE]);
}

static void fill_known(decode_ctx *ctx, const json_value *slots, event *e)
{
    call c = {.ctx = ctx, .slots = slots, .e = e};
    if (is_plain(ctx, slots, e))
        fill_plain(&c);
    else
        fill_whole(&c);
}

static decode_status decode(decode_ctx *ctx, const json_value *slots, event *ret)
{
    call_name n;
    if (str_is(text_at(ctx, slots, SLOT_TYPE), "AwsCloudTrailInsight")) {
        ctx->reason = "CloudTrail Insights event: a rate anomaly, not a call";
        return DECODE_SKIP;
    }
    if (!read_call(ctx, slots, &n))
        return DECODE_NOT_MINE;
    fill_head(ctx, slots, &n, ret);
    ret->operation =
        operation_index_find_aws(ctx->operations, n.source, n.name, n.source_hash, n.name_hash);
    ret->field[FIELD_uid] = text_at(ctx, slots, SLOT_ID);
    ret->field[FIELD_service] = n.source;
    ret->field[FIELD_operation] = n.name;
    if (ret->operation == OPERATION_NONE)
        return DECODE_EVENT;
    ret->outcome = outcome_of(ctx, slots);
    fill_known(ctx, slots, ret);
    return DECODE_EVENT;
}

const decoder decoder_cloudtrail = {
    .name = "cloudtrail",
    .doc =
        "AWS CloudTrail: native, CloudTrail Lake, Athena, Panther, Elastic and OpenSearch exports",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOT_COUNT,
    .decode = decode,
};
