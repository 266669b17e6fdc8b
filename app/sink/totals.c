/* SPDX-License-Identifier: Apache-2.0
 *
 * totals.c -- the summary as sentences and sums.
 *
 *  (1) The sums are printed with all their digits, so that the reader can check them.
 */
#include "sink/totals.h"

#include <inttypes.h>
#include <string.h>

#include "base/words.h"
#include "sink/human.h"
#include "sink/sheet.h"

static void add_incidents(sheet *s, const spoor_summary *sum)
{
    uint64_t all = 0;
    for (int level = SPOOR_CRITICAL; level >= SPOOR_INFORMATIONAL; level--) {
        uint64_t n = sum->incidents[level];
        all += n;
        if (n == 0)
            continue;
        strbuf_puts(&s->value, s->value.n ? ", " : "");
        sheet_counted(&s->value, n, spoor_level_text((spoor_level)level),
                      spoor_level_text((spoor_level)level));
    }
    if (all == 0)
        strbuf_puts(&s->value, "none");
    sheet_row(s, "incidents");
}

static void add_rules(sheet *s, const spoor_summary *sum)
{
    if (sum->rules == 0)
        return;
    sheet_counted(&s->value, sum->rules, "rule", "rules");
    strbuf_puts(&s->value, ", ");
    sheet_counted(&s->value, sum->matches, "match", "matches");
    strbuf_puts(&s->value, ", ");
    sheet_counted(&s->value, sum->correlations, "correlation", "correlations");
    strbuf_puts(&s->value, ", ");
    sheet_counted(&s->value, sum->chains, "chain", "chains");
    if (sum->regex_limited) {
        strbuf_puts(&s->value, "; ");
        sheet_counted(&s->value, sum->regex_limited, "value", "values");
        strbuf_puts(&s->value, " ran a regular expression into its limit");
    }
    sheet_row(s, "rules");
}

static void add_read(sheet *s, const spoor_summary *sum)
{
    sheet_counted(&s->value, sum->files - sum->files_failed, "input", "inputs");
    strbuf_puts(&s->value, ", ");
    human_bytes(&s->value, sum->total.bytes);
    strbuf_puts(&s->value, " (");
    sheet_counted(&s->value, sum->total.bytes, "byte)", "bytes)");
    sheet_row(s, "read");
    if (sum->files_failed == 0)
        return;
    sheet_counted(&s->value, sum->files_failed, "input", "inputs");
    sheet_row(s, "not read");
}

static void add_sum(sheet *s, const char *name, uint64_t total, const uint64_t *parts,
                    const char *const *words)
{
    human_count(&s->value, total);
    strbuf_printf(&s->value, " %s", words[0]);
    for (size_t i = 0; i < 3; i++) {
        strbuf_puts(&s->value, i ? " + " : " = ");
        human_count(&s->value, parts[i]);
        strbuf_printf(&s->value, " %s", words[i + 1]);
    }
    sheet_row(s, name);
}

static void add_sums(sheet *s, const spoor_summary *sum)
{
    static const char *const bytes[] = {"inflated", "in records", "skipped", "framing"};
    static const char *const records[] = {"records", "events", "duplicates", "further phases"};
    const spoor_input *t = &sum->total;
    add_sum(s, "bytes", t->bytes_inflated,
            (uint64_t[]){t->bytes_records, t->bytes_skipped, t->bytes_framing}, bytes);
    add_sum(s, "records", t->events, (uint64_t[]){sum->events, sum->duplicates, sum->folded},
            records);
    human_count(&s->value, sum->known);
    strbuf_puts(&s->value, " of these events are calls whose meaning spoor knows");
    sheet_row(s, "known");
}

static void add_period(sheet *s, const spoor_summary *sum)
{
    if (sum->first_ns == SPOOR_TIME_NONE)
        return;
    human_time(&s->value, sum->first_ns);
    strbuf_puts(&s->value, " to ");
    human_time(&s->value, sum->last_ns);
    strbuf_puts(&s->value, " UTC, ");
    human_duration(&s->value, sum->last_ns - sum->first_ns);
    sheet_row(s, "period");
}

static void add_baseline(sheet *s, const spoor_baseline *b)
{
    if (b->learned + b->known_already == 0)
        return;
    sheet_counted(&s->value, b->learned, "known call", "known calls");
    if (b->known_already) {
        strbuf_puts(&s->value, ", ");
        human_count(&s->value, b->known_already);
        strbuf_puts(&s->value, " not learned again");
    }
    strbuf_puts(&s->value, "; habits of ");
    sheet_counted(&s->value, b->actors, "actor", "actors");
    strbuf_puts(&s->value, " in ");
    sheet_counted(&s->value, b->accounts, "account", "accounts");
    strbuf_puts(&s->value, ", ");
    sheet_counted(&s->value, b->days, "day", "days");
    sheet_row(s, "learned");
}

static void add_speed(sheet *s, const spoor_summary *sum)
{
    if (sum->seconds < 0)
        return;
    strbuf_printf(&s->value, "%.2f s", sum->seconds);
    if (sum->seconds > 0) {
        strbuf_printf(&s->value, ", %.1f MB/s", (double)sum->total.bytes / sum->seconds / 1e6);
        if (sum->total.bytes_inflated > sum->total.bytes)
            strbuf_printf(&s->value, " (%.1f MB/s inflated)",
                          (double)sum->total.bytes_inflated / sum->seconds / 1e6);
    }
    sheet_row(s, "took");
}

static void draw_skips(const terminal *t, strbuf *out, const spoor_summary *s,
                       const places *skipped)
{
    if (s->n_skips)
        terminal_heading(t, out, "Skipped");
    for (size_t i = 0; i < s->n_skips; i++)
        places_draw(t, out, &s->skips[i], places_of(skipped, s->skips[i].name));
}

void totals_draw(const terminal *t, strbuf *out, const spoor_summary *sum, const places *skipped,
                 bool has_incidents)
{
    AUTO(sheet) s = sheet_on(t);
    if (has_incidents)
        add_incidents(&s, sum);
    add_rules(&s, sum);
    add_read(&s, sum);
    add_sums(&s, sum);
    sheet_counts(&s, "families", sum->families, sum->n_families);
    add_period(&s, sum);
    sheet_texts(&s, "accounts", sum->accounts, sum->n_accounts);
    sheet_texts(&s, "regions", sum->regions, sum->n_regions);
    add_baseline(&s, &sum->baseline);
    sheet_counts(&s, "forgotten", sum->evicted, sum->n_evicted);
    add_speed(&s, sum);
    draw_skips(t, out, sum, skipped);
    terminal_heading(t, out, "Summary");
    sheet_draw(&s, out);
}
