/* SPDX-License-Identifier: Apache-2.0
 *
 * grype.c -- reports of Grype.
 */
#include "export/readers.h"
#include "export/software.h"
#include "base/text.h"

static str text_at(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* The versions that are mended, ", " between them, when there are any. */
static void put_fixed(buf *out, json_node fix)
{
    json_iter it = json_iter_of(json_node_get(fix, STR("versions")));
    if (!text_eq_nocase(text_at(fix, "state"), STR("fixed")))
        return;
    while (json_iter_next(&it)) {
        if (out->n > 0)
            buf_puts(out, ", ");
        buf_putstr(out, json_node_string(it.value));
    }
    if (out->n == 0)
        buf_puts(out, "a newer version");
}

static void read_match(const software *s, json_node match)
{
    CLEANUP(buf_done) buf fixed = {0};
    put_fixed(&fixed, reading_at(match, "vulnerability.fix"));
    s->r->failed = s->r->failed || fixed.failed;
    software_weakness w = {.id = text_at(match, "vulnerability.id"),
                           .package = text_at(match, "artifact.name"),
                           .installed = text_at(match, "artifact.version"),
                           .fixed = buf_str(&fixed),
                           .severity = reading_at(match, "vulnerability.severity")};
    software_weak(s, &w);
}

static void read_report(reading *r, json_node node)
{
    json_node target = reading_at(node, "source.target");
    bool is_image = json_node_type(target) == JSON_OBJECT;
    str name = is_image ? text_at(target, "userInput") : json_node_string(target);
    software s = software_of(r, name, reading_at(node, "descriptor.timestamp"));
    if (s.at == FACT_NONE)
        return;
    json_node matches = json_node_get(node, STR("matches"));
    json_iter it = json_iter_of(matches);
    while (json_iter_next(&it))
        read_match(&s, it.value);
    if (json_node_type(matches) == JSON_ARRAY)
        software_looked_for(&s, "vulnerabilities");
    else
        reading_wrong(r, "matches is not a list");
    software_release(&s, text_at(node, "distro.name"), text_at(node, "distro.version"), false);
}

static const export_shape rows[] = {
    {EXPORT_grype, SHAPE_MEMBERS, "matches source descriptor", read_report},
};

const shape_table grype_shapes = {rows, ARRAY_LEN(rows)};
