/* SPDX-License-Identifier: Apache-2.0
 *
 * progress.c -- bytes, speed and time left.
 */
#include "source/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_S = 1000000000, REDRAW_NS = NS_PER_S / 5 };

int64_t progress_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void progress_begin(progress *p, bool is_wanted, uint64_t total_bytes)
{
    p->is_shown = is_wanted && isatty(STDERR_FILENO);
    p->total_bytes = total_bytes;
    p->began_ns = progress_now_ns();
    atomic_init(&p->bytes, 0);
    atomic_init(&p->drawn_ns, p->began_ns);
}

static void draw(const progress *p, uint64_t bytes, int64_t now)
{
    char line[120];
    double seconds = (double)(now - p->began_ns) / NS_PER_S;
    double speed = seconds > 0 ? (double)bytes / seconds : 0;
    int n = snprintf(line, sizeof line, "\r\033[K%.1f MB", (double)bytes / 1e6);
    if (p->total_bytes >= bytes && p->total_bytes > 0 && speed > 0)
        n += snprintf(line + n, sizeof line - (size_t)n, " of %.1f MB, %.0f MB/s, %.0f s left",
                      (double)p->total_bytes / 1e6, speed / 1e6,
                      (double)(p->total_bytes - bytes) / speed);
    else
        n += snprintf(line + n, sizeof line - (size_t)n, ", %.0f MB/s", speed / 1e6);
    /* A progress line that cannot be written is no reason to stop. */
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
        return;
}

void progress_add(progress *p, uint64_t bytes)
{
    uint64_t all = atomic_fetch_add(&p->bytes, bytes) + bytes;
    if (!p->is_shown)
        return;
    int64_t now = progress_now_ns(), drawn = atomic_load(&p->drawn_ns);
    if (now - drawn >= REDRAW_NS && atomic_compare_exchange_strong(&p->drawn_ns, &drawn, now))
        draw(p, all, now);
}

void progress_say(progress *p, const char *text)
{
    if (p->is_shown)
        dprintf(STDERR_FILENO, "\r\033[K%s", text);
}

void progress_end(progress *p)
{
    progress_say(p, "");
}
