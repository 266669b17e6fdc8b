/* SPDX-License-Identifier: Apache-2.0
 *
 * level.c -- the names of levels and of what checks answer, for every stage that speaks of one.
 */
#include <string.h>

#include <spoor/spoor.h>

static const char *const level_texts[] = {
    [SPOOR_INFORMATIONAL] = "informational",
    [SPOOR_LOW] = "low",
    [SPOOR_MEDIUM] = "medium",
    [SPOOR_HIGH] = "high",
    [SPOOR_CRITICAL] = "critical",
};

const char *spoor_level_text(spoor_level level)
{
    return (size_t)level <= SPOOR_CRITICAL ? level_texts[level] : "";
}

spoor_status spoor_level_parse(const char *text, spoor_level *ret)
{
    for (size_t i = 0; text && i <= SPOOR_CRITICAL; i++) {
        if (strcmp(text, level_texts[i]) != 0)
            continue;
        *ret = (spoor_level)i;
        return SPOOR_OK;
    }
    return SPOOR_END;
}

static const char *const status_texts[] = {
    [SPOOR_CHECK_PASS] = "PASS",
    [SPOOR_CHECK_FAIL] = "FAIL",
    [SPOOR_CHECK_NOT_APPLICABLE] = "NOT_APPLICABLE",
    [SPOOR_CHECK_NO_DATA] = "NO_DATA",
};

const char *spoor_check_status_text(spoor_check_status status)
{
    return (size_t)status <= SPOOR_CHECK_NO_DATA ? status_texts[status] : "";
}
