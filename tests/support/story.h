/* SPDX-License-Identifier: Apache-2.0
 *
 * story.h -- inputs that tell of an attack amid everyday calls, and a run of the engine over them.
 *
 *  (1) What is added is a function of the arguments: every run of a test sees the same bytes.
 *  (2) Attack and traffic are JSONL, so that a test can move their records about.
 */
#ifndef SPOOR_TESTS_STORY_H
#define SPOOR_TESTS_STORY_H

#include <pthread.h>

#include "base/buf.h"
#include <spoor/spoor.h>

enum { STORY_INPUTS = 192 };

typedef struct story_input {
    char name[40];
    const char *format;
    buf text;
} story_input;

/* Inputs. A zeroed one is empty. */
typedef struct story {
    story_input inputs[STORY_INPUTS];
    size_t n;
    spoor_ruleset *rules; /* or NULL */
    bool failed;          /* out of memory */
} story;

void story_done(story *s);
void story_add(story *s, const char *name, const char *format, str text);
/* All samples of samples.h, an input each. */
void story_add_samples(story *s);
/* Disks are copied and machines made from them in three clouds; seven inputs. */
void story_add_attack(story *s);
/* Has lineage rules run over it: chains that the attack holds, one with a Sigma rule as a step. */
void story_add_chains(story *s);
/* n_files inputs of n_records everyday calls each. */
void story_add_traffic(story *s, size_t n_files, size_t n_records);

/* Memory that stands in for a temporary file. */
typedef struct story_spill {
    pthread_mutex_t lock;
    buf bytes;
    size_t n_writes;
    bool refuses_writes, refuses_reads;
} story_spill;

bool story_spill_init(story_spill *p);
void story_spill_done(story_spill *p);

/* How inputs are read. A zeroed one: whole, one after the other, all in memory. */
typedef struct story_way {
    size_t first_cut; /* the first piece has so many bytes; 0: no cut there */
    size_t most;      /* further pieces have 1..most bytes, by chance; 0: one piece */
    uint64_t seed;
    unsigned n_threads; /* 0: one; with more, a helper is lent, too */
    size_t memory_bytes;
    story_spill *spill;         /* or NULL */
    const spoor_audit *exports; /* finished; or NULL */
} story_way;

/* Reads everything and appends the findings, a JSON line each. The first status that is not
 * SPOOR_OK is returned; whatever it is, nothing is left open. */
spoor_status story_read(const story *s, const story_way *way, buf *ret_jsonl);

#endif
