/* SPDX-License-Identifier: Apache-2.0
 *
 * finding_json.h -- findings as the stable machine output: one JSON object each.
 */
#ifndef SPOOR_MODEL_FINDING_JSON_H
#define SPOOR_MODEL_FINDING_JSON_H

#include "base/buf.h"
#include <spoor/spoor.h>

void finding_json(const spoor_finding *f, buf *out);

#endif
