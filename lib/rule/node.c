/* SPDX-License-Identifier: Apache-2.0
 *
 * node.c -- reading nodes, tolerant of spelling and strict about kinds.
 */
#include "rule/node.h"

#include <stdio.h>

#include "base/text.h"

static char key_char(char c)
{
    return c == '_' ? '-' : text_lower(c);
}

bool node_is_key(str written, const char *key)
{
    size_t i = 0;
    while (i < written.n && key[i] && key_char(written.p[i]) == key_char(key[i]))
        i++;
    return i == written.n && !key[i];
}

const yaml_node *node_get(const yaml_node *map, const char *key)
{
    const yaml_node *exact = yaml_get(map, key);
    if (exact || !map || map->kind != YAML_MAP)
        return exact;
    for (size_t i = 0; i < map->n; i++) {
        if (node_is_key(map->pair[i].key, key))
            return map->pair[i].value;
    }
    return NULL;
}

bool node_has(const yaml_node *map, const char *key)
{
    const yaml_node *n = node_get(map, key);
    return n && n->kind != YAML_NULL;
}

bool node_text(node_reader *r, const yaml_node *n, const char *what, str *ret)
{
    if (yaml_is_scalar(n) && n->kind != YAML_NULL && text_trim(n->text).n) {
        *ret = n->text;
        return true;
    }
    if (yaml_is_scalar(n))
        report_error(&r->report, n->pos, "", "%s is empty", what);
    else
        report_error(&r->report, n->pos, "", "%s must be a text, not %s", what,
                     yaml_kind_text(n->kind));
    return false;
}

bool node_bool(node_reader *r, const yaml_node *n, const char *what, bool *ret)
{
    if (n->kind != YAML_BOOL) {
        report_error(&r->report, n->pos, "write true or false; yes and on are texts in YAML 1.2",
                     "%s must be true or false, not %s", what, yaml_kind_text(n->kind));
        return false;
    }
    *ret = str_is(n->text, "true");
    return true;
}

static void complain(node_reader *r, const yaml_node *n, const char *what, diag_severity severity)
{
    const char *is = yaml_kind_text(n->kind);
    if (severity == DIAG_ERROR)
        report_error(&r->report, n->pos, "", "%s must be a text or a list of texts, not %s", what,
                     is);
    else
        report_warning(&r->report, n->pos, "", "%s must be texts: %s is ignored", what, is);
}

node_list node_texts(node_reader *r, const yaml_node *n, const char *what, diag_severity severity)
{
    node_list list = {0};
    if (n->kind == YAML_NULL)
        return list;
    bool is_list = n->kind == YAML_LIST;
    size_t count = is_list ? n->n : 1;
    list.items = arena_alloc(r->a, count * sizeof *list.items);
    for (size_t i = 0; list.items && i < count; i++) {
        const yaml_node *item = is_list ? n->item[i] : n;
        if (yaml_is_scalar(item) && item->kind != YAML_NULL)
            list.items[list.n++] = (sigma_text){item->text, item->pos};
        else
            complain(r, item, what, severity);
    }
    return list;
}

str *node_strs(node_reader *r, const node_list *list)
{
    str *texts = arena_alloc(r->a, list->n * sizeof *texts);
    for (size_t i = 0; texts && i < list->n; i++)
        texts[i] = list->items[i].text;
    return texts;
}

bool node_check_spelling(node_reader *r, const yaml_node *map, const yaml_pair *p, const str *known,
                         size_t n_known)
{
    for (size_t i = 0; i < n_known; i++) {
        const char *key = known[i].p;
        if (str_eq(p->key, known[i]))
            return true;
        if (!node_is_key(p->key, key))
            continue;
        if (yaml_get(map, key))
            report_error(&r->report, p->key_pos, "keep one of them", "`%.*s` stands beside `%s`",
                         (int)p->key.n, p->key.p, key);
        else
            report_warning(&r->report, p->key_pos, "", "`%.*s` is read as `%s`", (int)p->key.n,
                           p->key.p, key);
        return true;
    }
    return false;
}

/* Those of `known` that are not there: a near miss of one that is there is a key of its own. */
static const char **absent_of(node_reader *r, const yaml_node *map, const str *known,
                              size_t n_known, size_t *ret_n)
{
    const char **absent = arena_alloc(r->a, n_known * sizeof *absent);
    size_t n = 0;
    for (size_t i = 0; absent && i < n_known; i++) {
        if (!node_get(map, known[i].p))
            absent[n++] = known[i].p;
    }
    *ret_n = n;
    return absent;
}

void node_check_keys(node_reader *r, const yaml_node *map, const str *known, size_t n_known,
                     bool is_closed)
{
    size_t n_absent;
    const char *const *absent = absent_of(r, map, known, n_known, &n_absent);
    for (size_t i = 0; i < map->n; i++) {
        const yaml_pair *p = &map->pair[i];
        if (node_check_spelling(r, map, p, known, n_known))
            continue;
        const char *near = diag_nearest(p->key, absent, n_absent);
        char hint[64] = "";
        if (near)
            snprintf(hint, sizeof hint, "did you mean `%s`?", near);
        if (is_closed || near)
            report_warning(&r->report, p->key_pos, hint, "the key `%.*s` means nothing here",
                           (int)str_upto(p->key, 80).n, p->key.p);
    }
}
