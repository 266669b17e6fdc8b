/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz_settings.c -- settings from arbitrary bytes.
 *
 *  (1) Nothing crashes, whatever the bytes, and time and memory stay bounded.
 *  (2) There are settings or there is an error, never both.
 *  (3) What comes out is within its limits: entries have texts, networks are no part of the world.
 */
#include "rule/settings.h"

#include <assert.h>

#include "base/limits.h"
#include "model/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_list(const settings_list *l)
{
    assert(l->n <= LIMIT_SETTINGS_ENTRIES);
    for (size_t i = 0; i < l->n; i++)
        assert(l->items[i].n > 0 && l->items[i].n <= LIMIT_SETTINGS_TEXT);
}

static void check_automation(const settings_automation *x)
{
    assert(x->name.n > 0 && x->actors.n > 0);
    check_list(&x->actors);
    check_list(&x->tools);
    for (size_t i = 0; i < x->n_networks; i++)
        assert(x->networks[i].prefix > 0);
}

static void check(const settings *s)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        check_list(&s->list[i]);
        settings_find(s, (setting)i, STR("arn:aws:iam::111122223333:role/ci"));
    }
    for (size_t i = 0; i < s->n_automation; i++)
        check_automation(&s->automation[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    diag_list diags = {0};
    settings *s = NULL;
    if (settings_parse("fuzz.yml", (str){(const char *)bytes, n}, &diags, &s)) {
        assert((s != NULL) == (diags.n_errors == 0));
        if (s)
            check(s);
    }
    settings_free(s);
    diag_done(&diags);
    return 0;
}
