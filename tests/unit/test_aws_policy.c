/* SPDX-License-Identifier: Apache-2.0
 *
 * test_aws_policy.c -- the written cases of tests/policy, and what no case can say.
 *
 * A case is three lines:
 *
 *   WORD DOCUMENT …           identity, boundary, session, scp (one level each; with a comma two
 *                             documents of a level: scp, DOC), resource or trust; a line that
 *                             begins with its document is one of the identity
 *   ACTION RESOURCE KEY=VALUE …  any:PATTERN asks for any resource; KEY=V|W has two values, KEY= is
 *                             known to be absent; `complete`: so is every other key; @arn,
 *                             @session, @account, @service, @federated, @unique, @of say who asks,
 *                             and @of whose account the resource is in
 *   VERDICT SID …             allowed, allowed-if, denied, not-allowed; then the deciding statement
 *                             or (not-allowed) the layer; then `on` the statement that depends,
 *                             keys, `problems` and how many there are, `reach` and the pattern
 *                             found
 *
 * Lines that begin with # are the title of what follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/aws_ask.h"
#include "base/text.h"

enum { LEAST_CASES = 350, PER_LIST = 6, LEVELS = 4, ENTRIES = 8, VALUES = 6 };

static const char *const files[] = {
    "tests/policy/statements.test", "tests/policy/actions.test",    "tests/policy/resources.test",
    "tests/policy/conditions.test", "tests/policy/operators.test",  "tests/policy/variables.test",
    "tests/policy/layers.test",     "tests/policy/principals.test", "tests/policy/any.test",
    "tests/policy/malformed.test",
};

/* The policies of one kind that a case names. */
typedef struct list {
    const aws_policy *items[PER_LIST];
    aws_policy_list view;
} list;

typedef struct trial {
    const char *file;
    size_t line;
    str title;
    arena a;
    aws_compiler *compiler;
    list identity, boundary, session, scp[LEVELS];
    aws_policy_list scps[LEVELS];
    aws_policy_set set;
    str values[ENTRIES][VALUES];
    aws_context_entry entries[ENTRIES];
    aws_context context;
    aws_caller caller;
    aws_request request;
    uint32_t n_problems;
    buf got;
} trial;

static str line_of(str *rest)
{
    str line = text_before(*rest, '\n');
    *rest = str_from(*rest, line.n + 1);
    return line;
}

static str word_of(str *rest)
{
    str line = text_trim(*rest), word = text_before(line, ' ');
    *rest = str_from(line, word.n);
    return word;
}

/* ---- policies -------------------------------------------------------------------------------- */

/* A document ends where its braces do, or a string at its quote. */
static str document_of(str *rest)
{
    str line = text_trim(*rest);
    int depth = 0;
    bool is_inside = false;
    size_t i = 0;
    for (; i < line.n; i++) {
        char c = line.p[i];
        if (is_inside && c == '\\') {
            i++;
            continue;
        }
        is_inside ^= c == '"';
        depth += is_inside ? 0 : (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth == 0 && !is_inside && (c == '}' || c == ']' || c == '"'))
            break;
    }
    *rest = str_from(line, i + 1);
    return str_upto(line, i + 1);
}

static void add_policy(trial *t, list *to, str document)
{
    assert_true(to->view.n < PER_LIST);
    const aws_policy *p = aws_policy_parse(t->compiler, &t->a, document, STR("policy"));
    assert_non_null(p);
    t->n_problems += p->n_problems;
    to->items[to->view.n++] = p;
    to->view.items = to->items;
}

static list *list_of(trial *t, str word)
{
    if (str_is(word, "identity"))
        return &t->identity;
    if (str_is(word, "boundary")) {
        t->set.boundary = &t->boundary.view;
        return &t->boundary;
    }
    if (str_is(word, "session")) {
        t->set.session = &t->session.view;
        return &t->session;
    }
    bool is_more = str_is(word, "scp,");
    if (str_is(word, "scp") || is_more) {
        t->set.n_scps += !is_more;
        assert_in_range(t->set.n_scps, 1, LEVELS);
        return &t->scp[t->set.n_scps - 1];
    }
    fail_msg("%s:%zu: what is `%.*s`?", t->file, t->line, (int)word.n, word.p);
    return NULL;
}

static void read_policies(trial *t, str line)
{
    for (line = text_trim(line); line.n; line = text_trim(line)) {
        bool is_bare = line.p[0] == '{' || line.p[0] == '"' || line.p[0] == '[' || line.p[0] == '%';
        str word = is_bare ? STR("identity") : word_of(&line);
        if (str_is(word, "none"))
            continue;
        if (str_is(word, "text")) {
            add_policy(t, &t->identity, text_trim(line));
            break;
        }
        bool is_trust = str_is(word, "trust");
        if (is_trust || str_is(word, "resource")) {
            list own = {0};
            add_policy(t, &own, document_of(&line));
            t->set.resource = own.items[0];
            t->set.resource_must_allow = is_trust;
            continue;
        }
        add_policy(t, list_of(t, word), document_of(&line));
    }
    for (size_t i = 0; i < LEVELS; i++)
        t->scps[i] = t->scp[i].view;
    t->set.scps = t->scps;
    t->set.identity = t->identity.view;
}

/* ---- requests -------------------------------------------------------------------------------- */

static bool read_caller(trial *t, str key, str value)
{
    const struct {
        const char *key;
        str *to;
    } names[] = {
        {"@arn", &t->caller.arn},          {"@session", &t->caller.session_arn},
        {"@account", &t->caller.account},  {"@service", &t->caller.service},
        {"@unique", &t->caller.unique_id}, {"@federated", &t->caller.federated},
        {"@of", &t->set.resource_account}, {"@canonical", &t->caller.canonical},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(key, names[i].key)) {
            *names[i].to = value;
            return true;
        }
    }
    return false;
}

static void read_key(trial *t, str word)
{
    str key = text_before(word, '='), rest = str_from(word, key.n + 1);
    assert_true(key.n < word.n);
    if (read_caller(t, key, rest))
        return;
    size_t at = t->context.n++, n = 0;
    assert_true(at < ENTRIES);
    bool has_empty_end = rest.n && rest.p[rest.n - 1] == '|';
    while (n < VALUES - 1 && text_next(&rest, '|', &t->values[at][n]))
        n++;
    if (has_empty_end)
        t->values[at][n++] = STR("");
    t->entries[at] = (aws_context_entry){key, t->values[at], n};
}

static void read_request(trial *t, str line)
{
    t->request.action = word_of(&line);
    t->request.resource = word_of(&line);
    if (text_starts(t->request.resource, "any:")) {
        t->request.is_any = true;
        t->request.resource = str_from(t->request.resource, 4);
    }
    for (str word = word_of(&line); word.n; word = word_of(&line)) {
        if (str_is(word, "complete"))
            t->context.is_complete = true;
        else
            read_key(t, word);
    }
    t->context.entries = t->entries;
    t->request.context = &t->context;
    t->request.caller = &t->caller;
}

/* ---- answers --------------------------------------------------------------------------------- */

static const char *const verdicts[] = {
    [AWS_DENIED_IMPLICIT] = "not-allowed",
    [AWS_DENIED_EXPLICIT] = "denied",
    [AWS_ALLOWED_IF] = "allowed-if",
    [AWS_ALLOWED] = "allowed",
};

static const char *const layers[] = {
    [AWS_LAYER_IDENTITY] = "identity", [AWS_LAYER_BOUNDARY] = "boundary",
    [AWS_LAYER_SESSION] = "session",   [AWS_LAYER_RESOURCE] = "resource",
    [AWS_LAYER_SCP] = "scp",           [AWS_LAYER_SCP + 1] = "scp-2",
    [AWS_LAYER_SCP + 2] = "scp-3",     [AWS_LAYER_SCP + 3] = "scp-4",
};

static void put_word(buf *out, str word)
{
    buf_putc(out, ' ');
    buf_putstr(out, word);
}

static void put_sid(buf *out, const aws_statement *s)
{
    if (s->sid.n)
        put_word(out, s->sid);
    else
        buf_printf(out, " #%u", s->index);
}

static void put_decision(trial *t, const aws_decision *d, str wanted)
{
    buf *out = &t->got;
    buf_puts(out, verdicts[d->verdict]);
    if (d->verdict == AWS_DENIED_IMPLICIT)
        buf_printf(out, " %s", layers[d->by.layer]);
    else if (d->by.statement)
        put_sid(out, d->by.statement);
    if (d->depends.statement && d->depends.statement != d->by.statement) {
        buf_puts(out, " on");
        put_sid(out, d->depends.statement);
    }
    for (size_t i = 0; i < d->keys.n; i++)
        put_word(out, d->keys.items[i]);
    if (d->is_cut)
        buf_puts(out, " cut");
    if (t->n_problems > 0)
        buf_printf(out, " problems %u", t->n_problems);
    if (text_has(wanted, " reach ")) {
        buf_puts(out, " reach");
        put_word(out, d->resource);
    }
}

/* False, and told, when the answer is another one. */
static bool run_case(trial *t, str request, str wanted)
{
    AUTO(aws_judge) judge = {0};
    aws_decision d;
    read_request(t, request);
    assert_true(aws_ask(&judge, &t->set, &t->request, &d));
    put_decision(t, &d, wanted);
    bool is_right = str_eq(buf_str(&t->got), text_trim(wanted));
    if (!is_right)
        print_error("%s:%zu: %.*s: %.*s\n    wanted `%.*s`\n    got    `%.*s`\n", t->file, t->line,
                    (int)t->title.n, t->title.p, (int)request.n, request.p, (int)wanted.n, wanted.p,
                    (int)t->got.n, t->got.p);
    return is_right;
}

/* ---- files ----------------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be read", path);
    fseek(f, 0, SEEK_END);
    *ret_n = (size_t)ftell(f);
    rewind(f);
    char *text = malloc(*ret_n + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, *ret_n, f), *ret_n);
    fclose(f);
    return text;
}

static bool run_lines(const char *file, size_t line, str title, const str lines[3])
{
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->file = file;
    t->line = line;
    t->title = title;
    t->compiler = aws_compiler_new();
    assert_non_null(t->compiler);
    read_policies(t, lines[0]);
    bool is_right = run_case(t, lines[1], lines[2]);
    aws_compiler_free(t->compiler);
    arena_done(&t->a);
    buf_done(&t->got);
    free(t);
    return is_right;
}

static size_t run_file(const char *path, size_t *n_wrong)
{
    size_t n, count = 0, number = 0, filled = 0;
    char *text = read_file(path, &n);
    str rest = {text, n}, title = STR_NONE, lines[3];
    while (rest.n) {
        str line = text_trim(line_of(&rest));
        number++;
        if (line.n == 0 || line.p[0] == '#') {
            assert_int_equal(filled, 0);
            title = line.n ? line : title;
            continue;
        }
        lines[filled++] = line;
        if (filled < 3)
            continue;
        *n_wrong += !run_lines(path, number, title, lines);
        filled = 0;
        count++;
    }
    assert_int_equal(filled, 0);
    free(text);
    return count;
}

static void test_cases(void **unused)
{
    (void)unused;
    size_t count = 0, n_wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        count += run_file(files[i], &n_wrong);
    assert_int_equal(n_wrong, 0);
    print_message("%zu cases\n", count);
    assert_true(count >= LEAST_CASES);
}

/* ---- what no case can say -------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *document, *problem;
} problems[] = {
    {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Why\":1,\"Sid\":\"S\"}}",
     "statement 1 (S): unknown element `Why`"},
    {"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\"}]}",
     "statement 2: there is neither Action nor NotAction; it is not used"},
    {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"Run\",\"Resource\":\"*\"}}",
     "statement 1: Action: `Run` is malformed"},
    {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":[\"*\",[]]}}",
     "statement 1: Resource holds something that is no text"},
    {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"Is\":{\"a\":\"b\"}}}}",
     "statement 1: unknown condition operator `Is`"},
    {"{\"Statement\":[],\"Version\":\"2013\"}", "unknown version `2013`"},
    {"{\"Statement\":[],\"x\":1}", "unknown element `x`"},
    {"nothing", "the document is no JSON, or longer than 256 KiB (limit policy_bytes)"},
    {"[]", "the document is no JSON object"},
    {"{}", "there is no Statement"},
};
/* clang-format on */

static void test_problems(void **unused)
{
    (void)unused;
    aws_compiler *c = aws_compiler_new();
    assert_non_null(c);
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        AUTO(arena) a = {0};
        const aws_policy *p = aws_policy_parse(c, &a, str_of(problems[i].document), STR("p"));
        assert_non_null(p);
        assert_int_equal(p->n_problems, 1);
        if (!str_is(p->problem, problems[i].problem))
            fail_msg("%s: got `%.*s`", problems[i].document, (int)p->problem.n, p->problem.p);
    }
    aws_compiler_free(c);
}

static void test_too_many_statements(void **unused)
{
    (void)unused;
    AUTO(arena) a = {0};
    AUTO(buf) text = {0};
    aws_compiler *c = aws_compiler_new();
    assert_non_null(c);
    for (int i = 0; i <= LIMIT_POLICY_STATEMENTS; i++)
        buf_printf(&text, "%s{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}",
                   i ? "," : "{\"Statement\":[");
    buf_puts(&text, "]}");
    const aws_policy *p = aws_policy_parse(c, &a, buf_str(&text), STR("p"));
    assert_non_null(p);
    assert_int_equal(p->n, LIMIT_POLICY_STATEMENTS);
    assert_int_equal(p->n_problems, 1);
    aws_compiler_free(c);
}

/* A document given as a node, which others own. */
static void test_document_of_an_export(void **unused)
{
    (void)unused;
    AUTO(arena) a = {0};
    AUTO(buf) text = {0};
    aws_compiler *c = aws_compiler_new();
    json_reader *r = json_reader_new();
    json_node root;
    assert_true(c && r);
    buf_puts(&text,
             "{\"PolicyDocument\":{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"ec2:*\","
             "\"Resource\":\"*\"}]},\"Text\":\"%7B%22Statement%22%3A%5B%5D%7D\"}");
    assert_int_equal(json_parse(r, buf_str(&text), &root), JSON_OK);
    json_node document = json_node_get(root, STR("PolicyDocument"));
    const aws_policy *p = aws_policy_compile(c, &a, document, STR("inline"));
    json_node quoted = json_node_get(root, STR("Text"));
    const aws_policy *q = aws_policy_compile(c, &a, quoted, STR("quoted"));
    assert_true(p && q);
    json_reader_free(r); /* policies borrow nothing from it */
    buf_done(&text);
    assert_int_equal(p->n, 1);
    assert_true(str_is(p->statements[0].actions.items[0].text, "ec2:*"));
    assert_true(str_is(p->name, "inline"));
    assert_int_equal(q->n + q->n_problems, 0);
    aws_compiler_free(c);
}

/* Of hundreds of exceptions every one is tried, up to a limit; then nothing is called denied. */
static void test_search_ends(void **unused)
{
    (void)unused;
    AUTO(arena) a = {0};
    AUTO(buf) text = {0};
    AUTO(aws_judge) judge = {0};
    static const aws_context nothing;
    aws_compiler *c = aws_compiler_new();
    aws_decision d;
    assert_non_null(c);
    buf_puts(
        &text,
        "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::x\"},"
        "{\"Effect\":\"Deny\",\"Action\":\"*\",\"NotResource\":[");
    for (int i = 0; i < 2 * LIMIT_POLICY_TRIES; i++)
        buf_printf(&text, "\"arn:aws:s3:::%d\",", i);
    buf_puts(&text, "\"arn:aws:s3:::last\"]}]}");
    const aws_policy *p = aws_policy_parse(c, &a, buf_str(&text), STR("p"));
    const aws_policy_set set = {.identity = {&p, 1}};
    const aws_request r = {STR("s3:GetObject"), STR("*"), true, &nothing, NULL};
    assert_true(p && aws_ask(&judge, &set, &r, &d));
    assert_true(d.is_cut);
    assert_int_equal(d.verdict, AWS_ALLOWED_IF);
    aws_compiler_free(c);
}

/* Patterns that are slow for matchers that go back to every star. */
static void test_many_stars(void **unused)
{
    (void)unused;
    AUTO(arena) a = {0};
    char pattern[2 * 500 + 1], text[2000];
    aws_pattern p;
    for (size_t i = 0; i < sizeof pattern - 1; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[sizeof pattern - 1] = 'b';
    memset(text, 'a', sizeof text);
    str raw = {pattern, sizeof pattern};
    assert_true(aws_pattern_compile(&a, raw, AWS_PATTERN_LIKE, false, &p));
    for (int i = 0; i < 100; i++)
        assert_false(aws_pattern_matches(&p, (str){text, sizeof text}, false));
    text[sizeof text - 1] = 'b';
    assert_true(aws_pattern_matches(&p, (str){text, sizeof text}, false));
}

/* clang-format off */
static const struct {
    const char *wide;
    aws_pattern_kind wide_kind;
    const char *narrow;
    aws_pattern_kind narrow_kind;
    bool covers;
} coverings[] = {
    {"*",           AWS_PATTERN_LIKE,     "a*?",       AWS_PATTERN_LIKE,     true},
    {"a*",          AWS_PATTERN_LIKE,     "ab*",       AWS_PATTERN_LIKE,     true},
    {"ab*",         AWS_PATTERN_LIKE,     "a*",        AWS_PATTERN_LIKE,     false},
    {"a?",          AWS_PATTERN_LIKE,     "a*",        AWS_PATTERN_LIKE,     false},
    {"a*",          AWS_PATTERN_LIKE,     "a?",        AWS_PATTERN_LIKE,     true},
    {"a?",          AWS_PATTERN_LIKE,     "a?",        AWS_PATTERN_LIKE,     true},
    {"ab",          AWS_PATTERN_LIKE,     "a?",        AWS_PATTERN_LIKE,     false},
    {"a*b",         AWS_PATTERN_REACH,    "a*b",       AWS_PATTERN_LIKE,     false},
    {"a*b",         AWS_PATTERN_LIKE,     "a*b",       AWS_PATTERN_REACH,    true},
    {"a*b",         AWS_PATTERN_REACH,    "a*b",       AWS_PATTERN_REACH,    true},
    {"a*b",         AWS_PATTERN_REACH,    "a?b",       AWS_PATTERN_LIKE,     false},
    {"a*b",         AWS_PATTERN_REACH,    "a?b",       AWS_PATTERN_REACH,    true},
    {"a?b",         AWS_PATTERN_REACH,    "a?b",       AWS_PATTERN_LIKE,     false},
    {"a?b",         AWS_PATTERN_REACH,    "a?b",       AWS_PATTERN_REACH,    true},
    {"arn:aws:s:*", AWS_PATTERN_RESOURCE, "arn:aws:s:*:*:x", AWS_PATTERN_REACH, true},
    {"a*",          AWS_PATTERN_EXACT,    "a*",        AWS_PATTERN_EXACT,    true},
    {"a*",          AWS_PATTERN_EXACT,    "a*",        AWS_PATTERN_LIKE,     false},
};
/* clang-format on */

static void test_coverings(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(coverings); i++) {
        AUTO(arena) a = {0};
        aws_pattern wide, narrow;
        assert_true(aws_pattern_compile(&a, str_of(coverings[i].wide), coverings[i].wide_kind,
                                        false, &wide));
        assert_true(aws_pattern_compile(&a, str_of(coverings[i].narrow), coverings[i].narrow_kind,
                                        false, &narrow));
        str sample = aws_pattern_sample(&a, &narrow);
        if (aws_pattern_matches(&wide, sample, false) != coverings[i].covers)
            fail_msg("row %zu: %s over %s", i, coverings[i].wide, coverings[i].narrow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_too_many_statements),
        cmocka_unit_test(test_document_of_an_export),
        cmocka_unit_test(test_search_ends),
        cmocka_unit_test(test_many_stars),
        cmocka_unit_test(test_coverings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
