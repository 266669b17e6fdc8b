/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.c -- the store of facts.
 *
 *  (1) The values of a fact are a chain of cells in the order they were set; facts_sort orders it
 *      by the names of the inputs that set them.
 *  (2) The map leads from a hash to the newest fact with it; same_hash leads on to older ones.
 */
#include "fact/facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

enum { CELL_NONE = UINT32_MAX, DOCUMENT_BYTES = 512, FACTS_AT_FIRST = 256 };

struct fact_cell {
    uint32_t next;
    uint32_t input; /* that set it */
    union {
        uint32_t text; /* interned */
        const str *document;
        bool flag;
        double number;
        int64_t time_ns;
    } as;
    uint16_t attr;
    bool is_document;
};

static const attr_info attrs[] = {
#define ATTR(name, type, many, doc) {#name, ATTR_TYPE_##type, many, doc},
#include "fact/attr.def"
#undef ATTR
};

static const char *const kinds[] = {
#define FACT_KIND(name, text, doc) text,
#include "fact/fact_kind.def"
#undef FACT_KIND
};

const attr_info *attr_describe(attr a)
{
    assert(a < ATTR_COUNT);
    return &attrs[a];
}

const char *fact_kind_text(fact_kind k)
{
    assert(k < FACT_KIND_COUNT);
    return kinds[k];
}

void facts_done(facts *f)
{
    intern_done(&f->text);
    arena_done(&f->documents);
    free(f->inputs);
    free(f->input_order);
    free(f->items);
    free(f->cells);
    free(f->same_hash);
    map_done(&f->by_key);
    *f = (facts){0};
}

/* ---- inputs ---------------------------------------------------------------------------------- */

bool facts_add_input(facts *f, str name)
{
    str *all = array_room(f->inputs, f->n_inputs, &f->cap_inputs, 16, sizeof *all);
    if (!all)
        return false;
    f->inputs = all;
    all[f->n_inputs++] = name;
    return true;
}

bool facts_is_before(const facts *f, uint32_t a, uint32_t b)
{
    bool are_named = a < f->n_inputs && b < f->n_inputs && a != b;
    int order = are_named ? text_compare(f->inputs[a], f->inputs[b]) : 0;
    return order ? order < 0 : a < b;
}

static int compare_inputs(const void *a, const void *b, void *user)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (x == y)
        return 0;
    return facts_is_before(user, x, y) ? -1 : 1;
}

static bool order_inputs(facts *f)
{
    free(f->input_order);
    f->input_order = calloc(f->n_inputs + 1, sizeof *f->input_order);
    if (!f->input_order)
        return false;
    for (uint32_t i = 0; i < f->n_inputs; i++)
        f->input_order[i] = i;
    qsort_r(f->input_order, f->n_inputs, sizeof *f->input_order, compare_inputs, f);
    return true;
}

/* ---- finding --------------------------------------------------------------------------------- */

static uint64_t key_of(fact_kind kind, provider cloud, str id)
{
    return hash_str(id, ((uint64_t)kind << 8) + (uint64_t)cloud + 1);
}

uint32_t facts_find(const facts *f, fact_kind kind, provider cloud, str id)
{
    uint32_t at = map_get(&f->by_key, key_of(kind, cloud, id));
    for (; at != MAP_NONE; at = f->same_hash[at]) {
        const fact *x = &f->items[at];
        if (x->kind == kind && x->provider == cloud && str_eq(intern_text(&f->text, x->id), id))
            return at;
    }
    return FACT_NONE;
}

const fact *facts_at(const facts *f, uint32_t at)
{
    assert(at < f->n);
    return &f->items[at];
}

str facts_id(const facts *f, const fact *x)
{
    return intern_text(&f->text, x->id);
}

str facts_name(const facts *f, const fact *x)
{
    return intern_text(&f->text, x->name ? x->name : x->id);
}

str facts_account(const facts *f, const fact *x)
{
    return x->account ? intern_text(&f->text, x->account) : STR_NONE;
}

str facts_region(const facts *f, const fact *x)
{
    return x->region ? intern_text(&f->text, x->region) : STR_NONE;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static bool make_room(facts *f)
{
    fact *items = array_room(f->items, f->n, &f->cap, FACTS_AT_FIRST, sizeof *items);
    if (!items)
        return false;
    f->items = items;
    uint32_t *same = array_room(f->same_hash, f->n, &f->cap_same, FACTS_AT_FIRST, sizeof *same);
    if (!same)
        return false;
    f->same_hash = same;
    return true;
}

static bool enter(facts *f, uint32_t at)
{
    const fact *x = &f->items[at];
    uint64_t key = key_of((fact_kind)x->kind, (provider)x->provider, facts_id(f, x));
    f->same_hash[at] = map_get(&f->by_key, key);
    return map_put(&f->by_key, key, at);
}

uint32_t facts_add(facts *f, fact_kind kind, provider cloud, str id, uint32_t input)
{
    uint32_t at = id.n > 0 ? facts_find(f, kind, cloud, id) : FACT_NONE;
    if (at != FACT_NONE && facts_is_before(f, input, f->items[at].input))
        f->items[at].input = input;
    if (at != FACT_NONE || id.n == 0)
        return at;
    if (f->n >= LIMIT_FACTS) {
        f->lost.n[EXCESS_facts]++;
        return FACT_NONE;
    }
    uint32_t name = intern_id(&f->text, id);
    if (!name || !make_room(f)) {
        f->failed = true;
        return FACT_NONE;
    }
    at = (uint32_t)f->n;
    f->items[at] = (fact){.kind = (uint8_t)kind,
                          .provider = (uint8_t)cloud,
                          .id = name,
                          .input = input,
                          .first = CELL_NONE,
                          .last = CELL_NONE};
    f->n++;
    f->failed = !enter(f, at) || f->failed;
    return at;
}

static uint32_t intern_or_fail(facts *f, str s)
{
    uint32_t id = intern_id(&f->text, s);
    f->failed = f->failed || !id;
    return id;
}

void facts_set_name(facts *f, uint32_t at, str name)
{
    fact *x = at != FACT_NONE && name.n > 0 ? &f->items[at] : NULL;
    if (!x || (x->name && !facts_is_before(f, f->input, x->name_input)))
        return;
    x->name = intern_or_fail(f, name);
    x->name_input = f->input;
}

/* What is told goes over what is guessed; within one input the last word counts. */
static bool gives_way(const facts *f, uint32_t text, bool is_told, uint32_t input, bool is_telling)
{
    if (!text || is_told != is_telling)
        return !text || is_telling;
    return is_telling ? !facts_is_before(f, input, f->input) : facts_is_before(f, f->input, input);
}

static void place_account_of(facts *f, uint32_t at, str account, bool is_telling)
{
    fact *x = at != FACT_NONE && account.n > 0 ? &f->items[at] : NULL;
    if (!x || !gives_way(f, x->account, x->is_account_told, x->account_input, is_telling))
        return;
    x->account = intern_or_fail(f, account);
    x->account_input = f->input;
    x->is_account_told = is_telling;
}

static void place_region_of(facts *f, uint32_t at, str region, bool is_telling)
{
    fact *x = at != FACT_NONE && region.n > 0 ? &f->items[at] : NULL;
    if (!x || !gives_way(f, x->region, x->is_region_told, x->region_input, is_telling))
        return;
    x->region = intern_or_fail(f, region);
    x->region_input = f->input;
    x->is_region_told = is_telling;
}

void facts_set_account(facts *f, uint32_t at, str account)
{
    place_account_of(f, at, account, true);
}

void facts_set_region(facts *f, uint32_t at, str region)
{
    place_region_of(f, at, region, true);
}

void facts_guess_account(facts *f, uint32_t at, str account)
{
    place_account_of(f, at, account, false);
}

void facts_guess_region(facts *f, uint32_t at, str region)
{
    place_region_of(f, at, region, false);
}

/* ---- values ---------------------------------------------------------------------------------- */

static uint32_t find_cell(const facts *f, const fact *x, attr a)
{
    uint32_t c = x->first;
    while (c != CELL_NONE && f->cells[c].attr != a)
        c = f->cells[c].next;
    return c;
}

static bool has_room(facts *f, const fact *x, attr a)
{
    bool is_full = f->n_cells >= LIMIT_FACT_VALUES;
    bool is_long = attrs[a].is_many && x->n_listed >= LIMIT_FACT_LIST;
    f->lost.n[EXCESS_fact_values] += is_full;
    f->lost.n[EXCESS_fact_list] += is_long && !is_full;
    return !is_full && !is_long;
}

static void append(facts *f, fact *x, uint32_t cell)
{
    f->cells[cell].next = CELL_NONE;
    if (x->first == CELL_NONE)
        x->first = cell;
    else
        f->cells[x->last].next = cell;
    x->last = cell;
}

/* A new cell at the end of the fact's chain; NULL: the value is not kept. */
static fact_cell *add_cell(facts *f, uint32_t at, attr a)
{
    if (!has_room(f, &f->items[at], a))
        return NULL;
    fact_cell *cells =
        array_room(f->cells, f->n_cells, &f->cap_cells, FACTS_AT_FIRST, sizeof *cells);
    if (!cells) {
        f->failed = true;
        return NULL;
    }
    f->cells = cells;
    uint32_t new = (uint32_t)f->n_cells++;
    cells[new] = (fact_cell){.input = f->input, .attr = (uint16_t)a};
    append(f, &f->items[at], new);
    f->items[at].n_listed += attrs[a].is_many;
    return &cells[new];
}

static str cell_text(const facts *f, const fact_cell *c)
{
    return c->is_document ? *c->as.document : intern_text(&f->text, c->as.text);
}

static const str *keep_document(facts *f, str value)
{
    str *kept = arena_alloc(&f->documents, sizeof *kept);
    if (kept)
        *kept = arena_dup(&f->documents, value);
    f->failed = f->failed || f->documents.failed;
    return kept && kept->p ? kept : NULL;
}

/* The cell takes the value; a document is copied. Does nothing with a cell that is NULL. */
static void fill(facts *f, fact_cell *c, const fact_cell *value)
{
    const str *document = c && value->is_document ? keep_document(f, *value->as.document) : NULL;
    if (!c || (value->is_document && !document))
        return;
    c->as = value->as;
    c->is_document = value->is_document;
    if (document)
        c->as.document = document;
}

/* One value: that of the input with the lowest name. */
static void put_single(facts *f, uint32_t at, const fact_cell *value)
{
    uint32_t c = find_cell(f, &f->items[at], (attr)value->attr);
    if (c == CELL_NONE) {
        fill(f, add_cell(f, at, (attr)value->attr), value);
    } else if (facts_is_before(f, f->input, f->cells[c].input)) {
        f->cells[c].input = f->input;
        fill(f, &f->cells[c], value);
    }
}

static bool is_same(const fact_cell *a, const fact_cell *b)
{
    if (a->attr != b->attr || a->is_document != b->is_document)
        return false;
    switch (attrs[a->attr].type) {
    case ATTR_TYPE_TEXT: /* short texts by their number */
        return a->is_document ? str_eq(*a->as.document, *b->as.document) : a->as.text == b->as.text;
    case ATTR_TYPE_BOOL:
        return a->as.flag == b->as.flag;
    case ATTR_TYPE_NUMBER:
        return a->as.number == b->as.number;
    case ATTR_TYPE_TIME:
        return a->as.time_ns == b->as.time_ns;
    }
    return false;
}

/* An element of a list that an input with a lower name has, too, stands among the elements of
 * that one. */
static void move_listed(facts *f, fact *x, uint32_t cell, uint32_t before)
{
    if (!facts_is_before(f, f->input, f->cells[cell].input))
        return;
    f->cells[cell].input = f->input;
    if (x->last == cell)
        return;
    if (before == CELL_NONE)
        x->first = f->cells[cell].next;
    else
        f->cells[before].next = f->cells[cell].next;
    append(f, x, cell);
}

static void put_listed(facts *f, uint32_t at, const fact_cell *value)
{
    uint32_t before = CELL_NONE;
    for (uint32_t c = f->items[at].first; c != CELL_NONE; before = c, c = f->cells[c].next) {
        if (is_same(&f->cells[c], value)) {
            move_listed(f, &f->items[at], c, before);
            return;
        }
    }
    fill(f, add_cell(f, at, (attr)value->attr), value);
}

static void put(facts *f, uint32_t at, const fact_cell *value)
{
    if (at == FACT_NONE)
        return;
    if (attrs[value->attr].is_many)
        put_listed(f, at, value);
    else
        put_single(f, at, value);
}

void facts_put_text(facts *f, uint32_t at, attr a, str value)
{
    assert(attrs[a].type == ATTR_TYPE_TEXT);
    fact_cell c = {.attr = (uint16_t)a, .is_document = value.n > DOCUMENT_BYTES};
    if (at == FACT_NONE || value.n == 0)
        return;
    if (c.is_document)
        c.as.document = &value;
    else
        c.as.text = intern_or_fail(f, value);
    if (c.is_document || c.as.text)
        put(f, at, &c);
}

void facts_put_flag(facts *f, uint32_t at, attr a, bool value)
{
    assert(attrs[a].type == ATTR_TYPE_BOOL);
    put(f, at, &(fact_cell){.attr = (uint16_t)a, .as.flag = value});
}

void facts_put_number(facts *f, uint32_t at, attr a, double value)
{
    assert(attrs[a].type == ATTR_TYPE_NUMBER);
    put(f, at, &(fact_cell){.attr = (uint16_t)a, .as.number = value});
}

void facts_put_time(facts *f, uint32_t at, attr a, int64_t value_ns)
{
    assert(attrs[a].type == ATTR_TYPE_TIME);
    if (value_ns != INT64_MIN)
        put(f, at, &(fact_cell){.attr = (uint16_t)a, .as.time_ns = value_ns});
}

static fact_value value_of(const facts *f, const fact_cell *c)
{
    fact_value v = {.is_set = true};
    switch (attrs[c->attr].type) {
    case ATTR_TYPE_TEXT:
        v.text = cell_text(f, c);
        break;
    case ATTR_TYPE_BOOL:
        v.flag = c->as.flag;
        break;
    case ATTR_TYPE_NUMBER:
        v.number = c->as.number;
        break;
    case ATTR_TYPE_TIME:
        v.time_ns = c->as.time_ns;
        break;
    }
    return v;
}

fact_value facts_get(const facts *f, const fact *x, attr a)
{
    uint32_t c = find_cell(f, x, a);
    return c == CELL_NONE ? (fact_value){0} : value_of(f, &f->cells[c]);
}

str facts_get_text(const facts *f, const fact *x, attr a)
{
    return facts_get(f, x, a).text;
}

uint32_t facts_input_of(const facts *f, const fact *x, attr a)
{
    uint32_t c = find_cell(f, x, a);
    assert(c != CELL_NONE);
    return f->cells[c].input;
}

bool facts_is(const facts *f, const fact *x, attr a)
{
    return facts_get(f, x, a).flag;
}

fact_iter facts_iter(const facts *f, const fact *x, attr a)
{
    return (fact_iter){.facts_ = f, .attr_ = a, .cell_ = x->first};
}

bool facts_next(fact_iter *it)
{
    const facts *f = it->facts_;
    while (it->cell_ != CELL_NONE) {
        const fact_cell *c = &f->cells[it->cell_];
        it->cell_ = c->next;
        if (c->attr == it->attr_) {
            it->value = value_of(f, c);
            return true;
        }
    }
    return false;
}

bool facts_has_text(const facts *f, const fact *x, attr a, str value)
{
    fact_iter it = facts_iter(f, x, a);
    while (facts_next(&it))
        if (text_eq_nocase(it.value.text, value))
            return true;
    return false;
}

/* ---- other names ----------------------------------------------------------------------------- */

static void give_place(facts *f, const fact *x, uint32_t to)
{
    str account = facts_account(f, x), region = facts_region(f, x);
    f->input = x->name_input;
    facts_set_name(f, to, x->name ? facts_name(f, x) : STR_NONE);
    f->input = x->account_input;
    place_account_of(f, to, account, x->is_account_told);
    f->input = x->region_input;
    place_region_of(f, to, region, x->is_region_told);
}

/* As if each input had told it of the other fact. */
static void give(facts *f, uint32_t from, uint32_t to)
{
    uint32_t input = f->input;
    const fact x = f->items[from];
    if (facts_is_before(f, x.input, f->items[to].input))
        f->items[to].input = x.input;
    give_place(f, &x, to);
    for (uint32_t c = x.first; c != CELL_NONE; c = f->cells[c].next) {
        const fact_cell value = f->cells[c];
        f->input = value.input;
        put(f, to, &value);
    }
    f->input = input;
}

void facts_rename(facts *f, uint32_t at, str id)
{
    fact *x = &f->items[at];
    uint32_t other = facts_find(f, (fact_kind)x->kind, (provider)x->provider, id);
    if (other == at)
        return;
    if (other == FACT_NONE) {
        x->id = intern_or_fail(f, id);
        f->failed = !x->id || !enter(f, at) || f->failed;
        return;
    }
    give(f, at, other);
    x->is_merged = true;
    f->n_merged++;
}

/* ---- order ----------------------------------------------------------------------------------- */

int facts_compare_text(const facts *f, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    return text_compare(a ? intern_text(&f->text, a) : STR_NONE,
                        b ? intern_text(&f->text, b) : STR_NONE);
}

static int compare(const void *a, const void *b, void *user)
{
    const facts *f = user;
    const fact *x = a, *y = b;
    int order = (int)x->is_merged - (int)y->is_merged;
    order = order ? order : (int)x->kind - (int)y->kind;
    order = order ? order : (int)x->provider - (int)y->provider;
    order = order ? order : facts_compare_text(f, x->account, y->account);
    order = order ? order : facts_compare_text(f, x->region, y->region);
    return order ? order : facts_compare_text(f, x->id, y->id);
}

typedef struct cell_place {
    uint32_t rank, sequence, cell;
} cell_place;

static int compare_places(const void *a, const void *b)
{
    const cell_place *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

typedef struct ordering {
    uint32_t *ranks;    /* of inputs */
    cell_place *places; /* room for the values that one fact can have */
} ordering;

static void ordering_done(ordering *o)
{
    free(o->ranks);
    free(o->places);
}

static uint32_t rank_of(const facts *f, const ordering *o, uint32_t cell)
{
    uint32_t input = f->cells[cell].input;
    return input < f->n_inputs ? o->ranks[input] : UINT32_MAX;
}

static bool is_in_order(const facts *f, const ordering *o, const fact *x)
{
    uint32_t rank = 0;
    for (uint32_t c = x->first; c != CELL_NONE; c = f->cells[c].next) {
        uint32_t next = rank_of(f, o, c);
        if (next < rank)
            return false;
        rank = next;
    }
    return true;
}

static void order_cells(facts *f, ordering *o, fact *x)
{
    uint32_t n = 0;
    if (is_in_order(f, o, x))
        return;
    for (uint32_t c = x->first; c != CELL_NONE; c = f->cells[c].next, n++)
        o->places[n] = (cell_place){rank_of(f, o, c), n, c};
    qsort(o->places, n, sizeof *o->places, compare_places);
    x->first = CELL_NONE;
    for (uint32_t i = 0; i < n; i++)
        append(f, x, o->places[i].cell);
}

static void order_all(facts *f, ordering *o)
{
    for (uint32_t i = 0; i < f->n_inputs; i++)
        o->ranks[f->input_order[i]] = i;
    for (size_t i = 0; i < f->n; i++)
        order_cells(f, o, &f->items[i]);
}

static bool order_values(facts *f)
{
    ordering o = {calloc(f->n_inputs + 1, sizeof *o.ranks),
                  calloc(LIMIT_FACT_LIST + (size_t)ATTR_COUNT, sizeof *o.places)};
    bool is_ready = o.ranks && o.places && order_inputs(f);
    if (is_ready)
        order_all(f, &o);
    ordering_done(&o);
    return is_ready;
}

bool facts_sort(facts *f)
{
    if (!order_values(f))
        return false;
    if (f->n > 0)
        qsort_r(f->items, f->n, sizeof *f->items, compare, f);
    f->n -= f->n_merged; /* they stand last */
    f->n_merged = 0;
    map_done(&f->by_key);
    for (uint32_t i = 0; i < f->n; i++)
        f->failed = !enter(f, i) || f->failed;
    uint32_t at = 0;
    for (int k = 0; k <= FACT_KIND_COUNT; k++) {
        while (at < f->n && f->items[at].kind < k)
            at++;
        f->of_kind[k] = at;
    }
    return !f->failed;
}

void facts_range(const facts *f, fact_kind kind, uint32_t *ret_from, uint32_t *ret_to)
{
    *ret_from = f->of_kind[kind];
    *ret_to = f->of_kind[kind + 1];
}
