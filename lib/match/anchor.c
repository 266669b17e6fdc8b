/* SPDX-License-Identifier: Apache-2.0
 *
 * anchor.c -- a hash table from (family, field, text) to rules.
 *
 *  (1) Entries with one hash are chained and compare family, field and text.
 *  (2) Rules are added in their order, so the chains of rules are in order, too.
 */
#include "match/anchor.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/map.h"

typedef struct anchor_entry {
    uint32_t field;
    uint32_t family;
    str text;
    uint32_t next;        /* entry with the same hash, or MAP_NONE */
    uint32_t first, last; /* in `links` */
} anchor_entry;

typedef struct anchor_link {
    uint32_t rule;
    uint32_t next; /* or MAP_NONE */
} anchor_link;

struct anchor_index {
    arena room;
    map by_hash; /* to an entry */
    anchor_entry *entries;
    size_t n_entries;
    anchor_link *links;
    size_t n_links;
    anchor_family family[FAMILY_COUNT];
};

typedef struct source_row {
    family family;
    anchor_source source;
    const char *path;
    const char *doc;
} source_row;

/* What a decoder hands on unchanged. Azure and Entra are not here: their decoders look for a better
 * name than the one that stands in a field. */
/* clang-format off */
static const source_row sources[] = {
    {FAMILY_cloudtrail, ANCHOR_OPERATION, "eventName",                       "as delivered"},
    {FAMILY_cloudtrail, ANCHOR_OPERATION, "aws.cloudtrail.event_name",     "Filebeat, raw fields"},
    {FAMILY_cloudtrail, ANCHOR_OPERATION, "event.action",                    "Filebeat, ECS"},
    {FAMILY_cloudtrail, ANCHOR_SERVICE,   "eventSource",                     "as delivered"},
    {FAMILY_cloudtrail, ANCHOR_SERVICE,   "aws.cloudtrail.event_source",   "Filebeat, raw fields"},
    {FAMILY_cloudtrail, ANCHOR_SERVICE,   "event.provider",                  "Filebeat, ECS"},
    {FAMILY_gcp_audit,  ANCHOR_OPERATION, "protoPayload.methodName",         "LogEntry"},
    {FAMILY_gcp_audit,  ANCHOR_OPERATION, "protopayload_auditlog.methodName", "BigQuery"},
    {FAMILY_gcp_audit,  ANCHOR_OPERATION, "protoPayload.auditLog.methodName", "Log Analytics"},
    {FAMILY_gcp_audit,  ANCHOR_OPERATION, "payload_methodName_s",            "Sentinel"},
    {FAMILY_gcp_audit,  ANCHOR_OPERATION, "jsonPayload.event_subtype",       "before 2018"},
    {FAMILY_gcp_audit,  ANCHOR_SERVICE,   "protoPayload.serviceName",        "LogEntry"},
    {FAMILY_gcp_audit,  ANCHOR_SERVICE,   "protopayload_auditlog.serviceName", "BigQuery"},
    {FAMILY_gcp_audit,  ANCHOR_SERVICE,   "protoPayload.auditLog.serviceName", "Log Analytics"},
    {FAMILY_gcp_audit,  ANCHOR_SERVICE,   "payload_serviceName_s",           "Sentinel"},
    {FAMILY_ocsf,       ANCHOR_OPERATION, "api.operation",                   "OCSF"},
};
/* clang-format on */

static anchor_source source_of_path(family f, const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        if (sources[i].family == f && json_key_eq(str_of(sources[i].path), str_of(path)))
            return sources[i].source;
    }
    return ANCHOR_RECORD;
}

/* All paths of the field must have the same source. A union may have values that the decoder left.
 * */
static anchor_source source_of(const rule_field *field, family f)
{
    const rule_paths *paths = &field->in[f];
    bool has_one = paths->n > 0 && !field->is_union;
    anchor_source source = has_one ? source_of_path(f, paths->path[0]) : ANCHOR_RECORD;
    for (size_t i = 1; i < paths->n; i++) {
        if (source_of_path(f, paths->path[i]) != source)
            return ANCHOR_RECORD;
    }
    return source;
}

void anchor_index_free(anchor_index *a)
{
    if (!a)
        return;
    map_done(&a->by_hash);
    arena_done(&a->room);
    free(a);
}

static uint64_t hash_of(family f, uint32_t field, str text)
{
    return hash_mix(hash_str(text, field), f);
}

static uint32_t find_entry(const anchor_index *a, family f, uint32_t field, str text)
{
    uint32_t at = map_get(&a->by_hash, hash_of(f, field, text));
    while (at != MAP_NONE) {
        const anchor_entry *e = &a->entries[at];
        if (e->family == f && e->field == field && str_eq(e->text, text))
            return at;
        at = e->next;
    }
    return MAP_NONE;
}

static void add_field(anchor_index *a, const ruleset *r, family f, uint32_t field)
{
    anchor_family *in = &a->family[f];
    for (size_t i = 0; i < in->n_fields; i++) {
        if (in->fields[i].field == field)
            return;
    }
    in->fields[in->n_fields++] = (anchor_field){field, source_of(&r->fields[field], f)};
}

/* The entry for an anchor in one family; MAP_NONE when out of memory. */
static uint32_t make_entry(anchor_index *a, family f, const rule_anchor *anchor)
{
    uint32_t at = find_entry(a, f, anchor->field, anchor->text);
    if (at != MAP_NONE)
        return at;
    uint64_t hash = hash_of(f, anchor->field, anchor->text);
    a->entries[a->n_entries] = (anchor_entry){
        .field = anchor->field,
        .family = f,
        .text = anchor->text,
        .next = map_get(&a->by_hash, hash),
        .first = MAP_NONE,
        .last = MAP_NONE,
    };
    if (!map_put(&a->by_hash, hash, (uint32_t)a->n_entries))
        return MAP_NONE;
    return (uint32_t)a->n_entries++;
}

static bool add_anchor(anchor_index *a, family f, const rule_anchor *anchor, uint32_t rule)
{
    uint32_t at = make_entry(a, f, anchor);
    if (at == MAP_NONE)
        return false;
    anchor_entry *e = &a->entries[at];
    uint32_t link = (uint32_t)a->n_links++;
    a->links[link] = (anchor_link){rule, MAP_NONE};
    if (e->first == MAP_NONE)
        e->first = link;
    else
        a->links[e->last].next = link;
    e->last = link;
    return true;
}

/* A number that equals others by value: 5.0 is 5, and so may be what YAML reads as a number in a
 * way of its own. A look-up by text would miss them. */
static bool may_be_respelt(str s)
{
    if (s.n == 0 || !memchr("+-.0123456789", s.p[0], 13))
        return false;
    size_t i = 0;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i < s.n || (s.p[0] == '0' && s.n > 1);
}

static bool is_anchored(const rule_info *info)
{
    for (size_t i = 0; i < info->n_anchors; i++) {
        if (may_be_respelt(info->anchors[i].text))
            return false;
    }
    return info->n_anchors > 0;
}

static bool add_rule(anchor_index *a, const ruleset *r, uint32_t rule, family f)
{
    const rule_info *info = &r->rules[rule];
    anchor_family *in = &a->family[f];
    if (!(info->families >> f & 1))
        return true;
    if (!is_anchored(info)) {
        in->unanchored[in->n_unanchored++] = rule;
        return true;
    }
    for (size_t i = 0; i < info->n_anchors; i++) {
        add_field(a, r, f, info->anchors[i].field);
        if (!add_anchor(a, f, &info->anchors[i], rule))
            return false;
    }
    return true;
}

/* Over all families. */
static size_t anchor_count(const ruleset *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_rules; i++)
        n += r->rules[i].n_anchors * (size_t)__builtin_popcount(r->rules[i].families);
    return n;
}

static bool reserve(anchor_index *a, const ruleset *r)
{
    size_t n = anchor_count(r) + 1;
    a->entries = arena_alloc(&a->room, n * sizeof *a->entries);
    a->links = arena_alloc(&a->room, n * sizeof *a->links);
    for (size_t f = 0; f < FAMILY_COUNT; f++) {
        anchor_family *in = &a->family[f];
        in->fields = arena_alloc(&a->room, (r->n_fields + 1) * sizeof *in->fields);
        in->unanchored = arena_alloc(&a->room, (r->n_rules + 1) * sizeof *in->unanchored);
    }
    return !a->room.failed;
}

/* Detection rules come first, then the correlations' infos. */
static size_t detection_count(const ruleset *r)
{
    size_t n = r->n_rules;
    for (size_t i = 0; i < r->n_correlations; i++)
        n = r->correlations[i].info < n ? r->correlations[i].info : n;
    return n;
}

static bool fill(anchor_index *a, const ruleset *r)
{
    if (!reserve(a, r))
        return false;
    size_t n = detection_count(r);
    for (uint32_t f = 0; f < FAMILY_COUNT; f++) {
        for (uint32_t i = 0; i < n; i++) {
            if (!add_rule(a, r, i, (family)f))
                return false;
        }
    }
    return true;
}

anchor_index *anchor_index_new(const ruleset *r)
{
    anchor_index *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    if (fill(a, r))
        return a;
    anchor_index_free(a);
    return NULL;
}

const anchor_family *anchor_family_at(const anchor_index *a, family f)
{
    return &a->family[f];
}

void anchor_find(const anchor_index *a, family f, uint32_t field, str folded, anchor_fn *fn,
                 void *user)
{
    uint32_t at = find_entry(a, f, field, folded);
    uint32_t link = at == MAP_NONE ? MAP_NONE : a->entries[at].first;
    for (; link != MAP_NONE; link = a->links[link].next)
        fn(user, a->links[link].rule);
}
