/* SPDX-License-Identifier: Apache-2.0
 *
 * document.c -- which reader an input is for.
 *
 *  (1) Inside wrappers, each object is looked at on its own: one list may hold things of several
 *      kinds.
 *  (2) Most rows are ruled out by one bit: an object's keys, normalised as the JSON bridge does,
 *      make a set of 64 bits, in which the bit of a row's first key must stand.
 */
#include "export/document.h"

#include <string.h>

#include "export/readers.h"
#include "base/csv.h"
#include "base/text.h"
#include "base/utf16.h"

enum { HEAD_BYTES = 4096 };

/* clang-format off */
static const shape_table *const tables[] = {
    &gcp_asset_shapes,
    &gcp_compute_shapes,
    &gcp_iam_shapes,
    &gcp_log_shapes,
    &gcp_user_shapes,
    &aws_account_shapes,
    &aws_iam_shapes,
    &azure_grant_shapes,
    &azure_directory_shapes,
    &azure_sign_in_shapes,
    &azure_compute_shapes,
    &azure_network_shapes,
    &azure_monitor_shapes,
    &trivy_shapes,
    &grype_shapes,
    &cyclonedx_shapes, /* SPDX, too */
    &zeek_shapes,
    &vpc_flow_shapes,
    &flow_shapes,
    &aws_ec2_shapes,
    &aws_network_shapes,
    &aws_region_shapes,
    &aws_trail_shapes,
    &aws_ssm_shapes,
    &aws_rds_shapes,
    NULL, /* the end */
};
/* clang-format on */
static const line_table *const lines[] = {
    &zeek_lines,
    &vpc_flow_lines,
    &flow_lines,
    NULL,
};
static const xml_table *const xmls[] = {
    &scap_xml,
    NULL,
};

/* ---- rows ------------------------------------------------------------------------------------ */

static uint64_t key_bit(str key)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] != '_')
            h = (h ^ (uint8_t)text_lower(key.p[i])) * 16777619u;
    return UINT64_C(1) << (h >> 26);
}

static uint64_t key_bits(json_node node)
{
    uint64_t bits = 0;
    json_iter it = json_iter_of(node);
    while (json_iter_next(&it))
        bits |= key_bit(it.key);
    return bits;
}

static bool has_members(json_node node, str names)
{
    str name;
    while (text_next(&names, ' ', &name)) {
        json_node member = node;
        str piece, value = text_after(name, '=');
        name = text_before(name, '=');
        while (text_next(&name, '.', &piece))
            member = json_node_get(member, piece);
        if (json_node_type(member) == JSON_NONE)
            return false;
        if (value.n > 0 && !text_eq_nocase(json_node_string(member), value))
            return false;
    }
    return true;
}

static size_t count_words(str words)
{
    str word;
    size_t n = 0;
    while (text_next(&words, ' ', &word))
        n++;
    return n;
}

/* has_members, and nothing else but what AWS adds to any answer. */
static bool has_only(json_node node, str names)
{
    size_t n = count_words(names);
    n += json_node_type(json_node_get(node, STR("NextToken"))) != JSON_NONE;
    n += json_node_type(json_node_get(node, STR("ResponseMetadata"))) != JSON_NONE;
    return json_node_size(node) == n && has_members(node, names);
}

/* The member by which a row tells what it is for, and the first one it needs. */
static str first_key(const export_shape *row)
{
    switch (row->by) {
    case SHAPE_MEMBERS:
    case SHAPE_ONLY:
    case SHAPE_LIST:
        return text_before(text_before(text_before(str_of(row->text), ' '), '='), '.');
    case SHAPE_TYPE:
        return STR("type");
    case SHAPE_KIND:
        return STR("kind");
    case SHAPE_ASSET:
        return STR("assetType");
    case SHAPE_ID:
        return STR("id");
    default:
        return STR_NONE;
    }
}

/* Part by part; a '/' in front of the id does not count. */
static bool is_path(str id, str pattern)
{
    str part, wanted;
    if (text_starts(id, "/"))
        id = str_from(id, 1);
    while (text_next(&pattern, '/', &wanted))
        if (!text_next(&id, '/', &part) || !(str_is(wanted, "*") || text_eq_nocase(part, wanted)))
            return false;
    return id.n == 0;
}

static bool has_elements(json_node node, str text)
{
    json_iter it = json_iter_of(json_node_get(node, text_before(text, ' ')));
    return json_iter_next(&it) && has_members(it.value, text_after(text, ' '));
}

static bool fits(const export_shape *row, json_node node, str context)
{
    if (row->by == SHAPE_COLUMNS)
        return false;
    if (row->by == SHAPE_CONTEXT)
        return context.n > 0 && text_has_nocase(context, row->text);
    if (row->by == SHAPE_ONLY)
        return has_only(node, str_of(row->text));
    if (row->by == SHAPE_MEMBERS)
        return has_members(node, str_of(row->text));
    if (row->by == SHAPE_LIST)
        return has_elements(node, str_of(row->text));
    if (row->by == SHAPE_ID)
        return is_path(json_node_string(json_node_get(node, STR("id"))), str_of(row->text));
    return text_eq_nocase(json_node_string(json_node_get(node, first_key(row))), str_of(row->text));
}

static const export_shape *find_row(json_node node, str context)
{
    uint64_t bits = key_bits(node);
    for (size_t t = 0; tables[t]; t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            const export_shape *row = &tables[t]->rows[i];
            bool is_likely = row->by == SHAPE_CONTEXT || (bits & key_bit(first_key(row)));
            if (is_likely && fits(row, node, context))
                return row;
        }
    return NULL;
}

static void read_row(reading *r, const export_shape *row, json_node node)
{
    r->exports[row->export_]++;
    r->n_read++;
    r->export_ = r->export_ ? r->export_ : row->export_;
    row->read(r, row->by == SHAPE_ASSET ? reading_at(node, "resource.data") : node);
}

/* ---- wrappers -------------------------------------------------------------------------------- */

/* Members behind which exports stand. `beside`: a member that must stand with it, so that
 * nothing is taken for a wrapper that only has such a name. */
static const struct {
    const char *member;
    const char *beside;
    const char *doc;
} wrappers[] = {
    {"data", "status_code", "a recorded response of AWS"},
    {"body", "headers", "a recorded response of Google Cloud, or of Azure inside `response`"},
    {"interactions", "version", "recorded requests and responses"},
    {"response", "request", "one of them"},
    {"data", "", "a list in a member called so; the body of a recorded response"},
    {"string", "", "the body of a recorded response, as text"},
    {"value", "", "a list of Azure or Graph"},
    {"items", "", "a list of Google Cloud; by zone or region when it is an object"},
    {"responses", "", "a batch of Graph"},
    {"accounts", "", "service accounts of Google Cloud"},
    {"keys", "", "their keys"},
    {"projects", "", "projects"},
    {"folders", "", "folders"},
    {"organizations", "", "organizations"},
    {"roles", "", "custom roles"},
    {"firewalls", "", "firewall rules that bear on something"},
    {"sinks", "", "log sinks"},
    {"buckets", "", "log buckets"},
    {"policies", "", "policies of an organization or directory"},
    {"insights", "", "what permissions were used"},
    {"recommendations", "", "roles that are too wide"},
    {"activities", "", "when keys were used"},
    {"assets", "", "assets"},
    {"asset", "window", "an asset as it was for a while"},
    {"results", "", "what was found of them"},
    {"users", "", "a directory's users"},
    {"groups", "", "its groups"},
    {"memberships", "", "who is in one"},
    {"members", "", "likewise"},
    {"inboundSsoAssignments", "", "who signs in elsewhere"},
    {"listFindingsResults", "", "findings of Security Command Center"},
    {"vulnerabilityReports", "", "weaknesses of machines"},
    {"records", "", "a list of Azure's logs"},
    {"events", "", "a list of CloudWatch Logs"},
    {"logEvents", "", "a batch of CloudWatch Logs"},
};

static void visit(reading *r, json_node node, str context, unsigned depth);

static void visit_each(reading *r, json_node node, str context, unsigned depth)
{
    json_iter it = json_iter_of(node);
    while (json_iter_next(&it))
        visit(r, it.value, context, depth);
}

/* {"zones/a": {"instances": […]}, "zones/b": {"warning": {…}}}: the lists in it. */
static void visit_by_zone(reading *r, json_node items, unsigned depth)
{
    json_iter zone = json_iter_of(items);
    while (json_iter_next(&zone)) {
        json_iter list = json_iter_of(zone.value);
        while (json_iter_next(&list))
            if (json_node_type(list.value) == JSON_ARRAY)
                visit_each(r, list.value, STR_NONE, depth);
    }
}

/* JSON inside a JSON string, as recorders keep bodies. */
static bool visit_text(reading *r, json_node text, unsigned depth)
{
    json_node inner;
    r->failed = r->failed || r->inner.failed;
    buf_reset(&r->inner);
    buf_putstr(&r->inner, json_node_string(text));
    if (r->inner.failed || !reading_parse(r, r->json, buf_str(&r->inner), &inner))
        return false;
    visit(r, inner, STR_NONE, depth);
    return true;
}

static bool is_wrapper(size_t i, json_node node)
{
    const char *beside = wrappers[i].beside;
    return beside[0] == '\0' || json_node_type(json_node_get(node, str_of(beside))) != JSON_NONE;
}

/* Azure and Graph cut long lists into pages; each but the last names the next one. */
static void note_page(reading *r, json_node node)
{
    static const char *const members[] = {"@odata.nextLink", "nextLink"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (json_node_string(json_node_get(node, str_of(members[i]))).n == 0)
            continue;
        reading_wrong(r, "one page of a longer list: what is on the next one is not here");
        r->pages++;
    }
}

static bool open_one(reading *r, size_t i, json_node node, unsigned depth)
{
    json_node inner = json_node_get(node, str_of(wrappers[i].member));
    json_type type = json_node_type(inner);
    str context = json_node_string(json_node_get(node, STR("@odata.context")));
    if (type == JSON_ARRAY && strcmp(wrappers[i].member, "value") == 0)
        note_page(r, node);
    if (type == JSON_STRING)
        return visit_text(r, inner, depth + 1);
    if (type == JSON_OBJECT && strcmp(wrappers[i].member, "items") == 0)
        visit_by_zone(r, inner, depth + 1);
    else if (type == JSON_ARRAY || type == JSON_OBJECT)
        visit(r, inner, context, depth + 1);
    return type == JSON_ARRAY || type == JSON_OBJECT;
}

static bool open_wrapper(reading *r, json_node node, unsigned depth)
{
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++)
        if (is_wrapper(i, node) && open_one(r, i, node, depth))
            return true;
    return false;
}

/* What a Graph document says it holds; of a list, its elements hear it. */
static str context_of(json_node node, str outer)
{
    json_node own = json_node_get(node, STR("@odata.context"));
    bool is_list = json_node_type(json_node_get(node, STR("value"))) == JSON_ARRAY;
    if (json_node_type(own) != JSON_STRING)
        return outer;
    return is_list ? STR_NONE : json_node_string(own);
}

static void visit(reading *r, json_node node, str context, unsigned depth)
{
    bool is_deep = depth > 2 * LIMIT_UNWRAP;
    if (json_node_type(node) == JSON_ARRAY && !is_deep) {
        visit_each(r, node, context, depth + 1);
        return;
    }
    const export_shape *row = NULL;
    if (json_node_type(node) == JSON_OBJECT && !is_deep)
        row = find_row(node, context_of(node, context));
    if (row)
        read_row(r, row, node);
    else if (is_deep || !open_wrapper(r, node, depth))
        r->unknown++;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static bool has_column(str header, str name)
{
    str column;
    while (text_next(&header, ',', &column))
        if (text_eq_nocase(text_trim(column), name))
            return true;
    return false;
}

static bool has_columns(str header, str names)
{
    str name;
    while (text_next(&names, ' ', &name))
        if (!has_column(header, name))
            return false;
    return true;
}

static const export_shape *row_of_header(str header)
{
    for (size_t t = 0; tables[t]; t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            const export_shape *row = &tables[t]->rows[i];
            if (row->by == SHAPE_COLUMNS && has_columns(header, str_of(row->text)))
                return row;
        }
    return NULL;
}

/* The next row of CSV, without its line end; quoted cells may hold line ends. */
static str take_csv_row(str *rest)
{
    csv_place place = CSV_CELL_START;
    str row = str_upto(*rest, csv_row_end(&place, rest->p, rest->n));
    *rest = str_from(*rest, row.n + 1);
    return text_ends(row, "\r") ? str_upto(row, row.n - 1) : row;
}

static void read_csv_row(reading *r, const export_shape *row, csv *columns, str text)
{
    json_node node;
    CLEANUP(buf_done) buf json = {0};
    json_reader *outer = r->json;
    csv_status status = csv_row_json(columns, text, &json);
    r->failed = r->failed || status == CSV_NO_MEMORY;
    if (status != CSV_OK) {
        reading_wrong(r, "a row has more cells than the header has columns");
        return;
    }
    r->json = r->row_json;
    if (reading_parse(r, r->json, buf_str(&json), &node))
        read_row(r, row, node);
    json_reader_reset(r->json);
    r->json = outer;
}

bool document_read_csv(reading *r, str text)
{
    AUTO(csv) columns = {0};
    str header = take_csv_row(&text);
    const export_shape *row = row_of_header(header);
    if (!row || !csv_take_header(&columns, header, NULL)) {
        bool has_failed = columns.names.failed || columns.cell.failed;
        if (row && !has_failed && columns.n_columns == LIMIT_CSV_COLUMNS)
            reading_wrong(r, "a table with more than %d columns (limit csv_columns)",
                          LIMIT_CSV_COLUMNS);
        r->failed = r->failed || has_failed;
        return false;
    }
    r->exports[row->export_] += text.n == 0; /* a header alone: given, and empty */
    while (text.n > 0) {
        str line = take_csv_row(&text);
        if (line.n > 0)
            read_csv_row(r, row, &columns, line);
    }
    return true;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

const line_shape *document_lines(str head)
{
    for (size_t t = 0; lines[t]; t++)
        for (size_t i = 0; i < lines[t]->n; i++)
            if (lines[t]->rows[i].is(head))
                return &lines[t]->rows[i];
    return NULL;
}

static const xml_shape *find_xml(str head)
{
    for (size_t t = 0; xmls[t]; t++)
        for (size_t i = 0; i < xmls[t]->n; i++)
            if (xmls[t]->rows[i].is(head))
                return &xmls[t]->rows[i];
    return NULL;
}

static bool read_xml(reading *r, str text)
{
    const xml_shape *shape = find_xml(str_upto(text, HEAD_BYTES));
    if (!shape)
        return false;
    r->exports[shape->export_]++;
    r->n_read++;
    r->export_ = shape->export_;
    shape->read(r, text);
    return true;
}

static bool goes_on(str rest)
{
    return rest.n > 0 && (rest.p[0] == '_' || (rest.p[0] >= 'a' && rest.p[0] <= 'z'));
}

/* The export that an input's name names: "…/azure_vms.json", "…/azure_vms-prod.json". */
static export_id named_export(str input)
{
    str file = text_after_last(input, '/');
    for (int e = EXPORT_NONE + 1; e < EXPORT_COUNT; e++) {
        const char *name = export_describe((export_id)e)->name;
        if (text_starts(file, name) && !goes_on(str_from(file, strlen(name))))
            return (export_id)e;
    }
    return EXPORT_NONE;
}

static bool is_empty(json_node root)
{
    json_node list = json_node_get(root, STR("value"));
    list = json_node_type(list) == JSON_ARRAY ? list : root;
    return json_node_size(list) == 0;
}

static const char *read_tree(reading *r, json_node root)
{
    uint64_t before = r->n_read;
    export_id named = is_empty(root) ? named_export(r->input_name) : EXPORT_NONE;
    if (named) {
        r->exports[named]++;
        r->export_ = named;
        return NULL;
    }
    visit(r, root, STR_NONE, 0);
    return r->n_read > before ? NULL : "no export that is known";
}

/* One document a line, as Cloud Asset and Zeek write them. */
static const char *read_json_lines(reading *r, str text)
{
    str line;
    uint64_t before = r->n_read;
    while (text_next(&text, '\n', &line)) {
        json_node root;
        line = text_trim(line);
        if (line.n == 0)
            continue;
        if (reading_parse(r, r->json, line, &root))
            visit(r, root, STR_NONE, 0);
        else
            reading_wrong(r, "a line is not JSON");
        json_reader_reset(r->json);
    }
    return r->n_read > before ? NULL : "no export that is known";
}

/* A first line that is a whole object, with more behind it. */
static bool is_json_lines(reading *r, str text)
{
    json_node root;
    str line = text_trim(text_before(text, '\n'));
    bool is_object = text_starts(line, "{") && line.n < text_trim(text).n &&
                     reading_parse(r, r->json, line, &root);
    json_reader_reset(r->json);
    return is_object;
}

static const char *read_json(reading *r, str text)
{
    json_node root;
    json_status status = json_parse(r->json, text, &root);
    const char *why = NULL;
    if (status == JSON_OK)
        why = read_tree(r, root);
    json_reader_reset(r->json);
    if (status == JSON_OK)
        return why;
    if (status == JSON_NO_MEMORY)
        r->failed = true;
    if (status == JSON_BAD && is_json_lines(r, text))
        return read_json_lines(r, text);
    reading_wrong(r, status == JSON_TOO_DEEP ? "nested deeper than 64 (limit depth)" : "not JSON");
    return "not JSON, or cut off";
}

static const char *read_utf8(reading *r, str text)
{
    if (text_starts(text, "\xef\xbb\xbf"))
        text = str_from(text, 3);
    str bare = text_trim(text);
    if (bare.n == 0)
        return "empty";
    if (bare.p[0] == '{' || bare.p[0] == '[')
        return read_json(r, bare);
    if (bare.p[0] == '<')
        return read_xml(r, bare) ? NULL : "XML that is no report that is known";
    return document_read_csv(r, bare) ? NULL : "neither JSON nor a table or report that is known";
}

const char *document_read(reading *r, str text)
{
    CLEANUP(buf_done) buf utf8 = {0};
    if (!utf16_is(text))
        return read_utf8(r, text);
    utf16_put(text, &utf8);
    r->failed = r->failed || utf8.failed;
    return utf8.failed ? "out of memory" : read_utf8(r, buf_str(&utf8));
}
