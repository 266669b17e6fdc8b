/* SPDX-License-Identifier: Apache-2.0
 *
 * rules_words.c -- what a rule says, and why it does or does not match a record.
 *
 * A record is recognised and unwrapped by the reader, as a scan does it, so that the answer is the
 * one that a scan would give.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "decode/reader.h"
#include "decode/split.h"
#include "engine/fail.h"
#include "engine/rules.h"
#include "match/matcher.h"
#include "rule/explain.h"

enum { TOLD_MAX = 20 }; /* records that are told of when a wrapper holds many */

static spoor_status hand_out(buf *words, char **ret)
{
    buf_putc(words, '\0');
    if (words->failed)
        return SPOOR_ENOMEM;
    *ret = STEAL(words->p);
    return SPOOR_OK;
}

spoor_status spoor_ruleset_explain(const spoor_ruleset *rules, size_t i, char **ret)
{
    if (!rules || !ret)
        return SPOOR_EINVAL;
    if (i >= rules->compiled->n_rules)
        return SPOOR_END;
    AUTO(buf) words = {0};
    explain_rule(rules->compiled, i, &words);
    return hand_out(&words, ret);
}

/* ---- why ------------------------------------------------------------------------------------- */

typedef struct asking {
    const ruleset *rules;
    uint32_t rule;
    matcher *matcher;
    arena text; /* values seen */
    explain_seen *seen;
    buf words;
    uint64_t n_events, n_matching;
    const char *reason; /* why a piece gave no event; NULL: none did so */
    bool failed;
} asking;

static void asking_done(asking *q)
{
    matcher_free(q->matcher);
    arena_done(&q->text);
    buf_done(&q->words);
    free(q->seen);
}

static void on_predicate(void *user, uint32_t predicate, bool holds, str seen)
{
    asking *q = user;
    q->seen[predicate] = (explain_seen){true, holds, STR_NONE};
    if (seen.p)
        q->seen[predicate].text = arena_dup(&q->text, seen);
}

static void tell(asking *q, family f, bool is_match)
{
    const rule_info *info = &q->rules->rules[q->rule];
    if (q->n_events > 1)
        buf_puts(&q->words, "\n");
    buf_printf(&q->words, "record %llu, %s: %s\n", (unsigned long long)q->n_events, family_text(f),
               is_match ? "it matches" : "it does not match");
    if (!(info->families >> f & 1))
        buf_puts(&q->words, "  its logsource is of other log families\n");
    explain_condition(q->rules, info->root, q->seen, &q->words);
}

static bool ask(asking *q, const matcher_record *record)
{
    bool is_match;
    arena_reset(&q->text);
    memset(q->seen, 0, (q->rules->n_predicates + 1) * sizeof *q->seen);
    if (!matcher_why(q->matcher, record, q->rule, on_predicate, q, &is_match))
        return false;
    q->n_events++;
    q->n_matching += is_match;
    if (q->n_events <= TOLD_MAX)
        tell(q, record->family, is_match);
    return !q->text.failed && !q->words.failed;
}

static bool on_event(void *user, event *e, size_t family_index)
{
    const matcher_record record = {.text = e->text,
                                   .family = (family)family_index,
                                   .operation = e->field[FIELD_operation],
                                   .service = e->field[FIELD_service]};
    return ask(user, &record);
}

static bool on_skip(void *user, const reader_skip *skip)
{
    asking *q = user;
    q->reason = skip->reason;
    return true;
}

static bool fill(split *s, str text)
{
    size_t room;
    char *to = split_room(s, text.n + 1, &room);
    if (!to)
        return false;
    memcpy(to, text.p, text.n);
    split_commit(s, text.n);
    split_finish(s);
    return true;
}

static bool read_all(asking *q, split *s, reader *r, bool is_any_json)
{
    const reader_sink sink = {.user = q, .event = on_event, .skip = on_skip};
    split_item item;
    bool gave_event;
    reader_begin(r, is_any_json);
    while (split_next(s, &item))
        if (!reader_item(r, &item, &sink, &gave_event))
            return false;
    return !split_failed(s);
}

/* False: out of memory. */
static bool recognise(asking *q, str text, bool is_any_json)
{
    reader_tables *tables = reader_tables_new();
    split *s = split_new();
    reader *r = tables ? reader_new(tables) : NULL;
    bool ok = s && r && fill(s, text) && read_all(q, s, r, is_any_json);
    reader_free(r);
    split_free(s);
    reader_tables_free(tables);
    return ok;
}

/* A record whose family the caller knows is taken as it is. */
static bool take_as(asking *q, str text, family f)
{
    AUTO(buf) padded = {0};
    buf_putstr(&padded, text);
    return !padded.failed && ask(q, &(matcher_record){.text = buf_str(&padded), .family = f});
}

static bool answer(asking *q, const char *name, str text)
{
    family f = name ? family_from_text(str_of(name)) : FAMILY_COUNT;
    q->matcher = matcher_new(q->rules);
    q->seen = calloc(q->rules->n_predicates + 1, sizeof *q->seen);
    if (!q->matcher || !q->seen)
        return false;
    if (f < FAMILY_COUNT && f != FAMILY_generic)
        return take_as(q, text, f);
    return recognise(q, text, f == FAMILY_generic);
}

static spoor_status check_question(const spoor_ruleset *rules, size_t i, const char *family,
                                   size_t n, spoor_error *err)
{
    if (i >= rules->compiled->n_rules)
        return SPOOR_END;
    if (family && family_from_text(str_of(family)) == FAMILY_COUNT)
        return engine_fail(err, SPOOR_EINVAL, "no log family is called \"%.40s\"", family);
    if (n > LIMIT_RECORD_BYTES)
        return engine_fail(err, SPOOR_ELIMIT,
                           "the record is longer than 16 MiB (limit "
                           "record_bytes)");
    for (size_t k = 0; k < rules->compiled->n_correlations; k++)
        if (rules->compiled->correlations[k].info == i)
            return engine_fail(err, SPOOR_EINVAL,
                               "a correlation matches no single record; ask about its rules");
    if (strcmp(rules->described[i].kind, "lineage") == 0)
        return engine_fail(err, SPOOR_EINVAL,
                           "a lineage matches no single record; run it over all of them");
    return SPOOR_OK;
}

/* What was found out, as words. */
static spoor_status conclude(asking *q, char **ret, int *ret_matches, spoor_error *err)
{
    if (q->n_events == 0)
        return engine_fail(err, SPOOR_EINVAL, "nothing to match: %s",
                           q->reason ? q->reason : "the record is empty");
    if (q->n_events > TOLD_MAX)
        buf_printf(&q->words, "\n%llu records in all, of which it matches %llu\n",
                   (unsigned long long)q->n_events, (unsigned long long)q->n_matching);
    spoor_status status = hand_out(&q->words, ret);
    if (status != SPOOR_OK)
        return engine_fail(err, status, "out of memory");
    *ret_matches = q->n_matching > 0;
    return SPOOR_OK;
}

/* NOLINTNEXTLINE(readability-function-size): its parameters are those of the public header */
spoor_status spoor_ruleset_why(const spoor_ruleset *rules, size_t i, const char *family,
                               const char *record, size_t n, char **ret, int *ret_matches,
                               spoor_error *err)
{
    if (!rules || !record || !ret || !ret_matches)
        return engine_fail(err, SPOOR_EINVAL,
                           "spoor_ruleset_why: rules, record, ret and ret_matches must be given");
    spoor_status status = check_question(rules, i, family, n, err);
    if (status != SPOOR_OK)
        return status;
    asking q = {.rules = rules->compiled, .rule = (uint32_t)i};
    if (answer(&q, family, (str){record, n}))
        status = conclude(&q, ret, ret_matches, err);
    else
        status = engine_fail(err, SPOOR_ENOMEM, "out of memory");
    asking_done(&q);
    return status;
}
