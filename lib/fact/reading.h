/* SPDX-License-Identifier: Apache-2.0
 *
 * reading.h -- from a document to facts: what recognises an export, and the words its reader uses.
 *
 * An export is recognised by content, never by its name. A row of a reader's table says by what,
 * and which function makes facts of it; document.h finds the row.
 *
 *  (1) A value of a wrong type sets nothing: it is counted and told as malformed, with the input's
 *      name. So a damaged export ends as NO_DATA, never as PASS.
 *  (2) Exports that name neither account nor region take them from their path: a part of twelve
 *      digits is an account, one like "eu-west-1" a region (`spoor audit --plan` writes such
 *      paths).
 */
#ifndef SPOOR_FACT_READING_H
#define SPOOR_FACT_READING_H

#include "fact/facts.h"
#include "base/json.h"
#include "base/limits.h"

struct usage; /* audit/usage.h */

typedef enum export_id {
    EXPORT_NONE,
#define EXPORT(name, cloud, command, doc) EXPORT_##name,
#include "fact/export.def"
#undef EXPORT
    EXPORT_COUNT
} export_id;

typedef struct export_info {
    const char *name; /* "aws_instances" */
    provider cloud;
    const char *command;
    const char *doc;
} export_info;

const export_info *export_describe(export_id e); /* not of EXPORT_NONE */

/* What is wrong with an input. Texts live in facts.documents. */
typedef struct reading_problem {
    uint32_t input;
    uint32_t number; /* in the order found */
    bool is_joined;  /* found when inputs were joined */
    str text;
} reading_problem;

typedef struct reading {
    facts *facts;
    struct usage *usage;   /* for what exports say of last uses */
    json_reader *json;     /* for JSON inside JSON; its nodes live until the whole input was read */
    json_reader *row_json; /* for rows of tables */
    uint32_t input;        /* number of the input that is read */
    str input_name;
    str account, region; /* from its path; or empty */
    uint64_t *exports;   /* [EXPORT_COUNT]: how many documents or items of each were read */
    reading_problem *problems;
    size_t n_problems, cap_problems;
    uint64_t malformed; /* values of a wrong type, in all inputs */
    uint64_t pages;     /* lists that go on elsewhere, in all inputs */
    uint64_t unknown;   /* of this input: items that no row recognises */
    uint64_t n_read;    /* items that were read, in all inputs */
    export_id export_;  /* of this input: the first that was recognised */
    buf inner;          /* JSON inside JSON */
    buf scratch;
    struct traffic *traffic; /* sums of network logs, until traffic_tell; NULL: none was read */
    bool is_joining;         /* what is wrong now is so by what several inputs say */
    bool failed;             /* out of memory */
} reading;

/* ---- rows ------------------------------------------------------------------------------------ */

typedef enum shape_by {
    SHAPE_MEMBERS, /* an object that has all of these members, " " between them ("A.B": B in A;
                      "A=x": A is the text x) */
    SHAPE_ONLY,  /* the same, of an object that has no others but NextToken and ResponseMetadata */
    SHAPE_LIST,  /* an object that has the first member, whose first element has the others */
    SHAPE_TYPE,  /* an object whose `type` is this, in any case: "Microsoft.Compute/disks" */
    SHAPE_KIND,  /* an object whose `kind` is this: "compute#instance" */
    SHAPE_ASSET, /* an object whose assetType is this; `read` is given its resource.data */
    SHAPE_CONTEXT, /* an element of `value` of a document whose @odata.context holds this */
    SHAPE_ID, /* an object whose `id` is this path, in any case; '*' stands for one part of it */
    SHAPE_COLUMNS, /* a row of a CSV whose header has these columns; each cell is a string member */
} shape_by;

/* Rows are tried in their order; the first that fits reads. Where one row's members are part of
 * another's the longer one stands first. */
typedef struct export_shape {
    export_id export_;
    shape_by by;
    const char *text;
    void (*read)(reading *r, json_node node);
} export_shape;

/* What a reader of lines remembers from one line to the next: the columns that a header names. */
typedef struct line_memory {
    arena text;
    str column[LIMIT_LINE_COLUMNS];
    uint8_t meaning[LIMIT_LINE_COLUMNS]; /* what each column is to the reader; 0: nothing */
    size_t n_columns;
    uint32_t subject; /* which of its logs, for readers of several */
    char separator;
    str unset; /* how an empty field is written */
    uint64_t lines;
    uint64_t wrong; /* lines that could not be read */
} line_memory;

/* Text that is no JSON, one record a line, read while it comes (`head`: its first bytes, at
 * least one whole line or all of it). memory is zeroed at first. */
typedef struct line_shape {
    export_id export_;
    bool (*is)(str head);
    void (*line)(reading *r, str line, line_memory *memory);
} line_shape;

/* XML, read whole. */
typedef struct xml_shape {
    export_id export_;
    bool (*is)(str head);
    void (*read)(reading *r, str text);
} xml_shape;

/* The tables; each reader file has one and document.c lists them. */
typedef struct shape_table {
    const export_shape *rows;
    size_t n;
} shape_table;

typedef struct line_table {
    const line_shape *rows;
    size_t n;
} line_table;

typedef struct xml_table {
    const xml_shape *rows;
    size_t n;
} xml_table;

/* ---- words for readers ----------------------------------------------------------------------- */

/* Empties r->scratch. That it failed stays known. */
void reading_reset(reading *r);
/* Whether a scalar is written so: "true", "-1". */
bool reading_is(reading *r, json_node v, const char *text);
/* Parses JSON. No memory is no answer: it is sticky in r->failed, as elsewhere. */
bool reading_parse(reading *r, json_reader *reader, str text, json_node *ret);
/* The node at a path of members: "MetadataOptions.HttpTokens". */
json_node reading_at(json_node node, const char *path);
/* Text of a string or number at a path; STR_NONE otherwise. Valid as long as the document, but for
 * numbers only until the next call. */
str reading_text_at(reading *r, json_node node, const char *path);
/* A string in RFC 3339, a number of seconds since 1970, or a recorded Python datetime object. */
int64_t reading_time(reading *r, json_node v);

/* Sets an attribute from a value by the attribute's type: null and absent set nothing; an array
 * gives each element to an attribute that holds a list; "true" and "false" in any case are
 * flags; digits are numbers. Anything else is malformed. */
void reading_put(reading *r, uint32_t at, attr a, json_node v);

/* Many of these: path is as in reading_at, and "[]" behind a name stands for each element:
 * {"NetworkInterfaces[].Groups[].GroupId", ATTR_FIREWALL}. */
typedef struct reading_row {
    const char *path;
    attr attr;
} reading_row;

void reading_put_rows(reading *r, uint32_t at, json_node node, const reading_row *rows, size_t n);

/* How a value at such a path is taken: what holds the facts of an element (NULL: the element
 * itself), and what sets the attribute. */
typedef struct reading_way {
    attr attr;
    json_node (*open)(json_node element);
    void (*put)(reading *r, uint32_t at, attr a, json_node v);
} reading_way;

void reading_put_path(reading *r, uint32_t at, json_node node, str path, const reading_way *way);

/* [{"Key": k, "Value": v}…] or {"k": "v"…}: ATTR_TAG "k=v"; keys that name an owner set
 * ATTR_OWNER, too. */
void reading_put_tags(reading *r, uint32_t at, json_node tags);

/* A fact with the account and region of the path, unless they are set otherwise. */
uint32_t reading_add(reading *r, fact_kind kind, provider cloud, str id);

/* The fact of the account, or of the region of an account, that the path tells (AWS). Not known:
 * that is settled when all was read (place.h). */
uint32_t reading_account(reading *r);
uint32_t reading_region(reading *r);

/* The same of something that another input says otherwise; it is told of the one that gives way. */
void reading_contested(reading *r, uint32_t at, attr a, const char *why);

/* Puts the problems in the order of the inputs' names. */
void reading_sort_problems(reading *r);

/* Says that something in the input is not as it should be, and counts it. */
void reading_wrong(reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
