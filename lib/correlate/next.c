/* SPDX-License-Identifier: Apache-2.0
 *
 * next.c -- commands for the analyst: look first, then contain. Printed, never run.
 */
#include "base/buf.h"
#include "base/text.h"
#include "correlate/explain.h"

enum {
    THINGS_MAX = 6
}; /* commands for so many things of a kind; the rest are in the list of resources */

/* clang-format off */
/* Rows are for ids that hold `mark` (NULL: any). $1: the id; $r: region; $u: the user of a key. */
static const struct {
    uint8_t provider;
    uint8_t type;
    const char *mark;
    const char *command;
} commands[] = {
    {PROVIDER_AWS,   ENTITY_INSTANCE,       "i-",        "verify: aws ec2 describe-instances --region $r --instance-ids $1"},
    {PROVIDER_AWS,   ENTITY_INSTANCE,       ":db:",      "verify: aws rds describe-db-instances --region $r --db-instance-identifier $1"},
    {PROVIDER_AWS,   ENTITY_SNAPSHOT,       "snap-",     "verify: aws ec2 describe-snapshot-attribute --region $r --attribute createVolumePermission --snapshot-id $1"},
    {PROVIDER_AWS,   ENTITY_SNAPSHOT,       ":rds:",     "verify: aws rds describe-db-snapshot-attributes --region $r --db-snapshot-identifier $1"},
    {PROVIDER_AWS,   ENTITY_VOLUME,         "vol-",      "verify: aws ec2 describe-volumes --region $r --volume-ids $1"},
    {PROVIDER_AWS,   ENTITY_IMAGE,          "ami-",      "verify: aws ec2 describe-images --region $r --image-ids $1"},
    {PROVIDER_AWS,   ENTITY_SECURITY_GROUP, "sg-",       "verify: aws ec2 describe-security-groups --region $r --group-ids $1"},
    {PROVIDER_AWS,   ENTITY_CREDENTIAL,     NULL,        "verify: aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=$1"},
    {PROVIDER_AWS,   ENTITY_INSTANCE,       "i-",        "contain: aws ec2 stop-instances --region $r --instance-ids $1   # after a memory image, if one is wanted"},
    {PROVIDER_AWS,   ENTITY_CREDENTIAL,     "AKIA",      "contain: aws iam update-access-key --user-name $u --status Inactive --access-key-id $1"},
    {PROVIDER_AZURE, ENTITY_INSTANCE,       NULL,        "verify: az vm show --show-details --ids $1"},
    {PROVIDER_AZURE, ENTITY_SNAPSHOT,       NULL,        "verify: az snapshot show --ids $1"},
    {PROVIDER_AZURE, ENTITY_VOLUME,         NULL,        "verify: az disk show --ids $1"},
    {PROVIDER_AZURE, ENTITY_SECURITY_GROUP, NULL,        "verify: az network nsg show --ids $1"},
    {PROVIDER_AZURE, ENTITY_INSTANCE,       NULL,        "contain: az vm deallocate --ids $1"},
    {PROVIDER_GCP,   ENTITY_INSTANCE,       NULL,        "verify: gcloud compute instances describe $1"},
    {PROVIDER_GCP,   ENTITY_SNAPSHOT,       NULL,        "verify: gcloud compute snapshots describe $1"},
    {PROVIDER_GCP,   ENTITY_VOLUME,         NULL,        "verify: gcloud compute disks describe $1"},
    {PROVIDER_GCP,   ENTITY_SECURITY_GROUP, NULL,        "verify: gcloud compute firewall-rules describe $1"},
    {PROVIDER_GCP,   ENTITY_INSTANCE,       NULL,        "contain: gcloud compute instances stop $1"},
};
/* clang-format on */

static bool is_plain(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = text_lower(s.p[i]);
        bool is_safe = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("-_./:@", c);
        if (!is_safe || !c)
            return false;
    }
    return s.n > 0 && s.p[0] != '-';
}

/* As one word of a POSIX shell. */
static void put_quoted(buf *out, str s)
{
    if (is_plain(s)) {
        buf_putstr(out, s);
        return;
    }
    buf_putc(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, s.p[i]);
    }
    buf_putc(out, '\'');
}

/* What commands name besides the thing itself. */
typedef struct setting {
    str region;
    str user;
} setting;

static str text_of(char mark, str id, const setting *g)
{
    if (mark == 'r')
        return g->region.n ? g->region : STR("REGION");
    if (mark == 'u')
        return g->user.n ? g->user : STR("USER");
    return id;
}

static void put_command(buf *out, const char *command, str id, const setting *g)
{
    for (const char *c = command; *c; c++) {
        if (c[0] != '$') {
            buf_putc(out, *c);
            continue;
        }
        c++;
        put_quoted(out, text_of(*c, id, g));
    }
}

static void add_commands(const state *s, uint32_t thing, const setting *g, const char *kind,
                         arena *a, text_list *ret)
{
    const entity *x = graph_at(&s->graph, thing);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        const char *mark = commands[i].mark;
        bool is_kind = text_starts(str_of(commands[i].command), kind) &&
                       (!mark || text_has(graph_id(&s->graph, thing), mark));
        if (commands[i].provider != x->provider || commands[i].type != x->type || !is_kind)
            continue;
        AUTO(buf) out = {0};
        put_command(&out, commands[i].command, graph_id(&s->graph, thing), g);
        if (out.failed)
            a->failed = true;
        text_list_add(a, ret, explain_z(a, buf_str(&out)));
    }
}

/* Region of the first call of the story that names one. */
static str region_of(const state *s, const story *t, arena *a)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *n = journal_at(&s->journal, t->steps[i].entry);
        event e;
        size_t n_refs = event_packed_refs(journal_packed(n));
        event_ref *refs = arena_alloc(a, (n_refs + 1) * sizeof *refs);
        if (refs && t->steps[i].is_anchor && journal_event(n, &e, refs, n_refs) &&
            e.field[FIELD_region].n > 0)
            return e.field[FIELD_region];
    }
    return STR_NONE;
}

/* Containing is offered for what the story made, never for what was there before. */
static bool may_contain(const state *s, const score_facts *f, uint32_t thing)
{
    return graph_at(&s->graph, thing)->born != GRAPH_NO_ENTRY || thing == f->instance;
}

/* Credentials made in these logs that the story's calls were made with. */
static void add_credentials(const state *s, const story *t, setting g, const char *kind, arena *a,
                            text_list *ret)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        const entry *birth = journal_at(&s->journal, graph_at(&s->graph, e->via)->born);
        if (!t->steps[i].is_anchor || !birth ||
            operation_at(birth->operation)->stage != STAGE_IDENTITY)
            continue;
        g.user = graph_name(&s->graph, e->actor);
        add_commands(s, e->via, &g, kind, a, ret);
    }
}

void explain_next(const state *s, const story *t, const score_facts *f, arena *a, text_list *ret)
{
    static const char *const kinds[] = {"verify", "contain"};
    const setting g = {.region = region_of(s, t, a)};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        unsigned per_type[ENTITY_COUNT] = {0};
        for (size_t i = 0; i < t->n_things; i++) {
            uint32_t thing = t->things[i];
            uint8_t type = graph_at(&s->graph, thing)->type;
            if (per_type[type]++ < THINGS_MAX && (k == 0 || may_contain(s, f, thing)))
                add_commands(s, thing, &g, kinds[k], a, ret);
        }
        add_credentials(s, t, g, kinds[k], a, ret);
    }
}
