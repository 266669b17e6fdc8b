/* SPDX-License-Identifier: Apache-2.0
 *
 * gen.c -- writes a CloudTrail archive as large as one asks for, to measure with.
 *
 *     gen --size 1G --seed 1 --out DIR [--days 14] [--accounts 3]
 *
 * A few accounts go about their days: services and people assume roles, look around, read and
 * write objects; groups scale, backups come and go, pipelines deploy; and four intruders each copy
 * a disk.
 * The tree is that of an S3 bucket: DIR/AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/….json.gz.
 *
 *  (1) The same arguments give the same bytes; there is no other source of chance than the seed.
 *  (2) Memory does not grow with the size. Ids are hashes of small numbers, so nothing that was
 *      made needs to be remembered to be named again.
 *  (3) The clock follows the bytes written: --days are spread over --size, with quiet nights.
 *  (4) A record is made of templates, where ' stands for " and $x for a value (CODES); values hold
 *      neither.
 *  (5) Records go into a lane for each account and region in the order of time, but one in a few
 *      waits for some later ones, as in real files. A second trail repeats the changes.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

enum {
    ACCOUNTS_MAX = 16,
    RUNS_MAX = 64,    /* stories under way at once */
    SESSIONS = 4,     /* a caller's open sessions in one region */
    SESSION_S = 3600, /* what they are asked for; most are used longer */
    SESSION_OLD_S = 6 * 3600,
    RECORD_MAX = 16 * 1024, /* bounds the expansion of every template */
    FILE_MIN = 256 * 1024,  /* JSON of one file; a day's last file is smaller */
    FILE_MAX = 4 * 1024 * 1024,
    FILE_ROOM = FILE_MAX + 8 * RECORD_MAX,
    DAY_S = 86400,
    INTRUDERS = 4,
    HELD_ONE_IN = 6,         /* out of order: 9 % of neighbours */
    BURST_MAX = 14,          /* calls in a row of one session */
    SESSION_PER_MILLE = 900, /* bursts that begin with a new session */
    STORY_PER_MILLE = 45,
    DENIED_PER_MILLE = 12,
};

static const int64_t START_S = 1714953600; /* 2024-05-06T00:00:00Z, a Monday */

/* ---- what there is to do --------------------------------------------------------------------- */

enum {
    READ = 1,     /* readOnly */
    WRITE = 2,    /* a change: the second trail has it too */
    DATA = 4,     /* a data event */
    TRAFFIC = 8,  /* not read only, but no change worth a second trail */
    GLOBAL = 16,  /* logged in us-east-1 */
    SESSION = 32, /* the actor is the caller's `asker` */
    LOGIN = 64,
};

typedef struct op {
    const char *service, *name;
    unsigned flags;
    const char *request, *response, *extra;
} op;

typedef enum op_id {
#define OP(id, service, name, flags, request, response, extra) OP_##id,
#include "gen_events.def"
#undef OP
    N_OPS
} op_id;

static const op OPS[N_OPS] = {
#define OP(id, service, name, flags, request, response, extra)                                     \
    {service, name, flags, request, response, extra},
#include "gen_events.def"
#undef OP
};

/* ---- who does it ----------------------------------------------------------------------------- */

#define ROLE_IDENTITY(attributes, more)                                                            \
    "{'type':'AssumedRole','principalId':'$P:$S','arn':'arn:aws:sts::$a:assumed-role/$R/$S',"      \
    "'accountId':'$a','accessKeyId':'$k','sessionContext':{'sessionIssuer':{'type':'Role',"        \
    "'principalId':'$P','arn':'arn:aws:iam::$a:role/$R','accountId':'$a','userName':'$R'},"        \
    "'attributes':{'creationDate':'$T','mfaAuthenticated':'false'}" attributes "}" more "}"
#define ASKED_BY_SERVICE(service) "{'type':'AWSService','invokedBy':'" service ".amazonaws.com'}"
#define BOTO                                                                                       \
    "Boto3/1.34.$d md/Botocore#1.34.$d ua/2.0 os/linux#5.15.0-$d-aws md/arch#x86_64 "              \
    "lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.34.$d"
#define SDK_GO                                                                                     \
    "aws-sdk-go-v2/1.26.$d os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#arm64 api/$q#1.$d.0"
#define BROWSER                                                                                    \
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "      \
    "Chrome/124.0.0.0 Safari/537.36"
#define TERRAFORM                                                                                  \
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/"    \
    "5.44.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.1 "        \
    "os/linux lang/go#1.21.8 md/GOOS#linux md/GOARCH#amd64 api/$q#1.$d.0"

typedef struct caller {
    const char *role;
    const char *session;  /* template of the session's name */
    const char *identity; /* template */
    const char *asker;    /* identity of who asks for the session */
    int assume;           /* the op that makes the session; -1: there is none */
    const char *address;
    const char *agent;
    unsigned weight;    /* share of the background; 0: acts in stories only */
    const uint8_t *ops; /* what it does in the background, ended by N_OPS */
} caller;

#define OPS_OF(...)                                                                                \
    (const uint8_t[])                                                                              \
    {                                                                                              \
        __VA_ARGS__, N_OPS                                                                         \
    }

typedef enum caller_id {
    MONITORING,
    RECORDER,
    CUSTODIAN,
    SERVER,
    FUNCTION,
    KARPENTER,
    TASK,
    PIPELINE,
    PERSON,
    SCALING,
    BACKUP,
    USER,
    BACKDOOR,
    N_CALLERS
} caller_id;

/* clang-format off */
static const caller CALLERS[N_CALLERS] = {
    [MONITORING] = {"DatadogIntegrationRole", "DatadogAWSIntegration",
        ROLE_IDENTITY("", ""),
        "{'type':'AWSAccount','principalId':'AROAUZBNQJH6CXQ6C2RZV:$w','accountId':'464622532012'}",
        OP_ASSUME_ROLE, "$J", BOTO, 27,
        OPS_OF(OP_DESCRIBE_INSTANCES, OP_DESCRIBE_STATUS, OP_DESCRIBE_VOLUMES, OP_DESCRIBE_TAGS,
               OP_DESCRIBE_ASG, OP_DESCRIBE_TARGETS, OP_DESCRIBE_BALANCERS, OP_DESCRIBE_DB,
               OP_LIST_TAGS_DB, OP_LIST_FUNCTIONS, OP_LIST_TAGS_FUNCTION, OP_DESCRIBE_ALARMS,
               OP_LIST_METRICS, OP_GET_BUCKET_TAGS, OP_LIST_QUEUES, OP_DESCRIBE_TABLE,
               OP_DESCRIBE_SERVICES, OP_DESCRIBE_LOG_GROUPS, OP_GET_RESOURCES)},
    [RECORDER] = {"AWSServiceRoleForConfig", "AWSConfig-Describe",
        ROLE_IDENTITY("", ",'invokedBy':'config.amazonaws.com'"), ASKED_BY_SERVICE("config"),
        OP_ASSUME_ROLE, "config.amazonaws.com", "config.amazonaws.com", 14,
        OPS_OF(OP_DESCRIBE_GROUPS, OP_DESCRIBE_SUBNETS, OP_DESCRIBE_VPCS, OP_DESCRIBE_ENIS,
               OP_DESCRIBE_INSTANCE, OP_DESCRIBE_SNAPSHOTS, OP_GET_ROLE, OP_LIST_POLICIES,
               OP_DESCRIBE_TABLE, OP_GET_FUNCTION, OP_DESCRIBE_DB, OP_GET_BUCKET_TAGS)},
    [CUSTODIAN] = {"CloudCustodian", "c7n-$f",
        ROLE_IDENTITY("", ""), ASKED_BY_SERVICE("lambda"), OP_ASSUME_ROLE, "$J", BOTO, 8,
        OPS_OF(OP_DESCRIBE_INSTANCES, OP_DESCRIBE_IMAGES, OP_DESCRIBE_VOLUMES, OP_LIST_USERS,
               OP_LIST_ACCESS_KEYS, OP_DESCRIBE_SNAPSHOTS, OP_GET_RESOURCES, OP_DESCRIBE_LAUNCH)},
    [SERVER] = {"app-server", "$j",
        ROLE_IDENTITY("", ",'ec2RoleDelivery':'2.0'"), ASKED_BY_SERVICE("ec2"), OP_ASSUME_ROLE,
        "$J", SDK_GO, 20,
        OPS_OF(OP_GET_OBJECT, OP_GET_OBJECT, OP_GET_OBJECT, OP_GET_OBJECT, OP_PUT_OBJECT,
               OP_PUT_OBJECT, OP_DECRYPT, OP_DECRYPT, OP_DATA_KEY, OP_GET_SECRET,
               OP_UPDATE_INFORMATION, OP_LIST_ASSOCIATIONS, OP_DESCRIBE_TAGS, OP_GET_PARAMETER)},
    [FUNCTION] = {"$f-lambda", "$f",
        ROLE_IDENTITY("", ""), ASKED_BY_SERVICE("lambda"), OP_ASSUME_ROLE, "$J", BOTO, 12,
        OPS_OF(OP_GET_OBJECT, OP_GET_OBJECT, OP_PUT_OBJECT, OP_DECRYPT, OP_CREATE_STREAM,
               OP_GET_PARAMETER, OP_DESCRIBE_TABLE, OP_INVOKE, OP_DESCRIBE_STREAMS)},
    [KARPENTER] = {"KarpenterController-$c", "$h$D",
        ROLE_IDENTITY("", ""),
        "{'type':'WebIdentityUser','principalId':'arn:aws:iam::$a:oidc-provider/oidc.eks.$r."
        "amazonaws.com/id/$c:sts.amazonaws.com:system:serviceaccount:karpenter:karpenter',"
        "'userName':'system:serviceaccount:karpenter:karpenter','identityProvider':"
        "'arn:aws:iam::$a:oidc-provider/oidc.eks.$r.amazonaws.com/id/$c'}",
        OP_ASSUME_POD, "$J", SDK_GO, 7,
        OPS_OF(OP_DESCRIBE_TYPES, OP_DESCRIBE_SUBNETS, OP_DESCRIBE_GROUPS, OP_DESCRIBE_IMAGES,
               OP_DESCRIBE_INSTANCES, OP_DESCRIBE_LAUNCH, OP_DESCRIBE_CLUSTER, OP_GET_PARAMETER)},
    [TASK] = {"$f-task", "$h$h$h$h",
        ROLE_IDENTITY("", ""), ASKED_BY_SERVICE("ecs-tasks"), OP_ASSUME_ROLE, "$J", SDK_GO, 7,
        OPS_OF(OP_GET_OBJECT, OP_PUT_OBJECT, OP_GET_SECRET, OP_SUBMIT_STATE, OP_POLL_ENDPOINT,
               OP_DECRYPT, OP_DESCRIBE_TASKS, OP_LIST_TASKS)},
    [PIPELINE] = {"github-deploy", "GitHubActions",
        ROLE_IDENTITY("", ""),
        "{'type':'WebIdentityUser','principalId':'arn:aws:iam::$a:oidc-provider/token.actions."
        "githubusercontent.com:sts.amazonaws.com:repo:acme/$f:ref:refs/heads/main','userName':"
        "'repo:acme/$f:ref:refs/heads/main','identityProvider':'arn:aws:iam::$a:oidc-provider/"
        "token.actions.githubusercontent.com'}",
        OP_ASSUME_WEB, "$J", TERRAFORM, 4,
        OPS_OF(OP_GET_CALLER, OP_DESCRIBE_VPCS, OP_DESCRIBE_SUBNETS, OP_DESCRIBE_GROUPS,
               OP_GET_ROLE, OP_LIST_POLICIES, OP_GET_FUNCTION, OP_DESCRIBE_LAUNCH,
               OP_DESCRIBE_ATTRIBUTE, OP_LIST_NODEGROUPS, OP_DESCRIBE_CLUSTER)},
    [PERSON] = {"AWSReservedSSO_PlatformAdmin_3fa1c0d2b7e94a58", "$U@acme.example",
        ROLE_IDENTITY("", ""),
        "{'type':'SAMLUser','principalId':'$w=:$U@acme.example','userName':'$U@acme.example',"
        "'identityProvider':'$w='}",
        OP_ASSUME_SAML, "$J", BROWSER, 4,
        OPS_OF(OP_DESCRIBE_INSTANCES, OP_DESCRIBE_GROUPS, OP_DESCRIBE_VOLUMES, OP_DESCRIBE_ALARMS,
               OP_DESCRIBE_ACTIVITIES, OP_DESCRIBE_EVENTS, OP_DESCRIBE_STREAMS, OP_LIST_USERS,
               OP_DESCRIBE_RECORDER, OP_DESCRIBE_STATUS)},
    [SCALING] = {"AWSServiceRoleForAutoScaling", "AutoScaling",
        ROLE_IDENTITY("", ",'invokedBy':'autoscaling.amazonaws.com'"),
        ASKED_BY_SERVICE("autoscaling"), OP_ASSUME_ROLE,
        "autoscaling.amazonaws.com", "autoscaling.amazonaws.com", 0, NULL},
    [BACKUP] = {"AWSDataLifecycleManagerDefaultRole", "$h$h-dlm",
        ROLE_IDENTITY("", ",'invokedBy':'dlm.amazonaws.com'"),
        ASKED_BY_SERVICE("dlm"), OP_ASSUME_ROLE,
        "dlm.amazonaws.com", "dlm.amazonaws.com", 0, NULL},
    [USER] = {"", "",
        "{'type':'IAMUser','principalId':'$A','arn':'arn:aws:iam::$a:user/$U','accountId':'$a',"
        "'accessKeyId':'$k','userName':'$U','sessionContext':{'attributes':{'creationDate':'$T',"
        "'mfaAuthenticated':'true'}}}",
        "{'type':'IAMUser','principalId':'$A','arn':'arn:aws:iam::$a:user/$U','accountId':'$a',"
        "'userName':'$U'}",
        OP_CONSOLE_LOGIN, "$J", BROWSER, 1,
        OPS_OF(OP_DESCRIBE_INSTANCES, OP_DESCRIBE_GROUPS, OP_DESCRIBE_ALARMS, OP_LIST_USERS)},
    [BACKDOOR] = {"", "",
        "{'type':'IAMUser','principalId':'$A','arn':'arn:aws:iam::$a:user/$N','accountId':'$a',"
        "'accessKeyId':'$X','userName':'$N'}",
        "", -1, "185.220.101.$d", BOTO, 0, NULL},
};
/* clang-format on */

/* ---- stories --------------------------------------------------------------------------------- */

typedef struct step {
    uint8_t op;
    uint8_t who; /* which of the story's callers */
    uint16_t delay_s;
} step;

enum { STEPS_MAX = 14 };

typedef enum fate { FATE_NONE, FATE_BEGINS, FATE_ENDS } fate;

typedef struct story {
    const char *doc;
    unsigned weight; /* 0: planted */
    uint8_t caller[2];
    fate instance, snapshot; /* whether the story makes a new one, or ends the oldest */
    uint8_t n_steps;
    step steps[STEPS_MAX];
} story;

/* clang-format off */
static const story STORIES[] = {
    {"a group grows", 30, {SCALING, SCALING}, FATE_BEGINS, FATE_NONE, 2,
        {{OP_RUN_SCALED, 0, 1}, {OP_REGISTER_TARGETS, 0, 45}}},
    {"a group shrinks", 30, {SCALING, SCALING}, FATE_ENDS, FATE_NONE, 1, {{OP_TERMINATE, 0, 1}}},
    {"a node is added", 15, {KARPENTER, KARPENTER}, FATE_BEGINS, FATE_NONE, 2,
        {{OP_CREATE_FLEET, 0, 2}, {OP_CREATE_TAGS, 0, 4}}},
    {"a node is removed", 15, {KARPENTER, KARPENTER}, FATE_ENDS, FATE_NONE, 1,
        {{OP_TERMINATE, 0, 3}}},
    {"a backup is made", 30, {BACKUP, BACKUP}, FATE_NONE, FATE_BEGINS, 2,
        {{OP_DESCRIBE_VOLUMES, 0, 1}, {OP_CREATE_SNAPSHOT, 0, 2}}},
    {"a backup is retired", 30, {BACKUP, BACKUP}, FATE_NONE, FATE_ENDS, 1,
        {{OP_DELETE_SNAPSHOT, 0, 2}}},
    {"a pipeline deploys", 12, {PIPELINE, PIPELINE}, FATE_NONE, FATE_NONE, 10,
        {{OP_GET_CALLER, 0, 1}, {OP_DESCRIBE_VPCS, 0, 1}, {OP_DESCRIBE_GROUPS, 0, 1},
         {OP_GET_ROLE, 0, 1}, {OP_PUT_POLICY, 0, 2}, {OP_ADD_RULE, 0, 1}, {OP_REMOVE_RULE, 0, 1},
         {OP_UPDATE_CODE, 0, 3}, {OP_REGISTER_TASK, 0, 2}, {OP_NEW_TEMPLATE, 0, 4}}},
    {"an engineer starts a machine", 2, {PERSON, PERSON}, FATE_BEGINS, FATE_NONE, 5,
        {{OP_DESCRIBE_IMAGES, 0, 20}, {OP_DESCRIBE_SUBNETS, 0, 15}, {OP_RUN_BY_HAND, 0, 60},
         {OP_CREATE_TAGS, 0, 5}, {OP_DESCRIBE_STATUS, 0, 30}}},
    {"a user looks around in the console", 2, {USER, USER}, FATE_NONE, FATE_NONE, 3,
        {{OP_DESCRIBE_INSTANCES, 0, 12}, {OP_DESCRIBE_GROUPS, 0, 25}, {OP_DESCRIBE_ALARMS, 0, 9}}},
    {"an intruder makes a user, copies a disk", 0, {USER, BACKDOOR}, FATE_BEGINS, FATE_BEGINS, 14,
        {{OP_GET_CALLER, 0, 20}, {OP_LIST_USERS, 0, 15}, {OP_CREATE_USER, 0, 60},
         {OP_MAKE_ADMIN, 0, 10}, {OP_CREATE_KEY, 0, 12}, {OP_GET_CALLER, 1, 90},
         {OP_DESCRIBE_INSTANCES, 1, 30}, {OP_DESCRIBE_VOLUMES, 1, 20}, {OP_CREATE_SNAPSHOT, 1, 45},
         {OP_DESCRIBE_SNAPSHOTS, 1, 120}, {OP_CREATE_VOLUME, 1, 60}, {OP_RUN_BY_HAND, 1, 40},
         {OP_ATTACH_VOLUME, 1, 70}, {OP_OPEN_GROUP, 1, 30}}},
};
/* clang-format on */
enum { N_STORIES = ARRAY_LEN(STORIES), INTRUSION = N_STORIES - 1 };

/* ---- the world ------------------------------------------------------------------------------- */

typedef struct region {
    const char *name;
    unsigned weight;
} region;

static const region REGIONS[] = {
    {"us-east-1", 17}, /* first: where global services log */
    {"eu-central-1", 68},
    {"eu-west-1", 12},
    {"ap-southeast-2", 3},
};
enum { N_REGIONS = ARRAY_LEN(REGIONS) };

static const char *const NAMES[] = {"orders",   "billing", "catalog", "search",  "payments",
                                    "shipping", "session", "reports", "imports", "mailer",
                                    "frontend", "ledger",  "pricing", "stock",   "events"};
static const char *const PEOPLE[] = {"a.kowalski", "b.nguyen", "c.santos", "d.weber",
                                     "e.okafor",   "f.lind",   "g.rossi",  "h.tanaka"};

/* A file in the making. */
typedef struct pile {
    buf text;
    size_t target;
} pile;

enum { TRAILS = 2 };

typedef struct session {
    int64_t born_s; /* 0: there is none */
    uint64_t number;
    uint64_t instance;
    uint8_t caller;
} session;

/* One account in one region. */
typedef struct lane {
    unsigned account, region;
    pile pile[TRAILS];
    buf held; /* a record that comes late */
    unsigned held_for;
    session sessions[N_CALLERS][SESSIONS];
    uint64_t instance_first, instance_end; /* numbers of those that live */
    uint64_t snapshot_first, snapshot_end;
} lane;

/* What a record's values come from. */
typedef struct scene {
    lane *lane;
    session session;
    uint64_t instance, snapshot, volume, new_volume, group, network, name, intruder;
    const op *op;
    const char *region; /* as the record names it */
} scene;

typedef struct run {
    const story *story; /* NULL: free */
    unsigned next;
    int64_t due_s;
    scene scene;
    session second;
} run;

typedef struct world {
    uint64_t size, days, seed, n_accounts;
    const char *out;
    uint64_t random, serial;
    int64_t now_s, day;
    uint64_t bytes, gzip_bytes, records, repeated, files, stories[N_STORIES];
    unsigned intruders;
    lane *lanes; /* n_accounts * N_REGIONS */
    run runs[RUNS_MAX];
    char *at; /* end of the record that is being written */
    char record[RECORD_MAX];
    uint8_t *gzip;
    size_t gzip_cap;
    uint8_t *level_buf;
} world;

static void die(const char *what, const char *name)
{
    fprintf(stderr, "gen: %s %s: %s\n", what, name, strerror(errno));
    exit(EXIT_FAILURE);
}

/* splitmix64's finalizer: every number gives an unrelated one. */
static uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

static uint64_t draw(world *w)
{
    w->random += 0x9e3779b97f4a7c15ULL;
    return scramble(w->random);
}

static uint64_t below(world *w, uint64_t n)
{
    return (draw(w) >> 32) * n >> 32;
}

static bool once_in_1000(world *w, unsigned times)
{
    return below(w, 1000) < times;
}

/* The hash that names thing `number` of a kind in a lane. */
static uint64_t name_of(const world *w, const lane *l, char kind, uint64_t number)
{
    uint64_t place = (uint64_t)(unsigned char)kind << 16 | l->account << 8 | l->region;
    return scramble(scramble(w->seed + place * 0x9e3779b97f4a7c15ULL) + number);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void put(world *w, const char *text, size_t n)
{
    assert(w->at + n < w->record + RECORD_MAX);
    memcpy(w->at, text, n);
    w->at += n;
}

static void put_z(world *w, const char *z)
{
    put(w, z, strlen(z));
}

static void put_hex(world *w, uint64_t x, unsigned digits)
{
    char text[16];
    for (unsigned i = 0; i < digits; i++, x >>= 4)
        text[i] = "0123456789abcdef"[x & 15];
    put(w, text, digits);
}

/* At least `width` digits. */
static void put_number(world *w, uint64_t x, unsigned width)
{
    char text[20];
    unsigned n = 0;
    do {
        text[sizeof(text) - ++n] = (char)('0' + x % 10);
        x /= 10;
    } while (x > 0 || n < width);
    put(w, text + sizeof(text) - n, n);
}

/* n <= 12 letters as in access keys. */
static void put_base32(world *w, uint64_t x, unsigned n)
{
    char text[12];
    for (unsigned i = 0; i < n; i++, x >>= 5)
        text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[x & 31];
    put(w, text, n);
}

static void put_base64(world *w, unsigned n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (n > 0) {
        char text[10];
        uint64_t x = draw(w);
        unsigned take = n < sizeof(text) ? n : sizeof(text);
        for (unsigned i = 0; i < take; i++, x >>= 6)
            text[i] = letters[x & 63];
        put(w, text, take);
        n -= take;
    }
}

static void put_uuid(world *w, uint64_t a, uint64_t b)
{
    put_hex(w, a, 8);
    put(w, "-", 1);
    put_hex(w, a >> 32, 4);
    put(w, "-4", 2);
    put_hex(w, a >> 48, 3);
    put(w, "-a", 2);
    put_hex(w, b, 3);
    put(w, "-", 1);
    put_hex(w, b >> 12, 12);
}

static void put_time(world *w, int64_t s)
{
    char text[TIME_TEXT_MAX];
    put(w, text, time_format(s * TIME_SECOND, text));
}

/* prefix and 17 hex digits, as EC2 names things. */
static void put_id(world *w, const char *prefix, uint64_t hash)
{
    put_z(w, prefix);
    put(w, "0", 1);
    put_hex(w, hash, 16);
}

static void expand(world *w, const scene *s, const char *template);

/* 12 digits. */
static uint64_t account_number(const world *w, unsigned account)
{
    return 100000000000 + scramble(w->seed * 31 + account) % 899999999999;
}

static void value_account(world *w, const scene *s)
{
    put_number(w, account_number(w, s->lane->account), 12);
}

static void value_region(world *w, const scene *s)
{
    put_z(w, s->region);
}

static void value_zone(world *w, const scene *s)
{
    put(w, &"abc"[s->network % 3], 1);
}

static void value_time(world *w, const scene *s)
{
    (void)s;
    put_time(w, w->now_s);
}

static void value_day(world *w, const scene *s)
{
    (void)s;
    char text[TIME_TEXT_MAX];
    time_format(w->now_s * TIME_SECOND, text);
    put(w, text, 4);
    put(w, "/", 1);
    put(w, text + 5, 2);
    put(w, "/", 1);
    put(w, text + 8, 2);
}

/* "May 6, 2024, 10:00:00 AM" is how these responses write a time. */
static void value_expiry(world *w, const scene *s)
{
    (void)s;
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[TIME_TEXT_MAX]; /* 2024-05-06T10:00:00Z */
    int64_t end_s = w->now_s + SESSION_S;
    time_format(end_s * TIME_SECOND, text);
    int month = (text[5] - '0') * 10 + text[6] - '1';
    uint64_t hour = (uint64_t)(end_s % DAY_S / 3600);
    put(w, months + 3 * month, 3);
    put(w, " ", 1);
    put_number(w, (uint64_t)((text[8] - '0') * 10 + text[9] - '0'), 1);
    put(w, ", ", 2);
    put(w, text, 4);
    put(w, ", ", 2);
    put_number(w, (hour + 11) % 12 + 1, 1);
    put(w, text + 13, 6);
    put_z(w, hour < 12 ? " AM" : " PM");
}

static void value_millis(world *w, const scene *s)
{
    (void)s;
    put_number(w, (uint64_t)w->now_s, 10);
    put(w, "000", 3);
}

static void value_session_time(world *w, const scene *s)
{
    put_time(w, s->session.born_s);
}

static void value_session_key(world *w, const scene *s)
{
    put_z(w, "ASIA");
    put_base32(w, scramble(s->session.number), 12);
    put_base32(w, account_number(w, s->lane->account), 4);
}

/* Functions and tasks of one name share a role; so do all sessions of the others. */
static uint64_t own_name(const scene *s)
{
    caller_id who = s->session.caller;
    bool has_own = who == FUNCTION || who == TASK || who == CUSTODIAN;
    return has_own ? s->session.instance % ARRAY_LEN(NAMES) : s->name;
}

static void value_role_id(world *w, const scene *s)
{
    caller_id who = s->session.caller;
    uint64_t of_name = who == FUNCTION || who == TASK ? own_name(s) : 0;
    uint64_t hash = scramble(account_number(w, s->lane->account) + who * 64 + of_name);
    put_z(w, "AROA");
    put_base32(w, hash, 12);
    put_z(w, "XYZ5Q");
}

static void value_role(world *w, const scene *s)
{
    expand(w, s, CALLERS[s->session.caller].role);
}

/* What stays the same through a session is drawn from its number. */
static void expand_steady(world *w, const scene *s, const char *template)
{
    uint64_t random = w->random;
    w->random = s->session.number;
    expand(w, s, template);
    w->random = random;
}

static void value_session(world *w, const scene *s)
{
    expand_steady(w, s, CALLERS[s->session.caller].session);
}

static void value_session_instance(world *w, const scene *s)
{
    put_id(w, "i-", name_of(w, s->lane, 'i', s->session.instance));
}

static void value_person(world *w, const scene *s)
{
    put_z(w, PEOPLE[s->session.number % ARRAY_LEN(PEOPLE)]);
}

static void value_user_id(world *w, const scene *s)
{
    put_z(w, "AIDA");
    uint64_t person = s->intruder ? s->intruder : s->session.number % ARRAY_LEN(PEOPLE);
    put_base32(w, name_of(w, s->lane, 'A', person), 12);
    put_z(w, "XYZ5Q");
}

static void value_session_address(world *w, const scene *s)
{
    uint64_t x = scramble(s->session.number + 7);
    static const uint8_t nets[] = {3, 18, 20, 34, 52, 54, 63, 84};
    put_number(w, nets[x & 7], 1);
    for (int shift = 8; shift < 32; shift += 8) {
        put(w, ".", 1);
        put_number(w, (x >> shift) & 255, 1);
    }
}

static void value_uuid(world *w, const scene *s)
{
    (void)s;
    uint64_t a = draw(w);
    put_uuid(w, a, draw(w));
}

static void value_hex32(world *w, const scene *s)
{
    (void)s;
    put_hex(w, draw(w), 16);
    put_hex(w, draw(w), 16);
}

static void value_hex8(world *w, const scene *s)
{
    (void)s;
    put_hex(w, draw(w), 8);
}

static void value_small(world *w, const scene *s)
{
    (void)s;
    put_number(w, 1 + below(w, 99), 1);
}

static void value_large(world *w, const scene *s)
{
    (void)s;
    put_number(w, below(w, UINT64_C(1) << (4 + below(w, 20))), 1);
}

static void value_base64_76(world *w, const scene *s)
{
    (void)s;
    put_base64(w, 75);
    put(w, "=", 1);
}

static void value_token(world *w, const scene *s)
{
    (void)s;
    put_base64(w, 120);
}

static void value_word(world *w, const scene *s)
{
    (void)s;
    put_base32(w, draw(w), 12);
}

static void value_instance(world *w, const scene *s)
{
    put_id(w, "i-", name_of(w, s->lane, 'i', s->instance));
}

static void value_volume(world *w, const scene *s)
{
    put_id(w, "vol-", name_of(w, s->lane, 'v', s->volume));
}

static void value_new_volume(world *w, const scene *s)
{
    put_id(w, "vol-", name_of(w, s->lane, 'E', s->new_volume));
}

static void value_snapshot(world *w, const scene *s)
{
    put_id(w, "snap-", name_of(w, s->lane, 's', s->snapshot));
}

static void value_group(world *w, const scene *s)
{
    put_id(w, "sg-", name_of(w, s->lane, 'g', s->group));
}

static void value_subnet(world *w, const scene *s)
{
    put_id(w, "subnet-", name_of(w, s->lane, 'n', s->network));
}

static void value_vpc(world *w, const scene *s)
{
    put_id(w, "vpc-", name_of(w, s->lane, 'V', s->network % 3));
}

static void value_image(world *w, const scene *s)
{
    put_id(w, "ami-", name_of(w, s->lane, 'm', s->group % 12));
}

static void value_interface(world *w, const scene *s)
{
    put_id(w, "eni-", name_of(w, s->lane, 'e', s->instance));
}

static void value_template(world *w, const scene *s)
{
    put_id(w, "lt-", name_of(w, s->lane, 'M', s->name));
}

static void value_private_address(world *w, const scene *s)
{
    uint64_t x = name_of(w, s->lane, 'I', s->instance);
    put_z(w, "10.");
    put_number(w, s->network, 1);
    put(w, ".", 1);
    put_number(w, x & 255, 1);
    put(w, ".", 1);
    put_number(w, (x >> 8) & 255, 1);
}

static void value_object(world *w, const scene *s)
{
    put_z(w, NAMES[s->name]);
    put_z(w, "/dt=");
    value_day(w, s);
    put_z(w, "/part-");
    put_number(w, below(w, 100000), 5);
    put(w, "-", 1);
    put_hex(w, draw(w), 12);
    put_z(w, ".parquet");
}

static void value_bucket(world *w, const scene *s)
{
    put_z(w, "acme-");
    put_z(w, NAMES[s->name]);
    put_z(w, "-prod-");
    put_z(w, s->region);
}

static void value_key(world *w, const scene *s)
{
    put_uuid(w, name_of(w, s->lane, 'K', s->name), name_of(w, s->lane, 'K', s->name + 64));
}

static void value_log_group(world *w, const scene *s)
{
    put_z(w, "/aws/lambda/");
    put_z(w, NAMES[s->name]);
}

static void value_name(world *w, const scene *s)
{
    put_z(w, NAMES[own_name(s)]);
}

static void value_cluster(world *w, const scene *s)
{
    static const char *const clusters[] = {"prod-blue", "prod-green", "platform"};
    put_z(w, clusters[(s->lane->account + s->lane->region) % 3]);
}

static void value_scaled(world *w, const scene *s)
{
    put_z(w, NAMES[s->name]);
    put_z(w, "-workers");
}

static void value_service(world *w, const scene *s)
{
    put_z(w, s->op->service);
}

static void value_operation(world *w, const scene *s)
{
    put_z(w, s->op->name);
}

static void value_intruder(world *w, const scene *s)
{
    static const char *const names[] = {"svc-backup", "support-tmp", "aws-sync", "monitor2"};
    put_z(w, names[s->intruder % 4]);
}

static void value_intruder_key(world *w, const scene *s)
{
    put_z(w, "AKIA");
    put_base32(w, name_of(w, s->lane, 'X', s->intruder), 12);
    put_z(w, "XYZ5");
}

static void value_dollar(world *w, const scene *s)
{
    (void)s;
    put(w, "$", 1);
}

/* clang-format off */
static void (*const CODES[128])(world *w, const scene *s) = {
    ['$'] = value_dollar,           ['A'] = value_user_id,         ['B'] = value_base64_76,
    ['C'] = value_token,            ['D'] = value_large,           ['E'] = value_new_volume,
    ['G'] = value_scaled,           ['I'] = value_private_address, ['J'] = value_session_address,
    ['K'] = value_key,              ['L'] = value_millis,          ['M'] = value_template,
    ['N'] = value_intruder,         ['O'] = value_operation,       ['P'] = value_role_id,
    ['R'] = value_role,             ['S'] = value_session,         ['T'] = value_session_time,
    ['U'] = value_person,           ['V'] = value_vpc,             ['X'] = value_intruder_key,
    ['Y'] = value_expiry,           ['a'] = value_account,         ['b'] = value_bucket,
    ['c'] = value_cluster,          ['d'] = value_small,           ['e'] = value_interface,
    ['f'] = value_name,             ['g'] = value_group,           ['h'] = value_hex8,
    ['i'] = value_instance,         ['j'] = value_session_instance, ['k'] = value_session_key,
    ['l'] = value_log_group,        ['m'] = value_image,           ['n'] = value_subnet,
    ['o'] = value_object,           ['q'] = value_service,         ['r'] = value_region,
    ['s'] = value_snapshot,         ['t'] = value_time,            ['u'] = value_uuid,
    ['v'] = value_volume,           ['w'] = value_word,            ['x'] = value_hex32,
    ['y'] = value_day,              ['z'] = value_zone,
};
/* clang-format on */

static void expand(world *w, const scene *s, const char *template)
{
    for (;;) {
        const char *mark = strchrnul(template, '$');
        put(w, template, (size_t)(mark - template));
        if (!*mark)
            return;
        assert(CODES[(unsigned char)mark[1] & 127]);
        CODES[(unsigned char)mark[1] & 127](w, s);
        template = mark + 2;
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static void make_parents(char *path)
{
    for (char *p = path + 1; (p = strchr(p, '/')); p++) {
        *p = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            die("cannot make", path);
        *p = '/';
    }
}

static void write_file(char *path, const uint8_t *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ENOENT) {
        make_parents(path);
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
    if (fd < 0)
        die("cannot write", path);
    while (n > 0) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote <= 0)
            die("cannot write", path);
        bytes += wrote;
        n -= (size_t)wrote;
    }
    if (close(fd) != 0)
        die("cannot write", path);
}

/* A file is delivered within minutes and named after that time. */
static void file_path(world *w, const lane *l, char *out, size_t out_n)
{
    char time[TIME_TEXT_MAX];
    char random[17] = {0};
    int64_t delivered_s = (w->now_s / 300 + 1) * 300;
    uint64_t account = account_number(w, l->account);
    const char *region_name = REGIONS[l->region].name;
    for (int i = 0; i < 16; i++)
        random[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[below(w, 62)];
    time_format(delivered_s * TIME_SECOND, time);
    int n = snprintf(out, out_n,
                     "%s/AWSLogs/%" PRIu64 "/CloudTrail/%s/%.4s/%.2s/%.2s/%" PRIu64
                     "_CloudTrail_%s_%.4s%.2s%.2sT%.2s%.2sZ_%s.json.gz",
                     w->out, account, region_name, time, time + 5, time + 8, account, region_name,
                     time, time + 5, time + 8, time + 11, time + 14, random);
    if (n < 0 || (size_t)n >= out_n) {
        errno = ENAMETOOLONG;
        die("cannot write below", w->out);
    }
}

/* Level 3: the ratio of files as they are delivered, which ISA-L's level 1 falls short of. */
static size_t compress(world *w, const buf *text)
{
    struct isal_zstream z = {0}; /* stateless_init leaves hist_bits as it is */
    isal_deflate_stateless_init(&z);
    z.level = 3;
    z.level_buf = w->level_buf;
    z.level_buf_size = ISAL_DEF_LVL3_DEFAULT;
    z.gzip_flag = IGZIP_GZIP;
    z.flush = NO_FLUSH;
    z.end_of_stream = 1;
    z.next_in = (uint8_t *)text->p;
    z.avail_in = (uint32_t)text->n;
    z.next_out = w->gzip;
    z.avail_out = (uint32_t)w->gzip_cap;
    if (isal_deflate_stateless(&z) != COMP_OK) {
        errno = EIO;
        die("cannot compress", "a file");
    }
    return z.total_out;
}

/* Sizes of real files are spread evenly over their orders of magnitude. */
static size_t draw_target(world *w)
{
    size_t octave = (size_t)FILE_MIN << below(w, 4);
    return octave + below(w, octave);
}

static void pile_flush(world *w, lane *l, pile *p)
{
    if (p->text.n == 0)
        return;
    buf_puts(&p->text, "]}");
    if (p->text.failed)
        die("no memory for", "a file");
    char path[1024];
    file_path(w, l, path, sizeof(path));
    size_t n = compress(w, &p->text);
    write_file(path, w->gzip, n);
    w->bytes += 2;
    w->gzip_bytes += n;
    w->files++;
    buf_reset(&p->text);
    p->target = draw_target(w);
}

static void pile_add(world *w, lane *l, pile *p, str record)
{
    const char *lead = p->text.n == 0 ? "{\"Records\":[" : ",";
    buf_puts(&p->text, lead);
    buf_putstr(&p->text, record);
    w->bytes += strlen(lead) + record.n;
    w->records++;
    if (p->text.n >= p->target)
        pile_flush(w, l, p);
}

static void lane_release(world *w, lane *l)
{
    // NOLINTNEXTLINE(clang-analyzer-core.*): lanes are there while accounts are
    if (l->held.n > 0)
        pile_add(w, l, &l->pile[0], buf_str(&l->held));
    buf_reset(&l->held);
}

static void lane_add(world *w, lane *l, str record, bool is_change)
{
    if (is_change) {
        pile_add(w, l, &l->pile[1], record);
        w->repeated++;
    }
    if (l->held.n == 0 && below(w, HELD_ONE_IN) == 0) {
        buf_putstr(&l->held, record);
        if (l->held.failed)
            die("no memory for", "a record");
        l->held_for = 1 + (unsigned)below(w, 3);
        return;
    }
    pile_add(w, l, &l->pile[0], record);
    if (l->held.n > 0 && --l->held_for == 0)
        lane_release(w, l);
}

static void flush_all(world *w)
{
    for (size_t i = 0; i < w->n_accounts * N_REGIONS; i++) {
        lane_release(w, &w->lanes[i]);
        for (size_t k = 0; k < TRAILS; k++)
            pile_flush(w, &w->lanes[i], &w->lanes[i].pile[k]);
    }
}

/* ---- records --------------------------------------------------------------------------------- */

static void put_failure(world *w, const scene *s)
{
    if (s->op->flags & DATA) {
        expand(w, s, "'errorCode':'NoSuchKey','errorMessage':'The specified key does not exist.',");
        return;
    }
    expand(w, s,
           strcmp(s->op->service, "ec2") == 0 ? "'errorCode':'Client.UnauthorizedOperation',"
                                              : "'errorCode':'AccessDenied',");
    expand(w, s,
           "'errorMessage':'User: arn:aws:sts::$a:assumed-role/$R/$S is not authorized to "
           "perform: $q:$O because no identity-based policy allows the $q:$O action',");
}

static void put_call(world *w, const scene *s, bool is_failed)
{
    if (is_failed)
        put_failure(w, s);
    put_z(w, "'requestParameters':");
    expand(w, s, s->op->request);
    put_z(w, ",'responseElements':");
    expand(w, s, is_failed ? "null" : s->op->response);
    put(w, ",", 1);
    expand(w, s, s->op->extra);
}

static void put_tail(world *w, const scene *s)
{
    unsigned flags = s->op->flags;
    expand(w, s, "'requestID':'$u','eventID':'$u',");
    put_z(w, flags & READ ? "'readOnly':true," : "'readOnly':false,");
    put_z(w, flags & LOGIN ? "'eventType':'AwsConsoleSignIn'," : "'eventType':'AwsApiCall',");
    put_z(w, flags & DATA ? "'managementEvent':false," : "'managementEvent':true,");
    expand(w, s, "'recipientAccountId':'$a',");
    put_z(w, flags & DATA ? "'eventCategory':'Data'" : "'eventCategory':'Management'");
    const caller *who = &CALLERS[s->session.caller];
    if (strcmp(who->address, "$J") == 0)
        expand(w, s,
               ",'tlsDetails':{'tlsVersion':'TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256',"
               "'clientProvidedHostHeader':'$q.$r.amazonaws.com'}");
    if (strcmp(who->agent, BROWSER) == 0 && !(flags & (SESSION | LOGIN)))
        put_z(w, ",'sessionCredentialFromConsole':'true'");
    put(w, "}", 1);
}

static void restore_quotes(char *p, const char *end)
{
    for (; p < end; p++)
        *p = *p == '\'' ? '"' : *p;
}

/* Who asks for a session is not yet who it will be. */
static void put_actor(world *w, const scene *s)
{
    const caller *who = &CALLERS[s->session.caller];
    bool is_asker = s->op->flags & (SESSION | LOGIN);
    bool is_service = is_asker && strstr(who->asker, "'AWSService'");
    expand(w, s, "{'eventVersion':'1.09','userIdentity':");
    expand(w, s, is_asker ? who->asker : who->identity);
    expand(w, s,
           ",'eventTime':'$t','eventSource':'$q.amazonaws.com','eventName':'$O',"
           "'awsRegion':'$r','sourceIPAddress':'");
    const char *service =
        is_service ? strstr(who->asker, "invokedBy':'") + strlen("invokedBy':'") : "";
    size_t service_n = strcspn(service, "'");
    if (is_service)
        put(w, service, service_n);
    else
        expand(w, s, who->address);
    put_z(w, "','userAgent':'");
    if (is_service)
        put(w, service, service_n);
    else
        expand_steady(w, s, who->agent);
    put_z(w, "',");
}

static void emit(world *w, scene *s, op_id id)
{
    s->op = &OPS[id];
    lane *l = s->lane;
    bool is_global = s->op->flags & GLOBAL;
    lane *to = is_global ? l - l->region : l;
    s->region = REGIONS[to->region].name;
    bool is_failed = s->op->flags & READ && !(s->op->flags & SESSION) && !s->intruder &&
                     once_in_1000(w, DENIED_PER_MILLE);
    w->at = w->record;
    put_actor(w, s);
    put_call(w, s, is_failed);
    put_tail(w, s);
    restore_quotes(w->record, w->at);
    lane_add(w, to, (str){w->record, (size_t)(w->at - w->record)}, s->op->flags & WRITE);
}

/* ---- life ------------------------------------------------------------------------------------ */

static uint64_t draw_between(world *w, uint64_t first, uint64_t end)
{
    return first + below(w, end - first);
}

/* Things that exist, chosen by chance. */
static scene draw_scene(world *w, lane *l)
{
    scene s = {.lane = l};
    s.instance = draw_between(w, l->instance_first, l->instance_end);
    s.snapshot = draw_between(w, l->snapshot_first, l->snapshot_end);
    s.volume = below(w, 400);
    s.group = below(w, 60);
    s.network = below(w, 9);
    s.name = below(w, ARRAY_LEN(NAMES));
    return s;
}

static lane *draw_lane(world *w)
{
    uint64_t account = below(w, w->n_accounts);
    uint64_t at = below(w, 100);
    unsigned region_at = 0;
    while (at >= REGIONS[region_at].weight)
        at -= REGIONS[region_at++].weight;
    return &w->lanes[account * N_REGIONS + region_at];
}

static caller_id draw_caller(world *w)
{
    unsigned sum = 0;
    for (size_t i = 0; i < N_CALLERS; i++)
        sum += CALLERS[i].weight;
    uint64_t at = below(w, sum);
    unsigned id = 0;
    while (at >= CALLERS[id].weight)
        at -= CALLERS[id++].weight;
    return id;
}

/* Starts a session and, where a call makes it, writes that call. */
static session begin_session(world *w, scene *s, caller_id who)
{
    s->session.caller = (uint8_t)who;
    s->session.number = scramble(++w->serial + w->seed);
    s->session.instance = draw_between(w, s->lane->instance_first, s->lane->instance_end);
    s->session.born_s = w->now_s;
    if (CALLERS[who].assume >= 0)
        emit(w, s, (op_id)CALLERS[who].assume);
    return s->session;
}

/* Seconds into a day after this share (of 2^32) of its calls. */
static int64_t second_of_day(uint64_t share)
{
    static const uint8_t busy[24] = {24, 22, 20, 20, 22, 26, 32, 40, 52, 60, 62, 60,
                                     56, 60, 62, 60, 56, 50, 42, 38, 34, 30, 28, 26};
    uint64_t sum = 0;
    for (int hour = 0; hour < 24; hour++)
        sum += busy[hour];
    uint64_t at = share * sum; /* hours weigh busy[hour] << 32 */
    int hour = 0;
    while (at >= (uint64_t)busy[hour] << 32)
        at -= (uint64_t)busy[hour++] << 32;
    return hour * 3600 + (int64_t)((at / busy[hour]) * 3600 >> 32);
}

static void advance(world *w)
{
    double days = (double)w->bytes / (double)w->size * (double)w->days;
    int64_t day = (int64_t)days;
    double share = days - (double)day;
    int64_t now_s = START_S + day * DAY_S + second_of_day((uint64_t)(share * 4294967295.0));
    w->now_s = now_s > w->now_s ? now_s : w->now_s;
    if (day == w->day)
        return;
    flush_all(w); /* a file holds one day only */
    w->day = day;
}

/* People and programs come in bursts: they page through one list, then the next. */
static void live_one_burst(world *w)
{
    lane *l = draw_lane(w);
    caller_id who = draw_caller(w);
    scene s = draw_scene(w, l);
    session *slot = &l->sessions[who][below(w, SESSIONS)];
    if (w->now_s - slot->born_s > SESSION_OLD_S || once_in_1000(w, SESSION_PER_MILLE))
        *slot = begin_session(w, &s, who);
    size_t n = 0;
    while (CALLERS[who].ops[n] != N_OPS)
        n++;
    op_id what = CALLERS[who].ops[below(w, n)];
    s.session = *slot;
    for (uint64_t left = below(w, BURST_MAX); left > 0; left--) {
        emit(w, &s, what);
        advance(w);
        if (below(w, 4) == 0)
            what = CALLERS[who].ops[below(w, n)];
        if (below(w, 4) == 0)
            s = draw_scene(w, l);
        s.session = *slot;
    }
}

static uint64_t meet_fate(fate f, uint64_t *first, uint64_t *end, uint64_t chosen)
{
    if (f == FATE_BEGINS)
        return (*end)++;
    if (f == FATE_ENDS && *end - *first > 40)
        return (*first)++;
    return chosen;
}

static void begin_story(world *w, size_t id)
{
    run *r = w->runs;
    while (r < w->runs + RUNS_MAX && r->story)
        r++;
    if (r == w->runs + RUNS_MAX)
        return; /* enough is going on */
    const story *what = &STORIES[id];
    lane *l = draw_lane(w);
    *r = (run){.story = what, .scene = draw_scene(w, l)};
    scene *s = &r->scene;
    s->instance = meet_fate(what->instance, &l->instance_first, &l->instance_end, s->instance);
    s->snapshot = meet_fate(what->snapshot, &l->snapshot_first, &l->snapshot_end, s->snapshot);
    s->new_volume = ++w->serial;
    begin_session(w, s, what->caller[0]);
    r->second = s->session;
    r->second.caller = what->caller[1];
    s->intruder = id == INTRUSION ? 100 + w->intruders++ : 0;
    r->due_s = w->now_s + what->steps[0].delay_s;
    w->stories[id]++;
}

static void continue_story(world *w, run *r)
{
    const step *now = &r->story->steps[r->next++];
    scene s = r->scene;
    if (now->who == 1)
        s.session = r->second;
    emit(w, &s, now->op);
    if (r->next == r->story->n_steps)
        r->story = NULL;
    else
        r->due_s = w->now_s + r->story->steps[r->next].delay_s;
}

static bool continue_stories(world *w)
{
    bool was_due = false;
    for (run *r = w->runs; r < w->runs + RUNS_MAX; r++) {
        if (r->story && r->due_s <= w->now_s) {
            continue_story(w, r);
            was_due = true;
        }
    }
    return was_due;
}

static size_t draw_story(world *w)
{
    unsigned sum = 0;
    for (size_t i = 0; i < N_STORIES; i++)
        sum += STORIES[i].weight;
    uint64_t at = below(w, sum);
    size_t id = 0;
    while (at >= STORIES[id].weight)
        at -= STORIES[id++].weight;
    return id;
}

static void live(world *w)
{
    while (w->bytes < w->size) {
        advance(w);
        if (continue_stories(w))
            continue;
        uint64_t intruder_at = w->size * (w->intruders * 2 + 1) / (INTRUDERS * 2 + 1);
        if (w->intruders < INTRUDERS && w->bytes > intruder_at)
            begin_story(w, INTRUSION);
        else if (once_in_1000(w, STORY_PER_MILLE))
            begin_story(w, draw_story(w));
        else
            live_one_burst(w);
    }
    flush_all(w);
}

/* ---- the program ----------------------------------------------------------------------------- */

static void world_init(world *w)
{
    w->random = scramble(w->seed + 1);
    w->now_s = START_S;
    w->lanes = calloc(w->n_accounts * N_REGIONS, sizeof(*w->lanes));
    w->gzip_cap = FILE_ROOM + FILE_ROOM / 8;
    w->gzip = malloc(w->gzip_cap);
    w->level_buf = malloc(ISAL_DEF_LVL3_DEFAULT);
    if (!w->lanes || !w->gzip || !w->level_buf)
        die("no memory for", "the world");
    for (unsigned i = 0; i < w->n_accounts * N_REGIONS; i++) {
        lane *l = &w->lanes[i];
        l->account = i / N_REGIONS;
        l->region = i % N_REGIONS;
        l->instance_end = l->snapshot_end = 120;
        l->pile[0].target = draw_target(w);
        l->pile[1].target = draw_target(w);
    }
}

static void world_done(world *w)
{
    for (size_t i = 0; i < w->n_accounts * N_REGIONS; i++) {
        buf_done(&w->lanes[i].held);
        buf_done(&w->lanes[i].pile[0].text);
        buf_done(&w->lanes[i].pile[1].text);
    }
    free(w->lanes);
    free(w->gzip);
    free(w->level_buf);
}

static void report(const world *w)
{
    printf("bytes\t%" PRIu64 "\n", w->bytes);
    printf("gzip_bytes\t%" PRIu64 "\n", w->gzip_bytes);
    printf("gzip_ratio\t%.1f\n", (double)w->bytes / (double)w->gzip_bytes);
    printf("files\t%" PRIu64 "\n", w->files);
    printf("records\t%" PRIu64 "\n", w->records);
    printf("duplicates\t%" PRIu64 "\n", w->repeated);
    printf("bytes_per_record\t%.0f\n", (double)w->bytes / (double)w->records);
    for (size_t i = 0; i < N_STORIES; i++)
        printf("story\t%" PRIu64 "\t%s\n", w->stories[i], STORIES[i].doc);
}

static void usage(void)
{
    fputs("usage: gen --size 1G --seed 1 --out DIR [--days 14] [--accounts 3]\n", stderr);
    exit(2);
}

/* "64M": a number and at most one of K, M, G. */
static uint64_t parse_size(const char *text)
{
    char *end;
    errno = 0;
    uint64_t n = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    end += shift > 0;
    if (errno || end == text || *text == '-' || *end || n == 0 || n > (UINT64_MAX >> 32))
        usage();
    return n << shift;
}

static void parse_args(world *w, int argc, char **argv)
{
    struct {
        const char *name;
        uint64_t *number;
    } const options[] = {
        {"--size", &w->size},
        {"--seed", &w->seed},
        {"--days", &w->days},
        {"--accounts", &w->n_accounts},
    };
    for (int i = 1; i + 1 < argc; i += 2) {
        size_t k = 0;
        while (k < ARRAY_LEN(options) && strcmp(argv[i], options[k].name) != 0)
            k++;
        if (k < ARRAY_LEN(options))
            *options[k].number = parse_size(argv[i + 1]);
        else if (strcmp(argv[i], "--out") == 0)
            w->out = argv[i + 1];
        else
            usage();
    }
    if (argc % 2 == 0 || !w->size || !w->out || w->n_accounts > ACCOUNTS_MAX || w->days > 3650)
        usage();
}

int main(int argc, char **argv)
{
    static world w = {.seed = 1, .days = 14, .n_accounts = 3};
    parse_args(&w, argc, argv);
    world_init(&w);
    live(&w);
    report(&w);
    world_done(&w);
    return EXIT_SUCCESS;
}
