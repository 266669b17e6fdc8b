/* SPDX-License-Identifier: Apache-2.0
 *
 * test_finding_json.c -- the stable machine output: exact lines, and valid JSON whatever logs held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/time.h"
#include <spoor/spoor.h>

#define AT (INT64_C(1767323045) * TIME_SECOND) /* 2026-01-02T03:04:05Z */

static char *json_of(const spoor_finding *f)
{
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(spoor_finding_json(f, &text, &n), SPOOR_OK);
    assert_int_equal(strlen(text), n);
    return text;
}

static void check_line(const spoor_finding *f, const char *expected)
{
    char *text = json_of(f);
    assert_string_equal(text, expected);
    free(text);
}

static void test_skip(void **unused)
{
    const spoor_finding f = {.type = SPOOR_FINDING_SKIP,
                             .as.skip = {.reason = "not JSON",
                                         .source = "a.json",
                                         .first_record = 3,
                                         .last_record = 4,
                                         .offset = 120,
                                         .bytes = 17,
                                         .count = 2,
                                         .is_malformed = 1}};
    (void)unused;
    check_line(&f, "{\"type\":\"skip\",\"reason\":\"not JSON\",\"source\":\"a.json\","
                   "\"first_record\":3,\"last_record\":4,\"offset\":120,\"bytes\":17,\"count\":2,"
                   "\"malformed\":true}");
}

#define EMPTY_INCIDENT                                                                             \
    .id = "", .title = "", .verdict = "", .first_ns = SPOOR_TIME_NONE, .last_ns = SPOOR_TIME_NONE

static void test_empty_incident(void **unused)
{
    const spoor_finding f = {.type = SPOOR_FINDING_INCIDENT, .as.incident = {EMPTY_INCIDENT}};
    (void)unused;
    check_line(&f, "{\"type\":\"incident\",\"id\":\"\",\"level\":\"informational\",\"score\":0.00,"
                   "\"title\":\"\",\"verdict\":\"\",\"techniques\":[],\"providers\":[],"
                   "\"accounts\":[],\"first_time\":null,\"last_time\":null,\"actors\":[],"
                   "\"resources\":[],\"steps\":[],\"links\":[],\"reasons\":[],\"benign\":[],"
                   "\"missing\":[],\"near_misses\":[],"
                   "\"counterfactuals\":[],\"next\":[]}");
}

static const char *const two_texts[] = {"T1578.001", "T1578.002"};
static const spoor_resource volume = {"vol-1", "volume"};
static const spoor_actor alice = {"arn:alice", "alice", "user"};
static const spoor_step attach = {.time_ns = AT,
                                  .stage = "VOLUME",
                                  .operation = "AttachVolume",
                                  .class_name = "volume.attach",
                                  .actor = "alice",
                                  .via = "credential AKIA1",
                                  .address = "198.51.100.7",
                                  .region = "eu-west-1",
                                  .outcome = "success",
                                  .detail = "",
                                  .event_uid = "e1",
                                  .source = "a.json:7",
                                  .resources = &volume,
                                  .n_resources = 1,
                                  .count = 3,
                                  .points = 3.155};
static const spoor_link link_of = {
    "vol-1", "snap-1", "volume", "snapshot", "derived_from", "e1", "requestParameters.snapshotId",
    0};
static const spoor_reason reason = {"a volume attached", 3.15};
static const spoor_benign benign = {"AWS Backup", 1, "backups on a plan"};

static void test_full_incident(void **unused)
{
    const spoor_finding f = {.type = SPOOR_FINDING_INCIDENT,
                             .as.incident = {.id = "SP-1",
                                             .level = SPOOR_HIGH,
                                             .score = 12.5,
                                             .title = "t",
                                             .verdict = "v",
                                             .techniques = two_texts,
                                             .n_techniques = 2,
                                             .first_ns = AT,
                                             .last_ns = AT + 1500000000,
                                             .actors = &alice,
                                             .n_actors = 1,
                                             .resources = &volume,
                                             .n_resources = 1,
                                             .steps = &attach,
                                             .n_steps = 1,
                                             .links = &link_of,
                                             .n_links = 1,
                                             .reasons = &reason,
                                             .n_reasons = 1,
                                             .benign = &benign,
                                             .n_benign = 1}};
    (void)unused;
    check_line(
        &f,
        "{\"type\":\"incident\",\"id\":\"SP-1\",\"level\":\"high\",\"score\":12.50,\"title\":\"t\","
        "\"verdict\":\"v\",\"techniques\":[\"T1578.001\",\"T1578.002\"],\"providers\":[],"
        "\"accounts\":[],\"first_time\":\"2026-01-02T03:04:05Z\","
        "\"last_time\":\"2026-01-02T03:04:06.500Z\","
        "\"actors\":[{\"id\":\"arn:alice\",\"name\":\"alice\",\"kind\":\"user\"}],"
        "\"resources\":[{\"id\":\"vol-1\",\"kind\":\"volume\"}],"
        "\"steps\":[{\"time\":\"2026-01-02T03:04:05Z\",\"stage\":\"VOLUME\","
        "\"operation\":\"AttachVolume\",\"class\":\"volume.attach\",\"actor\":\"alice\","
        "\"via\":\"credential AKIA1\",\"address\":\"198.51.100.7\",\"region\":\"eu-west-1\","
        "\"outcome\":\"success\",\"detail\":\"\",\"event_uid\":\"e1\",\"source\":\"a.json:7\","
        "\"resources\":[{\"id\":\"vol-1\",\"kind\":\"volume\"}],\"count\":3,\"points\":3.15}],"
        "\"links\":[{\"from\":\"vol-1\",\"to\":\"snap-1\",\"kind\":\"derived_from\","
        "\"from_kind\":\"volume\",\"to_kind\":\"snapshot\",\"event_uid\":\"e1\","
        "\"field\":\"requestParameters.snapshotId\"}],"
        "\"reasons\":[{\"text\":\"a volume attached\",\"points\":3.15}],"
        "\"benign\":[{\"reason\":\"AWS Backup\",\"accepted\":true,\"why\":\"backups on a plan\"}],"
        "\"missing\":[],\"near_misses\":[],"
        "\"counterfactuals\":[],\"next\":[]}");
}

static void test_summary(void **unused)
{
    static const spoor_count families[] = {{"cloudtrail", 5}, {"gcp_audit", 1}};
    static const char *const accounts[] = {"111122223333"};
    spoor_finding f = {.type = SPOOR_FINDING_SUMMARY,
                       .as.summary = {.files = 2,
                                      .files_failed = 1,
                                      .events = 6,
                                      .known = 4,
                                      .duplicates = 1,
                                      .folded = 2,
                                      .families = families,
                                      .n_families = 2,
                                      .accounts = accounts,
                                      .n_accounts = 1,
                                      .incidents = {1, 2, 3, 4, 5},
                                      .first_ns = AT,
                                      .last_ns = AT,
                                      .total = {"", 10, 20, 15, 3, 2, 9, 1, 1},
                                      .baseline = {7, 6, 3, 2, 143, 9},
                                      .seconds = -1}};
    (void)unused;
    const char *expected =
        "{\"type\":\"summary\",\"files\":2,\"files_failed\":1,\"bytes\":10,\"bytes_inflated\":20,"
        "\"bytes_records\":15,\"bytes_skipped\":3,\"bytes_framing\":2,\"records\":9,\"events\":6,"
        "\"known\":4,\"malformed\":1,\"duplicates\":1,\"folded\":2,\"skipped\":[],\"evicted\":[],"
        "\"rules\":0,\"matches\":0,\"correlations\":0,\"chains\":0,\"regex_limited\":0,"
        "\"incidents\":{\"critical\":5,\"high\":4,\"medium\":3,\"low\":2,\"informational\":1},"
        "\"coverage\":{\"first_time\":\"2026-01-02T03:04:05Z\",\"last_time\":\"2026-01-02T03:04:"
        "05Z\","
        "\"accounts\":[\"111122223333\"],\"regions\":[],\"families\":[{\"family\":\"cloudtrail\","
        "\"count\":5},{\"family\":\"gcp_audit\",\"count\":1}]},\"baseline\":{\"learned\":7,"
        "\"known_already\":6,\"accounts\":3,\"actors\":2,\"days\":143,\"cells\":9}}";
    check_line(&f, expected);
    f.as.summary.seconds = 1.5;
    char *text = json_of(&f);
    assert_non_null(strstr(text, "\"cells\":9},\"seconds\":1.500}"));
    free(text);
}

/* clang-format off */
static const char *const hostiles[] = {
    "", "\"", "\\", "a\nb\tc\r", "\x01\x1f\x7f", "</script>", "{\"type\":\"summary\"}", "\xff\xfe", "\xc3", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", "\xc0\x80", "\xe2\x80\xa8", "snapshot \xf0\x9f\x92\xbe", "[,", "{", "[", "\xe2\x80", ",",
};
/* clang-format on */

static void check_parses(const spoor_finding *f, const char *title)
{
    char *text = json_of(f);
    json_reader *reader = json_reader_new();
    AUTO(buf) padded = {0};
    json_node root;
    buf_puts(&padded, text);
    assert_null(strchr(text, '\n'));
    assert_non_null(reader);
    assert_int_equal(json_parse(reader, buf_str(&padded), &root), JSON_OK);
    assert_int_equal(json_node_size(root), 21);
    assert_true(str_is(json_node_string(json_node_get(root, STR("type"))), "incident"));
    bool is_ascii = true;
    for (const char *c = title; *c; c++)
        is_ascii = is_ascii && (unsigned char)*c < 0x80;
    if (is_ascii)
        assert_true(str_is(json_node_string(json_node_get(root, STR("title"))), title));
    json_reader_free(reader);
    free(text);
}

static void test_hostile_text_stays_text(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ARRAY_LEN(hostiles); i++) {
        const char *h = hostiles[i];
        const char *const list[] = {h, h};
        const spoor_resource things[] = {{h, h}, {h, h}};
        const spoor_actor actors[] = {{h, h, h}, {h, h, h}};
        const spoor_link links[] = {{h, h, h, h, h, h, h, 0}, {h, h, h, h, h, h, h, 1}};
        const spoor_step steps[] = {{.time_ns = AT,
                                     .stage = h,
                                     .operation = h,
                                     .class_name = h,
                                     .actor = h,
                                     .via = h,
                                     .address = h,
                                     .region = h,
                                     .outcome = h,
                                     .detail = h,
                                     .event_uid = h,
                                     .source = h,
                                     .resources = things,
                                     .n_resources = 2}};
        const spoor_reason reasons[] = {{h, -1.005}, {h, 1e9}};
        const spoor_benign marks[] = {{h, 0, h}, {h, 1, h}};
        const spoor_finding f = {.type = SPOOR_FINDING_INCIDENT,
                                 .as.incident = {.id = h,
                                                 .title = h,
                                                 .verdict = h,
                                                 .techniques = list,
                                                 .n_techniques = 2,
                                                 .providers = list,
                                                 .n_providers = 1,
                                                 .accounts = list,
                                                 .n_accounts = 2,
                                                 .actors = actors,
                                                 .n_actors = 2,
                                                 .resources = things,
                                                 .n_resources = 2,
                                                 .steps = steps,
                                                 .n_steps = 1,
                                                 .links = links,
                                                 .n_links = 2,
                                                 .reasons = reasons,
                                                 .n_reasons = 2,
                                                 .benign = marks,
                                                 .n_benign = 2,
                                                 .missing = list,
                                                 .n_missing = 2,
                                                 .near_misses = list,
                                                 .n_near_misses = 1,
                                                 .counterfactuals = list,
                                                 .n_counterfactuals = 1,
                                                 .next = list,
                                                 .n_next = 2}};
        check_parses(&f, h);
    }
}

static void test_misuse_is_told(void **unused)
{
    const spoor_finding f = {.type = SPOOR_FINDING_INCIDENT, .as.incident = {EMPTY_INCIDENT}};
    char *text = NULL;
    (void)unused;
    assert_int_equal(spoor_finding_json(NULL, &text, NULL), SPOOR_EINVAL);
    assert_int_equal(spoor_finding_json(&f, NULL, NULL), SPOOR_EINVAL);
    assert_int_equal(spoor_finding_json(&f, &text, NULL), SPOOR_OK);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_empty_incident),
        cmocka_unit_test(test_full_incident),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_hostile_text_stays_text),
        cmocka_unit_test(test_misuse_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
