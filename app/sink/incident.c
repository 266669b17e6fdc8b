/* SPDX-License-Identifier: Apache-2.0
 *
 * incident.c -- the sections of an incident, in the order in which one reads them.
 *
 *  (1) A section without content is left out, heading and all.
 */
#include "sink/incident.h"

#include <stdint.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"
#include "sink/lineage.h"
#include "sink/short_id.h"
#include "sink/timeline.h"

enum { RULE_COLUMNS = 100, LISTED_MAX = 12, INDENT = 2 };

/* What a suggested command is for, as the library marks it; the last row takes the rest. */
/* clang-format off */
static const struct { const char *prefix, *title; } purposes[] = {
    {"verify: ",  "To verify"},
    {"contain: ", "To contain"},
    {"",          "Next"},
};
/* clang-format on */

static size_t purpose_of(const char *command)
{
    size_t i = 0;
    while (strncmp(command, purposes[i].prefix, strlen(purposes[i].prefix)) != 0)
        i++;
    return i;
}

static void draw_head(const terminal *t, strbuf *out, const spoor_incident *in)
{
    AUTO(strbuf) rule = {0};
    size_t columns = t->columns < RULE_COLUMNS ? t->columns : RULE_COLUMNS;
    strbuf_repeat(&rule, t->has_utf8 ? "─" : "-", columns);
    terminal_paint(t, out, STYLE_FAINT, strbuf_text(&rule), rule.n);
    strbuf_puts(out, "\n");
    terminal_badge(t, out, in->level);
    strbuf_puts(out, "  ");
    terminal_say(t, out, STYLE_STRONG, in->title);
    strbuf_puts(out, "\n");
    AUTO(strbuf) id = {0};
    strbuf_printf(&id, "score %.4g, incident %s", in->score, in->id);
    strbuf_repeat(out, " ", INDENT);
    terminal_say(t, out, STYLE_FAINT, strbuf_text(&id));
    strbuf_puts(out, "\n\n");
    terminal_paragraph(t, out, STYLE_PLAIN, in->verdict, INDENT);
}

static void join(strbuf *out, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n && i < LISTED_MAX; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", texts[i]);
    if (n > LISTED_MAX)
        strbuf_printf(out, " and %zu more", n - LISTED_MAX);
}

static void put_period(strbuf *out, const spoor_incident *in)
{
    human_time(out, in->first_ns);
    if (in->first_ns == SPOOR_TIME_NONE || in->last_ns <= in->first_ns) {
        strbuf_puts(out, " UTC");
        return;
    }
    AUTO(strbuf) first = {0};
    AUTO(strbuf) last = {0};
    human_date(&first, in->first_ns);
    human_date(&last, in->last_ns);
    strbuf_puts(out, " to ");
    if (strcmp(strbuf_text(&first), strbuf_text(&last)) == 0)
        human_clock(out, in->last_ns);
    else
        human_time(out, in->last_ns);
    strbuf_puts(out, " UTC, ");
    human_duration(out, in->last_ns - in->first_ns);
}

static void add_fact(grid *g, const char *name, strbuf *value)
{
    if (value->n) {
        grid_add(g, STYLE_FAINT, name);
        grid_add(g, STYLE_PLAIN, strbuf_text(value));
    }
    strbuf_reset(value);
}

static void draw_facts(const terminal *t, strbuf *out, const spoor_incident *in)
{
    static const grid_column columns[] = {{0}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    AUTO(strbuf) value = {0};
    put_period(&value, in);
    add_fact(&g, "when", &value);
    join(&value, in->providers, in->n_providers);
    strbuf_puts(&value, in->n_accounts ? "  " : "");
    join(&value, in->accounts, in->n_accounts);
    add_fact(&g, "where", &value);
    join(&value, in->techniques, in->n_techniques);
    add_fact(&g, "ATT&CK", &value);
    strbuf_puts(out, "\n");
    grid_draw(&g, out, INDENT);
}

static bool is_whole(double x)
{
    double off = x - (double)(int64_t)(x < 0 ? x - 0.5 : x + 0.5);
    return off < 1e-6 && off > -1e-6;
}

/* The fewest decimals, up to two, that show every reason exactly: so the shown sum adds up. */
static int decimals_for(const spoor_incident *in)
{
    static const double scale[] = {1, 10, 100};
    int decimals = 0;
    for (size_t i = 0; i < in->n_reasons; i++)
        while (decimals < 2 && !is_whole(in->reasons[i].points * scale[decimals]))
            decimals++;
    return decimals;
}

static void add_points(grid *g, double points, int decimals, const char *text)
{
    AUTO(strbuf) number = {0};
    strbuf_printf(&number, "%+.*f", decimals, points);
    grid_add(g, points < 0 ? STYLE_GOOD : STYLE_PLAIN, strbuf_text(&number));
    grid_add(g, STYLE_PLAIN, text);
}

static void draw_reasons(const terminal *t, strbuf *out, const spoor_incident *in)
{
    static const grid_column columns[] = {{.is_right = true}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    AUTO(strbuf) total = {0};
    int decimals = decimals_for(in);
    double sum = 0;
    for (size_t i = 0; i < in->n_reasons; i++) {
        AUTO(strbuf) text = {0};
        short_ids(t, &text, in->reasons[i].text);
        add_points(&g, in->reasons[i].points, decimals, strbuf_text(&text));
        sum += in->reasons[i].points;
    }
    strbuf_printf(&total, "= %.*f", decimals, sum);
    grid_add(&g, STYLE_STRONG, strbuf_text(&total));
    grid_add(&g, STYLE_STRONG, "score");
    if (in->n_reasons) {
        terminal_heading(t, out, "Why");
        grid_draw(&g, out, INDENT);
    }
}

static void draw_benign(const terminal *t, strbuf *out, const spoor_incident *in)
{
    static const grid_column columns[] = {{0}, {.max = 40}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < in->n_benign; i++) {
        const spoor_benign *b = &in->benign[i];
        grid_add(&g, b->accepted ? STYLE_GOOD : STYLE_WARN, b->accepted ? "accepted" : "rejected");
        grid_add(&g, STYLE_PLAIN, b->reason);
        grid_add(&g, STYLE_FAINT, b->why);
    }
    if (in->n_benign) {
        terminal_heading(t, out, "Harmless explanations");
        grid_draw(&g, out, INDENT);
    }
}

static void draw_controls(const terminal *t, strbuf *out, const spoor_incident *in)
{
    static const grid_column columns[] = {{0}, {.max = 44}, {.max = 30}, {0}};
    AUTO(grid) g = {.terminal = t, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < in->n_controls; i++) {
        const spoor_control *c = &in->controls[i];
        bool is_bad = c->severity >= SPOOR_HIGH;
        grid_add(&g, is_bad ? STYLE_BAD : STYLE_WARN, spoor_level_text(c->severity));
        grid_add(&g, STYLE_PLAIN, c->title);
        grid_add(&g, STYLE_PLAIN, c->name);
        grid_add(&g, STYLE_FAINT, c->seen);
    }
    if (in->n_controls == 0)
        return;
    terminal_heading(t, out, "What would have stopped it, and is not so");
    grid_draw(&g, out, INDENT);
    if (in->controls_left_out == 0)
        return;
    strbuf_repeat(out, " ", INDENT);
    strbuf_printf(out, "and %llu more; 'spoor audit' lists all\n",
                  (unsigned long long)in->controls_left_out);
}

/* The commands of one purpose, for copying: one a line, never wrapped. */
static void draw_commands(const terminal *t, strbuf *out, const spoor_incident *in, size_t purpose)
{
    size_t n_prefix = strlen(purposes[purpose].prefix), n = 0;
    for (size_t i = 0; i < in->n_next; i++) {
        if (purpose_of(in->next[i]) != purpose)
            continue;
        if (n++ == 0)
            terminal_heading(t, out, purposes[purpose].title);
        strbuf_repeat(out, " ", INDENT);
        terminal_say(t, out, STYLE_PLAIN, in->next[i] + n_prefix);
        strbuf_puts(out, "\n");
    }
}

static void draw_next(const terminal *t, strbuf *out, const spoor_incident *in)
{
    for (size_t purpose = 0; purpose < ARRAY_LEN(purposes); purpose++)
        draw_commands(t, out, in, purpose);
}

void incident_draw(const terminal *t, strbuf *out, const spoor_incident *in)
{
    draw_head(t, out, in);
    draw_facts(t, out, in);
    lineage_draw_chain(t, out, in);
    lineage_draw_actors(t, out, in);
    timeline_draw(t, out, in);
    draw_reasons(t, out, in);
    draw_benign(t, out, in);
    grid_list(t, out, "What if", in->counterfactuals, in->n_counterfactuals);
    grid_list(t, out, "Could not be seen", in->missing, in->n_missing);
    grid_list(t, out, "Near misses", in->near_misses, in->n_near_misses);
    grid_list(t, out, "Known from exports", in->known, in->n_known);
    draw_controls(t, out, in);
    draw_next(t, out, in);
    strbuf_puts(out, "\n");
}
