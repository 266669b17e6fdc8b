/* SPDX-License-Identifier: Apache-2.0
 *
 * test_refs.c -- rows of the operation table applied to documents.
 */
#include "decode/refs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"

/* A record with up to two further documents, and what is collected from them. */
typedef struct bench {
    json_reader *json;
    arena scratch;
    decode_ctx ctx;
    buf text[3];
    refs_root roots[3];
    size_t n_roots;
    event e;
    buf refs; /* "relation type id path #item", a line each */
} bench;

static void add_root(bench *b, const char *name, const char *shown, const char *json)
{
    size_t i = b->n_roots++;
    buf_puts(&b->text[i], json);
    b->roots[i] = (refs_root){.name = name, .shown = shown};
    assert_int_equal(json_parse(b->json, buf_str(&b->text[i]), &b->roots[i].node), JSON_OK);
}

static void bench_init(bench *b, provider p, const char *source, const char *name)
{
    *b = (bench){.json = json_reader_new()};
    assert_non_null(b->json);
    b->ctx.pick = (pick_ctx){.json = b->json, .scratch = &b->scratch};
    b->e.provider = (uint8_t)p;
    b->e.operation = operation_find(p, str_of(source), str_of(name));
    assert_int_not_equal(b->e.operation, OPERATION_NONE);
}

static void bench_done(bench *b)
{
    json_reader_free(b->json);
    arena_done(&b->scratch);
    buf_done(&b->refs);
    for (size_t i = 0; i < ARRAY_LEN(b->text); i++)
        buf_done(&b->text[i]);
}

/* With a plan as without one. */
static void assert_planned_is_same(bench *b, const refs_source *source, event e)
{
    refs_plan *plan = refs_plan_new();
    assert_non_null(plan);
    b->ctx.refs = plan;
    refs_collect(&b->ctx, source, &e);
    assert_int_equal(e.n_refs, b->e.n_refs);
    for (size_t i = 0; i < e.n_refs; i++) {
        const event_ref *x = &e.refs[i], *y = &b->e.refs[i];
        assert_true(str_eq(x->id, y->id) && str_eq(x->path, y->path));
        assert_true(x->relation == y->relation && x->type == y->type && x->item == y->item);
    }
    for (size_t f = 0; f < FIELD_COUNT; f++)
        assert_true(str_eq(e.field[f], b->e.field[f]));
    b->ctx.refs = NULL;
    refs_plan_free(plan);
}

static void collect(bench *b, refs_canon_fn *canon)
{
    const refs_source source = {.roots = b->roots, .n_roots = b->n_roots, .canon = canon};
    const event before = b->e;
    refs_collect(&b->ctx, &source, &b->e);
    assert_planned_is_same(b, &source, before);
    for (size_t i = 0; i < b->e.n_refs; i++) {
        const event_ref *r = &b->e.refs[i];
        buf_printf(&b->refs, "%s %s %.*s %.*s #%u\n", relation_text((relation)r->relation),
                   entity_describe((entity_type)r->type)->text, (int)r->id.n, r->id.p,
                   (int)r->path.n, r->path.p, r->item);
    }
    buf_putc(&b->refs, '\0');
    assert_false(b->scratch.failed);
}

/* One call of EC2, in a record of its own. */
static void collect_from(bench *b, const char *call, const char *json, refs_canon_fn *canon)
{
    bench_init(b, PROVIDER_AWS, "ec2.amazonaws.com", call);
    add_root(b, "", "", json);
    collect(b, canon);
}

static void list_elements_are_paired(void **state)
{
    (void)state;
    AUTO(bench) b;
    collect_from(&b, "CreateSnapshots",
                 "{\"requestParameters\":{\"CreateSnapshotsRequest\":{\"InstanceSpecification\":"
                 "{\"InstanceId\":\"i-1\"}}},\"responseElements\":{\"CreateSnapshotsResponse\":"
                 "{\"snapshotSet\":{\"item\":[{\"snapshotId\":\"snap-1\",\"volumeId\":\"vol-1\"},"
                 "{\"snapshotId\":\" snap-2 \",\"volumeId\":\"vol-2\"}]}}}}",
                 NULL);
#define SET "responseElements.CreateSnapshotsResponse.snapshotSet[]."
    assert_string_equal(b.refs.p, "created snapshot snap-1 " SET "snapshotId #1\n"
                                  "created snapshot snap-2 " SET "snapshotId #2\n"
                                  "parent volume vol-1 " SET "volumeId #1\n"
                                  "parent volume vol-2 " SET "volumeId #2\n"
                                  "parent instance i-1 requestParameters.CreateSnapshotsRequest."
                                  "InstanceSpecification.InstanceId #0\n");
}

static void repeats_and_what_is_no_id_are_left_out(void **state)
{
    (void)state;
    AUTO(bench) b;
    collect_from(
        &b, "CreateSnapshots",
        "{\"responseElements\":{\"CreateSnapshotsResponse\":{\"snapshotSet\":["
        "{\"snapshotId\":\"snap-1\",\"volumeId\":\"vol-1\"},"
        "{\"snapshotId\":\"snap-1\",\"volumeId\":{}},{\"snapshotId\":\"\",\"volumeId\":null},"
        "{\"snapshotId\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}]}}}",
        NULL);
    assert_string_equal(b.refs.p, "created snapshot snap-1 " SET "snapshotId #1\n"
                                  "parent volume vol-1 " SET "volumeId #1\n");
}

static void paths_begin_in_the_document_they_name(void **state)
{
    (void)state;
    AUTO(bench) b;
    bench_init(&b, PROVIDER_AZURE, "activity", "microsoft.compute/snapshots/write");
    add_root(&b, "", "", "{\"resource\":\"not this one\",\"body\":{\"properties\":1}}");
    add_root(&b, "resource", "resourceId", "\"/subscriptions/s/snapshots/copy\"");
    add_root(
        &b, "body", "properties.responseBody",
        "{\"properties\":{\"creationData\":{\"sourceResourceId\":\"/subscriptions/s/disks/d\"}}}");
    collect(&b, NULL);
    assert_string_equal(b.refs.p,
                        "created snapshot /subscriptions/s/snapshots/copy resourceId #0\n"
                        "parent volume /subscriptions/s/disks/d "
                        "properties.responseBody.properties.creationData.sourceResourceId #0\n");
}

/* Drops volumes, and makes what is left an image in capitals. */
static str shout(decode_ctx *ctx, const event *e, uint8_t *type, str raw, const char *path)
{
    (void)e;
    assert_non_null(path);
    if (*type == ENTITY_VOLUME)
        return STR_NONE;
    assert_true(text_ends(str_of(path), "snapshotId"));
    *type = ENTITY_IMAGE;
    return arena_printf(ctx->pick.scratch, "%.*s!", (int)raw.n, raw.p);
}

static void ids_are_spelled_by_the_family(void **state)
{
    (void)state;
    AUTO(bench) b;
    collect_from(&b, "CreateSnapshot",
                 "{\"requestParameters\":{\"volumeId\":\"vol-1\"},"
                 "\"responseElements\":{\"snapshotId\":\"snap-1\"}}",
                 shout);
    assert_string_equal(b.refs.p, "created image snap-1! responseElements.snapshotId #0\n");
}

static void refs_may_be_added_by_hand(void **state)
{
    (void)state;
    AUTO(bench) b;
    bench_init(&b, PROVIDER_AWS, "ec2.amazonaws.com", "CreateSnapshot");
    add_root(&b, "", "", "{\"responseElements\":{\"snapshotId\":\"snap-1\"}}");
    refs_add(&b.ctx, &b.e, RELATION_TARGET, ENTITY_INSTANCE, STR("i-1"), STR("p"));
    refs_add(&b.ctx, &b.e, RELATION_TARGET, ENTITY_INSTANCE, STR("i-1"), STR("q"));
    refs_add(&b.ctx, &b.e, RELATION_TARGET, ENTITY_INSTANCE, STR_NONE, STR("p"));
    assert_int_equal(b.e.n_refs, 1);
    collect(&b, NULL);
    assert_string_equal(b.refs.p, "target instance i-1 p #0\n"
                                  "created snapshot snap-1 responseElements.snapshotId #0\n");
}

static void refs_are_limited(void **state)
{
    (void)state;
    AUTO(bench) b;
    AUTO(buf) json = {0};
    buf_puts(&json, "{\"responseElements\":{\"CreateSnapshotsResponse\":{\"snapshotSet\":[{}");
    for (int i = 0; i < LIMIT_REFS; i++)
        buf_printf(&json, ",{\"snapshotId\":\"snap-%d\",\"volumeId\":\"vol-%d\"}", i, i);
    buf_puts(&json, "]}}}");
    buf_putc(&json, '\0');
    collect_from(&b, "CreateSnapshots", json.p, NULL);
    assert_true(b.e.n_refs > LIMIT_REFS / 4);
    assert_true(b.e.n_refs <= LIMIT_REFS);
}

/* `set`: only fields that are empty yet; several hits with ';' between them. */
static void fields_are_filled_where_empty(void **state)
{
    (void)state;
    static const char vm[] =
        "{\"properties\":{\"hardwareProfile\":{\"vmSize\":\"Standard_B1s\"},\"networkProfile\":"
        "{\"networkInterfaces\":[{\"id\":\"/n/1\"},{\"id\":\"/n/2\"}]}}}";
    for (int is_known = 0; is_known < 2; is_known++) {
        AUTO(bench) b;
        bench_init(&b, PROVIDER_AZURE, "activity", "microsoft.compute/virtualmachines/write");
        add_root(&b, "", "", "{}");
        add_root(&b, "body", "responseBody", vm);
        if (is_known)
            b.e.field[FIELD_instance_type] = STR("known");
        collect(&b, NULL);
        assert_true(str_is(b.e.field[FIELD_instance_type], is_known ? "known" : "Standard_B1s"));
        assert_true(str_is(b.e.field[FIELD_network], "/n/1;/n/2"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_elements_are_paired),
        cmocka_unit_test(repeats_and_what_is_no_id_are_left_out),
        cmocka_unit_test(paths_begin_in_the_document_they_name),
        cmocka_unit_test(ids_are_spelled_by_the_family),
        cmocka_unit_test(refs_may_be_added_by_hand),
        cmocka_unit_test(refs_are_limited),
        cmocka_unit_test(fields_are_filled_where_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
