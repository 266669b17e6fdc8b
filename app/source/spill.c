/* SPDX-License-Identifier: Apache-2.0
 *
 * spill.c -- an unlinked temporary file, written at its growing end and read anywhere.
 */
#include "source/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/words.h"

void spill_init(spill_file *s)
{
    pthread_mutex_init(&s->lock, NULL);
    s->fd = -1;
    s->error = 0;
    atomic_init(&s->end, 0);
}

void spill_done(spill_file *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    pthread_mutex_destroy(&s->lock);
}

static int open_unlinked(void)
{
    const char *dir = getenv("TMPDIR");
    AUTO(strbuf) path = {0};
    strbuf_puts(&path, dir && *dir ? dir : "/tmp");
    int fd = open(strbuf_text(&path), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    strbuf_puts(&path, "/spoor-XXXXXX"); /* a file system that cannot make nameless files */
    if (path.failed) {
        errno = ENOMEM;
        return -1;
    }
    fd = mkostemp(path.p, O_CLOEXEC);
    if (fd >= 0)
        unlink(path.p);
    return fd;
}

static int fail(spill_file *s, int error)
{
    pthread_mutex_lock(&s->lock);
    s->error = s->error ? s->error : error;
    pthread_mutex_unlock(&s->lock);
    return -1;
}

static int descriptor(spill_file *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->fd < 0)
        s->fd = open_unlinked();
    int fd = s->fd;
    pthread_mutex_unlock(&s->lock);
    return fd;
}

static int append(void *user, const void *bytes, size_t n, uint64_t *ret_offset)
{
    spill_file *s = user;
    int fd = descriptor(s);
    if (fd < 0)
        return fail(s, errno);
    uint64_t begin = atomic_fetch_add(&s->end, n);
    for (size_t done = 0; done < n;) {
        ssize_t some = pwrite(fd, (const char *)bytes + done, n - done, (off_t)(begin + done));
        if (some > 0)
            done += (size_t)some;
        else if (some == 0 || errno != EINTR)
            return fail(s, some == 0 ? EIO : errno);
    }
    *ret_offset = begin;
    return 0;
}

static int fetch(void *user, uint64_t offset, void *bytes, size_t n)
{
    spill_file *s = user;
    int fd = descriptor(s);
    if (fd < 0)
        return fail(s, errno);
    for (size_t done = 0; done < n;) {
        ssize_t some = pread(fd, (char *)bytes + done, n - done, (off_t)(offset + done));
        if (some > 0)
            done += (size_t)some;
        else if (some == 0 || errno != EINTR)
            return fail(s, some == 0 ? EIO : errno);
    }
    return 0;
}

spoor_spill spill_lend(spill_file *s)
{
    return (spoor_spill){s, append, fetch};
}
