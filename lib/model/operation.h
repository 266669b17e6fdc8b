/* SPDX-License-Identifier: Apache-2.0
 *
 * operation.h -- the operation table: what each known call means (operation.def).
 *
 *  (1) The key is (provider, source, operation), never the operation's name alone: CreateUser is
 *      also a call of AWS Transfer, CreateFleet one of GameLift.
 *  (2) AWS names compare exactly after trimming; Azure and Entra names without case; GCP names
 *      without their version prefix (v1., beta., alpha.).
 *  (3) Row 0 is OPERATION_NONE.
 */
#ifndef SPOOR_MODEL_OPERATION_H
#define SPOOR_MODEL_OPERATION_H

#include "base/base.h"
#include "model/event.h"
#include "model/stage.h"

typedef struct operation_info {
    uint8_t provider;
    /* "ec2.amazonaws.com", "activity", "auditlogs", "signin", "compute.googleapis.com" */
    const char *source;
    const char *name;       /* "RunInstances" */
    const char *class_name; /* "instance.create" */
    uint8_t stage;
    uint8_t severity;      /* 1..10 */
    const char *technique; /* "T1578.002", or "-" */
    /* What the record names, "; " between items, each `relation type path` or `set field path`:
     * "created instance responseElements.instancesSet[].instanceId; parent image …". Where a path
     * begins is told in operation.def; `[]` goes through a list in any of the spellings that clouds
     * use (see decode/pick.h). */
    const char *refs;
    const char *doc;           /* pitfalls, in a sentence */
    uint16_t source_n, name_n; /* bytes: both are compared with each known event's */
    uint16_t refs_n;           /* bytes of refs */
} operation_info;

size_t operation_count(void); /* rows, row 0 included */
const operation_info *operation_at(size_t i);

/* Row of a call, OPERATION_NONE when the table has none. `name` is given as the record has it.
 * A linear search: for questions asked once, and the twin that the index is tested against. */
uint16_t operation_find(provider p, str source, str name);

/* The same answer in constant time, for every record. Immutable once built: threads share it. */
typedef struct operation_index operation_index;

operation_index *operation_index_new(void); /* NULL: out of memory */
void operation_index_free(operation_index *x);
uint16_t operation_index_find(const operation_index *x, provider p, str source, str name);
/* The same for a trimmed AWS call whose hashes are known already. */
uint16_t operation_index_find_aws(const operation_index *x, str source, str name,
                                  uint64_t source_hash, uint64_t name_hash);

uint64_t operation_source_hash(str source);
uint64_t operation_name_hash(str name);

/* True when the row's class is `class_name` or lies under it: "snapshot" covers
 * "snapshot.create". */
bool operation_is(uint16_t operation, const char *class_name);

#endif
