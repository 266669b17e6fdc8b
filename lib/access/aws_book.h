/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_book.h -- all policies of the exports, compiled, and which of them bear on whom.
 *
 *  (1) A policy is compiled once. What stands inside a user or role is compiled when its holder's
 *      turn comes, and forgotten afterwards: nobody else has it.
 *  (2) Groups are found by name within an account.
 *  (3) Of control policies the levels that the exports show are applied, from the root to the
 *      account; none to management accounts. A level of which no document is known bounds nothing.
 *  (4) What cannot be read is named: the holder's rights are then not known to be all.
 *  (5) Out of memory is sticky in `failed`.
 */
#ifndef SPOOR_ACCESS_AWS_BOOK_H
#define SPOOR_ACCESS_AWS_BOOK_H

#include "policy/aws_powers.h"

typedef enum aws_action_id {
#define AWS_ACTION(id, name, reach) AWS_##id,
#include "access/aws_action.def"
#undef AWS_ACTION
    AWS_ACTION_COUNT
} aws_action_id;

#define AWS_BIT(action) (UINT64_C(1) << AWS_##action)

/* The actions by id. */
extern const aws_action aws_action_rows[AWS_ACTION_COUNT];

/* A compiled policy. */
typedef struct aws_sheet {
    const aws_policy *policy;
    aws_powers powers;
    uint32_t fact; /* FACT_NONE: of AWS, not in the exports */
    bool is_inline;
    bool is_personal; /* what it says depends on who asks */
    bool has_all;     /* allows everything on everything */
    bool has_all_if;  /* under a condition */
} aws_sheet;

typedef struct aws_item {
    const aws_sheet *sheet;
    uint32_t group; /* by which it came; FACT_NONE: its own */
} aws_item;

/* One level of control policies. */
typedef struct aws_level {
    aws_policy_list list;
    aws_powers powers;
} aws_level;

typedef struct aws_levels {
    uint32_t account;             /* fact */
    const aws_policy_list *lists; /* n of them */
    const aws_powers *powers;
    size_t n;
    bool is_personal;
} aws_levels;

/* All that bears on one principal; valid until the next one. */
typedef struct aws_holding {
    uint32_t principal;
    aws_item *items;
    const aws_policy **chosen; /* room for the policies of the items */
    size_t n, cap, cap_chosen;
    aws_powers powers; /* of the items together */
    const aws_sheet *boundary;
    const aws_levels *levels; /* NULL: none */
    bool has_boundary;
    bool is_personal;
} aws_holding;

typedef struct aws_inline {
    uint32_t holder, policy; /* facts */
} aws_inline;

typedef struct aws_book {
    struct facts *facts;
    struct reading *reading; /* where policies that cannot be read are told; NULL: nowhere */
    aws_compiler *compiler;
    aws_actions actions;
    aws_judge judge;
    buf table, words;
    arena kept;    /* policies that many may have */
    arena passing; /* those of the principal in hand */
    map sheet_of;  /* fact, or interned ARN + 2^32 -> index of sheets */
    const aws_sheet **sheets;
    size_t n_sheets, cap_sheets;
    aws_inline *inlines; /* by holder */
    size_t n_inlines, cap_inlines;
    map group_of; /* (account, name) -> fact */
    aws_levels *levels;
    size_t n_levels, cap_levels;
    map levels_of;        /* account fact -> index of levels */
    uint64_t power_bits;  /* the actions of power.def */
    uint64_t strong_left; /* tries to take strong principals that are left */
    uint32_t root;        /* fact of the organization's root; FACT_NONE */
    aws_holding now;
    bool failed;
} aws_book;

/* False: out of memory; aws_book_done is needed in any case. */
bool aws_book_init(aws_book *b, struct facts *f);
void aws_book_done(aws_book *b);

/* Compiles the policies that nobody has, for what is told of them. */
void aws_book_finish(aws_book *b);

/* What bears on a principal. NULL: out of memory. */
const aws_holding *aws_book_open(aws_book *b, uint32_t principal);

/* The actions that a policy says anything of. */
uint64_t aws_book_touched(const aws_sheet *sheet);

/* What is decided without asking, but for a boundary that no export shows. */
aws_power_verdict aws_book_judge(const aws_book *b, const aws_holding *h);
/* Asks in full: about any resource of a pattern. False: out of memory. The decision is valid until
 * the next question. */
bool aws_book_ask(aws_book *b, const aws_holding *h, aws_action_id action, str reach,
                  const aws_context *context, aws_decision *ret);

/* The group of a name, in an account; FACT_NONE: the exports show none. */
uint32_t aws_book_group(const aws_book *b, uint32_t account, str name);

/* "policy Deploy, statement 2 (AllowRun), of group ops", for a policy of the holding; valid until
 * the next. */
str aws_book_say(aws_book *b, const aws_holding *h, const aws_place *place);

#endif
