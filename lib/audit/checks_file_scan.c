/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_file_scan.c -- what configuration scans (SCAP) found on machines.
 *
 * A rule belongs to one check: by what it is about, when ATT&CK asks for that by name, else by
 * how severe its benchmark thinks it is.
 */
#include "audit/audit.h"
#include "audit/checks.h"
#include "fact/dated.h"
#include "export/scan_topic.h"
#include "base/text.h"
#include "base/time.h"

/* ---- rules ----------------------------------------------------------------------------------- */

/* A rule that was to be tried: XCCDF's other results say that it is not for this machine. */
static bool is_meant(const audit *a, const check *row, const fact *x)
{
    str result = dated_get(&a->facts, x, ATTR_SCAN_RESULT);
    str severity = facts_get_text(&a->facts, x, ATTR_SEVERITY);
    bool is_tried = !check_is_one_of("notapplicable|informational", result);
    bool is_level = !row->value || check_is_one_of(row->value, severity);
    return is_tried && is_level && facts_get(&a->facts, x, ATTR_TOPIC).number == row->number;
}

static spoor_check_status rule_passes(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    str result = dated_get(&a->facts, x, ATTR_SCAN_RESULT);
    buf_putstr(seen, result);
    if (x->name) {
        buf_puts(seen, ": ");
        buf_putstr(seen, facts_name(&a->facts, x));
    }
    if (check_is_one_of("pass|fixed", result))
        return SPOOR_CHECK_PASS;
    return str_is(result, "fail") ? SPOOR_CHECK_FAIL : SPOOR_CHECK_NO_DATA;
}

/* ---- scans ----------------------------------------------------------------------------------- */

static spoor_check_status tries_rules(const audit *a, const check *row, const fact *x, buf *seen)
{
    (void)row;
    str n = dated_get(&a->facts, x, ATTR_RULES_TRIED);
    if (n.n == 0)
        return SPOOR_CHECK_NO_DATA;
    buf_putstr(seen, n);
    buf_puts(seen, str_is(n, "1") ? " rule passed or failed" : " rules passed or failed");
    return str_is(n, "0") ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

static spoor_check_status is_recent(const audit *a, const check *row, const fact *x, buf *seen)
{
    int64_t newest = dated_newest(&a->facts, x);
    if (newest == TIME_NONE) {
        buf_puts(seen, "the scan does not say when it was");
        return SPOOR_CHECK_NO_DATA;
    }
    buf_puts(seen, "scanned ");
    check_say_age(seen, a, newest);
    bool is_old = (double)check_age_days(a, newest) > check_threshold(a, row->threshold);
    return is_old ? SPOOR_CHECK_FAIL : SPOOR_CHECK_PASS;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define SCAN_RULES(ID, TITLE, HEADING, LEVEL, TOPIC, VALUE, WHY)                                   \
    {                                                                                              \
        .id = ID, .title = TITLE, .heading = HEADING_##HEADING, .cloud = PROVIDER_OTHER,           \
        .severity = LEVEL, .subject = FACT_SCAN_RULE, .needs = {EXPORT_scap_results},              \
        .applies = is_meant, .test = rule_passes, .number = SCAN_TOPIC_##TOPIC, .value = VALUE,    \
        .wanted = "pass", .why = WHY, .fix = OSCAP_FIX, .references = ""                           \
    }

#define OSCAP_FIX "oscap xccdf generate fix --fix-type bash --result-id '' results.xml > fix.sh"

/* clang-format off */
static const check rows[] = {
    SCAN_RULES("scan-lockout-rules", "Machines lock accounts as their benchmark asks", LOCKOUT, SPOOR_MEDIUM, LOCKOUT, NULL,
               "Without a lockout passwords of a machine are guessed until one fits."),
    SCAN_RULES("scan-factor-rules", "Machines ask for a second factor as their benchmark asks", MFA, SPOOR_HIGH, FACTOR, NULL,
               "With a password alone a stolen one opens the machine, and the credentials on it make others."),
    SCAN_RULES("scan-password-rules", "Machines ask for strong passwords as their benchmark asks", PASSWORDS, SPOOR_MEDIUM, PASSWORD, NULL,
               "Short, old or shared passwords of a machine are guessed; from there the cloud's credentials are near."),
    SCAN_RULES("scan-legacy-rules", "Machines have no telnet, r-commands, NIS, SSH 1 or SMB 1", CONFIGURATION, SPOOR_HIGH, LEGACY, NULL,
               "They send passwords in clear or can be taken over from the network."),
    SCAN_RULES("scan-recording-rules", "Machines record what is done on them as their benchmark asks", SYSTEM, SPOOR_MEDIUM, RECORDING, NULL,
               "What an intruder does on a machine is in its own records or nowhere."),
    SCAN_RULES("scan-high-rules", "Rules of high severity pass", CONFIGURATION, SPOOR_HIGH, OTHER, "high|critical",
               "A machine that fails them is taken over easily, and lends its identity to the intruder."),
    SCAN_RULES("scan-medium-rules", "Rules of medium or unknown severity pass", CONFIGURATION, SPOOR_MEDIUM, OTHER, "medium|unknown",
               "Together they make the difference between a machine that resists and one that does not."),
    SCAN_RULES("scan-low-rules", "Rules of low severity pass", CONFIGURATION, SPOOR_LOW, OTHER, "low|info",
               "A machine that keeps its baseline makes one that does not stand out."),
    {.id = "scan-tried-rules", .title = "Scans answered at least one rule", .heading = HEADING_CONFIGURATION,
     .cloud = PROVIDER_OTHER, .severity = SPOOR_MEDIUM, .subject = FACT_SCAN, .needs = {EXPORT_scap_results},
     .test = tries_rules, .wanted = "rules that passed or failed",
     .why = "A scan of which every rule was left out, or failed to run, says nothing of the machine.",
     .fix = "oscap info BENCHMARK.xml  # lists the profiles; then: oscap xccdf eval --profile PROFILE …", .references = ""},
    {.id = "scan-recent", .title = "Machines were scanned lately", .heading = HEADING_CONFIGURATION,
     .cloud = PROVIDER_OTHER, .severity = SPOOR_LOW, .subject = FACT_SCAN, .needs = {EXPORT_scap_results},
     .test = is_recent, .threshold = THRESHOLD_scan_days, .wanted = "at most {threshold} days ago",
     .why = "An old scan does not know what was changed since, by an intruder or by anybody.",
     .fix = "oscap xccdf eval --profile PROFILE --results-arf results.xml BENCHMARK.xml", .references = ""},
};
/* clang-format on */

const check_table checks_file_scan = {rows, ARRAY_LEN(rows)};
