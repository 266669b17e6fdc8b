/* SPDX-License-Identifier: Apache-2.0
 *
 * spoor.h -- the whole public interface of libspoor, and its manual.
 *
 * libspoor reads cloud audit logs (AWS CloudTrail, Azure Activity and Entra ID, GCP Cloud Audit)
 * and answers one question: who made this machine, by which chain of steps, and should they have?
 * (ATT&CK T1578.002, Create Cloud Instance.) Bytes go in, findings come out:
 *
 *     spoor_compiler *compiler;                                 // only when there are Sigma rules
 *     spoor_compiler_new(&compiler);
 *     spoor_compiler_add(compiler, "rule.yml", yaml, n, &err);
 *     spoor_ruleset *rules;
 *     spoor_compiler_finish(compiler, NULL, &rules, &err);
 *
 *     spoor_options options = SPOOR_OPTIONS_INIT;
 *     options.rules = rules;
 *     spoor_engine *engine;
 *     spoor_engine_open(&engine, &options, &err);
 *
 *     spoor_stream *stream;                                     // one per file or object
 *     spoor_stream_open(&stream, engine, "a.json.gz", NULL, &err);
 *     while ((n = read(fd, bytes, sizeof bytes)) > 0)
 *         spoor_stream_feed(stream, bytes, n, &err);            // any cut; gzip, zstd or plain
 *     spoor_stream_close(&stream, NULL, &err);
 *
 *     spoor_engine_finish(engine, &err);                        // order, join, judge
 *     const spoor_finding *f;
 *     while (spoor_engine_next(engine, &f) == SPOOR_OK)
 *         ...                                                   // see spoor_finding_type
 *     spoor_engine_close(&engine);
 *
 * Promises
 *  (1) The same records give the same findings, byte for byte: however the input is cut, in
 *      whatever order streams are opened and records stand in them, with duplicates or without,
 *      and on any number of threads. What is late or out of order in the logs is put in event-time
 *      order first. Only correlations that ask for an order see more than that: to them, matches
 *      of one time stand in the order of their input's name and their place in it.
 *  (2) Every byte is accounted for: it belongs to an event, to a skip that says why and where, or
 *      to the framing between records. spoor_summary holds the sums.
 *  (3) Malformed input is data: it is counted and reported, never an error of a call.
 *  (4) The library opens no file, socket or database, starts no thread, prints nothing, and reads
 *      no clock and no environment. What it needs of these (space for sorting, a second thread)
 *      the caller lends it.
 *
 * Threads: an engine may be fed by many threads at once, one stream to a thread. Opening and
 * closing streams and spoor_engine_skip are safe at any time before spoor_engine_finish; finish,
 * next and close belong to one thread, after all streams are closed.
 *
 * Text: `const char *` is UTF-8, NUL-terminated and never NULL ("" for none). It comes from logs,
 * so an attacker chose it: escape it for wherever it goes (control characters are still in it).
 * NUL bytes inside log text are shown as U+FFFD.
 *
 * Times: int64_t nanoseconds since 1970-01-01T00:00:00Z; SPOOR_TIME_NONE when unknown.
 */
#ifndef SPOOR_SPOOR_H
#define SPOOR_SPOOR_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SPOOR_API __attribute__((visibility("default")))
#else
#define SPOOR_API
#endif

#define SPOOR_VERSION "0.1.0"
#define SPOOR_TIME_NONE INT64_MIN

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status and errors ----------------------------------------------------------------------- */

typedef enum spoor_status {
    SPOOR_OK = 0,
    SPOOR_END,    /* spoor_engine_next: no more findings; spoor_describe: no such row */
    SPOOR_ENOMEM, /* out of memory; the object stays valid but its results are incomplete */
    SPOOR_EINVAL, /* an argument is wrong; the message says which */
    SPOOR_EIO,    /* a callback the caller lent failed */
    SPOOR_ELIMIT  /* a limit was reached; the message names it */
} spoor_status;

/* Filled on failure only. Every function that takes one accepts NULL. */
typedef struct spoor_error {
    spoor_status status;
    char message[256]; /* one sentence for people, without a newline */
} spoor_error;

SPOOR_API const char *spoor_version(void);

typedef enum spoor_level {
    SPOOR_INFORMATIONAL,
    SPOOR_LOW,
    SPOOR_MEDIUM,
    SPOOR_HIGH,
    SPOOR_CRITICAL
} spoor_level;

SPOOR_API const char *spoor_level_text(spoor_level level); /* "medium" */
/* Points that a story needs for the level, as long as nothing else is asked for. */
SPOOR_API double spoor_level_points(spoor_level level);
/* SPOOR_END when text is no level. */
SPOOR_API spoor_status spoor_level_parse(const char *text, spoor_level *ret);

/* ---- rules ----------------------------------------------------------------------------------- */

/* Three objects, three lifetimes: a compiler (one thread) takes Sigma documents and says what is
 * wrong with them; a ruleset (immutable, shared, counted) is what it leaves behind; an engine runs
 * it. */

typedef struct spoor_compiler spoor_compiler;
typedef struct spoor_ruleset spoor_ruleset;

typedef struct spoor_diagnostic {
    const char *file;
    uint32_t line, column; /* from 1; line 0: the file as a whole */
    int is_error;          /* the document is not used; else a warning */
    const char *message;
    const char *hint;    /* or "" */
    const char *excerpt; /* the source line, or "" */
} spoor_diagnostic;

/* Valid during the call only. */
typedef void spoor_diagnostic_fn(void *user, const spoor_diagnostic *d);

typedef struct spoor_rule {
    const char *file;
    uint32_t line;
    const char *id, *title, *status, *description;
    spoor_level level;
    const char *const *tags;
    size_t n_tags;
    const char *kind; /* "rule", "event_count", "temporal" … */
    const char
        *anchor; /* equality that picks the rule, in words; "": it is tried on every record */
    const char *families; /* log families in whose records it can fire, ", " between them */
    int is_silent;        /* a correlation names it: it makes no finding of its own */
} spoor_rule;

typedef struct spoor_rule_options {
    size_t size;
    spoor_level min_level;   /* rules below are left out */
    const char *const *tags; /* any of these; n_tags 0: all rules */
    size_t n_tags;
} spoor_rule_options;

SPOOR_API spoor_status spoor_compiler_new(spoor_compiler **ret);
SPOOR_API void spoor_compiler_free(spoor_compiler **compiler);
/* Diagnostics are delivered by spoor_compiler_finish, in the order of files and lines. */
SPOOR_API void spoor_compiler_on_diagnostic(spoor_compiler *compiler, spoor_diagnostic_fn *fn,
                                            void *user);
/* Adds one file of Sigma documents (rules, correlations, filters). A bad document is a diagnostic,
 * not an error of the call. file and yaml are copied; at most 1 MiB each (SPOOR_ELIMIT). */
SPOOR_API spoor_status spoor_compiler_add(spoor_compiler *compiler, const char *file,
                                          const char *yaml, size_t n, spoor_error *err);
/* Adds a pySigma processing pipeline; adds values for placeholders (YAML: `name: [values]`). */
SPOOR_API spoor_status spoor_compiler_add_pipeline(spoor_compiler *compiler, const char *file,
                                                   const char *yaml, size_t n, spoor_error *err);
SPOOR_API spoor_status spoor_compiler_add_placeholders(spoor_compiler *compiler, const char *file,
                                                       const char *yaml, size_t n,
                                                       spoor_error *err);
/* Compiles what was added. options may be NULL. Once per compiler. */
SPOOR_API spoor_status spoor_compiler_finish(spoor_compiler *compiler,
                                             const spoor_rule_options *options, spoor_ruleset **ret,
                                             spoor_error *err);
SPOOR_API spoor_ruleset *spoor_ruleset_ref(spoor_ruleset *rules);
SPOOR_API void spoor_ruleset_unref(spoor_ruleset *rules); /* accepts NULL */
SPOOR_API size_t spoor_ruleset_count(const spoor_ruleset *rules);
/* Rule i, in the order of documents; text lives as long as the ruleset. SPOOR_END past the last. */
SPOOR_API spoor_status spoor_ruleset_rule(const spoor_ruleset *rules, size_t i, spoor_rule *ret);
/* The lowered form of rule i in words: what must hold, which paths are read in which family, what
 * picks it. *ret is malloc'ed. */
SPOOR_API spoor_status spoor_ruleset_explain(const spoor_ruleset *rules, size_t i, char **ret);
/* Which parts of rule i hold on a record, and on what value the others fail. family: "cloudtrail"
 * …; NULL: recognised. *ret is malloc'ed; *ret_matches tells the outcome. */
SPOOR_API spoor_status spoor_ruleset_why(const spoor_ruleset *rules, size_t i, const char *family,
                                         const char *record, size_t n, char **ret, int *ret_matches,
                                         spoor_error *err);

/* ---- settings -------------------------------------------------------------------------------- */

/* What the operator says of his own clouds (spoor.yml): trusted accounts, automation, what is
 * precious … spoor_describe(SPOOR_SETTINGS) lists the keys. Immutable, shared, counted. */
typedef struct spoor_settings spoor_settings;

typedef struct spoor_listener {
    spoor_diagnostic_fn *fn;
    void *user;
} spoor_listener;

/* Reads the bytes of a settings file. What is wrong with it is told to the listener (NULL: nobody).
 * An error is SPOOR_EINVAL: a file with one gives no settings. At most 1 MiB (SPOOR_ELIMIT). file
 * and yaml are not kept. */
SPOOR_API spoor_status spoor_settings_parse(const char *file, const char *yaml, size_t n,
                                            const spoor_listener *listener, spoor_settings **ret,
                                            spoor_error *err);
SPOOR_API spoor_settings *spoor_settings_ref(spoor_settings *settings);
SPOOR_API void spoor_settings_unref(spoor_settings *settings); /* accepts NULL */

/* ---- engine ---------------------------------------------------------------------------------- */

/* Space outside memory for sorting more events than fit: one growing byte array, usually an
 * unlinked temporary file. Both functions may be called from several threads at once.
 * `write` appends n bytes and stores where they begin; `read` fetches n bytes from there.
 * Return 0, or non-zero on failure (reported as SPOOR_EIO). */
typedef struct spoor_spill {
    void *user;
    int (*write)(void *user, const void *bytes, size_t n, uint64_t *ret_offset);
    int (*read)(void *user, uint64_t offset, void *bytes, size_t n);
} spoor_spill;

/* A thread that the caller lends from spoor_engine_finish on: it makes ready, in turn, what the
 * caller's own thread needs next. Findings are the same with it and without.
 * `start` runs work(arg) on another thread and returns 0, or non-zero when there is none to be had;
 * `join` returns when work has. One work at a time is started, and each is joined. */
typedef struct spoor_helper {
    void *user;
    int (*start)(void *user, void (*work)(void *arg), void *arg);
    void (*join)(void *user);
} spoor_helper;

typedef struct spoor_options {
    size_t size;           /* sizeof(spoor_options): lets the struct grow */
    size_t memory_bytes;   /* for events waiting to be ordered, over all streams; 0: 96 MiB */
    spoor_spill spill;     /* where the rest goes; write NULL: everything is kept in memory */
    spoor_level min_level; /* incidents below are counted, not delivered */
    spoor_ruleset *rules;  /* the engine takes a reference of its own; NULL: none */
    int no_incidents;      /* rules only */
    int64_t (*clock_ns)(void *user); /* measures each trial of a rule; NULL: not measured. Called
                                      * from all threads that feed streams */
    void *clock_user;
    const void *state; /* what spoor_engine_state gave after an earlier run: what is usual; read by
                        * spoor_engine_open. NULL: nothing is known before these logs */
    size_t state_n;
    int learn; /* these logs are known to be good: all of them is learned, no incident is made */
    int no_lineages;   /* lineage rules are left out */
    int near_misses;   /* deliver chains that lack a step, too (is_near) */
    const char *trace; /* what spoor_engine_trace will be asked for: records are searched for it,
                        * and calls that no chain needs are remembered. Copied; NULL: nothing */
    spoor_settings *settings;          /* the engine takes a reference of its own; NULL: none */
    int usage;                         /* keep what principals did, for spoor_audit_use */
    const struct spoor_audit *exports; /* finished; incidents tell the controls that would have
                                        * stopped them. Lent until the engine is closed; NULL:
                                        * none */
    spoor_helper helper;               /* start NULL: finish and next do all by themselves */
} spoor_options;

#define SPOOR_OPTIONS_INIT                                                                         \
    {                                                                                              \
        sizeof(spoor_options), 0, {NULL, NULL, NULL}, SPOOR_LOW, NULL, 0, NULL, NULL, NULL, 0, 0,  \
            0, 0, NULL, NULL, 0, NULL,                                                             \
        {                                                                                          \
            NULL, NULL, NULL                                                                       \
        }                                                                                          \
    }

typedef struct spoor_engine spoor_engine;
typedef struct spoor_stream spoor_stream;

/* options may be NULL (defaults). *ret is written on success only; the caller closes it. */
SPOOR_API spoor_status spoor_engine_open(spoor_engine **ret, const spoor_options *options,
                                         spoor_error *err);
/* Releases the engine and all findings; sets *engine to NULL. Accepts NULL and pointers to NULL. */
SPOOR_API void spoor_engine_close(spoor_engine **engine);

/* ---- input ----------------------------------------------------------------------------------- */

/* What became of one stream. */
typedef struct spoor_input {
    const char *format; /* shape most records had ("cloudtrail", "gcp_audit" …), "" for none */
    uint64_t bytes;     /* fed */
    /* after decompression = bytes_records + bytes_skipped + bytes_framing */
    uint64_t bytes_inflated;
    uint64_t bytes_records; /* of records that gave events */
    uint64_t bytes_skipped; /* of records and stretches that gave none; each is a spoor_skip */
    uint64_t bytes_framing; /* white space, commas, wrappers, header lines */
    uint64_t events;        /* duplicates included */
    uint64_t malformed;     /* pieces that are not JSON */
    uint64_t skipped;       /* all pieces that gave no event, malformed ones included */
} spoor_input;

/* Begins one input. name is copied and shown as the source of its events; it should be what the
 * user calls the file. format NULL: recognised by content; "json": any JSON, one event a record
 * (id from `id`, time from `time`). *ret is written on success only. */
SPOOR_API spoor_status spoor_stream_open(spoor_stream **ret, spoor_engine *engine, const char *name,
                                         const char *format, spoor_error *err);
/* Feeds n bytes, compressed or not, cut anywhere. */
SPOOR_API spoor_status spoor_stream_feed(spoor_stream *stream, const void *bytes, size_t n,
                                         spoor_error *err);
/* Ends the input, and the stream (also on failure); sets *stream to NULL. ret_input may be NULL. */
SPOOR_API spoor_status spoor_stream_close(spoor_stream **stream, spoor_input *ret_input,
                                          spoor_error *err);

/* Puts on record an input that the caller could not read, or stopped reading: it becomes a
 * spoor_skip and is counted in summary.files_failed. name and reason are copied. */
SPOOR_API spoor_status spoor_engine_skip(spoor_engine *engine, const char *name, const char *reason,
                                         spoor_error *err);

/* ---- findings -------------------------------------------------------------------------------- */

typedef struct spoor_resource {
    const char
        *id; /* AWS id or ARN; Azure resource id in lower case; projects/P/zones/Z/instances/N */
    const char
        *kind; /* "instance", "snapshot", "security_group" …: spoor_describe(SPOOR_ENTITIES) */
} spoor_resource;

typedef struct spoor_actor {
    const char *id;
    const char *name;
    const char *kind; /* "user", "role", "service", "root", "application", "account" … */
} spoor_actor;

typedef struct spoor_step {
    int64_t time_ns;
    const char *stage;
    const char *operation;
    const char *class_name;
    const char *actor; /* name of the root actor, "" when the record has none */
    const char *via; /* how that actor came to act: "key AKIA… of backdoor", "role Admin" or "" */
    const char *address; /* caller's address, or "" */
    const char *region;  /* or "" */
    const char *outcome; /* success, denied, dry_run, capacity, failed, pending */
    const char *detail;  /* what was opened, shared, granted: "tcp/22 from 0.0.0.0/0"; or "" */
    const char *event_uid;
    const char *source; /* "file:record" of the first record that shows it */
    const spoor_resource *resources;
    size_t n_resources;
    uint64_t count; /* > 1: so many like calls in a row, shown as one step */
    double points;  /* its share of the score */
} spoor_step;

/* One proven connection. */
typedef struct spoor_link {
    const char *from; /* resource or principal id */
    const char *to;
    const char *from_kind;
    const char *to_kind;
    const char *kind;      /* "derived_from", "attached_to", "created_by", "same_as" … */
    const char *event_uid; /* the record that proves it */
    const char *field;     /* and where in the record it stands */
    int is_inferred;       /* non-zero: a missing hop; the record is what it is inferred from */
} spoor_link;

typedef struct spoor_reason {
    const char *text;
    double points; /* the points of all reasons sum to the score */
} spoor_reason;

typedef struct spoor_benign {
    const char *reason;
    int accepted; /* non-zero: it lowered the level */
    const char *why;
} spoor_benign;

/* A control that would have stopped an incident, and did not: from exports. */
typedef struct spoor_control {
    const char *check; /* id of the check that fails; "right": what an actor may do */
    const char *title;
    spoor_level severity;
    const char *resource, *name; /* whose it is */
    const char *seen;
} spoor_control;

typedef struct spoor_incident {
    const char *id; /* stable: the same story has the same id in every run */
    spoor_level level;
    double score;
    const char *title;
    const char *verdict; /* one sentence */
    const char *const *techniques;
    size_t n_techniques;
    const char *const *providers;
    size_t n_providers;
    const char *const *accounts;
    size_t n_accounts;
    int64_t first_ns, last_ns;
    const spoor_actor *actors;
    size_t n_actors;
    const spoor_resource *resources;
    size_t n_resources;
    const spoor_step *steps; /* in event-time order */
    size_t n_steps;
    const spoor_link *links;
    size_t n_links;
    const spoor_reason *reasons;
    size_t n_reasons;
    const spoor_benign *benign;
    size_t n_benign;
    const char *const *missing; /* what could not be seen in these logs */
    size_t n_missing;
    const char *const *near_misses; /* what of the chain is lacking */
    size_t n_near_misses;
    const char *const *counterfactuals; /* what the level would be without a kind of evidence */
    size_t n_counterfactuals;
    const char *const *next; /* commands to verify and to contain; never executed */
    size_t n_next;
    const char *const *known; /* with options.exports: what they know of its things */
    size_t n_known;
    const spoor_control *controls; /* with options.exports: worst first */
    size_t n_controls;
    uint64_t controls_left_out; /* beyond these */
} spoor_incident;

/* A record on which a rule matches. */
typedef struct spoor_match {
    const char *rule_id, *rule_title;
    spoor_level level;
    int64_t time_ns;
    const char *event_uid;
    const char *family;
    const char *source; /* "file:record" */
    const char *event;  /* the record as JSON, for generic JSON input only; else "" */
    size_t rule;        /* index for spoor_ruleset_rule */
} spoor_match;

/* A correlation whose condition came to hold. */
typedef struct spoor_correlation {
    const char *rule_id, *rule_title;
    spoor_level level;
    int64_t time_ns; /* of the event that completed it */
    double count;    /* what its condition compared */
    const char *const *group_names;
    const char *const *group_values;
    size_t n_group;
    const char *const *event_uids; /* oldest first, at most 100 */
    size_t n_event_uids;
    uint64_t events; /* all of them */
    size_t rule;
} spoor_correlation;

/* An event in a step of a lineage rule. */
typedef struct spoor_chain_step {
    const char *name; /* of the step */
    int64_t time_ns;
    const char *operation;
    const char *class_name;
    const char *outcome;
    const char *actor; /* or "" */
    const char *event_uid;
    const char *source; /* "file:record" */
    const spoor_resource *resources;
    size_t n_resources;
} spoor_chain_step;

/* What ties a step to another. */
typedef struct spoor_chain_link {
    const char *from, *to; /* steps: from is proven by to */
    const char *join;      /* as the rule writes it: "disk.parent = copy.created" */
    const char *value;     /* what both have: an id */
    const char *kind;      /* of the thing, or "account", "region" … */
    const char *path;      /* where it stands in the record of `from`, or "" */
} spoor_chain_link;

/* What a lineage rule found; with is_near what it nearly found. */
typedef struct spoor_chain {
    const char *rule_id, *rule_title;
    spoor_level level;
    int64_t time_ns; /* of the event that completed it */
    int64_t first_ns, last_ns;
    const spoor_chain_step *steps; /* in event-time order */
    size_t n_steps;
    const spoor_chain_link *links;
    size_t n_links;
    uint64_t count;      /* completions that have an event in common */
    int is_near;         /* not whole: `missing` says what there is not */
    const char *missing; /* "2 of 3 steps: no volume.attach (mount) within 7 d"; or "" */
    size_t rule;
} spoor_chain;

/* A piece of input that gave no event. Neighbouring pieces of one input with one reason are one
 * skip. */
typedef struct spoor_skip {
    const char *reason; /* "not JSON", "digest file", "S3 pointer: the log itself is elsewhere" … */
    const char *source;                 /* the input's name */
    uint64_t first_record, last_record; /* 0: the whole input, or what is left of it */
    uint64_t offset;                    /* of its first byte, after decompression */
    uint64_t bytes;                     /* after decompression */
    uint64_t count;                     /* pieces */
    int is_malformed;                   /* the text is not JSON, or damaged */
} spoor_skip;

typedef struct spoor_count {
    const char *name;
    uint64_t count;
} spoor_count;

/* What is known of who does what as a rule, in these logs and those before. */
typedef struct spoor_baseline {
    uint64_t learned;       /* calls of these logs that were learned, incidents left out */
    uint64_t known_already; /* calls that earlier runs learned, or that come days late */
    uint64_t accounts, actors;
    uint64_t days;  /* of the account that was seen for longest */
    uint64_t cells; /* counts kept */
} spoor_baseline;

typedef struct spoor_summary {
    uint64_t files;        /* streams closed, plus inputs reported by spoor_engine_skip */
    uint64_t files_failed; /* the latter */
    spoor_input total;     /* sums over all streams; format is "" */
    uint64_t events;       /* distinct actions, after duplicates and phases were folded */
    uint64_t duplicates;   /* records that repeat one already read */
    uint64_t folded; /* records that are a further phase or view of an action already counted */
    uint64_t known;  /* events that the operation table has a row for */
    const spoor_count *families; /* records per log family */
    size_t n_families;
    const spoor_count *skips; /* pieces per reason */
    size_t n_skips;
    const spoor_count *evicted; /* what limits on memory made the engine forget, by what */
    size_t n_evicted;
    uint64_t incidents[SPOOR_CRITICAL + 1]; /* per level, undelivered ones included */
    uint64_t rules, matches, correlations;  /* rules loaded; findings of them */
    uint64_t chains;                        /* of lineage rules */
    uint64_t regex_limited;      /* values on which a regular expression ran into its limits */
    int64_t first_ns, last_ns;   /* of all events */
    const char *const *accounts; /* seen in the logs; at most 1000 */
    size_t n_accounts;
    const char *const *regions;
    size_t n_regions;
    spoor_baseline baseline;
    double seconds; /* as told by spoor_engine_elapsed; negative: not told */
} spoor_summary;

/* A thing in one of a dossier's trees, and what proves its place there. */
typedef struct spoor_node {
    const char *id, *name, *kind;
    /* To its parent. In `origin`: "made_from", "made_by", "acts_for", "issued_by", "session_of",
     * "same_as", "carries", "uses", "granted". In `offspring`: "made", "made_into", "attached_to",
     * "issued", "runs_as", "same_as", "shared_with", "used_by", "given_to". "" at the root. */
    const char *relation;
    size_t parent; /* index in the same list, smaller than its own; 0 at the root */
    unsigned depth;
    int is_before;   /* non-zero: these logs do not show its making */
    int is_again;    /* it stands further up; its branch is there */
    int is_inferred; /* no record says so; the record is what it is inferred from */
    int64_t time_ns; /* of the proof; SPOOR_TIME_NONE at the root */
    const char *operation, *actor, *event_uid, *source, *field; /* "" where there is none */
} spoor_node;

/* From where somebody acted. */
typedef struct spoor_place {
    const char *address;
    uint64_t calls;
    int64_t first_ns, last_ns;
} spoor_place;

/* Calls of one kind whose records hold the traced text, and of which no more is known. */
typedef struct spoor_mention {
    const char *service, *operation;
    uint64_t count;
    int64_t first_ns, last_ns;
    const char *source; /* of the first */
} spoor_mention;

typedef struct spoor_involvement {
    const char *incident; /* spoor_incident.id */
    const char *title;
    spoor_level level;
} spoor_involvement;

/* All that these logs show of one thing: instance, snapshot, volume, user, key, session … */
typedef struct spoor_dossier {
    const char *id, *name, *kind, *provider, *account;
    const char *const *aliases; /* other ids of it */
    size_t n_aliases;
    int64_t first_ns, last_ns; /* first and last call that names it, or that it made */
    const spoor_step *born;    /* the call that made it; NULL: not in these logs */
    const spoor_step *ended;   /* the call that deleted it; NULL: none */
    const char *exposure;      /* how the world reaches an instance, or "" */
    const spoor_node *origin;  /* where it came from; parents before children, the thing first */
    size_t n_origin;
    const spoor_node *offspring; /* what came from it */
    size_t n_offspring;
    const spoor_step *touched; /* what was done to it, denied calls too, in event-time order */
    size_t n_touched;
    const spoor_step *acts; /* what it did; of an instance: what its role's sessions did */
    size_t n_acts;
    const spoor_place *places; /* from where, in order of first use */
    size_t n_places;
    const char *searched;          /* the text that records were searched for, or "" */
    uint64_t named;                /* calls whose records hold it, all of the above included */
    const spoor_mention *mentions; /* those of them that are none of the above */
    size_t n_mentions;
    const spoor_involvement *incidents; /* that it is part of */
    size_t n_incidents;
    const char *const *notes; /* what an analyst should not overlook */
    size_t n_notes;
    const char *const *missing; /* what could not be seen in these logs */
    size_t n_missing;
} spoor_dossier;

/* ---- the audit: what exports show of the mitigations
 * ------------------------------------------ */

typedef enum spoor_check_status {
    SPOOR_CHECK_PASS,
    SPOOR_CHECK_FAIL,
    SPOOR_CHECK_NOT_APPLICABLE, /* the exports hold nothing that the check is about */
    SPOOR_CHECK_NO_DATA /* what it needs was not given, or could not be read: never a pass */
} spoor_check_status;

SPOOR_API const char *spoor_check_status_text(spoor_check_status status); /* "NO_DATA" */

/* What one check says of one resource, or of a cloud as a whole. */
typedef struct spoor_check {
    const char *id, *title;
    const char *mitigation; /* "M1018" User Account Management, "M1047" Audit */
    const char *heading;    /* the practice or the kind of audit: "least privilege" */
    const char *cloud;      /* "aws", "azure", "gcp"; "other" for what belongs to none */
    spoor_check_status status;
    spoor_level severity;                /* of a failure */
    spoor_resource resource;             /* id "": the check as a whole */
    const char *name, *account, *region; /* of the resource, or "" */
    const char *seen, *wanted;
    const char *why; /* what an intruder gains */
    const char *fix; /* a command; never executed */
    const char *const *references;
    size_t n_references;
    const char *source; /* the input that told of the resource first, or "" */
    const char *change; /* against options.baseline: "new", "better", "worse", "same"; "" without */
    const char *exception; /* the operator's reason to live with it, and until when; or "" */
} spoor_check;

/* What a principal may do, and whether he does. */
typedef struct spoor_right {
    spoor_actor principal; /* id, name, kind */
    const char *cloud, *account;
    const char *power; /* "create an instance" */
    /* '=' permitted and used; '-' permitted and not used for as long as a right may be (take it
     * away); '+' used and not permitted by these exports; '?' permitted, and not known to be
     * used or not. */
    char mark;
    int is_conditional;    /* only when `condition` holds */
    int is_eligible;       /* after a role was activated */
    int is_admin;          /* by a grant of everything */
    const char *via;       /* what grants it, or "" */
    const char *scope;     /* where */
    const char *condition; /* or "" */
    uint64_t used, denied; /* calls */
    int64_t last_ns;       /* of the last use; SPOOR_TIME_NONE: none known */
    int64_t known_days;    /* for how many days logs or the cloud would know of a use */
} spoor_right;

typedef struct spoor_heading_count {
    const char *mitigation, *heading;
    uint64_t status[SPOOR_CHECK_NO_DATA + 1]; /* verdicts */
    uint64_t excepted;                        /* failures that the operator lives with */
} spoor_heading_count;

typedef struct spoor_audit_summary {
    uint64_t files, files_failed, bytes;
    uint64_t malformed;         /* values that are not what they should be */
    const spoor_count *exports; /* documents read, by kind of export */
    size_t n_exports;
    const spoor_count *resources; /* by kind */
    size_t n_resources;
    const spoor_heading_count *headings;
    size_t n_headings;
    uint64_t checks;                          /* that were run */
    uint64_t status[SPOOR_CHECK_NO_DATA + 1]; /* verdicts */
    uint64_t failed[SPOOR_CRITICAL + 1];      /* failures by severity, excepted ones left out */
    uint64_t gone; /* failures of options.baseline that are no more, their checks being judged */
    uint64_t unjudged;     /* failures of options.baseline for which there is no data any more */
    uint64_t baseline_bad; /* lines of options.baseline that are no finding */
    const char *const *expired; /* exceptions that would excuse a failure, but have ended */
    size_t n_expired;
    const char *const *clouds_left_out; /* no export of theirs was given */
    size_t n_clouds_left_out;
    int64_t now_ns;
    double seconds; /* as told by spoor_audit_elapsed; negative: not told */
} spoor_audit_summary;

typedef enum spoor_finding_type {
    SPOOR_FINDING_MATCH,
    SPOOR_FINDING_CORRELATION,
    SPOOR_FINDING_CHAIN,
    SPOOR_FINDING_INCIDENT,
    SPOOR_FINDING_SKIP,
    SPOOR_FINDING_SUMMARY,
    SPOOR_FINDING_DOSSIER, /* of spoor_engine_trace, never of spoor_engine_next */
    SPOOR_FINDING_CHECK,   /* of spoor_audit_next, as the next two */
    SPOOR_FINDING_RIGHT,
    SPOOR_FINDING_AUDIT
} spoor_finding_type;

typedef struct spoor_finding {
    spoor_finding_type type;
    union {
        spoor_match match;
        spoor_correlation correlation;
        spoor_chain chain;
        spoor_incident incident;
        spoor_skip skip;
        spoor_summary summary;
        spoor_dossier dossier;
        spoor_check check;
        spoor_right right;
        spoor_audit_summary audit;
    } as;
} spoor_finding;

/* No more input: makes ready to put all events in order, join and judge them, which
 * spoor_engine_next does. Once per engine, after every stream was closed (SPOOR_EINVAL
 * otherwise). */
SPOOR_API spoor_status spoor_engine_finish(spoor_engine *engine, spoor_error *err);

/* What a rule cost. What several rules ask alike is paid for by the first that asks. */
typedef struct spoor_rule_cost {
    uint64_t tried;   /* records on which its condition was evaluated */
    uint64_t matched; /* of these; repeated records count */
    uint64_t ns;      /* spent on that; 0 without options.clock_ns */
} spoor_rule_cost;

/* Of rule i, over all streams; after spoor_engine_finish. SPOOR_END past the last rule. */
SPOOR_API spoor_status spoor_engine_rule_cost(const spoor_engine *engine, size_t i,
                                              spoor_rule_cost *ret);

/* Tells how long the run took, for summary.seconds; any time before the summary is fetched. */
SPOOR_API void spoor_engine_elapsed(spoor_engine *engine, double seconds);

/* The next finding: matches and correlations (in event-time order), then chains of lineage rules
 * (likewise), then incidents (highest level first, then by score and time), then skips (by source
 * and place), then one summary; SPOOR_END afterwards. Valid until the next call. SPOOR_ENOMEM and
 * SPOOR_EIO end the findings. */
SPOOR_API spoor_status spoor_engine_next(spoor_engine *engine, const spoor_finding **ret);

/* What was learned, for options.state of a later run over later logs; after spoor_engine_next
 * answered SPOOR_END. Equal events give equal bytes. It holds counts and hashes of calls, and the
 * names of machines, networks, groups, keys and roles, and of who made them. *ret is malloc'ed, for
 * the caller to free. */
SPOOR_API spoor_status spoor_engine_state(const spoor_engine *engine, char **ret, size_t *ret_n,
                                          spoor_error *err);

/* A thing that a text may mean. */
typedef struct spoor_candidate {
    const char *id, *name, *kind, *provider, *account;
} spoor_candidate;

typedef struct spoor_trace {
    const spoor_finding *dossier;      /* NULL: the text means no thing, or several */
    const spoor_candidate *candidates; /* these; or when `are_near` what is spelled nearly so */
    size_t n_candidates;
    uint64_t left_out; /* candidates beyond these */
    int are_near;
    uint64_t searched; /* things that were looked through */
} spoor_trace;

/* The dossier of the thing that `text` means, after spoor_engine_next answered SPOOR_END. `text` is
 * an id, ARN, alias or name in any case, else the last part or the end of one; the best of these
 * decides. kind narrows the search: a kind of SPOOR_ENTITIES, or "user", "role", "service", "key",
 * "vm", "disk"; NULL: any. What *ret points to lives as long as the engine. Without options.trace
 * only what chains need is remembered, and `named` is 0. */
SPOOR_API spoor_status spoor_engine_trace(spoor_engine *engine, const char *text, const char *kind,
                                          spoor_trace *ret, spoor_error *err);

/* The finding as one JSON object on one line, without the newline: the stable machine output.
 * Always valid JSON and valid UTF-8. *ret is malloc'ed, NUL-terminated, for the caller to free. */
SPOOR_API spoor_status spoor_finding_json(const spoor_finding *finding, char **ret, size_t *ret_n);

/* ---- audit ----------------------------------------------------------------------------------- */

/* Checks both mitigations on exports: what the vendors' own commands print. Bytes go in, checks
 * come out:
 *
 *     spoor_audit *audit;
 *     spoor_audit_open(&audit, &options, &err);
 *     spoor_audit_begin(audit, "111122223333/eu-west-1/instances.json", &err);
 *     while ((n = read(fd, bytes, sizeof bytes)) > 0)
 *         spoor_audit_feed(audit, bytes, n, &err);           // any cut; gzip, zstd or plain
 *     spoor_audit_end(audit, &err);                          // one input after another
 *     spoor_audit_finish(audit, &err);
 *     while (spoor_audit_next(audit, &finding) == SPOOR_OK)  // checks, skips, the summary
 *         ...
 *     spoor_audit_close(&audit);
 *
 * The promises of the engine hold: any order of inputs gives the same findings, malformed input
 * is data, every input is accounted for. An audit belongs to one thread. */
typedef struct spoor_audit spoor_audit;

typedef struct spoor_audit_options {
    size_t size;    /* sizeof(spoor_audit_options) */
    int64_t now_ns; /* against which ages are measured; required */
    spoor_settings
        *settings;        /* thresholds and exceptions; the audit takes a reference; NULL: none */
    const char *baseline; /* findings of an earlier audit as JSON lines; NULL: none. Copied */
    size_t baseline_n;
} spoor_audit_options;

#define SPOOR_AUDIT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(spoor_audit_options), SPOOR_TIME_NONE, NULL, NULL, 0                                \
    }

SPOOR_API spoor_status spoor_audit_open(spoor_audit **ret, const spoor_audit_options *options,
                                        spoor_error *err);
SPOOR_API void spoor_audit_close(spoor_audit **audit); /* accepts NULL and pointers to NULL */
/* Begins one input. name is copied; an account (twelve digits) and a region that stand in it as
 * parts of a path are those of exports that name none. */
SPOOR_API spoor_status spoor_audit_begin(spoor_audit *audit, const char *name, spoor_error *err);
SPOOR_API spoor_status spoor_audit_feed(spoor_audit *audit, const void *bytes, size_t n,
                                        spoor_error *err);
SPOOR_API spoor_status spoor_audit_end(spoor_audit *audit, spoor_error *err);
/* Puts on record an input that could not be read; both texts are copied. */
SPOOR_API spoor_status spoor_audit_skip(spoor_audit *audit, const char *name, const char *reason,
                                        spoor_error *err);
/* What principals did, for rights that are permitted but not used: the engine has read their logs
 * with options.usage, and spoor_engine_next answered SPOOR_END. Before spoor_audit_finish. */
SPOOR_API spoor_status spoor_audit_use(spoor_audit *audit, const spoor_engine *engine,
                                       spoor_error *err);
SPOOR_API spoor_status spoor_audit_finish(spoor_audit *audit, spoor_error *err);
SPOOR_API void spoor_audit_elapsed(spoor_audit *audit, double seconds);
/* Checks in the order of spoor_describe(SPOOR_CHECKS), each over its resources by id; then
 * rights by principal and power; then skips; then the summary; SPOOR_END afterwards. Valid until
 * the next call. */
SPOOR_API spoor_status spoor_audit_next(spoor_audit *audit, const spoor_finding **ret);

/* ---- the tables ------------------------------------------------------------------------------ */

typedef enum spoor_table {
    SPOOR_FIELDS,     /* the event model */
    SPOOR_OPERATIONS, /* calls whose meaning is known */
    SPOOR_STAGES,
    SPOOR_ENTITIES,
    SPOOR_FORMATS,   /* shapes of input that are recognised */
    SPOOR_HABITS,    /* what is learned of actors and accounts */
    SPOOR_BENIGN,    /* automation that is known, its marks, and what takes it back */
    SPOOR_SETTINGS,  /* keys of the operator's settings */
    SPOOR_CHECKS,    /* what an audit checks */
    SPOOR_EXPORTS,   /* what it reads, and the commands that make it */
    SPOOR_THRESHOLDS /* numbers that checks compare with, and the operator may change */
} spoor_table;

/* A row: at most SPOOR_COLUMNS cells; unused ones are "". */
enum { SPOOR_COLUMNS = 12, SPOOR_ROW_TEXT = 1024 };

/* Cells are static text, or stand in `text`: a copy of a row has cells that point into the
 * original. */
typedef struct spoor_row {
    const char *cell[SPOOR_COLUMNS];
    char text[SPOOR_ROW_TEXT];
} spoor_row;

/* Row i of a table; row 0 holds the column titles. SPOOR_END past the last. */
SPOOR_API spoor_status spoor_describe(spoor_table table, size_t i, spoor_row *ret);

#ifdef __cplusplus
}
#endif

#endif
