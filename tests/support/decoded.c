/* SPDX-License-Identifier: Apache-2.0
 *
 * decoded.c -- one record through one decoder, and the event in words.
 */
#include "support/decoded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "model/entity.h"

static void put_fact(buf *out, const char *name, str value)
{
    if (value.n == 0)
        return;
    buf_printf(out, "\n%s=", name);
    buf_putstr(out, value);
}

static void put_flag(buf *out, const char *name, bool is_set)
{
    if (is_set)
        put_fact(out, name, STR("true"));
}

static void put_refs(buf *out, const event *e)
{
    for (size_t i = 0; i < e->n_refs; i++) {
        const event_ref *r = &e->refs[i];
        const char *word = relation_text((relation)r->relation);
        buf_printf(out, "\n%s=%s:", word, entity_describe((entity_type)r->type)->text);
        buf_putstr(out, r->id);
        buf_printf(out, "\n%s@", word);
        buf_putstr(out, r->path);
    }
}

static void describe(buf *out, const event *e)
{
    put_fact(out, "provider", str_of(provider_text((provider)e->provider)));
    put_fact(out, "outcome", str_of(outcome_text((outcome)e->outcome)));
    put_fact(out, "phase", str_of(phase_text((phase)e->phase)));
    put_fact(out, "class", str_of(operation_at(e->operation)->class_name));
    put_flag(out, "timeless", e->time_ns == INT64_MIN);
    buf_printf(out, "\ntime_ms=%lld", (long long)(e->time_ns / 1000000));
    put_flag(out, "is_new", e->is_new);
    put_flag(out, "is_existing", e->is_existing);
    for (size_t f = 0; f < FIELD_COUNT; f++)
        put_fact(out, field_describe((field)f)->name, e->field[f]);
    put_refs(out, e);
    buf_putc(out, '\n');
}

/* A copy with the room behind it that the bridge may read. */
static bool copy_record(buf *out, const char *record)
{
    buf_puts(out, record);
    return !out->failed && buf_reserve(out, 1);
}

void decoded_init(decoded *d, const decoder *family, const char *record)
{
    json_value slots[DECODER_SLOTS_MAX] = {0};
    AUTO(buf) text = {0};
    AUTO(arena) scratch = {0};
    json_trie *trie = json_trie_new(family->paths, family->n_paths);
    json_reader *reader = json_reader_new();
    operation_index *index = operation_index_new();
    *d = (decoded){.status = DECODE_SKIP};
    if (trie && reader && index && copy_record(&text, record) &&
        json_project(reader, trie, buf_str(&text), slots, family->n_slots) == JSON_OK) {
        event e = {.time_ns = INT64_MIN};
        decode_ctx ctx = {.pick = {.json = reader, .scratch = &scratch},
                          .record = buf_str(&text),
                          .operations = index};
        d->status = family->decode(&ctx, slots, &e);
        d->uid_hash = e.uid_hash;
        d->fold_hash = e.fold_hash;
        describe(&d->text, &e);
    }
    operation_index_free(index);
    json_reader_free(reader);
    json_trie_free(trie);
}

void decoded_done(decoded *d)
{
    buf_done(&d->text);
}

/* Whether "\nfact\n" or, for a bare name, "\nname=" stands in the text. */
static bool holds(const decoded *d, str fact)
{
    bool is_whole = text_has(fact, "=") || text_has(fact, "@");
    AUTO(buf) line = {0};
    buf_putc(&line, '\n');
    buf_putstr(&line, fact);
    buf_put(&line, is_whole ? "\n" : "=", 2); /* with a NUL, so that it can be searched for */
    return text_has(buf_str(&d->text), line.p);
}

/* The first fact that is wrong, or none. */
static str find_mismatch(const decoded *d, const char *facts)
{
    str rest = str_of(facts);
    str fact = STR_NONE;
    while (text_next(&rest, '\n', &fact)) {
        bool is_barred = fact.n > 0 && fact.p[0] == '!';
        str bare = str_from(fact, is_barred ? 1 : 0);
        if (bare.n > 0 && holds(d, bare) == is_barred)
            return fact;
    }
    return STR_NONE;
}

void decoded_check(const decoded *d, const char *name, decode_status wanted, const char *facts)
{
    str wrong = facts ? find_mismatch(d, facts) : STR_NONE;
    if (d->status != wanted || wrong.n > 0)
        fail_msg("%s: status %d, wrong: %.*s in:%.*s", name, (int)d->status, (int)wrong.n, wrong.p,
                 (int)d->text.n, d->text.p);
}
