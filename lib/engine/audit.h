/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.h -- what the engine reads of a public audit.
 */
#ifndef SPOOR_ENGINE_AUDIT_H
#define SPOOR_ENGINE_AUDIT_H

#include <spoor/spoor.h>

struct audit;

/* NULL once it is finished, and while an input is open. */
struct audit *engine_audit_open(spoor_audit *audit);
/* NULL for NULL, and for one that is not finished. */
const struct audit *engine_audit_of(const spoor_audit *audit);

#endif
