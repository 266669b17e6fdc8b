/* SPDX-License-Identifier: Apache-2.0
 *
 * describe.c -- the tables, row by row, for `spoor list`, the docs and embedders.
 */
#include <stdio.h>
#include <string.h>

#include "audit/check.h"
#include "fact/reading.h"
#include "correlate/benign_table.h"
#include "correlate/level.h"
#include "decode/reader.h"
#include "decode/shape.h"
#include "model/entity.h"
#include "model/field.h"
#include "model/operation.h"
#include "model/settings.h"
#include "model/stage.h"
#include "model/threshold.h"
#include "state/habit.h"
#include <spoor/spoor.h>

/* Writes the cells there are; others stay "". */
typedef void row_fn(size_t i, spoor_row *ret);

typedef struct table_info {
    const char *titles[SPOOR_COLUMNS];
    size_t (*count)(void);
    row_fn *row;
} table_info;

#define CELLS(...)                                                                                 \
    put_cells(ret, (const char *const[]){__VA_ARGS__},                                             \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void put_cells(spoor_row *ret, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ret->cell[i] = cells[i];
}

static const char *const severities[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};

static size_t field_count(void)
{
    return FIELD_COUNT;
}

static void field_row(size_t i, spoor_row *ret)
{
    const field_info *f = field_describe((field)i);
    CELLS(f->name, f->type_text, f->ocsf, f->ecs, f->doc);
}

static size_t known_count(void)
{
    return operation_count() - 1; /* row 0 is OPERATION_NONE */
}

static void operation_row(size_t i, spoor_row *ret)
{
    const operation_info *o = operation_at(i + 1);
    CELLS(o->source, o->name, o->class_name, stage_describe((stage)o->stage)->name,
          severities[o->severity], o->technique);
}

static size_t stage_count(void)
{
    return STAGE_COUNT;
}

static void stage_row(size_t i, spoor_row *ret)
{
    const stage_info *s = stage_describe((stage)i);
    CELLS(s->name, s->tactic, s->doc);
}

static size_t entity_count(void)
{
    return ENTITY_COUNT;
}

static void entity_row(size_t i, spoor_row *ret)
{
    const entity_info *e = entity_describe((entity_type)i);
    CELLS(e->text, e->doc);
}

static size_t format_count(void)
{
    return reader_family_count() + shape_count();
}

static void format_row(size_t i, spoor_row *ret)
{
    if (i < reader_family_count()) {
        const decoder *d = reader_family_at(i);
        CELLS(d->name, "log", d->doc);
        return;
    }
    const shape *s = shape_at(i - reader_family_count());
    const char *kind = s->kind == SHAPE_SKIP ? "skipped" : "wrapper";
    CELLS(s->name, kind, s->doc);
}

static size_t habit_count(void)
{
    return HABIT_COUNT;
}

static void habit_row(size_t i, spoor_row *ret)
{
    static const char *const parts[TOTAL_COUNT] = {
        [TOTAL_ACTOR_CALLS] = "calls",         [TOTAL_ACTOR_COPIES] = "copies",
        [TOTAL_ACCOUNT_CALLS] = "calls",       [TOTAL_ACCOUNT_COPIES] = "copies",
        [TOTAL_ACCOUNT_LAUNCHES] = "launches",
    };
    const habit_info *h = habit_describe((habit)i);
    CELLS(h->name, h->is_of_account ? "account" : "actor", parts[h->total], h->doc);
}

static const char *const provider_names[PROVIDER_COUNT] = {
    [PROVIDER_AWS] = "aws", [PROVIDER_AZURE] = "azure", [PROVIDER_GCP] = "gcp"};

static void benign_described(size_t i, spoor_row *ret)
{
    const benign_row *b = benign_row_at(i);
    CELLS(b->name, provider_names[b->provider], benign_row_marks(i), benign_must_text(b->must),
          benign_row_vetoes(i), b->doc);
}

static size_t setting_count(void)
{
    return SETTING_COUNT;
}

static void setting_row(size_t i, spoor_row *ret)
{
    const setting_info *s = setting_describe((setting)i);
    static const char *const places[] = {
        [SETTING_PLACE_TOP] = "",
        [SETTING_PLACE_AUTOMATION] = "automation",
        [SETTING_PLACE_EXCEPTIONS] = "exceptions",
        [SETTING_PLACE_BOTH] = "automation, exceptions",
    };
    CELLS(s->name, places[s->place], s->kind_text, s->doc, s->example);
}

/* Adds a text to those of the row, shortened when they are full; where it begins. */
static const char *put_text(spoor_row *ret, size_t *used, const char *text)
{
    size_t at = *used, room = SPOOR_ROW_TEXT - at;
    int n = snprintf(ret->text + at, room, "%s", text);
    *used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
    return ret->text + at;
}

static void put_exports(spoor_row *ret, size_t *used, const char *before, const export_id *list)
{
    for (size_t i = 0; i < CHECK_NEEDS && list[i]; i++) {
        put_text(ret, used, i ? ", " : before);
        put_text(ret, used, export_describe(list[i])->name);
    }
}

/* What a check wants, with its number as built and the key that changes it. */
static const char *put_wanted(spoor_row *ret, size_t *used, const check *c)
{
    static const char place[] = "{threshold}";
    const char *words = c->wanted ? c->wanted : "", *at = strstr(words, place);
    char with[256];
    if (!at)
        return words;
    const threshold_info *t = threshold_describe(c->threshold);
    snprintf(with, sizeof with, "%.*s%.10g%s (%s)", (int)(at - words), words, t->value,
             at + sizeof place - 1, t->name);
    return put_text(ret, used, with);
}

static void check_row(size_t i, spoor_row *ret)
{
    const check *c = check_at(i);
    const heading_info *h = heading_describe(c->heading);
    size_t used = 0;
    put_exports(ret, &used, "", c->needs);
    put_exports(ret, &used, used ? "; one of " : c->needs_any[1] ? "one of " : "", c->needs_any);
    used += used > 0; /* behind the NUL of what it needs */
    const char *needs = used ? ret->text : "", *wanted = put_wanted(ret, &used, c);
    CELLS(c->id, spoor_level_text(c->severity), provider_text(c->cloud), h->mitigation, h->text,
          c->title, needs, c->references ? c->references : "", wanted, c->why ? c->why : "",
          c->fix ? c->fix : "");
}

static size_t export_count(void)
{
    return EXPORT_COUNT - 1; /* the first is EXPORT_NONE */
}

static void export_row(size_t i, spoor_row *ret)
{
    const export_info *e = export_describe((export_id)(i + 1));
    CELLS(e->name, provider_text(e->cloud), e->doc, e->command);
}

static size_t threshold_count(void)
{
    return THRESHOLD_COUNT - 1; /* the first is THRESHOLD_none */
}

static void threshold_row(size_t i, spoor_row *ret)
{
    const threshold_info *t = threshold_describe((threshold)(i + 1));
    snprintf(ret->text, sizeof ret->text, "%.10g", t->value);
    CELLS(t->name, ret->text, t->unit, t->doc);
}

/* clang-format off */
static const table_info tables[] = {
    [SPOOR_FIELDS]     = {{"field", "kind", "ocsf", "ecs", "meaning"},                           field_count,  field_row},
    [SPOOR_OPERATIONS] = {{"source", "operation", "class", "stage", "severity", "technique"},    known_count,  operation_row},
    [SPOOR_STAGES]     = {{"stage", "tactic", "meaning"},                                        stage_count,  stage_row},
    [SPOOR_ENTITIES]   = {{"kind", "meaning"},                                                   entity_count, entity_row},
    [SPOOR_FORMATS]    = {{"format", "kind", "meaning"},                                         format_count, format_row},
    [SPOOR_HABITS]     = {{"habit", "of", "among", "meaning"},                                   habit_count,  habit_row},
    [SPOOR_BENIGN]     = {{"case", "cloud", "marks", "must", "suspicious again", "meaning"},     benign_row_count, benign_described},
    [SPOOR_SETTINGS]   = {{"key", "in", "kind", "meaning", "example"},                           setting_count, setting_row},
    [SPOOR_CHECKS]     = {{"check", "severity", "cloud", "mitigation", "heading", "title", "needs", "references", "wanted", "why", "fix"},
                                                                                                 check_count,  check_row},
    [SPOOR_EXPORTS]    = {{"export", "cloud", "meaning", "command"},                             export_count, export_row},
    [SPOOR_THRESHOLDS] = {{"threshold", "value", "unit", "meaning"},                             threshold_count, threshold_row},
};
/* clang-format on */

spoor_status spoor_describe(spoor_table table, size_t i, spoor_row *ret)
{
    if ((size_t)table >= sizeof tables / sizeof *tables || !ret)
        return SPOOR_EINVAL;
    const table_info *t = &tables[table];
    if (i > t->count())
        return SPOOR_END;
    for (size_t c = 0; c < SPOOR_COLUMNS; c++)
        ret->cell[c] = i == 0 && t->titles[c] ? t->titles[c] : "";
    ret->text[0] = '\0';
    if (i > 0)
        t->row(i - 1, ret);
    return SPOOR_OK;
}

double spoor_level_points(spoor_level level)
{
    return (double)level_cents_of(level) / 100;
}
