/* SPDX-License-Identifier: Apache-2.0
 *
 * fail.c -- how a public call says that it failed.
 */
#include "engine/fail.h"

#include <stdarg.h>
#include <stdio.h>

spoor_status engine_fail(spoor_error *err, spoor_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    err->status = status;
    return status;
}
