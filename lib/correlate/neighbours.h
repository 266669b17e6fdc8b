/* SPDX-License-Identifier: Apache-2.0
 *
 * neighbours.h -- what a new machine gets around that the machines beside it keep to.
 *
 * A machine made in a story is compared with those that lived in its network before the story
 * began; where too few are known, in its region of the account, else in its account. Where too few
 * live anywhere, those that ended in the 30 days before are taken in, unless they lived for
 * minutes only.
 *
 *  (1) Only laxer counts: an item says that no neighbour has what the new machine has. What is
 *      not known of a neighbour is not taken for strict; when it is not known of any, the sentence
 *      says "was seen" and has half its points.
 *  (2) Fewer than NEIGHBOURS_LEAST neighbours tell nothing. At most LIMIT_NEIGHBOURS are compared,
 *      the newest.
 *  (3) One item a kind, however many machines the story made; all items together have at most
 *      NEIGHBOURS_CENTS.
 *  (4) What lived when the machine was made counts, though it has ended since; what had ended
 *      counts when the same user or role made it: whoever builds images on machines with open
 *      ports does nothing new by doing so again.
 */
#ifndef SPOOR_CORRELATE_NEIGHBOURS_H
#define SPOOR_CORRELATE_NEIGHBOURS_H

#include "base/arena.h"
#include "correlate/story.h"
#include "state/state.h"

enum {
    NEIGHBOURS_LEAST = 5,
    NEIGHBOURS_CENTS = 300,
    NEIGHBOURS_SUBJECTS = 8, /* machines of one story that are compared */
};

typedef enum neighbour_kind {
    NEIGHBOUR_PORT,
    NEIGHBOUR_ADDRESS,
    NEIGHBOUR_IMDS,
    NEIGHBOUR_ROLE,
    NEIGHBOUR_KEY_PAIR,
    NEIGHBOUR_IMAGE,
    NEIGHBOUR_SIZE,
    NEIGHBOUR_REGION,
    NEIGHBOUR_KIND_COUNT
} neighbour_kind;

typedef struct neighbour_item {
    str text;
    int64_t cents;
    neighbour_kind kind;
} neighbour_item;

typedef struct neighbour_list {
    neighbour_item item[NEIGHBOUR_KIND_COUNT];
    size_t n;
} neighbour_list;

/* Texts live in `a`. False: out of memory. */
bool neighbours_compare(const state *s, const story *t, arena *a, neighbour_list *ret);

/* One line on how the world reaches an instance (an entity), with what proves it: "open to the
 * world on tcp/22: group sg-1 (opened 2026-01-02T10:05:00Z by alice) and public address 3.4.5.6".
 * STR_NONE: the inventory does not know it, or out of memory. */
str exposure_text(const state *s, uint32_t instance, arena *a);

/* What a kind of item is, in words. */
const char *neighbour_kind_doc(neighbour_kind kind);

#endif
