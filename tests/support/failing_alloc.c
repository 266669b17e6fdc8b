/* SPDX-License-Identifier: Apache-2.0
 *
 * failing_alloc.c -- what the linker calls in place of malloc, calloc and realloc, and the count
 * down to the failure.
 */
#include "support/failing_alloc.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static size_t n_until_failure; /* 0: allocations succeed */
static bool has_failed;

static bool fails_now(void)
{
    if (n_until_failure == 0 || --n_until_failure > 0)
        return false;
    has_failed = true;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails_now() ? NULL : __real_realloc(p, n);
}

void failing_alloc_at(size_t n)
{
    n_until_failure = n;
    has_failed = false;
}

bool failing_alloc_end(void)
{
    n_until_failure = 0;
    return has_failed;
}
