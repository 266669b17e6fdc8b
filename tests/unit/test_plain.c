/* SPDX-License-Identifier: Apache-2.0
 *
 * test_plain.c -- plain_collect against its slow twin refs_collect: every plain row, many
 * spellings.
 *
 * Records are written with ' for ".
 */
#include "decode/plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "model/operation.h"

extern const decoder decoder_cloudtrail;

/* What is held against each other: one record, read both ways. */
typedef struct bench {
    json_reader *json;
    json_trie *trie;
    plain_plan *plan;
    arena scratch;
    buf record;
    decode_ctx ctx;
} bench;

static void bench_init(bench *b)
{
    *b = (bench){.json = json_reader_new(),
                 .trie = json_trie_new(decoder_cloudtrail.paths, decoder_cloudtrail.n_paths),
                 .plan = plain_plan_new(&decoder_cloudtrail)};
    assert_true(b->json && b->trie && b->plan);
}

static void bench_done(bench *b)
{
    json_reader_free(b->json);
    json_trie_free(b->trie);
    plain_plan_free(b->plan);
    arena_done(&b->scratch);
    buf_done(&b->record);
}

static void load(bench *b, const char *record)
{
    buf_reset(&b->record);
    for (; *record; record++)
        buf_putc(&b->record, (char)(*record == '\'' ? '"' : *record));
    buf_reserve(&b->record, BUF_PADDING);
    json_reader_reset(b->json);
    arena_reset(&b->scratch);
    b->ctx = (decode_ctx){.pick = {.json = b->json, .scratch = &b->scratch},
                          .record = buf_str(&b->record),
                          .plain = b->plan};
}

/* Shows what it is given, drops what is called "drop", and corrects a type. */
static str show(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    (void)e;
    if (str_is(raw, "drop"))
        return STR_NONE;
    if (text_starts(raw, "i-"))
        *type = ENTITY_INSTANCE;
    return arena_printf(ctx->pick.scratch, "%s=%.*s", path, (int)raw.n, raw.p);
}

static void describe(const event *e, buf *out)
{
    for (size_t i = 0; i < e->n_refs; i++) {
        const event_ref *r = &e->refs[i];
        buf_printf(out, "%s %s %.*s at %.*s #%u\n", relation_text((relation)r->relation),
                   entity_describe((entity_type)r->type)->text, (int)r->id.n, r->id.p,
                   (int)r->path.n, r->path.p, r->item);
    }
    for (size_t f = 0; f < FIELD_COUNT; f++)
        if (e->field[f].n > 0)
            buf_printf(out, "%s=%.*s\n", field_describe((field)f)->name, (int)e->field[f].n,
                       e->field[f].p);
    buf_putc(out, '\0');
}

static void read_fast(bench *b, uint16_t operation, buf *out)
{
    json_value slots[DECODER_SLOTS_MAX];
    event e = {.operation = operation};
    assert_int_equal(
        json_project(b->json, b->trie, b->ctx.record, slots, decoder_cloudtrail.n_slots), JSON_OK);
    plain_collect(&b->ctx, slots, show, &e);
    describe(&e, out);
}

static void read_slowly(bench *b, uint16_t operation, buf *out)
{
    static const char *const names[] = {"requestParameters", "responseElements",
                                        "additionalEventData"};
    refs_root roots[1 + ARRAY_LEN(names)] = {{.name = "", .shown = ""}};
    event e = {.operation = operation};
    json_node root;
    assert_int_equal(json_parse(b->json, b->ctx.record, &root), JSON_OK);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        roots[i + 1] = (refs_root){
            .name = names[i], .shown = names[i], .node = json_node_get(root, str_of(names[i]))};
    refs_collect(&b->ctx, &(refs_source){roots, ARRAY_LEN(roots), show}, &e);
    describe(&e, out);
}

#define RECORD(asked, answered, extra)                                                             \
    "{'requestParameters':" asked ",'responseElements':" answered ",'additionalEventData':" extra  \
    "}"

/* clang-format off */
static const char *const records[] = {
    RECORD("{'bucketName':'b','x-amz-copy-source':'/c/k','roleArn':'arn:aws:iam::2:role/x/ops','secretId':'prod/db'}",
           "{'credentials':{'accessKeyId':'ASIAEXAMPLE'},'assumedRoleUser':{'arn':'arn:aws:sts::2:assumed-role/ops/s'}}",
           "{'bytesTransferredIn':0,'bytesTransferredOut':544}"),
    RECORD("{'bucketname':'b','X-AMZ-Copy-Source':'c','rolearn':'r','secretid':'s'}",
           "{'credentials':{'accesskeyid':'A'},'assumedroleuser':{'ARN':'a'}}", "{'bytestransferredout':'544'}"),
    RECORD("{'bucket_name':'b','role_arn':'r','secret_id':'s'}",
           "{'credentials':{'access_key_id':'A'},'assumed_role_user':{'arn':'a'}}", "{'bytes_transferred_in':7}"),
    RECORD("{'bucketName':' b\\u0041\\n','roleArn':'\\u00fc','secretId':'\\\\'}",
           "{'credentials':{'accessKeyId':'\\t'}}", "{}"),
    RECORD("{'bucketName':'','x-amz-copy-source':null,'roleArn':'drop','secretId':'HIDDEN_DUE_TO_SECURITY_REASONS'}",
           "null", "null"),
    RECORD("{'bucketName':'i-1','x-amz-copy-source':'i-1','secretId':12,'roleArn':true}",
           "{'credentials':'i-1','assumedRoleUser':{}}", "{'bytesTransferredIn':''}"),
    RECORD("{'bucketName':null,'bucketName':'twice','bucketName':'thrice'}", "{'credentials':{}}", "{}"),
    RECORD("{'bucketName':['x'],'secretId':{}}", "{'credentials':null}", "{}"),
    "{'requestParameters':{'bucketName':'b','secretId':'s'}}",
    "{}",
};
/* clang-format on */

static void test_plain_rows_read_as_trees_do(void **state)
{
    bench b;
    size_t n_plain = 0;
    (void)state;
    bench_init(&b);
    for (size_t op = 1; op < operation_count(); op++) {
        if (!plain_has(b.plan, (uint16_t)op))
            continue;
        n_plain++;
        for (size_t i = 0; i < ARRAY_LEN(records); i++) {
            AUTO(buf) fast = {0};
            AUTO(buf) slow = {0};
            load(&b, records[i]);
            read_fast(&b, (uint16_t)op, &fast);
            read_slowly(&b, (uint16_t)op, &slow);
            assert_string_equal(fast.p, slow.p);
        }
    }
    assert_true(n_plain >= 10);
    bench_done(&b);
}

static void test_talkative_calls_are_plain(void **state)
{
    static const struct {
        const char *source, *name;
        const char *refs; /* of the first record */
        bool is_plain;
    } rows[] = {
        {"s3.amazonaws.com", "GetObject",
         "target bucket requestParameters.bucketName=b at requestParameters.bucketName #0\n", true},
        {"sts.amazonaws.com", "AssumeRole",
         "created credential responseElements.credentials.accessKeyId=ASIAEXAMPLE", true},
        {"secretsmanager.amazonaws.com", "GetSecretValue", "requestParameters.secretId=prod/db",
         true},
        {"ec2.amazonaws.com", "RunInstances", NULL, false},
        {"ec2.amazonaws.com", "CreateSnapshot", NULL, false},
    };
    bench b;
    (void)state;
    bench_init(&b);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf) fast = {0};
        uint16_t op = operation_find(PROVIDER_AWS, str_of(rows[i].source), str_of(rows[i].name));
        assert_int_not_equal(op, OPERATION_NONE);
        assert_int_equal(plain_has(b.plan, op), rows[i].is_plain);
        if (!rows[i].is_plain)
            continue;
        load(&b, records[0]);
        read_fast(&b, op, &fast);
        assert_non_null(strstr(fast.p, rows[i].refs));
    }
    assert_false(plain_has(NULL, 1));
    bench_done(&b);
}

/* The decoder offers these documents and no other to paths. */
static void test_aws_paths_begin_in_a_document(void **state)
{
    static const char *const documents[] = {"requestParameters", "responseElements",
                                            "additionalEventData", "serviceEventDetails",
                                            "userIdentity"};
    (void)state;
    for (size_t op = 1; op < operation_count(); op++) {
        str spec = str_of(operation_at(op)->refs), item = STR_NONE;
        while (operation_at(op)->provider == PROVIDER_AWS && text_next(&spec, ';', &item)) {
            str path = text_after(text_after(text_trim(item), ' '), ' ');
            bool is_known = false;
            for (size_t i = 0; i < ARRAY_LEN(documents); i++)
                is_known = is_known || str_is(text_before(path, '.'), documents[i]);
            assert_true(is_known);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_rows_read_as_trees_do),
        cmocka_unit_test(test_talkative_calls_are_plain),
        cmocka_unit_test(test_aws_paths_begin_in_a_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
