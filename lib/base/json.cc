/* SPDX-License-Identifier: Apache-2.0
 *
 * json.cc -- the bridge to simdjson; the only C++ in the project, because simdjson is C++.
 *
 * The projection runs simdjson's first stage (which finds the structural characters, checks UTF-8
 * and the ends of strings, with the best vector unit of the machine) and then walks the positions
 * it found itself. simdjson's own On-Demand walker is not used: a portable build compiles it
 * without vectors, it skips values without checking their grammar, and it compares keys one by one.
 *
 *  (1) A position in the index is the first byte of a token: one of {}[]:, or of a scalar or
 *      string. Between a token and the next position there is only that token and white space, so
 *      the end of a token is found from behind, and no string is scanned to find its quote. A text
 *      with a string that does not end has no index.
 *  (2) Every position is visited once and the grammar of all of them is checked. What stands inside
 *      a scalar is checked only where a path wants it.
 *  (3) Records of one kind spell their keys alike and in the same order. A key_memo knows, per
 *      place in the trie, the spellings seen and which followed which: in steady state a member
 *      costs one comparison with the expected spelling. A spelling runs from the bracket or comma
 *      before a key to the first byte of its value, so that comparison checks the grammar of four
 *      tokens. The memo never changes an answer, only its cost.
 *  (4) What input can make a memo hold is bounded (SPELLINGS_MAX of SPELLING_BYTES, PROBES_MAX).
 *  (5) A node's trie children are reached through at most one frame of the walk, as a walk only
 *      goes down. So the key_memo a frame uses is never changed by another frame.
 */
#include "base/json.h"

#include <cassert>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <simdjson.h>

#include "base/limits.h"

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

static_assert((size_t)BUF_PADDING >= simdjson::SIMDJSON_PADDING,
              "padding is too small for simdjson");
static_assert(LIMIT_DEPTH <= 64, "skip_container keeps one bit per level in 64 bits");

enum {
    SPELLING_BYTES = 80,  /* longer ones are looked up each time; Azure claim names just fit */
    SPELLINGS_MAX = 255,  /* per trie node; one more and the memo starts anew */
    SPELLING_SLOTS = 512, /* of the memo's hash table: a power of two, at most half full */
    PROBES_MAX = 8,       /* a key that collides more often is not memoised */
    TRIES_MAX = 16,       /* memos kept in one reader */
    INDEX_BYTES_MIN = 4096,
};

/* ---- characters ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* What a token is, by its first byte. */
enum token_kind : uint8_t { TOKEN_OTHER, TOKEN_SCALAR, TOKEN_OPEN };

struct token_kinds {
    token_kind of[256] = {};
    constexpr token_kinds()
    {
        for (const char *p = "\"-0123456789tfn"; *p; p++)
            of[(unsigned char)*p] = TOKEN_SCALAR;
        of[(unsigned char)'{'] = of[(unsigned char)'['] = TOKEN_OPEN;
    }
};

static constexpr token_kinds KINDS;

static inline token_kind kind_of(char c)
{
    return KINDS.of[(unsigned char)c];
}

/* Up to the last byte that is not white space. */
static str trimmed(const char *start, const char *end)
{
    while (end > start && is_space(end[-1]))
        end--;
    return str{start, (size_t)(end - start)};
}

static const char *find_byte(const char *start, const char *end, char c)
{
    const void *at = start < end ? memchr(start, c, (size_t)(end - start)) : nullptr;
    return at ? static_cast<const char *>(at) : end;
}

static bool has_byte(str s, char c)
{
    return find_byte(s.p, s.p + s.n, c) != s.p + s.n;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static char normal(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static size_t skip_underscores(str s, size_t i)
{
    while (i < s.n && s.p[i] == '_')
        i++;
    return i;
}

/* Most keys differ in their first or last letter. */
static inline bool differs(char a, char b)
{
    return a != '_' && b != '_' && normal(a) != normal(b);
}

extern "C" bool json_key_eq(str a, str b)
{
    size_t i = 0, j = 0;
    if (a.n > 0 && b.n > 0 && (differs(a.p[0], b.p[0]) || differs(a.p[a.n - 1], b.p[b.n - 1])))
        return false;
    if (str_eq(a, b))
        return true;
    for (;; i++, j++) {
        i = skip_underscores(a, i);
        j = skip_underscores(b, j);
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (normal(a.p[i]) != normal(b.p[j]))
            return false;
    }
}

/* FNV-1a over the normalised key: keys that json_key_eq calls equal have equal hashes. */
static uint64_t key_hash(str key, uint64_t seed)
{
    uint64_t h = 0xcbf29ce484222325ULL ^ (seed * 0x9e3779b97f4a7c15ULL);
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] != '_')
            h = (h ^ (unsigned char)normal(key.p[i])) * 0x100000001b3ULL;
    }
    return h ^ (h >> 32);
}

/* ---- strings --------------------------------------------------------------------------------- */

enum : uint32_t { CODE_REPLACEMENT = 0xFFFD };

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = normal(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four hex digits at the start of s, or -1. */
static int32_t read_hex4(str s)
{
    int32_t code = 0;
    if (s.n < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(s.p[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

/* s begins behind "\u". A surrogate without its partner is U+FFFD, and its partner-to-be is read on
 * its own. Returns the bytes taken, 0 when these are not four hex digits. */
static size_t read_unicode(str s, uint32_t *ret_code)
{
    int32_t high = read_hex4(s);
    if (high < 0)
        return 0;
    *ret_code = (uint32_t)high;
    if (high < 0xD800 || high > 0xDFFF)
        return 4;
    *ret_code = CODE_REPLACEMENT;
    if (high > 0xDBFF || s.n < 10 || s.p[4] != '\\' || s.p[5] != 'u')
        return 4;
    int32_t low = read_hex4(str_from(s, 6));
    if (low < 0xDC00 || low > 0xDFFF)
        return 4;
    *ret_code = 0x10000u + (((uint32_t)high - 0xD800u) << 10) + ((uint32_t)low - 0xDC00u);
    return 10;
}

/* s begins behind a backslash. Returns the bytes taken, 0 when JSON has no such escape. */
static size_t read_escape(str s, uint32_t *ret_code)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    if (s.n == 0 || s.p[0] == 0)
        return 0;
    if (s.p[0] == 'u') {
        size_t n = read_unicode(str_from(s, 1), ret_code);
        return n ? n + 1 : 0;
    }
    const char *at = strchr(from, s.p[0]);
    if (!at)
        return 0;
    *ret_code = (unsigned char)to[at - from];
    return 1;
}

static bool escapes_are_valid(str s)
{
    uint32_t code;
    const char *end = s.p + s.n;
    for (const char *p = find_byte(s.p, end, '\\'); p < end; p = find_byte(p, end, '\\')) {
        size_t taken = read_escape(str{p + 1, (size_t)(end - p - 1)}, &code);
        if (taken == 0)
            return false;
        p += 1 + taken;
    }
    return true;
}

static void put_utf8(buf *out, uint32_t code)
{
    if (code < 0x80) {
        buf_putc(out, (char)code);
    } else if (code < 0x800) {
        buf_putc(out, (char)(0xC0 | (code >> 6)));
        buf_putc(out, (char)(0x80 | (code & 0x3F)));
    } else {
        if (code < 0x10000) {
            buf_putc(out, (char)(0xE0 | (code >> 12)));
        } else {
            buf_putc(out, (char)(0xF0 | (code >> 18)));
            buf_putc(out, (char)(0x80 | ((code >> 12) & 0x3F)));
        }
        buf_putc(out, (char)(0x80 | ((code >> 6) & 0x3F)));
        buf_putc(out, (char)(0x80 | (code & 0x3F)));
    }
}

/* An escape that is not one stands for itself; callers that care check escapes_are_valid. */
static void unescape(str s, buf *out)
{
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        const char *backslash = find_byte(p, end, '\\');
        buf_put(out, p, (size_t)(backslash - p));
        if (backslash == end)
            return;
        uint32_t code = '\\';
        p = backslash + 1;
        p += read_escape(str{p, (size_t)(end - p)}, &code);
        put_utf8(out, code);
    }
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Moves *i over digits; false when there is none. */
static bool take_digits(str s, size_t *i)
{
    size_t start = *i;
    while (*i < s.n && is_digit(s.p[*i]))
        ++*i;
    return *i > start;
}

static bool number_is_valid(str s)
{
    size_t i = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    if (i < s.n && s.p[i] == '0')
        i++;
    else if (!take_digits(s, &i))
        return false;
    if (i < s.n && s.p[i] == '.' && !take_digits(s, &(++i)))
        return false;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        if (!take_digits(s, &i))
            return false;
    }
    return i == s.n;
}

template <typename T> static bool fits(str s)
{
    T value;
    return std::from_chars(s.p, s.p + s.n, value).ec == std::errc();
}

/* True when simdjson's tape can hold the (valid) number. */
static bool number_fits(str s)
{
    if (has_byte(s, '.') || has_byte(s, 'e') || has_byte(s, 'E'))
        return fits<double>(s);
    return fits<int64_t>(s) || fits<uint64_t>(s);
}

extern "C" bool json_text_number(str text, double *ret)
{
    double value;
    if (!number_is_valid(text) || std::from_chars(text.p, text.p + text.n, value).ec != std::errc())
        return false;
    *ret = value;
    return true;
}

/* ---- trie ------------------------------------------------------------------------------------ */

struct want {
    uint16_t slot;
    uint16_t row;
};

struct trie_node {
    std::string key; /* as the path spells it */
    uint32_t parent = 0;
    bool has_children = false;
    std::vector<want> wants; /* of the paths that end here */
};

/* What the walk asks of a node. Nearly always one path ends there, or none. */
struct goal {
    want first = {};
    uint32_t first_want = 0; /* in json_trie.wants */
    uint16_t n_wants = 0;
    bool has_children = false;
};

/* Node 0 is the root; as it is nobody's child, 0 also says "no such child". */
struct json_trie {
    std::vector<trie_node> nodes;
    std::vector<goal> goals; /* by node */
    std::vector<want> wants; /* of all nodes, each node's together */
    std::vector<uint32_t>
        by_key;             /* open addressing on (parent, normalised key); at most half full */
    uint64_t signature = 0; /* of all paths: tells two tries at one address apart */
};

static str node_key(const trie_node &node)
{
    return str{node.key.data(), node.key.size()};
}

/* The place of the child in by_key, or the free place where it belongs. */
static size_t child_place(const json_trie &t, uint32_t parent, str key)
{
    size_t mask = t.by_key.size() - 1;
    size_t at = (size_t)key_hash(key, parent) & mask;
    for (; t.by_key[at]; at = (at + 1) & mask) {
        const trie_node &node = t.nodes[t.by_key[at]];
        if (node.parent == parent && json_key_eq(node_key(node), key))
            break;
    }
    return at;
}

static uint32_t child_find(const json_trie &t, uint32_t parent, str key)
{
    return t.nodes[parent].has_children ? t.by_key[child_place(t, parent, key)] : 0;
}

/* The node a key of the record leads to: an exact child, else piece by piece at its dots. */
static uint32_t child_follow(const json_trie &t, uint32_t node, str key)
{
    for (;;) {
        uint32_t child = child_find(t, node, key);
        if (child)
            return child;
        size_t dot = (size_t)(find_byte(key.p, key.p + key.n, '.') - key.p);
        if (dot == key.n)
            return 0;
        node = child_find(t, node, str_upto(key, dot));
        if (!node)
            return 0;
        key = str_from(key, dot + 1);
    }
}

static uint32_t child_add(json_trie &t, uint32_t parent, const std::string &key)
{
    size_t place = child_place(t, parent, str{key.data(), key.size()});
    if (t.by_key[place])
        return t.by_key[place];
    uint32_t id = (uint32_t)t.nodes.size();
    t.nodes.emplace_back();
    t.nodes[id].key = key;
    t.nodes[id].parent = parent;
    t.nodes[parent].has_children = true;
    t.by_key[place] = id;
    return id;
}

/* Cuts a path at its dots; "\." is a dot that belongs to a key. */
static std::vector<std::string> path_pieces(const char *path)
{
    std::vector<std::string> pieces(1);
    for (const char *p = path; *p; p++) {
        if (*p == '.') {
            pieces.emplace_back();
            continue;
        }
        if (p[0] == '\\' && p[1] == '.')
            p++;
        pieces.back() += *p;
    }
    return pieces;
}

static void trie_add(json_trie &t, const std::vector<std::string> &pieces, want w)
{
    uint32_t node = 0;
    for (const std::string &piece : pieces) {
        node = child_add(t, node, piece);
        t.signature = key_hash(str{piece.data(), piece.size()}, t.signature + 1);
    }
    t.signature = key_hash(STR_NONE, t.signature ^ (((uint64_t)w.slot << 16) + w.row + 1));
    t.nodes[node].wants.push_back(w);
}

static void set_goals(json_trie &t)
{
    for (const trie_node &node : t.nodes) {
        goal g;
        g.first_want = (uint32_t)t.wants.size();
        g.n_wants = (uint16_t)node.wants.size();
        g.has_children = node.has_children;
        g.first = node.wants.empty() ? want{} : node.wants[0];
        t.goals.push_back(g);
        t.wants.insert(t.wants.end(), node.wants.begin(), node.wants.end());
    }
}

static json_trie *trie_build(const json_path *paths, size_t n_paths)
{
    size_t n_nodes = 1;
    std::vector<std::vector<std::string>> pieces;
    for (size_t i = 0; i < n_paths; i++) {
        pieces.push_back(path_pieces(paths[i].path));
        n_nodes += pieces.back().size();
    }
    size_t cap = 16;
    while (cap < 2 * n_nodes)
        cap *= 2;
    auto t = std::make_unique<json_trie>();
    t->by_key.assign(cap, 0);
    t->nodes.emplace_back();
    for (size_t i = 0; i < n_paths; i++)
        trie_add(*t, pieces[i], want{paths[i].slot, (uint16_t)i});
    set_goals(*t);
    return t.release();
}

extern "C" json_trie *json_trie_new(const json_path *paths, size_t n_paths)
{
    assert(n_paths <= UINT16_MAX);
    try {
        return trie_build(paths, n_paths);
    } catch (...) {
        return nullptr;
    }
}

extern "C" void json_trie_free(json_trie *t)
{
    delete t;
}

/* ---- memo of keys ---------------------------------------------------------------------------- */

/* What stands before a value: the opening bracket or comma, the key, the colon, and the first byte
 * of the value unless that is a number. Where these bytes are found at a token, they are the next
 * four tokens (three and any scalar). As no token begins with a space, a new spelling equals
 * nothing. */
struct spelling {
    spelling *next = nullptr;      /* the one that came behind it last time, or the start */
    spelling *other = nullptr;     /* the one that did before */
    uint64_t mask[2] = {~0ULL, 0}; /* which of the first 16 bytes of text count */
    uint32_t n = 0;                /* bytes */
    bool is_string = false;        /* text includes the opening quote of the value */
    uint32_t child = 0;            /* trie node the key leads to; 0: nowhere */
    goal to = {};                  /* of that node, without wants if nowhere */
    char text[SPELLING_BYTES] = {' '};
};

static_assert((int)BUF_PADDING >= 24, "24 bytes are readable at every token");

/* Behind `start` come only spellings that begin with a bracket, behind all others those that begin
 * with a comma. */
struct key_memo {
    spelling start; /* of an object */
    spelling other; /* the last key that is not remembered */
    std::vector<std::unique_ptr<spelling>> seen;
    std::vector<uint16_t> table; /* open addressing on the bytes: index in seen + 1; 0: free */
    key_memo()
    {
        start.next = start.other = other.next = other.other = &start;
    }
    key_memo(const key_memo &) = delete;
    key_memo &operator=(const key_memo &) = delete;
};

struct trie_memo {
    const json_trie *trie = nullptr;
    uint64_t signature = 0;
    std::vector<key_memo> by_node;
};

static uint64_t load8(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* Mask of the first n bytes of a word as they come in memory. */
static uint64_t first_bytes(size_t n)
{
    if (n == 0)
        return 0;
    if (n >= 8)
        return ~0ULL;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return ~0ULL >> (64 - 8 * n);
#else
    return ~0ULL << (64 - 8 * n);
#endif
}

static bool is_spelled(const spelling &s, str text)
{
    return s.n == text.n && memcmp(s.text, text.p, text.n) == 0;
}

/* Is s at p, where `left` bytes of the record are? Reads up to 24 bytes, which the padding of the
 * record allows. */
static inline bool begins_with(const spelling &s, const char *p, size_t left)
{
    uint64_t difference = (load8(p) ^ load8(s.text)) & s.mask[0];
    difference |= (load8(p + 8) ^ load8(s.text + 8)) & s.mask[1];
    if (difference)
        return false;
    if (s.n <= 16)
        return true;
    if (s.n <= 24)
        return load8(p + s.n - 8) == load8(s.text + s.n - 8);
    return s.n <= left && memcmp(s.text, p, s.n) == 0;
}

/* Cheap on purpose: the ends, those of the key itself too, and the length. Bad luck is bounded by
 * PROBES_MAX. */
static size_t spelling_hash(str text)
{
    size_t n = text.n - 4; /* at least {"": */
    uint64_t first = load8(text.p + 2) & first_bytes(n);
    uint64_t last = n >= 8 ? load8(text.p + text.n - 10) : 0;
    uint64_t ends = (uint64_t)(unsigned char)text.p[0] << 8 | (unsigned char)text.p[text.n - 1];
    uint64_t h = (first ^ (last * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL;
    h = (h ^ (h >> 32) ^ ends << 16 ^ n) * 0xff51afd7ed558ccdULL;
    return (size_t)(h >> 32);
}

/* Where the text is, or a free place for it, or NULL when it has collided too often. */
static uint16_t *memo_place(key_memo &m, str text)
{
    size_t at = spelling_hash(text);
    for (size_t probe = 0; probe < PROBES_MAX; probe++) {
        uint16_t *place = &m.table[(at + probe) % SPELLING_SLOTS];
        if (*place == 0 || is_spelled(*m.seen[*place - 1], text))
            return place;
    }
    return nullptr;
}

static spelling *memo_find(key_memo &m, str text)
{
    if (text.n > SPELLING_BYTES || m.table.empty())
        return nullptr;
    const uint16_t *place = memo_place(m, text);
    return place && *place ? m.seen[*place - 1].get() : nullptr;
}

/* `next` has come behind `at`. */
static inline void expect(spelling &at, spelling *next)
{
    at.other = at.next;
    at.next = next;
}

static void memo_restart(key_memo &m)
{
    m.start.next = m.start.other = m.other.next = m.other.other = &m.start;
    m.seen.clear();
    m.table.assign(SPELLING_SLOTS, 0);
}

/* A spelling for the text that came behind `at`; m.other when it cannot be remembered. */
static spelling *memo_learn(key_memo &m, str text, spelling *at)
{
    if (text.n > SPELLING_BYTES)
        return &m.other;
    if (m.table.empty() || m.seen.size() >= SPELLINGS_MAX) {
        at = at == &m.start ? at : &m.other; /* all others end here */
        memo_restart(m);
    }
    uint16_t *place = memo_place(m, text);
    if (!place)
        return &m.other;
    m.seen.push_back(std::make_unique<spelling>());
    spelling *s = m.seen.back().get();
    s->next = s->other = &m.start;
    s->n = (uint32_t)text.n;
    s->is_string = text.p[text.n - 1] == '"';
    s->mask[0] = first_bytes(text.n);
    s->mask[1] = first_bytes(text.n < 8 ? 0 : text.n - 8);
    memcpy(s->text, text.p, text.n);
    *place = (uint16_t)m.seen.size();
    expect(*at, s);
    return s;
}

/* ---- reader ---------------------------------------------------------------------------------- */

struct json_reader {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> index;
    std::vector<trie_memo> memos;
    std::vector<std::unique_ptr<simdjson::dom::parser>> docs; /* the first n_docs are alive */
    size_t n_docs = 0;
    buf scratch = {};
    ~json_reader()
    {
        buf_done(&scratch);
    }
};

static json_status status_of(simdjson::error_code error)
{
    switch (error) {
    case simdjson::SUCCESS:
        return JSON_OK;
    case simdjson::DEPTH_ERROR:
        return JSON_TOO_DEEP;
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
        return JSON_NO_MEMORY;
    default:
        return JSON_BAD;
    }
}

extern "C" json_reader *json_reader_new(void)
{
    try {
        auto r = std::make_unique<json_reader>();
        const simdjson::implementation *best = simdjson::get_active_implementation();
        if (best->create_dom_parser_implementation(INDEX_BYTES_MIN, LIMIT_DEPTH + 1, r->index))
            return nullptr;
        return r.release();
    } catch (...) {
        return nullptr;
    }
}

extern "C" void json_reader_free(json_reader *r)
{
    delete r;
}

/* Finds the structural characters of text. */
static json_status index_text(json_reader &r, str text, json_index *ret)
{
    if (text.n == 0)
        return JSON_BAD;
    if (text.n > r.index->capacity()) {
        size_t cap = INDEX_BYTES_MIN;
        while (cap < text.n)
            cap *= 2;
        simdjson::error_code error = r.index->set_capacity(cap);
        if (error)
            return status_of(error);
    }
    const uint8_t *bytes = reinterpret_cast<const uint8_t *>(text.p);
    simdjson::error_code error = r.index->stage1(bytes, text.n, simdjson::stage1_mode::regular);
    if (!error)
        *ret = json_index{r.index->structural_indexes.get(), r.index->n_structural_indexes, false};
    return status_of(error);
}

extern "C" json_status json_index_of(json_reader *r, str text, json_index *ret)
{
    try {
        return index_text(*r, text, ret);
    } catch (...) {
        return JSON_NO_MEMORY;
    }
}

static std::vector<key_memo> &memo_of(json_reader &r, const json_trie &t)
{
    for (trie_memo &m : r.memos) {
        if (m.trie == &t && m.signature == t.signature && m.by_node.size() == t.nodes.size())
            return m.by_node;
    }
    if (r.memos.size() == TRIES_MAX)
        r.memos.clear();
    r.memos.push_back(trie_memo{&t, t.signature, std::vector<key_memo>(t.nodes.size())});
    return r.memos.back().by_node;
}

/* ---- projection ------------------------------------------------------------------------------ */

/* What stays the same during a walk. The place in the index travels as an argument and a result of
 * the functions, as in memory it would be a chain of loads and stores through all tokens. NULL as
 * the place means failure, and `status` says which. */
struct walk {
    const char *text;
    const uint32_t *end;         /* behind the last position; *end is the length of the text */
    const uint32_t *last_member; /* the last one with four others behind it */
    const char *text_end;
    const char *next_escape; /* no backslash stands between the place last asked about and this */
    const goal *goals;       /* by trie node */
    const want *wants;
    key_memo *memo; /* by trie node */
    json_value *slots;
    size_t n_slots;
    const json_trie *trie;
    buf *scratch;
    json_status status;
};

using place = const uint32_t *;

static place fail(walk &w, json_status status)
{
    w.status = status;
    return nullptr;
}

/* The token whose position is at[0]; at[1] exists. */
static str token(const walk &w, place at)
{
    return trimmed(w.text + at[0], w.text + at[1]);
}

/* Asked in the order of the text, so that all questions together search it once. */
static inline bool holds_escape(walk &w, str s)
{
    const char *end = s.p + s.n;
    if (LIKELY(w.next_escape >= end))
        return false;
    if (w.next_escape < s.p)
        w.next_escape = find_byte(s.p, w.text_end, '\\');
    return w.next_escape < end;
}

/* Directly behind an opening bracket: is the closing one next? */
static inline bool is_empty(const walk &w, place i, char open)
{
    return i < w.end && w.text[*i] == (open == '{' ? '}' : ']');
}

/* Behind an opening bracket, to behind its closing one, checking the grammar of all that is
 * between. `kinds` is a stack of bits, the innermost lowest: 1 for an object. What is skipped is
 * inside a record, so three tokens follow wherever a member or an element begins. */
static place skip_container(walk &w, place i, char c, unsigned depth)
{
    if (is_empty(w, i, c))
        return i + 1;
    const char *const text = w.text;
    const place end = w.end, last = end - 3;
    uint64_t kinds = c == '{';
    unsigned open = depth + 1;
    if (open > LIMIT_DEPTH)
        return fail(w, JSON_TOO_DEEP);
    for (;;) {
        if (i > last)
            return fail(w, JSON_BAD);
        if (kinds & 1) {
            if (text[i[0]] != '"' || text[i[1]] != ':')
                return fail(w, JSON_BAD);
            i += 2;
        }
        c = text[*i++];
        token_kind kind = kind_of(c);
        if (UNLIKELY(kind != TOKEN_SCALAR)) {
            if (kind != TOKEN_OPEN)
                return fail(w, JSON_BAD);
            if (!is_empty(w, i, c)) {
                kinds = kinds << 1 | (c == '{');
                if (++open > LIMIT_DEPTH)
                    return fail(w, JSON_TOO_DEEP);
                continue;
            }
            i++;
        }
        for (;;) {
            if (i >= end)
                return fail(w, JSON_BAD);
            c = text[*i++];
            if (c == ',')
                break;
            if (c != (kinds & 1 ? '}' : ']'))
                return fail(w, JSON_BAD);
            kinds >>= 1;
            if (--open == depth)
                return i;
        }
    }
}

/* A value that is not null beats null; between equals the lower row wins, and the earlier value. */
static bool is_better(const json_value &now, json_type type, uint16_t row)
{
    if (LIKELY(now.type == JSON_NONE))
        return true;
    if ((now.type == JSON_NULL) != (type == JSON_NULL))
        return now.type == JSON_NULL;
    return row < now.row;
}

/* Member by member: a json_value that is written in parts and copied as a whole stalls the core. */
static inline void fill_slot(const walk &w, want want, str raw, json_type type, bool has_escape)
{
    if (UNLIKELY(want.slot >= w.n_slots))
        return;
    json_value &v = w.slots[want.slot];
    if (!is_better(v, type, want.row))
        return;
    v.raw.p = raw.p;
    v.raw.n = raw.n;
    v.type = type;
    v.has_escape = has_escape;
    v.row = want.row;
}

/* g has at least one want. */
static inline void fill(const walk &w, const goal &g, str raw, json_type type, bool has_escape)
{
    fill_slot(w, g.first, raw, type, has_escape);
    for (size_t i = 1; UNLIKELY(i < g.n_wants); i++)
        fill_slot(w, w.wants[g.first_want + i], raw, type, has_escape);
}

/* The type of a token that is not a string and a scalar by its first byte; JSON_NONE when the rest
 * of it is not. */
static json_type scalar_type(str s)
{
    switch (s.p[0]) {
    case 't':
        return str_is(s, "true") ? JSON_BOOL : JSON_NONE;
    case 'f':
        return str_is(s, "false") ? JSON_BOOL : JSON_NONE;
    case 'n':
        return str_is(s, "null") ? JSON_NULL : JSON_NONE;
    default:
        return number_is_valid(s) ? JSON_NUMBER : JSON_NONE;
    }
}

/* From behind the opening quote to the next token. Between them the string ends, as the first stage
 * has made sure, and white space is the exception. */
static inline bool fill_string(walk &w, const goal &g, const char *start, const char *end)
{
    while (UNLIKELY(end[-1] != '"'))
        end--;
    str inside = {start, (size_t)(end - 1 - start)};
    bool has_escape = holds_escape(w, inside);
    if (UNLIKELY(has_escape && !escapes_are_valid(inside)))
        return false;
    fill(w, g, inside, JSON_STRING, has_escape);
    return true;
}

/* Takes the scalar whose position is at[0]; at[1] exists. */
static bool fill_scalar(walk &w, const goal &g, place at)
{
    str s = token(w, at);
    if (s.p[0] == '"')
        return fill_string(w, g, s.p + 1, s.p + s.n);
    json_type type = scalar_type(s);
    if (type != JSON_NONE)
        fill(w, g, s, type, false);
    return type != JSON_NONE;
}

/* Looks a key up in the trie without the memo. */
static json_status follow_key(walk &w, uint32_t node, str key, uint32_t *ret_child)
{
    if (has_byte(key, '\\')) {
        if (!escapes_are_valid(key))
            return JSON_BAD;
        buf_reset(w.scratch);
        unescape(key, w.scratch);
        if (w.scratch->failed)
            return JSON_NO_MEMORY;
        key = buf_str(w.scratch);
    }
    *ret_child = child_follow(*w.trie, node, key);
    return JSON_OK;
}

/* Are the tokens from i on those of s? Only asked where as many, and one more, exist. */
static inline bool stands_at(const walk &w, place i, const spelling &s)
{
    const char *p = w.text + *i;
    return i <= w.last_member && begins_with(s, p, (size_t)(w.text_end - p));
}

/* From the bracket or comma at i to the first byte of the value, without that byte if the value is
 * a number: the digits it may begin with would be as many spellings. */
static str spelling_text(const walk &w, place i)
{
    char c = w.text[i[3]];
    uint32_t last = is_digit(c) || c == '-' ? i[2] : i[3];
    return str{w.text + i[0], (size_t)(last - i[0]) + 1};
}

static spelling *learn_key(walk &w, place i, uint32_t node, spelling *at)
{
    str key = token(w, i + 1);
    uint32_t child = 0;
    w.status = follow_key(w, node, str{key.p + 1, key.n - 2}, &child);
    if (w.status != JSON_OK)
        return nullptr;
    spelling *s = memo_learn(w.memo[node], spelling_text(w, i), at);
    s->child = child;
    s->to = child ? w.goals[child] : goal();
    return s;
}

/* What is at i is not the member expected behind `at`: looks among all spellings seen, then in the
 * trie. NULL when it is no member. */
__attribute__((noinline)) static spelling *resolve_key(walk &w, place i, uint32_t node,
                                                       spelling *at)
{
    char before = at == &w.memo[node].start ? '{' : ',';
    if (i > w.last_member || w.text[i[0]] != before || w.text[i[1]] != '"' || w.text[i[2]] != ':') {
        w.status = JSON_BAD;
        return nullptr;
    }
    spelling *s = memo_find(w.memo[node], spelling_text(w, i));
    if (!s)
        return learn_key(w, i, node, at);
    expect(*at, s);
    return s;
}

static place walk_object(walk &w, place i, uint32_t node, unsigned depth);

/* Takes the object or array at i. Something follows it, as it does a scalar. */
static place take_container(walk &w, place i, const spelling &key, unsigned depth)
{
    const char *start = w.text + *i;
    bool is_entered = *start == '{' && key.to.has_children;
    i = is_entered ? walk_object(w, i, key.child, depth) : skip_container(w, i + 1, *start, depth);
    if (!i || i >= w.end)
        return i ? fail(w, JSON_BAD) : nullptr;
    if (key.to.n_wants) {
        str raw = {start, (size_t)(w.text + i[-1] + 1 - start)};
        fill(w, key.to, raw, *start == '{' ? JSON_OBJECT : JSON_ARRAY, false);
    }
    return i;
}

/* Takes the value at i; i[1] exists if it is a scalar. */
static inline place take_value(walk &w, place i, const spelling &key, unsigned depth)
{
    token_kind kind = kind_of(w.text[*i]);
    if (kind == TOKEN_OPEN)
        return take_container(w, i, key, depth);
    if (UNLIKELY(kind != TOKEN_SCALAR))
        return fail(w, JSON_BAD);
    if (key.to.n_wants && UNLIKELY(!fill_scalar(w, key.to, i)))
        return fail(w, JSON_BAD);
    return i + 1;
}

/* From the opening brace at i to behind the closing one. `depth` containers are open around it. An
 * open object has five tokens more wherever a member begins: the bracket or comma before it, its
 * key, colon and value, and one behind. */
static place walk_object(walk &w, place i, uint32_t node, unsigned depth)
{
    if (is_empty(w, i + 1, '{'))
        return i + 2;
    if (depth >= LIMIT_DEPTH)
        return fail(w, JSON_TOO_DEEP);
    const char *const text = w.text;
    spelling *at = &w.memo[node].start;
    for (;;) {
        const char *p = text + *i;
        spelling *key = at->next;
        if (!stands_at(w, i, *key)) {
            if (*p == '}')
                return i + 1;
            key = at->other;
            if (stands_at(w, i, *key))
                expect(*at, key);
            else
                key = resolve_key(w, i, node, at);
            if (UNLIKELY(!key))
                return nullptr;
        }
        at = key;
        if (LIKELY(key->is_string)) {
            if (key->to.n_wants && UNLIKELY(!fill_string(w, key->to, p + key->n, text + i[4])))
                return fail(w, JSON_BAD);
            i += 4;
            continue;
        }
        i = take_value(w, i + 3, *key, depth + 1);
        if (UNLIKELY(!i))
            return nullptr;
    }
}

static json_status project(json_reader &r, const json_trie &t, str record, json_index index,
                           json_value *slots, size_t n_slots)
{
    if (!index.at) {
        json_status status = index_text(r, record, &index);
        if (status != JSON_OK)
            return status;
    }
    walk w = {};
    w.text = record.p;
    w.text_end = record.p + record.n;
    w.next_escape = index.is_unescaped ? w.text_end : record.p;
    w.goals = t.goals.data();
    w.wants = t.wants.data();
    w.trie = &t;
    w.memo = memo_of(r, t).data();
    w.slots = slots;
    w.n_slots = n_slots;
    w.scratch = &r.scratch;
    place i = index.at;
    w.end = i + index.n;
    if (i == w.end || w.text[*i] != '{')
        return JSON_BAD;
    if (w.end - i < 5)
        return is_empty(w, i + 1, '{') && w.end - i == 2 ? JSON_OK : JSON_BAD;
    w.last_member = w.end - 5;
    i = walk_object(w, i, 0, 0);
    if (!i)
        return w.status;
    return i == w.end ? JSON_OK : JSON_BAD;
}

extern "C" json_status json_project_indexed(json_reader *r, const json_trie *t, str record,
                                            json_index index, json_value *slots, size_t n_slots)
{
    for (size_t i = 0; i < n_slots; i++)
        slots[i] = json_value{};
    try {
        return project(*r, *t, record, index, slots, n_slots);
    } catch (...) {
        return JSON_NO_MEMORY;
    }
}

extern "C" json_status json_project(json_reader *r, const json_trie *t, str record,
                                    json_value *slots, size_t n_slots)
{
    return json_project_indexed(r, t, record, json_index{}, slots, n_slots);
}

extern "C" void json_value_text(const json_value *v, buf *out)
{
    if (v->type == JSON_NONE || v->type == JSON_NULL)
        return;
    if (v->has_escape)
        unescape(v->raw, out);
    else
        buf_put(out, v->raw.p, v->raw.n);
}

/* ---- tree: parsing --------------------------------------------------------------------------- */

/* Copies a string token. simdjson refuses lone surrogates, so they are written as U+FFFD. */
static void repair_string(str s, buf *out)
{
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        const char *backslash = find_byte(p, end, '\\');
        buf_put(out, p, (size_t)(backslash - p));
        if (backslash == end)
            return;
        uint32_t code = 0;
        p = backslash + 1;
        p += read_escape(str{p, (size_t)(end - p)}, &code);
        if (code == CODE_REPLACEMENT)
            buf_puts(out, "\\ufffd");
        else
            buf_put(out, backslash, (size_t)(p - backslash));
    }
}

static void repair_token(str s, buf *out)
{
    if (s.p[0] == '"') {
        repair_string(s, out);
        return;
    }
    bool quoted = (is_digit(s.p[0]) || s.p[0] == '-') && number_is_valid(s) && !number_fits(s);
    if (quoted)
        buf_putc(out, '"');
    buf_putstr(out, s);
    if (quoted)
        buf_putc(out, '"');
}

/* Writes text again so that simdjson takes what JSON allows and it does not: numbers that fit no
 * 64-bit type become strings, lone surrogates U+FFFD. `p` has just failed on the text, so it has
 * its index. Tokens are separated by a space, lest two that stood apart become one. */
static void repair(const simdjson::dom::parser &p, str text, buf *out)
{
    const uint32_t *at = p.implementation->structural_indexes.get();
    size_t n = p.implementation->n_structural_indexes;
    buf_reset(out);
    for (size_t k = 0; k < n; k++) {
        size_t end = k + 1 < n ? at[k + 1] : text.n;
        repair_token(trimmed(text.p + at[k], text.p + end), out);
        buf_putc(out, ' ');
    }
}

static json_status parse_with(json_reader &r, simdjson::dom::parser &p, str text)
{
    simdjson::error_code error = p.parse(text.p, text.n, false).error();
    if (error != simdjson::NUMBER_ERROR && error != simdjson::STRING_ERROR)
        return status_of(error);
    repair(p, text, &r.scratch);
    if (r.scratch.failed)
        return JSON_NO_MEMORY;
    return status_of(p.parse(r.scratch.p, r.scratch.n, false).error());
}

/* A parser none of whose documents is alive. */
static simdjson::dom::parser *free_parser(json_reader &r)
{
    if (r.n_docs == r.docs.size()) {
        auto p = std::make_unique<simdjson::dom::parser>();
        if (p->allocate(1024, LIMIT_DEPTH + 1))
            return nullptr;
        r.docs.push_back(std::move(p));
    }
    return r.docs[r.n_docs].get();
}

extern "C" json_status json_parse(json_reader *r, str text, json_node *ret_root)
{
    if (text.n == 0)
        return JSON_BAD;
    try {
        simdjson::dom::parser *p = free_parser(*r);
        json_status status = p ? parse_with(*r, *p, text) : JSON_NO_MEMORY;
        if (status != JSON_OK)
            return status;
        r->n_docs++;
        *ret_root = json_node{&p->doc, 1}; /* tape[0] is the document, its value comes next */
        return JSON_OK;
    } catch (...) {
        return JSON_NO_MEMORY;
    }
}

extern "C" void json_reader_reset(json_reader *r)
{
    r->n_docs = 0;
}

/* ---- tree: reading --------------------------------------------------------------------------- */

static tape_ref tape_of(json_node n)
{
    return tape_ref(static_cast<const simdjson::dom::document *>(n.doc), n.at);
}

extern "C" json_type json_node_type(json_node n)
{
    if (!n.doc)
        return JSON_NONE;
    switch (tape_of(n).tape_ref_type()) {
    case tape_type::NULL_VALUE:
        return JSON_NULL;
    case tape_type::TRUE_VALUE:
    case tape_type::FALSE_VALUE:
        return JSON_BOOL;
    case tape_type::INT64:
    case tape_type::UINT64:
    case tape_type::DOUBLE:
        return JSON_NUMBER;
    case tape_type::STRING:
        return JSON_STRING;
    case tape_type::START_OBJECT:
        return JSON_OBJECT;
    case tape_type::START_ARRAY:
        return JSON_ARRAY;
    default:
        return JSON_NONE;
    }
}

static str string_at(tape_ref tape)
{
    return str{tape.get_c_str(), tape.get_string_length()};
}

extern "C" str json_node_string(json_node n)
{
    return json_node_type(n) == JSON_STRING ? string_at(tape_of(n)) : STR_NONE;
}

extern "C" json_iter json_iter_of(json_node n)
{
    json_iter it = {};
    json_type type = json_node_type(n);
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return it;
    it.is_object_ = type == JSON_OBJECT;
    it.next_ = json_node{n.doc, n.at + 1};
    it.end_ = json_node{n.doc, tape_of(n).after_element() - 1}; /* the closing bracket */
    return it;
}

extern "C" bool json_iter_next(json_iter *it)
{
    if (it->next_.at >= it->end_.at)
        return false;
    it->value = it->next_;
    if (it->is_object_) {
        it->key = string_at(tape_of(it->next_));
        it->value.at++;
    }
    it->next_.at = tape_of(it->value).after_element();
    return true;
}

extern "C" json_node json_node_get(json_node n, str key)
{
    json_node found = JSON_NODE_NONE;
    json_iter it = json_iter_of(n);
    if (!it.is_object_)
        return found;
    while (json_iter_next(&it)) {
        if (!json_key_eq(it.key, key))
            continue;
        if (json_node_type(it.value) != JSON_NULL)
            return it.value;
        if (!found.doc)
            found = it.value;
    }
    return found;
}

extern "C" size_t json_node_size(json_node n)
{
    json_type type = json_node_type(n);
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return 0;
    size_t count = tape_of(n).scope_count();
    if (count < simdjson::internal::JSON_COUNT_MASK)
        return count;
    count = 0; /* the tape's counter is saturated */
    for (json_iter it = json_iter_of(n); json_iter_next(&it);)
        count++;
    return count;
}

template <typename T> static void put_number(buf *out, T value)
{
    char text[32];
    char *end = std::to_chars(text, text + sizeof text, value).ptr;
    buf_put(out, text, (size_t)(end - text));
}

static void put_scalar(tape_ref tape, buf *out)
{
    switch (tape.tape_ref_type()) {
    case tape_type::TRUE_VALUE:
        buf_puts(out, "true");
        break;
    case tape_type::FALSE_VALUE:
        buf_puts(out, "false");
        break;
    case tape_type::NULL_VALUE:
        buf_puts(out, "null");
        break;
    case tape_type::INT64:
        put_number(out, tape.next_tape_value<int64_t>());
        break;
    case tape_type::UINT64:
        put_number(out, tape.next_tape_value<uint64_t>());
        break;
    case tape_type::DOUBLE:
        put_number(out, tape.next_tape_value<double>());
        break;
    default:
        break;
    }
}

/* Recursion is bounded by LIMIT_DEPTH, which json_parse enforces. */
static void put_json(json_node n, buf *out)
{
    json_type type = json_node_type(n);
    if (type == JSON_STRING)
        return buf_json_string(out, json_node_string(n));
    if (type != JSON_OBJECT && type != JSON_ARRAY)
        return put_scalar(tape_of(n), out);
    bool is_first = true;
    buf_putc(out, type == JSON_OBJECT ? '{' : '[');
    for (json_iter it = json_iter_of(n); json_iter_next(&it); is_first = false) {
        if (!is_first)
            buf_putc(out, ',');
        if (type == JSON_OBJECT) {
            buf_json_string(out, it.key);
            buf_putc(out, ':');
        }
        put_json(it.value, out);
    }
    buf_putc(out, type == JSON_OBJECT ? '}' : ']');
}

extern "C" void json_node_text(json_node n, buf *out)
{
    switch (json_node_type(n)) {
    case JSON_NONE:
    case JSON_NULL:
        return;
    case JSON_STRING:
        return buf_putstr(out, json_node_string(n));
    default:
        return put_json(n, out);
    }
}
