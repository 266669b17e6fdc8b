/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_tally.c -- gathering by rule, then a paragraph for each.
 */
#include "sink/rule_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "sink/human.h"

enum { INDENT = 2 };

void rule_tally_done(rule_tally *t)
{
    for (size_t i = 0; i < t->n; i++) {
        strbuf_done(&t->rows[i].title);
        for (size_t k = 0; k < RULE_TALLY_SHOWN; k++)
            strbuf_done(&t->rows[i].shown[k]);
    }
    free(t->rows);
    *t = (rule_tally){0};
}

/* NULL: out of memory. */
static rule_tally_row *row_of(rule_tally *t, size_t rule)
{
    if (rule < t->n)
        return &t->rows[rule];
    size_t n = rule + 1 > 2 * t->n ? rule + 1 : 2 * t->n;
    rule_tally_row *rows = reallocarray(t->rows, n, sizeof *rows);
    if (!rows) {
        t->failed = true;
        return NULL;
    }
    memset(rows + t->n, 0, (n - t->n) * sizeof *rows);
    t->rows = rows;
    t->n = n;
    return &rows[rule];
}

/* Counts one finding; where its text goes, or NULL when it is not shown. Findings come in the order
 * of time. */
static strbuf *count(rule_tally_row *row, int64_t time_ns)
{
    if (row->count == 0)
        row->first_ns = time_ns;
    row->last_ns = time_ns;
    row->count++;
    return row->count <= RULE_TALLY_SHOWN ? &row->shown[row->count - 1] : NULL;
}

/* What every finding of a rule says of the rule. */
typedef struct tallied {
    size_t rule;
    const char *one, *many, *title;
    spoor_level level;
} tallied;

/* Counts the finding. Where the rest of it is to be written, behind its time; NULL: nowhere. */
static strbuf *tally(rule_tally *t, const tallied *what, int64_t time_ns)
{
    rule_tally_row *row = row_of(t, what->rule);
    if (!row)
        return NULL;
    if (row->count == 0) {
        row->one = what->one;
        row->many = what->many;
        row->level = what->level;
        strbuf_puts(&row->title, what->title);
    }
    strbuf *shown = count(row, time_ns);
    if (shown)
        human_time(shown, time_ns);
    return shown;
}

void rule_tally_match(rule_tally *t, const spoor_match *m)
{
    const tallied what = {m->rule, "match", "matches", m->rule_title, m->level};
    strbuf *shown = tally(t, &what, m->time_ns);
    if (!shown)
        return;
    strbuf_printf(shown, "  %s  %s", m->event_uid, m->source);
}

void rule_tally_correlation(rule_tally *t, const spoor_correlation *c)
{
    const tallied what = {c->rule, "correlation", "correlations", c->rule_title, c->level};
    strbuf *shown = tally(t, &what, c->time_ns);
    if (!shown)
        return;
    for (size_t i = 0; i < c->n_group; i++)
        strbuf_printf(shown, "%s%s=%s", i ? ", " : "  ", c->group_names[i], c->group_values[i]);
    strbuf_puts(shown, "  ");
    human_count(shown, c->events);
    strbuf_puts(shown, c->events == 1 ? " event" : " events");
}

/* "copy CreateSnapshot, vm RunInstances i-1" */
void rule_tally_chain(rule_tally *t, const spoor_chain *c)
{
    const tallied what = {c->rule, "chain", "chains", c->rule_title, c->level};
    strbuf *shown = tally(t, &what, c->time_ns);
    if (!shown)
        return;
    for (size_t i = 0; i < c->n_steps; i++) {
        const spoor_chain_step *s = &c->steps[i];
        strbuf_printf(shown, "%s%s %s", i ? ", " : "  ", s->name, s->operation);
        if (s->n_resources > 0)
            strbuf_printf(shown, " %s", s->resources[0].id);
    }
}

/* ---- drawing --------------------------------------------------------------------------------- */

static int by_weight(const void *a, const void *b)
{
    const rule_tally_row *x = *(const rule_tally_row *const *)a;
    const rule_tally_row *y = *(const rule_tally_row *const *)b;
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int by_title = strcmp(strbuf_text(&x->title), strbuf_text(&y->title));
    return by_title ? by_title : (x > y) - (x < y);
}

static void put_line(const terminal *screen, strbuf *out, const char *text)
{
    strbuf_repeat(out, " ", 2 * INDENT);
    terminal_say(screen, out, STYLE_FAINT, text);
    strbuf_puts(out, "\n");
}

static void draw_row(const rule_tally_row *row, const terminal *screen, strbuf *out)
{
    AUTO(strbuf) line = {0};
    strbuf_repeat(out, " ", INDENT);
    terminal_badge(screen, out, row->level);
    strbuf_puts(out, "  ");
    terminal_say(screen, out, STYLE_STRONG, strbuf_text(&row->title));
    human_count(&line, row->count);
    strbuf_printf(&line, " %s: ", row->count == 1 ? row->one : row->many);
    human_time(&line, row->first_ns);
    if (row->last_ns != row->first_ns) {
        strbuf_puts(&line, " to ");
        human_time(&line, row->last_ns);
    }
    strbuf_puts(out, "  ");
    terminal_say(screen, out, STYLE_PLAIN, strbuf_text(&line));
    strbuf_puts(out, "\n");
    for (size_t i = 0; i < RULE_TALLY_SHOWN && i < row->count; i++)
        put_line(screen, out, strbuf_text(&row->shown[i]));
    if (row->count <= RULE_TALLY_SHOWN)
        return;
    strbuf_reset(&line);
    strbuf_puts(&line, "and ");
    human_count(&line, row->count - RULE_TALLY_SHOWN);
    strbuf_puts(&line, " more; --format jsonl lists all");
    put_line(screen, out, strbuf_text(&line));
}

void rule_tally_draw(const rule_tally *t, const terminal *screen, strbuf *out)
{
    const rule_tally_row **order = calloc(t->n + 1, sizeof(rule_tally_row *));
    size_t n = 0;
    out->failed = out->failed || t->failed || !order;
    for (size_t i = 0; order && i < t->n; i++)
        if (t->rows[i].count > 0)
            order[n++] = &t->rows[i];
    if (n > 0) {
        qsort(order, n, sizeof *order, by_weight);
        terminal_heading(screen, out, "Rules");
    }
    for (size_t i = 0; i < n; i++)
        draw_row(order[i], screen, out);
    free(order);
}
