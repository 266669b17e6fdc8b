/* SPDX-License-Identifier: Apache-2.0
 *
 * scap.c -- results of configuration scans: XCCDF 1.1 and 1.2, alone, behind their benchmark, or
 * inside ARF; and OVAL results that come alone.
 *
 *  (1) Titles and severities stand at the rules of the benchmark, which comes before its results
 *      in all of these; results alone have rule ids only.
 *  (2) OVAL results inside ARF are what XCCDF's results were made of: they are passed over.
 *  (3) OVAL names the machine behind its results, so these wait.
 *  (4) Rules that were not selected are not kept: a benchmark has hundreds of them.
 */
#include <stdlib.h>

#include "fact/dated.h"
#include "export/readers.h"
#include "export/scan_topic.h"
#include "export/xml.h"
#include "base/array.h"
#include "base/ip.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "base/time.h"

/* A rule of a benchmark, a definition of OVAL; by number of its id. */
typedef struct scap_rule {
    uint32_t title, severity, kind; /* interned; kind: OVAL's class */
    uint32_t result;                /* OVAL's, until the machine is known */
} scap_rule;

typedef struct scap {
    reading *r;
    intern text;
    scap_rule *rules; /* [id - 1], grown to the ids that were seen */
    size_t n_rules, cap_rules;
    bool is_oval; /* the root is oval_results */
    unsigned rule_depth, test_depth, result_depth, definition_depth, system_depth; /* 0: outside */
    uint32_t rule; /* that of rule_depth or definition_depth */
    /* Of the test result in hand. */
    uint32_t benchmark, profile, machine;
    int64_t time_ns;
    uint32_t scan; /* fact */
    uint64_t n_tried;
    size_t n_scans;
    /* Of the rule result in hand. */
    uint32_t result_rule, result_severity, result, instance;
    bool failed, is_full;
} scap;

static void scap_done(scap *s)
{
    intern_done(&s->text);
    free(s->rules);
}

static uint32_t keep(scap *s, str text)
{
    text = text_trim(text);
    uint32_t id = text.n > 0 ? intern_id(&s->text, text) : 0;
    s->failed = s->failed || (text.n > 0 && !id);
    return id;
}

static str text_of(const scap *s, uint32_t id)
{
    return id ? intern_text(&s->text, id) : STR_NONE;
}

/* What is known of the rule with this id; NULL: no room. */
static scap_rule *rule_of(scap *s, uint32_t id)
{
    if (id == 0)
        return NULL;
    if (s->n_rules >= LIMIT_SCAN_RULES && id > s->n_rules) {
        s->is_full = true;
        return NULL;
    }
    while (s->n_rules < id) {
        scap_rule *grown = array_room(s->rules, s->n_rules, &s->cap_rules, 256, sizeof *grown);
        if (!grown) {
            s->failed = true;
            return NULL;
        }
        s->rules = grown;
        s->rules[s->n_rules++] = (scap_rule){0};
    }
    return &s->rules[id - 1];
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void put_rule(scap *s, uint32_t id, str result, uint32_t severity)
{
    reading *r = s->r;
    CLEANUP(buf_done) buf name = {0};
    const scap_rule *rule = rule_of(s, id);
    buf_putstr(&name, text_of(s, s->machine));
    buf_putc(&name, '/');
    buf_putstr(&name, text_of(s, id));
    if (s->instance) {
        buf_putc(&name, '/');
        buf_putstr(&name, text_of(s, s->instance));
    }
    s->failed = s->failed || name.failed;
    uint32_t at = facts_add(r->facts, FACT_SCAN_RULE, PROVIDER_OTHER, buf_str(&name), r->input);
    if (at == FACT_NONE)
        return;
    severity = severity || !rule ? severity : rule->severity;
    facts_put_text(r->facts, at, ATTR_SEVERITY, severity ? text_of(s, severity) : STR("unknown"));
    str title = rule ? text_of(s, rule->title) : STR_NONE;
    facts_set_name(r->facts, at, title);
    facts_put_number(r->facts, at, ATTR_TOPIC, scan_topic_of(text_of(s, id), title));
    facts_put_text(r->facts, at, ATTR_SCANNED_MACHINE, text_of(s, s->machine));
    facts_put_text(r->facts, at, ATTR_BENCHMARK, text_of(s, s->benchmark));
    facts_put_text(r->facts, at, ATTR_PROFILE, text_of(s, s->profile));
    dated_scanned(r, at, s->time_ns);
    dated_put(r, at, ATTR_SCAN_RESULT, s->time_ns, result);
}

static bool has_answer(str result)
{
    return str_is(result, "pass") || str_is(result, "fail") || str_is(result, "fixed");
}

/* The results of XCCDF; what is none of them is malformed. */
static bool is_result(str text)
{
    static const char *const results[] = {"pass",        "fail",          "error",
                                          "unknown",     "notchecked",    "notapplicable",
                                          "notselected", "informational", "fixed"};
    for (size_t i = 0; i < ARRAY_LEN(results); i++)
        if (str_is(text, results[i]))
            return true;
    return false;
}

static void tell_result(scap *s)
{
    str result = text_of(s, s->result);
    str rule = str_upto(text_of(s, s->result_rule), 80);
    if (!is_result(result) || !s->result_rule) {
        reading_wrong(s->r, "the result of rule %.*s is none that XCCDF knows", (int)rule.n,
                      rule.p);
        return;
    }
    s->n_tried += has_answer(result);
    if (s->machine && !str_is(result, "notselected"))
        put_rule(s, s->result_rule, result, s->result_severity);
}

static void begin_scan(scap *s)
{
    if (s->scan != FACT_NONE || !s->machine)
        return;
    s->scan =
        facts_add(s->r->facts, FACT_SCAN, PROVIDER_OTHER, text_of(s, s->machine), s->r->input);
    dated_scanned(s->r, s->scan, s->time_ns);
}

static void end_scan(scap *s)
{
    char digits[24];
    s->n_scans++;
    if (!s->machine) {
        reading_wrong(s->r, "a test result does not say of which machine");
        return;
    }
    begin_scan(s);
    size_t at = sizeof digits;
    uint64_t n = s->n_tried;
    do
        digits[--at] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    dated_put(s->r, s->scan, ATTR_RULES_TRIED, s->time_ns, (str){digits + at, sizeof digits - at});
    facts_put_text(s->r->facts, s->scan, ATTR_BENCHMARK, text_of(s, s->benchmark));
    facts_put_text(s->r->facts, s->scan, ATTR_PROFILE, text_of(s, s->profile));
}

static void put_address(scap *s, str address)
{
    static const ip_net loopback = {{127}, 8, false};
    ip_net net;
    address = text_trim(address);
    if (!ip_parse(address, &net) || ip_contains(&loopback, &net) || (net.is_v6 && net.prefix < 128))
        return;
    begin_scan(s);
    facts_put_text(s->r->facts, s->scan, ip_is_private(&net) ? ATTR_PRIVATE_IP : ATTR_PUBLIC_IP,
                   address);
}

/* ---- XCCDF ----------------------------------------------------------------------------------- */

static bool is_xccdf(const xml_element *e)
{
    return text_starts(e->space, "http://checklists.nist.gov/xccdf");
}

static void open_test(scap *s, const xml_element *e)
{
    str end = xml_attribute(e, "end-time");
    s->test_depth = e->depth;
    s->machine = s->profile = 0;
    s->scan = FACT_NONE;
    s->n_tried = 0;
    s->time_ns = time_parse(end.n > 0 ? end : xml_attribute(e, "start-time"));
}

static void open_rule_result(scap *s, const xml_element *e)
{
    s->result_depth = e->depth;
    s->result_rule = keep(s, xml_attribute(e, "idref"));
    s->result_severity = keep(s, xml_attribute(e, "severity"));
    s->result = s->instance = 0;
}

static void open_rule(scap *s, const xml_element *e)
{
    s->rule_depth = e->depth;
    s->rule = keep(s, xml_attribute(e, "id"));
    scap_rule *rule = rule_of(s, s->rule);
    if (rule)
        rule->severity = keep(s, xml_attribute(e, "severity"));
}

static bool open_in_test(scap *s, const xml_element *e)
{
    bool is_own = e->depth == s->test_depth + 1;
    if (s->result_depth)
        return e->depth == s->result_depth + 1 &&
               (str_is(e->name, "result") || str_is(e->name, "instance"));
    if (is_own && str_is(e->name, "rule-result"))
        open_rule_result(s, e);
    if (is_own && str_is(e->name, "profile"))
        s->profile = keep(s, xml_attribute(e, "idref"));
    if (is_own && str_is(e->name, "benchmark") && xml_attribute(e, "id").n > 0)
        s->benchmark = keep(s, xml_attribute(e, "id"));
    return is_own && (str_is(e->name, "target") || str_is(e->name, "target-address"));
}

static bool open_xccdf(scap *s, const xml_element *e)
{
    if (s->test_depth)
        return open_in_test(s, e);
    if (s->rule_depth)
        return e->depth == s->rule_depth + 1 && str_is(e->name, "title");
    if (str_is(e->name, "Benchmark"))
        s->benchmark = keep(s, xml_attribute(e, "id"));
    else if (str_is(e->name, "Rule"))
        open_rule(s, e);
    else if (str_is(e->name, "TestResult"))
        open_test(s, e);
    return false;
}

static void close_in_test(scap *s, const xml_element *e, str text)
{
    if (e->depth == s->result_depth) {
        tell_result(s);
        s->result_depth = 0;
    } else if (s->result_depth && str_is(e->name, "result") && text.n > 0) {
        s->result = keep(s, text);
    } else if (s->result_depth && str_is(e->name, "instance") && text.n > 0) {
        s->instance = keep(s, text);
    } else if (!s->result_depth && str_is(e->name, "target") && text.n > 0) {
        s->machine = keep(s, text);
    } else if (!s->result_depth && str_is(e->name, "target-address") && text.n > 0) {
        put_address(s, text);
    }
}

static void close_xccdf(scap *s, const xml_element *e, str text)
{
    if (s->test_depth && e->depth > s->test_depth) {
        close_in_test(s, e, text);
    } else if (s->test_depth) {
        end_scan(s);
        s->test_depth = 0;
    } else if (s->rule_depth && e->depth == s->rule_depth) {
        s->rule_depth = 0;
    } else if (s->rule_depth && text.n > 0) {
        scap_rule *rule = rule_of(s, s->rule);
        if (rule && !rule->title)
            rule->title = keep(s, text);
    }
}

/* ---- OVAL ------------------------------------------------------------------------------------ */

static void open_definition(scap *s, const xml_element *e)
{
    str id = xml_attribute(e, "definition_id");
    bool is_result_of = id.n > 0;
    s->definition_depth = e->depth;
    s->rule = keep(s, is_result_of ? id : xml_attribute(e, "id"));
    scap_rule *rule = rule_of(s, s->rule);
    if (rule && is_result_of)
        rule->result = keep(s, xml_attribute(e, "result"));
    else if (rule)
        rule->kind = keep(s, xml_attribute(e, "class"));
}

static bool open_oval(scap *s, const xml_element *e)
{
    if (str_is(e->name, "definition") && !s->definition_depth)
        open_definition(s, e);
    else if (str_is(e->name, "system") && !s->system_depth)
        s->system_depth = e->depth;
    bool is_title =
        s->definition_depth && e->depth == s->definition_depth + 2 && str_is(e->name, "title");
    bool is_time = e->depth == 3 && str_is(e->name, "timestamp");
    return is_title || is_time || (s->system_depth && str_is(e->name, "primary_host_name"));
}

/* In the words of XCCDF. A definition of a weakness or a patch is true where it is lacking. */
static const char *result_of_oval(str result, str kind)
{
    bool is_weakness = str_is(kind, "vulnerability") || str_is(kind, "patch");
    if (!is_weakness && !str_is(kind, "compliance"))
        return "informational";
    if (str_is(result, "true"))
        return is_weakness ? "fail" : "pass";
    if (str_is(result, "false"))
        return is_weakness ? "pass" : "fail";
    return str_is(result, "not applicable") ? "notapplicable" : "notchecked";
}

static void end_system(scap *s)
{
    s->system_depth = 0;
    s->scan = FACT_NONE;
    s->n_tried = 0;
    for (uint32_t id = 1; id <= s->n_rules && s->machine; id++) {
        scap_rule *rule = &s->rules[id - 1];
        if (!rule->result)
            continue;
        const char *result = result_of_oval(text_of(s, rule->result), text_of(s, rule->kind));
        rule->result = 0;
        s->n_tried += has_answer(str_of(result));
        put_rule(s, id, str_of(result), 0);
    }
    end_scan(s);
}

static void close_oval(scap *s, const xml_element *e, str text)
{
    if (s->definition_depth && e->depth == s->definition_depth) {
        s->definition_depth = 0;
    } else if (s->definition_depth && text.n > 0) {
        scap_rule *rule = rule_of(s, s->rule);
        if (rule && !rule->title)
            rule->title = keep(s, text);
    } else if (e->depth == 3 && str_is(e->name, "timestamp") && s->time_ns == TIME_NONE) {
        s->time_ns = time_parse(text_trim(text));
    } else if (str_is(e->name, "primary_host_name") && text.n > 0) {
        s->machine = keep(s, text);
    } else if (e->depth == s->system_depth) {
        end_system(s);
    }
}

/* ---- documents ------------------------------------------------------------------------------- */

static bool on_open(void *user, const xml_element *e)
{
    scap *s = user;
    if (e->depth == 1)
        s->is_oval = str_is(e->name, "oval_results");
    if (s->is_oval)
        return open_oval(s, e);
    return is_xccdf(e) && open_xccdf(s, e);
}

static void on_close(void *user, const xml_element *e, str text)
{
    scap *s = user;
    if (s->is_oval)
        close_oval(s, e, text);
    else if (is_xccdf(e))
        close_xccdf(s, e, text);
}

static void read_scap(reading *r, str text)
{
    CLEANUP(scap_done) scap s = {.r = r, .scan = FACT_NONE, .time_ns = TIME_NONE};
    xml_handler handler = {&s, on_open, on_close};
    xml_status status = xml_read(text, &handler);
    if (status != XML_READ)
        reading_wrong(r, "%s", xml_status_text(status));
    else if (s.n_scans == 0 && !s.failed)
        reading_wrong(r, "a benchmark or definitions without results");
    if (s.is_full)
        reading_wrong(r, "more than 200000 rules (limit scan_rules)");
    r->failed = r->failed || s.failed || status == XML_NO_MEMORY;
}

/* The root's name stands behind the declaration and remarks. */
static bool is_scap(str head)
{
    static const char *const roots[] = {"asset-report-collection", "TestResult", "oval_results",
                                        "Benchmark"};
    while (head.n > 0) {
        head = str_from(head, text_before(head, '<').n + 1);
        bool is_other = text_starts(head, "?") || text_starts(head, "!");
        if (is_other)
            continue;
        size_t n = 0;
        while (n < head.n && (unsigned char)head.p[n] > ' ' && head.p[n] != '>' && head.p[n] != '/')
            n++;
        str name = text_after_last(str_upto(head, n), ':');
        for (size_t i = 0; i < ARRAY_LEN(roots); i++)
            if (str_is(name, roots[i]))
                return true;
        return false;
    }
    return false;
}

static const xml_shape rows[] = {
    {EXPORT_scap_results, is_scap, read_scap},
};

const xml_table scap_xml = {rows, ARRAY_LEN(rows)};
