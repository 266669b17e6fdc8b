/* SPDX-License-Identifier: Apache-2.0
 *
 * exports.h -- exports beside logs: what a scan knows of the accounts whose logs it reads.
 */
#ifndef SPOOR_APP_EXPORTS_H
#define SPOOR_APP_EXPORTS_H

#include <stdbool.h>
#include <spoor/spoor.h>

#include "cli/opt.h"
#include "source/progress.h"

/* A finished audit of all that the paths hold, for spoor_options.exports; NULL: no paths. False: it
 * is said why on standard error. */
bool exports_load(const opt_list *paths, const spoor_audit_options *options, progress *p,
                  spoor_audit **ret, bool *is_partial);

#endif
