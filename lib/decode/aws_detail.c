/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_detail.c -- tables of where AWS calls keep the facts of a machine, and their reading.
 *
 * EC2's older calls, its newer ones (query names, one wrapper taken off by the caller), Auto
 * Scaling, RDS and Lightsail are all asked: the paths of one do not occur in the others with
 * another meaning.
 */
#include "decode/aws_detail.h"

#include <inttypes.h>

#include "base/text.h"
#include "decode/aws_id.h"
#include "model/operation.h"

void aws_detail_set(event *e, field f, str value)
{
    if (e->field[f].n == 0 && value.n > 0)
        e->field[f] = value;
}

static void set_list(const aws_call *c, event *e, field f, const buf *list)
{
    if (list->n > 0 || list->failed)
        aws_detail_set(e, f, arena_dup_buf(c->pick->scratch, list));
}

typedef struct detail_row {
    uint8_t field;
    bool is_answer; /* in the response */
    const char *path;
} detail_row;

/* For each field the first path with a text wins. */
/* clang-format off */
static const detail_row details[] = {
    {FIELD_instance_type,     false, "instanceType"},
    {FIELD_instance_type,     false, "launchSpecification.instanceType"},
    {FIELD_instance_type,     false, "LaunchTemplateData.InstanceType"},
    {FIELD_instance_type,     false, "bundleId"},
    {FIELD_instance_type,     false, "dBInstanceClass"},
    {FIELD_instance_type,     true,  "instancesSet[].instanceType"},
    {FIELD_image,             false, "instancesSet[].imageId"},
    {FIELD_image,             false, "imageId"},
    {FIELD_image,             false, "launchSpecification.imageId"},
    {FIELD_image,             false, "LaunchTemplateData.ImageId"},
    {FIELD_image,             false, "blueprintId"},
    {FIELD_image,             true,  "instancesSet[].imageId"},
    {FIELD_network,           false, "subnetId"},
    {FIELD_network,           false, "networkInterfaceSet[].subnetId"},
    {FIELD_network,           false, "launchSpecification.subnetId"},
    {FIELD_network,           false, "LaunchTemplateData.NetworkInterface[].SubnetId"},
    {FIELD_network,           true,  "instancesSet[].subnetId"},
    {FIELD_network,           false, "vPCZoneIdentifier"},
    {FIELD_network,           false, "vpcId"},
    {FIELD_network,           false, "dBSubnetGroupName"},
    {FIELD_zone,              false, "availabilityZone"},
    {FIELD_zone,              false, "placement.availabilityZone"},
    {FIELD_zone,              true,  "instancesSet[].placement.availabilityZone"},
    {FIELD_zone,              true,  "availabilityZone"},
    {FIELD_count,             false, "instancesSet[].maxCount"},
    {FIELD_count,             false, "maxCount"},
    {FIELD_count,             false, "TargetCapacitySpecification.TotalTargetCapacity"},
    {FIELD_count,             false, "spotFleetRequestConfig.targetCapacity"},
    {FIELD_count,             false, "instanceCount"},
    {FIELD_count,             false, "desiredCapacity"},
    {FIELD_count,             false, "desiredCount"},
};

static const char *const profile_paths[] = {
    "iamInstanceProfile.arn", "iamInstanceProfile.name", "iamInstanceProfile",
    "LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name",
    "launchSpecification.iamInstanceProfile.arn", "launchSpecification.iamInstanceProfile.name",
};

/* Where lists of tags are: member `key` of each thing at `parent`. */
static const struct {
    const char *parent; /* "": the parameters themselves */
    const char *key;
    bool is_answer;
} tag_rows[] = {
    {"tagSpecificationSet[]",                "tags",   false},
    {"TagSpecification[]",                   "Tag",    false},
    {"LaunchTemplateData.TagSpecification[]", "Tag",   false},
    {"",                                     "tagSet", false},
    {"",                                     "tags",   false},
    {"instancesSet[]",                       "tagSet", true},
};
/* clang-format on */

static void set_details(const aws_call *c, event *e)
{
    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        const detail_row *row = &details[i];
        json_node root = row->is_answer ? c->response : c->request;
        if (e->field[row->field].n == 0)
            aws_detail_set(e, (field)row->field, pick_text(c->pick, root, row->path));
    }
}

/* A name and an ARN of one instance profile are one thing. */
static str profile_id(const aws_call *c, const event *e, str raw)
{
    uint8_t type = ENTITY_ROLE;
    aws_place here = {e->field[FIELD_service], e->field[FIELD_region], c->account};
    return aws_id_canon(c->pick->scratch, &here, &type, raw, "iamInstanceProfile.name");
}

static void set_instance_identity(const aws_call *c, event *e)
{
    pick_ctx *pick = c->pick;
    str raw = pick_text(pick, c->response, "instancesSet[].iamInstanceProfile.arn");
    for (size_t i = 0; i < ARRAY_LEN(profile_paths) && raw.n == 0; i++) {
        json_node n = pick_first(pick, c->request, profile_paths[i]);
        if (json_node_type(n) == JSON_STRING)
            raw = pick_node_text(pick, n);
    }
    if (raw.n > 0)
        aws_detail_set(e, FIELD_instance_identity, profile_id(c, e, raw));
}

typedef struct tag_list {
    pick_ctx *pick;
    const char *key; /* of the list in what on_tagged is given */
    buf text;
} tag_list;

static void tag_list_done(tag_list *t)
{
    buf_done(&t->text);
}

static void add_tag(tag_list *t, str key, str value)
{
    if (key.n > 0)
        aws_list_add(&t->text, ";",
                     arena_printf(t->pick->scratch, "%.*s=%.*s", (int)key.n, key.p, (int)value.n,
                                  value.p ? value.p : ""));
}

/* {"key": k, "value": v}, as EC2 writes it, or {"tagKey": k, "tagValue": v}. False: neither. */
static bool add_pair(tag_list *t, json_node n)
{
    str key = pick_text(t->pick, n, "key");
    if (key.n == 0)
        key = pick_text(t->pick, n, "tagKey");
    if (key.n == 0)
        return false;
    str value = pick_text(t->pick, n, "value");
    add_tag(t, key, value.n > 0 ? value : pick_text(t->pick, n, "tagValue"));
    return true;
}

/* The elements are walked here because pick takes an object with a `value` for that value. */
static void add_tags(tag_list *t, json_node list)
{
    static const str wrappers[] = {STR_INIT("items"), STR_INIT("item")};
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++) {
        json_node inner = json_node_get(list, wrappers[i]);
        if (json_node_type(inner) == JSON_ARRAY || json_node_type(inner) == JSON_OBJECT)
            list = inner;
    }
    bool is_list = json_node_type(list) == JSON_ARRAY;
    if (!is_list && add_pair(t, list))
        return;
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        if (is_list)
            add_pair(t, it.value);
        else if (json_node_type(it.value) == JSON_STRING)
            add_tag(t, it.key, json_node_string(it.value)); /* {"Name": "x"} */
    }
}

static void on_tagged(void *user, json_node n, unsigned item)
{
    tag_list *t = user;
    (void)item;
    add_tags(t, json_node_get(n, str_of(t->key)));
}

static void set_tags(const aws_call *c, event *e)
{
    AUTO(tag_list) tags = {.pick = c->pick};
    for (size_t i = 0; i < ARRAY_LEN(tag_rows); i++) {
        json_node root = tag_rows[i].is_answer ? c->response : c->request;
        tags.key = tag_rows[i].key;
        if (tag_rows[i].parent[0])
            pick_each(c->pick, root, tag_rows[i].parent, on_tagged, &tags);
        else
            on_tagged(&tags, root, 0);
    }
    set_list(c, e, FIELD_tags, &tags.text);
}

static void on_count(void *user, json_node n, unsigned item)
{
    unsigned *count = user;
    (void)n;
    (void)item;
    ++*count;
}

/* When the request says no number, as many as there are names. */
static void set_count(const aws_call *c, event *e)
{
    unsigned n = 0;
    if (e->field[FIELD_count].n > 0)
        return;
    pick_each(c->pick, c->response, "instancesSet[].instanceId", on_count, &n);
    if (n == 0)
        pick_each(c->pick, c->request, "instanceNames[]", on_count, &n);
    if (n > 0)
        aws_detail_set(e, FIELD_count, arena_printf(c->pick->scratch, "%u", n));
}

static void set_bytes(const aws_call *c, event *e)
{
    pick_ctx *pick = c->pick;
    int64_t in = 0, out = 0;
    /* Numbers come as 544, 544.0 and "544". */
    bool has_in =
        text_to_int(text_before(pick_text(pick, c->extra, "bytesTransferredIn"), '.'), &in);
    bool has_out =
        text_to_int(text_before(pick_text(pick, c->extra, "bytesTransferredOut"), '.'), &out);
    if ((!has_in && !has_out) || in < 0 || out < 0 || in > INT64_MAX - out)
        return;
    aws_detail_set(e, FIELD_bytes, arena_printf(pick->scratch, "%" PRId64, in + out));
}

/* ---- which calls say what -------------------------------------------------------------------- */

enum {
    SAYS_MACHINE = 1, /* type, image, network, zone, count, profile */
    SAYS_TAGS = 2,
    SAYS_EXPOSURE = 4,
    SAYS_SHARE = 8,
    SAYS_POLICY = 16,
    SAYS_GUARDS = 32,
    SAYS_RULES = 64,
    SAYS_ALL = 127,
};

/* Looking for what a call cannot say is most of the cost of a known call. First row that fits; a
 * class without a row is asked for everything. */
/* clang-format off */
static const struct {
    const char *class_name;
    uint8_t says;
} sayings[] = {
    {"collect",         0},
    {"discovery",       0},
    {"login",           0},
    {"instance.create", SAYS_MACHINE | SAYS_TAGS | SAYS_EXPOSURE | SAYS_GUARDS},
    {"instance.delete", 0},
    {"instance.start",  0},
    {"instance.stop",   0},
    {"snapshot.create", SAYS_TAGS},
    {"snapshot.delete", 0},
    {"snapshot.copy",   SAYS_TAGS},
    {"snapshot.share",  SAYS_SHARE},
    {"image.create",    SAYS_TAGS},
    {"image.share",     SAYS_SHARE},
    {"image.delete",    0},
    {"volume",          SAYS_MACHINE | SAYS_TAGS},
    {"template",        SAYS_MACHINE | SAYS_TAGS | SAYS_EXPOSURE | SAYS_GUARDS},
    {"asg",             SAYS_MACHINE | SAYS_TAGS},
    {"net",             SAYS_MACHINE | SAYS_TAGS | SAYS_EXPOSURE | SAYS_RULES},
    {"cred.read",       0},
    {"access",          0},
};
/* clang-format on */

static uint8_t says_of(const event *e)
{
    for (size_t i = 0; i < ARRAY_LEN(sayings); i++)
        if (operation_is(e->operation, sayings[i].class_name))
            return sayings[i].says;
    return SAYS_ALL;
}

static void set_grants(const aws_call *c, event *e, uint8_t says)
{
    AUTO(buf) exposure = {0};
    AUTO(buf) share = {0};
    AUTO(buf) policy = {0};
    if (says & SAYS_EXPOSURE)
        aws_grant_exposure(c, &exposure);
    if (says & SAYS_SHARE)
        aws_grant_share(c, &share);
    if (says & SAYS_POLICY)
        aws_grant_policy(c, &policy);
    if (says & SAYS_RULES)
        aws_grant_rules(c, &policy);
    if (says & SAYS_GUARDS)
        aws_grant_guards(c, &policy);
    set_list(c, e, FIELD_public_exposure, &exposure);
    set_list(c, e, FIELD_share_to, &share);
    set_list(c, e, FIELD_policy_delta, &policy);
}

void aws_detail_fill(const aws_call *c, event *e)
{
    uint8_t says = says_of(e);
    set_bytes(c, e);
    if (says & SAYS_MACHINE) {
        set_details(c, e);
        set_instance_identity(c, e);
        set_count(c, e);
    }
    if (says & SAYS_TAGS)
        set_tags(c, e);
    set_grants(c, e, says);
}
