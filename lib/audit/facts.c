/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.c -- the store of facts.
 *
 *  (1) The values of a fact are a chain of cells in the order they were set.
 *  (2) The map leads from a hash to the newest fact with it; same_hash leads on to older ones.
 */
#include "audit/facts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"

enum { CELL_NONE = UINT32_MAX, DOCUMENT_BYTES = 512, FACTS_AT_FIRST = 256 };

struct fact_cell {
    uint32_t next;
    uint16_t attr;
    union {
        uint32_t text; /* interned */
        const str *document;
        bool flag;
        double number;
        int64_t time_ns;
    } as;
    bool is_document;
};

static const attr_info attrs[] = {
#define ATTR(name, type, many, doc) {#name, ATTR_TYPE_##type, many, doc},
#include "audit/attr.def"
#undef ATTR
};

static const char *const kinds[] = {
#define FACT_KIND(name, text, doc) text,
#include "audit/fact_kind.def"
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
    free(f->items);
    free(f->cells);
    free(f->same_hash);
    map_done(&f->by_key);
    *f = (facts){0};
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
    if (at != FACT_NONE || id.n == 0)
        return at;
    if (f->n >= LIMIT_FACTS) {
        f->lost++;
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
    if (at != FACT_NONE && name.n > 0 && !f->items[at].name)
        f->items[at].name = intern_or_fail(f, name);
}

void facts_set_account(facts *f, uint32_t at, str account)
{
    if (at != FACT_NONE && account.n > 0)
        f->items[at].account = intern_or_fail(f, account);
}

void facts_set_region(facts *f, uint32_t at, str region)
{
    if (at != FACT_NONE && region.n > 0)
        f->items[at].region = intern_or_fail(f, region);
}

/* ---- values ---------------------------------------------------------------------------------- */

static const fact_cell *find_cell(const facts *f, const fact *x, attr a)
{
    for (uint32_t c = x->first; c != CELL_NONE; c = f->cells[c].next)
        if (f->cells[c].attr == a)
            return &f->cells[c];
    return NULL;
}

/* A new cell at the end of the fact's chain; NULL: the value is not kept. */
static fact_cell *add_cell(facts *f, uint32_t at, attr a)
{
    if (at == FACT_NONE || (!attrs[a].is_many && find_cell(f, &f->items[at], a)))
        return NULL;
    if (f->n_cells >= LIMIT_FACT_VALUES || f->items[at].n_values >= LIMIT_FACT_LIST) {
        f->lost++;
        return NULL;
    }
    fact_cell *cells =
        array_room(f->cells, f->n_cells, &f->cap_cells, FACTS_AT_FIRST, sizeof *cells);
    if (!cells) {
        f->failed = true;
        return NULL;
    }
    f->cells = cells;
    fact *x = &f->items[at];
    uint32_t new = (uint32_t)f->n_cells++;
    if (x->first == CELL_NONE)
        x->first = new;
    else
        cells[x->last].next = new;
    x->last = new;
    x->n_values++;
    cells[new] = (fact_cell){.next = CELL_NONE, .attr = (uint16_t)a};
    return &cells[new];
}

static str cell_text(const facts *f, const fact_cell *c)
{
    return c->is_document ? *c->as.document : intern_text(&f->text, c->as.text);
}

static bool is_listed(const facts *f, const fact *x, attr a, str value)
{
    for (uint32_t c = x->first; c != CELL_NONE; c = f->cells[c].next)
        if (f->cells[c].attr == a && str_eq(cell_text(f, &f->cells[c]), value))
            return true;
    return false;
}

static const str *keep_document(facts *f, str value)
{
    str *kept = arena_alloc(&f->documents, sizeof *kept);
    if (kept)
        *kept = arena_dup(&f->documents, value);
    f->failed = f->failed || f->documents.failed;
    return kept && kept->p ? kept : NULL;
}

void facts_put_text(facts *f, uint32_t at, attr a, str value)
{
    assert(attrs[a].type == ATTR_TYPE_TEXT);
    bool is_document = value.n > DOCUMENT_BYTES;
    if (at == FACT_NONE || value.n == 0 || is_listed(f, &f->items[at], a, value))
        return;
    const str *document = is_document ? keep_document(f, value) : NULL;
    uint32_t text = is_document ? 0 : intern_or_fail(f, value);
    fact_cell *c = document || text ? add_cell(f, at, a) : NULL;
    if (!c)
        return;
    c->is_document = is_document;
    if (is_document)
        c->as.document = document;
    else
        c->as.text = text;
}

void facts_put_flag(facts *f, uint32_t at, attr a, bool value)
{
    assert(attrs[a].type == ATTR_TYPE_BOOL);
    fact_cell *c = add_cell(f, at, a);
    if (c)
        c->as.flag = value;
}

void facts_put_number(facts *f, uint32_t at, attr a, double value)
{
    assert(attrs[a].type == ATTR_TYPE_NUMBER);
    fact_cell *c = add_cell(f, at, a);
    if (c)
        c->as.number = value;
}

void facts_put_time(facts *f, uint32_t at, attr a, int64_t value_ns)
{
    assert(attrs[a].type == ATTR_TYPE_TIME);
    fact_cell *c = value_ns == INT64_MIN ? NULL : add_cell(f, at, a);
    if (c)
        c->as.time_ns = value_ns;
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
    const fact_cell *c = find_cell(f, x, a);
    return c ? value_of(f, c) : (fact_value){0};
}

str facts_get_text(const facts *f, const fact *x, attr a)
{
    return facts_get(f, x, a).text;
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

static void give_values(facts *f, uint32_t from, uint32_t to)
{
    for (uint32_t c = f->items[from].first; c != CELL_NONE; c = f->cells[c].next) {
        fact_cell copy = f->cells[c];
        fact_cell *new = add_cell(f, to, (attr)copy.attr);
        if (!new)
            continue;
        new->is_document = copy.is_document;
        new->as = copy.as;
    }
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
    give_values(f, at, other);
    x->is_merged = true;
    f->n_merged++;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int compare_text(const facts *f, uint32_t a, uint32_t b)
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
    order = order ? order : compare_text(f, x->account, y->account);
    order = order ? order : compare_text(f, x->region, y->region);
    return order ? order : compare_text(f, x->id, y->id);
}

bool facts_sort(facts *f)
{
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
