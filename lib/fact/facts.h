/* SPDX-License-Identifier: Apache-2.0
 *
 * facts.h -- what exports say, in one shape for all clouds: things with attributes.
 *
 * Readers write facts, checks read them, and neither knows the other. A fact is a thing of a kind,
 * known by its id within a cloud; what two exports say of one thing comes together in one fact.
 *
 *  (1) A fact's number is stable while reading goes on; facts_sort gives new ones, once, so that
 *      the order of the inputs shows nowhere.
 *  (2) An attribute is typed by its row in attr.def. Those marked MANY hold a list. Of the others
 *      one value stays: that of the input whose name is lowest, and within it the first. Lists go
 *      by the names of inputs, too.
 *  (3) An attribute that nobody set is *absent*: not false, not zero. Checks answer NO_DATA to it.
 *  (4) Text is copied; short texts are interned, documents are not.
 *  (5) Out of memory is sticky in `failed`.
 *  (6) At most LIMIT_FACTS facts, LIMIT_FACT_LIST values in the lists of one and LIMIT_FACT_VALUES
 *      of all; what is beyond is counted in `lost`.
 */
#ifndef SPOOR_FACT_FACTS_H
#define SPOOR_FACT_FACTS_H

#include "fact/excess.h"
#include "base/arena.h"
#include "base/base.h"
#include "base/map.h"
#include "model/event.h"

typedef enum fact_kind {
#define FACT_KIND(name, text, doc) FACT_##name,
#include "fact/fact_kind.def"
#undef FACT_KIND
    FACT_KIND_COUNT
} fact_kind;

typedef enum attr_type {
    ATTR_TYPE_TEXT,
    ATTR_TYPE_BOOL,
    ATTR_TYPE_NUMBER,
    ATTR_TYPE_TIME
} attr_type;

typedef enum attr {
#define ATTR(name, type, many, doc) ATTR_##name,
#include "fact/attr.def"
#undef ATTR
    ATTR_COUNT
} attr;

typedef struct attr_info {
    const char *name;
    attr_type type;
    bool is_many;
    const char *doc;
} attr_info;

const attr_info *attr_describe(attr a);
const char *fact_kind_text(fact_kind k);

enum { FACT_NONE = UINT32_MAX };

typedef struct fact {
    uint8_t kind;     /* fact_kind */
    uint8_t provider; /* provider: the cloud; PROVIDER_OTHER for what belongs to none */
    bool is_merged;   /* private, as what follows */
    bool is_account_told, is_region_told;
    uint32_t id, name, account, region; /* interned; 0: not known */
    uint32_t input;                     /* of those that tell of it, the one with the lowest name */
    uint32_t name_input, account_input, region_input; /* which of them said so; private */
    uint32_t n_listed;                                /* values in lists */
    uint32_t first, last;                             /* its values */
} fact;

typedef struct fact_value {
    bool is_set;
    str text;      /* ATTR_TYPE_TEXT */
    bool flag;     /* ATTR_TYPE_BOOL */
    double number; /* ATTR_TYPE_NUMBER */
    int64_t time_ns;
} fact_value;

typedef struct fact_cell fact_cell;

typedef struct facts {
    str *inputs; /* their names */
    size_t n_inputs, cap_inputs;
    uint32_t *input_order; /* after facts_sort: their numbers, sorted by name */
    uint32_t input;        /* the one that is read; a number beyond them: none any more */
    intern text;
    arena documents; /* long texts */
    fact *items;
    size_t n, cap;
    fact_cell *cells;
    size_t n_cells, cap_cells;
    map by_key; /* (kind, provider, id) -> fact; where hashes collide the chain is followed */
    uint32_t *same_hash; /* next fact of the same hash, or FACT_NONE */
    size_t cap_same;
    uint32_t of_kind[FACT_KIND_COUNT + 1]; /* after facts_sort: where each kind begins */
    excess lost;
    uint64_t n_merged; /* renamed into others, to be dropped */
    bool failed;
} facts;

void facts_done(facts *f);

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Numbers inputs as they come; the name must live as long as the facts. False: no memory. */
bool facts_add_input(facts *f, str name);
/* Whether what input a says goes over what b says: its name is lower, or it came first. */
bool facts_is_before(const facts *f, uint32_t a, uint32_t b);

/* ---- writing --------------------------------------------------------------------------------- */

/* The fact with this id, made when there is none yet. Ids compare byte by byte: callers bring
 * them into the spelling that docs/ARCHITECTURE.md gives for findings (ARN or AWS id; Azure ids
 * in lower case; GCP "projects/P/zones/Z/instances/NAME"). FACT_NONE: no memory, or too many. */
uint32_t facts_add(facts *f, fact_kind kind, provider cloud, str id, uint32_t input);
/* Each does nothing for FACT_NONE, and for an empty text. Of several inputs the one with the lowest
 * name has its way. Within one the first name stays, and account and region are those set last. */
void facts_set_name(facts *f, uint32_t at, str name);
void facts_set_account(facts *f, uint32_t at, str account);
void facts_set_region(facts *f, uint32_t at, str region);
/* What the path of an input says; what an export itself says goes over it. */
void facts_guess_account(facts *f, uint32_t at, str account);
void facts_guess_region(facts *f, uint32_t at, str region);
void facts_put_text(facts *f, uint32_t at, attr a, str value);
void facts_put_flag(facts *f, uint32_t at, attr a, bool value);
void facts_put_number(facts *f, uint32_t at, attr a, double value);
void facts_put_time(facts *f, uint32_t at, attr a, int64_t value_ns);

/* Gives a fact another id. Where one of its kind has that id already, its values go to that one,
 * and it is gone with facts_sort. */
void facts_rename(facts *f, uint32_t at, str id);

/* By kind, cloud, account, region, id; then name lookups by facts_find still work. */
bool facts_sort(facts *f);

/* ---- reading --------------------------------------------------------------------------------- */

const fact *facts_at(const facts *f, uint32_t at);
uint32_t facts_find(const facts *f, fact_kind kind, provider cloud, str id); /* FACT_NONE: none */
str facts_id(const facts *f, const fact *x);
str facts_name(const facts *f, const fact *x); /* its name, or its id */
str facts_account(const facts *f, const fact *x);
str facts_region(const facts *f, const fact *x);

/* The order of two texts of f.text by their bytes; 0, no text, comes first. */
int facts_compare_text(const facts *f, uint32_t a, uint32_t b);

/* The value of an attribute; is_set false when absent. Of a list, the first. */
fact_value facts_get(const facts *f, const fact *x, attr a);
str facts_get_text(const facts *f, const fact *x, attr a); /* STR_NONE when absent */
/* The input that set it; only of one that is set. */
uint32_t facts_input_of(const facts *f, const fact *x, attr a);
/* True only when it is set and true. */
bool facts_is(const facts *f, const fact *x, attr a);
/* True when one of the values is this text, whatever the case of its letters. */
bool facts_has_text(const facts *f, const fact *x, attr a, str value);

/* All values of a list attribute, in the order they were set (after facts_sort: input by input, by
 * name):
 *     fact_iter it = facts_iter(f, x, ATTR_GROUP);
 *     while (facts_next(&it)) use(it.value.text); */
typedef struct fact_iter {
    fact_value value;
    const facts *facts_;
    attr attr_;
    uint32_t cell_;
} fact_iter;

fact_iter facts_iter(const facts *f, const fact *x, attr a);
bool facts_next(fact_iter *it);

/* After facts_sort: the facts of a kind stand at [*ret_from, *ret_to). */
void facts_range(const facts *f, fact_kind kind, uint32_t *ret_from, uint32_t *ret_to);

#endif
