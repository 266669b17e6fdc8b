/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_place.c -- words of the readers of machines, networks and recording in AWS.
 */
#include "fact/aws_place.h"

#include "base/text.h"

static str region_id(buf *out, str account, str region)
{
    buf_putstr(out, account.n > 0 ? account : STR("?"));
    buf_putc(out, '/');
    buf_putstr(out, region.n > 0 ? region : STR("?"));
    return buf_str(out);
}

uint32_t aws_add_region(reading *r, str account, str region)
{
    account = account.n > 0 ? account : r->account;
    region = region.n > 0 ? region : r->region;
    reading_reset(r);
    uint32_t at =
        reading_add(r, FACT_REGION, PROVIDER_AWS, region_id(&r->scratch, account, region));
    facts_set_account(r->facts, at, account);
    facts_set_region(r->facts, at, region);
    return at;
}

void aws_put_listed(reading *r, const char *what)
{
    facts_put_text(r->facts, aws_add_region(r, STR_NONE, STR_NONE), ATTR_LISTED, str_of(what));
}

uint32_t aws_add_thing(reading *r, fact_kind kind, str id, str account, str region)
{
    if (id.n == 0) {
        reading_wrong(r, "a %s without an id", fact_kind_text(kind));
        return FACT_NONE;
    }
    uint32_t at = reading_add(r, kind, PROVIDER_AWS, id);
    facts_set_account(r->facts, at, account);
    facts_set_region(r->facts, at, region);
    return at;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

str aws_zone_region(str zone)
{
    size_t i = 0;
    while (i < zone.n && !is_digit(zone.p[i]))
        i++;
    bool is_zone = i > 2 && zone.p[i - 1] == '-';
    while (i < zone.n && is_digit(zone.p[i]))
        i++;
    return is_zone && i < zone.n ? str_upto(zone, i) : STR_NONE;
}

str aws_text(json_node node, const char *path)
{
    return json_node_string(reading_at(node, path));
}

bool aws_has_list(reading *r, json_node node, const char *path)
{
    json_type type = json_node_type(reading_at(node, path));
    if (type != JSON_ARRAY && type != JSON_NONE && type != JSON_NULL)
        reading_wrong(r, "%s is not a list", path);
    return type == JSON_ARRAY;
}

json_iter aws_each(reading *r, json_node node, const char *path)
{
    bool is_list = aws_has_list(r, node, path);
    return json_iter_of(is_list ? reading_at(node, path) : JSON_NODE_NONE);
}

void aws_put_whole(reading *r, uint32_t at, uint64_t malformed)
{
    if (r->malformed == malformed)
        facts_put_flag(r->facts, at, ATTR_READ_WHOLE, true);
}

const fact *aws_region_of(const facts *f, const fact *x)
{
    AUTO(buf) id = {0};
    str name = region_id(&id, facts_account(f, x), facts_region(f, x));
    uint32_t at = id.failed ? FACT_NONE : facts_find(f, FACT_REGION, PROVIDER_AWS, name);
    return at == FACT_NONE ? NULL : facts_at(f, at);
}
