/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_sarif.c -- one run: results, the invocation with what could not be read, the tool with its
 * rules.
 */
#include "sink/audit_sarif.h"

#include <string.h>

#include "base/words.h"
#include "sink/json_out.h"

/* clang-format off */
static const struct { const char *level, *score; } severities[] = { /* score: as GitHub ranks it */
    [SPOOR_INFORMATIONAL] = {"note",    "0.0"},
    [SPOOR_LOW]           = {"note",    "2.0"},
    [SPOOR_MEDIUM]        = {"warning", "5.0"},
    [SPOOR_HIGH]          = {"error",   "8.0"},
    [SPOOR_CRITICAL]      = {"error",   "9.5"},
};

static const char *const kinds[] = {
    [SPOOR_CHECK_PASS]           = "pass",
    [SPOOR_CHECK_FAIL]           = "fail",
    [SPOOR_CHECK_NOT_APPLICABLE] = "notApplicable",
    [SPOOR_CHECK_NO_DATA]        = "open",
};

static const char *const states[][2] = { /* of a comparison with an earlier audit */
    {"new", "new"}, {"same", "unchanged"}, {"better", "updated"}, {"worse", "updated"},
};
/* clang-format on */

void audit_sarif_done(audit_sarif *a)
{
    audit_tally_done(&a->rules);
    strbuf_done(&a->notes);
}

static void put_message(strbuf *out, const char *key, const char *text)
{
    json_open(out, key, '{');
    json_text(out, "text", text);
    json_close(out, '}');
}

/* A path as a URI reference (RFC 3986). */
static void put_uri(strbuf *out, const char *path)
{
    AUTO(strbuf) uri = {0};
    strbuf_puts(&uri, *path == '/' ? "file://" : "");
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        bool is_bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       strchr("-._~/", c);
        strbuf_printf(&uri, is_bare ? "%c" : "%%%02X", c);
    }
    json_text(out, "uri", strbuf_text(&uri));
}

static void put_place(strbuf *out, const char *source)
{
    if (!*source)
        return;
    json_open(out, "physicalLocation", '{');
    json_open(out, "artifactLocation", '{');
    put_uri(out, source);
    json_close(out, '}');
    json_close(out, '}');
}

static void put_locations(strbuf *out, const spoor_check *c)
{
    if (!*c->source && !*c->resource.id)
        return;
    json_open(out, "locations", '[');
    json_open(out, NULL, '{');
    put_place(out, c->source);
    if (*c->resource.id) {
        json_open(out, "logicalLocations", '[');
        json_open(out, NULL, '{');
        json_text(out, "fullyQualifiedName", c->resource.id);
        if (*c->name)
            json_text(out, "name", c->name);
        json_text(out, "kind", "resource");
        json_close(out, '}');
        json_close(out, ']');
    }
    json_close(out, '}');
    json_close(out, ']');
}

static void put_result_message(strbuf *out, const spoor_check *c)
{
    AUTO(strbuf) text = {0};
    if (*c->resource.id)
        strbuf_printf(&text, "%s: ", c->resource.id);
    strbuf_puts(&text, *c->seen ? c->seen : c->title);
    if (*c->wanted)
        strbuf_printf(&text, "; wanted: %s", c->wanted);
    put_message(out, "message", strbuf_text(&text));
}

static void put_suppression(strbuf *out, const spoor_check *c)
{
    if (!*c->exception)
        return;
    json_open(out, "suppressions", '[');
    json_open(out, NULL, '{');
    json_text(out, "kind", "external");
    json_text(out, "status", "accepted");
    json_text(out, "justification", c->exception);
    json_close(out, '}');
    json_close(out, ']');
}

static void put_state(strbuf *out, const spoor_check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (strcmp(states[i][0], c->change) == 0)
            json_text(out, "baselineState", states[i][1]);
}

static void put_properties(strbuf *out, const spoor_check *c)
{
    json_open(out, "properties", '{');
    json_text(out, "status", spoor_check_status_text(c->status));
    json_text(out, "cloud", c->cloud);
    json_text(out, "account", c->account);
    json_text(out, "region", c->region);
    json_text(out, "kind", c->resource.kind);
    json_text(out, "fix", c->fix);
    json_close(out, '}');
}

static void put_result(strbuf *out, const spoor_check *c, size_t rule)
{
    bool is_failure = c->status == SPOOR_CHECK_FAIL;
    AUTO(strbuf) print = {0};
    strbuf_printf(&print, "%s/%s", c->id, c->resource.id);
    json_open(out, NULL, '{');
    json_text(out, "ruleId", c->id);
    json_number(out, "ruleIndex", (int64_t)rule);
    json_text(out, "kind", kinds[c->status]);
    json_text(out, "level", is_failure ? severities[c->severity].level : "none");
    put_result_message(out, c);
    put_locations(out, c);
    json_open(out, "partialFingerprints", '{');
    json_text(out, "checkAndResource/v1", strbuf_text(&print));
    json_close(out, '}');
    put_suppression(out, c);
    put_state(out, c);
    put_properties(out, c);
    json_close(out, '}');
}

static void put_note(strbuf *out, const spoor_skip *s)
{
    json_open(out, NULL, '{');
    json_text(out, "level", "warning");
    put_message(out, "message", s->reason);
    json_open(out, "locations", '[');
    json_open(out, NULL, '{');
    put_place(out, s->source);
    json_close(out, '}');
    json_close(out, ']');
    json_close(out, '}');
}

/* ---- the rules ------------------------------------------------------------------------------- */

static void put_help(strbuf *out, const audit_tally *t, const audit_row *row)
{
    AUTO(strbuf) help = {0};
    const char *wanted = audit_tally_text(t, row->wanted), *fix = audit_tally_text(t, row->fix);
    const char *references = audit_tally_text(t, row->references);
    strbuf_puts(&help, audit_tally_text(t, row->why));
    if (*wanted)
        strbuf_printf(&help, "\nWanted: %s", wanted);
    if (*fix)
        strbuf_printf(&help, "\nFix, of the first that fails: %s", fix);
    if (*references)
        strbuf_printf(&help, "\nReferences: %s", references);
    put_message(out, "help", strbuf_text(&help));
}

static void put_rule(strbuf *out, const audit_tally *t, const audit_row *row)
{
    json_open(out, NULL, '{');
    json_text(out, "id", audit_tally_text(t, row->id));
    put_message(out, "shortDescription", audit_tally_text(t, row->title));
    if (row->why)
        put_message(out, "fullDescription", audit_tally_text(t, row->why));
    put_help(out, t, row);
    json_open(out, "defaultConfiguration", '{');
    json_text(out, "level", severities[row->severity].level);
    json_close(out, '}');
    json_open(out, "properties", '{');
    json_text(out, "security-severity", severities[row->severity].score);
    json_open(out, "tags", '[');
    json_text(out, NULL, "security");
    json_text(out, NULL, audit_tally_text(t, row->mitigation));
    json_text(out, NULL, audit_tally_text(t, row->heading));
    json_text(out, NULL, audit_tally_text(t, row->cloud));
    json_close(out, ']');
    json_close(out, '}');
    json_close(out, '}');
}

static void put_tool(strbuf *out, const audit_tally *t)
{
    strbuf_puts(out, "\"tool\":{\"driver\":{");
    json_text(out, "name", "spoor");
    json_text(out, "version", spoor_version());
    json_open(out, "rules", '[');
    for (size_t i = 0; i < t->n; i++) {
        strbuf_puts(out, i ? ",\n" : "\n");
        put_rule(out, t, &t->rows[i]);
    }
    strbuf_puts(out, "]}}");
}

/* ---- the document ---------------------------------------------------------------------------- */

/* What was written before may be gone from `out`, so commas between elements are written here. */
static void begin(audit_sarif *a, strbuf *out)
{
    if (!a->has_begun)
        strbuf_puts(out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\n"
                         "\"version\":\"2.1.0\",\"runs\":[{\"results\":[\n");
    a->has_begun = true;
}

static void finish(audit_sarif *a, strbuf *out, const spoor_audit_summary *sum)
{
    begin(a, out);
    strbuf_puts(out, "],\n\"invocations\":[{\"toolExecutionNotifications\":[\n");
    strbuf_put(out, strbuf_text(&a->notes), a->notes.n);
    strbuf_printf(out, "],\n\"executionSuccessful\":%s}],\n", sum->files_failed ? "false" : "true");
    put_tool(out, &a->rules);
    strbuf_puts(out, "}]}\n");
    out->failed = out->failed || a->rules.failed || a->notes.failed;
}

void audit_sarif_put(audit_sarif *a, strbuf *out, const spoor_finding *finding)
{
    switch (finding->type) {
    case SPOOR_FINDING_CHECK:
        begin(a, out);
        audit_tally_add(&a->rules, &finding->as.check);
        strbuf_puts(out, a->results++ ? ",\n" : "");
        if (a->rules.n)
            put_result(out, &finding->as.check, a->rules.n - 1);
        break;
    case SPOOR_FINDING_SKIP:
        strbuf_puts(&a->notes, a->notes.n ? ",\n" : "");
        put_note(&a->notes, &finding->as.skip);
        break;
    case SPOOR_FINDING_AUDIT:
        finish(a, out, &finding->as.audit);
        break;
    default:
        break;
    }
}
