/* SPDX-License-Identifier: Apache-2.0
 *
 * callers.c -- a table in which a caller has one place, by his text.
 *
 * Each place owns one allocation: the text, then the texts of the fields.
 */
#include "decode/callers.h"

#include <stdlib.h>

#include "base/hash.h"

/* What is read from the caller's text: all that is packed of a caller, and what records may also
 * say elsewhere. */
static const uint8_t fields[] = {
    FIELD_actor_type,      FIELD_actor_id,   FIELD_actor_name,   FIELD_actor_arn,
    FIELD_actor_account,   FIELD_issuer_id,  FIELD_issuer_name,  FIELD_credential,
    FIELD_session_id,      FIELD_invoked_by, FIELD_benign_class, FIELD_session_start,
    FIELD_source_identity, FIELD_mfa,        FIELD_idp,
};

typedef struct caller {
    uint64_t hash, number; /* number 0: nobody */
    char *bytes;           /* the text, then the fields' */
    uint32_t n_text;
    bool is_whole;
    uint32_t n[ARRAY_LEN(fields)]; /* bytes of each field */
} caller;

struct callers {
    uint64_t last_number;
    caller place[CALLERS_MAX];
};

callers *callers_new(void)
{
    return calloc(1, sizeof(callers));
}

void callers_free(callers *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < CALLERS_MAX; i++)
        free(m->place[i].bytes);
    free(m);
}

/* Of a few places in the text, as all of it is compared anyway. */
static uint64_t hash_of(str text, bool is_whole)
{
    enum { PLACES = 8 };
    uint64_t h = text.n << 1 | is_whole, word;
    if (text.n < PLACES * sizeof word)
        return hash_str(text, h);
    for (size_t i = 1; i <= PLACES; i++) {
        memcpy(&word, text.p + i * text.n / PLACES - sizeof word, sizeof word);
        h = hash_mix(h, word);
    }
    return h;
}

static bool is_known(const caller *c, uint64_t hash, str text, bool is_whole)
{
    return c->number != 0 && c->hash == hash && c->is_whole == is_whole &&
           str_eq((str){c->bytes, c->n_text}, text);
}

bool callers_recall(const callers *m, str text, bool is_whole, event *e)
{
    uint64_t hash = hash_of(text, is_whole);
    const caller *c = &m->place[hash % CALLERS_MAX];
    if (!is_known(c, hash, text, is_whole))
        return false;
    const char *p = c->bytes + c->n_text;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        str *to = &e->field[fields[i]];
        if (to->n == 0 && c->n[i] > 0)
            *to = (str){p, c->n[i]};
        p += c->n[i];
    }
    e->caller_number = c->number;
    return true;
}

/* A copy of the text and of all fields behind it; NULL: out of memory. */
static char *copy_of(str text, const event *e)
{
    size_t n = text.n;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        n += e->field[fields[i]].n;
    char *bytes = malloc(n), *to = bytes;
    if (!bytes)
        return NULL;
    memcpy(to, text.p, text.n);
    to += text.n;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        str s = e->field[fields[i]];
        if (s.n > 0)
            memcpy(to, s.p, s.n);
        to += s.n;
    }
    return bytes;
}

void callers_learn(callers *m, str text, bool is_whole, event *e)
{
    caller c = {.hash = hash_of(text, is_whole), .n_text = (uint32_t)text.n, .is_whole = is_whole};
    if (text.n == 0 || text.n > CALLER_BYTES_MAX)
        return;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        c.n[i] = (uint32_t)e->field[fields[i]].n;
    c.bytes = copy_of(text, e);
    if (!c.bytes)
        return;
    c.number = e->caller_number = ++m->last_number;
    caller *place = &m->place[c.hash % CALLERS_MAX];
    free(place->bytes);
    *place = c;
}
