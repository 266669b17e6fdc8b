/* SPDX-License-Identifier: Apache-2.0
 *
 * event.c -- text of an event's fields, its order, and its packed form.
 *
 * The packed form is what sorting moves about and spills, so it holds only what the event has:
 * numbers of seven bits a byte, one bit for every field that is there.
 *
 *     caller: length of what follows, bits of fields, fields
 *     rest:   head, bits of fields, fields, refs
 *
 *  (1) Unpacking trusts no byte: lengths are checked against what is left, names of enumerations
 *      against their count, and the bytes must end where the event does.
 *  (2) What unpacks equals what was packed, except for the pointers of absent texts.
 */
#include "model/event.h"

#include <assert.h>
#include <stdlib.h>

#include "base/time.h"
#include "model/operation.h"

_Static_assert(FIELD_COUNT <= 64, "one bit for every field");

const char *provider_text(provider p)
{
    static const char *const texts[PROVIDER_COUNT] = {"none", "aws", "azure", "gcp", "other"};
    assert((unsigned)p < PROVIDER_COUNT);
    return texts[p];
}

const char *outcome_text(outcome o)
{
    static const char *const texts[OUTCOME_COUNT] = {"success",  "denied", "dry_run",
                                                     "capacity", "failed", "pending"};
    assert((unsigned)o < OUTCOME_COUNT);
    return texts[o];
}

const char *phase_text(phase p)
{
    static const char *const texts[PHASE_COUNT] = {"complete", "start", "accept", "end", "part"};
    assert((unsigned)p < PHASE_COUNT);
    return texts[p];
}

/* ---- text of fields ------------------------------------------------------------------------ */

static void put_time(const event *e, buf *out)
{
    char text[TIME_TEXT_MAX];
    if (e->time_ns != TIME_NONE)
        buf_put(out, text, time_format(e->time_ns, text));
}

static void put_provider(const event *e, buf *out)
{
    if (e->provider != PROVIDER_NONE)
        buf_puts(out, provider_text(e->provider));
}

static void put_class(const event *e, buf *out)
{
    buf_puts(out, operation_at(e->operation)->class_name);
}

static void put_stage(const event *e, buf *out)
{
    stage s = operation_at(e->operation)->stage;
    if (s != STAGE_NONE)
        buf_puts(out, stage_describe(s)->name);
}

static void put_technique(const event *e, buf *out)
{
    const char *technique = operation_at(e->operation)->technique;
    if (technique[0] == 'T')
        buf_puts(out, technique);
}

static void put_outcome(const event *e, buf *out)
{
    buf_puts(out, outcome_text(e->outcome));
}

static void put_denied(const event *e, buf *out)
{
    buf_puts(out, e->outcome == OUTCOME_DENIED ? "true" : "false");
}

static void put_phase(const event *e, buf *out)
{
    buf_puts(out, phase_text(e->phase));
}

/* True when an earlier ref of that relation has the same id: seen in request and response. */
static bool is_repeated(const event *e, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (e->refs[i].relation == e->refs[at].relation && str_eq(e->refs[i].id, e->refs[at].id))
            return true;
    }
    return false;
}

static void put_ids(const event *e, relation r, buf *out)
{
    bool is_first = true;
    for (size_t i = 0; i < e->n_refs; i++) {
        if (e->refs[i].relation != r || is_repeated(e, i))
            continue;
        if (!is_first)
            buf_putc(out, ';');
        buf_putstr(out, e->refs[i].id);
        is_first = false;
    }
}

static void put_targets(const event *e, buf *out)
{
    put_ids(e, RELATION_TARGET, out);
}

static void put_created(const event *e, buf *out)
{
    put_ids(e, RELATION_CREATED, out);
}

static void put_parents(const event *e, buf *out)
{
    put_ids(e, RELATION_PARENT, out);
}

/* The name of the input is known to the engine, which sets the field; else its number stands in. */
static void put_raw_ref(const event *e, buf *out)
{
    if (e->field[FIELD_raw_ref].n)
        buf_putstr(out, e->field[FIELD_raw_ref]);
    else if (e->record)
        buf_printf(out, "%u:%u", e->file, e->record);
}

typedef void put_fn(const event *e, buf *out);

/* Fields that members of the event speak for; the others are field[] itself. */
static put_fn *const puts_of[FIELD_COUNT] = {
    [FIELD_time] = put_time,       [FIELD_provider] = put_provider,   [FIELD_class] = put_class,
    [FIELD_stage] = put_stage,     [FIELD_technique] = put_technique, [FIELD_outcome] = put_outcome,
    [FIELD_denied] = put_denied,   [FIELD_phase] = put_phase,         [FIELD_targets] = put_targets,
    [FIELD_created] = put_created, [FIELD_parents] = put_parents,     [FIELD_raw_ref] = put_raw_ref,
};

void event_field_text(const event *e, field f, buf *out)
{
    assert((unsigned)f < FIELD_COUNT);
    if (puts_of[f])
        puts_of[f](e, out);
    else
        buf_putstr(out, e->field[f]);
}

/* ---- packing ------------------------------------------------------------------------------- */

enum {
    FLAG_UPDATE = 1,
    FLAG_SHARED_VIEW = 2,
    FLAG_NEW = 4,
    FLAG_EXISTING = 8,
    FLAG_FOLD = 16, /* fold_hash follows */
    FLAG_MENTION = 32,
    FLAG_AT_HOME = 64, /* in the caller's own account, which is left out */
    FLAG_MAX = 127,
    REF_BYTES_MIN = 5, /* relation, type, item, and two empty texts */
    VARINT_MAX = 10,
};

/* Packing writes through a bare pointer into room that was reserved for the most it can take:
 * events are packed by the million. */
static char *pack_number(char *to, uint64_t x)
{
    for (; x >= 0x80; x >>= 7)
        *to++ = (char)(x | 0x80);
    *to++ = (char)x;
    return to;
}

static char *pack_fixed(char *to, uint64_t x)
{
    memcpy(to, &x, sizeof(x));
    return to + sizeof(x);
}

static char *pack_text(char *to, str s)
{
    to = pack_number(to, s.n);
    if (s.n > 0)
        memcpy(to, s.p, s.n);
    return to + s.n;
}

/* In most calls the account is the caller's. */
static bool is_at_home(const event *e)
{
    return e->field[FIELD_account].n > 0 &&
           str_eq(e->field[FIELD_account], e->field[FIELD_actor_account]);
}

static unsigned flags_of(const event *e)
{
    return (is_at_home(e) ? FLAG_AT_HOME : 0u) | (e->is_update ? FLAG_UPDATE : 0u) |
           (e->is_shared_view ? FLAG_SHARED_VIEW : 0u) | (e->is_new ? FLAG_NEW : 0u) |
           (e->is_existing ? FLAG_EXISTING : 0u) | (e->fold_hash ? FLAG_FOLD : 0u) |
           (e->is_mention ? FLAG_MENTION : 0u);
}

/* clang-format off */
#define BIT(name) (UINT64_C(1) << FIELD_##name)

static const uint64_t OF_CALLER =
    BIT(actor_type) | BIT(actor_id) | BIT(actor_name) | BIT(actor_arn) | BIT(actor_account) |
    BIT(issuer_id) | BIT(issuer_name) | BIT(credential) | BIT(session_id) | BIT(session_start) |
    BIT(source_identity) | BIT(invoked_by) | BIT(benign_class);
/* clang-format on */

bool event_is_of_caller(field f)
{
    return OF_CALLER >> f & 1;
}

/* Bit f is set when the event has field f, which is one of `wanted`. */
static uint64_t present_fields(const event *e, uint64_t wanted)
{
    uint64_t present = 0;
    for (size_t f = 0; f < FIELD_COUNT; f++)
        present |= (uint64_t)(e->field[f].n > 0) << f;
    return present & wanted;
}

/* All but the caller's; service and operation are left out when the operation table says the same,
 * the account when it is the caller's. */
static uint64_t present_rest(const event *e)
{
    const operation_info *o = operation_at(e->operation);
    uint64_t present = present_fields(e, ~OF_CALLER);
    if (str_eq(e->field[FIELD_service], (str){o->source, o->source_n}))
        present &= ~BIT(service);
    if (str_eq(e->field[FIELD_operation], (str){o->name, o->name_n}))
        present &= ~BIT(operation);
    if (is_at_home(e))
        present &= ~BIT(account);
    return present;
}

/* The most bytes that packing fields takes. */
static size_t fields_bound(const event *e, uint64_t present)
{
    size_t n = VARINT_MAX;
    for (; present; present &= present - 1)
        n += VARINT_MAX + e->field[__builtin_ctzll(present)].n;
    return n;
}

static size_t rest_bound(const event *e, uint64_t present)
{
    size_t n = 12 * VARINT_MAX + 3 * sizeof(uint64_t) + fields_bound(e, present);
    for (size_t i = 0; i < e->n_refs; i++)
        n += 5 * VARINT_MAX + e->refs[i].id.n + e->refs[i].path.n;
    return n;
}

static char *pack_fields(char *to, const event *e, uint64_t present)
{
    to = pack_number(to, present);
    for (; present; present &= present - 1)
        to = pack_text(to, e->field[__builtin_ctzll(present)]);
    return to;
}

static char *pack_head(char *to, const event *e)
{
    to = pack_number(to, e->n_refs);
    to = pack_fixed(to, (uint64_t)e->time_ns);
    to = pack_fixed(to, e->uid_hash);
    to = pack_number(to, flags_of(e));
    if (e->fold_hash)
        to = pack_fixed(to, e->fold_hash);
    to = pack_number(to, e->file);
    to = pack_number(to, e->record);
    to = pack_number(to, e->operation);
    to = pack_number(to, e->provider);
    to = pack_number(to, e->outcome);
    return pack_number(to, e->phase);
}

/* Most paths are the words of the operation's row: those are not copied. The length is doubled, to
 * say in its lowest bit which it is. */
static char *pack_path(char *to, const operation_info *o, str path)
{
    size_t at = (size_t)((uintptr_t)path.p - (uintptr_t)o->refs);
    bool is_of_row = path.n > 0 && at < o->refs_n && path.n <= o->refs_n - at;
    to = pack_number(to, (uint64_t)path.n << 1 | is_of_row);
    if (is_of_row)
        return pack_number(to, at);
    if (path.n > 0)
        memcpy(to, path.p, path.n);
    return to + path.n;
}

static char *pack_ref(char *to, const operation_info *o, const event_ref *r)
{
    to = pack_number(to, r->relation);
    to = pack_number(to, r->type);
    to = pack_number(to, r->item);
    to = pack_text(to, r->id);
    return pack_path(to, o, r->path);
}

void event_pack_caller(const event *e, buf *out)
{
    uint64_t present = present_fields(e, OF_CALLER);
    if (!buf_reserve(out, sizeof(uint32_t) + fields_bound(e, present)))
        return;
    char *length = out->p + out->n, *from = length + sizeof(uint32_t);
    char *to = pack_fields(from, e, present);
    uint32_t n = (uint32_t)(to - from);
    memcpy(length, &n, sizeof n);
    out->n = (size_t)(to - out->p);
}

void event_pack_rest(const event *e, buf *out)
{
    uint64_t present = present_rest(e);
    if (!buf_reserve(out, rest_bound(e, present)))
        return;
    char *to = pack_head(out->p + out->n, e);
    to = pack_fields(to, e, present);
    for (size_t i = 0; i < e->n_refs; i++)
        to = pack_ref(to, operation_at(e->operation), &e->refs[i]);
    out->n = (size_t)(to - out->p);
}

void event_pack(const event *e, buf *out)
{
    event_pack_caller(e, out);
    event_pack_rest(e, out);
}

event_packed event_packed_parts(str bytes)
{
    uint32_t n = UINT32_MAX;
    if (bytes.n >= sizeof n)
        memcpy(&n, bytes.p, sizeof n);
    if (bytes.n < sizeof n || n > bytes.n - sizeof n)
        return (event_packed){bytes, STR_NONE};
    return (event_packed){str_upto(bytes, sizeof n + n), str_from(bytes, sizeof n + n)};
}

event_packed event_packed_of(const event *e, buf *room)
{
    if (e->packed.rest.n > 0)
        return e->packed;
    event_pack(e, room);
    return event_packed_parts(buf_str(room));
}

/* ---- unpacking ----------------------------------------------------------------------------- */

/* What is left to read. After the first bad byte every read gives zero, so the checks can wait. */
typedef struct unpacker {
    str left;
    bool bad;
} unpacker;

/* What unpack_number leaves: numbers of several bytes, and bad ones. */
static uint64_t unpack_long(unpacker *u, uint64_t max)
{
    uint64_t x = 0;
    for (size_t i = 0; i < VARINT_MAX && i < u->left.n; i++) {
        uint64_t byte = (unsigned char)u->left.p[i];
        x |= (byte & 0x7f) << (7 * i);
        if (byte & 0x80)
            continue;
        u->left = str_from(u->left, i + 1);
        if (!u->bad && x <= max)
            return x;
        break;
    }
    u->bad = true;
    return 0;
}

/* A number up to `max`. Nearly all take one byte. */
static inline uint64_t unpack_number(unpacker *u, uint64_t max)
{
    uint64_t first = u->left.n > 0 ? (unsigned char)u->left.p[0] : UINT64_MAX;
    if (UNLIKELY(first >= 0x80 || first > max || u->bad))
        return unpack_long(u, max);
    u->left.p++;
    u->left.n--;
    return first;
}

static uint64_t unpack_fixed(unpacker *u)
{
    uint64_t x = 0;
    if (u->bad || u->left.n < sizeof(x)) {
        u->bad = true;
        return 0;
    }
    memcpy(&x, u->left.p, sizeof(x));
    u->left = str_from(u->left, sizeof(x));
    return x;
}

static str unpack_text(unpacker *u)
{
    size_t n = (size_t)unpack_number(u, SIZE_MAX);
    if (n > u->left.n) {
        u->bad = true;
        return STR_NONE;
    }
    str s = str_upto(u->left, n);
    u->left = str_from(u->left, n);
    return n ? s : STR_NONE;
}

/* Returns the flags. */
static unsigned unpack_head(unpacker *u, event *e)
{
    e->time_ns = (int64_t)unpack_fixed(u);
    e->uid_hash = unpack_fixed(u);
    unsigned flags = (unsigned)unpack_number(u, FLAG_MAX);
    e->is_update = flags & FLAG_UPDATE;
    e->is_shared_view = flags & FLAG_SHARED_VIEW;
    e->is_new = flags & FLAG_NEW;
    e->is_existing = flags & FLAG_EXISTING;
    e->is_mention = flags & FLAG_MENTION;
    e->fold_hash = flags & FLAG_FOLD ? unpack_fixed(u) : 0;
    e->file = (uint32_t)unpack_number(u, UINT32_MAX);
    e->record = (uint32_t)unpack_number(u, UINT32_MAX);
    e->operation = (uint16_t)unpack_number(u, operation_count() - 1);
    e->provider = (uint8_t)unpack_number(u, PROVIDER_COUNT - 1);
    e->outcome = (uint8_t)unpack_number(u, OUTCOME_COUNT - 1);
    e->phase = (uint8_t)unpack_number(u, PHASE_COUNT - 1);
    return flags;
}

static void unpack_fields(unpacker *u, event *e, uint64_t wanted)
{
    uint64_t present = unpack_number(u, UINT64_MAX);
    u->bad = u->bad || (present & ~wanted);
    for (; present && !u->bad; present &= present - 1)
        e->field[__builtin_ctzll(present)] = unpack_text(u);
}

/* False: the bytes are damaged. */
static bool unpack_caller(str bytes, unsigned flags, event *e)
{
    unpacker u = {str_from(bytes, sizeof(uint32_t)), event_packed_parts(bytes).rest.n > 0};
    unpack_fields(&u, e, OF_CALLER);
    if (flags & FLAG_AT_HOME)
        e->field[FIELD_account] = e->field[FIELD_actor_account];
    return !u.bad && u.left.n == 0;
}

static void unpack_own_fields(unpacker *u, event *e)
{
    unpack_fields(u, e, ~OF_CALLER);
    if (u->bad || e->operation == OPERATION_NONE)
        return;
    const operation_info *o = operation_at(e->operation);
    if (e->field[FIELD_service].n == 0)
        e->field[FIELD_service] = (str){o->source, o->source_n};
    if (e->field[FIELD_operation].n == 0)
        e->field[FIELD_operation] = (str){o->name, o->name_n};
}

static str unpack_path(unpacker *u, const operation_info *o)
{
    uint64_t length = unpack_number(u, UINT64_MAX);
    size_t n = (size_t)(length >> 1);
    bool is_of_row = length & 1;
    size_t at = is_of_row ? (size_t)unpack_number(u, o->refs_n) : 0;
    str from = is_of_row ? (str){o->refs + at, o->refs_n - at} : u->left;
    u->bad = u->bad || n > from.n;
    if (u->bad || n == 0)
        return STR_NONE;
    u->left = is_of_row ? u->left : str_from(u->left, n);
    return str_upto(from, n);
}

static void unpack_ref(unpacker *u, const operation_info *o, event_ref *r)
{
    r->relation = (uint8_t)unpack_number(u, RELATION_COUNT - 1);
    r->type = (uint8_t)unpack_number(u, ENTITY_COUNT - 1);
    r->item = (uint16_t)unpack_number(u, UINT16_MAX);
    r->id = unpack_text(u);
    r->path = unpack_path(u, o);
}

static size_t most_refs(event_packed parts)
{
    return parts.rest.n / REF_BYTES_MIN;
}

size_t event_packed_refs(event_packed parts)
{
    unpacker u = {parts.rest, false};
    return (size_t)unpack_number(&u, most_refs(parts));
}

bool event_peek(event_packed parts, event *ret)
{
    unpacker u = {parts.rest, false};
    ret->n_refs = (size_t)unpack_number(&u, most_refs(parts));
    unpack_head(&u, ret);
    return !u.bad;
}

bool event_unpack_fields(event_packed parts, event *ret)
{
    unpacker u = {parts.rest, false};
    *ret = (event){0};
    unpack_number(&u, most_refs(parts));
    unsigned flags = unpack_head(&u, ret);
    unpack_own_fields(&u, ret);
    return !u.bad && unpack_caller(parts.caller, flags, ret);
}

bool event_unpack(event_packed parts, event *ret, event_ref *refs, size_t refs_cap)
{
    unpacker u = {parts.rest, false};
    size_t n_refs = (size_t)unpack_number(&u, refs_cap);
    if (u.bad)
        return false;
    memset(ret, 0, sizeof *ret);
    ret->n_refs = n_refs;
    ret->refs = ret->n_refs ? refs : NULL;
    ret->packed = parts;
    unsigned flags = unpack_head(&u, ret);
    unpack_own_fields(&u, ret);
    for (size_t i = 0; i < ret->n_refs && !u.bad; i++)
        unpack_ref(&u, operation_at(ret->operation), &refs[i]);
    return !u.bad && u.left.n == 0 && unpack_caller(parts.caller, flags, ret);
}

/* ---- order --------------------------------------------------------------------------------- */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int event_compare(const event *a, const event *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    if (a->provider != b->provider)
        return compare_numbers(a->provider, b->provider);
    if (a->uid_hash != b->uid_hash)
        return compare_numbers(a->uid_hash, b->uid_hash);
    if (a->phase != b->phase)
        return compare_numbers(a->phase, b->phase);
    if (a->is_update != b->is_update)
        return compare_numbers(a->is_update, b->is_update);
    if (a->file != b->file)
        return compare_numbers(a->file, b->file);
    return compare_numbers(a->record, b->record);
}
