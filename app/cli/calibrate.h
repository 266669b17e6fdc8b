/* SPDX-License-Identifier: Apache-2.0
 *
 * calibrate.h -- `spoor scan --calibrate`: what the levels are worth in an organisation, told from
 * logs that are known to be good.
 *
 * Whatever reaches a level there is a false alarm. The points that would have prevented all of
 * them, and a tenth more, are proposed as the settings' `levels`.
 *
 *  (1) What the evidence does not allow needs no points: only incidents at a level or above count
 *      for it.
 *  (2) A level is never proposed below what it is, nor below the one under it.
 */
#ifndef SPOOR_APP_CALIBRATE_H
#define SPOOR_APP_CALIBRATE_H

#include <spoor/spoor.h>

#include "base/strbuf.h"
#include "sink/terminal.h"

enum { CALIBRATION_WORST = 5, CALIBRATION_TITLE = 160 };

typedef struct calibration {
    uint64_t stories;
    uint64_t reached[SPOOR_CRITICAL + 1]; /* incidents of this level or above */
    double highest[SPOOR_CRITICAL + 1];   /* their highest score */
    struct {
        double score;
        char level[16], title[CALIBRATION_TITLE]; /* cut when longer */
    } worst[CALIBRATION_WORST];                   /* of medium or above, highest score first */
    size_t n_worst;
    int64_t first_ns, last_ns; /* of the logs */
} calibration;

/* Takes note of incidents and of the summary; other findings are none of its business. */
void calibration_add(calibration *c, const spoor_finding *f);
double calibration_points(const calibration *c, spoor_level level); /* proposed */

/* For people, with settings to paste. */
void calibration_table(const calibration *c, const terminal *t, strbuf *out);
void calibration_json(const calibration *c, strbuf *out); /* one line */

#endif
