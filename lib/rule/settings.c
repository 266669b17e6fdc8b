/* SPDX-License-Identifier: Apache-2.0
 *
 * settings.c -- keys by the table, values by their kind.
 */
#include "rule/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "model/settings.h"
#include "rule/node.h"
#include "rule/number.h"

enum { DAYS_LEAST = 7, DAYS_MOST = 3650, POINTS_MOST = 1000, NUMBER_MOST = 1000000 };

typedef struct reading {
    node_reader r;
    settings *s;
} reading;

/* The entry that values go to; both NULL at the top. */
typedef struct target {
    settings_automation *automation;
    settings_exception *exception;
} target;

typedef bool value_fn(reading *x, setting what, const yaml_node *n, target to);

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

static bool read_list(reading *x, setting what, const yaml_node *n, target to)
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
    if (!to.automation)
        x->s->list[what] = list;
    else if (what == SETTING_actors)
        to.automation->actors = list;
    else
        to.automation->tools = list;
    return items != NULL;
}

static bool read_networks(reading *x, setting what, const yaml_node *n, target to)
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
    to.automation->networks = nets;
    to.automation->n_networks = kept;
    return nets != NULL;
}

/* ---- single values --------------------------------------------------------------------------- */

/* Where the text of a key stands. */
static str *place_of(setting what, target to)
{
    if (to.automation)
        return what == SETTING_name ? &to.automation->name : &to.automation->reason;
    if (what == SETTING_check)
        return &to.exception->check;
    if (what == SETTING_resource)
        return &to.exception->resource;
    return what == SETTING_until ? &to.exception->until : &to.exception->reason;
}

static bool read_text(reading *x, setting what, const yaml_node *n, target to)
{
    str text;
    if (!node_text(&x->r, n, name_of(what), &text))
        return false;
    if (!check_entry(x, what, &(sigma_text){text, n->pos}))
        return false;
    str copy = arena_dup(&x->s->text, text_trim(text));
    *place_of(what, to) = copy;
    return copy.p != NULL;
}

/* Midnight at which the day of "2026-12-31" ends, or TIME_NONE. */
static int64_t end_of_day(str day)
{
    char text[] = "0000-00-00T00:00:00Z";
    if (day.n != 10 || day.p[4] != '-' || day.p[7] != '-')
        return TIME_NONE;
    memcpy(text, day.p, day.n);
    int64_t begin = time_parse(str_of(text));
    return begin == TIME_NONE ? TIME_NONE : begin + TIME_DAY;
}

static bool read_date(reading *x, setting what, const yaml_node *n, target to)
{
    if (!read_text(x, what, n, to))
        return false;
    to.exception->end_ns = end_of_day(to.exception->until);
    if (to.exception->end_ns == TIME_NONE)
        report_error(&x->r.report, n->pos, "write it like 2026-12-31", "`%.*s` is no date",
                     (int)str_upto(to.exception->until, 80).n, to.exception->until.p);
    return true;
}

static bool read_days(reading *x, setting what, const yaml_node *n, target to)
{
    number days;
    (void)to;
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

static bool read_points(reading *x, setting what, const yaml_node *n, target to)
{
    int64_t last = 0;
    (void)to;
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

static threshold threshold_called(str name)
{
    int t = THRESHOLD_none + 1;
    while (t < THRESHOLD_COUNT && !str_is(name, threshold_describe((threshold)t)->name))
        t++;
    return (threshold)t;
}

static void complain_threshold(reading *x, const yaml_pair *p)
{
    const char *known[THRESHOLD_COUNT];
    char hint[64] = "`spoor list thresholds` has them all";
    size_t n = 0;
    for (int t = THRESHOLD_none + 1; t < THRESHOLD_COUNT; t++)
        known[n++] = threshold_describe((threshold)t)->name;
    const char *near = diag_nearest(p->key, known, n);
    if (near)
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    report_error(&x->r.report, p->key_pos, hint, "no check compares with `%.*s`",
                 (int)str_upto(p->key, 80).n, p->key.p);
}

static void read_number(reading *x, const yaml_pair *p)
{
    threshold t = threshold_called(p->key);
    number found;
    if (t == THRESHOLD_COUNT) {
        complain_threshold(x, p);
    } else if (p->value->kind != YAML_NUMBER || !number_parse(p->value->text, &found) ||
               found.value < 0 || found.value > NUMBER_MOST) {
        report_error(&x->r.report, p->value->pos, "", "`%s` must be a number from 0 to %d",
                     threshold_describe(t)->name, NUMBER_MOST);
    } else {
        x->s->has_threshold[t] = true;
        x->s->threshold[t] = found.value;
    }
}

static bool read_numbers(reading *x, setting what, const yaml_node *n, target to)
{
    (void)to;
    if (n->kind != YAML_MAP) {
        report_error(&x->r.report, n->pos, "", "`%s` must be a map of names to numbers, not %s",
                     name_of(what), yaml_kind_text(n->kind));
        return false;
    }
    for (size_t i = 0; i < n->n; i++)
        read_number(x, &n->pair[i]);
    return true;
}

/* ---- maps ------------------------------------------------------------------------------------ */

static bool read_entries(reading *x, setting what, const yaml_node *n, target to);

/* clang-format off */
static value_fn *const readers[] = {
    [SETTING_KIND_ACCOUNTS] = read_list,
    [SETTING_KIND_PATTERNS] = read_list,
    [SETTING_KIND_WHO]      = read_entries,
    [SETTING_KIND_EXCUSES]  = read_entries,
    [SETTING_KIND_NETWORKS] = read_networks,
    [SETTING_KIND_TEXT]     = read_text,
    [SETTING_KIND_PATTERN]  = read_text,
    [SETTING_KIND_DATE]     = read_date,
    [SETTING_KIND_POINTS]   = read_points,
    [SETTING_KIND_NUMBERS]  = read_numbers,
    [SETTING_KIND_DAYS]     = read_days,
};
/* clang-format on */

static void complain_key(reading *x, setting_place place, const yaml_pair *p)
{
    const char *known[SETTING_COUNT];
    char hint[64] = "";
    size_t n = 0;
    for (int i = 0; i < SETTING_COUNT; i++)
        if (setting_describe((setting)i)->place & place)
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
           (!(setting_describe((setting)i)->place & place) || !str_is(name, name_of((setting)i))))
        i++;
    return (setting)i;
}

static void read_map(reading *x, setting_place place, const yaml_node *map, target to)
{
    for (size_t i = 0; i < map->n; i++) {
        const yaml_pair *p = &map->pair[i];
        setting what = setting_called(place, p->key);
        if (what == SETTING_COUNT)
            complain_key(x, place, p);
        else
            readers[setting_describe(what)->kind](x, what, p->value, to);
    }
}

static void read_automation(reading *x, const yaml_node *n, settings_automation *entry)
{
    read_map(x, SETTING_PLACE_AUTOMATION, n, (target){entry, NULL});
    if (entry->name.n == 0 || entry->actors.n == 0)
        report_error(&x->r.report, n->pos, "",
                     "an entry of `automation` needs `name` and `actors`");
}

static void read_exception(reading *x, const yaml_node *n, settings_exception *entry)
{
    read_map(x, SETTING_PLACE_EXCEPTIONS, n, (target){NULL, entry});
    if (!entry->check.n || !entry->resource.n || !entry->reason.n || !entry->until.n)
        report_error(&x->r.report, n->pos, "",
                     "an entry of `exceptions` needs `check`, `resource`, `reason` and `until`");
    else if (settings_fits(entry->check, STR("\1")) && settings_fits(entry->resource, STR("\1")))
        report_error(&x->r.report, n->pos, "name what you mean",
                     "an exception for every check and resource excuses everything");
}

/* Room for n entries of the key. */
static bool make_room(reading *x, setting what, size_t n, target *ret)
{
    settings *s = x->s;
    if (what == SETTING_automation) {
        ret->automation = arena_alloc(&s->text, (n + 1) * sizeof *ret->automation);
        s->automation = ret->automation;
        s->n_automation = ret->automation ? n : 0;
        return ret->automation != NULL;
    }
    ret->exception = arena_alloc(&s->text, (n + 1) * sizeof *ret->exception);
    s->exceptions = ret->exception;
    s->n_exceptions = ret->exception ? n : 0;
    return ret->exception != NULL;
}

static bool read_entries(reading *x, setting what, const yaml_node *n, target to)
{
    if (n->kind != YAML_LIST || n->n > LIMIT_SETTINGS_ENTRIES) {
        report_error(&x->r.report, n->pos, "", "`%s` must be a list of at most %d maps",
                     name_of(what), LIMIT_SETTINGS_ENTRIES);
        return false;
    }
    if (!make_room(x, what, n->n, &to))
        return false;
    for (size_t i = 0; i < n->n; i++) {
        const yaml_node *item = n->item[i];
        if (item->kind != YAML_MAP)
            report_error(&x->r.report, item->pos, "", "an entry of `%s` must be a map, not %s",
                         name_of(what), yaml_kind_text(item->kind));
        else if (to.automation)
            read_automation(x, item, &to.automation[i]);
        else
            read_exception(x, item, &to.exception[i]);
    }
    return true;
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
            read_map(x, SETTING_PLACE_TOP, root, (target){NULL, NULL});
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
