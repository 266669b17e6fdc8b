/* SPDX-License-Identifier: Apache-2.0
 *
 * neighbours.c -- one walk over the neighbours fills a tally; a table says what the tally proves.
 */
#include "correlate/neighbours.h"

#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "correlate/machine_size.h"
#include "state/inventory.h"

/* How often neighbours have a trait at all, and which texts: two are told apart, more are many. */
typedef struct spread {
    size_t known, with; /* with: not "none" */
    size_t same;        /* with the machine's own */
    uint32_t first, second;
    bool are_many;
} spread;

#define PAST (30 * TIME_DAY)
/* What lives for less builds images and the like: it shows how its maker works, not the place. */
#define BRIEF (20 * TIME_MINUTE)

enum { SIZES_KEPT = 8 };

/* What a name of a size says: neighbours have few different ones. */
typedef struct known_size {
    uint32_t name; /* in the inventory's text; 0: none */
    machine_size is;
} known_size;

typedef struct tally {
    const inventory *v;
    const inventory_machine *m;
    inventory_exposure own;
    int64_t before_ns; /* begin of the story */
    inventory_scope scope;
    bool has_past;
    size_t n, n_past;    /* neighbours; those of them that had ended */
    uint32_t open_ways;  /* bit i: own.way[i] is open on no neighbour */
    size_t ports_known;  /* neighbours of which all groups were made in these logs */
    uint32_t accepts[3]; /* what neighbours accept from the world: texts */
    size_t n_accepts;
    bool accepts_more;
    size_t address_known, address_with;
    size_t imds_known, imds_v1;
    spread role, key_pair, image, owner;
    unsigned most_cores;
    size_t sizes_known, with_gpu;
    known_size sizes[SIZES_KEPT]; /* by name */
    size_t account_others, region_others;
} tally;

/* ---- the walk -------------------------------------------------------------------------------- */

static void spread_add(spread *p, uint32_t own, uint32_t theirs)
{
    p->known += theirs != 0;
    if (!theirs || theirs == INVENTORY_ABSENT)
        return;
    p->with++;
    p->same += theirs == own;
    if (!p->first || p->first == theirs)
        p->first = theirs;
    else if (!p->second || p->second == theirs)
        p->second = theirs;
    else
        p->are_many = true;
}

static void add_accepted(tally *y, uint32_t what)
{
    for (size_t i = 0; i < y->n_accepts; i++)
        if (y->accepts[i] == what)
            return;
    if (y->n_accepts < ARRAY_LEN(y->accepts))
        y->accepts[y->n_accepts++] = what;
    else
        y->accepts_more = true;
}

static void add_ports(tally *y, const inventory_machine *other)
{
    if (y->own.n_ways == 0)
        return;
    inventory_exposure x = inventory_expose(y->v, other);
    y->ports_known += x.are_groups_born;
    for (size_t i = 0; i < x.n_ways; i++) {
        add_accepted(y, x.way[i].rule->what);
        for (size_t k = 0; k < y->own.n_ways; k++)
            if (inventory_covers(x.way[i].rule, y->own.way[k].rule))
                y->open_ways &= ~(UINT32_C(1) << k);
    }
}

static void add_address(tally *y, const inventory_machine *other)
{
    if (y->own.has_address != KNOWN_YES)
        return;
    uint8_t has = inventory_expose(y->v, other).has_address;
    y->address_known += has != KNOWN_NOT;
    y->address_with += has == KNOWN_YES;
}

static machine_size size_of(tally *y, uint32_t name)
{
    known_size *known = &y->sizes[name % SIZES_KEPT];
    if (known->name != name)
        *known = (known_size){name, machine_size_of(inventory_text(y->v, name))};
    return known->is;
}

static void add_neighbour(tally *y, const inventory_machine *other)
{
    const inventory_traits *own = &y->m->is, *theirs = &other->is;
    machine_size size = size_of(y, theirs->size);
    y->n++;
    y->n_past += other->ended_ns <= y->m->born_ns;
    add_ports(y, other);
    add_address(y, other);
    y->imds_known += theirs->is_imds_v1 != KNOWN_NOT;
    y->imds_v1 += theirs->is_imds_v1 == KNOWN_YES;
    spread_add(&y->role, own->role, theirs->role);
    spread_add(&y->key_pair, own->key_pair, theirs->key_pair);
    spread_add(&y->image, own->image, theirs->image);
    spread_add(&y->owner, own->image_owner, theirs->image_owner);
    y->sizes_known += size.cores > 0;
    y->with_gpu += size.has_gpu;
    if (size.cores > y->most_cores)
        y->most_cores = size.cores;
}

typedef void visit_fn(tally *y, const inventory_machine *other);

/* Lived before the story and when the machine was made; or ended in the days before, and its maker
 * or, where few live, anybody made it. */
static bool is_neighbour(const tally *y, const inventory_machine *other)
{
    if (other == y->m || other->born_ns >= y->before_ns)
        return false;
    if (other->ended_ns > y->m->born_ns)
        return true;
    bool is_his = y->m->maker_role && other->maker_role == y->m->maker_role;
    bool is_brief = other->ended_ns - other->born_ns < BRIEF;
    return (is_his || (y->has_past && !is_brief)) && other->ended_ns > y->before_ns - PAST;
}

static size_t visit_list(tally *y, unsigned scope, size_t most, visit_fn *fn)
{
    size_t n = 0;
    uint32_t slot = inventory_newest(y->v, y->m, (inventory_scope)scope);
    for (size_t seen = 0; slot != INVENTORY_NONE && seen < LIMIT_NEIGHBOURS_SEEN && n < most;
         seen++) {
        const inventory_machine *other = inventory_machine_at(y->v, slot);
        slot = inventory_older(y->v, slot, (inventory_scope)scope);
        if (!is_neighbour(y, other))
            continue;
        n++;
        if (fn)
            fn(y, other);
    }
    return n;
}

/* The living, newest first, then those that ended, up to `most`. */
static size_t visit(tally *y, unsigned scope, size_t most, visit_fn *fn)
{
    size_t n = visit_list(y, scope, most, fn);
    return n + visit_list(y, scope + SCOPE_PAST, most - n, fn);
}

/* The narrowest scope with enough neighbours; where no scope has enough of the living, those of
 * the past are taken in. */
static bool find_scope(tally *y)
{
    for (unsigned i = 0; i < 2 * SCOPE_PAST; i++) {
        y->scope = (inventory_scope)(i % SCOPE_PAST);
        y->has_past = i >= SCOPE_PAST;
        if (visit(y, y->scope, NEIGHBOURS_LEAST, NULL) >= NEIGHBOURS_LEAST)
            return true;
    }
    return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

static str text(const tally *y, uint32_t id)
{
    return inventory_text(y->v, id);
}

/* The last part of an ARN or path: what people call the thing. */
static str name_of(const tally *y, uint32_t id)
{
    return text_after_last(text(y, id), '/');
}

/* "in vpc-1", "of 30 days in eu-west-1 of account 111122223333" */
static str place_text(const tally *y, arena *a)
{
    str in = y->n_past > 0 ? STR("of 30 days in ") : STR("in ");
    str account = text(y, y->m->account), region = text(y, y->m->region);
    const str network[] = {in, name_of(y, y->m->is.network)};
    const str in_region[] = {in, region, STR(" of account "), account};
    const str in_account[] = {in, STR("account "), account};
    if (y->scope == SCOPE_NETWORK)
        return arena_join(a, network, ARRAY_LEN(network));
    return y->scope == SCOPE_REGION ? arena_join(a, in_region, ARRAY_LEN(in_region))
                                    : arena_join(a, in_account, ARRAY_LEN(in_account));
}

/* "the 41 others in vpc-1" */
static str others_text(const tally *y, arena *a)
{
    str place = place_text(y, a);
    return arena_printf(a, "the %s%zu others %.*s", y->n >= LIMIT_NEIGHBOURS ? "newest " : "", y->n,
                        (int)place.n, place.p ? place.p : "");
}

static void put_list(buf *out, str piece)
{
    if (out->n > 0)
        buf_puts(out, ", ");
    buf_putstr(out, piece);
}

/* What the machine accepts and no neighbour does. */
static str own_ports(const tally *y, arena *a)
{
    AUTO(buf) out = {0};
    for (size_t i = 0; i < y->own.n_ways; i++)
        if (y->open_ways >> i & 1)
            put_list(&out, text(y, y->own.way[i].rule->what));
    return arena_dup_buf(a, &out);
}

static str accepted_text(const tally *y, arena *a)
{
    AUTO(buf) out = {0};
    for (size_t i = 0; i < y->n_accepts; i++)
        put_list(&out, text(y, y->accepts[i]));
    buf_puts(&out, y->accepts_more ? " and more" : "");
    return arena_dup_buf(a, &out);
}

/* ---- kinds ----------------------------------------------------------------------------------- */

/* What a kind finds: how much of its points (0: nothing), in percent, and the sentence. */
typedef struct verdict {
    unsigned percent;
    str text;
} verdict;

#define S(s) (int)(s).n, (s).n ? (s).p : ""

static verdict judge_port(const tally *y, arena *a)
{
    if (y->own.n_ways == 0 || y->open_ways == 0)
        return (verdict){0};
    str others = others_text(y, a), ports = own_ports(y, a), accepted = accepted_text(y, a);
    unsigned percent = y->own.reach == REACH_OPEN ? 100 : 67;
    if (y->ports_known < y->n)
        return (verdict){percent / 2,
                         arena_printf(a,
                                      "this machine accepts %.*s from the world; none of %.*s was "
                                      "seen to",
                                      S(ports), S(others))};
    if (accepted.n == 0)
        accepted = STR("nothing");
    return (verdict){percent, arena_printf(a,
                                           "%.*s accept %.*s only from the world; this one accepts "
                                           "%.*s",
                                           S(others), S(accepted), S(ports))};
}

static verdict judge_address(const tally *y, arena *a)
{
    if (y->own.has_address != KNOWN_YES || y->address_with > 0)
        return (verdict){0};
    str others = others_text(y, a);
    bool are_known = y->address_known == y->n;
    return (verdict){are_known ? 100 : 50,
                     arena_printf(a, "this machine has a public address; none of %.*s %s",
                                  S(others), are_known ? "has" : "was seen to get one")};
}

static verdict judge_imds(const tally *y, arena *a)
{
    if (y->m->is.is_imds_v1 != KNOWN_YES || y->imds_v1 > 0 || y->imds_known < NEIGHBOURS_LEAST)
        return (verdict){0};
    return (verdict){100, arena_printf(a,
                                       "this machine's metadata service answers without a token "
                                       "(IMDSv1); on %zu others %.*s it asks for one",
                                       y->imds_known, S(place_text(y, a)))};
}

/* By its name, which its owner gave it. */
static bool is_powerful(str role)
{
    static const char *const words[] = {"admin", "poweruser", "fullaccess", "owner", "root"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_has_nocase(role, words[i]))
            return true;
    return false;
}

/* Another role is nothing by itself: services have roles of their own. */
static verdict judge_role(const tally *y, arena *a)
{
    const spread *p = &y->role;
    uint32_t own = y->m->is.role;
    if (!own || own == INVENTORY_ABSENT || p->same > 0 || p->known < NEIGHBOURS_LEAST)
        return (verdict){0};
    str role = name_of(y, own), place = place_text(y, a);
    bool has_power = is_powerful(role);
    if (p->with == 0)
        return (verdict){has_power ? 100 : 60,
                         arena_printf(a,
                                      "this machine has the role %.*s; none of %zu others "
                                      "%.*s has a role",
                                      S(role), p->known, S(place))};
    if (!has_power && p->second)
        return (verdict){0};
    return (verdict){has_power ? 100 : 40,
                     arena_printf(a,
                                  "this machine has the role %.*s; none of %zu others %.*s "
                                  "has it",
                                  S(role), p->known, S(place))};
}

static verdict judge_key_pair(const tally *y, arena *a)
{
    const spread *p = &y->key_pair;
    uint32_t own = y->m->is.key_pair;
    if (!own || own == INVENTORY_ABSENT || p->same > 0 || p->known < NEIGHBOURS_LEAST || p->second)
        return (verdict){0};
    str place = place_text(y, a);
    if (p->with == 0)
        return (verdict){100, arena_printf(a,
                                           "this machine lets in the key %.*s; none of %zu "
                                           "others %.*s has a key pair",
                                           S(name_of(y, own)), p->known, S(place))};
    if (p->with < NEIGHBOURS_LEAST)
        return (verdict){0};
    return (verdict){100,
                     arena_printf(a,
                                  "this machine lets in the key %.*s; %zu others %.*s "
                                  "all have %.*s",
                                  S(name_of(y, own)), p->with, S(place), S(name_of(y, p->first)))};
}

/* Images are renewed: only one from elsewhere, or one among machines that are all alike, counts. */
static verdict judge_image(const tally *y, arena *a)
{
    const spread *owner = &y->owner, *image = &y->image;
    str place = place_text(y, a);
    if (y->m->is.image_owner && owner->with >= NEIGHBOURS_LEAST && owner->same == 0)
        return (verdict){100,
                         arena_printf(a,
                                      "its image is of %.*s; none of %zu others %.*s "
                                      "has one of theirs",
                                      S(text(y, y->m->is.image_owner)), owner->with, S(place))};
    bool is_own = y->m->is.image && image->with >= NEIGHBOURS_LEAST && image->same == 0;
    if (!is_own || image->second || owner->same > 0)
        return (verdict){0};
    return (verdict){50, arena_printf(a, "its image is %.*s; %zu others %.*s all have %.*s",
                                      S(name_of(y, y->m->is.image)), image->with, S(place),
                                      S(name_of(y, image->first)))};
}

enum { FAR_LARGER = 4 };

static verdict judge_size(const tally *y, arena *a)
{
    str name = text(y, y->m->is.size);
    machine_size own = machine_size_of(name);
    if (y->sizes_known < NEIGHBOURS_LEAST)
        return (verdict){0};
    str place = place_text(y, a);
    if (own.has_gpu && y->with_gpu == 0)
        return (verdict){100, arena_printf(a,
                                           "it is a %.*s, made for graphics or learning; none "
                                           "of %zu others %.*s is",
                                           S(name), y->sizes_known, S(place))};
    if (own.cores < FAR_LARGER * y->most_cores || own.cores < 16)
        return (verdict){0};
    return (verdict){80, arena_printf(a,
                                      "it is a %.*s of about %u processors; the largest of %zu "
                                      "others %.*s has %u",
                                      S(name), own.cores, y->sizes_known, S(place), y->most_cores)};
}

enum { REGION_LEAST = 20 }; /* machines of an account that show where it works */

static verdict judge_region(const tally *y, arena *a)
{
    if (!y->m->region || y->region_others > 0 || y->account_others < REGION_LEAST)
        return (verdict){0};
    return (verdict){100, arena_printf(a,
                                       "it is the only machine in %.*s; the %zu others of "
                                       "account %.*s live elsewhere",
                                       S(text(y, y->m->region)), y->account_others,
                                       S(text(y, y->m->account)))};
}

typedef struct kind_row {
    int64_t cents;
    verdict (*judge)(const tally *y, arena *a);
    const char *doc;
} kind_row;

/* clang-format off */
static const kind_row kinds[NEIGHBOUR_KIND_COUNT] = {
    [NEIGHBOUR_PORT]     = {150, judge_port,     "a port open to the world that is open on no neighbour"},
    [NEIGHBOUR_ADDRESS]  = {100, judge_address,  "a public address where no neighbour has one"},
    [NEIGHBOUR_IMDS]     = {100, judge_imds,     "metadata without a token where neighbours ask for one"},
    [NEIGHBOUR_ROLE]     = {100, judge_role,     "a role where no neighbour has one, or one with more power"},
    [NEIGHBOUR_KEY_PAIR] = { 60, judge_key_pair, "a key pair that opens no neighbour"},
    [NEIGHBOUR_IMAGE]    = { 60, judge_image,    "an image from elsewhere"},
    [NEIGHBOUR_SIZE]     = { 80, judge_size,     "far more processors than any neighbour, or graphics"},
    [NEIGHBOUR_REGION]   = { 80, judge_region,   "a region where the account has no other machine"},
};
/* clang-format on */

const char *neighbour_kind_doc(neighbour_kind kind)
{
    return kinds[kind].doc;
}

/* ---- a story --------------------------------------------------------------------------------- */

static bool has_kind(const neighbour_list *list, neighbour_kind kind)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->item[i].kind == kind)
            return true;
    return false;
}

static int64_t sum(const neighbour_list *list)
{
    int64_t cents = 0;
    for (size_t i = 0; i < list->n; i++)
        cents += list->item[i].cents;
    return cents;
}

static void judge(const tally *y, neighbour_kind kind, arena *a, neighbour_list *list)
{
    if (has_kind(list, kind))
        return;
    verdict v = kinds[kind].judge(y, a);
    int64_t cents = kinds[kind].cents * v.percent / 100;
    int64_t left = NEIGHBOURS_CENTS - sum(list);
    if (cents > left)
        cents = left;
    if (cents > 0 && v.text.n > 0)
        list->item[list->n++] = (neighbour_item){v.text, cents, kind};
}

static void compare_one(const inventory *v, const inventory_machine *m, int64_t before_ns, arena *a,
                        neighbour_list *list)
{
    tally y = {.v = v, .m = m, .before_ns = before_ns, .own = inventory_expose(v, m)};
    y.open_ways = (UINT32_C(1) << y.own.n_ways) - 1;
    y.account_others = visit(&y, SCOPE_ACCOUNT, LIMIT_NEIGHBOURS, NULL);
    y.has_past = true;
    y.region_others = visit(&y, SCOPE_REGION, 1, NULL);
    judge(&y, NEIGHBOUR_REGION, a, list);
    if (!find_scope(&y))
        return;
    visit(&y, y.scope, LIMIT_NEIGHBOURS, add_neighbour);
    for (unsigned kind = 0; kind < NEIGHBOUR_REGION; kind++)
        judge(&y, (neighbour_kind)kind, a, list);
}

/* Machines that a step made, until there are NEIGHBOURS_SUBJECTS of the story. */
static void compare_step(const state *s, const story *t, const entry *e, size_t *n, arena *a,
                         neighbour_list *list)
{
    for (size_t i = 0; i < e->n_touches && *n < NEIGHBOURS_SUBJECTS; i++) {
        uint32_t thing = e->touches[i].entity;
        if (e->touches[i].relation != RELATION_CREATED ||
            graph_at(&s->graph, thing)->type != ENTITY_INSTANCE)
            continue;
        const inventory_machine *m =
            inventory_instance_at(s->inventory, graph_id(&s->graph, thing));
        if (!m)
            continue;
        ++*n;
        compare_one(s->inventory, m, t->first_ns, a, list);
    }
}

bool neighbours_compare(const state *s, const story *t, arena *a, neighbour_list *ret)
{
    size_t n = 0;
    *ret = (neighbour_list){0};
    for (size_t i = 0; i < t->n_steps; i++) {
        const entry *e = journal_at(&s->journal, t->steps[i].entry);
        bool has_effect = e->outcome == OUTCOME_SUCCESS || e->outcome == OUTCOME_PENDING;
        if (t->steps[i].is_anchor && has_effect && operation_is(e->operation, "instance.create"))
            compare_step(s, t, e, &n, a, ret);
    }
    return !a->failed;
}

/* ---- exposure -------------------------------------------------------------------------------- */

static void put_proof(const inventory *v, const char *word, const inventory_proof *p, buf *out)
{
    char when[TIME_TEXT_MAX];
    if (time_format(p->time_ns, when) == 0)
        return;
    str who = inventory_text(v, p->who);
    buf_printf(out, " (%s %s", word, when);
    buf_puts(out, who.n > 0 ? " by " : "");
    buf_putstr(out, who);
    buf_puts(out, ")");
}

static const char *group_word(uint8_t provider)
{
    static const char *const words[PROVIDER_COUNT] = {
        [PROVIDER_AWS] = "group ", [PROVIDER_AZURE] = "NSG ", [PROVIDER_GCP] = "firewall rule "};
    return words[provider] ? words[provider] : "group ";
}

static void put_ways(const inventory *v, const inventory_machine *m, const inventory_exposure *x,
                     buf *out)
{
    AUTO(buf) ports = {0};
    for (size_t i = 0; i < x->n_ways; i++)
        put_list(&ports, inventory_text(v, x->way[i].rule->what));
    buf_putstr(out, buf_str(&ports));
    buf_puts(out, ": ");
    for (size_t i = 0; i < x->n_ways; i++) {
        buf_puts(out, i ? ", " : "");
        buf_puts(out, group_word(m->provider));
        buf_putstr(out, text_after_last(inventory_text(v, x->way[i].group), '/'));
        put_proof(v, "opened", &x->way[i].rule->opened, out);
    }
    out->failed = out->failed || ports.failed;
}

static void put_address(const inventory *v, const inventory_exposure *x, buf *out)
{
    str address = inventory_text(v, x->address);
    buf_puts(out, address.n > 0 ? "public address " : "a public address");
    buf_putstr(out, address);
    put_proof(v, "given", &x->shown, out);
}

str exposure_text(const state *s, uint32_t instance, arena *a)
{
    const inventory *v = s->inventory;
    const inventory_machine *m = v ? inventory_instance_at(v, graph_id(&s->graph, instance)) : NULL;
    if (!m)
        return STR_NONE;
    AUTO(buf) out = {0};
    inventory_exposure x = inventory_expose(v, m);
    if (x.n_ways > 0) {
        buf_puts(&out,
                 x.reach == REACH_OPEN ? "open to the world on " : "would accept from the world ");
        put_ways(v, m, &x, &out);
        buf_puts(&out, x.reach == REACH_OPEN ? " and " : "; ");
    } else {
        buf_puts(&out, x.reach == REACH_CLOSED ? "no rule open to the world was seen; "
                                               : "its groups are not in these logs; ");
    }
    if (x.has_address == KNOWN_YES)
        put_address(v, &x, &out);
    else
        buf_puts(&out,
                 x.has_address == KNOWN_NO ? "no public address" : "no public address was seen");
    return arena_dup_buf(a, &out);
}
