/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_grant.c -- tables of where AWS calls keep network rules, shares and policies, and their
 * reading.
 */
#include "decode/aws_grant.h"

#include "base/ip.h"
#include "base/limits.h"
#include "base/text.h"
#include "decode/aws_id.h"

/* True when s is the piece, or begins with it and a separator. */
static bool begins_with(str s, str piece, str separator)
{
    if (s.n < piece.n || memcmp(s.p, piece.p, piece.n) != 0)
        return false;
    str rest = str_from(s, piece.n);
    return rest.n == 0 || str_eq(str_upto(rest, separator.n), separator);
}

static bool list_has(str list, str separator, str piece)
{
    while (list.n > 0) {
        if (begins_with(list, piece, separator))
            return true;
        const char *next = memmem(list.p, list.n, separator.p, separator.n);
        if (!next)
            return false;
        list = str_from(list, (size_t)(next - list.p) + separator.n);
    }
    return false;
}

void aws_list_add(buf *list, const char *separator, str piece)
{
    str text = buf_str(list);
    if (piece.n == 0 || text_ends(text, "...") || list_has(text, str_of(separator), piece))
        return;
    if (text.n > 0)
        buf_puts(list, separator);
    if (list->n + piece.n > LIMIT_FIELD_BYTES)
        buf_puts(list, "...");
    else
        buf_putstr(list, piece);
}

/* ---- networks -------------------------------------------------------------------------------- */

typedef struct rule_row {
    const char *list;     /* where the rules are; "": the parameters are the rule */
    const char *cidrs[2]; /* in a rule */
    const char *protocol, *from, *to;
    const char *needs;     /* a member without which it is no rule; NULL: none */
    bool is_open_if_empty; /* a rule that names no network admits all */
} rule_row;

/* clang-format off */
static const rule_row request_rules[] = {
    {"",                                    {"cidrIp", "cidrIpv6"},                      "ipProtocol",  "fromPort",       "toPort",       NULL,         false},
    {"ipPermissions[]",                     {"ipRanges[].cidrIp", "ipv6Ranges[].cidrIpv6"}, "ipProtocol", "fromPort",     "toPort",       NULL,         false},
    {"SecurityGroupRule[].SecurityGroupRule", {"CidrIpv4", "CidrIpv6"},                  "IpProtocol",  "FromPort",       "ToPort",       NULL,         false},
    {"",                                    {"cidrBlock", "ipv6CidrBlock"},              "aclProtocol", "portRange.from", "portRange.to", "ruleAction", false},
    {"portInfo",                            {"cidrs[]", "ipv6Cidrs[]"},                  "protocol",    "fromPort",       "toPort",       NULL,         true},
    {"portInfos[]",                         {"cidrs[]", "ipv6Cidrs[]"},                  "protocol",    "fromPort",       "toPort",       NULL,         true},
};
/* Asked only when the request shows no rule. */
static const rule_row response_rules[] = {
    {"securityGroupRuleSet[]",              {"cidrIpv4", "cidrIpv6"},                    "ipProtocol",  "fromPort",       "toPort",       NULL,         false},
};
/* clang-format on */

typedef struct exposure {
    pick_ctx *pick;
    buf *out;
    const rule_row *row;
    str traffic; /* "tcp/22" */
    unsigned n_cidrs;
} exposure;

static const char *protocol_text(str protocol)
{
    static const struct {
        const char *number, *text;
    } rows[] = {
        {"-1", "all traffic"}, {"all", "all traffic"}, {"1", "icmp"},
        {"6", "tcp"},          {"17", "udp"},          {"58", "icmpv6"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_eq_nocase(protocol, str_of(rows[i].number)))
            return rows[i].text;
    return NULL;
}

/* "tcp/22", "udp/1000-2000", "icmp", "all traffic" */
static str traffic_text(pick_ctx *pick, const rule_row *row, json_node rule)
{
    str protocol = pick_text(pick, rule, row->protocol);
    int64_t from = -1, to = -1;
    bool has_ports = text_to_int(pick_text(pick, rule, row->from), &from) && from >= 0;
    if (!text_to_int(pick_text(pick, rule, row->to), &to) || to < 0)
        to = from;
    const char *known = protocol_text(protocol);
    str name = known        ? str_of(known)
               : protocol.n ? protocol
                            : str_of(has_ports ? "any" : "all traffic");
    if (!has_ports || text_starts_nocase(name, "icmp") || text_starts(name, "all"))
        return name;
    if (from == to)
        return arena_printf(pick->scratch, "%.*s/%lld", (int)name.n, name.p, (long long)from);
    return arena_printf(pick->scratch, "%.*s/%lld-%lld", (int)name.n, name.p, (long long)from,
                        (long long)to);
}

static void add_open(exposure *x, str cidr)
{
    str piece = arena_printf(x->pick->scratch, "%.*s from %.*s", (int)x->traffic.n, x->traffic.p,
                             (int)cidr.n, cidr.p);
    aws_list_add(x->out, "; ", piece);
}

static void on_cidr(void *user, json_node n, unsigned item)
{
    exposure *x = user;
    (void)item;
    str cidr = text_trim(pick_node_text(x->pick, n));
    x->n_cidrs++;
    if (ip_cidr_openness(cidr) != IP_OPEN_NONE)
        add_open(x, cidr);
}

/* An entry that denies, or that is about traffic going out, opens nothing. */
static bool admits(exposure *x, json_node rule)
{
    if (x->row->needs && pick_text(x->pick, rule, x->row->needs).n == 0)
        return false;
    str action = pick_text(x->pick, rule, "ruleAction");
    if (action.n > 0 && !text_eq_nocase(action, STR("allow")))
        return false;
    return !text_eq_nocase(pick_text(x->pick, rule, "egress"), STR("true")) &&
           !text_eq_nocase(pick_text(x->pick, rule, "isEgress"), STR("true"));
}

static void on_rule(void *user, json_node rule, unsigned item)
{
    exposure *x = user;
    (void)item;
    if (!admits(x, rule))
        return;
    x->traffic = traffic_text(x->pick, x->row, rule);
    unsigned before = x->n_cidrs;
    for (size_t i = 0; i < ARRAY_LEN(x->row->cidrs); i++)
        pick_each(x->pick, rule, x->row->cidrs[i], on_cidr, x);
    if (x->row->is_open_if_empty && x->n_cidrs == before && json_node_type(rule) == JSON_OBJECT)
        add_open(x, STR("0.0.0.0/0"));
}

static void read_rules(exposure *x, json_node root, const rule_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x->row = &rows[i];
        if (rows[i].list[0])
            pick_each(x->pick, root, rows[i].list, on_rule, x);
        else
            on_rule(x, root, 0);
    }
}

/* ---- rules by their names -------------------------------------------------------------------- */

typedef struct named_row {
    const char *operation;
    bool is_answer;
    bool tells_all; /* also rules that open nothing: they did before, maybe */
    const char *list, *name;
    rule_row rule;
} named_row;

/* clang-format off */
static const named_row named[] = {
    {"AuthorizeSecurityGroupIngress", true,  false, "securityGroupRuleSet[]",        "securityGroupRuleId",
     {"",                  {"cidrIpv4", "cidrIpv6"},                                   "ipProtocol", "fromPort", "toPort", NULL, false}},
    {"ModifySecurityGroupRules",      false, true,  "SecurityGroupRule[]",           "SecurityGroupRuleId",
     {"SecurityGroupRule", {"CidrIpv4", "CidrIpv6"},                                   "IpProtocol", "FromPort", "ToPort", NULL, false}},
    {"RevokeSecurityGroupIngress",    true,  true,  "revokedSecurityGroupRuleSet[]", "securityGroupRuleId",
     {"",                  {NULL, NULL},                                               "ipProtocol", "fromPort", "toPort", NULL, false}},
    {"RevokeSecurityGroupIngress",    false, true,  "securityGroupRuleIds[]",        "securityGroupRuleId",
     {"",                  {NULL, NULL},                                               "ipProtocol", "fromPort", "toPort", NULL, false}},
};
/* clang-format on */

typedef struct naming {
    pick_ctx *pick;
    buf *out;
    const named_row *row;
} naming;

static void name_rule(const naming *x, json_node rule, str id)
{
    const rule_row *row = &x->row->rule;
    bool is_open = false;
    for (size_t i = 0; i < ARRAY_LEN(row->cidrs) && row->cidrs[i]; i++) {
        str cidr = text_trim(pick_text(x->pick, rule, row->cidrs[i]));
        if (ip_cidr_openness(cidr) == IP_OPEN_NONE)
            continue;
        str what = traffic_text(x->pick, row, rule);
        is_open = true;
        aws_list_add(x->out, "; ",
                     arena_printf(x->pick->scratch, "rule %.*s: %.*s from %.*s", (int)id.n, id.p,
                                  (int)what.n, what.p, (int)cidr.n, cidr.p));
    }
    if (!is_open && x->row->tells_all)
        aws_list_add(x->out, "; ", arena_printf(x->pick->scratch, "rule %.*s", (int)id.n, id.p));
}

static void on_named(void *user, json_node n, unsigned item)
{
    const naming *x = user;
    (void)item;
    bool is_text = json_node_type(n) == JSON_STRING;
    str id = is_text ? pick_node_text(x->pick, n) : pick_text(x->pick, n, x->row->name);
    json_node rule = x->row->rule.list[0] ? json_node_get(n, str_of(x->row->rule.list)) : n;
    if (id.n > 0)
        name_rule(x, rule, id);
}

/* How an address was given is all that the call that takes it away names. */
static void name_association(const aws_call *c, buf *out)
{
    bool is_given = str_is(c->operation, "AssociateAddress");
    if (!is_given && !str_is(c->operation, "DisassociateAddress"))
        return;
    str id = pick_text(c->pick, is_given ? c->response : c->request, "associationId");
    if (id.n > 0)
        aws_list_add(out, "; ",
                     arena_printf(c->pick->scratch, "association %.*s", (int)id.n, id.p));
}

void aws_grant_rules(const aws_call *c, buf *out)
{
    name_association(c, out);
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        naming x = {.pick = c->pick, .out = out, .row = &named[i]};
        if (str_is(c->operation, named[i].operation))
            pick_each(c->pick, named[i].is_answer ? c->response : c->request, named[i].list,
                      on_named, &x);
    }
}

/* ---- other ways to be reached ---------------------------------------------------------------- */

typedef struct flag_row {
    const char *path;
    const char *value; /* any case */
    const char *text;
} flag_row;

/* clang-format off */
static const flag_row flags[] = {
    {"networkInterfaceSet[].associatePublicIpAddress",                      "true",     "public address"},
    {"associatePublicIpAddress",                                            "true",     "public address"},
    {"launchSpecification.networkInterfaceSet[].associatePublicIpAddress",  "true",     "public address"},
    {"LaunchTemplateData.NetworkInterface[].AssociatePublicIpAddress",      "true",     "public address"},
    {"publiclyAccessible",                                                  "true",     "public address"},
    {"mapPublicIpOnLaunch",                                                 "true",     "public addresses by default"},
    {"directInternetAccess",                                                "Enabled",  "internet access"},
    {"HttpTokens",                                                          "optional", "IMDSv1 allowed"},
    {"metadataOptions.httpTokens",                                          "optional", "IMDSv1 allowed"},
    {"LaunchTemplateData.MetadataOptions.HttpTokens",                       "optional", "IMDSv1 allowed"},
    {"PublicAccessBlockConfiguration.BlockPublicAcls",                      "false",    "public ACLs allowed"},
    {"PublicAccessBlockConfiguration.BlockPublicPolicy",                    "false",    "public policies allowed"},
};
/* clang-format on */

/* What keeps a machine from being reached: no opening, so it stands elsewhere. */
/* clang-format off */
static const flag_row guards[] = {
    {"HttpTokens",                                                          "required", "IMDSv2 required"},
    {"metadataOptions.httpTokens",                                          "required", "IMDSv2 required"},
    {"LaunchTemplateData.MetadataOptions.HttpTokens",                       "required", "IMDSv2 required"},
    {"networkInterfaceSet[].associatePublicIpAddress",                      "false",    "no public address"},
    {"LaunchTemplateData.NetworkInterface[].AssociatePublicIpAddress",      "false",    "no public address"},
};
/* clang-format on */

typedef struct find_value {
    pick_ctx *pick;
    str wanted;
    bool is_found;
} find_value;

static void on_value(void *user, json_node n, unsigned item)
{
    find_value *f = user;
    (void)item;
    f->is_found = f->is_found || text_eq_nocase(pick_node_text(f->pick, n), f->wanted);
}

static bool has_value(pick_ctx *pick, json_node root, const char *path, const char *value)
{
    find_value f = {.pick = pick, .wanted = str_of(value)};
    pick_each(pick, root, path, on_value, &f);
    return f.is_found;
}

static void add_flags(const aws_call *c, const flag_row *rows, size_t n, buf *out)
{
    for (size_t i = 0; i < n; i++)
        if (has_value(c->pick, c->request, rows[i].path, rows[i].value))
            aws_list_add(out, "; ", str_of(rows[i].text));
}

void aws_grant_guards(const aws_call *c, buf *out)
{
    add_flags(c, guards, ARRAY_LEN(guards), out);
}

void aws_grant_exposure(const aws_call *c, buf *out)
{
    exposure x = {.pick = c->pick, .out = out};
    if (!text_ends(c->operation, "Egress")) {
        read_rules(&x, c->request, request_rules, ARRAY_LEN(request_rules));
        if (x.n_cidrs == 0)
            read_rules(&x, c->response, response_rules, ARRAY_LEN(response_rules));
    }
    add_flags(c, flags, ARRAY_LEN(flags), out);
}

/* ---- policies -------------------------------------------------------------------------------- */

enum { LISTED_MAX = 5 }; /* actions of one statement shown by name */

typedef struct summary {
    const aws_call *call;
    buf *out;         /* sentences, or whom it is open to */
    buf *list;        /* names being collected */
    const char *kind; /* of principals being collected: "AWS" */
    unsigned seen;
    bool wants_wide; /* which actions this pass collects */
    bool is_share;   /* collecting accounts, not sentences */
    bool is_conditional;
} summary;

/* Actions that amount to owning the account or the machines. */
static bool is_wide(str action)
{
    static const char *const words[] = {"*",
                                        "*:*",
                                        "iam:*",
                                        "ec2:*",
                                        "sts:*",
                                        "organizations:*",
                                        "iam:PassRole",
                                        "iam:CreateAccessKey"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_eq_nocase(action, str_of(words[i])))
            return true;
    return false;
}

static void on_action(void *user, json_node n, unsigned item)
{
    summary *s = user;
    (void)item;
    str action = text_trim(pick_node_text(s->call->pick, n));
    if (action.n == 0 || is_wide(action) != s->wants_wide)
        return;
    if (++s->seen <= LISTED_MAX)
        aws_list_add(s->list, ", ", str_is(action, "*") ? STR("*:*") : action);
}

static void on_name(void *user, json_node n, unsigned item)
{
    summary *s = user;
    (void)item;
    if (++s->seen <= LISTED_MAX)
        aws_list_add(s->list, ", ", text_trim(pick_node_text(s->call->pick, n)));
}

static void add_more(const summary *s, buf *list)
{
    if (s->seen > LISTED_MAX)
        buf_printf(list, " and %u more", s->seen - LISTED_MAX);
}

/* "iam:*, s3:GetObject and 12 more": the dangerous ones first, so they are never among "more". */
static void list_actions(summary *s, json_node statement, buf *list)
{
    pick_ctx *pick = s->call->pick;
    s->list = list;
    s->seen = 0;
    s->wants_wide = true;
    pick_each(pick, statement, "Action[]", on_action, s);
    s->wants_wide = false;
    pick_each(pick, statement, "Action[]", on_action, s);
    add_more(s, list);
    if (list->n > 0)
        return;
    s->seen = 0;
    pick_each(pick, statement, "NotAction[]", on_name, s);
    add_more(s, list);
}

static void list_resources(summary *s, json_node statement, buf *list)
{
    s->list = list;
    s->seen = 0;
    pick_each(s->call->pick, statement, "Resource[]", on_name, s);
    add_more(s, list);
}

static bool is_own(const summary *s, str principal)
{
    str account = aws_id_is_account(principal) ? principal : aws_id_account(principal);
    return account.n > 0 && str_eq(account, s->call->account);
}

static void on_principal(void *user, json_node n, unsigned item)
{
    summary *s = user;
    (void)item;
    str who = text_trim(pick_node_text(s->call->pick, n));
    bool is_anyone = str_is(who, "*");
    if (who.n == 0 || is_own(s, who))
        return;
    if (!s->is_share) {
        str words = arena_printf(s->call->pick->scratch, "%s %.*s", s->kind, (int)who.n, who.p);
        aws_list_add(s->list, ", ", words);
        return;
    }
    if (!str_is(str_of(s->kind), "AWS") || (is_anyone && s->is_conditional))
        return; /* "*" under a condition is how organisations and services are named */
    str account = aws_id_account(who);
    aws_list_add(s->list, ";", is_anyone ? STR("all") : account.n ? account : who);
}

/* Principals of other accounts and identity providers. AWS's own services are no outsiders. */
static void list_principals(summary *s, json_node statement, buf *list)
{
    static const struct {
        const char *path, *kind;
    } rows[] = {
        {"Principal.AWS[]", "AWS"},
        {"Principal.Federated[]", "Federated"},
        {"Principal.CanonicalUser[]", "CanonicalUser"},
    };
    pick_ctx *pick = s->call->pick;
    json_node principal = json_node_get(statement, STR("Principal"));
    s->list = list;
    s->kind = "AWS";
    if (json_node_type(principal) == JSON_STRING)
        on_principal(s, principal, 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        s->kind = rows[i].kind;
        pick_each(pick, statement, rows[i].path, on_principal, s);
    }
}

static void say_allow(summary *s, json_node statement, str actions, str principals)
{
    AUTO(buf) words = {0};
    AUTO(buf) resources = {0};
    bool is_inverse = pick_first(s->call->pick, statement, "NotAction").doc != NULL;
    list_resources(s, statement, &resources);
    buf_puts(&words, is_inverse ? "Allow all but " : "Allow ");
    buf_putstr(&words, actions);
    if (resources.n > 0)
        buf_puts(&words, " on ");
    buf_putstr(&words, buf_str(&resources));
    if (principals.n > 0)
        buf_puts(&words, " to ");
    buf_putstr(&words, principals);
    buf_puts(&words, s->is_conditional ? " (with conditions)" : "");
    aws_list_add(s->out, "; ", buf_str(&words));
    s->out->failed = s->out->failed || words.failed || resources.failed;
}

static void say_trust(summary *s, str principals)
{
    AUTO(buf) words = {0};
    if (principals.n == 0)
        return;
    buf_puts(&words, "trusts ");
    buf_putstr(&words, principals);
    buf_puts(&words, s->is_conditional ? " (with conditions)" : "");
    aws_list_add(s->out, "; ", buf_str(&words));
    s->out->failed = s->out->failed || words.failed;
}

static void on_statement(void *user, json_node statement, unsigned item)
{
    summary *s = user;
    (void)item;
    if (!text_eq_nocase(pick_text(s->call->pick, statement, "Effect"), STR("Allow")))
        return;
    s->is_conditional = json_node_size(json_node_get(statement, STR("Condition"))) > 0;
    if (s->is_share) {
        list_principals(s, statement, s->out);
        return;
    }
    AUTO(buf) actions = {0};
    AUTO(buf) principals = {0};
    list_actions(s, statement, &actions);
    list_principals(s, statement, &principals);
    if (text_starts_nocase(buf_str(&actions), "sts:AssumeRole"))
        say_trust(s, buf_str(&principals));
    else if (actions.n > 0)
        say_allow(s, statement, buf_str(&actions), buf_str(&principals));
    s->out->failed = s->out->failed || actions.failed || principals.failed;
}

static const char *const documents[] = {
    "policyDocument.Statement[]",
    "assumeRolePolicyDocument.Statement[]",
    "bucketPolicy.Statement[]",
    "policy.Statement[]",
};

/* Taking a policy away grants nothing. */
static bool is_withdrawal(str operation)
{
    static const char *const verbs[] = {"Detach", "Delete", "Remove", "Revoke",
                                        "Reset",  "Get",    "List"};
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (text_starts(operation, verbs[i]))
            return !text_starts(operation, "GetFederationToken");
    return false;
}

void aws_grant_policy(const aws_call *c, buf *out)
{
    if (is_withdrawal(c->operation))
        return;
    summary s = {.call = c, .out = out};
    aws_list_add(out, "; ", pick_text(c->pick, c->request, "policyArn"));
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        pick_each(c->pick, c->request, documents[i], on_statement, &s);
    str group = pick_text(c->pick, c->request, "groupName");
    if (str_is(c->operation, "AddUserToGroup") && group.n > 0)
        aws_list_add(out, "; ",
                     arena_printf(c->pick->scratch, "group %.*s", (int)group.n, group.p));
}

/* ---- shares ---------------------------------------------------------------------------------- */

typedef struct share_row {
    const char *path;
    const char *needs, *value; /* only when this member has this value; NULL: always */
    bool is_acl;               /* S3's words for groups, not names */
} share_row;

/* clang-format off */
static const share_row shares[] = {
    {"createVolumePermission.add[].userId",          NULL,            NULL,      false},
    {"createVolumePermission.add[].group",           NULL,            NULL,      false},
    {"launchPermission.add[].userId",                NULL,            NULL,      false},
    {"launchPermission.add[].group",                 NULL,            NULL,      false},
    {"launchPermission.add[].organizationArn",       NULL,            NULL,      false},
    {"launchPermission.add[].organizationalUnitArn", NULL,            NULL,      false},
    {"userId[]",                                     "operationType", "add",     false},
    {"userIds[]",                                    "operationType", "add",     false},
    {"userGroup[]",                                  "operationType", "add",     false},
    {"groupNames[]",                                 "operationType", "add",     false},
    {"valuesToAdd[]",                                "attributeName", "restore", false},
    {"accountIdsToAdd[]",                            NULL,            NULL,      false},
    {"AccessControlPolicy.AccessControlList.Grant[].Grantee.URI", NULL, NULL,    true},
    {"x-amz-acl[]",                                  NULL,            NULL,      true},
};
/* clang-format on */

static bool is_public_acl(str word)
{
    return text_ends(word, "/AllUsers") || text_ends(word, "/AuthenticatedUsers") ||
           text_starts(word, "public-read") || str_is(word, "authenticated-read");
}

static void on_share(void *user, json_node n, unsigned item)
{
    summary *s = user;
    (void)item;
    aws_list_add(s->out, ";", text_trim(pick_node_text(s->call->pick, n)));
}

static void on_acl(void *user, json_node n, unsigned item)
{
    summary *s = user;
    (void)item;
    if (is_public_acl(text_trim(pick_node_text(s->call->pick, n))))
        aws_list_add(s->out, ";", STR("all"));
}

void aws_grant_share(const aws_call *c, buf *out)
{
    summary s = {.call = c, .out = out, .is_share = true};
    if (is_withdrawal(c->operation))
        return;
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        const share_row *row = &shares[i];
        if (!row->needs || has_value(c->pick, c->request, row->needs, row->value))
            pick_each(c->pick, c->request, row->path, row->is_acl ? on_acl : on_share, &s);
    }
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        pick_each(c->pick, c->request, documents[i], on_statement, &s);
}
