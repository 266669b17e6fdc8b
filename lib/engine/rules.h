/* SPDX-License-Identifier: Apache-2.0
 *
 * rules.h -- the public ruleset, as the engine sees it.
 */
#ifndef SPOOR_ENGINE_RULES_H
#define SPOOR_ENGINE_RULES_H

#include <spoor/spoor.h>

#include "base/arena.h"
#include "model/ruleset.h"

struct spoor_ruleset {
    uint32_t owners; /* changed atomically */
    ruleset *compiled;
    arena text;            /* what `described` points to */
    spoor_rule *described; /* one for each rule of compiled */
    struct rule_wants {    /* fields whose values its matches must carry, for correlations */
        const uint32_t *fields;
        size_t n;
    } * wants;
};

/* The public form of every rule. False: out of memory. */
bool rules_describe(spoor_ruleset *r);

#endif
