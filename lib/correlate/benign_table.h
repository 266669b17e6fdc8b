/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_table.h -- the explanations of benign.def, the words they are written in, and how much
 * each mark is worth.
 *
 *  (1) Marks of different kinds are independent: none follows from another. What a caller can
 *      choose (names, tags, tools) is told from what he cannot.
 *  (2) A tool is what the caller says he uses: it makes a row worth looking at, and counts for
 *      nothing else.
 */
#ifndef SPOOR_CORRELATE_BENIGN_TABLE_H
#define SPOOR_CORRELATE_BENIGN_TABLE_H

#include "base/base.h"

typedef enum mark_kind {
    MARK_IDENTITY, /* who called: an identity that only the provider's own service can have */
    MARK_SERVICE,  /* from where: the provider's service made the call */
    MARK_RESERVED, /* written on the thing or the record by the provider only */
    MARK_TRUST,    /* the operator's settings vouch for it */
    MARK_HABIT,    /* the same caller did the same from the same network as a rule */
    MARK_UNDONE,   /* what the session made and opened is gone again, but for an image of its own */
    MARK_BEHAVIOUR, /* how the calls of the session follow one another */
    MARK_NAME,      /* names and tags, which anyone may choose */
    MARK_TOOL,      /* what the caller says he uses */
    MARK_KIND_COUNT
} mark_kind;

typedef unsigned mark_set; /* of mark_kind, as bits */
#define MARK_BIT(kind) (1U << (kind))
#define MARKS_STRONG                                                                               \
    (MARK_BIT(MARK_IDENTITY) | MARK_BIT(MARK_SERVICE) | MARK_BIT(MARK_RESERVED) |                  \
     MARK_BIT(MARK_TRUST) | MARK_BIT(MARK_HABIT) | MARK_BIT(MARK_UNDONE))

typedef enum mark_test {
    TEST_NONE, /* ends a row's marks */
    TEST_LINKED,
    TEST_FROM,
    TEST_RESERVED,
    TEST_POD,
    TEST_APP,
    TEST_MANAGED,
    TEST_AGENT,
    TEST_GOOGLE,
    TEST_WRITTEN,
    TEST_LOG,
    TEST_SERVICE_EVENT,
    TEST_TRUSTED,
    TEST_OWN_USE,
    TEST_BUILD,
    TEST_BURST,
    TEST_ROLE,
    TEST_TAG,
    TEST_GROUP,
    TEST_NAMED,
    TEST_ENDING,
    TEST_TOOL,
    TEST_COUNT
} mark_test;

typedef struct mark {
    mark_test test;
    const char *text;
} mark;

typedef enum benign_veto {
    VETO_TEMPLATE,     /* what machines are made from was made or changed by somebody */
    VETO_SHARED,       /* shared with an account that the settings do not trust, or with all */
    VETO_OPENED,       /* a network was opened to the world, by somebody else */
    VETO_SURVIVES,     /* what a build made is there two hours later */
    VETO_FOREIGN_DISK, /* a disk or snapshot that the build did not make */
    VETO_NETWORK,      /* a network the caller never came from */
    VETO_NEW_IDENTITY, /* the caller's identity was made within a week */
    VETO_ACCOUNT,      /* restored or copied into another account */
    VETO_EXPORTED,     /* a disk was exported by somebody else */
    VETO_HAND,         /* somebody else took a hand, or logging was stopped */
    VETO_OUTSIDE,      /* attached to an instance that somebody else made */
    VETO_COUNT
} benign_veto;

#define VETO_BIT(veto) (1U << (veto))

enum { BENIGN_MARKS = 20 };

typedef struct benign_row {
    const char *id; /* AUTOSCALING */
    const char *name;
    uint8_t provider;
    mark_set must;
    mark marks[BENIGN_MARKS];
    unsigned vetoes;
    const char *doc;
} benign_row;

size_t benign_row_count(void);
const benign_row *benign_row_at(size_t i);
const char *benign_row_marks(size_t i);  /* for people: "called from x; has the tag y" */
const char *benign_row_vetoes(size_t i); /* the same of what makes it suspicious again */

const char *benign_must_text(mark_set must); /* "habit", "habit and tool" or "" */

mark_kind mark_kind_of(mark_test t);
/* "called by the service-linked role of ": what a mark says, before its text. */
const char *mark_words(mark_test t);
const char *mark_kind_text(mark_kind k); /* "who called" */

#endif
