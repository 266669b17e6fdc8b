/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_gcp_system.c -- the system audit of Google Cloud: whether what is done is recorded and
 * kept, and what organization policies forbid.
 *
 *  (1) Admin activity is always recorded, in a bucket that nobody can change; who reads data, and
 *      what goes out of a project, is not, unless somebody asks for it.
 *  (2) What an organization or folder sets holds for its projects, where the exports say that
 *      they stand below it.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/gcp_place.h"
#include "audit/gcp_tests.h"
#include "base/limits.h"
#include "base/text.h"

/* ---- data access logs ------------------------------------------------------------------------ */

static const char *const log_types[] = {"ADMIN_READ", "DATA_READ", "DATA_WRITE"};

/* On an account or above it. */
static bool is_logged(const facts *f, str scope, const char *type, buf *scratch)
{
    str all[LIMIT_ABOVE];
    size_t n = gcp_above(f, scope, all);
    for (size_t i = 0; i < n; i++) {
        const str parts[] = {all[i], STR("#allServices#"), str_of(type), STR_NONE};
        if (gcp_find_joined(f, FACT_AUDIT_CONFIG, parts, scratch) != NULL)
            return true;
    }
    return false;
}

static spoor_check_status data_access_is_logged(const audit *a, const check *row, const fact *x,
                                                buf *seen)
{
    unsigned missing = 0;
    (void)row;
    for (unsigned k = 0; k < ARRAY_LEN(log_types); k++) {
        if (is_logged(&a->facts, facts_id(&a->facts, x), log_types[k], seen))
            continue;
        buf_puts(seen, missing++ > 0 ? ", " : "not logged: ");
        buf_puts(seen, log_types[k]);
    }
    if (missing == 0)
        buf_puts(seen, "all three types of all services");
    if (missing > 0 && !facts_is(&a->facts, x, ATTR_GCP_WHOLE_POLICY))
        return gcp_no_data(seen, " in these exports, which do not hold its whole policy");
    return gcp_pass_if(missing == 0);
}

static spoor_check_status nobody_is_exempt(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    bool has_any = facts_get(&a->facts, x, ATTR_GCP_EXEMPTED).is_set;
    (void)row;
    if (!has_any && !facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return gcp_no_data(seen, "the exemptions could not be read");
    if (has_any)
        check_say(seen, a, x, ATTR_GCP_EXEMPTED);
    else
        buf_puts(seen, "nobody");
    return gcp_pass_if(!has_any);
}

/* ---- sinks ----------------------------------------------------------------------------------- */

typedef bool sink_test(const audit *a, const fact *sink, str project);

static bool is_whole(const audit *a, const fact *sink, str project)
{
    (void)project;
    return facts_is(&a->facts, sink, ATTR_GCP_TAKES_ALL) &&
           !facts_get(&a->facts, sink, ATTR_GCP_EXCLUSION).is_set;
}

/* Whether it leads out of the project, by the project in its destination; buckets of Cloud
 * Storage have names of their own. */
static bool leads_out(const audit *a, const fact *sink, str project)
{
    str to = gcp_path(facts_get_text(&a->facts, sink, ATTR_GCP_DESTINATION));
    return gcp_project(to).n > 0 && !str_eq(gcp_project(to), gcp_project(project));
}

/* The sinks of a project, and those above it that take what is below them. */
static bool takes_from(const audit *a, const fact *sink, str project)
{
    const facts *f = &a->facts;
    str scope = facts_get_text(f, sink, ATTR_SCOPE);
    bool is_own = str_eq(scope, project);
    bool is_above = facts_is(f, sink, ATTR_GCP_CHILDREN) && gcp_is_within(f, project, scope);
    return scope.n > 0 && (is_own || is_above);
}

/* Sinks that were looked at. */
typedef struct sink_search {
    const fact *found; /* the first working one that is such */
    size_t n, unread;
} sink_search;

/* Sinks of one project, or with "" those of folders and organizations. */
static void search_sinks(const audit *a, str account, str project, sink_test *is_such,
                         sink_search *s)
{
    uint32_t from, to;
    gcp_range(&a->facts, FACT_SINK, account, &from, &to);
    for (uint32_t i = from; i < to && s->found == NULL; i++) {
        const fact *x = facts_at(&a->facts, i);
        if (!takes_from(a, x, project))
            continue;
        s->n++;
        s->unread += !facts_is(&a->facts, x, ATTR_READ_WHOLE);
        if (facts_is(&a->facts, x, ATTR_ENABLED) && is_such(a, x, project))
            s->found = x;
    }
}

static spoor_check_status has_sink(const audit *a, const fact *x, sink_test *is_such, buf *seen)
{
    sink_search s = {0};
    search_sinks(a, facts_account(&a->facts, x), facts_id(&a->facts, x), is_such, &s);
    search_sinks(a, STR_NONE, facts_id(&a->facts, x), is_such, &s);
    if (s.found != NULL) {
        buf_putstr(seen, facts_id(&a->facts, s.found));
        buf_puts(seen, " to ");
        check_say(seen, a, s.found, ATTR_GCP_DESTINATION);
        return SPOOR_CHECK_PASS;
    }
    if (s.n == 0)
        return gcp_no_data(seen, "its sinks are not in the exports");
    if (s.unread > 0)
        return gcp_no_data(seen, "a sink could not be read");
    buf_printf(seen, "none of %zu sinks", s.n);
    return SPOOR_CHECK_FAIL;
}

static spoor_check_status has_whole_sink(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    return has_sink(a, x, is_whole, seen);
}

static spoor_check_status has_sink_outside(const audit *a, const check *row, const fact *x,
                                           buf *seen)
{
    (void)row;
    return has_sink(a, x, leads_out, seen);
}

static bool names_any(str filter, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text_has_nocase(filter, words[i]))
            return true;
    }
    return false;
}

/* An exclusion that names audit logs drops them; one that is bound to another log does not; of
 * others it cannot be told. Entries of the admin activity log go to _Required in any case. */
static spoor_check_status exclusion_status(str filter)
{
    static const char *const audit_words[] = {"cloudaudit", "protoPayload", "AuditLog"};
    static const char *const log_words[] = {"logName", "log_id("};
    if (names_any(filter, audit_words, ARRAY_LEN(audit_words)))
        return SPOOR_CHECK_FAIL;
    return names_any(filter, log_words, ARRAY_LEN(log_words)) ? SPOOR_CHECK_PASS
                                                              : SPOOR_CHECK_NO_DATA;
}

static spoor_check_status excludes_no_audit(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    spoor_check_status worst = SPOOR_CHECK_PASS;
    fact_iter it = facts_iter(&a->facts, x, ATTR_GCP_EXCLUSION);
    (void)row;
    if (!facts_is(&a->facts, x, ATTR_READ_WHOLE))
        return gcp_no_data(seen, "the sink could not be read");
    while (facts_next(&it)) {
        spoor_check_status one = exclusion_status(it.value.text);
        bool is_worse = one == SPOOR_CHECK_FAIL || worst == SPOOR_CHECK_PASS;
        worst = is_worse ? one : worst;
    }
    if (!facts_get(&a->facts, x, ATTR_GCP_EXCLUSION).is_set)
        buf_puts(seen, "no exclusions");
    else
        check_say(seen, a, x, ATTR_GCP_EXCLUSION);
    return worst;
}

static bool is_log_bucket(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return !text_starts(facts_id(&a->facts, x), "storage.googleapis.com/");
}

static bool leads_to_storage(const audit *a, const check *row, const fact *x)
{
    str to = facts_get_text(&a->facts, x, ATTR_GCP_DESTINATION);
    (void)row;
    return text_starts(to, "storage.googleapis.com/");
}

static spoor_check_status storage_is_locked(const audit *a, const check *row, const fact *x,
                                            buf *seen)
{
    const facts *f = &a->facts;
    str to = facts_get_text(f, x, ATTR_GCP_DESTINATION);
    uint32_t at = facts_find(f, FACT_LOG_STORE, PROVIDER_GCP, to);
    fact_value locked =
        at == FACT_NONE ? (fact_value){0} : facts_get(f, facts_at(f, at), ATTR_GCP_LOCKED);
    (void)row;
    buf_putstr(seen, to);
    if (!locked.is_set)
        return gcp_no_data(seen, at == FACT_NONE ? ", which is not in the exports"
                                                 : ", whose retention could not be read");
    buf_puts(seen, locked.flag ? ", locked" : ", not locked");
    return gcp_pass_if(locked.flag);
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_scc(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return str_is(facts_get_text(&a->facts, x, ATTR_GCP_SOURCE), "scc");
}

static spoor_check_status is_settled(const audit *a, const check *row, const fact *x, buf *seen)
{
    str state = facts_get_text(&a->facts, x, ATTR_STATE);
    str severity = facts_get_text(&a->facts, x, ATTR_GCP_SEVERITY);
    (void)row;
    buf_putstr(seen, facts_get_text(&a->facts, x, ATTR_GCP_CATEGORY));
    buf_puts(seen, " on ");
    check_say(seen, a, x, ATTR_GCP_RESOURCE);
    if (state.n == 0 || severity.n == 0)
        return gcp_no_data(seen, "; the export does not say how bad it is, or whether it is over");
    bool is_bad =
        text_eq_nocase(severity, STR("HIGH")) || text_eq_nocase(severity, STR("CRITICAL"));
    buf_puts(seen, "; ");
    buf_putstr(seen, severity);
    buf_puts(seen, ", ");
    buf_putstr(seen, state);
    return gcp_pass_if(!is_bad || !text_eq_nocase(state, STR("ACTIVE")));
}

/* ---- the table ------------------------------------------------------------------------------- */

#define SYSTEM .heading = HEADING_SYSTEM, .cloud = PROVIDER_GCP
#define SINKS SYSTEM, .needs = {EXPORT_gcp_sinks}

/* A constraint that would have stopped a rogue instance. */
#define CONSTRAINT_ROW(thing, constraint, what, level, reason, stages)                             \
    {                                                                                              \
        .id = "gcp-policy-" thing, .title = what, .heading = HEADING_CONFIGURATION,                \
        .cloud = PROVIDER_GCP, .severity = level, .subject = FACT_ACCOUNT,                         \
        .needs = {EXPORT_gcp_org_policies}, .applies = gcp_is_project,                             \
        .test = gcp_test_constraint, .value = constraint,                                          \
        .wanted = constraint " enforced on the project or above", .why = reason,                   \
        .fix = "gcloud org-policies set-policy POLICY.yaml # " constraint " on {id}",              \
        .references = "", .stops = stages                                                          \
    }

/* clang-format off */
static const check rows[] = {
    {
        .id = "gcp-audit-data-access", .title = "Access to data is logged for all services", SYSTEM,
        .severity = SPOOR_MEDIUM, .subject = FACT_ACCOUNT, .needs = {EXPORT_gcp_iam_policy}, .applies = gcp_is_project, .test = data_access_is_logged,
        .wanted = "ADMIN_READ, DATA_READ and DATA_WRITE of allServices",
        .why = "What an intruder reads with his machine leaves no trace.",
        .fix = "gcloud projects set-iam-policy {account} POLICY.json # with auditConfigs of allServices",
        .references = "CIS GCP 4.0 2.1", .stops = 0,
    },
    {
        .id = "gcp-audit-exemption", .title = "Nobody is exempt from the logging of access to data", SYSTEM,
        .severity = SPOOR_MEDIUM, .subject = FACT_AUDIT_CONFIG, .needs = {EXPORT_gcp_iam_policy}, .test = nobody_is_exempt,
        .wanted = "no exempted members",
        .why = "An intruder who is that member reads without a trace.",
        .fix = "gcloud projects set-iam-policy {account} POLICY.json # without exemptedMembers of {id}",
        .references = "CIS GCP 4.0 2.1", .stops = 0,
    },
    {
        .id = "gcp-sink-whole", .title = "A sink takes all log entries of a project", SINKS,
        .severity = SPOOR_MEDIUM, .subject = FACT_ACCOUNT, .applies = gcp_is_project, .test = has_whole_sink,
        .wanted = "a working sink without filter and exclusions, of the project or above it",
        .why = "What no sink takes is gone when an intruder's work is looked for.",
        .fix = "gcloud logging sinks create all-entries DESTINATION --project {account}",
        .references = "CIS GCP 4.0 2.2", .stops = 0,
    },
    {
        .id = "gcp-sink-outside", .title = "A sink keeps a project's logs in another project", SINKS,
        .severity = SPOOR_MEDIUM, .subject = FACT_ACCOUNT, .applies = gcp_is_project, .test = has_sink_outside,
        .wanted = "a working sink that leads to another project",
        .why = "Who takes the project takes its logs, too.",
        .fix = "gcloud logging sinks create central logging.googleapis.com/projects/LOGS/locations/global/buckets/central --project {account}",
        .references = "", .stops = STOPS(EVASION),
    },
    {
        .id = "gcp-sink-enabled", .title = "Log sinks work", SINKS,
        .severity = SPOOR_HIGH, .subject = FACT_SINK, .test = check_is_true, .attr = ATTR_ENABLED,
        .wanted = "not disabled",
        .why = "A sink that was switched off hides what came after.",
        .fix = "gcloud logging sinks update {name} --no-disabled --project {account}",
        .references = "", .stops = STOPS(EVASION),
    },
    {
        .id = "gcp-sink-exclusion", .title = "Exclusions of sinks leave audit logs in", SINKS,
        .severity = SPOOR_HIGH, .subject = FACT_SINK, .test = excludes_no_audit,
        .wanted = "no exclusion that drops entries of cloudaudit.googleapis.com",
        .why = "An exclusion hides calls while the sink seems to work.",
        .fix = "gcloud logging sinks update {name} --remove-exclusions EXCLUSION --project {account}",
        .references = "", .stops = STOPS(EVASION),
    },
    {
        .id = "gcp-log-retention", .title = "Log buckets keep entries long enough", SYSTEM,
        .severity = SPOOR_MEDIUM, .subject = FACT_LOG_STORE, .needs = {EXPORT_gcp_log_buckets}, .applies = is_log_bucket, .test = check_at_least, .attr = ATTR_GCP_RETENTION_DAYS, .threshold = THRESHOLD_log_days,
        .wanted = "at least {threshold} days",
        .why = "A slow intruder outlasts the logs.",
        .fix = "gcloud logging buckets update {name} --location {region} --retention-days 90 --project {account}",
        .references = "", .stops = 0,
    },
    {
        .id = "gcp-log-locked", .title = "The retention of log buckets is locked", SYSTEM,
        .severity = SPOOR_LOW, .subject = FACT_LOG_STORE, .needs = {EXPORT_gcp_log_buckets}, .applies = is_log_bucket, .test = check_is_true, .attr = ATTR_GCP_LOCKED,
        .wanted = "locked",
        .why = "Who may change the bucket shortens the memory of what he did.",
        .fix = "gcloud logging buckets update {name} --location {region} --locked --project {account}",
        .references = "", .stops = STOPS(EVASION),
    },
    {
        .id = "gcp-sink-bucket-locked", .title = "Buckets that sinks write to keep their entries under lock", SYSTEM, .needs = {EXPORT_gcp_sinks, EXPORT_gcp_storage_buckets},
        .severity = SPOOR_MEDIUM, .subject = FACT_SINK, .applies = leads_to_storage, .test = storage_is_locked,
        .wanted = "a retention policy of the bucket that is locked",
        .why = "Who may write to the bucket deletes the copy of what he did.",
        .fix = "gcloud storage buckets update gs://BUCKET --lock-retention-period --project {account} # after --retention-period 90d",
        .references = "CIS GCP 4.0 2.3", .stops = STOPS(EVASION),
    },
    {
        .id = "gcp-scc-finding", .title = "Security Command Center has no open finding of high severity", .heading = HEADING_CONFIGURATION, .cloud = PROVIDER_GCP,
        .severity = SPOOR_HIGH, .subject = FACT_FINDING, .needs = {EXPORT_gcp_scc_findings}, .applies = is_scc, .test = is_settled,
        .wanted = "no finding that is ACTIVE and HIGH or CRITICAL",
        .why = "What a scanner sees an intruder sees.",
        .fix = "gcloud scc findings list organizations/ORGANIZATION --filter name={id}",
        .references = "", .stops = 0,
    },
    CONSTRAINT_ROW("external-ip", "compute.vmExternalIpAccess", "External addresses of instances are limited by policy", SPOOR_HIGH, "A new machine gets an address that the world reaches.", STOPS(INSTANCE) | STOPS(NETLOOSEN)),
    CONSTRAINT_ROW("trusted-images", "compute.trustedImageProjects", "Instances are made from images of trusted projects only", SPOOR_MEDIUM, "An intruder boots an image of his own, with his tools in it.", STOPS(INSTANCE)),
    CONSTRAINT_ROW("os-login", "compute.requireOsLogin", "OS Login is required by policy", SPOOR_MEDIUM, "An intruder makes a machine that opens to a key in its metadata.", STOPS(ACCESS)),
    CONSTRAINT_ROW("no-account-keys", "iam.disableServiceAccountKeyCreation", "Keys of service accounts cannot be made", SPOOR_HIGH, "An intruder makes a key that outlives the intrusion.", STOPS(IDENTITY)),
    CONSTRAINT_ROW("shielded-vm", "compute.requireShieldedVm", "Shielded VM is required by policy", SPOOR_LOW, "A machine boots what an intruder put on its disk.", STOPS(INSTANCE)),
    CONSTRAINT_ROW("no-serial-port", "compute.disableSerialPortAccess", "Access to serial ports is disabled by policy", SPOOR_MEDIUM, "The serial port lets in from anywhere, whatever the firewall says.", STOPS(ACCESS)),
    CONSTRAINT_ROW("no-default-grants", "iam.automaticIamGrantsForDefaultServiceAccounts", "Default service accounts get no role by themselves", SPOOR_MEDIUM, "Each new project has an account with Editor that any machine runs as.", STOPS(PRIVESC)),
    CONSTRAINT_ROW("member-domains", "iam.allowedPolicyMemberDomains", "Roles go to members of own domains only", SPOOR_HIGH, "An intruder grants himself a role under an account of his own.", STOPS(PRIVESC) | STOPS(EXFIL)),
    CONSTRAINT_ROW("no-ip-forwarding", "compute.vmCanIpForward", "IP forwarding is limited by policy", SPOOR_LOW, "A new machine carries the traffic of others.", STOPS(INSTANCE)),
};
/* clang-format on */

const check_table checks_gcp_system = {rows, ARRAY_LEN(rows)};
