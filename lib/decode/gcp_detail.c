/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_detail.c -- see gcp_detail.h.
 *
 * Bodies are the API's own JSON with two twists of the audit log: repeated fields get a plural s
 * ("alloweds"), and maps become lists of {key, value}. Both spellings are read. Bodies are also cut
 * when they are large; the list of permission checks is not, so it names what the body no longer
 * does.
 */
#include "decode/gcp_detail.h"

#include "base/buf.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"

#define PUBLIC_ADDRESS "public address"

static json_node root_of(const gcp_record *r, gcp_root which)
{
    return r->root[which].node;
}

static str pick(const gcp_record *r, json_node n, const char *path)
{
    return pick_text(&r->ctx->pick, n, path);
}

static json_node node_at(const gcp_record *r, json_node n, const char *path)
{
    return pick_first(&r->ctx->pick, n, path);
}

/* Iterates a list that may stand inside a string. */
static json_iter items_of(const gcp_record *r, json_node n)
{
    return json_iter_of(pick_inside(&r->ctx->pick, n));
}

static void set(event *e, field f, str text)
{
    if (e->field[f].n == 0 && text.n <= LIMIT_FIELD_BYTES)
        e->field[f] = text;
}

/* Puts a ';' where another item goes before. False: the field is full. */
static bool begin_item(buf *out)
{
    if (out->n > LIMIT_FIELD_BYTES)
        return false;
    if (out->n > 0)
        buf_putc(out, ';');
    return true;
}

static void set_list(const gcp_record *r, event *e, field f, const buf *list)
{
    if (list->n > 0 || list->failed)
        set(e, f, str_upto(arena_dup_buf(r->ctx->pick.scratch, list), LIMIT_FIELD_BYTES));
}

/* ---- machines -------------------------------------------------------------------------------- */

/* Where a request describes the machine: itself, or the part for all machines of a bulk request or
 * template. */
static json_node machine_of(const gcp_record *r)
{
    static const char *const parts[] = {"instanceProperties", "properties"};
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        json_node part = pick_inside(&r->ctx->pick, json_node_get(request, str_of(parts[i])));
        if (json_node_type(part) == JSON_OBJECT)
            return part;
    }
    return request;
}

static str id_at(const gcp_record *r, json_node n, const char *path, entity_type type)
{
    str raw = pick(r, n, path);
    return raw.n == 0 ? STR_NONE
                      : gcp_id_resource(r->ctx->pick.scratch, &r->place, &type, raw, path);
}

static void set_image(const gcp_record *r, event *e, json_node machine)
{
    set(e, FIELD_image, id_at(r, machine, "disks[].initializeParams.sourceImage", ENTITY_IMAGE));
    set(e, FIELD_image, id_at(r, machine, "sourceImage", ENTITY_IMAGE));
    set(e, FIELD_image, id_at(r, machine, "sourceMachineImage", ENTITY_IMAGE));
    set(e, FIELD_image_owner, gcp_id_segment(e->field[FIELD_image], "projects"));
}

static void set_network(const gcp_record *r, event *e, json_node machine)
{
    set(e, FIELD_network, id_at(r, machine, "networkInterfaces[].subnetwork", ENTITY_NETWORK));
    set(e, FIELD_network, id_at(r, machine, "networkInterfaces[].network", ENTITY_NETWORK));
    set(e, FIELD_network, id_at(r, machine, "network", ENTITY_NETWORK));
}

static bool has_full_scope(const gcp_record *r, json_node account)
{
    json_iter scope = items_of(r, json_node_get(account, STR("scopes")));
    while (json_iter_next(&scope))
        if (text_ends(json_node_string(scope.value), "/cloud-platform"))
            return true;
    return false;
}

static void put_account(const gcp_record *r, json_node account, buf *out)
{
    str email = gcp_id_principal(json_node_string(json_node_get(account, STR("email"))));
    if (email.n == 0 || !begin_item(out))
        return;
    buf_putstr(out, email);
    if (has_full_scope(r, account))
        buf_puts(out, " cloud-platform");
}

static void set_identity(const gcp_record *r, event *e, json_node machine)
{
    AUTO(buf) accounts = {0};
    json_iter account = items_of(r, json_node_get(machine, STR("serviceAccounts")));
    while (json_iter_next(&account))
        put_account(r, account.value, &accounts);
    if (operation_is(e->operation, "instance.role"))
        put_account(r, machine, &accounts); /* setServiceAccount: the request is the account */
    set_list(r, e, FIELD_instance_identity, &accounts);
}

/* {"k": "v"} and [{"key": "k", "value": "v"}] alike. */
static void set_tags(const gcp_record *r, event *e, json_node machine)
{
    AUTO(buf) tags = {0};
    json_node labels = pick_inside(&r->ctx->pick, json_node_get(machine, STR("labels")));
    bool is_map = json_node_type(labels) == JSON_OBJECT;
    json_iter label = json_iter_of(labels);
    while (json_iter_next(&label)) {
        str key = is_map ? label.key : json_node_string(json_node_get(label.value, STR("key")));
        json_node value = is_map ? label.value : json_node_get(label.value, STR("value"));
        if (key.n == 0 || !begin_item(&tags))
            continue;
        buf_putstr(&tags, key);
        buf_putc(&tags, '=');
        json_node_text(value, &tags);
    }
    set_list(r, e, FIELD_tags, &tags);
}

static bool wants_address(const gcp_record *r, json_node machine)
{
    json_iter check = json_iter_of(root_of(r, GCP_ROOT_AUTHORIZATION));
    while (json_iter_next(&check)) {
        str permission = json_node_string(json_node_get(check.value, STR("permission")));
        if (text_ends(permission, ".useExternalIp"))
            return true;
    }
    return node_at(r, machine, "networkInterfaces[].accessConfigs[]").doc ||
           node_at(r, machine, "networkInterfaces[].ipv6AccessConfigs[]").doc;
}

static void set_machine(const gcp_record *r, event *e)
{
    json_node machine = machine_of(r);
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    set(e, FIELD_instance_type, text_after_last(pick(r, machine, "machineType"), '/'));
    set_image(r, e, machine);
    set_network(r, e, machine);
    set_identity(r, e, machine);
    set_tags(r, e, machine);
    set(e, FIELD_count, pick(r, request, "count"));
    set(e, FIELD_count, pick(r, request, "targetSize"));
    if (operation_is(e->operation, "net.public") || wants_address(r, machine))
        set(e, FIELD_public_exposure, STR(PUBLIC_ADDRESS));
}

/* ---- firewall rules -------------------------------------------------------------------------- */

typedef struct firewall {
    json_node allowed;     /* list of {IPProtocol, ports} */
    json_node sources;     /* list of networks */
    bool is_from_anywhere; /* no source is named, which means all */
} firewall;

/* A list of the request, whichever of its two names it goes by; also one inside a string. */
static json_node list_of(const gcp_record *r, const char *plural, const char *name)
{
    pick_ctx *p = &r->ctx->pick;
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    json_node list = pick_inside(p, json_node_get(request, str_of(plural)));
    return json_node_size(list) > 0 ? list : pick_inside(p, json_node_get(request, str_of(name)));
}

static bool has_list(const gcp_record *r, const char *plural, const char *name)
{
    return json_node_size(list_of(r, plural, name)) > 0;
}

/* A rule of a network: what is not said defaults to "from anywhere, inbound". */
static firewall network_rule(const gcp_record *r)
{
    return (firewall){
        .allowed = list_of(r, "alloweds", "allowed"),
        .sources = list_of(r, "sourceRanges", "sourceRange"),
        .is_from_anywhere = text_ends(r->method, ".insert") &&
                            !has_list(r, "sourceRanges", "sourceRange") &&
                            !has_list(r, "sourceTags", "sourceTag") &&
                            !has_list(r, "sourceServiceAccounts", "sourceServiceAccount"),
    };
}

/* A rule of a policy, which names its parts otherwise. */
static firewall policy_rule(const gcp_record *r, json_node match)
{
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    str action = json_node_string(json_node_get(request, STR("action")));
    if (!text_eq_nocase(action, STR("allow")))
        return (firewall){.allowed = JSON_NODE_NONE};
    return (firewall){.allowed = json_node_get(match, STR("layer4Configs")),
                      .sources = json_node_get(match, STR("srcIpRanges"))};
}

static bool is_inactive(const gcp_record *r)
{
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    return text_eq_nocase(pick(r, request, "direction"), STR("EGRESS")) ||
           text_eq_nocase(pick(r, request, "disabled"), STR("true"));
}

/* A list, or an object with one: the audit log and the API call it otherwise. */
static json_node tags_of(const gcp_record *r, json_node n)
{
    pick_ctx *p = &r->ctx->pick;
    json_node own = pick_inside(p, n);
    if (json_node_type(own) != JSON_OBJECT)
        return own;
    json_node tags = pick_inside(p, json_node_get(own, STR("tags")));
    return json_node_size(tags) > 0 ? tags : pick_inside(p, json_node_get(own, STR("items")));
}

/* Tags by which a network tells machines apart: of the machine, or those a firewall rule is for. */
static void set_network_tags(const gcp_record *r, event *e)
{
    AUTO(buf) tags = {0};
    json_node list = list_of(r, "targetTags", "targetTag");
    json_node own = tags_of(r, json_node_get(machine_of(r), STR("tags")));
    json_iter tag = json_iter_of(json_node_size(list) > 0 ? list : own);
    while (json_iter_next(&tag)) {
        str name = json_node_string(tag.value);
        if (name.n > 0 && begin_item(&tags))
            buf_printf(&tags, "%stag %.*s", tags.n > 0 ? " " : "", (int)name.n, name.p);
    }
    set_list(r, e, FIELD_policy_delta, &tags);
}

/* A patch that leaves out what is allowed, or from where, leaves it as it was. */
static void set_patched(const gcp_record *r, event *e)
{
    bool is_part =
        text_ends(r->method, "firewalls.patch") && !is_inactive(r) &&
        (!has_list(r, "alloweds", "allowed") || !has_list(r, "sourceRanges", "sourceRange"));
    str tags = e->field[FIELD_policy_delta];
    if (!is_part)
        return;
    e->field[FIELD_policy_delta] =
        arena_printf(r->ctx->pick.scratch, "rules kept%s%.*s", tags.n > 0 ? "; " : "", (int)tags.n,
                     tags.n > 0 ? tags.p : "");
}

static void put_opening(str protocol, str port, str source, buf *out)
{
    if (!begin_item(out))
        return;
    if (out->n > 0)
        buf_putc(out, ' ');
    for (size_t i = 0; i < protocol.n; i++)
        buf_putc(out, text_lower(protocol.p[i]));
    if (port.n > 0)
        buf_printf(out, "/%.*s", (int)port.n, port.p);
    buf_printf(out, " from %.*s", (int)source.n, source.p);
}

static void put_openings(const gcp_record *r, json_node allowed, str source, buf *out)
{
    json_iter rule = items_of(r, allowed);
    while (json_iter_next(&rule)) {
        str protocol = json_node_string(json_node_get(rule.value, STR("IPProtocol")));
        json_node ports = json_node_get(rule.value, STR("ports"));
        if (json_node_size(ports) == 0)
            put_opening(protocol, STR_NONE, source, out);
        json_iter port = json_iter_of(ports);
        while (json_iter_next(&port))
            put_opening(protocol, pick_node_text(&r->ctx->pick, port.value), source, out);
    }
}

static void set_openings(const gcp_record *r, event *e)
{
    if (!operation_is(e->operation, "net") || is_inactive(r))
        return;
    json_node match = json_node_get(root_of(r, GCP_ROOT_REQUEST), STR("match"));
    firewall f = json_node_type(match) == JSON_OBJECT ? policy_rule(r, match) : network_rule(r);
    AUTO(buf) openings = {0};
    json_iter source = items_of(r, f.sources);
    while (json_iter_next(&source)) {
        str network = json_node_string(source.value);
        if (ip_cidr_openness(network) != IP_OPEN_NONE)
            put_openings(r, f.allowed, network, &openings);
    }
    if (f.is_from_anywhere)
        put_openings(r, f.allowed, STR("0.0.0.0/0"), &openings);
    set_list(r, e, FIELD_public_exposure, &openings);
}

/* ---- grants ---------------------------------------------------------------------------------- */

static str member_text(json_node n, str key)
{
    return json_node_string(json_node_get(n, key));
}

static void put_grant(char sign, str role, str member, buf *out)
{
    if (begin_item(out))
        buf_printf(out, "%c%.*s:%.*s", sign, (int)role.n, role.p, (int)member.n, member.p);
}

static bool has_item(const buf *list, str item)
{
    str rest = buf_str(list), piece = STR_NONE;
    while (text_next(&rest, ';', &piece))
        if (str_eq(piece, item))
            return true;
    return false;
}

/* "projectOwner:P" and the like are whoever holds a role there: a new bucket's own project. */
static void put_member(str member, buf *out)
{
    if (text_starts(member, "projectOwner:") || text_starts(member, "projectEditor:") ||
        text_starts(member, "projectViewer:") || has_item(out, member))
        return;
    if (begin_item(out))
        buf_putstr(out, member);
}

/* serviceData.policyDelta: what changed. */
static void put_deltas(const gcp_record *r, json_node delta, buf *grants, buf *members)
{
    json_iter binding = items_of(r, json_node_get(delta, STR("bindingDeltas")));
    while (json_iter_next(&binding)) {
        str role = member_text(binding.value, STR("role"));
        str member = member_text(binding.value, STR("member"));
        bool is_removal = text_eq_nocase(member_text(binding.value, STR("action")), STR("REMOVE"));
        put_grant(is_removal ? '-' : '+', role, member, grants);
        if (!is_removal)
            put_member(member, members);
    }
    json_iter audit = items_of(r, json_node_get(delta, STR("auditConfigDeltas")));
    while (json_iter_next(&audit)) {
        bool is_removal = text_eq_nocase(member_text(audit.value, STR("action")), STR("REMOVE"));
        str exempted = member_text(audit.value, STR("exemptedMember"));
        str service = member_text(audit.value, STR("service"));
        put_grant(is_removal ? '-' : '+', STR("audit"), service, grants);
        buf_putc(grants, ':');
        buf_putstr(grants, member_text(audit.value, STR("logType")));
        if (exempted.n > 0)
            buf_printf(grants, " but %.*s", (int)exempted.n, exempted.p);
    }
}

/* The whole policy as it was set: which part of it is new is not known, hence '='. */
static void put_policy(const gcp_record *r, json_node policy, buf *grants, buf *members)
{
    json_iter binding = items_of(r, json_node_get(policy, STR("bindings")));
    while (json_iter_next(&binding)) {
        str role = member_text(binding.value, STR("role"));
        json_iter member = items_of(r, json_node_get(binding.value, STR("members")));
        while (json_iter_next(&member)) {
            put_grant('=', role, json_node_string(member.value), grants);
            put_member(json_node_string(member.value), members);
        }
    }
}

static void set_grants(const gcp_record *r, event *e)
{
    AUTO(buf) grants = {0};
    AUTO(buf) members = {0};
    pick_ctx *p = &r->ctx->pick;
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    json_node delta =
        pick_inside(p, json_node_get(root_of(r, GCP_ROOT_SERVICE), STR("policyDelta")));
    put_deltas(r, delta, &grants, &members);
    if (grants.n == 0)
        put_policy(r, pick_inside(p, json_node_get(request, STR("policy"))), &grants, &members);
    set_list(r, e, FIELD_policy_delta, &grants);
    set_list(r, e, FIELD_share_to, &members);
}

/* ---- metadata -------------------------------------------------------------------------------- */

/* Only the keys are logged, never the values; older records have them in the request. */
static void set_metadata(const gcp_record *r, event *e)
{
    static const struct {
        uint8_t root;
        const char *path;
    } lists[] = {
        {GCP_ROOT_METADATA, "instanceMetadataDelta.addedMetadataKeys[]"},
        {GCP_ROOT_METADATA, "instanceMetadataDelta.modifiedMetadataKeys[]"},
        {GCP_ROOT_METADATA, "projectMetadataDelta.addedMetadataKeys[]"},
        {GCP_ROOT_METADATA, "projectMetadataDelta.modifiedMetadataKeys[]"},
        {GCP_ROOT_REQUEST, "Metadata Keys Added[]"},
        {GCP_ROOT_REQUEST, "Metadata Keys Modified[]"},
        {GCP_ROOT_REQUEST, "Instance Metadata Keys Added[]"},
        {GCP_ROOT_REQUEST, "Instance Metadata Keys Modified[]"},
        {GCP_ROOT_REQUEST, "Project Metadata Keys Added[]"},
        {GCP_ROOT_REQUEST, "Project Metadata Keys Modified[]"},
    };
    AUTO(buf) keys = {0};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        str path = str_upto(str_of(lists[i].path), strlen(lists[i].path) - 2);
        str whole = arena_dup(r->ctx->pick.scratch, path);
        if (!whole.p)
            return;
        json_iter key = items_of(r, node_at(r, root_of(r, lists[i].root), whole.p));
        while (json_iter_next(&key)) {
            buf_puts(&keys, keys.n > 0 ? ", " : "metadata: ");
            buf_putstr(&keys, json_node_string(key.value));
        }
    }
    set_list(r, e, FIELD_policy_delta, &keys);
}

/* ---- automation ------------------------------------------------------------------------------ */

/* The group that the new machine is a member of; absent when a person made it. */
static str group_of(const gcp_record *r)
{
    static const char *const ends[] = {"source", "target"};
    json_iter link = items_of(r, json_node_get(root_of(r, GCP_ROOT_REQUEST), STR("links")));
    while (json_iter_next(&link)) {
        if (!text_eq_nocase(member_text(link.value, STR("type")), STR("MEMBER_OF")))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            str end = pick(r, link.value, ends[i]);
            if (text_has(end, "instanceGroupManagers/"))
                return end;
        }
    }
    return STR_NONE;
}

static void set_automation(const gcp_record *r, event *e)
{
    static const struct {
        uint8_t field;
        const char *mark;
        str text;
    } marks[] = {
        {FIELD_actor_id, "@container-engine-robot.", STR_INIT("GKE")},
        {FIELD_actor_id, "@dataproc-accounts.", STR_INIT("Dataproc")},
        {FIELD_actor_id, "@dataflow-service-producer-prod.", STR_INIT("Dataflow")},
        {FIELD_actor_id, "@gcp-sa-backupdr", STR_INIT("Backup and DR")},
        {FIELD_user_agent, "Google-Deployment-Manager", STR_INIT("Deployment Manager")},
    };
    if (group_of(r).n > 0)
        set(e, FIELD_benign_class, STR("managed instance group"));
    if (operation_is(e->operation, "snapshot") && str_is(e->field[FIELD_log_kind], "system_event"))
        set(e, FIELD_benign_class, STR("snapshot schedule"));
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (text_has(e->field[marks[i].field], marks[i].mark))
            set(e, FIELD_benign_class, marks[i].text);
}

static void set_read_only(const gcp_record *r, event *e)
{
    str answer = STR_NONE;
    json_iter check = json_iter_of(root_of(r, GCP_ROOT_AUTHORIZATION));
    while (json_iter_next(&check)) {
        str kind = member_text(check.value, STR("permissionType"));
        if (text_ends(kind, "_WRITE"))
            answer = STR("false");
        else if (text_ends(kind, "_READ") && answer.n == 0)
            answer = STR("true");
    }
    set(e, FIELD_read_only, answer);
}

void gcp_detail_fields(const gcp_record *r, event *e)
{
    set(e, FIELD_request_uid, pick(r, root_of(r, GCP_ROOT_REQUEST), "requestId"));
    set_read_only(r, e);
    set_openings(r, e);
    set_machine(r, e);
    set_grants(r, e);
    set_metadata(r, e);
    if (operation_is(e->operation, "instance") || operation_is(e->operation, "template") ||
        operation_is(e->operation, "net")) {
        set_network_tags(r, e);
        set_patched(r, e);
    }
    set_automation(r, e);
}

/* ---- refs ------------------------------------------------------------------------------------ */

typedef struct permission {
    const char *name; /* a trailing '*' stands for any ending */
    uint8_t relation;
    uint8_t type;
    const char *doc;
} permission;

/* What a permission check says about the thing it was made for. The first row that fits. */
/* clang-format off */
static const permission permissions[] = {
    {"compute.disks.createSnapshot",          RELATION_PARENT, ENTITY_VOLUME,    "the disk that is snapshotted"},
    {"compute.disks.use*",                    RELATION_PARENT, ENTITY_VOLUME,    "an existing disk, cloned or booted from"},
    {"compute.snapshots.useReadOnly",         RELATION_PARENT, ENTITY_SNAPSHOT,  "the snapshot a disk is made from"},
    {"compute.instantSnapshots.useReadOnly",  RELATION_PARENT, ENTITY_SNAPSHOT,  "the same, kept beside the disk"},
    {"compute.images.useReadOnly",            RELATION_PARENT, ENTITY_IMAGE,     "the image a disk is made from"},
    {"compute.machineImages.useReadOnly",     RELATION_PARENT, ENTITY_IMAGE,     "the machine image"},
    {"compute.instanceTemplates.useReadOnly", RELATION_USES,   ENTITY_TEMPLATE,  "the template of a group"},
    {"compute.subnetworks.use*",              RELATION_USES,   ENTITY_NETWORK,   "the subnet a machine is put in"},
    {"iam.serviceAccounts.actAs",             RELATION_USES,   ENTITY_PRINCIPAL, "the service account a machine gets"},
};
/* clang-format on */

static const permission *permission_of(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(permissions); i++) {
        str want = str_of(permissions[i].name);
        bool is_prefix = text_ends(want, "*");
        if (is_prefix ? str_eq(str_upto(name, want.n - 1), str_upto(want, want.n - 1))
                      : str_eq(name, want))
            return &permissions[i];
    }
    return NULL;
}

static bool names(const event *e, str id)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (str_eq(e->refs[i].id, id))
            return true;
    return false;
}

static void add_new(const gcp_record *r, event *e, relation how, entity_type type, str id, str path)
{
    if (id.n > 0 && !names(e, id))
        refs_add(r->ctx, e, how, type, id, path);
}

/* Attaching a disk is the one call that uses a disk without making anything from it. */
static relation relation_in(const event *e, const permission *p)
{
    bool joins = p->type == ENTITY_VOLUME && operation_is(e->operation, "volume.attach");
    return joins ? RELATION_ATTACHED : (relation)p->relation;
}

enum { CHECKS_MAX = 256 }; /* looked at in one record; a real call makes a few dozen */

static void add_checked(const gcp_record *r, event *e)
{
    static const char *const spellings[] = {"resource", "resourceAttributes.name"};
    const refs_root *root = &r->root[GCP_ROOT_AUTHORIZATION];
    json_iter check = json_iter_of(root->node);
    for (int left = CHECKS_MAX; left > 0 && json_iter_next(&check); left--) {
        const permission *p = permission_of(member_text(check.value, STR("permission")));
        size_t i = 0;
        while (p && i < ARRAY_LEN(spellings) && pick(r, check.value, spellings[i]).n == 0)
            i++;
        if (!p || i == ARRAY_LEN(spellings))
            continue;
        str path = arena_printf(r->ctx->pick.scratch, "%s[].%s", root->shown, spellings[i]);
        str id = id_at(r, check.value, spellings[i], (entity_type)p->type);
        add_new(r, e, relation_in(e, p), (entity_type)p->type, id, path);
    }
}

/* Calls that make one thing from another, and what they make. */
/* clang-format off */
static const struct {
    const char *class_name;
    uint8_t made;
} copies[] = {
    {"snapshot.create", ENTITY_SNAPSHOT},
    {"image.create",    ENTITY_IMAGE},
    {"volume.create",   ENTITY_VOLUME},
};
/* clang-format on */

static entity_type made_by(const event *e)
{
    for (size_t i = 0; i < ARRAY_LEN(copies); i++)
        if (operation_is(e->operation, copies[i].class_name))
            return (entity_type)copies[i].made;
    return ENTITY_NONE;
}

static bool is_source(entity_type type)
{
    return type == ENTITY_VOLUME || type == ENTITY_SNAPSHOT || type == ENTITY_IMAGE ||
           type == ENTITY_INSTANCE;
}

/* What resourceName is to the call, by its type. When a snapshot is made in another project, the
 * owner of the disk gets a record of the same name whose resourceName is the disk. */
static relation relation_of_resource(const event *e, entity_type type)
{
    entity_type made = made_by(e);
    if (made == ENTITY_NONE || !is_source(type))
        return RELATION_TARGET;
    return type == made ? RELATION_CREATED : RELATION_PARENT;
}

/* Adds resourceName where no row of the table did. */
static void add_resource(const gcp_record *r, event *e)
{
    entity_type type = gcp_id_type(r->resource);
    if (type != ENTITY_NONE && type != ENTITY_OTHER)
        add_new(r, e, relation_of_resource(e, type), type, r->resource,
                str_of(r->root[GCP_ROOT_RESOURCE].shown));
}

static bool has_created(const event *e)
{
    for (size_t i = 0; i < e->n_refs; i++)
        if (e->refs[i].relation == RELATION_CREATED)
            return true;
    return false;
}

/* A machine without a name in the record still has a number. */
static void add_number(const gcp_record *r, event *e)
{
    if (!operation_is(e->operation, "instance.create") || has_created(e))
        return;
    const refs_root *labels = &r->root[GCP_ROOT_LABELS];
    str path = arena_printf(r->ctx->pick.scratch, "%s.instance_id", labels->shown);
    add_new(r, e, RELATION_CREATED, ENTITY_INSTANCE, pick(r, labels->node, "instance_id"), path);
}

/* Calls name a service account by its number as they like; the labels tell whose number it is. */
static void rename_account(const gcp_record *r, event *e)
{
    str number = pick(r, root_of(r, GCP_ROOT_LABELS), "unique_id");
    str email = pick(r, root_of(r, GCP_ROOT_LABELS), "email_id");
    if (number.n == 0 || email.n == 0 || !names(e, number))
        return;
    event_ref *refs = arena_alloc(r->ctx->pick.scratch, e->n_refs * sizeof *refs);
    if (!refs)
        return;
    memcpy(refs, e->refs, e->n_refs * sizeof *refs);
    for (size_t i = 0; i < e->n_refs; i++)
        if (str_eq(refs[i].id, number) && refs[i].relation != RELATION_ALIAS)
            refs[i].id = email;
    e->refs = refs;
}

static void add_group(const gcp_record *r, event *e)
{
    str group = group_of(r);
    if (group.n == 0)
        return;
    entity_type type = ENTITY_TEMPLATE;
    str id = gcp_id_resource(r->ctx->pick.scratch, &r->place, &type, group, "links");
    str path =
        arena_printf(r->ctx->pick.scratch, "%s.links[].source", r->root[GCP_ROOT_REQUEST].shown);
    add_new(r, e, RELATION_PARENT, type, id, path);
}

/* ---- whom firewall rules reach --------------------------------------------------------------- */

/* A tag means something within its network only: NETWORK/tags/TAG. */
static void add_tag_list(const gcp_record *r, event *e, str network, const char *path)
{
    str shown = arena_printf(r->ctx->pick.scratch, "%s.%s", r->root[GCP_ROOT_REQUEST].shown, path);
    json_iter tag = items_of(r, node_at(r, root_of(r, GCP_ROOT_REQUEST), path));
    while (json_iter_next(&tag)) {
        str name = json_node_string(tag.value);
        if (name.n > 0)
            refs_add(r->ctx, e, RELATION_USES, ENTITY_OTHER,
                     arena_printf(r->ctx->pick.scratch, "%.*s/tags/%.*s", (int)network.n, network.p,
                                  (int)name.n, name.p),
                     shown);
    }
}

static void add_accounts(const gcp_record *r, event *e, const char *path)
{
    str shown = arena_printf(r->ctx->pick.scratch, "%s.%s", r->root[GCP_ROOT_REQUEST].shown, path);
    json_iter account = items_of(r, node_at(r, root_of(r, GCP_ROOT_REQUEST), path));
    while (json_iter_next(&account))
        refs_add(r->ctx, e, RELATION_USES, ENTITY_PRINCIPAL,
                 gcp_id_principal(json_node_string(account.value)), shown);
}

/* What machines and rules have in common, besides their network. */
static void add_aims(const gcp_record *r, event *e)
{
    json_node request = root_of(r, GCP_ROOT_REQUEST);
    bool is_machine = operation_is(e->operation, "instance.create");
    str network =
        id_at(r, request, is_machine ? "networkInterfaces[].network" : "network", ENTITY_NETWORK);
    if (network.n == 0)
        return;
    if (is_machine) {
        add_tag_list(r, e, network, "tags.tags");
        add_tag_list(r, e, network, "tags.items");
    } else if (operation_is(e->operation, "net.open")) {
        add_tag_list(r, e, network, "targetTags");
        add_accounts(r, e, "targetServiceAccounts");
    }
}

/* A bulk request may name each machine: perInstanceProperties is {NAME: {…}}, or, as maps are
 * logged, [{key: NAME, …}]. */
static void add_named(const gcp_record *r, event *e)
{
    static const char key[] = "perInstanceProperties";
    if (!operation_is(e->operation, "instance.create"))
        return;
    json_node all = node_at(r, root_of(r, GCP_ROOT_REQUEST), key);
    bool is_map = json_node_type(all) == JSON_OBJECT;
    str path = arena_printf(r->ctx->pick.scratch, "%s.%s", r->root[GCP_ROOT_REQUEST].shown, key);
    json_iter it = json_iter_of(all);
    while (json_iter_next(&it)) {
        str name = is_map ? it.key : json_node_string(json_node_get(it.value, STR("key")));
        entity_type type = ENTITY_INSTANCE;
        if (name.n > 0)
            add_new(r, e, RELATION_CREATED, ENTITY_INSTANCE,
                    gcp_id_resource(r->ctx->pick.scratch, &r->place, &type, name, key), path);
    }
}

/* The table's type is a guess where it says what resourceName is: another type there means that the
 * item does not apply. Where it leaves the type open for a copy, add_resource knows better. */
static bool is_misfit(const event *e, entity_type wanted, entity_type seen)
{
    if (wanted == ENTITY_OTHER)
        return relation_of_resource(e, seen) != RELATION_TARGET;
    return seen != wanted;
}

static str canon(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    gcp_place place = {.project = e->field[FIELD_account],
                       .region = e->field[FIELD_region],
                       .zone = e->field[FIELD_zone]};
    entity_type seen = (entity_type)*type;
    str id = gcp_id_resource(ctx->pick.scratch, &place, &seen, raw, path);
    if (text_starts(str_of(path), "resource") && is_misfit(e, (entity_type)*type, seen))
        return STR_NONE;
    *type = (uint8_t)seen;
    return id;
}

void gcp_detail_refs(const gcp_record *r, event *e)
{
    refs_source source = {.roots = r->root, .n_roots = GCP_ROOT_COUNT, .canon = canon};
    refs_collect(r->ctx, &source, e);
    rename_account(r, e);
    add_resource(r, e);
    add_checked(r, e);
    add_group(r, e);
    add_named(r, e);
    add_number(r, e);
    add_aims(r, e);
}
