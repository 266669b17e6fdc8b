/* SPDX-License-Identifier: Apache-2.0
 *
 * json.h -- the bridge to simdjson: a projection for every record, a tree for the few that matter.
 *
 * Two ways to read a record:
 *   * json_project walks it once (over simdjson's index) along a trie of wanted paths and fills a
 *     flat array of slots. Everything else is skipped, nothing is built. This is the hot path.
 *   * json_parse builds simdjson's tape, and json_node walks it. For records that a class-table row
 *     wants ids from, and for JSON inside JSON strings.
 *
 *  (1) Keys are compared *normalised*: ASCII case and '_' do not count. So `userIdentity`,
 *      `useridentity` and `user_identity` are one key; exporters disagree, spoor does not care.
 *  (2) A key that is not in the trie but holds dots is followed piece by piece, so the flattened
 *      "aws.cloudtrail.event_name" is the path aws.cloudtrail.event_name. An exact key wins.
 *  (3) Every text given to project or parse must be readable for BUF_PADDING bytes past its end.
 *  (4) Nothing throws across this header; C++ exceptions become JSON_NO_MEMORY.
 *  (5) A json_trie is immutable once built and may be shared by threads; a json_reader belongs to
 *      one.
 *  (6) Where a key occurs twice, the first value that is not null counts: per slot in json_project,
 *      per member in json_node_get. Null fills a slot only when nothing else does.
 *  (7) What JSON allows and simdjson's tape cannot hold is kept as text: json_parse makes a number
 *      beyond 64 bits a JSON_STRING of its digits, and lone surrogates U+FFFD.
 *  (8) Empty containers do not count as a level of LIMIT_DEPTH.
 *  (9) Whoever has looked at all bytes of a record already may hand its json_index over, and the
 *      record is not scanned again. json_index_of is the way that always works, and what any other
 *      is measured by.
 */
#ifndef SPOOR_BASE_JSON_H
#define SPOOR_BASE_JSON_H

#ifdef __cplusplus
extern "C" { /* also for what buf.h declares */
#endif

#include "base/base.h"
#include "base/buf.h"

typedef enum json_type {
    JSON_NONE, /* absent */
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_OBJECT,
    JSON_ARRAY,
} json_type;

typedef enum json_status {
    JSON_OK,
    JSON_BAD, /* not well-formed JSON, or not an object where one is wanted */
    JSON_TOO_DEEP,
    JSON_NO_MEMORY,
} json_status;

/* A value as it stands in the record: `raw` is a view into the record. For JSON_STRING it is the
 * text between the quotes, still escaped when has_escape is set; else the JSON text itself. */
typedef struct json_value {
    str raw;
    json_type type;
    bool has_escape;
    uint16_t row; /* which path filled it: for paths that share a slot the lowest row wins */
} json_value;

/* ---- projection ------------------------------------------------------------------------------ */

/* A wanted path: keys joined by '.'; a '.' that belongs to a key is written "\\." (as in the Azure
 * claim "http://schemas\\.microsoft\\.com/…"). Arrays are not entered: they are taken whole. */
typedef struct json_path {
    const char *path;
    uint16_t slot;
} json_path;

typedef struct json_trie json_trie;
typedef struct json_reader json_reader;

json_trie *json_trie_new(const json_path *paths, size_t n_paths); /* NULL: out of memory */
void json_trie_free(json_trie *t);

json_reader *json_reader_new(void); /* NULL: out of memory */
void json_reader_free(json_reader *r);

/* Fills slots[0..n_slots) (absent ones get JSON_NONE). Slots are written even on failure, as far as
 * reading went. A path may end at an object or array (taken raw) and may also be a prefix of
 * another. The whole record is checked: JSON_BAD is returned for anything a strict parser would
 * refuse in the parts that are read, and for a record whose structure is broken anywhere. */
json_status json_project(json_reader *r, const json_trie *t, str record, json_value *slots,
                         size_t n_slots);

/* Where the tokens of a text begin: each of {}[]:, outside strings, each string, and each run of
 * other bytes that is no white space. at[n] is the length of the text. */
typedef struct json_index {
    const uint32_t *at; /* NULL: not known */
    size_t n;
    bool is_unescaped; /* the text is known to hold no backslash */
} json_index;

/* JSON_BAD: the text is not UTF-8, or has a string that does not end or holds a control character.
 * Valid until the next call with r. */
json_status json_index_of(json_reader *r, str text, json_index *ret);

/* The same as json_project; `index`, if known, is what json_index_of finds in the record, which
 * finds it sound. */
json_status json_project_indexed(json_reader *r, const json_trie *t, str record, json_index index,
                                 json_value *slots, size_t n_slots);

/* Appends the text of v to out: strings unescaped (invalid surrogates become U+FFFD), scalars as
 * they stand, null and absent as nothing, objects and arrays as raw JSON. */
void json_value_text(const json_value *v, buf *out);

/* ---- tree ------------------------------------------------------------------------------------ */

/* A place in a parsed document; valid until the next json_reader_reset. {NULL, 0} is "absent", and
 * every function accepts it. */
typedef struct json_node {
    const void *doc;
    size_t at;
} json_node;

#define JSON_NODE_NONE ((json_node){NULL, 0})

/* Parses text (any JSON value). Several documents may be alive at once (JSON inside JSON). */
json_status json_parse(json_reader *r, str text, json_node *ret_root);
void json_reader_reset(json_reader *r); /* ends the life of all nodes */

json_type json_node_type(json_node n);
str json_node_string(json_node n);          /* unescaped; STR_NONE unless JSON_STRING */
void json_node_text(json_node n, buf *out); /* scalar as text; object/array as minified JSON */
/* The member with this key, normalised; absent if n is not an object. */
json_node json_node_get(json_node n, str key);
size_t json_node_size(json_node n); /* members or elements; 0 for scalars */

/* Iteration over the members of an object or the elements of an array, in order:
 *     json_iter it = json_iter_of(n);
 *     while (json_iter_next(&it)) use(it.key, it.value);
 * it.key is STR_NONE for arrays. A scalar or absent node has nothing to iterate. */
typedef struct json_iter {
    str key;
    json_node value;
    json_node next_, end_; /* private */
    bool is_object_;
} json_iter;

json_iter json_iter_of(json_node n);
bool json_iter_next(json_iter *it);

/* The number that the text spells in JSON's grammar, whatever the locale; false when it spells
 * none, or one that no double can hold. */
bool json_text_number(str text, double *ret);

/* True when a and b are the same key once normalised. */
bool json_key_eq(str a, str b);

#ifdef __cplusplus
}
#endif

#endif
