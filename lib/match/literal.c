/* SPDX-License-Identifier: Apache-2.0
 *
 * literal.c -- Aho and Corasick's automaton with all its transitions filled in.
 *
 * Bytes that no literal holds behave alike, so they share a class, and a state has one transition
 * for each class, not for each byte.
 *
 *  (1) State 0 is the root. A state stands for the longest prefix of a literal that the text read
 *      so far ends with.
 *  (2) `output` of a state is the first literal that ends there; further ones follow by `same`, and
 *      shorter ones stand at the states along `shorter`.
 */
#include "match/literal.h"

#include <stdlib.h>

#include "model/ruleset.h"

enum { NO_LITERAL = -1, TABLE_MAX = 1 << 22 };

typedef struct state {
    uint32_t suffix;  /* the longest other state that this one ends with */
    uint32_t shorter; /* the next state along `suffix` with an output; 0: none */
    int32_t output;
} state;

typedef struct kept {
    uint32_t length;
    int32_t same; /* the next literal of the same text */
    uint8_t op;
} kept;

struct literal_set {
    uint16_t class_of[256]; /* 0: in no literal */
    size_t n_classes, n_states;
    uint32_t *next; /* next[state * n_classes + class] */
    state *state;
    kept *literal;
};

void literal_set_free(literal_set *s)
{
    if (!s)
        return;
    free(s->next);
    free(s->state);
    free(s->literal);
    free(s);
}

/* Also returns the most states there can be. */
static size_t classify(literal_set *s, const literal *literals, size_t n)
{
    size_t bytes = 1;
    s->n_classes = 1;
    for (size_t i = 0; i < n; i++) {
        bytes += literals[i].text.n;
        for (size_t k = 0; k < literals[i].text.n; k++) {
            uint16_t *class = &s->class_of[(unsigned char)literals[i].text.p[k]];
            if (*class == 0)
                *class = (uint16_t)s->n_classes++;
        }
    }
    return bytes;
}

static uint32_t *edge(const literal_set *s, uint32_t at, size_t class)
{
    return &s->next[at * s->n_classes + class];
}

static void add_literal(literal_set *s, const literal *l, int32_t number)
{
    uint32_t at = 0;
    for (size_t k = 0; k < l->text.n; k++) {
        uint32_t *to = edge(s, at, s->class_of[(unsigned char)l->text.p[k]]);
        if (*to == 0) {
            *to = (uint32_t)s->n_states++;
            s->state[*to].output = NO_LITERAL;
        }
        at = *to;
    }
    s->literal[number] = (kept){(uint32_t)l->text.n, s->state[at].output, l->op};
    s->state[at].output = number;
}

/* The state `to` lies one byte below `from`: its suffix lies one byte below that of `from`. */
static void link_state(literal_set *s, uint32_t from, size_t class, uint32_t to)
{
    state *t = &s->state[to];
    t->suffix = from == 0 ? 0 : *edge(s, s->state[from].suffix, class);
    const state *suffix = &s->state[t->suffix];
    t->shorter = suffix->output != NO_LITERAL ? t->suffix : suffix->shorter;
}

/* Breadth first, so that the shorter states are complete: a missing transition is that of the
 * suffix. False: out of memory. */
static bool link_states(literal_set *s)
{
    uint32_t *queue = malloc(s->n_states * sizeof *queue);
    if (!queue)
        return false;
    size_t n = 0;
    queue[n++] = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t from = queue[i], suffix = s->state[from].suffix;
        for (size_t class = 1; class < s->n_classes; class ++) {
            uint32_t *to = edge(s, from, class);
            if (*to == 0) {
                *to = from == 0 ? 0 : *edge(s, suffix, class);
                continue;
            }
            link_state(s, from, class, *to);
            queue[n++] = *to;
        }
    }
    free(queue);
    return true;
}

static bool build(literal_set *s, const literal *literals, size_t n, size_t n_states)
{
    s->next = calloc(n_states * s->n_classes, sizeof *s->next);
    s->state = calloc(n_states, sizeof *s->state);
    s->literal = calloc(n, sizeof *s->literal);
    if (!s->next || !s->state || !s->literal)
        return false;
    s->n_states = 1;
    s->state[0].output = NO_LITERAL;
    for (size_t i = 0; i < n; i++)
        add_literal(s, &literals[i], (int32_t)i);
    return link_states(s);
}

bool literal_set_new(const literal *literals, size_t n, literal_set **ret_set)
{
    literal_set *s = calloc(1, sizeof *s);
    if (!s)
        return false;
    size_t n_states = classify(s, literals, n);
    bool is_worth_it = n_states <= TABLE_MAX / s->n_classes && n <= INT32_MAX;
    if (is_worth_it && !build(s, literals, n, n_states)) {
        literal_set_free(s);
        return false;
    }
    if (!is_worth_it) {
        literal_set_free(s);
        s = NULL;
    }
    *ret_set = s;
    return true;
}

/* The literals of one state end at `end`. */
static void take_output(const literal_set *s, uint32_t at, size_t end, size_t n, bool *hit)
{
    for (int32_t i = s->state[at].output; i != NO_LITERAL; i = s->literal[i].same) {
        const kept *l = &s->literal[i];
        bool is_hit = l->op == RULE_OP_CONTAINS || (l->op == RULE_OP_STARTS && end == l->length) ||
                      (l->op == RULE_OP_ENDS && end == n);
        hit[i] = hit[i] || is_hit;
    }
}

void literal_search(const literal_set *s, str text, bool *hit)
{
    uint32_t at = 0;
    for (size_t i = 0; i < text.n; i++) {
        at = *edge(s, at, s->class_of[(unsigned char)text.p[i]]);
        for (uint32_t end = at; end != 0; end = s->state[end].shorter)
            take_output(s, end, i + 1, text.n, hit);
    }
}
