/* SPDX-License-Identifier: Apache-2.0
 *
 * operation.c -- the rows of operation.def and the two ways to look one up.
 *
 * Every record is looked up, so the index hashes one normalised key and compares it whole; the
 * linear search says the same more slowly and is what the tests compare the index with.
 *
 *  (1) A key is provider, source and name in normal form, see key_of. The rows are written in
 *      normal form, so a row's own texts make its key.
 *  (2) A name too long for a key has no row: every row's key fits.
 *  (3) The index is immutable once built and may be shared by threads.
 */
#include "model/operation.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/text.h"

static const operation_info rows[] = {
    {PROVIDER_NONE, "", "", "", STAGE_NONE, 1, "-", "", "a call that no chain cares about", 0, 0,
     0},
#define OPERATION(provider, source, name, class_name, stage, severity, technique, refs, doc)       \
    {PROVIDER_##provider, source, name, class_name,         STAGE_##stage,    severity,            \
     technique,           refs,   doc,  sizeof(source) - 1, sizeof(name) - 1, sizeof(refs) - 1},
#include "model/operation.def"
#undef OPERATION
};

_Static_assert(ARRAY_LEN(rows) < UINT16_MAX, "a row number fits event.operation");

enum {
    KEY_MAX = 192,
    SLOTS = 1024, /* a power of two */
};

_Static_assert(ARRAY_LEN(rows) * 2 < SLOTS, "the index stays sparse, so probes stay short");

typedef struct key {
    size_t n;
    char p[KEY_MAX]; /* provider, source, NUL, name */
} key;

typedef struct slot {
    uint32_t tag;    /* upper half of the key's hash */
    uint32_t key_at; /* in operation_index.keys */
    uint16_t key_n;
    uint16_t row; /* OPERATION_NONE: empty */
} slot;

struct operation_index {
    buf keys;
    slot slots[SLOTS];
};

static bool key_put(key *k, str s)
{
    if (s.n > KEY_MAX - k->n)
        return false;
    if (s.n)
        memcpy(k->p + k->n, s.p, s.n);
    k->n += s.n;
    return true;
}

/* Appends an Azure name: lower case, en dash as '-', one space where there are several. */
static bool key_put_folded(key *k, str s)
{
    char last = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = text_lower(s.p[i]);
        if (c == '\xe2' && text_starts(str_from(s, i), "\xe2\x80\x93")) {
            c = '-';
            i += 2;
        }
        if (c == ' ' && last == ' ')
            continue;
        if (k->n == KEY_MAX)
            return false;
        k->p[k->n++] = last = c;
    }
    return true;
}

/* A name without the API version that compute puts before it: "v1.", "beta.", "v2beta3.". */
static str unversioned(str name)
{
    str first = text_before(name, '.');
    bool is_number = first.n > 1 && first.p[0] == 'v' && first.p[1] >= '0' && first.p[1] <= '9';
    if (is_number || str_is(first, "beta") || str_is(first, "alpha"))
        return str_from(name, first.n + 1);
    return name;
}

/* The serial console's gateways are called by region: us-central1-ssh-serialport.googleapis.com. */
static str unregional(str source)
{
    static const char service[] = "ssh-serialport.googleapis.com";
    if (text_ends(source, "-ssh-serialport.googleapis.com"))
        return str_from(source, source.n - (sizeof(service) - 1));
    return source;
}

static bool key_of(provider p, str source, str name, key *ret)
{
    ret->n = 0;
    ret->p[ret->n++] = (char)p;
    name = text_trim(name);
    if (p == PROVIDER_GCP) {
        source = unregional(source);
        name = unversioned(name);
    }
    if (!key_put(ret, source) || !key_put(ret, (str){"", 1}))
        return false;
    return p == PROVIDER_AZURE ? key_put_folded(ret, name) : key_put(ret, name);
}

uint64_t operation_source_hash(str source)
{
    return hash_str(source, 4);
}

uint64_t operation_name_hash(str name)
{
    return hash_str(name, 2);
}

/* Of what calls are told apart by: for AWS the very hashes that its records' uid needs as well. */
static uint64_t hash_of(provider p, uint64_t source_hash, uint64_t name_hash)
{
    return hash_mix(hash_mix(source_hash, name_hash), p);
}

static uint64_t key_hash(const key *k)
{
    str both = {k->p + 1, k->n - 1};
    return hash_of((provider)k->p[0], operation_source_hash(text_before(both, '\0')),
                   operation_name_hash(text_after(both, '\0')));
}

static bool index_add(operation_index *x, uint16_t row)
{
    const operation_info *o = &rows[row];
    key k;
    if (!key_of(o->provider, str_of(o->source), str_of(o->name), &k))
        return false;
    uint64_t hash = key_hash(&k);
    size_t at = hash % SLOTS;
    while (x->slots[at].row != OPERATION_NONE)
        at = (at + 1) % SLOTS;
    x->slots[at] = (slot){(uint32_t)(hash >> 32), (uint32_t)x->keys.n, (uint16_t)k.n, row};
    buf_put(&x->keys, k.p, k.n);
    return !x->keys.failed;
}

void operation_index_free(operation_index *x)
{
    if (!x)
        return;
    buf_done(&x->keys);
    free(x);
}

operation_index *operation_index_new(void)
{
    operation_index *x = calloc(1, sizeof(*x));
    if (!x)
        return NULL;
    for (size_t i = 1; i < ARRAY_LEN(rows); i++) {
        if (index_add(x, (uint16_t)i))
            continue;
        operation_index_free(x);
        return NULL;
    }
    return x;
}

uint16_t operation_index_find(const operation_index *x, provider p, str source, str name)
{
    key k;
    if (!key_of(p, source, name, &k))
        return OPERATION_NONE;
    uint64_t hash = key_hash(&k);
    for (size_t at = hash % SLOTS; x->slots[at].row != OPERATION_NONE; at = (at + 1) % SLOTS) {
        const slot *s = &x->slots[at];
        if (s->tag == (uint32_t)(hash >> 32) && s->key_n == k.n &&
            memcmp(x->keys.p + s->key_at, k.p, k.n) == 0)
            return s->row;
    }
    return OPERATION_NONE;
}

uint16_t operation_index_find_aws(const operation_index *x, str source, str name,
                                  uint64_t source_hash, uint64_t name_hash)
{
    uint64_t hash = hash_of(PROVIDER_AWS, source_hash, name_hash);
    for (size_t at = hash % SLOTS; x->slots[at].row != OPERATION_NONE; at = (at + 1) % SLOTS) {
        const slot *s = &x->slots[at];
        const operation_info *o = &rows[s->row];
        if (s->tag == (uint32_t)(hash >> 32) && o->provider == PROVIDER_AWS &&
            str_eq(source, (str){o->source, o->source_n}) &&
            str_eq(name, (str){o->name, o->name_n}))
            return s->row;
    }
    return OPERATION_NONE;
}

uint16_t operation_find(provider p, str source, str name)
{
    key k;
    if (!key_of(p, source, name, &k))
        return OPERATION_NONE;
    str found = {k.p + 1, k.n - 1};
    for (size_t i = 1; i < ARRAY_LEN(rows); i++) {
        if (rows[i].provider == p && str_is(text_before(found, '\0'), rows[i].source) &&
            str_is(text_after(found, '\0'), rows[i].name))
            return (uint16_t)i;
    }
    return OPERATION_NONE;
}

size_t operation_count(void)
{
    return ARRAY_LEN(rows);
}

const operation_info *operation_at(size_t i)
{
    assert(i < ARRAY_LEN(rows));
    return &rows[i];
}

bool operation_is(uint16_t operation, const char *class_name)
{
    assert(operation < ARRAY_LEN(rows));
    const char *own = rows[operation].class_name;
    size_t n = strlen(class_name);
    return n > 0 && strncmp(own, class_name, n) == 0 && (own[n] == '\0' || own[n] == '.');
}
