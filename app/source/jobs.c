/* SPDX-License-Identifier: Apache-2.0
 *
 * jobs.c -- threads that take the next input each until none is left.
 */
#include "source/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 << 10 };

typedef struct jobs {
    spoor_engine *engine;
    const char *format;
    progress *progress;
    walk *inputs;
    _Atomic size_t next;
    atomic_bool must_stop;
    pthread_mutex_t lock; /* over the problems in `inputs`, and err */
    spoor_error err;
} jobs;

static void add_problem(jobs *j, const char *path, const char *reason)
{
    pthread_mutex_lock(&j->lock);
    walk_problem_add(j->inputs, path, reason, true);
    pthread_mutex_unlock(&j->lock);
}

static void stop(jobs *j, const spoor_error *err)
{
    pthread_mutex_lock(&j->lock);
    if (j->err.status == SPOOR_OK)
        j->err = *err;
    pthread_mutex_unlock(&j->lock);
    atomic_store(&j->must_stop, true);
}

/* A limit concerns one input, everything else all of them. */
static void judge(jobs *j, const walk_input *input, const spoor_error *err)
{
    if (err->status == SPOOR_ELIMIT)
        add_problem(j, input->path, err->message);
    else
        stop(j, err);
}

static ssize_t read_block(int fd, char *block)
{
    ssize_t n;
    do {
        n = read(fd, block, BLOCK_BYTES);
    } while (n < 0 && errno == EINTR);
    return n;
}

static void feed(jobs *j, const walk_input *input, int fd, char *block, spoor_stream *stream)
{
    spoor_error err = {0};
    while (!atomic_load(&j->must_stop)) {
        ssize_t n = read_block(fd, block);
        if (n < 0)
            add_problem(j, input->path, strerror(errno));
        if (n <= 0)
            return;
        if (spoor_stream_feed(stream, block, (size_t)n, &err) != SPOOR_OK) {
            judge(j, input, &err);
            return;
        }
        progress_add(j->progress, (uint64_t)n);
    }
}

static void read_input(jobs *j, const walk_input *input, int fd, char *block)
{
    spoor_error err = {0};
    spoor_stream *stream;
    if (spoor_stream_open(&stream, j->engine, input->path, j->format, &err) != SPOOR_OK) {
        judge(j, input, &err);
        return;
    }
    if (input->bytes > BLOCK_BYTES)
        posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    feed(j, input, fd, block, stream);
    if (spoor_stream_close(&stream, NULL, &err) != SPOOR_OK)
        judge(j, input, &err);
}

static void open_input(jobs *j, const walk_input *input, char *block)
{
    int fd = input->is_stdin ? STDIN_FILENO : open(input->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        add_problem(j, input->path, strerror(errno));
        return;
    }
    read_input(j, input, fd, block);
    if (!input->is_stdin)
        close(fd);
}

static void *work(void *user)
{
    jobs *j = user;
    char *block = malloc(BLOCK_BYTES);
    if (!block) {
        stop(j, &(spoor_error){SPOOR_ENOMEM, "out of memory"});
        return NULL;
    }
    while (!atomic_load(&j->must_stop)) {
        size_t i = atomic_fetch_add(&j->next, 1);
        if (i >= j->inputs->n_inputs)
            break;
        open_input(j, &j->inputs->inputs[i], block);
    }
    free(block);
    return NULL;
}

static unsigned count_workers(unsigned n_jobs, size_t n_inputs)
{
    long online = n_jobs ? (long)n_jobs : sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = online < 1 ? 1 : online > JOBS_MAX ? JOBS_MAX : (unsigned)online;
    return n > n_inputs && n_inputs > 0 ? (unsigned)n_inputs : n;
}

spoor_status jobs_run(spoor_engine *engine, walk *inputs, const char *format, unsigned n_jobs,
                      progress *p, spoor_error *err)
{
    jobs j = {.engine = engine, .format = format, .progress = p, .inputs = inputs};
    pthread_t threads[JOBS_MAX];
    unsigned wanted = count_workers(n_jobs, inputs->n_inputs), n = 0;
    pthread_mutex_init(&j.lock, NULL);
    /* The calling thread is one of the workers, so a thread that cannot be had costs only speed. */
    while (n + 1 < wanted && pthread_create(&threads[n], NULL, work, &j) == 0)
        n++;
    work(&j);
    for (unsigned i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&j.lock);
    if (inputs->failed && j.err.status == SPOOR_OK)
        j.err = (spoor_error){SPOOR_ENOMEM, "out of memory"};
    if (j.err.status != SPOOR_OK)
        *err = j.err;
    return j.err.status;
}
