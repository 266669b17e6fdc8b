/* SPDX-License-Identifier: Apache-2.0
 *
 * benign_veto.h -- what makes automation suspicious again.
 *
 * A scaling group starts machines for whoever changed its template; a backup copies disks for
 * whoever may then share the copies. So an explanation is taken back when the story holds what the
 * automation itself never does.
 *
 *  (1) A veto holds only when the logs show it; each says what, when and by whom.
 *  (2) "Somebody" is never one of the provider's services, and never a caller whom the row that is
 *      tried explains.
 */
#ifndef SPOOR_CORRELATE_BENIGN_VETO_H
#define SPOOR_CORRELATE_BENIGN_VETO_H

#include "base/base.h"

struct benign_case; /* correlate/benign_case.h */

/* The first of `vetoes` that holds for the calls marked is_mine, as the end of a sentence;
 * STR_NONE: none does. */
str benign_vetoed(const struct benign_case *c, unsigned vetoes);

#endif
