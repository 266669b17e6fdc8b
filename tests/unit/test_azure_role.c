/* SPDX-License-Identifier: Apache-2.0
 *
 * test_azure_role.c -- what Azure's roles allow: patterns, blocks of permissions, scopes,
 * assignments and denials.
 */
#include "access/azure_role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#define VM "Microsoft.Compute/virtualMachines/write"
#define SNAP "Microsoft.Compute/snapshots/write"
#define ROLE "Microsoft.Authorization/roleAssignments/write"
#define ASSIGN "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
#define SHARE "Microsoft.Compute/galleries/share/action"
#define NSG "Microsoft.Network/networkSecurityGroups/securityRules/write"

static void patterns_match(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *pattern, *action;
        bool matches;
    } row[] = {
        {"*",                                             VM, true},
        {"",                                              VM, false},
        {VM,                                              VM, true},
        {"microsoft.COMPUTE/virtualmachines/WRITE",       VM, true},
        {"Microsoft.Compute/*",                           VM, true},
        {"Microsoft.Compute/virtualMachines/*",           VM, true},
        {"Microsoft.Compute/virtualMachines",             VM, false},
        {"Microsoft.Compute/virtualMachines/write/",      VM, false},
        {"Microsoft.Compute/virtualMachines/read",        VM, false},
        {"*/write",                                       VM, true},
        {"*/read",                                        VM, false},
        {"*/virtualMachines/*",                           VM, true},
        {"Microsoft.*/virtualMachines/write",             VM, true},
        {"Microsoft.Compute/*/write",                     VM, true},
        {"Microsoft.Compute/*Machines/*",                 VM, true},
        {"Microsoft.Compute/disks/*",                     VM, false},
        {"Microsoft.ComputeX/*",                          VM, false},
        {"**",                                            VM, true},
        {"Microsoft.Compute/*a*a*a*a*",                   VM, false},
        {"Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action", ASSIGN, true},
        {"Microsoft.ManagedIdentity/*/assign/action",     ASSIGN, true},
        {"Microsoft.ManagedIdentity/userAssignedIdentities/*/read", ASSIGN, false},
        {"*/*/*",                                         VM, true},
        {"Microsoft.Authorization/*/Write",               ROLE, true},
        {"Microsoft.Network/*",                           NSG, true},
        {"Microsoft.Network/networkSecurityGroups/*",     NSG, true},
        {"Microsoft.Network/networkSecurityGroups/write", NSG, false},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (azure_pattern_matches(str_of(row[i].pattern), str_of(row[i].action)) != row[i].matches)
            fail_msg("%s against %s", row[i].pattern, row[i].action);
}

static void long_patterns_match_nothing(void **state)
{
    (void)state;
    char text[LIMIT_AZURE_PATTERN + 1];
    memset(text, '*', sizeof text);
    assert_true(azure_pattern_matches((str){text, LIMIT_AZURE_PATTERN}, STR("a")));
    assert_false(azure_pattern_matches((str){text, sizeof text}, STR("a")));
}

static void blocks_allow(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *block, *action;
        bool is_data, allows;
        const char *condition;
    } row[] = {
        {"+*",                                        VM,   false, true,  ""},
        {"+*",                                        VM,   true,  false, ""},
        {">*",                                        VM,   true,  true,  ""},
        {">*",                                        VM,   false, false, ""},
        {"+*\n-Microsoft.Authorization/*/Write",      ROLE, false, false, ""},
        {"+*\n-Microsoft.Authorization/*/Write",      VM,   false, true,  ""},
        {"-Microsoft.Authorization/*/Write\n+*",      ROLE, false, false, ""},
        {"+*\n<Microsoft.Authorization/*",            ROLE, false, true,  ""},
        {">*\n<*/delete",                             "a/b/delete", true, false, ""},
        {">*\n-*/delete",                             "a/b/delete", true, true,  ""},
        {"+*/read",                                   VM,   false, false, ""},
        {"-*",                                        VM,   false, false, ""},
        {"",                                          VM,   false, false, ""},
        {"+\n-\n?",                                   VM,   false, false, ""},
        {"+*/read\n+Microsoft.Compute/*",             VM,   false, true,  ""},
        {"+*\n?only on Sundays",                      VM,   false, true,  "only on Sundays"},
        {"?only on Sundays\n+*",                      VM,   false, true,  "only on Sundays"},
        {"!*",                                        VM,   false, false, ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        str condition;
        bool allows = azure_block_allows(str_of(row[i].block), str_of(row[i].action),
                                         row[i].is_data, &condition);
        if (allows != row[i].allows || (allows && !str_is(condition, row[i].condition)))
            fail_msg("block %zu: %d, %.*s", i, allows, (int)condition.n, condition.p);
    }
}

static void scopes_cover_what_is_below(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *scope, *inner;
        bool covers;
    } row[] = {
        {"/",                              "/subscriptions/a",                          true},
        {"/",                              "/",                                         true},
        {"/",                              "/providers/microsoft.management/managementgroups/m", true},
        {"/subscriptions/a",               "/",                                         false},
        {"/subscriptions/a",               "/subscriptions/a",                          true},
        {"/subscriptions/a",               "/subscriptions/a/resourcegroups/g",         true},
        {"/subscriptions/a",               "/subscriptions/ab",                         false},
        {"/subscriptions/a",               "/subscriptions/b/resourcegroups/a",         false},
        {"/subscriptions/a/resourcegroups/g",  "/subscriptions/a",                      false},
        {"/subscriptions/a/resourcegroups/g",  "/subscriptions/a/resourcegroups/g2",    false},
        {"/subscriptions/a/resourcegroups/g",  "/subscriptions/a/resourcegroups/g/providers/microsoft.compute/disks/d", true},
        {"/providers/microsoft.management/managementgroups/m", "/subscriptions/a",      false},
        {"",                               "/subscriptions/a",                          false},
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (azure_scope_covers(str_of(row[i].scope), str_of(row[i].inner)) != row[i].covers)
            fail_msg("%s over %s", row[i].scope, row[i].inner);
}

#define SUB "/subscriptions/a"
#define RG SUB "/resourcegroups/g"

typedef struct told_grant {
    const char *role; /* a block, or the name of a known role */
    const char *scope;
    char kind; /* 'e' eligible, 'c' with a condition, 'b' both */
} told_grant;

typedef struct told_deny {
    const char *block, *scope;
    char kind; /* 'h' here only, 'c' with a condition */
} told_deny;

static const char *block_of(const char *role)
{
    for (size_t i = 0; i < azure_role_count(); i++)
        if (strcmp(azure_role_at(i)->name, role) == 0)
            return azure_role_at(i)->permissions;
    return role;
}

static azure_grant grant_of(const told_grant *told)
{
    azure_grant g = {.scope = str_of(told->scope)};
    azure_actions actions = azure_block_actions(str_of(block_of(told->role)), &g.condition);
    *(g.condition.n ? &g.limited : &g.always) = actions;
    g.is_eligible = told->kind == 'e' || told->kind == 'b';
    g.is_conditional = told->kind == 'c' || told->kind == 'b';
    return g;
}

static azure_deny deny_of(const told_deny *told)
{
    str condition;
    return (azure_deny){.scope = str_of(told->scope),
                        .actions = azure_block_actions(str_of(told->block), &condition),
                        .is_conditional = told->kind == 'c',
                        .is_here_only = told->kind == 'h'};
}

static char letter_of(const azure_rights *rights, const char *action, const char *scope,
                      azure_answer *ret)
{
    unsigned a = azure_action_find(str_of(action));
    assert_true(a < azure_action_count());
    if (!azure_decide(rights, a, str_of(scope), ret))
        return '-';
    return "ace"[ret->verdict];
}

/* a: allowed, c: when a condition holds, e: eligible, -: no */
/* clang-format off */
static const struct decision {
    told_grant grant[3];
    told_deny deny[2];
    const char *action, *scope;
    char expected;
    size_t by;
} decisions[] = {
    /* roles */
    {{{"Owner", SUB, 0}},                          {{0}}, VM,     SUB, 'a', 0},
    {{{"Owner", SUB, 0}},                          {{0}}, ROLE,   SUB, 'a', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, VM,     SUB, 'a', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, SNAP,   SUB, 'a', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, ASSIGN, SUB, 'a', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, ROLE,   SUB, '-', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, SHARE,  SUB, '-', 0},
    {{{"Contributor", SUB, 0}},                    {{0}}, "Microsoft.Authorization/elevateAccess/action", SUB, '-', 0},
    {{{"User Access Administrator", "/", 0}},      {{0}}, ROLE,   SUB, 'a', 0},
    {{{"User Access Administrator", "/", 0}},      {{0}}, VM,     SUB, '-', 0},
    {{{"Role Based Access Control Administrator", SUB, 0}}, {{0}}, ROLE, SUB, 'a', 0},
    {{{"Virtual Machine Data Access Administrator (preview)", SUB, 0}}, {{0}}, ROLE, SUB, 'c', 0},
    {{{"Virtual Machine Contributor", SUB, 0}},    {{0}}, VM,     SUB, 'a', 0},
    {{{"Virtual Machine Contributor", SUB, 0}},    {{0}}, SNAP,   SUB, '-', 0},
    {{{"Virtual Machine Contributor", SUB, 0}},    {{0}}, ASSIGN, SUB, '-', 0},
    {{{"Virtual Machine Contributor", SUB, 0}},    {{0}}, "Microsoft.Compute/virtualMachines/runCommand/action", SUB, 'a', 0},
    {{{"Disk Snapshot Contributor", SUB, 0}},      {{0}}, SNAP,   SUB, 'a', 0},
    {{{"Disk Snapshot Contributor", SUB, 0}},      {{0}}, VM,     SUB, '-', 0},
    {{{"Disk Backup Reader", SUB, 0}},             {{0}}, "Microsoft.Compute/disks/beginGetAccess/action", SUB, 'a', 0},
    {{{"Disk Restore Operator", SUB, 0}},          {{0}}, "Microsoft.Compute/disks/write", SUB, 'a', 0},
    {{{"Compute Gallery Sharing Admin", SUB, 0}},  {{0}}, SHARE,  SUB, 'a', 0},
    {{{"Managed Identity Operator", SUB, 0}},      {{0}}, ASSIGN, SUB, 'a', 0},
    {{{"Network Contributor", SUB, 0}},            {{0}}, NSG,    SUB, 'a', 0},
    {{{"Network Contributor", SUB, 0}},            {{0}}, "Microsoft.Network/networkWatchers/flowLogs/delete", SUB, 'a', 0},
    {{{"Monitoring Contributor", SUB, 0}},         {{0}}, "Microsoft.Insights/diagnosticSettings/delete", SUB, 'a', 0},
    {{{"Monitoring Contributor", SUB, 0}},         {{0}}, VM,     SUB, '-', 0},
    {{{"+*/read", SUB, 0}},                        {{0}}, VM,     SUB, '-', 0},
    {{{0}},                                     {{0}}, VM,     SUB, '-', 0},
    /* what one role takes off another gives */
    {{{"Contributor", SUB, 0}, {"User Access Administrator", SUB, 0}}, {{0}}, ROLE, SUB, 'a', 1},
    {{{"+*\n-Microsoft.Compute/*", SUB, 0}, {"+" VM, RG, 0}}, {{0}}, VM, RG, 'a', 1},
    {{{"+*\n-Microsoft.Compute/*", SUB, 0}, {"+" VM, RG, 0}}, {{0}}, VM, SUB, '-', 0},
    /* scopes */
    {{{"Owner", SUB, 0}},                          {{0}}, VM,     RG,  'a', 0},
    {{{"Owner", RG, 0}},                           {{0}}, VM,     SUB, '-', 0},
    {{{"Owner", "/", 0}},                          {{0}}, VM,     RG,  'a', 0},
    {{{"Owner", "/subscriptions/b", 0}},           {{0}}, VM,     RG,  '-', 0},
    /* eligible and conditional: the strongest counts, of equal ones the first */
    {{{"Owner", SUB, 'e'}},                     {{0}}, VM,     SUB, 'e', 0},
    {{{"Owner", SUB, 'e'}, {"Contributor", SUB, 0}}, {{0}}, VM,   SUB, 'a', 1},
    {{{"Owner", SUB, 'e'}, {"Contributor", SUB, 0}}, {{0}}, ROLE, SUB, 'e', 0},
    {{{"Owner", SUB, 'c'}},                     {{0}}, VM,     SUB, 'c', 0},
    {{{"Owner", SUB, 'b'}},                     {{0}}, VM,     SUB, 'e', 0},
    {{{"Owner", SUB, 'e'}, {"Owner", SUB, 'c'}}, {{0}}, VM,    SUB, 'c', 1},
    {{{"Owner", SUB, 0}, {"Contributor", "/", 0}},    {{0}}, VM,     SUB, 'a', 0},
    /* denials go over everything at and below their scope */
    {{{"Owner", SUB, 0}}, {{"+Microsoft.Compute/*", SUB, 0}},         VM,   SUB, '-', 0},
    {{{"Owner", SUB, 0}}, {{"+Microsoft.Compute/*", SUB, 0}},         ROLE, SUB, 'a', 0},
    {{{"Owner", SUB, 0}}, {{"+*\n-Microsoft.Compute/*", SUB, 0}},     VM,   SUB, 'a', 0},
    {{{"Owner", SUB, 0}}, {{"+*", RG, 0}},                            VM,   RG,  '-', 0},
    {{{"Owner", SUB, 0}}, {{"+*", RG, 0}},                            VM,   SUB, 'a', 0},
    {{{"Owner", RG, 0}},  {{"+*", SUB, 0}},                           VM,   RG,  '-', 0},
    {{{"Owner", RG, 0}},  {{"+*", SUB, 'h'}},                      VM,   RG,  'a', 0},
    {{{"Owner", SUB, 0}}, {{"+*", SUB, 'h'}},                      VM,   SUB, '-', 0},
    {{{"Owner", SUB, 0}}, {{"+*", SUB, 'c'}},                      VM,   SUB, 'c', 0},
    {{{"Owner", SUB, 0}}, {{"+*", SUB, 'c'}, {"+*", SUB, 0}},         VM,   SUB, '-', 0},
    {{{"Owner", SUB, 'e'}}, {{"+*", SUB, 0}},                      VM,   SUB, '-', 0},
};
/* clang-format on */

static void decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
        const struct decision *row = &decisions[i];
        azure_grant grant[3];
        azure_deny deny[2];
        azure_rights rights = {grant, 0, deny, 0};
        azure_answer answer = {0};
        for (size_t g = 0; g < 3 && row->grant[g].role; g++)
            grant[rights.n_grants++] = grant_of(&row->grant[g]);
        for (size_t d = 0; d < 2 && row->deny[d].block; d++)
            deny[rights.n_denies++] = deny_of(&row->deny[d]);
        char told = letter_of(&rights, row->action, row->scope, &answer);
        if (told != row->expected || answer.grant != row->by)
            fail_msg("row %zu (%s at %s): %c by %zu", i, row->action, row->scope, told,
                     answer.grant);
    }
}

static void an_eligibility_keeps_its_condition(void **state)
{
    (void)state;
    azure_grant grant = grant_of(&(told_grant){"Owner", SUB, 'b'});
    azure_rights rights = {&grant, 1, NULL, 0};
    azure_answer answer = {0};
    assert_int_equal(letter_of(&rights, VM, SUB, &answer), 'e');
    assert_true(answer.is_conditional);
}

static void roles_are_found_by_id(void **state)
{
    (void)state;
    str guid = azure_role_guid(STR("/subscriptions/a/providers/Microsoft.Authorization/"
                                   "roleDefinitions/8E3AF657-A8FF-443C-A75C-2FE8C4BCB635"));
    assert_string_equal(azure_role_find(guid)->name, "Owner");
    assert_null(azure_role_find(STR("acdd72a7-0000-0000-0000-f606fba81ae7")));
    const entra_role *admin = entra_role_find(STR("62E90394-69F5-4237-9190-012177145E10"));
    assert_string_equal(admin->name, "Global Administrator");
    assert_true(admin->powers & 1U << POWER_GRANT);
    assert_null(entra_role_find(STR("")));
}

/* Every known role but Reader gives something: a row that gives nothing says a wrong action. */
static void known_roles_give_powers(void **state)
{
    (void)state;
    for (size_t i = 0; i < azure_role_count(); i++) {
        str condition;
        const azure_role *role = azure_role_at(i);
        bool gives = azure_block_actions(str_of(role->permissions), &condition) != 0;
        if (gives != (strcmp(role->name, "Reader") != 0))
            fail_msg("%s gives %s", role->name, gives ? "something" : "nothing");
        assert_int_equal(strlen(role->id), 36);
    }
    for (size_t i = 0; i < entra_role_count(); i++)
        assert_int_equal(strlen(entra_role_at(i)->id), 36);
}

static void actions_are_those_of_the_powers(void **state)
{
    (void)state;
    assert_true(azure_action_count() > 15);
    assert_true(azure_action_count() <= 64);
    for (unsigned i = 0; i < azure_action_count(); i++) {
        assert_int_equal(azure_action_find(azure_action(i)) <= i, true);
        assert_true(azure_pattern_matches(STR("Microsoft.*/*/*"), azure_action(i)));
    }
    assert_int_equal(azure_action_find(STR("Microsoft.Nothing/read")), azure_action_count());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match),
        cmocka_unit_test(long_patterns_match_nothing),
        cmocka_unit_test(blocks_allow),
        cmocka_unit_test(scopes_cover_what_is_below),
        cmocka_unit_test(decides),
        cmocka_unit_test(an_eligibility_keeps_its_condition),
        cmocka_unit_test(roles_are_found_by_id),
        cmocka_unit_test(known_roles_give_powers),
        cmocka_unit_test(actions_are_those_of_the_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
