/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_policy.c -- random sets of policies: the evaluator says what its slow twin says, and the
 * quick bits never say anything else.
 *
 *  (1) One resource: the same verdict, whatever is known of the context.
 *  (2) Any resource: the best verdict that the twin gives for the resources of a small world, which
 *      has every text that the policies name and some that they do not.
 *  (3) Bits: what they decide is what the full evaluation says.
 *  (4) Patterns: what two have in common matches both, and both match something exactly when they
 *      have something in common.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/aws_powers.h"
#include "base/arena.h"
#include "support/policy_twin.h"
#include "support/random.h"

enum { ROUNDS = 2000, MAX_STATEMENTS = 3 };

/* ---- policies by chance ---------------------------------------------------------------------- */

/* clang-format off */
static const char *const actions[] = {
    "ec2:RunInstances", "ec2:StopInstances", "ec2:CreateSnapshot", "iam:PassRole",
};
static const char *const action_patterns[] = {
    "*", "ec2:*", "ec2:Run*", "EC2:RunInstances", "ec2:*s", "iam:PassRole", "iam:*", "e?2:Stop*",
    "s3:*", "ec2:CreateSnapshot", "ec2:*nstances",
};
static const char *const resource_patterns[] = {
    "*", "*", "arn:aws:ec2:*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:eu-*:*:instance/*",
    "arn:aws:ec2:eu-1:1:instance/*", "arn:*:ec2:*:1:*", "arn:aws:ec2:*-1:*:*",
    "arn:aws:ec2:*:*:instance/i-1", "arn:aws:ec2:*:*:volume/*", "arn:aws:s3:::*",
    "arn:aws:ec2:us-1:2:instance/i-1", "arn:aws:ec2:*:instance/i-*",
    "arn:aws:ec2:*:*:instance/${aws:username}", "arn:aws:ec2:eu-?:*:*", "arn:aws:ec2:*:*:instance/?",
};
static const char *const conditions[] = {
    "\"Bool\":{\"k:mfa\":\"true\"}",
    "\"BoolIfExists\":{\"k:mfa\":\"false\"}",
    "\"StringEquals\":{\"k:tag\":[\"a\",\"b\"]}",
    "\"StringNotEquals\":{\"k:tag\":\"a\"}",
    "\"StringLike\":{\"k:tag\":\"a*\"}",
    "\"StringNotLike\":{\"k:tag\":[\"b*\",\"${aws:username}\"]}",
    "\"Null\":{\"k:mfa\":\"true\"}",
    "\"NumericLessThan\":{\"k:age\":\"10\"}",
    "\"NumericLessThanIfExists\":{\"k:age\":\"10\"}",
    "\"ForAnyValue:StringEquals\":{\"k:tag\":[\"a\",\"c\"]}",
    "\"ForAllValues:StringLike\":{\"k:tag\":[\"a*\",\"b\"]}",
    "\"ForAnyValue:StringNotEquals\":{\"k:tag\":\"a\"}",
    "\"ForAllValues:StringNotLike\":{\"k:tag\":\"b\"}",
    "\"StringEquals\":{\"k:tag\":\"${aws:username}\"}",
};
/* clang-format on */

static const char *pick(uint64_t *seed, const char *const *from, size_t n)
{
    return from[random_next(seed) % n];
}

#define PICK(seed, from) pick(seed, from, ARRAY_LEN(from))

static bool one_in(uint64_t *seed, unsigned n)
{
    return random_next(seed) % n == 0;
}

/* One or a list of one to three. */
static void put_some(uint64_t *seed, const char *const *from, size_t n, buf *out)
{
    size_t count = random_next(seed) % 4;
    if (count == 0) {
        buf_printf(out, "\"%s\"", pick(seed, from, n));
        return;
    }
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%c\"%s\"", i ? ',' : '[', pick(seed, from, n));
    buf_putc(out, ']');
}

static void put_statement(uint64_t *seed, buf *out)
{
    buf_printf(out, "{\"Effect\":\"%s\"", one_in(seed, 3) ? "Deny" : "Allow");
    buf_printf(out, ",\"%s\":", one_in(seed, 5) ? "NotAction" : "Action");
    put_some(seed, action_patterns, ARRAY_LEN(action_patterns), out);
    buf_printf(out, ",\"%s\":", one_in(seed, 5) ? "NotResource" : "Resource");
    put_some(seed, resource_patterns, ARRAY_LEN(resource_patterns), out);
    if (one_in(seed, 3))
        buf_printf(out, ",\"Condition\":{%s}", PICK(seed, conditions));
    buf_putc(out, '}');
}

static void put_policy(uint64_t *seed, buf *out)
{
    size_t n = 1 + random_next(seed) % MAX_STATEMENTS;
    buf_puts(out, one_in(seed, 4) ? "{" : "{\"Version\":\"2012-10-17\",");
    buf_puts(out, "\"Statement\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_putc(out, ',');
        put_statement(seed, out);
    }
    buf_puts(out, "]}");
}

/* ---- a set, in both forms -------------------------------------------------------------------- */

typedef struct world {
    uint64_t seed;
    arena a;
    aws_compiler *compiler;
    json_reader *reader;
    twin_set twin;
    const aws_policy *policies[TWIN_LAYERS][TWIN_POLICIES];
    aws_policy_list lists[TWIN_LAYERS];
    aws_policy_set set;
    buf text;
} world;

/* The twin does not know versions: variables stand in policies that have them only. */
static bool is_told_apart(str policy)
{
    bool has_variable = memmem(policy.p, policy.n, "${", 2) != NULL;
    return !has_variable || memmem(policy.p, policy.n, "2012", 4) != NULL;
}

static void add_policy(world *w, size_t layer)
{
    size_t at = w->twin.n[layer]++;
    do {
        buf_reset(&w->text);
        put_policy(&w->seed, &w->text);
    } while (!is_told_apart(buf_str(&w->text)));
    str copy = arena_dup_buf(&w->a, &w->text);
    assert_int_equal(json_parse(w->reader, buf_str(&w->text), &w->twin.policies[layer][at]),
                     JSON_OK);
    w->policies[layer][at] = aws_policy_parse(w->compiler, &w->a, copy, copy);
    assert_non_null(w->policies[layer][at]);
    assert_int_equal(w->policies[layer][at]->n_problems, 0);
    w->lists[layer] = (aws_policy_list){w->policies[layer], at + 1};
}

/* Layer 0 is the identity; the others are a boundary, then SCPs. */
static void make_set(world *w)
{
    arena_reset(&w->a);
    json_reader_reset(w->reader);
    w->twin = (twin_set){.n_layers = 1 + random_next(&w->seed) % TWIN_LAYERS};
    for (size_t l = 0; l < w->twin.n_layers; l++) {
        size_t n = 1 + random_next(&w->seed) % (l == 0 ? TWIN_POLICIES : 2);
        for (size_t i = 0; i < n; i++)
            add_policy(w, l);
    }
    size_t n = w->twin.n_layers;
    w->set = (aws_policy_set){
        .identity = w->lists[0],
        .boundary = n > 1 ? &w->lists[1] : NULL,
        .scps = &w->lists[2],
        .n_scps = n > 2 ? n - 2 : 0,
    };
}

static void world_init(world *w, uint64_t seed)
{
    *w = (world){.seed = seed, .compiler = aws_compiler_new(), .reader = json_reader_new()};
    assert_true(w->compiler && w->reader);
}

static void world_done(world *w)
{
    aws_compiler_free(w->compiler);
    json_reader_free(w->reader);
    arena_done(&w->a);
    buf_done(&w->text);
}

/* ---- contexts -------------------------------------------------------------------------------- */

static const str yes = {"true", 4}, no = {"false", 5}, nine = {"9", 1}, ten = {"10", 2};
static const str tags[] = {{"a", 1}, {"b", 1}, {"ab", 2}, {"c", 1}};
static const str i_1 = {"i-1", 3}, a_name = {"a", 1};

typedef struct knowledge {
    aws_context_entry entries[4];
    aws_context context;
} knowledge;

static void know(knowledge *k, uint64_t *seed, str key, const str *values, size_t n)
{
    if (one_in(seed, 3))
        return; /* not known */
    k->entries[k->context.n++] = (aws_context_entry){key, values, one_in(seed, 4) ? 0 : n};
}

static void make_knowledge(knowledge *k, uint64_t *seed)
{
    size_t first = random_next(seed) % ARRAY_LEN(tags);
    size_t n = 1 + random_next(seed) % (ARRAY_LEN(tags) - first);
    *k = (knowledge){0};
    know(k, seed, STR("k:mfa"), one_in(seed, 2) ? &yes : &no, 1);
    know(k, seed, STR("K:Tag"), &tags[first], n);
    know(k, seed, STR("k:age"), one_in(seed, 2) ? &nine : &ten, 1);
    know(k, seed, STR("aws:username"), one_in(seed, 2) ? &i_1 : &a_name, 1);
    k->context.entries = k->entries;
    k->context.is_complete = one_in(seed, 3);
}

/* ---- the world of resources ------------------------------------------------------------------ */

static const char *const regions[] = {"eu-1", "eu-2", "us-1", "us-2", "eu-x9-1", "eu-x9", "x9"};
static const char *const accounts[] = {"1", "2", "x9"};
static const char *const ids[] = {"i-1", "i-2", "x9", "a"};
static const char *const partitions[] = {"aws", "x9"};

enum { WORLD = ARRAY_LEN(regions) * ARRAY_LEN(accounts) * ARRAY_LEN(ids) * ARRAY_LEN(partitions) };

static str resource_at(size_t at, buf *out)
{
    size_t r = at % ARRAY_LEN(regions);
    size_t c = at / ARRAY_LEN(regions) % ARRAY_LEN(accounts);
    size_t i = at / ARRAY_LEN(regions) / ARRAY_LEN(accounts) % ARRAY_LEN(ids);
    size_t p = at / ARRAY_LEN(regions) / ARRAY_LEN(accounts) / ARRAY_LEN(ids);
    buf_reset(out);
    buf_printf(out, "arn:%s:ec2:%s:%s:instance/%s", partitions[p], regions[r], accounts[c], ids[i]);
    return buf_str(out);
}

static const char reach_text[] = "arn:*:ec2:*:*:instance/*";

/* ---- comparisons ----------------------------------------------------------------------------- */

static void show_set(const world *w)
{
    for (size_t l = 0; l < w->twin.n_layers; l++) {
        for (size_t i = 0; i < w->twin.n[l]; i++)
            print_error("layer %zu: %.*s\n", l, (int)w->policies[l][i]->name.n,
                        w->policies[l][i]->name.p);
    }
}

static aws_verdict ask(world *w, const char *action, str resource, bool is_any,
                       const aws_context *c, aws_judge *judge)
{
    const aws_request request = {
        .action = str_of(action), .resource = resource, .is_any = is_any, .context = c};
    aws_decision d;
    assert_true(aws_ask(judge, &w->set, &request, &d));
    assert_false(d.is_cut);
    assert_int_equal(d.verdict == AWS_ALLOWED_IF, d.keys.n > 0);
    return d.verdict;
}

/* Letters as the twin expects them. */
static str lower(const char *action, buf *out)
{
    buf_reset(out);
    for (; *action; action++)
        buf_putc(out, (char)(*action >= 'A' && *action <= 'Z' ? *action + 32 : *action));
    return buf_str(out);
}

static void test_one_resource(void **unused)
{
    (void)unused;
    world w;
    AUTO(aws_judge) judge = {0};
    AUTO(buf) resource = {0};
    AUTO(buf) name = {0};
    size_t counts[4] = {0};
    world_init(&w, 1);
    for (int i = 0; i < ROUNDS; i++) {
        knowledge k;
        make_set(&w);
        for (int j = 0; j < 8; j++) {
            const char *action = PICK(&w.seed, actions);
            str arn = resource_at(random_next(&w.seed) % WORLD, &resource);
            make_knowledge(&k, &w.seed);
            twin_verdict wanted = policy_twin(&w.twin, lower(action, &name), arn, &k.context);
            aws_verdict got = ask(&w, action, arn, false, &k.context, &judge);
            counts[wanted]++;
            if ((int)wanted == (int)got)
                continue;
            show_set(&w);
            fail_msg("round %d, %s on %.*s: wanted %d, got %d", i, action, (int)arn.n, arn.p,
                     (int)wanted, (int)got);
        }
    }
    for (int i = 0; i < 4; i++)
        assert_true(counts[i] > ROUNDS / 10); /* every answer was tried */
    world_done(&w);
}

/* The best that the twin says of any resource of the world. */
static twin_verdict best_of(const world *w, const char *action, const aws_context *c)
{
    AUTO(buf) resource = {0};
    AUTO(buf) name = {0};
    twin_verdict best = TWIN_IMPLICIT;
    for (size_t i = 0; i < WORLD && best != TWIN_ALLOWED; i++) {
        twin_verdict v = policy_twin(&w->twin, lower(action, &name), resource_at(i, &resource), c);
        best = v > best ? v : best;
    }
    return best;
}

static void test_any_resource(void **unused)
{
    (void)unused;
    world w;
    AUTO(aws_judge) judge = {0};
    size_t counts[4] = {0};
    world_init(&w, 2);
    for (int i = 0; i < ROUNDS / 2; i++) {
        knowledge k;
        const char *action = PICK(&w.seed, actions);
        make_set(&w);
        make_knowledge(&k, &w.seed);
        twin_verdict wanted = best_of(&w, action, &k.context);
        aws_verdict got = ask(&w, action, STR(reach_text), true, &k.context, &judge);
        counts[wanted]++;
        /* Why it is denied may differ: some of the world are denied, others not allowed. */
        bool is_same = (int)wanted == (int)got || (wanted < TWIN_IF && got < AWS_ALLOWED_IF);
        if (is_same)
            continue;
        show_set(&w);
        fail_msg("round %d, %s: wanted %d, got %d", i, action, (int)wanted, (int)got);
    }
    for (int i = 0; i < 4; i++)
        assert_true(counts[i] > ROUNDS / 200);
    world_done(&w);
}

/* ---- bits ------------------------------------------------------------------------------------ */

static aws_powers layer_bits(const world *w, const aws_actions *t, size_t layer, buf *table)
{
    aws_powers sum = {0};
    for (size_t i = 0; i < w->twin.n[layer]; i++) {
        aws_powers one = aws_powers_of(t, w->policies[layer][i], table);
        aws_powers_add(&sum, &one);
    }
    return sum;
}

static aws_power_verdict quick(const world *w, const aws_actions *t, buf *table)
{
    aws_powers layers[TWIN_LAYERS];
    size_t n = w->twin.n_layers;
    for (size_t l = 0; l < n; l++)
        layers[l] = layer_bits(w, t, l, table);
    const aws_power_set set = {
        .identity = layers[0],
        .boundary = n > 1 ? &layers[1] : NULL,
        .scps = &layers[2],
        .n_scps = n > 2 ? n - 2 : 0,
    };
    return aws_powers_judge(t, &set);
}

static void check_bit(world *w, const aws_power_verdict *v, size_t bit, aws_judge *judge)
{
    static const aws_context nothing;
    bool is_allowed = v->allowed >> bit & 1, is_denied = v->denied >> bit & 1;
    aws_verdict full = ask(w, actions[bit], STR(reach_text), true, &nothing, judge);
    assert_int_equal(is_allowed + is_denied + (v->undecided >> bit & 1), 1);
    if ((!is_allowed || full == AWS_ALLOWED) && (!is_denied || full < AWS_ALLOWED_IF))
        return;
    show_set(w);
    fail_msg("%s: allowed %d, denied %d, in full %d", actions[bit], is_allowed, is_denied, full);
}

static void test_bits(void **unused)
{
    (void)unused;
    world w;
    AUTO(aws_judge) judge = {0};
    AUTO(buf) table = {0};
    aws_action items[ARRAY_LEN(actions)];
    aws_actions t;
    size_t n_decided = 0;
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        items[i] = (aws_action){actions[i], reach_text};
    assert_true(aws_actions_init(&t, items, ARRAY_LEN(items)));
    world_init(&w, 3);
    for (int i = 0; i < ROUNDS; i++) {
        make_set(&w);
        aws_power_verdict v = quick(&w, &t, &table);
        for (size_t bit = 0; bit < ARRAY_LEN(actions); bit++)
            check_bit(&w, &v, bit, &judge);
        n_decided += (size_t)__builtin_popcountll(v.allowed | v.denied);
    }
    assert_true(n_decided > ROUNDS * ARRAY_LEN(actions) / 2);
    aws_actions_done(&t);
    world_done(&w);
}

/* ---- patterns -------------------------------------------------------------------------------- */

enum { SHORT = 5, LETTERS = 3 };

static str short_text(uint64_t *seed, const char *letters, char *out)
{
    size_t n = random_next(seed) % (SHORT + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = letters[random_next(seed) % strlen(letters)];
    return (str){out, n};
}

/* The i-th text over a, b and ':' of at most SHORT + 1 letters, or false. */
static bool text_number(size_t at, char *out, str *ret)
{
    size_t n = 0;
    for (; at > 0; at = (at - 1) / LETTERS)
        out[n++] = "ab:"[(at - 1) % LETTERS];
    *ret = (str){out, n};
    return n <= SHORT + 1;
}

static void check_meeting(const aws_pattern *p, const aws_pattern *q, aws_judge *j)
{
    aws_pattern met;
    bool has_common = false;
    char out[32];
    str text;
    aws_tri meets = aws_pattern_meet(&j->a, &j->table, p, q, &met);
    assert_int_equal(meets, aws_pattern_overlaps(&j->table, p, q));
    for (size_t i = 0; text_number(i, out, &text); i++)
        has_common |= aws_pattern_matches(p, text, false) && aws_pattern_matches(q, text, false);
    assert_true(!has_common || meets == AWS_YES);
    if (meets != AWS_YES)
        return;
    str sample = aws_pattern_sample(&j->a, &met);
    assert_true(aws_pattern_matches(p, sample, false) && aws_pattern_matches(q, sample, false));
}

static void test_meetings(void **unused)
{
    (void)unused;
    uint64_t seed = 4;
    size_t n_met = 0;
    for (int i = 0; i < ROUNDS; i++) {
        AUTO(aws_judge) j = {0};
        char out[2][SHORT];
        aws_pattern p, q;
        aws_pattern_kind kind = one_in(&seed, 2) ? AWS_PATTERN_RESOURCE : AWS_PATTERN_REACH;
        str a = short_text(&seed, "ab:**?", out[0]), b = short_text(&seed, "ab:**?", out[1]);
        assert_true(aws_pattern_compile(&j.a, a, AWS_PATTERN_RESOURCE, false, &p));
        assert_true(aws_pattern_compile(&j.a, b, kind, false, &q));
        check_meeting(&p, &q, &j);
        n_met += aws_pattern_overlaps(&j.table, &p, &q) == AWS_YES;
    }
    assert_true(n_met > ROUNDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_resource),
        cmocka_unit_test(test_any_resource),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_meetings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
