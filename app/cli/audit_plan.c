/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_plan.c -- exports that need the same loops, one nest of loops for each such set.
 */
#include "cli/audit_plan.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <spoor/spoor.h>

#include "base/list.h"
#include "base/words.h"

enum { COLUMN_NAME = 0, COLUMN_CLOUD = 1, COLUMN_MEANING = 2, COLUMN_COMMAND = 3, STEP = 4 };

typedef struct variable {
    const char *cloud, *name, *export_, *directory, *lister;
} variable;

typedef struct instead {
    const char *export_, *whole;
} instead;

#define PLAN_INSTEAD(export_, whole)
static const variable variables[] = {
#define PLAN_VARIABLE(cloud, name, export_, directory, lister)                                     \
    {cloud, name, export_, directory, lister},
#include "cli/audit_plan.def"
#undef PLAN_VARIABLE
};
#undef PLAN_INSTEAD
_Static_assert(ARRAY_LEN(variables) <= 64, "a set of them is the bits of one number");

#define PLAN_VARIABLE(cloud, name, export_, directory, lister)
static const instead replaced[] = {
#define PLAN_INSTEAD(export_, whole) {export_, whole},
#include "cli/audit_plan.def"
#undef PLAN_INSTEAD
};
#undef PLAN_VARIABLE

/* One export, and the loops that its command needs. */
typedef struct item {
    const char *name, *meaning, *command;
    const char *whole; /* the export that makes this one needless; NULL: none */
    uint64_t loops;    /* bits of variables */
    bool is_by_hand;   /* it is no command, or has a place that nothing fills in */
    bool is_written;
} item;

typedef struct plan {
    const char *cloud;
    item *items;
    size_t n, cap;
    bool failed;
    strbuf *out;
} plan;

/* clang-format off */
static const struct { const char *title, *tool, *rights; } clouds[] = {
    [PLAN_AWS]   = {"AWS", "aws", "the managed policy SecurityAudit, and organizations:List* and Describe* of the management account"},
    [PLAN_AZURE] = {"Azure and Entra ID", "az", "Reader and Security Reader on the subscriptions, Global Reader in the directory"},
    [PLAN_GCP]   = {"Google Cloud", "gcloud", "roles/viewer, roles/iam.securityReviewer and roles/cloudasset.viewer"},
};

static const char *const names[] = {[PLAN_AWS] = "aws", [PLAN_AZURE] = "azure", [PLAN_GCP] = "gcp"};

/* What lists the regions when none were named. */
static const char *const all_regions[] = {
    [PLAN_AWS]   = "list aws ec2 describe-regions --query 'Regions[].RegionName' --output text",
    [PLAN_AZURE] = "list az network watcher list --subscription \"$subscription\" --query '[].location' --output tsv",
    [PLAN_GCP]   = "true",
};

static const char prologue[] =
    "set -uf # no failure of one command stops the others, and no name is a pattern\n"
    "IFS=$'\\n\\t'\n"
    "umask 077\n"
    "top=${1:-spoor-exports}\n"
    "log=$top.log\n"
    "failed=0\n"
    "mkdir -p \"$top\" || exit 1\n"
    ": >\"$log\"\n\n"
    "# What a command lists, one value a line.\n"
    "list()\n"
    "{\n"
    "    \"$@\" 2>>\"$log\" </dev/null | tr '\\t' '\\n' | sed '/^None$/d; /^$/d' | sort -u\n"
    "}\n\n"
    "# Where the next export goes.\n"
    "into()\n"
    "{\n"
    "    file=$1\n"
    "    mkdir -p \"${file%/*}\"\n"
    "}\n\n"
    "# What failed leaves no file: nothing half is taken for the whole.\n"
    "kept()\n"
    "{\n"
    "    [ \"$1\" -ne 0 ] || return 0\n"
    "    rm -f \"$file\"\n"
    "    echo \"not made: $file (see $log)\" >&2\n"
    "    failed=$((failed + 1))\n"
    "}\n\n"
    "# A value as part of a file's name.\n"
    "part()\n"
    "{\n"
    "    printf '%s' \"${1//[^A-Za-z0-9._@-]/_}\"\n"
    "}\n\n";

static const char org_units[] =
    "# The units below a root or unit, all the way down.\n"
    "org_units()\n"
    "{\n"
    "    local unit\n"
    "    for unit in $(list aws organizations list-organizational-units-for-parent --parent-id \"$1\" \\\n"
    "        --query 'OrganizationalUnits[].Id' --output text); do\n"
    "        printf '%s\\n' \"$unit\"\n"
    "        org_units \"$unit\"\n"
    "    done\n"
    "}\n\n";
/* clang-format on */

/* ---- which loops ----------------------------------------------------------------------------- */

/* The row that fills in a name in the command of an export; SIZE_MAX: none. */
static size_t variable_of(const plan *p, const item *x, const char *name, size_t n)
{
    size_t common = SIZE_MAX;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        const variable *v = &variables[i];
        if (strcmp(v->cloud, p->cloud) != 0 || strlen(v->name) != n ||
            memcmp(v->name, name, n) != 0)
            continue;
        if (strcmp(v->export_, x->name) == 0)
            return i;
        common = *v->export_ ? common : i;
    }
    return common;
}

/* Bytes of "{name}" that the text begins with; 0: it begins with something else. */
static size_t place_length(const char *text)
{
    size_t n = 1;
    if (*text != '{')
        return 0;
    while (islower((unsigned char)text[n]) || text[n] == '_')
        n++;
    return n > 1 && text[n] == '}' ? n + 1 : 0;
}

/* Variables that the lister of another one uses. */
static uint64_t used_by(const plan *p, const item *x, const char *lister)
{
    uint64_t loops = 0;
    for (const char *at = lister; (at = strchr(at, '$')); at++) {
        size_t n = 0;
        while (islower((unsigned char)at[1 + n]) || at[1 + n] == '_')
            n++;
        size_t i = n ? variable_of(p, x, at + 1, n) : SIZE_MAX;
        if (i != SIZE_MAX)
            loops |= UINT64_C(1) << i;
    }
    return loops;
}

static void find_loops(const plan *p, item *x)
{
    for (const char *at = x->command; (at = strchr(at, '{')); at++) {
        size_t n = place_length(at);
        size_t i = n ? variable_of(p, x, at + 1, n - 2) : SIZE_MAX;
        if (n && i == SIZE_MAX)
            x->is_by_hand = true;
        else if (n)
            x->loops |= UINT64_C(1) << i;
    }
    for (size_t i = ARRAY_LEN(variables); i-- > 0;) /* a lister's variables stand before it */
        if (x->loops >> i & 1)
            x->loops |= used_by(p, x, variables[i].lister);
}

/* The fields of row i, or false. Rows hold static text but for `text`, which exports do not use. */
static bool next_export(size_t i, spoor_row *row)
{
    return spoor_describe(SPOOR_EXPORTS, i, row) == SPOOR_OK;
}

static void add_export(plan *p, const char *tool, const spoor_row *row)
{
    item *items = list_room(p->items, p->n, &p->cap, 64, sizeof *items);
    if (!items) {
        p->failed = true;
        return;
    }
    p->items = items;
    item *x = &items[p->n++];
    *x = (item){.name = row->cell[COLUMN_NAME],
                .meaning = row->cell[COLUMN_MEANING],
                .command = row->cell[COLUMN_COMMAND]};
    x->is_by_hand = !strstr(x->command, tool) || strncmp(x->command, "spoor", 5) == 0;
    for (size_t i = 0; i < ARRAY_LEN(replaced); i++)
        if (strcmp(replaced[i].export_, x->name) == 0)
            x->whole = replaced[i].whole;
    find_loops(p, x);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The command with its places filled in: "$x" between words, $x in double quotes, '"$x"' in
 * single ones. Where it would write its output itself it ends. */
static void put_command(strbuf *out, const char *command)
{
    char quote = '\0';
    for (const char *at = command; *at; at++) {
        size_t n = place_length(at);
        const char *around = quote == '\'' ? "'\"" : quote ? "" : "\"";
        if (n) {
            strbuf_printf(out, "%s${%.*s}%s", around, (int)(n - 2), at + 1,
                          quote == '\'' ? "\"'" : around);
            at += n - 1;
            continue;
        }
        if (!quote && strncmp(at, " > ", 3) == 0)
            return;
        if (*at == '\\' && quote != '\'' && at[1])
            strbuf_put(out, at++, 1);
        else if (*at == quote)
            quote = '\0';
        else if (!quote && (*at == '\'' || *at == '"'))
            quote = *at;
        strbuf_put(out, at, 1);
    }
}

static void put_indent(const plan *p, size_t depth)
{
    strbuf_repeat(p->out, " ", depth * STEP);
}

/* The file of an export inside the loops: "$dir/$region/aws_volumes.json". */
static void put_file(const plan *p, const item *x)
{
    strbuf_puts(p->out, "\"$dir");
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        if (x->loops >> i & 1)
            strbuf_puts(p->out, variables[i].directory);
    strbuf_printf(p->out, "/%s", x->name);
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        if ((x->loops >> i & 1) && !*variables[i].directory)
            strbuf_printf(p->out, "-$(part \"$%s\")", variables[i].name);
    strbuf_puts(p->out, ".json\"");
}

static void put_export(const plan *p, const item *x, size_t depth)
{
    put_indent(p, depth);
    strbuf_printf(p->out, "# %s\n", x->meaning);
    put_indent(p, depth);
    strbuf_puts(p->out, "into ");
    put_file(p, x);
    strbuf_puts(p->out, "\n");
    put_indent(p, depth);
    strbuf_puts(p->out, "(set -e; ");
    put_command(p->out, x->command);
    strbuf_puts(p->out, ") >\"$file\" 2>>\"$log\" </dev/null\n");
    put_indent(p, depth);
    strbuf_puts(p->out, "kept $?\n");
}

/* Opens what the exports of a set stand in; returns how deep they stand. */
static size_t open_nest(const plan *p, const item *first)
{
    size_t depth = 0;
    strbuf_puts(p->out, "\n");
    if (first->whole)
        strbuf_printf(p->out,
                      "if [ ! -e \"$dir/%s.json\" ]; then # which tells all of it at once\n",
                      first->whole);
    depth += first->whole != NULL;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        if (!(first->loops >> i & 1))
            continue;
        put_indent(p, depth++);
        strbuf_printf(p->out, "for %s in $(%s); do\n", variables[i].name, variables[i].lister);
    }
    return depth;
}

static void close_nest(const plan *p, const item *first, size_t depth)
{
    while (depth > 0) {
        bool is_if = --depth == 0 && first->whole;
        put_indent(p, depth);
        strbuf_puts(p->out, is_if ? "fi\n" : "done\n");
    }
}

/* All exports that need the same loops as the first of them. */
static void put_nest(plan *p, size_t first)
{
    size_t depth = open_nest(p, &p->items[first]);
    for (size_t i = first; i < p->n; i++) {
        item *x = &p->items[i];
        if (x->is_by_hand || x->is_written || x->loops != p->items[first].loops ||
            x->whole != p->items[first].whole)
            continue;
        put_export(p, x, depth);
        x->is_written = true;
    }
    close_nest(p, &p->items[first], depth);
}

static void put_by_hand(const plan *p)
{
    strbuf_puts(p->out, "\n");
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].is_by_hand)
            strbuf_printf(p->out, "# by hand: %s: %s\n", p->items[i].meaning, p->items[i].command);
}

/* ---- the script ------------------------------------------------------------------------------ */

static void put_head(plan_cloud cloud, strbuf *out)
{
    strbuf_printf(
        out,
        "#!/bin/bash\n"
        "# What `spoor audit` reads of %s, as files below spoor-exports (or the directory\n"
        "# that is given): bash plan.sh [DIRECTORY], then spoor audit DIRECTORY.\n"
        "#\n"
        "# Written by `spoor audit --plan %s`. Every command only reads. It needs %s, with\n"
        "# credentials that may read:\n"
        "# %s.\n"
        "# An export whose command fails is left out, and the audit says for which checks it\n"
        "# lacks data.\n"
        "# shellcheck disable=SC2016 # `$` in single quotes belongs to the clouds' queries\n",
        clouds[cloud].title, names[cloud], clouds[cloud].tool, clouds[cloud].rights);
    strbuf_puts(out, prologue);
}

/* regions() gives those that were named, or all; in_regions() keeps zones of those. */
static void put_regions(plan_cloud cloud, const opt_list *regions, strbuf *out)
{
    strbuf_puts(out, "regions()\n{\n    ");
    if (regions->n == 0)
        strbuf_puts(out, all_regions[cloud]);
    else
        strbuf_puts(out, "printf '%s\\n'");
    for (size_t i = 0; i < regions->n; i++)
        strbuf_printf(out, " %s", regions->items[i]);
    strbuf_puts(out, "\n}\n\n");
    if (cloud != PLAN_GCP)
        return;
    strbuf_puts(out, "in_regions()\n{\n    ");
    strbuf_puts(out, regions->n ? "grep -E '^(" : "cat");
    for (size_t i = 0; i < regions->n; i++)
        strbuf_printf(out, "%s%s", i ? "|" : "", regions->items[i]);
    strbuf_puts(out, regions->n ? ")-[a-z]$'\n}\n\n" : "\n}\n\n");
}

static void put_start(plan_cloud cloud, strbuf *out)
{
    if (cloud != PLAN_AWS) {
        strbuf_printf(out, "dir=$top/%s\n", names[cloud]);
        return;
    }
    strbuf_puts(out, org_units);
    strbuf_puts(out, "account=$(list aws sts get-caller-identity --query Account --output text)\n"
                     "dir=$top/aws/${account:-unknown}\n");
}

static bool is_region(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n > 0 && !word[n] && *word != '-';
}

bool audit_plan_write(plan_cloud cloud, const opt_list *regions, strbuf *out)
{
    plan p = {.cloud = names[cloud], .out = out};
    spoor_row row;
    for (size_t i = 0; i < regions->n; i++)
        if (!is_region(regions->items[i])) {
            opt_complain("no region is called '%s'", regions->items[i]);
            return false;
        }
    for (size_t i = 1; next_export(i, &row); i++)
        if (strcmp(row.cell[COLUMN_CLOUD], p.cloud) == 0)
            add_export(&p, clouds[cloud].tool, &row);
    put_head(cloud, out);
    put_regions(cloud, regions, out);
    put_start(cloud, out);
    for (size_t i = 0; i < p.n; i++)
        if (!p.items[i].is_by_hand && !p.items[i].is_written)
            put_nest(&p, i);
    put_by_hand(&p);
    strbuf_puts(out, "\necho \"exports are below $top; $failed could not be made\" >&2\n");
    out->failed = out->failed || p.failed;
    free(p.items);
    return true;
}
