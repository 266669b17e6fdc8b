/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_pattern_match.c -- patterns against texts, and against patterns.
 *
 *  (1) Matching goes back to two places at the most: the last wildcard for any text, and behind it
 *      the last one for text without colon. An earlier one need not be tried again: what the later
 *      one does not reach, it would not reach from there either.
 *  (2) Meeting fills a table from the back: can what is left of both match one text? Then it walks
 *      it from the front, and takes wildcards over what they absorb as long as that leads to the
 *      end.
 */
#include "policy/aws_alphabet.h"
#include "policy/aws_pattern.h"
#include "base/text.h"

static bool is_fresh(char c)
{
    return c >= FRESH_ANY && c <= FRESH_PART_ONE;
}

/* A symbol other than a star against one character of a text or sample. */
static bool takes(char symbol, char c, bool ignores_case)
{
    switch (symbol) {
    case SYM_STAR:
        return c == '*';
    case SYM_QUESTION:
        return c == '?';
    case SYM_ONE:
        return c != FRESH_ANY && c != FRESH_PART_ANY;
    case SYM_PART_ONE:
        return c != ':' && (!is_fresh(c) || c == FRESH_PART_ONE);
    default:
        return symbol == c || (ignores_case && text_lower(symbol) == text_lower(c));
    }
}

/* What text without colon may consist of. */
static bool part_takes(char c)
{
    return c != ':' && c != FRESH_ANY && c != FRESH_ONE;
}

/* Where matching goes on when it fails: behind a star, at the next character it may absorb. */
typedef struct retry {
    size_t symbol, at;
    bool is_set;
} retry;

typedef struct matching {
    str pattern, text;
    size_t symbol, at;
    retry any, part;
    bool ignores_case;
} matching;

/* Takes a star as matching nothing so far; false when there is none here. */
static bool enter_star(matching *m)
{
    if (m->symbol == m->pattern.n)
        return false;
    char c = m->pattern.p[m->symbol];
    if (c != SYM_ANY && c != SYM_PART_ANY)
        return false;
    retry here = {++m->symbol, m->at, true};
    if (c == SYM_ANY) {
        m->any = here;
        m->part = (retry){0};
    } else {
        m->part = here;
    }
    return true;
}

static void go_on(matching *m, retry *from)
{
    from->at++;
    m->symbol = from->symbol;
    m->at = from->at;
}

static bool go_back(matching *m)
{
    if (m->part.is_set && m->part.at < m->text.n && part_takes(m->text.p[m->part.at])) {
        go_on(m, &m->part);
        return true;
    }
    m->part = (retry){0};
    if (!m->any.is_set || m->any.at >= m->text.n)
        return false;
    go_on(m, &m->any);
    return true;
}

static bool match(matching *m)
{
    for (;;) {
        if (enter_star(m))
            continue;
        bool is_over = m->symbol == m->pattern.n;
        if (is_over && m->at == m->text.n)
            return true;
        if (!is_over && m->at < m->text.n &&
            takes(m->pattern.p[m->symbol], m->text.p[m->at], m->ignores_case)) {
            m->symbol++;
            m->at++;
        } else if (!go_back(m)) {
            return false;
        }
    }
}

bool aws_pattern_matches(const aws_pattern *p, str text, bool ignores_case)
{
    if (p->is_all)
        return true;
    matching m = {.pattern = p->text, .text = text, .ignores_case = ignores_case};
    return match(&m);
}

/* ---- samples --------------------------------------------------------------------------------- */

static char sample_of(char symbol)
{
    switch (symbol) {
    case SYM_STAR:
        return '*';
    case SYM_QUESTION:
        return '?';
    case SYM_ANY:
        return FRESH_ANY;
    case SYM_PART_ANY:
        return FRESH_PART_ANY;
    case SYM_ONE:
        return FRESH_ONE;
    case SYM_PART_ONE:
        return FRESH_PART_ONE;
    default:
        return symbol;
    }
}

str aws_pattern_sample(arena *a, const aws_pattern *p)
{
    char *sample = arena_alloc(a, p->text.n);
    if (!sample)
        return STR_NONE;
    for (size_t i = 0; i < p->text.n; i++)
        sample[i] = sample_of(p->text.p[i]);
    return (str){sample, p->text.n};
}

/* ---- what two patterns have in common -------------------------------------------------------- */

static bool is_star(char symbol)
{
    return symbol == SYM_ANY || symbol == SYM_PART_ANY;
}

/* What a star makes of a symbol that it absorbs: the narrower of the two. 0: it does not. */
static char absorbed(char star, char symbol)
{
    if (star == SYM_ANY)
        return symbol;
    if (symbol == SYM_ANY)
        return SYM_PART_ANY;
    if (symbol == SYM_ONE)
        return SYM_PART_ONE;
    return (char)(symbol == ':' ? 0 : symbol);
}

/* The narrower of two symbols that are no stars. 0: they have nothing in common. */
static char common(char a, char b)
{
    if (a == b)
        return a;
    if (a == SYM_ONE || a == SYM_PART_ONE)
        return absorbed((char)(a == SYM_ONE ? SYM_ANY : SYM_PART_ANY), b);
    if (b == SYM_ONE || b == SYM_PART_ONE)
        return common(b, a);
    return 0;
}

/* One way on from a place in both patterns. */
typedef struct step {
    size_t p, q; /* how far it goes in each */
    char symbol; /* what it adds; 0: nothing, a star matches no text here */
} step;

enum { STEPS_MAX = 6 };

typedef struct meeting {
    str p, q;
    char *can_end; /* (|p| + 1) x (|q| + 1) */
} meeting;

/* What the star at the front of one pattern can do with the symbol at the front of the other. It
 * gives way at once where the pattern goes on with a separator that is that symbol: so "a/" and a
 * star before "/b" meet in "a/b", not in "a/…/b". */
static size_t add_star(str from, char symbol, step absorb, step skip, step *steps)
{
    size_t n = 0;
    absorb.symbol = absorbed(from.p[0], symbol);
    if (from.n > 1 && from.p[1] == symbol && (symbol == '/' || symbol == ':'))
        steps[n++] = skip;
    if (absorb.symbol)
        steps[n++] = absorb;
    return n;
}

/* The ways on from (i, j), those first that are to be preferred. */
static size_t ways(const meeting *m, size_t i, size_t j, step steps[STEPS_MAX])
{
    const step in_p = {1, 0, 0}, in_q = {0, 1, 0};
    str p = str_from(m->p, i), q = str_from(m->q, j);
    bool is_p_star = p.n && is_star(p.p[0]), is_q_star = q.n && is_star(q.p[0]);
    size_t n = 0;
    if (is_p_star && q.n)
        n += add_star(p, q.p[0], in_q, in_p, steps + n);
    if (is_q_star && p.n)
        n += add_star(q, p.p[0], in_p, in_q, steps + n);
    char symbol = (char)(p.n && q.n && !is_p_star && !is_q_star ? common(p.p[0], q.p[0]) : 0);
    if (symbol)
        steps[n++] = (step){1, 1, symbol};
    if (is_p_star)
        steps[n++] = in_p;
    if (is_q_star)
        steps[n++] = in_q;
    return n;
}

static char *cell(const meeting *m, size_t i, size_t j)
{
    return m->can_end + i * (m->q.n + 1) + j;
}

/* Whether any of the ways from (i, j) leads to the end. */
static bool can_end(const meeting *m, size_t i, size_t j)
{
    bool has_p = i < m->p.n, has_q = j < m->q.n;
    if (!has_p && !has_q)
        return true;
    char a = (char)(has_p ? m->p.p[i] : 0), b = (char)(has_q ? m->q.p[j] : 0);
    bool is_p_star = has_p && is_star(a), is_q_star = has_q && is_star(b);
    if (!is_p_star && !is_q_star)
        return has_p && has_q && common(a, b) && *cell(m, i + 1, j + 1);
    bool takes_q = is_q_star || (is_p_star && has_q && absorbed(a, b));
    bool takes_p = is_p_star || (is_q_star && has_p && absorbed(b, a));
    return (takes_q && *cell(m, i, j + 1)) || (takes_p && *cell(m, i + 1, j));
}

static void fill(const meeting *m)
{
    for (size_t i = m->p.n + 1; i-- > 0;) {
        for (size_t j = m->q.n + 1; j-- > 0;)
            *cell(m, i, j) = (char)can_end(m, i, j);
    }
}

/* Writes the way from the front to the end; at most |p| + |q| symbols. */
static size_t walk(const meeting *m, char *out, bool *ret_has_wildcard)
{
    size_t i = 0, j = 0, n = 0;
    while (i < m->p.n || j < m->q.n) {
        step steps[STEPS_MAX] = {0};
        size_t n_steps = ways(m, i, j, steps), k = 0;
        while (k < n_steps && !*cell(m, i + steps[k].p, j + steps[k].q))
            k++;
        if (steps[k].symbol) {
            out[n++] = steps[k].symbol;
            *ret_has_wildcard |= sample_of(steps[k].symbol) != steps[k].symbol;
        }
        i += steps[k].p;
        j += steps[k].q;
    }
    return n;
}

static bool is_wild(char symbol)
{
    return sample_of(symbol) != symbol && symbol != SYM_STAR && symbol != SYM_QUESTION;
}

static bool may_cross(str s)
{
    return memchr(s.p, SYM_ANY, s.n) || memchr(s.p, SYM_ONE, s.n);
}

static size_t colons_in(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ':';
    return n;
}

/* Part by part, as long as no wildcard may run over the colon behind it: where two begin with
 * different texts, no text matches both. None may when one pattern fixes how many colons there are,
 * and the other has as many. Most patterns differ in service or type, so this spares most tables.
 * */
static bool differs_early(str p, str q)
{
    size_t i = 0, j = 0, n = colons_in(p), m = colons_in(q);
    bool is_p_fixed = !may_cross(p), is_q_fixed = !may_cross(q);
    bool is_aligned = n == m && (is_p_fixed || is_q_fixed);
    if ((is_p_fixed && m > n) || (is_q_fixed && n > m))
        return true;
    while (i < p.n && j < q.n) {
        if (is_wild(p.p[i]) || is_wild(q.p[j])) {
            str rest_p = text_before(str_from(p, i), ':'),
                rest_q = text_before(str_from(q, j), ':');
            if (!is_aligned && (may_cross(rest_p) || may_cross(rest_q)))
                return false;
            i += rest_p.n;
            j += rest_q.n;
            continue;
        }
        if (p.p[i++] != q.p[j++])
            return true;
    }
    return false;
}

/* Fills the table and says whether there is a way. */
static aws_tri find_way(buf *table, meeting *m)
{
    if (differs_early(m->p, m->q))
        return AWS_NO;
    size_t n_cells = (m->p.n + 1) * (m->q.n + 1);
    if (n_cells > LIMIT_POLICY_MEET || !buf_reserve(table, n_cells))
        return AWS_PERHAPS;
    m->can_end = table->p;
    fill(m);
    return aws_tri_of(*cell(m, 0, 0));
}

aws_tri aws_pattern_meet(arena *a, buf *table, const aws_pattern *p, const aws_pattern *q,
                         aws_pattern *ret)
{
    if (p->is_all || q->is_all) {
        *ret = p->is_all ? *q : *p;
        return AWS_YES;
    }
    meeting m = {.p = p->text, .q = q->text};
    aws_tri meets = find_way(table, &m);
    if (meets != AWS_YES)
        return meets;
    char *text = arena_alloc(a, m.p.n + m.q.n);
    if (!text)
        return AWS_PERHAPS;
    aws_pattern met = {0};
    met.text = (str){text, walk(&m, text, &met.has_wildcard)};
    met.is_all = str_is(met.text, "*");
    *ret = met;
    return AWS_YES;
}

/* True when q matches the text that p matches where its wildcards stand for x. Most patterns that
 * have something in common have that. */
static bool has_plain_witness(const aws_pattern *p, const aws_pattern *q)
{
    char text[LIMIT_POLICY_PATTERN];
    if (p->text.n > sizeof text)
        return false;
    for (size_t i = 0; i < p->text.n; i++) {
        char symbol = p->text.p[i];
        text[i] = (char)(is_wild(symbol) ? 'x' : sample_of(symbol));
    }
    return aws_pattern_matches(q, (str){text, p->text.n}, false);
}

aws_tri aws_pattern_overlaps(buf *table, const aws_pattern *p, const aws_pattern *q)
{
    if (p->is_all || q->is_all || has_plain_witness(p, q))
        return AWS_YES;
    if (!p->has_wildcard)
        return AWS_NO;
    meeting m = {.p = p->text, .q = q->text};
    return find_way(table, &m);
}
