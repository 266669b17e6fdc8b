/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.c -- the table of settings, and how patterns fit.
 */
#include "model/settings.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"

/* clang-format off */
#define TEXT_ACCOUNTS "account ids"
#define TEXT_PATTERNS "patterns"
#define TEXT_WHO      "entries"
#define TEXT_NETWORKS "CIDRs"
#define TEXT_TEXT     "text"
#define TEXT_POINTS   "points"
#define TEXT_DAYS     "days"
#define TEXT_NUMBERS  "numbers"
#define TEXT_EXCUSES  "entries"
#define TEXT_PATTERN  "pattern"
#define TEXT_DATE     "date"

static const setting_info infos[SETTING_COUNT] = {
#define SETTING(name, place, kind, doc, example)                                                   \
    {#name, SETTING_PLACE_##place, SETTING_KIND_##kind, TEXT_##kind, doc, example},
#include "model/setting.def"
#undef SETTING
};
/* clang-format on */

const setting_info *setting_describe(setting s)
{
    assert((unsigned)s < SETTING_COUNT);
    return &infos[s];
}

void settings_free(settings *s)
{
    if (!s)
        return;
    arena_done(&s->text);
    free(s);
}

/* Goes back to the latest '*' only: those before it have their part already, so the time is at most
 * the product of both lengths. */
bool settings_fits(str pattern, str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            resume = t;
            continue;
        }
        bool is_same = p < pattern.n &&
                       (pattern.p[p] == '?' || text_lower(pattern.p[p]) == text_lower(text.p[t]));
        if (!is_same && star == SIZE_MAX)
            return false;
        p = is_same ? p + 1 : star + 1;
        t = is_same ? t + 1 : ++resume;
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

const str *settings_find(const settings *s, setting list, str text)
{
    if (!s || text.n == 0)
        return NULL;
    for (size_t i = 0; i < s->list[list].n; i++)
        if (settings_fits(s->list[list].items[i], text))
            return &s->list[list].items[i];
    return NULL;
}

bool settings_has(const settings *s, setting list)
{
    return s && s->list[list].n > 0;
}

bool settings_threshold(const settings *s, threshold t, double *ret)
{
    if (!s || !s->has_threshold[t])
        return false;
    *ret = s->threshold[t];
    return true;
}

const settings_exception *settings_exception_find(const settings *s, str check, str resource,
                                                  int64_t now_ns, bool *ret_is_over)
{
    const settings_exception *over = NULL;
    for (size_t i = 0; s && i < s->n_exceptions; i++) {
        const settings_exception *e = &s->exceptions[i];
        if (!settings_fits(e->check, check) || !settings_fits(e->resource, resource))
            continue;
        if (now_ns < e->end_ns) {
            *ret_is_over = false;
            return e;
        }
        over = over ? over : e;
    }
    *ret_is_over = over != NULL;
    return over;
}
