/* SPDX-License-Identifier: Apache-2.0
 *
 * checks_azure.c -- whom checks of Azure and Entra ID are about.
 */
#include "audit/checks_azure.h"

#include "audit/audit.h"
#include "access/azure_role.h"
#include "base/text.h"
#include "model/settings.h"

bool azure_is_tenant(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return str_is(facts_id(&a->facts, x), "tenant");
}

bool azure_is_subscription(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return text_starts(facts_id(&a->facts, x), "/subscriptions/");
}

static bool can_sign_in(const audit *a, const fact *x)
{
    fact_value enabled = facts_get(&a->facts, x, ATTR_ENABLED);
    return !enabled.is_set || enabled.flag;
}

bool azure_is_employee(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return can_sign_in(a, x) && !facts_is(&a->facts, x, ATTR_IS_GUEST);
}

bool azure_is_guest(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return can_sign_in(a, x) && facts_is(&a->facts, x, ATTR_IS_GUEST);
}

static bool has_known_role(const audit *a, const fact *x)
{
    fact_iter it = facts_iter(&a->facts, x, ATTR_AZURE_DIRECTORY_ROLE);
    while (facts_next(&it))
        if (entra_role_find(it.value.text))
            return true;
    return false;
}

bool azure_is_privileged(const audit *a, const check *row, const fact *x)
{
    (void)row;
    return can_sign_in(a, x) && (has_known_role(a, x) || azure_right(a, x, POWER_GRANT));
}

const fact *azure_find_tenant(const audit *a)
{
    uint32_t at = facts_find(&a->facts, FACT_ACCOUNT, PROVIDER_AZURE, STR("tenant"));
    return at == FACT_NONE ? NULL : facts_at(&a->facts, at);
}

bool azure_is_break_glass(const audit *a, const fact *x)
{
    return settings_find(a->settings, SETTING_break_glass, facts_id(&a->facts, x)) ||
           settings_find(a->settings, SETTING_break_glass, facts_name(&a->facts, x));
}

bool azure_is_federated(const audit *a, const fact *user)
{
    str domain = facts_get_text(&a->facts, user, ATTR_AZURE_DOMAIN);
    uint32_t at = facts_find(&a->facts, FACT_DOMAIN, PROVIDER_AZURE, domain);
    return at != FACT_NONE && facts_is(&a->facts, facts_at(&a->facts, at), ATTR_IS_FEDERATED);
}

const fact *azure_holder(const audit *a, const fact *grant)
{
    static const fact_kind kinds[] = {FACT_USER, FACT_GROUP, FACT_SERVICE};
    str id = facts_get_text(&a->facts, grant, ATTR_HOLDER);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        uint32_t at = facts_find(&a->facts, kinds[i], PROVIDER_AZURE, id);
        if (at != FACT_NONE)
            return facts_at(&a->facts, at);
    }
    return NULL;
}

const access_right *azure_right(const audit *a, const fact *x, power p)
{
    return access_find(&a->access, (uint32_t)(x - a->facts.items), p);
}

/* ---- grants ---------------------------------------------------------------------------------- */

bool azure_grant_gives(const audit *a, const fact *grant, power p)
{
    fact_value powers = facts_get(&a->facts, grant, ATTR_AZURE_POWERS);
    return powers.is_set && ((uint32_t)powers.number >> p & 1);
}

bool azure_grant_matters(const audit *a, const fact *grant)
{
    fact_value powers = facts_get(&a->facts, grant, ATTR_AZURE_POWERS);
    bool is_directory = facts_is(&a->facts, grant, ATTR_AZURE_IS_DIRECTORY);
    return powers.is_set && (is_directory || powers.number > 0);
}

static str role_name(const audit *a, str guid)
{
    uint32_t at = facts_find(&a->facts, FACT_ROLE_DEFINITION, PROVIDER_AZURE, guid);
    const azure_role *known = azure_role_find(guid);
    const entra_role *directory = entra_role_find(guid);
    if (at != FACT_NONE)
        return facts_name(&a->facts, facts_at(&a->facts, at));
    if (known)
        return str_of(known->name);
    return directory ? str_of(directory->name) : guid;
}

void azure_say_grant(buf *seen, const audit *a, const fact *grant)
{
    bool is_directory = facts_is(&a->facts, grant, ATTR_AZURE_IS_DIRECTORY);
    str scope = facts_get_text(&a->facts, grant, ATTR_SCOPE);
    buf_puts(seen, is_directory ? "directory role " : "role ");
    buf_putstr(seen, role_name(a, facts_get_text(&a->facts, grant, ATTR_GRANTED)));
    if (is_directory && str_is(scope, "/"))
        return;
    buf_puts(seen, " at ");
    buf_putstr(seen, scope);
}

void azure_say_more(buf *seen, str word)
{
    if (seen->n > 0)
        buf_puts(seen, ", ");
    buf_putstr(seen, word);
}

spoor_check_status azure_fail_or_damaged(const audit *a, const fact *subscription, export_id what,
                                         buf *seen)
{
    str name = str_of(export_describe(what)->name);
    if (!subscription || !facts_has_text(&a->facts, subscription, ATTR_AZURE_DAMAGED, name))
        return SPOOR_CHECK_FAIL;
    buf_puts(seen, "; something of ");
    buf_putstr(seen, name);
    buf_puts(seen, " could not be read");
    return SPOOR_CHECK_NO_DATA;
}
