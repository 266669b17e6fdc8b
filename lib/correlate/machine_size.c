/* SPDX-License-Identifier: Apache-2.0
 *
 * machine_size.c -- families with graphics, and where each cloud writes the number of processors.
 */
#include "correlate/machine_size.h"

#include "base/text.h"

enum { CORES_MAX = 4096 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number that s begins with; 0: none. */
static unsigned number_at(str s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n && is_digit(s.p[i]) && n < CORES_MAX; i++)
        n = n * 10 + (unsigned)(s.p[i] - '0');
    return n;
}

/* Families whose names begin so, before a digit. */
/* clang-format off */
static const char *const gpu_families[] = {
    "p", "g", "trn", "inf", "dl",                                 /* AWS */
    "standard_nc", "standard_nd", "standard_nv", "standard_ng",   /* Azure */
};
/* clang-format on */

static bool has_gpu(str name)
{
    /* Google's accelerator families have a number of their own; its "g2" looks like Amazon's. */
    if (text_starts_nocase(name, "a2-") || text_starts_nocase(name, "a3-") ||
        text_starts_nocase(name, "a4-"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(gpu_families); i++) {
        size_t n = strlen(gpu_families[i]);
        if (text_starts_nocase(name, gpu_families[i]) && name.n > n && is_digit(name.p[n]))
            return true;
    }
    return false;
}

/* "4xlarge" has sixteen. */
static unsigned cores_of_aws(str size)
{
    static const struct {
        const char *name;
        unsigned cores;
    } rows[] = {{"nano", 2},   {"micro", 2}, {"small", 2},
                {"medium", 2}, {"large", 2}, {"xlarge", 4}};
    unsigned n = number_at(size);
    if (n > 0 && text_has_nocase(size, "xlarge"))
        return 4 * n;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (text_eq_nocase(size, str_of(rows[i].name)))
            return rows[i].cores;
    return text_starts_nocase(size, "metal") ? 96 : 0;
}

static unsigned cores_of_azure(str name)
{
    str size = text_after(name, '_');
    for (size_t i = 0; i < size.n; i++)
        if (is_digit(size.p[i]))
            return number_at(str_from(size, i));
    return 0;
}

static unsigned cores_of_gcp(str name)
{
    str last = text_after_last(name, '-');
    unsigned n = number_at(last);
    return n > 0 ? n : 2;
}

machine_size machine_size_of(str name)
{
    machine_size s = {0};
    if (name.n == 0)
        return s;
    s.has_gpu = has_gpu(name);
    if (memchr(name.p, '.', name.n))
        s.cores = cores_of_aws(text_after(name, '.'));
    else if (memchr(name.p, '_', name.n))
        s.cores = cores_of_azure(name);
    else if (memchr(name.p, '-', name.n))
        s.cores = cores_of_gcp(name);
    return s;
}
