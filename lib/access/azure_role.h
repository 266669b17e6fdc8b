/* SPDX-License-Identifier: Apache-2.0
 *
 * azure_role.h -- what Azure's roles allow, and where: a true evaluation.
 *
 * The permissions of a role (and of a deny assignment) are kept as text, a block for each element
 * of
 * `permissions`, a line for each pattern:
 *     +Microsoft.Compute*          actions
 *     -*delete                     notActions: taken off what '+' of the same block gives
 *     >Microsoft.Storage*          dataActions
 *     <*write                      notDataActions
 *     ?@Resource[…] StringEquals   a condition that holds for the whole block
 *
 *  (1) Patterns are compared without case. '*' stands for any text, '/' included; between two
 *      slashes it
 *      may stand for nothing at all, as Resource Manager has it: by the pattern
 *      "userAssignedIdentities",
 *      star, "assign/action", each behind a slash, Managed Identity Operator has the right to
 *      "userAssignedIdentities/assign/action". A pattern beyond LIMIT_AZURE_PATTERN matches
 *      nothing.
 *  (2) notActions are no denial: what one block takes off another block or role may give.
 *  (3) An assignment holds at its scope and at everything below it; "/" is above everything. Which
 *      management group a subscription is in stands in no id: such an assignment counts at its
 *      own scope.
 *  (4) Deny assignments go over all assignments.
 *  (5) Control and data actions are two worlds: "*" of one says nothing of the other.
 */
#ifndef SPOOR_ACCESS_AZURE_ROLE_H
#define SPOOR_ACCESS_AZURE_ROLE_H

#include "access/access.h"

/* Sets of the actions that power.def names for Azure: bit i is the action azure_action(i). */
typedef uint64_t azure_actions;

unsigned azure_action_count(void);
str azure_action(unsigned i);
unsigned azure_action_find(str action); /* azure_action_count() when it is none of them */

bool azure_pattern_matches(str pattern, str action);

/* Does this block allow the action? ret_condition: the block's condition, or STR_NONE. */
bool azure_block_allows(str block, str action, bool is_data, str *ret_condition);

/* The actions of power.def that a block allows, all of them under the same condition. */
azure_actions azure_block_actions(str block, str *ret_condition);

/* True when inner is scope or below it. Ids in lower case. */
bool azure_scope_covers(str scope, str inner);

/* An assignment or eligibility, as far as it decides. */
typedef struct azure_grant {
    str scope;
    azure_actions always;  /* allowed without a condition of the role */
    azure_actions limited; /* allowed under one */
    str condition;         /* of the assignment or else of the role */
    bool is_conditional;   /* the assignment has a condition: all of it is limited */
    bool is_eligible;
} azure_grant;

typedef struct azure_deny {
    str scope;
    azure_actions actions;
    bool is_conditional;
    bool is_here_only; /* not below its scope */
} azure_deny;

typedef struct azure_rights {
    const azure_grant *grants;
    size_t n_grants;
    const azure_deny *denies;
    size_t n_denies;
} azure_rights;

typedef struct azure_answer {
    access_verdict verdict;
    size_t grant;        /* the one that gives it: the strongest, of those the first */
    bool is_conditional; /* also of an eligibility */
} azure_answer;

/* May a principal with these rights do the action at this scope? False: no. */
bool azure_decide(const azure_rights *rights, unsigned action, str scope, azure_answer *ret);

/* ---- roles that are known without an export
 * ---------------------------------------------------- */

typedef struct azure_role {
    const char *name, *id, *permissions;
} azure_role;

typedef struct entra_role {
    const char *name, *id;
    uint32_t powers; /* bits 1 << power */
    const char *doc;
} entra_role;

size_t azure_role_count(void);
const azure_role *azure_role_at(size_t i);
const azure_role *azure_role_find(str guid); /* NULL: not known */
size_t entra_role_count(void);
const entra_role *entra_role_at(size_t i);
const entra_role *entra_role_find(str template_id); /* NULL: not known */

/* The guid at the end of the id of a role definition. */
str azure_role_guid(str id);

#endif
