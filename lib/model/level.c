/* SPDX-License-Identifier: Apache-2.0
 *
 * level.c -- the names of levels, for every stage that speaks of one.
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
