/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_ocsf.c -- the members of the class, in the order of its schema.
 */
#include "sink/audit_ocsf.h"

#include <string.h>

#include "base/words.h"
#include "sink/audit_tally.h"
#include "sink/json_out.h"

enum { CATEGORY_FINDINGS = 2, CLASS_COMPLIANCE_FINDING = 2003, NS_PER_MS = 1000000 };

/* clang-format off */
static const struct { const char *change; int activity; const char *name; } activities[] = {
    {"better", 3, "Close"}, {"same", 2, "Update"}, {"worse", 2, "Update"}, {"", 1, "Create"},
};

static const struct { int id; const char *text; } statuses[] = {
    [SPOOR_CHECK_PASS]           = {1,  "Pass"},
    [SPOOR_CHECK_FAIL]           = {3,  "Fail"},
    [SPOOR_CHECK_NOT_APPLICABLE] = {99, "Not Applicable"},
    [SPOOR_CHECK_NO_DATA]        = {2,  "Warning"},
};

static const struct { int id; const char *text; } severities[] = {
    [SPOOR_INFORMATIONAL] = {1, "Informational"},
    [SPOOR_LOW]           = {2, "Low"},
    [SPOOR_MEDIUM]        = {3, "Medium"},
    [SPOOR_HIGH]          = {4, "High"},
    [SPOOR_CRITICAL]      = {5, "Critical"},
};

static const char *const providers[][2] = {{"aws", "AWS"}, {"azure", "Azure"}, {"gcp", "GCP"}};
/* clang-format on */

static void put_class(strbuf *out, const spoor_check *c, int64_t now_ns)
{
    size_t i = 0;
    while (*activities[i].change && strcmp(activities[i].change, c->change) != 0)
        i++;
    json_number(out, "activity_id", activities[i].activity);
    json_text(out, "activity_name", activities[i].name);
    json_number(out, "category_uid", CATEGORY_FINDINGS);
    json_text(out, "category_name", "Findings");
    json_number(out, "class_uid", CLASS_COMPLIANCE_FINDING);
    json_text(out, "class_name", "Compliance Finding");
    json_number(out, "type_uid", CLASS_COMPLIANCE_FINDING * 100 + activities[i].activity);
    json_number(out, "severity_id", severities[c->severity].id);
    json_text(out, "severity", severities[c->severity].text);
    json_number(out, "time", now_ns / NS_PER_MS);
    json_text(out, "message", c->title);
}

/* Where the finding stands in its life. */
static void put_status(strbuf *out, const spoor_check *c)
{
    bool is_open = c->status == SPOOR_CHECK_FAIL || c->status == SPOOR_CHECK_NO_DATA;
    bool is_solved = !is_open && strcmp(c->change, "better") == 0;
    if (!is_open && !is_solved)
        return;
    int id = is_solved ? 4 : *c->exception ? 3 : 1;
    json_number(out, "status_id", id);
    json_text(out, "status", id == 4 ? "Resolved" : id == 3 ? "Suppressed" : "New");
}

static void put_metadata(strbuf *out)
{
    json_open(out, "metadata", '{');
    json_text(out, "version", "1.3.0");
    json_open(out, "profiles", '[');
    json_text(out, NULL, "cloud");
    json_close(out, ']');
    json_open(out, "product", '{');
    json_text(out, "name", "Spoor");
    json_text(out, "vendor_name", "Spoor");
    json_text(out, "version", spoor_version());
    json_close(out, '}');
    json_close(out, '}');
}

static void put_info(strbuf *out, const spoor_check *c)
{
    AUTO(strbuf) uid = {0};
    strbuf_printf(&uid, "%s/%s", c->id, c->resource.id);
    json_open(out, "finding_info", '{');
    json_text(out, "uid", strbuf_text(&uid));
    json_text(out, "title", c->title);
    json_text(out, "desc", c->why);
    json_open(out, "types", '[');
    json_text(out, NULL, c->heading);
    json_close(out, ']');
    json_close(out, '}');
}

static void put_compliance(strbuf *out, const spoor_check *c)
{
    AUTO(strbuf) mitigation = {0};
    strbuf_printf(&mitigation, "MITRE ATT&CK %s %s", c->mitigation,
                  audit_mitigation_name(c->mitigation));
    json_open(out, "compliance", '{');
    json_text(out, "control", c->id);
    json_open(out, "requirements", '[');
    json_text(out, NULL, c->heading);
    json_close(out, ']');
    json_open(out, "standards", '[');
    json_text(out, NULL, strbuf_text(&mitigation));
    for (size_t i = 0; i < c->n_references; i++)
        json_text(out, NULL, c->references[i]);
    json_close(out, ']');
    json_number(out, "status_id", statuses[c->status].id);
    json_text(out, "status", statuses[c->status].text);
    json_text(out, "status_code", spoor_check_status_text(c->status));
    json_text(out, "status_detail", c->seen);
    json_close(out, '}');
}

static void put_cloud(strbuf *out, const spoor_check *c)
{
    const char *provider = "Other";
    for (size_t i = 0; i < ARRAY_LEN(providers); i++)
        if (strcmp(providers[i][0], c->cloud) == 0)
            provider = providers[i][1];
    json_open(out, "cloud", '{');
    json_text(out, "provider", provider);
    if (*c->region)
        json_text(out, "region", c->region);
    if (*c->account) {
        json_open(out, "account", '{');
        json_text(out, "uid", c->account);
        json_close(out, '}');
    }
    json_close(out, '}');
}

static void put_resource(strbuf *out, const spoor_check *c)
{
    if (!*c->resource.id)
        return;
    json_open(out, "resources", '[');
    json_open(out, NULL, '{');
    json_text(out, "uid", c->resource.id);
    json_text(out, "type", c->resource.kind);
    if (*c->name)
        json_text(out, "name", c->name);
    if (*c->region)
        json_text(out, "region", c->region);
    json_close(out, '}');
    json_close(out, ']');
}

static void put_rest(strbuf *out, const spoor_check *c)
{
    if (*c->fix) {
        json_open(out, "remediation", '{');
        json_text(out, "desc", c->fix);
        json_close(out, '}');
    }
    json_open(out, "unmapped", '{');
    json_text(out, "wanted", c->wanted);
    json_text(out, "source", c->source);
    if (*c->exception)
        json_text(out, "exception", c->exception);
    if (*c->change)
        json_text(out, "change", c->change);
    json_close(out, '}');
}

void audit_ocsf_put(strbuf *out, const spoor_finding *finding, int64_t now_ns)
{
    const spoor_check *c = &finding->as.check;
    if (finding->type != SPOOR_FINDING_CHECK)
        return;
    json_open(out, NULL, '{');
    put_class(out, c, now_ns);
    put_status(out, c);
    put_metadata(out);
    put_info(out, c);
    put_compliance(out, c);
    put_cloud(out, c);
    put_resource(out, c);
    put_rest(out, c);
    json_close(out, '}');
    strbuf_puts(out, "\n");
}
