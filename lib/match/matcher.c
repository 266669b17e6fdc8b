/* SPDX-License-Identifier: Apache-2.0
 *
 * matcher.c -- look up the anchors, parse the record if anything can match, evaluate what can.
 *
 * Whatever is found out about a record (values of a field, truth of a predicate) is kept with the
 * record's number, its epoch, so nothing is cleared between records.
 *
 *  (1) Before the first candidate is known the record is not parsed, unless an anchor field can be
 *      had from nowhere else.
 *  (2) Where one record asks a field for more than LITERALS_APART texts, the others are searched
 *      for together. How they are found changes no answer.
 */
#include "match/matcher.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fold.h"
#include "base/limits.h"
#include "match/anchor.h"
#include "match/literal.h"
#include "match/path.h"
#include "match/predicate.h"
#include "match/regex.h"

enum { LITERALS_APART = 8 };

/* What is known of a field in the record at hand. */
typedef struct field_state {
    uint32_t epoch;
    uint32_t n_asked; /* literals searched for one by one */
    path_span values;
} field_state;

typedef struct truth {
    uint32_t epoch;
    bool holds;
} truth;

/* The texts that predicates look for in one field. */
typedef struct field_literals {
    literal_set *set; /* NULL: one by one */
    uint32_t *predicate;
    bool *hit;
    size_t n;
} field_literals;

struct matcher {
    const ruleset *rules;
    arena room;
    anchor_index *anchors;
    regex_finder *regex;
    path_list *paths;         /* [field * FAMILY_COUNT + family] */
    field_literals *literals; /* by field */

    uint32_t epoch;
    matcher_record record;
    enum { RECORD_NEW, RECORD_PARSED, RECORD_BAD } state;
    path_record values;
    field_state *fields;
    truth *truths;        /* by predicate */
    uint32_t *rule_epoch; /* a rule that is a candidate has the record's epoch */
    uint32_t *found;      /* candidates, then matches */
    size_t n_found;
    buf folded;

    matcher_cost *costs; /* by rule */
    matcher_clock_fn *clock;
    void *clock_user;
};

/* ---- building -------------------------------------------------------------------------------- */

static bool parse_paths(matcher *m)
{
    const ruleset *r = m->rules;
    m->paths = arena_alloc(&m->room, (r->n_fields * FAMILY_COUNT + 1) * sizeof *m->paths);
    if (!m->paths)
        return false;
    for (size_t i = 0; i < r->n_fields * FAMILY_COUNT; i++) {
        if (!path_parse(&m->room, &r->fields[i / FAMILY_COUNT], (family)(i % FAMILY_COUNT),
                        &m->paths[i]))
            return false;
    }
    return true;
}

static bool is_literal(const rule_predicate *p)
{
    bool is_part = p->op == RULE_OP_CONTAINS || p->op == RULE_OP_STARTS || p->op == RULE_OP_ENDS;
    return is_part && !p->is_cased && p->text.n > 0;
}

/* The automaton of one field over the predicates listed for it. */
static bool build_set(matcher *m, field_literals *of)
{
    literal *list = calloc(of->n, sizeof *list);
    of->hit = arena_alloc(&m->room, of->n * sizeof *of->hit);
    if (!list || !of->hit) {
        free(list);
        return false;
    }
    for (size_t i = 0; i < of->n; i++) {
        const rule_predicate *p = &m->rules->predicates[of->predicate[i]];
        list[i] = (literal){p->text, p->op};
    }
    bool ok = literal_set_new(list, of->n, &of->set);
    free(list);
    return ok;
}

static bool list_literals(matcher *m)
{
    const ruleset *r = m->rules;
    m->literals = arena_alloc(&m->room, (r->n_fields + 1) * sizeof *m->literals);
    if (!m->literals)
        return false;
    for (size_t i = 0; i < r->n_predicates; i++)
        m->literals[r->predicates[i].field].n += is_literal(&r->predicates[i]);
    for (size_t f = 0; f < r->n_fields; f++) {
        field_literals *of = &m->literals[f];
        of->predicate = arena_alloc(&m->room, (of->n + 1) * sizeof *of->predicate);
        of->n = 0;
    }
    for (uint32_t i = 0; i < r->n_predicates && !m->room.failed; i++) {
        field_literals *of = &m->literals[r->predicates[i].field];
        if (is_literal(&r->predicates[i]))
            of->predicate[of->n++] = i;
    }
    return !m->room.failed;
}

static bool build_literals(matcher *m)
{
    if (!list_literals(m))
        return false;
    for (size_t f = 0; f < m->rules->n_fields; f++) {
        field_literals *of = &m->literals[f];
        if (of->n > LITERALS_APART && !build_set(m, of))
            return false;
    }
    return true;
}

static bool build_memory(matcher *m)
{
    const ruleset *r = m->rules;
    m->fields = arena_alloc(&m->room, (r->n_fields + 1) * sizeof *m->fields);
    m->truths = arena_alloc(&m->room, (r->n_predicates + 1) * sizeof *m->truths);
    m->rule_epoch = arena_alloc(&m->room, (r->n_rules + 1) * sizeof *m->rule_epoch);
    m->found = arena_alloc(&m->room, (r->n_rules + 1) * sizeof *m->found);
    m->costs = arena_alloc(&m->room, (r->n_rules + 1) * sizeof *m->costs);
    return !m->room.failed;
}

static bool build(matcher *m)
{
    m->anchors = anchor_index_new(m->rules);
    m->regex = regex_finder_new();
    return m->anchors && m->regex && path_record_init(&m->values) && parse_paths(m) &&
           build_literals(m) && build_memory(m);
}

void matcher_free(matcher *m)
{
    if (!m)
        return;
    for (size_t f = 0; m->literals && f < m->rules->n_fields; f++)
        literal_set_free(m->literals[f].set);
    anchor_index_free(m->anchors);
    regex_finder_free(m->regex);
    path_record_done(&m->values);
    buf_done(&m->folded);
    arena_done(&m->room);
    free(m);
}

matcher *matcher_new(const ruleset *r)
{
    assert(r);
    matcher *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->rules = r;
    if (build(m))
        return m;
    matcher_free(m);
    return NULL;
}

/* ---- the record ------------------------------------------------------------------------------ */

/* Epochs come round after four billion records; then all that is kept is forgotten. */
static void begin_record(matcher *m, const matcher_record *record)
{
    const ruleset *r = m->rules;
    m->record = *record;
    m->state = RECORD_NEW;
    m->n_found = 0;
    m->values.failed = false;
    if (++m->epoch != 0)
        return;
    m->epoch = 1;
    memset(m->fields, 0, r->n_fields * sizeof *m->fields);
    memset(m->truths, 0, r->n_predicates * sizeof *m->truths);
    memset(m->rule_epoch, 0, r->n_rules * sizeof *m->rule_epoch);
}

/* False: the record is no JSON, or there is no memory. */
static bool parse_record(matcher *m)
{
    if (m->state == RECORD_NEW) {
        bool ok = path_record_begin(&m->values, m->record.text);
        m->state = ok ? RECORD_PARSED : RECORD_BAD;
    }
    return m->state == RECORD_PARSED;
}

static field_state *resolve(matcher *m, uint32_t field)
{
    field_state *f = &m->fields[field];
    if (f->epoch == m->epoch)
        return f;
    f->epoch = m->epoch;
    f->n_asked = 0;
    f->values = path_resolve(&m->values, &m->paths[field * FAMILY_COUNT + m->record.family]);
    return f;
}

static path_items values_of(matcher *m, uint32_t field)
{
    return path_items_at(&m->values, resolve(m, field)->values);
}

/* ---- evaluation ------------------------------------------------------------------------------ */

static void remember(matcher *m, uint32_t predicate, bool holds)
{
    m->truths[predicate] = (truth){m->epoch, holds};
}

/* Settles all literals of the field. */
static void search_together(matcher *m, uint32_t field)
{
    field_literals *of = &m->literals[field];
    path_items values = values_of(m, field);
    memset(of->hit, 0, of->n * sizeof *of->hit);
    for (size_t i = 0; i < values.n; i++)
        literal_search(of->set, path_folded(&m->values, &values.item[i]), of->hit);
    for (size_t i = 0; i < of->n; i++) {
        const rule_predicate *p = &m->rules->predicates[of->predicate[i]];
        remember(m, of->predicate[i], predicate_result(p, of->hit[i], values.n_values));
    }
}

/* True when the predicate was settled together with the others of its field. */
static bool is_settled(matcher *m, const rule_predicate *p)
{
    const field_literals *of = &m->literals[p->field];
    if (!of->set || !is_literal(p))
        return false;
    if (m->paths[p->field * FAMILY_COUNT + m->record.family].has_all)
        return false;
    if (resolve(m, p->field)->n_asked++ < LITERALS_APART)
        return false;
    search_together(m, p->field);
    return true;
}

/* The values of both fields; resolved before either is looked at, as items move when they are added
 * to. */
static path_items values_for(matcher *m, const rule_predicate *p, path_items *ret_other)
{
    uint32_t other = p->op == RULE_OP_REF ? p->other : p->field;
    resolve(m, p->field);
    resolve(m, other);
    *ret_other = values_of(m, other);
    return values_of(m, p->field);
}

static bool evaluate_predicate(matcher *m, const rule_predicate *p)
{
    predicate_ctx ctx = {&m->values, m->regex};
    path_items other, values = values_for(m, p, &other);
    return predicate_holds(&ctx, p, values, other);
}

static bool holds(matcher *m, uint32_t predicate)
{
    const rule_predicate *p = &m->rules->predicates[predicate];
    const truth *known = &m->truths[predicate];
    if (known->epoch != m->epoch && !is_settled(m, p))
        remember(m, predicate, evaluate_predicate(m, p));
    return known->holds;
}

static bool evaluate(matcher *m, uint32_t node)
{
    const rule_node *n = &m->rules->nodes[node];
    const uint32_t *child = m->rules->children + n->first;
    switch (n->kind) {
    case RULE_NODE_PREDICATE:
        return holds(m, n->first);
    case RULE_NODE_NOT:
        return !evaluate(m, child[0]);
    case RULE_NODE_AND:
    case RULE_NODE_OR:
        for (uint32_t i = 0; i < n->n; i++) {
            if (evaluate(m, child[i]) != (n->kind == RULE_NODE_AND))
                return n->kind == RULE_NODE_OR;
        }
        return n->kind == RULE_NODE_AND;
    default:
        return true;
    }
}

/* ---- candidates ------------------------------------------------------------------------------ */

static void add_candidate(void *user, uint32_t rule)
{
    matcher *m = user;
    if (m->rule_epoch[rule] == m->epoch)
        return;
    m->rule_epoch[rule] = m->epoch;
    m->found[m->n_found++] = rule;
}

static str read_already(const matcher *m, const anchor_field *f)
{
    return f->source == ANCHOR_OPERATION ? m->record.operation
           : f->source == ANCHOR_SERVICE ? m->record.service
                                         : STR_NONE;
}

static void find_by_text(matcher *m, uint32_t field, str text)
{
    buf_reset(&m->folded);
    if (!fold_is_ascii_lower(text)) {
        fold_text(text, &m->folded);
        m->values.failed = m->values.failed || m->folded.failed;
        text = buf_str(&m->folded);
    }
    anchor_find(m->anchors, m->record.family, field, text, add_candidate, m);
}

static void find_by_values(matcher *m, uint32_t field)
{
    path_items values = values_of(m, field);
    for (size_t i = 0; i < values.n; i++) {
        if (values.item[i].kind == PATH_VALUE)
            anchor_find(m->anchors, m->record.family, field,
                        path_folded(&m->values, &values.item[i]), add_candidate, m);
    }
}

static int compare_rules(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* False: nothing can match, as the record is no JSON, or there is no memory. */
static bool find_candidates(matcher *m)
{
    const anchor_family *in = anchor_family_at(m->anchors, m->record.family);
    for (size_t i = 0; i < in->n_unanchored; i++)
        add_candidate(m, in->unanchored[i]);
    for (size_t i = 0; i < in->n_fields; i++) {
        str text = read_already(m, &in->fields[i]);
        if (text.n > 0)
            find_by_text(m, in->fields[i].field, text);
        else if (parse_record(m))
            find_by_values(m, in->fields[i].field);
        else
            return false;
    }
    if (m->n_found > 1)
        qsort(m->found, m->n_found, sizeof *m->found, compare_rules);
    return m->n_found == 0 || parse_record(m);
}

static bool try_rule(matcher *m, uint32_t rule)
{
    matcher_cost *cost = &m->costs[rule];
    int64_t began_ns = m->clock ? m->clock(m->clock_user) : 0;
    bool is_match = evaluate(m, m->rules->rules[rule].root);
    if (m->clock)
        cost->ns += (uint64_t)(m->clock(m->clock_user) - began_ns);
    cost->tried++;
    cost->matched += is_match;
    return is_match;
}

static void keep_matches(matcher *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_found; i++) {
        if (try_rule(m, m->found[i]))
            m->found[n++] = m->found[i];
    }
    m->n_found = n;
}

bool matcher_run(matcher *m, const matcher_record *record, const uint32_t **ret_rules,
                 size_t *ret_n)
{
    assert(m && record && record->family < FAMILY_COUNT);
    begin_record(m, record);
    if (find_candidates(m))
        keep_matches(m);
    else
        m->n_found = 0;
    if (m->values.failed)
        return false;
    *ret_rules = m->found;
    *ret_n = m->n_found;
    return true;
}

/* ---- what was seen --------------------------------------------------------------------------- */

static char letter_of_type(json_type type)
{
    return type == JSON_NUMBER ? 'n' : type == JSON_BOOL ? 'b' : 's';
}

static void put_varint(buf *out, size_t n)
{
    for (; n >= 0x80; n >>= 7)
        buf_putc(out, (char)(0x80 | (n & 0x7F)));
    buf_putc(out, (char)n);
}

void matcher_values(matcher *m, uint32_t field, buf *out)
{
    assert(field < m->rules->n_fields);
    if (!parse_record(m))
        return;
    path_items values = values_of(m, field);
    for (size_t i = 0; i < values.n; i++) {
        path_item *value = &values.item[i];
        if (value->kind != PATH_VALUE)
            continue;
        str text = path_text(&m->values, value);
        buf_putc(out, letter_of_type((json_type)value->type));
        put_varint(out, text.n);
        buf_putstr(out, text);
    }
    out->failed = out->failed || m->values.failed;
}

void matcher_set_clock(matcher *m, matcher_clock_fn *clock, void *user)
{
    m->clock = clock;
    m->clock_user = user;
}

matcher_cost matcher_cost_of(const matcher *m, uint32_t rule)
{
    assert(rule < m->rules->n_rules);
    return m->costs[rule];
}

uint64_t matcher_regex_limited(const matcher *m)
{
    return regex_finder_limited(m->regex);
}

/* The value that decides: the first that matches, else the first; empty when there is none. */
static str seen_by(matcher *m, uint32_t predicate)
{
    const rule_predicate *p = &m->rules->predicates[predicate];
    predicate_ctx ctx = {&m->values, m->regex};
    path_items other, values = values_for(m, p, &other);
    path_item *first = NULL;
    bool is_test = p->op != RULE_OP_EXISTS && p->op != RULE_OP_NULL;
    for (size_t i = 0; i < values.n; i++) {
        path_item *value = &values.item[i];
        if (value->kind != PATH_VALUE)
            continue;
        first = first ? first : value;
        if (is_test && predicate_value(&ctx, p, value, other))
            return path_text(&m->values, value);
    }
    return first ? path_text(&m->values, first) : STR_NONE;
}

/* How one rule is told. */
typedef struct telling {
    matcher *m;
    matcher_why_fn *fn;
    void *user;
    bool *is_told; /* by predicate */
} telling;

static void tell(telling *t, uint32_t node)
{
    const rule_node *n = &t->m->rules->nodes[node];
    if (n->kind == RULE_NODE_TRUE)
        return;
    if (n->kind != RULE_NODE_PREDICATE) {
        for (uint32_t i = 0; i < n->n; i++)
            tell(t, t->m->rules->children[n->first + i]);
        return;
    }
    if (t->is_told[n->first])
        return;
    t->is_told[n->first] = true;
    bool is_true = holds(t->m, n->first);
    t->fn(t->user, n->first, is_true, seen_by(t->m, n->first));
}

bool matcher_why(matcher *m, const matcher_record *record, uint32_t rule, matcher_why_fn *fn,
                 void *user, bool *ret_matches)
{
    assert(m && record && record->family < FAMILY_COUNT && rule < m->rules->n_rules);
    const rule_info *info = &m->rules->rules[rule];
    begin_record(m, record);
    bool is_json = parse_record(m);
    telling t = {m, fn, user, calloc(m->rules->n_predicates + 1, sizeof *t.is_told)};
    bool ok = t.is_told && !m->values.failed;
    if (ok && is_json)
        tell(&t, info->root);
    free(t.is_told);
    if (!ok || m->values.failed)
        return false;
    *ret_matches = is_json && (info->families >> record->family & 1) && evaluate(m, info->root);
    return true;
}
