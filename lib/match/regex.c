/* SPDX-License-Identifier: Apache-2.0
 *
 * regex.c -- PCRE2 with a match limit, a heap limit and a stack of its own for compiled code.
 *
 *  (1) The text has been checked by the JSON parser, so PCRE2 does not check it again.
 *  (2) PCRE2 falls back to its interpreter for an expression that was not compiled to machine code.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "match/regex.h"

#include <stdlib.h>

#include <pcre2.h>

#include "base/limits.h"

enum { HEAP_KIB = 4096, STACK_MIN_BYTES = 32 * 1024, STACK_MAX_BYTES = 512 * 1024 };

struct regex_finder {
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack; /* NULL where PCRE2 compiles no machine code */
    uint64_t n_limited;
};

void regex_finder_free(regex_finder *f)
{
    if (!f)
        return;
    pcre2_match_data_free(f->data);
    pcre2_match_context_free(f->context);
    pcre2_jit_stack_free(f->stack);
    free(f);
}

regex_finder *regex_finder_new(void)
{
    regex_finder *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->context = pcre2_match_context_create(NULL);
    f->data = pcre2_match_data_create(1, NULL);
    f->stack = pcre2_jit_stack_create(STACK_MIN_BYTES, STACK_MAX_BYTES, NULL);
    if (!f->context || !f->data) {
        regex_finder_free(f);
        return NULL;
    }
    pcre2_set_match_limit(f->context, LIMIT_REGEX_MATCH);
    pcre2_set_heap_limit(f->context, HEAP_KIB);
    if (f->stack)
        pcre2_jit_stack_assign(f->context, NULL, f->stack);
    return f;
}

bool regex_find(regex_finder *f, const void *code, str text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
    int result = pcre2_match(code, subject, text.n, 0, PCRE2_NO_UTF_CHECK, f->data, f->context);
    if (result >= 0)
        return true;
    if (result != PCRE2_ERROR_NOMATCH)
        f->n_limited++;
    return false;
}

uint64_t regex_finder_limited(const regex_finder *f)
{
    return f->n_limited;
}
