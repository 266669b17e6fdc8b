/* SPDX-License-Identifier: Apache-2.0
 *
 * family.c -- names of the log families.
 */
#include "model/family.h"

static const char *const names[] = {
#define FAMILY(name) #name,
#include "model/family.def"
#undef FAMILY
};

const char *family_text(family f)
{
    return names[f];
}

family family_from_text(str s)
{
    size_t i = 0;
    while (i < FAMILY_COUNT && !str_is(s, names[i]))
        i++;
    return (family)i;
}
