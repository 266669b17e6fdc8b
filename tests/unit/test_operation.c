/* SPDX-License-Identifier: Apache-2.0
 *
 * test_operation.c -- the operation table's rows are sound, and both lookups agree on them.
 */
#include "model/operation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"

static bool are_digits(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0;
}

/* "-", "T1578", "T1578.002" */
static bool is_technique(str s)
{
    if (str_is(s, "-"))
        return true;
    str number = text_before(str_from(s, 1), '.');
    str sub = text_after(s, '.');
    return s.n > 0 && s.p[0] == 'T' && number.n == 4 && are_digits(number) &&
           (!text_has(s, ".") || (sub.n == 3 && are_digits(sub)));
}

/* Keys joined by single dots, no dot or gap inside a bracket, nothing of a list's spelling. */
static bool is_path(str path)
{
    static const char *const spellings[] = {"items", "item", "content"};
    str key = STR_NONE;
    size_t n_keys = 0;
    for (; text_next(&path, '.', &key); n_keys++) {
        str name = text_before(key, '[');
        str bracket = str_from(key, name.n);
        if (name.n == 0 || text_has(key, " "))
            return false;
        if (bracket.n > 0 && !text_ends(bracket, "]"))
            return false;
        for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
            if (text_eq_nocase(name, str_of(spellings[i])))
                return false;
        }
    }
    return n_keys > 0;
}

static bool is_item(str item)
{
    str first = STR_NONE, second = STR_NONE;
    if (!text_next(&item, ' ', &first) || !text_next(&item, ' ', &second) || !is_path(item))
        return false;
    if (str_is(first, "set"))
        return field_from_text(second) != FIELD_COUNT;
    return relation_from_text(first) != RELATION_NONE && entity_from_text(second) != ENTITY_NONE;
}

static bool are_refs(str spec)
{
    str item = STR_NONE;
    if (spec.n == 0)
        return true;
    if (text_ends(spec, ";") || text_ends(spec, " "))
        return false;
    for (bool is_first = true; text_next(&spec, ';', &item); is_first = false) {
        if (!is_first && !text_starts(item, " "))
            return false;
        if (!is_item(is_first ? item : str_from(item, 1)))
            return false;
    }
    return true;
}

static bool is_class(str s)
{
    str part = STR_NONE;
    if (s.n == 0)
        return false;
    while (text_next(&s, '.', &part)) {
        if (part.n == 0)
            return false;
        for (size_t i = 0; i < part.n; i++) {
            if (part.p[i] < 'a' || part.p[i] > 'z')
                return false;
        }
    }
    return true;
}

static void test_rows_are_sound(void **state)
{
    (void)state;
    assert_true(operation_count() >= 262 + 1);
    for (size_t i = 1; i < operation_count(); i++) {
        const operation_info *o = operation_at(i);
        bool is_sound =
            o->provider > PROVIDER_NONE && o->provider < PROVIDER_OTHER && strlen(o->source) > 0 &&
            strlen(o->name) > 0 && is_class(str_of(o->class_name)) && o->stage < STAGE_COUNT &&
            o->severity >= 1 && o->severity <= 10 && is_technique(str_of(o->technique)) &&
            are_refs(str_of(o->refs)) && text_ends(str_of(o->doc), ".");
        if (!is_sound)
            fail_msg("row of %s %s", o->source, o->name);
    }
}

static void test_spec_checks_refuse(void **state)
{
    static const char *const bad[] = {
        "created",
        "created instance",
        "created instance ",
        "made instance a.b",
        "created machine a.b",
        "set colour a.b",
        "created instance a..b",
        "created instance a.items[].b",
        "created instance a[].b;",
        "created instance a[].b;target volume c",
        "target volume a[displayName=Role.TemplateId].b",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(are_refs(str_of(bad[i])));
    assert_false(is_technique(STR("T157")));
    assert_false(is_technique(STR("T1578.02")));
    assert_false(is_technique(STR("TA0005")));
    assert_true(is_technique(STR("T1578")));
}

/* A row is found under its own texts: no two rows have one key, all names are in normal form. */
static void test_every_row_is_found(void **state)
{
    const operation_index *x = *state;
    for (size_t i = 1; i < operation_count(); i++) {
        const operation_info *o = operation_at(i);
        assert_int_equal(operation_index_find(x, o->provider, str_of(o->source), str_of(o->name)),
                         i);
        assert_int_equal(operation_find(o->provider, str_of(o->source), str_of(o->name)), i);
    }
}

static uint16_t find_aws(const operation_index *x, str source, str name)
{
    return operation_index_find_aws(x, source, name, operation_source_hash(source),
                                    operation_name_hash(name));
}

static void test_aws_calls_by_their_hashes(void **state)
{
    const operation_index *x = *state;
    for (size_t i = 1; i < operation_count(); i++) {
        const operation_info *o = operation_at(i);
        str source = str_of(o->source), name = str_of(o->name);
        uint16_t want = operation_find(PROVIDER_AWS, source, name);
        assert_int_equal(find_aws(x, source, name), want);
        assert_int_equal(want == i, o->provider == PROVIDER_AWS);
        assert_int_equal(find_aws(x, name, source), OPERATION_NONE);
    }
}

static void test_spellings(void **state)
{
    static const struct {
        provider p;
        const char *source, *name;
        const char *class_name; /* NULL: no row */
    } rows[] = {
        {PROVIDER_AWS, "ec2.amazonaws.com", "RunInstances", "instance.create"},
        {PROVIDER_AWS, "ec2.amazonaws.com", " RunInstances\t", "instance.create"},
        {PROVIDER_AWS, "ec2-instance-connect.amazonaws.com", "SendSSHPublicKey ", "access.ssh"},
        {PROVIDER_AWS, "ec2.amazonaws.com", "runinstances", NULL},
        {PROVIDER_AWS, "ec2.amazonaws.com", "RunInstance", NULL},
        {PROVIDER_AWS, "ec2.amazonaws.com", "RunInstancesX", NULL},
        {PROVIDER_AWS, "gamelift.amazonaws.com", "CreateFleet", NULL},
        {PROVIDER_AWS, "transfer.amazonaws.com", "CreateUser", NULL},
        {PROVIDER_AWS, "iam.amazonaws.com", "CreateUser", "identity.create"},
        {PROVIDER_AZURE, "ec2.amazonaws.com", "RunInstances", NULL},
        {PROVIDER_NONE, "ec2.amazonaws.com", "RunInstances", NULL},
        {PROVIDER_AZURE, "activity", "MICROSOFT.COMPUTE/SNAPSHOTS/WRITE", "snapshot.create"},
        {PROVIDER_AZURE, "activity", "Microsoft.Compute/snapshots/write ", "snapshot.create"},
        {PROVIDER_AZURE, "auditlogs",
         "Update application \xe2\x80\x93 Certificates  and secrets management ", "cred.create"},
        {PROVIDER_AZURE, "auditlogs", "Update application - Certificates and secrets management",
         "cred.create"},
        {PROVIDER_AZURE, "auditlogs", "Reset password (by admin)", "cred.create"},
        {PROVIDER_AZURE, "activity", "Add user", NULL},
        {PROVIDER_GCP, "compute.googleapis.com", "v1.compute.instances.insert", "instance.create"},
        {PROVIDER_GCP, "compute.googleapis.com", "beta.compute.instances.insert",
         "instance.create"},
        {PROVIDER_GCP, "compute.googleapis.com", "alpha.compute.instances.insert",
         "instance.create"},
        {PROVIDER_GCP, "compute.googleapis.com", "v2beta3.compute.disks.insert", "volume.create"},
        {PROVIDER_GCP, "compute.googleapis.com", "vx.compute.disks.insert", NULL},
        {PROVIDER_GCP, "compute.googleapis.com", "v1.", NULL},
        {PROVIDER_GCP, "compute.googleapis.com", "compute.instances.INSERT", NULL},
        {PROVIDER_GCP, "cloudresourcemanager.googleapis.com", "SetIamPolicy", "priv.grant"},
        {PROVIDER_GCP, "cloudresourcemanager.googleapis.com", "SetIAMPolicy", "priv.grant"},
        {PROVIDER_GCP, "us-central1-ssh-serialport.googleapis.com",
         "google.ssh-serialport.v1.connect", "access.serial"},
        {PROVIDER_GCP, "ssh-serialport.googleapis.com", "google.ssh-serialport.v1.connect",
         "access.serial"},
        {PROVIDER_AWS, "", "", NULL},
    };
    const operation_index *x = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str source = str_of(rows[i].source), name = str_of(rows[i].name);
        uint16_t row = operation_index_find(x, rows[i].p, source, name);
        assert_int_equal(row, operation_find(rows[i].p, source, name));
        assert_string_equal(operation_at(row)->class_name,
                            rows[i].class_name ? rows[i].class_name : "");
    }
}

/* One byte changed, left out or doubled at every place of every name. */
static void test_twins_agree_on_mangled_names(void **state)
{
    const operation_index *x = *state;
    for (size_t i = 1; i < operation_count(); i++) {
        const operation_info *o = operation_at(i);
        str name = str_of(o->name);
        for (size_t at = 0; at < name.n; at++) {
            char text[256];
            int n = snprintf(text, sizeof(text), "%.*s%c%s", (int)at, name.p, "\0x A-."[at % 6],
                             name.p + at + at % 2);
            str mangled = {text, (size_t)n};
            assert_int_equal(operation_index_find(x, o->provider, str_of(o->source), mangled),
                             operation_find(o->provider, str_of(o->source), mangled));
        }
    }
}

static void test_long_names_have_no_row(void **state)
{
    static char name[4096];
    const operation_index *x = *state;
    memset(name, 'a', sizeof(name));
    for (size_t n = 150; n < sizeof(name); n += 7) {
        for (int p = PROVIDER_NONE; p < PROVIDER_COUNT; p++) {
            assert_int_equal(operation_index_find(x, p, STR("activity"), (str){name, n}), 0);
            assert_int_equal(operation_index_find(x, p, (str){name, n}, STR("x")), 0);
            assert_int_equal(operation_find(p, (str){name, n}, STR("x")), 0);
        }
    }
}

static void test_class_covers_what_lies_under_it(void **state)
{
    uint16_t create = operation_find(PROVIDER_AWS, STR("ec2.amazonaws.com"), STR("CreateSnapshot"));
    uint16_t direct = operation_find(PROVIDER_AWS, STR("ebs.amazonaws.com"), STR("StartSnapshot"));
    (void)state;
    assert_true(operation_is(create, "snapshot"));
    assert_true(operation_is(create, "snapshot.create"));
    assert_true(operation_is(direct, "snapshot.create"));
    assert_false(operation_is(create, "snapshot.create.direct"));
    assert_false(operation_is(create, "snap"));
    assert_false(operation_is(create, "snapshot.creat"));
    assert_false(operation_is(create, ""));
    assert_false(operation_is(OPERATION_NONE, ""));
    assert_false(operation_is(OPERATION_NONE, "snapshot"));
}

static bool has_row(provider p, str source, const char *name)
{
    return operation_find(p, source, str_of(name)) != OPERATION_NONE;
}

/* "NAME (update)" would never be looked up if NAME had no row, or made nothing. */
static void test_updates_stand_beside_writes(void **state)
{
    size_t n_updates = 0;
    (void)state;
    for (size_t i = 1; i < operation_count(); i++) {
        const operation_info *o = operation_at(i);
        str name = str_of(o->name);
        if (!text_ends(name, " (update)"))
            continue;
        uint16_t write = operation_find(o->provider, str_of(o->source),
                                        str_upto(name, name.n - strlen(" (update)")));
        assert_int_not_equal(write, OPERATION_NONE);
        assert_true(text_starts(str_of(operation_at(write)->refs), "created "));
        assert_true(text_starts(str_of(o->refs), "target "));
        n_updates++;
    }
    assert_true(n_updates > 0);
    assert_true(has_row(PROVIDER_AZURE, STR("activity"),
                        "microsoft.compute/virtualmachines/write (update)"));
}

static int make_index(void **state)
{
    *state = operation_index_new();
    return *state ? 0 : -1;
}

static int free_index(void **state)
{
    operation_index_free(*state);
    operation_index_free(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_sound),
        cmocka_unit_test(test_spec_checks_refuse),
        cmocka_unit_test(test_every_row_is_found),
        cmocka_unit_test(test_aws_calls_by_their_hashes),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_twins_agree_on_mangled_names),
        cmocka_unit_test(test_long_names_have_no_row),
        cmocka_unit_test(test_class_covers_what_lies_under_it),
        cmocka_unit_test(test_updates_stand_beside_writes),
    };
    return cmocka_run_group_tests(tests, make_index, free_index);
}
