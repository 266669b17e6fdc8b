/* SPDX-License-Identifier: Apache-2.0
 *
 * ocsf.c -- audit events in the Open Cybersecurity Schema, as Security Lake and others store them.
 *
 * The schema keeps who, when and what under names of its own; the call's parameters stay as the
 * cloud wrote them, so the cloud's rows of the operation table apply. Records that still carry the
 * original never come here: the reader opens raw_data itself.
 *
 *  (1) Only a record with api.operation is a call. Findings and network records are of the family,
 *      but no event.
 *  (2) Both spellings are read: identity.user and unmapped pairs of versions below 1.0, actor.user
 *      and the unmapped object since.
 *  (3) An actor comes out as the cloud's own decoder would give it: role and session apart.
 */
#include "base/buf.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/aws_grant.h"
#include "decode/aws_id.h"
#include "decode/azure_common.h"
#include "decode/decoder.h"
#include "decode/gcp_id.h"
#include "decode/refs.h"
#include "model/event.h"
#include "model/operation.h"

extern const decoder decoder_ocsf;

enum slot {
    CLASS,
    SCHEMA, /* any of the members that every record of the schema has */
    CLOUD,
    SERVICE,
    OPERATION,
    TIME,
    UID,
    ACCOUNT,
    STATUS,
    ERROR_CODE,
    ERROR_MESSAGE,
    SLOTS
};

/* clang-format off */
static const json_path paths[] = {
    {"class_uid",                  CLASS},
    {"category_uid",               SCHEMA},
    {"type_uid",                   SCHEMA},
    {"metadata.version",           SCHEMA},
    {"cloud.provider",             CLOUD},
    {"api.service.name",           SERVICE},
    {"api.operation",              OPERATION},
    {"time",                       TIME},
    {"time_dt",                    TIME},
    {"metadata.uid",               UID},
    {"ref_event_uid",              UID},
    {"cloud.account.uid",          ACCOUNT},
    {"cloud.account_uid",          ACCOUNT},
    {"actor.user.account.uid",     ACCOUNT},
    {"actor.user.account_uid",     ACCOUNT},
    {"identity.user.account_uid",  ACCOUNT},
    {"status_id",                  STATUS},
    {"api.response.error",         ERROR_CODE},
    {"status_code",                ERROR_CODE},
    {"api.response.error_message", ERROR_MESSAGE},
    {"api.response.message",       ERROR_MESSAGE},
    {"status_detail",              ERROR_MESSAGE},
};

/* Where a known call's fields stand. The first row that finds text wins. */
static const azure_place places[] = {
    {FIELD_shared_uid,    "metadata.correlation_uid"},
    {FIELD_request_uid,   "api.request.uid"},
    {FIELD_api_version,   "api.version"},
    {FIELD_log_kind,      "metadata.log_name"},
    {FIELD_org,           "cloud.org.uid"},
    {FIELD_region,        "cloud.region"},
    {FIELD_zone,          "cloud.zone"},
    {FIELD_actor_type,    "actor.user.type"},
    {FIELD_actor_type,    "identity.user.type"},
    {FIELD_actor_id,      "actor.user.uid"},
    {FIELD_actor_id,      "identity.user.uid"},
    {FIELD_actor_name,    "actor.user.name"},
    {FIELD_actor_name,    "identity.user.name"},
    {FIELD_actor_name,    "actor.user.email_addr"},
    {FIELD_actor_arn,     "actor.user.uid_alt"},
    {FIELD_actor_arn,     "actor.user.uuid"},
    {FIELD_actor_arn,     "identity.user.uuid"},
    {FIELD_actor_account, "actor.user.account.uid"},
    {FIELD_actor_account, "actor.user.account_uid"},
    {FIELD_actor_account, "identity.user.account_uid"},
    {FIELD_credential,    "actor.user.credential_uid"},
    {FIELD_credential,    "identity.user.credential_uid"},
    {FIELD_issuer_name,   "actor.session.issuer"},
    {FIELD_issuer_name,   "identity.session.issuer"},
    {FIELD_session_id,    "actor.session.uid"},
    {FIELD_mfa,           "actor.session.is_mfa"},
    {FIELD_mfa,           "actor.session.mfa"},
    {FIELD_mfa,           "identity.session.mfa"},
    {FIELD_idp,           "actor.idp.name"},
    {FIELD_idp,           "identity.idp.name"},
    {FIELD_invoked_by,    "actor.invoked_by"},
    {FIELD_invoked_by,    "identity.invoked_by"},
    {FIELD_src_service,   "src_endpoint.svc_name"},
    {FIELD_src_service,   "src_endpoint.domain"},
    {FIELD_src_asn,       "src_endpoint.autonomous_system.number"},
    {FIELD_src_country,   "src_endpoint.location.country"},
    {FIELD_src_net,       "src_endpoint.uid"},
    {FIELD_src_net,       "src_endpoint.vpc_uid"},
    {FIELD_user_agent,    "http_request.user_agent"},
    {FIELD_target_type,   "resources[].type"},
};

/* Words of error codes, whatever the cloud. The first row that fits. */
static const struct {
    const char *mark;
    uint8_t outcome;
} errors[] = {
    {"DryRunOperation",       OUTCOME_DRY_RUN},
    {"AccessDenied",          OUTCOME_DENIED},
    {"Unauthorized",          OUTCOME_DENIED},
    {"AuthorizationFailed",   OUTCOME_DENIED},
    {"Forbidden",             OUTCOME_DENIED},
    {"PERMISSION_DENIED",     OUTCOME_DENIED},
    {"UNAUTHENTICATED",       OUTCOME_DENIED},
    {"LimitExceeded",         OUTCOME_CAPACITY},
    {"InsufficientInstance",  OUTCOME_CAPACITY},
    {"InsufficientCapacity",  OUTCOME_CAPACITY},
    {"QuotaExceeded",         OUTCOME_CAPACITY},
    {"SkuNotAvailable",       OUTCOME_CAPACITY},
    {"AllocationFailed",      OUTCOME_CAPACITY},
    {"RESOURCE_EXHAUSTED",    OUTCOME_CAPACITY},
};

static const struct {
    const char *mark; /* begins cloud.provider */
    uint8_t provider;
} clouds[] = {
    {"AWS",       PROVIDER_AWS},
    {"Amazon",    PROVIDER_AWS},
    {"Azure",     PROVIDER_AZURE},
    {"Microsoft", PROVIDER_AZURE},
    {"GCP",       PROVIDER_GCP},
    {"Google",    PROVIDER_GCP},
};

/* Azure's calls are filed by log, which the schema does not keep. */
static const char *const azure_logs[] = {"activity", "auditlogs", "signin"};

/* Words in resources[].type. The first row that fits. */
static const struct {
    const char *mark;
    uint8_t type;
} kinds[] = {
    {"snapshot",        ENTITY_SNAPSHOT},
    {"securitygroup",   ENTITY_SECURITY_GROUP},
    {"firewall",        ENTITY_SECURITY_GROUP},
    {"template",        ENTITY_TEMPLATE},
    {"keypair",         ENTITY_KEY_PAIR},
    {"volume",          ENTITY_VOLUME},
    {"disk",            ENTITY_VOLUME},
    {"image",           ENTITY_IMAGE},
    {"instanceprofile", ENTITY_ROLE},
    {"EC2::Instance",   ENTITY_INSTANCE},
    {"gce_instance",    ENTITY_INSTANCE},
    {"virtualmachine",  ENTITY_INSTANCE},
    {"bucket",          ENTITY_BUCKET},
    {"subnet",          ENTITY_NETWORK},
    {"vpc",             ENTITY_NETWORK},
    {"network",         ENTITY_NETWORK},
    {"accesskey",       ENTITY_CREDENTIAL},
    {"IAM::Policy",     ENTITY_ROLE},
    {"IAM::Role",       ENTITY_PRINCIPAL},
    {"IAM::User",       ENTITY_PRINCIPAL},
    {"service_account", ENTITY_PRINCIPAL},
};
/* clang-format on */

/* One record being read. */
typedef struct reading {
    decode_ctx *ctx;
    const json_value *slots;
    event *e;
    str service;
    json_node entry;
} reading;

static str text(const reading *r, enum slot s)
{
    return text_trim(decoder_text(r->ctx, &r->slots[s]));
}

static void set(event *e, field f, str value)
{
    if (e->field[f].n == 0 && value.n <= LIMIT_FIELD_BYTES)
        e->field[f] = value;
}

static decode_status skip(reading *r)
{
    r->ctx->reason = "OCSF finding/network record, not an audit event";
    return DECODE_SKIP;
}

/* ---- what every record gets ------------------------------------------------------------------ */

static provider provider_of(str cloud)
{
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
        if (text_starts_nocase(cloud, clouds[i].mark))
            return (provider)clouds[i].provider;
    return PROVIDER_OTHER;
}

static outcome outcome_of(const reading *r)
{
    str code = text(r, ERROR_CODE);
    bool is_failure = str_is(text(r, STATUS), "2");
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (text_has_nocase(code, errors[i].mark))
            return (outcome)errors[i].outcome;
    if (is_failure || r->slots[ERROR_CODE].type == JSON_STRING)
        return code.n > 0 || is_failure ? OUTCOME_FAILED : OUTCOME_SUCCESS;
    return OUTCOME_SUCCESS;
}

static uint64_t uid_hash_of(const reading *r, str operation)
{
    str uid = text(r, UID);
    if (uid.n > 0)
        return decoder_uid_hash(uid, operation, text(r, ACCOUNT), r->e->time_ns);
    uint64_t h = hash_str(r->ctx->record, 4);
    return h ? h : 1;
}

static uint16_t find_azure(const operation_index *operations, str operation)
{
    uint16_t row = OPERATION_NONE;
    for (size_t i = 0; i < ARRAY_LEN(azure_logs) && row == OPERATION_NONE; i++)
        row = operation_index_find(operations, PROVIDER_AZURE, str_of(azure_logs[i]), operation);
    return row;
}

static uint16_t find_operation(const reading *r, str operation)
{
    provider p = (provider)r->e->provider;
    if (p == PROVIDER_AZURE)
        return find_azure(r->ctx->operations, operation);
    return operation_index_find(r->ctx->operations, p, r->service, operation);
}

/* "ec2" and "ec2.amazonaws.com" alike. */
static str service_of(reading *r)
{
    str service = text(r, SERVICE);
    bool is_short = service.n > 0 && !memchr(service.p, '.', service.n);
    if (r->e->provider != PROVIDER_AWS || !is_short)
        return service;
    return arena_printf(r->ctx->pick.scratch, "%.*s.amazonaws.com", (int)service.n, service.p);
}

/* ---- fields of known calls ------------------------------------------------------------------- */

/* A member of what the schema has no name for: {"key": value}, or [["key", value], …]. */
static json_node unmapped(const reading *r, const char *key)
{
    json_node all = json_node_get(r->entry, STR("unmapped"));
    if (json_node_type(all) != JSON_ARRAY)
        return json_node_get(all, str_of(key));
    json_iter pair = json_iter_of(all);
    while (json_iter_next(&pair)) {
        json_iter part = json_iter_of(pair.value);
        if (json_iter_next(&part) && str_is(json_node_string(part.value), key))
            return json_iter_next(&part) ? part.value : JSON_NODE_NONE;
    }
    return JSON_NODE_NONE;
}

static str time_text(const reading *r, const char *path)
{
    char out[TIME_TEXT_MAX];
    int64_t t = time_parse(pick_text(&r->ctx->pick, r->entry, path));
    if (t == TIME_NONE)
        return STR_NONE;
    size_t n = time_format(t, out);
    return arena_dup(r->ctx->pick.scratch, (str){out, n});
}

/* AWS: the session is a part of the id and of the ARN. */
static void split_session(const reading *r)
{
    event *e = r->e;
    str id = e->field[FIELD_actor_id];
    str arn = e->field[FIELD_actor_arn];
    if (e->provider != PROVIDER_AWS)
        return;
    if (str_is(e->field[FIELD_actor_type], "AssumedRole")) {
        set(e, FIELD_session_id, arn);
        set(e, FIELD_issuer_id, text_before(id, ':'));
        set(e, FIELD_actor_name, text_after_last(e->field[FIELD_issuer_name], '/'));
        e->field[FIELD_actor_id] = text_before(id, ':');
    }
    if (arn.n > 0)
        e->field[FIELD_actor_arn] = aws_id_principal(r->ctx->pick.scratch, arn);
}

/* GCP: one actor is one e-mail address, however it is written. */
static void name_actor(const reading *r)
{
    event *e = r->e;
    if (e->provider != PROVIDER_GCP)
        return;
    str who =
        e->field[FIELD_actor_name].n > 0 ? e->field[FIELD_actor_name] : e->field[FIELD_actor_id];
    e->field[FIELD_actor_id] = gcp_id_principal(who);
    e->field[FIELD_actor_type] = gcp_id_actor_type(e->field[FIELD_actor_id], STR_NONE);
}

static void fill_source(const reading *r)
{
    ip_net address;
    str ip = pick_text(&r->ctx->pick, r->entry, "src_endpoint.ip");
    set(r->e, ip_parse(ip, &address) ? FIELD_src_ip : FIELD_src_service, ip);
}

static void fill_known(reading *r, str operation)
{
    event *e = r->e;
    pick_ctx *p = &r->ctx->pick;
    r->entry = decoder_tree(r->ctx);
    set(e, FIELD_time_ingest, time_text(r, "metadata.logged_time"));
    set(e, FIELD_uid, text(r, UID));
    set(e, FIELD_service, r->service);
    set(e, FIELD_operation, operation);
    set(e, FIELD_account, pick_node_text(p, unmapped(r, "recipientAccountId")));
    set(e, FIELD_account, text(r, ACCOUNT));
    set(e, FIELD_shared_uid, pick_node_text(p, unmapped(r, "sharedEventID")));
    set(e, FIELD_read_only, pick_node_text(p, unmapped(r, "readOnly")));
    set(e, FIELD_log_kind, pick_node_text(p, unmapped(r, "eventCategory")));
    set(e, FIELD_via_console, pick_node_text(p, unmapped(r, "sessionCredentialFromConsole")));
    set(e, FIELD_session_start, time_text(r, "actor.session.created_time"));
    set(e, FIELD_session_start, time_text(r, "identity.session.created_time"));
    if (e->outcome != OUTCOME_SUCCESS) {
        set(e, FIELD_error_code, text(r, ERROR_CODE));
        set(e, FIELD_error_message, text(r, ERROR_MESSAGE));
        set(e, FIELD_denied, e->outcome == OUTCOME_DENIED ? STR("true") : STR_NONE);
    }
    fill_source(r);
    azure_fill(r->ctx, r->entry, places, ARRAY_LEN(places), e);
    split_session(r);
    name_actor(r);
}

/* ---- refs ------------------------------------------------------------------------------------ */

static str canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    arena *scratch = ctx->pick.scratch;
    if (e->provider == PROVIDER_AZURE)
        return azure_canon(ctx, e, type, raw, path);
    if (e->provider == PROVIDER_AWS) {
        aws_place where = {.service = e->field[FIELD_service],
                           .region = e->field[FIELD_region],
                           .account = e->field[FIELD_account]};
        return aws_id_canon(scratch, &where, type, raw, path);
    }
    gcp_place where = {.project = e->field[FIELD_account],
                       .region = e->field[FIELD_region],
                       .zone = e->field[FIELD_zone]};
    entity_type seen = (entity_type)*type;
    str id = gcp_id_resource(scratch, &where, &seen, raw, path);
    *type = (uint8_t)seen;
    return id;
}

static entity_type kind_of(str type)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_has_nocase(type, kinds[i].mark))
            return (entity_type)kinds[i].type;
    return ENTITY_OTHER;
}

static bool names(const event *e, str id)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (str_eq(e->refs[i].id, id))
            return true;
    return false;
}

enum {
    RESOURCES_MAX = 256
}; /* looked at in one record; each that is new copies the list of refs */

/* What the producer listed, as far as the call's own parameters did not name it. */
static void add_resources(const reading *r)
{
    json_iter it = json_iter_of(json_node_get(r->entry, STR("resources")));
    for (int left = RESOURCES_MAX; left > 0 && json_iter_next(&it); left--) {
        str raw = text_trim(json_node_string(json_node_get(it.value, STR("uid"))));
        uint8_t type = (uint8_t)kind_of(json_node_string(json_node_get(it.value, STR("type"))));
        str id = raw.n > 0 ? canon(r->ctx, r->e, &type, raw, "resources.uid") : STR_NONE;
        if (id.n > 0 && !names(r->e, id))
            refs_add(r->ctx, r->e, RELATION_TARGET, (entity_type)type, id, STR("resources[].uid"));
    }
}

/* A body under its name in the schema, or left among the unmapped ones. */
static refs_root body_root(const reading *r, const char *name, const char *path, const char *kept)
{
    pick_ctx *p = &r->ctx->pick;
    json_node body = pick_first(p, r->entry, path);
    if (json_node_type(body) != JSON_NONE)
        return (refs_root){.name = name, .shown = path, .node = pick_inside(p, body)};
    str key = text_after_last(str_of(kept), '.');
    return (refs_root){.name = name, .shown = kept, .node = pick_inside(p, unmapped(r, key.p))};
}

static void keep(const reading *r, field f, const buf *text)
{
    if (text->n > 0 || text->failed)
        set(r->e, f, arena_dup_buf(r->ctx->pick.scratch, text));
}

/* What an AWS call opened, shared and granted is in its parameters, as in CloudTrail. */
static void fill_grants(const reading *r, json_node request, json_node response)
{
    AUTO(buf) exposure = {0};
    AUTO(buf) share = {0};
    AUTO(buf) policy = {0};
    if (r->e->provider != PROVIDER_AWS)
        return;
    aws_call call = {.pick = &r->ctx->pick,
                     .operation = r->e->field[FIELD_operation],
                     .account = r->e->field[FIELD_account],
                     .request = request,
                     .response = response};
    aws_grant_exposure(&call, &exposure);
    aws_grant_share(&call, &share);
    aws_grant_policy(&call, &policy);
    aws_grant_rules(&call, &policy);
    aws_grant_guards(&call, &policy);
    keep(r, FIELD_public_exposure, &exposure);
    keep(r, FIELD_share_to, &share);
    keep(r, FIELD_policy_delta, &policy);
}

static void fill_refs(const reading *r)
{
    /* Each cloud's rows call the bodies by that cloud's names. */
    refs_root roots[] = {
        {.name = "entry", .shown = "", .node = r->entry},
        body_root(r, "requestParameters", "api.request.data", "unmapped.requestParameters"),
        body_root(r, "responseElements", "api.response.data", "unmapped.responseElements"),
        body_root(r, "request", "api.request.data", "unmapped.requestbody"),
        body_root(r, "response", "api.response.data", "unmapped.response"),
        body_root(r, "body", "api.response.data", "unmapped.responseBody"),
        {.name = "resource",
         .shown = "resources[].uid",
         .node = pick_first(&r->ctx->pick, r->entry, "resources[].uid")},
    };
    fill_grants(r, roots[1].node, roots[2].node);
    refs_source source = {.roots = roots, .n_roots = ARRAY_LEN(roots), .canon = canon};
    refs_collect(r->ctx, &source, r->e);
    add_resources(r);
}

static bool is_ocsf(const json_value *slots)
{
    return slots[CLASS].type == JSON_NUMBER && slots[SCHEMA].type != JSON_NONE;
}

static decode_status decode(decode_ctx *ctx, const json_value *slots, event *ret)
{
    reading r = {.ctx = ctx, .slots = slots, .e = ret};
    if (!is_ocsf(slots))
        return DECODE_NOT_MINE;
    str operation = text(&r, OPERATION);
    if (operation.n == 0 || text_starts(text(&r, CLASS), "2"))
        return skip(&r);
    ret->provider = (uint8_t)provider_of(text(&r, CLOUD));
    ret->time_ns = time_parse(text(&r, TIME));
    ret->outcome = (uint8_t)outcome_of(&r);
    ret->uid_hash = uid_hash_of(&r, operation);
    r.service = service_of(&r);
    ret->operation = find_operation(&r, operation);
    ret->field[FIELD_uid] = text(&r, UID);
    if (ret->operation == OPERATION_NONE)
        return DECODE_EVENT;
    fill_known(&r, operation);
    fill_refs(&r);
    return DECODE_EVENT;
}

const decoder decoder_ocsf = {
    .name = "ocsf",
    .doc = "OCSF API activity, authentication and account change events: Security Lake and others",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOTS,
    .decode = decode,
};
