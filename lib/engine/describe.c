/* SPDX-License-Identifier: Apache-2.0
 *
 * describe.c -- the tables, row by row, for `spoor list`, the docs and embedders.
 */
#include <stdio.h>
#include <string.h>

#include "correlate/benign_table.h"
#include "correlate/level.h"
#include "decode/reader.h"
#include "decode/shape.h"
#include "model/entity.h"
#include "model/field.h"
#include "model/operation.h"
#include "model/settings.h"
#include "model/stage.h"
#include "state/habit.h"
#include <spoor/spoor.h>

typedef spoor_row row_fn(size_t i);

typedef struct table_info {
    spoor_row titles;
    size_t (*count)(void);
    row_fn *row;
} table_info;

static const char *const severities[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};

static size_t field_count(void)
{
    return FIELD_COUNT;
}

static spoor_row field_row(size_t i)
{
    const field_info *f = field_describe((field)i);
    return (spoor_row){{f->name, f->type_text, f->ocsf, f->ecs, f->doc, ""}};
}

static size_t known_count(void)
{
    return operation_count() - 1; /* row 0 is OPERATION_NONE */
}

static spoor_row operation_row(size_t i)
{
    const operation_info *o = operation_at(i + 1);
    return (spoor_row){{o->source, o->name, o->class_name, stage_describe((stage)o->stage)->name,
                        severities[o->severity], o->technique}};
}

static size_t stage_count(void)
{
    return STAGE_COUNT;
}

static spoor_row stage_row(size_t i)
{
    const stage_info *s = stage_describe((stage)i);
    return (spoor_row){{s->name, s->tactic, s->doc, "", "", ""}};
}

static size_t entity_count(void)
{
    return ENTITY_COUNT;
}

static spoor_row entity_row(size_t i)
{
    const entity_info *e = entity_describe((entity_type)i);
    return (spoor_row){{e->text, e->doc, "", "", "", ""}};
}

static size_t format_count(void)
{
    return reader_family_count() + shape_count();
}

static spoor_row format_row(size_t i)
{
    if (i < reader_family_count()) {
        const decoder *d = reader_family_at(i);
        return (spoor_row){{d->name, "log", d->doc, "", "", ""}};
    }
    const shape *s = shape_at(i - reader_family_count());
    const char *kind = s->kind == SHAPE_SKIP ? "skipped" : "wrapper";
    return (spoor_row){{s->name, kind, s->doc, "", "", ""}};
}

static size_t habit_count(void)
{
    return HABIT_COUNT;
}

static spoor_row habit_row(size_t i)
{
    static const char *const parts[TOTAL_COUNT] = {
        [TOTAL_ACTOR_CALLS] = "calls",         [TOTAL_ACTOR_COPIES] = "copies",
        [TOTAL_ACCOUNT_CALLS] = "calls",       [TOTAL_ACCOUNT_COPIES] = "copies",
        [TOTAL_ACCOUNT_LAUNCHES] = "launches",
    };
    const habit_info *h = habit_describe((habit)i);
    return (spoor_row){
        {h->name, h->is_of_account ? "account" : "actor", parts[h->total], h->doc, "", ""}};
}

static const char *const provider_names[PROVIDER_COUNT] = {
    [PROVIDER_AWS] = "aws", [PROVIDER_AZURE] = "azure", [PROVIDER_GCP] = "gcp"};

static spoor_row benign_described(size_t i)
{
    const benign_row *b = benign_row_at(i);
    return (spoor_row){{b->name, provider_names[b->provider], benign_row_marks(i),
                        benign_must_text(b->must), benign_row_vetoes(i), b->doc}};
}

static size_t setting_count(void)
{
    return SETTING_COUNT;
}

static spoor_row setting_row(size_t i)
{
    const setting_info *s = setting_describe((setting)i);
    static const char *const places[] = {
        [SETTING_PLACE_TOP] = "",
        [SETTING_PLACE_AUTOMATION] = "automation",
        [SETTING_PLACE_EXCEPTIONS] = "exceptions",
        [SETTING_PLACE_BOTH] = "automation, exceptions",
    };
    return (spoor_row){{s->name, places[s->place], s->kind_text, s->doc, s->example, ""}};
}

/* clang-format off */
static const table_info tables[] = {
    [SPOOR_FIELDS]     = {{{"field", "kind", "ocsf", "ecs", "meaning", ""}},                      field_count,  field_row},
    [SPOOR_OPERATIONS] = {{{"source", "operation", "class", "stage", "severity", "technique"}},   known_count,  operation_row},
    [SPOOR_STAGES]     = {{{"stage", "tactic", "meaning", "", "", ""}},                           stage_count,  stage_row},
    [SPOOR_ENTITIES]   = {{{"kind", "meaning", "", "", "", ""}},                                  entity_count, entity_row},
    [SPOOR_FORMATS]    = {{{"format", "kind", "meaning", "", "", ""}},                            format_count, format_row},
    [SPOOR_HABITS]     = {{{"habit", "of", "among", "meaning", "", ""}},                          habit_count,  habit_row},
    [SPOOR_BENIGN]     = {{{"case", "cloud", "marks", "must", "suspicious again", "meaning"}},    benign_row_count, benign_described},
    [SPOOR_SETTINGS]   = {{{"key", "in", "kind", "meaning", "example", ""}},                      setting_count, setting_row},
};
/* clang-format on */

spoor_status spoor_describe(spoor_table table, size_t i, spoor_row *ret)
{
    if ((size_t)table >= sizeof tables / sizeof *tables || !ret)
        return SPOOR_EINVAL;
    const table_info *t = &tables[table];
    if (i > t->count())
        return SPOOR_END;
    *ret = i == 0 ? t->titles : t->row(i - 1);
    return SPOOR_OK;
}

double spoor_level_points(spoor_level level)
{
    return (double)level_cents_of(level) / 100;
}
