/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_file_software.c -- what scanners found in images and on machines.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/dated.h"
#include "export/software.h"
#include "base/text.h"
#include "base/time.h"

enum { NAMED = 3 }; /* of a list: how many are told by name */

/* ---- words ----------------------------------------------------------------------------------- */

static bool looked_for(const audit *a, const fact *x, const char *what)
{
    dated_iter it = dated_iter_of(&a->facts, x, ATTR_SCANNED_FOR);
    while (dated_next(&it))
        if (str_is(it.value, what))
            return true;
    return false;
}

/* How many the newest scan found; says the first of them. */
static size_t say_list(const audit *a, const fact *x, attr at, buf *seen)
{
    size_t n = 0;
    dated_iter count = dated_iter_of(&a->facts, x, at), it = count;
    while (dated_next(&count))
        n++;
    if (n > 0)
        buf_printf(seen, "%zu: ", n);
    for (size_t i = 0; i < NAMED && dated_next(&it); i++) {
        if (i > 0)
            buf_puts(seen, "; ");
        buf_putstr(seen, it.value);
    }
    if (n > NAMED)
        buf_puts(seen, "; …");
    return n;
}

/* The instances that run from a scanned machine image ("ami:ami-0abc"). */
static void say_instances(const audit *a, const fact *x, buf *seen)
{
    str name = facts_id(&a->facts, x);
    uint32_t from, to;
    size_t n = 0;
    if (!text_starts(name, "ami:"))
        return;
    facts_range(&a->facts, FACT_INSTANCE, &from, &to);
    for (uint32_t at = from; at < to; at++) {
        const fact *instance = facts_at(&a->facts, at);
        if (!str_eq(facts_get_text(&a->facts, instance, ATTR_IMAGE), str_from(name, 4)))
            continue;
        if (n < NAMED) {
            buf_puts(seen, n == 0 ? "; runs on " : ", ");
            buf_putstr(seen, facts_id(&a->facts, instance));
        }
        n++;
    }
    if (n > NAMED)
        buf_printf(seen, " and %zu more", n - NAMED);
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_scanned(const audit *a, const check *row, const fact *x)
{
    return looked_for(a, x, row->value);
}

static spoor_check_status none_found(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (say_list(a, x, row->attr, seen) > 0) {
        say_instances(a, x, seen);
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, "none");
    return SPOOR_CHECK_PASS;
}

/* Of weaknesses whose severity cannot be read any may be severe. */
static spoor_check_status none_weak(const audit *a, const check *row, const fact *x, buf *seen)
{
    spoor_check_status status = none_found(a, row, x, seen);
    if (status == SPOOR_CHECK_FAIL)
        return status;
    buf_reset(seen);
    if (say_list(a, x, ATTR_UNRATED, seen) == 0) {
        buf_puts(seen, "none");
        return SPOOR_CHECK_PASS;
    }
    buf_puts(seen, " (of unknown severity)");
    return SPOOR_CHECK_NO_DATA;
}

static spoor_check_status none_bad(const audit *a, const check *row, const fact *x, buf *seen)
{
    spoor_check_status status = none_found(a, row, x, seen);
    if (status == SPOOR_CHECK_FAIL || dated_get(&a->facts, x, ATTR_UNREAD_STATUS).n == 0)
        return status;
    buf_reset(seen);
    say_list(a, x, ATTR_UNREAD_STATUS, seen);
    buf_puts(seen, " (of a status that cannot be read)");
    return SPOOR_CHECK_NO_DATA;
}

static spoor_check_status no_secret(const audit *a, const check *row, const fact *x, buf *seen)
{
    if (none_found(a, row, x, seen) == SPOOR_CHECK_FAIL)
        return SPOOR_CHECK_FAIL;
    if (looked_for(a, x, "secrets"))
        return SPOOR_CHECK_PASS;
    buf_puts(seen, ", and the report does not say that they were looked for");
    return SPOOR_CHECK_NO_DATA;
}

/* A bill of materials alone looks for nothing. */
static bool is_scan(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return looked_for(a, x, "vulnerabilities") || looked_for(a, x, "secrets") ||
           looked_for(a, x, "misconfigurations");
}

/* ---- releases, packages, age ----------------------------------------------------------------- */

static bool has_release(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return dated_get(&a->facts, x, ATTR_RELEASE).n > 0;
}

static spoor_check_status release_lives(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    int64_t end_ns = TIME_NONE;
    str release = dated_get(&a->facts, x, ATTR_RELEASE);
    bool is_known = software_end_of_life(release, &end_ns);
    buf_putstr(seen, release);
    if (is_known) {
        buf_puts(seen, end_ns < a->now_ns ? ", ended " : ", ends ");
        check_say_age(seen, a, end_ns);
        if (end_ns < a->now_ns)
            say_instances(a, x, seen);
        return end_ns < a->now_ns ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
    }
    if (dated_get(&a->facts, x, ATTR_RELEASE_ENDED).n > 0) {
        buf_puts(seen, ", ended, as the scanner says");
        return SPOOR_CHECK_FAIL;
    }
    buf_puts(seen, ", whose last day is not known");
    return SPOOR_CHECK_NO_DATA;
}

static spoor_check_status all_versions(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    str packages = dated_get(&a->facts, x, ATTR_PACKAGES);
    if (say_list(a, x, ATTR_WITHOUT_VERSION, seen) > 0) {
        buf_puts(seen, ", of ");
        buf_putstr(seen, packages);
        return SPOOR_CHECK_FAIL;
    }
    buf_putstr(seen, packages);
    buf_puts(seen, str_is(packages, "1") ? " package" : " packages");
    return str_is(packages, "0") ? SPOOR_CHECK_NO_DATA : SPOOR_CHECK_PASS;
}

static spoor_check_status is_recent(const audit *a, const check *row, const fact *x, buf *seen)
{
    int64_t newest = dated_newest(&a->facts, x);
    if (newest == TIME_NONE) {
        buf_puts(seen, "the report does not say when it was made");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, "scanned ");
    check_say_age(seen, a, newest);
    bool is_old = (double)check_age_days(a, newest) > check_threshold(a, row->threshold);
    return is_old ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define REPORTS .needs_any = {EXPORT_trivy, EXPORT_grype, EXPORT_cyclonedx, EXPORT_spdx}
#define SOFTWARE .heading = HEADING_SOFTWARE, .cloud = PROVIDER_OTHER, .subject = FACT_SOFTWARE

/* clang-format off */
static const check rows[] = {
    {.id = "software-critical-weaknesses", .title = "No critical weakness that a newer version does not have", SOFTWARE,
     .severity = SPOOR_CRITICAL, .needs_any = {EXPORT_trivy, EXPORT_grype, EXPORT_cyclonedx},
     .applies = is_scanned, .value = "vulnerabilities", .test = none_weak, .attr = ATTR_CRITICAL_FIXED, .wanted = "none",
     .why = "Exploits of known critical weaknesses are public; the machine's identity then makes others.",
     .fix = "trivy image --severity CRITICAL --ignore-unfixed {name}", .references = "", .stops = STOPS(ACCESS)},
    {.id = "software-high-weaknesses", .title = "No high weakness that a newer version does not have", SOFTWARE,
     .severity = SPOOR_HIGH, .needs_any = {EXPORT_trivy, EXPORT_grype, EXPORT_cyclonedx},
     .applies = is_scanned, .value = "vulnerabilities", .test = none_weak, .attr = ATTR_HIGH_FIXED, .wanted = "none",
     .why = "A weakness that could be gone for long is the cheapest way into a machine.",
     .fix = "trivy image --severity HIGH --ignore-unfixed {name}", .references = "", .stops = STOPS(ACCESS)},
    {.id = "software-unfixed-weaknesses", .title = "No critical or high weakness without a remedy", SOFTWARE,
     .severity = SPOOR_MEDIUM, .needs_any = {EXPORT_trivy, EXPORT_grype, EXPORT_cyclonedx},
     .applies = is_scanned, .value = "vulnerabilities", .test = none_weak, .attr = ATTR_SEVERE_UNFIXED, .wanted = "none",
     .why = "What cannot be mended must not be reachable: it stays open to whoever gets near the machine.",
     .fix = "trivy image --severity HIGH,CRITICAL {name}  # remove the package, or keep it out of reach", .references = ""},
    {.id = "software-release-supported", .title = "The operating system is still mended by its maker", SOFTWARE,
     .severity = SPOOR_HIGH, REPORTS, .applies = has_release, .test = release_lives,
     .wanted = "a release before its last day",
     .why = "Weaknesses found after the last day of a release stay open on every machine made from it.",
     .fix = "docker build --pull --tag {name} .  # from a release that is supported", .references = ""},
    {.id = "software-secrets", .title = "No keys or passwords in images and files", SOFTWARE,
     .severity = SPOOR_CRITICAL, .needs = {EXPORT_trivy}, .applies = is_scan, .test = no_secret, .attr = ATTR_SECRET,
     .wanted = "none",
     .why = "A cloud key in an image makes instances in its owner's account for whoever pulls the image.",
     .fix = "trivy fs --scanners secret .  # then revoke what it finds and make it anew", .references = "",
     .stops = STOPS(CREDACC)},
    {.id = "software-misconfigurations", .title = "No critical or high misconfiguration", .heading = HEADING_CONFIGURATION,
     .cloud = PROVIDER_OTHER, .subject = FACT_SOFTWARE, .severity = SPOOR_MEDIUM, .needs = {EXPORT_trivy},
     .applies = is_scanned, .value = "misconfigurations", .test = none_bad, .attr = ATTR_MISCONFIGURED, .wanted = "none",
     .why = "A container that runs as root, or with the host's rights, gives the machine away with itself.",
     .fix = "trivy config --severity HIGH,CRITICAL .", .references = ""},
    {.id = "software-versions-listed", .title = "Bills of materials give a version for every package", SOFTWARE,
     .severity = SPOOR_LOW, REPORTS, .applies = is_scanned, .value = "packages", .test = all_versions,
     .wanted = "a version for each",
     .why = "A package without a version cannot be compared with known weaknesses.",
     .fix = "syft scan {name} --output cyclonedx-json", .references = ""},
    {.id = "software-scan-recent", .title = "Images and machines were scanned lately", SOFTWARE,
     .severity = SPOOR_LOW, .needs_any = {EXPORT_trivy, EXPORT_grype, EXPORT_cyclonedx}, .applies = is_scan,
     .test = is_recent, .threshold = THRESHOLD_scan_days, .wanted = "at most {threshold} days ago",
     .why = "A scan knows the weaknesses of its day; new ones are published every day.",
     .fix = "trivy image --format json {name}", .references = ""},
};
/* clang-format on */

const check_table checks_file_software = {rows, ARRAY_LEN(rows)};
