/* SPDX-License-Identifier: Apache-2.0
 *
 * test_lower.c -- documents to rulesets: expressions, filters, correlations, anchors, and
 * complaints.
 */
#include "rule/lower.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "rule/anchor.h"
#include "rule/build.h"
#include "support/random.h"

typedef struct fixture {
    arena a;
    sigma_docs docs;
    diag_list diags;
    taxonomy *taxonomy;
    ruleset *r;
} fixture;

static void fixture_done(fixture *f)
{
    ruleset_free(f->r);
    taxonomy_free(f->taxonomy);
    diag_done(&f->diags);
    arena_done(&f->a);
}

static void add_file(fixture *f, const char *file, const char *yaml)
{
    assert_true(sigma_parse(&f->a, file, str_of(yaml), &f->docs, &f->diags));
}

static void lower_as(fixture *f, spoor_level min_level, str tag)
{
    f->taxonomy = taxonomy_new();
    lower_options options = {f->taxonomy, min_level, &tag, tag.n > 0};
    assert_non_null(f->taxonomy);
    assert_true(lower_docs(&f->docs, &options, &f->diags, &f->r));
}

static void lower(fixture *f, const char *yaml)
{
    add_file(f, "rules.yml", yaml);
    lower_as(f, SPOOR_INFORMATIONAL, STR_NONE);
}

static void expect_diag(const fixture *f, diag_severity severity, uint32_t line, uint32_t column,
                        const char *message)
{
    for (size_t i = 0; i < f->diags.n; i++) {
        const diag *d = &f->diags.items[i];
        if (d->severity == severity && d->pos.line == line && d->pos.column == column &&
            text_has(str_of(d->message), message))
            return;
    }
    for (size_t i = 0; i < f->diags.n; i++)
        print_error("%u:%u: %s\n", f->diags.items[i].pos.line, f->diags.items[i].pos.column,
                    f->diags.items[i].message);
    fail_msg("missing: %u:%u: %s", line, column, message);
}

static void expect_quiet(const fixture *f)
{
    if (f->diags.n)
        fail_msg("%u:%u: %s", f->diags.items[0].pos.line, f->diags.items[0].pos.column,
                 f->diags.items[0].message);
}

/* ---- expressions as text --------------------------------------------------------------------- */

static void write_predicate(const ruleset *r, uint32_t i, buf *out)
{
    static const char *const op[RULE_OP_COUNT] = {
#define OP(name, doc) #name,
#include "model/op.def"
#undef OP
    };
    const rule_predicate *p = &r->predicates[i];
    buf_putstr(out, r->fields[p->field].name);
    buf_printf(out, "%s %s %.*s", p->is_negated ? "!" : "", op[p->op], (int)p->text.n,
               p->text.p ? p->text.p : "");
}

static void write_node(const ruleset *r, uint32_t i, buf *out)
{
    const rule_node *node = &r->nodes[i];
    static const char *const word[] = {
        [RULE_NODE_AND] = "and", [RULE_NODE_OR] = "or", [RULE_NODE_NOT] = "not"};
    if (node->kind == RULE_NODE_TRUE) {
        buf_puts(out, "true");
        return;
    }
    buf_putc(out, '[');
    if (node->kind == RULE_NODE_PREDICATE)
        write_predicate(r, node->first, out);
    else
        buf_puts(out, word[node->kind]);
    for (uint32_t k = 0; node->kind != RULE_NODE_PREDICATE && k < node->n; k++)
        write_node(r, r->children[node->first + k], out);
    buf_putc(out, ']');
}

static void expect_root(const ruleset *r, uint32_t rule, const char *want)
{
    CLEANUP(buf_done) buf got = {0};
    write_node(r, r->rules[rule].root, &got);
    if (!str_is(buf_str(&got), want))
        fail_msg("%.*s", (int)got.n, got.p);
}

#define HEAD "title: T\nlogsource: {product: aws, service: cloudtrail}\nlevel: high\n"

static void builds_expressions(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *detection, *root; } row[] = {
        {"  a: {f: x}\n  condition: a\n",                     "[f EQ x]"},
        {"  a: {f: x, g: Y}\n  condition: a\n",               "[and[f EQ x][g EQ y]]"},
        {"  a: {f: [x, y]}\n  condition: a\n",                "[or[f EQ x][f EQ y]]"},
        {"  a: {f|all: [x*, '*y']}\n  condition: a\n",        "[and[f STARTS x][f ENDS y]]"},
        {"  a: {f|contains|all: [x, y], g: z}\n  condition: a\n", "[and[f CONTAINS x][f CONTAINS y][g EQ z]]"},
        {"  a: [{f: x}, {g: y}]\n  condition: a\n",           "[or[f EQ x][g EQ y]]"},
        {"  a: [x, y]\n  condition: a\n",                     "[or[ CONTAINS x][ CONTAINS y]]"},
        {"  a: {'|all': [x, y]}\n  condition: a\n",           "[and[ CONTAINS x][ CONTAINS y]]"},
        {"  a: {f|neq: [x, y]}\n  condition: a\n",            "[and[f! EQ x][f! EQ y]]"},
        {"  a: {f|neq: null}\n  condition: a\n",              "[not[f NULL ]]"},
        {"  a: {f: null}\n  condition: not a\n",              "[not[f NULL ]]"},
        {"  a: {f: x}\n  condition: not not a\n",             "[f EQ x]"},
        {"  a: {f: x}\n  b: {g: y}\n  condition: [a, not b]\n", "[or[f EQ x][not[g EQ y]]]"},
        {"  a: {f: [x, y]}\n  b: {g: z}\n  condition: a or b\n", "[or[f EQ x][f EQ y][g EQ z]]"},
        {"  a: {f: x}\n  _b: {g: y}\n  condition: 1 of them or _b\n", "[or[f EQ x][g EQ y]]"},
        {"  a: {f: x}\n  condition: a and a\n",               "[and[f EQ x][f EQ x]]"},
        {"  a: {f with space.x y: 1}\n  condition: a\n",      "[f with space.x y EQ 1]"},
        {"  a: {f: ''}\n  condition: a\n",                    "[f EQ ]"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        str part[] = {STR(HEAD "detection:\n"), str_of(row[i].detection)};
        lower(&f, arena_join(&f.a, part, 2).p);
        expect_quiet(&f);
        assert_int_equal(f.r->n_rules, 1);
        expect_root(f.r, 0, row[i].root);
    }
}

static void keeps_what_findings_say(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, HEAD "id: 929a690e-bef0-4204-a928-ef5e620d6fcc\ntags: [attack.t1578.002]\n"
                   "detection:\n  a: {eventName: RunInstances}\n  condition: a\n");
    const rule_info *info = &f.r->rules[0];
    assert_true(str_is(info->title, "T"));
    assert_true(str_is(info->id, "929a690e-bef0-4204-a928-ef5e620d6fcc"));
    assert_string_equal(info->file, "rules.yml");
    assert_int_equal(info->level, SPOOR_HIGH);
    assert_int_equal(info->n_tags, 1);
    assert_true(str_is(info->tags[0], "attack.t1578.002"));
    assert_true(info->families & 1u << FAMILY_cloudtrail);
    assert_false(info->is_silent);
    assert_int_equal(info->n_anchors, 1);
    assert_true(str_is(info->anchors[0].text, "runinstances"));
}

static void equal_predicates_are_one(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, HEAD "detection:\n  a: {eventName: X, n: 0, r|re: a+}\n  condition: a\n---\n" HEAD
                   "detection:\n  a: {eventName: x, n: '0', r|re: a+}\n  condition: a\n");
    assert_int_equal(f.r->n_rules, 2);
    assert_int_equal(f.r->n_fields, 3);
    assert_int_equal(f.r->n_predicates, 4); /* the number 0 and the text '0' are two */
    assert_non_null(f.r->predicates[2].regex);
}

static void one_logsource_reads_a_name_otherwise(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, HEAD "detection:\n  a: {eventName: X}\n  condition: a\n---\n"
                   "title: U\nlogsource: {product: gcp, service: gcp.audit}\n"
                   "detection:\n  a: {eventName: x}\n  condition: a\n");
    assert_int_equal(f.r->n_rules, 2);
    assert_int_equal(f.r->n_fields, 2);
}

/* ---- complaints ------------------------------------------------------------------------------ */

static void complains_in_place(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *detection; uint32_t line, column; const char *message; } row[] = {
        {"  a:\n    f: [x, null]\n  condition: a\n",       6, 12, "null cannot stand in a list"},
        {"  a:\n    f|re: 'ab('\n  condition: a\n",        6, 15, "regular expression, byte 3"},
        {"  a:\n    f|re|i: 'ab('\n  condition: a\n",      6, 17, "regular expression, byte 3"},
        {"  a:\n    f|all: x\n  condition: a\n",           6,  5, "at least two"},
        {"  a:\n    f|cidr|contains: x\n  condition: a\n", 6, 12, "has already made a network"},
        {"  a:\n    f: x\n  condition: a and bb\n",        7, 20, "no search is called `bb`"},
        {"  a:\n    f: x\n  condition: 'a and bb'\n",      7, 21, "no search is called `bb`"},
        {"  a:\n    '|exists': true\n  condition: a\n",    6,  5, "needs a field"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        str part[] = {STR(HEAD "detection:\n"), str_of(row[i].detection)};
        lower(&f, arena_join(&f.a, part, 2).p);
        assert_int_equal(f.r->n_rules, 0);
        expect_diag(&f, DIAG_ERROR, row[i].line, row[i].column, row[i].message);
    }
}

static void other_rules_are_still_compiled(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, HEAD "detection:\n  a: {f|re: '('}\n  condition: a\n---\n" HEAD
                   "detection:\n  a: {f: x}\n  b: {f: y}\n  condition: a\n");
    assert_int_equal(f.r->n_rules, 1);
    assert_int_equal(f.r->n_predicates, 2); /* b is compiled, though nothing uses it */
    expect_diag(&f, DIAG_WARNING, 13, 3, "no condition uses the search `b`");
}

static void selects_by_level_and_tag(void **state)
{
    (void)state;
    static const char rules[] =
        HEAD "tags: [attack.impact]\ndetection:\n  a: {f: x}\n  condition: a\n---\n"
             "title: U\nlogsource: {product: aws}\nlevel: low\ntags: [Attack.Impact]\n"
             "detection:\n  a: {f: x}\n  condition: a\n";
    static const struct {
        spoor_level level;
        const char *tag;
        size_t n;
    } row[] = {
        {SPOOR_LOW, "", 2},  {SPOOR_MEDIUM, "", 1},           {SPOOR_CRITICAL, "", 0},
        {SPOOR_LOW, "x", 0}, {SPOOR_LOW, "ATTACK.impact", 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        add_file(&f, "rules.yml", rules);
        lower_as(&f, row[i].level, str_of(row[i].tag));
        assert_int_equal(f.r->n_rules, row[i].n);
    }
}

/* ---- filters --------------------------------------------------------------------------------- */

#define FILTER(source, rules)                                                                      \
    "title: F\nlogsource: " source "\nfilter:\n  rules: " rules                                    \
    "\n  s: {user: bot}\n  condition: s\n---\n"
#define NAMED                                                                                      \
    HEAD "name: one\nid: 3a6a4d32-2a8e-4b4c-8a5e-0d3d5d0d5d0d\ndetection:\n  a: {f: x}\n  "        \
         "condition: a\n"

static void filters_take_away(void **state)
{
    (void)state;
    static const char filtered[] = "[and[f EQ x][not[user EQ bot]]]", plain[] = "[f EQ x]";
    /* clang-format off */
    static const struct { const char *rules, *root; bool is_quiet; } row[] = {
        {FILTER("{product: aws}", "any") NAMED,                            filtered, true},
        {FILTER("{product: aws}", "[one]") NAMED,                          filtered, true},
        {FILTER("{product: AWS}", "[3A6A4D32-2a8e-4b4c-8a5e-0d3d5d0d5d0d]") NAMED, filtered, true},
        {FILTER("{product: aws}", "[T]") NAMED,                            filtered, false},
        {FILTER("{product: aws, service: cloudtrail}", "any") NAMED,       filtered, true},
        {FILTER("{product: azure}", "any") NAMED,                          plain,    true},
        {FILTER("{product: azure}", "[one]") NAMED,                        plain,    false},
        {FILTER("{product: aws}", "[two]") NAMED,                          plain,    false},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        lower(&f, row[i].rules);
        if (f.r->n_rules != 1)
            fail_msg("%s", f.diags.items[0].message);
        expect_root(f.r, 0, row[i].root);
        assert_int_equal(f.diags.n == 0, row[i].is_quiet);
    }
}

static void a_broken_filter_complains_once(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, "title: F\nlogsource: {product: aws}\nfilter:\n  rules: any\n"
              "  s: {f|re: '('}\n  condition: s\n---\n" NAMED "---\n" HEAD
              "detection:\n  a: {f: x}\n  condition: a\n");
    assert_int_equal(f.diags.n, 1);
    assert_int_equal(f.r->n_rules, 2);
    expect_root(f.r, 0, "[f EQ x]");
}

/* ---- correlations ---------------------------------------------------------------------------- */

#define BASE(name)                                                                                 \
    "title: Title " name "\nname: " name "\nlogsource: {product: aws, service: cloudtrail}\n"      \
    "level: low\ndetection:\n  a: {eventName: " name "}\n  condition: a\n---\n"
#define CORRELATION(name, rules, more)                                                             \
    "title: Title " name "\nname: " name "\nlevel: high\ncorrelation:\n  rules: " rules            \
    "\n  timespan: 5m\n" more "---\n"
#define COUNT "  type: event_count\n  condition: {gte: 3}\n"

static void correlations_silence_their_rules(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    add_file(&f, "c.yml", CORRELATION("c", "[a, b]", COUNT "  group-by: [user]\n"));
    add_file(&f, "g.yml", CORRELATION("g", "[b]", COUNT "  generate: true\n"));
    add_file(&f, "r.yml", BASE("a") BASE("b") BASE("d"));
    lower_as(&f, SPOOR_INFORMATIONAL, STR_NONE);
    expect_quiet(&f);
    const ruleset *r = f.r;
    assert_int_equal(r->n_rules, 5);
    assert_int_equal(r->n_correlations, 2);
    static const bool silent[] = {true, false, false}, correlated[] = {true, true, false};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(r->rules[i].is_silent, silent[i]);
        assert_int_equal(r->rules[i].is_correlated, correlated[i]);
    }
    const rule_correlation *c = &r->correlations[0];
    assert_true(str_is(r->rules[c->info].name, "c"));
    assert_int_equal(r->rules[c->info].root, 0);
    assert_int_equal(c->n_rules, 2);
    assert_int_equal(c->rules[1], 1);
    assert_int_equal(c->timespan_ns, 300 * (int64_t)1000000000);
    assert_int_equal(c->bounds[0].compare, RULE_GTE);
    assert_true(str_is(r->fields[c->group_by[0].fields[1]].name, "user"));
}

static void low_rules_are_kept_for_correlations(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    add_file(&f, "r.yml", BASE("a") BASE("b") CORRELATION("c", "[a]", COUNT "  generate: true\n"));
    lower_as(&f, SPOOR_HIGH, STR_NONE);
    assert_int_equal(f.r->n_rules, 2);
    assert_true(f.r->rules[0].is_silent);
    assert_false(f.r->rules[1].is_silent);
}

static void inner_correlations_stand_first(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, CORRELATION("outer", "[inner, a]", "  type: temporal\n  group-by: [user]\n")
                  CORRELATION("inner", "[b]", COUNT "  group-by: [user]\n") BASE("a") BASE("b"));
    expect_quiet(&f);
    const rule_correlation *inner = &f.r->correlations[0], *outer = &f.r->correlations[1];
    assert_true(str_is(f.r->rules[inner->info].name, "inner"));
    assert_int_equal(outer->rules[0], inner->info);
    assert_int_equal(outer->group_by[0].fields[0], UINT32_MAX);
    assert_true(outer->group_by[0].fields[1] != UINT32_MAX);
    assert_true(f.r->rules[inner->info].is_silent);
}

static void aliases_and_expressions(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, BASE("a") BASE("b") CORRELATION("c", "[a, b]",
                                              "  type: temporal\n  group-by: [who]\n"
                                              "  condition: a and not b\n"
                                              "  aliases: {who: {a: src, Title b: dst}}\n"));
    expect_quiet(&f);
    const rule_correlation *c = &f.r->correlations[0];
    assert_true(str_is(c->group_by[0].name, "who"));
    assert_true(str_is(f.r->fields[c->group_by[0].fields[0]].name, "src"));
    assert_true(str_is(f.r->fields[c->group_by[0].fields[1]].name, "dst"));
    const rule_node *root = &f.r->nodes[c->expression];
    assert_int_equal(root->kind, RULE_NODE_AND);
    const rule_node *second = &f.r->nodes[f.r->children[root->first + 1]];
    assert_int_equal(second->kind, RULE_NODE_NOT);
    assert_int_equal(f.r->nodes[f.r->children[second->first]].first, 1);
}

static void bad_correlations_are_left_out(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *rules; const char *message, *hint; size_t n; } row[] = {
        {BASE("abcd") CORRELATION("c", "[abce]", COUNT),   "no rule has the id", "abcd", 1},
        {BASE("a") BASE("a") CORRELATION("c", "[a]", COUNT), "several rules have the name `a`: rules.yml:1, rules.yml", "id", 2},
        {CORRELATION("c", "[d]", COUNT) CORRELATION("d", "[c]", COUNT), "circle", "", 0},
        {CORRELATION("c", "[c]", COUNT),                   "circle", "", 0},
        {BASE("a") CORRELATION("d", "[a]", COUNT) CORRELATION("c", "[d]", COUNT "  group-by: [x]\n"), "does not group by `x`", "", 2},
        {BASE("a") CORRELATION("c", "[a]", COUNT "  aliases: {x: {b: f}}\n"), "an alias names `b`", "", 1},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        lower(&f, row[i].rules);
        bool is_told = false;
        for (size_t k = 0; k < f.diags.n; k++)
            is_told |= text_has(str_of(f.diags.items[k].message), row[i].message) &&
                       text_has(str_of(f.diags.items[k].hint), row[i].hint);
        if (!is_told)
            fail_msg("%s: %s", row[i].message, f.diags.n ? f.diags.items[0].message : "");
        assert_int_equal(f.r->n_rules, row[i].n);
        for (size_t k = 0; k < f.r->n_rules; k++)
            assert_true(!f.r->rules[k].is_silent || f.r->n_correlations);
    }
}

static void a_title_is_accepted_with_a_warning(void **state)
{
    (void)state;
    CLEANUP(fixture_done) fixture f = {0};
    lower(&f, BASE("a") CORRELATION("c", "[title A]", COUNT));
    assert_int_equal(f.diags.n, 1);
    assert_int_equal(f.diags.items[0].severity, DIAG_WARNING);
    assert_int_equal(f.r->n_correlations, 1);
}

/* ---- anchors --------------------------------------------------------------------------------- */

enum { FIELDS = 3, VALUES = 3, LEAVES = 24, ROUNDS = 3000 };

static uint32_t next_random(uint64_t *seed)
{
    return (uint32_t)(random_next(seed) >> 33);
}

/* A third of the predicates is no anchor: negated, or not an equality. */
static void add_predicates(build *b, const taxonomy *t, uint64_t *seed, uint32_t *ids)
{
    static const char *const names[FIELDS] = {"eventName", "eventSource", "other"};
    static const char *const texts[VALUES] = {"a", "b", "c"};
    sigma_logsource source = {.product = STR("aws"), .service = STR("cloudtrail")};
    for (size_t i = 0; i < LEAVES; i++) {
        uint32_t kind = next_random(seed) % 6;
        rule_predicate p = {.op = kind == 0 ? RULE_OP_CONTAINS : RULE_OP_EQ,
                            .is_negated = kind == 1,
                            .is_cased = kind == 2,
                            .text = str_of(texts[next_random(seed) % VALUES])};
        p.field = build_field(b, t, &source, str_of(names[next_random(seed) % FIELDS]));
        ids[i] = build_predicate(b, &p);
    }
}

static expr *make_expr(arena *a, uint64_t *seed, unsigned depth)
{
    uint32_t kind = next_random(seed) % 8;
    if (depth == 0 || kind == 0)
        return expr_leaf(a, next_random(seed) % LEAVES);
    if (kind == 1)
        return expr_not(a, make_expr(a, seed, depth - 1));
    expr *kids[4];
    size_t n = 1 + next_random(seed) % ARRAY_LEN(kids);
    for (size_t i = 0; i < n; i++)
        kids[i] = make_expr(a, seed, depth - 1);
    if (kind == 2)
        return expr_at_least(a, kids, n, 1 + next_random(seed) % n);
    return expr_join(a, kind < 5 ? RULE_NODE_AND : RULE_NODE_OR, kids, n);
}

/* world: what each field holds, as digits in base VALUES. Field numbers follow the first use. */
static bool equals(uint32_t field, str text, unsigned world)
{
    for (uint32_t i = 0; i < field; i++)
        world /= VALUES;
    return text.p[0] == (char)('a' + world % VALUES);
}

static bool holds(const ruleset *r, const uint32_t *ids, const expr *e, unsigned world)
{
    if (e->kind == RULE_NODE_PREDICATE) {
        const rule_predicate *p = &r->predicates[ids[e->leaf]];
        return equals(p->field, p->text, world) != p->is_negated;
    }
    size_t n = 0;
    for (size_t i = 0; i < e->n; i++)
        n += holds(r, ids, e->kids[i], world);
    if (e->kind == RULE_NODE_OR)
        return n > 0;
    return e->kind == RULE_NODE_NOT ? n == 0 : n == e->n;
}

static size_t check_anchors(build *b, const uint32_t *ids, expr *e, arena *a)
{
    const rule_anchor *anchors = NULL;
    size_t n = anchor_choose(b->r, e, ids, a, &anchors);
    for (unsigned world = 0; n && world < VALUES * VALUES * VALUES; world++) {
        bool is_anchored = false;
        for (size_t i = 0; i < n; i++)
            is_anchored |= equals(anchors[i].field, anchors[i].text, world);
        assert_true(is_anchored || !holds(b->r, ids, e, world));
    }
    return n > 0;
}

static void whenever_a_rule_holds_an_anchor_does(void **state)
{
    (void)state;
    uint64_t seed = 7;
    size_t n_anchored = 0;
    taxonomy *t = taxonomy_new();
    for (size_t round = 0; round < ROUNDS; round++) {
        AUTO(arena) a = {0};
        AUTO(build) b;
        uint32_t ids[LEAVES];
        assert_true(build_init(&b));
        add_predicates(&b, t, &seed, ids);
        n_anchored += check_anchors(&b, ids, make_expr(&a, &seed, 4), &a);
    }
    taxonomy_free(t);
    assert_true(n_anchored > ROUNDS / 4 && n_anchored < ROUNDS);
}

static void prefers_the_name_of_the_call(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct { const char *detection; size_t n; const char *field; } row[] = {
        {"{eventSource: x, eventName: [a, b], other: y}",         2, "eventName"},
        {"{eventSource: x, eventName|startswith: a}",             1, "eventSource"},
        {"{other: x, eventName|neq: a}",                          1, "other"},
        {"{eventName|contains: x}",                               0, ""},
        {"{eventName: 12}",                                       0, ""},
        {"{eventName: '12'}",                                     0, ""},
        {"[{eventName: a}, {other: y}]",                          2, "eventName"},
        {"[{eventName: a}, {other|re: y}]",                       0, ""},
        {"[word]",                                                0, ""},
        {"{eventName|cased: ABC}",                                1, "eventName"},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        CLEANUP(fixture_done) fixture f = {0};
        lower(&f,
              arena_printf(&f.a, HEAD "detection:\n  a: %s\n  condition: a\n", row[i].detection).p);
        const rule_info *info = &f.r->rules[0];
        if (info->n_anchors != row[i].n)
            fail_msg("%s: %zu anchors", row[i].detection, info->n_anchors);
        if (row[i].n)
            assert_true(str_is(f.r->fields[info->anchors[0].field].name, row[i].field));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_expressions),
        cmocka_unit_test(keeps_what_findings_say),
        cmocka_unit_test(equal_predicates_are_one),
        cmocka_unit_test(one_logsource_reads_a_name_otherwise),
        cmocka_unit_test(complains_in_place),
        cmocka_unit_test(other_rules_are_still_compiled),
        cmocka_unit_test(selects_by_level_and_tag),
        cmocka_unit_test(filters_take_away),
        cmocka_unit_test(a_broken_filter_complains_once),
        cmocka_unit_test(correlations_silence_their_rules),
        cmocka_unit_test(low_rules_are_kept_for_correlations),
        cmocka_unit_test(inner_correlations_stand_first),
        cmocka_unit_test(aliases_and_expressions),
        cmocka_unit_test(bad_correlations_are_left_out),
        cmocka_unit_test(a_title_is_accepted_with_a_warning),
        cmocka_unit_test(whenever_a_rule_holds_an_anchor_does),
        cmocka_unit_test(prefers_the_name_of_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
