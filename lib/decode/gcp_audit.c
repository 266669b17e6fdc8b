/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_audit.c -- Google Cloud audit logs, in every shape they are exported in.
 *
 * One path table serves all shapes, since keys compare without case and '_':
 *   * LogEntry with protoPayload: sinks to storage, Pub/Sub, gcloud, Panther;
 *   * BigQuery: protopayload_auditlog, bodies as strings of JSON;
 *   * Log Analytics: proto_payload.audit_log, snake_case;
 *   * Sentinel tables: one flat column for each leaf, "payload_request_sourceDisk_s";
 *   * the activity log that Compute Engine wrote before audit logs: jsonPayload.event_subtype.
 *
 *  (1) An entry of another kind of log (DNS, flows, load balancer) is of the family but no event.
 *  (2) An asynchronous call gives two records, operation.first and operation.last. They share a
 *      fold_hash; the first says what was asked for, the last how it ended.
 *  (3) insertId is unique only within a log and a time, so both are part of the duplicate's hash; a
 *      record without insertId is a duplicate only of the same bytes.
 */
#include "base/buf.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "decode/decoder.h"
#include "decode/gcp_detail.h"
#include "decode/gcp_flat.h"
#include "decode/gcp_id.h"
#include "model/event.h"
#include "model/operation.h"

extern const decoder decoder_gcp_audit;

enum slot {
    METHOD,
    SERVICE,
    TYPE,
    INSERT_ID,
    LOG_NAME,
    TIME,
    RECEIVED,
    SEVERITY,
    RESOURCE_TYPE,
    LABELS,
    PROJECT,
    ORGANIZATION,
    ZONE,
    LOCATION,
    REGION,
    LOCATIONS,
    EMAIL,
    SUBJECT,
    KEY_NAME,
    DELEGATION,
    CALLER_IP,
    USER_AGENT,
    CALLER_NETWORK,
    STATUS_CODE,
    STATUS_MESSAGE,
    AUTHORIZATION,
    RESOURCE_NAME,
    REQUEST,
    RESPONSE,
    METADATA,
    SERVICE_DATA,
    OPERATION_ID,
    OPERATION_FIRST,
    OPERATION_LAST,
    SPLIT_UID,
    SPLIT_INDEX,
    SPLIT_TOTAL,
    LEGACY_TYPE,
    LEGACY_ERROR,
    LEGACY_KIND,
    LEGACY_NAME,
    LEGACY_ZONE,
    SLOTS
};

/* A member of the audit record: LogEntry, BigQuery, Log Analytics, Sentinel. */
#define AUDIT(slot, path, column)                                                                  \
    {"protoPayload." path, slot}, {"protopayload_auditlog." path, slot},                           \
        {"protoPayload.auditLog." path, slot},                                                     \
    {                                                                                              \
        "payload_" column, slot                                                                    \
    }

/* clang-format off */
static const json_path paths[] = {
    AUDIT(METHOD,         "methodName",                                    "methodName_s"),
    AUDIT(SERVICE,        "serviceName",                                   "serviceName_s"),
    AUDIT(TYPE,           "@type",                                         "_type_s"),
    AUDIT(EMAIL,          "authenticationInfo.principalEmail",             "authenticationInfo_principalEmail_s"),
    AUDIT(SUBJECT,        "authenticationInfo.principalSubject",           "authenticationInfo_principalSubject_s"),
    AUDIT(KEY_NAME,       "authenticationInfo.serviceAccountKeyName",      "authenticationInfo_serviceAccountKeyName_s"),
    AUDIT(DELEGATION,     "authenticationInfo.serviceAccountDelegationInfo", "authenticationInfo_serviceAccountDelegationInfo_s"),
    AUDIT(CALLER_IP,      "requestMetadata.callerIp",                      "requestMetadata_callerIp_s"),
    AUDIT(USER_AGENT,     "requestMetadata.callerSuppliedUserAgent",       "requestMetadata_callerSuppliedUserAgent_s"),
    AUDIT(CALLER_NETWORK, "requestMetadata.callerNetwork",                 "requestMetadata_callerNetwork_s"),
    AUDIT(STATUS_CODE,    "status.code",                                   "status_code_d"),
    AUDIT(STATUS_MESSAGE, "status.message",                                "status_message_s"),
    AUDIT(AUTHORIZATION,  "authorizationInfo",                             "authorizationInfo_s"),
    AUDIT(RESOURCE_NAME,  "resourceName",                                  "resourceName_s"),
    AUDIT(LOCATIONS,      "resourceLocation.currentLocations",             "resourceLocation_currentLocations_s"),
    AUDIT(REQUEST,        "request",                                       "request_s"),
    AUDIT(RESPONSE,       "response",                                      "response_s"),
    AUDIT(METADATA,       "metadata",                                      "metadata_s"),
    AUDIT(SERVICE_DATA,   "serviceData",                                   "serviceData_s"),
    {"protoPayload.at_sign_type",                  TYPE},
    {"protopayload_auditlog.requestJson",          REQUEST},
    {"protopayload_auditlog.responseJson",         RESPONSE},
    {"protopayload_auditlog.metadataJson",         METADATA},
    {"protopayload_auditlog.servicedata_v1_iam",   SERVICE_DATA},
    {"insertId",                                   INSERT_ID},
    {"insertId_s",                                 INSERT_ID},
    {"logName",                                    LOG_NAME},
    {"logName_s",                                  LOG_NAME},
    {"timestamp",                                  TIME},
    {"timestamp_t",                                TIME},
    {"timestamp_t [UTC]",                          TIME},
    {"p_event_time",                               RECEIVED},
    {"receiveTimestamp",                           RECEIVED},
    {"receiveTimestamp_t",                         RECEIVED},
    {"TimeGenerated",                              RECEIVED},
    {"TimeGenerated [UTC]",                        RECEIVED},
    {"severity",                                   SEVERITY},
    {"severity_s",                                 SEVERITY},
    {"resource.type",                              RESOURCE_TYPE},
    {"resource_type_s",                            RESOURCE_TYPE},
    {"resource.labels",                            LABELS},
    {"resource.labels.project_id",                 PROJECT},
    {"resource_labels_project_id_s",               PROJECT},
    {"resource.labels.organization_id",            ORGANIZATION},
    {"resource_labels_organization_id_s",          ORGANIZATION},
    {"resource.labels.zone",                       ZONE},
    {"resource_labels_zone_s",                     ZONE},
    {"resource.labels.location",                   LOCATION},
    {"resource_labels_location_s",                 LOCATION},
    {"resource.labels.region",                     REGION},
    {"resource_labels_region_s",                   REGION},
    {"operation.id",                               OPERATION_ID},
    {"operation_id_s",                             OPERATION_ID},
    {"operation.first",                            OPERATION_FIRST},
    {"operation_first_b",                          OPERATION_FIRST},
    {"operation.last",                             OPERATION_LAST},
    {"operation_last_b",                           OPERATION_LAST},
    {"split.uid",                                  SPLIT_UID},
    {"split.index",                                SPLIT_INDEX},
    {"split.totalSplits",                          SPLIT_TOTAL},
    {"jsonPayload.event_subtype",                  METHOD},
    {"jsonPayload.actor.user",                     EMAIL},
    {"jsonPayload.ip_address",                     CALLER_IP},
    {"jsonPayload.user_agent",                     USER_AGENT},
    {"jsonPayload.operation.name",                 OPERATION_ID},
    {"jsonPayload.request.body",                   REQUEST},
    {"jsonPayload.event_type",                     LEGACY_TYPE},
    {"jsonPayload.error",                          LEGACY_ERROR},
    {"jsonPayload.resource.type",                  LEGACY_KIND},
    {"jsonPayload.resource.name",                  LEGACY_NAME},
    {"jsonPayload.resource.zone",                  LEGACY_ZONE},
};

/* Status codes that say more than "failed", as numbers, as names, and as HTTP has them. */
static const struct {
    const char *code;
    uint8_t outcome;
    const char *doc;
} statuses[] = {
    {"0",                  OUTCOME_SUCCESS,  "OK"},
    {"OK",                 OUTCOME_SUCCESS,  "OK"},
    {"7",                  OUTCOME_DENIED,   "permission denied"},
    {"PERMISSION_DENIED",  OUTCOME_DENIED,   "permission denied"},
    {"403",                OUTCOME_DENIED,   "forbidden"},
    {"16",                 OUTCOME_DENIED,   "unauthenticated"},
    {"UNAUTHENTICATED",    OUTCOME_DENIED,   "unauthenticated"},
    {"401",                OUTCOME_DENIED,   "unauthorised"},
    {"8",                  OUTCOME_CAPACITY, "resource exhausted"},
    {"RESOURCE_EXHAUSTED", OUTCOME_CAPACITY, "resource exhausted"},
    {"429",                OUTCOME_CAPACITY, "too many requests"},
};

/* Compute reports want of capacity under the code of bad input; only the text tells. */
static const char *const shortages[] = {
    "ZONE_RESOURCE_POOL_EXHAUSTED", "QUOTA", "RESOURCE_EXHAUSTED", "does not have enough resources",
};

/* What in a user agent tells the tool. The first row that fits: wrappers name what they wrap. */
static const struct {
    const char *mark;
    str tool;
} tools[] = {
    {"terraform",                   STR_INIT("terraform")},
    {"pulumi",                      STR_INIT("pulumi")},
    {"ansible",                     STR_INIT("ansible")},
    {"packer",                      STR_INIT("packer")},
    {"gsutil",                      STR_INIT("gsutil")},
    {"gcloud",                      STR_INIT("gcloud")},
    {"google-cloud-sdk",            STR_INIT("gcloud")},
    {"Google-Deployment-Manager",   STR_INIT("deployment-manager")},
    {"Managed Infrastructure Mixer", STR_INIT("managed-instance-group")},
    {"gce-pd-csi",                  STR_INIT("gke")},
    {"container-engine",            STR_INIT("gke")},
    {"kubernetes",                  STR_INIT("kubernetes")},
    {"kubectl",                     STR_INIT("kubectl")},
    {"libcloud",                    STR_INIT("libcloud")},
    {"google-api-python-client",    STR_INIT("client-python")},
    {"gl-python",                   STR_INIT("client-python")},
    {"google-api-java-client",      STR_INIT("client-java")},
    {"gl-java",                     STR_INIT("client-java")},
    {"google-api-go-client",        STR_INIT("client-go")},
    {"gl-go",                       STR_INIT("client-go")},
    {"google-api-nodejs-client",    STR_INIT("client-node")},
    {"gl-node",                     STR_INIT("client-node")},
    {"python-requests",             STR_INIT("python-requests")},
    {"curl/",                       STR_INIT("curl")},
    {"Mozilla/",                    STR_INIT("console")},
};
/* clang-format on */

/* One record being read. */
typedef struct reading {
    decode_ctx *ctx;
    const json_value *slots;
    event *e;
    gcp_record record;
    bool is_flat;
} reading;

static str text(const reading *r, enum slot s)
{
    return text_trim(decoder_text(r->ctx, &r->slots[s]));
}

static bool is_true(const reading *r, enum slot s)
{
    return text_eq_nocase(text(r, s), STR("true"));
}

static void set(event *e, field f, str value)
{
    if (e->field[f].n == 0 && value.n <= LIMIT_FIELD_BYTES)
        e->field[f] = value;
}

/* ---- recognition ----------------------------------------------------------------------------- */

static bool is_log_entry(const reading *r)
{
    return text(r, LOG_NAME).n > 0 && (text(r, INSERT_ID).n > 0 || text(r, RESOURCE_TYPE).n > 0);
}

static decode_status not_audit(reading *r)
{
    if (!is_log_entry(r))
        return DECODE_NOT_MINE;
    r->ctx->reason = "log entry without an audit record";
    return DECODE_SKIP;
}

static bool is_other_payload(const reading *r)
{
    str type = text(r, TYPE);
    return type.n > 0 && !text_has(type, "AuditLog");
}

/* ---- what every record gets ------------------------------------------------------------------ */

static int64_t time_of(const reading *r)
{
    int64_t t = time_parse(text(r, TIME));
    return t != TIME_NONE ? t : time_parse(text(r, RECEIVED));
}

static bool is_shortage(str message)
{
    for (size_t i = 0; i < ARRAY_LEN(shortages); i++)
        if (text_has(message, shortages[i]))
            return true;
    return false;
}

static outcome outcome_of_code(str code)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (str_is(code, statuses[i].code))
            return (outcome)statuses[i].outcome;
    return OUTCOME_FAILED;
}

/* A code of 0 is not written at all, so an error may be a message only. */
static outcome outcome_of(const reading *r)
{
    str code = text(r, STATUS_CODE);
    str message = text(r, STATUS_MESSAGE);
    const json_value *legacy = &r->slots[LEGACY_ERROR];
    if (legacy->type == JSON_ARRAY || legacy->type == JSON_OBJECT)
        message = legacy->raw.n > 2 ? legacy->raw : message;
    bool is_error = message.n > 0 && (str_is(text(r, SEVERITY), "ERROR") || legacy->raw.n > 2);
    outcome o = code.n > 0 ? outcome_of_code(code) : OUTCOME_SUCCESS;
    if (o == OUTCOME_SUCCESS && is_error)
        o = OUTCOME_FAILED;
    return o == OUTCOME_FAILED && is_shortage(message) ? OUTCOME_CAPACITY : o;
}

static phase legacy_phase(str type)
{
    if (str_is(type, "GCE_API_CALL"))
        return PHASE_START;
    return str_is(type, "GCE_OPERATION_DONE") ? PHASE_END : PHASE_COMPLETE;
}

static phase phase_of(const reading *r)
{
    int64_t splits = 0;
    if (text_to_int(text(r, SPLIT_TOTAL), &splits) && splits > 1)
        return PHASE_PART;
    bool is_first = is_true(r, OPERATION_FIRST);
    bool is_last = is_true(r, OPERATION_LAST);
    if (is_first == is_last)
        return is_first ? PHASE_COMPLETE : legacy_phase(text(r, LEGACY_TYPE));
    return is_first ? PHASE_START : PHASE_END;
}

static uint64_t uid_hash_of(const reading *r, str method)
{
    str uid = text(r, INSERT_ID);
    if (uid.n == 0) {
        uint64_t h = hash_str(r->ctx->record, 4);
        return h ? h : 1;
    }
    uint64_t h = decoder_uid_hash(uid, method, text(r, LOG_NAME), r->e->time_ns);
    str part = text(r, SPLIT_INDEX);
    if (part.n > 0)
        h = hash_mix(h, hash_str(part, 5));
    return h ? h : 1;
}

static str service_of(const reading *r, str method)
{
    str service = text(r, SERVICE);
    bool is_compute = text_starts(method, "compute.");
    return service.n == 0 && is_compute ? STR("compute.googleapis.com") : service;
}

/* "v1", "v2beta", "alpha", "beta". */
static bool is_version(str s)
{
    bool is_number = s.n > 1 && s.p[0] == 'v' && s.p[1] >= '0' && s.p[1] <= '9';
    return is_number || str_is(s, "alpha") || str_is(s, "beta");
}

static str unversioned(str method)
{
    str first = text_before(method, '.');
    return is_version(first) ? text_after(method, '.') : method;
}

static void fill_common(reading *r, str method)
{
    event *e = r->e;
    e->provider = PROVIDER_GCP;
    e->time_ns = time_of(r);
    e->phase = (uint8_t)phase_of(r);
    e->outcome = (uint8_t)outcome_of(r);
    if (e->phase == PHASE_START && e->outcome == OUTCOME_SUCCESS)
        e->outcome = OUTCOME_PENDING;
    e->uid_hash = uid_hash_of(r, method);
    e->field[FIELD_uid] = text(r, INSERT_ID);
}

/* ---- the documents --------------------------------------------------------------------------- */

typedef struct document {
    gcp_root root;
    enum slot slot;
    const char *name;
    const char *shown;  /* when the record does not have it */
    const char *column; /* what its columns begin with in a flat table, before '_' */
} document;

/* clang-format off */
static const document documents[] = {
    {GCP_ROOT_REQUEST,       REQUEST,       "request",       "protoPayload.request",           "payload_request"},
    {GCP_ROOT_RESPONSE,      RESPONSE,      "response",      "protoPayload.response",          "payload_response"},
    {GCP_ROOT_METADATA,      METADATA,      "metadata",      "protoPayload.metadata",          "payload_metadata"},
    {GCP_ROOT_LABELS,        LABELS,        "labels",        "resource.labels",                "resource_labels"},
    {GCP_ROOT_SERVICE,       SERVICE_DATA,  "service",       "protoPayload.serviceData",       "payload_serviceData"},
    {GCP_ROOT_AUTHORIZATION, AUTHORIZATION, "authorization", "protoPayload.authorizationInfo", NULL},
};
/* clang-format on */

static void open_document(reading *r, const document *d)
{
    const json_value *v = &r->slots[d->slot];
    refs_root *root = &r->record.root[d->root];
    *root = (refs_root){.name = d->name, .shown = d->shown, .node = JSON_NODE_NONE};
    if (v->type != JSON_NONE && v->type != JSON_NULL) {
        root->shown = paths[v->row].path;
        root->node = decoder_slot_tree(r->ctx, v);
    }
    if (root->node.doc || !r->is_flat || !d->column)
        return;
    root->shown = d->column;
    root->node = gcp_flat_root(r->ctx, r->record.root[GCP_ROOT_ENTRY].node, d->column);
}

static void open_resource(reading *r)
{
    const json_value *v = &r->slots[RESOURCE_NAME];
    AUTO(buf) json = {0};
    buf_json_string(&json, r->record.resource);
    if (json.failed)
        r->ctx->pick.scratch->failed = true;
    r->record.root[GCP_ROOT_RESOURCE] = (refs_root){
        .name = "resource",
        .shown = v->type == JSON_STRING ? paths[v->row].path : "protoPayload.resourceName",
        .node = r->record.resource.n > 0 && !json.failed ? gcp_flat_parse(r->ctx, buf_str(&json))
                                                         : JSON_NODE_NONE,
    };
}

static void open_documents(reading *r)
{
    r->record.root[GCP_ROOT_ENTRY] = (refs_root){
        .name = "entry",
        .shown = "",
        .node = decoder_tree(r->ctx),
    };
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        open_document(r, &documents[i]);
}

/* ---- fields of known calls ------------------------------------------------------------------- */

static str decoded(const reading *r, str s)
{
    AUTO(buf) out = {0};
    if (s.n == 0 || !memchr(s.p, '%', s.n))
        return s;
    text_percent_decode(s, &out);
    return arena_dup_buf(r->ctx->pick.scratch, &out);
}

static str version_of(str method)
{
    str piece = STR_NONE;
    while (text_next(&method, '.', &piece))
        if (is_version(piece))
            return piece;
    return STR_NONE;
}

static str time_text(const reading *r, str raw)
{
    char out[TIME_TEXT_MAX];
    int64_t t = time_parse(raw);
    if (t == TIME_NONE)
        return STR_NONE;
    size_t n = time_format(t, out);
    return arena_dup(r->ctx->pick.scratch, (str){out, n});
}

static void fill_call(reading *r, str method, str service)
{
    event *e = r->e;
    str log = decoded(r, text(r, LOG_NAME));
    set(e, FIELD_time_ingest, time_text(r, text(r, RECEIVED)));
    set(e, FIELD_uid, text(r, INSERT_ID));
    set(e, FIELD_shared_uid, text(r, OPERATION_ID));
    set(e, FIELD_service, service);
    set(e, FIELD_operation, method);
    set(e, FIELD_api_version, version_of(method));
    set(e, FIELD_log_kind, text_after_last(log, '/'));
    set(e, FIELD_org, text(r, ORGANIZATION));
    set(e, FIELD_org, gcp_id_segment(log, "organizations"));
    set(e, FIELD_target_type, text(r, RESOURCE_TYPE));
    if (e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING)
        return;
    set(e, FIELD_error_code, text(r, STATUS_CODE));
    set(e, FIELD_error_message, text(r, STATUS_MESSAGE));
    set(e, FIELD_denied, e->outcome == OUTCOME_DENIED ? STR("true") : STR_NONE);
}

/* Zones are regions with a letter behind: "europe-west3-c". */
static bool is_zone(str s)
{
    return s.n > 3 && s.p[s.n - 2] == '-' && s.p[s.n - 3] >= '0' && s.p[s.n - 3] <= '9';
}

static void take_location(event *e, str where)
{
    where = text_after_last(where, '/');
    if (is_zone(where)) {
        set(e, FIELD_zone, where);
        where = str_upto(where, where.n - 2);
    }
    set(e, FIELD_region, where);
}

/* The project's name rather than its number, when the record has both. */
static str project_of(const reading *r, str resource)
{
    str label = text(r, PROJECT);
    str log = gcp_id_segment(text(r, LOG_NAME), "projects");
    if (label.n > 0 && (!gcp_id_is_number(label) || log.n == 0 || gcp_id_is_number(log)))
        return label;
    return log.n > 0 ? log : gcp_id_segment(resource, "projects");
}

/* What the old activity log has instead of a resource name. */
static str legacy_resource(const reading *r, str project)
{
    str kind = text(r, LEGACY_KIND);
    str name = text(r, LEGACY_NAME);
    str zone = text(r, LEGACY_ZONE);
    if (kind.n == 0 || name.n == 0)
        return STR_NONE;
    return arena_printf(r->ctx->pick.scratch, "projects/%.*s/%s%.*s/%.*ss/%.*s", (int)project.n,
                        project.p, zone.n > 0 ? "zones/" : "global", (int)zone.n, zone.p,
                        (int)kind.n, kind.p, (int)name.n, name.p);
}

static void fill_place(reading *r)
{
    event *e = r->e;
    str resource = text(r, RESOURCE_NAME);
    str project = project_of(r, resource);
    str own = gcp_id_segment(resource, "projects");
    if (resource.n == 0)
        resource = legacy_resource(r, project);
    set(e, FIELD_account, project);
    take_location(e, text(r, ZONE));
    take_location(e, text(r, LEGACY_ZONE));
    take_location(e, gcp_id_segment(resource, "zones"));
    take_location(e, text(r, LOCATION));
    take_location(e, text(r, REGION));
    take_location(e, gcp_id_segment(resource, "regions"));
    json_iter place = json_iter_of(decoder_slot_tree(r->ctx, &r->slots[LOCATIONS]));
    while (json_iter_next(&place))
        take_location(e, pick_node_text(&r->ctx->pick, place.value));
    r->record.place = (gcp_place){
        .project = project,
        .number = gcp_id_is_number(own) && !gcp_id_is_number(project) ? own : STR_NONE,
        .region = e->field[FIELD_region],
        .zone = e->field[FIELD_zone],
    };
    entity_type type = ENTITY_OTHER;
    r->record.resource =
        gcp_id_resource(r->ctx->pick.scratch, &r->record.place, &type, resource, "resourceName");
}

/* One more that stands behind the actor, the original caller first. */
static void put_delegate(str who, buf *chain)
{
    if (who.n == 0 || chain->n + who.n >= LIMIT_FIELD_BYTES)
        return;
    if (chain->n > 0)
        buf_putc(chain, ';');
    buf_putstr(chain, who);
}

static void put_delegation(reading *r, json_node step, buf *chain)
{
    pick_ctx *p = &r->ctx->pick;
    str first_party = pick_text(p, step, "firstPartyPrincipal.principalEmail");
    str who =
        gcp_id_principal(first_party.n > 0 ? first_party : pick_text(p, step, "principalSubject"));
    put_delegate(who, chain);
    /* A person may stand here too; only Google's own accounts make it a call by a service. The one
     * that hands a machine its account's token is behind every machine, so behind none. */
    if (str_is(gcp_id_actor_type(first_party, STR_NONE), "serviceAgent")) {
        set(r->e, FIELD_invoked_by, first_party);
        return;
    }
    set(r->e, FIELD_issuer_id, who);
    set(r->e, FIELD_issuer_name, who);
}

static void fill_delegation(reading *r)
{
    AUTO(buf) chain = {0};
    json_iter step = json_iter_of(decoder_slot_tree(r->ctx, &r->slots[DELEGATION]));
    while (json_iter_next(&step))
        put_delegation(r, step.value, &chain);
    /* Whom the token that is asked for will speak through, not who made this session. */
    json_node metadata = r->record.root[GCP_ROOT_METADATA].node;
    json_node identities = json_node_get(metadata, STR("identityDelegationChain"));
    json_iter identity = json_iter_of(pick_inside(&r->ctx->pick, identities));
    while (json_iter_next(&identity))
        put_delegate(gcp_id_principal(pick_node_text(&r->ctx->pick, identity.value)), &chain);
    set(r->e, FIELD_source_identity, arena_dup_buf(r->ctx->pick.scratch, &chain));
}

static void fill_actor(reading *r)
{
    event *e = r->e;
    str email = text(r, EMAIL);
    str subject = text(r, SUBJECT);
    str id = email.n > 0 ? email : gcp_id_principal(subject);
    fill_delegation(r);
    if (id.n == 0)
        return;
    set(e, FIELD_actor_id, id);
    set(e, FIELD_actor_name, email.n > 0 ? email : text_after_last(id, '/'));
    set(e, FIELD_actor_type, gcp_id_actor_type(email, subject));
    set(e, FIELD_actor_arn, subject);
    set(e, FIELD_actor_account, gcp_id_actor_project(id));
    set(e, FIELD_idp, gcp_id_pool(subject));
    set(e, FIELD_credential, gcp_id_key(r->ctx->pick.scratch, text(r, KEY_NAME)));
}

static void fill_source(reading *r)
{
    event *e = r->e;
    ip_net address;
    str caller = text(r, CALLER_IP);
    set(e, ip_parse(caller, &address) ? FIELD_src_ip : FIELD_src_service, caller);
    entity_type type = ENTITY_NETWORK;
    set(e, FIELD_src_net,
        gcp_id_resource(r->ctx->pick.scratch, &r->record.place, &type, text(r, CALLER_NETWORK),
                        "callerNetwork"));
}

static void fill_tool(reading *r)
{
    event *e = r->e;
    str agent = text(r, USER_AGENT);
    while (text_ends(agent, ",gzip(gfe)")) /* each proxy on the way adds one */
        agent.n -= sizeof(",gzip(gfe)") - 1;
    set(e, FIELD_user_agent, agent);
    for (size_t i = 0; i < ARRAY_LEN(tools) && agent.n > 0; i++)
        if (text_has_nocase(agent, tools[i].mark))
            set(e, FIELD_ua_tool, tools[i].tool);
    if (text_starts(agent, "Mozilla/"))
        set(e, FIELD_via_console, STR("true"));
}

/* Some refusals carry another code; the check that failed is still listed. */
static void fill_denied(reading *r)
{
    json_iter check = json_iter_of(r->record.root[GCP_ROOT_AUTHORIZATION].node);
    if (r->e->outcome != OUTCOME_FAILED)
        return;
    while (json_iter_next(&check)) {
        str granted = pick_text(&r->ctx->pick, check.value, "granted");
        if (text_eq_nocase(granted, STR("false")))
            set(r->e, FIELD_denied, STR("true"));
    }
}

static uint64_t fold_hash_of(const reading *r)
{
    str id = r->e->phase == PHASE_PART ? text(r, SPLIT_UID) : text(r, OPERATION_ID);
    if (r->e->phase == PHASE_COMPLETE || id.n == 0)
        return 0;
    uint64_t h = hash_mix(hash_str(id, 6), hash_str(r->record.method, 7));
    return h ? h : 1;
}

static void fill_known(reading *r, str method, str service)
{
    event *e = r->e;
    r->record.ctx = r->ctx;
    r->record.method = unversioned(method);
    r->is_flat = text_starts(str_of(paths[r->slots[METHOD].row].path), "payload_");
    open_documents(r);
    fill_call(r, method, service);
    fill_place(r);
    open_resource(r);
    fill_actor(r);
    fill_source(r);
    fill_tool(r);
    fill_denied(r);
    e->fold_hash = fold_hash_of(r);
    gcp_detail_fields(&r->record, e);
    gcp_detail_refs(&r->record, e);
}

static decode_status decode(decode_ctx *ctx, const json_value *slots, event *ret)
{
    reading r = {.ctx = ctx, .slots = slots, .e = ret};
    str method = text(&r, METHOD);
    if (method.n == 0 || is_other_payload(&r))
        return not_audit(&r);
    str service = service_of(&r, unversioned(method));
    fill_common(&r, method);
    ret->operation = operation_index_find(ctx->operations, PROVIDER_GCP, service, method);
    if (ret->operation != OPERATION_NONE)
        fill_known(&r, method, service);
    return DECODE_EVENT;
}

const decoder decoder_gcp_audit = {
    .name = "gcp_audit",
    .doc = "Google Cloud audit logs: LogEntry JSON, BigQuery, Log Analytics, Sentinel tables",
    .paths = paths,
    .n_paths = ARRAY_LEN(paths),
    .n_slots = SLOTS,
    .decode = decode,
};
