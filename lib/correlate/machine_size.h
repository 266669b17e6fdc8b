/* SPDX-License-Identifier: Apache-2.0
 *
 * machine_size.h -- how large a machine is, read from the name of its size.
 *
 * Names of sizes are regular enough for "far larger", not for a bill: "m5.4xlarge",
 * "Standard_D64s_v5", "n2-standard-32".
 */
#ifndef SPOOR_CORRELATE_MACHINE_SIZE_H
#define SPOOR_CORRELATE_MACHINE_SIZE_H

#include "base/base.h"

typedef struct machine_size {
    unsigned cores; /* about; 0: the name does not say */
    bool has_gpu;
} machine_size;

machine_size machine_size_of(str name);

#endif
