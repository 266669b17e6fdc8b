/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.h -- spoor.yml to settings.
 *
 *  (1) Strict: an unknown key, a value of the wrong kind or a limit that is passed is an error, and
 *      a file with an error gives no settings. A trusted account that a typing error lost would
 *      otherwise be an alarm that nobody can explain; an excuse for everybody would be none at all.
 *  (2) An empty file gives settings that say nothing.
 */
#ifndef SPOOR_RULE_SETTINGS_H
#define SPOOR_RULE_SETTINGS_H

#include "base/diag.h"

struct spoor_settings; /* model/settings.h */

/* *ret: the settings, for the caller to free; NULL when diags got an error. False: out of memory;
 * *ret is then untouched. `file` must live as long as diags. */
bool settings_parse(const char *file, str yaml, diag_list *diags, struct spoor_settings **ret);

#endif
