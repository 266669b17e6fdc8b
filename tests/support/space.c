/* SPDX-License-Identifier: Apache-2.0
 *
 * space.c -- appends, copies, and fails where it is told to.
 */
#include "support/space.h"

#include <string.h>

static int append(void *user, const void *bytes, size_t n, uint64_t *ret_offset)
{
    space *s = user;
    if (++s->writes == s->bad_write)
        return -1;
    *ret_offset = s->bytes.n;
    buf_put(&s->bytes, bytes, n);
    return s->bytes.failed;
}

static int fetch(void *user, uint64_t offset, void *bytes, size_t n)
{
    space *s = user;
    if (atomic_load(&s->is_unreadable) || offset + n > s->bytes.n)
        return -1;
    memcpy(bytes, s->bytes.p + offset, n);
    return 0;
}

void space_done(space *s)
{
    buf_done(&s->bytes);
}

sorter_spill space_lend(space *s)
{
    return (sorter_spill){.user = s, .write = append, .read = fetch};
}
