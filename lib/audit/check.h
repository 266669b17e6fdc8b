/* SPDX-License-Identifier: Apache-2.0
 *
 * check.h -- a check: one row, and usually one short function.
 *
 * A row says what a check is about, what it needs, and how its result is told; its test looks at
 * one fact.
 *
 *  (1) A test answers NO_DATA when an attribute it needs is absent: a missing input never passes.
 *  (2) Exports that a row needs and nobody gave make it NO_DATA as a whole, naming the command that
 *      makes them; no fact it applies to makes it NOT_APPLICABLE as a whole.
 *  (3) `seen` holds what the export says, in few words: "optional", "412 days old", "0.0.0.0/0 on
 *      22".
 *  (4) Every row has cases in tests/audit: failing, passing, no data, malformed.
 */
#ifndef SPOOR_AUDIT_CHECK_H
#define SPOOR_AUDIT_CHECK_H

#include "fact/facts.h"
#include "fact/reading.h"
#include "base/buf.h"
#include "model/threshold.h"
#include <spoor/spoor.h>

typedef struct audit audit;

typedef enum heading {
#define HEADING(name, mitigation, text, doc) HEADING_##name,
#include "audit/heading.def"
#undef HEADING
    HEADING_COUNT
} heading;

typedef struct heading_info {
    const char *mitigation; /* "M1018" */
    const char *text;
    const char *doc;
} heading_info;

const heading_info *heading_describe(heading h);

typedef struct check check;

/* What a fact is judged by. seen: to be written, whatever the answer. */
typedef spoor_check_status check_test(const audit *a, const check *row, const fact *x, buf *seen);

enum { CHECK_NEEDS = 4 };

struct check {
    const char *id;    /* "aws-instance-imdsv2"; a cloud, a thing, what about it; never changes */
    const char *title; /* what is true when it passes: "Instances demand IMDSv2" */
    heading heading;
    provider cloud;
    spoor_level severity;
    fact_kind subject;
    export_id needs[CHECK_NEEDS];     /* all of these; EXPORT_NONE ends the list */
    export_id needs_any[CHECK_NEEDS]; /* one of these */
    /* The facts of its kind (and cloud) that it is about; NULL: all. */
    bool (*applies)(const audit *a, const check *row, const fact *x);
    check_test *test;
    /* For tests that many rows share. */
    attr attr;
    const char *value; /* "required", or several: "block-all-sharing|block-new-sharing" */
    double number;
    threshold threshold; /* setting that decides, with its value as built */
    const char *wanted;  /* "HttpTokens required"; {threshold} is replaced */
    const char *why; /* what an intruder who makes instances gains when it fails; one sentence */
    const char *fix; /* a command; {id} {name} {account} {region} are replaced, quoted for a shell;
                 {holder}: the name of whom a key or inline policy of AWS belongs to */
    const char *references; /* "CIS AWS 6.0 2.4; FSBP IAM.9": only what is certain; or "" */
    uint32_t stops;         /* bits 1 << stage: steps of an incident that it would have stopped */
};

#define STOPS(stage) (UINT32_C(1) << STAGE_##stage)

typedef struct check_table {
    const check *rows;
    size_t n;
} check_table;

/* All checks, one after another, in the order of the tables in checks.c. */
size_t check_count(void);
const check *check_at(size_t i);
const check *check_find(str id); /* NULL: none */

/* ---- tests that many rows share -------------------------------------------------------------- */

check_test check_is_true, check_is_false;
check_test check_is;     /* the text is one of row->value, in any case */
check_test check_is_not; /* the text is none of them; absent is NO_DATA */
/* The attribute is there; absent FAILS: only where the export lists what is there. */
check_test check_is_set;
check_test check_is_unset; /* the attribute is absent, where the export would list it */
check_test check_at_least; /* number >= row->number */
check_test check_at_most;  /* number <= row->number */
check_test check_within;   /* time is no longer ago than the threshold's days */

/* ---- words for tests ------------------------------------------------------------------------- */

/* The text is one of the words, "|" between them, in any case. */
bool check_is_one_of(const char *list, str text);
/* "412 days ago"; the age in whole days. */
int64_t check_age_days(const audit *a, int64_t time_ns);
void check_say_age(buf *seen, const audit *a, int64_t time_ns);
double check_threshold(const audit *a, threshold t); /* the operator's, or as built */
bool check_has_export(const audit *a, export_id e);
/* Appends the value as text: flags "true"/"false", times as dates. "not in the exports" when
 * absent. */
void check_say(buf *seen, const audit *a, const fact *x, attr at);

#endif
