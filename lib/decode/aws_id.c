/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_id.c -- one spelling for every AWS thing: ARNs taken apart, names made into ARNs.
 */
#include "decode/aws_id.h"

#include "base/text.h"
#include "model/entity.h"

typedef struct arn {
    str partition, service, region, account, resource;
} arn;

static bool arn_parse(str s, arn *ret)
{
    str piece[5];
    size_t n = 0, from = 0;
    if (!text_starts(s, "arn:"))
        return false;
    for (size_t i = 0; i < s.n && n < ARRAY_LEN(piece); i++) {
        if (s.p[i] != ':')
            continue;
        piece[n++] = (str){s.p + from, i - from};
        from = i + 1;
    }
    if (n < ARRAY_LEN(piece) || from == s.n)
        return false;
    *ret = (arn){piece[1], piece[2], piece[3], piece[4], str_from(s, from)};
    return true;
}

static const char *partition_of(str region)
{
    static const struct {
        const char *prefix, *partition;
    } rows[] = {
        {"cn-", "aws-cn"},
        {"us-gov-", "aws-us-gov"},
        {"us-isob-", "aws-iso-b"},
        {"us-iso-", "aws-iso"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_starts(region, rows[i].prefix))
            return rows[i].partition;
    return "aws";
}

static bool is_one_of(str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, words[i]))
            return true;
    return false;
}

/* The part of s behind the first `marker`; STR_NONE when it is not there. */
static str behind(str s, const char *marker)
{
    size_t n = strlen(marker);
    for (size_t i = 0; i + n <= s.n; i++)
        if (memcmp(s.p + i, marker, n) == 0)
            return str_from(s, i + n);
    return STR_NONE;
}

/* ---- short ids ------------------------------------------------------------------------------- */

typedef struct prefix_row {
    str prefix;
    uint8_t type;
} prefix_row;

/* clang-format off */
static const prefix_row prefixes[] = {
    {STR_INIT("i-"),        ENTITY_INSTANCE},
    {STR_INIT("mi-"),       ENTITY_INSTANCE}, /* a machine elsewhere, managed by Systems Manager */
    {STR_INIT("vol-"),      ENTITY_VOLUME},
    {STR_INIT("snap-"),     ENTITY_SNAPSHOT},
    {STR_INIT("ami-"),      ENTITY_IMAGE},
    {STR_INIT("sg-"),       ENTITY_SECURITY_GROUP},
    {STR_INIT("sgr-"),      ENTITY_SECURITY_GROUP},
    {STR_INIT("subnet-"),   ENTITY_NETWORK},
    {STR_INIT("vpc-"),      ENTITY_NETWORK},
    {STR_INIT("eni-"),      ENTITY_NETWORK},
    {STR_INIT("acl-"),      ENTITY_NETWORK},
    {STR_INIT("igw-"),      ENTITY_NETWORK},
    {STR_INIT("nat-"),      ENTITY_NETWORK},
    {STR_INIT("rtb-"),      ENTITY_NETWORK},
    {STR_INIT("eipalloc-"), ENTITY_ADDRESS},
    {STR_INIT("lt-"),       ENTITY_TEMPLATE},
    {STR_INIT("fleet-"),    ENTITY_TEMPLATE},
    {STR_INIT("sfr-"),      ENTITY_TEMPLATE},
    {STR_INIT("sir-"),      ENTITY_TEMPLATE},
    {STR_INIT("key-"),      ENTITY_KEY_PAIR},
};
/* clang-format on */

/* What AWS puts behind a prefix: 8 or 17 hexadecimal digits, or a UUID. */
static bool is_id_tail(str s)
{
    if (s.n < 8)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool is_hex = (c >= '0' && c <= '9') || (text_lower(c) >= 'a' && text_lower(c) <= 'f');
        if (!is_hex && c != '-')
            return false;
    }
    return true;
}

static const prefix_row *prefix_find(str id)
{
    enum { LONGEST = 9 }; /* "eipalloc-" */
    if (id.n == 0 || !memchr(id.p, '-', id.n < LONGEST ? id.n : LONGEST))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        str prefix = prefixes[i].prefix;
        if (id.p[0] == prefix.p[0] && str_eq(str_upto(id, prefix.n), prefix) &&
            is_id_tail(str_from(id, prefix.n)))
            return &prefixes[i];
    }
    return NULL;
}

/* Types that a short id may correct. A bucket or a session may be called i-0123456789abcdef0. */
static bool is_machine_type(uint8_t type)
{
    switch (type) {
    case ENTITY_PRINCIPAL:
    case ENTITY_CREDENTIAL:
    case ENTITY_SESSION:
    case ENTITY_BUCKET:
    case ENTITY_ROLE:
    case ENTITY_ACCOUNT:
        return false;
    default:
        return true;
    }
}

/* ---- names ----------------------------------------------------------------------------------- */

typedef struct name_row {
    uint8_t type;        /* ENTITY_NONE: any */
    bool is_global;      /* no region in the ARN */
    const char *service; /* of the call, without ".amazonaws.com"; NULL: any */
    const char *key;     /* found in the path's last two keys, any case; NULL: any */
    const char *arn;     /* service in the ARN */
    const char *kind;    /* with the separator that stands before the name */
} name_row;

/* The first row that fits decides, so the longer key stands first. */
/* clang-format off */
static const name_row names[] = {
    {ENTITY_NONE,       false, "rds",         "clustersnapshot",         "rds", "cluster-snapshot:"},
    {ENTITY_NONE,       false, "rds",         ".snapshotidentifier",     "rds", "cluster-snapshot:"}, /* of either; clusters as a rule */
    {ENTITY_NONE,       false, "rds",         "snapshot",                "rds", "snapshot:"},
    {ENTITY_NONE,       false, "rds",         "cluster",                 "rds", "cluster:"},
    {ENTITY_NONE,       false, "rds",         "instance",                "rds", "db:"},
    {ENTITY_NONE,       false, "lightsail",   "instancesnapshot",        "lightsail", "instance-snapshot/"},
    {ENTITY_NONE,       false, "lightsail",   "disksnapshot",            "lightsail", "disk-snapshot/"},
    {ENTITY_NONE,       false, "lightsail",   "keypair",                 "lightsail", "key-pair/"},
    {ENTITY_NONE,       false, "lightsail",   "instance",                "lightsail", "instance/"},
    {ENTITY_NONE,       false, "lightsail",   "disk",                    "lightsail", "disk/"},
    {ENTITY_NONE,       false, "autoscaling", "autoscalinggroupname",    "autoscaling", "autoScalingGroupName/"},
    {ENTITY_NONE,       false, "autoscaling", "launchconfigurationname", "autoscaling", "launchConfigurationName/"},
    {ENTITY_TEMPLATE,   false, NULL,          "autoscaling:groupname",   "autoscaling", "autoScalingGroupName/"},
    {ENTITY_OTHER,      false, "cloudtrail",  ".name",                   "cloudtrail", "trail/"},
    {ENTITY_OTHER,      false, "cloudtrail",  "trailname",               "cloudtrail", "trail/"},
    {ENTITY_TEMPLATE,   false, NULL,          "launchtemplatename",      "ec2", "launch-template/"},
    {ENTITY_KEY_PAIR,   false, NULL,          NULL,                      "ec2", "key-pair/"},
    {ENTITY_NONE,       true,  NULL,          "instanceprofile",         "iam", "instance-profile/"},
    {ENTITY_NONE,       true,  "iam",         "group",                   "iam", "group/"},
    {ENTITY_PRINCIPAL,  true,  "iam",         "role",                    "iam", "role/"},
    {ENTITY_ROLE,       true,  "iam",         "role",                    "iam", "role/"},
    {ENTITY_PRINCIPAL,  true,  "iam",         "user",                    "iam", "user/"},
};
/* clang-format on */

/* The last two keys of a path: "iamInstanceProfile.name" tells what "name" alone does not. */
static str tail_of(str path)
{
    size_t dots = 0;
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '.' && ++dots == 2)
            return str_from(path, i);
    return path;
}

static const name_row *name_find(uint8_t type, str service, str path)
{
    str tail = tail_of(path);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const name_row *row = &names[i];
        if (row->type != ENTITY_NONE && row->type != type)
            continue;
        if (row->service && !str_is(text_before(service, '.'), row->service))
            continue;
        if (!row->key || text_has_nocase(tail, row->key))
            return row;
    }
    return NULL;
}

static str compose(arena *a, const aws_place *where, const name_row *row, str name)
{
    const str parts[] = {
        STR("arn:"), str_of(partition_of(where->region)),
        STR(":"),    str_of(row->arn),
        STR(":"),    row->is_global ? STR_NONE : where->region,
        STR(":"),    where->account,
        STR(":"),    str_of(row->kind),
        name,
    };
    return arena_join(a, parts, ARRAY_LEN(parts));
}

static str canon_name(arena *a, const aws_place *where, uint8_t type, str raw, const char *path)
{
    str key = str_of(path);
    const name_row *row = name_find(type, where->service, key);
    if (!row || text_ends(key, "Id")) /* userId, roleId: unique ids, not names */
        return raw;
    /* RDS keeps names in lower case, whatever the caller typed. */
    return compose(a, where, row, str_is(str_of(row->arn), "rds") ? arena_dup_lower(a, raw) : raw);
}

str aws_id_iam(arena *a, const aws_place *where, const char *kind, str name)
{
    const str parts[] = {STR("arn:"),   str_of(partition_of(where->region)),
                         STR(":iam::"), where->account,
                         STR(":"),      str_of(kind),
                         STR("/"),      name};
    return arena_join(a, parts, ARRAY_LEN(parts));
}

/* ---- ARNs ------------------------------------------------------------------------------------ */

/* user/a/b/NAME -> user/NAME */
static str without_path(arena *a, str raw, const arn *x)
{
    static const char *const kinds[] = {"user", "role", "group", "instance-profile"};
    str kind = text_before(x->resource, '/');
    str name = text_after_last(x->resource, '/');
    if (!is_one_of(kind, kinds, ARRAY_LEN(kinds)) || kind.n + 1 + name.n >= x->resource.n)
        return raw;
    const str parts[] = {STR("arn:"), x->partition, STR(":iam::"), x->account,
                         STR(":"),    kind,         STR("/"),      name};
    return arena_join(a, parts, ARRAY_LEN(parts));
}

static str role_of_session(arena *a, str raw, const arn *x)
{
    str role = text_before(text_after(x->resource, '/'), '/');
    if (role.n == 0)
        return raw;
    const str parts[] = {STR("arn:"), x->partition, STR(":iam::"), x->account, STR(":role/"), role};
    return arena_join(a, parts, ARRAY_LEN(parts));
}

str aws_id_principal(arena *a, str raw)
{
    arn x;
    if (!arn_parse(raw, &x))
        return raw;
    if (str_is(x.service, "sts") && text_starts(x.resource, "assumed-role/"))
        return role_of_session(a, raw, &x);
    return str_is(x.service, "iam") ? without_path(a, raw, &x) : raw;
}

/* autoScalingGroup:UUID:autoScalingGroupName/NAME -> the ARN that the name alone makes */
static str canon_scaling(arena *a, str raw, const arn *x)
{
    static const char *const kinds[] = {"autoScalingGroupName/", "launchConfigurationName/"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        str name = behind(x->resource, kinds[i]);
        if (name.n > 0)
            return arena_printf(a, "arn:%.*s:autoscaling:%.*s:%.*s:%s%.*s", (int)x->partition.n,
                                x->partition.p, (int)x->region.n, x->region.p, (int)x->account.n,
                                x->account.p, kinds[i], (int)name.n, name.p);
    }
    return raw;
}

static str canon_bucket(str raw)
{
    arn x;
    if (text_starts(raw, "s3://"))
        raw = str_from(raw, 5);
    else if (arn_parse(raw, &x))
        raw = text_starts(x.resource, "accesspoint") ? STR_NONE : x.resource;
    if (raw.n > 0 && raw.p[0] == '/')
        raw = str_from(raw, 1);
    return text_before(raw, '/');
}

static str canon_arn(arena *a, uint8_t *type, str raw, const arn *x)
{
    bool may_be_id = is_machine_type(*type) && !str_is(x->service, "sts");
    str last = may_be_id ? text_after_last(x->resource, '/') : STR_NONE;
    const prefix_row *row = may_be_id ? prefix_find(last) : NULL;
    if (row) {
        *type = row->type;
        return last;
    }
    if (*type == ENTITY_ACCOUNT)
        return str_is(x->resource, "root") ? x->account : raw;
    if (str_is(x->service, "autoscaling"))
        return canon_scaling(a, raw, x);
    if (*type == ENTITY_SESSION)
        return raw;
    return aws_id_principal(a, raw);
}

str aws_id_account(str s)
{
    arn x;
    return arn_parse(s, &x) ? x.account : STR_NONE;
}

bool aws_id_is_account(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n == 12;
}

bool aws_id_is_masked(str id)
{
    return id.n > 0 &&
           (memchr(id.p, '*', id.n) || (memchr(id.p, '.', id.n) && text_has(id, "...")));
}

/* "...", "*": a placeholder, or all there are. */
static bool names_nothing(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '.' && s.p[i] != '*' && s.p[i] != '-')
            return false;
    return true;
}

str aws_id_canon(arena *a, const aws_place *where, uint8_t *type, str raw, const char *path)
{
    arn x;
    raw = text_trim(raw);
    if (names_nothing(raw))
        return STR_NONE;
    if (*type == ENTITY_CREDENTIAL)
        return aws_id_is_masked(raw) ? STR_NONE : raw;
    if (*type == ENTITY_BUCKET)
        return canon_bucket(raw);
    if (arn_parse(raw, &x))
        return canon_arn(a, type, raw, &x);
    const prefix_row *row = prefix_find(raw);
    if (row && is_machine_type(*type)) {
        *type = row->type;
        return raw;
    }
    if (*type == ENTITY_SESSION || *type == ENTITY_ACCOUNT)
        return raw;
    return canon_name(a, where, *type, raw, path);
}
