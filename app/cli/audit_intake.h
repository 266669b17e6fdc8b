/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_intake.h -- exports into an audit, one after another, in the order of their paths.
 */
#ifndef SPOOR_APP_AUDIT_INTAKE_H
#define SPOOR_APP_AUDIT_INTAKE_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "source/progress.h"
#include "source/walk.h"

/* What could not be read is told on standard error and put on record; *ret_is_partial tells
 * whether there was such. */
spoor_status audit_intake_read(walk *inputs, progress *p, spoor_audit *audit, bool *ret_is_partial,
                               spoor_error *err);

#endif
