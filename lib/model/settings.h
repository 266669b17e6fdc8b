/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.h -- what the operator says of his own clouds: whom he trusts, what is automation, what
 * is precious.
 *
 * Logs show who did what; they cannot show that 210987654321 is the backup vendor's account or that
 * a volume holds the payroll. Whoever runs Spoor can say so, and every use of what he says is shown
 * as a reason of its own.
 *
 *  (1) Immutable once built; shared by threads; everything lives in its arena.
 *  (2) Patterns compare without letter case; `*` stands for any text, `?` for one byte.
 *  (3) NULL settings say nothing: every function accepts them.
 *  (4) At most LIMIT_SETTINGS_ENTRIES entries a list, LIMIT_SETTINGS_TEXT bytes each.
 */
#ifndef SPOOR_MODEL_SETTINGS_H
#define SPOOR_MODEL_SETTINGS_H

#include "base/arena.h"
#include "base/base.h"
#include "base/ip.h"
#include "model/threshold.h"
#include <spoor/spoor.h>

typedef enum setting {
#define SETTING(name, place, kind, doc, example) SETTING_##name,
#include "model/setting.def"
#undef SETTING
    SETTING_COUNT
} setting;

typedef enum setting_kind {
    SETTING_KIND_ACCOUNTS, /* list of exact ids */
    SETTING_KIND_PATTERNS, /* list of patterns */
    SETTING_KIND_WHO,      /* list of automation */
    SETTING_KIND_EXCUSES,  /* list of exceptions */
    SETTING_KIND_NETWORKS, /* list of CIDRs; of one automation */
    SETTING_KIND_TEXT,     /* one text; of one entry */
    SETTING_KIND_PATTERN,  /* one pattern; of one exception */
    SETTING_KIND_DATE,     /* one day; of one exception */
    SETTING_KIND_NUMBERS,  /* map of thresholds to numbers */
    SETTING_KIND_POINTS,   /* map of levels to points */
    SETTING_KIND_DAYS,     /* whole number of days */
} setting_kind;

typedef enum setting_place { /* bits */
                             SETTING_PLACE_TOP = 1,
                             SETTING_PLACE_AUTOMATION = 2,
                             SETTING_PLACE_EXCEPTIONS = 4,
                             SETTING_PLACE_BOTH =
                                 SETTING_PLACE_AUTOMATION | SETTING_PLACE_EXCEPTIONS,
} setting_place;

typedef struct setting_info {
    const char *name;
    setting_place place;
    setting_kind kind;
    const char *kind_text; /* "patterns" */
    const char *doc;
    const char *example;
} setting_info;

const setting_info *setting_describe(setting s);

typedef struct settings_list {
    const str *items;
    size_t n;
} settings_list;

/* One caller, or several alike, that the operator knows to be automation. */
typedef struct settings_automation {
    str name;   /* shown */
    str reason; /* shown; or empty */
    settings_list actors;
    const ip_net *networks; /* where its calls come from; n 0: not said */
    size_t n_networks;
    settings_list tools; /* n 0: any */
} settings_automation;

/* Failures of an audit that the operator lives with. */
typedef struct settings_exception {
    str check;      /* pattern of ids */
    str resource;   /* pattern of ids; "*" fits a check as a whole, too */
    str reason;     /* shown */
    str until;      /* as it was written: "2026-12-31" */
    int64_t end_ns; /* from then on it holds no more */
} settings_exception;

typedef struct spoor_settings {
    arena text;
    uint32_t owners;                   /* changed atomically */
    settings_list list[SETTING_COUNT]; /* of the kinds that are lists of texts */
    const settings_automation *automation;
    size_t n_automation;
    int64_t level_cents[SPOOR_CRITICAL + 1]; /* points x 100 a level needs; negative: as built */
    uint32_t baseline_days;                  /* days from which on a habit counts; 0: as built */
    bool has_threshold[THRESHOLD_COUNT];
    double threshold[THRESHOLD_COUNT];
    const settings_exception *exceptions;
    size_t n_exceptions;
} settings;

void settings_free(settings *s); /* accepts NULL */

/* True when the whole text fits the pattern. */
bool settings_fits(str pattern, str text);
/* The first pattern of a list that the text fits, or NULL. */
const str *settings_find(const settings *s, setting list, str text);
bool settings_has(const settings *s, setting list); /* the operator filled it in */

/* False: the operator gives no number for it. */
bool settings_threshold(const settings *s, threshold t, double *ret);
/* The first exception that holds at `now_ns` for a failure of the check on the resource; else the
 * first that did hold, with *ret_is_over; NULL: none is for it. */
const settings_exception *settings_exception_find(const settings *s, str check, str resource,
                                                  int64_t now_ns, bool *ret_is_over);

#endif
