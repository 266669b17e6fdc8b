/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_tally.c -- one row for each check; verdicts of one check come one after another.
 */
#include "sink/audit_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/words.h"

void audit_tally_done(audit_tally *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->rows[i].failures.items);
        free(t->rows[i].excuses.items);
    }
    free(t->rows);
    strbuf_done(&t->pool);
    *t = (audit_tally){0};
}

const char *audit_tally_text(const audit_tally *t, audit_text at)
{
    return t->pool.failed || at >= t->pool.n ? "" : t->pool.p + at;
}

static audit_text keep(audit_tally *t, const char *text)
{
    if (t->pool.n == 0)
        strbuf_put(&t->pool, "", 1);
    if (!*text)
        return 0;
    audit_text at = t->pool.n;
    strbuf_put(&t->pool, text, strlen(text) + 1);
    return at;
}

static audit_text keep_references(audit_tally *t, const spoor_check *c)
{
    AUTO(strbuf) all = {0};
    for (size_t i = 0; i < c->n_references; i++) {
        strbuf_puts(&all, i ? " · " : "");
        strbuf_puts(&all, c->references[i]);
    }
    t->failed = t->failed || all.failed;
    return keep(t, strbuf_text(&all));
}

/* The row of the verdict's check, which is the last one or a new one; NULL: out of memory. */
static audit_row *row_of(audit_tally *t, const spoor_check *c)
{
    if (t->n && strcmp(audit_tally_text(t, t->rows[t->n - 1].id), c->id) == 0)
        return &t->rows[t->n - 1];
    audit_row *rows = list_room(t->rows, t->n, &t->cap, 64, sizeof *rows);
    if (!rows) {
        t->failed = true;
        return NULL;
    }
    t->rows = rows;
    rows[t->n] = (audit_row){
        .id = keep(t, c->id),
        .title = keep(t, c->title),
        .mitigation = keep(t, c->mitigation),
        .heading = keep(t, c->heading),
        .cloud = keep(t, c->cloud),
        .why = keep(t, c->why),
        .references = keep_references(t, c),
        .severity = c->severity,
        .is_whole = true,
    };
    return &rows[t->n++];
}

static void add_sample(audit_tally *t, audit_samples *to, const spoor_check *c)
{
    if (to->n >= t->shown)
        return;
    audit_sample *items = list_room(to->items, to->n, &to->cap, 4, sizeof *items);
    if (!items) {
        t->failed = true;
        return;
    }
    to->items = items;
    items[to->n++] = (audit_sample){
        .id = keep(t, c->resource.id),
        .name = keep(t, c->name),
        .account = keep(t, c->account),
        .region = keep(t, c->region),
        .seen = keep(t, c->seen),
        .change = keep(t, c->change),
        .exception = keep(t, c->exception),
    };
}

static void add_failure(audit_tally *t, audit_row *row, const spoor_check *c)
{
    bool is_excepted = *c->exception != '\0';
    row->excepted += is_excepted;
    if (!is_excepted && row->failures.n == 0) {
        row->fix = keep(t, c->fix);
        row->wanted = keep(t, c->wanted);
    }
    add_sample(t, is_excepted ? &row->excuses : &row->failures, c);
}

static void add_unknown(audit_tally *t, audit_row *row, const spoor_check *c)
{
    if (!row->unknown)
        row->unknown = keep(t, c->seen);
    if (!row->command && !*c->resource.id) /* of a resource it is the fix of a failure */
        row->command = keep(t, c->fix);
}

static void count_change(audit_tally *t, const char *change)
{
    t->is_compared = t->is_compared || *change;
    t->better += strcmp(change, "better") == 0;
    t->worse += strcmp(change, "worse") == 0;
    t->added += strcmp(change, "new") == 0;
}

void audit_tally_add(audit_tally *t, const spoor_check *c)
{
    audit_row *row = row_of(t, c);
    if (!row)
        return;
    row->status[c->status]++;
    row->is_whole = row->is_whole && !*c->resource.id;
    count_change(t, c->change);
    if (c->status == SPOOR_CHECK_FAIL)
        add_failure(t, row, c);
    else if (c->status == SPOOR_CHECK_NO_DATA)
        add_unknown(t, row, c);
    t->failed = t->failed || t->pool.failed;
}

/* ---- reading --------------------------------------------------------------------------------- */

audit_outcome audit_row_outcome(const audit_row *row)
{
    if (row->status[SPOOR_CHECK_FAIL] > row->excepted)
        return AUDIT_FAILED;
    if (row->status[SPOOR_CHECK_NO_DATA])
        return AUDIT_UNKNOWN;
    if (row->excepted)
        return AUDIT_EXCEPTED;
    return row->status[SPOOR_CHECK_PASS] ? AUDIT_PASSED : AUDIT_NOTHING;
}

uint64_t audit_row_resources(const audit_row *row)
{
    return row->status[SPOOR_CHECK_PASS] + row->status[SPOOR_CHECK_FAIL] +
           row->status[SPOOR_CHECK_NO_DATA];
}

static int by_weight(const void *a, const void *b)
{
    const audit_row *x = *(const audit_row *const *)a, *y = *(const audit_row *const *)b;
    uint64_t nx = x->status[SPOOR_CHECK_FAIL], ny = y->status[SPOOR_CHECK_FAIL];
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (nx != ny)
        return nx > ny ? -1 : 1;
    return (x > y) - (x < y); /* then in the order of checks */
}

static bool is_under(const audit_tally *t, const audit_row *row, const spoor_heading_count *h)
{
    return strcmp(audit_tally_text(t, row->heading), h->heading) == 0 &&
           strcmp(audit_tally_text(t, row->mitigation), h->mitigation) == 0;
}

size_t audit_tally_pick(const audit_tally *t, const spoor_heading_count *heading,
                        audit_outcome outcome, const audit_row **out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (is_under(t, &t->rows[i], heading) && audit_row_outcome(&t->rows[i]) == outcome)
            out[n++] = &t->rows[i];
    if (n)
        qsort(out, n, sizeof *out, by_weight);
    return n;
}

void audit_tally_count(const audit_tally *t, const spoor_heading_count *heading,
                       size_t ret[AUDIT_OUTCOMES])
{
    memset(ret, 0, AUDIT_OUTCOMES * sizeof *ret);
    for (size_t i = 0; i < t->n; i++)
        if (is_under(t, &t->rows[i], heading))
            ret[audit_row_outcome(&t->rows[i])]++;
}

const char *audit_mitigation_name(const char *id)
{
    static const char *const names[][2] = {
        {"M1018", "User Account Management"},
        {"M1047", "Audit"},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i][0], id) == 0)
            return names[i][1];
    return "";
}
