/* SPDX-License-Identifier: Apache-2.0
 *
 * modifier.c -- chains are read once for an item, then applied to each of its values.
 *
 *  (1) A chain describes what to do; order is kept only where it matters, in the steps that change
 *      text. Placeholders are filled in before everything else, wherever `expand` stands.
 *  (2) Lists grow in the arena; NULL or false with `failed` set there means out of memory.
 */
#include "rule/modifier.h"

#include <stdio.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/text.h"
#include "rule/encode.h"
#include "rule/number.h"

typedef enum step {
    STEP_WINDASH,
    STEP_BASE64,
    STEP_BASE64OFFSET,
    STEP_UTF16LE,
    STEP_UTF16BE,
    STEP_UTF16BOM,
} step;

/* ---- the chain ------------------------------------------------------------------------------- */

static void set_op(modifier_chain *c, int op)
{
    c->op = (rule_op)op;
}

/* A part of a time is a number, too. */
static void set_order(modifier_chain *c, int op)
{
    if (c->op == RULE_OP_TIMEPART)
        c->order = (rule_op)op;
    else
        c->op = (rule_op)op;
}

static void set_part(modifier_chain *c, int part)
{
    c->op = RULE_OP_TIMEPART;
    c->part = (rule_timepart)part;
}

static void set_cased(modifier_chain *c, int unused)
{
    (void)unused;
    c->is_cased = true;
}

static void set_all(modifier_chain *c, int unused)
{
    (void)unused;
    c->is_all = true;
}

static void set_negated(modifier_chain *c, int unused)
{
    (void)unused;
    c->is_negated = true;
}

static void set_expands(modifier_chain *c, int unused)
{
    (void)unused;
    c->expands = true;
}

static void add_step(modifier_chain *c, int which)
{
    c->steps[c->n_steps++] = (uint8_t)which;
}

static void add_ref(modifier_chain *c, int unused)
{
    (void)unused;
    c->is_ref = true;
}

static void add_flag(modifier_chain *c, int letter)
{
    c->flags[strlen(c->flags)] = (char)letter;
}

typedef struct modifier_row {
    const char *name;
    unsigned takes;
    modifier_kind gives;
    const char *wants;
    void (*apply)(modifier_chain *c, int argument);
    int argument;
    const char *doc;
} modifier_row;

static const modifier_row ROWS[] = {
#define MODIFIER(name, takes, gives, wants, apply, argument, doc)                                  \
    {name, takes, gives, wants, apply, argument, doc},
#include "rule/modifier.def"
#undef MODIFIER
};

const char *modifier_name(size_t i)
{
    return i < ARRAY_LEN(ROWS) ? ROWS[i].name : NULL;
}

const char *modifier_doc(size_t i)
{
    return i < ARRAY_LEN(ROWS) ? ROWS[i].doc : NULL;
}

static const char *kind_text(modifier_kind kind)
{
    /* clang-format off */
    static const struct { modifier_kind kind; const char *text; } row[] = {
        {MODIFIER_VALUE,   "a value"},
        {MODIFIER_TEXT,    "a text"},
        {MODIFIER_BYTES,   "encoded bytes"},
        {MODIFIER_PART,    "a part of a text"},
        {MODIFIER_REGEX,   "a regular expression"},
        {MODIFIER_NETWORK, "a network"},
        {MODIFIER_COMPARE, "a comparison of numbers"},
        {MODIFIER_TIME,    "a part of a time"},
        {MODIFIER_EXISTS,  "a test for presence"},
        {MODIFIER_REF,     "a reference to a field"},
    };
    /* clang-format on */
    size_t i = 0;
    while (row[i].kind != kind)
        i++;
    return row[i].text;
}

static const modifier_row *find_row(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (text_eq_nocase(name, str_of(ROWS[i].name)))
            return &ROWS[i];
    }
    return NULL;
}

/* Keys stand in the source as they are: `field|a|b`. */
static diag_pos place_of(const sigma_item *item, size_t modifier, const reporter *r)
{
    size_t offset = item->field.n + 1;
    for (size_t i = 0; i < modifier; i++)
        offset += item->modifiers[i].n + 1;
    diag_pos pos = report_inside(r, item->pos, item->field, item->field.n ? item->field.n - 1 : 0);
    if (item->field.n == 0)
        return pos;
    pos.column += (uint32_t)(offset - item->field.n + 1);
    return pos;
}

static bool refuse_unknown(const sigma_item *item, size_t i, arena *scratch, reporter *r)
{
    const char *names[ARRAY_LEN(ROWS)];
    for (size_t k = 0; k < ARRAY_LEN(ROWS); k++)
        names[k] = ROWS[k].name;
    str word = item->modifiers[i];
    const char *near = word.n ? diag_nearest(word, names, ARRAY_LEN(ROWS)) : NULL;
    str hint = near ? arena_printf(scratch, "did you mean `%s`?", near) : STR_NONE;
    report_error(r, place_of(item, i, r), hint.p, "there is no modifier `%.*s`", (int)word.n,
                 word.p ? word.p : "");
    return false;
}

static bool refuse_row(const modifier_row *row, const modifier_row *maker, modifier_kind kind,
                       diag_pos pos, reporter *r)
{
    if (maker)
        report_error(r, pos, "", "`%s` works on %s, and `%s` has already made %s of it", row->name,
                     row->wants, maker->name, kind_text(kind));
    else
        report_error(r, pos, row->takes == MODIFIER_REGEX ? "write `re` before it" : "",
                     "`%s` works on %s, and nothing before it makes one", row->name, row->wants);
    return false;
}

/* windash keeps a part a part: its ends are open already. */
static modifier_kind kind_after(const modifier_row *row, modifier_kind kind)
{
    if (row->gives == 0 || (row->gives == MODIFIER_TEXT && kind == MODIFIER_PART))
        return kind;
    return kind == MODIFIER_REF || kind == MODIFIER_TIME ? kind : row->gives;
}

static bool check_values(const sigma_item *item, const modifier_chain *c, reporter *r)
{
    if (item->n_values == 0) {
        report_error(r, item->pos, "write `null` for a field that is not there",
                     "`%.*s` has no values", (int)item->field.n,
                     item->field.p ? item->field.p : "");
        return false;
    }
    if (c->is_all && item->n_values < 2) {
        report_error(r, item->pos, "leave `all` out", "`all` wants a list of at least two values");
        return false;
    }
    return true;
}

/* Takes the item's i-th modifier into the chain. *maker: the row that made the kind what it is. */
static bool take_row(modifier_chain *c, const modifier_row *row, const modifier_row **maker,
                     const sigma_item *item, size_t i, reporter *r)
{
    bool is_second = (c->is_ref && row->apply == set_op && c->op != RULE_OP_EQ) ||
                     (c->n_steps && row->apply == add_ref) ||
                     (c->order != RULE_OP_EQ && row->apply == set_order);
    if (!(row->takes & c->kind) || is_second)
        return refuse_row(row, *maker, c->kind, place_of(item, i, r), r);
    modifier_kind after = kind_after(row, c->kind);
    if (after != c->kind)
        *maker = row;
    c->kind = after;
    row->apply(c, row->argument);
    return true;
}

/* What changes no kind must also work on the kind that the chain ends with: `neq|gt` means no more
 * than `gt|neq` does. */
static bool check_end(const modifier_chain *c, const modifier_row *maker, const sigma_item *item,
                      reporter *r)
{
    for (size_t i = 0; maker && i < item->n_modifiers; i++) {
        const modifier_row *row = find_row(item->modifiers[i]);
        if (row->gives != 0 || (row->takes & c->kind))
            continue;
        report_error(r, place_of(item, i, r), "", "`%s` works on %s, and `%s` makes %s of it",
                     row->name, row->wants, maker->name, kind_text(c->kind));
        return false;
    }
    return true;
}

bool modifier_check(const sigma_item *item, arena *scratch, reporter *r, modifier_chain *ret)
{
    modifier_chain c = {.kind = MODIFIER_VALUE, .op = RULE_OP_EQ};
    const modifier_row *maker = NULL;
    if (item->n_modifiers > MODIFIER_CHAIN) {
        report_error(r, item->pos, "", "a field takes at most %d modifiers", MODIFIER_CHAIN);
        return false;
    }
    for (size_t i = 0; i < item->n_modifiers; i++) {
        const modifier_row *row = find_row(item->modifiers[i]);
        if (!row)
            return refuse_unknown(item, i, scratch, r);
        if (!str_is(item->modifiers[i], row->name))
            report_warning(r, place_of(item, i, r), "", "modifiers are written in small letters");
        if (!take_row(&c, row, &maker, item, i, r))
            return false;
    }
    if (!check_end(&c, maker, item, r) || !check_values(item, &c, r))
        return false;
    *ret = c;
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------- */

typedef struct pattern_list {
    pattern *items;
    size_t n, cap;
} pattern_list;

/* Room for one more item of `size` bytes in a list that lives in an arena. */
static void *grow(arena *a, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return items;
    size_t bigger = *cap ? *cap * 2 : 4;
    void *moved = arena_alloc(a, bigger * size);
    if (!moved)
        return NULL;
    if (n)
        memcpy(moved, items, n * size);
    *cap = bigger;
    return moved;
}

static bool push_pattern(arena *a, pattern_list *list, pattern p)
{
    pattern *items = grow(a, list->items, list->n, &list->cap, sizeof p);
    if (!items)
        return false;
    list->items = items;
    list->items[list->n++] = p;
    return true;
}

static bool refuse_size(modifier_context *c, diag_pos pos)
{
    report_error(c->r, pos, "", "a rule may have at most %d values, their variants counted",
                 LIMIT_RULE_VALUES);
    return false;
}

static bool push_predicate(modifier_context *c, const sigma_value *v, rule_predicate p,
                           modifier_predicates *out)
{
    if (c->n_left == 0)
        return refuse_size(c, v->pos);
    rule_predicate *items = grow(c->a, out->items, out->n, &out->cap, sizeof p);
    if (!items)
        return false;
    c->n_left--;
    out->items = items;
    out->items[out->n++] = p;
    return true;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool refuse_value(modifier_context *c, const sigma_value *v, const char *hint,
                         const char *message)
{
    report_error(c->r, v->pos, hint, "%s", message);
    return false;
}

static bool run_windash(modifier_context *c, const sigma_value *v, const pattern *p,
                        pattern_list *out)
{
    size_t variants = 1;
    for (size_t i = encode_count_dashes(p->text); i > 0; i--) {
        variants *= ENCODE_DASH_FORMS;
        if (variants > c->n_left)
            return refuse_size(c, v->pos);
    }
    CLEANUP(buf_done) buf text = {0};
    for (size_t i = 0; i < variants; i++) {
        pattern q = *p;
        buf_reset(&text);
        encode_dashes(p->text, i, &text);
        q.text = arena_dup_buf(c->a, &text);
        if (!push_pattern(c->a, out, q))
            return false;
    }
    return true;
}

static bool run_base64(modifier_context *c, const sigma_value *v, const pattern *p,
                       pattern_list *out)
{
    (void)v;
    CLEANUP(buf_done) buf text = {0};
    encode_base64(p->text, &text);
    return push_pattern(c->a, out, (pattern){arena_dup_buf(c->a, &text), true, false, false});
}

static bool run_base64offset(modifier_context *c, const sigma_value *v, const pattern *p,
                             pattern_list *out)
{
    CLEANUP(buf_done) buf text = {0};
    for (unsigned offset = 0; offset < ENCODE_OFFSETS; offset++) {
        buf_reset(&text);
        encode_base64_offset(p->text, offset, &text);
        if (text.n == 0 && !text.failed)
            return refuse_value(c, v, "", "the text is too short for `base64offset`");
        if (!push_pattern(c->a, out, (pattern){arena_dup_buf(c->a, &text), true, false, false}))
            return false;
    }
    return true;
}

static bool put_utf16(modifier_context *c, const sigma_value *v, const pattern *p,
                      encode_utf16_form form, pattern_list *out)
{
    CLEANUP(buf_done) buf text = {0};
    if (!encode_utf16(p->text, form, &text))
        return refuse_value(c, v, "", "the text is not valid UTF-8");
    return push_pattern(c->a, out, (pattern){arena_dup_buf(c->a, &text), true, false, false});
}

static bool run_utf16le(modifier_context *c, const sigma_value *v, const pattern *p,
                        pattern_list *out)
{
    return put_utf16(c, v, p, ENCODE_UTF16LE, out);
}

static bool run_utf16be(modifier_context *c, const sigma_value *v, const pattern *p,
                        pattern_list *out)
{
    return put_utf16(c, v, p, ENCODE_UTF16BE, out);
}

static bool run_utf16bom(modifier_context *c, const sigma_value *v, const pattern *p,
                         pattern_list *out)
{
    return put_utf16(c, v, p, ENCODE_UTF16BOM, out);
}

typedef bool step_fn(modifier_context *c, const sigma_value *v, const pattern *p,
                     pattern_list *out);

static step_fn *const STEPS[] = {
    [STEP_WINDASH] = run_windash,           [STEP_BASE64] = run_base64,
    [STEP_BASE64OFFSET] = run_base64offset, [STEP_UTF16LE] = run_utf16le,
    [STEP_UTF16BE] = run_utf16be,           [STEP_UTF16BOM] = run_utf16bom,
};

/* Encoders see only text: what a wildcard stands for has no code. */
static bool can_encode(modifier_context *c, const sigma_value *v, const pattern *p)
{
    if (!pattern_has_wildcards(p) && !p->opens_front && !p->opens_back)
        return true;
    return refuse_value(c, v, "put `contains` behind the encoding, or escape: \\*",
                        "wildcards cannot be encoded");
}

static bool run_steps(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                      pattern_list *list)
{
    for (size_t i = 0; i < chain->n_steps; i++) {
        pattern_list next = {0};
        for (size_t k = 0; k < list->n; k++) {
            const pattern *p = &list->items[k];
            if (chain->steps[i] != STEP_WINDASH && !can_encode(c, v, p))
                return false;
            if (!STEPS[chain->steps[i]](c, v, p, &next))
                return false;
        }
        *list = next;
    }
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

static str fold(arena *a, str s)
{
    CLEANUP(buf_done) buf folded = {0};
    fold_text(s, &folded);
    return arena_dup_buf(a, &folded);
}

static bool put_pattern(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                        pattern p, modifier_predicates *out)
{
    p.opens_front |= chain->op == RULE_OP_CONTAINS || chain->op == RULE_OP_ENDS;
    p.opens_back |= chain->op == RULE_OP_CONTAINS || chain->op == RULE_OP_STARTS;
    rule_predicate predicate = {.is_cased = chain->is_cased, .is_negated = chain->is_negated};
    predicate.op = (uint8_t)pattern_op(c->a, &p, &predicate.text);
    if (!chain->is_cased)
        predicate.text = fold(c->a, predicate.text);
    return push_predicate(c, v, predicate, out);
}

static bool read_pattern(modifier_context *c, const sigma_value *v, pattern *ret)
{
    if (v->kind != SIGMA_TEXT) {
        *ret = (pattern){.text = v->text};
        return true;
    }
    return pattern_parse(c->a, v->text, ret) ||
           refuse_value(c, v, "", "the text holds control character 1 or 2");
}

static bool put_text(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                     modifier_predicates *out)
{
    pattern p;
    pattern_list list = {0};
    if (!read_pattern(c, v, &p) || !push_pattern(c->a, &list, p) || !run_steps(c, chain, v, &list))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        if (!put_pattern(c, chain, v, list.items[i], out))
            return false;
    }
    return true;
}

/* ---- numbers and the rest -------------------------------------------------------------------- */

static bool read_number(modifier_context *c, const sigma_value *v, rule_predicate *p)
{
    number n;
    if (v->kind == SIGMA_BOOL || !number_parse(v->text, &n))
        return refuse_value(c, v, "", "this wants a number");
    p->is_number = true;
    p->is_integer = n.is_integer;
    p->number = n.value;
    p->integer = n.integer;
    return true;
}

/* Equal by value or by text: a number in another base is text in base ten. */
static bool put_equal_number(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                             modifier_predicates *out)
{
    rule_predicate p = {.op = RULE_OP_EQ, .is_negated = chain->is_negated, .text = v->text};
    if (!number_parse(v->text, &(number){0}))
        return put_text(c, chain, v, out); /* .inf and .nan */
    if (!read_number(c, v, &p))
        return false;
    bool is_based = text_starts(v->text, "0x") || text_starts(v->text, "0o");
    p.text = is_based ? arena_printf(c->a, "%lld", (long long)p.integer) : fold(c->a, v->text);
    return push_predicate(c, v, p, out);
}

static bool put_compare(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                        modifier_predicates *out)
{
    rule_predicate p = {.op = (uint8_t)chain->op, .text = v->text};
    return read_number(c, v, &p) && push_predicate(c, v, p, out);
}

static bool put_time(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                     modifier_predicates *out)
{
    /* clang-format off */
    static const struct { int64_t least, most; } range[] = {
        [RULE_MINUTE] = {0, 59}, [RULE_HOUR]  = {0, 23}, [RULE_DAY]  = {1, 31},
        [RULE_WEEK]   = {1, 53}, [RULE_MONTH] = {1, 12}, [RULE_YEAR] = {0, 9999},
    };
    /* clang-format on */
    rule_predicate p = {.op = RULE_OP_TIMEPART,
                        .part = (uint8_t)chain->part,
                        .order = (uint8_t)chain->order,
                        .is_negated = chain->is_negated,
                        .text = v->text};
    if (!read_number(c, v, &p))
        return false;
    int64_t least = range[chain->part].least, most = range[chain->part].most;
    if (!p.is_integer || p.integer < least || p.integer > most) {
        report_error(c->r, v->pos, "", "this wants a whole number from %lld to %lld",
                     (long long)least, (long long)most);
        return false;
    }
    return push_predicate(c, v, p, out);
}

static bool put_exists(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                       modifier_predicates *out)
{
    (void)chain;
    bool wants = text_eq_nocase(v->text, STR("true"));
    if (v->kind == SIGMA_NUMBER || (!wants && !text_eq_nocase(v->text, STR("false"))))
        return refuse_value(c, v, "", "`exists` wants `true` or `false`");
    return push_predicate(c, v, (rule_predicate){.op = RULE_OP_EXISTS, .wants = wants}, out);
}

static void clear_host_bits(ip_net *net)
{
    for (unsigned i = 0; i < sizeof net->byte; i++) {
        unsigned bits = net->prefix > i * 8 ? net->prefix - i * 8 : 0;
        net->byte[i] &= (uint8_t)(bits >= 8 ? 0xff : 0xff00 >> bits);
    }
}

static bool put_network(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                        modifier_predicates *out)
{
    rule_predicate p = {.op = RULE_OP_CIDR, .is_negated = chain->is_negated, .text = v->text};
    if (v->kind != SIGMA_TEXT || !ip_parse(v->text, &p.net))
        return refuse_value(c, v, "write it as 10.0.0.0/8 or fd00::/8", "this is no network");
    /* The reader of addresses takes IPv4-mapped IPv6 for IPv4; for rules they are two things. */
    if (!p.net.is_v6 && memchr(v->text.p, ':', v->text.n))
        ip_map(&p.net);
    clear_host_bits(&p.net);
    return push_predicate(c, v, p, out);
}

static bool put_regex(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                      modifier_predicates *out)
{
    str part[] = {STR("(?"), str_of(chain->flags), STR(")"), v->text};
    bool has_flags = part[1].n > 0;
    str text = has_flags ? arena_join(c->a, part, ARRAY_LEN(part)) : v->text;
    rule_predicate p = {
        .op = RULE_OP_REGEX, .is_cased = true, .is_negated = chain->is_negated, .text = text};
    return push_predicate(c, v, p, out);
}

static bool put_ref(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                    modifier_predicates *out)
{
    if (v->kind != SIGMA_TEXT || v->text.n == 0)
        return refuse_value(c, v, "", "`fieldref` wants the name of a field");
    rule_predicate p = {.op = RULE_OP_REF,
                        .part = (uint8_t)chain->op,
                        .is_cased = chain->is_cased,
                        .is_negated = chain->is_negated,
                        .text = v->text};
    return push_predicate(c, v, p, out);
}

static bool put_written(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                        modifier_predicates *out)
{
    return v->kind == SIGMA_NUMBER ? put_equal_number(c, chain, v, out)
                                   : put_text(c, chain, v, out);
}

typedef bool put_fn(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                    modifier_predicates *out);

static put_fn *put_of(modifier_kind kind)
{
    static const struct {
        modifier_kind kind;
        put_fn *put;
    } row[] = {
        {MODIFIER_VALUE, put_written},   {MODIFIER_REGEX, put_regex},
        {MODIFIER_NETWORK, put_network}, {MODIFIER_COMPARE, put_compare},
        {MODIFIER_TIME, put_time},       {MODIFIER_EXISTS, put_exists},
        {MODIFIER_REF, put_ref},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (row[i].kind == kind)
            return row[i].put;
    }
    return put_text;
}

static bool put_null(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                     modifier_predicates *out)
{
    if (chain->kind != MODIFIER_VALUE || chain->op != RULE_OP_EQ || chain->expands)
        return refuse_value(c, v, "", "`null` takes no modifier but `neq`");
    rule_predicate p = {.op = RULE_OP_NULL, .is_negated = chain->is_negated};
    return push_predicate(c, v, p, out);
}

/* ---- placeholders ---------------------------------------------------------------------------- */

static bool is_name_letter(char c)
{
    char lower = text_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The first %name% of s. *ret_at is where its '%' stands. */
static bool find_placeholder(str s, size_t *ret_at, str *ret_name)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%')
            continue;
        size_t end = i + 1;
        while (end < s.n && is_name_letter(s.p[end]))
            end++;
        if (end < s.n && s.p[end] == '%' && end > i + 1) {
            *ret_at = i;
            *ret_name = (str){s.p + i + 1, end - i - 1};
            return true;
        }
    }
    return false;
}

/* What stands before the part still to be read, its placeholders filled in. */
typedef struct filled {
    str front, rest;
} filled;

typedef struct filled_list {
    filled *items;
    size_t n, cap;
} filled_list;

static bool fill_one(modifier_context *c, const sigma_value *v, filled f, filled_list *todo)
{
    size_t at, n;
    str name;
    if (!find_placeholder(f.rest, &at, &name))
        return true;
    const str *values = taxonomy_placeholder(c->taxonomy, name, &n);
    if (!values) {
        report_error(c->r, report_inside(c->r, v->pos, v->text, (size_t)(name.p - v->text.p)),
                     "give its values in a file of placeholders",
                     "the placeholder `%.*s` has no values", (int)name.n, name.p);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        str part[] = {f.front, str_upto(f.rest, at), values[i]};
        filled next = {arena_join(c->a, part, 3), str_from(f.rest, at + name.n + 2)};
        filled *items = grow(c->a, todo->items, todo->n, &todo->cap, sizeof next);
        if (!items)
            return false;
        todo->items = items;
        todo->items[todo->n++] = next;
        if (todo->n > c->n_left)
            return refuse_size(c, v->pos);
    }
    return true;
}

static bool has_placeholder(str s)
{
    size_t at;
    str name;
    return find_placeholder(s, &at, &name);
}

static bool put_expanded(modifier_context *c, const modifier_chain *chain, const sigma_value *v,
                         modifier_predicates *out)
{
    filled_list list = {.items = &(filled){STR_NONE, v->text}, .n = 1};
    while (list.n && has_placeholder(list.items[0].rest)) {
        filled_list next = {0};
        for (size_t i = 0; i < list.n; i++) {
            if (!fill_one(c, v, list.items[i], &next))
                return false;
        }
        list = next;
    }
    for (size_t i = 0; i < list.n; i++) {
        str part[] = {list.items[i].front, list.items[i].rest};
        sigma_value value = {SIGMA_TEXT, arena_join(c->a, part, 2), v->pos};
        if (!put_of(chain->kind)(c, chain, &value, out))
            return false;
    }
    return true;
}

bool modifier_apply(modifier_context *c, const modifier_chain *chain, const sigma_value *value,
                    modifier_predicates *out)
{
    bool is_done;
    if (value->kind == SIGMA_NULL)
        is_done = put_null(c, chain, value, out);
    else if (chain->expands)
        is_done = put_expanded(c, chain, value, out);
    else
        is_done = put_of(chain->kind)(c, chain, value, out);
    return is_done && !c->a->failed;
}
