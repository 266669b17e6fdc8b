/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_reading.c -- the words that readers of Azure's exports share.
 */
#include "export/azure_reading.h"

#include "base/text.h"

enum { GUID_CHARS = 36 };

json_node azure_body(json_node node)
{
    json_node inner = json_node_get(node, STR("properties"));
    return json_node_type(inner) == JSON_OBJECT ? inner : node;
}

str azure_lower(reading *r, str text)
{
    text = text_trim(text);
    if (text.n > 1 && text.p[text.n - 1] == '/')
        text.n--;
    reading_reset(r);
    for (size_t i = 0; i < text.n; i++)
        buf_putc(&r->scratch, text_lower(text.p[i]));
    return buf_str(&r->scratch);
}

bool azure_flag(reading *r, json_node v, bool *ret)
{
    if (json_node_type(v) != JSON_BOOL)
        return false;
    reading_reset(r);
    json_node_text(v, &r->scratch);
    *ret = str_is(buf_str(&r->scratch), "true");
    return true;
}

static void put_id(reading *r, uint32_t at, attr a, json_node v)
{
    if (json_node_type(v) == JSON_STRING)
        facts_put_text(r->facts, at, a, azure_lower(r, json_node_string(v)));
    else if (json_node_type(v) == JSON_NUMBER)
        reading_wrong(r, "%s is a number, not an id", attr_describe(a)->name);
    else
        reading_put(r, at, a, v);
}

void azure_put_id(reading *r, uint32_t at, attr a, json_node v)
{
    if (json_node_type(v) != JSON_ARRAY || !attr_describe(a)->is_many) {
        put_id(r, at, a, v);
        return;
    }
    json_iter it = json_iter_of(v);
    while (json_iter_next(&it))
        put_id(r, at, a, it.value);
}

void azure_put_ids(reading *r, uint32_t at, json_node node, const reading_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const reading_way way = {rows[i].attr, azure_body, azure_put_id};
        reading_put_path(r, at, node, str_of(rows[i].path), &way);
    }
}

/* "/subscriptions/GUID" of a longer id; STR_NONE: it stands in no subscription. */
static str subscription_of(str id)
{
    static const char start[] = "/subscriptions/";
    if (!text_starts_nocase(id, start))
        return STR_NONE;
    size_t n = sizeof start - 1;
    str guid = text_before(str_from(id, n), '/');
    return guid.n > 0 ? str_upto(id, n + guid.n) : STR_NONE;
}

uint32_t azure_subscription(reading *r, str id)
{
    str scope = subscription_of(id);
    if (scope.n == 0)
        return FACT_NONE;
    uint32_t at =
        facts_add(r->facts, FACT_ACCOUNT, PROVIDER_AZURE, azure_lower(r, scope), r->input);
    if (at != FACT_NONE && !facts_at(r->facts, at)->account)
        facts_set_account(r->facts, at, text_after_last(buf_str(&r->scratch), '/'));
    return at;
}

uint32_t azure_add_id(reading *r, fact_kind kind, str id)
{
    uint32_t account = azure_subscription(r, id);
    uint32_t at = facts_add(r->facts, kind, PROVIDER_AZURE, azure_lower(r, id), r->input);
    if (account != FACT_NONE)
        facts_set_account(r->facts, at, facts_account(r->facts, facts_at(r->facts, account)));
    return at;
}

uint32_t azure_add_named(reading *r, fact_kind kind, json_node node, str name)
{
    str id = json_node_string(json_node_get(node, STR("id")));
    if (id.n == 0) {
        reading_wrong(r, "a %s without an id", fact_kind_text(kind));
        return FACT_NONE;
    }
    uint32_t at = azure_add_id(r, kind, id);
    str own = json_node_string(json_node_get(node, STR("name")));
    facts_set_name(r->facts, at, name.n ? name : own);
    facts_set_region(r->facts, at, json_node_string(json_node_get(node, STR("location"))));
    reading_put_tags(r, at, json_node_get(node, STR("tags")));
    return at;
}

uint32_t azure_add(reading *r, fact_kind kind, json_node node)
{
    return azure_add_named(r, kind, node, STR_NONE);
}

void azure_note_damage(reading *r, uint32_t subscription, export_id what)
{
    facts_put_text(r->facts, subscription, ATTR_AZURE_DAMAGED, str_of(export_describe(what)->name));
}

uint32_t azure_tenant(reading *r)
{
    return facts_add(r->facts, FACT_ACCOUNT, PROVIDER_AZURE, STR("tenant"), r->input);
}

uint32_t azure_principal(reading *r, str type, str id)
{
    static const struct {
        const char *type;
        fact_kind kind;
    } row[] = {
        {"user", FACT_USER},          {"group", FACT_GROUP},
        {"foreignGroup", FACT_GROUP}, {"servicePrincipal", FACT_SERVICE},
        {"MSI", FACT_SERVICE},
    };
    str word = text_after_last(type, '.');
    for (size_t i = 0; id.n > 0 && i < ARRAY_LEN(row); i++)
        if (text_eq_nocase(word, str_of(row[i].type)))
            return facts_add(r->facts, row[i].kind, PROVIDER_AZURE, azure_lower(r, id), r->input);
    return FACT_NONE;
}

static bool is_guid(const char *p)
{
    for (size_t i = 0; i < GUID_CHARS; i++) {
        char c = text_lower(p[i]);
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash ? c != '-' : !is_digit)
            return false;
    }
    return true;
}

str azure_last_guid(str text)
{
    for (size_t end = text.n; end >= GUID_CHARS; end--)
        if (is_guid(text.p + end - GUID_CHARS))
            return (str){text.p + end - GUID_CHARS, GUID_CHARS};
    return STR_NONE;
}
