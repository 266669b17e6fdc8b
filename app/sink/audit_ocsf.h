/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_ocsf.h -- verdicts as Compliance Findings (class 2003) of OCSF 1.3, one JSON object a line.
 *
 *  (1) NO_DATA is OCSF's Warning ("did not yield a result due to missing information"), never a
 *      pass.
 *  (2) A failure that the operator lives with is Suppressed; one that is no more, Resolved.
 */
#ifndef SPOOR_APP_AUDIT_OCSF_H
#define SPOOR_APP_AUDIT_OCSF_H

#include <stdint.h>
#include <spoor/spoor.h>

#include "base/strbuf.h"

/* now_ns: the time of the findings. */
void audit_ocsf_put(strbuf *out, const spoor_finding *finding, int64_t now_ns);

#endif
