/* SPDX-License-Identifier: Apache-2.0
 *
 * test_naive.c -- random rules on random records: the matcher says what its slow twin says.
 *
 *  (1) Rules and records draw on the same few words, keys and numbers, so that they meet often.
 *  (2) The sequence is fixed: a failure names the seed of its ruleset and can be repeated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "match/matcher.h"
#include "support/naive.h"
#include "support/random.h"
#include "support/rules.h"

enum { RULESETS = 40, RECORDS = 40, RULES = 30, DEPTH_MAX = 3, WIDE = 16 };

static const char *const words[] = {
    "",
    "a",
    "A",
    "ab",
    "aB",
    "bab",
    "RunInstances",
    "run",
    "INST",
    "ances",
    "Stra\xC3\x9F\x65",
    "\xC3\x84rger",
    "\xC3\xA4",
    "\xE2\x84\xAA\x65y",
    "5",
    "5.0",
    "true",
    "False",
    "null",
    "-3",
    "9007199254740993",
    "x.y",
    "10.1.2.3",
    "10.9.0.0/16",
    "::ffff:10.1.2.3",
    "2001:db8::1",
    "2024-12-30T23:59:58Z",
    "2021-01-03 07:08:09",
    "{\"x\":{\"y\":[\"ab\",5]}}",
    "[{\"c\":\"a\"},{\"c\":\"aB\"}]",
    "%7B%22x%22%3A%7B%22y%22%3A%22A%22%7D%7D",
    "{not json",
};
static const char *const numbers[] = {
    "0",
    "5",
    "5.0",
    "5.5",
    "-3",
    "1e3",
    "1000",
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "1735603198",
    "53",
};
static const char *const keys[] = {"a", "A",   "b",     "c", "list", "doc", "d",         "e",
                                   "f", "d.e", "d.e.f", "x", "y",    "a.b", "eventName", "D.E"};
static const char *const paths[] = {
    "a",       "a.b|b",     "list[all].c", "list.c",        "list[0]|list[1].c",
    "doc.x.y", "d.e.f",     "d.e|d.f",     "a[any].b[all]", "doc[all].x.y|doc[1]",
    "c",       "x\\.y|x.y", "list[all]|b", "eventName",
};
static const char *const patterns[] = {"^a", "b$", "(?i)RUN.*ces", "\\d+", "a|5", "^$", "^.$"};
static const char *const nets[] = {"10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "::/0"};
static const char *const globs[] = {"\1",       "a\1",  "\1b",      "\2",     "\2\2",    "a\2b",
                                    "\1a\1b\1", "\1\2", "run\1ces", "\2rger", "stra\2e", ""};

static uint64_t below(uint64_t *state, uint64_t n)
{
    return random_next(state) % n;
}

#define PICK(state, list) ((list)[below(state, ARRAY_LEN(list))])

/* ---- records --------------------------------------------------------------------------------- */

static void put_value(uint64_t *s, buf *out, unsigned depth);

static void put_list(uint64_t *s, buf *out, unsigned depth, bool is_object)
{
    uint64_t n = below(s, depth == 0 ? 8 : 4) + (depth == 0 ? 4 : 0);
    buf_putc(out, is_object ? '{' : '[');
    for (uint64_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, ',');
        if (is_object) {
            buf_json_string(out, str_of(PICK(s, keys)));
            buf_putc(out, ':');
        }
        put_value(s, out, depth + 1);
    }
    buf_putc(out, is_object ? '}' : ']');
}

static void put_value(uint64_t *s, buf *out, unsigned depth)
{
    switch (below(s, depth < 4 ? 12 : 8)) {
    case 0:
        buf_puts(out, "null");
        break;
    case 1:
        buf_puts(out, below(s, 2) ? "true" : "false");
        break;
    case 2:
    case 3:
        buf_puts(out, PICK(s, numbers));
        break;
    case 8:
    case 9:
        put_list(s, out, depth, true);
        break;
    case 10:
    case 11:
        put_list(s, out, depth, false);
        break;
    default:
        buf_json_string(out, str_of(PICK(s, words)));
    }
}

/* ---- rules ----------------------------------------------------------------------------------- */

typedef struct maker {
    rules *r;
    uint64_t state;
} maker;

static uint32_t any_field(maker *m)
{
    return (uint32_t)below(&m->state, m->r->set.n_fields);
}

static void set_number(maker *m, rule_predicate *p)
{
    static const int64_t integers[] = {0, 5, -3, 1000, 9007199254740993, 9007199254740992, 53};
    static const double doubles[] = {5.5, 0.5, -3.25, 999.5};
    p->is_number = true;
    p->is_integer = below(&m->state, 4) != 0;
    p->integer = PICK(&m->state, integers);
    p->number = p->is_integer ? (double)p->integer : PICK(&m->state, doubles);
}

/* Op by op: what it needs besides its field. */
static void set_operand(maker *m, rule_predicate *p, char room[32])
{
    static const rule_op relations[] = {RULE_OP_EQ, RULE_OP_STARTS, RULE_OP_ENDS, RULE_OP_CONTAINS};
    switch (p->op) {
    case RULE_OP_GLOB:
        p->text = str_of(PICK(&m->state, globs));
        break;
    case RULE_OP_CIDR:
        p->text = str_of(PICK(&m->state, nets));
        assert_true(ip_parse(p->text, &p->net));
        break;
    case RULE_OP_TIMEPART:
        p->part = (uint8_t)below(&m->state, 6);
        set_number(m, p);
        p->is_integer = true;
        p->integer = (int64_t)below(&m->state, 60);
        break;
    case RULE_OP_REF:
        p->part = (uint8_t)PICK(&m->state, relations);
        p->other = any_field(m);
        break;
    case RULE_OP_EQ:
        p->text = str_of(PICK(&m->state, words));
        if (below(&m->state, 4) != 0)
            break;
        set_number(m, p);
        snprintf(room, 32, p->is_integer ? "%.0f" : "%g", p->number);
        p->text = str_of(room);
        break;
    default:
        set_number(m, p);
        p->text = str_of(PICK(&m->state, words));
    }
}

static uint32_t make_predicate(maker *m)
{
    static const rule_op often[] = {RULE_OP_EQ, RULE_OP_STARTS, RULE_OP_ENDS, RULE_OP_CONTAINS};
    char room[32];
    rule_predicate p = {
        .op = (uint8_t)(below(&m->state, 2) ? PICK(&m->state, often)
                                            : below(&m->state, RULE_OP_COUNT)),
        .is_cased = below(&m->state, 4) == 0,
        .is_negated = below(&m->state, 6) == 0,
        .wants = below(&m->state, 2) == 0,
        .field = any_field(m),
    };
    if (p.op == RULE_OP_REGEX) {
        uint32_t node = rules_regex(m->r, p.field, PICK(&m->state, patterns));
        m->r->set.predicates[m->r->set.n_predicates - 1].is_negated = p.is_negated;
        return node;
    }
    set_operand(m, &p, room);
    return rules_predicate(m->r, p);
}

/* Many texts wanted of one field, most of them not there. */
static uint32_t make_wide(maker *m)
{
    static const rule_op parts[] = {RULE_OP_STARTS, RULE_OP_ENDS, RULE_OP_CONTAINS};
    uint32_t child[WIDE], field = any_field(m);
    for (size_t i = 0; i < WIDE; i++) {
        char text[16];
        snprintf(text, sizeof text, "%s%c", PICK(&m->state, words)[0] ? "a" : "b", "abc"[i % 3]);
        bool is_word = below(&m->state, 3) == 0;
        child[i] = rules_predicate(
            m->r, (rule_predicate){.op = (uint8_t)PICK(&m->state, parts),
                                   .field = field,
                                   .is_negated = below(&m->state, 8) == 0,
                                   .text = str_of(is_word ? PICK(&m->state, words) : text)});
    }
    return rules_node(m->r, below(&m->state, 2) ? RULE_NODE_OR : RULE_NODE_AND, child, WIDE);
}

static uint32_t make_node(maker *m, unsigned depth)
{
    uint32_t child[3];
    uint64_t kind = depth < DEPTH_MAX ? below(&m->state, 6) : 5;
    if (kind >= 3)
        return kind == 3 && depth == 0 ? make_wide(m) : make_predicate(m);
    uint32_t n = kind == 2 ? 1 : 2 + (uint32_t)below(&m->state, 2);
    for (uint32_t i = 0; i < n; i++)
        child[i] = make_node(m, depth + 1);
    return rules_node(m->r, (rule_node_kind)(RULE_NODE_AND + kind), child, n);
}

/* (field == one of two texts) and something: anchored at both texts. */
static void make_anchored(maker *m)
{
    uint32_t field = below(&m->state, 2) ? any_field(m) : (uint32_t)m->r->set.n_fields - 1;
    const char *a = PICK(&m->state, words), *b = PICK(&m->state, words);
    uint32_t either[] = {rules_text(m->r, RULE_OP_EQ, field, a),
                         rules_text(m->r, RULE_OP_EQ, field, b)};
    uint32_t both[] = {rules_node(m->r, RULE_NODE_OR, either, 2), make_node(m, 1)};
    rules_add(m->r, FAMILY_ALL, rules_node(m->r, RULE_NODE_AND, both, 2));
    rules_anchor(m->r, field, a);
    rules_anchor(m->r, field, b);
}

static void make_rules(maker *m)
{
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        rules_field(m->r, paths[i], FAMILY_ALL, paths[i]);
    m->r->set.fields[below(&m->state, ARRAY_LEN(paths) - 1)].name = STR_NONE; /* keywords */
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        m->r->set.fields[i].is_union = below(&m->state, 3) == 0;
    for (size_t i = 0; i < RULES; i++) {
        if (below(&m->state, 2))
            make_anchored(m);
        else
            rules_add(m->r, (family_set)(1 + below(&m->state, FAMILY_ALL)), make_node(m, 0));
    }
}

static void check_record(maker *m, matcher *fast, uint64_t seed)
{
    AUTO(buf) text = {0};
    const uint32_t *found;
    size_t n_found, k = 0;
    put_list(&m->state, &text, 0, true);
    assert_true(buf_reserve(&text, 1));
    family f = (family)below(&m->state, FAMILY_COUNT);
    matcher_record record = {.text = buf_str(&text), .family = f};
    assert_true(matcher_run(fast, &record, &found, &n_found));
    for (uint32_t i = 0; i < m->r->set.n_rules; i++) {
        bool is_found = k < n_found && found[k] == i;
        k += is_found;
        if (naive_matches(&m->r->set, i, f, record.text) != is_found)
            fail_msg("seed %llu, rule %u, fast says %d: %.*s", (unsigned long long)seed, i,
                     is_found, (int)text.n, text.p);
    }
    assert_int_equal(k, n_found);
}

static void test_agreement(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= RULESETS; seed++) {
        static rules r;
        maker m = {&r, seed * 0x9e3779b97f4a7c15ULL};
        rules_init(&r);
        make_rules(&m);
        matcher *fast = matcher_new(&r.set);
        assert_non_null(fast);
        for (size_t i = 0; i < RECORDS; i++)
            check_record(&m, fast, seed);
        matcher_free(fast);
        rules_done(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_agreement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
