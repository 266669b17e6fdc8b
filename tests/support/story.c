/* SPDX-License-Identifier: Apache-2.0
 *
 * story.c -- the records of the story, and the run.
 *
 * Records are templates: ' stands for ", $T for the time and $N for the record's own number.
 */
#include "support/story.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "support/lent.h"
#include "support/random.h"
#include "support/samples.h"

/* ---- inputs ---------------------------------------------------------------------------------- */

void story_done(story *s)
{
    spoor_ruleset_unref(s->rules);
    for (size_t i = 0; i < s->n; i++)
        buf_done(&s->inputs[i].text);
    s->n = 0;
}

static story_input *new_input(story *s, const char *name, const char *format)
{
    if (s->n == STORY_INPUTS) {
        s->failed = true;
        return NULL;
    }
    story_input *in = &s->inputs[s->n++];
    *in = (story_input){.format = format};
    snprintf(in->name, sizeof in->name, "%s", name);
    return in;
}

void story_add(story *s, const char *name, const char *format, str text)
{
    story_input *in = new_input(s, name, format);
    if (!in)
        return;
    buf_putstr(&in->text, text);
    s->failed = s->failed || in->text.failed;
}

void story_add_samples(story *s)
{
    for (size_t i = 0; i < sample_count(); i++) {
        const sample *from = sample_at(i);
        story_input *in = new_input(s, from->name, from->format);
        if (!in || !sample_make(from, &in->text))
            s->failed = true;
    }
}

/* The input with this name, made when it is not there yet. */
static story_input *input_called(story *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->inputs[i].name, name) == 0)
            return &s->inputs[i];
    return new_input(s, name, NULL);
}

/* ---- templates ------------------------------------------------------------------------------- */

static void put_template(buf *out, const char *text, const char *time, size_t number)
{
    for (const char *p = text; *p; p++) {
        if (p[0] == '$' && p[1] == 'T') {
            buf_puts(out, time);
            p++;
        } else if (p[0] == '$' && p[1] == 'N') {
            buf_printf(out, "%zu", number);
            p++;
        } else {
            buf_putc(out, *p == '\'' ? '"' : *p);
        }
    }
}

static void put_record(story *s, const char *file, const char *text, const char *time,
                       size_t number)
{
    story_input *in = input_called(s, file);
    if (!in)
        return;
    put_template(&in->text, text, time, number);
    buf_putc(&in->text, '\n');
    s->failed = s->failed || in->text.failed;
}

/* ---- the attack ------------------------------------------------------------------------------ */

#define AWS(who, service, name, request, response)                                                 \
    "{'eventVersion':'1.08','userIdentity':" who ",'eventTime':'$T','eventSource':'" service       \
    ".amazonaws.com','eventName':'" name "','awsRegion':'us-east-1','sourceIPAddress':"            \
    "'198.51.100.7','userAgent':'aws-cli/2.15','requestParameters':" request                       \
    ",'responseElements':" response ",'eventID':'aws-$N','eventType':'AwsApiCall',"                \
    "'recipientAccountId':'111111111111'}"
#define USER(name, key)                                                                            \
    "{'type':'IAMUser','principalId':'AIDA" name "','arn':'arn:aws:iam::111111111111:user/" name   \
    "','accountId':'111111111111','accessKeyId':'" key "','userName':'" name "'}"
#define MALLORY USER("mallory", "AKIAEXAMPLEEXAMPLE01")
#define BACKDOOR USER("backdoor", "AKIAEXAMPLEEXAMPLE02")

#define AZ_GROUP                                                                                   \
    "/subscriptions/5a0e0000-0000-4000-8000-000000000001/resourceGroups/lab/providers/"            \
    "Microsoft.Compute/"
#define AZURE(operation, resource, result, signature, correlation, body)                           \
    "{'time':'$T','resourceId':'" AZ_GROUP resource                                                \
    "','operationName':'Microsoft.Compute/" operation                                              \
    "','category':'Administrative','resultType':'" result "','resultSignature':'" signature        \
    "','correlationId':'" correlation "','callerIpAddress':'198.51.100.9',"                        \
    "'identity':{'claims':{'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn':"           \
    "'mallory@example.com','http://schemas.microsoft.com/identity/claims/objectidentifier':"       \
    "'0b0e0000-0000-4000-8000-00000000000a'}},'properties':{'eventDataId':'az-$N'" body "}}"

#define GCP(method, resource, type, labels, operation, rest)                                       \
    "{'insertId':'gcp-$N','logName':'projects/lab/logs/cloudaudit.googleapis.com%2Factivity',"     \
    "'timestamp':'$T','severity':'NOTICE','resource':{'type':'" type "','labels':{"                \
    "'project_id':'lab','zone':'us-central1-a'" labels "}},'operation':{'id':'" operation "},"     \
    "'protoPayload':{'@type':'type.googleapis.com/google.cloud.audit.AuditLog','serviceName':"     \
    "'compute.googleapis.com','methodName':'v1.compute." method "','resourceName':"                \
    "'projects/lab/" resource "','authenticationInfo':{'principalEmail':'mallory@example.com'},"   \
    "'requestMetadata':{'callerIp':'198.51.100.7'}" rest "}}"
#define FIRST "','first':true"
#define LAST "','last':true"

/* clang-format off */
static const struct {
    const char *file, *time, *text;
} attack[] = {
    {"aws-1", "2026-03-01T10:00:00Z", AWS(MALLORY, "iam", "CreateUser", "{'userName':'backdoor'}",
     "{'user':{'userName':'backdoor','arn':'arn:aws:iam::111111111111:user/backdoor'}}")},
    {"aws-1", "2026-03-01T10:01:00Z", AWS(MALLORY, "iam", "AttachUserPolicy",
     "{'userName':'backdoor','policyArn':'arn:aws:iam::aws:policy/AdministratorAccess'}", "null")},
    {"aws-2", "2026-03-01T10:02:00Z", AWS(MALLORY, "iam", "CreateAccessKey", "{'userName':'backdoor'}",
     "{'accessKey':{'accessKeyId':'AKIAEXAMPLEEXAMPLE02','status':'Active','userName':'backdoor'}}")},
    {"aws-3", "2026-03-01T10:10:00Z", AWS(BACKDOOR, "ec2", "CreateSnapshot", "{'volumeId':'vol-0a1b2c3d4e5f60001'}",
     "{'snapshotId':'snap-0a1b2c3d4e5f60001','volumeId':'vol-0a1b2c3d4e5f60001'}")},
    {"aws-2", "2026-03-01T10:20:00Z", AWS(BACKDOOR, "ec2", "CreateVolume", "{'snapshotId':'snap-0a1b2c3d4e5f60001','zone':'us-east-1a'}",
     "{'volumeId':'vol-0a1b2c3d4e5f60002','snapshotId':'snap-0a1b2c3d4e5f60001'}")},
    {"aws-1", "2026-03-01T10:22:00Z", AWS(BACKDOOR, "ec2", "AuthorizeSecurityGroupIngress",
     "{'groupId':'sg-0a1b2c3d4e5f60001','ipPermissions':{'items':[{'ipProtocol':'tcp','fromPort':22,'toPort':22,'ipRanges':{'items':[{'cidrIp':'0.0.0.0/0'}]}}]}}", "{'_return':true}")},
    {"aws-3", "2026-03-01T10:25:00Z", AWS(BACKDOOR, "ec2", "RunInstances", "{'instanceType':'t3.micro'}",
     "{'instancesSet':{'items':[{'instanceId':'i-0a1b2c3d4e5f60001','imageId':'ami-0a1b2c3d4e5f60001','groupSet':{'items':[{'groupId':'sg-0a1b2c3d4e5f60001'}]}}]}}")},
    {"aws-2", "2026-03-01T10:30:00Z", AWS(BACKDOOR, "ec2", "AttachVolume",
     "{'volumeId':'vol-0a1b2c3d4e5f60002','instanceId':'i-0a1b2c3d4e5f60001','device':'/dev/sdf'}", "{'status':'attaching'}")},
    {"aws-3", "2026-03-01T11:00:00Z", AWS(BACKDOOR, "ec2", "ModifySnapshotAttribute",
     "{'snapshotId':'snap-0a1b2c3d4e5f60001','attributeType':'CREATE_VOLUME_PERMISSION','createVolumePermission':{'add':{'items':[{'userId':'222222222222'}]}}}", "{'_return':true}")},
    {"aws-1", "2026-03-01T12:00:00Z", AWS(BACKDOOR, "ec2", "TerminateInstances",
     "{'instancesSet':{'items':[{'instanceId':'i-0a1b2c3d4e5f60001'}]}}", "{'instancesSet':{'items':[{'instanceId':'i-0a1b2c3d4e5f60001'}]}}")},

    {"azure-1", "2026-03-02T13:58:59.1234567Z", AZURE("snapshots/write", "snapshots/copy", "Start", "Started.", "c1", "")},
    {"azure-2", "2026-03-02T13:59:01.1234567Z", AZURE("snapshots/write", "snapshots/copy", "Accept", "Accepted.Created", "c1",
     ",'responseBody':{'properties':{'creationData':{'createOption':'Copy','sourceResourceId':'" AZ_GROUP "disks/secret'}}}")},
    {"azure-2", "2026-03-02T13:59:05.1234567Z", AZURE("snapshots/write", "snapshots/copy", "Success", "Succeeded.", "c1", "")},
    {"azure-1", "2026-03-02T13:59:36.0000000Z", AZURE("disks/write", "disks/loot", "Accept", "Accepted.Created", "c2",
     ",'responseBody':{'properties':{'creationData':{'createOption':'Copy','sourceResourceId':'" AZ_GROUP "snapshots/copy'}}}")},
    {"azure-2", "2026-03-02T14:02:41.0000000Z", AZURE("virtualMachines/write", "virtualMachines/rogue", "Accept", "Accepted.Created", "c3",
     ",'responseBody':{'properties':{'storageProfile':{'osDisk':{'managedDisk':{'id':'" AZ_GROUP "disks/loot'}}}}}")},
    {"azure-1", "2026-03-02T14:03:41.0000000Z", AZURE("virtualMachines/write", "virtualMachines/rogue", "Success", "Succeeded.", "c3", "")},

    {"gcp-1", "2026-03-03T08:00:00.5Z", GCP("disks.createSnapshot", "zones/us-central1-a/disks/secret", "gce_disk", ",'disk_id':'11'", "op-1" FIRST,
     ",'request':{'name':'copy','sourceDisk':'projects/lab/zones/us-central1-a/disks/secret'}")},
    {"gcp-2", "2026-03-03T08:00:20.5Z", GCP("disks.createSnapshot", "zones/us-central1-a/disks/secret", "gce_disk", ",'disk_id':'11'", "op-1" LAST, "")},
    {"gcp-2", "2026-03-03T08:05:00.5Z", GCP("disks.insert", "zones/us-central1-a/disks/loot", "gce_disk", ",'disk_id':'12'", "op-2" FIRST,
     ",'request':{'name':'loot','sourceSnapshot':'projects/lab/global/snapshots/copy'}")},
    {"gcp-1", "2026-03-03T08:05:10.5Z", GCP("disks.insert", "zones/us-central1-a/disks/loot", "gce_disk", ",'disk_id':'12'", "op-2" LAST, "")},
    {"gcp-1", "2026-03-03T08:10:00.5Z", GCP("instances.insert", "zones/us-central1-a/instances/rogue", "gce_instance", ",'instance_id':'4711'", "op-3" FIRST,
     ",'request':{'name':'rogue','disks':[{'source':'projects/lab/zones/us-central1-a/disks/loot'}]}")},
    {"gcp-2", "2026-03-03T08:10:30.5Z", GCP("instances.insert", "zones/us-central1-a/instances/rogue", "gce_instance", ",'instance_id':'4711'", "op-3" LAST, "")},
};

/* ---- everyday calls -------------------------------------------------------------------------- */

#define ROLE(name, service) \
    "{'type':'AssumedRole','principalId':'AROA" name ":" name "','arn':'arn:aws:sts::111111111111:assumed-role/" name "/" name "'," \
    "'accountId':'111111111111','sessionContext':{'sessionIssuer':{'type':'Role','principalId':'AROA" name "','arn':'arn:aws:iam::111111111111:role/" name "'," \
    "'userName':'" name "'}},'invokedBy':'" service ".amazonaws.com'}"
#define SCALING ROLE("scaling", "autoscaling")

/* The first FREQUENT come often. */
enum { FREQUENT = 3 };
static const char *const everyday[] = {
    AWS(MALLORY, "ec2", "DescribeInstances", "{}", "null"),
    AWS(SCALING, "ec2", "TerminateInstances", "{'instancesSet':{'items':[{'instanceId':'i-1$N'}]}}", "null"),
    AWS(ROLE("app", "lambda"), "s3", "GetObject", "{'bucketName':'b','key':'k$N'}", "null"),
    AWS(SCALING, "ec2", "RunInstances", "{'instanceType':'m5.large'}", "{'instancesSet':{'items':[{'instanceId':'i-1$N','imageId':'ami-0a1b2c3d4e5f60009'}]}}"),
    AWS(ROLE("backup", "dlm"), "ec2", "CreateSnapshot", "{'volumeId':'vol-2$N'}", "{'snapshotId':'snap-1$N'}"),
};
/* clang-format on */

void story_add_attack(story *s)
{
    for (size_t i = 0; i < ARRAY_LEN(attack); i++)
        put_record(s, attack[i].file, attack[i].text, attack[i].time, i);
}

void story_add_traffic(story *s, size_t n_files, size_t n_records)
{
    uint64_t seed = 20260301;
    for (size_t i = 0; i < n_files * n_records; i++) {
        char name[40], time[TIME_TEXT_MAX];
        size_t n_kinds = random_next(&seed) % 12 == 0 ? ARRAY_LEN(everyday) : FREQUENT;
        const char *text = everyday[random_next(&seed) % n_kinds];
        int64_t seconds = 1772323200 + (int64_t)(random_next(&seed) % (3 * 86400));
        time[time_format(seconds * TIME_SECOND, time)] = '\0';
        snprintf(name, sizeof name, "traffic-%zu", i / n_records);
        put_record(s, name, text, time, 1000 + i);
    }
}

/* ---- lineage rules --------------------------------------------------------------------------- */

static const char chain_rules[] =
    "title: copied\nname: copied\nlogsource: {product: aws, service: cloudtrail}\n"
    "detection: {selection: {eventName: CreateSnapshot}, condition: selection}\n"
    "---\n"
    "title: a copy that a rule matches\ncorrelation:\n    type: lineage\n"
    "    steps: {copy: {rule: copied}, disk: {class: volume.create}}\n"
    "    join: disk.parent = copy.created\n    order: [copy, disk]\n    timespan: 7d\n"
    "---\n"
    "title: a copy on a machine\ncorrelation:\n    type: lineage\n"
    "    steps:\n"
    "        copy: {class: snapshot}\n"
    "        disk: {class: volume.create, optional: true}\n"
    "        vm: {class: instance.create}\n"
    "        mount: {class: volume.attach, optional: true}\n"
    "        open: {class: net.open, optional: true}\n"
    "        end: {class: instance.delete, optional: true}\n"
    "        taken: {class: image.share, absent: true}\n"
    "    join:\n"
    "        - disk.parent = copy.created\n"
    "        - mount.attached = disk.created\n"
    "        - [vm.parent = copy.created | disk.created, vm.created = mount.target]\n"
    "        - open.actor = vm.actor\n"
    "        - end.target = vm.created\n"
    "        - taken.actor = vm.actor\n"
    "    timespan: 7d\n"
    "---\n"
    "title: many copies\ncorrelation:\n    type: lineage\n"
    "    steps: {copy: {class: snapshot.create}, vm: {class: instance.create}}\n"
    "    join: vm.actor = copy.actor\n    timespan: 7d\n"
    "    condition: {copy.count: {gte: 1}, vm.first_seen: [operation], vm.actor.age: {neq: 1s}}\n";

void story_add_chains(story *s)
{
    spoor_compiler *c = NULL;
    bool is_fine =
        spoor_compiler_new(&c) == SPOOR_OK &&
        spoor_compiler_add(c, "chains", chain_rules, sizeof chain_rules - 1, NULL) == SPOOR_OK &&
        spoor_compiler_finish(c, NULL, &s->rules, NULL) == SPOOR_OK &&
        spoor_ruleset_count(s->rules) == 4;
    s->failed = s->failed || !is_fine;
    spoor_compiler_free(&c);
}

/* ---- spill ----------------------------------------------------------------------------------- */

bool story_spill_init(story_spill *p)
{
    *p = (story_spill){0};
    return pthread_mutex_init(&p->lock, NULL) == 0;
}

void story_spill_done(story_spill *p)
{
    buf_done(&p->bytes);
    pthread_mutex_destroy(&p->lock);
}

static int spill_write(void *user, const void *bytes, size_t n, uint64_t *ret_offset)
{
    story_spill *p = user;
    pthread_mutex_lock(&p->lock);
    *ret_offset = p->bytes.n;
    buf_put(&p->bytes, bytes, n);
    p->n_writes++;
    int failed = p->bytes.failed || p->refuses_writes;
    pthread_mutex_unlock(&p->lock);
    return failed;
}

static int spill_read(void *user, uint64_t offset, void *bytes, size_t n)
{
    story_spill *p = user;
    pthread_mutex_lock(&p->lock);
    bool is_there = offset <= p->bytes.n && n <= p->bytes.n - offset && !p->refuses_reads;
    if (is_there)
        memcpy(bytes, p->bytes.p + offset, n);
    pthread_mutex_unlock(&p->lock);
    return is_there ? 0 : -1;
}

/* ---- a run ----------------------------------------------------------------------------------- */

typedef struct running {
    const story *s;
    const story_way *way;
    spoor_engine *engine;
    atomic_size_t next_input;
    atomic_int status; /* the first that was not SPOOR_OK */
} running;

static void note(running *r, spoor_status status)
{
    int fine = SPOOR_OK;
    if (status != SPOOR_OK)
        atomic_compare_exchange_strong(&r->status, &fine, (int)status);
}

static size_t piece_bytes(const story_way *way, uint64_t *seed, bool is_first, size_t left)
{
    size_t n = left;
    if (is_first && way->first_cut > 0)
        n = way->first_cut;
    else if (way->most > 0)
        n = 1 + random_next(seed) % way->most;
    return n < left ? n : left;
}

static void read_input(running *r, size_t i)
{
    const story_input *in = &r->s->inputs[i];
    uint64_t seed = r->way->seed * 2654435761u + i + 1;
    spoor_stream *stream = NULL;
    spoor_status status = spoor_stream_open(&stream, r->engine, in->name, in->format, NULL);
    for (size_t at = 0; status == SPOOR_OK && at < in->text.n;) {
        size_t n = piece_bytes(r->way, &seed, at == 0, in->text.n - at);
        status = spoor_stream_feed(stream, in->text.p + at, n, NULL);
        at += n;
    }
    note(r, status);
    if (stream)
        note(r, spoor_stream_close(&stream, NULL, NULL));
}

static void *read_some(void *user)
{
    running *r = user;
    size_t i;
    while ((i = atomic_fetch_add(&r->next_input, 1)) < r->s->n)
        read_input(r, i);
    return NULL;
}

static void read_inputs(running *r)
{
    pthread_t threads[16];
    unsigned n = 0;
    while (n + 1 < r->way->n_threads && n < ARRAY_LEN(threads) &&
           pthread_create(&threads[n], NULL, read_some, r) == 0)
        n++;
    read_some(r);
    while (n > 0)
        pthread_join(threads[--n], NULL);
}

static spoor_status put_finding(const spoor_finding *f, buf *out)
{
    char *json = NULL;
    size_t n = 0;
    spoor_status status = spoor_finding_json(f, &json, &n);
    if (status != SPOOR_OK)
        return status;
    buf_put(out, json, n);
    buf_putc(out, '\n');
    free(json);
    return SPOOR_OK;
}

static spoor_status put_findings(spoor_engine *engine, buf *out)
{
    const spoor_finding *f;
    spoor_status status;
    while ((status = spoor_engine_next(engine, &f)) == SPOOR_OK) {
        status = put_finding(f, out);
        if (status != SPOOR_OK)
            return status;
    }
    return status == SPOOR_END ? SPOOR_OK : status;
}

spoor_status story_read(const story *s, const story_way *way, buf *ret_jsonl)
{
    running r = {.s = s, .way = way};
    lent thread = {0};
    spoor_options options = SPOOR_OPTIONS_INIT;
    options.min_level = SPOOR_INFORMATIONAL;
    options.memory_bytes = way->memory_bytes;
    options.rules = s->rules;
    options.exports = way->exports;
    if (way->n_threads > 1)
        options.helper = (spoor_helper){&thread, lent_start, lent_join};
    if (way->spill)
        options.spill = (spoor_spill){way->spill, spill_write, spill_read};
    spoor_status status = spoor_engine_open(&r.engine, &options, NULL);
    if (status != SPOOR_OK)
        return status;
    read_inputs(&r);
    note(&r, spoor_engine_finish(r.engine, NULL));
    if (atomic_load(&r.status) == SPOOR_OK)
        note(&r, put_findings(r.engine, ret_jsonl));
    spoor_engine_close(&r.engine);
    return (spoor_status)atomic_load(&r.status);
}
