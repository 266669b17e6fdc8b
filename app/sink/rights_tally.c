/* SPDX-License-Identifier: Apache-2.0
 *
 * rights_tally.c -- a grid of powers and marks, then what to take away.
 */
#include "sink/rights_tally.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "sink/grid.h"
#include "sink/human.h"

enum { INDENT = 2 };

static const char marks[RIGHTS_MARKS + 1] = "=-+?"; /* in the order of columns */

void rights_tally_done(rights_tally *t)
{
    for (size_t i = 0; i < t->n; i++)
        strbuf_done(&t->powers[i].name);
    for (size_t i = 0; i < RIGHTS_SHOWN; i++) {
        strbuf_done(&t->unused[i]);
        strbuf_done(&t->unpermitted[i]);
    }
    *t = (rights_tally){0};
}

/* NULL: there are too many powers. */
static rights_power *power_of(rights_tally *t, const char *name)
{
    size_t i = 0;
    while (i < t->n && strcmp(strbuf_text(&t->powers[i].name), name) != 0)
        i++;
    if (i == RIGHTS_POWERS)
        return NULL;
    if (i == t->n)
        strbuf_puts(&t->powers[t->n++].name, name);
    return &t->powers[i];
}

static void say_principal(strbuf *out, const spoor_right *r)
{
    strbuf_puts(out, r->principal.id);
    if (*r->principal.name && !strstr(r->principal.id, r->principal.name))
        strbuf_printf(out, " (%s)", r->principal.name);
}

static void keep_unused(rights_tally *t, const spoor_right *r)
{
    if (t->n_unused++ >= RIGHTS_SHOWN)
        return;
    strbuf *out = &t->unused[t->n_unused - 1];
    say_principal(out, r);
    strbuf_printf(out, " may %s", r->power);
    if (*r->via)
        strbuf_printf(out, " by %s", r->via);
    strbuf_printf(out, "; not used for %" PRId64 " days", r->known_days);
}

static void keep_unpermitted(rights_tally *t, const spoor_right *r)
{
    if (t->n_unpermitted++ >= RIGHTS_SHOWN)
        return;
    strbuf *out = &t->unpermitted[t->n_unpermitted - 1];
    say_principal(out, r);
    strbuf_printf(out, " did %s, ", r->power);
    human_count(out, r->used);
    strbuf_puts(out, r->used == 1 ? " time" : " times");
}

void rights_tally_add(rights_tally *t, const spoor_right *r)
{
    rights_power *p = power_of(t, r->power);
    const char *mark = strchr(marks, r->mark);
    if (!p || !r->mark || !mark)
        return;
    p->all++;
    p->conditional += r->is_conditional != 0 || r->is_eligible != 0;
    p->mark[mark - marks]++;
    if (r->mark == '-')
        keep_unused(t, r);
    else if (r->mark == '+')
        keep_unpermitted(t, r);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void add_number(grid *g, style look, uint64_t n)
{
    AUTO(strbuf) text = {0};
    human_count(&text, n);
    grid_add(g, n ? look : STYLE_FAINT, strbuf_text(&text));
}

static void draw_grid(const rights_tally *t, const terminal *screen, strbuf *out)
{
    static const char *const titles[] = {"",         "rights",      "conditional", "= used",
                                         "- unused", "+ not given", "? not known"};
    static const style looks[RIGHTS_MARKS] = {STYLE_PLAIN, STYLE_WARN, STYLE_BAD, STYLE_PLAIN};
    static const grid_column columns[ARRAY_LEN(titles)] = {{0},
                                                           {.is_right = true},
                                                           {.is_right = true},
                                                           {.is_right = true},
                                                           {.is_right = true},
                                                           {.is_right = true},
                                                           {.is_right = true}};
    AUTO(grid) g = {.terminal = screen, .columns = columns, .n_columns = ARRAY_LEN(columns)};
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        grid_add(&g, STYLE_FAINT, titles[i]);
    for (size_t i = 0; i < t->n; i++) {
        const rights_power *p = &t->powers[i];
        grid_add(&g, STYLE_PLAIN, strbuf_text(&p->name));
        add_number(&g, STYLE_PLAIN, p->all);
        add_number(&g, STYLE_PLAIN, p->conditional);
        for (size_t m = 0; m < RIGHTS_MARKS; m++)
            add_number(&g, looks[m], p->mark[m]);
    }
    grid_draw(&g, out, INDENT);
}

static void draw_examples(const terminal *screen, strbuf *out, const char *title,
                          const strbuf *shown, uint64_t n)
{
    AUTO(strbuf) more = {0};
    if (n == 0)
        return;
    strbuf_puts(out, "\n");
    terminal_paragraph(screen, out, STYLE_STRONG, title, INDENT);
    for (size_t i = 0; i < RIGHTS_SHOWN && i < n; i++)
        terminal_paragraph(screen, out, STYLE_PLAIN, strbuf_text(&shown[i]), 2 * INDENT);
    strbuf_puts(&more, "and ");
    human_count(&more, n > RIGHTS_SHOWN ? n - RIGHTS_SHOWN : 0);
    strbuf_puts(&more, " more; --format jsonl lists all");
    if (n > RIGHTS_SHOWN)
        terminal_paragraph(screen, out, STYLE_FAINT, strbuf_text(&more), 2 * INDENT);
}

void rights_tally_draw(const rights_tally *t, const terminal *screen, strbuf *out)
{
    if (t->n == 0)
        return;
    terminal_heading(screen, out, "Who may do what a rogue machine takes");
    draw_grid(t, screen, out);
    draw_examples(screen, out, "Not used for as long as a right may be: take away", t->unused,
                  t->n_unused);
    draw_examples(screen, out, "Done, though these exports do not permit it", t->unpermitted,
                  t->n_unpermitted);
}
