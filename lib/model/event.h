/* SPDX-License-Identifier: Apache-2.0
 *
 * event.h -- one call in a log, whatever cloud it came from.
 *
 *  (1) All text is borrowed: from the record, from the decoder's arena, or (after event_unpack)
 *      from the packed bytes. An event is valid as long as those are.
 *  (2) field[] holds text fields only; time, provider, class, outcome, phase and the lists live in
 *      members of their own, and event_field_text() speaks for all 64.
 *  (3) `operation` is an index into the operation table; OPERATION_NONE for calls that no chain
 *      cares about. Those are counted, and carry no refs, and of fields service, operation and uid
 *      at most.
 *  (4) A known operation's event says service and operation; left out when packed, they come from
 *      the table.
 */
#ifndef SPOOR_MODEL_EVENT_H
#define SPOOR_MODEL_EVENT_H

#include "base/base.h"
#include "base/buf.h"
#include "model/entity.h"
#include "model/field.h"

typedef enum provider {
    PROVIDER_NONE,
    PROVIDER_AWS,
    PROVIDER_AZURE, /* Activity log and Entra ID */
    PROVIDER_GCP,
    PROVIDER_OTHER, /* any JSON */
    PROVIDER_COUNT
} provider;

typedef enum outcome {
    OUTCOME_SUCCESS,
    OUTCOME_DENIED,   /* refused for want of permission */
    OUTCOME_DRY_RUN,  /* permission probe that would have succeeded */
    OUTCOME_CAPACITY, /* permitted, but quota or capacity was exhausted */
    OUTCOME_FAILED,   /* any other error */
    OUTCOME_PENDING,  /* started or accepted; the end was not seen */
    OUTCOME_COUNT
} outcome;

typedef enum phase {
    PHASE_COMPLETE, /* the whole action in one record */
    PHASE_START,    /* Azure Start/Started; GCP operation.first without last */
    PHASE_ACCEPT,   /* Azure Accept/Accepted */
    PHASE_END,      /* Azure Success/Failure; GCP operation.last without first */
    PHASE_PART,     /* GCP split entry: part of one record */
    PHASE_COUNT
} phase;

enum { OPERATION_NONE = 0 };

/* A resource that the event names. */
typedef struct event_ref {
    str id;   /* the provider's own id, in canonical spelling (see decode/canon.h) */
    str path; /* where in the record it stood: "requestParameters.volumeId" */
    uint8_t relation;
    uint8_t type;  /* entity_type */
    uint16_t item; /* 1, 2, … pairs created[i] with parent[i] of one list; 0: belongs to all */
} event_ref;

/* An event as bytes, in two parts: who called, and the rest. Whoever keeps many events keeps the
 * first part once for all that share it. */
typedef struct event_packed {
    str caller, rest;
} event_packed;

typedef struct event {
    int64_t time_ns;    /* TIME_NONE when the record has no readable time */
    uint64_t uid_hash;  /* what makes it a duplicate: uid, operation, account; never 0 */
    uint64_t fold_hash; /* records with this hash are one action (phases, shared id); 0: none */
    /* Events that one reader gave the same number are equal in all fields of their caller; 0: not
     * known. Never packed. */
    uint64_t caller_number;
    uint32_t file;   /* index in the engine's list of inputs */
    uint32_t record; /* 1, 2, … within the input */
    uint16_t operation;
    uint8_t provider;
    uint8_t outcome;
    uint8_t phase;
    /* Re-issue (CloudTrail addendum) of an event with the same uid_hash: its fields win. */
    bool is_update;
    /* One account's view of an action that other accounts' records also show. */
    bool is_shared_view;
    bool is_mention;  /* the record holds the text that is being traced */
    bool is_new;      /* Azure write: known to create, not to update */
    bool is_existing; /* Azure write: known to update what was there before */
    str text;         /* the record it was read from, while it is being read; never packed */
    str field[FIELD_COUNT];
    const event_ref *refs;
    size_t n_refs;
    /* What event_unpack read the event from: its packed form as long as nothing of it is changed;
     * else empty. */
    event_packed packed;
} event;

/* True of the fields that say who called, and that the first part of a packed event has. */
bool event_is_of_caller(field f);

const char *provider_text(provider p);
const char *outcome_text(outcome o);
const char *phase_text(phase p);

/* Appends the text of field f (nothing when the event has none). Lists come with ';' between
 * ids. */
void event_field_text(const event *e, field f, buf *out);

/* Appends the event in packed form, for runs that are sorted and spilled. Not a file format: only
 * the process that wrote it reads it. Both parts, one behind the other, or each by itself. */
void event_pack(const event *e, buf *out);
void event_pack_caller(const event *e, buf *out);
void event_pack_rest(const event *e, buf *out);

/* The parts of what event_pack wrote; of damaged bytes, parts that event_unpack refuses. */
event_packed event_packed_parts(str bytes);

/* The event's packed form: what it was unpacked from, or else packed into `room`, which then tells
 * whether memory ran out. */
event_packed event_packed_of(const event *e, buf *room);

/* Reads what was packed; text and refs point into the parts and `refs`. False (and *ret is not to
 * be used) when refs_cap is too small or the bytes are damaged. event_packed_refs tells how many
 * refs are needed. */
size_t event_packed_refs(event_packed parts);
bool event_unpack(event_packed parts, event *ret, event_ref *refs, size_t refs_cap);
/* All but the refs: those need memory, and some questions do not need them. */
bool event_unpack_fields(event_packed parts, event *ret);

/* Reads the members of fixed size only (time, hashes, operation, outcome, phase, flags, place,
 * n_refs); field and refs of *ret are left as they are. */
bool event_peek(event_packed parts, event *ret);

/* The one total order that all stages use: <0 when a comes before b. Time, provider, uid_hash,
 * phase; then re-issues behind what they re-issue; then file and record. 0: the same record. */
int event_compare(const event *a, const event *b);

#endif
