/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_filter.c -- words against the table of checks, then verdicts against the words.
 */
#include "cli/audit_filter.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/suggest.h"

enum { COLUMN_ID = 0, COLUMN_CLOUD = 2, COLUMN_MITIGATION = 3, COLUMN_HEADING = 4 };

typedef bool fits_fn(const char *word, const char *const *row);

void audit_filter_done(audit_filter *f)
{
    opt_list_done(&f->checks);
    opt_list_done(&f->headings);
    opt_list_done(&f->clouds);
    opt_list_done(&f->statuses);
}

/* ---- one word -------------------------------------------------------------------------------- */

static bool fits_check(const char *word, const char *const *row)
{
    return fnmatch(word, row[COLUMN_ID], 0) == 0;
}

static bool fits_heading(const char *word, const char *const *row)
{
    return strcasecmp(word, row[COLUMN_MITIGATION]) == 0 ||
           strncasecmp(word, row[COLUMN_HEADING], strlen(word)) == 0;
}

static bool fits_cloud(const char *word, const char *const *row)
{
    return strcasecmp(word, row[COLUMN_CLOUD]) == 0;
}

static bool fits_any(const opt_list *words, fits_fn *fits, const char *const *row)
{
    bool is_fit = words->n == 0;
    for (size_t i = 0; i < words->n; i++)
        is_fit = is_fit || fits(words->items[i], row);
    return is_fit;
}

/* ---- the words ------------------------------------------------------------------------------- */

static bool is_known(const char *word, fits_fn *fits, int column, const char *what)
{
    suggest near = {.typed = word};
    spoor_row row;
    for (size_t i = 1; spoor_describe(SPOOR_CHECKS, i, &row) == SPOOR_OK; i++) {
        if (fits(word, row.cell))
            return true;
        suggest_try(&near, row.cell[column]);
    }
    opt_complain("no %s is called '%s'%s%s%s; see 'spoor list checks'", what, word,
                 near.best ? ", did you mean '" : "", near.best ? near.best : "",
                 near.best ? "'?" : "");
    return false;
}

static bool are_known(const opt_list *words, fits_fn *fits, int column, const char *what)
{
    for (size_t i = 0; i < words->n; i++)
        if (!is_known(words->items[i], fits, column, what))
            return false;
    return true;
}

/* "no-data" and "NO_DATA" are one word. */
static bool is_status(const char *word, size_t n, spoor_check_status status)
{
    const char *name = spoor_check_status_text(status);
    if (strlen(name) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (toupper((unsigned char)(word[i] == '-' ? '_' : word[i])) != name[i])
            return false;
    return true;
}

static bool add_status(audit_filter *f, const char *word, size_t n)
{
    for (int s = 0; s <= SPOOR_CHECK_NO_DATA; s++)
        if (is_status(word, n, (spoor_check_status)s)) {
            f->shown |= 1U << s;
            return true;
        }
    opt_complain("--status takes fail, pass, no-data and not-applicable, not '%.*s'", (int)n, word);
    return false;
}

static bool add_statuses(audit_filter *f)
{
    for (size_t i = 0; i < f->statuses.n; i++)
        for (const char *word = f->statuses.items[i]; *word;) {
            size_t n = strcspn(word, ",");
            if (!add_status(f, word, n))
                return false;
            word += n + (word[n] == ',');
        }
    if (f->statuses.n == 0)
        f->shown = ~0U;
    return true;
}

bool audit_filter_settle(audit_filter *f)
{
    return are_known(&f->checks, fits_check, COLUMN_ID, "check") &&
           are_known(&f->headings, fits_heading, COLUMN_HEADING, "heading") &&
           are_known(&f->clouds, fits_cloud, COLUMN_CLOUD, "cloud") && add_statuses(f);
}

/* ---- a verdict ------------------------------------------------------------------------------- */

bool audit_filter_judges(const audit_filter *f, const spoor_check *c)
{
    const char *const row[] = {[COLUMN_ID] = c->id,
                               [COLUMN_CLOUD] = c->cloud,
                               [COLUMN_MITIGATION] = c->mitigation,
                               [COLUMN_HEADING] = c->heading};
    return fits_any(&f->checks, fits_check, row) && fits_any(&f->headings, fits_heading, row) &&
           fits_any(&f->clouds, fits_cloud, row);
}

bool audit_filter_shows(const audit_filter *f, const spoor_check *c)
{
    return audit_filter_judges(f, c) && (f->shown & (1U << c->status));
}
