/* SPDX-License-Identifier: Apache-2.0
 *
 * aws_alphabet.h -- the bytes of compiled patterns, and of the samples that stand for them.
 *
 * Policies hold no control characters but tab and line ends, so those are free.
 */
#ifndef SPOOR_POLICY_AWS_ALPHABET_H
#define SPOOR_POLICY_AWS_ALPHABET_H

enum {
    /* of patterns */
    SYM_STAR = 1,     /* a `*` that stands for itself */
    SYM_QUESTION = 2, /* a `?` that does */
    SYM_PART_ANY = 3, /* any text without a colon */
    SYM_PART_ONE = 4, /* any character but a colon */
    SYM_ANY = '*',
    SYM_ONE = '?',
    SYM_VARIABLE = 5, /* its key follows, */
    SYM_DEFAULT = 6,  /* then perhaps this and a default, */
    SYM_END = 7,      /* and this ends it */
    /* of samples: what a wildcard stands for */
    FRESH_ANY = 14,
    FRESH_PART_ANY = 15,
    FRESH_ONE = 16,
    FRESH_PART_ONE = 17,
};

#endif
