/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.c -- the sentences.
 */
#include "correlate/explain.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "correlate/facts.h"

static const char *z(str s)
{
    return s.p ? s.p : "";
}

const char *explain_z(arena *a, str s)
{
    AUTO(buf) out = {0};
    if (s.n == 0)
        return "";
    if (!memchr(s.p, 0, s.n))
        return z(arena_dup(a, s));
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i])
            buf_putc(&out, s.p[i]);
        else
            buf_puts(&out, "\xEF\xBF\xBD");
    }
    return z(arena_dup_buf(a, &out));
}

void text_list_add(arena *a, text_list *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->text[i], text) == 0)
            return;
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        const char **more = arena_alloc(a, cap * sizeof *more);
        if (!more)
            return;
        if (l->n > 0)
            memcpy(more, l->text, l->n * sizeof *more);
        l->text = more;
        l->cap = cap;
    }
    l->text[l->n++] = text;
}

const char *explain_duration(int64_t ns, arena *a)
{
    int64_t minutes = ns / TIME_MINUTE;
    if (ns < TIME_MINUTE)
        return z(arena_printf(a, "%lld s", (long long)(ns / TIME_SECOND)));
    if (minutes < 60)
        return z(arena_printf(a, "%lld min", (long long)minutes));
    if (minutes < 48 * 60)
        return minutes % 60 ? z(arena_printf(a, "%lld h %lld min", (long long)(minutes / 60),
                                             (long long)(minutes % 60)))
                            : z(arena_printf(a, "%lld h", (long long)(minutes / 60)));
    return z(arena_printf(a, "%lld days", (long long)(minutes / (24 * 60))));
}

/* Short form of an id for a sentence: the last part of an Azure, GCP or ARN path. */
static const char *brief(const state *s, uint32_t e, arena *a)
{
    if (!e)
        return "?";
    str id = graph_id(&s->graph, e);
    str name = text_after_last(id, '/');
    if (name.n == id.n && text_starts(id, "arn:"))
        name = text_after_last(id, ':');
    return explain_z(a, name.n ? name : id);
}

static const char *kind(const state *s, uint32_t e)
{
    const char *text = entity_describe((entity_type)graph_at(&s->graph, e)->type)->text;
    return strcmp(text, "volume") == 0 && graph_at(&s->graph, e)->provider != PROVIDER_AWS ? "disk"
                                                                                           : text;
}

/* ---- title ----------------------------------------------------------------------------------- */

static const char *title_of_victim(const state *s, const score_facts *f, arena *a)
{
    if (f->has_foreign_use)
        return z(
            arena_printf(a, "Snapshot %s was used by another account", brief(s, f->foreign, a)));
    if (f->is_mounted && f->instance)
        return z(arena_printf(a, "Copy of %s %s was put on instance %s%s", kind(s, f->victim),
                              brief(s, f->victim, a), brief(s, f->instance, a),
                              f->has_exfil ? ", and shared or exported" : ""));
    if (f->has_exfil)
        return z(arena_printf(a, "Copy of %s %s was shared or exported", kind(s, f->victim),
                              brief(s, f->victim, a)));
    if (f->has_instance)
        return z(arena_printf(a, "%s %s was copied, and instance %s made", kind(s, f->victim),
                              brief(s, f->victim, a), brief(s, f->instance, a)));
    return z(arena_printf(a, "%s %s was copied", kind(s, f->victim), brief(s, f->victim, a)));
}

static const char *title_of_instance(const state *s, const score_facts *f, arena *a)
{
    const char *what = f->instances > 1
                           ? z(arena_printf(a, "%u instances", f->instances))
                           : z(arena_printf(a, "Instance %s", brief(s, f->instance, a)));
    const char *verb = f->instances > 1 ? "were" : "was";
    if (f->has_new_identity)
        return z(arena_printf(a, "%s %s made by a new identity", what, verb));
    if (f->has_network)
        return z(arena_printf(a, "%s %s made and a network opened", what, verb));
    return z(arena_printf(a, "%s %s made", what, verb));
}

/* Name of the first call that the story is about. */
static const char *first_operation(const state *s, const story *t)
{
    for (size_t i = 0; i < t->n_steps; i++)
        if (t->steps[i].is_anchor)
            return operation_at(journal_at(&s->journal, t->steps[i].entry)->operation)->name;
    return "";
}

const char *explain_title(const state *s, const story *t, const score_facts *f, arena *a)
{
    const char *title;
    if (f->has_victim || f->has_foreign_use)
        title = title_of_victim(s, f, a);
    else if (f->has_instance)
        title = title_of_instance(s, f, a);
    else if (!f->has_success)
        return z(arena_printf(a, "%s was tried and refused", first_operation(s, t)));
    else if (f->has_exfil && f->exfil)
        title = z(arena_printf(a, "%s %s was %s", kind(s, f->exfil), brief(s, f->exfil, a),
                               f->is_export ? "exported" : "shared"));
    else if (f->has_exfil)
        return "Data was shared or exported";
    else
        return z(arena_printf(a, f->other_stages > 1 ? "%s, with other steps around it" : "%s",
                              first_operation(s, t)));
    char *first = (char *)(uintptr_t)title; /* arena memory of ours */
    if (*first >= 'a' && *first <= 'z')
        *first = (char)(*first - 32);
    return title;
}

/* ---- verdict --------------------------------------------------------------------------------- */

/* What a class of calls is called in a sentence. First match wins; "*" stands for the count. */
/* clang-format off */
static const struct {
    const char *class_name;
    const char *one, *many;
} clauses[] = {
    {"identity.create",  "made an identity",                   "made * identities"},
    {"cred.create",      "made a credential",                  "made * credentials"},
    {"idp.add",          "added a way to log in",              "added * ways to log in"},
    {"mfa",              "changed a second factor",            "changed second factors * times"},
    {"priv.grant",       "granted rights",                     "granted rights * times"},
    {"instance.role",    "gave an instance a role",            "gave instances roles * times"},
    {"snapshot.create",  "took a snapshot",                    "took * snapshots"},
    {"snapshot.copy",    "copied a snapshot",                  "copied * snapshots"},
    {"snapshot.share",   "shared a snapshot",                  "shared snapshots * times"},
    {"snapshot.export",  "exported a snapshot",                "exported snapshots * times"},
    {"snapshot.read",    "read the data of a snapshot",        "read the data of snapshots * times"},
    {"snapshot.delete",  "deleted a snapshot",                 "deleted snapshots * times"},
    {"snapshot.restore", "brought back a snapshot",            "brought back snapshots * times"},
    {"image.create",     "made an image",                      "made * images"},
    {"image.copy",       "copied an image",                    "copied * images"},
    {"image.share",      "shared an image",                    "shared images * times"},
    {"image.export",     "exported an image",                  "exported images * times"},
    {"image.delete",     "deleted an image",                   "deleted images * times"},
    {"disk.share",       "shared a disk",                      "shared disks * times"},
    {"disk.export",      "exported a disk",                    "exported disks * times"},
    {"volume.create",    "made a disk",                        "made * disks"},
    {"volume.clone",     "cloned a disk",                      "cloned * disks"},
    {"volume.attach",    "attached a disk",                    "attached disks * times"},
    {"volume.detach",    "detached a disk",                    "detached disks * times"},
    {"volume.delete",    "deleted a disk",                     "deleted disks * times"},
    {"instance.create",  "made an instance",                   "made * instances"},
    {"instance.request", "asked for instances",                "asked for instances * times"},
    {"instance.modify",  "changed an instance",                "changed instances * times"},
    {"instance.revert",  "put another disk under an instance", "put other disks under instances * times"},
    {"instance.delete",  "deleted an instance",                "deleted instances * times"},
    {"net.sg.swap",      "swapped security groups",            "swapped security groups * times"},
    {"net",              "opened a network",                   "opened networks * times"},
    {"access",           "got into an instance",               "got into instances * times"},
    {"staging.share",    "shared a bucket",                    "shared buckets * times"},
    {"staging",          "staged data",                        "staged data * times"},
    {"collect",          "read data",                          "read data * times"},
    {"log",              "weakened logging",                   "weakened logging * times"},
    {"detect",           "weakened detection",                 "weakened detection * times"},
    {"policy",           "weakened a policy",                  "weakened policies * times"},
    {"cred.read",        "read secrets",                       "read secrets * times"},
};
/* clang-format on */

enum { CLAUSES_MAX = 7 }; /* a sentence that is longer is not read */

/* How many things of a lineage one call made; 1 for a call that made none. */
static unsigned made_by(const state *s, const entry *e)
{
    unsigned n = 0;
    for (size_t i = 0; i < e->n_touches; i++)
        n += e->touches[i].relation == RELATION_CREATED &&
             entity_is_lineage(graph_at(&s->graph, e->touches[i].entity)->type);
    return n ? n : 1;
}

static int clause_of(const entry *e)
{
    for (size_t i = 0; i < ARRAY_LEN(clauses); i++)
        if (operation_is(e->operation, clauses[i].class_name))
            return (int)i;
    return -1;
}

typedef struct told {
    int clause;
    unsigned count;
} told;

static bool is_by_root(const story *t, uint32_t root)
{
    for (size_t i = 0; i < t->n_roots; i++)
        if (t->roots[i] == root)
            return true;
    return root == 0 && t->n_roots == 0;
}

/* What the story's actors did themselves. A call of some stages did what its clause says only when
 * it is evidence: a rule for one office opens no network. What made, copied, deleted something did
 * so in any case. */
static bool is_told(const state *s, const story *t, const story_step *step)
{
    const entry *e = journal_at(&s->journal, step->entry);
    uint8_t of = operation_at(e->operation)->stage;
    if (e->outcome != OUTCOME_SUCCESS && e->outcome != OUTCOME_PENDING)
        return false;
    if (!is_by_root(t, e->root) || operation_is(e->operation, "snapshot.used"))
        return false;
    bool is_conditional = of == STAGE_NETLOOSEN || of == STAGE_PRIVESC || of == STAGE_EVASION ||
                          of == STAGE_EXFIL || of == STAGE_MODIFY;
    return !is_conditional || facts_is_evidence(s, t, step);
}

/* The kinds of deeds, in the order they first occur. */
static size_t tell(const state *s, const story *t, told list[ARRAY_LEN(clauses)])
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        int clause = clause_of(e);
        size_t k = 0;
        while (k < n && list[k].clause != clause)
            k++;
        if (clause < 0 || !is_told(s, t, &t->steps[i]))
            continue;
        if (k == n)
            list[n++] = (told){clause, 0};
        list[k].count += e->count * made_by(s, e);
    }
    return n;
}

static void put_clause(buf *out, const told *x)
{
    const char *text = x->count > 1 ? clauses[x->clause].many : clauses[x->clause].one;
    const char *star = strchr(text, '*');
    if (star)
        buf_printf(out, "%.*s%u%s", (int)(star - text), text, x->count, star + 1);
    else
        buf_puts(out, text);
}

static void put_deeds(const state *s, const story *t, buf *out)
{
    told list[ARRAY_LEN(clauses)];
    size_t n = tell(s, t, list), shown = n > CLAUSES_MAX ? CLAUSES_MAX : n;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            buf_puts(out, i + 1 == shown && shown == n ? " and " : ", ");
        put_clause(out, &list[i]);
    }
    if (n > shown)
        buf_printf(out, " and %zu more kinds of steps", n - shown);
    if (n == 0)
        buf_puts(out, "was refused whatever it tried");
}

static void put_actor(const state *s, const story *t, const score_facts *f, arena *a, buf *out)
{
    buf_puts(out,
             t->n_roots ? explain_z(a, graph_name(&s->graph, t->roots[0])) : "an unnamed caller");
    if (t->n_roots > 1)
        buf_printf(out, " and %zu other actor%s", t->n_roots - 1, t->n_roots > 2 ? "s" : "");
    if (!f->has_new_identity)
        return;
    const entry *birth = journal_at(&s->journal, f->identity_entry);
    bool is_credential = graph_at(&s->graph, f->identity)->type == ENTITY_CREDENTIAL;
    if (birth->time_ns > t->first_ns)
        return;
    buf_printf(out, " (%s made %s earlier by %s%s)",
               is_credential ? "with a credential" : "an identity",
               explain_duration(t->first_ns - birth->time_ns, a),
               birth->root ? explain_z(a, graph_name(&s->graph, birth->root)) : "an unnamed caller",
               f->has_privesc ? ", and given rights" : "");
}

const char *explain_verdict(const state *s, const story *t, const score_facts *f, arena *a)
{
    AUTO(buf) out = {0};
    int64_t span = t->n_steps ? journal_at(&s->journal, t->steps[t->n_steps - 1].entry)->time_ns -
                                    journal_at(&s->journal, t->steps[0].entry)->time_ns
                              : 0;
    put_actor(s, t, f, a, &out);
    buf_putc(&out, ' ');
    put_deeds(s, t, &out);
    if (span >= TIME_SECOND)
        buf_printf(&out, ", within %s", explain_duration(span, a));
    if (f->has_victim)
        buf_printf(&out, "; %s %s %s and is not theirs", kind(s, f->victim), brief(s, f->victim, a),
                   graph_at(&s->graph, f->victim)->born == GRAPH_NO_ENTRY ? "was there before"
                                                                          : "was made by others");
    if (f->has_foreign_use)
        buf_printf(&out, "; another account used snapshot %s", brief(s, f->foreign, a));
    buf_putc(&out, '.');
    if (out.failed)
        a->failed = true;
    return explain_z(a, buf_str(&out));
}
