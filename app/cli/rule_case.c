/* SPDX-License-Identifier: Apache-2.0
 *
 * rule_case.c -- a case, from its YAML.
 */
#include "cli/rule_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "base/yaml_json.h"

enum { LOG_BYTES_MAX = 64 << 20 };

void rule_case_done(rule_case *c)
{
    while (c->owned) {
        rule_case_text *first = c->owned;
        c->owned = first->next;
        free(first);
    }
    rule_request_done(&c->request);
    strbuf_done(&c->notes);
    strbuf_done(&c->input);
}

void rule_case_note(rule_case *c, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    strbuf_puts(&c->notes, n >= 0 ? text : "out of memory");
    strbuf_puts(&c->notes, "\n");
    if (n >= 0)
        free(text);
}

/* A copy that lives as long as the case. */
static const char *own(rule_case *c, const char *text)
{
    size_t n = strlen(text) + 1;
    rule_case_text *copy = malloc(sizeof *copy + n);
    if (!copy) {
        rule_case_note(c, "out of memory");
        return "";
    }
    memcpy(copy->text, text, n);
    copy->next = c->owned;
    c->owned = copy;
    return copy->text;
}

/* As seen from where the test file stands. */
static const char *resolve(rule_case *c, const char *path)
{
    AUTO(strbuf) whole = {0};
    const char *slash = strrchr(c->file, '/');
    if (*path == '/' || !slash)
        return own(c, path);
    strbuf_put(&whole, c->file, (size_t)(slash - c->file) + 1);
    strbuf_puts(&whole, path);
    return own(c, strbuf_text(&whole));
}

/* ---- rules ----------------------------------------------------------------------------------- */

static void take_rule(rule_case *c, const yaml_node_t *node)
{
    AUTO(strbuf) json = {0};
    const char *text = yaml_json_text(node);
    bool is_kept;
    if (text && !strchr(text, '\n'))
        is_kept = opt_list_add(&c->request.paths, resolve(c, text));
    else if (text)
        is_kept = opt_list_add(&c->request.texts, own(c, text));
    else if (yaml_json_put(&json, c->doc, node)) /* JSON is YAML */
        is_kept = opt_list_add(&c->request.texts, own(c, strbuf_text(&json)));
    else
        is_kept = false;
    if (!is_kept)
        rule_case_note(c, "line %zu: this rule cannot be read", node->start_mark.line + 1);
}

static void take_rules(rule_case *c, const yaml_node_t *node)
{
    if (!node || node->type != YAML_SEQUENCE_NODE) {
        rule_case_note(c, "`rules` must be a list of paths and rules");
        return;
    }
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top; item++)
        take_rule(c, yaml_document_get_node(c->doc, *item));
}

/* ---- events ---------------------------------------------------------------------------------- */

static void take_record(rule_case *c, const yaml_node_t *node)
{
    const char *text = yaml_json_text(node); /* a record written as one string of JSON */
    if (text)
        strbuf_puts(&c->input, text);
    else if (!yaml_json_put(&c->input, c->doc, node))
        rule_case_note(c, "line %zu: this record cannot be written as JSON",
                       node->start_mark.line + 1);
    strbuf_puts(&c->input, "\n");
}

static void take_records(rule_case *c)
{
    const yaml_node_t *node = c->events;
    c->source = "events";
    if (node->type == YAML_SEQUENCE_NODE) {
        const yaml_node_item_t *item = node->data.sequence.items.start;
        for (; item < node->data.sequence.items.top; item++)
            take_record(c, yaml_document_get_node(c->doc, *item));
        return;
    }
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++)
        take_record(c, yaml_document_get_node(c->doc, pair->value));
}

static void take_events(rule_case *c)
{
    const char *path = yaml_json_text(c->events), *why = "";
    if (!c->events) {
        rule_case_note(c, "`events` must be records, or the path of a log");
        return;
    }
    if (!path) {
        take_records(c);
        return;
    }
    c->source = resolve(c, path);
    c->is_log = true;
    if (!rule_files_read(c->source, LOG_BYTES_MAX, &c->input, &why))
        rule_case_note(c, "%s: %s", c->source, why);
}

/* ---- the case -------------------------------------------------------------------------------- */

static void check_keys(rule_case *c, const yaml_node_t *root)
{
    static const char *const known[] = {"name", "rules", "events", "format", "expect", "near"};
    const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
    for (; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *node = yaml_document_get_node(c->doc, pair->key);
        const char *key = yaml_json_text(node);
        bool is_known = false;
        for (size_t i = 0; key && i < ARRAY_LEN(known); i++)
            is_known = is_known || strcmp(known[i], key) == 0;
        if (!is_known)
            rule_case_note(
                c, "line %zu: a case has name, rules, events, format, expect and near; not '%s'",
                node->start_mark.line + 1, key ? key : "");
    }
}

void rule_case_read(rule_case *c)
{
    const yaml_node_t *root = yaml_document_get_root_node(c->doc);
    if (root->type != YAML_MAPPING_NODE) {
        rule_case_note(c, "a case is a map of name, rules, events, format and expect");
        return;
    }
    check_keys(c, root);
    const char *name = yaml_json_text(yaml_json_get(c->doc, root, "name"));
    const char *format = yaml_json_text(yaml_json_get(c->doc, root, "format"));
    c->name = name ? name : "";
    c->is_any_json = format && strcmp(format, "json") == 0;
    if (format && !c->is_any_json && strcmp(format, "auto") != 0)
        rule_case_note(c, "`format` is auto or json, not '%s'", format);
    AUTO(strbuf) where = {0};
    strbuf_printf(&where, "%s (written out)", c->file);
    c->request.text_name = own(c, strbuf_text(&where));
    c->events = yaml_json_get(c->doc, root, "events");
    c->expect = yaml_json_get(c->doc, root, "expect");
    c->near = yaml_json_get(c->doc, root, "near");
    if (!c->expect || c->expect->type != YAML_MAPPING_NODE)
        rule_case_note(c, "`expect` must map rules to what they find");
    if (c->near && c->near->type != YAML_MAPPING_NODE)
        rule_case_note(c, "`near` must map rules to what they lack");
    take_rules(c, yaml_json_get(c->doc, root, "rules"));
    take_events(c);
    if (c->input.failed)
        rule_case_note(c, "out of memory");
}
