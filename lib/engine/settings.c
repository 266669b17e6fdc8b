/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.c -- the public face of the operator's settings: thin around lib/rule.
 */
#include "model/settings.h"

#include "base/diag.h"
#include "base/limits.h"
#include "engine/fail.h"
#include "rule/settings.h"

spoor_settings *spoor_settings_ref(spoor_settings *settings)
{
    if (settings)
        __atomic_add_fetch(&settings->owners, 1, __ATOMIC_RELAXED);
    return settings;
}

void spoor_settings_unref(spoor_settings *settings)
{
    if (settings && __atomic_sub_fetch(&settings->owners, 1, __ATOMIC_ACQ_REL) == 0)
        settings_free(settings);
}

static void tell(const diag_list *diags, const spoor_listener *listener)
{
    for (size_t i = 0; listener && listener->fn && i < diags->n; i++) {
        const diag *d = &diags->items[i];
        const spoor_diagnostic out = {.file = d->file,
                                      .line = d->pos.line,
                                      .column = d->pos.column,
                                      .is_error = d->severity == DIAG_ERROR,
                                      .message = d->message,
                                      .hint = d->hint,
                                      .excerpt = d->excerpt};
        listener->fn(listener->user, &out);
    }
}

spoor_status spoor_settings_parse(const char *file, const char *yaml, size_t n,
                                  const spoor_listener *listener, spoor_settings **ret,
                                  spoor_error *err)
{
    CLEANUP(diag_done) diag_list diags = {0};
    settings *s = NULL;
    if (!file || (!yaml && n > 0) || !ret)
        return engine_fail(err, SPOOR_EINVAL, "file, yaml and ret must be given");
    if (n > LIMIT_RULE_FILE_BYTES)
        return engine_fail(err, SPOOR_ELIMIT,
                           "%.120s is longer than %d bytes (limit rule_file_bytes)", file,
                           LIMIT_RULE_FILE_BYTES);
    if (!settings_parse(file, (str){yaml, n}, &diags, &s))
        return engine_fail(err, SPOOR_ENOMEM, "out of memory while reading settings");
    tell(&diags, listener);
    if (!s)
        return engine_fail(err, SPOOR_EINVAL, "%.120s has errors: it is not used", file);
    *ret = s;
    return SPOOR_OK;
}
