/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_logs.h -- logs beside exports: who used what he may.
 */
#ifndef SPOOR_APP_AUDIT_LOGS_H
#define SPOOR_APP_AUDIT_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <spoor/spoor.h>

#include "cli/opt.h"
#include "source/progress.h"

typedef struct audit_logs {
    opt_list paths;
    const char *state; /* what earlier scans learned; NULL: nothing */
    unsigned jobs;
    bool is_quiet;
} audit_logs;

/* What of the logs could not be read; valid during the call only. */
typedef void audit_logs_fn(void *user, const spoor_finding *skip);

/* Reads the logs and tells the audit. False: it is said why on standard error. */
bool audit_logs_use(const audit_logs *logs, progress *p, spoor_audit *audit, audit_logs_fn *tell,
                    void *user, bool *is_partial);

#endif
