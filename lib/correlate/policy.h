/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.h -- what the operator's settings say of a story.
 *
 *  (1) Every use of a setting is an item with a sentence, also those that weigh nothing.
 *  (2) Without settings there are no items, and nobody is trusted.
 */
#ifndef SPOOR_CORRELATE_POLICY_H
#define SPOOR_CORRELATE_POLICY_H

#include "correlate/story.h"

struct spoor_settings; /* model/settings.h */

enum { POLICY_ITEMS = 32 }; /* of one story; further ones are not told */

typedef struct policy_item {
    str text;
    int64_t cents; /* 100 to a point */
} policy_item;

typedef struct policy_result {
    policy_item *items;
    size_t n;
} policy_result;

/* True for an account, subscription, tenant or project id that the settings name; ARNs are read for
 * the account in them. */
bool policy_is_trusted_account(const struct spoor_settings *of, str account);
/* The first of those that the call shares with (or "all") who is neither the account itself nor
 * trusted; STR_NONE: there is none. */
str policy_stranger(const struct spoor_settings *of, const event *e);

/* Appends what the settings say of the story. Everything in *ret lives in `a`. False: out of
 * memory. */
bool policy_apply(const state *s, const story *t, const struct spoor_settings *of, arena *a,
                  policy_result *ret);

#endif
