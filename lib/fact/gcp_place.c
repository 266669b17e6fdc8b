/* SPDX-License-Identifier: Apache-2.0
 *
 * gcp_place.c -- see gcp_place.h.
 */
#include "fact/gcp_place.h"

#include "base/text.h"

/* ---- paths ----------------------------------------------------------------------------------- */

static const char *const containers[] = {"projects/", "folders/", "organizations/"};

/* Whether a path begins with a container and its name. */
static bool begins_container(str path)
{
    for (size_t i = 0; i < ARRAY_LEN(containers); i++) {
        if (text_starts(path, containers[i]))
            return path.n > strlen(containers[i]);
    }
    return false;
}

/* Goes on to what stands behind the next '/'. */
static bool next_part(str *path)
{
    const char *slash = path->n == 0 ? NULL : memchr(path->p, '/', path->n);
    if (slash == NULL)
        return false;
    *path = str_from(*path, (size_t)(slash - path->p) + 1);
    return path->n > 0;
}

str gcp_path(str name)
{
    str at = name;
    do {
        if (begins_container(at))
            return at;
    } while (next_part(&at));
    return name;
}

str gcp_project(str path)
{
    return text_starts(path, "projects/") ? text_before(text_after(path, '/'), '/') : STR_NONE;
}

str gcp_location(str path)
{
    str part = path;
    do {
        if (text_starts(part, "zones/") || text_starts(part, "regions/") ||
            text_starts(part, "locations/"))
            return text_before(text_after(part, '/'), '/');
    } while (next_part(&part));
    return STR_NONE;
}

static str without_file(str path)
{
    size_t file = text_after_last(path, '/').n;
    return file < path.n ? str_upto(path, path.n - file - 1) : STR_NONE;
}

/* "my-project" of "my-project.json.gz". */
static str without_suffix(str name)
{
    static const char *const suffixes[] = {".gz", ".zst", ".json", ".jsonl"};
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (text_ends(name, suffixes[i]))
            name = str_upto(name, name.n - strlen(suffixes[i]));
    }
    return name;
}

str gcp_input_place(const reading *r)
{
    str at = r->input_name, found = STR_NONE;
    do {
        if (begins_container(at))
            found = at;
    } while (next_part(&at));
    str place = without_file(found);
    return begins_container(place) ? place : without_suffix(found);
}

str gcp_input_group(const reading *r)
{
    str at = r->input_name;
    do {
        str group = text_before(text_after(at, '/'), '/');
        if (text_starts(at, "groups/") && group.n > 0 && memchr(group.p, '@', group.n) != NULL)
            return without_suffix(group);
    } while (next_part(&at));
    return STR_NONE;
}

/* ---- facts ----------------------------------------------------------------------------------- */

bool gcp_is_number(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0;
}

uint32_t gcp_add(reading *r, fact_kind kind, str id)
{
    if (id.n == 0)
        return FACT_NONE;
    uint32_t at = facts_add(r->facts, kind, PROVIDER_GCP, id, r->input);
    facts_set_account(r->facts, at, gcp_project(id));
    facts_set_region(r->facts, at, gcp_location(id));
    return at;
}

uint32_t gcp_add_account(reading *r, str path)
{
    str name = text_after(path, '/');
    bool is_account = begins_container(path) && memchr(name.p, '/', name.n) == NULL;
    if (!is_account || (text_starts(path, "projects/") && gcp_is_number(name)))
        return FACT_NONE;
    return gcp_add(r, FACT_ACCOUNT, path);
}

/* ---- principals ------------------------------------------------------------------------------ */

typedef struct member_kind {
    const char *prefix;
    fact_kind kind;
    bool has_address; /* the rest is one, and the id */
} member_kind;

/* clang-format off */
static const member_kind member_kinds[] = {
    {"user:",           FACT_USER,    true},
    {"serviceAccount:", FACT_SERVICE, true},
    {"group:",          FACT_GROUP,   true},
    {"principal://",    FACT_USER,    false},
    {"",                FACT_GROUP,   false}, /* allUsers, domain:…, principalSet://…, projectOwner:… */
};
/* clang-format on */

/* The row of a member, with what it is for behind "deleted:". */
static const member_kind *kind_of(str member)
{
    const member_kind *row = member_kinds;
    while (!text_starts(member, row->prefix))
        row++;
    return row;
}

str gcp_lower(reading *r, str s)
{
    reading_reset(r);
    for (size_t i = 0; i < s.n; i++)
        buf_putc(&r->scratch, text_lower(s.p[i]));
    r->failed |= r->scratch.failed;
    return buf_str(&r->scratch);
}

uint32_t gcp_add_member(reading *r, str member)
{
    bool is_deleted = text_starts(member, "deleted:");
    const member_kind *row = kind_of(is_deleted ? text_after(member, ':') : member);
    str id = member;
    if (row->has_address && !is_deleted)
        id = gcp_lower(r, str_from(member, strlen(row->prefix)));
    if (id.n == 0)
        return FACT_NONE;
    uint32_t at = facts_add(r->facts, row->kind, PROVIDER_GCP, id, r->input);
    if (is_deleted)
        facts_put_flag(r->facts, at, ATTR_IS_DELETED, true);
    return at;
}

bool gcp_is_public(str member)
{
    return str_is(member, "allUsers") || str_is(member, "allAuthenticatedUsers");
}

bool gcp_is_default_account(str email)
{
    return text_ends(email, "-compute@developer.gserviceaccount.com");
}

bool gcp_is_google_account(str email)
{
    str domain = gcp_member_domain(email);
    if (text_ends(domain, ".iam.gserviceaccount.com"))
        return text_starts(domain, "gcp-sa-") || text_starts(email, "service-");
    return str_is(domain, "cloudservices.gserviceaccount.com") ||
           (text_starts(email, "service-") && text_ends(domain, ".gserviceaccount.com"));
}

str gcp_member_domain(str id)
{
    if (text_starts(id, "domain:"))
        return text_after(id, ':');
    return text_after(id, '@');
}

/* ---- values ---------------------------------------------------------------------------------- */

void gcp_put_flag(reading *r, uint32_t at, attr a, json_node value, bool when_absent)
{
    if (json_node_type(value) == JSON_NONE)
        facts_put_flag(r->facts, at, a, when_absent);
    else
        reading_put(r, at, a, value);
}

bool gcp_is_true(reading *r, json_node value)
{
    json_type type = json_node_type(value);
    reading_reset(r);
    json_node_text(value, &r->scratch);
    bool is_on = text_eq_nocase(buf_str(&r->scratch), STR("true"));
    bool is_off = text_eq_nocase(buf_str(&r->scratch), STR("false"));
    bool is_switch = is_on || is_off || type == JSON_NONE || type == JSON_NULL;
    if (!is_switch)
        reading_wrong(r, "what should be true or false is neither");
    return is_on;
}

void gcp_put_path(reading *r, uint32_t at, attr a, json_node value)
{
    json_type type = json_node_type(value);
    if (type == JSON_STRING)
        facts_put_text(r->facts, at, a, gcp_path(json_node_string(value)));
    else if (type != JSON_NONE && type != JSON_NULL)
        reading_put(r, at, a, value);
}
