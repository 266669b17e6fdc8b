/* SPDX-License-Identifier: Apache-2.0
 *
 * fail.h -- how a public call says that it failed.
 */
#ifndef SPOOR_ENGINE_FAIL_H
#define SPOOR_ENGINE_FAIL_H

#include <spoor/spoor.h>

/* Writes err (when not NULL) and returns status. */
spoor_status engine_fail(spoor_error *err, spoor_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
