/* SPDX-License-Identifier: Apache-2.0
 *
 * trivy.c -- reports of Trivy: schema 2, a cluster's, and the bare list of older versions.
 *
 *  (1) Trivy does not say what it looked for; results of a class say that this was looked for.
 *  (2) A release that is not marked EOSL may be past its end: Trivy leaves the member out when
 *      false, and when it did not look.
 */
#include "export/readers.h"
#include "export/software.h"
#include "base/text.h"

static str text_at(json_node node, const char *name)
{
    return json_node_string(json_node_get(node, str_of(name)));
}

static bool is_severe(json_node node)
{
    return software_severity(text_at(node, "Severity")) >= 3;
}

static void read_vulnerabilities(const software *s, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        software_weakness w = {.id = text_at(it.value, "VulnerabilityID"),
                               .package = text_at(it.value, "PkgName"),
                               .installed = text_at(it.value, "InstalledVersion"),
                               .fixed = text_at(it.value, "FixedVersion"),
                               .severity = json_node_get(it.value, STR("Severity"))};
        software_weak(s, &w);
    }
}

static void read_secrets(const software *s, json_node list, str target)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it))
        software_found(s, ATTR_SECRET, text_at(it.value, "RuleID"), target);
}

static void read_misconfigurations(const software *s, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str status = text_at(it.value, "Status");
        bool is_known = text_eq_nocase(status, STR("FAIL")) ||
                        text_eq_nocase(status, STR("PASS")) ||
                        text_eq_nocase(status, STR("EXCEPTION"));
        if (!is_known) {
            reading_wrong(s->r, "the status of a misconfiguration is neither FAIL nor PASS");
            software_found(s, ATTR_UNREAD_STATUS, text_at(it.value, "ID"),
                           text_at(it.value, "Title"));
        }
        if (is_severe(it.value) && text_eq_nocase(status, STR("FAIL")))
            software_found(s, ATTR_MISCONFIGURED, text_at(it.value, "ID"),
                           text_at(it.value, "Title"));
    }
}

/* What a result shows that Trivy looked for. Older versions have no classes. */
static void read_class(const software *s, json_node result)
{
    str class = text_at(result, "Class");
    bool has_list = json_node_type(json_node_get(result, STR("Vulnerabilities"))) == JSON_ARRAY;
    if (str_is(class, "os-pkgs") || str_is(class, "lang-pkgs") || has_list)
        software_looked_for(s, "vulnerabilities");
    if (str_is(class, "secret"))
        software_looked_for(s, "secrets");
    bool is_config = json_node_type(json_node_get(result, STR("Misconfigurations"))) == JSON_ARRAY;
    if (str_is(class, "config") || is_config)
        software_looked_for(s, "misconfigurations");
}

static void read_list_of_packages(const software *s, json_node list, software_list *packages)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it))
        software_package(s, packages, text_at(it.value, "Name"), text_at(it.value, "Version"));
}

static void read_result(const software *s, json_node result, software_list *packages)
{
    read_class(s, result);
    read_vulnerabilities(s, json_node_get(result, STR("Vulnerabilities")));
    read_secrets(s, json_node_get(result, STR("Secrets")), text_at(result, "Target"));
    read_misconfigurations(s, json_node_get(result, STR("Misconfigurations")));
    read_list_of_packages(s, json_node_get(result, STR("Packages")), packages);
}

static void read_results(const software *s, json_node report)
{
    software_list packages = {0};
    json_iter it = json_iter_of(json_node_get(report, STR("Results")));
    while (json_iter_next(&it))
        read_result(s, it.value, &packages);
    if (packages.n > 0)
        software_end_list(s, &packages);
    json_node os = reading_at(report, "Metadata.OS");
    json_node ended = json_node_get(os, STR("EOSL"));
    CLEANUP(buf_done) buf flag = {0};
    json_node_text(ended, &flag);
    s->r->failed = s->r->failed || flag.failed;
    software_release(s, text_at(os, "Family"), text_at(os, "Name"), str_is(buf_str(&flag), "true"));
}

static void read_report(reading *r, json_node node)
{
    software s =
        software_of(r, text_at(node, "ArtifactName"), json_node_get(node, STR("CreatedAt")));
    if (s.at != FACT_NONE)
        read_results(&s, node);
}

/* {"ClusterName": …, "Resources": [{"Namespace", "Kind", "Name", "Results"}]} */
static void read_cluster(reading *r, json_node node)
{
    json_iter it = json_iter_of(json_node_get(node, STR("Resources")));
    while (json_iter_next(&it)) {
        CLEANUP(buf_done) buf name = {0};
        static const char *const parts[] = {"Namespace", "Kind", "Name"};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            str part = text_at(it.value, parts[i]);
            if (name.n > 0 && part.n > 0)
                buf_putc(&name, '/');
            buf_putstr(&name, part);
        }
        r->failed = r->failed || name.failed;
        software s = software_of(r, buf_str(&name), json_node_get(node, STR("CreatedAt")));
        if (s.at != FACT_NONE)
            read_results(&s, it.value);
    }
}

/* An element of the list that older versions write: a result alone. */
static void read_bare(reading *r, json_node node)
{
    software_list packages = {0};
    software s = software_of(r, text_at(node, "Target"), JSON_NODE_NONE);
    if (s.at != FACT_NONE)
        read_result(&s, node, &packages);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_trivy, SHAPE_MEMBERS, "SchemaVersion ArtifactName",  read_report},
    {EXPORT_trivy, SHAPE_MEMBERS, "ArtifactName Results",        read_report},
    {EXPORT_trivy, SHAPE_MEMBERS, "ClusterName Resources",       read_cluster},
    {EXPORT_trivy, SHAPE_MEMBERS, "Target Vulnerabilities",      read_bare},
};
/* clang-format on */

const shape_table trivy_shapes = {rows, ARRAY_LEN(rows)};
