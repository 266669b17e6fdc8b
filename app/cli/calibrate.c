/* SPDX-License-Identifier: Apache-2.0
 *
 * calibrate.c -- counting, proposing, saying.
 */
#include "cli/calibrate.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/words.h"
#include "sink/human.h"
#include "sink/jsonl.h"

/* Knowledge of harmless logs ends with these logs: a little more than their worst is asked for. */
static const double MARGIN = 1.1;
static const double DAY_NS = 86400e9;

static void note_worst(calibration *c, const spoor_incident *in)
{
    size_t at = c->n_worst;
    while (at > 0 && c->worst[at - 1].score < in->score)
        at--;
    if (at == CALIBRATION_WORST)
        return;
    if (c->n_worst < CALIBRATION_WORST)
        c->n_worst++;
    for (size_t i = c->n_worst - 1; i > at; i--)
        c->worst[i] = c->worst[i - 1];
    c->worst[at].score = in->score;
    snprintf(c->worst[at].level, sizeof c->worst[at].level, "%s", spoor_level_text(in->level));
    snprintf(c->worst[at].title, sizeof c->worst[at].title, "%s", in->title);
}

void calibration_add(calibration *c, const spoor_finding *f)
{
    if (f->type == SPOOR_FINDING_SUMMARY) {
        c->first_ns = f->as.summary.first_ns;
        c->last_ns = f->as.summary.last_ns;
        for (int i = 0; i <= SPOOR_CRITICAL; i++)
            c->stories += f->as.summary.incidents[i];
    }
    if (f->type != SPOOR_FINDING_INCIDENT)
        return;
    if (f->as.incident.level >= SPOOR_MEDIUM)
        note_worst(c, &f->as.incident);
    for (int i = 0; i <= (int)f->as.incident.level; i++) {
        c->reached[i]++;
        if (f->as.incident.score > c->highest[i])
            c->highest[i] = f->as.incident.score;
    }
}

double calibration_points(const calibration *c, spoor_level level)
{
    double points = 0;
    for (int i = SPOOR_LOW; i <= (int)level; i++) {
        double built = spoor_level_points((spoor_level)i), wanted = c->highest[i] * MARGIN;
        if (i >= SPOOR_MEDIUM && c->reached[i] > 0 && wanted > built)
            built = wanted;
        points = built > points ? built : points;
    }
    return points;
}

static double days(const calibration *c)
{
    return c->last_ns > c->first_ns ? (double)(c->last_ns - c->first_ns) / DAY_NS : 0;
}

static double a_day(const calibration *c, int level)
{
    return days(c) >= 1 ? (double)c->reached[level] / days(c) : (double)c->reached[level];
}

static void put_settings(const calibration *c, strbuf *out)
{
    strbuf_puts(out, "levels: {");
    for (int i = SPOOR_LOW; i <= SPOOR_CRITICAL; i++)
        strbuf_printf(out, "%s%s: %.2f", i > SPOOR_LOW ? ", " : "",
                      spoor_level_text((spoor_level)i), calibration_points(c, (spoor_level)i));
    strbuf_puts(out, "}\n");
}

/* Naming a cause is better than asking more of every story. */
static void put_worst(const calibration *c, const terminal *t, strbuf *out)
{
    if (c->n_worst == 0)
        return;
    strbuf_puts(out,
                "\nThe highest of them; what is automation here is better named in the settings "
                "than\noutweighed by them:\n\n");
    for (size_t i = 0; i < c->n_worst; i++) {
        strbuf_printf(out, "  %7.2f  %-9s ", c->worst[i].score, c->worst[i].level);
        terminal_escape(t, out, c->worst[i].title);
        strbuf_puts(out, "\n");
    }
}

void calibration_table(const calibration *c, const terminal *t, strbuf *out)
{
    strbuf_puts(out, "Calibration on logs that are known to be good\n\n  logs     ");
    human_time(out, c->first_ns);
    strbuf_puts(out, " to ");
    human_time(out, c->last_ns);
    strbuf_printf(out, ", %.1f days\n  stories  ", days(c));
    human_count(out, c->stories);
    strbuf_printf(out, "\n\n  %-10s%10s%14s%9s%16s%12s\n", "level", "points", "false alarms",
                  "a day", "highest score", "proposed");
    for (int i = SPOOR_CRITICAL; i >= SPOOR_MEDIUM; i--)
        strbuf_printf(out, "  %-10s%10.2f%14" PRIu64 "%9.2f%16.2f%12.2f\n",
                      spoor_level_text((spoor_level)i), spoor_level_points((spoor_level)i),
                      c->reached[i], a_day(c, i), c->highest[i],
                      calibration_points(c, (spoor_level)i));
    if (days(c) < 14)
        strbuf_puts(out,
                    "\n  Less than two weeks: what comes once a month is not in these logs.\n");
    put_worst(c, t, out);
    strbuf_puts(out,
                "\nSettings by which none of these would have been an alarm (see --config):\n\n  ");
    put_settings(c, out);
}

void calibration_json(const calibration *c, strbuf *out)
{
    strbuf_printf(out,
                  "{\"type\":\"calibration\",\"days\":%.3f,\"stories\":%" PRIu64 ",\"levels\":[",
                  days(c), c->stories);
    for (int i = SPOOR_LOW; i <= SPOOR_CRITICAL; i++) {
        strbuf_puts(out, i > SPOOR_LOW ? ",{" : "{");
        jsonl_member(out, "level", spoor_level_text((spoor_level)i));
        strbuf_printf(
            out, ",\"points\":%.2f,\"reached\":%" PRIu64 ",\"highest\":%.2f,\"proposed\":%.2f}",
            spoor_level_points((spoor_level)i), c->reached[i], c->highest[i],
            calibration_points(c, (spoor_level)i));
    }
    strbuf_puts(out, "]}\n");
}
