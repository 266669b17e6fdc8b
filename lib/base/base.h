/* SPDX-License-Identifier: Apache-2.0
 *
 * base.h -- the handful of words every other file uses.
 *
 *  (1) A `str` is a borrowed view: it owns nothing and need not end in NUL. Whoever keeps the
 *      text beyond the life of its owner copies it (arena_dup, intern_id).
 *  (2) AUTO(type) releases a local when its scope ends, by calling type_done(&local) or, for
 *      pointers, type_free(local); STEAL hands a pointer over and leaves NULL behind.
 *  (3) Allocation failure is never fatal in the library: growable things carry a sticky `failed`
 *      flag that their owner checks once, at the boundary where it can be reported.
 */
#ifndef SPOOR_BASE_BASE_H
#define SPOOR_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct str {
    const char *p; /* may be NULL when n is 0 */
    size_t n;      /* bytes */
} str;

#define STR(literal) ((str){(literal), sizeof(literal) - 1})
#define STR_NONE ((str){NULL, 0})
/* For static tables, where a compound literal is not a constant expression. */
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Runs f(&local) when the local leaves scope. */
#define CLEANUP(f) __attribute__((cleanup(f)))
#define AUTO(type) CLEANUP(type##_done) type

#define STEAL(pointer)                                                                             \
    ({                                                                                             \
        __typeof__(pointer) stolen_ = (pointer);                                                   \
        (pointer) = NULL;                                                                          \
        stolen_;                                                                                   \
    })

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Adds lengths that come from input; false on overflow. */
static inline bool add_ok(size_t a, size_t b, size_t *ret_sum)
{
    return !__builtin_add_overflow(a, b, ret_sum);
}

static inline str str_of(const char *z) /* z: NUL-terminated or NULL */
{
    return (str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static inline str str_from(str s, size_t skip) /* s without its first `skip` bytes */
{
    return skip >= s.n ? STR_NONE : (str){s.p + skip, s.n - skip};
}

static inline str str_upto(str s, size_t n) /* the first n bytes of s, or all of it */
{
    return (str){s.p, n < s.n ? n : s.n};
}

#endif
