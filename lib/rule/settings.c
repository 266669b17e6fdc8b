/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.c -- keys by the table, values by their kind.
 */
#include "rule/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/settings.h"
#include "rule/node.h"
#include "rule/number.h"

enum { DAYS_LEAST = 7, DAYS_MOST = 3650, POINTS_MOST = 1000 };

typedef struct reading {
    node_reader r;
    settings *s;
} reading;

/* Where a value goes: an entry of `automation`, or NULL at the top. */
typedef bool value_fn(reading *x, setting what, const yaml_node *n, settings_automation *entry);

static const char *name_of(setting s)
{
    return setting_describe(s)->name;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static bool check_entry(reading *x, setting what, const sigma_text *t)
{
    str text = text_trim(t->text);
    bool has_wildcard =
        memchr(text.p ? text.p : "", '*', text.n) || memchr(text.p ? text.p : "", '?', text.n);
    if (text.n == 0)
        report_error(&x->r.report, t->pos, "", "an entry of `%s` is empty", name_of(what));
    else if (text.n > LIMIT_SETTINGS_TEXT)
        report_error(&x->r.report, t->pos, "", "an entry of `%s` is longer than %d bytes",
                     name_of(what), LIMIT_SETTINGS_TEXT);
    else if (has_wildcard && setting_describe(what)->kind == SETTING_KIND_ACCOUNTS)
        report_error(&x->r.report, t->pos, "write each id", "`%s` takes no patterns",
                     name_of(what));
    else if (what == SETTING_actors && settings_fits(text, STR("\1")))
        report_error(&x->r.report, t->pos, "name whom you mean", "`%.*s` fits everybody",
                     (int)text.n, text.p);
    else
        return true;
    return false;
}

/* The entries' texts; false: told why not. */
static bool read_texts(reading *x, setting what, const yaml_node *n, node_list *ret)
{
    *ret = node_texts(&x->r, n, name_of(what), DIAG_ERROR);
    if (ret->n > LIMIT_SETTINGS_ENTRIES) {
        report_error(&x->r.report, n->pos, "", "`%s` has %zu entries, the limit is %d",
                     name_of(what), ret->n, LIMIT_SETTINGS_ENTRIES);
        return false;
    }
    return true;
}

static bool read_list(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    node_list found;
    if (!read_texts(x, what, n, &found))
        return false;
    str *items = arena_alloc(&x->s->text, (found.n + 1) * sizeof *items);
    size_t kept = 0;
    for (size_t i = 0; items && i < found.n; i++)
        if (check_entry(x, what, &found.items[i]))
            items[kept++] = arena_dup(&x->s->text, text_trim(found.items[i].text));
    settings_list list = {items, kept};
    if (!entry)
        x->s->list[what] = list;
    else if (what == SETTING_actors)
        entry->actors = list;
    else
        entry->tools = list;
    return items != NULL;
}

static bool read_networks(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    node_list found;
    if (!read_texts(x, what, n, &found))
        return false;
    ip_net *nets = arena_alloc(&x->s->text, (found.n + 1) * sizeof *nets);
    size_t kept = 0;
    for (size_t i = 0; nets && i < found.n; i++) {
        const sigma_text *t = &found.items[i];
        if (!ip_parse(t->text, &nets[kept]))
            report_error(&x->r.report, t->pos, "write it like 198.51.100.0/24",
                         "`%.*s` is no network", (int)str_upto(t->text, 80).n, t->text.p);
        else if (ip_cidr_openness(t->text) != IP_OPEN_NONE)
            report_error(&x->r.report, t->pos, "leave `networks` out to say nothing of them",
                         "`%.*s` is a large part of the internet", (int)str_upto(t->text, 80).n,
                         t->text.p);
        else
            kept++;
    }
    entry->networks = nets;
    entry->n_networks = kept;
    return nets != NULL;
}

/* ---- single values --------------------------------------------------------------------------- */

static bool read_text(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    str text;
    if (!node_text(&x->r, n, name_of(what), &text))
        return false;
    if (!check_entry(x, what, &(sigma_text){text, n->pos}))
        return false;
    str copy = arena_dup(&x->s->text, text_trim(text));
    if (what == SETTING_name)
        entry->name = copy;
    else
        entry->reason = copy;
    return copy.p != NULL;
}

static bool read_days(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    number days;
    (void)entry;
    if (n->kind != YAML_NUMBER || !number_parse(n->text, &days) || !days.is_integer ||
        days.integer < DAYS_LEAST || days.integer > DAYS_MOST) {
        report_error(&x->r.report, n->pos, "", "`%s` must be a whole number from %d to %d",
                     name_of(what), DAYS_LEAST, DAYS_MOST);
        return false;
    }
    x->s->baseline_days = (uint32_t)days.integer;
    return true;
}

static spoor_level level_called(str name)
{
    static const char *const names[] = {"informational", "low", "medium", "high", "critical"};
    int level = SPOOR_CRITICAL;
    while (level > SPOOR_INFORMATIONAL && !str_is(name, names[level]))
        level--;
    return (spoor_level)level;
}

static void read_level(reading *x, const yaml_pair *p)
{
    static const char *const names[] = {"low", "medium", "high", "critical"};
    spoor_level level = level_called(p->key);
    const char *near = diag_nearest(p->key, names, ARRAY_LEN(names));
    char hint[40] = "low, medium, high, critical";
    number points;
    if (near)
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    if (level == SPOOR_INFORMATIONAL)
        report_error(&x->r.report, p->key_pos, hint, "`%.*s` is no level that needs points",
                     (int)str_upto(p->key, 80).n, p->key.p);
    else if (p->value->kind != YAML_NUMBER || !number_parse(p->value->text, &points) ||
             points.value <= 0 || points.value > POINTS_MOST)
        report_error(&x->r.report, p->value->pos, "", "points must be a number above 0, up to %d",
                     POINTS_MOST);
    else
        x->s->level_cents[level] = (int64_t)(points.value * 100 + 0.5);
}

static bool read_points(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    int64_t last = 0;
    (void)entry;
    if (n->kind != YAML_MAP) {
        report_error(&x->r.report, n->pos, "", "`%s` must be a map of levels to points, not %s",
                     name_of(what), yaml_kind_text(n->kind));
        return false;
    }
    for (size_t i = 0; i < n->n; i++)
        read_level(x, &n->pair[i]);
    for (int level = SPOOR_LOW; level <= SPOOR_CRITICAL; level++) {
        int64_t own = x->s->level_cents[level];
        if (own >= 0 && own < last)
            report_error(&x->r.report, n->pos, "", "a higher level needs fewer points");
        last = own >= 0 ? own : last;
    }
    return true;
}

/* ---- maps ------------------------------------------------------------------------------------ */

static bool read_entries(reading *x, setting what, const yaml_node *n, settings_automation *entry);

static value_fn *const readers[] = {
    [SETTING_KIND_ACCOUNTS] = read_list, [SETTING_KIND_PATTERNS] = read_list,
    [SETTING_KIND_WHO] = read_entries,   [SETTING_KIND_NETWORKS] = read_networks,
    [SETTING_KIND_TEXT] = read_text,     [SETTING_KIND_POINTS] = read_points,
    [SETTING_KIND_DAYS] = read_days,
};

static void complain_key(reading *x, setting_place place, const yaml_pair *p)
{
    const char *known[SETTING_COUNT];
    char hint[64] = "";
    size_t n = 0;
    for (int i = 0; i < SETTING_COUNT; i++)
        if (setting_describe((setting)i)->place == place)
            known[n++] = name_of((setting)i);
    const char *near = diag_nearest(p->key, known, n);
    if (near)
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    report_error(&x->r.report, p->key_pos, hint, "the key `%.*s` means nothing here",
                 (int)str_upto(p->key, 80).n, p->key.p);
}

static setting setting_called(setting_place place, str name)
{
    int i = 0;
    while (i < SETTING_COUNT &&
           (setting_describe((setting)i)->place != place || !str_is(name, name_of((setting)i))))
        i++;
    return (setting)i;
}

static void read_map(reading *x, setting_place place, const yaml_node *map,
                     settings_automation *entry)
{
    for (size_t i = 0; i < map->n; i++) {
        const yaml_pair *p = &map->pair[i];
        setting what = setting_called(place, p->key);
        if (what == SETTING_COUNT)
            complain_key(x, place, p);
        else
            readers[setting_describe(what)->kind](x, what, p->value, entry);
    }
}

static void read_entry(reading *x, const yaml_node *n, settings_automation *entry)
{
    *entry = (settings_automation){0};
    if (n->kind != YAML_MAP) {
        report_error(&x->r.report, n->pos, "", "an entry of `automation` must be a map, not %s",
                     yaml_kind_text(n->kind));
        return;
    }
    read_map(x, SETTING_PLACE_ENTRY, n, entry);
    if (entry->name.n == 0 || entry->actors.n == 0)
        report_error(&x->r.report, n->pos, "",
                     "an entry of `automation` needs `name` and `actors`");
}

static bool read_entries(reading *x, setting what, const yaml_node *n, settings_automation *entry)
{
    (void)entry;
    if (n->kind != YAML_LIST || n->n > LIMIT_SETTINGS_ENTRIES) {
        report_error(&x->r.report, n->pos, "", "`%s` must be a list of at most %d maps",
                     name_of(what), LIMIT_SETTINGS_ENTRIES);
        return false;
    }
    settings_automation *list = arena_alloc(&x->s->text, (n->n + 1) * sizeof *list);
    for (size_t i = 0; list && i < n->n; i++)
        read_entry(x, n->item[i], &list[i]);
    x->s->automation = list;
    x->s->n_automation = list ? n->n : 0;
    return list != NULL;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static void read_docs(reading *x, const yaml_docs *docs)
{
    for (size_t i = 0; i < docs->n; i++) {
        const yaml_node *root = docs->root[i];
        if (i > 0)
            report_error(&x->r.report, root->pos, "", "settings are one document");
        else if (root->kind != YAML_MAP)
            report_error(&x->r.report, root->pos, "", "settings must be a map, not %s",
                         yaml_kind_text(root->kind));
        else
            read_map(x, SETTING_PLACE_TOP, root, NULL);
    }
}

bool settings_parse(const char *file, str yaml, diag_list *diags, settings **ret)
{
    AUTO(arena) a = {0};
    const diag_source source = {file, yaml};
    yaml_docs docs = {0};
    size_t errors = diags->n_errors;
    settings *s = calloc(1, sizeof *s);
    if (!s)
        return false;
    s->owners = 1;
    for (int i = 0; i <= SPOOR_CRITICAL; i++)
        s->level_cents[i] = -1;
    reading x = {{&a, {diags, &source, false}}, s};
    bool is_fine = yaml_load(&a, &source, &docs, diags);
    if (is_fine)
        read_docs(&x, &docs);
    is_fine = is_fine && !a.failed && !s->text.failed && !diags->failed;
    bool is_kept = is_fine && diags->n_errors == errors;
    if (is_fine)
        *ret = is_kept ? s : NULL;
    if (!is_kept)
        settings_free(s);
    return is_fine;
}
