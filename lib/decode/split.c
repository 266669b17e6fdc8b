/* SPDX-License-Identifier: Apache-2.0
 *
 * split.c -- bytes to records: a small machine of states over one buffer.
 *
 *      mem            head              at            tail          cap
 *       |  handed out  |  value in hand  |  not seen   |  room       |  padding
 *
 * Between records every byte is looked at here. The inside of an object, where nearly all bytes
 * are, goes to split_scan.c in one piece.
 *
 *  (1) head <= at <= tail <= cap. Everything before head is accounted for, except while
 *      `is_dropping`: then the value in hand is not kept, and is accounted for when it ends.
 *  (2) A value is dropped once LIMIT_RECORD_BYTES of it were seen without its end, so the buffer
 *      never holds more than that plus what was fed since.
 *  (3) Every decision depends on bytes and their offsets only, never on where the input was cut: a
 *      step that needs a byte which is not there yet waits.
 *  (4) A wrapper object's arrays are entered only outside records, so wrappers do not nest.
 */
#include "decode/split.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/limits.h"
#include "decode/log_column.h"
#include "decode/split_check.h"
#include "decode/split_scan.h"
#include "decode/split_wrapper.h"

enum {
    OPENING_BYTES = 256, /* kept of a value that is dropped */
    FIRST_BYTES = 64 * 1024,
};

typedef enum split_state {
    AT_START,         /* before the first significant byte */
    IN_HEADER,        /* the first line of what may be CSV */
    IN_NOT_A_LOG,     /* the rest of an input that is neither JSON nor CSV */
    BETWEEN,          /* where a JSON value may begin */
    IN_OBJECT,        /* also an array nested too deep to be entered */
    IN_WRAPPER_OPEN,  /* behind `"Records":[`, at white space; what follows decides */
    IN_WRAPPER_CLOSE, /* behind the array of a wrapper, up to the wrapper's end */
    IN_TEXT,          /* a string that is no member of anything */
    IN_WORD,          /* a number or true, false, null */
    IN_JUNK,
    IN_CLOSERS,   /* closing brackets that nothing opened */
    BETWEEN_ROWS, /* CSV */
    IN_ROW,
} split_state;

struct split {
    char *mem;
    size_t cap, head, at, tail;
    uint64_t offset; /* of head in the input */
    split_state state;
    bool is_finished, has_failed;

    /* The value in hand. */
    uint64_t value_bytes; /* seen of it */
    uint64_t value_offset;
    bool is_dropping;
    char opening[OPENING_BYTES + BUF_PADDING]; /* its first bytes, while dropping */
    size_t opening_n;
    scan scan;
    scan_index index; /* of an object in hand */
    split_check check;
    csv_place row_place;
    const char *candidate; /* IN_WRAPPER_OPEN: key of the array */

    /* What is open around it. */
    uint32_t n_arrays;
    const char *container; /* key of the wrapper's array; NULL: no wrapper is open */

    bool is_csv;
    csv csv;
    buf row; /* a CSV row as JSON */
    split_count count;
    scan_run run;
};

/* ---- accounts -------------------------------------------------------------------------------- */

typedef enum step {
    STEP_ON,   /* go on */
    STEP_ITEM, /* an item was written */
    STEP_WAIT, /* nothing to do without input */
} step;

static void move_head(split *s, uint64_t n)
{
    s->head += n;
    s->at = s->head;
    s->offset += n;
}

static void frame(split *s, uint64_t n)
{
    s->count.bytes_framing += n;
    move_head(s, n);
}

static void count_item(split *s, const split_item *item)
{
    s->count.items++;
    if (item->kind == SPLIT_RECORD)
        s->count.bytes_records += item->bytes;
    else
        s->count.bytes_skipped += item->bytes;
}

static void begin_value(split *s, split_state state)
{
    s->state = state;
    s->at = s->head;
    s->value_bytes = 0;
    s->value_offset = s->offset;
    s->is_dropping = false;
    s->opening_n = 0;
}

static void keep_opening(split *s, const char *p, size_t n)
{
    size_t room = OPENING_BYTES - s->opening_n;
    if (n > room)
        n = room;
    memcpy(s->opening + s->opening_n, p, n);
    s->opening_n += n;
}

/* From here on the value in hand is followed but not kept. */
static void drop_value(split *s)
{
    keep_opening(s, s->mem + s->head, s->at - s->head);
    move_head(s, s->at - s->head);
    s->is_dropping = true;
    s->scan.wants_arrays = false;
    s->scan.index = NULL;
    s->scan.doubt_columns = 0; /* its text cannot be checked any more */
    if (s->state == IN_WRAPPER_OPEN)
        s->state = IN_OBJECT;
}

/* An item of no bytes: says that something is missing here. */
static step mark(split *s, split_kind kind, split_item *ret)
{
    *ret = (split_item){
        .kind = kind,
        .text = {s->mem + s->head, 0},
        .container = s->container,
        .number = s->count.items + 1,
        .offset = s->offset,
    };
    count_item(s, ret);
    return STEP_ITEM;
}

/* ---- the ends of values ---------------------------------------------------------------------- */

typedef struct value_end {
    split_kind kind;
    uint64_t bytes; /* of the value; what was seen behind them is read again */
} value_end;

static split_kind kind_of_object(char opener, char closer)
{
    if (opener == '[' && closer == ']')
        return SPLIT_SCALAR;
    return opener == '{' && closer == '}' ? SPLIT_RECORD : SPLIT_BROKEN;
}

/* At a '[' directly in an outermost object, which is the last byte of `text`. */
static void consider_wrapper(split *s, str text)
{
    s->candidate = split_wrapper_key(text);
    if (s->candidate)
        s->state = IN_WRAPPER_OPEN;
}

/* At a '{' that may be the next record's, behind `text`. A record's own elements stand to the
 * right of its members, so that most of them are never asked about. */
static bool is_next_record(split *s, str text)
{
    s->scan.doubt_columns = split_check_column(text) + 1;
    return s->scan.at - s->scan.place.line_at - 1 < s->scan.doubt_columns &&
           !split_check_object(&s->check, text);
}

static bool object_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    switch (s->run(&s->scan, p, n, ret_used)) {
    case SCAN_END:
        *ret = (value_end){kind_of_object(s->mem[s->head], p[*ret_used - 1]), s->scan.at};
        return true;
    case SCAN_BREAK:
        *ret = (value_end){SPLIT_BROKEN, s->scan.place.line_at};
        return true;
    case SCAN_ARRAY:
        consider_wrapper(s, (str){s->mem + s->head, (size_t)s->scan.at});
        return false;
    case SCAN_DOUBT:
        *ret = (value_end){SPLIT_BROKEN, s->scan.place.line_at};
        return is_next_record(s, (str){s->mem + s->head, (size_t)s->scan.at});
    case SCAN_MORE:
        break;
    }
    return false;
}

static bool text_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n') {
            *ret_used = i;
            *ret = (value_end){SPLIT_BROKEN, s->value_bytes + i};
            return true;
        }
        if (p[i] == '"' && !s->scan.is_escaped && s->scan.in_string) {
            *ret_used = i + 1;
            *ret = (value_end){SPLIT_SCALAR, s->value_bytes + i + 1};
            return true;
        }
        s->scan.is_escaped = p[i] == '\\' && !s->scan.is_escaped;
        s->scan.in_string = true;
    }
    *ret_used = n;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && is_digit(s.p[at + n]))
        n++;
    return n;
}

static bool is_number(str s)
{
    size_t at = s.n > 0 && s.p[0] == '-';
    size_t whole = digits(s, at);
    if (whole == 0 || (whole > 1 && s.p[at] == '0'))
        return false;
    at += whole;
    if (at < s.n && s.p[at] == '.') {
        size_t fraction = digits(s, at + 1);
        if (fraction == 0)
            return false;
        at += 1 + fraction;
    }
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        at++;
        if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
            at++;
        size_t exponent = digits(s, at);
        if (exponent == 0)
            return false;
        at += exponent;
    }
    return at == s.n;
}

static bool is_word(str s)
{
    return is_number(s) || str_is(s, "true") || str_is(s, "false") || str_is(s, "null");
}

static bool ends_word(char c)
{
    return scan_is_space(c) || (c != '\0' && strchr(",[]{}\"", c) != NULL);
}

/* A word that is none turns into junk. */
static bool word_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    size_t i = 0;
    while (i < n && !ends_word(p[i]))
        i++;
    *ret_used = i;
    if (i == n)
        return false;
    if (!s->is_dropping && !is_word((str){s->mem + s->head, (size_t)s->value_bytes + i})) {
        s->state = IN_JUNK;
        return false;
    }
    *ret = (value_end){SPLIT_SCALAR, s->value_bytes + i};
    return true;
}

/* Junk ends with its line, and in an array with its element. */
static bool junk_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    size_t i = 0;
    while (i < n && p[i] != '\n' && (s->n_arrays == 0 || (p[i] != ',' && p[i] != ']')))
        i++;
    *ret_used = i;
    *ret = (value_end){SPLIT_BROKEN, s->value_bytes + i};
    return i < n;
}

static bool closers_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    size_t i = 0;
    while (i < n && (p[i] == '}' || (p[i] == ']' && s->n_arrays == 0)))
        i++;
    *ret_used = i;
    *ret = (value_end){SPLIT_BROKEN, s->value_bytes + i};
    return i < n;
}

static bool row_end(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    size_t i = csv_row_end(&s->row_place, p, n);
    *ret_used = i;
    *ret = (value_end){SPLIT_RECORD, s->value_bytes + i};
    return i < n;
}

static bool never_ends(split *s, const char *p, size_t n, size_t *ret_used, value_end *ret)
{
    (void)s, (void)p, (void)ret;
    *ret_used = n;
    return false;
}

/* What the end of the input makes of the value in hand. */
static split_kind kind_at_finish(const split *s)
{
    str text = {s->mem + s->head, s->at - s->head};
    switch (s->state) {
    case IN_WORD:
        return is_word(text) ? SPLIT_SCALAR : SPLIT_BROKEN;
    case IN_JUNK:
    case IN_CLOSERS:
        return SPLIT_BROKEN;
    case IN_ROW:
        return s->row_place == CSV_IN_QUOTES ? SPLIT_CUT : SPLIT_RECORD;
    default:
        return SPLIT_CUT;
    }
}

/* ---- items ----------------------------------------------------------------------------------- */

static step dropped_item(split *s, uint64_t bytes, split_item *ret)
{
    *ret = (split_item){
        .kind = s->state == IN_NOT_A_LOG ? SPLIT_NOT_A_LOG : SPLIT_TOO_LONG,
        .text = {s->opening, s->opening_n},
        .container = s->container,
        .number = s->count.items + 1,
        .offset = s->value_offset,
        .bytes = bytes,
    };
    count_item(s, ret);
    s->count.bytes_framing += s->value_bytes - bytes;
    s->is_dropping = false;
    return STEP_ITEM;
}

static void make_row_json(split *s, split_item *item)
{
    switch (csv_row_json(&s->csv, item->text, &s->row)) {
    case CSV_OK:
        item->text = buf_str(&s->row);
        break;
    case CSV_TOO_MANY_CELLS:
        item->kind = SPLIT_BROKEN;
        break;
    case CSV_NO_MEMORY:
        s->has_failed = true;
        break;
    }
}

/* White space behind what is broken, and the '\r' of a row, belong to the line ends. */
static size_t without_tail(const split *s, split_kind kind, size_t n)
{
    const char *p = s->mem + s->head;
    if (kind == SPLIT_RECORD)
        return s->is_csv && n > 0 && p[n - 1] == '\r' ? n - 1 : n;
    while (kind == SPLIT_BROKEN && n > 0 && scan_is_space(p[n - 1]))
        n--;
    return n;
}

/* A record has just ended, and the scan has seen all of it. */
static json_index record_index(split *s, size_t n)
{
    if (!s->scan.index || s->index.is_odd)
        return (json_index){0};
    s->index.at[s->index.n] = (uint32_t)n;
    return (json_index){s->index.at, s->index.n, !s->index.has_backslash};
}

static step kept_item(split *s, value_end end, split_item *ret)
{
    size_t n = without_tail(s, end.kind, (size_t)end.bytes);
    ret->kind = end.kind;
    ret->text = (str){s->mem + s->head, n};
    ret->container = s->container;
    ret->number = s->count.items + 1;
    ret->offset = s->value_offset;
    ret->bytes = n;
    ret->index = (json_index){0};
    if (s->is_csv && ret->kind == SPLIT_RECORD)
        make_row_json(s, ret);
    else if (ret->kind == SPLIT_RECORD)
        ret->index = record_index(s, n);
    if (s->has_failed)
        return STEP_WAIT;
    count_item(s, ret);
    move_head(s, n);
    return STEP_ITEM;
}

static step value_item(split *s, value_end end, split_item *ret)
{
    step done = s->is_dropping ? dropped_item(s, end.bytes, ret) : kept_item(s, end, ret);
    s->state = s->is_csv ? BETWEEN_ROWS : BETWEEN;
    return done;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* How much of what is there may be shown to the value in hand before it is too long to keep. */
static size_t show_bytes(const split *s)
{
    size_t n = s->tail - s->at;
    size_t left = s->is_dropping ? SIZE_MAX : LIMIT_RECORD_BYTES - (size_t)s->value_bytes;
    return n < left ? n : left;
}

static void use_bytes(split *s, size_t n)
{
    s->at += n;
    s->value_bytes += n;
    if (!s->is_dropping)
        return;
    keep_opening(s, s->mem + s->head, n);
    move_head(s, n);
}

static bool find_end(split *s, size_t *ret_used, value_end *ret)
{
    typedef bool (*end_finder)(split *, const char *, size_t, size_t *, value_end *);
    static const end_finder finders[] = {
        [IN_OBJECT] = object_end,    [IN_TEXT] = text_end, [IN_WORD] = word_end,
        [IN_JUNK] = junk_end,        [IN_ROW] = row_end,   [IN_CLOSERS] = closers_end,
        [IN_NOT_A_LOG] = never_ends,
    };
    return finders[s->state](s, s->mem + s->at, show_bytes(s), ret_used, ret);
}

static step step_value(split *s, split_item *ret)
{
    size_t used;
    value_end end;
    bool has_ended = find_end(s, &used, &end);
    use_bytes(s, used);
    if (has_ended)
        return value_item(s, end, ret);
    if (!s->is_dropping && s->value_bytes >= LIMIT_RECORD_BYTES)
        drop_value(s);
    if (s->at < s->tail || s->state == IN_WRAPPER_OPEN)
        return STEP_ON;
    if (!s->is_finished)
        return STEP_WAIT;
    return value_item(s, (value_end){kind_at_finish(s), s->value_bytes}, ret);
}

static void enter_wrapper(split *s)
{
    frame(s, s->at - s->head);
    s->state = BETWEEN;
    s->container = s->candidate;
    s->n_arrays = 1;
}

static step step_wrapper_open(split *s, split_item *ret)
{
    (void)ret;
    size_t n = show_bytes(s);
    size_t space = 0;
    size_t used;
    while (space < n && scan_is_space(s->mem[s->at + space]))
        space++;
    s->run(&s->scan, s->mem + s->at, space, &used);
    use_bytes(s, used);
    if (space == n && !s->is_finished && s->value_bytes < LIMIT_RECORD_BYTES)
        return STEP_WAIT;
    s->state = IN_OBJECT;
    if (space == n || (s->mem[s->at] != '{' && s->mem[s->at] != ']'))
        return STEP_ON;
    /* Asked at most once for an object: the answer is final either way, so the cost stays
     * linear. */
    s->scan.wants_arrays = !split_shows_record_key((str){s->mem + s->head, s->at - s->head});
    if (s->scan.wants_arrays)
        enter_wrapper(s);
    return STEP_ON;
}

static step step_wrapper_close(split *s, split_item *ret)
{
    size_t used;
    scan_event event = s->run(&s->scan, s->mem + s->head, s->tail - s->head, &used);
    frame(s, used);
    if (event == SCAN_MORE && !s->is_finished)
        return STEP_WAIT;
    /* In an array of the wrapper's: behind the wrapper's own members only a key may follow. */
    if (event == SCAN_DOUBT && s->scan.depth > 1)
        return STEP_ON;
    s->state = BETWEEN;
    step done = STEP_ON;
    if (event != SCAN_END)
        done = mark(s, event == SCAN_MORE ? SPLIT_CUT : SPLIT_BROKEN, ret);
    s->container = NULL;
    return done;
}

static void close_array(split *s)
{
    frame(s, 1);
    s->n_arrays--;
    if (s->n_arrays > 0 || !s->container)
        return;
    s->state = IN_WRAPPER_CLOSE;
    scan_begin(&s->scan, 1, false);
}

static void begin_object(split *s)
{
    begin_value(s, IN_OBJECT);
    split_check_begin(&s->check);
    scan_begin(&s->scan, 0, s->n_arrays == 0 && s->mem[s->head] == '{');
    if (s->run != scan_scalar)
        scan_begin_index(&s->scan, &s->index);
}

static void begin_text(split *s)
{
    begin_value(s, IN_TEXT);
    scan_begin(&s->scan, 0, false);
}

static void begin_any(split *s, char c)
{
    if (c == '{' || (c == '[' && s->n_arrays == LIMIT_DEPTH)) {
        begin_object(s);
    } else if (c == '[') {
        frame(s, 1);
        s->n_arrays++;
    } else if (c == ']' && s->n_arrays > 0) {
        close_array(s);
    } else if (c == ']' || c == '}') {
        begin_value(s, IN_CLOSERS);
    } else if (c == '"') {
        begin_text(s);
    } else {
        begin_value(s, c == '-' || c == 't' || c == 'f' || c == 'n' || is_digit(c) ? IN_WORD
                                                                                   : IN_JUNK);
    }
}

static step finish_between(split *s, split_item *ret)
{
    if (!s->is_finished || s->n_arrays == 0)
        return STEP_WAIT;
    step done = mark(s, SPLIT_CUT, ret);
    s->n_arrays = 0;
    s->container = NULL;
    return done;
}

static step step_between(split *s, split_item *ret)
{
    const char *p = s->mem + s->head;
    size_t n = s->tail - s->head;
    size_t i = 0;
    while (i < n && (p[i] == ',' || scan_is_space(p[i])))
        i++;
    frame(s, i);
    if (i == n)
        return finish_between(s, ret);
    begin_any(s, p[i]);
    return STEP_ON;
}

static step step_between_rows(split *s, split_item *ret)
{
    (void)ret;
    const char *p = s->mem + s->head;
    size_t n = s->tail - s->head;
    size_t i = 0;
    while (i < n && (p[i] == '\n' || p[i] == '\r'))
        i++;
    frame(s, i);
    if (i == n)
        return STEP_WAIT;
    begin_value(s, IN_ROW);
    s->row_place = CSV_CELL_START;
    return STEP_ON;
}

/* The first line is whole, or too long to be a header. */
static step decide_header(split *s, bool is_whole)
{
    size_t n = s->at - s->head;
    str line = {s->mem + s->head, n};
    if (n > 0 && line.p[n - 1] == '\r')
        line.n--;
    if (is_whole && csv_take_header(&s->csv, line, log_column_is_known)) {
        frame(s, n);
        s->is_csv = true;
        s->state = BETWEEN_ROWS;
        return STEP_ON;
    }
    s->has_failed = s->csv.names.failed || s->csv.cell.failed;
    s->state = IN_NOT_A_LOG;
    drop_value(s);
    return STEP_ON;
}

static step step_header(split *s, split_item *ret)
{
    (void)ret;
    size_t n = s->tail - s->at;
    size_t left = LIMIT_FIELD_BYTES - (size_t)s->value_bytes;
    size_t shown = n < left ? n : left;
    size_t used = csv_row_end(&s->row_place, s->mem + s->at, shown);
    use_bytes(s, used);
    if (used < shown)
        return decide_header(s, true);
    if (s->value_bytes >= LIMIT_FIELD_BYTES)
        return decide_header(s, false);
    return s->is_finished ? decide_header(s, true) : STEP_WAIT;
}

/* False: the first bytes may yet turn out to be a byte order mark. */
static bool skip_byte_order_mark(split *s)
{
    static const char mark_bytes[3] = {(char)0xef, (char)0xbb, (char)0xbf};
    size_t n = s->tail - s->head;
    if (s->offset > 0)
        return true;
    size_t shown = n < sizeof(mark_bytes) ? n : sizeof(mark_bytes);
    if (memcmp(s->mem + s->head, mark_bytes, shown) != 0)
        return true;
    if (n < sizeof(mark_bytes))
        return s->is_finished;
    frame(s, sizeof(mark_bytes));
    return true;
}

static step step_start(split *s, split_item *ret)
{
    (void)ret;
    if (s->head == s->tail || !skip_byte_order_mark(s))
        return STEP_WAIT;
    size_t i = s->head;
    while (i < s->tail && scan_is_space(s->mem[i]))
        i++;
    frame(s, i - s->head);
    if (i == s->tail)
        return STEP_WAIT;
    begin_value(s, IN_HEADER);
    s->row_place = CSV_CELL_START;
    if (s->mem[i] == '{' || s->mem[i] == '[')
        s->state = BETWEEN;
    return STEP_ON;
}

static step take_step(split *s, split_item *ret)
{
    typedef step (*step_function)(split *, split_item *);
    static const step_function steps[] = {
        [AT_START] = step_start,
        [IN_HEADER] = step_header,
        [BETWEEN] = step_between,
        [IN_WRAPPER_OPEN] = step_wrapper_open,
        [IN_WRAPPER_CLOSE] = step_wrapper_close,
        [BETWEEN_ROWS] = step_between_rows,
        [IN_NOT_A_LOG] = step_value,
        [IN_OBJECT] = step_value,
        [IN_TEXT] = step_value,
        [IN_WORD] = step_value,
        [IN_JUNK] = step_value,
        [IN_CLOSERS] = step_value,
        [IN_ROW] = step_value,
    };
    return steps[s->state](s, ret);
}

/* ---- the outside ----------------------------------------------------------------------------- */

static split *new_with(scan_run run)
{
    split *s = calloc(1, sizeof(*s));
    if (s)
        s->run = run;
    return s;
}

split *split_new_scalar(void)
{
    return new_with(scan_scalar);
}

split *split_new(void)
{
    return new_with(scan_way(0));
}

void split_free(split *s)
{
    if (!s)
        return;
    csv_done(&s->csv);
    buf_done(&s->row);
    free(s->mem);
    free(s);
}

void split_reset(split *s)
{
    s->head = s->at = s->tail = 0;
    s->offset = 0;
    s->state = AT_START;
    s->is_finished = s->has_failed = s->is_dropping = s->is_csv = false;
    s->n_arrays = 0;
    s->container = NULL;
    s->count = (split_count){0};
}

static void move_to_front(split *s)
{
    if (s->head == 0)
        return;
    memmove(s->mem, s->mem + s->head, s->tail - s->head);
    s->tail -= s->head;
    s->at -= s->head;
    s->head = 0;
}

static bool grow(split *s, size_t want)
{
    size_t needed;
    if (!add_ok(s->tail, want, &needed) || !add_ok(needed, BUF_PADDING, &needed))
        return false;
    size_t cap = s->cap ? s->cap : FIRST_BYTES;
    while (cap + BUF_PADDING < needed && cap <= SIZE_MAX / 4)
        cap *= 2;
    char *mem = realloc(s->mem, cap + BUF_PADDING);
    if (!mem)
        return false;
    s->mem = mem;
    s->cap = cap;
    return true;
}

char *split_room(split *s, size_t want, size_t *ret_room)
{
    assert(!s->is_finished);
    if (s->cap - s->tail < want || s->head == s->tail)
        move_to_front(s);
    if ((!s->mem || s->cap - s->tail < want) && !grow(s, want)) {
        s->has_failed = true;
        return NULL;
    }
    *ret_room = s->cap - s->tail;
    return s->mem + s->tail;
}

void split_commit(split *s, size_t n)
{
    if (n == 0)
        return;
    assert(n <= s->cap - s->tail);
    s->tail += n;
    s->count.bytes_in += n;
    memset(s->mem + s->tail, 0, BUF_PADDING);
}

void split_finish(split *s)
{
    s->is_finished = true;
}

bool split_failed(const split *s)
{
    return s->has_failed;
}

split_count split_counts(const split *s)
{
    return s->count;
}

bool split_next(split *s, split_item *ret)
{
    step last = STEP_ON;
    while (last == STEP_ON && !s->has_failed && s->mem)
        last = take_step(s, ret);
    return last == STEP_ITEM;
}
