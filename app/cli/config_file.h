/* SPDX-License-Identifier: Apache-2.0
 *
 * config_file.h -- the operator's settings from a file that was named.
 *
 * A spoor.yml that merely lies about is never read: whoever can put a file into a directory could
 * otherwise excuse himself.
 */
#ifndef SPOOR_APP_CONFIG_FILE_H
#define SPOOR_APP_CONFIG_FILE_H

#include <stdbool.h>
#include <spoor/spoor.h>

/* False: it is said on standard error why there are none. */
bool config_file_load(const char *path, spoor_settings **ret);

#endif
