/* SPDX-License-Identifier: Apache-2.0
 *
 * cyclonedx.c -- bills of materials: CycloneDX and SPDX, as JSON.
 *
 *  (1) Of CycloneDX's components libraries, frameworks and operating systems are packages;
 *      "application" is also what tools call a lock file.
 *  (2) A weakness may affect several components, named by their reference.
 *  (3) Of several ratings the highest counts; what an analysis takes for harmless does not.
 */
#include <stdlib.h>

#include "export/readers.h"
#include "export/software.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"

static str text_at(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

/* ---- CycloneDX ------------------------------------------------------------------------------- */

/* A bill that is read, with its components by their references. */
typedef struct bom {
    software s;
    software_list packages;
    json_node *components;
    size_t n, cap;
    map by_ref;
    bool failed;
} bom;

static void bom_done(bom *b)
{
    free(b->components);
    map_done(&b->by_ref);
}

static bool is_package(str type)
{
    return text_eq_nocase(type, STR("library")) || text_eq_nocase(type, STR("framework")) ||
           text_eq_nocase(type, STR("operating-system"));
}

static void keep_component(bom *b, json_node node)
{
    str ref = text_at(node, "bom-ref");
    if (ref.n == 0)
        return;
    json_node *grown = array_room(b->components, b->n, &b->cap, 64, sizeof *grown);
    if (grown)
        b->components = grown;
    if (!grown || !map_put(&b->by_ref, hash_str(ref, 0), (uint32_t)b->n)) {
        b->failed = true;
        return;
    }
    b->components[b->n++] = node;
}

static json_node find_component(const bom *b, str ref)
{
    uint32_t at = map_get(&b->by_ref, hash_str(ref, 0));
    bool is_it =
        b->components && at != MAP_NONE && str_eq(text_at(b->components[at], "bom-ref"), ref);
    return is_it ? b->components[at] : JSON_NODE_NONE;
}

static void read_components(bom *b, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str type = text_at(it.value, "type");
        str name = text_at(it.value, "name"), version = text_at(it.value, "version");
        keep_component(b, it.value);
        if (is_package(type))
            software_package(&b->s, &b->packages, name, version);
        if (text_eq_nocase(type, STR("operating-system")))
            software_release(&b->s, name, version, false);
        read_components(b, json_node_get(it.value, STR("components")));
    }
}

/* The rating that is highest; the first when none is a severity. */
static json_node highest_rating(json_node ratings)
{
    json_node highest = JSON_NODE_NONE;
    int most = -2;
    json_iter it = json_iter_of(ratings);
    while (json_iter_next(&it)) {
        json_node severity = json_node_get(it.value, STR("severity"));
        int value = software_severity(json_node_string(severity));
        if (value > most)
            highest = severity;
        most = value > most ? value : most;
    }
    return highest;
}

static bool is_harmless(json_node vulnerability)
{
    str state = text_at(vulnerability, "analysis.state");
    return str_is(state, "not_affected") || str_is(state, "false_positive") ||
           str_is(state, "resolved") || str_is(state, "resolved_with_pedigree");
}

/* "Upgrade musl to version 1.1.22-r3" */
static void read_vulnerability(const bom *b, json_node v)
{
    software_weakness w = {.id = text_at(v, "id"),
                           .fixed = text_at(v, "recommendation"),
                           .severity = highest_rating(json_node_get(v, STR("ratings")))};
    json_iter it = json_iter_of(json_node_get(v, STR("affects")));
    while (!is_harmless(v) && json_iter_next(&it)) {
        str ref = text_at(it.value, "ref");
        json_node component = find_component(b, ref);
        str name = text_at(component, "name");
        w.package = name.n > 0 ? name : ref;
        w.installed = text_at(component, "version");
        software_weak(&b->s, &w);
    }
}

static void read_vulnerabilities(const bom *b, json_node list)
{
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it))
        read_vulnerability(b, it.value);
    if (json_node_size(list) > 0)
        software_looked_for(&b->s, "vulnerabilities");
}

static void read_cyclonedx(reading *r, json_node node)
{
    CLEANUP(bom_done) bom b = {0};
    json_node own = reading_at(node, "metadata.component");
    str name = text_at(own, "name");
    b.s = software_of(r, name.n > 0 ? name : r->input_name, reading_at(node, "metadata.timestamp"));
    if (b.s.at == FACT_NONE)
        return;
    json_node components = json_node_get(node, STR("components"));
    bool is_list = json_node_type(components) == JSON_ARRAY;
    if (!is_list && json_node_type(components) != JSON_NONE)
        reading_wrong(r, "components is not a list");
    keep_component(&b, own);
    read_components(&b, components);
    if (is_list)
        software_end_list(&b.s, &b.packages);
    read_vulnerabilities(&b, json_node_get(node, STR("vulnerabilities")));
    r->failed = r->failed || b.failed;
}

/* ---- SPDX ------------------------------------------------------------------------------------ */

/* What is described, and files, are no packages that a version is missing of. */
static bool is_spdx_package(json_node node)
{
    static const char *const others[] = {"CONTAINER", "APPLICATION", "SOURCE", "FILE", "ARCHIVE"};
    str purpose = text_at(node, "primaryPackagePurpose");
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (text_eq_nocase(purpose, str_of(others[i])))
            return false;
    return true;
}

static void read_spdx(reading *r, json_node node)
{
    software_list packages = {0};
    software s = software_of(r, text_at(node, "name"), reading_at(node, "creationInfo.created"));
    json_node list = json_node_get(node, STR("packages"));
    if (s.at == FACT_NONE)
        return;
    if (json_node_type(list) != JSON_ARRAY) {
        reading_wrong(r, "packages is not a list");
        return;
    }
    json_iter it = json_iter_of(list);
    while (json_iter_next(&it)) {
        str name = text_at(it.value, "name"), version = text_at(it.value, "versionInfo");
        if (text_eq_nocase(text_at(it.value, "primaryPackagePurpose"), STR("OPERATING-SYSTEM")))
            software_release(&s, name, version, false);
        else if (is_spdx_package(it.value) && !str_eq(name, text_at(node, "name")))
            software_package(&s, &packages, name, version);
    }
    software_end_list(&s, &packages);
}

/* clang-format off */
static const export_shape rows[] = {
    {EXPORT_cyclonedx, SHAPE_MEMBERS, "bomFormat specVersion", read_cyclonedx},
    {EXPORT_spdx,      SHAPE_MEMBERS, "spdxVersion packages",  read_spdx},
};
/* clang-format on */

const shape_table cyclonedx_shapes = {rows, ARRAY_LEN(rows)};
