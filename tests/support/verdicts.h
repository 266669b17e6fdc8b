/* SPDX-License-Identifier: Apache-2.0
 *
 * verdicts.h -- a small audit as sinks are given it: checks of both mitigations, hostile text among
 * them.
 */
#ifndef SPOOR_TESTS_VERDICTS_H
#define SPOOR_TESTS_VERDICTS_H

#include <stddef.h>
#include <spoor/spoor.h>

/* Script, formula, escape sequences, both kinds of line ends, quotes, direction marks, bad
 * UTF-8. */
extern const char verdicts_hostile[];

/* All findings in their order: a skip of the logs, checks, rights, a skip, the summary. */
size_t verdicts_count(void);
const spoor_finding *verdicts_at(size_t i);

#endif
