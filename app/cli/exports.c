/* SPDX-License-Identifier: Apache-2.0
 *
 * exports.c -- exports beside logs.
 */
#include "cli/exports.h"

#include "cli/audit_intake.h"
#include "source/walk.h"

static bool read_all(walk *inputs, progress *p, spoor_audit *audit, bool *is_partial)
{
    spoor_error err = {0};
    bool is_unread = false;
    if (audit_intake_read(inputs, p, audit, &is_unread, &err) == SPOOR_OK &&
        spoor_audit_finish(audit, &err) == SPOOR_OK) {
        *is_partial = *is_partial || is_unread;
        return true;
    }
    opt_complain("%s", err.message[0] ? err.message : "out of memory");
    return false;
}

bool exports_load(const opt_list *paths, const spoor_audit_options *options, progress *p,
                  spoor_audit **ret, bool *is_partial)
{
    walk inputs = {0};
    spoor_error err = {0};
    *ret = NULL;
    if (paths->n == 0)
        return true;
    for (size_t i = 0; i < paths->n; i++)
        walk_add(&inputs, paths->items[i]);
    walk_sort(&inputs);
    bool is_read =
        spoor_audit_open(ret, options, &err) == SPOOR_OK && read_all(&inputs, p, *ret, is_partial);
    if (!is_read)
        spoor_audit_close(ret);
    walk_done(&inputs);
    return is_read;
}
