/* SPDX-License-Identifier: Apache-2.0
 *
 * config_file.c -- reads the file, and tells what is wrong with it.
 */
#include "cli/config_file.h"

#include "base/strbuf.h"
#include "base/words.h"
#include "cli/opt.h"
#include "cli/rule_files.h"

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

static void on_diagnostic(void *user, const spoor_diagnostic *d)
{
    (void)user;
    opt_complain("%s:%u:%u: %s%s%s", d->file, d->line, d->column, d->message, *d->hint ? "; " : "",
                 d->hint);
}

bool config_file_load(const char *path, spoor_settings **ret)
{
    AUTO(strbuf) text = {0};
    const char *why = "";
    const spoor_listener listener = {on_diagnostic, NULL};
    spoor_error err = {0};
    if (!rule_files_read(path, CONFIG_BYTES_MAX, &text, &why)) {
        opt_complain("%s: %s", path, why);
        return false;
    }
    if (spoor_settings_parse(path, strbuf_text(&text), text.n, &listener, ret, &err) == SPOOR_OK)
        return true;
    opt_complain("%s", err.message);
    return false;
}
