/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_plan.h -- the exports of a cloud as a shell script, for whoever may run it there.
 *
 * An audit is as good as its exports, and hardly anybody knows ninety commands by heart.
 *
 *  (1) Nothing is executed: the script is printed, and each of its commands only reads.
 *  (2) Commands are those of spoor_describe(SPOOR_EXPORTS); what stands in them in braces becomes a
 *      loop (audit_plan.def). Those that cannot be a command become a comment that says so.
 *  (3) A command that fails stops no other and leaves no file.
 *  (4) Values of loops are quoted wherever they stand: names of resources run nothing.
 */
#ifndef SPOOR_APP_AUDIT_PLAN_H
#define SPOOR_APP_AUDIT_PLAN_H

#include "base/strbuf.h"
#include "cli/opt.h"

typedef enum plan_cloud { PLAN_AWS, PLAN_AZURE, PLAN_GCP } plan_cloud;

#define PLAN_CLOUDS "aws|azure|gcp" /* in the order of plan_cloud */

/* regions: those to look at; none: all. False: one of them is no region's name, which was said. */
bool audit_plan_write(plan_cloud cloud, const opt_list *regions, strbuf *out);

#endif
