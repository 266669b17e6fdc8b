/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_id.c -- strips hosts and versions, fills in projects and zones, sorts principals.
 */
#include "decode/gcp_id.h"

#include "base/text.h"

typedef struct collection {
    str name;
    uint8_t type;
    const char *doc;
} collection;

/* The last collection of a path names the thing. */
/* clang-format off */
static const collection collections[] = {
    {STR_INIT("disks"),                 ENTITY_VOLUME,         "zonal or regional disk"},
    {STR_INIT("snapshots"),             ENTITY_SNAPSHOT,       "snapshot of a disk"},
    {STR_INIT("instantSnapshots"),      ENTITY_SNAPSHOT,       "snapshot kept beside its disk"},
    {STR_INIT("images"),                ENTITY_IMAGE,          "disk image"},
    {STR_INIT("machineImages"),         ENTITY_IMAGE,          "image of a whole machine"},
    {STR_INIT("instances"),             ENTITY_INSTANCE,       "virtual machine"},
    {STR_INIT("firewalls"),             ENTITY_SECURITY_GROUP, "firewall rule of a network"},
    {STR_INIT("firewallPolicies"),      ENTITY_SECURITY_GROUP, "policy of firewall rules"},
    {STR_INIT("securityPolicies"),      ENTITY_SECURITY_GROUP, "rules in front of a load balancer"},
    {STR_INIT("networks"),              ENTITY_NETWORK,        "VPC network"},
    {STR_INIT("subnetworks"),           ENTITY_NETWORK,        "subnet"},
    {STR_INIT("instanceTemplates"),     ENTITY_TEMPLATE,       "what a group makes its machines from"},
    {STR_INIT("instanceGroupManagers"), ENTITY_TEMPLATE,       "managed group of machines"},
    {STR_INIT("instanceGroups"),        ENTITY_TEMPLATE,       "group of machines"},
    {STR_INIT("addresses"),             ENTITY_ADDRESS,        "reserved address"},
    {STR_INIT("buckets"),               ENTITY_BUCKET,         "storage bucket"},
    {STR_INIT("objects"),               ENTITY_OTHER,          "object in a bucket"},
    {STR_INIT("keys"),                  ENTITY_CREDENTIAL,     "key of a service account"},
    {STR_INIT("serviceAccounts"),       ENTITY_PRINCIPAL,      "service account"},
    {STR_INIT("roles"),                 ENTITY_ROLE,           "predefined or custom role"},
    {STR_INIT("projects"),              ENTITY_ACCOUNT,        "project"},
};
/* clang-format on */

typedef struct bare_name {
    uint8_t type;
    const char *hint; /* the field's path must contain it; NULL: any */
    const char *scope;
    const char *collection;
} bare_name;

/* Where a name without a path lives. The first row that fits. */
/* clang-format off */
static const bare_name bare_names[] = {
    {ENTITY_VOLUME,         NULL,                   "zone",   "disks"},
    {ENTITY_SNAPSHOT,       "nstantSnapshot",       "zone",   "instantSnapshots"},
    {ENTITY_SNAPSHOT,       NULL,                   "global", "snapshots"},
    {ENTITY_IMAGE,          "achineImage",          "global", "machineImages"},
    {ENTITY_IMAGE,          NULL,                   "global", "images"},
    {ENTITY_INSTANCE,       NULL,                   "zone",   "instances"},
    {ENTITY_SECURITY_GROUP, NULL,                   "global", "firewalls"},
    {ENTITY_NETWORK,        "ubnet",                "region", "subnetworks"},
    {ENTITY_NETWORK,        NULL,                   "global", "networks"},
    {ENTITY_TEMPLATE,       "nstanceGroupManager",  "zone",   "instanceGroupManagers"},
    {ENTITY_TEMPLATE,       NULL,                   "global", "instanceTemplates"},
    {ENTITY_BUCKET,         NULL,                   "any",    "buckets"},
};

static const char *const member_prefixes[] = {
    "deleted:", "serviceAccount:", "user:",
};

typedef struct federation {
    const char *mark; /* in the subject */
    str type;
} federation;

static const federation federations[] = {
    {"/workforcePools/",        STR_INIT("workforce")},
    {"/workloadIdentityPools/", STR_INIT("workload")},
    {".svc.id.goog[",           STR_INIT("workload")},
};
/* clang-format on */

bool gcp_id_is_number(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

str gcp_id_segment(str path, const char *name)
{
    str piece = STR_NONE;
    while (text_next(&path, '/', &piece))
        if (str_is(piece, name))
            return text_before(path, '/');
    return STR_NONE;
}

/* "https://host/compute/v1/projects/…" and "//host/projects/…" without what names the service. */
static str without_host(str s)
{
    if (text_starts(s, "https:"))
        s = str_from(s, 6);
    else if (text_starts(s, "http:"))
        s = str_from(s, 5);
    if (!text_starts(s, "//"))
        return s;
    s = text_after(str_from(s, 2), '/');
    if (text_starts(s, "compute/"))
        s = text_after(str_from(s, 8), '/');
    return s;
}

static const collection *collection_of(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(collections); i++)
        if (str_eq(collections[i].name, name))
            return &collections[i];
    return NULL;
}

/* The collection whose name the path ends with; NULL: none that is known. */
static const collection *last_collection(str path)
{
    const collection *last = NULL;
    str piece = STR_NONE, name = STR_NONE;
    while (text_next(&path, '/', &piece)) {
        const collection *c = collection_of(piece);
        if (c && text_next(&path, '/', &name) && name.n > 0)
            last = c;
        else if (last && last->type == ENTITY_ACCOUNT)
            last = NULL; /* projects/P/…: something in the project, not the project */
        if (c && str_is(piece, "objects"))
            return last; /* the rest is the object's name, slashes and all */
    }
    return last;
}

/* Machines, disks and networks lie in a zone, in a region or are global; an "instance" that does
 * not is a database, a "snapshot" that does not is one of Pub/Sub. */
static bool needs_location(entity_type type)
{
    return type == ENTITY_VOLUME || type == ENTITY_SNAPSHOT || type == ENTITY_IMAGE ||
           type == ENTITY_INSTANCE || type == ENTITY_TEMPLATE || type == ENTITY_NETWORK ||
           type == ENTITY_SECURITY_GROUP;
}

entity_type gcp_id_type(str id)
{
    const collection *c = last_collection(id);
    if (!c)
        return ENTITY_NONE;
    bool has_location = gcp_id_segment(id, "zones").n > 0 || gcp_id_segment(id, "regions").n > 0 ||
                        gcp_id_segment(id, "global").n > 0;
    entity_type type = (entity_type)c->type;
    return needs_location(type) && !has_location ? ENTITY_OTHER : type;
}

str gcp_id_principal(str raw)
{
    raw = text_trim(raw);
    for (size_t i = 0; i < ARRAY_LEN(member_prefixes); i++)
        if (text_starts(raw, member_prefixes[i]))
            raw = str_from(raw, strlen(member_prefixes[i]));
    str account = gcp_id_segment(raw, "serviceAccounts");
    str user = gcp_id_segment(raw, "users"); /* OS Login */
    raw = account.n > 0 ? account : user.n > 0 ? user : raw;
    return text_before(raw, '?');
}

str gcp_id_actor_project(str email)
{
    str domain = text_after(email, '@');
    if (str_is(domain, "developer.gserviceaccount.com"))
        return text_before(email, '-');
    if (str_is(domain, "cloudservices.gserviceaccount.com") ||
        str_is(domain, "appspot.gserviceaccount.com"))
        return text_before(email, '@');
    if (text_ends(domain, ".iam.gserviceaccount.com") && !text_starts(domain, "gcp-sa-"))
        return text_before(domain, '.');
    return STR_NONE;
}

str gcp_id_key(arena *scratch, str raw)
{
    raw = without_host(text_trim(raw));
    str account = gcp_id_segment(raw, "serviceAccounts");
    str key = gcp_id_segment(raw, "keys");
    if (account.n == 0 || key.n == 0)
        return raw;
    str project = gcp_id_actor_project(account);
    if (project.n == 0)
        project = gcp_id_segment(raw, "projects");
    return arena_printf(scratch, "projects/%.*s/serviceAccounts/%.*s/keys/%.*s", (int)project.n,
                        project.p, (int)account.n, account.p, (int)key.n, key.p);
}

/* Google's own accounts that act inside a customer's project. */
static bool is_agent(str email)
{
    str name = text_before(email, '@');
    str domain = text_after(email, '@');
    if (text_starts(name, "service-") && gcp_id_is_number(str_from(name, 8)))
        return true;
    return str_is(domain, "cloudservices.gserviceaccount.com") ||
           str_is(domain, "system.gserviceaccount.com") || text_starts(domain, "gcp-sa-");
}

str gcp_id_actor_type(str email, str subject)
{
    for (size_t i = 0; i < ARRAY_LEN(federations); i++)
        if (text_has(subject, federations[i].mark))
            return federations[i].type;
    if (email.n == 0)
        email = gcp_id_principal(subject);
    bool is_google = text_ends(email, "gserviceaccount.com");
    if (is_google && is_agent(email))
        return STR("serviceAgent");
    if (is_google || text_starts(subject, "serviceAccount:") ||
        text_starts(email, "system:serviceaccount:"))
        return STR("serviceAccount");
    return memchr(email.n ? email.p : "", '@', email.n) ? STR("user") : STR("unknown");
}

str gcp_id_pool(str subject)
{
    str pool = gcp_id_segment(subject, "workforcePools");
    return pool.n > 0 ? pool : gcp_id_segment(subject, "workloadIdentityPools");
}

static str name_in_place(arena *scratch, const gcp_place *place, entity_type type, str name,
                         const char *hint)
{
    for (size_t i = 0; i < ARRAY_LEN(bare_names); i++) {
        const bare_name *b = &bare_names[i];
        if (b->type != type || (b->hint && !strstr(hint, b->hint)))
            continue;
        if (str_is(str_of(b->scope), "any"))
            return arena_printf(scratch, "projects/_/%s/%.*s", b->collection, (int)name.n, name.p);
        if (place->project.n == 0)
            return name;
        str zone = str_is(str_of(b->scope), "zone") ? place->zone : STR_NONE;
        str region = str_is(str_of(b->scope), "global") ? STR_NONE : place->region;
        str where = zone.n > 0 ? zone : region;
        return arena_printf(scratch, "projects/%.*s/%s%.*s/%s/%.*s", (int)place->project.n,
                            place->project.p,
                            zone.n > 0     ? "zones/"
                            : region.n > 0 ? "regions/"
                                           : "global",
                            (int)where.n, where.p, b->collection, (int)name.n, name.p);
    }
    return name;
}

/* projects/NUMBER/… of the call's own project gets the project's name. */
static str renumbered(arena *scratch, const gcp_place *place, str path)
{
    str project = gcp_id_segment(path, "projects");
    if (place->number.n == 0 || !str_eq(project, place->number) || !text_starts(path, "projects/"))
        return path;
    str rest = str_from(path, sizeof("projects/") - 1 + project.n);
    return arena_printf(scratch, "projects/%.*s%.*s", (int)place->project.n, place->project.p,
                        (int)rest.n, rest.p);
}

static str path_in_place(arena *scratch, const gcp_place *place, str path)
{
    bool is_relative = text_starts(path, "zones/") || text_starts(path, "regions/") ||
                       text_starts(path, "global/");
    if (is_relative && place->project.n > 0)
        return arena_printf(scratch, "projects/%.*s/%.*s", (int)place->project.n, place->project.p,
                            (int)path.n, path.p);
    return renumbered(scratch, place, path);
}

/* gs://BUCKET/OBJECT and projects/_/buckets/BUCKET/objects/OBJECT, when the bucket is wanted. */
static str bucket_of(arena *scratch, str raw)
{
    str name = text_starts(raw, "gs://") ? text_before(str_from(raw, 5), '/')
                                         : gcp_id_segment(raw, "buckets");
    if (name.n == 0)
        return STR_NONE;
    return arena_printf(scratch, "projects/_/buckets/%.*s", (int)name.n, name.p);
}

str gcp_id_resource(arena *scratch, const gcp_place *place, entity_type *type, str raw,
                    const char *hint)
{
    raw = without_host(text_trim(raw));
    while (text_ends(raw, "/"))
        raw = str_upto(raw, raw.n - 1);
    if (raw.n == 0)
        return STR_NONE;
    if (*type == ENTITY_BUCKET || text_starts(raw, "gs://")) {
        str bucket = bucket_of(scratch, raw);
        *type = ENTITY_BUCKET;
        return bucket.n > 0 ? bucket : name_in_place(scratch, place, *type, raw, hint);
    }
    entity_type seen = gcp_id_type(raw);
    if (seen == ENTITY_CREDENTIAL || seen == ENTITY_PRINCIPAL) {
        *type = seen;
        return seen == ENTITY_CREDENTIAL ? gcp_id_key(scratch, raw) : gcp_id_principal(raw);
    }
    if (*type == ENTITY_PRINCIPAL)
        return gcp_id_principal(raw);
    if (!memchr(raw.p, '/', raw.n))
        return *type == ENTITY_ACCOUNT ? arena_printf(scratch, "projects/%.*s", (int)raw.n, raw.p)
                                       : name_in_place(scratch, place, *type, raw, hint);
    if (seen == ENTITY_NONE && needs_location(*type))
        return STR_NONE; /* projects/P/zones/Z/instances: where it would lie, not what it is */
    if (seen != ENTITY_NONE && *type != ENTITY_ROLE)
        *type = seen;
    if (seen == ENTITY_INSTANCE) {
        /* The machine, when a part of it is named: …/instances/NAME/SerialPort/1. */
        str name = gcp_id_segment(raw, "instances");
        raw = str_upto(raw, (size_t)(name.p + name.n - raw.p));
    }
    return path_in_place(scratch, place, raw);
}
