/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_context.c -- looks up condition keys, and keeps those that were missing.
 *
 * Contexts have a handful of entries, so they are walked.
 */
#include "policy/aws_context.h"

#include "base/text.h"

void aws_keys_add(aws_keys *keys, str key)
{
    for (size_t i = 0; i < keys->n; i++) {
        if (text_eq_nocase(keys->items[i], key))
            return;
    }
    if (keys->n < LIMIT_POLICY_KEYS)
        keys->items[keys->n++] = key;
    else
        keys->has_more = true;
}

aws_tri aws_context_find(const aws_context *c, str key, const aws_context_entry **ret)
{
    for (size_t i = 0; i < c->n; i++) {
        if (!text_eq_nocase(c->entries[i].key, key))
            continue;
        if (c->entries[i].n_values == 0)
            return AWS_NO;
        *ret = &c->entries[i];
        return AWS_YES;
    }
    return c->is_complete ? AWS_NO : AWS_PERHAPS;
}
