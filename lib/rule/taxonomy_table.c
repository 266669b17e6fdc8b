/* SPDX-License-Identifier: Apache-2.0
 *
 * taxonomy_table.c -- see taxonomy_table.h: the .def files as arrays.
 */
#include "rule/taxonomy_table.h"

#include "base/json.h"

/* Spellings that many rows share. */
#define AWS(path) path, "aws.cloudtrail." path
#define IN(path) "properties." path, path
#define OUT(path) path, "properties." path
#define DEVICE(key) IN("deviceDetail." key), "DeviceDetail_dynamic." key, "DeviceDetail_string." key
#define LOCATION(key)                                                                              \
    IN("location." key), "LocationDetails." key, "LocationDetails_dynamic." key,                   \
        "LocationDetails_string." key
#define PAYLOAD(path, column)                                                                      \
    "protoPayload." path, "protopayload_auditlog." path, "protoPayload.auditLog." path,            \
        "payload_" column
#define METHOD PAYLOAD("methodName", "methodName_s"), "jsonPayload.event_subtype"
#define SERVICE PAYLOAD("serviceName", "serviceName_s")

#define PATHS(...)                                                                                 \
    (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static const taxonomy_row rows[] = {
#define ROW(family, name, how, doc, ...)                                                           \
    {name, doc, PATHS(__VA_ARGS__), FAMILY_##family, TAXONOMY_##how},
#include "rule/taxonomy_azure.def"
#include "rule/taxonomy_cloudtrail.def"
#include "rule/taxonomy_gcp.def"
#include "rule/taxonomy_generic.def"
#include "rule/taxonomy_ocsf.def"
#undef ROW
};

static const taxonomy_prefix prefixes[] = {
#define PREFIX(family, from, to, doc) {FAMILY_##family, TAXONOMY_SAME_REST, from, to, doc},
#define ONE_KEY(family, from, to, doc) {FAMILY_##family, TAXONOMY_ONE_KEY, from, to, doc},
#define NO_SNAKE(family, from, to, doc) {FAMILY_##family, TAXONOMY_NO_SNAKE, from, to, doc},
#include "rule/taxonomy_prefix.def"
#undef PREFIX
#undef ONE_KEY
#undef NO_SNAKE
};

static const taxonomy_same sames[] = {
#define SAME(family, field, name) {FAMILY_##family, FIELD_##field, name},
#include "rule/taxonomy_same.def"
#undef SAME
};

static const taxonomy_source sources[] = {
#define IN_FAMILY(name) (1u << FAMILY_##name)
#define SOURCE(product, service, families, doc) {product, service, families, doc},
#include "rule/taxonomy_source.def"
#undef SOURCE
#undef IN_FAMILY
};

const taxonomy_row *taxonomy_rows(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(rows);
    return rows;
}

const taxonomy_prefix *taxonomy_prefixes(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(prefixes);
    return prefixes;
}

const taxonomy_same *taxonomy_sames(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(sames);
    return sames;
}

const taxonomy_source *taxonomy_sources(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(sources);
    return sources;
}

const char *const *taxonomy_snake_heads(void)
{
    static const char *const heads[] = {
        "aws.cloudtrail.",        /* Elastic */
        "protoPayload.auditLog.", /* Log Analytics of Google */
        NULL,
    };
    return heads;
}

const char *taxonomy_how_text(taxonomy_how how)
{
    static const char *const texts[] = {
        [TAXONOMY_FIRST] = "first", [TAXONOMY_ANY] = "any", [TAXONOMY_ABSENT] = "absent"};
    return texts[how];
}

const taxonomy_row *taxonomy_find_row(family f, str name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].family == f && json_key_eq(str_of(rows[i].name), name))
            return &rows[i];
    return NULL;
}
