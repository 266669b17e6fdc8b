/* SPDX-License-Identifier: Apache-2.0
 *
 * test_audit.c -- an audit says the same, however its exports are cut, packed, ordered, laid out or
 * repeated.
 *
 *  (1) The exports are the files of all cases of the audit: each reader and each check has some.
 *  (2) One world is made of the failing cases of all checks, each file under a name of its own:
 *      there exports contradict one another, and the lowest name has its way in any order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include "base/json.h"
#include "base/text.h"
#include "support/exports.h"
#include "support/random.h"

enum { SHUFFLES = 12, CASE_FILES = 32, SPREAD = 16 };

typedef struct trial {
    const export_case *at;
    export_file files[CASE_FILES];
    size_t n;
    buf wanted; /* what an audit of the files as they are says */
    arena text; /* of changed files */
} trial;

static void judge(const export_file *files, size_t n, const exports_way *way, buf *out)
{
    buf_reset(out);
    assert_int_equal(exports_judge(files, n, way, out), SPOOR_OK);
    buf_putc(out, '\0');
    assert_false(out->failed);
}

/* Says which lines differ before it fails. */
static void compare(const trial *t, const char *what, const buf *got)
{
    if (strcmp(got->p, t->wanted.p) == 0)
        return;
    str a = str_of(t->wanted.p), b = str_of(got->p), x = STR_NONE, y = STR_NONE;
    while (text_next(&a, '\n', &x) && text_next(&b, '\n', &y) && str_eq(x, y))
        ;
    print_error("%s, %s: %s\n  wanted %.*s\n  got    %.*s\n", t->at ? t->at->check : "the world",
                t->at ? t->at->kind : "", what, (int)x.n, x.p, (int)y.n, y.p);
    fail();
}

/* ---- changes --------------------------------------------------------------------------------- */

typedef bool change(const export_file *file, buf *out); /* false: not for such a file */

static bool pack_gzip(const export_file *file, buf *out)
{
    struct isal_zstream z;
    size_t room = file->text.n + 1024;
    assert_true(buf_reserve(out, room));
    isal_deflate_stateless_init(&z);
    z.gzip_flag = IGZIP_GZIP;
    z.end_of_stream = 1;
    z.next_in = (uint8_t *)(uintptr_t)file->text.p;
    z.avail_in = (uint32_t)file->text.n;
    z.next_out = (uint8_t *)out->p;
    z.avail_out = (uint32_t)room;
    assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
    out->n = z.total_out;
    return true;
}

static bool pack_zstd(const export_file *file, buf *out)
{
    size_t room = ZSTD_compressBound(file->text.n);
    assert_true(buf_reserve(out, room));
    size_t n = ZSTD_compress(out->p, room, file->text.p, file->text.n, 1);
    assert_false(ZSTD_isError(n));
    out->n = n;
    return true;
}

static bool is_one_document(const export_file *file)
{
    json_node root;
    AUTO(buf) text = {0};
    json_reader *reader = json_reader_new();
    assert_non_null(reader);
    buf_putstr(&text, file->text);
    bool is = json_parse(reader, buf_str(&text), &root) == JSON_OK;
    is = is && (json_node_type(root) == JSON_OBJECT || json_node_type(root) == JSON_ARRAY);
    json_reader_free(reader);
    return is;
}

/* Copies JSON, without the white space between its tokens, or with much of it. */
static bool lay_out(const export_file *file, const char *space, buf *out)
{
    bool is_in_string = false, is_escaped = false;
    if (!is_one_document(file))
        return false;
    for (size_t i = 0; i < file->text.n; i++) {
        char c = file->text.p[i];
        bool is_space = !is_in_string && strchr(" \t\r\n", c);
        bool is_mark = !is_in_string && strchr("{}[]:,", c);
        if (!is_space)
            buf_putc(out, c);
        if (is_mark)
            buf_puts(out, space);
        if (c == '"' && !is_escaped)
            is_in_string = !is_in_string;
        is_escaped = c == '\\' && !is_escaped;
    }
    return true;
}

static bool minify(const export_file *file, buf *out)
{
    return lay_out(file, "", out);
}

static bool spread(const export_file *file, buf *out)
{
    return lay_out(file, "\r\n\t  ", out);
}

static bool end_lines_in_crlf(const export_file *file, buf *out)
{
    for (size_t i = 0; i < file->text.n; i++) {
        if (file->text.p[i] == '\n' && (i == 0 || file->text.p[i - 1] != '\r'))
            buf_putc(out, '\r');
        buf_putc(out, file->text.p[i]);
    }
    return true;
}

static bool mark(const export_file *file, buf *out)
{
    buf_puts(out, "\xef\xbb\xbf");
    buf_putstr(out, file->text);
    return true;
}

/* ---- one case after another ------------------------------------------------------------------ */

static void take_case(trial *t, const exports *e, const export_case *c)
{
    assert_true(c->n <= CASE_FILES / 2);
    *t = (trial){.at = c, .n = c->n};
    memcpy(t->files, e->files + c->first, c->n * sizeof *t->files);
}

static void trial_done(trial *t)
{
    buf_done(&t->wanted);
    arena_done(&t->text);
}

static void each_case(void (*play)(trial *t))
{
    AUTO(exports) e = {0};
    assert_true(exports_load(&e));
    assert_true(e.n_cases > 1000);
    for (size_t i = 0; i < e.n_cases; i++) {
        trial t;
        take_case(&t, &e, &e.cases[i]);
        play(&t);
        trial_done(&t);
    }
}

/* At its end, at some places in it, and into single bytes. */
static void cut(trial *t)
{
    AUTO(buf) got = {0};
    size_t longest = 0;
    judge(t->files, t->n, &(exports_way){.is_told = true}, &t->wanted);
    for (size_t i = 0; i < t->n; i++)
        longest = t->files[i].text.n > longest ? t->files[i].text.n : longest;
    for (size_t at = 1; at < longest; at += 1 + longest / 4) {
        judge(t->files, t->n, &(exports_way){.first_cut = at, .is_told = true}, &got);
        compare(t, "cut in two", &got);
    }
    judge(t->files, t->n, &(exports_way){.most = 1, .is_told = true}, &got);
    compare(t, "cut into bytes", &got);
}

static void compare_changed(trial *t, change *how, const char *what, bool is_told)
{
    export_file changed[CASE_FILES];
    AUTO(buf) got = {0};
    for (size_t i = 0; i < t->n; i++) {
        AUTO(buf) text = {0};
        changed[i] = t->files[i];
        if (!how(&t->files[i], &text))
            continue;
        changed[i].text = arena_dup_buf(&t->text, &text);
        assert_non_null(changed[i].text.p);
    }
    judge(t->files, t->n, &(exports_way){.is_told = is_told}, &t->wanted);
    judge(changed, t->n, &(exports_way){.most = 512, .is_told = is_told}, &got);
    compare(t, what, &got);
}

static void pack(trial *t)
{
    compare_changed(t, pack_gzip, "in gzip", true);
    compare_changed(t, pack_zstd, "in zstd", true);
}

static void lay(trial *t)
{
    compare_changed(t, minify, "without white space", false);
    compare_changed(t, spread, "with much white space", false);
    compare_changed(t, end_lines_in_crlf, "with lines that end in CR LF", false);
    compare_changed(t, mark, "behind a byte order mark", false);
}

static void turn(trial *t)
{
    export_file turned[CASE_FILES];
    AUTO(buf) got = {0};
    for (size_t i = 0; i < t->n; i++)
        turned[i] = t->files[t->n - 1 - i];
    judge(t->files, t->n, &(exports_way){.is_told = true}, &t->wanted);
    judge(turned, t->n, &(exports_way){.is_told = true}, &got);
    compare(t, "from the last to the first", &got);
}

/* Network logs are left out: they count, and what is given twice happened twice. */
static void repeat(trial *t)
{
    export_file twice[CASE_FILES];
    AUTO(buf) got = {0};
    size_t n = 0;
    if (text_starts(str_of(t->at->check), "traffic-"))
        return;
    for (size_t i = 0; i < t->n; i++) {
        twice[n++] = t->files[i];
        twice[n++] = t->files[i];
    }
    judge(t->files, t->n, &(exports_way){0}, &t->wanted);
    judge(twice, n, &(exports_way){0}, &got);
    compare(t, "each export twice", &got);
}

static void exports_may_be_cut(void **state)
{
    (void)state;
    each_case(cut);
}

static void exports_may_be_packed(void **state)
{
    (void)state;
    each_case(pack);
}

static void exports_may_be_laid_out(void **state)
{
    (void)state;
    each_case(lay);
}

static void exports_may_come_in_any_order(void **state)
{
    (void)state;
    each_case(turn);
}

static void exports_may_come_twice(void **state)
{
    (void)state;
    each_case(repeat);
}

/* ---- the world ------------------------------------------------------------------------------- */

/* The failing cases that stand at `at`, `at` + SPREAD … among all. */
static size_t take_world(exports *e, size_t at, export_file *ret)
{
    size_t n = 0;
    for (size_t i = at; i < e->n_cases; i += SPREAD) {
        const export_case *c = &e->cases[i];
        for (size_t k = 0; k < c->n && strcmp(c->kind, "fail") == 0; k++) {
            const export_file *f = &e->files[c->first + k];
            str name = arena_printf(&e->text, "%04zu/%s", i, f->name);
            assert_non_null(name.p);
            ret[n++] = (export_file){name.p, f->text};
        }
    }
    return n;
}

static void shuffle(export_file *files, size_t n, uint64_t *seed)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = random_next(seed) % i;
        export_file held = files[k];
        files[k] = files[i - 1];
        files[i - 1] = held;
    }
}

static void a_world_may_come_in_any_order(void **state)
{
    (void)state;
    AUTO(exports) e = {0};
    assert_true(exports_load(&e));
    export_file *files = calloc(e.n_files, sizeof *files);
    assert_non_null(files);
    uint64_t seed = 1578002;
    for (size_t at = 0; at < SPREAD; at++) {
        AUTO(buf) got = {0};
        trial t = {0};
        size_t n = take_world(&e, at, files);
        judge(files, n, &(exports_way){.is_told = true}, &t.wanted);
        for (int i = 0; i < SHUFFLES; i++) {
            shuffle(files, n, &seed);
            judge(files, n, &(exports_way){.is_told = true}, &got);
            compare(&t, "shuffled", &got);
        }
        trial_done(&t);
    }
    free(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports_may_be_cut),      cmocka_unit_test(exports_may_be_packed),
        cmocka_unit_test(exports_may_be_laid_out), cmocka_unit_test(exports_may_come_in_any_order),
        cmocka_unit_test(exports_may_come_twice),  cmocka_unit_test(a_world_may_come_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
